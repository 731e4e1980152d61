"""`newstape annotate` with several processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.builders import NOON

LINES = 200
"""Three portions and a part of one."""


def annotate(path: Path, *flags: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the command over a file."""
    command = [sys.executable, "-m", "streams", "annotate", str(path), *flags]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTAPE_")}
    return subprocess.run(command, capture_output=True, check=False, env=environment, timeout=120)


def article(number: int) -> bytes:
    """One line; every fiftieth is no article."""
    if number % 50 == 49:
        return b'{"uri": "urn:jobs:%d"}' % number
    body = f"The DAX rose {number % 9 + 1}.5% to {20_000 + number} points."
    return json.dumps({"uri": f"urn:jobs:{number}", "published_at": NOON.isoformat(), "body": body}).encode()


def test_several_processes_give_the_same_lines_in_the_same_order(tmp_path: Path) -> None:
    """Annotations, what is said of lines that are no articles, and the exit status do not depend on --jobs."""
    path = tmp_path / "archive.jsonl"
    path.write_bytes(b"\n".join(map(article, range(LINES))) + b"\n")

    alone, together = annotate(path), annotate(path, "--jobs", "2")

    assert (together.returncode, together.stdout, together.stderr) == (1, alone.stdout, alone.stderr)
    uris = [json.loads(line)["article"]["uri"] for line in together.stdout.splitlines()]
    assert uris == [f"urn:jobs:{number}" for number in range(LINES) if number % 50 != 49]
    assert [json.loads(line)["line"] for line in together.stderr.splitlines()] == [50, 100, 150, 200]


def test_a_registry_that_is_wrong_is_told_once_whatever_the_number_of_processes(tmp_path: Path) -> None:
    """A wrong file of the user's ends the command with its message, not with a traceback of a process."""
    names, path = tmp_path / "names.jsonl", tmp_path / "one.jsonl"
    names.write_text('{"id": "company:X", "nome": "X"}\n')
    path.write_bytes(article(0) + b"\n")

    ended = annotate(path, "--jobs", "2", "--registry", str(names))

    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
    assert ended.stderr.count(b"nome") == 1
