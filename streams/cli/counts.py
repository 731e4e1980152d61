"""`newstape counts`: the rolling counts of a running worker."""

import asyncio
from typing import Annotated, Any

import typer

from schemas.taxonomy import Window, bare_index
from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, counts_table, err, out
from streams.operate.rest import Rest
from streams.settings import Settings


@with_settings("web_host", "web_port", "web_url")
def counts(
    settings: Settings,
    *,
    index: Annotated[str | None, typer.Option(metavar="ID", help="One index only, as N225.")] = None,
    window: Annotated[Window | None, typer.Option(help="One window only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the worker's answer as JSON.")] = False,
) -> None:
    """Print articles, mentions and mean sentiment per index and window, as a running worker has them now."""
    answer = asyncio.run(_ask(settings, index))
    indices = [answer] if index else answer["indices"]
    if window:
        for activity in indices:
            activity["windows"] = {window.value: activity["windows"][window.value]}
    if as_json:
        out.print_json(data=answer)
        return
    if not indices:
        raise CommandError(
            "no index has been named in the last seven days of news; push articles with `newstape push FILE`"
        )
    out.print(counts_table(indices))
    clock = f", {answer['clock']} clock" if "clock" in answer else ""
    err.print(f"[dim]as of {answer['as_of']}{clock}[/]")


async def _ask(settings: Settings, index: str | None) -> Any:
    async with Rest(settings.views_url, settings.web_token) as worker:
        return await (worker.get("indices", bare_index(index)) if index else worker.get("indices"))
