"""The numbers of an event: those of the clause that are of the right unit, nearest to the act."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from schemas import Quantity
from schemas.taxonomy import Direction
from streams.data.events import TypeRules
from streams.extract._event_clauses import Clause
from streams.extract.quantities import Figure, Unit, find_figures

__all__ = ["arguments"]

_DIGIT: Final = re.compile(r"\d")
_QUARTER: Final = re.compile(r"\b(quarter|half|three-quarter|full)[ -](?:of a )?(?:percentage[ -])?(?:point|pct)\b")
_PARTS: Final = {"quarter": 25.0, "half": 50.0, "three-quarter": 75.0, "full": 100.0}
_TO: Final = re.compile(r"\b(?:to|at|of) (?:a \w+ (?:high|low) of )?$")
# Less than this is a price, not a sum.
_SMALL: Final = 10_000
_UNITS: Final = {Unit.CURRENCY: "currency", Unit.PER_SHARE: "per_share"}


def arguments(clause: Clause, original: str, kind: TypeRules, direction: Direction | None) -> dict[str, Quantity]:
    """The arguments that the type asks for and the clause states. `original` is the sentence as written."""
    if not kind.arguments or _DIGIT.search(clause.text, clause.start, clause.end) is None:
        return _spelled(clause, kind, direction)
    text = original[clause.start : clause.end]
    figures = [
        replace(f, start=f.start + clause.start, end=f.end + clause.start, head=f.head + clause.start)
        for f in find_figures(text)
    ]
    found: dict[str, Quantity] = {}
    for name in kind.arguments:
        quantity = _READERS[name](figures, clause, direction)
        if quantity is not None:
            found[name] = quantity
    if "change_bp" not in found:
        found |= _spelled(clause, kind, direction)
    return found


def _spelled(clause: Clause, kind: TypeRules, direction: Direction | None) -> dict[str, Quantity]:
    """The change of a rate in words, as in "by a quarter point"."""
    if "change_bp" not in kind.arguments:
        return {}
    words = _QUARTER.search(clause.text, clause.start, clause.end)
    if words is None:
        return {}
    return {"change_bp": Quantity(value=_PARTS[words[1]] * _sign(direction), unit="basis_points")}


def _nearest(figures: Sequence[Figure], act: int) -> Figure | None:
    return min(
        figures, key=lambda f: (abs(f.start - act) if f.start >= act else 2 * (act - f.start), f.start), default=None
    )


def _money(figures: Sequence[Figure], clause: Clause, _direction: Direction | None) -> Quantity | None:
    """A sum; where there is none a price, so that the amount of a dividend is what a share gets."""
    sums = [f for f in figures if f.unit in (Unit.CURRENCY, Unit.PER_SHARE) and f.currency]
    figure = _nearest([f for f in sums if f.unit is Unit.CURRENCY and f.magnitude >= _SMALL] or sums, clause.act)
    return None if figure is None else _quantity(figure, figure.magnitude, _UNITS[figure.unit])


def _price(figures: Sequence[Figure], clause: Clause, _direction: Direction | None) -> Quantity | None:
    prices = [f for f in figures if f.unit is Unit.PER_SHARE or (f.unit is Unit.CURRENCY and f.magnitude < _SMALL)]
    figure = _nearest([f for f in prices if f.unit is Unit.PER_SHARE] or prices, clause.act)
    return None if figure is None else _quantity(figure, figure.magnitude, _UNITS[figure.unit])


def _percent(figures: Sequence[Figure], clause: Clause, direction: Direction | None) -> Quantity | None:
    figure = _nearest([f for f in figures if f.unit is Unit.PERCENT], clause.act)
    if figure is None:
        return None
    value = figure.value if figure.sign else figure.magnitude * (-1 if direction is Direction.DOWN else 1)
    return _quantity(figure, value, "percent")


def _rate(figures: Sequence[Figure], clause: Clause, _direction: Direction | None) -> Quantity | None:
    percents = [f for f in figures if f.unit is Unit.PERCENT and f.start >= clause.act]
    reached = [f for f in percents if _TO.search(clause.text, max(0, f.start - 30), f.start)]
    return _quantity(reached[0], reached[0].magnitude, "percent") if reached else None


def _change_bp(figures: Sequence[Figure], clause: Clause, direction: Direction | None) -> Quantity | None:
    figure = _nearest([f for f in figures if f.unit is Unit.BASIS_POINTS], clause.act)
    if figure is not None:
        return _quantity(figure, figure.magnitude * _sign(direction), "basis_points")
    figure = _nearest([f for f in figures if f.unit is Unit.PERCENTAGE_POINTS], clause.act)
    return None if figure is None else _quantity(figure, 100 * figure.magnitude * _sign(direction), "basis_points")


def _sign(direction: Direction | None) -> int:
    return -1 if direction is Direction.DOWN else 1


def _quantity(figure: Figure, value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=unit, currency=figure.currency, approximate=figure.approximate)


_READERS: Final = {"amount": _money, "price": _price, "percent": _percent, "rate": _rate, "change_bp": _change_bp}
