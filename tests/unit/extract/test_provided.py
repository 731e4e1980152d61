"""What the provider's symbols name beside the text changes nothing that the text says."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from schemas import Annotation, Article, Position, Symbol
from schemas.taxonomy import EntitySource
from streams.extract.annotate import Extractor, annotate
from streams.extract.names.provided import entity_of
from streams.reconcile import reconcile
from tests import shipped

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT: Final = Article(
    uri="urn:a", published_at=NOON, headline="Apple raises dividend", body="Apple Inc. rose 2%. The DAX fell 1%."
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped registry."""
    return shipped.extractor()


def with_symbols(*values: str, scheme: str = "ticker") -> Article:
    """The article as a vendor sends it."""
    return replace(TEXT, symbols=tuple(Symbol(scheme=scheme, value=value) for value in values))


def read(article: Article, extractor: Extractor) -> Annotation:
    """Its annotation."""
    return annotate(article, Position(partition=0, offset=1), extractor)


def test_provider_and_text_are_held_against_each_other(extractor: Extractor) -> None:
    """Both, the text alone, the provider alone; what the registry does not know is nothing."""
    found = read(with_symbols("AAPL", "MSFT", "XYZQ", "AAPL"), extractor)

    assert {entity.id: entity.source for entity in found.entities} == {
        "company:AAPL": EntitySource.BOTH,
        "index:DAX": EntitySource.TEXT,
        "company:MSFT": EntitySource.PROVIDER,
    }


def test_what_only_the_provider_names_has_no_mention(extractor: Extractor) -> None:
    """It stands behind what the text names, with name and symbols and no weight."""
    last = read(with_symbols("MSFT"), extractor).entities[-1]

    assert (last.id, last.name, last.relevance, last.mention_count, last.mentions) == (
        "company:MSFT", "Microsoft Corporation", 0.0, 0, (),
    )  # fmt: skip
    assert last.sentiment.score is None
    assert any(symbol.value == "MSFT" for symbol in last.symbols)


def test_symbols_change_nothing_that_the_text_says(extractor: Extractor) -> None:
    """Facts, events, sentiment, digest and the entities of the text are those of the article without them."""
    plain = read(TEXT, extractor)
    hinted = read(with_symbols("AAPL", "SPX", "MSFT", "GOOGL"), extractor)

    of_text = tuple(
        replace(entity, source=EntitySource.TEXT)
        for entity in hinted.entities
        if entity.source is not EntitySource.PROVIDER
    )
    assert replace(hinted, entities=of_text) == plain


def test_index_that_only_the_provider_names_is_not_counted(extractor: Extractor) -> None:
    """No claim is made of it, so that no window counts it; one of the text is counted as before."""
    hinted = read(with_symbols("SPX", "AAPL"), extractor)
    assert any(entity.id == "index:SPX" for entity in hinted.entities)

    assert reconcile(hinted, NOON, {}).claims == reconcile(read(TEXT, extractor), NOON, {}).claims
    assert [claim.entity for claim in reconcile(hinted, NOON, {}).claims if claim.contribution] == ["index:DAX"]


@pytest.mark.parametrize(
    ("scheme", "value", "entity"),
    [
        ("ticker", "AAPL", "company:AAPL"),
        ("ticker", "nvda", "company:NVDA"),
        ("ticker", "BRK.B", "company:BRK-B"),
        ("ticker", "NASDAQ:AAPL", "company:AAPL"),
        ("ticker", "$AAPL", "company:AAPL"),
        ("ticker", "BMWG.DE", "company:BMW.DE"),
        ("ticker", "X:BTCUSD", None),
        ("ticker", "", None),
        ("ticker", ":", None),
        ("ric", "AAPL.O", "company:AAPL"),
        ("ric", ".N225", "index:N225"),
        ("yahoo", "AIR.PA", "company:AIR.PA"),
        ("yahoo", "^GSPC", "index:SPX"),
        ("isin", "US0378331005", "company:AAPL"),
        ("mic-ticker", "XTKS:6501", "company:6501.T"),
        ("cashtag", "$SPX", "index:SPX"),
        ("figi", "BBG000C2QRN8", "company:6501.T"),
        ("sedol", "2046251", None),
    ],
)
def test_symbol_names_an_entity(extractor: Extractor, scheme: str, value: str, entity: str | None) -> None:
    """By its scheme."""
    assert entity_of(Symbol(scheme=scheme, value=value), extractor.registry) == entity
