"""The rules of alerts as their file has them.

    [[rule]]
    name = "nikkei-falls"
    when.type = "index.move"
    when.subject = "index:N225"
    when.direction = "down"
    when.figures = [{ argument = "percent", at_most = -2.0 }]
    when.status = "standing"
    webhook = { url = "https://desk.example/alerts", secret_env = "DESK_SECRET" }

A rule has a `name` (small letters, digits and hyphens), conditions under `when`, of which all must hold, and a
`webhook` or a `command`. A condition that may have several values holds where one of them does. Without any the rule
finds every event.
"""

from __future__ import annotations

from typing import Final

import msgspec

from schemas.taxonomy import Direction, EventStatus, FactLevel, Measure

Several = str | tuple[str, ...]
"""A text, or several."""

REGIONS: Final = {
    "Americas": frozenset("US CA MX BR AR CL CO PE VE".split()),
    "Europe": frozenset(
        "GB DE FR CH IT NL ES BE IE SE DK FI NO PL PT AT IS EE LV LT CZ HU RO BG HR SI SK RS GR CY UA RU TR".split()
    ),
    "Asia and Pacific": frozenset("JP CN HK TW KR IN AU NZ SG TH ID MY PH VN PK BD LK KZ MN".split()),
    "Middle East and Africa": frozenset("IL SA AE QA KW BH OM JO LB IR EG MA TN NG GH KE ZA MU ZW".split()),
}
"""Countries by region, as the dashboard's maps have them (`streams/web/page/heat.js`; a test holds both together)."""


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number that an event must have: what it is, and how great. Of several comparisons all must hold."""

    argument: str | None = None
    """Its name among the event's arguments: `percent`, `level`, `amount`."""
    measure: Measure | None = None
    """What it measures: `index_change`, `revenue`."""
    unit: str | None = None
    """Its unit: `percent`, `currency`, `basis_points`."""
    currency: str | None = None
    """ISO 4217, where the unit is money."""
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    size: bool = False
    """True: its sign does not count, so that a fall of 3 % is as great as a rise."""


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The conditions of a rule; one that is left out lets everything pass."""

    type: Several = ()
    """Types of the taxonomy, or families: `index.move`, `company.*`."""
    subject: Several = ()
    """Ids of subjects: `index:N225`, `company:6501.T`."""
    name: Several = ()
    """Words of which one stands in the subject's name, capitals and small letters alike."""
    family: Several = ()
    """Families of indices as in the registry: `Nikkei`, `S&P`."""
    country: Several = ()
    """Countries (ISO 3166, two letters) that the subject is of, as in the registry."""
    region: Several = ()
    """Regions that the subject's country lies in, of `REGIONS`."""
    direction: Direction | None = None
    """Which way."""
    figures: tuple[Figure, ...] = ()
    """Numbers that the event must have; all of them."""
    min_confidence: float = 0.0
    """The least confidence."""
    max_rank: int | None = None
    """The greatest rank of novelty: 1 for the first article to say so."""
    status: EventStatus | None = None
    """`standing` leaves out what is called off."""
    fact_level: FactLevel | None = None
    """`fact` leaves out what is only expected or wished for."""
    resolved: bool | None = None
    """True: subjects that the registry has; false: those made from text."""
    unusual: bool = False
    """True: only events of the last hour of an index of which more than usual is said, as a worker's views have it."""


class Webhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An address that alerts are posted to."""

    url: str | None = None
    """Where to."""
    url_env: str | None = None
    """The variable of the environment that has it, where the address itself is a secret."""
    secret_env: str | None = None
    """The variable of the environment that has the secret by which alerts are signed."""
    secret_file: str | None = None
    """The file that has it; a relative path is one from the folder of the rules."""
    timeout_s: float = 10.0
    """Seconds that an answer may take."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule."""

    name: str
    when: When = When()
    webhook: Webhook | None = None
    command: tuple[str, ...] = ()
    """A program and its arguments, not read by a shell; it has the alert on its standard input."""
    command_timeout_s: float = 60.0
    """Seconds that it may take."""


class RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of rules."""

    rule: tuple[Rule, ...]


def several(written: Several) -> tuple[str, ...]:
    """One or several as several."""
    return (written,) if isinstance(written, str) else written
