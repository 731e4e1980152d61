"""The bookkeeping of offsets, and what is due to be forgotten; deliveries are tested on a real Kafka."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

import pytest
from faust.types import TP

import streams.state.checkpoint
from streams.kafka.records import Record
from streams.settings import Settings
from streams.state.checkpoint import DELIVERY_TIMEOUT_S, EXIT_UNDELIVERED, Admission, Checkpoint, Offsets, owned_offsets
from streams.state.expiry import Expiry
from tests.held import HeldBroker, StoppedError, checkpoint_of, record, stopping, turns

HERE = TP("news.articles", 0)


@pytest.mark.parametrize(
    ("offset", "admission"),
    [(9, Admission.SEEN), (10, Admission.EXPECTED), (11, Admission.AHEAD), (500, Admission.AHEAD)],
)
def test_every_offset_is_expected_in_turn(offset: int, admission: Admission) -> None:
    """Lower was seen, higher means that something was dropped."""
    assert Offsets({HERE: 10}).judge(HERE, offset) is admission


def test_a_partition_not_owned_is_foreign() -> None:
    """A record of a partition that went to another worker is dropped."""
    assert Offsets({HERE: 10}).judge(TP("news.articles", 1), 10) is Admission.FOREIGN


def test_keys_fall_due_oldest_first_until_they_are_gone() -> None:
    """The bound is exclusive: what is exactly as old as the retention stays. What is not deleted is named again."""
    expiry: Expiry[str] = Expiry()
    kept = {"a", "c", "d", "e", "late"}
    for minute, key in ((7, "c"), (3, "a"), (7, "d"), (9, "e"), (3, "gone")):
        expiry.add(minute, key)
    assert list(expiry.due(7, kept.__contains__)) == ["a"]
    assert list(expiry.due(8, kept.__contains__)) == ["a", "c", "d"]
    kept -= {"c", "a"}
    assert list(expiry.due(8, kept.__contains__)) == ["d"]
    expiry.add(2, "late")
    assert list(expiry.due(100, kept.__contains__)) == ["late", "d", "e"]


async def test_the_timer_does_not_close_a_micro_batch_while_a_record_is_in_hand() -> None:
    """Closed in between, it would commit what goes before and let go of the key whose changes are still to come."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic, batch_ms=1)
    first, second = record(HERE.topic, 0, key=b"a"), record(HERE.topic, 1, key=b"b")
    assert await checkpoint.admits(first, key=first.key)
    await checkpoint.done(first)
    assert await checkpoint.admits(second, key=second.key)
    await asyncio.sleep(0.02)  # a loop's timers go off in turn, so the one of a millisecond is over
    assert broker.commits == []
    await checkpoint.send("out", key=None, value=b"of the second")
    await checkpoint.done(second)
    await checkpoint.close()
    assert broker.commits == [{HERE: 2}]


async def test_no_offset_passes_what_a_held_producer_has_not_delivered() -> None:
    """Nor does that of a later record, however long it takes."""
    broker = HeldBroker()
    checkpoint = await checkpoint_of(broker, HERE.topic, batch_records=1)
    for offset in range(2):
        message = record(HERE.topic, offset, key=b"%d" % offset)
        assert await checkpoint.admits(message, key=message.key)
        await checkpoint.send("out", key=None, value=b"x")
        if offset == 0:
            await checkpoint.done(message)
    closing = asyncio.ensure_future(checkpoint.done(message))
    await turns()
    assert broker.commits == []
    broker.sent[1].future.set_result(None)  # type: ignore[arg-type]  only that it is done counts
    await turns()
    assert broker.commits == []
    broker.confirm()
    await closing
    await checkpoint.close()
    assert broker.commits == [{HERE: 1}, {HERE: 2}]


async def test_what_was_in_hand_at_a_revocation_is_not_committed() -> None:
    """Another worker is given it: a commit in the name of the generation before would skip it there."""
    broker = HeldBroker()
    checkpoint = await checkpoint_of(broker, HERE.topic)
    message = record(HERE.topic, 0)
    assert await checkpoint.admits(message, key=message.key)
    await checkpoint.send("out", key=None, value=b"x")
    await checkpoint.done(message)
    closing = asyncio.ensure_future(checkpoint.close())
    await turns()
    checkpoint.revoked()
    broker.confirm()
    await closing
    assert broker.commits == []


async def test_one_who_waits_no_longer_does_not_call_off_the_confirmation_that_others_wait_for() -> None:
    """A stop that gave up after its eight seconds did, the agent that waited too crashed, and the status was 1."""
    broker = HeldBroker()
    checkpoint = await checkpoint_of(broker, HERE.topic)
    first, second = record(HERE.topic, 0), record(HERE.topic, 1)
    assert await checkpoint.admits(first, key=first.key)
    await checkpoint.send("out", key=None, value=b"x")
    await checkpoint.done(first)
    agent = asyncio.ensure_future(checkpoint.admits(second, key=second.key))
    await turns()
    stop = asyncio.ensure_future(checkpoint.close())
    await turns()
    stop.cancel()
    await turns()
    assert not agent.done()
    broker.confirm()
    assert await agent
    assert broker.commits == [{HERE: 1}]


async def test_a_commit_that_the_consumer_lets_fall_is_no_commit_and_ends_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faust's consumer thread ends with the commit in its queue: the next start does the record again."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)
    confirmed: list[int] = []

    async def fall(_: object) -> bool:
        raise asyncio.CancelledError

    async def confirm() -> None:
        confirmed.append(1)

    monkeypatch.setattr(broker, "commit", fall)
    message = record(HERE.topic, 0)
    assert await checkpoint.admits(message, key=message.key)
    checkpoint.once_confirmed(confirm)
    await checkpoint.done(message)
    await checkpoint.close()
    assert (broker.commits, confirmed) == ([], [])


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Statuses with which the worker stopped; it loses patience within the same moment."""
    monkeypatch.setattr(streams.state.checkpoint, "STALL_S", 0)
    monkeypatch.setattr(streams.state.checkpoint, "DELIVERY_TIMEOUT_S", -5)
    return stopping(monkeypatch)


async def test_a_commit_that_never_ends_stops_the_worker(monkeypatch: pytest.MonkeyPatch, stopped: list[int]) -> None:
    """Everybody would wait for it for good: no error, no record, no rebalance."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)
    monkeypatch.setattr(broker, "commit", lambda _: asyncio.Event().wait())
    message = record(HERE.topic, 0)
    assert await checkpoint.admits(message, key=message.key)
    await checkpoint.done(message)
    with pytest.raises(StoppedError):
        await checkpoint.close()
    assert stopped == [EXIT_UNDELIVERED]


def looking(monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, bool] | None) -> None:
    """What a reader of the checkpoint's own finds, each time it looks."""
    found = iter(answers)

    async def look(*_: object) -> tuple[int, bool] | None:
        await asyncio.sleep(0)
        return next(found)

    monkeypatch.setattr(Checkpoint, "_looked_up", look)


async def test_records_that_wait_and_never_come_stop_the_worker(
    monkeypatch: pytest.MonkeyPatch, stopped: list[int]
) -> None:
    """A reader of its own finds them; a record that comes, or a rebalance, begins the time anew."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)
    monkeypatch.setattr(broker, "highwater", lambda _: 2)
    looking(monkeypatch, (1, True))
    await checkpoint.ask_again()
    message = record(HERE.topic, 0)
    assert await checkpoint.admits(message, key=message.key)
    await checkpoint.done(message)
    await checkpoint.close()
    await checkpoint.ask_again()
    await checkpoint.assigned({HERE: 1})
    await checkpoint.ask_again()
    assert stopped == []
    with pytest.raises(StoppedError):
        await checkpoint.ask_again()
    assert stopped == [EXIT_UNDELIVERED]


async def test_records_that_are_not_there_stop_nobody(monkeypatch: pytest.MonkeyPatch, stopped: list[int]) -> None:
    """Kafka is away, or the partition ends with a transaction marker, which is passed over and committed."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)
    monkeypatch.setattr(broker, "highwater", lambda _: 2)
    looking(monkeypatch, None, (0, False), (2, False))
    for _ in range(4):
        await checkpoint.ask_again()
    await checkpoint.close()
    assert (stopped, checkpoint.offsets.expected, broker.commits) == ([], {HERE: 2}, [{HERE: 2}])


@pytest.mark.parametrize("moved", [True, False])
async def test_a_record_that_comes_during_the_look_is_not_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, stopped: list[int], moved: bool
) -> None:
    """Or its partition goes to another worker, of which Faust's consumer then knows no end."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)
    asked: list[dict[TP, int]] = []

    async def seek(offsets: Mapping[TP, int]) -> None:
        asked.append(dict(offsets))

    monkeypatch.setattr(broker, "highwater", lambda _: 1)
    monkeypatch.setattr(broker, "seek_wait", seek)
    looking(monkeypatch, (0, True))
    await checkpoint.ask_again()
    asking = asyncio.ensure_future(checkpoint.ask_again())
    await asyncio.sleep(0)
    if moved:
        checkpoint.revoked()
    else:
        message = record(HERE.topic, 0)
        assert await checkpoint.admits(message, key=message.key)
        await checkpoint.done(message)
    await asking
    assert (asked, stopped) == ([{HERE: 0}], [])


async def test_what_cannot_be_stored_stops_the_worker(stopped: list[int]) -> None:
    """A disk that is full: it went on, and never committed again."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)

    class Full:
        """A table."""

        def apply(self, _: object) -> None:
            """Nothing goes in."""
            raise OSError("No space left on device")

    message = record(HERE.topic, 0)
    assert await checkpoint.admits(message, key=message.key)
    checkpoint.once_delivered(Full(), "a change")
    await checkpoint.done(message)
    with pytest.raises(StoppedError):
        await checkpoint.close()
    assert (stopped, broker.commits) == ([EXIT_UNDELIVERED], [])


async def test_a_record_that_cannot_be_taken_stops_the_worker(stopped: list[int]) -> None:
    """Faust would begin the agent anew, and the next record would commit past this one."""
    broker = HeldBroker(at_once=True)
    checkpoint = await checkpoint_of(broker, HERE.topic)

    async def fail(_: object) -> None:
        raise ValueError("a fault of ours")

    with pytest.raises(StoppedError):
        await checkpoint.take(record(HERE.topic, 0), fail)
    assert stopped == [EXIT_UNDELIVERED]


@dataclass(frozen=True)
class Rebuilt:
    """A Kafka built anew under a worker: Faust's consumer and the reader of its own."""

    end: int
    names: frozenset[str] = frozenset()
    owned: frozenset[TP] = frozenset({HERE})

    @property
    def consumer(self) -> "Rebuilt":
        """Itself."""
        return self

    def assignment(self) -> frozenset[TP]:
        """What the worker owns."""
        return self.owned

    async def seek_to_committed(self) -> dict[TP, int]:
        """Nothing is committed."""
        return {}

    async def beginning_offsets(self, partitions: Iterable[TP]) -> dict[TP, int]:
        """From the first record on."""
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: Iterable[TP]) -> dict[TP, int]:
        """So many records."""
        return dict.fromkeys(partitions, self.end)

    async def topics(self) -> frozenset[str]:
        """Of this Kafka."""
        return self.names


@pytest.mark.parametrize(
    ("kafka", "is_right"),
    [
        (Rebuilt(end=6), False),
        (Rebuilt(end=7), True),
        (Rebuilt(end=0, owned=frozenset()), False),
        (Rebuilt(end=0, owned=frozenset(), names=frozenset({HERE.topic, "news.annotations", "market.claims"})), True),
    ],
)
async def test_a_kafka_that_has_not_what_was_read_stops_the_worker(
    kafka: Rebuilt, is_right: bool, monkeypatch: pytest.MonkeyPatch, stopped: list[int]
) -> None:
    """Its partitions end before what this worker has read, or its topics are gone; one that stands by is told apart."""

    @asynccontextmanager
    async def reader(*_: object, **__: object) -> AsyncIterator[Rebuilt]:
        yield kafka

    monkeypatch.setattr(streams.state.checkpoint, "reader", reader)
    checkpoint = await checkpoint_of(HeldBroker(at_once=True), HERE.topic)
    await checkpoint.assigned({HERE: 7})
    checkpoint.revoked()
    with nullcontext() if is_right else pytest.raises(StoppedError):
        await owned_offsets(kafka, Settings(), checkpoint.read_to)
    assert stopped == ([] if is_right else [EXIT_UNDELIVERED])


async def test_a_record_that_the_producer_does_not_take_stops_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client whose tasks have died raises nothing, and a call to it never returns."""
    stopped = stopping(monkeypatch)
    broker = HeldBroker()
    checkpoint = await checkpoint_of(broker, HERE.topic)

    async def never(*_: object, **__: object) -> None:
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(broker, "send", never)
    sending = asyncio.ensure_future(checkpoint.send("out", key=None, value=b"v"))
    await turns()
    checkpoint.require_taken()
    assert stopped == []
    later = time.monotonic() + DELIVERY_TIMEOUT_S + 6
    monkeypatch.setattr(streams.state.checkpoint.time, "monotonic", lambda: later)
    with pytest.raises(StoppedError):
        checkpoint.require_taken()
    assert stopped == [EXIT_UNDELIVERED]
    sending.cancel()


async def test_an_agent_that_never_waits_gives_others_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust's streams don't yield by themselves while records wait, and nothing else of the worker would run."""
    monkeypatch.setattr(streams.state.checkpoint, "YIELD_S", 0.0)
    checkpoint = await checkpoint_of(HeldBroker(at_once=True), HERE.topic)
    others: list[int] = []

    async def take(taken: Record) -> None:
        asyncio.get_running_loop().call_soon(others.append, taken.offset)

    for offset in range(3):
        await checkpoint.take(record(HERE.topic, offset), take)
        assert others == list(range(offset + 1))
