"""Re-publications: which article's text another repeats, among the articles on one entity."""

from collections import Counter, OrderedDict
from typing import Final, NamedTuple

from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.tally.shares import Share, Shares, current_of, text_marks
from streams.tally.signatures import likeness, unpacked

MOST_IN_BAND: Final = 32
"""Texts found by one band, of the latest: what bounds the cost where thousands follow one form.

Which of more they are may differ between stores, and while a deletion waits to be confirmed.
"""
MOST_COMPARED: Final = 16  # of those found the ones with most bands in common: a near copy shares three and more
_TEXTS: Final = 20_000
"""Texts kept unpacked, 400 bytes each: where many follow one form, the latest are asked for again."""


class _Text(NamedTuple):
    minute: int
    root: str
    signature: bytes


class Repeats:
    """The texts of the articles kept, looked up in their shares."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._texts: OrderedDict[tuple[str, str], _Text | None] = OrderedDict()

    def find(self, entity: str, uri: str, minute: int, signature: str) -> str | None:
        """The first of the articles, published within the longest window of this one, that have nearly its text.

        A signature of another form than this release writes is compared with none.
        """
        raw = unpacked(signature)
        if raw is None:
            return None
        found = self._shares.marked(text_marks(entity, raw), MOST_IN_BAND)
        in_common = {(band, key.uri) for band, key in found if key.uri != uri and key.entity == entity}
        bands = Counter(other for _, other in in_common)
        alike = []
        for other in sorted(bands, key=lambda other: (-bands[other], other))[:MOST_COMPARED]:
            text = self._text(entity, other)
            if text is not None and abs(text.minute - minute) < LONGEST_WINDOW_MINUTES:
                similarity = likeness(raw, text.signature)
                if similarity:
                    alike.append((-similarity, text.minute, other, text.root))
        if not alike:
            return None
        root = min(alike)[-1]  # of those as much alike the first, in whatever order they are found
        return root if root != uri else None

    def put(self, entity: str, uri: str, share: Share | None) -> None:
        """This is the current share of an article now; null where none is kept any more."""
        self._texts.pop((entity, uri), None)
        if share is not None:
            self._take_up(entity, uri, share)

    def _text(self, entity: str, uri: str) -> _Text | None:
        """The current text of an article."""
        if (entity, uri) in self._texts:
            self._texts.move_to_end((entity, uri))
            return self._texts[entity, uri]
        current = current_of(self._shares.of(entity, uri))
        return None if current is None else self._take_up(entity, uri, current)

    def _take_up(self, entity: str, uri: str, share: Share) -> _Text | None:
        raw = None if share.signature is None or not share.places else unpacked(share.signature)
        text = None if raw is None else _Text(share.told_at, share.repeat_of or uri, raw)
        self._texts[entity, uri] = text
        if len(self._texts) > _TEXTS:
            self._texts.popitem(last=False)
        return text
