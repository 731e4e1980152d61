"""How names are compared: an automaton finds them in folded text, and their capitals decide whether a hit counts.

Folding must keep offsets: each character becomes one character, so that a hit in the folded text is a span of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

# Up to this length a name in capitals and digits is read as an abbreviation, and "Bp" or "all" is not that name.
LONGEST_EXACT: Final = 5

# Characters that newspapers use for the same mark, and letters without a decomposition whose stroke is often left out.
# Each is replaced by one character, so that an offset in the folded text is an offset in the text.
_SAME_CHARACTER: Final[Mapping[str, str]] = (
    dict.fromkeys("’‘ʼ´＇", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "\u3000": " "}
)
_SMALL_WORD: Final = re.compile(r"(?:In|The|Of|And|For|At|On|By|De|Du|Von)(?= )")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """`text` in lower case, with plain marks and without accents; it has exactly as many characters as before.

    Full-width letters and digits become plain ones and every kind of space (line ends too) a space; letters of other
    scripts stay. A soft hyphen or zero-width character stays as well: cleaning text is intake's work, not the
    registry's.
    """
    # İ is the one letter whose lower case has two characters.
    lowered = (text if text.isascii() else text.replace("İ", "I")).lower()
    lowered = lowered.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    return lowered if lowered.isascii() else _NOT_ASCII.sub(_fold_run, lowered)


def _fold_run(run: re.Match[str]) -> str:
    return "".join(map(_fold_character, run.group()))


@cache
def _fold_character(character: str) -> str:
    same = _SAME_CHARACTER.get(character)
    if same is not None:
        return same
    if character.isspace():
        return " "
    compatible = unicodedata.normalize("NFKC", character).lower()
    if len(compatible) == 1 and compatible.isascii():
        return compatible
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if parts[0].isascii() and all(map(unicodedata.combining, parts[1:])) else character


def capitals_agree(name: str, surface: str) -> bool:
    """Whether each word of `name` that begins with a capital does so in `surface`, which folds to the same text.

    Small words within a name may be written either way: "Jack In The Box" is "Jack in the Box".
    """
    at_word_start = True
    for place, (wanted, found) in enumerate(zip(name, surface, strict=True)):
        if at_word_start and wanted.isupper() and not found.isupper():
            small = _SMALL_WORD.match(name, place) if place and surface[0].isupper() else None
            if small is None:
                return False
        at_word_start = not wanted.isalnum() and wanted != "'"
    return True


def is_exact(name: str) -> bool:
    """Whether `name` is an abbreviation to be matched letter by letter: one word of at most five characters, in
    capitals (IBM, AT&T, 3M) or with two or more of them (BoE).
    """
    if len(name) > LONGEST_EXACT or not name.isascii() or " " in name:
        return False
    capitals = sum(map(str.isupper, name))
    return capitals > 1 or (capitals == 1 and name == name.upper())
