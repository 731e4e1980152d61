"""Lines of registry files: decoding, checking, and applying them to the entities read so far.

A line is an entity, or an amendment of one that is known. A fault in a line is reported with field and reason. The
first fault stops the loading unless the caller collects faults, since a registry that lacks a name gives wrong answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from schemas.taxonomy import Kind
from streams.data.entities import RegistryEntity, RegistryError, Role, Symbol
from streams.data.exchanges import EXCHANGES

# Names longer than this are prose, not names; the longest legal name in the shipped data has 96 characters.
LONGEST_NAME: Final = 160

# More members than any index has.
_MOST_MEMBERS: Final = 20_000

_BAD_NAME: Final = f"is empty, begins or ends with a space or has more than {LONGEST_NAME} characters"

_ID: Final = re.compile(r"(index|company|country|organization|person|commodity):[A-Za-z0-9][A-Za-z0-9.&_-]*\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_DAY: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z")
_UNKNOWN_FIELD: Final = re.compile(r"unknown field `([^`]*)`")
_PATH_IN_MESSAGE: Final = re.compile(r" - at `\$\.?([^`]*)`\Z")


class Line(RegistryEntity, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A line of a file written by hand: an entity, or an amendment of one."""

    drop_aliases: tuple[str, ...] = ()
    """Names to remove."""
    absorbs: tuple[str, ...] = ()
    """Ids of entities that are deleted and whose listings and symbols this one takes over; unknown ids are ignored."""
    replace: bool = False
    """Forget what earlier files said of this id."""
    remove: bool = False
    """Delete the entity."""


class Origin(StrEnum):
    """Who gave a name. It decides which entity keeps a name that several share."""

    GENERATED = "generated"
    CURATED = "curated"
    USER = "user"


class Loading:
    """A registry while it is being read: the entities so far, and the origin of each name that is not generated."""

    __slots__ = ("entities", "origins")

    def __init__(self) -> None:
        self.entities: dict[str, RegistryEntity] = {}
        self.origins: dict[tuple[str, str], Origin] = {}


# The classes of list items that have fields of their own, by the name of the list.
_PARTS: Final[Mapping[str, type[msgspec.Struct]]] = {"symbols": Symbol, "roles": Role}

# A generated file has no amendments, and a third of a million fields: its lines are decoded as entities directly.
_GENERATED: Final = msgspec.json.Decoder(RegistryEntity)
_WRITTEN: Final = msgspec.json.Decoder(Line)

# Fields of an amendment that replace the known value, and lists that it adds to; `listed` and the fields of `Line` are
# handled by name.
_SINGLE: Final = (
    "name", "size", "sector", "country", "currency", "time_zone", "family", "administrator", "category",
    "surname",
)  # fmt: skip
_LISTS: Final = (
    "aliases", "weak_aliases", "adjectives", "metonyms", "listings", "own_symbols", "currency_names", "constituents",
    "home", "nicknames", "descriptions", "providers", "roles",
)  # fmt: skip


def read_entries(
    path: Path, content: bytes, origin: Origin, loading: Loading, faults: list[RegistryError] | None = None
) -> None:
    """Apply the lines of one file to `loading`; `content` holds the bytes of the file.

    Raises RegistryError for the first line that can't be used. With `faults` such lines are added to it and skipped.
    """
    decoder: msgspec.json.Decoder[RegistryEntity] = _GENERATED if origin is Origin.GENERATED else _WRITTEN  # type: ignore[assignment]  # Decoder is invariant, a Line is a RegistryEntity
    seen: dict[str, int] = {}
    for number, raw in enumerate(content.split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            line = _checked(raw, number, path, decoder, loading, seen, origin)
        except RegistryError as fault:
            if faults is None:
                raise
            faults.append(fault)
            continue
        seen[line.id] = number
        _apply(line, origin, loading)


def _checked(
    raw: bytes,
    number: int,
    path: Path,
    decoder: msgspec.json.Decoder[RegistryEntity],
    loading: Loading,
    seen: Mapping[str, int],
    origin: Origin,
) -> RegistryEntity:
    try:
        line = decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RegistryError(path, number, *_with_suggestion(*field_and_reason(error))) from error
    problem = _problem(line, loading.entities.get(line.id), is_users=origin is Origin.USER)
    if problem is None and line.id in seen:
        problem = "id", f"{line.id} stands in this file already, on line {seen[line.id]}"
    if problem is not None:
        raise RegistryError(path, number, *problem)
    return line


def field_and_reason(error: Exception) -> tuple[str, str]:
    """The two parts of a decoding error: the field's path (empty for the whole line) and the reason."""
    message = str(error)
    found = _PATH_IN_MESSAGE.search(message)
    return (found[1], message[: found.start()]) if found else ("", message)


def _with_suggestion(field: str, reason: str) -> tuple[str, str]:
    """The same; where a field is unknown, the reason also suggests the field that was probably meant."""
    unknown = _UNKNOWN_FIELD.search(reason)
    if unknown is None:
        return field, reason
    fields = [f.encode_name for f in msgspec.structs.fields(_PARTS.get(field.partition("[")[0], Line))]
    meant = get_close_matches(unknown[1], fields, n=1)
    return field, f"{reason}, did you mean `{meant[0]}`?" if meant else f"{reason}; there are {', '.join(fields)}"


_Problem = tuple[str, str]
"""A field and what is wrong with it."""


def _problem(line: RegistryEntity, known: RegistryEntity | None, *, is_users: bool) -> _Problem | None:
    """The first fault in a line; None if it has none. `known` is what earlier files said of its id."""
    problem = _problem_in_id(line)
    if problem is not None:
        return problem
    if isinstance(line, Line) and line.remove:
        return None if known is not None else ("remove", f"{line.id} is not in the registry")
    return (
        (_problem_in_dropped_aliases(line, known) if is_users else None)
        or _problem_of_missing_name(line, known)
        or _problem_in_fields(line, known)
    )


def _problem_in_fields(line: RegistryEntity, known: RegistryEntity | None) -> _Problem | None:
    """The first fault in what a line says of its entity."""
    return (
        _problem_in_names(line)
        or _problem_in_codes(line)
        or _problem_in_listings(line)
        or _problem_in_roles(line)
        or _problem_in_index_fields(line, known)
    )


def _problem_in_id(line: RegistryEntity) -> _Problem | None:
    if not _ID.match(line.id):
        return "id", f"expected kind:code with a kind of {', '.join(Kind)}, got {line.id!r}"
    if line.given_kind is not None and line.given_kind is not line.kind:
        return "kind", f"{line.given_kind.value!r} does not go with id {line.id!r}"
    return None


def _problem_in_dropped_aliases(line: RegistryEntity, known: RegistryEntity | None) -> _Problem | None:
    """The first name to be removed that the entity does not have."""
    if not isinstance(line, Line) or not line.drop_aliases or known is None:
        return None
    aliases = (*known.aliases, *known.weak_aliases)
    for position, name in enumerate(line.drop_aliases):
        if name not in aliases:
            names = ", ".join(aliases) or "none"
            return f"drop_aliases[{position}]", f"{name!r} is no alias of {line.id}, which has: {names}"
    return None


def _problem_of_missing_name(line: RegistryEntity, known: RegistryEntity | None) -> _Problem | None:
    is_new = known is None or (isinstance(line, Line) and line.replace)
    return ("name", "required for a new entity") if is_new and not line.name else None


def _problem_in_names(line: RegistryEntity) -> _Problem | None:
    if line.name and not _is_name(line.name):
        return "name", f"{line.name!r} {_BAD_NAME}"
    for field, names in _names_by_field(line):
        problem = _bad_name(field, names) or _repeated_name(field, names)
        if problem is not None:
            return problem
    return _misplaced_alias(line)


def _is_name(text: str) -> bool:
    return bool(text) and text == text.strip() and len(text) <= LONGEST_NAME


def _bad_name(field: str, names: Sequence[str]) -> _Problem | None:
    for position, name in enumerate(names):
        if not _is_name(name):
            return f"{field}[{position}]", f"{name!r} {_BAD_NAME}"
    return None


def _repeated_name(field: str, names: Sequence[str]) -> _Problem | None:
    if len(set(names)) == len(names):
        return None
    return field, f"{next(name for name in names if names.count(name) > 1)!r} stands there twice"


def _misplaced_alias(line: RegistryEntity) -> _Problem | None:
    """The first strong name that is too short for one, or that is a weak name too."""
    for name in line.aliases:
        if len(name) < 2 and name.isascii():
            return "aliases", f"{name!r}: one letter can't be a strong name; put it in weak_aliases"
        if name in line.weak_aliases:
            return "weak_aliases", f"{name!r} is among aliases too"
    return None


def _names_by_field(line: RegistryEntity) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "aliases", line.aliases
    yield "weak_aliases", line.weak_aliases
    yield "adjectives", line.adjectives
    yield "metonyms", line.metonyms
    if isinstance(line, Line):
        yield "drop_aliases", line.drop_aliases


def _problem_in_codes(line: RegistryEntity) -> _Problem | None:
    if line.country is not None and not _COUNTRY.match(line.country):
        return "country", f"expected ISO 3166 alpha-2, got {line.country!r}"
    if line.currency is not None and not _CURRENCY.match(line.currency):
        return "currency", f"expected ISO 4217, got {line.currency!r}"
    if line.time_zone is not None and not _is_time_zone(line.time_zone):
        return "time_zone", f"expected an IANA time zone, got {line.time_zone!r}"
    return None


def _problem_in_listings(line: RegistryEntity) -> _Problem | None:
    """The first fault in a listing or a symbol."""
    for position, listing in enumerate(line.listings):
        mic, colon, ticker = listing.partition(":")
        if mic not in EXCHANGES or not colon or not ticker or ticker != ticker.strip():
            return f"listings[{position}]", f"expected MIC:TICKER with a known market code, got {listing!r}"
    for position, symbol in enumerate(line.own_symbols):
        if not symbol.value or symbol.value != symbol.value.strip():
            return f"symbols[{position}].value", f"empty, or begins or ends with a space: {symbol.value!r}"
    return None


def _problem_in_roles(line: RegistryEntity) -> _Problem | None:
    for position, role in enumerate(line.roles):
        if role.country is not None and not _COUNTRY.match(role.country):
            return f"roles[{position}].country", f"expected ISO 3166 alpha-2, got {role.country!r}"
        for field in ("since", "until"):
            day = getattr(role, field)
            if day is not None and not _DAY.match(day):
                return f"roles[{position}].{field}", f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {day!r}"
    return None


def _problem_in_index_fields(line: RegistryEntity, known: RegistryEntity | None) -> _Problem | None:
    given = [f for f in ("constituents", "home", "nicknames", "descriptions", "providers") if getattr(line, f)]
    if given and line.kind is not Kind.INDEX:
        return given[0], f"is said of indices, and {line.id} is none"
    for position, count in enumerate(line.constituents):
        if not 1 < count <= _MOST_MEMBERS:
            return f"constituents[{position}]", f"expected a number of members from 2 to {_MOST_MEMBERS}, got {count}"
    return (
        _bad_name("home", line.home) or _bad_name("providers", line.providers) or _nickname_that_is_no_name(line, known)
    )


def _nickname_that_is_no_name(line: RegistryEntity, known: RegistryEntity | None) -> _Problem | None:
    before = () if known is None else (known.name, *known.aliases, *known.weak_aliases)
    names = (*before, line.name, *line.aliases, *line.weak_aliases)
    for position, name in enumerate(line.nicknames):
        if name not in names:
            return f"nicknames[{position}]", f"{name!r} is none of its names, so nothing finds it; add it to aliases"
    return None


@cache
def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _apply(line: RegistryEntity, origin: Origin, loading: Loading) -> None:
    entities = loading.entities
    if not isinstance(line, Line):
        entities[line.id] = line
        return
    if line.remove:
        del entities[line.id]
        return
    for name in (line.name, *line.aliases, *line.weak_aliases, *line.adjectives, *line.metonyms):
        loading.origins[line.id, name] = origin
    known = None if line.replace else entities.get(line.id)
    entity = _entity(line) if known is None else _amended(known, line)
    entities[line.id] = _absorbed(entity, line.absorbs, entities)


def _absorbed(entity: RegistryEntity, others: Sequence[str], entities: dict[str, RegistryEntity]) -> RegistryEntity:
    gone = [other for other in (entities.pop(other_id, None) for other_id in others) if other is not None]
    if not gone:
        return entity
    listings = dict.fromkeys((*entity.listings, *(listing for other in gone for listing in other.listings)))
    symbols = dict.fromkeys((*entity.own_symbols, *(symbol for other in gone for symbol in other.own_symbols)))
    return msgspec.structs.replace(entity, listings=tuple(listings), own_symbols=tuple(symbols))


def _entity(line: Line) -> RegistryEntity:
    fields: dict[str, Any] = {name: getattr(line, name) for name in (*_SINGLE, *_LISTS)}
    return RegistryEntity(id=line.id, listed=line.listed, **fields)


def _amended(known: RegistryEntity, line: Line) -> RegistryEntity:
    singles: dict[str, Any] = {field: getattr(line, field) or getattr(known, field) for field in _SINGLE}
    lists: dict[str, Any] = {
        field: tuple(dict.fromkeys((*getattr(line, field), *getattr(known, field)))) for field in _LISTS
    }
    if line.listings:
        # The home listing stays in front unless the amendment gives it again.
        home = line.listings if set(known.listings) <= set(line.listings) else (*known.listings, *line.listings)
        lists["listings"] = tuple(dict.fromkeys(home))
    gone = set(line.drop_aliases)
    # The amendment decides on a name: one that is weak there becomes weak, one that is strong there becomes strong.
    strong, weak = set(line.aliases), set(line.weak_aliases)
    lists["aliases"] = tuple(name for name in lists["aliases"] if name not in gone and name not in weak - strong)
    lists["weak_aliases"] = tuple(name for name in lists["weak_aliases"] if name not in gone and name not in strong)
    return RegistryEntity(id=known.id, listed=known.listed and line.listed, **singles, **lists)
