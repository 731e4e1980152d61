"""Articles in newstape's own form: what is taken, what is refused, field by field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from schemas import Article, encode
from schemas.taxonomy import RejectReason, Status
from streams.intake import RawRecord, Rejection, read

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)
PUBLISHED: Final = datetime(2025, 10, 27, 6, 30, tzinfo=UTC)
SMALLEST: Final[dict[str, Any]] = {"uri": "urn:a", "published_at": "2025-10-27T06:30:00Z", "headline": "Nikkei up"}
NO_TIME: Final = "$.published_at: expected RFC 3339 date-time"
EXAMPLE: Final = "such as 2026-11-20T06:30:00Z"
NO_LANGUAGE: Final = "$.language: expected a language tag such as en or ja-JP, or a language's name"
SMALLEST_ARTICLE: Final = Article(uri="urn:a", published_at=PUBLISHED, headline="Nikkei up")


def reading(fields: dict[str, Any]) -> Any:
    """What `read` says of a record with these fields."""
    return read(RawRecord(key=None, value=encode(fields), timestamp=NOW))


def rejection(detail: str, reason: RejectReason = RejectReason.SCHEMA) -> Rejection:
    """A rejection, for the schema unless said otherwise."""
    return Rejection(reason=reason, detail=detail)


def test_all_fields_are_taken_as_they_are() -> None:
    """Every field of the contract, with times in UTC and the language tag in its usual case."""
    fields = {
        "uri": "urn:a",
        "published_at": "2025-10-27T15:30:00+09:00",
        "headline": " Nikkei\tup ",
        "body": "Line.\r\n\r\nLine.\x00",
        "source": "Invezz",
        "language": "EN-us",
        "version": 7,
        "updated_at": "2025-10-27T06:31:00.5Z",
        "status": "usable",
        "url": "https://example.org/a",
        "subjects": ["M1", "", "M2", "M1"],
    }

    assert reading(fields) == Article(
        uri="urn:a",
        published_at=PUBLISHED,
        headline=" Nikkei\tup ",
        body="Line.\r\n\r\nLine.\x00",
        source="Invezz",
        language="en-US",
        version=7,
        updated_at=datetime(2025, 10, 27, 6, 31, 0, 500_000, tzinfo=UTC),
        status=Status.USABLE,
        url="https://example.org/a",
        subjects=("M1", "", "M2", "M1"),
    )


def test_smallest_article_has_uri_time_and_text() -> None:
    """All else has its default, and null is the same as left out."""
    optional = ("body", "source", "language", "version", "updated_at", "status", "url", "subjects")

    assert reading(SMALLEST) == SMALLEST_ARTICLE
    assert reading(SMALLEST | dict.fromkeys(optional)) == SMALLEST_ARTICLE


def test_unknown_fields_are_ignored() -> None:
    """Whatever they hold, names of other forms included."""
    fields = SMALLEST | {"urgency": 3, "nested": {"a": [{}]}, "headlines": 5, "body_html": [], "specversion": "1.0"}

    assert reading(fields) == SMALLEST_ARTICLE


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "tab\there\x07\x1b[31m\x7f\x85",
        "\ufeff\u200b\u202e",
        "日経平均\u3000が５万円",
        "\U0001f600 \U0010ffff",
        "e\u0301 and \u00e9",
        "\r\n\u2028\u2029",
        "(a+)+$" * 600,
        '<script>alert("x")</script> &amp;',
        "\\ud800 \\u0000",
    ],
)
def test_text_is_kept_to_the_character(text: str) -> None:
    """Offsets count in the text as received: nothing is stripped, normalised, unescaped or refused."""
    article = reading(SMALLEST | {"headline": f"x{text}", "body": text})

    assert (article.headline, article.body) == (f"x{text}", text)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"uri": None}, "$.uri: expected string, got null"),
        ({"uri": 5}, "$.uri: expected string, got 5"),
        ({"uri": ["a"]}, "$.uri: expected string, got array"),
        ({"uri": ""}, '$.uri: expected a uri that is not empty, got ""'),
        ({"uri": " \u3000\u200b"}, '$.uri: expected a uri that is not empty, got " \u3000\u200b"'),
        ({"uri": "a\x00b"}, '$.uri: expected a uri without control characters, got "a\\u0000b"'),
        ({"uri": "a\x85b"}, '$.uri: expected a uri without control characters, got "a\x85b"'),
        ({"uri": "a" * 2_049}, "$.uri: expected at most 2,048 characters, got 2,049"),
        ({"published_at": None}, "$.published_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got null"),
        (
            {"published_at": "yesterday"},
            '$.published_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got "yesterday"',
        ),
        ({"published_at": ""}, '$.published_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got ""'),
        (
            {"published_at": 20251027},
            f"{NO_TIME}, {EXAMPLE}, or an epoch of 10 digits (seconds) or 13 (milliseconds), got 20251027",
        ),
        (
            {"published_at": "2025-10-27"},
            f'{NO_TIME} with a time of day and a time zone, {EXAMPLE}, got "2025-10-27"',
        ),
        (
            {"embargoed_until": "soon"},
            '$.embargoed_until: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got "soon"',
        ),
        ({"embargoed": []}, "$.embargoed: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got array"),
        (
            {"published_at": "2025-10-27T06:30:00"},
            f'{NO_TIME} with a time zone, {EXAMPLE}, got "2025-10-27T06:30:00"',
        ),
        (
            {"published_at": "x" * 100},
            f'$.published_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got "{"x" * 60}"...',
        ),
        (
            {"published_at": "1899-12-31T23:59:59Z"},
            '$.published_at: expected a time from 1900 on, got "1899-12-31T23:59:59Z"',
        ),
        ({"updated_at": "soon"}, '$.updated_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got "soon"'),
        ({"updated_at": False}, "$.updated_at: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got false"),
        ({"headline": 5.5}, "$.headline: expected string, got 5.5"),
        ({"headline": {"a": {}}}, "$.headline: expected string, got object"),
        ({"headline": "x" * 4_097}, "$.headline: expected at most 4,096 characters, got 4,097"),
        ({"body": ["p"]}, "$.body: expected string, got array"),
        ({"body": True}, "$.body: expected string, got true"),
        ({"source": {}}, "$.source: expected string, got object"),
        ({"source": "x" * 513}, "$.source: expected at most 512 characters, got 513"),
        ({"url": 1}, "$.url: expected string, got 1"),
        ({"url": "x" * 4_097}, "$.url: expected at most 4,096 characters, got 4,097"),
        ({"language": "xx"}, f'{NO_LANGUAGE}, got "xx"'),
        ({"language": "elvish"}, f'{NO_LANGUAGE}, got "elvish"'),
        (
            {"language": "en" + "-abcde" * 20},
            f'{NO_LANGUAGE}, got "en{"-abcde" * 9}-abc"...',
        ),
        ({"language": 1}, "$.language: expected string, got 1"),
        ({"version": 0}, "$.version: expected a whole number from 1 to 2**53 - 1, got 0"),
        ({"version": -1}, "$.version: expected a whole number from 1 to 2**53 - 1, got -1"),
        ({"version": True}, "$.version: expected a whole number from 1 to 2**53 - 1, got true"),
        ({"version": 1.0}, "$.version: expected a whole number from 1 to 2**53 - 1, got 1.0"),
        ({"version": "0"}, '$.version: expected a whole number from 1 to 2**53 - 1, got "0"'),
        ({"version": "1.2"}, '$.version: expected a whole number from 1 to 2**53 - 1, got "1.2"'),
        ({"version": 2**53}, "$.version: expected a whole number from 1 to 2**53 - 1, got 9007199254740992"),
        ({"version": 2**63}, "$.version: expected a whole number from 1 to 2**53 - 1, got 9223372036854775808"),
        ({"status": "killed"}, '$.status: expected usable | withheld | canceled, got "killed"'),
        ({"status": ""}, '$.status: expected usable | withheld | canceled, got ""'),
        ({"status": 1}, "$.status: expected string, got 1"),
        ({"subjects": "M1"}, '$.subjects: expected array, got "M1"'),
        ({"subjects": ["a", 1]}, "$.subjects[1]: expected string, got 1"),
        ({"subjects": [None]}, "$.subjects[0]: expected string, got null"),
        ({"subjects": ["a"] * 257}, "$.subjects: expected at most 256 items, got 257"),
        ({"subjects": ["a" * 257]}, "$.subjects: expected subjects of at most 256 characters, got 257"),
    ],
)
def test_field_that_is_not_as_it_should_be_is_named(change: dict[str, Any], detail: str) -> None:
    """The path, what was expected and what was there; nothing is turned into another type."""
    assert reading(SMALLEST | change) == rejection(detail)


@pytest.mark.parametrize("name", ["uri", "published_at"])
def test_required_field_that_is_missing_is_named(name: str) -> None:
    """Without identity or time there is no article."""
    fields = {field: value for field, value in SMALLEST.items() if field != name}
    expected = {"uri": "string", "published_at": "RFC 3339 date-time, such as 2026-11-20T06:30:00Z"}[name]

    assert reading(fields) == rejection(f"$.{name}: expected {expected}, got nothing")


@pytest.mark.parametrize(
    "change",
    [
        {"uri": "a" * 2_048},
        {"headline": "x" * 4_096},
        {"version": 1},
        {"version": 2**53 - 1},
        {"published_at": "1900-01-01T00:00:00Z"},
        {"subjects": ["a" * 256] * 256},
        {"source": ""},
        {"url": "not a url"},
    ],
)
def test_values_at_their_limits_are_taken(change: dict[str, Any]) -> None:
    """The other side of each edge above."""
    assert isinstance(reading(SMALLEST | change), Article)


@pytest.mark.parametrize("field", ["published_at", "updated_at"])
@pytest.mark.parametrize("zone", ["Z", "+09:00"])
def test_times_up_to_24_hours_ahead_of_the_record_are_taken(field: str, zone: str) -> None:
    """The tolerance is measured against the record's own timestamp, to the microsecond."""
    # record 12:00 ──────────── 24 h ────────────▶ 12:00 taken │ 12:00:00.000001 refused
    edge = NOW + timedelta(hours=24)
    local = edge.replace(tzinfo=None) + timedelta(hours=9 if zone == "+09:00" else 0)
    late = f"{local.isoformat()}.000001{zone}"

    assert getattr(reading(SMALLEST | {field: f"{local.isoformat()}{zone}"}), field) == edge
    assert reading(SMALLEST | {field: late}) == rejection(
        f'$.{field}: expected at most 24 hours after the record\'s 2025-10-27T12:00:00+00:00, got "{late}"',
        RejectReason.FUTURE_TIMESTAMP,
    )


@pytest.mark.parametrize(("year", "kind"), [(1, Rejection), (1970, Rejection), (9999, Article)])
def test_any_record_timestamp_can_be_compared(year: int, kind: type) -> None:
    """A producer's nonsense timestamp makes a decision, not an overflow."""
    value = encode(SMALLEST | {"published_at": "9999-12-31T23:59:59Z"})

    assert isinstance(read(RawRecord(key=None, value=value, timestamp=datetime(year, 12, 31, tzinfo=UTC))), kind)


@pytest.mark.parametrize("blank", ["", " \t\r\n", "\u3000\xa0\u2003", "\x00\x01", "\u200b\ufeff\u00ad\u2060"])
def test_usable_article_with_nothing_to_read_is_empty(blank: str) -> None:
    """White space, control characters and characters without width are no text."""
    empty = rejection("$.body: expected text in headline or body, got none", RejectReason.EMPTY)

    assert reading(SMALLEST | {"headline": blank, "body": blank}) == empty
    assert reading(SMALLEST | {"headline": None}) == empty
    assert isinstance(reading(SMALLEST | {"headline": blank, "body": f"{blank}."}), Article)


@pytest.mark.parametrize("status", ["withheld", "canceled"])
def test_withdrawn_article_needs_no_text(status: str) -> None:
    """Agencies send a withdrawal with the text taken out, or with the text left in."""
    without_text = reading({"uri": "urn:a", "published_at": "2025-10-27T06:30:00Z", "status": status})
    with_text = reading(SMALLEST | {"status": status})

    assert without_text == Article(uri="urn:a", published_at=PUBLISHED, status=Status(status))
    assert with_text.headline == "Nikkei up"


@pytest.mark.parametrize("change", [{}, {"version": 3, "language": "zh-hant"}, {"status": "withheld"}])
def test_article_encoded_again_is_read_as_the_same(change: dict[str, Any]) -> None:
    """What newstape writes, newstape reads: nulls of optional fields included."""
    article = reading(SMALLEST | change)

    assert read(RawRecord(key=None, value=encode(article), timestamp=NOW)) == article


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"published_at": "2025-10-27T06:30:00+0000"}, {"published_at": PUBLISHED}),
        ({"published_at": "2025-10-27 06:30 UTC"}, {"published_at": PUBLISHED}),
        ({"published_at": 1761546600}, {"published_at": PUBLISHED}),
        ({"published_at": 1761546600000}, {"published_at": PUBLISHED}),
        ({"published_at": "Mon, 27 Oct 2025 06:30:00 GMT"}, {"published_at": PUBLISHED}),
        ({"updated_at": "1761546600"}, {"updated_at": PUBLISHED}),
        ({"status": "cancelled"}, {"status": Status.CANCELED}),
        ({"status": "Canceled"}, {"status": Status.CANCELED}),
        ({"status": "WITHHELD"}, {"status": Status.WITHHELD}),
        ({"version": "2"}, {"version": 2}),
        ({"version": "007"}, {"version": 7}),
        ({"language": "eng"}, {"language": "en"}),
        ({"language": "en_US"}, {"language": "en-US"}),
        ({"language": "English"}, {"language": "en"}),
        ({"language": "und"}, {"language": None}),
        ({"language": ""}, {"language": None}),
        ({"embargoed_until": "2025-12-01T00:00:00Z"}, {"embargoed_until": datetime(2025, 12, 1, tzinfo=UTC)}),
        ({"embargoed": "2025-12-01T00:00:00+0000"}, {"embargoed_until": datetime(2025, 12, 1, tzinfo=UTC)}),
    ],
)
def test_what_feeds_write_in_several_ways_is_read_as_it_is_meant(change: dict[str, Any], taken: dict[str, Any]) -> None:
    """One meaning, several spellings; an embargo may lie ahead as far as it likes."""
    assert reading(SMALLEST | change) == replace(SMALLEST_ARTICLE, **taken)


@pytest.mark.parametrize(
    ("until", "published_at"),
    [
        ("2025-10-27T12:00:00Z", NOW),
        ("2025-10-27T07:00:00Z", PUBLISHED.replace(hour=7, minute=0)),
        ("2025-10-27T06:00:00Z", PUBLISHED),
    ],
)
def test_article_whose_embargo_is_over_was_published_then(until: str, published_at: datetime) -> None:
    """Nobody could act on it before; an embargo of before its publication changes nothing."""
    record = RawRecord(key=None, value=encode(SMALLEST | {"embargoed_until": until}), timestamp=NOW)

    assert read(record, holds_embargoes=True).published_at == published_at
    assert read(record).published_at == PUBLISHED


def test_article_under_embargo_is_held_until_its_record_comes_later() -> None:
    """To the microsecond; with the time in the detail, and only where embargoes are held at all."""
    # record 12:00 ──── held ────▶ 13:00 read
    until = NOW + timedelta(hours=1)
    value = encode(SMALLEST | {"embargoed_until": until})
    early = RawRecord(key=None, value=value, timestamp=until - timedelta(microseconds=1))

    held = read(early, holds_embargoes=True)

    assert held == rejection(
        "$: expected an embargo that is over by the record's 2025-10-27T12:59:59.999999+00:00, "
        "got one until 2025-10-27T13:00:00+00:00",
        RejectReason.EMBARGOED,
    )
    assert read(early).embargoed_until == until
    released = read(RawRecord(key=None, value=value, timestamp=until), holds_embargoes=True)
    assert (released.published_at, released.embargoed_until) == (until, until)


@pytest.mark.parametrize("status", ["withheld", "canceled"])
def test_withdrawal_is_not_held(status: str) -> None:
    """It says nothing that could come out too early, and what it takes back may be out already."""
    value = encode(SMALLEST | {"embargoed_until": "2026-10-27T00:00:00Z", "status": status})

    found = read(RawRecord(key=None, value=value, timestamp=NOW), holds_embargoes=True)

    assert (found.status, found.published_at) == (Status(status), PUBLISHED)
