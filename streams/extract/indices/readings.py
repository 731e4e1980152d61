"""What an article says of one movement of an index, and how restatements in headline and body become one.

Two readings are one when index, period and fact level are equal and no field contradicts. The reading with more numbers
is kept and takes over the fields that only the other states; of two numbers the more exact one stays.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from schemas.taxonomy import Basis, Direction, FactLevel, Field, Moment, Record
from streams.extract.figures.quantities import Figure, Hedge

HIGHS: Final = frozenset((Record.ALL_TIME_HIGH, Record.PERIOD_HIGH, Record.BIGGEST_GAIN, Record.THRESHOLD_ABOVE))
"""Marks that an index sets by rising."""


class _Tolerance(NamedTuple):
    """How far a restated number may lie from the exact one, as a share."""

    rounded: float
    """A headline's round number: "falls 1,000 points" for 1,033.34."""
    hedged: float
    """A hedged number: "over 1,000 points" for 1,017.85."""
    more: float
    """How far the exact number may exceed the number behind "more than"."""


_CHANGE: Final = _Tolerance(0.05, 0.1, 0.25)
# Levels get a narrow tolerance, because the level of another session may lie less than a percent away.
_LEVEL: Final = _Tolerance(0.002, 0.005, 0.005)
# Half a unit of the last digit, and a little more because decimal fractions are inexact in binary.
_HALF_A_DIGIT: Final = 0.500001
_HUNDRED: Final = 100
# No index comes back so far within a day as this share of a round number that it crossed.
_FAR: Final = 0.1
# A reading is compared with at most this many readings of the same index, period and fact level, those with the most
# numbers first. A text with more of them is a table.
_MOST_COMPARED: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReading:
    """What one clause says of one index; offsets into the field."""

    index: str
    """Id without `index:`."""
    direction: Direction | None
    """Which way it moved."""
    percent: Figure | None
    """Size of the move in percent."""
    points: Figure | None
    """Size of the move in points."""
    level: Figure | None
    """Where it ended or stood."""
    basis: Basis
    """What the move is measured over."""
    record: Record | None
    """The mark set."""
    threshold: float | None
    """The round number crossed."""
    fact_level: FactLevel
    """Whether it happened or is expected."""
    intraday: bool
    """Whether it was so during the day only and not where the index ended."""
    day: str | None
    """The weekday named with it."""
    date: str | None
    """The date named with it, as written."""
    moment: Moment
    """Which moment it tells of."""
    field: Field
    """Where the evidence stands."""
    start: int
    """First character of the evidence."""
    end: int
    """One past its last character."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers it has."""
        return tuple(f for f in (self.percent, self.points, self.level) if f is not None)


def merge(readings: Sequence[IndexReading]) -> list[IndexReading]:
    """One reading for each movement, with its restatements merged into it, in text order, headline first."""
    merged: list[IndexReading] = []
    places: dict[tuple[str, Basis, FactLevel], list[int]] = {}
    for reading in sorted(readings, key=_richness):
        alike = places.setdefault((reading.index, reading.basis, reading.fact_level), [])
        for at in islice(alike, _MOST_COMPARED):
            if _restates(merged[at], reading):
                merged[at] = _union(merged[at], reading)
                break
        else:
            alike.append(len(merged))
            merged.append(reading)
    told = (_overtaken(reading, merged) for reading in merged)
    return sorted(told, key=lambda r: (r.field is Field.BODY, r.start, r.end, r.index, r.basis))


def _overtaken(reading: IndexReading, readings: Sequence[IndexReading]) -> IndexReading:
    """The reading; "up as much as 1.2%" was in passing where the article also tells how the index stands."""
    moves = (reading.percent, reading.points)
    if reading.moment is not Moment.CURRENT or all(m is None or m.hedge is not Hedge.UP_TO for m in moves):
        return reading
    stands = any(
        other.index == reading.index
        and not other.intraday
        and (other.percent or other.points or other.direction is Direction.FLAT)
        and (other.basis, other.fact_level, other.moment) == (reading.basis, reading.fact_level, Moment.CURRENT)
        and not _differ(other.day, reading.day)
        for other in readings
    )
    return replace(reading, moment=Moment.INTRADAY) if stands else reading


def _richness(reading: IndexReading) -> tuple[int, bool, int]:
    return (-len(reading.figures), reading.field is Field.HEADLINE, reading.start)


def _restates(rich: IndexReading, poor: IndexReading) -> bool:
    """Whether `poor` says again what `rich` says of the same index and period, and no field contradicts."""
    if rich.fact_level is not FactLevel.FACT and not _share_a_figure(rich, poor):
        return False
    if rich.intraday != poor.intraday or (
        rich.basis is Basis.OTHER and rich.date is None and poor.record is not None and not poor.figures
    ):
        # `Basis.OTHER` covers many periods: "its biggest two-day drop" is not the distance from its peak.
        return False
    if (
        (rich.moment is not poor.moment and not _set_the_same_mark(rich, poor))
        or _differ(rich.day, poor.day)
        or _differ(rich.date, poor.date)
    ):
        return False
    if rich.direction is not None and poor.direction is not None and rich.direction is not poor.direction:
        return False
    if any(_contradicts(one, other) or _misses(one, other) for one, other in ((rich, poor), (poor, rich))):
        return False
    if (
        rich.record is not None
        and poor.record is not None
        and rich.record is not poor.record
        and not poor.figures
        and _sides(rich, poor)
    ):
        return False
    return (
        _agree(rich.percent, poor.percent, _CHANGE)
        and _agree(rich.points, poor.points, _CHANGE)
        and _agree(rich.level, poor.level, _LEVEL)
    )


def _set_the_same_mark(one: IndexReading, other: IndexReading) -> bool:
    return one.threshold is not None and one.threshold == other.threshold


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _share_a_figure(rich: IndexReading, poor: IndexReading) -> bool:
    """Whether both state the same number, or `poor` states none; else two forecasts are those of two banks."""
    pairs = ((rich.percent, poor.percent), (rich.points, poor.points), (rich.level, poor.level))
    return any(a is not None and b is not None and a.value == b.value for a, b in pairs) or not poor.figures


def _contradicts(mark: IndexReading, move: IndexReading) -> bool:
    """Whether a high was set in passing by an index that ended down, or a low by one that ended up."""
    if mark.record is None or mark.direction is not None or move.direction in (None, Direction.FLAT):
        return False
    return (mark.record in HIGHS) != (move.direction is Direction.UP)


def _misses(mark: IndexReading, level: IndexReading) -> bool:
    """Whether a level is far on the other side of a round number that was crossed: above 30 is no reading of 21.3."""
    if mark.threshold is None or level.level is None or mark.direction in (None, Direction.FLAT):
        return False
    short = mark.threshold - level.level.magnitude
    return (short if mark.direction is Direction.UP else -short) > _FAR * mark.threshold


def _sides(rich: IndexReading, poor: IndexReading) -> bool:
    return (rich.record in HIGHS) != (poor.record in HIGHS)


def _agree(rich: Figure | None, poor: Figure | None, tolerance: "_Tolerance") -> bool:
    """Whether they are equal, or one is rounded (2.2% for 2.17%) or hedged ("over 2%"); a missing one agrees."""
    if rich is None or poor is None:
        return True
    one, other = rich.magnitude, poor.magnitude
    if one == other:
        return True
    apart, most = abs(one - other), max(one, other)
    if poor.hedge is Hedge.MORE_THAN and not rich.approximate and 0 < other < one:
        # "more than 500 points" for 557.24, where the next round number would be 600.
        step = min(10.0 ** math.floor(math.log10(other)), tolerance.more * other)
        return apart < max(step, tolerance.hedged * most)
    fine, coarse = rich.resolution, poor.resolution
    unit = max(fine, coarse)
    if rich.approximate or poor.approximate:
        return apart < max(unit, tolerance.hedged * most)
    if fine != coarse and apart <= _HALF_A_DIGIT * unit:
        return True
    is_round = other >= _HUNDRED and other % _HUNDRED == 0
    return is_round and apart <= tolerance.rounded * most


def _union(rich: IndexReading, poor: IndexReading) -> IndexReading:
    """One reading with the fields of both; where both state a number, the more exact one stays."""
    threshold = rich.threshold if rich.threshold is not None else poor.threshold
    record = rich.record or poor.record
    if poor.threshold is not None and rich.threshold is None:
        record = poor.record
    return replace(
        rich,
        direction=rich.direction or poor.direction,
        percent=_finer(rich.percent, poor.percent),
        points=_finer(rich.points, poor.points),
        level=_finer(rich.level, poor.level),
        record=record,
        threshold=threshold,
        day=rich.day or poor.day,
        date=rich.date or poor.date,
    )


def _finer(a: Figure | None, b: Figure | None) -> Figure | None:
    if a is None or b is None:
        return a if b is None else b
    if a.approximate != b.approximate:
        return b if a.approximate else a
    return b if b.resolution < a.resolution else a
