"""What a view can have against a request, and the forms that several views read."""

import re
from typing import Final

MINUTES: Final = {"m": 1, "h": 60, "d": 1_440}


class ViewError(Exception):
    """What a client did wrong or must wait for."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


def duration(text: str, name: str) -> int:
    """Minutes of a duration such as 5m, 24h or 7d. Raises ViewError naming the parameter."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", text, re.ASCII)
    if match is None:
        raise ViewError(
            400, f"bad-{name}", f"{name}: expected minutes, hours or days such as 5m, 24h or 7d, got {text!r}"
        )
    return int(match[1]) * MINUTES[match[2]]
