"""What the views see of the worker they belong to, and nothing more: `streams.app` has it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry

from schemas import Position
from streams.kafka.records import Record
from streams.reconcile import LedgerEntry
from streams.tally import Counts
from streams.web.answers import AgentHealth, AnnotatedArticle


class Named(Protocol):
    """An entity of the registry."""

    @property
    def name(self) -> str:
        """Its usual name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""

    @property
    def country(self) -> str | None:
        """ISO 3166-1 code of its country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker has done since its start, and what waits for it."""

    articles: int
    """Articles that came in."""
    events: int
    """Market events published."""
    dead_letters: dict[str, int]
    """Records set aside, by reason."""
    agents: tuple[AgentHealth, ...]
    """Its agents, in the order an article passes them."""


class Worker(Protocol):
    """The worker whose state the views answer from."""

    @property
    def version(self) -> str:
        """Version of the extraction."""

    @property
    def entities(self) -> Mapping[str, Named]:
        """The registry's entities by id."""

    @property
    def generation(self) -> int | None:
        """Which assignment of partitions its state belongs to; null while partitions move and state is rebuilt."""

    @property
    def registry(self) -> CollectorRegistry:
        """Its metrics."""

    def owned(self, topic: str) -> Collection[int]:
        """The partitions of a topic that this worker owns."""

    def distribution(self) -> Mapping[str, Mapping[str, Collection[int]]]:
        """By worker address and topic, the partitions that each worker of the group owns."""

    def minute(self) -> int:
        """The current minute: of the wall clock, or of the newest article that is counted here."""

    def counts(self) -> Mapping[str, Counts]:
        """Counts by entity id of the indices that have an article here."""

    def entries(self, uri: str, partition: int) -> Collection[LedgerEntry]:
        """The ledger's entries of an article."""

    def read(self, record: Record, position: Position) -> AnnotatedArticle | None:
        """A Kafka record of `news.articles` with what is read in it; null where it holds no usable article."""

    def work(self) -> Work:
        """What it has done and what waits for it."""

    def observe(self) -> None:
        """Bring the gauges of its metrics up to date."""
