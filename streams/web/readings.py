"""An article as it stands in `news.articles`, with what this worker's extraction reads in it.

The same engine over the same record gives the same annotation, so none needs to be looked for.
"""

import asyncio
from typing import Final

from aiokafka import TopicPartition

from schemas import Article, Position, encode
from schemas.taxonomy import Status
from streams.extract.annotate import Extractor, annotate
from streams.intake import RawRecord, read
from streams.kafka.reading import reader
from streams.kafka.records import Record
from streams.settings import Settings
from streams.web.answers import Reading

AT_A_TIME: Final = 2
KEPT_BYTES: Final = 16 * 1_048_576  # of answers, since those who look at the tape ask for the same articles
_TIMEOUT_S: Final = 5.0


class Readings:
    """Articles by their place in the topic."""

    def __init__(self, settings: Settings, topic: str, extractor: Extractor) -> None:
        self._settings, self._topic, self._extractor = settings, topic, extractor
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._kept: dict[Position, bytes | None] = {}
        self._bytes = 0

    async def read(self, position: Position) -> bytes | None:
        """The Reading of the article there as JSON; null where it is withdrawn or not kept any longer.

        Raises TopicError.
        """
        async with self._turns:
            if position not in self._kept:
                reading = await self._read(position)
                self._keep(position, None if reading is None else encode(reading))
            return self._kept[position]

    def _keep(self, position: Position, answer: bytes | None) -> None:
        self._kept[position] = answer
        self._bytes += len(answer or b"")
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            self._bytes -= len(self._kept.pop(next(iter(self._kept))) or b"")

    async def _read(self, position: Position) -> Reading | None:
        record = await self._record(position)
        if record is None:
            return None
        article = read(
            RawRecord(
                key=record.key,
                value=record.value,
                headers=record.headers,
                timestamp=record.observed_at,
            )
        )
        if not isinstance(article, Article) or article.status is not Status.USABLE:
            return None
        shows = self._extractor.quotes
        return Reading(
            headline=article.headline if shows else None,
            body=article.body if shows else None,
            annotation=annotate(article, position, self._extractor),
        )

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
