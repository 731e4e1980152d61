"""Where others take market events from Kafka by themselves: ClickHouse and Kafka Connect, held against the contract."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from streams.kafka.topics import catalogue
from streams.settings import Settings

ROOT: Final = Path(__file__).parents[3]
SQL: Final = re.sub(r"--.*$", "", (ROOT / "deploy/clickhouse/market_events.sql").read_text(), flags=re.MULTILINE)
SINK: Final[dict[str, Any]] = json.loads((ROOT / "deploy/connect/market-events-to-s3.json").read_text())
SCHEMA: Final[dict[str, Any]] = json.loads((ROOT / "schemas/contract/market-event.schema.json").read_text())
TOPICS: Final = {topic.name for topic in catalogue(Settings(_env_file=None)).events.values()}
HOLDS: Final = {"String": "string", "UInt64": "integer", "Float64": "number", "Bool": "boolean"}


def extracted() -> list[tuple[tuple[str, ...], str]]:
    """Each path into the message, with the type that it is read as."""
    found = []
    for arguments in re.findall(r"JSONExtract\(message, ((?:'[^']*'(?:, )?)+)\)", SQL):
        *path, kind = re.findall(r"'([^']*)'", arguments)
        found.append((tuple(path), kind))
    return found


def alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What a schema allows, references followed."""
    if "$ref" in schema:
        return alternatives(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return [one for some in schema["anyOf"] for one in alternatives(some)]
    return [schema]


def at(path: tuple[str, ...]) -> tuple[set[str], bool]:
    """The JSON types that stand at a path, and whether an object on the way to it may be null. Raises KeyError."""
    found, may_miss = [SCHEMA], False
    for name in path:
        objects = [one for one in found if one["type"] == "object"]
        may_miss |= len(objects) < len(found)
        inner = [one["properties"][name] if "properties" in one else one["additionalProperties"] for one in objects]
        may_miss |= any("properties" not in one for one in objects)
        found = [one for schema in inner for one in alternatives(schema)]
    return {one["type"] for one in found}, may_miss


@pytest.mark.parametrize(("path", "kind"), extracted(), ids=lambda value: ".".join(value) if value else None)
def test_clickhouse_reads_what_the_contract_has(path: tuple[str, ...], kind: str) -> None:
    """Each path exists, is read as its type, and as one that can be null where it can be; times are read as text."""
    types, may_miss = at(path)
    whole = re.fullmatch(r"(Nullable\()?(\w+).*?\)?", kind)
    assert whole is not None
    if kind.startswith("Map"):
        assert types == {"object", "null"}
        inner = SCHEMA["$defs"]["Quantity"]["properties"]
        assert set(re.findall(r"(\w+) (?:Nullable\()?(?:Float64|String)", kind)) <= inner.keys()
        return
    assert types - {"null"} == {HOLDS[whole[2]]}
    can_be_null = "null" in types or may_miss
    if path != ("published_at",):  # of a missing time the record's own is taken
        assert bool(whole[1]) is can_be_null


def test_the_columns_of_the_table_are_those_that_the_view_selects() -> None:
    """By name and in order: what is selected under no column's name would be dropped in silence."""
    (table,) = re.findall(r"CREATE TABLE newstape\.market_events\s*\((.*?)\n\)", SQL, re.DOTALL)
    columns = re.findall(r"^    (\w+) ", table, re.MULTILINE)
    (view,) = re.findall(r"TO newstape\.market_events AS\nSELECT\n(.*?)\nFROM", SQL, re.DOTALL)
    selected = [re.split(r" AS |^ +", line.rstrip(","))[-1] for line in view.splitlines()]

    assert selected == columns
    assert len(columns) > 20
    (order,) = re.findall(r"ORDER BY \(([^)]*)\)", SQL)
    assert set(order.split(", ")) <= set(columns)


def test_columns_are_named_as_in_the_archive() -> None:
    """What is written for one works with the other; only `figures` is a map here, and the message has another name."""
    from streams.archive.tables import EVENTS

    (table,) = re.findall(r"CREATE TABLE newstape\.market_events\s*\((.*?)\n\)", SQL, re.DOTALL)
    columns = set(re.findall(r"^    (\w+) ", table, re.MULTILINE))

    assert columns - {column.name for column in EVENTS.columns} == {"type", "message"}


def test_both_read_the_topics_of_market_events() -> None:
    """All of them, and nothing else."""
    (listed,) = re.findall(r"kafka_topic_list = '([^']*)'", SQL)
    assert set(listed.split(",")) == TOPICS
    assert set(SINK["config"]["topics"].split(",")) == TOPICS


def test_the_sink_writes_the_message_as_it_is() -> None:
    """JSON without a schema of Connect's, and no secret in the file."""
    config = SINK["config"]
    assert SINK.keys() == {"name", "config"}
    assert config["value.converter"].endswith(".JsonConverter")
    assert config["value.converter.schemas.enable"] == "false"
    assert config["format.output.type"] == "jsonl"
    assert {"value", "offset"} <= set(config["format.output.fields"].split(","))
    assert all(config[name].startswith("${file:") for name in ("aws.access.key.id", "aws.secret.access.key"))
    assert all(isinstance(value, str) for value in config.values())
