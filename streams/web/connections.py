"""The open connections of the views: how many there may be, and how long each may take.

aiohttp waits for the head of a request for as long as a connection is kept alive, holds any number of connections, and
answers what is no HTTP with a page of its own. Here:

- There are at most `most` connections, half of the files that the process may open: Kafka and the stores need the rest.
- A new one takes the place of the one that has waited longest for a request, so that clients that open connections and
  say nothing don't lock out `/healthz`. Where all are being answered, the new one is closed.
- A connection has `KEEP_ALIVE_S` seconds for the whole head of its next request, however slowly the bytes come, and
  `MAX_HEAD_BYTES` for it and for what else comes until it is taken up.
- Bodies are read by `POST /login` alone, within `BODY_S`; other bodies are ignored for `_LINGERING_S`.
"""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from aiohttp import web

from schemas import encode
from streams.web.access import SECURITY_HEADERS
from streams.web.answers import Fault

log = structlog.get_logger(__name__)

MAX_CONNECTIONS: Final = 512
LEAST_CONNECTIONS: Final = 16
KEEP_ALIVE_S: Final = 15.0
BODY_S: Final = 10.0
MAX_HEAD_BYTES: Final = 131_072
BACKLOG: Final = 32
"""asyncio accepts this many connections at once, before the first of them is counted here."""
# The cursor of a thousand partitions, which is the most that settings allow, comes as a header.
_MAX_HEADER_BYTES: Final = 65_536
_LINGERING_S: Final = 1.0


def most_connections() -> int:
    """How many connections this process can afford."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(LEAST_CONNECTIONS, min(MAX_CONNECTIONS, files // 2 - BACKLOG))


class Connections:
    """The open connections of one server; makes the protocol of a new one when called, as asyncio wants it."""

    def __init__(self, server: web.Server, most: int) -> None:
        self.server, self._most = server, most
        self._open: set[Connection] = set()
        self._waiting: dict[Connection, None] = {}  # in the order in which they began to wait

    def __call__(self) -> "Connection":
        """A new connection, which asyncio opens next."""
        return Connection(self)

    def opened(self, connection: "Connection") -> bool:
        """Count a new connection; returns whether it may stay."""
        if len(self._open) >= self._most:
            longest = next(iter(self._waiting), None)
            log.warning("too many connections", most=self._most, closed="new" if longest is None else "idle")
            if longest is None:
                return False
            self.closed(longest)
            longest.abort()
        self._open.add(connection)
        self._waiting[connection] = None
        return True

    def closed(self, connection: "Connection") -> None:
        """Count a connection no longer."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)

    @contextmanager
    def answering(self, protocol: web.RequestHandler) -> Iterator[None]:
        """While a request of this connection is being answered, it does not wait."""
        if not isinstance(protocol, Connection):
            yield  # a request that a test has made
            return
        self._waiting.pop(protocol, None)
        protocol.head_bytes = 0
        try:
            yield
        finally:
            if protocol in self._open:
                self._waiting[protocol] = None


class Connection(web.RequestHandler):
    """One connection: aiohttp's, with limits."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(
            connections.server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # aiohttp: null switches it off
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=_LINGERING_S,
            max_field_size=_MAX_HEADER_BYTES,
            auto_decompress=False,
        )
        self._connections = connections
        self.head_bytes = 0
        """Bytes that came since its last request was taken up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, if there is room."""
        super().connection_made(transport)
        if not self._connections.opened(self):
            self.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Make room."""
        self._connections.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, but for those of an endless head, or of requests sent ahead."""
        self.head_bytes += len(data)
        if self.head_bytes > MAX_HEAD_BYTES:
            self.abort()
        else:
            super().data_received(data)

    def abort(self) -> None:
        """Close the connection at once."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or what a view could not: as any other fault, and without a version."""
        if status >= 500:
            log.error("a request raised", status=status, client=request.remote, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer is sent already")
        fault = Fault(
            error="bad-request" if status < 500 else "internal-error", reason="expected a request of HTTP/1.1"
        )
        response = web.Response(body=encode(fault), status=status, content_type="application/json")
        response.headers.update(SECURITY_HEADERS)
        response.force_close()
        return response
