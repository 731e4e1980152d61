"""The ids of indices that views take."""

import aiohttp
import pytest

from streams.settings import Settings
from tests.viewed import Named, ViewedWorker, free_port, viewed


@pytest.mark.parametrize("spelt", ["OEX", "index:OEX", "other:OEX", "index:other:OEX"])
async def test_an_index_is_answered_by_its_one_id(spelt: str) -> None:
    """However it was asked for: as entities, facts or the views themselves name it."""
    worker = ViewedWorker(Settings(web_port=free_port()), entities={"index:OEX": Named("S&P 100")})
    async with viewed(worker) as url, aiohttp.ClientSession(url) as session:
        async with session.get(f"/indices/{spelt}") as answer:
            assert (await answer.json())["index"] == "OEX"
        async with session.get(f"/indices/{spelt}/series") as answer:
            assert (await answer.json())["index"] == "OEX"


async def test_every_view_is_described() -> None:
    """By its path, with a schema that exists."""
    async with viewed() as url, aiohttp.ClientSession(url) as session:
        async with session.get("/openapi.json") as answer:
            document = await answer.json()
        async with session.get("/") as answer:
            assert list(document["paths"]) == (await answer.json())["views"]
    answered = document["paths"]["/pipeline"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answered["$ref"].rpartition("/")[2] in document["components"]["schemas"]


async def test_an_index_made_from_text_is_answered_as_long_as_an_article_names_it() -> None:
    """`/indices` listed it, and `/indices/~SPLRCU` said that there is no such index."""
    worker = ViewedWorker(Settings(web_port=free_port()))
    worker.count("~SPLRCU")
    async with viewed(worker) as url, aiohttp.ClientSession(url) as session:
        async with session.get("/indices") as answer:
            (listed,) = (await answer.json())["indices"]
        async with session.get(f"/indices/{listed['index']}") as answer:
            assert (answer.status, await answer.json()) == (200, listed)
        async with session.get("/indices/~nobody") as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "unknown-index")
