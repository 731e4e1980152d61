"""Topics for an archive without a broker: annotations as they are published, with the events that come of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from schemas import Annotation, IndexActivity, MarketEvent, Message, Position
from streams.archive.batch import Batch
from streams.archive.directory import Directory
from streams.kafka.records import Record
from streams.reconcile import LedgerEntry, reconcile
from tests.builders import NOON

EVENTS: Final = "market.events.index"
ANNOTATIONS: Final = "news.annotations"
ACTIVITY: Final = "market.index-activity"
KINDS: Final[Mapping[str, type[Message]]] = {
    EVENTS: MarketEvent,
    ANNOTATIONS: Annotation,
    ACTIVITY: IndexActivity,
}
READ_AT: Final = datetime(2026, 12, 1, tzinfo=UTC)


def record(topic: str, offset: int, value: bytes | None, observed_at: datetime = NOON, partition: int = 0) -> Record:
    """A record as a consumer gives it."""
    stamp_ms = int(observed_at.timestamp() * 1_000)
    return Record(
        topic=topic,
        partition=partition,
        offset=offset,
        key=b"k",
        value=value,
        headers=(),
        headers_as_sent=(),
        stamp_ms=stamp_ms,
        output_ms=stamp_ms,
        source=Position(partition=partition, offset=offset),
    )


class Published:
    """What the pipeline publishes of annotations, by its own stage."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._ends = dict.fromkeys(KINDS, 0)
        self._ledger: dict[str, dict[Position, LedgerEntry]] = {}

    def publish(self, annotation: Annotation, observed_at: datetime) -> None:
        """One version of an article, and what it changes."""
        self._append(ANNOTATIONS, annotation, observed_at)
        kept = self._ledger.setdefault(annotation.article.uri, {})
        found = reconcile(annotation, observed_at, kept)
        if found.entry is not None and annotation.position is not None:
            kept[annotation.position] = found.entry
        for position in found.superseded:
            del kept[position]
        for claim in found.claims:
            for event in claim.events:
                self._append(EVENTS, event, observed_at)

    def count(self, activity: IndexActivity, observed_at: datetime) -> None:
        """Counts of an index."""
        self._append(ACTIVITY, activity, observed_at)

    def _append(self, topic: str, message: Message, observed_at: datetime) -> None:
        self.records.append(record(topic, self._ends[topic], message.to_bytes(), observed_at))
        self._ends[topic] += 1


def opened(path: Path) -> Directory:
    """An archive of these topics."""
    return Directory(path, cluster="c", prefix="")


def batch_of(records: Iterable[Record]) -> Batch:
    """Records on their way into an archive."""
    batch = Batch(KINDS)
    for one in records:
        batch.add(one, READ_AT)
    return batch


def archive(path: Path, records: Sequence[Record]) -> None:
    """Archive records that are not archived yet, in one commit."""
    with opened(path) as directory:
        offsets = directory.offsets
        batch = batch_of(r for r in records if r.offset >= offsets.get((r.topic, r.partition), 0))
        directory.commit(batch.tables(), batch.offsets)


def places(rows: Any) -> list[tuple[str, int, int]]:
    """Where the records of rows stand, in order."""
    return sorted(zip(*(rows[name].to_pylist() for name in ("topic", "partition", "offset")), strict=True))
