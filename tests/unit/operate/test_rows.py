"""Rows of other feeds: their names, newstape's values, null where there is no source."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from schemas import (
    ArticleRef,
    EntityRef,
    MarketEvent,
    Novelty,
    Participant,
    Quantity,
    Sentiment,
    Span,
)
from schemas.taxonomy import Direction, EventStatus, EventType, FactLevel, Field, Lifecycle, Polarity, Record
from streams.data.registry import Registry
from streams.operate.rows import COLUMNS, Feed, Subject, known, row
from tests import shipped

PUBLISHED: Final = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
DEAL: Final = MarketEvent(
    event_id="0123456789abcdef0123456789abcdef",
    revision=2,
    lifecycle=Lifecycle.CORRECTED,
    type=EventType.COMPANY_MERGER,
    subject=EntityRef(id="company:7203.T", name="Toyota Motor Corporation"),
    article=ArticleRef(
        uri="urn:a",
        published_at=PUBLISHED,
        source="Example Wire",
        headline="Toyota & friends",
        language="en",
        url="https://news.example/a",
        updated_at=PUBLISHED.replace(minute=45),
        subjects=("DEALS",),
    ),
    published_at=PUBLISHED,
    similarity_key="fedcba9876543210fedcba9876543210",
    novelty=Novelty(
        rank=3,
        counts={"1m": 0, "5m": 0, "1h": 0, "12h": 1, "24h": 2, "3d": 3, "5d": 4, "7d": 5},
        linked=("urn:c", "urn:b"),
    ),
    participants=(
        Participant(role="target", entity=EntityRef(id="company:6201.T", name="Toyota Industries")),
        Participant(role="official", entity=EntityRef(id="person:x", name="A. Nobody")),
    ),
    fact_level=FactLevel.FORECAST,
    effective_on=date(2026, 12, 1),
    direction=Direction.UP,
    record=Record.ALL_TIME_HIGH,
    sentiment=Sentiment(positive=0.7, neutral=0.2, negative=0.1, score=0.6, label=Polarity.POSITIVE),
    evidence=(Span(field=Field.BODY, start=12, end=20, text="will buy"),),
    confidence=0.9,
)
RETRACTION: Final = MarketEvent(
    event_id=DEAL.event_id,
    revision=3,
    lifecycle=Lifecycle.RETRACTED,
    type=DEAL.type,
    subject=EntityRef(id=None, name="Somebody"),
    article=ArticleRef(uri="urn:a", published_at=None),
    published_at=None,
)
SUBJECT: Final = Subject(event=DEAL, rics=("7203.T",), country="JP")

# Fields and their order, from the sources that the module names.
RAVENPACK: Final = """
TIMESTAMP_UTC RP_STORY_ID RP_ENTITY_ID ENTITY_TYPE ENTITY_NAME COUNTRY_CODE RELEVANCE EVENT_SENTIMENT_SCORE
EVENT_RELEVANCE EVENT_SIMILARITY_KEY EVENT_SIMILARITY_DAYS TOPIC GROUP TYPE SUB_TYPE PROPERTY FACT_LEVEL RP_POSITION_ID
POSITION_NAME EVALUATION_METHOD MATURITY EARNINGS_TYPE EVENT_START_DATE_UTC EVENT_END_DATE_UTC REPORTING_PERIOD
REPORTING_START_DATE_UTC REPORTING_END_DATE_UTC RELATED_ENTITY RELATIONSHIP CATEGORY EVENT_TEXT NEWS_TYPE RP_SOURCE_ID
SOURCE_NAME CSS NIP PEQ BEE BMQ BAM BCA BER ANL_CHG MCQ RP_STORY_EVENT_INDEX RP_STORY_EVENT_COUNT PRODUCT_KEY
PROVIDER_ID PROVIDER_STORY_ID HEADLINE
""".split()
GKG: Final = """
GKGRECORDID V2.1DATE V2SOURCECOLLECTIONIDENTIFIER V2SOURCECOMMONNAME V2DOCUMENTIDENTIFIER V1COUNTS V2.1COUNTS V1THEMES
V2ENHANCEDTHEMES V1LOCATIONS V2ENHANCEDLOCATIONS V1PERSONS V2ENHANCEDPERSONS V1ORGANIZATIONS V2ENHANCEDORGANIZATIONS
V1.5TONE V2.1ENHANCEDDATES V2GCAM V2.1SHARINGIMAGE V2.1RELATEDIMAGES V2.1SOCIALIMAGEEMBEDS V2.1SOCIALVIDEOEMBEDS
V2.1QUOTATIONS V2.1ALLNAMES V2.1AMOUNTS V2.1TRANSLATIONINFO V2EXTRASXML
""".split()


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The one that is shipped."""
    return shipped.registry()


def said(found: dict[str, Any]) -> dict[str, Any]:
    """What of a row is not null."""
    return {name: value for name, value in found.items() if value is not None}


def test_a_trna_row_is_a_message_with_one_score() -> None:
    """Item, and analytics of one asset, as the feed nests them."""
    found = row(Feed.TRNA, SUBJECT)
    assert said(found["newsItem"] | {"metadata": said(found["newsItem"]["metadata"])}) == {
        "headline": "Toyota & friends",
        "language": "en",
        "metadata": {"firstCreated": "2026-11-20T06:30:00.000Z"},
        "provider": "Example Wire",
        "sourceId": "urn:a",
        "sourceTimestamp": "2026-11-20T06:45:00.000Z",
        "subjects": ["DEALS"],
    }
    (score,) = found["analytics"]["analyticsScores"]
    assert said(score) == {
        "assetClass": "CMPNY",
        "assetCodes": ["R:7203.T"],
        "assetId": "company:7203.T",
        "assetName": "Toyota Motor Corporation",
        "linkedIds": [{"idPosition": 0, "linkedId": "urn:c"}, {"idPosition": 1, "linkedId": "urn:b"}],
        "noveltyCounts": [
            {"window": "12H", "itemCount": 1},
            {"window": "24H", "itemCount": 2},
            {"window": "3D", "itemCount": 3},
            {"window": "5D", "itemCount": 4},
            {"window": "7D", "itemCount": 5},
        ],
        "sentimentClass": 1,
        "sentimentNegative": 0.1,
        "sentimentNeutral": 0.2,
        "sentimentPositive": 0.7,
    }
    assert found["id"] == "urn:a"
    assert set(found["analytics"]) == {"analyticsScores", "newsItem", "systemVersion"}
    assert said(found["analytics"]["newsItem"]) == {}


@pytest.mark.parametrize(("label", "number"), [("positive", 1), ("neutral", 0), ("negative", -1), (None, None)])
def test_trna_has_the_class_of_a_sentiment_as_a_number(label: str | None, number: int | None) -> None:
    """Null where the sentiment is."""
    sentiment = Sentiment(label=None if label is None else Polarity(label))
    found = row(Feed.TRNA, replace(SUBJECT, event=replace(DEAL, sentiment=sentiment)))
    assert found["analytics"]["analyticsScores"][0]["sentimentClass"] == number


def test_a_ravenpack_row_has_the_feeds_columns() -> None:
    """All of them, in their order."""
    found = row(Feed.RAVENPACK, SUBJECT)
    assert list(found) == RAVENPACK
    assert said(found) == {
        "TIMESTAMP_UTC": "2026-11-20 06:30:00.000",
        "RP_STORY_ID": "urn:a",
        "RP_ENTITY_ID": "company:7203.T",
        "ENTITY_TYPE": "COMP",
        "ENTITY_NAME": "Toyota Motor Corporation",
        "COUNTRY_CODE": "JP",
        "EVENT_SENTIMENT_SCORE": 0.6,
        "EVENT_SIMILARITY_KEY": "fedcba9876543210fedcba9876543210",
        "TOPIC": "company",
        "GROUP": "merger",
        "SUB_TYPE": "up",
        "FACT_LEVEL": "forecast",
        "EVENT_START_DATE_UTC": "2026-12-01",
        "RELATED_ENTITY": "company:6201.T",
        "RELATIONSHIP": "target",
        "CATEGORY": "company.merger",
        "EVENT_TEXT": "will buy",
        "SOURCE_NAME": "Example Wire",
        "PROVIDER_STORY_ID": "urn:a",
        "HEADLINE": "Toyota & friends",
    }


def test_a_gkg_row_has_the_codebooks_columns() -> None:
    """All 27, in their order."""
    found = row(Feed.GKG, SUBJECT)
    assert list(found) == GKG
    assert said(found) == {
        "GKGRECORDID": "20261120063000-0123456789abcdef0123456789abcdef",
        "V2.1DATE": "20261120063000",
        "V2SOURCECOLLECTIONIDENTIFIER": 1,
        "V2SOURCECOMMONNAME": "Example Wire",
        "V2DOCUMENTIDENTIFIER": "https://news.example/a",
        "V1THEMES": "company.merger",
        "V2ENHANCEDTHEMES": "company.merger,12",
        "V1PERSONS": "A. Nobody",
        "V1ORGANIZATIONS": "Toyota Motor Corporation;Toyota Industries",
        "V1.5TONE": "60.00,70.00,10.00,80.00,,,",
        "V2EXTRASXML": "<PAGE_TITLE>Toyota &amp; friends</PAGE_TITLE>",
    }


@pytest.mark.parametrize(
    ("feed", "fields"), [(Feed.RAVENPACK, ("CATEGORY",)), (Feed.GKG, ("V1THEMES", "V2ENHANCEDTHEMES"))]
)
def test_what_was_called_off_never_bears_the_bare_type(feed: Feed, fields: tuple[str, ...]) -> None:
    """Who selects mergers by their word gets none that was terminated; a prefix finds both."""
    off = row(feed, replace(SUBJECT, event=replace(DEAL, status=EventStatus.CALLED_OFF)))
    assert {off[field].partition(",")[0] for field in fields} == {"company.merger.called_off"}


def test_a_ravenpack_row_has_the_period_that_is_reported() -> None:
    """Of the first number that has one."""
    numbers = {
        "percent": Quantity(value=4, unit="percent"),
        "amount": Quantity(value=2, unit="currency", period="2026-Q3"),
    }
    assert (
        row(Feed.RAVENPACK, replace(SUBJECT, event=replace(DEAL, arguments=numbers)))["REPORTING_PERIOD"] == "2026-Q3"
    )


@pytest.mark.parametrize("feed", Feed)
def test_what_is_unknown_is_null(feed: Feed) -> None:
    """An event that says next to nothing makes a row of all the fields, and no score in it is 0."""
    empty = row(feed, Subject(event=RETRACTION))
    assert list(empty) == list(row(feed, SUBJECT))
    assert "0.0" not in str(empty)


@pytest.mark.parametrize("feed", Feed)
def test_every_field_says_where_its_value_is_from(feed: Feed) -> None:
    """So the table in the guide is whole; fields without a source have no value, and no field comes twice."""
    assert all(bool(column.source) == (column.value is not None) for column in COLUMNS[feed])
    paths = [column.path for column in COLUMNS[feed]]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("identity", "rics", "country"),
    [
        ("index:N225", (".N225",), "JP"),
        ("company:7203.T", ("7203.T",), "JP"),
        ("organization:boj", (), "JP"),
        ("company:of-nobody", (), None),
        (None, (), None),
    ],
)
def test_the_registry_gives_rics_and_country(
    registry: Registry, identity: str | None, rics: tuple[str, ...], country: str | None
) -> None:
    """Of the home listing only; nothing where the registry does not know the subject."""
    event = replace(DEAL, subject=EntityRef(id=identity, name="x"))
    assert known(event, registry) == Subject(event=event, rics=rics, country=country)
