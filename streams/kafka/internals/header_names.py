r"""Header names that are no UTF-8, read all the same.

Kafka takes any bytes for a header's name, and producers outside Java send what they have. aiokafka raises on one that
is no UTF-8, at the same record for ever: the worker that reads it ends, and so does the next. Here its bytes become
`\xff` and the like, written out, and the record is like any other.

Imported for its effect by the modules that make consumers: aiokafka's fetcher has no place to hand in a reader.
"""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

# What stands before every batch: its base offset, and the number of bytes that follow.
_LENGTH_AT: Final = 8
_BEFORE_BATCH: Final = 12


class _Name(bytearray):
    def decode(self, *_: Any) -> str:
        return super().decode("utf-8", "backslashreplace")


class _Buffer(bytearray):
    """Bytes whose slices decode whatever they are: aiokafka decodes nothing but header names."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Name(found) if isinstance(found, bytearray) else found


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc] # aiokafka is not typed
    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Buffer(self._buffer)


class _Batch:
    """A batch as aiokafka reads it; where it can't read a name, the rest is read leniently, and slowly."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch, self._raw = batch, raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except (UnicodeDecodeError, CorruptRecordException) as error:
            # The compiled reader raises the one, the reader in Python the other with the one for its cause.
            if not isinstance(error.__cause__ or error, UnicodeDecodeError):
                raise
            yield from islice(_LenientBatch(self._raw), read, None)


class Records:
    """The batches of a fetch: what aiokafka's `MemoryRecords` is to its fetcher."""

    def __init__(self, raw: bytes) -> None:
        self._records: Any = MemoryRecords(raw)
        self._raw, self._at = memoryview(raw), 0

    def size_in_bytes(self) -> int:
        """Bytes of the fetch."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> _Batch:
        """The next batch."""
        (length,) = struct.unpack_from(">i", self._raw, self._at + _LENGTH_AT)
        begin, self._at = self._at, self._at + _BEFORE_BATCH + length
        return _Batch(self._records.next_batch(), self._raw[begin : self._at])


fetcher.MemoryRecords = Records
