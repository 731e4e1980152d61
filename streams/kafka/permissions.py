"""What the user in force may do with topics and the consumer group, as the brokers themselves say (KIP-430).

aiokafka does not ask for the operations of topics, and reads past those of groups, so both requests are declared here:
Metadata in version 8 and DescribeGroups in version 3, as in https://kafka.apache.org/protocol.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from enum import IntEnum
from typing import Any, Final

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import GroupAuthorizationFailedError
from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

from streams.settings import Settings

__all__ = ["Operation", "of_group", "of_topics"]


class Operation(IntEnum):
    """Kafka's operations that newstape needs, with their codes."""

    READ = 3
    WRITE = 4


class _MetadataResponse(Response):  # type: ignore[misc] # aiokafka has no types
    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _MetadataStruct(RequestStruct):  # type: ignore[misc] # aiokafka has no types
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _MetadataRequest(Request[_MetadataStruct]):  # type: ignore[misc] # aiokafka has no types
    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class(self._topics, False, False, True)


class _GroupsStruct(DescribeGroupsRequest_v3):  # type: ignore[misc] # aiokafka has no types
    # aiokafka 0.14 reads the answer as one of version 2, which has no operations.
    RESPONSE_TYPE = DescribeGroupsResponse_v3


class _GroupsRequest(Request[_GroupsStruct]):  # type: ignore[misc] # aiokafka has no types
    API_KEY = 15

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[_GroupsStruct]) -> _GroupsStruct:
        return request_struct_class([self._group], True)


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
        response: Any = await client.send(client.get_random_node(), _MetadataRequest(list(topics)))
    return {topic[1]: _operations(topic[0], topic[4]) for topic in response.topics}


async def of_group(settings: Settings, group: str) -> tuple[frozenset[Operation] | None, int]:
    """What may be done with a consumer group, and how many members it has. Raises KafkaError, NotImplementedError."""
    async with _client(settings) as client:
        try:
            coordinator = await client.coordinator_lookup(CoordinationType.GROUP, group)
            response: Any = await client.send(coordinator, _GroupsRequest(group), group=ConnectionGroup.COORDINATION)
        except GroupAuthorizationFailedError:
            return frozenset(), 0
    (described,) = response.groups
    return _operations(described[0], described[6]), len(described[5])
