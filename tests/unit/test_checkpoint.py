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


def test_keys_fall_due_oldest_first_until_they_are_gone() -> None:
    """The bound is exclusive: what is exactly as old as the retention stays. What is not deleted is named again."""
    expiry: Expiry[str] = Expiry()
    kept = {"a", "c", "d", "e", "late"}
    for minute, key in ((7, "c"), (3, "a"), (7, "d"), (9, "e"), (3, "gone")):
        expiry.add(minute, key)
    assert list(expiry.due(7, kept.__contains__)) == ["a"]
    assert list(expiry.due(8, kept.__contains__)) == ["a", "c", "d"]
    kept -= {"c", "a"}
    assert list(expiry.due(8, kept.__contains__)) == ["d"]
    expiry.add(2, "late")
    assert list(expiry.due(100, kept.__contains__)) == ["late", "d", "e"]
