"""From annotations to claims: tells new, repeated, stale, corrected and withdrawn versions of one article apart.

The ledger keeps, per article and source position, an immutable entry. The rules:

* The current entry of an article is the greatest in `Order`. A version below it is stale and changes nothing; one with
  the same digest, version and `updated_at` is a duplicate and changes nothing.
* An entry holds what became of each event at its position, retracted ones included, so the claims sent for a position
  are a function of the entry and the record. A record handed over again therefore gives the same claims.
* A null value names no version. It takes over version and `updated_at` of the current entry and withdraws it; so does a
  withdrawal that names no version, from whatever partition. One that names the current version and no `updated_at`
  takes over that. A usable article that names no version counts as version 0.
* An event's identity leaves its numbers out, so that a corrected number corrects the event. Whether it changed is
  judged by all it says, the time it was published at included, except where in the text it stands: the published event
  names the version its offsets count in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from schemas import (
    Annotation,
    ArticleRef,
    Claim,
    Contribution,
    EntityRef,
    Event,
    LastFact,
    MarketEvent,
    Order,
    Position,
    encode,
)
from schemas.taxonomy import EventType, FactLevel, Kind, Lifecycle, Status

__all__ = ["Change", "LedgerEntry", "Outcome", "Reconciled", "Verdict", "order_of", "reconcile", "subject_key"]

_NAME: Final = "name:"  # begins the key of a subject that the registry does not know

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Verdict(StrEnum):
    """What a record turned out to be."""

    NEW = "new"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REPEATED = "repeated"


class Change(StrEnum):
    """What became of an event at one position; one letter each, since every entry holds many."""

    CREATED = "c"
    CORRECTED = "x"
    RETRACTED = "r"
    UNCHANGED = "u"


_Said = dict[str, Event]
"""The events of one version by their ids, in text order."""

_LIFECYCLE: Final = {Change.CREATED: Lifecycle.CREATED, Change.CORRECTED: Lifecycle.CORRECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One event of an article at one position."""

    id: str
    """The event's id."""
    revision: int
    """Revision of its last change."""
    hash: str
    """64-bit hash (hex) of what it says; empty once retracted."""
    change: Change
    """What became of it here."""
    type: EventType
    """What kind of event."""
    key: str
    """Key of its record: the subject's id."""
    name: str
    """The subject's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What one version of one article said: an entry of the ledger. Never changed once written."""

    order: Order
    """Where this version stands among the article's versions."""
    digest: str
    """Hash of its content."""
    revision: int
    """The article's version, else the count of applied changes."""
    observed_at: int
    """Minute of max(published_at, record time): what expiry counts from."""
    minute: int | None
    """Minute of publication its contributions count in; null where it makes none."""
    indices: tuple[str, ...] = ()
    """Indices it contributes to."""
    dropped: tuple[str, ...] = ()
    """Indices the version before contributed to and this one does not."""
    events: tuple[Outcome, ...] = ()
    """Its events, and those of the version before that it retracts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What to do about one record."""

    verdict: Verdict
    """What the record is."""
    entry: LedgerEntry | None = None
    """The entry to write under the record's position, if any."""
    claims: tuple[Claim, ...] = ()
    """The claims to send."""
    superseded: tuple[Position, ...] = ()
    """Positions of older entries, to be deleted once this one is confirmed."""


def reconcile(annotation: Annotation, observed_at: datetime, kept: Mapping[Position, LedgerEntry]) -> Reconciled:
    """What this record changes, given the kept entries of its article.

    `observed_at` is the later of the record's own time and the article's `published_at`; expiry counts from it. Raises
    ValueError where the annotation has no source position, which only one made outside the pipeline lacks.
    """
    position = annotation.position
    if position is None:
        raise ValueError("$.position: expected an object, got null: the annotation did not come from news.articles")
    if position in kept:
        entry = kept[position]
        older = tuple(p for p, e in kept.items() if e.order < entry.order)
        claims = _claims(annotation, entry, _identified(annotation))
        return Reconciled(verdict=Verdict.REPEATED, entry=entry, claims=claims, superseded=_sorted(older))
    current = max(kept.values(), key=lambda entry: entry.order, default=None)
    order = order_of(annotation, position, current)
    if current is not None:
        if order < current.order or _stood_before(annotation.article, position, current):
            return Reconciled(verdict=Verdict.STALE)
        same_version = (order.version, order.updated_at) == (current.order.version, current.order.updated_at)
        if same_version and annotation.digest == current.digest:
            return Reconciled(verdict=Verdict.DUPLICATE)
    said = _identified(annotation)
    entry = _entry(annotation, order, observed_at, current, said)
    return Reconciled(
        verdict=_verdict(annotation, current),
        entry=entry,
        claims=_claims(annotation, entry, said),
        superseded=_sorted(tuple(kept)),
    )


def order_of(annotation: Annotation, position: Position, current: LedgerEntry | None) -> Order:
    """Where this version stands among the article's versions."""
    article = annotation.article
    version, updated_at = article.version, article.updated_at
    microseconds = -1 if updated_at is None else _microseconds(updated_at)
    if article.status is not Status.USABLE and current is not None:
        held = current.order
        if version is None:
            version, microseconds = held.version, max(held.updated_at, microseconds)
            earlier = (position.partition, position.offset) < (held.partition, held.offset)
            if earlier and microseconds == held.updated_at and annotation.digest != current.digest:
                microseconds += 1  # from another partition, of which the number says nothing of what came first
        elif version == held.version and updated_at is None and position.partition == held.partition:
            microseconds = held.updated_at
    return Order(
        version=version or 0,
        updated_at=microseconds,
        partition=position.partition,
        offset=position.offset,
    )


def _stood_before(article: ArticleRef, position: Position, current: LedgerEntry) -> bool:
    """Whether a withdrawal that names no version is handed over again after a later record of its partition was taken.

    It takes over the version of what stood when it came, and that is gone; of what came later it says nothing.
    """
    names_none = article.status is not Status.USABLE and article.version is None
    return names_none and current.order.partition == position.partition and current.order.offset > position.offset


def subject_key(subject: EntityRef) -> str:
    """Key of an event's records: the subject's id, or its name where the registry does not know it."""
    return subject.id or f"{_NAME}{' '.join(subject.name.casefold().split())}"


def _subject(key: str, name: str) -> EntityRef:
    """The subject as the contract has it: without an id where the registry does not know it."""
    return EntityRef(id=None if key.startswith(_NAME) else key, name=name)


def _verdict(annotation: Annotation, current: LedgerEntry | None) -> Verdict:
    if annotation.article.status is not Status.USABLE:
        return Verdict.WITHDRAWN
    return Verdict.NEW if current is None else Verdict.CORRECTED


def _entry(
    annotation: Annotation, order: Order, observed_at: datetime, current: LedgerEntry | None, said: _Said
) -> LedgerEntry:
    version = annotation.article.version or 0
    revision = max(version, 1) if current is None else max(version, current.revision + 1)
    indices = tuple(sorted(entity.id for entity in annotation.entities if entity.kind is Kind.INDEX))
    before = () if current is None else current.indices
    published_at = annotation.article.published_at
    return LedgerEntry(
        order=order,
        digest=annotation.digest,
        revision=revision,
        # Never before the entry it supersedes: that one, should its deletion be lost, must not outlive it.
        observed_at=max(_minute(observed_at), 0 if current is None else current.observed_at),
        minute=_minute(published_at) if published_at is not None and indices else None,
        indices=indices,
        dropped=tuple(index for index in before if index not in indices),
        events=_outcomes(said, published_at, revision, () if current is None else current.events),
    )


def _outcomes(
    said: _Said, published_at: datetime | None, revision: int, before: Sequence[Outcome]
) -> tuple[Outcome, ...]:
    standing = {outcome.id: outcome for outcome in before if outcome.change is not Change.RETRACTED}
    outcomes = []
    for event_id, event in said.items():
        content, previous = _content_hash(event, published_at), standing.pop(event_id, None)
        outcome = Outcome(
            id=event_id,
            revision=revision,
            hash=content,
            change=Change.CREATED if previous is None else Change.CORRECTED,
            type=event.type,
            key=subject_key(event.subject),
            name=event.subject.name,
        )
        if previous is not None and previous.hash == content:
            outcome = replace(outcome, revision=previous.revision, change=Change.UNCHANGED)
        outcomes.append(outcome)
    gone = [replace(o, revision=revision, hash="", change=Change.RETRACTED) for o in standing.values()]
    return (*outcomes, *gone)


def _identified(annotation: Annotation) -> _Said:
    """The annotation's events by their ids, in text order."""
    equals: dict[bytes, int] = {}
    identified = {}
    for event in annotation.events:
        roles = sorted((p.role, subject_key(p.entity)) for p in event.participants)
        identity = encode([annotation.article.uri, event.type, subject_key(event.subject), roles, event.basis])
        ordinal = equals.get(identity, 0)
        equals[identity] = ordinal + 1
        identified[blake2b(identity + b"%d" % ordinal, digest_size=16).hexdigest()] = event
    return identified


def _content_hash(event: Event, published_at: datetime | None) -> str:
    said = [
        published_at,
        event.arguments,
        event.fact_level,
        event.scheduled,
        event.effective_on,
        event.direction,
        event.record,
        event.sentiment.score,
        event.confidence,
        [span.text for span in event.evidence],
    ]
    return blake2b(encode(said), digest_size=8).hexdigest()


def _similarity_key(event: Event, published_at: datetime | None) -> str:
    roles = sorted((p.role, subject_key(p.entity)) for p in event.participants)
    day = event.effective_on
    if day is None and published_at is not None and event.type.is_of_its_day:
        day = published_at.date()
    claim = [event.type, subject_key(event.subject), roles, day]
    return blake2b(encode(claim), digest_size=16).hexdigest()


def _claims(annotation: Annotation, entry: LedgerEntry, said: _Said) -> tuple[Claim, ...]:
    contributions: dict[str, Contribution | None] = dict.fromkeys(entry.dropped)
    contributions.update(_contributions(annotation, entry))
    events: dict[str, list[MarketEvent]] = {}
    for outcome in entry.events:
        if outcome.change is Change.RETRACTED:
            events.setdefault(outcome.key, []).append(_retraction(annotation.article, outcome))
        elif outcome.change is not Change.UNCHANGED and outcome.id in said:
            # An event the annotation lacks: the record was annotated again by another engine since. What was published
            # for this position stands until the article's next version.
            events.setdefault(outcome.key, []).append(_published(annotation.article, outcome, said[outcome.id]))
    return tuple(
        Claim(
            entity=entity,
            uri=annotation.article.uri,
            order=entry.order,
            observed_at=entry.observed_at,
            signature=annotation.signature,
            contribution=contributions.get(entity),
            events=tuple(events.get(entity, ())),
        )
        for entity in sorted(contributions.keys() | events.keys())
    )


def _contributions(annotation: Annotation, entry: LedgerEntry) -> dict[str, Contribution]:
    if entry.minute is None:
        return {}
    return {
        entity.id: Contribution(
            minute=entry.minute,
            mentions=entity.mention_count,
            sentiment=None if entity.sentiment.score is None else round(entity.sentiment.score * 10_000),
            last_fact=_last_fact(annotation, entity.id),
        )
        for entity in annotation.entities
        # An index that the entry lacks: annotated again by another engine since. Counted, no later version would take
        # it back.
        if entity.kind is Kind.INDEX and entity.id in entry.indices
    }


def _last_fact(annotation: Annotation, index: str) -> LastFact | None:
    published_at = annotation.article.published_at
    if published_at is None:
        return None
    facts = [
        fact
        for fact in annotation.index_facts
        if fact.entity_id == index
        and fact.fact_level is FactLevel.FACT
        and (fact.level is not None or fact.direction is not None)
    ]
    if not facts:
        return None
    # The reading a reader takes away: one with a level before one without, a session's before a year's, then the first.
    fact = min(facts, key=lambda f: (f.level is None, f.basis != "session", f.change_pct is None))
    return LastFact(
        uri=annotation.article.uri,
        published_at=published_at,
        direction=fact.direction,
        change_pct=fact.change_pct,
        change_points=fact.change_points,
        level=fact.level,
        basis=fact.basis,
        record=fact.record,
        approximate=fact.approximate,
    )


def _retraction(article: ArticleRef, outcome: Outcome) -> MarketEvent:
    return MarketEvent(
        event_id=outcome.id,
        revision=outcome.revision,
        lifecycle=Lifecycle.RETRACTED,
        type=outcome.type,
        subject=_subject(outcome.key, outcome.name),
        article=article,
        published_at=article.published_at,
    )


def _published(article: ArticleRef, outcome: Outcome, event: Event) -> MarketEvent:
    return MarketEvent(
        event_id=outcome.id,
        revision=outcome.revision,
        lifecycle=_LIFECYCLE[outcome.change],
        type=event.type,
        subject=_subject(outcome.key, event.subject.name),
        article=article,
        published_at=article.published_at,
        similarity_key=_similarity_key(event, article.published_at),
        participants=event.participants,
        arguments=event.arguments,
        fact_level=event.fact_level,
        scheduled=event.scheduled,
        effective_on=event.effective_on,
        direction=event.direction,
        basis=event.basis,
        record=event.record,
        sentiment=event.sentiment,
        evidence=event.evidence,
        confidence=event.confidence,
    )


def _sorted(positions: Sequence[Position]) -> tuple[Position, ...]:
    return tuple(sorted(positions, key=lambda p: (p.partition, p.offset)))


def _minute(time: datetime) -> int:
    return (time - _EPOCH) // _MINUTE


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


_MINUTE: Final = datetime(1970, 1, 1, 0, 1, tzinfo=UTC) - _EPOCH
_MICROSECOND: Final = _EPOCH.replace(microsecond=1) - _EPOCH
