"""Indices that an article describes by their market instead of naming them: "The market average rose 198.54" in Tokyo.

Strategy. The headline and the opening say which market the article is about ("TOKYO STOCKS", "Toronto share prices").
A description in the story ("the 225-share average", "the composite index") means the main index of that market if the
description fits its names or its number of members, and if the sentence goes on to speak of an index.
"""

import re
from typing import Final

from schemas.taxonomy import Kind
from streams.data.registry import Registry, fold
from streams.extract.names.finds import Finds
from streams.extract.names.index_surroundings import IndexSurroundings
from streams.extract.names.reading_text import ReadingText
from streams.extract.names.reasons import Because

# A description in the article is looked for only where the text has one of these words.
_NOUNS: Final = ("average", "index")
_DESCRIPTION: Final = re.compile(
    r"\b(?:the|today's|yesterday's)\s(?P<words>(?:(?P<members>\d{2,4})-(?:share|stock|issue)|market|composite|weighted)"
    r"(?:\s(?:composite|stock|share|price|market))*\s(?:index|average))(?!\w|\sof\b|\sfutures\b)"
)
# The market stands in the headline or in the first words of the story.
_OPENING: Final = 600
_OF_A_MARKET: Final = (
    r"(?:'s)?\s(?:stocks?|stock\s(?:market|exchange|prices)|shares?|share\s(?:market|prices)|equit(?:y|ies)|bourse|trade)"
    r"(?!\w)"
)
# Words of a description that say nothing of which index it is.
_PLAIN: Final = frozenset(("index", "average", "stock", "share", "price", "market"))


class Markets:
    """The main indices of a registry by the places where they are at home."""

    __slots__ = ("_around", "_at_home", "_members", "_place", "_words")

    def __init__(self, registry: Registry, around: IndexSurroundings) -> None:
        self._around = around
        names = registry.index_names
        self._at_home: dict[str, set[str]] = {}
        for index, places in names.homes.items():
            for place in places:
                self._at_home.setdefault(fold(place), set()).add(index)
        self._members = names.members
        self._words: dict[str, frozenset[str]] = {}
        """The words of an index's names, by its id without `index:`."""
        for index in names.homes:
            known = registry.entities[f"index:{index}"]
            self._words[index] = frozenset(fold(" ".join((known.name, *known.aliases))).split())
        by_length = sorted(map(re.escape, self._at_home), key=len, reverse=True)
        self._place = re.compile(rf"\b({'|'.join(by_length)}){_OF_A_MARKET}") if by_length else None

    def find(self, text: ReadingText, registry: Registry, finds: Finds) -> None:
        """Add the index that descriptions in the text mean, unless the article names one of the same country."""
        folded = text.folded
        if self._place is None or not any(noun in folded for noun in _NOUNS):
            return
        found = [mark for mark in _DESCRIPTION.finditer(folded) if text.is_free(*mark.span("words"))]
        index = self._main_index(text, finds) if found else None
        if index is None:
            return
        known = registry.entities[f"index:{index}"]
        finds.because = Because.DESCRIPTION
        for mark in found:
            if (
                self._fits(index, mark)
                and self._around.report_a_move(folded, mark.end())
                and text.is_story(*mark.span("words"))
            ):
                finds.add(known.id, Kind.INDEX, known.name, *mark.span("words"))

    def _main_index(self, text: ReadingText, finds: Finds) -> str | None:
        """The main index of the one market that headline and opening speak of; None where there are several or none."""
        if self._place is None:
            return None
        opening = self._place.finditer(text.folded, 0, text.body_at + _OPENING)
        meant = {index for mark in opening for index in self._at_home[mark[1]]}
        index = next(iter(meant)) if len(meant) == 1 else None
        return None if index is None or f"index:{index}" in finds.by_id else index

    def _fits(self, index: str, mark: re.Match[str]) -> bool:
        if mark["members"] is not None:
            return index in self._members.get(mark["members"], ())
        told = set(mark["words"].split())
        noun = "average" if "average" in told else "index"
        return noun in self._words[index] and told - _PLAIN <= self._words[index]
