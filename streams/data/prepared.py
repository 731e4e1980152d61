"""Registry and rules as one block of bytes, from which they are read in a tenth of the time that their files take.

The bytes hold the result of loading and checking the files. Entities, meanings of names and symbols stay encoded until
they are needed, and regular expressions are compiled when they are first used. A registry and rules read from the bytes
give the same answers as those written to them: `tests/unit/data/test_prepared.py` compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from streams.data.entities import RegistryEntity
from streams.data.event_rules import EventRules
from streams.data.index_names import IndexNames
from streams.data.late_regex import LateRegex
from streams.data.name_keys import NameKeys
from streams.data.registry import Meaning, Registry
from streams.data.stored import StoredEntities, StoredSequence, StoredSymbols

__all__ = ["prepared", "read_registry", "read_rules"]


class _RegistryTables(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A registry with its many small values encoded one by one."""

    version: str
    ids: tuple[str, ...]
    entities: tuple[msgspec.Raw, ...]
    patterns: tuple[str, ...]
    readings: tuple[msgspec.Raw, ...]
    keys: NameKeys
    adjectives: frozenset[str]
    symbols: dict[str, msgspec.Raw]
    surnames: dict[str, tuple[str, ...]]
    given_names: dict[str, tuple[str, ...]]
    index_names: IndexNames


class _Prepared(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    registry: msgspec.Raw
    rules: msgspec.Raw


def _plainly(value: Any) -> Any:
    """A value that msgspec can't encode by itself, as one that it can."""
    if isinstance(value, LateRegex):
        return value.source
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value))


def _from_plain(kind: type, value: Any) -> Any:
    if kind is LateRegex:
        return LateRegex(value)
    raise NotImplementedError(kind)


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_plainly)
_ENTITY: Final = msgspec.msgpack.Decoder(RegistryEntity)
_MEANINGS: Final = msgspec.msgpack.Decoder(tuple[Meaning, ...])


def prepared(registry: Registry, rules: EventRules) -> bytes:
    """Registry and rules as bytes."""
    return _ENCODER.encode((_tables(registry), rules))


def read_registry(content: bytes) -> Registry:
    """The registry in the bytes of `prepared`. Raises msgspec.MsgspecError for bytes that `prepared` did not make."""
    parts = msgspec.msgpack.decode(content, type=_Prepared)
    tables = msgspec.msgpack.decode(parts.registry, type=_RegistryTables)
    return Registry(
        version=tables.version,
        entities=StoredEntities(tables.ids, tables.entities, _ENTITY.decode),
        patterns=tables.patterns,
        readings=StoredSequence(tables.readings, _MEANINGS.decode),
        keys=tables.keys,
        adjectives=tables.adjectives,
        symbols=MappingProxyType(
            {scheme: StoredSymbols(encoded, tables.ids) for scheme, encoded in tables.symbols.items()}
        ),
        surnames=MappingProxyType(tables.surnames),
        given_names=MappingProxyType(tables.given_names),
        index_names=tables.index_names,
    )


def read_rules(content: bytes) -> EventRules:
    """The rules in the bytes of `prepared`. Raises msgspec.MsgspecError for bytes that `prepared` did not make."""
    parts = msgspec.msgpack.decode(content, type=_Prepared)
    rules = msgspec.msgpack.decode(parts.rules, type=EventRules, dec_hook=_from_plain)
    return msgspec.structs.replace(
        rules,
        cues=MappingProxyType(rules.cues),
        types=MappingProxyType(rules.types),
    )


def _tables(registry: Registry) -> _RegistryTables:
    # Fields of type `Raw` are given values, not bytes: what is encoded is the same, and the decoder reads it as `Raw`.
    entities: Any = tuple(registry.entities.values())
    readings: Any = tuple(registry.readings)
    places = {entity: place for place, entity in enumerate(registry.entities)}
    symbols: Any = {
        scheme: {value: places[entity] for value, entity in table.items()} for scheme, table in registry.symbols.items()
    }
    return _RegistryTables(
        version=registry.version,
        ids=tuple(registry.entities),
        entities=entities,
        patterns=registry.patterns,
        readings=readings,
        keys=registry.keys,
        adjectives=registry.adjectives,
        symbols=symbols,
        surnames=dict(registry.surnames),
        given_names=dict(registry.given_names),
        index_names=registry.index_names,
    )
