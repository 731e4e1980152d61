"""The end of a log, for messages about a program that has ended."""

from typing import Final

_TAIL_LINES: Final = 12
_TAIL_CHARACTERS: Final = 32_768


def log_tail(text: str) -> str:
    """The last lines of a Java log that say something: no stack frames, no blank lines."""
    lines = [line for line in text[-_TAIL_CHARACTERS:].splitlines() if line.strip() and not line.startswith("\tat ")]
    return "\n".join(lines[-_TAIL_LINES:])
