"""Re-publications: which article's text another repeats, among the articles on one entity."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.tally.contributions import ContributionEntry, Contributions, current_of, text_marks
from streams.tally.signatures import likeness, unpacked

MOST_IN_BAND: Final = 32
"""Texts found by one band, of the latest: what bounds the cost where thousands follow one form.

Which of more they are may differ between stores, and while a deletion waits to be confirmed.
"""
MOST_COMPARED: Final = 16  # of those found the ones with most bands in common: a near copy has three and more in common
_TEXTS: Final = 20_000
"""Texts kept unpacked, 400 bytes each: where many follow one form, the latest are asked for again."""


class Text(NamedTuple):
    """The text of an article, as another is compared with it."""

    minute: int
    """When it first told a story."""
    root: str
    """The article whose text it repeats, or itself."""
    signature: bytes
    """Its unpacked signature."""


TextMemory = OrderedDict[tuple[str, str], Text | None]
"""Texts by entity and uri, those asked for last; one for all partitions of a worker."""


class Repeats:
    """The texts of the articles of one partition, looked up in their entries."""

    def __init__(self, contributions: Contributions, memory: TextMemory) -> None:
        self._contributions, self._texts = contributions, memory

    def find(self, entity: str, uri: str, minute: int, signature: str) -> str | None:
        """The first of the articles, published within the longest window of this one, that have nearly its text.

        A signature of another form than this release writes is compared with none.
        """
        raw = unpacked(signature)
        if raw is None:
            return None
        alike = []
        for other in self._candidates(entity, uri, raw):
            text = self._text(entity, other)
            if text is not None and abs(text.minute - minute) < LONGEST_WINDOW_MINUTES:
                similarity = likeness(raw, text.signature)
                if similarity:
                    alike.append((-similarity, text.minute, other, text.root))
        # Of those as much alike the first, in whatever order they are found.
        root = min(alike)[-1] if alike else uri
        return root if root != uri else None

    def _candidates(self, entity: str, uri: str, raw: bytes) -> Sequence[str]:
        """The articles whose texts have most bands in common with this one."""
        found = self._contributions.marked(text_marks(entity, raw), MOST_IN_BAND)
        in_common = {(band, key.uri) for band, key in found if key.uri != uri and key.entity == entity}
        bands = Counter(other for _, other in in_common)
        return sorted(bands, key=lambda other: (-bands[other], other))[:MOST_COMPARED]

    def put(self, entity: str, uri: str, entry: ContributionEntry | None) -> None:
        """This is the current entry of an article now; null where there is none any more."""
        self._texts.pop((entity, uri), None)
        if entry is not None:
            self._remember(entity, uri, entry)

    def _text(self, entity: str, uri: str) -> Text | None:
        """The current text of an article."""
        if (entity, uri) in self._texts:
            self._texts.move_to_end((entity, uri))
            return self._texts[entity, uri]
        current = current_of(self._contributions.of(entity, uri))
        return None if current is None else self._remember(entity, uri, current)

    def _remember(self, entity: str, uri: str, entry: ContributionEntry) -> Text | None:
        raw = None if entry.signature is None or not entry.places else unpacked(entry.signature)
        text = None if raw is None else Text(entry.told_at, entry.repeat_of or uri, raw)
        self._texts[entity, uri] = text
        if len(self._texts) > _TEXTS:
            self._texts.popitem(last=False)
        return text
