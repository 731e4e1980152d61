"""The tape: market events and index counts as they are published, for many readers at once.

One consumer (no group, nothing committed) reads the topics while there are clients, and keeps the newest records in
memory. Every reader has a queue with a limit; one that does not keep up is dropped, told why, and can go on from its
cursor. A reader whose cursor is older than what is in memory catches up by a consumer of its own: few of these run at a
time, at a limited rate, since they share the event loop with the pipeline.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas import WireError, decode
from schemas.event import ANY_QUALITY, Quality
from schemas.taxonomy import EventStatus, Family
from streams.kafka.reading import reader
from streams.kafka.topics import MAX_EVENT_BYTES, Catalogue, TopicError
from streams.settings import Settings
from streams.web.cursor import Offsets

log = structlog.get_logger(__name__)


ACTIVITY: Final = "activity"
"""The feed of `market.index-activity`; the others are named for their family."""
EVENT_FEEDS: Final = tuple(family.value for family in Family)
FEEDS: Final = (*EVENT_FEEDS, ACTIVITY)

KEPT_RECORDS: Final = 2_000  # of each feed, in memory
KEPT_BYTES: Final = 16 * 1_048_576  # of each feed, in memory
QUEUED_RECORDS: Final = 1_000  # that a reader may be behind
QUEUED_BYTES: Final = 4 * 1_048_576  # that a reader may be behind
IDLE_S: Final = 60.0  # how long the consumer reads on when there is no client
CATCHING_UP: Final = 2  # readers that catch up at a time; the others wait
# Of one reader that catches up: two of them take a twentieth to a tenth of what a core can decode.
CATCH_UP_RECORDS_PER_S: Final = 2_500
_POLL_RECORDS: Final = 250
_POLL_MS: Final = 1_000
_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ref:
    id: str | None = None
    resolved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """The part of a market event that readers select by; decoding only that is quick."""

    type: str
    subject: _Ref
    lifecycle: str
    article: _Article
    confidence: float | None = None
    status: str | None = EventStatus.STANDING


@dataclass(frozen=True, slots=True, kw_only=True)
class _Activity:
    index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One record of the tape."""

    feed: str
    """Which topic it comes from."""
    partition: int
    """Its partition there."""
    offset: int
    """Its offset there."""
    value: bytes
    """Its JSON."""
    subject: str | None
    """Entity id of whom it is about."""
    event: _Event | None
    """What else readers select by; null for counts."""


def published_in(feed: str, record: ConsumerRecord) -> Published | None:
    """What a Kafka record publishes; null for a tombstone and for what is no message of this feed."""
    if record.value is None:
        return None
    event, subject = None, None
    try:
        if feed == ACTIVITY:
            subject = f"index:{decode(_Activity, record.value).index}"
        else:
            event = decode(_Event, record.value)
            subject = event.subject.id
    except WireError as error:
        log.warning("not on the tape", feed=feed, partition=record.partition, offset=record.offset, fault=str(error))
        return None
    return Published(
        feed=feed,
        partition=record.partition,
        offset=record.offset,
        value=record.value,
        subject=subject,
        event=event,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a reader wants to see. An empty set selects everything; counts are selected by subject alone."""

    feeds: tuple[str, ...] = EVENT_FEEDS
    """Topics."""
    types: frozenset[str] = frozenset()
    """Event types."""
    subjects: frozenset[str] = frozenset()
    """Entity ids."""
    lifecycles: frozenset[str] = frozenset()
    """created, corrected, retracted."""
    article: str | None = None
    """Uri of the only article wanted."""
    quality: Quality = ANY_QUALITY
    """How well the subject is known, and how sure it is."""

    def admits(self, published: Published) -> bool:
        """Whether the reader wants it."""
        if published.feed not in self.feeds or (self.subjects and published.subject not in self.subjects):
            return False
        event = published.event
        if event is None:
            return True
        return (
            (not self.types or event.type in self.types)
            and (not self.lifecycles or event.lifecycle in self.lifecycles)
            and (self.article is None or event.article.uri == self.article)
            and self.quality.admits(
                subject=event.subject.id,
                resolved=event.subject.resolved,
                lifecycle=event.lifecycle,
                confidence=event.confidence,
                status=event.status,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Records that a cursor asks for and the topic does not have."""

    feed: str
    """Which topic."""
    partition: int
    """Which partition."""
    asked: int
    """Offset asked for."""
    begins: int
    """Offset at which the reading goes on."""
    reason: str
    """Why they are not there."""


class Reader:
    """One client of the tape: the offsets it has reached, and what waits for it."""

    def __init__(self, selection: Selection, offsets: Offsets) -> None:
        self.selection, self.offsets = selection, offsets
        self.dropped: str | None = None
        """Why it is dropped, null while it is not."""
        self.closed = False
        """Whether the worker stops."""
        self.wake = asyncio.Event()
        """Set when there is something to do."""
        self._queue: deque[Published] = deque()
        self._bytes = 0

    def wants(self, published: Published) -> bool:
        """Whether this record is selected and has not been seen."""
        return (
            self.selection.admits(published) and published.offset >= self.offsets[published.feed][published.partition]
        )

    def offer(self, published: Published) -> None:
        """Queue a record, or drop the reader if it is too far behind."""
        if self.dropped is not None or not self.wants(published):
            return
        self._queue.append(published)
        self._bytes += len(published.value)
        if len(self._queue) > QUEUED_RECORDS or self._bytes > QUEUED_BYTES:
            self.dropped = (
                f"too slow: {len(self._queue):,} messages ({self._bytes:,} bytes) were waiting; go on from the last id"
            )
            self._queue.clear()
        self.wake.set()

    def take(self) -> Iterator[Published]:
        """The records that wait; the offsets move on with each."""
        while self._queue:
            published = self._queue.popleft()
            self._bytes -= len(published.value)
            self.passed(published)
            yield published
        self.wake.clear()
        if self.dropped is not None or self.closed:
            self.wake.set()

    def passed(self, published: Published) -> None:
        """Move the offsets on behind a record."""
        self.offsets[published.feed][published.partition] = published.offset + 1

    def reach(self, ends: Offsets) -> None:
        """Move the offsets on to these: everything selected that stands before them has been sent."""
        for feed, of_feed in ends.items():
            self.offsets[feed] = [max(pair) for pair in zip(self.offsets[feed], of_feed, strict=True)]

    def close(self) -> None:
        """The worker stops."""
        self.closed = True
        self.wake.set()


@dataclass(slots=True)
class _Kept:
    """The newest records of a feed."""

    records: deque[tuple[int, Published]] = field(default_factory=deque)
    size: int = 0

    def add(self, number: int, published: Published) -> Iterator[Published]:
        """Keep a record; gives the ones that are dropped to make room for it."""
        self.records.append((number, published))
        self.size += len(published.value)
        while len(self.records) > KEPT_RECORDS or self.size > KEPT_BYTES:
            _, oldest = self.records.popleft()
            self.size -= len(oldest.value)
            yield oldest


class Tape:
    """The records of market events and index counts, live and as far back as the topics go."""

    def __init__(self, settings: Settings, topics: Catalogue) -> None:
        self._settings = settings
        self._topics = {
            **{family.value: topic.name for family, topic in topics.events.items()},
            ACTIVITY: topics.activity.name,
        }
        self._feeds = {name: feed for feed, name in self._topics.items()}
        self.clients = 0
        """How many clients have opened the tape and not left."""
        self.readers: set[Reader] = set()
        """Those of them that are given the live records."""
        self._kept: dict[str, _Kept] = {}
        self._floor: Offsets = {}
        self._position: Offsets = {}
        self._number = 0
        self._filled: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._catching_up = asyncio.Semaphore(CATCHING_UP)

    @property
    def partitions(self) -> int:
        """Partitions of every feed."""
        return self._settings.partitions

    @property
    def is_reading(self) -> bool:
        """Whether the topics are read."""
        return self._task is not None and not self._task.done()

    # -- reading ------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Count a client; the topics are read from the first one on. Every client must `leave`. Raises TopicError."""
        self.clients += 1
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._task is None or self._task.done():
            self._filled = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._read(self._filled))
        if self._filled is not None:
            await asyncio.shield(self._filled)

    async def stop(self) -> None:
        """Stop reading and end the streams of the readers."""
        for one in self.readers:
            one.close()
        await self._end()

    def leave(self, one: Reader | None) -> None:
        """Count a client no longer."""
        self.clients -= 1
        if one is not None:
            self.readers.discard(one)
        if not self.clients and self._idle is None and self._task is not None:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._rest)

    def _rest(self) -> None:
        self._idle = None
        if not self.clients and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _read(self, filled: "asyncio.Future[None]") -> None:
        """Load the newest records of the topics, then read on for ever."""
        self._kept = {feed: _Kept() for feed in FEEDS}
        while True:
            try:
                async with self._consumer(FEEDS) as consumer:
                    if filled.done():
                        self._seek(consumer, self._position)
                    else:
                        await self._fill(consumer)
                        filled.set_result(None)
                    while True:
                        self._append_all(await self._poll(consumer))
            except TopicError as error:
                if not filled.done():
                    filled.set_exception(error)
                    return
                log.warning("the tape is read again", fault=str(error))
            except Exception as error:  # the readers wait: reading must begin again
                if not filled.done():
                    filled.set_exception(error)
                    return
                log.exception("the tape is read again")
            except asyncio.CancelledError:
                if not filled.done():
                    filled.cancel()
                raise
            await asyncio.sleep(_AGAIN_S)

    async def _fill(self, consumer: AIOKafkaConsumer) -> None:
        begins = await consumer.beginning_offsets(consumer.assignment())
        ends = await consumer.end_offsets(consumer.assignment())
        share = math.ceil(KEPT_RECORDS / self._settings.partitions)
        starts = {tp: max(begins[tp], end - share) for tp, end in ends.items()}
        self._floor, self._position = self._offsets(starts, FEEDS), self._offsets(starts, FEEDS)
        self._seek(consumer, self._position)
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for record in await self._poll(consumer):
                found.setdefault(TopicPartition(record.topic, record.partition), []).append(record)
        self._append_all(_by_time(found.values()))

    def _append_all(self, records: Iterable[ConsumerRecord]) -> None:
        for record in records:
            feed = self._feeds[record.topic]
            if record.offset < self._position[feed][record.partition]:
                continue  # handed over again after the consumer began anew
            self._position[feed][record.partition] = record.offset + 1
            published = published_in(feed, record)
            if published is None:
                continue
            self._number += 1
            for gone in self._kept[feed].add(self._number, published):
                self._floor[feed][gone.partition] = gone.offset + 1
            for one in self.readers:
                one.offer(published)

    async def _poll(self, consumer: AIOKafkaConsumer) -> list[ConsumerRecord]:
        found = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_POLL_RECORDS)
        return [record for of_partition in found.values() for record in of_partition]

    def _consumer(self, feeds: Iterable[str]) -> AbstractAsyncContextManager[AIOKafkaConsumer]:
        names = [self._topics[feed] for feed in feeds]
        return reader(self._settings, names, wait_ms=500, fetch_bytes=MAX_EVENT_BYTES)

    def _seek(self, consumer: AIOKafkaConsumer, offsets: Offsets) -> None:
        for feed, of_feed in offsets.items():
            for partition, offset in enumerate(of_feed):
                consumer.seek(TopicPartition(self._topics[feed], partition), offset)

    def _offsets(self, found: Mapping[TopicPartition, int], feeds: Iterable[str]) -> Offsets:
        partitions = range(self._settings.partitions)
        return {feed: [found[TopicPartition(self._topics[feed], n)] for n in partitions] for feed in feeds}

    # -- where to begin -----------------------------------------------------------------------------------------------

    def now(self, feeds: Iterable[str]) -> Offsets:
        """The offsets behind everything that was read so far."""
        return {feed: list(self._position[feed]) for feed in feeds}

    def newest(self, selection: Selection, count: int) -> Offsets:
        """Where to begin to see the newest `count` selected events in memory, and of counts those that come."""
        offsets = self.now(selection.feeds)
        feeds = [feed for feed in selection.feeds if feed != ACTIVITY]  # counts are state: the newest are asked for
        offsets |= {feed: list(self._floor[feed]) for feed in feeds}
        at_hand = list(self._at_hand(feeds))
        too_many = sum(map(selection.admits, at_hand)) - count
        for published in at_hand:
            if selection.admits(published):
                if too_many <= 0:
                    break
                too_many -= 1
            offsets[published.feed][published.partition] = published.offset + 1
        return offsets

    async def since(self, time: datetime, feeds: tuple[str, ...]) -> Offsets:
        """Where to begin to see the records of this time and after. Raises TopicError."""
        async with self._consumer(feeds) as consumer:
            stamp = int(time.timestamp() * 1_000)
            found = await consumer.offsets_for_times(dict.fromkeys(consumer.assignment(), stamp))
            ends = await consumer.end_offsets(consumer.assignment())
            return self._offsets({tp: at.offset if at else ends[tp] for tp, at in found.items()}, feeds)

    # -- joining ------------------------------------------------------------------------------------------------------

    def is_at_hand(self, one: Reader) -> bool:
        """Whether all that a reader needs is in memory or still to come."""
        return all(
            floor <= offset <= end
            for feed, offsets in one.offsets.items()
            for floor, offset, end in zip(self._floor[feed], offsets, self._position[feed], strict=True)
        )

    def join(self, one: Reader) -> tuple[list[Published], Offsets]:
        """Give a reader the live records from now on. Returns what it is sent before, and its offsets then."""
        missed = [published for published in self._at_hand(one.selection.feeds) if one.wants(published)]
        self.readers.add(one)
        return missed, self.now(one.selection.feeds)

    def _at_hand(self, feeds: Iterable[str]) -> Iterator[Published]:
        """The kept records of these feeds in the order they came."""
        numbered = sorted((kept for feed in feeds for kept in self._kept[feed].records), key=lambda kept: kept[0])
        return (published for _, published in numbered)

    async def catch_up(self, one: Reader) -> AsyncIterator[list[Published | Gap]]:
        """The records up to where a reader can join, in groups; an empty group where none came for a while.

        Raises TopicError.
        """
        while self._catching_up.locked():
            yield []
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turn(), _POLL_MS / 1_000)
        async with self._catching_up, self._consumer(one.selection.feeds) as consumer:
            gaps = await self._gaps(consumer, one)
            yield gaps
            self._seek(consumer, one.offsets)
            loop = asyncio.get_running_loop()
            while not self.is_at_hand(one):
                begun = loop.time()
                found = await self._poll(consumer)
                wanted: list[Published | Gap] = []
                for record in found:
                    feed = self._feeds[record.topic]
                    published = published_in(feed, record)
                    if published is not None and one.wants(published):
                        wanted.append(published)
                yield wanted
                for record in found:
                    one.offsets[self._feeds[record.topic]][record.partition] = record.offset + 1
                if not found:
                    await self._pass_over(consumer, one)
                await asyncio.sleep(max(0.0, len(found) / CATCH_UP_RECORDS_PER_S - (loop.time() - begun)))

    async def _turn(self) -> None:
        async with self._catching_up:
            pass

    async def _pass_over(self, consumer: AIOKafkaConsumer, one: Reader) -> None:
        """Move on over offsets without a record (compaction): only the position of the consumer shows them."""
        for feed, offsets in one.offsets.items():
            for partition, offset in enumerate(offsets):
                offsets[partition] = max(offset, await consumer.position(TopicPartition(self._topics[feed], partition)))

    async def _gaps(self, consumer: AIOKafkaConsumer, one: Reader) -> list[Published | Gap]:
        begins = self._offsets(await consumer.beginning_offsets(consumer.assignment()), one.selection.feeds)
        ends = self._offsets(await consumer.end_offsets(consumer.assignment()), one.selection.feeds)
        gaps: list[Published | Gap] = []
        for feed, offsets in one.offsets.items():
            for partition, asked in enumerate(offsets):
                begin = begins[feed][partition]
                if begin <= asked <= ends[feed][partition]:
                    continue
                offsets[partition] = begin
                if feed == ACTIVITY and asked < begin:
                    continue  # counts are state, not history: the older ones say nothing that the newest does not
                reason = "older than what the topic keeps" if asked < begin else "the topic was made anew since"
                gaps.append(Gap(feed=feed, partition=partition, asked=asked, begins=begin, reason=reason))
        return gaps


def _by_time(found: Iterable[list[ConsumerRecord]]) -> Iterator[ConsumerRecord]:
    """Records of several partitions merged by their time; those of one partition keep their order."""
    queues = [deque(records) for records in found if records]
    while queues:
        earliest = min(queues, key=lambda queue: int(queue[0].timestamp))
        yield earliest.popleft()
        if not earliest:
            queues.remove(earliest)
