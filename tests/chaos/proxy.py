"""A TCP proxy before a broker that can hold everything back, as a network does that loses packets for a while."""

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from math import inf
from typing import Any, Self

_AT_ONCE = struct.pack("ii", 1, 0)  # closed without lingering, a socket sends RST


class Proxy:
    """Forwards connections to `127.0.0.1:target` from a port of its own; runs in a thread.

    While it is stalled nothing passes in either direction and connections stay open: neither side is told anything.
    """

    def __init__(self, target: int = 0) -> None:
        self.target = target
        """May be set later, as long as nobody has connected."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._flows = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._clients: set[asyncio.StreamWriter] = set()
        self.bytes_per_s = inf
        """What one connection passes in one direction."""
        self.passed = 0
        """Bytes that have passed, either way."""

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self.port}"

    def stall(self) -> None:
        """Hold everything back."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def flow(self) -> None:
        """Let everything pass, what was held back first."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def reset(self) -> None:
        """Break all connections of clients, as a broker that dies or a firewall that forgets."""
        self._loop.call_soon_threadsafe(self._reset)

    def _reset(self) -> None:
        for client in self._clients:
            client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            client.transport.abort()

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self._clients.add(writer)
        for source, sink in ((reader, back_writer), (back_reader, writer)):
            task = asyncio.ensure_future(self._pass(source, sink))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(1 << 16):
                await self._flows.wait()
                await asyncio.sleep(len(piece) / self.bytes_per_s)  # the pace itself
                self.passed += len(piece)
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            self._clients.discard(sink)
            sink.close()
