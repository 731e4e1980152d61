"""Windows over the minutes of one index."""

from schemas import Contribution, LastFact
from streams.tally import Counts, is_late, minute_of
from tests.builders import NOON, at

M = minute_of(NOON)


def counted(*minutes: int, score: int | None = None) -> Counts:
    """An index with one article in each of these minutes after noon."""
    counts = Counts("N225")
    for number, minute in enumerate(minutes):
        counts.add(f"u{number}", Contribution(minute=M + minute, mentions=2, sentiment=score))
    return counts


def articles(counts: Counts, as_of: int) -> dict[str, int]:
    """Articles per window ending `as_of` minutes after noon."""
    return {name: window.articles for name, window in counts.activity(M + as_of).windows.items()}


def test_a_window_is_half_open() -> None:
    """A window of 5 minutes ending at minute 5 holds minutes 0 to 4.

    minute   -1  0  1  2  3  4  5
    article   x  x           x  x
    window       [-------------)
    """
    windows = articles(counted(-1, 0, 4, 5), 5)
    assert windows["5m"] == 2
    assert windows["1m"] == 1
    assert windows["1h"] == 3


def test_every_window_begins_at_its_edge() -> None:
    """An article exactly w minutes before the end is in; one minute older is out."""
    for window, length in {
        "1m": 1,
        "5m": 5,
        "1h": 60,
        "12h": 720,
        "24h": 1440,
        "3d": 4320,
        "5d": 7200,
        "7d": 10080,
    }.items():
        assert articles(counted(-length), 0)[window] == 1
        assert articles(counted(-length - 1), 0)[window] == 0


def test_an_article_is_late_when_the_longest_window_has_left_its_minute() -> None:
    """Late is what the window of seven days does not hold, to the minute, now's own minute being its last.

    minute   now-10080  now-10079 ...  now  now+1
    7d window           [-------------------)
    late         x
    """
    now = M
    for minute, late in ((-10_080, True), (-10_079, False), (0, False), (3, False)):
        assert is_late(M + minute, now) is late
        assert (articles(counted(minute), 1)["7d"] == 0) is (late or minute > 0)


def test_articles_out_of_order_are_counted_in_their_own_minutes() -> None:
    """What counts is when an article was published, whatever order they come in.

    arrival   1st  2nd  3rd  4th
    minute     4   -50    3  -4000
    1m window ending at 5: [4]   1h: [-55, 4]   3d: [-4315, 4]
    """
    windows = articles(counted(4, -50, 3, -4_000), 5)
    assert [windows[name] for name in ("1m", "5m", "1h", "24h", "3d")] == [1, 2, 3, 3, 4]


def test_adding_and_taking_back_are_inverse() -> None:
    """What is taken back leaves no trace."""
    counts = counted(0, 0, 3, score=100)
    counts.take("u1", Contribution(minute=M, mentions=2, sentiment=100))
    assert counts.activity(M + 5) == counted(0, 3, score=100).activity(M + 5)
    counts.take("u0", Contribution(minute=M, mentions=2, sentiment=100))
    counts.take("u2", Contribution(minute=M + 3, mentions=2, sentiment=100))
    assert counts.newest is None


def test_mean_sentiment_is_over_articles_that_have_one() -> None:
    """Unknown is null, not 0, and does not dilute the mean."""
    counts = counted(0, score=None)
    assert counts.activity(M + 1).windows["1m"].sentiment is None
    counts.add("a", Contribution(minute=M, mentions=1, sentiment=10_000))
    counts.add("b", Contribution(minute=M, mentions=9, sentiment=-5_000))
    assert counts.activity(M + 1).windows["1m"].sentiment == 0.25


def test_the_last_fact_is_the_newest_by_time_then_uri() -> None:
    """Of two readings published together the greater uri wins; taken back, the one before stands again."""
    counts = Counts("N225")
    for uri, minute, level in (("a", 0, 1.0), ("b", 1, 2.0), ("c", 1, 3.0)):
        said = LastFact(uri=uri, published_at=at(minute), level=level)
        counts.add(uri, Contribution(minute=M + minute, mentions=1, sentiment=None, last_fact=said))
    assert counts.activity(M + 2).last_fact.level == 3.0
    last = Contribution(
        minute=M + 1, mentions=1, sentiment=None, last_fact=LastFact(uri="c", published_at=at(1), level=3.0)
    )
    counts.take("c", last)
    assert counts.activity(M + 2).last_fact.level == 2.0
    assert counts.activity(M + 1).last_fact.level == 1.0
    assert counts.activity(M + 1 + 10_080).last_fact is not None
    assert counts.activity(M + 2 + 10_080).last_fact is None


def test_a_series_is_cut_at_whole_steps() -> None:
    """Steps of 5 minutes over the quarter hour that ends at minute 3: aligned to the clock, cut at both ends.

    noon-12  -10  -5   0   3
       [------)[--)[--)[---)
    """
    series = counted(-11, -5, -1, 0, 2).series(M + 3, 15, 5)
    assert [(minute - M, step.articles) for minute, step in series] == [(-12, 1), (-10, 0), (-5, 2), (0, 2)]
