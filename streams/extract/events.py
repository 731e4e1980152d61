"""What an article says happened, will happen or should happen: events of indices, companies and policy.

Strategy. Events of indices follow from the index facts. For the others one automaton pass finds the sentences that hold a
stem of some rule; only those are tagged (`_tagged_text`) and read by the rules that the stems call for. Rules are data
(`streams.data.events`). What the words around a match say of it (denied, conditional, long past, expected, dated) is read
in `_event_clauses`, who takes part in `_event_parties`, the numbers in `_event_figures`.

Rules:

- One event for a type and subject in an article; headline and body, and later mentions, are merged: the first says what
  it is, the others fill in what it leaves open. Moves of an index over different periods are different events.
- An agreement, talks or a meeting is the same whichever party is named first.
- A headline in capitals shows no names; where it has none of its own, its event is that of the body.
- Company and policy events are read in English only; index events in every language that has index facts.
- Evidence is the clause that says so, from the subject to the last number, as it stands in the article.
- An explicit threat of a stated tariff that is withdrawn ("the threat of 100% tariffs is off the table") is news of that
  tariff: `policy.tariff`, direction down. Anything else that is denied, ruled out or called off is no event.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from schemas import Entity, EntityRef, Event, IndexFact, Quantity, Span
from schemas.taxonomy import Direction, EventType, FactLevel, Family, Field, Record
from streams.data import events as tags
from streams.data.events import EventRule, EventRules, load_event_rules
from streams.data.registry import Registry, fold
from streams.extract._actors import Actors, ActorSpan, actors_of
from streams.extract._event_clauses import Clause, clause_of, fact_level, guarded, schedule
from streams.extract._event_figures import arguments
from streams.extract._event_parties import Focus, Parties, parties
from streams.extract._tagged_text import Names, TaggedSentence, names_of, tag
from streams.extract.document import Document, Sentence

__all__ = ["RULES", "RULES_VERSION", "find_events"]

RULES: Final[EventRules] = load_event_rules()
"""The rules in use."""

RULES_VERSION: Final = RULES.version
"""Their version, with a digest of the files."""

# Confidence of an event that an index fact carries: that of the fact, for which the rules of index facts answer.
_INDEX_CONFIDENCE: Final = 0.95

# No article reports more than this; what lies behind is not read, so that no article takes long.
_MOST_SENTENCES: Final = 120
_MOST_EVENTS: Final = 100
_MOST_MATCHES: Final = 3

_PAIRS: Final = frozenset((EventType.POLICY_TRADE_AGREEMENT, EventType.POLICY_TRADE_TALKS, EventType.POLICY_MEETING))
_RECORDS: Final = frozenset(
    (Record.ALL_TIME_HIGH, Record.ALL_TIME_LOW, Record.PERIOD_HIGH, Record.PERIOD_LOW, Record.BIGGEST_GAIN, Record.BIGGEST_LOSS)
)
_THRESHOLDS: Final = frozenset((Record.THRESHOLD_ABOVE, Record.THRESHOLD_BELOW))
_FIRM_TAGS: Final = (tags.COMPANY, tags.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Find:
    """An event with what merging needs to know of it."""

    event: Event
    named: bool
    """Whether its own sentence names the subject."""


# ---- which rules may hold in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """What a pattern cannot match without, as bits."""

    rule: int
    """Place in RULES.rules."""
    pattern: re.Pattern[str]
    words: int
    """Bits of the sets of words of which it needs one each."""
    tags: tuple[frozenset[str], ...]
    """Sets of words and tags of which it needs one each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefilter:
    automaton: AhoCorasick
    """Finds the stems of all rules."""
    rules_of: tuple[tuple[int, ...], ...]
    """By stem: places in RULES.rules."""
    bits: Mapping[str, int]
    """By word the sets it belongs to."""
    gates: tuple[tuple[_Gate, ...], ...]
    """By rule."""


def _prefilter(rules: Sequence[EventRule]) -> _Prefilter:
    by_stem: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for stem in rule.stems:
            by_stem.setdefault(stem, []).append(place)
    sets: dict[frozenset[str], int] = {}
    gates = []
    for place, rule in enumerate(rules):
        of_rule = []
        for pattern in rule.patterns:
            needed = 0
            for clause in pattern.words:
                needed |= 1 << sets.setdefault(clause, len(sets))
            of_rule.append(_Gate(rule=place, pattern=pattern.regex, words=needed, tags=pattern.tags))
        gates.append(tuple(of_rule))
    bits: dict[str, int] = {}
    for clause, number in sets.items():
        for word in clause:
            bits[word] = bits.get(word, 0) | 1 << number
    return _Prefilter(
        automaton=AhoCorasick(list(by_stem), matchkind=MatchKind.Standard),
        rules_of=tuple(tuple(places) for places in by_stem.values()),
        bits=bits,
        gates=tuple(gates),
    )


_STEMS: Final = _prefilter(RULES.rules)
_WORDS: Final = re.compile(r"\w+")

# Registries for which the actors are kept; a worker has one.
_KEPT: Final = 4
_actors: dict[int, tuple[Registry, Actors]] = {}


def _actors_in(registry: Registry) -> Actors:
    known = _actors.get(id(registry))
    if known is None or known[0] is not registry:
        if len(_actors) >= _KEPT:
            _actors.clear()
        known = _actors[id(registry)] = (registry, actors_of(registry))
    return known[1]


def find_events(
    document: Document, entities: Sequence[Entity], index_facts: Sequence[IndexFact], registry: Registry
) -> tuple[Event, ...]:
    """All events of the document in text order, headline first. `registry` tells which government an official acts for."""
    finds = [_Find(event=event, named=True) for event in _index_events(entities, index_facts)]
    if document.language == "en":
        finds += _rule_events(document, entities, _actors_in(registry))
    return tuple(sorted((find.event for find in _merged(finds)), key=_place))


def _place(event: Event) -> tuple[bool, int, str, str]:
    first = event.evidence[0]
    return first.field is not Field.HEADLINE, first.start, event.type.value, event.subject.id or event.subject.name


# ---- events of indices


def _index_events(entities: Sequence[Entity], facts: Sequence[IndexFact]) -> Iterator[Event]:
    names = {entity.id: entity.name for entity in entities if entity.id.startswith("index:")}
    for fact in facts:
        identity = f"index:{fact.index}"
        subject = EntityRef(id=identity, name=names.get(identity, fact.index))
        for kind, values in _index_kinds(fact):
            yield Event(
                type=kind,
                subject=subject,
                arguments=values,
                fact_level=fact.fact_level,
                direction=fact.direction,
                basis=fact.basis,
                record=fact.record if kind in (EventType.INDEX_RECORD, EventType.INDEX_THRESHOLD) else None,
                evidence=(fact.evidence,),
                confidence=_INDEX_CONFIDENCE,
            )


def _index_kinds(fact: IndexFact) -> Iterator[tuple[EventType, dict[str, Quantity]]]:
    """A fact may carry a mark and a move; its level is an event of its own only where there is neither."""
    level = _numbers(fact, "level", fact.level, "points")
    moved = _numbers(fact, "percent", fact.change_pct, "percent") | _numbers(fact, "points", fact.change_points, "points")
    if fact.fact_level is not FactLevel.FACT:
        if level:
            yield EventType.INDEX_LEVEL, level
        elif fact.direction is not None and fact.record is None:
            yield EventType.INDEX_MOVE, moved
        return
    if fact.record in _RECORDS:
        yield EventType.INDEX_RECORD, level
    elif fact.record in _THRESHOLDS:
        yield EventType.INDEX_THRESHOLD, _numbers(fact, "threshold", fact.threshold, "points") | level
    if moved or (fact.direction is not None and fact.record is None):
        yield EventType.INDEX_MOVE, moved | level
    elif fact.record is None and level:
        yield EventType.INDEX_LEVEL, level


def _numbers(fact: IndexFact, name: str, value: float | None, unit: str) -> dict[str, Quantity]:
    if value is None:
        return {}
    return {name: Quantity(value=value, unit=unit, basis=fact.basis.value, approximate=fact.approximate)}


# ---- events by rules


def _rule_events(document: Document, entities: Sequence[Entity], actors: Actors) -> Iterator[_Find]:
    folded = {Field.HEADLINE: fold(document.headline), Field.BODY: fold(document.body)}
    wanted = _wanted_gates(document, folded)
    if not wanted:
        return
    today = document.published_at.date()
    names = _names(document, entities, folded, actors, today)
    focus = _focus(names)
    found = 0
    for number, gates in wanted.items():
        sentence = document.sentences[number]
        tagged = tag(sentence, folded[sentence.field][sentence.start : sentence.end], names)
        held = set(_WORDS.findall(tagged.text)).union(mark.tag for mark in tagged.marks)
        open_gates = [gate for gate in gates if not any(held.isdisjoint(needed) for needed in gate.tags)]
        for place, of_rule in groupby(open_gates, key=attrgetter("rule")):
            for find in _applied(RULES.rules[place], of_rule, tagged, actors, focus, document, today):
                found += 1
                if found > _MOST_EVENTS:
                    return
                yield find


def _wanted_gates(document: Document, folded: Mapping[Field, str]) -> dict[int, list[_Gate]]:
    """By place of a sentence, in text order, the patterns of which it holds the words."""
    by_sentence: dict[int, set[int]] = {}
    for field, text in folded.items():
        places = [n for n, s in enumerate(document.sentences) if s.field is field]
        starts = [document.sentences[n].start for n in places]
        for stem, start, _ in _STEMS.automaton.find_matches_as_indexes(text, overlapping=True):
            place = bisect_right(starts, start) - 1
            if place >= 0:
                by_sentence.setdefault(places[place], set()).update(_STEMS.rules_of[stem])
    wanted = {}
    for number in sorted(by_sentence)[:_MOST_SENTENCES]:
        sentence = document.sentences[number]
        if not sentence.boilerplate:
            gates = _gates(folded[sentence.field][sentence.start : sentence.end], sentence, by_sentence[number])
            if gates:
                wanted[number] = gates
    return wanted


def _gates(folded: str, sentence: Sentence, rules: Iterable[int]) -> list[_Gate]:
    """The patterns of these rules whose words all stand in a sentence."""
    held = 0
    for word in _WORDS.findall(folded):
        held |= _STEMS.bits.get(word, 0)
    return [
        gate
        for place in sorted(rules)
        if sentence.field is Field.HEADLINE or not RULES.rules[place].headline_only
        for gate in _STEMS.gates[place]
        if gate.words & held == gate.words
    ]


def _names(
    document: Document, entities: Sequence[Entity], folded: Mapping[Field, str], actors: Actors, today: date
) -> Names:
    spans: dict[Field, list[ActorSpan]] = {
        field: actors.find(document.text(field), text, today) for field, text in folded.items()
    }
    return names_of(entities, spans, actors, today)


def _focus(names: Names) -> Focus:
    focus = Focus()
    for field in (Field.HEADLINE, Field.BODY):
        for mark in names.marks[field]:
            if mark.tag == tags.COMPANY and focus.first_firm is None:
                focus.first_firm = mark
            elif mark.tag in (tags.GOVERNMENT, tags.NATIONALITY, tags.OFFICIAL) and focus.first_state is None:
                focus.first_state = mark
            elif mark.tag == tags.CENTRAL_BANK and focus.first_bank is None:
                focus.first_bank = mark
    return focus


def _applied(
    rule: EventRule,
    gates: Iterable[_Gate],
    tagged: TaggedSentence,
    actors: Actors,
    focus: Focus,
    document: Document,
    today: date,
) -> Iterator[_Find]:
    """What one rule finds in one sentence; the first pattern that holds decides."""
    text = tagged.text
    for gate in gates:
        match, clause = _sound_match(gate.pattern, rule, text, today)
        if match is None or clause is None:
            continue
        if not all(required.search(text) for required in rule.requires) or any(u.search(text) for u in rule.unless):
            return
        found = parties(tagged, match, rule, RULES.types[rule.type], actors, focus)
        if found is not None:
            yield _find(rule, tagged, match, clause, found, document, today)
        return


def _sound_match(
    pattern: re.Pattern[str], rule: EventRule, text: str, today: date
) -> tuple[re.Match[str] | None, Clause | None]:
    """The first match that no guard speaks against."""
    for number, match in enumerate(pattern.finditer(text)):
        if number >= _MOST_MATCHES:
            break
        clause = clause_of(text, match)
        if not guarded(clause, rule, RULES.cues, today):
            return match, clause
    return None, None


def _find(
    rule: EventRule, tagged: TaggedSentence, match: re.Match[str], clause: Clause, found: Parties, document: Document, today: date
) -> _Find:
    original = tagged.sentence.text
    kind = RULES.types[rule.type]
    level = fact_level(clause, rule, RULES.cues)
    direction = rule.direction or _direction(rule, match)
    numbers = arguments(clause, original, rule, kind, direction)
    scheduled, effective = schedule(clause, original, rule, level, today)
    event = Event(
        type=rule.type,
        subject=found.subject,
        participants=found.participants,
        arguments=numbers,
        fact_level=level,
        scheduled=scheduled,
        effective_on=effective,
        direction=direction,
        evidence=(_evidence(document, tagged, match, clause),),
        confidence=rule.confidence,
    )
    return _Find(event=event, named=any(m.id == found.subject.id and m.id is not None for m in tagged.marks))


def _evidence(document: Document, tagged: TaggedSentence, match: re.Match[str], clause: Clause) -> Span:
    """The clause of the match, without the spaces and marks at its ends."""
    sentence: Sentence = tagged.sentence
    start = min(clause.start, match.start())
    end = max(clause.end, match.end())
    quoted = sentence.text[start:end]
    stripped = quoted.strip(" \t\r\n,;:-")
    start += quoted.index(stripped) if stripped else 0
    return document.span(sentence.field, sentence.start + start, sentence.start + start + len(stripped or quoted))


_UP_WORDS: Final = re.compile(RULES.cues["up"].pattern)
_DOWN_WORDS: Final = re.compile(RULES.cues["down"].pattern)


def _direction(rule: EventRule, match: re.Match[str]) -> Direction | None:
    """Which way the act goes, by its words."""
    words = match["act"] if "act" in match.re.groupindex and match["act"] else match.group()
    if rule.type.family is Family.POLICY and rule.type not in _DIRECTED:
        return None
    up, down = _UP_WORDS.search(words), _DOWN_WORDS.search(words)
    if up is None and down is None:
        return None
    if up is not None and (down is None or up.start() < down.start()):
        return Direction.UP
    return Direction.DOWN


_DIRECTED: Final = frozenset(
    (EventType.POLICY_TARIFF, EventType.POLICY_RATE_DECISION, EventType.POLICY_DEFENCE_SPENDING)
)


# ---- merging


def _merged(finds: Iterable[_Find]) -> list[_Find]:
    """One find for each event: the first stands, later ones fill in what it leaves open."""
    kept: list[_Find] = []
    for find in finds:
        place = next((n for n, known in enumerate(kept) if _is_same(known, find)), None)
        if place is None:
            kept.append(find)
        else:
            kept[place] = _joined(kept[place], find)
    return kept


def _is_same(one: _Find, other: _Find) -> bool:
    a, b = one.event, other.event
    if a.type is not b.type or a.basis is not b.basis:
        return False
    if a.type in _PAIRS:
        return bool(_members(a) & _members(b))
    if a.type is EventType.COMPANY_MERGER and _members(a) & _members(b):
        return True
    return _same_name(a.subject, b.subject)


def _members(event: Event) -> frozenset[str]:
    parties_named = (event.subject, *(p.entity for p in event.participants))
    return frozenset(entity.id or _plain(entity.name) for entity in parties_named)


def _same_name(one: EntityRef, other: EntityRef) -> bool:
    if one.id is not None and one.id == other.id:
        return True
    if one.id is not None and other.id is not None:
        return False
    a, b = _plain(one.name), _plain(other.name)
    return a.startswith(b) or b.startswith(a)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _joined(first: _Find, second: _Find) -> _Find:
    """The first event with what only the second says; where the first has no number and the second has, that one leads."""
    lead, rest = first.event, second.event
    if rest.arguments and not lead.arguments and lead.type.family is not Family.INDEX:
        lead = replace(rest, evidence=(lead.evidence[0],))
        rest = first.event
        evidence = (first.event.evidence[0], *second.event.evidence)
    else:
        evidence = (*lead.evidence, *rest.evidence)
    event = replace(
        lead,
        participants=tuple(dict.fromkeys((*lead.participants, *rest.participants))),
        arguments={**rest.arguments, **lead.arguments},
        scheduled=lead.scheduled or rest.scheduled,
        effective_on=lead.effective_on or rest.effective_on,
        direction=lead.direction or rest.direction,
        record=lead.record or rest.record,
        evidence=tuple(dict.fromkeys(evidence)),
        confidence=max(lead.confidence, rest.confidence),
    )
    return _Find(event=event, named=first.named or second.named)
