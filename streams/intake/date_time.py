"""Date-times of RFC 3339, section 5.6, and nothing else: no naive times, no other form of ISO 8601.

`T` and `Z` may be lower-case; the offset has a colon; `-00:00` is UTC. A fraction may have any number of digits, of
which six count (microseconds, cut off). `:60` is taken where a leap second can stand, at 23:59:60 UTC, and means the
next midnight, as POSIX time has it.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_LOCAL: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]++)?"
_ZONE: Final = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

_NAIVE: Final = re.compile(_LOCAL)
_AWARE: Final = re.compile(_LOCAL + _ZONE)

# Where the seconds stand in every RFC 3339 date-time: 2025-10-27T06:30:60Z.
_SECONDS: Final = slice(17, 19)


def lacks_zone(text: str) -> bool:
    """Whether `text` would be a date-time if it said in which time zone."""
    return _NAIVE.fullmatch(text) is not None


def parse(text: str) -> datetime | None:
    """The moment `text` names, in UTC; None where it is no RFC 3339 date-time or lies outside the years 1 to 9999."""
    if _AWARE.fullmatch(text) is None:
        return None
    try:
        if text[_SECONDS] == "60":
            return _leap_second(text.upper())
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _leap_second(text: str) -> datetime | None:
    second_before = datetime.fromisoformat(f"{text[: _SECONDS.start]}59{text[_SECONDS.stop :]}").astimezone(UTC)
    moment = second_before + timedelta(seconds=1)
    return moment if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else None
