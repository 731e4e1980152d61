"""Runs of capitalised words, in which names stand that the registry does not know.

A run is a stretch of capitalised words within one sentence, with the small words that stand inside names ("of",
"von", "&").
"""

import re
from dataclasses import dataclass
from typing import Final

from streams.extract.names.reading_text import ReadingText, Style
from streams.extract.text.words import OPENERS

_CAPITAL: Final = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_REST: Final = r"[^\W_]*+(?:[-'’&@/.][^\W_]++)*"
_WORD: Final = _CAPITAL + _REST
_PARTICLES: Final = r"von|van|der|den|del|della|dello|de|du|des|di|da|do|dos|la|le|bin|al|el|ten|ter|zu|y|e"
_LINKS: Final = rf"&|and|of|the|for|{_PARTICLES}"
# The pattern opens with the set of capitals, which the engine scans for; so the look-behind comes after it.
_RUN: Final = re.compile(rf"{_CAPITAL}(?<![\w$^./@]{_CAPITAL}){_REST}(?:\.?[ \n](?:(?:{_LINKS})[ \n]){{0,2}}{_WORD})*")
_WORDS: Final = re.compile(rf"{_WORD}|&|\w+")

# In "Tokyo-based" and "Nasdaq-listed" only the first half is a name; the word is an adjective.
_COMPOUND: Final = re.compile(
    r".*-(?:based|listed|traded|quoted|backed|owned|controlled|led|headquartered|born|made|style|era|related|linked|focused|wide|bound|run|only"
    r"|denominated|friendly|heavy|type|trained|educated|dominated|produced|registered|appointed|brokered|to|like|free|imposed)\Z"
)

# A run opens its sentence if it begins before this offset: one quote or bracket may stand before it.
_OPENING_MARKS: Final = 2

PARTICLES: Final = frozenset(_PARTICLES.split("|"))


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class Word:
    """A word of a run."""

    start: int
    """First character in the reading text."""
    end: int
    """One past the last character, without a possessive ending."""
    low: str
    """The folded word without a possessive ending."""
    owns: bool
    """Whether a possessive ending stands behind it, so that the name ends here."""
    link: bool
    """Whether it is a small word between the capitalised ones, or an adjective ("Tokyo-based")."""


class Run:
    """A stretch of capitalised words."""

    __slots__ = ("_words", "end", "many", "opens", "start", "style")

    def __init__(self, start: int, end: int, opens: bool, style: Style, many: bool) -> None:
        self.start = start
        """First character in the reading text."""
        self.end = end
        """One past the last."""
        self.opens = opens
        """Whether its first word is the first of the sentence, so that its capital may mean nothing."""
        self.style = style
        """How the sentence uses capitals."""
        self.many = many
        """Whether it has more than one word."""
        self._words: list[Word] | None = None

    def words(self, text: ReadingText) -> list[Word]:
        """The words of the run, which are cut on the first call."""
        if self._words is None:
            self._words = _words(text, self.start, self.end) if self.many else [_word(text, self.start, self.end)]
        return self._words


def runs(text: ReadingText) -> list[Run]:
    """All runs of the story in text order, except single words that only open a sentence and sentences in capitals."""
    full = text.full
    found: list[Run] = []
    for number, start in enumerate(text.starts):
        if text.boilerplate[number]:
            continue
        style = text.style_of(number)
        if style is Style.CAPITALS:
            continue
        for mark in _RUN.finditer(full, start, text.ends[number]):
            at, end = mark.span()
            surface = mark[0]
            many = " " in surface or "\n" in surface
            opens = at - start < _OPENING_MARKS
            # Most runs are the first word of a sentence and nothing else.
            if many or not opens or surface.lower() not in OPENERS:
                found.append(Run(at, end, opens, style, many))
    return found


def _words(text: ReadingText, start: int, end: int) -> list[Word]:
    return [_word(text, *mark.span()) for mark in _WORDS.finditer(text.full, start, end)]


def _word(text: ReadingText, at: int, stop: int) -> Word:
    folded = text.folded
    low = folded[at:stop]
    owns = low.endswith("'s")
    if owns:
        stop -= 2
        low = low[:-2]
    elif low[-1] == "s" and folded.startswith("' ", stop):
        owns = True
    link = not text.full[at].isupper() or ("-" in low and _COMPOUND.match(low) is not None)
    return Word(at, stop, low, owns, link)
