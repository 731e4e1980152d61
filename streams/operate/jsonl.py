"""JSON Lines read as bytes, a piece at a time: nothing is decoded, so that bytes that are no UTF-8 stay as they are.

- Lines end at a line feed; a carriage return before it, and a byte order mark at the very beginning, belong to the file
  and not to the line. Blank lines are skipped but counted.
- gzip is recognised by its first bytes, several members one after another included.
- Memory is bounded: of a line longer than MAX_LINE_BYTES, or what the caller asks for, only the beginning is kept, with
  its true size.
- Reading never waits for more than is there, so that lines typed or piped in slowly come out as they come in.
"""

import asyncio
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

# Larger than any topic accepts, so a line that is cut off can only ever be refused.
MAX_LINE_BYTES: Final = 8 * 1_048_576

_CHUNK_BYTES: Final = 65_536
_INFLATED_BYTES: Final = 1_048_576  # a chunk of zeros inflates a thousandfold
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
_QUEUED: Final = 8  # chunks read ahead


class LinesError(OSError):
    """The lines can't be read to the end; the message names the file and the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that is not blank."""

    number: int
    """Its number in the file, from 1."""
    value: bytes
    """Its bytes without the line end; only the first MAX_LINE_BYTES of a longer one."""
    size: int
    """How many bytes it has in the file, line end not counted but for a carriage return."""

    @property
    def is_cut_off(self) -> bool:
        """Whether `value` is only the beginning."""
        return self.size > MAX_LINE_BYTES


class JsonLines:
    """The lines of a file, or of standard input where the path is `-`. A context manager; read it once."""

    def __init__(self, path: str, *, max_line_bytes: int | None = None) -> None:
        """Open the file. Raises LinesError where that can't be done."""
        self._max_line_bytes = MAX_LINE_BYTES if max_line_bytes is None else max_line_bytes
        self.name = "standard input" if path == "-" else path
        self.read_bytes = 0
        """Bytes of the file read so far, as they stand there (compressed ones where they are)."""
        self.total_bytes: int | None = None
        """Size of the file; null for standard input and pipes."""
        try:
            if path == "-":
                self._file = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115  no path; closed by us
            else:
                self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115  closed by `__exit__`
                self.total_bytes = Path(path).stat().st_size if Path(path).is_file() else None
        except OSError as error:
            raise LinesError(f"{self.name} can't be read: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Line]:
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[Line]]:
        """The lines in groups that were there to be read at once. Raises LinesError."""
        number, held, size = 1, bytearray(), 0
        for chunk in self._text():
            batch = []
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                held += end[: self._max_line_bytes - len(held)]
                batch.append(_line(number, held, size + len(end)))
                number, held, size = number + 1, bytearray(), 0
            held += rest[: self._max_line_bytes - len(held)]
            size += len(rest)
            yield [line for line in batch if line is not None]
        last = _line(number, held, size)
        if last is not None:
            yield [last]

    def _text(self) -> Iterator[bytes]:
        chunks = self._chunks()
        first = b""
        for chunk in chunks:
            first += chunk
            if len(first) >= len(_BOM):
                break
        rest = _joined(first, chunks)
        if first.startswith(_GZIP):
            rest = self._inflated(rest)
            first = next(rest, b"")
            rest = _joined(first, rest)
        yield next(rest, b"").removeprefix(_BOM)
        yield from rest

    def _chunks(self) -> Iterator[bytes]:
        try:
            while chunk := self._file.read(_CHUNK_BYTES):
                self.read_bytes += len(chunk)
                yield chunk
        except OSError as error:
            raise LinesError(f"{self.name} can't be read: {error.strerror}") from error

    def _inflated(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        member = zlib.decompressobj(wbits=31)
        whole = True
        try:
            for compressed in chunks:
                left = compressed
                while left:
                    whole = False
                    yield member.decompress(left, _INFLATED_BYTES)
                    left = member.unconsumed_tail
                    if member.eof:
                        left, member, whole = member.unused_data.lstrip(b"\0"), zlib.decompressobj(wbits=31), True
        except zlib.error as error:
            raise LinesError(f"{self.name} is damaged gzip: {error}") from error
        if not whole:
            raise LinesError(f"{self.name} is gzip cut off before its end")


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _line(number: int, value: bytearray, size: int) -> Line | None:
    if len(value) == size and value.endswith(b"\r"):
        del value[-1:]
    return Line(number=number, value=bytes(value), size=size) if value.strip() else None


async def read_ahead(read_batches: Callable[[], Iterator[list[Line]]]) -> AsyncIterator[list[Line]]:
    """The batches that `read_batches` gives, read by a thread of their own: waiting for input holds up nothing else.

    The thread is a daemon: a program that ends does not wait for input that never comes.
    """
    loop = asyncio.get_running_loop()
    batches: asyncio.Queue[list[Line] | BaseException | None] = asyncio.Queue()
    room = threading.Semaphore(_QUEUED)

    def read() -> None:
        end: BaseException | None = None
        with suppress(RuntimeError):  # the loop is closed: the rest is not needed
            try:
                for batch in read_batches():
                    room.acquire()
                    loop.call_soon_threadsafe(batches.put_nowait, batch)
            except (OSError, ValueError) as error:  # ValueError: the file was closed while the thread read it
                end = error
            loop.call_soon_threadsafe(batches.put_nowait, end)

    threading.Thread(target=read, name="read-ahead", daemon=True).start()
    while (batch := await batches.get()) is not None:
        room.release()
        if isinstance(batch, BaseException):
            raise batch
        yield batch
