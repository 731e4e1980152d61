"""Times and headers of records, whatever a producer has put there."""

import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from schemas import Position
from streams.kafka.records import Record, stamp_of_output, time_of

NOW_MS = 1_796_000_000_000
STAMP_MS = 1_706_000_000_123  # long ago, so that outputs have the time of their record


def consumed(**fields: object) -> SimpleNamespace:
    """What a Kafka client gives of a record."""
    plain = {"topic": "news.articles", "partition": 0, "offset": 9, "key": b"k", "value": b"v"}
    plain |= {"timestamp": STAMP_MS, "headers": ()}
    return SimpleNamespace(**plain | fields)


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
    record = Record.from_aiokafka(consumed(headers=[("a", None), ("b", b"1"), ("a", b"2")]))
    assert record.headers == (("a", b""), ("b", b"1"), ("a", b"2"))
    assert record.headers_as_sent == (("a", None), ("b", b"1"), ("a", b"2"))  # a replay copies it
    assert (record.header("a"), record.header("b"), record.header("c")) == (b"2", b"1", None)


@pytest.mark.parametrize("headers", [None, (), []], ids=str)
def test_a_record_without_headers_has_none(headers: object) -> None:
    """A client may leave them out."""
    assert Record.from_aiokafka(consumed(headers=headers)).headers == ()


def test_a_record_that_was_sent_on_has_its_source_position() -> None:
    """A redrive and a replay say where it first stood; its times are to the millisecond."""
    headers = {"source-topic": b"news.articles", "source-partition": b"3", "source-offset": b"7"}
    record = Record.from_aiokafka(consumed(headers=list(headers.items())))
    assert record.source == Position(partition=3, offset=7)
    assert (record.stamp_ms, record.output_ms, record.observed_at) == (STAMP_MS, STAMP_MS, time_of(STAMP_MS))


def test_a_record_from_the_future_gives_outputs_of_now() -> None:
    """Its own time stays for intake, which refuses it; its dead letter must be taken by the broker."""
    record = Record.from_aiokafka(consumed(timestamp=STAMP_MS * 1_000))
    assert record.stamp_ms == STAMP_MS * 1_000
    assert abs(record.output_ms - time.time() * 1_000) < 60_000
