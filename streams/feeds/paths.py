"""Paths by which a mapping names a part of a vendor's record: `source/name`, `docdata/doc-id/@id-string`.

- Steps are names, parted by `/`. In JSON a name is a field's; in XML it is a child element's, and `@name` is an
  attribute's, both without their namespace.
- Arrays and repeated elements are entered by themselves: `channels/name` finds the name of every channel.
- `links[rel=alternate]/href` goes on only with the links whose `rel` is that; `[@type=...]` asks for an attribute.

A path that does not fit the record finds nothing and is no error. Each value is looked at once, so finding takes time
linear in the record.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from streams.feeds.elements import Element

_STEP: Final = re.compile(r"(?P<name>@?[^/\[\]=@]+)(?:\[(?P<key>@?[^/\[\]=@]+)=(?P<value>[^\]]*)\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a path."""

    name: str
    """The field, the child element, or with `@` the attribute."""
    key: str | None = None
    """The field or attribute of it that is asked for a value."""
    value: str = ""
    """The value that it must have."""


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the top of a record, and how they were written."""

    text: str
    steps: tuple[Step, ...]

    @property
    def place(self) -> str:
        """The path as a rejection tells it: `source/name` is `source.name`."""
        return self.text.replace("/", ".")

    def find(self, record: object) -> list[object]:
        """All that stands there, in its order; nulls are nothing."""
        found: list[object] = [record]
        for step in self.steps:
            found = [each for value in _entered(found) for each in _taken(value, step)]
        return [value for value in _entered(found) if value is not None]


@lru_cache(maxsize=4096)  # paths stand in mappings, which are few, and are asked for with every record
def parse(text: str) -> Path:
    """The path that is written so. Raises ValueError with what is wrong."""
    steps, at = [], 0
    while True:
        found = _STEP.match(text, at)
        if found is None:
            raise ValueError(f"expected a path such as source/name, found {text!r}")
        steps.append(Step(name=found["name"], key=found["key"], value=found["value"] or ""))
        at = found.end()
        if at == len(text):
            return Path(text, tuple(steps))
        if text[at] != "/":
            raise ValueError(f"expected / at character {at + 1} of {text!r}, found {text[at:]!r}")
        at += 1


def paths_of(written: str | tuple[str, ...]) -> list[Path]:
    """The paths of a rule, which has one or several."""
    return [parse(text) for text in ((written,) if isinstance(written, str) else written)]


def _entered(values: Iterable[object]) -> Iterator[object]:
    """The values, arrays replaced by what is in them."""
    left = [iter(values)]
    while left:
        for value in left[-1]:
            if isinstance(value, list):
                left.append(iter(value))
                break
            yield value
        else:
            left.pop()


def _taken(value: object, step: Step) -> Iterable[object]:
    found = _named(value, step.name)
    if step.key is None:
        return found
    key, wanted = step.key, step.value
    return [each for each in _entered(found) if any(_plain(of) == wanted for of in _entered(_named(each, key)))]


def _named(value: object, name: str) -> list[Any]:
    if isinstance(value, dict):
        return [value[name]] if name in value else []
    if isinstance(value, Element):
        if name.startswith("@"):
            attribute = value.attributes.get(name[1:])
            return [] if attribute is None else [attribute]
        return value.named(name)
    return []


def _plain(value: object) -> str | None:
    if isinstance(value, Element):
        return value.text.strip()
    return str(value) if isinstance(value, str | int | float) else None
