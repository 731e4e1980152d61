"""One record through the pure stages, with what must hold of every answer."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from schemas import Annotation, Article, MarketEvent, Position, Span, decode, encode
from schemas.annotation import Mention
from schemas.taxonomy import Status
from streams.extract.annotate import Extractor, annotate, withdrawal
from streams.intake import RawRecord, Rejection, Withdrawal, read
from streams.kafka.topics import MAX_ANNOTATION_BYTES
from streams.reconcile import reconcile
from streams.tally import Tally
from tests.builders import NOON

POSITION: Final = Position(partition=3, offset=17)
DEAREST: Final = 8.0
"""Times as long as dense news of its size that a text may take; the dearest known takes 1.3, one mended took 33."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a record."""

    answer: str
    """`annotation`, `withdrawal`, or the reason of the rejection."""
    detail: str
    """Of a rejection."""
    ms: float
    """Processor time of intake, extraction and encoding."""
    text_bytes: int
    """Size of the article's text."""


def take(record: RawRecord, extractor: Extractor) -> Outcome:
    """Let a record through; AssertionError, or whatever a stage raises, where a promise is broken."""
    begun = time.thread_time()
    answer = read(record)
    if isinstance(answer, Rejection):
        return Outcome(answer=answer.reason.value, detail=answer.detail, ms=_since(begun), text_bytes=0)
    if isinstance(answer, Withdrawal):
        annotation = withdrawal(answer.uri, POSITION, extractor)
        check(annotation, None)
        return Outcome(answer="withdrawal", detail="", ms=_since(begun), text_bytes=0)
    annotation = annotate(answer, POSITION, extractor)
    raw = encode(annotation)
    ms = _since(begun)
    text_bytes = len(answer.headline.encode()) + len(answer.body.encode())
    if len(raw) > MAX_ANNOTATION_BYTES:
        return Outcome(answer="too-large", detail="annotation", ms=ms, text_bytes=text_bytes)
    assert encode(decode(Annotation, raw)) == raw
    check(annotation, answer)
    return Outcome(answer="annotation", detail="", ms=ms, text_bytes=text_bytes)


def timed(record: RawRecord, extractor: Extractor, times: int = 3) -> float:
    """The least processor time in ms of so many goes."""
    return min(take(record, extractor).ms for _ in range(times))


def _since(begun: float) -> float:
    return (time.thread_time() - begun) * 1_000


def check(annotation: Annotation, article: Article | None) -> None:
    """Evidence is verbatim, numbers are in their ranges, and the later stages can use it."""
    if article is not None:
        for span in spans(annotation):
            text = article.headline if span.field == "headline" else article.body
            assert 0 <= span.start <= span.end <= len(text)
            assert span.text == text[span.start : span.end]
        assert article.status is Status.USABLE or not annotation.entities
    for entity in annotation.entities:
        assert 0 <= entity.relevance <= 1
        assert entity.mention_count >= len(entity.mentions) > 0
    reconciled = reconcile(annotation, annotation.article.published_at or NOON, {})
    tally = Tally()
    for claim in reconciled.claims:
        for event in tally.apply(claim).events:
            assert decode(MarketEvent, encode(event)) == event


def spans(annotation: Annotation) -> Iterable[Span | Mention]:
    """Everything that points at characters."""
    sentiments: list[Any] = [annotation.sentiment]
    for entity in annotation.entities:
        yield from entity.mentions
        sentiments += [entity.sentiment, *(mention.sentiment for mention in entity.mentions)]
    for event in annotation.events:
        yield from event.evidence
        sentiments.append(event.sentiment)
    for fact in annotation.index_facts:
        yield fact.evidence
    for sentiment in sentiments:
        yield from sentiment.cues
