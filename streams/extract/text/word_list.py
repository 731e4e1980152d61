"""Lists of words are written as text in this package and split on load."""


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())
