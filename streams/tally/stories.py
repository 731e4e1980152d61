"""Stories: the same claim over many articles, and how new each article's telling was.

A story is named by the similarity key of its events. An article's place in it is made when the article first tells it
and never changes: not by corrections, withdrawals or articles that come later, whatever time they bear.

Numbers are compared inside the story. An article with another number says something new, so it has rank 1 although the
story is old; one that leaves a number out, or rounds it, says nothing against it.
"""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import merge
from itertools import accumulate, islice
from typing import Final

from schemas import MarketEvent, Novelty, encode
from schemas.taxonomy import WINDOW_MINUTES, Basis, Direction
from streams.tally.uris import Uris

LINKED: Final = 50  # at most this many uris of earlier articles in an event
LINKED_BYTES: Final = 65_536  # and at most this many bytes of them: fifty of the longest would not fit into an event
COMPARED: Final = 64  # a new telling is compared with this many, the newest
TELLINGS: Final = 256
"""How many different numbers a story remembers, those told last: an article that tells others says something new.

Without a bound an article without numbers, which agrees with all, would be counted over all of them.
"""
STORY_BYTES: Final = 500  # of memory, measured with `tracemalloc`; tellings and places are added
TELLING_BYTES: Final = 1_500
PLACE_BYTES: Final = 12
UNKNOWN: Final = 0  # rank of a telling that was not the first, when the first is forgotten
ROUNDING: Final = 0.05  # two roundings of one number differ by no more than this share of it

Numbers = Mapping[str, tuple[float, ...]]
"""Numbers told, by what they count: the argument's name, with currency and basis where it has one."""
_Key = tuple[tuple[str, tuple[float, ...]], ...]

_SIGN: Final = {Direction.UP: 1.0, Direction.DOWN: -1.0, Direction.FLAT: 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlace:
    """An article's place in one story."""

    story: str
    """The similarity key."""
    number: int
    """1 for the first article in the story, 2 for the second ..."""
    rank: int
    """1 for the first article that told it with these numbers; `UNKNOWN` where an article is corrected of which the
    first telling has expired."""
    minute: int
    """Minute of publication when first published."""
    counts: tuple[int, ...]
    """Earlier articles with these numbers in each window up to that minute, shortest window first."""
    numbers: dict[str, tuple[float, ...]] = field(default_factory=dict)
    """The numbers as first told."""

    def novelty(self, linked: tuple[str, ...], repeat_of: str | None) -> Novelty | None:
        """The novelty as it is published; None where the rank is not known any more."""
        if self.rank == UNKNOWN:
            return None
        counts = {window.value: count for window, count in zip(WINDOW_MINUTES, self.counts, strict=True)}
        return Novelty(rank=self.rank, counts=counts, linked=linked, repeat_of=repeat_of)


class _Telling:
    """The articles that told a story with the same numbers."""

    __slots__ = ("agreeing", "minutes", "numbers", "order", "uris")

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.agreeing: list[_Telling] = [self]
        # Arrays: a story may be told by a hundred thousand articles.
        self.minutes = array("q")
        self.order = array("i")  # numbers of the places
        self.uris = Uris()  # in the same order

    @property
    def bytes(self) -> int:
        """Of memory, about."""
        return TELLING_BYTES + PLACE_BYTES * len(self.order) + self.uris.bytes

    def has(self, number: int, at: int) -> bool:
        """Whether this number stands at this place of the order."""
        return at < len(self.order) and self.order[at] == number


class StoryChain:
    """One story: who told it, when and with which numbers."""

    __slots__ = ("_last", "_tellings", "bytes", "crowded")

    def __init__(self, places: Iterable[tuple[StoryPlace, str]] = ()) -> None:
        """Build a story from its places and the uris of their articles, in any order."""
        self._last = 0
        self.bytes = STORY_BYTES
        """Of memory, about."""
        self.crowded = False
        """Whether it has had more tellings than are compared, so that it matters which are the newest."""
        self._tellings: dict[_Key, _Telling] = {}
        # They are added in order: which tellings are the newest depends on it.
        for place, uri in sorted(places, key=lambda told: told[0].number):
            self.add(place, uri)

    def tell(self, story: str, minute: int, numbers: dict[str, tuple[float, ...]]) -> StoryPlace:
        """The place of an article that tells the story now for the first time; `add` adds it."""
        agreeing = self._agreeing(numbers)
        return StoryPlace(
            story=story,
            number=self._last + 1,
            rank=1 + sum(len(telling.minutes) for telling in agreeing),
            minute=minute,
            counts=tuple(
                sum(
                    bisect_right(telling.minutes, minute) - bisect_left(telling.minutes, minute - length + 1)
                    for telling in agreeing
                )
                for length in WINDOW_MINUTES.values()
            ),
            numbers=numbers,
        )

    def add(self, place: StoryPlace, uri: str) -> None:
        """Add an article's place, after those with lower numbers; one that is there already changes nothing."""
        key = _key(place.numbers)
        telling = self._telling(key, place.numbers)
        at = bisect_left(telling.order, place.number)
        if telling.has(place.number, at):
            return
        self.bytes -= telling.bytes
        telling.order.insert(at, place.number)
        telling.uris.insert(at, uri)
        insort(telling.minutes, place.minute)
        self.bytes += telling.bytes
        if place.number > self._last:
            self._last = place.number
            # It was told last, so it is the newest, also when the story is rebuilt.
            self._tellings[key] = self._tellings.pop(key)

    def discard(self, place: StoryPlace) -> None:
        """Drop an article's place, where it is there."""
        key = _key(place.numbers)
        telling = self._tellings.get(key)
        if telling is None:
            return
        at = bisect_left(telling.order, place.number)
        if not telling.has(place.number, at):
            return
        self.bytes -= telling.bytes
        del telling.order[at]
        telling.uris.remove(at)
        del telling.minutes[bisect_left(telling.minutes, place.minute)]
        self.bytes += telling.bytes
        if not telling.order:
            self._forget(key)
        elif at == len(telling.order):
            self._tellings = dict(sorted(self._tellings.items(), key=lambda told: told[1].order[-1]))  # told last, last

    def _forget(self, key: _Key) -> None:
        telling = self._tellings.pop(key)
        self.bytes -= telling.bytes
        for other in telling.agreeing:
            if other is not telling:
                other.agreeing.remove(telling)

    def linked(self, place: StoryPlace) -> tuple[str, ...]:
        """Uris of the articles with the same numbers before this place, newest first."""
        earlier = [_before(telling, place.number) for telling in self._agreeing(place.numbers)]
        uris = [uri for _, uri in islice(merge(*earlier), LINKED)]
        sizes = accumulate(len(encode(uri)) for uri in uris)
        return tuple(uri for uri, size in zip(uris, sizes, strict=True) if size <= LINKED_BYTES)

    def _agreeing(self, numbers: Numbers) -> list[_Telling]:
        telling = self._tellings.get(_key(numbers))
        return self._compared(numbers) if telling is None else telling.agreeing

    def _telling(self, key: _Key, numbers: Numbers) -> _Telling:
        telling = self._tellings.get(key)
        if telling is None:
            others = self._compared(numbers)
            telling = self._tellings[key] = _Telling(numbers)
            telling.agreeing += others
            for other in others:
                other.agreeing.append(telling)
            self.bytes += telling.bytes
            self.crowded = self.crowded or len(self._tellings) > COMPARED
            if len(self._tellings) > TELLINGS:
                self._forget(next(iter(self._tellings)))
        return telling

    def _compared(self, numbers: Numbers) -> list[_Telling]:
        newest = islice(reversed(self._tellings.values()), COMPARED)
        return [telling for telling in newest if agree(telling.numbers, numbers)]


def _before(telling: _Telling, number: int) -> Iterator[tuple[int, str]]:
    last = bisect_left(telling.order, number)
    uris = telling.uris.slice(max(0, last - LINKED), last)
    return ((-telling.order[last - 1 - back], uri) for back, uri in enumerate(reversed(uris)))


def _key(numbers: Numbers) -> _Key:
    return tuple(sorted(numbers.items()))


def numbers_of(events: Iterable[MarketEvent]) -> dict[str, tuple[float, ...]]:
    """The numbers that an article's events of one story tell; which way something went counts as one."""
    told: dict[str, set[float]] = {}
    for event in events:
        for name, quantity in (event.arguments or {}).items():
            what = name if quantity.currency is None else f"{name} {quantity.currency}"
            told.setdefault(_over(what, quantity.basis), set()).add(quantity.value)
        if event.direction is not None:
            told.setdefault(_over("direction", event.basis), set()).add(_SIGN[event.direction])
    return {what: tuple(sorted(values)) for what, values in sorted(told.items())}


def _over(what: str, basis: str | None) -> str:
    return what if basis in (None, Basis.SESSION) else f"{what}/{basis}"


def agree(one: Numbers, other: Numbers) -> bool:
    """Whether each number that both tell is the same in both."""
    # Plain loops are quicker: mostly one number is compared with one.
    for what, values in one.items():
        again = other.get(what)
        if again is not None and values != again and not _any_same(values, again):
            return False
    return True


def _any_same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    for value in one:
        for again in other:
            if same_number(value, again):
                return True
    return False


def same_number(one: float, other: float) -> bool:
    """Whether one may be the other rounded: 2.2 and 2.17, 50,400 and 50,367.38, but not 2 and 1.8, nor 2 and -2."""
    if one == other:
        return True
    apart = abs(one - other)
    if apart > ROUNDING * max(abs(one), abs(other)):
        return False
    return apart <= max(_last_digit(one), _last_digit(other)) / 2 * (1 + 1e-9)


@lru_cache(maxsize=4_096)
def _last_digit(value: float) -> float:
    """What one unit of the last digit told is worth: 0.01 for 2.17, 100 for 50,400."""
    mantissa, _, exponent = f"{value:.11e}".partition("e")
    return float(10 ** (int(exponent) - len(mantissa.lstrip("-").rstrip("0").rstrip(".").replace(".", "")) + 1))
