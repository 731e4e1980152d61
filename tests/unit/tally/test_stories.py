"""Stories and the numbers in them."""

import pytest

from schemas import ArticleRef, EntityRef, MarketEvent, Quantity
from schemas.taxonomy import Basis, Direction, EventType, Lifecycle
from streams.tally.stories import (
    COMPARED,
    LINKED,
    LINKED_BYTES,
    TELLINGS,
    StoryChain,
    StoryPlace,
    agree,
    numbers_of,
    same_number,
)
from tests.builders import at


def move(percent: float | None = None, basis: Basis | None = Basis.SESSION, **numbers: float) -> MarketEvent:
    """An index moved."""
    told = {"percent": percent, **numbers} if percent is not None else numbers
    return MarketEvent(
        event_id="e",
        revision=1,
        lifecycle=Lifecycle.CREATED,
        type=EventType.INDEX_MOVE,
        subject=EntityRef(id="index:N225", name="N225"),
        article=ArticleRef(uri="u", published_at=at(0)),
        published_at=at(0),
        arguments={name: Quantity(value=value, unit="x", basis=basis) for name, value in told.items()},
        direction=None if percent is None else Direction.UP if percent > 0 else Direction.DOWN,
        basis=basis,
    )


def told(story: StoryChain, uri: str, minute: int = 0, **numbers: float) -> StoryPlace:
    """An article tells the story."""
    place = story.tell("s", minute, {name: (value,) for name, value in numbers.items()})
    story.add(place, uri)
    return place


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (2.17, 2.17, True),
        (2.17, 2.2, True),
        (2.17, 2.1, False),
        (2, 1.8, False),
        (2, -2, False),
        (50_367.38, 50_400, True),
        (50_367.38, 50_300, False),
        (50_000, 54_000, False),
        (13.9e12, 14e12, True),
        (0, 0.0, True),
        (0, 0.4, False),
    ],
)
def test_a_number_is_the_same_where_one_is_the_other_rounded(one: float, other: float, same: bool) -> None:
    """Half a unit of the last digit told, and no more than a twentieth of the number."""
    assert same_number(one, other) is same
    assert same_number(other, one) is same


def test_numbers_agree_unless_one_that_both_tell_is_another() -> None:
    """A number left out says nothing against it."""
    assert agree({"percent": (2.17,)}, {"percent": (2.2,), "level": (50_367.38,)})
    assert agree({"percent": (2.17,)}, {"level": (50_367.38,)})
    assert agree({}, {"level": (50_367.38,)})
    assert not agree({"percent": (2.17,)}, {"percent": (1.5,)})
    assert agree({"percent": (1.5, 2.17)}, {"percent": (1.5,)})


def test_numbers_over_different_periods_are_different_numbers() -> None:
    """2 percent today says nothing against 20 percent this year; up says something against down."""
    today, year, down = (numbers_of([event]) for event in (move(2), move(20, Basis.YTD), move(-2)))

    assert today == {"direction": (1.0,), "percent": (2,)}
    assert agree(today, year)
    assert not agree(today, down)
    assert numbers_of([move(2), move(20, Basis.YTD)]) == {**today, **year}


def test_another_number_is_told_for_the_first_time() -> None:
    """Rank, counts and links go over the articles whose numbers agree."""
    story = StoryChain()
    told(story, "a", percent=2.17)
    told(story, "b", percent=2.2)
    other = told(story, "c", percent=1.5)
    silent = told(story, "d")
    again = told(story, "e", percent=1.5)

    assert other.rank == 1
    assert story.linked(other) == ()
    assert (silent.rank, story.linked(silent)) == (4, ("c", "b", "a"))
    assert (again.rank, story.linked(again)) == (3, ("d", "c"))


def test_what_comes_later_does_not_renumber_a_place() -> None:
    """Also where it bears an earlier time: counts are those of when it was first told."""
    story = StoryChain()
    told(story, "a", minute=0)
    place = told(story, "b", minute=10)
    told(story, "c", minute=5)

    assert place.novelty(story.linked(place), None).counts["5m"] == 0
    assert place.novelty(story.linked(place), None).counts["1h"] == 1
    assert story.linked(place) == ("a",)


def test_places_taken_up_in_any_order_give_the_same_links() -> None:
    """After a restart."""
    story = StoryChain()
    places = [(told(story, f"u{n}", minute=n % 3, percent=1.0 + n % 2), f"u{n}") for n in range(9)]
    again = StoryChain(reversed([*places, *places]))
    assert again.bytes == story.bytes
    assert [again.linked(place) for place, _ in places] == [story.linked(place) for place, _ in places]
    assert again.tell("s", 3, {}) == story.tell("s", 3, {})


def test_a_discarded_place_leaves_nothing() -> None:
    """Expiry."""
    story = StoryChain()
    places = [told(story, "a", percent=2.0), told(story, "b", percent=3.0), told(story, "c")]
    for place in places:
        story.discard(place)
        story.discard(place)

    assert story.bytes == StoryChain().bytes
    assert told(story, "d").rank == 1


def test_links_and_comparisons_are_bounded() -> None:
    """At most fifty articles are named, at most so many tellings compared."""
    story = StoryChain()
    for number in range(COMPARED + 50):
        told(story, f"u{number}", level=1_000.0 + 100 * number)
    last = told(story, "last")

    assert last.rank == COMPARED + 1
    assert len(story.linked(last)) == LINKED


def test_links_to_very_long_uris_are_fewer() -> None:
    """Fifty of 2,048 emoji make an event larger than its topic takes: the worker stopped, and again at every start."""
    story = StoryChain()
    for number in range(LINKED):
        told(story, str(number) + "\U0001f4c8" * 2_000)

    linked = story.linked(told(story, "last"))

    assert len(linked) == LINKED_BYTES // 8_004
    assert linked[0].startswith("49")


def test_a_story_remembers_so_many_numbers_those_told_last() -> None:
    """An article without numbers agrees with all of them; those of one that was told again stay."""
    story = StoryChain()
    for number in range(TELLINGS + 30):
        told(story, f"u{number}", level=1_000.0 + 100 * number)
        told(story, "again", level=1_000.0)

    assert told(story, "first", level=1_000.0).rank == TELLINGS + 32
    assert told(story, "forgotten", level=1_100.0).rank == 1
    assert len(story._tellings) == TELLINGS
