"""What the figures of company events measure and belong to."""

from datetime import UTC, datetime

import pytest

from schemas import Article, Event, Quantity
from schemas.taxonomy import Direction, EventType, Measure
from streams.extract.annotate import annotate
from streams.extract.figures.fiscal_periods import stated_period
from tests import shipped

EARNINGS, GUIDANCE = EventType.COMPANY_EARNINGS, EventType.COMPANY_GUIDANCE
MOVE, DIVIDEND, BUYBACK = EventType.COMPANY_PRICE_MOVE, EventType.COMPANY_DIVIDEND, EventType.COMPANY_BUYBACK


def events(body: str = "", headline: str = "") -> tuple[Event, ...]:
    """The events of an article."""
    noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    article = Article(uri="urn:test:1", published_at=noon, headline=headline, body=body, language="en")
    return annotate(article, None, shipped.extractor()).events


def the(kind: EventType, body: str = "", headline: str = "") -> Event:
    """The one event of a type."""
    (event,) = (event for event in events(body, headline) if event.type is kind)
    return event


def values(event: Event) -> dict[str, float]:
    """The numbers of an event by name."""
    return {name: quantity.value for name, quantity in event.arguments.items()}


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ("Rivian reported a net loss of $1.3 billion.", -1_300_000_000),
        ("Spotify posted a quarterly loss of 75 cents a share.", -0.75),
        ("Lyft reported net income of -$61 million.", -61_000_000),
        ("Carvana posted net income of ($58 million).", -58_000_000),
        ("Boeing posted earnings of −$1.47 per share.", -1.47),
        ("Ford posted quarterly profit of $1.1 bil.", 1_100_000_000),
    ],
)
def test_a_loss_is_negative(body: str, amount: float) -> None:
    """Bug: amounts were taken without their sign, and a loss was a profit of that size."""
    event = the(EARNINGS, body)
    assert values(event)["amount"] == amount
    assert event.direction is (Direction.DOWN if amount < 0 else None)


@pytest.mark.parametrize(
    ("body", "direction"),
    [
        ("Rivian's quarterly net loss doubled.", Direction.DOWN),
        ("Lyft's third-quarter net loss widened to $99 million.", Direction.DOWN),
        ("Ford's quarterly net loss narrowed to $110 million from $1.1 billion.", Direction.UP),
        ("Ford swung to a net loss of $5 million from a profit of $20 million.", Direction.DOWN),
        ("Ford's quarterly net profit doubled.", Direction.UP),
    ],
)
def test_which_way_a_loss_goes(body: str, direction: Direction) -> None:
    """Bug: a loss that doubled went up."""
    assert the(EARNINGS, body).direction is direction


@pytest.mark.parametrize(
    ("headline", "body", "figures"),
    [
        (
            "VELMORA INDUSTRIES INC <VLMI> 3RD QTR NET",
            (
                "Shr 41 cts vs 52 cts Net 1,604,210 vs 2,011,800 Revs 24.1 mln vs 26.0 mln Nine mths Shr 1.30 dlrs vs "
                "1.21 dlrs Net 5,104,000 vs 4,870,000 Reuter"
            ),
            {"amount": 1_604_210, "eps": 0.41, "revenue": 24_100_000},
        ),
        (
            "VELMORA INDUSTRIES INC <VLMI> YEAR LOSS",
            "Shr loss 1.90 dlrs vs profit four cts Net loss 30.2 mln vs profit 702,000 Sales 81.0 mln vs 90.3 mln",
            {"amount": -30_200_000, "eps": -1.9, "revenue": 81_000_000},
        ),
        (
            "VELMORA PLC YEAR TO END MARCH",
            (
                "Shr 8.1p vs 6.2p Div 2.1p vs 1.9p Pretax profit 21.2 mln stg vs 17.0 mln Turnover excluding VAT 190.4 "
                "mln stg vs 150.2 mln"
            ),
            {"amount": 21_200_000, "eps": 0.081, "revenue": 190_400_000},
        ),
    ],
)
def test_a_table_on_one_line_tells_what_its_lines_would(headline: str, body: str, figures: dict[str, float]) -> None:
    """Bug: the measure behind "vs 52 cts" was taken for that of the 52 cents, and the revenue for the result."""
    assert values(the(EARNINGS, body, headline)) == figures


def test_a_table_of_a_loss_tells_every_measure_of_its_first_period() -> None:
    """Bug: the first number was the only one, and without its sign."""
    body = (
        "Shr loss 13 cts vs profit 20 cts\n    Net loss 1,304,000 vs profit 2,011,000\n    Revs 24.1 mln vs 26.0 mln\n"
        "    Nine mths\n    Shr profit five cts vs profit 61 cts\n    Net profit 502,000 vs profit 6,100,000\n"
        "    Revs 81.4 mln vs 80.2 mln\n Reuter"
    )
    event = the(EARNINGS, body, "VELMORA INDUSTRIES INC <VLMI> 3RD QTR LOSS")
    assert values(event) == {"amount": -1_304_000, "eps": -0.13, "revenue": 24_100_000}
    assert event.arguments["amount"].currency == "USD"
    assert event.direction is Direction.DOWN


def test_results_say_what_each_number_measures_and_what_was_expected() -> None:
    """The consensus and the size of a beat are said of the number, and are none themselves."""
    numbers = the(
        EARNINGS, headline="Oracle Non-GAAP EPS of $1.47 misses by $0.01, revenue of $15.9B beats by $60M"
    ).arguments
    assert numbers["amount"] == Quantity(
        value=1.47, unit="per_share", currency="USD", measure=Measure.EPS, adjusted=True, expected=1.48, surprise=-0.01
    )
    revenue = numbers["revenue"]
    assert (revenue.value, revenue.measure, revenue.surprise) == (15.9e9, Measure.REVENUE, 60e6)
    assert set(numbers) == {"amount", "revenue"}

    body = "Costco reported third-quarter 2026 revenue of $63.2 billion, above the $63.1 billion analysts had expected."
    revenue = the(EARNINGS, body).arguments["amount"]
    assert (revenue.expected, revenue.surprise, revenue.period) == (63.1e9, 0.1e9, "2026-Q3")


def test_guidance_has_both_ends_of_its_range() -> None:
    """The ends are said in the number's own fields, and the upper one beside it for readers of older contracts."""
    event = the(GUIDANCE, "Pfizer cut its fiscal 2027 revenue forecast to $61 billion to $64 billion from $66 billion.")
    amount = event.arguments["amount"]
    assert (amount.low, amount.high, amount.measure, amount.period) == (61e9, 64e9, Measure.REVENUE, "FY2027")
    assert values(event) == {"amount": 61e9, "amount_high": 64e9}
    loss = the(GUIDANCE, "Lyft expects a fourth-quarter loss of 15 to 17 cents a share.").arguments["amount"]
    assert (loss.low, loss.high) == (-0.17, -0.15)


def test_each_statement_has_its_own_figures() -> None:
    """Bug: the nearest figure of the sentence was taken, whoever it was said of."""
    moves = {
        event.subject.id: values(event) for event in events(headline="Nike slips 4%, Macy's cuts outlook, Gap drops")
    }
    assert moves["company:NKE"] == {"percent": -4.0}
    assert moves["company:GAP"] == {}
    both = "PNC declares $1.70 dividend, approves up to $2B buyback"
    assert values(the(DIVIDEND, headline=both)) == {"amount": 1.7}
    assert values(the(BUYBACK, headline=both)) == {"amount": 2e9}


@pytest.mark.parametrize(
    ("kind", "headline"),
    [
        (MOVE, "Roku climbs on Wells Fargo upgrade, firm sees 70% probability of a bid"),
        (MOVE, "Snap stock sinks as Goldman Sachs lowers EPS estimate by 40%"),
        (GUIDANCE, "Marriott jumps 8% on raising full-year outlook"),
        (GUIDANCE, "Visa revenue of $9.6B beats by $110M, raises full-year guidance"),
        (EARNINGS, "Etsy stock gains 12% on higher quarterly revenue"),
    ],
)
def test_the_figure_of_another_thing_is_none_of_the_event(kind: EventType, headline: str) -> None:
    """A chance, an estimate, a beat and the move beside it."""
    assert values(the(kind, headline=headline)) == {}


def test_the_price_of_a_deal_is_its_amount() -> None:
    """Prices of products are no amounts of deals; this one is."""
    body = "Nike signed a letter of intent to acquire a maker of shoes for a total price of $350 million."
    assert values(the(EventType.COMPANY_MERGER, body)) == {"amount": 350e6}


def test_a_verb_is_shared_by_those_who_are_named_with_it() -> None:
    """Firms that are joined move alike; one that is named with a figure alone goes on with the verb before it."""
    joined = {event.subject.id: values(event) for event in events("Volkswagen and BMW dropped 4% on tariff fears.")}
    assert joined == {"company:VOW3.DE": {"percent": -4.0}, "company:BMW.DE": {"percent": -4.0}}
    passed_on = [values(event) for event in events("Vale fell 2% and Petrobras (PETR4.SA) 1.8% in Sao Paulo.")]
    assert sorted(passed_on, key=str) == [{"percent": -1.8}, {"percent": -2.0}]


def test_a_headline_rounds_what_the_body_says_in_full() -> None:
    """Bug: the headline's number stood, whatever the body said."""
    body = "Raytheon Co has been awarded a $3.53 billion contract for missiles, the Army said."
    contract = the(EventType.COMPANY_CONTRACT, body, "Raytheon wins $3.5 billion contract")
    assert values(contract) == {"amount": 3.53e9}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("third-quarter 2026 revenue", "2026-Q3"),
        ("revenue for the first quarter of fiscal 2027", "FY2027-Q1"),
        ("its q4 2025 results", "2025-Q4"),
        ("2026 first-half profit", "2026-H1"),
        ("fy26 revenue", "FY2026"),
        ("full-year 2026 sales", "2026"),
        ("third-quarter revenue", None),
        ("profit of 2026 dollars", None),
        ("2025 profit, and 2026 revenue", None),
    ],
)
def test_the_period_is_told_where_the_text_says_its_year(text: str, period: str | None) -> None:
    """A quarter without a year is no period that can be named, nor are two."""
    assert stated_period(text, 0, len(text)) == period
