"""The demo: a broker, a worker and articles, from nothing to counted results, and then nothing left behind.

- The broker is a local one, or the one that the settings name; there the demo keeps to topics of its own, under a
  prefix that it makes up, and removes them afterwards.
- Broker and worker start side by side: the worker loads its data while Java boots, and waits for the topics.
- Whether all is through is counted: every position pushed must come out as an annotation or a dead letter, then the
  worker's committed offsets must reach the ends of its three topics in turn, then the events are read to their ends.
- The worker is a process of its own, on a leash: it ends with this program, however that ends.
"""

import asyncio
import shutil
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas import MarketEvent, Position
from streams.demo.plan import Plan
from streams.kafka.reading import administration, committed, reader, records, records_to
from streams.kafka.records import Record
from streams.kafka.tasks import ended, first_of
from streams.kafka.topics import Catalogue, Topic, TopicError, bring_up, catalogue
from streams.local.kafka import LocalKafka
from streams.local.progress import Progress
from streams.operate.census import Census
from streams.operate.producer import ArticleProducer, Delivery
from streams.operate.rest import Rest, RestError
from streams.processes.worker import LocalWorker, WorkerEndedError

# A limit that a slow laptop keeps: the worker's start, and a fifth of the rate that one worker is built for.
LIMIT_S: Final = 120
_LIMIT_ARTICLES_PER_S: Final = 100

# How often offsets and counts are asked for.
_POLL_S: Final = 0.1
_COUNTS_EVERY_S: Final = 1.0

_KEPT_EVENTS: Final = 200

# A broker that lives for minutes is never compiled in full; where Java does not even begin to, it is there sooner.
_QUICK_JAVA: Final = ("-XX:TieredStopAtLevel=1",)


class DemoError(RuntimeError):
    """The demo could not be brought to its end; the message says what is missing or broken."""


@dataclass(slots=True)
class DemoProgress:
    """The progress of a demo, for the command that shows it; times in seconds since its start."""

    plan: Plan
    """What it does."""
    census: Census
    """What has come out."""
    delivery: Delivery = field(default_factory=Delivery)
    """What has gone in."""
    step: str = "starting"
    """What is being waited for."""
    events: deque[MarketEvent] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))
    """The newest events, newest last."""
    events_seen: int = 0
    """How many there were."""
    counts: dict[str, Any] = field(default_factory=dict)
    """The last answer of `/indices`."""
    seconds: dict[str, float] = field(default_factory=dict)
    """When each stage was reached: kafka, pushed, out, caught up."""

    @property
    def missing(self) -> int:
        """Articles of the plan that have not come out, those included that have not got into Kafka; refused are not."""
        out = self.delivery.confirmed - len(self.census.missing(self.delivery.positions))
        return len(self.plan.lines) - len(self.delivery.refused) - out


class Demo:
    """One run of the demo. `show` is called whenever the step changes."""

    def __init__(self, plan: Plan, *, show: Callable[[DemoProgress], None]) -> None:
        self.plan = plan
        self.topics: Catalogue = catalogue(plan.settings)
        self.progress = DemoProgress(plan=plan, census=Census(self.topics))
        self._show = show
        self._begun = time.monotonic()
        self._worker: LocalWorker | None = None
        self._counted = asyncio.Event()
        self._glancing: asyncio.Task[None] | None = None

    @property
    def limit_s(self) -> float:
        """The default time limit, for this many articles."""
        return LIMIT_S + len(self.plan.lines) / min(_LIMIT_ARTICLES_PER_S, self.plan.rate or _LIMIT_ARTICLES_PER_S)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Broker, topics and worker, for as long as the block takes. Raises LocalKafkaError, TopicError."""
        async with AsyncExitStack() as stack:
            place = Path(tempfile.mkdtemp(prefix="newstape-demo-"))
            stack.callback(shutil.rmtree, place, ignore_errors=True)
            self._worker = LocalWorker(self.plan.settings, place)
            stack.push_async_callback(self._stop_worker)
            if self.plan.own_kafka:
                port = int(self.plan.settings.kafka.rpartition(":")[2])
                broker = LocalKafka(port=port, java_options=_QUICK_JAVA, on_progress=self._show_start)
                await stack.enter_async_context(broker)
                stack.push_async_callback(self._stop_worker)  # before its broker; stopping twice does nothing
            self._step("creating the topics")
            if self.plan.own_topics and not self.plan.own_kafka:
                await bring_up(self.plan.settings, create=False)  # a Kafka that is not there has nothing to remove
                stack.push_async_callback(self._remove_topics)
            findings = await bring_up(self.plan.settings, create=True)
            faults = [f"{finding.topic.name} {fault}" for finding in findings for fault in finding.faults]
            if faults:
                raise DemoError("\n  ".join(["the topics are not as they should be:", *faults]))
            self._reached("kafka")
            yield

    async def run(self, limit_s: float | None) -> None:
        """Push everything and wait until all of it is through.

        Raises DemoError with what is missing after `limit_s`, or at once where the worker ends.
        """
        limit_s = limit_s or self.limit_s
        try:
            async with asyncio.timeout(limit_s):
                await first_of(self._push_and_count(), self._watch_worker())
        except TimeoutError:
            raise DemoError(self._what_is_missing(limit_s)) from None
        self._step("everything is through")

    async def stay(self) -> None:
        """Keep the counts fresh until cancelled. Raises DemoError where the worker ends."""
        while True:
            self._require_worker()
            with suppress(RestError):
                await self.refresh_counts()
            await asyncio.sleep(_COUNTS_EVERY_S)

    async def refresh_counts(self) -> None:
        """Ask the worker for its counts, again while partitions move."""
        async with Rest(self.plan.settings.views_url, self.plan.settings.web_token) as worker:
            while True:
                try:
                    self.progress.counts = await worker.get("indices")
                except RestError:
                    await asyncio.sleep(_POLL_S)
                else:
                    return

    # -- in ----------------------------------------------------------------------------------------------------------

    async def _push_and_count(self) -> None:
        settings, progress = self.plan.settings, self.progress
        async with reader(settings, progress.census.topics) as consumer:
            ends = await consumer.end_offsets(consumer.assignment())
            for tp, end in ends.items():
                consumer.seek(tp, end)
            counting = asyncio.create_task(self._count(consumer))
            try:
                await self._push()
                self._step("waiting for every article to come out")
                await first_of(self._through(consumer), ended(counting))
            finally:
                counting.cancel()
                await asyncio.wait([counting])
            self._step("reading the last events")
            async for group in records_to(consumer, await consumer.end_offsets(consumer.assignment())):
                self._count_all(group)
        self._step("reading the counts")
        await self.refresh_counts()
        self._reached("caught up")

    async def _through(self, consumer: AIOKafkaConsumer) -> None:
        while self.progress.census.missing(self.progress.delivery.positions):
            self._counted.clear()
            await self._counted.wait()
        self._reached("out")
        self._step("waiting for reconcile and tally")
        await self._caught_up(consumer)

    async def _push(self) -> None:
        self._step("pushing the articles")
        producer = ArticleProducer(self.plan.settings, keep_positions=True)
        self.progress.delivery = producer.delivery
        begun = time.monotonic()
        async with producer:
            for number, line in enumerate(self.plan.lines):
                if self.plan.rate is not None:
                    await asyncio.sleep(max(0.0, begun + number / self.plan.rate - time.monotonic()))
                await producer.send(line)
        self._reached("pushed")

    # -- out ---------------------------------------------------------------------------------------------------------

    async def _count(self, consumer: AIOKafkaConsumer) -> None:
        looked_at = 0.0
        async for group in records(consumer):
            self._count_all(group)
            if time.monotonic() - looked_at > _COUNTS_EVERY_S and (self._glancing is None or self._glancing.done()):
                looked_at = time.monotonic()
                self._glancing = asyncio.create_task(self._glance())

    async def _glance(self) -> None:
        """Ask for the counts meanwhile, once the worker is ready."""
        with suppress(RestError):
            async with Rest(self.plan.settings.views_url, self.plan.settings.web_token) as worker:
                self.progress.counts = await worker.get("indices")

    def _count_all(self, group: Sequence[Record]) -> None:
        for record in group:
            event = self.progress.census.count(record.topic, record.value, record.headers)
            if event is not None:
                self.progress.events.append(event)
                self.progress.events_seen += 1
        if group:
            self._counted.set()
            self._show(self.progress)

    async def _caught_up(self, consumer: AIOKafkaConsumer) -> None:
        """Wait until the worker has committed what it was given: articles, then annotations, then claims."""
        pushed = {
            TopicPartition(self.topics.articles.name, partition): max(offsets) + 1
            for partition, offsets in self.progress.delivery.positions.items()
        }
        async with administration(self.plan.settings) as admin:
            await committed(admin, self.plan.settings.app_id, pushed)
            for topic in (self.topics.annotations, self.topics.claims):
                await committed(admin, self.plan.settings.app_id, await self._ends(consumer, topic))

    async def _ends(self, consumer: AIOKafkaConsumer, topic: Topic) -> dict[TopicPartition, int]:
        partitions = [TopicPartition(topic.name, n) for n in range(self.plan.settings.partitions)]
        begins = await consumer.beginning_offsets(partitions)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        return {tp: end for tp, end in ends.items() if end > begins[tp]}

    def _what_is_missing(self, limit_s: float) -> str:
        said = "" if self._worker is None else self._worker.last_lines()
        missing = self.progress.census.missing(self.progress.delivery.positions)
        total = len(self.plan.lines)
        if self.progress.delivery.confirmed < total - len(self.progress.delivery.refused):
            return f"after {limit_s:g} s only {self.progress.delivery.confirmed:,} of {total:,} articles were in Kafka"
        if missing:
            first = ", ".join(_written(position) for position in missing[:5])
            return (
                f"after {limit_s:g} s {len(missing):,} of {total:,} articles had not come out, the first at {first}; "
                f"give it longer with --timeout, or see the worker's last lines:\n{said}"
            )
        return f"after {limit_s:g} s the demo was still {self.progress.step}; the worker's last lines:\n{said}"

    # -- the worker --------------------------------------------------------------------------------------------------

    async def _stop_worker(self) -> None:
        if self._worker is not None:
            self._step("stopping")
            await asyncio.to_thread(self._worker.stop)
            self._worker = None

    async def _watch_worker(self) -> None:
        while True:
            self._require_worker()
            await asyncio.sleep(_POLL_S)

    def _require_worker(self) -> None:
        try:
            if self._worker is not None:
                self._worker.require_alive()
        except WorkerEndedError as error:
            raise DemoError(str(error)) from error

    # -- the rest ----------------------------------------------------------------------------------------------------

    async def _remove_topics(self) -> None:
        await self._stop_worker()  # it would complain of the loss
        self._step("removing the demo's topics")
        try:
            async with administration(self.plan.settings) as admin:
                await admin.delete_topics([topic.name for topic in self.topics.all()])
        except TopicError as error:
            raise DemoError(
                f"the topics {self.plan.settings.topic_prefix}* could not be removed, remove them yourself: {error}"
            ) from error

    def _show_start(self, start: Progress) -> None:
        of = f" {start.done} of {start.total}" if start.total else ""
        self._step(f"{start.message}{of}")

    def _step(self, step: str) -> None:
        self.progress.step = step
        self._show(self.progress)

    def _reached(self, stage: str) -> None:
        self.progress.seconds[stage] = round(time.monotonic() - self._begun, 2)


def _written(position: Position) -> str:
    return f"partition {position.partition} offset {position.offset}"


def shown(progress: DemoProgress) -> tuple[object, ...]:
    """What a picture of the progress depends on: where it is equal, the picture is the same."""
    census = progress.census
    return (
        progress.step,
        progress.delivery.confirmed,
        progress.events_seen,
        census.came_out,
        census.annotations,
        sum(census.dead_letters.values()),
        sum(census.events.values()),
        progress.counts.get("as_of"),
        progress.counts.get("indices"),
    )


def summary(progress: DemoProgress) -> dict[str, Any]:
    """The results of a demo, as plain JSON."""
    census, delivery = progress.census, progress.delivery
    counts = progress.counts
    return {
        "articles_in": delivery.confirmed,
        "annotations": census.annotations,
        "dead_letters": census.dead_letters,
        "events": census.events,
        "events_by_lifecycle": census.lifecycles,
        "missing": progress.missing,
        "refused": [{"line": refused.number, "why": refused.why} for refused in delivery.refused],
        "clock": progress.plan.settings.clock.value,
        "clock_because": progress.plan.why_clock,
        "as_of": counts.get("as_of"),
        "counts": {activity["index"]: activity["windows"] for activity in counts.get("indices", [])},
        "seconds": progress.seconds,
    }
