"""A Faust consumer under which the stages of a worker take turns, whatever waits in front of the first.

aiokafka gives out what it has fetched partition by partition, those that it fetched first first, and fetches up to five
megabytes of each: behind 3,000 articles that waited, the first annotation was handed over when the last article was
annotated. Here every turn gives each topic its part: of the topics behind, what there is up to `BEHIND` records; of the
articles, at the front, `FRONT` records at most, spread over the partitions, so that a backlog in one does not hold up
another. What waits between two stages stays small, and an article that comes now into a partition without a backlog is
out in a moment.

It reads what transactions have committed, and nothing that was aborted or is still open; the end of a partition is its
last stable offset, since what lies behind an open transaction does not wait yet. Faust does so only where it commits by
transactions itself.

Faust: its consumer runs in a thread of its own, and `_fetch_records` is what that thread does for each `getmany`.
"""

from collections.abc import Mapping
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from faust.types import TP

from streams.kafka.topics import READ_COMMITTED

FRONT: Final = 16
"""Articles a turn. Each takes milliseconds, and so long what comes behind them waits."""
BEHIND: Final = 200
"""Records a turn of each topic behind the articles."""


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

    def _new_consumer_thread(self) -> ThreadInTurns:
        return ThreadInTurns(self, loop=self.loop, beacon=self.beacon)


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
