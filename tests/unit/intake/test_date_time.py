"""Date-times: RFC 3339 to the letter."""

from datetime import UTC, datetime

import pytest

from streams.intake.date_time import lacks_zone, parse


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
        "2025-10-27T06:30Z",
        "2025-10-27 06:30:00Z",
        "2025-10-27T06:30:00 Z",
        "2025-10-27T06:30:00+0900",
        "2025-10-27T06:30:00+09",
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
        "20251027T063000Z",
        "2025-W44-1T06:30:00Z",
        "2025-300T06:30:00Z",
        "+2025-10-27T06:30:00Z",
        "2025-10-27T06:30:00.Z",
        "2025-10-27T06:30:00,5Z",
        "2025-10-27T06:30:00Zulu",
        " 2025-10-27T06:30:00Z",
        "2025-10-27T06:30:00Z\n",
        "٢٠٢٥-10-27T06:30:00Z",
        "1761546600",
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
    ("text", "lacks"),
    [
        ("2025-10-27T06:30:00", True),
        ("2025-10-27T06:30:00.5", True),
        ("2025-10-27T06:30:00Z", False),
        ("2025-10-27", False),
        ("yesterday", False),
    ],
)
def test_a_time_without_a_zone_is_told_apart(text: str, *, lacks: bool) -> None:
    """The commonest fault gets a message of its own."""
    assert lacks_zone(text) is lacks
