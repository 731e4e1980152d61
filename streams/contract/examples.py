"""Examples of the contract: a few articles, and the records that the real stages make of them.

The articles are written for this purpose. What comes out is kept in `schemas/contract/examples.json`, so that the
documents can be made and checked without the registry; a test holds the file to what the stages say.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from schemas import Article, Claim, Position, encode
from schemas.wire import loads
from streams.contract.messages import (
    ANNOTATION,
    ARTICLE,
    DEAD_LETTER,
    INDEX_ACTIVITY,
    KINDS,
    MARKET_EVENT,
    Direction,
    Example,
    Examples,
    Kind,
)
from streams.extract.annotate import Extractor, annotate
from streams.intake import RawRecord, Rejection, read
from streams.kafka.headers import DETAIL, REASON, SOURCE_OFFSET, SOURCE_PARTITION, SOURCE_TOPIC, cloud_event
from streams.reconcile import LedgerEntry, reconcile, subject_key
from streams.tally import Tally, minute_of

PARTITION: Final = 3
FIRST_OFFSET: Final = 17
OBSERVED: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)

NIKKEI: Final[Mapping[str, Any]] = {
    "uri": "urn:example:1",
    "published_at": "2026-11-20T06:30:00Z",
    "headline": "Nikkei climbs",
    "body": "The Nikkei 225 rose 1.2% to close at 50,367.38.",
}
RECORDS: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("an index closes higher", NIKKEI),
    (
        "the same article, corrected",
        {**NIKKEI, "version": 2, "body": "The Nikkei 225 rose 1.4% to close at 50,466.92."},
    ),
    ("the same article, withdrawn", {**NIKKEI, "version": 3, "status": "canceled"}),
    (
        "a company buys back its shares",
        {
            "uri": "urn:example:2",
            "published_at": "2026-11-20T07:05:00Z",
            "headline": "Toyota to buy back shares",
            "body": "Toyota Motor said on Friday it would buy back up to 1 trillion yen of its own shares.",
            "source": "Example Wire",
            "language": "en",
            "url": "https://news.example/2",
            "subjects": ["COM"],
        },
    ),
    (
        "a central bank raises its rate",
        {
            "uri": "urn:example:3",
            "published_at": "2026-11-20T03:10:00Z",
            "headline": "Bank of Japan raises rates",
            "body": "The Bank of Japan raised its policy rate by 25 basis points to 0.75% on Friday.",
            "source": "Example Wire",
            "language": "en",
        },
    ),
    ("a time that is none", {**NIKKEI, "uri": "urn:example:4", "published_at": "yesterday"}),
)


def run(extractor: Extractor, records: Iterable[tuple[str, Mapping[str, Any]]] = RECORDS) -> Examples:
    """What the stages make of articles that arrive one after another on one partition."""
    stages = _Stages(extractor)
    for offset, (name, record) in enumerate(records, start=FIRST_OFFSET):
        stages.take(name, record, Position(partition=PARTITION, offset=offset))
    return stages.found


class _Stages:
    """The four stages with the state that the agents keep for them."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._ledger: dict[str, dict[Position, LedgerEntry]] = {}
        self._tally = Tally()
        self.found: Examples = {kind.name: [] for kind in KINDS if kind.direction is not Direction.INTERNAL}

    def take(self, name: str, record: Mapping[str, Any], position: Position) -> None:
        """Run one article through all stages."""
        raw = encode(record)
        article = read(RawRecord(key=None, value=raw, timestamp=OBSERVED))
        if isinstance(article, Rejection):
            self.found[DEAD_LETTER.name].append(_dead_letter(name, record, article, position))
            return
        if not isinstance(article, Article):
            raise TypeError(f"{name}: expected an article")
        self.found[ARTICLE.name].append(Example(name=name, key=article.uri, value=loads(raw)))
        annotation = annotate(article, position, self._extractor)
        about = (f"{position.partition}-{position.offset}", article.uri, article.published_at)
        self._keep(ANNOTATION, name, article.uri, annotation, about)
        kept = self._ledger.setdefault(article.uri, {})
        reconciled = reconcile(annotation, OBSERVED, kept)
        if reconciled.entry is not None:
            kept[position] = reconciled.entry
        for claim in reconciled.claims:
            self._apply(name, claim, minute_of(article.published_at) + 1)

    def _apply(self, name: str, claim: Claim, as_of: int) -> None:
        for event in self._tally.apply(claim).events:
            about = (f"{event.event_id}:{event.revision}", event.article.uri, event.published_at)
            self._keep(MARKET_EVENT, name, subject_key(event.subject), event, about)
        counts = self._tally.counts.get(claim.entity)
        if counts is not None:
            activity = counts.activity(as_of)
            stamp = (f"{activity.index}:{activity.as_of.timestamp():.0f}", activity.index, activity.as_of)
            self._keep(INDEX_ACTIVITY, name, activity.index, activity, stamp)

    def _keep(self, kind: Kind, name: str, key: str, value: object, about: tuple[str, str, datetime | None]) -> None:
        headers = {header: raw.decode() for header, raw in cloud_event(kind.name, *about)}
        self.found[kind.name].append(Example(name=name, key=key, value=loads(encode(value)), headers=headers))


def _dead_letter(name: str, record: Mapping[str, Any], rejection: Rejection, position: Position) -> Example:
    headers = {
        REASON: rejection.reason.value,
        DETAIL: rejection.detail,
        SOURCE_TOPIC: "news.articles",
        SOURCE_PARTITION: str(position.partition),
        SOURCE_OFFSET: str(position.offset),
    }
    return Example(name=name, key=str(record["uri"]), value=dict(record), headers=headers)
