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
_TIMEOUT_S: Final = 5.0


class AnnotatedArticles:
    """Articles by their place in the topic."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker, self._settings = worker, settings
        self._topic = catalogue(settings).articles.name
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._kept: dict[Position, bytes | None] = {}
        self._bytes = 0

    async def at(self, position: Position) -> bytes | None:
        """The AnnotatedArticle there as JSON; null where it is withdrawn or not kept any longer.

        Raises TopicError.
        """
        async with self._turns:
            if position not in self._kept:
                record = await self._record(position)
                found = None if record is None else self._worker.read(record, position)
                self._keep(position, None if found is None else encode(found))
            return self._kept[position]

    def _keep(self, position: Position, answer: bytes | None) -> None:
        self._kept[position] = answer
        self._bytes += len(answer or b"")
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= len(self._kept.pop(next(iter(self._kept))) or b"")

    async def _record(self, position: Position) -> Record | None:
        async with reader(self._settings, [self._topic]) as consumer:
            tp = TopicPartition(self._topic, position.partition)
            consumer.pause(*(other for other in consumer.assignment() if other != tp))
            begin = (await consumer.beginning_offsets([tp]))[tp]
            if position.offset < begin:
                return None
            consumer.seek(tp, position.offset)
            try:
                record = Record.from_aiokafka(await asyncio.wait_for(consumer.getone(tp), _TIMEOUT_S))
            except TimeoutError:
                return None
            return record if record.offset == position.offset else None
