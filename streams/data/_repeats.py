r"""Makes the repeated groups of a pattern atomic, so that matching takes linear time.

Patterns of event rules pass over words: `(?:its |the |a |\w+ )*`. An "a" fits two of these alternatives, and where the
words that must follow are missing, the engine tries both for each "a" of the sentence: twenty of them make a million
combinations, and thirty take minutes. `settled` makes such a group atomic, `(?>its |the |a |\w+ )*`. The engine may
then still try how often the group matches, but not other ways to match one repetition, so that the time grows
with the number of words and not with the number of ways to read them.
"""

import re
from typing import Final

__all__ = ["settled"]

_TOKEN: Final = re.compile(
    r"(?P<open>\((?:\?(?:P<\w+>|<?[=!]|:|>))?)|(?P<close>\))|\[(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL
)
_REPEATS: Final = re.compile(r"[*+{]")


def settled(pattern: str) -> str:
    """The same pattern with its repeated groups atomic; a pattern with unbalanced parentheses is returned as it is."""
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
