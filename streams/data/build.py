"""Build `companies.jsonl` from public listings: one firm an entity, its listings joined, its names classed by how safe they are.

Strategy. Listings come as one row a share and market (FinanceDatabase), with bonds, funds, warrants, preferred shares and
receipts among them, and with names in legal form. Five steps, each a function over values:

1. `read_listings`: rows that are ordinary shares or receipts of a firm; the rest is dropped by form of ticker and by name.
2. `grouped`: rows of one firm are joined by core name and country, by ISIN, and by equal ticker on the two Indian exchanges.
3. `home_first`: the home listing is the one in the firm's own country, else (a firm that is domiciled where it isn't listed)
   the most important foreign market; a firm seen only through secondary listings is left out, since its id would be wrong.
4. `names_of`: full name, name without legal form, name without "Group"; strong only if no reader would take the words for
   anything else, which is judged by the size of the firm and by the words themselves (`common_words.txt`).
5. Japanese names by security code, Indian newspaper names by NSE symbol.

What must stay true: same input, same bytes out; no firm is named in this module (single firms are put right in
`registry/companies_notable.jsonl`, which is written by hand and read after the generated file).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from streams.data.exchanges import AMERICAN, EXCHANGES
from streams.data.names import core_name, is_common, name_words, short_name
from streams.data.registry import LONGEST_NAME, SHIPPED, SIZES, fold, is_exact, load_registry

LISTINGS_FILE: Final = "equities.csv.gz"
JAPANESE_NAMES_FILE: Final = "edi_security_list.csv"
INDIAN_NAMES_FILE: Final = "entity_list_comprehensive.csv"
OUTPUT_FILE: Final = "companies.jsonl"

Progress = Callable[[str, int], None]
"""Told the name of a step and how many items it left."""


class BuildError(ValueError):
    """The source files can't be used: `path` and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One share on one market."""

    mic: str
    ticker: str
    """As Yahoo writes it, without suffix."""
    name: str
    """As given, share class and receipt wording taken off."""
    country: str
    """ISO 3166 alpha-2 of the firm; that of the market where the source is silent."""
    size: str | None
    sector: str | None
    isin: str
    figi: str
    receipt: bool
    """True for a depositary receipt or another secondary form, which is never a home listing in the firm's own country."""

    @property
    def code(self) -> str:
        """`MIC:TICKER`."""
        return f"{self.mic}:{self.ticker}"


# ---- 1. rows to listings

# The source's market codes, where a segment or an older code is meant.
_MIC: Final[Mapping[str, str]] = {"XJPX": "XTKS", "XKON": "XKOS"}

# Suffix that Yahoo uses, for rows of which the market is blank.
_MIC_BY_SUFFIX: Final = {exchange.yahoo.lstrip("."): mic for mic, exchange in EXCHANGES.items() if exchange.yahoo}

# What an ordinary share's ticker looks like; anything else on that market is a preferred share, right, bond or fund.
_ORDINARY: Final[Mapping[str, str]] = {
    "XNYS": r"[A-Z]{1,5}(-[A-Z])?",
    "XNAS": r"[A-Z]{1,5}(-[A-Z])?",
    "XASE": r"[A-Z]{1,5}(-[A-Z])?",
    "OTCM": r"[A-Z]{4,5}",
    "XTKS": r"\d{3}[0-9A-Z]",
    "XTAI": r"\d{4}",
    "ROCO": r"\d{4}",
    "XKRX": r"\d{5}0",
    "XKOS": r"\d{5}0",
    "XSHG": r"[69]\d{5}",
    "XSHE": r"[023]\d{5}",
    "XHKG": r"0\d{3}|[1-9]\d{3}",
    "XBKK": r"[A-Z0-9&]+(?<!-R)(?<!-F)",
    "XASX": r"[A-Z0-9]{3}",
    "XNZE": r"[A-Z]{3}",
    "BVMF": r"[A-Z]{4}(3|4|5|6|11|31|32|33|34|35|39)",
    "XKLS": r"\d{4}",
    "XSAU": r"\d{4}",
    "XTAE": r"[A-Z]+",
    "XIDX": r"[A-Z]{4}",
    "XMIL": r"\d?[A-Z]+",
    "XLON": r"[A-Z0-9]{2,4}(-[A-Z])?",
    "XJSE": r"[A-Z0-9]{3}",
    "XCOL": r"[A-Z]+N0000",
    "XBUE": r"[A-Z]+\d?",
    "XSTO": r"[A-Z0-9]+(-(A|B|C|D|SDB))?",
    "XCSE": r"[A-Z0-9]+(-(A|B))?",
    "XSES": r"[A-Z0-9]{3}",
}
_ANY_TICKER: Final = re.compile(r"[A-Z0-9][A-Z0-9&.-]*\Z")
_ORDINARY_BY_MIC: Final = {mic: re.compile(rf"(?:{form})\Z") for mic, form in _ORDINARY.items()}

# Words that say the row is no share of a firm.
_NO_SHARE: Final = re.compile(
    r"""\b(?:etf|etfs|etn(?!\.)|etp|ucits|funds?|fundo|fonds|fondo|warrants?|notes|bonds|debentures?|preferred|preference|prefs|cumulative
    |perpetual|redeemable|certificates|tracker|ishares|spdr|wisdomtree|lyxor|xtrackers|amundi\ index|vanguard\ (?:s&p|ftse)|proshares
    |direxion|leverage\ shares|invesco\ (?:qqq|s&p)|nifty|index\ (?:fund|linked)|idx|leveraged|inverse|convertible\ (?:bond|note)
    |income\ securities|swap|zero\ div|zdp|cw\ (?:call|put)|subordinated|structured\ products|tax\ free\ income|municipal\ (?:bond|income)
    |muni|stripped|s&p\ 500|[123]x|sgb|gilt|t-bill|capital\ securities|equity\ units?|trust\ units?|trups|quibs|pines|strats|saturns
    |entitlement|nil\ paid|partly\ paid|when\ issued|escrow|coupon|due\ \d{4}|\d+(?:\.\d+)?%)(?!\w)|%|\b(?:warrants?|rights?|units?|etc)\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)

_RECEIPT: Final = re.compile(
    r"\b(?:american depositary|depositary (?:receipts?|shares?|interests?)|adrs?|adss?|gdrs?|cdi|cedear|bdr|registry shares|"
    r"new york (?:registry )?shares|drc|unsponsored)\b",
    re.IGNORECASE,
)

# Everything from here on describes the share, not the firm.
_SHARE_WORDS: Final = re.compile(
    r"""[\s,\-–(]+(?:(?:sponsored|unsponsored|spon)\b.*|american\ depositary.*|depositary\ (?:receipts?|shares?|interests?).*|ad[rs]s?\b.*
    |gdrs?\b.*|cdi\b.*|new\ york\ (?:registry\ )?shares.*|registry\ shares.*|common\ (?:stock|shares?|units?|ordinary).*
    |(?:class|series)\ [a-z0-9]{1,2}\b.*|ordinary\ shares?.*|capital\ stock.*|registered\ shares?.*|reg\ shs.*
    |shares\ of\ beneficial.*|(?:sub(?:ordinate|\.)?|multiple|limited|non|restricted|variable)[\s-]+voting.*|voting\ shares.*|units?\ (?:each|representing).*
    |ord(?:inary)?\ (?:\d|[a-z]{3}\d|gbp|usd|npv).*|(?:ord|npv|ord\ npv)|pref|bearer\ shares.*|inhaber.*|namens.*|drc|\(ny\ .*)\s*$""",
    re.IGNORECASE | re.VERBOSE,
)

# What lists of shares add to a name: the state of incorporation, "(The)" for the alphabet's sake, a new issue.
_STOCK_LIST_MARKS: Final = re.compile(
    r"\s*\((?:the|holding co(?:mpany)?|hc|reit|new|de|md|nv|ny|delaware|d/b/a|ireland|uk|canada)\)|^DBA\s+|(?<=Inc\.)\s+New\Z"
    r"|\s*Common Stock\b.*",
    re.IGNORECASE,
)

_SIZE_LIMITS: Final = ((200e9, "mega"), (10e9, "large"), (2e9, "mid"), (300e6, "small"), (50e6, "micro"))
"""Lower limits in dollars of the classes that the source uses, for rows that give a figure instead."""


def read_listings(rows: Iterable[Mapping[str, str]], countries: Mapping[str, str]) -> Iterator[Listing]:
    """The rows that are shares of firms. `countries` gives alpha-2 codes by English name, as folded."""
    for row in rows:
        listing = _listing(row, countries)
        if listing is not None:
            yield listing


def _listing(row: Mapping[str, str], countries: Mapping[str, str]) -> Listing | None:
    market = _market(row)
    if market is None:
        return None
    mic, ticker = market
    if not _ORDINARY_BY_MIC.get(mic, _ANY_TICKER).match(ticker):
        return None
    raw = " ".join(row["name"].split())
    name = share_words_off(raw)
    if not _is_firm(name, raw):
        return None
    country = _country(row, mic, countries)
    if country is None:
        return None
    return Listing(
        mic=mic,
        ticker=ticker,
        name=_display(name),
        country=country,
        size=_size(row["market_cap"]),
        sector=row["sector"] or None,
        isin=row["isin"] if is_isin(row["isin"]) else "",
        figi=row["composite_figi"] or row["figi"],
        receipt=_is_secondary(mic, ticker, raw),
    )


def _market(row: Mapping[str, str]) -> tuple[str, str] | None:
    symbol = row["symbol"]
    ticker, dot, suffix = symbol.rpartition(".")
    mic = _MIC.get(row["mic"], row["mic"])
    if not mic:
        mic = _MIC_BY_SUFFIX.get(suffix, "") if dot else ""
    if mic not in EXCHANGES:
        return None
    if mic in AMERICAN:
        return (mic, symbol) if not dot else None
    # A row with another market's suffix is a quotation there; its market code can't be trusted.
    return (mic, ticker) if dot and EXCHANGES[mic].yahoo == f".{suffix}" else None


def share_words_off(name: str) -> str:
    """The firm's name out of a share's: "Sony Group Corporation American Depositary Shares" gives "Sony Group Corporation"."""
    name = _STOCK_LIST_MARKS.sub("", name)
    shorter = _SHARE_WORDS.sub("", name).strip(" ,-–(*")
    return shorter or name


def _is_firm(name: str, raw: str) -> bool:
    if len(name) < 2 or len(name) > LONGEST_NAME or not any(map(str.isalpha, name)):
        return False
    if not name_words(core_name(name)):
        return False
    return not _NO_SHARE.search(raw) and not re.search(r"\d{2}/\d{2}|\b\d{1,2}[A-Z]{3}\d{2}\b", raw)


def _country(row: Mapping[str, str], mic: str, countries: Mapping[str, str]) -> str | None:
    given = row["country"].strip()
    if given:
        return countries.get(fold(given))
    # Without a country, a row of the great American exchanges is a young firm; elsewhere it is mostly a fund or certificate.
    if mic in AMERICAN:
        return EXCHANGES[mic].country
    return EXCHANGES[mic].country if row["sector"] not in {"", "Financials", "Finance"} else None


def _size(given: str) -> str | None:
    if given.endswith(" Cap"):
        return given.removesuffix(" Cap").lower()
    try:
        value = float(given)
    except ValueError:
        return None
    if value <= 0:
        return None
    return next((size for limit, size in _SIZE_LIMITS if value >= limit), "nano")


def _is_secondary(mic: str, ticker: str, raw: str) -> bool:
    if mic == "BVMF":
        return bool(re.search(r"(31|32|33|34|35|39)\Z", ticker))
    if mic == "XLON":
        # The order book for foreign shares has tickers that begin with a nought.
        return ticker.startswith("0")
    if mic == "XMIL":
        return ticker[0].isdigit()
    return bool(_RECEIPT.search(raw))


def is_isin(code: str) -> bool:
    """Whether `code` is an ISIN with a right check digit (ISO 6166)."""
    if not re.match(r"[A-Z]{2}[A-Z0-9]{9}\d\Z", code):
        return False
    digits = "".join(str(int(character, 36)) for character in code)
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value // 10 + value % 10
    return total % 10 == 0


_SMALL_WORDS: Final = frozenset("of and the de la du des y e und et for in on to da do di del van von der".split())


def _display(name: str) -> str:
    """A name in capitals in ordinary spelling, short words left alone: "TATA CONSUMER PRODUCTS LIMITED"."""
    if not name.isupper() or len(name) <= 6:
        return name
    words = name.split(" ")
    return " ".join(_display_word(word, first=position == 0) for position, word in enumerate(words))


def _display_word(word: str, *, first: bool) -> str:
    letters = re.sub(r"[^A-Z]", "", word)
    if word.lower() in _SMALL_WORDS and not first:
        return word.lower()
    is_abbreviation = "." in word.rstrip(".") or "&" in word or len(letters) <= 1 or not re.search(r"[AEIOUY]", letters)
    if is_abbreviation and letters not in {"LTD", "LTD."}:
        return word
    if len(letters) <= 3 and not is_common([letters]) and letters not in {"LTD", "INC", "CO", "LLC"}:
        return word
    return "-".join(part.capitalize() for part in word.split("-"))


# ---- 2. listings to firms

# Markets that firms of any country choose as their only one, most important first.
_WORLD_MARKETS: Final = (
    "XNYS", "XNAS", "XLON", "XHKG", "XTSE", "XASX", "XSES", "XOSL", "XSTO", "XASE", "XCSE", "XHEL", "XTSX", "XCNQ", "AQXE", "XTAE",
)  # fmt: skip

# Markets of continental Europe hold thousands of foreign shares as second listings; they are a home only for firms domiciled
# where hardly anybody is listed.
_EUROPEAN_MARKETS: Final = ("XAMS", "XPAR", "XETR", "XMIL", "XSWX", "XBRU", "XWBO", "XMAD", "ASEX", "XDUB")
_EUROPEAN_DOMICILES: Final = frozenset({"LU", "NL", "CH", "AT", "BE", "CY", "LI", "IE", "GG", "JE", "MC", "MT", "GB"})

# Main markets of a country in order of importance; a firm listed on two has its home on the first.
_MAIN_MARKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "US": ("XNYS", "XNAS", "XASE", "BATS", "ARCX", "OTCM"),
    "CA": ("XTSE", "XTSX", "XCNQ", "NEOE"),
    "IN": ("XNSE", "XBOM"),
    "CN": ("XSHG", "XSHE", "XHKG"),
    "HK": ("XHKG",),
    "MO": ("XHKG",),
    "GB": ("XLON", "AQXE"),
    "DE": ("XETR", "XFRA"),
    "JP": ("XTKS", "XNGO", "XSAP", "XFKA"),
    "KR": ("XKRX", "XKOS"),
    "TW": ("XTAI", "ROCO"),
    "AE": ("XADS", "XDFM"),
    "VN": ("XSTC",),
}


def grouped(listings: Iterable[Listing]) -> list[tuple[Listing, ...]]:
    """Listings joined into firms, in order of the firm's first listing."""
    ordered = list(listings)
    parent = list(range(len(ordered)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(items: Sequence[int]) -> None:
        for item in items[1:]:
            first, second = sorted((root(items[0]), root(item)))
            parent[second] = first

    for same in _joins(ordered):
        join(same)
    groups: dict[int, list[Listing]] = defaultdict(list)
    for position, listing in enumerate(ordered):
        groups[root(position)].append(listing)
    return [tuple(group) for group in groups.values()]


def _joins(listings: Sequence[Listing]) -> Iterator[Sequence[int]]:
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_ticker: dict[str, list[int]] = defaultdict(list)
    for position, listing in enumerate(listings):
        key = join_key(listing.name)
        if key:
            by_name[key, _domicile(listing)].append(position)
        if listing.mic in {"XNSE", "XBOM"}:
            by_ticker[listing.ticker].append(position)
    yield from by_name.values()
    for same in by_ticker.values():
        # One ticker on both exchanges of Mumbai is one firm, if the names begin alike.
        first_words = {join_key(listings[position].name).split(" ")[0][:4] for position in same}
        if len(first_words) == 1:
            yield same


def join_key(name: str) -> str:
    """What two spellings of one firm's name have in common: core name, folded, marks and "Group" and "Holdings" left out."""
    return " ".join(name_words(fold(short_name(core_name(name))).replace(".", "").replace("'", "")))


def _domicile(listing: Listing) -> str:
    # Greater China's firms are given now under one, now under the other country.
    return "CN" if listing.country in {"CN", "HK", "KY"} else listing.country


_AMERICAN_FORMS: Final = re.compile(r"\b(?:inc|incorporated|corp|corporation|company|llc|lp|l\.p)\.?\Z", re.IGNORECASE)


def resettled(group: Sequence[Listing]) -> tuple[Listing, ...]:
    """The group with the country put right where the source has a firm as American that is listed in one other country only.

    The source fills gaps with "United States". A legal form used in America speaks for it, so such a firm stays American.
    The size was filled in the same way, so it goes too.
    """
    homes = {EXCHANGES[listing.mic].country for listing in group if not _is_order_book(listing)}
    if {listing.country for listing in group} != {"US"} or len(homes) != 1 or "US" in homes:
        return tuple(group)
    if any(_AMERICAN_FORMS.search(listing.name) for listing in group):
        return tuple(group)
    return tuple(replace(listing, country=min(homes), size=None) for listing in group)


def home_first(group: Sequence[Listing]) -> tuple[Listing, ...]:
    """The listings of one firm, home first; empty if none of them can be its home."""
    countries = [listing.country for listing in group]
    country = max(sorted(set(countries)), key=countries.count)
    main = _MAIN_MARKETS.get(country) or tuple(
        mic for mic, exchange in EXCHANGES.items() if exchange.country == country
    )

    def place(listing: Listing) -> tuple[int, int, int, str]:
        at_home = listing.mic in main
        if at_home and not (listing.receipt and listing.mic == "BVMF"):
            return 0, main.index(listing.mic), len(listing.ticker), listing.ticker
        if listing.mic in _WORLD_MARKETS and not _is_order_book(listing):
            return 1, _WORLD_MARKETS.index(listing.mic), len(listing.ticker), listing.ticker
        if listing.mic in _EUROPEAN_MARKETS and country in _EUROPEAN_DOMICILES and not _is_order_book(listing):
            return 2, _EUROPEAN_MARKETS.index(listing.mic), len(listing.ticker), listing.ticker
        return 3, 0, len(listing.ticker), listing.code

    ordered = sorted(group, key=place)
    return tuple(ordered) if place(ordered[0])[0] < 3 else ()


def _is_order_book(listing: Listing) -> bool:
    return listing.receipt and listing.mic in {"XLON", "XMIL", "BVMF"}


# Markets where many foreign shares are quoted under the name of the firm and, in the source, with the market's own country.
_GUEST_MARKETS: Final = frozenset({"XBUE", "XSGO", "XMEX", "XBUD", "XSES", "XETR", "XSWX", "XMIL"})


def without_guests(firms: Sequence[tuple[Listing, ...]]) -> list[tuple[Listing, ...]]:
    """Firms on guest markets joined to the better-known firm of the same name that they are."""
    by_name: dict[str, list[tuple[Listing, ...]]] = defaultdict(list)
    for firm in firms:
        by_name[join_key(firm[0].name)].append(firm)
    joined: list[tuple[Listing, ...]] = []
    for same in by_name.values():
        host = max(same, key=lambda firm: (firm[0].mic not in _GUEST_MARKETS, _rank_of(_firm_size(firm))))
        guests = [firm for firm in same if firm is not host and _is_guest(firm, host)]
        joined.append((*host, *(listing for guest in guests for listing in guest)))
        joined.extend(firm for firm in same if firm is not host and firm not in guests)
    return joined


def _is_guest(firm: Sequence[Listing], host: Sequence[Listing]) -> bool:
    sizes = (_firm_size(firm), _firm_size(host))
    known = _rank_of(sizes[1]) >= SIZES.index("mid")
    return known and firm[0].mic in _GUEST_MARKETS and (sizes[0] is None or sizes[0] == sizes[1])


# ---- 4. names

_ABBREVIATIONS: Final = frozenset(
    """ai api ar art bis bp bps boe boj ceo cfo cia cio coo cpi crb ecb ecu eec ema eps esg etf eu eur fbi fca fda fed fomc fx gatt gbp
    gcc gdp gmt hr ipo imf it itc jpy ldp lng lpg led mba mou mtn nato nav ngo nse oecd opec otc pbt pc pct pmi ppi pr psi qe
    r&d rba rbi rmb roe sdr sec sme spac stp tba tv uae uk un us usa usd vat vip vix who wto yen yoy ytd m0 m1 m2 m3 q1 q2 q3 q4 h1 h2 g7 g20 tel fax inc ltd""".split()
)
"""Short forms that newspapers use for something else than a firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one firm."""

    name: str
    strong: tuple[str, ...]
    weak: tuple[str, ...]


def names_of(name: str, size: str | None, country: str) -> Names:
    """Full name, core name and short name of a firm, each classed by `is_safe`."""
    core = core_name(name)
    short = short_name(core)
    strong: list[str] = []
    weak: list[str] = []
    for alias in dict.fromkeys((name, core, short)):
        if len(alias) < 2 or (len(alias) == 2 and not alias.isupper()):
            continue
        legal = alias == name and core != name
        if legal or is_safe(alias, size, country, shortened=alias == short != core):
            strong.append(alias)
        elif alias == name or is_worth_confirming(alias, size):
            weak.append(alias)
    trunk = trunk_name(short)
    if trunk is not None and _rank_of(size) >= SIZES.index("small") and trunk not in {*strong, *weak}:
        weak.append(trunk)
    return Names(name=name, strong=tuple(strong), weak=tuple(weak))


_DESCRIPTIONS: Final = frozenset(
    """technologies technology systems semiconductor semiconductors pharmaceuticals pharmaceutical pharma therapeutics biosciences
    bioscience biopharma biotech biotherapeutics biologics energy industries industry industrial international motor motors electric
    electronics laboratories labs software financial finance communications communication networks network entertainment brands foods
    food resources properties property materials sciences science health healthcare medical platforms interactive global worldwide
    solutions services service insurance assurance bank banking bancorp bancshares chemical chemicals airlines airways mining mines
    petroleum automotive automobile auto steel cement enterprise enterprises products instruments digital media partners capital
    investments investment investors realty reit trust logistics shipping maritime marine engineering construction machinery power gas
    oil metals minerals gold lithium uranium stores retail hotels resorts restaurants cosmetics beverages breweries telecom
    telecommunications mobile wireless cloud security cybersecurity robotics ai computing computer computers data analytics oncology
    genetics genomics diagnostics devices surgical cars aerospace defense defence tyres tires rubber glass paper packaging plastics
    textile textiles apparel fashion footwear sportswear furniture realtors homes housing developers developments infrastructure infra
    renewables renewable solar wind utilities water environmental agri agro agriculture fertilisers fertilizers sugar dairy tea
    coffee tobacco spirits holding holdings group bio gaming games studios pictures music sports education learning travel leisure
    commerce ecommerce payments pay asset management ventures trading india japan china corporation""".split()
)
"""What firms do; newspapers leave these words away once the name stands out without them."""


def trunk_name(short: str) -> str | None:
    """The one telling word of a name of which all other words say what the firm does; None if it isn't so.

    "Agilent Technologies" gives "Agilent"; "First Solar" gives None, since "First" is in the dictionary.
    """
    first, *others = short.split()
    word = first.strip(".,")
    told = others and all(fold(other).strip(".,") in _DESCRIPTIONS for other in others)
    return word if told and len(word) >= 4 and word.isalpha() and not is_common([word]) and not word.isupper() else None


def is_safe(alias: str, size: str | None, country: str, *, shortened: bool = False) -> bool:
    """Whether a name without legal form can only mean this firm, for all a reader knows.

    One word: the firm is large and the word is in no dictionary, or of middle size and the word is no likely family name.
    Two words: ordinary words only for firms from middle size up. Three and more: safe, unless all words are generic.
    """
    rank = _rank_of(size)
    words = name_words(alias)
    if not words or fold(alias) in _ABBREVIATIONS:
        return False
    if len(words) == 1:
        return _is_safe_word(words[0], rank, country)
    if is_exact(alias):
        return rank >= SIZES.index("mid")
    if all(fold(word) in _DESCRIPTIONS for word in words):
        return False
    ordinary = is_common(words)
    if len(words) == 2:
        return rank >= SIZES.index("mid") if ordinary else rank >= SIZES.index("small") or not shortened
    return not ordinary or rank >= SIZES.index("small") or len(words) >= 4


def is_worth_confirming(alias: str, size: str | None) -> bool:
    """Whether an unsafe name is worth keeping as a weak one: not if it is a word of every day and the firm hardly known."""
    words = name_words(alias)
    if fold(alias) in _ABBREVIATIONS or all(fold(word) in _DESCRIPTIONS for word in words):
        return False
    return len(words) > 1 or not is_common(words) or _rank_of(size) >= SIZES.index("mid")


def is_safe_in_press(alias: str) -> bool:
    """Whether a name that newspapers are known to use can stand alone: several words that aren't all trade, or a rare word."""
    words = name_words(alias)
    if fold(alias) in _ABBREVIATIONS or all(fold(word) in _DESCRIPTIONS for word in words):
        return False
    return len(words) > 1 or (len(alias) >= 4 and not is_common(words))


# Countries where one word in a name is mostly a family name, so that even an unknown word may be a person.
_FAMILY_NAME_COUNTRIES: Final = frozenset(
    {"JP", "CN", "HK", "TW", "KR", "IN", "ID", "TH", "MY", "SG", "TR", "IL", "LK", "VN", "SA", "EG"}
)


def _is_safe_word(word: str, rank: int, country: str) -> bool:
    if is_common([word]) or word.isdigit() or fold(word) in _DESCRIPTIONS:
        return False
    if is_exact(word):
        return rank >= SIZES.index("mid") and len(word) >= 2
    if rank >= SIZES.index("mid"):
        return len(word) >= 3
    return rank == SIZES.index("small") and len(word) >= 6 and country not in _FAMILY_NAME_COUNTRIES


# ---- 5. names from other lists

_JAPANESE_LEGAL: Final = re.compile(r"株式会社|（株）|\(株\)|有限会社|合同会社|相互会社")


def japanese_names(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Japanese name without legal form by Tokyo ticker: "6758" gives "ソニー"."""
    found: dict[str, str] = {}
    for row in rows:
        code = (row.get("証券コード") or "").strip()
        name = _JAPANESE_LEGAL.sub("", row.get("会社名") or "").strip().replace("　", " ")
        if len(code) == 5 and code.endswith("0") and name:
            found.setdefault(code[:4], name)
    return found


def is_safe_japanese(name: str) -> bool:
    """Whether a Japanese name can stand without "株式会社": four signs or more, or three of which one is katakana or Latin."""
    if len(name) >= 4:
        return not name.isascii()
    return len(name) == 3 and bool(re.search(r"[ァ-ヶA-Za-zＡ-Ｚ]", name))


def indian_names(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Newspaper names by NSE symbol, the symbol itself and whole sectors left out."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        symbol = row["Symbol"].strip()
        names = tuple(name.strip() for name in row["Entity"].split(", ") if name.strip() and name.strip() != symbol)
        if names:
            found.setdefault(symbol, names)
    return found


# ---- entities


def company_entities(
    listings: Iterable[Listing], *, japanese: Mapping[str, str], indian: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Entries of the registry for all firms among `listings`, in order of id."""
    firms = without_guests([firm for firm in map(home_first, map(resettled, grouped(listings))) if firm])
    isins = _unique_isins(firms)
    trunks = _trunk_holders(firms)
    entries: dict[str, dict[str, Any]] = {}
    for firm in sorted(firms, key=lambda firm: (-_rank_of(_firm_size(firm)), firm[0].code)):
        entry = _entry(firm, isins, japanese, indian, trunks)
        entries.setdefault(entry["id"], entry)
    return [entries[entity_id] for entity_id in sorted(entries)]


def _rank_of(size: str | None) -> int:
    """0 for unknown or nano to 5 for mega."""
    return max(0, _SIZE_NAMES.index(size)) if size in _SIZE_NAMES else 0


_SIZE_NAMES: Final[tuple[str, ...]] = tuple(SIZES)


def _firm_size(firm: Sequence[Listing]) -> str | None:
    """The home listing's class; where it has none, the smallest among the others, to be careful."""
    if firm[0].size is not None:
        return firm[0].size
    return min((listing.size for listing in firm if listing.size), key=_rank_of, default=None)


def _trunk_holders(firms: Iterable[Sequence[Listing]]) -> Mapping[str, int]:
    """How many firms from small size up have a name that begins with the word, by folded word."""
    holders: dict[str, int] = defaultdict(int)
    for firm in firms:
        if _rank_of(_firm_size(firm)) >= SIZES.index("small"):
            holders[fold(firm[0].name.split()[0]).strip(".,")] += 1
    return holders


def _unique_isins(firms: Iterable[Sequence[Listing]]) -> frozenset[str]:
    """ISINs that stand for one firm only; one that the source gives to several is wrong for all but one."""
    holders: dict[str, set[str]] = defaultdict(set)
    for firm in firms:
        for listing in firm:
            holders[listing.isin].add(firm[0].code)
    return frozenset(isin for isin, codes in holders.items() if isin and len(codes) == 1)


def _entry(
    firm: Sequence[Listing],
    isins: frozenset[str],
    japanese: Mapping[str, str],
    indian: Mapping[str, Sequence[str]],
    trunks: Mapping[str, int],
) -> dict[str, Any]:
    home = firm[0]
    size = _firm_size(firm)
    names = names_of(_best_name(firm), size, home.country)
    strong, weak = list(names.strong), list(names.weak)
    trunk = trunk_name(short_name(core_name(names.name)))
    if trunk in weak and _rank_of(size) >= SIZES.index("large") and trunks.get(fold(trunk), 0) == 1:
        weak.remove(trunk)
        strong.append(trunk)
    if home.mic == "XTKS" and home.ticker in japanese:
        own = japanese[home.ticker]
        if fold(own) not in map(fold, (*strong, *weak)):
            (strong if is_safe_japanese(own) else weak).append(own)
    for alias in (alias for listing in firm if listing.mic == "XNSE" for alias in indian.get(listing.ticker, ())):
        if core_name(alias) != alias or is_safe_in_press(alias):
            weak = [name for name in weak if fold(name) != fold(alias)]
            strong.append(alias)
        elif fold(alias) not in map(fold, strong) and is_worth_confirming(alias, size):
            weak.append(alias)
    strong = list({fold(name): name for name in reversed(strong)}.values())[::-1]
    entry: dict[str, Any] = {"id": f"company:{home.ticker}{EXCHANGES[home.mic].yahoo}", "name": names.name}
    aliases = [name for name in dict.fromkeys(strong) if name != names.name]
    if aliases:
        entry["aliases"] = aliases
    if weak:
        entry["weak_aliases"] = list(dict.fromkeys(weak))
    entry["listings"] = list(dict.fromkeys(listing.code for listing in firm))
    symbols = [{"scheme": "isin", "value": isin} for isin in dict.fromkeys(x.isin for x in firm) if isin in isins]
    if home.figi:
        symbols.append({"scheme": "figi", "value": home.figi})
    if symbols:
        entry["symbols"] = symbols
    if size:
        entry["size"] = size
    if home.sector:
        entry["sector"] = _SECTORS.get(home.sector, home.sector)
    entry["country"] = home.country
    return entry


# The source mixes two classifications; one word each is enough here.
_SECTORS: Final[Mapping[str, str]] = {
    "Finance": "Financials",
    "Technology": "Information Technology",
    "Basic Materials": "Materials",
    "Telecommunications": "Communication Services",
}


def _best_name(firm: Sequence[Listing]) -> str:
    """The home listing's name, unless it is in capitals or cut short and another listing spells it out."""
    name = firm[0].name
    others = [listing.name for listing in firm if fold(core_name(listing.name)) == fold(core_name(name))]
    mixed = [other for other in others if not other.isupper()]
    return mixed[0] if name.isupper() and mixed else name


# ---- files


def build(
    gazetteers_dir: Path, out_dir: Path, *, indian_names_dir: Path | None = None, progress: Progress | None = None
) -> int:
    """Write `companies.jsonl` to `out_dir` from the listings in `gazetteers_dir`; the number of companies.

    `gazetteers_dir` holds `equities.csv.gz` and, if there, `edi_security_list.csv`; `entity_list_comprehensive.csv` is taken
    from `indian_names_dir`, the same directory or its sibling `sentfin`. Raises BuildError for a missing or unreadable
    listings file.
    """
    tell = progress or (lambda step, count: None)
    rows = _rows(gazetteers_dir / LISTINGS_FILE)
    tell("rows of listings", len(rows))
    countries = _country_codes()
    listings = list(read_listings(rows, countries))
    tell("shares of firms", len(listings))
    japanese = japanese_names(_optional_rows(gazetteers_dir / JAPANESE_NAMES_FILE))
    tell("Japanese names", len(japanese))
    indian = indian_names(_optional_rows(_indian_file(gazetteers_dir, indian_names_dir)))
    tell("Indian names", len(indian))
    entries = company_entities(listings, japanese=japanese, indian=indian)
    out_dir.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries)
    (out_dir / OUTPUT_FILE).write_text(content, encoding="utf-8")
    tell("companies", len(entries))
    return len(entries)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BuildError(path, str(error)) from error
    if path.name == LISTINGS_FILE:
        missing = {"symbol", "name", "mic", "country", "sector", "market_cap", "isin", "figi", "composite_figi"} - set(
            rows[0] if rows else ()
        )
        if missing:
            raise BuildError(path, f"columns missing: {', '.join(sorted(missing))}")
    return rows


def _optional_rows(path: Path | None) -> list[dict[str, str]]:
    return _rows(path) if path is not None and path.exists() else []


def _indian_file(gazetteers_dir: Path, given: Path | None) -> Path | None:
    places = [given] if given is not None else [gazetteers_dir, gazetteers_dir.parent / "sentfin"]
    return next((place / INDIAN_NAMES_FILE for place in places if (place / INDIAN_NAMES_FILE).exists()), None)


def _country_codes() -> dict[str, str]:
    registry = load_registry([SHIPPED / "countries.jsonl"], shipped=None)
    codes = {}
    for entity in registry.entities.values():
        if entity.country is not None:
            for name in (entity.name, *entity.aliases, *entity.weak_aliases):
                codes[fold(name)] = entity.country
    return codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Build from the command line, with a line of progress a step."""
    from rich.progress import Progress as Bar

    parser = argparse.ArgumentParser(
        prog="python -m streams.data.build", description="Build the registry's companies from listings."
    )
    parser.add_argument("--from", dest="source", type=Path, required=True, help="directory with equities.csv.gz")
    parser.add_argument("--to", dest="target", type=Path, default=SHIPPED, help="where companies.jsonl is written")
    options = parser.parse_args(arguments)
    with Bar(transient=True) as bar:
        task = bar.add_task("reading listings", total=5)

        def tell(step: str, count: int) -> None:
            bar.console.print(f"{count:>9,}  {step}")
            bar.advance(task)

        build(options.source, options.target, progress=tell)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
