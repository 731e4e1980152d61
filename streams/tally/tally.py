"""The tally: applies claims to shares, keeps the sums and story chains derived from them, and completes the events."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from schemas import Claim, Contribution, MarketEvent, Novelty, Order, Position
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, WINDOW_MINUTES, Lifecycle
from streams.tally.counts import Counts, minute_of

LINKED: Final = 50  # at most so many uris of earlier articles are named by an event
KEPT_MINUTES: Final = LONGEST_WINDOW_MINUTES + 1_440  # shares outlive the longest window by a day


class ShareKey(NamedTuple):
    """What a share is about, and the source position that brought it: the key of its table entry."""

    entity: str
    uri: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An article's place in one story."""

    story: str
    """The similarity key."""
    rank: int
    """1 for the first article that told it."""
    minute: int
    """Minute of publication when first published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One version of one article's share in the state of one entity: an entry of the table, never changed."""

    order: Order
    """Which version of the article."""
    observed_at: int
    """What expiry counts from, in minutes."""
    contribution: Contribution | None
    """What it adds to the counts; null where it adds nothing."""
    places: tuple[Place, ...] = ()
    """Its places in stories, those of earlier versions included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """What one claim changes."""

    stale: bool = False
    """True where a newer claim of the article was applied before: nothing changes."""
    late: bool = False
    """True where the article is older than every window."""
    key: ShareKey | None = None
    """Where to write the share."""
    share: Share | None = None
    """The share to write."""
    events: tuple[MarketEvent, ...] = ()
    """The events to publish, novelty included."""
    superseded: tuple[ShareKey, ...] = ()
    """Older shares, to be deleted once this one is confirmed."""


@dataclass(slots=True)
class _Chain:
    """One story: who told it, by rank, and when."""

    uris: dict[int, str] = field(default_factory=dict)
    minutes: list[int] = field(default_factory=list)
    last: int = 0

    def add(self, place: Place, uri: str) -> None:
        if place.rank not in self.uris:
            self.uris[place.rank] = uri
            insort(self.minutes, place.minute)
            self.last = max(self.last, place.rank)

    def discard(self, place: Place) -> None:
        if self.uris.pop(place.rank, None) is not None:
            del self.minutes[bisect_left(self.minutes, place.minute)]

    def novelty(self, place: Place) -> Novelty:
        earlier = range(place.rank - 1, max(0, place.rank - 1 - LINKED), -1)
        return Novelty(
            rank=place.rank,
            counts={window.value: self._before(place, length) for window, length in WINDOW_MINUTES.items()},
            linked=tuple(self.uris[rank] for rank in earlier if rank in self.uris),
        )

    def _before(self, place: Place, length: int) -> int:
        """Articles in the `length` minutes up to and with the place's own, itself not counted."""
        inside = bisect_right(self.minutes, place.minute) - bisect_left(self.minutes, place.minute - length + 1)
        return min(inside - 1, place.rank - 1)


class Tally:
    """State of the entities of some partitions, derived from their shares."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], dict[ShareKey, Share]] = {}
        self._current: dict[tuple[str, str], tuple[ShareKey, Share]] = {}
        self._chains: dict[str, _Chain] = {}
        self.counts: dict[str, Counts] = {}
        """Counts by index id, with `index:`; only indices that have an article."""

    def load(self, shares: Iterable[tuple[ShareKey, Share]]) -> None:
        """Take up shares read from the table, in any order."""
        for key, share in shares:
            self._keep(key, share)

    def apply(self, claim: Claim, now: int) -> Tallied:
        """What this claim changes. `now`, the current minute by the clock in force, decides only what is late."""
        position = Position(partition=claim.order.partition, offset=claim.order.offset)
        key = ShareKey(claim.entity, claim.uri, position.partition, position.offset)
        held = self._current.get((claim.entity, claim.uri))
        if held is not None and claim.order < held[1].order:
            return Tallied(stale=True)
        share = self._share(claim, None if held is None else held[1])
        older = tuple(sorted(k for k in self._kept.get((claim.entity, claim.uri), ()) if k != key))
        self._keep(key, share)
        contribution = claim.contribution
        return Tallied(
            late=contribution is not None and contribution.minute < now - LONGEST_WINDOW_MINUTES,
            key=key,
            share=share,
            events=tuple(self._completed(event, share) for event in claim.events),
            superseded=older,
        )

    def forget(self, key: ShareKey) -> None:
        """Drop a share that was superseded or has expired."""
        kept = self._kept.get((key.entity, key.uri), {})
        share = kept.pop(key, None)
        if share is None:
            return
        if not kept:
            del self._kept[key.entity, key.uri]
            del self._current[key.entity, key.uri]
            self._count(-1, key, share)
            self._leave(share)

    def _share(self, claim: Claim, held: Share | None) -> Share:
        places = {place.story: place for place in (held.places if held is not None else ())}
        for event in claim.events:
            if event.similarity_key is not None and event.published_at is not None:
                story = event.similarity_key
                if story not in places:
                    chain = self._chains.setdefault(story, _Chain())
                    places[story] = Place(story=story, rank=chain.last + 1, minute=minute_of(event.published_at))
        return Share(
            order=claim.order,
            observed_at=claim.observed_at,
            contribution=claim.contribution,
            places=tuple(sorted(places.values(), key=lambda place: place.story)),
        )

    def _keep(self, key: ShareKey, share: Share) -> None:
        of = (key.entity, key.uri)
        self._kept.setdefault(of, {})[key] = share
        for place in share.places:
            self._chains.setdefault(place.story, _Chain()).add(place, key.uri)
        held = self._current.get(of)
        if held is None or held[1].order <= share.order:
            if held is not None:
                self._count(-1, *held)
            self._current[of] = (key, share)
            self._count(1, key, share)

    def _count(self, sign: int, key: ShareKey, share: Share) -> None:
        if share.contribution is None:
            return
        counts = self.counts.get(key.entity)
        if counts is None:
            counts = self.counts[key.entity] = Counts(key.entity.removeprefix("index:"))
        if sign > 0:
            counts.add(key.uri, share.contribution)
        else:
            counts.take(key.uri, share.contribution)
            if counts.newest is None:
                del self.counts[key.entity]

    def _leave(self, share: Share) -> None:
        for place in share.places:
            chain = self._chains[place.story]
            chain.discard(place)
            if not chain.uris:
                del self._chains[place.story]

    def _completed(self, event: MarketEvent, share: Share) -> MarketEvent:
        if event.lifecycle is Lifecycle.RETRACTED or event.similarity_key is None:
            return event
        place = next((place for place in share.places if place.story == event.similarity_key), None)
        return event if place is None else replace(event, novelty=self._chains[place.story].novelty(place))

    def sizes(self) -> Mapping[str, int]:
        """How many of each thing is kept, for gauges."""
        return {
            "shares": sum(len(kept) for kept in self._kept.values()),
            "stories": len(self._chains),
            "indices": len(self.counts),
        }
