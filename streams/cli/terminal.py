"""What people see: consoles, faults in plain words, and the tables that several commands share."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from schemas import MarketEvent
from schemas.taxonomy import Direction, FactLevel, Lifecycle

# Into a pipe or a file tables go as wide as they need, within reason.
_PIPE_WIDTH: Final = 200

# No emoji codes: the middle of `urn:book:7` is not one.
out: Final = Console(
    highlight=False, emoji=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
)
"""Standard output: the answer."""
err: Final = Console(stderr=True, highlight=False, emoji=False)
"""Standard error: everything else."""


class CommandError(Exception):
    """Why a command can't do what was asked; the message says what to do."""

    def __init__(self, message: str, *, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def fail(message: str, *, status: int = 1) -> NoReturn:
    """Print a fault and end the command with this exit status."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(status)


def say(message: str) -> None:
    """Print a line for people on standard error; `message` is rich markup."""
    err.print(message, soft_wrap=True)


def visible(text: str) -> str:
    """Text from outside with its control and format characters escaped, so that it can't command the terminal."""
    if text.isprintable():
        return text
    return "".join(c if _is_visible(c) else c.encode("unicode_escape").decode() for c in text)


def _is_visible(character: str) -> bool:
    return character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs"


def printable(text: str) -> str:
    """`visible` text as rich markup."""
    return escape(visible(text))


def plain_table(*columns: str, title: str | None = None) -> Table:
    """An empty table in the style of all commands."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table


def counts_table(indices: Iterable[Mapping[str, Any]], *, window: str | None = None) -> Table:
    """Articles, mentions and mean sentiment per index and window, from values of IndexActivity as plain JSON."""
    indices = list(indices)
    windows = [window] if window else list(indices[0]["windows"] if indices else ())
    table = plain_table("index")
    for name in windows:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("last fact", no_wrap=True, overflow="ellipsis")
    for activity in indices:
        cells = [_cell(activity["windows"][name]) for name in windows]
        table.add_row(f"[bold]{printable(activity['index'])}[/]", *cells, printable(last_fact(activity)))
    table.caption = "articles/mentions, mean sentiment below"
    table.caption_justify = "left"
    return table


def _cell(counts: Mapping[str, Any]) -> str:
    if not counts["articles"]:
        return "[dim]·[/]"
    sentiment = counts["sentiment"]
    colour = "dim" if sentiment is None or abs(sentiment) < 0.05 else ("green" if sentiment > 0 else "red")
    mean = "no cue" if sentiment is None else f"{sentiment:+.2f}"
    return f"{counts['articles']}/{counts['mentions']}\n[{colour}]{mean}[/]"


def last_fact(activity: Mapping[str, Any]) -> str:
    """The newest level or move of an index in a few characters, empty where none is known."""
    fact = activity.get("last_fact")
    if not fact:
        return ""
    parts = []
    if fact.get("level") is not None:
        parts.append(f"{fact['level']:,.2f}")
    if fact.get("change_pct") is not None:
        parts.append(f"{fact['change_pct']:+.2f} %")
    elif fact.get("change_points") is not None:
        parts.append(f"{fact['change_points']:+,.2f} points")
    elif fact.get("direction"):
        parts.append(fact["direction"])
    if fact.get("record"):
        parts.append(fact["record"].replace("_", " "))
    return ", ".join(parts)


def event_line(event: MarketEvent, *, width: int) -> Text:
    """A market event in one line: when it was published, what, whom, which way, and the words that say so."""
    line = Text(no_wrap=True, overflow="ellipsis")
    time = "" if event.published_at is None else f"{event.published_at:%m-%d %H:%M}"
    line.append(f"{time:11} ", style="dim")
    line.append(f"{event.type.value:24} ", style="cyan")
    line.append(f"{visible(event.subject.id or event.subject.name)} ", style="bold")
    if event.lifecycle is not Lifecycle.CREATED:
        line.append(f"{event.lifecycle.value} ", style="yellow")
    line.append(f"{_facts(event)} ", style=_COLOURS.get(event.direction, "") if event.direction else "")
    quote = next((span.text for span in event.evidence or () if span.text), "")
    line.append(
        "\N{LEFT DOUBLE QUOTATION MARK}" + visible(" ".join(quote.split())) + "\N{RIGHT DOUBLE QUOTATION MARK}"
        if quote
        else "",
        style="dim",
    )
    line.truncate(width, overflow="ellipsis")
    return line


_COLOURS: Final = {Direction.UP: "green", Direction.DOWN: "red"}
_UNITS: Final = {"percent": " %", "points": " points", "basis_points": " bp"}


def _facts(event: MarketEvent) -> str:
    words = [event.direction.value] if event.direction else []
    for name, quantity in list((event.arguments or {}).items())[:2]:
        unit = f" {quantity.currency}" if quantity.currency else _UNITS.get(quantity.unit, "")
        words.append(f"{name} {quantity.value:,.10g}{unit}")
    if event.fact_level not in (None, FactLevel.FACT):
        words.append(f"({event.fact_level})")
    return " ".join(words)
