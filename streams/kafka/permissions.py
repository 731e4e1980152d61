"""What the user in force may do with topics and the consumer group, as the brokers themselves say (KIP-430)."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Any, Final

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import GroupAuthorizationFailedError

from streams.kafka.internals.protocol import GroupsRequest, MetadataRequest
from streams.settings import Settings

__all__ = ["Operation", "of_group", "of_topics"]


class Operation(IntEnum):
    """Kafka's operations that newstape needs, with their codes."""

    READ = 3
    WRITE = 4


# What a broker answers that does not know, or was not asked.
_UNKNOWN: Final = -(2**31)


def _operations(error: int, bits: int) -> frozenset[Operation] | None:
    # What may not even be described comes back with an error and no operations.
    if error or bits == _UNKNOWN:
        return frozenset() if error else None
    return frozenset(operation for operation in Operation if bits >> operation & 1)


@asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[AIOKafkaClient]:
    client = AIOKafkaClient(client_id="newstape-permissions", **settings.client())
    try:
        await client.bootstrap()
        yield client
    finally:
        await client.close()


async def of_topics(settings: Settings, topics: Iterable[str]) -> dict[str, frozenset[Operation] | None]:
    """What may be done with each topic; null where the broker does not say. Raises KafkaError, NotImplementedError."""
    async with _client(settings) as client:
        response: Any = await client.send(client.get_random_node(), MetadataRequest(list(topics)))
    return {topic[1]: _operations(topic[0], topic[4]) for topic in response.topics}


async def of_group(settings: Settings, group: str) -> tuple[frozenset[Operation] | None, int]:
    """What may be done with a consumer group, and how many members it has. Raises KafkaError, NotImplementedError."""
    async with _client(settings) as client:
        try:
            coordinator = await client.coordinator_lookup(CoordinationType.GROUP, group)
            response: Any = await client.send(coordinator, GroupsRequest(group), group=ConnectionGroup.COORDINATION)
        except GroupAuthorizationFailedError:
            return frozenset(), 0
    (described,) = response.groups
    return _operations(described[0], described[6]), len(described[5])
