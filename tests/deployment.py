"""A deployment under test: topics of its own on a real broker, real worker processes, and librdkafka as a client."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from streams.kafka.topics import Catalogue, bring_up, catalogue
from streams.processes.ports import free_port
from streams.settings import Settings
from tests.forked import Forked

SESSION_TIMEOUT_S = 6.0

PATIENCE_S: Final = 150.0
"""How long a test waits for what takes a few seconds on a machine with nothing else to do: a worker's start has taken
more than a minute where twenty programs shared two cores.
"""

Pushed = dict[str, Any] | tuple[bytes | None, bytes | None] | tuple[bytes | None, bytes | None, list[Any]]


def keyed(article: dict[str, Any]) -> tuple[bytes, bytes]:
    """Key and value of an article, as a producer should send it."""
    return article["uri"].encode(), json.dumps(article).encode()


def turn_bytes_over(data: Path, kind: str, draw: random.Random) -> int:
    """One byte in every file of this kind, of all the state in a data directory; how many there were."""
    files = [path for path in sorted(data.glob(f"state/*/*/{kind}")) if path.stat().st_size]
    for path in files:
        whole = bytearray(path.read_bytes())
        whole[draw.randrange(len(whole))] ^= draw.choice((0xFF, 0x01, 0x80))
        path.write_bytes(whole)
    return len(files)


class NotYetError(AssertionError):
    """Something that was awaited did not come true in time."""


def await_until(condition: Callable[[], Any], what: str, timeout_s: float = PATIENCE_S) -> Any:
    """The condition's value once it is true; looked at ten times a second. Raises NotYetError."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise NotYetError(f"not within {timeout_s:.0f} s: {what}")
        time.sleep(0.1)


class Process(Protocol):
    """What is asked of a worker's process: a part of `subprocess.Popen`."""

    @property
    def pid(self) -> int:
        """The process."""

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; null while it runs."""

    def poll(self) -> int | None:
        """The exit status if it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, awaited. Raises TimeoutExpired."""

    def send_signal(self, which: signal.Signals) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """SIGKILL."""


def spawned(environment: Mapping[str, str], log: Path, directory: Path, module: str = "streams") -> Process:
    """A worker in a process of its own; what it says goes to the file `log`."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module, "worker"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=directory,
        )


@dataclass
class WorkerProcess:
    """One `newstape worker`."""

    deployment: "Deployment"
    name: str
    port: int
    process: Process
    log: Path

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of a view; status 0 where the worker does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except OSError:
            return 0, None

    def text(self, path: str) -> str:
        """A view that is not JSON."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
            return str(response.read().decode())

    def await_ready(self, timeout_s: float = PATIENCE_S) -> "WorkerProcess":
        """Wait until it owns its partitions."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(
                    f"worker {self.name} died ({self.process.returncode}):\n{self.log.read_text()[-4000:]}"
                )
            return self.get("/readyz")[0] == 200

        await_until(ready, f"worker {self.name} ready", timeout_s)
        return self

    def signal(self, which: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(which)

    def stop(self, timeout_s: float = 15.0) -> int:
        """SIGTERM, and its exit status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()


@dataclass
class Deployment:
    """Topics, workers and clients under one prefix."""

    bootstrap: str
    prefix: str
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    front: str | None = None
    """Where workers reach the broker, if not as the clients do."""
    launch: Callable[[Mapping[str, str], Path, Path], Process] = Forked
    """Starts a worker's process from environment, log and directory; `spawned` is the command that users type."""
    workers: list[WorkerProcess] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return Settings(
            kafka=self.bootstrap,
            topic_prefix=self.prefix,
            app_id=f"{self.prefix}app",
            clock=self.environment.get("NEWSTAPE_CLOCK", "wall"),
            partitions=int(self.environment.get("NEWSTAPE_PARTITIONS", "4")),
        )

    @property
    def topics(self) -> Catalogue:
        """Its topics."""
        return catalogue(self.settings)

    def create_topics(self) -> None:
        """Make the topics."""
        faults = [f for finding in asyncio.run(bring_up(self.settings, create=True)) for f in finding.faults]
        assert not faults

    def start(
        self, name: str = "a", *, data: str | None = None, module: str = "streams", **environment: str
    ) -> WorkerProcess:
        """Start a worker; `data` names its directory, its own name by default, `module` what runs it."""
        port = free_port()
        log = self.directory / f"{name}-{len(self.workers)}.log"
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("NEWSTAPE_")},
            "NEWSTAPE_KAFKA": self.front or self.bootstrap,
            "NEWSTAPE_TOPIC_PREFIX": self.prefix,
            "NEWSTAPE_APP_ID": f"{self.prefix}app",
            "NEWSTAPE_WEB_PORT": str(port),
            "NEWSTAPE_DATA_DIR": str(self.directory / (data or name)),
            "NEWSTAPE_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(Path(__file__).parents[1]),
            **self.environment,
            **environment,
        }
        launch = self.launch if module == "streams" else partial(spawned, module=module)
        process = launch(env, log, self.directory)
        worker = WorkerProcess(self, name, port, process, log)
        self.workers.append(worker)
        return worker

    def rewind(self, records: int) -> None:
        """Set the committed offsets of all three input topics back by so many records; no worker may run.

        Waits until the group has forgotten workers that were killed.
        """

        def done() -> bool:
            with contextlib.suppress(KafkaException):
                self._rewind(records)
                return True
            return False

        await_until(done, "the group is empty", 30)

    def _rewind(self, records: int) -> None:
        consumer = self._consumer(f"{self.prefix}app")
        try:
            for topic in (self.topics.articles, self.topics.annotations, self.topics.claims):
                parts = consumer.list_topics(topic.name, timeout=10).topics[topic.name].partitions
                committed = consumer.committed([TopicPartition(topic.name, p) for p in parts], timeout=10)
                back = [TopicPartition(c.topic, c.partition, max(0, c.offset - records)) for c in committed]
                consumer.commit(offsets=back, asynchronous=False)
        finally:
            consumer.close()

    def close(self) -> None:
        """End what still runs."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.signal(signal.SIGCONT)
                worker.kill()

    # -- clients ------------------------------------------------------------------------------------------------------

    def push(self, records: Iterable[Pushed]) -> int:
        """Produce articles (dicts, keyed by uri) or raw (key, value[, headers]); gives how many."""
        return self.produce(self.producer(), records)

    def producer(self) -> Producer:
        """A producer of articles."""
        return Producer(
            {
                "bootstrap.servers": self.bootstrap,
                "linger.ms": 5,
                "message.max.bytes": self.topics.articles.max_bytes,
                "enable.idempotence": True,
                "log_level": 2,
            }
        )

    def produce(self, producer: Producer, records: Iterable[Pushed]) -> int:
        """As `push`, by a producer that is kept."""
        errors: list[Any] = []
        count = 0
        for record in records:
            key, value, *headers = keyed(record) if isinstance(record, dict) else record
            while True:
                try:
                    producer.produce(
                        self.topics.articles.name,
                        key=key,
                        value=value,
                        headers=headers[0] if headers else None,
                        on_delivery=lambda error, _: errors.append(error) if error else None,
                    )
                    break
                except BufferError:
                    producer.poll(0.1)
            count += 1
        assert producer.flush(180) == 0
        assert not errors
        return count

    def lag_or_none(self, *topics: str) -> int | None:
        """The lag, or null while the broker does not answer."""
        with contextlib.suppress(KafkaException):
            return self.lag(*topics)
        return None

    def _consumer(self, group: str | None = None) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": group or f"{self.prefix}reader",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "log_level": 2,
                "auto.offset.reset": "earliest",
                "fetch.message.max.bytes": 6_000_000,
                "fetch.wait.max.ms": 50,  # at its end a topic keeps a reader waiting so long
            }
        )

    def read(self, topic: str) -> list[Message]:
        """All records of a topic, partition by partition in order."""
        consumer = self._consumer()
        try:
            parts = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            consumer.assign([TopicPartition(topic, partition, 0) for partition in parts])
            records, ends = [], 0
            while ends < len(parts):
                record = consumer.poll(10)
                assert record is not None, f"{topic}: the broker fell silent"
                if record.error():
                    ends += 1
                else:
                    records.append(record)
            return sorted(records, key=lambda r: (r.partition(), r.offset()))
        finally:
            consumer.close()

    def values(self, topic: str) -> list[Any]:
        """All values of a topic as JSON."""
        return [json.loads(record.value()) for record in self.read(topic)]

    def latest(self, topic: str) -> dict[str, Any]:
        """The newest value under every key."""
        return {
            record.key().decode(): json.loads(record.value())
            for record in self.read(topic)
            if record.value() is not None
        }

    def outcomes(self) -> dict[tuple[int, int], list[str]]:
        """What each record of `news.articles` became, by partition and offset: `annotation`, or why it is a letter."""
        found: dict[tuple[int, int], list[str]] = {
            (r.partition(), r.offset()): [] for r in self.read(self.topics.articles.name)
        }
        for annotation in self.values(self.topics.annotations.name):
            position = annotation["position"]
            found[position["partition"], position["offset"]].append("annotation")
        for letter in self.read(self.topics.dead_letters.name):
            headers = dict(letter.headers())
            position = int(headers["source-partition"]), int(headers["source-offset"])
            found[position].append(headers["reason"].decode())
        return found

    def lag(self, *topics: str) -> int:
        """Records of the three input topics, or of those named, not yet committed."""
        consumer = self._consumer(f"{self.prefix}app")
        try:
            behind = 0
            for topic in topics or [
                t.name for t in (self.topics.articles, self.topics.annotations, self.topics.claims)
            ]:
                parts = consumer.list_topics(topic, timeout=10).topics[topic].partitions
                asked = [TopicPartition(topic, partition) for partition in parts]
                for partition in consumer.committed(asked, timeout=10):
                    _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition.partition), timeout=10)
                    behind += end - max(partition.offset, 0)
            return behind
        finally:
            consumer.close()

    def committed(self) -> int | None:
        """Records of the three input topics that are committed; null while the broker does not answer."""
        consumer = self._consumer(f"{self.prefix}app")
        try:
            asked = [
                TopicPartition(topic.name, partition)
                for topic in (self.topics.articles, self.topics.annotations, self.topics.claims)
                for partition in range(self.settings.partitions)
            ]
            return sum(max(0, at.offset) for at in consumer.committed(asked, timeout=10))
        except KafkaException:
            return None
        finally:
            consumer.close()

    def await_settled(self, timeout_s: float = 90.0) -> None:
        """Wait until every record has passed all three agents and is committed.

        An agent commits its input after its output is in the next topic, and lag is read in the order of the topics, so
        no lag means that nothing is under way.
        """

        def settled() -> bool:
            with contextlib.suppress(KafkaException):
                return self.lag() == 0
            return False

        await_until(settled, "no lag", timeout_s)


@contextlib.contextmanager
def deployed(bootstrap: str, prefix: str, directory: Path, **environment: str) -> Iterator[Deployment]:
    """A deployment with its topics made, ended with all its workers."""
    deployment = Deployment(bootstrap, prefix, directory, environment)
    deployment.create_topics()
    try:
        yield deployment
    finally:
        deployment.close()
