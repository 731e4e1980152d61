"""The tally: applies claims to shares, keeps the counts derived from them, and completes the events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from schemas import Claim, Contribution, LastFact, MarketEvent
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, Lifecycle
from streams.tally.chains import Chains
from streams.tally.counts import Counts, minute_of
from streams.tally.repeats import Repeats
from streams.tally.shares import Share, ShareKey, Shares, SharesInMemory, current_of, fact_mark
from streams.tally.stories import UNKNOWN, numbers_of

KEPT_MINUTES: Final = LONGEST_WINDOW_MINUTES + 1_440  # shares outlive the longest window by a day


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


class Tally:
    """State of the entities of some partitions: their shares, and what follows from them."""

    def __init__(self, shares: Shares | None = None) -> None:
        self._shares = SharesInMemory() if shares is None else shares
        self._chains = Chains(self._shares)
        self._repeats = Repeats(self._shares)
        self.counts: dict[str, Counts] = {}
        """Counts by index id, with `index:`; only indices that have an article."""

    def load(self, shares: Iterable[tuple[ShareKey, Share]]) -> None:
        """Put and count these shares: all that are kept of an article in an entity at once, in any order."""
        current: dict[tuple[str, str], Share] = {}
        for key, share in shares:
            self._shares.put(key, share)
            held = current.get((key.entity, key.uri))
            if held is None or held.order < share.order:
                current[key.entity, key.uri] = share
        for (entity, _), share in current.items():
            self.count(entity, share.contribution)

    def count(self, entity: str, contribution: Contribution | None) -> None:
        """Count what the current share of an article adds; of shares that are in `Shares` already, at a start."""
        if contribution is not None:
            counts = self.counts.get(entity)
            if counts is None:
                facts = partial(_facts, self._shares.here(), entity)
                counts = self.counts[entity] = Counts(entity.removeprefix("index:"), facts)
            counts.add(contribution)

    def _discount(self, entity: str, uri: str, contribution: Contribution | None) -> None:
        if contribution is not None:
            counts = self.counts[entity]
            counts.take(uri, contribution)
            if counts.newest is None:
                del self.counts[entity]

    def apply(self, claim: Claim) -> Tallied:
        """What this claim changes."""
        key = ShareKey(claim.entity, claim.uri, claim.order.partition, claim.order.offset)
        kept = self._shares.of(claim.entity, claim.uri)
        held = current_of(kept)
        if held is not None and claim.order < held.order:
            return Tallied(stale=True)
        self._chains.trim()
        share = self._share(claim, held)
        older = tuple(sorted(k for k in kept if k != key))
        self._shares.put(key, share)
        for place in share.places:
            # One that it had is in the story already, or forgotten there: then it must not come back as the newest.
            if held is None or place not in held.places:
                self._chains.add(place, key.uri)
        if held is not None:
            self._discount(key.entity, key.uri, held.contribution)
        self.count(key.entity, share.contribution)
        self._repeats.put(key.entity, key.uri, share)
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
            self._discount(key.entity, key.uri, share.contribution)
            for place in share.places:
                self._chains.discard(place)
            self._repeats.put(key.entity, key.uri, None)
        self._shares.drop(key)

    def _share(self, claim: Claim, held: Share | None) -> Share:
        places = {place.story: place for place in (held.places if held is not None else ())}
        forgotten = not places  # a correction of what was first told in a share that has expired
        told: dict[str, list[MarketEvent]] = {}
        for event in claim.events:
            if event.similarity_key is not None and event.published_at is not None:
                told.setdefault(event.similarity_key, []).append(event)
        for name, events in told.items():
            if name not in places:
                minute = min(minute_of(e.published_at) for e in events if e.published_at is not None)
                place = self._chains[name].tell(name, minute, numbers_of(events))
                if forgotten and any(event.lifecycle is Lifecycle.CORRECTED for event in events):
                    place = replace(place, rank=UNKNOWN)
                places[name] = place
        repeat_of = None if held is None else held.repeat_of
        if places and claim.signature is not None and not (held is not None and held.places):
            told_at = min(place.minute for place in places.values())
            repeat_of = self._repeats.find(claim.entity, claim.uri, told_at, claim.signature)
        return Share(
            order=claim.order,
            observed_at=claim.observed_at,
            contribution=claim.contribution,
            places=tuple(places[name] for name in sorted(places)),
            signature=claim.signature if places else None,
            repeat_of=repeat_of,
        )

    def _completed(self, event: MarketEvent, share: Share) -> MarketEvent:
        if event.lifecycle is Lifecycle.RETRACTED or event.similarity_key is None:
            return event
        place = next((place for place in share.places if place.story == event.similarity_key), None)
        if place is None:
            return event
        linked = self._chains[place.story].linked(place)
        return replace(event, novelty=place.novelty(linked, share.repeat_of))


def _facts(shares: Shares, entity: str, minute: int) -> Iterator[LastFact]:
    """Last facts of the articles that count in this minute."""
    uris = {key.uri for _, key in shares.marked([fact_mark(entity, minute)], None) if key.entity == entity}
    for uri in uris:
        share = current_of(shares.of(entity, uri))
        counted = None if share is None else share.contribution
        if counted is not None and counted.minute == minute and counted.last_fact is not None:
            yield counted.last_fact
