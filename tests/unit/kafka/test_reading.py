"""What is to be read next of a topic, and what is not there any more."""

import pytest

from streams.kafka.reading import OffsetsGoneError, require_next
from tests.archived import EVENTS, record

NEXT = {(EVENTS, 0): 40}


def test_the_record_to_be_read_next_is_taken() -> None:
    """So is the first of a partition of which nothing is known."""
    require_next(record(EVENTS, 40, b""), NEXT)
    require_next(record(EVENTS, 7, b"", partition=1), NEXT)


def test_a_gap_is_told_but_in_a_compacted_topic() -> None:
    """Where a topic is compacted, older records of a key go."""
    with pytest.raises(OffsetsGoneError, match="partition 0 begins at 43") as error:
        require_next(record(EVENTS, 43, b""), NEXT)
    assert not error.value.is_new_topic
    require_next(record(EVENTS, 43, b""), NEXT, has_gaps=True)


@pytest.mark.parametrize("has_gaps", [False, True])
def test_a_topic_that_was_made_anew_is_not_read_as_if_it_were_the_old_one(*, has_gaps: bool) -> None:
    """The consumer begins at its beginning without a word, and its records would stand twice."""
    with pytest.raises(OffsetsGoneError, match="partition 0 ends at 0") as error:
        require_next(record(EVENTS, 0, b""), NEXT, has_gaps=has_gaps)
    assert error.value.is_new_topic
