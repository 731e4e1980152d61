"""What is usual for an index at a time of day, and when more than that is said of it."""

import pytest

from schemas import Contribution
from streams.tally import Counts, Usual, usual

M = 29_933_333
DAY = 1_440


def counted(*minutes: int) -> Counts:
    """Articles at these minutes before M."""
    counts = Counts("N225")
    for before in minutes:
        counts.add(Contribution(minute=M - before, mentions=1, sentiment=None, last_fact=None))
    return counts


def hours(now: int, *days: int) -> Counts:
    """So many articles in the last hour, and in the same hour of one day before, of two days before ..."""
    before = [day * DAY + 1 + n % 60 for day, articles in enumerate(days, start=1) for n in range(articles)]
    return counted(*(1 + n % 60 for n in range(now)), *before)


@pytest.mark.parametrize(
    ("now", "days", "mean", "unusual"),
    [
        (3, (1, 0, 1, 0, 1, 0), 0.5, False),  # a mean below one counts as one: 0.5 + 3 = 3.5
        (4, (1, 0, 1, 0, 1, 0), 0.5, True),
        (4, (1, 1, 1, 1, 1, 1), 1.0, False),  # 1 + 3 * 1 = 4, which is not more
        (5, (1, 1, 1, 1, 1, 1), 1.0, True),
        (10, (4, 4, 4, 4, 4, 4), 4.0, False),  # 4 + 3 * 2 = 10
        (11, (4, 4, 4, 4, 4, 4), 4.0, True),
        (0, (4, 4, 4, 4, 4, 4), 4.0, False),
        (2, (24, 0, 0, 1, 1, 1), 4.5, False),
    ],
)
def test_more_than_usual_is_three_deviations_above_the_same_hour_of_six_days(
    now: int, days: tuple[int, ...], mean: float, unusual: bool
) -> None:
    """Both sides of every edge, in whole numbers."""
    assert usual(hours(now, *days), M) == Usual(articles=now, mean=mean, unusual=unusual)


def test_the_edges_of_the_hours_are_those_of_the_windows() -> None:
    """
    Minute  M-61   M-60 ... M-1   M
    hour           [             )
    """
    days = [day * DAY + 700 for day in (1, 2, 3)]
    assert usual(counted(61, 60, 1, 0, *days), M) == Usual(articles=2, mean=0.0, unusual=False)
    edges = counted(DAY + 61, DAY + 60, DAY + 1, DAY, *days)
    assert usual(edges, M) == Usual(articles=0, mean=round(2 / 6, 2), unusual=False)


@pytest.mark.parametrize(
    ("named", "known"), [((1, 2), False), ((1, 2, 3), True), ((4, 5, 6), True), ((2, 4, 7), False)]
)
def test_an_index_that_is_seldom_named_has_no_usual_count(named: tuple[int, ...], known: bool) -> None:
    """Three of the six days before must have an article; today and the seventh day do not count."""
    counts = counted(5, *(day * DAY + 700 for day in named))
    assert (usual(counts, M) is not None) is known


def test_what_is_taken_back_was_never_there() -> None:
    """As exact as the counts it comes from."""
    counts = hours(5, 1, 1, 1, 1, 1, 1)
    extra = Contribution(minute=M - 30, mentions=1, sentiment=None, last_fact=None)
    before = usual(counts, M)
    counts.add(extra)
    assert usual(counts, M) != before
    counts.take("u", extra)
    assert usual(counts, M) == before
