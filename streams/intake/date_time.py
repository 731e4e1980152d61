"""Date-times as feeds write them; only those with a single meaning are read.

These forms are read: RFC 3339, section 5.6; other spellings of ISO 8601 and common tools for the same moment (a space
for the `T`, no seconds, a zone without colon or minutes, `UTC` or `GMT` for `Z`, a comma before the fraction, no
separators at all); RFC 2822, which RSS and mail use (`Fri, 20 Nov 2026 06:30:00 GMT`); and the epoch, as a number or as
a string of digits. 10 digits are seconds, 13 milliseconds, 16 microseconds and 19 nanoseconds, which holds from
September 2001 to the year 2286. Other numbers are not read: 20261120 may be a day.

These are not read: a time without a zone, a day without a time, a weekday that does not belong to the date, and `EST`
and the like outside RFC 2822, the only one of these forms that defines them.

Letters may have either case; `-00:00` is UTC. A fraction may have any number of digits; the first six count
(microseconds), the others are cut off. `:60` is accepted only where a leap second can be, at 23:59:60 UTC, and means
the next midnight, as in POSIX time.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

EXAMPLE: Final = "2026-11-20T06:30:00Z"

_CLOCK: Final = (
    r"(?P<hour>[01][0-9]|2[0-3]):?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]|60)(?:[.,](?P<fraction>[0-9]++))?)?"
)
_OFFSET: Final = r"(?P<sign>[+-])(?P<zone_hour>[01][0-9]|2[0-3])(?::?(?P<zone_minute>[0-5][0-9]))?"
_EXTENDED: Final = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[Tt ]" + _CLOCK.replace(":?", ":")
_BASIC: Final = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[Tt]" + _CLOCK.replace(":?", "")
_ZONE: Final = rf"(?: ?(?P<utc>[Zz]|UTC|GMT|utc|gmt)| ?{_OFFSET})"

_DAY: Final = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_NAIVE: Final = re.compile(_EXTENDED)
_NAIVE_BASIC: Final = re.compile(_BASIC)
_AWARE: Final = (re.compile(_EXTENDED + _ZONE), re.compile(_BASIC + _ZONE))

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Offsets from UTC in hours, by RFC 2822, section 4.3. Single letters other than Z are ambiguous and left out.
_NAMED_ZONES: Final[Mapping[str, int]] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip

_MAIL_LOCAL: Final = (
    rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}), ?)?"
    rf"(?P<day>[0-9]{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}}) "
) + _CLOCK.replace(":?", ":").replace("[.,]", r"\.")
_MAIL: Final = re.compile(rf"{_MAIL_LOCAL} (?:(?P<utc>{'|'.join(_NAMED_ZONES)})|{_OFFSET})", re.ASCII | re.IGNORECASE)
_NAIVE_MAIL: Final = re.compile(_MAIL_LOCAL, re.ASCII | re.IGNORECASE)

# By number of digits: how many units of that epoch make a second.
_EPOCHS: Final[Mapping[int, int]] = {10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = re.compile(r"[1-9][0-9]{9,18}")


def lacks(text: str) -> str | None:
    """What `text` lacks to be a date-time that is read, such as "a time zone"; None for other faults."""
    if any(form.fullmatch(text) for form in (_NAIVE, _NAIVE_BASIC, _NAIVE_MAIL)):
        return "a time zone"
    return "a time of day and a time zone" if _DAY.fullmatch(text) else None


def parse(text: str) -> datetime | None:
    """The moment that `text` names, in UTC; None where it names none, or one outside the years 1 to 9999."""
    if _DIGITS.fullmatch(text) is not None:
        return epoch(int(text))
    found = _AWARE[0].fullmatch(text) or _AWARE[1].fullmatch(text) or _MAIL.fullmatch(text)
    if found is None:
        return None
    try:
        return _moment(found.groupdict())
    except (ValueError, OverflowError):
        return None


def epoch(number: float) -> datetime | None:
    """The moment that a number of seconds, milli-, micro- or nanoseconds since 1970 names; None for other numbers.

    A number with a fraction is read only as seconds: the larger units leave a double no room for one.
    """
    whole = int(number)
    per_second = _EPOCHS.get(len(str(whole))) if whole > 0 else None
    if per_second is None or (per_second > 1 and whole != number):
        return None
    if whole != number:
        return _EPOCH + timedelta(microseconds=int(number * 1_000_000))
    return _EPOCH + timedelta(microseconds=whole * 1_000_000 // per_second)


def _moment(parts: Mapping[str, str | None]) -> datetime | None:
    """The moment that the parts found by an expression give. Raises ValueError for a day that does not exist."""
    second = int(parts["second"] or 0)
    local = datetime(
        int(parts["year"] or 0),
        _month(parts["month"] or ""),
        int(parts["day"] or 0),
        int(parts["hour"] or 0),
        int(parts["minute"] or 0),
        min(second, 59),
        int((parts["fraction"] or "")[:6].ljust(6, "0")),
        tzinfo=_zone(parts),
    )
    weekday = parts.get("weekday")
    if weekday is not None and _WEEKDAYS[local.weekday()] != weekday.lower():
        return None
    moment = local.astimezone(UTC)
    return moment if second < 60 else _leap_second(moment)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text.lower()) + 1


def _zone(parts: Mapping[str, str | None]) -> timezone:
    if parts["utc"] is not None:
        return timezone(timedelta(hours=_NAMED_ZONES[parts["utc"].lower()]))
    offset = timedelta(hours=int(parts["zone_hour"] or 0), minutes=int(parts["zone_minute"] or 0))
    return timezone(-offset if parts["sign"] == "-" else offset)


def _leap_second(second_before: datetime) -> datetime | None:
    moment = second_before + timedelta(seconds=1)
    return moment if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else None
