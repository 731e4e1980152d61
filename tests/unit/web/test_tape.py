"""Readers of the tape and their selections; reading from Kafka is tested on a real one."""

import pytest
from aiokafka import ConsumerRecord

from schemas import encode
from schemas.event import Quality
from schemas.taxonomy import EventStatus
from streams.web.tape import (
    ACTIVITY,
    QUEUED_BYTES,
    QUEUED_RECORDS,
    Published,
    Reader,
    Selection,
    _by_time,
    published_in,
)


def consumed(value: bytes | None, partition: int = 0, offset: int = 0, timestamp: int = 0) -> ConsumerRecord:
    """A record as aiokafka gives it."""
    return ConsumerRecord("topic", partition, offset, timestamp, 0, None, value, None, 0, len(value or b""), ())


def event(
    offset: int = 0, partition: int = 0, subject: str = "index:N225", uri: str = "urn:1", pad: int = 0
) -> Published:
    """An entry of the index family."""
    value = {
        "type": "index.move",
        "subject": {"id": subject},
        "lifecycle": "created",
        "article": {"uri": uri},
        "confidence": 0.75,
        "pad": "x" * pad,
    }
    found = published_in("index", consumed(encode(value), partition, offset))
    assert found is not None
    return found


def counts(index: str) -> Published:
    """An entry of index counts."""
    found = published_in(ACTIVITY, consumed(encode({"index": index})))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("selection", "admitted"),
    [
        (Selection(), True),
        (Selection(feeds=("company",)), False),
        (Selection(types=frozenset({"index.move", "index.level"})), True),
        (Selection(types=frozenset({"index.level"})), False),
        (Selection(subjects=frozenset({"index:N225"})), True),
        (Selection(subjects=frozenset({"index:DAX"})), False),
        (Selection(lifecycles=frozenset({"retracted"})), False),
        (Selection(article="urn:1"), True),
        (Selection(article="urn:2"), False),
        (Selection(quality=Quality(resolved=True)), True),
        (Selection(quality=Quality(resolved=False)), False),
        (Selection(quality=Quality(min_confidence=0.5)), True),
        (Selection(quality=Quality(min_confidence=0.9)), False),
        (Selection(quality=Quality(status=EventStatus.STANDING)), True),
        (Selection(quality=Quality(status=EventStatus.CALLED_OFF)), False),
    ],
)
def test_a_selection_admits_what_fits_all_its_parts(selection: Selection, admitted: bool) -> None:
    """An open part admits everything."""
    assert selection.admits(event()) is admitted


def test_counts_are_selected_by_subject_alone() -> None:
    """They have no type and no lifecycle."""
    selection = Selection(
        feeds=("index", ACTIVITY), types=frozenset({"index.level"}), subjects=frozenset({"index:DAX"})
    )
    assert selection.admits(counts("DAX"))
    assert not selection.admits(counts("N225"))


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"type": 1}', b'{"type": "index.move"}', b"\xff"])
def test_what_is_no_event_is_not_on_the_tape(value: bytes | None) -> None:
    """A strange record in the topic does no harm."""
    assert published_in("index", consumed(value)) is None


def test_a_reader_is_given_nothing_twice() -> None:
    """What lies before its cursor it has seen, from another worker perhaps that was further on."""
    reader = Reader(Selection(feeds=("index",)), {"index": [5, 0]})
    for published in (event(4), event(5), event(0, partition=1)):
        reader.offer(published)
    assert [(published.partition, published.offset) for published in reader.take()] == [(0, 5), (1, 0)]
    assert reader.offsets == {"index": [6, 1]}


@pytest.mark.parametrize("pad", [0, QUEUED_BYTES // 100])
def test_a_reader_that_does_not_keep_up_is_dropped(pad: int) -> None:
    """By number or by bytes; nothing waits for it any longer, and its cursor stays with what it was given."""
    reader = Reader(Selection(feeds=("index",)), {"index": [0]})
    for offset in range(QUEUED_RECORDS + 1):
        reader.offer(event(offset, pad=pad))
    assert reader.dropped is not None
    assert reader.dropped.startswith("too slow")
    assert list(reader.take()) == []
    assert reader.offsets == {"index": [0]}
    assert reader.wake.is_set()


def test_a_reader_that_keeps_up_is_not_dropped() -> None:
    """However much there is in all."""
    reader = Reader(Selection(feeds=("index",)), {"index": [0]})
    for offset in range(3 * QUEUED_RECORDS):
        reader.offer(event(offset, pad=QUEUED_BYTES // 100))
        assert len(list(reader.take())) == 1
    assert reader.dropped is None


def test_partitions_are_merged_by_time_and_keep_their_order() -> None:
    """A record that is older than the one before it in its partition stays behind it."""
    merged = _by_time([[consumed(b"a", 0, 0, 3), consumed(b"b", 0, 1, 1)], [consumed(b"c", 1, 0, 2)], []])
    assert [record.value for record in merged] == [b"c", b"a", b"b"]


def test_a_reader_moves_over_what_it_did_not_want() -> None:
    """But never back."""
    reader = Reader(Selection(feeds=("index",)), {"index": [5, 9]})
    reader.reach({"index": [7, 8]})
    assert reader.offsets == {"index": [7, 9]}
