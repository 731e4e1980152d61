"""Types for TypeScript and Java, made from the JSON Schemas by the commands of schemas/README.md, and compiled."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from streams.contract import files
from streams.local.jars import cache_dir
from tests.npm import package

README: Final = (Path(files.__file__).parents[2] / "schemas" / "README.md").read_text(encoding="utf-8")
TYPESCRIPT: Final = ("typescript", "5.9.3")
_NPX: Final = re.compile(r"^npx --package ([a-z-]+)@([0-9.]+) (.*)$", re.MULTILINE)
_PROGRAM: Final = re.compile(r"^```ts\n(.*?)^```", re.MULTILINE | re.DOTALL)
MESSAGES: Final = ("market-event", "index-activity", "annotation")
"""Whose types are made: those that consumers read."""


def tool(name: str, version: str) -> str:
    """The folder of a package's programs."""
    return str(package(name, version).parent / ".bin")


def done(command: str, folder: Path, *paths: str) -> str:
    """What a command prints, run in a folder with these paths before the others."""
    path = os.pathsep.join([*paths, os.environ.get("PATH", "")])
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ran.returncode == 0, f"$ {command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def made(folder: Path, name: str, *messages: str) -> None:
    """Run the command of the document that calls this package, for each message."""
    shutil.copytree(files.directory(), folder / "contract", ignore=shutil.ignore_patterns("released"))
    ((found, version, command),) = [one for one in _NPX.findall(README) if one[0] == name]
    path = tool(found, version)
    for message in messages:
        classes = "".join(word.capitalize() for word in message.split("-"))
        done(command.replace("market-event", message).replace("MarketEvent", classes), folder, path)


def values(message: str) -> list[Any]:
    """The contract's examples of a message."""
    return [example.value for example in files.stored_examples(files.directory())[message]]


@pytest.mark.timeout(600)
def test_types_for_typescript_hold_the_examples(tmp_path: Path) -> None:
    """Compiled strictly, with the program of the document; a word that is in no vocabulary is refused."""
    made(tmp_path, "json-schema-to-typescript", *MESSAGES)
    typescript = tool(*TYPESCRIPT)
    (program,) = _PROGRAM.findall(README)
    (tmp_path / "program.ts").write_text(program, encoding="utf-8")
    lines = []
    for message in MESSAGES:
        kind = "".join(word.capitalize() for word in message.split("-"))
        lines.append(f'import type {{ {kind} }} from "./{message}";')
        lines += [f"const {kind.lower()}{n}: {kind} = {json.dumps(v)};" for n, v in enumerate(values(message))]
    (tmp_path / "examples.ts").write_text("\n".join(lines), encoding="utf-8")
    done("tsc --noEmit --strict program.ts examples.ts", tmp_path, typescript)

    wrong = (tmp_path / "examples.ts").read_text(encoding="utf-8").replace('"index.move"', '"index.mvoe"')
    (tmp_path / "examples.ts").write_text(wrong, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"index\.mvoe"):
        done("tsc --noEmit --strict examples.ts", tmp_path, typescript)


@pytest.mark.timeout(600)
def test_types_for_java_compile(tmp_path: Path) -> None:
    """Against the Jackson that the local Kafka brings."""
    if not shutil.which("javac"):
        pytest.skip("javac is not installed")
    jars = sorted(cache_dir().glob("kafka-*/jackson-*.jar"))
    if not jars:
        pytest.skip("the local Kafka, whose Jackson the classes are compiled against, has not been fetched yet")
    (tmp_path / "java").mkdir()
    made(tmp_path, "quicktype", "market-event")

    newest = [jar for jar in jars if jar.parent == jars[-1].parent]
    done(f"javac -Werror -d out -cp {os.pathsep.join(map(str, newest))} java/*.java", tmp_path)
    assert (tmp_path / "out" / "com" / "example" / "newstape" / "MarketEvent.class").is_file()
