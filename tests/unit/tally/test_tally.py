"""Claims applied to shares, sums and stories."""

from dataclasses import replace

from schemas import ArticleRef, EntityRef, MarketEvent
from schemas.taxonomy import EventType, Lifecycle
from streams.tally import Tally, minute_of
from tests.builders import NOON, at, claim

M = minute_of(NOON)


def articles(tally: Tally, as_of: int = 1, index: str = "N225") -> int:
    """Articles of the last hour."""
    counts = tally.counts.get(f"index:{index}")
    return 0 if counts is None else counts.activity(M + as_of).windows["1h"].articles


def told(uri: str, offset: int, *, minute: int = 0, story: str = "s"):
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
    return replace(claim(uri, offset=offset, minute=minute), events=(event,))


def test_an_article_counts_once_however_often_its_claim_comes() -> None:
    """A claim carries state: applying it again changes nothing."""
    tally = Tally()
    for _ in range(3):
        result = tally.apply(claim("a", offset=1), M)
    assert articles(tally) == 1
    assert not result.stale


def test_a_newer_claim_replaces_an_older_one_and_an_older_one_is_stale() -> None:
    """Order decides, not arrival."""
    tally = Tally()
    tally.apply(claim("a", offset=1, mentions=1), M)
    newer = tally.apply(claim("a", offset=2, mentions=5), M)
    assert [key.offset for key in newer.superseded] == [1]
    assert tally.apply(claim("a", offset=1, mentions=1), M).stale
    assert tally.counts["index:N225"].activity(M + 1).windows["1h"].mentions == 5


def test_an_empty_claim_takes_the_article_back_for_good() -> None:
    """A late older claim does not bring a withdrawn article back."""
    tally = Tally()
    tally.apply(claim("a", offset=1), M)
    tally.apply(claim("a", offset=2, counted=False), M)
    assert articles(tally) == 0
    tally.apply(claim("a", offset=1), M)
    assert articles(tally) == 0


def test_state_rebuilt_from_shares_is_the_state_kept() -> None:
    """What is derived follows from the shares alone, superseded ones included, in any order."""
    tally, shares = Tally(), []
    for said in (told("a", 1), told("b", 2, minute=-3), told("a", 3, minute=-7), claim("c", offset=4)):
        result = tally.apply(said, M)
        shares.append((result.key, result.share))
    again = Tally()
    again.load(reversed(shares))
    assert again.counts["index:N225"].activity(M + 1) == tally.counts["index:N225"].activity(M + 1)
    assert again.apply(told("d", 9), M).events == tally.apply(told("d", 9), M).events


def test_forgetting_a_superseded_share_leaves_the_counts() -> None:
    """Only the current share counts."""
    tally = Tally()
    first = tally.apply(claim("a", offset=1), M)
    second = tally.apply(claim("a", offset=2), M)
    tally.forget(first.key)
    assert articles(tally) == 1
    tally.forget(second.key)
    assert articles(tally) == 0
    assert tally.sizes() == {"shares": 0, "stories": 0, "indices": 0}


def test_rank_counts_the_articles_that_told_the_story_before() -> None:
    """The first article has rank 1, later ones know who came before and how long ago."""
    tally = Tally()
    ranks = [tally.apply(told(uri, n, minute=n * 10), M).events[0].novelty for n, uri in enumerate("abc")]
    assert [novelty.rank for novelty in ranks] == [1, 2, 3]
    assert ranks[2].linked == ("b", "a")
    assert ranks[2].counts["1m"] == 0
    assert ranks[2].counts["1h"] == 2


def test_rank_stays_through_correction_withdrawal_and_return() -> None:
    """Novelty is fixed when first published."""
    tally = Tally()
    tally.apply(told("a", 1), M)
    tally.apply(told("b", 2), M)
    tally.apply(claim("b", offset=3, counted=False), M)
    tally.apply(told("c", 4), M)
    assert tally.apply(told("b", 5), M).events[0].novelty.rank == 2


def test_a_link_list_is_bounded() -> None:
    """At most fifty earlier articles are named."""
    tally = Tally()
    for number in range(80):
        last = tally.apply(told(f"u{number}", number), M)
    novelty = last.events[0].novelty
    assert (novelty.rank, len(novelty.linked), novelty.linked[0]) == (80, 50, "u78")


def test_an_article_older_than_every_window_is_late() -> None:
    """Its events are published, no window counts it."""
    tally = Tally()
    assert tally.apply(claim("a", offset=1, minute=-10_081), M).late
    assert not tally.apply(claim("b", offset=2, minute=-10_080), M).late
