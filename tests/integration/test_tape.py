"""The tape on a real Kafka, without a worker: it rests when nobody looks on, and misses nothing for that."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from streams.web import tape as module
from streams.web.tape import Gap, Published, Reader, Selection, Tape
from tests.conftest import Broker
from tests.deployment import Deployment, deployed

pytestmark = pytest.mark.integration

POLICY = Selection(feeds=("policy",))


@pytest.fixture
def deployment(kafka: Broker, tmp_path: Path) -> Iterator[Deployment]:
    """Topics, and no worker."""
    with deployed(kafka.bootstrap, f"tape-{time.time_ns()}-", tmp_path) as made:
        yield made


def publish(deployment: Deployment, *names: str) -> None:
    """Events of these ids."""
    producer = Producer({"bootstrap.servers": deployment.bootstrap})
    for name in names:
        value = {"type": "policy.tariff", "subject": {"id": "country:US"}, "lifecycle": "created"}
        value |= {"article": {"uri": "urn:1"}, "event_id": name}
        producer.produce(deployment.topics.events["policy"].name, json.dumps(value).encode(), name.encode())
    assert producer.flush(30) == 0


def names(entries: list[Published] | list[Published | Gap]) -> list[str]:
    """Ids of events."""
    return sorted(json.loads(entry.value)["event_id"] for entry in entries if isinstance(entry, Published))


async def live(reader: Reader, count: int) -> list[Published]:
    """So many records as they come."""
    seen: list[Published] = []
    async with asyncio.timeout(60):
        while len(seen) < count:
            await reader.wake.wait()
            seen += reader.take()
    return seen


async def test_a_tape_rests_when_nobody_looks_on_and_begins_again(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its consumer goes; who comes later is given what was published meanwhile, from the cursor and as the newest."""
    monkeypatch.setattr(module, "IDLE_S", 0.05)
    tape = Tape(deployment.settings, deployment.topics)
    publish(deployment, "a", "b")
    await tape.open()
    reader = Reader(POLICY, tape.newest(POLICY, 10))
    missed, ends = tape.join(reader)
    assert names(missed) == ["a", "b"]
    reader.reach(ends)
    publish(deployment, "c")
    assert names(await live(reader, 1)) == ["c"]
    tape.leave(reader)
    async with asyncio.timeout(30):
        while tape.is_reading:
            await asyncio.sleep(0.01)
    publish(deployment, "d")
    await tape.open()
    again = Reader(POLICY, reader.offsets)
    assert names(tape.join(again)[0]) == ["d"]
    newest = Reader(POLICY, tape.newest(POLICY, 1))
    assert len(tape.join(newest)[0]) == 1
    tape.leave(again)
    tape.leave(newest)
    await tape.stop()
    assert again.closed is False
    assert not tape.is_reading


async def test_a_reader_from_long_ago_is_brought_up_and_joins_without_a_seam(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no longer at hand comes from the topic, then what is, then what comes: each once."""
    monkeypatch.setattr(module, "KEPT_RECORDS", 8)
    tape = Tape(deployment.settings, deployment.topics)
    early = [f"{number:03}" for number in range(60)]
    publish(deployment, *early)
    await tape.open()
    reader = Reader(POLICY, {"policy": [0, 0, 0, 0]})
    assert not tape.is_at_hand(reader)
    got: list[Published | Gap] = []
    async for group in tape.catch_up(reader):
        for entry in group:
            got.append(entry)
            if isinstance(entry, Published):
                reader.passed(entry)
    missed, ends = tape.join(reader)
    reader.reach(ends)
    publish(deployment, "late")
    seen = [*got, *missed, *await live(reader, 1)]
    assert names(seen) == [*early, "late"]
    tape.leave(reader)
    await tape.stop()
