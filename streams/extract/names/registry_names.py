"""Search for the names of the registry in a text.

Strategy. Names and text are brought to one form (folded, every mark a space) in which a name has a space on either
side. One overlapping pass of an Aho-Corasick automaton then finds exactly the names that stand there as whole words,
nested names too, and the longest name whose capitals fit wins. Names in scripts without spaces between words have an
automaton of their own.
"""

from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from schemas import Symbol
from schemas.taxonomy import Kind
from streams.data.name_keys import SPACELESS, plain
from streams.data.registry import Meaning, Registry, RegistryEntity, preference
from streams.extract.names.index_surroundings import IndexSurroundings
from streams.extract.names.markets import Markets
from streams.extract.names.reading_text import ReadingText

# Annotations name the symbols of at most this many listings of a firm, its home first, and this many symbols of an
# entity.
_MOST_LISTINGS: Final = 6
_MOST_SYMBOLS: Final = 16

# Newspapers use these marks for one another within a name: Coca-Cola, Coca Cola; St. Louis, St Louis; S&P, S+P.
_LOOSE: Final = str.maketrans("-.,'/+", "     &")


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class Hit:
    """A name of the registry at a place of the text."""

    start: int
    """First character."""
    end: int
    """One past the last."""
    readings: tuple[Meaning, ...]
    """What the name may mean, best first; never empty."""


class RegistryNames:
    """A registry with the automata over its names. Building one is slow, so it is built once."""

    __slots__ = (
        *("_automaton", "_by_key", "_keys", "_spaceless", "_symbols"),
        *("adjectives", "around_indices", "markets", "registry"),
    )

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.around_indices = IndexSurroundings(registry.index_names)
        self.markets = Markets(registry, self.around_indices)
        self.adjectives = registry.adjectives
        self._symbols: dict[str, tuple[Symbol, ...]] = {}
        keys = registry.keys
        self._keys = keys
        # The names of a key are looked up when a text first has it.
        self._by_key: list[list[tuple[str, tuple[Meaning, ...]]] | None] = [None] * len(keys.keys)
        self._automaton = AhoCorasick(
            keys.keys,
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )
        self._spaceless = AhoCorasick(
            [registry.patterns[place] for place in keys.spaceless],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
            store_patterns=False,
        )

    def hits(self, text: ReadingText) -> list[Hit]:
        """The names in the text, in text order and without overlaps; of names at one place the longest that fits."""
        full, folded = text.full, text.folded
        found: list[Hit] = []
        capitals, by_key = self._keys.capitals, self._by_key
        for number, start, stop in self._automaton.find_matches_as_indexes(f" {plain(folded)} ", overlapping=True):
            if capitals[number] and not full[start].isupper():
                continue
            end = stop - 2
            known = by_key[number]
            if known is None:
                known = by_key[number] = self._names(number)
            for pattern, readings in known:
                if len(readings) == 1 and full[start:end] == readings[0].text:
                    found.append(Hit(start, end, readings))
                    continue
                hit = _fitting(text, start, end, pattern, readings)
                if hit is not None:
                    found.append(hit)
        if not full.isascii() and SPACELESS.search(folded) is not None:
            for number, start, end in self._spaceless.find_matches_as_indexes(folded):
                if _has_edges(folded, start, end):
                    found.append(Hit(start, end, self.registry.readings[self._keys.spaceless[number]]))
        return _longest(found, text)

    def readings(self, folded: str) -> tuple[Meaning, ...]:
        """What a whole folded name may mean; empty if the registry does not have it."""
        readings = self.registry.readings
        return tuple(reading for place in self._keys.find(folded) for reading in readings[place])

    def _names(self, key: int) -> list[tuple[str, tuple[Meaning, ...]]]:
        patterns, readings = self.registry.patterns, self.registry.readings
        return [(patterns[place], readings[place]) for place in self._keys.places_of(key)]

    def symbols(self, entity: str) -> tuple[Symbol, ...] | None:
        """The symbols that annotations name for an entity; None if the registry does not have it."""
        found = self._symbols.get(entity)
        known = self.registry.entities.get(entity)
        if found is None and known is not None:
            found = self._symbols[entity] = _passed_on(known)
        return found


def _passed_on(known: RegistryEntity) -> tuple[Symbol, ...]:
    home = {listing.partition(":")[2] for listing in known.listings[:1]}
    listings = set(known.listings[:_MOST_LISTINGS])
    return tuple(
        Symbol(scheme=symbol.scheme, value=symbol.value)
        for symbol in known.symbols
        if symbol.scheme in ("isin", "figi", "ric", "yahoo") or symbol.value in listings or symbol.value in home
    )[:_MOST_SYMBOLS]


def _fitting(text: ReadingText, start: int, end: int, pattern: str, readings: tuple[Meaning, ...]) -> Hit | None:
    full, folded = text.full, text.folded
    size = len(pattern)
    if not pattern[0].isalnum():
        start -= len(pattern) - len(pattern.lstrip("'.$-"))
    if start < 0 or folded[start : start + size] != pattern:
        # The name's last mark may be missing ("U.S" at the end of a line), and marks within it may differ.
        surface = folded[start:end]
        if surface.translate(_LOOSE) != pattern[: end - start].translate(_LOOSE):
            return None
        fits = tuple(r for r in readings if not r.exact and r.fits(_like(full[start:end], r.text)))
        return Hit(start, end, fits) if fits else None
    end = start + size
    surface = full[start:end]
    if len(readings) == 1:
        return Hit(start, end, readings) if _fits(readings[0], surface) else None
    fits = tuple([r for r in readings if _fits(r, surface)])
    return Hit(start, end, fits) if fits else None


def _fits(reading: Meaning, surface: str) -> bool:
    """Whether `reading.fits(surface)`; the common cases are decided here because they are cheaper so."""
    if surface == reading.text:
        return True
    if reading.exact:
        return False
    return (
        surface.isupper()
        or (" " not in surface and "-" not in surface and surface[0].isupper())
        or reading.fits(surface)
    )


def _like(surface: str, name: str) -> str:
    """The surface padded to the name's length, as `fits` compares them letter by letter."""
    return surface + name[len(surface) :]


def _has_edges(folded: str, start: int, end: int) -> bool:
    """Whether no Latin word or number goes on at an edge of the name: 日経225 is not named in 日経2250."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    first, last = folded[start], folded[end - 1]
    return not (
        (first.isascii() and first.isalnum() and before.isascii() and before.isalnum())
        or (last.isascii() and last.isalnum() and after.isascii() and after.isalnum())
    )


def _longest(found: list[Hit], text: ReadingText) -> list[Hit]:
    found.sort(key=_leftmost_longest)
    chosen: list[Hit] = []
    end = 0
    for hit in found:
        if hit.start >= end and text.is_story(hit.start, hit.end):
            chosen.append(hit)
            end = hit.end
        elif hit.start < end < hit.end and _is_led_in(text.full[chosen[-1].start : hit.start]):
            # "The Straits Times" in "The Straits Times Index", "tech-heavy Nasdaq" in "tech-heavy Nasdaq 100".
            chosen[-1], end = hit, hit.end
        elif chosen and hit.start == chosen[-1].start and hit.end == end:
            # The same characters under two spellings of the registry ("Yahoo" and "Yahoo!" without its mark).
            known = chosen[-1].readings
            more = known + tuple(r for r in hit.readings if r not in known)
            if len(more) > len(known) and {reading.kind for reading in more} == {Kind.COMPANY}:
                more = tuple(sorted(more, key=preference))
            chosen[-1] = Hit(hit.start, hit.end, more)
    return chosen


def _is_led_in(words: str) -> bool:
    """Whether these words are "The" or in lower case, so that they stand before a name and not in it."""
    return words.islower() or words.rstrip() == "The"


def _leftmost_longest(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end
