"""Numbers of events and facts as people of the market write them.

A move bears its sign and what it is measured over, since "+2.90 %" of a week beside "-0.61 %" of a day misleads. What
is below zero is red: a loss, a fall, a negative sum. `streams/web/page/format.js` says the same in a browser.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.text import Text

from schemas import EntityRef, Event, MarketEvent, Novelty, Quantity
from schemas.annotation import resolved_by_id
from schemas.taxonomy import Basis, Direction, EventStatus, Measure

UP: Final = "green"
DOWN: Final = "red"

ARROWS: Final = {Direction.UP: "▲", Direction.DOWN: "▼", Direction.FLAT: "="}
_COLOURS: Final = {Direction.UP: UP, Direction.DOWN: DOWN}
_BASES: Final = {"ytd": "year to date", "other": "other period"}
_CAPITALS: Final = frozenset((Measure.EPS, Measure.EBIT, Measure.EBITDA))
# Names of arguments that say no more than their unit does.
_PLAIN: Final = frozenset(("percent", "amount", "change_bp", "points"))
_SCALES: Final = ((1e12, "T"), (1e9, "bn"), (1e6, "m"))
_UNITS: Final = {"percent": " %", "points": " points", "basis_points": " bp", "shares": " shares", "ratio": " ×"}
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)

MOST: Final = 3
"""How many numbers of an event a line has."""


def over(basis: str | None) -> str:
    """What a move is measured over, in a word; empty where that is not known."""
    return "" if basis is None else _BASES.get(basis, basis)


def coloured(text: str, value: float) -> Text:
    """The text, red where its number is below zero."""
    return Text(text, style=DOWN if value < 0 else "")


def move(fact: Mapping[str, Any]) -> Text | None:
    """The move of a fact with what it is measured over, from its fields as plain JSON; null where it has none."""
    about = "~" if fact.get("approximate") else ""
    percent, points, direction = fact.get("change_pct"), fact.get("change_points"), fact.get("direction")
    if percent is not None:
        text, value = f"{about}{percent:+,.2f} %", percent
    elif points is not None:
        text, value = f"{about}{points:+,.2f} points", points
    elif direction:
        text, value = direction, 0.0
    else:
        return None
    style = (UP if value > 0 else DOWN) if value else _COLOURS.get(direction, "") if direction else ""
    return Text.assemble((text, style), (f" {over(fact.get('basis') or Basis.SESSION)}", "dim"))


def ticker(entity: EntityRef) -> str | None:
    """The id by which the market knows an index or a listed firm; null for all others, and where text made the id."""
    kind, _, name = (entity.id or "").partition(":")
    if kind not in ("index", "company") or not is_resolved(entity) or name.startswith("unlisted-"):
        return None
    return name


def is_resolved(entity: EntityRef) -> bool:
    """Whether the registry has it, as far as is known."""
    resolved = resolved_by_id(entity.id) if entity.resolved is None else entity.resolved
    return resolved is not False


def figures(event: Event | MarketEvent) -> Iterator[Text]:
    """The numbers of an event, the telling one first."""
    given = dict(event.arguments or {})
    for name in ("percent", "points"):
        if event.type.is_move and name in given:
            said = given.pop(name)
            yield Text.assemble(_signed(said), (f" {over(said.basis or event.basis)}".rstrip(), "dim"))
            given.pop("points", None)
    for name, said in given.items():
        yield _number(name, said)
    if event.record is not None:
        yield Text(event.record.replace("_", " "))


def _signed(said: Quantity) -> Text:
    about = "~" if said.approximate else ""
    style = UP if said.value > 0 else DOWN if said.value < 0 else ""
    return Text(f"{about}{said.value:+,.2f}{_UNITS.get(said.unit, '')}", style=style)


def _number(name: str, said: Quantity) -> Text:
    """A number with what it measures, of which period, and what was expected of it."""
    if name == "level":
        return Text(f"at {'~' if said.approximate else ''}{said.value:,.2f}")
    measured = said.measure or (None if name in _PLAIN else name)
    words = [] if measured is None else [measured.upper() if measured in _CAPITALS else measured.replace("_", " ")]
    if said.adjusted:
        words.insert(0, "adjusted")
    text = coloured(" ".join((*words, amount(said))), said.value)
    if said.low is not None and said.high is not None:
        text.append(f" ({_plain(said, said.low)} to {_plain(said, said.high)})")
    if said.period is not None:
        text.append(f" {said.period}", style="dim")
    if said.expected is not None:
        text.append(f", expected {_plain(said, said.expected)}")
    if said.surprise is not None:
        side = "above" if said.surprise >= 0 else "below"
        text.append(f", {_plain(said, abs(said.surprise))} {side} expectations")
    return text


def amount(said: Quantity) -> str:
    """A number in few characters: 13.9T JPY, 4 %, -0.13 USD a share."""
    return f"{'~' if said.approximate else ''}{_plain(said, said.value)}"


def _plain(said: Quantity, value: float) -> str:
    scale, letter = 1.0, ""
    if said.unit in ("currency", "shares"):
        scale, letter = next(((least, sign) for least, sign in _SCALES if abs(value) >= least), (1.0, ""))
    number = f"{float(f'{value / scale:.4g}'):,.10g}" if letter else f"{value:,.10g}"
    unit = f" {said.currency}" if said.currency else _UNITS.get(said.unit, "")
    return f"{number}{letter}{unit}{' a share' if said.unit == 'per_share' else ''}"


def direction(event: Event | MarketEvent) -> Text:
    """An arrow, empty where there is no direction."""
    if event.direction is None:
        return Text()
    return Text(ARROWS[event.direction], style=_COLOURS.get(event.direction, ""))


def status(event: Event | MarketEvent) -> str:
    """Whether it was called off, in capitals: nobody may read the type alone."""
    return "CALLED OFF" if event.status is EventStatus.CALLED_OFF else ""


def novelty(of: Novelty | None) -> str:
    """How new it was, in words; empty where that is not known."""
    if of is None:
        return ""
    told = "first to say so" if of.rank == 1 else f"{ordinal(of.rank)} to say so"
    return told if of.repeat_of is None else f"{told}, repeat of {of.repeat_of}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in _TEENS else _ORDINALS.get(number % 10, "th")
    return f"{number}{ending}"


def joined(parts: Iterable[Text | str], separator: str) -> Text:
    """The parts that are not empty, with the separator between."""
    return Text(separator).join([Text(part) if isinstance(part, str) else part for part in parts if part])
