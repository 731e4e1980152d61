"""Removes what producers wrap an article's JSON in: compression, the number of a schema, an envelope.

- Header `content-encoding`: `gzip` or `zstd`, once. Unpacking stops at the size limit of an article: a decompression
  bomb takes no more memory than an article.
- Confluent's framing: a zero byte and four bytes with the number of a schema. JSON behind it is read without asking the
  registry. A record in Avro is rejected with a detail that explains its first bytes, unless it was converted to JSON
  before (`streams.kafka.schema_registry`).
- A byte order mark is skipped.
- Kafka Connect's envelope, `{"schema": …, "payload": …}`: the payload is used, which may be the article as a string.
"""

import zlib
from typing import Any, Final

import cramjam

from schemas.taxonomy import RejectReason
from streams.intake.fields import shown, unexpected

_ENCODING: Final = "content-encoding"
_BOM: Final = b"\xef\xbb\xbf"

# A zero byte, and four bytes with the number of the schema.
FRAME_BYTES: Final = 5
_WHITE: Final = b" \t\r\n"

_ENVELOPE: Final = {"schema", "payload"}


def unpacked(headers: tuple[tuple[str, bytes], ...], value: bytes, max_bytes: int) -> bytes:
    """The value without the compression that its headers name. Raises IntakeError, also for more than `max_bytes`."""
    encodings = [raw for name, raw in headers if name.lower() == _ENCODING]
    encoding = encodings[-1].decode("utf-8", "replace").strip().lower() if encodings else "identity"
    content: bytes | None
    match encoding:
        case "identity" | "":
            return value
        case "gzip" | "x-gzip":
            content = _gunzipped(value, max_bytes + 1)
        case "zstd":
            content = _unzstandard(value, max_bytes + 1)
        case _:
            raise unexpected(_ENCODING, "gzip or zstd", shown(encoding))
    if content is None or len(content) > max_bytes:
        raise unexpected("$", f"at most {max_bytes:,} bytes", f"more, in {encoding}", RejectReason.TOO_LARGE)
    if not content:
        raise unexpected("$", "an article", f"no bytes, in {encoding}", RejectReason.EMPTY)
    return content


def _gunzipped(value: bytes, most: int) -> bytes:
    """The first `most` bytes of all members of a gzip file. Raises IntakeError."""
    content, left = bytearray(), value
    while left and len(content) < most:
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(left, most - len(content))
        except zlib.error as error:
            raise unexpected("$", "gzip, as content-encoding says", str(error), RejectReason.NOT_JSON) from error
        if not member.eof and len(content) < most:
            raise unexpected("$", "gzip, as content-encoding says", "its beginning only", RejectReason.NOT_JSON)
        left = member.unused_data
    return bytes(content)


def _unzstandard(value: bytes, most: int) -> bytes | None:
    """What a zstd frame holds; None where that is more than `most` bytes. Raises IntakeError."""
    room = bytearray(most)
    try:
        size = cramjam.zstd.decompress_into(value, room)
    except cramjam.DecompressionError as error:
        if "whole buffer" in str(error):
            return None
        raise unexpected("$", "zstd, as content-encoding says", str(error), RejectReason.NOT_JSON) from error
    return bytes(memoryview(room)[:size])


def unframed(value: bytes) -> bytes:
    """The value without Confluent's framing and a byte order mark, if it has any. Raises IntakeError."""
    if value[:1] == b"\0" and len(value) > FRAME_BYTES:
        content = value[FRAME_BYTES:]
        if not content.removeprefix(_BOM).lstrip(_WHITE).startswith(b"{"):
            number = int.from_bytes(value[1:FRAME_BYTES], "big")
            got = f"the framing of a schema registry (a zero byte and the schema's number, {number}) before no JSON"
            raise unexpected("$", "JSON, or Avro with NEWSTAPE_SCHEMA_REGISTRY", got, RejectReason.NOT_JSON)
        value = content
    return value.removeprefix(_BOM)


def payload_of(value: object, path: str) -> tuple[Any, str]:
    """The payload and its path where a JSON value is Kafka Connect's envelope, else the value and its path."""
    if isinstance(value, dict) and value.keys() == _ENVELOPE and isinstance(value["schema"], dict | None):
        return value["payload"], f"{path}.payload"
    return value, path
