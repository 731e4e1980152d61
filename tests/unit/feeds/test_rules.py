"""Paths and rules, one by one."""

from typing import Any

import msgspec
import pytest

from streams.feeds.documents import Item, items_of
from streams.feeds.elements import read_xml
from streams.feeds.mapping import Mapping
from streams.feeds.paths import parse
from streams.feeds.rules import fields_of


def fields(article: dict[str, Any], record: object) -> dict[str, Any]:
    """What the rules find, `uri` and `published_at` left out."""
    rules = {"uri": "id", "published_at": "at", **article}
    mapping = msgspec.convert({"description": "d", "article": rules}, Mapping)
    return fields_of(Item(path="$", value=record), mapping)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", [1]),
        ("b/c", [2, 3]),
        ("b/none", []),
        ("n", []),
        ("l/x", ["p", "q", "r"]),
        ("l[k=2]/x", ["q", "r"]),
        ("l[k=9]/x", []),
        ("a/b", []),
        ("deep/x", ["z"]),
    ],
)
def test_path_in_json(path: str, found: list[object]) -> None:
    """Arrays are entered; nulls, and what does not fit, are nothing."""
    record = {
        "a": 1,
        "b": {"c": [2, 3]},
        "n": None,
        "l": [{"k": 1, "x": "p"}, {"k": "2", "x": ["q", "r"]}],
        "deep": [[[{"x": "z"}]]],
    }

    assert parse(path).find(record) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [("b/@k", ["1", "2"]), ("b[@k=2]/c", ["two"]), ("@lang", ["en"]), ("body.content/p", ["x"]), ("d", [])],
)
def test_path_in_xml(path: str, found: list[str]) -> None:
    """Namespaces do not matter; names may have dots."""
    raw = (
        b'<r xmlns="urn:x" xmlns:y="urn:y" xml:lang="en"><y:b k="1"/><b y:k="2"><c>two</c></b>'
        b"<body.content><p>x</p></body.content></r>"
    )

    values = parse(path).find(read_xml(raw, 100))
    assert [value if isinstance(value, str) else value.text for value in values] == found  # type: ignore[attr-defined]


def test_first_path_that_finds_something_to_read_counts() -> None:
    """A blank one is nothing; a constant stands for what is not there."""
    rule = {"headline": {"path": ["t", "u", "v"], "constant": "none"}}

    assert fields(rule, {"t": None, "u": " ", "v": "x"})["headline"] == "x"
    assert fields(rule, {})["headline"] == "none"


def test_texts_are_joined_prefixed_and_translated() -> None:
    """The rest of what a rule can do."""
    rules = {
        "body": {"path": "p", "join": "\n\n"},
        "source": {"path": "s", "prefix": "wire:"},
        "status": {"path": "k", "values": {"gone": "canceled"}},
        "headline": {"path": "h", "html": True},
        "version": "v",
    }
    record = {"p": ["a", "b"], "s": 7, "k": "gone", "h": "<b>A&amp;T</b>", "v": "12"}

    found = fields(rules, record)

    assert found["body"] == "a\n\nb"
    assert found["source"] == "wire:7"
    assert found["status"] == "canceled"
    assert found["headline"] == "A&T"
    assert found["version"] == 12


@pytest.mark.parametrize(
    ("rule", "written", "read"),
    [
        ("at", "2026-11-20T06:30:00Z", "2026-11-20T06:30:00Z"),
        ("at", 1795185000, 1795185000),
        ({"path": "at", "zone": "UTC"}, "2026-11-20T06:30:00", "2026-11-20T06:30:00Z"),
        ({"path": "at", "zone": "-05:00"}, "2026-11-20 06:30", "2026-11-20 06:30-05:00"),
        ({"path": "at", "zone": "-05:00"}, "2026-11-20T06:30:00+01:00", "2026-11-20T06:30:00+01:00"),
        ({"path": "at", "time": "%m/%d/%Y %H:%M", "zone": "UTC"}, "11/20/2026 06:30", "2026-11-20T06:30:00Z"),
        ({"path": "at", "time": "%m/%d/%Y %H:%M %z"}, "11/20/2026 06:30 +0900", "2026-11-20T06:30:00+09:00"),
        ({"path": "at", "time": "%m/%d/%Y"}, "20.11.2026", "20.11.2026"),
        ({"path": ["none", "at"]}, "x", "x"),
    ],
)
def test_time_goes_to_intake_as_it_is_written(rule: object, written: object, read: object) -> None:
    """With the zone that only the mapping knows, and out of a form that only the mapping knows."""
    assert fields({"published_at": rule}, {"at": written})["published_at"] == read


def test_symbols_are_split_and_their_suffixes_replaced() -> None:
    """Vendors' codes of exchanges become the scheme's."""
    rule = {"path": "s", "scheme": "yahoo", "split": ",", "suffixes": {".US": "", ".LSE": ".L"}}

    found = fields({"headline": "h", "symbols": rule}, {"s": "AAPL.US, VOD.LSE,BRK.B,"})["symbols"]

    assert [symbol["value"] for symbol in found] == ["AAPL", "VOD.L", "BRK.B"]


def test_xml_named_characters_are_read_where_a_document_type_is_declared() -> None:
    """NITF's own list of them stands in a file that nobody fetches."""
    root = read_xml(b'<!DOCTYPE nitf SYSTEM "nitf.dtd"><nitf>Nestl&eacute; &amp; &lt;Co&gt;</nitf>', 10)

    assert root.text == "Nestlé & <Co>"
    assert root.markup == "Nestlé &amp; &lt;Co&gt;"


def test_xml_in_another_encoding_is_read() -> None:
    """As its declaration says."""
    assert read_xml('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>'.encode("latin-1"), 10).text == "é"


def test_items_of_an_envelope_have_places() -> None:
    """So that a fault in a file can be found."""
    mapping = msgspec.convert(
        {"description": "d", "items": ["a/b", "c"], "article": {"uri": "id", "published_at": "at", "body": "x"}},
        Mapping,
    )

    assert [item.path for item in items_of(b'{"a": {"b": [{}, {}]}}', mapping)] == ["$.a.b[0]", "$.a.b[1]"]
    assert [item.path for item in items_of(b'{"c": [{}]}', mapping)] == ["$.c[0]"]
    assert [item.path for item in items_of(b"[{}, {}]", mapping)] == ["$[0]", "$[1]"]
    assert [item.path for item in items_of(b'{"id": 1}', mapping)] == ["$"]
    assert items_of(b'{"c": []}', mapping) == []
