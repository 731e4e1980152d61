"""Entities by name, for those who do not know ids: "nikkei" finds `index:N225`."""

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.taxonomy import Kind
from streams.web.answers import Found, FoundEntity
from streams.web.worker import Named

MOST: Final = 50
SUBJECTS: Final = (Kind.INDEX, Kind.COMPANY, Kind.COUNTRY, Kind.ORGANIZATION)
"""The kinds that events are about, in the order in which equally good finds are given."""

_EXACT, _BEGINS, _WORD, _INSIDE = range(4)


class Names:
    """The names of a registry's entities in lower case, made when they are first asked for."""

    def __init__(self, entities: Mapping[str, Named]) -> None:
        self._entities = entities
        self._folded: list[tuple[int, str, tuple[str, ...]]] | None = None

    def find(self, text: str, limit: int) -> Found:
        """The entities of this name, id or ticker, those first that begin with it."""
        wanted = _fold(text)
        if self._folded is None:
            self._folded = list(self._read())
        ranked = []
        for kind, identity, names in self._folded:
            fit = min((_fit(wanted, name) for name in names if wanted in name), default=None)
            if fit is not None:
                ranked.append((fit, kind, len(names[0]), identity))
        found = [identity for *_, identity in sorted(ranked)[:limit]]
        return Found(entities=tuple(FoundEntity(id=one, name=self._entities[one].name) for one in found))

    def _read(self) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        kinds = {kind.value: place for place, kind in enumerate(SUBJECTS)}
        for identity, entity in self._entities.items():
            kind, _, code = identity.partition(":")
            if kind in kinds:
                names = dict.fromkeys(map(_fold, (entity.name, code, identity, *entity.aliases)))
                yield kinds[kind], identity, tuple(names)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _fit(wanted: str, name: str) -> int:
    if wanted == name:
        return _EXACT
    if name.startswith(wanted):
        return _BEGINS
    return _WORD if f" {wanted}" in name else _INSIDE
