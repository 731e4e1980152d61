"""What the views work out by themselves; routing and answers are tested on real workers."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams.web.faults import ViewError, duration
from streams.web.peers import partition_of


@given(st.text(min_size=1), st.integers(1, 64))
def test_a_key_is_looked_for_where_the_producer_put_it(key: str, partitions: int) -> None:
    """The owner of a key follows from the producer's own partitioner."""
    every = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key.encode(), every, every)


@pytest.mark.parametrize(("text", "minutes"), [("1m", 1), ("90m", 90), ("24h", 1_440), ("7d", 10_080)])
def test_durations_are_minutes_hours_or_days(text: str, minutes: int) -> None:
    """In minutes."""
    assert duration(text, "window") == minutes


@pytest.mark.parametrize("text", ["", "0m", "5", "m", "-5m", "5s", "1h30m", "9999999m", "５m"])
def test_another_duration_is_refused_with_the_name_of_its_parameter(text: str) -> None:
    """The message says which parameter and what was expected."""
    with pytest.raises(ViewError, match=r"^window: expected minutes, hours or days"):
        duration(text, "window")
