"""Feeds fetched over HTTP, politely: only what is new is asked for, and only what is new goes on.

- A feed is asked at most once an interval, and less often where it says so (`Cache-Control: max-age`, `<ttl>`).
- It is asked for what has changed (`If-None-Match`, `If-Modified-Since`), under a name with a version.
- A host has one connection, and its feeds are asked one after another.
- `Retry-After` is kept to; a feed that fails is asked half as often each time, down to once a day; one that is gone
  (410) is asked no more.
- Redirects lead to HTTP and HTTPS only, and never from HTTPS to HTTP. A document is read up to a size, unpacked.

What has been sent is remembered in a file, written anew and put in place of the old one when Kafka has confirmed. A
crash between the two sends articles again, which changes nothing: they are what is in the topic already.
"""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from yarl import URL

from streams.feeds.mapping import Mapping as FeedMapping
from streams.operate.feed_files import Outgoing, outgoing
from streams.operate.jsonl import Line
from streams.operate.replacing import replace_file

MAX_DOCUMENT_BYTES: Final = 8 * 1_048_576
MAX_REDIRECTS: Final = 5
LONGEST_WAIT_S: Final = 86_400.0
TIMEOUT_S: Final = 60.0
KEPT_SENT: Final = 2_000  # of a feed, beside what it holds now

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_BUSY: Final = frozenset((429, 503))
_GONE: Final = 410
_NOT_MODIFIED: Final = 304
_OK: Final = 200


class PollError(OSError):
    """A feed can't be fetched, or what was sent can't be remembered; the message names it."""


class Source(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is remembered of one feed."""

    etag: str | None = None
    """Of the document that was read last."""
    last_modified: str | None = None
    """As the server wrote it."""
    next_at: float = 0.0
    """Seconds since 1970 before which it is not asked."""
    failures: int = 0
    """How often it has failed since it last answered."""
    is_gone: bool = False
    """Whether the server said that it will not come back."""
    sent: dict[str, str] = {}
    """By uri a hash of what was sent, the latest last."""


class Remembered:
    """What is remembered of all feeds, in a file."""

    def __init__(self, path: Path) -> None:
        """Read the file, if there is one. Raises PollError."""
        self._path = path
        self.sources: dict[str, Source] = {}
        try:
            self.sources = msgspec.json.decode(path.read_bytes(), type=dict[str, Source])
        except FileNotFoundError:
            return
        except OSError as error:
            raise PollError(f"{path} can't be read: {error.strerror}") from error
        except msgspec.MsgspecError as error:
            raise PollError(f"{path} is no state of newstape poll: {error}; move it away to begin anew") from error

    def of(self, url: str) -> Source:
        """What is remembered of the feed at this address."""
        return self.sources.setdefault(url, Source())

    def save(self) -> None:
        """Put a new file in the old one's place. Raises PollError."""
        try:
            replace_file(self._path, msgspec.json.encode(self.sources))
        except OSError as error:
            raise PollError(f"{self._path} can't be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What asking a feed once has come to."""

    url: str
    sent: int = 0
    """Records that went on."""
    faults: tuple[str, ...] = ()
    """What is wrong with the feed, or with articles in it."""


Send = Callable[[list[Outgoing]], Awaitable[tuple[str, ...]]]
"""Sends records on; returns when they are confirmed, with what is wrong with those that were not taken."""


# ---- over HTTP


def user_agent() -> str:
    """The name under which feeds are asked."""
    try:
        return f"newstape/{version('newstape')} (feed reader)"
    except PackageNotFoundError:  # run from its source
        return "newstape (feed reader)"


@asynccontextmanager
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A client with one connection a host; what is packed is unpacked here, up to a size."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit_per_host=1),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
        auto_decompress=False,
        headers={
            "User-Agent": user_agent(),
            "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
            "Accept-Encoding": "gzip",
        },
    ) as session:
        yield session


async def fetch(session: aiohttp.ClientSession, url: str, source: Source) -> Answer:
    """Ask for the document if it has changed, redirects followed. Raises PollError."""
    asked = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    headers = {name: value for name, value in asked.items() if value is not None}
    at = URL(url)
    try:
        for _ in range(MAX_REDIRECTS + 1):
            async with session.get(at, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    body = await _body(response) if response.status == _OK else b""
                    return Answer(status=response.status, headers=response.headers, body=body)
                at = _redirected(at, response.headers.get("Location", ""))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise PollError(str(error) or type(error).__name__) from error
    raise PollError(f"redirected more than {MAX_REDIRECTS} times")


def _redirected(at: URL, location: str) -> URL:
    target = at.join(URL(location))
    if not location or target.scheme not in ("http", "https") or (at.scheme, target.scheme) == ("https", "http"):
        raise PollError(f"redirected from {at.scheme} to {location[:100]!r}, which is not followed")
    return target


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The document, at most MAX_DOCUMENT_BYTES of it. Raises PollError."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise PollError(f"encoded as {encoding[:40]}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body = bytearray()
    async for chunk in response.content.iter_any():
        try:
            body += chunk if unpacker is None else unpacker.decompress(chunk, MAX_DOCUMENT_BYTES + 1 - len(body))
        except zlib.error as error:
            raise PollError(f"damaged gzip: {error}") from error
        if len(body) > MAX_DOCUMENT_BYTES:
            raise PollError(f"more than {MAX_DOCUMENT_BYTES:,} bytes")
    return bytes(body)


# ---- when to ask again


def wait_after(answer: Answer, source: Source, interval_s: float, now: datetime, ttl_minutes: float = 0.0) -> float:
    """Seconds until the feed may be asked again, after an answer that changed `source.failures`."""
    asked = max(interval_s, _retry_after(answer, now) if answer.status in _BUSY else _max_age(answer), ttl_minutes * 60)
    return min(max(asked, interval_s * 2.0 ** min(source.failures, 20) if source.failures else 0.0), LONGEST_WAIT_S)


def _retry_after(answer: Answer, now: datetime) -> float:
    written = answer.headers.get("Retry-After", "").strip()
    if written.isdecimal() and len(written) < 9:
        return float(written)
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError):
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()


def _max_age(answer: Answer) -> float:
    for directive in answer.headers.get("Cache-Control", "").split(","):
        name, _, seconds = directive.strip().lower().partition("=")
        if name == "max-age" and seconds.isdecimal() and len(seconds) < 9:
            return float(seconds)
    return 0.0


# ---- round after round


@dataclass(slots=True, kw_only=True)
class Poller:
    """Feeds, asked in turn."""

    remembered: Remembered
    feed: str
    """The name of the feed's form."""
    mapping: FeedMapping
    """How it is read."""
    send: Send
    """Where its articles go."""
    interval_s: float
    """Seconds between two looks at one feed, at least."""
    clock: Callable[[], float] = time.time
    _hosts: dict[str | None, asyncio.Lock] = field(default_factory=dict)

    async def ask(self, session: aiohttp.ClientSession, url: str) -> Round:
        """Ask one feed now, unless it is not to be asked yet. Raises what `send` raises."""
        source = self.remembered.of(url)
        async with self._hosts.setdefault(URL(url).host, asyncio.Lock()):
            if source.is_gone or source.next_at > self.clock():
                return Round(url=url)
            return await self._ask(session, url, source)

    async def _ask(self, session: aiohttp.ClientSession, url: str, source: Source) -> Round:
        try:
            answer = await fetch(session, url, source)
        except PollError as error:
            return self._failed(url, source, Answer(status=0, headers={}), str(error))
        if answer.status == _NOT_MODIFIED:
            self._rest(source, answer)
            return Round(url=url)
        if answer.status != _OK:
            source.is_gone = answer.status == _GONE
            return self._failed(
                url, source, answer, "gone for good (410)" if source.is_gone else f"status {answer.status}"
            )
        return await self._read(url, source, answer)

    async def _read(self, url: str, source: Source, answer: Answer) -> Round:
        line = Line(number=0, value=answer.body, size=len(answer.body))
        found = list(outgoing(line, self.feed, self.mapping, datetime.fromtimestamp(self.clock(), UTC)))
        if len(found) == 1 and found[0].path == "$" and found[0].fault is not None:
            return self._failed(url, source, answer, found[0].fault)  # no feed at all: a page that asks to sign in
        marks = {_identity(record): _mark(record) for record in found}
        new = [record for record in found if source.sent.get(_identity(record)) != marks[_identity(record)]]
        refused = await self.send(new) if new else ()
        if refused:  # all of it is sent again the next time: what is in the topic already changes nothing
            return self._failed(url, source, answer, *refused)
        others = {uri: mark for uri, mark in source.sent.items() if uri not in marks}
        source.sent = dict(list(others.items())[-KEPT_SENT:]) | marks
        source.etag, source.last_modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        self._rest(source, answer, _ttl(found, answer.body))
        return Round(url=url, sent=len(new), faults=tuple(record.fault for record in new if record.fault is not None))

    def _failed(self, url: str, source: Source, answer: Answer, *faults: str) -> Round:
        source.failures += 1
        source.next_at = self.clock() + wait_after(answer, source, self.interval_s, self._now())
        self.remembered.save()
        return Round(url=url, faults=faults)

    def _rest(self, source: Source, answer: Answer, ttl_minutes: float = 0.0) -> None:
        source.failures = 0
        source.next_at = self.clock() + wait_after(answer, source, self.interval_s, self._now(), ttl_minutes)
        self.remembered.save()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)


def _identity(record: Outgoing) -> str:
    """By what an article is known again; what is none, by what it holds."""
    return record.key.decode() if record.key is not None else f"rejected {_mark(record)}"


def _mark(record: Outgoing) -> str:
    return blake2b(record.value, digest_size=12).hexdigest()


def _ttl(found: list[Outgoing], body: bytes) -> float:
    """Minutes that an RSS feed asks to be left alone for."""
    begin, _, rest = body[:100_000].partition(b"<ttl>")
    written = rest[:12].partition(b"</ttl>")[0].strip() if found and begin else b""
    return float(written) if written.isdigit() and len(written) < 7 else 0.0
