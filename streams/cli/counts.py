"""`newstape counts`: the rolling counts of a running worker."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any

import typer

from schemas.taxonomy import Window, bare_index
from streams.cli.options import with_settings
from streams.cli.terminal import counts_table, out, say
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
    answer, pipeline = asyncio.run(_ask(settings, index))
    indices = [answer] if index else answer["indices"]
    if window:
        for activity in indices:
            activity["windows"] = {window.value: activity["windows"][window.value]}
    if as_json:
        out.print_json(data=answer)
        return
    if not indices:
        say(_nothing(pipeline))
        return
    out.print(counts_table(indices))
    clock = f", {answer['clock']} clock" if "clock" in answer else ""
    say(f"[dim]as of {answer['as_of']}{clock}{_behind(pipeline)}[/]")


async def _ask(settings: Settings, index: str | None) -> tuple[Any, Any]:
    """Counts, and how the pipeline stands."""
    async with Rest(settings.views_url, settings.web_token) as worker:
        answer = await (worker.get("indices", bare_index(index)) if index else worker.get("indices"))
        return answer, await worker.get("pipeline")


def _nothing(pipeline: Any) -> str:
    if pipeline["waiting"]:
        return f"no index has been counted yet{_behind(pipeline)}"
    return "no index has been named in the last seven days of news; push articles with `newstape push FILE`"


def _behind(pipeline: Any) -> str:
    """How many articles wait, and how long that takes; empty where none does."""
    if not pipeline["waiting"]:
        return ""
    left = pipeline["seconds_left"]
    wait = "" if left is None else f", about {timedelta(seconds=round(left))} at the rate of the last minute"
    return f"; {pipeline['waiting']:,} articles wait{wait}"
