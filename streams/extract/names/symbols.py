"""Tickers, RICs and cashtags in a text, and the entities that the registry knows by them.

Forms: `<.N225>`, `<AAPL.O>`, `<F>` (wires), `$X`, `$^N225`, `$6501.T` (cashtags), `(NASDAQ: AAPL)`, `TYO: 7203`
(exchange and ticker, also several in one bracket), `(7203.T)`, `7203.T`, `VOD.L`, `BRK-B` (Yahoo), `^N225`, `.N225`,
`NVDA`. Strategy: each opening mark has one linear pattern, which is not tried in a text without the mark. A symbol that
the registry does not know is kept, because beside a name it says that the name is a firm's; a symbol without any mark
around it counts only where the registry knows it.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final, NamedTuple

from streams.data.exchanges import MICS_BY_PREFIX
from streams.data.registry import Registry
from streams.extract.names.reading_text import ReadingText


class Written(Enum):
    """The form a symbol is written in."""

    RIC = "ric"
    """`<AAPL.O>`, `<.N225>`."""
    TICKER = "ticker"
    """`<F>`: a ticker in angle brackets, as wires wrote it before RICs."""
    CASHTAG = "cashtag"
    LISTING = "listing"
    """`NASDAQ: AAPL`."""
    YAHOO = "yahoo"
    BARE = "bare"
    """`(AAPL)`: letters in brackets, which may be anything."""
    PLAIN = "plain"
    """`NVDA`: a ticker as a word, which counts only where the words around are of a firm or the firm is named too."""


class SymbolHit(NamedTuple):
    """A symbol at a place of the text."""

    start: int
    """First character, brackets and `$` included where they belong to the form."""
    end: int
    """One past the last."""
    written: Written
    """The form in which it is written."""
    value: str
    """The symbol without brackets and `$`."""
    entity: str | None
    """Id of the entity that the registry knows by the symbol, or None."""


_ANGLE: Final = re.compile(r"<(\.?[A-Z0-9][A-Za-z0-9.^=_-]{0,19})>")
_CASHTAG: Final = re.compile(
    r"(?<![\w$])\$(\^[A-Z0-9.]{1,9}|[A-Z][A-Z0-9]{0,6}(?:[.-][A-Z]{1,3})?|\d{3,6}\.[A-Z]{1,3})(?::(CA))?(?![\w^])"
)
# The brackets of a link may stand around the ticker: "(NYSE: [CCL](#quote))".
_COLON: Final = re.compile(r":\s?[$\[]?([A-Z0-9][A-Z0-9.&-]{0,11})(?!\w|,\d{3})(?:\](?:\([^()\s]{0,80}\))?)?")
_PREFIX: Final = re.compile(r"(?:^|[^\w.])((?:[A-Z]{2,9}/)?[A-Za-z][A-Za-z0-9]{1,9}(?:[ -][A-Za-z]{2,9})?)\s?$")
_LONGEST_PREFIX: Final = 32
# Further tickers of the same firm in the same bracket: "(NYSE: EVEX, EVEXW; B3: EVEB31)".
_FURTHER: Final = re.compile(
    r"\s?(?:[,;/&]|and(?=\s))\s?(?:([A-Z][A-Za-z0-9]{1,9}):\s?)?\$?([A-Z0-9][A-Z0-9.-]{0,9})(?=\s?[,;/&)\]]|\sand\s)"
)
_MOST_FURTHER: Final = 8
# Without a mark around it a symbol counts only if the registry knows it, so no word with a full stop is taken for one.
_YAHOO: Final = re.compile(r"(?<![\w.$<^/@-])([A-Z0-9][A-Z0-9&-]{1,11}\.[A-Z]{1,3}|[A-Z]{2,4}-[A-Z])(?![\w>-]|[.@]\w)")
_PLAIN: Final = re.compile(r"(?<![\w.$^<(/@#&:-])[A-Z]{3,5}(?![\w&/@-]|\.\w)")
_BRACKETED: Final = re.compile(r"\(\$?([A-Z][A-Z0-9]{0,5}(?:[.-][A-Z]{1,3})?)\)")
_CARET: Final = re.compile(r"(?<![\w$])\^([A-Z][A-Z0-9.]{1,9})(?!\w)")

# A RIC of an index without brackets: ".N225 gained 1%".
_DOTTED: Final = re.compile(r"\.(?<![\w.]\.)([A-Z][A-Z0-9]{1,11})(?![\w.]\w)")
# The pattern begins with a plain character because the engine skips to it.
_HAS_YAHOO: Final = re.compile(r"[.-](?<=[A-Z0-9][A-Z0-9][.-])[A-Z]")

# RICs of rates, currencies and contracts (`<JPY=>`, `<LCOc1>`, `<US10YT=RR>`) are never a firm's.
_NO_SHARE: Final = re.compile(r"=|(?:c|cv)\d+$|-RR$")
# These RIC suffixes name a tier (consolidated, Nasdaq tiers); the value is the suffix under which it is known.
_SAME_RIC: Final = {"OQ": "O", "OB": "O", "K": "N"}
_MONEY: Final = frozenset(
    {"USD", "EUR", "GBP", "JPY", "CNY", "AUD", "CAD", "NZD", "HKD", "SGD", "US", "CA", "BN", "MN", "TN", "M", "B"}
)


def symbols(text: ReadingText, registry: Registry) -> list[SymbolHit]:
    """The symbols in text order, without overlaps. The work is linear in the text."""
    full = text.full
    found: list[SymbolHit] = []
    for sign, pattern, read in _FORMS:
        if sign in full:
            found += filter(None, (read(mark, registry) for mark in pattern.finditer(full)))
    if _HAS_YAHOO.search(full) is not None:
        found += filter(None, (_yahoo(mark, registry) for mark in _YAHOO.finditer(full)))
    if len(found) > 1:
        found.sort(key=_in_order)
        found = _without_overlaps(found)
    return [hit for hit in found if text.is_story(hit.start, hit.end)]


def plain_tickers(text: ReadingText, registry: Registry) -> Iterator[SymbolHit]:
    """The free words in capitals that are American tickers: "NVDA". Whether they count is told by the rest."""
    for mark in _PLAIN.finditer(text.full):
        entity = registry.find_symbol("yahoo", mark[0])
        if entity is not None and text.is_free(*mark.span()) and text.is_story(*mark.span()):
            yield SymbolHit(mark.start(), mark.end(), Written.PLAIN, mark[0], entity)


def find_ric(registry: Registry, value: str) -> str | None:
    """The entity of a RIC; tiers of one exchange are the same: `AAPL.OQ` is `AAPL.O`."""
    table = registry.symbols.get("ric", {})
    found = table.get(value)
    if found is None:
        stem, dot, suffix = value.rpartition(".")
        if dot and stem:
            found = table.get(f"{stem}.{_SAME_RIC.get(suffix, suffix)}") or table.get(f"{stem.upper()}.{suffix}")
            # New York and Nasdaq are often mistaken for each other, and firms move.
            if found is None and suffix in _UNITED_STATES:
                found = registry.find_symbol("yahoo", stem.upper()) or _class_share(registry, stem)
            elif found is None:
                found = find_yahoo(registry, value)
    return found


_CLASSES: Final = frozenset("ABC")
_UNITED_STATES: Final = frozenset({"N", "O", "OQ", "K", "A", "P"})


def find_cashtag(registry: Registry, value: str) -> str | None:
    """The entity of a cashtag, with or without the suffix of its exchange."""
    return registry.find_symbol("cashtag", value) or find_yahoo(registry, value)


def find_yahoo(registry: Registry, value: str) -> str | None:
    """The entity of a symbol as Yahoo writes it; `BRK.B` is `BRK-B`."""
    found = registry.find_symbol("yahoo", value)
    if found is None and "." in value:
        stem, _, suffix = value.rpartition(".")
        if len(suffix) == 1 and stem.isalpha():
            found = registry.find_symbol("yahoo", f"{stem}-{suffix}") or _of_a_class(registry, stem, suffix)
        elif suffix == "HK":
            found = registry.find_symbol("yahoo", f"{stem.lstrip('0').zfill(4)}.HK")
    elif found is None and "-" in value:
        stem, _, letter = value.partition("-")
        found = _of_a_class(registry, stem, letter)
    return found


def _of_a_class(registry: Registry, stem: str, letter: str) -> str | None:
    """The firm of a class of shares that has no entry of its own: `HEI.A`, `LEN-B`."""
    if letter not in _CLASSES:
        return None
    found = registry.find_symbol("yahoo", stem)
    return found if found is not None and registry.entities[found].country == "US" else None


def is_share(value: str) -> bool:
    """Whether a RIC can be that of a share: neither index nor rate, currency or contract."""
    return not value.startswith(".") and _NO_SHARE.search(value) is None


def _class_share(registry: Registry, stem: str) -> str | None:
    """The entity of a RIC with the class of share in lower case: `BRKb` is `BRK-B`."""
    if len(stem) > 1 and stem[-1].islower() and stem[:-1].isupper():
        return registry.find_symbol("yahoo", f"{stem[:-1]}-{stem[-1].upper()}")
    return None


# ---- forms


def _angle(mark: re.Match[str], registry: Registry) -> SymbolHit:
    value = mark[1].rstrip(".")
    if "." in value or not value.isalpha():
        return SymbolHit(mark.start(), mark.end(), Written.RIC, value, find_ric(registry, value))
    return SymbolHit(mark.start(), mark.end(), Written.TICKER, value, registry.find_symbol("yahoo", value))


def _cashtag(mark: re.Match[str], registry: Registry) -> SymbolHit | None:
    if mark[1] in _MONEY:
        return None
    entity = registry.find_ticker("TSX", mark[1]) if mark[2] else None
    return SymbolHit(mark.start(), mark.end(), Written.CASHTAG, mark[1], entity or find_cashtag(registry, mark[1]))


def _caret(mark: re.Match[str], registry: Registry) -> SymbolHit | None:
    entity = registry.find_symbol("yahoo", mark[0])
    return None if entity is None else SymbolHit(mark.start(), mark.end(), Written.YAHOO, mark[0], entity)


def _dotted(mark: re.Match[str], registry: Registry) -> SymbolHit | None:
    entity = find_ric(registry, mark[0])
    return None if entity is None else SymbolHit(mark.start(), mark.end(), Written.RIC, mark[0], entity)


def _bracketed(mark: re.Match[str], registry: Registry) -> SymbolHit:
    return SymbolHit(mark.start(1), mark.end(1), Written.BARE, mark[1], find_yahoo(registry, mark[1]))


def _yahoo(mark: re.Match[str], registry: Registry) -> SymbolHit | None:
    entity = find_yahoo(registry, mark[1])
    if entity is None and not mark[1][0].isdigit():
        return None
    return SymbolHit(mark.start(1), mark.end(1), Written.YAHOO, mark[1], entity)


def _listing(mark: re.Match[str], registry: Registry) -> SymbolHit | None:
    full = mark.string
    at = mark.start()
    before = _PREFIX.search(full, max(0, at - _LONGEST_PREFIX), at)
    if before is None:
        return None
    prefix, start = before[1], before.start(1)
    if prefix.upper() not in MICS_BY_PREFIX:
        # In "the Nasdaq: AAPL" and "NYSE/LSE: CCL" only the last word may be the exchange.
        last = re.split("[ /-]", prefix)[-1]
        if last == prefix or last.upper() not in MICS_BY_PREFIX:
            return None
        if "/" not in prefix:
            start += len(prefix) - len(last)
        prefix = last
    ticker = mark[1].rstrip(".&-")
    if not prefix[0].isupper() or not ticker:
        return None
    entity = registry.find_ticker(prefix, ticker) or find_yahoo(registry, ticker)
    # A clock time or a sentence behind "LSE:" is no ticker.
    if entity is None and (len(ticker) > 6 or (ticker.isdigit() and prefix.upper() in _LETTERS_ONLY)):
        return None
    end = mark.start(1) + len(ticker) if mark.end() == mark.end(1) else mark.end()
    if full[start - 1 : start] in {"(", "["}:
        entity, end = _with_further(full, end, entity, registry)
    return SymbolHit(start, end, Written.LISTING, f"{prefix.upper()}:{ticker}", entity)


def _with_further(full: str, end: int, entity: str | None, registry: Registry) -> tuple[str | None, int]:
    """The entity and the end of all tickers in one bracket; the first that the registry knows tells the entity."""
    for _ in range(_MOST_FURTHER):
        more = _FURTHER.match(full, end)
        if more is None:
            break
        if entity is None:
            entity = (registry.find_ticker(more[1], more[2]) if more[1] else None) or find_yahoo(registry, more[2])
        end = more.end()
    return entity, end


_LETTERS_ONLY: Final = frozenset({"NYSE", "NASDAQ", "LSE", "LON", "ASX", "TSX", "AMEX", "NSE"})


# A pattern is tried only in a text that has its sign.
_FORMS: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], Registry], SymbolHit | None]], ...]] = (
    ("<", _ANGLE, _angle),
    ("$", _CASHTAG, _cashtag),
    (":", _COLON, _listing),
    ("^", _CARET, _caret),
    (".", _DOTTED, _dotted),
    ("(", _BRACKETED, _bracketed),
)


def _in_order(hit: SymbolHit) -> tuple[int, int]:
    return hit.start, -hit.end


def _without_overlaps(found: list[SymbolHit]) -> list[SymbolHit]:
    chosen: list[SymbolHit] = []
    for hit in found:
        if not chosen or hit.start >= chosen[-1].end:
            chosen.append(hit)
    return chosen
