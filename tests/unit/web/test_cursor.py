"""Cursors: what is written is read, and what is none is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.web.cursor import CursorError, read, written
from streams.web.tape import FEEDS

OFFSETS = st.integers(0, 2**59)


@given(st.data(), st.integers(1, 50), st.lists(st.sampled_from(FEEDS), min_size=1, unique=True))
def test_a_cursor_is_read_as_it_was_written(data: st.DataObject, partitions: int, feeds: list[str]) -> None:
    """Every offset of every feed, and in signs that no URL, header or shell takes for its own."""
    offsets = {feed: data.draw(st.lists(OFFSETS, min_size=partitions, max_size=partitions)) for feed in feeds}
    cursor = written(offsets)
    assert read(cursor, feeds, partitions) == offsets
    assert set(cursor) <= set("abcdefghijklmnopqrstuvwxyz0123456789._")


def test_a_cursor_of_more_feeds_serves_for_fewer() -> None:
    """A client may narrow what it asks for."""
    assert read("index.1.2_company.3.4", ["company"], 2) == {"company": [3, 4]}


@pytest.mark.parametrize(
    ("cursor", "expected"),
    [
        ("", "expected the id of a message"),
        ("index", "expected the id of a message"),
        ("index.1.x", "expected the id of a message"),
        ("index.1.-2", "expected the id of a message"),
        ("index.01.2", "expected the id of a message"),
        ("index.١.٢", "expected the id of a message"),
        ("index.1.9999999999999999999", "expected the id of a message"),
        ("index.1", "expected 2 offsets of the feed 'index', found 1"),
        ("company.1.2", "expected offsets of the feed 'index'"),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str, expected: str) -> None:
    """With what was expected."""
    with pytest.raises(CursorError, match=f"^{expected}"):
        read(cursor, ["index"], 2)
