"""State on disk and in memory, through kills, restarts and moves: always what the changelogs say, and no older."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from streams.kafka.topics import Topic
from tests.deployment import Deployment, WorkerProcess, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

NAMES = {"DAX": "DAX", "Nikkei 225": "N225", "FTSE 100": "FTSE"}
NOW = datetime.now(UTC)
ROCKSDB = {"NEWSTAPE_STORE": "rocksdb"}


class Newsroom:
    """Writes articles and their corrections, and knows what stands: uri -> index."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._versions: Counter[int] = Counter()
        self.standing: dict[int, str] = {}

    def write(self, numbers: range, name: str | None) -> None:
        """A next version of each article that names this index, or its withdrawal."""
        records: list[Any] = []
        for number in numbers:
            self._versions[number] += 1
            uri = f"urn:s:{number}"
            if name is None:
                self.standing.pop(number, None)
                records.append((uri.encode(), None))
            else:
                self.standing[number] = NAMES[name]
                records.append(
                    {
                        "uri": uri,
                        "published_at": (NOW - timedelta(minutes=number % 3_000)).isoformat(),
                        "body": f"The {name} rose 1.{number % 10}% on Tuesday.",
                        "version": self._versions[number],
                    }
                )
        self._deployment.push(records)

    def counts(self) -> dict[str, int]:
        """Articles that stand, by index."""
        return dict(Counter(self.standing.values()))


def shown(worker: WorkerProcess) -> dict[str, int]:
    """Articles of the longest window, by index, from the views."""
    status, said = worker.get("/indices")
    if status != 200:
        return {"status": status}
    found = {activity["index"]: activity["windows"]["7d"]["articles"] for activity in said["indices"]}
    return {index: articles for index, articles in found.items() if articles}


def await_counts(worker: WorkerProcess, newsroom: Newsroom) -> None:
    """The worker shows what stands."""
    want = newsroom.counts()
    await_until(lambda: shown(worker) == want, f"counts {want}, last {shown(worker)}", 60)


def rebuilt(worker: WorkerProcess) -> int:
    """Changelog records that the worker read when it was last given partitions."""
    lines = [json.loads(line) for line in worker.log.read_text().splitlines() if '"state rebuilt"' in line]
    return int(lines[-1]["records"])


def test_state_on_disk_survives_kills_and_is_rebuilt_without_it(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """Killed twice amid corrections: the counts are a plain recount's, from disk and from changelogs alone."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path, **ROCKSDB) as deployment:
        newsroom = Newsroom(deployment)
        worker = deployment.start(data="disk").await_ready()
        for name in ("DAX", "Nikkei 225"):
            newsroom.write(range(250), name)
            newsroom.write(range(50), None)
            await_until(lambda: deployment.lag() < 500, "half-way", 60)
            worker.kill()
            worker = deployment.start(data="disk").await_ready()
        newsroom.write(range(100, 150), "FTSE 100")
        deployment.await_settled()
        await_counts(worker, newsroom)
        assert worker.stop() == 0
        from_disk = deployment.start(data="disk").await_ready()
        assert shown(from_disk) == newsroom.counts()
        # One record of each partition is read again, to prove that it is the same changelog.
        assert rebuilt(from_disk) <= 8
        assert from_disk.stop() == 0
        shutil.rmtree(tmp_path / "disk")
        afresh = deployment.start(data="disk").await_ready()
        assert shown(afresh) == newsroom.counts()
        assert rebuilt(afresh) > 500


def test_a_partition_that_comes_back_is_what_its_last_owner_left(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """Files left behind when a partition moved do not bring back what was corrected and withdrawn meanwhile."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path, **ROCKSDB) as deployment:
        newsroom = Newsroom(deployment)
        first = deployment.start("first").await_ready()
        newsroom.write(range(200), "DAX")
        deployment.await_settled()
        second = deployment.start("second").await_ready()
        await_until(lambda: len(first.get("/readyz")[1].get("partitions", "1234")) < 4, "partitions shared", 60)
        newsroom.write(range(100), "FTSE 100")
        newsroom.write(range(100, 150), None)
        deployment.await_settled()
        await_counts(first, newsroom)
        second.kill()
        await_until(lambda: len((first.get("/readyz")[1] or {}).get("partitions", "")) == 4, "partitions back", 60)
        await_counts(first, newsroom)
        newsroom.write(range(150, 200), "Nikkei 225")
        deployment.await_settled()
        await_counts(first, newsroom)
        assert "built anew" not in first.log.read_text()


def changelog(deployment: Deployment, topic: Topic) -> dict[bytes, list[bytes | None]]:
    """Values of every key of a changelog, in order; null is a tombstone."""
    found: dict[bytes, list[bytes | None]] = {}
    for record in deployment.read(topic.name):
        found.setdefault(record.key(), []).append(record.value())
    return found


def test_what_a_kill_or_a_late_worker_left_superseded_is_deleted_at_load(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """An older entry that is still in the changelog is not given out, and deleted there with a tombstone."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        newsroom, tables = Newsroom(deployment), (deployment.topics.ledger, deployment.topics.contributions)
        worker = deployment.start().await_ready()
        for name in ("DAX", "DAX"):
            newsroom.write(range(20), name)
            deployment.await_settled()

        def superseded(topic: Topic) -> dict[bytes, list[bytes | None]]:
            return {key: values for key, values in changelog(deployment, topic).items() if values[-1] is None}

        for topic in tables:
            await_until(lambda topic=topic: len(superseded(topic)) == 20, "first versions deleted", 30)
        worker.kill()
        # As a worker would that was stopped before these writes and woken now.
        late = Producer({"bootstrap.servers": deployment.bootstrap})
        for topic in tables:
            for record in deployment.read(topic.name):
                if record.value() is not None and record.key() in superseded(topic):
                    late.produce(topic.name, key=record.key(), value=record.value(), partition=record.partition())
        assert late.flush(30) == 0
        worker = deployment.start().await_ready()
        for topic in tables:
            await_until(
                lambda topic=topic: [len(v) for v in superseded(topic).values()] == [4] * 20, "deleted again", 30
            )
        assert shown(worker) == newsroom.counts()
        assert worker.get("/articles/urn:s:3")[1]["version"] == 2


def test_entries_expire_by_event_time_and_late_articles_are_counted_apart(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """On the event clock a newer article ages the others: contributions go after 8 days, ledger entries later.

    day       0         2        9         11
    article   a         b        c         d
    c comes: those of a go;  d comes: ledger entry of a goes (9 days), contributions of b;  late: one as old as a
    """
    environment = {"NEWSTAPE_CLOCK": "event", "NEWSTAPE_LEDGER_DAYS": "9", **ROCKSDB}
    with deployed(kafka.bootstrap, topic_prefix, tmp_path, **environment) as deployment:

        def article(uri: str, day: float) -> dict[str, Any]:
            published_at = (datetime(2025, 11, 3, 12, tzinfo=UTC) + timedelta(days=day)).isoformat()
            return {"uri": uri, "published_at": published_at, "body": "The DAX rose 1.5% on Monday."}

        def deleted(topic: Topic) -> set[str]:
            return {
                uri
                for key, values in changelog(deployment, topic).items()
                for uri in "abcd"
                if f'"urn:{uri}"'.encode() in key and values[-1] is None
            }

        worker = deployment.start(NEWSTAPE_PARTITIONS="4").await_ready()
        ledger, contributions = deployment.topics.ledger, deployment.topics.contributions
        deployment.push([article("urn:a", 0), article("urn:b", 2)])
        deployment.await_settled()
        deployment.push([article("urn:c", 9)])
        await_until(lambda: deleted(contributions) == {"a"}, "what a contributes expired", 30)
        assert deleted(ledger) == set()
        # Every partition of the ledger has its own newest minute; the counts' is the same for all.
        deployment.push([article("urn:d", 11)])
        await_until(lambda: (deleted(ledger), deleted(contributions)) == ({"a"}, {"a", "b"}), "a expired", 30)
        assert worker.stop() == 0
        worker = deployment.start(NEWSTAPE_PARTITIONS="4").await_ready()  # it knows what time it was
        deployment.push([article("urn:late", 1), article("urn:late", 1)])
        deployment.await_settled()
        assert "newstape_late_articles_total 1.0" in worker.text("/metrics")
        events = deployment.values(deployment.topics.events["index"].name)
        assert "urn:late" in {event["article"]["uri"] for event in events}
        assert shown(worker) == {"DAX": 2}


def test_files_of_a_changelog_made_anew_are_not_used(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """Topics deleted and made again, the disk kept: what the files held belongs to another life."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path, **ROCKSDB) as deployment:
        newsroom = Newsroom(deployment)
        worker = deployment.start(data="disk").await_ready()
        newsroom.write(range(40), "DAX")
        deployment.await_settled()
        assert worker.stop() == 0
        admin = AdminClient({"bootstrap.servers": deployment.bootstrap})
        names = [topic.name for topic in deployment.topics.all()]
        for deletion in admin.delete_topics(names).values():
            deletion.result(30)
        await_until(lambda: not set(names) & admin.list_topics(timeout=10).topics.keys(), "topics gone", 30)
        deployment.create_topics()
        newsroom.standing.clear()
        newsroom.write(range(500, 800), "FTSE 100")
        for _ in range(2):
            worker = deployment.start(data="disk").await_ready()
            deployment.await_settled()
            await_counts(worker, newsroom)
            assert worker.stop() == 0
