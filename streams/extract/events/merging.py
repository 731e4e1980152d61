"""One event for each happening of an article, whatever is said of it again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from schemas import EntityRef, Event, Quantity
from schemas.taxonomy import EventType, Family, Field

__all__ = ["merged"]

# Happenings with several parties, any of whom may be named first.
_SHARED: Final = frozenset(
    (EventType.POLICY_TRADE_AGREEMENT, EventType.POLICY_TRADE_TALKS, EventType.POLICY_MEETING, EventType.COMPANY_MERGER)
)

_TARGETED: Final = "targeted"


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
    if one.type is EventType.POLICY_TARIFF and _are_two_duties(one, other):
        return False
    return _same_name(one.subject, other.subject)


def _are_two_duties(one: Event, other: Event) -> bool:
    """Whether each has a rate and a target of its own: 10% on Canada is not the 100% that China is threatened with."""
    rates = [event.arguments["percent"].value for event in (one, other) if "percent" in event.arguments]
    targets = [{p.entity for p in event.participants if p.role == _TARGETED} for event in (one, other)]
    return len(set(rates)) > 1 and all(targets) and targets[0].isdisjoint(targets[1])


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
        arguments=_numbers(lead, rest),
        scheduled=lead.scheduled or rest.scheduled,
        effective_on=_day_of(lead, rest),
        direction=lead.direction or rest.direction,
        record=lead.record or rest.record,
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        confidence=max(lead.confidence, rest.confidence),
    )


def _numbers(lead: Event, rest: Event) -> dict[str, Quantity]:
    """The numbers of both; the bounds of a range stay together."""
    known = lead.arguments
    told = {
        name: quantity
        for name, quantity in rest.arguments.items()
        if name in known or name.removesuffix("_high").removesuffix("_low") not in known
    }
    return {**told, **known}


def _day_of(lead: Event, rest: Event) -> date | None:
    """The day that goes with `scheduled`: one that lies ahead where either has it, never the day it was announced."""
    if rest.scheduled and not lead.scheduled:
        return rest.effective_on
    return lead.effective_on or (rest.effective_on if rest.scheduled or not lead.scheduled else None)
