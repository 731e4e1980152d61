"""Which letters are meant, and what a letter is named by."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas import DeadLetter, Position
from schemas.taxonomy import RejectReason
from streams.operate.dead_letters import Choice, Letter, is_ours, redrives, tally
from streams.settings import Settings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def letter(**fields: Any) -> Letter:
    """A letter of noon, from partition 3 of the articles."""
    told = {"reason": RejectReason.SCHEMA, "detail": "$", "source_topic": "news.articles"}
    told |= {"source_partition": 3, "source_offset": 18} | fields.pop("told", {})
    usual = {"place": Position(partition=2, offset=15), "time": NOON, "key": b"k", "size": 2, "redrives": 0}
    return Letter(told=DeadLetter(**told), **usual | fields)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(reasons=frozenset({RejectReason.SCHEMA, RejectReason.EMPTY})),
        Choice(topic="news.articles"),
        Choice(since=NOON),
        Choice(until=NOON + timedelta(microseconds=1)),
        Choice(places=frozenset({Position(partition=2, offset=15)})),
    ],
)
def test_a_letter_that_is_meant(choice: Choice) -> None:
    """What is not said leaves nothing out; a span begins with its first moment."""
    assert choice.takes(letter())


@pytest.mark.parametrize(
    "choice",
    [
        Choice(reasons=frozenset({RejectReason.EMPTY})),
        Choice(topic="news.annotations"),
        Choice(since=NOON + timedelta(microseconds=1)),
        Choice(until=NOON),
        Choice(places=frozenset({Position(partition=15, offset=2)})),
        Choice(topic="news.articles", until=NOON),
    ],
)
def test_a_letter_that_is_not_meant(choice: Choice) -> None:
    """One condition that does not hold is enough; a span ends before its last moment."""
    assert not choice.takes(letter())


def test_only_topics_that_are_read_here_are_written_back_to() -> None:
    """A letter copied from elsewhere would be written into a topic that nobody asked for."""
    settings = Settings(_env_file=None, topic_prefix="")  # type: ignore[call-arg] # pydantic-settings' own argument
    assert is_ours(settings, letter())
    assert is_ours(settings, letter(told={"source_topic": "market.claims"}))
    assert not is_ours(settings, letter(told={"source_topic": "orders"}))


@pytest.mark.parametrize(("value", "count"), [(None, 0), (b"2", 2), (b"", 0), (b"-1", 0), (b"x", 0), (b"9" * 5_000, 0)])
def test_redrives_are_counted_from_what_is_a_number(value: bytes | None, count: int) -> None:
    """Headers are anybody's."""
    assert redrives([] if value is None else [("redrives", value)]) == count


def test_reasons_are_counted_most_first() -> None:
    """For the last line of a list."""
    many = [letter(told={"reason": RejectReason.EMPTY}), letter(), letter()]
    assert list(tally(many).items()) == [("schema", 2), ("empty", 1)]
