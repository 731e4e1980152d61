"""What the views answer, as values: `/openapi.json` describes these classes, and the views give nothing else."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from schemas import Annotation, LastFact, Position, WindowCounts
from streams.tally import Usual

# What another worker says of itself is summed with the rest: no sum of these is too large to be written as JSON.
Counted = Annotated[int, Meta(ge=0, le=2**48)]
Measured = Annotated[float, Meta(ge=0, le=1e12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why there is no answer."""

    error: str
    """A word that programs can tell apart."""
    reason: str
    """What is wrong and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is to see."""

    name: str
    """newstape."""
    version: str
    """Version of the extraction."""
    views: tuple[str, ...]
    """Paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The process lives."""

    status: str
    """ok."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The worker owns its partitions and their state is rebuilt."""

    status: str
    """ready."""
    partitions: tuple[int, ...]
    """Partitions it counts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Articles of one index over the last 24 hours."""

    step_minutes: int
    """Length of a step."""
    articles: tuple[int, ...]
    """Articles by step, oldest first; the first and the last step may be cut by the 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActivity:
    """Counts of one index in every window, as in the activity topic, with the index's name."""

    index: str
    """The index's id without `index:`."""
    as_of: datetime
    """End of the current minute (UTC): where all windows end."""
    windows: dict[str, WindowCounts]
    """By window name: 1m 5m 1h 12h 24h 3d 5d 7d."""
    last_fact: LastFact | None
    """Level or move of the greatest (published_at, uri) in the longest window, null if no article states one."""
    name: str
    """Its usual name."""
    country: str | None = None
    """ISO 3166-1 code of its country; null where it has none, or the registry does not know it."""
    usual: Usual | None = None
    """Its last hour beside what is usual at that time of day; null where it is too seldom named to say."""
    trend: Trend | None = None
    """The last 24 hours, where `trend` asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntity:
    """An entity that a name was found for."""

    id: str
    """Its id."""
    name: str
    """Its usual name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The entities of a name."""

    entities: tuple[FoundEntity, ...]
    """Those whose name is the text, then those that begin with it, then the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """Counts of all indices that an article of the longest window names, busiest in 24 hours first."""

    as_of: datetime
    """End of the current minute (UTC): where all windows end."""
    clock: str
    """wall or event."""
    indices: tuple[NamedActivity, ...]
    """The indices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Counts of one step."""

    start: datetime
    """Its first minute (UTC)."""
    counts: WindowCounts
    """What was said in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Counts of one index over time."""

    index: str
    """The index's id without `index:`."""
    as_of: datetime
    """End of the current minute (UTC): where the last step ends."""
    window_minutes: int
    """How far back it goes."""
    step_minutes: int
    """Length of a step; the first and the last may be cut by the window."""
    series: tuple[Step, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom an event is about."""

    id: str
    """Entity id, or the name where the registry has none."""
    name: str
    """Its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidEvent:
    """An event of an article and whether it stands."""

    event_id: str
    """As in the market event."""
    type: str
    """As in the market event."""
    subject: Subject
    """Whom it is about."""
    revision: int
    """The newest revision published."""
    state: str
    """standing or retracted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an article has said, and what of it stands."""

    uri: str
    """The article."""
    version: int | None
    """Its newest version, null if it names none."""
    revision: int
    """Revision of its newest events."""
    position: Position
    """Where the record of that version stands in `news.articles`."""
    digest: str
    """Hash of its content, as in the annotation."""
    minute: datetime | None
    """Minute of publication, null where only a withdrawal is known."""
    indices: tuple[str, ...]
    """Indices it counts for."""
    events: tuple[SaidEvent, ...]
    """Everything it has said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedArticle:
    """The newest version of an article, with what is read in it. Texts are null under `NEWSTAPE_EVIDENCE=offsets`."""

    headline: str | None
    """Its headline: what offsets of field `headline` count in."""
    body: str | None
    """Its body: what offsets of field `body` count in."""
    annotation: Annotation
    """What this worker's extraction reads in it now; `engine` says which that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHealth:
    """One of the three agents on one worker."""

    agent: str
    """annotate, reconcile or tally."""
    lag_s: Measured
    """Age in seconds of the oldest record not yet processed, 0 when all are."""
    waiting: Counted
    """Records not yet processed, as far as is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerHealth:
    """One worker. Counters count from its start."""

    url: str
    """Where its views are."""
    state: str
    """ready, starting (it takes over partitions), or silent (it does not answer; all figures are 0)."""
    uptime_s: Measured = 0.0
    """Seconds since its start."""
    articles: Counted = 0
    """Articles that came in; what was set aside as a dead letter is none."""
    articles_per_s: Measured = 0.0
    """Of the last minute."""
    events: Counted = 0
    """Market events published."""
    dead_letters: dict[str, Counted] = dataclass_field(default_factory=dict)
    """Records set aside, by reason."""
    agents: tuple[AgentHealth, ...] = ()
    """Its agents, in the order an article passes them."""
    stream_clients: Counted = 0
    """Clients on its /events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineHealth:
    """How the whole pipeline stands; counters are those of the workers' starts, summed."""

    lag_s: float
    """Age in seconds of the oldest record anywhere that is not yet processed."""
    waiting: int
    """Articles whose events are not out yet, as far as is known."""
    seconds_left: float | None
    """How long these take at the rate of the last minute; null where nothing waits, or nothing moved in it."""
    covered_until: datetime | None
    """All records that Kafka had by this time (UTC) are processed; null where a worker does not say."""
    articles_per_s: float
    """Of the last minute."""
    articles: int
    """Articles that came in; what was set aside as a dead letter is none."""
    events: int
    """Market events published."""
    dead_letters: dict[str, int]
    """Records set aside, by reason."""
    workers: tuple[WorkerHealth, ...]
    """The workers, the one that was asked first."""
