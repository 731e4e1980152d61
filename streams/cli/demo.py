"""`newstape demo`: everything at once, on this machine, in the terminal."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from streams.cli.lines import event_line
from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, counts_table, err, out, plain_table, printable, say
from streams.demo.demo import Demo, DemoError, DemoProgress, shown, summary
from streams.demo.plan import planned
from streams.operate.jsonl import JsonLines, Line
from streams.settings import Settings

# Someone who watches sees the sample articles go by, in about ten seconds.
_WATCHED_RATE = 5.0

# Of the lines of a terminal: those that are not for events or counts.
_OTHER_LINES = 9


@with_settings(
    "kafka",
    "security_protocol",
    "ssl_cafile",
    "topic_prefix",
    "app_id",
    "partitions",
    "clock",
    "evidence",
    "registry",
    "rules",
)
def demo(
    settings: Settings,
    *,
    once: Annotated[bool, typer.Option("--once", help="Do not stay: push, wait for all, print the results.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as one JSON object; implies --once.")
    ] = False,
    articles: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Your articles instead of the sample ones, JSON Lines.")
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=1, help="Seconds for everything to come through; 120, and more for many articles."),
    ] = None,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Articles pushed a second, at most.")] = None,
) -> None:
    """Start a real Kafka and a worker, push articles, and show what comes out. Leaves nothing behind.

    With --kafka it uses that Kafka and topics of its own there, which it removes.
    """
    begun = time.monotonic()
    staying = not (once or as_json)
    lines = None if articles is None else _lines(articles)
    if rate is None and staying and lines is None:
        rate = _WATCHED_RATE
    run = Demo(planned(settings, lines, now=datetime.now(UTC), rate=rate), show=_Lines(staying=staying))
    fault: str | None = None
    try:
        asyncio.run(_run(run, timeout, staying=staying))
    except DemoError as error:
        fault = str(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        if not staying:
            raise typer.Exit(130) from None
        say("stopped; nothing is left behind")
        return
    _report(run.progress, as_json=as_json, seconds=time.monotonic() - begun, complete=fault is None)
    if articles is not None and articles != "-" and run.progress.census.dead_letters:
        say(f"what is wrong with each dead letter: newstape annotate {printable(articles)} > /dev/null")
    fault = fault or _refusal(run.progress)
    if fault is not None:
        raise CommandError(fault)


def _lines(articles: str) -> list[Line]:
    with JsonLines(articles) as read:
        lines = list(read)
    if not lines:
        raise CommandError(f"there are no articles in {articles}")
    return lines


def _refusal(progress: DemoProgress) -> str | None:
    refused = progress.delivery.refused
    if not refused:
        return None
    return f"Kafka did not take {len(refused):,} lines, the first is line {refused[0].number}: {refused[0].why}"


async def _run(run: Demo, limit_s: float | None, *, staying: bool) -> None:
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with _drawn(run.progress, staying=staying), run.running():
        if staying and not err.is_terminal:
            err.print(f"dashboard {run.plan.settings.views_url}/", soft_wrap=True)
        await run.run(limit_s)
        if staying:
            _tell_addresses(run.progress)
            await run.stay()


_REDRAW_S: Final = 0.125
"""How often it is looked whether there is something new to draw."""

# -- drawing ----------------------------------------------------------------------------------------------------------


class _Lines:
    """Without a terminal: a line for each step on standard error and, where the demo stays, one for each event."""

    def __init__(self, *, staying: bool) -> None:
        self._staying = staying
        self._step = ""
        self._events = 0

    def __call__(self, progress: DemoProgress) -> None:
        if err.is_terminal:
            return
        if progress.step != self._step:
            self._step = progress.step
            err.print(progress.step, markup=False, soft_wrap=True)
        new, self._events = progress.events_seen - self._events, progress.events_seen
        if self._staying and new:
            for event in list(progress.events)[-new:]:
                out.print(event_line(event, width=out.width), soft_wrap=True)


def _tell_addresses(progress: DemoProgress) -> None:
    """Print where to look, for a demo that stays and has no terminal."""
    if err.is_terminal:
        return
    settings = progress.plan.settings
    out.print(counts_table(progress.counts.get("indices", [])))
    out.print(f"Kafka {settings.kafka}, views {settings.views_url}/indices, metrics {settings.views_url}/metrics")
    err.print("Ctrl-C stops everything")


@asynccontextmanager
async def _drawn(progress: DemoProgress, *, staying: bool) -> AsyncIterator[None]:
    """Draw the demo on a terminal while the block runs, on the whole screen where someone is to watch."""
    if not err.is_terminal:
        yield
        return
    with Live(
        get_renderable=lambda: _picture(progress) if staying else _progress_table(progress),
        console=err,
        auto_refresh=False,
        transient=not staying,
        vertical_overflow="crop",
    ) as live:
        drawing = asyncio.create_task(_redraw(live.refresh, lambda: (shown(progress), err.size)))
        try:
            yield
        finally:
            drawing.cancel()


async def _redraw(refresh: Callable[[], None], state: Callable[[], object]) -> None:
    """Draw anew where what is drawn has changed: to draw the same picture again would cost a tenth of a core."""
    drawn: object = None
    while True:
        now = state()
        if now != drawn:
            refresh()
            drawn = now
        await asyncio.sleep(_REDRAW_S)


def _progress_table(progress: DemoProgress) -> RenderableType:
    total = len(progress.plan.lines)
    census, out_now = progress.census, progress.census.came_out
    table = Table.grid(padding=(0, 1))
    table.add_row(
        "articles",
        ProgressBar(total=total, completed=min(out_now, total), width=30),
        f"{progress.delivery.confirmed:,} of {total:,} in Kafka, {out_now:,} came out: {census.annotations:,} "
        f"annotated, {sum(census.dead_letters.values()):,} dead letters, {sum(census.events.values()):,} events",
    )
    return Group(table, Text(progress.step, style="dim"))


def _picture(progress: DemoProgress) -> RenderableType:
    settings = progress.plan.settings
    url = settings.views_url
    addresses = Table.grid(padding=(0, 2))
    addresses.add_row("[dim]Kafka[/]", settings.kafka, "[dim]views[/]", f"{url}/indices")
    addresses.add_row("[dim]dashboard[/]", f"{url}/", "[dim]metrics[/]", f"{url}/metrics")
    indices = progress.counts.get("indices", [])
    room = max(6, err.height - _OTHER_LINES)
    rows = min(len(indices), max(2, (room * 2 // 3 - 3) // 2))
    events = list(progress.events)[-max(3, room - 2 * rows - 3) :]
    return Group(
        "[bold]newstape[/] market events and index counts from news, live",
        addresses,
        _progress_table(progress),
        "",
        *(event_line(event, width=err.width) for event in events),
        "",
        _counts(progress, rows),
        f"[dim]{escape(progress.plan.why_clock)}, so the {settings.clock.value} clock. Ctrl-C stops everything.[/]",
    )


def _counts(progress: DemoProgress, rows: int) -> RenderableType:
    indices = progress.counts.get("indices", [])
    if not indices:
        return "[dim]no counts yet[/]"
    table = counts_table(indices[:rows])
    if len(indices) > rows:
        table.caption = f"{len(indices) - rows} more: newstape counts --web-url {progress.plan.settings.views_url}"
    return table


# -- the end ----------------------------------------------------------------------------------------------------------


def _report(progress: DemoProgress, *, as_json: bool, seconds: float, complete: bool) -> None:
    told = summary(progress)
    told["seconds"] = {**told["seconds"], "total": round(seconds, 2)}
    if as_json:
        out.print_json(data=told)
        return
    if not told["articles_in"]:
        return
    through = f"all through in {seconds:.1f} s" if complete else "not all of them through"
    out.print(f"\n[bold]{told['articles_in']:,} articles in, {through}[/]")
    table = plain_table("what came out", "")
    table.columns[1].justify = "right"
    table.add_row("annotations", f"{told['annotations']:,}")
    for reason, number in told["dead_letters"].items():
        table.add_row(f"dead letters, {reason}", f"{number:,}")
    for kind, number in told["events"].items():
        table.add_row(f"events, {printable(kind)}", f"{number:,}")
    out.print(table)
    out.print()
    if progress.counts.get("indices"):
        out.print(counts_table(progress.counts["indices"]))
    out.print(f"[dim]as of {told['as_of']}, {told['clock']} clock: {escape(told['clock_because'])}[/]")
