"""A set of positions that is small: what goes in is in, once, in order."""

from hypothesis import given
from hypothesis import strategies as st

from schemas import Position
from streams.operate.places import Places

PLACES = st.lists(st.tuples(st.integers(0, 3), st.one_of(st.integers(0, 20_000), st.integers(0, 2**62))))


@given(PLACES, PLACES)
def test_it_is_a_set(inside: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    """Length, membership and order as of Python's own set."""
    places = Places()
    known: set[tuple[int, int]] = set()
    for place in inside:
        assert places.add(*place) is (place not in known)
        known.add(place)
    assert len(places) == len(known)
    assert [(p.partition, p.offset) for p in places] == sorted(known)
    for partition, offset in others:
        assert (Position(partition=partition, offset=offset) in places) is ((partition, offset) in known)
