"""What Kafka says of a record beside key and value, whatever a producer has put there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_MS: Final = -62_135_596_800_000
_LATEST_MS: Final = 253_402_300_799_999

# Brokers since 3.6 refuse a record that is further ahead of their clock, if not told otherwise.
_AHEAD_MS: Final = 3_600_000


def time_of(stamp_ms: int) -> datetime:
    """The time of a record in UTC; where it is no time of the years 1 to 9999, the nearest that is.

    Stamps are what a producer says: microseconds taken for milliseconds are a time in the year 58882.
    """
    return _EPOCH + timedelta(milliseconds=max(_EARLIEST_MS, min(stamp_ms, _LATEST_MS)))


def stamp_of_output(stamp_ms: int, now_ms: int) -> int:
    """The time of what comes of a record: the record's own, but now's where brokers would refuse that."""
    return stamp_ms if stamp_ms <= now_ms + _AHEAD_MS else now_ms


def headers_of(headers: Iterable[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes], ...]:
    """Headers with no bytes as the value of those that have a null one, which Kafka allows."""
    return tuple((name, value or b"") for name, value in headers)
