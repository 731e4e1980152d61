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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Final

from schemas import Entity, EntityRef, Event, IndexFact, Quantity, Span
from schemas.taxonomy import Direction, EventType, FactLevel, Family, Field, Record
from streams.data import events as tags
from streams.data.events import TAG_CHARACTERS, EventPattern, EventRule, EventRules, load_event_rules
from streams.data.registry import Registry, fold
from streams.extract._actors import Actors, ActorSpan, actors_of
from streams.extract._event_clauses import Clause, clause_of, fact_level, guarded, schedule
from streams.extract._event_figures import arguments
from streams.extract._event_parties import Focus, coordinated, parties
from streams.extract._tagged_text import LONGEST_SENTENCE, Names, TaggedSentence, headline_name, names_of, tag
from streams.extract.document import Document, Sentence

__all__ = ["RULES", "RULES_VERSION", "Found", "find_events", "trace_events"]

RULES: Final[EventRules] = load_event_rules()
"""The rules in use."""

RULES_VERSION: Final = RULES.version
"""Their version, with a digest of the files."""

# Confidence of an event that an index fact carries: that of the fact, for which the rules of index facts answer.
_INDEX_CONFIDENCE: Final = 0.95

# No article reports more than this; what lies behind is not read, so that no article takes long.
_MOST_SENTENCES: Final = 120
_MOST_EVENTS: Final = 100
_MOST_MATCHES: Final = 4

_PAIRS: Final = frozenset((EventType.POLICY_TRADE_AGREEMENT, EventType.POLICY_TRADE_TALKS, EventType.POLICY_MEETING))
_RECORDS: Final = frozenset(
    (Record.ALL_TIME_HIGH, Record.ALL_TIME_LOW, Record.PERIOD_HIGH, Record.PERIOD_LOW, Record.BIGGEST_GAIN, Record.BIGGEST_LOSS)
)
_THRESHOLDS: Final = frozenset((Record.THRESHOLD_ABOVE, Record.THRESHOLD_BELOW))
_FIRM_TAGS: Final = (tags.COMPANY, tags.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one rule found at one place."""

    rule: str
    """Name of the rule."""
    event: Event
    """The event as that place has it."""


# ---- which patterns may hold in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gate:
    """A pattern with what it cannot match without."""

    rule: int
    """Place in RULES.rules."""
    pattern: EventPattern
    words: int
    """Bits of the sets of words of which it needs one each."""
    tags: tuple[int, ...]
    """Bits of the tags of which it needs one each."""
    mixed: tuple[tuple[int, int], ...]
    """Bits of words and bits of tags: it needs one of either."""
    order: int
    """Place among all patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefilter:
    """Every pattern is filed under the set of its words that is least common; words are looked up one by one."""

    bits: Mapping[str, int]
    """By word the sets it belongs to."""
    known: frozenset[str]
    """All those words."""
    keys: frozenset[str]
    """Words of the sets that patterns are filed under."""
    gates: Mapping[str, tuple[_Gate, ...]]
    """By word the patterns filed under a set with it."""
    unless: tuple[tuple[tuple[int, re.Pattern[str]], ...], ...]
    """By rule what speaks against it, with the bits of the words that it needs."""


def _prefilter(rules: Sequence[EventRule]) -> _Prefilter:
    sets: dict[frozenset[str], int] = {}
    order = 0
    by_word: dict[str, list[_Gate]] = {}
    for place, rule in enumerate(rules):
        for pattern in rule.patterns:
            needed = 0
            for clause in pattern.words:
                needed |= 1 << sets.setdefault(clause, len(sets))
            tagged = tuple(_tag_bits(c) for c in pattern.tags if c <= TAG_CHARACTERS)
            mixed = tuple(
                (1 << sets.setdefault(c - TAG_CHARACTERS, len(sets)), _tag_bits(c & TAG_CHARACTERS))
                for c in pattern.tags
                if not c <= TAG_CHARACTERS
            )
            gate = _Gate(rule=place, pattern=pattern, words=needed, tags=tagged, mixed=mixed, order=order)
            order += 1
            for word in sorted(pattern.words[0]):
                by_word.setdefault(word, []).append(gate)
    unless = []
    for rule in rules:
        against = []
        for exclusion in rule.unless:
            needed = 0
            for clause in exclusion.words:
                needed |= 1 << sets.setdefault(clause, len(sets))
            against.append((needed, exclusion.regex))
        unless.append(tuple(against))
    bits: dict[str, int] = {}
    for clause, number in sets.items():
        for word in clause:
            bits[word] = bits.get(word, 0) | 1 << number
    return _Prefilter(
        bits=bits,
        known=frozenset(bits),
        keys=frozenset(by_word),
        gates={word: tuple(gates) for word, gates in by_word.items()},
        unless=tuple(unless),
    )


_TAG_BITS: Final = {tag: 1 << place for place, tag in enumerate(sorted(TAG_CHARACTERS))}


def _tag_bits(found: Iterable[str]) -> int:
    return sum(_TAG_BITS[tag] for tag in found)


_PATTERNS: Final = _prefilter(RULES.rules)

# Marks that a rule may need as it needs words.
_SIGNS: Final = "%$€£¥"
# Marks of text that part words, as spaces; what is left are runs of letters and digits.
_APART: Final = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~£€¥₹“”„«»…·•", " "))

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
    found = list(_index_events(entities, index_facts))
    found += (trace.event for trace in trace_events(document, entities, registry))
    return tuple(sorted(_merged(found), key=_place))


def trace_events(document: Document, entities: Sequence[Entity], registry: Registry) -> tuple[Found, ...]:
    """What each rule found, before merging, in text order: why an event of a company or of policy was found."""
    if document.language != "en":
        return ()
    return tuple(_rule_events(document, entities, _actors_in(registry)))


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


def _rule_events(document: Document, entities: Sequence[Entity], actors: Actors) -> Iterator[Found]:
    folded = {Field.HEADLINE: fold(document.headline), Field.BODY: fold(document.body)}
    wanted = _wanted_gates(document, folded)
    if not wanted:
        return
    today = document.published_at.date()
    names = _names(document, entities, folded, actors, today)
    focus = _focus(names)
    if focus.first_firm is None:
        focus.first_firm = headline_name(document.headline)
    found = 0
    for number, gates, words in wanted:
        sentence = document.sentences[number]
        marks = names.within(sentence)
        held = _tag_bits({mark.tag for mark in marks}) | _TAG_BITS[tags.NAME]
        gates = [gate for gate in gates if _has_names(gate, held, words)]
        if not gates:
            continue
        tagged = tag(sentence, folded[sentence.field][sentence.start : sentence.end], marks)
        held = _tag_bits({mark.tag for mark in tagged.marks})
        decided = -1
        for gate in gates:
            if gate.rule == decided or not _has_names(gate, held, words):
                continue
            rule = RULES.rules[gate.rule]
            for clause in _sound_clauses(gate.pattern, rule, tagged, today):
                if _is_excluded(gate.rule, tagged.text, words):
                    decided = gate.rule
                    break
                for event in _events(rule, tagged, clause, actors, focus, document, today):
                    found += 1
                    yield Found(rule=rule.name, event=event)
                if rule.type not in _SEVERAL:
                    # The first pattern of a rule that holds decides.
                    decided = gate.rule
                    break
        if found >= _MOST_EVENTS:
            return


def _is_excluded(place: int, text: str, words: int) -> bool:
    """Whether the sentence as a whole speaks against a rule, or lacks what the rule requires."""
    for needed, regex in _PATTERNS.unless[place]:
        if words & needed == needed and regex.search(text) is not None:
            return True
    return not all(required.search(text) for required in RULES.rules[place].requires)


def _has_names(gate: _Gate, tags_held: int, words_held: int) -> bool:
    """Whether a sentence with these tags and words has the names that a pattern needs."""
    for needed in gate.tags:
        if not tags_held & needed:
            return False
    for words, needed in gate.mixed:
        if not (tags_held & needed or words_held & words):
            return False
    return True


def _wanted_gates(document: Document, folded: Mapping[Field, str]) -> list[tuple[int, list[_Gate], int]]:
    """The places of sentences, in text order, with the patterns of which they hold all words and the bits of their words."""
    apart = {field: text.translate(_APART) for field, text in folded.items()}
    known, keys, bits = _PATTERNS.known, _PATTERNS.keys, _PATTERNS.bits
    wanted = []
    for number, sentence in enumerate(document.sentences):
        if sentence.boilerplate:
            continue
        words = apart[sentence.field][sentence.start : min(sentence.end, sentence.start + LONGEST_SENTENCE)].split()
        text = folded[sentence.field][sentence.start : sentence.end]
        words += [sign for sign in _SIGNS if sign in text]
        found = keys.intersection(words)
        if not found:
            continue
        held = 0
        for word in known.intersection(words):
            held |= bits[word]
        gates = {
            id(gate): gate
            for word in found
            for gate in _PATTERNS.gates[word]
            if gate.words & held == gate.words
            and (sentence.field is Field.HEADLINE or not RULES.rules[gate.rule].headline_only)
        }
        if gates:
            wanted.append((number, sorted(gates.values(), key=attrgetter("order")), held))
            if len(wanted) >= _MOST_SENTENCES:
                break
    return wanted


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


def _sound_clauses(pattern: EventPattern, rule: EventRule, tagged: TaggedSentence, today: date) -> Iterator[Clause]:
    """The clauses of matches that no guard speaks against."""
    tried = 0
    for match in _matches(pattern, tagged):
        lead = None
        if pattern.lead is not None:
            lead = tagged.lead(pattern.lead, match.start())
            if lead is None:
                continue
        clause = clause_of(tagged, match, pattern.lead, lead)
        if not guarded(clause, rule, RULES.cues, today):
            yield clause
        tried += 1
        if tried >= _MOST_MATCHES:
            return


def _matches(pattern: EventPattern, tagged: TaggedSentence) -> Iterator[re.Match[str]]:
    """The matches of a pattern, tried only where a word or name stands that it can begin with."""
    if pattern.openings is None:
        yield from pattern.regex.finditer(tagged.text)
        return
    last = None
    for word, start in tagged.words:
        if word in pattern.openings:
            match = pattern.regex.match(tagged.text, start)
            # Of matches that end alike the shortest says it: "agreed to raise", not "agreed".
            if last is not None and (match is None or match.end() != last.end()) and start >= 0:
                if match is None:
                    continue
                yield last
            last = match or last
    if last is not None:
        yield last


def _events(
    rule: EventRule,
    tagged: TaggedSentence,
    clause: Clause,
    actors: Actors,
    focus: Focus,
    document: Document,
    today: date,
) -> Iterator[Event]:
    """The event of a clause, for each of its subjects; none where it names nobody."""
    kind = RULES.types[rule.type]
    found = parties(tagged, clause, rule, kind, actors, focus)
    if found is None:
        return
    original = tagged.sentence.text
    level = fact_level(clause, rule, RULES.cues)
    direction = rule.direction or _direction(rule, clause)
    scheduled, effective = schedule(clause, original, rule, level, today)
    event = Event(
        type=rule.type,
        subject=found.subject,
        participants=found.participants,
        arguments=arguments(clause, original, kind, direction if rule.type in _SIGNED else None),
        fact_level=level,
        scheduled=scheduled,
        effective_on=effective,
        direction=direction,
        evidence=(_evidence(document, tagged, clause),),
        confidence=rule.confidence,
    )
    yield event
    if rule.type in _SEVERAL:
        for other in coordinated(tagged, found.subject):
            yield replace(event, subject=other, arguments={})


def _evidence(document: Document, tagged: TaggedSentence, clause: Clause) -> Span:
    """The clause of the match, without the spaces and marks at its ends."""
    sentence: Sentence = tagged.sentence
    start, end = min(clause.start, clause.match_start), max(clause.end, clause.match_end)
    quoted = sentence.text[start:end]
    stripped = quoted.strip(" \t\r\n,;:-")
    start += quoted.index(stripped) if stripped else 0
    return document.span(sentence.field, sentence.start + start, sentence.start + start + len(stripped or quoted))




def _direction(rule: EventRule, clause: Clause) -> Direction | None:
    """Which way the act goes, by its words."""
    words = clause.text[clause.act : clause.match_end if rule.type in _BY_VERB else clause.act_end]
    if rule.type.family is Family.POLICY and rule.type not in _DIRECTED:
        return None
    up, down = RULES.cues["up"].search(words), RULES.cues["down"].search(words)
    if up is None and down is None:
        return None
    if up is not None and (down is None or up.start() < down.start()):
        return Direction.UP
    return Direction.DOWN


# Types whose act is a noun, "profit", and whose direction stands in the verb behind it.
_BY_VERB: Final = frozenset((EventType.COMPANY_EARNINGS, EventType.COMPANY_GUIDANCE, EventType.COMPANY_DIVIDEND))
# Types whose percentage is a change, signed; elsewhere it is a share or the rate of a duty.
_SIGNED: Final = frozenset(
    (EventType.COMPANY_EARNINGS, EventType.COMPANY_DIVIDEND, EventType.COMPANY_PRICE_MOVE, EventType.POLICY_RATE_DECISION)
)
# Types that one sentence often reports of several firms: "A and B fell 2%, C rose 1%".
_SEVERAL: Final = frozenset((EventType.COMPANY_PRICE_MOVE, EventType.COMPANY_EARNINGS))
_DIRECTED: Final = frozenset(
    (EventType.POLICY_TARIFF, EventType.POLICY_RATE_DECISION, EventType.POLICY_DEFENCE_SPENDING)
)


# ---- merging


def _merged(events: Iterable[Event]) -> list[Event]:
    """One for each happening: the first stands, later ones fill in what it leaves open."""
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
    if one.type in _PAIRS or one.type is EventType.COMPANY_MERGER:
        return not _members(one).isdisjoint(_members(other))
    return _same_name(one.subject, other.subject)


def _members(event: Event) -> frozenset[str]:
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
