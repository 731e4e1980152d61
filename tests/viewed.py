"""A worker for the views whose state is what the test says, and the views on loopback."""

import socket
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry

from schemas import Contribution, Position
from streams.kafka.records import Record
from streams.kafka.topics import catalogue
from streams.reconcile import LedgerEntry
from streams.settings import Settings
from streams.tally import Counts
from streams.web import Views
from streams.web.answers import AgentHealth, AnnotatedArticle
from streams.web.worker import Work

MINUTE = 29_933_333
"""What the clock of this worker says."""


@dataclass(frozen=True)
class Named:
    """An entity of the registry."""

    name: str
    aliases: tuple[str, ...] = ()
    country: str | None = None


@dataclass
class ViewedWorker:
    """A worker as the views see it. All partitions are its own unless `others` owns some."""

    settings: Settings
    others: Mapping[str, Collection[int]] = field(default_factory=dict)
    """By address, the partitions of every topic that other workers own."""
    version: str = "1.0.0"
    entities: Mapping[str, Named] = field(default_factory=lambda: {"index:DAX": Named("DAX"), "index:N225": Named("N")})
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    generation: int | None = 1
    counted: dict[str, Counts] = field(default_factory=dict)
    ledger: dict[str, LedgerEntry] = field(default_factory=dict)
    article: AnnotatedArticle | None = None

    def count(self, index: str) -> None:
        """One article names the index."""
        counts = self.counted[f"index:{index}"] = Counts(index)
        counts.add(Contribution(minute=MINUTE, mentions=1, sentiment=None, last_fact=None))

    def owned(self, topic: str) -> frozenset[int]:
        """Whatever nobody else owns."""
        elsewhere = {partition for partitions in self.others.values() for partition in partitions}
        return frozenset(range(self.settings.partitions)) - elsewhere

    def distribution(self) -> Mapping[str, Mapping[str, Collection[int]]]:
        """The same for both topics of keyed records."""
        topics = catalogue(self.settings)
        owners = {**self.others, self.settings.views_url: self.owned("")}
        return {url: dict.fromkeys((topics.claims.name, topics.annotations.name), of) for url, of in owners.items()}

    def minute(self) -> int:
        """The clock."""
        return MINUTE

    def counts(self) -> Mapping[str, Counts]:
        """What was counted."""
        return self.counted

    def entries(self, uri: str, partition: int) -> Collection[LedgerEntry]:
        """What the ledger holds."""
        return [self.ledger[uri]] if uri in self.ledger else []

    def read(self, record: Record, position: Position) -> AnnotatedArticle | None:
        """The same for every record."""
        return self.article

    def work(self) -> Work:
        """Three articles."""
        agents = (AgentHealth(agent="tally", lag_s=0.0, waiting=0),)
        return Work(articles=3, events=5, dead_letters={"schema": 1}, agents=agents)

    def observe(self) -> None:
        """Nothing to bring up to date."""


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@asynccontextmanager
async def viewed(worker: ViewedWorker | None = None, **settings: Any) -> AsyncIterator[str]:
    """The address of the views of this worker, which listen until the end."""
    if worker is None:
        worker = ViewedWorker(Settings(**({"web_port": free_port()} | settings)))
    views = Views(worker, worker.settings)
    await views.start()
    try:
        yield f"http://127.0.0.1:{worker.settings.web_port}"
    finally:
        await views.stop()
