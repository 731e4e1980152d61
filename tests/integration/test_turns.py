"""The stages of a worker take turns: a backlog of articles holds up neither what comes behind them nor the views."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.conftest import Broker
from tests.deployment import Deployment, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

BACKLOG = 900
MOST_BETWEEN_STAGES = 500
FIRST_EVENT_S = 2.0
VIEW_S = 0.25

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
