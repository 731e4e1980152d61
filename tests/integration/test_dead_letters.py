"""`newstape dead-letters` on a real broker with a real worker: listed once, brought back once, told when in vain."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.deployment import PATIENCE_S, Deployment, await_until, deployed
from tests.integration.test_replay import replayed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

NIKKEI = "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday."
DAX = "Germany's DAX fell 0.8% to 24,010.50 on Tuesday."


def article(uri: str, body: str, **fields: Any) -> bytes:
    """A native article of two minutes ago."""
    published_at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    return json.dumps({"uri": uri, "published_at": published_at, "body": body, **fields}).encode()


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One worker on topics of its own, made to last beside the replay of them."""
    place = tmp_path_factory.mktemp("letters")
    with deployed(kafka.bootstrap, f"letters-{time.time_ns()}-", place, NEWSTAPE_CLOCK="event") as deployment:
        deployment.start().await_ready()
        yield deployment


def command(deployment: Deployment, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command of `newstape dead-letters`."""
    name, *rest = arguments
    flags = ["--kafka", deployment.bootstrap, "--topic-prefix", deployment.prefix]
    if name in ("redrive", "release"):
        flags += ["--app-id", f"{deployment.prefix}app"]
    return subprocess.run(
        [sys.executable, "-m", "streams", "dead-letters", name, *flags, *rest],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=deployment.directory,
    )


def listed(deployment: Deployment, *arguments: str) -> list[dict[str, Any]]:
    """What `list` gives."""
    done = command(deployment, "list", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def counts(deployment: Deployment, index: str) -> int:
    """Articles that name the index, as the worker says."""
    status, activity = deployment.workers[-1].get(f"/indices/{index}")
    return int(activity["windows"]["7d"]["articles"]) if status == 200 else 0


def keep(deployment: Deployment, source: dict[str, Any], value: bytes) -> None:
    """A letter as a worker of before would have kept it, whose stage raised: the record that stood at `source`."""
    headers = {
        "mine": "kept",
        "source-topic": source["source_topic"],
        "source-partition": str(source["source_partition"]),
        "source-offset": str(source["source_offset"]),
        "redrives": "1",
        "reason": "internal-error",
        "detail": "$: ZeroDivisionError: division by zero",
    }
    producer = Producer({"bootstrap.servers": deployment.bootstrap})
    pairs = [(name, text.encode()) for name, text in headers.items()]
    producer.produce(deployment.topics.dead_letters.name, key=source["key"], value=value, headers=pairs)
    assert producer.flush(30) == 0


def told_of(deployment: Deployment, uri: str) -> list[dict[str, Any]]:
    """Market events of an article, in order of arrival, novelty included."""
    topic = deployment.topics.events["index"].name
    return [event for event in deployment.values(topic) if event["article"]["uri"] == uri]


def test_letters_of_a_mended_fault_come_back_and_count_once(running: Deployment) -> None:
    """Dry run first; twice redriven, once counted; an older version than what stands changes nothing."""
    running.push([(b"urn:d:1", b"{"), (b"urn:d:2", b"{")])
    running.await_settled()
    running.push([(b"urn:d:2", article("urn:d:2", NIKKEI))])
    running.await_settled()
    assert counts(running, "N225") == 1
    first, second = sorted(listed(running), key=lambda letter: letter["key"])
    assert (first["reason"], first["redrives"]) == ("not-json", 0)
    keep(running, first, article("urn:d:1", NIKKEI))
    keep(running, second, article("urn:d:2", DAX))
    letters = listed(running, "--reason", "internal-error", "--topic", "news.articles", "--since", "1h")
    assert {letter["key"] for letter in letters} == {"urn:d:1", "urn:d:2"}
    assert len(listed(running)) == 2

    older = command(running, "redrive", first["place"], "0:999999", "--yes")
    assert "2 not found (no letter, not the newest of its record, or filtered out): 0:999999, " in older.stderr
    assert f", {first['place']}\n" in older.stderr
    before = len(running.read(running.topics.articles.name))
    dry = command(running, "redrive", "--reason", "internal-error")
    assert dry.returncode == 0
    assert "2 would be redriven" in dry.stderr
    assert len(running.read(running.topics.articles.name)) == before

    for _ in range(2):
        done = command(running, "redrive", "--reason", "internal-error", "--yes")
        assert done.returncode == 0, done.stderr
        assert "2 redriven" in done.stderr
        running.await_settled()
        assert (counts(running, "N225"), counts(running, "DAX")) == (2, 0)
    redriven = [r for r in running.read(running.topics.articles.name) if dict(r.headers() or []).get("redriven-from")]
    assert len(redriven) == 4
    for record in redriven:
        headers = dict(record.headers())
        place = next(letter["place"] for letter in letters if letter["key"] == record.key().decode())
        origin = first if record.key() == b"urn:d:1" else second
        partition, offset = place.split(":")
        assert headers["redriven-from"].decode() == f"{running.topics.dead_letters.name}/{partition}/{offset}"
        assert (headers["mine"], headers["redrives"]) == (b"kept", b"2")
        assert int(headers["source-partition"]) == record.partition() == origin["source_partition"]
        assert int(headers["source-offset"]) == origin["source_offset"]
        assert not headers.keys() & {"reason", "detail"}
    events = told_of(running, "urn:d:1")
    assert {event["lifecycle"] for event in events} == {"created"}
    assert all(delivered == events[0] for delivered in events if delivered["event_id"] == events[0]["event_id"])
    assert {event["subject"]["id"] for event in told_of(running, "urn:d:2")} == {"index:N225"}


def test_what_intake_still_rejects_is_left_out_or_comes_back_as_the_same_letter(running: Deployment) -> None:
    """A letter redriven in vain is listed once, with the same reason and source, and how often it was tried."""
    bad = json.dumps({"uri": "urn:d:3", "published_at": "yesterday", "body": DAX}).encode()
    soon = (datetime.now(UTC) + timedelta(hours=24, seconds=3)).isoformat()
    running.push([(b"urn:d:3", bad), (b"urn:d:4", article("urn:d:4", DAX, published_at=soon))])
    running.await_settled()
    (letter,) = listed(running, "--reason", "schema")
    (future,) = listed(running, "--reason", "future-timestamp")

    left = command(running, "redrive", "--reason", "schema", "--yes")
    assert left.returncode == 0
    assert "1 left out: intake would reject them again" in left.stderr
    assert "nothing to redrive" in left.stderr
    for tried in (1, 2):
        done = command(running, "redrive", "--reason", "schema", "--force", "--yes")
        assert done.returncode == 1
        assert "1 of them are dead letters again (1 schema)" in done.stderr
        (again,) = listed(running, "--reason", "schema")
        assert again == letter | {"place": again["place"], "time": again["time"], "redrives": tried}
    shown = command(running, "show", again["place"])
    assert shown.returncode == 0
    assert "$.published_at: expected RFC 3339" in shown.stdout
    assert '"yesterday"' in shown.stdout
    assert command(running, "show", "0:999999").returncode == 1

    def has_come() -> bool:
        done = command(running, "redrive", future["place"], "--yes")
        return "1 redriven" in done.stderr

    await_until(has_come, "the article's time is no longer a day ahead", 20)
    running.await_settled()
    assert counts(running, "DAX") == 1


def test_a_redrive_that_is_interrupted_says_what_to_do(running: Deployment) -> None:
    """Ctrl-C while it waits for workers that there are not; it ended without a word."""
    running.push([(b"urn:d:6", b"{")])
    running.await_settled()
    flags = ["--kafka", running.bootstrap, "--topic-prefix", running.prefix, "--app-id", "nobody", "--force", "--yes"]
    redrive = [sys.executable, "-m", "streams", "dead-letters", "redrive", *flags, "--reason", "not-json"]
    with subprocess.Popen(redrive, stderr=subprocess.PIPE, text=True, cwd=running.directory) as process:
        assert process.stderr is not None
        assert "waiting for the workers of group nobody" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "what was written already counts once" in told


def test_letters_of_the_inner_topics_go_back_where_they_came_from(running: Deployment) -> None:
    """What can't be read as an annotation comes back as one letter, with its place among the annotations."""
    producer = Producer({"bootstrap.servers": running.bootstrap})
    producer.produce(running.topics.annotations.name, key=b"urn:d:5", value=b"no annotation")
    assert producer.flush(30) == 0
    running.await_settled()
    (letter,) = listed(running, "--topic", "news.annotations")
    assert letter["reason"] == "internal-error"

    done = command(running, "redrive", "--topic", "news.annotations", "--yes")

    assert done.returncode == 1
    assert "dead letters again (1 internal-error)" in done.stderr
    (again,) = listed(running, "--topic", "news.annotations")
    assert again == letter | {"place": again["place"], "time": again["time"], "redrives": 1}


def test_a_replay_of_redriven_records_gives_the_same(running: Deployment) -> None:
    """They keep the position of the record that they first were."""
    again, told = replayed(running, f"letters-again-{time.time_ns()}.")

    assert _of_articles(again) == _of_articles(running)
    assert told["records"] > told["positions"]
    assert told["annotations"] == len(_of_articles(running))
    told_by = Counter(event["event_id"] for event in told_of(again, "urn:d:1"))
    assert told_by.keys() == {event["event_id"] for event in told_of(running, "urn:d:1")}


def _of_articles(deployment: Deployment) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Annotations but for the one that is none."""
    found = {}
    for record in deployment.read(deployment.topics.annotations.name):
        if record.value() != b"no annotation":
            position = json.loads(record.value())["position"]
            told = (record.key(), record.value())
            assert found.setdefault((position["partition"], position["offset"]), told) == told
    return found


def test_article_under_embargo_comes_out_when_it_is_over_and_not_before(running: Deployment) -> None:
    """Held through a restart; a version withdrawn or corrected meanwhile stays out; released twice, counted once."""
    before = (counts(running, "N225"), counts(running, "DAX"))
    until = datetime.now(UTC) + timedelta(seconds=40)
    embargo = {"embargoed_until": until.isoformat()}
    records = [
        (b"urn:e:1", article("urn:e:1", NIKKEI, version=1, **embargo)),
        (b"urn:e:2", article("urn:e:2", NIKKEI, version=2, **embargo)),
        (b"urn:e:2", None),
        (b"urn:e:3", article("urn:e:3", NIKKEI, version=1, **embargo)),
        (b"urn:e:3", article("urn:e:3", DAX, version=2, **embargo)),
    ]
    running.push(records)
    running.await_settled()
    assert Counter(letter["key"] for letter in listed(running, "--reason", "embargoed")) == Counter(
        {"urn:e:1": 1, "urn:e:2": 1, "urn:e:3": 2}
    )
    early = command(running, "release", "--once")
    assert (early.returncode, "0 released" in early.stderr) == (0, True)
    assert running.workers[-1].stop() == 0
    running.start().await_ready()
    assert all(told_of(running, uri) == [] for uri in ("urn:e:1", "urn:e:2", "urn:e:3"))

    await_until(lambda: datetime.now(UTC) > until, "the end of the embargo")
    for _ in range(2):
        done = command(running, "release", "--once")
        assert done.returncode == 0, done.stderr
        assert "4 released" in done.stderr
        running.await_settled()

    assert {event["subject"]["id"] for event in told_of(running, "urn:e:1")} == {"index:N225"}
    assert {event["lifecycle"] for event in told_of(running, "urn:e:1")} == {"created"}
    assert {event["published_at"] for event in told_of(running, "urn:e:1")} == {
        until.isoformat().replace("+00:00", "Z")
    }
    assert told_of(running, "urn:e:2") == []
    standing = {e["event_id"]: e for e in sorted(told_of(running, "urn:e:3"), key=lambda e: e["revision"])}
    assert {e["subject"]["id"] for e in standing.values() if e["lifecycle"] != "retracted"} == {"index:DAX"}
    assert (counts(running, "N225"), counts(running, "DAX")) == (before[0] + 1, before[1] + 1)
