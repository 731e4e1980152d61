"""Where one partition of a table keeps its entries: in memory, or on disk in RocksDB (`NEWSTAPE_STORE`).

What must stay true of both:

* A partition is exactly its changelog up to `reached`, and whatever was confirmed since. Changes come only from the
  changelog itself (recovery) or after the broker has confirmed them: no store runs ahead of its changelog, and one that
  was left behind (its partition went to another worker and came back) goes on from where it stopped.
* Changes and the point they reach are one atomic write, so the point is never ahead of what is on disk: after a kill
  the operating system has the write-ahead log, after a loss of power RocksDB takes its log up to the first gap.

Faust's own RocksDB store is not used. It writes the point in a write of its own, takes it from a producer that newstape
does not send by, opens a 2 GB cache per partition, and recovers through Faust, whose buffers may drop changelog records
at a rebalance and then take later ones for the whole (`Recovery._slurp_changelogs` believes any higher offset).

Keys are JSON arrays that end in a source position. Without it they name a group: the versions of one article in the
ledger, of one article's share in an entity. Every entry has a minute from which its expiry counts.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from schemas import WireError, decode, encode
from streams.expiry import Expiry

Change = tuple[bytes, bytes | None]
"""Key and value of an entry; no value deletes it."""

MINUTE_BYTES: Final = 4
LAYOUT: Final = 1  # of the files; files of another layout are built anew from the changelog
CACHE_BYTES: Final = 64 << 20  # blocks read, shared by all partitions of a worker
WRITE_BUFFER_BYTES: Final = 8 << 20  # per partition; at most two, so 32 MiB for two tables of one partition


class StateError(RuntimeError):
    """State is not what this release reads, or cannot be had; the message names it and the mend."""


class Reached(NamedTuple):
    """A point in a changelog: all before it and itself are in the store."""

    offset: int
    """Offset of the record."""
    stamp_ms: int
    """Its timestamp: tells whether the changelog is still the one that the store was filled from, and how old it is."""


class Partition(Protocol):
    """Entries of one partition of a table."""

    reached: Reached | None

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes, in order, and note the point they reach; null leaves the point as it is."""

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""

    def groups(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries, group by group."""

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry; an empty one now and then, so that a caller can pause."""

    def due(self, before: int) -> Iterator[bytes]:
        """Keys of entries whose minute is before this one, oldest first."""

    def __len__(self) -> int:
        """How many entries; on disk an estimate, since counting would read them all."""

    def clear(self) -> None:
        """Forget all, the point reached included."""

    def close(self) -> None:
        """Let go of files and memory."""


def group_of(key: bytes) -> bytes:
    """The group of a key: what it is about, without the source position."""
    return key.rsplit(b",", 2)[0]


def minute_of(value: bytes) -> int:
    """The minute that an entry's expiry counts from: the second element of its array."""
    return int(value.split(b",", 2)[1])


class MemoryPartition:
    """Entries in a dict by group; about 120 bytes each beside key and value."""

    def __init__(self) -> None:
        self.reached: Reached | None = None
        # One flat tuple of keys and values per group: a dict for every article would cost more than the article.
        self._groups: dict[bytes, tuple[bytes, ...]] = {}
        self._expiry: Expiry[bytes] = Expiry()
        self._entries = 0

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes."""
        for key, value in changes:
            group = group_of(key)
            kept = self._groups.get(group, ())
            pairs = [(k, v) for k, v in zip(kept[::2], kept[1::2], strict=True) if k != key]
            known = 2 * len(pairs) < len(kept)
            if value is not None:
                if not known:
                    self._expiry.add(minute_of(value), key := _exact(key))
                    self._entries += 1
                pairs.append((key, _exact(value)))
            elif known:
                self._entries -= 1
            if pairs:
                self._groups[group] = tuple(part for pair in pairs for part in pair)
            else:
                self._groups.pop(group, None)
        if reached is not None:
            self.reached = reached

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""
        kept = self._groups.get(group, ())
        return list(zip(kept[::2], kept[1::2], strict=True))

    def groups(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries, group by group."""
        return (self.group(group) for group in list(self._groups))

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry."""
        return (self.group(group) for group, kept in list(self._groups.items()) if len(kept) > 2)

    def due(self, before: int) -> Iterator[bytes]:
        """Keys whose minute is before this one."""
        return self._expiry.due(before, self._holds)

    def _holds(self, key: bytes) -> bool:
        return key in self._groups.get(group_of(key), ())[::2]

    def __len__(self) -> int:
        """How many entries."""
        return self._entries

    def clear(self) -> None:
        """Forget all."""
        self._groups.clear()
        self._expiry.clear()
        self.reached, self._entries = None, 0

    def close(self) -> None:
        """Forget all: what is not on disk does not outlive its partition's stay."""
        self.clear()


def _exact(raw: bytes) -> bytes:
    """A copy in memory of its own size: the encoder's own keeps the kilobytes it was written in."""
    return memoryview(raw).tobytes()


class Disk:
    """What the partitions on disk of one worker share: the directory, a cache and the memory for writes."""

    def __init__(self, directory: Path) -> None:
        """Raises StateError where the extra `rocksdb` is not installed."""
        try:
            import rocksdict  # noqa: PLC0415 - only who asks for it needs it
        except ImportError as error:
            raise StateError(
                "NEWSTAPE_STORE: rocksdb needs the extra of that name: pip install 'newstape[rocksdb]', or set memory"
            ) from error
        self.directory = directory
        self.rocksdict: Any = rocksdict
        blocks = rocksdict.BlockBasedOptions()
        blocks.set_block_cache(rocksdict.Cache(CACHE_BYTES))
        blocks.set_block_size(16 << 10)  # the same field names over and over: larger blocks compress far better
        blocks.set_bloom_filter(10, block_based=False)
        options = rocksdict.Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_block_based_table_factory(blocks)
        options.set_write_buffer_size(WRITE_BUFFER_BYTES)
        options.set_max_write_buffer_number(2)
        options.set_compression_type(rocksdict.DBCompressionType.lz4())
        options.set_bottommost_compression_type(rocksdict.DBCompressionType.zstd())
        options.set_max_open_files(64)
        options.set_keep_log_file_num(2)
        options.set_stats_dump_period_sec(0)
        options.set_wal_recovery_mode(rocksdict.DBRecoveryMode.point_in_time())
        self.options = options

    def open(self, changelog: str, partition: int, form: int) -> "DiskPartition":
        """One partition of a table whose entries are of this format. Raises StateError where its files are in use."""
        return DiskPartition(self, self.directory / "state" / changelog / str(partition), form)


class _Meta(NamedTuple):
    layout: int
    form: int
    reached: Reached | None


_ENTRY: Final = b"e"  # entry: key -> value
_DUE: Final = b"t"  # when it falls due: minute, key -> nothing
_META: Final = b"m"
_PAUSE: Final = 5_000  # keys between two chances for a caller to pause


class DiskPartition:
    """Entries in a RocksDB of their own, with their minutes beside them in the order in which they fall due."""

    def __init__(self, disk: Disk, path: Path, form: int) -> None:
        self._disk, self._path, self._form = disk, path, form
        self.reached: Reached | None = None
        self._db = self._open()
        meta = self._meta()
        if meta is None or (meta.layout, meta.form) != (LAYOUT, form):
            self.clear()
        else:
            self.reached = meta.reached

    def _open(self) -> Any:
        self._path.mkdir(parents=True, exist_ok=True)
        try:
            return self._disk.rocksdict.Rdict(str(self._path), self._disk.options)
        except Exception as error:
            if "lock" in str(error).lower():
                raise StateError(
                    f"{self._path} is in use by another worker; give every worker a directory of its own with "
                    "--data-dir or NEWSTAPE_DATA_DIR, and see that none is stopped half-way (kill -CONT)"
                ) from error
            raise StateError(
                f"{self._path} cannot be opened ({error}); delete it, and it is built anew from the changelog"
            ) from error

    def _meta(self) -> _Meta | None:
        raw = self._db.get(_META)
        try:
            return None if raw is None else decode(_Meta, raw)
        except WireError:
            return None

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes and note the point they reach, all or nothing."""
        batch = self._disk.rocksdict.WriteBatch(raw_mode=True)
        for key, value in dict(changes).items():
            if value is not None:
                batch.put(_ENTRY + key, value)
                batch.put(_due_key(minute_of(value), key), b"")
            elif (old := self._db.get(_ENTRY + key)) is not None:
                batch.delete(_ENTRY + key)
                batch.delete(_due_key(minute_of(old), key))
        if reached is not None:
            batch.put(_META, encode([LAYOUT, self._form, list(reached)]))
        self._db.write(batch)
        if reached is not None:
            self.reached = reached

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""
        first = _ENTRY + group + b","
        found = []
        for key, value in self._db.items(from_key=first):
            if not key.startswith(first):
                break
            found.append((key[1:], value))
        return found

    def groups(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries, group by group: one article's lie side by side."""
        return (list(entries) for _, entries in groupby(self._items(), lambda entry: group_of(entry[0])))

    def _items(self) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._db.items(from_key=_ENTRY):
            if not key.startswith(_ENTRY):
                break
            yield key[1:], value

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry, found by their keys alone."""
        last, told = b"", b""
        for number, key in enumerate(self._db.keys(from_key=_ENTRY)):
            if not key.startswith(_ENTRY):
                break
            group = group_of(key)
            if group == last != told:
                told = group
                yield self.group(group[1:])
            elif number % _PAUSE == 0:
                yield []
            last = group

    def due(self, before: int) -> Iterator[bytes]:
        """Keys whose minute is before this one."""
        end = _due_key(before, b"")
        for row in self._db.keys(from_key=_DUE):
            if row >= end:
                break
            key = row[1 + MINUTE_BYTES :]
            value = self._db.get(_ENTRY + key)
            if value is None or _due_key(minute_of(value), key) != row:
                self._db.delete(row)  # an entry that was written anew with another minute
            else:
                yield key

    def __len__(self) -> int:
        """How many entries, by RocksDB's estimate: each is two keys."""
        return int(self._db.property_int_value("rocksdb.estimate-num-keys") or 0) // 2

    def clear(self) -> None:
        """Delete the files and begin anew."""
        self._db.close()
        shutil.rmtree(self._path)
        self._db, self.reached = self._open(), None
        self._db[_META] = encode([LAYOUT, self._form, None])

    def close(self) -> None:
        """Let go of the files; they stay."""
        self._db.close()


def _due_key(minute: int, key: bytes) -> bytes:
    return _DUE + max(minute, 0).to_bytes(MINUTE_BYTES, "big") + key


Opener = Callable[[int], Partition]
"""Opens one partition of a table."""


def opener(changelog: str, form: int, disk: Disk | None) -> Opener:
    """How the partitions of a table are opened: on this disk, or in memory where there is none."""
    if disk is None:
        return lambda _: MemoryPartition()
    return lambda partition: disk.open(changelog, partition, form)
