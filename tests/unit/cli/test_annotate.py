"""`newstape annotate` with several processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

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


def test_annotations_go_into_a_parquet_file(tmp_path: Path) -> None:
    """One row an article, in order, the same with several processes; lines that are no articles are told as ever."""
    path, out = tmp_path / "archive.jsonl", tmp_path / "out.parquet"
    path.write_bytes(b"\n".join(map(article, range(LINES))) + b"\n")

    printed, ended = annotate(path), annotate(path, "--jobs", "2", "--to", str(out))

    assert (ended.returncode, ended.stdout) == (1, b"")
    assert b"196 annotations in" in ended.stderr
    rows = pq.ParquetFile(out).read()
    assert [row.encode() for row in rows["json"].to_pylist()] == printed.stdout.splitlines()
    third = rows.slice(2, 1).to_pylist()[0]
    assert (third["uri"], third["published_at"], third["topic"]) == ("urn:jobs:2", NOON, None)
    assert third["index_facts"][0]["index"] == "DAX"
    assert third["index_facts"][0]["change_pct"] == 3.5
    (move,) = (event for event in third["events"] if event["type"] == "index.move")
    assert (move["subject_id"], move["percent"], move["level"]) == ("index:DAX", 3.5, 20_002)
    assert {figure["name"]: figure["unit"] for figure in move["figures"]} == {"percent": "percent", "level": "points"}


def test_a_parquet_file_that_can_not_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    """A folder that is not there; a file that fails in the middle never has its name."""
    path = tmp_path / "one.jsonl"
    path.write_bytes(article(0) + b"\n")

    ended = annotate(path, "--to", str(tmp_path / "no" / "out.parquet"))

    assert ended.returncode == 1
    assert b"out.parquet.next can't be written" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.jsonl"]


@pytest.mark.parametrize("arguments", [["archive", "--into", "d"], ["annotate", "-", "--to", "out.parquet"]])
def test_without_pyarrow_it_is_told_how_to_install_it(arguments: list[str], tmp_path: Path) -> None:
    """A plain install has none, and everything else works without."""
    without = "import sys; sys.modules['pyarrow'] = None; from streams.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}

    ended = subprocess.run(
        [sys.executable, "-c", without, *arguments],
        input=b"",
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=environment,
        timeout=60,
    )

    assert ended.returncode == 1
    assert b"pip install 'newstape[archive]'" in b" ".join(ended.stderr.split())
    assert b"Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())
