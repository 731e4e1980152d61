"""The tables of an archive: which topics they hold, and what each column has of a record.

One record is one row, whatever it says, so that rows can be counted against offsets. What a message has several of
(figures, participants, entities ...) is a list of structures, which SQL unnests. `day` and `type` are no columns of the
files: they are the names of the folders (`day=2026-11-20/type=index.move`) that every reader of Parquet makes columns
of. The message stands whole in `json`, so that nothing is lost for what has no column yet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from schemas import Annotation, EntityRef, IndexActivity, MarketEvent, Message, Sentiment, WindowCounts
from schemas.annotation import Entity, Event, IndexFact, Participant, Quantity, Span
from schemas.taxonomy import Window
from schemas.version import CONTRACT_VERSION

S = TypeVar("S")
M = TypeVar("M", bound=Message)


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    TIME = "time (UTC)"
    DAY = "day"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Column(Generic[S]):
    """One column; null where the record says nothing of it."""

    name: str
    """Its name."""
    kind: "Kind | tuple[Column[Any], ...]"
    """What it holds; columns of its own where it holds a list of structures."""
    value: Callable[[S], Any]
    """Its value in a row; a list of what the inner columns take their values from."""
    meaning: str
    """What it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record stands, and when it came."""

    topic: str
    """Its topic."""
    partition: int
    """Its partition."""
    offset: int
    """Its offset."""
    observed_at: datetime
    """The record's time."""
    archived_at: datetime
    """When it was read for the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Generic[M]):
    """A message as a row is made of it."""

    message: M
    """The message."""
    json: bytes
    """The same as it was published."""
    place: Place | None
    """Where it stands; null for what never was in a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A record that is no message of this contract; kept as it is."""

    place: Place
    """Where it stands."""
    key: bytes | None
    """Its key."""
    value: bytes | None
    """Its value."""
    why: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[S]):
    """One table of an archive."""

    name: str
    """Its name, which is its folder's."""
    columns: tuple[Column[S], ...]
    """Its columns."""
    day: Callable[[S], date]
    """The day that a row is kept under."""
    type: Callable[[S], str] | None = None
    """The type that a row is kept under; null where the table has none."""

    def folder(self, row: S) -> str:
        """The folder of a row, below the archive's own."""
        parts = [self.name, f"day={self.day(row).isoformat()}"]
        return "/".join(parts if self.type is None else [*parts, f"type={self.type(row)}"])


# -- what all tables have ---------------------------------------------------------------------------------------------


def _part(of: Callable[[S], object], name: str) -> Callable[[S], Any]:
    """A field of what a row has, null where it has none."""

    def value(row: S) -> Any:
        whole = of(row)
        return None if whole is None else getattr(whole, name)

    return value


def _placed(of: Callable[[S], Place | None]) -> tuple[Column[S], ...]:
    return (
        Column(
            "observed_at",
            Kind.TIME,
            _part(of, "observed_at"),
            "The record's time: when the article behind it came into Kafka, which is what it could be known from.",
        ),
        Column(
            "archived_at",
            Kind.TIME,
            _part(of, "archived_at"),
            "When the archive read the record: by then it was published for sure.",
        ),
        Column("topic", Kind.TEXT, _part(of, "topic"), "The topic that the record stands in."),
        Column("partition", Kind.WHOLE, _part(of, "partition"), "Its partition there."),
        Column("offset", Kind.WHOLE, _part(of, "offset"), "Its offset there."),
    )


_CONTRACT: Final[Column[Any]] = Column(
    "contract_version",
    Kind.TEXT,
    lambda _: CONTRACT_VERSION,
    "The version of the contract that the record was read by.",
)
_JSON: Final[Column[Row[Any]]] = Column(
    "json", Kind.TEXT, lambda row: row.json, "The whole message as it was published."
)


# -- parts that events and annotations share --------------------------------------------------------------------------

_FIGURES: Final[tuple[Column[tuple[str, Quantity]], ...]] = (
    Column("name", Kind.TEXT, lambda f: f[0], "Its name among the event's `arguments`."),
    Column("value", Kind.NUMBER, lambda f: f[1].value, "The number, in full units."),
    Column("unit", Kind.TEXT, lambda f: f[1].unit, "What it counts."),
    Column("currency", Kind.TEXT, lambda f: f[1].currency, "ISO 4217 code where the unit is money."),
    Column("measure", Kind.TEXT, lambda f: f[1].measure, "What it measures, where that is known."),
    Column("basis", Kind.TEXT, lambda f: f[1].basis, "The period or base it is measured over."),
    Column("period", Kind.TEXT, lambda f: f[1].period, "The period it is of."),
    Column("approximate", Kind.FLAG, lambda f: f[1].approximate, "Whether the text hedges it."),
    Column("adjusted", Kind.FLAG, lambda f: f[1].adjusted, "Whether the text calls it adjusted."),
    Column("expected", Kind.NUMBER, lambda f: f[1].expected, "What was expected of it."),
    Column("surprise", Kind.NUMBER, lambda f: f[1].surprise, "By how much it is above what was expected."),
    Column("low", Kind.NUMBER, lambda f: f[1].low, "Lower bound of a range."),
    Column("high", Kind.NUMBER, lambda f: f[1].high, "Upper bound of a range."),
)

_PARTICIPANTS: Final[tuple[Column[Participant], ...]] = (
    Column("role", Kind.TEXT, lambda p: p.role, "Its role."),
    Column("id", Kind.TEXT, lambda p: p.entity.id, "Its id."),
    Column("name", Kind.TEXT, lambda p: p.entity.name, "Its name."),
    Column("resolved", Kind.FLAG, lambda p: p.entity.resolved, "Whether the registry has it."),
)

_SPANS: Final[tuple[Column[Span], ...]] = (
    Column("field", Kind.TEXT, lambda s: s.field, "The text that the offsets count in."),
    Column("start", Kind.WHOLE, lambda s: s.start, "First code point."),
    Column("end", Kind.WHOLE, lambda s: s.end, "One past the last."),
    Column("text", Kind.TEXT, lambda s: s.text, "The characters."),
)

# Numbers of readings of markets, which are asked for so often that they have columns beside the list of all figures.
_OWN_COLUMNS: Final = {
    "percent": "Signed percent of a move, where `figures` has one of this name.",
    "points": "Signed points of a move, likewise.",
    "level": "Level of an index, likewise.",
    "threshold": "The round number crossed, likewise.",
}


def _sentiment(of: Callable[[S], Sentiment | None], towards: str) -> tuple[Column[S], ...]:
    return (
        Column("sentiment", Kind.NUMBER, _part(of, "score"), f"Tone {towards}, -1..1: positive less negative."),
        Column("sentiment_label", Kind.TEXT, _part(of, "label"), "The greatest of positive, neutral and negative."),
        Column("sentiment_positive", Kind.NUMBER, _part(of, "positive"), "Probability of positive."),
        Column("sentiment_negative", Kind.NUMBER, _part(of, "negative"), "Probability of negative."),
    )


def _told(of: Callable[[S], MarketEvent | Event]) -> tuple[Column[S], ...]:
    """What an event says, of an article as of the market."""

    def subject(row: S) -> EntityRef:
        return of(row).subject

    def own(name: str) -> Callable[[S], float | None]:
        def value(row: S) -> float | None:
            figure = (of(row).arguments or {}).get(name)
            return None if figure is None else figure.value

        return value

    return (
        Column("subject_id", Kind.TEXT, lambda row: subject(row).id, "Whom it is about: the id."),
        Column("subject_name", Kind.TEXT, lambda row: subject(row).name, "The name."),
        Column("subject_resolved", Kind.FLAG, lambda row: subject(row).resolved, "Whether the registry has it."),
        Column("status", Kind.TEXT, lambda row: of(row).status, "`standing`, or `called_off`."),
        Column("fact_level", Kind.TEXT, lambda row: of(row).fact_level, "fact, forecast or opinion."),
        Column("scheduled", Kind.FLAG, lambda row: of(row).scheduled, "Whether it lies ahead at a stated date."),
        Column("effective_on", Kind.DAY, lambda row: of(row).effective_on, "The day it happens or bites."),
        Column("direction", Kind.TEXT, lambda row: of(row).direction, "Which way."),
        Column("basis", Kind.TEXT, lambda row: of(row).basis, "What a move is measured over."),
        Column("record", Kind.TEXT, lambda row: of(row).record, "The mark set."),
        *(Column(name, Kind.NUMBER, own(name), meaning) for name, meaning in _OWN_COLUMNS.items()),
        Column("figures", _FIGURES, lambda row: _items(of(row).arguments), "All numbers of the event."),
        Column("participants", _PARTICIPANTS, lambda row: of(row).participants, "The others, in roles."),
        Column("confidence", Kind.NUMBER, lambda row: of(row).confidence, "How sure it is, 0..1."),
        *_sentiment(lambda row: of(row).sentiment, "towards the subject"),
        Column("evidence", _SPANS, lambda row: of(row).evidence, "The characters that say so."),
    )


def _items(arguments: dict[str, Quantity] | None) -> Iterable[tuple[str, Quantity]] | None:
    return None if arguments is None else arguments.items()


def _day(row: Row[Any], published_at: datetime | None) -> date:
    """The day of publication; of an article that was withdrawn before its time was known, that of its record."""
    time = published_at or (row.place.observed_at if row.place else datetime.fromtimestamp(0, UTC))
    return time.astimezone(UTC).date()


# -- the tables -------------------------------------------------------------------------------------------------------

_Events = Row[MarketEvent]
_Activity = Row[IndexActivity]
_Annotations = Row[Annotation]

EVENTS: Final[Table[_Events]] = Table(
    name="events",
    day=lambda row: _day(row, row.message.published_at),
    type=lambda row: row.message.type.value,
    columns=(
        Column("event_id", Kind.TEXT, lambda row: row.message.event_id, "The same over all revisions."),
        Column("revision", Kind.WHOLE, lambda row: row.message.revision, "Grows with every correction."),
        Column("lifecycle", Kind.TEXT, lambda row: row.message.lifecycle, "created, corrected or retracted."),
        Column("published_at", Kind.TIME, lambda row: row.message.published_at, "Event time: of the article."),
        *_placed(lambda row: row.place),
        *_told(lambda row: row.message),
        Column("similarity_key", Kind.TEXT, lambda row: row.message.similarity_key, "The same for the same claim."),
        Column(
            "novelty_rank",
            Kind.WHOLE,
            _part(lambda row: row.message.novelty, "rank"),
            "1 for the first article to say so.",
        ),
        Column(
            "repeat_of",
            Kind.TEXT,
            _part(lambda row: row.message.novelty, "repeat_of"),
            "Uri of the first article with nearly the same text.",
        ),
        Column("uri", Kind.TEXT, lambda row: row.message.article.uri, "The article."),
        Column("headline", Kind.TEXT, lambda row: row.message.article.headline, "Its headline."),
        Column("source", Kind.TEXT, lambda row: row.message.article.source, "Who published it."),
        Column("language", Kind.TEXT, lambda row: row.message.article.language, "Its language, as it says."),
        Column("version", Kind.WHOLE, lambda row: row.message.article.version, "Its version."),
        Column("updated_at", Kind.TIME, lambda row: row.message.article.updated_at, "When this version was made."),
        Column("article_status", Kind.TEXT, lambda row: row.message.article.status, "usable or withdrawn."),
        _CONTRACT,
        _JSON,
    ),
)


def _window_columns(window: Window) -> Iterable[Column[_Activity]]:
    def of(row: _Activity) -> WindowCounts | None:
        return row.message.windows.get(window)

    yield Column(
        f"articles_{window}", Kind.WHOLE, _part(of, "articles"), f"Articles that name it in the last {window}."
    )
    yield Column(f"mentions_{window}", Kind.WHOLE, _part(of, "mentions"), "Times they name it.")
    yield Column(f"sentiment_{window}", Kind.NUMBER, _part(of, "sentiment"), "Their mean tone, of those that have one.")


def _fact(name: str) -> Callable[[_Activity], Any]:
    return _part(lambda row: row.message.last_fact, name)


ACTIVITY: Final[Table[_Activity]] = Table(
    name="activity",
    day=lambda row: _day(row, row.message.as_of),
    columns=(
        Column("index", Kind.TEXT, lambda row: row.message.index, "The index's id without `index:`."),
        Column("as_of", Kind.TIME, lambda row: row.message.as_of, "Where all windows end."),
        *_placed(lambda row: row.place),
        *(column for window in Window for column in _window_columns(window)),
        Column("last_fact_uri", Kind.TEXT, _fact("uri"), "The article behind the last level or move."),
        Column("last_fact_published_at", Kind.TIME, _fact("published_at"), "When that was published."),
        Column("last_fact_direction", Kind.TEXT, _fact("direction"), "Which way the index moved."),
        Column("last_fact_change_pct", Kind.NUMBER, _fact("change_pct"), "Signed percent."),
        Column("last_fact_change_points", Kind.NUMBER, _fact("change_points"), "Signed index points."),
        Column("last_fact_level", Kind.NUMBER, _fact("level"), "Index points."),
        Column("last_fact_basis", Kind.TEXT, _fact("basis"), "What the move is measured over."),
        Column("last_fact_record", Kind.TEXT, _fact("record"), "The mark set."),
        Column("last_fact_approximate", Kind.FLAG, _fact("approximate"), "Whether the text hedges the numbers."),
        _CONTRACT,
        _JSON,
    ),
)

_ENTITIES: Final[tuple[Column[Entity], ...]] = (
    Column("id", Kind.TEXT, lambda e: e.id, "Its id."),
    Column("kind", Kind.TEXT, lambda e: e.kind, "What it is."),
    Column("name", Kind.TEXT, lambda e: e.name, "Its usual name."),
    Column("relevance", Kind.NUMBER, lambda e: e.relevance, "How much the article is about it, 0..1."),
    Column("mention_count", Kind.WHOLE, lambda e: e.mention_count, "How often it is named."),
    Column("source", Kind.TEXT, lambda e: e.source, "Who names it."),
    *_sentiment(lambda e: e.sentiment, "towards it"),
)

_INDEX_FACTS: Final[tuple[Column[IndexFact], ...]] = (
    Column("index", Kind.TEXT, lambda f: f.index, "The index's id without `index:`."),
    Column("direction", Kind.TEXT, lambda f: f.direction, "Which way it moved."),
    Column("change_pct", Kind.NUMBER, lambda f: f.change_pct, "Signed percent."),
    Column("change_points", Kind.NUMBER, lambda f: f.change_points, "Signed index points."),
    Column("level", Kind.NUMBER, lambda f: f.level, "Index points."),
    Column("basis", Kind.TEXT, lambda f: f.basis, "What the move is measured over."),
    Column("record", Kind.TEXT, lambda f: f.record, "The mark set."),
    Column("threshold", Kind.NUMBER, lambda f: f.threshold, "The round number crossed."),
    Column("approximate", Kind.FLAG, lambda f: f.approximate, "Whether the text hedges the numbers."),
    Column("fact_level", Kind.TEXT, lambda f: f.fact_level, "fact, forecast or opinion."),
    Column("moment", Kind.TEXT, lambda f: f.moment, "current, intraday or past."),
    Column("consistency", Kind.TEXT, lambda f: f.consistency, "Whether its numbers agree."),
    Column("evidence", Kind.TEXT, lambda f: f.evidence.text, "The clause that says so."),
)


def _itself(event: Event) -> Event:
    return event


_EVENTS_OF_ARTICLE: Final[tuple[Column[Event], ...]] = (
    Column("type", Kind.TEXT, lambda e: e.type, "What kind of event."),
    *_told(_itself),
)

ANNOTATIONS: Final[Table[_Annotations]] = Table(
    name="annotations",
    day=lambda row: _day(row, row.message.article.published_at),
    columns=(
        Column("uri", Kind.TEXT, lambda row: row.message.article.uri, "The article."),
        Column("version", Kind.WHOLE, lambda row: row.message.article.version, "Its version."),
        Column("article_status", Kind.TEXT, lambda row: row.message.article.status, "usable or withdrawn."),
        Column("published_at", Kind.TIME, lambda row: row.message.article.published_at, "Event time."),
        Column("updated_at", Kind.TIME, lambda row: row.message.article.updated_at, "When this version was made."),
        *_placed(lambda row: row.place),
        Column("source", Kind.TEXT, lambda row: row.message.article.source, "Who published it."),
        Column("headline", Kind.TEXT, lambda row: row.message.article.headline, "Its headline."),
        Column(
            "language",
            Kind.TEXT,
            _part(lambda row: row.message.language, "tag"),
            "The language that it was read in.",
        ),
        *_sentiment(lambda row: row.message.sentiment, "of the whole article"),
        Column("entities", _ENTITIES, lambda row: row.message.entities, "Who and what is named."),
        Column("index_facts", _INDEX_FACTS, lambda row: row.message.index_facts, "Readings of indices."),
        Column("events", _EVENTS_OF_ARTICLE, lambda row: row.message.events, "What happened."),
        Column("digest", Kind.TEXT, lambda row: row.message.digest, "Equal digests are the same content."),
        Column(
            "source_partition",
            Kind.WHOLE,
            _part(lambda row: row.message.position, "partition"),
            "Partition of the article in `news.articles`.",
        ),
        Column("source_offset", Kind.WHOLE, _part(lambda row: row.message.position, "offset"), "Its offset there."),
        Column("engine_version", Kind.TEXT, lambda row: row.message.engine.version, "Version of the extraction."),
        Column("registry_version", Kind.TEXT, lambda row: row.message.engine.registry, "Version of the registry."),
        Column("lexicon_version", Kind.TEXT, lambda row: row.message.engine.lexicon, "Version of rules and weights."),
        _CONTRACT,
        _JSON,
    ),
)

UNREAD: Final[Table[Unread]] = Table(
    name="unread",
    day=lambda row: row.place.observed_at.astimezone(UTC).date(),
    columns=(
        *_placed(lambda row: row.place),
        Column("key", Kind.BYTES, lambda row: row.key, "The record's key."),
        Column("value", Kind.BYTES, lambda row: row.value, "Its value."),
        Column("why", Kind.TEXT, lambda row: row.why, "What is wrong with it."),
        _CONTRACT,
    ),
)

TABLES: Final[tuple[Table[Any], ...]] = (EVENTS, ACTIVITY, ANNOTATIONS, UNREAD)
OF_MESSAGE: Final[dict[type[Message], Table[Any]]] = {
    MarketEvent: EVENTS,
    IndexActivity: ACTIVITY,
    Annotation: ANNOTATIONS,
}
"""The table that each message goes into."""


def table_named(name: str) -> Table[Any]:
    """The table of this name. Raises ValueError with those that there are."""
    for table in TABLES:
        if table.name == name:
            return table
    raise ValueError(f"there is no table {name!r}; these there are: {', '.join(table.name for table in TABLES)}")
