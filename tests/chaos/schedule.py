"""A schedule of faults over a stream of articles, and what must be true afterwards.

Workers on a broker of their own take articles while they are killed (SIGKILL), also with bytes turned over in the files
that they leave, ended (SIGTERM), stopped for longer than the session timeout and continued (SIGSTOP, SIGCONT), while a
further one joins or leaves, the network between them and the broker stalls or breaks every connection, the broker is
killed and comes back, and all of them come back to offsets set back by hundreds of records. Which fault comes when, to
whom, and with which store follows from the seed. Articles come in portions: each fault has one, and befalls workers
that are ready and have just begun with it; one in four comes in haste, on top of what the fault before has left, be it
a worker amid its start. Afterwards

* the counts that the workers show, in every window, equal a recount by brute force from the topic (`recount`);
* a fresh worker with an empty disk shows the same from the changelogs alone;
* the changelogs leave one entry for every article, that of its standing version, and one contribution to an entity;
* every record of the topic is an annotation or a dead letter;
* of articles keyed by uri, every event that the recount has was published, and no other; of those keyed otherwise,
  which versions were seen on the way depends on the order, but the last state of every event is the recount's;
* the same events and revisions come out of one undisturbed run of the pure stages, by their ids;
* every repeated delivery of an event has the same bytes.
"""

import contextlib
import functools
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, Self

from confluent_kafka import Message

from schemas import Claim, Position
from schemas.wire import loads
from streams.engine import load_extractor
from streams.extract.annotate import Extractor, annotate, withdrawal
from streams.intake import RawRecord, Rejection, Withdrawal, read
from streams.kafka.topics import Topic
from streams.local.kafka import LocalKafka
from streams.reconcile import LedgerEntry, reconcile
from streams.state.checkpoint import EXIT_UNDELIVERED
from streams.state.stores import group_of
from streams.tally import Tally
from tests.chaos.articles import UNKEYED, Record, records
from tests.chaos.proxy import Proxy
from tests.chaos.recount import Recount, recount
from tests.deployment import Deployment, NotYetError, WorkerProcess, await_until, deployed, turn_bytes_over
from tests.forked import Forked

SESSION_TIMEOUT_S = 3.0
STALL_S = SESSION_TIMEOUT_S + 1.5
REWOUND = 300
FILES = ("*.sst", "*.sst", "*.log", "MANIFEST-*", "CURRENT", "*")  # of RocksDB; tables are most of them
IN_HASTE = 0.25
# By the signal where a process had not come to its handlers yet; undelivered where Kafka did not answer in time.
ENDED = {0, -signal.SIGTERM, EXIT_UNDELIVERED}
LONG_AWAY_S, LONG_AWAY_EVERY = 60.0, 10  # of so many seeds, one has a broker that stays away for so long
PACE_S = 0.1  # a producer sends so often
# A broker that was killed comes back when KRaft takes the old one for dead; its Java compiles with less ado.
BROKER = {"broker.session.timeout.ms": "2500"}
JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SWEPT_S = 30.0
READY_S = 240.0  # a busy machine takes a minute for what takes seconds when it is idle


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a schedule did and what differed."""

    seed: int
    store: str
    records: int
    faults: dict[str, int]
    rebalances: int
    """How often a worker was given partitions."""
    gave_up: list[str]
    """What workers said that could not deliver, or start, or read their files, and ended; they were started again."""
    repeated: int
    differences: list[str]


class Feed:
    """Produces articles in portions, each at a steady pace and when it is asked for."""

    def __init__(self, deployment: Deployment, sent: Sequence[Record], portions: int, seconds: float) -> None:
        size = ceil(len(sent) / portions)
        self._portions = iter([sent[first : first + size] for first in range(0, len(sent), size)])
        self._step = ceil(len(sent) / seconds * PACE_S)
        self._deployment, self._producer = deployment, deployment.producer()
        self._thread, self._ended = ThreadPoolExecutor(1), False
        self._begun: list[Future[None]] = []

    def more(self) -> None:
        """Let the next portion flow, after those before it."""
        self._begun += [self._thread.submit(self._flow, portion) for portion in islice(self._portions, 1)]

    def finish(self) -> None:
        """Let all that is left flow, and wait for it. Raises what went wrong."""
        self._begun += [self._thread.submit(self._flow, portion) for portion in self._portions]
        for portion in self._begun:
            portion.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._thread.shutdown(cancel_futures=True)

    def _flow(self, portion: Sequence[Record]) -> None:
        for first in range(0, len(portion), self._step):
            if self._ended:
                return
            self._deployment.produce(self._producer, portion[first : first + self._step])
            time.sleep(PACE_S)  # the pace of the producer, not a wait


class Faults:
    """Does one fault after another to the workers of a deployment."""

    def __init__(self, deployment: Deployment, broker: LocalKafka, proxy: Proxy, seed: int, away_s: float) -> None:
        self.deployment, self.broker, self.proxy, self.away_s = deployment, broker, proxy, away_s
        self.draw = random.Random(seed)
        self.running: dict[str, WorkerProcess] = {name: deployment.start(name) for name in "ab"}
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        """Workers that ended otherwise than they should."""
        self.gave_up: list[str] = []
        """What those said that could not deliver, and ended."""
        self.kinds: dict[str, Callable[[], None]] = {
            fault.__name__: fault
            for fault in (
                self.kill,
                self.damage,
                self.end,
                self.stop,
                self.join,
                self.leave,
                self.stall_network,
                self.break_network,
                self.restart_broker,
                self.rewind,
            )
        }

    def run(self, faults: list[str], feed: Feed) -> None:
        """Do these, each to workers that have just begun with a portion of the articles."""
        for number, name in enumerate(faults):
            in_haste = self.draw.random() < IN_HASTE
            if in_haste and number:
                feed.more()
            else:
                await_until(self._all_ready, f"all workers ready before {name}", READY_S)
                before = self.deployment.committed() or 0
                feed.more()
                await_until(lambda before=before: self._is_beyond(before), f"progress before {name}", READY_S)
            self.kinds[name]()
            self.done[name] += 1
            self.revive()

    def _all_ready(self) -> bool:
        self.revive()
        return all(worker.get("/readyz")[0] == 200 for worker in self.running.values())

    def _is_beyond(self, before: int) -> bool:
        self.revive()
        return (self.deployment.committed() or 0) > before

    def revive(self) -> None:
        """A worker that has ended is started again, as its supervisor would; of its own it may only give up."""
        for name, worker in self.running.items():
            status = worker.process.poll()
            if status is not None:
                if status == EXIT_UNDELIVERED or _could_not_start(worker):
                    self.gave_up.append(_ending(worker))
                elif status not in {*ENDED, -signal.SIGKILL}:
                    self.wrong.append(_ending(worker))
                self.running[name] = self.deployment.start(name)

    def _any(self) -> str:
        return self.draw.choice(sorted(self.running))

    def kill(self) -> None:
        """SIGKILL."""
        self.running[self._any()].kill()

    def damage(self) -> None:
        """SIGKILL, and a byte turns over in each of its files of one kind; a worker in memory leaves none."""
        name = self._any()
        self.running[name].kill()
        turn_bytes_over(self.deployment.directory / name, self.draw.choice(FILES), self.draw)

    def end(self) -> None:
        """SIGTERM."""
        self.wrong += ended([self.running[self._any()]])

    def stop(self) -> None:
        """SIGSTOP for longer than the session timeout, so that another takes over, then SIGCONT."""
        name = self._any()
        self.running[name].signal(signal.SIGSTOP)
        time.sleep(STALL_S)  # the fault itself: nothing is awaited but the clock
        self.running[name].signal(signal.SIGCONT)

    def join(self) -> None:
        """One worker more."""
        name = f"j{len(self.deployment.workers)}"
        self.running[name] = self.deployment.start(name)

    def leave(self) -> None:
        """One worker fewer, for good, as long as one is left."""
        if len(self.running) > 1:
            self.wrong += ended([self.running.pop(self._any())])

    def stall_network(self) -> None:
        """Nothing passes between workers and broker for longer than the session timeout, and then everything."""
        self.proxy.stall()
        time.sleep(STALL_S)  # the fault itself
        self.proxy.flow()

    def break_network(self) -> None:
        """Every connection between workers and broker is lost at once, and can be made again."""
        self.proxy.reset()

    def restart_broker(self) -> None:
        """The broker is killed and comes back with its data."""
        self.broker.kill()
        time.sleep(self.away_s)  # the fault itself
        self.broker.restart()

    def rewind(self) -> None:
        """All workers end, and come back to offsets that are hundreds of records behind what they had confirmed."""
        self.wrong += ended(self.running.values())
        self.deployment.rewind(REWOUND)
        self.revive()


def ended(workers: Iterable[WorkerProcess]) -> list[str]:
    """End all of these at once by SIGTERM; which of them did so with another status than they should."""
    for worker in workers:
        worker.signal(signal.SIGTERM)
    return [
        _ending(worker) for worker in workers if worker.process.wait(15) not in ENDED and not _could_not_start(worker)
    ]


def _could_not_start(worker: WorkerProcess) -> bool:
    """Whether no Kafka answered when it began: it says so, and leaves it to its supervisor to try again."""
    return worker.process.poll() == 1 and "error: the worker can't start:" in worker.log.read_text()


def cause(ending: str) -> str:
    """Why a worker ended, in a line: what it said last of all that it says when it gives up."""
    for line in reversed(ending.splitlines()):
        if line.startswith("error: "):
            return line.removeprefix("error: ")
        if '"level": "critical"' in line:
            told = json.loads(line[line.index("{") :])
            return " ".join(str(told[name]) for name in ("message", "reading", "error") if told.get(name))
    return ending.splitlines()[-1]


def _ending(worker: WorkerProcess) -> str:
    return f"worker {worker.name} ended with {worker.process.poll()}: {worker.log.read_text()[-3_000:]}"


def faults_of(seed: int, count: int) -> list[str]:
    """Names of so many faults: every kind before any comes again."""
    draw, kinds = random.Random(seed), []
    while len(kinds) < count:
        kinds.extend(draw.sample(KINDS, len(KINDS)))
    return kinds[:count]


KINDS = ["kill", "damage", "end", "stop", "join", "leave", "stall_network", "break_network", "restart_broker", "rewind"]


def run(seed: int, directory: Path, *, articles: int, faults: list[str], seconds: float) -> Result:
    """One schedule on a broker of its own; the articles come in over so many seconds, waits for faults apart."""
    away_s = LONG_AWAY_S if seed % LONG_AWAY_EVERY == 0 else 0.0
    store = "rocksdb" if seed % 2 else "memory"
    sent = records(seed, articles)
    environment = {"NEWSTAPE_STORE": store, "NEWSTAPE_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S)}
    with (
        Proxy() as proxy,
        LocalKafka(advertised=proxy.address, config=BROKER, java_options=JAVA) as broker,
        deployed(broker.internal, f"chaos{seed}-", directory, **environment) as deployment,
    ):
        proxy.target = int(broker.listener.rpartition(":")[2])
        deployment.front, deployment.launch = proxy.address, Forked
        chaos = Faults(deployment, broker, proxy, seed, away_s)
        with Feed(deployment, sent, len(faults) + 1, seconds) as feed:
            chaos.run(faults, feed)
            feed.finish()
        chaos.revive()
        deployment.await_settled(READY_S)
        chaos.revive()
        taken = deployment.read(deployment.topics.articles.name)
        truth = recount(taken)
        differences = [] if len(taken) == len(sent) else [f"{len(sent)} records sent, {len(taken)} in the topic"]
        for name, worker in chaos.running.items():
            differences += _counts(worker, truth, f"running worker {name}")
        differences += chaos.wrong + ended(chaos.running.values())
        fresh = deployment.start("fresh")
        differences += _taken(deployment, truth)
        repeated, wrong = _events(deployment, taken, truth)
        differences += wrong
        differences += _counts(fresh, truth, "fresh worker")
        differences += _tables(deployment, truth)
        rebalances = sum(worker.log.read_text().count('"message": "ready"') for worker in deployment.workers)
        return Result(
            seed=seed,
            store=store,
            records=len(sent),
            faults=dict(chaos.done),
            rebalances=rebalances,
            gave_up=chaos.gave_up,
            repeated=repeated,
            differences=differences,
        )


def _counts(worker: WorkerProcess, truth: Recount, which: str) -> list[str]:
    worker.await_ready(READY_S)
    status, answer = await_until(lambda: _when_ok(worker.get("/indices")), "indices shown", READY_S)
    assert status == 200
    shown = {
        activity["index"]: {name: window["articles"] for name, window in activity["windows"].items()}
        for activity in answer["indices"]
        if activity["windows"]["7d"]["articles"]
    }
    want = truth.counts(datetime.fromisoformat(answer["as_of"]))
    return [] if shown == want else [f"{which} shows {shown}, recount {want}"]


def _when_ok(answer: tuple[int, Any]) -> tuple[int, Any] | None:
    return answer if answer[0] == 200 else None


def _taken(deployment: Deployment, truth: Recount) -> list[str]:
    """Every record is an annotation or a dead letter, by where it came from."""
    lost = sum(not outcome for outcome in deployment.outcomes().values())
    differences = [f"{lost} records are neither annotation nor dead letter"] if lost else []
    letters: dict[tuple[bytes, bytes], bytes] = {}
    for letter in deployment.read(deployment.topics.dead_letters.name):
        headers = dict(letter.headers())
        letters[headers["source-partition"], headers["source-offset"]] = letter.value()
    if Counter(letters.values()) != truth.bad:
        differences.append(f"dead letters {Counter(letters.values())}, recount {truth.bad}")
    return differences


def _tables(deployment: Deployment, truth: Recount) -> list[str]:
    """What is wrong with the tables, once a worker has deleted what a kill left behind."""
    with contextlib.suppress(NotYetError):
        await_until(lambda: not _superseded(deployment), "older entries deleted", SWEPT_S)
    older = _superseded(deployment)
    differences = [f"{len(older)} articles with more than one entry: {older[:3]}"] if older else []
    kept = {tuple(loads(key)) for key in _live(deployment, deployment.topics.ledger)}
    want = {(uri, *version.order[1:]) for uri, version in truth.standing.items()}
    return differences + _compared(
        "ledger entries of keyed articles", *({e for e in s if _keyed(e)} for s in (kept, want))
    )


def _superseded(deployment: Deployment) -> list[bytes]:
    """What keys begin with that differ in their position alone, in both tables."""
    topics = (deployment.topics.ledger, deployment.topics.contributions)
    groups = Counter(group_of(key) for topic in topics for key in _live(deployment, topic))
    return [group for group, entries in groups.items() if entries > 1]


def _live(deployment: Deployment, changelog: Topic) -> list[bytes]:
    """Keys that a changelog leaves."""
    last = {record.key(): record.value() for record in deployment.read(changelog.name)}
    return [key for key, value in last.items() if value is not None]


def _events(deployment: Deployment, taken: list[Message], truth: Recount) -> tuple[int, list[str]]:
    """How many deliveries were repeated, and what is wrong with the events."""
    published: dict[tuple[str, int, str], set[bytes]] = {}
    of: dict[str, tuple[str, str]] = {}
    deliveries = 0
    for topic in deployment.topics.events.values():
        for record in deployment.read(topic.name):
            event = json.loads(record.value())
            deliveries += 1
            of[event["event_id"]] = (event["article"]["uri"], event["subject"]["id"].removeprefix("index:"))
            said = (event["event_id"], event["revision"], event["lifecycle"])
            published.setdefault(said, set()).add(record.value())
    differences = [f"{said} was delivered with other bytes" for said, values in published.items() if len(values) > 1]
    differences += _compared(
        "events of keyed articles",
        {(*of[identity], revision, lifecycle) for identity, revision, lifecycle in published if _keyed(of[identity])},
        {event for event in truth.events if _keyed(event)},
    )
    final: dict[str, tuple[int, str]] = {}
    for identity, revision, lifecycle in published:
        final[identity] = max(final.get(identity, (-1, "")), (revision, lifecycle))
    standing = {of[identity] for identity, (_, lifecycle) in final.items() if lifecycle != "retracted"}
    differences += _compared("events that stand in the end", standing, truth.last())
    undisturbed = _undisturbed(taken)
    differences += _compared(
        "events by id",
        {said for said in published if _keyed(of[said[0]])},
        {said for said, uri in undisturbed.items() if _keyed((uri,))},
    )
    return deliveries - len(published), differences


def _keyed(event: tuple[Any, ...]) -> bool:
    return not str(event[0]).startswith(UNKEYED)


def _compared(which: str, got: set[Any], want: set[Any]) -> list[str]:
    return [
        f"{len(of)} {which} {what}: {sorted(of)[:3]}"
        for what, of in (("missing", want - got), ("unexpected", got - want))
        if of
    ]


@functools.cache
def _extractor() -> Extractor:
    return load_extractor()


def _undisturbed(taken: list[Message]) -> dict[tuple[str, int, str], str]:
    """(event_id, revision, lifecycle) and uri of one run of the pure stages over the records of `news.articles`."""
    extractor, tally = _extractor(), Tally()
    ledger: dict[str, dict[Position, LedgerEntry]] = {}
    events: dict[tuple[str, int, str], str] = {}
    for record in taken:
        position = Position(partition=record.partition(), offset=record.offset())
        seen = datetime.fromtimestamp(record.timestamp()[1] / 1_000, tz=UTC)
        raw = RawRecord(key=record.key(), value=record.value(), headers=(), timestamp=seen)
        match read(raw):
            case Rejection():
                continue
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
        events |= dict.fromkeys(_tallied(tally, result.claims), annotation.article.uri)
    return events


def _tallied(tally: Tally, claims: tuple[Claim, ...]) -> set[tuple[str, int, str]]:
    return {
        (event.event_id, event.revision, event.lifecycle.value)
        for claim in claims
        for event in tally.apply(claim).events
    }
