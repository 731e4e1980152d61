"""The views of two real workers behind a token: the stream of events, health, and the document that describes them."""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from schemas import Position
from streams.kafka.headers import from_source
from streams.web.event_stream import CLIENTS
from streams.web.tape import QUEUED_BYTES
from tests.debian import program
from tests.deployment import Deployment, WorkerProcess, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

TOKEN = "0123456789abcdef0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}
FROM_THE_START = "index.0.0.0.0_company.0.0.0.0_policy.0.0.0.0"


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, list[WorkerProcess]]]:
    """Two workers with one token, and an article that names an index."""
    with deployed(
        kafka.bootstrap, f"web-{time.time_ns()}-", tmp_path_factory.mktemp("web"), NEWSTAPE_WEB_TOKEN=TOKEN
    ) as deployment:
        workers = [deployment.start(name) for name in "ab"]
        for worker in workers:
            worker.await_ready(150)
        deployment.push([article("urn:t:one", "The Nikkei 225 rose 1.2% to close at 50,367.38 on Tuesday.")])
        deployment.await_settled(150)
        yield deployment, workers


def article(uri: str, body: str, **fields: Any) -> dict[str, Any]:
    """A native article of two minutes ago."""
    published_at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    return {"uri": uri, "published_at": published_at, "headline": "", "body": body, **fields}


@dataclass
class Answer:
    """What a worker answers."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(worker: WorkerProcess, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """One request, redirections not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


@dataclass
class Message:
    """One message of a stream."""

    name: str
    id: str | None
    data: Any


@dataclass
class Client:
    """A client of /events that reads with curl's simplicity: lines until an empty one."""

    worker: WorkerProcess
    query: str
    last_event_id: str | None = None
    receive_bytes: int | None = None
    seen: list[Message] = field(default_factory=list)

    def __enter__(self) -> "Client":
        self.socket = socket.socket()
        if self.receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_bytes)
        self.socket.settimeout(100)
        self.socket.connect(("127.0.0.1", self.worker.port))
        last = f"Last-Event-ID: {self.last_event_id}\r\n" if self.last_event_id else ""
        head = f"Host: localhost\r\nAuthorization: Bearer {TOKEN}\r\n{last}"
        self.socket.sendall(f"GET /events?{self.query} HTTP/1.0\r\n{head}\r\n".encode())
        self.file = self.socket.makefile("rb")
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def status(self) -> int:
        """Read the head of the answer."""
        status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass
        return status

    def messages(self) -> Iterator[Message]:
        """Messages as they come, to the end of the stream; a comment with an id counts as `heartbeat`."""
        name, data = "message", None
        for raw in self.file:
            line = raw.decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_event_id = line[4:]
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif line == ": heartbeat":
                name = "heartbeat"
            elif not line and (data is not None or name == "heartbeat"):
                self.seen.append(Message(name, self.last_event_id, data))
                yield self.seen[-1]
                name, data = "message", None


def read(worker: WorkerProcess, query: str, last_event_id: str | None = None) -> list[Message]:
    """All that is there now."""
    with Client(worker, f"{query}&follow=false", last_event_id) as client:
        assert client.status() == 200
        return [message for message in client.messages() if message.name != "heartbeat"]


def place(message: Message) -> str:
    """Which event a message is."""
    return f"{message.data['event_id']}:{message.data['revision']}"


def produce(deployment: Deployment, family: str, count: int, pad: int, **fields: Any) -> list[str]:
    """Market events straight into a topic, as many workers would publish them; their event ids."""
    producer = Producer({"bootstrap.servers": deployment.bootstrap, "linger.ms": 5})
    ids = [f"{time.time_ns():032x}"[-24:] + f"{number:08x}" for number in range(count)]
    for number, event_id in enumerate(ids):
        value = {
            "event_id": event_id,
            "revision": 1,
            "lifecycle": "created",
            "type": f"{family}.tariff",
            "subject": {"id": "country:US", "name": "United States"},
            "article": {"uri": f"urn:bulk:{number}", "published_at": None, "headline": "x" * pad},
            "published_at": None,
            **fields,
        }
        producer.produce(deployment.topics.events[family].name, json.dumps(value).encode(), f"k{number}".encode())
        producer.poll(0)
    assert producer.flush(30) == 0
    return ids


def test_everything_but_health_asks_for_the_token(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """And says so; a page for browsers, JSON for others."""
    _, (worker, _) = running
    for path in ("/healthz", "/readyz"):
        assert ask(worker, path).status == 200
    for path in ("/", "/indices", "/events", "/metrics", "/pipeline", "/openapi.json", "/internal/indices", "/nosuch"):
        refused = ask(worker, path)
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer"), path
        assert refused.json["error"] == "no-token"
    assert ask(worker, "/indices", **BEARER).json["indices"][0]["name"] == "Nikkei 225"
    assert ask(worker, "/metrics", **BEARER).status == 200
    form = ask(worker, "/", **PAGE)
    assert form.status == 401
    assert b'action="/login"' in form.body


def test_a_browser_gets_a_session_for_the_token(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """A cookie that scripts and other sites can't use, good for every worker, and gone after logout."""
    _, (worker, other) = running
    headers = {"Content-Type": "application/x-www-form-urlencoded", **PAGE}
    assert ask(worker, "/login", "POST", "token=wrong", **headers).status == 401
    assert "Set-Cookie" not in ask(worker, "/login", "POST", "", **headers).headers
    let_in = ask(worker, "/login", "POST", f"token={TOKEN}", **headers)
    assert (let_in.status, let_in.headers["Location"]) == (303, "/")
    cookie = let_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    session = {"Cookie": cookie.partition(";")[0]}
    assert ask(worker, "/indices", **session).status == 200
    assert ask(other, "/", **session, **PAGE).status == 200
    assert 'newstape-session=""' in ask(worker, "/logout", "POST", **session).headers["Set-Cookie"]


def test_every_answer_binds_the_browser(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Nothing from elsewhere, nothing inline, no frames, no sniffing; faults and the stream included."""
    _, (worker, _) = running
    for path in ("/", "/indices", "/nosuch", "/page/index.html", "/events?follow=false", "/events?last=x"):
        headers = ask(worker, path, **BEARER).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'"), path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_stream_goes_on_exactly_where_it_was_left_from_any_worker(
    running: tuple[Deployment, list[WorkerProcess]],
) -> None:
    """Every event once, in the order of its partition, over a change of worker in the middle and one live."""
    deployment, (first, second) = running
    produce(deployment, "policy", 30, pad=0)
    with Client(first, f"cursor={FROM_THE_START}") as client:
        assert client.status() == 200
        seen = []
        for message in client.messages():
            seen += [place(message)] if message.name == "message" else []
            if len(seen) == 17:
                break
    with Client(second, "last=1000", client.last_event_id) as client:  # the last id goes before the query
        assert client.status() == 200
        produce(deployment, "policy", 30, pad=0)
        topics = deployment.topics.events.values()
        published = [value for topic in topics for value in deployment.values(topic.name)]
        wanted = {f"{event['event_id']}:{event['revision']}" for event in published}
        for message in client.messages():
            seen += [place(message)] if message.name == "message" else []
            if len(seen) == len(wanted):
                break
    assert sorted(seen) == sorted(wanted)
    assert read(first, "", client.last_event_id) == []


def test_a_stream_is_selected_and_its_heartbeat_moves_its_cursor(
    running: tuple[Deployment, list[WorkerProcess]],
) -> None:
    """By family, type, subject, lifecycle and article; what was not wanted need not be read again."""
    deployment, (worker, _) = running
    moves = read(worker, "last=50&type=index.move&subject=index:N225&lifecycle=created&article=urn:t:one")
    assert [message.data["subject"]["id"] for message in moves] == ["index:N225"]
    assert moves[0].data["evidence"][0]["text"] == "Nikkei 225 rose 1.2% to close at 50,367.38"
    assert read(worker, "last=50&subject=index:DAX") == []
    with Client(worker, "subject=index:N225&family=policy&heartbeat=1") as client:
        assert client.status() == 200
        before = next(client.messages()).id
        produce(deployment, "policy", 5, pad=0)
        after = next(message.id for message in client.messages() if message.id != before)
    assert client.seen[-1].name == "heartbeat"
    assert before is not None
    assert after is not None
    totals = [sum(map(int, cursor.split(".")[1:])) for cursor in (before, after)]
    assert 0 < totals[1] - totals[0] <= 5


def test_index_counts_come_when_asked_for(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """As messages of their own name; a withdrawn article takes its counts back."""
    deployment, (worker, _) = running
    with Client(worker, "activity=true&subject=index:FTSE") as client:
        assert client.status() == 200
        deployment.push([article("urn:t:ftse", "The FTSE 100 fell 0.4% on Tuesday.")])
        names = set()
        for message in client.messages():
            names.add(message.name)
            if message.name == "activity" and message.data["windows"]["1h"]["articles"] == 1:
                break
        deployment.push([(b"urn:t:ftse", None)])
        left = {"message", "activity"}
        for message in client.messages():
            if message.name == "message" and message.data["lifecycle"] == "retracted":
                left -= {"message"}
            if message.name == "activity" and message.data["windows"]["1h"]["articles"] == 0:
                left -= {"activity"}
            if not left:
                break
    assert {"message", "activity"} <= names


def was_dropped(worker: WorkerProcess) -> bool:
    """Whether the worker has dropped a client."""
    return "newstape_streams_dropped_total 1.0" in ask(worker, "/metrics", **BEARER).body.decode()


def test_a_slow_client_is_told_and_dropped_and_slows_nobody(
    running: tuple[Deployment, list[WorkerProcess]],
) -> None:
    """While it takes nothing another client gets all and articles pass; its own last id brings it the rest."""
    deployment, (worker, other) = running
    with (
        Client(worker, "family=policy", receive_bytes=4_096) as slow,
        Client(worker, "family=policy,index") as quick,
    ):
        assert (slow.status(), quick.status()) == (200, 200)  # and no byte more is read of the slow one
        ids: list[str] = []
        while not was_dropped(worker):
            assert len(ids) < 3_000  # 60 MB, more than any system keeps for a connection
            # In parts of half a queue, so that the quick one may rest meanwhile.
            part = produce(deployment, "policy", QUEUED_BYTES // 2 // 20_000, pad=20_000)
            waiting = set(part)
            if not ids:
                deployment.push([article("urn:t:meanwhile", "The DAX rose 0.3% on Tuesday.")])
                waiting.add("index:DAX")
            ids += part
            for message in quick.messages():
                if message.name == "message":
                    waiting -= {message.data["event_id"], message.data["subject"]["id"]}
                if not waiting:
                    break
        *got, last = list(slow.messages())
    assert last.name == "dropped"
    assert last.data["reason"].startswith("too slow")
    got_ids = [message.data["event_id"] for message in got if message.name == "message"]
    rest = [message.data["event_id"] for message in read(other, "family=policy", slow.last_event_id)]
    assert 0 < len(got_ids) < len(ids)
    assert sorted(got_ids + rest) == sorted(ids)


def test_a_cursor_from_before_what_is_kept_is_told_of_the_gap(
    running: tuple[Deployment, list[WorkerProcess]],
) -> None:
    """How much is missing of which partition, and then what there is; so is one from another life of the topic."""
    deployment, (worker, _) = running
    admin = AdminClient({"bootstrap.servers": deployment.bootstrap})
    topic = deployment.topics.events["policy"].name
    (gone,) = admin.delete_records([TopicPartition(topic, 0, 2)]).values()
    assert gone.result().low_watermark == 2
    gaps = [message for message in read(worker, "family=policy&cursor=policy.0.0.0.99999999") if message.name == "gap"]
    assert [(gap.data["partition"], gap.data["asked"], gap.data["begins"]) for gap in gaps] == [
        (0, 0, 2),
        (3, 99_999_999, 0),
    ]
    refused = ask(worker, "/events?cursor=policy.0", **BEARER)
    assert (refused.status, refused.json["error"]) == (400, "bad-cursor")


def test_a_time_is_a_place_to_begin(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """By the time of the records: of the last hour all, from tomorrow none."""
    _, (worker, _) = running
    assert len(read(worker, "since=1h&family=index")) == len(read(worker, "last=1000&family=index")) > 0
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert read(worker, f"since={tomorrow}&family=index") == []


def test_health_is_that_of_all_workers(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Whoever is asked: lag, rate, and dead letters by reason."""
    deployment, workers = running
    deployment.push([(b"k", b"{not json")])
    deployment.await_settled(150)
    healths = [ask(worker, "/pipeline", **BEARER).json for worker in workers]
    for health in healths:
        assert [worker["state"] for worker in health["workers"]] == ["ready", "ready"]
        assert health["dead_letters"]["not-json"] == 1
        assert health["lag_s"] == 0
        assert health["articles"] >= 3
    assert healths[0]["events"] == healths[1]["events"] > 0


def test_an_article_is_shown_with_what_is_read_in_it(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """From any worker; evidence points into the texts given. A withdrawn one is not shown."""
    _, workers = running
    for worker in workers:
        reading = ask(worker, "/readings/urn:t:one", **BEARER).json
        (evidence,) = reading["annotation"]["events"][0]["evidence"]
        assert reading[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["text"]
        assert ask(worker, "/readings/urn:t:ftse", **BEARER).json["error"] == "no-text"
        assert ask(worker, "/readings/urn:nosuch", **BEARER).json["error"] == "unknown-article"


def test_an_article_shows_no_text_but_its_own(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """Headers of a redrive name a position, and any producer may write them: it is another article's, or nowhere.

    The other article's text was shown, and a partition that there is not was waited for without an end.
    """
    deployment, (worker, _) = running
    position = ask(worker, "/articles?uri=urn:t:one", **BEARER).json["position"]
    places = {
        "urn:t:of-another": (position["partition"], position["offset"]),
        "urn:t:nowhere": (77, 0),
        "urn:t:later": (0, 99_999_999),
    }
    for uri, (partition, offset) in places.items():
        value = json.dumps(article(uri, "The CAC 40 rose 0.1% on Tuesday.")).encode()
        headers = from_source([], deployment.topics.articles.name, Position(partition=partition, offset=offset))
        deployment.push([(uri.encode(), value, headers)])
    deployment.await_settled(150)
    for uri in places:
        assert ask(worker, f"/articles?uri={uri}", **BEARER).json["uri"] == uri
        assert ask(worker, f"/readings?uri={uri}", **BEARER).json["error"] == "no-text"
    assert ask(worker, "/readings?uri=urn:t:one", **BEARER).status == 200


def test_clients_that_went_free_their_places_at_once(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """200 that were opened and dropped kept everybody else out until their next heartbeats, a minute later."""
    _, (worker, _) = running
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(worker, "heartbeat=60")) for _ in range(CLIENTS)]
        assert {client.status() for client in clients} == {200}
        assert ask(worker, "/events?follow=false", **BEARER).json["error"] == "too-many-clients"
    begun = time.monotonic()
    await_until(lambda: ask(worker, "/events?follow=false", **BEARER).status == 200, "a place", 10)
    assert time.monotonic() - begun < 5


def test_a_worker_of_few_files_stays_alive_under_half_open_connections(kafka: Any, tmp_path: Path) -> None:
    """With 256 files, 800 connections took all of them: `/healthz` was dead, and 60 MB of log came in 25 s."""
    with deployed(kafka.bootstrap, f"few-{time.time_ns()}-", tmp_path) as deployment:
        worker = deployment.start(module="tests.few_files_worker").await_ready(150)
        with contextlib.ExitStack() as stack:
            for _ in range(800):
                opened = stack.enter_context(socket.create_connection(("127.0.0.1", worker.port), timeout=10))
                with contextlib.suppress(ConnectionError):
                    opened.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            for _ in range(20):
                begun = time.monotonic()
                assert worker.get("/healthz")[0] == 200
                assert time.monotonic() - begun < 2
        assert worker.log.stat().st_size < 100_000
        assert worker.stop() == 0


def test_answers_are_what_the_document_says(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """The JSON of every view, against the schema of its class, with nothing beside."""
    _, (worker, _) = running
    document = ask(worker, "/openapi.json", **BEARER).json
    for path in (
        "/",
        "/indices?trend=30m",
        "/indices/N225",
        "/indices/N225/series?window=24h&step=1h",
        "/articles/urn:t:one",
        "/articles?uri=urn:t:one",
        "/readings/urn:t:one",
        "/readings?uri=urn:t:one",
        "/pipeline",
        "/healthz",
        "/readyz",
    ):
        route = path.partition("?")[0].replace("N225", "{id}").replace("urn:t:one", "{uri}")
        schema = document["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        value = ask(worker, path, **BEARER).json
        jsonschema.validate(value, {**schema, "components": document["components"]})
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert set(value) == set(named["properties"]), path


def test_the_curl_of_the_readme_works(running: tuple[Deployment, list[WorkerProcess]]) -> None:
    """As it stands there, but for port and token: the newest events at once."""
    _, (worker, _) = running
    readme = Path(__file__).parents[2] / "README.md"
    (url,) = re.findall(r"^\$ curl -N '(.*)'$", readme.read_text(), re.MULTILINE)
    command = [
        program("curl", "curl"),
        "-sN",
        "-H",
        f"Authorization: Bearer {TOKEN}",
        url.replace("6066", str(worker.port)),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as curl:
        assert curl.stdout is not None
        data = next(line for line in curl.stdout if line.startswith(b"data: "))
        curl.terminate()
    assert json.loads(data[6:])["type"].startswith("index.")


def test_the_views_keep_to_their_document(running: tuple[Deployment, list[WorkerProcess]], tmp_path: Path) -> None:
    """Schemathesis finds no answer, status, header or fault that the document does not have."""
    _, (worker, _) = running
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{worker.port}/openapi.json"),
            *("--header", f"Authorization: Bearer {TOKEN}", "--checks", "all", "--max-examples", "10", "--no-color"),
            # The document can't say how a step goes with its window, so that it is refused is no fault.
            *("--exclude-checks", "positive_data_acceptance"),
            *("--phases", "examples,coverage,fuzzing", "--exclude-path", "/events", "--seed", "1"),
        ],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout[-6_000:]
    assert "No issues found" in done.stdout
