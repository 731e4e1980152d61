"""A Faust consumer under which the stages of a worker take turns, whatever waits in front of the first.

aiokafka gives out what it has fetched partition by partition, those that it fetched first first, and fetches up to five
megabytes of each: behind 3,000 articles that waited, the first annotation was handed over when the last article was
annotated. Here every turn gives each topic its part: of the topics behind, what there is up to `BEHIND` records; of the
articles, at the front, `FRONT` records at most, spread over the partitions, so that a backlog in one does not hold up
another. What waits between two stages stays small, and an article that comes now into a partition without a backlog is
out in a moment.

A turn's records of a topic go to its agent together, as one `Turn`: Faust makes four tasks and an event of each record,
half a millisecond for all records of an article. The next turn is fetched when only a few articles of this one are
still to be worked on: late enough that it brings what came of the others, and their agent need not wait for it.

It reads what transactions have committed, and nothing that was aborted or is still open; the end of a partition is its
last stable offset, since what lies behind an open transaction does not wait yet. Faust does so only where it commits by
transactions itself.

Faust: its consumer runs in a thread of its own, and `_fetch_records` is what that thread does for each turn. In the
worker's own thread `_drain_messages` asks it for turn after turn; a stream hands on what is in its channel's queue as
it is, where it is no event of Faust's.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol
from weakref import WeakSet

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from faust.types import TP

from streams.kafka.records import Record
from streams.kafka.topics import READ_COMMITTED

log = structlog.get_logger(__name__)

FRONT: Final = 16
"""Articles a turn. Each takes milliseconds, and so long what comes behind them waits."""
AHEAD: Final = 2
"""Articles still to be worked on when the next turn is fetched."""
BEHIND: Final = 200
"""Records a turn of each topic behind the articles."""
FETCH_S: Final = 1.0
"""How long the consumer's thread waits for a first record, as Faust has it."""


class Pace(Protocol):
    """Is told whether articles wait."""

    def __call__(self, *, backlog: bool) -> None:
        """A turn has as many articles as it may, or fewer."""


class Turn:
    """The records of one topic in a turn, once; it ends early where partitions move, since they are another's then."""

    def __init__(self, records: Sequence[Any], *, current: Callable[[], bool], taken: Callable[[], None]) -> None:
        self.left = len(records)
        """How many are still to be worked on."""
        self._records, self._current, self._taken = records, current, taken

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            if not self._current():
                break
            yield Record.from_aiokafka(record)
            self.left -= 1
        self.left = 0
        self._taken()


class ThreadInTurns(AIOKafkaConsumerThread):  # type: ignore[misc] # faust has no types
    """Faust's consumer thread, which gives out records of every topic in each turn."""

    consumer: "ConsumerInTurns"

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = READ_COMMITTED  # aiokafka reads it when it starts
        return consumer

    def highwater(self, tp: TP) -> int | None:
        """The end of what can be read of a partition, as it was last heard; null before the first answer."""
        end: int | None = self._ensure_consumer().last_stable_offset(TopicPartition(tp.topic, tp.partition))
        return end

    async def _fetch_records(
        self,
        consumer: Any,
        active_partitions: set[TP],
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is Faust's
        max_records: int | None = None,
    ) -> Mapping[TP, list[Any]]:
        if self.consumer.flow_active and not consumer._closed:
            fetcher = consumer._fetcher
            with fetcher._subscriptions.fetch_context():
                if records := await _of_each_topic(fetcher, active_partitions, self.consumer.front):
                    return records
        # Nothing is there: wait for what comes first, as Faust does.
        waited: Mapping[TP, list[Any]] = await super()._fetch_records(consumer, active_partitions, timeout, FRONT)
        return waited


class ConsumerInTurns(Consumer):  # type: ignore[misc] # faust has no types
    """Faust's consumer, on `ThreadInTurns`."""

    front: str = ""
    """The topic whose records set the others going: the articles."""
    pace: Pace

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._handed: dict[str, WeakSet[Turn]] = {}  # weak: an agent that ends leaves its turn unfinished
        self._taken = asyncio.Event()

    def _new_consumer_thread(self) -> ThreadInTurns:
        return ThreadInTurns(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand over turn after turn, until the consumer or Faust's service that calls this stops."""
        while not (self.should_stop or fetcher.should_stop):
            try:
                await self._turn()
                await asyncio.sleep(0)  # others are to have their turn, too; it may be called off here as well
            except (asyncio.CancelledError, *self.consumer_stopped_errors):
                if self.app.should_stop:
                    return  # Faust takes what is raised here for a crash of the app, whose own reason is then lost
                raise

    async def _turn(self) -> None:
        await self._room(self.front, AHEAD, self._current())
        # Faust: waits while the flow of records is stopped.
        records, _ = await self._wait_next_records(FETCH_S)
        if not self.flow_active:
            await self._seek_to_committed()
            return
        by_topic: dict[str, list[Any]] = {}
        for tp, those in (records or {}).items():
            by_topic.setdefault(tp.topic, []).extend(those)
        if ahead := by_topic.get(self.front):
            self.pace(backlog=len(ahead) > FRONT // 2)
        current = self._current()
        for topic, those in by_topic.items():
            await self._room(topic, BEHIND, current)
            self._hand(topic, those, current)

    async def _seek_to_committed(self) -> None:
        """Drop what was fetched while partitions began to move, as Faust does; whether it works or not."""
        try:
            await self.perform_seek()
        except Exception as error:  # noqa: BLE001 - Faust's consumer raises what it will; a checkpoint seeks afterwards
            log.info("not sought while partitions move", error=repr(error))

    def _current(self) -> Callable[[], bool]:
        """Whether partitions have not moved since now."""
        generation, app = self.app.consumer_generation_id, self.app
        return lambda: bool(
            self.flow_active and app.flow_control.is_active() and generation == app.consumer_generation_id
        )

    async def _room(self, topic: str, most: int, current: Callable[[], bool]) -> None:
        """Wait until no more than `most` records of a topic are still to be worked on, or partitions move."""
        while current() and self._waiting(topic) > most and not self.should_stop:
            self._taken.clear()
            await self.wait_first(self._taken.wait(), self.suspend_flow.wait(), timeout=FETCH_S)

    def _waiting(self, topic: str) -> int:
        return sum(turn.left for turn in self._handed.get(topic, ()))

    def _hand(self, topic: str, records: Sequence[Any], current: Callable[[], bool]) -> None:
        """Give records to the agent of their topic; none where partitions have moved: it will be given them again."""
        if not current():
            return
        turn = Turn(records, current=current, taken=self._taken.set)
        for channel in self.app.topics._topic_name_index[topic]:
            channel.queue.put_nowait(turn)
            self._handed.setdefault(topic, WeakSet()).add(turn)


async def _of_each_topic(fetcher: Any, active: set[TP], front: str) -> dict[TP, list[Any]]:
    """A turn's records of what has been fetched."""
    fetched = [tp for tp in fetcher._records if tp in active]
    ahead = [tp for tp in fetched if tp.topic == front]
    behind = {tp.topic for tp in fetched} - {front}
    portions = [
        *(({tp}, max(1, FRONT // len(ahead))) for tp in ahead),
        *(({tp for tp in fetched if tp.topic == topic}, BEHIND) for topic in behind),
    ]
    records: dict[TP, list[Any]] = {}
    for partitions, most in portions:
        try:
            records |= await fetcher.fetched_records(partitions, timeout=0, max_records=most)
        except KafkaError:
            if not records:
                raise
            break  # what was taken must be handed over; the next fetch meets the error again
    return records
