"""`newstape worker`: one worker, from settings to exit status.

What can be wrong is looked for before anything runs: the views' port, the data files, Kafka, its topics. Only then the
Faust app is built, and runs until SIGTERM or SIGINT.

It runs on asyncio's own loop. On uvloop a write to a connection that has just closed raises RuntimeError, where asyncio
lets the reader of the connection tell of it. aiokafka does not expect that (its issue 1038): its metadata task died,
and everything that asked for the group's coordinator waited for good. Two of uvloop's crashes are open besides (538).
"""

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Annotated, Any, Final, NoReturn

import structlog
import typer

from streams.cli.extraction import extractor_of
from streams.cli.mappings import known_feeds
from streams.cli.options import configure_logs, with_settings
from streams.cli.terminal import CommandError
from streams.kafka.topics import Finding, TopicError, bring_up
from streams.settings import NOT_FLAGS, Settings

log = structlog.get_logger(__name__)

# How often Kafka is asked again while a worker waits for it.
_ASK_AGAIN_S: Final = 0.25

STOP_TIMEOUT_S: Final = 9.0  # of the ten that a worker may take to end
EXIT_UNDELIVERED: Final = 3  # as in streams.state.checkpoint, which would load Faust for a second or two


@with_settings(*(name for name in Settings.model_fields if name not in NOT_FLAGS))
def worker(
    settings: Settings,
    *,
    create_topics: Annotated[bool, typer.Option("--create-topics", help="Create the topics that are missing.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for Kafka and its topics to be there.")] = 0,
) -> None:
    """Run a worker until Ctrl-C or SIGTERM.

    Several workers share the load: give each its own --web-port and --data-dir.
    """
    os.umask(0o077)  # what a worker writes is its owner's alone: licensed text
    _require_port(settings)
    if not wait:
        asyncio.run(_require_topics(settings, create=create_topics, patience_s=0))
    log.info("loading")
    begun = time.monotonic()
    run = _runner(settings)
    log.debug("code and data loaded", seconds=round(time.monotonic() - begun, 2))
    if wait:  # after what takes time anyway
        asyncio.run(_require_topics(settings, create=create_topics, patience_s=wait))
    configure_logs(settings, libraries="WARNING")
    run()


def _require_port(settings: Settings) -> None:
    """The views' port must be free: Faust would find out only after a while, and crash."""
    family = socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
        except OSError as error:
            raise CommandError(
                f"the views can't listen on {settings.web_host}:{settings.web_port} ({error.strerror}): every worker "
                "needs a port of its own, give this one another with --web-port or NEWSTAPE_WEB_PORT"
            ) from error


async def _require_topics(settings: Settings, *, create: bool, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            faults = _faults(await bring_up(settings, create=create))
        except TopicError as error:
            faults = [str(error)]
        if not faults:
            return
        if time.monotonic() >= deadline:
            raise CommandError("\n  ".join(["the worker can't start:", *faults]))
        await asyncio.sleep(_ASK_AGAIN_S)


def _faults(findings: list[Finding]) -> list[str]:
    return [f"topic {finding.topic.name} {fault}" for finding in findings for fault in finding.faults]


def _end_without_leave(app: Any) -> NoReturn:
    confirmed = app.pipeline.drained and app.crash_reason is None
    log.warning("Kafka does not answer; ended without leave, the session timeout tells the other workers")
    sys.stderr.flush()
    os._exit(0 if confirmed else EXIT_UNDELIVERED)


def _runner(settings: Settings) -> Callable[[], NoReturn]:
    """Load all code and data of a worker; the function runs it. Raises CommandError where a file of yours is wrong."""
    import faust  # noqa: PLC0415  Faust, the registry and what belongs to them take seconds: only for a worker

    from streams.app import build_app  # noqa: PLC0415
    from streams.kafka.schema_registry import SchemaRegistryError  # noqa: PLC0415
    from streams.state.damage import StateError  # noqa: PLC0415

    class Worker(faust.Worker):  # type: ignore[misc] # Faust is not typed
        """Faust's worker, which ends in time."""

        async def stop(self) -> None:
            """End; without leave of a Kafka that does not answer, for which Faust and aiokafka would wait minutes."""
            leave = threading.Timer(STOP_TIMEOUT_S, _end_without_leave, [self.app])
            leave.daemon = True
            leave.start()
            await super().stop()

        async def _sentinel_task(self) -> None:
            """Without the second that Faust waits before it closes the loop; nothing of ours needs it."""

    feeds, extractor = known_feeds(settings), extractor_of(settings)

    def run() -> NoReturn:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            app = build_app(settings, extractor, feeds)
            loop.run_until_complete(app.pipeline.outputs.register())
        except (StateError, SchemaRegistryError) as error:
            raise CommandError(str(error)) from error
        log.info("starting", kafka=settings.kafka, group=settings.app_id, topics=f"{settings.topic_prefix}*")
        runner = Worker(app, loop=loop, quiet=True, override_logging=False, redirect_stdouts=False)
        runner.spinner = None
        try:
            runner.execute_from_commandline()
        except SystemExit:  # mode: what crashed a service is in the log and nowhere else
            if isinstance(app.crash_reason, StateError):
                raise CommandError(str(app.crash_reason)) from app.crash_reason
            raise
        sys.exit(0)

    return run
