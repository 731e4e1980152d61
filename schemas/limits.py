"""What a field's type can't say of its values: limits, patterns and the names that a mapping may have.

They stand in the annotations of the fields, for the JSON Schemas and for people. `decode` does not check them: they
describe what newstape writes, and a test checks its outputs against them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A number from `least` to `most`, both included; null is no limit."""

    least: float | None = None
    """The least value."""
    most: float | None = None
    """The greatest value."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string that the regular expression matches (ECMA 262, as JSON Schema has it)."""

    regex: str
    """The expression, anchored."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with keys of this vocabulary only."""

    vocabulary: type[StrEnum]
    """The vocabulary."""


Count = Annotated[int, Within(least=0)]
"""A number of things, or a place among them."""
Share = Annotated[float, Within(least=0, most=1)]
"""Four decimals, 0..1."""
Score = Annotated[float, Within(least=-1, most=1)]
"""Four decimals, -1..1."""
Positive = Annotated[int, Within(least=1)]
"""1 or more."""
Hash128 = Annotated[str, Pattern("^[0-9a-f]{32}$")]
"""128 bits in hex."""
EntityId = Annotated[str, Pattern("^(index|company|person|country|organization|commodity):.+$")]
"""Kind, colon, and the id within the kind."""
Currency = Annotated[str, Pattern("^[A-Z]{3}$")]
"""ISO 4217."""
Period = Annotated[str, Pattern("^(FY)?[0-9]{4}(-(Q[1-4]|H[12]|9M|0[1-9]|1[0-2]))?$")]
"""A year (`2026`), a fiscal year (`FY2026`), or a quarter, a half, nine months or a month of one (`2026-Q3`)."""

__all__: Final = [
    "Count",
    "Currency",
    "EntityId",
    "Hash128",
    "Keys",
    "Pattern",
    "Period",
    "Positive",
    "Score",
    "Share",
    "Within",
]
