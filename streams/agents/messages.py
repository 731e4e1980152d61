"""What Faust hands an agent: the headers of a message, its times and where it stands."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas import Position
from streams.kafka.headers import source_position
from streams.kafka.records import headers_of, stamp_of_output, time_of


def headers_in(message: Any) -> tuple[tuple[str, bytes], ...]:
    """Its headers, in their order."""
    found = message.headers or ()
    pairs = found.items() if isinstance(found, Mapping) else found
    return headers_of(pairs)


def milliseconds(message: Any) -> int:
    """Its timestamp."""
    stamp: float = message.timestamp
    return round(stamp * 1_000)


def observed(message: Any) -> datetime:
    """Its time."""
    return time_of(milliseconds(message))


def sent_at(message: Any) -> int:
    """The timestamp of what comes of it."""
    return stamp_of_output(milliseconds(message), int(time.time() * 1_000))


def first_position(message: Any) -> Position:
    """Where it first stood."""
    return source_position(message.topic, message.partition, message.offset, headers_in(message))


def standing(message: Any) -> dict[str, Any]:
    """Where a record stands, for the logs."""
    return {"topic": message.topic, "partition": message.partition, "offset": message.offset}
