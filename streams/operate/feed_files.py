"""Files of a feed taken apart into records: each article in newstape's own form, and what is none as it stands.

What can't be read as an article goes out in the vendor's form with the feed's name in its header, so that the worker
keeps it as a dead letter, with the same reason, and a redrive reads it anew when the mapping has been put right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas import WireError, encode
from schemas.wire import loads
from streams.feeds import FEED_HEADER, NATIVE, article_in, split
from streams.feeds.documents import OF_A_FILE
from streams.feeds.mapping import Format, Mapping
from streams.intake import Rejection
from streams.kafka.headers import Headers
from streams.operate.jsonl import JsonLines, Line, LinesError

MAX_FILE_BYTES: Final = 64 * 1_048_576
"""A file that is one document is read whole; so is a line of such a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A record that is to stand in `news.articles`."""

    number: int
    """The line that it is from; 0 where the file is one document."""
    path: str
    """Where it stands in that line or document."""
    key: bytes | None
    """The article's uri."""
    value: bytes
    """The article, or what can't be read as one."""
    headers: Headers
    """The feed that the worker is to read it as."""
    rejection: Rejection | None = None
    """What is wrong with it."""

    @property
    def fault(self) -> str | None:
        """Where and what is wrong, null where nothing is."""
        if self.rejection is None:
            return None
        line = f"line {self.number}: " if self.number else ""
        return f"{line}{self.rejection.reason.value}: {self.rejection.detail}"


def documents(lines: JsonLines, mapping: Mapping) -> Iterator[list[Line]]:
    """The lines of a file, or the file as one document with the number 0. Raises LinesError.

    XML is one document. So is JSON whose first line is no JSON by itself: an array or an envelope over many lines.
    """
    batches = lines.batches()
    if mapping.format is not Format.JSON:
        yield [_whole(lines, [line for batch in batches for line in batch])]
        return
    first = next((batch for batch in batches if batch), [])
    if first and not _is_json(first[0].value):
        everything = [*first, *(line for batch in batches for line in batch)]
        whole = _whole(lines, everything)
        yield [whole] if _is_json(whole.value) else everything
        return
    yield first
    yield from batches


def _whole(lines: JsonLines, parts: list[Line]) -> Line:
    if any(part.size > len(part.value) + 2 for part in parts):
        raise LinesError(f"{lines.name} has a line of more than {MAX_FILE_BYTES:,} bytes")
    size = sum(len(part.value) + 1 for part in parts)
    if size > MAX_FILE_BYTES:
        raise LinesError(f"{lines.name} is one document of more than {MAX_FILE_BYTES:,} bytes: push it in parts")
    value = b"\n".join(part.value for part in parts)
    return Line(number=0, value=value, size=len(value))


def _is_json(value: bytes) -> bool:
    try:
        loads(value)
    except WireError:
        return False
    return True


def outgoing(line: Line, feed: str, mapping: Mapping, now: datetime) -> Iterator[Outgoing]:
    """The records of a line or document of this feed, in its order."""
    as_it_is = ((FEED_HEADER, feed.encode()),)
    items = split(line.value, mapping, OF_A_FILE)
    if isinstance(items, Rejection):
        yield Outgoing(number=line.number, path="$", key=None, value=line.value, headers=as_it_is, rejection=items)
        return
    for item in items:
        found = article_in(item, mapping, now)
        if isinstance(found, Rejection):
            yield Outgoing(
                number=line.number, path=item.path, key=None, value=item.raw, headers=as_it_is, rejection=found
            )
        else:
            yield Outgoing(
                number=line.number,
                path=item.path,
                key=found.uri.encode(),
                value=encode(found),
                headers=((FEED_HEADER, NATIVE.encode()),),
            )
