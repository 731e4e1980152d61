"""Reading topics from outside the pipeline: no consumer group, nothing committed, up to where a topic ends now."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

import streams.kafka.internals.header_names  # noqa: F401 - consumers read by it
from streams.kafka.internals.clients import disconnect
from streams.kafka.outputs import OutputConsumer
from streams.kafka.records import Record
from streams.kafka.topics import MAX_MESSAGE_BYTES, READ_COMMITTED, TopicError, unreachable
from streams.settings import Settings

_POLL_MS: Final = 200
_ASK_AGAIN_S: Final = 0.1

# A broker answers the requests of a connection in turn: a question for the end of a topic waits behind a fetch that
# waits for records. Half a second (the default) would be felt.
_FETCH_WAIT_MS: Final = 50


class OffsetsGoneError(Exception):
    """The record to be read next is not there: it is gone with the topic's retention, or the topic was made anew."""

    def __init__(self, *, topic: str, partition: int, offset: int, begin: int, end: int) -> None:
        self.topic, self.partition, self.offset = topic, partition, offset
        self.begin, self.end = begin, end
        self.is_new_topic = offset > end
        """Whether the topic was made anew, and has not come so far."""
        super().__init__(
            f"{topic} partition {partition} {f'ends at {end}' if self.is_new_topic else f'begins at {begin}'}"
        )


@asynccontextmanager
async def reader(
    settings: Settings,
    topics: Sequence[str],
    *,
    wait_ms: int = _FETCH_WAIT_MS,
    fetch_bytes: int = MAX_MESSAGE_BYTES,
) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that has all partitions of `topics`, at their beginning. Raises TopicError.

    The broker holds a fetch for `wait_ms` while there is nothing new, and answers it with `fetch_bytes` a partition at
    most, one record at least. Market events and index counts are given as JSON, whatever form they stand in.
    """
    await _require(settings, topics)
    consumer = OutputConsumer(
        settings,
        *topics,
        enable_auto_commit=False,
        isolation_level=READ_COMMITTED,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=wait_ms,
        max_partition_fetch_bytes=fetch_bytes,
        client_id="newstape-reader",
        **settings.client(),
    )
    try:
        await consumer.start()  # without a group, all partitions of the topics are assigned by then
        yield consumer
    except UnknownTopicOrPartitionError as error:
        raise _unknown(settings, topics) from error
    except KafkaError as error:
        raise unreachable(settings, error) from error
    finally:
        await disconnect(consumer)


async def _require(settings: Settings, topics: Sequence[str]) -> None:
    """Raise TopicError where a topic is not there, at once: a consumer would wait 40 seconds for it."""
    async with administration(settings) as admin:
        there = frozenset(await admin.list_topics())
    missing = [topic for topic in topics if topic not in there]
    if missing:
        raise _unknown(settings, missing)


def _unknown(settings: Settings, topics: Sequence[str]) -> TopicError:
    names = " or ".join(topics)
    return TopicError(f"no topic {names} at {settings.kafka}: create it with `newstape topics --create`")


@asynccontextmanager
async def administration(settings: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for questions about topics and groups. Raises TopicError."""
    admin = AIOKafkaAdminClient(client_id="newstape-admin", request_timeout_ms=15_000, **settings.client())
    try:
        await admin.start()
        yield admin
    except KafkaError as error:
        raise unreachable(settings, error) from error
    finally:
        await admin.close()


async def cluster_id(settings: Settings) -> str | None:
    """The id of the Kafka cluster, null where it tells none. Raises TopicError."""
    async with administration(settings) as admin:
        told: str | None = (await admin.describe_cluster()).get("cluster_id")
        return told


async def go_on(
    consumer: AIOKafkaConsumer, kept: Mapping[tuple[str, int], int], *, start: Literal["earliest", "latest"]
) -> dict[tuple[str, int], int]:
    """Seek to the offsets kept, and to `start` where none is; gives the next offset of every partition.

    Raises OffsetsGoneError where a record that was to be read next is not there any more.
    """
    begins = await consumer.beginning_offsets(consumer.assignment())
    ends = await consumer.end_offsets(consumer.assignment())
    offsets = dict(kept)  # what another call reads, of other topics, goes along
    for tp, begin in begins.items():
        offset = kept.get((tp.topic, tp.partition))
        if offset is None:
            offset = begin if start == "earliest" else ends[tp]
        elif not begin <= offset <= ends[tp]:
            raise OffsetsGoneError(topic=tp.topic, partition=tp.partition, offset=offset, begin=begin, end=ends[tp])
        consumer.seek(tp, offset)
        offsets[tp.topic, tp.partition] = offset
    return offsets


def require_next(record: Record, offsets: Mapping[tuple[str, int], int], *, has_gaps: bool = False) -> None:
    """Raise OffsetsGoneError where this is not the record to be read next: a consumer that rested for longer than the
    topic keeps records goes on where they begin, and at the beginning of a topic that was made anew, without a word.

    A compacted topic has gaps of itself (`has_gaps`).
    """
    expected = offsets.get((record.topic, record.partition), record.offset)
    if record.offset < expected or (record.offset > expected and not has_gaps):
        raise OffsetsGoneError(
            topic=record.topic,
            partition=record.partition,
            offset=expected,
            begin=record.offset,
            end=record.offset,
        )


async def records(consumer: AIOKafkaConsumer) -> AsyncIterator[list[Record]]:
    """The records of all partitions as they come, in groups, for ever; an empty group where none came for a while."""
    while True:
        found = await consumer.getmany(timeout_ms=_POLL_MS)
        yield [Record.from_aiokafka(record) for of_partition in found.values() for record in of_partition]


async def records_to(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> AsyncIterator[list[Record]]:
    """The records before `ends`, in groups; returns when every partition has been read so far."""
    while not await has_read(consumer, ends):
        found = await consumer.getmany(timeout_ms=_POLL_MS)
        group = (Record.from_aiokafka(record) for of_partition in found.values() for record in of_partition)
        yield [record for record in group if record.offset < ends[TopicPartition(record.topic, record.partition)]]


async def committed(admin: AIOKafkaAdminClient, group: str, ends: Mapping[TopicPartition, int]) -> None:
    """Return when the group has committed all that stands before `ends`."""
    while True:
        with suppress(KafkaError):  # the group's coordinator may be moving, or only now be made
            offsets = await admin.list_consumer_group_offsets(group)
            if all(tp in offsets and offsets[tp].offset >= end for tp, end in ends.items()):
                return
        await asyncio.sleep(_ASK_AGAIN_S)


async def has_read(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    """Whether the consumer stands at or behind `ends` in every partition."""
    for tp, end in ends.items():
        if await consumer.position(tp) < end:
            return False
    return True
