"""`newstape feed`: the forms of vendors that newstape reads, and a mapping of your own tried out."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from schemas import Article, encode
from streams.cli.mappings import known_feeds, named_feed
from streams.cli.options import EXIT_SETTINGS, with_settings
from streams.cli.terminal import CommandError, out, plain_table, printable, say
from streams.feeds import NATIVE, article_in, split
from streams.feeds.documents import OF_A_FILE
from streams.feeds.files import SHIPPED, load_mappings
from streams.feeds.mapping import Mapping
from streams.intake import Rejection
from streams.operate.feed_files import MAX_FILE_BYTES, documents
from streams.operate.jsonl import JsonLines, Line
from streams.settings import Settings

feed = typer.Typer(no_args_is_help=True, help="The feeds newstape reads: vendors' forms and your own, as mappings.")

# Rejections listed in full; the first of them are enough to see what is wrong with a mapping.
_SHOWN_FAULTS: Final = 20


@with_settings("mappings")
def list_feeds(settings: Settings) -> None:
    """List the feeds that `--as`, NEWSTAPE_FEED and the header newstape-feed may name."""
    table = plain_table("feed", "form", "what it is", "mapping")
    table.add_row(f"[bold]{NATIVE}[/]", "json", "newstape's own form, ninjs, CloudEvents", "none is needed")
    for name, found in sorted(load_mappings(settings.mappings).items()):
        mapping = found.mapping
        place = "shipped" if found.path.parent == SHIPPED else printable(str(found.path))
        table.add_row(f"[bold]{printable(name)}[/]", mapping.format.value, printable(mapping.description), place)
    out.print(table)


@with_settings("mappings")
def show(settings: Settings, name: Annotated[str, typer.Argument(metavar="FEED", help="A feed's name.")]) -> None:
    """Print the mapping of a feed: a beginning for one of your own."""
    found = load_mappings(settings.mappings)
    if name not in found:
        names = ", ".join(sorted(found))
        raise CommandError(f"there is no mapping of {name!r}; there are {names}", status=EXIT_SETTINGS)
    sys.stdout.write(found[name].path.read_text(encoding="utf-8"))


@with_settings("mappings")
def check(
    settings: Settings,
    name: Annotated[str, typer.Argument(metavar="FEED|MAPPING.toml", help="A feed's name, or a mapping of your own.")],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE|-]", help="What the feed sends; - is standard input.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print articles as JSON, one a line.")] = False,
) -> None:
    """Check a mapping, and show the articles that it makes of a file.

    A mapping that is wrong is told by file, line and field; what the file has that is no article, by line and path.
    Nothing is pushed; --json prints what push would send. Exit status 1 if anything is wrong.
    """
    feed_name, mapping = named_feed(name, known_feeds(settings))
    if mapping is None:
        raise CommandError(f"{NATIVE} has no mapping; `newstape annotate` reads its files", status=EXIT_SETTINGS)
    if file is None:
        say(f"{printable(feed_name)} is a mapping as it should be; name a file to see what it reads")
        return
    articles, faults = 0, list[str]()
    with JsonLines(file, max_line_bytes=MAX_FILE_BYTES) as lines:
        for batch in documents(lines, mapping):
            for line in batch:
                articles += _print_articles(line, mapping, faults, as_json=as_json)
        place = lines.name
    for fault in faults[:_SHOWN_FAULTS]:
        say(f"[red]{printable(f'{place}: {fault}')}[/]")
    if len(faults) > _SHOWN_FAULTS:
        say(f"[red]and {len(faults) - _SHOWN_FAULTS:,} more[/]")
    say(f"[bold]{articles:,} articles, {len(faults):,} that can't be read[/]")
    if faults or not articles:
        raise typer.Exit(1)


def _print_articles(line: Line, mapping: Mapping, faults: list[str], *, as_json: bool) -> int:
    place = f"line {line.number}: " if line.number else ""
    items = split(line.value, mapping, OF_A_FILE)
    if isinstance(items, Rejection):
        faults.append(f"{place}{items.reason.value}: {items.detail}")
        return 0
    count = 0
    for item in items:
        found = article_in(item, mapping, datetime.now(UTC))
        if isinstance(found, Rejection):
            faults.append(f"{place}{found.reason.value}: {found.detail}")
            continue
        count += 1
        if as_json:
            sys.stdout.write(encode(found).decode() + "\n")
        else:
            _print(found)
    return count


def _print(article: Article) -> None:
    """An article field by field, those left out that it does not have."""
    fields: dict[str, Any] = json.loads(encode(article))
    table = plain_table("field", "value")
    for name, value in fields.items():
        if value not in (None, "", []):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            table.add_row(name, printable(" ".join(shown.split())))
    out.print(table)


feed.command("list", epilog="[dim]Examples[/]\n\n  newstape feed list")(list_feeds)
feed.command(epilog="[dim]Examples[/]\n\n  newstape feed show benzinga > my-wire.toml")(show)
feed.command(
    epilog="[dim]Examples[/]\n\n  newstape feed check my-wire.toml\n\n"
    "  newstape feed check my-wire.toml sample.json\n\n"
    "  newstape feed check rss feed.xml --json | newstape annotate -"
)(check)
