"""Attempts against a real server that takes, refuses, fails, hangs and is not there; and against real programs."""

import asyncio
import base64
import hashlib
import hmac
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from streams.alerts.sending import Attempt, Hook, Outcome, Program, signature

KEY = "0123:1:falls"
BODY = b'{"a": "\xc3\xa9"}'


@asynccontextmanager
async def server(answer: web.Response | None) -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server with one answer, or none at all; its address, and what it was sent."""
    seen: list[tuple[dict[str, str], bytes]] = []
    over = asyncio.Event()

    async def receive(request: web.Request) -> web.Response:
        seen.append((dict(request.headers), await request.read()))
        if answer is None:
            await over.wait()
        return answer or web.Response()

    app = web.Application()
    app.router.add_post("/alerts", receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/alerts", seen
    finally:
        over.set()
        await runner.cleanup()


async def posted(url: str, *, secret: bytes | None = None, timeout_s: float = 10.0) -> Attempt:
    """One attempt."""
    async with aiohttp.ClientSession() as session:
        return await Hook(session=session, url=url, secret=secret, timeout_s=timeout_s).send(KEY, BODY, time.time())


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.TAKEN),
        (204, Outcome.TAKEN),
        (302, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (408, Outcome.LATER),
        (429, Outcome.LATER),
        (500, Outcome.LATER),
        (503, Outcome.LATER),
    ],
)
async def test_the_answer_says_what_became_of_an_alert(status: int, outcome: Outcome) -> None:
    """What the receiver can't use is not sent again; what it can't take now is."""
    headers = {"Retry-After": "7", "Location": "http://127.0.0.1:1/"}
    async with server(web.Response(status=status, headers=headers)) as (url, seen):
        attempt = await posted(url)

    assert attempt.outcome is outcome
    assert attempt.wait_s == (7 if outcome is Outcome.LATER else 0)
    assert attempt.why == ("" if outcome is Outcome.TAKEN else f"answered {status}")
    assert [body for _, body in seen] == [BODY]


async def test_an_alert_is_signed() -> None:
    """As Standard Webhooks has it: computed here by the words of its document."""
    async with server(web.Response()) as (url, seen):
        await posted(url, secret=b"s3cret")

    ((headers, body),) = seen
    assert headers["Idempotency-Key"] == headers["webhook-id"] == KEY
    assert headers["Content-Type"] == "application/json"
    stamp = headers["webhook-timestamp"]
    assert abs(int(stamp) - time.time()) < 60
    expected = hmac.new(b"s3cret", f"{KEY}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_a_secret_in_the_form_of_standard_webhooks_is_its_bytes() -> None:
    """The example of its libraries."""
    secret = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


async def test_without_a_secret_there_is_no_signature() -> None:
    """An empty one would be no proof of anything."""
    async with server(web.Response()) as (url, seen):
        await posted(url)

    assert "webhook-signature" not in seen[0][0]


async def test_a_server_that_hangs_is_asked_again() -> None:
    """After the time that an answer may take."""
    async with server(None) as (url, _):
        attempt = await posted(url, timeout_s=0.2)

    assert attempt == Attempt(outcome=Outcome.LATER, why="no answer within 0.2 s")


async def test_a_server_that_is_not_there_is_asked_again() -> None:
    """Its port was free a moment ago."""
    async with server(web.Response()) as (url, _):
        pass
    attempt = await posted(url)

    assert attempt.outcome is Outcome.LATER
    assert attempt.why.startswith("no connection: ClientConnectorError")


async def test_a_program_has_alert_and_key(tmp_path: Path) -> None:
    """The alert as a line on standard input, the key in the environment."""
    code = "import os,sys,pathlib; pathlib.Path(sys.argv[1]).write_bytes(os.environ['NEWSTAPE_ALERT_KEY'].encode()+b' '"
    code += "+sys.stdin.buffer.read())"
    program = Program(arguments=(sys.executable, "-c", code, str(tmp_path / "told")), timeout_s=30)

    assert await program.send(KEY, BODY, 0.0) == Attempt(outcome=Outcome.TAKEN)
    assert (tmp_path / "told").read_bytes() == KEY.encode() + b" " + BODY + b"\n"


@pytest.mark.parametrize(("status", "outcome"), [(0, Outcome.TAKEN), (1, Outcome.REFUSED), (75, Outcome.LATER)])
async def test_the_exit_status_says_what_became_of_an_alert(status: int, outcome: Outcome) -> None:
    """75 is the one of sysexits.h for what may do later; a program need not read what it is told."""
    attempt = await Program(arguments=("sh", "-c", f"exit {status}"), timeout_s=30).send(KEY, b"x" * 500_000, 0.0)

    assert attempt.outcome is outcome


async def test_a_program_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """With what it started."""
    pid = tmp_path / "pid"
    program = Program(arguments=("sh", "-c", f"sleep 600 & echo $! > {pid}; wait"), timeout_s=0.5)

    attempt = await program.send(KEY, BODY, 0.0)

    assert attempt == Attempt(outcome=Outcome.LATER, why="had not ended within 0.5 s")
    for _ in range(100):
        stat = Path(f"/proc/{pid.read_text(encoding='utf-8').strip()}/stat")
        if not stat.exists() or stat.read_text(encoding="utf-8").split()[2] == "Z":
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the child of the program lives on")
