"""A checkpoint owns the offsets of one topic: it commits only what is durably published.

Faust's own accounting is not used. Measured on Kafka 4.1 with faust-streaming 0.15.3, it acknowledges an event when the
agent asks for the next one, whether or not what was sent has arrived; it takes records that it dropped from its buffers
at a rebalance for a gap, counts the gap as acknowledged and commits past it; its `producer.flush()` is no barrier. So:

* Agents read with `noack()`; nothing is acknowledged, and Faust, finding nothing acknowledged, commits nothing.
* From the committed offset on, every offset of every owned partition is expected in turn. A lower one was seen; a
  higher one means that Faust dropped something, so the checkpoint seeks back and drops the event. A gap that an
  independent reader sees too is real (compaction, retention, a transaction marker or what was aborted) and is passed
  over. Both read what is committed: a transaction that is still open ends what there is.
* The futures of every output and every changelog record of a micro-batch are kept and awaited, and only then the
  offsets after its records are committed. If any fails the worker stops at once with nothing committed: it restarts
  from the last commit, and stages emit the same again. So it does where a commit, or a record that waits, does not come
  through for as long: a client whose tasks have died raises nothing, and a call to it never returns.
* A micro-batch never holds two records of one key: the second waits until the first is confirmed.
* When partitions are revoked, all that is not committed is forgotten.

What it needs of Faust beyond its public methods is in `streams.kafka.internals`.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NoReturn, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

import streams.kafka.internals.header_names  # noqa: F401 - Faust's consumer and the worker's own read by it
from streams.kafka.headers import Headers
from streams.kafka.internals.clients import commit, disconnect, linger
from streams.kafka.records import Record
from streams.kafka.tasks import answered
from streams.kafka.topics import MAX_MESSAGE_BYTES, READ_COMMITTED, READ_UNCOMMITTED, catalogue
from streams.settings import Settings

log = structlog.get_logger(__name__)

EXIT_UNDELIVERED: Final = 3  # exit status of a worker that stopped because Kafka did not take or give what it should
DELIVERY_TIMEOUT_S: Final = 120  # a broker may be away this long before the worker gives up what it has sent
STALL_S: Final = 3.0  # where records wait and none was taken for this long, they are asked for again
PARTITION_STALL_S: Final = 60.0  # or nothing of one partition: beside a backlog of the others that may be its turn
PAUSE_S: Final = 30.0  # where nobody called `ask_again` for this long, the process was stopped
LOOK_S: Final = 3.0  # how long a separate reader looks for a record
GAP_PATIENCE_S: Final = 1.0  # how long records from before a seek may still come out of Faust's buffers
BATCH_BYTES: Final = 262_144  # records sent together: they count as one message by a topic's limit, a megabyte or more
YIELD_S: Final = 0.002  # how long an agent takes records before the others are given their turn
_UNDELIVERED: Final = "an output was not delivered, so its micro-batch is not committed"


class Admission(StrEnum):
    """What to do with a record that Faust hands over."""

    EXPECTED = "expected"
    SEEN = "seen"
    FOREIGN = "foreign"
    AHEAD = "ahead"


@dataclass(slots=True)
class Offsets:
    """The offset expected next in every owned partition; plain bookkeeping without I/O."""

    expected: dict[TP, int] = field(default_factory=dict)

    def judge(self, tp: TP, offset: int) -> Admission:
        """What a record at this offset is."""
        expected = self.expected.get(tp)
        if expected is None:
            return Admission.FOREIGN
        if offset < expected:
            return Admission.SEEN
        return Admission.EXPECTED if offset == expected else Admission.AHEAD


class Table(Protocol):
    """A table that stores the changes of a micro-batch once they are delivered."""

    def apply(self, changes: Iterable[Any]) -> None:
        """Store these changes, in the order in which they were sent."""


@dataclass(slots=True)
class _Batch:
    offsets: dict[TP, int] = field(default_factory=dict)
    futures: list[Awaitable[Any]] = field(default_factory=list)
    keys: set[Hashable] = field(default_factory=set)
    written: dict[Table, list[Any]] = field(default_factory=dict)
    confirmed: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    records: int = 0


class Outbox:
    """The producer of a worker: idempotent, all replicas must have a record before it counts as delivered."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    @property
    def producer(self) -> AIOKafkaProducer | None:
        """The producer, while it is connected."""
        return self._producer

    @property
    def ended(self) -> bool:
        """Whether it is not connected, or not any more."""
        return self._producer is None

    async def start(self) -> None:
        """Connect; does nothing when connected."""
        if self._producer is None:
            producer = AIOKafkaProducer(
                acks="all",
                enable_idempotence=True,
                # What is sent while a request is under way goes together in the next: nothing is gained by waiting.
                linger_ms=0,
                max_batch_size=BATCH_BYTES,
                max_request_size=MAX_MESSAGE_BYTES,
                request_timeout_ms=DELIVERY_TIMEOUT_S * 1_000,
                client_id=f"{self._settings.app_id}-outbox",
                **self._settings.client(),
            )
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer

    def linger(self, seconds: float) -> None:
        """Have what is sent from now on wait this long for more, to go in one request."""
        if self._producer is not None:
            linger(self._producer, seconds)

    async def stop(self) -> None:
        """Deliver what was sent and disconnect."""
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await producer.stop()

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> "asyncio.Future[Any]":
        """Hand a record to the producer; the future it gives is done when all replicas have it."""
        if self._producer is None:
            raise RuntimeError("the outbox is not started")
        future: asyncio.Future[Any] = await self._producer.send(
            topic, value=value, key=key, partition=partition, timestamp_ms=timestamp_ms, headers=list(headers)
        )
        return future


class Checkpoint:
    """Offsets of one topic, and the micro-batch that is open."""

    def __init__(self, app: Any, settings: Settings, outbox: Outbox, topic: str) -> None:
        self.topic = topic
        self.offsets = Offsets()
        self.read_to: dict[TP, int] = {}
        """How far this worker had read the partitions that were taken away from it."""
        self.newest_ms: dict[TP, int] = {}
        """Timestamp of the last record taken, by partition."""
        self.oldest_open_ms: dict[TP, int] = {}
        """Timestamp of the first record taken and not yet confirmed, by partition."""
        self.assigned_ms = 0
        """When the partitions were last assigned."""
        self.dropped: dict[Admission, int] = dict.fromkeys(Admission, 0)
        self._app, self._settings, self._outbox = app, settings, outbox
        self._batch = _Batch()
        self._in_flight: set[Hashable] = set()
        self._confirming: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._generation = 0
        self._admitted_in = 0
        self._sought: dict[TP, tuple[int, float]] = {}
        self._active_at: dict[TP, float] = {}
        self._asked_at: dict[TP, float] = {}
        self._looked_at = self._yielded_at = 0.0
        self._sending: dict[object, float] = {}
        self._halted = False
        self._idle = asyncio.Event()
        self._idle.set()

    # -- offsets ------------------------------------------------------------------------------------------------------

    async def assigned(self, begin: Mapping[TP, int]) -> None:
        """Start over from these offsets of the owned partitions (a rebalance is complete)."""
        self.revoked()
        self.offsets.expected = {tp: offset for tp, offset in begin.items() if tp.topic == self.topic}
        await self._seek(self.offsets.expected)
        self.assigned_ms = int(time.time() * 1_000)

    def lag_s(self, tp: TP, now_ms: int) -> float:
        """Age in seconds of the oldest record not yet confirmed, as far as is known; 0 when all are.

        For a record not yet handed over, the time of the last one taken stands in, so the figure is never too small.
        """
        oldest = self.oldest_open_ms.get(tp)
        if oldest is None:
            if not self.waiting(tp):
                return 0.0
            oldest = self.newest_ms.get(tp, self.assigned_ms)
        return max(0.0, (now_ms - oldest) / 1_000)

    def waiting(self, tp: TP) -> int:
        """Records of a partition not yet taken, as far as is known."""
        # Faust: the end of the partition as the consumer last heard it from the broker.
        end = self._app.consumer.highwater(tp)
        return max(0, (end or 0) - self.offsets.expected.get(tp, 0))

    def revoked(self) -> None:
        """Forget all that is not committed: the partitions' new owner is given it again."""
        self._generation += 1
        self.read_to |= self.offsets.expected
        self._batch = _Batch()
        self._in_flight = set()
        self.offsets.expected = {}
        self.oldest_open_ms.clear()
        self.newest_ms.clear()
        self._sought.clear()
        self._asked_at.clear()

    @property
    def generation(self) -> int:
        """A number that changes whenever partitions move."""
        return self._generation

    async def take(self, record: Record, take: Callable[[Record], Awaitable[None]], key: Hashable = None) -> None:
        """Have `take` called with a record, if it is the one expected next.

        One that could not be taken stops the worker: Faust would begin the agent anew behind it.
        """
        if await self.admits(record, key):
            try:
                await take(record)
            except Exception as error:  # noqa: BLE001 - what a stage raises is a dead letter; this is a fault of ours
                stop(self.topic, f"record {record.partition}/{record.offset} could not be taken", error)
            await self.done(record)
        # Faust's streams don't yield by themselves while records wait: others are given their turn.
        loop = asyncio.get_running_loop()
        if loop.time() - self._yielded_at > YIELD_S:
            await asyncio.sleep(0)
            self._yielded_at = loop.time()

    async def admits(self, record: Record, key: Hashable = None) -> bool:
        """Whether this record is the one expected next; waits until the record before it under `key` is confirmed."""
        if self._halted:
            return False
        tp = TP(record.topic, record.partition)
        admission = self.offsets.judge(tp, record.offset)
        if admission is not Admission.EXPECTED:
            self.dropped[admission] += 1
            if admission is Admission.AHEAD:
                await self._seek_back(tp, record.offset)
            return False
        if key is not None and (key in self._batch.keys or key in self._in_flight):
            await self.close()
            if self._halted or self.offsets.judge(tp, record.offset) is not Admission.EXPECTED:
                return False
        self._admitted_in = self._generation
        self._active_at[tp] = asyncio.get_running_loop().time()
        self._asked_at.pop(tp, None)
        self._idle.clear()
        self.offsets.expected[tp] = record.offset + 1
        self.newest_ms[tp] = record.stamp_ms
        self.oldest_open_ms.setdefault(tp, record.stamp_ms)
        if key is not None:
            self._batch.keys.add(key)
        return True

    async def _require_there(self, tp: TP) -> None:
        """Stop where a partition ends before what was taken of it: the next records there would be dropped as seen."""
        expected = self.offsets.expected.get(tp)
        end = None if expected is None else self._app.consumer.highwater(tp)
        if end is None or end >= expected:
            return
        partition = TopicPartition(tp.topic, tp.partition)
        with suppress(KafkaError, TimeoutError):  # it is asked again
            async with asyncio.timeout(2 * LOOK_S), reader(self._settings, isolation_level=READ_UNCOMMITTED) as own:
                end = (await own.end_offsets([partition]))[partition]
        expected = self.offsets.expected.get(tp, 0)
        if end < expected:
            _stop_at_lost(tp, end, expected)

    async def ask_again(self) -> None:
        """Ask again for records that wait in a partition though none has come for a while.

        Faust may drop the last records of a topic from its buffers (it fetches before a rebalance is complete, and
        seeks back only where there is a commit); no later record would then show the gap. Where asking does not help,
        a reader of its own looks: what it can't find is a gap, at which a partition may end (a transaction marker, or
        all of it expired). What it finds, and Faust does not bring for as long as a broker may be away, stops the
        worker.
        """
        for tp in list(self.offsets.expected):
            await self._require_there(tp)
        if not self._idle.is_set() or (self._confirming is not None and not self._confirming.done()):
            return  # the agent is at work, or waits for what it has sent
        now = asyncio.get_running_loop().time()
        if now - self._looked_at > PAUSE_S:
            self._asked_at.clear()  # the process was stopped: what waited then had no time to come
        overdue = self._overdue(now)
        for tp, expected in list(overdue.items()):
            if tp in self._asked_at:
                overdue[tp] = await self._look(tp, expected)
        # What has come meanwhile, or was taken away, is not asked for.
        ask = {tp: at for tp, at in overdue.items() if self.offsets.expected.get(tp) == at and self.waiting(tp)}
        if ask:
            log.info("asking again for records that wait", topic=self.topic, partitions=[tp.partition for tp in ask])
            for tp, at in ask.items():
                self._asked_at.setdefault(tp, now)
                if tp in self._sought:
                    self._sought[tp] = (at, now + STALL_S - GAP_PATIENCE_S)
            await self._seek(ask)
        self._looked_at = asyncio.get_running_loop().time()

    def _overdue(self, now: float) -> dict[TP, int]:
        """The next offset of the partitions in which records wait and none has come for a while."""
        quiet = now - max(self._active_at.values(), default=0.0) >= STALL_S
        return {
            tp: expected
            for tp, expected in self.offsets.expected.items()
            if self.waiting(tp)
            and (quiet or now - self._active_at.get(tp, now) >= PARTITION_STALL_S or self._is_sought(tp, expected, now))
        }

    async def _look(self, tp: TP, expected: int) -> int:
        """The offset to ask for next, where records did not come when they were asked for."""
        found = await self._looked_up(tp, expected)
        asked, now = self._asked_at.get(tp), asyncio.get_running_loop().time()
        if asked is None or self.offsets.expected.get(tp) != expected:
            return expected  # it came meanwhile, or the partition moved
        if found is None:
            self._asked_at[tp] = now
            return expected
        if found == (expected, True) and now - asked > DELIVERY_TIMEOUT_S:
            stop(self.topic, f"record {tp.partition}/{expected} does not come, for {DELIVERY_TIMEOUT_S} s")
        self._pass_over(tp, expected, found[0])
        return found[0]

    def _is_sought(self, tp: TP, expected: int, now: float) -> bool:
        """Whether it was sought and had time to come: then it is not there, since a later record came."""
        sought, when = self._sought.get(tp, (-1, 0.0))
        return sought == expected and now - when >= GAP_PATIENCE_S

    def _pass_over(self, tp: TP, expected: int, first: int) -> None:
        """Expect the first record that exists, where that is a later one."""
        if first > expected and self.offsets.expected.get(tp) == expected:
            log.warning("gap passed over", topic=tp.topic, partition=tp.partition, first=expected, last=first - 1)
            self.offsets.expected[tp] = first
            self._asked_at.pop(tp, None)
            self._batch.offsets[tp] = first  # committed too: else a partition that ends with a gap lags for good
            self.confirm_soon()

    async def _seek(self, offsets: Mapping[TP, int]) -> None:
        """Have Faust hand over the records from these offsets on, whatever it has fetched.

        Faust: not by its `seek`, which reaches from this thread into the consumer's and deletes records there while
        they are being taken; a KeyError ended the worker.
        """
        self._active_at.update(dict.fromkeys(offsets, asyncio.get_running_loop().time()))
        try:
            if offsets:
                async with asyncio.timeout(DELIVERY_TIMEOUT_S):
                    # Faust: its consumer thread drops what is in its queue when it ends.
                    await answered(self._app.consumer.seek_wait(dict(offsets)))
        except TimeoutError as error:
            stop(self.topic, "Faust's consumer does not answer", error)
        except KafkaError as error:  # mostly that partitions have moved meanwhile
            log.info("partitions were not sought", topic=self.topic, error=repr(error))

    async def _seek_back(self, tp: TP, offset: int) -> None:
        expected = self.offsets.expected[tp]
        now = asyncio.get_running_loop().time()
        if self._sought.get(tp, (-1, 0.0))[0] == expected:
            if not self._is_sought(tp, expected, now):
                return
            found = await self._looked_up(tp, expected)
            if found is not None:
                self._pass_over(tp, expected, found[0])
        log.info("seeking back", topic=tp.topic, partition=tp.partition, expected=expected, got=offset)
        self._sought[tp] = (expected, now)
        self._asked_at.setdefault(tp, now)
        await self._seek({tp: self.offsets.expected.get(tp, expected)})

    async def _looked_up(self, tp: TP, offset: int) -> tuple[int, bool] | None:
        """The first offset from this one on at which a record may be, and whether there is one.

        Null where Kafka does not say.
        """
        partition = TopicPartition(tp.topic, tp.partition)
        try:
            async with asyncio.timeout(2 * LOOK_S), reader(self._settings) as own:
                own.assign([partition])
                begin = (await own.beginning_offsets([partition]))[partition]
                own.seek(partition, max(begin, offset))
                try:
                    async with asyncio.timeout(LOOK_S):
                        return int((await own.getone(partition)).offset), True
                except TimeoutError:
                    return int(await own.position(partition)), False
        except (KafkaError, TimeoutError):
            return None

    # -- outputs ------------------------------------------------------------------------------------------------------

    async def send(
        self,
        topic: str,
        *,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> "asyncio.Future[Any]":
        """Send an output or a changelog record; the micro-batch is confirmed only when it has arrived."""
        if self._halted and self._outbox.ended:
            await asyncio.get_running_loop().create_future()  # cancelled with all that still runs at the end
        # No `asyncio.timeout` here: most records are taken at once, and a timer for each costs more than that.
        sending = object()
        self._sending[sending] = time.monotonic()
        try:
            future = await self._outbox.send(
                topic, key=key, value=value, headers=headers, timestamp_ms=timestamp_ms, partition=partition
            )
        except Exception as error:  # noqa: BLE001 - whatever kept the record from the producer, it is not delivered
            stop(topic, _UNDELIVERED, error)
        finally:
            del self._sending[sending]
        self._batch.futures.append(future)
        return future

    def require_taken(self) -> None:
        """Stop where the producer has not taken a record for as long as a broker may be away."""
        began = min(self._sending.values(), default=None)
        if began is not None and time.monotonic() - began > DELIVERY_TIMEOUT_S + 5:
            stop(self.topic, _UNDELIVERED, TimeoutError("the producer does not take it"))

    def once_delivered(self, table: Table, change: Any) -> None:
        """Have the table store this change when all of the open micro-batch is delivered."""
        self._batch.written.setdefault(table, []).append(change)

    def once_confirmed(self, action: Callable[[], Awaitable[None]]) -> None:
        """Do this after the open micro-batch is confirmed."""
        self._batch.confirmed.append(action)

    async def done(self, record: Record) -> None:
        """Note that all outputs of this record are sent; a full micro-batch is confirmed."""
        self._idle.set()
        if self._admitted_in != self._generation:
            return
        self._batch.offsets[TP(record.topic, record.partition)] = record.offset + 1
        self._batch.records += 1
        if self._batch.records >= self._settings.batch_records:
            await self._settled()
            self._detach()
        else:
            self.confirm_soon()

    def confirm_soon(self) -> None:
        """Confirm the open micro-batch soon, also when no further record comes."""
        if self._timer is None and (self._batch.offsets or self._batch.futures):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._settings.batch_ms / 1_000, self._expire)

    def _expire(self) -> None:
        self._timer = None
        # A record being taken keeps its micro-batch open: its key must stay with the changes it has yet to make.
        if self._idle.is_set() and (self._confirming is None or self._confirming.done()):
            self._detach()
        else:
            self.confirm_soon()

    def _detach(self) -> None:
        """Begin to confirm the open micro-batch; the next fills meanwhile."""
        batch, self._batch = self._batch, _Batch()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not batch.offsets and not batch.futures:
            return
        self._in_flight = batch.keys
        self._confirming = asyncio.ensure_future(self._confirm(batch, self._generation))

    async def halt(self) -> None:
        """Take no more records, wait for the one that is being taken, and confirm everything."""
        self._halted = True
        await self._idle.wait()
        await self.close()

    async def close(self) -> None:
        """Confirm everything and wait for it."""
        await self._settled()
        self._detach()
        await self._settled()

    async def _settled(self) -> None:
        """Wait until no micro-batch is being confirmed. A timer may detach the next meanwhile, hence the loop.

        The task that waits may be cancelled; the confirmation is not, since others wait for it too.
        """
        while self._confirming is not None and not self._confirming.done():
            await asyncio.shield(self._confirming)

    async def _confirm(self, batch: _Batch, generation: int) -> None:
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT_S + 5):
                await asyncio.gather(*batch.futures)
        except Exception as error:  # noqa: BLE001 - whatever it was, the record has not arrived
            stop(self.topic, _UNDELIVERED, error)
        if generation != self._generation:
            return
        try:
            await self._confirmed(batch, generation)
        except Exception as error:  # noqa: BLE001 - a disk that is full, or whatever: it would go on and never commit
            stop(self.topic, "what was delivered could not be stored", error)

    async def _confirmed(self, batch: _Batch, generation: int) -> None:
        for table, changes in batch.written.items():
            table.apply(changes)
        if batch.offsets and not await self._commit(batch.offsets):
            return
        if generation == self._generation:
            self._in_flight = set()
            for tp in batch.offsets:
                self.oldest_open_ms.pop(tp, None)
            for action in batch.confirmed:
                await action()

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Whether the broker has taken these offsets."""
        try:
            async with asyncio.timeout(DELIVERY_TIMEOUT_S + 5):
                return await commit(self._app, offsets)
        except TimeoutError as error:
            stop(self.topic, "a commit did not come through", error)


def stop(topic: str | None, why: str, error: Exception | None = None) -> NoReturn:
    """Stop the worker at once. Nothing of the micro-batch is committed, so the next start does it again."""
    log.critical(
        f"stopped: {why}; remove the cause and start again, nothing is lost",
        reading=topic,
        error=None if error is None else f"{type(error).__name__}: {error}",
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(EXIT_UNDELIVERED)


@asynccontextmanager
async def reader(settings: Settings, **options: Any) -> AsyncIterator[Any]:
    """A consumer of the worker's own: on Faust's connection a question waits behind a fetch of a second and a half.

    Raises KafkaError where Kafka does not answer.
    """
    # The earliest: at the end, which is the default, what retention took away meanwhile would be a gap up to there.
    options = {
        "max_partition_fetch_bytes": MAX_MESSAGE_BYTES,
        "auto_offset_reset": "earliest",
        "isolation_level": READ_COMMITTED,
    } | options
    own = AIOKafkaConsumer(enable_auto_commit=False, **options, **settings.client())
    try:
        await own.start()
        yield own
    finally:
        await disconnect(own)


def _stop_at_lost(tp: TP, end: int, expected: int) -> NoReturn:
    why = "the broker has lost records, or the topic was made anew; a start reads it from where it begins"
    stop(tp.topic, f"partition {tp.partition} ends at {end} and was read to {expected}: {why}")


async def owned_offsets(app: Any, settings: Settings, read_to: Mapping[TP, int]) -> dict[TP, int]:
    """Where to go on in every partition that the consumer owns: at its commit, or where it begins if it has none.

    A partition that ends before its commit has lost records, or was made anew: it is read from where it begins, too.
    What was taken before is known by its source position. One that ends before what this worker had itself `read_to`
    stops it, and so do topics that are gone: it was ready, and would be again with counts of what is no more.
    """
    if not app.consumer.assignment():  # more workers than partitions: this one stands by, if there are any
        await _require_topics(settings)
        return {}
    # Faust: asked after the rebalance, so that what another worker committed last is seen.
    committed = {TP(tp.topic, tp.partition): at for tp, at in (await app.consumer.seek_to_committed()).items()}
    owned = [TopicPartition(tp.topic, tp.partition) for tp in app.consumer.assignment()]
    async with reader(settings, isolation_level=READ_UNCOMMITTED) as own:
        firsts, ends = await own.beginning_offsets(owned), await own.end_offsets(owned)
    begin: dict[TP, int] = {}
    for asked, first in firsts.items():
        tp, end = TP(asked.topic, asked.partition), ends[asked]
        if end < read_to.get(tp, 0):
            _stop_at_lost(tp, end, read_to[tp])
        at = committed.get(tp)
        if at is not None and at > end:
            told = {"topic": tp.topic, "partition": tp.partition, "committed": at, "end": end}
            log.warning("read from where it begins: it ends before what was committed", **told)
        begin[tp] = at if at is not None and 0 <= at <= end else first
    return begin


async def _require_topics(settings: Settings) -> None:
    """Stop where a topic to read is gone: Kafka was built anew, say, and nothing will ever come."""
    topics = catalogue(settings)
    needed = {topics.articles.name, topics.annotations.name, topics.claims.name}
    async with reader(settings) as own:
        gone = needed - await own.topics()
    if gone:
        stop(
            None, f"Kafka has no topic {', '.join(sorted(gone))} any more: create them with `newstape topics --create`"
        )
