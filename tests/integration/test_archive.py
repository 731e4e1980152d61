"""`newstape archive` against a real Kafka: what stands in the topics stands in the files, once, whenever it ends."""

import contextlib
import json
import os
import pty
import random
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from streams.archive.directory import COMMIT_FILE, last_commit
from streams.archive.history import history
from streams.archive.tables import TABLES
from streams.contract import files
from tests.archived import places
from tests.deployment import Deployment, await_until, deployed
from tests.integration.conftest import Broker

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT: Final = Path(__file__).parents[2]
SEED: Final = 20_261_201
KILLS: Final = 8
NIKKEI: Final = "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday."
RECORD: Final = "Germany's DAX rose 0.4% to an all-time high of 25,634.95 on Tuesday."


def command(deployment: Deployment, into: Path, *flags: str) -> list[str]:
    """The command over these topics."""
    reach = ["--kafka", deployment.bootstrap, "--topic-prefix", deployment.prefix]
    return [sys.executable, "-m", "streams", "archive", *reach, "--into", str(into), *flags]


def environment() -> dict[str, str]:
    """Without settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTAPE_")}
    return {**clean, "PYTHONPATH": str(ROOT)}


def archived(deployment: Deployment, into: Path, *flags: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(
        command(deployment, into, *flags),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
        cwd=deployment.directory,
    )


def names(deployment: Deployment) -> list[str]:
    """The topics that are archived."""
    topics = deployment.topics
    return [*(topic.name for topic in topics.events.values()), topics.activity.name, topics.annotations.name]


def in_topics(deployment: Deployment) -> dict[tuple[str, int, int], bytes | None]:
    """What stands in the topics, by another client."""
    return {
        (name, record.partition(), record.offset()): record.value()
        for name in names(deployment)
        for record in deployment.read(name)
    }


def in_files(into: Path) -> dict[tuple[str, int, int], bytes | None]:
    """What stands in the archive; fails where a record stands there twice."""
    found: dict[tuple[str, int, int], bytes | None] = {}
    for table in TABLES:
        whole = "value" if table.name == "unread" else "json"
        rows = history(into, table.name, columns=["topic", "partition", "offset", whole])
        assert len(set(places(rows))) == rows.num_rows
        for row in rows.to_pylist():
            value = row[whole]
            found[row["topic"], row["partition"], row["offset"]] = value.encode() if isinstance(value, str) else value
    return found


def article(uri: str, body: str, day: str = "2026-03-10", **fields: Any) -> dict[str, Any]:
    """A native article of a day in March."""
    return {"uri": uri, "published_at": f"{day}T08:00:00Z", "body": body, **fields}


@pytest.fixture(scope="module")
def running(kafka: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Topics with articles that were corrected, moved to another day, withdrawn, and withdrawn by a null value."""
    place = tmp_path_factory.mktemp("archive")
    with deployed(kafka.bootstrap, f"archived-{time.time_ns()}-", place) as deployment:
        deployment.start().await_ready()
        deployment.push(
            [
                article("urn:a:1", NIKKEI, version=1),
                article("urn:a:2", RECORD, version=1),
                article("urn:a:3", NIKKEI, version=1),
                article("urn:a:4", RECORD),
                article("urn:a:5", RECORD, version=1),
            ]
        )
        deployment.await_settled()
        time.sleep(0.002)  # times of records have milliseconds
        deployment.push(
            [
                article("urn:a:1", NIKKEI.replace("1.2%", "1.4%"), version=2),
                article("urn:a:2", "", version=2, status="canceled"),
                (b"urn:a:4", None),
                article("urn:a:5", RECORD, "2026-04-02", version=2),
            ]
        )
        deployment.await_settled()
        yield deployment


def test_what_stands_in_the_topics_stands_in_the_files(running: Deployment, tmp_path: Path) -> None:
    """Byte by byte; and a second run, which finds nothing new, changes nothing."""
    into = tmp_path / "history"
    first = archived(running, into, "--once")
    assert first.returncode == 0, first.stderr
    found, expected = in_files(into), in_topics(running)
    # Counts are sent again from time to time, and of a compacted topic older ones may go.
    events = {place: value for place, value in expected.items() if running.topics.activity.name != place[0]}
    assert {place: value for place, value in found.items() if place in events} == events
    assert {place[0] for place in found} == set(names(running)) - {
        topic.name for family, topic in running.topics.events.items() if family != "index"
    }
    second = archived(running, into, "--once")
    assert second.returncode == 0, second.stderr
    assert {place: value for place, value in in_files(into).items() if place in events} == events


def test_corrections_and_withdrawals_are_kept_and_undone_on_request(running: Deployment, tmp_path: Path) -> None:
    """As published, as it stands, and as it was known before the corrections came."""
    into = tmp_path / "history"
    assert archived(running, into, "--once").returncode == 0
    published = history(into).to_pylist()
    assert {row["lifecycle"] for row in published} == {"created", "corrected", "retracted"}
    corrections = min(row["observed_at"] for row in published if row["lifecycle"] != "created")

    def told(**view: Any) -> set[tuple[str, str, str, float | None]]:
        rows = history(into, view="as-it-stands", types=["index.move"], **view).to_pylist()
        return {(row["uri"], str(row["day"]), row["subject_id"], row["percent"]) for row in rows}

    before = datetime.fromtimestamp(corrections.timestamp() - 0.001, UTC)
    assert told() == {
        ("urn:a:1", "2026-03-10", "index:N225", 1.4),
        ("urn:a:3", "2026-03-10", "index:N225", 1.2),
        ("urn:a:5", "2026-04-02", "index:DAX", 0.4),
    }
    assert told(known_at=before) == {
        ("urn:a:1", "2026-03-10", "index:N225", 1.2),
        ("urn:a:2", "2026-03-10", "index:DAX", 0.4),
        ("urn:a:3", "2026-03-10", "index:N225", 1.2),
        ("urn:a:4", "2026-03-10", "index:DAX", 0.4),
        ("urn:a:5", "2026-03-10", "index:DAX", 0.4),
    }
    standing = history(into, "annotations", view="as-it-stands").to_pylist()
    assert {(row["uri"], row["version"]) for row in standing} == {("urn:a:1", 2), ("urn:a:3", 1), ("urn:a:5", 2)}
    earlier = history(into, "annotations", view="as-it-stands", known_at=before).to_pylist()
    assert len(earlier) == 5
    for row in standing:
        status, view = running.workers[0].get(f"/articles/{row['uri']}")
        assert status == 200
        stands = {event["event_id"] for event in view["events"] if event["state"] == "standing"}
        assert stands == {
            e["event_id"] for e in history(into, view="as-it-stands").to_pylist() if e["uri"] == row["uri"]
        }


# -- killed -----------------------------------------------------------------------------------------------------------


class Pouring:
    """Real messages with ids of their own, produced into the topics until it is ended."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._pour)
        self._producer = Producer({"bootstrap.servers": deployment.bootstrap, "linger.ms": 5, "log_level": 2})

    def __enter__(self) -> "Pouring":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _pour(self) -> None:
        for number, (topic, value) in enumerate(self._values()):
            self._producer.produce(topic, value=value, key=b"k%d" % (number % 50))
            self._producer.poll(0)
            if self._ended.wait(0.002):
                break
        assert self._producer.flush(30) == 0

    def _values(self) -> Iterator[tuple[str, bytes]]:
        examples = files.stored_examples(files.directory())
        topics, number = self._deployment.topics, 0
        while True:
            for example in examples["market-event"]:
                family = example.value["type"].partition(".")[0]
                day = f"2026-03-{number % 20 + 1:02}T06:30:00Z"
                value = {**example.value, "event_id": f"{number:032x}", "published_at": day}
                yield topics.events[family].name, json.dumps(value).encode()
                number += 1
            for example in examples["annotation"]:
                yield topics.annotations.name, json.dumps(example.value).encode()
            yield topics.activity.name, json.dumps(examples["index-activity"][0].value).encode()
            if number % 97 == 0:
                yield topics.annotations.name, b"no message"


@pytest.fixture
def empty(kafka: Broker, topic_prefix: str, tmp_path: Path) -> Iterator[Deployment]:
    """Topics without a worker."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        yield deployment


@contextlib.contextmanager
def following(
    deployment: Deployment, into: Path, *flags: str, stderr: int = subprocess.PIPE
) -> Iterator["subprocess.Popen[str]"]:
    """The command as it follows the topics."""
    process = subprocess.Popen(
        command(deployment, into, "--every", "1", *flags),
        stderr=stderr,
        text=True,
        env={**environment(), "TERM": "xterm", "COLUMNS": "160"},
        cwd=deployment.directory,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def commits(into: Path) -> int:
    """How many commits an archive has."""
    held = last_commit(into) if into.exists() else None
    return 0 if held is None else held.number


def until(condition: Callable[[], Any], process: "subprocess.Popen[str]", what: str) -> None:
    """Wait for it, as long as the command runs."""

    def is_so() -> bool:
        assert process.poll() is None, process.communicate()[1]
        return bool(condition())

    await_until(is_so, what, 60)


def test_killed_at_any_moment_it_has_each_record_once(empty: Deployment, tmp_path: Path) -> None:
    """Seeded moments, while records come in; afterwards it goes on, and SIGTERM ends it cleanly."""
    into, draw = tmp_path / "history", random.Random(SEED)
    with Pouring(empty):
        for _ in range(KILLS):
            with following(empty, into) as process:
                before = commits(into)
                until(lambda before=before: commits(into) > before, process, "a commit")
                time.sleep(draw.uniform(0, 1.2))
                process.kill()
        left_over = len(list(into.rglob("*.next-*")))
        with following(empty, into) as process:
            before = commits(into)
            until(lambda: commits(into) > before, process, "a commit")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        found = in_files(into)
        assert found.items() <= in_topics(empty).items()
    assert archived(empty, into, "--once").returncode == 0
    found = in_files(into)
    assert found == in_topics(empty)
    assert len(found) > 1_000
    assert not list(into.rglob("*.next-*")), f"{left_over} files were left over by the kills"
    held = last_commit(into)
    assert held is not None
    assert sum(held.rows.values()) == len(found)
    assert held.rows["unread"] > 0


@pytest.mark.parametrize(("which", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_what_is_pending_is_written_when_it_is_stopped(
    empty: Deployment, tmp_path: Path, which: signal.Signals, status: int
) -> None:
    """Also long before --every is over. How much has been read and is not in files yet is shown on a terminal."""
    into = tmp_path / "history"
    with Pouring(empty):
        await_until(lambda: len(in_topics(empty)) > 200, "records in the topics", 30)
    ours, theirs = pty.openpty()
    with following(empty, into, "--every", "3600", stderr=theirs) as process:
        waits = re.compile(r"[1-9]\d* not yet in files")
        told = ""
        while not waits.search(told):
            assert select.select([ours], [], [], 60)[0], told
            told += os.read(ours, 65_536).decode()
        assert commits(into) == 0
        process.send_signal(which)
        while process.poll() is None:  # who does not read a terminal holds up who writes
            if select.select([ours], [], [], 0.1)[0]:
                os.read(ours, 65_536)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == status
    assert commits(into) == 1
    assert in_files(into)
    assert archived(empty, into, "--once").returncode == 0
    assert in_files(into) == in_topics(empty)


# -- refused ----------------------------------------------------------------------------------------------------------


def test_records_that_are_gone_are_told_and_kept_as_a_gap(empty: Deployment, tmp_path: Path) -> None:
    """Nothing goes on over a gap in silence."""
    into = tmp_path / "history"
    assert archived(empty, into, "--once").returncode == 0
    topic = empty.topics.events["index"].name
    producer = Producer({"bootstrap.servers": empty.bootstrap})
    for _ in range(5):
        producer.produce(topic, value=b"{}", partition=0)
    assert producer.flush(30) == 0
    admin = AdminClient({"bootstrap.servers": empty.bootstrap})
    (done,) = admin.delete_records([TopicPartition(topic, 0, 3)]).values()
    done.result(30)

    refused = archived(empty, into, "--once")
    assert refused.returncode == 1
    assert f"{topic} partition 0 begins at 3, the archive in {into} goes on at 0: 3 records are gone" in refused.stderr
    assert archived(empty, into, "--once", "--over-gaps").returncode == 0
    held = last_commit(into)
    assert held is not None
    assert [(gap.topic, gap.partition, gap.begin, gap.end) for gap in held.gaps] == [(topic, 0, 0, 3)]
    assert held.rows == {"unread": 2}


def test_a_directory_that_can_not_be_gone_on_with_is_told_in_one_line(empty: Deployment, tmp_path: Path) -> None:
    """A foreign one, a damaged one, and one of other topics; no traceback."""
    foreign, damaged, other = (tmp_path / name for name in ("foreign", "damaged", "other"))
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("x")
    for into in (damaged, other):
        assert archived(empty, into, "--once").returncode == 0
    (damaged / COMMIT_FILE).write_text("{")
    text = (other / COMMIT_FILE).read_text().replace(empty.prefix, "another-")
    (other / COMMIT_FILE).write_text(text)
    for into, why in (
        (foreign, "is no archive and not empty"),
        (damaged, "is damaged, or not of newstape"),
        (other, "archives topics whose names begin with"),
    ):
        refused = archived(empty, into, "--once")
        assert refused.returncode == 1
        assert why in refused.stderr
        assert "Traceback" not in refused.stderr
