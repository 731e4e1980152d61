"""A census counts what came out once, however often it comes, and knows by position what is missing."""

from dataclasses import replace
from typing import Any

import pytest

from schemas import ArticleRef, EntityRef, MarketEvent, Position, encode
from schemas.taxonomy import EventType, Lifecycle
from streams.kafka.topics import catalogue
from streams.operate.census import Census
from streams.settings import Settings

TOPICS = catalogue(Settings(_env_file=None, topic_prefix="t."))  # type: ignore[call-arg] # pydantic-settings' own argument
EVENT = MarketEvent(
    event_id="e1",
    revision=1,
    lifecycle=Lifecycle.CREATED,
    type=EventType.INDEX_MOVE,
    subject=EntityRef(id="index:N225", name="Nikkei 225"),
    article=ArticleRef(uri="urn:a", published_at=None),
    published_at=None,
)


@pytest.fixture
def census() -> Census:
    """An empty one."""
    return Census(TOPICS)


def annotated(census: Census, partition: int, offset: int) -> None:
    """An annotation of the article at this place."""
    value = encode({"article": {}, "position": {"partition": partition, "offset": offset}, "entities": [1, 2]})
    assert census.count(TOPICS.annotations.name, value, []) is None


def rejected(census: Census, topic: str, partition: int, offset: int, reason: str = "schema") -> None:
    """A dead letter of the record at this place."""
    headers = {"reason": reason, "detail": "x", "source-topic": topic}
    headers |= {"source-partition": str(partition), "source-offset": str(offset)}
    assert census.count(TOPICS.dead_letters.name, b"\xff", [(k, v.encode()) for k, v in headers.items()]) is None


def test_what_is_neither_annotated_nor_set_aside_is_missing(census: Census) -> None:
    """By partition and offset, in order."""
    annotated(census, 0, 0)
    rejected(census, TOPICS.articles.name, 1, 0)
    assert census.missing({0: {0, 1}, 1: {0, 5}}) == [
        Position(partition=0, offset=1),
        Position(partition=1, offset=5),
    ]
    assert census.came_out == 2


def test_a_dead_letter_of_another_stage_is_no_article(census: Census) -> None:
    """Places in other topics are other places."""
    rejected(census, TOPICS.annotations.name, 0, 0, "internal-error")
    assert census.missing({0: {0}}) == [Position(partition=0, offset=0)]
    assert census.came_out == 0
    assert census.dead_letters == {"internal-error": 1}


def test_a_record_that_comes_twice_counts_once(census: Census) -> None:
    """Deliveries are at least once."""
    for _ in range(2):
        annotated(census, 0, 0)
        rejected(census, TOPICS.articles.name, 0, 1)
        census.count(TOPICS.events[EVENT.type.family].name, encode(EVENT), [])
    assert (census.annotations, census.dead_letters, census.events) == (1, {"schema": 1}, {"index.move": 1})


def test_events_are_counted_by_type_and_by_lifecycle(census: Census) -> None:
    """Each revision of an event is an event; what was not counted before is given back."""
    events = [
        EVENT,
        replace(EVENT, revision=2, lifecycle=Lifecycle.CORRECTED),
        replace(EVENT, revision=3, lifecycle=Lifecycle.RETRACTED),
        replace(EVENT, event_id="e2", type=EventType.POLICY_TARIFF),
    ]
    assert [count_event(census, event) for event in events] == events
    assert count_event(census, EVENT) is None
    assert census.events == {"index.move": 3, "policy.tariff": 1}
    assert census.lifecycles == {"corrected": 1, "created": 2, "retracted": 1}


def count_event(census: Census, event: MarketEvent) -> Any:
    """Count an event as its topic brings it."""
    return census.count(TOPICS.events[event.type.family].name, encode(event), [])


def test_withdrawn_and_foreign_records_change_nothing(census: Census) -> None:
    """A null value and a topic that is not watched."""
    assert census.count(TOPICS.annotations.name, None, []) is None
    assert census.count("other", b"{}", []) is None
    assert (census.annotations, census.events) == (0, {})
