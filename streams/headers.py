"""The headers of records: CloudEvents on what newstape says, and on dead letters where they came from and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

Headers = Sequence[tuple[str, bytes]]

TRACE_HEADERS: Final = ("traceparent", "tracestate")
REASON: Final = "reason"
DETAIL: Final = "detail"
SOURCE_TOPIC: Final = "source-topic"
SOURCE_PARTITION: Final = "source-partition"
SOURCE_OFFSET: Final = "source-offset"


def cloud_event(
    kind: str, identity: str, subject: str, time_of: datetime | None, trace: Headers = ()
) -> list[tuple[str, bytes]]:
    """Headers of an output: CloudEvents 1.0 in Kafka binary mode, and the trace context of its input."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", identity.encode()),
        ("ce_source", b"/newstape"),
        ("ce_type", f"newstape.{kind}.v1".encode()),
        ("ce_subject", subject.encode()),
        ("ce_dataschema", f"urn:newstape:schema:{kind}:1".encode()),
        ("content-type", b"application/json"),
    ]
    if time_of is not None:
        headers.insert(5, ("ce_time", time_of.isoformat().replace("+00:00", "Z").encode()))
    return [*headers, *trace]
