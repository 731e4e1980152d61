"""Registry and rules read from prepared bytes answer as those that were prepared."""

from functools import cache

import msgspec
import pytest

from schemas.taxonomy import Kind
from streams.data.event_rules import EventRules, load_event_rules
from streams.data.prepared import prepared, read_registry, read_rules
from streams.data.registry import Registry, load_registry


@cache
def made() -> tuple[Registry, EventRules]:
    """The shipped registry and rules, read from their files."""
    return load_registry(), load_event_rules()


@cache
def content() -> bytes:
    """Both prepared."""
    return prepared(*made())


def test_a_prepared_registry_answers_as_the_one_from_the_files() -> None:
    """Every entity, name, meaning and symbol, in the same order."""
    registry, _ = made()
    again = read_registry(content())

    assert again.version == registry.version
    assert list(again.entities.items()) == list(registry.entities.items())
    assert again.patterns == registry.patterns
    assert list(again.readings) == list(registry.readings)
    assert again.keys == registry.keys
    assert again.adjectives == registry.adjectives
    assert {scheme: dict(table) for scheme, table in again.symbols.items()} == {
        scheme: dict(table) for scheme, table in registry.symbols.items()
    }
    assert dict(again.surnames) == dict(registry.surnames)
    assert dict(again.given_names) == dict(registry.given_names)
    assert list(again.of_kind(Kind.COUNTRY)) == list(registry.of_kind(Kind.COUNTRY))


def test_a_prepared_registry_knows_what_it_does_not_have() -> None:
    """A missing id, name or symbol is missing in the way of a mapping."""
    again = read_registry(content())

    assert "company:NOBODY" not in again.entities
    assert again.entities.get("company:NOBODY") is None
    with pytest.raises(KeyError):
        again.entities["company:NOBODY"]
    assert again.find("no such name at all") == ()
    assert again.keys.find("no such name at all") == []
    assert "NO.SUCH" not in again.symbols["ric"]
    assert again.find_symbol("ric", "NO.SUCH") is None


def test_an_entity_is_decoded_once() -> None:
    """What is asked for in every article costs once."""
    again = read_registry(content())

    assert again.entities["index:N225"] is again.entities["index:N225"]


def test_prepared_rules_are_those_of_the_files() -> None:
    """Regular expressions are compared by their source."""
    _, rules = made()

    assert read_rules(content()) == msgspec.structs.replace(rules)


def test_bytes_of_something_else_are_refused() -> None:
    """Whoever reads them prepares anew."""
    with pytest.raises(msgspec.MsgspecError):
        read_registry(b"\x92\x01\x02")
