"""The words that a pattern needs to match: a sentence without them can be skipped before any pattern is tried.

`required(pattern)` gives a conjunction of clauses. A clause is a set of words of which one must stand in the text as a
whole word (a run of letters, digits and underscores), or a set of tag characters of which one must occur. The condition
is necessary, never sufficient: where the words of a pattern can't be determined, nothing is required.

The patterns are those of the event rules: characters, sets, groups, alternatives, quantifiers and `{words}`; a `{word}`
stands for a group that a table defines. Patterns use the same words again and again, so a `PatternReader` parses each
once. Pieces of a pattern with no mark or space between them form one word.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Final, NamedTuple

__all__ = ["Clause", "PatternReader", "rarity"]

Clause = frozenset[str]

EVERYDAY: Final = frozenset(
    (*("a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "as", "its", "their"),
     *("be", "been", "being", "was", "were", "is", "are", "has", "had", "have", "will", "would", "said", "says", "up"),
     *("down", "over", "made", "company", "year", "s", "u", "go", "get", "new", "which", "not", "this", "that", "bank"))
)  # fmt: skip
"""Words that stand in so many sentences that requiring one of them rules out few."""

# A word with more spellings than this gives no clause.
_MOST_SPELLINGS: Final = 3_000
_PRIVATE: Final = range(0xE000, 0xF900)

_TOKEN: Final = re.compile(
    r"(?P<word>\{[a-z][a-z_0-9]*(?::[a-z]\w*)?\})|(?P<look>\(\?<?[!=])|(?P<open>\((?:\?:|\?P<\w+>)?)|(?P<close>\))|(?P<bar>\|)|(?P<set>\[(?:\\.|[^\]\\])*\])"
    r"|(?P<gap> \.{2,4} )|(?P<escape>\\.)|(?P<dot>\.)|(?P<char>.)",
    re.DOTALL,
)
_LOOK: Final = re.compile(r"\(\?<?[!=]")
_RANGE: Final = re.compile(r"(\d)-(\d)")
_QUANTIFIER: Final = re.compile(r"(?:(?P<mark>[?*+])|\{(?P<low>\d+)(?:,(?P<high>\d*))?\})\??")


class _Item(NamedTuple):
    """A piece of pattern that may be left out (`low` 0) or repeat (`many`)."""

    kind: str
    """char | break | any | tag | group."""
    text: str = ""
    """The character, or the tag characters."""
    alternatives: tuple[tuple["_Item", ...], ...] = ()
    """The alternatives of a group."""
    low: int = 1
    """The least number of times that it occurs."""
    many: bool = False
    """Whether it may occur more than once."""


_Alternatives = tuple[tuple[_Item, ...], ...]


class PatternReader:
    """Finds out which words patterns need to match; `words` says what `{word}` stands for in them."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._parsed: dict[str, _Alternatives] = {}

    def required(self, pattern: str) -> tuple[Clause, ...]:
        """The clauses of a pattern, each once."""
        alternatives, _ = self._parse(pattern, 0)
        return tuple(dict.fromkeys(_clauses_of_alternatives(alternatives)))

    def openings(self, pattern: str) -> frozenset[str] | None:
        """The words and tag characters that a match can begin with; None where they can't be determined."""
        alternatives, _ = self._parse(pattern, 0)
        return _openings(alternatives, ())

    def single_words(self, pattern: str) -> frozenset[str] | None:
        """The words that a pattern matches whole, not texts of several; None where they can't be determined."""
        if _LOOK.search(pattern) is not None:
            return None
        found = _single_words(self._parse(pattern, 0)[0])
        return None if found is None else frozenset(found)

    def _parse(self, pattern: str, at: int) -> tuple[_Alternatives, int]:
        """The alternatives from `at` up to the parenthesis that closes them, and the position behind it."""
        alternatives: list[tuple[_Item, ...]] = []
        items: list[_Item] = []
        while at < len(pattern):
            token = _TOKEN.match(pattern, at)
            if token is None:
                break
            at = token.end()
            kind = token.lastgroup
            if kind == "close":
                return (*alternatives, tuple(items)), at
            if kind == "bar":
                alternatives.append(tuple(items))
                items = []
                continue
            if kind in ("open", "look"):
                inner, at = self._parse(pattern, at)
                item = _Item("group", alternatives=inner) if kind == "open" else None
            elif kind == "word":
                item = _Item("group", alternatives=self._word(token.group()[1:-1].partition(":")[0]))
            else:
                item = _single(kind or "", token.group())
            low, many, at = _quantifier(pattern, at)
            if item is not None:
                items.append(item if low == 1 and not many else item._replace(low=low, many=many))
        return (*alternatives, tuple(items)), at

    def _word(self, name: str) -> _Alternatives:
        if name not in self._parsed:
            self._parsed[name] = self._parse(self._words[name], 0)[0]
        return self._parsed[name]


# ---- parsing


@cache  # of the few hundred characters and sets that patterns consist of
def _single(kind: str, text: str) -> _Item | None:
    """The item of a token that is neither a group nor a word of the table; None if it stands for no character."""
    if kind == "gap":
        return _Item("break")
    if kind == "dot":
        return _Item("any")
    if kind == "set":
        return _set(text[1:-1])
    if kind == "escape":
        return _escape(text[1])
    return _character(text)


def _set(inside: str) -> _Item:
    """The item of a set: tags, one of several letters and digits, or marks; any other set counts as any character."""
    if inside and all(ord(c) in _PRIVATE for c in inside):
        return _Item("tag", inside)
    spelled = _RANGE.sub(_spelled_range, inside)
    if spelled.isalnum() and spelled.isascii():
        return _Item("group", alternatives=tuple((_Item("char", c),) for c in spelled))
    return _Item("any") if any(c.isalnum() or c in "^\\_" for c in inside) else _Item("break", inside)


def _escape(character: str) -> _Item | None:
    if character in "bAZB":
        return None
    if character in "wdsWDS":
        return _Item("break" if character == "s" else "any")
    return _Item("break", character)


def _character(text: str) -> _Item | None:
    if text in "^$":
        return None
    if ord(text) in _PRIVATE:
        return _Item("break")
    return _Item("char", text) if text.isalnum() or text == "_" else _Item("break", text)


def _spelled_range(match: re.Match[str]) -> str:
    return "".join(map(str, range(int(match[1]), int(match[2]) + 1)))


def _quantifier(pattern: str, at: int) -> tuple[int, bool, int]:
    found = _QUANTIFIER.match(pattern, at)
    if found is None:
        return 1, False, at
    if found["mark"]:
        return int(found["mark"] == "+"), found["mark"] != "?", found.end()
    high = found["high"]
    return int(found["low"]), high != "1", found.end()


# ---- words


def _clauses_of_alternatives(alternatives: _Alternatives) -> list[Clause]:
    if len(alternatives) == 1:
        return _clauses(alternatives[0])
    firsts = [_best(_clauses(items)) for items in alternatives]
    joined: set[str] = set()
    for first in firsts:
        if first is None:
            return []
        joined |= first
    return [frozenset(joined)]


def _best(clauses: list[Clause]) -> Clause | None:
    """The most selective clause: the one with the fewest and longest words. Tags come last, since most sentences have
    names.
    """
    return min(clauses, key=rarity, default=None)


def rarity(clause: Clause) -> tuple[bool, int, int, int, list[str]]:
    """A measure that is lower the fewer sentences the clause is likely to let through, judged by its words."""
    everyday = len(clause & EVERYDAY)
    return _is_tag(clause), everyday, len(clause), -min(map(len, clause)), sorted(clause)


def _is_tag(clause: Clause) -> bool:
    return any(len(word) == 1 and ord(word) in _PRIVATE for word in clause)


class _Word:
    """A word under construction: its possible spellings so far, and those at which it may have ended."""

    __slots__ = ("ended", "spellings")

    def __init__(self) -> None:
        self.spellings: set[str] | None = {""}
        self.ended: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been added to it."""
        return self.spellings == {""}

    def add(self, pieces: set[str] | None) -> None:
        """Lengthen the word by one of `pieces`; with None its spellings can't be determined any more."""
        if self.spellings is None:
            return
        if pieces is None or len(pieces) >= _MOST_SPELLINGS:
            self.spellings = None
            return
        joined = {a + b for a, b in product(self.spellings, pieces)}
        self.spellings = joined if len(joined) <= _MOST_SPELLINGS else None

    def may_end(self) -> None:
        """Note that the word may end here, or go on."""
        if self.spellings is not None:
            self.ended |= self.spellings

    def clause(self) -> Clause | None:
        if self.spellings is None:
            return None
        words = self.spellings | self.ended
        return None if "" in words else frozenset(words)


def _clauses(items: tuple[_Item, ...]) -> list[Clause]:
    found: list[Clause] = []
    word = _Word()
    for place, item in enumerate(items):
        optional = item.low == 0
        if item.kind == "group":
            word = _after_group(item, items[place + 1 :], word, found)
        elif item.kind == "break" and optional:
            word.may_end()
        elif item.kind in ("break", "tag"):
            word = _ended(word, found)
            if item.kind == "tag" and not optional:
                found.append(frozenset(item.text))
        else:
            word.add(_pieces(item))
    _ended(word, found)
    return found


def _ended(word: _Word, found: list[Clause]) -> _Word:
    """Add the clause of the word that ends here to `found`; the result is the next word, still empty."""
    clause = word.clause()
    if clause is not None:
        found.append(clause)
    return _Word()


def _after_group(item: _Item, behind: tuple[_Item, ...], word: _Word, found: list[Clause]) -> _Word:
    """The word under construction behind a group; the group's own clauses are added to `found`."""
    pieces = _pieces(item)
    if pieces is not None:
        word.add(pieces)
        return word
    if item.low == 0:
        return _after_optional_group(item, word)
    begins = _begins_with_break(item)
    at_edge = begins or word.is_empty
    followed = _ends_with_break(item) or not behind or _opens_with_break(behind)
    if begins:
        _ended(word, found)
    if at_edge and followed:
        found += _clauses_of_alternatives(item.alternatives)
    following = _Word()
    if not followed:
        following.add(None)
    return following


def _after_optional_group(item: _Item, word: _Word) -> _Word:
    """The word under construction behind a group that may be left out and holds more than letters."""
    if _begins_with_break(item):
        word.may_end()
    elif not (word.is_empty and _ends_with_break(item)):
        word.add(None)
    return word


def _opens_with_break(items: tuple[_Item, ...]) -> bool:
    """Whether these items begin with a break in every case; having no items counts as a break."""
    for item in items:
        if item.kind not in ("break", "tag") and not _begins_with_break(item):
            return False
        if item.low:
            return True
    return True


def _begins_with_break(item: _Item) -> bool:
    """Whether it is a group that begins with a break, whichever of its alternatives stands there."""
    return item.kind == "group" and all(items and _breaks(items[0]) for items in item.alternatives)


def _ends_with_break(item: _Item) -> bool:
    """Whether it is a group that ends with a break, whichever of its alternatives stands there."""
    return item.kind == "group" and all(items and _breaks(items[-1]) for items in item.alternatives)


def _breaks(item: _Item) -> bool:
    """Whether it always occurs and no word continues across either of its edges."""
    if item.low == 0:
        return False
    return item.kind in ("break", "tag") or (_begins_with_break(item) and _ends_with_break(item))


def _pieces(item: _Item) -> set[str] | None:
    """All spellings of a letter, or of a group that holds letters only; None of anything else."""
    if item.many or item.kind not in ("char", "group"):
        return None
    pieces = {item.text} if item.kind == "char" else _spellings(item.alternatives)
    return pieces if pieces is None or item.low else pieces | {""}


def _spellings(alternatives: _Alternatives) -> set[str] | None:
    """All spellings of a group that holds letters only; None if it holds anything else."""
    found: set[str] = set()
    for items in alternatives:
        spelled = {""}
        for item in items:
            pieces = _pieces(item)
            if pieces is None:
                return None
            spelled = {a + b for a, b in product(spelled, pieces)}
            if len(spelled) > _MOST_SPELLINGS:
                return None
        found |= spelled
    return found


def _single_words(alternatives: _Alternatives) -> set[str] | None:
    """All words without mark or space that these match; None where they can't be determined."""
    found: set[str] = set()
    for items in alternatives:
        pieces = [_parts_of_word(item) for item in items]
        if set() in pieces:
            continue
        spelled = {""}
        for part in pieces:
            if part is None or len(spelled) * len(part) > _MOST_SPELLINGS:
                return None
            spelled = {a + b for a, b in product(spelled, part)}
        found |= spelled
    return found


def _parts_of_word(item: _Item) -> set[str] | None:
    """What may stand for an item within a word; nothing for a mark or a space, None where it can't be determined."""
    if item.kind == "group":
        parts = _single_words(item.alternatives)
    else:
        parts = {item.text} if item.kind == "char" else set() if item.kind == "break" else None
    if parts is None or (parts and item.many):
        return None
    return parts if item.low else parts | {""}


# ---- openings


def _openings(alternatives: _Alternatives, behind: tuple[_Item, ...]) -> frozenset[str] | None:
    found: set[str] = set()
    for items in alternatives:
        words = _first_words((*items, *behind))
        if words is None:
            return None
        found |= words
    return frozenset(found)


def _first_words(items: tuple[_Item, ...]) -> frozenset[str] | None:
    """The first words of a sequence: letters and groups of letters up to the first break."""
    word = _Word()
    for place, item in enumerate(items):
        if word.is_empty:
            if item.kind == "tag" and item.low:
                return frozenset(item.text)
            if item.kind == "group" and _spellings(item.alternatives) is None:
                return _first_words_from_group(item, items[place + 1 :])
        if item.kind == "break" and item.low:
            break
        if item.low == 0 and (item.kind == "break" or _begins_with_break(item)):
            word.may_end()
        else:
            word.add(_pieces(item))
    return word.clause()


def _first_words_from_group(item: _Item, behind: tuple[_Item, ...]) -> frozenset[str] | None:
    """The first words of a sequence that begins with a group of more than letters, before the items `behind` it."""
    inside = _openings(item.alternatives, () if item.many else behind)
    beyond = _first_words(behind) if item.low == 0 else frozenset()
    return None if inside is None or beyond is None else inside | beyond
