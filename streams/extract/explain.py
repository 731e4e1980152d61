"""The reasons for an annotation: the rule, the registry name and the words that led to each find.

The article is read as the pipeline reads it, and then once more for the reasons, so that the pipeline need not collect
them: `Explanation.annotation` is what `annotate` gives. `explain` is pure, and slower than `annotate`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas import Annotation, Article, Event, Span
from schemas.taxonomy import EventType, Field
from streams.data.event_rules import GUARDS
from streams.data.event_weights import as_text
from streams.extract.annotate import Extractor, annotate, in_its_language
from streams.extract.events.clauses import MatchClause
from streams.extract.events.find import Decided, Found, RuleBook, decide, evidence_of
from streams.extract.indices.facts import find_index_facts, trace_fact
from streams.extract.names.entities import MentionTrace, find_entities, trace_entities
from streams.extract.names.reasons import MEANINGS, Because
from streams.extract.text.document import Document, read
from streams.extract.text.view import View, view_of

__all__ = ["Explanation", "Lost", "ReadWord", "RuleFind", "explain", "meaning"]

_MOST_FEATURES: Final = 5
_MOST_LOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWord:
    """A word of an index fact and the part of the fact that it was read as."""

    part: str
    """`index`, `move`, `figure`, `record`, `basis` and so on."""
    span: Span
    """The word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFind:
    """A place where an event rule found the event."""

    rule: str
    """Its name in the rule files."""
    guards: tuple[str, ...]
    """The guards that were checked; none of them spoke against the event."""
    evidence: Span
    """The clause."""
    score: int | None
    """How much the sentence speaks for the type, in units of which `scale` make a logit of 1; null without weights."""
    strongest: tuple[tuple[str, int], ...]
    """The features of the sentence that weigh most, with their weights."""
    confidence: float
    """The confidence of the event as it is told there."""
    trust: tuple[tuple[str, int], ...]
    """The features of the find that weigh most in its confidence, with their weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What was considered and is no event."""

    rule: str
    """Name of the rule, or `scored:` and the type for a proposal of the scorer."""
    type: EventType
    """The type that the event would have had."""
    against: str
    """The guard that speaks against it, `unless` for the rule's own conditions, `nobody` where no party is named,
    `score` where the words of the sentence do, `unlikely` where the article has a likelier event of the type, or
    `confidence` where it is below the least that is published.
    """
    evidence: Span
    """The clause."""
    score: int | None = None
    """As in RuleFind; null where the rule itself was against it."""
    strongest: tuple[tuple[str, int], ...] = ()
    """As in RuleFind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An annotation with its reasons."""

    document: Document
    """The article as it was cut into sentences."""
    annotation: Annotation
    """What `annotate` gives."""
    mentions: dict[str, tuple[MentionTrace, ...]]
    """For each entity id, why each of its mentions counts."""
    facts: tuple[tuple[ReadWord, ...], ...]
    """For each index fact, its words and what they were read as."""
    events: tuple[tuple[RuleFind, ...], ...]
    """For each event, the places where rules found it; empty where the event follows from an index fact."""
    passed_over: tuple[Lost, ...]
    """What was considered and gave no event, each with the reason, the first of each rule in a sentence."""


def meaning(because: Because) -> str:
    """The text that explains a rule of disambiguation."""
    return MEANINGS[because]


def explain(article: Article, extractor: Extractor) -> Explanation:
    """The annotation of this article with its reasons."""
    annotation = annotate(article, None, extractor)
    view = view_of(article)
    document = read(in_its_language(view.article, extractor)[0])
    entities = find_entities(document, extractor.names)
    names = extractor.registry.index_names
    facts = find_index_facts(document, entities, names)
    decided = decide(document, entities, facts, extractor.rule_book)
    events = tuple(
        tuple(_finds_of(event, decided.considered.finds, extractor.rule_book)) for event in annotation.events
    )
    told = {(find.rule, find.evidence) for found in events for find in found}
    lost = (one for one in _lost(document, decided, extractor) if (one.rule, one.evidence) not in told)
    return Explanation(
        document=_as_received(document, article, view),
        annotation=annotation,
        mentions={
            entity: tuple(_trace_as_received(trace, view) for trace in traces)
            for entity, traces in trace_entities(document, extractor.names).items()
        },
        facts=tuple(
            tuple(
                ReadWord(part=part, span=view.received(span))
                for part, span in trace_fact(document, fact, entities, names)
            )
            for fact in facts
        ),
        events=tuple(tuple(replace(find, evidence=view.received(find.evidence)) for find in finds) for finds in events),
        passed_over=tuple(replace(one, evidence=view.received(one.evidence)) for one in lost)[:_MOST_LOST],
    )


def _trace_as_received(trace: MentionTrace, view: View) -> MentionTrace:
    at = view.received(Span(field=trace.field, start=trace.start, end=trace.end, text=None))
    return replace(trace, start=at.start, end=at.end, words=tuple(map(view.received, trace.words)))


def _as_received(document: Document, article: Article, view: View) -> Document:
    """The document with its sentences at their places in the article as received."""
    spans = (view.received(document.span(each.field, each.start, each.end)) for each in document.sentences)
    return replace(
        document,
        headline=article.headline,
        body=article.body,
        sentences=tuple(
            replace(each, start=span.start, end=span.end, text=span.text or "")
            for each, span in zip(document.sentences, spans, strict=True)
        ),
    )


def _finds_of(event: Event, found: Sequence[Found], book: RuleBook) -> list[RuleFind]:
    subject = event.subject.id or event.subject.name
    parties = {subject, *(each.entity.id or each.entity.name for each in event.participants)}
    accepted = {rule.name: rule.accepts for rule in (*book.rules.rules, *book.proposals.values())}
    finds = []
    for one in found:
        theirs = one.event.subject.id or one.event.subject.name
        if one.event.type is event.type and theirs in parties:
            finds += [
                RuleFind(
                    rule=one.rule,
                    guards=tuple(guard for guard in GUARDS if guard not in accepted[one.rule]),
                    evidence=span,
                    score=one.score,
                    strongest=_strongest(one, book),
                    confidence=one.event.confidence,
                    trust=tuple(book.scorer.weighed(one.said)[:_MOST_FEATURES]) if book.scorer else (),
                )
                for span in one.event.evidence
            ]
    return finds


def _lost(document: Document, decided: Decided, extractor: Extractor) -> Iterator[Lost]:
    """What gave no event, in text order, the first of each rule in a sentence."""
    seen: set[tuple[str, int]] = set()
    book = extractor.rule_book
    against: list[tuple[str, EventType, str, MatchClause, Found | None]] = [
        (one.rule, one.type, one.against, one.clause, None) for one in decided.considered.passed_over
    ]
    against += (
        (find.rule, find.event.type, why, find.clause, find)
        for find in decided.considered.finds
        if (why := _against(find, decided, extractor.min_confidence)) is not None
    )
    for rule, kind, why, clause, find in sorted(against, key=lambda one: _place(one[3])):
        if (rule, id(clause.tagged)) not in seen:
            seen.add((rule, id(clause.tagged)))
            yield Lost(
                rule=rule,
                type=kind,
                against=why,
                evidence=evidence_of(document, clause),
                score=None if find is None else find.score,
                strongest=() if find is None else _strongest(find, book),
            )


def _against(find: Found, decided: Decided, least: float) -> str | None:
    """What was against a find; None where its event stands."""
    if any(event.type is find.event.type and event.subject == find.event.subject for event in decided.unlikely):
        return "unlikely"
    return "confidence" if find.event.confidence < least else None


def _place(clause: MatchClause) -> tuple[bool, int]:
    sentence = clause.tagged.sentence
    return sentence.field is not Field.HEADLINE, sentence.start


def _strongest(find: Found, book: RuleBook) -> tuple[tuple[str, int], ...]:
    if book.scorer is None:
        return ()
    weighed = book.scorer.strongest(find.clause.tagged, find.event.type)
    return tuple((as_text(feature), weight) for feature, weight in weighed[:_MOST_FEATURES])
