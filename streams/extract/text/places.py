"""The places of an annotation: every span and mention in it, changed in one pass."""

from dataclasses import replace
from typing import Protocol, TypeVar

from schemas import Annotation, Sentiment, Span
from schemas.annotation import Mention

Place = TypeVar("Place", Span, Mention)


class Change(Protocol):
    """Makes another place of a place, of the same kind."""

    def __call__(self, place: Place, /) -> Place:
        """The place that stands instead."""


def with_places(annotation: Annotation, change: Change) -> Annotation:
    """The annotation with every span and mention changed."""

    def cues(sentiment: Sentiment) -> Sentiment:
        return replace(sentiment, cues=tuple(map(change, sentiment.cues))) if sentiment.cues else sentiment

    def mention(found: Mention) -> Mention:
        return replace(change(found), sentiment=cues(found.sentiment))

    return replace(
        annotation,
        entities=tuple(
            replace(entity, mentions=tuple(map(mention, entity.mentions)), sentiment=cues(entity.sentiment))
            for entity in annotation.entities
        ),
        index_facts=tuple(replace(fact, evidence=change(fact.evidence)) for fact in annotation.index_facts),
        events=tuple(
            replace(event, evidence=tuple(map(change, event.evidence)), sentiment=cues(event.sentiment))
            for event in annotation.events
        ),
        sentiment=cues(annotation.sentiment),
    )
