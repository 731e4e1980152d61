"""A file of TOML as a value of a class of msgspec; what is wrong is told with file, line, field and reason.

TOML's reader keeps no lines. They are found again by the names that stand on them: the line of a field is the one with
its key, or else that of the table that it should stand in.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")

_PATH_IN_MESSAGE: Final = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`\Z")
# What may stand somewhere in the words of the documentation: msgspec names types.
_UNION: Final = re.compile(r"`((?:str|array|object|null)(?: \| (?:str|array|object|null))+)`")
_UNKNOWN_FIELD: Final = re.compile(r"unknown field `([^`]+)`")
_SYNTAX: Final = re.compile(r"(.*) \(at line (\d+), column \d+\)\Z")
_TABLE: Final = re.compile(r"\s*(\[+)\s*([\w.\"' -]+?)\s*\]+\s*(?:#.*)?\Z")
_KEY: Final = re.compile(r"\s*([\w\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_NAME: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[^.\s]+")

Kinds = Callable[[str], Sequence[type[msgspec.Struct]]]
"""What may stand at a place of the file: classes, for the names of their fields."""


class TomlError(ValueError):
    """A file that can't be used: which file, line (from 1; 0 for the file as a whole), field, and why."""

    def __init__(self, path: Path | str, line: int, field: str, reason: str) -> None:
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {field}: {reason}" if field else f"{place}: {reason}")
        self.path = str(path)
        self.line = line
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Generic[T]):
    """What a file says, and the file itself, so that what is found wrong later has its line, too."""

    value: T
    path: Path
    text: str
    fault: type[TomlError]

    def error(self, field: str, reason: str) -> TomlError:
        """The fault of a field, to raise."""
        return self.fault(self.path, line_of(field, self.text), field, reason)


def read(path: Path, kind: type[T], *, fault: type[TomlError], kinds: Kinds, string: str = "a string") -> Written[T]:
    """The value of class `kind` in a file, whose strings are called `string` in faults. Raises `fault`."""
    try:
        text = path.read_text(encoding="utf-8")
        plain = tomllib.loads(text)
    except OSError as error:
        raise fault(path, 0, "", f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise fault(path, 0, "", f"expected UTF-8: {error.reason} at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise fault(path, *syntax(error)) from error
    try:
        value = msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        field, reason = _field_and_reason(error, kinds, string)
        raise fault(path, line_of(field, text), field, reason) from error
    return Written(value=value, path=path, text=text, fault=fault)


def meant(name: str, known: Sequence[str]) -> str:
    """A hint behind a name that there is none of: the one that looks most like it, or else all of them."""
    alike = get_close_matches(name, known, n=1)
    return f", did you mean `{alike[0]}`?" if alike else f"; there are {', '.join(known)}"


def syntax(error: tomllib.TOMLDecodeError) -> tuple[int, str, str]:
    """Line, field (none) and reason of a text that is no TOML."""
    found = _SYNTAX.match(str(error))
    reason = found[1] if found else str(error)
    return int(found[2]) if found else 0, "", f"expected TOML: {reason[:1].lower()}{reason[1:]}"


def _field_and_reason(error: Exception, kinds: Kinds, string: str) -> tuple[str, str]:
    message = str(error)
    found = _PATH_IN_MESSAGE.search(message)
    field, reason = (found[1], message[: found.start()]) if found else ("", message)
    words = {"str": string, "array": "several", "object": "a table"}
    reason = _UNION.sub(
        lambda union: " or ".join(words[kind] for kind in union[1].split(" | ") if kind in words),
        f"{reason[:1].lower()}{reason[1:]}",
    )
    unknown = _UNKNOWN_FIELD.search(reason)
    if unknown is None:
        return field, reason
    known = [name for kind in kinds(field) for name in kind.__struct_encode_fields__]
    return ".".join(filter(None, (field, unknown[1]))), f"there is no such field{meant(unknown[1], known)}"


def line_of(field: str, text: str) -> int:
    """The line where a field such as `rule[1].when.type` stands, or else the table that it should stand in; 0 if none
    does.
    """
    names, best = tuple(field.replace("[", ".[").split(".")), (0, 0)
    for number, place in _places(text):
        if place == names[: len(place)] and len(place) > best[0]:
            best = (len(place), number)
    return best[1]


def _places(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every line with a header or a key, and the place that it names: `rule`, `[1]`, `when`, `type`."""
    seen: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header, key = _TABLE.match(line), _KEY.match(line)
        if header is not None:
            table = _table(_names(header[2]), seen, is_array=len(header[1]) > 1)
            yield number, table
        elif key is not None:
            yield number, (*table, *_names(key[1]))


def _table(names: tuple[str, ...], seen: dict[tuple[str, ...], int], *, is_array: bool) -> tuple[str, ...]:
    """The place of a table: one that lies in an array of tables lies in the last of them."""
    place: tuple[str, ...] = ()
    for depth, name in enumerate(names, start=1):
        place = (*place, name)
        if is_array and depth == len(names):
            seen[place] = seen.get(place, -1) + 1
        if place in seen:
            place = (*place, f"[{seen[place]}]")
    return place


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in _NAME.findall(written))
