"""Counts of one index by minute of event time, and the windows over them.

Cells hold sums of the current contributions; adding and taking away are exact inverses, since everything is an integer.
Of the facts only the last is kept. When it is taken back, or for an earlier time, the last one is found in the entries.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas import Contribution, IndexActivity, LastFact, WindowCounts
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, WINDOW_MINUTES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)


def minute_of(time: datetime) -> int:
    """Whole minutes since 1970-01-01 UTC."""
    return (time - _EPOCH) // _MINUTE


def event_time(minute: int) -> datetime:
    """The time at which a minute begins (UTC)."""
    return _EPOCH + minute * _MINUTE


def is_late(minute: int, now: int) -> bool:
    """Whether no window holds this minute any more when `now` is the current minute, which the windows include."""
    return minute < now + 1 - LONGEST_WINDOW_MINUTES


@dataclass(slots=True)
class _Cell:
    articles: int = 0
    mentions: int = 0
    sentiment: int = 0
    scored: int = 0
    facts: int = 0

    def add(self, sign: int, contribution: Contribution) -> None:
        self.articles += sign
        self.mentions += sign * contribution.mentions
        if contribution.sentiment is not None:
            self.sentiment += sign * contribution.sentiment
            self.scored += sign
        self.facts += sign * (contribution.last_fact is not None)


Facts = Callable[[int], Iterable[LastFact]]
"""The last facts of the articles counted in a minute, in any order."""


class Counts:
    """The counts of one index: a cell for every minute that has an article."""

    __slots__ = ("_cells", "_facts", "_last", "_minutes", "index")

    def __init__(self, index: str, facts: Facts = lambda _: ()) -> None:
        self.index = index
        self._facts = facts
        self._cells: dict[int, _Cell] = {}
        self._minutes: list[int] = []
        self._last: tuple[int, LastFact] | None = None  # a minute, and the last of all facts in it

    def add(self, contribution: Contribution) -> None:
        """Count an article."""
        minute, fact = contribution.minute, contribution.last_fact
        cell = self._cells.get(minute)
        if cell is None:
            cell = self._cells[minute] = _Cell()
            insort(self._minutes, minute)
        cell.add(1, contribution)
        if fact is None:
            return
        if self._last is not None and self._last[0] == minute:
            self._last = minute, max(fact, self._last[1], key=_when)
        elif cell.facts == 1 and (self._last is None or self._last[0] < minute):
            self._last = minute, fact

    def take(self, uri: str, contribution: Contribution) -> None:
        """Take back an article that was counted."""
        cell = self._cells[contribution.minute]
        cell.add(-1, contribution)
        if self._last is not None and self._last[1].uri == uri:
            self._last = None
        if not cell.articles:
            del self._cells[contribution.minute]
            del self._minutes[bisect_left(self._minutes, contribution.minute)]

    @property
    def newest(self) -> int | None:
        """The newest minute with an article, or null."""
        return self._minutes[-1] if self._minutes else None

    def activity(self, as_of: int) -> IndexActivity:
        """The counts in every window ending at minute `as_of`."""
        minutes = self._minutes
        last = bisect_left(minutes, as_of) - 1
        articles = mentions = sentiment = scored = 0
        windows = {}
        for window, length in WINDOW_MINUTES.items():
            first = as_of - length
            while last >= 0 and minutes[last] >= first:
                cell = self._cells[minutes[last]]
                articles += cell.articles
                mentions += cell.mentions
                sentiment += cell.sentiment
                scored += cell.scored
                last -= 1
            mean = round(sentiment / scored / 10_000, 4) + 0.0 if scored else None
            windows[window.value] = WindowCounts(articles=articles, mentions=mentions, sentiment=mean)
        return IndexActivity(
            index=self.index, as_of=event_time(as_of), windows=windows, last_fact=self._last_fact(as_of)
        )

    def series(self, as_of: int, window: int, step: int) -> list[tuple[int, WindowCounts]]:
        """Counts per `step` minutes over the `window` minutes ending at `as_of`: (first minute, counts), oldest first.

        Steps are aligned to whole multiples of `step` since 1970; the first and the last may be cut by the window.
        """
        first = as_of - window
        series = []
        start = first
        while start < as_of:
            end = min(as_of, (start // step + 1) * step)
            series.append((start, self._sum(start, end)))
            start = end
        return series

    def articles(self, start: int, end: int) -> int:
        """Articles of the minutes from `start` up to `end`, which is left out."""
        inside = self._minutes[bisect_left(self._minutes, start) : bisect_left(self._minutes, end)]
        return sum(self._cells[minute].articles for minute in inside)

    def _sum(self, start: int, end: int) -> WindowCounts:
        inside = self._minutes[bisect_left(self._minutes, start) : bisect_left(self._minutes, end)]
        cells = [self._cells[minute] for minute in inside]
        scored = sum(cell.scored for cell in cells)
        return WindowCounts(
            articles=sum(cell.articles for cell in cells),
            mentions=sum(cell.mentions for cell in cells),
            sentiment=round(sum(c.sentiment for c in cells) / scored / 10_000, 4) + 0.0 if scored else None,
        )

    def _last_fact(self, as_of: int) -> LastFact | None:
        oldest = as_of - LONGEST_WINDOW_MINUTES
        for at in range(bisect_left(self._minutes, as_of) - 1, -1, -1):
            minute = self._minutes[at]
            if minute < oldest:
                return None
            if self._cells[minute].facts:
                if self._last is not None and self._last[0] == minute:
                    return self._last[1]
                fact = max(self._facts(minute), key=_when, default=None)
                if fact is not None and (self._last is None or self._last[0] < minute):
                    self._last = minute, fact
                if fact is not None:
                    return fact
        return None


def _when(fact: LastFact) -> tuple[datetime | None, str]:
    return fact.published_at, fact.uri
