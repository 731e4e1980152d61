"""Articles in, market events and counts out, on a real Kafka with real workers."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas import Annotation, IndexActivity, MarketEvent, decode
from schemas.taxonomy import Lifecycle
from tests.deployment import Deployment, WorkerProcess, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

NOW = datetime.now(UTC)


def article(uri: str, body: str, *, minutes_ago: int = 2, **fields: Any) -> dict[str, Any]:
    """A native article."""
    published_at = (NOW - timedelta(minutes=minutes_ago)).isoformat()
    return {"uri": uri, "published_at": published_at, "headline": "", "body": body, **fields}


NIKKEI = "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday."
DAX = "Germany's DAX fell 0.8% to 24,010.50 on Tuesday."


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, list[WorkerProcess]]]:
    """Two workers on topics of their own."""
    prefix = f"pipeline-{time.time_ns()}-"
    with deployed(kafka.bootstrap, prefix, tmp_path_factory.mktemp("pipeline")) as deployment:
        workers = [deployment.start(name) for name in "ab"]
        for worker in workers:
            worker.await_ready()
        yield deployment, workers


def counts(worker: WorkerProcess, index: str, window: str = "1h") -> int:
    """Articles that name the index, from a worker's view."""
    status, activity = worker.get(f"/indices/{index}")
    return activity["windows"][window]["articles"] if status == 200 else -1


def test_an_article_comes_out_with_keys_and_headers(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Annotation by uri, market events by subject, CloudEvents headers on both; trace context is passed on."""
    deployment, workers = running
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    said = article("urn:t:headers", NIKKEI)
    deployment.push([(said["uri"].encode(), json.dumps(said).encode(), [("traceparent", trace)])])
    deployment.await_settled()
    (annotation,) = (r for r in deployment.read(deployment.topics.annotations.name) if r.key() == b"urn:t:headers")
    headers = dict(annotation.headers())
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_type"] == b"newstape.annotation.v1"
    assert headers["traceparent"] == trace
    value = decode(Annotation, annotation.value())
    assert [(fact.index, fact.change_pct, fact.level) for fact in value.index_facts] == [("N225", 1.2, 50367.38)]
    for entity in value.entities:
        for mention in entity.mentions:
            assert NIKKEI[mention.start : mention.end] == mention.text
    events = [r for r in deployment.read(deployment.topics.events["index"].name) if b"urn:t:headers" in r.value()]
    assert {record.key() for record in events} == {b"index:N225"}
    assert {dict(record.headers())["traceparent"] for record in events} == {trace}
    assert {decode(MarketEvent, record.value()).lifecycle for record in events} == {Lifecycle.CREATED}
    assert all(counts(worker, "N225") == 1 for worker in workers)


def test_corrections_and_withdrawals_move_the_counts(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """A duplicate changes nothing, a correction changes its index, a withdrawal takes it back, a null value too."""
    deployment, workers = running
    worker = workers[0]
    before = {index: counts(worker, index) for index in ("DAX", "N225")}

    def settled(dax: int, nikkei: int) -> None:
        deployment.await_settled()
        want = {"DAX": before["DAX"] + dax, "N225": before["N225"] + nikkei}
        await_until(
            lambda: all({index: counts(w, index) for index in want} == want for w in workers), f"counts {want}", 15
        )

    first = article("urn:t:life", DAX, version=1)
    deployment.push([first, first])
    settled(1, 0)
    deployment.push([article("urn:t:life", NIKKEI, version=2)])
    settled(0, 1)
    deployment.push([first])
    settled(0, 1)
    deployment.push([article("urn:t:life", "", version=3, status="canceled")])
    settled(0, 0)
    deployment.push([article("urn:t:life", DAX, version=4)])
    settled(1, 0)
    deployment.push([(b"urn:t:life", None)])
    settled(0, 0)
    lives = [
        (event["subject"]["id"], event["lifecycle"])
        for event in deployment.values(deployment.topics.events["index"].name)
        if event["article"]["uri"] == "urn:t:life" and event["type"] == "index.move"
    ]
    assert Counter(lives) == Counter(
        {
            ("index:DAX", "created"): 2,
            ("index:DAX", "retracted"): 2,
            ("index:N225", "created"): 1,
            ("index:N225", "retracted"): 1,
        }
    )
    status, said = worker.get("/articles/urn:t:life")
    assert status == 200
    assert {event["state"] for event in said["events"]} == {"retracted"}


BAD = {
    "empty": (b"k", b""),
    "not-utf8": (b"k", b"\xff\xfe{}"),
    "not-json": (b"k", b"{not json"),
    "schema": (b"k", json.dumps({"uri": "x", "published_at": "yesterday", "body": "b"}).encode()),
    "future-timestamp": (b"k", json.dumps({"uri": "x", "published_at": "2099-01-01T00:00:00Z", "body": "b"}).encode()),
    "too-large": (b"k", json.dumps(article("x", "a" * 1_100_000)).encode()),
}


def test_bad_input_is_kept_whole_and_the_stream_goes_on(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Every kind of bad record is a dead letter with its reason; the next good article comes out."""
    deployment, _ = running
    more = [
        (None, None),
        (b"k", b"[" * 100_000),
        (None, json.dumps(article("urn:t:nul", "a\x00b\x07 The DAX rose 1%.")).encode()),
        (b"k", b'{"uri": "x", "published_at": "2026-11-20T00:00:00Z", "body": "\\ud800"}'),
        (b"k", json.dumps({"uri": "x", "published_at": "2026-11-20T00:00:00Z", "headline": " ", "body": ""}).encode()),
    ]
    deployment.push([*BAD.values(), *more, article("urn:t:after", DAX)])
    deployment.await_settled()
    letters = deployment.read(deployment.topics.dead_letters.name)
    by_reason = {dict(letter.headers())["reason"].decode(): letter for letter in letters}
    assert by_reason.keys() >= BAD.keys()
    for reason in ("not-utf8", "not-json", "schema", "too-large"):
        values = [r.value() for r in letters if dict(r.headers())["reason"].decode() == reason]
        assert BAD[reason][1] in values
    detail = next(dict(letter.headers())["detail"].decode() for letter in letters if letter.value() == BAD["schema"][1])
    assert detail.startswith("$.published_at: expected RFC 3339")
    origin = dict(by_reason["schema"].headers())
    assert origin["source-topic"].decode() == deployment.topics.articles.name
    annotated = {value["article"]["uri"] for value in deployment.values(deployment.topics.annotations.name)}
    assert {"urn:t:after", "urn:t:nul"} <= annotated
    pushed = len(deployment.read(deployment.topics.articles.name))
    assert pushed == len(deployment.read(deployment.topics.annotations.name)) + len(letters)


def test_the_views_are_the_same_from_every_worker(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Whoever is asked, the answer is that of the owner."""
    deployment, workers = running
    deployment.push([article(f"urn:t:view:{n}", body) for n, body in enumerate([NIKKEI, DAX] * 5)])
    deployment.await_settled()

    def same(path: str) -> bool:
        answers = [worker.get(path) for worker in workers]
        return answers[0] == answers[1] and answers[0][0] == 200

    for path in (
        "/indices",
        "/indices/N225",
        "/indices/index:DAX",
        "/indices/HSI",
        "/indices/N225/series?window=24h&step=5m",
        "/articles/urn:t:view:3",
    ):
        # Two answers on either side of a full minute differ rightly, so the pair is asked for again.
        await_until(lambda path=path: same(path), f"{path} the same from both", 10)
    assert workers[0].get("/indices/NOSUCH") == (
        404,
        {
            "error": "unknown-index",
            "reason": "no index 'NOSUCH' in the registry or in the news of the last seven days; "
            "GET /indices has the ids",
        },
    )
    assert workers[0].get("/articles/urn:nosuch")[0] == 404
    assert workers[0].get("/indices/N225/series?step=often")[0] == 400


def test_the_activity_topic_says_what_the_views_say(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """The compacted topic holds the newest counts of every index."""
    deployment, workers = running

    def agree() -> bool:
        published = deployment.latest(deployment.topics.activity.name)
        return all(
            published.get(index, {}).get("windows", {}).get("7d")
            == workers[0].get(f"/indices/{index}")[1]["windows"]["7d"]
            for index in ("N225", "DAX")
        )

    await_until(agree, "activity published", 10)
    decode(IndexActivity, json.dumps(deployment.latest(deployment.topics.activity.name)["DAX"]).encode())


def test_metrics_count_what_happened(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Outcomes, reasons, latency and lag are on the page."""
    _, workers = running
    pages = [worker.text("/metrics") for worker in workers]
    for name in (
        'newstape_articles_total{outcome="new"}',
        'newstape_dead_letters_total{reason="schema"}',
        "newstape_event_latency_seconds_bucket",
        "newstape_stage_seconds_bucket",
        "newstape_lag_seconds",
        'newstape_index_mentions{index="DAX",window="1h"}',
        'newstape_table_entries{table="ledger"}',
        "newstape_build_info",
    ):
        assert any(name in page for page in pages), name


def test_a_worker_stops_cleanly(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """SIGTERM ends a worker within ten seconds with status 0, and the other takes over with the same counts."""
    _, (first, second) = running
    before = first.get("/indices/DAX")[1]["windows"]["7d"]
    assert first.stop(10) == 0
    second_ready = await_until(lambda: second.get("/indices/DAX")[0] == 200, "the other took over", 40)
    assert second_ready
    assert second.get("/indices/DAX")[1]["windows"]["7d"] == before


def test_a_wrong_number_of_partitions_is_refused(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """State lives where keys hash to, so the worker does not start and says what to do."""
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        worker = deployment.start("w", NEWSTAPE_PARTITIONS="7")
        assert worker.process.wait(30) == 1
        assert "NEWSTAPE_PARTITIONS=4" in worker.log.read_text()
