"""Words that all readers need stand once, in the tables of `streams.data.lexicon`."""

import re
from pathlib import Path

import pytest

import streams.extract
from streams.data.lexicon.calendar import DAYS, MONTHS, SHORT_MONTHS, month_numbers

SOURCES = sorted(Path(streams.extract.__file__).parent.rglob("*.py"))


def test_every_month_has_its_number() -> None:
    """In full and in short."""
    numbers = month_numbers()

    assert [numbers[name] for name in MONTHS] == list(range(1, 13))
    assert numbers.keys() == {*MONTHS, *SHORT_MONTHS}
    assert numbers["sept"] == numbers["sep"] == 9


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_reader_lists_the_months_itself(path: Path) -> None:
    """Eight did, each with other short forms."""
    assert re.search(r"\bseptember\b.{1,20}\boctober\b", path.read_text(encoding="utf-8"), re.IGNORECASE) is None
    assert len(DAYS) == 7
