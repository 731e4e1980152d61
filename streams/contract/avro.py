"""Avro schemas of messages, from the classes of `schemas`.

A field is what its class says: a member of a vocabulary is a string and no enum of Avro, so that a reader with the
schema of before can read a record with a member that is new. Times are microseconds since 1970 (`timestamp-micros`),
days are days since then (`date`). Every field with a default has it in the schema too: fields may be added.
"""

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from schemas.wire import encode, loads
from streams.contract.json_schema import described
from streams.contract.messages import Kind

NAMESPACE: Final = "newstape"
# In this order: a bool is an int, and a datetime is a date.
_PLAIN: Final[tuple[tuple[type, Any], ...]] = (
    (bool, "boolean"),
    (int, "long"),
    (float, "double"),
    (str, "string"),
    (datetime, {"type": "long", "logicalType": "timestamp-micros"}),
    (date, {"type": "int", "logicalType": "date"}),
)


def document(kind: Kind) -> dict[str, Any]:
    """The schema of one message, the records that it holds within it where they are named first."""
    record: dict[str, Any] = _schema(kind.type, set())
    return record


def _schema(kind: Any, named: set[str]) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, named)
    if get_origin(kind) in (Union, UnionType):
        return ["null", *(_schema(inner, named) for inner in get_args(kind) if inner is not NoneType)]
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema(get_args(kind)[0], named)}
    if get_origin(kind) is dict:
        return {"type": "map", "values": _schema(get_args(kind)[1], named)}
    return next(avro for plain, avro in _PLAIN if issubclass(kind, plain))


def _record(kind: type, named: set[str]) -> Any:
    if kind.__name__ in named:
        return f"{NAMESPACE}.{kind.__name__}"
    named.add(kind.__name__)
    told, types = described(kind), get_type_hints(kind)
    return {
        "type": "record",
        "name": kind.__name__,
        "namespace": NAMESPACE,
        "doc": " ".join((kind.__doc__ or "").split()),
        "fields": [_field(found, types[found.name], told.get(found.name, ""), named) for found in fields(kind)],
    }


def _field(found: Field[Any], kind: Any, told: str, named: set[str]) -> dict[str, Any]:
    schema = _schema(kind, named)
    if found.default is MISSING and found.default_factory is MISSING:
        return {"name": found.name, "doc": told, "type": schema}
    default = loads(encode(found.default if found.default_factory is MISSING else found.default_factory()))
    if isinstance(schema, list) and default is not None:
        schema = [*schema[1:], "null"]  # a default is of the first of the types
    return {"name": found.name, "doc": told, "type": schema, "default": default}
