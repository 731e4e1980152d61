"""`newstape poll`: feeds fetched over HTTP, again and again."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from yarl import URL

from streams.cli.mappings import known_feeds, named_feed
from streams.cli.options import EXIT_SETTINGS, KAFKA, with_settings
from streams.cli.terminal import CommandError, printable, say
from streams.feeds.mapping import Format
from streams.operate.feed_files import Outgoing
from streams.operate.polling import Poller, PollError, Remembered, Round, Send, client
from streams.operate.producer import ArticleProducer
from streams.settings import Settings

poll = typer.Typer(no_args_is_help=True, help="Feeds fetched over HTTP, politely, again and again.")

# While nothing is due, how often Ctrl-C and the clock are looked at.
_LOOK_S = 1.0


@with_settings(*KAFKA, "mappings", "data_dir")
def rss(
    settings: Settings,
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Addresses of RSS or Atom feeds.")],
    *,
    feed: Annotated[
        str, typer.Option("--as", metavar="FEED", help="Read them by another mapping of RSS, or one of your own.")
    ] = "rss",
    every: Annotated[float, typer.Option(min=10, help="Seconds between two looks at one feed, at least.")] = 300,
    once: Annotated[bool, typer.Option("--once", help="Look once at every feed that is due, and end.")] = False,
    state: Annotated[
        Path | None,
        typer.Option(
            help="File that remembers what was sent.",
            show_default="poll.json, or printed.json with --print, in the data dir",
        ),
    ] = None,
    to_print: Annotated[
        bool, typer.Option("--print", help="Print articles as JSON, one a line, in place of pushing them.")
    ] = False,
) -> None:
    """Poll RSS and Atom feeds and push what is new, until Ctrl-C.

    Feeds are asked only for what has changed, no more often than they wish, one connection a host; one that fails is
    asked less and less often. What was sent is remembered, so that a restart goes on where it stopped. Exit status 1
    if a feed failed in the last look (--once).
    """
    for url in urls:
        if URL(url).scheme not in ("http", "https") or not URL(url).host:
            raise CommandError(f"{url!r}: expected the address of a feed, http:// or https://", status=EXIT_SETTINGS)
    name, mapping = named_feed(feed, known_feeds(settings))
    if mapping is None or mapping.format is Format.JSON:
        raise CommandError(f"{name} is no feed of RSS or XML", status=EXIT_SETTINGS)
    try:
        poller = Poller(
            remembered=Remembered(state or settings.data_dir / ("printed.json" if to_print else "poll.json")),
            feed=name,
            mapping=mapping,
            send=_print if to_print else _pushing(settings),
            interval_s=every,
        )
        failed = asyncio.run(_poll(poller, list(dict.fromkeys(urls)), once=once))
    except PollError as error:
        raise CommandError(str(error)) from error
    except KafkaError as error:
        raise CommandError(f"Kafka failed: {error}; what was not confirmed is sent again by the next poll") from error
    if failed and once:
        raise typer.Exit(1)


async def _poll(poller: Poller, urls: list[str], *, once: bool) -> bool:
    """Look at the feeds, until told to stop; whether one failed in the last look."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.ensure_future(stop.wait())
    async with client() as session:
        while True:
            asked = asyncio.gather(*(poller.ask(session, url) for url in urls))
            await asyncio.wait((asked, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():  # a server that does not answer holds up no Ctrl-C
                asked.cancel()
                return False
            for found in asked.result():
                _tell(found)
            if once:
                stopped.cancel()
                return any(found.faults for found in asked.result())
            await asyncio.wait((stopped,), timeout=_LOOK_S)
            if stopped.done():
                return False


def _tell(found: Round) -> None:
    for fault in found.faults:
        say(f"[red]{printable(found.url)}: {printable(fault)}[/]")
    if found.sent:
        say(f"{printable(found.url)}: {found.sent:,} new")


def _pushing(settings: Settings) -> Send:
    async def push(records: list[Outgoing]) -> tuple[str, ...]:
        async with (producer := ArticleProducer(settings)):
            for record in records:
                await producer.send_record(record)
        return tuple(f"not taken by Kafka: {refused.why}" for refused in producer.delivery.refused)

    return push


async def _print(records: list[Outgoing]) -> tuple[str, ...]:
    for record in records:
        if record.rejection is None:
            sys.stdout.write(record.value.decode() + "\n")
    sys.stdout.flush()
    return ()


poll.command(
    epilog="[dim]Examples[/]\n\n  newstape poll rss https://wire.example/markets.rss https://bank.example/news.atom\n\n"
    "  newstape poll rss https://wire.example/markets.rss --once --print | newstape annotate -"
)(rss)
