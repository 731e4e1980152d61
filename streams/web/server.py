"""The views: REST, Server-Sent Events, health and the dashboard page.

`/indices`, `/indices/{id}`, `/indices/{id}/series` and `/articles/{uri}` are answered by whoever owns the state: a
worker asked for a key passes the request to its owner, one asked for all asks everybody, and while partitions move the
answer is 503 with a reason, never half of the truth. `/internal/*` answers for the worker itself.

Under the event clock all windows end at the newest counted article of all workers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Final
from urllib.parse import unquote

import structlog
from aiohttp import web
from faust.types import TP
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.exposition import generate_latest

from schemas import Position, decode, encode
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, EventType, Family, Lifecycle
from streams.extract.annotate import VERSION
from streams.kafka.topics import TopicError
from streams.reconcile import Change, Entry
from streams.settings import Clock, Settings
from streams.tally import Counts, event_time
from streams.web import openapi
from streams.web.access import COOKIE, LOGIN, SECURITY_HEADERS, SESSION_S, Access
from streams.web.answers import (
    Fault,
    Health,
    Indices,
    NamedActivity,
    Overview,
    PipelineHealth,
    Readiness,
    Reading,
    Said,
    SaidEvent,
    Series,
    Step,
    Subject,
    Trend,
    WorkerHealth,
)
from streams.web.event_stream import HEARTBEAT_S, MAX_HEARTBEAT_S, MAX_LAST, Stream, wish
from streams.web.faults import ViewError, duration
from streams.web.health import SAMPLE_S, WorkerGauge, together
from streams.web.peers import MovingError, Peers, partition_of
from streams.web.readings import Readings
from streams.web.routes import Parameter, Route
from streams.web.tape import Tape

log = structlog.get_logger(__name__)

MAX_STEPS: Final = 10_080  # of a series: a week by minutes
TREND_MINUTES: Final = 1_440
MAX_TREND_STEPS: Final = 288  # of every index: a day by five minutes
_MAX_FORM_BYTES: Final = 4_096
# The cursor of a thousand partitions, which is the most that settings allow, comes as a header.
_MAX_HEADER_BYTES: Final = 65_536

_FILE_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Views:
    """The HTTP server of one worker."""

    def __init__(self, pipeline: Any, settings: Settings) -> None:
        self._pipeline, self._settings = pipeline, settings
        self._peers = Peers(pipeline.app, settings)
        self._access = Access(settings.web_token)
        self._tape = Tape(settings, pipeline.topics)
        self._readings = Readings(settings, pipeline.topics.articles.name, pipeline.extractor)
        self._gauge = WorkerGauge(pipeline, settings.views_url)
        self._page = page_files()
        self._sampling: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises ViewsError where the address is taken."""
        await self._peers.start()
        application = web.Application(middlewares=[_answers, self._admits], client_max_size=_MAX_FORM_BYTES)
        application.on_response_prepare.append(_protect)
        application.add_routes(
            [
                web.get(route.pattern, getattr(self, route.view.__name__), allow_head=route.view is not Views.events)
                for route in ROUTES
            ]
        )
        application.add_routes(
            [
                web.get("/page/{name}", self.page_file),
                web.post(LOGIN, self.login),
                web.post("/logout", self.logout),
                web.get("/internal/newest", self.own_newest),
                web.get("/internal/indices", self.own_indices),
                web.get("/internal/activity", self.own_activity),
                web.get("/internal/series", self.own_series),
                web.get("/internal/article", self.own_article),
                web.get("/internal/pipeline", self.own_pipeline),
            ]
        )
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=1.0, max_field_size=_MAX_HEADER_BYTES
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._settings.web_host, self._settings.web_port).start()
        except OSError as error:
            raise ViewsError(
                f"{self._settings.web_host}:{self._settings.web_port} is taken ({error.strerror}); "
                "every worker needs its own: name another with --web-port or NEWSTAPE_WEB_PORT"
            ) from error
        if self._settings.web_token is None and not _is_loopback(self._settings.web_host):
            log.warning(
                "the views answer everybody who reaches them: set NEWSTAPE_WEB_TOKEN", host=self._settings.web_host
            )
        self._sampling = asyncio.create_task(self._sample())

    async def stop(self) -> None:
        """Stop listening."""
        if self._sampling is not None:
            self._sampling.cancel()
        await self._tape.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._peers.stop()

    async def _sample(self) -> None:
        while True:
            self._gauge.sample()
            await asyncio.sleep(SAMPLE_S)

    # -- who may look -------------------------------------------------------------------------------------------------

    @web.middleware
    async def _admits(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._access.admits(request, time.time()):
            return await handler(request)
        if request.path == "/" and _wants_html(request):
            return self._file("login.html", status=401)
        raise ViewError(
            401, "no-token", "expected the token of NEWSTAPE_WEB_TOKEN in the header `Authorization: Bearer …`"
        )

    async def login(self, request: web.Request) -> web.Response:
        """A session for the token."""
        form = await request.post()
        if not self._access.is_token(str(form.get("token", ""))):
            return self._file("refused.html", status=401)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            COOKIE,
            self._access.session(time.time()),
            max_age=SESSION_S,
            httponly=True,
            samesite="Strict",
            secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return response

    async def logout(self, _: web.Request) -> web.Response:
        """The end of a session."""
        response = web.Response(status=303, headers={"Location": "/"})
        response.del_cookie(COOKIE)
        return response

    async def page_file(self, request: web.Request) -> web.Response:
        """A file of the page."""
        return self._file(request.match_info["name"])

    def _file(self, name: str, status: int = 200) -> web.Response:
        if name not in self._page:
            raise ViewError(404, "unknown-file", f"the page has no file {name!r}")
        return web.Response(
            body=self._page[name], status=status, content_type=_FILE_TYPES[name.rpartition(".")[2]], charset="utf-8"
        )

    # -- the worker itself --------------------------------------------------------------------------------------------

    async def index(self, request: web.Request) -> web.Response:
        """The dashboard for browsers, a list of the views for others."""
        if _wants_html(request):
            return self._file("index.html")
        return _json(Overview(name="newstape", version=VERSION, views=tuple(route.path for route in ROUTES)))

    async def openapi(self, _: web.Request) -> web.Response:
        """What the views take and answer."""
        return _json(openapi.document(ROUTES, asks_for_token=self._settings.web_token is not None))

    async def healthz(self, _: web.Request) -> web.Response:
        """Whether the process lives."""
        return _json(Health(status="ok"))

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether the worker owns its partitions and their state is rebuilt."""
        self._require_ready()
        partitions = [tp.partition for tp in self._pipeline.tally.checkpoint.offsets.expected]
        return _json(Readiness(status="ready", partitions=tuple(sorted(partitions))))

    async def metrics(self, _: web.Request) -> web.Response:
        """Prometheus."""
        self._pipeline.observe()
        body = generate_latest(self._pipeline.metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    # -- everybody ----------------------------------------------------------------------------------------------------

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Market events and index counts as they come."""
        subjects = self._pipeline.registry.entities
        asked = wish(request.query, request.headers.get("Last-Event-ID"), subjects, datetime.now(UTC))
        return await Stream(self._tape, asked, self._pipeline.metrics).serve(request)

    async def pipeline(self, _: web.Request) -> web.Response:
        """Lag, rate and dead letters of all workers."""
        others = self._peers.workers()[1:]
        return _json(together([self._gauge.health(), *await asyncio.gather(*map(self._health_of, others))]))

    async def _health_of(self, url: str) -> WorkerHealth:
        with suppress(MovingError):
            return decode(WorkerHealth, encode(await self._peers.ask(url, "/internal/pipeline", {})))
        return WorkerHealth(url=url, state="silent")

    async def indices(self, request: web.Request) -> web.Response:
        """Counts of every index that an article names, busiest in 24 hours first."""
        trend = duration(request.query["trend"], "trend") if "trend" in request.query else None
        if trend is not None and (trend > TREND_MINUTES or TREND_MINUTES / trend > MAX_TREND_STEPS):
            raise ViewError(400, "bad-trend", "trend: expected a step from 5m to 24h")
        self._require_ready()
        begun_in = self._generation
        as_of = await self._as_of()
        found: list[Any] = []
        for url in sorted(set(self._owners(self._pipeline.topics.claims.name).values())):
            query = {"as_of": str(as_of), "trend": str(trend or 0)}
            if self._peers.is_self(url):
                found.extend(self._own_indices(as_of, trend or 0))
            else:
                found.extend(await self._peers.ask(url, "/internal/indices", query))
        self._require_unmoved(begun_in)
        found.sort(key=lambda activity: (-_articles(activity, "24h"), -_articles(activity, "7d"), _index_of(activity)))
        return _json(Indices(as_of=event_time(as_of), clock=self._settings.clock, indices=tuple(found)))

    async def activity(self, request: web.Request) -> web.Response:
        """Counts of one index."""
        return await self._of_index(request, "activity", {})

    async def series(self, request: web.Request) -> web.Response:
        """Counts of one index over time."""
        window, step = (duration(request.query.get(name, default), name) for name, default in _SERIES_DEFAULTS)
        if window > LONGEST_WINDOW_MINUTES:
            raise ViewError(400, "bad-window", "window: expected at most 7d")
        if step > window or window / step > MAX_STEPS:
            raise ViewError(400, "bad-step", f"step: expected at most the window and at least a {MAX_STEPS}th of it")
        return await self._of_index(request, "series", {"window": str(window), "step": str(step)})

    async def article(self, request: web.Request) -> web.Response:
        """What an article has said."""
        return _json(await self._said(_uri(request, "/articles/")))

    async def reading(self, request: web.Request) -> web.Response:
        """An article with what is read in it."""
        uri = _uri(request, "/readings/")
        said = await self._said(uri)
        position = Position(**said["position"]) if isinstance(said, dict) else said.position
        try:
            found = await self._readings.read(position)
        except TopicError as error:
            raise ViewError(503, "no-kafka", str(error)) from error
        if found is None:
            raise ViewError(404, "no-text", f"the text of {uri!r} is not kept any longer, or it is withdrawn")
        return web.Response(body=found, content_type="application/json")

    async def _said(self, uri: str) -> Any:
        partition = partition_of(uri, self._settings.partitions)
        url = self._owners(self._pipeline.topics.annotations.name)[partition]
        query = {"uri": uri, "partition": str(partition)}
        said = self._own_article(uri, partition) if self._peers.is_self(url) else await self._ask(url, "article", query)
        if said is None:
            raise ViewError(404, "unknown-article", f"no article {uri!r} in the last {self._settings.ledger_days} days")
        return said

    async def _of_index(self, request: web.Request, view: str, query: dict[str, str]) -> web.Response:
        index = request.match_info["id"].removeprefix("index:")
        if f"index:{index}" not in self._pipeline.registry.entities:
            raise ViewError(404, "unknown-index", f"no index {index!r} in the registry; ids are as in GET /indices")
        partition = partition_of(f"index:{index}", self._settings.partitions)
        url = self._owners(self._pipeline.topics.claims.name)[partition]
        query |= {"index": index, "partition": str(partition), "as_of": str(await self._as_of())}
        if self._peers.is_self(url):
            return _json(self._own(view, query))
        return _json(await self._ask(url, view, query))

    async def _ask(self, url: str, view: str, query: dict[str, str]) -> Any:
        return await self._peers.ask(url, f"/internal/{view}", query)

    async def _as_of(self) -> int:
        """The minute at which windows end."""
        if self._settings.clock is Clock.WALL:
            return int(self._pipeline.tally.now()) + 1
        newest, begun_in = 0, self._generation
        for url in set(self._owners(self._pipeline.topics.claims.name).values()):
            answer = self._pipeline.tally.now() if self._peers.is_self(url) else await self._ask(url, "newest", {})
            newest = max(newest, int(answer))
        self._require_unmoved(begun_in)
        return newest + 1

    def _owners(self, topic: str) -> dict[int, str]:
        self._require_ready()
        return self._peers.owners(topic)

    # -- this worker's share ------------------------------------------------------------------------------------------

    async def own_newest(self, _: web.Request) -> web.Response:
        """Newest counted minute here."""
        self._require_ready()
        return _json(self._pipeline.tally.now())

    async def own_indices(self, request: web.Request) -> web.Response:
        """Counts of the indices here."""
        self._require_ready()
        return _json(self._own_indices(_whole(request, "as_of"), _whole(request, "trend")))

    async def own_pipeline(self, _: web.Request) -> web.Response:
        """How this worker stands."""
        return _json(self._gauge.health())

    async def own_activity(self, request: web.Request) -> web.Response:
        """Counts of one index here."""
        return _json(self._own("activity", dict(request.query)))

    async def own_series(self, request: web.Request) -> web.Response:
        """Counts of one index over time here."""
        return _json(self._own("series", dict(request.query)))

    async def own_article(self, request: web.Request) -> web.Response:
        """What an article has said, from the ledger here."""
        return _json(self._own_article(request.query.get("uri", ""), _whole(request, "partition")))

    def _own_indices(self, as_of: int, trend: int) -> list[Any]:
        return [self._named(counts, as_of, trend) for counts in list(self._pipeline.tally.tally.counts.values())]

    def _named(self, counts: Counts, as_of: int, trend: int) -> NamedActivity:
        activity = counts.activity(as_of)
        entity = self._pipeline.registry.entities.get(f"index:{activity.index}")
        steps = counts.series(as_of, TREND_MINUTES, trend) if trend else []
        return NamedActivity(
            index=activity.index,
            as_of=activity.as_of,
            windows=activity.windows,
            last_fact=activity.last_fact,
            name=activity.index if entity is None else entity.name,
            trend=Trend(step_minutes=trend, articles=tuple(of.articles for _, of in steps)) if trend else None,
        )

    def _own(self, view: str, query: dict[str, str]) -> Any:
        self._require_partition(self._pipeline.topics.claims.name, int(query["partition"]))
        index, as_of = query["index"], int(query["as_of"])
        counts = self._pipeline.tally.tally.counts.get(f"index:{index}") or Counts(index)
        if view == "activity":
            return self._named(counts, as_of, 0)
        window, step = int(query["window"]), int(query["step"])
        return Series(
            index=index,
            as_of=event_time(as_of),
            window_minutes=window,
            step_minutes=step,
            series=tuple(Step(start=event_time(m), counts=c) for m, c in counts.series(as_of, window, step)),
        )

    def _own_article(self, uri: str, partition: int) -> Any:
        self._require_partition(self._pipeline.topics.annotations.name, partition)
        entries = self._pipeline.reconcile.entries(uri, partition)
        return _said(uri, max(entries.values(), key=lambda e: e.order)) if entries else None

    def _require_ready(self) -> None:
        if not self._pipeline.ready.is_set():
            raise MovingError("this worker is taking over its partitions and rebuilding their state")

    @property
    def _generation(self) -> int:
        generation: int = self._pipeline.tally.checkpoint.generation
        return generation

    def _require_unmoved(self, begun_in: int) -> None:
        # Every worker lets go of what it has before any is given something else: what moves, moves here, too.
        if self._generation != begun_in:
            raise MovingError("partitions moved while their owners were asked")

    def _require_partition(self, topic: str, partition: int) -> None:
        self._require_ready()
        checkpoint = next(c for c in self._pipeline.checkpoints if c.topic == topic)
        if TP(topic, partition) not in checkpoint.offsets.expected:
            raise MovingError(f"partition {partition} of {topic} has moved to another worker")


class ViewsError(RuntimeError):
    """The views could not start; the message has the mend."""


_SERIES_DEFAULTS: Final = (("window", "24h"), ("step", "5m"))
_STATE: Final = {
    Change.CREATED: "standing",
    Change.CORRECTED: "standing",
    Change.UNCHANGED: "standing",
    Change.RETRACTED: "retracted",
}


def _said(uri: str, entry: Entry) -> Said:
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


def _articles(activity: Any, window: str) -> int:
    windows = activity["windows"] if isinstance(activity, dict) else activity.windows
    counts = windows[window]
    return int(counts["articles"] if isinstance(counts, dict) else counts.articles)


def _index_of(activity: Any) -> str:
    return str(activity["index"] if isinstance(activity, dict) else activity.index)


def _whole(request: web.Request, name: str) -> int:
    value = request.query.get(name, "")
    if not value.isdigit():
        raise ViewError(400, "bad-query", f"{name}: expected a whole number, got {value!r}")
    return int(value)


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, content_type="application/json")


@web.middleware
async def _answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as JSON with a reason; headers that every answer has."""
    response: web.StreamResponse
    try:
        response = await handler(request)
    except ViewError as error:
        response = _json(Fault(error=error.error, reason=error.reason), error.status)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
    except MovingError as error:
        response = _json(Fault(error="partitions-moving", reason=str(error)), 503)
        response.headers["Retry-After"] = "1"
    except web.HTTPException as error:
        fault = Fault(error=error.reason.lower().replace(" ", "-"), reason=f"{request.path}: {error.reason}")
        response = _json(fault, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception:
        log.exception("a view raised", path=request.path)
        response = _json(Fault(error="internal-error", reason="the view failed; the worker's log says why"), 500)
    return response


async def _protect(_: web.Request, response: web.StreamResponse) -> None:
    """Headers that every answer has, streams included."""
    response.headers.update(SECURITY_HEADERS)


def _wants_html(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _uri(request: web.Request, before: str) -> str:
    """The uri behind a path, decoded once: what is decoded already may hold percent signs of its own."""
    return unquote(request.rel_url.raw_path.removeprefix(before))


def page_files() -> dict[str, bytes]:
    """The files of the page, by name."""
    directory = resources.files("streams.web").joinpath("page")
    return {file.name: file.read_bytes() for file in directory.iterdir() if file.name.rpartition(".")[2] in _FILE_TYPES}


# -- what there is ----------------------------------------------------------------------------------------------------

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


def _several(vocabulary: type[EventType] | type[Family] | type[Lifecycle]) -> dict[str, Any]:
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
        name="activity", description="Also index counts, as messages named `activity`.", schema={"type": "boolean"}
    ),
    Parameter(
        name="last",
        description="Begin with so many of the newest events that the worker has at hand (2,000 of each family).",
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
    Route(path="/", view=Views.index, summary="What there is to see; the dashboard in a browser.", answer=Overview),
    Route(
        path="/indices",
        view=Views.indices,
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
        view=Views.activity,
        summary="Counts of one index in every window, and its last fact.",
        answer=NamedActivity,
        parameters=(_INDEX,),
        faults=(404, 503),
    ),
    Route(
        path="/indices/{id}/series",
        view=Views.series,
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
        view=Views.article,
        summary="What an article has said, and what of it stands.",
        answer=Said,
        parameters=(_URI,),
        faults=(404, 503),
        tail=frozenset({"uri"}),
    ),
    Route(
        path="/readings/{uri}",
        view=Views.reading,
        summary="An article's newest version with everything that is read in it.",
        answer=Reading,
        parameters=(_URI,),
        faults=(404, 503),
        tail=frozenset({"uri"}),
    ),
    Route(
        path="/events",
        view=Views.events,
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
        path="/pipeline",
        view=Views.pipeline,
        summary="Lag, rate and dead letters of all workers.",
        answer=PipelineHealth,
    ),
    Route(
        path="/openapi.json",
        view=Views.openapi,
        summary="This document.",
        answer="application/json",
    ),
    Route(path="/healthz", view=Views.healthz, summary="Whether the process lives.", answer=Health, is_open=True),
    Route(
        path="/readyz",
        view=Views.readyz,
        summary="Whether the worker owns its partitions and their state is rebuilt.",
        answer=Readiness,
        faults=(503,),
        is_open=True,
    ),
    Route(path="/metrics", view=Views.metrics, summary="Metrics for Prometheus.", answer="text/plain"),
)
