"""`python -m tests.bench.state`: how large state is, how it grows and how fast it comes back.

Real annotations (wire news and market reports, extracted once) are stamped with fresh uris and times and go through the
pure stages into real stores, as the agents drive them but without a broker: that is how sizes of a week are measured in
minutes. Restarts are measured with real workers on a real broker whose changelogs hold such a state.
"""

import argparse
import asyncio
import ctypes
import gc
import os
import random
import tempfile
import time
from base64 import b64encode, urlsafe_b64encode
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, Final

from confluent_kafka import Producer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from schemas import Annotation, Claim, Position, encode
from schemas.wire import loads
from streams.agents.contributions import TableContributions
from streams.agents.sweeping import EXPIRED_AT_ONCE
from streams.engine import load_extractor
from streams.extract.annotate import annotate
from streams.intake import RawRecord, read
from streams.kafka.topics import CONTRIBUTIONS_TABLE, LEDGER_TABLE
from streams.local.kafka import LocalKafka
from streams.reconcile import reconcile
from streams.state.layout import (
    TABLE_FORMAT,
    contribution_key,
    contribution_key_of,
    contribution_marks,
    ledger_group,
    ledger_key,
    pack_contribution,
    pack_ledger_entry,
)
from streams.state.stores import Disk, no_marks, opener
from streams.state.table import StateTable
from streams.tally import KEPT_MINUTES, ContributionKey, Counts, Memory, Tally, minute_of
from streams.web.peers import partition_of
from tests.bench.articles import generated, reuters
from tests.deployment import Deployment, deployed, spawned
from tests.hand import Hand

PARTITIONS: Final = 4
BATCH: Final = 200  # records in a micro-batch, as the settings have it
POOL: Final = 3_000
REPORTS: Final = 0.2  # share of market reports among wire news: each names several indices
REPEATED: Final = 0.2  # share of articles that have a text and stories of the pool; others have a text of their own,
# and stories, but for those on indices, where everybody reports on the same day's move
START: Final = datetime(2025, 11, 3, tzinfo=UTC)
MIB: Final = 1 << 20


def pool() -> list[Annotation]:
    """Annotations of wire news (Reuters-21578, where it is at hand) and generated market reports."""
    extractor = load_extractor(())
    wire = random.Random(1).sample(reuters(), POOL) if reuters() else []
    reports = list(generated(int(POOL * REPORTS) if wire else POOL))
    found = []
    for article in [*wire[len(reports) :], *reports]:
        record = RawRecord(key=None, value=encode(article), headers=(), timestamp=datetime.now(UTC))
        said = annotate(read(record), Position(partition=0, offset=0), extractor)
        found.append(said)
    return found


def rss() -> int:
    """Memory of this process in bytes, after what is free was given back."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


def disk(directory: Path) -> int:
    """Bytes of the files below."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


class Measured(Hand):
    """A micro-batch that notes how much goes to changelogs."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes_written: Counter[str] = Counter()
        self.entries_written: Counter[str] = Counter()

    async def send(self, topic: str, *, key: bytes, value: bytes | None, **_: Any) -> Any:
        """A changelog record."""
        self.bytes_written[topic] += len(key) + len(value or b"")
        self.entries_written[topic] += value is not None
        return await super().send(topic)


class Worker:
    """The state of one worker: of all partitions, or of its share of them; what falls to others is left out."""

    def __init__(self, directory: Path | None, known: Set[str | None] = frozenset(), workers: int = 1) -> None:
        """`known` are the texts whose stories others tell, too."""
        self.known = known
        self.owned = range(PARTITIONS // workers)
        disk = None if directory is None else Disk(directory)
        self.ledger, self.contributions = (
            StateTable(name, name, TABLE_FORMAT, opener(name, TABLE_FORMAT, disk), marks)
            for name, marks in ((LEDGER_TABLE, no_marks), (CONTRIBUTIONS_TABLE, contribution_marks))
        )
        for table in (self.ledger, self.contributions):
            table.own(self.owned)
        self.hand = Measured()
        memory = Memory()
        self.tallies = {n: Tally(TableContributions(self.contributions, n), memory) for n in self.owned}
        self._articles = 0

    @property
    def counts(self) -> Mapping[str, Counts]:
        """The counts of all indices."""
        return ChainMap(*(tally.counts for tally in self.tallies.values()))

    async def take(self, said: Annotation) -> None:
        """One article through both stages."""
        uri, published_at = said.article.uri, said.article.published_at
        partition = partition_of(uri, PARTITIONS)
        kept = self.ledger.group(partition, ledger_group(uri))
        assert not kept
        reconciled = reconcile(said, published_at, {})
        if partition in self.owned:
            await self.ledger.write(
                self.hand, partition, ledger_key(uri, said.position), pack_ledger_entry(reconciled.entry)
            )
        own = said.signature not in self.known
        claims = reconciled.claims
        if own:
            claims = tuple(c if c.entity.startswith("index:") else _of_its_own(c) for c in claims)
        for claim in claims:
            at = partition_of(claim.entity, PARTITIONS)
            if at not in self.owned:
                continue
            tallied = self.tallies[at].apply(claim)
            await self.contributions.write(
                self.hand, at, contribution_key(tallied.key), pack_contribution(tallied.entry)
            )
        self._articles += 1
        if self._articles % BATCH == 0:
            self.hand.deliver()

    async def expire(self, now: int) -> int:
        """Delete the contributions that no window needs; gives how many."""
        self.hand.deliver()
        gone = 0
        while due := list(islice(self.contributions.due(now - KEPT_MINUTES), EXPIRED_AT_ONCE)):
            for partition, key in due:
                self.tallies[partition].forget(contribution_key_of(key))
                await self.contributions.delete(self.hand, partition, key)
            gone += len(due)
            self.hand.deliver()
        return gone

    def close(self) -> None:
        """Let go of the tables."""
        for table in (self.ledger, self.contributions):
            table.close()


def _of_its_own(claim: Claim) -> Claim:
    key = blake2b(claim.uri.encode(), digest_size=16).hexdigest()
    return replace(claim, events=tuple(replace(event, similarity_key=key) for event in claim.events))


def stamped(annotations: list[Annotation], articles: int, seconds: float, seed: int) -> Iterator[Annotation]:
    """So many articles spread over so many seconds, in order of publication, each with a uri of its own."""
    draw = random.Random(seed)
    for number in range(articles):
        said = draw.choice(annotations)
        if said.signature is not None and draw.random() >= REPEATED:
            said = replace(said, signature=urlsafe_b64encode(b"\1\0" + draw.randbytes(64)).decode())
        published_at = START + timedelta(seconds=seconds * number / articles)
        uri = f"urn:newsml:example.com:{published_at:%Y%m%d}:n{seed}{number:09d}"
        yield replace(
            said,
            article=replace(said.article, uri=uri, published_at=published_at, version=1),
            position=Position(partition=number % PARTITIONS, offset=number),
            digest=f"{draw.getrandbits(128):032x}",
        )


async def week(
    console: Console, annotations: list[Annotation], articles: int, workers: int, store: str, directory: Path
) -> None:
    """Seven days of articles; the state of one worker of so many."""
    place = directory / f"week-{store}"
    before = rss()
    worker = Worker(place if store == "rocksdb" else None, {said.signature for said in annotations}, workers)
    began = time.monotonic()
    with Progress(console=console, transient=True) as progress:
        for said in progress.track(
            stamped(annotations, articles, 7 * 86_400, seed=7), total=articles, description=f"week, {store}"
        ):
            await worker.take(said)
    worker.hand.deliver()
    took = time.monotonic() - began
    total = rss() - before
    table = Table("seven days", "", title=f"{articles:,} articles, store {store}, one worker of {workers}")
    table.add_row("time", f"{took:,.0f} s, {1e6 * took / articles:,.0f} µs an article")
    for title, topic in (("ledger entries", LEDGER_TABLE), ("contributions", CONTRIBUTIONS_TABLE)):
        entries, written = worker.hand.entries_written[topic], worker.hand.bytes_written[topic]
        table.add_row(title, f"{entries:,}, {written / entries:,.0f} bytes each with key")
    if store == "rocksdb":
        on_disk = disk(place)
        table.add_row("on disk", f"{on_disk / MIB:,.0f} MiB, {on_disk * workers / articles:,.0f} bytes an article")
    table.add_row("memory", f"{total / MIB:,.0f} MiB, {total * workers / articles:,.0f} bytes an article")
    table.add_row("process at most", f"{_peak(os.getpid()) / MIB:,.0f} MiB, registry and the pool of articles included")
    console.print(table)
    worker.close()


async def burst(console: Console, annotations: list[Annotation], articles: int, directory: Path) -> None:
    """Very many articles on one index within one minute: cost and changelog bytes must not grow with them."""
    named = [said for said in annotations if any(entity.id == "index:N225" for entity in said.entities)]
    worker = Worker(directory / "burst")
    table = Table("articles", "µs an article", "changelog bytes an article", title="one index, one minute")
    began, written = time.monotonic(), 0
    for number, said in enumerate(stamped(named, articles, 59, seed=8), start=1):
        await worker.take(said)
        if number in (articles // 10, articles) or number % (articles // 10) == 0:
            taken = time.monotonic() - began
            total = worker.hand.bytes_written.total()
            table.add_row(
                f"{number:,}", f"{1e6 * taken / (articles // 10):,.0f}", f"{(total - written) / (articles // 10):,.0f}"
            )
            began, written = time.monotonic(), total
    worker.hand.deliver()
    activity = worker.counts["index:N225"].activity(minute_of(START) + 1)
    console.print(table)
    console.print(f"counted in that minute: {activity.windows['1m'].articles:,}")
    gone = await worker.expire(minute_of(START) + KEPT_MINUTES + 1)
    console.print(f"expired: {gone:,} contributions; indices left: {len(worker.counts)}")
    worker.close()


def restarts(console: Console, annotations: list[Annotation], entries: int, directory: Path) -> None:
    """From start to ready with a ledger of 30 days and contributions of eight, from disk and from changelogs."""
    with LocalKafka() as kafka, deployed(kafka.bootstrap, f"restart-{time.time_ns()}-", directory) as deployment:
        deployment.launch = spawned
        contributions = _fill(console, deployment, annotations, entries)
        table = Table(
            "restart", "ready after", title=f"{entries:,} ledger entries, {contributions:,} contributions, rocksdb"
        )
        _ready(deployment, table, "one worker, changelogs alone", {"a": "one"})
        _ready(deployment, table, "one worker, files on disk", {"a": "one"})
        _ready(deployment, table, "two workers, changelogs alone", {"a": "two-a", "b": "two-b"})
        _ready(deployment, table, "two workers, files on disk", {"a": "two-a", "b": "two-b"})
        _ready(deployment, table, "one worker, memory", {"a": "memory"}, store="memory")
    console.print(table)


def _fill(console: Console, deployment: Deployment, annotations: list[Annotation], entries: int) -> int:
    """Changelogs as a month leaves them: entries of the pool's articles under new keys, hashes and minutes."""
    draw, tally = random.Random(9), Tally()
    ledger: list[Any] = []
    contributions: list[list[tuple[str, Any]]] = []
    for said in annotations:
        reconciled = reconcile(said, said.article.published_at, {})
        ledger.append(loads(pack_ledger_entry(reconciled.entry)))
        contributions.append(
            [(claim.entity, loads(pack_contribution(tally.apply(claim).entry))) for claim in reconciled.claims]
        )
    producer = Producer(
        {"bootstrap.servers": deployment.bootstrap, "linger.ms": 50, "queue.buffering.max.messages": 500_000}
    )
    last, written = minute_of(datetime.now(UTC)), 0
    topics = deployment.topics  # read once: each time it asks for them it reads its settings anew, in a millisecond
    with Progress(console=console, transient=True) as progress:
        for number in progress.track(range(entries), total=entries, description="changelogs"):
            minute = last - 30 * 1_440 + 30 * 1_440 * number // entries
            like = draw.randrange(len(ledger))
            uri, position = f"urn:newsml:example.com:{number:012d}", Position(partition=number % 4, offset=number)
            entry = ledger[like]
            entry[1], entry[4] = minute, b64encode(draw.randbytes(16)).decode()[:22]
            _send(producer, topics.ledger.name, uri, ledger_key(uri, position), encode(entry))
            if minute <= last - KEPT_MINUTES:
                continue
            for entity, entry in contributions[like]:
                entry[1] = minute
                if entry[4] is not None:
                    entry[4][0] = minute
                for place in entry[5]:
                    place[1], place[3] = number, minute
                key = contribution_key(ContributionKey(entity, uri, position.partition, position.offset))
                _send(producer, topics.contributions.name, entity, key, encode(entry))
                written += 1
    assert producer.flush(120) == 0
    return written


def _send(producer: Producer, topic: str, of: str, key: bytes, value: bytes) -> None:
    while True:
        try:
            producer.produce(topic, key=key, value=value, partition=partition_of(of, PARTITIONS))
        except BufferError:
            producer.poll(0.5)
        else:
            return


def _ready(deployment: Deployment, table: Table, title: str, workers: dict[str, str], store: str = "rocksdb") -> None:
    began = time.monotonic()
    started = [
        deployment.start(name, data=data, NEWSTAPE_STORE=store, NEWSTAPE_PARTITIONS=str(PARTITIONS))
        for name, data in workers.items()
    ]
    for worker in started:
        worker.await_ready(600)
    owned = [len(worker.get("/readyz")[1].get("partitions", ())) for worker in started]
    peak = [_peak(worker.process.pid) for worker in started]
    took = time.monotonic() - began
    at_most = " and ".join(f"{p / MIB:,.0f} MiB" for p in peak)
    table.add_row(title, f"{took:.1f} s (partitions {owned}, memory at most {at_most})")
    for worker in started:
        worker.stop(60)  # it leaves the group; a killed one's partitions would wait for the session to end


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1_024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.state", description=__doc__)
    parser.add_argument("--only", choices=("week", "burst", "restarts"), action="append", help="parts to measure")
    parser.add_argument("--articles", type=int, default=200_000, help="articles of the week")
    parser.add_argument("--workers", type=int, default=1, choices=(1, 2, 4), help="of the week; one is measured")
    parser.add_argument("--burst", type=int, default=100_000, help="articles of the one minute")
    parser.add_argument("--entries", type=int, default=1_000_000, help="ledger entries at the restarts")
    parser.add_argument("--store", choices=("memory", "rocksdb"), action="append", help="of the week; both by default")
    options = parser.parse_args()
    parts = options.only or ["week", "burst", "restarts"]
    console = Console()
    annotations = pool()
    indices = sum(any(e.id.startswith("index:") for e in said.entities) for said in annotations) / len(annotations)
    events = sum(len(said.events) for said in annotations) / len(annotations)
    console.print(f"{len(annotations):,} annotated articles; {indices:.0%} name an index, {events:.1f} events each")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        if "week" in parts:
            for store in options.store or ("memory", "rocksdb"):
                asyncio.run(week(console, annotations, options.articles, options.workers, store, directory))
        if "burst" in parts:
            asyncio.run(burst(console, annotations, options.burst, directory))
        if "restarts" in parts:
            restarts(console, annotations, options.entries, directory)


if __name__ == "__main__":
    main()
