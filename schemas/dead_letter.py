"""The dead letter: a record that could not be used, kept whole. Topic `news.dead-letters`.

Its value is the original value, untouched; the fields below travel as headers of these names. The original's key and
headers are kept.
"""

from dataclasses import dataclass

from schemas.taxonomy import RejectReason


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Why a record was set aside, and where it came from."""

    reason: RejectReason
    """The class of fault (header `reason`)."""
    detail: str
    """JSON path and what was expected, `$.published_at: expected RFC 3339, got "yesterday"` (header `detail`)."""
    source_topic: str
    """Where the record came from (header `source-topic`)."""
    source_partition: int
    """Its partition (header `source-partition`)."""
    source_offset: int
    """Its offset (header `source-offset`)."""
