"""The AsyncAPI 3 document: topics with their Kafka bindings, messages with headers and keys, operations of newstape.

Schemas stand in the document itself, in the words that draft 07 (AsyncAPI's own dialect) and 2020-12 share. Partitions
and replicas are those of a topic that `newstape topics --create` makes with default settings.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.version import CONTRACT_VERSION
from streams.contract.json_schema import as_headers, components, schema_id
from streams.contract.messages import (
    ANNOTATION,
    ARTICLE,
    CLAIM,
    DEAD_LETTER,
    INDEX_ACTIVITY,
    KINDS,
    MARKET_EVENT,
    Example,
    Examples,
    Kind,
)
from streams.kafka.headers import (
    CUT_FROM,
    REDRIVEN_FROM,
    REDRIVES,
    SOURCE_OFFSET,
    SOURCE_PARTITION,
    SOURCE_TOPIC,
    TRACE_HEADERS,
)
from streams.kafka.topics import Key, Topic, catalogue
from streams.settings import Settings

VERSION: Final = "3.0.0"
BINDING: Final = "0.5.0"
SCHEMAS: Final = "#/components/schemas/{name}"
DEFAULTS: Final = Settings.model_construct()

_ENTITY_KEY: Final = {
    "type": "string",
    "pattern": "^((index|company|person|country|organization|commodity):.+|name:.+)$",
    "description": "Id of the subject; `name:` and its name in lower case where the registry does not know it.",
}
_KEYS: Final[Mapping[Key, Mapping[str, Any]]] = {
    Key.ANY: {
        "type": "string",
        "description": "The article's uri: then all its versions are in order. Other keys, or none, are accepted.",
    },
    Key.URI: {"type": "string", "description": "The article's uri."},
    Key.ENTITY: _ENTITY_KEY,
    Key.INDEX: {"type": "string", "description": "The index's id without `index:`, as N225."},
    Key.ORIGINAL: {"description": "The original record's key; empty where key and value were both null."},
}

_TRACE: Final[Mapping[str, Any]] = {
    name: {"type": "string", "description": "W3C trace context, where the article's record had one."}
    for name in TRACE_HEADERS
}
_FIRST_PLACE: Final[Mapping[str, Any]] = {
    SOURCE_TOPIC: {
        "type": "string",
        "description": "On a record that is sent again: this topic; the record counts as the one that stood at ...",
    },
    SOURCE_PARTITION: {"type": "string", "pattern": "^[0-9]+$", "description": "... this partition and ..."},
    SOURCE_OFFSET: {"type": "string", "pattern": "^[0-9]+$", "description": "... this offset."},
}
_REDRIVEN: Final[Mapping[str, Any]] = {
    REDRIVEN_FROM: {
        "type": "string",
        "description": "On what was sent again from the dead letters: the letter it was, `topic/partition/offset`.",
    },
    REDRIVES: {"type": "string", "pattern": "^[0-9]+$", "description": "How often it was sent again."},
}
_CUT: Final[Mapping[str, Any]] = {
    CUT_FROM: {
        "type": "string",
        "pattern": "^[0-9]+$",
        "description": "How many bytes the record had, where it is too large to be kept whole: this is its beginning.",
    },
}

WITHDRAWAL: Final = "articleWithdrawal"
NINJS: Final = "articleAsNinjs"
ENVELOPE: Final = "articleInCloudEvent"

OTHER_ARTICLES: Final[Mapping[str, Mapping[str, Any]]] = {
    NINJS: {
        "title": "Article as ninjs",
        "summary": "An IPTC ninjs object, 1.x to 3.x, of type text; its fields become those of an article.",
        "contentType": "application/json",
        "payload": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}},
        "examples": [
            {
                "name": "ninjs 2.x",
                "payload": {
                    "uri": "urn:example:5",
                    "type": "text",
                    "versioncreated": "2026-11-20T06:30:00Z",
                    "headlines": [{"value": "Nikkei climbs"}],
                    "bodies": [{"value": "The Nikkei 225 rose 1.2% to close at 50,367.38."}],
                },
            }
        ],
    },
    ENVELOPE: {
        "title": "Article in a CloudEvent",
        "summary": "A structured CloudEvents 1.0 envelope whose `data` is an article or a ninjs object. Binary mode, "
        "with `ce_` headers around either, is accepted too.",
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": ["specversion", "id", "source", "type", "data"],
            "properties": {
                "specversion": {"type": "string", "const": "1.0"},
                "id": {"type": "string"},
                "source": {"type": "string"},
                "type": {"type": "string"},
                "data": {"type": "object"},
            },
        },
        "examples": [
            {
                "name": "structured mode",
                "payload": {
                    "specversion": "1.0",
                    "id": "1",
                    "source": "/wire",
                    "type": "com.example.article",
                    "data": {
                        "uri": "urn:example:6",
                        "published_at": "2026-11-20T06:30:00Z",
                        "headline": "Nikkei climbs",
                    },
                },
            }
        ],
    },
    WITHDRAWAL: {
        "title": "Withdrawal",
        "summary": "A null value under an article's uri: all that the article said is retracted.",
        "payload": {"type": "null"},
    },
}


def document(examples: Examples) -> dict[str, Any]:
    """The whole document."""
    topics = catalogue(DEFAULTS)
    channels = {
        "articles": _channel(topics.articles, (ARTICLE.component, *OTHER_ARTICLES)),
        "annotations": _channel(topics.annotations, (ANNOTATION.component,)),
        "claims": {**_channel(topics.claims, (CLAIM.component,)), "x-internal": True},
        **{f"{family}Events": _channel(topic, (MARKET_EVENT.component,)) for family, topic in topics.events.items()},
        "indexActivity": _channel(topics.activity, (INDEX_ACTIVITY.component,)),
        "deadLetters": _channel(topics.dead_letters, (DEAD_LETTER.component,)),
    }
    return {
        "asyncapi": VERSION,
        "id": "urn:newstape:contract",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": DEFAULTS.kafka,
                "protocol": "kafka",
                "description": "Your own cluster. This is where `newstape kafka` runs a local one.",
            }
        },
        "channels": channels,
        "operations": {
            f"{'receive' if name == 'articles' else 'send'}{name[0].upper()}{name[1:]}": _operation(name, channel)
            for name, channel in channels.items()
        },
        "components": {
            "messages": {
                **{kind.component: _message(kind, examples.get(kind.name, ())) for kind in KINDS},
                **{name: {"name": name, **message} for name, message in OTHER_ARTICLES.items()},
            },
            "schemas": dict(sorted(components([k.type for k in KINDS if k is not DEAD_LETTER], SCHEMAS).items())),
        },
    }


def _info() -> dict[str, Any]:
    return {
        "title": "newstape",
        "version": CONTRACT_VERSION,
        "description": "News articles in; market events and rolling counts per index out. Values are JSON in "
        "snake_case; every field is written, null where unknown; readers ignore fields that they do not know. Times "
        "are RFC 3339 in UTC. Offsets count Unicode code points in the article's headline or body as received. "
        "Delivery is at least once: keep, per event_id, the highest revision.",
        "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        "tags": [{"name": "news"}, {"name": "market data"}],
    }


def _channel(topic: Topic, messages: Sequence[str]) -> dict[str, Any]:
    return {
        "address": topic.name,
        "title": topic.name,
        "description": topic.description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": DEFAULTS.partitions,
                "replicas": DEFAULTS.replication,
                "topicConfiguration": _configuration(topic),
                "bindingVersion": BINDING,
            }
        },
    }


def _configuration(topic: Topic) -> dict[str, Any]:
    """The topic's configuration in the types that the binding wants."""
    return {name: [value] if name == "cleanup.policy" else int(value) for name, value in sorted(topic.config().items())}


def _operation(name: str, channel: Mapping[str, Any]) -> dict[str, Any]:
    receives = name == "articles"
    found = {
        "action": "receive" if receives else "send",
        "channel": {"$ref": f"#/channels/{name}"},
        "title": f"newstape {'reads' if receives else 'writes'} {channel['address']}",
        "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in channel["messages"]],
    }
    return {**found, "x-internal": True} if channel.get("x-internal") else found


def _message(kind: Kind, examples: Sequence[Example]) -> dict[str, Any]:
    summary = components([kind.type], SCHEMAS)[kind.type.__name__]["description"]
    message: dict[str, Any] = {
        "name": kind.component,
        "title": kind.title,
        "summary": summary,
        "contentType": "application/json",
        "headers": headers(kind),
        "payload": {"$ref": SCHEMAS.format(name=kind.type.__name__)},
        "bindings": {"kafka": {"key": dict(_KEYS[_key(kind)]), "bindingVersion": BINDING}},
        "examples": [_example(example) for example in examples],
    }
    if kind is DEAD_LETTER:
        message["contentType"] = "application/octet-stream"
        message["payload"] = {"description": "The original value, byte for byte, whatever it was."}
    return message


def _key(kind: Kind) -> Key:
    topics = catalogue(DEFAULTS)
    return next((topic.key for topic in topics.all() if topic.value is kind.type), topics.articles.key)


def _example(example: Example) -> dict[str, Any]:
    found = {"name": example.name, "payload": example.value}
    return {**found, "headers": example.headers} if example.headers else found


def headers(kind: Kind) -> dict[str, Any]:
    """The schema of a message's Kafka headers, values as text."""
    if kind is DEAD_LETTER:
        found = components([DEAD_LETTER.type], SCHEMAS)
        schema = as_headers(found["DeadLetter"])
        reasons = {name: value for name, value in found["RejectReason"].items() if name in ("type", "enum")}
        reason = {**reasons, "description": schema["properties"]["reason"]["description"]}
        described = f"{schema['description']} The original's own headers stand beside these."
        properties = {**schema["properties"], "reason": reason, **_REDRIVEN, **_CUT}
        return {**schema, "description": described, "properties": properties}
    if kind is ARTICLE:
        return {"type": "object", "properties": {**_TRACE, **_FIRST_PLACE, **_REDRIVEN}}
    major = CONTRACT_VERSION.partition(".")[0]
    properties = {
        "ce_specversion": {"type": "string", "const": "1.0", "description": "CloudEvents 1.0 in Kafka's binary mode."},
        "ce_id": {"type": "string", "description": f"{kind.identity[0].upper()}{kind.identity[1:]}."},
        "ce_source": {"type": "string", "const": "/newstape", "description": "Who wrote it."},
        "ce_type": {
            "type": "string",
            "const": f"newstape.{kind.name}.v{major}",
            "description": "The kind of message, and the major version of the contract.",
        },
        "ce_subject": {"type": "string", "description": f"{kind.subject[0].upper()}{kind.subject[1:]}."},
        "ce_time": {"type": "string", "format": "date-time", "description": f"{kind.time[0].upper()}{kind.time[1:]}."},
        "ce_dataschema": {
            "type": "string",
            "const": schema_id(kind),
            "description": "The `$id` of the value's JSON Schema.",
        },
        "content-type": {"type": "string", "const": "application/json", "description": "Of the value."},
        **({} if kind is INDEX_ACTIVITY else _TRACE),
    }
    optional = {*_TRACE} if kind is INDEX_ACTIVITY else {*_TRACE, "ce_time"}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }
