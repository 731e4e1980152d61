"""Looks at everything a worker depends on, and says for each what was found and what to do about it.

Nothing of the pipeline is changed. The clock is read off a record in a topic of its own that is deleted again.
"""

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaError, for_code

from schemas import Annotation, Engine, WireError, decode
from streams.kafka.permissions import Operation, of_group, of_topics
from streams.kafka.reading import administration, reader
from streams.kafka.topics import Catalogue, Topic, TopicError, bring_up, catalogue
from streams.operate.rest import Rest, RestError
from streams.settings import Settings
from streams.state.layout import TABLE_FORMAT, format_of
from streams.state.verification import verified

__all__ = ["Check", "State", "checks"]

# Clocks a second apart are right; intake refuses articles that lie further in the future than minutes.
_SKEW_S: Final = 1.0
_READ_TIMEOUT_S: Final = 5.0


class State(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked."""

    name: str
    """What was checked."""
    state: State
    """Its result; `unknown` where it could not be checked."""
    found: str
    """What was found."""
    remedy: str | None = None
    """What to do about it; null where nothing is to be done."""


async def checks(settings: Settings, load: Callable[[], Engine]) -> AsyncIterator[Check]:
    """Each check as soon as it is made. `load` gives the extraction's versions here; it may raise with a fault."""
    engine: Engine | None = None
    try:
        engine = await asyncio.to_thread(load)
    except Exception as error:  # noqa: BLE001 - whatever keeps the data from loading is the finding
        yield Check(name="registry", state=State.FAULT, found=str(error), remedy="correct the entry named")
    else:
        yield Check(name="registry", state=State.OK, found=f"version {engine.registry}")
    yield _data_dir(settings)
    if (settings.data_dir / "state").is_dir():
        yield await asyncio.to_thread(_files, settings.data_dir)
    try:
        yield await _broker(settings)
    except TopicError as error:
        found, _, remedy = str(error).partition("; ")
        yield Check(name="broker", state=State.FAULT, found=found, remedy=remedy or None)
        return
    topics = catalogue(settings)
    missing = False
    async for check in _topics(settings):
        missing |= check.state is State.FAULT and "missing" in check.found
        yield check
    looks = {
        "permissions": _permissions(settings, topics),
        "workers": _group(settings),
        "clock": _clock(settings),
        "views": _views(settings),
    }
    if not missing:
        looks |= {"producers": _producers(settings, topics), "state": _state(settings, topics)}
        if engine is not None:
            looks["extraction"] = _engine(settings, topics, engine)
    for name, look in looks.items():
        try:
            yield await look
        except (KafkaError, TopicError, NotImplementedError) as error:
            why = f"could not be looked at: {type(error).__name__}: {error}"
            yield Check(name=name, state=State.UNKNOWN, found=why, remedy="see permissions above")


def _data_dir(settings: Settings) -> Check:
    path = settings.data_dir.absolute()
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        remedy = "name a directory that this user may write with --data-dir or NEWSTAPE_DATA_DIR"
        return Check(name="data directory", state=State.FAULT, found=f"{there} can't be written", remedy=remedy)
    return Check(name="data directory", state=State.OK, found=f"{path} can be written")


def _files(data_dir: Path) -> Check:
    """What RocksDB keeps below the data directory, each block against its checksum."""
    name = "state files"
    try:
        partitions = list(verified(data_dir))
    except ImportError:
        remedy = "install the extra of that name: pip install 'newstape[rocksdb]'"
        return Check(name=name, state=State.UNKNOWN, found="rocksdb is not installed", remedy=remedy)
    except OSError as error:
        found = f"{data_dir} can't be read ({error.strerror})"
        return Check(name=name, state=State.UNKNOWN, found=found, remedy="run it as the user that runs the worker")
    damaged = [f"{partition.path} is damaged ({partition.damage})" for partition in partitions if partition.damage]
    if damaged:
        remedy = "delete it: the next start builds it anew from its changelog; if it happens again, look at the disk"
        return Check(name=name, state=State.FAULT, found="; ".join(damaged), remedy=remedy)
    in_use = sum(partition.is_in_use for partition in partitions)
    if in_use:
        found = f"{in_use} of {len(partitions)} partitions are in use and not verified"
        return Check(name=name, state=State.OK, found=f"{found}; stop the worker to verify them")
    return Check(name=name, state=State.OK, found=f"{len(partitions)} partitions, every block as it was written")


async def _broker(settings: Settings) -> Check:
    async with administration(settings) as admin:
        cluster = await admin.describe_cluster()
    brokers = len(cluster["brokers"])
    found = f"{brokers} broker{'s' if brokers > 1 else ''} at {settings.kafka}, {settings.security_protocol}"
    if brokers >= 3 > settings.replication:
        remedy = "set NEWSTAPE_REPLICATION=3 before the topics are created, so that a broker may fail"
        return Check(name="broker", state=State.WARNING, found=f"{found}; one replica would be kept", remedy=remedy)
    return Check(name="broker", state=State.OK, found=found)


async def _topics(settings: Settings) -> AsyncIterator[Check]:
    findings = await bring_up(settings, create=False)
    good = 0
    for finding in findings:
        for fault in finding.faults:
            what, _, remedy = fault.partition(": ")
            yield Check(name=f"topic {finding.topic.name}", state=State.FAULT, found=what, remedy=remedy)
        good += not finding.faults
    if good == len(findings):
        yield Check(name="topics", state=State.OK, found=f"{good} as the catalogue says")


def _needs(topics: Catalogue) -> dict[str, frozenset[Operation]]:
    read, write = frozenset({Operation.READ}), frozenset({Operation.WRITE})
    both = (topics.annotations, topics.claims, topics.ledger, topics.contributions)
    written = (*topics.events.values(), topics.activity, topics.dead_letters)
    needs = {topics.articles.name: read}
    needs |= {topic.name: read | write for topic in both}
    return needs | {topic.name: write for topic in written}


async def _permissions(settings: Settings, topics: Catalogue) -> Check:
    user = settings.sasl_username or "the user of this connection"
    granted = await of_topics(settings, _needs(topics))
    of_the_group, _ = await of_group(settings, settings.app_id)
    lacking = [
        f"{operation.name} on topic {name}"
        for name, needed in _needs(topics).items()
        if (has := granted.get(name)) is not None
        for operation in sorted(needed - has)
    ]
    if of_the_group is not None and Operation.READ not in of_the_group:
        lacking.append(f"READ on group {settings.app_id}")
    if lacking:
        remedy = "grant them with kafka-acls, by prefix: deploy/README.md lists the commands"
        return Check(name="permissions", state=State.FAULT, found=f"{user} lacks {', '.join(lacking)}", remedy=remedy)
    return Check(name="permissions", state=State.OK, found=f"{user} may read and write what a worker needs")


async def _group(settings: Settings) -> Check:
    _, members = await of_group(settings, settings.app_id)
    if not members:
        remedy = "start one with `newstape worker`"
        return Check(name="workers", state=State.WARNING, found=f"none in group {settings.app_id}", remedy=remedy)
    return Check(name="workers", state=State.OK, found=f"{members} in group {settings.app_id}")


# -- clocks -----------------------------------------------------------------------------------------------------------


async def _clock(settings: Settings) -> Check:
    """The broker's clock against ours, by a record that the broker stamps."""
    name = f"{settings.topic_prefix}newstape-doctor-{uuid.uuid4().hex[:8]}"
    producer = AIOKafkaProducer(client_id="newstape-doctor", acks="all", **settings.client())
    try:
        async with administration(settings) as admin:
            config = {"message.timestamp.type": "LogAppendTime", "retention.ms": "60000"}
            made: Any = await admin.create_topics(
                [NewTopic(name, num_partitions=1, replication_factor=1, topic_configs=config)]
            )
            code = made.topic_errors[0][1]
            if code:
                raise for_code(code)
            try:
                await producer.start()
                before = time.time()
                stamped = await producer.send_and_wait(name, b"clock")
                after = time.time()
            finally:
                await producer.stop()
                await admin.delete_topics([name])
    except (KafkaError, TopicError) as error:
        why = f"a topic to read it off can't be made: {type(error).__name__}"
        return Check(
            name="clock", state=State.UNKNOWN, found=why, remedy="compare by hand: intake goes by record times"
        )
    # Without skew the timestamp lies between the two; how far it lies outside is the skew.
    broker = stamped.timestamp / 1_000
    skew = max(before - broker, broker - after, 0.0)
    if skew > _SKEW_S:
        remedy = "run NTP on both; windows end with this machine's minute, and lag is measured against record times"
        return Check(name="clock", state=State.WARNING, found=f"{skew:.1f} s apart from the broker's", remedy=remedy)
    return Check(name="clock", state=State.OK, found="within a second of the broker's")


async def _producers(settings: Settings, topics: Catalogue) -> Check:
    ahead = max((r.timestamp / 1_000 - time.time() for r in await _newest(settings, topics.articles)), default=None)
    if ahead is None:
        remedy = "push some with `newstape push FILE`"
        return Check(name="producers", state=State.WARNING, found="no articles yet", remedy=remedy)
    if ahead > _SKEW_S:
        remedy = "run NTP where the articles are produced"
        return Check(
            name="producers", state=State.WARNING, found=f"a record {ahead:.1f} s in the future", remedy=remedy
        )
    return Check(name="producers", state=State.OK, found=f"newest article {_ago(-ahead)} ago")


def _ago(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


# -- versions ---------------------------------------------------------------------------------------------------------


async def _engine(settings: Settings, topics: Catalogue, here: Engine) -> Check:
    newest = max(await _newest(settings, topics.annotations), key=lambda r: r.timestamp, default=None)
    if newest is None:
        return Check(name="extraction", state=State.OK, found=f"version {here.version}; no annotations yet")
    try:
        there = decode(Annotation, newest.value).engine
    except WireError:
        remedy = "see who else writes to it: only newstape may"
        return Check(name="extraction", state=State.FAULT, found="the newest annotation is none", remedy=remedy)
    names = [name for name in ("version", "registry", "lexicon") if getattr(there, name) != getattr(here, name)]
    if names:
        differing = [f"{name} {getattr(there, name)}, here {getattr(here, name)}" for name in names]
        found = f"the newest annotation was made by {'; '.join(differing)}"
        remedy = "update the workers, or run this one with their version and registry files"
        return Check(name="extraction", state=State.WARNING, found=found, remedy=remedy)
    return Check(name="extraction", state=State.OK, found=f"version {here.version}, as the annotations'")


async def _state(settings: Settings, topics: Catalogue) -> Check:
    formats = set()
    for topic in (topics.ledger, topics.contributions):
        for record in await _newest(settings, topic):
            if record.value is not None:
                formats.add(format_of(record.value))
    if formats - {TABLE_FORMAT}:
        found = f"entries of format {', '.join(map(str, sorted(formats, key=str)))}, this release reads "
        remedy = (
            "run the release that wrote them, or start afresh under another NEWSTAPE_APP_ID and NEWSTAPE_TOPIC_PREFIX"
        )
        return Check(name="state", state=State.FAULT, found=f"{found}{TABLE_FORMAT}", remedy=remedy)
    return Check(name="state", state=State.OK, found=f"format {TABLE_FORMAT}" if formats else "empty")


async def _newest(settings: Settings, topic: Topic) -> list[Any]:
    """The last record of each partition that has one."""
    found = []
    async with reader(settings, [topic.name]) as consumer:
        partitions = sorted(consumer.assignment(), key=lambda tp: int(tp.partition))
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        begins: dict[TopicPartition, int] = await consumer.beginning_offsets(partitions)
        for tp in partitions:
            # The very last offset may be a transaction marker or compacted away: no record then, and no wait for it.
            if ends[tp] > begins[tp]:
                consumer.seek(tp, ends[tp] - 1)
                try:
                    async with asyncio.timeout(_READ_TIMEOUT_S):
                        found.append(await consumer.getone(tp))
                except TimeoutError:
                    continue
    return found


async def _views(settings: Settings) -> Check:
    try:
        async with Rest(settings.views_url) as worker:
            await worker.get("readyz")
    except RestError as error:
        remedy = "name a running worker's address with --web-url, if there is one"
        return Check(name="views", state=State.WARNING, found=str(error).partition(";")[0], remedy=remedy)
    return Check(name="views", state=State.OK, found=f"{settings.views_url} is ready")
