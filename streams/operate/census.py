"""What has come out of the pipeline so far, counted record by record and compared with what went in.

Every article pushed has a place in `news.articles`. It has come out when an annotation or a dead letter names that
place, so "all" is known by counting and never guessed from silence. Deliveries are at least once: a record that comes
twice counts once.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas import MarketEvent, Position, decode
from streams.kafka.topics import Catalogue

Headers = Iterable[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """The part of an annotation that a census needs; decoding only that is quick."""

    position: Position | None


def position_of(annotation: bytes) -> Position | None:
    """The source position of an annotation, without reading the rest of it. Raises WireError."""
    return decode(_Placed, annotation).position


class Census:
    """Records of `news.annotations`, `news.dead-letters` and `market.events.*`, counted."""

    def __init__(self, topics: Catalogue) -> None:
        self._topics = topics
        self._event_topics = frozenset(topic.name for topic in topics.events.values())
        self._annotated: set[tuple[int, int]] = set()
        self._rejected: dict[tuple[str, int, int], str] = {}
        self._events: dict[tuple[str, int], tuple[str, str]] = {}

    @property
    def topics(self) -> list[str]:
        """Names of the topics it counts."""
        return [self._topics.annotations.name, self._topics.dead_letters.name, *sorted(self._event_topics)]

    @property
    def annotations(self) -> int:
        """Articles annotated."""
        return len(self._annotated)

    @property
    def dead_letters(self) -> dict[str, int]:
        """Dead letters by reason."""
        return dict(sorted(Counter(self._rejected.values()).items()))

    @property
    def events(self) -> dict[str, int]:
        """Market events of every lifecycle, by type."""
        return dict(sorted(Counter(kind for kind, _ in self._events.values()).items()))

    @property
    def lifecycles(self) -> dict[str, int]:
        """Market events by lifecycle."""
        return dict(sorted(Counter(lifecycle for _, lifecycle in self._events.values()).items()))

    def count(self, topic: str, value: bytes | None, headers: Headers) -> MarketEvent | None:
        """Count a record; the market event it holds, if it holds one not counted before. Raises WireError."""
        if topic == self._topics.dead_letters.name:
            self._count_dead_letter(dict(headers))
        elif value is None:
            return None
        elif topic == self._topics.annotations.name:
            position = position_of(value)
            if position is not None:
                self._annotated.add((position.partition, position.offset))
        elif topic in self._event_topics:
            return self._count_event(decode(MarketEvent, value))
        return None

    def _count_dead_letter(self, headers: Mapping[str, bytes]) -> None:
        source, partition, offset = (headers[f"source-{part}"].decode() for part in ("topic", "partition", "offset"))
        self._rejected[source, int(partition), int(offset)] = headers["reason"].decode()

    def _count_event(self, event: MarketEvent) -> MarketEvent | None:
        identity = (event.event_id, event.revision)
        if identity in self._events:
            return None
        self._events[identity] = (event.type.value, event.lifecycle.value)
        return event

    def missing(self, pushed: Mapping[int, set[int]]) -> list[Position]:
        """Of the articles pushed, offsets by partition, those that have not come out, in order."""
        articles = self._topics.articles.name
        out = self._annotated | {(p, offset) for topic, p, offset in self._rejected if topic == articles}
        return [
            Position(partition=partition, offset=offset)
            for partition in sorted(pushed)
            for offset in sorted(pushed[partition])
            if (partition, offset) not in out
        ]

    @property
    def came_out(self) -> int:
        """Articles annotated or set aside."""
        articles = self._topics.articles.name
        return len(self._annotated | {(p, offset) for topic, p, offset in self._rejected if topic == articles})
