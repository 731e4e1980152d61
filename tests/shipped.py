"""The extraction that newstape ships, loaded once for all tests of a process, from the prepared file as a worker does.

`tests/unit/data/test_prepared.py` holds what is prepared against the files of the registry.
"""

from dataclasses import replace
from functools import cache

from streams.data.registry import Registry
from streams.engine import load_extractor
from streams.extract.annotate import Extractor
from streams.extract.names.registry_names import RegistryNames


@cache
def extractor() -> Extractor:
    """Registry, rules and weights."""
    return load_extractor()


@cache
def undetecting() -> Extractor:
    """The extractor that takes an article without a language for English."""
    return replace(extractor(), detect_language=None)


def registry() -> Registry:
    """The registry."""
    return extractor().registry


def names() -> RegistryNames:
    """Its names, ready to be found."""
    return extractor().names
