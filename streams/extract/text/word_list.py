"""How lists of words are written in this package: as text, split on load."""


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())
