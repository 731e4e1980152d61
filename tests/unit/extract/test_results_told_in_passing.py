"""Results, outlooks, ratings and orders told in few words: as the cause of a move, or as nouns."""

import pytest

from schemas.taxonomy import EventStatus, EventType
from tests.unit.extract.test_events import events, the

EARNINGS, GUIDANCE = EventType.COMPANY_EARNINGS, EventType.COMPANY_GUIDANCE
RATING, CONTRACT = EventType.COMPANY_RATING, EventType.COMPANY_CONTRACT


def told(text: str) -> set[EventType]:
    """The types of what a headline says."""
    return {event.type for event in events(headline=text) if event.status is EventStatus.STANDING}


@pytest.mark.parametrize(
    "headline",
    [
        "Nvidia jumps after earnings beat",
        "Boeing slides on wider-than-expected loss",
        "Intel sinks 8% after missing Q2 estimates",
        "Oracle gains as quarterly results surpass estimates",
        "Pfizer down after a weak quarter, plans job cuts",
        "Ford falls as higher costs drag earnings",
        "Cisco climbs on record revenue, narrower loss",
        "Tesla rises on talk of a buyer; Q3 net loss narrows",
    ],
)
def test_results_named_as_a_cause_are_results(headline: str) -> None:
    """Terminals name them with a noun: half of them were missed."""
    assert EARNINGS in told(headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Nvidia jumps on upbeat outlook",
        "Boeing slides on weak Q4 guidance",
        "Intel sinks as guidance misses estimates",
        "Oracle gains on upward revision to FY26 guidance",
        "Cisco tops Q1 estimates, raises FY26 outlook",
        "Ford warns of a steep fall in profit",
        "Pfizer falls after guidance cut",
    ],
)
def test_outlooks_named_as_a_cause_are_guidance(headline: str) -> None:
    """The year "FY26" was a firm's name, and the outlook nobody's."""
    assert GUIDANCE in told(headline)


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        (CONTRACT, "Boeing climbs on contract extension worth $300M"),
        (CONTRACT, "Airbus announces $21 billion in new orders"),
        (CONTRACT, "Siemens enters supply agreement for wind turbines"),
        (RATING, "Intel loses buy rating at Morgan Stanley"),
        (RATING, "Nvidia upped to outperform at Barclays"),
    ],
)
def test_orders_and_ratings_in_few_words(kind: EventType, headline: str) -> None:
    """As terminals write them."""
    assert kind in told(headline)


@pytest.mark.parametrize(
    "text",
    [
        "Capital One shares fell as credit losses rose.",
        "Boeing said the contract would result in savings for annual programs.",
        "Xerox said the firm it acquired had 1986 sales of 30 mln dlrs.",
        "Nvidia sees positive results in a phase 2 trial.",
        "Intel turns bullish on the outlook for the economy.",
        "Nvidia awaits results of the election.",
    ],
)
def test_other_results_and_outlooks_are_none(text: str) -> None:
    """Of trials, elections, contracts, economies, and of a firm just bought."""
    assert not {e.type for e in events(text)} & {EARNINGS, GUIDANCE}


@pytest.mark.parametrize(
    "text",
    [
        "Philips said net profit rose to 412 mln guilders from 402 mln a year ago.",
        "Siemens may seek a buyer for the unit as it reported a net loss of 112 million euros.",
    ],
)
def test_results_beside_last_year_or_a_plan_are_facts(text: str) -> None:
    """The year of the comparison made them history, and the plan an expectation."""
    assert the(EARNINGS, text)


def test_results_of_the_year_before_are_news() -> None:
    """A year's results come out in the next; older ones are history."""
    assert EARNINGS in told("Philips posted a net profit of 412 mln euros in 2024")
    assert EARNINGS not in told("Philips posted a net profit of 412 mln euros in 2021")
