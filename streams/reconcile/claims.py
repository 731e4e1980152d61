"""The claims that follow from an entry of the ledger and the annotation at its position."""

from typing import Final

from schemas import Annotation, ArticleRef, Claim, Contribution, Event, LastFact, MarketEvent
from schemas.taxonomy import FactLevel, Kind, Lifecycle, Moment
from streams.reconcile.identity import Said, similarity_key, subject_of
from streams.reconcile.ledger import Change, LedgerEntry, Outcome

_LIFECYCLE: Final = {Change.CREATED: Lifecycle.CREATED, Change.CORRECTED: Lifecycle.CORRECTED}


def claims_of(annotation: Annotation, entry: LedgerEntry, said: Said) -> tuple[Claim, ...]:
    """The claims of an entry: they follow from the entry and the annotation alone."""
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
        if entity.kind is Kind.INDEX and entity.is_in_text and entity.id in entry.indices
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
        and fact.moment is Moment.CURRENT
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
        subject=subject_of(outcome.key, outcome.name),
        article=article,
        published_at=article.published_at,
        status=None,
    )


def _published(article: ArticleRef, outcome: Outcome, event: Event) -> MarketEvent:
    return MarketEvent(
        event_id=outcome.id,
        revision=outcome.revision,
        lifecycle=_LIFECYCLE[outcome.change],
        type=event.type,
        subject=event.subject,
        article=article,
        published_at=article.published_at,
        similarity_key=similarity_key(event, article.published_at),
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
        status=event.status,
    )
