"""What the wire writes that is no event of the type its words suggest, and what it writes in few words."""

from datetime import UTC, datetime

import pytest

from schemas import Article, Event
from schemas.taxonomy import EventType
from streams.engine import load_extractor
from streams.extract.annotate import annotate

EXTRACTOR = load_extractor()
MERGER, BUYBACK, EARNINGS = EventType.COMPANY_MERGER, EventType.COMPANY_BUYBACK, EventType.COMPANY_EARNINGS
MOVE, RATING, CONTRACT = EventType.COMPANY_PRICE_MOVE, EventType.COMPANY_RATING, EventType.COMPANY_CONTRACT


def events(headline: str, body: str = "") -> tuple[Event, ...]:
    """The events of an article of April 1987."""
    day = datetime(1987, 4, 2, tzinfo=UTC)
    article = Article(uri="urn:test:1", published_at=day, headline=headline, body=body, language="en")
    return annotate(article, None, EXTRACTOR).events


def types(headline: str, body: str = "") -> set[EventType]:
    """The types of its events."""
    return {event.type for event in events(headline, body)}


@pytest.mark.parametrize(
    ("body", "is_merger"),
    [
        ("Harbor Point Corp said it agreed to buy 400,000 common shares of Velmora Inc from an investor.", False),
        ("Harbor Point Corp said it agreed to acquire all 4.1 mln outstanding shares of Velmora Inc.", True),
        ("Harbor Point Corp agreed to buy 80 pct of Velmora Inc for 30 mln dlrs.", True),
        ("Velmora Inc, acquired by the food group Harbor Point Corp last year, said net rose to 3 mln dlrs.", False),
        ("Velmora Inc said debt had risen as a result of the takeover of Harbor Point Corp.", False),
        ("Analysts called Velmora Inc a takeover target.", False),
        ("Harbor Point Corp and Velmora Inc agreed on a marketing tie-up.", False),
    ],
)
def test_a_stake_and_what_was_bought_before_are_no_mergers(body: str, is_merger: bool) -> None:
    """Bug: a purchase of some shares, of last year or as a cause was a merger, and that of 80 pct was none."""
    assert (MERGER in types("", body)) is is_merger


@pytest.mark.parametrize(
    "body",
    [
        "Velmora Inc said it began a tender offer for up to three mln of its own shares at 22 dlrs each.",
        "Velmora Inc said it received 2,100,000 of its common shares in response to its tender offer for one mln.",
        "Velmora Inc plans a self-tender for 20 pct of its stock.",
    ],
)
def test_an_offer_for_shares_of_ones_own_is_a_buyback(body: str) -> None:
    """Bug: it was a merger."""
    assert BUYBACK in types("", body)
    assert MERGER not in types("", body)


def test_repurchases_of_a_central_bank_are_no_buyback() -> None:
    """Bug: "System repurchases" were the buyback of a firm of that name."""
    assert BUYBACK not in types("", "The Fed may add the reserves directly via System repurchases.")


@pytest.mark.parametrize(
    "body",
    [
        "Harbor Point Corp said it will buy Velmora Inc. Velmora has revenues in excess of 90 mln dlrs.",
        "Velmora Inc said it believes sales in the first quarter will surpass last year's two mln dlrs.",
    ],
)
def test_what_a_firm_sells_in_a_year_is_no_result(body: str) -> None:
    """Bug: a description of a firm and its hope were results."""
    assert EARNINGS not in types("", body)


def test_a_headline_that_sees_a_quarter_reports_none() -> None:
    """Bug: "sees higher 1st qtr net" was read as the heading of a table of results."""
    assert EARNINGS not in types("VELMORA INC <VLM> SEES HIGHER 1ST QTR NET")


@pytest.mark.parametrize(
    "body",
    [
        (
            "Earlier, Ford Motor Co reported 1986 net income of 111 mln dlrs, or 2.57 per share, versus net income of "
            "124 mln dlrs, or 2.89 dlrs a share, in 1985."
        ),
        "Ford Motor Co earlier reported 46 pct higher 1986 net profits at 1.7 billion dlrs from a year ago.",
    ],
)
def test_the_year_of_a_comparison_makes_no_history(body: str) -> None:
    """Bug: the year before, named for comparison, made last year's result one of long ago."""
    assert EARNINGS in types("", body)


@pytest.mark.parametrize(
    "text",
    [
        "Ford Motor Co fell 1-3/8 to 52-1/4.",
        "Ford Motor Co improved 7/8 to 60.",
        "Ford Motor was trading at 33-5/8, down 5/8.",
        "Ford Motor eased 40 cents to 16.60 dlrs.",
        "Talk of a bid lifted Ford stock.",
        "Ford Motor shares extended losses.",
    ],
)
def test_moves_in_fractions_and_without_a_number_are_moves(text: str) -> None:
    """Bug: only percentages and a few verbs told of a move."""
    assert MOVE in types(text)


@pytest.mark.parametrize(
    ("headline", "is_rated"),
    [
        ("Avoid Infosys for now: Anil Rao", True),
        ("Infosys, Wipro top picks in technology: Anil Rao", True),
        ("Infosys is a buy for the long term: Anil Rao", True),
        ("Brokerages cut Infosys, Wipro target price", True),
        ("Infosys to sell Wipro unit in Pune", False),
        ("Infosys may buy Wipro shares", False),
    ],
)
def test_advice_in_a_headline_is_a_rating(headline: str, is_rated: bool) -> None:
    """Bug: only the words of brokers' reports told of a rating."""
    assert (RATING in types(headline)) is is_rated


def test_a_letter_of_intent_for_an_offering_is_no_order() -> None:
    """Bug: any letter of intent was an order."""
    body = "Velmora Inc said it signed a letter of intent for an underwritten public offering of 30 mln dlrs of notes."
    assert CONTRACT not in types("", body)


def test_talks_about_arms_are_no_talks_about_trade() -> None:
    """Bug: the talks of any negotiators were about trade."""
    body = "American and Soviet arms negotiators will resume talks on curbing medium-range missiles here tomorrow."
    assert EventType.POLICY_TRADE_TALKS not in types("", body)


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("VELMORA INC <VLM> 1ST QTR NET", "Shr 40 cts vs 20 cts\n    Qtrly div six cts vs 4.5 cts prior"),
        ("VELMORA PLC 1986 YEAR", "Div 19p making 29p vs 24.8p"),
        ("VELMORA INC <VLM> QTLY DIVIDEND", "Pay May 15\n    Record April 24"),
    ],
)
def test_a_line_of_a_table_tells_of_a_dividend(headline: str, body: str) -> None:
    """Bug: the rule wanted digits and no class of share; only the scorer, which added notes on stock splits, too."""
    assert EventType.COMPANY_DIVIDEND in types(headline, body)


def test_the_scorer_adds_nothing_behind_the_first_sentence() -> None:
    """Bug: two of three additions further on in whole articles were wrong: notes to tables, asides, boilerplate."""
    body = "Shr 40 cts vs 20 cts\n    Earnings per share restated to reflect five pct stock dividend in April 1984."
    assert EventType.COMPANY_DIVIDEND not in types("VELMORA INC <VLM> YEAR NET", body)
