"""Market events and index counts in the forms of a schema registry: what is written is what is read."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final

import fastavro
import pytest

from schemas import EntityRef, IndexActivity, MarketEvent, decode, encode
from streams.contract import avro, json_schema
from streams.contract.files import directory, stored_examples
from streams.contract.messages import INDEX_ACTIVITY, KINDS, MARKET_EVENT, Kind
from streams.kafka.outputs import OutputConsumer, Outputs
from streams.kafka.schema_registry import SchemaRegistry, SchemaRegistryError, schema_of
from streams.kafka.topics import TopicError
from streams.settings import OutputForm, SettingsError, load
from tests.registry import registry

EVENTS: Final = "market.events.index"
EXAMPLES: Final = stored_examples(directory())


def messages(kind: Kind) -> list[Any]:
    """Real messages of this kind."""
    return [decode(kind.type, json.dumps(example.value).encode()) for example in EXAMPLES[kind.name]]


def written(form: OutputForm, kind: Kind, message: object) -> tuple[bytes, bytes]:
    """A message as it is written, and as the registry's schema reads it."""
    document = avro.document if form is OutputForm.AVRO else json_schema.document

    async def run(url: str) -> tuple[bytes, bytes]:
        schemas = SchemaRegistry(url)
        outputs = Outputs(form, {EVENTS: document(kind)}, schemas)
        await outputs.register()
        value = outputs.value(EVENTS, message)
        number = schema_of(value)
        return value, value[5:] if number is None else await schemas.json_of(value, number)

    with registry() as answers:
        return asyncio.run(run(answers.url))


@pytest.mark.parametrize("kind", [MARKET_EVENT, INDEX_ACTIVITY], ids=lambda kind: kind.name)
@pytest.mark.parametrize("form", [OutputForm.AVRO, OutputForm.JSON_SCHEMA])
def test_what_is_written_by_a_registry_is_read_as_it_was(form: OutputForm, kind: Kind) -> None:
    """Every example of the contract, whole: times, days, maps, lists and nulls."""
    for message in messages(kind):
        value, read = written(form, kind, message)
        assert value[:1] == b"\0"
        assert decode(kind.type, read) == message


def test_avro_is_read_by_another_reader_than_ours() -> None:
    """With the registered schema alone: a time is a time, a day a day, a number with a fraction a double."""
    (event, *_) = messages(MARKET_EVENT)
    event = replace(event, effective_on=date(2026, 12, 24), published_at=datetime(1987, 10, 19, 20, 1, 2, 345, UTC))
    value, _ = written(OutputForm.AVRO, MARKET_EVENT, event)
    schema = json.loads(json.dumps(avro.document(MARKET_EVENT)))

    found: Any = fastavro.schemaless_reader(BytesIO(value[5:]), fastavro.parse_schema(schema), None)

    assert found["published_at"] == datetime(1987, 10, 19, 20, 1, 2, 345, UTC)
    assert found["effective_on"] == date(2026, 12, 24)
    assert found["subject"]["name"] == event.subject.name
    assert {name: q["value"] for name, q in found["arguments"].items()} == {
        name: quantity.value for name, quantity in event.arguments.items()
    }


def test_a_reader_of_before_reads_a_field_and_a_word_that_are_new() -> None:
    """The schema of a reader that knows no `status`; a type of event that it has never heard of is a string to it."""
    (event, *_) = messages(MARKET_EVENT)
    value, _ = written(OutputForm.AVRO, MARKET_EVENT, event)
    schema = avro.document(MARKET_EVENT)
    older = {**schema, "fields": [field for field in schema["fields"] if field["name"] != "status"]}
    (kind,) = (field["type"] for field in schema["fields"] if field["name"] == "type")

    found: Any = fastavro.schemaless_reader(
        BytesIO(value[5:]), fastavro.parse_schema(schema), fastavro.parse_schema(older)
    )

    assert kind == "string"
    assert "status" not in found
    assert found["event_id"] == event.event_id


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_message_has_a_schema_of_avro(kind: Kind) -> None:
    """Parsed by fastavro, with all fields, and a default wherever the class has one."""
    schema = json.loads(json.dumps(avro.document(kind)))
    fastavro.parse_schema(schema)

    needed = set(json_schema.document(kind)["required"]) if kind.name != "dead-letter" else None
    if needed is not None:
        assert {field["name"] for field in schema["fields"] if "default" not in field} == needed


def test_a_schema_that_somebody_registered_is_used_where_none_may_be_registered() -> None:
    """A registry that refuses to register gives the number of what it has, and says so where it has none."""
    document = avro.document(INDEX_ACTIVITY)
    with registry() as answers:
        answers.register_schema("a-value", encode(document).decode(), "AVRO")
        answers.locked = True
        known, unknown = (Outputs(OutputForm.AVRO, {t: document}, SchemaRegistry(answers.url)) for t in ("a", "b"))
        asyncio.run(known.register())
        with pytest.raises(SchemaRegistryError, match=r"refuses a schema of subject b-value: HTTP 403, read only"):
            asyncio.run(unknown.register())
        (activity, *_) = messages(INDEX_ACTIVITY)
        assert schema_of(known.value("a", activity)) == 1


def test_nothing_is_written_before_its_schema_is_registered() -> None:
    """A value without its number could never be read."""
    event = MarketEvent(
        event_id="0" * 32,
        revision=1,
        lifecycle=messages(MARKET_EVENT)[0].lifecycle,
        type=messages(MARKET_EVENT)[0].type,
        subject=EntityRef(id=None, name="Acme"),
        article=messages(MARKET_EVENT)[0].article,
        published_at=None,
    )
    with pytest.raises(RuntimeError, match="registered before"):
        Outputs(OutputForm.AVRO, {EVENTS: avro.document(MARKET_EVENT)}).value(EVENTS, event)
    assert Outputs(OutputForm.JSON).value(EVENTS, event) == encode(event)


def test_a_form_without_a_registry_is_refused() -> None:
    """By the name of the setting that is missing."""
    with pytest.raises(SettingsError, match="NEWSTAPE_OUTPUT_FORM: expected NEWSTAPE_SCHEMA_REGISTRY with avro"):
        load(output_form="avro")


def test_counts_are_whole_numbers_in_avro() -> None:
    """Whatever the window."""
    activity: IndexActivity = messages(INDEX_ACTIVITY)[0]
    value, _ = written(OutputForm.AVRO, INDEX_ACTIVITY, activity)
    schema = fastavro.parse_schema(json.loads(json.dumps(avro.document(INDEX_ACTIVITY))))

    found: Any = fastavro.schemaless_reader(BytesIO(value[5:]), schema, None)

    assert {window: counts["articles"] for window, counts in found["windows"].items()} == {
        window: counts.articles for window, counts in activity.windows.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What aiokafka gives of a record, as far as it matters here."""

    topic: str
    value: bytes | None


def given(value: bytes | None, **settings: Any) -> bytes | None:
    """The value that a reader of the events of indices is given."""

    async def run() -> bytes | None:
        consumer = OutputConsumer(load(**settings), EVENTS)
        try:
            record: Any = await consumer._plain(Stored(topic=EVENTS, value=value))
        finally:
            await consumer.stop()
        read: bytes | None = record.value
        return read

    return asyncio.run(run())


def test_what_is_no_record_of_ours_is_given_as_it_is() -> None:
    """Null, JSON, four bytes, or Avro by a schema that there is none of: who reads it says what it can't be."""
    with registry() as answers:
        for value in (None, b"{}", b"\0abc", b"\0\0\0\0\x09rest of it"):
            assert given(value, schema_registry=answers.url) == value
        assert given(b"\0\0\0\0\x09{}", schema_registry=answers.url) == b"{}"


def test_avro_without_a_registry_says_what_to_name() -> None:
    """By the setting's name."""
    with pytest.raises(TopicError, match=r"market.events.index holds Avro: name its registry with NEWSTAPE_SCHEMA_REG"):
        given(b"\0\0\0\0\x09rest of it")


def test_a_registry_that_refuses_is_told_by_the_topic() -> None:
    """As every fault of a topic, which all commands tell without a traceback."""
    with registry() as answers:
        answers.auth = "me:secret"
        with pytest.raises(TopicError, match=r"can't be read: the schema registry refuses schema 9: HTTP 401"):
            given(b"\0\0\0\0\x09rest of it", schema_registry=answers.url)
