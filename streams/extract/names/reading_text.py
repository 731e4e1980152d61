"""An article as one text, for everything that looks for names.

The text is the headline, a blank line and the body, so that one pass serves both fields. Offsets here count in that
text; `place` turns them back into field and offset.
"""

import re
from bisect import bisect_right
from enum import Enum
from typing import Final

from schemas.taxonomy import Field
from streams.data.registry import fold
from streams.extract.text.document import Document
from streams.extract.text.words import word_set

_GAP: Final = "\n\n"
_LINK: Final = re.compile(r"(?:https?://|\bwww\.)\S+|\b[\w-]+\.(?:com|org|net|co|gov|io)/\S*")

# A line without a full stop is a title if at least this share of its longer words is capitalised.
_TITLE_SHARE: Final = 0.8
_SMALL: Final = word_set(
    "with from over into after amid than that upon onto under before their will have this when what"
)
# At most this many quotes, brackets and dashes may stand before the first word of a sentence.
_OPENING_MARKS: Final = 4
# `ReadingText.taken` marks the characters of a name with TAKEN, and those of a country with LENT, because they may yet
# turn out to be part of a firm's name.
TAKEN: Final = 1
LENT: Final = 2


class Style(Enum):
    """How a sentence uses capitals: only in prose does a capital say that a name begins."""

    PROSE = 0
    TITLE = 1
    CAPITALS = 2


class ReadingText:
    """The text with its sentences, built once for each article."""

    __slots__ = ("_styles", "body_at", "boilerplate", "ends", "folded", "full", "starts", "taken")

    def __init__(self, document: Document) -> None:
        self.full = document.headline + _GAP + document.body
        self.folded = fold(self.full)
        self.body_at = len(document.headline) + len(_GAP)
        at = self.body_at
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.boilerplate: list[bool] = []
        for sentence in document.sentences:
            shift = 0 if sentence.field is Field.HEADLINE else at
            self.starts.append(sentence.start + shift)
            self.ends.append(sentence.end + shift)
            self.boilerplate.append(sentence.boilerplate)
        self.taken = bytearray(len(self.full))
        if "/" in self.full:
            # The path of a link names nobody.
            for link in _LINK.finditer(self.full):
                self.take(*link.span())
        self._styles: dict[int, Style] = {}

    def sentence(self, position: int) -> int:
        """Number of the sentence that holds this offset, or of the last one before it."""
        return bisect_right(self.starts, position) - 1

    def is_story(self, start: int, end: int) -> bool:
        """Whether a span lies within one sentence that is not boilerplate."""
        number = bisect_right(self.starts, start) - 1
        return number >= 0 and end <= self.ends[number] and not self.boilerplate[number]

    def opens_sentence(self, position: int) -> bool:
        """Whether no word stands before this offset in its sentence; brackets and quotes may."""
        start = self.starts[self.sentence(position)]
        return position == start or (
            position - start <= _OPENING_MARKS and not any(map(str.isalnum, self.full[start:position]))
        )

    def style(self, position: int) -> Style:
        """How the sentence at this offset uses capitals."""
        return self.style_of(bisect_right(self.starts, position) - 1)

    def style_of(self, number: int) -> Style:
        """How the sentence of this number uses capitals."""
        style = self._styles.get(number)
        if style is None:
            style = self._styles[number] = _style(self.full[self.starts[number] : self.ends[number]])
        return style

    def take(self, start: int, end: int, mark: int = TAKEN) -> None:
        """Mark these characters as belonging to a name."""
        self.taken[start:end] = bytes((mark,)) * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        """Whether none of these characters belongs to a name."""
        return not any(self.taken[start:end])

    def has_free(self, start: int, end: int) -> bool:
        """Whether some of these characters belong to no name."""
        return self.taken.find(0, start, end) >= 0

    def place(self, start: int, end: int) -> tuple[Field, int, int]:
        """The field of a span of this text, and the span's offsets in that field."""
        if start < self.body_at:
            return Field.HEADLINE, start, end
        return Field.BODY, start - self.body_at, end - self.body_at


def _style(sentence: str) -> Style:
    if sentence.isupper() and " " in sentence:
        return Style.CAPITALS
    if sentence[-1] in ".!?":
        return Style.PROSE
    words = [word for word in sentence.split() if len(word) > 3 and word[0].isalpha() and word not in _SMALL]
    capitals = sum(word[0].isupper() for word in words)
    if len(words) >= 4 and capitals >= len(words) * _TITLE_SHARE:
        return Style.CAPITALS if sum(map(str.isupper, words)) > len(words) * _TITLE_SHARE else Style.TITLE
    return Style.PROSE
