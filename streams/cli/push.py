"""`newstape push`: articles from files or a pipe into `news.articles`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from streams.cli.mappings import AS, known_feeds, named_feed
from streams.cli.options import KAFKA, with_settings
from streams.cli.progress import Bytes, file_progress
from streams.cli.terminal import CommandError, printable, say
from streams.feeds.mapping import Mapping
from streams.kafka.topics import catalogue
from streams.operate.backfill import Pace
from streams.operate.feed_files import MAX_FILE_BYTES, documents, outgoing
from streams.operate.jsonl import JsonLines, Line, read_ahead
from streams.operate.producer import ArticleProducer, fault_of
from streams.settings import Settings

# Of a file with nothing but faults the first of them are enough to see what is wrong with it.
_SHOWN_FAULTS = 20
# The progress bar of a document moves on after this many articles.
_SHOWN_EVERY = 500


@with_settings(*KAFKA, "app_id", "mappings")
def push(
    settings: Settings,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE|-", help="JSON Lines, or what the feed sends; gzip welcome; - is standard input."),
    ],
    *,
    feed: Annotated[str | None, AS] = None,
    raw: Annotated[
        bool,
        typer.Option("--raw", help="Push everything as it is; what is no article becomes a dead letter."),
    ] = False,
    backfill: Annotated[
        bool,
        typer.Option(
            "--backfill",
            help="Old news: only as fast as the workers take them, so that live articles are not stuck behind.",
        ),
    ] = False,
) -> None:
    """Push articles into Kafka: native JSON, ninjs or CloudEvents, one a line, or what a feed sends.

    A record's key is its article's uri. What is no article, and would become a dead letter, is told by its line and not
    pushed, unless --raw is given. The exit status is 1 where something was not pushed, or nothing was. Done when Kafka
    has confirmed every record. With --as articles go out in newstape's own form, out of
    JSON Lines, arrays, envelopes, XML and RSS alike.
    """
    name, mapping = named_feed(feed or settings.feed, known_feeds(settings))
    is_faulty, confirmed = False, 0
    for file in files:
        limit = None if mapping is None else MAX_FILE_BYTES
        with JsonLines(file, max_line_bytes=limit) as lines, file_progress(lines, "pushing") or nullcontext() as bar:
            run = _Push(settings=settings, lines=lines, raw=raw, bar=bar, backfill=backfill)
            asyncio.run(run.push_lines() if mapping is None else run.push_items(name, mapping))
        run.summarise(name_file=mapping is not None or len(files) > 1)
        is_faulty |= bool(run.producer.delivery.refused or run.faults)
        confirmed += run.producer.delivery.confirmed
    if is_faulty or not confirmed:
        raise typer.Exit(1)


@dataclass(slots=True, kw_only=True)
class _Push:
    """One file on its way into the topic."""

    settings: Settings
    lines: JsonLines
    raw: bool
    bar: Bytes | None
    backfill: bool
    faults: list[str] = field(default_factory=list)
    """What is wrong with what is no article."""
    producer: ArticleProducer = field(init=False)

    def __post_init__(self) -> None:
        pace = Pace(self.settings, catalogue(self.settings).articles.name, warn=_warn) if self.backfill else None
        self.producer = ArticleProducer(self.settings, pace=pace)

    async def push_lines(self) -> None:
        """Every line as it stands."""
        async for line in self._open(read_ahead(self.lines.batches)):
            # Of a line that is larger than the topic takes only the beginning was read: the producer refuses it.
            rejection = None if self.raw or line.size > len(line.value) + 2 else fault_of(line)
            if rejection is None:
                await self.producer.send(line)
            else:
                self.faults.append(f"line {line.number}: {rejection.reason.value}: {rejection.detail}")

    async def push_items(self, feed: str, mapping: Mapping) -> None:
        """Every article that a line, or the file as one document, holds."""
        async for line in self._open(read_ahead(partial(documents, self.lines, mapping))):
            for number, record in enumerate(outgoing(line, feed, mapping, datetime.now(UTC)), start=1):
                if record.fault is not None:
                    self.faults.append(record.fault)
                if record.fault is None or self.raw:
                    await self.producer.send_record(record)
                if number % _SHOWN_EVERY == 0:
                    self._show()

    async def _open(self, batches: AsyncIterator[list[Line]]) -> AsyncIterator[Line]:
        """The lines, while the producer is open. Raises CommandError where Kafka fails."""
        try:
            async with self.producer:
                async for batch in batches:
                    for line in batch:
                        yield line
                    self._show()
        except KafkaError as error:
            raise CommandError(
                f"{error}; {self.producer.delivery.confirmed:,} records were confirmed, push the file again: "
                "articles that are in the topic already change nothing"
            ) from error

    def _show(self) -> None:
        if self.bar is not None:
            self.bar.show(self.lines.read_bytes, f"{self.producer.delivery.confirmed:,} confirmed")

    def summarise(self, *, name_file: bool) -> None:
        """Say what was pushed and what was not."""
        place = f"{self.lines.name}: " if name_file else ""
        refused = [f"line {line.number}: {line.why}" for line in self.producer.delivery.refused]
        letters = "pushed as dead letters" if self.raw else "would be dead letters, not pushed (--raw pushes them)"
        for heading, listed in ((letters, self.faults), ("not taken by Kafka", refused)):
            for fault in listed[:_SHOWN_FAULTS]:
                say(f"[red]{printable(place + fault)}[/]")
            if listed:
                more = len(listed) - _SHOWN_FAULTS
                say(f"[bold red]{len(listed):,} {heading}[/]" + (f", {more:,} of them not shown" if more > 0 else ""))
        say(f"[bold]{printable(place)}{self.producer.delivery.confirmed:,} pushed and confirmed[/]")


def _warn(what: str) -> None:
    say(f"[yellow]{printable(what)}[/]")
