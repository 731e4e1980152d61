"""What a name of the registry may mean, and what it needs to count."""

from enum import StrEnum

import msgspec

from schemas.taxonomy import Kind
from streams.data.folding import capitals_agree

__all__ = ["AliasClass", "Meaning"]


class AliasClass(StrEnum):
    """What a name needs to count as its entity; the docstring of `streams.data.registry` has the rules."""

    STRONG = "strong"
    WEAK = "weak"
    ADJECTIVE = "adjective"
    METONYM = "metonym"


class Meaning(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a name may mean: an entity, and the conditions under which it does."""

    entity: str
    """Id of the entity."""
    kind: Kind
    """Its kind."""
    text: str
    """The name as the registry writes it."""
    alias_class: AliasClass
    """What it needs to count."""
    exact: bool
    """True if the surface must be equal letter by letter."""
    rank: int
    """Higher is more likely: source of the name first, then size of the company."""

    def fits(self, surface: str) -> bool:
        """Whether `surface`, which folds to the same text, has the capitals that this name requires."""
        return surface == self.text or (not self.exact and capitals_agree(self.text, surface))
