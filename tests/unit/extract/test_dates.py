"""Days and periods in text, resolved against the day of publication.

Timeline of most tests (2025)::

    Mo 20 Oct ... Fr 24  Sa 25  Su 26 | Mo 27  Tu 28  We 29  Th 30  Fr 31  Sa 1 Nov  Su 2 | Mo 3
                                        ^ published
"""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.extract.figures.dates import find_periods

MONDAY = date(2025, 10, 27)


@dataclass(frozen=True, kw_only=True)
class Days:
    """What a test expects of a period."""

    first: str
    last: str


def days(text: str, *, ahead: bool = True, on: date = MONDAY) -> Days:
    """First and last day of the one period that a text names."""
    (period,) = find_periods(text, on, ahead=ahead)
    return Days(first=str(period.first), last=str(period.last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("will meet on Tuesday", "2025-10-28", "2025-10-28"),
        ("TO MEET FRIDAY", "2025-10-31", "2025-10-31"),
        ("will meet on Monday", "2025-10-27", "2025-10-27"),
        ("next Monday", "2025-11-03", "2025-11-03"),
        ("effective tomorrow", "2025-10-28", "2025-10-28"),
        ("the day after tomorrow", "2025-10-29", "2025-10-29"),
        ("next week", "2025-11-03", "2025-11-09"),
        ("next month", "2025-11-01", "2025-11-30"),
        ("next quarter", "2026-01-01", "2026-03-31"),
        ("next year", "2026-01-01", "2026-12-31"),
        ("this weekend", "2025-11-01", "2025-11-02"),
        ("in June", "2026-06-01", "2026-06-30"),
        ("ahead of the June summit", "2026-06-01", "2026-06-30"),
        ("from July 1", "2026-07-01", "2026-07-01"),
        ("from Nov. 10", "2025-11-10", "2025-11-10"),
        ("until Dec. 1, 2026", "2026-12-01", "2026-12-01"),
        ("from Nov.", "2025-11-01", "2025-11-30"),
        ("on May 27, 2026", "2026-05-27", "2026-05-27"),
        ("on 27 May", "2026-05-27", "2026-05-27"),
        ("on Nov. 5", "2025-11-05", "2025-11-05"),
        ("on 2026-01-15", "2026-01-15", "2026-01-15"),
        ("by 2035", "2035-01-01", "2035-12-31"),
        ("in two weeks", "2025-11-10", "2025-11-10"),
        ("within 50 days", "2025-12-16", "2025-12-16"),
        ("in three months", "2026-01-27", "2026-01-27"),
    ],
)
def test_what_lies_ahead_is_the_next_of_its_kind(text: str, first: str, last: str) -> None:
    """An open form names the first that ends on or after the day of publication."""
    assert days(text) == Days(first=first, last=last)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("met on Tuesday", "2025-10-21"),
        ("met on Monday", "2025-10-27"),
        ("last Monday", "2025-10-20"),
        ("yesterday", "2025-10-26"),
        ("over the weekend", "2025-10-25"),
        ("in June", "2025-06-01"),
        ("on May 27", "2025-05-27"),
        ("last month", "2025-09-01"),
        ("since March", "2025-03-01"),
    ],
)
def test_what_is_past_is_the_last_of_its_kind(text: str, first: str) -> None:
    """An open form names the last that begins on or before the day of publication."""
    assert days(text, ahead=False).first == first


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("late June", "2026-06-21", "2026-06-30"),
        ("early next year", "2026-01-01", "2026-05-01"),
        ("in mid-2026", "2026-05-02", "2026-09-01"),
        ("later this month", "2025-10-28", "2025-10-31"),
        ("at the end of August", "2026-08-31", "2026-08-31"),
        ("by the end of the year", "2025-12-31", "2025-12-31"),
        ("by year-end", "2025-12-31", "2025-12-31"),
    ],
)
def test_parts_narrow_a_period(text: str, first: str, last: str) -> None:
    """Thirds for early, mid and late; one day for the end."""
    assert days(text) == Days(first=first, last=last)


def test_a_deadline_is_filed_under_its_last_day() -> None:
    """And anything else under its first."""
    (deadline,) = find_periods("by the end of the week", MONDAY, ahead=True)
    (period,) = find_periods("next week", MONDAY, ahead=True)

    assert (deadline.deadline, deadline.day) == (True, date(2025, 11, 2))
    assert (period.deadline, period.day) == (False, date(2025, 11, 3))


def test_offsets_hold_the_expression() -> None:
    """In text order, as it stands."""
    text = "The duty takes effect on August 7 and the talks resume next month."

    found = find_periods(text, MONDAY, ahead=True)

    assert [text[p.start : p.end] for p in found] == ["August 7", "next month"]


@pytest.mark.parametrize(
    "text",
    [
        "may buy", "the March contract", "in Mayfair", "April-June revenue", "in 2,500 shops", "May", "Frankfurt's Dax",
        "on February 31", "S&P 500", "a sunny monday", "in 30,000 points", "version 3.5 in store",
    ],
)  # fmt: skip
def test_words_and_numbers_that_name_no_day(text: str) -> None:
    """Months are words too, and years are numbers."""
    assert find_periods(text, MONDAY, ahead=True) == ()


def test_leap_days_are_looked_for_in_leap_years() -> None:
    """29 February is not there every year."""
    assert days("on February 29") == Days(first="2028-02-29", last="2028-02-29")
    assert days("on February 29", ahead=False) == Days(first="2024-02-29", last="2024-02-29")


@given(st.text(max_size=200), st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.booleans())
def test_any_text_gives_periods_inside_it(text: str, on: date, ahead: bool) -> None:
    """Whatever stands there, spans lie in the text, in order, and first days come before last ones."""
    found = find_periods(text, on, ahead=ahead)

    assert all(0 <= p.start < p.end <= len(text) and p.first <= p.last for p in found)
    assert list(found) == sorted(found, key=lambda p: p.start)
