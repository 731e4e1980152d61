"""The whole pipeline on a real broker beside a bare aiokafka loop that does the same extraction, in one run.

Each is measured for a fixed time within a backlog that is larger than that time takes, so that a slow machine measures
less and not longer. Articles count as through when they are annotated and no annotation of theirs waits.
"""

import asyncio
import contextlib
import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from schemas import Annotation, Article, Claim, Position, decode, encode
from streams.extract.annotate import Extractor, annotate
from streams.intake import RawRecord, read
from streams.reconcile import reconcile
from streams.tally import Tally
from streams.tally.contributions import ContributionsInMemory
from tests.bench.articles import generated, reuters
from tests.deployment import Deployment, WorkerProcess, await_until, deployed, keyed, spawned

_MOST_A_SECOND = 1_200
"""More articles than one or two workers take in a second: so many a second are pushed as the backlog."""

_LOOK_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """A backlog that was worked on for a while."""

    articles: int
    """Articles through in the time."""
    per_second: float
    cpu_ms: float | None
    """CPU time per article of the processes concerned; null where the system does not tell it."""
    deepest: int = 0
    """The most records that were seen waiting between two stages."""


@dataclass(frozen=True, kw_only=True)
class Latency:
    """From produce to market event at a steady rate."""

    rate: float
    events: int
    median_ms: float
    p99_ms: float


def backlog(seconds: float) -> list[dict[str, Any]]:
    """Articles of today for so many seconds: Reuters' where they are, else generated ones; each with its own uri."""
    wanted = int(seconds * _MOST_A_SECOND)
    sources = reuters() or list(generated(1_000))
    now = datetime.now(UTC).isoformat()
    return [
        {**article, "uri": f"{article['uri']}:{number}", "published_at": now}
        for number, article in zip(count(), islice(cycle(sources), wanted), strict=False)
    ]


def throughput(
    bootstrap: str, directory: Path, workers: int, articles: Sequence[dict[str, Any]], seconds: float
) -> Throughput:
    """The pipeline with so many workers, from the first commits on."""
    with deployed(bootstrap, f"bench{workers}-{time.time_ns()}-", directory) as deployment:
        deployment.launch = spawned
        pushed = deployment.push(articles)
        running = [deployment.start(f"w{name}", NEWSTAPE_LOG_LEVEL="WARNING") for name in range(workers)]
        for worker in running:
            worker.await_ready(120)
        await_until(lambda: _taken(deployment, pushed), "the first articles to be annotated", 120)
        first, began, before = _through(deployment, pushed), time.monotonic(), _cpu_s(running)
        deepest, last = 0, first
        while time.monotonic() - began < seconds and last < pushed:
            time.sleep(_LOOK_S)
            last = _through(deployment, pushed)
            waiting = [
                deployment.lag_or_none(t.name) for t in (deployment.topics.annotations, deployment.topics.claims)
            ]
            deepest = max(deepest, *(lag for lag in waiting if lag is not None), 0)
        return _throughput(last - first, time.monotonic() - began, before, _cpu_s(running), deepest)


def _taken(deployment: Deployment, pushed: int) -> int:
    lag = deployment.lag_or_none(deployment.topics.articles.name)
    return 0 if lag is None else pushed - lag


def _through(deployment: Deployment, pushed: int) -> int:
    lags = [deployment.lag_or_none(t.name) for t in (deployment.topics.articles, deployment.topics.annotations)]
    return max(0, pushed - sum(pushed if lag is None else lag for lag in lags))


def _throughput(
    articles: int, seconds: float, before: float | None, after: float | None, deepest: int = 0
) -> Throughput:
    known = before is not None and after is not None and articles > 0
    return Throughput(
        articles=articles,
        per_second=articles / seconds,
        cpu_ms=(after - before) * 1_000 / articles if known else None,
        deepest=deepest,
    )


def _cpu_s(workers: Sequence[WorkerProcess]) -> float | None:
    """CPU seconds of these processes; null where there is no /proc to read them from."""
    used = 0.0
    for worker in workers:
        try:
            fields = Path(f"/proc/{worker.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return None
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


# -- a bare loop ------------------------------------------------------------------------------------------------------


def bare_loop(
    bootstrap: str, directory: Path, articles: Sequence[dict[str, Any]], extractor: Extractor, seconds: float
) -> Throughput:
    """An aiokafka loop that reads articles, annotates them and writes annotations: what the pipeline can't beat."""
    with deployed(bootstrap, f"bare-{time.time_ns()}-", directory) as deployment:
        pushed = deployment.push(articles)
        return asyncio.run(_bare(deployment, pushed, extractor, seconds))


async def _bare(deployment: Deployment, pushed: int, extractor: Extractor, seconds: float) -> Throughput:
    topics, done = deployment.topics, 0
    consumer = AIOKafkaConsumer(
        topics.articles.name, bootstrap_servers=deployment.bootstrap, auto_offset_reset="earliest"
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=deployment.bootstrap, acks="all", enable_idempotence=True, linger_ms=2
    )
    async with contextlib.AsyncExitStack() as stack:
        for client in (consumer, producer):
            await client.start()
            stack.push_async_callback(client.stop)
        began, before = time.monotonic(), time.process_time()
        while time.monotonic() - began < seconds and done < pushed:
            futures = []
            for records in (await consumer.getmany(timeout_ms=1_000, max_records=200)).values():
                for record in records:
                    value = annotated(record.key, record.value, record.timestamp, extractor)
                    futures.append(await producer.send(topics.annotations.name, value, key=record.key))
            await asyncio.gather(*futures)
            done += len(futures)
        return _throughput(done, time.monotonic() - began, before, time.process_time())


def annotated(key: bytes | None, value: bytes | None, stamp_ms: int, extractor: Extractor) -> bytes:
    """The annotation of an article's record, as bytes."""
    record = RawRecord(key=key, value=value, timestamp=datetime.fromtimestamp(stamp_ms / 1_000, UTC))
    match read(record):
        case Article() as article:
            return encode(annotate(article, None, extractor))
        case other:
            raise AssertionError(f"an article of the bench was not read: {other}")


# -- latency ----------------------------------------------------------------------------------------------------------


def latency(bootstrap: str, directory: Path, rate: float, seconds: float) -> Latency:
    """Time from an article's record to its market events in an outside consumer's hands, at a steady rate.

    The articles are those of the backlog.
    """
    with deployed(bootstrap, f"lat{rate:.0f}-{time.time_ns()}-", directory) as deployment:
        deployment.launch = spawned
        deployment.start("w", NEWSTAPE_LOG_LEVEL="WARNING").await_ready()
        articles = [keyed(article) for article in backlog(1)[: int(rate * seconds)]]
        arrivals: list[tuple[float, float]] = []
        stop = threading.Event()
        reader = threading.Thread(target=_read_events, args=(deployment, arrivals, stop))
        reader.start()
        try:
            _produce_at(deployment, articles, rate)
            deployment.await_settled(120)
        finally:
            stop.set()
            reader.join()
        waits = [(arrived - produced) * 1_000 for produced, arrived in arrivals]
        # The first seconds warm up connections and caches.
        waits = waits[len(waits) * 2 // int(seconds) :]
        return Latency(
            rate=rate,
            events=len(waits),
            median_ms=statistics.median(waits),
            p99_ms=statistics.quantiles(waits, n=100)[98],
        )


def _produce_at(deployment: Deployment, articles: list[tuple[bytes, bytes]], rate: float) -> None:
    producer = Producer({"bootstrap.servers": deployment.bootstrap, "linger.ms": 0})
    began = time.monotonic()
    for number, (key, value) in enumerate(articles):
        wait = began + number / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        producer.produce(deployment.topics.articles.name, key=key, value=value)
        producer.poll(0)
    producer.flush(30)


def _read_events(deployment: Deployment, arrivals: list[tuple[float, float]], stop: threading.Event) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": deployment.bootstrap,
            "group.id": "bench",
            "fetch.wait.max.ms": 5,
            "enable.auto.commit": False,
        }
    )
    consumer.assign(
        [
            TopicPartition(topic.name, partition, 0)
            for topic in deployment.topics.events.values()
            for partition in range(deployment.settings.partitions)
        ]
    )
    try:
        while not stop.is_set():
            record = consumer.poll(0.05)
            if record is not None and not record.error():
                arrivals.append((record.timestamp()[1] / 1_000, time.time()))
    finally:
        with contextlib.suppress(KafkaException):
            consumer.close()


# -- where the time goes ----------------------------------------------------------------------------------------------


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU milliseconds of this thread that `work` took, and what it gave."""
    began = time.thread_time_ns()
    given = work()
    return (time.thread_time_ns() - began) / 1e6, given


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the way of an article."""

    name: str
    cpu_ms: float
    """CPU time per article."""


def stages(articles: Sequence[dict[str, Any]], extractor: Extractor) -> list[Part]:
    """CPU time per article of the pure stages and of encoding, without Kafka."""
    spent: dict[str, float] = dict.fromkeys(("intake", "extraction", "encoding", "reconcile", "tally"), 0.0)

    def measured(name: str, work: Callable[[], Any]) -> Any:
        took, given = timed(work)
        spent[name] += took
        return given

    now = datetime.now(UTC)
    tally = Tally(ContributionsInMemory())
    for number, article in enumerate(articles):
        record = RawRecord(key=None, value=encode(article), timestamp=now)
        read_ = measured("intake", partial(read, record))
        annotation = measured("extraction", partial(annotate, read_, Position(partition=0, offset=number), extractor))
        value = measured("encoding", partial(encode, annotation))
        annotation = measured("encoding", partial(decode, Annotation, value))
        reconciled = measured("reconcile", partial(reconcile, annotation, now, {}))
        for claim in reconciled.claims:
            value = measured("encoding", partial(encode, claim))
            tallied = measured("tally", partial(tally.apply, measured("encoding", partial(decode, Claim, value))))
            for event in tallied.events:
                measured("encoding", partial(encode, event))
    return [Part(name=name, cpu_ms=total / len(articles)) for name, total in spent.items()]
