"""A checkpoint's micro-batch without a broker: for tests and measurements of tables alone."""

from dataclasses import dataclass, field
from typing import Any

from streams.state.table import StateTable, Written


@dataclass(slots=True)
class _Delivered:
    offset: int


class _Arrival:
    """Stands for the future that a producer returns: its result is where the broker put the record."""

    __slots__ = ("_delivered",)

    def __init__(self) -> None:
        self._delivered: _Delivered | None = None

    def arrive(self, offset: int) -> None:
        """Set the offset at which the broker has the record."""
        self._delivered = _Delivered(offset)

    def result(self) -> _Delivered:
        """Where the record is; it must have arrived."""
        assert self._delivered is not None
        return self._delivered


@dataclass
class Hand:
    """Stands for a checkpoint: keeps the changes sent, and hands them to the tables when `deliver` is called."""

    sent: list[tuple[StateTable, Written]] = field(default_factory=list)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    """The offset of the next record in each changelog partition."""

    async def send(self, topic: str, **record: Any) -> _Arrival:
        """Accept a changelog record, which has not arrived yet."""
        return _Arrival()

    def once_delivered(self, table: StateTable, change: Written) -> None:
        """Keep the change."""
        self.sent.append((table, change))

    def deliver(self, *offsets: int) -> None:
        """Let all that was sent arrive, at these offsets or at the next ones of each partition."""
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
