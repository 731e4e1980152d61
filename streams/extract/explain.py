"""The reasons for an annotation: the rule, the registry name and the words that led to each find.

The article is read as the pipeline reads it, and then once more for the reasons, so that the pipeline need not collect
them: `Explanation.annotation` is what `annotate` gives. `explain` is pure, and slower than `annotate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from schemas import Annotation, Article, Event, Span
from streams.data.event_rules import GUARDS, EventRule
from streams.extract.annotate import Extractor, annotate, in_its_language
from streams.extract.events.find import Found, PassedOver, passed_over, trace_events
from streams.extract.indices.facts import find_index_facts, trace_fact
from streams.extract.names.entities import MentionTrace, find_entities, trace_entities
from streams.extract.names.reasons import MEANINGS, Because
from streams.extract.text.document import Document, read
from streams.extract.text.view import View, view_of

__all__ = ["Explanation", "ReadWord", "RuleFind", "explain", "meaning"]


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
    passed_over: tuple[PassedOver, ...]
    """The matches of rules that gave no event, each with the reason."""


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
    rules = {rule.name: rule for rule in extractor.rule_book.rules.rules}
    found = trace_events(document, entities, extractor.rule_book)
    events = tuple(tuple(_finds_of(event, found, rules)) for event in annotation.events)
    told = {(find.rule, find.evidence) for finds in events for find in finds}
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
        passed_over=tuple(
            replace(one, evidence=view.received(one.evidence))
            for one in passed_over(document, entities, extractor.rule_book)
            if (one.rule, one.evidence) not in told
        ),
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


def _finds_of(event: Event, found: tuple[Found, ...], rules: Mapping[str, EventRule]) -> list[RuleFind]:
    subject = event.subject.id or event.subject.name
    parties = {subject, *(each.entity.id or each.entity.name for each in event.participants)}
    finds = []
    for one in found:
        theirs = one.event.subject.id or one.event.subject.name
        if one.event.type is event.type and theirs in parties:
            guards = tuple(guard for guard in GUARDS if guard not in rules[one.rule].accepts)
            finds += [RuleFind(rule=one.rule, guards=guards, evidence=span) for span in one.event.evidence]
    return finds
