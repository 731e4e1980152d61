"""CloudEvents around articles: binary, structured and batch mode of the Kafka binding."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from schemas import Article, encode
from schemas.taxonomy import RejectReason
from streams.intake import RawRecord, Rejection, Withdrawal, read

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)
PUBLISHED: Final = datetime(2025, 10, 27, 6, 30, tzinfo=UTC)
NATIVE: Final[dict[str, Any]] = {"uri": "urn:a", "published_at": "2025-10-27T06:30:00Z", "headline": "Nikkei up"}
NINJS: Final[dict[str, Any]] = {"uri": "urn:a", "versioncreated": "2025-10-27T06:30:00Z", "headline": "Nikkei up"}
ARTICLE: Final = Article(uri="urn:a", published_at=PUBLISHED, headline="Nikkei up")

BINARY: Final = (
    ("ce_specversion", b"1.0"),
    ("ce_type", b"org.example.article"),
    ("ce_source", b"/wire"),
    ("ce_id", b"1234"),
    ("ce_time", b"2025-10-27T06:30:00Z"),
    ("content-type", b"application/json; charset=utf-8"),
)
STRUCTURED: Final = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
ENVELOPE: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "type": "org.example.article",
    "source": "/wire",
    "id": "1234",
    "time": None,
    "datacontenttype": "application/json",
}

Headers = tuple[tuple[str, bytes], ...]


def reading(value: dict[str, Any] | bytes | None, headers: Headers = ()) -> Any:
    """What `read` says of a record with this value and these headers."""
    raw = encode(value) if isinstance(value, dict) else value
    return read(RawRecord(key=b"urn:key", value=raw, headers=headers, timestamp=NOW))


def rejection(detail: str, reason: RejectReason = RejectReason.SCHEMA) -> Rejection:
    """A rejection, for the schema unless said otherwise."""
    return Rejection(reason=reason, detail=detail)


def base64(fields: dict[str, Any]) -> str:
    """The object's JSON in Base64."""
    return b64encode(encode(fields)).decode()


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (NATIVE, BINARY),
        (NATIVE, BINARY[:1]),
        (NATIVE, (*BINARY[:5], ("Content-Type", b"application/vnd.example.article+json"))),
        (NATIVE, (("traceparent", b"\xff"), ("x", b""))),
        (NATIVE, (("content-type", b"text/plain"),)),
        (NATIVE, (("ce_specversion", b"0.3"), ("ce_specversion", b"1.0"))),
        (ENVELOPE | {"data": NATIVE}, ()),
        (ENVELOPE | {"data": NATIVE}, STRUCTURED),
        (ENVELOPE | {"data": NATIVE}, STRUCTURED + BINARY[:5]),
        (ENVELOPE | {"data": NATIVE}, BINARY),
        (ENVELOPE | {"data": NATIVE, "datacontenttype": None}, ()),
        (ENVELOPE | {"data": NATIVE, "datacontenttype": "text/x+JSON; a=b"}, ()),
        (ENVELOPE | {"data": NATIVE, "data_base64": None}, ()),
        (ENVELOPE | {"data_base64": base64(NATIVE)}, ()),
        (ENVELOPE | {"data_base64": base64(NATIVE), "data": None}, STRUCTURED),
        ({"specversion": "1.0", "data": NATIVE}, STRUCTURED),
        ({"specversion": "1.0", "type": "x", "data": NATIVE, "subject": "urn:other"}, ()),
        (NATIVE, (*BINARY, ("ce_subject", b"urn:other"))),
    ],
)
def test_article_is_found_in_every_mode(value: dict[str, Any], headers: Headers) -> None:
    """The envelope's own attributes are ignored, the article's uri goes before the subject, the last header counts."""
    assert reading(value, headers) == ARTICLE


@pytest.mark.parametrize(("value", "headers"), [(NINJS, BINARY), (ENVELOPE | {"data": NINJS}, ())])
def test_ninjs_is_found_in_every_mode(value: dict[str, Any], headers: Headers) -> None:
    """The envelope says nothing of the form inside."""
    assert reading(value, headers).updated_at == PUBLISHED


@pytest.mark.parametrize(
    ("envelope", "headers"),
    [
        ({}, (*BINARY, ("ce_subject", "urn:日経".encode()))),
        (ENVELOPE | {"subject": "urn:日経"}, STRUCTURED),
        (ENVELOPE | {"subject": "urn:日経"}, ()),
        (ENVELOPE, (("ce_specversion", b"1.0"), ("ce_subject", "urn:日経".encode()))),
    ],
)
@pytest.mark.parametrize("uri", [{}, {"uri": None}])
def test_subject_is_the_uri_of_an_article_without_one(
    envelope: dict[str, Any], headers: Headers, uri: dict[str, Any]
) -> None:
    """The subject names the thing the event is about, which is the article."""
    fields = {name: value for name, value in NATIVE.items() if name != "uri"} | uri

    assert reading(envelope | {"data": fields} if envelope else fields, headers).uri == "urn:日経"


def test_id_is_not_the_uri() -> None:
    """It names the event: two versions of one article would be two articles."""
    fields = {name: value for name, value in NATIVE.items() if name != "uri"}

    assert reading(fields, BINARY) == rejection("$.uri: expected string, got nothing")
    assert reading(ENVELOPE | {"data": fields}) == rejection("$.data.uri: expected string, got nothing")


@pytest.mark.parametrize("headers", [(), BINARY, STRUCTURED])
def test_null_value_withdraws_in_every_mode(headers: Headers) -> None:
    """An event without data is a null value in binary mode, and the key names the article."""
    assert reading(None, headers) == Withdrawal(uri="urn:key")


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        (
            (("content-type", b"application/cloudevents-batch+json"),),
            'content-type: expected one CloudEvent a record, got a batch, "application/cloudevents-batch+json"',
        ),
        (
            (("content-type", b"Application/CloudEvents+Avro"),),
            'content-type: expected application/cloudevents+json, got "application/cloudevents+avro"',
        ),
        (
            (("content-type", b"application/cloudevents"),),
            'content-type: expected application/cloudevents+json, got "application/cloudevents"',
        ),
        (STRUCTURED, '$.specversion: expected "1.0", got nothing'),
        ((("ce_specversion", b"0.3"),), 'ce_specversion: expected "1.0", got "0.3"'),
        ((("ce_specversion", b""),), 'ce_specversion: expected "1.0", got ""'),
        ((*BINARY[:5], ("content-type", b"application/avro")), 'content-type: expected JSON, got "application/avro"'),
    ],
)
def test_header_that_can_not_be_followed_is_named(headers: Headers, detail: str) -> None:
    """Batches, formats other than JSON and other versions of CloudEvents are refused, not guessed at."""
    assert reading(NATIVE, headers) == rejection(detail)


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ((("content-type", b"\xff"),), "content-type: expected UTF-8, got byte 0xff at offset 0"),
        ((("ce_specversion", b"1.\xe3"),), "ce_specversion: expected UTF-8, got byte 0xe3 at offset 2"),
        ((*BINARY, ("ce_subject", b"\xc3(")), "ce_subject: expected UTF-8, got byte 0xc3 at offset 0"),
    ],
)
def test_header_that_is_not_utf8_is_named(headers: Headers, detail: str) -> None:
    """Header values are UTF-8 by the binding."""
    assert reading(NATIVE, headers) == rejection(detail, RejectReason.NOT_UTF8)


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"specversion": "0.3"}, '$.specversion: expected "1.0", got "0.3"'),
        ({"specversion": 1.0}, '$.specversion: expected "1.0", got 1.0'),
        ({"specversion": None}, '$.specversion: expected "1.0", got null'),
        ({"data": None}, "$.data: expected an article, got null"),
        ({"data": "{}"}, '$.data: expected object, got "{}"'),
        ({"data": [NATIVE]}, "$.data: expected object, got array"),
        ({"data": ENVELOPE | {"data": NATIVE}}, "$.data.uri: expected string, got nothing"),
        ({"data": NATIVE | {"body": 1}}, "$.data.body: expected string, got 1"),
        ({"data": NATIVE | {"subjects": [1]}}, "$.data.subjects[0]: expected string, got 1"),
        ({"data": NINJS | {"bodies": [{"value": 1}]}}, "$.data.bodies[0].value: expected string, got 1"),
        ({"datacontenttype": "application/xml"}, '$.datacontenttype: expected JSON, got "application/xml"'),
        ({"datacontenttype": 1}, "$.datacontenttype: expected string, got 1"),
        ({"subject": 1}, "$.subject: expected string, got 1"),
        (
            {"data_base64": base64(NATIVE)},
            f'$.data_base64: expected nothing beside data, got "{base64(NATIVE)[:60]}"...',
        ),
        ({"data": None, "data_base64": 1}, "$.data_base64: expected string, got 1"),
        ({"data": None, "data_base64": "e30"}, '$.data_base64: expected Base64, got "e30"'),
        ({"data": None, "data_base64": "e3 0="}, '$.data_base64: expected Base64, got "e3 0="'),
        ({"data": None, "data_base64": "日本"}, '$.data_base64: expected Base64, got "日本"'),
        ({"data": None, "data_base64": "e30="}, "$.data_base64.uri: expected string, got nothing"),
        ({"data": None, "data_base64": "W10="}, "$.data_base64: expected object, got array"),
    ],
)
def test_bad_attribute_or_article_is_named_by_its_path_in_the_envelope(change: dict[str, Any], detail: str) -> None:
    """An envelope inside an envelope is no article, and a string of JSON is a string."""
    assert reading(ENVELOPE | {"data": NATIVE} | change) == rejection(detail)


@pytest.mark.parametrize(
    ("encoded", "reason", "start"),
    [
        ("", RejectReason.EMPTY, "$.data_base64: expected an article, got no bytes"),
        ("ew==", RejectReason.NOT_JSON, "$.data_base64: expected JSON, got "),
        ("/w==", RejectReason.NOT_UTF8, "$.data_base64: expected UTF-8, got byte 0xff at offset 0"),
    ],
)
def test_bytes_in_base64_are_read_as_strictly_as_the_value(encoded: str, reason: RejectReason, start: str) -> None:
    """The same reasons, under the path of the member."""
    found = reading(ENVELOPE | {"data_base64": encoded})

    assert found.reason is reason
    assert found.detail.startswith(start)


def test_envelope_without_data_is_named() -> None:
    """In structured mode an event without data is no withdrawal."""
    assert reading(ENVELOPE) == rejection("$.data: expected an article, got nothing")


def test_array_of_events_is_no_article() -> None:
    """A batch that does not say so."""
    assert reading(b"[{},{}]", STRUCTURED) == rejection("$: expected object, got array")
    assert reading(b"[{},{}]", BINARY) == rejection("$: expected object, got array")
