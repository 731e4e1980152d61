"""Rewrites the alternatives of a pattern into the form that the regex engine tries fastest.

Patterns of event rules list words by the hundred ("rose|rises|rallied|..."), and behind a gap the engine tries them at
every character, one after the other. `factored` joins those that begin alike, `r(?:ose|ises|allied)`, letter by letter,
so that one character rules out most of them at once. The pattern matches the same texts by the same alternatives: only
alternatives that begin with different letters, and so can't match at the same place, change their order.
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
    """The same pattern with alternatives joined that begin with the same letters.

    A pattern with unbalanced parentheses is returned as it is: `re` explains the fault best.
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
    """The alternatives as one pattern; in each run of those that begin with letters, equal first letters join."""
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
    """The joined alternatives of the run so far; `by_letter` is emptied for the next run."""
    joined = [
        letter + (rests[0] if len(rests) == 1 else f"(?:{_joined(rests)})") for letter, rests in by_letter.items()
    ]
    by_letter.clear()
    return joined


def _begins_with_letter(alternative: str) -> bool:
    found = _TOKEN.match(alternative)
    return found is not None and found["char"] is not None and _QUANTIFIER.match(alternative, 1) is None
