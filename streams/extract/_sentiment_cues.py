"""Cues: the words of a sentence that say good or bad, composed with what stands around them.

A cue has a polarity for whom stands before it and one for whom stands behind it: "A beat B" is good for A and bad for B,
"A was hit by B" bad for A. Composition turns "profit fell", "costs rose", "pared gains", "failed to win", "fell less than
feared" into the polarity that a reader gets. Every rule looks a few tokens to either side and never out of its clause.
"""

from typing import Final, NamedTuple

from streams.data.sentiment import BITS
from streams.extract._sentiment_clauses import Clauses

_UP, _DOWN, _RAISE, _LOWER = BITS["up"], BITS["down"], BITS["raise"], BITS["lower"]
_HELP, _HURT, _BEAT, _TRAIL, _TAKE = BITS["help"], BITS["hurt"], BITS["beat"], BITS["trail"], BITS["take"]
_GOOD, _BAD, _QGOOD, _QBAD = BITS["good"], BITS["bad"], BITS["qgood"], BITS["qbad"]
_NOT, _FAIL, _REVERT, _BE = BITS["not"], BITS["fail"], BITS["revert"], BITS["be"]
_LESS, _MORE, _THAN, _EXPECTED = BITS["less"], BITS["more"], BITS["than"], BITS["expected"]
_DEGREE, _SHRUNK = BITS["degree"], BITS["shrunk"]

_MOVE: Final = _UP | _DOWN
_SHIFT: Final = _RAISE | _LOWER
_QUANTITY: Final = _QGOOD | _QBAD
_TRANSITIVE: Final = _HELP | _HURT | _BEAT | _TRAIL
_CUE: Final = _MOVE | _SHIFT | _TRANSITIVE | _TAKE | _GOOD | _BAD | _REVERT | _QBAD | _DEGREE | _SHRUNK
_POSITIVE: Final = _UP | _GOOD
_NEGATIVE: Final = _DOWN | _BAD | _QBAD

_OF: Final = frozenset({"in", "of", "for", "on", "to"})
_HIGHS: Final = frozenset({"high", "highs", "record", "peak", "highest"})
_LOWS: Final = frozenset({"low", "lows", "bottom", "trough", "lowest"})
_REACH: Final = frozenset(
    {"hit", "hits", "hitting", "touch", "touched", "touches", "touching", "reach", "reached", "reaches"}
)
_STREAK_UP: Final = frozenset({"winning", "gains", "rally", "gain", "rise", "advance"})
_STREAK_DOWN: Final = frozenset(
    {"losing", "loss", "losses", "decline", "declines", "fall", "slide", "falls", "drop", "slump", "downtrend"}
)


class Cue(NamedTuple):
    """A word that says good or bad, composed."""

    at: int
    """Token."""
    before: int
    """Polarity for whom stands before it: 1, 0 or -1."""
    behind: int
    """Polarity for whom stands behind it."""
    kind: str
    """Which rule made it; n before it for a negated one, x for one turned by a comparison."""
    also: int
    """Token of the quantity or object it was composed with, or -1."""


def find_cues(read: Clauses) -> list[Cue]:
    """The cues of a sentence in text order."""
    classes = read.classes
    cues: list[Cue] = []
    used: set[int] = set()
    for at, bits in enumerate(classes):
        if not bits and read.words[at] == "firms" and at and read.keys[at - 1] >= 0:
            cues.append(_negated(read, Cue(at, 1, 1, "v", -1), read.bounds[read.clause[at]][0]))
        if bits & _CUE and at not in used:
            begin, end = read.bounds[read.clause[at]]
            cue = _composed(read, at, bits, begin, end)
            if cue is not None:
                if cue.also > at:
                    used.add(cue.also)
                cues.append(_negated(read, cue, begin))
    for at, bits in enumerate(classes):
        if bits & _THAN:
            cues = _compared(read, at, cues)
    return cues


def _composed(read: Clauses, at: int, bits: int, begin: int, end: int) -> Cue | None:
    if bits & _REVERT:
        cue = _reverted(read, at, end)
        if cue is not None:
            return cue
    if bits & _MOVE and not (bits & _TRANSITIVE and read.words[at] in _REACH):
        return _moved(read, at, bits, begin, end)
    if bits & _TRANSITIVE and not bits & (_GOOD | _BAD) | (bits & _SHIFT):
        return _done_to(read, at, bits, begin, end)
    if bits & _SHIFT:
        return _shifted(read, at, bits, begin, end)
    if bits & _TAKE:
        passive = "by" in read.words[at + 1 : at + 4]
        return Cue(at, 1, 0, "tp", -1) if passive else Cue(at, 0, 1, "t", -1)
    if bits & (_DEGREE | _SHRUNK):
        return _graded(read, at, bits, end)
    if bits & (_GOOD | _BAD):
        if bits & _TRANSITIVE:
            return _done_to(read, at, bits, begin, end)
        polarity = 1 if bits & _GOOD else -1
        return Cue(at, polarity, polarity, "g", -1)
    return Cue(at, -1, -1, "q", -1) if bits & _QBAD else None


def _value(bits: int) -> int:
    return 1 if bits & _QGOOD else -1


def _moved(read: Clauses, at: int, bits: int, begin: int, end: int) -> Cue:
    """Something rises or falls: the subject, or what it is said of ("profit fell", "a rise in costs", "lower costs")."""
    classes, words, keys = read.classes, read.words, read.keys
    way = 1 if bits & _UP else -1
    if at + 1 < end and classes[at + 1] & _QUANTITY:
        also = at + 1
        if also + 1 < end and words[also] == "net" and classes[also + 1] & _QUANTITY:
            also += 1
        return Cue(at, way * _value(classes[also]), way * _value(classes[also]), "m", also)
    if at + 1 < end and words[at + 1] in _OF:
        for later in range(at + 2, min(end, at + 6)):
            if keys[later] >= 0:
                break
            if classes[later] & _QUANTITY and not (later + 1 < end and classes[later + 1] & _QUANTITY):
                return Cue(at, way * _value(classes[later]), way * _value(classes[later]), "m", later)
    if bits & _SHIFT:
        cue = _shifted(read, at, bits, begin, end)
        if cue.kind == "s":
            return cue
    for earlier in range(at - 1, max(begin, at - 7) - 1, -1):
        if keys[earlier] >= 0 and earlier < at - 2:
            break
        if classes[earlier] & _QUANTITY:
            return Cue(at, way * _value(classes[earlier]), way * _value(classes[earlier]), "m", earlier)
        if classes[earlier] & _MOVE:
            break
    return Cue(at, way, way, "v", -1)


def _shifted(read: Clauses, at: int, bits: int, begin: int, end: int) -> Cue:
    """Somebody moves something else: good or bad for the mover by what is moved ("cut costs", "raised its outlook")."""
    classes, words, keys = read.classes, read.words, read.keys
    way = 1 if bits & _RAISE else -1
    for later in range(at + 1, min(end, at + 6)):
        if keys[later] >= 0:
            break
        found = classes[later]
        if found & _QUANTITY:
            if later + 1 < end and classes[later + 1] & _QUANTITY:
                continue
            return Cue(at, way * _value(found), way * _value(found), "s", later)
        if found & (_MOVE | _GOOD | _BAD) and words[later] not in ("up", "down"):
            break
    for earlier in range(at - 1, max(begin, at - 6) - 1, -1):
        if keys[earlier] >= 0:
            break
        if classes[earlier] & _QUANTITY:
            return Cue(at, way * _value(classes[earlier]), way * _value(classes[earlier]), "sp", earlier)
    return Cue(at, 0, way, "o", -1)


def _reverted(read: Clauses, at: int, end: int) -> Cue | None:
    """A state comes to its end: "snapped a losing streak", "pared gains", "shrugged off fears"."""
    for later in range(at + 1, min(end, at + 7)):
        word, bits = read.words[later], read.classes[later]
        if word in _STREAK_DOWN or (bits & (_BAD | _QBAD) and not bits & _MOVE):
            return Cue(at, 1, 1, "r", later)
        if word in _STREAK_UP:
            return Cue(at, -1, -1, "r", later)
        if bits & (_MOVE | _QUANTITY) or read.keys[later] >= 0:
            return None
    return None


def _done_to(read: Clauses, at: int, bits: int, begin: int, end: int) -> Cue:
    """Somebody helps, hurts, beats or trails somebody."""
    words, classes = read.words, read.classes
    if words[at] in _REACH:
        for later in range(at + 1, min(end, at + 8)):
            if words[later] in _HIGHS:
                return Cue(at, 1, 0, "h", later)
            if words[later] in _LOWS:
                return Cue(at, -1, 0, "h", later)
            if read.keys[later] >= 0:
                break
    if bits & (_BEAT | _TRAIL):
        before, behind, kind = (1, -1, "b") if bits & _BEAT else (-1, 1, "b")
        for later in range(at + 1, min(end, at + 6)):
            if read.keys[later] >= 0:
                break
            if classes[later] & (_EXPECTED | _QUANTITY):
                return Cue(at, before, 0, "e", later)
    else:
        before, behind, kind = 0, 1 if bits & _HELP else -1, "d"
    by = "by" in words[at + 1 : min(end, at + 4)]
    if by or (
        words[at].endswith(("ed", "en", "hit", "hurt")) and any(classes[i] & _BE for i in range(max(begin, at - 3), at))
    ):
        before, behind, kind = behind, before, kind + "p"
    return Cue(at, before, behind, kind, -1)


def _graded(read: Clauses, at: int, bits: int, end: int) -> Cue | None:
    """High or low, of a quantity: "record loss", "low costs"; alone by their own class."""
    way = -1 if bits & _SHRUNK else 1
    for later in range(at + 1, min(end, at + 4)):
        found = read.classes[later]
        if found & _QUANTITY:
            if later + 1 < end and read.classes[later + 1] & _QUANTITY:
                continue
            return Cue(at, way * _value(found), way * _value(found), "a", later)
        if read.keys[later] >= 0:
            break
    if bits & (_GOOD | _BAD):
        polarity = 1 if bits & _GOOD else -1
        return Cue(at, polarity, polarity, "g", -1)
    return None


def _negated(read: Clauses, cue: Cue, begin: int) -> Cue:
    """The cue, turned round where a negation or a failure stands shortly before it, or "less than"."""
    if read.words[max(0, cue.at - 2) : cue.at] == ["less", "than"]:
        return Cue(cue.at, -cue.before, -cue.behind, "n" + cue.kind, cue.also)
    for earlier in range(cue.at - 1, max(begin, cue.at - 8) - 1, -1):
        if read.classes[earlier] & (_NOT | _FAIL if cue.at - earlier < 5 else _FAIL):
            return Cue(cue.at, -cue.before, -cue.behind, "n" + cue.kind, cue.also)
    return cue


def _compared(read: Clauses, at: int, cues: list[Cue]) -> list[Cue]:
    """Cues with what "less than feared" turns round behind them."""
    classes, words = read.classes, read.words
    if not any(bits & _EXPECTED for bits in classes[at + 1 : at + 5]):
        return cues
    begin = read.bounds[read.clause[at]][0]
    for earlier in range(at - 1, max(begin, at - 6) - 1, -1):
        if classes[earlier] & _LESS:
            return [
                Cue(c.at, -c.before, -c.behind, "x" + c.kind, c.also) if begin <= c.at < at and c.kind[0] != "x" else c
                for c in cues
            ]
        if classes[earlier] & _NOT and words[at] == "as":
            return cues
    return cues
