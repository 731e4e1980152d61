"""What a view can have against a request, and how views read numbers and durations."""

import re
from typing import Final

from multidict import MultiMapping

MINUTES: Final = {"m": 1, "h": 60, "d": 1_440}


class ViewError(Exception):
    """What a client did wrong or must wait for."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


class MovingError(RuntimeError):
    """No worker owns the state right now, or its owner does not answer; asking again in a moment helps."""


def duration(text: str, name: str) -> int:
    """Minutes of a duration such as 5m, 24h or 7d. Raises ViewError naming the parameter."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", text, re.ASCII)
    if match is None:
        raise ViewError(
            400, f"bad-{name}", f"{name}: expected minutes, hours or days such as 5m, 24h or 7d, got {text!r}"
        )
    return int(match[1]) * MINUTES[match[2]]


def whole(query: MultiMapping[str], name: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number of a query; `default` where it has none. Raises ViewError naming the parameter."""
    value = query.get(name)
    if value is None and default is not None:
        return default
    if value is None or not re.fullmatch(r"[0-9]{1,15}", value, re.ASCII) or not least <= int(value) <= most:
        raise ViewError(400, f"bad-{name}", f"{name}: expected a whole number from {least} to {most:,}, got {value!r}")
    return int(value)
