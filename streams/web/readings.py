"""An article as it stands in `news.articles`, with what this worker's extraction reads in it.

The same engine over the same record gives the same annotation, so none needs to be looked for.
"""

import asyncio
from typing import Final

from aiokafka import TopicPartition

from schemas import Position, encode
from streams.kafka.reading import reader
from streams.kafka.records import Record
from streams.kafka.topics import catalogue
from streams.settings import Settings
from streams.web.worker import Worker

AT_A_TIME: Final = 2
KEPT_BYTES: Final = 16 * 1_048_576  # of answers, since those who look at the tape ask for the same articles
KEPT_ANSWERS: Final = 1_000
_TIMEOUT_S: Final = 5.0


class AnnotatedArticles:
    """Articles by their place in the topic."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker, self._settings = worker, settings
        self._topic = catalogue(settings).articles.name
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._kept: dict[Position, tuple[str, bytes] | None] = {}  # uri and answer
        self._bytes = 0

    async def at(self, position: Position, uri: str) -> bytes | None:
        """The AnnotatedArticle there as JSON; null where it is withdrawn or not kept any longer.

        Positions come from headers of records, which any producer may write: what stands there may be another article,
        which is not shown. Raises TopicError.
        """
        async with self._turns:
            if position not in self._kept:
                record = await self._record(position)
                found = None if record is None else self._worker.read(record, position)
                self._keep(position, None if found is None else (found.annotation.article.uri, encode(found)))
            kept = self._kept[position]
            return kept[1] if kept is not None and kept[0] == uri else None

    def _keep(self, position: Position, answer: tuple[str, bytes] | None) -> None:
        self._kept[position] = answer
        self._bytes += _size(answer)
        while (self._bytes > KEPT_BYTES or len(self._kept) > KEPT_ANSWERS) and len(self._kept) > 1:
            self._bytes -= _size(self._kept.pop(next(iter(self._kept))))

    async def _record(self, position: Position) -> Record | None:
        async with reader(self._settings, [self._topic]) as consumer:
            tp = TopicPartition(self._topic, position.partition)
            if tp not in consumer.assignment():
                return None
            consumer.pause(*(other for other in consumer.assignment() if other != tp))
            begin = (await consumer.beginning_offsets([tp]))[tp]
            end = (await consumer.end_offsets([tp]))[tp]
            if not begin <= position.offset < end:
                return None
            consumer.seek(tp, position.offset)
            try:
                record = Record.from_aiokafka(await asyncio.wait_for(consumer.getone(tp), _TIMEOUT_S))
            except TimeoutError:
                return None
            return record if record.offset == position.offset else None


def _size(answer: tuple[str, bytes] | None) -> int:
    return 0 if answer is None else len(answer[1])
