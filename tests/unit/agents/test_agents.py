"""What agents send and when, on a broker that confirms when it is told to: the delivery rules one by one."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

import streams.agents.reconcile
import streams.agents.tally
import streams.state.checkpoint
from schemas import Position, encode
from schemas.taxonomy import Family
from streams import reconcile as reconcile_stage
from streams.agents.annotate import Annotate
from streams.agents.metrics import Metrics
from streams.agents.reconcile import Reconcile
from streams.agents.tally import TallyAgent
from streams.kafka.headers import from_source
from streams.kafka.schema_registry import SchemaRegistry
from streams.kafka.topics import CONTRIBUTIONS_TABLE, LEDGER_TABLE, catalogue
from streams.settings import Clock, Settings
from streams.state.damage import DamagedError
from streams.state.layout import (
    TABLE_FORMAT,
    contribution_group,
    contribution_key,
    contribution_key_of,
    contribution_marks,
    ledger_key,
    pack_contribution,
)
from streams.state.stores import Disk, opener
from streams.state.table import StateTable
from streams.tally import KEPT_MINUTES, Tally, minute_of
from tests.builders import NOON, annotation, claim, index_entity, index_move
from tests.held import HeldBroker, Message, StoppedError, Stream, checkpoint_of, stopping, turns
from tests.registry import registry

SETTINGS = Settings(batch_ms=10_000)
TOPICS = catalogue(SETTINGS)
CHANGELOG = TOPICS.ledger.name
AVRO = b"\0\0\0\0\x2a\x0aurn:a"


def version(number: int, percent: float, *, offset: int, uri: str = "urn:a") -> Message:
    """The annotation of a version of an article, at this offset of both topics."""
    value = annotation(
        uri,
        offset=offset,
        version=number,
        indices=(index_entity("DAX"),),
        events=(index_move("DAX", percent),),
    )
    return Message(TOPICS.annotations.name, offset, key=uri.encode(), value=encode(value))


async def reconcile(broker: HeldBroker, batch_records: int = 200) -> Reconcile:
    """The agent with a ledger that owns its partition."""
    table = StateTable(LEDGER_TABLE, CHANGELOG, TABLE_FORMAT, opener(CHANGELOG, TABLE_FORMAT, None))
    table.own([0])
    checkpoint = await checkpoint_of(broker, TOPICS.annotations.name, batch_ms=10_000, batch_records=batch_records)
    return Reconcile(checkpoint, TOPICS, Metrics(()), SETTINGS, table)


async def annotate(broker: HeldBroker) -> Annotate:
    """The agent without an extractor: every use of it raises."""
    checkpoint = await checkpoint_of(broker, TOPICS.articles.name)
    return Annotate(checkpoint, TOPICS, Metrics(()), extractor=None)  # type: ignore[arg-type]


async def test_every_version_has_an_entry_of_its_own_and_the_older_goes_once_the_newer_is_confirmed() -> None:
    """Entries are never written over: a version is a key, and its tombstone follows the confirmed one after it."""
    broker = HeldBroker()
    agent = await reconcile(broker)
    keys = [ledger_key("urn:a", annotation(offset=offset).position) for offset in (0, 1)]
    assert keys[0] != keys[1]
    await agent.run(Stream(version(1, 1.0, offset=0)))
    broker.confirm()
    await agent.checkpoint.close()
    await agent.run(Stream(version(2, 2.0, offset=1)))
    assert [key for key, _ in broker.to(CHANGELOG)] == keys
    closing = asyncio.ensure_future(agent.checkpoint.close())
    await turns()
    assert (keys[0], None) not in broker.to(CHANGELOG)
    broker.confirm()
    await closing
    assert broker.to(CHANGELOG)[2:] == [(keys[0], None)]


async def test_an_article_whose_events_on_one_subject_make_too_large_a_claim_is_a_dead_letter() -> None:
    """Each repeats 256 long subjects: the topic refused the claim, and the worker stopped, and again at every start."""
    broker = HeldBroker(at_once=True)
    agent = await reconcile(broker)
    said = annotation("urn:a", events=tuple(index_move("DAX", float(n)) for n in range(1, 15)))
    large = replace(said, article=replace(said.article, subjects=("\x01" * 256,) * 256))

    await agent.run(Stream(Message(TOPICS.annotations.name, 0, key=b"urn:a", value=encode(large))))
    await agent.checkpoint.close()

    assert broker.to(TOPICS.claims.name) == broker.to(CHANGELOG) == []
    (letter,) = (record for record in broker.sent if record.topic == TOPICS.dead_letters.name)
    assert dict(letter.headers)["reason"] == b"too-large"
    assert b"bytes of events on one subject, got 5," in dict(letter.headers)["detail"]


async def test_an_entry_written_again_by_a_late_worker_is_the_same_bytes_and_overwrites_nothing_newer() -> None:
    """What a worker has in hand when it is stopped, and appends behind the new owner's records when it wakes."""
    late, owner = HeldBroker(), HeldBroker(at_once=True)
    await (await reconcile(late)).run(Stream(version(1, 1.0, offset=0)))
    agent = await reconcile(owner)
    await agent.run(Stream(version(1, 1.0, offset=0), version(2, 2.0, offset=1)))
    await agent.checkpoint.close()
    ((key, value),) = late.to(CHANGELOG)
    assert owner.to(CHANGELOG)[0] == (key, value)
    (kept,) = agent.ledger.group(0, key.rpartition(b",")[0].rpartition(b",")[0])
    agent.ledger.partitions[0].apply([(key, value)], None)
    newest = max(agent.entries("urn:a", 0).values(), key=lambda entry: entry.order)
    assert newest.order.version == 2
    assert kept in list(agent.ledger.group(0, b'["urn:a"'))


@pytest.mark.parametrize(("batch_records", "others"), [(200, 1), (1, 0)], ids=["open", "being confirmed"])
async def test_a_record_of_a_key_in_hand_waits_until_the_one_before_is_confirmed(
    batch_records: int, others: int
) -> None:
    """It would be judged by a ledger that does not have the one before it yet; records of other keys go on."""
    broker = HeldBroker()
    agent = await reconcile(broker, batch_records)
    between = [version(1, 1.0, offset=1, uri="urn:b")] * others
    stream = Stream(version(1, 1.0, offset=0), *between, version(2, 2.0, offset=1 + others))
    running = asyncio.ensure_future(agent.run(stream))
    await turns()
    assert len(broker.to(CHANGELOG)) == 1 + others
    assert broker.commits == []
    broker.confirm()
    await turns()
    claims = [value or b"" for _, value in broker.to(TOPICS.claims.name)]
    assert [b'"corrected"' in claim for claim in claims] == [False] * (1 + others) + [True]
    broker.confirm()
    await running


async def test_a_record_that_makes_a_stage_raise_is_kept_and_the_stream_goes_on() -> None:
    """Annotate and reconcile alike: the record whole, its reason, and the next record taken."""
    broker = HeldBroker(at_once=True)
    annotating = await annotate(broker)
    article = b'{"uri": "urn:a", "published_at": "2026-11-20T12:00:00Z", "body": "The DAX rose 1%."}'
    await annotating.run(Stream(*(Message(TOPICS.articles.name, n, value=article) for n in range(2))))
    agent = await reconcile(broker)
    good = version(1, 1.0, offset=1)
    await agent.run(Stream(Message(TOPICS.annotations.name, 0, value=b"{}"), good))
    letters = [record for record in broker.sent if record.topic == TOPICS.dead_letters.name]
    assert [letter.value for letter in letters] == [article, article, b"{}"]
    assert {dict(letter.headers)["reason"] for letter in letters} == {b"internal-error"}
    assert len(broker.to(CHANGELOG)) == 1


@pytest.mark.parametrize(
    ("key", "value", "headers"),
    [
        (b"k" * 9_000_000, b"v", []),
        (None, b"v" * 9_000_000, [("redrives", b"1"), ("mine", b"x" * 100_000)]),
        (b"k", None, [("mine", b"x" * 9_000_000)]),
        (b"k", b"{", [("m", b"")] * 1_000_000),
    ],
    ids=("key", "value", "header", "headers"),
)
async def test_of_a_record_larger_than_any_topic_takes_the_beginning_is_kept(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    """Producers may compress it to less than `news.articles` takes; a letter refused stops the worker for good."""
    broker = HeldBroker(at_once=True)
    annotating = await annotate(broker)
    again = from_source(headers, TOPICS.articles.name, Position(partition=0, offset=7))
    for offset, of in enumerate((headers, again)):
        await annotating.run(Stream(Message(TOPICS.articles.name, offset, key=key, value=value, headers=tuple(of))))
    first, second = broker.sent
    told = dict(first.headers)
    assert (first.key or b"") == (key or b"")[:1_048_576]
    assert (first.value is None) == (value is None)
    assert (first.value or b"") == (value or b"")[:1_048_576]
    assert int(told["cut-from"]) >= 9_000_000
    assert sum(len(name) + len(of) for name, of in first.headers) < 1_048_576
    assert told.get("redrives") == dict(headers).get("redrives")
    assert dict(second.headers)["cut-from"] == told["cut-from"]  # a replay's letter is the same


async def test_a_record_of_four_mebibytes_is_kept_whole() -> None:
    """The largest that comes uncompressed; what it says of itself in our own headers counts for nothing."""
    broker = HeldBroker(at_once=True)
    annotating = await annotate(broker)
    value = b"v" * (4 * 1_048_576 - 100)
    await annotating.run(Stream(Message(TOPICS.articles.name, 0, value=value, headers=(("cut-from", b"9"),))))
    (letter,) = broker.sent
    assert letter.value == value
    assert "cut-from" not in dict(letter.headers)


async def test_a_dead_letter_that_is_not_delivered_stops_the_worker_with_nothing_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 3: the record would be neither annotation nor dead letter."""
    stopped = stopping(monkeypatch)
    broker = HeldBroker()
    annotating = await annotate(broker)
    await annotating.run(Stream(Message(TOPICS.articles.name, 0, value=b"{not json")))
    (letter,) = broker.sent
    letter.future.set_exception(ConnectionError("refused"))
    with pytest.raises(StoppedError):
        await annotating.checkpoint.close()
    assert (stopped, broker.commits) == ([streams.state.checkpoint.EXIT_UNDELIVERED], [])


async def test_a_registry_that_stays_away_stops_the_worker_and_makes_no_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is wrong with the record: it is read once the registry is back. One without a schema is a dead letter."""
    stopped = stopping(monkeypatch)
    broker = HeldBroker(at_once=True)
    with registry() as answers:
        schemas = SchemaRegistry(answers.url, patience_s=0)
        checkpoint = await checkpoint_of(broker, TOPICS.articles.name)
        annotating = Annotate(
            checkpoint,
            TOPICS,
            Metrics(()),
            extractor=None,  # type: ignore[arg-type]
            schemas=schemas,
        )
        await annotating.run(Stream(Message(TOPICS.articles.name, 0, value=AVRO)))
        answers.failing = 100
        with pytest.raises(StoppedError):
            await annotating.run(Stream(Message(TOPICS.articles.name, 1, value=AVRO)))

    (letter,) = broker.sent
    assert dict(letter.headers)["detail"] == b"$: expected a schema that the registry knows, got number 42"
    assert letter.value == AVRO
    assert (stopped, broker.commits) == ([streams.state.checkpoint.EXIT_UNDELIVERED], [])


async def test_a_record_handed_over_again_is_sent_again_to_the_byte() -> None:
    """A rewind over a confirmed record: same claims, same entry, and no deletion of what came after."""
    broker = HeldBroker(at_once=True)
    agent = await reconcile(broker)
    first = version(1, 1.0, offset=0)
    await agent.run(Stream(first))
    await agent.checkpoint.close()
    before = [replace(record, future=None) for record in broker.sent]  # type: ignore[arg-type]
    broker.sent.clear()
    agent.checkpoint.offsets.expected = dict.fromkeys(agent.checkpoint.offsets.expected, 0)
    await agent.run(Stream(first))
    await agent.checkpoint.close()
    assert [replace(record, future=None) for record in broker.sent] == before  # type: ignore[arg-type]


async def tally(broker: HeldBroker, disk: Disk | None = None, settings: Settings = SETTINGS) -> TallyAgent:
    """The agent with contributions that own their partition."""
    changelog = TOPICS.contributions.name
    table = StateTable(
        CONTRIBUTIONS_TABLE, changelog, TABLE_FORMAT, opener(changelog, TABLE_FORMAT, disk), contribution_marks
    )
    table.own([0])
    checkpoint = await checkpoint_of(broker, TOPICS.claims.name, batch_ms=10_000)
    return TallyAgent(checkpoint, TOPICS, Metrics(()), settings, table)


@pytest.mark.parametrize("offsets", [(9, 10), (10, 9)])
async def test_of_two_versions_that_fall_due_the_counted_one_goes_last(offsets: tuple[int, int]) -> None:
    """A worker was killed before it deleted the older; the newer stands in the sums, whichever key is first."""
    broker = HeldBroker(at_once=True)
    agent = await tally(broker)
    versions = [Tally().apply(claim("urn:a", offset=at, version=n)) for n, at in enumerate(offsets)]
    other = Tally().apply(claim("urn:b", offset=11, minute=KEPT_MINUTES))
    entries = [(contribution_key(said.key), pack_contribution(said.entry)) for said in (*versions, other)]
    agent.contributions.partitions[0].apply(entries, None)
    await agent.load()
    counts = agent.counts["index:N225"]
    minute = versions[0].entry.observed_at
    assert counts.series(minute + 1, 1, 1)[0][1].articles == 1
    await agent.expire(minute + KEPT_MINUTES + 1)
    await agent.checkpoint.close()
    assert counts.series(minute + 1, 1, 1)[0][1].articles == 0
    assert counts.series(minute + KEPT_MINUTES + 1, 1, 1)[0][1].articles == 1
    assert len(agent.contributions) == 1


async def test_a_partition_comes_back_while_a_deletion_still_waits_for_kafka(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read to find older versions held its files open: the worker ended, taking them for another's."""

    class Away(HeldBroker):
        async def send(self, *_: Any, **__: Any) -> Awaitable[Any]:
            return await asyncio.get_running_loop().create_future()

    for room in (streams.agents.reconcile, streams.agents.tally):
        monkeypatch.setattr(room, "EXPIRED_AT_ONCE", 1)
    agent = await tally(Away(), Disk(tmp_path))
    versions = [Tally().apply(claim(uri, offset=n, version=n)) for uri in ("urn:a", "urn:b") for n in range(2)]
    entries = [(contribution_key(said.key), pack_contribution(said.entry)) for said in versions]
    ledger = Reconcile(agent.checkpoint, TOPICS, Metrics(()), SETTINGS, agent.contributions)
    for deletion in (agent.sweep, partial(agent.expire, 2**31), partial(ledger.expire, 2**31)):
        agent.contributions.partitions[0].apply(entries, None)
        await agent.load()
        await agent.sweep()  # up to a pause, before it has read anything
        waiting = asyncio.ensure_future(deletion())
        await turns()
        assert not waiting.done()
        for owned in ((), (0,)):
            agent.checkpoint.revoked()
            agent.revoked()
            agent.contributions.own(owned)
        assert len(agent.contributions.group(0, contribution_group("index:N225", "urn:b"))) == 2
        waiting.cancel()


async def test_counts_that_did_not_change_are_sent_again_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old counts that a stopped worker sends late, behind the new owner's, would stand until the next change."""
    broker = HeldBroker(at_once=True)
    agent = await tally(broker)
    said = Tally().apply(claim("urn:a", offset=0))
    agent.contributions.partitions[0].apply([(contribution_key(said.key), pack_contribution(said.entry))], None)
    await agent.load()
    sent: list[int] = []
    now = time.monotonic
    for seconds in (0, 60, 660, 720, 1_320):
        monkeypatch.setattr(time, "monotonic", lambda seconds=seconds: now() + seconds)
        await agent.publish_activity(decay=True)
        sent.append(len(broker.to(TOPICS.activity.name)))
    assert sent == [1, 1, 2, 2, 3]


async def test_on_the_event_clock_an_index_that_fell_silent_keeps_what_its_own_windows_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others moved on, so its older articles expired and its last counts, which end with its newest, were sent anew
    without them. They go when its own next article comes, however many of the silent one are due before them.
    """
    for room in (streams.agents.reconcile, streams.agents.tally):
        monkeypatch.setattr(room, "EXPIRED_AT_ONCE", 1)
    agent, day = await tally(HeldBroker(at_once=True), settings=Settings(batch_ms=10_000, clock=Clock.EVENT)), 1_440
    said = [claim("urn:a", minute=0), claim("urn:b", minute=3 * day), claim("urn:c", "DAX", minute=1)]
    said += [claim("urn:d", "DAX", minute=9 * day), replace(claim("urn:e"), entity="company:1", contribution=None)]
    tallied = [Tally().apply(each) for each in said]
    agent.contributions.partitions[0].apply(
        [(contribution_key(s.key), pack_contribution(s.entry)) for s in tallied], None
    )
    await agent.load()

    async def left_at(minute: int) -> set[str]:
        for _ in said:
            await agent.expire(minute_of(NOON) + minute)
            await agent.checkpoint.close()
        return {contribution_key_of(key).uri for group in agent.contributions.groups(0) for key, _ in group}

    assert await left_at(9 * day) == {"urn:a", "urn:b", "urn:d"}
    assert agent._activity("index:N225").windows["7d"].articles == 2
    agent.tallies[0].count("index:N225", claim("urn:f", minute=20 * day).contribution)
    assert await left_at(20 * day) == {"urn:d"}


async def test_metrics_say_nothing_of_indices_that_were_taken_away() -> None:
    """The worker that had an index before went on to tell its counts, and dashboards sum over workers."""
    agent = await tally(HeldBroker(at_once=True))
    said = Tally().apply(claim("urn:a", offset=0))
    agent.contributions.partitions[0].apply([(contribution_key(said.key), pack_contribution(said.entry))], None)
    await agent.load()
    await agent.publish_activity()
    gauges = (agent._metrics.index_mentions, agent._metrics.index_articles)
    assert all(sample.labels["index"] == "N225" for of in gauges for sample in next(iter(of.collect())).samples)
    assert all(next(iter(of.collect())).samples for of in gauges)
    agent.checkpoint.revoked()
    agent.revoked()
    assert not any(next(iter(of.collect())).samples for of in gauges)


async def test_a_store_that_cannot_be_read_stops_the_worker_and_makes_no_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 3 with nothing committed: the record is as good as before, and is taken once the store is built anew."""
    stopped = stopping(monkeypatch)
    broker = HeldBroker(at_once=True)
    reconciling = await reconcile(broker)
    tallying = await tally(broker)
    await tallying.load()

    def damaged(*_: object) -> None:
        raise DamagedError(Path("state"), "checksum")

    for agent, table, message in (
        (reconciling, reconciling.ledger, version(1, 0.8, offset=0)),
        (tallying, tallying.contributions, Message(TOPICS.claims.name, 0, value=encode(claim()))),
    ):
        monkeypatch.setattr(table, "group", damaged)
        with pytest.raises(StoppedError):
            await agent.run(Stream(message))
    assert (stopped, broker.sent, broker.commits) == ([streams.state.checkpoint.EXIT_UNDELIVERED] * 2, [], [])


async def test_a_claim_is_applied_in_its_own_partition_and_written_there() -> None:
    """One tally a partition: the same article may stand in two of them, where an entity's name is another's key."""
    broker = HeldBroker(at_once=True)
    agent = await tally(broker)
    agent.contributions.own([0, 1])
    await agent.load()
    agent.checkpoint.offsets.expected[TP(TOPICS.claims.name, 1)] = 0
    first, second = claim("urn:a", mentions=1), claim("urn:a", "DAX", mentions=7)
    messages = (
        Message(TOPICS.claims.name, 0, value=encode(said), partition=n) for n, said in enumerate((first, second))
    )
    await agent.run(Stream(*messages))
    await agent.checkpoint.close()
    assert [list(one.counts) for one in agent.tallies.values()] == [["index:N225"], ["index:DAX"]]
    assert sorted(agent.counts) == ["index:DAX", "index:N225"]
    written = [(contribution_key(of.key), pack_contribution(of.entry)) for of in map(Tally().apply, (first, second))]
    groups = (contribution_group("index:N225", "urn:a"), contribution_group("index:DAX", "urn:a"))
    assert [agent.contributions.partitions[n].group(group) for n, group in enumerate(groups)] == [[e] for e in written]


async def test_nothing_is_written_of_a_claim_whose_partition_was_taken_away_meanwhile() -> None:
    """Its new owner is given the claim again, and its entry may say another novelty: ours must not stand behind it."""
    broker = HeldBroker(at_once=True)
    agent = await tally(broker)
    await agent.load()
    send = broker.send

    async def moved(topic: str, **record: Any) -> Awaitable[Any]:
        if topic != TOPICS.contributions.name:
            agent.checkpoint.revoked()
            agent.revoked()
        return await send(topic, **record)

    broker.send = moved  # type: ignore[method-assign]
    moves = annotation("urn:a", indices=(index_entity("N225"),), events=(index_move("N225", 1.0),))
    (said,) = reconcile_stage.reconcile(moves, NOON, {}).claims
    await agent.run(Stream(Message(TOPICS.claims.name, 0, value=encode(said))))
    assert [record.topic for record in broker.sent] == [TOPICS.events[Family.INDEX].name]
    assert broker.commits == []
