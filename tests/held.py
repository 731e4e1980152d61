"""A checkpoint on a broker that confirms what it was sent when the test says so, and agents on a stream of records."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from faust.types import TP

import streams.state.checkpoint
from streams.kafka.records import Record
from streams.settings import Settings
from streams.state.checkpoint import Checkpoint


@dataclass(frozen=True)
class Message:
    """A record as aiokafka gives it."""

    topic: str
    offset: int
    key: bytes | None = b"k"
    value: bytes | None = b"v"
    partition: int = 0
    timestamp: int = 1_796_000_000_000
    headers: tuple[tuple[str, bytes], ...] = ()


def record(topic: str, offset: int, key: bytes | None = b"k") -> Record:
    """The record in such a message."""
    return Record.from_aiokafka(Message(topic, offset, key=key))


@dataclass(frozen=True)
class Delivered:
    """Where the broker put a record."""

    offset: int


@dataclass(frozen=True)
class Sent:
    """A record sent to the broker."""

    topic: str
    key: bytes | None
    value: bytes | None
    future: asyncio.Future[Delivered]
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class HeldBroker:
    """Outbox and consumer of a worker: it confirms sends when told to, or at once, and takes commits."""

    at_once: bool = False
    sent: list[Sent] = field(default_factory=list)
    commits: list[dict[TP, int]] = field(default_factory=list)
    ended: bool = False

    async def send(self, topic: str, *, key: bytes | None, value: bytes | None, **rest: Any) -> asyncio.Future[Any]:
        """A record on its way."""
        future: asyncio.Future[Delivered] = asyncio.get_running_loop().create_future()
        _UNCONFIRMED.append(future)
        self.sent.append(Sent(topic, key, value, future, tuple(rest.get("headers", ()))))
        if self.at_once:
            self.confirm()
        return future

    def confirm(self) -> None:
        """All that was sent has arrived."""
        ends: dict[str, int] = {}
        for record in self.sent:
            offset = ends[record.topic] = ends.get(record.topic, -1) + 1
            if not record.future.done():
                record.future.set_result(Delivered(offset))

    def to(self, topic: str) -> list[tuple[bytes | None, bytes | None]]:
        """Key and value of all that was sent to a topic."""
        return [(record.key, record.value) for record in self.sent if record.topic == topic]

    # -- what the checkpoint asks of Faust's consumer -----------------------------------------------------------------

    @property
    def consumer(self) -> "HeldBroker":
        """Itself."""
        return self

    _thread = consumer

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        """Take a commit."""
        self.commits.append(dict(offsets))
        return True

    async def seek_wait(self, offsets: Mapping[TP, int]) -> None:
        """Nothing: the test hands over what it wants to."""

    def highwater(self, _: TP) -> int | None:
        """Unknown."""
        return None


_UNCONFIRMED: list[asyncio.Future[Delivered]] = []


def let_go() -> None:
    """Call off what waits for records that no test will confirm any more: two minutes on, it would end this process."""
    for future in _UNCONFIRMED:
        if not future.done() and not future.get_loop().is_closed():
            future.cancel()
    _UNCONFIRMED.clear()


class StoppedError(BaseException):
    """Instead of the end of the process."""


def stopping(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Statuses with which a checkpoint stops the worker from now on: it raises StoppedError instead."""
    statuses: list[int] = []

    def stop(status: int) -> None:
        statuses.append(status)
        raise StoppedError

    monkeypatch.setattr(streams.state.checkpoint.os, "_exit", stop)
    return statuses


async def checkpoint_of(broker: HeldBroker, topic: str, **settings: Any) -> Checkpoint:
    """A checkpoint that owns partition 0 of a topic from its first record on."""
    checkpoint = Checkpoint(broker, Settings(**settings), broker, topic)  # type: ignore[arg-type]
    await checkpoint.assigned({TP(topic, 0): 0})
    return checkpoint


class Stream:
    """A Faust stream of these records, which ends with them."""

    def __init__(self, *messages: Message) -> None:
        self._messages = messages

    def noack(self) -> "Stream":
        """Itself: nothing is ever acknowledged."""
        return self

    async def __aiter__(self) -> AsyncIterator[Iterator[Record]]:
        """The records, each in a turn of its own."""
        for message in self._messages:
            yield iter([Record.from_aiokafka(message)])


async def turns(count: int = 50) -> None:
    """Let every task go on as far as it can without what it waits for."""
    for _ in range(count):
        await asyncio.sleep(0)
