"""Numbers in text as values with unit, scale, sign, hedge and span."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine import load_registry as read_registry
from streams.extract.figures.quantities import MOST_FIGURES, Figure, Hedge, Unit, find_figures, writes_decimal_comma

REGISTRY = read_registry()


def figures_of(text: str, *, decimal_comma: bool = False) -> tuple[Figure, ...]:
    """The figures of a text in which the indices of the shipped registry have their names."""
    return find_figures(text, REGISTRY.index_names, decimal_comma=decimal_comma)


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """What a test expects of a figure."""

    value: float
    unit: Unit
    currency: str | None = None


def only(text: str) -> Quantity:
    """Value, unit and currency of the one figure of a text."""
    (figure,) = figures_of(text)
    return Quantity(value=figure.value, unit=figure.unit, currency=figure.currency)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.17 %", 2.17),
        ("0.65 pct", 0.65),
        ("2-1/4 pct", 2.25),
        ("2½ percent", 2.5),
        ("two percent", 2.0),
        ("four per cent", 4.0),
        ("half a percent", 0.5),
        ("two-thirds of a percent", 2 / 3),
        ("three quarters of one percent", 0.75),
        ("nine-tenths of one pct", 0.9),
        ("a fifth of one per cent", 0.2),
        ("7/8 of 1 percent", 0.875),
        ("½ of a percent", 0.5),
        ("half of 1%", 0.5),
        ("two and a half percent", 2.5),
        ("0,65%", 0.65),
        ("０．６％", 0.6),
    ],
)
def test_percentages_in_all_spellings(text: str, value: float) -> None:
    """Digits, fractions of old wires, words, decimal commas and full-width digits."""
    assert only(text) == Quantity(value=value, unit=Unit.PERCENT)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("25 basis points", 25, Unit.BASIS_POINTS),
        ("25bp", 25, Unit.BASIS_POINTS),
        ("0.5 percentage points", 0.5, Unit.PERCENTAGE_POINTS),
        ("a quarter of a percentage point", 0.25, Unit.PERCENTAGE_POINTS),
        ("one-fifth of a percentage point", 0.2, Unit.PERCENTAGE_POINTS),
        ("a full percentage point", 1, Unit.PERCENTAGE_POINTS),
        ("94.68\npoints", 94.68, Unit.POINTS),
        ("a tenth of a point", 0.1, Unit.POINTS),
        ("1/4 of one point", 0.25, Unit.POINTS),
        ("a 94-point gain", 94, Unit.POINTS),
        ("1.5 pts", 1.5, Unit.POINTS),
        ("a hundred points", 100, Unit.POINTS),
        ("three hundred and five points", 305, Unit.POINTS),
        ("2.5m shares", 2_500_000, Unit.SHARES),
        ("5 mln new shares", 5_000_000, Unit.SHARES),
    ],
)
def test_points_basis_points_and_shares(text: str, value: float, unit: Unit) -> None:
    """Percentage points are told from points, and both from basis points."""
    assert only(text) == Quantity(value=value, unit=unit)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("13.9 trillion yen", 13_900_000_000_000, "JPY"),
        ("¥13.9 tn", 13_900_000_000_000, "JPY"),
        ("$92 billion", 92_000_000_000, "USD"),
        ("$92bn", 92_000_000_000, "USD"),
        ("$43.3 bil", 43_300_000_000, "USD"),
        ("$19.5MM", 19_500_000, "USD"),
        ("728 mil dlrs", 728_000_000, "USD"),
        ("450 mln dlrs", 450_000_000, "USD"),
        ("63.3 mln stg", 63_300_000, "GBP"),
        ("450 mln Swiss francs", 450_000_000, "CHF"),
        ("5 Canadian dlrs", 5, "CAD"),
        ("Rs 10.4 crore", 104_000_000, "INR"),
        ("1.2 lakh crore rupees", 1_200_000_000_000, "INR"),
        ("€5.2m", 5_200_000, "EUR"),
        ("EUR5.2bn", 5_200_000_000, "EUR"),
        ("USD 5 million", 5_000_000, "USD"),
        ("A$3", 3, "AUD"),
        ("HK$4.50", 4.5, "HKD"),
        ("1.87 dlr", 1.87, "USD"),
        ("34 cts", 0.34, "USD"),
        ("120p", 1.2, "GBP"),
        ("about $2-1/2 billion", 2_500_000_000, "USD"),
        ("the 1.5-billion-dollar deal", 1_500_000_000, "USD"),
        ("5兆円", 5_000_000_000_000, "JPY"),
        ("13兆9000億円", 13_900_000_000_000, "JPY"),
        ("5万367円38銭", 50_367.38, "JPY"),
        ("10 crowns", 10, None),
    ],
)
def test_money_in_full_units(text: str, value: float, currency: str | None) -> None:
    """Scale words are multiplied out exactly; a currency that the text leaves open stays open."""
    assert only(text) == Quantity(value=value, unit=Unit.CURRENCY, currency=currency)


@pytest.mark.parametrize("text", ["34 cts a share", "$0.34 per share", "0.34 dlrs per ordinary share"])
def test_money_per_share(text: str) -> None:
    """The base belongs to the unit."""
    assert only(text) == Quantity(value=0.34, unit=Unit.PER_SHARE, currency="USD")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("earned -$241 million", -241_000_000),
        ("income of −€1.2 billion", -1_200_000_000),
        ("a net loss of ($368 million)", -368_000_000),
        ("EPS of ($0.31) per share", -0.31),
        ("vs. (€2m) a year ago", -2_000_000),
        ("a deficit of ($7.4) million", -7_400_000),
        ("cash flow of $(61) million", -61_000_000),
        ("earnings of €-0.42 a share", -0.42),
        ("the fee ($50) was paid", 50),
        ("the fee ($50 million) was paid", 50_000_000),
        ("Tesla ($250)", 250),
    ],
)
def test_minus_signs_of_accountants(text: str, value: float) -> None:
    """Brackets are a minus sign behind a word that states an amount; elsewhere they are an aside."""
    (figure,) = figures_of(text)
    assert figure.value == value
    assert text[figure.start : figure.end].strip("-−()") != ""


def test_a_sum_said_again_in_brackets_is_not_negative() -> None:
    """The second currency of a sum stands in brackets too."""
    assert [figure.value for figure in figures_of("a fine of 1.06 billion euros ($1.19 billion)")] == [1.06e9, 1.19e9]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("at 14,610.44 today", 14_610.44),
        ("1,23,456", 123_456),
        ("5.025,50", 5_025.5),
        ("11'234.5", 11_234.5),
        ("14\u202f610,44", 14_610.44),
        ("22-5/8", 22.625),
        ("1/2", 0.5),
        ("6.4 lakh", 640_000),
        ("5万", 50_000),
        ("twenty-two countries", 22),
        ("100,000 tonnes", 100_000),
    ],
)
def test_plain_numbers_in_the_groupings_of_the_world(text: str, value: float) -> None:
    """Western, Indian, European, Swiss, French and Japanese."""
    assert only(text) == Quantity(value=value, unit=Unit.COUNT)


def test_a_text_that_writes_decimal_commas_groups_with_dots() -> None:
    """18.235 is ambiguous by itself; beside 5.025,50 it is not."""
    assert writes_decimal_comma("Der Index schloss bei 5.025,50 Punkten")
    assert not writes_decimal_comma("The index closed at 18.235, up 1,5 or so")
    assert [f.value for f in figures_of("bei 18.235 Punkten")] == [18.235]
    assert [f.value for f in figures_of("bei 18.235 Punkten", decimal_comma=True)] == [18_235]


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("+2.17 %", 2.17, 1),
        ("(−0.4%)", -0.4, -1),
        ("Nikkei -0.4%", -0.4, -1),
        ("down 0.4 %", -0.4, -1),
        ("down by about 0.4%", -0.4, -1),
        ("up 9.6 at", 9.6, 1),
        ("up to 5%", 5.0, 0),
        ("3%", 3.0, 0),
    ],
)
def test_signs_printed_and_said(text: str, value: float, sign: int) -> None:
    """A sign, or up and down directly before the number, decide its sign; "up to" does not."""
    (figure,) = figures_of(text)

    assert (figure.value, figure.sign) == (value, sign)
    assert figure.magnitude == abs(value)


@pytest.mark.parametrize(
    ("text", "hedge", "approximate"),
    [
        ("more than 50,000", Hedge.MORE_THAN, True),
        ("nearly 4%", Hedge.ABOUT, True),
        ("some 500 points", Hedge.ABOUT, True),
        ("500-odd points", Hedge.ABOUT, True),
        ("at least 3%", Hedge.MORE_THAN, True),
        ("fewer than 30", Hedge.LESS_THAN, True),
        ("as much as 2%", Hedge.UP_TO, False),
        ("exactly 2%", None, False),
    ],
)
def test_hedges(text: str, hedge: Hedge | None, approximate: bool) -> None:
    """The words before a number say how exact it is; "as much as" gives an exact extreme."""
    (figure,) = figures_of(text)

    assert (figure.hedge, figure.approximate) == (hedge, approximate)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("1 to 2 percent", 1, 2, Unit.PERCENT),
        ("between 3% and 4%", 3, 4, Unit.PERCENT),
        ("3-4 pct", 3, 4, Unit.PERCENT),
        ("a range of 3% to 4%", 3, 4, Unit.PERCENT),
        ("the 3% to 4% range", 3, 4, Unit.PERCENT),
        ("sales of $60 million to $62 million", 60_000_000, 62_000_000, Unit.CURRENCY),
        ("its forecast to $61 bn to $64 bn", 61e9, 64e9, Unit.CURRENCY),
        ("between $7 and $8 a share", 7, 8, Unit.PER_SHARE),
        ("$1.5 to $2 billion", 1_500_000_000, 2_000_000_000, Unit.CURRENCY),
        ("$1.5-2 billion", 1_500_000_000, 2_000_000_000, Unit.CURRENCY),
    ],
)
def test_ranges_are_one_figure(text: str, low: float, high: float, unit: Unit) -> None:
    """The scale and unit of the upper end hold for the lower one."""
    (figure,) = figures_of(text)

    assert (figure.value, figure.upper, figure.unit, figure.approximate) == (low, high, unit, True)


@pytest.mark.parametrize(
    "text",
    [
        "from 3% to 4%",
        "rose 3% to 4%",
        "a rise of $2 to $9",
        "rose 94.68 to 14,610.44 points",
        "3% on Monday and 4% on Tuesday",
    ],
)
def test_changes_and_lists_are_no_ranges(text: str) -> None:
    """Two numbers that stand for themselves stay two."""
    assert len(figures_of(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "March 3, 1987",
        "27 October",
        "in 2008",
        "in fiscal 1986/87",
        "10:30 a.m.",
        "at 1530 GMT",
        "AT 1000 HRS",
        "6501.T",
        "<0005.HK>",
        "a 52-week high",
        "a two-day rally",
        "COVID-19",
        "F-16 jets",
        "Section 301",
        "No. 1",
        "Q3",
        "5G",
        "24/7",
        "9/11",
        "one of the",
        "Nikkei 225",
        "the FT-SE 100 share index",
        "Standard and Poor's 500",
        "S&P 500",
        "10月27日",
        "555-0100",
    ],
)
def test_what_names_dates_or_times_is_no_figure(text: str) -> None:
    """Digits that count nothing give nothing."""
    assert figures_of(text) == ()


def test_a_number_behind_a_loose_index_name_may_count_points() -> None:
    """The name "Nasdaq 100" counts nothing, "the Dow 100 points lower" does."""
    assert figures_of("the Nasdaq 100 fell") == ()
    assert only("the Dow 100 points lower") == Quantity(value=100, unit=Unit.POINTS)


def test_spans_hold_sign_currency_digits_scale_and_unit() -> None:
    """And `head` is where the digits begin."""
    text = "a loss of -$1.2 billion, or 3 pct"
    money, percent = figures_of(text)

    assert text[money.start : money.end] == "-$1.2 billion"
    assert text[money.head :].startswith("1.2")
    assert text[percent.start : percent.end] == "3 pct"


def test_resolution_is_one_in_the_last_printed_digit() -> None:
    """What arithmetic on printed numbers may be off by."""
    assert [f.resolution for f in figures_of("0.65 pct, 14,610 and 13.9 trillion yen")] == [0.01, 1.0, 1e11]


@given(st.text(alphabet="019.,'%-+$/ abpct\n万円to½", max_size=200))
def test_any_text_gives_figures_in_order_inside_it(text: str) -> None:
    """Nothing raises, nothing overlaps, and every span is of the text."""
    figures = figures_of(text)

    ends = [0, *(figure.end for figure in figures)]
    assert all(end <= f.start <= f.head < f.end <= len(text) for end, f in zip(ends, figures, strict=False))


@pytest.mark.parametrize("unit", ["1 ", "1-", "1,", "one ", "5万", "1/2", "$", "half a "])
def test_a_long_text_gives_a_bounded_number_of_figures(unit: str) -> None:
    """A dump of numbers is read up to a limit, so that no text takes long."""
    assert len(figures_of(unit * 50_000)) <= 2 * MOST_FIGURES
