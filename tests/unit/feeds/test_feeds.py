"""Each shipped mapping on a sample in the vendor's documented form, written for this test."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import Article, Symbol, encode
from schemas.taxonomy import RejectReason, Status
from streams.feeds import FEED_HEADER, NATIVE, Feeds, Limits, article_in, read, split
from streams.feeds.documents import OF_A_FILE
from streams.feeds.files import load_mappings
from streams.intake import RawRecord, Rejection, Withdrawal
from streams.intake.native import SCHEMES

SAMPLES: Final = Path(__file__).parent / "samples"
NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
FEEDS: Final = Feeds(mappings={name: found.mapping for name, found in load_mappings().items()})


def at(hour: int, minute: int, second: int = 0, microsecond: int = 0) -> datetime:
    """A time of the day that all samples are of."""
    return datetime(2026, 11, 20, hour, minute, second, microsecond, tzinfo=UTC)


def ticker(value: str) -> Symbol:
    """A ticker as vendors write it."""
    return Symbol(scheme="ticker", value=value)


EXPECTED: Final[dict[str, Article]] = {
    "newsapi.json": Article(
        uri="https://harbour-ledger.example/markets/nikkei-50000",
        published_at=at(6, 30),
        headline="Nikkei closes above 50,000 for the first time",
        body="The Nikkei 225 rose 2.2% to 50,367.38 on Friday as chip makers gained.",
        source="Harbour Ledger",
        url="https://harbour-ledger.example/markets/nikkei-50000",
    ),
    "alpaca.json": Article(
        uri="alpaca:24918784",
        published_at=at(14, 5, 11),
        updated_at=at(14, 9, 42),
        headline="Apple Raises Dividend; Shares Gain 1.4%",
        body="Apple Inc. (NASDAQ: AAPL) raised its quarterly dividend by 4% to $0.27 a share.\n\n"
        "Research & development spending was unchanged.",
        source="benzinga",
        language="en",
        url="https://wire.example/a/24918784",
        symbols=(ticker("AAPL"), ticker("MSFT")),
    ),
    "benzinga.json": Article(
        uri="benzinga:41822017",
        published_at=at(14, 12, 4),
        updated_at=at(14, 15, 30),
        headline="Hewlett Packard Enterprise Beats Estimates",
        body="Hewlett Packard Enterprise reported quarterly earnings of 58 cents a share, above estimates of 54 cents.",
        source="Benzinga",
        language="en",
        url="https://wire.example/news/41822017",
        subjects=("Earnings", "News", "beats"),
        symbols=(Symbol(scheme="isin", value="US42824C1099"), ticker("HPE")),
    ),
    "benzinga-stream.json": Article(
        uri="benzinga:41822017",
        published_at=at(14, 12, 4),
        updated_at=at(15, 0),
        source="Benzinga",
        language="en",
        status=Status.CANCELED,
    ),
    "polygon.json": Article(
        uri="polygon:8ec638777ca03b553ae516761c2a22ba2fdd2f37befae3ab6fdab74e9e5193eb",
        published_at=at(18, 33, 53),
        headline="Ford Recalls Trucks As S&P 500 Slips",
        body="Ford Motor shares fell 2.1% after the recall. The S&P 500 slipped 0.3%.",
        source="Meridian Post",
        language="en",
        url="https://meridian.example/ford-recall",
        subjects=("recall", "autos"),
        symbols=(ticker("F"),),
    ),
    "finnhub.json": Article(
        uri="finnhub:127349021",
        published_at=at(14, 30),
        headline="Microsoft to buy back $60 billion of shares",
        body="Microsoft said it will buy back up to $60 billion of its shares.",
        source="North Star",
        language="en",
        url="https://north-star.example/msft-buyback",
        subjects=("company",),
        symbols=(ticker("MSFT"), ticker("AAPL")),
    ),
    "marketaux.json": Article(
        uri="marketaux:9b4b7f4e-6a1c-4d0a-8a3e-0d6f5a1f2c11",
        published_at=at(11, 2),
        headline="Airbus wins order for 40 jets",
        body="Airbus SE said on Friday that it had won an order for 40 jets, and its shares rose 1.9%...",
        source="aero-daily.example",
        language="en",
        url="https://aero-daily.example/airbus-40",
        subjects=("Industrials", "N/A"),
        symbols=(Symbol(scheme="yahoo", value="AIR.PA"),),
    ),
    "tiingo.json": Article(
        uri="tiingo:71204482",
        published_at=at(21, 20),
        headline="Nvidia Q3: Data Center Revenue Climbs",
        body="Nvidia Corp. said third-quarter revenue rose 62% to $57.0 billion.",
        source="silicon-times.example",
        language="en",
        url="https://silicon-times.example/nvda-q3",
        subjects=("Earnings", "Semiconductors"),
        symbols=(ticker("nvda"),),
    ),
    "eodhd.json": Article(
        uri="https://cable-street.example/vod-towers",
        published_at=at(13, 0, 9),
        headline="Vodafone & partner agree on towers",
        body="Vodafone Group Plc agreed to sell a stake in its towers for 500 million pounds, "
        "sending its shares up 3%.",
        source="EODHD",
        language="en",
        url="https://cable-street.example/vod-towers",
        subjects=("MERGERS", "TELECOM"),
        symbols=tuple(Symbol(scheme="yahoo", value=value) for value in ("VOD.L", "VOD", "SAP.DE")),
    ),
    "gdelt.json": Article(
        uri="https://tageblatt.example/dax-rekord",
        published_at=at(10, 15),
        headline="DAX steigt auf Rekordhoch",
        source="tageblatt.example",
        language="de",
        url="https://tageblatt.example/dax-rekord",
    ),
    "rss.xml": Article(
        uri="harbour-88121",
        published_at=at(16, 45),
        headline="FTSE 100 & sterling slip",
        body="The FTSE 100 fell 0.4% to 9,812.50.\n\nBanks & miners led the fall.",
        source="Harbour Ledger: Markets",
        language="en-GB",
        url="https://harbour-ledger.example/ftse-slips",
        subjects=("Markets",),
    ),
    "atom.xml": Article(
        uri="urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        published_at=at(17, 0),
        updated_at=at(18, 30, 2),
        headline="Toyota issues $1 billion bond",
        body="Toyota Motor Corp. sold bonds of $1 billion.",
        source="North Star Filings",
        language="en",
        url="https://north-star.example/toyota-bond",
        subjects=("bonds",),
    ),
    "newsml-g2.xml": Article(
        uri="tag:meridian.example,2026:newsml_L8N3",
        published_at=at(8, 12),
        updated_at=at(8, 30),
        version=2,
        headline="BMW lifts its outlook",
        body="BMW AG raised its outlook for 2026 on Friday.\n\nShares rose 2.5% & led the DAX.",
        source="Meridian Newswire",
        language="en-US",
        subjects=("P:4295869218", "medtop:20000170"),
        symbols=(ticker("BMWG.DE"),),
    ),
    "nitf.xml": Article(
        uri="orbit-2026-7781",
        published_at=at(7, 15),
        headline="Nestlé to cut 3,000 jobs",
        body="Nestlé SA said on Friday it would cut 3,000 jobs.\n\nThe SMI fell 0.6%.",
        source="Orbit Press",
        language="en",
        subjects=("04000000",),
        symbols=(ticker("NESN.SW"),),
    ),
}


def feed_of(sample: str) -> str:
    """`benzinga-stream.json` is read by the mapping of Benzinga."""
    return sample.partition(".")[0].removesuffix("-stream")


def record(value: bytes | None, feed: str, key: bytes | None = None) -> RawRecord:
    """A record whose header names its feed."""
    return RawRecord(key=key, value=value, headers=((FEED_HEADER, feed.encode()),), timestamp=NOW)


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
def test_sample_of_each_vendor_is_read(sample: str) -> None:
    """As a record with the header, as one by the setting, and out of a file."""
    raw, feed = (SAMPLES / sample).read_bytes(), feed_of(sample)
    expected = EXPECTED[sample]

    assert read(record(raw, feed), FEEDS) == expected
    by_setting = Feeds(mappings=FEEDS.mappings, default=feed)
    assert read(RawRecord(key=None, value=raw, timestamp=NOW), by_setting) == expected
    items = split(raw, FEEDS.mappings[feed], OF_A_FILE)
    assert isinstance(items, list)
    assert [article_in(item, FEEDS.mappings[feed], NOW) for item in items] == [expected]


def test_every_mapping_has_a_sample() -> None:
    """Nothing ships untried."""
    assert {feed_of(path.name) for path in SAMPLES.iterdir()} == set(FEEDS.mappings)


@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_item_of_a_file_is_a_record_of_its_own(sample: str) -> None:
    """What push can't read it sends as one: the worker then reads, or rejects, the same."""
    mapping = FEEDS.mappings[feed_of(sample)]
    items = split((SAMPLES / sample).read_bytes(), mapping, OF_A_FILE)
    assert isinstance(items, list)

    assert read(record(items[0].raw, feed_of(sample)), FEEDS) == EXPECTED[sample]


@pytest.mark.parametrize("sample", sorted(EXPECTED))
def test_article_goes_on_in_newstapes_own_form(sample: str) -> None:
    """What push sends of a vendor's item is read again as the same article."""
    assert read(record(encode(EXPECTED[sample]), NATIVE), FEEDS) == EXPECTED[sample]


def test_schemes_are_those_of_intake() -> None:
    """A mapping can give no symbol that an article may not have."""
    from typing import get_args, get_type_hints

    from streams.feeds.mapping import Symbols

    assert get_args(get_type_hints(Symbols)["scheme"]) == SCHEMES


def rejection(value: bytes, feed: str) -> str:
    """Reason and detail of a record that is refused."""
    found = read(record(value, feed), FEEDS)
    assert isinstance(found, Rejection), found
    return f"{found.reason}: {found.detail}"


ALPACA: Final[dict[str, Any]] = {
    "id": 7,
    "headline": "h",
    "created_at": "2026-11-20T14:05:11Z",
    "content": "The DAX rose.",
    "symbols": [],
}


@pytest.mark.parametrize(
    ("feed", "value", "told"),
    [
        ("benzing", b"{}", "schema: newstape-feed: expected native | alpaca | atom | benzinga | eodhd | finnhub"),
        ("alpaca", b"{", "not-json: $: expected JSON, got"),
        ("alpaca", b"\xff", "not-utf8: $: expected UTF-8, got byte 0xff at offset 0"),
        ("alpaca", b"7", "schema: $: expected object, got 7"),
        ("alpaca", b"[]", "empty: $: expected one article a record, got 0"),
        ("alpaca", b'{"news": []}', "empty: $: expected one article a record, got 0"),
        ("alpaca", b'{"news": [{}, {}]}', "schema: $: expected one article a record, got 2"),
        ("alpaca", b'{"news": [3]}', "schema: $.news[0]: expected object, got 3"),
        ("alpaca", encode({"news": [ALPACA | {"created_at": "today"}]}), "schema: $.news[0].created_at: expected RFC"),
        ("alpaca", encode(ALPACA | {"created_at": None}), "schema: $.created_at: expected RFC"),
        ("alpaca", encode(ALPACA | {"headline": [{}, "x"]}), "schema: $.headline: expected string, got object"),
        ("alpaca", encode(ALPACA | {"content": " ", "headline": ""}), "empty: $.content: expected text"),
        ("alpaca", encode(ALPACA | {"symbols": [3]}), "schema: $.symbols: expected string, got 3"),
        ("alpaca", encode(ALPACA | {"created_at": "2036-01-01T00:00:00Z"}), "future-timestamp: $.created_at: expected"),
        ("nitf", b"<nitf", "not-xml: $: expected XML, got unclosed token"),
        ("nitf", b"<html/>", "schema: $: expected XML with nitf, got <html>"),
        ("nitf", b"<nitf/>", "schema: $.nitf[0].head.docdata.doc-id.@id-string: expected string, got nothing"),
        ("nitf", b"\x00", "not-xml: $: expected XML"),
        ("rss", b"<html><body>Sign in</body></html>", "not-xml: $: expected RSS or Atom, got something else"),
        ("rss", b"not a feed", "not-xml: $: expected RSS or Atom, got something else"),
    ],
)
def test_what_is_no_article_is_told_by_the_vendors_own_names(feed: str, value: bytes, told: str) -> None:
    """A rejection names the path that the mapping looked at, and an unknown feed those that there are."""
    assert rejection(value, feed).startswith(told)


def test_null_value_withdraws_whatever_the_feed() -> None:
    """The key names the article, as without a mapping."""
    assert read(record(None, "benzinga", b"benzinga:7"), FEEDS) == Withdrawal(uri="benzinga:7")


def test_cloudevent_around_a_vendors_article_is_opened() -> None:
    """Structured mode, as the forms that need no mapping."""
    event = {"specversion": "1.0", "type": "news", "id": "1", "source": "/x", "data": ALPACA}

    found = read(record(encode(event), "alpaca"), FEEDS)

    assert isinstance(found, Article)
    assert found.uri == "alpaca:7"


def test_last_header_of_several_counts_in_either_case() -> None:
    """As of Kafka's headers everywhere."""
    headers = (("newstape-feed", b"nitf"), ("Newstape-Feed", b"alpaca"))

    assert isinstance(read(RawRecord(key=None, value=encode(ALPACA), headers=headers, timestamp=NOW), FEEDS), Article)


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/passwd">',
        '<!ENTITY c SYSTEM "http://127.0.0.1:1/">',
        '<!ENTITY % c SYSTEM "http://127.0.0.1:1/">',
    ],
)
@pytest.mark.parametrize("feed", ["nitf", "newsml-g2"])
def test_entities_of_a_document_are_refused(feed: str, entities: str) -> None:
    """Bombs do not explode, and nothing outside the record is fetched."""
    value = f"<!DOCTYPE nitf [{entities}]><nitf><body>&c;</body></nitf>".encode()

    assert rejection(value, feed).startswith(
        "not-xml: $: expected XML without entities of its own, got EntitiesForbidden"
    )


@pytest.mark.parametrize(
    "entities", ['<!ENTITY c "&d;&d;"><!ENTITY d "&c;">', '<!ENTITY c SYSTEM "file:///etc/passwd">']
)
def test_entities_of_an_rss_document_come_to_nothing(entities: str) -> None:
    """Feedparser keeps none but plain characters."""
    value = f"<!DOCTYPE rss [{entities}]><rss><channel><item><guid>g</guid><title>&c;</title></item></channel></rss>"

    assert "root:" not in rejection(value.encode(), "rss")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b"<nitf>" * 200, "at most 100 levels"),
        (b"<nitf>" + b"<a/>" * 20_000 + b"</nitf>", "at most 10,000 elements"),
    ],
)
def test_xml_is_bounded(value: bytes, told: str) -> None:
    """Neither depth nor width of a record holds up the worker."""
    assert told in rejection(value, "nitf")


def test_rss_is_bounded() -> None:
    """Feedparser is slow on markup; a record with one article needs little."""
    assert "at most 4,000 tags and references" in rejection(b"<rss>" * 5_000, "rss")


def test_bytes_of_a_record_are_no_file_name(tmp_path: Path) -> None:
    """Feedparser opens what looks like a path or a URL, if it may."""
    path = tmp_path / "feed.xml"
    path.write_bytes((SAMPLES / "rss.xml").read_bytes())

    assert rejection(str(path).encode(), "rss").startswith("not-xml")


def test_file_may_hold_more_than_a_record() -> None:
    """Limits of a record are there for the worker; a file is read once."""
    many = encode({"news": [ALPACA | {"id": number} for number in range(60_000)]})

    assert isinstance(split(many, FEEDS.mappings["alpaca"], Limits()), Rejection)
    found = split(many, FEEDS.mappings["alpaca"], OF_A_FILE)
    assert isinstance(found, list)
    assert [found[0].path, found[-1].path, len(found)] == ["$.news[0]", "$.news[59999]", 60_000]


def test_too_many_subjects_and_symbols_are_cut_and_do_not_cost_the_article() -> None:
    """They are the vendor's hints and no part of the text."""
    found = read(record(encode(ALPACA | {"symbols": [f"A{n}" for n in range(300)]}), "alpaca"), FEEDS)

    assert isinstance(found, Article)
    assert [symbol.value for symbol in found.symbols] == [f"A{n}" for n in range(256)]


def test_reason_for_xml_is_in_the_contract() -> None:
    """A dead letter may say it."""
    assert RejectReason("not-xml") is RejectReason.NOT_XML
