"""A regular expression that is compiled when it is first used.

The event rules have a thousand of them, and an article needs a few dozen; compiling all takes half a second.
"""

import re

__all__ = ["LateRegex"]


class LateRegex:
    """A regular expression that stays its source text until the first search."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression. Raises re.error where the source is no regular expression."""
        found = self._compiled
        if found is None:
            found = self._compiled = re.compile(self.source)
        return found

    def __repr__(self) -> str:
        return f"LateRegex({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LateRegex) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)
