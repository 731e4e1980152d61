"""Values to JSON bytes and back: the only user of orjson and msgspec.

`encode` is deterministic: fields come in the order of their class, times are RFC 3339 with `Z`. `decode` checks every
field and names the path of a bad one. Unknown fields are ignored, so that an older consumer can read what a newer
producer writes.
"""

from typing import Any, Final, Self, TypeVar

import msgspec
import orjson

T = TypeVar("T")

_OPTIONS: Final = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class WireError(ValueError):
    """Bytes that are not the value they should be; the message has the JSON path and what was expected."""


_DECODERS: Final[dict[type, msgspec.json.Decoder[Any]]] = {}


def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind)
    return _DECODERS[kind]


def encode(value: object) -> bytes:
    """JSON bytes of a contract value (a dataclass, or plain JSON types)."""
    return orjson.dumps(value, option=_OPTIONS)


def decode(kind: type[T], raw: bytes) -> T:
    """The value of class `kind` in JSON bytes. Raises WireError with the path of the first bad field."""
    try:
        value: T = _decoder(kind).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(str(error)) from error
    return value


class Message:
    """A value that is a whole message: what a record's value holds."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The message in a record's value. Raises WireError with the path of the first bad field."""
        return decode(cls, raw)

    def to_bytes(self) -> bytes:
        """The record's value that holds this message."""
        return encode(self)


def loads(raw: bytes) -> Any:
    """Plain JSON types in JSON bytes, strictly by RFC 8259. Raises WireError."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise WireError(str(error)) from error
