"""REST views.

`/indices`, `/indices/{id}`, `/indices/{id}/series` and `/articles/{uri}` are answered by whoever owns the state: a
worker asked for a key passes the request to its owner, one asked for all asks everybody, and while partitions move the
answer is 503 with a reason, never half of the truth. `/internal/*` answers for the worker itself.

Under the event clock all windows end at the newest counted article of all workers.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import unquote

import structlog
from aiohttp import web
from faust.types import TP
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.exposition import generate_latest

from schemas import encode
from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.extract.annotate import VERSION
from streams.reconcile import Change, Entry
from streams.settings import Clock, Settings
from streams.tally import Counts, event_time
from streams.web.peers import MovingError, Peers, partition_of

log = structlog.get_logger(__name__)

MAX_STEPS: Final = 10_080  # of a series: a week by minutes
MINUTES: Final = {"m": 1, "h": 60, "d": 1_440}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ViewError(Exception):
    """What a client did wrong or must wait for."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


class Views:
    """The HTTP server of one worker."""

    def __init__(self, pipeline: Any, settings: Settings) -> None:
        self._pipeline, self._settings = pipeline, settings
        self._peers = Peers(pipeline.app, settings)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen. Raises ViewsError where the address is taken."""
        await self._peers.start()
        application = web.Application(middlewares=[_answers])
        application.add_routes(
            [
                web.get("/", self.index),
                web.get("/healthz", self.healthz),
                web.get("/readyz", self.readyz),
                web.get("/metrics", self.metrics),
                web.get("/indices", self.indices),
                web.get("/indices/{id}", self.activity),
                web.get("/indices/{id}/series", self.series),
                web.get("/articles/{uri:.+}", self.article),
                web.get("/internal/newest", self.own_newest),
                web.get("/internal/indices", self.own_indices),
                web.get("/internal/activity", self.own_activity),
                web.get("/internal/series", self.own_series),
                web.get("/internal/article", self.own_article),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._settings.web_host, self._settings.web_port).start()
        except OSError as error:
            raise ViewsError(
                f"{self._settings.web_host}:{self._settings.web_port} is taken ({error.strerror}); "
                "every worker needs its own: name another with --web-port or NEWSTAPE_WEB_PORT"
            ) from error

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        await self._peers.stop()

    # -- the worker itself --------------------------------------------------------------------------------------------

    async def index(self, _: web.Request) -> web.Response:
        """What there is to see."""
        views = ["/indices", "/indices/{id}", "/indices/{id}/series?window=24h&step=5m", "/articles/{uri}"]
        return _json({"name": "newstape", "version": VERSION, "views": [*views, "/healthz", "/readyz", "/metrics"]})

    async def healthz(self, _: web.Request) -> web.Response:
        """Whether the process lives."""
        return _json({"status": "ok"})

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether the worker owns its partitions and their state is rebuilt."""
        self._require_ready()
        partitions = [tp.partition for tp in self._pipeline.tally.checkpoint.offsets.expected]
        return _json({"status": "ready", "partitions": sorted(partitions)})

    async def metrics(self, _: web.Request) -> web.Response:
        """Prometheus."""
        self._pipeline.observe()
        body = generate_latest(self._pipeline.metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    # -- everybody ----------------------------------------------------------------------------------------------------

    async def indices(self, _: web.Request) -> web.Response:
        """Counts of every index that an article names, busiest in 24 hours first."""
        as_of = await self._as_of()
        found: list[Any] = []
        for url in sorted(set(self._owners(self._pipeline.topics.shares.name).values())):
            query = {"as_of": str(as_of)}
            if self._peers.is_self(url):
                found.extend(self._own_indices(as_of))
            else:
                found.extend(await self._peers.ask(url, "/internal/indices", query))
        found.sort(key=lambda activity: (-_articles(activity, "24h"), -_articles(activity, "7d"), _index_of(activity)))
        return _json({"as_of": event_time(as_of), "clock": self._settings.clock, "indices": found})

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
        uri = unquote(request.match_info["uri"])
        partition = partition_of(uri, self._settings.partitions)
        url = self._owners(self._pipeline.topics.ledger.name)[partition]
        query = {"uri": uri, "partition": str(partition)}
        said = self._own_article(uri, partition) if self._peers.is_self(url) else await self._ask(url, "article", query)
        if said is None:
            raise ViewError(404, "unknown-article", f"no article {uri!r} in the last {self._settings.ledger_days} days")
        return _json(said)

    async def _of_index(self, request: web.Request, view: str, query: dict[str, str]) -> web.Response:
        index = request.match_info["id"].removeprefix("index:")
        if f"index:{index}" not in self._pipeline.registry.entities:
            raise ViewError(404, "unknown-index", f"no index {index!r} in the registry; ids are as in GET /indices")
        partition = partition_of(f"index:{index}", self._settings.partitions)
        url = self._owners(self._pipeline.topics.shares.name)[partition]
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
        newest = 0
        for url in set(self._owners(self._pipeline.topics.shares.name).values()):
            answer = self._pipeline.tally.now() if self._peers.is_self(url) else await self._ask(url, "newest", {})
            newest = max(newest, int(answer))
        return newest + 1

    def _owners(self, changelog: str) -> dict[int, str]:
        self._require_ready()
        return self._peers.owners(changelog)

    # -- this worker's share ------------------------------------------------------------------------------------------

    async def own_newest(self, _: web.Request) -> web.Response:
        """Newest counted minute here."""
        self._require_ready()
        return _json(self._pipeline.tally.now())

    async def own_indices(self, request: web.Request) -> web.Response:
        """Counts of the indices here."""
        self._require_ready()
        return _json(self._own_indices(_whole(request, "as_of")))

    async def own_activity(self, request: web.Request) -> web.Response:
        """Counts of one index here."""
        return _json(self._own("activity", dict(request.query)))

    async def own_series(self, request: web.Request) -> web.Response:
        """Counts of one index over time here."""
        return _json(self._own("series", dict(request.query)))

    async def own_article(self, request: web.Request) -> web.Response:
        """What an article has said, from the ledger here."""
        return _json(self._own_article(request.query.get("uri", ""), _whole(request, "partition")))

    def _own_indices(self, as_of: int) -> list[Any]:
        return [counts.activity(as_of) for counts in self._pipeline.tally.tally.counts.values()]

    def _own(self, view: str, query: dict[str, str]) -> Any:
        self._require_partition(self._pipeline.topics.claims.name, int(query["partition"]))
        index, as_of = query["index"], int(query["as_of"])
        counts = self._pipeline.tally.tally.counts.get(f"index:{index}") or Counts(index)
        if view == "activity":
            return counts.activity(as_of)
        window, step = int(query["window"]), int(query["step"])
        return {
            "index": index,
            "as_of": event_time(as_of),
            "window_minutes": window,
            "step_minutes": step,
            "series": [{"start": event_time(m), "counts": c} for m, c in counts.series(as_of, window, step)],
        }

    def _own_article(self, uri: str, partition: int) -> Any:
        self._require_partition(self._pipeline.topics.annotations.name, partition)
        entries = self._pipeline.reconcile.entries(uri)
        return _said(uri, max(entries.values(), key=lambda e: e.order)) if entries else None

    def _require_ready(self) -> None:
        if not self._pipeline.ready.is_set():
            raise MovingError("this worker is taking over its partitions and rebuilding their state")

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


def _said(uri: str, entry: Entry) -> dict[str, Any]:
    return {
        "uri": uri,
        "version": entry.order.version or None,
        "revision": entry.revision,
        "position": {"partition": entry.order.partition, "offset": entry.order.offset},
        "digest": entry.digest,
        "minute": None if entry.minute is None else event_time(entry.minute),
        "indices": [index.removeprefix("index:") for index in entry.indices],
        "events": [
            {
                "event_id": outcome.id,
                "type": outcome.type,
                "subject": {"id": outcome.key, "name": outcome.name},
                "revision": outcome.revision,
                "state": _STATE[outcome.change],
            }
            for outcome in entry.events
        ],
    }


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


def duration(text: str, name: str) -> int:
    """Minutes of a duration such as 5m, 24h or 7d. Raises ViewError naming the parameter."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", text)
    if match is None:
        raise ViewError(
            400, f"bad-{name}", f"{name}: expected minutes, hours or days such as 5m, 24h or 7d, got {text!r}"
        )
    return int(match[1]) * MINUTES[match[2]]


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=encode(value), status=status, content_type="application/json")


@web.middleware
async def _answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors as JSON with a reason; headers that every answer has."""
    response: web.StreamResponse
    try:
        response = await handler(request)
    except ViewError as error:
        response = _json({"error": error.error, "reason": error.reason}, error.status)
    except MovingError as error:
        response = _json({"error": "partitions-moving", "reason": str(error)}, 503)
        response.headers["Retry-After"] = "1"
    except web.HTTPException as error:
        response = _json(
            {"error": error.reason.lower().replace(" ", "-"), "reason": f"{request.path}: {error.reason}"}, error.status
        )
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except Exception:
        log.exception("a view raised", path=request.path)
        response = _json({"error": "internal-error", "reason": "the view failed; the worker's log says why"}, 500)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
