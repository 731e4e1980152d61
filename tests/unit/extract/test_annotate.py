"""All stages of extraction together, as a worker runs them."""

from datetime import UTC, datetime

import pytest

from schemas import Annotation, Article
from schemas.taxonomy import NoSentiment, Polarity
from streams.data.event_rules import load_event_rules
from streams.data.registry import load_registry
from streams.data.sentiment import load_model
from streams.extract.annotate import Extractor, annotate


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped registry and weights."""
    return Extractor.of(load_registry(), load_event_rules(), load_model())


def annotation(extractor: Extractor, headline: str, body: str, language: str) -> Annotation:
    """What is read in an article."""
    article = Article(
        uri="urn:test:1",
        published_at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        headline=headline,
        body=body,
        language=language,
    )
    return annotate(article, None, extractor)


def test_a_japanese_article_has_facts_and_says_why_it_has_no_sentiment(extractor: Extractor) -> None:
    """Index, firm and reading are found; every sentiment is null with the reason."""
    found = annotation(
        extractor,
        "日経平均が大幅高",
        "日経平均株価は前日比1.2%高の5万367円で取引を終えた。東京エレクトロンが上昇した。",
        "ja",
    )
    sentiments = [found.sentiment, *(e.sentiment for e in found.entities)]
    sentiments += [m.sentiment for e in found.entities for m in e.mentions] + [e.sentiment for e in found.events]

    assert {"index:N225", "company:8035.T"} <= {entity.id for entity in found.entities}
    assert [(fact.index, fact.change_pct) for fact in found.index_facts] == [("N225", 1.2)]
    assert {s.reason for s in sentiments} == {NoSentiment.UNSUPPORTED_LANGUAGE}
    assert {(s.label, s.score, s.positive) for s in sentiments} == {(None, None, None)}


def test_the_same_in_english_has_a_sentiment(extractor: Extractor) -> None:
    """The reason is the language alone."""
    found = annotation(extractor, "Nikkei soars", "The Nikkei average ended 1.2% higher. Tokyo Electron rose.", "en")

    assert found.sentiment.label is Polarity.POSITIVE
    assert found.sentiment.reason is None
