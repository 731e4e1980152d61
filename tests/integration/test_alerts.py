"""`newstape alert` against a real Kafka and a real server that fails, hangs, recovers, while it is killed."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web

from streams.contract.messages import Example
from tests.event_topics import EXAMPLES, Topics

pytestmark = pytest.mark.integration

NEWSTAPE: Final = Path(sys.executable).with_name("newstape")
CREATED: Final = EXAMPLES[0]
TIMEOUT_S: Final = 60.0

HANG: Final = 0
"""Stands for the status of an answer that never comes."""


class Receiver:
    """A server that answers as it is told, for each alert by its rule, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        """Status by rule; 200 where none is told."""
        self.taken: list[dict[str, Any]] = []
        self.tried: list[tuple[str, bytes]] = []
        self.url = ""
        self._over = asyncio.Event()

    async def receive(self, request: web.Request) -> web.Response:
        """Take an alert, or not."""
        body = await request.read()
        alert = json.loads(body)
        assert request.headers["Idempotency-Key"] == alert["key"]
        self.tried.append((alert["key"], body))
        status = self.answers.get(alert["rule"], 200)
        if status == HANG:
            await self._over.wait()
        elif status == 200:
            self.taken.append(alert)
        return web.Response(status=status or 500)

    def keys(self, rule: str) -> list[str]:
        """Event and revision of what was taken of a rule, in order."""
        return [alert["key"].removesuffix(f":{rule}") for alert in self.taken if alert["rule"] == rule]

    def tries(self, rule: str) -> int:
        """How often alerts of a rule were sent."""
        return sum(key.endswith(f":{rule}") for key, _ in self.tried)

    def close(self) -> None:
        """Let what hangs go."""
        self._over.set()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A server of this test's own."""
    found = Receiver()
    app = web.Application()
    app.router.add_post("/{rule}", found.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    found.close()
    await runner.cleanup()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(TIMEOUT_S):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def alerting(topics: Topics, rules: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command at work; killed at the end if it has not ended."""
    process = await started(topics, rules, *options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def started(topics: Topics, rules: Path, *options: str) -> asyncio.subprocess.Process:
    """The command, begun."""
    return await asyncio.create_subprocess_exec(
        str(NEWSTAPE),
        "alert",
        str(rules),
        *options,
        env={
            **os.environ,
            "NEWSTAPE_KAFKA": topics.settings.kafka,
            "NEWSTAPE_TOPIC_PREFIX": topics.settings.topic_prefix,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """What it printed when it has ended."""
    out, err = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    return out.decode(), err.decode()


def rules_of(folder: Path, receiver: Receiver, **conditions: str) -> Path:
    """A file of rules, each posted to an address of its own."""
    path = folder / "rules.toml"
    path.write_text(
        "".join(
            f'[[rule]]\nname = "{name}"\nwebhook = {{ url = "{receiver.url}/{name}", timeout_s = 1 }}\n{condition}\n'
            for name, condition in conditions.items()
        ),
        encoding="utf-8",
    )
    return path


def numbered(count: int) -> list[Example]:
    """So many events of one subject, in one order."""
    return [replace(CREATED, value={**CREATED.value, "event_id": f"{number:032x}"}) for number in range(count)]


def keys(*examples: Example) -> list[str]:
    """Event and revision of examples."""
    return [f"{example.value['event_id']}:{example.value['revision']}" for example in examples]


async def test_each_event_is_told_once_to_each_rule_through_failures_and_kills(
    topics: Topics, tmp_path: Path, receiver: Receiver
) -> None:
    """Of each rule at most the alert under way when it was killed comes twice, with the same key and bytes; a server
    that fails, hangs or is slow holds up its own rule alone.
    """
    rules = rules_of(tmp_path, receiver, steady="", shaky="", companies='when.type = "company.*"')
    events = numbered(60)
    kills = (500, HANG, 200, 503)
    topics.put(*events[:20], EXAMPLES[3])
    for number, answer in enumerate(kills, start=1):
        receiver.answers["shaky"] = answer
        tried, read = receiver.tries("shaky"), 21 + 10 * number
        async with alerting(topics, rules, *(("--since", "beginning") if number == 1 else ())) as process:
            await until(partial(lambda tried: receiver.tries("shaky") > tried, tried))
            topics.put(*events[10 + 10 * number : 20 + 10 * number])
            await until(partial(lambda read: len(set(receiver.keys("steady"))) >= read, read))
            process.send_signal(signal.SIGKILL)
    receiver.answers.clear()
    async with alerting(topics, rules) as process:
        await until(lambda: len(set(receiver.keys("shaky"))) == 61)
        process.send_signal(signal.SIGTERM)
        _, err = await ended(process)
        assert process.returncode == 0, err

    expected = keys(*events)
    for rule in ("steady", "shaky"):
        found = [key for key in receiver.keys(rule) if key in expected]
        assert list(dict.fromkeys(found)) == expected, rule
        assert sum(Counter(receiver.keys(rule)).values()) - 61 <= len(kills), rule
    assert set(receiver.keys("companies")) == set(keys(EXAMPLES[3]))
    bodies: dict[str, set[bytes]] = {}
    for key, body in receiver.tried:
        bodies.setdefault(key, set()).add(body)
    assert all(len(of_key) == 1 for of_key in bodies.values())


async def test_what_becomes_of_an_event_is_told_across_a_restart(
    topics: Topics, tmp_path: Path, receiver: Receiver
) -> None:
    """A correction with what was told before, then the retraction; to the rule that never told of it, nothing."""
    created, corrected, retracted = EXAMPLES[:3]
    rules = rules_of(tmp_path, receiver, told="", other='when.type = "company.*"')
    for example in (created, corrected, retracted):
        topics.put(example)
        process = await started(topics, rules, "--once", *(("--since", "beginning") if example is created else ()))
        _, err = await ended(process)
        assert process.returncode == 0, err

    first, second, third = receiver.taken
    assert [alert["kind"] for alert in receiver.taken] == ["new", "corrected", "retracted"]
    assert first["was"] is None
    assert second["was"]["revision"] == created.value["revision"]
    assert second["was"]["arguments"] == first["event"]["arguments"]
    assert third["was"]["arguments"] == second["event"]["arguments"]


async def test_what_is_refused_is_told_in_the_log_and_not_sent_again(
    topics: Topics, tmp_path: Path, receiver: Receiver
) -> None:
    """And counted; the rule goes on."""
    topics.put(*numbered(3))
    rules = rules_of(tmp_path, receiver, picky="")
    receiver.answers["picky"] = 422
    _, err = await ended(await started(topics, rules, "--once", "--since", "beginning"))
    assert err.count("alert refused, and not sent again") == 3
    assert "answered 422" in err
    assert "picky: 0 sent, 3 refused" in err

    receiver.answers.clear()
    topics.put(*numbered(4)[3:])
    await ended(await started(topics, rules, "--once"))
    assert receiver.keys("picky") == keys(*numbered(4)[3:])


async def test_a_rule_that_comes_later_begins_then(topics: Topics, tmp_path: Path, receiver: Receiver) -> None:
    """The others go on where they stopped."""
    topics.put(*numbered(2)[:1])
    rules = rules_of(tmp_path, receiver, old="")
    await ended(await started(topics, rules, "--once", "--since", "beginning"))
    rules = rules_of(tmp_path, receiver, old="", late="")
    await ended(await started(topics, rules, "--once"))
    topics.put(*numbered(2)[1:])
    await ended(await started(topics, rules, "--once"))

    assert receiver.keys("old") == keys(*numbered(2))
    assert receiver.keys("late") == keys(*numbered(2)[1:])


async def test_a_command_is_told_and_a_dry_run_tells_nobody(topics: Topics, tmp_path: Path) -> None:
    """What the dry run prints is what the command has on its standard input."""
    topics.put(*EXAMPLES)
    rules = tmp_path / "rules.toml"
    told = tmp_path / "told"
    rules.write_text(
        f'[[rule]]\nname = "moves"\nwhen.family = "nikkei"\ncommand = ["sh", "-c", "cat >> {told}"]\n',
        encoding="utf-8",
    )

    out, err = await ended(await started(topics, rules, "--dry-run"))
    assert not told.exists(), err
    assert not (tmp_path / "rules.state.json").exists()
    printed = [json.loads(line)["alert"] for line in out.splitlines()]
    assert [alert["kind"] for alert in printed] == ["new", "corrected", "retracted"]

    await ended(await started(topics, rules, "--once", "--since", "beginning"))
    assert [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()] == printed


async def test_a_record_that_is_no_event_is_told_and_passed_over(
    topics: Topics, tmp_path: Path, receiver: Receiver
) -> None:
    """An alert that comes late is worth less than one that comes."""
    topics.put_raw("index", b"{}", CREATED.key or "")
    topics.put(*numbered(1))
    _, err = await ended(await started(topics, rules_of(tmp_path, receiver, all=""), "--once", "--since", "beginning"))

    assert "an event can't be read, and is passed over" in err
    assert receiver.keys("all") == keys(*numbered(1))
