"""Bytes that turned over in every kind of file of a state directory: a worker is right, or says which path is not."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.state.checkpoint import EXIT_UNDELIVERED
from tests.deployment import Deployment, WorkerProcess, await_until, deployed, turn_bytes_over
from tests.integration.test_state import ROCKSDB, Newsroom, await_counts

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

KINDS = ("*.log", "*.sst", "MANIFEST-*", "CURRENT", "*")  # the first start writes the log out into tables
ARTICLES = range(240)


class Supervised:
    """A worker that is started again when it stops over its files, as its supervisor would."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self.stops: list[str] = []
        """What it said when it stopped."""
        self.start()

    def start(self) -> None:
        """Start it with the files that are there."""
        self.worker: WorkerProcess = self._deployment.start(data="disk")

    def get(self, path: str) -> tuple[int, Any]:
        """A view, of a worker started again where it has stopped."""
        status = self.worker.process.poll()
        if status is not None:
            said = self.worker.log.read_text()
            assert status == EXIT_UNDELIVERED, said[-3_000:]
            assert str(self._deployment.directory / "disk" / "state") in said.splitlines()[-1]
            assert "Traceback" not in said
            self.stops.append(said.splitlines()[-1])
            self.start()
        return self.worker.get(path)

    def await_ready(self) -> None:
        """Wait until it owns its partitions."""
        await_until(lambda: self.get("/readyz")[0] == 200, "ready", 60)


def published(deployment: Deployment) -> set[tuple[str, int, str]]:
    """Identity, revision and lifecycle of every event published."""
    events = [event for topic in deployment.topics.events.values() for event in deployment.values(topic.name)]
    return {(event["event_id"], event["revision"], event["lifecycle"]) for event in events}


def rounds(newsroom: Newsroom) -> Iterator[Callable[[], None]]:
    """What is written after each kind of file was damaged: corrections, withdrawals and returns."""
    for number, _ in enumerate(KINDS):
        name = ("Nikkei 225", "FTSE 100", "DAX", None)[number % 4]
        first = 17 * number % 100
        yield lambda first=first, name=name: newsroom.write(range(first, first + 100), name)  # type: ignore[misc]


def test_what_a_worker_with_damaged_files_says_is_what_one_with_whole_files_says(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """Views, events, articles and dead letters: none is missing, wrong or double."""
    draw = random.Random(8)
    with (
        deployed(kafka.bootstrap, f"{topic_prefix}d.", tmp_path, **ROCKSDB) as damaged,
        deployed(kafka.bootstrap, f"{topic_prefix}w.", tmp_path, **ROCKSDB) as whole,
    ):
        newsrooms = Newsroom(damaged), Newsroom(whole)
        worker, undamaged = Supervised(damaged), whole.start("whole").await_ready()
        worker.await_ready()
        for newsroom in newsrooms:
            newsroom.write(ARTICLES, "DAX")
        damaged.await_settled()
        for kind, *writes in zip(KINDS, *map(rounds, newsrooms), strict=True):
            worker.worker.kill()
            assert turn_bytes_over(tmp_path / "disk", kind, draw)
            worker.start()
            for write in writes:
                write()
            await_until(lambda: worker.get("/readyz")[0] == 200 and damaged.lag() == 0, f"settled after {kind}", 90)
        whole.await_settled()
        for deployment, newsroom, shown in zip((damaged, whole), newsrooms, (worker.worker, undamaged), strict=True):
            await_counts(shown, newsroom)
            assert not deployment.read(deployment.topics.dead_letters.name)
        assert published(damaged) == published(whole)
        for number in ARTICLES:
            (status, said), (_, want) = (of.get(f"/articles/urn:s:{number}") for of in (worker, undamaged))
            assert status == 200
            assert _told(said) == _told(want)


def _told(article: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in article.items() if name not in {"position", "observed_at", "novelty"}}
