"""Features of a mention: what stands left and right of it, and what the cues say of it in the part it plays.

Strategy. Words are read one and two at a time, left and right of the target in its clause. Cues are read by part: a
polarity counts for the target as the one who stands before the cue (`S` first in its clause, `N` not), as the first one
behind it (`O`, `o` if another is nearer), as the one whom a clause without an entity of its own goes on about (`I`), or
as a bystander (`F P J y z`). The part with the polarity is what carries over from headlines to prose; the words refine
it.

`FEATURES` is the version of this module, of `_sentiment_clauses.py` and of `_sentiment_cues.py` together: whatever
changes a feature raises it, and the weights are trained anew (`newstape train sentiment`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from streams.data.sentiment import BITS, Lexicon
from streams.extract._sentiment_clauses import Clauses, Place, read_clauses
from streams.extract._sentiment_cues import Cue, find_cues

FEATURES: Final = 1
"""Version of the features; a weights file names the version that it speaks to."""

# Words farther from the target than this say little about it.
_WINDOW: Final = 14
# Cues to either side that are read, nearest first; bounds the work in a sentence of a thousand cues.
_CUES_A_SIDE: Final = 8

_SIGN: Final = ("0", "+", "-")
"""By polarity 0, 1 and -1."""

_CHAINED: Final = tuple(
    (BITS[name], name[:3])
    for name in (
        *("not", "fail", "up", "down", "raise", "lower", "help", "hurt", "beat", "trail", "good", "bad"),
        *("qbad", "qgood", "flat", "say", "may", "take", "revert", "contrast"),
    )
)
_BODY, _SUFFIX = BITS["body"], BITS["suffix"]
# Who says something of itself is not just a source: "Nucor said it would cut its output".
_SELF: Final = frozenset({"it", "its", "they", "their", "he", "she"})
_AHEAD: Final = 12
_BACK: Final = 9
_LINKS_OF_CHAIN: Final = 3

# The names of a day's news.
_NAMES_KEPT: Final = 8_192
_NAME_WORD: Final = re.compile(r"[^\W\d_]+(?:&[^\W\d_]+)?")


class Reading(NamedTuple):
    """A sentence as the model reads it, made once and shared by all targets in it."""

    clauses: Clauses
    """Tokens, clauses, groups of entities."""
    cues: list[Cue]
    """Words that say good or bad, in text order."""
    pairs: list[str]
    """Each word with the next."""
    around: list[tuple[int, int]]
    """For each cue the groups of the nearest of them before and behind it in its clause, -1 if there is none."""


def read_sentence(text: str, places: Sequence[Place], lexicon: Lexicon) -> Reading:
    """Read one sentence with the entities at `places`, in text order, not overlapping."""
    clauses = read_clauses(text, places, lexicon)
    cues = find_cues(clauses)
    return Reading(
        clauses=clauses,
        cues=cues,
        pairs=[f"{a} {b}" for a, b in pairwise(clauses.words)],
        around=_around(clauses, cues),
    )


def _around(clauses: Clauses, cues: list[Cue]) -> list[tuple[int, int]]:
    groups, clause, entities = clauses.groups, clauses.clause, clauses.entities
    if not entities:
        return [(-1, -1)] * len(cues)
    found = []
    for cue in cues:
        at, number = cue.at, clause[cue.at]
        before = behind = -1
        place = bisect_left(entities, at)
        if place and clause[entities[place - 1]] == number:
            before = groups[entities[place - 1]]
        if place < len(entities) and clause[entities[place]] == number:
            behind = groups[entities[place]]
        found.append((before, behind))
    return found


def features(reading: Reading, at: int, name: Iterable[str]) -> tuple[tuple[str, set[str]], ...]:
    """Slots with the features of the target at token `at`; `name` is what `name_features` says of it."""
    clauses = reading.clauses
    words, pairs = clauses.words, reading.pairs
    begin, end = clauses.bounds[clauses.clause[at]]
    left, right = max(begin, at - _WINDOW), min(end, at + 1 + _WINDOW)
    known = {*_neighbours(words, at), *name, *_chain(clauses, at, end, "K"), *_chain(clauses, at, begin, "k")}
    _add_cues(known, reading, at)
    return (
        ("l", {*words[left:at], *pairs[left : max(left, at - 1)]}),
        ("r", {*words[at + 1 : right], *pairs[at + 1 : right - 1]}),
        ("x", known),
    )


def _neighbours(words: list[str], at: int) -> tuple[str, ...]:
    count = len(words)
    before = words[at - 1] if at else "^"
    behind = words[at + 1] if at + 1 < count else "$"
    return (
        f"<{before}",
        f">{behind}",
        f"<{before}>{behind}",
        f">{behind} {words[at + 2] if at + 2 < count else '$'}",
        f"<{words[at - 2] if at > 1 else '^'} {before}",
    )


def _chain(clauses: Clauses, at: int, limit: int, label: str) -> list[str]:
    """The classes of the next words of weight in the clause, behind the target (K) or before it (k), up to three."""
    classes, groups = clauses.classes, clauses.groups
    own = groups[at]
    chain = label
    chains: list[str] = []
    around = range(at + 1, min(limit, at + _AHEAD)) if label == "K" else range(at - 1, max(limit, at - _BACK) - 1, -1)
    for place in around:
        link = _link(classes[place]) if classes[place] else ""
        if link == "say" and label == "K" and not _SELF.isdisjoint(clauses.words[place + 1 : place + 6]):
            link = "own"
        elif not link:
            if groups[place] in (-1, own) or chain[-1] == "O":
                continue
            link = "O"
        chain += link
        chains.append(chain)
        if len(chains) == _LINKS_OF_CHAIN:
            break
    return chains or [label]


@cache
def _link(bits: int) -> str:
    """The first of the chained classes among `bits`, or empty; cached for as many sets of bits as the lexicon has."""
    return next((link for bit, link in _CHAINED if bits & bit), "")


def _add_cues(known: set[str], reading: Reading, at: int) -> None:
    """Add what the cues around say of the target in its part, each, the nearest of each part, and all together."""
    clauses = reading.clauses
    words = clauses.words
    head = clauses.heads[clauses.clause[at]] == clauses.groups[at]
    known.add("h1" if head else "h0")
    nearest: dict[str, tuple[str, str]] = {}
    said = object_of = overall = 0
    for part, cue in near_cues(reading, at):
        polarity = cue.behind if part in ("O", "o") else cue.before
        base = part + _SIGN[polarity]
        known.add(base)
        known.add(base + cue.kind)
        known.add(part + words[cue.at])
        if cue.also >= 0:
            known.add(f"{part}{words[cue.at]}_{words[cue.also]}")
        if cue.at < at or part not in nearest:
            nearest[part] = (base, cue.kind)
        if part in ("S", "I", "N"):
            said += polarity
        elif part == "O":
            object_of += polarity
        overall += cue.before or cue.behind
    for base, kind in nearest.values():
        known.add(f"1{base}{kind}")
    known.add(f"T{_sign(said)}{_sign(object_of)}")
    known.add("U" + _sign(said + object_of))
    known.add(f"W{_sign(said + object_of)}{_sign(overall)}")
    known.add("V" + "".join(nearest[part][0] for part in "SNIOJF" if part in nearest))


def near_cues(reading: Reading, at: int) -> list[tuple[str, Cue]]:
    """The cues nearest to token `at` on either side, in text order, each with the part that the target plays for it."""
    cues = reading.cues
    behind = next((place for place, cue in enumerate(cues) if cue.at > at), len(cues))
    first = max(0, behind - _CUES_A_SIDE)
    if reading.clauses.groups[at] < 0:
        return [(_part_of_name(reading, at, cue.at), cue) for cue in cues[first : behind + _CUES_A_SIDE]]
    return [
        (_part(reading.clauses, at, cue.at, around), cue)
        for cue, around in zip(cues[first : behind + _CUES_A_SIDE], reading.around[first:], strict=False)
    ]


def _part(clauses: Clauses, at: int, cue: int, around: tuple[int, int]) -> str:
    """The part that the target at token `at` plays for the cue at token `cue`; see the module's docstring."""
    own, there = clauses.clause[at], clauses.clause[cue]
    group = clauses.groups[at]
    if own == there:
        head = clauses.heads[own] == group
        if cue < at:
            return "O" if around[1] == group else "o"
        if around[0] == group:
            return "S" if head else "N"
        return "F" if head else "P"
    if clauses.heads[there] == group:
        return "I" if around[0] in (-1, group) else "J"
    side = "y" if cue < at else "z"
    return side if abs(there - own) == 1 else side + "2"


def _part_of_name(reading: Reading, at: int, cue: int) -> str:
    """The same for a target that is read as a name: it comes second to all entities around."""
    clauses, entities = reading.clauses, reading.clauses.entities
    own, there = clauses.clause[at], clauses.clause[cue]
    alone = bisect_left(entities, min(at, cue)) == bisect_left(entities, max(at, cue))
    if own == there:
        if cue < at:
            return "O" if alone else "o"
        first = bisect_left(entities, clauses.bounds[own][0]) == bisect_left(entities, at)
        return ("S" if first else "N") if alone else ("F" if first else "P")
    if alone and clauses.heads[there] < 0:
        return "I"
    side = "y" if cue < at else "z"
    return side if abs(there - own) == 1 else side + "2"


def _sign(total: int) -> str:
    return "+" if total > 0 else "-" if total < 0 else "0"


@lru_cache(maxsize=_NAMES_KEPT)
def name_features(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """What the target's own name tells: its last word ("stocks", "Securities"), and whether that is a ruling body."""
    words = _NAME_WORD.findall(name.lower())
    known = lexicon.words
    while len(words) > 1 and known.get(words[-1], 0) & _SUFFIX:
        words.pop()
    if not words:
        return ()
    last = "t" + words[-1]
    return (last, "tBODY") if known.get(words[-1], 0) & _BODY else (last,)
