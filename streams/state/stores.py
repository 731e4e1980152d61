"""Where one partition of a table keeps its entries: in memory, or on disk in RocksDB (`NEWSTAPE_STORE`).

What must stay true of both:

* A partition holds exactly its changelog up to `reached`, and the changes confirmed since. Changes come only from the
  changelog itself (recovery) or after the broker has confirmed them: no store is ahead of its changelog, and one that
  fell behind (its partition went to another worker and came back) continues from where it stopped.
* Changes and the point they reach are one atomic write, so the point is never ahead of what is on disk: after a kill
  the operating system has the write-ahead log; after a loss of power RocksDB reads its log up to the first gap.

Faust's own RocksDB store is not used. It writes the point separately from the changes, takes it from a producer that
newstape does not use, opens a 2 GB cache per partition, and recovers through Faust, whose buffers may drop changelog
records at a rebalance and then treat later ones as complete (`Recovery._slurp_changelogs` accepts any higher offset).

Keys are JSON arrays that end in a source position. Without it they name a group: the versions of one article in the
ledger, or what one article contributes to an entity. Every entry has a minute from which its expiry counts.

Entries are also found by marks: short byte strings made from key and value, each with a minute. On disk a mark is a row
of its own, written and deleted with its entry, so that after a restart nothing has to be derived from the entries.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import structlog

from schemas import WireError, decode, encode
from streams.state.damage import DamagedError, StateError, cannot_be_used, fault_of, seen_damage
from streams.state.expiry import Expiry
from streams.state.layout import group_of, group_prefix, minute_of
from streams.tally import MARK_BYTES

log = structlog.get_logger(__name__)

Change = tuple[bytes, bytes | None]
"""Key and value of an entry; the value None deletes it."""

Marks = Callable[[bytes, bytes], Iterable[tuple[bytes, int]]]
"""Gives the marks of an entry, `MARK_BYTES` each, with a minute, from its key and value."""

MINUTE_BYTES: Final = 4
OWNER_ONLY: Final = 0o700  # mode of directories: texts of articles may be licensed, and no other user may read them
LAYOUT: Final = 2  # of the files, marks included; files of another layout are built anew from the changelog
CACHE_BYTES: Final = 64 << 20  # blocks read, shared by all partitions of a worker
WRITE_BUFFER_BYTES: Final = 8 << 20  # for one partition's entries, and for its marks
WRITE_BUFFERS_BYTES: Final = 96 << 20  # for all of them in a worker: above this they are written out sooner


class Reached(NamedTuple):
    """A point in a changelog: the record there and all before it are in the store."""

    offset: int
    """Offset of the record."""
    stamp_ms: int
    """Its timestamp: shows whether the changelog is still the one that filled the store, and how old the store is."""


class Partition(Protocol):
    """Entries of one partition of a table."""

    reached: Reached | None

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes, in order, and store the point they reach; None leaves the point as it is."""

    def get(self, key: bytes) -> bytes | None:
        """The value of an entry."""

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""

    def groups(self, prefix: bytes = b"") -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries whose keys begin like this, group by group."""

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, bytes]]:
        """Each mark with the keys of the latest `most` entries that bear it. To be read to its end."""

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry, and now and then an empty list, so that the caller can pause."""

    def due(self, before: int) -> Iterator[bytes]:
        """Keys of entries whose minute is before this one, oldest first."""

    def __len__(self) -> int:
        """How many entries; on disk an estimate, since counting would read them all."""

    def clear(self) -> None:
        """Remove all entries and the point reached."""

    def close(self) -> None:
        """Close the files and free the memory."""


def no_marks(_key: bytes, _value: bytes) -> tuple[()]:
    """No marks: for entries that are found by their groups alone."""
    return ()


class Entries:
    """Entries by group and by mark, in dicts. Each takes about 120 bytes beside key and value, and 150 per mark."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        # One flat tuple of keys and values per group: a dict for every article would cost more than the article.
        self._groups: dict[bytes, tuple[bytes, ...]] = {}
        # Most marks are borne by one entry.
        self._marked: dict[bytes, bytes | dict[bytes, None]] = {}
        self._entries = 0

    def put(self, key: bytes, value: bytes) -> bool:
        """Write an entry; true where there was none. The same value again changes nothing."""
        old = self.get(key)
        if old == value:
            return False
        if old is not None:
            self.drop(key)
        group = group_of(key)
        self._groups[group] = (*self._groups.get(group, ()), key, value)
        self._entries += 1
        for mark, _ in self._marks(key, value):
            bearers = self._marked.get(mark)
            if isinstance(bearers, dict):
                bearers[key] = None
            else:
                self._marked[mark] = key if bearers in (None, key) else {bearers: None, key: None}
        return old is None

    def drop(self, key: bytes) -> None:
        """Delete an entry, if it is there."""
        value = self.get(key)
        if value is None:
            return
        group = group_of(key)
        others = _without(self._groups[group], key)
        if others:
            self._groups[group] = others
        else:
            del self._groups[group]
        self._entries -= 1
        for mark, _ in self._marks(key, value):
            bearers = self._marked.get(mark)
            if isinstance(bearers, dict):
                bearers.pop(key, None)
            if bearers == key or not bearers:
                self._marked.pop(mark, None)

    def get(self, key: bytes) -> bytes | None:
        """The value of an entry."""
        kept = self._groups.get(group_of(key), ())
        return next((kept[at + 1] for at in range(0, len(kept), 2) if kept[at] == key), None)

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""
        kept = self._groups.get(group, ())
        return list(zip(kept[::2], kept[1::2], strict=True))

    def groups(self, prefix: bytes = b"") -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries whose keys begin like this, group by group."""
        return (self.group(group) for group in list(self._groups) if group.startswith(prefix))

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, bytes]]:
        """Each mark with the keys of the `most` entries that bear it and were written last."""
        for mark in marks:
            bearers = self._marked.get(mark, {})
            for key in islice(reversed(bearers), most) if isinstance(bearers, dict) else (bearers,):
                yield mark, key

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry."""
        return (self.group(group) for group, kept in list(self._groups.items()) if len(kept) > 2)

    def __len__(self) -> int:
        """How many entries."""
        return self._entries

    def clear(self) -> None:
        """Forget all."""
        self._groups.clear()
        self._marked.clear()
        self._entries = 0


def _without(kept: tuple[bytes, ...], key: bytes) -> tuple[bytes, ...]:
    for at in range(0, len(kept), 2):
        if kept[at] == key:
            return kept[:at] + kept[at + 2 :]
    return kept


class MemoryPartition(Entries):
    """Entries in memory."""

    def __init__(self, marks: Marks = no_marks) -> None:
        super().__init__(marks)
        self.reached: Reached | None = None
        self._expiry: Expiry[bytes] = Expiry()

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes."""
        for key, value in changes:
            if value is None:
                self.drop(key)
                continue
            own = _exact(key)
            if self.put(own, _exact(value)):
                self._expiry.add(minute_of(value), own)
        if reached is not None:
            self.reached = reached

    def due(self, before: int) -> Iterator[bytes]:
        """Keys whose minute is before this one."""
        return self._expiry.due(before, lambda key: self.get(key) is not None)

    def clear(self) -> None:
        """Forget all."""
        super().clear()
        self._expiry.clear()
        self.reached = None

    def close(self) -> None:
        """Free the memory: entries that are not on disk go when their partition leaves the worker."""
        self.clear()


def _exact(raw: bytes) -> bytes:
    """A copy of exactly its size: the encoder's own result keeps the kilobytes of its buffer."""
    return memoryview(raw).tobytes()


class Disk:
    """What the partitions on disk of one worker share: the directory, a cache and the memory for writes."""

    def __init__(self, directory: Path) -> None:
        """Raises StateError where the extra `rocksdb` is not installed, or the directory can't be used."""
        try:
            import rocksdict  # noqa: PLC0415 - only who asks for it needs it
        except ImportError as error:
            raise StateError(
                "NEWSTAPE_STORE: rocksdb needs the extra of that name: pip install 'newstape[rocksdb]', or set memory"
            ) from error
        self.directory = directory / "state"
        try:
            self.directory.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            self.directory.chmod(OWNER_ONLY)  # an earlier release let everybody read it
        except OSError as error:
            raise cannot_be_used(self.directory, error) from error
        self.fault = ""
        """The last fault found in the files of a partition: the caller that meets it may not be able to act on it."""
        self.rocksdict: Any = rocksdict
        blocks = rocksdict.BlockBasedOptions()
        blocks.set_block_cache(rocksdict.Cache(CACHE_BYTES))
        blocks.set_block_size(16 << 10)  # the same field names over and over: larger blocks compress far better
        blocks.set_bloom_filter(10, block_based=False)
        self.options = self._options(blocks)
        self.options.create_if_missing(True)
        self.options.create_missing_column_families(True)
        self.options.set_write_buffer_manager(rocksdict.WriteBufferManager(WRITE_BUFFERS_BYTES, False))
        self.options.set_max_open_files(64)
        self.options.set_keep_log_file_num(2)
        self.options.set_stats_dump_period_sec(0)
        self.options.set_wal_recovery_mode(rocksdict.DBRecoveryMode.point_in_time())
        # Most marks that are looked up belong to no entry. With a filter over them that is known without reading:
        # 13 against 44 microseconds a mark at 300,000 entries of 8 marks, one iterator used for all marks of a text.
        self.mark_options = self._options(blocks)
        self.mark_options.set_prefix_extractor(rocksdict.SliceTransform.create_fixed_prefix(MARK_BYTES))
        self.by_mark = rocksdict.ReadOptions()
        self.by_mark.set_prefix_same_as_start(True)

    def _options(self, blocks: Any) -> Any:
        options = self.rocksdict.Options(raw_mode=True)
        options.set_block_based_table_factory(blocks)
        options.set_write_buffer_size(WRITE_BUFFER_BYTES)
        options.set_max_write_buffer_number(2)
        options.set_compression_type(self.rocksdict.DBCompressionType.lz4())
        options.set_bottommost_compression_type(self.rocksdict.DBCompressionType.zstd())
        return options

    def open(self, changelog: str, partition: int, form: int, marks: Marks) -> "DiskPartition":
        """Open one partition of a table whose entries have this format. Raises StateError if its files are in use."""
        return DiskPartition(self, self.directory / changelog / str(partition), form, marks)


class _Meta(NamedTuple):
    layout: int
    form: int
    reached: Reached | None


_ENTRY: Final = b"e"  # entry: key -> value
_DUE: Final = b"t"  # when it falls due: minute, key -> nothing
_META: Final = b"m"
_MARKS: Final = "marks"  # a column family: mark, minute from the latest, key -> nothing
_LAST_MINUTE: Final = (1 << 8 * MINUTE_BYTES) - 1
_PAUSE: Final = 5_000  # keys between two chances for a caller to pause


class DiskPartition:
    """Entries in a RocksDB database of their own; further rows list them in the order in which they fall due."""

    def __init__(self, disk: Disk, path: Path, form: int, marks: Marks) -> None:
        self._disk, self._path, self._form, self._marks = disk, path, form, marks
        self.reached: Reached | None = None
        self._db: Any = None
        self._marked: Any = None
        meta = self._opened()
        if meta is None or (meta.layout, meta.form) != (LAYOUT, form):
            self.clear()
        else:
            self.reached = meta.reached

    def _opened(self) -> _Meta | None:
        """Open the files, and read their metadata; None where they are damaged or have none."""
        try:
            why = seen_damage(self._path)
            self._open()
            raw = self._read(_META)
        except OSError as error:
            raise self._fault(error) from error
        except DamagedError as error:
            why, raw = str(error), None
        if why:
            log.warning("stored state is not used and built anew", path=str(self._path), why=why)
            return None
        try:
            return None if raw is None else decode(_Meta, raw)
        except WireError:
            return None

    def _open(self) -> None:
        families = {"default": self._disk.options, _MARKS: self._disk.mark_options}
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            self._db = self._disk.rocksdict.Rdict(str(self._path), self._disk.options, column_families=families)
            self._marked = self._db.get_column_family(_MARKS)
        except Exception as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> Exception:
        """The fault in these files that an error of RocksDB reports; any other error is returned as it is."""
        # rocksdict raises Exception itself for errors of RocksDB, and its own class for a use after closing.
        if type(error) is not Exception and not isinstance(error, OSError):
            return error
        fault = fault_of(self._path, error)
        self._disk.fault = str(fault)  # keeping the exception would keep iterators, and so the files, open
        return fault

    def _read(self, key: bytes) -> bytes | None:
        """The value of a row. Raises StoreError where the files can't be read."""
        try:
            value: bytes | None = self._db.get(key)
        except Exception as error:
            raise self._fault(error) from error
        return value

    def _write(self, batch: Any) -> None:
        """Write a batch as a whole or not at all. Raises StoreError where the files can't be written."""
        try:
            self._db.write(batch)
        except Exception as error:
            raise self._fault(error) from error

    def _rows(self, first: bytes) -> Iterator[tuple[bytes, Callable[[], bytes]]]:
        """Keys of the rows from this one on, each with a function that reads its value. Raises StoreError.

        The `items` and `keys` of rocksdict are not used: they end at a damaged block as if there were no more rows.
        """
        rows = self._db.iter()
        try:
            rows.seek(first)
            while rows.valid():
                yield rows.key(), rows.value
                rows.next()
            rows.status()
        except Exception as error:
            raise self._fault(error) from error

    def apply(self, changes: Sequence[Change], reached: Reached | None) -> None:
        """Make these changes and note the point they reach, all or nothing."""
        batch = self._disk.rocksdict.WriteBatch(raw_mode=True)
        marks = self._db.get_column_family_handle(_MARKS)  # not stored: it would keep the files open
        for key, value in dict(changes).items():
            old = self.get(key)
            if value == old:
                continue  # delivered again, or a deletion of an entry that is not there
            if old is not None:
                batch.delete(_ENTRY + key)
                batch.delete(_due_key(minute_of(old), key))
                for mark, minute in self._marks(key, old):
                    batch.delete(_mark_key(mark, minute, key), marks)
            if value is not None:
                batch.put(_ENTRY + key, value)
                batch.put(_due_key(minute_of(value), key), b"")
                for mark, minute in self._marks(key, value):
                    batch.put(_mark_key(mark, minute, key), b"", marks)
        if reached is not None:
            batch.put(_META, encode([LAYOUT, self._form, list(reached)]))
        self._write(batch)
        if reached is not None:
            self.reached = reached

    def get(self, key: bytes) -> bytes | None:
        """The value of an entry."""
        return self._read(_ENTRY + key)

    def group(self, group: bytes) -> list[tuple[bytes, bytes]]:
        """Keys and values of one group."""
        return list(self._items(group_prefix(group)))

    def groups(self, prefix: bytes = b"") -> Iterator[list[tuple[bytes, bytes]]]:
        """All entries whose keys begin like this, group by group: one article's lie side by side."""
        return (list(entries) for _, entries in groupby(self._items(prefix), lambda entry: group_of(entry[0])))

    def _items(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        first = _ENTRY + prefix
        for key, value in self._rows(first):
            if not key.startswith(first):
                break
            yield key[1:], value()

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, bytes]]:
        """Each mark with the keys of the latest `most` entries that bear it. To be read to its end:
        an iterator left half-way holds the files open.
        """
        rows = self._marked.iter(self._disk.by_mark)
        for mark in marks:
            rows.seek(mark)
            left = most
            while left != 0 and rows.valid() and (row := rows.key()).startswith(mark):
                yield mark, row[MARK_BYTES + MINUTE_BYTES :]
                rows.next()
                left = None if left is None else left - 1
            try:
                rows.status()
            except Exception as error:
                raise self._fault(error) from error

    def crowded(self) -> Iterator[list[tuple[bytes, bytes]]]:
        """Groups of more than one entry, found by their keys alone."""
        last, told = b"", b""
        for number, (key, _) in enumerate(self._rows(_ENTRY)):
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
        for row, _ in self._rows(_DUE):
            if row >= end:
                break
            key = row[1 + MINUTE_BYTES :]
            value = self._read(_ENTRY + key)
            if value is None or _due_key(minute_of(value), key) != row:
                batch = self._disk.rocksdict.WriteBatch(raw_mode=True)
                batch.delete(row)  # the entry was written anew with another minute, or is gone
                self._write(batch)
            else:
                yield key

    def __len__(self) -> int:
        """How many entries, by RocksDB's estimate: each has two keys."""
        return int(self._db.property_int_value("rocksdb.estimate-num-keys") or 0) // 2

    def clear(self) -> None:
        """Delete the files and begin anew."""
        self.close()
        try:
            shutil.rmtree(self._path)
        except OSError as error:
            raise self._fault(error) from error
        self._open()
        self.reached = None
        batch = self._disk.rocksdict.WriteBatch(raw_mode=True)
        batch.put(_META, encode([LAYOUT, self._form, None]))
        self._write(batch)

    def close(self) -> None:
        """Close the files, which stay."""
        if self._db is not None:
            for rows in (self._marked, self._db):
                with suppress(Exception):  # what can't be written out any more is in the log or in the changelog
                    rows.close()
            self._marked = self._db = None


def _due_key(minute: int, key: bytes) -> bytes:
    return _DUE + max(minute, 0).to_bytes(MINUTE_BYTES, "big") + key


def _mark_key(mark: bytes, minute: int, key: bytes) -> bytes:
    return mark + (_LAST_MINUTE - max(minute, 0)).to_bytes(MINUTE_BYTES, "big") + key


Opener = Callable[[int, Marks], Partition]
"""Opens one partition of a table whose entries have these marks."""


def opener(changelog: str, form: int, disk: Disk | None) -> Opener:
    """How the partitions of a table are opened: on this disk, or in memory where there is none."""
    if disk is None:
        return lambda _, marks: MemoryPartition(marks)
    return lambda partition, marks: disk.open(changelog, partition, form, marks)
