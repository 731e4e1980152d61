"""How texts write of indices, derived from the lines of the registry: which numbers belong to a name, how many members
an index has, where it is the main one, and which words longer names of indices begin with.

All that extraction has to know of an index stands in its line, so that a user adds an index by one line in a file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from schemas.taxonomy import Kind
from streams.data.entities import RegistryEntity
from streams.data.folding import fold

__all__ = ["IndexNames", "index_names"]

# A whole number in the name of an index: not the 2 of "Russell 2,000".
_NUMBER: Final = re.compile(r"(?<![\d,.])\d{2,4}(?![\d,.])")
_FEWEST_LETTERS: Final = 2
_GAP: Final = " -"


class IndexNames(msgspec.Struct, frozen=True, kw_only=True):
    """What the lines of all indices say together. Names are folded (`streams.data.folding`)."""

    stems: tuple[str, ...]
    """What stands before the number in the names of indices: "nikkei" of "Nikkei 225"."""
    longest_stem: int
    """Length of the longest of them."""
    moved_stems: frozenset[str]
    """The stems that are also the nickname of an index without a number: "the Nasdaq 100 points lower" is its move."""
    counts: frozenset[str]
    """The numbers in names of indices, and their numbers of members."""
    members: Mapping[str, frozenset[str]]
    """By number of members, the ids of the indices without `index:`."""
    homes: Mapping[str, frozenset[str]]
    """By the index's id without `index:`, the places and adjectives whose main index it is: "Japan", "Japanese"."""
    descriptions: Mapping[str, frozenset[str]]
    """By a word that tells an index from its kin ("tech-heavy"), the ids of those that it fits."""
    countries: Mapping[str, str]
    """By the index's id without `index:`, its country."""
    nicknames: tuple[str, ...]
    """The names by which reports call indices for short: "dow"."""
    providers: frozenset[str]
    """Names that longer names of indices begin with: "msci" of "MSCI's gauge of Asian stocks"."""

    def stem_at_end(self, folded: str) -> str | None:
        """The stem that a folded text ends with, not counting a space or hyphen behind it; None if there is none."""
        text = folded[:-1] if folded[-1:] in _GAP else folded
        if not text.endswith(self.stems):
            return None
        fitting = (stem for stem in self.stems if text.endswith(stem))
        return next((stem for stem in fitting if not text[: -len(stem)][-1:].isalnum()), None)


def index_names(entities: Iterable[RegistryEntity]) -> IndexNames:
    """The index names of a registry with these entities."""
    known = tuple(entities)
    countries = _of_kind(Kind.COUNTRY, known)
    indices = _of_kind(Kind.INDEX, known)
    lines = tuple(indices.values())
    stems = {stem for index in lines for name in _all_names(index) for stem in _stems(name, index.name)}
    members = _members(indices)
    return IndexNames(
        stems=tuple(sorted(stems)),
        longest_stem=max(map(len, stems), default=0),
        moved_stems=frozenset(stems & _nicknames_without_number(lines)),
        counts=frozenset(_written_numbers(lines) | members.keys()),
        members=members,
        homes={key: _homes(index, countries) for key, index in indices.items() if index.home},
        descriptions=_descriptions(indices),
        countries={key: index.country for key, index in indices.items() if index.country is not None},
        nicknames=tuple(sorted({fold(name) for index in lines for name in index.nicknames})),
        providers=frozenset(fold(name) for index in lines for name in index.providers),
    )


def _of_kind(kind: Kind, entities: Iterable[RegistryEntity]) -> dict[str, RegistryEntity]:
    """The entities of a kind, by id without the kind."""
    return {entity.id.partition(":")[2]: entity for entity in entities if entity.kind is kind}


def _members(indices: Mapping[str, RegistryEntity]) -> dict[str, frozenset[str]]:
    """The indices by number of members."""
    members: dict[str, set[str]] = defaultdict(set)
    for key, index in indices.items():
        for count in index.constituents:
            members[str(count)].add(key)
    return {count: frozenset(keys) for count, keys in members.items()}


def _descriptions(indices: Mapping[str, RegistryEntity]) -> dict[str, frozenset[str]]:
    """The indices by the words that tell them from their kin."""
    fitting: dict[str, set[str]] = defaultdict(set)
    for key, index in indices.items():
        for word in index.descriptions:
            fitting[word].add(key)
    return {word: frozenset(keys) for word, keys in fitting.items()}


def _written_numbers(indices: Iterable[RegistryEntity]) -> set[str]:
    """The numbers that stand in names of indices."""
    return {number for index in indices for name in _all_names(index) for number in _NUMBER.findall(name)}


def _nicknames_without_number(indices: Iterable[RegistryEntity]) -> set[str]:
    """The nicknames, folded, of indices whose main name has no number."""
    return {fold(name) for index in indices if not _NUMBER.search(index.name) for name in index.nicknames}


def _all_names(index: RegistryEntity) -> tuple[str, ...]:
    return index.name, *index.aliases, *index.weak_aliases


def _stems(name: str, main_name: str) -> Iterable[str]:
    """What stands before the numbers of a name. It is no stem where it is the index's main name itself, as "DAX"."""
    for number in _NUMBER.finditer(name):
        stem = fold(name[: number.start()].rstrip(_GAP))
        if sum(map(str.isalpha, stem)) >= _FEWEST_LETTERS and stem != fold(main_name):
            yield stem


def _homes(index: RegistryEntity, countries: Mapping[str, RegistryEntity]) -> frozenset[str]:
    """The places in its line; if its country is among them, also the adjectives of the country."""
    country = countries.get(index.country or "")
    own = country is not None and not {country.name, *country.aliases}.isdisjoint(index.home)
    return frozenset((*index.home, *(country.adjectives if country is not None and own else ())))
