"""What producers wrap articles into: compression, a registry's framing, a byte order mark, Kafka Connect's envelope."""

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any, Final

import cramjam
import pytest

from schemas import Article, encode
from schemas.taxonomy import RejectReason
from streams.intake import MAX_ARTICLE_BYTES, RawRecord, Rejection, Withdrawal, read

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)
FIELDS: Final[dict[str, Any]] = {"uri": "urn:a", "published_at": "2025-10-27T06:30:00Z", "headline": "Nikkei up"}
VALUE: Final = encode(FIELDS)
ARTICLE: Final = Article(uri="urn:a", published_at=datetime(2025, 10, 27, 6, 30, tzinfo=UTC), headline="Nikkei up")
BOM: Final = b"\xef\xbb\xbf"
FRAME: Final = b"\0\0\0\0\x2a"
BOMB_BYTES: Final = 200 * 1_048_576


def reading(value: bytes | None, *headers: tuple[str, bytes], key: bytes | None = None) -> Any:
    """What `read` says of a record with this value."""
    return read(RawRecord(key=key, value=value, headers=headers, timestamp=NOW))


def packed(content: bytes) -> bytes:
    """The content in gzip, without the time of day: names of tests hold it, and are the same in every process."""
    return gzip.compress(content, mtime=0)


def zstd(content: bytes) -> bytes:
    """The content in one frame of zstd."""
    return bytes(cramjam.zstd.compress(content))


def bomb(name: str) -> bytes:
    """200 MB of zeros, packed piece by piece: some 200 KB in gzip and 20 KB in zstd."""
    piece = bytes(1_048_576)
    return {"gzip": packed, "zstd": zstd}[name](piece) * (BOMB_BYTES // len(piece))


@pytest.mark.parametrize(
    ("value", "encoding"),
    [
        (VALUE, b"identity"),
        (VALUE, b""),
        (packed(VALUE), b"gzip"),
        (packed(VALUE), b" GZIP "),
        (packed(VALUE), b"x-gzip"),
        (packed(VALUE[:20]) + packed(VALUE[20:]), b"gzip"),
        (zstd(VALUE), b"zstd"),
        (zstd(FRAME + BOM + VALUE), b"zstd"),
    ],
)
def test_value_is_unpacked_as_its_header_says(value: bytes, encoding: bytes) -> None:
    """Either case, several members, and what else it is wrapped into inside."""
    assert reading(value, ("Content-Encoding", encoding)) == ARTICLE


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_bomb_takes_no_more_memory_than_an_article(name: str) -> None:
    """200 MB in a record of a few kilobytes are refused after the first that is too much."""
    value = bomb(name)
    tracemalloc.start()

    found = reading(value, ("content-encoding", name.encode()))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == Rejection(
        reason=RejectReason.TOO_LARGE, detail=f"$: expected at most 1,048,576 bytes, got more, in {name}"
    )
    assert peak < 6 * MAX_ARTICLE_BYTES


@pytest.mark.parametrize("pack", [packed, zstd])
def test_limit_holds_for_what_is_unpacked_to_the_byte(pack: Any) -> None:
    """1 MiB is read, one byte more is not."""
    encoding = ("content-encoding", b"gzip" if pack is packed else b"zstd")
    full = VALUE + b" " * (MAX_ARTICLE_BYTES - len(VALUE))

    assert reading(pack(full), encoding) == ARTICLE
    assert reading(pack(full + b" "), encoding).reason is RejectReason.TOO_LARGE


@pytest.mark.parametrize(
    ("value", "encoding", "reason", "detail"),
    [
        (VALUE, b"gzip", RejectReason.NOT_JSON, "$: expected gzip, as content-encoding says, got Error -3"),
        (
            packed(VALUE)[:-12],
            b"gzip",
            RejectReason.NOT_JSON,
            "$: expected gzip, as content-encoding says, got its",
        ),
        (packed(b""), b"gzip", RejectReason.EMPTY, "$: expected an article, got no bytes, in gzip"),
        (VALUE, b"zstd", RejectReason.NOT_JSON, "$: expected zstd, as content-encoding says, got "),
        (zstd(VALUE)[:-3], b"zstd", RejectReason.NOT_JSON, "$: expected zstd, as content-encoding says, got "),
        (VALUE, b"br", RejectReason.SCHEMA, 'content-encoding: expected gzip or zstd, got "br"'),
        (VALUE, b"\xff", RejectReason.SCHEMA, 'content-encoding: expected gzip or zstd, got "\ufffd"'),
    ],
)
def test_what_can_not_be_unpacked_is_rejected(value: bytes, encoding: bytes, reason: RejectReason, detail: str) -> None:
    """Not packed at all, cut off, empty, or packed by what is not read."""
    found = reading(value, ("content-encoding", encoding))

    assert found.reason is reason
    assert found.detail.startswith(detail)


@pytest.mark.parametrize("value", [BOM + VALUE, FRAME + VALUE, FRAME + b" \n" + VALUE, FRAME + BOM + VALUE])
def test_mark_and_frame_before_json_are_skipped(value: bytes) -> None:
    """A byte order mark, and the five bytes that serialisers of JSON Schema write: neither changes what is said."""
    assert reading(value) == ARTICLE


def test_frame_before_what_is_no_json_is_named_for_what_it_is() -> None:
    """Without a registry Avro can't be read: the dead letter says what the bytes are and which setting is missing."""
    avro = FRAME + b"\x0aurn:a\x12Nikkei up"

    assert reading(avro) == Rejection(
        reason=RejectReason.NOT_JSON,
        detail="$: expected JSON, or Avro with NEWSTAPE_SCHEMA_REGISTRY, got the framing of a schema registry "
        "(a zero byte and the schema's number, 42) before no JSON",
    )


@pytest.mark.parametrize(
    "envelope",
    [
        {"schema": {"type": "struct", "fields": []}, "payload": FIELDS},
        {"payload": FIELDS, "schema": None},
        {"schema": {"type": "string", "optional": False}, "payload": VALUE.decode()},
        {"schema": None, "payload": {"specversion": "1.0", "type": "t", "data": FIELDS}},
    ],
)
def test_connect_envelope_is_opened(envelope: dict[str, Any]) -> None:
    """Kafka Connect's JsonConverter, with an object or with a string of JSON in it."""
    assert reading(encode(envelope)) == ARTICLE


def test_times_of_connect_are_read() -> None:
    """Its logical type Timestamp is a number of milliseconds."""
    fields = FIELDS | {"published_at": 1761546600000}

    assert reading(encode({"schema": {"type": "struct"}, "payload": fields})) == ARTICLE


@pytest.mark.parametrize(
    ("envelope", "detail"),
    [
        ({"schema": {}, "payload": None}, "$.payload: expected object, got null"),
        ({"schema": {}, "payload": [FIELDS]}, "$.payload: expected object, got array"),
        ({"schema": {}, "payload": "text"}, "$.payload: expected JSON, got "),
        ({"schema": {}, "payload": {}}, "$.payload.uri: expected string, got nothing"),
        ({"schema": 1, "payload": FIELDS}, "$.uri: expected string, got nothing"),
        ({"schema": {}, "payload": FIELDS, "more": 1}, "$.uri: expected string, got nothing"),
    ],
)
def test_fault_inside_an_envelope_has_the_path_in_the_record(envelope: dict[str, Any], detail: str) -> None:
    """And what only looks like an envelope is not opened."""
    assert reading(encode(envelope)).detail.startswith(detail)


@pytest.mark.parametrize(
    ("key", "uri"),
    [
        (b"urn:a", "urn:a"),
        (json.dumps({"schema": {"type": "string"}, "payload": "urn:a"}).encode(), "urn:a"),
        (b'{"schema": broken', '{"schema": broken'),
        (b'{"schema":{},"payload":7}', '{"schema":{},"payload":7}'),
    ],
)
def test_null_value_withdraws_the_article_of_a_key_in_an_envelope(key: bytes, uri: str) -> None:
    """Kafka Connect wraps keys as it wraps values."""
    assert reading(None, key=key) == Withdrawal(uri=uri)
