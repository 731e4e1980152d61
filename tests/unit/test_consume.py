"""Cursors as text, and what `latest_only` remembers."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import ArticleRef, EntityRef, MarketEvent
from schemas.taxonomy import EventType, Lifecycle
from streams.consume import Cursor, CursorError, _Revisions

TOPICS = st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True)
NUMBERS = st.integers(min_value=0, max_value=2**63 - 1)


def event(identity: int, revision: int) -> MarketEvent:
    """A revision of an event."""
    return MarketEvent(
        event_id=f"{identity:032x}",
        revision=revision,
        lifecycle=Lifecycle.CREATED,
        type=EventType.INDEX_MOVE,
        subject=EntityRef(id="index:N225", name="Nikkei 225"),
        article=ArticleRef(uri="urn:a", published_at=None),
        published_at=None,
    )


@given(st.dictionaries(st.tuples(TOPICS, NUMBERS), NUMBERS))
def test_a_cursor_goes_through_text(offsets: dict[tuple[str, int], int]) -> None:
    """Whatever topics and partitions."""
    cursor = Cursor(offsets)
    assert Cursor.parse(str(cursor)) == cursor
    assert Cursor.parse(f" {cursor}\n") == cursor


def test_a_cursor_reads_like_this() -> None:
    """By topic, then partition."""
    offsets = {("market.events.policy", 1): 2, ("market.events.index", 3): 7, ("market.events.index", 0): 18}
    assert str(Cursor(offsets)) == "market.events.index:0=18,3=7;market.events.policy:1=2"
    assert Cursor.parse("") == Cursor()


@pytest.mark.parametrize("text", ["x", "t:", ":0=1", "t:0", "t:0=", "t:0=-1", "t:a=1", "t:0=1,", "t:0=1;u"])
def test_a_text_that_is_no_cursor_is_a_fault(text: str) -> None:
    """With an example of one."""
    with pytest.raises(CursorError, match=r"market\.events\.index:0=18"):
        Cursor.parse(text)


def test_a_revision_is_given_once_and_older_ones_not_at_all() -> None:
    """Newer ones are."""
    revisions = _Revisions()
    assert [revisions.is_newer(event(1, r)) for r in (1, 1, 3, 2, 3, 4)] == [True, False, True, False, False, True]


def test_only_the_newest_events_are_remembered() -> None:
    """The memory has a bound: the event that changed longest ago is forgotten first."""
    revisions = _Revisions(remembered=2)
    for identity, revision in ((1, 1), (2, 1), (1, 2), (3, 1)):
        assert revisions.is_newer(event(identity, revision))
    assert not revisions.is_newer(event(1, 2))
    assert revisions.is_newer(event(2, 1))  # forgotten


def test_a_program_that_imports_the_contract_and_this_loads_nothing_heavy() -> None:
    """Neither Faust nor the clients, settings and terminal of newstape: a short job starts at once."""
    code = "import sys, schemas, streams.consume; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "faust",
        "mode",
        "numpy",
        "rich",
        "typer",
        "aiokafka",
        "aiohttp",
        "pydantic",
        "pydantic_settings",
        "structlog",
    }
    assert heavy & set(done.stdout.split()) == set()
