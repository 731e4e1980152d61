"""`newstape archive`: topics kept as Parquet."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from streams.cli.options import KAFKA, with_settings
from streams.cli.terminal import CommandError, err, require_installed, say
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.archive.follow import ArchiveProgress, Archiving  # loads pyarrow


@with_settings(*KAFKA)
def archive(
    settings: Settings,
    *,
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="The archive's directory; made if it is new.")],
    once: Annotated[bool, typer.Option("--once", help="Archive what there is now, and end.")] = False,
    every: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help="Make what came visible in files so often, at the latest.")
    ] = 60,
    over_gaps: Annotated[
        bool, typer.Option("--over-gaps", help="Go on behind records that are gone with their topic's retention.")
    ] = False,
) -> None:
    """Keep events, index counts and annotations as Parquet, partitioned by day and type, until Ctrl-C or SIGTERM.

    Begins with the oldest records that the topics have. Every record is one row, once, also after kill -9: offsets are
    committed together with the files, and a restart goes on where the last commit ended. Corrections and retractions
    are rows of their own; deploy/README.md shows how to read an archive as it stands, or as it was known at a time. One
    process archives into a directory; it needs the extra `archive` (pyarrow).
    """
    require_installed("pyarrow", extra="archive", what="an archive")
    from streams.archive.directory import ArchiveError  # noqa: PLC0415  loads pyarrow
    from streams.archive.follow import Archiving  # noqa: PLC0415

    begun = time.monotonic()
    with _shown(into) as show:
        archiving = Archiving(settings, into, every_s=every, over_gaps=over_gaps, show=show)
        try:
            interrupted = asyncio.run(_run(archiving, once=once))
        except ArchiveError as error:
            raise CommandError(str(error)) from error
    _report(archiving.progress, into, time.monotonic() - begun)
    if interrupted:
        raise typer.Exit(130)


async def _run(archiving: "Archiving", *, once: bool) -> bool:
    """Archive; whether Ctrl-C ended it."""
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        archiving.stop.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, archiving.stop.set)
    await archiving.run(once=once)
    return interrupted


@contextmanager
def _shown(into: Path) -> Iterator[Callable[["ArchiveProgress"], None]]:
    """A bar on a terminal; elsewhere a line for each commit."""
    if not err.is_terminal:
        yield _Lines()
        return
    with Progress(
        TextColumn("archiving"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[note]}[/]"),
        console=err,
        transient=True,
    ) as bars:
        bar, begun = bars.add_task("", total=None, note=f"into {into}"), time.monotonic()

        def show(told: "ArchiveProgress") -> None:
            read = told.records + told.waiting
            rate = read / max(time.monotonic() - begun, 0.001)
            note = f"{rate:,.0f} a second, {told.waiting:,} not yet in files"
            bars.update(bar, total=read + told.behind, completed=read, note=note)

        yield show


class _Lines:
    """A line for each commit."""

    def __init__(self) -> None:
        self._commits = 0

    def __call__(self, told: "ArchiveProgress") -> None:
        if told.commits > self._commits:
            self._commits = told.commits
            err.print(f"{told.records:,} records archived, {told.behind:,} behind", markup=False, soft_wrap=True)


def _report(told: "ArchiveProgress", into: Path, seconds: float) -> None:
    rows = ", ".join(f"{count:,} of {table}" for table, count in sorted(told.rows.items()))
    say(f"{told.records:,} records archived in {seconds:.1f} s; {into} has {rows or 'no rows'}")
    unread = told.rows.get("unread", 0)
    if unread:
        say(f"[yellow]{unread:,} records are no messages of this release's contract; `unread` has them as they are[/]")
