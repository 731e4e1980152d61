"""Who an event is about, and who else takes part, in which role.

Where a rule names a role, the name at that place takes it. Other roles are filled by position: the one who acts is
named before the act without a preposition, or after "by"; the one acted on is named after the act. An article that
speaks of "the company" or "the government" means the one it named last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas import EntityRef, Participant
from streams.data import event_rules as tags
from streams.data.event_rules import EventRule, TypeRules
from streams.data.lexicon.calendar import MONTHS
from streams.extract.events.actors import Actors
from streams.extract.events.clauses import MatchClause
from streams.extract.events.deals import deal_of
from streams.extract.events.tagged_text import Mark, TaggedSentence, is_object, is_rating

__all__ = ["Focus", "Parties", "Scene", "coordinated", "firm_at", "parties"]

_FIRMS: Final = (tags.COMPANY, tags.NAME)
_STATES: Final = (tags.GOVERNMENT, tags.NATIONALITY, tags.OFFICIAL)

_BY: Final = re.compile(r" by (?:the )?$")
# The text between two states that are affected alike: "on Canada and Mexico".
_JOINED: Final = re.compile(r"(?:'s)?,? ?(?:and |or )?(?:the )?")
_PLACE: Final = re.compile(
    rf"(?:^| )(?:in|at|near|outside) (?:the |(?!(?:{'|'.join((*MONTHS, 'spring', 'autumn'))})\b)[a-z.' -]{{2,24}}, )?$"
)
# "BANGKOK (AP)", and whoever only tells of an event, at the end of its sentence: ", Japanese officials said".
_DATELINE: Final = re.compile(r" \([^ )]{2,24}\)")
_TELLS: Final = re.compile(r"[^ ,]* (?:[\w-]+ ){0,3}(?:said|says|told \w+)\W*$")
# The firm that goes to court against another.
_FILED: Final = re.compile(r"\b(?:filed|brought|lodged|launched|started) (?:\w+ ){0,3}by (?:the )?\W?$")
# A central bank whose head is meant.
_ITS_HEAD: Final = re.compile(r"(?:'s)? (?:\w+ )?(?:chair(?:man|woman)?|chief|governor|president|head|boss)\b")
_HEAD_OF: Final = re.compile(r"\b(?:chair(?:man|woman)?|chief|governor|president|head|boss) of (?:the )?$")
_LISTED: Final = re.compile(r",? ?(?:and |& )?(?:the )?")

# The text between a product or brand and the firm it belongs to.
_MAKES: Final = re.compile(r"(?:-| )(?:maker|owner|parent|operator|developer|producer|publisher|manufacturer|creator) ")

# In characters: a state this near to a match belongs to it, and so does the country of an office this near to a match.
_NEAR: Final = 60
_OF_OFFICE: Final = 40

_TWO: Final = 2

# Unions of states, whose ministers meet one another.
_UNIONS: Final = frozenset({"EU"})


@dataclass(slots=True)
class Focus:
    """The firms, states and banks that the article has named so far."""

    firm: Mark | None = None
    """The firm named last as a subject."""
    state: Mark | None = None
    """The state that acted last."""
    first_firm: Mark | None = None
    """The firm the article is about."""
    first_state: Mark | None = None
    """The first state named."""
    first_bank: Mark | None = None
    """The first central bank named."""
    pair: tuple[EntityRef, ...] = ()
    """The two states that were last named together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A match in its sentence, with everything that helps to tell who is meant."""

    tagged: TaggedSentence
    """The sentence."""
    clause: MatchClause
    """The clause of the match."""
    rule: EventRule
    """The rule that matched."""
    kind: TypeRules
    """The rules of its type."""
    actors: Actors
    """Who acts in policy."""
    focus: Focus
    """What the article has named before; it is updated with the parties of this match."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The names of the sentence."""
        return self.tagged.marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Subject and participants of one event."""

    subject: EntityRef
    """The party that the event is about."""
    participants: tuple[Participant, ...] = ()
    """The parties with a role, which may include the subject."""


def parties(scene: Scene) -> Parties | None:
    """Subject and participants of a match; None where nobody can be named."""
    match scene.kind.subject:
        case "firm" | "firms":
            return _firm_parties(scene)
        case "bank":
            return _bank_parties(scene)
        case "pair":
            return _pair_parties(scene)
        case _:
            return _state_parties(scene)


# ---- firms


def _firm_parties(scene: Scene) -> Parties | None:
    subject, target = scene.clause.roles.get("subject"), _maker(scene, scene.clause.roles.get("object"))
    focus = scene.focus
    if subject is not None and (_is_quoted(subject, scene.tagged.text) or _sues(subject, scene.tagged.text)):
        subject = None
    if subject is None and scene.kind.unnamed == "acting":
        subject = _agent(scene, _FIRMS)
        if subject is target:
            subject = None
    elif subject is not None and subject.tag == tags.SOMEBODY:
        # A person who speaks for a firm.
        subject = _agent(scene, (tags.COMPANY,)) or focus.firm or focus.first_firm or subject
    if scene.kind.subject == "firms":
        return _two_firms(subject, target, scene)
    if subject is None and scene.kind.unnamed == "acted_on":
        subject = _acted_on(scene)
    elif subject is None:
        subject = focus.firm or focus.first_firm or _any(scene, (tags.COMPANY,)) or _any(scene, _FIRMS)
    if subject is None:
        return None
    other, role = scene.clause.roles.get("other"), scene.kind.roles.get("other")
    if scene.kind.unnamed == "acted_on" and other is not None and _BY.search(scene.tagged.text, 0, subject.start):
        # "Plunges on a downgrade by X": X is the one who acts.
        subject, other = other, subject
    focus.firm = subject
    if other is None or role is None or _same(other, subject):
        return Parties(subject=_reference(subject))
    return Parties(subject=_reference(subject), participants=(Participant(role=role, entity=_reference(other)),))


def _sues(mark: Mark, text: str) -> bool:
    return _FILED.search(text, max(0, mark.start - 40), mark.start) is not None


def _maker(scene: Scene, target: Mark | None) -> Mark | None:
    """The firm behind a product's name: "acquire Tylenol maker Kenvue"."""
    behind = _MAKES.match(scene.tagged.text, target.end) if target is not None else None
    if behind is None:
        return target
    return next((m for m in scene.marks if m.start == behind.end() and m.tag in _FIRMS), target)


def _acted_on(scene: Scene) -> Mark | None:
    """The firm acted on, such as one that is rated, where the rule does not name it.

    It is the first firm after the act, or else one of earlier sentences: a firm before the act is the one that rates.
    """
    firms = [m for m in scene.marks if m.tag == tags.COMPANY]
    behind = [m for m in firms if m.start > scene.clause.act]
    if behind and not is_object(scene.tagged.text, behind[0].start):
        return behind[0]
    here = {m.id for m in firms}
    return next((m for m in (scene.focus.firm, scene.focus.first_firm) if m is not None and m.id not in here), None)


def _two_firms(acting: Mark | None, target: Mark | None, scene: Scene) -> Parties | None:
    """The firms of a deal in their roles: where they stand around the act decides, else the rule."""
    focus, roles = scene.focus, scene.kind.roles
    deal = deal_of(scene.clause)
    partners = deal.get("partner", ())
    if partners:
        focus.firm = partners[0]
        return _in_roles([("partner", mark) for mark in partners])
    seller = next(iter(deal.get("seller", ())), None)
    acting = next(iter(deal.get("acquirer", ())), acting if acting is not seller else None)
    told = target if target is not None and target is not seller and target.tag != tags.SOMEBODY else None
    target = _maker(scene, next(iter(deal.get("target", ())), told))
    if target is None and seller is None and (acting is None or acting.refers):
        acting = focus.firm or focus.first_firm
    if acting is not None and target is not None and _same(acting, target):
        acting = None
    named = [
        (role, mark)
        for role, mark in ((roles["subject"], acting), (roles["object"], target), ("seller", seller))
        if mark is not None
    ]
    if not named:
        return None
    focus.firm = named[0][1]
    return _in_roles(named)


def _in_roles(named: Sequence[tuple[str, Mark]]) -> Parties:
    """The first is the subject; a firm has one role."""
    taking: dict[EntityRef, str] = {}
    for role, mark in named:
        taking.setdefault(_reference(mark), role)
    return Parties(
        subject=_reference(named[0][1]),
        participants=tuple(Participant(role=role, entity=entity) for entity, role in taking.items()),
    )


def _same(one: Mark, other: Mark) -> bool:
    return one.id == other.id if one.id else one.name.casefold() == other.name.casefold()


def coordinated(tagged: TaggedSentence, subject: EntityRef) -> list[EntityRef]:
    """The firms, or the central banks, that a sentence joins to its subject: "A, B and C fell"."""
    own = next((m for m in tagged.marks if _reference(m) == subject), None)
    if own is None:
        return []
    kin = _FIRMS if own.tag in _FIRMS else (own.tag,)
    firms = [m for m in tagged.marks if m.tag in kin]
    place = firms.index(own)
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


def firm_at(tagged: TaggedSentence, place: int) -> EntityRef | None:
    """The firm whose name begins at an offset."""
    mark = tagged.mark_at(place)
    return None if mark is None else _reference(mark)


# ---- governments


def _state_parties(scene: Scene) -> Parties | None:
    focus = scene.focus
    subject = scene.clause.roles.get("subject") or _agent(scene, _STATES)
    hit = scene.clause.roles.get("object") if scene.kind.inflicted else None
    if hit is not None and subject is not None and subject.country == hit.country:
        # "India was hit with 50% duties": another state set them, or one that is not named.
        subject = next(
            (m for m in (focus.state, focus.first_state) if m is not None and m.country != hit.country), None
        )
        if subject is None:
            return None
    if subject is None and (group := _group(scene)) is not None:
        return Parties(subject=_reference(group))
    subject = subject or focus.state or focus.first_state or _any(scene, _STATES)
    if scene.kind.subject == "office":
        if (bank := _bank_led(scene)) is not None:
            return Parties(subject=_reference(bank), participants=_officials(scene))
        subject = _led(scene) or subject
    if subject is None:
        body = _agent(scene, (tags.BODY,)) or _any(scene, (tags.BODY,))
        return None if body is None else Parties(subject=_reference(body))
    focus.state = subject
    reference = _state(subject, scene.actors)
    if scene.kind.subject == "office":
        return Parties(subject=reference, participants=_officials(scene))
    return Parties(subject=reference, participants=_acting(scene, subject, reference))


def _group(scene: Scene) -> Mark | None:
    """A group of states named before the act, such as NATO or ASEAN."""
    act = scene.clause.act
    return next((m for m in scene.marks if m.tag == tags.BODY and m.id in scene.actors.groups and m.end <= act), None)


def _acting(scene: Scene, subject: Mark, reference: EntityRef) -> tuple[Participant, ...]:
    """The acting state and the states its act is aimed at, as far as the type has roles for them."""
    found = []
    roles = scene.kind.roles
    if "subject" in roles:
        found.append(Participant(role=roles["subject"], entity=reference))
    if "object" in roles:
        target = scene.clause.roles.get("object")
        found.extend(
            Participant(role=roles["object"], entity=_state(mark, scene.actors))
            for mark in ([target] if target else _affected(scene))
            if mark.country is None or mark.country != subject.country
        )
    return tuple(dict.fromkeys(found))


def _affected(scene: Scene) -> list[Mark]:
    """States that the act is aimed at: after it, with a preposition or as an adjective, and those joined to them."""
    clause, text = scene.clause, scene.tagged.text
    found: list[Mark] = []
    for mark in scene.marks:
        if mark.start <= clause.act or mark.start >= clause.end or mark.tag not in _STATES:
            continue
        if found and _JOINED.fullmatch(text, found[-1].end, mark.start) is None:
            break
        if found or mark.tag == tags.NATIONALITY or is_object(text, mark.start):
            found.append(mark)
    return found


def _led(scene: Scene) -> Mark | None:
    """The country whose office is filled: near the match, that of an official, else a state, else a central bank's."""
    first, last = scene.clause.match_start - _OF_OFFICE, scene.clause.match_end + _OF_OFFICE
    inside = [m for m in scene.marks if m.country and first <= m.start <= last]
    for wanted in ((tags.OFFICIAL,), _STATES, (tags.CENTRAL_BANK,)):
        for mark in inside:
            if mark.tag in wanted:
                return mark
    return None


def _bank_led(scene: Scene) -> Mark | None:
    """The central bank whose head comes or goes, where it is named with the office."""
    text, clause = scene.tagged.text, scene.clause
    first, last = clause.match_start - _OF_OFFICE, clause.match_end + _OF_OFFICE
    for mark in scene.marks:
        if mark.tag == tags.CENTRAL_BANK and first <= mark.start <= last:
            behind = _HEAD_OF.search(text, max(0, mark.start - 24), mark.start)
            if behind is not None or _ITS_HEAD.match(text, mark.end) is not None:
                return mark
    return None


def _officials(scene: Scene) -> tuple[Participant, ...]:
    """The person who comes or goes."""
    person = scene.clause.roles.get("official") or _any(scene, (tags.PERSON, tags.OFFICIAL))
    return () if person is None else (Participant(role=scene.kind.roles["official"], entity=_reference(person)),)


def _pair_parties(scene: Scene) -> Parties | None:
    """The states near the match, or else in the sentence, and groups of states; a missing one was named before."""
    clause, focus, text = scene.clause, scene.focus, scene.tagged.text
    groups = [_reference(m) for m in scene.marks if m.tag == tags.BODY and m.id in scene.actors.groups]
    named = [m for m in scene.marks if m.tag in _STATES and m.country]
    # "In Kuala Lumpur, U.S. and Chinese negotiators": the first state is only the place.
    states = [
        m
        for m in named
        if not (m.start == 0 and _DATELINE.match(text, m.end))
        and not _PLACE.search(text, max(0, m.start - 30), m.start)
        and not (m.start > clause.act and _TELLS.match(text, m.end))
    ]
    states = states or ([] if groups else named)
    near = [m for m in states if clause.match_start - _NEAR <= m.start <= clause.match_end + _NEAR] or states
    references = list(dict.fromkeys(_state(m, scene.actors) for m in near))
    if len(references) < _TWO and not groups:
        references = list(dict.fromkeys((*references, *focus.pair)))
    if len(references) >= _TWO:
        focus.pair = tuple(references[:_TWO])
    if near:
        focus.state = near[0]
    if len(references) < scene.kind.fewest_states and not groups and not _UNIONS & {m.country for m in near}:
        return None
    members = [*references, *groups]
    known = focus.state or focus.first_state
    if not members and known is not None:
        members = [_state(known, scene.actors)]
    if not members:
        return None
    role = scene.kind.roles["other"]
    return Parties(
        subject=members[0],
        participants=tuple(Participant(role=role, entity=member) for member in dict.fromkeys(members)),
    )


def _bank_parties(scene: Scene) -> Parties | None:
    wanted = (tags.CENTRAL_BANK,)
    bank = scene.clause.roles.get("subject") or _agent(scene, wanted) or _any(scene, wanted)
    if bank is None:
        state = _agent(scene, _STATES) or _any(scene, _STATES)
        known = scene.actors.banks.get(state.country or "") if state else None
        if known is not None:
            return Parties(subject=EntityRef(id=known.id, name=known.name))
        bank = scene.focus.first_bank
    return None if bank is None else Parties(subject=_reference(bank))


# ---- positions


def _agent(scene: Scene, wanted: Sequence[str]) -> Mark | None:
    """The one who acts: the nearest name before the act that has no preposition.

    Where there is none, it is a name after "by", or else the nearest name before the act.
    """
    act, text = scene.clause.act, scene.tagged.text
    before = [m for m in scene.marks if m.end <= act + 1 and m.tag in wanted and not _is_quoted(m, text)]
    for mark in reversed(before):
        if not is_object(text, mark.start):
            return mark
    for mark in scene.marks:
        if mark.start > act and mark.tag in wanted and _BY.search(text, max(0, mark.start - 8), mark.start):
            return mark
    return before[-1] if before else None


def _any(scene: Scene, wanted: Sequence[str]) -> Mark | None:
    return next((m for m in scene.marks if m.tag in wanted and not _is_quoted(m, scene.tagged.text)), None)


def _is_quoted(mark: Mark, text: str) -> bool:
    return mark.tag == tags.COMPANY and is_rating(text, mark)


def _reference(mark: Mark) -> EntityRef:
    return EntityRef(id=mark.id, name=mark.name)


def _state(mark: Mark, actors: Actors) -> EntityRef:
    country = actors.countries.get(mark.country or "")
    return EntityRef(id=country.id, name=country.name) if country else _reference(mark)
