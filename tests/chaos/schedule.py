"""A schedule of faults over a stream of articles, and what must be true afterwards.

Two workers on a broker of their own take articles with corrections, duplicates, stale versions and withdrawals while
workers are killed (SIGKILL), ended (SIGTERM), stopped for longer than the session timeout and continued (SIGSTOP,
SIGCONT), and the broker is restarted. Which fault comes when follows from the seed. Afterwards

* the counts that the workers show equal a recount in plain Python from what the generator knows of its articles;
* a fresh worker with an empty disk shows the same from the changelogs alone;
* the set of (event_id, revision, lifecycle) published equals that of one undisturbed run of the pure stages;
* every repeated delivery of an event has the same bytes, novelty aside.
"""

import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from schemas import Claim, Position
from streams.engine import load_extractor
from streams.extract.annotate import annotate, withdrawal
from streams.intake import RawRecord, Withdrawal, read
from streams.local.kafka import LocalKafka
from streams.reconcile import Entry, reconcile
from streams.tally import Tally
from tests.deployment import SESSION_TIMEOUT_S, Deployment, WorkerProcess, await_until, deployed, keyed

INDICES = {
    "Nikkei 225": "N225",
    "DAX": "DAX",
    "FTSE 100": "FTSE",
    "S&P 500": "SPX",
    "Hang Seng": "HSI",
    "CAC 40": "CAC",
}


@dataclass
class Truth:
    """What the generator knows: the indices that the standing version of each article names."""

    standing: dict[str, frozenset[str]] = field(default_factory=dict)

    def articles(self) -> dict[str, int]:
        """Articles per index."""
        return dict(Counter(index for named in self.standing.values() for index in named))


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a schedule did and what differed."""

    seed: int
    records: int
    faults: dict[str, int]
    repeated: int
    differences: list[str]


def articles(seed: int, count: int, truth: Truth) -> list[tuple[bytes, bytes | None]]:
    """Records of `count` articles; what stands in the end is noted in `truth`."""
    draw = random.Random(seed)
    now = datetime.now(UTC)
    records: list[tuple[bytes, bytes | None]] = []
    for number in range(count):
        uri = f"urn:chaos:{seed}:{number}"
        published_at = (now - timedelta(minutes=draw.randint(1, 3000))).isoformat()

        def version(version: int, uri: str = uri, published_at: str = published_at) -> tuple[bytes, bytes]:
            names = draw.sample(sorted(INDICES), draw.randint(0, 3))
            truth.standing[uri] = frozenset(INDICES[name] for name in names)
            body = " ".join(f"The {name} rose {draw.randint(1, 40) / 10}% on Tuesday." for name in names)
            return keyed(
                {"uri": uri, "published_at": published_at, "body": body or "Trading was calm.", "version": version}
            )

        life = [version(1)]
        if draw.random() < 0.3:
            stale, life = life[0], [*life, version(2)]
            if draw.random() < 0.3:
                life.append(stale)
        if draw.random() < 0.2:
            life.append(life[-1])
        if draw.random() < 0.1:
            life.append((uri.encode(), None))
            truth.standing[uri] = frozenset()
        # A repeated stale version stays stale; a repeated latest one is a duplicate; both leave the truth as it is.
        records.extend(life)
    return records


class Faults:
    """Does one fault after another to the workers of a deployment."""

    def __init__(self, deployment: Deployment, broker: LocalKafka, seed: int) -> None:
        self.deployment, self.broker = deployment, broker
        self.draw = random.Random(seed)
        self.running: dict[str, WorkerProcess] = {name: deployment.start(name) for name in "ab"}
        self.done: Counter[str] = Counter()

    def run(self, faults: int) -> None:
        """A number of faults, each after the workers had a moment to work."""
        for worker in self.running.values():
            worker.await_ready()
        kinds: list[Callable[[str], None]] = [self.kill, self.kill, self.end, self.stall, self.restart_broker]
        self.draw.shuffle(kinds)
        for number in range(faults):
            progress = self.deployment.lag_or_none()
            await_until(lambda before=progress: self.deployment.lag_or_none() != before, "some progress", 90)
            fault = kinds[number % len(kinds)]
            fault(self.draw.choice("ab"))
            self.done[fault.__name__] += 1
            self.revive()

    def revive(self) -> None:
        """A worker that stopped because it could not deliver is started again, as its supervisor would."""
        for name, worker in self.running.items():
            if worker.process.poll() is not None:
                self.running[name] = self.deployment.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.running[name].kill()

    def end(self, name: str) -> None:
        """SIGTERM; ends with status 0, or by the signal where the process had not come to its handlers yet."""
        assert self.running[name].stop() in {0, -signal.SIGTERM}

    def stall(self, name: str) -> None:
        """SIGSTOP for longer than the session timeout, so that the other takes over, then SIGCONT."""
        self.running[name].signal(signal.SIGSTOP)
        time.sleep(SESSION_TIMEOUT_S + 2)  # the fault itself: nothing is awaited but the clock
        self.running[name].signal(signal.SIGCONT)

    def restart_broker(self, _: str) -> None:
        """The broker is killed and comes back with its data."""
        self.broker.kill()
        self.broker.restart()


def run(seed: int, directory: Path, *, count: int = 3_000, faults: int = 5) -> Result:
    """One schedule on a broker of its own."""
    truth = Truth()
    records = articles(seed, count, truth)
    with LocalKafka() as broker, deployed(broker.bootstrap, f"chaos{seed}-", directory) as deployment:
        chaos = Faults(deployment, broker, seed)
        producer = threading.Thread(target=deployment.push_slowly, args=(records, 60.0), daemon=True)
        producer.start()
        chaos.run(faults)
        producer.join()
        chaos.revive()
        deployment.await_settled(180)
        chaos.revive()
        differences = [*_counts(deployment, next(iter(chaos.running.values())), truth, "running")]
        for worker in chaos.running.values():
            worker.stop()
        fresh = deployment.start("fresh").await_ready()
        differences += _counts(deployment, fresh, truth, "fresh")
        repeated, wrong = _events(deployment)
        return Result(
            seed=seed, records=len(records), faults=dict(chaos.done), repeated=repeated, differences=differences + wrong
        )


def _counts(deployment: Deployment, worker: WorkerProcess, truth: Truth, which: str) -> list[str]:
    worker.await_ready()
    status, answer = await_until(lambda: _when_ok(worker.get("/indices")), "indices shown")
    assert status == 200
    shown = {activity["index"]: activity["windows"]["7d"]["articles"] for activity in answer["indices"]}
    return [] if shown == truth.articles() else [f"{which} worker shows {shown}, recount {truth.articles()}"]


def _when_ok(answer: tuple[int, Any]) -> tuple[int, Any] | None:
    return answer if answer[0] == 200 else None


def _events(deployment: Deployment) -> tuple[int, list[str]]:
    published: dict[tuple[str, int, str], list[str]] = {}
    repeated = 0
    for topic in deployment.topics.events.values():
        for event in deployment.values(topic.name):
            event.pop("novelty")
            said = json.dumps(event, sort_keys=True)
            before = published.setdefault((event["event_id"], event["revision"], event["lifecycle"]), [])
            repeated += bool(before)
            before.append(said)
    differences = [f"{key} was delivered with other bytes" for key, said in published.items() if len(set(said)) > 1]
    want = undisturbed(deployment)
    missing, extra = want - published.keys(), published.keys() - want
    if missing:
        differences.append(f"{len(missing)} events missing: {sorted(missing)[:3]}")
    if extra:
        differences.append(f"{len(extra)} events unexpected: {sorted(extra)[:3]}")
    return repeated, differences


def undisturbed(deployment: Deployment) -> set[tuple[str, int, str]]:
    """(event_id, revision, lifecycle) of one run of the pure stages over the records of `news.articles`."""
    extractor, tally = load_extractor(), Tally()
    ledger: dict[str, dict[Position, Entry]] = {}
    events: set[tuple[str, int, str]] = set()
    for record in deployment.read(deployment.topics.articles.name):
        position = Position(partition=record.partition(), offset=record.offset())
        seen = datetime.fromtimestamp(record.timestamp()[1] / 1_000, tz=UTC)
        raw = RawRecord(key=record.key(), value=record.value(), headers=(), timestamp=seen)
        match read(raw):
            case Withdrawal(uri=uri):
                annotation = withdrawal(uri, position, extractor)
            case article:
                annotation = annotate(article, position, extractor)
        kept = ledger.setdefault(annotation.article.uri, {})
        result = reconcile(annotation, seen, kept)
        if result.entry is not None:
            for older in result.superseded:
                del kept[older]
            kept[position] = result.entry
        events |= _tallied(tally, result.claims)
    return events


def _tallied(tally: Tally, claims: tuple[Claim, ...]) -> set[tuple[str, int, str]]:
    return {
        (event.event_id, event.revision, event.lifecycle.value)
        for claim in claims
        for event in tally.apply(claim).events
    }
