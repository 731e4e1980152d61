"""The numbers of an event: for each argument, the number of the right unit that stands nearest to the act."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from schemas import Quantity
from schemas.taxonomy import Direction
from streams.data.event_rules import OfAShare, TypeRules
from streams.extract.events.clauses import MatchClause
from streams.extract.figures.quantities import Figure, Unit

__all__ = ["arguments"]

_QUARTER: Final = re.compile(r"\b(quarter|half|three-quarter|full)[ -](?:of a )?(?:percentage[ -])?(?:point|pct)\b")
_PARTS: Final = {"quarter": 25.0, "half": 50.0, "three-quarter": 75.0, "full": 100.0}
# The text between a sum and the same sum in another currency.
_SAME_SUM: Final = re.compile(
    r",? ?[(\[]?(?:or |equal to |equivalent to |about |around |roughly |some |nearly |almost |over )*"
)
# Such words separate a statement from its reason or occasion; "as much as" and the like are measures.
_ASIDE: Final = re.compile(
    r" (?:after|when|while|because|amid) | as (?!(?:much|well|of|many|an?|the|high|low|part|little|soon|about)\b)"
    r"| (?:hit|hurt|dented|squeezed|weighed down|dragged down) by "
)
# The text between a number and the act it belongs to: "a 26-cent quarterly dividend".
_UP_TO: Final = re.compile(r"[ -](?:a share |per share )?(?:[\w-]+ )?")
# The next number is a margin of error: "$65 billion, plus or minus 2%".
_MARGIN: Final = re.compile(r"(?:\bplus or minus|\+/-|±|\bgive or take) ?$")
# A verb that makes the number approximate, as "more than" does: "expected to top 13.9 trillion yen".
_MORE: Final = re.compile(r"\b(?:top|tops|topping|topped|exceed|exceeds|exceeding|surpass|surpassing)(?: \w+)? $")
_HEDGE: Final = 20
_REACH_OF_TO: Final = 30
_TO: Final = re.compile(r"\b(?:to|at|of) (?:a \w+ (?:high|low) of |(?:about|around|roughly) )?$")
# The same before a range: "to between 3.75% and 4%", "in a 3.50%-3.75% range".
_TO_RANGE: Final = re.compile(r"\b(?:between |(?:to|at|of|in|within) (?:(?:an?|the|its) )?(?:new )?)$")
# A smaller amount of money is a price, not a sum.
_SMALL: Final = 10_000
# Cents as a power of ten, and as the number of decimals printed ("$1.35").
_CENTS: Final = -2
_WITH_CENTS: Final = 2
_PER_OTHER: Final = re.compile(r" (?:per|an?) (?!(?:\w+ ){0,2}shares?\b|quarter\b|year\b)|/|-a-")
_UNITS: Final = {Unit.CURRENCY: "currency", Unit.PER_SHARE: "per_share"}


_Reading = tuple[Figure, Quantity]
"""A number of the text and the quantity read from it."""


def arguments(
    clause: MatchClause, figures: Sequence[Figure], kind: TypeRules, direction: Direction | None
) -> dict[str, Quantity]:
    """The arguments of the type that the clause states. `figures` are the numbers of the whole sentence."""
    if not kind.arguments:
        return {}
    start, end = _statement(clause)
    figures = [f for f in figures if f.start >= start and f.end <= end and not _is_margin(f, clause.text)]
    if kind.figures == "behind":
        figures = [f for f in figures if f.start >= clause.act or _UP_TO.fullmatch(clause.text, f.end, clause.act)]
    if kind.of_a_share != "never":
        figures = [_of_a_share(f, kind.of_a_share, clause.text) for f in figures]
    found: dict[str, Quantity] = {}
    for name in kind.arguments:
        sums_only = name == "amount" and kind.of_a_share == "never"
        given = [f for f in figures if f.unit is not Unit.PER_SHARE] if sums_only else figures
        reading = _READERS[name](given, clause, direction)
        if reading is not None:
            figure, found[name] = reading
            found |= _other_bound(name, figure, found[name])
    if "amount" in found:
        found |= _in_other_money(figures, found["amount"], clause.tagged.sentence.text)
    if "change_bp" not in found:
        found |= _spelled(clause, kind, direction)
    return found


def _of_a_share(figure: Figure, sizes: OfAShare, text: str) -> Figure:
    """The figure, per share where its size tells so: "cut its dividend to 35 cents", not "80 cents per pound"."""
    if figure.unit is not Unit.CURRENCY or figure.power > 0 or figure.magnitude >= _SMALL:
        return figure
    in_cents = figure.power == _CENTS or figure.decimals == _WITH_CENTS
    if (in_cents or sizes == "small") and _PER_OTHER.match(text, figure.end) is None:
        return replace(figure, unit=Unit.PER_SHARE)
    return figure


def _is_margin(figure: Figure, text: str) -> bool:
    return _MARGIN.search(text, max(0, figure.start - _HEDGE), figure.start) is not None


def _statement(clause: MatchClause) -> tuple[int, int]:
    """The part of the clause with the act: "fell 4% after it cut its forecast" has two parts with their own numbers."""
    start, end = clause.start, clause.end
    for found in _ASIDE.finditer(clause.text, clause.start, clause.end):
        if found.end() <= clause.act:
            start = found.end()
        elif found.start() >= clause.match_end:
            return start, found.start()
    return start, end


def _spelled(clause: MatchClause, kind: TypeRules, direction: Direction | None) -> dict[str, Quantity]:
    """The change of a rate where it is written in words, as in "by a quarter point"."""
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


def _in_other_money(figures: Sequence[Figure], amount: Quantity, text: str) -> dict[str, Quantity]:
    """The same sum in another currency, as in "13.9 trillion yen, roughly $92 billion"."""
    for first, second in pairwise(figures):
        same = first.currency == amount.currency and first.magnitude == amount.value
        if same and second.unit is Unit.CURRENCY and second.currency not in (None, amount.currency):
            if _SAME_SUM.fullmatch(text, first.end, second.start) is None:
                return {}
            return {"amount_converted": _quantity(second, second.magnitude, "currency")}
    return {}


def _money(figures: Sequence[Figure], clause: MatchClause, _direction: Direction | None) -> _Reading | None:
    """The nearest sum; where there is none, the nearest price, which may be earnings or a dividend per share."""
    sums = [f for f in figures if f.unit in (Unit.CURRENCY, Unit.PER_SHARE) and f.currency]
    figure = _nearest([f for f in sums if f.unit is Unit.CURRENCY and f.magnitude >= _SMALL] or sums, clause.act)
    if figure is None:
        return None
    if clause.text.endswith(" by ", 0, figure.start):
        # "raised its dividend by 3 cents to $1.20": the amount is the one after "to".
        figure = next((f for f in sums if f.start > figure.end and clause.text.startswith(" to ", f.start - 4)), figure)
    quantity = _quantity(figure, figure.magnitude, _UNITS[figure.unit])
    more = _MORE.search(clause.text, max(0, figure.start - _HEDGE), figure.start) is not None
    return figure, replace(quantity, approximate=True) if more else quantity


def _price(figures: Sequence[Figure], clause: MatchClause, _direction: Direction | None) -> _Reading | None:
    prices = [f for f in figures if f.unit is Unit.PER_SHARE or (f.unit is Unit.CURRENCY and f.magnitude < _SMALL)]
    figure = _nearest([f for f in prices if f.unit is Unit.PER_SHARE] or prices, clause.act)
    return None if figure is None else (figure, _quantity(figure, figure.magnitude, _UNITS[figure.unit]))


def _percent(figures: Sequence[Figure], clause: MatchClause, direction: Direction | None) -> _Reading | None:
    percents = [f for f in figures if f.unit is Unit.PERCENT]
    # "China, hit by tariffs of 145%, raised its own to 125%": a number before the act and a comma belongs to another.
    here = [f for f in percents if f.start >= clause.act or clause.text.find(", ", f.end, clause.act) < 0]
    figure = _nearest(here or percents, clause.act)
    if figure is None:
        return None
    value = figure.value if figure.sign else figure.magnitude * (-1 if direction is Direction.DOWN else 1)
    return figure, _quantity(figure, value, "percent")


def _rate(figures: Sequence[Figure], clause: MatchClause, _direction: Direction | None) -> _Reading | None:
    """The rate decided on; for a target range its upper bound, which is the one commonly quoted."""
    figure = _rate_reached(figures, clause)
    if figure is None:
        return None
    value = figure.magnitude if figure.upper is None else figure.upper
    return figure, Quantity(value=value, unit="percent", approximate=figure.hedge is not None)


def _other_bound(name: str, figure: Figure, quantity: Quantity) -> dict[str, Quantity]:
    """The bound of a range that the argument leaves out: the lower one for a rate, the upper one for all others."""
    if figure.upper is None:
        return {}
    if name == "rate":
        return {"rate_low": replace(quantity, value=figure.magnitude)}
    return {f"{name}_high": replace(quantity, value=figure.upper * (-1 if quantity.value < 0 else 1))}


def _rate_reached(figures: Sequence[Figure], clause: MatchClause) -> Figure | None:
    for figure in figures:
        if figure.unit is Unit.PERCENT and figure.start >= clause.act:
            reached = _TO if figure.upper is None else _TO_RANGE
            if reached.search(clause.text, max(0, figure.start - _REACH_OF_TO), figure.start):
                return figure
    return None


def _change_bp(figures: Sequence[Figure], clause: MatchClause, direction: Direction | None) -> _Reading | None:
    figure = _nearest([f for f in figures if f.unit is Unit.BASIS_POINTS], clause.act)
    if figure is not None:
        return figure, _quantity(figure, figure.magnitude * _sign(direction), "basis_points")
    figure = _nearest([f for f in figures if f.unit is Unit.PERCENTAGE_POINTS], clause.act)
    if figure is None:
        return None
    # The upper bound is dropped: it is in percentage points, the argument in basis points.
    return replace(figure, upper=None), _quantity(figure, 100 * figure.magnitude * _sign(direction), "basis_points")


def _sign(direction: Direction | None) -> int:
    return -1 if direction is Direction.DOWN else 1


def _quantity(figure: Figure, value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=unit, currency=figure.currency, approximate=figure.approximate)


_READERS: Final = {"amount": _money, "price": _price, "percent": _percent, "rate": _rate, "change_bp": _change_bp}
