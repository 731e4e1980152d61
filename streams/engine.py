"""Loads what extraction needs: registry, rules and weights, once per process."""

from collections.abc import Sequence
from pathlib import Path

from streams.data.event_rules import load_event_rules
from streams.data.registry import load_registry
from streams.data.sentiment import load_model
from streams.extract.annotate import Extractor


def load_extractor(registry_files: Sequence[Path] = (), *, quotes: bool = True) -> Extractor:
    """The extractor with newstape's data and your files. Raises RegistryError where a file of yours is wrong."""
    return Extractor.of(load_registry(registry_files), load_event_rules(), load_model(), quotes=quotes)
