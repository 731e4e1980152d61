"""What the words around a name say that it is: an index which is reported.

The short names of other indices are among these words ("the Dow and the S&P", "Nasdaq, Dow down 1%"). They stand in
the lines of the registry, so the patterns are built from those when the registry is read.
"""

import re
from typing import Final

from streams.data.index_names import IndexNames
from streams.extract.text.words import MOVES

__all__ = ["IndexSurroundings"]

_WINDOW: Final = 60
_BEFORE: Final = (
    r"(?:\b(?:the|le|der|den|dem|der|il|el)|index|benchmark|sending|lifted|pushed|pulled|dragged|weighed\son|took"
    r"|sent|helped|(?:{names})(?:\s\d{{2,4}})?|and|,)\s(?:\w{{1,14}}\s)?$"
)
_AFTER: Final = (
    r"(?:\s(?:index|indices|sectors?|subsectors?|components?|constituents?|companies|members|composite|average"
    r"|benchmark|futures|e-minis?|gauge|was|were|is|has|had|down|up|higher|lower|flat|(?:also\s|briefly\s|then\s"
    r"|last\s|both\s|each\s|all\s|have\s|has\s)?(?:{moves})"
    r"|(?:\w+\s){{0,2}}?(?:correction|bear\smarket|bull\smarket|record|all-time)(?:\s(?:territory|highs?|lows?|close))?\b"
    r"|at\s\d|and\s(?:the\s)?(?:{names})|to\s(?:a\s|its\s"
    r"|the\s|\d|close|end|finish)|off\s\d|\+|-?\d)|:\s?[+-]?\d|,?\s(?:and\s)?(?:{names})|\s?<\.|\s?\(?[+-]\d)"
)


class IndexSurroundings:
    """The words that stand around the indices of a registry. Texts are folded."""

    __slots__ = ("_after", "_before")

    def __init__(self, indices: IndexNames) -> None:
        names = "|".join(map(re.escape, sorted(indices.nicknames, key=len, reverse=True))) or r"(?!)"
        self._before = re.compile(_BEFORE.format(names=names))
        self._after = re.compile(_AFTER.format(names=names, moves="|".join(sorted(MOVES))))

    def report_a_move(self, folded: str, end: int) -> bool:
        """Whether the words behind a name report a level or a move: the ASX fell, Dow Jones up 200 points."""
        return self._after.match(folded, end) is not None

    def lead_in(self, folded: str, start: int) -> bool:
        """Whether the words before a name introduce an index: "the", "lifted the", or another index and "and"."""
        return self._before.search(folded, max(0, start - _WINDOW), start) is not None

    def words(self, folded: str, start: int, end: int) -> list[re.Match[str] | None]:
        """Where those words stand behind and before a name."""
        return [self._after.match(folded, end), self._before.search(folded, max(0, start - _WINDOW), start)]
