"""The entries of the ledger: what became of an article at one source position."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas import Annotation, Order
from schemas.taxonomy import EventType, Kind
from streams.reconcile.identity import Said, content_hash, subject_key
from streams.reconcile.times import minute_of


class Change(StrEnum):
    """What became of an event at one position; one letter each, since every entry holds many."""

    CREATED = "c"
    CORRECTED = "x"
    RETRACTED = "r"
    UNCHANGED = "u"


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


def entry_of(
    annotation: Annotation, order: Order, observed_at: datetime, current: LedgerEntry | None, said: Said
) -> LedgerEntry:
    """The entry of a version that is applied on top of the current one."""
    revision = _revision(annotation, current)
    named = (entity for entity in annotation.entities if entity.kind is Kind.INDEX and entity.is_in_text)
    indices = tuple(sorted(entity.id for entity in named))
    published_at = annotation.article.published_at
    before = () if current is None else current.indices
    return LedgerEntry(
        order=order,
        digest=annotation.digest,
        revision=revision,
        # Never before the entry it supersedes: that one, should its deletion be lost, must not outlive it.
        observed_at=minute_of(observed_at) if current is None else max(minute_of(observed_at), current.observed_at),
        minute=minute_of(published_at) if published_at is not None and indices else None,
        indices=indices,
        dropped=tuple(index for index in before if index not in indices),
        events=_outcomes(said, published_at, revision, () if current is None else current.events),
    )


def _revision(annotation: Annotation, current: LedgerEntry | None) -> int:
    version = annotation.article.version or 0
    return max(version, 1) if current is None else max(version, current.revision + 1)


def _outcomes(
    said: Said, published_at: datetime | None, revision: int, before: Sequence[Outcome]
) -> tuple[Outcome, ...]:
    standing = {outcome.id: outcome for outcome in before if outcome.change is not Change.RETRACTED}
    outcomes = []
    for event_id, event in said.items():
        content, previous = content_hash(event, published_at), standing.pop(event_id, None)
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
