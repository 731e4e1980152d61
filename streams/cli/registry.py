"""`newstape registry`: the entities that newstape knows, built from public listings, and your own files checked."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.progress import Progress

from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, err, out, plain_table, printable, say
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.data.entities import RegistryEntity
    from streams.data.registry import Meaning, Registry

registry = typer.Typer(no_args_is_help=True, help="The entities newstape knows: built from listings, yours checked.")

_LISTINGS: Final = Path("../shared/data/gazetteers")
# The steps of a build that are reported.
_STEPS: Final = 5
# Entities listed in full; of a long watch-list the beginning is enough.
_MOST_SHOWN: Final = 50


@with_settings()
def build(
    _settings: Settings,
    *,
    source: Annotated[
        Path, typer.Option("--from", help="Folder with equities.csv.gz and, if there, the lists of other names.")
    ] = _LISTINGS,
    target: Annotated[
        Path | None, typer.Option("--to", help="Where companies.jsonl goes.", show_default="the registry in use")
    ] = None,
) -> None:
    """Build the registry's companies from public listings.

    Reads equities.csv.gz (FinanceDatabase), edi_security_list.csv (Japanese names) and entity_list_comprehensive.csv
    (Indian newspaper names; also looked for in ../sentfin). The file is replaced only when every entry of it loads;
    manifest.json beside it keeps source and licence.
    """
    from streams.data import build as builder  # noqa: PLC0415  loads the registry
    from streams.data.entities import RegistryError  # noqa: PLC0415  as above
    from streams.data.registry import SHIPPED  # noqa: PLC0415  as above

    with _steps() as tell:
        try:
            count = builder.build(source, target or SHIPPED, progress=tell)
        except builder.BuildError as error:
            raise CommandError(f"{error}; --from names the folder with the listings") from error
        except RegistryError as error:
            raise CommandError(str(error)) from error
    out.print(f"{count:,} companies in {printable(str(target or SHIPPED))}")


@contextmanager
def _steps() -> "Iterator[Callable[[str, int], None]]":
    with Progress(transient=True, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("building", total=_STEPS)

        def tell(step: str, count: int) -> None:
            say(f"{count:>9,}  {step}")
            bar.advance(task)

        yield tell


@with_settings("registry")
def check(
    settings: Settings,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Your files or folders of them; else those of NEWSTAPE_REGISTRY."),
    ] = None,
) -> None:
    """Check registry files of your own as a worker would read them, and show what they add.

    Every entry that can't be used is told with file, line, field and reason, and the exit status is 1. Names that are
    ordinary words, or that another entity has too, are pointed out.
    """
    from streams.data.entities import RegistryError  # noqa: PLC0415  loads the registry
    from streams.data.registry import load_registry  # noqa: PLC0415  as above

    paths = files or settings.registry
    if not paths:
        raise CommandError("no files to check: name them, or set NEWSTAPE_REGISTRY", status=2)
    faults: list[RegistryError] = []
    try:
        loaded = load_registry(paths, faults=faults)
        given = _names_given(paths)
        own = [entity for entity in loaded.entities.values() if entity.id in given]
    except RegistryError as error:
        raise CommandError(str(error)) from error
    _print_entities(own)
    for entity in own:
        for warning in _warnings(entity, given[entity.id], loaded):
            out.print(f"[yellow]note:[/] {printable(warning)}", soft_wrap=True)
    for fault in faults:
        say(f"[bold red]error:[/] {printable(str(fault))}")
    if faults:
        raise typer.Exit(1)
    say(f"{len(own):,} entities as they should be")


def _names_given(paths: Sequence[Path]) -> dict[str, list[str]]:
    """By id the strong names that the files give, in lines that are good or not."""
    from streams.data.registry import registry_files  # noqa: PLC0415  as above

    given: dict[str, list[str]] = {}
    for path in registry_files(paths):
        for line in path.read_bytes().splitlines():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                names = [entry.get("name"), *entry.get("aliases", ())]
                given.setdefault(entry["id"], []).extend(name for name in names if isinstance(name, str))
    return given


def _print_entities(own: Sequence["RegistryEntity"]) -> None:
    table = plain_table("id", "name", "further names", "need confirmation", "listings")
    for entity in own[:_MOST_SHOWN]:
        table.add_row(
            f"[bold]{printable(entity.id)}[/]",
            printable(entity.name),
            printable(", ".join(entity.aliases)),
            printable(", ".join(entity.weak_aliases)),
            printable(", ".join(entity.listings)),
        )
    if len(own) > _MOST_SHOWN:
        table.caption = f"and {len(own) - _MOST_SHOWN:,} more"
    if own:
        out.print(table)


def _warnings(entity: "RegistryEntity", names: Sequence[str], loaded: "Registry") -> Iterator[str]:
    from streams.data.names import is_common  # noqa: PLC0415  reads a list of words
    from streams.data.registry import AliasClass  # noqa: PLC0415  loads the registry

    for name in names:
        readings = loaded.find(name)
        own = next((reading for reading in readings if reading.entity == entity.id), None)
        if own is None or own.alias_class is not AliasClass.STRONG:
            continue
        if " " not in name and not own.exact and is_common([name.lower()]):
            yield f"{entity.id}: {name!r} is an ordinary word and will name it wherever it stands; see weak_aliases"
        yield from _rivals(entity, name, readings)


def _rivals(entity: "RegistryEntity", name: str, readings: Sequence["Meaning"]) -> Iterator[str]:
    others = [reading.entity for reading in readings if reading.entity != entity.id]
    if others:
        first = readings[0].entity
        holder = "yours comes first" if first == entity.id else f"{first} comes first"
        yield f"{entity.id}: {name!r} also names {', '.join(others[:3])}; {holder}"


registry.command(
    epilog="[dim]Examples[/]\n\n  newstape registry build --from gazetteers\n\n"
    "  newstape registry build --from gazetteers --to my-registry"
)(build)
registry.command(
    epilog="[dim]Examples[/]\n\n  newstape registry check watch-list.jsonl\n\n"
    "  NEWSTAPE_REGISTRY=houses.jsonl,private.jsonl newstape registry check"
)(check)
