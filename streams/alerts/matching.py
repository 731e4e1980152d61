"""Whether a rule finds an event, and what is told of it. Pure: the mark of the unusual is asked elsewhere."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from schemas import MarketEvent, encode
from schemas.annotation import Quantity, resolved_by_id
from schemas.taxonomy import Lifecycle
from streams.alerts.rules import REGIONS, Figure, Rule, When, several

NEW: Final = "new"
CORRECTED: Final = "corrected"
RETRACTED: Final = "retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the registry knows of a subject."""

    family: str | None = None
    country: str | None = None


About = Callable[[str | None], Known]
"""What the registry knows of the subject with this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule tells of one revision of an event."""

    rule: str
    """The rule's name."""
    kind: str
    """new, or what became of an event that was told before: corrected, retracted."""
    matches: bool
    """Whether this revision is still what the rule looks for; false in a retraction."""
    event: MarketEvent
    """The event in this revision."""
    was: dict[str, Any] | None
    """What was told before of it; null where it is new."""

    @property
    def key(self) -> str:
        """The same whenever this alert is sent, and of no other."""
        return f"{self.event.event_id}:{self.event.revision}:{self.rule}"

    def body(self) -> bytes:
        """The alert as JSON: the same bytes whenever it is sent."""
        fields = {"key": self.key, "rule": self.rule, "kind": self.kind, "matches": self.matches}
        return encode({**fields, "event": self.event, "was": self.was})

    def told(self) -> dict[str, Any]:
        """What is kept of it, to be the next revision's `was`."""
        event = self.event
        return {
            "revision": event.revision,
            "kind": self.kind,
            "matches": self.matches,
            "direction": event.direction,
            "arguments": {name: asdict(number) for name, number in (event.arguments or {}).items()},
            "status": event.status,
            "confidence": event.confidence,
        }


def alert_of(rule: Rule, event: MarketEvent, was: dict[str, Any] | None, about: About) -> Alert | None:
    """What the rule tells of this revision, given what it told of the event last; null where that is nothing.

    What was told is put right whether or not the new revision is one that the rule looks for.
    """
    if was is not None and event.revision <= was["revision"]:
        return None
    is_open = was is not None and was["kind"] != RETRACTED
    if event.lifecycle is Lifecycle.RETRACTED:
        return Alert(rule=rule.name, kind=RETRACTED, matches=False, event=event, was=was) if is_open else None
    matches = finds(rule.when, event, about)
    if not (matches or is_open):
        return None
    return Alert(rule=rule.name, kind=CORRECTED if is_open else NEW, matches=matches, event=event, was=was)


def finds(when: When, event: MarketEvent, about: About) -> bool:
    """Whether all conditions hold for an event that stands, but for `unusual`."""
    return (
        _is_of_type(when, event) and _is_about(when, event, about) and _is_as_sure(when, event) and _says(when, event)
    )


def _is_of_type(when: When, event: MarketEvent) -> bool:
    types = several(when.type)
    return not types or event.type in types or f"{event.type.family}.*" in types


def _is_about(when: When, event: MarketEvent, about: About) -> bool:
    subject = event.subject
    if when.subject and subject.id not in several(when.subject):
        return False
    name = subject.name.casefold()
    if when.name and not any(word.strip().casefold() in name for word in several(when.name)):
        return False
    if not (when.family or when.country or when.region):
        return True
    known = about(subject.id)
    regions = [region for region, countries in REGIONS.items() if known.country in countries]
    return (
        (not when.family or (known.family or "").casefold() in [word.casefold() for word in several(when.family)])
        and (not when.country or known.country in several(when.country))
        and (not when.region or any(region in several(when.region) for region in regions))
    )


def _is_as_sure(when: When, event: MarketEvent) -> bool:
    subject = event.subject
    resolved = resolved_by_id(subject.id) if subject.resolved is None else subject.resolved
    if when.resolved is not None and resolved is not when.resolved:
        return False
    if when.max_rank is not None and (event.novelty is None or event.novelty.rank > when.max_rank):
        return False
    return (event.confidence or 0.0) >= when.min_confidence


def _says(when: When, event: MarketEvent) -> bool:
    return (
        (when.direction is None or event.direction is when.direction)
        and (when.status is None or event.status is when.status)
        and (when.fact_level is None or event.fact_level is when.fact_level)
        and all(_has(figure, event.arguments or {}) for figure in when.figures)
    )


def _has(figure: Figure, arguments: dict[str, Quantity]) -> bool:
    return any(
        _is_meant(figure, name, number) and _compares(figure, number.value) for name, number in arguments.items()
    )


def _is_meant(figure: Figure, name: str, number: Quantity) -> bool:
    return (
        figure.argument in (None, name)
        and figure.measure in (None, number.measure)
        and figure.unit in (None, number.unit)
        and figure.currency in (None, number.currency)
    )


def _compares(figure: Figure, value: float) -> bool:
    value = abs(value) if figure.size else value
    return (
        (figure.above is None or value > figure.above)
        and (figure.at_least is None or value >= figure.at_least)
        and (figure.below is None or value < figure.below)
        and (figure.at_most is None or value <= figure.at_most)
    )
