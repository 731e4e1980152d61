"""Shares: what each article adds to the state of each entity, and what they are found by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Final, NamedTuple, Protocol

from schemas import Contribution, Order
from streams.tally.signatures import bands_of, unpacked
from streams.tally.stories import Place

MARK_BYTES: Final = 8


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

    @property
    def told_at(self) -> int:
        """The minute in which it first told a story; it has a place in one."""
        return min(place.minute for place in self.places)


class Shares(Protocol):
    """The shares kept, wherever that is: what the tally knows of stories and texts it looks up here."""

    def of(self, entity: str, uri: str) -> Mapping[ShareKey, Share]:
        """Kept shares of one article in one entity."""

    def share(self, key: ShareKey) -> Share | None:
        """One share, if it is kept."""

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterable[tuple[bytes, ShareKey]]:
        """Each mark with keys of shares that bear it: at most so many, of the latest. A key may come twice."""

    def here(self) -> "Shares":
        """These shares, those of the entity in hand: to be asked later, when another is in hand."""

    def put(self, key: ShareKey, share: Share) -> None:
        """Keep a share."""

    def drop(self, key: ShareKey) -> None:
        """Keep it no longer."""


class SharesInMemory:
    """Shares in a dict, for whoever drives the stage without a table."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], dict[ShareKey, Share]] = {}
        self._marked: dict[bytes, dict[ShareKey, None]] = {}

    def of(self, entity: str, uri: str) -> Mapping[ShareKey, Share]:
        """Kept shares of one article in one entity."""
        return self._kept.get((entity, uri), {})

    def share(self, key: ShareKey) -> Share | None:
        """One share, if it is kept."""
        return self.of(key.entity, key.uri).get(key)

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, ShareKey]]:
        """Each mark with keys of shares that bear it, those put last first."""
        for mark in marks:
            yield from ((mark, key) for key in islice(reversed(self._marked.get(mark, {})), most))

    def here(self) -> "SharesInMemory":
        """These shares: any entity is at hand."""
        return self

    def put(self, key: ShareKey, share: Share) -> None:
        """Keep a share."""
        self.drop(key)
        self._kept.setdefault((key.entity, key.uri), {})[key] = share
        for mark, _ in marks(key, share):
            self._marked.setdefault(mark, {})[key] = None

    def drop(self, key: ShareKey) -> None:
        """Keep it no longer."""
        kept = self._kept.get((key.entity, key.uri), {})
        share = kept.pop(key, None)
        if not kept:
            self._kept.pop((key.entity, key.uri), None)
        for mark, _ in () if share is None else marks(key, share):
            bearers = self._marked.get(mark, {})
            bearers.pop(key, None)
            if not bearers:
                self._marked.pop(mark, None)


def current_of(kept: Mapping[ShareKey, Share]) -> Share | None:
    """Of the shares of one article in one entity the one that stands: the greatest in order."""
    return max(kept.values(), key=lambda share: share.order, default=None)


def marks(key: ShareKey, share: Share) -> Iterator[tuple[bytes, int]]:
    """What a share is found by, `MARK_BYTES` each, with a minute.

    These are the stories it tells, the bands of its text, and the minute in which it counts a fact.
    """
    for place in share.places:
        yield story_mark(place.story), place.minute
    raw = None if share.signature is None or not share.places else unpacked(share.signature)
    if raw is not None:
        told_at = share.told_at
        for mark in text_marks(key.entity, raw):
            yield mark, told_at
    if share.contribution is not None and share.contribution.last_fact is not None:
        yield fact_mark(key.entity, share.contribution.minute), share.contribution.minute


def story_mark(story: str) -> bytes:
    """The mark of shares that tell a story. Two stories may bear one mark by chance: look at the share."""
    return blake2b(story.encode(), digest_size=MARK_BYTES).digest()


def text_marks(entity: str, raw: bytes) -> list[bytes]:
    """The marks of shares in an entity whose text may be nearly this one; what they share by chance is up to you."""
    about = blake2b(entity.encode(), digest_size=MARK_BYTES - 3).digest()
    return [about + band for band in bands_of(raw)]


def fact_mark(entity: str, minute: int) -> bytes:
    """The mark of shares in an entity that count a fact in this minute."""
    return blake2b(entity.encode(), digest_size=MARK_BYTES - 4).digest() + (minute & 0xFFFFFFFF).to_bytes(4, "big")
