"""The entities found so far in one article, with the places that name them."""

from collections.abc import Iterable

from schemas.taxonomy import Kind
from streams.extract.names.reading_text import LENT, TAKEN, ReadingText
from streams.extract.names.reasons import Because


class Find:
    """One entity of the article."""

    __slots__ = ("entity", "kind", "name", "reasons", "spans", "symbols", "weight")

    def __init__(self, entity: str, kind: Kind, name: str) -> None:
        self.entity = entity
        self.kind = kind
        self.name = name
        self.spans: list[tuple[int, int]] = []
        self.reasons: list[Because] = []
        """The rule that found each span."""
        self.weight = 0.0
        self.symbols: list[str] = []


class Finds:
    """All entities of the article, by id, in the order in which they were found."""

    __slots__ = ("_by_kind", "_text", "because", "by_id", "firm_ends", "firm_starts")

    def __init__(self, text: ReadingText) -> None:
        self._text = text
        self._by_kind: dict[Kind, list[Find]] = {}
        self.because = Because.NAME
        """The rule that is being applied; every mention that is added keeps it."""
        self.by_id: dict[str, Find] = {}
        self.firm_starts: set[int] = set()
        """Where mentions of companies begin."""
        self.firm_ends: dict[int, Find] = {}
        """The company of a mention, by where the mention ends."""

    def add(self, entity: str, kind: Kind, name: str, start: int, end: int, *, weight: float = 1.0) -> Find:
        """Add a mention of the entity and take its characters. `weight` is below 1 for modifiers ("Japanese")."""
        find = self.by_id.get(entity)
        if find is None:
            find = self.by_id[entity] = Find(entity, kind, name)
            self._by_kind.setdefault(kind, []).append(find)
        elif find.name.isupper() and entity[len(kind) + 1] == "~":
            # A name that the registry does not know is shown as prose writes it, not as a headline in capitals does.
            find.name = name
        find.spans.append((start, end))
        find.reasons.append(self.because)
        find.weight += weight
        if kind is Kind.COMPANY:
            self.firm_starts.add(start)
            self.firm_ends[end] = find
        self._text.take(start, end, LENT if kind is Kind.COUNTRY else TAKEN)
        return find

    def add_to(self, find: Find, start: int, end: int) -> None:
        """Add another mention of an entity found before."""
        self.add(find.entity, find.kind, find.name, start, end)

    def of_kind(self, kind: Kind) -> list[Find]:
        """The entities of one kind that have been found so far."""
        return list(self._by_kind.get(kind, ()))

    def named(self) -> Iterable[Find]:
        """All entities that still have mentions.

        A country loses the mentions that turned out to be part of another name: "American" in "American Cyanamid Co".
        """
        for find in self.by_id.values():
            if find.kind is Kind.COUNTRY:
                kept = [place for place, span in enumerate(find.spans) if self._text.taken[span[0]] == LENT]
                find.weight *= len(kept) / len(find.spans)
                if len(kept) < len(find.spans):
                    find.spans = [find.spans[place] for place in kept]
                    find.reasons = [find.reasons[place] for place in kept]
            if find.spans:
                yield find
