"""Numbers in text as values: percent, points, money, levels and counts, with unit, scale, sign, hedge and span.

Strategy. One linear pass finds runs of digits and number words. Small anchored patterns then read what stands around
each: currency and sign before it, scale and unit behind it, and any hedge and sign word before all of these.

Rules:

- A figure's value is signed when the text prints a sign ("−0.4%", an accountant's "($368 million)") or says up, down,
  plus or minus directly before it; `sign` is 0 otherwise. Verbs ("fell 0.4%") are left to the caller.
- Digits that name or date something are no figures (`numbered_names`): dates, years, clock times, telephone numbers,
  tickers (6501.T), "52-week", "COVID-19", "Section 301", and the numbers in names of indices (Nikkei 225, S&P 500).
- Grouping (`numerals`): 14,610.44 and 1,23,456 and 11'234.5; European 5.025,50 where the digits leave no doubt, or
  throughout when the caller says that the text writes decimals with a comma (`writes_decimal_comma`).
- A range ("1 to 2 percent", "between 3% and 4%") is one figure: `value` is the lower end, `upper` the other.
  "from 3% to 4%" is two figures: a change, no range; so is "3% to 4%" as in "rose 3% to 4%", unless it is
  called a range or stands behind "of" and a noun, or behind "to" ("sales of $60 billion to $62 billion").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from operator import methodcaller
from typing import Final, NamedTuple

from streams.data.index_names import IndexNames
from streams.extract.figures.numbered_names import belongs_to_name, names_date_or_time
from streams.extract.figures.numerals import (
    FRACTION_DECIMALS,
    LARGE_WORDS,
    PARTS,
    SMALL_WORDS,
    VULGAR_FRACTIONS,
    Numeral,
    read_cjk_scales,
    read_digits,
    read_mixed,
    read_part,
    read_words,
)
from streams.extract.text.word_list import words


class Unit(StrEnum):
    """What a figure counts."""

    PERCENT = "percent"
    PERCENTAGE_POINTS = "percentage_points"
    BASIS_POINTS = "basis_points"
    POINTS = "points"
    CURRENCY = "currency"
    PER_SHARE = "per_share"
    SHARES = "shares"
    COUNT = "count"


SUMS: Final = frozenset((Unit.CURRENCY, Unit.PER_SHARE))
"""The units of money."""


class Hedge(StrEnum):
    """How a figure is hedged."""

    ABOUT = "about"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    UP_TO = "up_to"


# A text needs these thousands of times, and parsing one each time takes most of the time of comparing two numbers.
_TENS: Final = {power: float(f"1e{power}") for power in range(-20, 21)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a text; `text[start:end]` holds sign, currency, digits, scale and unit."""

    start: int
    """First code point, printed sign and currency included."""
    end: int
    """One past the last code point, unit included."""
    head: int
    """First code point of the digits or number word, behind sign and currency."""
    value: float
    """In full units, signed as stated: "−0.4%" is -0.4, "13.9 trillion yen" 13900000000000, "34 cts" 0.34."""
    unit: Unit = Unit.COUNT
    """What it counts; a plain level is a count."""
    currency: str | None = None
    """ISO 4217 code for currency and per_share; None where the text leaves it open ("pesos")."""
    sign: int = 0
    """1 or -1 where the text prints a sign or says up or down directly before the number, else 0."""
    hedge: Hedge | None = None
    """The hedge directly before or behind it."""
    upper: float | None = None
    """The upper end of a range, unsigned."""
    power: int = 0
    """Power of ten of its scale word and unit: 12 for "13.9 trillion", -2 for "34 cts"."""
    decimals: int = 0
    """Decimals printed: 2 for "0.65 pct", 3 for a fraction; negative for a scale of Chinese characters (-4 for 5万)."""
    in_words: bool = False
    """True for a number in words, as in "two percent"."""

    @property
    def approximate(self) -> bool:
        """True where the text hedges the number or gives a range; "as much as" does not count as a hedge here."""
        return self.upper is not None or (self.hedge is not None and self.hedge is not Hedge.UP_TO)

    @property
    def magnitude(self) -> float:
        """The value without its sign."""
        return abs(self.value)

    @property
    def resolution(self) -> float:
        """Value of one unit of the last printed digit: 0.01 for "0.65 pct", 1e11 for "13.9 trillion"."""
        power = self.power - self.decimals
        return _TENS[power] if power in _TENS else float(f"1e{power}")


# ---- words of the field

_SCALES: Final[dict[str, int]] = {
    "trillion": 12, "trillions": 12, "trn": 12, "tln": 12, "tn": 12, "t": 12, "billion": 9, "billions": 9, "bln": 9,
    "bn": 9, "bil": 9, "b": 9, "million": 6, "millions": 6, "mln": 6, "mil": 6, "mio": 6, "mn": 6, "mm": 6, "m": 6,
    "thousand": 3, "k": 3, "hundred": 2, "lakh crore": 12, "lakh crores": 12, "crore": 7, "crores": 7, "cr": 7,
    "lakh": 5, "lakhs": 5,
}  # fmt: skip

_SYMBOLS: Final[dict[str, str]] = {
    "$": "USD", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD",
    "S$": "SGD", "SG$": "SGD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN", "£": "GBP", "€": "EUR", "¥": "JPY", "￥": "JPY",
    "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "฿": "THB", "Rs": "INR", "Rs.": "INR", "Re": "INR", "SFr": "CHF",
    "Sfr": "CHF", "RM": "MYR", "DM": "DEM",
}  # fmt: skip
_CODES: Final = words("""
    AED ARS AUD BRL CAD CHF CLP CNY COP CZK DEM DKK EUR FRF GBP HKD HUF IDR ILS INR ITL JPY KRW MXN MYR NLG NOK NZD PHP
    PKR PLN RMB RUB SAR SEK SGD THB TRY TWD USD VND ZAR
""")
_BEFORE: Final[dict[str, str]] = _SYMBOLS | {code: code for code in sorted(_CODES)} | {"RMB": "CNY"}

_DOLLARS: Final[dict[str, str]] = {
    "u.s.": "USD", "us": "USD", "australian": "AUD", "canadian": "CAD", "hong kong": "HKD", "h.k.": "HKD",
    "new zealand": "NZD", "n.z.": "NZD", "singapore": "SGD", "taiwan": "TWD",
}  # fmt: skip
_FRANCS: Final[dict[str, str]] = {"swiss": "CHF", "french": "FRF", "belgian": "BEF", "luxembourg": "LUF"}
_CROWNS: Final[dict[str, str]] = {
    "swedish": "SEK", "norwegian": "NOK", "danish": "DKK", "czech": "CZK", "icelandic": "ISK",
}  # fmt: skip
_PESOS: Final[dict[str, str]] = {
    "mexican": "MXN", "argentine": "ARS", "chilean": "CLP", "philippine": "PHP", "colombian": "COP",
}  # fmt: skip
_RUPEES: Final[dict[str, str]] = {"pakistani": "PKR", "pakistan": "PKR", "sri lankan": "LKR"}

# For each spelling: the currency where no nationality stands before it, the power of ten (cents are 1/100), and the
# currency by nationality. Wires of 1987 write dlrs, stg, marks.
_CURRENCIES: Final[dict[str, tuple[str | None, int, dict[str, str]]]] = {
    **dict.fromkeys(("dollars", "dollar", "dlrs", "dlr", "bucks"), ("USD", 0, _DOLLARS)),
    **dict.fromkeys(("cents", "cent", "cts", "ct"), ("USD", -2, _DOLLARS)),
    **dict.fromkeys(("yen", "円", "日元"), ("JPY", 0, {})),
    **dict.fromkeys(("pounds", "pound", "sterling", "stg"), ("GBP", 0, {"irish": "IEP", "egyptian": "EGP"})),
    **dict.fromkeys(("pence", "penny"), ("GBP", -2, {})),
    **dict.fromkeys(("euros", "euro", "ユーロ"), ("EUR", 0, {})),
    **dict.fromkeys(("eurocents", "eurocent"), ("EUR", -2, {})),
    "marks": ("DEM", 0, {"finnish": "FIM"}),
    **dict.fromkeys(("francs", "franc"), ("FRF", 0, _FRANCS)),
    **dict.fromkeys(("lire", "lira"), ("ITL", 0, {"turkish": "TRY"})),
    **dict.fromkeys(("guilders", "guilder"), ("NLG", 0, {})),
    **dict.fromkeys(("crowns", "crown", "kronor", "kroner", "krona", "krone"), (None, 0, _CROWNS)),
    **dict.fromkeys(("pesos", "peso"), (None, 0, _PESOS)),
    **dict.fromkeys(("yuan", "renminbi", "元"), ("CNY", 0, {})),
    **dict.fromkeys(("won", "ウォン"), ("KRW", 0, {})),
    **dict.fromkeys(("rupees", "rupee"), ("INR", 0, _RUPEES)),
    **dict.fromkeys(("paise", "paisa"), ("INR", -2, {})),
    **dict.fromkeys(("roubles", "rouble", "rubles", "ruble"), ("RUB", 0, {})),
    **dict.fromkeys(("riyals", "riyal"), (None, 0, {"saudi": "SAR"})),
    "rupiah": ("IDR", 0, {}), "ringgit": ("MYR", 0, {}), "baht": ("THB", 0, {}), "rand": ("ZAR", 0, {}),
    "reais": ("BRL", 0, {}), "dirhams": ("AED", 0, {}), "ドル": ("USD", 0, {}), "米ドル": ("USD", 0, {}),
}  # fmt: skip

_HEDGES: Final[dict[str, Hedge]] = {
    **dict.fromkeys(
        ("about", "around", "some", "roughly", "approximately", "approx", "approx.", "circa", "estimated", "near",
         "nearly", "almost", "virtually", "close to", "~", "c."), Hedge.ABOUT),
    **dict.fromkeys(
        ("over", "more than", "at least", "upwards of", "in excess of", "north of", "greater than", "no less than",
         "exceeding"), Hedge.MORE_THAN),
    **dict.fromkeys(("less than", "under", "fewer than", "at most", "south of", "no more than", "shy of"),
                    Hedge.LESS_THAN),
    **dict.fromkeys(("up to", "as much as", "as many as", "as high as", "as low as"), Hedge.UP_TO),
}  # fmt: skip
_LONGEST_HEDGE: Final = 3
# Words that may stand between hedge, sign and number: "down by just over a further 0.4%".
_FILLERS: Final = frozenset(
    ("a", "an", "the", "by", "just", "another", "further", "well", "only", "slightly", "nearer")
)
_SIGN_WORDS: Final[dict[str, int]] = {"up": 1, "plus": 1, "down": -1, "minus": -1}
# Behind these words brackets around a sum are a minus sign.
_BEFORE_ACCOUNTED: Final = words("of was were is to at vs versus against from with than eps ebitda")
# How many characters before a figure are searched for hedge and sign.
_LEFT: Final = 40

_NATIONALITIES: Final = frozenset(nation for _, _, by_nation in _CURRENCIES.values() for nation in by_nation)
_FIRST_OF_NATION: Final = frozenset(nation.split()[0] for nation in _NATIONALITIES if " " in nation)

_PERCENT_WORDS: Final = frozenset(("percent", "pct", "pc"))
_PERCENT_SIGNS: Final = frozenset("%％")
_POINT_WORDS: Final = frozenset(("points", "point", "pts", "pt"))
# Units of one word; units of two words are read in `_plain_unit`.
_UNITS: Final[dict[str, Unit]] = {
    **dict.fromkeys(("%", "％", "パーセント", *_PERCENT_WORDS), Unit.PERCENT),
    **dict.fromkeys(("ポイント", *_POINT_WORDS), Unit.POINTS),
    **dict.fromkeys(("pp", "pps", "ppt", "ppts"), Unit.PERCENTAGE_POINTS),
    **dict.fromkeys(("bp", "bps"), Unit.BASIS_POINTS),
    **dict.fromkeys(("shares", "shrs"), Unit.SHARES),
}
_UNIT_OF_POINTS: Final[dict[str, Unit]] = {
    **dict.fromkeys(("%", "percentage", *_PERCENT_WORDS), Unit.PERCENTAGE_POINTS),
    "basis": Unit.BASIS_POINTS,
    "index": Unit.POINTS,
}
_KINDS_OF_SHARES: Final = frozenset(("new", "common", "ordinary", "outstanding"))

# ---- patterns; no repetition can match what the pattern around it also matches, so all are linear


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_NUMBER_WORD: Final = _any_of((*SMALL_WORDS, *LARGE_WORDS))
_PART: Final = _any_of(PARTS)
_NUMERATOR: Final = "one|two|three|four|five|seven|nine"
# The pattern begins with a plain set of characters, because `re` scans fast for that form only.
_DIGITS: Final = re.compile(r"[0-9½¼¾⅛⅜⅝⅞](?:[0-9½¼¾⅛⅜⅝⅞]|[.,'’\u00a0\u202f\u2009/](?=[0-9]))*")
_FRACTION_LINKS: Final = ("-", " ")
_FRACTION_BEHIND: Final = re.compile(r"[- ][0-9]{1,2}/[0-9]{1,2}(?![0-9/])")
# This runs over text in lower case. The look-ahead is a trie of the first letters of number words, which makes a miss
# cheap.
_WORDS: Final = re.compile(
    r"(?<![a-z0-9])(?=one|t(?:w|h[ir]|en)|f(?:ou|i[vf]|or)|s(?:ix|ev)|e(?:ig|le)|nin|h(?:alf|un)|quart|zero|thous|a "
    r"(?:half|full|quart|thi|fif|fou|six|eig|te|hu|tho|[mbt]r?illion))"
    rf"(?:(?P<part>(?:(?:(?:a|{_NUMERATOR})[ -])?(?:half|quarters?)|(?:a|{_NUMERATOR})[ -](?:{_PART})s?)"
    rf"(?:[ -](?:of )?(?:an?|one|1)(?: full)?)?(?=[ -](?:percent|per cent|pct|point|basis)| ?%)"
    rf"|a(?= (?:hundred|thousand|million|billion|trillion)\b))"
    rf"|(?P<words>(?:{_NUMBER_WORD})(?:(?:[- ]| and )(?:{_NUMBER_WORD}))*(?: and (?:a |one-)?(?:half|quarter))?)\b)"
)
# "3/4 of 1 percent": the numeral of the percent belongs to the fraction before it.
_OF_ONE: Final = re.compile(
    r" of (?:an?|one|1)(?: full)?(?=[ -](?:percent|per cent|pct|point|basis)| ?%)", re.IGNORECASE
)
_START: Final = methodcaller("start")
_WORD_BEHIND: Final = re.compile(
    r"(?:\s{1,2}|-)?([A-Za-z]+(?:\.[A-Za-z]\b\.?)*|[%％円元/]|パーセント|ポイント|ドル|米ドル|ユーロ|ウォン)"
)
_CURRENCY_BEFORE: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{0,3}[$£€¥￥₹₩₽₺฿.]?\Z")
_LONGEST_CURRENCY: Final = 1 + max(map(len, _BEFORE))

_FULL_WIDTH: Final = {ord("０") + i: ord("0") + i for i in range(10)} | {ord("．"): ord("."), ord("，"): ord(",")}
_HAS_FULL_WIDTH: Final = re.compile(r"[０-９]")
# Hundredths of a yen or dollar, read with the yen or dollars before them (`numerals`).
_SEN: Final = re.compile(r"[0-9]{1,2}(?:銭|セント)")
_PER_SHARE: Final = re.compile(
    r"\s{0,2}(?:(?:a|per|each)\s(?:ordinary |common )?(?:share|shr)\b|/\s?share\b|apiece\b)", re.IGNORECASE
)
_VAGUE: Final[dict[str, Hedge]] = {"+": Hedge.MORE_THAN, "-plus": Hedge.MORE_THAN, "-odd": Hedge.ABOUT}
_HEDGE_BEHIND: Final = re.compile(r"\sor (?:(?P<more>more)|so|thereabouts)\b", re.IGNORECASE)
_TO: Final = re.compile(r"\s{0,2}(?:to|or|-|–|—)\s{0,2}\Z", re.IGNORECASE)
_AND: Final = re.compile(r"\s{1,2}and\s{1,2}\Z", re.IGNORECASE)
_LONGEST_LINK: Final = 8
_HYPHENS: Final = frozenset("-‑–−")
# What may stand between the sign of a currency and a negative number.
_MINUSES: Final = frozenset("-–−(")
_CURRENCY_SIGNS: Final = frozenset("$£€¥₹")
_SHORTEST_MINUS: Final = 2
# "rose 5 to 10 points" is a range, "rose 94.68 to 14,610.44 points" a move and a level.
_WIDEST_RANGE: Final = 10.0
# "sales of $60 billion to $62 billion" is a range; "a rise of $2 to $9" is a move and where it led.
_IN_RANGES: Final = SUMS | {Unit.PERCENT}
_BEFORE_SUMS: Final = words("of to at eps revenue sales sees guidance range")
_MOVED: Final = words("rise gain increase jump climb fall drop decline loss cut decrease advance slide premium")
_BEFORE_RANGE: Final = 24
_RANGE_UNITS: Final = frozenset(Unit) - {Unit.COUNT}

# A text with more numbers than this is a dump of a table; the numbers beyond are not read, so that no text takes long.
MOST_FIGURES: Final = 2_000

# Parts of a number with a decimal comma. Each begins with a plain character, which the regex engine finds fast.
_MAY_BE_EUROPEAN: Final = (re.compile(r"\.\d{3},\d"), re.compile(r"0,\d{1,2}\s?%"))
_EUROPEAN_ONLY: Final = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+,\d{1,4}(?![\d.,]\d)|0,\d{1,2}\s?%)")


def writes_decimal_comma(text: str) -> bool:
    """Whether the text has a number that only a writer of decimal commas would print, such as 5.025,50 or 0,6 %."""
    return any(may.search(text) for may in _MAY_BE_EUROPEAN) and _EUROPEAN_ONLY.search(text) is not None


def find_figures(text: str, indices: IndexNames, *, decimal_comma: bool = False) -> tuple[Figure, ...]:
    """All figures of `text` (a sentence, or any stretch of prose) in order, never overlapping.

    `indices` tells which numbers are part of an index's name. `decimal_comma` reads 18.235 as eighteen thousand: pass
    `writes_decimal_comma` of the whole article. Offsets count code points of `text`. Time is linear in its length; at
    most MOST_FIGURES numbers in digits and as many in words are read.
    """
    plain = text.translate(_FULL_WIDTH) if not text.isascii() and _HAS_FULL_WIDTH.search(text) else text
    figures: list[Figure] = []
    position = 0
    for candidate in _candidates(plain):
        if candidate.start() < position:
            continue
        figure = _read(plain, candidate, decimal_comma, indices)
        if figure is None:
            continue
        position = figure.end
        joined = _join_range(plain, figures[-1], figure) if figures else None
        if joined is not None:
            figures[-1] = joined
            continue
        if figures and _is_half_range(plain, figures[-1]):
            figures.pop()
        if not (figure.unit is Unit.COUNT and figure.power == 0 and _follows_digit(plain, figure.head)):
            figures.append(figure)
    if figures and _is_half_range(plain, figures[-1]):
        figures.pop()
    return tuple(figures)


def _candidates(text: str) -> list[re.Match[str]]:
    """Runs of digits and number words, in order."""
    lower = text.lower()
    # "İ" is longer in lower case, which would shift offsets.
    words = list(islice(_WORDS.finditer(lower if len(lower) == len(text) else text), MOST_FIGURES))
    digits = list(islice(_DIGITS.finditer(text), MOST_FIGURES))
    return sorted(digits + words, key=_START) if words else digits


class _Spelt(NamedTuple):
    """A numeral, and where it ends."""

    digits: str
    decimals: int
    end: int
    is_cjk: bool


def _spelt(text: str, candidate: re.Match[str], decimal_comma: bool) -> _Spelt | None:
    """The numeral at a candidate, with the fraction or the scales of Chinese and Japanese behind it."""
    start, end = candidate.span()
    kind = candidate.lastgroup
    if kind is None and text[end : end + 1] in _FRACTION_LINKS and (fraction := _FRACTION_BEHIND.match(text, end)):
        end = fraction.end()
    numeral = _numeral(text[start:end], kind, decimal_comma)
    if numeral is None:
        return None
    cjk = None if kind in _IN_WORDS or text.isascii() else read_cjk_scales(text, end, numeral[0])
    return _Spelt(*numeral, end, False) if cjk is None else _Spelt(*cjk, True)


_IN_WORDS: Final = ("words", "part")


def _read(text: str, candidate: re.Match[str], decimal_comma: bool, indices: IndexNames) -> Figure | None:
    numeral = _spelt(text, candidate, decimal_comma)
    if numeral is None:
        return None
    digits, decimals, end, is_cjk = numeral
    start, in_words = candidate.start(), candidate.lastgroup in _IN_WORDS
    before = _currency_before(text, start)
    minus = _minus_within(text, start, end, before)
    if minus is not None:
        before, end = minus
    elif before is None and not _may_begin(text, start):
        return None
    unit = _unit_behind(text, numeral._replace(end=end), before)
    sign, first = _printed_sign(text, before[1] if before else start)
    sign = -1 if minus is not None else sign
    if before is not None and not sign and _is_accounted(text, first, unit.end):
        sign, first, unit = -1, first - 1, _closed(text, unit)
    left = text[max(0, first - _LEFT) : first].split()
    bare = unit.is_none and not is_cjk
    if _is_name(text, (start, end), unit.end, digits, left, indices, bare=bare, in_words=in_words):
        return None
    hedge, sign_word = _hedge_and_sign_before(text, first, left)
    sign = sign or sign_word
    power = unit.scale + unit.power
    value = float(f"{digits}e{power}")
    return Figure(
        start=first, end=unit.end, head=start, value=-value if sign < 0 else value, unit=unit.unit, sign=sign,
        currency=unit.currency, hedge=hedge or unit.hedge or _hedge_behind(text, unit.end), power=power,
        decimals=decimals, in_words=in_words,
    )  # fmt: skip


def _numeral(raw: str, kind: str | None, decimal_comma: bool) -> Numeral | None:
    if kind is not None:
        return read_words(raw) if kind == "words" else read_part(raw)
    if raw[-1] in VULGAR_FRACTIONS or raw.find("/") > raw.find(" ") > 0 or "-" in raw:
        return read_mixed(raw)
    return read_digits(raw, decimal_comma=decimal_comma)


# ---- what stands around the numeral


def _currency_before(text: str, start: int) -> tuple[str, int] | None:
    """The currency whose symbol or code ends at `start`, and where it begins."""
    end = start - 1 if text[start - 1 : start] == " " else start
    symbol = _CURRENCY_BEFORE.search(text, max(0, end - _LONGEST_CURRENCY), end)
    if symbol is None or symbol.end() == symbol.start():
        return None
    for begin in (symbol.start(), end - 1):
        if (code := _BEFORE.get(text[begin:end])) is not None:
            return code, begin
    return None


def _may_begin(text: str, start: int) -> bool:
    """Whether a number may begin at `start`: not inside a word (A350, F-16), a clock time, a version or an address."""
    if start == 0:
        return True
    before = text[start - 1]
    if before.isspace():
        return True
    if before in "-−–‑":
        # "-0.4%", "3-4%", "Nikkei -0.4%"; not F-16. After a digit it is a range or a telephone number.
        return start == 1 or not text[start - 2].isalpha()
    if before == "/":
        # "fell 7.6%/9.8%": each of two names has its own.
        return text[start - 2 : start - 1] in _PERCENT_SIGNS
    if before in ".:":
        return before == ":" and start > 1 and not text[start - 2].isalnum()
    return not before.isascii() or not (before.isalnum() or before in "_#&\\")


class _UnitBehind(NamedTuple):
    """Scale and unit behind a numeral, and where they end."""

    end: int
    unit: Unit = Unit.COUNT
    currency: str | None = None
    scale: int = 0
    """Power of ten of the scale word."""
    power: int = 0
    """Power of ten of the unit: -2 for cents."""
    hedge: Hedge | None = None
    """The hedge that "-odd", "-plus" or "+" gives."""

    @property
    def is_none(self) -> bool:
        """Whether nothing stands there that tells of a scale or a unit."""
        return self.unit is Unit.COUNT and self.scale == 0


def _unit_behind(text: str, numeral: _Spelt, before: tuple[str, int] | None) -> _UnitBehind:
    """Scale and unit behind a numeral: also behind "of one" and before sen."""
    of_one = _OF_ONE.match(text, numeral.end) if numeral.decimals == FRACTION_DECIMALS else None
    unit = _unit(text, of_one.end() if of_one else numeral.end, before)
    sen = _SEN.match(text, unit.end) if numeral.is_cjk else None
    return unit if sen is None else unit._replace(end=sen.end())


def _word(text: str, position: int) -> tuple[str, int]:
    """The word behind `position`, over at most two blanks or one hyphen, in lower case, and its end."""
    word = _WORD_BEHIND.match(text, position)
    return (word[1].lower(), word.end()) if word else ("", position)


def _unit(text: str, end: int, before: tuple[str, int] | None) -> _UnitBehind:
    hedge = None
    if text[end : end + 1] in ("+", "-"):
        for vague, meaning in _VAGUE.items():
            if text.startswith(vague, end):
                hedge, end = meaning, end + len(vague)
    scale, last = _scale(text, end, known=before is not None)
    word, word_end = _word(text, last)
    unit, currency, power = Unit.COUNT, None, 0
    if before is not None:
        unit, currency = Unit.CURRENCY, before[0]
        if word in _CURRENCIES:
            last = word_end
    elif (money := _currency(text, word, word_end)) is not None:
        unit, (currency, power, last) = Unit.CURRENCY, money
    elif (other := _plain_unit(text, word, word_end)) is not None:
        unit, last = other
    if unit is Unit.CURRENCY and (per := _PER_SHARE.match(text, last)) is not None:
        unit, last = Unit.PER_SHARE, per.end()
    return _UnitBehind(last, unit, currency, scale, power, hedge)


def _scale(text: str, end: int, *, known: bool) -> tuple[int, int]:
    """Power of ten of the scale word behind `end`, 0 without one, and where it ends. A lone letter and what also is a
    unit of something else (a 35 mm film) need a currency.
    """
    word, last = _word(text, end)
    power = _SCALES.get(word)
    if power is None:
        return 0, end
    if word.startswith("lakh"):
        second, second_end = _word(text, last)
        return (_SCALES["crore"] + _SCALES["lakh"], second_end) if second.startswith("crore") else (power, last)
    if len(word) == 1 or word in ("cr", "mm"):
        known = known or _currency(text, *_word(text, last)) is not None or _word(text, last)[0] in _UNITS
        attached = last == end + len(word) and word in ("m", "k")
        if not (known or attached):
            return 0, end
    return power, last


def _currency(text: str, word: str, end: int) -> tuple[str | None, int, int] | None:
    """Currency, power of ten and end of the money word `word` that ends at `end`; `word` may also be a nationality."""
    entry = _CURRENCIES.get(word)
    if entry is not None:
        if word == "euro" and (cents := _word(text, end))[0] in ("cents", "cent"):
            return "EUR", -2, cents[1]
        return entry[0], entry[1], end
    if word == "p" and text[end - 2 : end - 1].isdigit():
        return "GBP", -2, end
    if word.upper() in _BEFORE and text[end - len(word) : end].isupper():
        return _BEFORE[word.upper()], 0, end
    nation = word if word not in _FIRST_OF_NATION else None
    second, second_end = _word(text, end)
    if nation is None:
        nation = f"{word} {second}"
        second, second_end = _word(text, second_end)
    if nation not in _NATIONALITIES or second not in _CURRENCIES:
        return None
    code, power, by_nation = _CURRENCIES[second]
    return by_nation.get(nation, code), power, second_end


def _plain_unit(text: str, word: str, end: int) -> tuple[Unit, int] | None:
    """Percent, points, basis points, shares: the unit that begins with `word`, and where it ends."""
    if (
        word == "per"
        or word in ("percentage", "basis", "index")
        or word in _KINDS_OF_SHARES
        or word in _PERCENT_WORDS
        or word == "%"
    ):
        second, second_end = _word(text, end)
        if word == "per":
            word, end = ("percent", second_end) if second == "cent" else ("", end)
            second, second_end = _word(text, end)
        if second in _POINT_WORDS and word in _UNIT_OF_POINTS:
            return _UNIT_OF_POINTS[word], second_end
        if word in _KINDS_OF_SHARES and second == "shares":
            return Unit.SHARES, second_end
    unit = _UNITS.get(word)
    return None if unit is None else (unit, end)


def _printed_sign(text: str, first: int) -> tuple[int, int]:
    """The plus or minus directly before a figure, which must begin a word, and where the figure then begins."""
    if first and text[first - 1] in "+-−–" and (first == 1 or text[first - 2] in " \n\t(\u00a0"):
        return (1 if text[first - 1] == "+" else -1), first - 1
    return 0, first


def _minus_within(
    text: str, start: int, end: int, before: tuple[str, int] | None
) -> tuple[tuple[str, int], int] | None:
    """The currency and where the number ends, if the minus stands within the sum: "$-1.12", "$(83) million", and
    "($52.1) million", whose scale stands behind the bracket.
    """
    closed = text[end : end + 1] == ")"
    if before is not None:
        opened = closed and text[before[1] - 1 : before[1]] == "("
        return ((before[0], before[1] - 1), end + 1) if opened and _scale(text, end + 1, known=True)[0] else None
    mark = text[start - 1 : start]
    if start < _SHORTEST_MINUS or mark not in _MINUSES or text[start - 2] not in _CURRENCY_SIGNS:
        return None
    if mark == "(" and not closed:
        return None
    before = _currency_before(text, start - 1)
    return None if before is None else (before, end + 1 if mark == "(" else end)


def _is_accounted(text: str, first: int, end: int) -> bool:
    """Whether the brackets around a sum are an accountant's minus: "net loss of ($368 million)", not "1 bn euros ($1.19
    bn)", which says the sum again, nor "the fee ($50 mln)".
    """
    if text[first - 1 : first] != "(" or text[end : end + 1] != ")":
        return False
    before = text[max(0, first - _LEFT) : first - 1].split()
    return bool(before) and before[-1].lower().rstrip(".:") in _BEFORE_ACCOUNTED


def _closed(text: str, unit: _UnitBehind) -> _UnitBehind:
    """The unit with the bracket that closes behind it, and with what stands behind the bracket: "($0.31) per share"."""
    end = unit.end + 1
    per = _PER_SHARE.match(text, end) if unit.unit is Unit.CURRENCY else None
    return unit._replace(end=end) if per is None else unit._replace(end=per.end(), unit=Unit.PER_SHARE)


def _hedge_and_sign_before(text: str, first: int, left: Sequence[str]) -> tuple[Hedge | None, int]:
    """The hedge and the sign that the words `left` before a figure give it: "down by about 0.4%"."""
    if not left or not (text[first - 1].isspace() or text[first - 1] in "~."):
        return None, 0
    near = [word.lower().lstrip("(\"'“‘") for word in left[-6:]]
    while near and near[-1] in _FILLERS:
        near.pop()
    hedge = None
    for length in range(min(_LONGEST_HEDGE, len(near)), 0, -1):
        hedge = _HEDGES.get(" ".join(near[-length:]))
        if hedge is not None:
            del near[-length:]
            break
    while near and near[-1] in _FILLERS:
        near.pop()
    return hedge, _SIGN_WORDS.get(near[-1], 0) if near else 0


def _hedge_behind(text: str, end: int) -> Hedge | None:
    behind = _HEDGE_BEHIND.match(text, end)
    if behind is None:
        return None
    return Hedge.MORE_THAN if behind["more"] else Hedge.ABOUT


def _is_name(
    text: str,
    numeral: tuple[int, int],
    unit_end: int,
    digits: str,
    left: Sequence[str],
    indices: IndexNames,
    *,
    bare: bool,
    in_words: bool,
) -> bool:
    start, end = numeral
    if in_words:
        # "one" is a pronoun, "two-day" an adjective, "twenty-first" an ordinal; "two percent" is a number.
        return bare and (
            digits in ("0", "1") or text[end : end + 1] in _HYPHENS or text[max(0, start - 1) : start] == "-"
        )
    if belongs_to_name(text, start, end, digits, indices):
        return True
    if bare:
        behind = _WORD_BEHIND.match(text, end)
        return names_date_or_time(text, start, end, left, behind[1] if behind else "")
    following = text[unit_end : unit_end + 1]
    return following.isascii() and following.isalpha()


# ---- ranges


def _is_half_range(text: str, figure: Figure) -> bool:
    """Whether it is the 3 of "3-4" without a unit: part of a score, a year or a telephone number."""
    return (
        figure.unit is Unit.COUNT
        and text[figure.end : figure.end + 1] in _HYPHENS
        and text[figure.end + 1 : figure.end + 2].isdigit()
    )


def _follows_digit(text: str, head: int) -> bool:
    return head > 1 and text[head - 1] in _HYPHENS and text[head - 2].isalnum()


def _join_range(text: str, low: Figure, high: Figure) -> Figure | None:
    """One figure for "1 to 2 percent", "3-4%", "between 3% and 4%"; None where the two stand for themselves."""
    if high.head - low.end > _LONGEST_LINK:
        return None
    if high.power > 0 and high.unit is Unit.COUNT and low.unit is Unit.CURRENCY:
        high = replace(high, unit=low.unit, currency=low.currency)
    if high.unit is Unit.PER_SHARE and low.unit is Unit.CURRENCY:
        # "between $7 and $8 a share".
        low = replace(low, unit=high.unit)
    if high.unit not in _RANGE_UNITS or low.unit not in (Unit.COUNT, high.unit) or not _links_range(text, low, high):
        return None
    takes_scale = low.power == 0 and high.power != 0
    value = float(f"{low.magnitude!r}e{high.power}") if takes_scale else low.magnitude
    if not value < high.magnitude <= value * _WIDEST_RANGE:
        return None
    return replace(
        high, start=low.start, head=low.head, value=-value if low.sign < 0 else value, upper=high.magnitude,
        sign=low.sign, hedge=low.hedge, decimals=min(low.decimals, high.decimals),
    )  # fmt: skip


def _links_range(text: str, low: Figure, high: Figure) -> bool:
    link = text[low.end : high.head].rstrip("$£€¥₹")
    before = text[max(0, low.start - _BEFORE_RANGE) : low.start].lower().split()
    last = before[-1] if before else ""
    if _AND.match(link):
        return last == "between"
    if not _TO.match(link) or last == "from":
        return False
    # "rose 3% to 4%" may be a move and a level, so "to" alone makes no range of two figures with units of their own.
    return (
        low.unit is Unit.COUNT
        or low.power < high.power
        or link.strip().lower() != "to"
        or (last in _BEFORE_SUMS and low.unit in _IN_RANGES and _MOVED.isdisjoint(before[-2:-1]))
        or text.startswith((" range", " target range"), high.end)
    )
