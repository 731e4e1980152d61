"""Runs of capitalised words: where names stand that the registry does not know.

A run is a stretch of capitalised words within one sentence, with the small words that stand inside names ("of", "von", "&").
"""

import re
from typing import Final, NamedTuple

from streams.extract._reading_text import ReadingText, Style

_CAPITAL: Final = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
_WORD: Final = rf"{_CAPITAL}[^\W_]*+(?:[-'’&@/.][^\W_]++)*+"
_PARTICLES: Final = r"von|van|der|den|del|della|dello|de|du|des|di|da|do|dos|la|le|bin|al|el|ten|ter|zu|y|e"
_LINKS: Final = rf"&|and|of|the|for|{_PARTICLES}"
_RUN: Final = re.compile(rf"(?<![\w$^.]){_WORD}(?:\.?[ \n](?:(?:{_LINKS})[ \n]){{0,2}}{_WORD})*+")
_WORDS: Final = re.compile(rf"{_WORD}|&|\w+")

# "Tokyo-based", "Nasdaq-listed": the capital belongs to the first half, the word is an adjective.
_COMPOUND: Final = re.compile(
    r".*-(?:based|listed|traded|quoted|backed|owned|controlled|led|headquartered|born|made|style|era|related|linked|focused|wide|bound|run|only"
    r"|denominated|friendly|heavy|type|trained|educated|dominated|produced|registered|appointed|brokered|to|like|free|imposed)\Z"
)

PARTICLES: Final = frozenset(_PARTICLES.split("|"))


class Word(NamedTuple):
    """A word of a run."""

    start: int
    """First character in the reading text."""
    end: int
    """One past the last, the possessive ending left out."""
    low: str
    """Folded, without a full stop or possessive ending."""
    owns: bool
    """Whether a possessive ending stands behind it: the name ends here."""
    link: bool
    """Whether it is a small word between the capitalised ones."""


class Run(NamedTuple):
    """A stretch of capitalised words."""

    start: int
    """First character in the reading text."""
    end: int
    """One past the last."""
    opens: bool
    """Whether its first word is the first of the sentence, so that its capital may mean nothing."""
    style: Style
    """How the sentence uses capitals."""


def runs(text: ReadingText) -> list[Run]:
    """All runs of the story in text order; sentences in capitals have none."""
    full = text.full
    found: list[Run] = []
    for number, start in enumerate(text.starts):
        if text.boilerplate[number]:
            continue
        style = text.style(start)
        if style is Style.CAPITALS:
            continue
        for mark in _RUN.finditer(full, start, text.ends[number]):
            at = mark.start()
            found.append(Run(at, mark.end(), at - start < 2, style))
    return found


def words(text: ReadingText, run: Run) -> list[Word]:
    """The words of a run."""
    folded, full = text.folded, text.full
    found = []
    for mark in _WORDS.finditer(full, run.start, run.end):
        start, end = mark.span()
        low = folded[start:end]
        owns = low.endswith("'s")
        if owns:
            end -= 2
            low = low[:-2]
        elif folded.startswith("' ", end) and low.endswith("s"):
            owns = True
        link = not full[start].isupper() or ("-" in low and _COMPOUND.match(low) is not None)
        found.append(Word(start, end, low.rstrip("."), owns, link))
    return found
