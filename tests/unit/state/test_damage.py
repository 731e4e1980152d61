"""Bytes that turn over in the files of a partition, and disks that take no more: noticed, and never silently wrong."""

import os
import random
import resource
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas import encode
from streams.state.damage import DamagedError, StoreError
from streams.state.layout import minute_of
from streams.state.stores import Disk, MemoryPartition, Partition, Reached, opener
from streams.state.verification import Verified, verified
from streams.tally import MARK_BYTES

FORM = 1
KEYS = [encode([f"urn:{number}", 0, offset]) for number in range(30) for offset in range(3)]
BATCHES = 50
PLACES, EDGE = 3, 2  # bytes of each file, and so many at its beginning and its end
END = 10_000  # a minute after all


def value(minute: int, length: int) -> bytes:
    """An entry of this minute that says something of this length."""
    return encode([FORM, minute, "x" * length])


def marks(key: bytes, said: bytes) -> list[tuple[bytes, int]]:
    """One mark by the article, one by the length of what the entry says."""
    return [(_article_mark(key), minute_of(said)), (_length_mark(len(said)), 0)]


def _article_mark(key: bytes) -> bytes:
    return key.split(b",")[0][2:].ljust(MARK_BYTES)


def _length_mark(length: int) -> bytes:
    return (b"%d" % (length % 7)).ljust(MARK_BYTES)


MARKS = sorted({_article_mark(key) for key in KEYS} | {_length_mark(length) for length in range(7)})


@dataclass(frozen=True)
class Content:
    """All that can be read of a partition, in every way in which it is read."""

    entries: dict[bytes, bytes]
    by_key: dict[bytes, bytes | None]
    due: list[bytes]
    crowded: list[list[tuple[bytes, bytes]]]
    marked: list[tuple[bytes, bytes]]


def content(partition: Partition) -> Content:
    """Raises DamagedError where a part of it can't be read."""
    return Content(
        entries={key: said for group in partition.groups() for key, said in group},
        by_key={key: partition.get(key) for key in KEYS},
        due=sorted(set(partition.due(END))),
        crowded=sorted(sorted(group) for group in partition.crowded() if group),
        marked=sorted(partition.marked(MARKS, None)),
    )


def opened(directory: Path) -> Partition:
    """The partition whose files lie here."""
    return opener("ledger", FORM, Disk(directory))(0, marks)


def files_of(directory: Path) -> Path:
    """Where its files lie."""
    return directory / "state" / "ledger" / "0"


def filled(directory: Path, draw: random.Random) -> dict[Reached | None, Content]:
    """Files as a kill leaves them: tables of several ages and a log; what they held at each point they reached."""
    partition, held = opened(directory / "filled"), MemoryPartition(marks)
    history = {held.reached: content(held)}
    for number in range(BATCHES):
        changes = [
            (draw.choice(KEYS), None if draw.random() < 0.25 else value(draw.randrange(1, 900), draw.randrange(60)))
            for _ in range(draw.randint(1, 12))
        ]
        for store in (partition, held):
            store.apply(changes, Reached(number, number))
        history[held.reached] = content(held)
        if number in {15, 30, 40}:  # opened again, it writes its log out into tables
            partition.close()
            partition = opened(directory / "filled")
    shutil.copytree(files_of(directory / "filled"), directory / "left")
    partition.close()
    return history


def flips(path: Path, draw: random.Random) -> Iterator[bytes]:
    """A file with one byte turned over, at many places."""
    whole = path.read_bytes()
    places = {draw.randrange(len(whole)) for _ in range(PLACES if whole else 0)}
    if not path.name.startswith(("LOG", "OPTIONS", "IDENTITY")):  # of those nothing is read
        places |= {*range(min(EDGE, len(whole))), *range(max(0, len(whole) - EDGE), len(whole))}
    for place in sorted(places):
        turned = bytearray(whole)
        turned[place] ^= draw.choice((0xFF, 0x01, 0x80, draw.randrange(1, 256)))
        yield bytes(turned)


@pytest.mark.parametrize("seed", [2])
def test_a_byte_that_turned_over_is_noticed_or_does_not_matter(seed: int, tmp_path: Path) -> None:
    """Whichever file it is in: what is read is what was written up to the point reached, or nothing is.

    Nothing: the files are dropped when they are opened, or the fault is raised when it is read and the next drops them.
    """
    draw = random.Random(seed)
    history = filled(tmp_path, draw)
    outcomes: Counter[str] = Counter()
    for path in sorted((tmp_path / "left").iterdir()):
        for flipped in flips(path, draw):
            shutil.rmtree(tmp_path / "flipped", ignore_errors=True)
            shutil.copytree(tmp_path / "left", files_of(tmp_path / "flipped"))
            (files_of(tmp_path / "flipped") / path.name).write_bytes(flipped)
            outcomes[_outcome(tmp_path / "flipped", history)] += 1
    assert outcomes.keys() == {"dropped", "raised", "right"}


def _outcome(directory: Path, history: dict[Reached | None, Content]) -> str:
    partition = opened(directory)
    if partition.reached is None:
        assert content(partition) == history[None]
        partition.close()
        return "dropped"
    try:
        found = content(partition)
    except DamagedError:
        found = None
    if found is not None:
        assert found == history[partition.reached]
        partition.close()
        return "right"
    partition.close()
    again = opened(directory)
    assert (again.reached, content(again)) == (None, history[None])
    again.close()
    return "raised"


def test_a_damaged_table_that_is_compacted_does_not_stop_every_start(tmp_path: Path) -> None:
    """A compaction meets the same block at every start: the next one drops the files."""
    partition = opened(tmp_path)
    partition.apply([(key, value(1, 1_000)) for key in KEYS], Reached(1, 1))  # several blocks
    partition.close()
    opened(tmp_path).close()  # writes the log out
    for table in files_of(tmp_path).glob("*.sst"):
        whole = bytearray(table.read_bytes())
        whole[40] ^= 0xFF
        table.write_bytes(whole)
    partition = opened(tmp_path)
    with pytest.raises(DamagedError, match=str(files_of(tmp_path))):
        partition.apply([(KEYS[0], value(2, 50))], Reached(2, 2))
    partition.close()
    again = opened(tmp_path)
    assert again.reached is None
    again.apply([(KEYS[0], value(2, 50))], Reached(2, 2))
    assert content(again).entries == {KEYS[0]: value(2, 50)}
    again.close()


def test_a_use_after_the_closing_is_not_taken_for_damage(tmp_path: Path) -> None:
    """It is a fault of ours, and the files are as they were."""
    partition = opened(tmp_path)
    partition.apply([(KEYS[0], value(1, 50))], Reached(1, 1))
    partition.close()
    with pytest.raises(AttributeError):
        partition.get(KEYS[0])
    again = opened(tmp_path)
    assert again.reached == Reached(1, 1)
    again.close()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process may grow beyond this size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_more_is_not_taken_for_damage(tmp_path: Path) -> None:
    """What is there stays, and is right once there is room."""
    partition = opened(tmp_path)
    partition.apply([(KEYS[0], value(1, 50))], Reached(1, 1))
    with files_of_at_most(1_000), pytest.raises(StoreError, match=r"File too large.*ulimit -f") as told:
        partition.apply([(KEYS[1], value(1, 2_000))], Reached(2, 1))
    assert not isinstance(told.value, DamagedError)
    del told  # what it was met in keeps the files open
    partition.close()
    with files_of_at_most(1_000), pytest.raises(StoreError, match="File too large"):
        opened(tmp_path)
    again = opened(tmp_path)
    assert again.get(KEYS[0]) == value(1, 50)
    again.close()


def test_a_directory_that_cannot_be_had_is_told_with_what_to_do(tmp_path: Path) -> None:
    """A file in its place, say."""
    (tmp_path / "file").touch()
    for there in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="--data-dir or NEWSTAPE_DATA_DIR"):
            Disk(there)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    """It belongs to somebody else."""
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="give it to the user that runs the worker"):
        Disk(tmp_path / "data")


def test_state_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    """Also where a release before this one has made the directory."""
    (tmp_path / "state").mkdir(mode=0o755)
    opened(tmp_path).close()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_files_are_verified_without_a_change(tmp_path: Path) -> None:
    """Damage is told by its path, and what a worker has open is left alone."""
    filled(tmp_path, random.Random(1))
    before = {path.name: path.read_bytes() for path in files_of(tmp_path / "filled").iterdir()}
    assert list(verified(tmp_path / "filled")) == [Verified(path=files_of(tmp_path / "filled"))]
    assert {path.name: path.read_bytes() for path in files_of(tmp_path / "filled").iterdir()} == before
    table = min(files_of(tmp_path / "filled").glob("*.sst"))
    table.write_bytes(b"\xff" + table.read_bytes()[1:])
    (damaged,) = verified(tmp_path / "filled")
    assert (damaged.path, table.name in damaged.damage) == (files_of(tmp_path / "filled"), True)
    lock = subprocess.Popen(  # another process: a lock holds none of its own out
        [sys.executable, "-c", HOLD, str(files_of(tmp_path / "filled") / "LOCK")], stdout=subprocess.PIPE
    )
    with lock:
        assert lock.stdout is not None
        lock.stdout.readline()
        assert list(verified(tmp_path / "filled")) == [Verified(path=files_of(tmp_path / "filled"), is_in_use=True)]
        lock.kill()


HOLD = """
import fcntl, sys, time
held = open(sys.argv[1], "r+b")
fcntl.lockf(held, fcntl.LOCK_EX)
print(flush=True)
time.sleep(600)
"""
