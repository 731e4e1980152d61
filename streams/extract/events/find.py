"""What an article says happened, will happen or should happen: events of indices, companies and policy.

Events of indices follow from the index facts. For other events, the words of each sentence tell which patterns may
match it (`gates`); only sentences with such patterns are tagged (`tagged_text`) and read. Rules are data
(`streams.data.event_rules`). `clauses` tells from the words around a match whether the event is denied, conditional,
long past, expected or dated; `parties` tells who takes part, and `figures` reads the numbers.

Rules:

- An article has one event for a type and subject (`merging`): headline, body and later mentions are merged.
  Moves of an index over different periods are different events.
- An agreement, talks or a meeting is one event, no matter which party is named first.
- In a headline set in capitals, capitals show no names; where it names nobody that is known, its event takes its
  subject from the body.
- Company and policy events are read in English only; index events in every language that has index facts.
- Evidence is the clause that reports the event, as it stands in the article.
- What was planned, agreed or threatened and is then ended, withdrawn or dropped ("the threat of 100% tariffs is off the
  table") is an event with status `called_off`. What is denied or ruled out is no event.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from schemas import Entity, EntityRef, Event, IndexFact, Quantity, Span
from schemas.taxonomy import Direction, EventStatus, EventType, FactLevel, Field, Moment, Record
from streams.data import event_rules as tags
from streams.data.event_rules import Cue, EventPattern, EventRule, EventRules, TypeRules, rule_without_pattern
from streams.data.event_weights import TYPES, EventWeights, score_of
from streams.data.index_names import IndexNames
from streams.data.registry import Registry, fold
from streams.extract.events.actors import Actors, actors_of
from streams.extract.events.attribution import WITHOUT_FIGURES, Statements, read_statements
from streams.extract.events.clauses import MatchClause, clause_of, fact_level, guard_against, schedule, status_of
from streams.extract.events.figures import arguments, named, passed_on, turn_of_results
from streams.extract.events.full_names import in_full, names_owner
from streams.extract.events.gates import Gate, Gates, Wanted, gates_of, matches, tag_bits
from streams.extract.events.merging import merged
from streams.extract.events.parties import Focus, Parties, Scene, coordinated, firm_at, parties
from streams.extract.events.references import References
from streams.extract.events.scorer import Scorer
from streams.extract.events.tagged_text import (
    LONGEST_SENTENCE,
    Mark,
    Names,
    TaggedSentence,
    all_names,
    headline_name,
    is_source,
    longest,
    names_of,
    tag,
)
from streams.extract.events.trust import Setting, find_features
from streams.extract.figures.quantities import find_figures
from streams.extract.text.document import Document

__all__ = [
    "Considered",
    "Decided",
    "Found",
    "PassedOver",
    "RuleBook",
    "consider",
    "decide",
    "evidence_of",
    "find_events",
    "sentences_read",
    "unlikely_of",
]

# Confidence of every event that follows from an index fact: the precision of index facts on real news whose wording no
# rule had been written for, .967, rounded down.
_INDEX_CONFIDENCE: Final = 0.95

# Limits on the finds of an article and on the matches of a pattern in a sentence, so that no article takes long.
_MOST_EVENTS: Final = 100
_MOST_MATCHES: Final = 4
# After this many numbers and places of one event, its later mentions are not read.
_MOST_TOLD: Final = 7
# Sentences that may open with a dateline.
_OPENING: Final = 2

_WORD: Final = re.compile(r"\w+")

_RECORDS: Final = frozenset(
    (
        *(Record.ALL_TIME_HIGH, Record.ALL_TIME_LOW, Record.PERIOD_HIGH, Record.PERIOD_LOW),
        *(Record.BIGGEST_GAIN, Record.BIGGEST_LOSS),
    )
)
_THRESHOLDS: Final = frozenset((Record.THRESHOLD_ABOVE, Record.THRESHOLD_BELOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The rules with all that is built from them and from a registry. Building takes a moment, so build it once."""

    rules: EventRules
    """The rules."""
    gates: Gates
    """The patterns of the rules, filed by the words they need."""
    actors: Actors
    """Who acts in policy."""
    index_names: IndexNames
    """The names of indices, which tell the numbers that are part of a name."""
    scorer: Scorer | None
    """Scores sentences by type; where there is none, the rules alone decide."""
    proposals: Mapping[EventType, EventRule]
    """For each type the rule without a pattern under which the scorer proposes an event."""

    @classmethod
    def of(cls, rules: EventRules, registry: Registry, weights: EventWeights | None) -> Self:
        """The book of these rules; the registry tells who the actors are and which country an official acts for."""
        return cls(
            rules=rules,
            gates=gates_of(rules.rules),
            actors=actors_of(registry),
            index_names=registry.index_names,
            scorer=None if weights is None else Scorer.of(weights, rules.classes),
            proposals={kind: rule_without_pattern(kind, rules.types[kind]) for kind in TYPES},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one rule found at one place."""

    rule: str
    """Name of the rule."""
    event: Event
    """The event as it is reported at that place."""
    clause: MatchClause
    """The clause."""
    score: int | None = None
    """How much the sentence speaks of an event of its type; null without a scorer, or where its weights do not know the
    type.
    """
    said: tuple[str, ...] = ()
    """The features that tell how likely it is right in type, party and figures; none without a scorer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A match of a rule that gave no event, with the reason."""

    rule: str
    """Name of the rule."""
    type: EventType
    """The type that the event would have had."""
    against: str
    """The guard that speaks against it, `unless` for the rule's own conditions, or `nobody` where no party is named."""
    clause: MatchClause
    """The clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """All that was considered in an article, in text order."""

    finds: tuple[Found, ...]
    """What rules and scorer found, before merging."""
    passed_over: tuple[PassedOver, ...]
    """The matches of rules that gave no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The events of an article, and all that they were chosen from."""

    events: tuple[Event, ...]
    """The events in text order, headline first."""
    unlikely: tuple[Event, ...]
    """What would have been a further event of a type, about a party that is too unlikely."""
    considered: Considered
    """What rules and scorer found or passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenArticle:
    """An article while its sentences are read."""

    document: Document
    book: RuleBook
    names: Names
    focus: Focus
    references: References
    folded: Mapping[Field, str]
    today: date
    told: dict[tuple[EventType, str], set[str]]
    """For each type and subject, the names of the arguments found so far and the sentences that reported the event."""
    later: int | None
    """Where a table of results goes on with other periods than the first; null where there is none."""
    statements: dict[tuple[Field, int], Statements]
    """The statements of the sentences that report an event, by field and start of the sentence."""


def find_events(
    document: Document, entities: Sequence[Entity], index_facts: Sequence[IndexFact], book: RuleBook
) -> tuple[Event, ...]:
    """All events of the document in text order, headline first."""
    return decide(document, entities, index_facts, book).events


def decide(document: Document, entities: Sequence[Entity], index_facts: Sequence[IndexFact], book: RuleBook) -> Decided:
    """The events of the document, with all that they were chosen from."""
    considered = consider(document, entities, book)
    scorer = book.scorer
    found = list(_index_events(entities, index_facts))
    found += (find.event for find in considered.finds)
    settled = (_settled(event, book.rules.types[event.type]) for event in merged(found, book.rules.types))
    events = sorted(settled, key=_text_order)
    unlikely = () if scorer is None else unlikely_of(events, scorer.further)
    return Decided(
        events=tuple(event for event in events if event not in unlikely),
        unlikely=tuple(unlikely),
        considered=considered,
    )


def unlikely_of(events: Sequence[Event], least: float) -> list[Event]:
    """The events below this confidence of whose type and status the article has a likelier one."""
    likeliest: dict[tuple[EventType, EventStatus], float] = {}
    for event in events:
        kind = event.type, event.status
        likeliest[kind] = max(event.confidence, likeliest.get(kind, 0))
    return [event for event in events if event.confidence < min(least, likeliest[event.type, event.status])]


def _settled(event: Event, kind: TypeRules) -> Event:
    """The event with the numbers of results under their names; a loss that says of no turn is one downwards."""
    if kind.results == "none":
        return event
    numbers = named(event.arguments)
    is_loss = (
        kind.results == "reported"
        and event.status is EventStatus.STANDING
        and "amount" in numbers
        and numbers["amount"].value < 0
    )
    direction = Direction.DOWN if is_loss and event.direction is None else event.direction
    return replace(event, arguments=numbers, direction=direction)


def consider(document: Document, entities: Sequence[Entity], book: RuleBook) -> Considered:
    """What each rule and the scorer found or passed over: all that `find_events` decides by."""
    if document.language != "en":
        return Considered(finds=(), passed_over=())
    folded = {Field.HEADLINE: fold(document.headline), Field.BODY: fold(document.body)}
    wanted = book.gates.wanted(document, folded)
    if not wanted:
        return Considered(finds=(), passed_over=())
    story = _story(document, entities, folded, book)
    found: list[Found] = []
    passed: list[PassedOver] = []
    proposed: list[Found] = []
    for place in wanted:
        finds, against, tagged, packed = _read(story, place)
        passed += against
        found += finds
        if book.scorer is not None:
            decided = {find.event.type for find in finds} | {one.type for one in against}
            for kind in book.scorer.told(packed) if _is_lead(tagged, document) else ():
                if kind not in decided and len(proposed) < _MOST_EVENTS:
                    proposed += _proposed(story, book.scorer, kind, tagged, score_of(packed, kind))
        if len(found) >= _MOST_EVENTS:
            break
    found = _of_units(found)
    by_rules = {find.event.type for find in found}
    found += (find for find in proposed if find.event.type not in by_rules)
    if book.scorer is not None:
        setting = _setting(story.focus, entities)
        found = [find if find.rule in book.rules.own else _trusted(find, book.scorer, setting) for find in found]
    return Considered(finds=tuple(found), passed_over=tuple(passed))


def _of_units(found: Sequence[Found]) -> list[Found]:
    """The finds without those of a headline that names only the owner, where the body names the firm itself."""
    told = [find for find in found if find.event.evidence[0].field is Field.BODY]
    return [
        find
        for find in found
        if not _names_owner(find)
        or not any(one.event.type is find.event.type and one.event.subject != find.event.subject for one in told)
    ]


def _names_owner(find: Found) -> bool:
    if find.event.evidence[0].field is not Field.HEADLINE:
        return False
    text, act = find.clause.text, find.clause.act
    own = (m for m in find.clause.tagged.marks if EntityRef(id=m.id, name=m.name) == find.event.subject)
    behind = (names_owner(text, mark) for mark in own)
    return any(unit is not None and unit.end() <= act + 1 for unit in behind)


def _is_lead(tagged: TaggedSentence, document: Document) -> bool:
    """Whether the sentence is the headline or the first of the body."""
    sentence = tagged.sentence
    return sentence.field is Field.HEADLINE or not document.body[: sentence.start].strip()


def _setting(focus: Focus, entities: Sequence[Entity]) -> Setting:
    first = (focus.first_firm, focus.first_state, focus.first_bank)
    return Setting(
        first=frozenset(mark.id or mark.name for mark in first if mark is not None),
        mentions={entity.id: entity.mention_count for entity in entities},
    )


def _trusted(find: Found, scorer: Scorer, setting: Setting) -> Found:
    """The find with the confidence of its event; it keeps that of its rule where the weights do not know the type."""
    if find.score is None:
        return find
    said = tuple(find_features(find.event, find.clause, find.rule, find.score, setting))
    event = replace(find.event, confidence=scorer.confidence(scorer.trust(said)))
    return Found(rule=find.rule, event=event, clause=find.clause, score=find.score, said=said)


def sentences_read(document: Document, entities: Sequence[Entity], book: RuleBook) -> list[TaggedSentence]:
    """The sentences that rules and scorer read for events, as they see them; training learns from these."""
    folded = {Field.HEADLINE: fold(document.headline), Field.BODY: fold(document.body)}
    story = _story(document, entities, folded, book)
    return [_tagged(story, place.number) for place in book.gates.wanted(document, folded)]


def _proposed(
    story: _OpenArticle, scorer: Scorer, kind: EventType, tagged: TaggedSentence, score: int
) -> Iterator[Found]:
    """The event that the scorer proposes, of the parties and numbers around the word that speaks most for it.

    What the article has named and told before is left as it is: the proposal may yet be dropped.
    """
    rule = story.book.proposals[kind]
    word = _WORD.match(tagged.text, scorer.trigger(tagged, kind))
    if word is None:
        return
    clause = clause_of(tagged, word, None, None)
    if guard_against(clause, rule, story.book.rules.cues, story.today) is not None:
        return
    aside = replace(story, focus=replace(story.focus), told={})
    found = parties(_scene(rule, tagged, clause, aside))
    for event in () if found is None else _events(rule, tagged, clause, found, aside):
        if event.status is EventStatus.STANDING:
            yield Found(rule=rule.name, event=event, clause=clause, score=score)


def _scene(rule: EventRule, tagged: TaggedSentence, clause: MatchClause, story: _OpenArticle) -> Scene:
    kind, actors = story.book.rules.types[rule.type], story.book.actors
    return Scene(tagged=tagged, clause=clause, rule=rule, kind=kind, actors=actors, focus=story.focus)


def _text_order(event: Event) -> tuple[bool, int, str, str]:
    first = event.evidence[0]
    return first.field is not Field.HEADLINE, first.start, event.type.value, event.subject.id or event.subject.name


# ---- events of indices


def _index_events(entities: Sequence[Entity], facts: Sequence[IndexFact]) -> Iterator[Event]:
    names = {entity.id: entity.name for entity in entities if entity.id.startswith("index:")}
    for fact in facts:
        if fact.moment is Moment.PAST:
            continue
        identity = f"index:{fact.index}"
        subject = EntityRef(id=identity, name=names.get(identity, fact.index))
        for kind, values, mark in _index_kinds(fact):
            yield Event(
                type=kind,
                subject=subject,
                arguments=values,
                fact_level=fact.fact_level,
                direction=fact.direction,
                basis=fact.basis,
                record=mark,
                evidence=(fact.evidence,),
                confidence=_INDEX_CONFIDENCE,
            )


def _index_kinds(fact: IndexFact) -> Iterator[tuple[EventType, dict[str, Quantity], Record | None]]:
    """The events that follow from a fact, each with its numbers and its record.

    A fact may give both a record or threshold and a move; its level is an event only where it gives neither. A forecast
    or an opinion gives one event: its level, or else its move.
    """
    level = _number(fact, "level", fact.level, "points")
    moved = _number(fact, "percent", fact.change_pct, "percent") | _number(fact, "points", fact.change_points, "points")
    if fact.fact_level is not FactLevel.FACT:
        if level:
            yield EventType.INDEX_LEVEL, level, None
        elif fact.direction is not None and fact.record is None:
            yield EventType.INDEX_MOVE, moved, None
        return
    if fact.record in _RECORDS:
        yield EventType.INDEX_RECORD, level, fact.record
    elif fact.record in _THRESHOLDS:
        threshold = _number(fact, "threshold", fact.threshold, "points")
        yield EventType.INDEX_THRESHOLD, threshold | level, fact.record
    if fact.moment is not Moment.CURRENT:
        return
    if moved or (fact.direction is not None and fact.record is None):
        yield EventType.INDEX_MOVE, moved | level, None
    elif fact.record is None and level:
        yield EventType.INDEX_LEVEL, level, None


def _number(fact: IndexFact, name: str, value: float | None, unit: str) -> dict[str, Quantity]:
    if value is None:
        return {}
    return {name: Quantity(value=value, unit=unit, basis=fact.basis.value, approximate=fact.approximate)}


# ---- events by rules


def _story(document: Document, entities: Sequence[Entity], folded: Mapping[Field, str], book: RuleBook) -> _OpenArticle:
    today = document.published_at.date()
    names = names_of(entities, book.actors, today, document.headline)
    names = replace(names, marks=in_full(document, names.marks))
    focus = _focus(document, names, folded)
    references = References(document=document, folded=folded, marks=names.marks, about=focus.first_firm)
    return _OpenArticle(
        document=document,
        book=book,
        names=names,
        focus=focus,
        references=references,
        folded=folded,
        today=today,
        told={},
        later=_later_periods(document),
        statements={},
    )


# A line of a table that begins another period, and what stands in the lines of a table.
_OTHER_PERIOD: Final = re.compile(
    r"(?:full )?year|(?:three|six|nine|twelve|[3-9]|12) (?:mths|months)|(?:1st|first|2nd|second) (?:half|six mths)|ytd",
    re.IGNORECASE,
)
_COMPARES: Final = " vs "


def _later_periods(document: Document) -> int | None:
    """Where a table of results has a heading for another period: "Year" or "Nine mths" below the lines of a quarter."""
    compared = False
    for sentence in document.sentences:
        if sentence.field is Field.BODY:
            if compared and _OTHER_PERIOD.match(sentence.text) is not None and _COMPARES not in sentence.text:
                return sentence.start
            compared = compared or _COMPARES in sentence.text
    return None


def _focus(document: Document, names: Names, folded: Mapping[Field, str]) -> Focus:
    """The first firm, state and central bank of the article: it is about them until an event names others."""
    focus = Focus()
    for field in (Field.HEADLINE, Field.BODY):
        for mark in names.marks[field]:
            # "Goldman Sachs analysts said ...": the article is about another firm.
            if mark.tag != tags.COMPANY or focus.first_firm is not None or not is_source(folded[field], mark.end):
                _notice(focus, mark)
    if focus.first_state is None and focus.first_firm is None:
        # A dateline or an adjective is no mention of a country as an entity, but it tells whose government is meant.
        for sentence in document.sentences[:_OPENING]:
            low = folded[sentence.field][sentence.start : sentence.end]
            for mark in names.within(sentence, low):
                if mark.tag != tags.COMPANY or not is_source(low, mark.end):
                    _notice(focus, mark)
    if focus.first_firm is None:
        focus.first_firm = headline_name(document.headline)
    return focus


def _notice(focus: Focus, mark: Mark) -> None:
    if mark.tag == tags.COMPANY:
        focus.first_firm = focus.first_firm or mark
    elif mark.tag in (tags.GOVERNMENT, tags.NATIONALITY, tags.OFFICIAL):
        focus.first_state = focus.first_state or mark
    elif mark.tag == tags.CENTRAL_BANK:
        focus.first_bank = focus.first_bank or mark


def _read(story: _OpenArticle, wanted: Wanted) -> tuple[list[Found], list[PassedOver], TaggedSentence, int]:
    """What the rules find and pass over in a sentence, the sentence as they read it, and its packed scores."""
    tagged = _tagged(story, wanted.number)
    scorer = story.book.scorer
    packed = 0 if scorer is None else scorer.score(tagged)
    held = tag_bits({mark.tag for mark in tagged.marks})
    gates = [gate for gate in wanted.gates if gate.has_names(held, wanted.words)]
    found: list[Found] = []
    passed: list[PassedOver] = []
    for one in _matches(story, gates, tagged, wanted.words):
        if isinstance(one, PassedOver):
            passed.append(one)
        else:
            rule, event, clause = one
            score = None if scorer is None else scorer.score_of(packed, event.type)
            found.append(Found(rule=rule, event=event, clause=clause, score=score))
    return found, passed, tagged, packed


def _tagged(story: _OpenArticle, number: int) -> TaggedSentence:
    """The sentence of this number, with its names and with what refers back to a firm as names."""
    sentence = story.document.sentences[number]
    folded = story.folded[sentence.field][sentence.start : sentence.end]
    marks = all_names(sentence, story.names.within(sentence, folded))
    return tag(sentence, folded, longest([*marks, *story.references.within(number, folded, marks)]))


def _matches(
    story: _OpenArticle, gates: Sequence[Gate], tagged: TaggedSentence, words: int
) -> Iterator[tuple[str, Event, MatchClause] | PassedOver]:
    """What the matches of these patterns in a sentence come to: events, each with its rule and clause, or nothing.

    The first clause that passes the guards decides its rule, unless the type may have several subjects in a sentence.
    """
    decided = -1
    for gate in gates:
        if gate.place == decided:
            continue
        rule = gate.rule
        for clause in _clauses(gate.pattern, tagged):
            against = guard_against(clause, rule, story.book.rules.cues, story.today)
            if against is None:
                excluded = story.book.gates.excludes(gate.place, rule, tagged.text, words)
                found = None if excluded else parties(_scene(rule, tagged, clause, story))
                if found is not None:
                    for event in _events(rule, tagged, clause, found, story):
                        yield rule.name, event, clause
                else:
                    against = "unless" if excluded else "nobody"
                if excluded or not story.book.rules.types[rule.type].several:
                    decided = gate.place
            if against is not None:
                yield PassedOver(rule=rule.name, type=rule.type, against=against, clause=clause)
            if gate.place == decided:
                break


def _clauses(pattern: EventPattern, tagged: TaggedSentence) -> Iterator[MatchClause]:
    """The clauses around the first matches of a pattern."""
    tried = 0
    for match in matches(pattern, tagged):
        lead = None
        if pattern.lead is not None:
            lead = tagged.lead(pattern.lead, match.start())
            if lead is None:
                continue
        yield clause_of(tagged, match, pattern.lead, lead)
        tried += 1
        if tried >= _MOST_MATCHES:
            return


def _events(
    rule: EventRule, tagged: TaggedSentence, clause: MatchClause, found: Parties, story: _OpenArticle
) -> Iterator[Event]:
    """The event of a clause, for each of its subjects; none where the article has told it often enough."""
    cues, kind = story.book.rules.cues, story.book.rules.types[rule.type]
    known = story.told.setdefault((rule.type, found.subject.id or found.subject.name), set())
    if len(known) >= _MOST_TOLD:
        return
    level = fact_level(clause, rule, cues)
    if kind.facts_only and level is not FactLevel.FACT:
        return
    status = status_of(clause, rule, cues)
    if status is None:
        return
    called_off = status is EventStatus.CALLED_OFF
    if called_off and level is FactLevel.FORECAST:
        # It was the plan that was only expected.
        level = FactLevel.FACT
    # What is called off goes neither up nor down.
    direction = None if called_off else rule.direction or _direction(kind, clause, cues)
    if kind.results == "reported" and not called_off:
        direction = turn_of_results(clause, direction)
    scheduled, effective = schedule(clause, tagged.sentence.text, rule, level, story.today)
    event = Event(
        type=rule.type,
        subject=found.subject,
        participants=found.participants,
        arguments={} if _is_read(clause, known, kind, story) else _numbers(clause, kind, direction, story),
        fact_level=level,
        scheduled=scheduled,
        effective_on=effective,
        direction=direction,
        status=status,
        evidence=(evidence_of(story.document, clause),),
        confidence=rule.confidence,
    )
    # The place of every mention is noted too, so that an event mentioned often enough is not read again. Numbers of a
    # headline are rounded: they are looked for once more.
    known.add(f"{tagged.sentence.field}:{tagged.sentence.start}")
    if tagged.sentence.field is Field.BODY:
        known |= event.arguments.keys()
    yield event
    if kind.several:
        yield from _of_others(event, clause, kind, story)


def _of_others(event: Event, clause: MatchClause, kind: TypeRules, story: _OpenArticle) -> Iterator[Event]:
    """The same of those that share its verb: "A and B fell 4%", and of firms "A fell 4% and C 2%"."""
    tagged = clause.tagged
    for joined in coordinated(tagged, event.subject):
        yield replace(event, subject=joined, arguments=event.arguments if kind.results == "none" else {})
    if kind.subject != "firm":
        return
    for place, numbers in passed_on(clause, _statements(clause, story), kind, event.direction):
        firm = firm_at(tagged, place)
        if firm is not None and numbers:
            yield replace(event, subject=firm, arguments=numbers)


def _is_read(clause: MatchClause, known: set[str], kind: TypeRules, story: _OpenArticle) -> bool:
    """Whether the clause has no numbers that are wanted of an event: all are known, or they are of another period."""
    sentence = clause.tagged.sentence
    if kind.results != "none":
        is_later = story.later is not None and sentence.field is Field.BODY and sentence.start > story.later
        return is_later and _COMPARES in clause.text
    return kind.wanted != "every" and known.issuperset(kind.arguments)


def _numbers(
    clause: MatchClause, kind: TypeRules, direction: Direction | None, story: _OpenArticle
) -> dict[str, Quantity]:
    if not kind.arguments:
        return {}
    return arguments(clause, _statements(clause, story), kind, direction if kind.signed else None)


def _statements(clause: MatchClause, story: _OpenArticle) -> Statements:
    sentence = clause.tagged.sentence
    place = sentence.field, sentence.start
    if place not in story.statements:
        figures = find_figures(sentence.text[:LONGEST_SENTENCE], story.book.index_names)
        story.statements[place] = read_statements(clause.tagged, figures) if figures else WITHOUT_FIGURES
    return story.statements[place]


def evidence_of(document: Document, clause: MatchClause) -> Span:
    """The clause of a match, without the spaces and punctuation at its ends."""
    sentence = clause.tagged.sentence
    start, end = min(clause.start, clause.match_start), max(clause.end, clause.match_end)
    quoted = sentence.text[start:end]
    stripped = quoted.strip(" \t\r\n,;:-")
    start += quoted.index(stripped) if stripped else 0
    return document.span(sentence.field, sentence.start + start, sentence.start + start + len(stripped or quoted))


def _direction(kind: TypeRules, clause: MatchClause, cues: Mapping[str, Cue]) -> Direction | None:
    """The direction that the words of the act tell; the first such word decides."""
    if kind.direction == "none":
        return None
    end = clause.match_end if kind.direction == "match" else clause.act_end
    up = clause.tagged.finds(cues["up"], clause.act, end)
    down = clause.tagged.finds(cues["down"], clause.act, end)
    if up < 0 and down < 0:
        return None
    return Direction.UP if down < 0 <= up or 0 <= up < down else Direction.DOWN
