"""The views as values: what each is called, takes and answers. Server and `/openapi.json` are both made from them."""

from dataclasses import dataclass, field
from typing import Any, Final

from schemas.taxonomy import EventStatus, EventType, Family, Lifecycle
from streams.web.answers import (
    AnnotatedArticle,
    Found,
    Health,
    Indices,
    NamedActivity,
    Overview,
    PipelineHealth,
    Readiness,
    Said,
    Series,
)
from streams.web.event_stream import HEARTBEAT_S, MAX_HEARTBEAT_S, MAX_LAST
from streams.web.search import MOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a view."""

    name: str
    """Its name."""
    description: str
    """What it means."""
    schema: dict[str, Any]
    """JSON Schema of its value."""
    place: str = "query"
    """query, path or header."""
    example: Any = None
    """A value that works."""
    required: bool = False
    """Whether it must be given; what stands in the path always must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One view."""

    path: str
    """Path as OpenAPI writes it: `/indices/{id}`."""
    view: str
    """Its name; `streams.web.server` has a function for each."""
    summary: str
    """What it answers, in a few words."""
    answer: type | str
    """Class of its JSON answer, or the media type where it is not JSON."""
    parameters: tuple[Parameter, ...] = ()
    """What it takes."""
    faults: tuple[int, ...] = ()
    """Statuses of its faults, beside 401, which all but health may answer."""
    description: str = ""
    """More about it."""
    is_open: bool = False
    """Whether it asks for no token."""
    tail: frozenset[str] = field(default_factory=frozenset)
    """Path parameters that may hold slashes."""

    @property
    def pattern(self) -> str:
        """The path as aiohttp writes it."""
        path = self.path
        for name in self.tail:
            path = path.replace(f"{{{name}}}", f"{{{name}:.+}}")
        return path


_DURATION: Final = {"type": "string", "pattern": "^[1-9][0-9]{0,5}[mhd]$"}
_INDEX: Final = Parameter(
    name="id",
    place="path",
    description="Id of an index, with or without `index:`.",
    schema={"type": "string"},
    example="N225",
)
_URI: Final = Parameter(
    name="uri", place="path", description="The article's uri.", schema={"type": "string"}, example="urn:example:1"
)
_URI_IN_QUERY: Final = Parameter(
    name="uri",
    description="The article's uri.",
    schema={"type": "string", "minLength": 1},
    example="urn:example:1",
    required=True,
)


def _several(vocabulary: type[EventStatus] | type[EventType] | type[Family] | type[Lifecycle]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": [word.value for word in vocabulary]}}


_EVENTS: Final = (
    Parameter(name="family", description="Families; all where none is named.", schema=_several(Family)),
    Parameter(name="type", description="Event types; all where none is named.", schema=_several(EventType)),
    Parameter(
        name="subject",
        description="Entity ids; everybody where none is named.",
        schema={"type": "array", "items": {"type": "string"}},
        example=["index:N225"],
    ),
    Parameter(name="lifecycle", description="Lifecycles; all where none is named.", schema=_several(Lifecycle)),
    Parameter(name="article", description="Events of this article only.", schema={"type": "string"}),
    Parameter(
        name="resolved",
        description="true: subjects that the registry has; false: those made from text; both where left out.",
        schema={"type": "boolean"},
    ),
    Parameter(
        name="min_confidence",
        description="The least confidence of a new event; corrections and retractions pass.",
        schema={"type": "number", "minimum": 0, "maximum": 1},
        example=0.9,
    ),
    Parameter(
        name="status",
        description="New events that stand, or that tell what is called off; corrections and retractions pass.",
        schema=_several(EventStatus),
    ),
    Parameter(
        name="activity", description="Also index counts, as messages named `activity`.", schema={"type": "boolean"}
    ),
    Parameter(
        name="last",
        description="How many of the newest events to begin with; the worker keeps 2,000 of each family.",
        schema={"type": "integer", "minimum": 0, "maximum": MAX_LAST},
    ),
    Parameter(
        name="since",
        description="Begin with the records of this time: RFC 3339 with a zone, or a duration before now as 90m or 7d.",
        schema={"type": "string"},
        example="24h",
    ),
    Parameter(
        name="cursor",
        description="Go on behind the message of this id; the same as the header Last-Event-ID, which goes before it.",
        schema={"type": "string"},
    ),
    Parameter(
        name="follow",
        description="false: end when all that was there is sent.",
        schema={"type": "boolean"},
        example=False,
    ),
    Parameter(
        name="heartbeat",
        description=f"Seconds of silence, at most; {HEARTBEAT_S} by default.",
        schema={"type": "integer", "minimum": 1, "maximum": MAX_HEARTBEAT_S},
    ),
    Parameter(
        name="Last-Event-ID",
        place="header",
        description="Id of the last message seen.",
        schema={"type": "string"},
    ),
)

ROUTES: Final = (
    Route(path="/", view="index", summary="What there is to see; the dashboard in a browser.", answer=Overview),
    Route(
        path="/indices",
        view="indices",
        summary="Counts of every index in every window, busiest in 24 hours first.",
        answer=Indices,
        parameters=(
            Parameter(
                name="trend",
                description="Also the articles of the last 24 hours in steps of this length, 5m at least.",
                schema=_DURATION,
                example="30m",
            ),
        ),
        faults=(400, 503),
    ),
    Route(
        path="/indices/{id}",
        view="activity",
        summary="Counts of one index in every window, and its last fact.",
        answer=NamedActivity,
        parameters=(_INDEX,),
        faults=(404, 503),
    ),
    Route(
        path="/indices/{id}/series",
        view="series",
        summary="Counts of one index over time.",
        answer=Series,
        parameters=(
            _INDEX,
            Parameter(name="window", description="How far back, 7d at most; 24h by default.", schema=_DURATION),
            Parameter(name="step", description="Length of a step; 5m by default.", schema=_DURATION),
        ),
        faults=(400, 404, 503),
    ),
    Route(
        path="/articles/{uri}",
        view="article",
        summary="What an article has said, and what of it stands.",
        answer=Said,
        parameters=(_URI,),
        faults=(404, 503),
        tail=frozenset({"uri"}),
    ),
    Route(
        path="/articles",
        view="article_by_query",
        summary="The same as /articles/{uri}, for any uri: `.` and `..` can't stand in a path.",
        answer=Said,
        parameters=(_URI_IN_QUERY,),
        faults=(400, 404, 503),
    ),
    Route(
        path="/readings/{uri}",
        view="reading",
        summary="An article's newest version with everything that is read in it.",
        answer=AnnotatedArticle,
        parameters=(_URI,),
        faults=(404, 503),
        tail=frozenset({"uri"}),
    ),
    Route(
        path="/readings",
        view="reading_by_query",
        summary="The same as /readings/{uri}, for any uri.",
        answer=AnnotatedArticle,
        parameters=(_URI_IN_QUERY,),
        faults=(400, 404, 503),
    ),
    Route(
        path="/events",
        view="events",
        summary="Market events and index counts as they come, as Server-Sent Events.",
        answer="text/event-stream",
        parameters=_EVENTS,
        faults=(400, 503),
        description=(
            "The data of a message without a name is a MarketEvent, of one named `activity` an IndexActivity, of `gap` "
            "what a cursor asked for and the topic has no longer, of `dropped` why the client is dropped. Every id is "
            "a cursor: come back with it in Last-Event-ID and the stream goes on behind that message."
        ),
    ),
    Route(
        path="/entities",
        view="entities",
        summary="Indices, companies, countries and organizations by name, id or ticker.",
        answer=Found,
        parameters=(
            Parameter(
                name="name",
                description="A name, or a part of one, in whatever case.",
                schema={"type": "string", "minLength": 1},
                example="nikkei",
                required=True,
            ),
            Parameter(
                name="limit",
                description="How many at most; 20 by default.",
                schema={"type": "integer", "minimum": 1, "maximum": MOST},
            ),
        ),
        faults=(400,),
    ),
    Route(
        path="/pipeline",
        view="pipeline",
        summary="Lag, rate and dead letters of all workers.",
        answer=PipelineHealth,
    ),
    Route(
        path="/openapi.json",
        view="openapi",
        summary="This document.",
        answer="application/json",
    ),
    Route(path="/healthz", view="healthz", summary="Whether the process lives.", answer=Health, is_open=True),
    Route(
        path="/readyz",
        view="readyz",
        summary="Whether the worker owns its partitions and their state is rebuilt.",
        answer=Readiness,
        faults=(503,),
        is_open=True,
    ),
    Route(path="/metrics", view="metrics", summary="Metrics for Prometheus.", answer="text/plain"),
)
