"""Source positions as a set of one bit each, so that it is cheap to know which of millions of articles came out."""

from collections.abc import Iterator
from typing import Final

from schemas import Position

_CHUNK_BITS: Final = 8_192


class Places:
    """A set of positions."""

    def __init__(self) -> None:
        self._chunks: dict[tuple[int, int], bytearray] = {}
        self._count = 0

    def add(self, partition: int, offset: int) -> bool:
        """Add a position; returns whether it was new."""
        number, bit = divmod(offset, _CHUNK_BITS)
        chunk = self._chunks.get((partition, number))
        if chunk is None:
            chunk = self._chunks[partition, number] = bytearray(_CHUNK_BITS // 8)
        mask = 1 << (bit & 7)
        is_new = not chunk[bit >> 3] & mask
        chunk[bit >> 3] |= mask
        self._count += is_new
        return is_new

    def __len__(self) -> int:
        return self._count

    def __contains__(self, position: Position) -> bool:
        number, bit = divmod(position.offset, _CHUNK_BITS)
        chunk = self._chunks.get((position.partition, number))
        return chunk is not None and bool(chunk[bit >> 3] & (1 << (bit & 7)))

    def __iter__(self) -> Iterator[Position]:
        for partition, number in sorted(self._chunks):
            bits = int.from_bytes(self._chunks[partition, number], "little")
            while bits:
                bit = (bits & -bits).bit_length() - 1
                yield Position(partition=partition, offset=number * _CHUNK_BITS + bit)
                bits &= bits - 1
