"""How far the start of the local Kafka has come, as values for the command that shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The steps of a start, in order; cached jars need no `fetching`, a formatted directory no `formatting`."""

    FETCHING = "fetching"
    FORMATTING = "formatting"
    STARTING = "starting"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One report: sent at the beginning of each step, and with each jar while fetching."""

    step: Step
    """The step under way."""
    message: str
    """One line for people."""
    done: int | None = None
    """Jars fetched so far; null in other steps."""
    total: int | None = None
    """Jars to fetch; null in other steps."""


OnProgress = Callable[[Progress], None]
