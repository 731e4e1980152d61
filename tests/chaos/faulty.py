"""What is wrong with a worker from the start: prepared in its process, beside code that stays as it is."""

import asyncio
from pathlib import Path
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator

from streams.agents.reconcile import Reconcile
from streams.agents.tally import TallyAgent
from streams.state.checkpoint import Outbox


def hold_tombstones(directory: Path) -> None:
    """Tombstones stay in hand until there is a file `release`; a file of its topic's name says that there is one."""
    send = Outbox.send

    async def held(self: Outbox, topic: str, **record: Any) -> Any:
        if record["value"] is None:
            (directory / topic).touch()
            while not (directory / "release").exists():
                await asyncio.sleep(0.02)
        return await send(self, topic, **record)

    Outbox.send = held  # type: ignore[method-assign, assignment]


def stop_reading(after: int, agent: type[Reconcile] | type[TallyAgent] = Reconcile) -> None:
    """An agent takes so many records and then no more."""
    take: Any
    take, taken = agent._take, iter(range(after))

    async def stopped(self: Any, message: Any) -> None:
        if next(taken, None) is None:
            await asyncio.Event().wait()
        await take(self, message)

    agent._take = stopped  # type: ignore[method-assign]


def notice_late(seconds: float) -> None:
    """A lost connection is found lost only after a while, and requests are sent by it until then: else for a moment."""
    notice = AIOKafkaConnection._on_read_task_error

    def noticed(_: type[AIOKafkaConnection], connection: Any, reading: asyncio.Task[None]) -> None:
        asyncio.get_running_loop().call_later(seconds, notice, connection, reading)

    AIOKafkaConnection._on_read_task_error = classmethod(noticed)


def hear_soon() -> None:
    """Clients ask every second which topics and partitions there are: else every five minutes."""
    begin = AIOKafkaClient.__init__

    def begun(self: AIOKafkaClient, *place: Any, **settings: Any) -> None:
        begin(self, *place, **settings | {"metadata_max_age_ms": 1_000})

    AIOKafkaClient.__init__ = begun


def end_fetching(sign: Path) -> None:
    """Once there is a file `sign`, the task that fetches records ends by an error that nobody is told of."""
    fetch = Fetcher._proc_fetch_request

    async def ended(self: Fetcher, *request: Any) -> Any:
        if sign.exists():
            raise RuntimeError("a fault in the client")
        return await fetch(self, *request)

    Fetcher._proc_fetch_request = ended


def end_membership() -> None:
    """The task that joins the group ends by an error that nobody is told of."""

    async def ended(_: GroupCoordinator) -> None:
        raise RuntimeError("a fault in the client")

    GroupCoordinator.ensure_coordinator_known = ended  # type: ignore[method-assign]
