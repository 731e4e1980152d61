"""The tally: applies claims to shares, keeps the sums and story chains derived from them, and completes the events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol

from schemas import Claim, Contribution, MarketEvent, Order
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, Lifecycle
from streams.tally.counts import Counts, minute_of
from streams.tally.repeats import Repeats
from streams.tally.stories import Place, Story, numbers_of

KEPT_MINUTES: Final = LONGEST_WINDOW_MINUTES + 1_440  # shares outlive the longest window by a day


class ShareKey(NamedTuple):
    """What a share is about, and the source position that brought it: the key of its table entry."""

    entity: str
    uri: str
    partition: int
    offset: int


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
    signature: str | None = None
    """Of its text, where it told a story."""
    repeat_of: str | None = None
    """The first of the articles that had nearly its text when it first told a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """What one claim changes."""

    stale: bool = False
    """True where a newer claim of the article was applied before: nothing changes."""
    key: ShareKey | None = None
    """Where to write the share."""
    share: Share | None = None
    """The share to write."""
    events: tuple[MarketEvent, ...] = ()
    """The events to publish, novelty included."""
    superseded: tuple[ShareKey, ...] = ()
    """Older shares, to be deleted once this one is confirmed."""


class Shares(Protocol):
    """The shares kept, wherever that is: the tally derives its sums and stories from them and holds none itself."""

    def of(self, entity: str, uri: str) -> Mapping[ShareKey, Share]:
        """Kept shares of one article in one entity."""

    def put(self, key: ShareKey, share: Share) -> None:
        """Keep a share."""

    def drop(self, key: ShareKey) -> None:
        """Keep it no longer."""


class SharesInMemory:
    """Shares in a dict, for whoever drives the stage without a table."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], dict[ShareKey, Share]] = {}

    def of(self, entity: str, uri: str) -> Mapping[ShareKey, Share]:
        """Kept shares of one article in one entity."""
        return self._kept.get((entity, uri), {})

    def put(self, key: ShareKey, share: Share) -> None:
        """Keep a share."""
        self._kept.setdefault((key.entity, key.uri), {})[key] = share

    def drop(self, key: ShareKey) -> None:
        """Keep it no longer."""
        kept = self._kept.get((key.entity, key.uri), {})
        kept.pop(key, None)
        if not kept:
            self._kept.pop((key.entity, key.uri), None)


class Tally:
    """State of the entities of some partitions, derived from their shares."""

    def __init__(self, shares: Shares | None = None) -> None:
        self._shares = SharesInMemory() if shares is None else shares
        self._stories: dict[str, Story] = {}
        self._repeats: dict[str, Repeats] = {}
        self.counts: dict[str, Counts] = {}
        """Counts by index id, with `index:`; only indices that have an article."""

    def load(self, shares: Iterable[tuple[ShareKey, Share]]) -> None:
        """Take up shares read from the table: all that are kept of an article in an entity at once, in any order."""
        articles: dict[tuple[str, str], list[tuple[ShareKey, Share]]] = {}
        for key, share in shares:
            self._shares.put(key, share)
            articles.setdefault((key.entity, key.uri), []).append((key, share))
        for kept in articles.values():
            self._keep(None, *max(kept, key=lambda of: of[1].order))

    def apply(self, claim: Claim) -> Tallied:
        """What this claim changes."""
        key = ShareKey(claim.entity, claim.uri, claim.order.partition, claim.order.offset)
        kept = self._shares.of(claim.entity, claim.uri)
        held = max(kept.values(), key=lambda share: share.order, default=None)
        if held is not None and claim.order < held.order:
            return Tallied(stale=True)
        share = self._share(claim, held)
        older = tuple(sorted(k for k in kept if k != key))
        self._keep(held, key, share)
        self._shares.put(key, share)
        return Tallied(
            key=key,
            share=share,
            events=tuple(self._completed(event, share) for event in claim.events),
            superseded=older,
        )

    def forget(self, key: ShareKey) -> None:
        """Drop a share that was superseded or has expired. With the last of its article in its entity, its sums go."""
        kept = self._shares.of(key.entity, key.uri)
        share = kept.get(key)
        if share is None:
            return
        if len(kept) == 1:
            self._stand(-1, key, share)
            self._leave(share)
        self._shares.drop(key)

    def _share(self, claim: Claim, held: Share | None) -> Share:
        places = {place.story: place for place in (held.places if held is not None else ())}
        told: dict[str, list[MarketEvent]] = {}
        for event in claim.events:
            if event.similarity_key is not None and event.published_at is not None:
                told.setdefault(event.similarity_key, []).append(event)
        for name, events in told.items():
            if name not in places:
                minute = min(minute_of(e.published_at) for e in events if e.published_at is not None)
                places[name] = self._stories.get(name, Story()).tell(name, minute, numbers_of(events))
        repeat_of = None if held is None else held.repeat_of
        if places and claim.signature is not None and not (held is not None and held.places):
            repeat_of = self._repeat(claim.entity, claim.uri, _told_at(places.values()), claim.signature)
        return Share(
            order=claim.order,
            observed_at=claim.observed_at,
            contribution=claim.contribution,
            places=tuple(places[name] for name in sorted(places)),
            signature=claim.signature if places else None,
            repeat_of=repeat_of,
        )

    def _repeat(self, entity: str, uri: str, minute: int, signature: str) -> str | None:
        repeats = self._repeats.get(entity)
        return None if repeats is None else repeats.find(uri, minute, signature)

    def _keep(self, held: Share | None, key: ShareKey, share: Share) -> None:
        """Let this share stand in place of the one held."""
        for place in share.places:
            self._stories.setdefault(place.story, Story()).add(place, key.uri)
        if held is not None:
            self._stand(-1, key, held)
        self._stand(1, key, share)

    def _stand(self, sign: int, key: ShareKey, share: Share) -> None:
        """Count an article's current share and compare others with its text, or no longer."""
        self._count(sign, key, share)
        if share.signature is None:
            return
        repeats = self._repeats.setdefault(key.entity, Repeats())
        if sign > 0:
            repeats.add(key.uri, _told_at(share.places), share.signature, share.repeat_of)
        else:
            repeats.discard(key.uri)
            if not repeats:
                del self._repeats[key.entity]

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
            story = self._stories[place.story]
            story.discard(place)
            if not story:
                del self._stories[place.story]

    def _completed(self, event: MarketEvent, share: Share) -> MarketEvent:
        if event.lifecycle is Lifecycle.RETRACTED or event.similarity_key is None:
            return event
        place = next((place for place in share.places if place.story == event.similarity_key), None)
        if place is None:
            return event
        linked = self._stories[place.story].linked(place)
        return replace(event, novelty=place.novelty(linked, share.repeat_of))

    def sizes(self) -> Mapping[str, int]:
        """How many of each thing is kept, for gauges."""
        return {
            "stories": len(self._stories),
            "indices": len(self.counts),
        }


def _told_at(places: Iterable[Place]) -> int:
    return min(place.minute for place in places)
