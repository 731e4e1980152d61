"""The record of a topic as newstape's own value, whatever a producer has put there: made once, where Kafka gives it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from schemas import Position
from streams.kafka.headers import source_position

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MS: Final = -62_135_596_800_000
_LATEST_MS: Final = 253_402_300_799_999

# Brokers since 3.6 refuse a record that is further ahead of their clock, if not told otherwise.
_AHEAD_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a topic."""

    topic: str
    """The topic it stands in."""
    partition: int
    """Its partition there."""
    offset: int
    """Its offset there."""
    key: bytes | None
    """The key's bytes."""
    value: bytes | None
    """The value's bytes; null for a tombstone, which in `news.articles` withdraws an article."""
    headers: tuple[tuple[str, bytes], ...]
    """Headers in their order; a null value, which Kafka allows, is no bytes."""
    headers_as_sent: tuple[tuple[str, bytes | None], ...]
    """The same with null values: a copy of the record needs them."""
    stamp_ms: int
    """Its timestamp, as its producer gave it."""
    output_ms: int
    """The timestamp of what is made of it."""
    source: Position
    """Where it first stood, which a redrive and a replay keep."""

    @classmethod
    def from_aiokafka(cls, consumed: Any) -> Self:
        """The record that a consumer of aiokafka gives."""
        as_sent = tuple(consumed.headers or ())
        headers = tuple((name, value or b"") for name, value in as_sent)
        topic, partition, offset, stamp_ms = consumed.topic, consumed.partition, consumed.offset, consumed.timestamp
        return cls(
            topic=topic,
            partition=partition,
            offset=offset,
            key=consumed.key,
            value=consumed.value,
            headers=headers,
            headers_as_sent=as_sent,
            stamp_ms=stamp_ms,
            output_ms=stamp_of_output(stamp_ms, int(time.time() * 1_000)),
            source=source_position(topic, partition, offset, headers),
        )

    @property
    def observed_at(self) -> datetime:
        """Its timestamp as a time in UTC: "now" for intake, so that a replay decides the same."""
        return time_of(self.stamp_ms)

    def header(self, name: str) -> bytes | None:
        """The header of this name, null where there is none; of several the last counts."""
        return dict(self.headers).get(name)

    @property
    def where(self) -> dict[str, Any]:
        """Where it stands, for the logs."""
        return {"topic": self.topic, "partition": self.partition, "offset": self.offset}


def time_of(stamp_ms: int) -> datetime:
    """A timestamp as a time in UTC; where it is no time of the years 1 to 9999, the nearest that is.

    Timestamps are what a producer says: microseconds taken for milliseconds are a time in the year 58882.
    """
    return _EPOCH + timedelta(milliseconds=max(_EARLIEST_MS, min(stamp_ms, _LATEST_MS)))


def stamp_of_output(stamp_ms: int, now_ms: int) -> int:
    """The timestamp of what is made of a record: the record's own, but now's where brokers would refuse that."""
    return stamp_ms if stamp_ms <= now_ms + _AHEAD_MS else now_ms
