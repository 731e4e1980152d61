"""What each article contributes to the state of each entity, and the marks that a contribution is found by.

A `ContributionEntry` is an entry of the tally's table: one version of one article. The `Contribution` of the contract
is the part that is counted; the entry also has the article's places in stories and the signature of its text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Final, NamedTuple, Protocol

from schemas import Contribution, Order
from streams.tally.signatures import bands_of, unpacked
from streams.tally.stories import StoryPlace

MARK_BYTES: Final = 8


class ContributionKey(NamedTuple):
    """What a contribution is about, and the source position that brought it: the key of its entry."""

    entity: str
    uri: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionEntry:
    """What one version of one article contributes to the state of one entity. Never changed once written."""

    order: Order
    """Which version of the article."""
    observed_at: int
    """What expiry counts from, in minutes."""
    contribution: Contribution | None
    """What it adds to the counts; null where it adds nothing."""
    places: tuple[StoryPlace, ...] = ()
    """Its places in stories, those of earlier versions included."""
    signature: str | None = None
    """The signature of its text, where it told a story."""
    repeat_of: str | None = None
    """The first of the articles that had nearly its text when it first told a story."""

    @property
    def told_at(self) -> int:
        """The minute in which it first told a story; it has a place in one."""
        return min(place.minute for place in self.places)


class Contributions(Protocol):
    """The entries of one partition, in which the tally looks up stories and texts."""

    def of(self, entity: str, uri: str) -> Mapping[ContributionKey, ContributionEntry]:
        """All entries of one article in one entity."""

    def entry(self, key: ContributionKey) -> ContributionEntry | None:
        """The entry of this key, null where there is none."""

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterable[tuple[bytes, ContributionKey]]:
        """Each mark with the keys of entries that bear it, the latest `most` of them. A key may come twice."""

    def put(self, key: ContributionKey, entry: ContributionEntry) -> None:
        """Keep an entry."""

    def drop(self, key: ContributionKey) -> None:
        """Remove an entry."""


class ContributionsInMemory:
    """Entries in a dict, for use of the stage without a table."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], dict[ContributionKey, ContributionEntry]] = {}
        self._marked: dict[bytes, dict[ContributionKey, None]] = {}

    def of(self, entity: str, uri: str) -> Mapping[ContributionKey, ContributionEntry]:
        """All entries of one article in one entity."""
        return self._kept.get((entity, uri), {})

    def entry(self, key: ContributionKey) -> ContributionEntry | None:
        """The entry of this key, null where there is none."""
        return self.of(key.entity, key.uri).get(key)

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, ContributionKey]]:
        """Each mark with the keys of entries that bear it, those put last first."""
        for mark in marks:
            yield from ((mark, key) for key in islice(reversed(self._marked.get(mark, {})), most))

    def put(self, key: ContributionKey, entry: ContributionEntry) -> None:
        """Keep an entry."""
        self.drop(key)
        self._kept.setdefault((key.entity, key.uri), {})[key] = entry
        for mark, _ in marks(key, entry):
            self._marked.setdefault(mark, {})[key] = None

    def drop(self, key: ContributionKey) -> None:
        """Remove an entry."""
        kept = self._kept.get((key.entity, key.uri), {})
        entry = kept.pop(key, None)
        if not kept:
            self._kept.pop((key.entity, key.uri), None)
        for mark, _ in () if entry is None else marks(key, entry):
            bearers = self._marked.get(mark, {})
            bearers.pop(key, None)
            if not bearers:
                self._marked.pop(mark, None)


def current_of(kept: Mapping[ContributionKey, ContributionEntry]) -> ContributionEntry | None:
    """The entry that counts among those of one article in one entity: the greatest in order."""
    return max(kept.values(), key=lambda entry: entry.order, default=None)


def marks(key: ContributionKey, entry: ContributionEntry) -> Iterator[tuple[bytes, int]]:
    """The marks that an entry is found by, `MARK_BYTES` each, with a minute.

    They stand for the stories it tells, the bands of its text, and the minute in which it counts a fact.
    """
    for place in entry.places:
        yield story_mark(place.story), place.minute
    raw = None if entry.signature is None or not entry.places else unpacked(entry.signature)
    if raw is not None:
        told_at = entry.told_at
        for mark in text_marks(key.entity, raw):
            yield mark, told_at
    if entry.contribution is not None and entry.contribution.last_fact is not None:
        yield fact_mark(key.entity, entry.contribution.minute), entry.contribution.minute


def story_mark(story: str) -> bytes:
    """The mark of entries that tell a story. Two stories may share a mark by chance: check the entry."""
    return blake2b(story.encode(), digest_size=MARK_BYTES).digest()


def text_marks(entity: str, raw: bytes) -> list[bytes]:
    """The marks of entries in an entity whose text may be nearly this one; other texts may have them by chance."""
    about = blake2b(entity.encode(), digest_size=MARK_BYTES - 3).digest()
    return [about + band for band in bands_of(raw)]


def fact_mark(entity: str, minute: int) -> bytes:
    """The mark of entries in an entity that count a fact in this minute."""
    return blake2b(entity.encode(), digest_size=MARK_BYTES - 4).digest() + (minute & 0xFFFFFFFF).to_bytes(4, "big")
