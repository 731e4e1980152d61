"""The views: REST, Server-Sent Events, health and the dashboard page.

`/indices`, `/indices/{id}`, `/indices/{id}/series` and `/articles/{uri}` are answered by the worker that owns the
state: a worker that is asked for a key passes the request on to the key's owner, and one that is asked for all indices
asks every worker. While partitions move the answer is 503 with a reason and never a part of the whole. `/internal/*`
answers from the worker's own state alone.

Under the event clock all windows end at the newest counted article of all workers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Final, TypeVar
from urllib.parse import parse_qs, unquote

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.exposition import generate_latest

from schemas import encode
from schemas.taxonomy import bare_index
from streams.kafka.topics import TopicError, catalogue
from streams.settings import Clock, Settings
from streams.tally import event_time
from streams.web import openapi
from streams.web.access import (
    COOKIE,
    INTERNAL,
    LOGIN,
    PAGE_FILES,
    SECURITY_HEADERS,
    SESSION_S,
    Access,
    Attempts,
    is_loopback,
)
from streams.web.answers import Fault, Health, Indices, NamedActivity, Overview, Readiness, Said, WorkerHealth
from streams.web.connections import BACKLOG, BODY_S, Connections, most_connections
from streams.web.event_stream import CLIENTS, Stream, wish
from streams.web.faults import MovingError, ViewError, duration, whole
from streams.web.health import SAMPLE_S, WorkerGauge, together
from streams.web.metrics import StreamMetrics
from streams.web.own import (
    LATEST_MINUTE,
    Ended,
    Newest,
    Own,
    OwnActivity,
    OwnArticle,
    OwnIndices,
    OwnSeries,
    require_span,
    require_trend,
)
from streams.web.peers import Peers, partition_of
from streams.web.readings import AnnotatedArticles
from streams.web.routes import ROUTES
from streams.web.search import MOST, Names
from streams.web.tape import Tape
from streams.web.worker import Worker

log = structlog.get_logger(__name__)

_MAX_FORM_BYTES: Final = 4_096
_FORM_TYPE: Final = "application/x-www-form-urlencoded"

_FILE_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Views:
    """The HTTP server of one worker."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker, self._settings = worker, settings
        self._topics = catalogue(settings)
        self._own = Own(worker, settings)
        self._access = Access(settings.web_token, settings.web_host, settings.views_url)
        self._attempts = Attempts()
        self._peers = Peers(worker, settings, self._access.workers_token)
        self._most_connections = most_connections()
        self._tape = Tape(settings, self._topics)
        self._streams = StreamMetrics(worker.registry)
        self._articles = AnnotatedArticles(worker, settings)
        self._names = Names(worker.entities)
        self._gauge = WorkerGauge(worker, settings.views_url)
        self._page = page_files()
        self._sampling: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._connections: Connections | None = None
        self._listening: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises ViewsError where the address is taken."""
        await self._peers.start()
        application = web.Application(
            middlewares=[self._counts, _answers, self._admits], client_max_size=_MAX_FORM_BYTES
        )
        application.on_response_prepare.append(_protect)
        views = self._views()
        application.add_routes(
            [web.get(route.pattern, views[route.view], allow_head=route.view != "events") for route in ROUTES]
        )
        application.add_routes(
            [
                web.get(f"{PAGE_FILES}{{name}}", self.page_file),
                web.post(LOGIN, self.login),
                web.post("/logout", self.logout),
                web.get("/internal/newest", self.own_newest),
                web.get("/internal/indices", self.own_indices),
                web.get("/internal/activity", self.own_activity),
                web.get("/internal/series", self.own_series),
                web.get("/internal/article", self.own_article),
                web.get("/internal/pipeline", self.own_pipeline),
                web.get("/internal/ended", self.own_ended),
            ]
        )
        # A client that has gone ends its view: on /events its place is free at once.
        self._runner = web.AppRunner(application, shutdown_timeout=1.0, handler_cancellation=True)
        await self._runner.setup()
        if self._runner.server is None:
            raise RuntimeError("the server was not made")
        self._connections = Connections(self._runner.server, self._most_connections)
        try:
            self._listening = await asyncio.get_running_loop().create_server(
                self._connections, self._settings.web_host, self._settings.web_port, backlog=BACKLOG
            )
        except OSError as error:
            raise ViewsError(
                f"{self._settings.web_host}:{self._settings.web_port} is taken ({error.strerror}); "
                "every worker needs its own: name another with --web-port or NEWSTAPE_WEB_PORT"
            ) from error
        if self._settings.web_token is None and not is_loopback(self._settings.web_host):
            log.warning(
                "the views answer everybody who reaches them: set NEWSTAPE_WEB_TOKEN", host=self._settings.web_host
            )
        self._sampling = asyncio.create_task(self._sample())

    def _views(self) -> Mapping[str, Handler]:
        """What answers each route, by the route's name."""
        return {
            "index": self.index,
            "indices": self.indices,
            "activity": self.activity,
            "series": self.series,
            "article": self.article,
            "article_by_query": self.article_by_query,
            "reading": self.reading,
            "reading_by_query": self.reading_by_query,
            "events": self.events,
            "entities": self.entities,
            "pipeline": self.pipeline,
            "openapi": self.openapi,
            "healthz": self.healthz,
            "readyz": self.readyz,
            "metrics": self.metrics,
        }

    async def stop(self) -> None:
        """Stop listening."""
        if self._sampling is not None:
            self._sampling.cancel()
        await self._tape.stop()
        if self._listening is not None:
            self._listening.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self._peers.stop()

    async def _sample(self) -> None:
        while True:
            self._gauge.sample()
            await asyncio.sleep(SAMPLE_S)

    # -- who may look -------------------------------------------------------------------------------------------------

    @web.middleware
    async def _counts(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._connections is None:
            return await handler(request)
        with self._connections.answering(request.protocol):
            return await handler(request)

    @web.middleware
    async def _admits(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._access.require_host(request)
        if request.path.startswith(INTERNAL):
            self._access.require_worker(request)
            return await handler(request)
        if self._access.admits(request, time.time()):
            return await handler(request)
        if request.path == "/" and _wants_html(request):
            return self._file("login.html", status=401)
        raise ViewError(
            401, "no-token", "expected the token of NEWSTAPE_WEB_TOKEN in the header `Authorization: Bearer …`"
        )

    async def login(self, request: web.Request) -> web.Response:
        """A session for the token."""
        given = await _token_in(request)  # nothing is awaited from here on, so that attempts at once count each
        now, address = time.time(), request.remote or ""
        wait_s = self._attempts.must_wait_s(address, now)
        if wait_s > 0:
            response = self._file("wait.html", status=429)
            response.headers["Retry-After"] = str(int(wait_s) + 1)
            return response
        if not self._access.is_token(given):
            self._attempts.failed(address, now)
            return self._file("refused.html", status=401)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(
            COOKIE,
            self._access.session(now),
            max_age=SESSION_S,
            httponly=True,
            samesite="Strict",
            secure=request.secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return response

    async def logout(self, request: web.Request) -> web.Response:
        """The end of a session, on every worker."""
        session = request.cookies.get(COOKIE, "")
        if self._access.end(session, time.time()):
            query = {"session": session}
            told = (self._peers.ask(Ended, url, "/internal/ended", query) for url in self._peers.others())
            for failed in await asyncio.gather(*told, return_exceptions=True):
                if isinstance(failed, BaseException):
                    log.warning("a worker was not told that a session has ended", fault=str(failed))
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
        return _json(
            Overview(name="newstape", version=self._worker.version, views=tuple(route.path for route in ROUTES))
        )

    async def openapi(self, _: web.Request) -> web.Response:
        """What the views take and answer."""
        return _json(
            openapi.document(ROUTES, self._worker.version, asks_for_token=self._settings.web_token is not None)
        )

    async def healthz(self, _: web.Request) -> web.Response:
        """Whether the process lives."""
        return _json(Health(status="ok"))

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether the worker owns its partitions and their state is rebuilt."""
        self._own.require_ready()
        return _json(Readiness(status="ready", partitions=tuple(sorted(self._worker.owned(self._topics.claims.name)))))

    async def metrics(self, _: web.Request) -> web.Response:
        """Prometheus."""
        self._worker.observe()
        body = generate_latest(self._worker.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    # -- everybody ----------------------------------------------------------------------------------------------------

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Market events and index counts as they come."""
        subjects = self._worker.entities
        asked = wish(request.query, request.headers.get("Last-Event-ID"), subjects, datetime.now(UTC))
        most = min(CLIENTS, self._most_connections // 2)
        return await Stream(self._tape, asked, self._streams, most).serve(request)

    async def entities(self, request: web.Request) -> web.Response:
        """Entities by name."""
        limit = whole(request.query, "limit", 1, MOST, default=20)
        return _json(self._names.find(_text(request, "name"), limit))

    async def pipeline(self, _: web.Request) -> web.Response:
        """Lag, rate and dead letters of all workers."""
        others = await asyncio.gather(*map(self._health_of, self._peers.others()))
        return _json(together([self._health(), *others], datetime.now(UTC)))

    def _health(self) -> WorkerHealth:
        return self._gauge.health(self._tape.clients)

    async def _health_of(self, url: str) -> WorkerHealth:
        with suppress(MovingError):
            return replace(await self._peers.ask(WorkerHealth, url, "/internal/pipeline", {}), url=url)
        return WorkerHealth(url=url, state="silent")

    async def indices(self, request: web.Request) -> web.Response:
        """Counts of every index that an article names, busiest in 24 hours first."""
        trend = duration(request.query["trend"], "trend") if "trend" in request.query else None
        if trend is not None:
            require_trend(trend)
        begun_in = self._own.require_ready()
        as_of = await self._as_of()
        query = {"as_of": str(as_of)} | ({} if trend is None else {"trend": str(trend)})
        found: list[NamedActivity] = []
        for url in sorted(set(self._owners(self._topics.claims.name).values())):
            if self._peers.is_self(url):
                found.extend(self._own.indices(as_of, trend).indices)
            else:
                found.extend((await self._peers.ask(OwnIndices, url, "/internal/indices", query)).indices)
        self._own.require_unmoved(begun_in)
        found.sort(key=_business)
        return _json(Indices(as_of=event_time(as_of), clock=self._settings.clock, indices=tuple(found)))

    async def activity(self, request: web.Request) -> web.Response:
        """Counts of one index."""
        index, as_of = bare_index(request.match_info["id"]), await self._as_of()
        query = {"index": index, "as_of": str(as_of)}
        found = await self._from_counts(OwnActivity, index, "activity", query, lambda: self._own.activity(index, as_of))
        return _json(_known(found.activity, index))

    async def series(self, request: web.Request) -> web.Response:
        """Counts of one index over time."""
        window, step = (duration(request.query.get(name, default), name) for name, default in _SERIES_DEFAULTS)
        require_span(window, step)
        index, as_of = bare_index(request.match_info["id"]), await self._as_of()
        query = {"index": index, "as_of": str(as_of), "window": str(window), "step": str(step)}
        found = await self._from_counts(
            OwnSeries, index, "series", query, lambda: self._own.series(index, as_of, window, step)
        )
        return _json(_known(found.series, index))

    async def article(self, request: web.Request) -> web.Response:
        """What an article has said."""
        return _json(await self._said(_uri(request, "/articles/")))

    async def article_by_query(self, request: web.Request) -> web.Response:
        """The same for a uri that can't stand in a path."""
        return _json(await self._said(_text(request, "uri")))

    async def reading(self, request: web.Request) -> web.Response:
        """An article with what is read in it."""
        return await self._reading(_uri(request, "/readings/"))

    async def reading_by_query(self, request: web.Request) -> web.Response:
        """The same for a uri that can't stand in a path."""
        return await self._reading(_text(request, "uri"))

    async def _reading(self, uri: str) -> web.Response:
        said = await self._said(uri)
        try:
            found = await self._articles.at(said.position, uri)
        except TopicError as error:
            raise ViewError(503, "no-kafka", str(error)) from error
        if found is None:
            raise ViewError(404, "no-text", f"the text of {uri!r} is not kept any longer, or it is withdrawn")
        return web.Response(body=found, content_type="application/json")

    async def _said(self, uri: str) -> Said:
        found = await self._from_owner(
            OwnArticle, self._topics.annotations.name, uri, "article", {"uri": uri}, lambda: self._own.article(uri)
        )
        if found.said is None:
            raise ViewError(404, "unknown-article", f"no article {uri!r} in the last {self._settings.ledger_days} days")
        return found.said

    async def _from_counts(
        self, kind: type[T], index: str, view: str, query: Mapping[str, str], own: Callable[[], T]
    ) -> T:
        return await self._from_owner(kind, self._topics.claims.name, f"index:{index}", view, query, own)

    async def _from_owner(
        self, kind: type[T], topic: str, key: str, view: str, query: Mapping[str, str], own: Callable[[], T]
    ) -> T:
        """The answer of the worker that owns a key of a topic."""
        url = self._owners(topic)[partition_of(key, self._settings.partitions)]
        return own() if self._peers.is_self(url) else await self._peers.ask(kind, url, f"/internal/{view}", query)

    async def _as_of(self) -> int:
        """The minute at which windows end."""
        if self._settings.clock is Clock.WALL:
            return self._worker.minute() + 1
        newest, begun_in = 0, self._own.require_ready()
        for url in set(self._owners(self._topics.claims.name).values()):
            own = self._peers.is_self(url)
            answer = self._own.newest() if own else await self._peers.ask(Newest, url, "/internal/newest", {})
            newest = max(newest, answer.minute)
        self._own.require_unmoved(begun_in)
        return newest + 1

    def _owners(self, topic: str) -> dict[int, str]:
        self._own.require_ready()
        return self._peers.owners(topic)

    # -- what other workers ask -----------------------------------------------------------------------------------

    async def own_ended(self, request: web.Request) -> web.Response:
        """End a session that was logged out at another worker."""
        return _json(Ended(ended=self._access.end(_text(request, "session"), time.time())))

    async def own_newest(self, _: web.Request) -> web.Response:
        """Newest counted minute here."""
        return _json(self._own.newest())

    async def own_indices(self, request: web.Request) -> web.Response:
        """Counts of the indices here."""
        trend = whole(request.query, "trend", 1, LATEST_MINUTE) if "trend" in request.query else None
        return _json(self._own.indices(_as_of_in(request), trend))

    async def own_pipeline(self, _: web.Request) -> web.Response:
        """How this worker stands."""
        return _json(self._health())

    async def own_activity(self, request: web.Request) -> web.Response:
        """Counts of one index here."""
        return _json(self._own.activity(_text(request, "index"), _as_of_in(request)))

    async def own_series(self, request: web.Request) -> web.Response:
        """Counts of one index over time here."""
        window, step = (whole(request.query, name, 1, LATEST_MINUTE) for name in ("window", "step"))
        return _json(self._own.series(_text(request, "index"), _as_of_in(request), window, step))

    async def own_article(self, request: web.Request) -> web.Response:
        """What an article has said, from the ledger here."""
        return _json(self._own.article(_text(request, "uri")))


class ViewsError(RuntimeError):
    """The views could not start; the message says what to do."""


_SERIES_DEFAULTS: Final = (("window", "24h"), ("step", "5m"))


def _business(activity: NamedActivity) -> tuple[int, int, str]:
    """Busiest in 24 hours first, then in 7 days, then by id."""
    return -activity.windows["24h"].articles, -activity.windows["7d"].articles, activity.index


def _known(found: T | None, index: str) -> T:
    if found is None:
        reason = f"no index {index!r} in the registry or in the news of the last seven days; GET /indices has the ids"
        raise ViewError(404, "unknown-index", reason)
    return found


def _as_of_in(request: web.Request) -> int:
    return whole(request.query, "as_of", 0, LATEST_MINUTE)


def _text(request: web.Request, name: str) -> str:
    text = request.query.get(name)
    if not text:
        raise ViewError(400, f"bad-{name}", f"{name}: expected a text, got {text!r}")
    return text


def _json(value: object, status: int = 200) -> web.Response:
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


async def _token_in(request: web.Request) -> str:
    """The token of a form. Raises ViewError where there is no form, or it does not come."""
    if request.content_type != _FORM_TYPE or request.headers.get("Content-Encoding", "identity") != "identity":
        raise ViewError(400, "bad-form", f"expected a form as {_FORM_TYPE}, not compressed")
    try:
        async with asyncio.timeout(BODY_S):
            body = await request.read()
    except TimeoutError as error:
        raise ViewError(408, "no-form", f"the form did not come within {BODY_S:.0f} s") from error
    except web.RequestPayloadError as error:
        raise ViewError(400, "bad-form", f"expected a form as {_FORM_TYPE}") from error
    return parse_qs(body.decode("ascii", "replace"), max_num_fields=None).get("token", [""])[0]


def _wants_html(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _uri(request: web.Request, before: str) -> str:
    """The uri behind a path, decoded once: what is decoded already may hold percent signs of its own."""
    return unquote(request.rel_url.raw_path.removeprefix(before))


def page_files() -> dict[str, bytes]:
    """The files of the page, by name."""
    directory = resources.files("streams.web").joinpath("page")
    return {file.name: file.read_bytes() for file in directory.iterdir() if file.name.rpartition(".")[2] in _FILE_TYPES}
