"""Any interleaving of versions, duplicates, redelivery and restarts ends in the counts of a plain recount, and every
event is published with the novelty it would have had undisturbed.

The two stages are driven as the agents drive them: records are handed over again from the last commit after a restart,
superseded entries are deleted once confirmed, or not yet when the worker was killed, and of what a record gave any part
may have arrived when it was.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Annotation, Claim, MarketEvent, Position, encode
from schemas.taxonomy import Lifecycle, Status
from streams.reconcile import LedgerEntry, reconcile
from streams.tally import ContributionEntry, ContributionKey, Tally, minute_of
from tests.builders import NOON, annotation, at, index_entity, index_move

M = minute_of(NOON)
INDICES = ("N225", "TOPX", "SPX")
TEXTS = tuple(urlsafe_b64encode(b"\1\0" + bytes([number]) * 64).decode() for number in (1, 2))


@st.composite
def versions(draw: st.DrawFn) -> list[Annotation]:
    """Records of a few articles in the order of one partition: corrections, stale versions, withdrawals, duplicates."""
    records: list[Annotation] = []
    for offset in range(draw(st.integers(1, 12))):
        if records and draw(st.integers(0, 4)) == 0:
            earlier = draw(st.sampled_from(records))
            moved = annotation("copy", offset=offset)
            object.__setattr__(earlier_copy := _copy(earlier), "position", moved.position)
            records.append(earlier_copy)
            continue
        named = draw(st.sets(st.sampled_from(INDICES), max_size=3))
        percent = draw(st.sampled_from([1.0, 2.0]))
        records.append(
            annotation(
                draw(st.sampled_from("abc")),
                offset=offset,
                version=draw(st.sampled_from([None, 1, 2, 3])),
                updated_at=draw(st.sampled_from([None, at(1), at(2)])),
                published_at=at(draw(st.sampled_from([0, -2, -70]))),
                status=draw(st.sampled_from([Status.USABLE, Status.USABLE, Status.USABLE, Status.CANCELED])),
                indices=tuple(index_entity(index) for index in sorted(named)),
                events=tuple(index_move(index, percent) for index in sorted(named)),
                signature=draw(st.sampled_from([None, *TEXTS])),
            )
        )
    return records


def _copy(version: Annotation) -> Annotation:
    return Annotation(**{name: getattr(version, name) for name in version.__slots__})


def recount(records: list[Annotation]) -> dict[str, set[str]]:
    """Index -> articles that name it, by a plain reading of the order rule: no stages, no state but versions."""
    current: dict[str, tuple[tuple, Annotation]] = {}
    for record in records:
        article, held = record.article, current.get(record.article.uri)
        stamp = -1.0 if article.updated_at is None else article.updated_at.timestamp()
        version = article.version or 0
        if article.status is not Status.USABLE and article.version is None and held is not None:
            version, stamp = held[0][0], max(stamp, held[0][1])
        elif article.status is not Status.USABLE and held is not None and version == held[0][0] and stamp < 0:
            stamp = held[0][1]
        order = (version, stamp, record.position.offset)
        if held is None or order > held[0]:
            same = held is not None and held[0][:2] == order[:2] and held[1].digest == record.digest
            if not same:
                current[article.uri] = (order, record)
    named: dict[str, set[str]] = {}
    for uri, (_, record) in current.items():
        for entity in record.entities:
            named.setdefault(entity.id, set()).add(uri)
    return named


@dataclass
class Worker:
    """Both agents over one partition, with what is durable apart from what is not."""

    ledger: dict[tuple[str, Position], LedgerEntry] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    contributions: dict[ContributionKey, ContributionEntry] = field(default_factory=dict)
    events: list[MarketEvent] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    next_claim: int = 0

    def annotations(self, records: list[Annotation]) -> None:
        """Reconcile a run of records; all is delivered."""
        for record in records:
            uri = record.article.uri
            kept = {position: entry for (of, position), entry in self.ledger.items() if of == uri}
            result = reconcile(record, NOON, kept)
            self.claims.extend(result.claims)
            if result.entry is not None:
                self.ledger[uri, record.position] = result.entry
                for position in result.superseded:
                    del self.ledger[uri, position]

    def tear_annotation(self, record: Annotation, *, sent: int, written: bool) -> None:
        """The worker is killed over a record: the first claims have arrived, the entry has or has not."""
        uri = record.article.uri
        kept = {position: entry for (of, position), entry in self.ledger.items() if of == uri}
        result = reconcile(record, NOON, kept)
        self.claims.extend(result.claims[:sent])
        if result.entry is not None and written:
            self.ledger[uri, record.position] = result.entry

    def tear_claim(self, *, sent: int, written: bool) -> None:
        """The worker is killed over the next claim: the first events have arrived, the entry has or has not."""
        if self.next_claim < len(self.claims):
            result = self.tally.apply(self.claims[self.next_claim])
            self.events.extend(result.events[:sent])
            if result.key is not None and written:
                self.contributions[result.key] = result.entry
            self.restart(0)

    def take_claims(self, upto: int, *, keep_superseded: bool) -> None:
        """Tally claims up to this one; a kill may come before superseded entries are deleted."""
        for claim in self.claims[self.next_claim : upto]:
            result = self.tally.apply(claim)
            self.events.extend(result.events)
            if result.key is not None:
                self.contributions[result.key] = result.entry
                if not keep_superseded:
                    for key in result.superseded:
                        self.contributions.pop(key, None)
                        self.tally.forget(key)
        self.next_claim = max(self.next_claim, upto)

    def restart(self, back: int) -> None:
        """Come back with the tables alone, and the last `back` claims not committed."""
        self.tally = Tally()
        self.tally.load(self.contributions.items())
        self.next_claim = max(0, self.next_claim - back)


@given(versions(), st.data())
@settings(deadline=None)  # a loaded machine is no fault
def test_counts_equal_a_plain_recount_after_any_schedule(records: list[Annotation], data: st.DataObject) -> None:
    """Redelivery of records and claims, restarts and undeleted old entries change no final count and no final event."""
    worker, committed = Worker(), 0
    while committed < len(records):
        upto = data.draw(st.integers(committed + 1, len(records)))
        again = data.draw(st.integers(0, upto - committed))
        worker.annotations(records[committed:upto])
        worker.annotations(records[upto - again : upto])
        committed = upto
        worker.take_claims(
            data.draw(st.integers(worker.next_claim, len(worker.claims))), keep_superseded=data.draw(st.booleans())
        )
        if data.draw(st.booleans()):
            worker.restart(data.draw(st.integers(0, 4)))
        if data.draw(st.booleans()):
            worker.tear_claim(sent=data.draw(st.integers(0, 2)), written=data.draw(st.booleans()))
        if committed < len(records) and data.draw(st.booleans()):
            worker.tear_annotation(
                records[committed], sent=data.draw(st.integers(0, 3)), written=data.draw(st.booleans())
            )
    worker.take_claims(len(worker.claims), keep_superseded=False)
    want = {index: len(articles) for index, articles in recount(records).items()}
    got = {index: counts.activity(M + 1).windows["12h"].articles for index, counts in worker.tally.counts.items()}
    assert got == want
    undisturbed = Worker()
    undisturbed.annotations(records)
    undisturbed.take_claims(len(undisturbed.claims), keep_superseded=False)
    assert final_events(worker.events) == final_events(undisturbed.events)
    assert all_events(worker.events) == all_events(undisturbed.events)
    assert novelties(worker.events) == novelties(undisturbed.events)


def all_events(events: list[MarketEvent]) -> set[tuple[str, int, Lifecycle]]:
    """Everything ever published, each once."""
    return {(event.event_id, event.revision, event.lifecycle) for event in events}


def novelties(events: list[MarketEvent]) -> set[tuple[str, int, bytes]]:
    """How new every revision was said to be: one answer each, however often it was delivered."""
    return {(event.event_id, event.revision, encode(event.novelty)) for event in events}


def final_events(events: list[MarketEvent]) -> dict[str, tuple[int, Lifecycle]]:
    """The last state of every event: of the highest revision, as a consumer keeps it."""
    final: dict[str, tuple[int, Lifecycle]] = {}
    for event in events:
        if event.revision >= final.get(event.event_id, (0, event.lifecycle))[0]:
            final[event.event_id] = (event.revision, event.lifecycle)
    return final
