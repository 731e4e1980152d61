"""Features of a mention: the words to its left and right, and what the cues say of it in the part that it plays.

Strategy. Words are read one and two at a time, left and right of the target in its clause. Cues are read by part: a
polarity counts for the target as the entity before the cue (`S` if its clause is about it, `N` if not), as the first
entity behind the cue (`O`, or `o` if another is nearer), as the subject of a clause that names no entity of its own
(`I`), or as a bystander (`F P J y z`). Part and polarity together carry over from headlines to prose; the words refine
them.

`FEATURES` is the version of this module, `clauses` and `cues` together. A change of any feature raises it, and the
weights are trained anew (`newstape train sentiment`).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, repeat
from typing import Final

from streams.data.sentiment import BITS, Lexicon, SentimentModel
from streams.extract.sentiment.clauses import Clauses, EntityPlace, read_clauses
from streams.extract.sentiment.cues import Cue, find_cues

FEATURES: Final = 2
"""Version of the features; a weights file names the version that it was trained for."""

# Words farther from the target than this say little about it.
_WINDOW: Final = 14
# At most this many cues are read on either side, the nearest first; this bounds the work in a sentence of many cues.
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
# An entity that says something of itself is not only a source: "Nucor said it would cut its output".
_SELF: Final = frozenset({"it", "its", "they", "their", "he", "she"})
_AHEAD: Final = 12
_BACK: Final = 9
_LINKS_OF_CHAIN: Final = 3

# The cache keeps about the names of a day's news.
_NAMES_KEPT: Final = 8_192
_NAME_WORD: Final = re.compile(r"[^\W\d_]+(?:&[^\W\d_]+)?")


NearCue = tuple[str, Cue]
"""A cue with the part that the target plays for it."""


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class ReadSentence:
    """A sentence as the model reads it, made once and shared by all targets in it."""

    clauses: Clauses
    """Its tokens, clauses and groups of entities."""
    cues: list[Cue]
    """Words that say good or bad, in text order."""
    around: list[tuple[int, int]]
    """For each cue the groups of the nearest entities before and behind it in its clause, -1 if there is none."""
    links: list[tuple[int, str, int]]
    """Entities and tokens of a chained class in text order: token, class (empty for entities), group (else -1)."""


def read_sentence(text: str, places: Sequence[EntityPlace], lexicon: Lexicon) -> ReadSentence:
    """Read one sentence. `places` are its entities in text order, without overlaps."""
    clauses = read_clauses(text, places, lexicon)
    cues = find_cues(clauses)
    return ReadSentence(clauses, cues, _around(clauses, cues), _links(clauses) if places else [])


def _around(clauses: Clauses, cues: list[Cue]) -> list[tuple[int, int]]:
    groups, clause, entities = clauses.groups, clauses.clause, clauses.entities
    if not entities or not cues:
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


def features(reading: ReadSentence, at: int, name: Iterable[str]) -> tuple[tuple[str, set[str]], ...]:
    """The features, by slot, of the target at token `at`; `name` is what `name_features` says of it."""
    left, right = _sides(reading.clauses, at)
    return (
        ("l", {*left, *(f"{a} {b}" for a, b in pairwise(left))}),
        ("r", {*right, *(f"{a} {b}" for a, b in pairwise(right))}),
        ("x", _known(reading, at, name, near_cues(reading, at))),
    )


def weigh(reading: ReadSentence, at: int, name: Iterable[str], near: Sequence[NearCue], model: SentimentModel) -> int:
    """The packed sum of the weights of the target's features; `near` is what `near_cues` says.

    It equals the sum over `features`, but pairs of words without a weight are not built.
    """
    left, right = _sides(reading.clauses, at)
    total = model.start + sum(map(model.weights["x"].get, _known(reading, at, name, near), repeat(0)))
    total += sum(map(model.weights["l"].get, {*left}, repeat(0))) + _of_pairs(left, model.pairs["l"])
    return total + sum(map(model.weights["r"].get, {*right}, repeat(0))) + _of_pairs(right, model.pairs["r"])


def _of_pairs(words: list[str], pairs: Mapping[str, Mapping[str, int]]) -> int:
    """The packed sum of the weights of the pairs of adjacent words; each pair counts once."""
    found: dict[tuple[str, str], int] = {}
    first = ""
    for second in words:
        if first in pairs and second in pairs[first]:
            found[first, second] = pairs[first][second]
        first = second
    return sum(found.values()) if found else 0


def _sides(clauses: Clauses, at: int) -> tuple[list[str], list[str]]:
    """The words of the clause left and right of the target that are near enough to say something of it."""
    begin, end = clauses.bounds[clauses.clause[at]]
    return clauses.words[max(begin, at - _WINDOW) : at], clauses.words[at + 1 : min(end, at + 1 + _WINDOW)]


def _known(reading: ReadSentence, at: int, name: Iterable[str], near: Sequence[NearCue]) -> set[str]:
    """The features of the target in slot x: its name, neighbours, chains and cues."""
    clauses = reading.clauses
    begin, end = clauses.bounds[clauses.clause[at]]
    known = {*_neighbours(clauses.words, at), *name, *_chain(reading, at, end, "K"), *_chain(reading, at, begin, "k")}
    known.add("h1" if clauses.heads[clauses.clause[at]] == clauses.groups[at] else "h0")
    if near:
        _add_cues(known, clauses.words, at, near)
    else:
        known |= _WITHOUT_CUES
    return known


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


def _chain(reading: ReadSentence, at: int, limit: int, label: str) -> list[str]:
    """Chains of up to three entities and chained classes in the clause, behind the target (K) or before it (k)."""
    ahead = label == "K"
    last = min(limit, at + _AHEAD) - 1 if ahead else max(limit, at - _BACK)
    own = reading.clauses.groups[at]
    chain = label
    chains: list[str] = []
    for place, link, group in reading.links if ahead else reversed(reading.links):
        if place <= at if ahead else place >= at:
            continue
        if place > last if ahead else place < last:
            break
        if link == "say" and ahead and not _SELF.isdisjoint(reading.clauses.words[place + 1 : place + 6]):
            chain += "own"
        elif link:
            chain += link
        elif group == own or chain[-1] == "O":
            continue
        else:
            chain += "O"
        chains.append(chain)
        if len(chains) == _LINKS_OF_CHAIN:
            break
    return chains or [label]


def _links(clauses: Clauses) -> list[tuple[int, str, int]]:
    """Entities and words of a chained class, listed once because every target needs them and most words are neither."""
    classes, groups = clauses.classes, clauses.groups
    links = [(at, link, -1) for at in clauses.marked if classes[at] and (link := _link(classes[at]))]
    links += [(at, "", groups[at]) for at in clauses.entities]
    links.sort()
    return links


@cache
def _link(bits: int) -> str:
    """The first chained class among `bits`, or empty. The cache is bounded: a lexicon has few sets of bits."""
    return next((link for bit, link in _CHAINED if bits & bit), "")


_WITHOUT_CUES: Final = frozenset({"T00", "U0", "W00", "V"})
"""Features of a target without cues: all sums are 0, and no part has a cue."""


def _add_cues(known: set[str], words: list[str], at: int, near: Sequence[NearCue]) -> None:
    """Add what each cue says of the target in its part, what the nearest of each part says, and what all say."""
    nearest: dict[str, tuple[str, str]] = {}
    said = object_of = overall = 0
    for part, cue in near:
        polarity = cue.behind if part in ("O", "o") else cue.before
        base = part + _SIGN[polarity]
        word = words[cue.at]
        known |= {base, base + cue.kind, part + word}
        if cue.also >= 0:
            known.add(f"{part}{word}_{words[cue.also]}")
        if cue.at < at or part not in nearest:
            nearest[part] = (base, cue.kind)
        if part in ("S", "I", "N"):
            said += polarity
        elif part == "O":
            object_of += polarity
        overall += cue.before or cue.behind
    for base, kind in nearest.values():
        known.add(f"1{base}{kind}")
    together = _sign(said + object_of)
    known |= {
        f"T{_sign(said)}{_sign(object_of)}",
        "U" + together,
        f"W{together}{_sign(overall)}",
        "V" + "".join([nearest[part][0] for part in "SNIOJF" if part in nearest]),
    }


def near_cues(reading: ReadSentence, at: int) -> list[NearCue]:
    """The cues nearest to token `at` on either side, in text order, each with the part that the target plays for it."""
    cues = reading.cues
    if not cues:
        return []
    behind = 0
    for cue in cues:
        if cue.at > at:
            break
        behind += 1
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


def _part_of_name(reading: ReadSentence, at: int, cue: int) -> str:
    """The part of a target that is read as a name: entities take precedence over it."""
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
    """Features of the target's own name: its last word ("stocks", "Securities"), and whether that is a ruling body."""
    words = _NAME_WORD.findall(name.lower())
    known = lexicon.words
    while len(words) > 1 and known.get(words[-1], 0) & _SUFFIX:
        words.pop()
    if not words:
        return ()
    last = "t" + words[-1]
    return (last, "tBODY") if known.get(words[-1], 0) & _BODY else (last,)
