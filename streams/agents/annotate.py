"""The annotate agent: `news.articles` to `news.annotations`."""

from typing import Any

from schemas import Annotation, Position, encode
from schemas.taxonomy import RejectReason
from streams.agents.dead_letters import DeadLetters, fault
from streams.agents.messages import first_position, headers_in, observed, sent_at
from streams.agents.metrics import Metrics
from streams.extract.annotate import Extractor, annotate, withdrawal
from streams.intake import RawRecord, Rejection, Withdrawal, read
from streams.kafka.headers import cloud_event, trace
from streams.kafka.topics import MAX_ANNOTATION_BYTES, MAX_EVENT_BYTES, Catalogue
from streams.state.checkpoint import Checkpoint


class Annotate:
    """`news.articles` to `news.annotations` and `news.dead-letters`. Keeps no state."""

    def __init__(self, checkpoint: Checkpoint, topics: Catalogue, metrics: Metrics, extractor: Extractor) -> None:
        self.checkpoint, self._topics, self._metrics, self._extractor = checkpoint, topics, metrics, extractor
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for event in stream.noack().events():
            await self.checkpoint.take(event.message, self._take)

    async def _take(self, message: Any) -> None:
        with self._metrics.stage_seconds.labels(stage="annotate").time():
            try:
                annotation = self._annotation(message)
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                annotation = Rejection(reason=RejectReason.INTERNAL_ERROR, detail=fault(error, message))
        if isinstance(annotation, Rejection):
            self._metrics.articles.labels(outcome="rejected").inc()
            await self._letters.keep(message, annotation.reason, annotation.detail)
            return
        value = encode(annotation)
        if _is_too_large(annotation, value):
            # Sent on, it would be refused by a topic and stop the worker for good.
            detail = f"$: expected an annotation of at most {MAX_ANNOTATION_BYTES:,} bytes, got {len(value):,}"
            await self._letters.keep(message, RejectReason.TOO_LARGE, detail)
            return
        self._metrics.annotated(annotation)
        position = annotation.position or Position(partition=message.partition, offset=message.offset)
        await self.checkpoint.send(
            self._topics.annotations.name,
            key=annotation.article.uri.encode(),
            value=value,
            headers=cloud_event(
                "annotation",
                f"{position.partition}-{position.offset}",
                annotation.article.uri,
                annotation.article.published_at,
                trace(headers_in(message)),
            ),
            timestamp_ms=sent_at(message),
        )

    def _annotation(self, message: Any) -> Annotation | Rejection:
        headers, position = headers_in(message), first_position(message)
        record = RawRecord(key=message.key, value=message.value, headers=headers, timestamp=observed(message))
        match read(record):
            case Rejection() as rejection:
                return rejection
            case Withdrawal(uri=uri):
                return withdrawal(uri, position, self._extractor)
            case article:
                return annotate(article, position, self._extractor)


def _is_too_large(annotation: Annotation, value: bytes) -> bool:
    """Whether the annotation, or a market event made from it, would be refused by its topic."""
    if len(value) <= MAX_EVENT_BYTES:
        return False
    return len(value) > MAX_ANNOTATION_BYTES or any(len(encode(e)) > MAX_EVENT_BYTES for e in annotation.events)
