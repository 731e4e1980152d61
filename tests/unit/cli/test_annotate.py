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
    return command("annotate", str(path), *flags)


def command(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Run newstape."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTAPE_")}
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments], capture_output=True, check=False, env=environment, timeout=120
    )


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


def feed_file(tmp_path: Path) -> Path:
    """What Alpaca sends: an envelope over many lines with two articles, of which one has no time."""
    path = tmp_path / "page.json"
    news = [
        {"id": 1, "headline": "Nikkei 225 falls 1.8%", "created_at": "2026-11-20T06:30:00Z", "source": "wire"},
        {"id": 2, "headline": "DAX rises 0.4%", "source": "wire"},
    ]
    path.write_text(json.dumps({"news": news}, indent=2))
    return path


def test_what_a_feed_sends_is_annotated_article_by_article(tmp_path: Path) -> None:
    """As `newstape push --as` takes it; an item that is no article is described, and the others come out."""
    ended = annotate(feed_file(tmp_path), "--as", "alpaca")

    (annotation,) = (json.loads(line) for line in ended.stdout.splitlines())
    assert annotation["article"]["uri"] == "alpaca:1"
    assert [entity["id"] for entity in annotation["entities"]][:1] == ["index:N225"]
    (letter,) = (json.loads(line) for line in ended.stderr.splitlines())
    assert letter["reason"] == "schema"
    assert "created_at" in letter["detail"]
    assert ended.returncode == 1


def test_a_feed_is_read_by_several_processes_as_by_one(tmp_path: Path) -> None:
    """They are handed articles, not the file."""
    alone = annotate(feed_file(tmp_path), "--as", "alpaca")
    together = annotate(feed_file(tmp_path), "--as", "alpaca", "--jobs", "2")
    assert (together.returncode, together.stdout, together.stderr) == (1, alone.stdout, alone.stderr)


def test_a_feed_that_there_is_not_is_named(tmp_path: Path) -> None:
    """With those that there are."""
    ended = annotate(feed_file(tmp_path), "--as", "alpacca")
    assert ended.returncode == 2
    assert b"did you mean alpaca?" in ended.stderr


def test_an_article_of_a_feed_is_explained_by_its_number(tmp_path: Path) -> None:
    """From 1, in the order of the file; one that is none is named with its reason."""
    path = str(feed_file(tmp_path))
    first, second, third = (command("explain", path, "--as", "alpaca", "--line", number) for number in "123")
    assert b"alpaca:1" in first.stdout
    assert b"index:N225" in first.stdout
    assert b"article 2, is no article: " in second.stderr
    assert b"has 2 articles and no article 3" in third.stderr
    assert (first.returncode, second.returncode, third.returncode) == (0, 1, 2)
