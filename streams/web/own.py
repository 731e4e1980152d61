"""What this worker answers from its own state, to its own views and to those of the other workers (`/internal/*`).

An index is named by its id without `index:`. Ids are looked up in the registry and among the indices that are counted
here, so that one that was made from text (`~…`) is found as long as an article names it.
"""

from dataclasses import dataclass
from typing import Final

from schemas import Position
from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.kafka.topics import catalogue
from streams.reconcile import Change, LedgerEntry
from streams.settings import Settings
from streams.tally import Counts, event_time, usual
from streams.web.answers import NamedActivity, Said, SaidEvent, Series, Step, Subject, Trend
from streams.web.faults import MovingError, ViewError
from streams.web.peers import partition_of
from streams.web.worker import Worker

MAX_STEPS: Final = 10_080  # of a series: a week by minutes
TREND_MINUTES: Final = 1_440
MAX_TREND_STEPS: Final = 288  # of every index: a day by five minutes
LATEST_MINUTE: Final = 4_223_371_679
"""The last minute of the year 9999, after which no time can be written."""

_STATE: Final = {
    Change.CREATED: "standing",
    Change.CORRECTED: "standing",
    Change.UNCHANGED: "standing",
    Change.RETRACTED: "retracted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The clock of a worker."""

    minute: int
    """The newest counted minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIndices:
    """Counts of the indices that a worker counts."""

    indices: tuple[NamedActivity, ...]
    """In no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnActivity:
    """Counts of one index."""

    activity: NamedActivity | None
    """Null where nobody knows the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeries:
    """Counts of one index over time."""

    series: Series | None
    """Null where nobody knows the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnArticle:
    """What the ledger has of an article."""

    said: Said | None
    """Null where it has nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What has become of a session that was to be ended."""

    ended: bool
    """Whether it was one."""


def require_span(window: int, step: int) -> None:
    """Raise ViewError where a series of these minutes is refused."""
    if not 1 <= window <= LONGEST_WINDOW_MINUTES:
        raise ViewError(400, "bad-window", "window: expected at most 7d")
    if not 1 <= step <= window or window / step > MAX_STEPS:
        raise ViewError(400, "bad-step", f"step: expected at most the window and at least a {MAX_STEPS}th of it")


def require_trend(step: int) -> None:
    """Raise ViewError where a trend by steps of this many minutes is refused."""
    if not 1 <= step <= TREND_MINUTES or TREND_MINUTES / step > MAX_TREND_STEPS:
        raise ViewError(400, "bad-trend", "trend: expected a step from 5m to 24h")


class Own:
    """The state of one worker, as answers."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker, self._settings = worker, settings
        self._topics = catalogue(settings)

    def require_ready(self) -> int:
        """The generation of the partitions that are owned. Raises MovingError while they move."""
        generation = self._worker.generation
        if generation is None:
            raise MovingError("this worker is taking over its partitions and rebuilding their state")
        return generation

    def require_unmoved(self, begun_in: int) -> None:
        """Raise MovingError where partitions have moved since that generation.

        All workers lose their partitions before any of them is given others, so a move anywhere is seen here.
        """
        if self._worker.generation != begun_in:
            raise MovingError("partitions moved while their owners were asked")

    def newest(self) -> Newest:
        """Newest counted minute."""
        self.require_ready()
        return Newest(minute=self._worker.minute())

    def indices(self, as_of: int, trend: int | None) -> OwnIndices:
        """Counts of all indices, with a trend by steps of that many minutes, if any."""
        self.require_ready()
        if trend is not None:
            require_trend(trend)
        counts = list(self._worker.counts().values())
        return OwnIndices(indices=tuple(self._named(of_index, as_of, trend) for of_index in counts))

    def activity(self, index: str, as_of: int) -> OwnActivity:
        """Counts of one index."""
        counts = self._counts(index)
        return OwnActivity(activity=None if counts is None else self._named(counts, as_of, None))

    def series(self, index: str, as_of: int, window: int, step: int) -> OwnSeries:
        """Counts of one index over time."""
        require_span(window, step)
        counts = self._counts(index)
        if counts is None:
            return OwnSeries(series=None)
        return OwnSeries(
            series=Series(
                index=index,
                as_of=event_time(as_of),
                window_minutes=window,
                step_minutes=step,
                series=tuple(Step(start=event_time(m), counts=c) for m, c in counts.series(as_of, window, step)),
            )
        )

    def article(self, uri: str) -> OwnArticle:
        """What an article has said, from the ledger."""
        partition = partition_of(uri, self._settings.partitions)
        self._require_partition(self._topics.annotations.name, partition)
        newest = max(self._worker.entries(uri, partition), key=lambda entry: entry.order, default=None)
        return OwnArticle(said=None if newest is None else _said(uri, newest))

    def _counts(self, index: str) -> Counts | None:
        entity = f"index:{index}"
        self._require_partition(self._topics.claims.name, partition_of(entity, self._settings.partitions))
        counts = self._worker.counts().get(entity)
        return Counts(index) if counts is None and entity in self._worker.entities else counts

    def _named(self, counts: Counts, as_of: int, trend: int | None) -> NamedActivity:
        activity = counts.activity(as_of)
        entity = self._worker.entities.get(f"index:{activity.index}")
        steps = counts.series(as_of, TREND_MINUTES, trend) if trend else []
        return NamedActivity(
            index=activity.index,
            as_of=activity.as_of,
            windows=activity.windows,
            last_fact=activity.last_fact,
            name=activity.index if entity is None else entity.name,
            country=None if entity is None else entity.country,
            usual=usual(counts, as_of),
            trend=Trend(step_minutes=trend, articles=tuple(of.articles for _, of in steps)) if trend else None,
        )

    def _require_partition(self, topic: str, partition: int) -> None:
        self.require_ready()
        if partition not in self._worker.owned(topic):
            raise MovingError(f"partition {partition} of {topic} has moved to another worker")


def _said(uri: str, entry: LedgerEntry) -> Said:
    return Said(
        uri=uri,
        version=entry.order.version or None,
        revision=entry.revision,
        position=Position(partition=entry.order.partition, offset=entry.order.offset),
        digest=entry.digest,
        minute=None if entry.minute is None else event_time(entry.minute),
        indices=tuple(index.removeprefix("index:") for index in entry.indices),
        events=tuple(
            SaidEvent(
                event_id=outcome.id,
                type=outcome.type,
                subject=Subject(id=outcome.key, name=outcome.name),
                revision=outcome.revision,
                state=_STATE[outcome.change],
            )
            for outcome in entry.events
        ),
    )
