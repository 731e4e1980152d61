"""What the clients of a worker are asked that they have no method for."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from streams.kafka.tasks import answered

_STOP_S: Final = 3.0


async def commit(app: Any, offsets: Mapping[Any, int]) -> bool:
    """Commit these offsets by the consumer of a Faust app; whether the broker has taken them.

    Faust commits what was acknowledged, and nothing is. Its consumer lives in a thread of its own, which commits what
    it is told to. A commit that comes after a rebalance is refused, or repeats what the owner before has delivered: so
    far every output and every state entry has arrived.
    """
    return bool(await answered(app.consumer._thread.commit(offsets)))


def dead_client(app: Any, producer: AIOKafkaProducer | None) -> str | None:
    """Which task of these Kafka clients has ended, or will never end; null where all is well.

    aiokafka tells of it only those who call what Faust does not call: heartbeats may go on, and nothing else. The
    consumer of a Faust app runs in another thread; these are plain reads.
    """
    consumer = app.consumer._thread._consumer
    tasks = {}
    if consumer is not None and consumer._coordinator is not None:  # it is connected
        if (error := consumer._coordinator._pending_exception) is not None:
            return f"its membership in the group: {error!r}"
        tasks["fetching"] = consumer._fetcher._fetch_task
        tasks["its membership in the group"] = consumer._coordinator._coordination_task
        tasks["its consumer's metadata"] = consumer._client._sync_task
    if producer is not None:
        tasks["sending"] = producer._sender.sender_task
        tasks["its producer's metadata"] = producer.client._sync_task
    return next((what for what, task in tasks.items() if task is not None and task.done()), None)


async def disconnect(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer.

    One of aiokafka that has just lost its connection cancels the task that stops it, and leaves its other connections
    open.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_STOP_S):
            await answered(consumer.stop())
            await consumer._client.close()


def linger(producer: AIOKafkaProducer, seconds: float) -> None:
    """Have batches that this producer begins from now on wait so long for more records.

    aiokafka takes a linger when it is made, and reads it for every batch.
    """
    producer._message_accumulator._linger_time = seconds


def distribution(app: Any) -> Mapping[str, Mapping[str, Collection[int]]]:
    """By worker address and topic, the partitions that each worker of the group owns since the last rebalance.

    Faust's assignor sends the addresses with the assignment, for its own router of tables, which we do not use.
    """
    found: Mapping[str, Mapping[str, Collection[int]]] = app.assignor.external_topic_distribution
    return found
