"""Near-identical texts among the articles on one entity, by the signatures that extraction made of them.

A signature is a MinHash: the share of its 64 values that two have in common estimates the Jaccard similarity of their
sets of windows, and with the sizes of the sets how much of the smaller text the larger one holds. A re-publication with
small edits shares at least half of all windows, and the shorter of the two is nearly all in the other, also where a
paragraph was cut. A report on the same form with other figures is not: windows with digits weigh most.

Candidates are found by bands of two values (locality-sensitive hashing), so that cost does not grow with the articles
kept: two texts of similarity 0.6 share a band in 97 of 100 cases, of 0.8 in practically all.
"""

from binascii import Error, a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass
from operator import eq
from typing import Final

from schemas.taxonomy import LONGEST_WINDOW_MINUTES

VALUES: Final = 64
SIMILARITY: Final = 0.5  # least share of all windows that are in both texts
CONTAINMENT: Final = 0.8  # least share of the smaller text's windows that are in the larger
BANDS: Final = 8  # of two values each
MOST_IN_BAND: Final = 32  # newest texts kept in one band: what bounds the cost where thousands follow one form
_BY_CHANCE: Final = 1 / 256  # values are bytes: so many agree by chance


@dataclass(frozen=True, slots=True)
class _Text:
    minute: int
    root: str
    signature: bytes


class Repeats:
    """The texts of the articles kept on one entity."""

    __slots__ = ("_bands", "_texts")

    def __init__(self) -> None:
        self._texts: dict[str, _Text] = {}
        # Most bands have one text: a tuple for each would be half of all that is kept.
        self._bands: dict[int, str | tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, uri: str, minute: int, signature: str, repeat_of: str | None) -> None:
        """Take up an article's text. A signature of another form than this release writes is left out."""
        raw = unpacked(signature)
        if raw is not None and uri not in self._texts:
            self._texts[uri] = _Text(minute, repeat_of or uri, raw)
            for band in _bands(raw):
                self._put(band, (*self._in(band), uri)[-MOST_IN_BAND:])

    def discard(self, uri: str) -> None:
        """Drop an article's text."""
        text = self._texts.pop(uri, None)
        for band in () if text is None else _bands(text.signature):
            self._put(band, tuple(other for other in self._in(band) if other != uri))

    def find(self, uri: str, minute: int, signature: str) -> str | None:
        """The first of the articles, published within the longest window of this one, that have nearly its text."""
        raw = unpacked(signature)
        if raw is None:
            return None
        best, found = 0.0, None
        for other in self._candidates(raw, uri):
            text = self._texts[other]
            if abs(text.minute - minute) < LONGEST_WINDOW_MINUTES:
                similarity = likeness(raw, text.signature)
                if similarity > best:
                    best, found = similarity, text.root
                if best >= 1:
                    break
        return found if found != uri else None

    def _in(self, band: int) -> tuple[str, ...]:
        found = self._bands.get(band, ())
        return (found,) if isinstance(found, str) else found

    def _put(self, band: int, uris: tuple[str, ...]) -> None:
        if uris:
            self._bands[band] = uris[0] if len(uris) == 1 else uris
        else:
            self._bands.pop(band, None)

    def _candidates(self, raw: bytes, uri: str) -> Iterator[str]:
        seen = {uri}
        for band in _bands(raw):
            for other in self._in(band):
                if other not in seen:
                    seen.add(other)
                    yield other


def likeness(one: bytes, other: bytes) -> float:
    """Similarity of two unpacked signatures: 0 unless the texts are nearly the same, else their Jaccard similarity."""
    agreeing = sum(map(eq, one[2:], other[2:])) / VALUES
    jaccard = (agreeing - _BY_CHANCE) / (1 - _BY_CHANCE)
    if jaccard < SIMILARITY:
        return 0.0
    sizes = int.from_bytes(one[:2], "big"), int.from_bytes(other[:2], "big")
    shared = jaccard * sum(sizes) / (1 + jaccard)
    return jaccard if shared >= CONTAINMENT * min(sizes) else 0.0


def unpacked(signature: str) -> bytes | None:
    """The 66 bytes of a signature: the number of windows, then the values; None where it is something else."""
    try:
        raw = a2b_base64(signature.translate(_PLAIN))
    except (Error, ValueError):
        return None
    return raw if len(raw) == 2 + VALUES else None


_PLAIN: Final = str.maketrans("-_", "+/")


def _bands(raw: bytes) -> Iterator[int]:
    for number in range(BANDS):
        first = 2 + 2 * number
        yield number << 16 | raw[first] << 8 | raw[first + 1]
