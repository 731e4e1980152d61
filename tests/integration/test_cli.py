"""The commands against a real Kafka: what they put in, what they take out, and how they end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from streams.cli import main
from streams.contract.files import directory as contract_files
from streams.contract.files import stored_examples
from streams.settings import Settings
from tests.deployment import PATIENCE_S
from tests.integration.conftest import Broker

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
NATIVE = {"uri": "urn:a", "published_at": "2026-01-01T00:00:00Z", "headline": "Nikkei 225 rises 1%", "body": "b"}
NINJS = {"uri": "urn:n", "versioncreated": "2026-01-01T00:00:00Z", "headline": "h", "body_text": "b"}
ENVELOPE = {"specversion": "1.0", "type": "news", "id": "1", "source": "/x", "data": NATIVE | {"uri": "urn:c"}}


class Place:
    """Topics of one test's own, and the commands with their flags."""

    def __init__(self, broker: Broker, prefix: str, directory: Path) -> None:
        self.kafka, self.prefix, self.directory = broker.bootstrap, f"{prefix}.", directory
        self.flags = ("--kafka", self.kafka, "--topic-prefix", self.prefix)
        self._processes: list[subprocess.Popen[str]] = []

    def run(self, command: str, *arguments: str) -> int:
        """Exit status of a command run in this process."""
        with pytest.raises(SystemExit) as end:
            main([command, *self.flags, *self._group(command), *arguments])
        return int(end.value.code or 0)

    def start(self, command: str, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """A command as a process of its own; ended when the test is."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        process = subprocess.Popen(
            [sys.executable, "-m", "streams", command, *self.flags, *self._group(command), *arguments],
            text=True,
            cwd=self.directory,
            env=environment,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )
        self._processes.append(process)
        return process

    def _group(self, command: str) -> tuple[str, ...]:
        return () if command == "push" else ("--app-id", self.prefix.rstrip("."))

    def write(self, *lines: bytes) -> str:
        """A file of these lines."""
        path = self.directory / "lines.jsonl"
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return str(path)

    def produce(self, topic: str, value: bytes | None, key: bytes | None = None, **headers: str) -> None:
        """A record, by another client."""
        producer = Producer({"bootstrap.servers": self.kafka})
        pairs = [(name.replace("_", "-"), text.encode()) for name, text in headers.items()]
        producer.produce(f"{self.prefix}{topic}", value=value, key=key, headers=pairs)
        assert producer.flush(30) == 0

    def stored(self, topic: str) -> list[tuple[bytes | None, bytes | None]]:
        """Key and value of every record in a topic, by another client."""
        consumer = Consumer({"bootstrap.servers": self.kafka, "group.id": "unused", "enable.auto.commit": False})
        try:
            return self._read(consumer, f"{self.prefix}{topic}")
        finally:
            consumer.close()

    def _read(self, consumer: Consumer, name: str) -> list[tuple[bytes | None, bytes | None]]:
        partitions = consumer.list_topics(name, timeout=30).topics[name].partitions
        ends = {
            n: until(lambda n=n: _watermarks(consumer, name, n), "the partition has a leader")[1] for n in partitions
        }
        consumer.assign([TopicPartition(name, n, 0) for n in partitions])
        found: list[tuple[bytes | None, bytes | None]] = []
        while len(found) < sum(ends.values()):
            message = consumer.poll(30)
            assert message is not None
            assert message.error() is None
            found.append((message.key(), message.value()))
        return found

    def end(self) -> None:
        """Leave no process behind."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def place(kafka: Broker, topic_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Topics that do not exist yet."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSTAPE_{name.upper()}", raising=False)
    found = Place(kafka, topic_prefix.rstrip("-"), tmp_path)
    yield found
    found.end()


@pytest.fixture
def ready(place: Place, capsys: pytest.CaptureFixture[str]) -> Place:
    """Topics that do."""
    assert place.run("topics", "--create") == 0
    capsys.readouterr()
    return place


def _watermarks(consumer: Consumer, topic: str, partition: int) -> tuple[int, int] | None:
    """First and next offset; null while a topic made just now has no leader."""
    try:
        found: tuple[int, int] = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
    except KafkaException:
        return None
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], what: str, timeout_s: float = PATIENCE_S) -> Any:
    """The condition's value once it is true."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.1)
    return value


# -- topics -----------------------------------------------------------------------------------------------------------


def test_topics_are_missing_then_created_then_right(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1 while something is missing; creating twice changes nothing."""
    assert place.run("topics") == 1
    assert "newstape topics --create" in capsys.readouterr().err
    assert place.run("topics", "--create") == 0
    assert "10 created just now" in capsys.readouterr().err
    assert place.run("topics", "--create", "--json") == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert {topic["name"] for topic in found} >= {f"{place.prefix}news.articles", f"{place.prefix}market.events.index"}
    assert not any(topic["created"] or topic["faults"] for topic in found)


def test_a_wrong_number_of_partitions_is_a_fault(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """State lives where keys hash to."""
    assert ready.run("topics", "--partitions", "3") == 1
    assert "NEWSTAPE_PARTITIONS=4" in capsys.readouterr().err


# -- push -------------------------------------------------------------------------------------------------------------


def test_push_raw_keys_by_uri_and_refuses_nothing(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line that is not blank is in the topic byte by byte, also those that are no articles."""
    lines = [*(json.dumps(record).encode() for record in (NATIVE, NINJS, ENVELOPE)), b"{", b"\xff\xfe \x00"]
    assert ready.run("push", "--raw", ready.write(lines[0], b"", b"  ", *lines[1:])) == 0
    assert "5 pushed and confirmed" in capsys.readouterr().err
    keys = [b"urn:a", b"urn:n", b"urn:c", None, None]
    assert sorted(ready.stored("news.articles"), key=str) == sorted(zip(keys, lines, strict=True), key=str)


def test_push_keeps_out_what_is_no_article(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """With line number and reason, and how many they are; the others are pushed."""
    assert ready.run("push", ready.write(b"{", json.dumps(NATIVE).encode())) == 1
    told = capsys.readouterr().err
    assert "line 1: not-json" in told
    assert "1 would be dead letters, not pushed" in told
    assert "1 pushed and confirmed" in told
    assert [key for key, _ in ready.stored("news.articles")] == [b"urn:a"]


@pytest.mark.parametrize("lines", [(), (b"",), (b"{", b"[]")])
def test_push_that_pushes_nothing_ends_with_1(ready: Place, lines: tuple[bytes, ...]) -> None:
    """An empty file, too: whoever waits for its articles is told."""
    assert ready.run("push", ready.write(*lines)) == 1
    assert ready.stored("news.articles") == []


def test_push_tells_what_the_topic_can_not_take(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """By line number, and the lines around it are pushed."""
    line = json.dumps(NATIVE).encode()
    limit = 4 * 1_048_576
    fits, large = b'"' + b"x" * (limit - 1_000) + b'"', b'"' + b"x" * limit + b'"'
    assert ready.run("push", "--raw", ready.write(line, large, fits, b"x" * (2 * limit + 9), line)) == 1
    told = capsys.readouterr().err
    assert f"line 2: {limit + 2:,} bytes" in told
    assert f"line 4: {2 * limit + 9:,} bytes" in told
    assert "3 pushed and confirmed" in told
    assert len(ready.stored("news.articles")) == 3


def test_push_from_a_pipe_that_pauses(ready: Place) -> None:
    """What is written is in Kafka although the pipe is still open."""
    process = ready.start("push", "-", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps(NATIVE) + "\n")
    process.stdin.flush()
    until(lambda: ready.stored("news.articles"), "the line is in the topic")
    process.communicate(timeout=30)  # closes the pipe
    assert process.returncode == 0


def test_push_without_topics_says_how_to_make_them(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is sent."""
    assert place.run("push", place.write(b"{}")) == 1
    assert "newstape topics --create" in capsys.readouterr().err


# -- tail -------------------------------------------------------------------------------------------------------------


def test_tail_shows_the_newest_of_all_partitions(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of their times, as many as asked for."""
    for number in range(6):
        ready.produce("market.events.index", b'{"n":%d}' % number, b"index:%d" % number)
    assert ready.run("tail", "market.events.index", "--no-follow", "--json", "-n", "3") == 0
    assert [json.loads(line)["value"]["n"] for line in capsys.readouterr().out.splitlines()] == [3, 4, 5]
    assert ready.run("tail", "index", "--no-follow", "--json", "--from-beginning") == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert ready.run("tail", "index", "--no-follow", "--json", "-n", "3", "--key", "index:1") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["key"] == "index:1"
    assert ready.run("tail", "index", "--no-follow", "-n", "0") == 0
    assert capsys.readouterr().out == ""


def test_tail_shows_why_a_letter_is_dead(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Reason, detail, where it came from, and the record as it was."""
    headers = {"source_topic": "news.articles", "source_partition": "2", "source_offset": "7"}
    ready.produce("news.dead-letters", b"\xff{", reason="not-utf8", detail="$: expected UTF-8", **headers)
    assert ready.run("tail", "news.dead-letters", "--no-follow") == 0
    (line,) = capsys.readouterr().out.splitlines()
    for told in ("not-utf8", "$: expected UTF-8", "from news.articles 2 7", "\\xff{"):
        assert told in line
    assert ready.run("tail", "news.dead-letters", "--no-follow", "--full") == 0
    shown = capsys.readouterr().out
    assert "not-utf8 $: expected UTF-8" in shown
    assert "from news.articles 2 7" in shown
    assert "\\xff{" in shown


def test_tail_follows_until_it_is_stopped(ready: Place) -> None:
    """New messages come out at once, also into a pipe."""
    process = ready.start("tail", "market.events.index", "--json")
    assert process.stdout is not None
    ready.produce("market.events.index", b'{"n":1}')
    assert json.loads(process.stdout.readline())["value"] == {"n": 1}
    ready.produce("market.events.index", b'{"n":2}')
    assert json.loads(process.stdout.readline())["value"] == {"n": 2}
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in told


def test_tail_prints_one_line_an_event_and_chooses_by_how_sure_it_is(
    ready: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """What corrects an event passes whatever its confidence is; other topics have no confidence to choose by."""
    created, corrected, retracted = stored_examples(contract_files())["market-event"][:3]
    unsure = {**created.value, "event_id": "f" * 32, "confidence": 0.4}
    made = {
        **created.value,
        "event_id": "e" * 32,
        "subject": {"id": "index:~zed-9", "name": "Zed 9", "resolved": False},
    }
    for value in (created.value, unsure, made, {**corrected.value, "confidence": 0.4}, retracted.value):
        ready.produce("market.events.index", json.dumps(value).encode(), b"index:N225")

    def lines(*options: str) -> list[str]:
        assert ready.run("tail", "index", "--no-follow", *options) == 0
        return capsys.readouterr().out.splitlines()

    assert len(lines()) == 5
    assert "N225 Nikkei 225 ▲ +1.20 % session, at 50,367.38 first to say so · confidence 0.95 “" in lines()[0]
    assert "Zed 9 (not in the registry)" in lines()[2]
    assert ["corrected" in line for line in lines("--min-confidence", "0.9", "--resolved")] == [False, True, False]
    assert len(lines("--unresolved")) == 1
    assert len(lines("--full")) > 100
    assert ready.run("tail", "news.annotations", "--no-follow", "--resolved") == 2


def test_tail_shows_events_as_rows_of_another_feed(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line; retractions are left out, and other topics have no rows."""
    examples = stored_examples(contract_files())["market-event"]
    for example in examples[:3]:
        ready.produce("market.events.index", json.dumps(example.value).encode(), b"index:N225")
    assert ready.run("tail", "market.events.index", "--no-follow", "--as", "ravenpack") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["EVENT_TEXT"] for row in rows] == [example.value["evidence"][0]["text"] for example in examples[:2]]
    assert ready.run("tail", "news.annotations", "--no-follow", "--as", "trna") == 2
    assert "market.events.company" in capsys.readouterr().err


# -- worker and counts ------------------------------------------------------------------------------------------------


def test_worker_without_topics_says_how_to_make_them(place: Place) -> None:
    """Exit status 1, nothing started."""
    process = place.start("worker", "--web-port", str(free_port()))
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "newstape topics --create" in told
    assert "Traceback" not in told


def test_worker_with_a_port_in_use_says_so(ready: Place) -> None:
    """Every worker needs its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        process = ready.start("worker", "--web-port", str(port))
        _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert f"127.0.0.1:{port}" in told
    assert "--web-port" in told


def test_worker_runs_answers_and_stops(ready: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """SIGTERM ends it with status 0 and no traceback; meanwhile `counts` has what was pushed."""
    port = free_port()
    assert ready.run("push", ready.write(json.dumps(NATIVE).encode())) == 0
    process = ready.start("worker", "--clock", "event", "--web-port", str(port))
    until(lambda: _indices(port), "the article is counted")
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main(["counts", "--web-port", str(port), "--json"])
    assert end.value.code in (None, 0)
    told = json.loads(capsys.readouterr().out)
    assert told["indices"][0]["index"] == "N225"
    assert told["indices"][0]["windows"]["1h"]["articles"] == 1
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in log
    assert all(json.loads(line)["message"] for line in log.splitlines())


def _indices(port: int) -> list[Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/indices", timeout=5) as answer:
            indices: list[Any] = json.loads(answer.read())["indices"]
            return indices
    except OSError:
        return []


def test_worker_that_can_not_read_its_state_ends_with_a_fault(ready: Place) -> None:
    """A crash is a status that is not 0, so that whoever watches it starts it again or calls someone."""
    producer = Producer({"bootstrap.servers": ready.kafka})
    producer.produce(f"{ready.prefix.rstrip('.')}-ledger-changelog", key=b'["u",0,0]', value=b"[9,{}]", partition=0)
    assert producer.flush(30) == 0
    process = ready.start("worker", "--web-port", str(free_port()))
    _, log = process.communicate(timeout=PATIENCE_S)
    assert process.returncode not in (0, None)
    assert "table ledger" in log


def test_worker_waits_for_kafka_and_topics(place: Place) -> None:
    """A worker may be started before what it needs."""
    port = free_port()
    process = place.start("worker", "--wait", "60", "--web-port", str(port))
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(4)
    assert place.run("topics", "--create") == 0

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return True
        except OSError:
            return False

    until(is_ready, "the worker is ready")
