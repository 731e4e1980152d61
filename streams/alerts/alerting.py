"""Market events read once for all rules; each rule sends its alerts in order, at its own pace, from its own cursor.

    topics ──▶ reading ──▶ per rule: events waiting ──▶ one alert under way ──▶ state: told, cursor

- An alert that can't be handed over now is tried again, for ever, later and later up to a minute: none is lost, and no
  rule waits for another's webhook. Where `MOST_WAITING` events wait for one rule, reading rests until they are fewer.
- Whether a rule finds an event follows from the event and from what the rule told before, both of which are kept; only
  the mark of the unusual is asked for when the alert's turn comes.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from itertools import count
from typing import Final

import structlog

from schemas import MarketEvent
from streams.alerts.matching import NEW, About, Alert, alert_of, finds
from streams.alerts.rules import Rule
from streams.alerts.sending import Attempt, Outcome, Target
from streams.alerts.state import State
from streams.consume import Cursor, UnreadableError, events
from streams.kafka.reading import reader
from streams.kafka.tasks import first_of
from streams.kafka.topics import catalogue
from streams.operate.bounds import Bound, offsets_at
from streams.operate.rest import RestError
from streams.settings import Settings

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 1_000
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 60.0
SAVE_EVERY_S: Final = 1.0

IsUnusual = Callable[[MarketEvent], Awaitable[bool]]
"""Whether more than usual is said of an event's index, in the hour that the event is of."""

Read = Callable[..., AsyncGenerator[tuple[MarketEvent, Cursor], None]]
"""Reads events as `streams.consume.events` does."""


class _Queue:
    """A rule, where its alerts go, and the events that wait for it."""

    def __init__(self, rule: Rule, target: Target, cursor: str) -> None:
        self.rule, self.target = rule, target
        self.begin: Final[Mapping[tuple[str, int], int]] = Cursor.parse(cursor).offsets
        self._waiting: asyncio.Queue[tuple[MarketEvent, str]] = asyncio.Queue(MOST_WAITING)
        self._revisions: Counter[str] = Counter()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits, and nothing is under way."""
        return not self._revisions

    def cursor(self, read: Cursor) -> str:
        """The cursor of the rule where reading has come to `read`: other rules may have begun before this one."""
        return str(Cursor({place: max(offset, self.begin.get(place, 0)) for place, offset in read.offsets.items()}))

    def is_done(self, place: tuple[str, int, int] | None) -> bool:
        """Whether a record was behind the rule already when reading began."""
        return place is not None and place[2] < self.begin.get(place[:2], 0)

    def has(self, event_id: str) -> bool:
        """Whether a revision of this event waits, or is under way."""
        return event_id in self._revisions

    async def put(self, event: MarketEvent, cursor: str) -> None:
        """Let an event wait; waits itself while there are too many."""
        self._revisions[event.event_id] += 1
        await self._waiting.put((event, cursor))

    async def take(self) -> tuple[MarketEvent, str]:
        """The event whose turn it is, and the cursor behind it."""
        return await self._waiting.get()

    def done(self, event: MarketEvent) -> None:
        """What was taken is dealt with."""
        self._revisions[event.event_id] -= 1
        self._revisions += Counter()  # without those that are 0
        self._waiting.task_done()

    async def join(self) -> None:
        """Return when nothing waits any more."""
        await self._waiting.join()


async def cursor_at(settings: Settings, at: Bound) -> Cursor:
    """The cursor at a time, or another bound. Raises TopicError, BoundError."""
    names = [topic.name for topic in catalogue(settings).events.values()]
    async with reader(settings, names) as consumer:
        offsets = await offsets_at(consumer, at, consumer.assignment())
        return Cursor({(tp.topic, tp.partition): offset for tp, offset in offsets.items()})


class Alerting:
    """Rules at work."""

    def __init__(
        self,
        settings: Settings,
        targets: Sequence[tuple[Rule, Target]],
        state: State,
        *,
        about: About,
        is_unusual: IsUnusual,
        read: Read = events,
    ) -> None:
        self._settings, self._state, self._events_of = settings, state, read
        self._about, self._is_unusual = about, is_unusual
        self._queues = [_Queue(rule, target, state.of(rule.name).cursor) for rule, target in targets]
        self._read = self._earliest()

    async def run(self, stop: asyncio.Event, *, follow: bool = True) -> None:
        """Read and send until told to stop; without `follow` until all there was has been sent.

        Raises what `streams.consume.events` raises, and StateError.
        """
        try:
            await first_of(
                self._read_all(follow=follow),
                self._save_at_times(),
                _until(stop),
                *(self._send_all(queue) for queue in self._queues),
            )
        finally:
            self._save()

    def _earliest(self) -> Cursor:
        """The cursor before which every rule is done."""
        places = {place for queue in self._queues for place in queue.begin}
        return Cursor({place: min(queue.begin.get(place, 0) for queue in self._queues) for place in places})

    # ---- reading

    async def _read_all(self, *, follow: bool) -> None:
        async with aclosing(self._events(follow=follow)) as found:
            async for event, cursor in found:
                for queue in self._queues:
                    if not queue.is_done(cursor.behind) and self._concerns(queue, event):
                        await queue.put(event, queue.cursor(cursor))
                self._read = cursor
        for queue in self._queues:
            await queue.join()

    async def _events(self, *, follow: bool) -> AsyncGenerator[tuple[MarketEvent, Cursor], None]:
        """All events; what is none that this newstape can read is told and passed over."""
        while True:
            try:
                async with aclosing(self._events_of(self._settings, after=self._read, follow=follow)) as found:
                    async for event, cursor in found:
                        yield event, cursor
                    return
            except UnreadableError as error:
                log.error("an event can't be read, and is passed over", fault=str(error))  # noqa: TRY400  it says all
                self._read = error.cursor

    def _concerns(self, queue: _Queue, event: MarketEvent) -> bool:
        """Whether an event must wait for its turn; what is told of it is decided then, behind its older revisions."""
        return (
            queue.has(event.event_id)
            or self._state.told(queue.rule.name, event.event_id) is not None
            or finds(queue.rule.when, event, self._about)
        )

    # ---- sending

    async def _send_all(self, queue: _Queue) -> None:
        while True:
            event, cursor = await queue.take()
            alert = alert_of(queue.rule, event, self._state.told(queue.rule.name, event.event_id), self._about)
            if alert is not None and await self._is_due(queue.rule, alert):
                await self._hand_over(queue, alert, cursor)
            self._state.pass_to(queue.rule.name, cursor)
            queue.done(event)

    async def _is_due(self, rule: Rule, alert: Alert) -> bool:
        """What has the condition `unusual` asks a worker's views, and waits where none answers."""
        if not rule.when.unusual or alert.kind != NEW:
            return True
        waits = _waits()
        while True:
            try:
                return await self._is_unusual(alert.event)
            except RestError as error:
                log.warning("no view tells what is unusual; asked again", rule=rule.name, fault=str(error))
            await asyncio.sleep(next(waits))

    async def _hand_over(self, queue: _Queue, alert: Alert, cursor: str) -> None:
        """Try until the alert is taken, or refused."""
        body, began, waits = alert.body(), time.monotonic(), _waits()
        while True:
            attempt = await self._attempt(queue, alert, body, cursor)
            place = {"rule": alert.rule, "key": alert.key}
            if attempt.outcome is Outcome.TAKEN:
                log.info("alert sent", **place, kind=alert.kind, after_s=round(time.monotonic() - began, 1))
                return
            if attempt.outcome is Outcome.REFUSED:
                refused = self._state.refuse(alert.rule)
                log.error("alert refused, and not sent again", **place, why=attempt.why, refused_in_all=refused)
                return
            wait_s = max(next(waits), attempt.wait_s)
            log.warning("alert not taken, sent again", **place, why=attempt.why, wait_s=round(wait_s, 1))
            await asyncio.sleep(wait_s)

    async def _attempt(self, queue: _Queue, alert: Alert, body: bytes, cursor: str) -> Attempt:
        """Try once. Who is told to stop meanwhile waits for what comes of it: else it would be sent again."""
        sending = asyncio.ensure_future(queue.target.send(alert.key, body, time.time()))
        try:
            attempt = await asyncio.shield(sending)
        except asyncio.CancelledError:
            self._keep(await sending, alert, cursor)
            raise
        self._keep(attempt, alert, cursor)
        return attempt

    def _keep(self, attempt: Attempt, alert: Alert, cursor: str) -> None:
        if attempt.outcome is Outcome.TAKEN:
            self._state.keep(alert.rule, alert.event.event_id, alert.told())
            self._state.pass_to(alert.rule, cursor)
            self._state.save()

    # ---- keeping

    async def _save_at_times(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY_S)
            self._save()

    def _save(self) -> None:
        """Keep how far the rules have come: those that nothing waits for, as far as was read."""
        for queue in self._queues:
            if queue.is_idle:
                self._state.pass_to(queue.rule.name, queue.cursor(self._read))
        self._state.save()


def _waits() -> Iterator[float]:
    """Seconds to wait between attempts: longer each time, a little less by chance, so that many do not come at once."""
    for doublings in count():
        yield min(FIRST_WAIT_S * 2 ** min(doublings, 10), LONGEST_WAIT_S) * random.uniform(0.8, 1.0)  # noqa: S311  no secret


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()
