"""The tokens of a sentence about indices: mentions, figures, phrases and words, each with its part in the clause."""

import re
from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple, cast

from ahocorasick_rs import AhoCorasick

from streams.data.index_names import IndexNames
from streams.extract.figures.quantities import Figure, Unit, find_figures
from streams.extract.indices.phrases import PHRASE_PARTS, PHRASES
from streams.extract.indices.words import LEXICON, Part, Sense
from streams.extract.text.word_list import words


class IndexSpan(NamedTuple):
    """A mention of an index in a sentence; offsets into the sentence."""

    start: int
    end: int
    id: str
    """The index's id without `index:`."""
    named: bool = True
    """False for "the index", "the benchmark", "it"."""


class Token(NamedTuple):
    """One word, phrase, figure or mention."""

    part: Part
    start: int
    end: int
    value: object | None
    text: str
    """In lower case."""

    @property
    def figure(self) -> Figure:
        """The value of a FIGURE."""
        return cast("Figure", self.value)

    @property
    def mention(self) -> IndexSpan:
        """The value of an INDEX."""
        return cast("IndexSpan", self.value)

    @property
    def sign(self) -> int:
        """The value of a MOVE, PARTICLE or CROSS."""
        return cast("int", self.value)

    @property
    def is_change(self) -> bool:
        """Whether it is a number of percent or points."""
        return self.part is Part.FIGURE and self.figure.unit in (Unit.PERCENT, Unit.POINTS)


_Fixed = list[tuple[int, int, Sense]]
"""Start, end and entry of each token that is no plain word."""

_WORD: Final = re.compile(r"[^\W_]+(?:[&.'’‑-][^\W_]+)*(?:(?<=\b\w)\.)?|[^\w\s]|_")
_PUNCTUATION: Final[dict[str, Sense]] = {
    ",": Sense(Part.COMMA), "(": Sense(Part.OPEN), "[": Sense(Part.OPEN), ")": Sense(Part.SHUT), "]": Sense(Part.SHUT),
    ";": Sense(Part.STOP), "?": Sense(Part.STOP), "!": Sense(Part.STOP), ".": Sense(Part.ADVERB), "-": Sense(Part.DASH),
    "–": Sense(Part.DASH), "—": Sense(Part.DASH), ":": Sense(Part.DASH), "|": Sense(Part.DASH), "…": Sense(Part.DASH),
    "=": Sense(Part.DASH), "/": Sense(Part.CONJUNCTION), "&": Sense(Part.CONJUNCTION), "<": Sense(Part.ADVERB),
    ">": Sense(Part.ADVERB), "*": Sense(Part.ADVERB), '"': Sense(Part.ADVERB), "“": Sense(Part.ADVERB),
    "”": Sense(Part.ADVERB), "+": Sense(Part.PARTICLE, 1), "@": Sense(Part.PREPOSITION, "at"),
}  # fmt: skip
_OTHER: Final = Sense(Part.OTHER)
_DETERMINER: Final = Sense(Part.DETERMINER)
# The number of members stands before the name of any index: "the 225-issue Nikkei".
_MEMBERS: Final = re.compile(r"\d{2,4}-(?:share|stock|issue)")
# Each character is replaced by one character, so that offsets stay valid.
_SPACES: Final = dict.fromkeys(map(ord, "\n\r\t\u00a0\u2009\u202f"), " ") | {ord("’"): "'", ord("‘"): "'"}
# "At one point" counts no points.
_AT_ONE: Final = ("at one point", "at one stage")
_BOUNDS: Final = itemgetter(0, 1)
# A whole number below this may count periods ("in 12 months"); a larger one is a level.
_MOST_PERIODS: Final = 1_000
_SHORTEST_ADVERB: Final = 5

_ANCHOR_WORDS: Final = sorted({anchor for phrase in PHRASES for anchor in phrase.anchors})
_PHRASES_OF: Final = tuple(
    tuple(number for number, phrase in enumerate(PHRASES) if anchor in phrase.anchors) for anchor in _ANCHOR_WORDS
)


@cache  # built when the first text is read
def _anchors() -> AhoCorasick:
    return AhoCorasick(_ANCHOR_WORDS)


_HEDGE_WORDS: Final = words(
    "more less than over under about around near nearly almost some roughly approximately as much many high low "
    "least most fewer close"
)
_HEDGE_PAIRS: Final = frozenset(
    (("at", "least"), ("at", "most"), ("up", "to"), ("close", "to"), ("in", "excess"), ("excess", "of"))
)


def tokenize(text: str, mentions: Sequence[IndexSpan], names: IndexNames, *, decimal_comma: bool) -> list[Token]:
    """The tokens of a sentence, with `mentions` in text order as tokens of their own."""
    lower = text.lower()
    lower = (lower if len(lower) == len(text) else text).translate(_SPACES)
    fixed: _Fixed = [(m.start, m.end, Sense(Part.INDEX, m)) for m in mentions]
    read = find_figures(text, names, decimal_comma=decimal_comma)
    figures = [f for f in read if not _overlaps(f.start, f.end, fixed) and not lower.startswith(_AT_ONE, f.start - 3)]
    fixed += ((f.start, f.end, Sense(Part.FIGURE, f)) for f in figures if not _may_count_periods(f))
    _add_phrases(lower, fixed)
    # "two weeks" is a period: a small whole number is a figure only where it is no part of a phrase.
    fixed += (
        (f.start, f.end, Sense(Part.FIGURE, f))
        for f in figures
        if _may_count_periods(f) and not f.in_words and not _overlaps(f.start, f.end, fixed)
    )
    fixed.sort(key=_BOUNDS)
    tokens: list[Token] = []
    position = 0
    for start, end, entry in fixed:
        _append_words(tokens, lower, position, start)
        tokens.append(Token(entry.part, start, end, entry.value, lower[start:end]))
        position = end
    _append_words(tokens, lower, position, len(lower))
    _strip_hedges(tokens)
    return tokens


def _overlaps(start: int, end: int, spans: _Fixed) -> bool:
    for first, last, _ in spans:  # noqa: SIM110  # any() over a generator takes twice as long, and this is the inner loop
        if first < end and start < last:
            return True
    return False


def _may_count_periods(figure: Figure) -> bool:
    return figure.unit is Unit.COUNT and figure.sign == 0 and figure.decimals == 0 and figure.magnitude < _MOST_PERIODS


def _add_phrases(lower: str, fixed: _Fixed) -> None:
    """Add the phrases that overlap no mention or figure in `fixed` and no phrase of a kind listed earlier."""
    found = _anchors().find_matches_as_indexes(lower, overlapping=True)
    for number in sorted({number for anchor, _, _ in found for number in _PHRASES_OF[anchor]}):
        name, _, pattern = PHRASES[number]
        for phrase in pattern.finditer(lower):
            start, end = phrase.span()
            if end > start and not _ends_inside_word(lower, end) and not _overlaps(start, end, fixed):
                fixed.append((start, end, PHRASE_PARTS[name]))


def _ends_inside_word(text: str, end: int) -> bool:
    return end < len(text) and text[end].isalnum() and text[end - 1].isalnum()


def _append_words(tokens: list[Token], lower: str, start: int, end: int) -> None:
    for match in _WORD.finditer(lower, start, end):
        word = match.group()
        entry = LEXICON.get(word) or _PUNCTUATION.get(word) or _unknown(word, tokens)
        tokens.append(Token(entry.part, match.start(), match.end(), entry.value, word))


def _unknown(word: str, tokens: Sequence[Token]) -> Sense:
    if word == "'":
        return Sense(Part.POSSESSIVE if tokens and tokens[-1].part is Part.INDEX else Part.ADVERB)
    if word.endswith("n't"):
        return Sense(Part.NOT)
    if word[0].isdigit() and _MEMBERS.fullmatch(word) is not None:
        return _DETERMINER
    # Digits that are no figure belong to a name or a date.
    if word.isdigit() or (word.endswith("ly") and len(word) >= _SHORTEST_ADVERB):
        return Sense(Part.ADVERB)
    return _OTHER


def _strip_hedges(tokens: list[Token]) -> None:
    """Turn the words that hedge a figure into adverbs: "up to 1%" is no rise, "over 400 points" crosses nothing."""
    for position, token in enumerate(tokens):
        if token.part is not Part.FIGURE or token.figure.hedge is None:
            continue
        for before in range(position - 1, max(-1, position - 4), -1):
            word = tokens[before].text
            pairs = {(word, tokens[before + 1].text), (tokens[before - 1].text if before else "", word)}
            if word not in _HEDGE_WORDS and _HEDGE_PAIRS.isdisjoint(pairs):
                break
            if not _is_crossed(word, token.figure):
                tokens[before] = tokens[before]._replace(part=Part.ADVERB, value=None)


def _is_crossed(word: str, figure: Figure) -> bool:
    """Whether the word tells where the index went and is no hedge: "closed over 38,000", "hovered near 38,900"."""
    if word in ("near", "around"):
        return figure.unit is Unit.COUNT
    if figure.magnitude < _MOST_PERIODS:
        return False
    return (word == "over" and figure.unit is Unit.COUNT) or (
        word == "under" and figure.unit in (Unit.COUNT, Unit.POINTS)
    )
