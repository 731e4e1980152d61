"""How market events and index counts stand in their topics: as JSON, or by a schema of a registry.

`NEWSTAPE_OUTPUT_FORM` says how they are written: `json-schema` puts a registry's five bytes before the JSON, `avro`
writes Avro behind them. Subjects are `<topic>-value`, as the registry's own serialisers name them. What the
pipeline reads itself (`news.annotations`, `market.claims`) stays JSON: it must be readable where the registry is away.

Whoever reads these topics with newstape is given JSON, whatever they hold: a setting may have changed, and records of
before stay as they were written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from io import BytesIO
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas import encode
from streams.kafka.schema_registry import (
    FRAME_BYTES,
    SchemaError,
    SchemaRegistry,
    SchemaRegistryError,
    frame,
    schema_of,
    schema_registry,
)
from streams.kafka.topics import Catalogue, TopicError, catalogue
from streams.settings import OutputForm, Settings

_KINDS: Final = {OutputForm.JSON_SCHEMA: "JSON", OutputForm.AVRO: "AVRO"}
_FRAME: Final = b"\0"


def output_topics(topics: Catalogue) -> dict[str, type]:
    """The topics that are written in the form of the settings, by name, with the class of their values."""
    found = (*topics.events.values(), topics.activity)
    return {topic.name: topic.value for topic in found if topic.value is not None}


@dataclass(frozen=True, slots=True)
class _Written:
    """How values of one topic are written."""

    frame: bytes
    """The five bytes before them."""
    avro: Any
    """The parsed schema of Avro, null for JSON."""


class Outputs:
    """Writes the values of market events and index counts."""

    def __init__(
        self, form: OutputForm, schemas: Mapping[str, Any] | None = None, registry: SchemaRegistry | None = None
    ) -> None:
        """`schemas` are documents by topic, of the kind that `form` says."""
        self._form, self._schemas, self._registry = form, schemas or {}, registry
        self._written: dict[str, _Written] = {}

    @property
    def content_type(self) -> str:
        """The header `content-type` of these records."""
        return "application/avro" if self._form is OutputForm.AVRO else "application/json"

    async def register(self) -> None:
        """Have the registry know every schema. Raises SchemaRegistryError."""
        if self._registry is None or self._form is OutputForm.JSON:
            return
        for topic, schema in self._schemas.items():
            number = await self._registry.number_of(f"{topic}-value", encode(schema).decode(), _KINDS[self._form])
            self._written[topic] = _Written(frame(number), _parsed(schema) if self._form is OutputForm.AVRO else None)

    def value(self, topic: str, message: object) -> bytes:
        """The value of a record of this topic."""
        written = self._written.get(topic)
        if written is None:
            if self._form is not OutputForm.JSON:
                raise RuntimeError(f"{topic}: its schema is to be registered before anything is written")
            return encode(message)
        if written.avro is None:
            return written.frame + encode(message)
        return written.frame + _avro(message, written.avro)


JSON_OUTPUTS: Final = Outputs(OutputForm.JSON)
"""Writes JSON."""


class OutputConsumer(AIOKafkaConsumer):  # type: ignore[misc] # aiokafka is not typed
    """A consumer that gives market events and index counts as JSON, whatever form they stand in."""

    def __init__(self, settings: Settings, *topics: str, **options: Any) -> None:
        super().__init__(*topics, **options)
        self._framed, self._settings = output_topics(catalogue(settings)).keys() & set(topics), settings
        self._registry: SchemaRegistry | None = None

    async def getmany(self, *partitions: Any, **options: Any) -> dict[TopicPartition, list[ConsumerRecord]]:
        """As aiokafka's. Raises TopicError where a record is Avro and no registry is named, or it does not answer."""
        found: dict[TopicPartition, list[ConsumerRecord]] = await super().getmany(*partitions, **options)
        for tp in found.keys() if self._framed else ():
            if tp.topic in self._framed:
                found[tp] = [await self._plain(record) for record in found[tp]]
        return found

    async def _plain(self, record: ConsumerRecord) -> ConsumerRecord:
        value = record.value
        if value is None or value[:1] != _FRAME:
            return record
        number = schema_of(value)
        if number is None:
            return replace(record, value=value[FRAME_BYTES:]) if len(value) > FRAME_BYTES else record
        self._registry = self._registry or schema_registry(self._settings)
        if self._registry is None:
            raise TopicError(f"{record.topic} holds Avro: name its registry with NEWSTAPE_SCHEMA_REGISTRY")
        try:
            return replace(record, value=await self._registry.json_of(value, number))
        except SchemaError:
            return record  # no record of newstape's: who reads it says so, as of any other
        except SchemaRegistryError as error:
            raise TopicError(f"{record.topic} can't be read: {error}") from error


def _parsed(schema: Any) -> Any:
    import fastavro  # noqa: PLC0415  an extra

    return fastavro.parse_schema(schema)


def _avro(message: object, schema: Any) -> bytes:
    import fastavro  # noqa: PLC0415  an extra

    content = BytesIO()
    fastavro.schemaless_writer(content, schema, _fields(message))
    return content.getvalue()


def _fields(value: Any) -> Any:
    """A value as fastavro takes it: records and maps as dictionaries, arrays as lists."""
    if is_dataclass(value):
        return {found.name: _fields(getattr(value, found.name)) for found in fields(value)}
    match value:
        case dict():
            return {str(name): _fields(inner) for name, inner in value.items()}
        case tuple() | list():
            return [_fields(inner) for inner in value]
        case Enum():
            return value.value
        case _:
            return value
