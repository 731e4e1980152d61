"""The names of a registry in the form in which an automaton finds them in text.

A name becomes a key: it is folded, every mark becomes a space, and one space is added on either side. Text is brought
to the same form, so that a key found in it covers whole words. Names that differ in their marks alone (Coca-Cola, Coca
Cola) share a key. Names in scripts that have no spaces between words get no key; they are searched as they are.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import msgspec

from streams.data.meanings import Meaning

__all__ = ["SPACELESS", "NameKeys", "name_keys", "plain"]

# Letters and digits stay, every mark and space becomes a space.
_PLAIN: Final = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_MARK: Final = re.compile(r"[^a-z0-9ß-öø-ɏ]")
SPACELESS: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a script that writes no spaces between words."""

# Marks that may stand before the first letter of a name; they are skipped when its capital is looked for.
_LEADING_MARKS: Final = "'.$"


class NameKeys(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The keys of all names, and which names each stands for."""

    keys: tuple[str, ...]
    """Sorted, each once."""
    ends: bytes
    """32-bit integers: by key, where its part of `places` ends."""
    places: bytes
    """32-bit integers: the places of names in the registry's `patterns`, in the order of their keys."""
    capitals: bytes
    """By key: 1 where all its names begin with a capital, so that text in lower case can't be one of them, else 0."""
    spaceless: tuple[int, ...]
    """The places of names in scripts without spaces."""

    def places_of(self, key: int) -> list[int]:
        """The places in `patterns` of the names that share a key, in their order."""
        ends = memoryview(self.ends).cast("I")
        return memoryview(self.places).cast("I")[ends[key - 1] if key else 0 : ends[key]].tolist()

    def find(self, folded: str) -> list[int]:
        """The places of the names that share the key of a whole folded name; empty if there are none."""
        wanted = f" {plain(folded).strip()} "
        at = bisect_left(self.keys, wanted)
        return self.places_of(at) if at < len(self.keys) and self.keys[at] == wanted else []


def plain(folded: str) -> str:
    """The folded text with every mark replaced by a space; it has as many characters as before."""
    return folded.translate(_PLAIN) if folded.isascii() else _MARK.sub(" ", folded)


def name_keys(patterns: Sequence[str], readings: Sequence[Sequence[Meaning]]) -> NameKeys:
    """The keys of these folded names; what each may mean stands at the same place in `readings`."""
    by_key: dict[str, list[int]] = {}
    spaceless: list[int] = []
    for place, pattern in enumerate(patterns):
        if not pattern.isascii() and SPACELESS.search(pattern) is not None:
            spaceless.append(place)
            continue
        key = plain(pattern).strip()
        if key:
            by_key.setdefault(f" {key} ", []).append(place)
    keys = tuple(sorted(by_key))
    begins = [
        (len(meanings) == 1 and meanings[0].text[0].isupper()) or all(map(_begins_with_capital, meanings))
        for meanings in readings
    ]
    places, ends, capitals = array("I"), array("I"), bytearray()
    for key in keys:
        own = by_key[key]
        places.extend(own)
        ends.append(len(places))
        capitals.append(begins[own[0]] if len(own) == 1 else all(begins[place] for place in own))
    return NameKeys(
        keys=keys,
        ends=ends.tobytes(),
        places=places.tobytes(),
        capitals=bytes(capitals),
        spaceless=tuple(spaceless),
    )


def _begins_with_capital(meaning: Meaning) -> bool:
    text = meaning.text
    return text[0].isupper() or text.lstrip(_LEADING_MARKS).strip()[:1].isupper()
