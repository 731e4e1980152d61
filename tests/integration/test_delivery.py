"""What can't be delivered holds the offsets back: the worker stops, and after the mend nothing is missing."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.kafka.topics import Topic, bring_up, catalogue
from streams.local.kafka import LocalKafka
from streams.settings import Settings
from streams.state.checkpoint import EXIT_UNDELIVERED, Outbox
from tests.deployment import PATIENCE_S, Deployment, WorkerProcess, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


def limit(deployment: Deployment, topic: Topic, max_bytes: int) -> None:
    """Set the largest message that a topic accepts."""

    async def change() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=deployment.bootstrap)
        await admin.start()
        try:
            configs = topic.config() | {"max.message.bytes": str(max_bytes)}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=configs)])
        finally:
            await admin.close()

    def is_in_place() -> bool:
        """Whether the broker says so: a busy one answers with the limit of before for a while."""
        findings = asyncio.run(bring_up(deployment.settings, create=False))
        faults = next(finding.faults for finding in findings if finding.topic.name == topic.name)
        return any("max.message.bytes" in fault for fault in faults) is (max_bytes < topic.max_bytes)

    asyncio.run(change())
    await_until(is_in_place, f"{topic.name} takes {max_bytes} bytes at most")


def said(number: int) -> dict[str, Any]:
    """An article that names the DAX."""
    published_at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()  # a date would leave the windows some day
    return {"uri": f"urn:d:{number}", "published_at": published_at, "body": "The DAX rose 1.5% on Friday."}


@pytest.mark.parametrize("refusing", ["dead_letters", "claims", "contributions"])
def test_a_topic_that_refuses_writes_stops_the_worker_with_nothing_lost(
    kafka: Any, topic_prefix: str, tmp_path: Path, refusing: str
) -> None:
    """Status 3 and a message that names the cause; mended and started again, every record comes out and counts once."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        topic = getattr(deployment.topics, refusing)
        worker = deployment.start("first").await_ready()
        limit(deployment, topic, 80)
        deployment.push([*(said(number) for number in range(20)), (b"k", b"x" * 500)])
        assert worker.process.wait(PATIENCE_S) == EXIT_UNDELIVERED
        log = worker.log.read_text()
        assert "was not delivered" in log
        assert "MessageSizeTooLarge" in log
        limit(deployment, topic, topic.max_bytes)
        second = deployment.start("second").await_ready()
        deployment.await_settled()
        uris = [value["article"]["uri"] for value in deployment.values(deployment.topics.annotations.name)]
        assert set(uris) == {f"urn:d:{number}" for number in range(20)}
        assert [r.value() for r in deployment.read(deployment.topics.dead_letters.name)].count(b"x" * 500) >= 1
        counts = await_until(lambda: second.get("/indices/DAX")[1], "counts")
        assert counts["windows"]["7d"]["articles"] == 20


async def test_records_that_are_more_together_than_a_topic_takes_at_once_are_delivered(
    kafka: Any, topic_prefix: str
) -> None:
    """They went as one batch once, which was refused like a message too large, and the worker stopped for good."""
    settings = Settings(kafka=kafka.bootstrap, topic_prefix=topic_prefix, app_id=f"{topic_prefix}app", partitions=1)
    topics = {topic.name: topic for topic in catalogue(settings).all()}
    await bring_up(settings, create=True)
    outbox = Outbox(settings)
    await outbox.start()
    for name, topic in topics.items():
        value = bytes(topic.max_bytes // 10)
        sent = [await outbox.send(name, key=b"k", value=value) for _ in range(12)]
        offsets = [record.offset for record in await asyncio.gather(*sent)]
        assert offsets == list(range(12)), name
    await outbox.stop()


def test_a_worker_takes_over_though_its_consumer_loses_records_at_the_rebalance(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """It once waited for good for changelog records that Faust had thrown away, and nobody answered for its indices."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        first = deployment.start("first").await_ready()
        deployment.push([said(number) for number in range(20)])
        deployment.await_settled()
        assert first.stop() == 0
        second = deployment.start("second", module="tests.dropping_worker").await_ready()
        assert second.get("/indices/DAX")[1]["windows"]["7d"]["articles"] == 20
        deployment.push([said(number) for number in range(20, 40)])
        deployment.await_settled()
        await_until(lambda: second.get("/indices/DAX")[1]["windows"]["7d"]["articles"] == 40, "counts")


def articles_of(worker: WorkerProcess) -> int:
    """Articles that name the DAX, from a worker's view; -1 while it does not answer."""
    status, activity = worker.get("/indices/DAX")
    return activity["windows"]["7d"]["articles"] if status == 200 else -1


def test_a_stop_with_records_in_flight_ends_within_ten_seconds_and_loses_none(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """SIGTERM in the middle of a thousand articles: status 0, and the next worker goes on where this one confirmed."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        first = deployment.start("first").await_ready()
        deployment.push([said(number) for number in range(1_000)])
        await_until(lambda: deployment.lag(deployment.topics.articles.name) < 900, "some progress", 60)
        assert first.stop(10) == 0
        assert deployment.lag() > 0
        second = deployment.start("second").await_ready()
        deployment.await_settled()
        await_until(lambda: articles_of(second) == 1_000, "counts")


def test_a_worker_waits_for_a_broker_that_is_away_and_ends_without_it(tmp_path: Path) -> None:
    """The broker dies with records in flight: the worker goes on when it is back; SIGTERM ends it while it is away."""
    with LocalKafka() as broker, deployed(broker.bootstrap, "away-", tmp_path) as deployment:
        worker = deployment.start().await_ready()
        deployment.push([said(number) for number in range(500)])
        await_until(lambda: deployment.lag(deployment.topics.articles.name) < 450, "some progress", 60)
        broker.kill()
        time.sleep(10)  # the fault itself: longer than the session timeout
        assert worker.process.poll() is None
        broker.restart()
        deployment.await_settled()
        await_until(lambda: articles_of(worker) == 500, "counts")
        broker.kill()
        began = time.monotonic()
        worker.stop(30)
        assert time.monotonic() - began < 12


def test_records_that_a_broker_lost_with_its_power_take_none_along_that_come_after(tmp_path: Path) -> None:
    """What was put in their place passed for seen, and nobody said so: a worker that read them stops, and is mended."""
    soon = {"broker.session.timeout.ms": "2500"}  # comes back when KRaft takes the old one for dead
    with LocalKafka(config=soon) as broker, deployed(broker.bootstrap, "power-", tmp_path) as deployment:
        worker = deployment.start().await_ready()
        for first in range(0, 100, 10):
            deployment.push([said(number) for number in range(first, first + 10)])
        deployment.await_settled()
        broker.kill()
        for log in (broker.data_dir / "topics").glob(f"{deployment.topics.articles.name}-*/*.log"):
            os.truncate(log, log.stat().st_size // 2)
        broker.restart()
        assert len(deployment.read(deployment.topics.articles.name)) < 80
        lost, anew = (
            "the broker has lost records, or the topic was made anew",
            '"read from where it begins: it ends before',
        )
        # Where the broker came back too late for the group, it is seen when partitions are given out again.
        await_until(lambda: worker.process.poll() is not None or anew in worker.log.read_text(), "it is seen", 90)
        deployment.push([said(number) for number in range(100, 140)])
        if worker.process.poll() is not None:
            assert worker.process.poll() == EXIT_UNDELIVERED
            assert lost in worker.log.read_text()
            worker = deployment.start("next").await_ready()
        await_until(lambda: articles_of(worker) == 140, "counts")
        assert anew in worker.log.read_text()
