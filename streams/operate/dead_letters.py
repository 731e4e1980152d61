"""Dead letters read, chosen and brought back.

A letter stands for the record that it was: the same source position is the same letter, however often the record was
redriven and became a dead letter again; the newest is the one that counts. A redrive writes the record back into the
topic and the partition it came from, whole, with three things in its headers: its source position, so that it stands
where it first stood among the versions of its article and counts once however often it comes; the letter it was
(`redriven-from`); and how often that has happened (`redrives`). Its time is that of the redrive, by which intake judges
what lies in the future.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from schemas import DeadLetter, Position, WireError
from schemas.taxonomy import RejectReason
from streams.feeds import Feeds, read
from streams.intake import RawRecord, Rejection
from streams.kafka.headers import CUT_FROM, DETAIL, REASON, REDRIVEN_FROM, REDRIVES, Headers, from_source
from streams.kafka.reading import administration, committed, reader, records_to
from streams.kafka.records import Record
from streams.kafka.schema_registry import SchemaError, SchemaRegistry, schema_of, schema_registry
from streams.kafka.topics import MAX_MESSAGE_BYTES, catalogue
from streams.settings import Embargo, Settings

_MARKS: Final = frozenset({REASON, DETAIL, REDRIVEN_FROM, REDRIVES})
_REDRIVES_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter without its value, which may be megabytes."""

    place: Position
    """Where it stands in the dead-letter topic."""
    time: datetime
    """The time of the record."""
    key: bytes | None
    """The record's key."""
    size: int
    """Bytes of its value; 0 where it has none."""
    told: DeadLetter
    """The reason, and where the record came from."""
    redrives: int
    """How often it had been redriven."""
    cut: bool = False
    """Whether it is only the beginning of a record that was too large to be kept."""
    verdict: Rejection | None = None
    """What intake would have against the record now; null where nothing, or where it is not an article's."""

    @property
    def source(self) -> tuple[str, int, int]:
        """Topic, partition and offset where the record first stood."""
        return self.told.source_topic, self.told.source_partition, self.told.source_offset

    @property
    def name(self) -> str:
        """Its place as people write it: `2:15`."""
        return f"{self.place.partition}:{self.place.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which letters are meant; what is null or empty leaves none out."""

    reasons: frozenset[RejectReason] = frozenset()
    """Of one of these reasons."""
    topic: str | None = None
    """From this topic."""
    since: datetime | None = None
    """Whose record came at this time or later."""
    until: datetime | None = None
    """Whose record came before this time."""
    places: frozenset[Position] = frozenset()
    """At one of these places in the dead-letter topic."""

    def takes(self, letter: Letter) -> bool:
        """Whether this letter is meant."""
        return (
            (not self.reasons or letter.told.reason in self.reasons)
            and (self.topic is None or letter.told.source_topic == self.topic)
            and (self.since is None or letter.time >= self.since)
            and (self.until is None or letter.time < self.until)
            and (not self.places or letter.place in self.places)
        )


@dataclass(slots=True)
class Collected:
    """What was found in the dead-letter topic."""

    letters: list[Letter] = field(default_factory=list)
    """The newest letter of each source position, in order of time."""
    repeats: int = 0
    """Older letters of the same positions."""
    unreadable: int = 0
    """Records that are no dead letters: a header is missing."""


async def collect(
    settings: Settings,
    choice: Choice,
    *,
    judge: Feeds | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Collected:
    """The letters chosen; with `judge`, what intake would say of each now by these feeds. Raises TopicError.

    `progress` is called with how many records are read and how many there are.
    """
    schemas = schema_registry(settings) if judge is not None else None
    found, newest = Collected(), dict[tuple[str, int, int], Letter]()
    now = datetime.now(UTC)
    articles = catalogue(settings).articles.name
    async for record, done, total in _records(settings):
        letter = _letter(record)
        if progress is not None:
            progress(done, total)
        if letter is None:
            found.unreadable += 1
            continue
        held = newest.get(letter.source)
        found.repeats += held is not None
        if held is None or (held.redrives, held.place.offset) <= (letter.redrives, letter.place.offset):
            if judge is not None and letter.told.source_topic == articles and choice.takes(letter):
                verdict = await _verdict(record, now, settings, schemas, judge)
                letter = replace(letter, verdict=verdict)
            newest[letter.source] = letter
    found.letters = sorted(
        (letter for letter in newest.values() if choice.takes(letter)), key=lambda letter: (letter.time, letter.source)
    )
    return found


async def fetch(settings: Settings, place: Position) -> Record | None:
    """The record at this place of the dead-letter topic, null where there is none. Raises TopicError."""
    topic = catalogue(settings).dead_letters.name
    async with reader(settings, [topic]) as consumer:
        tp = TopicPartition(topic, place.partition)
        others = consumer.assignment() - {tp}
        if tp not in consumer.assignment():
            return None
        begin, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
        if not begin <= place.offset < end:
            return None
        consumer.pause(*others)
        consumer.seek(tp, place.offset)
        record = Record.from_aiokafka(await consumer.getone(tp))
        return record if record.offset == place.offset else None


async def _records(settings: Settings) -> AsyncIterator[tuple[Record, int, int]]:
    topic = catalogue(settings).dead_letters.name
    async with reader(settings, [topic]) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        begins = await consumer.beginning_offsets(consumer.assignment())
        total, done = sum(ends.values()) - sum(begins.values()), 0
        async for group in records_to(consumer, ends):
            for record in group:
                done += 1
                yield record, done, total


def _letter(record: Record) -> Letter | None:
    with suppress(WireError):
        told = DeadLetter.from_headers(record.headers)
        return Letter(
            place=Position(partition=record.partition, offset=record.offset),
            time=record.observed_at,
            key=record.key,
            size=len(record.value or b""),
            told=told,
            redrives=redrives(record.headers),
            cut=record.header(CUT_FROM) is not None,
        )
    return None


def redrives(headers: Headers) -> int:
    """How often the record with these headers has been redriven."""
    count = dict(headers).get(REDRIVES, b"0")
    return int(count) if count.isdigit() and len(count) <= _REDRIVES_DIGITS else 0


async def _verdict(
    record: Record, now: datetime, settings: Settings, schemas: SchemaRegistry | None, feeds: Feeds
) -> Rejection | None:
    """What intake has against the record now, null where nothing."""
    value, number = record.value, schema_of(record.value)
    if value is not None and schemas is not None and number is not None:
        try:
            value = await schemas.json_of(value, number)
        except SchemaError as error:
            return Rejection(reason=RejectReason.SCHEMA, detail=str(error))
    # A record with neither key nor value is kept with an empty key, which intake takes for none.
    raw = RawRecord(key=record.key, value=value, headers=record.headers, timestamp=now)
    answer = read(raw, feeds, holds_embargoes=settings.embargo is Embargo.HOLD)
    return answer if isinstance(answer, Rejection) else None


# -- back into the stream ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Redriven:
    """What has become of the letters that were redriven."""

    sent: int = 0
    """Records that stand in their topics again."""
    refused: list[tuple[Letter, str]] = field(default_factory=list)
    """Letters that Kafka did not take, and why."""
    ends: dict[TopicPartition, int] = field(default_factory=dict)
    """By partition, one past the last record sent."""
    again: list[Letter] = field(default_factory=list)
    """Letters that have come back as dead letters."""


def is_ours(settings: Settings, letter: Letter) -> bool:
    """Whether the letter's record came from a topic that this deployment reads."""
    topics = catalogue(settings)
    return letter.told.source_topic in (topics.articles.name, topics.annotations.name, topics.claims.name)


async def redrive(
    settings: Settings, letters: Collection[Letter], *, progress: Callable[[int, int], None] | None = None
) -> Redriven:
    """Write the letters' records back where they came from. Raises TopicError, KafkaError.

    The topic is read a second time for their values, so that no more than a few are in memory at once.
    """
    outcome, wanted = Redriven(), {letter.place: letter for letter in letters}
    producer = AIOKafkaProducer(
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_request_size=MAX_MESSAGE_BYTES,
        client_id="newstape-redrive",
        **settings.client(),
    )
    try:
        await producer.start()
        async for record, done, total in _records(settings):
            letter = wanted.get(Position(partition=record.partition, offset=record.offset))
            if letter is not None:
                await _send(producer, letter, record, outcome)
            if progress is not None:
                progress(done, total)
        await producer.flush()
    finally:
        await producer.stop()
        await asyncio.sleep(0)  # the callbacks of the last records
    return outcome


async def _send(producer: AIOKafkaProducer, letter: Letter, record: Record, outcome: Redriven) -> None:
    topic, partition, offset = letter.source
    headers = [(name, value) for name, value in record.headers if name not in _MARKS]
    marks = [
        (REDRIVEN_FROM, f"{record.topic}/{record.partition}/{record.offset}".encode()),
        (REDRIVES, str(letter.redrives + 1).encode()),
    ]

    def settle(future: "asyncio.Future[Any]") -> None:
        error = asyncio.CancelledError() if future.cancelled() else future.exception()
        if error is not None:
            outcome.refused.append((letter, str(error) or type(error).__name__))
            return
        outcome.sent += 1
        placed = future.result()
        tp = TopicPartition(topic, placed.partition)
        outcome.ends[tp] = max(outcome.ends.get(tp, 0), placed.offset + 1)

    partitions = await producer.partitions_for(topic)
    try:
        future = await producer.send(
            topic,
            key=record.key if record.key is not None or record.value is not None else b"",
            value=record.value,
            partition=partition if partition in partitions else None,
            headers=[*from_source(headers, topic, Position(partition=partition, offset=offset)), *marks],
        )
    except KafkaError as error:
        outcome.refused.append((letter, str(error)))
        return
    future.add_done_callback(settle)


async def await_outcome(settings: Settings, letters: Iterable[Letter], outcome: Redriven, timeout_s: float) -> bool:
    """Wait until the workers have taken what was redriven, and find what is a dead letter again in `outcome.again`.

    False where they have not within `timeout_s` seconds. Raises TopicError.
    """
    try:
        async with asyncio.timeout(timeout_s), administration(settings) as admin:
            await committed(admin, settings.app_id, outcome.ends)
    except TimeoutError:
        return False
    before = {letter.source: letter.redrives for letter in letters}
    found = await collect(settings, Choice())
    outcome.again = [letter for letter in found.letters if before.get(letter.source, letter.redrives) < letter.redrives]
    return True


async def release(settings: Settings, feeds: Feeds, released: set[tuple[str, int, int]]) -> Redriven:
    """Redrive the articles whose embargo is over, but for those `released`, to which they are added. Raises TopicError,
    KafkaError.

    An article that was released before, by another or an earlier life of this process, changes nothing.
    """
    found = await collect(settings, Choice(reasons=frozenset({RejectReason.EMBARGOED})), judge=feeds)
    due = [
        letter
        for letter in found.letters
        if letter.verdict is None and letter.source not in released and is_ours(settings, letter)
    ]
    if not due:
        return Redriven()
    outcome = await redrive(settings, due)
    kept_back = {letter.source for letter, _ in outcome.refused}
    released |= {letter.source for letter in due} - kept_back
    return outcome


def tally(letters: Iterable[Letter]) -> dict[str, int]:
    """How many letters there are of each reason, most first."""
    return dict(Counter(letter.told.reason.value for letter in letters).most_common())
