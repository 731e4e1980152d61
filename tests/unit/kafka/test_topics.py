"""The catalogue."""

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NodeNotReadyError

from schemas.taxonomy import Family
from streams.kafka.topics import DAY_MS, MAX_MESSAGE_BYTES, MIB, TopicError, _kept_too_short, bring_up, catalogue
from streams.settings import Settings


def test_limits_leave_room_from_topic_to_topic() -> None:
    """An article that is too large still fits into the dead letters, headers included."""
    topics = catalogue(Settings())
    assert topics.articles.max_bytes >= 4 * MIB
    assert topics.dead_letters.max_bytes >= topics.articles.max_bytes + MIB
    assert max(topic.max_bytes for topic in topics.all()) == MAX_MESSAGE_BYTES


def test_nothing_on_the_way_is_kept_for_a_shorter_time_than_articles_are() -> None:
    """Outputs have the time of the article's record: claims of older articles were deleted before they were counted."""
    topics = catalogue(Settings())
    for topic in (topics.annotations, topics.claims, topics.dead_letters, *topics.events.values()):
        assert topic.retention_ms >= topics.articles.retention_ms


def test_names_take_the_prefix_and_changelogs_the_group() -> None:
    """Two deployments on one cluster do not meet."""
    topics = catalogue(Settings(topic_prefix="eu.", app_id="eu"))
    assert topics.articles.name == "eu.news.articles"
    assert topics.events[Family.POLICY].name == "eu.market.events.policy"
    assert topics.ledger.name == "eu-ledger-changelog"
    assert len({topic.name for topic in topics.all()}) == len(topics.all())


def test_a_topic_is_found_with_and_without_prefix() -> None:
    """People leave the prefix out."""
    topics = catalogue(Settings(topic_prefix="eu."))
    assert topics.named("news.articles") == topics.named("eu.news.articles") == topics.articles
    assert topics.named("news") is None


def test_state_is_compacted_and_tombstones_outlive_readers() -> None:
    """Only the newest record of a key is kept, deletions for a week."""
    topics = catalogue(Settings())
    for topic in (topics.activity, topics.ledger, topics.contributions):
        assert topic.config()["cleanup.policy"] == "compact"
        assert int(topic.config()["delete.retention.ms"]) == 7 * 86_400_000


async def test_a_kafka_that_goes_away_while_it_is_asked_is_told_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection was lost between two questions, and the worker ended with a traceback."""

    async def start(_: object) -> None:
        pass

    async def describe_topics(_: object) -> None:
        raise NodeNotReadyError("node 1")

    monkeypatch.setattr(AIOKafkaAdminClient, "start", start)
    monkeypatch.setattr(AIOKafkaAdminClient, "describe_topics", describe_topics)
    with pytest.raises(TopicError, match=r"no Kafka answers at .*node 1.*start one with"):
        await bring_up(Settings(), create=False)


async def test_a_topic_that_a_busy_broker_hears_of_late_is_no_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`newstape topics --create` called what it had just made missing, where that took longer than five seconds."""
    made: list[str] = []
    asked = 0

    async def nothing(*_: object, **__: object) -> None:
        pass

    async def describe_topics(_: object) -> list[dict[str, object]]:
        nonlocal asked
        asked += bool(made)
        known = made if asked > 200 else []
        return [{"topic": name, "partitions": range(4), "error_code": 0} for name in known]

    async def create_topics(_: object, topics: list[NewTopic]) -> SimpleNamespace:
        made.extend(topic.name for topic in topics)
        return SimpleNamespace(topic_errors=[])

    async def no_groups(*_: object) -> dict[object, object]:
        return {}

    for name, answer in {
        "start": nothing,
        "describe_topics": describe_topics,
        "create_topics": create_topics,
        "list_consumer_group_offsets": no_groups,
    }.items():
        monkeypatch.setattr(AIOKafkaAdminClient, name, answer)
    monkeypatch.setattr("streams.kafka.topics._configs", no_groups)
    monkeypatch.setattr(asyncio, "sleep", nothing)

    findings = await bring_up(Settings(partitions=4), create=True)

    assert [finding.partitions for finding in findings] == [4] * len(made)


@pytest.mark.parametrize(
    ("kept", "of_articles", "wrong"),
    [
        ("7", "30", True),
        ("30", "30", False),
        ("45", "30", False),
        ("-1", "30", False),
        ("30", "-1", True),
        ("-1", "-1", False),
    ],
)
def test_what_is_made_of_articles_must_be_kept_as_long_as_they_are(kept: int, of_articles: int, wrong: bool) -> None:
    """It has their time; -1 is for ever."""
    articles = catalogue(Settings()).articles
    fault = _kept_too_short({"retention.ms": str(kept)}, {"retention.ms": str(of_articles)}, articles)
    assert (fault is not None) == wrong


def test_by_the_catalogue_claims_are_kept_longer_than_articles() -> None:
    """Articles stay beyond their retention until their segment, a week at most, is all too old."""
    topics = catalogue(Settings())
    assert topics.claims.retention_ms >= topics.articles.retention_ms + 14 * DAY_MS
    assert topics.annotations.retention_ms >= topics.articles.retention_ms
