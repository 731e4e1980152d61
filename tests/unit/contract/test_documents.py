"""The contract's documents: what they say is what newstape writes and reads."""

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import pytest
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker

from schemas import Article, ArticleRef, EntityRef, MarketEvent, Participant, Quantity, encode
from schemas.dead_letter import header_name
from schemas.taxonomy import EventStatus, EventType, Lifecycle, Measure
from schemas.version import CONTRACT_VERSION
from streams.contract import asyncapi, files, json_schema
from streams.contract.messages import ARTICLE, DEAD_LETTER, KINDS, MARKET_EVENT, Direction, Kind
from streams.intake import RawRecord, read
from streams.kafka.headers import cloud_event
from streams.kafka.topics import catalogue
from tests.npm import package

WHERE: Final = files.directory()
EXAMPLES: Final = files.stored_examples(WHERE)
DOCUMENTS: Final = files.documents(EXAMPLES)
ASYNCAPI: Final = DOCUMENTS[files.ASYNCAPI]
NOON: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
PUBLIC: Final = [kind for kind in KINDS if kind.direction is not Direction.INTERNAL]


FORMATS: Final = FormatChecker(["date"])


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339 with a zone, for strings."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """What a schema has against a value."""
    return [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(schema, format_checker=FORMATS).iter_errors(value)
    ]


def test_the_files_are_what_the_code_says() -> None:
    """Run `newstape contract --update` after a change of schemas/ or of the topics."""
    assert files.stale(WHERE, DOCUMENTS) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_schemas_are_json_schemas_of_2020_12(kind: Kind) -> None:
    """By the dialect's own schema; every field of every object is described."""
    schema = json_schema.document(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    for part in (schema, *schema["$defs"].values()):
        assert part["description"]
        assert all(field["description"] for field in part.get("properties", {}).values())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not DEAD_LETTER], ids=lambda kind: kind.name)
def test_schemas_have_the_fields_of_their_class(kind: Kind) -> None:
    """The same names and the same required ones as msgspec reads off the class itself."""
    _, own = msgspec.json.schema_components([kind.type])
    made = json_schema.components([kind.type], json_schema.DEFINITIONS)
    assert made.keys() == own.keys()
    for name, schema in own.items():
        assert made[name].get("properties", {}).keys() == schema.get("properties", {}).keys()
        assert sorted(made[name].get("required", ())) == sorted(schema.get("required", ()))
        assert made[name].get("enum") == schema.get("enum")


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.name)
def test_examples_are_valid_by_their_schema(kind: Kind) -> None:
    """Every kind has some."""
    assert EXAMPLES[kind.name]
    for example in EXAMPLES[kind.name]:
        assert faults(json_schema.document(kind), example.headers if kind is DEAD_LETTER else example.value) == []


def test_examples_show_a_whole_life() -> None:
    """An event is created, corrected and retracted, and every family has one."""
    events = [example.value for example in EXAMPLES[MARKET_EVENT.name]]
    first = events[0]["event_id"]
    assert [e["lifecycle"] for e in events if e["event_id"] == first] == ["created", "corrected", "retracted"]
    assert {e["type"].partition(".")[0] for e in events} == {"index", "company", "policy"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lifecycle": "amended"}, "$.lifecycle"),
        ({"revision": 0}, "$.revision"),
        ({"event_id": "x"}, "$.event_id"),
        ({"published_at": "yesterday"}, "$.published_at"),
        ({"confidence": 1.1}, "$.confidence"),
        ({"subject": {"id": "N225", "name": "Nikkei 225"}}, "$.subject.id"),
    ],
)
def test_schemas_refuse_what_newstape_never_writes(change: dict[str, Any], path: str) -> None:
    """Vocabularies, limits, patterns and formats are in the schema."""
    value = {**EXAMPLES[MARKET_EVENT.name][0].value, **change}
    found = faults(json_schema.document(MARKET_EVENT), value)
    assert [fault.partition(": ")[0] for fault in found] == [path]


@pytest.mark.parametrize("version", files.released(WHERE))
def test_readers_of_released_contracts_read_events_of_now(version: tuple[int, int, int]) -> None:
    """One with every field filled that came since, called off and made from text: by their schema it is valid."""
    quantity = Quantity(
        value=-0.13,
        unit="per_share",
        currency="USD",
        measure=Measure.EPS,
        adjusted=True,
        period="2026-Q3",
        expected=-0.2,
        surprise=0.07,
        low=-0.2,
        high=-0.1,
    )
    event = MarketEvent(
        event_id="0" * 32,
        revision=1,
        lifecycle=Lifecycle.CREATED,
        type=EventType.COMPANY_EARNINGS,
        subject=EntityRef(id="company:~gulfex-inc", name="Gulfex Inc", resolved=False),
        article=ArticleRef(uri="urn:a", published_at=NOON),
        published_at=NOON,
        participants=(Participant(role="partner", entity=EntityRef(id=None, name="Somebody", resolved=False)),),
        arguments={"amount": quantity},
        status=EventStatus.CALLED_OFF,
    )
    value = json.loads(event.to_bytes())
    assert faults(json_schema.document(MARKET_EVENT), value) == []
    assert faults(files.released(WHERE)[version]["market-event.schema.json"], value) == []


@pytest.mark.parametrize("period", ["2026", "FY2026", "2026-Q3", "FY2026-Q3", "2026-H1", "2026-9M", "2026-11"])
def test_periods_are_written_in_these_ways(period: str) -> None:
    """The pattern of the schema has them, and not the ways in which texts write them."""
    schema = json_schema.document(MARKET_EVENT)
    pattern = schema["$defs"]["Quantity"]["properties"]["period"]["anyOf"][0]["pattern"]
    assert re.search(pattern, period)
    assert not any(re.search(pattern, text) for text in (f"{period} ", "Q3 2026", "2026-Q5", "2026-13", "3Q26"))


@pytest.mark.parametrize("name", asyncapi.OTHER_ARTICLES)
def test_other_forms_of_articles_are_accepted_as_the_document_shows_them(name: str) -> None:
    """Intake takes the examples."""
    message = asyncapi.OTHER_ARTICLES[name]
    for example in message.get("examples", ()):
        assert faults(dict(message["payload"]), example["payload"]) == []
        accepted = read(RawRecord(key=None, value=encode(example["payload"]), timestamp=NOON))
        assert isinstance(accepted, Article)
    if name == asyncapi.WITHDRAWAL:
        assert not isinstance(read(RawRecord(key=b"urn:a", value=None, timestamp=NOON)), Article)


def test_asyncapi_is_valid_by_its_own_schema() -> None:
    """The schema of AsyncAPI 3.0.0 with its Kafka bindings, as npm has it. `make contract-check` runs its CLI too."""
    specs = package("@asyncapi/specs", "6.11.1")
    schema = json.loads((specs / "schemas" / f"{asyncapi.VERSION}-without-$id.json").read_text(encoding="utf-8"))
    found = [f"{error.json_path}: {error.message}" for error in Draft7Validator(schema).iter_errors(ASYNCAPI)]
    assert found == []


def test_asyncapi_has_every_topic_but_the_changelogs() -> None:
    """With the configuration that `newstape topics --create` gives it."""
    topics = catalogue(asyncapi.DEFAULTS)
    channels = {channel["address"]: channel for channel in ASYNCAPI["channels"].values()}
    assert channels.keys() == {topic.name for topic in topics.all()} - {topics.ledger.name, topics.contributions.name}
    for address, channel in channels.items():
        topic = topics.named(address)
        assert topic is not None
        stated = channel["bindings"]["kafka"]["topicConfiguration"]
        assert {n: v[0] if isinstance(v, list) else str(v) for n, v in stated.items()} == topic.config()


def test_asyncapi_refers_only_to_what_it_has() -> None:
    """Every `$ref` in it leads somewhere."""
    for reference in references(ASYNCAPI):
        found: Any = ASYNCAPI
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def references(node: Any) -> list[str]:
    """All `$ref` below a node."""
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for item in node.values() for found in references(item)]


def test_asyncapi_messages_have_valid_examples() -> None:
    """Payload and headers by the schemas that stand beside them, keys by the binding."""
    root = {"components": ASYNCAPI["components"]}
    for name, message in ASYNCAPI["components"]["messages"].items():
        for example in message.get("examples", ()):
            assert faults({**root, **message["payload"]}, example["payload"]) == [], name
            if "headers" in example:
                assert faults({**root, **message["headers"]}, example["headers"]) == [], name
    for kind in PUBLIC:
        key = ASYNCAPI["components"]["messages"][kind.component]["bindings"]["kafka"]["key"]
        assert [faults(key, example.key) for example in EXAMPLES[kind.name]] == [[]] * len(EXAMPLES[kind.name])


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in (ARTICLE, DEAD_LETTER)], ids=lambda kind: kind.name
)
def test_headers_are_those_that_records_have(kind: Kind) -> None:
    """By the schema, with trace context and without a time where it is unknown."""
    schema = asyncapi.headers(kind)
    trace = [("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    for time_of in (NOON, None):
        sent = {name: value.decode() for name, value in cloud_event(kind.name, "id", "subject", time_of, trace)}
        assert sent.keys() <= schema["properties"].keys() | {"traceparent"}
        known = {name: value for name, value in sent.items() if name in schema["properties"]}
        missing = [] if time_of or "ce_time" not in schema["required"] else ["$: 'ce_time' is a required property"]
        assert faults(schema, known) == missing


def test_the_version_is_in_every_document() -> None:
    """And its major in the urn that the header `ce_dataschema` has."""
    assert ASYNCAPI["info"]["version"] == CONTRACT_VERSION
    for kind in KINDS:
        assert CONTRACT_VERSION in json_schema.document(kind)["$comment"]
        assert json_schema.schema_id(kind).encode() in dict(cloud_event(kind.name, "", "", None)).values()


def test_dead_letters_are_described_by_their_headers() -> None:
    """The fields of `DeadLetter` under the names that Kafka carries."""
    schema = json_schema.document(DEAD_LETTER)
    assert [*schema["properties"]] == [header_name(field) for field in DEAD_LETTER.type.__dataclass_fields__]
