"""Digits that name, date or time something and so count nothing: Nikkei 225, March 3, 10:30, 6501.T, 52-week, COVID-19.

Every test looks a bounded number of characters to the left and is anchored to the right, so the time stays linear.
"""

import re
from collections.abc import Sequence
from typing import Final

from streams.data.index_names import IndexNames
from streams.data.lexicon.calendar import MONTHS, SHORT_MONTHS
from streams.extract.text.word_list import words

_MONTHS: Final = frozenset(form(name) for name in (*MONTHS, *SHORT_MONTHS) for form in (str.title, str.upper))
_DAY_LINKS: Final = frozenset(("-", "–", "to", "and", "&"))
_LAST_DAY: Final = 31

_DAYS_ON: Final = re.compile(r"\s?(?:-|–|to|and|&)\s?\d{1,2}\s([A-Z][A-Za-z]{2,8})\b")
_CLOCK_AFTER: Final = re.compile(
    r"\s?[aApP]\.?[mM]\b|\s(?:o'clock|hours GMT|HOURS GMT|[Hh]rs\b|HRS\b|local time)|[年月日時分秒回社]|:\d|h\d\d"
)
_TIME_ZONES: Final = words("GMT UTC EST EDT ET BST CET CEST JST IST HKT SGT AEST AEDT PST PDT PT")
# Kana and kanji directly behind a number do not make it a name.
_ATTACHED_AFTER: Final = re.compile(r"[A-Za-z\u00c0-\u024f_]|[-‑](?!odd\b|plus\b|mark\b|level\b)[^\W\d_]|/[^\W_]")
# These words make the number behind them a name: they are numbered things that news writes about.
_NUMBERED: Final = words("""
    section article chapter form rule page flight phase no no. number boeing airbus title tier top iphone windows
    fortune forbes class room part vol vol. issue
""")
_SYMBOL_BEFORE: Final = re.compile(r"[#№=_&/\\]\Z")
# "TYO: 7203" is a listing, "DAX: 19,020.50" a level.
_EXCHANGE_BEFORE: Final = re.compile(r"[A-Z]{2,}:\Z")
_TICKER_AFTER: Final = re.compile(r"\.[A-Z]{1,3}\b|\s(?:TT|HK|JP|KS|CH)(?=[)>])")

# One character for the gap behind a stem, and one before the stem, which tells whether the stem begins a word.
_BEFORE_STEM: Final = 2
_PERCENT_AFTER: Final = re.compile(r"\s?%|\s(?:percent|per cent|pct)\b", re.IGNORECASE)
_COUNTED_AFTER: Final = re.compile(r"\s(?:points?|pts?|percent|per cent|pct)\b|\s?%", re.IGNORECASE)

_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
_YEAR_WIDTH: Final = 4


def belongs_to_name(text: str, start: int, end: int, digits: str, indices: IndexNames) -> bool:
    """Whether `text[start:end]` belongs to a ticker or to an index's name, which holds even with a unit behind it."""
    return _TICKER_AFTER.match(text, end) is not None or _counts_constituents(text, start, end, digits, indices)


def names_date_or_time(text: str, start: int, end: int, left: Sequence[str], right: str) -> bool:
    """Whether the number `text[start:end]`, which has neither unit nor currency, names, dates or times something.

    `left` are the words before it, `right` the word behind it.
    """
    if right in _TIME_ZONES or _ATTACHED_AFTER.match(text, end) or _CLOCK_AFTER.match(text, end):
        return True
    if left and (left[-1].lower() in _NUMBERED or _SYMBOL_BEFORE.search(left[-1]) or left[-2:] == ["Group", "of"]):
        return True
    raw = text[start:end]
    if not raw.isdigit():
        return False
    if left and _EXCHANGE_BEFORE.search(left[-1]):
        return True
    number = int(raw)
    if len(raw) == _YEAR_WIDTH and _FIRST_YEAR <= number < _LAST_YEAR:
        return True
    return number <= _LAST_DAY and _is_day(text, end, left, right)


def _is_day(text: str, end: int, left: Sequence[str], right: str) -> bool:
    if right in _MONTHS or (left and left[-1].rstrip(".,") in _MONTHS):
        return True
    if left[-1:] and left[-1] in _DAY_LINKS and left[-3:-2] and left[-3].rstrip(".") in _MONTHS:
        return True
    on = _DAYS_ON.match(text, end)
    return on is not None and on[1] in _MONTHS


def _counts_constituents(text: str, start: int, end: int, digits: str, indices: IndexNames) -> bool:
    """Whether it is the number in Nikkei 225 or FT-SE 100, and not that of "the Nasdaq 100 points lower"."""
    if digits not in indices.counts or _PERCENT_AFTER.match(text, end) is not None:
        return False
    stem = indices.stem_at_end(text[max(0, start - indices.longest_stem - _BEFORE_STEM) : start].lower())
    return stem is not None and not (stem in indices.moved_stems and _COUNTED_AFTER.match(text, end))
