"""A short schedule of faults; the long one is `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos.schedule import run

SEED = 20261123
FAULTS = [
    "kill",
    "damage",
    "stall_network",
    "end",
    "join",
    "stop",
    "break_network",
    "leave",
    "restart_broker",
    "rewind",
]


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_counts_and_events_are_exact_after_every_kind_of_fault(tmp_path: Path) -> None:
    """Ten faults over some three thousand records: nothing lost, nothing twice, nothing changed."""
    result = run(SEED, tmp_path, articles=1_200, faults=FAULTS, seconds=20)
    assert result.differences == [], f"seed {result.seed}, faults {result.faults}"
    assert sum(result.faults.values()) == len(FAULTS)
