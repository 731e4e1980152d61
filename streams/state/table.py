"""State of the agents: tables of entries, written through the checkpoint and recovered from their changelogs.

An entry is in its partition's store once the broker has confirmed its changelog record, and not before. Meanwhile it is
read beside what is stored, and an entry that is being deleted is not read any more.

Faust's tables are not used. Faust replays 6,000 to 12,000 records a second where a plain reader does ten times that,
and replays what a worker wrote itself at every rebalance. Worse, its consumer may throw away changelog records at a
rebalance: a fetch from before may end after recovery has sought to where it begins, and what it brings while the flow
is stopped is dropped. Then recovery never ends, or takes the next higher offset for the whole and calls a table
with a hole complete. So `recover` reads what is missing: from the point a partition has reached to the end of its
changelog, with the partitions' owner settled. A changelog's partition belongs to whom its input's partition belongs.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiokafka import TopicPartition

from streams.kafka.topics import MAX_MESSAGE_BYTES, READ_UNCOMMITTED, TOMBSTONE_MS
from streams.settings import Settings
from streams.state.checkpoint import Checkpoint, reader
from streams.state.damage import StateError
from streams.state.layout import format_of, has_format
from streams.state.stores import Entries, Marks, Opener, Partition, Reached, no_marks

log = structlog.get_logger(__name__)

STALE_MS: Final = TOMBSTONE_MS - 24 * 3_600_000
"""A store left behind for longer is built anew: tombstones it has not seen may be gone from the changelog."""
_READ: Final = 10_000  # changelog records taken at once
_REPORT_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change of an entry that was handed to the producer."""

    partition: int
    key: bytes
    value: bytes | None
    stamp_ms: int
    """The changelog record's timestamp."""
    future: Awaitable[Any]
    """Done when the broker has the changelog record; its result says where."""


class StateTable:
    """Entries of one table, by the partitions that this worker owns."""

    def __init__(self, name: str, changelog: str, form: int, opener: Opener, marks: Marks = no_marks) -> None:
        self.name, self.changelog, self.form = name, changelog, form
        self._open, self._marks = opener, marks
        self._partitions: dict[int, Partition] = {}
        self._unconfirmed: dict[int, Entries] = {}
        self._deleting: set[bytes] = set()

    # -- partitions ---------------------------------------------------------------------------------------------------

    def own(self, partitions: Iterable[int]) -> None:
        """Own these partitions and no other. Raises StateError where the files of one cannot be had."""
        owned = set(partitions)
        self._deleting.clear()
        self._unconfirmed = {partition: Entries(self._marks) for partition in owned}
        for partition in self._partitions.keys() - owned:
            self._partitions.pop(partition).close()
        for partition in sorted(owned - self._partitions.keys()):
            self._partitions[partition] = self._open(partition, self._marks)

    def close(self) -> None:
        """Own nothing."""
        self.own(())

    @property
    def partitions(self) -> Mapping[int, Partition]:
        """The partitions owned, by number."""
        return self._partitions

    # -- entries ------------------------------------------------------------------------------------------------------

    async def write(self, checkpoint: Checkpoint, partition: int, key: bytes, value: bytes) -> None:
        """Write an entry; it is stored once it is confirmed."""
        self.hold(partition, key, value)  # first: a rebalance while it is handed over forgets it
        await self._change(checkpoint, partition, key, value)

    def hold(self, partition: int, key: bytes, value: bytes) -> None:
        """Have an entry read that is about to be written; a change of partitions forgets it."""
        self._deleting.discard(key)  # it comes again behind its own tombstone
        if partition in self._unconfirmed:
            self._unconfirmed[partition].put(key, value)

    async def delete(self, checkpoint: Checkpoint, partition: int, key: bytes) -> None:
        """Delete an entry. One that is not there is no error; one that is being deleted is not deleted twice."""
        if key not in self._deleting:
            self._deleting.add(key)
            await self._change(checkpoint, partition, key, None)

    async def _change(self, checkpoint: Checkpoint, partition: int, key: bytes, value: bytes | None) -> None:
        stamp_ms = int(time.time() * 1_000)
        future = await checkpoint.send(self.changelog, key=key, value=value, partition=partition, timestamp_ms=stamp_ms)
        written = Written(partition=partition, key=key, value=value, stamp_ms=stamp_ms, future=future)
        checkpoint.once_delivered(self, written)

    def apply(self, changes: Iterable[Written]) -> None:
        """Store confirmed changes, in the order in which they were sent.

        The point reached moves only from record to record without a gap: a record between two of ours came from a
        worker that owned the partition before and was late, and is not in the store.
        """
        by_partition: dict[int, list[Written]] = {}
        for change in changes:
            by_partition.setdefault(change.partition, []).append(change)
        for number, written in by_partition.items():
            partition = self._partitions.get(number)
            if partition is not None:
                start = reached = partition.reached
                for change in written:
                    offset = change.future.result().offset  # type: ignore[attr-defined] # it is done
                    if offset == (0 if reached is None else reached.offset + 1):
                        reached = Reached(offset, change.stamp_ms)
                partition.apply([(c.key, c.value) for c in written], None if reached == start else reached)
                unconfirmed = self._unconfirmed[number]
                for change in written:
                    if change.value is not None and unconfirmed.get(change.key) == change.value:
                        unconfirmed.drop(change.key)
            self._deleting.difference_update(change.key for change in written if change.value is None)

    def get(self, partition: int, key: bytes) -> bytes | None:
        """The value of an entry."""
        owned = self._partitions.get(partition)
        if owned is None or key in self._deleting:
            return None
        return self._unconfirmed[partition].get(key) or owned.get(key)

    def group(self, partition: int, group: bytes) -> dict[bytes, bytes]:
        """Values of one group by key."""
        owned = self._partitions.get(partition)
        if owned is None:
            return {}
        found = dict(owned.group(group)) | dict(self._unconfirmed[partition].group(group))
        return {key: value for key, value in found.items() if key not in self._deleting} if self._deleting else found

    def marked(self, partition: int, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, bytes]]:
        """Each mark with the keys of `most` entries that bear it, the unconfirmed first, each key once.

        To be read to its end.
        """
        owned = self._partitions.get(partition)
        if owned is None:
            return
        held = [found for found in self._unconfirmed[partition].marked(marks, most) if found[1] not in self._deleting]
        yield from held
        # `most` counts both together: how many are found must not depend on how many of them are confirmed.
        found, again = Counter(mark for mark, _ in held), set(held)
        for mark, key in owned.marked(marks, most):
            if (mark, key) not in again and key not in self._deleting and (most is None or found[mark] < most):
                found[mark] += 1
                yield mark, key

    def groups(self, partition: int, prefix: bytes = b"") -> Iterator[list[tuple[bytes, bytes]]]:
        """The stored entries of every group of a partition whose keys begin like this."""
        return self._partitions[partition].groups(prefix)

    def crowded(self) -> Iterator[tuple[int, list[tuple[bytes, bytes]]]]:
        """Partition and entries of every group of more than one entry; at an empty group the caller may pause."""
        for number, partition in self._partitions.items():
            for group in partition.crowded():
                yield number, group

    def due(self, before: int) -> Iterator[tuple[int, bytes]]:
        """Partition and key of entries whose minute is before this one, by partition oldest first.

        To be read in portions, and not on after the partitions have changed.
        """
        for number, partition in self._partitions.items():
            for key in partition.due(before):
                if key not in self._deleting:
                    yield number, key

    def require_format(self, key: bytes, value: bytes | None) -> None:
        """Raise StateError where an entry is not of the format that this release reads."""
        if value is not None and not has_format(value, self.form):
            raise StateError(
                f"table {self.name}, entry {key!r}: format {format_of(value)}, this release reads format {self.form}: "
                "run the release that wrote it, or start afresh under another NEWSTAPE_APP_ID and NEWSTAPE_TOPIC_PREFIX"
            )

    def __len__(self) -> int:
        """How many entries are stored."""
        return sum(len(partition) for partition in self._partitions.values())


# -- recovery ---------------------------------------------------------------------------------------------------------


async def recover(settings: Settings, tables: Sequence[StateTable]) -> int:
    """Bring the partitions owned up to the end of their changelogs; gives how many records that took.

    Raises StateError where an entry is of a format that this release does not read, and StoreError.
    """
    # What workers write here is in no transaction; one that somebody else has open must not hide it.
    async with reader(settings, fetch_max_bytes=4 * MAX_MESSAGE_BYTES, isolation_level=READ_UNCOMMITTED) as own:
        return await _Recovery(own, tables).run()


def unusable(reached: Reached, first: int, end: int, now_ms: float) -> str:
    """Why a store that has reached this point can't go on in a changelog of [first, end); empty where it can."""
    if not first <= reached.offset < end:
        return "the point it reached is not in its changelog"
    left_behind = now_ms - reached.stamp_ms > STALE_MS
    return "it was left behind for longer than the changelog keeps tombstones" if left_behind else ""


class _Recovery:
    def __init__(self, reader: Any, tables: Sequence[StateTable]) -> None:
        self._reader, self._tables = reader, {table.changelog: table for table in tables}
        self._unproved: set[TopicPartition] = set()

    def _partition(self, tp: TopicPartition) -> Partition:
        return self._tables[tp.topic].partitions[tp.partition]

    async def run(self) -> int:
        owned = [TopicPartition(t.changelog, number) for t in self._tables.values() for number in t.partitions]
        if not owned:
            return 0
        self._reader.assign(owned)
        first = await self._reader.beginning_offsets(owned)
        ends: Mapping[TopicPartition, int] = await self._reader.end_offsets(owned)
        for tp in owned:
            self._begin(tp, first[tp], ends[tp])
        began = reported = time.monotonic()
        records = 0
        while waiting := [tp for tp in owned if await self._reader.position(tp) < ends[tp]]:
            for tp, batch in (await self._reader.getmany(*waiting, timeout_ms=500, max_records=_READ)).items():
                records += self._take(tp, batch, first[tp])
            await asyncio.sleep(0)
            if time.monotonic() - reported > _REPORT_S:
                reported = time.monotonic()
                left = sum([max(0, ends[tp] - await self._reader.position(tp)) for tp in owned])
                log.info("rebuilding state from the changelogs", records=records, left=left)
        log.info("state rebuilt", records=records, seconds=round(time.monotonic() - began, 1))
        return records

    def _begin(self, tp: TopicPartition, first: int, end: int) -> None:
        partition = self._partition(tp)
        reached = partition.reached
        if reached is not None and (why := unusable(reached, first, end, time.time() * 1_000)):
            self._discard(tp, why)
            reached = None
        if reached is None:
            self._reader.seek(tp, first)
            return
        # The record reached is read once more: its timestamp proves that this is the changelog the store came from.
        self._unproved.add(tp)
        self._reader.seek(tp, reached.offset)

    def _discard(self, tp: TopicPartition, why: str) -> None:
        log.warning("stored state is not used and built anew", changelog=tp.topic, partition=tp.partition, why=why)
        self._partition(tp).clear()

    def _take(self, tp: TopicPartition, batch: Sequence[Any], first: int) -> int:
        partition = self._partition(tp)
        if tp in self._unproved:
            self._unproved.discard(tp)
            reached = partition.reached
            if reached is not None and batch[0].offset == reached.offset and batch[0].timestamp != reached.stamp_ms:
                self._discard(tp, "its changelog was made anew")
                self._reader.seek(tp, first)
                return 0
        table = self._tables[tp.topic]
        for record in batch:
            table.require_format(record.key, record.value)
        partition.apply([(r.key, r.value) for r in batch], Reached(batch[-1].offset, batch[-1].timestamp))
        return len(batch)
