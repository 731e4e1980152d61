"""The three agents: each decodes a record, calls its stage, sends what comes out and leaves the rest to the checkpoint.

A record that makes a stage raise becomes a dead letter (`internal-error`) and the stream goes on. Outputs carry the
timestamp of the article's own record, so that latency and lag are measured from the producer and a replay gives the
same records.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any, Final

import structlog

from schemas import Annotation, Claim, IndexActivity, MarketEvent, Position, decode, encode
from schemas.taxonomy import RejectReason
from streams.agents.metrics import Metrics
from streams.extract.annotate import Extractor, annotate, withdrawal
from streams.intake import RawRecord, Rejection, Withdrawal, read
from streams.kafka.headers import (
    CUT_FROM,
    DETAIL,
    REASON,
    SOURCE,
    cloud_event,
    from_source,
    source_position,
    trace,
)
from streams.kafka.records import headers_of, stamp_of_output, time_of
from streams.kafka.topics import MAX_ANNOTATION_BYTES, MAX_CLAIM_BYTES, MAX_EVENT_BYTES, MIB, Catalogue
from streams.reconcile import Entry, Reconciled, Verdict, reconcile, subject_key
from streams.settings import Clock, Settings
from streams.state.checkpoint import Checkpoint
from streams.state.entries import (
    ledger_group,
    ledger_key,
    pack_entry,
    pack_share,
    position_of,
    share_group,
    share_key,
    share_key_of,
    unpack_contribution,
    unpack_entry,
    unpack_share,
)
from streams.state.table import StateTable
from streams.tally import KEPT_MINUTES, Counts, Share, ShareKey, Tallied, Tally, is_late, minute_of

log = structlog.get_logger(__name__)
# Asked before a line a record is put together: at INFO it would cost time and say nothing.
_tells = logging.getLogger(__name__)

Group = Sequence[tuple[bytes, bytes]]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES_A_DAY: Final = 1_440
MAX_RECORD_BYTES: Final = 4 * MIB  # what `news.articles` takes uncompressed; kept whole
CUT_BYTES: Final = MIB  # of key and of value, where a dead letter can't hold the record
SAID_ANEW: Final = SOURCE | {REASON, DETAIL, CUT_FROM}  # headers of a dead letter that are not its record's
CUT_HEADERS: Final = 100  # and so many headers ...
CUT_HEADER_BYTES: Final = 8_192  # ... of so many bytes each
EXPIRED_AT_ONCE: Final = 2_000  # entries that fall due are deleted in portions, so that records come between
LOADED_AT_ONCE: Final = 2_000  # groups of shares, before others have their turn
SENT_AGAIN_S: Final = 600.0
"""Counts that a stopped worker sends late, behind the new owner's, stand no longer than this."""
INDEX_SHARES: Final = b'["index:'  # what the keys of shares begin with that count something


# -- messages ---------------------------------------------------------------------------------------------------------


def _headers(message: Any) -> tuple[tuple[str, bytes], ...]:
    headers = message.headers or ()
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return headers_of(pairs)


def _milliseconds(message: Any) -> int:
    stamp: float = message.timestamp
    return round(stamp * 1_000)


def _observed(message: Any) -> datetime:
    return time_of(_milliseconds(message))


def _sent_at(message: Any) -> int:
    return stamp_of_output(_milliseconds(message), int(time.time() * 1_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """Where an agent keeps the records it could not use."""

    checkpoint: Checkpoint
    """The agent's checkpoint."""
    topic: str
    """The dead-letter topic."""
    metrics: Metrics
    """Counted by reason."""

    async def keep(self, message: Any, reason: RejectReason, detail: str) -> None:
        """Keep a record whole, with where it came from and why.

        One that was redriven or replayed names the place where it first stood, so that it is still the same letter.
        """
        self.metrics.dead_letters.labels(reason=reason.value).inc()
        log.warning("kept as a dead letter", reason=reason.value, detail=detail, **_place(message))
        # aiokafka: a record with neither key nor value can't be sent; the empty key stands for the null one.
        nothing = message.key is None and message.value is None
        kept = [(name, value) for name, value in _headers(message) if name not in SAID_ANEW]
        key, value, kept = _cut(message.key, message.value, kept)
        await self.checkpoint.send(
            self.topic,
            key=b"" if nothing else key,
            value=value,
            headers=[
                *from_source(kept, message.topic, _source_position(message)),
                (REASON, reason.value.encode()),
                (DETAIL, detail.encode("utf-8", "replace")),
            ],
            timestamp_ms=_sent_at(message),
        )


def _cut(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]:
    """These, if a dead letter can hold them; else their beginnings, and the header that says so.

    `news.articles` measures what producers compress, so what they send may be larger than any topic takes whole.
    """
    size = len(key or b"") + len(value or b"") + sum(len(name.encode()) + len(of) + 8 for name, of in headers)
    if size <= MAX_RECORD_BYTES:
        return key, value, headers
    few = [(name, of) for name, of in headers if len(name) + len(of) <= CUT_HEADER_BYTES][:CUT_HEADERS]
    return (
        None if key is None else key[:CUT_BYTES],
        None if value is None else value[:CUT_BYTES],
        [*few, (CUT_FROM, str(size).encode())],
    )


def _fault(error: Exception, message: Any) -> str:
    log.exception("a stage raised; the record is kept as a dead letter", **_place(message))
    return f"$: {type(error).__name__}: {error}"[:1_000]


def _place(message: Any) -> dict[str, Any]:
    """Where a record stands, for the logs."""
    return {"topic": message.topic, "partition": message.partition, "offset": message.offset}


# -- annotate ---------------------------------------------------------------------------------------------------------


class Annotate:
    """`news.articles` to `news.annotations` and `news.dead-letters`. Keeps no state."""

    def __init__(self, checkpoint: Checkpoint, topics: Catalogue, metrics: Metrics, extractor: Extractor) -> None:
        self.checkpoint, self._topics, self._metrics, self._extractor = checkpoint, topics, metrics, extractor
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for event in stream.noack().events():
            await self.checkpoint.take(event.message, self._take)

    async def _take(self, message: Any) -> None:
        with self._metrics.stage_seconds.labels(stage="annotate").time():
            try:
                annotation = self._annotation(message)
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                annotation = Rejection(reason=RejectReason.INTERNAL_ERROR, detail=_fault(error, message))
        if isinstance(annotation, Rejection):
            self._metrics.articles.labels(outcome="rejected").inc()
            await self._letters.keep(message, annotation.reason, annotation.detail)
            return
        value = encode(annotation)
        if _is_too_large(annotation, value):
            # Sent on, it would be refused by a topic and stop the worker for good.
            detail = f"$: expected an annotation of at most {MAX_ANNOTATION_BYTES:,} bytes, got {len(value):,}"
            await self._letters.keep(message, RejectReason.TOO_LARGE, detail)
            return
        self._metrics.annotated(annotation)
        position = annotation.position or Position(partition=message.partition, offset=message.offset)
        await self.checkpoint.send(
            self._topics.annotations.name,
            key=annotation.article.uri.encode(),
            value=value,
            headers=cloud_event(
                "annotation",
                f"{position.partition}-{position.offset}",
                annotation.article.uri,
                annotation.article.published_at,
                trace(_headers(message)),
            ),
            timestamp_ms=_sent_at(message),
        )

    def _annotation(self, message: Any) -> Annotation | Rejection:
        headers, position = _headers(message), _source_position(message)
        record = RawRecord(key=message.key, value=message.value, headers=headers, timestamp=_observed(message))
        match read(record):
            case Rejection() as rejection:
                return rejection
            case Withdrawal(uri=uri):
                return withdrawal(uri, position, self._extractor)
            case article:
                return annotate(article, position, self._extractor)


def _is_too_large(annotation: Annotation, value: bytes) -> bool:
    """Whether the annotation, or a market event made from it, would be refused by its topic."""
    if len(value) <= MAX_EVENT_BYTES:
        return False
    return len(value) > MAX_ANNOTATION_BYTES or any(len(encode(e)) > MAX_EVENT_BYTES for e in annotation.events)


def _source_position(message: Any) -> Position:
    return source_position(message.topic, message.partition, message.offset, _headers(message))


# -- reconcile --------------------------------------------------------------------------------------------------------


class Reconcile:
    """`news.annotations` to `market.claims`, by the ledger."""

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
        """Begin anew with the ledger's entries: nothing is derived from them, what a kill left behind is looked for."""
        self._crowded = self.ledger.crowded()

    def revoked(self) -> None:
        """Let go of the ledger."""
        self._crowded = iter(())

    def entries(self, uri: str, partition: int) -> dict[Position, Entry]:
        """The kept entries of an article."""
        kept = self.ledger.group(partition, ledger_group(uri))
        return {position_of(key): unpack_entry(key, value) for key, value in kept.items()}

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for event in stream.noack().events():
            await self.checkpoint.take(event.message, self._take, key=event.message.key)

    async def _take(self, message: Any) -> None:
        with self._metrics.stage_seconds.labels(stage="reconcile").time():
            try:
                annotation = decode(Annotation, message.value)
                kept = self.entries(annotation.article.uri, message.partition)
                observed_at = self._observed_at(annotation, message, known=bool(kept))
                reconciled = reconcile(annotation, observed_at, kept)
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                await self._letters.keep(message, RejectReason.INTERNAL_ERROR, _fault(error, message))
                return
        claims = [(claim, encode(claim)) for claim in reconciled.claims]
        largest = max((len(value) for _, value in claims), default=0)
        if largest > MAX_CLAIM_BYTES:
            # Each event repeats the article's headline, url and subjects; sent on, the claim would stop the worker.
            detail = f"$: expected at most {MAX_CLAIM_BYTES:,} bytes of events on one subject, got {largest:,}"
            await self._letters.keep(message, RejectReason.TOO_LARGE, detail)
            return
        self._metrics.articles.labels(outcome=reconciled.verdict.value).inc()
        self._judge_time(annotation, reconciled.verdict)
        if _tells.isEnabledFor(logging.DEBUG):
            uri, verdict = annotation.article.uri, reconciled.verdict.value
            log.debug("reconciled", uri=uri, verdict=verdict, claims=len(reconciled.claims), **_place(message))
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
                    trace(_headers(message)),
                ),
                timestamp_ms=_sent_at(message),
            )
        await self._write(annotation, reconciled, message.partition)

    def _observed_at(self, annotation: Annotation, message: Any, *, known: bool) -> datetime:
        """What expiry counts from; the entry of a known article takes over a later time from the entry before."""
        published_at = annotation.article.published_at
        if self._settings.clock is Clock.WALL:
            return _observed(message) if published_at is None else max(published_at, _observed(message))
        # On the event clock a back-fill's record time is years after its articles' and would keep them for years.
        return published_at or (EPOCH if known else _observed(message))

    async def _write(self, annotation: Annotation, reconciled: Reconciled, partition: int) -> None:
        uri, entry, position = annotation.article.uri, reconciled.entry, annotation.position
        if entry is None or position is None:
            return
        await self.ledger.write(self.checkpoint, partition, ledger_key(uri, position), pack_entry(entry))
        if reconciled.superseded:
            older = [ledger_key(uri, p) for p in reconciled.superseded]
            self.checkpoint.once_confirmed(self._deletion(older, partition))

    def _deletion(self, keys: Iterable[bytes], partition: int) -> Callable[[], Awaitable[None]]:
        async def delete() -> None:
            for key in keys:
                await self.ledger.delete(self.checkpoint, partition, key)

        return delete

    def _judge_time(self, annotation: Annotation, verdict: Verdict) -> None:
        """Count an article that no window holds, once: events are published, and counts that nobody asks for kept."""
        published_at = annotation.article.published_at
        if published_at is None:
            return
        minute = minute_of(published_at)
        self.newest = max(self.newest, minute)
        if verdict is Verdict.NEW and is_late(minute, self.now()):
            self._metrics.late.inc()

    def now(self) -> int:
        """The current minute by the clock in force: now's, or that of the newest article seen."""
        return int(time.time()) // 60 if self._settings.clock is Clock.WALL else self.newest

    async def expire(self, now: int) -> None:
        """Delete a portion of what is older than the ledger's retention at minute `now`."""
        before = now - self._settings.ledger_days * MINUTES_A_DAY
        for partition, key in list(islice(self.ledger.due(before), EXPIRED_AT_ONCE)):  # as `_portion`
            await self.ledger.delete(self.checkpoint, partition, key)
        self.checkpoint.touch()

    async def sweep(self) -> None:
        """Delete a portion of the entries that a newer one supersedes, left by a worker killed before it did so."""
        await _sweep(self.ledger, self.checkpoint, _portion(self._crowded), unpack_entry)


def _portion(crowded: Iterator[tuple[int, Group]]) -> list[tuple[int, Group]]:
    """The groups up to the next pause.

    Whoever waits for Kafka holds these and not the iterator: while there is one the files of a partition can't be
    opened again, should it go and come back meanwhile.
    """
    return list(takewhile(lambda of: of[1], crowded))


async def _sweep(
    table: StateTable,
    checkpoint: Checkpoint,
    crowded: Iterable[tuple[int, Group]],
    unpack: Callable[[bytes, bytes], Entry | Share],
) -> None:
    generation = checkpoint.generation
    for partition, group in crowded:
        *older, _ = sorted(group, key=lambda entry: unpack(*entry).order)
        for key, _ in older:
            await table.delete(checkpoint, partition, key)
        if checkpoint.generation != generation:
            return  # partitions moved while this waited: the groups that follow may be another worker's
    checkpoint.touch()


# -- tally ------------------------------------------------------------------------------------------------------------


class TableShares:
    """The shares that the tally looks up, read from the table of the partition in hand."""

    def __init__(self, table: StateTable, partition: int = 0) -> None:
        self._table = table
        self.partition = partition

    def here(self) -> "TableShares":
        """The shares of the partition in hand, also when another is."""
        return TableShares(self._table, self.partition)

    def of(self, entity: str, uri: str) -> dict[ShareKey, Share]:
        """Kept shares of one article in one entity."""
        kept = self._table.group(self.partition, share_group(entity, uri))
        return {share_key_of(key): unpack_share(key, value) for key, value in kept.items()}

    def share(self, key: ShareKey) -> Share | None:
        """One share, if it is kept."""
        raw = share_key(key)
        value = self._table.get(self.partition, raw)
        return None if value is None else unpack_share(raw, value)

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, ShareKey]]:
        """Each mark with keys of shares that bear it: at most so many, of the latest. To be read to its end."""
        return ((mark, share_key_of(key)) for mark, key in self._table.marked(self.partition, marks, most))

    def count(self, tally: Tally) -> Iterator[None]:
        """Count all stored shares of indices in a tally, one at each step."""
        for partition, group in self._table.groups(INDEX_SHARES):
            self.partition = partition
            key, value = group[0] if len(group) == 1 else max(group, key=lambda entry: unpack_share(*entry).order)
            entity, uri, *_ = share_key_of(key)
            tally.count(entity, unpack_contribution(uri, value))
            yield

    def put(self, key: ShareKey, share: Share) -> None:
        """Give it out from now on; the agent writes it once its events are sent."""
        self._table.hold(self.partition, share_key(key), pack_share(share))

    def drop(self, key: ShareKey) -> None:
        """Nothing: the agent deletes it."""


class TallyAgent:
    """`market.claims` to `market.events.*` and `market.index-activity`, by the shares."""

    def __init__(
        self, checkpoint: Checkpoint, topics: Catalogue, metrics: Metrics, settings: Settings, shares: StateTable
    ) -> None:
        self.checkpoint, self._topics, self._metrics, self._settings = checkpoint, topics, metrics, settings
        self._letters = DeadLetters(checkpoint=checkpoint, topic=topics.dead_letters.name, metrics=metrics)
        self.shares = shares
        self._lookup = TableShares(shares)
        self.tally = Tally(self._lookup)
        self._crowded: Iterator[tuple[int, Group]] = iter(())
        self._due: Iterator[tuple[int, bytes]] = iter(())
        self._changed: set[str] = set()
        self._sent: dict[str, tuple[float, IndexActivity]] = {}

    async def load(self) -> None:
        """Rebuild the counts from the shares of indices, letting others have their turn now and then."""
        tally = Tally(self._lookup)
        for number, _ in enumerate(self._lookup.count(tally)):
            if number % LOADED_AT_ONCE == 0:
                await asyncio.sleep(0)
        self.tally = tally  # only now: a timer may still be at the one before
        self._sent.clear()
        self._changed = set(tally.counts)
        self._crowded, self._due = self.shares.crowded(), iter(())

    def revoked(self) -> None:
        """Let go of the shares, and say nothing more of indices that may be another worker's: metrics are summed."""
        self.tally = Tally(self._lookup)
        self._crowded, self._due = iter(()), iter(())
        self._metrics.index_mentions.clear()
        self._metrics.index_articles.clear()

    async def run(self, stream: Any) -> None:
        """Agent."""
        async for event in stream.noack().events():
            message = event.message
            await self.checkpoint.take(message, self._take, key=(message.key, _article_of(message)))

    async def _take(self, message: Any) -> None:
        with self._metrics.stage_seconds.labels(stage="tally").time():
            try:
                claim = decode(Claim, message.value)
                self._lookup.partition = message.partition
                tallied = self.tally.apply(claim)
            except Exception as error:  # noqa: BLE001 - one article must not stop the stream
                await self._letters.keep(message, RejectReason.INTERNAL_ERROR, _fault(error, message))
                return
        if claim.entity.startswith("index:") and not tallied.stale:
            self._changed.add(claim.entity)
        for market_event in tallied.events:
            await self._publish(market_event, message)
        if tallied.events and _tells.isEnabledFor(logging.DEBUG):
            ids = [event.event_id for event in tallied.events]
            log.debug("published", uri=claim.uri, entity=claim.entity, event_ids=ids, **_place(message))
        if tallied.events:
            self.checkpoint.once_confirmed(self._timed(_milliseconds(message), len(tallied.events)))
        await self._write(tallied, message.partition)

    async def _publish(self, event: MarketEvent, message: Any) -> None:
        self._metrics.events.labels(type=event.type.value, lifecycle=event.lifecycle.value).inc()
        await self.checkpoint.send(
            self._topics.events[event.type.family].name,
            key=subject_key(event.subject).encode(),
            value=encode(event),
            headers=cloud_event(
                "market-event",
                f"{event.event_id}:{event.revision}",
                event.article.uri,
                event.published_at,
                trace(_headers(message)),
            ),
            timestamp_ms=_sent_at(message),
        )

    def _timed(self, stamp_ms: int, events: int) -> Callable[[], Awaitable[None]]:
        async def observe() -> None:
            latency = time.time() - stamp_ms / 1_000
            for _ in range(events):
                self._metrics.event_latency_seconds.observe(latency)

        return observe

    async def _write(self, tallied: Tallied, partition: int) -> None:
        if tallied.key is None:
            return
        raw = share_key(tallied.key)
        held = self.shares.get(partition, raw)
        if held is None:  # the partition was taken away meanwhile
            return
        await self.shares.write(self.checkpoint, partition, raw, held)
        if tallied.superseded:
            self.checkpoint.once_confirmed(self._deletion(tallied.superseded, partition))

    def _deletion(self, keys: tuple[ShareKey, ...], partition: int) -> Callable[[], Awaitable[None]]:
        async def delete() -> None:
            for key in keys:
                await self._forget(partition, share_key(key))

        return delete

    async def _forget(self, partition: int, raw: bytes) -> None:
        self._lookup.partition = partition
        self.tally.forget(share_key_of(raw))
        await self.shares.delete(self.checkpoint, partition, raw)

    def now(self) -> int:
        """The current minute by the clock in force: now's, or that of the newest counted article."""
        if self._settings.clock is Clock.WALL:
            return int(time.time()) // 60
        return max((counts.newest or 0 for counts in self.tally.counts.values()), default=0)

    def as_of(self, index: str) -> int:
        """Where the windows of an index end in what is published: after the current minute."""
        counts = self.tally.counts.get(index)
        newest = None if counts is None or self._settings.clock is Clock.WALL else counts.newest
        return 1 + (self.now() if newest is None else newest)

    async def publish_activity(self, *, decay: bool = False, last: bool = False) -> None:
        """Send the counts of indices that changed, at most once per index and second; with `decay`, look at all.

        What did not change is sent again after ten minutes: it is the newest again, whatever came late meanwhile.

        With `last`, send those too that were sent within the second: nobody will do it later.

        An index whose last article was taken back is sent once more with empty windows.
        """
        moment, tally = time.monotonic(), self.tally
        if decay:
            self._changed.update(tally.counts, self._sent)
        for index in sorted(self._changed):
            if self.tally is not tally:  # partitions moved while this waited
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
                    value=encode(activity),
                    headers=cloud_event(
                        "index-activity",
                        f"{activity.index}:{activity.as_of.timestamp():.0f}",
                        activity.index,
                        activity.as_of,
                    ),
                )
        self.checkpoint.touch()

    def _activity(self, index: str) -> IndexActivity:
        counts = self.tally.counts.get(index) or Counts(index.removeprefix("index:"))
        return counts.activity(self.as_of(index))

    def _gauge(self, activity: IndexActivity) -> None:
        for window, counts in activity.windows.items():
            self._metrics.index_mentions.labels(index=activity.index, window=window).set(counts.mentions)
            self._metrics.index_articles.labels(index=activity.index, window=window).set(counts.articles)

    async def expire(self, now: int) -> None:
        """Look at a portion of the shares due at minute `now`, and delete those that no window needs any more.

        Older versions go first: the last one left is the one that is counted.
        """
        tally = self.tally
        portion = list(islice(self._due, EXPIRED_AT_ONCE))
        if not portion:
            self._due = self.shares.due(now - KEPT_MINUTES)
            portion = list(islice(self._due, EXPIRED_AT_ONCE))
        for partition, raw in portion:
            if self.tally is not tally:  # partitions moved while this waited
                return
            entity, uri, *_ = share_key_of(raw)
            first = self._needed_from(entity, now)
            self._lookup.partition = partition
            kept = self._lookup.of(entity, uri)
            for key in sorted(kept, key=lambda key: kept[key].order):
                if kept[key].observed_at < first and self.tally is tally:
                    await self._forget(partition, share_key(key))
        self.checkpoint.touch()

    def _needed_from(self, entity: str, now: int) -> int:
        """From which minute on shares of an entity are kept.

        On the event clock windows of an index end with its own newest article, however far others have moved on.
        """
        counts = None if self._settings.clock is Clock.WALL else self.tally.counts.get(entity)
        newest = None if counts is None else counts.newest
        return (now if newest is None else min(now, newest)) - KEPT_MINUTES

    async def sweep(self) -> None:
        """Delete a portion of the shares that a newer one supersedes, left by a worker killed before it did so."""
        await _sweep(self.shares, self.checkpoint, _portion(self._crowded), unpack_share)


def _article_of(message: Any) -> bytes | None:
    """The article a claim comes from, without decoding it: two claims of one article wait for each other."""
    return dict(_headers(message)).get("ce_subject")
