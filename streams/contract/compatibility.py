"""What changed between two contracts, and whom it breaks.

BACKWARD_TRANSITIVE, as schema registries define it: a reader with the new schema can read what was written under every
released version of the same major. Market data is also read by those who stay behind, so for what newstape writes the
other way is asked too: a reader of any released version can read what is written now. What is left is adding: a field
with a default, a member of a vocabulary (readers take an unknown one for a newer contract, `schemas.taxonomy`), a
header, a topic. For what newstape reads, producers stay behind: whatever they may send they may go on sending.

Internal messages and topics are no part of it. The comparison knows the words that newstape's schemas are made of and
refuses any other, so that nothing is passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from streams.contract.files import ASYNCAPI, ContractError, Documents, version_of
from streams.contract.messages import KINDS, Direction

Schema = Mapping[str, Any]


class Effect(StrEnum):
    """Whom a change concerns."""

    BREAKING = "breaking"
    ADDITION = "addition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two contracts."""

    where: str
    """Message and field, or topic and property."""
    what: str
    """What was and what is."""
    effect: Effect
    """Whom it concerns."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


# Words for people only.
_PROSE: Final = frozenset(("title", "description", "examples", "$schema", "$id", "$comment", "$defs", "default"))
_LIMITS: Final = ("minimum", "maximum", "pattern", "format", "const")
_KNOWN: Final = _PROSE | {
    *_LIMITS,
    *("type", "$ref", "anyOf", "enum", "items", "properties", "required", "additionalProperties", "propertyNames"),
}


def compare(old: Documents, new: Documents) -> list[Change]:
    """Every change that concerns a reader or a producer."""
    changes: list[Change] = []
    for kind in KINDS:
        if kind.direction is Direction.INTERNAL:
            continue
        name = f"{kind.name}.schema.json"
        if name not in old:
            continue
        if name not in new:
            changes.append(Change(where=kind.name, what="the message is gone", effect=Effect.BREAKING))
            continue
        changes.extend(_Comparison(old[name], new[name], kind.direction).run(kind.name))
    changes.extend(_topics(old.get(ASYNCAPI, {}), new.get(ASYNCAPI, {})))
    return changes


class _Comparison:
    """Two versions of one message."""

    def __init__(self, old: Schema, new: Schema, direction: Direction) -> None:
        self._old, self._new, self._direction = old, new, direction

    def run(self, where: str) -> list[Change]:
        """All changes below the message's root."""
        return list(self._node(where, self._old, self._new))

    def _node(self, where: str, was: Schema, now: Schema) -> Iterator[Change]:
        was, now = _resolved(where, was, self._old), _resolved(where, now, self._new)
        was_null, was = _without_null(where, was, self._old)
        now_null, now = _without_null(where, now, self._new)
        if was_null != now_null:
            yield self._widening(where, now_null, "may be null now", "may no longer be null")
        if _type(was) != _type(now):
            integer_to_number = (_type(was), _type(now)) == ("integer", "number")
            what = f"was {_type(was)}, is {_type(now)}"
            yield self._change(where, what, breaking=not (integer_to_number and self._is_input))
            return
        for limit in _LIMITS:
            if was.get(limit) != now.get(limit):
                yield self._limit(where, limit, was.get(limit), now.get(limit))
        yield from self._vocabulary(where, was.get("enum"), now.get("enum"), "value")
        names_were, names_are = (s.get("propertyNames", {}).get("enum") for s in (was, now))
        yield from self._vocabulary(where, names_were, names_are, "key")
        if "items" in was and "items" in now:
            yield from self._node(f"{where}[]", was["items"], now["items"])
        if "additionalProperties" in was and "additionalProperties" in now:
            yield from self._node(f"{where}.*", was["additionalProperties"], now["additionalProperties"])
        yield from self._properties(where, was, now)

    def _properties(self, where: str, was: Schema, now: Schema) -> Iterator[Change]:
        old, new = was.get("properties", {}), now.get("properties", {})
        needed_before, needed_now = frozenset(was.get("required", ())), frozenset(now.get("required", ()))
        for name in old:
            if name not in new:
                yield self._change(f"{where}.{name}", "the field is gone", breaking=True)
                continue
            if (name in needed_before) != (name in needed_now):
                yield self._widening(f"{where}.{name}", name not in needed_now, "may be absent now", "is required now")
            yield from self._node(f"{where}.{name}", old[name], new[name])
        for name in new:
            if name not in old:
                needed = name in needed_now
                what = "new, and has no default for records that lack it" if needed else "new"
                yield self._change(f"{where}.{name}", what, breaking=needed)

    def _vocabulary(self, where: str, was: list[str] | None, now: list[str] | None, what: str) -> Iterator[Change]:
        if was is None and now is None:
            return
        if was is None or now is None:
            yield self._widening(where, now is None, f"may be any {what} now", f"is one of a list of {what}s now")
            return
        for member in was:
            if member not in now:
                yield self._change(where, f"the {what} {member!r} is gone", breaking=True)
        for member in now:
            if member not in was:
                yield self._change(where, f"the {what} {member!r} is new", breaking=False)

    def _limit(self, where: str, limit: str, was: Any, now: Any) -> Change:
        what = f"{limit} was {was}, is {now}"
        wider = now is None or (
            was is not None and ((limit == "minimum" and now < was) or (limit == "maximum" and now > was))
        )
        return self._change(where, what, breaking=not (wider and self._is_input))

    @property
    def _is_input(self) -> bool:
        return self._direction is Direction.IN

    def _widening(self, where: str, wider: bool, if_wider: str, if_narrower: str) -> Change:
        """A field that takes more or fewer values: of what newstape writes, either breaks a reader."""
        return self._change(where, if_wider if wider else if_narrower, breaking=not (wider and self._is_input))

    def _change(self, where: str, what: str, *, breaking: bool) -> Change:
        return Change(where=where, what=what, effect=Effect.BREAKING if breaking else Effect.ADDITION)


def _resolved(where: str, schema: Schema, document: Schema) -> Schema:
    unknown = schema.keys() - _KNOWN
    if unknown:
        raise ContractError(f"{where}: the comparison knows nothing of {', '.join(sorted(unknown))}; teach it first")
    if "$ref" not in schema:
        return schema
    target: Schema = document["$defs"][schema["$ref"].rpartition("/")[2]]
    return _resolved(where, target, document)


def _without_null(where: str, schema: Schema, document: Schema) -> tuple[bool, Schema]:
    """Whether a schema allows null, and what it allows else."""
    if "anyOf" not in schema:
        return False, schema
    others = [option for option in schema["anyOf"] if option.get("type") != "null"]
    if len(others) != 1 or len(others) == len(schema["anyOf"]):
        raise ContractError(f"{where}: expected a type, or one type and null, got {schema['anyOf']}")
    return True, _resolved(where, others[0], document)


def _type(schema: Schema) -> str:
    if schema.get("type") == "object":
        return "map" if "additionalProperties" in schema else "object"
    return str(schema.get("type"))


# -- topics -----------------------------------------------------------------------------------------------------------


def _topics(old: Schema, new: Schema) -> Iterator[Change]:
    were = {c["address"]: (name, c) for name, c in old.get("channels", {}).items() if not c.get("x-internal")}
    are = {c["address"]: (name, c) for name, c in new.get("channels", {}).items() if not c.get("x-internal")}
    for address, (_, was) in were.items():
        if address not in are:
            yield Change(where=address, what="the topic is gone", effect=Effect.BREAKING)
            continue
        name, now = are[address]
        is_input = _is_input(name, new)
        yield from _configuration(address, was, now, is_input=is_input)
        yield from _messages(address, old, new, was, now, is_input=is_input)
    for address in are.keys() - were.keys():
        yield Change(where=address, what="a new topic", effect=Effect.ADDITION)


def _is_input(channel: str, document: Schema) -> bool:
    reference = f"#/channels/{channel}"
    return any(
        operation["action"] == "receive" and operation["channel"]["$ref"] == reference
        for operation in document.get("operations", {}).values()
    )


def _configuration(address: str, was: Schema, now: Schema, *, is_input: bool) -> Iterator[Change]:
    old, new = (channel["bindings"]["kafka"]["topicConfiguration"] for channel in (was, now))
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        # For ever is -1. A message that was taken must be taken; one that is kept must be kept as long.
        smaller = (
            isinstance(before, int) and isinstance(after, int) and after != -1 and (before == -1 or after < before)
        )
        numbers = isinstance(before, int) and isinstance(after, int)
        breaking = smaller if numbers and (name != "max.message.bytes" or is_input) else not numbers
        effect = Effect.BREAKING if breaking else Effect.ADDITION
        yield Change(where=f"{address} {name}", what=f"was {before}, is {after}", effect=effect)


def _messages(address: str, old: Schema, new: Schema, was: Schema, now: Schema, *, is_input: bool) -> Iterator[Change]:
    for name in was["messages"]:
        if name not in now["messages"]:
            yield Change(where=address, what=f"the message {name} is gone", effect=Effect.BREAKING)
            continue
        before, after = (document["components"]["messages"][name] for document in (old, new))
        if _key(before) != _key(after):
            what = f"was {_key(before)}, is {_key(after)}"
            yield Change(where=f"{address} key", what=what, effect=Effect.BREAKING)
        if before.get("contentType") != after.get("contentType"):
            what = f"was {before.get('contentType')}, is {after.get('contentType')}"
            yield Change(where=f"{address} content type", what=what, effect=Effect.BREAKING)
        direction = Direction.IN if is_input else Direction.OUT
        headers = _Comparison(before.get("headers", {}), after.get("headers", {}), direction)
        yield from headers.run(f"{address} headers")
    for name in now["messages"]:
        if name not in was["messages"]:
            effect = Effect.ADDITION if is_input else Effect.BREAKING
            yield Change(where=address, what=f"the message {name} is new", effect=effect)


def _key(message: Schema) -> dict[str, Any]:
    key = message.get("bindings", {}).get("kafka", {}).get("key", {})
    return {name: value for name, value in key.items() if name not in _PROSE}


# -- the gate ---------------------------------------------------------------------------------------------------------


def faults(now: Documents, version: str, past: Mapping[tuple[int, int, int], Documents]) -> list[str]:
    """Why a contract may not have this version after those released; each names the field and says what to do."""
    if not past:
        return []
    current, last = version_of(version), max(past)
    if current < last:
        return [f"CONTRACT_VERSION is {version}, but {_text(last)} was released: name a later one"]
    found: list[str] = []
    for earlier, documents in past.items():
        if earlier[0] != current[0]:
            continue
        breaking = [change for change in compare(documents, now) if change.effect is Effect.BREAKING]
        remedy = f"this breaks readers: take it back, or raise CONTRACT_VERSION to {current[0] + 1}.0.0"
        found.extend(f"{change} (since {_text(earlier)}); {remedy}" for change in breaking)
    added = [change for change in compare(past[last], now) if change.effect is Effect.ADDITION]
    if added and current[:2] == last[:2]:
        found.append(
            f"{'; '.join(map(str, added))} (since {_text(last)}): raise CONTRACT_VERSION to {last[0]}.{last[1] + 1}.0"
        )
    return list(dict.fromkeys(found))


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
