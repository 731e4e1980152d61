"""Where everything is put together: settings in, a Faust app with three agents, two tables and its timers out.

Faust reads the topics, spreads their partitions over the workers and runs the agents. It is told of no tables: state is
recovered by a reader of ours between a rebalance and its first record (`streams.state.table`).
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from platform import python_version
from typing import Any, Final

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from schemas import Article, Position
from schemas.taxonomy import Status
from streams.agents.annotate import Annotate
from streams.agents.metrics import REJECTED, Metrics, by_label
from streams.agents.reconcile import Reconcile
from streams.agents.tally import TallyAgent
from streams.contract import avro, json_schema
from streams.contract.messages import KINDS
from streams.engine import is_compiled, load_extractor
from streams.extract.annotate import VERSION, Extractor, annotate
from streams.feeds import Feeds, read
from streams.feeds.files import load_feeds
from streams.intake import RawRecord, after_embargo
from streams.kafka.internals.app import CheckpointedApp
from streams.kafka.internals.clients import dead_client, distribution
from streams.kafka.outputs import Outputs, output_topics
from streams.kafka.records import Record
from streams.kafka.schema_registry import schema_of, schema_registry
from streams.kafka.topics import CONTRIBUTIONS_TABLE, LEDGER_TABLE, MAX_MESSAGE_BYTES, catalogue
from streams.reconcile import LedgerEntry
from streams.settings import Embargo, Evidence, OutputForm, Settings, Store
from streams.state.checkpoint import DELIVERY_TIMEOUT_S, Checkpoint, Outbox, owned_offsets, stop
from streams.state.damage import DamagedError, StateError, StoreError
from streams.state.layout import TABLE_FORMAT, contribution_marks
from streams.state.stores import Disk, Marks, no_marks, opener
from streams.state.table import StateTable, recover
from streams.tally import Counts
from streams.web import Views
from streams.web.answers import AgentHealth, AnnotatedArticle
from streams.web.worker import Work

log = structlog.get_logger(__name__)

ACTIVITY_INTERVAL_S: Final = 0.25  # how often changed indices are looked at; each is sent at most once a second
WATCH_INTERVAL_S: Final = 1.0  # how often the worker's clients are looked at
BACKLOG_LINGER_S: Final = 0.01  # against the waiting of a backlog that is nothing
NEVER_S: Final = 10 * 365 * 86_400.0
UNREADY_S: Final = 240  # a rebalance takes a minute at most, as Faust asks for it
AGENTS: Final = ("annotate", "reconcile", "tally")  # in the order an article passes them
DRAIN_TIMEOUT_S: Final = 8  # of the ten seconds a worker may take to stop


class Newstape(CheckpointedApp):
    """A Faust app that confirms what it has taken before its consumer stops."""

    pipeline: "Pipeline"
    views: Views

    async def on_first_start(self) -> None:
        """The views answer from the beginning, so that health and the progress of a recovery can be seen."""
        await self.views.start()
        await super().on_first_start()

    async def on_start(self) -> None:
        """Watch from the beginning: Faust's timers begin only when the first rebuild of state is over."""
        await super().on_start()
        self.add_future(self.pipeline.watch())

    async def on_stop(self) -> None:
        """Call when the worker stops."""
        await self.pipeline.drain()
        await super().on_stop()
        await self.views.stop()


class Pipeline:
    """The agents of one worker with their checkpoints and state."""

    def __init__(self, app: Newstape, settings: Settings, extractor: Extractor, feeds: Feeds) -> None:
        self.app, self.settings = app, settings
        self.topics = catalogue(settings)
        self.metrics = Metrics(settings.sources)
        engine = extractor.engine
        self.metrics.build.info(
            {
                "version": engine.version,
                "registry": engine.registry,
                "lexicon": engine.lexicon,
                "python": python_version(),
                "form": "compiled" if is_compiled() else "source",
            }
        )
        self.outbox = Outbox(settings)
        self.ready = asyncio.Event()
        """Set while this worker owns its partitions and their state is rebuilt."""
        self.drained = False
        """Whether all that was taken before the stop is confirmed."""
        self._rebuilding: asyncio.Task[None] | None = None
        self._unready_at: float | None = None
        self._ticked_at = self._watched_at = time.monotonic()
        self._dropped: dict[tuple[str, str], int] = {}
        self.extractor, self.registry, self.feeds = extractor, extractor.registry, feeds
        articles, annotations, claims = (
            Checkpoint(app, settings, self.outbox, topic.name)
            for topic in (self.topics.articles, self.topics.annotations, self.topics.claims)
        )
        self.schemas = schema_registry(settings)
        self.annotate = Annotate(
            articles,
            self.topics,
            self.metrics,
            extractor,
            feeds,
            holds_embargoes=settings.embargo is Embargo.HOLD,
            schemas=self.schemas,
        )
        self._disk = Disk(settings.data_dir) if settings.store is Store.ROCKSDB else None
        ledger = self._table(LEDGER_TABLE, self.topics.ledger.name, self._disk, no_marks)
        contributions = self._table(CONTRIBUTIONS_TABLE, self.topics.contributions.name, self._disk, contribution_marks)
        self.tables = (ledger, contributions)
        self.reconcile = Reconcile(annotations, self.topics, self.metrics, settings, ledger)
        self.outputs = self._outputs()
        self.tally = TallyAgent(claims, self.topics, self.metrics, settings, contributions, self.outputs)
        self._agent(self.topics.articles.name, self.annotate.run)
        self._agent(self.topics.annotations.name, self.reconcile.run)
        self._agent(self.topics.claims.name, self.tally.run)

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """The three checkpoints, in the order an article passes them."""
        return (self.annotate.checkpoint, self.reconcile.checkpoint, self.tally.checkpoint)

    def _outputs(self) -> Outputs:
        """How market events and index counts are written; `register` comes before the first of them."""
        form = self.settings.output_form
        if form is OutputForm.JSON:
            return Outputs(form)
        document = avro.document if form is OutputForm.AVRO else json_schema.document
        by_class = {kind.type: kind for kind in KINDS}
        schemas = {topic: document(by_class[value]) for topic, value in output_topics(self.topics).items()}
        return Outputs(form, schemas, self.schemas)

    @staticmethod
    def _table(name: str, changelog: str, disk: Disk | None, marks: Marks) -> StateTable:
        return StateTable(name, changelog, TABLE_FORMAT, opener(changelog, TABLE_FORMAT, disk), marks)

    def _agent(self, topic: str, run: Callable[[Any], Awaitable[None]]) -> None:
        channel = self.app.topic(topic, key_serializer="raw", value_serializer="raw", key_type=bytes, value_type=bytes)
        self.app.agent(channel, name=f"streams.{topic}")(run)

    async def revoked(self, *_: Any, **__: Any) -> None:
        """Partitions are revoked: forget what is not committed."""
        self.ready.clear()
        self._abandon()
        self.forget()

    def _abandon(self) -> None:
        """Rebuild no longer what may be another worker's by then."""
        if self._rebuilding is not None:
            self._rebuilding.cancel()
            self._rebuilding = None

    def forget(self) -> None:
        """Forget what is not committed, and the state, which may be another worker's."""
        for checkpoint in self.checkpoints:
            checkpoint.revoked()
        self.reconcile.revoked()
        self.tally.revoked()

    async def assigned(self, *_: Any, **__: Any) -> None:
        """A rebalance is complete: recover state and what is derived from it, then take records.

        Faust waits for this before it begins the next rebalance, so it ends at once when partitions are revoked.
        """
        self._rebuilding = rebuilding = asyncio.ensure_future(self._rebuild())
        try:
            await rebuilding
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            if self._rebuilding is rebuilding:
                raise RuntimeError("the rebuild of state was cancelled though partitions did not move") from None
            log.info("partitions moved again while their state was rebuilt")
        if self._rebuilding is rebuilding:
            self._rebuilding = None

    async def _rebuild(self) -> None:
        self.ready.clear()
        self.forget()
        deadline = time.monotonic() + DELIVERY_TIMEOUT_S
        damaged: set[Path] = set()
        while True:
            try:
                begin = await self._recovered()
                break
            except KafkaError as error:
                if time.monotonic() > deadline:
                    stop(None, "state could not be rebuilt", error)
                log.warning("Kafka is away while state is rebuilt; tried again", error=repr(error))
                await asyncio.sleep(1)
                continue
            except DamagedError as error:
                if error.path in damaged:
                    stop(None, "what was built anew is damaged again: delete it, and look at its disk", error)
                damaged.add(error.path)
            except StoreError as error:
                stop(None, "state can't be had", error)
            # Not before the fault is forgotten: its traceback holds the iterator that met it, which keeps files open.
            self._close_tables()
        if self._disk is not None:
            self._disk.fault = ""
        # On the event clock: what comes first after a start may be late.
        self.reconcile.newest = max(self.reconcile.newest, self.tally.now())
        for checkpoint in self.checkpoints:
            await checkpoint.assigned(begin)
        self.ready.set()
        log.info("ready", partitions=len(begin), views=self.settings.views_url)

    async def _recovered(self) -> dict[TP, int]:
        """Where to go on in the partitions owned, the state of which is what their changelogs say.

        Raises DamagedError where the files of a partition are to be dropped.
        """
        await self.outbox.start()
        read_to = {tp: at for checkpoint in self.checkpoints for tp, at in checkpoint.read_to.items()}
        begin = await owned_offsets(self.app, self.settings, read_to)
        self._require_partitions(begin)
        self.reconcile.ledger.own(_partitions(begin, self.topics.annotations.name))
        self.tally.contributions.own(_partitions(begin, self.topics.claims.name))
        if begin:
            await recover(self.settings, self.tables)
        self.reconcile.load()
        await self.tally.load()
        return begin

    def pace(self, *, backlog: bool) -> None:
        """Have outputs wait for more of them while articles wait: a request for each takes a tenth of the time."""
        self.outbox.linger(BACKLOG_LINGER_S if backlog else 0.0)

    def _close_tables(self) -> None:
        for table in self.tables:
            table.close()

    def _require_partitions(self, owned: Iterable[TP]) -> None:
        """Raise StateError where a topic of keyed records was given partitions: keys are elsewhere from now on."""
        keyed = {self.topics.annotations.name, self.topics.claims.name}
        more = sorted({tp.topic for tp in owned if tp.topic in keyed and tp.partition >= self.settings.partitions})
        if more:
            raise StateError(
                f"{', '.join(more)}: more than the {self.settings.partitions} partitions it had, and state lives where "
                "keys hash to: start afresh under another NEWSTAPE_TOPIC_PREFIX and NEWSTAPE_APP_ID"
            )

    async def drain(self) -> None:
        """Confirm what was taken, within the time a stop may take."""
        tallies = self.tally.tallies if self.ready.is_set() else None
        self.ready.clear()
        self._abandon()
        try:
            async with asyncio.timeout(DRAIN_TIMEOUT_S):
                for checkpoint in self.checkpoints:
                    await checkpoint.halt()
                if self.tally.tallies is tallies:  # partitions may have moved meanwhile
                    with _stopping_at_faults():
                        await self.tally.publish_activity(last=True)
                    await self.tally.checkpoint.close()
            self.drained = True
        except TimeoutError:
            log.warning("stopped before all that was taken is delivered; the next start takes it again")
        await self.outbox.stop()
        self.forget()
        self._close_tables()

    def observe(self) -> None:
        """Bring the gauges that are read off the state up to date; called when metrics are asked for."""
        now_ms = int(time.time() * 1_000)
        self.metrics.lag_seconds.clear()
        for checkpoint in self.checkpoints:
            for tp in list(checkpoint.offsets.expected):
                lag = self.metrics.lag_seconds.labels(topic=tp.topic, partition=str(tp.partition))
                lag.set(checkpoint.lag_s(tp, now_ms))
        for table in self.tables:
            self.metrics.table_entries.labels(table=table.name).set(len(table))
        for agent, checkpoint in zip(AGENTS, self.checkpoints, strict=True):
            for reason, count in checkpoint.dropped.items():
                seen = self.metrics.redelivered.labels(agent=agent, reason=reason.value)
                seen.inc(count - self._dropped.get((agent, reason), 0))
                self._dropped[agent, reason] = count

    async def tick(self) -> None:
        """Publish changed counts, and delete a portion of what has expired or was superseded."""
        last, self._ticked_at = self._ticked_at, time.monotonic()
        if self._ticked_at - last > self.settings.session_timeout_s:
            return  # it was stopped, and its partitions may be another's by now: Kafka is about to say
        if self.ready.is_set():
            with _stopping_at_faults():
                await self.tally.publish_activity()
                # On the event clock a worker may own no index that has an article, or no article that comes now.
                now = max(self.reconcile.now(), self.tally.now())
                await self.tally.expire(now)
                await self.reconcile.expire(now)
                await self.tally.sweep()
                await self.reconcile.sweep()
            for checkpoint in self.checkpoints:
                await checkpoint.ask_again()

    async def watch(self) -> None:
        """Stop the worker where its clients have died, or it is not given partitions: nobody else would say so."""
        while not self.app.should_stop:
            last, self._watched_at = self._watched_at, time.monotonic()
            if dead := dead_client(self.app, self.outbox.producer):
                stop(None, f"a part of its Kafka client has ended: {dead}")
            for checkpoint in self.checkpoints:
                checkpoint.require_taken()
            if self.ready.is_set() and self._disk is not None and self._disk.fault:
                stop(None, self._disk.fault)  # a view came upon it, and has answered with a fault of its own
            stopped = self._watched_at - last > self.settings.session_timeout_s
            if self.ready.is_set() or self._rebuilding is not None or stopped:
                self._unready_at = None
            elif self._unready_at is None:
                self._unready_at = self._watched_at
            elif self._watched_at - self._unready_at > UNREADY_S:
                stop(None, f"it was given no partitions for {UNREADY_S} s, nor told that there are none")
            await asyncio.sleep(WATCH_INTERVAL_S)

    async def turn_of_minute(self) -> None:
        """Let counts decay."""
        if self.ready.is_set():
            with _stopping_at_faults():
                await self.tally.publish_activity(decay=True)


@contextmanager
def _stopping_at_faults() -> Iterator[None]:
    """Stop where state can't be read: Faust would end the worker by a traceback and with another status."""
    try:
        yield
    except StoreError as error:
        stop(None, "state can't be read", error)


def _partitions(owned: Iterable[TP], topic: str) -> list[int]:
    return [tp.partition for tp in owned if tp.topic == topic]


def build_app(settings: Settings, extractor: Extractor | None = None, feeds: Feeds | None = None) -> Newstape:
    """The app under these settings.

    Raises RegistryError, EventRuleError, MappingError where a file of yours is wrong.
    """
    if feeds is None:
        feeds = load_feeds(settings.mappings, settings.feed)
    app = Newstape(
        settings.app_id,
        broker=[f"kafka://{server}" for server in settings.kafka.split(",")],
        broker_credentials=_credentials(settings),
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.session_timeout_s / 5,
        broker_max_poll_interval=NEVER_S,  # a rebuild fetches nothing for minutes, a worker that stands by for months
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MAX_MESSAGE_BYTES,
        producer_max_request_size=MAX_MESSAGE_BYTES,
        store="memory://",
        datadir=settings.data_dir,
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        stream_recovery_delay=0.0,
        web_enabled=False,
        web_host=settings.web_host,
        web_port=settings.web_port,
        canonical_url=settings.views_url,
        worker_redirect_stdouts=False,
        autodiscover=False,
    )
    if extractor is None:
        extractor = load_extractor(
            settings.registry,
            rule_files=settings.rules,
            quotes=settings.evidence is Evidence.TEXT,
            language=settings.language,
            min_confidence=settings.min_confidence,
        )
    # What is loaded lives as long as the worker: collecting garbage need not visit it again.
    gc.collect()
    gc.freeze()
    pipeline = Pipeline(app, settings, extractor, feeds)
    app.pipeline = pipeline
    app.front, app.forget, app.pace = pipeline.topics.articles.name, pipeline.forget, pipeline.pace
    app.views = Views(ViewedPipeline(pipeline), settings)
    app.on_partitions_revoked.connect(pipeline.revoked)
    app.on_rebalance_complete.connect(pipeline.assigned)
    app.timer(interval=ACTIVITY_INTERVAL_S)(pipeline.tick)
    app.timer(interval=60.0)(pipeline.turn_of_minute)
    return app


class ViewedPipeline:
    """What the views see of a pipeline: a `streams.web.worker.Worker`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.version = VERSION
        self.entities = pipeline.registry.entities
        self.registry = pipeline.metrics.registry

    @property
    def generation(self) -> int | None:
        """Which assignment of partitions the state belongs to; null while partitions move and state is rebuilt."""
        return self._pipeline.tally.checkpoint.generation if self._pipeline.ready.is_set() else None

    def owned(self, topic: str) -> frozenset[int]:
        """The partitions of a topic that this worker owns."""
        return frozenset(
            tp.partition
            for checkpoint in self._pipeline.checkpoints
            for tp in checkpoint.offsets.expected
            if tp.topic == topic
        )

    def distribution(self) -> Mapping[str, Mapping[str, Collection[int]]]:
        """By worker address and topic, the partitions that each worker of the group owns."""
        return distribution(self._pipeline.app)

    def minute(self) -> int:
        """The current minute: of the wall clock, or of the newest article that is counted here."""
        return self._pipeline.tally.now()

    def counts(self) -> Mapping[str, Counts]:
        """Counts by entity id of the indices that have an article here."""
        return self._pipeline.tally.counts

    def entries(self, uri: str, partition: int) -> Collection[LedgerEntry]:
        """The ledger's entries of an article."""
        return self._pipeline.reconcile.entries(uri, partition).values()

    def read(self, record: Record, position: Position) -> AnnotatedArticle | None:
        """A Kafka record of `news.articles` with what is read in it; null where it holds no usable article."""
        value, schemas, number = record.value, self._pipeline.schemas, schema_of(record.value)
        if value is not None and schemas is not None and number is not None:
            value = schemas.known_json_of(value, number)
        raw = RawRecord(key=record.key, value=value, headers=record.headers, timestamp=record.observed_at)
        article = read(raw, self._pipeline.feeds)
        if not isinstance(article, Article) or article.status is not Status.USABLE:
            return None
        if self._pipeline.settings.embargo is Embargo.HOLD:
            article = after_embargo(article)
        extractor = self._pipeline.extractor
        return AnnotatedArticle(
            headline=article.headline if extractor.quotes else None,
            body=article.body if extractor.quotes else None,
            annotation=annotate(article, position, extractor),
        )

    def work(self) -> Work:
        """What this worker has done, and what waits for it."""
        metrics = self._pipeline.metrics
        outcomes = by_label(metrics.articles)
        return Work(
            articles=sum(outcomes.values()) - outcomes.get(REJECTED, 0),
            events=sum(by_label(metrics.events).values()),
            dead_letters=by_label(metrics.dead_letters),
            agents=tuple(map(_agent, AGENTS, self._pipeline.checkpoints)),
        )

    def observe(self) -> None:
        """Bring the gauges of the metrics up to date."""
        self._pipeline.observe()


def _agent(name: str, checkpoint: Checkpoint) -> AgentHealth:
    now_ms = int(time.time() * 1_000)
    owned = list(checkpoint.offsets.expected)
    return AgentHealth(
        agent=name,
        lag_s=round(max((checkpoint.lag_s(tp, now_ms) for tp in owned), default=0.0), 3),
        waiting=sum(checkpoint.waiting(tp) for tp in owned),
    )


def _credentials(settings: Settings) -> Any:
    context = settings.ssl_context()
    if settings.security_protocol.startswith("SASL"):
        password = settings.sasl_password
        return faust.SASLCredentials(
            mechanism=settings.sasl_mechanism,
            username=settings.sasl_username,
            password=password.get_secret_value() if password is not None else None,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None
