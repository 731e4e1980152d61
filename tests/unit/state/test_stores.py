"""Partitions of a table in memory and on disk: the same from outside, and true to their changelog after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import encode
from schemas.wire import loads
from streams.state.damage import StateError
from streams.state.stores import (
    Change,
    Disk,
    MemoryPartition,
    Partition,
    Reached,
    group_of,
    minute_of,
    opener,
)
from streams.tally import MARK_BYTES

FORM = 1


def key(uri: str, offset: int) -> bytes:
    """The key of an entry of an article."""
    return encode([uri, 0, offset])


def value(minute: int, said: str = "") -> bytes:
    """An entry whose expiry counts from this minute."""
    return encode([FORM, minute, said])


def mark(uri: str) -> bytes:
    """What an article's entries are found by."""
    return uri.encode().ljust(MARK_BYTES)


def marks(of: bytes, said: bytes) -> list[tuple[bytes, int]]:
    """Each entry bears the mark of its article, and one of its own."""
    return [(mark(loads(of)[0]), minute_of(said)), (mark(encode(loads(of)[2]).decode()), 0)]


@pytest.fixture(params=["memory", "rocksdb"])
def partition(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Partition]:
    """An empty partition of either kind."""
    disk = Disk(tmp_path) if request.param == "rocksdb" else None
    opened = opener("ledger", FORM, disk)(0, marks)
    yield opened
    opened.close()


def test_a_group_holds_the_entries_of_one_article_and_no_other(partition: Partition) -> None:
    """A uri that begins like another, or holds what separates keys, is not taken for it."""
    uris = ["a", "ab", 'a",0,1', "a,", "aa"]
    for number, uri in enumerate(uris):
        partition.apply([(key(uri, number), value(1, uri))], None)
        partition.apply([(key(uri, number + 10), value(2, uri))], None)
    for number, uri in enumerate(uris):
        found = partition.group(group_of(key(uri, number)))
        assert sorted(found) == sorted([(key(uri, number), value(1, uri)), (key(uri, number + 10), value(2, uri))])


def test_an_entry_written_again_is_one_entry_and_a_deletion_of_none_is_no_error(partition: Partition) -> None:
    """Redelivery and late deletions change nothing."""
    partition.apply([(key("a", 1), value(1)), (key("a", 1), value(1)), (key("b", 1), None)], None)
    partition.apply([(key("a", 1), value(1))], None)
    assert [entry for group in partition.groups() for entry in group] == [(key("a", 1), value(1))]
    partition.apply([(key("c", 1), value(1)), (key("c", 1), None), (key("a", 1), None)], None)
    assert list(partition.groups()) == []


def test_entries_fall_due_by_their_minute_until_they_are_deleted(partition: Partition) -> None:
    """What is exactly as old as the retention stays.

    minute    5   6   7
    entry     a   b   c
    due before 7: [a  b)
    """
    partition.apply([(key(uri, 1), value(minute)) for uri, minute in (("c", 7), ("a", 5), ("b", 6))], None)
    assert list(partition.due(7)) == [key("a", 1), key("b", 1)]
    partition.apply([(key("a", 1), None)], None)
    assert list(partition.due(7)) == [key("b", 1)]
    assert list(partition.due(6)) == []
    assert list(partition.due(-500)) == []


def test_a_mark_gives_the_latest_of_its_entries(partition: Partition) -> None:
    """At most so many of each mark; what was deleted bears none."""
    for minute in range(5):
        partition.apply([(key(uri, minute), value(minute)) for uri in "ab"], None)
    partition.apply([(key("a", 3), None)], None)
    assert [of for _, of in partition.marked([mark("b"), mark("none"), mark("a")], 2)] == [
        key(uri, offset) for uri, offset in (("b", 4), ("b", 3), ("a", 4), ("a", 2))
    ]
    assert [len([of for _, of in partition.marked([mark(uri)], None)]) for uri in "ab"] == [4, 5]
    partition.apply([(key("a", offset), None) for offset in range(5)], None)
    assert [of for _, of in partition.marked([mark("a")], None)] == []


def test_an_entry_written_anew_bears_its_new_marks_only(tmp_path: Path) -> None:
    """Another release may say something else of the same record."""

    def said(_: bytes, value: bytes) -> list[tuple[bytes, int]]:
        return [(mark(loads(value)[2]), minute_of(value))]

    for disk in (None, Disk(tmp_path)):
        partition = opener("ledger", FORM, disk)(0, said)
        for minute, what in enumerate(("old", "new")):
            partition.apply([(key("a", 1), value(minute, what))], None)
        assert list(partition.marked([mark("old"), mark("new")], None)) == [(mark("new"), key("a", 1))]
        assert disk is None or list(partition.due(1)) == []
        partition.apply([(key("a", 1), None)], None)
        assert list(partition.marked([mark("old"), mark("new")], None)) == []
        partition.close()


def test_groups_whose_keys_begin_alike_are_given_alone(partition: Partition) -> None:
    """The contributions to indices, say."""
    partition.apply([(key(uri, 1), value(1)) for uri in ("index:A", "company:B", "index:C")], None)
    assert [k for group in partition.groups(b'["index:') for k, _ in group] == [key("index:A", 1), key("index:C", 1)]


def test_groups_of_more_than_one_entry_are_found(partition: Partition) -> None:
    """Those hold what a newer entry supersedes."""
    partition.apply([(key(uri, offset), value(1)) for uri in "abc" for offset in range(1 if uri == "b" else 3)], None)
    crowded = [sorted(k for k, _ in group) for group in partition.crowded() if group]
    assert sorted(crowded) == [[key(uri, offset) for offset in range(3)] for uri in "ac"]


Entries = dict[bytes, bytes]


@settings(max_examples=30, deadline=None)  # each opens files
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 20))),
        max_size=30,
    ),
    st.integers(1, 5),
)
def test_both_stores_hold_what_a_plain_dict_would(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, int, int | None]], batch: int
) -> None:
    """After any changes in any batches: entries, groups and what is due."""
    changes: list[Change] = [(key(u, o), None if minute is None else value(o)) for u, o, minute in said]
    want: Entries = {}
    for changed, new in changes:
        want.pop(changed, None)
        if new is not None:
            want[changed] = new
    disk = opener("t", FORM, Disk(tmp_path_factory.mktemp("disk")))(0, marks)
    for opened in (MemoryPartition(marks), disk):
        for first in range(0, len(changes), batch):
            opened.apply(changes[first : first + batch], None)
        assert {k: v for group in opened.groups() for k, v in group} == want
        assert set(opened.due(2)) == {k for k, v in want.items() if v in (value(0), value(1))}
        assert {k for g in opened.crowded() for k, _ in g} == {
            k for k in want if sum(group_of(k) == group_of(other) for other in want) > 1
        }
        for uri in "abc":
            bearers = [k for k in want if loads(k)[0] == uri]
            found = [of for _, of in opened.marked([mark(uri)], None)]
            assert sorted(found) == sorted(bearers)
            assert [of for _, of in opened.marked([mark(uri)], 2)] == found[:2]
        assert {k: opened.get(k) for k, _ in changes} == {k: want.get(k) for k, _ in changes}
        opened.close()


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[..., Partition]:
    """Opens one partition's files, of a format."""
    disk = Disk(tmp_path)
    return lambda form=FORM: opener("ledger", form, disk)(3, marks)


def test_files_hold_the_point_reached_and_all_before_it(on_disk: Callable[..., Partition]) -> None:
    """Closed and opened again, a partition goes on from where it was; a batch without a point leaves the point."""
    partition = on_disk()
    assert partition.reached is None
    partition.apply([(key("a", 1), value(1))], Reached(7, 1_000))
    partition.apply([(key("b", 1), value(1))], None)
    partition.close()
    again = on_disk()
    assert again.reached == Reached(7, 1_000)
    assert [of for _, of in again.marked([mark("a"), mark("b")], None)] == [key("a", 1), key("b", 1)]
    assert len(list(again.groups())) == 2
    again.clear()
    assert (again.reached, list(again.groups())) == (None, [])
    again.close()


def test_files_of_another_format_are_built_anew(on_disk: Callable[..., Partition]) -> None:
    """The changelog has what they held; a record of another format is refused there."""
    partition = on_disk()
    partition.apply([(key("a", 1), value(1))], Reached(7, 1_000))
    partition.close()
    other = on_disk(FORM + 1)
    assert (other.reached, list(other.groups())) == (None, [])
    other.close()


def test_files_in_use_are_refused_with_the_mend(on_disk: Callable[..., Partition]) -> None:
    """Two workers on one directory would write over each other."""
    partition = on_disk()
    with pytest.raises(StateError, match="NEWSTAPE_DATA_DIR"):
        on_disk()
    partition.close()


def test_deleting_an_entry_takes_its_minute_along(on_disk: Callable[..., Partition]) -> None:
    """Nothing that only expiry would find stays behind."""
    partition = on_disk()
    partition.apply([(key("a", 1), value(1))], None)
    partition.apply([(key("a", 1), value(9))], None)
    assert list(partition.due(5)) == []
    assert list(partition.due(10)) == [key("a", 1)]
    partition.close()
