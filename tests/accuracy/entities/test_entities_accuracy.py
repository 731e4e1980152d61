"""Entities on own-written passages keep the accuracy that is published."""

import pytest

from tests.accuracy.entities.measure import SETS, measured


@pytest.mark.parametrize("name", SETS)
def test_accuracy_is_kept(name: str) -> None:
    """F1 over indices, companies and people, with and without the right id, and alarms on what names nobody."""
    counts, _ = measured(name)
    assert counts["all"].f1() >= 0.96
    assert counts["all"].f1(linked=True) >= 0.94
    assert counts["index"].f1() >= 0.97
    assert counts["all"].alarms <= 0.05 * counts["all"].absent
