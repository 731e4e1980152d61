"""The market event: a claim of an article as published. Topics `market.events.{index,company,policy}`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final

from schemas.annotation import EntityRef, Participant, Quantity, Sentiment, Span, resolved_by_id
from schemas.article import ArticleRef
from schemas.limits import Count, Hash128, Keys, Positive, Share
from schemas.taxonomy import Basis, Direction, EventStatus, EventType, FactLevel, Lifecycle, Record, Window
from schemas.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """How new the claim was when first published; never renumbered afterwards."""

    rank: Positive
    """1 for the first article to say so, 2 for the second ...; to say it with another number is to say it first."""
    counts: Annotated[dict[str, Count], Keys(Window)]
    """How many earlier articles said so, by window (`1m` ... `7d`) up to the minute of `published_at`."""
    linked: tuple[str, ...]
    """Uris of earlier articles of the same story whose numbers agree, newest first, at most 50 and 64 KiB of them; in a
    later correction those that are still kept."""
    repeat_of: str | None = None
    """Uri of the first article on the subject, of the last seven days, with nearly the same text, or null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEvent(Message):
    """One event of one article in one revision. Key: the subject's entity id.

    A retraction keeps identity, type, subject and article; the rest is null.
    """

    event_id: Hash128
    """128-bit hash (hex) of uri, type, subject, participants, basis and ordinal: the same over all revisions."""
    revision: Positive
    """The article's version, else the count of applied changes; grows with every correction."""
    lifecycle: Lifecycle
    """created, corrected or retracted."""
    type: EventType
    """What kind of event."""
    subject: EntityRef
    """Whom it is about."""
    article: ArticleRef
    """The article that says so."""
    published_at: datetime | None
    """When that article was published: event time (UTC)."""
    similarity_key: Hash128 | None = None
    """The same in every article that makes this claim: hash of type, subject, participants and effective day (for
    readings of indices and prices, the day of publication where the text names none); another where it is called off.
    """
    novelty: Novelty | None = None
    """How new it was when first published; null in a correction that comes when that is not known any more, eight days
    after the article was last heard of."""
    participants: tuple[Participant, ...] | None = None
    """The others, in roles."""
    arguments: dict[str, Quantity] | None = None
    """Typed numbers by name."""
    fact_level: FactLevel | None = None
    """Happened, expected or wished for."""
    scheduled: bool | None = None
    """True when the happening lies ahead at a stated date or occasion."""
    effective_on: date | None = None
    """The day it happens or bites, where the text says so."""
    direction: Direction | None = None
    """Which way."""
    basis: Basis | None = None
    """What a move is measured over."""
    record: Record | None = None
    """The mark set."""
    sentiment: Sentiment | None = None
    """Good or bad for the subject."""
    evidence: tuple[Span, ...] | None = None
    """The characters that say so."""
    confidence: Share | None = None
    """0..1, four decimals."""
    status: EventStatus | None = EventStatus.STANDING
    """`called_off` where the text says that it will not be, or is no more: who reads `type` as a thing that happened or
    will happen must leave such events out. Null in a retraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What a reader asks of events beside what they are about: how well their subject is known, how sure they are.

    A correction or a retraction passes whatever its confidence and status are, since the reader may have been given
    what it puts right; who was not given it does not know its `event_id`, and passes it over.
    """

    resolved: bool | None = None
    """True: subjects that the registry has; false: those made from text; null: both."""
    min_confidence: float = 0.0
    """The least confidence of a new event."""
    status: EventStatus | None = None
    """Of new events those that stand, or those that tell what is called off; null: both."""

    def admits(
        self,
        *,
        subject: str | None,
        resolved: bool | None,
        lifecycle: Lifecycle | str,
        confidence: float | None,
        status: EventStatus | str | None,
    ) -> bool:
        """Whether an event passes, given its subject's id and `resolved`, its lifecycle, confidence and status."""
        told = resolved_by_id(subject) if resolved is None else resolved
        if self.resolved is not None and told is not None and told is not self.resolved:
            return False
        if lifecycle != Lifecycle.CREATED:
            return True
        return (confidence or 0.0) >= self.min_confidence and (self.status is None or status == self.status)


ANY_QUALITY: Final = Quality()
"""Lets every event pass."""
