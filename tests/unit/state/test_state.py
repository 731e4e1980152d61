"""State tables: what is confirmed is there, what is being deleted is not, and no gap lies before the point reached."""

import pytest

from schemas import encode
from schemas.wire import loads
from streams.state.damage import StateError
from streams.state.stores import Reached, opener
from streams.state.table import STALE_MS, StateTable, unusable
from streams.tally import MARK_BYTES
from tests.hand import Hand

FORM = 1


@pytest.fixture
def table() -> StateTable:
    """A table that owns partition 0."""
    table = StateTable("ledger", "app-ledger-changelog", FORM, opener("c", FORM, None), marks)
    table.own([0])
    return table


def key(uri: str, offset: int = 0) -> bytes:
    """The key of an entry."""
    return encode([uri, 0, offset])


def value(minute: int = 1) -> bytes:
    """An entry."""
    return encode([FORM, minute, ""])


def mark(uri: str) -> bytes:
    """What an article's entries are found by."""
    return uri.encode().ljust(MARK_BYTES)


def marks(of: bytes, _: bytes) -> list[tuple[bytes, int]]:
    """Each entry bears the mark of its article."""
    return [(mark(loads(of)[0]), 1)]


def group(uri: str) -> bytes:
    """What the keys of an article begin with."""
    return encode([uri])[:-1]


async def test_an_entry_is_given_out_at_once_and_stored_once_it_is_confirmed(table: StateTable) -> None:
    """No store runs ahead of its changelog, and no story is told twice within a micro-batch."""
    hand = Hand()
    await table.write(hand, 0, key("a"), value())
    for confirmed in (False, True):
        assert bool(len(table)) is confirmed
        assert bool(list(table.groups(0))) is confirmed
        assert table.get(0, key("a")) == value()
        assert table.group(0, group("a")) == {key("a"): value()}
        assert [of for _, of in table.marked(0, [mark("a")], None)] == [key("a")]
        hand.deliver()


async def test_an_entry_that_was_never_confirmed_is_gone_when_partitions_move(table: StateTable) -> None:
    """Whoever owns the partition then does it again."""
    await table.write(Hand(), 0, key("a"), value())
    table.own([0])
    assert table.get(0, key("a")) is None
    assert (table.group(0, group("a")), [of for _, of in table.marked(0, [mark("a")], None)]) == ({}, [])


async def test_a_mark_gives_the_latest_however_many_of_them_are_confirmed(table: StateTable) -> None:
    """So many in all, not of each: a worker that is restarted finds those found before. None that is being deleted."""
    hand = Hand()
    for offset in range(5):
        await table.write(hand, 0, key("a", offset), value())
    hand.deliver(*range(5))
    await table.write(hand, 0, key("a", 5), value())
    await table.write(hand, 0, key("a", 3), value())  # handed over again
    assert [of for _, of in table.marked(0, [mark("a")], 3)] == [key("a", offset) for offset in (3, 5, 4)]
    await table.delete(hand, 0, key("a", 4))
    assert [of for _, of in table.marked(0, [mark("a")], None)] == [key("a", offset) for offset in (3, 5, 2, 1, 0)]
    assert (table.get(0, key("a", 4)), table.get(0, key("a", 3))) == (None, value())
    assert [of for _, of in table.marked(1, [mark("a")], None)] == []


async def test_what_is_being_deleted_is_not_given_out_nor_deleted_twice(table: StateTable) -> None:
    """Neither as state nor as due; a second tombstone is not sent."""
    hand = Hand()
    await table.write(hand, 0, key("a"), value())
    hand.deliver(0)
    assert list(table.due(5)) == [(0, key("a"))]
    for _ in range(2):
        await table.delete(hand, 0, key("a"))
    assert len(hand.sent) == 1
    assert (table.group(0, group("a")), list(table.due(5))) == ({}, [])
    hand.deliver(1)
    assert len(table) == 0
    await table.write(hand, 0, key("a"), value())
    hand.deliver(2)
    assert len(table.group(0, group("a"))) == 1


async def test_an_entry_that_comes_again_behind_its_tombstone_stays(table: StateTable) -> None:
    """It expired, and the article is delivered once more before the deletion is confirmed."""
    hand = Hand()
    await table.write(hand, 0, key("a"), value())
    hand.deliver()
    await table.delete(hand, 0, key("a"))
    table.hold(0, key("a"), value(2))
    assert table.get(0, key("a")) == value(2)
    hand.deliver()
    assert (table.get(0, key("a")), len(table)) == (value(2), 0)
    await table.write(hand, 0, key("a"), value(2))
    hand.deliver()
    assert (table.get(0, key("a")), len(table)) == (value(2), 1)


async def test_a_deletion_that_was_never_confirmed_is_taken_back(table: StateTable) -> None:
    """Partitions move with a tombstone on its way: the entry stands until a changelog says otherwise."""
    hand = Hand()
    await table.write(hand, 0, key("a"), value())
    hand.deliver(0)
    await table.delete(hand, 0, key("a"))
    table.own([0])
    assert len(table.group(0, group("a"))) == 1


@pytest.mark.parametrize(
    ("offsets", "reached"),
    [
        ([0, 1, 2], 2),
        # A record between two of ours came from a worker that was late, and is not in the store.
        ([0, 2, 3], 0),
        ([1, 2, 3], None),
    ],
)
async def test_the_point_reached_does_not_pass_a_gap(
    table: StateTable, offsets: list[int], reached: int | None
) -> None:
    """What is past the gap is in the store all the same; a recovery reads it again from the gap on."""
    hand = Hand()
    for number in range(3):
        await table.write(hand, 0, key(f"u{number}"), value())
    hand.deliver(*offsets)
    there = table.partitions[0].reached
    assert (None if there is None else there.offset) == reached
    assert len(table) == 3


async def test_changes_of_a_partition_that_has_moved_are_dropped(table: StateTable) -> None:
    """They are in the changelog, and its new owner reads them there."""
    hand = Hand()
    await table.write(hand, 0, key("a"), value())
    table.own([1])
    hand.deliver(0)
    assert len(table) == 0
    table.own([0])
    assert table.partitions[0].reached is None


@pytest.mark.parametrize(("stored", "found"), [(b"[7,1]", "7"), (b'{"a":1}', "None"), (b"\xff", "None")])
def test_an_entry_of_another_format_is_refused_by_name(table: StateTable, stored: bytes, found: str) -> None:
    """The message says what it is, what is read, and the mend."""
    with pytest.raises(StateError, match=rf"table ledger, entry .*: format {found}, this release reads format 1: run"):
        table.require_format(key("a"), stored)
    table.require_format(key("a"), value())
    table.require_format(key("a"), None)


NOW_MS = 1_800_000_000_000


@pytest.mark.parametrize(
    ("reached", "why"),
    [
        (Reached(5, NOW_MS), ""),
        (Reached(9, NOW_MS - STALE_MS), ""),
        # The changelog ends before it: it was made anew, or the broker lost what it had confirmed.
        (Reached(10, NOW_MS), "not in its changelog"),
        (Reached(4, NOW_MS), "not in its changelog"),
        # Tombstones between may be gone: what they deleted would come back.
        (Reached(9, NOW_MS - STALE_MS - 1), "longer than the changelog keeps tombstones"),
    ],
)
def test_files_left_behind_for_too_long_or_by_another_changelog_are_not_used(reached: Reached, why: str) -> None:
    """A changelog that holds offsets 5 to 9.

    offset   4  5  6  7  8  9  10
    usable      x           x
    """
    found = unusable(reached, 5, 10, NOW_MS)
    assert why in found
    assert bool(found) is bool(why)
