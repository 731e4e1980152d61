"""Versions of one article: what each becomes in the ledger and which claims it sends."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import Claim, EntityRef, MarketEvent, Position
from schemas.taxonomy import EventStatus, EventType, Lifecycle, Measure, Moment, Status
from streams.reconcile import LedgerEntry, Reconciled, Verdict, reconcile, subject_key
from streams.reconcile.identity import content_hash, similarity_key
from tests.builders import NOON, annotation, at, fact, index_entity, index_move

N225 = index_entity("N225", mentions=2, score=0.5)
TOPX = index_entity("TOPX")


class Ledger:
    """Applies records as the agent does, superseded entries deleted at once."""

    def __init__(self) -> None:
        self.kept: dict[Position, LedgerEntry] = {}

    def take(self, version) -> Reconciled:
        """One record."""
        result = reconcile(version, NOON, self.kept)
        if result.entry is not None:
            self.kept[version.position] = result.entry
            for position in result.superseded:
                del self.kept[position]
        return result


def claims_by_entity(result: Reconciled) -> dict[str, Claim]:
    """The claims, by whom they are about."""
    return {claim.entity: claim for claim in result.claims}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a test expects of an event that was sent."""

    lifecycle: Lifecycle
    revision: int


def sent(result: Reconciled) -> list[Sent]:
    """Lifecycle and revision of every event sent."""
    return [
        Sent(lifecycle=event.lifecycle, revision=event.revision) for claim in result.claims for event in claim.events
    ]


def only_event(result: Reconciled) -> MarketEvent:
    """The one event sent."""
    (event,) = (event for claim in result.claims for event in claim.events)
    return event


def test_a_first_version_creates_its_events_and_contributes() -> None:
    """A new article counts once per index it names and its events are created at revision 1."""
    result = Ledger().take(annotation(indices=(N225, TOPX), events=(index_move("N225", 1.0),)))
    assert result.verdict is Verdict.NEW
    assert sent(result) == [Sent(lifecycle=Lifecycle.CREATED, revision=1)]
    claims = claims_by_entity(result)
    assert claims["index:N225"].contribution.mentions == 2
    assert claims["index:N225"].contribution.sentiment == 5_000
    assert claims["index:TOPX"].contribution.sentiment is None


def test_a_duplicate_changes_nothing() -> None:
    """The same content at another position sends nothing and writes nothing."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225,)))
    result = ledger.take(annotation(offset=2, indices=(N225,)))
    assert (result.verdict, result.entry, result.claims) == (Verdict.DUPLICATE, None, ())


def test_a_record_handed_over_again_gives_the_same_claims() -> None:
    """Redelivery of a record whose entry is kept sends byte-equal claims and writes the same entry."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225, TOPX), events=(index_move("N225", 1.0), index_move("TOPX", 2.0))))
    corrected = annotation(offset=2, version=2, indices=(N225,), events=(index_move("N225", 1.5),))
    first, again = ledger.take(corrected), ledger.take(corrected)
    assert again.verdict is Verdict.REPEATED
    assert (again.claims, again.entry) == (first.claims, first.entry)


def test_a_corrected_number_corrects_the_event_and_keeps_its_id() -> None:
    """Numbers are not in an event's identity."""
    ledger = Ledger()
    created = only_event(ledger.take(annotation(offset=1, indices=(N225,), events=(index_move("N225", 1.0),))))
    corrected = only_event(
        ledger.take(annotation(offset=2, version=2, indices=(N225,), events=(index_move("N225", 2.0),)))
    )
    assert (corrected.lifecycle, corrected.revision) == (Lifecycle.CORRECTED, 2)
    assert corrected.event_id == created.event_id


def test_an_unchanged_event_is_not_sent_again() -> None:
    """A correction elsewhere in the article leaves an event that still says the same in peace."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225,), events=(index_move("N225", 1.0),)))
    result = ledger.take(
        annotation(offset=2, version=2, indices=(N225,), events=(index_move("N225", 1.0),), content="typo mended")
    )
    assert sent(result) == []
    assert result.entry.events[0].revision == 1


def test_a_correction_retracts_what_went_and_creates_what_came() -> None:
    """Events and contributions of the version before that this one lacks are taken back."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225,), events=(index_move("N225", 1.0),)))
    result = ledger.take(annotation(offset=2, version=2, indices=(TOPX,), events=(index_move("TOPX", 1.0),)))
    claims = claims_by_entity(result)
    assert claims["index:N225"].contribution is None
    assert claims["index:N225"].events[0].lifecycle is Lifecycle.RETRACTED
    assert claims["index:TOPX"].contribution is not None
    assert claims["index:TOPX"].events[0].lifecycle is Lifecycle.CREATED


def test_a_retraction_carries_identity_type_subject_and_article_only() -> None:
    """The rest of a retracted event is null."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225,), events=(index_move("N225", 1.0),)))
    event = only_event(ledger.take(annotation(offset=2, status=Status.CANCELED)))
    assert event.lifecycle is Lifecycle.RETRACTED
    assert (event.subject.id, event.subject.name, event.article.uri) == ("index:N225", "N225", "u")
    assert event.arguments is event.evidence is event.sentiment is event.similarity_key is None


def test_a_subject_that_the_registry_does_not_know_has_no_id() -> None:
    """Neither when created nor when retracted; its name keys both records, however it is written."""
    ledger = Ledger()
    unknown = replace(index_move("N225", 1.0), subject=EntityRef(id=None, name="Santa  Clara"))
    created = only_event(ledger.take(annotation(offset=1, events=(unknown,))))
    retracted = only_event(ledger.take(annotation(offset=2, status=Status.CANCELED)))
    for event in (created, retracted):
        assert (event.subject.id, event.subject.name) == (None, "Santa  Clara")
        assert subject_key(event.subject) == "name:santa clara"


def test_a_merger_that_the_next_version_calls_off_is_the_same_event_corrected() -> None:
    """Who keeps the newest revision by `event_id` holds no merger any more; what was told is another story."""
    ledger = Ledger()
    agreed = index_move("N225", 1.0)
    off = replace(agreed, status=EventStatus.CALLED_OFF)
    created = only_event(ledger.take(annotation(offset=1, events=(agreed,))))
    corrected = only_event(ledger.take(annotation(offset=2, version=2, events=(off,))))
    assert corrected.event_id == created.event_id
    assert corrected.lifecycle is Lifecycle.CORRECTED
    assert (created.status, corrected.status) == (EventStatus.STANDING, EventStatus.CALLED_OFF)
    assert created.similarity_key != corrected.similarity_key
    gone = only_event(ledger.take(annotation(offset=3, version=3, status=Status.CANCELED)))
    assert (gone.event_id, gone.status) == (created.event_id, None)


def test_hashes_of_events_are_those_of_the_release_before() -> None:
    """They stand in ledgers and name stories: under contract 1.2 this event had these, and nothing of it is new."""
    event = index_move("N225", 2.5)
    assert content_hash(event, NOON) == "efbec030fc40509a"
    assert similarity_key(event, NOON) == "47ba3e0fc64d55f20af5fce304fb78d6"


@pytest.mark.parametrize(
    "added",
    [
        {"measure": Measure.INDEX_CHANGE},
        {"adjusted": False},
        {"period": "2026-Q3"},
        {"expected": 0.0},
        {"surprise": 0.0},
        {"low": 0.0},
        {"high": 0.0},
    ],
)
def test_what_a_number_measures_is_part_of_what_the_event_says(added: dict[str, Any]) -> None:
    """A figure that is now of another quarter, or beats what was expected, corrects the event."""
    before = index_move("N225", 1.0)
    after = replace(before, arguments={"percent": replace(before.arguments["percent"], **added)})
    ledger = Ledger()
    ledger.take(annotation(offset=1, events=(before,)))
    assert only_event(ledger.take(annotation(offset=2, version=2, events=(after,)))).lifecycle is Lifecycle.CORRECTED


@pytest.mark.parametrize("status", [Status.CANCELED, Status.WITHHELD])
def test_a_withdrawal_takes_everything_back_and_a_return_counts_again(status: Status) -> None:
    """Withdrawn, then usable again: retracted, then created with a higher revision."""
    ledger = Ledger()
    usable = {"indices": (N225,), "events": (index_move("N225", 1.0),)}
    ledger.take(annotation(offset=1, version=1, **usable))
    gone = ledger.take(annotation(offset=2, version=2, status=status))
    assert gone.verdict is Verdict.WITHDRAWN
    assert claims_by_entity(gone)["index:N225"].contribution is None
    assert sent(gone) == [Sent(lifecycle=Lifecycle.RETRACTED, revision=2)]
    back = ledger.take(annotation(offset=3, version=3, **usable))
    assert sent(back) == [Sent(lifecycle=Lifecycle.CREATED, revision=3)]
    assert claims_by_entity(back)["index:N225"].contribution is not None


def test_a_withdrawal_without_a_version_withdraws_whatever_version_stood() -> None:
    """A cancel that names no version, and a null value, take over the current version."""
    for published_at in (NOON, None):
        ledger = Ledger()
        ledger.take(annotation(offset=1, version=7, indices=(N225,)))
        gone = ledger.take(annotation(offset=2, status=Status.CANCELED, published_at=published_at))
        assert claims_by_entity(gone)["index:N225"].contribution is None
        back = ledger.take(annotation(offset=3, version=7, indices=(N225,)))
        assert claims_by_entity(back)["index:N225"].contribution is not None


@pytest.mark.parametrize("partition", [0, 1, 2])
def test_a_withdrawal_without_a_version_withdraws_what_came_by_another_partition(partition: int) -> None:
    """A null value is keyed by the uri, the article was not: from a lower partition it was taken for stale."""
    ledger, gone = Ledger(), {"status": Status.CANCELED, "published_at": None, "partition": partition}
    ledger.take(annotation(offset=5, partition=1, updated_at=at(1), indices=(N225,)))
    withdrawn = ledger.take(annotation(offset=9, **gone))
    assert (withdrawn.verdict, claims_by_entity(withdrawn)["index:N225"].contribution) == (Verdict.WITHDRAWN, None)
    assert ledger.take(annotation(offset=5, partition=1, updated_at=at(1), indices=(N225,))).verdict is Verdict.STALE
    for again in (gone, gone | {"partition": 0}):
        assert ledger.take(annotation(offset=10, **again)).entry is None
    back = ledger.take(annotation(offset=6, partition=1, updated_at=at(2), indices=(N225,)))
    assert claims_by_entity(back)["index:N225"].contribution is not None


def test_a_withdrawal_that_names_the_version_that_stands_and_no_time_withdraws_it() -> None:
    """It was taken for older than the version it names, which has a time."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, version=3, updated_at=at(1), indices=(N225,)))
    gone = ledger.take(annotation(offset=2, version=3, status=Status.CANCELED))
    assert (gone.verdict, claims_by_entity(gone)["index:N225"].contribution) == (Verdict.WITHDRAWN, None)
    assert ledger.take(annotation(offset=3, version=2, status=Status.CANCELED)).verdict is Verdict.STALE


@pytest.mark.parametrize(
    "stale",
    [
        {"version": 1},
        {"version": None},
        {"version": 2, "updated_at": at(1)},
        {"version": 2, "updated_at": None},
        {"version": 2, "updated_at": at(5), "offset": 4},
    ],
)
def test_a_stale_version_changes_nothing(stale: dict) -> None:
    """Lower version, earlier update, or the same at an earlier position: ignored."""
    ledger = Ledger()
    ledger.take(annotation(offset=5, version=2, updated_at=at(5), indices=(N225,)))
    result = ledger.take(annotation(**{"offset": 9, "indices": (TOPX,)} | stale))
    assert (result.verdict, result.entry, result.claims) == (Verdict.STALE, None, ())


def test_a_stale_version_after_a_withdrawal_stays_out() -> None:
    """The ledger remembers that a withdrawn article was withdrawn."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, version=3, status=Status.CANCELED))
    assert ledger.take(annotation(offset=2, version=2, indices=(N225,))).verdict is Verdict.STALE


def test_a_withdrawal_without_a_version_handed_over_again_spares_what_came_after() -> None:
    """Its own entry is gone, so it would take over the version of an article that was published after it."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, version=1, indices=(N225,)))
    withdrawal = annotation(offset=2, status=Status.CANCELED, updated_at=at(1))
    ledger.take(withdrawal)
    ledger.take(annotation(offset=3, version=2, indices=(N225,)))
    assert ledger.take(withdrawal).verdict is Verdict.STALE


@pytest.mark.parametrize("published_at", [NOON, None])
def test_a_version_that_was_held_stays_out_where_a_withdrawal_came_meanwhile(published_at: datetime | None) -> None:
    """Nothing stood when the withdrawal came, so it had no version to take over: the released one was the newer."""
    held = annotation(offset=1, version=2, indices=(N225,), embargoed_until=NOON)
    ledger = Ledger()
    ledger.take(annotation(offset=2, status=Status.CANCELED, published_at=published_at))

    assert ledger.take(held).verdict is Verdict.STALE
    assert ledger.take(held).verdict is Verdict.STALE
    back = ledger.take(annotation(offset=3, version=2, indices=(N225,), embargoed_until=NOON))
    assert claims_by_entity(back)["index:N225"].contribution is not None


def test_a_version_that_was_held_counts_where_nothing_came_meanwhile_or_something_older() -> None:
    """It stands where it first stood: before a correction, after what was withdrawn before it came."""
    held = annotation(offset=5, version=2, indices=(N225,), embargoed_until=NOON)
    fresh, corrected, returned = Ledger(), Ledger(), Ledger()
    corrected.take(annotation(offset=6, version=3, indices=(TOPX,)))
    returned.take(annotation(offset=4, status=Status.CANCELED))

    assert fresh.take(held).verdict is Verdict.NEW
    assert corrected.take(held).verdict is Verdict.STALE
    assert claims_by_entity(returned.take(held))["index:N225"].contribution is not None


def test_a_moved_publication_time_moves_the_contribution() -> None:
    """A corrected published_at is a new content, counted in its new minute."""
    ledger = Ledger()
    first = claims_by_entity(ledger.take(annotation(offset=1, indices=(N225,))))["index:N225"]
    moved = claims_by_entity(ledger.take(annotation(offset=2, indices=(N225,), published_at=at(90))))["index:N225"]
    assert moved.contribution.minute - first.contribution.minute == 90


def test_a_moved_publication_time_corrects_the_events() -> None:
    """They said when it was, and of which day: they stood with the old time while the article counted at the new."""
    ledger, events = Ledger(), (index_move("N225", 1.0),)
    first = only_event(ledger.take(annotation(offset=1, events=events)))
    moved = only_event(ledger.take(annotation(offset=2, events=events, published_at=at(-1_440))))
    assert (moved.event_id, moved.lifecycle) == (first.event_id, Lifecycle.CORRECTED)
    assert moved.published_at == at(-1_440)
    assert moved.similarity_key != first.similarity_key


def test_an_index_that_another_engine_finds_in_a_record_handed_over_again_is_not_counted() -> None:
    """The entry does not name it, so no later version would take it back: it stayed counted for good."""
    ledger, said = Ledger(), annotation(offset=1, indices=(N225,))
    ledger.take(said)
    assert claims_by_entity(ledger.take(replace(said, entities=(N225, TOPX)))).keys() == {"index:N225"}


def test_revisions_grow_with_every_change_where_no_version_is_named() -> None:
    """Without versions the revision counts applied changes."""
    ledger = Ledger()
    revisions = [
        only_event(ledger.take(annotation(offset=n, indices=(N225,), events=(index_move("N225", 1.0 + n),)))).revision
        for n in range(3)
    ]
    assert revisions == [1, 2, 3]


def test_equal_claims_of_one_article_are_told_apart_by_their_order() -> None:
    """Two events of one identity in one article get ids of their own."""
    result = Ledger().take(annotation(indices=(N225,), events=(index_move("N225", 1.0), index_move("N225", 2.0))))
    assert len({event.event_id for claim in result.claims for event in claim.events}) == 2


def test_the_same_claim_in_another_article_has_the_same_similarity_key() -> None:
    """Stories are grouped by type, subject, roles and day, not by number or article."""
    one = only_event(Ledger().take(annotation("a", indices=(N225,), events=(index_move("N225", 1.0),))))
    other = only_event(Ledger().take(annotation("b", indices=(N225,), events=(index_move("N225", 1.1),))))
    assert one.similarity_key == other.similarity_key
    assert one.event_id != other.event_id


def test_a_move_of_evidence_alone_is_no_correction() -> None:
    """The same words further down the text do not correct the event: it names the version its offsets count in."""
    ledger = Ledger()
    ledger.take(annotation(offset=1, indices=(N225,), events=(index_move("N225", 1.0, "rose"),)))
    moved = index_move("N225", 1.0, "rose")
    object.__setattr__(moved.evidence[0], "start", 7)
    assert sent(ledger.take(annotation(offset=2, version=2, indices=(N225,), events=(moved,)))) == []


def test_the_last_fact_prefers_a_level() -> None:
    """What an article ends on is a reading with a level."""
    result = Ledger().take(annotation(indices=(N225,), facts=(fact("N225", 50_367.38),)))
    assert claims_by_entity(result)["index:N225"].contribution.last_fact.level == 50_367.38


def test_what_an_index_did_before_is_no_last_fact() -> None:
    """Neither last year's level nor the high of noon is where it stands."""
    told = [
        replace(fact("N225", level), moment=moment)
        for level, moment in ((38_915.0, Moment.PAST), (51_000.0, Moment.INTRADAY))
    ]
    result = Ledger().take(annotation(indices=(N225,), facts=(*told, fact("N225", 50_367.38))))
    only = Ledger().take(annotation(indices=(N225,), facts=tuple(told)))

    assert claims_by_entity(result)["index:N225"].contribution.last_fact.level == 50_367.38
    assert claims_by_entity(only)["index:N225"].contribution.last_fact is None


def test_an_annotation_made_outside_the_pipeline_is_refused() -> None:
    """Without a source position there is no order."""
    version = annotation()
    object.__setattr__(version, "position", None)
    with pytest.raises(ValueError, match=r"\$\.position"):
        reconcile(version, datetime.now(UTC), {})


def keys(*versions) -> list[str]:
    """Similarity keys of the one event of each."""
    return [only_event(Ledger().take(version)).similarity_key for version in versions]


def test_the_same_claim_has_the_same_similarity_key_in_any_article() -> None:
    """Type, subject, roles and effective day; not the numbers, the words or the article."""
    said = annotation("a", events=(index_move("N225", 1.0),))
    again = annotation("b", published_at=at(30), events=(index_move("N225", 1.5, text="climbed"),))
    other = annotation("c", events=(index_move("TOPX", 1.0),))
    assert len(set(keys(said, again))) == 1
    assert len(set(keys(said, other))) == 2


def test_readings_of_two_days_are_two_stories_and_an_undated_merger_is_one() -> None:
    """A market report without a date is of its day; a deal is the same deal the day after."""
    day = 24 * 60
    move = index_move("N225", 1.0)
    assert len(set(keys(annotation(events=(move,)), annotation(published_at=at(day), events=(move,))))) == 2
    dated = replace(move, effective_on=NOON.date())
    assert len(set(keys(annotation(events=(move,)), annotation(published_at=at(day), events=(dated,))))) == 1
    deal = replace(move, type=EventType.COMPANY_MERGER, direction=None)
    assert len(set(keys(annotation(events=(deal,)), annotation(published_at=at(day), events=(deal,))))) == 1


def test_claims_carry_the_signature_of_the_text() -> None:
    """By which tally knows a re-publication; one that withdraws has none."""
    ledger = Ledger()
    (claim,) = ledger.take(annotation(offset=1, indices=(TOPX,), signature="s")).claims
    assert claim.signature == "s"
    (gone,) = ledger.take(annotation(offset=2, status=Status.CANCELED, signature="s")).claims
    assert (gone.signature, gone.contribution) == (None, None)
