"""The commands that the documents show are run as they stand there, in their order, against a real Kafka.

What a reader would replace is replaced here: the broker's address, the worker's port, the offsets of an example. `make`
targets are looked up and not run: the gate is one of them.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.demo.articles import broken_articles, sample_articles
from streams.local.kafka import LocalKafka
from tests.debian import find
from tests.deployment import await_until, free_port

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
# Done otherwise here: environment and broker are those of the tests, kcat is in test_consumers.py.
NOT_TYPED = (". .venv/", "export NEWSTAPE_", "kcat ", "newstape kafka")
DOCUMENTS = ("README.md", "deploy/README.md", "schemas/README.md", "CONTRIBUTING.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_REMARK = re.compile(r" +# .*$")
_FILE = re.compile(r"^<!-- file: (\S+) -->\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
_DATE = re.compile(r"2026-11-20(?=T)")
# Commands that follow a topic or serve until they are ended.
_GOES_ON = re.compile(r"^newstape (worker|tail(?!.*--no-follow)|demo(?!.*--once))|^curl .*(-N|/events)|^python ")


def commands(document: str) -> list[str]:
    """Every command of a document, without its remark."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
    return [_REMARK.sub("", line[2:]).strip() for line in blocks.splitlines() if line[:2] == "$ "]


def files(document: str) -> dict[str, str]:
    """The files that a document tells its reader to write, by name."""
    return dict(_FILE.findall((ROOT / document).read_text(encoding="utf-8")))


@dataclass
class Terminal:
    """Where the commands are typed: a folder with articles, a broker, and what still runs."""

    folder: Path
    broker: str
    port: int
    curl: str | None
    """Path of curl, where it is installed or could be fetched."""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Its variables."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTAPE_")}
        fetched = [str(Path(self.curl).parent)] if self.curl else []
        path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", ""), *fetched])
        return clean | {"NEWSTAPE_KAFKA": self.broker, "NEWSTAPE_WEB_PORT": str(self.port), "PATH": path}

    def type(self, command: str) -> str:
        """Run a command to its end, or until it shows something where it would go on for ever; gives what it shows."""
        for written, here in (("127.0.0.1:9092", self.broker), (":6066", f":{self.port}")):
            command = command.replace(written, here)
        if _GOES_ON.match(command):
            return self._start(command.removesuffix("&").strip())
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _start(self, command: str) -> str:
        shown = self.folder / f"{len(self.running)}.out"
        with shown.open("wb") as out:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {command}"],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        await_until(lambda: shown.stat().st_size or process.poll() is not None, f"$ {command} shows something", 60)
        assert process.poll() in (None, 0), f"$ {command}\n{shown.read_text()}"
        if not command.startswith("newstape worker"):
            self._end(process)
        return shown.read_text()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)

    def close(self) -> None:
        """End what still runs."""
        for process in self.running:
            self._end(process)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """With a broker of its own, since the commands use the names that newstape has by itself."""
    folder = tmp_path_factory.mktemp("documents")
    for name, lines in (("articles", sample_articles(now=datetime.now(UTC))), ("broken", broken_articles())):
        (folder / f"{name}.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    with LocalKafka() as kafka:
        terminal = Terminal(folder, kafka.bootstrap, free_port(), find("curl", "curl"))
        # What README begins with, so that each document can be read alone.
        terminal.type("newstape topics --create")
        terminal.type("newstape push articles.jsonl")
        terminal.type("newstape push --raw broken.jsonl")
        yield terminal
        terminal.close()


def place(terminal: Terminal, topic: str) -> tuple[int, int]:
    """Partition and offset of a record of a topic."""
    command = f"newstape tail {topic} --last 1 --no-follow --json"
    shown = await_until(lambda: terminal.type(command), f"a record in {topic}")
    record = json.loads(shown.splitlines()[0])
    return record["partition"], record["offset"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_of_a_document_work_in_their_order(terminal: Terminal, document: str) -> None:
    """Each ends with status 0, or shows something and goes on; what needs curl is left out where there is none."""
    left_out = []
    for name, text in files(document).items():
        (terminal.folder / name).write_text(_DATE.sub(f"{datetime.now(UTC):%Y-%m-%d}", text), encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in commands(document):
        if command.startswith("make "):
            assert command.split()[1] in targets
        elif command.startswith("newstape worker") and terminal.running:
            continue  # one worker serves all documents
        elif command.startswith("curl ") and terminal.curl is None:
            left_out.append(command)
        elif not command.startswith(NOT_TYPED):
            if "3:1207" in command:
                partition, offset = place(terminal, "news.articles")
                command = command.replace("3:1207", f"{partition}:{offset}")  # noqa: PLW2901  as a reader would
                command = command.replace("3:1208", f"{partition}:{offset + 1}")  # noqa: PLW2901
            elif "2:15" in command:
                command = command.replace("2:15", ":".join(map(str, place(terminal, "news.dead-letters"))))  # noqa: PLW2901
            terminal.type(command)
    if any("replay --into trial." in command for command in commands(document)[-4:]):
        terminal.type("newstape replay --into trial. --discard || true")
    if left_out:
        pytest.skip(f"curl is not installed and could not be fetched: {len(left_out)} commands of {document} not run")


def test_the_alert_of_the_tutorial_tells_what_is_corrected_from_what_is_withdrawn(terminal: Terminal) -> None:
    """Both articles of the tutorial are alerted; one is corrected below what is alerted, the other is withdrawn."""
    for name, text in files("deploy/README.md").items():
        (terminal.folder / name).write_text(_DATE.sub(f"{datetime.now(UTC):%Y-%m-%d}", text), encoding="utf-8")
    if not terminal.running:
        terminal.type("newstape worker &")
    for command in ("newstape push mine.jsonl", "newstape push corrections.jsonl"):
        terminal.type(command)
    shown = terminal.folder / "alerts.out"
    with shown.open("wb") as out:
        alert = subprocess.Popen(
            [sys.executable, "alert.py"], cwd=terminal.folder, env=terminal.environment, stdout=out
        )
    terminal.running.append(alert)
    told = [
        "new: Nikkei 225: Nikkei 225 fell 3.1% to close at 48,702.51 (urn:mine:1)",
        "corrected, no alert any more: Nikkei 225: Nikkei 225 fell 1.3% to close at 49,607.51 (urn:mine:1)",
        "withdrawn: DAX:  (urn:mine:2)",
    ]
    await_until(lambda: all(line in shown.read_text().splitlines() for line in told), "\n".join(told), 60)
