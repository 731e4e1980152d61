"""A short run of the fuzzer; `make fuzz` is the long one. What it finds goes into a corpus beside the unit tests."""

import gc
from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from streams.extract.annotate import Extractor
from tests import shipped
from tests.fuzz.passage import DEAREST, take, timed
from tests.fuzz.records import NORMAL_BYTES, prose_record, record

SEED: Final = 20261128
RECORDS: Final = 1_500


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    """Loaded once, and left out of garbage collection as in a worker."""
    loaded = shipped.extractor()
    gc.collect()
    gc.freeze()
    yield loaded
    gc.unfreeze()


def test_every_record_comes_out_as_something_and_none_takes_long(extractor: Extractor) -> None:
    """Accepted and rejected are all that was sent; no stage raises; nothing is far dearer than dense news of its size.

    `take` raises where a record breaks a promise; its number makes it again: `python -m tests.fuzz --seed S --only N`.
    """
    limit = DEAREST * timed(prose_record(NORMAL_BYTES), extractor)
    answers: Counter[str] = Counter()
    slow = []
    for number in range(RECORDS):
        outcome = take(record(SEED, number), extractor)
        answers[outcome.answer] += 1
        if outcome.ms > limit:
            slow.append(number)

    assert not [number for number in slow if timed(record(SEED, number), extractor) > limit]
    assert sum(answers.values()) == RECORDS
    assert answers["annotation"] > RECORDS // 2
    assert answers.keys() >= {"empty", "not-utf8", "not-json", "schema"}
    assert "internal-error" not in answers


def test_a_number_is_a_record_for_ever() -> None:
    """What was found can be made again."""
    assert [record(1, number) for number in range(40)] == [record(1, number) for number in range(40)]
    assert record(1, 7) != record(2, 7)
