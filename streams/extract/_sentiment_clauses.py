"""A sentence as tokens with lexicon classes, cut into clauses that know whom they are about.

Strategy. No parser: what decides sentiment towards a target is mostly which clause it stands in and whether it stands before
or behind the word that moves something. So the sentence is cut at punctuation, at markers of contrast (but, while), at
relative pronouns (which, whose), and at a comma, "and", "as" or "after" behind which a new entity meets its own verb
("the Dow rose, the Nasdaq fell"). Entities of one list ("Shell, BP and Total") form one group and share their part.

Rules that must stay true: one pass of one pattern, linear in the text; every token keeps the offsets it has in the sentence;
training and inference read sentences through this module and nothing else.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat
from typing import Final, NamedTuple

from streams.data.sentiment import BITS, Lexicon

_UP, _DOWN, _RAISE, _LOWER = BITS["up"], BITS["down"], BITS["raise"], BITS["lower"]
_SUFFIX, _SAY, _CONTRAST, _BE = BITS["suffix"], BITS["say"], BITS["contrast"], BITS["be"]
_VERBISH: Final = (
    _UP | _DOWN | _RAISE | _LOWER | _SAY | _BE | BITS["help"] | BITS["hurt"] | BITS["beat"] | BITS["trail"] | BITS["take"]
    | BITS["have"] | BITS["revert"] | BITS["good"] | BITS["bad"] | BITS["fail"]
)  # fmt: skip

ENTITY: Final = "ENT"
"""The word of a token that names an entity."""
NAME: Final = "Xx"
"""The word of a capitalised token that neither the registry nor the lexicon knows."""

# Tickers and notes are no words: <.N225>, [.N], (7203.T), (NASDAQ: AAPL), $AAPL.
_TOKEN: Final = re.compile(
    r"[^\W\d_]+(?:[.&-][^\W_]+|['’](?!s\b)[^\W_]+)*|[$€£¥]?\d[\d,.]*(?:%|(?:-[^\W_]+)+)?|['’]s\b"
    r"|<[^<>\s]{1,24}>|\[[^\[\]\s]{1,24}\]|\((?:[A-Z]{2,8}: ?)?[0-9A-Z.]{1,10}\)|\$\^?[A-Z0-9]*[A-Z][A-Z0-9.]*|\S"
)

LONGEST: Final = 2_000
"""Characters of a sentence that are read: longer ones are tables or damaged text."""

_STOPS: Final = frozenset(";:().?!–—") | {"-", "--"}
_RELATIVE: Final = frozenset({"which", "who", "whose", "whom", "where"})
_LINKS: Final = frozenset({",", "and", "as", "after"})
_NOT_LINK_BEFORE: Final = frozenset(
    {"such", "well", "much", "so", "far", "low", "high", "early", "soon", "little", "many", "long"}
)
_PRONOUNS: Final = frozenset({"it", "they", "he", "she"})
_BEFORE_ENTITY: Final = frozenset(
    {
        "the",
        "a",
        "its",
        "their",
        "rival",
        "peer",
        "rivals",
        "peers",
        "shares",
        "stock",
        "stocks",
        "in",
        "of",
        "and",
        "index",
        NAME,
        "'s",
    }
)
_IN_LIST: Final = frozenset(
    {",", "and", "or", "the", "&", NAME, "'s", "of", "both", "/", "its", "rival", "peer", "fellow", "plus"}
)
# How far behind a link the verb of the new entity may stand.
_VERB_WITHIN: Final = 9
_TITLE_CASE: Final = 0.6


class Place(NamedTuple):
    """An entity in a sentence."""

    start: int
    """First code point in the sentence."""
    end: int
    """One past the last."""
    key: int
    """Which entity: equal keys are the same."""


@dataclass(slots=True, kw_only=True)
class Clauses:
    """The tokens of a sentence in parallel lists, without tickers and legal forms."""

    words: list[str]
    """Lower-case words; numbers as 0, 0% or $0, entities as ENTITY, unknown names as NAME."""
    classes: list[int]
    """Lexicon classes as bits; 0 for entities."""
    starts: list[int]
    """Offsets in the sentence."""
    ends: list[int]
    """Offsets in the sentence, one past the last."""
    keys: list[int]
    """Key of the entity, -1 for other tokens."""
    groups: list[int]
    """Entities named in one list have the same number; -1 for other tokens."""
    clause: list[int]
    """Number of the clause that each token stands in, from 0."""
    heads: list[int]
    """For each clause the group it is about: its own first one, else that of the clause it hangs on; -1 if unknown."""
    bounds: list[tuple[int, int]]
    """For each clause its first token and one past its last."""


def read_clauses(text: str, places: Sequence[Place], lexicon: Lexicon) -> Clauses:
    """Cut `text` (a sentence) with the entities at `places`, in text order, not overlapping."""
    found = list(_TOKEN.finditer(text, 0, LONGEST))
    tokens = [token.group() for token in found]
    while tokens and tokens[-1] in _ENDS:
        tokens.pop()
        found.pop()
    words = list(map(_word, tokens))
    starts = [token.start() for token in found]
    ends = [token.end() for token in found]
    capital = [token[0].isupper() for token in tokens]
    classes = list(map(lexicon.words.get, words, repeat(0)))
    keys = [-1] * len(words)
    for place in reversed(places):
        _put(place, words, classes, starts, ends, keys)
    if "" in words:
        kept = words.copy()
        classes, starts, ends, keys = (list(compress(row, kept)) for row in (classes, starts, ends, keys))
        capital, words = list(compress(capital, kept)), list(compress(words, kept))
    _join_phrases(words, classes, lexicon)
    _mask_names(words, classes, capital, keys)
    clause, relative = _cut(words, classes, keys)
    groups = _grouped(words, keys)
    bounds = _bounds(clause)
    return Clauses(
        words=words,
        classes=classes,
        starts=starts,
        ends=ends,
        keys=keys,
        groups=groups,
        clause=clause,
        heads=_heads(classes, groups, bounds, relative),
        bounds=bounds,
    )


def _put(
    place: Place, words: list[str], classes: list[int], starts: list[int], ends: list[int], keys: list[int]
) -> None:
    """Make the tokens at `place` one entity; the rest of them, its legal form and tickers become empty words."""
    at, behind = bisect_right(ends, place.start), bisect_left(starts, place.end)
    if at >= behind:
        return
    words[at], classes[at], keys[at] = ENTITY, 0, place.key
    ends[at] = ends[behind - 1]
    while behind < len(words) and (classes[behind] & _SUFFIX or words[behind] in ("", ".")) and keys[behind] < 0:
        behind += 1
    if behind < len(words) and keys[behind] == place.key:
        ends[at] = ends[behind]
        behind += 1
    for gone in range(at + 1, behind):
        words[gone], keys[gone] = "", -1


@lru_cache(maxsize=1 << 15)
def _word(token: str) -> str:
    """The token's word; empty for tickers and notes."""
    first = token[0]
    if first.isalpha():
        return token.lower().replace("’", "'")
    if len(token) == 1:
        return "0" if first.isdigit() else "" if first in "<>" else token
    if first in "'’":
        return "'s"
    if first in "<[(":
        return ""
    money = "" if first.isdigit() else "$"
    if money and not token[1].isdigit():
        return ""
    if token[-1] == "%":
        return "0%"
    return f"{money}0{token[token.find('-') :].lower()}" if "-" in token else money + "0"


def _join_phrases(words: list[str], classes: list[int], lexicon: Lexicon) -> None:
    phrases = lexicon.phrases
    for at, word in enumerate(words[:-1]):
        seconds = phrases.get(word)
        if seconds is not None:
            bits = seconds.get(words[at + 1])
            if bits is not None:
                classes[at], classes[at + 1] = bits, 0


def _mask_names(words: list[str], classes: list[int], capital: list[bool], keys: list[int]) -> None:
    """Put NAME for capitalised words without a class, but not where a sentence or quotation begins nor in title case."""
    large = [at for at in compress(range(len(words)), capital) if keys[at] < 0]
    if len(large) > 3 and len(large) > _TITLE_CASE * sum(word[0].isalpha() for word in words if word != ENTITY):
        return
    for at in large:
        if at and not classes[at] & ~_SUFFIX and words[at - 1] not in _OPENERS and words[at] != "i":
            words[at] = NAME


_ENDS: Final = frozenset({".", "!", "?"})
_OPENERS: Final = frozenset({'"', "“", "‘", "."})


def _cut(words: list[str], classes: list[int], keys: list[int]) -> tuple[list[int], list[bool]]:
    """The clause of each token; for each clause whether it is a relative one."""
    clause: list[int] = []
    relative = [False]
    number = 0
    verb = False
    for at, word in enumerate(words):
        bits = classes[at]
        if bits & _VERBISH and word != "profit":
            verb = True
        elif word in _STOPS or bits & _CONTRAST:
            number += 1
            relative.append(False)
            verb = False
        elif word in _RELATIVE:
            number += 1
            relative.append(True)
            verb = False
        elif verb and word in _LINKS and _links_clause(at, words, classes, keys):
            number += 1
            relative.append(False)
            verb = False
        clause.append(number)
    return clause, relative


def _links_clause(at: int, words: list[str], classes: list[int], keys: list[int]) -> bool:
    """Whether the comma, "and", "as" or "after" at `at` opens a clause of its own."""
    word = words[at]
    if word == "as" and (words[at - 1] in _NOT_LINK_BEFORE or words[at + 1 : at + 2] in (["well"], ["much"], ["of"])):
        return False
    if word == "and" and keys[at - 1] >= 0 and _names_entity(words, keys, at + 1):
        return False
    if word == "," and words[at + 1 : at + 2] and words[at + 1] in _PRONOUNS:
        return True
    count = len(words)
    after = at + 1
    while after < count and after < at + 5 and words[after] in _BEFORE_ENTITY:
        after += 1
    if after < count and keys[after] >= 0:
        for later in range(after + 1, min(count, after + _VERB_WITHIN)):
            if classes[later] & _VERBISH:
                return True
            if words[later] in _STOPS:
                return False
        return False
    return word in ("as", "after")


def _names_entity(words: list[str], keys: list[int], at: int) -> bool:
    """Whether an entity stands at `at`, behind its article or not."""
    if at < len(words) and words[at] in ("the", "and"):
        at += 1
    return at < len(words) and keys[at] >= 0


def _grouped(words: list[str], keys: list[int]) -> list[int]:
    groups = [-1] * len(keys)
    number = -1
    linked = False
    for at, key in enumerate(keys):
        if key >= 0:
            if not linked:
                number += 1
            groups[at] = number
            linked = True
        elif words[at] not in _IN_LIST:
            linked = False
    return groups


def _bounds(clause: list[int]) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    begin = 0
    for at in range(1, len(clause) + 1):
        if at == len(clause) or clause[at] != clause[begin]:
            # a clause of which every token was cut away has no place: numbers stay in step
            while len(bounds) < clause[begin]:
                bounds.append((begin, begin))
            bounds.append((begin, at))
            begin = at
    return bounds


def _heads(classes: list[int], groups: list[int], bounds: list[tuple[int, int]], relative: list[bool]) -> list[int]:
    heads: list[int] = []
    main = -1
    for number, (begin, end) in enumerate(bounds):
        own = -1
        for at in range(begin, end):
            if groups[at] >= 0:
                own = groups[at]
                break
            if classes[at] & _VERBISH and own < 0 and main >= 0:
                break
        if relative[number]:
            own = next((groups[at] for at in range(begin - 1, -1, -1) if groups[at] >= 0), own)
            heads.append(own)
            continue
        heads.append(own if own >= 0 else main)
        main = heads[-1]
    return heads
