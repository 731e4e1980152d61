"""Which events a rule finds, and what it tells of their revisions."""

from dataclasses import replace
from typing import Any, Final

import pytest

from schemas import ArticleRef, EntityRef, MarketEvent, Quantity
from schemas.event import Novelty
from schemas.taxonomy import Direction, EventStatus, EventType, FactLevel, Lifecycle, Measure
from schemas.wire import loads
from streams.alerts.matching import Known, alert_of, finds
from streams.alerts.rules import Figure, Rule, When

FALL: Final = MarketEvent(
    event_id="0" * 32,
    revision=1,
    lifecycle=Lifecycle.CREATED,
    type=EventType.INDEX_MOVE,
    subject=EntityRef(id="index:N225", name="Nikkei 225", resolved=True),
    article=ArticleRef(uri="urn:a", published_at=None),
    published_at=None,
    direction=Direction.DOWN,
    arguments={"percent": Quantity(value=-2.1, unit="percent", measure=Measure.INDEX_CHANGE)},
    novelty=Novelty(rank=2, counts={}, linked=()),
    fact_level=FactLevel.FACT,
    confidence=0.8,
)
RETRACTION: Final = MarketEvent(
    event_id=FALL.event_id,
    revision=3,
    lifecycle=Lifecycle.RETRACTED,
    type=FALL.type,
    subject=FALL.subject,
    article=FALL.article,
    published_at=None,
    status=None,
)


def about(identity: str | None) -> Known:
    """A registry of one index."""
    return Known(family="nikkei", country="JP") if identity == "index:N225" else Known()


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(type="index.move"),
        When(type=("company.merger", "index.*")),
        When(subject=("index:TOPX", "index:N225")),
        When(name="nikkei"),
        When(family="Nikkei"),
        When(country="JP"),
        When(region="Asia and Pacific"),
        When(direction=Direction.DOWN),
        When(figures=(Figure(argument="percent", at_most=-2.1),)),
        When(figures=(Figure(measure=Measure.INDEX_CHANGE, below=-2.0, above=-3.0),)),
        When(figures=(Figure(argument="percent", unit="percent", at_least=2.1, size=True),)),
        When(min_confidence=0.8),
        When(max_rank=2),
        When(status=EventStatus.STANDING),
        When(fact_level=FactLevel.FACT),
        When(resolved=True),
    ],
)
def test_a_condition_holds(when: When) -> None:
    """Each for the fall of the Nikkei."""
    assert finds(when, FALL, about)


@pytest.mark.parametrize(
    "when",
    [
        When(type="index.level"),
        When(type="company.*"),
        When(subject="index:TOPX"),
        When(name="topix"),
        When(family="topix"),
        When(country="US"),
        When(region="Europe"),
        When(direction=Direction.UP),
        When(figures=(Figure(argument="percent", below=-2.1),)),
        When(figures=(Figure(argument="points", below=0.0),)),
        When(figures=(Figure(argument="percent", unit="points", below=0.0),)),
        When(figures=(Figure(argument="percent", below=0.0), Figure(argument="percent", above=0.0))),
        When(min_confidence=0.81),
        When(max_rank=1),
        When(status=EventStatus.CALLED_OFF),
        When(fact_level=FactLevel.FORECAST),
        When(resolved=False),
    ],
)
def test_a_condition_does_not_hold(when: When) -> None:
    """Each for the fall of the Nikkei."""
    assert not finds(when, FALL, about)


def test_what_became_of_an_event_is_told_to_whom_it_was_told() -> None:
    """A correction that the rule would not look for, too; then the retraction, and nothing of an older revision."""
    rule = Rule(name="falls", when=When(figures=(Figure(argument="percent", at_most=-2.0),)), command=("cat",))
    smaller = replace(
        FALL,
        revision=2,
        lifecycle=Lifecycle.CORRECTED,
        arguments={"percent": Quantity(value=-0.2, unit="percent")},
    )

    first = alert_of(rule, FALL, None, about)
    assert first is not None
    assert (first.kind, first.matches, first.was) == ("new", True, None)
    assert first.key == f"{'0' * 32}:1:falls"
    second = alert_of(rule, smaller, first.told(), about)
    assert second is not None
    assert (second.kind, second.matches) == ("corrected", False)
    body: dict[str, Any] = loads(second.body())
    assert body["was"]["arguments"]["percent"]["value"] == -2.1
    assert body["event"]["arguments"]["percent"]["value"] == -0.2
    third = alert_of(rule, RETRACTION, second.told(), about)
    assert third is not None
    assert (third.kind, third.matches) == ("retracted", False)
    for late in (FALL, smaller, RETRACTION):
        assert alert_of(rule, late, third.told(), about) is None
    again = alert_of(rule, replace(FALL, revision=4), third.told(), about)
    assert again is not None
    assert again.kind == "new"


def test_of_what_was_not_told_a_retraction_is_not_told() -> None:
    """A correction is, as new, where the rule finds it now."""
    rule = Rule(name="falls", when=When(figures=(Figure(argument="percent", at_most=-2.0),)), command=("cat",))

    assert alert_of(rule, RETRACTION, None, about) is None
    found = alert_of(rule, replace(FALL, revision=2, lifecycle=Lifecycle.CORRECTED), None, about)
    assert found is not None
    assert found.kind == "new"
