"""Lines come out of files, pipes and gzip as the bytes they are."""

import gzip
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.operate import jsonl
from streams.operate.jsonl import JsonLines, Line, LinesError, read_ahead


def lines_of(path: Path) -> list[Line]:
    """All lines of a file."""
    with JsonLines(str(path)) as lines:
        return list(lines)


def written(tmp_path: Path, content: bytes, name: str = "lines.jsonl") -> Path:
    """A file with this content."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_blank_lines_are_skipped_but_counted(tmp_path: Path) -> None:
    """A line's number is the one that an editor shows."""
    found = lines_of(written(tmp_path, b'{"a":1}\n\n  \t\n{"b":2}\n'))
    assert [(line.number, line.value) for line in found] == [(1, b'{"a":1}'), (4, b'{"b":2}')]


def test_the_last_line_needs_no_line_feed(tmp_path: Path) -> None:
    """A file cut off after its last line still has that line."""
    assert [line.value for line in lines_of(written(tmp_path, b"one\ntwo"))] == [b"one", b"two"]


def test_windows_files_lose_their_marks(tmp_path: Path) -> None:
    """The byte order mark and carriage returns are the file's, not the line's."""
    assert [line.value for line in lines_of(written(tmp_path, b"\xef\xbb\xbfone\r\ntwo\r\n"))] == [b"one", b"two"]


def test_bytes_that_are_no_text_come_through(tmp_path: Path) -> None:
    """What is not UTF-8 is for intake to judge."""
    assert lines_of(written(tmp_path, b"\xff\xfe\x00\x85\xe2\x80\xa8x\n"))[0].value == b"\xff\xfe\x00\x85\xe2\x80\xa8x"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\r\n"])
def test_a_file_with_nothing_in_it_has_no_lines(tmp_path: Path, content: bytes) -> None:
    """An empty file is no error."""
    assert lines_of(written(tmp_path, content)) == []


def test_gzip_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    """Whatever the name; members one after another are one file, as gzip -c a b makes them."""
    content = gzip.compress(b"one\ntw") + gzip.compress(b"o\nthree\n")
    assert [line.value for line in lines_of(written(tmp_path, content))] == [b"one", b"two", b"three"]


def test_a_bom_inside_gzip_is_taken_off(tmp_path: Path) -> None:
    """It stands at the beginning of the text, not of the file."""
    assert lines_of(written(tmp_path, gzip.compress(b"\xef\xbb\xbfone")))[0].value == b"one"


def test_gzip_cut_off_is_told_after_the_lines_that_are_whole(tmp_path: Path) -> None:
    """Half of an upload must not pass for all of it."""
    content = gzip.compress(os.urandom(300_000).hex().encode() + b"\nlast\n")
    with JsonLines(str(written(tmp_path, content[:-20]))) as lines, pytest.raises(LinesError, match="cut off"):
        list(lines)


def test_damaged_gzip_is_told(tmp_path: Path) -> None:
    """The message names the file."""
    content = bytearray(gzip.compress(b"one\n" * 1000))
    content[20] ^= 0xFF
    with JsonLines(str(written(tmp_path, bytes(content)))) as lines, pytest.raises(LinesError, match=r"lines\.jsonl"):
        list(lines)


def test_a_line_too_long_is_cut_off_with_its_true_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded, and the lines after it are not harmed."""
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 100_000)
    long, after = lines_of(written(tmp_path, b"x" * 200_000 + b"\nafter\n"))
    assert (len(long.value), long.size, long.is_cut_off) == (100_000, 200_000, True)
    assert (after.number, after.value, after.is_cut_off) == (2, b"after", False)


def test_a_file_that_is_not_there_is_told_in_plain_words(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    with pytest.raises(LinesError, match=r"nothing\.jsonl can't be read: No such file"):
        JsonLines(str(tmp_path / "nothing.jsonl"))


@given(st.lists(st.binary(max_size=50).filter(lambda b: b.strip() and b"\n" not in b and not b.endswith(b"\r"))))
def test_any_lines_come_out_as_they_went_in(tmp_path_factory: pytest.TempPathFactory, values: list[bytes]) -> None:
    """Round trip over arbitrary bytes, the two marks of a file's beginning excepted."""
    if values and values[0].startswith((b"\xef\xbb\xbf", b"\x1f\x8b")):
        return
    path = written(tmp_path_factory.mktemp("lines"), b"\n".join(values))
    assert [line.value for line in lines_of(path)] == values


async def test_reading_ahead_gives_lines_as_they_come(tmp_path: Path) -> None:
    """A producer that pauses does not hold back what it has written."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    go_on = threading.Event()

    def write() -> None:
        with pipe.open("wb", buffering=0) as sink:
            sink.write(b"one\ntwo\n")
            go_on.wait(30)
            sink.write(b"three\n")

    writer = threading.Thread(target=write)
    writer.start()
    seen: list[bytes] = []
    with JsonLines(str(pipe)) as lines:
        async for batch in read_ahead(lines.batches):
            seen += [line.value for line in batch]
            if len(seen) == 2:
                go_on.set()
    writer.join(30)
    assert seen == [b"one", b"two", b"three"]


async def test_reading_ahead_passes_faults_on(tmp_path: Path) -> None:
    """What goes wrong in the thread is raised where the lines are read."""
    path = written(tmp_path, gzip.compress(b"one\n" * 1000)[:-5])
    with JsonLines(str(path)) as lines, pytest.raises(LinesError, match="cut off"):
        async for _ in read_ahead(lines.batches):
            pass
