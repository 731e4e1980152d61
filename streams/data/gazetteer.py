"""Rows of public lists turned into values: shares of firms, Japanese names, Indian newspaper names.

The list of shares (FinanceDatabase) has one row per share and market, with bonds, funds, warrants, preferred shares and
receipts among them. A row is kept if its ticker has the form of an ordinary share on its market and its name does not
speak of another security; words that describe the share ("Class A Common Stock") are removed from the name. It is
better to lose a firm here than to take a fund for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from streams.data.entries import LONGEST_NAME
from streams.data.exchanges import AMERICAN, EXCHANGES
from streams.data.folding import fold
from streams.data.names import core_name, is_common, name_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One share on one market."""

    mic: str
    ticker: str
    """As Yahoo writes it, without suffix."""
    name: str
    """The name as given, without the words for share class and receipt."""
    country: str
    """ISO 3166 alpha-2 of the firm's country, or of the market's where the source gives none."""
    size: str | None
    sector: str | None
    isin: str
    figi: str
    receipt: bool
    """True for a depositary receipt or another secondary form, which is never a home listing in the firm's own
    country."""

    @property
    def code(self) -> str:
        """`MIC:TICKER`."""
        return f"{self.mic}:{self.ticker}"


# Market codes of the source that name a segment or are out of date, and the codes used here.
_MIC: Final[Mapping[str, str]] = {"XJPX": "XTKS", "XKON": "XKOS"}

# Yahoo's suffixes, for rows whose market is blank.
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

# Words that show that the row is no share of a firm.
_NO_SHARE: Final = re.compile(
    r"""\b(?:etf|etfs|etn(?!\.)|etp|ucits|funds?|fundo|fonds|fondo|warrants?|notes|bonds|debentures?|preferred|preference
    |prefs|cumulative|perpetual|redeemable|certificates|tracker|ishares|spdr|wisdomtree|lyxor|xtrackers|amundi\ index
    |vanguard\ (?:s&p|ftse)|proshares|direxion|leverage\ shares|invesco\ (?:qqq|s&p)|nifty|index\ (?:fund|linked)|idx
    |leveraged|inverse|convertible\ (?:bond|note)|income\ securities|swap|zero\ div|zdp|cw\ (?:call|put)|subordinated
    |structured\ products|tax\ free\ income|municipal\ (?:bond|income)|muni|stripped|s&p\ 500|[123]x|sgb|gilt|t-bill
    |capital\ securities|equity\ units?|trust\ units?|trups|quibs|pines|strats|saturns|entitlement|nil\ paid
    |partly\ paid|when\ issued|escrow|coupon|due\ \d{4}|\d+(?:\.\d+)?%)(?!\w)
    |%|\b(?:warrants?|rights?|units?|etc)\s*\Z""",
    re.IGNORECASE | re.VERBOSE,
)

# A receipt or a registry share stands for a share that is at home elsewhere.
_RECEIPT: Final = re.compile(
    r"\b(?:american depositary|depositary (?:receipts?|shares?|interests?)|adrs?|adss?|gdrs?|cdi|cedear|bdr|drc"
    r"|unsponsored|registry shares|new york (?:registry )?shares)\b",
    re.IGNORECASE,
)

# What matches, up to the end of the name, describes the share and not the firm.
_SHARE_WORDS: Final = re.compile(
    r"""[\s,\-–(]+(?:(?:sponsored|unsponsored|spon)\b.*|american\ depositary.*
    |depositary\ (?:receipts?|shares?|interests?).*
    |ad[rs]s?\b.*|gdrs?\b.*|cdi\b.*|new\ york\ (?:registry\ )?shares.*|registry\ shares.*|registered\Z
    |common\ (?:stock|shares?|units?|ordinary).*|(?:class|series)\ [a-z0-9]{1,2}\b.*|ordinary\ shares?.*
    |capital\ stock.*|registered\ shares?.*|reg\ shs.*|shares\ of\ beneficial.*
    |(?:sub(?:ordinate|\.)?|multiple|limited|non|restricted|variable)[\s-]+voting.*|voting\ shares.*
    |units?\ (?:each|representing).*|ord(?:inary)?\ (?:\d|[a-z]{3}\d|gbp|usd|npv).*|(?:ord|npv|ord\ npv)|pref
    |bearer\ shares.*|inhaber.*|namens.*|drc|\(ny\ .*)\s*$""",
    re.IGNORECASE | re.VERBOSE,
)

# What lists of shares add to a name: the state of incorporation, "(The)" for the alphabet's sake, a new issue.
_STOCK_LIST_MARKS: Final = re.compile(
    r"\s*\((?:the|holding co(?:mpany)?|hc|reit|new|de|md|nv|ny|delaware|d/b/a|ireland|uk|canada)\)"
    r"|^DBA\s+|(?<=Inc\.)\s+New\Z|\s*Common Stock\b.*",
    re.IGNORECASE,
)

_SIZE_LIMITS: Final = ((200e9, "mega"), (10e9, "large"), (2e9, "mid"), (300e6, "small"), (50e6, "micro"))
"""Lower limits in dollars of the classes that the source uses, for rows that give a figure instead."""


def read_listings(rows: Iterable[Mapping[str, str]], countries: Mapping[str, str]) -> Iterator[Listing]:
    """The rows that are shares of firms. `countries` gives alpha-2 codes by folded English name."""
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
    """The firm's name in the name of its share: "Sony Group Corporation American Depositary Shares" gives "Sony Group
    Corporation".
    """
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
    # On an American market a row without a country is mostly a young firm; elsewhere mostly a fund or certificate.
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
        # The order book for foreign shares has tickers that begin with a zero.
        return ticker.startswith("0")
    if mic == "XMIL":
        return ticker[0].isdigit()
    return bool(_RECEIPT.search(raw))


def is_isin(code: str) -> bool:
    """Whether `code` is an ISIN with a correct check digit (ISO 6166)."""
    if not re.match(r"[A-Z]{2}[A-Z0-9]{9}\d\Z", code):
        return False
    digits = "".join(str(int(character, 36)) for character in code)
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value // 10 + value % 10
    return total % 10 == 0


_SMALL_WORDS: Final = frozenset(
    [
        "of",
        "and",
        "the",
        "de",
        "la",
        "du",
        "des",
        "y",
        "e",
        "und",
        "et",
        "for",
        "in",
        "on",
        "to",
        "da",
        "do",
        "di",
        "del",
        "van",
        "von",
        "der",
    ]
)


def _display(name: str) -> str:
    """The name, in ordinary spelling if it is all in capitals: "TATA CONSUMER PRODUCTS LIMITED" gives "Tata Consumer
    Products Limited". Words that look like abbreviations keep their capitals.
    """
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


_JAPANESE_LEGAL: Final = re.compile(r"株式会社|（株）|\(株\)|有限会社|合同会社|相互会社")


def japanese_names(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """By Tokyo ticker, the Japanese name without its legal form: "6758" gives "ソニー"."""
    found: dict[str, str] = {}
    for row in rows:
        code = (row.get("証券コード") or "").strip()
        name = _JAPANESE_LEGAL.sub("", row.get("会社名") or "").strip().replace("　", " ")
        if len(code) == 5 and code.endswith("0") and name:
            found.setdefault(code[:4], name)
    return found


def indian_names(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """By NSE symbol, the names that newspapers use; the symbol itself is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        symbol = row["Symbol"].strip()
        names = tuple(name.strip() for name in row["Entity"].split(", ") if name.strip() and name.strip() != symbol)
        if names:
            found.setdefault(symbol, names)
    return found
