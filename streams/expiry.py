"""Which entries are due to be forgotten: keys by the minute their time counts from."""

from collections.abc import Hashable
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

    def due(self, before: int) -> list[K]:
        """Keys of minutes before `before`, oldest first; they are not named again."""
        due: list[K] = []
        while self._minutes and self._minutes[0] < before:
            due.extend(self._keys.pop(heappop(self._minutes)))
        return due

    def clear(self) -> None:
        """Forget all."""
        self._minutes.clear()
        self._keys.clear()
