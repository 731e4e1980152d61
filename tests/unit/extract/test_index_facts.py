"""What an article says of indices, as typed numbers with their evidence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Article, Entity, IndexFact, Mention
from schemas.taxonomy import Basis, Consistency, FactLevel, Field, Kind, Moment, Record
from streams.extract.indices.facts import find_index_facts
from streams.extract.indices.words import Part, _lexicon
from streams.extract.text.document import Document, read
from tests import shipped

NAMES = {
    "Nikkei 225": "N225", "Nikkei average": "N225", "Nikkei": "N225", "Topix": "TOPX", "S&P 500": "SPX", "Dow": "DJI",
    "Nasdaq Composite": "IXIC", "Nasdaq": "IXIC", "FTSE 100": "FTSE", "FTSE 250": "FTMC", "DAX": "DAX", "CAC 40": "CAC",
    "Hang Seng": "HSI", "VIX": "VIX", "Sensex": "BSESN", "Nifty": "NSEI", "Kospi": "KOSPI", ".SSEC": "SSEC",
    ".CSI300": "CSI300", ".HSI": "HSI", ".DJI": "DJI", "日経平均株価": "N225", "S&P/ASX 200": "AXJO",
    "DOW": "DJI",
}  # fmt: skip
NAME = re.compile("|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True)))


def entities(document: Document) -> tuple[Entity, ...]:
    """The indices that a document names, as the stage before finds them."""
    mentions: dict[str, list[Mention]] = {}
    for field in Field:
        for hit in NAME.finditer(document.text(field)):
            place = Mention(field=field, start=hit.start(), end=hit.end(), text=hit.group())
            mentions.setdefault(NAMES[hit.group()], []).append(place)
    return tuple(
        Entity(
            id=f"index:{index}", kind=Kind.INDEX, name=index, relevance=1.0, mention_count=len(places),
            mentions=tuple(places),
        )
        for index, places in mentions.items()
    )  # fmt: skip


def facts(body: str, headline: str = "") -> tuple[IndexFact, ...]:
    """The facts of an article."""
    article = Article(uri="a", published_at=datetime(2026, 1, 5, tzinfo=UTC), headline=headline, body=body)
    document = read(article)
    return find_index_facts(document, entities(document), shipped.registry().index_names)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a test expects of a fact: what is left out must be null."""

    index: str | None = None
    direction: str | None = None
    percent: float | None = None
    points: float | None = None
    level: float | None = None
    basis: str | None = None
    record: str | None = None
    fact_level: str | None = None
    moment: str | None = None


def values(fact: IndexFact) -> Fact:
    """Index, percent, points and level, or the direction where there is no change in numbers."""
    moved = any((fact.change_pct, fact.change_points))
    return Fact(
        index=fact.index,
        direction=None if moved else fact.direction,
        percent=fact.change_pct if moved else None,
        points=fact.change_points if moved else None,
        level=fact.level,
    )


def stated(body: str, headline: str = "") -> list[Fact]:
    """The values of all facts that happened."""
    return [values(fact) for fact in facts(body, headline) if fact.fact_level is FactLevel.FACT]


def percents(found: Iterable[IndexFact]) -> list[Fact]:
    """Index and percent of each of these facts."""
    return [Fact(index=fact.index, percent=fact.change_pct) for fact in found]


def periods(found: Iterable[IndexFact]) -> list[Fact]:
    """Percent, period and mark of each of these facts."""
    return [Fact(percent=fact.change_pct, basis=fact.basis, record=fact.record) for fact in found]


def only(body: str, headline: str = "") -> IndexFact:
    """The one fact of an article."""
    (fact,) = facts(body, headline)
    return fact


def moments(found: Iterable[IndexFact]) -> list[Fact]:
    """Percent, points, level, period and moment of each of these facts."""
    return [replace(values(fact), basis=fact.basis, moment=fact.moment) for fact in found]


# ---- ways of saying that it moved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Nikkei rose 2.17 % to 50,367.38.", Fact(index="N225", percent=2.17, level=50367.38)),
        ("A 2.17 % gain took the Nikkei to 50,367.38.", Fact(index="N225", percent=2.17, level=50367.38)),
        ("Nikkei +2.17 % at 50,367.38", Fact(index="N225", percent=2.17, level=50367.38)),
        (
            "The Dow ended up 94.68 points, or 0.65 pct, at 14,610.44.",
            Fact(index="DJI", percent=0.65, points=94.68, level=14610.44),
        ),
        ("At noon the FTSE 100 index was down 9.6 at 2,001.3.", Fact(index="FTSE", points=-9.6, level=2001.3)),
        ("The Nikkei average rose 94.68 yen to close at 22,345.67.", Fact(index="N225", points=94.68, level=22345.67)),
        ("The FTSE 100 index closed 12.3 lower at 1,998.4.", Fact(index="FTSE", points=-12.3, level=1998.4)),
        ("A 1% drop in the S&P 500 unnerved investors.", Fact(index="SPX", percent=-1.0)),
        ("The Nasdaq's 2% slide unnerved investors.", Fact(index="IXIC", percent=-2.0)),
        ("Weak earnings sent the Dow down 1.4% to 33,000.10.", Fact(index="DJI", percent=-1.4, level=33000.1)),
        ("A rally in banks lifted the FTSE 100 0.6%.", Fact(index="FTSE", percent=0.6)),
        ("The Kospi lost half a percent.", Fact(index="KOSPI", percent=-0.5)),
        ("The DAX eked out a 0.1% gain.", Fact(index="DAX", percent=0.1)),
        ("The Hang Seng, which includes 82 stocks, fell 1.2%.", Fact(index="HSI", percent=-1.2)),
        ("The Dow was the best performer, up 1.7%.", Fact(index="DJI", percent=1.7)),
        ("The Sensex was off 1,23,456 points.", Fact(index="BSESN", points=-123456.0)),
        ("The DAX slid 0,8 % to 18.235,40.", Fact(index="DAX", percent=-0.8, level=18235.4)),
        ("Dow 34,912.56 +165.30 +0.48%", Fact(index="DJI", percent=0.48, points=165.3, level=34912.56)),
        ("CAC 40: 7,988.23 points, -0.1 percent.", Fact(index="CAC", percent=-0.1, level=7988.23)),
        ("The CAC 40 was little changed.", Fact(index="CAC", direction="flat")),
        ("The VIX stood at 13.2.", Fact(index="VIX", level=13.2)),
        ("The S&P 500 ended in the red.", Fact(index="SPX", direction="down")),
        (
            "The Topix closed up 20.40 points, or 0.62%, from Wednesday at 3,310.75.",
            Fact(index="TOPX", percent=0.62, points=20.4, level=3310.75),
        ),
        (
            "The Sensex finished at 81,220.40 with a loss of 310 points.",
            Fact(index="BSESN", points=-310.0, level=81220.4),
        ),
        ("The CAC 40 was the strongest market with a plus of 0.9 percent.", Fact(index="CAC", percent=0.9)),
        ("The DAX fared little worse at minus 0.5 per cent.", Fact(index="DAX", percent=-0.5)),
        ("The Kospi eked out a rise of 0.35% and held the 2,600 level.", Fact(index="KOSPI", percent=0.35)),
        ("Up 3.4% on the Nasdaq today.", Fact(index="IXIC", percent=3.4)),
        (
            "The Hang Seng ended a five-day losing run, gaining 1.45% to 24,310.62.",
            Fact(index="HSI", percent=1.45, level=24310.62),
        ),
        (
            "The Nasdaq surrendered an early 300-point rise to finish 112 points, or 0.6%, lower.",
            Fact(index="IXIC", percent=-0.6, points=-112.0),
        ),
        ("Within two days the VIX went from 14 to 31.", Fact(index="VIX", direction="up", level=31.0)),
        ("Topix was unch at 3,331.83", Fact(index="TOPX", direction="flat", level=3331.83)),
        ("DOW 46,245 UP 493", Fact(index="DJI", points=493.0, level=46245.0)),
        (
            "Sensex began the day with a gap-up of 210 points at 80,440.",
            Fact(index="BSESN", points=210.0, level=80440.0),
        ),
        ("Woke up to Nikkei -3%.", Fact(index="N225", percent=-3.0)),
        ("FTSE 100 closes 32pts lower", Fact(index="FTSE", points=-32.0)),
        ("Hong Kong shares <.HSI> fell 2.5%.", Fact(index="HSI", percent=-2.5)),
        ("The DAX bucked the trend, adding 1.1% to 23,632.67.", Fact(index="DAX", percent=1.1, level=23632.67)),
        ("The DAX surrendered 0.98% to 23,821.90.", Fact(index="DAX", percent=-0.98, level=23821.9)),
        (
            "The Kospi lost early gains to trade 0.3% lower at 2,857.78.",
            Fact(index="KOSPI", percent=-0.3, level=2857.78),
        ),
        (
            "The Kospi lost early gains to trade 0.3% higher at 2,857.78.",
            Fact(index="KOSPI", percent=0.3, level=2857.78),
        ),
        ("The Sensex plunged as much as 713 points.", Fact(index="BSESN", points=-713.0)),
        (
            "The CAC 40 closed 14 May at 8,120.40, up 0.3%.",
            Fact(index="CAC", percent=0.3, level=8120.4),
        ),
        ("The DAX finished Monday, Jan. 5, 2026 up 0.8%.", Fact(index="DAX", percent=0.8)),
        ("The Topix was said to have slipped 0.7%.", Fact(index="TOPX", percent=-0.7)),
        ("The Kospi was a laggard, however, dropping 1.1%.", Fact(index="KOSPI", percent=-1.1)),
        ("The Nifty extended gains by 0.4% to hover around 24,120.", Fact(index="NSEI", percent=0.4, level=24120.0)),
        (
            "The CAC 40 ended a dull, listless session 0.3% lower at 8,100.",
            Fact(index="CAC", percent=-0.3, level=8100.0),
        ),
        ("The Hang Seng was running 0.9% lower at noon.", Fact(index="HSI", percent=-0.9)),
        ("The Sensex was off by nearly 0.4%.", Fact(index="BSESN", percent=-0.4)),
        ("The Nasdaq slipped into a bear market (down 21% from its peak).", Fact(index="IXIC", percent=-21.0)),
        (
            "With no growth in sight, hopes of cuts lifted shares, propelling the Dow up 210 points.",
            Fact(index="DJI", points=210.0),
        ),
        ("The Dow logged its third straight loss.", Fact(index="DJI", direction="down")),
        ("The Dow headed south.", Fact(index="DJI", direction="down")),
        ("The Dow rose 0.5% (up 410 points intraday) to 40,100.", Fact(index="DJI", percent=0.5, level=40100.0)),
        ("At noon the FTSE 100 was 5.2 off at 2,014.1.", Fact(index="FTSE", points=-5.2, level=2014.1)),
        ("The VIX, a gauge of what hedges cost, touched 55.", Fact(index="VIX", level=55.0)),
        ("Tokyo fell 3% and the Topix 1.9%.", Fact(index="TOPX", percent=-1.9)),
        ("On average they lost, lifting the FTSE 100 roughly 0.5%.", Fact(index="FTSE", percent=0.5)),
        ("The Kospi tumbled 200%.", Fact(index="KOSPI", percent=-200.0)),
        (
            "日経平均株価は前日比1067円38銭（2.17%）高の5万367円38銭で取引を終えた。",
            Fact(index="N225", percent=2.17, points=1067.38, level=50367.38),
        ),
    ],
)
def test_a_move_in_many_ways_of_speech(text: str, expected: Fact) -> None:
    """Verbs, nouns, headlines, tables, wires of 1987, Japanese: one fact with all that is said."""
    assert stated(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Dow and S&P 500 rose 1%.", [Fact(index="DJI", percent=1.0), Fact(index="SPX", percent=1.0)]),
        (
            "The FTSE 100 and FTSE 250 rose 0.6% and 1.1% respectively.",
            [Fact(index="FTSE", percent=0.6), Fact(index="FTMC", percent=1.1)],
        ),
        (
            "The Dow rose 1.18%, the S&P 500 1.36% and the Nasdaq 1.4%.",
            [Fact(index="DJI", percent=1.18), Fact(index="SPX", percent=1.36), Fact(index="IXIC", percent=1.4)],
        ),
        (
            "The Dow and the Nasdaq are 10.2% and 17.6% below their record highs.",
            [Fact(index="DJI", percent=-10.2), Fact(index="IXIC", percent=-17.6)],
        ),
        (
            "Gains of 0.3% for the Dow and 0.7% for the S&P 500 helped.",
            [Fact(index="DJI", percent=0.3), Fact(index="SPX", percent=0.7)],
        ),
        (
            "The Dow fell 0.2% while the Nasdaq added 0.5%.",
            [Fact(index="DJI", percent=-0.2), Fact(index="IXIC", percent=0.5)],
        ),
        (
            "China stocks <.SSEC> <.CSI300> shed 0.6% each.",
            [Fact(index="SSEC", percent=-0.6), Fact(index="CSI300", percent=-0.6)],
        ),
        (
            "The indexes ended higher: the Dow by 0.2%, the Nasdaq by 0.9%.",
            [Fact(index="DJI", percent=0.2), Fact(index="IXIC", percent=0.9)],
        ),
        (
            "The Nasdaq rose 1.1%, outperforming the Dow's 0.3% gain.",
            [Fact(index="IXIC", percent=1.1), Fact(index="DJI", percent=0.3)],
        ),
        (
            "The FTSE 100 won 0.3 percent, the DAX 0.5 and the CAC 40 1.2 percent.",
            [Fact(index="FTSE", percent=0.3), Fact(index="DAX", percent=0.5), Fact(index="CAC", percent=1.2)],
        ),
        (
            "The Kospi fell 1.1%, but the Hang Seng defied the mood with a 0.6% rise.",
            [Fact(index="KOSPI", percent=-1.1), Fact(index="HSI", percent=0.6)],
        ),
        ("The Sensex gained 1.2% and the NSE rose 0.8%.", [Fact(index="BSESN", percent=1.2)]),
        ("The S&P 500 rose 1% and the broader market fell 0.2%.", [Fact(index="SPX", percent=1.0)]),
    ],
)
def test_several_indices_in_a_sentence(text: str, expected: list[Fact]) -> None:
    """Shared, dealt out in order, or with the verb left out."""
    assert percents(facts(text)) == expected


def test_a_reading_ends_where_the_next_begins() -> None:
    """A mark of the day, the close and the week are three readings."""
    assert stated("The Sensex touched a record 86,110.20 before giving up gains to end 0.4% up.") == [
        Fact(index="BSESN", level=86110.2),
        Fact(index="BSESN", percent=0.4),
    ]
    assert stated("The Kospi fell to 2,410, its lowest since August, and ended 2.1 per cent weaker at 2,433.") == [
        Fact(index="KOSPI", direction="down", level=2410.0),
        Fact(index="KOSPI", percent=-2.1, level=2433.0),
    ]
    assert stated("The CAC 40 closed 41 points lower at 7,905.2 and was down 1.8% over the week.") == [
        Fact(index="CAC", points=-41.0, level=7905.2),
        Fact(index="CAC", percent=-1.8),
    ]
    assert stated("The Nifty hit a low of 24,505.15 before recovering.") == [Fact(index="NSEI", level=24505.15)]


def test_a_country_names_its_own_index_only() -> None:
    """The German index is the DAX where that was named last, and not the CAC 40."""
    said = "On Friday the leading German index stood 0.8 per cent up."
    assert stated(f"The DAX closed at 23,850.\n{said}") == [Fact(index="DAX", percent=0.8, level=23850.0)]
    other = "In Helsinki the main index lost 0.9 per cent."
    assert stated(f"The DAX closed at 23,850.\n{other}") == [Fact(index="DAX", level=23850.0)]
    assert stated(f"The CAC 40 closed at 8,050.\n{said}") == [Fact(index="CAC", level=8050.0)]


# ---- traps


@pytest.mark.parametrize(
    "text",
    [
        "S&P 500 futures fell 0.3% and Nasdaq contracts were down 0.5%.",
        "Futures tied to the Dow fell 250 points, or 0.6%.",
        "A fund tracking the S&P 500 gained 0.6%.",
        "Shares of Nvidia jumped 9%, giving the biggest boost to the S&P 500.",
        "Energy stocks weighed on the Nasdaq.",
        "Analysts see S&P 500 earnings growth of 9.7%.",
        "Volume on the Nasdaq rose 12% to 5.1 billion shares.",
        "Eight of 11 S&P 500 sectors fell, with energy down 2%.",
        "Tesla, which rose 3%, lifted the Nasdaq.",
        "The Nasdaq said the exchange's profit fell 2.1%.",
        "The S&P 500 posted 18 new 52-week highs and two new lows.",
        "The S&P 500 did not fall.",
        "The S&P 500 has gained 2.5% in July on average.",
        "Will the Sensex hit 90,000?",
        "Toyota rose 2.7%, adding 12 points to the Nikkei.",
        "The Nifty may be choppy. Support stands at 22,000.",
        "Futures pointed to a 0.3% fall for the S&P 500 at the open.",
    ],
)
def test_what_is_no_fact_of_the_index(text: str) -> None:
    """Futures, funds, constituents, volumes, denials, averages and questions."""
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("The Nikkei could hit 52,000.", FactLevel.FORECAST),
        ("The Nikkei is expected to fall 2%.", FactLevel.FORECAST),
        ("The bank has a target of 4,500 for the S&P 500.", FactLevel.FORECAST),
        ("If the Nikkei falls below 36,000, margin calls may follow.", FactLevel.FORECAST),
        ("Analysts expect the FTSE 100 to hit 8,500.", FactLevel.FORECAST),
        ("Nikkei to open 1% higher", FactLevel.FORECAST),
        ("The S&P 500 should rise 5%, she said.", FactLevel.OPINION),
    ],
)
def test_what_may_happen_is_no_fact(text: str, level: FactLevel) -> None:
    """Modals, conditions, targets and wishes are kept apart from what happened."""
    assert {fact.fact_level for fact in facts(text)} <= {level}


@pytest.mark.parametrize(
    ("text", "forecast", "fact"),
    [
        ("The Nikkei would rise further, with Toyota having gained 1%.", (None,), ()),
        ("The Nikkei would rise as chipmakers gained 1%.", (None,), ()),
        ("Analysts said the Nikkei would rise further after gaining 1% on Friday.", (None,), ()),
        ("Analysts said the Nikkei would rise; it gained 1%.", (), (1.0,)),
        ("Traders bet the Nikkei would fall, but it gained 1%.", (None,), (1.0,)),
        ("The Nikkei is expected to open lower, having gained 1%.", (None,), (1.0,)),
        ("Hopes that the Nikkei would rise grew when the Topix gained 1%.", (None,), (1.0,)),
        ("The Nikkei would rise 1%, analysts said.", (1.0,), ()),
        ("Analysts expect the Nikkei to rise 2% and the Topix to gain 1%.", (2.0, 1.0), ()),
    ],
)
def test_a_forecast_has_no_number_of_another_clause(
    text: str, forecast: tuple[float | None, ...], fact: tuple[float, ...]
) -> None:
    """Bug: "would rise, with Toyota having gained 1%" was a forecast of 1%."""
    found = facts(text)

    assert tuple(f.change_pct for f in found if f.fact_level is FactLevel.FORECAST) == forecast
    assert tuple(f.change_pct for f in found if f.fact_level is FactLevel.FACT) == fact


def test_another_forecast_is_none_of_the_index() -> None:
    """Bug: what the index did while a firm raised its forecast was a forecast itself."""
    (fact,) = facts("Siemens raised its forecast for 2026 as the DAX hit a record.")

    assert fact.fact_level is FactLevel.FACT


def test_a_forecast_does_not_reach_the_sentence_behind_it() -> None:
    """What stands is a fact beside what may be."""
    found = facts("Dealers say the Nikkei could hit 52,000. The index closed at 50,367.38, up 2.17%.")

    assert [Fact(fact_level=fact.fact_level, level=fact.level) for fact in found] == [
        Fact(fact_level="forecast", level=52000.0),
        Fact(fact_level="fact", level=50367.38),
    ]


# ---- periods


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("The DAX rose 1%.", Basis.SESSION),
        ("The DAX gained 1% for the week.", Basis.WEEK),
        ("The S&P 500 gained 4.4% in December.", Basis.MONTH),
        ("The DAX is down 3% this quarter.", Basis.QUARTER),
        ("The DAX has climbed 17% so far this year.", Basis.YTD),
        ("In 2022 the S&P 500 slumped 19.4%.", Basis.YEAR),
        ("The S&P 500 slumped 2.4% in the prior three sessions.", Basis.OTHER),
        ("The Nasdaq is down 14% from its record high.", Basis.OTHER),
        ("The DAX fell 3%, its steepest drop in five months.", Basis.SESSION),
        ("The DAX rose 1% as investors awaited data this week.", Basis.SESSION),
        ("The Nasdaq ended November up 0.1%.", Basis.MONTH),
        ("For November, the Nasdaq lost 1.5%, its first monthly loss since March.", Basis.MONTH),
    ],
)
def test_the_period_of_a_move(text: str, basis: Basis) -> None:
    """The period of the move, not that of a record or of other news."""
    assert only(text).basis is basis


def test_moves_over_several_periods_are_facts_of_their_own() -> None:
    """One sentence, three periods."""
    found = facts(
        "The S&P 500 closed down 4% on the day, 17.7% for the year and down 18.2% from its Jan. 3 record close."
    )

    assert periods(found) == [
        Fact(percent=-4.0, basis="session"),
        Fact(percent=-17.7, basis="ytd"),
        Fact(percent=-18.2, basis="other"),
    ]

    found = facts("The S&P 500 has gained 16% this year, but it ended November up just 0.1%.")
    assert periods(found) == [Fact(percent=16.0, basis="ytd"), Fact(percent=0.1, basis="month")]

    found = facts("The Nasdaq dropped 2.7% for the week, bringing its November loss to 6.1%.")
    assert periods(found) == [Fact(percent=-2.7, basis="week"), Fact(percent=-6.1, basis="month")]


def test_a_heading_before_a_colon_sets_the_period_until_the_next() -> None:
    """The Associated Press ends its reports so, all in one line."""
    text = "On Friday: The Dow rose 1%. The Nasdaq fell 2%. For the week: The Dow is up 3%. The Nasdaq is up 4%."

    assert periods(facts(text)) == [
        Fact(percent=1.0, basis="session"),
        Fact(percent=-2.0, basis="session"),
        Fact(percent=3.0, basis="week"),
        Fact(percent=4.0, basis="week"),
    ]


def test_a_heading_sets_the_period_of_the_list_below() -> None:
    """As in tables of closing prices."""
    found = facts(
        "The Dow rose 130.20 points.\nFor the week:\nThe Dow is down 12.40 points.\nFor the year:\nThe Dow is up 9%.\n"
    )

    assert [f.basis for f in found] == ["session", "week", "ytd"]


def test_highs_and_lows_of_the_day_are_levels_of_their_own() -> None:
    """They are not where the index ended, and have no direction."""
    found = facts("The Sensex closed 33 points up at 73,872.29 after touching a high of 74,105.20.")

    assert [values(f) for f in found] == [
        Fact(index="BSESN", points=33.0, level=73872.29),
        Fact(index="BSESN", level=74105.2),
    ]


# ---- marks


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("The Topix rose 1.72% to 3,325.82, hitting a record high.", Record.ALL_TIME_HIGH),
        ("The Dow rose 0.6%, its 20th record close of the year.", Record.ALL_TIME_HIGH),
        ("The DAX fell 1% to an all-time low.", Record.ALL_TIME_LOW),
        ("The Kospi ended up 0.75%, the highest close since April 2022.", Record.PERIOD_HIGH),
        ("The VIX fell 2% to a 52-week low.", Record.PERIOD_LOW),
        ("The DAX surged 8.5%, its biggest daily jump since 2008.", Record.BIGGEST_GAIN),
        ("The Dow plunged 2.6% in its worst day since June.", Record.BIGGEST_LOSS),
        ("The DAX rose 0.8% to 24,402, its highest in more than a year.", Record.PERIOD_HIGH),
        ("The Kospi plunged 2.9%, the most since April.", Record.BIGGEST_LOSS),
        ("The Kospi rose 2.9%, the most in three weeks.", Record.BIGGEST_GAIN),
        ("The Kospi rose 2.9% as Intel had one of the biggest gains in the index.", None),
        ("The Dow rose 1% and closed just shy of a record.", None),
        ("The FTSE 100 slipped 0.2% from its record high.", None),
        ("The DAX ended up 0.1%, within 1% of its record close.", None),
        ("The DAX rose 1% to near a two-year high.", None),
    ],
)
def test_records_reached_and_missed(text: str, record: Record | None) -> None:
    """A record counts when it was set, not when it is near or left behind."""
    assert only(text).record is record


@pytest.mark.parametrize(
    "text",
    [
        "The Nikkei rose 1.2% to 26,100, topping its previous peak of 25,800 set in July.",
        "The Nikkei fell 1.2% to 26,100, its lowest level since a low reached in March.",
        "The Nikkei rose 1.2% to 26,100, just shy of the record set in October.",
        "The Nikkei rose 1.2% to 26,100, short of its record of 38,915 hit in December 1989.",
        "The Nikkei rose 1.2% to 26,100, topping the record set on Monday.",
    ],
)
def test_the_date_of_an_old_mark_is_not_the_period_of_the_move(text: str) -> None:
    """Bug: the move had basis `month`, so that headline and body gave two records; a month of its own it keeps."""
    fact, *marks = facts(text, headline="Nikkei ends at 26,100")

    assert (fact.basis, fact.level) == (Basis.SESSION, 26100.0)
    assert all(mark.moment is Moment.PAST for mark in marks)
    assert only("The Nikkei rose 1.2% in July, to 26,100.").basis is Basis.MONTH


@pytest.mark.parametrize(
    ("text", "record", "level"),
    [
        ("The Nikkei gained 0.4%, beating the record set in October.", Record.ALL_TIME_HIGH, None),
        ("The Nikkei gained 0.4% and beat Tuesday's record.", Record.ALL_TIME_HIGH, None),
        ("The Nikkei rose 0.8%, eclipsing its all-time high of 38,915 in 2021.", Record.ALL_TIME_HIGH, None),
        ("The Nikkei rose 1% to 39,098.68, topping the 38,915.87 closing record.", Record.ALL_TIME_HIGH, 39098.68),
        ("The Nikkei rose 1% to 39,098.68, eclipsing the 38,915.87 reached in 1989.", None, 39098.68),
        ("The Nikkei rose 0.5%, passing the June peak of 33,706.08.", None, None),
        ("The Dow broke out to a record high of 38,200.", Record.ALL_TIME_HIGH, 38200.0),
        ("The Sensex scaled a record high of 85,105.", Record.ALL_TIME_HIGH, 85105.0),
        ("The Dow rose 0.2%, just shy of the record set in October.", None, None),
        ("The Dow rose 0.2% but failed to beat the record set in October.", None, None),
        ("The DAX rose 0.2%, beating forecasts.", None, None),
    ],
)
def test_beating_a_record_sets_one(text: str, record: Record | None, level: float | None) -> None:
    """Bug: "beating the record" set none, and the level of the old record could be read as where the index stands."""
    fact = only(text)

    assert (fact.record, fact.level, fact.basis) == (record, level, Basis.SESSION)


@pytest.mark.parametrize(
    ("text", "record", "threshold"),
    [
        ("The Nikkei broke 50,000 for the first time.", Record.THRESHOLD_ABOVE, 50_000),
        ("The Nikkei surged past the psychologically significant 50,000 level.", Record.THRESHOLD_ABOVE, 50_000),
        ("The Nifty closed back above 22,000.", Record.THRESHOLD_ABOVE, 22_000),
        ("The Sensex dropped below 70,000.", Record.THRESHOLD_BELOW, 70_000),
        ("The Nifty slipped below the psychological 26,000-mark.", Record.THRESHOLD_BELOW, 26_000),
    ],
)
def test_round_numbers_crossed(text: str, record: Record, threshold: float) -> None:
    """The number is the threshold, not a level."""
    fact = only(text)

    assert (fact.record, fact.threshold, fact.level) == (record, threshold, None)


@pytest.mark.parametrize(
    "text", ["The Nikkei held above 50,000.", "The Nikkei neared 50,000.", "The Nikkei tests 6450."]
)
def test_round_numbers_not_crossed(text: str) -> None:
    """Nothing happened."""
    assert facts(text) == ()


# ---- one fact for one movement


def test_headline_and_body_make_one_fact_with_all_fields() -> None:
    """What the headline rounds, the body has exactly; what only one states is kept."""
    fact = only(
        "The benchmark index was trading at 50,367.38, up 2.17%.",
        headline="Nikkei 225 breaks 50,000 for the first time",
    )

    assert (fact.change_pct, fact.level, fact.threshold) == (2.17, 50367.38, 50_000)
    assert fact.record is Record.THRESHOLD_ABOVE


@pytest.mark.parametrize(
    ("headline", "points"),
    [
        ("Dow sinks 900 points", -901.11),
        ("Dow sinks 1,000 points", -1033.34),
        ("Dow falls more than 500 points", -557.24),
    ],
)
def test_a_rounded_headline_is_the_same_move(headline: str, points: float) -> None:
    """The exact number stays."""
    assert [f.change_points for f in facts(f"The Dow fell {-points:,} points.", headline)] == [points]


def test_more_than_a_number_is_not_half_as_much_again() -> None:
    """A larger move is another one."""
    assert [f.change_points for f in facts("The Dow fell 757 points.", "Dow falls more than 500 points")] == [
        -500,
        -757,
    ]


def test_the_biggest_move_of_two_days_is_not_of_one() -> None:
    """Bug: "its biggest two-day drop" was a record of the session, or of how far it is below its peak."""
    found = facts(
        "The Nikkei slumped 2.4% on Friday. It is now 7% below its record high.",
        headline="Nikkei logs biggest two-day drop in six months",
    )

    assert periods(found) == [
        Fact(basis=Basis.OTHER, record=Record.BIGGEST_LOSS),
        Fact(percent=-2.4, basis=Basis.SESSION),
        Fact(percent=-7.0, basis=Basis.OTHER),
    ]


def test_what_hit_an_index_is_no_move_of_it() -> None:
    """Bug: "hit by a 1.1% fall in a bank" was a fall of the index; a level that it hit is one."""
    assert stated("The DAX eased 0.4% to 24,591, hit by a 1.1% fall in a bank.") == [
        Fact(index="DAX", percent=-0.4, level=24591.0)
    ]
    assert stated("The DAX hit 24,591.") == [Fact(index="DAX", level=24591.0)]


@pytest.mark.parametrize(
    "text",
    [
        "On Oct. 27, 1997, the Dow lost 7.2%.",
        "The Dow lost 7.2% on 27 October 1997.",
        "In March 2020 the Dow lost 7.2% in a day.",
        "A decade ago the Dow lost 7.2% in a day.",
        "During the Asian financial crisis the Dow lost 7.2%.",
        "The Dow lost 7.2% during the dot-com crash.",
        "The Dow lost 7.2% on Black Thursday.",
        "The Dow lost 7.2% by 1932.",
        "Sixteen years ago the Dow lost 7.2% in a week.",
        "Twenty-two years earlier, the Dow had lost 7.2%.",
    ],
)
def test_history_is_of_no_session(text: str) -> None:
    """What happened years ago is a fact of its time, not of the session that the article reports."""
    (fact,) = facts(text)

    assert (fact.change_pct, fact.basis, fact.moment) == (-7.2, Basis.OTHER, Moment.PAST)


@pytest.mark.parametrize(
    "text",
    [
        "The Dow rose 2% on Monday, Jan. 5, 2026.",
        "The Dow rose 2%, its best day since March 2020.",
        "The Dow rose 2%, the most since Oct. 10, 2008.",
        "The Dow rose 2%, topping the peak set in July 2024.",
        "The Dow rose 2% on 5 January.",
        "The Dow rose 2% as memories of 1987 faded.",
        "The Dow rose 2%, up from 38,000 a year ago.",
        "Compared with 38,000 a year ago, the Dow rose 2% on Friday.",
    ],
)
def test_todays_date_and_that_of_an_old_mark_make_no_history(text: str) -> None:
    """The day of the article, and the day an old mark was set, leave a move what it is."""
    assert {(fact.change_pct, fact.basis, fact.moment) for fact in facts(text)} == {
        (2.0, Basis.SESSION, Moment.CURRENT)
    }


@pytest.mark.parametrize(
    ("text", "overtaken"),
    [
        ("The Topix slipped 0.4% after earlier gaining 0.9%.", 0.9),
        ("At one point the Topix was up 0.9%. The Topix closed 0.4% lower.", 0.9),
        ("The Topix, at one stage up 0.9%, ended 0.4% lower.", 0.9),
        ("The Topix gained 0.9% at one point. The Topix closed 0.4% lower.", 0.9),
        ("The Topix closed 0.4% lower, having been up as much as 0.9%.", 0.9),
        ("The Topix was up 0.9% earlier in the session. The Topix closed 0.4% lower.", 0.9),
    ],
)
def test_what_was_overtaken_within_the_day_is_told_from_the_close(text: str, overtaken: float) -> None:
    """Both are facts; the one that did not stay says so."""
    found = {fact.moment: fact.change_pct for fact in facts(text)}

    assert found == {Moment.INTRADAY: overtaken, Moment.CURRENT: -0.4}


@pytest.mark.parametrize(
    "text",
    [
        "The Dow would have lost 3% without Boeing.",
        "Excluding lenders, the FTSE 100 would be up 2% this month.",
        "The Dow might have gained 3% had Boeing not slumped.",
        "The Dow falls when rates rise.",
        "The Dow falls during every war.",
        "They sold on days on which the Dow rose.",
        "An ugly Nifty correction is in play.",
        "Dow 40,000 is here.",
        "FTSE   25,741   10,444",
    ],
)
def test_what_did_not_happen_is_no_fact(text: str) -> None:
    """Neither a counterfactual nor a habit, a mark by its name or a column of contracts."""
    assert facts(text.replace("FTSE ", "FTSE 100 ")) == ()


def test_a_day_of_history_is_that_of_the_next_verb_too() -> None:
    """And a year alone dates a level and a move of one day as well as a year's."""
    fell = facts("The Dow fell 508 points on Oct. 19, 1987, and the S&P 500 lost 20.5%.")
    stood = facts("On this day in 1966 the FTSE 100 shed 4%. Back in 2003 the DAX touched 2,203.")

    assert [fact.moment for fact in (*fell, *stood)] == [Moment.PAST] * 4


def test_where_an_index_stood_at_this_time_last_year_is_history() -> None:
    """A level that a year or a comparison dates is none of the session."""
    stood = facts("At the same point last year the Nikkei traded at 33,200. The DAX closed at 5,160 in 2001.")

    assert [fact.moment for fact in stood] == [Moment.PAST] * 2


def test_an_index_that_closed_flat_did_not_keep_what_it_gained() -> None:
    """What it gained "as much as" was in passing."""
    found = facts("The Hang Seng ended flat after gaining as much as 1.7%.")

    assert [fact.moment for fact in found if fact.change_pct] == [Moment.INTRADAY]


def test_two_indices_joined_by_a_slash_have_a_figure_each() -> None:
    """The figures stand in the order of the names."""
    found = facts("The Dow/Nasdaq lost 1.4%/2.3%.")

    assert [values(fact) for fact in found] == [Fact(index="DJI", percent=-1.4), Fact(index="IXIC", percent=-2.3)]


def test_a_list_of_closing_levels_names_each_index_before_a_colon() -> None:
    """Capitals before a colon name an exchange only before a plain number."""
    found = facts("DAX: 19,480.25 (-0.4%)\nCAC 40: 7,690.40 (+0.3%)")

    assert [values(fact) for fact in found] == [
        Fact(index="DAX", percent=-0.4, level=19480.25),
        Fact(index="CAC", percent=0.3, level=7690.4),
    ]


def test_a_second_period_behind_a_comma_is_of_the_figure_behind_it() -> None:
    """The week belongs to the week's gain, not to the session's before it."""
    found = facts("The DAX was up 0.2% at 24,310.50, a weekly gain of 1.4%.")

    assert moments(found) == [
        Fact(index="DAX", percent=0.2, level=24310.5, basis="session", moment="current"),
        Fact(index="DAX", percent=1.4, basis="week", moment="current"),
    ]


def test_a_span_of_days_is_no_session() -> None:
    """A move from one day to another is measured over neither."""
    assert only("From April 27 to April 30, the Nikkei rose 0.6%.").basis is Basis.OTHER
    assert only("Between Monday and Wednesday the Nikkei rose 0.6%.").basis is Basis.OTHER


def test_a_mark_that_was_not_reached_is_a_level_of_its_day() -> None:
    """Its number stays a fact, but neither a record of today nor where the index stands."""
    found = facts("The DAX closed at 24,300, closing in on its all-time high of 24,639.10 set in July.")

    assert [(fact.level, fact.record, fact.moment) for fact in found] == [
        (24300.0, None, Moment.CURRENT),
        (24639.1, Record.ALL_TIME_HIGH, Moment.PAST),
    ]


def test_a_period_goes_on_with_the_next_verb_of_its_tense() -> None:
    """What has slipped beside an index that is down this year has slipped this year; what fell today has not."""
    year = "The S&P 500 is down 7% year to date, while the Dow has slipped 8% and the Nasdaq fell 1.2%."
    week = "The Nasdaq rose 2% for the week, oil fell, and the S&P 500 lost 0.3%."

    assert [fact.basis for fact in facts(year)] == [Basis.YTD, Basis.YTD, Basis.SESSION]
    assert [fact.basis for fact in facts(week)] == [Basis.WEEK, Basis.WEEK]


def test_a_mark_far_from_the_level_is_another_reading() -> None:
    """Bug: 30 was crossed by a VIX at 21.3; a level that came back a little is the same reading."""
    far = facts("The VIX jumped 4.2 points to 21.3. The VIX spiked above 30.")
    near = facts("The Dow crossed 40,000 for the first time. The Dow closed at 39,900, up 1%.")

    assert [(fact.level, fact.threshold) for fact in far] == [(21.3, None), (None, 30.0)]
    assert [(fact.level, fact.threshold) for fact in near] == [(39900.0, 40000.0)]


def test_by_how_much_an_old_record_was_topped_is_no_move_of_the_day() -> None:
    """The level that it reached is the reading."""
    (fact,) = facts("The FTSE 100 topped its old record close by 9.1 points to reach 2,044.6.")

    assert (fact.level, fact.change_points, fact.record) == (2044.6, None, Record.ALL_TIME_HIGH)


def test_two_days_are_two_moves_and_two_events() -> None:
    """One event has the number of one day."""
    found = facts("The Dow rose 1.2 percent on Friday. On Thursday the Dow fell 12 points.")

    assert [values(fact) for fact in found] == [Fact(index="DJI", percent=1.2), Fact(index="DJI", points=-12.0)]


def test_other_days_and_other_directions_are_other_facts() -> None:
    """Wednesday's fall is not Thursday's rise."""
    found = facts("The Nasdaq, which fell 1.4% on Wednesday, rebounded 0.8% to 13,259.14.")

    assert [values(f) for f in found] == [
        Fact(index="IXIC", percent=-1.4),
        Fact(index="IXIC", percent=0.8, level=13259.14),
    ]


def test_a_back_reference_means_the_index_named_last() -> None:
    """In the sentence before, or by "it" at the start."""
    assert stated("Traders watched the Kospi. The index fell 0.8% to 2,700.10.") == [
        Fact(index="KOSPI", percent=-0.8, level=2700.1)
    ]
    assert stated("Traders watched the Kospi. It fell 0.8%.") == [Fact(index="KOSPI", percent=-0.8)]


@pytest.mark.parametrize(
    "said",
    ["It last traded at", "It closed at", "It was at", "The index ended the day at", "The benchmark last stood at"],
)
def test_the_level_of_the_next_sentence_is_the_indexs(said: str) -> None:
    """Bug: "It last traded at" was not read."""
    assert stated(f"The Kospi fell 1.2% on Friday. {said} 2,650.10.") == [
        Fact(index="KOSPI", percent=-1.2, level=2650.1)
    ]


def test_it_is_not_the_index_where_something_with_a_price_was_named_behind_it() -> None:
    """Bug: the yen's rate was the level of the Nikkei; a plain level stays the index's."""
    assert stated("The Nikkei fell 1.2% and the yen eased. It last traded at 155.20 yen per dollar.") == [
        Fact(index="N225", percent=-1.2)
    ]
    assert stated("The Nikkei rose as the yen eased. It closed at 38,050.10, up 1.2%.") == [
        Fact(index="N225", percent=1.2, level=38050.1)
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("All three ended higher, by 1.2%, 0.9% and 1.6%, respectively.", (1.2, 0.9, 1.6)),
        ("All three indexes gained more than 1%.", (1.0, 1.0, 1.0)),
        ("All three major U.S. indexes closed up 1.5%.", (1.5, 1.5, 1.5)),
        ("The three benchmarks rose 1%.", (1.0, 1.0, 1.0)),
        ("All three retailers gained 3%.", (None, None, None)),
        ("Both indexes gained 1%.", (None, None, None)),
        ("Intel, Nvidia and AMD climbed. All three gained more than 3%.", (None, None, None)),
    ],
)
def test_all_three_are_the_three_named_last(said: str, expected: tuple[float | None, ...]) -> None:
    """Bug: nothing was read of "all three"; as many as were named, and nothing else between."""
    found = facts(f"The Dow, S&P 500 and Nasdaq rose on Friday. {said}")

    assert percents(found) == [
        Fact(index=index, percent=percent) for index, percent in zip(("DJI", "SPX", "IXIC"), expected, strict=True)
    ]


@pytest.mark.parametrize(
    ("body", "index"),
    [
        ("The Sensex and the Nifty rose. The 30-share index touched 26,310.", "BSESN"),
        ("The Sensex and the Nifty rose. The 50-share gauge touched 26,310.", "NSEI"),
        ("The DAX rose. The 30-share index touched 26,310.", "DAX"),
        ("The Nifty rose. The 30-share index touched 26,310.", None),
    ],
)
def test_the_index_of_so_many_shares_is_the_one_that_has_as_many(body: str, index: str | None) -> None:
    """Bug: the 30-share index of Mumbai was London's."""
    assert [fact.index for fact in facts(body) if fact.level == 26310.0] == ([index] if index else [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The S&P 500 fell 1%. The tech-heavy index lost 2%.", []),
        ("The S&P 500 fell 1%. The blue-chip index lost 200 points.", []),
        ("The Nikkei rose 1%. The broader index gained 2%.", []),
        ("The Topix rose. The Nikkei rose 1%. The broader index gained 2%.", [Fact(index="TOPX", percent=2.0)]),
        ("The Dow and the Nasdaq fell. The tech-laden index lost 2%.", [Fact(index="IXIC", percent=-2.0)]),
        ("The Topix rose. The Dow fell 1%. The broader index lost 2%.", []),
        (
            "London's FTSE 100 fell 1%. The blue-chip index was at 9,000.",
            [Fact(index="FTSE", percent=-1.0, level=9000.0)],
        ),
    ],
)
def test_a_description_means_the_index_that_it_fits(body: str, expected: list[Fact]) -> None:
    """The blue-chip, tech-heavy or broader index is its country's own, named anywhere in the article, or none."""
    told = [fact for fact in stated(body) if fact not in (Fact(index=fact.index, percent=v) for v in (1.0, -1.0))]

    assert [fact for fact in told if fact.direction is None] == expected


def test_both_indexes_within_a_sentence_are_those_named_before() -> None:
    """They need not open the sentence."""
    text = "The Dow lost 2% and the Nasdaq 3% at noon, but both indexes closed 1% higher."

    assert [fact for fact in stated(text) if fact.percent == 1.0] == [
        Fact(index="DJI", percent=1.0),
        Fact(index="IXIC", percent=1.0),
    ]


def test_both_are_the_two_named_last() -> None:
    """With or without a noun."""
    assert stated("The Dow and the S&P 500 slipped. Both fell 0.3%.") == [
        Fact(index="DJI", percent=-0.3), Fact(index="SPX", percent=-0.3),
    ]  # fmt: skip
    assert stated("The Dow and the S&P 500 slipped. Both retailers fell 3%.") == [
        Fact(index="DJI", direction="down"), Fact(index="SPX", direction="down"),
    ]  # fmt: skip


def test_a_back_reference_that_may_mean_two_means_none() -> None:
    """Nor does one that names something else."""
    assert stated("Traders watched the Kospi and the Nikkei. The index fell 0.8%.") == []
    assert stated("Traders watched the Kospi. The price index rose 0.8%.") == []
    assert stated("Traders watched the Nikkei. They watched the Kospi. The won eased. The benchmark fell 0.8%.") == []


# ---- arithmetic, hedges, evidence


@pytest.mark.parametrize(
    ("text", "consistency"),
    [
        ("The Dow rose 397.82 points, or 1.18%, to 34,098.1.", Consistency.CONSISTENT),
        ("The Dow rose 397.82 points, or 2.18%, to 34,098.1.", Consistency.INCONSISTENT),
        ("The Dow fell 397.82 points, or 1.15%, to 34,098.1.", Consistency.CONSISTENT),
        ("The Dow rose about 400 points, or 1.2%, to 34,098.1.", Consistency.CONSISTENT),
        ("The Dow fell 508 points, or 22.6%, to 1,738.74.", Consistency.CONSISTENT),
        ("The Dow rose 5,000 points to 4,000.", Consistency.INCONSISTENT),
        ("The Dow rose 1.18%.", Consistency.UNCHECKED),
    ],
)
def test_level_points_and_percent_are_checked_by_arithmetic(text: str, consistency: Consistency) -> None:
    """Within what rounding of the printed digits allows."""
    assert only(text).consistency is consistency


@pytest.mark.parametrize(("text", "approximate"), [("The DAX rose over 2%.", True), ("The DAX rose 2%.", False)])
def test_hedged_numbers_are_approximate(text: str, approximate: bool) -> None:
    """Over 2% is not 2%."""
    assert only(text).approximate is approximate


def test_evidence_is_the_clause_with_name_and_figures() -> None:
    """Nothing before the name, nothing behind the last figure."""
    body = "Earlier, in quiet trade, the Dow rose 1.18% to 34,098.1 on Monday as yields eased."
    fact = only(body)

    assert fact.evidence.text == "Dow rose 1.18% to 34,098.1"
    assert body[fact.evidence.start : fact.evidence.end] == fact.evidence.text
    assert fact.evidence.field is Field.BODY


def test_evidence_of_a_back_reference_begins_at_the_name() -> None:
    """So that index and figures stand in it."""
    fact = only("Traders watched the Kospi. The index fell 0.8%.")

    assert fact.evidence.text == "Kospi. The index fell 0.8%"


def test_no_index_no_work() -> None:
    """An article that names no index has no facts, whatever it says."""
    assert facts("Shares rose 1% to 34,098.1, a record high.") == ()


@given(
    st.lists(
        st.sampled_from(
            "Nikkei Dow the and , . rose fell 1% 2.5% to 38,000 50 points at record high for week below which after "
            "as ( ) ; was not could its gains of index Nasdaq futures - between % 5万 up + S&P".split()
        ),
        max_size=60,
    )
)
def test_any_text_gives_facts_whose_evidence_stands_in_it(words: list[str]) -> None:
    """Nothing raises; numbers have the sign of the direction; a second reading gives the same."""
    body = " ".join(words)

    found = facts(body)

    assert found == facts(body)
    for fact in found:
        assert body[fact.evidence.start : fact.evidence.end] == fact.evidence.text
        signs = {"up": 1, "down": -1, "flat": 1, None: 1}
        assert all(n is None or n * signs[fact.direction] >= 0 for n in (fact.change_pct, fact.change_points))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("The S&P 500 is about 2% below its record close of 6,890.89 set on Oct. 28.", Fact(percent=-2.0)),
        (
            "The S&P 500 fell 0.5% to 6,734.11 and is 2% below its record high of 6,890.89.",
            Fact(percent=-0.5, level=6734.11),
        ),
        ("The FTSE 100 is 12% above its April low of 7,679.", Fact(percent=12.0)),
    ],
)
def test_the_mark_that_a_distance_is_measured_from_is_no_level(body: str, expected: Fact) -> None:
    """Bug: the old record was given as where the index stands."""
    assert expected in [Fact(percent=fact.change_pct, level=fact.level) for fact in facts(body)]
    assert not {6890.89, 7679.0} & {fact.level for fact in facts(body)}


def test_a_word_has_one_part_in_the_lexicon() -> None:
    """A word in two rows would be read by the order of the table."""
    with pytest.raises(ValueError, match="'rose' is CLOSE and MOVE"):
        _lexicon([(Part.MOVE, 1, "rose fell"), (Part.CLOSE, None, "closed rose")])
