"""Lines into `news.articles`: keyed by the article's uri, idempotent, and counted only when all replicas have them.

A line that intake would reject is pushed as it is, since the pipeline keeps it as a dead letter with the reason. Only
what the broker can't take is refused here: a record over the topic's largest message.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

from aiokafka import AIOKafkaProducer
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from schemas import Article, WireError
from schemas.wire import loads
from streams.feeds import FEED_HEADER, NATIVE
from streams.intake import RawRecord, Rejection, read
from streams.kafka.headers import Headers
from streams.kafka.reading import administration
from streams.kafka.topics import MAX_MESSAGE_BYTES, Topic, TopicError, catalogue
from streams.operate.backfill import Pace
from streams.operate.feed_files import Outgoing
from streams.operate.jsonl import Line
from streams.settings import Settings

# What Kafka's record and batch formats put around key and value, at most.
RECORD_OVERHEAD_BYTES: Final = 128

# How much is gathered for a partition before it goes out; also how much of it may be under way.
_BATCH_BYTES: Final = 262_144
_LINGER_MS: Final = 5

_MAX_BYTES: Final = "max.message.bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that did not get into the topic."""

    number: int
    """The line's number; 0 where the file is one document."""
    why: str
    """Why the broker, or the check before it, refused it."""


@dataclass(slots=True)
class Delivery:
    """What has become of the lines handed over so far."""

    sent: int = 0
    """Handed to the producer."""
    confirmed: int = 0
    """In the topic, on all replicas."""
    positions: dict[int, set[int]] = field(default_factory=dict)
    """Offsets of the confirmed ones by partition, where they are kept."""
    refused: list[Refused] = field(default_factory=list)
    """The others."""


def key_of(value: bytes) -> bytes | None:
    """The uri of the article in a line, null where there is none to be found."""
    found = read(RawRecord(key=None, value=value, timestamp=datetime.now(UTC)))
    if isinstance(found, Article):
        return found.uri.encode()
    try:
        record = loads(value)
    except WireError:
        return None
    data = record.get("data") if isinstance(record, dict) and "specversion" in record else record
    uri = data.get("uri") if isinstance(data, dict) else None
    return uri.encode() if isinstance(uri, str) and uri.strip() else None


def native_headers(settings: Settings) -> Headers:
    """What says that a line is in newstape's own forms, where the worker would take it for a feed's."""
    return () if settings.feed == NATIVE else ((FEED_HEADER, NATIVE.encode()),)


def fault_of(line: Line) -> Rejection | None:
    """Why intake would reject a line; null if it is an article."""
    found = read(RawRecord(key=None, value=line.value, timestamp=datetime.now(UTC)))
    return found if isinstance(found, Rejection) else None


class ArticleProducer:
    """A producer of articles; an async context manager whose exit waits until all is delivered."""

    def __init__(self, settings: Settings, *, keep_positions: bool = False, pace: Pace | None = None) -> None:
        """`keep_positions` keeps the place of every record (16 bytes and more each); `pace` holds a back-fill back."""
        self._settings, self._keep_positions, self._pace = settings, keep_positions, pace
        self.topic: Topic = catalogue(settings).articles
        self.delivery = Delivery()
        self._max_bytes = self.topic.max_bytes
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        self._max_bytes = await _max_message_bytes(self._settings, self.topic)
        self._producer = AIOKafkaProducer(
            acks="all",
            enable_idempotence=True,
            linger_ms=_LINGER_MS,
            max_batch_size=_BATCH_BYTES,
            max_request_size=MAX_MESSAGE_BYTES,
            request_timeout_ms=30_000,
            client_id="newstape-push",
            **self._settings.client(),
        )
        await self._producer.start()
        if self._pace is not None:
            await self._pace.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer is not None:
            producer, self._producer = self._producer, None
            if self._pace is not None:
                await self._pace.stop()
            await producer.stop()
            await asyncio.sleep(0)  # the callbacks of the last records

    async def send(self, line: Line) -> None:
        """Hand over a line; returns when there is room for the next. `delivery` tells what becomes of it."""
        if self._producer is None:
            raise RuntimeError("the producer is not open")
        if line.size > len(line.value) + 2:
            self._refuse(line.number, f"{line.size:,} bytes, the topic takes {self._max_bytes:,}")
            return
        await self._send(line.number, key_of(line.value), line.value, native_headers(self._settings), "")

    async def send_record(self, record: Outgoing) -> None:
        """As `send`, for a record taken out of a file of a feed."""
        place = "" if record.path == "$" else f"{record.path}: "
        await self._send(record.number, record.key, record.value, record.headers, place)

    async def _send(self, number: int, key: bytes | None, value: bytes, headers: Headers, place: str) -> None:
        if self._producer is None:
            raise RuntimeError("the producer is not open")
        rest = len(key or b"") + sum(len(name) + len(of) for name, of in headers) + RECORD_OVERHEAD_BYTES
        if len(value) + rest > self._max_bytes:
            fault = f"{len(value):,} bytes, the topic takes {self._max_bytes:,} with {rest} for the rest"
            self._refuse(number, f"{place}{fault}")
            return
        if self._pace is not None:
            await self._pace.room(self._producer.flush)
        try:
            future = await self._producer.send(self.topic.name, value=value, key=key, headers=list(headers))
        except KafkaError as error:
            self._refuse(number, f"{place}{error}")
            return
        self.delivery.sent += 1
        future.add_done_callback(lambda done: self._settle(number, place, done))

    def _settle(self, number: int, place: str, done: "asyncio.Future[Any]") -> None:
        error = None if done.cancelled() else done.exception()
        if done.cancelled() or error is not None:
            self._refuse(number, f"{place}{'not confirmed' if error is None else error}")
            return
        self.delivery.confirmed += 1
        if self._keep_positions:
            placed = done.result()
            self.delivery.positions.setdefault(placed.partition, set()).add(placed.offset)

    def _refuse(self, number: int, why: str) -> None:
        self.delivery.refused.append(Refused(number=number, why=why))


async def _max_message_bytes(settings: Settings, topic: Topic) -> int:
    """The largest message that the topic takes on this cluster. Raises TopicError."""
    async with administration(settings) as admin:
        (found,) = await admin.describe_topics([topic.name])
        if found["error_code"]:
            raise TopicError(f"no topic {topic.name} at {settings.kafka}: create it with `newstape topics --create`")
        resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, {_MAX_BYTES: ""})
        for response in await admin.describe_configs([resource]):
            for _code, _message, _kind, _name, entries in response.resources:
                for name, value, *_ in entries:
                    if name == _MAX_BYTES:
                        return int(value)
    return topic.max_bytes  # not everyone may read a topic's configuration
