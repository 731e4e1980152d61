"""`newstape doctor`: what a worker depends on, and what to do about it."""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from streams.cli.extraction import extractor_of
from streams.cli.options import KAFKA, with_settings
from streams.cli.terminal import err, out, plain_table, printable
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.operate.doctor import Check

_COLOURS: Final = {"ok": "green", "warning": "yellow", "fault": "bold red", "unknown": "dim"}


@with_settings(
    *KAFKA, "app_id", "partitions", "replication", "registry", "rules", "data_dir", "web_host", "web_port", "web_url"
)
def doctor(
    settings: Settings,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Check broker, topics, permissions, clocks, registry, versions and state; say what to do about each.

    Exit status 1 if there is a fault; warnings alone give 0.
    """
    found = asyncio.run(_all(settings, quiet=as_json))
    if as_json:
        out.print_json(data=[asdict(check) for check in found])
    else:
        table = plain_table("", "what", "found", "remedy")
        for check in found:
            state = f"[{_COLOURS[check.state]}]{check.state}[/]"
            table.add_row(
                state, f"[bold]{printable(check.name)}[/]", printable(check.found), printable(check.remedy or "")
            )
        out.print(table)
    if any(check.state == "fault" for check in found):
        raise typer.Exit(1)


async def _all(settings: Settings, *, quiet: bool) -> "list[Check]":
    from streams.operate.doctor import checks  # noqa: PLC0415  only when it runs

    found = []
    with err.status("looking") as status:
        async for check in checks(settings, lambda: extractor_of(settings).engine):
            found.append(check)
            if not quiet:
                status.update(f"{check.name}: {check.state}")
    return found
