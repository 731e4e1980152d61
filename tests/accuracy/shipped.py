"""The extraction that newstape ships, loaded once for all evaluations."""

from functools import cache

from streams.engine import load_extractor
from streams.extract.annotate import Extractor


@cache
def extractor() -> Extractor:
    """Registry, rules and weights."""
    return load_extractor()
