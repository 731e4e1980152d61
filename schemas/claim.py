"""The claim: everything one version of one article says about one entity.

Topic `market.claims` (internal), key: the entity's id.

Claims carry state and its order, never deltas: applying a claim twice, or an older one after a newer one, changes
nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from schemas.article import Order
from schemas.event import MarketEvent
from schemas.limits import Count, Within
from schemas.taxonomy import Basis, Direction, Record
from schemas.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFact:
    """The reading of an index that an article ends on: a level or a move, with the article behind it."""

    uri: str
    """The article."""
    published_at: datetime
    """When it was published (UTC)."""
    direction: Direction | None = None
    """Which way the index moved."""
    change_pct: float | None = None
    """Signed percent."""
    change_points: float | None = None
    """Signed index points."""
    level: float | None = None
    """Index points."""
    basis: Basis = Basis.SESSION
    """What the move is measured over."""
    record: Record | None = None
    """The mark set."""
    approximate: bool = False
    """True where the text hedges it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one article adds to the counts of one index."""

    minute: int
    """Minute of publication: whole minutes since 1970-01-01 UTC."""
    mentions: Count
    """How often the article names the index."""
    sentiment: Annotated[int, Within(least=-10_000, most=10_000)] | None
    """The article's sentiment towards the index in 1/10,000, null if it has none."""
    last_fact: LastFact | None = None
    """The reading it ends on, null if it states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Message):
    """One article's say on one entity."""

    entity: str
    """The entity's id, or `name:` and a name in lower case where the registry does not know it; the record's key."""
    uri: str
    """The article."""
    order: Order
    """Which version of the article this is."""
    observed_at: int
    """Minute of max(published_at, record time): what expiry counts from."""
    signature: str | None = None
    """The annotation's signature of the article's text."""
    contribution: Contribution | None
    """What it contributes to the counts (indices only); null takes the article back."""
    events: tuple[MarketEvent, ...] = ()
    """Its events on this subject that came, changed or went with this version, without novelty."""
