"""An article becomes an annotation: entities, index facts, events and sentiment, each with its evidence in the text.

Extraction is pure and deterministic: the same article, registry, rules and weights give the same annotation. Each step
reads the document and the results of earlier steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, Self

from schemas import (
    Annotation,
    Article,
    ArticleRef,
    Engine,
    EntityRef,
    Event,
    Participant,
    Position,
    TextLanguage,
    encode,
)
from schemas.taxonomy import LanguageSource, Status, index_in_facts
from streams.data.event_rules import EventRules
from streams.data.event_weights import EventWeights
from streams.data.registry import Registry
from streams.data.sentiment import SentimentModel
from streams.extract.events.find import RuleBook, find_events
from streams.extract.indices.facts import find_index_facts
from streams.extract.names.entities import find_entities
from streams.extract.names.provided import with_provided
from streams.extract.names.registry_names import RegistryNames
from streams.extract.sentiment.score import score_article, score_entities, score_events
from streams.extract.signature import text_signature
from streams.extract.text.document import read
from streams.extract.text.places import Place, with_places
from streams.extract.text.view import view_of

__all__ = ["MIN_CONFIDENCE", "VERSION", "Extractor", "annotate", "in_its_language", "withdrawal"]

MIN_CONFIDENCE: Final = 0.2
"""Events below this confidence are left out unless you set another (`NEWSTAPE_MIN_CONFIDENCE`): of those of
cross-validation fewer than one in five was right in all.
"""
VERSION: Final = "1.0.0"
"""Version of the extraction. It is raised whenever the same article may give another annotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extractor:
    """All data that extraction needs, loaded once."""

    registry: Registry
    """The entities."""
    names: RegistryNames
    """Their names, ready to be found in text."""
    rule_book: RuleBook
    """The rules of events."""
    model: SentimentModel
    """Weights and lexicon of sentiment."""
    engine: Engine
    """The engine and its versions, which every annotation names."""
    min_confidence: float = MIN_CONFIDENCE
    """Events below this confidence are left out."""
    quotes: bool
    """False leaves quoted text out of annotations (`NEWSTAPE_EVIDENCE=offsets`)."""
    assumed_language: str = "en"
    """The language tag for an article that states no language and whose language is not detected."""
    detect_language: Callable[[str], str | None] | None = None
    """Detects the language of a text and gives None where it is not certain; where this is null, none is detected."""

    @classmethod
    def of(
        cls,
        registry: Registry,
        rules: EventRules,
        model: SentimentModel,
        weights: EventWeights | None,
        *,
        quotes: bool = True,
    ) -> Self:
        """The extractor of this registry, these rules and weights, with the indexes that finding names needs.

        Without `weights` of events the rules alone find them.
        """
        lexicon = "+".join((rules.version, model.version, *(() if weights is None else (weights.version,))))
        engine = Engine(version=VERSION, registry=registry.version, lexicon=lexicon)
        return cls(
            registry=registry,
            names=RegistryNames(registry),
            rule_book=RuleBook.of(rules, registry, weights),
            model=model,
            engine=engine,
            quotes=quotes,
        )


def annotate(article: Article, position: Position | None, extractor: Extractor) -> Annotation:
    """The annotation of this version of this article. That of a withheld or canceled article has no finds."""
    reference = _reference(article)
    if article.status is not Status.USABLE:
        return Annotation(
            article=reference if extractor.quotes else replace(reference, headline=None),
            position=position,
            digest=_digest(article),
            engine=extractor.engine,
        )
    view = view_of(article)
    readable, language = in_its_language(view.article, extractor)
    document = read(readable)
    found = find_entities(document, extractor.names)
    facts = find_index_facts(document, found, extractor.registry.index_names)
    entities = score_entities(document, found, extractor.model)
    told = find_events(document, found, facts, extractor.rule_book)
    said = tuple(event for event in told if event.confidence >= extractor.min_confidence)
    events = score_events(document, said, extractor.model, extractor.rule_book.rules.types, entities)
    annotation = Annotation(
        article=reference,
        position=position,
        digest=_digest(article),
        signature=text_signature(document),
        entities=with_provided(entities, article, extractor.names),
        index_facts=tuple(replace(fact, index=index_in_facts(fact.index)) for fact in facts),
        events=tuple(_resolved(event, extractor.registry) for event in events),
        sentiment=score_article(document, entities, extractor.model),
        language=language,
        engine=extractor.engine,
    )
    if view.texts is not None:
        annotation = with_places(annotation, view.received)
    if extractor.quotes:
        return annotation
    return with_places(replace(annotation, article=replace(reference, headline=None)), _without_text)


def in_its_language(article: Article, extractor: Extractor) -> tuple[Article, TextLanguage]:
    """The article with the language it is read in, and the source of that language."""
    if article.language is not None:
        return article, TextLanguage(tag=article.language, source=LanguageSource.STATED)
    detected = None
    if extractor.detect_language is not None:
        detected = extractor.detect_language(f"{article.headline}\n{article.body}".strip())
    if detected is None:
        tag, source = extractor.assumed_language, LanguageSource.ASSUMED
    else:
        tag, source = detected, LanguageSource.DETECTED
    return replace(article, language=tag), TextLanguage(tag=tag, source=source)


def _resolved(event: Event, registry: Registry) -> Event:
    """The event with subject and participants that say whether the registry has them."""
    return replace(
        event,
        subject=_in_registry(event.subject, registry),
        participants=tuple(
            Participant(role=party.role, entity=_in_registry(party.entity, registry)) for party in event.participants
        ),
    )


def _in_registry(entity: EntityRef, registry: Registry) -> EntityRef:
    return EntityRef(id=entity.id, name=entity.name, resolved=entity.id in registry.entities)


def withdrawal(uri: str, position: Position | None, extractor: Extractor) -> Annotation:
    """The annotation for a null value, which withdraws the article of this uri."""
    return Annotation(
        article=ArticleRef(uri=uri, published_at=None, status=Status.CANCELED),
        position=position,
        digest=blake2b(b"withdrawn", digest_size=16).hexdigest(),
        engine=extractor.engine,
    )


def _reference(article: Article) -> ArticleRef:
    return ArticleRef(
        uri=article.uri,
        published_at=article.published_at,
        source=article.source,
        headline=article.headline or None,
        language=article.language,
        version=article.version,
        updated_at=article.updated_at,
        status=article.status,
        url=article.url,
        subjects=article.subjects,
        embargoed_until=article.embargoed_until,
    )


def _digest(article: Article) -> str:
    """Hash of the content that decides whether a version is new. White space does not change it.

    Unicode is not normalised: NFC is quadratic on long runs of combining marks, and one article would stall a worker.
    """
    headline, body = (" ".join(text.split()) for text in (article.headline, article.body))
    content = encode([headline, body, article.published_at, article.language, article.status])
    return blake2b(content, digest_size=16).hexdigest()


def _without_text(place: Place) -> Place:
    return replace(place, text=None)
