"""Replays: records of `news.articles` read again into topics of their own, by a worker of its own.

- The source is read without a group and nothing is committed: the running pipeline can't notice.
- Each record keeps its key, value, headers, time and partition, and carries its source position (`headers`): intake
  judges by the record's time and annotations name the position, so the same engine gives the same bytes.
- The replay's topics must be new. They are made with the source's number of partitions and kept until they are
  discarded: records as old as the source's retention would else be gone before they are read.
- Whether all is through is counted: each source position comes out as an annotation or a dead letter, then the worker's
  group has committed to the ends of its three topics.
- Topics, changelogs and group are named by the prefix; the worker ends with the replay, and another may be started
  under the same names to look at its views.
"""

import asyncio
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas import DeadLetter, WireError
from streams.kafka.headers import from_source
from streams.kafka.permissions import of_group
from streams.kafka.reading import administration, committed, reader, records, records_to
from streams.kafka.records import Record
from streams.kafka.tasks import ended, first_of
from streams.kafka.topics import MAX_MESSAGE_BYTES, bring_up, catalogue
from streams.operate.bounds import Bound, offsets_at
from streams.operate.census import position_of
from streams.operate.places import Places
from streams.processes.ports import free_port
from streams.processes.worker import LocalWorker, WorkerEndedError
from streams.settings import OutputForm, Settings, load

_APP: Final = "replay"  # the worker's group under the prefix; its changelogs tell a replay's topics from others
_PREFIX: Final = re.compile(r"[A-Za-z0-9._-]+")
_PREFIX_CHARS: Final = 80
_CONFIG: Final = {
    "retention.ms": "-1",
    "message.timestamp.type": "CreateTime",  # whatever the broker's default is: the records' own times are kept
    "max.message.bytes": str(2 * MAX_MESSAGE_BYTES),  # the largest article however compressed, its source position too
}
_BATCH_BYTES: Final = 262_144
# Producers may compress what is larger than any topic takes plain; so does the replay, and has it out as the pipeline
# did. It compresses no worse than a producer, but for one that takes its time.
_COMPRESSION: Final = "zstd"
_LARGEST: Final = 2**31 - 1
_LOOK_S: Final = 0.1
_GRACE_S: Final = 2.0


class ReplayError(RuntimeError):
    """The replay can't be begun or brought to its end; the message says why and what to do."""


@dataclass(slots=True)
class ReplayProgress:
    """The progress of a replay, for the command that shows it."""

    settings: Settings
    """Settings of the replay's worker: its prefix and group are those of the replay."""
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By partition of the source: the first offset, and one past the last."""
    step: str = "reading where to begin"
    """What is being done."""
    read: int = 0
    """Records read from the source."""
    confirmed: int = 0
    """Records that stand in the replay's topic."""
    expected: Places = field(default_factory=Places)
    """Their source positions; a record and its redrive have one."""
    out: Places = field(default_factory=Places)
    """Source positions that have come out."""
    annotated: Places = field(default_factory=Places)
    """Those that came out as annotations."""
    rejected: Places = field(default_factory=Places)
    """Those that came out as dead letters; a record that was redriven with success is in both."""
    dead_letters: Counter[str] = field(default_factory=Counter)
    """Dead letters by reason."""
    faults: Counter[str] = field(default_factory=Counter)
    """Dead letters of annotations and claims, by topic."""
    events: dict[str, int] = field(default_factory=dict)
    """Records in the topics of market events, by topic."""
    seconds: dict[str, float] = field(default_factory=dict)
    """When each stage was reached: copied, out, caught up."""

    @property
    def records(self) -> int:
        """Offsets in the ranges; more than there are records where the source has gaps."""
        return sum(end - begin for begin, end in self.ranges.values())


def under(source: Settings, prefix: str) -> Settings:
    """The settings of a replay's worker: those of the pipeline but for names and ports.

    A prefix that does not end in a separator gets a dot. Raises ReplayError.
    """
    full = prefix if prefix.endswith((".", "-", "_")) else f"{prefix}."
    if _PREFIX.fullmatch(prefix) is None or len(full) > _PREFIX_CHARS:
        raise ReplayError(
            f"the prefix has 1 to {_PREFIX_CHARS} of the letters a to z and A to Z, digits, '.', '_' and '-', "
            f"got {prefix[: 2 * _PREFIX_CHARS]!r}"
        )
    if full == source.topic_prefix:
        raise ReplayError(f"{full} is the prefix of the pipeline itself: name another with --into")
    port = free_port()
    flags = {name: getattr(source, name) for name in source.model_fields_set - {"data_dir"}}
    # JSON: what is looked at once and discarded is to leave nothing in a schema registry.
    flags |= {"topic_prefix": full, "app_id": f"{full}{_APP}", "output_form": OutputForm.JSON}
    return load(**flags | {"web_host": "127.0.0.1", "web_port": port, "web_url": f"http://127.0.0.1:{port}"})


async def discard(source: Settings, prefix: str) -> list[str]:
    """Delete the topics of a replay; gives their names.

    Raises ReplayError where the prefix is none of a replay, or the replay still runs: its workers would wait for good.
    """
    settings = under(source, prefix)
    ledger = catalogue(settings).ledger.name
    async with administration(settings) as admin:
        found = set(await admin.list_topics())
        names = [topic.name for topic in catalogue(settings).all() if topic.name in found]
        if ledger not in names:
            raise ReplayError(f"there is no replay under {settings.topic_prefix}: no topic {ledger}")
        await _all_gone(settings)
        await admin.delete_topics(names)
    return names


async def _all_gone(settings: Settings) -> None:
    """Wait until the replay's group has no members: one that was killed is one until its session ends."""
    deadline = time.monotonic() + settings.session_timeout_s + _GRACE_S
    with suppress(KafkaError, NotImplementedError):  # topics can be deleted where the group can't be asked for
        while (members := (await of_group(settings, settings.app_id))[1]) > 0:
            if time.monotonic() > deadline:
                raise ReplayError(
                    f"the replay under {settings.topic_prefix} still runs: its group {settings.app_id} has {members} "
                    "workers; end them first"
                )
            await asyncio.sleep(_LOOK_S)


class Replay:
    """One replay. `show` is called after every progress."""

    def __init__(self, source: Settings, prefix: str, *, show: Callable[[ReplayProgress], None]) -> None:
        """Raises ReplayError where the prefix will not do."""
        self.source, self.settings = source, under(source, prefix)
        self.progress = ReplayProgress(settings=self.settings)
        self._articles, self._topics = catalogue(source).articles, catalogue(self.settings)
        self.show = show
        self._begun = time.monotonic()
        self._worker: LocalWorker | None = None
        self._copied = False
        self._counted = asyncio.Event()

    async def run(self, begin: Bound, end: Bound) -> None:
        """Run the replay, and return when everything is through. Raises ReplayError, TopicError."""
        async with reader(self.source, [self._articles.name]) as consumer:
            await self._set_out(consumer, begin, end)
            await self._make_topics(len(consumer.assignment()))
            async with self._working():
                await first_of(self._copy_and_count(consumer), self._watch_worker())

    async def _set_out(self, consumer: AIOKafkaConsumer, begin: Bound, end: Bound) -> None:
        partitions = consumer.assignment()
        begins, ends = await offsets_at(consumer, begin, partitions), await offsets_at(consumer, end, partitions)
        self.progress.ranges = {
            tp.partition: (begins[tp], ends[tp]) for tp in sorted(begins.keys() & ends.keys()) if begins[tp] < ends[tp]
        }
        if not self.progress.ranges:
            raise ReplayError(
                f"there is nothing to replay: {self._articles.name} has no record between --from and --to"
            )

    async def _make_topics(self, partitions: int) -> None:
        self._step("making the topics")
        # Of the source: an article's partition, and with it the order of its versions, stays the same.
        self.settings = self.progress.settings = self.settings.model_copy(update={"partitions": partitions})
        findings = await bring_up(self.settings, create=False)
        there = [finding.topic.name for finding in findings if finding.partitions is not None]
        if there:
            raise ReplayError(
                f"{there[0]} is there already, and a replay needs topics of its own: name another prefix, or if it was "
                f"a replay's, remove it with `newstape replay --discard --into {self.settings.topic_prefix}`"
            )
        await bring_up(self.settings, create=True, config=_CONFIG)

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        place = Path(tempfile.mkdtemp(prefix="newstape-replay-"))
        try:
            self._worker = LocalWorker(self.settings, place)
            yield
        finally:
            if self._worker is not None:
                self._step("stopping the worker")
                await asyncio.to_thread(self._worker.stop)
            shutil.rmtree(place, ignore_errors=True)

    async def _watch_worker(self) -> None:
        while self._worker is not None:
            try:
                self._worker.require_alive()
            except WorkerEndedError as error:
                raise ReplayError(str(error)) from error
            await asyncio.sleep(_LOOK_S)

    # -- in ----------------------------------------------------------------------------------------------------------

    async def _copy_and_count(self, consumer: AIOKafkaConsumer) -> None:
        topics = [self._topics.annotations.name, self._topics.dead_letters.name]
        async with reader(self.settings, topics) as outputs:
            counting = asyncio.create_task(self._count(outputs))
            try:
                self._step("reading the articles again")
                await self._copy(consumer)
                self._copied = True
                self._reached("copied")
                self._step("waiting for every article to come out")
                await first_of(self._all_out(), ended(counting))
            finally:
                counting.cancel()
                await asyncio.wait([counting])
            self._reached("out")
            self._step("waiting for reconcile and tally")
            await self._caught_up()
            await self._count_the_rest(outputs)
        self._reached("caught up")
        self._step("everything is through")

    async def _copy(self, consumer: AIOKafkaConsumer) -> None:
        begins = {TopicPartition(self._articles.name, p): begin for p, (begin, _) in self.progress.ranges.items()}
        ends = {TopicPartition(self._articles.name, p): end for p, (_, end) in self.progress.ranges.items()}
        for tp in consumer.assignment() - begins.keys():
            consumer.pause(tp)
        for tp, offset in begins.items():
            consumer.seek(tp, offset)
        refused: list[Exception] = []

        def settle(future: "asyncio.Future[Any]") -> None:
            error = asyncio.CancelledError() if future.cancelled() else future.exception()
            if error is None:
                self.progress.confirmed += 1
            elif isinstance(error, Exception):
                refused.append(error)

        producer = AIOKafkaProducer(
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_batch_size=_BATCH_BYTES,
            max_request_size=_LARGEST,
            compression_type=_COMPRESSION,
            client_id="newstape-replay",
            **self.settings.client(),
        )
        try:
            await producer.start()
            async for group in records_to(consumer, ends):
                for record in group:
                    (await self._send(producer, record)).add_done_callback(settle)
                if refused:
                    break
                self.show(self.progress)
            await producer.flush()
        except KafkaError as error:
            refused.append(error)
        finally:
            await producer.stop()
        if refused:
            raise ReplayError(f"Kafka did not take a record of the replay: {refused[0]}")

    async def _send(self, producer: AIOKafkaProducer, record: Record) -> "asyncio.Future[Any]":
        self.progress.read += 1
        self.progress.expected.add(record.source.partition, record.source.offset)
        # aiokafka: a record with neither key nor value can't be sent; intake takes the empty key for none.
        nothing = record.key is None and record.value is None
        future: asyncio.Future[Any] = await producer.send(
            self._topics.articles.name,
            key=b"" if nothing else record.key,
            value=record.value,
            partition=record.partition,
            timestamp_ms=record.output_ms,
            headers=from_source(record.headers_as_sent, self._topics.articles.name, record.source),
        )
        return future

    # -- out ---------------------------------------------------------------------------------------------------------

    async def _all_out(self) -> None:
        while len(self.progress.out) < len(self.progress.expected):
            self._counted.clear()
            await self._counted.wait()

    async def _count(self, outputs: AIOKafkaConsumer) -> None:
        async for group in records(outputs):
            self._count_all(group)

    def _count_all(self, group: Sequence[Record]) -> None:
        for record in group:
            if record.topic == self._topics.annotations.name:
                position = position_of(record.value or b"")
                if position is not None:
                    self.progress.annotated.add(position.partition, position.offset)
                    self.progress.out.add(position.partition, position.offset)
            else:
                with suppress(WireError):
                    self._count_letter(DeadLetter.from_headers(record.headers))
        if group:
            self._counted.set()
            self.show(self.progress)

    def _count_letter(self, letter: DeadLetter) -> None:
        if letter.source_topic != self._topics.articles.name:
            self.progress.faults[letter.source_topic] += 1
            return
        self.progress.out.add(letter.source_partition, letter.source_offset)
        if self.progress.rejected.add(letter.source_partition, letter.source_offset):
            self.progress.dead_letters[letter.reason.value] += 1

    async def _caught_up(self) -> None:
        topics = self._topics
        async with (
            reader(self.settings, [t.name for t in topics.all()]) as consumer,
            administration(self.settings) as admin,
        ):
            for topic in (topics.articles, topics.annotations, topics.claims):
                await committed(admin, self.settings.app_id, await self._filled(consumer, topic.name))
            for topic in topics.events.values():
                self.progress.events[topic.name] = sum((await self._filled(consumer, topic.name)).values())

    async def _filled(self, consumer: AIOKafkaConsumer, topic: str) -> dict[TopicPartition, int]:
        """Ends of the topic's partitions that hold something; they began at 0."""
        partitions = [TopicPartition(topic, number) for number in range(self.settings.partitions)]
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
        return {tp: end for tp, end in ends.items() if end}

    async def _count_the_rest(self, outputs: AIOKafkaConsumer) -> None:
        async for group in records_to(outputs, await outputs.end_offsets(outputs.assignment())):
            self._count_all(group)

    # -- the rest ----------------------------------------------------------------------------------------------------

    def _step(self, step: str) -> None:
        self.progress.step = step
        self.show(self.progress)

    def _reached(self, stage: str) -> None:
        self.progress.seconds[stage] = round(time.monotonic() - self._begun, 2)


def summary(progress: ReplayProgress) -> dict[str, Any]:
    """The results of a replay, as plain JSON."""
    settings = progress.settings
    return {
        "into": settings.topic_prefix,
        "group": settings.app_id,
        "ranges": {str(partition): list(of) for partition, of in progress.ranges.items()},
        "records": progress.read,
        "positions": len(progress.expected),
        "annotations": len(progress.annotated),
        "dead_letters": dict(sorted(progress.dead_letters.items())),
        "internal_errors": dict(sorted(progress.faults.items())),
        "event_records": progress.events,
        "seconds": progress.seconds,
    }
