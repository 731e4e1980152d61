"""The stages of a worker take turns: a backlog of articles holds up neither what comes behind them nor the views."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from streams.operate.backfill import MOST_WAITING
from tests.conftest import Broker
from tests.deployment import Deployment, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

BACKLOG = 900
MOST_BETWEEN_STAGES = 500
FIRST_EVENT_S = 2.0
VIEW_S = 0.25
LIVE_S = 15.0
"""A few seconds on a machine of one's own; the tests share two cores."""

_TEXT = (
    "The {index} rose {percent}% to close at {level:,.2f} on Tuesday. Traders said that volume was thin and that most "
    "of them had waited for the central bank, which is expected to leave its policy rate where it is. "
)


def backlog() -> Iterator[dict[str, str]]:
    """Articles of 0.9 KB, each with an index that moved."""
    for number in range(BACKLOG):
        index = ("Nikkei 225", "FTSE 100", "S&P 500", "CAC 40", "Hang Seng")[number % 5]
        body = "".join(
            _TEXT.format(index=index, percent=1 + number % 7 / 10, level=20_000 + number + line) for line in range(4)
        )
        yield {"uri": f"urn:turns:{number}", "published_at": "2026-11-20T06:30:00Z", "body": body}


class Arrivals(threading.Thread):
    """When the first record of each topic came, by an outside consumer's clock."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__()
        self.first: dict[str, float] = {}
        self.ended = threading.Event()
        self._consumer = Consumer({"bootstrap.servers": deployment.bootstrap, "group.id": "t", "fetch.wait.max.ms": 5})
        topics = (deployment.topics.annotations.name, deployment.topics.events["index"].name)
        self._consumer.assign([TopicPartition(t, p, 0) for t in topics for p in range(deployment.settings.partitions)])

    def run(self) -> None:
        """Read until told to end."""
        while not self.ended.is_set():
            record = self._consumer.poll(0.05)
            if record is not None and not record.error():
                self.first.setdefault(record.topic(), time.monotonic())
        self._consumer.close()


@contextmanager
def arrivals(deployment: Deployment) -> Iterator[Arrivals]:
    """The arrivals of this deployment while this lasts."""
    reading = Arrivals(deployment)
    reading.start()
    try:
        yield reading
    finally:
        reading.ended.set()
        reading.join()


def test_a_backlog_of_articles_starves_no_stage(kafka: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """Few records wait between two stages, the first event follows the first annotation, and views answer at once."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment, arrivals(deployment) as reading:
        topics = deployment.topics
        deployment.push(backlog())
        worker = deployment.start(NEWSTAPE_LOG_LEVEL="WARNING").await_ready()
        waiting, answered = [], []
        while deployment.lag_or_none(topics.articles.name) != 0:
            depths = [deployment.lag_or_none(topic.name) for topic in (topics.annotations, topics.claims)]
            waiting += [depth for depth in depths if depth is not None]
            began = time.monotonic()
            status, _ = worker.get("/indices")
            answered.append(time.monotonic() - began)
            assert status == 200
        deployment.await_settled()

    assert len(waiting) > 4, "the backlog was gone before anything could be seen"
    assert max(waiting) < MOST_BETWEEN_STAGES
    assert reading.first[topics.events["index"].name] - reading.first[topics.annotations.name] < FIRST_EVENT_S
    assert statistics.median(answered) < VIEW_S


def test_live_news_is_not_stuck_behind_a_backfill(kafka: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """`newstape push --backfill` keeps few articles waiting: one that comes meanwhile is out in a few seconds."""
    archive = tmp_path / "archive.jsonl"
    archive.write_text("".join(json.dumps(article) + "\n" for article in backlog()))
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        articles = deployment.topics.articles.name
        deployment.start(NEWSTAPE_LOG_LEVEL="WARNING").await_ready()
        command = [sys.executable, "-m", "streams", "push", "--backfill", str(archive), "--kafka", kafka.bootstrap]
        command += ["--topic-prefix", topic_prefix, "--app-id", deployment.settings.app_id]
        pushing = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        await_until(lambda: deployment.lag_or_none(articles), "the back-fill to begin", 60)
        deployment.push([{"uri": "urn:live", "published_at": "2026-11-20T06:30:00Z", "body": "The DAX fell 1.1%."}])
        pushed_at = time.monotonic()
        await_until(lambda: b"urn:live" in uris(deployment), "the live article's annotation", LIVE_S)
        waited = time.monotonic() - pushed_at
        assert pushing.poll() is None, "the back-fill was over before the live article was out"
        while pushing.poll() is None:
            most = max(most, deployment.lag_or_none(articles) or 0)
        deployment.await_settled()
        annotated = uris(deployment)

    assert pushing.returncode == 0
    assert most <= MOST_WAITING + 1
    assert waited < LIVE_S
    assert len(annotated) == BACKLOG + 1


def uris(deployment: Deployment) -> set[bytes]:
    """Whose annotations are there."""
    return {record.key() for record in deployment.read(deployment.topics.annotations.name)}
