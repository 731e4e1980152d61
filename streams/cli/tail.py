"""`newstape tail`: what is in a topic, decoded."""

import asyncio
import base64
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Annotated, Any, Final

import orjson
import typer
from rich.highlighter import JSONHighlighter
from rich.text import Text

from schemas import MarketEvent, WireError
from schemas.event import ANY_QUALITY, Quality
from schemas.taxonomy import EventStatus, Lifecycle
from schemas.wire import loads
from streams.cli.extraction import registry_of
from streams.cli.lines import record_line
from streams.cli.options import KAFKA, with_settings
from streams.cli.terminal import CommandError, err, out, printable, visible
from streams.kafka.reading import reader, records, records_to
from streams.kafka.records import Record
from streams.kafka.topics import Topic, catalogue
from streams.operate.rows import Feed, known, row
from streams.settings import Settings

# Enough of a dead letter to see what it is; --json has it whole.
_SHOWN_CHARACTERS: Final = 2_000


@with_settings(*KAFKA, "app_id")
def tail(
    settings: Settings,
    topic: Annotated[str, typer.Argument(help="As market.events.index; the prefix may be left out.")],
    *,
    last: Annotated[int, typer.Option("--last", "-n", min=0, help="Begin with this many of the newest.")] = 10,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Begin with the oldest there is.")] = False,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", "-f", help="Go on as new ones come.")] = True,
    key: Annotated[str | None, typer.Option(help="Only messages with this key, as index:N225.")] = None,
    resolved: Annotated[
        bool | None,
        typer.Option(
            "--resolved/--unresolved", help="Only events of subjects that the registry has, or of those made from text."
        ),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(min=0, max=1, help="Leave out new events below this confidence; what corrects others passes."),
    ] = 0.0,
    status: Annotated[
        EventStatus | None,
        typer.Option(help="Only new events that stand, or that tell what is called off; what corrects others passes."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print each message whole, with partition and offset.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, the message whole.")] = False,
    feed: Annotated[
        Feed | None,
        typer.Option("--as", help="Print market events as rows in the field names of another feed, one JSON a line."),
    ] = None,
) -> None:
    """Print the messages of a topic, one a line; --full and --json have all of each.

    A market event is told by its time, type, subject, numbers and what they are measured over, novelty, confidence and
    the words that say so; a dead letter by its reason.

    Rows of another feed (`--as`) have null where newstape has no source for a field, and leave retractions out, since
    those feeds have no word for them; schemas/README.md has the table.
    """
    found = _topic(settings, topic)
    quality = Quality(resolved=resolved, min_confidence=min_confidence, status=status)
    if quality != ANY_QUALITY:
        _require_events(
            settings, found, "--resolved, --unresolved, --min-confidence and --status choose among market events"
        )
    if feed is not None:
        show = _rows(settings, found, feed)
    elif as_json or full:
        show = partial(print_record, as_json=as_json)
    else:
        show = partial(_print_line, found)
    wanted = partial(_is_wanted, None if key is None else key.encode(), quality)
    is_selected = key is not None or quality != ANY_QUALITY
    asyncio.run(
        _tail(
            settings,
            found,
            None if from_beginning else last,
            wanted=wanted if is_selected else None,
            follow=follow,
            show=show,
        )
    )


def _is_wanted(key: bytes | None, quality: Quality, record: Record) -> bool:
    if key is not None and record.key != key:
        return False
    if quality == ANY_QUALITY:
        return True
    try:
        event = MarketEvent.from_bytes(record.value or b"")
    except WireError:
        return True  # it is no event: whoever reads the topic wants to see that
    return quality.admits(
        subject=event.subject.id,
        resolved=event.subject.resolved,
        lifecycle=event.lifecycle,
        confidence=event.confidence,
        status=event.status,
    )


def _require_events(settings: Settings, topic: Topic, why: str) -> None:
    if topic.value is not MarketEvent:
        names = ", ".join(t.name for t in catalogue(settings).events.values())
        raise CommandError(f"{why}, expected one of {names}", status=2)


def _rows(settings: Settings, topic: Topic, feed: Feed) -> Callable[[Record], None]:
    """Prints market events as rows."""
    _require_events(settings, topic, "--as: rows are made of market events")
    registry = registry_of(settings)

    def show(record: Record) -> None:
        try:
            event = MarketEvent.from_bytes(record.value or b"")
        except WireError as error:
            raise CommandError(f"{topic.name} partition {record.partition} offset {record.offset}: {error}") from error
        if event.lifecycle is not Lifecycle.RETRACTED:
            print(orjson.dumps(row(feed, known(event, registry))).decode(), flush=True)  # noqa: T201  for programs

    return show


def _topic(settings: Settings, name: str) -> Topic:
    known = catalogue(settings).all()
    for matches in (
        [topic for topic in known if name in (topic.name, topic.name.removeprefix(settings.topic_prefix))],
        [topic for topic in known if topic.name.endswith((f".{name}", f"-{name}"))],
    ):
        if len(matches) == 1:
            return matches[0]
    names = "\n  ".join(topic.name for topic in known)
    raise CommandError(f"there is no topic {name} in the catalogue; these there are:\n  {names}", status=2)


async def _tail(
    settings: Settings,
    topic: Topic,
    last: int | None,
    *,
    wanted: Callable[[Record], bool] | None,
    follow: bool,
    show: Callable[[Record], None],
) -> None:
    def print_all(group: Iterable[Record]) -> None:
        for record in filter(wanted, group) if wanted else group:
            show(record)

    async with reader(settings, [topic.name]) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        if last is not None and wanted is None:  # of a selection the newest may stand anywhere
            begins = await consumer.beginning_offsets(consumer.assignment())
            for tp, end in ends.items():
                consumer.seek(tp, max(begins[tp], end - last))
        if last is None:
            async for group in records_to(consumer, ends):
                print_all(group)
        else:
            newest: dict[int, deque[Record]] = {}
            async for group in records_to(consumer, ends):
                for record in filter(wanted, group) if wanted else group:
                    newest.setdefault(record.partition, deque(maxlen=last)).append(record)
            merged = sorted((record for kept in newest.values() for record in kept), key=_age)
            print_all(merged[max(0, len(merged) - last) :])
        if follow:
            if err.is_terminal:
                err.print(f"[dim]waiting for more of {printable(topic.name)}; Ctrl-C ends[/]")
            async for group in records(consumer):
                print_all(group)


def _age(record: Record) -> tuple[int, int, int]:
    return record.stamp_ms, record.partition, record.offset


def _print_line(topic: Topic, record: Record) -> None:
    """One line, cut at the edge of a terminal and whole in a pipe."""
    out.print(record_line(record, topic.value, width=out.width if out.is_terminal else None), soft_wrap=True)
    out.file.flush()


def print_record(record: Record, *, as_json: bool) -> None:
    """Print a record for people, or as one JSON object a line."""
    if as_json:
        print(orjson.dumps(_as_json(record)).decode(), flush=True)  # noqa: T201  a line of JSON for programs, as it is
        return
    time = _time(record)
    name = None if record.key is None else printable(record.key.decode("utf-8", "backslashreplace"))
    key = "no key" if name is None else f"key [bold]{name}[/]"
    out.print(f"[dim]partition {record.partition} offset {record.offset} · {time} ·[/] {key}", soft_wrap=True)
    headers = dict(record.headers)
    if "reason" in headers:
        shown = {name: printable(value.decode("utf-8", "replace")) for name, value in headers.items()}
        out.print(f"  [bold red]{shown['reason']}[/] {shown.get('detail', '')}", soft_wrap=True)
        where = " ".join(shown.get(f"source-{part}", "?") for part in ("topic", "partition", "offset"))
        out.print(f"  [dim]from {where}[/]", soft_wrap=True)
    out.print(_shown(record.value), soft_wrap=True)


def _shown(value: bytes | None) -> Text:
    if value is None:
        return Text("  null: deleted, or withdrawn", style="dim")
    try:
        text = orjson.dumps(loads(value), option=orjson.OPT_INDENT_2).decode()
    except WireError:
        text = value.decode("utf-8", "backslashreplace")
        if len(text) > _SHOWN_CHARACTERS:
            text = f"{text[:_SHOWN_CHARACTERS]} ... ({len(value):,} bytes)"
    return JSONHighlighter()(Text("  " + visible(text).replace("\n", "\n  ")))


def _time(record: Record) -> str:
    return record.observed_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON: `value` where it is JSON, else its `text`, or `base64` where it is not even UTF-8."""
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": _time(record),
        "key": None if record.key is None else record.key.decode("utf-8", "backslashreplace"),
        "headers": {name: value.decode("utf-8", "backslashreplace") for name, value in record.headers},
        **_value(record.value),
    }


def _value(value: bytes | None) -> dict[str, Any]:
    if value is None:
        return {"value": None}
    try:
        return {"value": loads(value)}
    except WireError:
        pass
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
