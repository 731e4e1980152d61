"""Table entries as bytes: what is packed comes back, in few bytes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas import Contribution, LastFact, Order, Position
from schemas.taxonomy import Basis, Direction, EventType, Record
from streams.reconcile import Change, LedgerEntry, Outcome, reconcile
from streams.state.layout import (
    TABLE_FORMAT,
    contribution_group,
    contribution_key,
    contribution_key_of,
    ledger_group,
    ledger_key,
    pack_contribution,
    pack_ledger_entry,
    position_of,
    unpack_contribution,
    unpack_ledger_entry,
)
from streams.state.stores import group_of, minute_of
from streams.tally import ContributionEntry, ContributionKey
from streams.tally.stories import StoryPlace
from tests.builders import NOON, annotation, index_entity, index_move

WHOLE = st.integers(0, 2**40)
URIS = st.text(min_size=1, max_size=40)
FRACTIONS = st.one_of(st.none(), st.floats(-1e9, 1e9))


def hexadecimal(digits: int) -> st.SearchStrategy[str]:
    """A hash of so many hex digits."""
    return st.binary(min_size=digits // 2, max_size=digits // 2).map(bytes.hex)


def orders(position: Position) -> st.SearchStrategy[Order]:
    """Orders of versions from this position."""
    return st.builds(
        Order,
        version=WHOLE,
        updated_at=st.integers(-1, 2**50),
        partition=st.just(position.partition),
        offset=st.just(position.offset),
    )


POSITIONS = st.builds(Position, partition=st.integers(0, 999), offset=WHOLE)
OUTCOMES = st.builds(
    Outcome,
    id=hexadecimal(32),
    revision=WHOLE,
    hash=st.one_of(st.just(""), hexadecimal(16)),
    change=st.sampled_from(Change),
    type=st.sampled_from(EventType),
    key=URIS,
    name=URIS,
)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - they get UTC


@given(st.data(), URIS, POSITIONS)
def test_a_ledger_entry_comes_back(data: st.DataObject, uri: str, position: Position) -> None:
    """From key and value together; the minute can be read off the front, the group off the key."""
    entry = data.draw(
        st.builds(
            LedgerEntry,
            order=orders(position),
            digest=hexadecimal(32),
            revision=WHOLE,
            observed_at=WHOLE,
            minute=st.one_of(st.none(), WHOLE),
            indices=st.lists(URIS, max_size=3).map(tuple),
            dropped=st.lists(URIS, max_size=3).map(tuple),
            events=st.lists(OUTCOMES, max_size=4).map(tuple),
        )
    )
    key, value = ledger_key(uri, position), pack_ledger_entry(entry)
    assert unpack_ledger_entry(key, value) == entry
    assert (position_of(key), group_of(key), minute_of(value)) == (position, ledger_group(uri), entry.observed_at)
    assert value.startswith(b"[%d," % TABLE_FORMAT)


@given(st.data(), URIS, URIS, POSITIONS)
def test_a_contribution_comes_back(data: st.DataObject, entity: str, uri: str, position: Position) -> None:
    """From key and value together, its reading of the index with it."""
    fact = st.builds(
        LastFact,
        uri=st.just(uri),
        published_at=TIMES,
        direction=st.one_of(st.none(), st.sampled_from(Direction)),
        change_pct=FRACTIONS,
        change_points=FRACTIONS,
        level=FRACTIONS,
        basis=st.sampled_from(Basis),
        record=st.one_of(st.none(), st.sampled_from(Record)),
        approximate=st.booleans(),
    )
    entry = data.draw(
        st.builds(
            ContributionEntry,
            order=orders(position),
            observed_at=WHOLE,
            contribution=st.one_of(
                st.none(),
                st.builds(
                    Contribution,
                    minute=WHOLE,
                    mentions=WHOLE,
                    sentiment=st.one_of(st.none(), st.integers(-10_000, 10_000)),
                    last_fact=st.one_of(st.none(), fact),
                ),
            ),
            places=st.lists(
                st.builds(
                    StoryPlace,
                    story=hexadecimal(32),
                    number=WHOLE,
                    rank=WHOLE,
                    minute=WHOLE,
                    counts=st.lists(WHOLE, max_size=8).map(tuple),
                    numbers=st.dictionaries(URIS, st.lists(st.floats(-1e9, 1e9), max_size=3).map(tuple), max_size=2),
                ),
                max_size=3,
            ).map(tuple),
            signature=st.one_of(st.none(), URIS),
            repeat_of=st.one_of(st.none(), URIS),
        )
    )
    name = ContributionKey(entity, uri, position.partition, position.offset)
    key, value = contribution_key(name), pack_contribution(entry)
    assert unpack_contribution(key, value) == entry
    assert (contribution_key_of(key), group_of(key), minute_of(value)) == (
        name,
        contribution_group(entity, uri),
        entry.observed_at,
    )


def test_an_entry_of_three_indices_and_three_events_takes_less_than_four_hundred_bytes() -> None:
    """The promise for the mean, at more than the mean; the figures on real articles are in deploy/README.md."""
    named = ("N225", "DAX", "FTSE")
    said = annotation(
        "urn:newsml:example.com:20251103:n7000000138",
        offset=1_000_000,
        version=1,
        indices=tuple(index_entity(index) for index in named),
        events=tuple(index_move(index, 1.5) for index in named),
    )
    entry = reconcile(said, NOON, {}).entry
    assert entry is not None
    assert len(pack_ledger_entry(entry)) < 400
