"""Where reading begins and ends, as people write it: `beginning`, a time, an age, or offsets.

| written | means |
|---|---|
| `beginning`, `end` | the oldest record there is; after the newest there is now |
| `2026-11-20T06:30:00Z` | the first record of each partition with this time or a later one |
| `2026-11-20` | the midnight (UTC) that the day begins with |
| `90m`, `24h`, `7d` | the time so long ago |
| `1200` | this offset in every partition |
| `0:1200,3:980` | these offsets, and no partition but those named |

A range is half-open: the record at its end is not read. Times are those of the records, which Kafka keeps in order of
offset and not of time: a record between both offsets is read whatever its time.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

FORMS: Final = "beginning, end, 2026-11-20T06:30:00Z, 2026-11-20, an age as 90m, 24h or 7d, an offset, or 0:1200,3:980"

_AGE: Final = re.compile(r"([0-9]{1,9})(m|h|d)")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_OFFSET: Final = re.compile(r"[0-9]{1,18}")
_OFFSETS: Final = re.compile(r"[0-9]{1,9}:[0-9]{1,18}(,[0-9]{1,9}:[0-9]{1,18})*")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST: Final = timedelta(days=36_500)


class BoundError(ValueError):
    """A bound is not written in any of the forms; the message lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One end of what is to be read; exactly one of its fields is set, and none for the end of the topic."""

    beginning: bool = False
    """From the oldest record on."""
    time: datetime | None = None
    """From the first record of this time or later on."""
    offset: int | None = None
    """From this offset of every partition on."""
    offsets: Mapping[int, int] | None = None
    """From these offsets by partition on; partitions not named are not read."""


BEGINNING: Final = Bound(beginning=True)
END: Final = Bound()


def bound(text: str, *, now: datetime) -> Bound:
    """The bound written so; ages count from `now`. Raises BoundError."""
    word = text.strip()
    if word in ("beginning", "end"):
        return BEGINNING if word == "beginning" else END
    if _OFFSET.fullmatch(word):
        return Bound(offset=int(word))
    if _OFFSETS.fullmatch(word):
        pairs = [pair.split(":") for pair in word.split(",")]
        offsets = {int(partition): int(offset) for partition, offset in pairs}
        if len(offsets) < len(pairs):
            raise BoundError(f"{word!r}: expected each partition once")
        return Bound(offsets=offsets)
    return Bound(time=time_of(word, now=now))


def time_of(text: str, *, now: datetime) -> datetime:
    """The time written as RFC 3339, as a day, or as an age. Raises BoundError."""
    word = text.strip()
    age = _AGE.fullmatch(word)
    if age is not None:
        length = min(timedelta(**{_UNITS[age[2]]: int(age[1])}), _FURTHEST) if int(age[1]) < 10**8 else _FURTHEST
        return now - length
    try:
        time = datetime.fromisoformat(word)
    except ValueError:
        raise BoundError(f"{word!r}: expected {FORMS}") from None
    if time.tzinfo is None and len(word) > len("2026-11-20"):
        raise BoundError(f"{word!r}: expected a time zone, as in {word}Z")
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


async def offsets_at(
    consumer: AIOKafkaConsumer, at: Bound, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int]:
    """The offsets that a bound names on the cluster, of those partitions that it does not leave out.

    Raises BoundError where it names a partition that there is not.
    """
    asked = list(partitions)
    unknown = (at.offsets or {}).keys() - {tp.partition for tp in asked}
    if unknown:
        raise BoundError(f"there is no partition {min(unknown)}: expected partitions from 0 to {len(asked) - 1}")
    begins: dict[TopicPartition, int] = await consumer.beginning_offsets(asked)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(asked)
    if at.offsets is not None:
        asked = [tp for tp in asked if tp.partition in at.offsets]
        return {tp: _within(at.offsets[tp.partition], begins[tp], ends[tp]) for tp in asked}
    if at.offset is not None:
        return {tp: _within(at.offset, begins[tp], ends[tp]) for tp in asked}
    if at.time is not None:
        stamp = max(0, (at.time - _EPOCH) // timedelta(milliseconds=1))
        found: Mapping[TopicPartition, Any] = await consumer.offsets_for_times(dict.fromkeys(asked, stamp))
        return {tp: ends[tp] if found[tp] is None else found[tp].offset for tp in asked}
    return begins if at.beginning else ends


def _within(offset: int, begin: int, end: int) -> int:
    return max(begin, min(offset, end))
