"""Reports of one event within an article are merged into one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from schemas import EntityRef, Event, Participant, Quantity
from schemas.taxonomy import EventType, Field
from streams.data.event_rules import TypeRules

__all__ = ["merged"]


def merged(events: Iterable[Event], types: Mapping[EventType, TypeRules]) -> list[Event]:
    """The events, with reports of the same one joined: later reports fill in what the first leaves open.

    Where one report says that it is called off and another does not, the first stands: "ended talks that began in May".
    Reports of which one is called off and the other is of something else are two: "scraps its bid for A and buys B".
    """
    kept: list[Event] = []
    for event in events:
        place = next((n for n, known in enumerate(kept) if _is_same(known, event, types[event.type])), None)
        if place is None:
            kept.append(event)
        elif event.status is kept[place].status:
            kept[place] = _joined(kept[place], event, types[event.type])
    return kept


def _is_same(one: Event, other: Event, kind: TypeRules) -> bool:
    if one.type is not other.type or one.basis is not other.basis:
        return False
    if kind.subject == "index":
        return one.subject.id == other.subject.id and not _contradict(one, other)
    if one.status is not other.status and _is_of_another(one, other):
        return False
    if kind.shared:
        return not _parties(one).isdisjoint(_parties(other))
    if kind.told_apart_by is not None and _are_told_apart(one, other, kind.told_apart_by, kind.roles["object"]):
        return False
    return _same_name(one.subject, other.subject)


def _contradict(one: Event, other: Event) -> bool:
    """Whether two readings of an index cannot be one: up and down, expected and happened, 0.2% and 0.3%."""
    numbers = one.arguments.keys() & other.arguments.keys()
    return (
        one.fact_level is not other.fact_level
        or (one.direction is not other.direction and None not in (one.direction, other.direction))
        or any(one.arguments[name].value != other.arguments[name].value for name in numbers)
    )


def _is_of_another(one: Event, other: Event) -> bool:
    """Whether they name other parties beside a common one, or other sums."""
    here, there = _parties(one), _parties(other)
    sums = [event.arguments["amount"].value for event in (one, other) if "amount" in event.arguments]
    return not (here <= there or there <= here) or len(set(sums)) > 1


def _are_told_apart(one: Event, other: Event, argument: str, role: str) -> bool:
    """Whether they differ in the argument and in all parties of the role: 10% on Canada, 100% on China."""
    values = [event.arguments[argument].value for event in (one, other) if argument in event.arguments]
    parties = [{p.entity for p in event.participants if p.role == role} for event in (one, other)]
    return len(set(values)) > 1 and all(parties) and parties[0].isdisjoint(parties[1])


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


def _joined(first: Event, second: Event, kind: TypeRules) -> Event:
    """The first event, completed from the second. Where only the second has numbers, it is completed from the first.

    The fact level is taken from the body, because headlines leave out who expects the event.
    """
    lead, rest = first, second
    if rest.arguments and not lead.arguments and kind.subject != "index":
        lead, rest = second, first
    body = next((event for event in (lead, rest) if event.evidence[0].field is Field.BODY), lead)
    told = rest if kind.subject == "firms" and _tells_more(rest, lead, kind) else lead
    participants = (*lead.participants, *rest.participants)
    return replace(
        lead,
        subject=told.subject,
        fact_level=body.fact_level,
        participants=_each_once(told, participants) if kind.subject == "firms" else tuple(dict.fromkeys(participants)),
        arguments=_numbers(lead, rest),
        scheduled=lead.scheduled or rest.scheduled,
        effective_on=_day_of(lead, rest),
        direction=lead.direction or rest.direction,
        record=lead.record or rest.record,
        evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
        confidence=max(lead.confidence, rest.confidence),
    )


def _tells_more(one: Event, other: Event, kind: TypeRules) -> bool:
    """Whether a report of a deal names the buyer, or else both sides, and another does not, as a headline may."""
    return _told(one, kind) > _told(other, kind)


def _told(event: Event, kind: TypeRules) -> tuple[bool, int]:
    roles = {p.role for p in event.participants}
    return not roles.isdisjoint((kind.roles["subject"], "partner")), len(roles - {"seller"})


def _each_once(told: Event, participants: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """The parties of a deal, each in the role that the fuller report gives it."""
    known = {p.entity for p in told.participants}
    taken = {p.role for p in told.participants}
    others = (p for p in participants if p.entity not in known and p.role not in taken)
    return (*told.participants, *dict.fromkeys(others))


def _numbers(lead: Event, rest: Event) -> dict[str, Quantity]:
    """The numbers of both events; the two bounds of a range come from one event."""
    if _converts(rest.arguments, lead.arguments):
        # The headline gives the sum in the currency of its readers, the body in both.
        lead, rest = rest, lead
    known = {name: _exact(quantity, rest.arguments.get(name)) for name, quantity in lead.arguments.items()}
    told = {
        name: quantity
        for name, quantity in rest.arguments.items()
        if name in known or name.removesuffix("_high").removesuffix("_low") not in known
    }
    return {**told, **known}


# A headline rounds "a 3.53 billion dlr contract" to 3.5 billion.
_ROUNDING: Final = 0.02


def _converts(both: Mapping[str, Quantity], one: Mapping[str, Quantity]) -> bool:
    converted, amount = both.get("amount_converted"), one.get("amount")
    if converted is None or amount is None or "amount_converted" in one or converted.currency != amount.currency:
        return False
    return abs(converted.value - amount.value) <= _ROUNDING * abs(amount.value)


def _exact(first: Quantity, second: Quantity | None) -> Quantity:
    """The first quantity, or the second where it is the same number with more digits."""
    if second is None or (first.unit, first.currency) != (second.unit, second.currency):
        return first
    is_near = 0 < abs(second.value - first.value) <= _ROUNDING * abs(first.value)
    return second if is_near and len(f"{second.value:g}") > len(f"{first.value:g}") else first


def _day_of(lead: Event, rest: Event) -> date | None:
    """The day that goes with `scheduled`: where only one event is scheduled, only its day counts."""
    if rest.scheduled and not lead.scheduled:
        return rest.effective_on
    return lead.effective_on or (rest.effective_on if rest.scheduled or not lead.scheduled else None)
