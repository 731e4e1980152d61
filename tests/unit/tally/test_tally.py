"""Claims applied to entries, sums and stories."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from random import Random

from schemas import ArticleRef, EntityRef, MarketEvent, Quantity, encode
from schemas.taxonomy import EventType, Lifecycle
from streams.tally import ContributionEntry, ContributionKey, Tally, minute_of
from streams.tally.stories import COMPARED, TELLINGS
from tests.builders import NOON, at, claim

M = minute_of(NOON)


def articles(tally: Tally, as_of: int = 1, index: str = "N225") -> int:
    """Articles of the last hour."""
    counts = tally.counts.get(f"index:{index}")
    return 0 if counts is None else counts.activity(M + as_of).windows["1h"].articles


def told(uri: str, offset: int, *, minute: int = 0, story: str = "s", signature: str | None = None):
    """A claim with one event of a story."""
    event = MarketEvent(
        event_id=f"e-{uri}",
        revision=1,
        lifecycle=Lifecycle.CREATED,
        type=EventType.INDEX_MOVE,
        subject=EntityRef(id="index:N225", name="N225"),
        article=ArticleRef(uri=uri, published_at=at(minute)),
        published_at=at(minute),
        similarity_key=story,
    )
    return replace(claim(uri, offset=offset, minute=minute, signature=signature), events=(event,))


def test_an_article_counts_once_however_often_its_claim_comes() -> None:
    """A claim carries state: applying it again changes nothing."""
    tally = Tally()
    for _ in range(3):
        result = tally.apply(claim("a", offset=1))
    assert articles(tally) == 1
    assert not result.stale


def test_a_newer_claim_replaces_an_older_one_and_an_older_one_is_stale() -> None:
    """Order decides, not arrival."""
    tally = Tally()
    tally.apply(claim("a", offset=1, mentions=1))
    newer = tally.apply(claim("a", offset=2, mentions=5))
    assert [key.offset for key in newer.superseded] == [1]
    assert tally.apply(claim("a", offset=1, mentions=1)).stale
    assert tally.counts["index:N225"].activity(M + 1).windows["1h"].mentions == 5


def test_an_empty_claim_takes_the_article_back_for_good() -> None:
    """A late older claim does not bring a withdrawn article back."""
    tally = Tally()
    tally.apply(claim("a", offset=1))
    tally.apply(claim("a", offset=2, counted=False))
    assert articles(tally) == 0
    tally.apply(claim("a", offset=1))
    assert articles(tally) == 0


def test_state_rebuilt_from_entries_is_the_state_kept() -> None:
    """What is derived follows from the entries alone, superseded ones included, in any order."""
    tally, entries = Tally(), []
    for said in (told("a", 1), told("b", 2, minute=-3), told("a", 3, minute=-7), claim("c", offset=4)):
        result = tally.apply(said)
        entries.append((result.key, result.entry))
    again = Tally()
    again.load(reversed(entries))
    assert again.counts["index:N225"].activity(M + 1) == tally.counts["index:N225"].activity(M + 1)
    assert again.apply(told("d", 9)).events == tally.apply(told("d", 9)).events


def test_forgetting_a_superseded_entry_leaves_the_counts() -> None:
    """Only the current entry counts."""
    tally = Tally()
    first = tally.apply(claim("a", offset=1))
    second = tally.apply(claim("a", offset=2))
    tally.forget(first.key)
    assert articles(tally) == 1
    tally.forget(second.key)
    assert articles(tally) == 0
    assert tally.counts == {}


def test_rank_counts_the_articles_that_told_the_story_before() -> None:
    """The first article has rank 1, later ones know who came before and how long ago."""
    tally = Tally()
    ranks = [tally.apply(told(uri, n, minute=n * 10)).events[0].novelty for n, uri in enumerate("abc")]
    assert [novelty.rank for novelty in ranks] == [1, 2, 3]
    assert ranks[2].linked == ("b", "a")
    assert ranks[2].counts["1m"] == 0
    assert ranks[2].counts["1h"] == 2


def test_rank_stays_through_correction_withdrawal_and_return() -> None:
    """Novelty is fixed when first published."""
    tally = Tally()
    tally.apply(told("a", 1))
    tally.apply(told("b", 2))
    tally.apply(claim("b", offset=3, counted=False))
    tally.apply(told("c", 4))
    assert tally.apply(told("b", 5)).events[0].novelty.rank == 2


def test_a_correction_of_what_has_expired_has_no_novelty() -> None:
    """Nobody else is left who told the story, so it was ranked first: old news called new."""
    tally = Tally()
    for offset, uri in enumerate("ab"):
        tally.forget(tally.apply(told(uri, offset)).key)
    correction = told("b", 3)
    correction = replace(correction, events=(replace(correction.events[0], lifecycle=Lifecycle.CORRECTED),))
    again = replace(correction, order=replace(correction.order, offset=4))

    novelties = [tally.apply(each).events[0].novelty for each in (correction, correction, again)]

    assert novelties == [None, None, None]
    assert tally.apply(told("c", 5)).events[0].novelty.rank == 2


def test_a_link_list_is_bounded() -> None:
    """At most fifty earlier articles are named."""
    tally = Tally()
    for number in range(80):
        last = tally.apply(told(f"u{number}", number))
    novelty = last.events[0].novelty
    assert (novelty.rank, len(novelty.linked), novelty.linked[0]) == (80, 50, "u78")


def reading(uri: str, offset: int, level: float):
    """A claim that tells the story with a number."""
    said = told(uri, offset)
    return replace(said, events=(replace(said.events[0], arguments={"level": Quantity(value=level, unit="points")}),))


def restarted(tally: Tally, kept: dict[ContributionKey, ContributionEntry]) -> Tally:
    """A tally with these entries."""
    tally.load(kept.items())
    return tally


def test_numbers_that_a_story_has_forgotten_do_not_come_back_by_a_correction() -> None:
    """They came back as the newest, and a worker ranked otherwise than one that was restarted in between."""
    tally, kept = Tally(), {}
    said = [("first", 1_000.0), *((f"u{n}", 2_000.0 + 200 * n) for n in range(TELLINGS)), ("again", 1_000.0)]
    for offset, (uri, level) in enumerate([*said, ("first", 1_000.0)]):
        result = tally.apply(reading(uri, offset, level))
        kept[result.key] = result.entry
        for key in result.superseded:
            del kept[key]
            tally.forget(key)

    last = reading("last", len(said) + 1, 1_000.0)
    ranks = [each.apply(last).events[0].novelty.rank for each in (tally, restarted(Tally(), kept))]

    assert ranks == [2, 2]


def test_a_crowded_story_of_which_an_article_has_expired_ranks_as_after_a_restart() -> None:
    """Which tellings are the newest, and so compared, depends on all that were told: on those expired as well."""
    tally, kept = Tally(), {}
    said = [reading(f"u{n}", n, 1_000.0 + 100 * n) for n in range(COMPARED + 1)]
    for each in [*said, told("vague", COMPARED + 1)]:
        result = tally.apply(each)
        kept[result.key] = result.entry
    expired = next(key for key in kept if key.uri == "u30")
    tally.forget(expired)
    del kept[expired]

    last = told("last", COMPARED + 2)
    ranks = [each.apply(last).events[0].novelty.rank for each in (tally, restarted(Tally(), kept))]
    assert ranks == [COMPARED + 2, COMPARED + 2]


def text(number: int, *, edited: int = 0) -> str:
    """The signature of a text; so many of its 64 values are changed."""
    values = bytearray(Random(number).randbytes(64))
    for place in range(edited):
        values[-1 - place] ^= 0xFF
    return urlsafe_b64encode(b"\1\0" + values).decode()


def repeat_of(tally: Tally, said) -> str | None:
    """What the claim's event is said to repeat."""
    return tally.apply(said).events[0].novelty.repeat_of


def test_a_re_publication_is_flagged_and_not_dropped() -> None:
    """It counts, it has a rank, and names the first article that had its text."""
    tally = Tally()
    assert repeat_of(tally, told("a", 1, signature=text(1))) is None
    assert repeat_of(tally, told("b", 2, signature=text(2))) is None
    again = tally.apply(told("c", 3, signature=text(1, edited=4)))
    assert (again.events[0].novelty.repeat_of, again.events[0].novelty.rank) == ("a", 3)
    assert repeat_of(tally, told("d", 4, signature=text(1, edited=8))) == "a"
    assert articles(tally) == 4


def test_texts_are_compared_within_one_entity() -> None:
    """What was said of another entity is in another partition."""
    tally = Tally()
    tally.apply(told("a", 1, signature=text(1)))
    elsewhere = replace(told("b", 2, signature=text(1)), entity="index:TOPX")
    assert repeat_of(tally, elsewhere) is None


def test_repeat_of_stays_through_redelivery_correction_and_restart() -> None:
    """Fixed when first published: a later text of the article, or the loss of the first, does not change it."""
    tally, entries = Tally(), {}
    tally.apply(told("a", 1, signature=text(1)))
    first = tally.apply(told("b", 2, signature=text(1)))
    entries[first.key] = first.entry
    assert repeat_of(tally, told("b", 2, signature=text(1))) == "a"
    tally = Tally()
    tally.load(entries.items())
    assert repeat_of(tally, told("b", 2, signature=text(1))) == "a"
    assert repeat_of(tally, told("b", 3, signature=text(7))) == "a"


def test_a_withdrawn_text_is_repeated_by_nobody() -> None:
    """Its claim has no signature any more; a corrected one is compared by its new text."""
    tally = Tally()
    tally.apply(told("a", 1, signature=text(1)))
    tally.apply(claim("a", offset=2, counted=False))
    assert repeat_of(tally, told("b", 3, signature=text(1))) is None
    tally.apply(told("b", 4, signature=text(2)))
    assert repeat_of(tally, told("c", 5, signature=text(1))) is None
    assert repeat_of(tally, told("d", 6, signature=text(2))) == "b"


def test_a_text_that_is_forgotten_leaves_nothing() -> None:
    """Expiry."""
    tally = Tally()
    first = tally.apply(told("a", 1, signature=text(1)))
    tally.forget(first.key)
    assert repeat_of(tally, told("b", 2, signature=text(1))) is None


def test_an_entry_stays_small() -> None:
    """It is written for every claim: a story, its counts, its numbers and the signature in a few hundred bytes."""
    entry = Tally().apply(told("a", 1, signature=text(1))).entry
    assert len(encode(entry)) < 500
