"""The annotate agent: `news.articles` to `news.annotations`."""

from typing import Any

from schemas import Annotation, encode
from schemas.taxonomy import RejectReason, Status
from streams.agents.dead_letters import DeadLetters, fault
from streams.agents.metrics import REJECTED, Metrics
from streams.extract.annotate import Extractor, annotate, withdrawal
from streams.extract.names.provided import entity_of
from streams.feeds import ONLY_NATIVE, Feeds, read
from streams.intake import RawRecord, Rejection, Withdrawal
from streams.kafka.headers import cloud_event, trace
from streams.kafka.records import Record
from streams.kafka.schema_registry import SchemaError, SchemaRegistry, SchemaRegistryError, schema_of
from streams.kafka.topics import MAX_ANNOTATION_BYTES, MAX_EVENT_BYTES, Catalogue
from streams.state.checkpoint import Checkpoint


class Annotate:
    """Reads `news.articles` and writes `news.annotations` and `news.dead-letters`; it keeps no state but schemas."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        topics: Catalogue,
        metrics: Metrics,
        extractor: Extractor,
        feeds: Feeds = ONLY_NATIVE,
        *,
        holds_embargoes: bool = True,
        schemas: SchemaRegistry | None = None,
    ) -> None:
        self._feeds, self._holds_embargoes, self._schemas = feeds, holds_embargoes, schemas
        self.checkpoint, self._topics, self._metrics, self._extractor = checkpoint, topics, metrics, extractor
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for turn in stream.noack():
            for record in turn:
                await self.checkpoint.take(record, self._take)

    async def _take(self, record: Record) -> None:
        with self._metrics.stage_seconds.labels(stage="annotate").time():
            try:
                annotation = self._annotation(record, await self._json(record))
            except SchemaError as error:
                annotation = Rejection(reason=RejectReason.SCHEMA, detail=str(error))
            except SchemaRegistryError:
                raise  # nothing is wrong with the record
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                annotation = Rejection(reason=RejectReason.INTERNAL_ERROR, detail=fault(error, record))
        if isinstance(annotation, Rejection):
            self._metrics.articles.labels(outcome=REJECTED).inc()
            await self._letters.keep(record, annotation.reason, annotation.detail)
            return
        value = encode(annotation)
        if _is_too_large(annotation, value):
            # If it were sent, a topic would refuse it and the worker would stop, after every start again.
            detail = f"$: expected an annotation of at most {MAX_ANNOTATION_BYTES:,} bytes, got {len(value):,}"
            await self._letters.keep(record, RejectReason.TOO_LARGE, detail)
            return
        self._metrics.annotated(annotation)
        await self.checkpoint.send(
            self._topics.annotations.name,
            key=annotation.article.uri.encode(),
            value=value,
            headers=cloud_event(
                "annotation",
                f"{record.source.partition}-{record.source.offset}",
                annotation.article.uri,
                annotation.article.published_at,
                trace(record.headers),
            ),
            timestamp_ms=record.output_ms,
        )

    async def _json(self, record: Record) -> bytes | None:
        """The record's value; of Avro, where a registry is known, as JSON."""
        number = None if self._schemas is None else schema_of(record.value)
        if self._schemas is None or record.value is None or number is None:
            return record.value
        return await self._schemas.json_of(record.value, number)

    def _annotation(self, record: Record, value: bytes | None) -> Annotation | Rejection:
        raw = RawRecord(key=record.key, value=value, headers=record.headers, timestamp=record.observed_at)
        match read(raw, self._feeds, holds_embargoes=self._holds_embargoes):
            case Rejection() as rejection:
                return rejection
            case Withdrawal(uri=uri):
                return withdrawal(uri, record.source, self._extractor)
            case article:
                annotation = annotate(article, record.source, self._extractor)
                if article.symbols and article.status is Status.USABLE:
                    registry = self._extractor.registry
                    unknown = sum(entity_of(symbol, registry) is None for symbol in article.symbols)
                    self._metrics.compared(annotation, unknown)
                return annotation


def _is_too_large(annotation: Annotation, value: bytes) -> bool:
    """Whether a topic would refuse the annotation, or a market event made from it."""
    if len(value) <= MAX_EVENT_BYTES:
        return False
    return len(value) > MAX_ANNOTATION_BYTES or any(len(encode(e)) > MAX_EVENT_BYTES for e in annotation.events)
