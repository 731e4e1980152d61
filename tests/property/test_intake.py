"""The fuzzer of intake: random bytes and structure-aware mutations of good records.

Whatever a record holds, `read` gives one of its three answers and keeps what it promises of each.
`NEWSTAPE_FUZZ_EXAMPLES` sets how many records each property sees (100 by default, 20,000 for a long run). A record that
breaks a property goes into `tests/unit/intake/corpus` with its fix.
"""

import gzip
import json
import os
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Final

import cramjam
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Article, encode
from schemas.taxonomy import RejectReason, Status
from streams.intake import RawRecord, Rejection, Withdrawal, read
from streams.intake.date_time import parse
from streams.intake.language_tag import normalise, says_nothing
from tests.forms import BY_HEADER, BY_VALUE, NINJS_1_6, SUPERDESK, Form

FUZZ: Final = settings(
    max_examples=int(os.environ.get("NEWSTAPE_FUZZ_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)

NATIVE: Final[dict[str, Any]] = {
    "uri": "urn:example:1",
    "published_at": "2025-10-27T06:30:00Z",
    "headline": "Nikkei 225 tops 50,000",
    "body": "The Nikkei 225 rose 2.17% to 50,367.38.\n\n日経平均は\u30005万円。",
    "source": "Example News",
    "language": "en-US",
    "version": 3,
    "updated_at": "2025-10-27T15:30:00.25+09:00",
    "status": "usable",
    "url": "https://example.org/1",
    "subjects": ["M1", "medtop:04000000"],
}
NINJS_1: Final[dict[str, Any]] = {
    "uri": "urn:example:1",
    "type": "text",
    "version": "2",
    "firstcreated": "2025-10-27T06:00:00Z",
    "versioncreated": "2025-10-27T06:30:00Z",
    "pubstatus": "usable",
    "language": "en",
    "headline": "Nikkei &amp; Topix",
    "body_html": "<p>The Nikkei&nbsp;225 <b>rose</b>.</p><table><td>Topix<td>3,325</table><!-- x --><pre>a\nb</pre>",
    "subject": [{"code": "04000000", "name": "economy", "scheme": "http://cv.iptc.org/newscodes/mediatopic/"}],
    "infosource": [{"name": "Example Wire"}],
}
NINJS_3: Final[dict[str, Any]] = {
    "uri": "urn:example:1",
    "type": "text",
    "version": "2",
    "versionCreated": "2025-10-27T06:30:00Z",
    "pubStatus": "withheld",
    "copyrightHolder": "Example News",
    "headlines": [{"role": "main", "value": "Nikkei up"}, {"value": "Up"}],
    "bodies": [
        {"role": "main", "contentType": "text/html", "value": "<p>The Nikkei rose.</p>"},
        {"role": "text", "contentType": "text/plain", "value": "The Nikkei rose."},
    ],
    "subjects": [{"uri": "http://example.org/s", "name": "economy"}],
}
ENVELOPE: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "type": "org.example.article",
    "source": "/wire",
    "id": "1234",
    "subject": "urn:example:1",
    "datacontenttype": "application/json",
}
STRUCTURED: Final[dict[str, Any]] = ENVELOPE | {"data": NATIVE}
ENCODED: Final[dict[str, Any]] = ENVELOPE | {"data_base64": b64encode(json.dumps(NINJS_1).encode()).decode()}
CONNECT: Final[dict[str, Any]] = {"schema": {"type": "struct", "fields": []}, "payload": NATIVE}
GOOD: Final = (
    *(NATIVE, NINJS_1, NINJS_3, STRUCTURED, ENVELOPE | {"data": NINJS_3}, ENCODED, CONNECT),
    *(dict(SUPERDESK) | {"guid": "urn:example:1"}, dict(NINJS_1_6) | {"uri": "urn:example:1"}),
)

HEADERS: Final = (
    (),
    (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_subject", b"urn:h"), ("content-type", b"application/json")),
    (("content-type", b"application/cloudevents+json; charset=UTF-8"),),
    (("content-type", b"application/cloudevents-batch+json"),),
    (("traceparent", b"00-ab-cd-01"), ("content-type", b"text/plain")),
    (("content-encoding", b"gzip"),),
    (("content-encoding", b"zstd"),),
)

# Every name that intake looks at, so that one field can take the place of another.
NAMES: Final = sorted(
    {name for fields in GOOD for name in fields} | {"body_text", "body_xhtml", "value", "role", "name"}
)

TEXTS: Final = (
    *(
        "",
        " ",
        "\x00",
        "\ufeff",
        "\u200b",
        "\u3000",
        "usable",
        "canceled",
        "text",
        "main",
        "en",
        "x-a",
        "1",
        "0",
        "1.2",
    ),
    *(
        "English",
        "eng",
        "en_US",
        "und",
        "Fri, 20 Nov 2026 06:30:00 GMT",
        "2025-10-27 06:30 UTC",
        "1761546600",
        "composite",
    ),
    *("9" * 400, "2025-10-27T06:30:00Z", "2025-10-27T06:30:00", "2016-12-31T23:59:60Z", "9999-12-31T23:59:59-23:59"),
    *("0001-01-01T00:00:00+23:59", "2525-01-01T00:00:00Z", "1899-01-01T00:00:00Z", "application/json", "text/html"),
    *("e30=", "(a+)+$" * 50, "<a b=\"'\"='" * 50, "<!--" * 50, "<p>&amp;" * 50, "&#xD800;&nGt;&#0;", "\\ud800"),
    *("\u0315\u0300" * 200, "\U0001f468\u200d\U0001f469", "\u202eevil\u202c", "\U0010ffff\ufffe", "a" * 5_000),
)
TEXT: Final = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBER: Final = (
    st.integers(min_value=-(2**64), max_value=2**65)
    | st.sampled_from([0, 1, -1, 2**53 - 1, 2**53, 2**63, 2**64, 10**400, 1e308, 5e-324, -0.0, 1.5])
    | st.floats(allow_nan=False, allow_infinity=False)
)
SCALAR: Final = st.none() | st.booleans() | NUMBER | TEXT
VALUE: Final = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | TEXT, inner, max_size=4),
    max_leaves=8,
)

# What a broken or hostile producer puts between the bytes.
BYTES: Final = (
    *(b"", b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x98", b"\\ud800", b"\\u0000"),
    *(b"NaN", b"-Infinity", b"1e999", b"null", b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\n", b"[" * 2_000),
    *(b'"uri":7,', b'"uri":"urn:b",', b'{"a":' * 1_500, b"/**/", b"'", b"\r\n", b" " * 100),
)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key or index) of a JSON tree."""
    if isinstance(tree, dict):
        return [(tree, key) for key in tree] + [place for value in tree.values() for place in places(value)]
    if isinstance(tree, list):
        return [(tree, at) for at in range(len(tree))] + [place for value in tree for place in places(value)]
    return []


def mutate(tree: dict[str, Any], data: st.DataObject) -> None:
    """One change somewhere in the tree: a value replaced, taken away, renamed, moved, nested or repeated."""
    found = places(tree)
    if not found:
        return
    container, key = data.draw(st.sampled_from(range(len(found))).map(found.__getitem__))
    match data.draw(st.sampled_from(["replace", "replace", "delete", "rename", "copy", "nest", "repeat", "splice"])):
        case "replace":
            container[key] = data.draw(VALUE)
        case "delete":
            del container[key]
        case "rename" if isinstance(container, dict):
            container[data.draw(st.sampled_from(NAMES))] = container.pop(key)
        case "copy":
            other, place = data.draw(st.sampled_from(range(len(found))).map(found.__getitem__))
            container[key] = deepcopy(other[place])
        case "nest":
            container[key] = data.draw(st.sampled_from([[container[key]], {"data": container[key]}]))
        case "repeat":
            container[key] = [deepcopy(container[key]) for _ in range(data.draw(st.sampled_from([0, 2, 300])))]
        case "splice" if isinstance(container[key], str):
            text, at = container[key], data.draw(st.integers(min_value=0, max_value=len(container[key])))
            container[key] = text[:at] + data.draw(TEXT) + text[at:]
        case _:
            container[key] = data.draw(TEXT)


def damage(raw: bytes, data: st.DataObject) -> bytes:
    """One change of the bytes: cut, overwritten or with something in between."""
    at = data.draw(st.integers(min_value=0, max_value=len(raw)))
    to = data.draw(st.integers(min_value=at, max_value=min(len(raw), at + 8)) | st.just(len(raw)))
    return raw[:at] + data.draw(st.sampled_from(BYTES) | st.binary(max_size=4)) + raw[to:]


@st.composite
def mutated_records(draw: st.DrawFn) -> RawRecord:
    """A good record with up to three changes of its tree and up to two of its bytes."""
    data = draw(st.data())
    tree = deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(min_value=0, max_value=3))):
        mutate(tree, data)
    value = json.dumps(tree, ensure_ascii=draw(st.booleans())).encode()
    value = draw(st.sampled_from([b"", b"", b"", b"\xef\xbb\xbf", b"\0\0\0\0\1"])) + value
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        value = damage(value, data)
    headers = draw(st.sampled_from(HEADERS))
    if headers and draw(st.booleans()):
        headers = tuple((name, damage(raw, data)) for name, raw in headers)
    return RawRecord(key=draw(st.none() | st.binary(max_size=8)), value=value, headers=headers, timestamp=NOW)


@st.composite
def random_records(draw: st.DrawFn) -> RawRecord:
    """Nothing but chance: any key, value, headers and time."""
    return RawRecord(
        key=draw(st.none() | st.binary(max_size=40)),
        value=draw(st.none() | st.binary(max_size=400) | VALUE.map(lambda value: json.dumps(value).encode())),
        headers=tuple(draw(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=40)), max_size=4))),
        timestamp=draw(st.datetimes(timezones=st.just(UTC))),
    )


def check_article(article: Article, record: RawRecord) -> None:
    """What later stages rely on."""
    assert 1 <= len(article.uri) <= 2_048
    assert article.uri.strip()
    assert article.uri.isprintable() or not any(ord(character) < 32 for character in article.uri)
    for time in (article.published_at, article.updated_at):
        assert time is None or (
            time.tzinfo is UTC and time.year >= 1900 and time - record.timestamp <= timedelta(hours=24)
        )
    assert article.status is not Status.USABLE or (article.headline + article.body).strip()
    assert article.version is None or 1 <= article.version < 2**53
    assert article.language is None or article.language.replace("-", "").isalnum()
    assert len(article.headline) <= 4_096
    assert len(article.subjects) <= 256
    assert all(type(subject) is str for subject in article.subjects)


def check_answer(answer: Article | Withdrawal | Rejection, record: RawRecord) -> None:
    """What `read` promises of each of its answers."""
    match answer:
        case Article():
            check_article(answer, record)
        case Withdrawal(uri=uri):
            assert record.value is None
            assert uri.encode() == record.key
        case Rejection(reason=reason, detail=detail):
            assert reason in set(RejectReason) - {RejectReason.INTERNAL_ERROR}
            assert ": expected " in detail
            assert ", got " in detail
            assert len(detail.encode()) <= 1_000
            assert "\n" not in detail


@given(random_records())
@FUZZ
def test_any_record_has_an_answer(record: RawRecord) -> None:
    """No bytes raise, and accepted + withdrawn + rejected = read."""
    check_answer(read(record), record)


@given(mutated_records())
@FUZZ
def test_any_damage_to_a_good_record_has_an_answer(record: RawRecord) -> None:
    """Structure-aware: close enough to an article to reach every branch."""
    check_answer(read(record), record)


@given(mutated_records())
@FUZZ
def test_reading_again_gives_the_same_answer(record: RawRecord) -> None:
    """A replay decides the same, with another key and headers of no concern too."""
    answer = read(record)

    again = RawRecord(
        key=b"other", value=record.value, headers=(*record.headers, ("x", b"\xff")), timestamp=record.timestamp
    )

    assert read(record) == answer
    assert read(again) == answer


@given(mutated_records())
@FUZZ
def test_accepted_article_is_accepted_again_in_newstapes_own_form(record: RawRecord) -> None:
    """Encoding an article and reading it back changes nothing, whatever form it came in."""
    answer = read(record)

    if isinstance(answer, Article):
        assert read(RawRecord(key=None, value=encode(answer), timestamp=record.timestamp)) == answer


@given(TEXT, st.booleans())
@FUZZ
def test_plain_text_is_kept_to_the_character(text: str, ensure_ascii: bool) -> None:
    """Offsets count in the text as received, however JSON spells it."""
    value = json.dumps(NATIVE | {"headline": "x", "body": text}, ensure_ascii=ensure_ascii).encode()

    answer = read(RawRecord(key=None, value=value, timestamp=NOW))

    assert isinstance(answer, Article)
    assert answer.body == text


PACKERS: Final = {"gzip": gzip.compress, "zstd": lambda content: bytes(cramjam.zstd.compress(content))}


@given(mutated_records(), st.sampled_from(sorted(PACKERS)))
@FUZZ
def test_packed_record_is_read_as_the_same(record: RawRecord, name: str) -> None:
    """Compression by its header changes no answer, but that what it holds is told to be packed where it is empty."""
    headers = tuple((header, value) for header, value in record.headers if header != "content-encoding")
    plain = RawRecord(key=None, value=record.value, headers=headers, timestamp=NOW)
    packed = RawRecord(
        key=None,
        value=PACKERS[name](record.value or b""),
        headers=(*headers, ("content-encoding", name.encode())),
        timestamp=NOW,
    )

    expected, found = read(plain), read(packed)

    if record.value:
        assert found == expected
    else:
        assert isinstance(found, Rejection)


@given(st.sampled_from([*BY_VALUE, *BY_HEADER]), st.data())
@FUZZ
def test_any_damage_to_a_record_of_any_form_has_an_answer(form: Form, data: st.DataObject) -> None:
    """Packed, framed and wrapped ones too, with embargoes held and let through."""
    record = RawRecord(key=None, value=damage(form.value, data), headers=form.headers, timestamp=NOW)

    for holds in (False, True):
        check_answer(read(record, holds_embargoes=holds), record)


@given(TEXT)
@FUZZ
def test_language_that_is_read_is_read_again_as_the_same(text: str) -> None:
    """The tag that comes out goes in unchanged, and says something."""
    tag = normalise(text)

    assert tag is None or (normalise(tag) == tag and (says_nothing(text) or not says_nothing(tag)))


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001  its zone is drawn beside it
    st.integers(min_value=-23 * 60, max_value=23 * 60),
)
@FUZZ
def test_moment_is_the_same_in_every_spelling(local: datetime, minutes: int) -> None:
    """RFC 3339, without a colon, with a space, and as mail has it; the last two to the second."""
    zone = timezone(timedelta(minutes=minutes))
    moment = local.replace(tzinfo=zone)
    second = moment.replace(microsecond=0)

    assert parse(moment.isoformat()) == moment
    assert parse(moment.strftime("%Y-%m-%dT%H:%M:%S.%f%z")) == moment
    assert parse(second.isoformat(sep=" ")) == second
    assert parse(format_datetime(second)) == second
