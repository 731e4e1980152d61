"""Topics into an archive: from the offsets that it has kept, for ever or up to where the topics end now."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiokafka import AIOKafkaConsumer

from schemas import Message
from streams.archive.batch import Batch
from streams.archive.directory import COMMIT_FILE, ArchiveError, Directory, Gap
from streams.archive.tables import OF_MESSAGE
from streams.kafka.reading import OffsetsGoneError, cluster_id, go_on, reader, records, records_to, require_next
from streams.kafka.records import Record
from streams.kafka.schema_registry import SchemaError, SchemaRegistryError
from streams.kafka.topics import MIB, Topic, catalogue
from streams.settings import Settings

# What waits in memory for a commit, at most, but for the last fetch.
_RECORDS: Final = 10_000
_VALUE_BYTES: Final = 16 * MIB
_FETCH_BYTES: Final = MIB // 4


@dataclass(slots=True)
class ArchiveProgress:
    """How far the archive has come, for the command that shows it."""

    records: int = 0
    """Records archived since the start."""
    commits: int = 0
    """In so many commits."""
    written_bytes: int = 0
    """Bytes of the files that they wrote."""
    waiting: int = 0
    """Records read and not yet archived."""
    behind: int = 0
    """Records that stand in the topics and were not read yet."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of the whole archive, by table."""


Show = Callable[[ArchiveProgress], None]


class Archiving:
    """The topics of events, activity and annotations on their way into a directory."""

    def __init__(self, settings: Settings, path: Path, *, every_s: float, over_gaps: bool, show: Show) -> None:
        """Rows are committed after `every_s` seconds. With `over_gaps` it goes on behind records that are gone."""
        self._settings, self._path, self._show = settings, path, show
        self._every_s, self._over_gaps = every_s, over_gaps
        topics = catalogue(settings)
        self._topics: dict[str, Topic] = {
            topic.name: topic for topic in (*topics.events.values(), topics.activity, topics.annotations)
        }
        self._kinds: dict[str, type[Message]] = {
            topic.name: kind for topic in self._topics.values() for kind in OF_MESSAGE if topic.value is kind
        }
        self.stop = asyncio.Event()
        """Set to end: what was read is archived first."""
        self.progress = ArchiveProgress()

    async def run(self, *, once: bool) -> None:
        """Archive until told to stop, or up to where the topics end now. Raises ArchiveError and TopicError."""
        cluster = await cluster_id(self._settings)
        with Directory(self._path, cluster=cluster, prefix=self._settings.topic_prefix) as directory:
            self.progress.rows = directory.held.rows
            async with reader(self._settings, list(self._topics), fetch_bytes=_FETCH_BYTES) as consumer:
                try:
                    await self._follow(consumer, directory, once=once)
                except OffsetsGoneError as error:
                    raise ArchiveError(_gone(error, self._path)) from error
                except (SchemaError, SchemaRegistryError) as error:
                    raise ArchiveError(f"a record's schema can't be had: {error}") from error

    async def _follow(self, consumer: AIOKafkaConsumer, directory: Directory, *, once: bool) -> None:
        if self._over_gaps:
            directory.note_gaps(await _gaps(consumer, directory.offsets))
        offsets = await go_on(consumer, directory.offsets, start="earliest")
        ends = await consumer.end_offsets(consumer.assignment())
        batch, due = Batch(self._kinds), self._due()
        async for group in records_to(consumer, ends) if once else records(consumer):
            self._take(group, batch, offsets)
            if batch.records >= _RECORDS or batch.value_bytes >= _VALUE_BYTES or (batch and time.monotonic() >= due):
                await self._commit(directory, batch)
                batch, due = Batch(self._kinds), self._due()
            self._tell(consumer, batch, offsets)
            if self.stop.is_set():
                break
        batch.offsets = offsets
        if batch or directory.offsets != offsets:
            await self._commit(directory, batch)
        self._tell(consumer, Batch(self._kinds), offsets)

    def _due(self) -> float:
        return time.monotonic() + self._every_s

    def _take(self, group: list[Record], batch: Batch, offsets: dict[tuple[str, int], int]) -> None:
        """Take records that come next; the offsets are those of the records to be read after them."""
        for record in group:
            require_next(record, offsets, has_gaps=self._topics[record.topic].compacted)
            offsets[record.topic, record.partition] = record.offset + 1
            batch.add(record, datetime.now(UTC))

    async def _commit(self, directory: Directory, batch: Batch) -> None:
        """Archive a batch in a thread, so that the client goes on answering its broker."""
        written = await asyncio.to_thread(lambda: directory.commit(batch.tables(), batch.offsets))
        told = self.progress
        told.records += batch.records
        told.commits += 1
        told.written_bytes += written
        told.rows = directory.held.rows

    def _tell(self, consumer: AIOKafkaConsumer, batch: Batch, offsets: Mapping[tuple[str, int], int]) -> None:
        ends = {tp: consumer.highwater(tp) for tp in consumer.assignment()}
        self.progress.behind = sum(max(0, end - offsets[tp.topic, tp.partition]) for tp, end in ends.items() if end)
        self.progress.waiting = batch.records
        self._show(self.progress)


async def _gaps(consumer: AIOKafkaConsumer, kept: Mapping[tuple[str, int], int]) -> list[Gap]:
    begins = await consumer.beginning_offsets(consumer.assignment())
    return [
        Gap(topic=tp.topic, partition=tp.partition, begin=kept[tp.topic, tp.partition], end=begin)
        for tp, begin in begins.items()
        if kept.get((tp.topic, tp.partition), begin) < begin
    ]


def _gone(error: OffsetsGoneError, path: Path) -> str:
    at = f"{error}, the archive in {path} goes on at {error.offset}"
    if error.is_new_topic:
        return f"{at}: the topic was made anew; archive into another directory"
    return (
        f"{at}: {error.begin - error.offset} records are gone with the topic's retention; with --over-gaps it goes on "
        f"behind them, and keeps in {COMMIT_FILE} which they were"
    )
