"""People who read market events: the consumers of the README as they stand there, and `streams.consume`."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import MarketEvent
from schemas.taxonomy import Lifecycle
from streams.consume import Cursor, CursorError, UnreadableError, events
from streams.contract.messages import Example
from streams.kafka.topics import TopicError
from streams.settings import Settings
from tests.debian import program
from tests.event_topics import EXAMPLES, Topics
from tests.integration.conftest import Broker

pytestmark = pytest.mark.integration

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")


async def read(topics: Topics, **options: Any) -> list[tuple[MarketEvent, Cursor]]:
    """All that is there now."""
    return [pair async for pair in events(topics.settings, follow=False, **options)]


def ids(found: list[tuple[MarketEvent, Cursor]]) -> list[tuple[str, int]]:
    """Event and revision."""
    return [(event.event_id, event.revision) for event, _ in found]


def of(*examples: Example) -> list[tuple[str, int]]:
    """The same of examples."""
    return [(example.value["event_id"], example.value["revision"]) for example in examples]


INDEX: Final = [example for example in EXAMPLES if example.value["type"].startswith("index.")]


# -- the iterator -----------------------------------------------------------------------------------------------------


async def test_all_families_are_read_and_each_cursor_goes_on_behind_its_event(topics: Topics) -> None:
    """From any cursor, also one that went through text, comes exactly what has not been seen."""
    topics.put(*EXAMPLES)
    everything = await read(topics)
    assert sorted(ids(everything)) == sorted(of(*EXAMPLES))
    for number, (_, cursor) in enumerate(everything, start=1):
        kept = Cursor.parse(str(cursor))
        assert kept == cursor
        rest = await read(topics, after=kept)
        assert sorted(ids(rest)) == sorted(ids(everything[number:]))


async def test_a_reader_that_rests_for_longer_than_events_are_kept_is_told(topics: Topics) -> None:
    """It went on where the topic begins by then, and nobody knew that events were missing."""

    async def read_on() -> None:
        async for _ in reading:
            pass

    topics.put(INDEX[0])
    async with aclosing(events(topics.settings, families=["index"])) as reading:
        _, cursor = await anext(reading)
        ((_, partition),) = [place for place, offset in cursor.offsets.items() if offset == 1]
        for _ in range(20):  # of these it may have one or two in hand, but not all
            topics.put(INDEX[0])
        topics.cut("index", partition, 20)
        gone = rf"partition {partition} begins at 20, the cursor stands at \d+: \d+ records are gone"
        with pytest.raises(CursorError, match=gone):
            await asyncio.wait_for(read_on(), 60)


async def test_an_event_keeps_its_order(topics: Topics) -> None:
    """Created, corrected, retracted: one subject is one partition."""
    topics.put(*INDEX)
    assert [e.lifecycle for e, _ in await read(topics, families=["index"])] == list(Lifecycle)


async def test_filters_choose_by_family_type_subject_and_lifecycle(topics: Topics) -> None:
    """Each by its words in the contract; a word that is none is refused with those that there are."""
    topics.put(*EXAMPLES)
    assert ids(await read(topics, families=["policy"])) == of(EXAMPLES[4])
    assert ids(await read(topics, types=["company.buyback"])) == of(EXAMPLES[3])
    assert ids(await read(topics, subjects=["index:N225"], lifecycles=["retracted"])) == of(EXAMPLES[2])
    with pytest.raises(ValueError, match="index, company, policy"):
        await read(topics, families=["indices"])


async def test_latest_only_gives_a_revision_once(topics: Topics) -> None:
    """A repeated delivery and an older revision behind a newer one do not come out."""
    created, corrected, retracted = INDEX
    topics.put(created, created, corrected, created, corrected, retracted, retracted)
    assert ids(await read(topics, latest_only=True)) == of(created, corrected, retracted)
    assert len(await read(topics)) == 7


async def test_it_follows_and_begins_where_it_is_told(topics: Topics) -> None:
    """From the end, only what comes afterwards."""
    topics.put(*INDEX)
    found: list[tuple[MarketEvent, Cursor]] = []

    async def follow() -> None:
        async with aclosing(events(topics.settings, start="latest")) as stream:
            async for pair in stream:
                found.append(pair)
                if pair[0].type == "policy.rate_decision":
                    return

    task = asyncio.create_task(follow())
    # Nothing tells from outside that it stands at the end: company events until one comes out, then the last.
    while not found and not task.done():
        topics.put(EXAMPLES[3])
        await asyncio.sleep(0.1)
    topics.put(EXAMPLES[4])
    await asyncio.wait_for(task, 60)
    assert {event.type.family for event, _ in found} == {"company", "policy"}


async def test_a_record_that_is_no_event_stops_and_says_how_to_go_on(topics: Topics) -> None:
    """With place and path; its cursor goes on behind it."""
    topics.put(INDEX[0])
    topics.put_raw("index", json.dumps({**INDEX[1].value, "type": "index.halt"}).encode(), INDEX[1].key or "")
    topics.put(INDEX[2])
    with pytest.raises(UnreadableError, match=r"offset 1: .*index\.halt.*install a newer newstape") as stopped:
        await read(topics, families=["index"])
    rest = await read(topics, families=["index"], after=stopped.value.cursor)
    assert ids(rest) == of(INDEX[2])


async def test_a_cursor_behind_retention_is_a_fault(topics: Topics) -> None:
    """Not a silent gap; neither is a topic that was made anew."""
    topics.put(*INDEX)
    (_, first), *_, (_, last) = await read(topics, families=["index"])
    ((topic, partition),) = [tp for tp, offset in first.offsets.items() if offset]
    topics.cut("index", partition, 3)
    with pytest.raises(CursorError, match="2 records are gone"):
        await read(topics, families=["index"], after=first)
    assert await read(topics, families=["index"], after=last) == []
    beyond = Cursor({**last.offsets, (topic, partition): 99})
    with pytest.raises(CursorError, match="made anew"):
        await read(topics, families=["index"], after=beyond)


async def test_topics_that_are_not_there_are_a_fault(kafka: Broker, topic_prefix: str) -> None:
    """With the command that makes them."""
    settings = Settings(kafka=kafka.bootstrap, topic_prefix=topic_prefix)
    with pytest.raises(TopicError, match="newstape topics --create"):
        _ = [pair async for pair in events(settings, follow=False)]


# -- the README -------------------------------------------------------------------------------------------------------


def block(language: str, word: str) -> str:
    """The one block of the README in this language that has this word."""
    (found,) = [b for b in re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE) if word in b]
    return str(found)


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that end with the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def start(started: list["subprocess.Popen[str]"], command: list[str], **environment: str) -> "subprocess.Popen[str]":
    """A process whose output is read line by line."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    started.append(process)
    return process


def lines(process: "subprocess.Popen[str]", count: int) -> list[str]:
    """So many lines of its output."""
    assert process.stdout is not None
    found = [process.stdout.readline().strip() for _ in range(count)]
    if not all(found):
        process.kill()
        pytest.fail(f"ended after {found}: {process.communicate()[1]}")
    return found


def test_the_python_consumer_of_the_readme_goes_on_where_it_stopped(
    topics: Topics, started: list["subprocess.Popen[str]"]
) -> None:
    """Killed and started again, it prints what came meanwhile and nothing twice."""
    code = block("python", "streams.consume")
    assert sum(bool(line.strip()) for line in code.splitlines()) <= 15
    reach = {"NEWSTAPE_KAFKA": topics.settings.kafka, "NEWSTAPE_TOPIC_PREFIX": topics.settings.topic_prefix}
    topics.put(INDEX[0])
    process = start(started, [sys.executable, "-c", code], **reach)
    assert lines(process, 1) == ["created index.move Nikkei 225 {'percent': 1.2, 'level': 50367.38}"]
    while not Path("cursor.txt").exists() or not Path("cursor.txt").read_text():
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait(30)
    topics.put(INDEX[1], INDEX[2])
    process = start(started, [sys.executable, "-c", code], **reach)
    assert lines(process, 2) == [
        "corrected index.move Nikkei 225 {'percent': 1.4, 'level': 50466.92}",
        "retracted index.move Nikkei 225 {}",
    ]


def test_the_confluent_consumer_of_the_readme_reads(topics: Topics, started: list["subprocess.Popen[str]"]) -> None:
    """With broker, group and topics of this test in place of its own."""
    code = block("python", "confluent_kafka").replace("127.0.0.1:9092", topics.settings.kafka)
    code = code.replace('"desk"', f'"{topics.settings.topic_prefix}desk"')
    code = code.replace('"market.', f'"{topics.settings.topic_prefix}market.')
    topics.put(EXAMPLES[3], EXAMPLES[4])
    process = start(started, [sys.executable, "-c", code])
    assert sorted(lines(process, 2)) == sorted(
        f"{v['event_id']} 1 created {v['type']} {v['subject']['name']}" for v in (e.value for e in EXAMPLES[3:5])
    )


def test_the_kcat_line_of_the_readme_reads(topics: Topics, started: list["subprocess.Popen[str]"]) -> None:
    """Key and headers in one line, the value in the next."""
    kcat = program("kcat", "kcat")
    (line,) = re.findall(r"^\$ (kcat .*)$", README, re.MULTILINE)
    name = topics.name("index")
    command = shlex.split(line.replace("127.0.0.1:9092", topics.settings.kafka).replace("market.events.index", name))
    topics.put(INDEX[0])
    told = lines(start(started, [kcat, "-e", *command[1:]]), 2)  # ends at the end, else it fills its buffer
    assert told[0].startswith("index:N225 ce_specversion=1.0,ce_id=")
    assert MarketEvent.from_bytes(told[1].encode()).event_id == INDEX[0].value["event_id"]
