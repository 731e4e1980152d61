"""The reconcile agent: `news.annotations` to `market.claims`, by the ledger."""

import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import structlog

from schemas import Annotation, Position, decode, encode
from schemas.taxonomy import RejectReason
from streams.agents.dead_letters import DeadLetters, fault
from streams.agents.metrics import Metrics
from streams.agents.sweeping import EXPIRED_AT_ONCE, Group, portion, sweep
from streams.kafka.headers import cloud_event, trace
from streams.kafka.records import Record
from streams.kafka.topics import MAX_CLAIM_BYTES, Catalogue
from streams.reconcile import LedgerEntry, Reconciled, Verdict, reconcile
from streams.settings import Clock, Settings
from streams.state.checkpoint import Checkpoint
from streams.state.damage import StoreError
from streams.state.layout import ledger_group, ledger_key, pack_ledger_entry, position_of, unpack_ledger_entry
from streams.state.table import StateTable
from streams.tally import is_late, minute_of

log = structlog.get_logger(__name__)
# Asked before a log line of every record is made: at INFO the line would cost time and not be written.
_tells = logging.getLogger(__name__)

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES_A_DAY: Final = 1_440


class Reconcile:
    """Reads `news.annotations` and writes `market.claims` and the ledger."""

    def __init__(
        self, checkpoint: Checkpoint, topics: Catalogue, metrics: Metrics, settings: Settings, ledger: StateTable
    ) -> None:
        self.checkpoint, self._topics, self._metrics, self._settings = checkpoint, topics, metrics, settings
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)
        self.ledger = ledger
        self.newest = 0
        """Newest minute of publication seen: the current minute under the event clock."""
        self._crowded: Iterator[tuple[int, Group]] = iter(())

    def load(self) -> None:
        """Look for what a kill left behind; nothing is derived from the ledger's entries."""
        self._crowded = self.ledger.crowded()

    def revoked(self) -> None:
        """Forget what a kill left behind: partitions have been revoked."""
        self._crowded = iter(())

    def entries(self, uri: str, partition: int) -> dict[Position, LedgerEntry]:
        """The kept entries of an article."""
        kept = self.ledger.group(partition, ledger_group(uri))
        return {position_of(key): unpack_ledger_entry(key, value) for key, value in kept.items()}

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for turn in stream.noack():
            for record in turn:
                await self.checkpoint.take(record, self._take, key=record.key)

    async def _take(self, record: Record) -> None:
        with self._metrics.stage_seconds.labels(stage="reconcile").time():
            try:
                annotation = decode(Annotation, record.value or b"")
                kept = self.entries(annotation.article.uri, record.partition)
                observed_at = self._observed_at(annotation, record, known=bool(kept))
                reconciled = reconcile(annotation, observed_at, kept)
            except StoreError:
                raise  # a fault of the store and not of the record, which is to be taken once the store is right again
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                await self._letters.keep(record, RejectReason.INTERNAL_ERROR, fault(error, record))
                return
        claims = [(claim, encode(claim)) for claim in reconciled.claims]
        largest = max((len(value) for _, value in claims), default=0)
        if largest > MAX_CLAIM_BYTES:
            # Each event repeats the article's headline, url and subjects. A topic would refuse such a claim, and the
            # worker would stop.
            detail = f"$: expected at most {MAX_CLAIM_BYTES:,} bytes of events on one subject, got {largest:,}"
            await self._letters.keep(record, RejectReason.TOO_LARGE, detail)
            return
        self._metrics.articles.labels(outcome=reconciled.verdict.value).inc()
        self._judge_time(annotation, reconciled.verdict)
        if _tells.isEnabledFor(logging.DEBUG):
            uri, verdict = annotation.article.uri, reconciled.verdict.value
            log.debug("reconciled", uri=uri, verdict=verdict, claims=len(reconciled.claims), **record.where)
        for claim, value in claims:
            await self.checkpoint.send(
                self._topics.claims.name,
                key=claim.entity.encode(),
                value=value,
                headers=cloud_event(
                    "claim",
                    f"{claim.order.partition}-{claim.order.offset}",
                    claim.uri,
                    annotation.article.published_at,
                    trace(record.headers),
                ),
                timestamp_ms=record.output_ms,
            )
        await self._write(annotation, reconciled, record.partition)

    def _observed_at(self, annotation: Annotation, record: Record, *, known: bool) -> datetime:
        """What expiry counts from; the entry of a known article takes over a later time from the entry before."""
        published_at = annotation.article.published_at
        if self._settings.clock is Clock.WALL:
            return record.observed_at if published_at is None else max(published_at, record.observed_at)
        # On the event clock a back-fill's record time is years after its articles' and would keep them for years.
        return published_at or (EPOCH if known else record.observed_at)

    async def _write(self, annotation: Annotation, reconciled: Reconciled, partition: int) -> None:
        uri, entry, position = annotation.article.uri, reconciled.entry, annotation.position
        if entry is None or position is None:
            return
        await self.ledger.write(self.checkpoint, partition, ledger_key(uri, position), pack_ledger_entry(entry))
        if reconciled.superseded:
            older = [ledger_key(uri, p) for p in reconciled.superseded]
            self.checkpoint.once_confirmed(self._deletion(older, partition))

    def _deletion(self, keys: Iterable[bytes], partition: int) -> Callable[[], Awaitable[None]]:
        async def delete() -> None:
            for key in keys:
                await self.ledger.delete(self.checkpoint, partition, key)

        return delete

    def _judge_time(self, annotation: Annotation, verdict: Verdict) -> None:
        """Count a new article that is older than every window: its events are published, and no window counts it."""
        published_at = annotation.article.published_at
        if published_at is None:
            return
        minute = minute_of(published_at)
        self.newest = max(self.newest, minute)
        if verdict is Verdict.NEW and is_late(minute, self.now()):
            self._metrics.late.inc()

    def now(self) -> int:
        """The current minute: of the wall clock, or of the newest article seen."""
        return int(time.time()) // 60 if self._settings.clock is Clock.WALL else self.newest

    async def expire(self, now: int) -> None:
        """Delete a portion of what is older than the ledger's retention at minute `now`."""
        before = now - self._settings.ledger_days * MINUTES_A_DAY
        # The list is read to its end before the first is deleted, for the reason that `portion` gives.
        for partition, key in list(islice(self.ledger.due(before), EXPIRED_AT_ONCE)):
            await self.ledger.delete(self.checkpoint, partition, key)
        self.checkpoint.confirm_soon()

    async def sweep(self) -> None:
        """Delete a portion of the superseded entries that a worker left when it was killed."""
        await sweep(self.ledger, self.checkpoint, portion(self._crowded), unpack_ledger_entry)
