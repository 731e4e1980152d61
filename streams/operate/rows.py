"""Market events as rows of the feeds that people switch from: their field names, newstape's values.

A field that newstape has no source for is null; none is guessed, and no vocabulary of a feed is claimed where newstape
has its own. Fields and their order are public: TRNA as LSEG's sample of Machine Readable News prints it, RavenPack as
the column list of its Python client (analytics, edition 1.0), GKG as the codebook of GDELT 2.1. The table of
`schemas/README.md` is made from the columns below.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, Any, Final

from schemas import EntityRef, MarketEvent, Sentiment
from schemas.taxonomy import EventStatus, Field, Kind, Polarity, Window
from streams.data.exchanges import listing_symbols

if TYPE_CHECKING:
    from streams.data.registry import Registry  # heavy, and `newstape --help` must be quick


class Feed(StrEnum):
    """A feed whose field names are known."""

    TRNA = "trna"
    RAVENPACK = "ravenpack"
    GKG = "gkg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a row is made from beside the event: what the registry knows of its subject."""

    event: MarketEvent
    """The event."""
    rics: tuple[str, ...] = ()
    """RICs of the subject."""
    country: str | None = None
    """Its country, ISO 3166-1."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a feed."""

    path: str
    """Its name; `a.b` is `b` in `a`, `a[].b` is `b` in the one object of the list `a`."""
    source: str = ""
    """Where its value comes from, in words; empty where it is null."""
    value: Callable[[Subject], Any] | None = None
    """Its value."""


def known(event: MarketEvent, registry: "Registry") -> Subject:
    """The event with what the registry knows of its subject: RICs of its home listing, and its country."""
    entity = registry.entities.get(event.subject.id or "")
    if entity is None:
        return Subject(event=event)
    home = listing_symbols(entity.listings[0]) if entity.listings else ()
    symbols = [*((symbol.scheme, symbol.value) for symbol in entity.own_symbols), *home]
    rics = dict.fromkeys(value for scheme, value in symbols if scheme == "ric")
    return Subject(event=event, rics=tuple(rics), country=entity.country)


def row(feed: Feed, subject: Subject) -> dict[str, Any]:
    """The event in the field names of a feed."""
    found: dict[str, Any] = {}
    for column in COLUMNS[feed]:
        _put(found, column.path, column.value(subject) if column.value else None)
    return found


def _put(into: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".") if _NESTED.fullmatch(path) else [path]
    for parent in parents:
        if parent.endswith("[]"):
            (into,) = into.setdefault(parent.removesuffix("[]"), [{}])
        else:
            into = into.setdefault(parent, {})
    into[name] = value


# GKG has names with a point in them, V2.1DATE, which is no path.
_NESTED: Final = re.compile(r"[a-z].*")


# -- what several feeds take from an event ----------------------------------------------------------------------------


def _sentiment(subject: Subject) -> Sentiment:
    return subject.event.sentiment or Sentiment()


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _space(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")


def _digits(time: datetime | None) -> str | None:
    return None if time is None else f"{time:%Y%m%d%H%M%S}"


def _quote(subject: Subject) -> str | None:
    return next((span.text for span in subject.event.evidence or () if span.text), None)


def _kind(entity: EntityRef) -> str:
    return (entity.id or "").partition(":")[0]


def _all(subject: Subject) -> Iterable[EntityRef]:
    return (subject.event.subject, *(participant.entity for participant in subject.event.participants or ()))


def _names(subject: Subject, *kinds: Kind) -> str | None:
    """Names of the subject and participants of these kinds, as GKG lists them."""
    names = dict.fromkeys(entity.name for entity in _all(subject) if _kind(entity) in kinds)
    return ";".join(names) or None


_TYPE_TOLD: Final = "`type`, in newstape's words, with `.called_off` behind where `status` says so"


def _type(subject: Subject) -> str:
    """The type; of an event that was called off never the bare one, since a feed has no other word for that."""
    event = subject.event
    return f"{event.type}.{event.status}" if event.status is EventStatus.CALLED_OFF else event.type.value


# -- TRNA -------------------------------------------------------------------------------------------------------------

_TRNA_WINDOWS: Final = {"12H": Window.H12, "24H": Window.H24, "3D": Window.D3, "5D": Window.D5, "7D": Window.D7}
_TRNA_CLASSES: Final = {Polarity.POSITIVE: 1, Polarity.NEUTRAL: 0, Polarity.NEGATIVE: -1}


def _novelty_counts(subject: Subject) -> list[dict[str, Any]] | None:
    novelty = subject.event.novelty
    if novelty is None:
        return None
    return [{"window": name, "itemCount": novelty.counts.get(window)} for name, window in _TRNA_WINDOWS.items()]


def _linked_ids(subject: Subject) -> list[dict[str, Any]] | None:
    novelty = subject.event.novelty
    if novelty is None:
        return None
    return [{"idPosition": position, "linkedId": uri} for position, uri in enumerate(novelty.linked)]


def _asset_class(subject: Subject) -> str | None:
    return "CMPNY" if _kind(subject.event.subject) == Kind.COMPANY else None


def _sentiment_class(subject: Subject) -> int | None:
    label = _sentiment(subject).label
    return None if label is None else _TRNA_CLASSES[label]


_TRNA: Final = (
    Column("id", "`article.uri`", lambda s: s.event.article.uri),
    Column("newsItem.dataType"),
    Column("newsItem.feedFamilyCode"),
    Column("newsItem.headline", "`article.headline`", lambda s: s.event.article.headline),
    Column("newsItem.language", "`article.language`", lambda s: s.event.article.language),
    Column("newsItem.metadata.altId"),
    Column("newsItem.metadata.audiences"),
    Column("newsItem.metadata.feedTimestamp"),
    Column("newsItem.metadata.firstCreated", "`published_at`", lambda s: _iso(s.event.published_at)),
    Column("newsItem.metadata.isArchive"),
    Column("newsItem.metadata.takeSequence"),
    Column("newsItem.provider", "`article.source`", lambda s: s.event.article.source),
    Column("newsItem.sourceId", "`article.uri`", lambda s: s.event.article.uri),
    Column(
        "newsItem.sourceTimestamp",
        "`article.updated_at`, else `published_at`",
        lambda s: _iso(s.event.article.updated_at or s.event.published_at),
    ),
    Column("newsItem.subjects", "`article.subjects`", lambda s: list(s.event.article.subjects)),
    Column("newsItem.urgency"),
    Column("analytics.analyticsScores[].assetClass", "`CMPNY` for companies, else null", _asset_class),
    Column(
        "analytics.analyticsScores[].assetCodes",
        "`R:` and each RIC that the registry has of the subject",
        lambda s: [f"R:{ric}" for ric in s.rics],
    ),
    Column("analytics.analyticsScores[].assetId", "`subject.id`", lambda s: s.event.subject.id),
    Column("analytics.analyticsScores[].assetName", "`subject.name`", lambda s: s.event.subject.name),
    Column("analytics.analyticsScores[].brokerAction"),
    Column("analytics.analyticsScores[].firstMentionSentence"),
    Column("analytics.analyticsScores[].linkedIds", "`novelty.linked`, newest first", _linked_ids),
    Column("analytics.analyticsScores[].noveltyCounts", "`novelty.counts` of 12h 24h 3d 5d 7d", _novelty_counts),
    Column("analytics.analyticsScores[].priceTargetIndicator"),
    Column("analytics.analyticsScores[].relevance"),
    Column("analytics.analyticsScores[].sentimentClass", "`sentiment.label` as 1, 0, -1", _sentiment_class),
    Column("analytics.analyticsScores[].sentimentNegative", "`sentiment.negative`", lambda s: _sentiment(s).negative),
    Column("analytics.analyticsScores[].sentimentNeutral", "`sentiment.neutral`", lambda s: _sentiment(s).neutral),
    Column("analytics.analyticsScores[].sentimentPositive", "`sentiment.positive`", lambda s: _sentiment(s).positive),
    Column("analytics.analyticsScores[].sentimentWordCount"),
    Column("analytics.analyticsScores[].volumeCounts"),
    Column("analytics.newsItem.bodySize"),
    Column("analytics.newsItem.companyCount"),
    Column("analytics.newsItem.exchangeAction"),
    Column("analytics.newsItem.headlineTag"),
    Column("analytics.newsItem.marketCommentary"),
    Column("analytics.newsItem.sentenceCount"),
    Column("analytics.newsItem.wordCount"),
    Column("analytics.systemVersion"),
)


# -- RavenPack --------------------------------------------------------------------------------------------------------


def _event_sentiment(subject: Subject) -> float | None:
    score = _sentiment(subject).score
    return None if score is None else round(score, 2)


def _related(subject: Subject) -> str | None:
    return next((p.entity.id or p.entity.name for p in subject.event.participants or ()), None)


def _relationship(subject: Subject) -> str | None:
    return next((participant.role for participant in subject.event.participants or ()), None)


def _effective(subject: Subject) -> str | None:
    day = subject.event.effective_on
    return None if day is None else day.isoformat()


def _period(subject: Subject) -> str | None:
    return next((number.period for number in (subject.event.arguments or {}).values() if number.period), None)


_RAVENPACK: Final = (
    Column("TIMESTAMP_UTC", "`published_at`", lambda s: _space(s.event.published_at)),
    Column("RP_STORY_ID", "`article.uri`", lambda s: s.event.article.uri),
    Column("RP_ENTITY_ID", "`subject.id`", lambda s: s.event.subject.id),
    Column(
        "ENTITY_TYPE",
        "`COMP` for companies, else null",
        lambda s: "COMP" if _kind(s.event.subject) == Kind.COMPANY else None,
    ),
    Column("ENTITY_NAME", "`subject.name`", lambda s: s.event.subject.name),
    Column("COUNTRY_CODE", "country of the subject in the registry", lambda s: s.country),
    Column("RELEVANCE"),
    Column("EVENT_SENTIMENT_SCORE", "`sentiment.score`, two decimals", _event_sentiment),
    Column("EVENT_RELEVANCE"),
    Column("EVENT_SIMILARITY_KEY", "`similarity_key`", lambda s: s.event.similarity_key),
    Column("EVENT_SIMILARITY_DAYS"),
    Column("TOPIC", "family of `type`, in newstape's words", lambda s: s.event.type.family.value),
    Column("GROUP", "`type` without its family, in newstape's words", lambda s: s.event.type.name_in_family),
    Column("TYPE"),
    Column("SUB_TYPE", "`direction`", lambda s: s.event.direction and s.event.direction.value),
    Column("PROPERTY"),
    Column("FACT_LEVEL", "`fact_level`", lambda s: s.event.fact_level and s.event.fact_level.value),
    Column("RP_POSITION_ID"),
    Column("POSITION_NAME"),
    Column("EVALUATION_METHOD"),
    Column("MATURITY"),
    Column("EARNINGS_TYPE"),
    Column("EVENT_START_DATE_UTC", "`effective_on`", _effective),
    Column("EVENT_END_DATE_UTC"),
    Column("REPORTING_PERIOD", "`period` of the first of `arguments` that has one", _period),
    Column("REPORTING_START_DATE_UTC"),
    Column("REPORTING_END_DATE_UTC"),
    Column("RELATED_ENTITY", "id, or name, of the first of `participants`", _related),
    Column("RELATIONSHIP", "its `role`", _relationship),
    Column("CATEGORY", _TYPE_TOLD, _type),
    Column("EVENT_TEXT", "the first text of `evidence`", _quote),
    Column("NEWS_TYPE"),
    Column("RP_SOURCE_ID"),
    Column("SOURCE_NAME", "`article.source`", lambda s: s.event.article.source),
    *(Column(name) for name in "CSS NIP PEQ BEE BMQ BAM BCA BER ANL_CHG MCQ".split()),
    Column("RP_STORY_EVENT_INDEX"),
    Column("RP_STORY_EVENT_COUNT"),
    Column("PRODUCT_KEY"),
    Column("PROVIDER_ID"),
    Column("PROVIDER_STORY_ID", "`article.uri`", lambda s: s.event.article.uri),
    Column("HEADLINE", "`article.headline`", lambda s: s.event.article.headline),
)


# -- GDELT GKG 2.1 ----------------------------------------------------------------------------------------------------


def _record_id(subject: Subject) -> str:
    return f"{_digits(subject.event.published_at) or ''}-{subject.event.event_id}"


def _enhanced_theme(subject: Subject) -> str | None:
    start = next((span.start for span in subject.event.evidence or () if span.field is Field.BODY), None)
    return None if start is None else f"{_type(subject)},{start}"


def _tone(subject: Subject) -> str | None:
    """Tone, positive, negative and polarity in percent; the other three of GKG's numbers are left empty."""
    sentiment = _sentiment(subject)
    if sentiment.positive is None or sentiment.negative is None:
        return None
    positive, negative = 100 * sentiment.positive, 100 * sentiment.negative
    numbers = (positive - negative, positive, negative, positive + negative)
    return ",".join([*(f"{number:.2f}" for number in numbers), "", "", ""])


def _extras(subject: Subject) -> str | None:
    headline = subject.event.article.headline
    return None if headline is None else f"<PAGE_TITLE>{escape(headline, quote=False)}</PAGE_TITLE>"


_GKG: Final = (
    Column("GKGRECORDID", "`published_at` as digits, `-`, `event_id`", _record_id),
    Column("V2.1DATE", "`published_at` as digits", lambda s: _digits(s.event.published_at)),
    Column(
        "V2SOURCECOLLECTIONIDENTIFIER",
        "1 (web) where the article has a `url`, else 2 (citation only)",
        lambda s: 1 if s.event.article.url else 2,
    ),
    Column("V2SOURCECOMMONNAME", "`article.source`", lambda s: s.event.article.source),
    Column(
        "V2DOCUMENTIDENTIFIER",
        "`article.url`, else `article.uri`",
        lambda s: s.event.article.url or s.event.article.uri,
    ),
    Column("V1COUNTS"),
    Column("V2.1COUNTS"),
    Column("V1THEMES", _TYPE_TOLD, _type),
    Column("V2ENHANCEDTHEMES", "the same, and the start of the first `evidence` in the body", _enhanced_theme),
    Column("V1LOCATIONS"),
    Column("V2ENHANCEDLOCATIONS"),
    Column("V1PERSONS", "persons among `subject` and `participants`", lambda s: _names(s, Kind.PERSON)),
    Column("V2ENHANCEDPERSONS"),
    Column(
        "V1ORGANIZATIONS",
        "companies and organizations among them",
        lambda s: _names(s, Kind.COMPANY, Kind.ORGANIZATION),
    ),
    Column("V2ENHANCEDORGANIZATIONS"),
    Column(
        "V1.5TONE",
        "`sentiment` towards the subject in percent: score, positive, negative, positive and negative; the rest empty",
        _tone,
    ),
    Column("V2.1ENHANCEDDATES"),
    Column("V2GCAM"),
    Column("V2.1SHARINGIMAGE"),
    Column("V2.1RELATEDIMAGES"),
    Column("V2.1SOCIALIMAGEEMBEDS"),
    Column("V2.1SOCIALVIDEOEMBEDS"),
    Column("V2.1QUOTATIONS"),
    Column("V2.1ALLNAMES"),
    Column("V2.1AMOUNTS"),
    Column("V2.1TRANSLATIONINFO"),
    Column("V2EXTRASXML", "`article.headline` as `<PAGE_TITLE>`", _extras),
)

COLUMNS: Final[dict[Feed, tuple[Column, ...]]] = {Feed.TRNA: _TRNA, Feed.RAVENPACK: _RAVENPACK, Feed.GKG: _GKG}
