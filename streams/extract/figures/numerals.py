"""Numerals as decimal strings: digits in several groupings, fractions of old wires, number words, 5万.

A numeral is read into `(digits, decimals)`: a string that `float` takes and how many decimals the text prints. Values
are built from that string with a power of ten (`float("13.9e12")`), never by multiplying floats.
"""

import re
from typing import Final

Numeral = tuple[str, int]
"""The number as `float` reads it, and how many decimals the text prints."""

SMALL_WORDS: Final[dict[str, int]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
"""Words of numbers below a hundred."""
LARGE_WORDS: Final[dict[str, int]] = {"hundred": 100, "thousand": 1000}
"""Words that multiply what stands before them."""
_FRACTION_WORDS: Final[dict[str, float]] = {"half": 0.5, "quarter": 0.25, "quarters": 0.75, "third": 1 / 3}
PARTS: Final[dict[str, int]] = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10,
    "full": 1,
}  # fmt: skip
"""Words of parts of a percent or point, each with its denominator."""
VULGAR_FRACTIONS: Final[dict[str, float]] = {
    "½": 0.5, "¼": 0.25, "¾": 0.75, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875,
}  # fmt: skip

# Prices of old wires go in halves to sixty-fourths; other quotients (9/11, 24/7) name things.
_DENOMINATORS: Final = frozenset((2, 3, 4, 5, 8, 10, 16, 32, 64))
FRACTION_DECIMALS: Final = 3
"""A fraction prints no decimals; it counts as three decimals, which an eighth (0.125) has."""
# No quantity in market news has more characters; longer runs are card numbers, hashes or attacks.
_LONGEST: Final = 24

_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?\Z")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_GROUPED_OTHERWISE: Final = re.compile(
    r"\d{1,3}(?:(?:['’]\d{3})+|(?:[\u00a0\u202f\u2009]\d{3})+)(?:[.,]\d{1,4})?\Z"  # Swiss, French, ISO 31
)
_EUROPEAN: Final = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,4}\Z|\d{1,3}(?:\.\d{3}){2,}\Z")
_EUROPEAN_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?\Z")
_DECIMAL: Final = re.compile(r"\d+(?:\.\d+)?\Z")
_DECIMAL_COMMA: Final = re.compile(r"\d+,\d+\Z")
_GROUP_MARKS: Final = re.compile(r"['’\u00a0\u202f\u2009]")
_FRACTION: Final = re.compile(r"(\d{1,2})/(\d{1,2})\Z")

CJK_POWERS: Final[dict[str, int]] = {"兆": 12, "億": 8, "亿": 8, "万": 4, "萬": 4, "千": 3}
_CJK_STEP: Final = re.compile(r"[兆億亿万萬千](\d+(?:,\d{3})*(?:\.\d+)?)?")
_CJK_SEN: Final = re.compile(r"(?:円(\d{1,2})銭|ドル(\d{1,2})セント)")


def read_digits(raw: str, *, decimal_comma: bool) -> Numeral | None:
    """Read 14,610.44, 1,23,456, 5.025,50, 11'234.5 or 7/8; None for what is no number (0005, 1.2.3, 24/7)."""
    if len(raw) > _LONGEST:
        return None
    if decimal_comma and (_EUROPEAN_GROUPED.match(raw) or _DECIMAL_COMMA.match(raw)):
        return _decimal(raw.replace(".", "").replace(",", "."))
    if _DECIMAL.match(raw):
        # 0005 is a ticker, 007 a name; 0.5 is a number.
        return None if len(raw) > 1 and raw[0] == "0" and raw[1] != "." else _decimal(raw)
    if _GROUPED.match(raw) or _INDIAN.match(raw):
        return _decimal(raw.replace(",", ""))
    if _EUROPEAN.match(raw) or _DECIMAL_COMMA.match(raw):
        return _decimal(raw.replace(".", "").replace(",", "."))
    if _GROUPED_OTHERWISE.match(raw):
        return _decimal(_GROUP_MARKS.sub("", raw).replace(",", "."))
    fraction = _FRACTION.match(raw)
    quotient = _quotient(fraction[1], fraction[2]) if fraction else None
    return None if quotient is None else (repr(quotient), FRACTION_DECIMALS)


def read_mixed(raw: str) -> Numeral | None:
    """Read a number with a fraction: 22-5/8, 22 5/8, 22½; None for what is no number."""
    if raw[-1] in VULGAR_FRACTIONS:
        before = raw[:-1] or "0"
        if not (before.isascii() and before.isdigit() and len(before) < _LONGEST):
            return None
        return repr(int(before) + VULGAR_FRACTIONS[raw[-1]]), FRACTION_DECIMALS
    whole, _, rest = raw.replace("-", " ").partition(" ")
    quotient = _quotient(*rest.split("/")) if whole.isdigit() and len(whole) < _LONGEST else None
    return None if quotient is None else (repr(int(whole) + quotient), FRACTION_DECIMALS)


def _decimal(digits: str) -> Numeral:
    return digits, len(digits.partition(".")[2])


def _quotient(above: str, below: str) -> float | None:
    if int(below) not in _DENOMINATORS or not 0 < int(above) < int(below):
        return None
    return int(above) / int(below)


def read_words(raw: str) -> Numeral | None:
    """Read "twenty-two", "three hundred and five" or "two and a half"; None for a list such as "two three"."""
    total, current, tail, previous = 0, 0, 0.0, ""
    for word in raw.lower().replace("-", " ").split():
        if word in _FRACTION_WORDS:
            tail = _FRACTION_WORDS[word]
        elif word in LARGE_WORDS:
            current = max(current, 1) * LARGE_WORDS[word]
            if word == "thousand":
                total, current = total + current, 0
        elif word in SMALL_WORDS:
            if previous in SMALL_WORDS and not _may_follow(SMALL_WORDS[previous], SMALL_WORDS[word]):
                return None
            current += SMALL_WORDS[word]
        previous = word
    if tail and raw.lower().endswith(("one-half", "one-quarter")):
        # The "one" of "two and one-half" belongs to the fraction.
        current -= 1
    value = total + current
    return (repr(value + tail), FRACTION_DECIMALS) if tail else (str(value), 0)


def _may_follow(tens: int, ones: int) -> bool:
    """Whether the two words make one number: "twenty two" does, "two three" and "twenty thirty" do not."""
    return tens >= 20 and tens % 10 == 0 and 0 < ones < 10


def read_part(raw: str) -> Numeral:
    """Read "half a", "two-thirds of a" or "nine-tenths of one"; a lone "a" (a hundred, a million) is 1."""
    words = raw.lower().replace("-", " ").split()
    below = next((PARTS[part] for word in words if (part := word.removesuffix("s")) in PARTS), None)
    if below is None:
        return "1", 0
    above = SMALL_WORDS.get(words[0], 1)
    return (str(above), 0) if below == 1 else (repr(above / below), FRACTION_DECIMALS)


def read_cjk_scales(text: str, end: int, digits: str) -> tuple[str, int, int] | None:
    """Read on behind `digits`, which end at `end` (13兆9000億, 5万367円38銭).

    Returns amount, decimals (negative for a round 5万) and end, or None where no such scale follows.
    """
    total, power, current = 0.0, 0, digits
    position = end
    while current and position - end < _LONGEST and (step := _CJK_STEP.match(text, position)) is not None:
        power = CJK_POWERS[text[position]]
        total += float(f"{current}e{power}")
        position, current = step.end(), (step[1] or "").replace(",", "")
    if current and position > end:
        total, power = total + float(current), 0
    amount = f"{total:.0f}" if total.is_integer() else repr(total)
    amount = amount if position > end else digits
    sen = _CJK_SEN.match(text, position)
    if sen is not None and "e" not in amount:
        return f"{int(float(amount))}.{(sen[1] or sen[2]).zfill(2)}", 2, position
    return (amount, -power, position) if position > end and len(amount) < _LONGEST else None
