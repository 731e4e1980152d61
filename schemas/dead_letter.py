"""The dead letter: a record that could not be used, kept whole. Topic `news.dead-letters`.

Its value is the original value, untouched; the fields below travel as headers of these names. The original's key and
headers are kept. A record that was redriven and became a dead letter again keeps its source position and has two more
headers: `redriven-from` names its previous dead letter (`news.dead-letters/2/15`), and `redrives` says how often it was
redriven. A producer's compression can bring in a record that is too large for any topic once it is unpacked. Of a
record over 4 MiB only the beginnings of key and value are kept, and the header `cut-from` says how many bytes it had.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from schemas.limits import Count
from schemas.taxonomy import RejectReason
from schemas.wire import WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Why a record was set aside, and where it came from."""

    reason: RejectReason
    """The class of fault (header `reason`)."""
    detail: str
    """JSON path and what was expected, `$.published_at: expected RFC 3339, got "yesterday"` (header `detail`)."""
    source_topic: str
    """Where the record came from (header `source-topic`)."""
    source_partition: Count
    """Its partition (header `source-partition`)."""
    source_offset: Count
    """Its offset (header `source-offset`)."""

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes]]) -> Self:
        """What the headers of a record of `news.dead-letters` say. Raises WireError naming the header."""
        found = dict(headers)
        texts: dict[str, str] = {}
        for field in fields(cls):
            name = header_name(field.name)
            if name not in found:
                raise WireError(f"header {name}: expected it on a dead letter, found none")
            texts[field.name] = found[name].decode("utf-8", "replace")
        try:
            return cls(
                reason=RejectReason(texts["reason"]),
                detail=texts["detail"],
                source_topic=texts["source_topic"],
                source_partition=int(texts["source_partition"]),
                source_offset=int(texts["source_offset"]),
            )
        except ValueError as error:
            raise WireError(f"headers of a dead letter: {error}") from error


def header_name(field: str) -> str:
    """The header that carries a field of a dead letter."""
    return field.replace("_", "-")
