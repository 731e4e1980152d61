"""Windows over the minutes of one index."""

from schemas import Contribution, LastFact
from streams.tally import Counts, is_late, minute_of
from tests.builders import NOON, at

M = minute_of(NOON)


def counted(*minutes: int, score: int | None = None) -> Counts:
    """An index with one article in each of these minutes after noon."""
    counts = Counts("N225")
    for minute in minutes:
        counts.add(Contribution(minute=M + minute, mentions=2, sentiment=score))
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
    counts.add(Contribution(minute=M, mentions=1, sentiment=10_000))
    counts.add(Contribution(minute=M, mentions=9, sentiment=-5_000))
    assert counts.activity(M + 1).windows["1m"].sentiment == 0.25


class Read:
    """Facts by minute, as the entries have them, and the minutes that were asked for."""

    def __init__(self) -> None:
        self.facts: dict[int, dict[str, LastFact]] = {}
        self.asked: list[int] = []
        self.counts = Counts("N225", self)

    def __call__(self, minute: int) -> list[LastFact]:
        """Facts of a minute."""
        self.asked.append(minute - M)
        return list(self.facts.get(minute, {}).values())

    def add(self, uri: str, minute: int, level: float) -> Contribution:
        """An article with a fact."""
        fact = LastFact(uri=uri, published_at=at(minute), level=level)
        said = Contribution(minute=M + minute, mentions=1, sentiment=None, last_fact=fact)
        self.facts.setdefault(said.minute, {})[uri] = fact
        self.counts.add(said)
        return said

    def take(self, said: Contribution) -> None:
        """The article is taken back."""
        del self.facts[said.minute][said.last_fact.uri]
        self.counts.take(said.last_fact.uri, said)

    def level(self, as_of: int) -> float | None:
        """Of the last fact."""
        fact = self.counts.activity(M + as_of).last_fact
        return None if fact is None else fact.level


def test_the_last_fact_is_the_newest_by_time_then_uri() -> None:
    """Of two readings published together the greater uri wins, whichever came first."""
    for order in ("abc", "cba"):
        read = Read()
        for uri in order:
            read.add(uri, {"a": 0, "b": 1, "c": 1}[uri], ord(uri))
        assert read.level(2) == ord("c")
        assert read.asked == []
        assert read.level(1) == ord("a")
        assert read.level(1 + 10_080) == ord("c")
        assert read.level(2 + 10_080) is None


def test_the_last_fact_taken_back_gives_way_to_the_one_before() -> None:
    """The entries are asked, once; what comes after is compared with what they said."""
    read = Read()
    read.add("a", 0, 1.0)
    read.add("b", 1, 2.0)
    last = read.add("c", 1, 3.0)
    read.take(last)
    assert (read.level(2), read.level(2), read.asked) == (2.0, 2.0, [1])
    read.add("aa", 1, 4.0)
    assert read.level(2) == 2.0
    read.take(read.add("d", 1, 5.0))
    read.add("c", 1, 6.0)
    assert (read.level(2), read.asked) == (6.0, [1, 1])


def test_what_is_older_than_the_last_fact_does_not_take_its_place() -> None:
    """Whatever order articles come in, and whatever time is asked for between."""
    read = Read()
    read.add("b", 5, 2.0)
    read.add("a", 3, 1.0)
    assert (read.level(6), read.level(4), read.level(6)) == (2.0, 1.0, 2.0)
    assert read.asked == [3]
    assert Counts("N225").activity(M).last_fact is None


def test_a_series_is_cut_at_whole_steps() -> None:
    """Steps of 5 minutes over the quarter hour that ends at minute 3: aligned to the clock, cut at both ends.

    noon-12  -10  -5   0   3
       [------)[--)[--)[---)
    """
    series = counted(-11, -5, -1, 0, 2).series(M + 3, 15, 5)
    assert [(minute - M, step.articles) for minute, step in series] == [(-12, 1), (-10, 0), (-5, 2), (0, 2)]
