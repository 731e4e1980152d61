"""The file of prepared data is a convenience: it is believed only where it can be, and never needed."""

import os
import threading
from pathlib import Path

import pytest

from streams.data.prepared_file import cache_directory, keep, kept

CONTENT = bytes(range(256)) * 1_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache directory that does not exist yet."""
    return tmp_path / "cache" / "newstape"


def the_file(folder: Path) -> Path:
    """The one file of the directory."""
    (path,) = folder.iterdir()
    return path


def test_what_is_kept_is_read_again(folder: Path) -> None:
    """Under its key, and under no other."""
    assert kept(folder, "one") is None
    keep(folder, "one", CONTENT)

    assert kept(folder, "one") == CONTENT
    assert kept(folder, "two") is None
    assert the_file(folder).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("size", [0, 7, 31, 32, 100_000])
def test_a_file_that_was_cut_off_is_nothing(folder: Path, size: int) -> None:
    """As a full disk leaves it."""
    keep(folder, "one", CONTENT)
    path = the_file(folder)
    path.write_bytes(path.read_bytes()[:size])

    assert kept(folder, "one") is None


def test_a_changed_byte_is_seen_and_written_over(folder: Path) -> None:
    """The digest covers all of it; the next start writes the file anew."""
    keep(folder, "one", CONTENT)
    path = the_file(folder)
    damaged = bytearray(path.read_bytes())
    damaged[5_000] ^= 1
    path.write_bytes(damaged)
    assert kept(folder, "one") is None

    keep(folder, "one", CONTENT)
    assert kept(folder, "one") == CONTENT


def test_a_file_under_the_name_of_another_key_is_nothing(folder: Path) -> None:
    """The key is part of what the digest covers."""
    keep(folder, "one", CONTENT)
    the_file(folder).rename(folder / the_file(folder).name.replace("one", "two"))

    assert kept(folder, "two") is None


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o666])
def test_a_file_that_others_can_write_is_not_believed(folder: Path, mode: int) -> None:
    """Whoever could write it could have written anything."""
    keep(folder, "one", CONTENT)
    the_file(folder).chmod(mode)

    assert kept(folder, "one") is None


def test_a_directory_that_others_can_write_is_not_used(folder: Path) -> None:
    """Neither is a file there believed, nor is one written."""
    keep(folder, "one", CONTENT)
    folder.chmod(0o777)
    assert kept(folder, "one") is None

    keep(folder, "two", CONTENT)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("given_away", ["directory", "file"])
def test_what_belongs_to_somebody_else_is_not_believed(folder: Path, given_away: str) -> None:
    """A user who is neither this one nor root."""
    keep(folder, "one", CONTENT)
    os.chown(folder if given_away == "directory" else the_file(folder), 12_345, -1)

    assert kept(folder, "one") is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    """A file stands where the directory would be; root, too, can't write below it."""
    (tmp_path / "cache").write_text("in the way")
    folder = tmp_path / "cache" / "newstape"

    keep(folder, "one", CONTENT)
    assert kept(folder, "one") is None


def test_the_files_written_last_stay(folder: Path) -> None:
    """One for each version and registry would fill the disk of somebody who changes them often."""
    for number in range(7):
        keep(folder, f"key{number}", CONTENT)
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))

    assert [number for number in range(7) if kept(folder, f"key{number}")] == [3, 4, 5, 6]


def test_writers_at_the_same_time_leave_a_whole_file(folder: Path) -> None:
    """Workers that start together prepare the same; a reader sees nothing or all of it."""
    stop = threading.Event()
    wrong: list[bytes] = []

    def watch() -> None:
        while not stop.is_set():
            found = kept(folder, "one")
            if found not in (None, CONTENT):
                wrong.append(found or b"")

    watcher = threading.Thread(target=watch)
    watcher.start()
    writers = [threading.Thread(target=lambda: [keep(folder, "one", CONTENT) for _ in range(20)]) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    watcher.join()

    assert not wrong
    assert kept(folder, "one") == CONTENT
    assert the_file(folder).name.startswith("extraction-")


def test_the_directory_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the XDG base directory specification says; a relative path there counts for nothing."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/alice")
    assert cache_directory() == Path("/var/cache/alice/newstape")
    monkeypatch.setenv("HOME", "/home/alice")
    for nothing in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", nothing)
        assert cache_directory() == Path("/home/alice/.cache/newstape")
