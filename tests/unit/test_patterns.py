"""Regular expressions match the same under every Python that newstape runs on."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

import pytest

import streams.data
import streams.extract
import streams.intake
import streams.markup
from streams.data.event_rules import load_event_rules

# A repeated group that fails only at its first character is not concerned: what `_TAG_END` repeats.
UNCONCERNED = {"streams.markup.html._MARKUP": 2}


def modules() -> Iterator[ModuleType]:
    """Those with patterns."""
    for package in (streams.intake, streams.markup, streams.extract, streams.data):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def patterns(value: object) -> Iterator[re.Pattern[Any]]:
    """The patterns in a constant of a module."""
    match value:
        case re.Pattern():
            yield value
        case tuple() | list():
            for item in value:
                yield from patterns(item)
        case dict():
            yield from patterns(list(value.values()))


def repeated_groups(tree: Any) -> int:
    """How many groups a pattern repeats possessively: `(?:…)*+`, where `[…]*+` is one character's."""
    if isinstance(tree, parser.SubPattern):
        return sum(repeated_groups(item) for item in tree.data)
    if isinstance(tree, (tuple, list)):
        operation = tree[0] if tree else None
        repeats = operation is codes.POSSESSIVE_REPEAT and not (
            len(tree[1][2]) == 1 and tree[1][2][0][0] in {codes.IN, codes.LITERAL, codes.NOT_LITERAL, codes.ANY}
        )
        return repeats + sum(map(repeated_groups, tree))
    return 0


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="reads the parser of `re`, which is no public interface")
def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 (Debian 12 has 3.11.2) goes on where such a group failed half-way: gh-106052, gh-100061.

    It let scripts of HTML through as text and lost names and ends of sentences. `(?>(?:…)*)` is right everywhere.
    """
    named = [(f"{m.__name__}.{name}", p) for m in modules() for name, v in vars(m).items() for p in patterns(v)]
    for rule in load_event_rules().rules:
        regexes = [*(p.regex for p in rule.patterns), *(e.regex for e in rule.unless), *rule.requires]
        named += [(f"rule {rule.name}", regex.compiled) for regex in regexes]
    assert len(named) > 500
    found = {name: repeated_groups(parser.parse(p.pattern, p.flags)) for name, p in named if isinstance(p.pattern, str)}
    assert {name: count for name, count in found.items() if count} == UNCONCERNED


@pytest.mark.parametrize(("pattern", "count"), [(r"(?:ab?c)*+", 1), (r"((?!C).)++", 1), (r"[ab]*+c++.?+", 0)])
def test_such_a_group_is_recognised(pattern: str, count: int) -> None:
    """A test that can't fail is none."""
    assert repeated_groups(parser.parse(pattern)) == count
