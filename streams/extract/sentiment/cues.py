"""Cues: the words of a sentence that say good or bad, composed with the words around them.

A cue has one polarity for the entity before it and one for the entity behind it: "A beat B" is good for A and bad for
B, "A was hit by B" is bad for A. Composition gives "profit fell", "costs rose", "pared gains", "failed to win" and
"fell less than feared" the polarity that a reader sees in them. Every rule looks only at a few tokens on either side.
"""

from dataclasses import dataclass
from typing import Final

from streams.data.sentiment import BITS
from streams.extract.sentiment.clauses import REACHES, Clauses

_UP, _DOWN, _RAISE, _LOWER = BITS["up"], BITS["down"], BITS["raise"], BITS["lower"]
_HELP, _HURT, _BEAT, _TRAIL, _TAKE = BITS["help"], BITS["hurt"], BITS["beat"], BITS["trail"], BITS["take"]
_GOOD, _BAD, _QGOOD, _QBAD = BITS["good"], BITS["bad"], BITS["qgood"], BITS["qbad"]
_NOT, _FAIL, _REVERT, _BE = BITS["not"], BITS["fail"], BITS["revert"], BITS["be"]
_AUXILIARY: Final = _BE | BITS["have"] | BITS["may"]
_LESS, _THAN, _EXPECTED = BITS["less"], BITS["than"], BITS["expected"]
_DEGREE, _SHRUNK = BITS["degree"], BITS["shrunk"]

_MOVE: Final = _UP | _DOWN
_SHIFT: Final = _RAISE | _LOWER
_QUANTITY: Final = _QGOOD | _QBAD
_TRANSITIVE: Final = _HELP | _HURT | _BEAT | _TRAIL
_GRADE: Final = _DEGREE | _SHRUNK
_CUE: Final = _MOVE | _SHIFT | _TRANSITIVE | _TAKE | _GOOD | _BAD | _REVERT | _QBAD | _GRADE

_WAYS: Final = frozenset({"up", "down"})
_OF: Final = frozenset({"in", "of", "for", "to"})
# "The slide is not over": what is said not to be over goes on.
_ENDED: Final = frozenset({"over", "done", "finished", "ended", "yet"})
_HIGHS: Final = frozenset({"high", "highs", "record", "peak", "highest"})
_LOWS: Final = frozenset({"low", "lows", "bottom", "trough", "lowest"})
_RISES: Final = frozenset({"winning", "gains", "rally", "gain", "rise", "advance"})
_FALLS: Final = frozenset(
    {"losing", "loss", "losses", "decline", "declines", "fall", "slide", "falls", "drop", "slump", "downtrend"}
)
_PASSIVE_ENDINGS: Final = ("ed", "en", "hit", "hurt")

# What a move or a hope is said to be that does not last or is not deserved: "the rally looks unsustainable".
_UNDUE: Final = frozenset(
    "unsustainable unjustified unwarranted undeserved misplaced overdone overblown premature excessive nowhere".split()
)
_SEEMS: Final = frozenset("look looks looked seem seems seemed appear appears appeared".split())
# "Hard to justify", and what a move "cannot" do.
_HARD: Final = frozenset({"hard", "difficult", "tough", "impossible"})
_STAY: Final = frozenset({"last", "continue", "justify", "sustain", "defend", "hold"})
_CANNOT: Final = frozenset({"cannot", "cant"})
# Who raises these is doubted.
_DOUBTS: Final = frozenset({"questions", "eyebrows", "doubts", "suspicion", "suspicions"})
_DOUBT_BEHIND: Final = 4
_VERDICT_BEHIND: Final = 7

# A rule looks this many tokens ahead or back for the word with which it composes.
_QUANTITY_BEHIND: Final = 5
_QUANTITY_BEFORE: Final = 6
_OBJECT_BEHIND: Final = 6
_MARK_BEHIND: Final = 7
_AGENT_BEHIND: Final = 3
_NOT_BEFORE: Final = 4
_NOT_BEHIND: Final = 3
_FAIL_BEFORE: Final = 7


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class Cue:
    """A word that says good or bad, composed."""

    at: int
    """Token of the cue."""
    before: int
    """Polarity for the entity before the cue: 1, 0 or -1."""
    behind: int
    """Polarity for the entity behind the cue: 1, 0 or -1."""
    kind: str
    """The rule that made it, with a prefix: n if it was negated, x if a comparison reversed it."""
    also: int
    """Token of the quantity or object with which it was composed, or -1."""


def find_cues(read: Clauses) -> list[Cue]:
    """The cues of a sentence in text order."""
    cues: list[Cue] = []
    used = -1
    words, classes = read.words, read.classes
    for at in read.marked:
        word, bits = words[at], classes[at]
        if (bits & _CUE or word in REACHES) and at > used:
            cue = _composed(read, at)
        elif word == "firms" and at and read.groups[at - 1] >= 0:
            # Behind an entity "firms" is a verb ("the yen firms"); elsewhere it means companies.
            cue = Cue(at, 1, 1, "v", -1)
        else:
            continue
        if cue is not None:
            used = max(used, cue.also)
            if cues and cues[-1].at == cue.also and cues[-1].kind.endswith("q"):
                # "loss" alone is no cue once the text says that it narrows.
                cues.pop()
            cues.append(_negated(read, cue))
    if cues:
        for at in read.marked:
            if classes[at] & _THAN:
                cues = _compared(read, at, cues)
    return cues


def _composed(read: Clauses, at: int) -> Cue | None:
    """The cue at this token by the first rule that fits its classes."""
    bits = read.classes[at]
    if read.words[at] in REACHES:
        cue = _reached(read, at)
        if cue is not None:
            return cue
    if bits & _REVERT:
        cue = _reverted(read, at)
        if cue is not None:
            return cue
    if bits & _MOVE:
        return _moved(read, at)
    if bits & _SHIFT:
        return _shifted(read, at)
    if bits & _TAKE:
        bought = "by" in read.words[at + 1 : at + 1 + _AGENT_BEHIND]
        return Cue(at, 1, 0, "tp", -1) if bought else Cue(at, 0, 1, "t", -1)
    if bits & _GRADE:
        return _graded(read, at)
    if bits & _TRANSITIVE:
        return _done_to(read, at)
    if bits & (_GOOD | _BAD):
        return _said_of(at, bits)
    return Cue(at, -1, -1, "q", -1) if bits & _QBAD else None


def _said_of(at: int, bits: int) -> Cue:
    polarity = 1 if bits & _GOOD else -1
    return Cue(at, polarity, polarity, "g", -1)


def _with_quantity(read: Clauses, cue: int, way: int, quantity: int, kind: str) -> Cue:
    """The cue of a quantity that goes up (1) or down (-1): good for profit, bad for losses."""
    polarity = way if read.classes[quantity] & _QGOOD else -way
    return Cue(cue, polarity, polarity, kind, quantity)


def _end(read: Clauses, at: int) -> int:
    return read.bounds[read.clause[at]][1]


def _begin(read: Clauses, at: int) -> int:
    return read.bounds[read.clause[at]][0]


def _quantity_behind(read: Clauses, first: int, last: int) -> int:
    """The last word of the first quantity ("net loss") between these tokens; -1 if an entity or cue comes first."""
    classes = read.classes
    for place in range(first, last):
        if read.groups[place] >= 0:
            return -1
        if classes[place] & _QUANTITY and not (place + 1 < last and classes[place + 1] & _QUANTITY):
            return place
        if (
            classes[place] & (_MOVE | _GOOD | _BAD)
            and not classes[place] & _QUANTITY
            and read.words[place] not in _WAYS
        ):
            return -1
    return -1


def _moved(read: Clauses, at: int) -> Cue:
    """The cue where the subject or a quantity rises or falls ("shares fell", "profit fell", "a rise in costs")."""
    classes, words = read.classes, read.words
    bits, end = classes[at], _end(read, at)
    way = 1 if bits & _UP else -1
    if at + 1 < end and classes[at + 1] & _QUANTITY:
        return _with_quantity(read, at, way, _quantity_behind(read, at + 1, min(end, at + 3)), "m")
    if at + 1 < end and words[at + 1] in _OF:
        quantity = _quantity_behind(read, at + 2, min(end, at + 1 + _QUANTITY_BEHIND))
        if quantity >= 0:
            return _with_quantity(read, at, way, quantity, "m")
    if bits & _SHIFT:
        quantity = _quantity_behind(read, at + 1, min(end, at + 1 + _QUANTITY_BEHIND))
        if quantity >= 0:
            return _with_quantity(read, at, way, quantity, "s")
    for earlier in range(at - 1, max(_begin(read, at), at - 1 - _QUANTITY_BEFORE) - 1, -1):
        if classes[earlier] & _QUANTITY:
            return _with_quantity(read, at, way, earlier, "m")
        if classes[earlier] & _MOVE or (read.groups[earlier] >= 0 and earlier < at - 2):
            break
    return Cue(at, way, way, "v", -1)


def _shifted(read: Clauses, at: int) -> Cue:
    """The cue where somebody moves a quantity, which decides the polarity ("cut costs", "raised its outlook")."""
    way = 1 if read.classes[at] & _RAISE else -1
    end = _end(read, at)
    doubts = next((n for n in range(at + 1, min(end, at + _DOUBT_BEHIND)) if read.words[n] in _DOUBTS), -1)
    if way > 0 and doubts >= 0:
        return Cue(at, -1, -1, "s", doubts)
    quantity = _quantity_behind(read, at + 1, min(end, at + 1 + _QUANTITY_BEHIND))
    if quantity >= 0:
        return _with_quantity(read, at, way, quantity, "s")
    for earlier in range(at - 1, max(_begin(read, at), at - 1 - _QUANTITY_BEFORE) - 1, -1):
        if read.groups[earlier] >= 0:
            break
        if read.classes[earlier] & _QUANTITY:
            return _with_quantity(read, at, way, earlier, "sp")
    return Cue(at, 0, way, "o", -1)


def _reverted(read: Clauses, at: int) -> Cue | None:
    """The cue where a state ends ("snapped a losing streak", "pared gains", "shrugged off fears"), else None."""
    for later in range(at + 1, min(_end(read, at), at + 1 + _OBJECT_BEHIND)):
        word, bits = read.words[later], read.classes[later]
        if word in _FALLS or (bits & (_BAD | _QBAD) and not bits & _MOVE):
            return Cue(at, 1, 1, "r", later)
        if word in _RISES:
            return Cue(at, -1, -1, "r", later)
        if bits & (_MOVE | _QUANTITY) or read.groups[later] >= 0:
            return None
    return None


def _reached(read: Clauses, at: int) -> Cue | None:
    """The cue where a high or low is reached ("hit a 52-week high"); None if somebody is hit."""
    for later in range(at + 1, min(_end(read, at), at + 1 + _MARK_BEHIND)):
        word = read.words[later]
        if word in _HIGHS or word in _LOWS:
            return Cue(at, 1 if word in _HIGHS else -1, 0, "h", later)
        if read.groups[later] >= 0:
            return None
    return None


def _done_to(read: Clauses, at: int) -> Cue:
    """The cue where somebody helps, hurts, beats or trails somebody, or is helped, hurt or beaten."""
    words, classes = read.words, read.classes
    bits, end = classes[at], _end(read, at)
    if bits & (_BEAT | _TRAIL):
        before, kind = (1 if bits & _BEAT else -1), "b"
        behind = -before
        for later in range(at + 1, min(end, at + 1 + _QUANTITY_BEHIND)):
            if read.groups[later] >= 0:
                break
            if classes[later] & (_EXPECTED | _QUANTITY):
                return Cue(at, before, 0, "e", later)
    else:
        before, behind, kind = 0, (1 if bits & _HELP else -1), "d"
    auxiliaries = classes[max(_begin(read, at), at - 3) : at]
    suffered = words[at].endswith(_PASSIVE_ENDINGS) and any(auxiliary & _BE for auxiliary in auxiliaries)
    if suffered or "by" in words[at + 1 : min(end, at + 1 + _AGENT_BEHIND)]:
        return Cue(at, behind, before, kind + "p", -1)
    return Cue(at, before, behind, kind, -1)


def _graded(read: Clauses, at: int) -> Cue | None:
    """The cue of high, low and the like: by its quantity ("record loss", "low costs"), else by its own class."""
    bits = read.classes[at]
    quantity = _quantity_behind(read, at + 1, min(_end(read, at), at + 4))
    if quantity >= 0:
        return _with_quantity(read, at, -1 if bits & _SHRUNK else 1, quantity, "a")
    return _said_of(at, bits) if bits & (_GOOD | _BAD) else None


def _negated(read: Clauses, cue: Cue) -> Cue:
    """The cue, reversed where a negation, a failure or "less than" stands shortly before it, or its verb is negated."""
    no = (
        read.words[max(0, cue.at - 2) : cue.at] == ["less", "than"]
        or _is_denied(read, cue.at)
        or _is_called_undue(read, cue.at)
    )
    if no or _is_negated_before(read, cue.at):
        return Cue(cue.at, -cue.before, -cue.behind, "n" + cue.kind, cue.also)
    return cue


def _is_negated_before(read: Clauses, at: int) -> bool:
    """Whether a negation or a failure stands shortly before this token, with no comma between."""
    classes = read.classes
    for earlier in range(at - 1, max(_begin(read, at), at - _FAIL_BEFORE) - 1, -1):
        if read.words[earlier] == ",":
            return False
        if classes[earlier] & _FAIL or (classes[earlier] & _NOT and earlier >= at - _NOT_BEFORE):
            return True
    return False


def _is_denied(read: Clauses, at: int) -> bool:
    """Whether what this token names is said not to be ("the rally is not sustainable", "growth plans won't work")."""
    words, classes, end = read.words, read.classes, _end(read, at)
    verb = at + 1
    if verb < end and words[verb][0].isalpha() and read.groups[verb] < 0 and not classes[verb] & (_AUXILIARY | _NOT):
        verb += 1
    if verb >= end or not (classes[verb] & _AUXILIARY or words[verb].endswith("n't")):
        return False
    for later in range(verb, min(end, verb + _NOT_BEHIND)):
        if classes[later] & _NOT:
            return later + 1 >= end or words[later + 1] not in _ENDED
    return False


def _is_called_undue(read: Clauses, at: int) -> bool:
    """Whether what this token names is said not to last or not to be deserved ("the jump is hard to justify")."""
    words, classes = read.words, read.classes
    end = min(_end(read, at), at + 1 + _VERDICT_BEHIND)
    for place in range(at + 1, end):
        word, behind = words[place], words[place + 1 : place + 4]
        if word == "," or classes[place] & _MOVE:
            return False
        if word in _CANNOT:
            return any(later in _STAY for later in behind)
        if classes[place] & _BE or word in _SEEMS:
            is_hard = any(later in _HARD for later in behind[:2]) and any(later in _STAY for later in behind)
            return is_hard or (any(later in _UNDUE for later in behind[:2]) and "not" not in behind)
    return False


def _compared(read: Clauses, at: int, cues: list[Cue]) -> list[Cue]:
    """The cues; "less than feared" at this "than" reverses those before it in its clause."""
    classes = read.classes
    begin = _begin(read, at)
    if not any(bits & _EXPECTED for bits in classes[at + 1 : at + 5]):
        return cues
    if not any(bits & _LESS for bits in classes[max(begin, at - 6) : at]):
        return cues
    return [
        Cue(cue.at, -cue.before, -cue.behind, "x" + cue.kind, cue.also)
        if begin <= cue.at < at > cue.also and not cue.kind.startswith("x")
        else cue
        for cue in cues
    ]
