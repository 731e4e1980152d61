"""Times and headers of records, whatever a producer has put there."""

from datetime import UTC, datetime

import pytest

from streams.kafka.records import headers_of, stamp_of_output, time_of

NOW_MS = 1_796_000_000_000


@pytest.mark.parametrize(
    ("stamp_ms", "time"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (1_796_000_000_123, datetime(2026, 11, 30, 0, 53, 20, 123_000, tzinfo=UTC)),
        (253_402_300_799_999, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (253_402_300_800_000, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (1_796_000_000_000_000, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (2**63 - 1, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (-(2**63), datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_stamp_is_a_time(stamp_ms: int, time: datetime) -> None:
    """One that is none raised, and lists of dead letters ended with a traceback."""
    assert time_of(stamp_ms) == time


def test_what_comes_of_a_record_has_its_time_unless_brokers_refuse_it() -> None:
    """They take an hour ahead of their clock; a clock that runs a little fast changes nothing in a replay."""
    for stamp_ms in (-1, 0, NOW_MS, NOW_MS + 3_600_000):
        assert stamp_of_output(stamp_ms, NOW_MS) == stamp_ms
    for stamp_ms in (NOW_MS + 3_600_001, NOW_MS * 1_000, 2**63 - 1):
        assert stamp_of_output(stamp_ms, NOW_MS) == NOW_MS


def test_a_null_header_has_no_bytes() -> None:
    """Order and repetition stay."""
    assert headers_of([("a", None), ("b", b"1"), ("a", b"2")]) == (("a", b""), ("b", b"1"), ("a", b"2"))
