"""`newstape push`: articles from a file or a pipe into `news.articles`."""

import asyncio
from contextlib import nullcontext
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from streams.cli.options import KAFKA, with_settings
from streams.cli.progress import Bytes, file_progress
from streams.cli.terminal import CommandError, printable, say
from streams.operate.jsonl import JsonLines, Line, read_ahead
from streams.operate.producer import ArticleProducer, Delivery, fault_of
from streams.settings import Settings

# Of a file with nothing but faults the first of them are enough to see what is wrong with it.
_SHOWN_FAULTS = 20


@with_settings(*KAFKA)
def push(
    settings: Settings,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="JSON Lines, gzip welcome; - is standard input.")],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Push only lines that are articles; print what is wrong with the others.")
    ] = False,
) -> None:
    """Push articles into Kafka, one a line: native JSON, ninjs or CloudEvents.

    A record's key is its article's uri. Lines that are no articles are pushed too: the pipeline keeps them as dead
    letters with the reason. Done when Kafka has confirmed every line.
    """
    with JsonLines(file) as lines, file_progress(lines, "pushing") or nullcontext() as progress:
        delivery, faults = asyncio.run(_push(settings, lines, check=check, progress=progress))
    _summarise(delivery, faults)
    if delivery.refused or faults:
        raise typer.Exit(1)


async def _push(
    settings: Settings, lines: JsonLines, *, check: bool, progress: Bytes | None
) -> tuple[Delivery, list[str]]:
    faults: list[str] = []
    producer = ArticleProducer(settings)
    try:
        async with producer:
            async for batch in read_ahead(lines):
                for line in batch:
                    fault = _fault(line) if check else None
                    if fault is None:
                        await producer.send(line)
                    else:
                        faults.append(fault)
                if progress is not None:
                    progress.show(lines.read_bytes, f"{producer.delivery.confirmed:,} confirmed")
    except KafkaError as error:
        raise CommandError(
            f"{error}; {producer.delivery.confirmed:,} lines were confirmed, push the file again: "
            "articles that are in the topic already change nothing"
        ) from error
    return producer.delivery, faults


def _fault(line: Line) -> str | None:
    rejection = fault_of(line)
    return None if rejection is None else f"line {line.number}: {rejection.reason.value}: {rejection.detail}"


def _summarise(delivery: Delivery, faults: list[str]) -> None:
    refused = [f"line {line.number}: {line.why}" for line in delivery.refused]
    for heading, listed in (("not articles, not pushed", faults), ("not taken by Kafka", refused)):
        for fault in listed[:_SHOWN_FAULTS]:
            say(f"[red]{printable(fault)}[/]")
        if listed:
            more = len(listed) - _SHOWN_FAULTS
            say(f"[bold red]{len(listed):,} {heading}[/]" + (f", {more:,} of them not shown" if more > 0 else ""))
    say(f"[bold]{delivery.confirmed:,} pushed and confirmed[/]")
