"""Market events for programs in Python: typed, filtered, and resumable from a cursor that the program keeps itself.

    async for event, cursor in events(families=["index"], after=kept):
        ...  # store what you made of the event and str(cursor) in one transaction

There is no consumer group and nothing is committed to Kafka: where the cursor is stored together with the results,
every event has its effect exactly once, whatever ends in between. Several readers share nothing and do not disturb each
other.

A program that imports this loads the contract and nothing else; the Kafka client and the settings come with the first
call of `events`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, Self, TypeVar

from schemas import MarketEvent, WireError
from schemas.event import Quality
from schemas.taxonomy import EventStatus, EventType, Family, Lifecycle
from schemas.version import CONTRACT_VERSION

if TYPE_CHECKING:
    from streams.kafka.reading import OffsetsGoneError
    from streams.kafka.records import Record
    from streams.settings import Settings

T = TypeVar("T", bound=StrEnum)

REMEMBERED: Final = 100_000
"""How many events `latest_only` remembers the revision of, the newest ones: about 20 MB."""


class CursorError(ValueError):
    """A cursor that can't be gone on from; the message says why."""


class UnreadableError(ValueError):
    """A record that is no market event of this contract, or of none at all."""

    def __init__(self, message: str, cursor: Cursor) -> None:
        super().__init__(message)
        self.cursor = cursor
        """Where to go on after it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come: the next offset of every partition it has read from."""

    offsets: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Next offset by topic and partition."""
    behind: tuple[str, int, int] | None = field(default=None, compare=False)
    """Topic, partition and offset of the record that it goes on behind; null in a cursor that was kept as text."""

    def __str__(self) -> str:
        """As text to keep: `market.events.index:0=18,3=7;market.events.policy:1=2`."""
        topics: dict[str, list[str]] = {}
        for (topic, partition), offset in sorted(self.offsets.items()):
            topics.setdefault(topic, []).append(f"{partition}={offset}")
        return ";".join(f"{topic}:{','.join(places)}" for topic, places in topics.items())

    @classmethod
    def parse(cls, text: str) -> Self:
        """The cursor in a text; an empty one is the beginning. Raises CursorError."""
        offsets = {}
        for part in filter(None, text.strip().split(";")):
            topic, colon, places = part.rpartition(":")
            for place in places.split(","):
                partition, equals, offset = place.partition("=")
                if not (topic and colon and equals and partition.isdecimal() and offset.isdecimal()):
                    raise CursorError(f"expected a cursor such as market.events.index:0=18,3=7, got {text!r}")
                offsets[topic, int(partition)] = int(offset)
        return cls(offsets)


async def events(
    settings: Settings | None = None,
    *,
    families: Iterable[Family | str] = tuple(Family),
    types: Iterable[EventType | str] = (),
    subjects: Iterable[str] = (),
    lifecycles: Iterable[Lifecycle | str] = (),
    resolved: bool | None = None,
    min_confidence: float = 0.0,
    status: EventStatus | str | None = None,
    after: Cursor | None = None,
    start: Literal["earliest", "latest"] = "earliest",
    follow: bool = True,
    latest_only: bool = False,
) -> AsyncGenerator[tuple[MarketEvent, Cursor], None]:
    """Market events, each with the cursor that goes on behind it; in order per subject.

    `settings` are those in force (`NEWSTAPE_*`, `.env`) if not given. An empty filter lets everything pass. `resolved`
    gives events of subjects that the registry has (true) or that text made (false). `min_confidence` holds back new
    events below it, `status` (`standing`, `called_off`) those of the other one; corrections and retractions pass, since
    what they put right may have been given: look at their `status`. Partitions that
    `after` does not name begin at `start`. Without `follow` it ends where the topics ended when it began. With
    `latest_only` an event is not given again in the revision it was given in, or an older one; that is remembered for
    the newest 100,000 events of this call, so keep results by `event_id` all the same. Close it, or leave it to
    `asyncio.run`, to close the connection.

    Raises CursorError where records behind `after` are gone, or go while nobody asks for more, UnreadableError at a
    record that it can't read, TopicError where Kafka or a topic is not there, SettingsError, and ValueError for a
    filter's value that there is none of.
    """
    from streams.kafka.reading import (  # noqa: PLC0415  see above
        OffsetsGoneError,
        go_on,
        reader,
        records,
        records_to,
        require_next,
    )
    from streams.kafka.topics import catalogue  # noqa: PLC0415
    from streams.settings import load  # noqa: PLC0415

    settings = settings or load()
    topics = catalogue(settings).events
    names = [topics[family].name for family in _members(Family, families)]
    wanted = _Filter(
        types=frozenset(_members(EventType, types)),
        subjects=frozenset(subjects),
        lifecycles=frozenset(_members(Lifecycle, lifecycles)),
        quality=Quality(
            resolved=resolved,
            min_confidence=min_confidence,
            status=None if status is None else _members(EventStatus, [status])[0],
        ),
    )
    seen = _Revisions() if latest_only else None
    async with reader(settings, names) as consumer:
        try:
            offsets = await go_on(consumer, (after or Cursor()).offsets, start=start)
            ends = await consumer.end_offsets(consumer.assignment())
            async for group in records(consumer) if follow else records_to(consumer, ends):
                for record in group:
                    require_next(record, offsets)
                    offsets[record.topic, record.partition] = record.offset + 1
                    event = _event(record, offsets)
                    if wanted.admits(event) and (seen is None or seen.is_newer(event)):
                        yield event, Cursor(dict(offsets), (record.topic, record.partition, record.offset))
        except OffsetsGoneError as error:
            raise CursorError(_gone(error)) from error


def _members(vocabulary: type[T], values: Iterable[T | str]) -> list[T]:
    try:
        return [vocabulary(value) for value in values]
    except ValueError as error:
        raise ValueError(f"{error}; these there are: {', '.join(vocabulary)}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """What a reader wants; an empty set is everything."""

    types: Collection[EventType]
    subjects: Collection[str]
    lifecycles: Collection[Lifecycle]
    quality: Quality

    def admits(self, event: MarketEvent) -> bool:
        """Whether an event is wanted."""
        return (
            (not self.types or event.type in self.types)
            and (not self.subjects or event.subject.id in self.subjects)
            and (not self.lifecycles or event.lifecycle in self.lifecycles)
            and self.quality.admits(
                subject=event.subject.id,
                resolved=event.subject.resolved,
                lifecycle=event.lifecycle,
                confidence=event.confidence,
                status=event.status,
            )
        )


class _Revisions:
    """The newest revision given of each of the newest events."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._newest: OrderedDict[str, int] = OrderedDict()

    def is_newer(self, event: MarketEvent) -> bool:
        """Whether this revision is newer than what was given of the event; then it is what was given."""
        if event.revision <= self._newest.get(event.event_id, 0):
            return False
        self._newest[event.event_id] = event.revision
        self._newest.move_to_end(event.event_id)
        if len(self._newest) > self._remembered:
            self._newest.popitem(last=False)
        return True


def _event(record: Record, offsets: Mapping[tuple[str, int], int]) -> MarketEvent:
    try:
        return MarketEvent.from_bytes(record.value or b"")
    except WireError as error:
        place = f"{record.topic} partition {record.partition} offset {record.offset}"
        raise UnreadableError(
            f"{place}: {error}; if its header ce_type or its vocabularies are newer than contract {CONTRACT_VERSION}, "
            "install a newer newstape, else go on behind it with the cursor of this error",
            Cursor(dict(offsets)),
        ) from error


def _gone(error: OffsetsGoneError) -> str:
    at = f"{error}, the cursor stands at {error.offset}"
    if error.is_new_topic:
        return f"{at}: the topic was made anew; begin without a cursor"
    return (
        f"{at}: {error.begin - error.offset} records are gone with the topic's retention; begin without a cursor, or "
        "replay the articles"
    )
