"""Every form of article by a real Kafka, by `newstape push` and by a file: all three say the same of it."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from schemas import MarketEvent
from schemas.taxonomy import Family
from streams.consume import events
from streams.settings import Settings
from tests.deployment import PATIENCE_S, Deployment, deployed
from tests.forms import BY_HEADER, BY_VALUE, NATIVE, TIME, Form
from tests.registry import ARTICLE, framed, registry

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

VENDORS = Path(__file__).parents[1] / "unit" / "feeds" / "samples"


def feed_of(path: Path) -> str:
    """The feed that a sample is of."""
    return path.stem.removesuffix("-stream")


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One worker on topics of its own."""
    place = tmp_path_factory.mktemp("forms")
    with deployed(kafka.bootstrap, f"forms-{time.time_ns()}-", place) as deployment:
        deployment.start().await_ready()
        yield deployment


def newstape(deployment: Deployment, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A command of newstape."""
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        cwd=deployment.directory,
        env={**os.environ, **environment},
    )


async def everything(settings: Settings) -> list[MarketEvent]:
    """All market events there are, as a program is given them."""
    return [event async for event, _ in events(settings, follow=False)]


def told(line: str) -> dict[str, Any]:
    """An annotation without what depends on where its record stood."""
    return {name: value for name, value in json.loads(line).items() if name != "position"}


def outputs(deployment: Deployment) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[str, str]]]:
    """Annotations by uri, and reason and detail of every dead letter, as the worker has sent them."""
    annotations: dict[str, list[dict[str, Any]]] = {}
    for record in deployment.read(deployment.topics.annotations.name):
        found = told(record.value().decode())
        annotations.setdefault(found["article"]["uri"], []).append(found)
    letters = [dict(record.headers()) for record in deployment.read(deployment.topics.dead_letters.name)]
    return annotations, sorted((letter["reason"].decode(), letter["detail"].decode()) for letter in letters)


def expected_reasons(*forms: Form) -> list[str]:
    """The reasons of those that are no articles."""
    return sorted(form.reason.value for form in forms if form.reason is not None)


def timeless(detail: str) -> str:
    """A detail without the time of the record that it was judged by."""
    before, marker, after = detail.partition("by the record's ")
    return f"{before}{marker}{after.partition(', ')[2]}"


def test_push_worker_and_file_agree_on_every_form(running: Deployment, tmp_path: Path) -> None:
    """Produced to the topic, pushed from a file, annotated without Kafka: equal annotations, equal reasons."""
    file = tmp_path / "forms.jsonl"
    file.write_bytes(b"".join(form.value + b"\n" for form in BY_VALUE))
    articles = {form.uri for form in (*BY_VALUE, *BY_HEADER) if form.reason is None}

    running.push([(form.uri.encode(), form.value, list(form.headers)) for form in (*BY_VALUE, *BY_HEADER)])
    running.await_settled()
    produced, letters = outputs(running)

    assert produced.keys() == articles
    assert [reason for reason, _ in letters] == expected_reasons(*BY_VALUE, *BY_HEADER)
    facts = {uri: [f["level"] for f in found["index_facts"]] for uri, (found,) in produced.items()}
    assert facts == {uri: [] if uri == "urn:form:cancelled" else [50_367.38] for uri in articles}

    pushed = newstape(
        running, "push", "--raw", str(file), "--kafka", running.bootstrap, "--topic-prefix", running.prefix
    )
    assert pushed.returncode == 0, pushed.stderr
    running.await_settled()
    both, all_letters = outputs(running)
    for form in BY_VALUE:
        if form.reason is None:
            first, second = both[form.uri]
            assert first == second, form.name
    assert [reason for reason, _ in all_letters] == sorted(
        [*expected_reasons(*BY_VALUE, *BY_HEADER), *expected_reasons(*BY_VALUE)]
    )

    by_file = newstape(running, "annotate", str(file))
    assert by_file.returncode == 1
    annotated = {found["article"]["uri"]: found for found in map(told, by_file.stdout.splitlines())}
    assert annotated == {form.uri: produced[form.uri][0] for form in BY_VALUE if form.reason is None}
    faults = [json.loads(line) for line in by_file.stderr.splitlines() if line.startswith("{")]
    assert {(fault["reason"], timeless(fault["detail"])) for fault in faults} == {
        (reason, timeless(detail)) for reason, detail in letters if " in gzip" not in detail
    }


def test_record_of_avro_is_read_by_the_registry(kafka: Any, tmp_path: Path) -> None:
    """With the registry's schema it is an article as any other; of a schema unknown to it, a dead letter."""
    fields = {**NATIVE, "uri": "urn:form:avro", "published_at": datetime.fromisoformat(TIME), "checksum": b"\xff"}
    prefix = f"avro-{time.time_ns()}-"
    with registry() as answers:
        answers.add(7, ARTICLE)
        with deployed(kafka.bootstrap, prefix, tmp_path, NEWSTAPE_SCHEMA_REGISTRY=answers.url) as deployment:
            deployment.start().await_ready()
            deployment.push(
                [
                    (b"urn:form:avro", framed(7, fields)),
                    (b"urn:form:8", framed(8, fields)),
                    (b"urn:form:7", framed(7, fields)[:-9]),
                ]
            )
            deployment.await_settled()
            annotations, letters = outputs(deployment)

    (found,) = annotations["urn:form:avro"]
    assert [fact["level"] for fact in found["index_facts"]] == [50_367.38]
    assert found["article"]["published_at"] == TIME
    assert len(annotations) == 1
    assert [reason for reason, _ in letters] == ["schema", "schema"]
    assert letters[1][1] == "$: expected a schema that the registry knows, got number 8"
    assert letters[0][1].startswith("$: expected Avro by schema 7, got ")
    assert set(answers.asked) == {7, 8}


def test_vendors_records_and_pushed_files_are_the_same_articles(running: Deployment) -> None:
    """A vendor's record with its header, and push of the same file: equal annotations, the vendor's symbols in them."""
    raw = {path: path.read_bytes() for path in sorted(VENDORS.iterdir())}
    letters_before = len(outputs(running)[1])
    running.push([(b"vendor", value, [("newstape-feed", feed_of(path).encode())]) for path, value in raw.items()])
    running.push([(None, b"{}", [("newstape-feed", b"benzing")])])
    running.await_settled()
    produced, letters = outputs(running)

    assert [detail for _, detail in letters if detail.startswith("newstape-feed: expected native | alpaca")]
    assert len(letters) == letters_before + 1
    for path in raw:
        where = ("--kafka", running.bootstrap, "--topic-prefix", running.prefix)
        pushed = newstape(running, "push", "--as", feed_of(path), str(path), *where)
        assert pushed.returncode == 0, pushed.stderr
    running.await_settled()
    both, _ = outputs(running)
    vendors = {uri: found for uri, found in both.items() if not uri.startswith("urn:form:")}
    assert len(vendors) == len(raw) - 1  # the stream's is the same article, withdrawn
    for uri, found in vendors.items():
        half = len(found) // 2
        assert found[:half] == produced[uri] == found[half:]
    sources = {entity["id"]: entity["source"] for entity in vendors["alpaca:24918784"][0]["entities"]}
    assert (sources["company:AAPL"], sources["company:MSFT"]) == ("both", "provider")


def test_polled_feed_is_pushed_once(running: Deployment, tmp_path: Path) -> None:
    """Over HTTP into Kafka and through the worker; what was sent is not sent again by the next process."""
    title = "Polled: FTSE 100 slips"
    entry = (
        "<guid>urn:polled:1</guid><pubDate>Fri, 20 Nov 2026 16:45:00 GMT</pubDate><description>It fell.</description>"
    )
    (tmp_path / "feed.xml").write_text(f"<rss><channel><item><title>{title}</title>{entry}</item></channel></rss>")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url, state = f"http://127.0.0.1:{server.server_port}/feed.xml", tmp_path / "poll.json"
        where = ("--kafka", running.bootstrap, "--topic-prefix", running.prefix, "--state", str(state))
        for told_new in (True, False):
            kept = json.loads(state.read_text()) if state.exists() else {}
            state.write_text(json.dumps({at: source | {"next_at": 0.0} for at, source in kept.items()}))
            polled = newstape(running, "poll", "rss", url, "--once", *where)
            assert polled.returncode == 0, polled.stderr
            assert ("1 new" in polled.stderr) is told_new
        server.shutdown()
    running.await_settled()

    (found,) = outputs(running)[0]["urn:polled:1"]
    assert found["article"]["headline"] == title


@pytest.mark.parametrize("form", ["avro", "json-schema"])
def test_outputs_by_a_registry_are_read_by_everything_that_reads_them(kafka: Any, tmp_path: Path, form: str) -> None:
    """The topics hold the registry's frame; `tail`, the typed consumer and the views give what they always gave."""
    prefix = f"out-{form}-{time.time_ns()}-"
    with registry() as answers:
        where = {"NEWSTAPE_SCHEMA_REGISTRY": answers.url, "NEWSTAPE_OUTPUT_FORM": form}
        with deployed(kafka.bootstrap, prefix, tmp_path, **where) as deployment:
            worker = deployment.start().await_ready()
            deployment.push([(b"urn:out:1", json.dumps({**NATIVE, "uri": "urn:out:1", "published_at": TIME}).encode())])
            deployment.await_settled()
            topic = deployment.topics.events[Family.INDEX].name
            raw = [record.value() for record in deployment.read(topic)]
            subjects = {subject for subject, _, _ in answers.subjects}
            command = ("tail", topic, "--from-beginning", "--no-follow", "--json")
            flags = ("--kafka", deployment.bootstrap, "--topic-prefix", prefix)
            tailed = newstape(deployment, *command, *flags, NEWSTAPE_SCHEMA_REGISTRY=answers.url)
            unnamed = newstape(deployment, *command, *flags)
            consumed = asyncio.run(everything(deployment.settings.model_copy(update={"schema_registry": answers.url})))
            activity = worker.get("/indices")[1]

    assert raw
    assert all(value[:1] == b"\0" for value in raw)
    assert subjects == {
        f"{name}-value"
        for name in (*(t.name for t in deployment.topics.events.values()), deployment.topics.activity.name)
    }
    assert tailed.returncode == 0, tailed.stderr
    shown = [json.loads(line)["value"]["event_id"] for line in tailed.stdout.splitlines()]
    assert shown == [event.event_id for event in consumed if event.type.family is Family.INDEX]
    assert activity
    if form == "avro":
        assert unnamed.returncode == 1
        assert f"{topic} holds Avro: name its registry with NEWSTAPE_SCHEMA_REGISTRY" in unnamed.stderr
    else:
        assert unnamed.stdout == tailed.stdout


def test_worker_says_that_the_registry_refuses_its_schema(kafka: Any, tmp_path: Path) -> None:
    """Before it takes a record, with the subject and what the registry says."""
    with registry() as answers:
        answers.locked = True
        where = {"NEWSTAPE_SCHEMA_REGISTRY": answers.url, "NEWSTAPE_OUTPUT_FORM": "avro"}
        with deployed(kafka.bootstrap, f"locked-{time.time_ns()}-", tmp_path, **where) as deployment:
            worker = deployment.start()
            assert worker.process.wait(PATIENCE_S) == 1
            told = worker.log.read_text()

    assert "the schema registry refuses a schema of subject locked-" in told
    assert "HTTP 403, read only" in told
    assert "Traceback" not in told
