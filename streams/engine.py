"""Loads what extraction needs: registry, rules and weights, once per process."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from schemas import Article
from streams.data.registry import load_registry
from streams.data.sentiment import load_model
from streams.extract.annotate import Extractor, annotate


def load_extractor(registry_files: Sequence[Path] = (), *, quotes: bool = True) -> Extractor:
    """The extractor with newstape's data and your files. Raises RegistryError where a file of yours is wrong."""
    extractor = Extractor.of(load_registry(registry_files), load_model(), quotes=quotes)
    # Automata are made when first used: now, so that the first article does not wait half a second for them.
    annotate(Article(uri="first", published_at=datetime(2026, 1, 1, tzinfo=UTC), body="The DAX rose."), None, extractor)
    return extractor
