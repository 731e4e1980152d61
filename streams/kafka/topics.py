"""The topic catalogue as values, and how a cluster is brought to it.

Stateful topics never change their number of partitions: an article's ledger and an index's counts live where the key's
hash put them, so `bring_up` faults a topic whose partitions differ. Producer and fetch limits follow from these sizes.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, KafkaError, for_code

from schemas import Annotation, Claim, DeadLetter, IndexActivity, MarketEvent
from schemas.taxonomy import Family
from streams.settings import Settings

MIB: Final = 1_048_576
DAY_MS: Final = 86_400_000
MAX_ARTICLE_BYTES: Final = MIB
# A tombstone must outlive the slowest reader that has seen the entry it deletes.
TOMBSTONE_MS: Final = 7 * DAY_MS
# With room for claims, which repeat parts of an annotation.
MAX_ANNOTATION_BYTES: Final = 2 * MIB
# What the topic of claims accepts, with room for key and headers.
MAX_CLAIM_BYTES: Final = 4 * MIB - MIB // 16
# With room for the article's reference and novelty in a market event.
MAX_EVENT_BYTES: Final = MIB // 4
# The largest message of any topic; producers and consumers take their limits from it.
MAX_MESSAGE_BYTES: Final = 5 * MIB
# How records are read, by whomever: those of a transaction that was aborted, or is still open, are none.
READ_COMMITTED: Final = "read_committed"
# How it is asked where a partition ends, whatever stands in it.
READ_UNCOMMITTED: Final = "read_uncommitted"


class Key(StrEnum):
    """What a topic's records are keyed by."""

    ANY = "article uri by convention, any accepted"
    URI = "article uri"
    ENTITY = "entity id"
    INDEX = "index id"
    ORIGINAL = "the original record's"
    STATE = "state entry"


class TopicError(RuntimeError):
    """The cluster's topics are not what the catalogue says; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic of the catalogue."""

    name: str
    """Full name, prefix included."""
    key: Key
    """What its records are keyed by."""
    value: type | None
    """Class of its values; null for raw bytes."""
    retention_ms: int
    """How long records are kept, -1 for ever; unused where compacted."""
    compacted: bool = False
    """Whether only the newest record of a key is kept."""
    max_bytes: int = MIB
    """The largest message accepted."""
    description: str
    """What it holds."""

    def config(self) -> dict[str, str]:
        """The topic's configuration on the broker."""
        config = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_bytes),
        }
        if self.compacted:
            config["delete.retention.ms"] = str(TOMBSTONE_MS)
        else:
            config["retention.ms"] = str(self.retention_ms)
        return config


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All topics of one deployment."""

    articles: Topic
    annotations: Topic
    claims: Topic
    events: dict[Family, Topic]
    activity: Topic
    dead_letters: Topic
    ledger: Topic
    contributions: Topic

    def all(self) -> tuple[Topic, ...]:
        """Every topic, in the order an article passes them."""
        return (
            self.articles,
            self.annotations,
            self.claims,
            *self.events.values(),
            self.activity,
            self.dead_letters,
            self.ledger,
            self.contributions,
        )

    def named(self, name: str) -> Topic | None:
        """The topic of this name, with or without prefix."""
        return next((t for t in self.all() if t.name == name), None) or next(
            (t for t in self.all() if t.name.endswith(f"{name}")), None
        )


LEDGER_TABLE: Final = "ledger"
# The name that its changelog has on Kafka since the first release: under another, its state would not be found again.
CONTRIBUTIONS_TABLE: Final = "shares"


def catalogue(settings: Settings) -> Catalogue:
    """The topics under these settings."""
    prefix = settings.topic_prefix
    return Catalogue(
        articles=Topic(
            name=f"{prefix}news.articles",
            key=Key.ANY,
            value=None,
            retention_ms=30 * DAY_MS,
            max_bytes=4 * MIB,
            description="Raw articles: native JSON, ninjs or CloudEvents.",
        ),
        annotations=Topic(
            name=f"{prefix}news.annotations",
            key=Key.URI,
            value=Annotation,
            retention_ms=30 * DAY_MS,
            max_bytes=4 * MIB,
            description="What each version of each article says.",
        ),
        claims=Topic(
            name=f"{prefix}market.claims",
            key=Key.ENTITY,
            value=Claim,
            # A claim has its article's time: kept for less, that of an old article would be gone before it is read.
            retention_ms=45 * DAY_MS,
            max_bytes=4 * MIB,
            description="Internal: what one article says about one entity.",
        ),
        events={
            family: Topic(
                name=f"{prefix}market.events.{family}",
                key=Key.ENTITY,
                value=MarketEvent,
                retention_ms=30 * DAY_MS,
                description=f"Market events of the {family} family.",
            )
            for family in Family
        },
        activity=Topic(
            name=f"{prefix}market.index-activity",
            key=Key.INDEX,
            value=IndexActivity,
            retention_ms=-1,
            compacted=True,
            description="Rolling counts per index.",
        ),
        dead_letters=Topic(
            name=f"{prefix}news.dead-letters",
            key=Key.ORIGINAL,
            value=DeadLetter,
            retention_ms=30 * DAY_MS,
            max_bytes=MAX_MESSAGE_BYTES,
            description="Records that could not be used, whole, with the reason in their headers.",
        ),
        ledger=_changelog(settings, LEDGER_TABLE, "Internal: changelog of the ledger."),
        contributions=_changelog(settings, CONTRIBUTIONS_TABLE, "Internal: changelog of the tally's contributions."),
    )


def _changelog(settings: Settings, table: str, description: str) -> Topic:
    return Topic(
        name=f"{settings.app_id}-{table}-changelog",
        key=Key.STATE,
        value=None,
        retention_ms=-1,
        compacted=True,
        description=description,
    )


# Brokers hear of a new topic one after the other, a busy one many seconds after it was made.
_KNOWN_WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one topic of the catalogue stands on the cluster."""

    topic: Topic
    """The topic."""
    partitions: int | None
    """How many partitions it has; null where it does not exist."""
    faults: tuple[str, ...] = ()
    """What is wrong with it, and what to do."""
    created: bool = False
    """True where it was made just now."""


async def bring_up(
    settings: Settings, *, create: bool, partitions: int | None = None, config: Mapping[str, str] | None = None
) -> list[Finding]:
    """Check every topic of the catalogue and, if `create`, make those that are missing.

    `partitions` overrides the settings' number, `config` the catalogue's configuration of what is made. Raises
    TopicError where the cluster cannot be reached or refuses.
    """
    wanted = partitions or settings.partitions
    admin = AIOKafkaAdminClient(client_id="newstape-topics", request_timeout_ms=15_000, **settings.client())
    try:
        await admin.start()
    except Exception as error:
        await admin.close()
        raise unreachable(settings, error) from error
    try:
        return await _brought_up(admin, settings, create=create, partitions=wanted, config=config or {})
    except KafkaError as error:  # it went away meanwhile
        raise unreachable(settings, error) from error
    finally:
        await admin.close()


async def _brought_up(
    admin: AIOKafkaAdminClient, settings: Settings, *, create: bool, partitions: int, config: Mapping[str, str]
) -> list[Finding]:
    topics = catalogue(settings)
    found = await _partitions(admin)
    missing = [topic for topic in topics.all() if topic.name not in found]
    if create and missing:
        await _create(admin, settings, missing, partitions, config)
        found = await _await_topics(admin, missing)
    configs = await _configs(admin, [t.name for t in topics.all() if t.name in found])
    made = {topic.name for topic in missing} if create else set()
    findings = {
        topic.name: _finding(topic, found.get(topic.name), configs.get(topic.name, {}), partitions, topic.name in made)
        for topic in topics.all()
    }
    for topic in (topics.annotations, topics.claims):
        fault = _kept_too_short(configs.get(topic.name, {}), configs.get(topics.articles.name, {}), topics.articles)
        if fault:
            _add_fault(findings, topic, fault)
    others = await _read_besides(admin, settings)
    if others:
        fault = (
            f"would be another deployment's, too: group {settings.app_id} has committed offsets of "
            f"{', '.join(others)}; give each deployment a NEWSTAPE_APP_ID of its own, or delete these offsets if "
            "it is gone, and its changelogs"
        )
        _add_fault(findings, topics.ledger, fault)
    return list(findings.values())


def _add_fault(findings: dict[str, Finding], topic: Topic, fault: str) -> None:
    finding = findings[topic.name]
    findings[topic.name] = replace(finding, faults=(*finding.faults, fault))


def unreachable(settings: Settings, error: Exception) -> TopicError:
    """What to tell where Kafka does not answer, or not as it should."""
    # The client's own words for "nobody there" are a list of address families.
    why = "" if isinstance(error, KafkaConnectionError) else f" ({error})"
    return TopicError(
        f"no Kafka answers at {settings.kafka} to protocol {settings.security_protocol}{why}; start one with "
        "`newstape kafka`, or name yours with --kafka or NEWSTAPE_KAFKA"
    )


def _finding(topic: Topic, partitions: int | None, config: dict[str, str], wanted: int, created: bool) -> Finding:
    faults = []
    if partitions is None:
        faults.append("missing: create it with `newstape topics --create`")
    elif partitions != wanted:
        faults.append(
            f"has {partitions} partitions, expected {wanted}: state lives where keys hash to, so the number never "
            f"changes; set NEWSTAPE_PARTITIONS={partitions}, or start afresh under another NEWSTAPE_TOPIC_PREFIX and "
            "NEWSTAPE_APP_ID"
        )
    for name in ("cleanup.policy", "max.message.bytes"):
        expected, got = topic.config()[name], config.get(name)
        if got is not None and not _enough(name, got, expected):
            faults.append(f"{name} is {got}, expected {expected}: alter it with your Kafka tools")
    return Finding(topic=topic, partitions=partitions, faults=tuple(faults), created=created)


def _kept_too_short(config: Mapping[str, str], of_articles: Mapping[str, str], articles: Topic) -> str | None:
    """What is wrong where articles outlive what is made of them on the way to events: both have the article's time."""
    kept, least = (int(of.get("retention.ms", -1)) for of in (config, of_articles))
    if kept == -1 or kept >= least != -1:
        return None
    return (
        f"retention.ms is {kept}, expected at least the {least} of {articles.name} (-1: for ever): what is made of an "
        "old article would be gone before it is read; alter it with your Kafka tools"
    )


def _enough(name: str, got: str, expected: str) -> bool:
    return int(got) >= int(expected) if name == "max.message.bytes" else got == expected


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    topics = await admin.describe_topics()
    return {t["topic"]: len(t["partitions"]) for t in topics if not t["error_code"]}


async def _create(
    admin: AIOKafkaAdminClient,
    settings: Settings,
    topics: Iterable[Topic],
    partitions: int,
    config: Mapping[str, str],
) -> None:
    response: Any = await admin.create_topics(
        [
            NewTopic(
                name=topic.name,
                num_partitions=partitions,
                replication_factor=settings.replication,
                topic_configs={**topic.config(), **config},
            )
            for topic in topics
        ]
    )
    for name, code, *message in response.topic_errors:
        if code and for_code(code).__name__ != "TopicAlreadyExistsError":
            raise TopicError(
                f"topic {name} could not be created: {for_code(code).__name__} {message[0] if message else ''}"
            )


async def _await_topics(admin: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, int]:
    """The topics on the cluster once the new ones are known to the broker asked, or will hardly be."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + _KNOWN_WITHIN_S
    while True:
        found = await _partitions(admin)
        if all(topic.name in found for topic in topics) or clock() > deadline:
            return found
        await asyncio.sleep(0.1)


async def _read_besides(admin: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    """Topics of others that the group has read; none where it may not be asked, or its coordinator is just starting."""
    topics = catalogue(settings)
    own = {topics.articles.name, topics.annotations.name, topics.claims.name}
    try:
        committed = await admin.list_consumer_group_offsets(settings.app_id)
    except KafkaError:
        return []
    return sorted({tp.topic for tp in committed} - own)


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    configs: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources):
        for _code, _message, _kind, name, entries in response.resources:
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return configs
