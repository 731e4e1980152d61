"""Entities: who and what is named, told apart from what only looks so."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Article, Entity
from schemas.taxonomy import Field, Kind
from streams.data.registry import load_registry
from streams.extract.names.entities import MOST_MENTIONS, find_entities
from streams.extract.names.registry_names import RegistryNames
from streams.extract.text.document import read
from tests import shipped

NOON = datetime(2025, 6, 12, 12, tzinfo=UTC)
SCORED = (Kind.INDEX, Kind.COMPANY, Kind.PERSON)


@pytest.fixture(scope="module")
def names() -> RegistryNames:
    """The names of the shipped registry."""
    return shipped.names()


def entities(
    names: RegistryNames, body: str, headline: str = "", language: str | None = None, at: datetime = NOON
) -> dict[str, Entity]:
    """What is found in an article, by id."""
    article = Article(uri="urn:test:1", published_at=at, headline=headline, body=body, language=language)
    return {entity.id: entity for entity in find_entities(read(article), names)}


def surfaces(entity: Entity) -> list[str | None]:
    """The characters of all mentions, line ends made plain."""
    return [None if mention.text is None else " ".join(mention.text.split()) for mention in entity.mentions]


def named(found: Iterable[Entity]) -> dict[str, list[str | None]]:
    """Indices, companies and people with the words that name them."""
    return {entity.id: surfaces(entity) for entity in found if entity.kind in SCORED}


# ---- one name, several meanings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Dow: the average, the chemicals maker, the publisher
        ("The Dow rose 214 points.", {"index:DJI": ["Dow"]}),
        ("Dow halved its dividend on Thursday.", {"company:DOW": ["Dow"]}),
        ("The Dow fell as Dow Inc warned.", {"index:DJI": ["Dow"], "company:DOW": ["Dow Inc"]}),
        ("The Dow Jones rose 0.4% to 41,880.", {"index:DJI": ["Dow Jones"]}),
        ("Dow Inc cut jobs. Dow fell 2.3%.", {"company:DOW": ["Dow Inc", "Dow"]}),
        ("Dow Inc cut jobs. The Dow fell 2.3%.", {"company:DOW": ["Dow Inc"], "index:DJI": ["Dow"]}),
        ("Dow Inc cut jobs. Dow fell 200 points.", {"company:DOW": ["Dow Inc"], "index:DJI": ["Dow"]}),
        ("Two people told Dow Jones about it.", {}),
        # Nasdaq: the composite, the 100, the firm, the exchange
        ("The Nasdaq added 1% to 16,384.", {"index:IXIC": ["Nasdaq"]}),
        ("Losses at Apple weighed on the Nasdaq.", {"company:AAPL": ["Apple"], "index:IXIC": ["Nasdaq"]}),
        ("The Nasdaq 100 rose 2%.", {"index:NDX": ["Nasdaq 100"]}),
        ("Nasdaq Inc reported higher revenue.", {"company:NDAQ": ["Nasdaq Inc"]}),
        ("The firm lists its shares on the Nasdaq.", {}),
        ("It got a Nasdaq delinquency notice.", {}),
        ("Kospi: 2,655.40 (-0.3%)", {"index:KOSPI": ["Kospi"]}),
        ("Nasdaq-listed shares were mixed.", {}),
        # S&P: the index, the rater
        ("The S&P was down 1%.", {"index:SPX": ["S&P"]}),
        ("S&P cut the country's rating to junk.", {"company:SPGI": ["S&P"]}),
        ("It is rated AA by S&P.", {"company:SPGI": ["S&P"]}),
        ("The S&P 500 rose.", {"index:SPX": ["S&P 500"]}),
        # Russell, FTSE
        ("The Russell 2000 lost 2%.", {"index:RUT": ["Russell 2000"]}),
        ("FTSE Russell will publish the list.", {}),
        ("The FTSE 100 rose 0.3%.", {"index:FTSE": ["FTSE 100"]}),
        # ASX, Nikkei, Straits Times: index, firm, exchange, newspaper
        ("The ASX fell 1.2% by noon.", {"index:AXJO": ["ASX"]}),
        ("ASX Ltd named a new chairman.", {"company:ASX.AX": ["ASX Ltd"]}),
        ("ASX fell 0.5% after the exchange operator cut its guidance.", {"company:ASX.AX": ["ASX"]}),
        ("The BSE rose 200 points.", {"index:BSESN": ["BSE"]}),
        ("BSE fell 1.2 pct in early trade.", {"index:BSESN": ["BSE"]}),
        ("The Bombay Stock Exchange fell 200 points.", {"index:BSESN": ["Bombay Stock Exchange"]}),
        ("The JSE gained 1%.", {"index:JALSH": ["JSE"]}),
        ("BSE shares rose 3% after results.", {"company:BSE.NS": ["BSE"]}),
        ("BSE Ltd rose 3%.", {"company:BSE.NS": ["BSE Ltd"]}),
        ("BSE rose 3% to 2,450 rupees.", {"company:BSE.NS": ["BSE"]}),
        ("Nasdaq rose 3% after the exchange operator posted higher profit.", {"company:NDAQ": ["Nasdaq"]}),
        ("The Nasdaq rose 1% after results from Apple.", {"index:IXIC": ["Nasdaq"], "company:AAPL": ["Apple"]}),
        ("The BSE has asked brokers to report trades.", {}),
        ("The stock closed at 2,450 rupees on the BSE, up 3%.", {}),
        ("The Nikkei fell 2%.", {"index:N225": ["Nikkei"]}),
        ("The plan was first reported by the Nikkei.", {}),
        # the average
        ("On average, the sum is small, and the average was met.", {}),
        # no index speaks, reports or pays
        ("Prices rise to 1.36 dollars a pound, Dow said.", {"company:DOW": ["Dow"]}),
        ("It is a distributor of Dow Corning's coatings.", {"company:unlisted-dow-corning": ["Dow Corning"]}),
        (
            "Hang Seng Bank fell. They expect Hang Seng to announce a dividend.",
            {"company:0011.HK": ["Hang Seng Bank", "Hang Seng"]},
        ),
        ("Traders expect the Hang Seng to fall.", {"index:HSI": ["Hang Seng"]}),
        ("The DAX said goodbye to 25,000.", {"index:DAX": ["DAX"]}),
        ("It was delisted from the NASDAQ system in June.", {}),
        ("The euro zone volatility index fell to 17.4.", {"index:V2X": ["euro zone volatility index"]}),
        # a name ends with its sentence
        ("The S&P 500 slipped. Both indexes fell.", {"index:SPX": ["S&P 500"]}),
        # MSCI
        ("MSCI Inc shares fell 2%.", {"company:MSCI": ["MSCI Inc"]}),
        # Nasdaq lists, warns and halts
        ("Bolt received a warning from Nasdaq.", {}),
        ("It meets the Nasdaq continued listing standards again.", {}),
        ("The maker of pumps plans a Nasdaq debut in May.", {}),
        ("A Nasdaq hearing panel decides in June.", {}),
        ("It has traded on the Nasdaq since 2019.", {}),
        ("Only its bonds on the NASDAQ were paused.", {}),
        ("He wrote so for Nasdaq.com.", {}),
        ("A 2% drop on the Nasdaq spoiled the mood.", {"index:IXIC": ["Nasdaq"]}),
        ("Losses on the Nasdaq deepened.", {"index:IXIC": ["Nasdaq"]}),
        # a rater is not in a correction
        ("The S&P slides into bear market territory.", {"index:SPX": ["S&P"]}),
        ("S&P nears correction territory.", {"index:SPX": ["S&P"]}),
        # the newspaper of the article
        ("The Nikkei newspaper broke the story. Talks began in May, Nikkei added.", {}),
        ("Local news agency Nikkei first told of it at a Nikkei conference.", {}),
        ("The Dow Jones was on track to recover.", {"index:DJI": ["Dow Jones"]}),
        ("Dow Jones: 47,500.10", {"index:DJI": ["Dow Jones"]}),
        # brands and ordinary words
        ("It is sold through Nifty Gateway.", {}),
        (
            "The Nifty Bank index and Nifty futures fell.",
            {"index:NSEBANK": ["Nifty Bank index"], "index:NSEI": ["Nifty"]},
        ),
        ("BANKS SET 1.1 BILLION DLR OFFER", {}),
        ("In Bangkok the SET rose 1.2%.", {"index:SETI": ["SET"]}),
        # what stands before or around a name hides neither it nor the country
        ("Japan's Nikkei 225 index rose.", {"index:N225": ["Nikkei 225 index"]}),
        ("Milan's benchmark FTSE MIB fell.", {"index:FTSEMIB": ["FTSE MIB"]}),
        ("The fear gauge Cboe Volatility Index rose.", {"index:VIX": ["fear gauge", "Cboe Volatility Index"]}),
        # symbols without brackets
        (".N225 gained 1% and .DJI fell.", {"index:N225": [".N225"], "index:DJI": [".DJI"]}),
    ],
)
def test_names_that_indices_share(names: RegistryNames, text: str, expected: dict[str, list[str]]) -> None:
    """The words around tell the index from the firm, the exchange, the rater and the newspaper of that name."""
    assert named(entities(names, text).values()) == expected


@pytest.mark.parametrize(
    ("headline", "body", "expected"),
    [
        ("TOKYO STOCKS FALL", "The 225-share average ended 40.1 lower.", {"index:N225": ["225-share average"]}),
        ("STOCKS UP IN TOKYO TRADE", "The market average rose 98.1 to 22,700.", {"index:N225": ["market average"]}),
        ("", "Toronto stocks rose. The composite index added 13 points.", {"index:TSX": ["composite index"]}),
        ("TAIWAN SHARES DROP", "The weighted index fell 90 points.", {"index:TWII": ["weighted index"]}),
        # of another market, of two, of a firm's prices, named anyway, or not moving
        ("TOKYO STOCKS FALL", "The composite index fell.", {}),
        ("TOKYO STOCKS FALL", "Toronto stocks rose. The market average rose 98.1.", {}),
        ("", "The composite index rose to 54 as orders grew.", {}),
        ("TOKYO STOCKS FALL", "The Nikkei fell. The market average fell 1.", {"index:N225": ["Nikkei"]}),
        ("TOKYO STOCKS FALL", "They pay more than the market average for steel.", {}),
    ],
)
def test_a_description_is_the_main_index_of_the_articles_market(
    names: RegistryNames, headline: str, body: str, expected: dict[str, list[str]]
) -> None:
    """Reuters wrote of "the 225-share average" under a Tokyo headline and never named it."""
    assert named(entities(names, body, headline).values()) == expected


@pytest.mark.parametrize("name", ["Nikkei", "Nikkei 225 index", "Nikkei average", "Topix", "yen"])
def test_a_country_counts_whatever_stands_behind_it(names: RegistryNames, name: str) -> None:
    """Names of indices in the registry begin with no country, so that none is hidden by them."""
    assert surfaces(entities(names, f"Japan's {name} rose 1%.")["country:JP"]) == ["Japan"]


@pytest.mark.parametrize(
    ("text", "company", "surface"),
    [
        ("Target said it would cut prices.", "company:TGT", "Target"),
        ("Gap shares leapt 18% after hours.", "company:GAP", "Gap"),
        ("Visa rose 2% on Thursday.", "company:V", "Visa"),
        ("Analysts like Apple and its margins.", "company:AAPL", "Apple"),
        ("Shell rose 1.8% as crude firmed.", "company:SHEL.L", "Shell"),
        ("BP gained 1.1% in London.", "company:BP.L", "BP"),
        ("Ford Motor Co recalled 850,000 cars.", "company:F", "Ford Motor Co"),
        ("Shares of Meta fell 3%.", "company:META", "Meta"),
        ("Morgan Stanley fell 1% after its results.", "company:MS", "Morgan Stanley"),
        ("Dow, the Midland, Michigan, chemicals group, slid 6.3%.", "company:DOW", "Dow"),
        ("Shell, BP and Eni rose.", "company:SHEL.L", "Shell"),
        ("ICE reported higher profit.", "company:ICE", "ICE"),
        ("Target shares jumped 4%.", "company:TGT", "Target"),
        ("Total shares rose 2% in Paris.", "company:TTE.PA", "Total"),
        ("Next sales rose 5% on the year.", "company:NXT.L", "Next"),
        ("Target, which reports on Wednesday, was flat.", "company:TGT", "Target"),
        ("Unity jumped 14% in late trading.", "company:U", "Unity"),
        ("Investors see more upside in Reliance at these levels.", "company:RELIANCE.NS", "Reliance"),
        ("The European Commission fined Apple 1.84 billion euros.", "company:AAPL", "Apple"),
        ("A rival bought Block for $40 billion.", "company:XYZ", "Block"),
        ("Apple authorized a $90bn buyback.", "company:AAPL", "Apple"),
        ("Visa authorised a $30 billion buyback.", "company:V", "Visa"),
        ("Ford halted production in Kentucky.", "company:F", "Ford"),
        ("Target tapped a new chief executive.", "company:TGT", "Target"),
        ("Gap named a new chief executive.", "company:GAP", "Gap"),
        ("Meta hired three researchers.", "company:META", "Meta"),
        ("Shell approved a $3.5 billion buyback.", "company:SHEL.L", "Shell"),
        ("Next opened 12 stores.", "company:NXT.L", "Next"),
        ("Block authorized a $4 billion buyback.", "company:XYZ", "Block"),
        ("Gap lowers fiscal-year sales outlook.", "company:GAP", "Gap"),
        ("Visa beats analysts' estimates.", "company:V", "Visa"),
        ("Target's PT trimmed by a broker.", "company:TGT", "Target"),
    ],
)
def test_ordinary_words_that_are_firms(names: RegistryNames, text: str, company: str, surface: str) -> None:
    """An ordinary word is a firm's name where the text speaks of a firm."""
    assert surfaces(entities(names, text)[company]) == [surface]


@pytest.mark.parametrize(
    "text",
    [
        "Target prices were raised across the board.",
        "The gap between rich and poor widened; Gap years are common.",
        "Visa applications from students slowed.",
        "Apple prices at the orchard are up 8%.",
        "Apple prices rose 3% as the harvest fell short.",
        "Apple exports rose 4%.",
        "Target approved drugs are rare.",
        "Visa approved travelers may enter.",
        "Gap between rich and poor widened.",
        "Ford crossed the river on foot.",
        "Meta analysis showed that the drug works.",
        "Shell companies are under scrutiny.",
        "Next week brings more earnings.",
        "It was ALL or nothing, and IT is what counts. ON balance A draw.",
        "They convene in Rio de Janeiro next month.",
        "Wall Street rose for a third day.",
        "Amazon deforestation slowed and the Amazon basin flooded.",
        "Rainfall in the Amazon fell and villages of the Amazon were cut off.",
        "ICE agents raided a plant in Georgia.",
        "Next, the central bank meets.",
        "Reliance on imports has fallen.",
        "They priced in a 25 BP cut.",
        "Progressive voters in Austin disagree.",
        "Total energy use fell. Total sales from the three units rose.",
        "Drilling began in Block 49/28 of the basin.",
        "He spoke at a college in Orange, Calif.",
        "The pact with the South China Sea states stands.",
        "The disputed Page-Williams mine was shut.",
        "It is the Oracle of Omaha, they say.",
        "Post Q2 results, brokers were upbeat.",
        "The People's Daily carried it.",
        "The City of Quebec will issue bonds.",
        "Depositors of Standard Federal Bank and of the Federal Bank of Tirana wait.",
        "The Consumer Price Index rose 0.2% and the PMI fell to 48.5.",
    ],
)
def test_ordinary_words_that_are_not(names: RegistryNames, text: str) -> None:
    """The same words name nobody where they only begin a sentence or stand for the thing."""
    assert named(entities(names, text).values()) == {}


def test_a_firm_sure_elsewhere_confirms_its_short_name(names: RegistryNames) -> None:
    """One sure mention lets the bare word count later, but not inside another name."""
    found = entities(names, "Orange SA lifted its dividend. In Paris, Orange was flat. Agent Orange is unrelated.")
    assert surfaces(found["company:ORA.PA"]) == ["Orange SA", "Orange"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Corporate Affairs Commission (CAC) met. CAC officials left.", set()),
        ("Its Tokheim Convenience Systems (TCS) are new. TCS will begin soon.", set()),
        ("Tata Consultancy Services (TCS) rose. TCS will hire.", {"company:TCS.NS"}),
        ("The Cotton Growers Association (CGA) and the CAC 40 index.", {"index:CAC"}),
    ],
)
def test_an_abbreviation_means_what_the_article_says(names: RegistryNames, text: str, expected: set[str]) -> None:
    """In this article the letters stand for the words before the bracket, and for no index or firm of theirs."""
    assert set(named(entities(names, text).values())) == expected


def test_the_tail_of_a_longer_name_is_no_firm(names: RegistryNames) -> None:
    """Of "Goodyear Tire and Rubber Co" the words "Rubber Co" are no firm."""
    found = entities(names, "Fujian Investment and Enterprise Corp rose. Goodyear Tire and Rubber Co fell.")
    assert "company:GT" in found
    assert not {"company:~rubber", "company:~enterprise"} & set(found)


def test_names_within_names_are_no_mentions(names: RegistryNames) -> None:
    """A bank's name has no index in it, and an index's name no firm."""
    found = entities(names, "Hang Seng Bank fell 7%. American Cyanamid Co rose.")
    assert named(found.values()) == {
        "company:0011.HK": ["Hang Seng Bank"],
        "company:~american-cyanamid": ["American Cyanamid Co"],
    }
    assert "country:US" not in found


# ---- symbols


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("US Steel Corp. $X rose.", {"company:X": ["US Steel Corp", "$X"]}),
        ("The Nikkei 225 $^N225 gained 1%.", {"index:N225": ["Nikkei 225", "$^N225"]}),
        ("Hitachi Ltd. $6501.T rose.", {"company:6501.T": ["Hitachi Ltd", "$6501.T"]}),
        ("Apple Inc (NASDAQ: AAPL) fell.", {"company:AAPL": ["Apple Inc", "NASDAQ: AAPL"]}),
        ("Toyota (TYO: 7203) rose.", {"company:7203.T": ["Toyota", "TYO: 7203"]}),
        ("Shares of 7203.T rose.", {"company:7203.T": ["7203.T"]}),
        ("Toyota (7203.T) rose.", {"company:7203.T": ["Toyota", "7203.T"]}),
        ("The Nikkei <.N225> gained 1%.", {"index:N225": ["Nikkei", "<.N225>"]}),
        (
            "Mizoro & Sons unveiled it, $TSLA style.",
            {"company:TSLA": ["$TSLA"], "company:~mizoro-sons": ["Mizoro & Sons"]},
        ),
        ("Microsoft Corp <MSFT.O> gained.", {"company:MSFT": ["Microsoft Corp", "<MSFT.O>"]}),
        ("Hong Kong shares <.HSI> fell 2.5%.", {"index:HSI": ["Hong Kong shares", "<.HSI>"]}),
        ("S&P 500 e-minis <EScv1> were down.", {"index:SPX": ["S&P 500"]}),
        ("The yen <JPY=> firmed and Brent <LCOc1> rose.", {}),
        ("Quillby Lines <XYZT.SZ> jumped.", {"company:~quillby-lines": ["Quillby Lines", "<XYZT.SZ>"]}),
        ("(NYSE: ALL) rose, ALL of it.", {"company:ALL": ["NYSE: ALL"]}),
        ("It is listed on the Nasdaq (NASDAQ: AAPL).", {"company:AAPL": ["NASDAQ: AAPL"]}),
        ("The ASX (ASX: BHP) opens at ten.", {"company:BHP.AX": ["ASX: BHP"]}),
        ("It cost $5.3 billion, or US$7.", {}),
        ("Fox Corporation (NASDAQ: FOXA, FOX) rose.", {"company:FOXA": ["Fox Corporation", "NASDAQ: FOXA, FOX"]}),
        (
            "Unilever plc (LSE/NYSE: ULVR; NYSE: UL) fell.",
            {"company:ULVR.L": ["Unilever plc", "LSE/NYSE: ULVR; NYSE: UL"]},
        ),
        ("Nike (NYSE: [NKE](#quote)) fell.", {"company:NKE": ["Nike", "NYSE: [NKE](#quote)"]}),
        ("SAP.DE rose and RIO.L fell.", {"company:SAP.DE": ["SAP.DE"], "company:RIO.L": ["RIO.L"]}),
        ("Holders of BF-B gained.", {"company:BF-B": ["BF-B"]}),
        ("$HEI.A rose as LEN-B fell.", {"company:HEI": ["$HEI.A"], "company:LEN": ["LEN-B"]}),
        ("NFLX down 3% in late trade.", {"company:NFLX": ["NFLX"]}),
        (".GDAXI rose, .FTSE fell.", {"index:DAX": [".GDAXI"], "index:FTSE": [".FTSE"]}),
        ("It moved to the U.S. with a Ph.D. and an A.I. unit.", {}),
        ("See https://ex.am/Pfizer and www.ex.am/News/Pfizer.", {}),
    ],
)
def test_symbols(names: RegistryNames, text: str, expected: dict[str, list[str]]) -> None:
    """A cashtag, RIC or listing beside a name is one entity with it; alone it names its firm or index."""
    found = named(entities(names, text).values())
    assert {entity: sorted(map(str, texts)) for entity, texts in found.items()} == {
        entity: sorted(texts) for entity, texts in expected.items()
    }


@pytest.mark.parametrize(
    ("text", "headline", "expected"),
    [
        # a symbol beside a name decides between firms, also where the name stands without it
        ("Colgate-Palmolive (NYSE: CL) fell.", "Colgate-Palmolive cuts", {"company:CL"}),
        ("Tencent Music (NYSE: TME) said so.", "Tencent Music falls", {"company:TME"}),
        ("AllianceBernstein (NYSE: AB) fell.", "AllianceBernstein falls", {"company:AB"}),
        # a ticker that the registry does not know, beside an ordinary word, is no sign of the firm of that word
        ("ORANGE <OJAY> SEES LOSS", "", {"company:~orange"}),
        ("BAYER <BAYRY> SEES LOSS", "", {"company:BAYN.DE"}),
        # a symbol confirms the name of its firm
        ("", "$KPTI - Karyopharm surges", {"company:KPTI"}),
        ("", "$PEP $CELH - Celsius stock surges", {"company:PEP", "company:CELH"}),
        # a ticker alone, where it is said of shares or the firm is named too
        ("", "AMD and XOM: XOM falls 2%", {"company:AMD", "company:XOM"}),
        ("Oracle rose.", "A bet on ORCL", {"company:ORCL"}),
        ("The USB port and the DAL station; GDP rises, FNV said.", "", set()),
        ("Kansas City Southern's share price rose.", "", {"company:unlisted-kansas-city-southern"}),
        ("Carolina Southern's share price rose.", "", set()),
        ("Jack in the Box said sales fell.", "", {"company:JACK"}),
        ("Marlo PLC <MRLO.L> said so.", "", {"company:~marlo"}),
    ],
)
def test_symbols_decide_who_is_meant(names: RegistryNames, text: str, headline: str, expected: set[str]) -> None:
    """They decide in the whole article, and against a well-known firm of the same name."""
    assert {found for found in entities(names, text, headline) if found.startswith("company:")} == expected


def test_an_index_known_only_by_its_ric_has_an_id_of_its_own(names: RegistryNames) -> None:
    """A RIC that the registry does not know names an index by the words before it."""
    found = entities(names, "A gadgets subindex <.QQGADGET> jumped 3%.")
    assert found["index:~QQGADGET"].name == "gadgets subindex"


# ---- firms that the registry does not know


@pytest.mark.parametrize(
    ("text", "entity", "texts"),
    [
        ("It acquired <Gulfex Tool Inc>, a fabricator.", "company:~gulfex-tool", ["Gulfex Tool Inc"]),
        ("Halden Corp agreed to it. Halden said so.", "company:~halden", ["Halden Corp", "Halden"]),
        ("The brokerage Emberwood Lane rose.", "company:~emberwood-lane", ["Emberwood Lane"]),
        ("A note by Axwell Securities says so.", "company:~axwell-securities", ["Axwell Securities"]),
        ("Shares of Metselor doubled.", "company:~metselor", ["Metselor"]),
        ("He is a strategist at Corvanne in Oslo.", "company:~corvanne", ["Corvanne"]),
        ("Closely held Fernhollow was sold.", "company:~fernhollow", ["Fernhollow"]),
        (
            "Dunmore Maritime Bank (DMB) rose. DMB had no comment.",
            "company:~dunmore-maritime-bank",
            ["Dunmore Maritime Bank", "DMB", "DMB"],
        ),
    ],
)
def test_unlisted_firms(names: RegistryNames, text: str, entity: str, texts: list[str]) -> None:
    """Legal forms, angle brackets and words that only stand around firms show firms that no registry has."""
    assert surfaces(entities(names, text)[entity]) == texts


@pytest.mark.parametrize(
    "text",
    [
        "The Central Bank and the European Commission met.",
        "The Finance Ministry said so at Harvard University.",
        "IT shares and Asian shares fell on Monday.",
        "India Inc is wary.",
        "Its Newspaper Publishing group grew.",
        "According to the report, Christmas sales rose.",
    ],
)
def test_what_is_no_firm(names: RegistryNames, text: str) -> None:
    """Institutions, sectors and parts of firms are no companies."""
    assert not any(entity.kind is Kind.COMPANY for entity in entities(names, text).values())


def test_short_names_of_firms(names: RegistryNames) -> None:
    """The word "Nippon" stands for Nippon Steel where no other Nippon is named; "Electron" never for Tokyo Electron."""
    one = entities(names, "Nippon Steel closed the deal. Later Nippon cut its forecast.")
    assert surfaces(one["company:5401.T"]) == ["Nippon Steel", "Nippon"]
    three = entities(names, "Tokyo Electron rose. Electron microscopes sold well, Electron or not.")
    assert surfaces(three["company:8035.T"]) == ["Tokyo Electron"]
    four = entities(names, "Costco Wholesale ($COST) rose. Cost matters. COST is up 3%.")
    assert surfaces(four["company:COST"]) == ["Costco Wholesale", "$COST", "COST"]
    two = entities(names, "Nippon Steel and Nippon Life met. Later Nippon cut its forecast.")
    assert surfaces(two["company:5401.T"]) == ["Nippon Steel"]


# ---- people


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Prime Minister Sanae Takaichi spoke.", "person:sanae-takaichi"),
        ("US Treasury Secretary Scott Bessent said so.", "person:scott-bessent"),
        ("The brokers, said CEO Jane Quillfeather, agreed.", "person:jane-quillfeather"),
        ("Shares fell, analyst Gaku Mizoro wrote.", "person:gaku-mizoro"),
        ("It will pass, said Vexel Ordway, chief economist at Nomura.", "person:vexel-ordway"),
        ("Vexel Ordway, who runs the fund, bought.", "person:vexel-ordway"),
        ("Markets rose, Mary C. Halloway said.", "person:mary-c-halloway"),
        ("Fed Chair Powell spoke.", "person:jerome-powell"),
        ("Leaders met Ursula von der Leyen.", "person:ursula-von-der-leyen"),
        ("Former minister Ryoji Akazawa met Japan's premier.", "person:ryosei-akazawa"),
        ("Japan's chief trade negotiator, Resei Akazawa, flew in.", "person:ryosei-akazawa"),
        ("Japanese Prime Minister Sanae Takaichii spoke.", "person:sanae-takaichi"),
        ("Japanese premier Sanae Takaichii spoke.", "person:sanae-takaichi"),
        ("Kazuo Uedo, the central bank's governor, was silent.", "person:kazuo-ueda"),
    ],
)
def test_people(names: RegistryNames, text: str, person: str) -> None:
    """Given names, roles before and behind, and speech show people; officials are known by office and misspelt."""
    assert person in entities(names, text)


@pytest.mark.parametrize(
    "text",
    [
        "Charles Schwab and Raymond James rose.",
        "Traders met in Jackson Hole and San Francisco.",
        "Trump Media & Technology Group rose.",
        "The General Accounting Office said so.",
        "Gap Inc, owner of Old Navy, named a finance chief.",
        "May Nikkei futures and June Treasury futures fell.",
        "Johnson & Johnson won.",
    ],
)
def test_what_is_no_person(names: RegistryNames, text: str) -> None:
    """Firms, places and months that look like names are no people."""
    assert not any(entity.kind is Kind.PERSON for entity in entities(names, text).values())


def test_a_misspelt_name_without_role_is_somebody_else(names: RegistryNames) -> None:
    """Only a role or country that agrees makes a near name the official's."""
    assert "person:ryosei-akazawa" not in entities(names, "The painter's friend Ryota Akazawa smiled.")
    assert "person:kazuo-ueda" not in entities(names, "Kazuo Uedo, a striker, scored. Designer Kazuo Ueta won.")


def test_a_namesake_of_another_time_is_not_the_official(names: RegistryNames) -> None:
    """Who was in the news decades before the official's first office is somebody else."""
    text = "Former Philippine President Ferdinand Marcos fled."
    assert "person:ferdinand-marcos-jr" not in entities(names, text, at=datetime(1987, 3, 1, tzinfo=UTC))
    assert "person:donald-trump" in entities(names, "Donald Trump bought it.", at=datetime(1995, 3, 1, tzinfo=UTC))


def test_later_mentions_by_surname(names: RegistryNames) -> None:
    """A surname alone is the person named in full before; of two bearers it is neither."""
    found = entities(names, "Said analyst Maryann Kellerton: buy. Kellerton expects more.")
    assert surfaces(found["person:maryann-kellerton"]) == ["Maryann Kellerton", "Kellerton"]
    two = entities(names, "Mary Kellerton met John Kellerton. Later Kellerton left.")
    assert [len(two[f"person:{given}-kellerton"].mentions) for given in ("mary", "john")] == [1, 1]


def test_relatives_are_not_the_official(names: RegistryNames) -> None:
    """Another given name before a well-known surname is another person."""
    found = entities(names, "Melania Trump and Donald Trump Jr. spoke.")
    assert named(found.values()) == {
        "person:melania-trump": ["Melania Trump"],
        "person:donald-trump-jr": ["Donald Trump Jr"],
    }


# ---- places, governments, Japanese


def test_countries_and_governments(names: RegistryNames) -> None:
    """Adjectives count for little, and a capital is a government only where it acts."""
    found = entities(names, "Japanese shares rose in Tokyo. Tokyo said it would retaliate.")
    assert surfaces(found["country:JP"]) == ["Japanese", "Tokyo"]
    strong = entities(names, "Japan rose. Japan fell.")["country:JP"]
    assert found["country:JP"].relevance < strong.relevance


def test_japanese_names(names: RegistryNames) -> None:
    """Names in Japanese need no word edges."""
    found = entities(names, "日経平均は続伸した。東京エレクトロンとトヨタ自動車が上昇。TOPIXも高い。", language="ja")
    assert named(found.values()).keys() == {"index:N225", "company:8035.T", "company:7203.T", "index:TOPX"}


def test_other_languages_name_firms_by_latin_name(names: RegistryNames) -> None:
    """Capitals and symbols say enough where the words around are not read."""
    found = entities(names, "SAP und Siemens stiegen; Airbus (AIR.PA) verlor im DAX.", language="de")
    assert named(found.values()).keys() == {"company:SAP.DE", "company:SIE.DE", "company:AIR.PA", "index:DAX"}


def test_headlines_in_capitals(names: RegistryNames) -> None:
    """Capitals are no evidence of a name; the body and tickers are."""
    found = entities(
        names,
        "Halden Corp said it agreed to acquire Fenwick Tool Inc for cash.",
        "HALDEN <HLDN> TO BUY FENWICK TOOL, UPS PAYOUT TARGET",
    )
    assert named(found.values()) == {
        "company:~halden": ["HALDEN", "<HLDN>", "Halden Corp"],
        "company:~fenwick-tool": ["FENWICK TOOL", "Fenwick Tool Inc"],
    }


# ---- what holds of all articles


def test_an_article_or_modifier_before_a_name_does_not_take_the_name(names: RegistryNames) -> None:
    """The newspaper ends where the index goes on; S+P is how wires wrote S&P."""
    assert named(entities(names, "The Straits Times Index rose.").values()) == {"index:STI": ["Straits Times Index"]}
    assert named(entities(names, "The tech-heavy Nasdaq 100 rose.").values()) == {"index:NDX": ["Nasdaq 100"]}
    assert named(entities(names, "The S+P 500 rose.").values()) == {"index:SPX": ["S+P 500"]}


def test_boilerplate_names_nobody(names: RegistryNames) -> None:
    """Share buttons, bylines, disclosures and related links give no entities."""
    body = (
        "By Rachel Conway\n\nMarkets were calm.\n\nShare this article on Facebook, X and LinkedIn\n\n"
        "Read more: Why Netflix keeps winning\n\nDisclosure: The author owns shares of Microsoft.\n\n"
        "(Reporting by Jane Roe; Editing by Sam Poe)"
    )
    assert entities(names, body) == {}


def test_mentions_are_capped_and_counted(names: RegistryNames) -> None:
    """At most a thousand mentions are listed; the count is the true one."""
    found = entities(names, "Nvidia rose. " * (MOST_MENTIONS + 5))["company:NVDA"]
    assert (len(found.mentions), found.mention_count) == (MOST_MENTIONS, MOST_MENTIONS + 5)


def test_relevance_grows_with_place_and_number(names: RegistryNames) -> None:
    """Headline before body, often before once, subjects before the countries they act in."""
    found = entities(names, "Sony Group rose. Sony Group gained. Hitachi Ltd fell in Japan.", "Sony Group up")
    order = [found[entity].relevance for entity in ("company:6758.T", "company:6501.T", "country:JP")]
    assert order == sorted(order, reverse=True)
    assert all(0 < relevance < 1 and round(relevance, 4) == relevance for relevance in order)


def test_own_registry(tmp_path: Path) -> None:
    """A registry of one's own is matched as well, with its own automata."""
    own = tmp_path / "own.jsonl"
    own.write_text('{"id": "company:unlisted-zorb", "name": "Zorbex", "listed": false}\n', encoding="utf-8")
    found = entities(RegistryNames(load_registry([own], shipped=None)), "Zorbex rose. Nvidia rose.")
    assert named(found.values()) == {"company:unlisted-zorb": ["Zorbex"]}


words = st.sampled_from(
    ["Apple", "the", "Nasdaq", "$AAPL", "<.HSI>", "Inc", "of", "and", ",", ". ", "John", "Smith", "said", "S&P", "500",
     "US", "Trump's", "“", "(NYSE: F)", "日経平均", "é", "İ", "\n", "\n\n", "Bank", "shares", "minister", "Japanese",
     "CEO", ":"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(headline=st.lists(words, max_size=8).map(" ".join), body=st.lists(words, max_size=40).map(" ".join))
def test_mentions_hold_their_text(headline: str, body: str) -> None:
    """Offsets hold the text, mentions come in order and don't overlap, and the same article gives the same entities."""
    document = read(Article(uri="urn:test:1", published_at=NOON, headline=headline, body=body))
    found = find_entities(document, shipped.names())
    assert found == find_entities(document, shipped.names())
    taken = set()
    for entity in found:
        assert entity.mention_count == len(entity.mentions) > 0
        assert entity.id.partition(":")[0] == entity.kind
        assert 0 < entity.relevance < 1
        for mention in entity.mentions:
            assert document.text(mention.field)[mention.start : mention.end] == mention.text
            places = {(mention.field, at) for at in range(mention.start, mention.end)}
            assert not places & taken
            taken |= places
        order = [(mention.field is not Field.HEADLINE, mention.start) for mention in entity.mentions]
        assert order == sorted(order)
