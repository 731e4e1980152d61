"""Whether more than usual is said of an index: its last hour of articles against the same hour of the six days before.

Both come from the same cells as the windows, and all of it lies in the longest of these: after a restart, a correction
or a withdrawal the answer is what it would have been without.
"""

from dataclasses import dataclass
from typing import Final

from streams.tally.counts import Counts

HOUR: Final = 60
DAY: Final = 1_440
DAYS: Final = 6
FEWEST_DAYS: Final = 3
"""On fewer of the days before than this an index was not named often enough for a usual count to be known."""
DEVIATIONS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """An index's last hour, and what is usual for it at that time of day."""

    articles: int
    """Articles of the last 60 minutes."""
    mean: float
    """Articles of the same 60 minutes of the day, the mean of the six days before; two decimals."""
    unusual: bool
    """Whether they are more than three standard deviations above that mean, as a count that comes by chance (Poisson)
    deviates from a mean of one at least."""


def usual(counts: Counts, as_of: int) -> Usual | None:
    """The last hour before minute `as_of`; null where the index was named on fewer than three of the six days."""
    days = [counts.articles(as_of - (day + 1) * DAY, as_of - day * DAY) for day in range(1, DAYS + 1)]
    if sum(map(bool, days)) < FEWEST_DAYS:
        return None
    now = counts.articles(as_of - HOUR, as_of)
    before = sum(counts.articles(as_of - day * DAY - HOUR, as_of - day * DAY) for day in range(1, DAYS + 1))
    # In whole numbers: now - mean > 3 * sqrt(max(mean, 1)), with both sides times the days.
    above = DAYS * now - before
    is_unusual = above > 0 and above * above > DEVIATIONS * DEVIATIONS * DAYS * max(before, DAYS)
    return Usual(articles=now, mean=round(before / DAYS, 2), unusual=is_unusual)
