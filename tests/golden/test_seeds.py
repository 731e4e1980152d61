"""The two articles that newstape was first asked for: what a reader finds in them, newstape must find, with evidence.

Their text is a third party's and lies beside the project, not in it; without it these tests skip.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from schemas import Annotation, Article, Event, IndexFact
from schemas.taxonomy import EventStatus, EventType, FactLevel, Polarity, Record
from streams.extract.annotate import annotate
from streams.intake import RawRecord, read
from tests import shipped
from tests.builders import NOON

SEEDS = Path(__file__).parents[3] / "shared" / "data" / "seeds" / "articles.jsonl"

pytestmark = pytest.mark.skipif(not SEEDS.exists(), reason="the seed articles are not beside the project")


@cache
def seed(number: int) -> tuple[Article, Annotation]:
    """Article and annotation."""
    article = read(RawRecord(key=None, value=SEEDS.read_bytes().splitlines()[number], timestamp=NOON))
    assert isinstance(article, Article)
    return article, annotate(article, None, shipped.extractor())


def facts(number: int, index: str) -> list[IndexFact]:
    """Facts of one index."""
    return [fact for fact in seed(number)[1].index_facts if fact.index == index]


def events(number: int, kind: EventType) -> list[Event]:
    """Events of one type."""
    return [event for event in seed(number)[1].events if event.type is kind]


def parties(event: Event) -> set[str | None]:
    """Ids of subject and participants."""
    return {event.subject.id, *(participant.entity.id for participant in event.participants)}


@pytest.mark.parametrize("number", [0, 1])
def test_everything_points_at_its_characters(number: int) -> None:
    """Mentions, evidence and cues are verbatim."""
    article, annotation = seed(number)
    spans = [mention for entity in annotation.entities for mention in entity.mentions]
    spans += [fact.evidence for fact in annotation.index_facts]
    spans += [span for event in annotation.events for span in event.evidence]
    spans += [cue for entity in annotation.entities for mention in entity.mentions for cue in mention.sentiment.cues]
    assert spans
    for span in spans:
        assert getattr(article, span.field)[span.start : span.end] == span.text


def test_the_nikkei_first_above_50000() -> None:
    """Level, session move and threshold in one reading; the year's gain in another."""
    readings = facts(0, "N225")
    (session,) = (fact for fact in readings if fact.level == 50_367.38)
    assert session.change_pct == 2.17
    assert session.basis == "session"
    assert {(fact.record, fact.threshold) for fact in readings} >= {(Record.THRESHOLD_ABOVE, 50_000.0)}
    assert [fact.basis for fact in readings if fact.change_pct == 25.8] == ["ytd"]


def test_topix_at_its_record() -> None:
    """+1.72 % to 3,325.82, all-time high."""
    (reading,) = facts(0, "TOPX")
    assert (reading.change_pct, reading.level, reading.record) == (1.72, 3_325.82, Record.ALL_TIME_HIGH)


def test_readings_of_the_second_article() -> None:
    """TOPIX +0.6 % to 2,751.91, Nikkei +1 % to 37,531.53."""
    assert [(fact.change_pct, fact.level) for fact in facts(1, "TOPX")] == [(0.6, 2_751.91)]
    assert [(fact.change_pct, fact.level) for fact in facts(1, "N225")] == [(1.0, 37_531.53)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, {"person:donald-trump", "person:sanae-takaichi", "person:scott-bessent", "person:shinzo-abe"}),
        (1, {"person:donald-trump", "person:shigeru-ishiba"}),
    ],
)
def test_people_are_one_each_and_akazawa_is_known_however_spelt(number: int, expected: set[str]) -> None:
    """Both articles misspell his given name; he is one person."""
    people = [entity.id for entity in seed(number)[1].entities if entity.kind == "person"]
    assert set(people) == expected | {"person:ryosei-akazawa"}
    assert len(people) == len(set(people))


def test_companies_are_one_each_though_name_and_cashtag_stand_side_by_side() -> None:
    """`$X` is US Steel, not a letter."""
    companies = [entity for entity in seed(1)[1].entities if entity.kind == "company"]
    assert sorted(entity.id for entity in companies) == sorted(
        ["company:6758.T", "company:6501.T", "company:8035.T", "company:5401.T", "company:X"]
    )
    steel = next(entity for entity in companies if entity.id == "company:X")
    assert "$X" in {mention.text for mention in steel.mentions}


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("index", ["index:N225", "index:TOPX"])
def test_both_indices_are_positive(number: int, index: str) -> None:
    """They rose."""
    entity = next(entity for entity in seed(number)[1].entities if entity.id == index)
    assert entity.sentiment.label is Polarity.POSITIVE


def test_stimulus_is_expected_not_done() -> None:
    """More than 13.9 trillion yen, about 92 billion dollars."""
    (stimulus,) = events(0, EventType.POLICY_STIMULUS)
    assert stimulus.subject.id == "country:JP"
    assert stimulus.fact_level is FactLevel.FORECAST
    amounts = {(quantity.currency, quantity.value) for quantity in stimulus.arguments.values()}
    assert ("JPY", 13.9e12) in amounts


def test_the_preliminary_deal_of_us_and_china() -> None:
    """Reached over the weekend."""
    assert any(parties(e) >= {"country:US", "country:CN"} for e in events(0, EventType.POLICY_TRADE_AGREEMENT))


def test_the_tariff_threat_taken_off_the_table() -> None:
    """100 % on Chinese imports, withdrawn."""
    (tariff,) = events(0, EventType.POLICY_TARIFF)
    assert tariff.subject.id == "country:US"
    assert tariff.status is EventStatus.CALLED_OFF
    assert {quantity.value for quantity in tariff.arguments.values()} == {100.0}


def test_the_planned_meeting() -> None:
    """Trump and Takaichi, on the Tuesday after publication."""
    meetings = [event for event in events(0, EventType.POLICY_MEETING) if event.scheduled]
    assert meetings
    assert meetings[0].effective_on == date(2025, 10, 28)
    assert parties(meetings[0]) >= {"country:US", "country:JP"}


def test_the_pledge_of_550_billion() -> None:
    """Japan's investment in the US."""
    pledge = next(iter(events(0, EventType.POLICY_INVESTMENT_PLEDGE)))
    assert pledge.subject.id == "country:JP"
    assert 550e9 in {quantity.value for quantity in pledge.arguments.values()}
    assert "country:US" in parties(pledge)


def test_the_extension_of_eu_tariffs() -> None:
    """By the US, on the European Union."""
    assert any(parties(event) >= {"country:US", "country:EU"} for event in events(1, EventType.POLICY_TARIFF))


def test_the_backing_of_the_steel_deal() -> None:
    """Nippon Steel and US Steel."""
    assert any(parties(event) >= {"company:5401.T", "company:X"} for event in events(1, EventType.COMPANY_MERGER))


def test_trade_talks_before_the_june_summit() -> None:
    """Scheduled."""
    talks = [event for event in events(1, EventType.POLICY_TRADE_TALKS) if "country:JP" in parties(event)]
    assert any(event.scheduled for event in talks)
