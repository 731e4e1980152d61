"""What people see: consoles, faults in plain words, and the tables that several commands share."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any, Final, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from streams.cli.figures import joined, move

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


def require_installed(module: str, *, extra: str, what: str) -> None:
    """Raise CommandError with the command that installs it, where a library of an extra is not there."""
    if find_spec(module) is None:
        raise CommandError(f"{what} needs {module}: pip install 'newstape[{extra}]'")


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
        table.add_row(f"[bold]{printable(activity['index'])}[/]", *cells, last_fact(activity))
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


def last_fact(activity: Mapping[str, Any]) -> Text:
    """The newest level or move of an index in a few characters, empty where none is known."""
    fact = activity.get("last_fact")
    if not fact:
        return Text()
    level = "" if fact.get("level") is None else f"{'~' if fact.get('approximate') else ''}{fact['level']:,.2f}"
    return joined((level, move(fact) or "", (fact.get("record") or "").replace("_", " ")), ", ")
