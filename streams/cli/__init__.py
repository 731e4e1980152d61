"""The `newstape` command: one module a command, put together here.

The module of a command is imported when that command runs, and its heavy libraries (Faust, the registry) when they are
needed, so that `newstape --help` is quick. Exit status: 0 all well, 1 a fault, with a message that says what to do, 2 a
wrong flag or setting, 130 stopped by Ctrl-C.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from streams.cli.late_command import LateCommand

_COMMANDS: Final = (
    LateCommand(
        "demo",
        "See it",
        "Start a real Kafka and a worker, push articles, and show what comes out. Leaves nothing behind.",
        ("newstape demo", "newstape demo --once --json --articles articles.jsonl"),
    ),
    LateCommand(
        "explain",
        "See it",
        "Show why each entity, index fact and event of one article was found.",
        ("newstape explain articles.jsonl --line 3", "echo 'The Dow fell as Dow Inc warned.' | newstape explain"),
    ),
    LateCommand(
        "annotate",
        "See it",
        "Print what articles say, one JSON annotation a line; needs no Kafka.",
        (
            "newstape annotate articles.jsonl | jq .events",
            "newstape annotate - < articles.jsonl",
            "newstape annotate archive.jsonl.gz --jobs 0 --to annotations.parquet",
        ),
    ),
    LateCommand(
        "kafka",
        "Run it",
        "Run a real single-node Kafka on this machine until Ctrl-C. No Docker, no Java needed.",
        ("newstape kafka", "newstape kafka --port 9192 --data-dir ~/newstape-kafka"),
    ),
    LateCommand(
        "topics",
        "Run it",
        "Check the topics against the catalogue, or create them. Exit status 1 if one is missing or wrong.",
        ("newstape topics --create", "newstape topics --json | jq '.[].name'"),
    ),
    LateCommand(
        "doctor",
        "Run it",
        "Check broker, topics, permissions, clocks, registry, versions and state; say what to do about each.",
        ("newstape doctor", "newstape doctor --json | jq '.[] | select(.state != \"ok\")'"),
    ),
    LateCommand(
        "worker",
        "Run it",
        "Run a worker until Ctrl-C or SIGTERM.",
        ("newstape worker --create-topics", "newstape worker --web-port 6067 --data-dir .newstape-2"),
    ),
    LateCommand(
        "replay",
        "Run it",
        "Read news.articles again into topics of their own, with a worker of its own, and end when all is through.",
        (
            "newstape replay --into replay1. --from 24h",
            "newstape replay --into replay2. --from 2026-11-20T06:30:00Z --to 2026-11-20T07:00:00Z",
            "newstape replay --into one. --from 3:1207 --to 3:1208 --json",
            "newstape replay --into replay1. --discard",
        ),
    ),
    LateCommand(
        "push",
        "Use it",
        "Push articles into Kafka: native JSON, ninjs or CloudEvents, one a line, or what a feed sends.",
        (
            "newstape push articles.jsonl.gz",
            "tail -f wire.jsonl | newstape push -",
            "newstape push --check new.jsonl",
            "newstape push --as benzinga news.json",
            "newstape push --as nitf *.xml",
        ),
    ),
    LateCommand(
        "tail",
        "Use it",
        "Print the messages of a topic, one a line; --full and --json have all of each.",
        (
            "newstape tail market.events.index",
            "newstape tail news.dead-letters --from-beginning --no-follow",
            "newstape tail market.events.company --key company:6501.T --json | jq .value.type",
            "newstape tail market.events.index --as ravenpack | jq .EVENT_SENTIMENT_SCORE",
        ),
    ),
    LateCommand(
        "contract",
        "Use it",
        "Print or write the contract: a JSON Schema for every message, and one AsyncAPI document for all topics.",
        (
            "newstape contract market-event | jq .properties",
            "newstape contract --out contract",
            "newstape contract --check",
        ),
    ),
    LateCommand(
        "counts",
        "Use it",
        "Print articles, mentions and mean sentiment per index and window, as a running worker has them now.",
        ("newstape counts", "newstape counts --index N225", "newstape counts --window 1h --json"),
    ),
    LateCommand(
        "archive",
        "Run it",
        "Keep events, index counts and annotations as Parquet, partitioned by day and type, until Ctrl-C or SIGTERM.",
        (
            "newstape archive --into history",
            "newstape archive --into /var/lib/newstape/history --every 300",
            "newstape archive --into history --once",
        ),
    ),
    LateCommand(
        "alert",
        "Use it",
        "Send an alert for every market event that one of your rules finds, until Ctrl-C.",
        (
            "newstape alert rules.toml --check",
            "newstape alert rules.toml --dry-run --since 24h | jq .alert.event.type",
            "newstape alert rules.toml",
        ),
    ),
    LateCommand("poll", "Run it", "Feeds fetched over HTTP, politely, again and again."),
    LateCommand("dead-letters", "Run it", "What could not be used: list it, look at it, bring it back."),
    LateCommand("feed", "Shape it", "The feeds newstape reads: vendors' forms and your own, as mappings."),
    LateCommand("registry", "Shape it", "The entities newstape knows: built from listings, yours checked."),
    LateCommand("train", "Shape it", "Train weights anew; needs the extra `train` (scikit-learn)."),
)


class _Commands(TyperGroup):
    """The commands above, in their order."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        for command in _COMMANDS:
            self.add_command(command)


app = typer.Typer(
    name="newstape",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # they print the values of local variables, secrets included
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every setting is a flag of the commands that use it, a variable NEWSTAPE_<NAME>, or a line of that in a "
    "file .env; the first named wins. Passwords have no flag. Begin with: [bold]newstape demo[/]",
)


def installed_version() -> str:
    """The version of newstape."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  loads much, and few ask

    try:
        return version("newstape")
    except PackageNotFoundError:
        return "0 (not installed)"


def _print_version(wanted: bool) -> None:
    if wanted:
        from streams.engine import is_compiled  # noqa: PLC0415  only the version asks

        typer.echo(f"newstape {installed_version()}{', compiled' if is_compiled() else ''}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version, and whether it is compiled.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Streams of news in, market events and rolling counts per index out, on your own Kafka."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; null takes the program's arguments. Ends in SystemExit."""
    app(args=arguments, prog_name="newstape")
    raise SystemExit(0)
