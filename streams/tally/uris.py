"""A compact ordered list of very many uris: all but the newest are packed in blocks."""

import zlib
from array import array
from typing import Final

from schemas import encode
from schemas.wire import loads

BLOCK: Final = 256  # uris per packed block; at least as many of the newest stay unpacked
PLAIN_BYTES: Final = 110  # of memory for a uri that is not packed; a packed one takes the compressed bytes only


class Uris:
    """A list of strings with the operations that a story needs."""

    __slots__ = ("_packed", "_plain", "_sizes", "bytes")

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._sizes = array("i")  # how many are in each block
        self._plain: list[str] = []
        self.bytes = 0
        """Of memory, about."""

    def __len__(self) -> int:
        return sum(self._sizes) + len(self._plain)

    def insert(self, at: int, uri: str) -> None:
        """Insert a uri before the one at this place."""
        block, at = self._find(at)
        if block < len(self._packed):
            uris = self._unpacked(block)
            uris.insert(at, uri)
            self._pack(block, uris)
            return
        self._plain.insert(at, uri)
        self.bytes += PLAIN_BYTES
        if len(self._plain) > 2 * BLOCK:
            self._packed.append(b"")
            self._sizes.append(0)
            self._pack(block, self._plain[:BLOCK])
            del self._plain[:BLOCK]
            self.bytes -= BLOCK * PLAIN_BYTES

    def remove(self, at: int) -> None:
        """Remove the uri at this place."""
        block, at = self._find(at)
        if block == len(self._packed):
            del self._plain[at]
            self.bytes -= PLAIN_BYTES
            return
        uris = self._unpacked(block)
        del uris[at]
        if uris:
            self._pack(block, uris)
        else:
            self.bytes -= len(self._packed[block])
            del self._packed[block], self._sizes[block]

    def slice(self, first: int, end: int) -> list[str]:
        """The uris from `first` up to but not including `end`; meant for short ranges."""
        found: list[str] = []
        begin, at = self._find(first)
        for block in range(begin, len(self._packed) + 1):
            uris = self._plain if block == len(self._packed) else self._unpacked(block)
            found += uris[at : at + end - first - len(found)]
            at = 0
        return found

    def _find(self, at: int) -> tuple[int, int]:
        """The block of the uri at this place, and its place there; after the last block come those not packed."""
        plain = at - sum(self._sizes)
        if plain >= 0:
            return len(self._packed), plain
        for block, size in enumerate(self._sizes):
            if at < size:
                return block, at
            at -= size
        raise IndexError(at)

    def _unpacked(self, block: int) -> list[str]:
        uris: list[str] = loads(zlib.decompress(self._packed[block]))
        return uris

    def _pack(self, block: int, uris: list[str]) -> None:
        self.bytes -= len(self._packed[block])
        self._packed[block] = zlib.compress(encode(uris), 1)
        self._sizes[block] = len(uris)
        self.bytes += len(self._packed[block])
