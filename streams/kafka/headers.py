"""The headers of records: CloudEvents on what newstape says, and on dead letters where they came from and why.

A record's source position is the place where it first stood. A redrive and a replay send it on in the three source
headers, so that every later reading of the record gives the same answer about the same position: it counts once. The
headers are believed only where they name the topic that the record stands in, since an article copied from elsewhere
may bring headers of these names with it; a replay into topics of its own names those.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeVar

from schemas import Position
from schemas.version import CONTRACT_VERSION

Headers = Sequence[tuple[str, bytes]]
V = TypeVar("V", bound=bytes | None)

TRACE_HEADERS: Final = ("traceparent", "tracestate")
REASON: Final = "reason"
DETAIL: Final = "detail"
SOURCE_TOPIC: Final = "source-topic"
SOURCE_PARTITION: Final = "source-partition"
SOURCE_OFFSET: Final = "source-offset"
SOURCE: Final = frozenset({SOURCE_TOPIC, SOURCE_PARTITION, SOURCE_OFFSET})
REDRIVEN_FROM: Final = "redriven-from"
"""On a redriven record, and on the dead letter it may become again: the letter it was, `topic/partition/offset`."""
REDRIVES: Final = "redrives"
"""Beside it: how often the record has been redriven."""
CUT_FROM: Final = "cut-from"
"""On the dead letter of a record that no topic takes whole: how many bytes of key, headers and value it had."""

_MAJOR: Final = CONTRACT_VERSION.partition(".")[0]

# A traceparent has 55 bytes and a tracestate rarely 512. They are on every output: what a producer puts into them by
# mistake must not make an event too large for its topic.
_TRACE_BYTES: Final = 8_192

# Kafka's partitions have 31 bits and its offsets 63; what is longer is no place, and int() refuses very long ones.
_PARTITION_DIGITS: Final = 9
_OFFSET_DIGITS: Final = 18


def cloud_event(
    kind: str,
    identity: str,
    subject: str,
    time_of: datetime | None,
    trace: Headers = (),
    content_type: str = "application/json",
) -> list[tuple[str, bytes]]:
    """Headers of an output: CloudEvents 1.0 in Kafka binary mode, and the trace context of its input."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", identity.encode()),
        ("ce_source", b"/newstape"),
        ("ce_type", f"newstape.{kind}.v{_MAJOR}".encode()),
        ("ce_subject", subject.encode()),
        ("ce_dataschema", f"urn:newstape:schema:{kind}:{_MAJOR}".encode()),
        ("content-type", content_type.encode()),
    ]
    if time_of is not None:
        headers.insert(5, ("ce_time", time_of.isoformat().replace("+00:00", "Z").encode()))
    return [*headers, *trace]


def trace(headers: Headers) -> list[tuple[str, bytes]]:
    """The trace context among these headers, passed on to what comes of their record."""
    found = dict(headers)
    return [(name, found[name]) for name in TRACE_HEADERS if len(found.get(name, b"")) in range(1, _TRACE_BYTES + 1)]


def source_position(topic: str, partition: int, offset: int, headers: Headers) -> Position:
    """The place in `topic` where the record at this place first stood: its own, or what its headers carry."""
    found = dict(headers)
    if found.keys() >= SOURCE and found[SOURCE_TOPIC] == topic.encode():
        first, at = found[SOURCE_PARTITION], found[SOURCE_OFFSET]
        if first.isdigit() and at.isdigit() and len(first) <= _PARTITION_DIGITS and len(at) <= _OFFSET_DIGITS:
            return Position(partition=int(first), offset=int(at))
    return Position(partition=partition, offset=offset)


def from_source(headers: Sequence[tuple[str, V]], topic: str, position: Position) -> list[tuple[str, V | bytes]]:
    """These headers, with the source position of a record that is to stand in `topic` in place of any there was."""
    kept: list[tuple[str, V | bytes]] = [(name, value) for name, value in headers if name not in SOURCE]
    kept += [
        (SOURCE_TOPIC, topic.encode()),
        (SOURCE_PARTITION, str(position.partition).encode()),
        (SOURCE_OFFSET, str(position.offset).encode()),
    ]
    return kept
