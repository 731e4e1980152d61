"""Where a reader of the tape stands: the offset it needs next in every partition of every feed, as one word.

`index.12.0.44.3_company.7.0.0.1` reads: feed `index`, partition 0 from offset 12, partition 1 from 0, and so on. It is
the id of every message of `GET /events`, so it is kept short, and free of what URLs, headers and shells take amiss.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

Offsets = dict[str, list[int]]
"""The next offset by partition, of each feed."""

# Offsets are signed 64-bit numbers in Kafka.
_FEED: Final = re.compile(r"([a-z]+)((?:\.(?:0|[1-9][0-9]{0,17}))+)", re.ASCII)


class CursorError(ValueError):
    """A word that is no cursor of these feeds; the message says what was expected."""


def written(offsets: Mapping[str, Iterable[int]]) -> str:
    """The cursor of these offsets."""
    return "_".join(f"{feed}.{'.'.join(map(str, of_feed))}" for feed, of_feed in offsets.items())


def read(cursor: str, feeds: Iterable[str], partitions: int) -> Offsets:
    """The offsets of these feeds in a cursor, which may hold others beside. Raises CursorError."""
    found: Offsets = {}
    for part in cursor.split("_"):
        match = _FEED.fullmatch(part)
        if match is None:
            raise CursorError(f"expected the id of a message as index.12.0.44.3_company.7.0.0.1, got {cursor[:200]!r}")
        found[match[1]] = [int(offset) for offset in match[2][1:].split(".")]
    offsets: Offsets = {}
    for feed in feeds:
        if feed not in found:
            raise CursorError(f"expected offsets of the feed {feed!r}, which the request asks for, found none")
        if len(found[feed]) != partitions:
            raise CursorError(f"expected {partitions} offsets of the feed {feed!r}, found {len(found[feed])}")
        offsets[feed] = found[feed]
    return offsets
