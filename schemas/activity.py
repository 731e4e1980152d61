"""The rolling counts of one index. Topic `market.index-activity` (compacted), key: the index's id without `index:`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from schemas.claim import LastFact
from schemas.limits import Count, Keys, Score
from schemas.taxonomy import Window
from schemas.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCounts:
    """What was said about an index in one window `[as_of - w, as_of)` of event time."""

    articles: Count
    """Articles that name the index."""
    mentions: Count
    """Times they name it."""
    sentiment: Score | None
    """Mean sentiment to the index over the articles that have one, four decimals, -1..1; null if none has. An article
    in Japanese, or one that says nothing of the index, has none and counts in `articles` only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexActivity(Message):
    """Counts of one index in every window."""

    index: str
    """The index's id without `index:`."""
    as_of: datetime
    """End of the current minute (UTC): where all windows end."""
    windows: Annotated[dict[str, WindowCounts], Keys(Window)]
    """By window name: 1m 5m 1h 12h 24h 3d 5d 7d."""
    last_fact: LastFact | None = None
    """Level or move of the greatest (published_at, uri) in the longest window."""
