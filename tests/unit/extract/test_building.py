"""Importing extraction builds nothing: no data file is read and no automaton made before an Extractor is."""

import subprocess
import sys

CODE = """
import sys
from importlib import import_module
from pkgutil import walk_packages
import ahocorasick_rs

made, opened = [], []
automaton = ahocorasick_rs.AhoCorasick

def counted(*arguments, **named):
    made.append(arguments)
    return automaton(*arguments, **named)

ahocorasick_rs.AhoCorasick = counted

def watch(event, arguments):
    path = str(arguments[0]) if event == "open" else ""
    if "/streams/" in path and path.endswith((".jsonl", ".toml", ".tsv", ".txt", ".json")):
        opened.append(path)

sys.addaudithook(watch)

import streams.data, streams.extract
names = ["streams.engine"]
for package in (streams.data, streams.extract):
    names += [module.name for module in walk_packages(package.__path__, f"{package.__name__}.")]
for name in names:
    import_module(name)
print(len(names), len(made), len(opened))

from streams.engine import load_extractor
load_extractor()
print(len(names), len(made), len(opened))
"""


def test_importing_builds_nothing_and_making_an_extractor_does() -> None:
    """The second line shows that the first would have seen it."""
    found = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=True)
    imported, loaded = (tuple(map(int, line.split())) for line in found.stdout.splitlines())

    modules, automata, files = imported
    assert modules > 40
    assert (automata, files) == (0, 0), found.stdout
    assert loaded[1] >= 3
    assert loaded[2] >= 7
