"""Turns as Faust's consumer hands them over; that no stage starves by them is tested on a real Kafka."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streams.app import build_app
from streams.kafka.internals.turns import AHEAD, BEHIND, FRONT, ConsumerInTurns, Turn
from streams.settings import Settings
from tests.builders import ENGINE
from tests.held import Message, turns

EXTRACTOR: Any = SimpleNamespace(engine=ENGINE, registry=SimpleNamespace(entities={}))

ARTICLES, ANNOTATIONS = "news.articles", "news.annotations"


def records(topic: str, count: int, first: int = 0) -> list[Message]:
    """So many records of partition 0."""
    return [Message(topic, offset) for offset in range(first, first + count)]


def offsets(turn: Turn) -> list[int]:
    """The offsets of a turn's records, all worked on."""
    return [record.offset for record in turn]


def test_a_turn_ends_where_partitions_move() -> None:
    """What is left of it is another worker's, which is given it from the last commit on."""
    moved: list[bool] = []
    turn = Turn(records(ARTICLES, 3), current=lambda: not moved, taken=lambda: moved.append(True))
    taken = []
    for record in turn:
        taken.append(record.offset)
        moved.append(True)
    assert taken == [0]
    assert turn.left == 0


@dataclass(eq=False)
class Channel:
    """The channel of an agent: what has been handed to it, and not been asked for yet."""

    queue: "asyncio.Queue[Turn]" = field(default_factory=asyncio.Queue)


@dataclass
class Handed:
    """A consumer of an app of which nothing runs, whose thread has fetched what the test says."""

    consumer: ConsumerInTurns
    fetched: list[dict[TP, list[Message]]] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=lambda: {ARTICLES: Channel(), ANNOTATIONS: Channel()})
    paces: list[bool] = field(default_factory=list)

    async def next_records(self, _timeout: float) -> tuple[dict[TP, list[Message]], None]:
        """What has been fetched; waits while that is nothing."""
        while not self.fetched:
            await asyncio.sleep(0)
        return self.fetched.pop(0), None

    def asked(self, topic: str) -> list[Turn]:
        """What an agent that asks for records is given."""
        queue = self.channels[topic].queue
        return [queue.get_nowait() for _ in range(queue.qsize())]


@pytest.fixture
async def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Handed]:
    """A consumer that hands over turns while the test runs."""
    app = build_app(Settings(data_dir=tmp_path), EXTRACTOR)
    app.flow_control.resume()
    consumer = app.consumer
    handed = Handed(consumer)
    monkeypatch.setattr(consumer, "_wait_next_records", handed.next_records)
    consumer.pace = lambda *, backlog: handed.paces.append(backlog)
    app.topics._topic_name_index.update({topic: {channel} for topic, channel in handed.channels.items()})
    draining = asyncio.ensure_future(consumer._drain_messages(SimpleNamespace(should_stop=False)))
    yield handed
    draining.cancel()
    with suppress(asyncio.CancelledError):
        await draining


async def test_the_next_articles_are_fetched_when_few_are_left_to_work_on(handed: Handed) -> None:
    """Else they would fill their agent's queue, and what comes of them would wait behind them."""
    handed.fetched += [
        {TP(ARTICLES, 0): records(ARTICLES, AHEAD + 1)},
        {TP(ARTICLES, 0): records(ARTICLES, 1, first=AHEAD + 1)},
    ]
    await turns()
    (first,) = handed.asked(ARTICLES)
    begun = iter(first)
    assert next(begun).offset == 0
    await turns()
    assert len(handed.fetched) == 1
    assert [record.offset for record in begun] == list(range(1, AHEAD + 1))
    await turns()
    (second,) = handed.asked(ARTICLES)
    assert offsets(second) == [AHEAD + 1]


async def test_what_comes_behind_the_articles_is_handed_over_beside_them(handed: Handed) -> None:
    """An annotation does not wait for articles that came later, unless too many wait for its agent already."""
    handed.fetched += [
        {TP(ARTICLES, 0): records(ARTICLES, 2), TP(ANNOTATIONS, 0): records(ANNOTATIONS, BEHIND)},
        {TP(ANNOTATIONS, 0): records(ANNOTATIONS, 1, first=BEHIND)},
        {TP(ANNOTATIONS, 0): records(ANNOTATIONS, 1, first=BEHIND + 1)},
    ]
    await turns()
    (articles,) = handed.asked(ARTICLES)
    first, second = handed.asked(ANNOTATIONS)
    assert (articles.left, first.left, second.left) == (2, BEHIND, 1)
    assert offsets(first) == list(range(BEHIND))
    await turns()
    (third,) = handed.asked(ANNOTATIONS)
    assert offsets(third) == [BEHIND + 1]


async def test_an_agent_that_ends_in_the_middle_of_a_turn_holds_up_no_other(handed: Handed) -> None:
    """Faust begins it anew, and a checkpoint asks for what it had not taken."""
    handed.fetched += [{TP(ARTICLES, 0): records(ARTICLES, 9)}, {TP(ARTICLES, 0): records(ARTICLES, 2, first=9)}]
    await turns()
    (first,) = handed.asked(ARTICLES)
    next(iter(first))
    del first
    await _until(lambda: not handed.channels[ARTICLES].queue.empty())


async def test_records_of_before_are_dropped_when_partitions_have_moved(handed: Handed) -> None:
    """Those that wait for their agent too: the partition's owner is given them from its last commit on."""
    full = {TP(ANNOTATIONS, 0): records(ANNOTATIONS, BEHIND + 1)}
    handed.fetched += [full, {TP(ANNOTATIONS, 0): records(ANNOTATIONS, 1, first=BEHIND + 1)}]
    await turns()
    (first,) = handed.asked(ANNOTATIONS)
    handed.consumer.app.consumer_generation_id += 1
    assert offsets(first) == []
    await turns()
    assert handed.asked(ANNOTATIONS) == []
    handed.fetched.append({TP(ANNOTATIONS, 0): records(ANNOTATIONS, 2)})
    await turns()
    assert [turn.left for turn in handed.asked(ANNOTATIONS)] == [2]


@pytest.mark.parametrize("stopping", [True, False])
async def test_a_call_off_is_no_fault_where_the_app_is_stopping(handed: Handed, stopping: bool) -> None:
    """Faust takes one for a crash while partitions move, and a worker told of it instead of what had stopped it."""
    draining = asyncio.ensure_future(handed.consumer._drain_messages(SimpleNamespace(should_stop=False)))
    await turns()
    if stopping:
        handed.consumer.app._stopped.set()
    draining.cancel()
    await asyncio.wait([draining])
    assert draining.cancelled() is not stopping


async def test_a_call_off_between_two_turns_is_no_fault_either(handed: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker told to end while partitions moved ended with status 1, on a machine that was busy."""

    async def none(_consumer: ConsumerInTurns) -> None:
        """A turn that waits for nothing: so it is called off after it."""

    monkeypatch.setattr(ConsumerInTurns, "_turn", none)
    draining = asyncio.ensure_future(handed.consumer._drain_messages(SimpleNamespace(should_stop=False)))
    await turns()
    handed.consumer.app._stopped.set()
    draining.cancel()
    await asyncio.wait([draining])
    assert not draining.cancelled()


async def test_the_pace_is_that_of_a_backlog_while_turns_are_full(handed: Handed) -> None:
    """Then what is sent may wait a little, to go together; a lone article's events may not."""
    handed.fetched.append({TP(ARTICLES, 0): records(ARTICLES, FRONT)})
    await turns()
    (full,) = handed.asked(ARTICLES)
    assert offsets(full) == list(range(FRONT))
    handed.fetched.append({TP(ARTICLES, 0): records(ARTICLES, 1, first=FRONT)})
    await turns()
    assert handed.paces == [True, False]


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)
