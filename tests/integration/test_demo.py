"""The demo: everything comes out, by count, and nothing stays behind, however it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import psutil
import pytest
from confluent_kafka.admin import AdminClient

from streams.cli import main
from streams.settings import Settings
from tests.deployment import PATIENCE_S, await_until
from tests.integration.conftest import Broker

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
LIMIT_S = 150


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the environment or a .env file; the worker finds newstape all the same."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSTAPE_{name.upper()}", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def run(*arguments: str) -> int:
    """Exit status of the demo."""
    with pytest.raises(SystemExit) as end:
        main(["demo", *arguments])
    return int(end.value.code or 0)


def write(path: Path, *articles: Any) -> str:
    """A file of articles, or of bytes that are none."""
    lines = [article if isinstance(article, bytes) else json.dumps(article).encode() for article in articles]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return str(path)


def article(uri: str, time: str, headline: str, **others: Any) -> dict[str, Any]:
    """An article."""
    return {"uri": uri, "published_at": time, "headline": headline, "body": headline + ".", **others}


@pytest.mark.timeout(LIMIT_S + 30)
def test_old_articles_come_out_on_the_event_clock(
    kafka: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON object, counted by position; a correction counts once, what is no article is told by reason."""
    articles = write(
        tmp_path / "articles.jsonl",
        article("urn:1", "2024-03-01T10:00:00Z", "Nikkei 225 rises 1.2% to 39,900.10"),
        article("urn:1", "2024-03-01T10:00:00Z", "Nikkei 225 rises 1.3% to 39,910.82", version=2),
        article("urn:2", "2024-03-01T11:30:00Z", "Nikkei 225 rises 1.9%; DAX falls 0.4%"),
        b"{",
        b"\xff",
        article("urn:3", "yesterday", "DAX falls"),
    )
    assert run("--json", "--articles", articles, "--kafka", kafka.bootstrap, "--timeout", str(LIMIT_S)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["articles_in"] == 6
    assert told["annotations"] == 3
    assert told["dead_letters"] == {"not-json": 1, "not-utf8": 1, "schema": 1}
    assert told["missing"] == 0
    assert told["clock"] == "event"
    assert told["as_of"] == "2024-03-01T11:31:00Z"
    assert told["counts"]["N225"]["1m"]["articles"] == 1
    assert told["counts"]["N225"]["7d"]["articles"] == 2
    assert told["counts"]["DAX"]["24h"]["articles"] == 1
    assert sum(told["events"].values()) == sum(told["events_by_lifecycle"].values()) > 0
    topics = AdminClient({"bootstrap.servers": kafka.bootstrap}).list_topics(timeout=30).topics
    assert not [topic for topic in topics if topic.startswith("newstape-demo-")]


@pytest.mark.timeout(LIMIT_S)
def test_topics_that_are_named_stay(kafka: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """And a second run there counts only its own."""
    articles = write(tmp_path / "articles.jsonl", article("urn:1", "2024-03-01T10:00:00Z", "Nikkei 225 rises 1.2%"))
    flags = ("--kafka", kafka.bootstrap, "--topic-prefix", f"{topic_prefix}.", "--app-id", topic_prefix.rstrip("-"))
    assert run("--once", "--articles", articles, *flags) == 0
    topics = AdminClient({"bootstrap.servers": kafka.bootstrap}).list_topics(timeout=30).topics
    assert f"{topic_prefix}.market.events.index" in topics
    assert run("--once", "--articles", articles, *flags) == 0


@pytest.mark.timeout(LIMIT_S)
def test_what_has_not_come_out_in_time_is_told(
    kafka: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1 with the reason, and the JSON object all the same."""
    many = [article(f"urn:{n}", "2024-03-01T10:00:00Z", "Nikkei 225 rises 1.2%") for n in range(50)]
    flags = ("--rate", "5", "--timeout", "1")
    assert run("--json", "--articles", write(tmp_path / "a.jsonl", *many), "--kafka", kafka.bootstrap, *flags) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["missing"] >= 40
    assert "after 1 s" in told.err


def test_a_worker_that_can_not_start_is_told_with_its_own_words(
    kafka: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, not after the time limit."""
    mine = tmp_path / "mine.jsonl"
    mine.write_text("{]\n")
    assert run("--once", "--registry", str(mine), "--kafka", kafka.bootstrap, "--timeout", "100") == 1
    told = capsys.readouterr().err
    assert "the worker has ended with status 1" in told
    assert "mine.jsonl" in told


@pytest.mark.timeout(60)
def test_no_articles_is_no_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is started."""
    assert run("--once", "--articles", write(tmp_path / "empty.jsonl")) == 1
    assert "no articles" in capsys.readouterr().err


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory in which the demo makes its temporary ones."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def is_alive(process: psutil.Process) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def assert_dashboard(lines: list[str]) -> None:
    """The address that the demo prints leads to the page, and soon."""
    (url,) = (line.split()[1] for line in lines if line.startswith("dashboard "))
    request = urllib.request.Request(url, headers={"Accept": "text/html"})

    def page() -> bytes:
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5) as response:
            return bytes(response.read())
        return b""

    assert b"/page/main.js" in await_until(page, "the page", 60)


@pytest.mark.timeout(LIMIT_S)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_leaves_nothing_behind(temporary: Path, how: signal.Signals) -> None:
    """No process, no directory: with its own Kafka, while the sample articles are on their way."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        told_first = list(takewhile(lambda line: not line.startswith("pushing"), process.stderr))
        if how is signal.SIGINT:
            assert_dashboard(told_first)
        started = psutil.Process(process.pid).children(recursive=True)
        assert len(started) >= 2
        assert list(temporary.iterdir())
        process.send_signal(how)
        _, told = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.communicate()
    assert "Traceback" not in told
    deadline = time.monotonic() + 30
    while any(map(is_alive, started)) or list(temporary.iterdir()):
        assert time.monotonic() < deadline, (started, list(temporary.iterdir()))
        time.sleep(0.1)
    assert process.returncode == (-how if how is signal.SIGKILL else 0)
