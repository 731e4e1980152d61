"""What views answer when partitions move while the owners of what is asked for are asked."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from schemas import Contribution
from schemas.wire import loads
from streams.agents.metrics import Metrics
from streams.agents.tally import TallyAgent
from streams.kafka.topics import TABLE_FORMAT, catalogue
from streams.settings import Clock, Settings
from streams.state.stores import opener
from streams.state.table import StateTable
from streams.web.peers import MovingError, Peers
from streams.web.server import Views
from tests.held import HeldBroker, checkpoint_of

OTHER, OWN = "http://127.0.0.1:1", "http://127.0.0.1:2"  # the other one is asked first


async def views_of(monkeypatch: pytest.MonkeyPatch, clock: Clock, *, moving: bool) -> Views:
    """Views of one of two workers, from which its partitions are taken, if `moving`, while the other one answers."""
    settings = Settings(partitions=2, web_port=2, clock=clock)
    topics = catalogue(settings)
    checkpoint = await checkpoint_of(HeldBroker(), topics.claims.name)
    table = StateTable("shares", topics.shares.name, TABLE_FORMAT, opener(topics.shares.name, TABLE_FORMAT, None))
    tally = TallyAgent(checkpoint, topics, Metrics(()), settings, table)
    tally.tally.count("index:DAX", Contribution(minute=29_933_333, mentions=1, sentiment=None, last_fact=None))
    distribution = {url: {topics.claims.name: [number]} for number, url in enumerate((OTHER, OWN))}
    pipeline: Any = SimpleNamespace(
        app=SimpleNamespace(assignor=SimpleNamespace(external_topic_distribution=distribution)),
        ready=asyncio.Event(),
        registry=SimpleNamespace(entities={}),
        extractor=None,
        topics=topics,
        metrics=tally._metrics,
        tally=tally,
    )
    pipeline.ready.set()

    async def ask(_: Peers, _url: str, path: str, _query: object) -> Any:
        if moving:
            checkpoint.revoked()
            tally.revoked()
        return 29_933_333 if path == "/internal/newest" else []

    monkeypatch.setattr(Peers, "ask", ask)
    return Views(pipeline, settings)


@pytest.mark.parametrize("clock", Clock)
async def test_half_of_the_indices_is_no_answer(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """The worker's own were missing in an answer of status 200 when they were taken away while it asked another."""
    still = await views_of(monkeypatch, clock, moving=False)
    answer = await still.indices(make_mocked_request("GET", "/indices"))
    assert [activity["index"] for activity in loads(str(answer.text).encode())["indices"]] == ["DAX"]
    moving = await views_of(monkeypatch, clock, moving=True)
    with pytest.raises(MovingError):
        await moving.indices(make_mocked_request("GET", "/indices"))


def test_two_workers_at_one_address_are_told_of_it() -> None:
    """Workers on two machines that both listen on 127.0.0.1:6066: one's partitions seemed to move for good."""
    topic = "market.claims"
    # Faust: what the assignor makes of two members of the same address.
    app: Any = SimpleNamespace(assignor=SimpleNamespace(external_topic_distribution={OWN: {topic: [1]}}))
    with pytest.raises(MovingError, match=r"partitions \[0\] of market.claims .* own NEWSTAPE_WEB_URL"):
        Peers(app, Settings(partitions=2)).owners(topic)
