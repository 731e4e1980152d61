"""The `newstape` command: one module a command, put together here.

A command's heavy libraries (Faust, the registry) are imported when it runs, so that `newstape --help` is quick. Exit
status: 0 all well, 1 a fault that the message says how to mend, 2 a wrong flag or setting, 130 stopped by Ctrl-C.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from streams.cli.annotate import annotate
from streams.cli.contract import contract
from streams.cli.counts import counts
from streams.cli.dead_letters import dead_letters
from streams.cli.demo import demo
from streams.cli.doctor import doctor
from streams.cli.explain import explain
from streams.cli.kafka import kafka
from streams.cli.push import push
from streams.cli.registry import registry
from streams.cli.replay import replay
from streams.cli.tail import tail
from streams.cli.topics import topics
from streams.cli.train import trainer
from streams.cli.worker import worker

app = typer.Typer(
    name="newstape",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # they print the values of local variables, secrets included
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every setting is a flag of the commands that use it, a variable NEWSTAPE_<NAME>, or a line of that in a "
    "file .env; the first named wins. Passwords have no flag. Begin with: [bold]newstape demo[/]",
)
for command, panel, examples in (
    (demo, "See it", ("newstape demo", "newstape demo --once --json --articles articles.jsonl")),
    (
        explain,
        "See it",
        ("newstape explain articles.jsonl --line 3", "echo 'The Dow fell as Dow Inc warned.' | newstape explain"),
    ),
    (annotate, "See it", ("newstape annotate articles.jsonl | jq .events", "newstape annotate - < articles.jsonl")),
    (kafka, "Run it", ("newstape kafka", "newstape kafka --port 9192 --data-dir ~/newstape-kafka")),
    (topics, "Run it", ("newstape topics --create", "newstape topics --json | jq '.[].name'")),
    (doctor, "Run it", ("newstape doctor", "newstape doctor --json | jq '.[] | select(.state != \"ok\")'")),
    (
        worker,
        "Run it",
        ("newstape worker --create-topics", "newstape worker --web-port 6067 --data-dir .newstape-2"),
    ),
    (
        replay,
        "Run it",
        (
            "newstape replay --into replay1. --from 24h",
            "newstape replay --into replay2. --from 2026-11-20T06:30:00Z --to 2026-11-20T07:00:00Z",
            "newstape replay --into one. --from 3:1207 --to 3:1208 --json",
            "newstape replay --into replay1. --discard",
        ),
    ),
    (
        push,
        "Use it",
        ("newstape push articles.jsonl.gz", "tail -f wire.jsonl | newstape push -", "newstape push --check new.jsonl"),
    ),
    (
        tail,
        "Use it",
        (
            "newstape tail market.events.index",
            "newstape tail news.dead-letters --from-beginning --no-follow",
            "newstape tail market.events.company --key company:6501.T --json | jq .value.type",
            "newstape tail market.events.index --as ravenpack | jq .EVENT_SENTIMENT_SCORE",
        ),
    ),
    (
        contract,
        "Use it",
        (
            "newstape contract market-event | jq .properties",
            "newstape contract --out contract",
            "newstape contract --check",
        ),
    ),
    (counts, "Use it", ("newstape counts", "newstape counts --index N225", "newstape counts --window 1h --json")),
):
    # Typer makes a line of each paragraph.
    epilog = "\n\n".join(["[dim]Examples[/]", *(f"  {escape(example)}" for example in examples)])
    app.command(rich_help_panel=panel, epilog=epilog)(command)
app.add_typer(dead_letters, name="dead-letters", rich_help_panel="Run it")
app.add_typer(registry, name="registry", rich_help_panel="Shape it")
app.add_typer(trainer, name="train", rich_help_panel="Shape it")


def installed_version() -> str:
    """The version of newstape."""
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
