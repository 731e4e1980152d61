"""The annotation: what one version of one article says, with the characters that say so."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from schemas.article import ArticleRef, Position, Symbol
from schemas.limits import Count, Currency, EntityId, Hash128, Period, Score, Share
from schemas.taxonomy import (
    Basis,
    Consistency,
    Direction,
    EntitySource,
    EventStatus,
    EventType,
    FactLevel,
    Field,
    Kind,
    LanguageSource,
    Measure,
    Moment,
    NoSentiment,
    Polarity,
    Record,
    bare_index,
)
from schemas.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters of an article: `article[field][start:end] == text`."""

    field: Field
    """Which text the offsets count in."""
    start: Count
    """First code point."""
    end: Count
    """One past the last code point."""
    text: str | None
    """The characters; null under `NEWSTAPE_EVIDENCE=offsets`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """How good or bad the text is for what it is about; either all of the numbers stand or `reason` does."""

    positive: Share | None = None
    """Probability, four decimals."""
    neutral: Share | None = None
    """Probability, four decimals."""
    negative: Share | None = None
    """Probability, four decimals; the three sum to 1."""
    score: Score | None = None
    """positive - negative, four decimals, in -1..1."""
    label: Polarity | None = None
    """The greatest of the three."""
    cues: tuple[Span, ...] = ()
    """The words that carried it."""
    reason: NoSentiment | None = None
    """Why it is null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place where an entity is named."""

    field: Field
    """Which text the offsets count in."""
    start: Count
    """First code point."""
    end: Count
    """One past the last code point."""
    text: str | None
    """The characters; null under `NEWSTAPE_EVIDENCE=offsets`."""
    sentiment: Sentiment = Sentiment(reason=NoSentiment.NO_CUE)
    """Sentiment towards the entity at this place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing of the market that the article names, once however often it is named; or that only the article's provider
    names by its symbols (`source`).
    """

    id: EntityId
    """`index:N225`, `company:6501.T`, `person:sanae-takaichi`, `country:JP`, `organization:boj`."""
    kind: Kind
    """The id's part before the colon."""
    name: str
    """Its usual name."""
    symbols: tuple[Symbol, ...] = ()
    """Its identifiers."""
    relevance: Share
    """0..1, four decimals: how much the article is about it. 0 marks boilerplate, and what the text does not name."""
    mention_count: Count
    """How often it is named; more than the mentions listed when the article's cap of 1,000 was reached."""
    mentions: tuple[Mention, ...]
    """Where it is named, in text order, headline first."""
    sentiment: Sentiment = Sentiment(reason=NoSentiment.NO_CUE)
    """Sentiment towards it over its mentions."""
    source: EntitySource = EntitySource.TEXT
    """Who names it. What only the provider names has no mentions; no count, fact or event comes of it."""

    @property
    def is_in_text(self) -> bool:
        """Whether the text names it."""
        return self.source is not EntitySource.PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFact:
    """A reading of an index: that it moved, stood at a value or set a mark."""

    index: str
    """The index's id without `index:`; for indices outside `CORE_INDICES`, `other:` and that id."""
    direction: Direction | None = None
    """Which way it moved; null for a bare level."""
    change_pct: float | None = None
    """Signed percent as stated."""
    change_points: float | None = None
    """Signed index points as stated."""
    level: float | None = None
    """Level at the end of the move or at the reading, in index points."""
    basis: Basis = Basis.SESSION
    """What the move is measured over."""
    record: Record | None = None
    """The mark it set."""
    threshold: float | None = None
    """The round number crossed, where `record` is a threshold."""
    approximate: bool = False
    """True where the text hedges the numbers (about, more than, nearly)."""
    fact_level: FactLevel = FactLevel.FACT
    """Happened, expected or wished for."""
    moment: Moment = Moment.CURRENT
    """Which moment it tells of. Intraday and past ones are no events, records of the session aside, nor last facts."""
    consistency: Consistency = Consistency.UNCHECKED
    """Whether level, points and percent agree by arithmetic."""
    evidence: Span
    """The clause with the index's name and the figures."""

    @property
    def entity_id(self) -> str:
        """The id of the index among the annotation's entities, in events, keys and views: `index:N225`."""
        return f"index:{bare_index(self.index)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRef:
    """An entity named by an event; `id` is null where the registry does not know it."""

    id: EntityId | None
    """The entity's id, or null."""
    name: str
    """Its name, as in the registry or else as in the text."""
    resolved: bool | None = None
    """True where the registry has it, false where its id or name is made from the text; null where that is not known:
    in records older than this field, and of persons in retractions."""


def resolved_by_id(identity: str | None) -> bool | None:
    """What an id tells of `resolved`: everything, but for persons, who have one form of id."""
    if identity is None:
        return False
    kind, _, name = identity.partition(":")
    return None if kind == Kind.PERSON else not name.startswith("~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An entity in a role of an event."""

    role: str
    """acquirer, target, seller, partner, analyst, imposing, targeted, counterparty, investor, recipient, official..."""
    entity: EntityRef
    """Who."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with what it counts."""

    value: float
    """In full units: 13.9 trillion yen is 13900000000000."""
    unit: str
    """currency | percent | points | basis_points | shares | per_share | ratio | count."""
    currency: Currency | None = None
    """ISO 4217 code where the unit is money."""
    basis: str | None = None
    """The period or base it is measured over, as a word of `Basis` or null."""
    approximate: bool = False
    """True where the text hedges it."""
    measure: Measure | None = None
    """What it measures, where that is known; a percentage of what is counted in money or units is its change."""
    adjusted: bool | None = None
    """True where the text calls it adjusted, underlying, core or the like, false where it calls it reported or GAAP."""
    period: Period | None = None
    """The period it is of, where the text says so: `2026-Q3`, `FY2026`, `2026-H1`, of the calendar without `FY`."""
    expected: float | None = None
    """What was expected of it, in its own unit: the consensus that the text names."""
    surprise: float | None = None
    """By how much it is above (below: negative) what was expected, in its own unit, stated or by arithmetic."""
    low: float | None = None
    """Lower bound, in its own unit, where the text gives a range, as guidance does."""
    high: float | None = None
    """Upper bound likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the article says happened, will happen or should happen."""

    type: EventType
    """What kind of event."""
    subject: EntityRef
    """Whom it is about; its id keys the published event."""
    participants: tuple[Participant, ...] = ()
    """The others, in roles."""
    arguments: dict[str, Quantity] = dataclass_field(default_factory=dict)
    """Typed numbers by name: percent, points, level, threshold, amount, rate, change_bp, price ... Of a range the
    number is the lower bound and `<name>_high` the upper; but of a policy rate's target range ("3.75%-4.00%") `rate` is
    the upper bound, by which it is quoted, and `rate_low` the lower."""
    fact_level: FactLevel = FactLevel.FACT
    """Happened, expected or wished for."""
    scheduled: bool = False
    """True when the happening lies ahead at a stated date or occasion."""
    effective_on: date | None = None
    """The day it happens or bites, where the text says so."""
    direction: Direction | None = None
    """Which way, for moves, rates, tariffs, ratings, guidance and budgets."""
    basis: Basis | None = None
    """What an index or price move is measured over; part of the event's identity."""
    record: Record | None = None
    """The mark set, for index.record and index.threshold."""
    sentiment: Sentiment = Sentiment(reason=NoSentiment.NO_CUE)
    """Good or bad for the subject."""
    evidence: tuple[Span, ...]
    """The characters that say so; the first is the trigger's clause."""
    confidence: Share
    """0..1, four decimals: the calibrated probability that type, party and figures are all right."""
    status: EventStatus = EventStatus.STANDING
    """`called_off` where the text says that it will not be, or is no more: who reads `type` as a thing that happened or
    will happen must leave such events out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What produced an annotation: the same engine over the same record gives the same bytes."""

    version: str
    """Version of newstape's extraction."""
    registry: str
    """Version of the entity registry, with a hash of what it holds."""
    lexicon: str
    """Version of lexicons, rules and model weights, with a hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLanguage:
    """The language that an article was read in."""

    tag: str
    """BCP 47 tag."""
    source: LanguageSource
    """`stated` by the producer, `detected` in the text, or `assumed` where neither gave one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Message):
    """Everything newstape read in one version of one article. Topic `news.annotations`, key: the article's uri."""

    article: ArticleRef
    """The article."""
    position: Position | None
    """Where its record stands in `news.articles`; null when annotated without Kafka."""
    digest: Hash128
    """128-bit hash (hex) of text, published_at, language and status: equal digests are the same content."""
    signature: str | None = None
    """MinHash of the text (base64url of 66 bytes), by which near-identical texts are recognised; null for a text of
    fewer than some forty words and for a withdrawn article."""
    entities: tuple[Entity, ...] = ()
    """Who and what is named."""
    index_facts: tuple[IndexFact, ...] = ()
    """Readings of indices."""
    events: tuple[Event, ...] = ()
    """What happened."""
    sentiment: Sentiment = Sentiment(reason=NoSentiment.NO_CUE)
    """Of the whole article."""
    language: TextLanguage | None = None
    """The language that it was read in; null for a withdrawn article."""
    engine: Engine
    """What produced this."""
