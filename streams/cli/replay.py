"""`newstape replay`: articles read again beside the running pipeline."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from streams.cli.options import EXIT_SETTINGS, KAFKA, with_settings
from streams.cli.terminal import CommandError, err, out, plain_table, printable, say
from streams.operate.bounds import FORMS, Bound, BoundError, bound
from streams.operate.replay import Replay, ReplayError, ReplayProgress, discard, summary
from streams.settings import Settings


@with_settings(*KAFKA, "clock", "evidence", "registry", "rules", "replication")
def replay(
    settings: Settings,
    *,
    into: Annotated[
        str,
        typer.Option(metavar="PREFIX", help="Put before the names of the replay's own topics, changelogs and group."),
    ],
    begin: Annotated[
        str, typer.Option("--from", metavar="WHERE", help=f"The first record to read: {FORMS}.")
    ] = "beginning",
    end: Annotated[
        str, typer.Option("--to", metavar="WHERE", help="Where to stop, as --from; the record there is not read.")
    ] = "end",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    remove: Annotated[bool, typer.Option("--discard", help="Only delete the topics of the replay PREFIX.")] = False,
) -> None:
    """Read news.articles again into topics of their own, with a worker of its own, and end when all is through.

    The running pipeline goes on undisturbed: no group, no commit, nothing written to its topics. Records keep key,
    headers, time, partition and source position, so the same release gives the same annotations, and a newer one shows
    what it changes. The topics stay until --discard. More workers may help while it runs: `newstape worker
    --topic-prefix PREFIX --app-id PREFIXreplay`, each with its own --web-port and --data-dir.
    """
    begun = time.monotonic()
    try:
        if remove:
            names = asyncio.run(discard(settings, into))
            say(f"{len(names)} topics deleted: {printable(', '.join(names))}")
            return
        now = datetime.now(UTC)
        span = bound(begin, now=now), bound(end, now=now)
        run = Replay(settings, into, show=_Lines())
        asyncio.run(_run(run, *span))
    except BoundError as error:
        raise CommandError(f"--from, --to: {error}", status=EXIT_SETTINGS) from error
    except ReplayError as error:
        raise CommandError(str(error)) from error
    except (KeyboardInterrupt, asyncio.CancelledError):
        say(f"stopped; remove what it has made with `newstape replay --discard --into {printable(into)}`")
        raise typer.Exit(130) from None
    _report(run.progress, as_json=as_json, seconds=time.monotonic() - begun)


async def _run(run: Replay, begin: Bound, end: Bound) -> None:
    task = asyncio.current_task()
    if task is not None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with _drawn(run):
        await run.run(begin, end)


class _Lines:
    """Without a terminal: a line for each step."""

    def __init__(self) -> None:
        self._step = ""

    def __call__(self, progress: ReplayProgress) -> None:
        if progress.step != self._step:
            self._step = progress.step
            if not err.is_terminal:
                err.print(progress.step, markup=False, soft_wrap=True)


@contextmanager
def _drawn(run: Replay) -> Iterator[None]:
    """A bar for what is read and one for what has come out, on a terminal."""
    if not err.is_terminal:
        yield
        return
    with Progress(
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[note]}[/]"),
        console=err,
        transient=True,
    ) as bars:
        copied = bars.add_task("read again", total=None, note="")
        came_out = bars.add_task("came out", total=None, note="")

        def show(progress: ReplayProgress) -> None:
            letters = sum(progress.dead_letters.values())
            note = f"{len(progress.annotated):,} annotations, {letters:,} dead letters"
            bars.update(copied, total=progress.records or None, completed=progress.read, note=progress.step)
            whole = len(progress.expected) if "copied" in progress.seconds else progress.records
            bars.update(came_out, total=whole or None, completed=len(progress.out), note=note)

        run.show = show
        yield


def _report(progress: ReplayProgress, *, as_json: bool, seconds: float) -> None:
    if as_json:
        out.print_json(data=summary(progress))
        return
    prefix = printable(progress.settings.topic_prefix)
    out.print(f"[bold]{progress.read:,} records read again into {prefix}*, all through in {seconds:.1f} s[/]")
    again = progress.read - len(progress.expected)
    if again:
        out.print(f"{again:,} of them were redrives of others, which count once")
    ranges = plain_table("partition", "from offset", "to offset")
    for column in ranges.columns:
        column.justify = "right"
    for partition, (first, last) in progress.ranges.items():
        ranges.add_row(str(partition), str(first), str(last))
    out.print(ranges)
    table = plain_table("what came out", "")
    table.columns[1].justify = "right"
    table.add_row("annotations", f"{len(progress.annotated):,}")
    for reason, number in sorted(progress.dead_letters.items()):
        table.add_row(f"dead letters, {reason}", f"{number:,}")
    for topic, number in sorted(progress.faults.items()):
        table.add_row(f"internal errors, {printable(topic)}", f"{number:,}")
    for topic, number in progress.events.items():
        table.add_row(f"records of {printable(topic)}", f"{number:,}")
    out.print(table)
    say(f"[dim]look: newstape tail market.events.index --topic-prefix {prefix} --from-beginning[/]")
    say(f"[dim]remove: newstape replay --discard --into {prefix}[/]")
