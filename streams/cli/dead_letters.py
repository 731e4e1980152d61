"""`newstape dead-letters`: records that could not be used, listed, shown and redriven."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import orjson
import typer
from aiokafka.errors import KafkaError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from schemas import Position
from schemas.taxonomy import RejectReason
from streams.cli.mappings import known_feeds
from streams.cli.options import EXIT_SETTINGS, KAFKA, with_settings
from streams.cli.tail import print_record
from streams.cli.terminal import CommandError, err, out, plain_table, printable, say
from streams.kafka.topics import catalogue
from streams.operate.bounds import BoundError, time_of
from streams.operate.dead_letters import (
    Choice,
    Collected,
    Letter,
    Redriven,
    await_outcome,
    collect,
    fetch,
    is_ours,
    redrive,
    release,
    tally,
)
from streams.settings import Settings

_KEY_CHARS: Final = 40
_DETAIL_CHARS: Final = 100
_SHOWN: Final = 50

Reasons = Annotated[
    list[RejectReason] | None, typer.Option("--reason", help="Only letters of this reason; may be given several times.")
]
From = Annotated[
    str | None,
    typer.Option("--topic", help="Only letters from this topic, as news.articles; the prefix may be left out."),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Only letters whose record came then or later: RFC 3339, a day, or 90m, 24h, 7d."
    ),
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Only letters whose record came before, as --since.")]

dead_letters = typer.Typer(no_args_is_help=True, help="What could not be used: list it, look at it, bring it back.")


@with_settings(*KAFKA)
def list_letters(
    settings: Settings,
    *,
    reason: Reasons = None,
    topic: From = None,
    since: Since = None,
    until: Until = None,
    last: Annotated[int, typer.Option("--last", "-n", min=1, help="Show this many of the newest.")] = _SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="Print all, one JSON object a line.")] = False,
) -> None:
    """List dead letters by the record they were, each once however often it was redriven, newest last."""
    found = _collected(settings, _choice(settings, reason, topic, since, until))
    if as_json:
        for letter in found.letters:
            print(orjson.dumps(_as_json(letter)).decode())  # noqa: T201  a line of JSON for programs, as it is
        return
    shown = found.letters[-last:]
    out.print(_table(shown))
    _tell(found, len(shown))


@with_settings(*KAFKA)
def show(
    settings: Settings,
    place: Annotated[str, typer.Argument(metavar="PARTITION:OFFSET", help="Its place, as `list` prints it.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print one dead letter whole: key, headers, reason and value."""
    record = asyncio.run(fetch(settings, _position(place)))
    if record is None:
        name = catalogue(settings).dead_letters.name
        raise CommandError(f"there is no letter at {place} of {name}; `newstape dead-letters list` shows the places")
    if not as_json:
        for name, value in record.headers:
            out.print(f"  [dim]{printable(name)}:[/] {printable(value.decode('utf-8', 'replace'))}", soft_wrap=True)
    print_record(record, as_json=as_json)


@with_settings(*KAFKA, "app_id")
def redrive_letters(
    settings: Settings,
    places: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTITION:OFFSET]...", help="Only these, as `list` prints them.")
    ] = None,
    *,
    reason: Reasons = None,
    topic: From = None,
    since: Since = None,
    until: Until = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it. Without, only what would be done is shown.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also those that intake would only reject again, for the same or another reason."),
    ] = False,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for the workers to take them; 0 does not wait.")
    ] = 60,
) -> None:
    """Bring dead letters back: write their records again into the topics they came from.

    A record keeps its source position and counts once, however often it is redriven; one that is older than what stands
    of its article changes nothing. Articles that intake would still reject are left out (--force brings them too). What
    is a dead letter again is told at the end. Without --yes nothing is written.
    """
    choice = _choice(settings, reason, topic, since, until, places or ())
    found = _collected(settings, choice, judge=True)
    chosen = _brought_back(settings, found.letters, choice, force=force)
    if not chosen:
        say("nothing to redrive")
        return
    if not yes:
        _print(chosen)
        say(f"[bold]{len(chosen):,} would be redriven[/] ({_counts(chosen)}); add --yes to do it")
        return
    _report(_redriven(settings, chosen, wait), wait)


@with_settings(*KAFKA, "app_id", "embargo")
def release_embargoed(
    settings: Settings,
    *,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two looks.")] = 30,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, as from a cron job.")] = False,
) -> None:
    """Bring articles back whose embargo is over, until Ctrl-C. Run one beside the workers.

    An article keeps its source position and counts once, however often it is released; a version that was corrected or
    withdrawn in the meantime changes nothing. Where none runs, embargoed articles stay dead letters.
    """
    feeds = known_feeds(settings)
    stop = threading.Event()
    for number in () if once else (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    released: set[tuple[str, int, int]] = set()
    with suppress(KeyboardInterrupt):
        while not stop.is_set():
            try:
                outcome = asyncio.run(release(settings, feeds, released))
            except KafkaError as error:
                if once:
                    raise CommandError(f"Kafka failed: {error}; what was written already counts once") from error
                say(f"[yellow]Kafka failed: {printable(str(error))}; looking again in {every:g} s[/]")
            else:
                for letter, why in outcome.refused:
                    say(f"[red]{letter.name} not taken by Kafka: {printable(why)}[/]")
                if outcome.sent or once:
                    say(f"[bold]{outcome.sent:,} released[/]")
                if once:
                    raise typer.Exit(1 if outcome.refused else 0)
            stop.wait(every)


def _brought_back(settings: Settings, found: Sequence[Letter], choice: Choice, *, force: bool) -> list[Letter]:
    """The letters that can be redriven. Of the others it tells why they can not."""
    _say_absent(found, choice)
    foreign = [letter for letter in found if not is_ours(settings, letter)]
    if foreign:
        say(f"[yellow]{len(foreign):,} left out: they come from topics that this deployment does not read[/]")
    cut = [letter for letter in found if letter.cut]
    if cut:
        say(f"[yellow]{len(cut):,} left out: their records were too large to be kept whole[/]")
    hopeless = [] if force else [letter for letter in found if letter.verdict is not None and not letter.cut]
    if hopeless:
        _say_hopeless(hopeless)
    left_out = {letter.place for letter in (*foreign, *cut, *hopeless)}
    return [letter for letter in found if letter.place not in left_out]


def _say_absent(found: Sequence[Letter], choice: Choice) -> None:
    absent = choice.places - {letter.place for letter in found}
    if absent:
        missing = [f"{at.partition}:{at.offset}" for at in sorted(absent, key=lambda at: (at.partition, at.offset))]
        say(
            f"[yellow]{len(missing):,} not found[/] (no letter, not the newest of its record, or filtered out): "
            f"{', '.join(missing[:_SHOWN])}"
        )


def _say_hopeless(hopeless: Sequence[Letter]) -> None:
    first = hopeless[0].verdict
    why = "" if first is None else printable(f"{first.reason.value}: {first.detail}"[:_DETAIL_CHARS])
    say(
        f"[yellow]{len(hopeless):,} left out: intake would reject them again[/] (the first: {why}); --force brings them"
    )


def _redriven(settings: Settings, chosen: Sequence[Letter], wait: float) -> Redriven:
    async def run() -> Redriven:
        with _bar("redriving") as show:
            outcome = await redrive(settings, chosen, progress=show)
        taken = True
        if wait and outcome.sent:
            say(f"{outcome.sent:,} written back; waiting for the workers of group {printable(settings.app_id)}")
            taken = await await_outcome(settings, chosen, outcome, wait)
        if not taken:
            raise CommandError(
                f"{outcome.sent:,} records are written back, but the group {settings.app_id} had not taken them within "
                f"{wait:g} s: is a worker running, and is --app-id its group? `newstape dead-letters list` shows what "
                "comes back"
            )
        return outcome

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        say("stopped; redrive again for the rest: what was written already counts once")
        raise typer.Exit(130) from None
    except KafkaError as error:
        raise CommandError(f"Kafka failed: {error}; redrive again: what was written already counts once") from error


def _report(outcome: Redriven, wait: float) -> None:
    for letter, why in outcome.refused:
        say(f"[red]{letter.name} not taken by Kafka: {printable(why)}[/]")
    if outcome.again:
        _print(outcome.again)
    back = (
        f", {len(outcome.again):,} of them are dead letters again ({_counts(outcome.again)})" if outcome.again else ""
    )
    done = "redriven" if wait else "written back"
    say(f"[bold]{outcome.sent:,} {done}{back}[/]")
    if outcome.refused or outcome.again:
        raise typer.Exit(1)


# -- what is meant ----------------------------------------------------------------------------------------------------


def _choice(
    settings: Settings,
    reasons: Iterable[RejectReason] | None,
    topic: str | None,
    since: str | None,
    until: str | None,
    places: Iterable[str] = (),
) -> Choice:
    now = datetime.now(UTC)
    try:
        span = [None if text is None else time_of(text, now=now) for text in (since, until)]
    except BoundError as error:
        raise CommandError(f"--since, --until: {error}", status=EXIT_SETTINGS) from error
    if topic is not None and not topic.startswith(settings.topic_prefix):
        topic = f"{settings.topic_prefix}{topic}"
    return Choice(
        reasons=frozenset(reasons or ()),
        topic=topic,
        since=span[0],
        until=span[1],
        places=frozenset(map(_position, places)),
    )


def _position(text: str) -> Position:
    partition, colon, offset = text.partition(":")
    if not (colon and partition.isdecimal() and offset.isdecimal() and len(partition) < 10 and len(offset) < 19):
        raise CommandError(f"{text!r}: expected PARTITION:OFFSET as 2:15", status=EXIT_SETTINGS)
    return Position(partition=int(partition), offset=int(offset))


def _collected(settings: Settings, choice: Choice, *, judge: bool = False) -> Collected:
    feeds = known_feeds(settings) if judge else None
    with _bar("reading the dead letters") as show:
        return asyncio.run(collect(settings, choice, judge=feeds, progress=show))


# -- what is shown ----------------------------------------------------------------------------------------------------


@contextmanager
def _bar(doing: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar over records; null where standard error is no terminal."""
    if not err.is_terminal:
        yield None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    ) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _table(letters: Iterable[Letter]) -> Any:
    table = plain_table("place", "time", "reason", "from", "key", "redriven", "detail")
    for name in ("place", "time", "reason", "from"):
        next(column for column in table.columns if column.header == name).no_wrap = True
    for letter in letters:
        topic, partition, offset = letter.source
        key = "" if letter.key is None else letter.key.decode("utf-8", "backslashreplace")
        table.add_row(
            letter.name,
            f"{letter.time:%Y-%m-%d %H:%M:%S}",
            f"[red]{letter.told.reason.value}[/]",
            printable(f"{topic} {partition}:{offset}"),
            printable(_cut(key, _KEY_CHARS)),
            str(letter.redrives or ""),
            printable(_cut(letter.told.detail, _DETAIL_CHARS)),
        )
    return table


def _print(letters: Sequence[Letter]) -> None:
    """A table of the newest: there may be a hundred thousand."""
    out.print(_table(letters[-_SHOWN:]))
    if len(letters) > _SHOWN:
        say(f"the newest {_SHOWN} of {len(letters):,}; `newstape dead-letters list --json` prints all")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _counts(letters: Iterable[Letter]) -> str:
    return ", ".join(f"{number:,} {reason}" for reason, number in tally(letters).items())


def _tell(found: Collected, shown: int) -> None:
    total = len(found.letters)
    line = f"[bold]{total:,} dead letters[/]" + (f" ({_counts(found.letters)})" if total else "")
    if shown < total:
        line += f", the newest {shown:,} shown"
    say(line)
    if found.repeats:
        say(f"{found.repeats:,} older letters of the same records are not counted")
    if found.unreadable:
        say(f"[yellow]{found.unreadable:,} records of the topic are no dead letters: their headers are missing[/]")


def _as_json(letter: Letter) -> dict[str, Any]:
    topic, partition, offset = letter.source
    return {
        "place": letter.name,
        "time": letter.time.isoformat().replace("+00:00", "Z"),
        "reason": letter.told.reason.value,
        "detail": letter.told.detail,
        "source_topic": topic,
        "source_partition": partition,
        "source_offset": offset,
        "key": None if letter.key is None else letter.key.decode("utf-8", "backslashreplace"),
        "bytes": letter.size,
        "redrives": letter.redrives,
    }


for _name, _command, _examples in (
    (
        "list",
        list_letters,
        (
            "newstape dead-letters list --since 24h",
            "newstape dead-letters list --reason schema --json | jq -r .detail | sort | uniq -c",
        ),
    ),
    ("show", show, ("newstape dead-letters show 2:15", "newstape dead-letters show 2:15 --json | jq .value")),
    (
        "redrive",
        redrive_letters,
        (
            "newstape dead-letters redrive --reason internal-error",
            "newstape dead-letters redrive --reason internal-error --yes",
            "newstape dead-letters redrive 2:15 3:7 --yes",
        ),
    ),
    ("release", release_embargoed, ("newstape dead-letters release", "newstape dead-letters release --once")),
):
    # Typer makes a line of each paragraph.
    _epilog = "\n\n".join(["[dim]Examples[/]", *(f"  {example}" for example in _examples)])
    dead_letters.command(_name, epilog=_epilog)(_command)
