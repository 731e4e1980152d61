"""The numbers of an event: those that the words around them give to a measure of its type (`attribution`).

Rules:

- A figure that belongs to a measure is the event's where its type tells of that measure, else of no event of the type.
  A figure that no word gives to a measure is the event's where it stands in the statement of the act; of several the
  nearest is taken.
- Results and guidance tell every measure that the clause names, each with its change and with what was expected of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from schemas import Quantity
from schemas.taxonomy import Direction, Measure
from streams.data.event_rules import OfAShare, TypeRules
from streams.extract.events.attribution import EARNINGS, Attributed, Role, Statements
from streams.extract.events.clauses import MatchClause
from streams.extract.figures.fiscal_periods import stated_period
from streams.extract.figures.quantities import SUMS, Figure, Unit

__all__ = ["arguments", "named", "passed_on", "turn_of_results"]

# The text between a sum and the same sum in another currency.
_SAME_SUM: Final = re.compile(
    r",? ?[(\[]?(?:or |equal to |equivalent to |about |around |roughly |some |nearly |almost |over )*"
)
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
_UNITS: Final = {Unit.CURRENCY: "currency", Unit.PER_SHARE: "per_share", Unit.PERCENT: "percent"}


_Reading = tuple[Figure, Quantity]
"""A number of the text and the quantity read from it."""


def arguments(
    clause: MatchClause, statements: Statements, kind: TypeRules, direction: Direction | None
) -> dict[str, Quantity]:
    """The arguments of the type that the clause states; `statements` are those of its sentence.

    Those of results are named by their measures (`named` gives them the names of the contract).
    """
    given = [
        found
        for found in statements.figures
        if found.figure.start >= clause.start and found.figure.end <= clause.end and not _is_margin(found, clause.text)
    ]
    if kind.of_a_share != "never":
        given = [_shared(found, kind.of_a_share, clause.text) for found in given]
    here = statements.at(clause.act)
    scope = statements.of_one_name(here)
    given = [found for found in given if found.statement in scope]
    if kind.results != "none":
        results = _results(given, here, kind)
        period = stated_period(clause.text, clause.start, clause.end) if results else None
        return {name: replace(quantity, period=period) for name, quantity in results.items()} if period else results
    figures = [found.figure for found in given if _is_of(found, here, kind)]
    return _plain(figures, clause, kind, direction)


def passed_on(
    clause: MatchClause, statements: Statements, kind: TypeRules, direction: Direction | None
) -> Iterator[tuple[int, dict[str, Quantity]]]:
    """The names that go on with the act of the clause, each as the place where it begins and its numbers."""
    here = statements.at(clause.act)
    for statement in statements.passed_on:
        if statement != here + 1:
            continue
        here = statement
        figures = [found.figure for found in statements.figures if found.statement == statement]
        yield statements.starts[statement], _plain(figures, clause, kind, direction)


def _is_of(found: Attributed, here: int, kind: TypeRules) -> bool:
    """Whether a figure belongs to an event of this type whose act stands in the statement `here`."""
    if found.role in (Role.BEFORE, Role.EXPECTED, Role.SURPRISE, Role.PART) and kind.measures:
        return False
    if found.measure is None:
        return found.statement == here
    if found.measure == Measure.SHARE_PRICE and found.role is Role.CHANGE:
        return Measure.PRICE_CHANGE in kind.measured.values() and found.statement == here
    return found.measure in kind.measures or found.measure in kind.measured.values()


def _of_a_share(figure: Figure, sizes: OfAShare, text: str) -> Figure:
    """The figure, per share where its size tells so: "cut its dividend to 35 cents", not "80 cents per pound"."""
    if figure.unit is not Unit.CURRENCY or figure.power > 0 or figure.magnitude >= _SMALL:
        return figure
    in_cents = figure.power == _CENTS or figure.decimals == _WITH_CENTS
    if (in_cents or sizes == "small") and _PER_OTHER.match(text, figure.end) is None:
        return replace(figure, unit=Unit.PER_SHARE)
    return figure


def _shared(found: Attributed, sizes: OfAShare, text: str) -> Attributed:
    """The same, with what a share gets as such: earnings in cents are earnings per share."""
    figure = _of_a_share(found.figure, sizes, text)
    is_eps = figure.unit is Unit.PER_SHARE and found.measure in EARNINGS
    return found._replace(figure=figure, measure=Measure.EPS.value if is_eps else found.measure)


def _is_margin(found: Attributed, text: str) -> bool:
    start = found.figure.start
    return _MARGIN.search(text, max(0, start - _HEDGE), start) is not None


# ---- results and guidance

# Of several measures the first of these is the event's amount.
_MAIN_FIRST: Final = (
    *(Measure.NET_INCOME, Measure.OPERATING_INCOME, Measure.EBIT, Measure.PRETAX_INCOME, Measure.EBITDA),
    *(Measure.GROSS_PROFIT, Measure.NET_INTEREST_INCOME, Measure.FUNDS_FROM_OPERATIONS, Measure.EPS, Measure.REVENUE),
)
_COUNTED: Final = frozenset((Measure.DELIVERIES, Measure.PRODUCTION, Measure.SUBSCRIBERS))
_RATIOS: Final = frozenset((Measure.GROSS_MARGIN, Measure.OPERATING_MARGIN))
_OPEN: Final = "amount"
_PERCENT: Final = "_percent"
_MILLION: Final = 6
_THOUSAND: Final = 1_000
# Differences of decimals are rounded to these places, so that 1.2 - 1.1 is 0.1.
_PLACES: Final = 9


def _results(given: Sequence[Attributed], here: int, kind: TypeRules) -> dict[str, Quantity]:
    """What the clause says of each measure, by the measure's name, and its change by that name with `_percent`."""
    found: dict[str, Quantity] = {}
    expected: dict[str, tuple[Role, float]] = {}
    # What the statement of the act says comes first: the same measure may stand in the one before.
    for each in sorted(given, key=lambda each: each.statement != here):
        measure = _told_of(each, here, kind)
        if measure is None:
            continue
        if each.role in (Role.EXPECTED, Role.SURPRISE) and each.figure.unit in SUMS:
            expected.setdefault(measure, (each.role, each.figure.value))
        for name, quantity in _of_measure(each, measure):
            found.setdefault(name, quantity)
    return {name: _against(quantity, expected.get(name)) for name, quantity in found.items()}


def _told_of(each: Attributed, here: int, kind: TypeRules) -> str | None:
    """The measure that a figure of results is told of; None where it is of none of the type's."""
    is_here = each.statement == here
    if each.planned is not (kind.results == "planned") and (each.planned or not is_here):
        return None
    if each.measure is None and not is_here:
        return None
    is_share = each.figure.unit is Unit.PER_SHARE
    measure = each.measure or (Measure.EPS.value if is_share else _OPEN)
    if (measure != _OPEN and measure not in kind.measures) or (is_share and measure != Measure.EPS):
        return None
    return measure


def _of_measure(found: Attributed, measure: str) -> Iterator[tuple[str, Quantity]]:
    figure = found.figure
    known = None if measure == _OPEN else Measure(measure)
    if found.role is Role.CHANGE and figure.unit is Unit.PERCENT and known is not None:
        value = figure.value if figure.sign else figure.magnitude * (found.turn or 1)
        yield f"{measure}{_PERCENT}", _bounded(figure, value, "percent", found, known)
    if found.role is not Role.VALUE:
        return
    unit = _unit_of(found, known)
    if unit is not None:
        yield measure, _bounded(figure, figure.value, unit, found, known)


def _bounded(figure: Figure, value: float, unit: str, found: Attributed, measure: Measure | None) -> Quantity:
    """The quantity of a figure, with both ends of a range; its value is the lower one."""
    quantity = replace(_quantity(figure, value, unit), measure=measure, adjusted=found.adjusted)
    if figure.upper is None:
        return quantity
    low, high = sorted((value, abs(figure.upper) * (-1 if value < 0 else 1)))
    return replace(quantity, value=low, low=low, high=high)


def _unit_of(found: Attributed, measure: Measure | None) -> str | None:
    """The unit of a value of this measure; None for a figure that can't be one."""
    figure = found.figure
    if figure.unit is Unit.PERCENT:
        return "percent" if measure in _RATIOS else None
    if figure.unit in SUMS and measure not in _COUNTED and measure not in _RATIOS:
        return _UNITS[figure.unit]
    if figure.unit is not Unit.COUNT or measure is None:
        return None
    if measure in _COUNTED:
        return "count"
    # Tables leave out the currency: "Net 1,234,000 vs 2,345,000", "turnover rose to 202.9 mln".
    is_sum = measure is not Measure.EPS and (
        figure.power >= _MILLION or (found.beside and figure.magnitude >= _THOUSAND)
    )
    return "currency" if is_sum else None


def _against(quantity: Quantity, expected: tuple[Role, float] | None) -> Quantity:
    """The quantity with what was expected of it, or with by how much it was above that."""
    if expected is None:
        return quantity
    role, value = expected
    if role is Role.SURPRISE:
        return replace(quantity, surprise=value, expected=round(quantity.value - value, _PLACES))
    return replace(quantity, expected=value, surprise=round(quantity.value - value, _PLACES))


def named(given: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The arguments of results under the names of the contract.

    One measure is the `amount` and its change the `percent`; other measures stand under their own names.
    """
    values = _of_one_currency({name: q for name, q in given.items() if not name.endswith(_PERCENT)})
    changes = {name.removesuffix(_PERCENT): q for name, q in given.items() if name.endswith(_PERCENT)}
    main = _main_of(values)
    found: dict[str, Quantity] = {}
    if main is not None:
        found[_OPEN] = values.pop(main)
        values.pop(_OPEN, None)
    change = main or _main_of(changes)
    if change in changes:
        found["percent"] = changes.pop(change)
    found |= values | {f"{name}{_PERCENT}": change for name, change in changes.items()}
    highs = {f"{name}_high": replace(q, value=q.high) for name, q in found.items() if q.high is not None}
    return found | highs


def _main_of(given: Mapping[str, Quantity]) -> str | None:
    """The measure that gives the event's amount or percentage."""
    return next((name for name in (*_MAIN_FIRST, *given) if name in given), None)


def _of_one_currency(given: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The same, each sum without a currency in that of the first which has one."""
    currency = next((q.currency for q in given.values() if q.currency is not None), None)
    return {
        name: replace(q, currency=currency) if q.unit == "currency" and q.currency is None else q
        for name, q in given.items()
    }


_LOSS: Final = re.compile(r"\b(?:loss(?:es)?|deficit|lost|lose)\b")
_PROFIT: Final = re.compile(r"\b(?:profits?|earnings|income|net(?! loss))\b")
_SMALLER: Final = re.compile(
    r"\b(?:narrow\w*|shr[aiu]nk|smaller|less|reduc\w+|cut|cuts|declin\w+|fell|falls|fall|drop\w*|lower|trim\w*"
    r"|halv\w+|eas\w+|improv\w+)\b"
)
_LARGER: Final = re.compile(
    r"\b(?:doubl\w+|tripl\w+|quadrupl\w+|widen\w*|wider|deep\w*|larger|bigger|rose|rise\w*|grew|increas\w+)\b"
)


def turn_of_results(clause: MatchClause, direction: Direction | None) -> Direction | None:
    """Which way results went that are a loss: down, or up where the loss is smaller; other results as the words say."""
    loss = _LOSS.search(clause.text, clause.act, clause.end)
    if loss is None:
        return direction
    profit = _PROFIT.search(clause.text, clause.act, loss.start())
    if profit is not None and "loss" not in clause.text[profit.end() : profit.end() + 6]:
        return direction
    start, end = max(clause.start, clause.act - _HEDGE), min(clause.end, loss.end() + _REACH_OF_TO)
    is_smaller = _SMALLER.search(clause.text, start, end) is not None
    return Direction.UP if is_smaller and _LARGER.search(clause.text, start, end) is None else Direction.DOWN


# ---- other types


def _plain(
    figures: Sequence[Figure], clause: MatchClause, kind: TypeRules, direction: Direction | None
) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for name in kind.arguments:
        sums_only = name == "amount" and kind.of_a_share == "never"
        given = [f for f in figures if f.unit is not Unit.PER_SHARE] if sums_only else figures
        reading = _READERS[name](given, clause, direction)
        if reading is not None:
            figure, quantity = reading
            found[name] = replace(quantity, measure=kind.measured.get(name))
            found |= _other_bound(name, figure, found[name])
    if "amount" in found:
        found |= _in_other_money(figures, found["amount"], clause.tagged.sentence.text)
    return found


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
    sums = [f for f in figures if f.unit in SUMS and f.currency]
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
    figure = _nearest([f for f in figures if _is_change_of_rate(f)], clause.act)
    if figure is None:
        return None
    # The upper bound is dropped: it is in percentage points, the argument in basis points.
    return replace(figure, upper=None), _quantity(figure, 100 * figure.magnitude * _sign(direction), "basis_points")


def _is_change_of_rate(figure: Figure) -> bool:
    """Whether it is one in points, or "half a percent": rates themselves are not written in words."""
    if figure.unit is Unit.PERCENT:
        return figure.in_words and figure.decimals > 0
    return figure.unit in (Unit.PERCENTAGE_POINTS, Unit.POINTS)


def _sign(direction: Direction | None) -> int:
    return -1 if direction is Direction.DOWN else 1


def _quantity(figure: Figure, value: float, unit: str) -> Quantity:
    return Quantity(value=value, unit=unit, currency=figure.currency, approximate=figure.approximate)


_READERS: Final = {"amount": _money, "price": _price, "percent": _percent, "rate": _rate, "change_bp": _change_bp}
