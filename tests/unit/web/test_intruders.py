"""What views answer to those who were not asked in: every request here is made over loopback to a real server."""

import asyncio
import gzip
import logging
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from schemas import encode
from streams.settings import Settings
from streams.web import connections
from streams.web.access import FAILURES, Access
from streams.web.answers import AgentHealth, WorkerHealth
from streams.web.connections import MAX_HEAD_BYTES
from streams.web.peers import MAX_ANSWER_BYTES
from tests.viewed import MINUTE, ViewedWorker, free_port, viewed

TOKEN = "0123456789abcdef0123456789abcdef"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings(**others: Any) -> Settings:
    """Settings of a worker on a port of its own."""
    return Settings(**({"web_port": free_port()} | others))


@asynccontextmanager
async def stranger(answer: Handler) -> AsyncIterator[str]:
    """A server that has joined the Kafka group and answers everything so."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def status_of(url: str, method: str = "GET", **request: Any) -> tuple[int, str]:
    """Status of an answer, and its word for what is wrong."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, allow_redirects=False, **request) as answer,
    ):
        if answer.content_type != "application/json":
            return answer.status, ""
        return answer.status, (await answer.json()).get("error", "")


async def said_to(url: str, sent: bytes) -> bytes:
    """All that the server says to these bytes until it closes the connection."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()


# -- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "series?index=N225&as_of={now}&window=60&step=-1",  # looped for ever
        "series?index=N225&as_of={now}&window=60&step=0",
        "series?index=N225&as_of={now}&window=60&step=1.5",
        "series?index=N225&as_of={now}&window=999999999&step=1",
        "series?index=N225&as_of={now}&window=60",
        "series?index=N225&as_of=99999999999999&window=60&step=5",
        "series?index=N225&as_of=x&window=60&step=5",
        "series?as_of={now}&window=60&step=5",
        "activity?index=N225&as_of=٣",
        "activity?index=N225",
        "activity?as_of={now}",
        "indices?as_of={now}&trend=0",
        "indices?as_of={now}&trend=1",
        "indices?as_of={now}&trend=99999999",
        "indices",
        "article",
        "ended",
    ],
)
async def test_odd_parameters_among_workers_are_refused(query: str) -> None:
    """They were taken as they came: a step of -1 kept the event loop busy for ever, others were answered by 500."""
    async with viewed() as url, asyncio.timeout(10):
        status, error = await status_of(f"{url}/internal/{query.format(now=MINUTE)}")
    assert (status, error[:4]) == (400, "bad-")


@pytest.mark.parametrize("since", ["1970-01-01T00:00:00%2B23:59", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
async def test_a_time_before_1970_is_refused(since: str) -> None:
    """One that only its zone brings there was answered by 500."""
    async with viewed() as url:
        assert await status_of(f"{url}/events?since={since}") == (400, "bad-since")


# -- other workers ----------------------------------------------------------------------------------------------------


async def test_the_users_token_is_sent_to_nobody() -> None:
    """Whoever joined the group under an address of theirs was sent it; what they are sent opens no other worker."""
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return web.Response(status=500)

    async with stranger(answer) as other:
        worker = ViewedWorker(settings(web_token=TOKEN, partitions=2), others={other: [0]})
        async with viewed(worker) as url:
            await status_of(f"{url}/pipeline", headers={"Authorization": f"Bearer {TOKEN}"})
            (given,) = seen
            assert given.startswith("Bearer ")
            assert TOKEN not in given
            for path in ("/internal/pipeline", "/indices"):
                assert await status_of(f"{url}{path}", headers={"Authorization": given}) == (401, "no-token")
            own = Access(worker.settings.web_token).workers_token(url)
            for token, status in ((TOKEN, 401), (own, 200)):
                headers = {"Authorization": f"Bearer {token}"}
                assert (await status_of(f"{url}/internal/pipeline", headers=headers))[0] == status
            assert (await status_of(f"{url}/indices", headers={"Authorization": f"Bearer {own}"}))[0] == 401


HEALTH = WorkerHealth(url="http://elsewhere", state="ready", agents=(AgentHealth(agent="tally", lag_s=0.0, waiting=0),))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Not found</html>",
        b"[]",
        b"null",
        b'{"url": "x"}',
        b'{"url": 1, "state": 2}',
        encode(HEALTH).replace(b'"articles":0', b'"articles":' + b"9" * 30),
        gzip.compress(encode(HEALTH), mtime=0),
        b"[" * 100_000,
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
async def test_what_is_no_answer_of_a_worker_is_silence(body: bytes) -> None:
    """HTML made the views raise, and any JSON was passed on."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with stranger(answer) as other:
        worker = ViewedWorker(settings(partitions=2), others={other: [0]})
        async with viewed(worker) as url, aiohttp.ClientSession(url) as session:
            async with session.get("/pipeline") as found:
                states = {health["url"]: health["state"] for health in (await found.json())["workers"]}
                assert (found.status, states) == (200, {url: "ready", other: "silent"})
            async with session.get("/indices") as found:
                assert (found.status, (await found.json())["error"]) == (503, "partitions-moving")


async def test_a_worker_is_named_by_the_address_that_was_asked() -> None:
    """And not by what it says of itself."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=encode(HEALTH))

    async with stranger(answer) as other:
        worker = ViewedWorker(settings(partitions=2), others={other: [0]})
        async with viewed(worker) as url, aiohttp.ClientSession(url) as session, session.get("/pipeline") as found:
            assert [health["url"] for health in (await found.json())["workers"]] == [url, other]


async def test_redirects_among_workers_are_not_followed() -> None:
    """A stranger had the workers ask whatever it named, and saw 200 bytes of what they were answered."""
    asked: list[str] = []

    async def inside(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=403, text="the inside")

    async with stranger(inside) as target:

        async def answer(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": f"{target}/secret"})

        async with stranger(answer) as other, stranger(inside) as refusing:
            for named in (other, refusing):
                worker = ViewedWorker(settings(partitions=2), others={named: [0]})
                async with (
                    viewed(worker) as url,
                    aiohttp.ClientSession(url) as session,
                    session.get("/indices") as found,
                ):
                    assert found.status == 503
                    assert "inside" not in await found.text()
    assert "/secret" not in asked


async def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """600 MB were."""
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 1_048_576)
            sent += 1_048_576

    async with stranger(answer) as other:
        worker = ViewedWorker(settings(partitions=2), others={other: [0]})
        async with viewed(worker) as url:
            assert (await status_of(f"{url}/pipeline"))[0] == 200
    assert sent <= 2 * MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "address", ["", "nothing", "http://", "ftp://127.0.0.1/", "http://user:word@127.0.0.1:1", "//"]
)
async def test_an_address_that_is_none_is_silence(address: str) -> None:
    """Members of the group may name anything."""
    worker = ViewedWorker(settings(partitions=2, web_token=TOKEN), others={address: [0]})
    async with viewed(worker) as url:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert (await status_of(f"{url}/pipeline", headers=headers))[0] == 200
        assert (await status_of(f"{url}/indices", headers=headers))[0] == 503


# -- browsers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),  # a name that resolves to 127.0.0.1: DNS rebinding
        ("evil.example:6066", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.1", 421),
        ("[::2]", 421),
        ("localhost", 200),
        ("localhost:1", 200),
        ("LOCALHOST.", 200),
        ("127.0.0.1", 200),
        ("127.1.2.3:80", 200),
        ("[::1]:80", 200),
        ("news.example", 200),
        ("news.example:443", 200),
    ],
)
async def test_a_worker_on_loopback_answers_to_its_own_names_only(host: str, status: int) -> None:
    """A page of another site whose name resolves to loopback could read everything."""
    worker = ViewedWorker(settings(web_url="https://news.example"))
    async with viewed(worker) as url:
        for path in ("/indices", "/healthz", "/page/main.js", "/internal/newest"):
            answer = await said_to(url, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            assert int(answer.split()[1]) == status, path


async def test_a_worker_that_is_reached_from_elsewhere_answers_to_any_name() -> None:
    """Its names are not known to it."""
    async with viewed(ViewedWorker(settings(web_host="0.0.0.0"))) as url:
        assert (await status_of(f"{url}/indices", headers={"Host": "worker-1.internal"}))[0] == 200


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
async def test_what_workers_ask_is_answered_to_no_browser(header: str) -> None:
    """Which sends one of these with whatever a page asks for."""
    async with viewed() as url:
        assert (await status_of(f"{url}/internal/newest"))[0] == 200
        refused = await status_of(f"{url}/internal/newest", headers={header: "same-origin"})
        assert refused == (403, "workers-only")


# -- signing in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded; charset=nosuch"}, b"token=x"),
        ({"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}, b"token=\xff"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nnothing"),
        ({"Content-Type": "multipart/form-data"}, b"token=x"),
        ({**FORM, "Content-Encoding": "gzip"}, b"token=x"),
        ({**FORM, "Content-Encoding": "gzip"}, gzip.compress(b"token=x" * 100_000, mtime=0)),
        ({**FORM, "Content-Encoding": "nosuch"}, b"token=x"),
        ({"Content-Type": "text/plain"}, b"token=x"),
        ({"Content-Type": "\xff"}, b"token=x"),
        (FORM, b"token=\xff&token=%ff&%=%"),
        (FORM, b"&" * 4_000),
        (FORM, b"x" * 5_000),
    ],
)
async def test_an_odd_form_is_refused(headers: dict[str, str], body: bytes) -> None:
    """An unknown charset, a form in parts and one compressed were answered by 500 and a traceback."""
    async with viewed(web_token=TOKEN) as url:
        assert (await status_of(f"{url}/login", "POST", headers=headers, data=body))[0] in {400, 401, 413}


async def test_the_form_is_taken() -> None:
    """With the token as browsers send it."""
    async with viewed(web_token=TOKEN) as url:
        assert (await status_of(f"{url}/login", "POST", data={"token": TOKEN}))[0] == 303
        assert (await status_of(f"{url}/login", "POST", data={"token": f"{TOKEN}+/="}))[0] == 401


async def test_attempts_to_sign_in_are_limited() -> None:
    """Any number was taken; the token itself is still right."""
    async with viewed(web_token=TOKEN) as url:
        requests = (status_of(f"{url}/login", "POST", data={"token": "wrong"}) for _ in range(FAILURES + 3))
        tried = [status for status, _ in await asyncio.gather(*requests)]
        assert sorted(tried) == [401] * FAILURES + [429] * 3
        assert (await status_of(f"{url}/login", "POST", data={"token": TOKEN}))[0] == 429
        assert (await status_of(f"{url}/indices", headers={"Authorization": f"Bearer {TOKEN}"}))[0] == 200


async def test_a_session_that_was_ended_is_none_on_any_worker() -> None:
    """Only the cookie was deleted: whoever had copied it stayed in for twelve hours."""
    one, two = settings(web_token=TOKEN, partitions=2), settings(web_token=TOKEN, partitions=2)
    async with (
        viewed(ViewedWorker(one, others={two.views_url: [0]})) as first,
        viewed(ViewedWorker(two, others={one.views_url: [1]})) as second,
    ):
        cookies = []
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            for _ in range(2):
                request = session.post(f"{first}/login", data={"token": TOKEN}, allow_redirects=False)
                async with request as answer:
                    cookies.append(answer.headers["Set-Cookie"].partition(";")[0])
        left, stays = cookies
        for url in (first, second):
            assert (await status_of(f"{url}/indices", headers={"Cookie": left}))[0] == 200
        assert (await status_of(f"{second}/logout", "POST", headers={"Cookie": left}))[0] == 303
        for url in (first, second):
            assert (await status_of(f"{url}/indices", headers={"Cookie": left}))[0] == 401
            assert (await status_of(f"{url}/indices", headers={"Cookie": stays}))[0] == 200


# -- connections ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent", [b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET /\xff"]
)
async def test_what_is_no_request_is_refused_as_everything_else(sent: bytes) -> None:
    """The page of aiohttp told its version and Python's, without the headers that bind a browser."""
    async with viewed() as url:
        answer = (await said_to(url, sent + b"\r\n\r\n")).decode("latin-1")
    assert answer.startswith("HTTP/1.0 400 ")
    assert "Content-Security-Policy: default-src 'none'" in answer
    assert "aiohttp" not in answer
    assert "Python" not in answer
    assert '"error":"bad-request"' in answer


@pytest.mark.parametrize("path", ["/", "/healthz", "/nosuch", "/events?x=y"])
async def test_no_answer_tells_versions_in_its_headers(path: str) -> None:
    """Faults included."""
    async with viewed() as url, aiohttp.ClientSession(url) as session, session.get(path) as answer:
        assert answer.headers["Server"] == "newstape"


@pytest.mark.parametrize(
    ("files", "most"), [(256, 96), (1_024, 480), (65_536, 512), (resource.RLIM_INFINITY, 512), (10, 16)]
)
def test_connections_are_fewer_where_files_are(monkeypatch: pytest.MonkeyPatch, files: int, most: int) -> None:
    """Half of the files that the process may open, less those that asyncio accepts at once."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connections.most_connections() == most


async def test_half_open_connections_lock_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """800 of them were held; now the longest waiting makes room for a new one, and `/healthz` answers."""
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 50)
    async with viewed() as url:
        host, _, port = url.removeprefix("http://").partition(":")
        opened = []
        for _ in range(200):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET / HTTP/1.1\r\nHost: loc")
            opened.append((reader, writer))
        begun = time.monotonic()
        assert (await status_of(f"{url}/healthz"))[0] == 200
        assert time.monotonic() - begun < 2
        closed = 0
        for reader, writer in opened[:140]:
            try:
                closed += await asyncio.wait_for(reader.read(), 5) == b""
            except ConnectionError:
                closed += 1
            writer.close()
        assert closed == 140
        for _, writer in opened:
            writer.close()


async def test_a_head_that_comes_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a byte of it comes; it was waited for without an end."""
    monkeypatch.setattr(connections, "KEEP_ALIVE_S", 1.0)
    async with viewed() as url:
        host, _, port = url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))

        async def drip() -> None:
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            while True:
                writer.write(b"x")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        try:
            assert await asyncio.wait_for(reader.read(), 5) == b""
        except ConnectionError:
            pass
        finally:
            dripping.cancel()
            writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither that of the form nor one that nobody reads."""
    monkeypatch.setattr("streams.web.server.BODY_S", 0.5)
    form = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    async with viewed(web_token=TOKEN) as url, asyncio.timeout(8):
        answer = await said_to(url, form + b"Content-Length: 100\r\n\r\ntoken=")
        assert answer.startswith(b"HTTP/1.1 408 ")
        answer = await said_to(url, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")


async def test_an_endless_head_is_cut_off() -> None:
    """Headers of many megabytes were kept."""
    lines = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 60_000) for number in range(100))
    async with viewed() as url:
        with pytest.raises((ConnectionError, AssertionError)):
            assert (await said_to(url, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + lines)) != b""
    assert len(lines) > MAX_HEAD_BYTES


async def test_a_client_that_went_ends_its_view(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dropped client of /events was noticed at its next heartbeat, a minute later, and held its place until then."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def wait(self: object) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    monkeypatch.setattr("streams.web.tape.Tape.open", wait)
    async with viewed() as url:
        host, _, port = url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /events?heartbeat=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asyncio.wait_for(begun.wait(), 5)
        writer.close()
        await asyncio.wait_for(ended.wait(), 2)


@pytest.mark.parametrize("uri", ["..", ".", "a/../b", "?", "#", "%2e%2e", "../../etc", "é\U0001f4f0"])
async def test_an_article_of_any_uri_is_found(uri: str, caplog: pytest.LogCaptureFixture) -> None:
    """`/articles/..` is `/` to every browser."""
    worker = ViewedWorker(settings())
    caplog.set_level(logging.ERROR)
    async with viewed(worker) as url, aiohttp.ClientSession(url) as session:
        request = session.get("/articles", params={"uri": uri})
        async with request as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "unknown-article")
            assert repr(uri) in (await answer.json())["reason"]
    assert caplog.records == []
