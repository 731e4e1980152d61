"""Importing this loads what a worker loads before it looks at its settings; `forked` does so before it forks."""

from dataclasses import replace
from importlib import import_module

from streams.engine import load_extractor
from streams.extract.annotate import Extractor
from streams.settings import Evidence, Settings

_EXTRACTOR = load_extractor()
import_module("streams.app")
_WORKER = import_module("streams.cli.worker")
_LOAD = _WORKER.extractor_of


def extractor_of(settings: Settings) -> Extractor:
    """What the worker would load with these settings."""
    loaded = _LOAD(settings) if settings.registry else _EXTRACTOR
    return replace(loaded, quotes=settings.evidence is Evidence.TEXT)


_WORKER.extractor_of = extractor_of
