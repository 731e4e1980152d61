"""What views answer when partitions move while the owners of what is asked for are asked."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from schemas import encode
from schemas.wire import loads
from streams.settings import Clock, Settings
from streams.web.faults import MovingError
from streams.web.own import Newest, OwnIndices
from streams.web.peers import Peers
from streams.web.server import Views
from tests.viewed import MINUTE, ViewedWorker, free_port


@pytest.mark.parametrize("clock", Clock)
@pytest.mark.parametrize("moving", [False, True])
async def test_half_of_the_indices_is_no_answer(clock: Clock, moving: bool) -> None:
    """The worker's own were missing in an answer of status 200 when they were taken away while it asked another."""
    other = f"http://127.0.0.1:{free_port()}"
    worker = ViewedWorker(Settings(partitions=2, web_port=free_port(), clock=clock), others={other: [0]})
    worker.count("DAX")

    async def answer(request: web.Request) -> web.Response:
        if moving:
            worker.generation = 2
            worker.counted.clear()
        value = Newest(minute=MINUTE) if request.path.endswith("newest") else OwnIndices(indices=())
        return web.Response(body=encode(value), content_type="application/json")

    application = web.Application()
    application.add_routes([web.get("/internal/{view}", answer)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(other.rpartition(":")[2])).start()
    views = Views(worker, worker.settings)
    await views._peers.start()
    try:
        asking = asyncio.ensure_future(views.indices(make_mocked_request("GET", "/indices")))
        if moving:
            with pytest.raises(MovingError):
                await asking
        else:
            found: Any = loads(str((await asking).text).encode())
            assert [activity["index"] for activity in found["indices"]] == ["DAX"]
    finally:
        await views._peers.stop()
        await runner.cleanup()


def test_two_workers_at_one_address_are_told_of_it() -> None:
    """Workers on two machines that both listen on 127.0.0.1:6066: one's partitions seemed to move for good."""
    settings = Settings(partitions=2)
    # Faust: what the assignor makes of two members of the same address.
    worker = ViewedWorker(settings)
    topic = "market.claims"
    worker.distribution = lambda: {settings.views_url: {topic: [1]}}  # type: ignore[method-assign]
    with pytest.raises(MovingError, match=r"partitions \[0\] of market.claims .* own NEWSTAPE_WEB_URL"):
        Peers(worker, settings, lambda _: "").owners(topic)
