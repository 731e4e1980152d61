"""`newstape replay` beside a running pipeline: the same bytes from any offset, the same end from the beginning."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Message, TopicPartition

from streams.demo.articles import broken_articles, sample_articles
from streams.operate.producer import key_of
from tests.deployment import PATIENCE_S, Deployment, await_until, deployed
from tests.outsiders import push_compressed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

NOW = datetime.now(UTC)
NIKKEI = "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday."
DAX = "Germany's DAX fell 0.8% to 24,010.50 on Tuesday."


def article(uri: str, body: str, **fields: Any) -> dict[str, Any]:
    """A native article of ten minutes ago."""
    return {"uri": uri, "published_at": (NOW - timedelta(minutes=10)).isoformat(), "body": body, **fields}


def history() -> list[Any]:
    """Articles and what becomes of them: corrections, duplicates, stale versions, withdrawals, bad records."""
    first = article("urn:r:1", NIKKEI, version=1)
    sample = [(key_of(value), value) for value in sample_articles(now=NOW)]
    trace = [("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    binary = {
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_source": b"/x",
        "ce_type": b"t",
        "content-type": b"application/json",
    }
    # Too far in the future when it comes, and no longer so some seconds later.
    future = article("urn:r:future", DAX, published_at=(datetime.now(UTC) + timedelta(hours=24, seconds=4)).isoformat())
    return [
        *sample,
        *((None, value) for value in broken_articles()),
        first,
        article("urn:r:1", DAX, version=2),
        first,
        article("urn:r:2", NIKKEI),
        article("urn:r:2", NIKKEI),
        (b"urn:r:2", None),
        article("urn:r:3", DAX, version=1),
        article("urn:r:3", "", version=2, status="canceled"),
        article("urn:r:3", NIKKEI, version=3),
        (b"urn:r:4", json.dumps(article("urn:r:4", NIKKEI)).encode(), trace),
        (b"urn:r:null", json.dumps(article("urn:r:null", DAX)).encode(), [("source-topic", None), ("mine", None)]),
        (b"urn:r:5", json.dumps(article("urn:r:5", DAX)).encode(), list(binary.items())),
        (None, None),
        (b"k", b"\xff\xfe"),
        future,
    ]


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One worker that has been through the history and goes on running."""
    prefix = f"replayed-{time.time_ns()}-"
    place = tmp_path_factory.mktemp("replay")
    with deployed(kafka.bootstrap, prefix, place, NEWSTAPE_CLOCK="event") as deployment:
        deployment.start().await_ready()
        deployment.push(history())
        push_compressed(deployment, "gzip", b"urn:r:giant", b"{" + b" " * 12_000_000)
        deployment.await_settled()
        yield deployment


def replayed(deployment: Deployment, into: str, *arguments: str) -> tuple[Deployment, dict[str, Any]]:
    """Run the command; the replay's topics, and its summary."""
    command = [sys.executable, "-m", "streams", "replay", "--kafka", deployment.bootstrap]
    command += ["--topic-prefix", deployment.prefix, "--clock", "event", "--into", into, "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=deployment.directory)
    assert done.returncode == 0, done.stderr
    return Deployment(deployment.bootstrap, into, deployment.directory), json.loads(done.stdout)


def annotations(deployment: Deployment) -> dict[tuple[int, int], tuple[bytes, bytes, Any, Any]]:
    """By source position: key, value, headers and time."""
    found = {}
    for record in deployment.read(deployment.topics.annotations.name):
        position = json.loads(record.value())["position"]
        told = (record.key(), record.value(), record.headers(), record.timestamp())
        assert found.setdefault((position["partition"], position["offset"]), told) == told
    return found


def letters(deployment: Deployment) -> dict[tuple[int, int], Any]:
    """By source position: everything of a dead letter but the prefix of its topic."""
    found = {}
    for record in deployment.read(deployment.topics.dead_letters.name):
        headers = dict(record.headers())
        assert headers.pop("source-topic").decode() == deployment.topics.articles.name
        place = (int(headers.pop("source-partition")), int(headers.pop("source-offset")))
        assert place not in found
        found[place] = (record.key(), record.value(), headers, record.timestamp())
    return found


def final_events(deployment: Deployment) -> dict[str, Any]:
    """The last revision of every event, without novelty."""
    found: dict[str, Any] = {}
    for topic in deployment.topics.events.values():
        for event in deployment.values(topic.name):
            del event["novelty"]
            held = found.get(event["event_id"])
            if held is None or held["revision"] <= event["revision"]:
                found[event["event_id"]] = event
    return found


def standing(deployment: Deployment) -> dict[str, Any]:
    """What a replay must not touch: the ends of all topics (counts aside, sent by a timer) and the group's commits."""
    consumer = deployment._consumer(f"{deployment.prefix}app")
    try:
        told: dict[str, Any] = {}
        names = [topic.name for topic in deployment.topics.all() if topic.name != deployment.topics.activity.name]
        for name in names:
            parts = [TopicPartition(name, p) for p in consumer.list_topics(name, timeout=10).topics[name].partitions]
            told[name] = [consumer.get_watermark_offsets(part, timeout=10) for part in parts]
            told[f"{name} committed"] = [part.offset for part in consumer.committed(parts, timeout=10)]
        return told
    finally:
        consumer.close()


def test_from_the_beginning_everything_comes_out_the_same(running: Deployment) -> None:
    """Annotations and dead letters byte by byte, final events, counts; and the pipeline does not notice."""
    before = standing(running)
    into = f"again-{time.time_ns()}."
    again, told = replayed(running, into)

    assert annotations(again) == annotations(running)
    assert letters(again) == letters(running)
    reasons = {told[2]["reason"] for told in letters(again).values()}
    assert {b"too-large", b"empty", b"not-json", b"not-utf8", b"schema", b"future-timestamp"} <= reasons
    assert final_events(again) == final_events(running)
    assert {event["lifecycle"] for event in final_events(again).values()} >= {"created", "corrected", "retracted"}
    counts = again.latest(again.topics.activity.name)
    # The running worker sends changed counts once a second; the replay's has sent its last when it ended.
    await_until(lambda: running.latest(running.topics.activity.name) == counts, "the same counts", 15)
    records = running.read(running.topics.articles.name)
    assert told["records"] == told["positions"] == len(records)
    assert told["annotations"] + sum(told["dead_letters"].values()) == len(records)
    assert sum(told["dead_letters"].values()) == len(letters(running))
    copies = again.read(again.topics.articles.name)
    assert [_as_pushed(record) for record in copies] == [_as_pushed(record) for record in records]
    assert standing(running) == before
    assert running.workers[0].get("/readyz")[0] == 200

    discarded(running, into)


def _as_pushed(record: Message) -> tuple[Any, ...]:
    """A record of the source or of a replay; (null, null) can't be sent by the replay's client and has an empty key."""
    headers = [(name, value) for name, value in record.headers() or [] if not name.startswith("source-")]
    key = record.key() or (None if record.value() is None else record.key())
    return record.partition(), key or None, record.value(), headers, record.timestamp()


def discarded(deployment: Deployment, into: str) -> None:
    """The replay's topics go, and only they."""
    flags = ["--kafka", deployment.bootstrap, "--topic-prefix", deployment.prefix]
    command = [sys.executable, "-m", "streams", "replay", *flags, "--discard", "--into"]
    with contextlib.closing(deployment._consumer(f"{into}replay")) as worker:
        worker.subscribe([f"{into}news.articles"])
        await_until(lambda: worker.poll(0.1) is None and worker.assignment(), "a worker of the replay", 60)
        environment = {**os.environ, "NEWSTAPE_SESSION_TIMEOUT_S": "2"}
        refused = subprocess.run(
            [*command, into], check=False, capture_output=True, text=True, timeout=PATIENCE_S, env=environment
        )
        assert "still runs: its group" in refused.stderr
    subprocess.run([*command, into], check=True, capture_output=True, timeout=PATIENCE_S)
    refused = subprocess.run(
        [*command, deployment.prefix], check=False, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert refused.returncode == 1
    assert "prefix of the pipeline itself" in refused.stderr
    nothing = subprocess.run([*command, "no-such."], check=False, capture_output=True, text=True, timeout=PATIENCE_S)
    assert "there is no replay under no-such." in nothing.stderr
    assert not topics_of(deployment, into)
    assert deployment.topics.articles.name in topics_of(deployment, deployment.prefix)


def topics_of(deployment: Deployment, prefix: str) -> list[str]:
    """The broker's topics under a prefix."""
    with contextlib.closing(deployment._consumer()) as consumer:
        return [name for name in consumer.list_topics(timeout=10).topics if name.startswith(prefix)]


def test_from_any_offset_annotations_and_reasons_are_the_same(running: Deployment) -> None:
    """Only what lies between; a second replay into the same topics is refused."""
    whole = annotations(running) | letters(running)
    first = {partition: end // 2 for partition, (_, end) in enumerate(standing(running)[running.topics.articles.name])}
    span = ",".join(f"{partition}:{offset}" for partition, offset in first.items())
    into = f"half-{time.time_ns()}-"
    half, told = replayed(running, into, "--from", span, "--to", "end")

    out = annotations(half) | letters(half)
    assert out == {(p, offset): told for (p, offset), told in whole.items() if offset >= first[p]}
    assert 0 < len(out) < len(whole)
    assert told["ranges"].keys() == {str(partition) for partition in first}
    with pytest.raises(AssertionError, match="is there already"):
        replayed(running, into)


def test_a_replay_of_nothing_says_so(running: Deployment) -> None:
    """And makes no topics."""
    into = f"nothing-{time.time_ns()}."
    with pytest.raises(AssertionError, match="no record between --from and --to"):
        replayed(running, into, "--from", "2001-01-01", "--to", "2001-01-02")
    with pytest.raises(AssertionError, match=f"no partition {running.settings.partitions}: expected partitions from 0"):
        replayed(running, into, "--from", f"0:0,{running.settings.partitions}:0")
    assert not topics_of(running, into)
