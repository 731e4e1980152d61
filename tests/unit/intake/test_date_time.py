"""Date-times: every form that has one meaning, and no other."""

from datetime import UTC, datetime
from typing import Final

import pytest

from streams.intake.date_time import epoch, lacks, parse

MORNING: Final = datetime(2025, 10, 27, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-10-27T06:30:00Z", datetime(2025, 10, 27, 6, 30, tzinfo=UTC)),
        ("2025-10-27t06:30:00z", datetime(2025, 10, 27, 6, 30, tzinfo=UTC)),
        ("2025-10-27T15:30:00+09:00", datetime(2025, 10, 27, 6, 30, tzinfo=UTC)),
        ("2025-10-26T23:30:00-07:00", datetime(2025, 10, 27, 6, 30, tzinfo=UTC)),
        ("2025-10-27T06:30:00-00:00", datetime(2025, 10, 27, 6, 30, tzinfo=UTC)),
        ("2025-10-27T06:30:00.5Z", datetime(2025, 10, 27, 6, 30, 0, 500_000, tzinfo=UTC)),
        ("2025-10-27T06:30:00.123456Z", datetime(2025, 10, 27, 6, 30, 0, 123_456, tzinfo=UTC)),
        ("2025-10-27T06:30:00.123456999Z", datetime(2025, 10, 27, 6, 30, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.25Z", datetime(2017, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("1990-12-31T15:59:60-08:00", datetime(1991, 1, 1, tzinfo=UTC)),
    ],
)
def test_date_time_is_read_as_the_moment_it_names(text: str, moment: datetime) -> None:
    """Every form that RFC 3339 has, in UTC; leap seconds are the next midnight."""
    assert parse(text) == moment
    assert parse(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-10-27",
        "2025-10-27T06:30:00",
        "2025-10-27T06:30:00+24:00",
        "2025-10-27T06:30:00+09:60",
        "2025-10-27T06:30:00+09:00:00",
        "2025-10-27T24:00:00Z",
        "2025-10-27T06:60:00Z",
        "2025-10-27T06:30:61Z",
        "2025-10-27T06:30:60Z",
        "2025-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-10-00T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2025-W44-1T06:30:00Z",
        "2025-300T06:30:00Z",
        "+2025-10-27T06:30:00Z",
        "2025-10-27T06:30:00.Z",
        "2025-10-27T06:30:00Zulu",
        " 2025-10-27T06:30:00Z",
        "2025-10-27T06:30:00Z\n",
        "٢٠٢٥-10-27T06:30:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
        "2025-10-27T06:30:00." + "9" * 1_000_000,
    ],
)
def test_everything_else_is_no_date_time(text: str) -> None:
    """Naive times, other forms of ISO 8601, days that do not exist and times outside the years 1 to 9999."""
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-27T06:30Z",
        "2025-10-27 06:30:00Z",
        "2025-10-27 06:30:00+00:00",
        "2025-10-27T06:30:00+0000",
        "2025-10-27T15:30:00+0900",
        "2025-10-27T15:30:00+09",
        "2025-10-27T06:30:00 Z",
        "2025-10-27 06:30:00 UTC",
        "2025-10-27 06:30 GMT",
        "2025-10-27 08:30 +0200",
        "2025-10-27T06:30:00,000Z",
        "20251027T063000Z",
        "20251027T063000+0000",
        "20251027T0630Z",
        "Mon, 27 Oct 2025 06:30:00 GMT",
        "Mon, 27 Oct 2025 06:30:00 +0000",
        "Mon, 27 Oct 2025 02:30 EDT",
        "27 oct 2025 15:30:00 +0900",
        "MON, 27 OCT 2025 06:30:00 Z",
        "1761546600",
        "1761546600000",
        "1761546600000000",
        "1761546600000000000",
    ],
)
def test_other_spellings_with_one_meaning_are_read(text: str) -> None:
    """Superdesk, IIM, databases, RSS, Kafka Connect: the same moment in each one's own form."""
    assert parse(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 27 Oct 2025 06:30:00 GMT",
        "Mon, 27 Oct 25 06:30:00 GMT",
        "Mon, 27 Oct 2025 06:30:00 CET",
        "Mon, 27 Oct 2025 06:30:00 A",
        "Mon, 31 Feb 2025 06:30:00 GMT",
        "27/10/2025 06:30:00 Z",
        "10/27/2025 6:30 AM",
        "2025-10-27 06:30 EST",
        "2025-10-27T063000Z",
        "20251027T06:30:00Z",
        "20251027",
        "202510270630",
        "20251027063000",
        "176154660",
        "0176154660",
        "-1761546600",
        "1761546600.5",
        "+1761546600",
    ],
)
def test_what_may_mean_two_things_is_not_read(text: str) -> None:
    """A weekday of another date, zones that only some know, two digits of a year, numbers that may be a day."""
    assert parse(text) is None


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (1761546600, MORNING),
        (1761546600.0, MORNING),
        (1761546600.25, MORNING.replace(microsecond=250_000)),
        (1761546600000, MORNING),
        (1761546600000.0, MORNING),
        (1761546600123456, MORNING.replace(microsecond=123_456)),
        (1761546600123456789, MORNING.replace(microsecond=123_456)),
        (1_000_000_000, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        (999_999_999, None),
        (0, None),
        (-1761546600, None),
        (20251027, None),
        (202510270630, None),
        (20251027063000, None),
        (1761546600000.5, None),
        (1e300, None),
        (10**400, None),
    ],
)
def test_epoch_is_read_by_the_number_of_its_digits(number: float, moment: datetime | None) -> None:
    """10 digits are seconds and 13 milliseconds; a day or a minute written as a number has another count."""
    assert epoch(number) == moment


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("2025-10-27T06:30:00", "a time zone"),
        ("2025-10-27T06:30:00.5", "a time zone"),
        ("2025-10-27 06:30", "a time zone"),
        ("20251027T063000", "a time zone"),
        ("Mon, 27 Oct 2025 06:30:00", "a time zone"),
        ("2025-10-27T06:30:00Z", None),
        ("2025-10-27", "a time of day and a time zone"),
        ("20251027", "a time of day and a time zone"),
        ("yesterday", None),
    ],
)
def test_what_a_time_lacks_is_said(text: str, lacking: str | None) -> None:
    """The commonest faults get a message of their own."""
    assert lacks(text) == lacking
