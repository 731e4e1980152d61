"""The source position in headers: carried through redrives and replays, and believed only of the record's own topic."""

import pytest

from schemas import Position
from streams.kafka.headers import from_source, source_position, trace

OWN = Position(partition=1, offset=7)


def carried(topic: str, partition: bytes, offset: bytes) -> list[tuple[str, bytes]]:
    """Source headers."""
    return [("source-topic", topic.encode()), ("source-partition", partition), ("source-offset", offset)]


def test_a_record_of_its_own_stands_where_it_stands() -> None:
    """No headers, or others."""
    assert source_position("news.articles", 1, 7, []) == OWN
    assert source_position("news.articles", 1, 7, [("source-offset", b"3"), ("x", b"y")]) == OWN


def test_a_carried_position_comes_through_any_number_of_hops() -> None:
    """Whatever was carried before is replaced, other headers are kept in order."""
    headers = [("a", b"1"), *carried("other", b"0", b"0"), ("b", b"\xff")]
    sent = from_source(headers, "news.articles", Position(partition=3, offset=18))
    assert sent[:2] == [("a", b"1"), ("b", b"\xff")]
    assert source_position("news.articles", 1, 7, sent) == Position(partition=3, offset=18)
    assert from_source(sent, "news.articles", Position(partition=3, offset=18)) == sent


@pytest.mark.parametrize(
    "headers",
    [
        carried("elsewhere.articles", b"3", b"18"),
        carried("news.articles", b"-1", b"18"),
        carried("news.articles", b"3", b""),
        carried("news.articles", b"3", b"1.0"),
        carried("news.articles", b"3", "١٨".encode()),
        carried("news.articles", b"3", b"9" * 5_000),
        carried("news.articles", b"9" * 10, b"1"),
    ],
)
def test_what_is_no_place_in_the_records_topic_is_not_believed(headers: list[tuple[str, bytes]]) -> None:
    """Foreign topics, and numbers that no partition or offset can be: int() raises for 5,000 digits."""
    assert source_position("news.articles", 1, 7, headers) == OWN


def test_trace_context_is_passed_on_once_and_only_where_it_can_be_one() -> None:
    """It is on every output: megabytes of it made an event that its topic refused, and the worker stopped for good."""
    parent, state = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tracestate", b"a=b")
    assert trace([state, ("x", b"y"), parent]) == [parent, state]
    assert trace([parent, ("tracestate", b"x" * 2_000_000)]) == [parent]
    assert trace([*[("traceparent", b"old")] * 100_000, parent]) == [parent]
    assert trace([("traceparent", b"")]) == trace([]) == []
