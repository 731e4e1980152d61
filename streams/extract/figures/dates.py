"""Days and periods named in text, resolved against the day of publication.

Strategy. One alternation finds whole expressions ("May 27, 2025", "next month", "by the end of the week"). Each names a
span of days, and each form has a small reader that computes the span from the calendar alone.

Rules:

- The calendar is that of `published_on`, the day of publication in UTC. Nothing here knows the clock.
- Some forms leave open which one is meant: "Tuesday", "in June", "May 27" without a year. `ahead` decides: True takes
  the first that ends on or after the day of publication, False the last that begins on or before it.
- "next Tuesday" is the Tuesday after the day of publication, "last Tuesday" the one before it; "this week" runs from
  Monday to Sunday.
- A part of a period ("late June", "early next year", "the end of the month") narrows it: the first third, the middle
  third, the last third, and for "end of" the last day.
- Durations count from publication: "in two weeks", "within 90 days".
- A month alone needs a word of time before it or an occasion behind it ("in June", "the June summit"), since May and
  March are words; a year alone needs a word of time, since 2026 is a number. A month with a day needs neither.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from streams.data.lexicon.calendar import MONTHS, SHORT_MONTHS, month_numbers

__all__ = ["Period", "find_periods"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day or run of days that a text names; `text[start:end]` is the expression."""

    start: int
    """First code point of the expression."""
    end: int
    """One past its last code point."""
    first: date
    """First day."""
    last: date
    """Last day; the same as `first` for a single day."""
    deadline: bool = False
    """True where the period is a time limit ("by Friday", "by the end of the week")."""

    @property
    def day(self) -> date:
        """The one day to file it under: the last day of a deadline, else the first day."""
        return self.last if self.deadline else self.first


_MONTHS: Final = month_numbers()
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday", "fri friday",
         "sat saturday", "sun sunday"))
    for name in names.split()
}  # fmt: skip
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "couple of": 2,
}  # fmt: skip
# A duration of more days than this is no appointment, and the calendar ends in the year 9999. Here a month counts seven
# days, so that at most 57 months are read.
_LONGEST_DURATION: Final = 400
_LAST_YEAR: Final = 2199

# "mon", "sat" and "sun" are words or names, so short forms need a full stop; a headline in capitals is matched too.
_WEEKDAY: Final = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY"
    r"|(?:Mon|Tues?|Weds?|Thurs?|Thu|Fri|Sat|Sun)\."
)
_MONTH: Final = (
    rf"(?:{'|'.join(map(str.title, MONTHS))}|{'|'.join(map(str.upper, MONTHS))}"
    rf"|(?:{'|'.join(map(str.title, SHORT_MONTHS))})\.?|(?:{'|'.join(map(str.upper, SHORT_MONTHS))})\.?)(?![A-Za-z])"
)
_YEAR: Final = r"(?:19|20|21)\d\d(?!\d|[.,]\d|%)"
_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?(?![\d%]|[.,]\d)"
_PART: Final = (
    r"[Ee]arly|[Ll]ate|[Mm]id|(?:[Tt]he\s)?(?:very\s)?(?:start|beginning|middle|end)[\s-]of(?:\sthe)?|"
    r"[Ee]nd|[Ll]ater|[Ee]arlier"
)
_BEFORE_TIME: Final = r"[Ii]n|IN|[Bb]y|BY|[Ff]rom|FROM|[Uu]ntil|[Ss]ince|[Dd]uring|[Ff]or|[Tt]hrough"
_OCCASION: Final = (
    r"summit|meeting|election|vote|poll|referendum|talks|review|deadline|budget|conference|"
    r"gathering|session|round|hearing"
)
_UNIT: Final = r"week|month|quarter|year|WEEK|MONTH|QUARTER|YEAR"
_WHICH: Final = r"[Nn]ext|NEXT|[Tt]his|THIS|[Ll]ast|LAST|[Cc]oming|[Pp]revious|[Cc]urrent"

_EXPRESSION: Final = re.compile(
    rf"""\b(?:
      (?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])-(?:3[01]|[12]\d|0[1-9])(?!\d))
    | (?P<md_month>{_MONTH})\s(?P<md_day>{_DAY})(?:\s?[-–]\s?{_DAY})?(?:,?\s(?P<md_year>{_YEAR}))?
    | (?P<dm_day>{_DAY})(?:\s?[-–]\s?{_DAY})?\s(?:of\s)?(?P<dm_month>{_MONTH})(?:,?\s(?P<dm_year>{_YEAR}))?
    | (?P<near>[Tt]he\sday\safter\stomorrow|(?:[Tt]o(?:day|night|morrow)|TO(?:DAY|NIGHT|MORROW)|[Yy]esterday)\b)
    | (?:(?P<wd_which>{_WHICH})\s)?(?P<weekday>{_WEEKDAY})
    | (?P<weekend>(?:{_WHICH}|[Tt]he|[Aa]t\sthe|[Oo]ver\sthe)\s(?:week-?end|WEEKEND))
    | (?:(?P<rel_part>{_PART})[\s-])?(?P<rel_which>{_WHICH})\s(?P<rel_unit>{_UNIT})\b
    | (?P<end_part>(?:the\s)?(?:start|beginning|middle|end)\sof\sthe)\s(?P<end_unit>{_UNIT})\b
    | (?:(?P<month_part>{_PART})[\s-])(?P<pm_month>{_MONTH})(?:\s(?P<pm_year>{_YEAR}))?
    | (?:{_BEFORE_TIME}|[Tt]ill|[Oo]f|[Nn]ext|[Ll]ast|[Tt]his)\s
      (?P<month>{_MONTH})(?!\.?\s?[-–]|\.?\s{_DAY})(?:\s(?P<m_year>{_YEAR}))?
    | (?P<occasion>{_MONTH})(?=\s(?:{_OCCASION})\b)
    | (?:{_BEFORE_TIME}|{_PART})[\s-](?P<year>{_YEAR})(?![-/]\d)
    | (?P<year_end>[Yy]ear-end|[Yy]ear['’]s\send)
    | (?:[Ii]n|IN|[Ww]ithin)\s(?P<count>\d{{1,3}}|an?|one|two|three|four|five|six|seven|eight|nine|ten|couple\sof)
      (?:\s|-)(?P<count_unit>days?|weeks?|months?)(?:['’]\stime)?\b
    )""",
    re.VERBOSE,
)
# The words that make a period a deadline stand before it.
_DEADLINE: Final = re.compile(r"\b(?:by|before|no later than|BY|By|Before)(?: the)? $|\bend of $|\bend-$")
_LOOK_BACK: Final = 16


def find_periods(text: str, published_on: date, *, ahead: bool) -> tuple[Period, ...]:
    """Days and periods that `text` names, in text order. Time is linear in the length of the text.

    `ahead` says whether the text speaks of the future; it decides between the next and the last Tuesday.
    """
    found = []
    for match in _EXPRESSION.finditer(text):
        period = _read(match, published_on, ahead)
        if period is not None:
            found.append(period)
    return tuple(found)


def _read(match: re.Match[str], today: date, ahead: bool) -> Period | None:
    days = None
    for form, read in _READERS:
        if match[form] is not None:
            days = read(match, today, ahead)
            break
    if days is None:
        return None
    deadline = match.group().lower().startswith(("by ", "end", "the end", "year", "within")) or bool(
        _DEADLINE.search(match.string, max(0, match.start() - _LOOK_BACK), match.start())
    )
    return Period(start=match.start(), end=match.end(), first=days[0], last=days[1], deadline=deadline)


_Days = tuple[date, date]


def _iso(match: re.Match[str], _today: date, _ahead: bool) -> _Days | None:
    year, month, day = match["iso"].split("-")
    return _one_day(int(year), int(month), int(day))


def _month_and_day(match: re.Match[str], today: date, ahead: bool) -> _Days | None:
    prefix = "md" if match["md_month"] else "dm"
    month = _month_number(match[f"{prefix}_month"])
    day = int(match[f"{prefix}_day"].rstrip("stndrhSTNDRH"))
    year = match[f"{prefix}_year"]
    if year is not None:
        return _one_day(int(year), month, day)
    return _nearest_year(lambda y: _one_day(y, month, day), today, ahead)


def _near(match: re.Match[str], today: date, _ahead: bool) -> _Days:
    word = match["near"].lower()
    distance = 2 if "after" in word else 1 if word == "tomorrow" else -1 if word == "yesterday" else 0
    day = today + timedelta(days=distance)
    return day, day


def _weekday(match: re.Match[str], today: date, ahead: bool) -> _Days:
    wanted = _WEEKDAYS[match["weekday"].rstrip(".").lower()]
    which = (match["wd_which"] or "").lower()
    if which in ("last", "previous"):
        ahead = False
    elif which in ("next", "coming"):
        ahead = True
    distance = (wanted - today.weekday()) % 7 if ahead else -((today.weekday() - wanted) % 7)
    if not distance and which in ("last", "previous", "next"):
        distance = 7 if ahead else -7
    day = today + timedelta(days=distance)
    return day, day


def _weekend(match: re.Match[str], today: date, ahead: bool) -> _Days:
    which = match["weekend"].split()[0].lower()
    saturday = today - timedelta(days=today.weekday()) + timedelta(days=5)
    past = which in ("last", "previous", "over") or (not ahead and today.weekday() < 5)
    if past and today < saturday:
        saturday -= timedelta(days=7)
    elif which == "next" and not past:
        saturday += timedelta(days=0 if today.weekday() < 4 else 7)
    return saturday, saturday + timedelta(days=1)


def _relative(match: re.Match[str], today: date, _ahead: bool) -> _Days:
    which = match["rel_which"].lower()
    step = 1 if which in ("next", "coming") else -1 if which in ("last", "previous") else 0
    return _narrow(_UNITS[match["rel_unit"].lower()](today, step), match["rel_part"], today)


def _part_of_current(match: re.Match[str], today: date, _ahead: bool) -> _Days:
    return _narrow(_UNITS[match["end_unit"].lower()](today, 0), match["end_part"], today)


def _part_of_month(match: re.Match[str], today: date, ahead: bool) -> _Days | None:
    days = _named_month(match["pm_month"], match["pm_year"], today, ahead)
    return None if days is None else _narrow(days, match["month_part"], today)


def _month(match: re.Match[str], today: date, ahead: bool) -> _Days | None:
    words = match.group().lower()
    if words.startswith(("since", "last")):
        ahead = False
    return _named_month(match["month"], match["m_year"], today, ahead)


def _occasion(match: re.Match[str], today: date, ahead: bool) -> _Days | None:
    return _named_month(match["occasion"], None, today, ahead)


def _year(match: re.Match[str], today: date, _ahead: bool) -> _Days | None:
    year = int(match["year"])
    days = _year_of(date(year, 1, 1), 0)
    return _narrow(days, match.group()[: -len(match["year"]) - 1], today)


def _year_end(_match: re.Match[str], today: date, _ahead: bool) -> _Days:
    day = date(today.year, 12, 31)
    return day, day


def _duration(match: re.Match[str], today: date, _ahead: bool) -> _Days | None:
    words = match["count"].lower()
    count = int(words) if words.isdigit() else _NUMBERS[words]
    unit = match["count_unit"]
    days = count * (1 if unit.startswith("day") else 7)
    if count == 0 or days > _LONGEST_DURATION:
        return None
    if unit.startswith("month"):
        first = _month_of(today, count)[0]
        day = _one_day(first.year, first.month, today.day) or _month_of(today, count)
        return day[0], day[0]
    day_then = today + timedelta(days=days)
    return day_then, day_then


_READERS: Final[tuple[tuple[str, Callable[[re.Match[str], date, bool], _Days | None]], ...]] = (
    ("iso", _iso),
    ("md_month", _month_and_day),
    ("dm_month", _month_and_day),
    ("near", _near),
    ("weekday", _weekday),
    ("weekend", _weekend),
    ("rel_unit", _relative),
    ("end_unit", _part_of_current),
    ("pm_month", _part_of_month),
    ("occasion", _occasion),
    ("month", _month),
    ("year", _year),
    ("year_end", _year_end),
    ("count", _duration),
)


# ---- the calendar


def _month_number(name: str) -> int:
    return _MONTHS[name.rstrip(".").lower()]


def _one_day(year: int, month: int, day: int) -> _Days | None:
    if day > _days_in_month(year, month) or day < 1 or year > _LAST_YEAR:
        return None
    then = date(year, month, day)
    return then, then


def _days_in_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _named_month(name: str, year: str | None, today: date, ahead: bool) -> _Days | None:
    month = _month_number(name)

    def days_of(in_year: int) -> _Days:
        return date(in_year, month, 1), date(in_year, month, _days_in_month(in_year, month))

    return days_of(int(year)) if year is not None else _nearest_year(days_of, today, ahead)


def _nearest_year(days_of: Callable[[int], _Days | None], today: date, ahead: bool) -> _Days | None:
    """The first such period that ends on or after today, or the last that begins on or before it."""
    # 29 February may be eight years away (1896 to 1904).
    years = range(today.year, today.year + 9) if ahead else range(today.year, today.year - 9, -1)
    for year in years:
        days = days_of(year)
        if days is not None and (days[1] >= today if ahead else days[0] <= today):
            return days
    return None


def _week_of(today: date, step: int) -> _Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
    return monday, monday + timedelta(days=6)


def _month_of(today: date, step: int) -> _Days:
    months = today.year * 12 + today.month - 1 + step
    year, month = divmod(months, 12)
    return date(year, month + 1, 1), date(year, month + 1, _days_in_month(year, month + 1))


def _quarter_of(today: date, step: int) -> _Days:
    start = (today.month - 1) // 3 * 3 + 1
    first = _month_of(date(today.year, start, 1), 3 * step)[0]
    return first, _month_of(first, 2)[1]


def _year_of(today: date, step: int) -> _Days:
    return date(today.year + step, 1, 1), date(today.year + step, 12, 31)


_UNITS: Final[dict[str, Callable[[date, int], _Days]]] = {
    "week": _week_of,
    "month": _month_of,
    "quarter": _quarter_of,
    "year": _year_of,
}
_PLACES: Final = ("start", "beginning", "early", "earlier", "mid", "middle", "late", "later")


def _narrow(days: _Days, part: str | None, today: date) -> _Days:
    """The part of a period that "early", "mid", "late" or "the end of" names; "later this month" begins tomorrow."""
    words = (part or "").lower().replace("-", " ").split()
    if "end" in words:
        return days[1], days[1]
    place = next((word for word in words if word in _PLACES), None)
    if place is None:
        return days
    third = (days[1] - days[0] + timedelta(days=1)) // 3
    if place in ("start", "beginning", "early"):
        return days[0], days[0] + third - timedelta(days=1)
    if place in ("mid", "middle"):
        return days[0] + third, days[1] - third
    if place == "late":
        return days[1] - third + timedelta(days=1), days[1]
    if place == "later" and days[0] <= today < days[1]:
        return today + timedelta(days=1), days[1]
    if place == "earlier" and days[0] < today <= days[1]:
        return days[0], today - timedelta(days=1)
    return days
