"""`newstape tail`: what is in a topic, decoded."""

import asyncio
import base64
from collections import deque
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

import orjson
import typer
from rich.highlighter import JSONHighlighter
from rich.text import Text

from schemas import MarketEvent, WireError
from schemas.taxonomy import Lifecycle
from schemas.wire import loads
from streams.cli.extraction import registry_of
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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    feed: Annotated[
        Feed | None,
        typer.Option("--as", help="Print market events as rows in the field names of another feed, one JSON a line."),
    ] = None,
) -> None:
    """Print the messages of a topic with key, partition, offset and time; dead letters with their reason.

    Rows of another feed (`--as`) have null where newstape has no source for a field, and leave retractions out, since
    those feeds have no word for them; schemas/README.md has the table.
    """
    found = _topic(settings, topic)
    show = (lambda record: print_record(record, as_json=as_json)) if feed is None else _rows(settings, found, feed)
    asyncio.run(_tail(settings, found, None if from_beginning else last, key=key, follow=follow, show=show))


def _rows(settings: Settings, topic: Topic, feed: Feed) -> Callable[[Record], None]:
    """Prints market events as rows."""
    if topic.value is not MarketEvent:
        names = ", ".join(t.name for t in catalogue(settings).events.values())
        raise CommandError(f"--as: rows are made of market events, expected one of {names}", status=2)
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
    settings: Settings, topic: Topic, last: int | None, *, key: str | None, follow: bool, show: Callable[[Record], None]
) -> None:
    wanted = None if key is None else key.encode()

    def of_key(group: Iterable[Record]) -> Iterable[Record]:
        return group if wanted is None else (record for record in group if record.key == wanted)

    def print_all(group: Iterable[Record]) -> None:
        for record in of_key(group):
            show(record)

    async with reader(settings, [topic.name]) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        if last is not None and wanted is None:  # of one key the newest may stand anywhere
            begins = await consumer.beginning_offsets(consumer.assignment())
            for tp, end in ends.items():
                consumer.seek(tp, max(begins[tp], end - last))
        if last is None:
            async for group in records_to(consumer, ends):
                print_all(group)
        else:
            newest: dict[int, deque[Record]] = {}
            async for group in records_to(consumer, ends):
                for record in of_key(group):
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
