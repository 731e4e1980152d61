"""What a client of /events asks for, and the form of what it gets."""

from datetime import UTC, datetime

import pytest
from multidict import MultiDict
from yarl import URL

from schemas.event import Quality
from schemas.taxonomy import EventStatus
from streams.web.event_stream import Wish, message, wish
from streams.web.faults import ViewError
from streams.web.tape import Selection

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUBJECTS = {"index:N225", "company:7203.T"}


def asked(query: str, last_event_id: str | None = None) -> Wish:
    """The wish of a query."""
    return wish(MultiDict(URL(f"/events?{query}").query), last_event_id, SUBJECTS, NOW)


def test_nothing_asked_for_is_all_events_from_now_on() -> None:
    """Of the three families, without index counts."""
    assert asked("") == Wish(selection=Selection(feeds=("index", "company", "policy")))


def test_selections_may_be_repeated_and_listed() -> None:
    """`a=1&a=2` and `a=1,2` are the same."""
    assert asked("lifecycle=created,corrected&subject=index:N225&subject=company:7203.T").selection == Selection(
        lifecycles=frozenset({"created", "corrected"}), subjects=frozenset(SUBJECTS)
    )


def test_a_subject_that_text_made_may_be_asked_for() -> None:
    """The registry knows none of them; an id of the registry's form must be in it."""
    assert asked("subject=company:~gulfex-inc").selection == Selection(subjects=frozenset({"company:~gulfex-inc"}))


def test_events_may_be_chosen_by_how_well_they_are_known() -> None:
    """Registered subjects only, and a least confidence."""
    quality = Quality(resolved=True, min_confidence=0.9)
    assert asked("resolved=true&min_confidence=0.9").selection == Selection(quality=quality)
    standing = Quality(status=EventStatus.STANDING)
    assert asked("status=standing").selection == Selection(quality=standing)
    assert asked("status=standing,called_off").selection == Selection()


def test_types_narrow_what_is_read_to_their_families() -> None:
    """No other topic is looked at."""
    assert asked("type=index.move,policy.tariff").selection.feeds == ("index", "policy")
    assert asked("type=index.move&activity=true").selection.feeds == ("index", "activity")


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        ("90m", "2026-11-20T10:30:00Z"),
        ("7d", "2026-11-13T12:00:00Z"),
        ("2026-11-19T00:00:00Z", "2026-11-19T00:00:00Z"),
        ("2026-11-19T09:00:00%2B09:00", "2026-11-19T00:00:00Z"),
        ("999999d", "1970-01-01T00:00:00Z"),
    ],
)
def test_a_beginning_is_a_time_or_a_duration(text: str, begin: str) -> None:
    """Before now."""
    assert asked(f"since={text}").since == datetime.fromisoformat(begin)


def test_the_last_id_goes_before_the_query() -> None:
    """An EventSource comes back to the same address, and must not begin anew."""
    assert asked("cursor=index.1&last=5", "index.2").cursor == "index.2"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("familly=index", "familly: expected one of activity, article"),
        ("family=indices", "family: expected index, company, policy, got 'indices'"),
        ("type=index.jump", "type: expected index.level"),
        ("type=index.move&family=company", "type: index.move is not of the family"),
        ("subject=index:N226", "subject: expected the id of an entity as index:N225, got 'index:N226'"),
        ("lifecycle=new", "lifecycle: expected created, corrected, retracted, got 'new'"),
        ("last=1001", "last: expected a whole number from 0 to 1,000"),
        ("last=-1", "last: expected"),
        ("last=٣", "last: expected"),
        ("heartbeat=0", "heartbeat: expected a whole number from 1 to 60"),
        ("since=yesterday", "since: expected RFC 3339 with a zone"),
        ("since=2026-11-19T00:00:00", "since: expected RFC 3339 with a zone"),
        ("since=0001-01-01T00:00:00Z", "since: expected"),
        ("follow=maybe", "follow: expected true or false"),
        ("resolved=yes", "resolved: expected true or false"),
        ("status=dead", "status: expected standing, called_off, got 'dead'"),
        ("min_confidence=2", "min_confidence: expected a number from 0 to 1, got '2'"),
        ("min_confidence=nan", "min_confidence: expected"),
        ("min_confidence=high", "min_confidence: expected"),
    ],
)
def test_a_wrong_parameter_is_named(query: str, expected: str) -> None:
    """A misspelt filter must not pass for none."""
    with pytest.raises(ViewError) as error:
        asked(query)
    assert (error.value.status, error.value.reason[: len(expected)]) == (400, expected)


def test_a_value_with_line_ends_stays_one_message() -> None:
    """JSON that another producer wrote over several lines."""
    assert message(b'{\r\n"a": 1\n}', identity="index.1") == b'id: index.1\ndata: {  "a": 1 }\n\n'
