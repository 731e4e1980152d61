"""The directory of an archive: each record once, whatever ends in between, and clear words about what is no archive."""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from streams.archive.directory import COMMIT_FILE, ArchiveError, Directory, Gap, files_of, last_commit
from streams.archive.history import history
from streams.archive.tables import TABLES
from streams.kafka.records import Record
from tests.archived import EVENTS, Published, archive, batch_of, opened, places, record
from tests.builders import NOON, annotation, at, index_move

ROOT: Final = Path(__file__).parents[3]
Places = list[tuple[str, int, int]]


def published(articles: range) -> list[Record]:
    """The records of so many articles over several days and indices."""
    topics = Published()
    for number in range(articles.stop):
        events = tuple(index_move(index, 1.0 + number) for index in ("N225", "DAX")[: 1 + number % 2])
        day = NOON.replace(day=10 + number % 3)
        topics.publish(annotation(f"u{number}", offset=number, published_at=day, events=events), at(number))
    before = Published()
    for number in range(articles.start):
        events = tuple(index_move(index, 1.0 + number) for index in ("N225", "DAX")[: 1 + number % 2])
        before.publish(annotation(f"u{number}", offset=number, events=events), at(number))
    known = {(r.topic, r.offset) for r in before.records}
    return [r for r in topics.records if (r.topic, r.offset) not in known]


def all_places(records: Sequence[Record]) -> Places:
    """Where records stand."""
    return sorted((r.topic, r.partition, r.offset) for r in records)


def archived(path: Path) -> Places:
    """What the readers of this package see."""
    return sorted(place for table in TABLES for place in places(history(path, table.name)))


def seen_by_others(path: Path) -> Places:
    """What is in the files that a reader of Parquet takes."""
    files = [pq.ParquetFile(file).read(["topic", "partition", "offset"]) for file in path.glob("*/**/*.parquet")]
    return sorted(place for rows in files for place in places(rows))


def cut_off(folder: Path, records: list[Record]) -> list[Path]:
    """Archives in which the commit of these records was cut off, one a step."""
    (folder / "records.pickle").write_bytes(pickle.dumps(records))
    script = Path(__file__).with_name("cut_off.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-W", "error", str(script), str(folder)], env=environment, check=True, timeout=120)
    *cut, whole = sorted(folder.glob("cut-*"))
    assert archived(whole) == all_places(records) or (folder / "before").exists()
    return cut


@pytest.mark.timeout(400)
def test_a_commit_cut_off_at_any_step_leaves_each_record_once(tmp_path: Path) -> None:
    """Before it goes on, all or nothing of the commit is there; afterwards all, once, and nothing is left over."""
    first, then = published(range(2)), published(range(2, 5))
    archive(tmp_path / "before", first)

    cut = cut_off(tmp_path, then)

    assert len(cut) > 20
    outcomes = set()
    for path in cut:
        found = archived(path)
        assert found in (all_places(first), all_places([*first, *then])), path
        others = seen_by_others(path)
        assert len(others) == len(set(others)), path
        outcomes.add(found == all_places(first))
        archive(path, [*first, *then])
        assert archived(path) == seen_by_others(path) == all_places([*first, *then]), path
        assert not list(path.rglob("*.next*")), path
    assert outcomes == {True, False}


@pytest.mark.timeout(400)
def test_a_first_commit_cut_off_at_any_step_can_be_done_again(tmp_path: Path) -> None:
    """What it has left is not taken for a foreign directory."""
    records = published(range(2))

    cut = cut_off(tmp_path, records)

    assert len(cut) > 10
    for path in cut:
        archive(path, records)
        assert archived(path) == seen_by_others(path) == all_places(records), path


def test_a_folder_has_one_small_file_however_many_commits_there_were(tmp_path: Path) -> None:
    """And the rows stand in the order in which they came."""
    records = published(range(12))
    for number in range(1, len(records) + 1):
        archive(tmp_path / "a", records[:number])

    folders = [file.parent for file in files_of(tmp_path / "a", "events")]
    assert len(folders) == len(set(folders)) == 3
    assert archived(tmp_path / "a") == all_places(records)
    held = last_commit(tmp_path / "a")
    assert held is not None
    assert (held.number, sum(held.rows.values())) == (len(records), len(records))


def test_a_file_that_has_grown_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit writes little anew, however much a day has."""
    monkeypatch.setattr("streams.archive.directory.SMALL_BYTES", 1)
    records = published(range(6))
    archive(tmp_path / "a", records[:4])
    before = {file: file.stat().st_mtime_ns for file in files_of(tmp_path / "a", "events")}
    archive(tmp_path / "a", records)

    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert len(files_of(tmp_path / "a", "events")) > len(before)
    assert archived(tmp_path / "a") == seen_by_others(tmp_path / "a") == all_places(records)


def test_files_of_a_release_with_other_columns_are_left_as_they_are(tmp_path: Path) -> None:
    """Rows of this release go into a file of their own, and both are read."""
    records = published(range(6))
    archive(tmp_path / "a", records[:4])
    (file,) = files_of(tmp_path / "a", "events")[:1]
    pq.write_table(pq.ParquetFile(file).read().drop_columns(["threshold"]), file)
    archive(tmp_path / "a", records)

    assert archived(tmp_path / "a") == all_places(records)


def test_records_that_are_no_messages_are_kept_as_they_are(tmp_path: Path) -> None:
    """A null value, another form, a number that no column holds, bytes that are no UTF-8: with what is wrong."""
    (good,) = (r for r in published(range(1)) if r.topic == EVENTS)
    assert good.value is not None
    values: list[bytes | None] = [
        None,
        b"{}",
        good.value.replace(b'"revision":1', b'"revision":%d' % 2**70),
        good.value.replace(b'{"event_id"', b'{"other":"\xff","event_id"'),
        good.value,
    ]
    archive(tmp_path / "a", [record(EVENTS, offset, value) for offset, value in enumerate(values)])

    assert places(history(tmp_path / "a", "events")) == [(EVENTS, 0, 4)]
    unread = sorted(history(tmp_path / "a", "unread").to_pylist(), key=lambda row: row["offset"])
    assert [row["value"] for row in unread] == values[:4]
    assert all(row["why"] for row in unread)


# -- what is no archive, or not this one ------------------------------------------------------------------------------


def refused(path: Path, **other: Any) -> str:
    """Why an archive can't be opened."""
    with pytest.raises(ArchiveError) as error:
        Directory(path, **{"cluster": "c", "prefix": "", **other})
    return str(error.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with some records."""
    archive(tmp_path / "a", published(range(4)))
    return tmp_path / "a"


def test_a_foreign_directory_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Its files are named."""
    (tmp_path / "thesis.tex").write_text("x")

    assert "is no archive and not empty: it has thesis.tex" in refused(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_archive_whose_commit_is_gone_is_refused(path: Path) -> None:
    """To begin anew would have every row twice."""
    (path / COMMIT_FILE).unlink()

    assert f"files of an archive and no {COMMIT_FILE}" in refused(path)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_commit_is_refused(path: Path, damage: bytes) -> None:
    """With what to do about it."""
    (path / COMMIT_FILE).write_bytes(damage)

    assert "is damaged, or not of newstape" in refused(path)


def test_a_format_of_a_later_release_is_refused(path: Path) -> None:
    """By its number."""
    text = (path / COMMIT_FILE).read_text().replace('"format":1', '"format":2')
    (path / COMMIT_FILE).write_text(text)

    assert "has format 2, this release reads 1: install a newer newstape" in refused(path)


def test_topics_of_another_prefix_or_cluster_are_refused(path: Path) -> None:
    """Their offsets would be taken for those of these topics."""
    assert "topics whose names begin with '', not 'test.'" in refused(path, prefix="test.")
    assert "topics of Kafka cluster c, this one is d" in refused(path, cluster="d")


def test_one_process_archives_into_a_directory(path: Path) -> None:
    """The second is told so; once the first has ended it may."""
    with opened(path):
        assert "another process archives into" in refused(path)
    opened(path).__exit__()


def test_a_damaged_file_ends_the_commit_that_needs_it_and_nothing_is_lost(path: Path) -> None:
    """The file is named, by the archiver and by the reader; with it out of the way the archive goes on."""
    damaged = files_of(path, "annotations")[0]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    offsets = last_commit(path)
    records = published(range(9))

    with pytest.raises(ArchiveError, match=rf"{damaged.name} can't be read: .*what was archived before stands"):
        archive(path, records)
    assert last_commit(path) == offsets
    with pytest.raises(ArchiveError, match="can't be read"):
        history(path, "annotations")
    damaged.unlink()
    archive(path, records)
    assert archived(path)


def test_a_disk_that_takes_no_more_ends_the_commit_and_nothing_is_lost(path: Path) -> None:
    """As where the folder may not be written."""
    before = archived(path)
    records = published(range(9))
    shutil.rmtree(path / "annotations")
    (path / "annotations").write_text("in the way")

    with pytest.raises(ArchiveError, match="can't be written"):
        archive(path, records)
    (path / "annotations").unlink()
    assert [place for place in before if place[0] == EVENTS] == [p for p in archived(path) if p[0] == EVENTS]
    with pytest.raises(ArchiveError, match="there is no archive in"):
        history(path.parent)


def test_a_day_that_was_taken_out_is_not_missed(path: Path) -> None:
    """Old days may be moved elsewhere; the archive goes on, and the day begins anew where it is named again."""
    days = sorted((path / "events").iterdir())
    shutil.rmtree(days[0])
    records = published(range(9))
    archive(path, records)

    found = archived(path)
    assert set(found) < set(all_places(records))
    assert len(found) == len(set(found))
    assert set(all_places(records[len(published(range(4))) :])) <= set(found)


def test_gaps_are_kept(path: Path) -> None:
    """A later reader of the archive sees what was gone before it was read."""
    gap = Gap(topic=EVENTS, partition=0, begin=4, end=40)
    with opened(path) as directory:
        directory.note_gaps([gap])
        directory.commit({}, {})
    held = last_commit(path)
    assert held is not None
    assert (held.gaps, held.offsets[EVENTS][0]) == ((gap,), 40)
    with opened(path) as directory:
        batch = batch_of([record(EVENTS, 40, b"{}")])
        directory.commit(batch.tables(), batch.offsets)
        assert directory.held.gaps == (gap,)
