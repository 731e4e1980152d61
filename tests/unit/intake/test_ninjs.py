"""ninjs items of all versions: which field becomes what, and what is refused."""

from datetime import UTC, datetime
from typing import Any, Final

import pytest

from schemas import Article, encode
from schemas.taxonomy import RejectReason, Status
from streams.intake import RawRecord, Rejection, read

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)
FIRST: Final = datetime(2025, 10, 27, 6, 0, tzinfo=UTC)
LATEST: Final = datetime(2025, 10, 27, 6, 30, tzinfo=UTC)

VERSION_1: Final[dict[str, Any]] = {
    "uri": "urn:newsml:example.org:20251027:1",
    "type": "text",
    "mimetype": "text/html",
    "version": "2",
    "firstcreated": "2025-10-27T06:00:00Z",
    "versioncreated": "2025-10-27T15:30:00+09:00",
    "pubstatus": "usable",
    "urgency": 4,
    "language": "en-us",
    "headline": "Nikkei &amp; Topix <up>",
    "byline": "A. Writer",
    "located": "Tokyo",
    "usageterms": "",
    "copyrightholder": "Example News",
    "body_html": "<p>The Nikkei&nbsp;225 rose.</p>\n<p>Topix, too.</p>",
    "subject": [{"code": "medtop:04000000", "name": "economy"}, {"name": "markets"}, {"rel": "about"}],
    "associations": {"main": {"uri": "urn:pic", "type": "picture"}},
}
ARTICLE_1: Final = Article(
    uri="urn:newsml:example.org:20251027:1",
    published_at=FIRST,
    headline="Nikkei &amp; Topix <up>",
    body="The Nikkei\xa0225 rose.\n\nTopix, too.",
    source="Example News",
    language="en-US",
    version=2,
    updated_at=LATEST,
    subjects=("medtop:04000000", "markets"),
)

VERSION_2: Final[dict[str, Any]] = {
    "uri": "urn:a",
    "version": "3",
    "versioncreated": "2025-10-27T06:30:00Z",
    "pubstatus": "withheld",
    "infosources": [{"name": "", "role": "x"}, {"name": "Example Wire"}],
    "headlines": [{"value": "Second"}, {"role": "main", "value": "First"}],
    "bodies": [
        {"role": "html", "contenttype": "text/html", "value": "<p>HTML</p>"},
        {"role": "text", "contenttype": "text/plain", "value": "<plain> &amp;"},
    ],
    "subjects": [{"name": "Krig", "literal": "16000000", "uri": "http://example.org/16"}, {"literal": "17"}],
}
ARTICLE_2: Final = Article(
    uri="urn:a",
    published_at=LATEST,
    headline="First",
    body="<plain> &amp;",
    source="Example Wire",
    version=3,
    updated_at=LATEST,
    status=Status.WITHHELD,
    subjects=("http://example.org/16", "17"),
)

VERSION_3: Final[dict[str, Any]] = {
    "uri": "urn:a",
    "type": "text",
    "firstCreated": "2025-10-27T06:00:00Z",
    "versionCreated": "2025-10-27T06:30:00Z",
    "pubStatus": "usable",
    "copyrightHolder": "Example News",
    "headlines": [{"contentType": "text/html", "value": "Nikkei &amp; <b>Topix</b>"}],
    "bodies": [
        {"role": "summary", "contentType": "text/plain", "value": "Short."},
        {"role": "main", "contentType": "Application/XHTML+XML; charset=utf-8", "value": "<p>Long &lt;&gt;</p>"},
    ],
}
ARTICLE_3: Final = Article(
    uri="urn:a",
    published_at=FIRST,
    headline="Nikkei & Topix",
    body="Long <>",
    source="Example News",
    updated_at=LATEST,
)

NO_TIME: Final = "expected RFC 3339 date-time"
EXAMPLE: Final = "such as 2026-11-20T06:30:00Z"


def reading(fields: dict[str, Any]) -> Any:
    """What `read` says of a record with these fields."""
    return read(RawRecord(key=None, value=encode(fields), timestamp=NOW))


@pytest.mark.parametrize(
    ("fields", "article"),
    [(VERSION_1, ARTICLE_1), (VERSION_2, ARTICLE_2), (VERSION_3, ARTICLE_3)],
    ids=["1.x", "2.x", "3.x"],
)
def test_item_of_each_version_becomes_the_article(fields: dict[str, Any], article: Article) -> None:
    """The spellings and shapes of 1.x, 2.x and 3.x."""
    assert reading(fields) == article


@pytest.mark.parametrize(
    "name",
    [
        "versioncreated",
        "versionCreated",
        "firstcreated",
        "firstCreated",
        "pubstatus",
        "pubStatus",
        "headlines",
        "bodies",
        "headline_main",
        "body_xhtml",
        "body_whatever",
        "$standard",
        "standard",
    ],
)
def test_one_name_of_ninjs_is_enough_to_tell_it(name: str) -> None:
    """The standard asks for no date: an item without one was published when its record was written."""
    assert reading({"uri": "urn:a", "headline": "x", name: None}) == Article(
        uri="urn:a", published_at=NOW, headline="x"
    )


def test_published_at_makes_it_an_article_of_newstapes_own() -> None:
    """Its own form wins where an object has names of both; a null is no name."""
    fields = {"uri": "urn:a", "published_at": "2025-10-27T06:00:00Z", "headline": "x", "body_text": "y", "version": 1}

    assert reading(fields) == Article(uri="urn:a", published_at=FIRST, headline="x", version=1)
    assert reading(VERSION_1 | {"published_at": None}) == ARTICLE_1


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("1", 1),
        ("007", 7),
        ("20251027063000", 20251027063000),
        ("9007199254740991", 2**53 - 1),
        (4, 4),
        ("0", None),
        (0, None),
        ("000", None),
        ("", None),
        ("1.2", None),
        ("v2", None),
        ("-1", None),
        ("٣", None),
        (" 1", None),
        (None, None),
    ],
)
def test_version_is_the_number_in_the_string(version: object, number: int | None) -> None:
    """Strings that are no whole number leave the order to `versioncreated`, as 0 does."""
    assert reading(VERSION_1 | {"version": version}).version == number


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"body_text": "plain <b>", "body_html": "<p>html</p>"}, "plain <b>"),
        ({"body_text": " ", "body_html": "<p>html</p>"}, "html"),
        ({"body_html": "", "body_xhtml": "<p>xhtml</p>"}, "xhtml"),
        ({"body_richhtml5": "<p>rich</p>", "body_html5": "<p>five</p>"}, "five"),
        ({"body_markdown": "# x"}, "# x"),
        ({"body_richtext": "<p>rich</p>", "body_main": "main"}, "main"),
        ({"body_main": "<p>main</p>", "body_note": "note"}, "main"),
        ({"body_note": " ", "body_other": "other", "body_more": "more"}, "other"),
        ({"body_html": "<p></p>", "body_xhtml": "<p>xhtml</p>"}, ""),
        ({"bodies": []}, ""),
        ({"bodies": [{"value": "plain & x"}]}, "plain & x"),
        ({"bodies": [{"value": "\n<p>a</p>"}]}, "a"),
        ({"bodies": [{"value": "<!-- c -->a"}]}, "a"),
        ({"bodies": [{"value": "< 5 is less"}]}, "< 5 is less"),
        ({"bodies": [{"value": ""}, {"role": "main", "value": " "}, {"role": "x", "value": "text"}]}, "text"),
        ({"bodies": [{"role": "x", "value": "a"}, {"value": "b"}]}, "b"),
        ({"bodies": [{"role": "x", "contentType": "text/html", "value": "a"}, {"role": "y", "value": "b"}]}, "b"),
        ({"bodies": [{"role": "x", "value": "a"}, {"role": "y", "value": "b"}]}, "a"),
        ({"bodies": [{"role": "nitf", "contenttype": "application/xml", "value": "<hl2>H</hl2><p>B</p>"}]}, "H\n\nB"),
        ({"bodies": [{"role": "md", "contenttype": "text/markdown", "value": "# H &amp;"}]}, "# H &amp;"),
    ],
)
def test_body_is_the_one_to_read(fields: dict[str, Any], body: str) -> None:
    """Main before unnamed before other roles, plain text before HTML, blank ones never, then the first."""
    item = {"uri": "urn:a", "versioncreated": "2025-10-27T06:30:00Z", "headline": "x"}

    assert reading(item | fields).body == body


@pytest.mark.parametrize("kind", ["audio", "video", "picture", "graphic", "component", "event", "planning"])
@pytest.mark.parametrize("item", [VERSION_1, {"uri": "urn:a"}], ids=["full", "bare"])
def test_item_that_is_no_text_is_refused_by_its_type(item: dict[str, Any], kind: str) -> None:
    """A caption is not an article; the type is named before whatever else is missing."""
    assert reading(item | {"type": kind}) == Rejection(
        reason=RejectReason.SCHEMA, detail=f'$.type: expected "text", or "composite" with text of its own, got "{kind}"'
    )


def test_event_that_leaves_out_its_type_is_refused_as_one() -> None:
    """As in IPTC's own examples of 3.0."""
    item = {"uri": "urn:a", "title": "x", "eventDetails": {}, "bodies": [{"value": "x"}]}

    assert reading(item) == Rejection(
        reason=RejectReason.SCHEMA, detail='$.type: expected "text", got nothing, and "eventDetails", which no text has'
    )


def test_composite_with_text_of_its_own_is_an_article() -> None:
    """A press release with its pictures; one with nothing but parts is empty."""
    parts = {"associations": {"photo": {"uri": "urn:p", "type": "picture"}}}
    package = {"uri": "urn:a", "versioncreated": "2025-10-27T06:30:00Z", "type": "composite"} | parts

    assert reading(VERSION_1 | {"type": "composite"} | parts) == ARTICLE_1
    assert reading(package).reason is RejectReason.EMPTY


def test_item_as_superdesk_writes_it_is_read() -> None:
    """`guid` for `uri`, zones without a colon, a version in quotes, nulls where nothing was filled in."""
    item = {
        "guid": "tag:localhost:2025:33482c3f",
        "type": "text",
        "version": "3",
        "language": "en",
        "headline": "Nikkei up",
        "body_html": "<p>The Nikkei rose.</p>",
        "versioncreated": "2025-10-27T06:30:00+0000",
        "firstcreated": "2025-10-27T06:00:00+0000",
        "pubstatus": "usable",
        "embargoed": "2025-10-27T07:00:00+0000",
        "priority": 6,
        "urgency": 3,
        "slugline": "markets",
        "subject": [{"code": "04000000", "name": "economy"}],
        "place": [],
        "service": [{"code": "b", "name": "Business"}],
        "associations": {"featuremedia": None},
    }

    assert reading(item) == Article(
        uri="tag:localhost:2025:33482c3f",
        published_at=FIRST,
        updated_at=datetime(2025, 10, 27, 6, 30, tzinfo=UTC),
        headline="Nikkei up",
        body="The Nikkei rose.",
        version=3,
        language="en",
        subjects=("04000000",),
        embargoed_until=datetime(2025, 10, 27, 7, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("fields", "headline"),
    [
        ({"headline": "plain", "headline_main": "main"}, "plain"),
        ({"headline": " ", "headline_main": "main"}, "main"),
        ({"headline_short": "short", "headline_main": "main"}, "main"),
        ({"headline_short": "short", "headline_seo": "seo"}, "short"),
        ({"headline_xhtml": "<b>Up &amp; down</b>"}, "Up & down"),
        ({"headline": "<b> is a tag"}, "<b> is a tag"),
        ({"headline": "  "}, "  "),
    ],
)
def test_headline_is_the_one_to_read(fields: dict[str, Any], headline: str) -> None:
    """The plain one, then the main one, then the first of any other name that the schema of 1.x lets be."""
    item = {"uri": "urn:a", "versioncreated": "2025-10-27T06:30:00Z", "body_text": "x"}

    assert reading(item | fields).headline == headline


@pytest.mark.parametrize(
    ("fields", "change", "detail"),
    [
        (VERSION_1, {"uri": None}, "$.uri: expected string, got null"),
        (VERSION_1, {"type": 1}, "$.type: expected string, got 1"),
        (
            VERSION_1,
            {"firstcreated": "2025-10-27"},
            f'$.firstcreated: {NO_TIME} with a time of day and a time zone, {EXAMPLE}, got "2025-10-27"',
        ),
        (
            VERSION_1,
            {"versioncreated": 7},
            f"$.versioncreated: {NO_TIME}, {EXAMPLE}, or an epoch of 10 digits (seconds) or 13 (milliseconds), got 7",
        ),
        (VERSION_1, {"guid": "urn:b", "uri": 7}, "$.uri: expected string, got 7"),
        (
            VERSION_1,
            {"pubstatus": "stat:usable"},
            '$.pubstatus: expected usable | withheld | canceled, got "stat:usable"',
        ),
        (VERSION_1, {"version": 1.5}, "$.version: expected a whole number from 1 to 2**53 - 1, got 1.5"),
        (VERSION_1, {"version": False}, "$.version: expected a whole number from 1 to 2**53 - 1, got false"),
        (
            VERSION_1,
            {"version": "9007199254740992"},
            '$.version: expected a whole number from 1 to 2**53 - 1, got "9007199254740992"',
        ),
        (
            VERSION_1,
            {"version": "9" * 5_000},
            f'$.version: expected a whole number from 1 to 2**53 - 1, got "{"9" * 60}"...',
        ),
        (VERSION_1, {"headline": ["x"]}, "$.headline: expected string, got array"),
        (VERSION_1, {"body_html": {}}, "$.body_html: expected string, got object"),
        (
            VERSION_1,
            {"body_html": "<p>" * 20_001},
            "$.body_html: expected at most 20,000 tags and references, got 20,001",
        ),
        (VERSION_1, {"subject": {"code": "x"}}, "$.subject: expected array, got object"),
        (VERSION_1, {"subject": ["x"]}, '$.subject[0]: expected object, got "x"'),
        (VERSION_1, {"subject": [{"code": 1}]}, "$.subject[0].code: expected string, got 1"),
        (
            VERSION_1,
            {"language": "business english"},
            '$.language: expected a language tag such as en or ja-JP, or a language\'s name, got "business english"',
        ),
        (VERSION_1, {"copyrightholder": 1}, "$.copyrightholder: expected string, got 1"),
        (VERSION_2, {"headlines": "x"}, '$.headlines: expected array, got "x"'),
        (VERSION_2, {"headlines": [{"value": 1}]}, "$.headlines[0].value: expected string, got 1"),
        (VERSION_2, {"headlines": [{"role": 1}]}, "$.headlines[0].role: expected string, got 1"),
        (
            VERSION_2,
            {"headlines": [{"value": "x" * 4_097}]},
            "$.headlines[0].value: expected at most 4,096 characters, got 4,097",
        ),
        (VERSION_2, {"bodies": [{}, 1]}, "$.bodies[1]: expected object, got 1"),
        (VERSION_2, {"bodies": [{}] * 257}, "$.bodies: expected at most 256 items, got 257"),
        (VERSION_2, {"bodies": [{"contenttype": 1, "value": "x"}]}, "$.bodies[0].contenttype: expected string, got 1"),
        (VERSION_2, {"infosources": [{"name": []}]}, "$.infosources[0].name: expected string, got array"),
        (
            VERSION_3,
            {"versionCreated": "now"},
            '$.versionCreated: expected RFC 3339 date-time, such as 2026-11-20T06:30:00Z, got "now"',
        ),
        (VERSION_3, {"pubStatus": "dead"}, '$.pubStatus: expected usable | withheld | canceled, got "dead"'),
    ],
)
def test_bad_field_is_named_as_the_producer_spelled_it(
    fields: dict[str, Any], change: dict[str, Any], detail: str
) -> None:
    """The path in the producer's own object."""
    assert reading(fields | change) == Rejection(reason=RejectReason.SCHEMA, detail=detail)


@pytest.mark.parametrize("name", ["firstcreated", "versioncreated"])
def test_date_far_in_the_future_is_refused(name: str) -> None:
    """The tolerance holds for ninjs too."""
    found = reading(VERSION_1 | {name: "2025-10-28T12:00:01Z"})

    assert found.reason is RejectReason.FUTURE_TIMESTAMP
    assert found.detail.startswith(f"$.{name}: expected at most 24 hours after")


@pytest.mark.parametrize("body", [{"body_text": " "}, {"body_html": "<p>&nbsp;</p>"}, {"bodies": [{"value": ""}]}, {}])
def test_usable_item_with_nothing_to_read_is_empty(body: dict[str, Any]) -> None:
    """Markup around nothing is nothing; a canceled item may be empty."""
    item = {"uri": "urn:a", "versioncreated": "2025-10-27T06:30:00Z"} | body

    assert reading(item).reason is RejectReason.EMPTY
    assert reading(item | {"pubstatus": "canceled"}).status is Status.CANCELED
