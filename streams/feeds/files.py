"""Mapping files: those that newstape ships with, and a user's own. A wrong one is refused with file, line and field."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from schemas.taxonomy import Status
from streams.feeds import NATIVE, Feeds
from streams.feeds.mapping import ArticleRules, Format, Mapping, Paths, Symbols, Text, Time
from streams.feeds.paths import paths_of
from streams.toml import reading as toml
from streams.toml.reading import TomlError

SHIPPED: Final = Path(__file__).parent / "mappings"
"""Where the mappings that newstape ships with lie."""

_TIMES: Final = ("published_at", "updated_at", "embargoed_until")
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ZONE: Final = re.compile(r"UTC|Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]")


class MappingError(TomlError):
    """A mapping that can't be used."""


class UnknownFeedError(ValueError):
    """There is no feed of this name; the message has those that there are."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        meant = get_close_matches(name, names, n=1)
        hint = f", did you mean {meant[0]}?" if meant else ""
        super().__init__(f"there is no feed {name!r}{hint}; there are {', '.join(names)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A mapping, and the file that it is from."""

    mapping: Mapping
    path: Path


def load_mappings(paths: Sequence[Path] = ()) -> AbstractMapping[str, Found]:
    """The shipped mappings and a user's by name; of one name the last counts. Raises MappingError."""
    return _shipped() | {path.stem: Found(mapping=read_mapping(path), path=path) for path in _files(paths)}


def load_feeds(paths: Sequence[Path] = (), default: str = NATIVE) -> Feeds:
    """The feeds of these mappings and the shipped ones. Raises MappingError, UnknownFeedError."""
    feeds = Feeds(mappings={name: found.mapping for name, found in load_mappings(paths).items()}, default=default)
    if default not in feeds.names:
        raise UnknownFeedError(default, feeds.names)
    return feeds


@cache
def _shipped() -> dict[str, Found]:
    return {path.stem: Found(mapping=read_mapping(path), path=path) for path in sorted(SHIPPED.glob("*.toml"))}


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingError."""
    written = toml.read(path, Mapping, fault=MappingError, kinds=_kinds, string="a path")
    if _NAME.fullmatch(path.stem) is None:
        raise MappingError(path, 0, "", "expected a file name of small letters, digits and hyphens: it is the feed's")
    for field, reason in _problems(written.value):
        raise written.error(field, reason)
    return written.value


def _kinds(field: str) -> Sequence[type[msgspec.Struct]]:
    """What may stand at this place of a mapping."""
    if not field:
        return [Mapping]
    name = field.removeprefix("article").removeprefix(".").partition("[")[0]
    if not name:
        return [ArticleRules]
    kinds: dict[str, type[msgspec.Struct]] = {"symbols": Symbols, **dict.fromkeys(_TIMES, Time)}
    return [kinds.get(name, Text)]


# ---- what the types can't say


def _problems(mapping: Mapping) -> Iterator[tuple[str, str]]:
    yield from _path_problems("items", mapping.items)
    if mapping.format is Format.XML and not mapping.items:
        yield "format", "xml needs items: the path of the article, from the root on"
    if mapping.format is Format.RSS and mapping.items:
        yield "items", "expected none: entries are found by feedparser"
    if mapping.article.headline is None and mapping.article.body is None:
        yield "article", "expected headline or body"
    for name in ArticleRules.__struct_fields__:
        rules = getattr(mapping.article, name)
        for rule in rules if name == "symbols" and isinstance(rules, tuple) else (rules,):
            if rule is not None:
                yield from _rule_problems(f"article.{name}", rule)


def _rule_problems(field: str, rule: Paths | Text | Time | Symbols) -> Iterator[tuple[str, str]]:
    if isinstance(rule, str | tuple):
        yield from _path_problems(field, rule)
        return
    yield from _path_problems(f"{field}.path", rule.path)
    if isinstance(rule, Text):
        yield from _text_problems(field, rule)
    elif not rule.path:
        yield f"{field}.path", "expected a path"
    if isinstance(rule, Time) and rule.zone is not None and _ZONE.fullmatch(rule.zone) is None:
        yield f"{field}.zone", f'expected "UTC" or an offset such as "-05:00", got "{rule.zone}"'
    if isinstance(rule, Symbols) and rule.split == "":
        yield f"{field}.split", "expected a sign, got none"


def _text_problems(field: str, rule: Text) -> Iterator[tuple[str, str]]:
    if not rule.path and rule.constant is None:
        yield field, "expected a path or a constant"
    if field == "article.uri" and rule.constant is not None:
        yield f"{field}.constant", "expected none: every article has a uri of its own"
    if field == "article.status":
        given = [*rule.values.values(), *([] if rule.constant is None else [rule.constant])]
        for status in given:
            if status not in set(Status):
                yield field, f"expected {' | '.join(Status)}, got {status!r}"


def _path_problems(field: str, written: Paths) -> Iterator[tuple[str, str]]:
    try:
        paths_of(written)
    except ValueError as error:
        yield field, str(error)
