"""One line for each record of a topic, for those who watch; nothing in it commands the terminal."""

from contextlib import suppress
from typing import Any, Final

import msgspec
import orjson
from rich.text import Text

from schemas import Annotation, EntityRef, IndexActivity, MarketEvent, Message, WireError
from schemas.taxonomy import FactLevel, Lifecycle
from schemas.wire import loads
from streams.cli.figures import MOST, direction, figures, is_resolved, joined, move, novelty, status, ticker
from streams.cli.terminal import visible
from streams.kafka.headers import DETAIL, REASON, SOURCE_OFFSET, SOURCE_PARTITION, SOURCE_TOPIC
from streams.kafka.records import Record

_LONGEST: Final = 400
"""Characters that are shown of a record that is nothing known."""
_TIME: Final = "%m-%d %H:%M"


def event_line(event: MarketEvent, *, width: int | None = None) -> Text:
    """A market event in one line: when it was published, what, whom, which way, by how much and over what, how new and
    how sure that is, and the words that say so. Without a `width` it is whole.
    """
    life = "" if event.lifecycle is Lifecycle.CREATED else event.lifecycle.value
    level = "" if event.fact_level in (None, FactLevel.FACT) else f"({event.fact_level})"
    sure = "" if event.confidence is None else f"confidence {event.confidence:.2f}"
    doubt = joined((clean(novelty(event.novelty)), sure), " · ")
    quote = next((span.text for span in event.evidence or () if span.text), "")
    parts = (
        party(event.subject),
        Text(life, style="yellow"),
        Text(status(event), style="bold red"),
        direction(event),
        joined(list(figures(event))[:MOST], ", "),
        level,
        Text(doubt.plain, style="dim"),
        Text(f"“{clean(quote)}”" if quote else "", style="dim"),
    )
    return _line(
        (f"{event.published_at:{_TIME}}" if event.published_at else "", 11, "dim"),
        (event.type.value, 24, "cyan"),
        joined(parts, " "),
        width,
    )


def record_line(record: Record, kind: type[Message] | None, *, width: int | None = None) -> Text:
    """A record of any topic in one line. `kind` is the message that its topic holds, where it holds one."""
    headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    if REASON in headers:
        return _letter_line(record, headers, width)
    message = None
    if kind in _LINES and record.value is not None:
        with suppress(WireError):  # a record of another hand in the topic is shown as it is
            message = kind.from_bytes(record.value)
    if isinstance(message, MarketEvent):
        return event_line(message, width=width)
    rest = _LINES[kind](message) if kind is not None and message is not None else Text(_raw(record.value))
    return _line((f"{record.observed_at:{_TIME}}", 11, "dim"), (_key(record), 24, "cyan"), rest, width)


def party(entity: EntityRef) -> Text:
    """Who it is: ticker and name, the name alone where there is none; what text made is named as such."""
    short, name = ticker(entity), clean(entity.name)
    if short is None:
        return Text.assemble((name, "bold"), ("" if is_resolved(entity) else " (not in the registry)", "dim"))
    return Text.assemble((clean(short), "bold"), ("" if name == short else f" {name}", "dim"))


def clean(text: str) -> str:
    """Text from outside in one line, with what could command a terminal escaped."""
    return visible(" ".join(text.split()))


def _annotation(message: Annotation) -> Text:
    score = message.sentiment.score
    tone = Text("no sentiment" if score is None else f"tone {score:+.2f}", style="red" if (score or 0) < 0 else "")
    counts = f"{len(message.entities)} entities, {len(message.index_facts)} index facts, {len(message.events)} events"
    return joined((clean(message.article.headline or message.article.status), counts, tone), " · ")


def _activity(message: IndexActivity) -> Text:
    counts = [f"{name} {message.windows[name].articles}" for name in ("1h", "24h", "7d") if name in message.windows]
    fact = None if message.last_fact is None else msgspec.to_builtins(message.last_fact)
    level = "" if fact is None or fact["level"] is None else f"{fact['level']:,.2f}"
    moved = None if fact is None else move(fact)
    return joined((f"articles {', '.join(counts)}", joined((level, moved or ""), " ")), " · ")


_LINES: Final[dict[type[Message], Any]] = {MarketEvent: event_line, Annotation: _annotation, IndexActivity: _activity}


def _letter_line(record: Record, headers: dict[str, str], width: int | None) -> Text:
    where = " ".join(headers.get(name, "?") for name in (SOURCE_TOPIC, SOURCE_PARTITION, SOURCE_OFFSET))
    rest = joined(
        (clean(headers.get(DETAIL, "")), Text(f"from {clean(where)}", style="dim"), _raw(record.value)), " · "
    )
    return _line((f"{record.observed_at:{_TIME}}", 11, "dim"), (clean(headers[REASON]), 24, "bold red"), rest, width)


def _key(record: Record) -> str:
    return "no key" if record.key is None else clean(record.key.decode("utf-8", "backslashreplace"))


def _raw(value: bytes | None) -> str:
    """The beginning of a value that is nothing known: compact where it is JSON."""
    if value is None:
        return "null: deleted, or withdrawn"
    try:
        text = orjson.dumps(loads(value)).decode()
    except WireError:
        text = value[: 4 * _LONGEST].decode("utf-8", "backslashreplace")
    return clean(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def _line(first: tuple[str, int, str], second: tuple[str, int, str], rest: Text, width: int | None) -> Text:
    line = Text(no_wrap=True)
    for text, column, style in (first, second):
        line.append(f"{text:{column}} ", style=style)
    line.append_text(rest)
    if width is not None:
        line.truncate(width, overflow="ellipsis")
    return line
