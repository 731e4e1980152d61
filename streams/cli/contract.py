"""`newstape contract`: the messages and topics as JSON Schema and AsyncAPI, and the gate over their changes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from schemas.version import CONTRACT_VERSION
from streams.cli.options import with_settings
from streams.cli.terminal import CommandError, out, plain_table, printable, say
from streams.contract import avro, compatibility, files
from streams.contract.messages import KINDS
from streams.settings import Settings

_REMAKE: Final = "write them anew with `newstape contract --update`"


@with_settings()
def contract(
    _settings: Settings,
    name: Annotated[
        str | None, typer.Argument(help="One document, to be printed: asyncapi, market-event, index-activity.avsc ...")
    ] = None,
    *,
    into: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write all documents into this directory.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Fail where the files are not what the code says, or a change breaks readers."),
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Write schemas/contract anew from the code, examples included.")
    ] = False,
    release: Annotated[bool, typer.Option("--release", help="Keep the contract of now as a released version.")] = False,
) -> None:
    """Print or write the contract: a JSON Schema for every message, and one AsyncAPI document for all topics.

    Without options, lists what there is. With the ending `.avsc` a message's schema of Avro is printed.
    `--check`, `--update` and `--release` are for those who work on newstape.
    """
    where = files.directory()
    try:
        if name is not None:
            typer.echo(_document(name), nl=False)
        elif into is not None:
            _tell(into, files.write(into, _current(where)))
        elif check:
            _check(where)
        elif update:
            _update(where)
        elif release:
            _release(where)
        else:
            _list(where)
    except files.ContractError as error:
        raise CommandError(str(error)) from error


def _current(where: Path) -> files.Documents:
    return files.documents(files.stored_examples(where))


def _document(name: str) -> str:
    documents = _current(files.directory()) | {f"{kind.name}.avsc": avro.document(kind) for kind in KINDS}
    for candidate in (name, f"{name}.schema.json", f"{name}.json"):
        if candidate in documents:
            return files.text(documents[candidate])
    names = "\n  ".join(sorted(documents))
    raise CommandError(f"there is no document {name}; these there are:\n  {names}", status=2)


def _list(where: Path) -> None:
    table = plain_table("document", "what it holds")
    for name, document in sorted(_current(where).items()):
        described = document.get("description") or document.get("info", {}).get("title") or "real records of each kind"
        table.add_row(name, printable(str(described)))
    out.print(table)
    say(f"[dim]contract {CONTRACT_VERSION} in {printable(str(where))}; print one with `newstape contract NAME`[/]")


def _check(where: Path) -> None:
    documents = _current(where)
    faults = compatibility.faults(documents, CONTRACT_VERSION, files.released(where))
    if faults:
        raise CommandError("\n".join(faults))
    stale = files.stale(where, documents)
    if stale:
        raise CommandError(f"{', '.join(stale)} in {where}: not what the code says; {_REMAKE}")
    say(f"[green]contract {CONTRACT_VERSION} is what the code says, and breaks no reader of a released one[/]")


def _update(where: Path) -> None:
    # The registry, which takes a second or two.
    from streams.contract.examples import run  # noqa: PLC0415
    from streams.engine import load_extractor  # noqa: PLC0415

    _tell(where, files.write(where, files.documents(run(load_extractor()))))


def _release(where: Path) -> None:
    _check(where)
    target, documents = where / files.RELEASED / CONTRACT_VERSION, files.documents({})
    if target.exists() and files.stale(target, documents):
        raise CommandError(f"{CONTRACT_VERSION} was released and does not change; raise CONTRACT_VERSION first")
    _tell(target, files.write(target, documents))


def _tell(where: Path, changed: Sequence[str]) -> None:
    say(f"{', '.join(changed) if changed else 'nothing to change'} in {printable(str(where))}")
