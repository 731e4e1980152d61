"""The directory of an archive: every record once, together with the offsets that it is read up to.

    archive.json                                          the last commit
    events/day=2026-11-20/type=index.move/part-0.parquet
    activity/day=2026-11-20/part-0.parquet
    annotations/day=2026-11-20/part-0.parquet
    unread/day=2026-11-20/part-0.parquet                  records that are no messages of the contract

A commit is one renaming, that of `archive.json`:

1. Files are written aside, as `part-0.parquet.next-18` of commit 18, which nobody takes for Parquet, and fsynced.
2. `archive.json` with the new offsets and the names of these files takes the place of the old one.
3. The files take their places.

What ends between 1 and 2 leaves files that no commit names: the next start removes them, and reads their records
again. What ends between 2 and 3 leaves files that the commit names: the next start puts them in place, and readers of
this package read them where they are. So each record is in exactly one file that counts, whenever a process is killed.

Small files don't come about: a commit that has rows for a folder writes its last file anew with them, as long as that
is small, and the new file takes the old one's place by one renaming, so that who reads `*.parquet` has each row once.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from schemas import WireError, decode, encode
from streams.archive import parquet
from streams.archive.parquet import Arrow, ParquetError
from streams.archive.tables import TABLES

FORMAT: Final = 1
"""Raised where a release can't go on with the directories of the one before."""

COMMIT_FILE: Final = "archive.json"
_LOCK_FILE: Final = "archive.lock"
_NEXT: Final = ".next"
_OF_THE_DISK: Final = "lost+found"

# A file that has grown to this is left as it is, and the next one begun: what is written anew by a commit stays small.
SMALL_BYTES: Final = 8 * 1_048_576

Offsets = Mapping[tuple[str, int], int]


class ArchiveError(RuntimeError):
    """A directory that is no archive, or can't be gone on with; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Records that were gone before they were read."""

    topic: str
    """Their topic."""
    partition: int
    """Their partition."""
    begin: int
    """The first of them."""
    end: int
    """One past the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What `archive.json` says: all that is archived, and what this commit has added to it."""

    format: int = FORMAT
    """The form of the directory."""
    cluster: str | None
    """The Kafka cluster that the offsets are of."""
    prefix: str
    """What the names of its topics begin with."""
    number: int = 0
    """How many commits there were."""
    offsets: dict[str, dict[int, int]] = field(default_factory=dict)
    """By topic and partition, the offset to go on from."""
    rows: dict[str, int] = field(default_factory=dict)
    """Rows archived, by table."""
    gaps: tuple[Gap, ...] = ()
    """What was gone before it was read."""
    files: tuple[str, ...] = ()
    """Files that this commit has written, by the names that they take."""


class Directory:
    """An archive that is written to, by one process at a time. A context manager."""

    def __init__(self, path: Path, *, cluster: str | None, prefix: str) -> None:
        """Open an archive of these topics, or begin one where there is nothing. Raises ArchiveError."""
        self.path = path
        with _told(path):
            path.mkdir(parents=True, exist_ok=True)
            if last_commit(path) is None:
                _require_empty(path)
            self._lock = _locked(path)
            try:
                self.held = last_commit(path) or Commit(cluster=cluster, prefix=prefix)
                _require_same(path, self.held, cluster, prefix)
                self._recover()
            except BaseException:
                os.close(self._lock)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    @property
    def offsets(self) -> dict[tuple[str, int], int]:
        """Where to go on, by topic and partition."""
        return {(topic, p): offset for topic, parts in self.held.offsets.items() for p, offset in parts.items()}

    def note_gaps(self, gaps: Iterable[Gap]) -> None:
        """Keep with the next commit that these were gone, and that it goes on behind them."""
        found = tuple(gaps)
        offsets = self.offsets | {(gap.topic, gap.partition): gap.end for gap in found}
        self.held = replace(self.held, gaps=(*self.held.gaps, *found), offsets=_nested(offsets))

    def commit(self, added: Mapping[str, Arrow], offsets: Offsets) -> int:
        """Add rows by folder, and go on from `offsets`; how many bytes were written.

        Raises ArchiveError where that can't be done; then nothing was added.
        """
        with _told(self.path):
            number = self.held.number + 1
            files = [self._written(folder, some, number) for folder, some in sorted(added.items())]
            size = sum(_aside(self.path / file, number).stat().st_size for file in files)
            rows = dict(self.held.rows)
            for folder, some in added.items():
                table = folder.partition("/")[0]
                rows[table] = rows.get(table, 0) + some.num_rows
            self._sync_folders(files)
            held = replace(
                self.held, number=number, offsets=_nested({**self.offsets, **offsets}), rows=rows, files=tuple(files)
            )
            _replace_durably(self.path / COMMIT_FILE, encode(held) + b"\n")
            self.held = held
            self._put_in_place()
            return size

    def _written(self, folder: str, rows: Arrow, number: int) -> str:
        """Write rows aside, with those of the folder's last file where that is small; the name the file will take."""
        place = self.path / folder
        place.mkdir(parents=True, exist_ok=True)
        last = max((_number(path) for path in place.glob("part-*.parquet")), default=-1)
        path = place / f"part-{last}.parquet"
        kept = parquet.read(path) if last >= 0 and path.stat().st_size < SMALL_BYTES else None
        if kept is None or kept.schema != rows.schema:  # a release with other columns begins a file of its own
            path = place / f"part-{last + 1}.parquet"
        else:
            rows = parquet.concatenated(kept, rows)
        parquet.write(_aside(path, number), rows)
        return path.relative_to(self.path).as_posix()

    def _put_in_place(self) -> None:
        """Give the files of the last commit the names they take; done again after a crash, it does what is left."""
        for file in self.held.files:
            with suppress(FileNotFoundError):  # it has its name already
                _aside(self.path / file, self.held.number).replace(self.path / file)
        self._sync_folders(self.held.files)

    def _recover(self) -> None:
        self._put_in_place()
        for table in TABLES:
            for left in self.path.glob(f"{table.name}/**/*{_NEXT}-*"):
                left.unlink()
        (self.path / f"{COMMIT_FILE}{_NEXT}").unlink(missing_ok=True)

    def _sync_folders(self, files: Iterable[str]) -> None:
        """Have the names in the folders of these files on the disk, and these folders' own."""
        for folder in sorted({parent for file in files for parent in Path(file).parents}):
            with suppress(FileNotFoundError):  # a day that was taken out of the archive since
                _sync(self.path / folder)


def last_commit(path: Path) -> Commit | None:
    """The last commit of the archive in a directory; null where it has none. Raises ArchiveError."""
    file = path / COMMIT_FILE
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(f"{file} can't be read: {error.strerror}") from error
    try:
        held = decode(Commit, raw)
    except WireError as error:
        raise ArchiveError(
            f"{file} is damaged, or not of newstape ({error}): take it from a backup, or archive into another directory"
        ) from error
    if held.format != FORMAT:
        raise ArchiveError(f"{file} has format {held.format}, this release reads {FORMAT}: install a newer newstape")
    return held


def files_of(path: Path, table: str) -> list[Path]:
    """The files that hold a table now, each row in one of them; also those that a killed process has left aside.

    Raises ArchiveError where there is no archive.
    """
    held = last_commit(path)
    if held is None:
        raise ArchiveError(f"there is no archive in {path}: {COMMIT_FILE} is not there")
    found = {file: file for file in (path / table).glob("**/part-*.parquet")}
    for name in held.files:
        aside = _aside(path / name, held.number)
        if name.startswith(f"{table}/") and aside.exists():
            found[path / name] = aside
    return [found[file] for file in sorted(found)]


def _aside(path: Path, number: int) -> Path:
    """Where a file waits for the commit of this number."""
    return path.with_name(f"{path.name}{_NEXT}-{number}")


def _number(path: Path) -> int:
    word = path.name.removeprefix("part-").removesuffix(".parquet")
    return int(word) if word.isdecimal() else -1


def _nested(offsets: Offsets) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for (topic, partition), offset in sorted(offsets.items()):
        found.setdefault(topic, {})[partition] = offset
    return found


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say by an ArchiveError what the disk refuses."""
    try:
        yield
    except ParquetError as error:
        raise ArchiveError(
            f"{error}; what was archived before stands. If the file is damaged take it from a backup, or move it out "
            "of the archive, with the rows that it has"
        ) from error
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or path} can't be written: {error.strerror}; what was archived before stands"
        ) from error


def _require_empty(path: Path) -> None:
    own = (_LOCK_FILE, f"{COMMIT_FILE}{_NEXT}", _OF_THE_DISK)
    others = sorted(entry.name for entry in path.iterdir() if entry.name not in own)
    tables = {table.name for table in TABLES}
    if not others:
        return
    if tables.issuperset(others) and not any(path.glob("*/**/*.parquet")):
        return  # the first commit was cut off
    if tables.intersection(others):
        raise ArchiveError(
            f"{path} has files of an archive and no {COMMIT_FILE}, which says what they hold: take it from a backup, "
            "or archive into another directory"
        )
    raise ArchiveError(f"{path} is no archive and not empty: it has {', '.join(others[:3])}; name another directory")


def _require_same(path: Path, held: Commit, cluster: str | None, prefix: str) -> None:
    if held.prefix != prefix:
        raise ArchiveError(
            f"{path} archives topics whose names begin with {held.prefix!r}, not {prefix!r}: name another directory"
        )
    if held.cluster != cluster:
        raise ArchiveError(
            f"{path} archives topics of Kafka cluster {held.cluster}, this one is {cluster}: offsets of one mean "
            "nothing in another; name another directory"
        )


def _locked(path: Path) -> int:
    """Keep others from writing until this process ends, however it ends."""
    file = os.open(path / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(file)
        raise ArchiveError(f"another process archives into {path}") from error
    return file


def _replace_durably(path: Path, content: bytes) -> None:
    aside = path.with_name(f"{path.name}{_NEXT}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
