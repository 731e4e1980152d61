"""The tally of one partition: applies claims, keeps the counts derived from them, and completes their events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from schemas import Claim, Contribution, LastFact, MarketEvent
from schemas.taxonomy import LONGEST_WINDOW_MINUTES, Lifecycle
from streams.tally.chains import ChainMemory, StoryChains
from streams.tally.contributions import (
    ContributionEntry,
    ContributionKey,
    Contributions,
    ContributionsInMemory,
    current_of,
    fact_mark,
)
from streams.tally.counts import Counts, minute_of
from streams.tally.repeats import Repeats, TextMemory
from streams.tally.stories import UNKNOWN, StoryPlace, numbers_of

KEPT_MINUTES: Final = LONGEST_WINDOW_MINUTES + 1_440  # entries outlive the longest window by a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """What one claim changes."""

    stale: bool = False
    """True where a newer claim of the article was applied before: nothing changes."""
    key: ContributionKey | None = None
    """The key of the entry to write."""
    entry: ContributionEntry | None = None
    """The entry to write."""
    events: tuple[MarketEvent, ...] = ()
    """The events to publish, novelty included."""
    superseded: tuple[ContributionKey, ...] = ()
    """Keys of older entries, to be deleted once this one is confirmed."""


@dataclass(slots=True)
class Memory:
    """A bounded cache of what tallies looked up; all partitions of a worker share it."""

    chains: ChainMemory = field(default_factory=ChainMemory)
    texts: TextMemory = field(default_factory=TextMemory)


class Tally:
    """State of the entities of one partition: their contributions, and what follows from them."""

    def __init__(self, contributions: Contributions | None = None, memory: Memory | None = None) -> None:
        memory = Memory() if memory is None else memory
        self._contributions = ContributionsInMemory() if contributions is None else contributions
        self._memory = memory.chains
        self._chains = StoryChains(self._contributions, memory.chains)
        self._repeats = Repeats(self._contributions, memory.texts)
        self.counts: dict[str, Counts] = {}
        """Counts by index id, with `index:`; only indices that have an article."""

    def load(self, entries: Iterable[tuple[ContributionKey, ContributionEntry]]) -> None:
        """Add and count these entries, in any order; those of one article in one entity must come in one call."""
        current: dict[tuple[str, str], ContributionEntry] = {}
        for key, entry in entries:
            self._contributions.put(key, entry)
            before = current.get((key.entity, key.uri))
            if before is None or before.order < entry.order:
                current[key.entity, key.uri] = entry
        for (entity, _), entry in current.items():
            self.count(entity, entry.contribution)

    def count(self, entity: str, contribution: Contribution | None) -> None:
        """Count the contribution of an article whose entry is in `Contributions` already, as at a start."""
        if contribution is not None:
            counts = self.counts.get(entity)
            if counts is None:
                facts = partial(_facts, self._contributions, entity)
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
        key = ContributionKey(claim.entity, claim.uri, claim.order.partition, claim.order.offset)
        kept = self._contributions.of(claim.entity, claim.uri)
        before = current_of(kept)
        if before is not None and claim.order < before.order:
            return Tallied(stale=True)
        self._memory.trim()
        entry = self._entry(claim, before)
        older = tuple(sorted(k for k in kept if k != key))
        self._contributions.put(key, entry)
        for place in entry.places:
            # An earlier place is in the story already, or was forgotten there and must not come back as the newest.
            if before is None or place not in before.places:
                self._chains.add(place, key.uri)
        if before is not None:
            self._discount(key.entity, key.uri, before.contribution)
        self.count(key.entity, entry.contribution)
        self._repeats.put(key.entity, key.uri, entry)
        events = tuple(self._completed(event, entry) for event in claim.events)
        return Tallied(key=key, entry=entry, events=events, superseded=older)

    def forget(self, key: ContributionKey) -> None:
        """Drop an entry that was superseded or has expired. Counts and stories drop the last one of an article."""
        kept = self._contributions.of(key.entity, key.uri)
        entry = kept.get(key)
        if entry is None:
            return
        if len(kept) == 1:
            self._discount(key.entity, key.uri, entry.contribution)
            for place in entry.places:
                self._chains.discard(place)
            self._repeats.put(key.entity, key.uri, None)
        self._contributions.drop(key)

    def _entry(self, claim: Claim, before: ContributionEntry | None) -> ContributionEntry:
        places = {place.story: place for place in (before.places if before is not None else ())}
        places |= {place.story: place for place in self._new_places(claim, places)}
        return ContributionEntry(
            order=claim.order,
            observed_at=claim.observed_at,
            contribution=claim.contribution,
            places=tuple(places[story] for story in sorted(places)),
            signature=claim.signature if places else None,
            repeat_of=self._repeat_of(claim, before, places),
        )

    def _new_places(self, claim: Claim, known: Mapping[str, StoryPlace]) -> list[StoryPlace]:
        """The article's places in the stories that it tells for the first time."""
        told: dict[str, list[MarketEvent]] = {}
        for event in claim.events:
            story = event.similarity_key
            if story is not None and event.published_at is not None and story not in known:
                told.setdefault(story, []).append(event)
        places = []
        for story, events in told.items():
            minute = min(minute_of(event.published_at) for event in events if event.published_at is not None)
            place = self._chains[story].tell(story, minute, numbers_of(events))
            if not known and any(event.lifecycle is Lifecycle.CORRECTED for event in events):
                # The article is corrected, and the entry in which it first told the story has expired.
                place = replace(place, rank=UNKNOWN)
            places.append(place)
        return places

    def _repeat_of(
        self, claim: Claim, before: ContributionEntry | None, places: Mapping[str, StoryPlace]
    ) -> str | None:
        """The article whose text this one repeats: found when it first tells a story, and kept from then on."""
        tells_first = places and not (before is not None and before.places)
        if tells_first and claim.signature is not None:
            told_at = min(place.minute for place in places.values())
            return self._repeats.find(claim.entity, claim.uri, told_at, claim.signature)
        return None if before is None else before.repeat_of

    def _completed(self, event: MarketEvent, entry: ContributionEntry) -> MarketEvent:
        if event.lifecycle is Lifecycle.RETRACTED or event.similarity_key is None:
            return event
        place = next((place for place in entry.places if place.story == event.similarity_key), None)
        if place is None:
            return event
        linked = self._chains[place.story].linked(place)
        return replace(event, novelty=place.novelty(linked, entry.repeat_of))


def _facts(contributions: Contributions, entity: str, minute: int) -> Iterator[LastFact]:
    """Last facts of the articles that count in this minute."""
    uris = {key.uri for _, key in contributions.marked([fact_mark(entity, minute)], None) if key.entity == entity}
    for uri in uris:
        entry = current_of(contributions.of(entity, uri))
        counted = None if entry is None else entry.contribution
        if counted is not None and counted.minute == minute and counted.last_fact is not None:
            yield counted.last_fact
