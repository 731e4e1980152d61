"""Where reading begins and ends: every form that people may write, and a message that lists them for what is none."""

from datetime import UTC, datetime

import pytest

from streams.operate.bounds import BEGINNING, END, Bound, BoundError, bound, time_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("beginning", BEGINNING),
        (" end ", END),
        ("2026-11-20T06:30:00Z", Bound(time=datetime(2026, 11, 20, 6, 30, tzinfo=UTC))),
        ("2026-11-20T15:30+09:00", Bound(time=datetime(2026, 11, 20, 6, 30, tzinfo=UTC))),
        ("2026-11-20", Bound(time=datetime(2026, 11, 20, tzinfo=UTC))),
        ("90m", Bound(time=datetime(2026, 11, 20, 10, 30, tzinfo=UTC))),
        ("24h", Bound(time=datetime(2026, 11, 19, 12, tzinfo=UTC))),
        ("7d", Bound(time=datetime(2026, 11, 13, 12, tzinfo=UTC))),
        ("0", Bound(offset=0)),
        ("1200", Bound(offset=1200)),
        ("3:980", Bound(offsets={3: 980})),
        ("0:1200,3:980", Bound(offsets={0: 1200, 3: 980})),
    ],
)
def test_every_form_is_read(text: str, meant: Bound) -> None:
    """Those of the module's table."""
    assert bound(text, now=NOW) == meant


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "1:", "1:2,", "7w", "1.5h", "2026-13-01", "beginning,end"])
def test_what_is_no_bound_is_told_the_forms(text: str) -> None:
    """With examples of each."""
    with pytest.raises(BoundError, match=r"expected beginning, end, 2026-11-20T06:30:00Z"):
        bound(text, now=NOW)


@pytest.mark.parametrize("text", ["0:1,0:2", "1:5,0:3,1:5"])
def test_a_partition_that_is_named_twice_is_told(text: str) -> None:
    """The last one said won without a word."""
    with pytest.raises(BoundError, match="each partition once"):
        bound(text, now=NOW)


def test_a_time_without_a_zone_is_not_guessed() -> None:
    """Hours lie between the guesses."""
    with pytest.raises(BoundError, match="2026-11-20T06:30:00Z"):
        time_of("2026-11-20T06:30:00", now=NOW)


def test_an_age_before_all_news_is_before_all_news() -> None:
    """No overflow."""
    assert time_of("999999999d", now=NOW).year < 1950
