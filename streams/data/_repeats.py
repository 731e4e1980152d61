r"""Repeated groups of a pattern, each time they match kept as they matched.

Patterns of event rules pass over words: `(its |the |a |\w+ )*`. An "a" fits two of these alternatives, and where what
follows is missing, the engine tries both for each "a" of the sentence: twenty of them are a million ways, thirty take
minutes. `settled` makes such a group atomic, `(?>its |the |a |\w+ )*`: how often it matches may still be tried, how it
matched once may not, so that the time grows with the words and not with the ways to read them.
"""

import re
from typing import Final

__all__ = ["settled"]

_TOKEN: Final = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:|>))?)|(?P<close>\))|\[(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL
)
_REPEATS: Final = re.compile(r"[*+{]")


def settled(pattern: str) -> str:
    """The same pattern with its repeated groups atomic; left alone where parentheses don't match."""
    parts: list[str] = []
    opened: list[int] = []
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            opened.append(len(parts))
        elif token["close"]:
            if not opened:
                return pattern
            at = opened.pop()
            if parts[at] == "(?:" and _REPEATS.match(pattern, token.end()):
                parts[at] = "(?>"
        parts.append(token[0])
    return pattern if opened else "".join(parts)
