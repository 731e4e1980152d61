"""The sample articles are what their description says, and shifting moves their times and nothing else."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from streams.demo.articles import broken_articles, sample_articles

NOW = datetime(2027, 3, 1, 12, 0, 30, 250_000, tzinfo=UTC)


def _inner(record: dict[str, Any]) -> dict[str, Any]:
    inner: dict[str, Any] = record.get("data", record)
    return inner


def _arrival(record: dict[str, Any]) -> datetime:
    own = _inner(record)
    times = [own[name] for name in ("updated_at", "versioncreated", "versionCreated", "published_at") if name in own]
    return datetime.fromisoformat(times[0])


def _body(record: dict[str, Any]) -> str:
    own = _inner(record)
    text: str = own.get("body") or own.get("body_text") or own["bodies"][-1]["value"]
    return text


def test_there_are_forty_articles_two_corrections_a_withdrawal_and_a_repeat() -> None:
    """Four uris come twice: two with a second version, one canceled, one the same bytes again."""
    lines = sample_articles()
    counts = Counter(_inner(json.loads(line))["uri"] for line in lines)
    assert len(counts) == 40
    assert len(lines) == 44
    repeated = Counter(lines).most_common(1)[0]
    assert repeated[1] == 2
    assert "dow-50000" in repeated[0].decode()
    canceled = [record for record in map(json.loads, lines) if record.get("status") == "canceled"]
    assert [(record["uri"], record["version"]) for record in canceled] == [("urn:newstape:sample:rio-talks", 2)]


def test_a_correction_is_a_higher_version_of_a_changed_text() -> None:
    """The corrected versions differ from the first in body, version and update time, not in time of publication."""
    records = [json.loads(line) for line in sample_articles()]
    for name in ("nasdaq-slump", "shell-payout"):
        first, second = [record for record in records if record.get("uri", "").endswith(name)]
        assert (first["version"], second["version"]) == (1, 2)
        assert first["body"] != second["body"]
        assert first["published_at"] == second["published_at"] < second["updated_at"]


def test_every_accepted_form_is_there() -> None:
    """Native, ninjs 1.x, 2.x and 3.x, and a structured CloudEvents envelope; English and Japanese."""
    records = [json.loads(line) for line in sample_articles()]
    assert [record["version"] for record in records if "body_text" in record] == ["1"]
    standards = [record["standard"]["version"] for record in records if "standard" in record]
    assert sorted(standards) == ["2.1", "3.0"]
    assert sum("specversion" in record for record in records) == 1
    assert Counter(_inner(record)["language"][:2] for record in records) == {"en": 42, "ja": 2}


def test_texts_are_of_ordinary_length() -> None:
    """Every usable body has 300 to 2,500 characters."""
    records = [json.loads(line) for line in sample_articles()]
    lengths = [len(_body(record)) for record in records if record.get("status") != "canceled"]
    assert min(lengths) >= 300
    assert max(lengths) <= 2500


def test_records_come_in_order_of_arrival_within_one_week() -> None:
    """Arrival times never go back, but for the repeat, and lie in the week that ends on 2026-11-20."""
    times = [_arrival(json.loads(line)) for line in sample_articles()]
    assert times == sorted(times)
    assert times[-1].date().isoformat() == "2026-11-20"
    assert times[-1] - times[0] < timedelta(days=7)


def test_shifting_puts_the_newest_a_minute_before_now_and_keeps_distances() -> None:
    """All times move by the same amount, to whole seconds."""
    before = [_arrival(json.loads(line)) for line in sample_articles()]
    after = [_arrival(json.loads(line)) for line in sample_articles(now=NOW)]
    assert {new - old for old, new in zip(before, after, strict=True)} == {after[0] - before[0]}
    assert max(after) == NOW.replace(microsecond=0) - timedelta(minutes=1)


def test_shifting_changes_nothing_but_times() -> None:
    """A record with its time fields taken out is the same before and after."""

    def without_times(record: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in record.items() if not _is_time(value)}
        return kept | ({"data": without_times(record["data"])} if "data" in record else {})

    def _is_time(value: object) -> bool:
        return isinstance(value, str) and value[:2] == "20" and value[10:11] == "T"

    for old, new in zip(sample_articles(), sample_articles(now=NOW), strict=True):
        was, now = json.loads(old), json.loads(new)
        assert list(was) == list(now)
        assert without_times(was) == without_times(now)
        assert was != now


def test_shifting_keeps_the_zone_a_time_was_written_in() -> None:
    """The Japanese articles stay in +09:00, the others in Z."""
    records = [_inner(json.loads(line)) for line in sample_articles(now=NOW)]
    zones = Counter(record["published_at"][19:] for record in records if "published_at" in record)
    assert zones == {"Z": 39, "+09:00": 2}


def test_the_envelope_moves_with_its_article() -> None:
    """The CloudEvents time and the time of the article in it stay equal."""
    envelope = next(r for r in map(json.loads, sample_articles(now=NOW)) if "specversion" in r)
    assert envelope["time"] == envelope["data"]["published_at"]


def test_a_naive_now_is_refused() -> None:
    """Without a zone nobody knows how far to move."""
    with pytest.raises(ValueError, match="aware"):
        sample_articles(now=datetime(2027, 3, 1))  # noqa: DTZ001  the fault under test


def test_broken_articles_are_broken() -> None:
    """One line is no JSON, the other has a time that is none."""
    cut_off, bad_time = broken_articles()
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut_off)
    with pytest.raises(ValueError, match="yesterday"):
        datetime.fromisoformat(json.loads(bad_time)["published_at"])
