"""Records of Avro by the documented answers of Confluent's registry, over HTTP on this machine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from schemas import Article
from streams.intake import RawRecord, read
from streams.kafka.schema_registry import SchemaError, SchemaRegistry, SchemaRegistryError, schema_of
from tests.registry import ARTICLE, Answers, framed, registry

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIELDS: Final[dict[str, Any]] = {
    "uri": "urn:avro:1",
    "published_at": datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
    "headline": "Nikkei climbs",
    "body": "The Nikkei 225 rose 1.2%.",
    "language": "en",
    "version": 2,
    "subjects": ["M1"],
    "checksum": b"\xff\x00",
}


@pytest.fixture
def answers() -> Iterator[Answers]:
    """A registry that knows the article's schema as number 7."""
    with registry() as found:
        found.add(7, ARTICLE)
        yield found


async def test_record_of_avro_becomes_the_article(answers: Answers) -> None:
    """Logical types, unions, enums and arrays; what no JSON can hold does no harm; the schema is asked for once."""
    schemas, value = SchemaRegistry(answers.url), framed(7, FIELDS)

    found = [await schemas.json_of(value, schema_of(value) or 0) for _ in range(3)]

    assert answers.asked == [7]
    assert len(set(found)) == 1
    assert schemas.known_json_of(value, 7) == found[0]
    assert read(RawRecord(key=None, value=found[0], timestamp=NOW)) == Article(
        uri="urn:avro:1",
        published_at=datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
        headline="Nikkei climbs",
        body="The Nikkei 225 rose 1.2%.",
        language="en",
        version=2,
        subjects=("M1",),
    )


async def test_registry_that_fails_for_a_while_is_asked_again(answers: Answers) -> None:
    """An error of the server says nothing about the record."""
    answers.failing = 2

    assert json.loads(await SchemaRegistry(answers.url).json_of(framed(7, FIELDS), 7))["uri"] == "urn:avro:1"
    assert answers.asked == [7, 7, 7]


async def test_registry_that_stays_away_is_an_error_and_no_dead_letter(answers: Answers) -> None:
    """Nobody listens, it goes on failing, it refuses: the worker has to stop."""
    answers.failing, answers.auth = 100, None
    for url in ("http://127.0.0.1:1", answers.url):
        with pytest.raises(SchemaRegistryError, match="no answer on schema 7"):
            await SchemaRegistry(url, patience_s=0).json_of(framed(7, FIELDS), 7)
    answers.failing, answers.auth = 0, "user:secret"
    with pytest.raises(SchemaRegistryError, match="HTTP 401"):
        await SchemaRegistry(answers.url, "user:wrong").json_of(framed(7, FIELDS), 7)
    assert await SchemaRegistry(answers.url, "user:secret").json_of(framed(7, FIELDS), 7)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (8, "a schema that the registry knows, got number 8"),
        (9, "Avro or JSON, got PROTOBUF by schema 9"),
        (10, "a schema without references, got number 10"),
        (11, "a schema of Avro, got number 11"),
    ],
)
async def test_schema_that_can_not_be_used_is_named(answers: Answers, number: int, fault: str) -> None:
    """The record is a dead letter that says why."""
    answers.add(9, {}, schemaType="PROTOBUF")
    answers.add(10, ARTICLE, references=[{"name": "x", "subject": "x", "version": 1}])
    answers.add(11, {"type": "nothing"})

    with pytest.raises(SchemaError, match=fault):
        await SchemaRegistry(answers.url).json_of(framed(number, FIELDS), number)


@pytest.mark.parametrize("cut", [slice(0, -3), slice(0, 6)])
async def test_record_that_is_not_of_its_schema_is_named(answers: Answers, cut: slice) -> None:
    """Cut off, or with bytes behind it."""
    value = framed(7, FIELDS)
    for broken in (value[cut], value + b"\0\0", value[:5] + b"\xff" * 40):
        with pytest.raises(SchemaError, match=r"^\$: expected Avro by schema 7, got "):
            await SchemaRegistry(answers.url).json_of(broken, 7)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (b"\0\0\0\1\2\x0aurn:a", 258),
        (b"\0\0\0\1\2{}", None),
        (b"\0\0\0\1\2 {}", None),
        (b"\0\0\0\1\2", None),
        (b'{"uri":1}', None),
        (b"", None),
        (None, None),
    ],
)
def test_number_is_read_where_there_is_a_frame_before_no_json(value: bytes | None, number: int | None) -> None:
    """JSON behind a frame is read without the registry."""
    assert schema_of(value) == number
