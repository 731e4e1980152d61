"""Re-publications: finds the article whose text another one repeats, among the articles on one entity."""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.tally.contributions import ContributionEntry, Contributions, current_of, text_marks
from streams.tally.signatures import likeness, unpacked

MOST_IN_BAND: Final = 32
"""At most this many texts are found by one band, the latest: it bounds the cost where thousands follow one form.

Where there are more, stores may choose different ones, and so may a store whose deletion is not confirmed yet.
"""
MOST_COMPARED: Final = 16  # of the texts found, those with most bands in common: a near copy shares three or more
_TEXTS: Final = 20_000
"""Number of texts kept unpacked, 400 bytes each: where many follow one form, the latest are needed again."""


class Text(NamedTuple):
    """The text of an article, as another is compared with it."""

    minute: int
    """When it first told a story."""
    root: str
    """The article whose text it repeats, or itself."""
    signature: bytes
    """Its unpacked signature."""


TextMemory = OrderedDict[tuple[str, str], Text | None]
"""The texts used last, by entity and uri; all partitions of a worker share it."""


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
        # Among equally similar ones the earliest wins, so that the order in which they are found does not matter.
        root = min(alike)[-1] if alike else uri
        return root if root != uri else None

    def _candidates(self, entity: str, uri: str, raw: bytes) -> Sequence[str]:
        """The articles whose texts have most bands in common with this one."""
        found = self._contributions.marked(text_marks(entity, raw), MOST_IN_BAND)
        in_common = {(band, key.uri) for band, key in found if key.uri != uri and key.entity == entity}
        bands = Counter(other for _, other in in_common)
        return sorted(bands, key=lambda other: (-bands[other], other))[:MOST_COMPARED]

    def put(self, entity: str, uri: str, entry: ContributionEntry | None) -> None:
        """Note the current entry of an article; None where it has none any more."""
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
