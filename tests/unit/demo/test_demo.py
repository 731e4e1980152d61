"""What a demo is going to do, decided from settings and articles alone."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.cli.demo import _redraw
from streams.demo.demo import DemoProgress, shown, summary
from streams.demo.plan import Plan, clock_for, planned
from streams.kafka.topics import catalogue
from streams.operate.census import Census
from streams.operate.jsonl import Line
from streams.processes.worker import flags
from streams.settings import Clock, load

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the environment or a .env file."""
    monkeypatch.chdir(tmp_path)
    for name in ("NEWSTAPE_KAFKA", "NEWSTAPE_CLOCK", "NEWSTAPE_TOPIC_PREFIX"):
        monkeypatch.delenv(name, raising=False)


def lines(*times: str) -> list[Line]:
    """Articles published at these times."""
    articles = [json.dumps({"uri": f"urn:{t}", "published_at": t, "headline": "h"}).encode() for t in times]
    return [Line(number=n, value=value, size=len(value)) for n, value in enumerate(articles, start=1)]


@pytest.mark.parametrize(
    ("times", "clock"),
    [
        (["2026-11-23T11:00:00Z"], Clock.WALL),
        (["2026-11-16T12:00:00Z"], Clock.WALL),
        (["2026-11-16T11:59:59Z"], Clock.EVENT),
        (["2020-01-01T00:00:00Z", "2026-11-20T00:00:00Z"], Clock.WALL),
        (["2020-01-01T00:00:00Z", "not a time"], Clock.EVENT),
        (["not a time"], Clock.WALL),
    ],
)
def test_the_event_clock_is_taken_where_the_wall_clock_would_show_nothing(times: list[str], clock: Clock) -> None:
    """The newest readable article decides: older than the longest window, seven days, or not."""
    assert clock_for(lines(*times), NOW)[0] is clock


def test_a_clock_that_was_set_is_kept() -> None:
    """Also where the table stays empty by it."""
    plan = planned(load(clock="wall"), lines("2020-01-01T00:00:00Z"), now=NOW)
    assert (plan.settings.clock, plan.why_clock) == (Clock.WALL, "as set")
    plan = planned(load(), lines("2020-01-01T00:00:00Z"), now=NOW)
    assert plan.settings.clock is Clock.EVENT
    assert "2020-01-01" in plan.why_clock


def test_without_a_kafka_it_starts_its_own() -> None:
    """On a port of its own, in the clear whatever the environment says of another Kafka."""
    plan = planned(load(security_protocol="SSL"), None, now=NOW)
    assert plan.own_kafka
    assert plan.own_topics
    assert plan.settings.kafka.startswith("127.0.0.1:")
    assert plan.settings.security_protocol == "PLAINTEXT"
    assert plan.settings.topic_prefix == ""


def test_on_a_kafka_that_is_given_its_topics_are_its_own() -> None:
    """Sample articles must not get among real ones."""
    plan = planned(load(kafka="broker:9092"), None, now=NOW)
    assert not plan.own_kafka
    assert plan.own_topics
    assert plan.settings.kafka == "broker:9092"
    assert plan.settings.topic_prefix.startswith("newstape-demo-")
    assert plan.settings.app_id == plan.settings.topic_prefix.removesuffix(".")


def test_topics_that_are_named_are_used_and_kept() -> None:
    """Who names a prefix wants to find the results there."""
    plan = planned(load(kafka="broker:9092", topic_prefix="mine."), None, now=NOW)
    assert not plan.own_topics
    assert plan.settings.topic_prefix == "mine."


def test_the_sample_articles_are_of_the_last_minutes() -> None:
    """So the wall clock shows them in all windows."""
    plan = planned(load(), None, now=NOW)
    assert plan.settings.clock is Clock.WALL
    assert len(plan.lines) > 40


def test_what_never_got_into_kafka_is_missing_too() -> None:
    """Only lines that Kafka refused are counted apart."""
    settings = load()
    plan = Plan(
        settings=settings, lines=lines("2026-11-23T11:00:00Z"), own_kafka=True, own_topics=True, why_clock="as set"
    )
    standing = DemoProgress(plan=plan, census=Census(catalogue(settings)))
    assert summary(standing)["missing"] == 1
    standing.delivery.confirmed = 1
    standing.delivery.positions = {0: {7}}
    assert summary(standing)["missing"] == 1
    standing.census.count("news.annotations", b'{"position": {"partition": 0, "offset": 7}}', [])
    assert summary(standing)["missing"] == 0
    assert summary(standing)["annotations"] == 1


def test_a_worker_gets_what_was_given_as_flags_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it came by flag, variable or file; passwords go by the environment alone."""
    monkeypatch.setenv("NEWSTAPE_SASL_USERNAME", "me")
    monkeypatch.setenv("NEWSTAPE_SASL_PASSWORD", "s3cr3t-9")
    monkeypatch.setenv("NEWSTAPE_SCHEMA_REGISTRY_AUTH", "me:s3cr3t-9")
    monkeypatch.setenv("NEWSTAPE_REGISTRY", "a.jsonl,b.jsonl")
    given = flags(load(kafka="broker:9092", security_protocol="SASL_SSL", clock="event"))
    assert given == [
        *("--clock", "event"),
        *("--kafka", "broker:9092"),
        *("--registry", "a.jsonl,b.jsonl"),
        *("--security-protocol", "SASL_SSL"),
    ]


async def test_the_same_picture_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once at the beginning, and once for each change: a demo that waits draws nothing."""
    monkeypatch.setattr("streams.cli.demo._REDRAW_S", 0)
    plan = planned(load(), lines("2026-11-23T11:00:00Z"), now=NOW)
    progress = DemoProgress(plan=plan, census=Census(catalogue(plan.settings)))
    looked, drawn = 0, []

    def state() -> object:
        nonlocal looked
        looked += 1
        return shown(progress)

    drawing = asyncio.create_task(_redraw(lambda: drawn.append(progress.step), state))
    for step in ("pushing", "waiting"):
        progress.step = step
        before = looked
        while looked < before + 5:
            await asyncio.sleep(0)
    progress.events_seen += 1
    before = looked
    while looked < before + 5:
        await asyncio.sleep(0)
    drawing.cancel()
    assert drawn == ["pushing", "waiting", "waiting"]
