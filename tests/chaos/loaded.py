"""Importing this loads what a worker loads before it looks at its settings; `forked` does so before it forks."""

from importlib import import_module

from streams.engine import load_extractor

_EXTRACTOR = load_extractor()
import_module("streams.app")
import_module("streams.cli.worker").extractor_of = lambda _: _EXTRACTOR
