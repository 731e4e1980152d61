"""The whole pipeline on a real broker: articles per second, latency, and a bare aiokafka loop in the same run."""

import asyncio
import json
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Consumer, Producer, TopicPartition

from tests.bench.articles import generated
from tests.deployment import Deployment, await_until, deployed, keyed, spawned


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """A backlog worked off."""

    workers: int
    articles: int
    per_second: float


@dataclass(frozen=True, kw_only=True)
class Latency:
    """From produce to market event at a steady rate."""

    rate: int
    events: int
    median_ms: float
    p99_ms: float


def throughput(bootstrap: str, directory: Path, workers: int, articles: int) -> Throughput:
    """Articles per second from a backlog, between the first commit and the last."""
    with deployed(bootstrap, f"bench{workers}-{time.time_ns()}-", directory) as deployment:
        deployment.launch = spawned
        total = deployment.push(generated(articles))
        for name in range(workers):
            deployment.start(f"w{name}", NEWSTAPE_LOG_LEVEL="WARNING")
        first_lag = await_until(lambda: _begun(deployment, total), "the first commit", 120)
        begun = time.monotonic()
        deployment.await_settled(600)
        taken = time.monotonic() - begun
        return Throughput(workers=workers, articles=total, per_second=first_lag / taken)


def _begun(deployment: Deployment, total: int) -> int | None:
    """Articles not yet committed, once some are."""
    lag = deployment.lag_or_none(deployment.topics.articles.name)
    return lag if lag is not None and 0 < lag < total else None


def latency(bootstrap: str, directory: Path, rate: int, seconds: float = 20.0) -> Latency:
    """Time from an article's record to its market events in an outside consumer's hands, at a steady rate."""
    with deployed(bootstrap, f"lat{rate}-{time.time_ns()}-", directory) as deployment:
        deployment.launch = spawned
        deployment.start("w", NEWSTAPE_LOG_LEVEL="WARNING").await_ready()
        articles = [keyed(article) for article in generated(int(rate * seconds), seed=rate)]
        arrivals: list[tuple[float, float]] = []
        stop = threading.Event()
        reader = threading.Thread(target=_read_events, args=(deployment, arrivals, stop))
        reader.start()
        _produce_at(deployment, articles, rate)
        deployment.await_settled(120)
        stop.set()
        reader.join()
        waits = [(arrived - produced) * 1_000 for produced, arrived in arrivals]
        # The first second warms up connections and caches.
        waits = waits[len(waits) // int(seconds) :]
        return Latency(
            rate=rate,
            events=len(waits),
            median_ms=statistics.median(waits),
            p99_ms=statistics.quantiles(waits, n=100)[98],
        )


def _produce_at(deployment: Deployment, articles: list[tuple[bytes, bytes]], rate: int) -> None:
    producer = Producer({"bootstrap.servers": deployment.bootstrap, "linger.ms": 0})
    begun = time.monotonic()
    for number, (key, value) in enumerate(articles):
        wait = begun + number / rate - time.monotonic()
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
    while not stop.is_set():
        record = consumer.poll(0.05)
        if record is not None and not record.error():
            arrivals.append((record.timestamp()[1] / 1_000, time.time()))
    consumer.close()


def bare_loop(bootstrap: str, directory: Path, articles: int) -> float:
    """Articles per second of a bare aiokafka loop that reads each, decodes its JSON and writes it again."""
    with deployed(bootstrap, f"bare-{time.time_ns()}-", directory) as deployment:
        total = deployment.push(generated(articles))
        return asyncio.run(_bare(deployment, total))


async def _bare(deployment: Deployment, total: int) -> float:
    consumer = AIOKafkaConsumer(
        deployment.topics.articles.name, bootstrap_servers=deployment.bootstrap, auto_offset_reset="earliest"
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=deployment.bootstrap, acks="all", enable_idempotence=True, linger_ms=2
    )
    await consumer.start()
    await producer.start()
    begun, done = time.monotonic(), 0
    try:
        while done < total:
            futures = []
            for records in (await consumer.getmany(timeout_ms=1_000, max_records=200)).values():
                for record in records:
                    value = json.dumps(json.loads(record.value)).encode()
                    futures.append(await producer.send(deployment.topics.annotations.name, value, key=record.key))
            await asyncio.gather(*futures)
            done += len(futures)
        return total / (time.monotonic() - begun)
    finally:
        await consumer.stop()
        await producer.stop()
