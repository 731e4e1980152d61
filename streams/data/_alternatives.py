"""Alternatives of a pattern put in the form that the engine tries fastest.

Patterns of event rules name words by the hundred ("rose|rises|rallied|..."), and behind a gap the engine tries them at
every character, one after the other. `factored` joins those that begin alike, `r(?:ose|ises|allied)`, letter by letter,
so that a character rules out most of them at once. What matches, and which of several alternatives does, stays the
same: only alternatives of which no two can begin at one place change their order.
"""

import re
from typing import Final

__all__ = ["factored"]

_TOKEN: Final = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:))?)|(?P<close>\))|(?P<bar>\|)|\[(?:\\.|[^\]\\])*\]|\\.|(?P<char>\w| )|.",
    re.DOTALL,
)
_QUANTIFIER: Final = re.compile(r"[?*+{]")


def factored(pattern: str) -> str:
    """The same pattern with alternatives that begin with the same letters joined; left alone where parentheses don't
    match, which `re` explains best.
    """
    levels: list[list[str]] = [[""]]
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup
        if kind == "open":
            levels.append([token[0], ""])
        elif kind == "bar":
            levels[-1].append("")
        elif kind == "close":
            if len(levels) == 1:
                return pattern
            opening, *alternatives = levels.pop()
            levels[-1][-1] += f"{opening}{_joined(alternatives)})"
        else:
            levels[-1][-1] += token[0]
    return pattern if len(levels) > 1 else _joined(levels[0])


def _joined(alternatives: list[str]) -> str:
    """The alternatives in one; runs of those that begin with a letter are put together by letter."""
    done: list[str] = []
    by_letter: dict[str, list[str]] = {}
    for alternative in alternatives:
        if _begins_with_letter(alternative):
            by_letter.setdefault(alternative[0], []).append(alternative[1:])
        else:
            done += _closed(by_letter)
            done.append(alternative)
    return "|".join((*done, *_closed(by_letter)))


def _closed(by_letter: dict[str, list[str]]) -> list[str]:
    """What the run so far is put together to; the next one begins empty."""
    joined = [
        letter + (rests[0] if len(rests) == 1 else f"(?:{_joined(rests)})") for letter, rests in by_letter.items()
    ]
    by_letter.clear()
    return joined


def _begins_with_letter(alternative: str) -> bool:
    found = _TOKEN.match(alternative)
    return found is not None and found["char"] is not None and _QUANTIFIER.match(alternative, 1) is None
