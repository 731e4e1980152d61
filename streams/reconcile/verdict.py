"""What a record turned out to be, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas import Annotation, Claim, Position
from schemas.taxonomy import Status
from streams.reconcile.claims import claims_of
from streams.reconcile.identity import identified
from streams.reconcile.ledger import LedgerEntry, entry_of
from streams.reconcile.order import order_of, stood_before, withdrawn_while_held


class Verdict(StrEnum):
    """What a record turned out to be."""

    NEW = "new"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REPEATED = "repeated"


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
        claims = claims_of(annotation, entry, identified(annotation))
        return Reconciled(verdict=Verdict.REPEATED, entry=entry, claims=claims, superseded=_in_order(older))
    current = max(kept.values(), key=lambda entry: entry.order, default=None)
    order = order_of(annotation, position, current)
    if current is not None:
        if (
            order < current.order
            or stood_before(annotation.article, position, current)
            or withdrawn_while_held(annotation.article, position, current)
        ):
            return Reconciled(verdict=Verdict.STALE)
        same_version = (order.version, order.updated_at) == (current.order.version, current.order.updated_at)
        if same_version and annotation.digest == current.digest:
            return Reconciled(verdict=Verdict.DUPLICATE)
    said = identified(annotation)
    entry = entry_of(annotation, order, observed_at, current, said)
    return Reconciled(
        verdict=_verdict(annotation, current),
        entry=entry,
        claims=claims_of(annotation, entry, said),
        superseded=_in_order(tuple(kept)),
    )


def _verdict(annotation: Annotation, current: LedgerEntry | None) -> Verdict:
    if annotation.article.status is not Status.USABLE:
        return Verdict.WITHDRAWN
    return Verdict.NEW if current is None else Verdict.CORRECTED


def _in_order(positions: Sequence[Position]) -> tuple[Position, ...]:
    return tuple(sorted(positions, key=lambda p: (p.partition, p.offset)))
