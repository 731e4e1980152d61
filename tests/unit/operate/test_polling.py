"""Feeds polled from a real HTTP server on this machine."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from streams.feeds.files import load_mappings
from streams.operate import polling
from streams.operate.feed_files import Outgoing
from streams.operate.polling import Answer, Poller, PollError, Remembered, Round, Source, client, wait_after

NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
RSS: Final = load_mappings()["rss"].mapping
ETAG: Final = '"v1"'
INTERVAL_S: Final = 300.0


def item(number: int, text: str = "The DAX rose 1%.") -> str:
    """An entry of a feed."""
    return (
        f"<item><guid>urn:{number}</guid><title>Title {number}</title><description>{text}</description>"
        "<pubDate>Fri, 20 Nov 2026 11:00:00 GMT</pubDate></item>"
    )


def document(*items: str, more: str = "") -> bytes:
    """A feed of these entries."""
    return f"<rss version='2.0'><channel><title>Wire</title>{more}{''.join(items)}</channel></rss>".encode()


@dataclass(slots=True)
class Site:
    """A server whose answers a test lays out, and what it was asked."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    asked: list[web.BaseRequest] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The next answer."""
        self.asked.append(request)
        return self.answers.pop(0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A server on a free port of this machine."""
    site = Site()
    runner = web.ServerRunner(web.Server(site.answer))
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    yield site
    await runner.cleanup()


@dataclass(slots=True)
class Desk:
    """A poller with its clock, and what it has sent."""

    path: Path
    now: float = NOON.timestamp()
    sent: list[Outgoing] = field(default_factory=list)
    refusals: tuple[str, ...] = ()

    def poller(self) -> Poller:
        """A poller as after a start: it knows what its file has."""

        async def send(records: list[Outgoing]) -> tuple[str, ...]:
            self.sent += records
            return self.refusals

        return Poller(
            remembered=Remembered(self.path),
            feed="rss",
            mapping=RSS,
            send=send,
            interval_s=INTERVAL_S,
            clock=lambda: self.now,
        )

    async def ask(self, url: str) -> Round:
        """Ask once, later than the feed may be asked again."""
        self.now += polling.LONGEST_WAIT_S
        async with client() as session:
            return await self.poller().ask(session, url)

    @property
    def keys(self) -> list[str]:
        """The uris sent."""
        return [record.key.decode() for record in self.sent if record.key is not None]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With an empty memory."""
    return Desk(tmp_path / "state" / "poll.json")


async def test_only_what_is_new_or_corrected_is_sent_across_restarts(site: Site, desk: Desk) -> None:
    """Every look is by a poller of its own, which has read the file of the one before."""
    site.answers = [
        web.Response(body=document(item(1), item(2))),
        web.Response(body=document(item(1), item(2))),
        web.Response(body=document(item(2, "The DAX fell 1%."), item(3))),
    ]

    assert (await desk.ask(site.url)).sent == 2
    assert (await desk.ask(site.url)).sent == 0
    assert (await desk.ask(site.url)).sent == 2
    assert desk.keys == ["urn:1", "urn:2", "urn:2", "urn:3"]


async def test_requests_are_conditional_and_say_who_asks(site: Site, desk: Desk) -> None:
    """304 sends nothing and keeps what is remembered."""
    modified = "Fri, 20 Nov 2026 11:00:00 GMT"
    site.answers = [
        web.Response(body=document(item(1)), headers={"ETag": ETAG, "Last-Modified": modified}),
        web.Response(status=304),
        web.Response(status=304),
    ]

    for _ in range(3):
        await desk.ask(site.url)

    first, *later = site.asked
    assert "If-None-Match" not in first.headers
    assert first.headers["User-Agent"].startswith("newstape")
    for request in later:
        assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (ETAG, modified)
    assert desk.keys == ["urn:1"]


async def test_feed_is_not_asked_before_its_time(site: Site, desk: Desk) -> None:
    """The interval holds across restarts, too."""
    site.answers = [web.Response(body=document(item(1))), web.Response(body=document(item(2)))]
    await desk.ask(site.url)

    async with client() as session:
        desk.now += INTERVAL_S - 1
        await desk.poller().ask(session, site.url)
        assert len(site.asked) == 1
        desk.now += 1
        await desk.poller().ask(session, site.url)
    assert len(site.asked) == 2


async def test_what_kafka_does_not_take_is_sent_again(site: Site, desk: Desk) -> None:
    """Nothing is remembered as sent, and the document is asked for anew."""
    site.answers = [
        web.Response(body=document(item(1)), headers={"ETag": ETAG}),
        web.Response(body=document(item(1))),
    ]
    desk.refusals = ("not confirmed",)
    assert (await desk.ask(site.url)).faults == ("not confirmed",)
    desk.refusals = ()

    assert (await desk.ask(site.url)).sent == 1
    assert "If-None-Match" not in site.asked[1].headers


async def test_redirects_are_followed_within_http(site: Site, desk: Desk) -> None:
    """Relative and absolute."""
    site.answers = [
        web.Response(status=301, headers={"Location": "/moved"}),
        web.Response(status=302, headers={"Location": site.url}),
        web.Response(body=document(item(1))),
    ]

    assert (await desk.ask(site.url)).sent == 1
    assert [request.path for request in site.asked] == ["/feed", "/moved", "/feed"]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/feed", "gopher://x/", ""])
async def test_redirect_to_another_scheme_is_not_followed(site: Site, desk: Desk, location: str) -> None:
    """A feed can't make newstape read files."""
    site.answers = [web.Response(status=302, headers={"Location": location})]

    (fault,) = (await desk.ask(site.url)).faults
    assert "is not followed" in fault


async def test_redirects_without_an_end_are_given_up(site: Site, desk: Desk) -> None:
    """After five."""
    site.answers = [web.Response(status=302, headers={"Location": site.url}) for _ in range(9)]

    assert (await desk.ask(site.url)).faults == ("redirected more than 5 times",)


@pytest.mark.parametrize("packed", [False, True])
async def test_document_is_read_up_to_a_size(
    site: Site, desk: Desk, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a bomb of gzip no more is unpacked."""
    monkeypatch.setattr(polling, "MAX_DOCUMENT_BYTES", 100_000)
    body = document(item(1, "x" * 200_000))
    headers = {"Content-Encoding": "gzip"} if packed else {}
    site.answers = [web.Response(body=gzip.compress(body) if packed else body, headers=headers)]

    assert (await desk.ask(site.url)).faults == ("more than 100,000 bytes",)


async def test_gzip_is_unpacked(site: Site, desk: Desk) -> None:
    """It is what is asked for."""
    site.answers = [web.Response(body=gzip.compress(document(item(1))), headers={"Content-Encoding": "gzip"})]

    assert (await desk.ask(site.url)).sent == 1


async def test_page_that_is_no_feed_is_a_fault_and_is_not_sent(site: Site, desk: Desk) -> None:
    """A sign-in page, say; nor is a server that nobody answers at."""
    site.answers = [web.Response(body=b"<html><body>Sign in</body></html>")]

    (fault,) = (await desk.ask(site.url)).faults
    assert fault.startswith("not-xml: $: expected RSS or Atom")
    assert desk.sent == []
    assert (await desk.ask("http://127.0.0.1:1/feed")).faults != ()


async def test_entry_that_is_no_article_is_told_and_sent_once(site: Site, desk: Desk) -> None:
    """It becomes a dead letter, as with push; the others are read."""
    timeless = "<item><guid>urn:9</guid><title>No time</title></item>"
    site.answers = [web.Response(body=document(timeless, item(1))) for _ in range(2)]

    (fault,) = (await desk.ask(site.url)).faults
    assert fault.startswith("schema: $.entries[0].published: expected RFC 3339")
    assert (await desk.ask(site.url)).faults == ()
    assert len(desk.sent) == 2


async def test_feed_that_is_gone_is_asked_no_more(site: Site, desk: Desk) -> None:
    """410 is the server's last word."""
    site.answers = [web.Response(status=410)]

    assert (await desk.ask(site.url)).faults == ("gone for good (410)",)
    assert (await desk.ask(site.url)).faults == ()
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("status", "headers", "failures", "ttl", "seconds"),
    [
        (200, {}, 0, 0, 300),
        (200, {"Cache-Control": "public, max-age=900"}, 0, 0, 900),
        (200, {"Cache-Control": "max-age=5"}, 0, 0, 300),
        (200, {}, 0, 60, 3_600),
        (304, {"Cache-Control": "max-age=99999999"}, 0, 0, 86_400),
        (500, {}, 1, 0, 600),
        (500, {}, 3, 0, 2_400),
        (0, {}, 1_000, 0, 86_400),
        (503, {"Retry-After": "7200"}, 1, 0, 7_200),
        (429, {"Retry-After": "Fri, 20 Nov 2026 13:00:00 GMT"}, 1, 0, 3_600),
        (429, {"Retry-After": "soon"}, 1, 0, 600),
        (429, {"Retry-After": "Fri, 20 Nov 2020 13:00:00 GMT"}, 1, 0, 600),
    ],
)
def test_wait_is_what_the_server_asks_for(
    status: int, headers: dict[str, str], failures: int, ttl: float, seconds: float
) -> None:
    """And no less than the interval, doubled with every failure up to a day."""
    answer = Answer(status=status, headers=headers)

    assert wait_after(answer, Source(failures=failures), INTERVAL_S, NOON, ttl) == seconds


async def test_ttl_of_a_feed_is_kept_to(site: Site, desk: Desk) -> None:
    """RSS says it in minutes."""
    site.answers = [web.Response(body=document(item(1), more="<ttl>60</ttl>"))]
    await desk.ask(site.url)

    assert Remembered(desk.path).of(site.url).next_at == desk.now + 3_600


def test_state_that_is_damaged_is_refused_by_name(tmp_path: Path) -> None:
    """Begun anew it would send everything again: that is the user's to decide."""
    path = tmp_path / "poll.json"
    path.write_text("{")

    with pytest.raises(PollError, match="is no state of newstape poll"):
        Remembered(path)


def test_state_is_replaced_whole(tmp_path: Path) -> None:
    """No other file is left, and the old one stands until the new one is complete."""
    remembered = Remembered(tmp_path / "poll.json")
    remembered.of("http://a/").sent["urn:1"] = "x"
    remembered.save()
    remembered.save()

    assert [path.name for path in tmp_path.iterdir()] == ["poll.json"]
    assert Remembered(tmp_path / "poll.json").of("http://a/").sent == {"urn:1": "x"}


async def test_host_is_asked_one_feed_at_a_time(desk: Desk) -> None:
    """Feeds of one host wait for each other."""
    import asyncio

    busy = most = 0

    async def answer(_: web.BaseRequest) -> web.Response:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0)
        busy -= 1
        return web.Response(body=document(item(1)))

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    poller, port = desk.poller(), runner.addresses[0][1]
    async with client() as session:
        await asyncio.gather(*(poller.ask(session, f"http://127.0.0.1:{port}/{number}") for number in range(5)))
    await runner.cleanup()

    assert most == 1
