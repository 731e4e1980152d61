"""The import rule of the project, held over the syntax tree of every source file.

`schemas` knows nothing of `streams`; the pure stages know the contract, themselves and libraries that compute; Faust is
known to the shell only; `ROOMS` is the map of who may import whom.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]

# Libraries that compute and do nothing else: no clock, no network, no files, no chance, no logging.
PURE: Final = frozenset(
    (
        *(
            "__future__",
            "collections",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
            "fractions",
            "functools",
            "itertools",
        ),
        *("array", "bisect", "heapq", "math", "operator", "types", "typing", "zlib"),
        *("ahocorasick_rs", "binascii", "hashlib", "html", "re", "string", "unicodedata"),
    )
)

# Beside those, the loaders of `streams.data` read the files of their own package and check what they read.
LOADERS: Final = PURE | {
    "csv",
    "difflib",
    "gzip",
    "importlib",
    "io",
    "json",
    "msgspec",
    "orjson",
    "pathlib",
    "tomllib",
    "zipfile",
    "zoneinfo",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the modules under one name may import."""

    own: tuple[str, ...]
    """Packages of this project."""
    libraries: frozenset[str] = PURE
    """Top-level modules of other projects and the standard library."""
    computes: bool = True
    """Whether it may not call what reads, writes or differs between processes."""


# The longest name that fits a module counts. Modules not named here are the shell, held by IMPORTERS below.
PURE_PACKAGES: Final[Mapping[str, Rule]] = {
    "schemas": Rule(own=("schemas",)),
    "schemas.wire": Rule(own=("schemas",), libraries=PURE | {"msgspec", "orjson"}),
    "streams.data": Rule(own=("schemas", "streams.data", "streams.toml"), libraries=LOADERS, computes=False),
    "streams.data.prepared_file": Rule(
        own=(), libraries=LOADERS | {"contextlib", "os", "stat", "tempfile"}, computes=False
    ),
    "streams.data.languages": Rule(own=("schemas", "streams.data"), libraries=LOADERS | {"py3langid"}, computes=False),
    "streams.train.sentiment": Rule(
        own=("schemas", "streams.data", "streams.extract"),
        libraries=LOADERS | {"numpy", "random", "sklearn"},
        computes=False,
    ),
    "streams.markup": Rule(own=("streams.markup",)),
    "streams.toml": Rule(own=("streams.toml",), libraries=LOADERS, computes=False),
    "streams.intake": Rule(own=("schemas", "streams.intake", "streams.markup")),
    "streams.intake.language_tag": Rule(own=("schemas", "streams.intake"), libraries=PURE | {"langcodes"}),
    "streams.intake.wrapping": Rule(own=("schemas", "streams.intake"), libraries=PURE | {"cramjam"}),
    "streams.feeds": Rule(
        own=("schemas", "streams.intake", "streams.feeds", "streams.markup"),
        libraries=PURE | {"defusedxml", "feedparser", "io", "msgspec"},
    ),
    "streams.feeds.files": Rule(own=("schemas", "streams.feeds", "streams.toml"), libraries=LOADERS, computes=False),
    "streams.extract": Rule(own=("schemas", "streams.extract", "streams.data", "streams.markup")),
    "streams.extract.signature": Rule(
        own=("schemas", "streams.extract", "streams.data"), libraries=PURE | {"numpy", "rensa"}
    ),
    "streams.archive.tables": Rule(own=("schemas",)),
    "streams.alerts.rules": Rule(own=("schemas",), libraries=PURE | {"msgspec"}),
    "streams.alerts.matching": Rule(own=("schemas", "streams.alerts.rules")),
    "streams.reconcile": Rule(own=("schemas", "streams.reconcile")),
    "streams.tally": Rule(own=("schemas", "streams.tally")),
}

# Every room of `streams` and the doors at its root, from the ground up: which of the others each imports. An arrow that
# is not used is taken out, so this is also the map.
ROOMS: Final[Mapping[str, str]] = {
    "toml": "",
    "data": "toml",
    "markup": "",
    "intake": "markup",
    "feeds": "intake markup toml",
    "reconcile": "",
    "tally": "",
    "settings": "",
    "processes": "settings",
    "extract": "data markup",
    "engine": "data extract",
    "train": "data extract",
    "kafka": "settings",
    "archive": "kafka reconcile settings",
    "local": "processes",
    "state": "kafka reconcile settings tally",
    "consume": "kafka settings",
    "agents": "extract feeds intake kafka reconcile settings state tally",
    "contract": "extract intake kafka reconcile settings tally",
    "operate": "data feeds intake kafka processes settings state",
    "alerts": "consume kafka operate settings toml",
    "demo": "intake kafka local operate processes settings",
    "web": "contract kafka reconcile settings tally",
    "app": "agents contract engine extract feeds intake kafka reconcile settings state tally web",
    "cli": "alerts app archive consume contract data demo engine extract feeds intake kafka local operate settings "
    "state train",
    "__main__": "cli",
}

# Who may import what only a few may know.
IMPORTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "faust": (
        "streams.agents",
        "streams.app",
        "streams.state",
        "streams.kafka.internals",
        "streams.web",
        "streams.cli.worker",
    ),
    "mode": (
        "streams.agents",
        "streams.app",
        "streams.state",
        "streams.kafka.internals",
        "streams.web",
        "streams.cli.worker",
    ),
}

# A pure module gets time as an argument and has the same answer in every process.
IMPURE_BUILTINS: Final = frozenset(("__import__", "breakpoint", "eval", "exec", "hash", "input", "open", "print"))
CLOCKS: Final = frozenset(("now", "today", "utcnow"))


def within(module: str, package: str) -> bool:
    """Whether `module` is `package` or lies in it."""
    return module == package or module.startswith(f"{package}.")


def rule_of(module: str) -> Rule | None:
    """The rule for a module of a pure package, None for the shell."""
    names = [name for name in PURE_PACKAGES if within(module, name)]
    return PURE_PACKAGES[max(names, key=len)] if names else None


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[str]:
    """Full names of all that is imported anywhere in the tree, `from x import y` as `x.y`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: len(module.split(".")) - node.level + is_package] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """What in `source`, taken as the module of that name, breaks the rule."""
    tree = ast.parse(source)
    found = list(imports(tree, module, is_package=is_package))
    secret = [
        f"{module} imports {name}"
        for name in found
        for known, importers in IMPORTERS.items()
        if within(name, known) and not any(within(module, importer) for importer in (known, *importers))
    ]
    rule = rule_of(module)
    if rule is None:
        return secret
    foreign = [
        f"{module} imports {name}"
        for name in found
        if not any(within(name, own) for own in rule.own) and name.partition(".")[0] not in rule.libraries
    ]
    return sorted({*secret, *foreign, *(impure_calls(tree, module) if rule.computes else ())})


def impure_calls(tree: ast.AST, module: str) -> Iterator[str]:
    """Calls of built-ins that read, write or differ between processes, and of clocks."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
                yield f"{module} calls {name}()"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="datetime" | "date" as kind), attr=name)) if (
                name in CLOCKS
            ):
                yield f"{module} calls {kind}.{name}()"


def room_of(module: str) -> str | None:
    """`streams.state.table` stands in `state`; the contract and `streams` itself are no rooms."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "streams" and rest else None


def arrows() -> set[tuple[str, str]]:
    """Every import of one room by another."""
    found = set()
    for path in sources():
        module = module_of(path)
        own, tree = room_of(module), ast.parse(path.read_text(encoding="utf-8"))
        names = imports(tree, module, is_package=path.name == "__init__.py")
        found |= {(own, other) for other in map(room_of, names) if own and other and other != own}
    return found


def sources() -> list[Path]:
    """Every source file of the two packages."""
    return sorted(path for package in ("schemas", "streams") for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    """`streams/intake/__init__.py` is `streams.intake`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_source_file_keeps_the_import_rule(path: Path) -> None:
    """Every file imports and calls only what its place in the layout allows."""
    found = violations(path.read_text(encoding="utf-8"), module_of(path), is_package=path.name == "__init__.py")

    assert found == []


def test_rooms_import_what_the_map_says() -> None:
    """No arrow beside the map, and none on it that is not there."""
    assert arrows() == {(room, other) for room, others in ROOMS.items() for other in others.split()}


def test_rooms_stand_above_all_that_they_import() -> None:
    """The map goes from the ground up, so there is no circle."""
    below: set[str] = set()
    for room, others in ROOMS.items():
        assert set(others.split()) <= below, room
        below.add(room)


def test_the_root_of_streams_holds_doors_only() -> None:
    """What is neither configured, put together, started nor read by others stands in a room."""
    doors = {path.name for path in (ROOT / "streams").glob("*.py")}

    assert doors == {"__init__.py", "__main__.py", "app.py", "consume.py", "engine.py", "settings.py"}


@pytest.mark.parametrize("package", sorted(PURE_PACKAGES))
def test_every_pure_package_of_the_rule_exists(package: str) -> None:
    """A package that was renamed can't slip out of the rule."""
    path = ROOT.joinpath(*package.split("."))

    assert path.is_dir() or path.with_suffix(".py").is_file()


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("schemas.article", "from streams.data import registry", "schemas.article imports streams.data.registry"),
        ("schemas.article", "import orjson", "schemas.article imports orjson"),
        ("schemas.wire", "import streams", "schemas.wire imports streams"),
        ("streams.intake.native", "import time", "streams.intake.native imports time"),
        ("streams.intake.native", "from os import path", "streams.intake.native imports os.path"),
        ("streams.intake.native", "import streams.tally", "streams.intake.native imports streams.tally"),
        ("streams.intake.native", "from streams import data", "streams.intake.native imports streams.data"),
        ("streams.intake.native", "from ..tally import add", "streams.intake.native imports streams.tally.add"),
        ("streams.intake", "import msgspec", "streams.intake imports msgspec"),
        (
            "streams.extract.figures.dates",
            "import logging.handlers",
            "streams.extract.figures.dates imports logging.handlers",
        ),
        (
            "streams.extract.figures.dates",
            "import streams.intakes",
            "streams.extract.figures.dates imports streams.intakes",
        ),
        ("streams.reconcile.ledger", "import streams.data", "streams.reconcile.ledger imports streams.data"),
        ("streams.tally", "def f():\n    import random", "streams.tally imports random"),
        ("streams.tally", "import faust", "streams.tally imports faust"),
        ("streams.tally", "x = hash(y)", "streams.tally calls hash()"),
        ("streams.tally", "x = datetime.now(UTC)", "streams.tally calls datetime.now()"),
        ("streams.tally", "with open(x) as f: pass", "streams.tally calls open()"),
        ("streams.data.registry", "import socket", "streams.data.registry imports socket"),
        (
            "streams.data.registry",
            "from streams.extract.figures import dates",
            "streams.data.registry imports streams.extract.figures.dates",
        ),
        ("streams.kafka.topics", "from faust import App", "streams.kafka.topics imports faust.App"),
    ],
)
def test_breach_of_the_rule_is_found(module: str, source: str, fault: str) -> None:
    """The checker sees imports of every form, wherever they stand, and impure calls."""
    assert fault in violations(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.wire", "import msgspec, orjson"),
        ("schemas.event", "from schemas.article import ArticleRef"),
        ("streams.intake.native", "from .fields import Fields"),
        ("streams.intake.native", "import re\nfrom datetime import UTC\nfrom collections.abc import Mapping"),
        ("streams.extract.names.entities", "from streams.data.registry import Registry"),
        ("streams.data.registry", "from pathlib import Path\nimport msgspec\nopen(x)"),
        ("streams.data.build", "import csv, gzip\nopen(x)"),
        ("streams.tally", "x = clock.now()\ny = record.hash()"),
        ("streams.app", "import faust\nfrom streams.agents.annotate import Annotate\nfrom streams.web import views"),
        ("streams.cli", "import asyncio, time\nfrom streams.app import build_app"),
        ("streams.web.views", "import faust\nfrom streams.web import page"),
    ],
)
def test_what_the_rule_allows_is_not_found(module: str, source: str) -> None:
    """The checker lets pass what each place may know."""
    assert violations(source, module) == []


def test_relative_import_in_a_package_starts_from_the_package() -> None:
    """`from . import x` in `streams/intake/__init__.py` is `streams.intake.x`, not `streams.x`."""
    source = "from . import fields\nfrom .. import tally"

    assert violations(source, "streams.intake", is_package=True) == ["streams.intake imports streams.tally"]
