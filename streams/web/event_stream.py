"""`GET /events`: the tape as Server-Sent Events.

Market events are messages without a name, so that `EventSource.onmessage` gets them; index counts are named `activity`.
Every id is a cursor (`cursor.py`): a client that comes back with it as `Last-Event-ID`, or as `cursor` in the query,
goes on exactly there, whatever its address says about where to begin. Heartbeats carry the cursor too, so that a client
of a narrow selection need not be brought over again what it did not want.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog
from aiohttp import web
from multidict import MultiMapping

from schemas import encode
from schemas.event import Quality
from schemas.taxonomy import EventStatus, EventType, Family, Lifecycle
from streams.kafka.topics import TopicError
from streams.web import cursor
from streams.web.cursor import CursorError, Offsets
from streams.web.faults import ViewError, duration, whole
from streams.web.metrics import StreamMetrics
from streams.web.tape import ACTIVITY, EVENT_FEEDS, Gap, Published, Reader, Selection, Tape

log = structlog.get_logger(__name__)

CLIENTS: Final = 200  # of one worker, at most
HEARTBEAT_S: Final = 15
MAX_HEARTBEAT_S: Final = 60
MAX_LAST: Final = 1_000
RETRY_MS: Final = 2_000  # how long an EventSource waits before it comes back
STUCK_S: Final = 30.0  # a client that takes nothing for so long is dropped
FAREWELL_S: Final = 30.0  # how long a dropped client may take to read why
_WRITE_BYTES: Final = 65_536

NAMES: Final = (
    *("family", "type", "subject", "lifecycle", "article", "resolved", "min_confidence", "status"),
    *("activity", "cursor", "since", "last", "follow"),
)
_PARAMETERS: Final = frozenset((*NAMES, "heartbeat"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client asks for."""

    selection: Selection
    """What it wants to see."""
    cursor: str | None = None
    """The cursor it gives; it goes before `since` and `last`."""
    since: datetime | None = None
    """The time to begin at."""
    last: int = 0
    """How many of the newest to begin with."""
    follow: bool = True
    """Whether to stay for what comes."""
    heartbeat_s: int = HEARTBEAT_S
    """Seconds of silence, at most."""


def wish(query: MultiMapping[str], last_event_id: str | None, subjects: Collection[str], now: datetime) -> Wish:
    """What a query asks for; `subjects` are the entity ids there are. Raises ViewError naming the bad parameter."""
    unknown = sorted(set(query) - _PARAMETERS)
    if unknown:
        raise ViewError(400, "bad-query", f"{unknown[0]}: expected one of {', '.join(sorted(_PARAMETERS))}")
    types = _words(query, "type", EventType)
    feeds = _feeds(_words(query, "family", Family), types)
    named = _list(query, "subject")
    for subject in named:
        # An id that text made has a ~ behind its kind: it is known when an article names it.
        if subject not in subjects and ":~" not in subject:
            raise ViewError(400, "bad-subject", f"subject: expected the id of an entity as index:N225, got {subject!r}")
    return Wish(
        selection=Selection(
            feeds=(*feeds, ACTIVITY) if _flag(query, "activity", default=False) else feeds,
            types=frozenset(types),
            subjects=frozenset(named),
            lifecycles=frozenset(_words(query, "lifecycle", Lifecycle)),
            article=query.get("article"),
            quality=Quality(
                resolved=_choice(query, "resolved"),
                min_confidence=_share(query, "min_confidence"),
                status=_status(query),
            ),
        ),
        cursor=last_event_id or query.get("cursor"),
        since=_time(query["since"], now) if "since" in query else None,
        last=whole(query, "last", 0, MAX_LAST, default=0),
        follow=_flag(query, "follow", default=True),
        heartbeat_s=whole(query, "heartbeat", 1, MAX_HEARTBEAT_S, default=HEARTBEAT_S),
    )


def _feeds(families: set[str], types: set[str]) -> tuple[str, ...]:
    """The feeds that hold events of these families and types. Raises ViewError where the two exclude each other."""
    of_type = {kind: EventType(kind).family.value for kind in sorted(types)}
    alien = [kind for kind, family in of_type.items() if families and family not in families]
    if alien:
        raise ViewError(400, "bad-type", f"type: {alien[0]} is not of the family that is asked for")
    wanted = families or set(of_type.values()) or set(EVENT_FEEDS)
    return tuple(feed for feed in EVENT_FEEDS if feed in wanted)


def _list(query: MultiMapping[str], name: str) -> list[str]:
    """Values of a parameter that may be given several times, and several at a time."""
    return [word for value in query.getall(name, ()) for word in value.split(",") if word]


def _words(query: MultiMapping[str], name: str, vocabulary: type[StrEnum]) -> set[str]:
    words = set(_list(query, name))
    known = [member.value for member in vocabulary]
    unknown = sorted(words - set(known))
    if unknown:
        raise ViewError(400, f"bad-{name}", f"{name}: expected {', '.join(known)}, got {unknown[0]!r}")
    return words


def _flag(query: MultiMapping[str], name: str, *, default: bool) -> bool:
    value = _choice(query, name)
    return default if value is None else value


def _choice(query: MultiMapping[str], name: str) -> bool | None:
    """True or false; null where nothing is asked."""
    value = query.get(name)
    if value not in (None, "true", "false"):
        raise ViewError(400, f"bad-{name}", f"{name}: expected true or false, got {value!r}")
    return None if value is None else value == "true"


def _status(query: MultiMapping[str]) -> EventStatus | None:
    """The one status that is asked for; null where none is, or both."""
    asked = _words(query, "status", EventStatus)
    return EventStatus(next(iter(asked))) if len(asked) == 1 else None


def _share(query: MultiMapping[str], name: str) -> float:
    text = query.get(name, "0")
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise ViewError(400, f"bad-{name.replace('_', '-')}", f"{name}: expected a number from 0 to 1, got {text!r}")


def _time(text: str, now: datetime) -> datetime:
    """A time, or a duration before now."""
    with suppress(ViewError):
        minutes = duration(text, "since")
        return now - timedelta(minutes=min(minutes, now.timestamp() // 60))
    with suppress(ValueError):
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None and time.timestamp() >= 0:
            return time
    raise ViewError(400, "bad-since", f"since: expected RFC 3339 with a zone, or a duration as 90m or 7d, got {text!r}")


def message(data: bytes, *, identity: str, name: str | None = None) -> bytes:
    """One message of the stream. JSON has line ends only between its tokens, where a blank does as well."""
    data = data.replace(b"\r", b" ").replace(b"\n", b" ")
    named = b"" if name is None else b"event: %s\n" % name.encode()
    return b"%sid: %s\ndata: %s\n\n" % (named, identity.encode(), data)


class DroppedError(Exception):
    """The client is too slow; the message is what it is told."""


class Stream:
    """One client of the tape, from its wish to its end."""

    def __init__(self, tape: Tape, asked: Wish, metrics: StreamMetrics, most: int) -> None:
        self._tape, self._wish, self._metrics, self._most = tape, asked, metrics, most
        self._written_at = 0.0
        self._ended = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request. Raises ViewError before anything is sent."""
        if self._tape.clients >= self._most:
            raise ViewError(503, "too-many-clients", f"this worker has {self._most} clients on /events; ask another")
        reader: Reader | None = None
        try:
            try:
                await self._tape.open()
                reader = Reader(self._wish.selection, await self._begin())
            except TopicError as error:
                raise ViewError(503, "no-kafka", str(error)) from error
            response = web.StreamResponse(
                headers={
                    "Content-Type": "text/event-stream; charset=utf-8",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",  # nginx
                }
            )
            response.force_close()
            await response.prepare(request)
            self._metrics.clients.inc()
            try:
                await self._run(request, response, reader)
            except ConnectionError:
                pass  # it went
            finally:
                self._metrics.clients.dec()
            return response
        finally:
            self._tape.leave(reader)

    async def _begin(self) -> Offsets:
        feeds = self._wish.selection.feeds
        if self._wish.cursor is not None:
            try:
                return cursor.read(self._wish.cursor, feeds, self._tape.partitions)
            except CursorError as error:
                raise ViewError(400, "bad-cursor", f"cursor: {error}") from error
        if self._wish.since is not None:
            return await self._tape.since(self._wish.since, feeds)
        return self._tape.newest(self._wish.selection, self._wish.last)

    async def _run(self, request: web.Request, response: web.StreamResponse, reader: Reader) -> None:
        try:
            await self._write(response, reader, [b"retry: %d\n" % RETRY_MS, _heartbeat(reader)])
            while not self._tape.is_at_hand(reader):
                async for group in self._tape.catch_up(reader):
                    await self._send(response, reader, group)
                    if reader.closed:
                        return
            missed, ends = self._tape.join(reader)
            await self._send(response, reader, missed)
            reader.reach(ends)
            while self._wish.follow and not reader.closed:
                await self._live(response, reader)
        except DroppedError as dropped:
            await self._drop(request, response, reader, str(dropped))
        except TopicError as error:
            log.warning("a stream ended", fault=str(error))  # the client comes back with its last id
        else:
            if not self._wish.follow:
                await self._write(response, reader, [_heartbeat(reader)])

    async def _live(self, response: web.StreamResponse, reader: Reader) -> None:
        """Wait for records, for as long as a heartbeat may take at most, and send them."""
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.wake.wait(), self._wish.heartbeat_s)
        chunks: list[bytes] = []
        size = 0
        for published in reader.take():
            chunks.append(_of(published, reader))
            size += len(chunks[-1])
            if size > _WRITE_BYTES:
                await self._write(response, reader, chunks)
                chunks, size = [], 0
        if chunks:
            await self._write(response, reader, chunks)
        elif reader.dropped is not None:
            raise DroppedError(reader.dropped)
        elif not reader.closed:
            reader.reach(self._tape.now(self._wish.selection.feeds))
            await self._write(response, reader, [_heartbeat(reader)])

    async def _send(self, response: web.StreamResponse, reader: Reader, group: Collection[Published | Gap]) -> None:
        """Send what comes before the live records."""
        chunks: list[bytes] = []
        size = 0
        for item in group:
            if isinstance(item, Published):
                reader.passed(item)
                chunks.append(_of(item, reader))
            else:
                chunks.append(message(encode(item), identity=cursor.written(reader.offsets), name="gap"))
            size += len(chunks[-1])
            if size > _WRITE_BYTES:
                await self._write(response, reader, chunks)
                chunks, size = [], 0
        if chunks:
            await self._write(response, reader, chunks)
        elif asyncio.get_running_loop().time() - self._written_at > self._wish.heartbeat_s:
            await self._write(response, reader, [_heartbeat(reader)])

    async def _write(self, response: web.StreamResponse, reader: Reader, chunks: list[bytes]) -> None:
        """Write, for as long as the client takes it. Raises DroppedError."""
        loop = asyncio.get_running_loop()
        writing = asyncio.ensure_future(response.write(b"".join(chunks)))
        try:
            deadline = loop.time() + STUCK_S
            while not writing.done():
                if reader.dropped is not None:
                    raise DroppedError(reader.dropped)
                if loop.time() > deadline:
                    raise DroppedError(f"too slow: nothing was taken for {STUCK_S:.0f} s; go on from the last id")
                await asyncio.wait({writing}, timeout=0.25)
        finally:
            if not writing.done():
                writing.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await writing
        await writing
        self._written_at = loop.time()

    async def _drop(self, request: web.Request, response: web.StreamResponse, reader: Reader, reason: str) -> None:
        """Tell the client why and let it read that, for a while."""
        self._metrics.dropped.inc()
        log.warning("a slow client is dropped", path=request.path_qs, client=request.remote, reason=reason)
        self._tape.readers.discard(reader)
        transport = request.transport
        try:
            async with asyncio.timeout(FAREWELL_S):
                # No id: the client's own last one, of the last message it read, is where it goes on.
                await response.write(b"event: dropped\ndata: %s\n\n" % encode({"reason": reason}))
                await response.write_eof()
                if isinstance(transport, asyncio.Transport):
                    await _emptied(transport)
        except TimeoutError:
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        except ConnectionError:
            pass  # it went


async def _emptied(transport: asyncio.Transport) -> None:
    """Wait until all that was written is sent, or the client has gone."""
    while transport.get_write_buffer_size() and not transport.is_closing():  # noqa: ASYNC110  it does not tell
        await asyncio.sleep(0.1)


def _of(published: Published, reader: Reader) -> bytes:
    name = ACTIVITY if published.feed == ACTIVITY else None
    return message(published.value, identity=cursor.written(reader.offsets), name=name)


def _heartbeat(reader: Reader) -> bytes:
    """A comment and an id without data: an EventSource keeps the id and calls no listener."""
    return b": heartbeat\nid: %s\n\n" % cursor.written(reader.offsets).encode()
