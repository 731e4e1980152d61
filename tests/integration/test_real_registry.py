"""Read and written by a real schema registry with Confluent's API, where one is named: `NEWSTAPE_TEST_REGISTRY`.

Apicurio Registry runs without an image: `io.apicurio:apicurio-registry-app:3.3.3:tar.gz:all` is an artifact of Maven,
and `java -jar quarkus-run.jar` (Java 21 or newer) runs it in memory; it speaks that API at `http://127.0.0.1:8080/apis/ccompat/v7`.
"""

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from schemas import Article, MarketEvent, decode
from schemas.taxonomy import Family
from streams.intake import RawRecord, read
from streams.kafka.schema_registry import SchemaError, SchemaRegistry, schema_of
from tests.deployment import deployed
from tests.registry import ARTICLE, framed

URL: Final = os.environ.get("NEWSTAPE_TEST_REGISTRY")
NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIELDS: Final[dict[str, Any]] = {
    "uri": "urn:avro:1",
    "published_at": NOW,
    "headline": "Nikkei climbs",
    "body": "The Nikkei 225 rose 1.2%.",
    "language": "en",
    "checksum": b"\xff",
}

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        URL is None, reason="no registry: name one that speaks Confluent's API in NEWSTAPE_TEST_REGISTRY"
    ),
]


async def registered(schema: Any) -> int:
    """The number under which the registry now has this schema."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{URL}/subjects/newstape-test-{time.time_ns()}-value/versions",
            json={"schema": json.dumps(schema)},
            headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
        ) as response,
    ):
        assert response.status == 200, await response.text()
        return int(json.loads(await response.read())["id"])


async def test_record_of_avro_is_read_by_a_real_registry() -> None:
    """Registered there, asked for by its number; a number that it does not have is told."""
    number = await registered(ARTICLE)
    value, schemas = framed(number, FIELDS), SchemaRegistry(URL or "")

    assert schema_of(value) == number
    found = read(RawRecord(key=None, value=await schemas.json_of(value, number), timestamp=NOW))

    assert isinstance(found, Article)
    assert (found.uri, found.published_at, found.body) == ("urn:avro:1", NOW, FIELDS["body"])
    with pytest.raises(SchemaError, match="a schema that the registry knows, got number 2000000000"):
        await schemas.json_of(framed(2_000_000_000, FIELDS), 2_000_000_000)


def test_worker_reads_avro_from_a_real_kafka_by_a_real_registry(kafka: Any, tmp_path: Path) -> None:
    """The whole way: what a Confluent serialiser would write becomes an annotation."""
    number = asyncio.run(registered(ARTICLE))
    prefix = f"registry-{time.time_ns()}-"
    with deployed(kafka.bootstrap, prefix, tmp_path, NEWSTAPE_SCHEMA_REGISTRY=URL or "") as deployment:
        deployment.start().await_ready()
        deployment.push([(b"urn:avro:1", framed(number, FIELDS))])
        deployment.await_settled()
        (annotation,) = deployment.values(deployment.topics.annotations.name)

    assert annotation["article"]["uri"] == "urn:avro:1"
    assert [fact["change_pct"] for fact in annotation["index_facts"]] == [1.2]


@pytest.mark.parametrize("form", ["avro", "json-schema"])
def test_worker_writes_by_a_real_registry(kafka: Any, tmp_path: Path, form: str) -> None:
    """The schemas are registered there, and what is written is read with what the registry answers."""
    prefix = f"registry-out-{form}-{time.time_ns()}-"
    where = {"NEWSTAPE_SCHEMA_REGISTRY": URL or "", "NEWSTAPE_OUTPUT_FORM": form}
    with deployed(kafka.bootstrap, prefix, tmp_path, **where) as deployment:
        deployment.start().await_ready()
        article = {**FIELDS, "published_at": NOW.isoformat(), "checksum": None}
        deployment.push([(b"urn:avro:1", json.dumps(article).encode())])
        deployment.await_settled()
        (record,) = deployment.read(deployment.topics.events[Family.INDEX].name)
    value, schemas = record.value(), SchemaRegistry(URL or "")

    number = schema_of(value)
    plain = value[5:] if number is None else asyncio.run(schemas.json_of(value, number))

    assert (number is not None) is (form == "avro")
    assert decode(MarketEvent, plain).subject.id == "index:N225"
