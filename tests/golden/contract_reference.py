"""The blocks of schemas/README.md that are made from the code: topics, headers, messages, vocabularies, other feeds."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from streams.contract import asyncapi, json_schema
from streams.contract.messages import ARTICLE, DEAD_LETTER, KINDS, MARKET_EVENT, Direction
from streams.kafka.topics import catalogue
from streams.operate.rows import COLUMNS, Feed
from tests.golden.tables import table

_PUBLIC: Final = [kind for kind in KINDS if kind.direction is not Direction.INTERNAL]
_LINK: Final = "{name}"


def _definitions() -> dict[str, dict[str, Any]]:
    """Every class that a public message is made of, messages first, in the order in which they are met."""
    found: dict[str, dict[str, Any]] = {}
    for kind in _PUBLIC:
        made = json_schema.components([kind.type], _LINK)
        found |= {name: schema for name, schema in made.items() if name not in found}
    messages = [kind.type.__name__ for kind in _PUBLIC]
    return {name: found[name] for name in (*messages, *(name for name in found if name not in messages))}


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words, classes and vocabularies as links."""
    if "$ref" in schema:
        return f"[{schema['$ref']}](#{schema['$ref'].lower()})"
    if "anyOf" in schema:
        return f"{_type(next(s for s in schema['anyOf'] if s.get('type') != 'null'))} or null"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if schema["type"] == "object":
        return f"map to {_type(schema['additionalProperties'])}"
    return " ".join((str(schema["type"]), *_limits(schema)))


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        yield f"{least:g}..{most:g}"
    elif least is not None:
        yield f"≥ {least:g}"
    if "format" in schema:
        yield f"({schema['format']})"
    if "pattern" in schema:
        yield f"`{schema['pattern']}`"


def messages() -> str:
    """A table of fields for every message and for every class in one."""
    blocks = []
    kinds = {kind.type.__name__: kind for kind in _PUBLIC}
    for name, found in _definitions().items():
        schema = json_schema.as_headers(found) if name == DEAD_LETTER.type.__name__ else found
        if "enum" in schema:
            continue
        required = frozenset(schema.get("required", ()))
        rows = [
            (f"`{field}`{'' if field in required else ' ○'}", _type(value), value["description"])
            for field, value in schema["properties"].items()
        ]
        kind = kinds.get(name)
        document = f" `{kind.name}.schema.json`." if kind else ""
        blocks.append(f"### {name}\n\n{schema['description']}{document}\n\n{table(('field', 'type', 'meaning'), rows)}")
    return "\n\n".join(blocks)


def vocabularies() -> str:
    """Every closed list of words."""
    blocks = []
    for name, schema in _definitions().items():
        if "enum" in schema:
            words = " ".join(f"`{word}`" for word in schema["enum"])
            blocks.append(f"### {name}\n\n{schema['description']}\n\n{words}")
    return "\n\n".join(blocks)


def headers() -> str:
    """The headers of what newstape writes."""
    kinds = [kind for kind in _PUBLIC if kind.identity]
    schemas = [asyncapi.headers(kind)["properties"] for kind in kinds]
    rows = []
    for name, schema in asyncapi.headers(MARKET_EVENT)["properties"].items():
        value = schema.get("const", "")
        if len({found[name].get("const") for found in schemas if name in found}) > 1:
            value = value.replace(MARKET_EVENT.name, "<kind>")
        absent = "" if all(name in found for found in schemas) else " Not on index activity."
        rows.append((f"`{name}`", f"`{value}`" if value else "", f"{_meaning(name, schema)}{absent}"))
    return table(("header", "value", "meaning"), rows)


def _meaning(name: str, schema: Mapping[str, Any]) -> str:
    attribute = {"ce_id": "identity", "ce_subject": "subject", "ce_time": "time"}.get(name)
    if attribute is None:
        return str(schema["description"])
    said: dict[str, list[str]] = {}
    for kind in (kind for kind in _PUBLIC if kind.identity):
        said.setdefault(getattr(kind, attribute), []).append(kind.title.lower())
    return "; ".join(f"{' and '.join(titles)}: {words}" for words, titles in said.items()) + "."


def topics() -> str:
    """Every public topic with its key and value."""
    found = catalogue(asyncapi.DEFAULTS)
    values = {kind.type: kind.type.__name__ for kind in _PUBLIC}
    rows = []
    for topic in found.all():
        if topic.value is not None and topic.value not in values:
            continue
        if topic in (found.ledger, found.contributions):
            continue
        name = values[topic.value or ARTICLE.type]
        value = f"[{name}](#{name.lower()})" + (
            " in the headers, the original value" if topic is found.dead_letters else ""
        )
        kept = "the newest of a key" if topic.compacted else f"{topic.retention_ms // 86_400_000} days"
        rows.append((f"`{topic.name}`", topic.key.value, value, kept))
    return table(("topic", "keyed by", "value", "kept"), rows)


def _feed(feed: Feed) -> str:
    return table(("field", "from"), [(f"`{column.path}`", column.source or "null") for column in COLUMNS[feed]])


def trna() -> str:
    """The fields of TRNA."""
    return _feed(Feed.TRNA)


def ravenpack() -> str:
    """The fields of RavenPack."""
    return _feed(Feed.RAVENPACK)


def gkg() -> str:
    """The fields of GKG."""
    return _feed(Feed.GKG)
