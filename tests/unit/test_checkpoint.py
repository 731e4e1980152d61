"""The bookkeeping of offsets, and what is due to be forgotten; deliveries are tested on a real Kafka."""

import pytest
from faust.types import TP

from streams.checkpoint import Admission, Offsets
from streams.expiry import Expiry

HERE = TP("news.articles", 0)


@pytest.mark.parametrize(
    ("offset", "admission"),
    [(9, Admission.SEEN), (10, Admission.EXPECTED), (11, Admission.AHEAD), (500, Admission.AHEAD)],
)
def test_every_offset_is_expected_in_turn(offset: int, admission: Admission) -> None:
    """Lower was seen, higher means that something was dropped."""
    assert Offsets({HERE: 10}).judge(HERE, offset) is admission


def test_a_partition_not_owned_is_foreign() -> None:
    """A record of a partition that went to another worker is dropped."""
    assert Offsets({HERE: 10}).judge(TP("news.articles", 1), 10) is Admission.FOREIGN


def test_keys_fall_due_once_and_oldest_first() -> None:
    """The bound is exclusive: what is exactly as old as the retention stays."""
    expiry: Expiry[str] = Expiry()
    for minute, key in ((7, "c"), (3, "a"), (7, "d"), (9, "e")):
        expiry.add(minute, key)
    assert expiry.due(7) == ["a"]
    assert expiry.due(8) == ["c", "d"]
    assert expiry.due(8) == []
    expiry.add(2, "late")
    assert expiry.due(100) == ["late", "e"]
