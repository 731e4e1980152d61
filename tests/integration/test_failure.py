"""What a worker does while something near it has failed, and that nothing is missing afterwards."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

from schemas import Position
from streams.agents.tally import TallyAgent
from streams.kafka.reading import reader
from streams.kafka.topics import DAY_MS
from streams.local.kafka import LocalKafka
from streams.state.checkpoint import EXIT_UNDELIVERED
from streams.state.layout import TABLE_FORMAT, ledger_key, position_of
from streams.state.stores import group_of
from tests.chaos.faulty import end_fetching, end_membership, hear_soon, hold_tombstones, notice_late, stop_reading
from tests.chaos.proxy import Proxy
from tests.deployment import PATIENCE_S, Deployment, WorkerProcess, await_until, deployed, keyed
from tests.forked import Forked
from tests.integration.test_state import Newsroom, await_counts, changelog, shown

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

N = 250
QUICK = {"NEWSTAPE_SESSION_TIMEOUT_S": "3"}


@dataclass(frozen=True)
class Site:
    """A broker of these tests' own, that workers reach through a proxy."""

    broker: LocalKafka
    proxy: Proxy


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """It may be paused and its network slowed down; what is too old it deletes at once."""
    quick = {"log.initial.task.delay.ms": "500", "log.retention.check.interval.ms": "500"}
    with Proxy() as proxy, LocalKafka(advertised=proxy.address, config=quick) as broker:
        proxy.target = int(broker.listener.rpartition(":")[2])
        yield Site(broker, proxy)


@pytest.fixture
def deployment(site: Site, topic_prefix: str, tmp_path: Path) -> Iterator[Deployment]:
    """Topics on that broker."""
    with deployed(site.broker.internal, topic_prefix, tmp_path, **QUICK) as made:
        made.front, made.launch = site.proxy.address, Forked
        yield made


def said(number: int) -> dict[str, Any]:
    """An article that names the DAX."""
    return {
        "uri": f"urn:f:{number}",
        "published_at": datetime.now(UTC).isoformat(),
        "body": "The DAX rose 1.5% on Friday.",
    }


def administration(deployment: Deployment) -> AdminClient:
    """Of the broker's topics."""
    return AdminClient({"bootstrap.servers": deployment.bootstrap})


def delivered(deployment: Deployment) -> int:
    """Annotations in their topic."""
    return len(deployment.read(deployment.topics.annotations.name))


def test_while_the_broker_holds_the_producer_no_offset_passes_and_a_reader_that_rests_misses_nothing(
    site: Site, deployment: Deployment
) -> None:
    """The broker is paused for a second amid hundreds of articles, while a reader of the events does not read on."""
    worker = deployment.start().await_ready()
    articles, events = deployment.topics.articles.name, deployment.topics.events["index"].name
    reader = Consumer(
        {"bootstrap.servers": deployment.bootstrap, "group.id": deployment.prefix, "auto.offset.reset": "earliest"}
    )
    reader.subscribe([events])
    deployment.push([said(0)])
    first = await_until(lambda: reader.poll(1), "an event")
    deployment.push([said(number) for number in range(1, N)])
    await_until(lambda: 0 < deployment.lag(articles) < N, "some progress")
    os.kill(site.broker.pid, signal.SIGSTOP)
    time.sleep(1)  # the fault itself
    os.kill(site.broker.pid, signal.SIGCONT)
    while behind := deployment.lag(articles):
        assert delivered(deployment) >= N - behind
    deployment.await_settled()
    assert worker.process.poll() is None
    uris = [value["article"]["uri"] for value in deployment.values(deployment.topics.annotations.name)]
    assert sorted(uris) == sorted(f"urn:f:{number}" for number in range(N))
    read = [first]
    while len(read) < N:
        read.append(await_until(lambda: reader.poll(1), f"event {len(read)}"))
    reader.close()
    assert {json.loads(event.value())["article"]["uri"] for event in read} == set(uris)


def test_connections_that_break_under_requests_stall_nobody(site: Site, deployment: Deployment) -> None:
    """On uvloop that ended aiokafka's metadata task: no commit and no heartbeat came through any more, silently."""
    deployment.launch = partial(Forked, prepare=partial(notice_late, 0.2))
    worker = deployment.start().await_ready()
    for number in range(0, N, 50):
        deployment.push([said(number + n) for n in range(50)])
        before = site.proxy.passed
        await_until(lambda passed=before: site.proxy.passed > passed + 10_000, "records on their way")
        site.proxy.reset()
    deployment.await_settled()
    await_until(lambda: shown(worker) == {"DAX": N}, "counts")
    assert worker.process.poll() is None


def rests(task: asyncio.Task[Any]) -> bool:
    """Whether it sleeps."""
    coroutine: Any = task.get_coro()
    return getattr(coroutine.cr_await, "__name__", None) == "sleep"


async def test_who_reads_is_not_called_off_where_the_connection_has_just_broken(
    site: Site, deployment: Deployment
) -> None:
    """The consumer of aiokafka rests for a moment then, and ends by calling off whoever waits for its end."""
    settings = deployment.settings.model_copy(update={"kafka": site.proxy.address})
    async with reader(settings, [deployment.topics.articles.name], wait_ms=500) as consumer:
        for partition in consumer.assignment():
            await consumer.position(partition)
        consumer._fetcher._retry_backoff = 60
        while not any(rests(task) for task in consumer._fetcher._pending_tasks):
            site.proxy.reset()
            await asyncio.sleep(0.05)


def tombstones(deployment: Deployment) -> int:
    """How many there are in both changelogs."""
    topics = (deployment.topics.ledger, deployment.topics.contributions)
    return sum(values.count(None) for topic in topics for values in changelog(deployment, topic).values())


def live(deployment: Deployment) -> dict[bytes, bytes]:
    """Entries of both tables that the changelogs leave."""
    topics = (deployment.topics.ledger, deployment.topics.contributions)
    return {
        key: values[-1]
        for topic in topics
        for key, values in changelog(deployment, topic).items()
        if values[-1] is not None
    }


def standing(deployment: Deployment) -> dict[bytes, bytes]:
    """Of these the last of each article, in the ledger and in each entity."""
    entries = live(deployment)
    last = {group_of(key): key for key in sorted(entries, key=lambda key: position_of(key).offset)}
    return {key: entries[key] for key in last.values()}


def test_deletions_of_a_worker_that_was_stopped_change_nothing_when_they_come_late(
    deployment: Deployment, tmp_path: Path
) -> None:
    """Stopped with its deletions in hand, and woken when another has gone on: tables and counts stay what they are."""
    newsroom, topics = Newsroom(deployment), deployment.topics
    deployment.launch = partial(Forked, prepare=partial(hold_tombstones, tmp_path))
    late = deployment.start("late").await_ready()
    newsroom.write(range(20), "DAX")
    deployment.await_settled()
    newsroom.write(range(20), "FTSE 100")
    in_hand = [tmp_path / topics.ledger.name, tmp_path / topics.contributions.name]
    await_until(lambda: all(file.exists() for file in in_hand), "deletions of both tables in hand")
    late.signal(signal.SIGSTOP)
    deployment.launch = Forked
    owner = deployment.start("owner").await_ready()
    newsroom.write(range(10), "Nikkei 225")
    newsroom.write(range(10, 15), None)
    deployment.await_settled()
    await_counts(owner, newsroom)
    await_until(lambda: len(changelog(deployment, topics.ledger)) - 20 == 35, "a third version of fifteen")
    await_until(lambda: len([k for k in live(deployment) if k.startswith(b'["urn:')]) == 20, "one entry an article")
    before, sent = standing(deployment), tombstones(deployment)
    (tmp_path / "release").touch()
    late.signal(signal.SIGCONT)
    await_until(lambda: tombstones(deployment) > sent, "late deletions")
    await_counts(owner, newsroom)
    for worker in (owner, late):
        worker.signal(signal.SIGTERM)
    for worker in (owner, late):
        worker.process.wait(15)
    assert standing(deployment) == before
    fresh = deployment.start("fresh").await_ready()
    # A version that was in its producer's hand has come after its own deletion: superseded, and swept by whoever loads.
    await_until(lambda: live(deployment) == before, "nothing left of older versions")
    assert shown(fresh) == newsroom.counts()


def test_an_agent_that_stops_reading_holds_its_own_offsets_and_nobody_else(deployment: Deployment) -> None:
    """Articles are annotated all the same, lag tells of it, and the next worker does what was left."""
    deployment.launch = partial(Forked, prepare=partial(stop_reading, 10))
    stuck = deployment.start("stuck").await_ready()
    deployment.push([said(number) for number in range(50)])
    await_until(lambda: delivered(deployment) == 50, "all annotated")
    await_until(lambda: deployment.lag(deployment.topics.articles.name) == 0, "articles committed")
    assert deployment.lag(deployment.topics.annotations.name) >= 40
    lag = f'newstape_lag_seconds{{partition="%d",topic="{deployment.topics.annotations.name}"}} 0.0'
    assert any(lag % partition not in stuck.text("/metrics") for partition in range(4))
    stuck.kill()
    deployment.launch = Forked
    worker = deployment.start("next").await_ready()
    deployment.await_settled()
    await_until(lambda: shown(worker) == {"DAX": 50}, "counts")


def test_of_old_articles_nothing_expires_on_its_way(deployment: Deployment) -> None:
    """Claims have their articles' time and were kept for a week: of a backlog of a month many were gone unread."""
    topics, producer = deployment.topics, deployment.producer()
    old_ms = int(time.time() * 1_000) - 20 * DAY_MS
    published_at = datetime.fromtimestamp(old_ms // 1_000, UTC).isoformat()
    deployment.launch = partial(Forked, prepare=partial(stop_reading, 10, TallyAgent))
    stuck = deployment.start("stuck").await_ready()
    for number in range(50):
        key, value = keyed(said(number) | {"published_at": published_at})
        producer.produce(topics.articles.name, key=key, value=value, timestamp=old_ms)
    weekly = f"{deployment.prefix}weekly"
    kept = {"retention.ms": str(7 * DAY_MS)}
    admin = administration(deployment)
    admin.create_topics([NewTopic(weekly, 1, config=kept)])[weekly].result()
    producer.produce(weekly, value=b"old", timestamp=old_ms)
    assert producer.flush(60) == 0
    await_until(lambda: deployment.lag(topics.annotations.name) == 0, "all claimed")
    await_until(lambda: not deployment.read(weekly), "what is kept for a week has been deleted")
    stuck.kill()
    deployment.launch = Forked
    deployment.start("next").await_ready()
    deployment.await_settled()
    uris = {event["article"]["uri"] for event in deployment.values(topics.events["index"].name)}
    assert uris == {f"urn:f:{number}" for number in range(50)}


def test_a_worker_whose_client_has_ended_stops(deployment: Deployment, tmp_path: Path) -> None:
    """Heartbeats go on, and no record would come any more; the next worker does what was left."""
    sign = tmp_path / "end"
    deployment.launch = partial(Forked, prepare=partial(end_fetching, sign))
    worker = deployment.start().await_ready()
    deployment.push([said(1)])
    deployment.await_settled()
    sign.touch()
    assert worker.process.wait(30) == EXIT_UNDELIVERED
    assert "a part of its Kafka client has ended: fetching" in worker.log.read_text()
    deployment.push([said(2)])
    deployment.launch = Forked
    after = deployment.start("next").await_ready()
    await_until(lambda: shown(after) == {"DAX": 2}, "counts")


def test_a_worker_whose_client_ends_before_it_was_ready_stops(deployment: Deployment, tmp_path: Path) -> None:
    """It would wait for good for partitions that it is not given any more."""
    deployment.launch = partial(Forked, prepare=end_membership)
    worker = deployment.start()
    assert worker.process.wait(PATIENCE_S) == EXIT_UNDELIVERED
    assert "a part of its Kafka client has ended: its membership in the group" in worker.log.read_text()


def test_the_marker_of_a_transaction_is_passed_over(deployment: Deployment) -> None:
    """At the end of a partition no record will ever come at its offset, and the worker has nothing left to do."""
    deployment.launch = Forked
    worker = deployment.start().await_ready()
    producer = Producer({"bootstrap.servers": deployment.bootstrap, "transactional.id": deployment.prefix})
    producer.init_transactions(30)
    for number in range(4):
        producer.begin_transaction()
        key, value = keyed(said(number))
        producer.produce(deployment.topics.articles.name, key=key, value=value, partition=number // 2)
        producer.commit_transaction(30)
    await_until(lambda: shown(worker) == {"DAX": 4}, "counts")
    lags = f'newstape_lag_seconds{{partition="%d",topic="{deployment.topics.articles.name}"}} 0.0'
    await_until(lambda: all(lags % p in worker.text("/metrics") for p in range(4)), "no lag")
    assert worker.log.read_text().count('"message": "gap passed over"') == 4
    assert worker.process.poll() is None


def write_ledger(deployment: Deployment, entries: int, form: int = TABLE_FORMAT) -> None:
    """Entries of so many articles in the ledger's changelog, in partition 0."""
    producer, topic = Producer({"bootstrap.servers": deployment.bootstrap}), deployment.topics.ledger.name
    value = b'[%d,29933333,1,-1,"%s",1,29919600,["index:DAX"],[],[],[]]' % (form, b"8mYs6NQ0gxbFQQ0GG/GQLA" * 12)
    for number in range(entries):
        key = ledger_key(f"urn:ledger:{number}", Position(partition=0, offset=number))
        producer.produce(topic, key=key, value=value, partition=0)
        producer.poll(0)
    assert producer.flush(60) == 0


def has_said(worker: WorkerProcess, message: str) -> bool:
    """Whether this message is in its log."""
    return f'"message": "{message}' in worker.log.read_text()


def test_a_worker_ends_within_ten_seconds_while_it_rebuilds_state_for_minutes(
    site: Site, deployment: Deployment
) -> None:
    """A slow network and a long changelog: SIGTERM amid the rebuild, status 0."""
    write_ledger(deployment, 20_000)
    site.proxy.bytes_per_s = 200_000
    before = site.proxy.passed
    try:
        worker = deployment.start()
        await_until(lambda: site.proxy.passed - before > 1_000_000, "a megabyte of changelog")
        assert worker.get("/readyz")[0] == 503
        assert worker.stop(10) == 0
    finally:
        site.proxy.bytes_per_s = float("inf")
    assert not has_said(worker, "state rebuilt")


def test_state_of_another_release_ends_the_worker_with_its_mend(deployment: Deployment) -> None:
    """Status 1 and one message that says what was found, what is read, and what to do."""
    write_ledger(deployment, 1, form=99)
    worker = deployment.start()
    assert worker.process.wait(PATIENCE_S) == 1
    last = worker.log.read_text().rpartition("\nerror: ")[2]
    assert last.startswith("table ledger, entry ")
    assert f"format 99, this release reads format {TABLE_FORMAT}: run the release that wrote it" in last


def test_partitions_added_to_a_running_deployment_end_its_workers_with_the_mend(deployment: Deployment) -> None:
    """Keys are elsewhere from then on; it once took Kafka to be away for two minutes, and said so."""
    deployment.launch = partial(Forked, prepare=hear_soon)
    worker = deployment.start().await_ready()
    admin, claims = administration(deployment), deployment.topics.claims.name
    admin.create_partitions([NewPartitions(claims, 6)])[claims].result()
    assert worker.process.wait(PATIENCE_S) == 1
    last = worker.log.read_text().rpartition("\nerror: ")[2]
    assert last.startswith(f"{claims}: more than the 4 partitions it had")


def test_a_second_deployment_in_the_same_group_is_refused(
    site: Site, deployment: Deployment, topic_prefix: str, tmp_path: Path
) -> None:
    """It would take over the first one's state, and count its articles."""
    deployment.start().await_ready()
    deployment.push([said(1)])
    deployment.await_settled()
    with deployed(site.broker.internal, f"{topic_prefix}2-", tmp_path) as other:
        worker = other.start("other", NEWSTAPE_APP_ID=f"{topic_prefix}app")
        assert worker.process.wait(PATIENCE_S) == 1
    told = " ".join(worker.log.read_text().split())
    assert f"{topic_prefix}app-ledger-changelog would be another deployment's, too" in told
    assert f"committed offsets of {deployment.topics.claims.name}, {deployment.topics.annotations.name}" in told


def owned(worker: WorkerProcess) -> list[int] | None:
    """Partitions of a worker that is ready."""
    status, said = worker.get("/readyz")
    return said["partitions"] if status == 200 else None


def test_a_worker_without_partitions_is_ready_and_takes_over(site: Site, topic_prefix: str, tmp_path: Path) -> None:
    """It was never ready once: a reader of no partitions called off the rebuild, and it waited for good."""
    environment = QUICK | {"NEWSTAPE_PARTITIONS": "1"}
    with deployed(site.broker.internal, topic_prefix, tmp_path, **environment) as deployment:
        deployment.launch = Forked
        workers = [deployment.start(name) for name in "ab"]
        await_until(lambda: [owned(w) for w in workers] in ([[0], []], [[], [0]]), "one ready with it, one without")
        owner, spare = sorted(workers, key=owned, reverse=True)
        deployment.push([said(1)])
        deployment.await_settled()
        await_until(lambda: shown(spare) == {"DAX": 1}, "counts by the one without")
        owner.kill()
        await_until(lambda: owned(spare) == [0], "the spare one has taken over")
        await_until(lambda: shown(spare) == {"DAX": 1}, "counts")
        deployment.push([said(2)])
        deployment.await_settled()
        await_until(lambda: shown(spare) == {"DAX": 2}, "counts")
