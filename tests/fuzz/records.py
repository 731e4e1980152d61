"""Records by number: valid articles with hostile texts, articles damaged in tree or bytes, and bytes that are none."""

import json
import random
from base64 import b64encode
from copy import deepcopy
from datetime import timedelta
from typing import Any, Final

from streams.intake import RawRecord
from tests.builders import NOON
from tests.fuzz import texts

NORMAL_BYTES: Final = 10_240
"""The largest text of a record that is not large: for those 50 ms hold."""

_LANGUAGES: Final = ("en", "en", "en", "en-US", "ja", "ja-JP", "de", "zh", None, None)
_BINARY: Final = (("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_source", b"/x"), ("ce_type", b"t"))
_STRUCTURED: Final = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
_HEADERS: Final = ((), (), (), (), (), _BINARY, (*_BINARY, ("content-type", b"application/json")), _STRUCTURED)
_WRONG: Final = (
    *(
        None,
        True,
        7,
        -1,
        2**53,
        2**64,
        10**400,
        1e308,
        -0.0,
        1.5,
        "",
        " ",
        "\x00",
        "yesterday",
        "9" * 5_000,
        [],
        {},
        [[]],
    ),
    *(
        "2025-10-27T06:30:00",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2016-12-31T23:59:60Z",
        "a" * 5_000,
    ),
    *(
        "(a+)+$" * 500,
        "<a b=\"'\"='" * 500,
        "<!--" * 500,
        "<p>&amp;" * 500,
        "&#xD800;&nGt;&#0;" * 100,
        "\\ud800",
        "\u0315\u0300" * 500,
    ),
)
_BETWEEN: Final = (
    *(
        b"",
        b"\x00",
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\xf0\x9f\x98",
        b"\\ud800",
        b"\\u0000",
        b"NaN",
    ),
    *(
        b"-Infinity",
        b"1e999",
        b"9" * 400,
        b"null",
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"\\",
        b"\n",
        b"[" * 2_000,
    ),
    *(b'"uri":7,', b'{"a":' * 1_500, b"/**/", b"\r\n", b" " * 100),
)
_WHOLE: Final = (
    *(b"", b"null", b"[]", b"{}", b'"text"', b"NaN", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"a":' * 50_000, b"[[],"),
    *(
        b"-" * 10_000,
        b"1" * 100_000,
        b'"' + b"\\u0041" * 10_000 + b'"',
        b'{"uri":' + b"1" * 5_000 + b"}",
        b"\x1f\x8b\x08\x00",
    ),
)


def _native(draw: random.Random, size: int) -> dict[str, Any]:
    stamp = (NOON - timedelta(minutes=draw.randint(0, 20_000))).isoformat()
    article: dict[str, Any] = {"uri": f"urn:fuzz:{draw.randint(1, 400)}", "published_at": stamp}
    if draw.random() < 0.7:
        article["headline"] = texts.text(draw, draw.choice((40, 200, 4_000)))[:4_096]
    if draw.random() < 0.95:
        article["body"] = texts.text(draw, size)
    others: dict[str, Any] = {
        "language": draw.choice(_LANGUAGES),
        "version": draw.choice((None, 1, 2, 3)),
        "updated_at": stamp,
        "status": draw.choice(("usable", "usable", "usable", "canceled", "withheld")),
        "source": texts.text(draw, 60),
        "url": "https://example.org/1",
        "subjects": [texts.text(draw, 30) for _ in range(draw.randint(0, 3))],
    }
    article.update({name: value for name, value in others.items() if draw.random() < 0.4})
    return article


def _ninjs(draw: random.Random, size: int) -> dict[str, Any]:
    body = texts.text(draw, size)
    html = (
        body
        if draw.random() < 0.5
        else f"<p>{body.replace(chr(10), draw.choice(('</p><p>', '<br/>', '</td><td>')))}</p>"
    )
    first = {
        "uri": f"urn:fuzz:{draw.randint(1, 400)}",
        "type": "text",
        "versioncreated": "2026-11-20T06:30:00Z",
        "pubstatus": "usable",
    }
    if draw.random() < 0.5:
        return first | {"headline": texts.text(draw, 80), draw.choice(("body_text", "body_html", "body_xhtml")): html}
    return {
        "uri": first["uri"],
        "versionCreated": "2026-11-20T06:30:00Z",
        "pubStatus": "usable",
        "language": draw.choice(_LANGUAGES),
        "headlines": [{"role": "main", "value": texts.text(draw, 80)}],
        "bodies": [
            {"role": "main", "contentType": draw.choice(("text/html", "text/plain", "")), "value": html},
            {"value": texts.text(draw, 200)},
        ],
        "subjects": [{"uri": "http://example.org/s", "name": "economy"}],
    }


def _enveloped(draw: random.Random, data: dict[str, Any]) -> dict[str, Any]:
    envelope: dict[str, Any] = {"specversion": "1.0", "type": "t", "source": "/wire", "id": "1"}
    if draw.random() < 0.3:
        return envelope | {"data_base64": b64encode(json.dumps(data).encode()).decode()}
    return envelope | {"data": data}


def _places(tree: Any) -> list[tuple[Any, Any]]:
    if isinstance(tree, dict):
        return [(tree, key) for key in tree] + [place for value in tree.values() for place in _places(value)]
    if isinstance(tree, list):
        return [(tree, at) for at in range(len(tree))] + [place for value in tree for place in _places(value)]
    return []


def _mutated(draw: random.Random, tree: dict[str, Any]) -> dict[str, Any]:
    tree = deepcopy(tree)
    for _ in range(draw.randint(1, 3)):
        places = _places(tree)
        if not places:
            break
        container, key = draw.choice(places)
        match draw.randrange(6):
            case 0:
                del container[key]
            case 1:
                container[key] = [deepcopy(container[key]) for _ in range(draw.choice((1, 2, 300)))]
            case 2:
                other, place = draw.choice(places)
                container[key] = deepcopy(other[place]) if place in other or isinstance(other, list) else None
            case 3 if isinstance(container, dict):
                container[draw.choice(("uri", "body", "headline", "versioncreated", "data", "bodies", "x"))] = (
                    container.pop(key)
                )
            case _:
                container[key] = deepcopy(draw.choice(_WRONG))
    return tree


def _damaged(draw: random.Random, raw: bytes) -> bytes:
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(raw) + 1)
        to = draw.choice((at, at + 1, at + 8, len(raw)))
        raw = raw[:at] + draw.choice((draw.choice(_BETWEEN), draw.randbytes(3))) + raw[to:]
    return raw


def record(seed: int, number: int, *, large: bool = False) -> RawRecord:
    """The record of this number; `large` ones have texts of up to a mebibyte."""
    draw = random.Random(f"{seed}/{number}")
    kind = draw.random()
    if kind < 0.02:
        value: bytes | None = draw.choice((None, draw.randbytes(draw.randrange(2_000)), draw.choice(_WHOLE)))
        key = draw.choice((None, b"", b"urn:fuzz:1", b"\xff", draw.randbytes(10)))
        return RawRecord(key=key, value=value, headers=draw.choice(_HEADERS), timestamp=NOON)
    size = draw.choice((60, 400, 1_500, 3_200, 3_200, 6_000, NORMAL_BYTES))
    if large:
        size = draw.choice((65_536, 262_144, 1_000_000))
    tree = (_native if draw.random() < 0.7 else _ninjs)(draw, size)
    if draw.random() < 0.15:
        tree = _enveloped(draw, tree)
    if kind < 0.22:
        tree = _mutated(draw, tree)
    value = json.dumps(tree, ensure_ascii=draw.random() < 0.3).encode("utf-8", "surrogatepass")
    if 0.22 <= kind < 0.32:
        value = _damaged(draw, value)
    return RawRecord(key=b"k", value=value, headers=draw.choice(_HEADERS), timestamp=NOON)


def repeated_record(unit: str, language: str | None, size: int, before: str = "") -> RawRecord:
    """An article of so many bytes of text, all of it the unit but for the words before it."""
    body = texts.cut(before + unit * (size // len(unit.encode()) + 1), size)
    article = {"uri": "urn:a", "published_at": NOON.isoformat(), "body": body, "language": language}
    return RawRecord(key=None, value=json.dumps(article, ensure_ascii=False).encode(), timestamp=NOON)


def prose_record(size: int) -> RawRecord:
    """An article of so many bytes of dense news: the sample articles one after the other."""
    return repeated_record(" ".join(article.body for article in texts.prose()), "en", size)
