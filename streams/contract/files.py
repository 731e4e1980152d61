"""The contract's documents as files, and the gate over them.

`schemas/contract` holds what the code says now, `schemas/contract/released/<version>` what was released, without
examples, and does not change any more. Both come with the package.
"""

import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from schemas.version import CONTRACT_VERSION
from streams.contract import asyncapi, json_schema
from streams.contract.messages import DEAD_LETTER, KINDS, Example, Examples

EXAMPLES: Final = "examples.json"
ASYNCAPI: Final = "asyncapi.json"
RELEASED: Final = "released"

Documents = dict[str, dict[str, Any]]
"""Documents by file name."""


class ContractError(RuntimeError):
    """The contract's files and the code disagree, or a change breaks readers; the message says what to do."""


def directory() -> Path:
    """Where the contract's files lie in this installation."""
    return Path(str(files("schemas"))) / "contract"


def documents(examples: Examples) -> Documents:
    """Every document that the code makes, with these examples."""
    made: Documents = {}
    if examples:
        made[EXAMPLES] = {name: [asdict(example) for example in found] for name, found in examples.items()}
    for kind in KINDS:
        schema = json_schema.document(kind)
        values = [e.headers if kind is DEAD_LETTER else e.value for e in examples.get(kind.name, ())]
        made[f"{kind.name}.schema.json"] = {**schema, "examples": values} if values else schema
    made[ASYNCAPI] = asyncapi.document(examples)
    return made


def text(document: Any) -> str:
    """A document as its file has it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def stored_examples(where: Path) -> Examples:
    """The examples kept in a directory; none where it has none."""
    path = where / EXAMPLES
    if not path.exists():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {name: [Example(**example) for example in found] for name, found in stored.items()}


def read(where: Path) -> Documents:
    """The documents in a directory. Raises ContractError where one is no JSON."""
    found: Documents = {}
    for path in sorted(where.glob("*.json")):
        try:
            found[path.name] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ContractError(f"{path}: expected JSON ({error})") from error
    return found


def write(where: Path, made: Documents) -> list[str]:
    """Write the documents that differ from their files and remove files that are none; the names of those."""
    where.mkdir(parents=True, exist_ok=True)
    changed = stale(where, made)
    for name in changed:
        if name in made:
            (where / name).write_text(text(made[name]), encoding="utf-8")
        else:
            (where / name).unlink()
    return changed


def stale(where: Path, made: Documents) -> list[str]:
    """The files of a directory that are not what they should be: missing, different, or not made any more."""
    there = {path.name for path in where.glob("*.json")}
    return sorted(
        name
        for name in there | made.keys()
        if name not in made or name not in there or (where / name).read_text(encoding="utf-8") != text(made[name])
    )


def released(where: Path) -> dict[tuple[int, int, int], Documents]:
    """Released contracts by version, oldest first."""
    found = {}
    for path in (where / RELEASED).glob("*/"):
        found[version_of(path.name)] = read(path)
    return dict(sorted(found.items()))


def version_of(name: str) -> tuple[int, int, int]:
    """A version's numbers. Raises ContractError."""
    parts = name.split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise ContractError(f"{name}: expected a version such as {CONTRACT_VERSION}")
    major, minor, patch = map(int, parts)
    return major, minor, patch
