"""A command of which the list of commands knows name and summary, and whose module is imported when it is called."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperCommand

__all__ = ["LateCommand"]


class LateCommand(TyperCommand):
    """The command of this name in the module of this name: a function, or a Typer app where it has commands of its own.

    `summary` is the first paragraph of its help. Arguments, help and all that follows are those of the real command.
    """

    def __init__(self, name: str, panel: str, summary: str, examples: Sequence[str] = ()) -> None:
        super().__init__(name, help=summary, rich_help_panel=panel, rich_markup_mode="rich")
        self._panel = panel
        self._examples = examples

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """The context of the real command."""
        return self.command().make_context(*arguments, **named)

    def command(self) -> TyperCommand:
        """The real command."""
        name = (self.name or "").replace("-", "_")
        found = getattr(import_module(f"streams.cli.{name}"), name)
        if isinstance(found, typer.Typer):
            group: Any = typer.main.get_group(found)
            group.name = self.name
            return group  # type: ignore[no-any-return]  # a group is made and called as a command is
        # Typer makes a line of each paragraph.
        epilog = "\n\n".join(["[dim]Examples[/]", *(f"  {escape(example)}" for example in self._examples)])
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        single.command(self.name, rich_help_panel=self._panel, epilog=epilog)(found)
        command: Any = typer.main.get_command(single)
        return command  # type: ignore[no-any-return]
