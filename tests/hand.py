"""A checkpoint's micro-batch without a broker: for tests and measurements of tables alone."""

from dataclasses import dataclass, field
from typing import Any

from streams.state.table import StateTable, Written


@dataclass(slots=True)
class _Delivered:
    offset: int


class _Arrival:
    """What a producer gives for a record: where the broker put it, once it has."""

    __slots__ = ("_delivered",)

    def __init__(self) -> None:
        self._delivered: _Delivered | None = None

    def arrive(self, offset: int) -> None:
        """The broker has it there."""
        self._delivered = _Delivered(offset)

    def result(self) -> _Delivered:
        """Where it is; it has arrived."""
        assert self._delivered is not None
        return self._delivered


@dataclass
class Hand:
    """Keeps what is sent and hands it to the tables when told that it was delivered."""

    sent: list[tuple[StateTable, Written]] = field(default_factory=list)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    """Where the next record of each changelog partition goes."""

    async def send(self, topic: str, **record: Any) -> _Arrival:
        """A changelog record on its way."""
        return _Arrival()

    def once_delivered(self, table: StateTable, change: Written) -> None:
        """Keep the change."""
        self.sent.append((table, change))

    def deliver(self, *offsets: int) -> None:
        """All that was sent has arrived: at these offsets, or one after the other."""
        changes: dict[StateTable, list[Written]] = {}
        for number, (table, change) in enumerate(self.sent):
            place = table.changelog, change.partition
            offset = offsets[number] if offsets else self.ends.get(place, 0)
            self.ends[place] = offset + 1
            change.future.arrive(offset)  # type: ignore[attr-defined]
            changes.setdefault(table, []).append(change)
        self.sent = []
        for table, written in changes.items():
            table.apply(written)
