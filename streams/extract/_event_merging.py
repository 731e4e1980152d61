"""One event for each happening of an article, whatever is said of it again."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from schemas import EntityRef, Event
from schemas.taxonomy import EventType, Family, Field

__all__ = ["merged"]

# Happenings with several parties, any of whom may be named first.
_SHARED: Final = frozenset(
    (EventType.POLICY_TRADE_AGREEMENT, EventType.POLICY_TRADE_TALKS, EventType.POLICY_MEETING, EventType.COMPANY_MERGER)
)


def merged(events: Iterable[Event]) -> list[Event]:
    """The events with those of one happening joined: the first stands, later ones fill in what it leaves open."""
    kept: list[Event] = []
    for event in events:
        place = next((n for n, known in enumerate(kept) if _is_same(known, event)), None)
        if place is None:
            kept.append(event)
        else:
            kept[place] = _joined(kept[place], event)
    return kept


def _is_same(one: Event, other: Event) -> bool:
    if one.type is not other.type or one.basis is not other.basis:
        return False
    if one.type in _SHARED:
        return not _parties(one).isdisjoint(_parties(other))
    return _same_name(one.subject, other.subject)


def _parties(event: Event) -> frozenset[str]:
    named = (event.subject, *(p.entity for p in event.participants))
    return frozenset(entity.id or _plain(entity.name) for entity in named)


def _same_name(one: EntityRef, other: EntityRef) -> bool:
    if one.id is not None and other.id is not None:
        return one.id == other.id
    a, b = _plain(one.name), _plain(other.name)
    return a.startswith(b) or b.startswith(a)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _joined(first: Event, second: Event) -> Event:
    """The first with what only the second says. Where only the second has a number, that one leads.

    How sure it is stands in the body: headlines leave out who expects it.
    """
    lead, rest = first, second
    if rest.arguments and not lead.arguments and lead.type.family is not Family.INDEX:
        lead, rest = second, first
    body = next((event for event in (lead, rest) if event.evidence[0].field is Field.BODY), lead)
    return replace(
        lead,
        fact_level=body.fact_level,
        participants=tuple(dict.fromkeys((*lead.participants, *rest.participants))),
        arguments={**rest.arguments, **lead.arguments},
        scheduled=lead.scheduled or rest.scheduled,
        effective_on=lead.effective_on or rest.effective_on,
        direction=lead.direction or rest.direction,
        record=lead.record or rest.record,
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        confidence=max(lead.confidence, rest.confidence),
    )
