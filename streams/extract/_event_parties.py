"""Who an event is about, and who else takes part, in which role.

A role that a rule names is whoever stands there. What it leaves open is filled by position: who acts stands before
the act and behind no preposition, or behind "by"; who is acted on stands behind it. An article that speaks of "the
company" or "the government" means the one it named last.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from schemas import EntityRef, Participant
from schemas.taxonomy import EventType
from streams.data import events as tags
from streams.data.events import EventRule, TypeRules
from streams.extract._actors import Actors
from streams.extract._event_clauses import Clause
from streams.extract._tagged_text import Mark, TaggedSentence, is_object

__all__ = ["Focus", "Parties", "coordinated", "parties"]

_FIRMS: Final = (tags.COMPANY, tags.NAME)
_STATES: Final = (tags.GOVERNMENT, tags.NATIONALITY, tags.OFFICIAL)
_BY: Final = re.compile(r" by (?:the )?$")
_CENTRAL_BANK: Final = re.compile(r"central bank|monetary policy committee")
_PLACE: Final = re.compile(r"(?:^| )(?:in|at|near|outside) (?:the )?$")
_JOINED: Final = re.compile(r"(?:'s)?,? ?(?:and |or )?(?:the )?")
_LISTED: Final = re.compile(r",? ?(?:and |& )?|, ")
_MEMBERS: Final = "counterparty"
_TWO: Final = 2


@dataclass(slots=True)
class Focus:
    """What the article has spoken of so far."""

    firm: Mark | None = None
    """The firm named last as a subject."""
    state: Mark | None = None
    """The state named last as acting."""
    first_firm: Mark | None = None
    """The firm the article is about."""
    first_state: Mark | None = None
    """The first state named."""
    first_bank: Mark | None = None
    """The first central bank named."""
    pair: tuple[EntityRef, ...] = ()
    """The two states spoken of together last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Subject and participants of one event."""

    subject: EntityRef
    participants: tuple[Participant, ...]


def parties(
    tagged: TaggedSentence, clause: Clause, rule: EventRule, kind: TypeRules, *, actors: Actors, focus: Focus
) -> Parties | None:
    """Subject and participants of a match; None where nobody can be named."""
    if kind.subject == "firm":
        return _firm_parties(tagged, clause, kind, rule, focus)
    if kind.subject == "bank":
        return _bank_parties(tagged, clause, actors, focus)
    if kind.subject == "pair":
        return _pair_parties(tagged, clause, rule, actors, focus)
    return _state_parties(tagged, clause, rule, kind, actors, focus)


# ---- firms


def _firm_parties(
    tagged: TaggedSentence, clause: Clause, kind: TypeRules, rule: EventRule, focus: Focus
) -> Parties | None:
    roles, act = clause.roles, clause.act
    subject, target = roles.get("subject"), roles.get("object")
    if subject is None and rule.type is not EventType.COMPANY_RATING and rule.type is not EventType.COMPANY_LEGAL:
        subject = _agent(tagged, act, _FIRMS)
        if subject is target:
            subject = None
    elif subject is not None and subject.tag == tags.SOMEBODY:
        subject = _agent(tagged, act, (tags.COMPANY,)) or focus.firm or focus.first_firm or subject
    if rule.type is EventType.COMPANY_MERGER:
        return _merger_parties(subject, target, focus)
    if subject is None and rule.type is EventType.COMPANY_RATING:
        subject = _rated(tagged, clause, focus)
    elif subject is None:
        subject = focus.firm or focus.first_firm or _any_mark(tagged, (tags.COMPANY,)) or _any_mark(tagged, _FIRMS)
    if subject is None:
        return None
    focus.firm = subject
    found = []
    other = roles.get("other")
    role = kind.roles.get("other")
    if other is not None and role is not None and other.id != subject.id:
        found.append(Participant(role=role, entity=_reference(other)))
    return Parties(subject=_reference(subject), participants=tuple(found))


def _rated(tagged: TaggedSentence, clause: Clause, focus: Focus) -> Mark | None:
    """Who is rated where the rule doesn't say: a firm behind the act, or one spoken of before; never one that rates."""
    behind = [m for m in tagged.marks if m.tag == tags.COMPANY and m.start > clause.act]
    if behind and not is_object(tagged.text, behind[0].start):
        return behind[0]
    here = {m.id for m in tagged.marks if m.tag == tags.COMPANY}
    return next((m for m in (focus.firm, focus.first_firm) if m is not None and m.id not in here), None)


def _merger_parties(acquirer: Mark | None, target: Mark | None, focus: Focus) -> Parties | None:
    if acquirer is None and target is None:
        acquirer = focus.firm or focus.first_firm
    if acquirer is not None and target is not None and _same(acquirer, target):
        acquirer = None
    subject = acquirer or target
    if subject is None:
        return None
    found = []
    if acquirer is not None:
        found.append(Participant(role="acquirer", entity=_reference(acquirer)))
    if target is not None:
        found.append(Participant(role="target", entity=_reference(target)))
    focus.firm = subject
    return Parties(subject=_reference(subject), participants=tuple(found))


def _same(one: Mark, other: Mark) -> bool:
    return one.id == other.id if one.id else one.name.casefold() == other.name.casefold()


def coordinated(tagged: TaggedSentence, subject: EntityRef) -> list[EntityRef]:
    """The firms that a sentence joins to its subject: "A, B and C fell"."""
    firms = [m for m in tagged.marks if m.tag in _FIRMS]
    place = next((n for n, m in enumerate(firms) if _reference(m) == subject), None)
    if place is None:
        return []
    found = []
    for step in (-1, 1):
        at = place
        while 0 <= at + step < len(firms):
            first, second = sorted((firms[at], firms[at + step]))
            if _LISTED.fullmatch(tagged.text, first.end, second.start) is None:
                break
            at += step
            found.append(_reference(firms[at]))
    return list(dict.fromkeys(reference for reference in found if reference != subject))


# ---- governments


def _state_parties(
    tagged: TaggedSentence, clause: Clause, rule: EventRule, kind: TypeRules, actors: Actors, focus: Focus
) -> Parties | None:
    act = clause.act
    subject = clause.roles.get("subject") or _agent(tagged, act, _STATES) or focus.state or focus.first_state
    subject = subject or _any_mark(tagged, _STATES)
    if rule.type is EventType.POLICY_LEADERSHIP:
        subject = _led(tagged, clause) or subject
    if subject is None:
        return _body_parties(tagged, act)
    focus.state = subject
    reference = _state(subject, actors)
    if rule.type is EventType.POLICY_LEADERSHIP:
        person = clause.roles.get("official") or _any_mark(tagged, (tags.PERSON, tags.OFFICIAL))
        official = () if person is None else (Participant(role="official", entity=_reference(person)),)
        return Parties(subject=reference, participants=official)
    return Parties(subject=reference, participants=_acting(tagged, subject, reference, clause, kind, actors))


def _acting(
    tagged: TaggedSentence,
    subject: Mark,
    reference: EntityRef,
    clause: Clause,
    kind: TypeRules,
    actors: Actors,
) -> tuple[Participant, ...]:
    found = []
    if kind.roles.get("subject"):
        found.append(Participant(role=kind.roles["subject"], entity=reference))
    role = kind.roles.get("object")
    if role is not None:
        target = clause.roles.get("object")
        found.extend(
            Participant(role=role, entity=_state(mark, actors) if mark.tag in _STATES else _reference(mark))
            for mark in ([target] if target else _affected(tagged, clause))
            if mark.country is None or mark.country != subject.country
        )
    return tuple(dict.fromkeys(found))


def _affected(tagged: TaggedSentence, clause: Clause) -> list[Mark]:
    """States behind the act that it is aimed at: behind a preposition, as an adjective, or one of several joined by
    "and".
    """
    found: list[Mark] = []
    for mark in tagged.marks:
        if mark.start <= clause.act or mark.start >= clause.end or mark.tag not in _STATES:
            continue
        if found and _JOINED.fullmatch(tagged.text, found[-1].end, mark.start) is None:
            break
        if found or mark.tag == tags.NATIONALITY or is_object(tagged.text, mark.start):
            found.append(mark)
    return found


def _body_parties(tagged: TaggedSentence, act: int) -> Parties | None:
    """A group of states, such as NATO or ASEAN."""
    body = _agent(tagged, act, (tags.BODY,)) or _any_mark(tagged, (tags.BODY,))
    return None if body is None else Parties(subject=_reference(body), participants=())


def _led(tagged: TaggedSentence, clause: Clause) -> Mark | None:
    """The country whose office is filled: the one named with the office, or the bank's."""
    inside = [m for m in tagged.marks if m.country and clause.match_start - 40 <= m.start <= clause.match_end + 40]
    officials = [m for m in inside if m.tag == tags.OFFICIAL]
    countries = officials or [m for m in inside if m.tag in _STATES]
    chosen = countries or [m for m in inside if m.tag == tags.CENTRAL_BANK]
    return chosen[0] if chosen else None


def _pair_parties(
    tagged: TaggedSentence, clause: Clause, rule: EventRule, actors: Actors, focus: Focus
) -> Parties | None:
    """The states of the match, else of the sentence, and groups of states; what is missing was named before."""
    named = [m for m in tagged.marks if m.tag in _STATES and m.country]
    # "In Kuala Lumpur, U.S. and Chinese negotiators": the first is only where.
    states = [m for m in named if not _PLACE.search(tagged.text, max(0, m.start - 10), m.start)] or named
    near = [m for m in states if clause.match_start - 60 <= m.start <= clause.match_end + 60] or states
    references = list(dict.fromkeys(_state(m, actors) for m in near))
    groups = [_reference(m) for m in tagged.marks if m.id in actors.groups and m.tag == tags.BODY]
    if len(references) < _TWO and focus.pair and not groups:
        references = list(dict.fromkeys((*references, *focus.pair)))
    if len(references) > 1:
        focus.pair = tuple(references[:_TWO])
    if near:
        focus.state = near[0]
    if rule.type is EventType.POLICY_MEETING and len(references) < _TWO and not groups:
        return None
    references = [*groups, *references] if groups and not references else [*references, *groups]
    if not references:
        known = focus.state or focus.first_state
        if known is None:
            return None
        references = [_state(known, actors)]
    members = tuple(Participant(role=_MEMBERS, entity=reference) for reference in references)
    return Parties(subject=references[0], participants=members)


def _bank_parties(tagged: TaggedSentence, clause: Clause, actors: Actors, focus: Focus) -> Parties | None:
    act = clause.act
    bank = (
        clause.roles.get("subject")
        or _agent(tagged, act, (tags.CENTRAL_BANK,))
        or _any_mark(tagged, (tags.CENTRAL_BANK,))
    )
    if bank is None:
        state = _agent(tagged, act, _STATES) or _any_mark(tagged, _STATES)
        known = actors.banks.get(state.country or "") if state else None
        if known is not None:
            return Parties(subject=EntityRef(id=known.id, name=known.name), participants=())
        bank = focus.first_bank
    return None if bank is None else Parties(subject=_reference(bank), participants=())


# ---- positions


def _agent(tagged: TaggedSentence, act: int, wanted: Sequence[str]) -> Mark | None:
    """Who acts: the nearest name before the act that is no object of a preposition, else the nearest, else behind
    "by".
    """
    before = [m for m in tagged.marks if m.end <= act + 1 and m.tag in wanted]
    for mark in reversed(before):
        if not is_object(tagged.text, mark.start):
            return mark
    for mark in tagged.marks:
        if mark.start > act and mark.tag in wanted and _BY.search(tagged.text, max(0, mark.start - 8), mark.start):
            return mark
    return before[-1] if before else None


def _any_mark(tagged: TaggedSentence, wanted: Iterable[str]) -> Mark | None:
    wanted = tuple(wanted)
    return next((m for m in tagged.marks if m.tag in wanted), None)


def _reference(mark: Mark) -> EntityRef:
    return EntityRef(id=mark.id, name=mark.name)


def _state(mark: Mark, actors: Actors) -> EntityRef:
    country = actors.countries.get(mark.country or "")
    return EntityRef(id=country.id, name=country.name) if country else _reference(mark)
