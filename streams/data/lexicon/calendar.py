"""Names of months and days of the week, in full and as texts shorten them.

All readers of text take them from here. Where a short form or "may" is a word or a name as well, the reader says what
must stand beside it.
"""

from typing import Final

__all__ = ["DAYS", "MONTHS", "SHORT_DAYS", "SHORT_MONTHS", "month_numbers"]

MONTHS: Final = tuple("january february march april may june july august september october november december".split())
"""The months in order."""

SHORT_MONTHS: Final = tuple("jan feb mar apr jun jul aug sept sep oct nov dec".split())
"""Their short forms, without full stop."""

DAYS: Final = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
"""The days of the week in order."""

SHORT_DAYS: Final = tuple("mon tue wed thu thurs fri sat sun".split())
"""Their short forms, without full stop."""


def month_numbers() -> dict[str, int]:
    """The number of each month by its name and short forms."""
    numbers = {name: number for number, name in enumerate(MONTHS, start=1)}
    return numbers | {short: next(n for name, n in numbers.items() if name.startswith(short)) for short in SHORT_MONTHS}
