"""The tally agent: `market.claims` to `market.events.*` and `market.index-activity`, by the contributions."""

import asyncio
import logging
import time
from collections import ChainMap
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any, Final

import structlog

from schemas import Claim, IndexActivity, MarketEvent, decode
from schemas.taxonomy import RejectReason
from streams.agents.contributions import TableContributions
from streams.agents.dead_letters import DeadLetters, fault
from streams.agents.metrics import Metrics
from streams.agents.sweeping import EXPIRED_AT_ONCE, Group, portion, sweep
from streams.kafka.headers import cloud_event, trace
from streams.kafka.outputs import JSON_OUTPUTS, Outputs
from streams.kafka.records import Record
from streams.kafka.topics import Catalogue
from streams.reconcile import subject_key
from streams.settings import Clock, Settings
from streams.state.checkpoint import Checkpoint
from streams.state.damage import StoreError
from streams.state.layout import contribution_key, contribution_key_of, pack_contribution, unpack_contribution
from streams.state.table import StateTable
from streams.tally import KEPT_MINUTES, ContributionKey, Counts, Memory, Tallied, Tally

log = structlog.get_logger(__name__)
# Asked before a log line of every record is made: at INFO the line would cost time and not be written.
_tells = logging.getLogger(__name__)

LOADED_AT_ONCE: Final = 2_000  # contributions counted at a start before other tasks have their turn
SENT_AGAIN_S: Final = 600.0
"""A stopped worker may send its counts late, behind the new owner's; after this time they are sent anew."""


class TallyAgent:
    """Reads `market.claims` and writes `market.events.*`, `market.index-activity` and the contributions."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        topics: Catalogue,
        metrics: Metrics,
        settings: Settings,
        contributions: StateTable,
        outputs: Outputs = JSON_OUTPUTS,
    ) -> None:
        self._outputs = outputs
        self.checkpoint, self._topics, self._metrics, self._settings = checkpoint, topics, metrics, settings
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)
        self.contributions = contributions
        self._begin({})
        self._crowded: Iterator[tuple[int, Group]] = iter(())
        self._due: Iterator[tuple[int, bytes]] = iter(())
        self._changed: set[str] = set()
        self._sent: dict[str, tuple[float, IndexActivity]] = {}

    def _begin(self, tallies: dict[int, Tally]) -> None:
        self.tallies = tallies
        """The tally of every partition owned; another mapping once partitions have moved."""
        self.counts: Mapping[str, Counts] = ChainMap(*(tally.counts for tally in tallies.values()))
        """The counts of the indices in these partitions by index id, with `index:`."""

    async def load(self) -> None:
        """Rebuild the counts from the stored contributions, with pauses in which the worker does other things."""
        memory, tallies = Memory(), dict[int, Tally]()
        for partition in self.contributions.partitions:
            stored = TableContributions(self.contributions, partition)
            tally = tallies[partition] = Tally(stored, memory)
            for number, (index, contribution) in enumerate(stored.counted()):
                tally.count(index, contribution)
                if number % LOADED_AT_ONCE == 0:
                    await asyncio.sleep(0)
        self._begin(tallies)  # only now: a timer may still be at the tallies before
        self._sent.clear()
        self._changed = set(self.counts)
        self._crowded, self._due = self.contributions.crowded(), iter(())

    def revoked(self) -> None:
        """Forget the tallies, and the gauges of indices that may be another worker's: Prometheus sums them."""
        self._begin({})
        self._crowded, self._due = iter(()), iter(())
        self._metrics.index_mentions.clear()
        self._metrics.index_articles.clear()

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for turn in stream.noack():
            for record in turn:
                await self.checkpoint.take(record, self._take, key=(record.key, _article_of(record)))

    async def _take(self, record: Record) -> None:
        tally = self.tallies[record.partition]
        with self._metrics.stage_seconds.labels(stage="tally").time():
            try:
                claim = decode(Claim, record.value or b"")
                tallied = tally.apply(claim)
            except StoreError:
                raise  # a fault of the store and not of the record, which is to be taken once the store is right again
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                await self._letters.keep(record, RejectReason.INTERNAL_ERROR, fault(error, record))
                return
        if claim.entity.startswith("index:") and not tallied.stale:
            self._changed.add(claim.entity)
        for market_event in tallied.events:
            await self._publish(market_event, record)
        if tallied.events and _tells.isEnabledFor(logging.DEBUG):
            ids = [event.event_id for event in tallied.events]
            log.debug("published", uri=claim.uri, entity=claim.entity, event_ids=ids, **record.where)
        if self.tallies.get(record.partition) is tally:  # else it was taken away, and its owner is given the record
            await self._write(tallied, record.partition)

    async def _publish(self, event: MarketEvent, record: Record) -> None:
        self._metrics.events.labels(type=event.type.value, lifecycle=event.lifecycle.value).inc()
        topic = self._topics.events[event.type.family].name
        delivered = await self.checkpoint.send(
            topic,
            key=subject_key(event.subject).encode(),
            value=self._outputs.value(topic, event),
            headers=cloud_event(
                "market-event",
                f"{event.event_id}:{event.revision}",
                event.article.uri,
                event.published_at,
                trace(record.headers),
                self._outputs.content_type,
            ),
            timestamp_ms=record.output_ms,
        )
        delivered.add_done_callback(partial(self._observe_latency, record.stamp_ms))

    def _observe_latency(self, stamp_ms: int, _delivered: "asyncio.Future[Any]") -> None:
        self._metrics.event_latency_seconds.observe(time.time() - stamp_ms / 1_000)

    async def _write(self, tallied: Tallied, partition: int) -> None:
        if tallied.key is None or tallied.entry is None:
            return
        key, value = contribution_key(tallied.key), pack_contribution(tallied.entry)
        await self.contributions.write(self.checkpoint, partition, key, value)
        if tallied.superseded:
            self.checkpoint.once_confirmed(self._deletion(tallied.superseded, partition))

    def _deletion(self, keys: tuple[ContributionKey, ...], partition: int) -> Callable[[], Awaitable[None]]:
        async def delete() -> None:
            for key in keys:
                await self._forget(partition, key)

        return delete

    async def _forget(self, partition: int, key: ContributionKey) -> None:
        tally = self.tallies.get(partition)
        if tally is not None:  # else it was taken away: its owner sweeps
            tally.forget(key)
            await self.contributions.delete(self.checkpoint, partition, contribution_key(key))

    def now(self) -> int:
        """The current minute: of the wall clock, or of the newest counted article."""
        if self._settings.clock is Clock.WALL:
            return int(time.time()) // 60
        return max((counts.newest or 0 for counts in self.counts.values()), default=0)

    def as_of(self, index: str) -> int:
        """Where the windows of an index end in what is published: after the current minute."""
        counts = self.counts.get(index)
        newest = None if counts is None or self._settings.clock is Clock.WALL else counts.newest
        return 1 + (self.now() if newest is None else newest)

    async def publish_activity(self, *, decay: bool = False, last: bool = False) -> None:
        """Send the counts of indices that changed, at most once per index and second; with `decay`, look at all.

        What did not change is sent again after ten minutes: it is the newest again, whatever came late meanwhile.

        With `last`, send those too that were sent within the second: nobody will do it later.

        An index whose last article was taken back is sent once more with empty windows.
        """
        moment, tallies = time.monotonic(), self.tallies
        if decay:
            self._changed.update(self.counts, self._sent)
        for index in sorted(self._changed):
            if self.tallies is not tallies:  # partitions moved while this waited
                return
            sent_at, sent = self._sent.get(index, (0.0, None))
            if moment - sent_at < 1 and sent is not None and not last:
                continue
            self._changed.discard(index)
            activity = self._activity(index)
            same = sent is not None and (activity.windows, activity.last_fact) == (sent.windows, sent.last_fact)
            if not same or moment - sent_at >= SENT_AGAIN_S:
                self._sent[index] = (moment, activity)
                self._gauge(activity)
                await self.checkpoint.send(
                    self._topics.activity.name,
                    key=activity.index.encode(),
                    value=self._outputs.value(self._topics.activity.name, activity),
                    headers=cloud_event(
                        "index-activity",
                        f"{activity.index}:{activity.as_of.timestamp():.0f}",
                        activity.index,
                        activity.as_of,
                        content_type=self._outputs.content_type,
                    ),
                )
        self.checkpoint.confirm_soon()

    def _activity(self, index: str) -> IndexActivity:
        counts = self.counts.get(index) or Counts(index.removeprefix("index:"))
        return counts.activity(self.as_of(index))

    def _gauge(self, activity: IndexActivity) -> None:
        for window, counts in activity.windows.items():
            self._metrics.index_mentions.labels(index=activity.index, window=window).set(counts.mentions)
            self._metrics.index_articles.labels(index=activity.index, window=window).set(counts.articles)

    async def expire(self, now: int) -> None:
        """Look at a portion of the entries due at minute `now`, and delete those that no window needs any more.

        Older versions are deleted first: the last one left is the one that is counted.
        """
        tallies = self.tallies
        portion = list(islice(self._due, EXPIRED_AT_ONCE))
        if not portion:
            self._due = self.contributions.due(now - KEPT_MINUTES)
            portion = list(islice(self._due, EXPIRED_AT_ONCE))
        for partition, raw in portion:
            if self.tallies is not tallies:  # partitions moved while this waited
                return
            entity, uri, *_ = contribution_key_of(raw)
            first = self._needed_from(entity, now)
            kept = TableContributions(self.contributions, partition).of(entity, uri)
            for key in sorted(kept, key=lambda key: kept[key].order):
                if kept[key].observed_at < first and self.tallies is tallies:
                    await self._forget(partition, key)
        self.checkpoint.confirm_soon()

    def _needed_from(self, entity: str, now: int) -> int:
        """From which minute on the entries of an entity are kept.

        On the event clock windows of an index end with its own newest article, however far others have moved on.
        """
        counts = None if self._settings.clock is Clock.WALL else self.counts.get(entity)
        newest = None if counts is None else counts.newest
        return (now if newest is None else min(now, newest)) - KEPT_MINUTES

    async def sweep(self) -> None:
        """Delete a portion of the superseded entries that a worker left when it was killed."""
        await sweep(self.contributions, self.checkpoint, portion(self._crowded), unpack_contribution)


def _article_of(record: Record) -> bytes | None:
    """The article a claim comes from, without decoding it: two claims of one article wait for each other."""
    return record.header("ce_subject")
