"""Values for tests, with everything that does not matter filled in."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from schemas import (
    Annotation,
    ArticleRef,
    Claim,
    Contribution,
    Engine,
    Entity,
    EntityRef,
    Event,
    IndexFact,
    Mention,
    Order,
    Position,
    Quantity,
    Sentiment,
    Span,
)
from schemas.taxonomy import Direction, EventType, Field, Kind, Polarity, Status

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ENGINE = Engine(version="1", registry="1", lexicon="1")


def at(minute: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minute)


def span(text: str = "rose") -> Span:
    """Evidence."""
    return Span(field=Field.BODY, start=0, end=len(text), text=text)


def sentiment(score: float) -> Sentiment:
    """A sentiment of this score."""
    positive, negative = max(score, 0.0), max(-score, 0.0)
    neutral = round(1 - positive - negative, 4)
    label = Polarity.POSITIVE if score > 0 else Polarity.NEGATIVE
    return Sentiment(positive=positive, neutral=neutral, negative=negative, score=score, label=label)


def index_entity(index: str, *, mentions: int = 1, score: float | None = None) -> Entity:
    """An index named so many times."""
    scored = {} if score is None else {"sentiment": sentiment(score)}
    return Entity(
        id=f"index:{index}",
        kind=Kind.INDEX,
        name=index,
        relevance=1.0,
        mention_count=mentions,
        mentions=(Mention(field=Field.BODY, start=0, end=1, text="x"),),
        **scored,
    )


def index_move(index: str, percent: float, text: str = "rose") -> Event:
    """An index moved by so much."""
    return Event(
        type=EventType.INDEX_MOVE,
        subject=EntityRef(id=f"index:{index}", name=index),
        arguments={"percent": Quantity(value=percent, unit="percent")},
        direction=Direction.UP if percent > 0 else Direction.DOWN,
        evidence=(span(text),),
        confidence=0.9,
    )


def fact(index: str, level: float) -> IndexFact:
    """An index stood at a level."""
    return IndexFact(index=index, level=level, evidence=span())


def annotation(
    uri: str = "u",
    *,
    offset: int = 0,
    partition: int = 0,
    version: int | None = None,
    updated_at: datetime | None = None,
    published_at: datetime | None = NOON,
    status: Status = Status.USABLE,
    indices: tuple[Entity, ...] = (),
    events: tuple[Event, ...] = (),
    facts: tuple[IndexFact, ...] = (),
    content: str = "",
    signature: str | None = None,
    embargoed_until: datetime | None = None,
) -> Annotation:
    """One version of one article. Its digest follows from all that intake's digest covers."""
    said = repr((indices, events, facts, content, published_at, status))
    return Annotation(
        article=ArticleRef(
            uri=uri,
            published_at=published_at,
            version=version,
            updated_at=updated_at,
            status=status,
            embargoed_until=embargoed_until,
        ),
        position=Position(partition=partition, offset=offset),
        digest=blake2b(said.encode(), digest_size=16).hexdigest(),
        signature=signature if status is Status.USABLE else None,
        entities=indices if status is Status.USABLE else (),
        index_facts=facts if status is Status.USABLE else (),
        events=events if status is Status.USABLE else (),
        engine=ENGINE,
    )


def claim(
    uri: str = "u",
    index: str = "N225",
    *,
    offset: int = 0,
    minute: int = 0,
    mentions: int = 1,
    score: int | None = None,
    version: int = 0,
    counted: bool = True,
    signature: str | None = None,
) -> Claim:
    """What one article says about one index; `minute` counts from noon, `score` in 1/10,000."""
    first = int(NOON.timestamp()) // 60
    return Claim(
        entity=f"index:{index}",
        uri=uri,
        order=Order(version=version, updated_at=-1, partition=0, offset=offset),
        observed_at=first + minute,
        signature=signature,
        contribution=Contribution(minute=first + minute, mentions=mentions, sentiment=score) if counted else None,
    )
