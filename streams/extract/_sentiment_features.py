"""Features of a mention: what stands left and right of it, and what the cues say of it in the role it plays."""

from collections.abc import Iterator
from typing import Final

from streams.data.sentiment import BITS
from streams.extract._sentiment_clauses import Clauses, ENTITY
from streams.extract._sentiment_cues import Cue

FEATURES: Final = 1

_SELF = frozenset({"it", "its", "they", "their", "he", "she"})
_WINDOW: Final = 14
_SIGN: Final = ("0", "+", "-")
_CHAIN: Final = tuple(
    (BITS[name], name[:3])
    for name in (
        "not",
        "fail",
        "up",
        "down",
        "raise",
        "lower",
        "help",
        "hurt",
        "beat",
        "trail",
        "good",
        "bad",
        "qbad",
        "qgood",
        "flat",
        "say",
        "may",
        "take",
        "revert",
        "contrast",
    )
)


def ngrams(read: Clauses):
    w = read.words
    return w, [a + " " + b for a, b in zip(w, w[1:])], [a + " " + b + " " + c for a, b, c in zip(w, w[1:], w[2:])]


def features(read: Clauses, cues: list[Cue], at: int, grams, target=()) -> Iterator[tuple[str, str]]:
    words, clause, keys, groups = read.words, read.clause, read.keys, read.groups
    uni, bi, tri = grams
    n = len(words)
    own = clause[at]
    c0, c1 = read.bounds[own]
    lo, hi = max(0, at - _WINDOW), min(n, at + 1 + _WINDOW)
    a0, a1 = max(lo, c0), min(hi, c1)
    for seq, k in ((uni, 0), (bi, 1), (tri, 2)):
        for f in seq[a0 : max(a0, at - k)]:
            yield "l", f
        for f in seq[at + 1 : max(at + 1, a1 - k)]:
            yield "r", f
        if k < 2:
            for f in seq[lo : max(lo, a0 - k)]:
                yield "L", f
            for f in seq[a1 : max(a1, hi - k)]:
                yield "R", f
            for f in seq[a0 : max(a0, a1 - k)]:
                yield "c", f
    l1 = words[at - 1] if at else "^"
    l2 = words[at - 2] if at > 1 else "^"
    r1 = words[at + 1] if at + 1 < n else "$"
    r2 = words[at + 2] if at + 2 < n else "$"
    yield "x", "<" + l1
    yield "x", ">" + r1
    yield "x", "<" + l1 + ">" + r1
    yield "x", ">" + r1 + " " + r2
    yield "x", "<" + l2 + " " + l1
    me = groups[at]
    for label, rng in (("K", range(at + 1, min(c1, at + 12))), ("k", range(at - 1, max(c0, at - 9) - 1, -1))):
        chain = label
        count = 0
        for j in rng:
            k = "O" if keys[j] >= 0 and groups[j] != me else ""
            if not k and read.classes[j]:
                for b, nme in _CHAIN:
                    if read.classes[j] & b:
                        k = nme
                        break
                if k == "say" and label == "K" and not _SELF.isdisjoint(words[j + 1 : j + 6]):
                    k = "own"
            if k and not (k == "O" and chain.endswith("O")):
                chain += k
                count += 1
                yield "x", chain
                if count == 3:
                    break
        if not count:
            yield "x", chain
    for f in target:
        yield "t", f
    head = read.heads[own] == me
    yield "x", "h1" if head else "h0"
    near = {}
    tot = {}
    for cue in cues:
        i = cue.at
        cc = clause[i]
        left = i < at
        if cc == own:
            if left:
                # target behind the cue: first group behind it?
                g = next((groups[j] for j in range(i + 1, at + 1) if groups[j] >= 0), -1)
                rel = "O" if g == me else "o"
                pol = cue.behind
                # is target also same group as cue's subject?
            else:
                g = next((groups[j] for j in range(i - 1, at - 1, -1) if groups[j] >= 0), -1)
                rel = ("S" if head else "N") if g == me else ("F" if head else "P")
                pol = cue.before
        else:
            b0, b1 = read.bounds[cc]
            pol = cue.before
            if read.heads[cc] == me:
                # clause is about me; nearest?
                g = next((groups[j] for j in range(i - 1, b0 - 1, -1) if groups[j] >= 0), -1)
                rel = "I" if g in (-1, me) else "J"
            else:
                rel = "y" if left else "z"
                if abs(cc - own) > 1:
                    rel += "2"
        d = abs(i - at)
        db = "a" if d < 2 else "b" if d < 4 else "c" if d < 8 else "d"
        base = rel + _SIGN[pol]
        yield "x", base
        yield "x", base + cue.kind
        yield "x", base + db
        yield "x", rel + words[i]
        if cue.also >= 0:
            yield "x", rel + words[i] + "_" + words[cue.also]
        if rel not in near or left:
            near[rel] = (pol, cue.kind, db)
        tot[rel[0]] = tot.get(rel[0], 0) + pol
    s = sum(tot.get(r, 0) for r in "SIN")
    o = tot.get("O", 0)
    for rel, (pol, kind, db) in near.items():
        yield "x", "1" + rel + _SIGN[pol] + kind
    sg = lambda v: "+" if v > 0 else "-" if v < 0 else "0"
    yield "x", "T" + sg(s) + sg(o)
    yield "x", "U" + sg(s + o)
    yield "x", "V" + "".join(r + _SIGN[near[r][0]] for r in "SNIOJF" if r in near)
    al = sum(c.before or c.behind for c in cues)
    yield "x", "W" + sg(s + o) + sg(al)


_TW = __import__("re").compile(r"[^\W\d_]+(?:&[^\W\d_]+)?")


def target_words(text, lexicon):
    w = _TW.findall(text.lower())
    while len(w) > 1 and lexicon.words.get(w[-1], 0) & BITS["suffix"]:
        w.pop()
    if not w:
        return []
    return ["t" + w[-1]] + (["tBODY"] if lexicon.words.get(w[-1], 0) & BITS["body"] else [])
