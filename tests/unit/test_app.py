"""What of Faust's own is not left as it is."""

import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from faust.types import TP

import streams.app
from schemas import encode
from streams.app import ViewedPipeline, build_app
from streams.settings import Settings
from streams.state.damage import DamagedError
from streams.state.stores import Reached
from streams.web.answers import WorkerHealth
from streams.web.health import together
from tests.builders import ENGINE
from tests.held import StoppedError, stopping

EXTRACTOR: Any = SimpleNamespace(engine=ENGINE, registry=SimpleNamespace(entities={}))


async def test_no_partition_is_looked_at_by_acknowledgements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust's look at what stalls crashed a worker, status 1, while the position of a partition was asked for."""
    app = build_app(Settings(data_dir=tmp_path), EXTRACTOR)
    monkeypatch.setattr(type(app.consumer), "assignment", lambda _: {TP("news.articles", 0)})
    await app.consumer.verify_all_partitions_active()  # of a consumer that has not even begun


async def test_a_fault_of_the_files_that_only_a_view_came_upon_stops_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go on with files that are not what was written to them."""
    stopped = stopping(monkeypatch)
    pipeline = build_app(Settings(data_dir=tmp_path, store="rocksdb"), EXTRACTOR).pipeline
    monkeypatch.setattr(streams.app, "dead_client", lambda *_: None)
    pipeline.ready.set()
    ledger, _ = pipeline.tables
    ledger.own([0])
    entries = [(encode([f"urn:{number}", 0, 0]), encode([1, 0, "x" * 1_000])) for number in range(90)]
    ledger.partitions[0].apply(entries, Reached(1, 1))
    for owned in ([], [0], []):  # opened again, it writes its log out into tables
        ledger.own(owned)
    for table in tmp_path.glob("state/*ledger*/0/*.sst"):
        table.write_bytes(b"\xff" * 100 + table.read_bytes()[100:])
    ledger.own([0])
    with pytest.raises(DamagedError):
        ledger.group(0, b'["urn:0"')
    with pytest.raises(StoppedError):
        await pipeline.watch()
    assert stopped == [3]


def test_the_age_of_what_waits_is_told_for_every_topic_that_is_read(tmp_path: Path) -> None:
    """By the gauge, for alerts and the autoscaler, and by `/pipeline`: that of articles alone ends half-way."""
    pipeline = build_app(Settings(data_dir=tmp_path), EXTRACTOR).pipeline
    topics = pipeline.topics
    ages_s = {topics.articles.name: 100.0, topics.annotations.name: 200.0, topics.claims.name: 300.0}
    now_ms = int(time.time() * 1_000)
    for checkpoint in pipeline.checkpoints:
        tp = TP(checkpoint.topic, 2)
        checkpoint.offsets.expected[tp] = 7
        checkpoint.oldest_open_ms[tp] = now_ms - int(ages_s[tp.topic] * 1_000)
        checkpoint._app = SimpleNamespace(consumer=SimpleNamespace(highwater=lambda _: 9))
    pipeline.observe()
    gauge = pipeline.metrics.registry.get_sample_value
    told = {topic: gauge("newstape_lag_seconds", {"topic": topic, "partition": "2"}) for topic in ages_s}
    assert told == pytest.approx(ages_s, abs=5)
    agents = ViewedPipeline(pipeline).work().agents
    assert [agent.lag_s for agent in agents] == pytest.approx([*ages_s.values()], abs=5)
    worker = WorkerHealth(url="http://127.0.0.1:6066", state="ready", agents=agents)
    assert together([worker], datetime.now(UTC)).lag_s == pytest.approx(ages_s[topics.claims.name], abs=5)


async def test_outputs_wait_for_more_of_them_only_while_articles_wait(tmp_path: Path) -> None:
    """A request for every few records takes a tenth of the time; against a backlog ten milliseconds are nothing."""
    pipeline = build_app(Settings(data_dir=tmp_path), EXTRACTOR).pipeline
    pipeline.pace(backlog=True)  # not connected yet
    producer = AIOKafkaProducer()
    pipeline.outbox._producer = producer
    pipeline.pace(backlog=True)
    assert _batch_of(producer).remaining_linger() > 0
    pipeline.pace(backlog=False)
    assert _batch_of(producer).remaining_linger() is None


def _batch_of(producer: AIOKafkaProducer) -> Any:
    accumulator = producer._message_accumulator
    return accumulator._append_batch(accumulator.create_builder(), TopicPartition("news.annotations", 0))
