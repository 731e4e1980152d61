"""Articles of a transactional producer: what is aborted was never said, and what is open is not said yet."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from streams.kafka.reading import reader, records_to
from tests.deployment import Deployment, WorkerProcess, await_until, deployed, keyed
from tests.forked import Forked

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


@pytest.fixture
def deployment(kafka: Any, topic_prefix: str, tmp_path: Path) -> Iterator[Deployment]:
    """Topics of its own, and workers that are forked."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as made:
        made.launch = Forked
        yield made


class Newsroom:
    """Writes articles, each in a transaction of its own."""

    def __init__(self, deployment: Deployment, name: str = "") -> None:
        self._topic = deployment.topics.articles.name
        self._producer = Producer(
            {"bootstrap.servers": deployment.bootstrap, "transactional.id": f"{deployment.prefix}{name}"}
        )
        self._producer.init_transactions(30)

    def begin(self, *numbers: int, partition: int) -> None:
        """Begin a transaction with these articles, which the broker has when this returns."""
        self._producer.begin_transaction()
        for number in numbers:
            key, value = keyed(article(number))
            self._producer.produce(self._topic, key=key, value=value, partition=partition)
        assert self._producer.flush(30) == 0

    def commit(self) -> None:
        """They are said."""
        self._producer.commit_transaction(30)

    def abort(self) -> None:
        """They were never said."""
        self._producer.abort_transaction(30)


def article(number: int) -> dict[str, Any]:
    """Names one index."""
    return {
        "uri": f"urn:t:{number}",
        "published_at": "2026-11-30T12:00:00Z",
        "body": f"The DAX rose 1.{number % 10}% on Tuesday.",
    }


def annotated(deployment: Deployment) -> set[int]:
    """Numbers of the articles that were taken."""
    annotations = deployment.values(deployment.topics.annotations.name)
    return {int(annotation["article"]["uri"].rpartition(":")[2]) for annotation in annotations}


def await_settled(deployment: Deployment, worker: WorkerProcess, *numbers: int) -> None:
    """All of these articles are taken and no other, nothing is left to do, and the worker says so."""
    deployment.await_settled(60)
    assert annotated(deployment) == set(numbers)
    lag = f'newstape_lag_seconds{{partition="%d",topic="{deployment.topics.articles.name}"}} 0.0'
    await_until(lambda: all(lag % number in worker.text("/metrics") for number in range(4)), "no lag", 30)
    assert worker.process.poll() is None


def test_what_is_aborted_is_not_counted(deployment: Deployment) -> None:
    """In the middle of a partition and at its end, before a worker starts and while it runs."""
    newsroom = Newsroom(deployment)

    def transactions(first: int) -> None:
        for number, partition, ends in (
            (first, 0, newsroom.commit),
            (first + 1, 0, newsroom.abort),
            (first + 2, 0, newsroom.commit),
            (first + 3, 1, newsroom.commit),
            (first + 4, 1, newsroom.abort),
            (first + 5, 2, newsroom.abort),
        ):
            newsroom.begin(number, number + 100, partition=partition)
            ends()

    transactions(0)
    worker = deployment.start().await_ready()
    await_settled(deployment, worker, 0, 100, 2, 102, 3, 103)
    transactions(10)
    await_settled(deployment, worker, 0, 100, 2, 102, 3, 103, 10, 110, 12, 112, 13, 113)
    assert worker.stop() == 0
    worker = deployment.start().await_ready()
    transactions(20)
    taken = (0, 100, 2, 102, 3, 103, 10, 110, 12, 112, 13, 113, 20, 120, 22, 122, 23, 123)
    await_settled(deployment, worker, *taken)
    assert asyncio.run(read(deployment)) == sorted(taken)


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("is_committed", [False, True])
def test_what_is_open_waits_for_how_it_ends(deployment: Deployment, is_committed: bool, is_restarted: bool) -> None:
    """What comes behind it waits too, and is no lag: it can't be read before. Other partitions go on."""
    newsroom, other = Newsroom(deployment), Newsroom(deployment, "other")
    worker = deployment.start().await_ready()
    newsroom.begin(1, 2, partition=0)
    other.begin(3, partition=0)
    other.commit()
    other.begin(4, partition=1)
    other.commit()
    await_until(lambda: annotated(deployment) == {4}, "the other partition goes on", 30)
    if is_restarted:
        assert worker.stop() == 0
        worker = deployment.start().await_ready()
    lag = f'newstape_lag_seconds{{partition="0",topic="{deployment.topics.articles.name}"}} 0.0'
    await_until(lambda: lag in worker.text("/metrics"), "no lag behind what is open", 30)
    assert asyncio.run(read(deployment)) == [4]
    (newsroom.commit if is_committed else newsroom.abort)()
    await_settled(deployment, worker, *({1, 2} if is_committed else ()), 3, 4)


async def read(deployment: Deployment) -> list[int]:
    """Numbers of the articles that a reader finds, up to where the topic ends for it."""
    async with reader(deployment.settings, [deployment.topics.articles.name]) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        found = [record async for records in records_to(consumer, ends) for record in records]
    return sorted(int(record.key.decode().rpartition(":")[2]) for record in found)
