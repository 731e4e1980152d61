"""The key of a record is its article's uri wherever that stands."""

import base64
import json
from typing import Any

import pytest

from schemas.taxonomy import RejectReason
from streams.feeds import Feeds
from streams.operate.jsonl import Line
from streams.operate.producer import fault_of, key_of, native_headers
from streams.settings import Settings

NATIVE: dict[str, Any] = {"uri": "urn:a", "published_at": "2026-01-01T00:00:00Z", "headline": "h", "body": "b"}
NINJS: dict[str, Any] = {"uri": "urn:n", "versioncreated": "2026-01-01T00:00:00Z", "headline": "h", "body_text": "b"}
ENVELOPE: dict[str, Any] = {"specversion": "1.0", "type": "news", "id": "1", "source": "/x"}


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (NATIVE, b"urn:a"),
        (NINJS, b"urn:n"),
        (ENVELOPE | {"data": NATIVE}, b"urn:a"),
        (ENVELOPE | {"data_base64": base64.b64encode(json.dumps(NATIVE).encode()).decode()}, b"urn:a"),
        ({"uri": "urn:bad", "published_at": "yesterday"}, b"urn:bad"),
        (ENVELOPE | {"data": {"uri": "urn:bad"}}, b"urn:bad"),
        ({"uri": "日経:1", "published_at": "yesterday"}, "日経:1".encode()),
    ],
)
def test_key_is_the_uri(record: dict[str, Any], key: bytes) -> None:
    """All versions of an article go to one partition, those that are rejected too."""
    assert key_of(json.dumps(record).encode()) == key


@pytest.mark.parametrize(
    "value",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"{}", b'{"uri": 7}', b'{"uri": " "}', b'{"specversion":"1.0","data":3}'],
)
def test_no_uri_gives_no_key(value: bytes) -> None:
    """Such a record goes to any partition; the pipeline keeps it as a dead letter."""
    assert key_of(value) is None


def test_fault_of_a_line_is_what_intake_says() -> None:
    """`newstape push --check` refuses by the rules of the pipeline itself."""
    assert fault_of(_line(json.dumps(NATIVE).encode())) is None
    rejection = fault_of(_line(b"{"))
    assert rejection is not None
    assert rejection.reason is RejectReason.NOT_JSON


def _line(value: bytes) -> Line:
    return Line(number=1, value=value, size=len(value))


def test_line_of_newstapes_own_says_so_where_the_topic_is_a_feeds() -> None:
    """A worker under NEWSTAPE_FEED would take it for the feed's: `push --as native`, and the demo's articles."""
    headers = native_headers(Settings(feed="benzinga"))

    assert headers == (("newstape-feed", b"native"),)
    assert Feeds(default="benzinga").name_for(headers) == "native"
    assert native_headers(Settings()) == ()
