"""The registry that newstape ships with: its size, its soundness, and that well-known names mean what they mean."""

import collections
import itertools
import re
from typing import Final

import pytest

from schemas.taxonomy import Kind
from streams.data.entities import RegistryEntity, Symbol
from streams.data.gazetteer import is_isin
from streams.data.registry import SHIPPED, AliasClass, Registry, load_registry, read_manifest

GUIDE_INDICES: Final = (
    *("N225", "TOPX", "SPX", "DJI", "DJT", "IXIC", "NDX", "RUT", "VIX", "FTSE", "FTMC", "FT30", "DAX", "CAC"),
    *("SXXP", "SX5E", "IBEX", "FTSEMIB", "AEX", "SMI", "OMXS30", "HSI", "HSCEI", "SSEC", "CSI300", "SZSC", "KOSPI"),
    *("TWII", "STI", "NSEI", "BSESN", "AXJO", "AORD", "NZ50", "TSX", "BVSP", "MXX", "MSCIW", "MSCIACWI", "MSCIEM"),
    "DXY",
)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Loaded once: reading it takes most of a second."""
    return load_registry()


def of_kind(registry: Registry, kind: Kind) -> list[RegistryEntity]:
    """All entities of one kind."""
    return [entity for entity in registry.entities.values() if entity.kind is kind]


def test_there_are_as_many_entities_as_promised(registry: Registry) -> None:
    """200 indices over 45 countries, 20,000 listed companies, and the officials of the large economies."""
    indices = of_kind(registry, Kind.INDEX)

    assert len(indices) >= 200
    assert len({index.country for index in indices if index.country}) >= 45
    assert sum(company.listed for company in of_kind(registry, Kind.COMPANY)) >= 20_000
    assert len(of_kind(registry, Kind.PERSON)) >= 400
    assert len(of_kind(registry, Kind.COUNTRY)) >= 150


def test_the_manifest_counts_its_files() -> None:
    """What the manifest says of a file is true of the file, and it has a source and a licence."""
    for file in read_manifest(SHIPPED).files:
        lines = (SHIPPED / file.path).read_bytes().splitlines()
        assert sum(bool(line.strip()) for line in lines) == file.entries
        assert file.source
        assert file.licence


def test_every_file_is_in_the_manifest() -> None:
    """A file that lies there unread would mislead who edits it."""
    assert {path.name for path in SHIPPED.glob("*.jsonl")} == {file.path for file in read_manifest(SHIPPED).files}


@pytest.mark.parametrize("code", GUIDE_INDICES)
def test_every_index_of_the_guide_is_known(registry: Registry, code: str) -> None:
    """With all that an index needs to be told and shown."""
    index = registry.entities[f"index:{code}"]

    assert index.currency
    assert index.time_zone
    assert index.family
    assert index.administrator
    assert any(symbol.scheme == "ric" for symbol in index.symbols)


def test_no_index_lacks_its_attributes(registry: Registry) -> None:
    """Currency, time zone, family, administrator and category for every index."""
    for index in of_kind(registry, Kind.INDEX):
        assert all((index.currency, index.time_zone, index.family, index.administrator, index.category)), index.id


def test_no_symbol_of_a_company_stands_for_two(registry: Registry) -> None:
    """A listing, ISIN, FIGI or RIC that two entities claim would link to the wrong one."""
    holders: dict[Symbol, set[str]] = collections.defaultdict(set)
    for entity in registry.entities.values():
        for symbol in entity.symbols:
            holders[symbol].add(entity.id)

    assert {symbol: ids for symbol, ids in holders.items() if len(ids) > 1} == {}


def test_the_id_of_a_company_is_its_home_listing_at_yahoo(registry: Registry) -> None:
    """So that an id can be looked up by anyone."""
    for company in of_kind(registry, Kind.COMPANY):
        if company.listed:
            home = next(symbol.value for symbol in company.symbols if symbol.scheme == "yahoo")
            assert company.id == f"company:{home}"
        else:
            assert re.match(r"company:unlisted-[a-z0-9-]+\Z", company.id)
            assert company.listings == ()


def test_every_isin_has_a_right_check_digit(registry: Registry) -> None:
    """A mistyped ISIN links to nothing or to another firm."""
    codes = [s.value for entity in registry.entities.values() for s in entity.own_symbols if s.scheme == "isin"]

    assert len(codes) > 1000
    assert [code for code in codes if not is_isin(code)] == []


def test_every_country_and_organization_referred_to_exists(registry: Registry) -> None:
    """A role in a government or bank that isn't in the registry can't be shown."""
    for entity in registry.entities.values():
        assert entity.country is None or f"country:{entity.country}" in registry.entities, entity.id
        for role in entity.roles:
            assert role.country is None or f"country:{role.country}" in registry.entities, entity.id
            assert role.organization is None or role.organization in registry.entities, entity.id


def test_no_role_ends_before_it_begins(registry: Registry) -> None:
    """Dates in one form compare as text."""
    for person in of_kind(registry, Kind.PERSON):
        for role in person.roles:
            assert role.since is None or role.until is None or role.since < role.until, person.id


COMPANIES: Final = {
    "Hitachi": "company:6501.T",
    "Sony": "company:6758.T",
    "Tokyo Electron": "company:8035.T",
    "Nippon Steel": "company:5401.T",
    "US Steel": "company:X",
    "U.S. Steel": "company:X",
    "Toyota": "company:7203.T",
    "SoftBank": "company:9984.T",
    "Nvidia": "company:NVDA",
    "Google": "company:GOOGL",
    "Facebook": "company:META",
    "Tesla": "company:TSLA",
    "Berkshire Hathaway": "company:BRK-B",
    "BP": "company:BP.L",
    "Royal Dutch Shell": "company:SHEL.L",
    "HSBC": "company:HSBA.L",
    "Tencent": "company:0700.HK",
    "Alibaba": "company:9988.HK",
    "TSMC": "company:2330.TW",
    "Samsung Electronics": "company:005930.KS",
    "Infosys": "company:INFY.NS",
    "Reliance Industries": "company:RELIANCE.NS",
    "JPMorgan": "company:JPM",
    "Siemens": "company:SIE.DE",
    "Nestlé": "company:NESN.SW",
    "Novo Nordisk": "company:NOVO-B.CO",
    "東京エレクトロン": "company:8035.T",
    "トヨタ自動車": "company:7203.T",
    "ソニーグループ": "company:6758.T",
    "FTSE Russell": "company:unlisted-ftse-russell",
}


@pytest.mark.parametrize(("name", "entity"), COMPANIES.items())
def test_a_well_known_name_means_its_company(registry: Registry, name: str, entity: str) -> None:
    """As newspapers write it, without confirmation."""
    companies = [reading for reading in registry.find(name) if reading.kind is Kind.COMPANY]

    assert (companies[0].entity, companies[0].alias_class) == (entity, AliasClass.STRONG)
    assert companies[0].fits(name)


ORDINARY: Final = (
    "Target",
    "Visa",
    "Gap",
    "Next",
    "Apple",
    "Meta",
    "Shell",
    "Ford",
    "Orange",
    "Block",
    "Sea",
    "Snap",
    "Sky",
)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_word_needs_confirmation(registry: Registry, name: str) -> None:
    """The firm is known, but no reading of the word is strong."""
    readings = registry.find(name)

    assert readings
    assert {reading.alias_class for reading in readings} == {AliasClass.WEAK}


@pytest.mark.parametrize(
    "name", ["Global", "National", "First", "Capital", "Group", "Holdings", "Bank", "CEO", "GDP", "IPO"]
)
def test_a_word_of_the_trade_is_no_strong_name(registry: Registry, name: str) -> None:
    """Thousands of firms begin or end so."""
    assert all(reading.alias_class is not AliasClass.STRONG for reading in registry.find(name))


INDICES: Final = {
    "Nikkei average": "N225",
    "日経平均株価": "N225",
    "TOPIX": "TOPX",
    "Tokyo Stock Exchange index": "TOPX",
    "S&P 500": "SPX",
    "Standard & Poor's 500": "SPX",
    "the Dow": "",
    "Dow": "DJI",
    "Dow Jones industrial average": "DJI",
    "Nasdaq Composite": "IXIC",
    "FT-SE 100": "FTSE",
    "FTSE 100 share index": "FTSE",
    "Financial Times 30 share index": "FT30",
    "Hang Seng index": "HSI",
    "Toronto Stock Exchange composite 300": "TSX",
    "All Ordinaries": "AORD",
    "Commerzbank index": "CBKX",
    "Philadelphia SE Semiconductor Index": "SOX",
    "MSCI's gauge of global shares": "MSCIACWI",
    "Bank Nifty": "NSEBANK",
    "dollar index": "DXY",
}


@pytest.mark.parametrize(("name", "code"), INDICES.items())
def test_an_index_is_known_as_newspapers_write_it(registry: Registry, name: str, code: str) -> None:
    """Today's and the old wire services' names; an article in front is no part of a name."""
    found = [reading.entity for reading in registry.find(name) if reading.kind is Kind.INDEX]

    assert found == ([f"index:{code}"] if code else [])


@pytest.mark.parametrize(
    ("scheme", "value", "entity"),
    [
        ("cashtag", "X", "company:X"),
        ("cashtag", "SONY", "company:6758.T"),
        ("cashtag", "6501.T", "company:6501.T"),
        ("cashtag", "^N225", "index:N225"),
        ("cashtag", "BRK.B", "company:BRK-B"),
        ("cashtag", "DJT", "company:DJT"),
        ("ric", ".N225", "index:N225"),
        ("ric", ".SPLRCU", "index:SPSECT-UTIL"),
        ("ric", "BRKb.N", "company:BRK-B"),
        ("ric", "SIEGn.DE", "company:SIE.DE"),
        ("yahoo", "TSM", "company:2330.TW"),
        ("mic-ticker", "XTKS:7203", "company:7203.T"),
        ("iso-3166", "JP", "country:JP"),
    ],
)
def test_a_symbol_means_its_entity(registry: Registry, scheme: str, value: str, entity: str) -> None:
    """A cashtag that is both a share and an index is the share; the index has its caret."""
    assert registry.symbols[scheme][value] == entity


def test_a_cross_listing_is_the_same_company(registry: Registry) -> None:
    """Sony in New York and Tokyo, Alibaba in New York and Hong Kong, HSBC in three places."""
    assert {"XTKS:6758", "XNYS:SONY"} <= set(registry.entities["company:6758.T"].listings)
    assert {"XHKG:9988", "XNYS:BABA"} <= set(registry.entities["company:9988.HK"].listings)
    assert {"XLON:HSBA", "XHKG:0005", "XNYS:HSBC"} <= set(registry.entities["company:HSBA.L"].listings)


def test_nasdaq_is_index_company_and_exchange(registry: Registry) -> None:
    """All three readings are there for the text to choose from, the index first."""
    readings = registry.find("Nasdaq")

    assert [reading.kind for reading in readings] == [Kind.INDEX, Kind.COMPANY, Kind.ORGANIZATION]


@pytest.mark.parametrize(
    ("name", "title"),
    [("Sanae Takaichi", "Prime Minister"), ("Scott Bessent", "Treasury Secretary"), ("Shinzo Abe", "Prime Minister")],
)
def test_an_official_is_known_with_an_office(registry: Registry, name: str, title: str) -> None:
    """By full name, with what newspapers put in front of it."""
    person = registry.entities[registry.find(name)[0].entity]

    assert person.surname == name.rpartition(" ")[2]
    assert title in [role.title for role in person.roles]


def test_the_officials_of_one_office_follow_each_other(registry: Registry) -> None:
    """Japan had one prime minister at a time."""
    terms = sorted(
        (role.since or "", role.until or "9999")
        for person in of_kind(registry, Kind.PERSON)
        for role in person.roles
        if role.title == "Prime Minister" and role.country == "JP"
    )

    assert len(terms) >= 5
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(terms))
