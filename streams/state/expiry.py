"""Which entries are due to be deleted: their keys by the minute that their expiry counts from."""

from collections.abc import Callable, Hashable, Iterator
from heapq import heappop, heappush
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Expiry(Generic[K]):
    """Keys in the order in which they fall due."""

    def __init__(self) -> None:
        self._minutes: list[int] = []
        self._keys: dict[int, list[K]] = {}

    def add(self, minute: int, key: K) -> None:
        """Remember a key whose time counts from `minute`."""
        keys = self._keys.get(minute)
        if keys is None:
            heappush(self._minutes, minute)
            keys = self._keys[minute] = []
        keys.append(key)

    def due(self, before: int, holds: Callable[[K], bool]) -> Iterator[K]:
        """Keys of minutes before `before` that are still there, oldest first; they come again until deleted."""
        if not self._minutes or self._minutes[0] >= before:
            return
        for minute in sorted(minute for minute in self._minutes if minute < before):
            keys = self._keys[minute] = [key for key in self._keys[minute] if holds(key)]
            if not keys and minute == self._minutes[0]:
                del self._keys[heappop(self._minutes)]
            yield from keys

    def clear(self) -> None:
        """Forget all."""
        self._minutes.clear()
        self._keys.clear()
