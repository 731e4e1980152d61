"""What has been found so far in one article: entities with the places that name them."""

from schemas.taxonomy import Kind
from streams.extract._reading_text import LENT, TAKEN, ReadingText


class Find:
    """One entity of the article."""

    __slots__ = ("entity", "kind", "name", "spans", "symbols", "weight")

    def __init__(self, entity: str, kind: Kind, name: str) -> None:
        self.entity = entity
        self.kind = kind
        self.name = name
        self.spans: list[tuple[int, int]] = []
        self.weight = 0.0
        self.symbols: list[str] = []


class Finds:
    """All entities of the article, by id, in the order in which they were found."""

    __slots__ = ("_text", "by_id")

    def __init__(self, text: ReadingText) -> None:
        self._text = text
        self.by_id: dict[str, Find] = {}

    def add(self, entity: str, kind: Kind, name: str, start: int, end: int, weight: float = 1.0) -> Find:
        """Name the entity here and take the characters. `weight` is below 1 for mere modifiers ("Japanese")."""
        find = self.by_id.get(entity)
        if find is None:
            find = self.by_id[entity] = Find(entity, kind, name)
        find.spans.append((start, end))
        find.weight += weight
        self._text.take(start, end, LENT if kind is Kind.COUNTRY else TAKEN)
        return find

    def drop_within(self, start: int, end: int) -> None:
        """Take back mentions of countries within these characters: "American" in "American Cyanamid Co"."""
        for find in self.of_kind(Kind.COUNTRY):
            kept = [span for span in find.spans if not (start <= span[0] and span[1] <= end)]
            if len(kept) < len(find.spans):
                find.weight *= len(kept) / len(find.spans)
                find.spans = kept
                if not kept:
                    del self.by_id[find.entity]

    def of_kind(self, kind: Kind) -> list[Find]:
        """The entities of one kind."""
        return [find for find in self.by_id.values() if find.kind is kind]
