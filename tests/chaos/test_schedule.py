"""A short schedule of faults; the long one is `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos.schedule import run

SEED = 20261123


@pytest.mark.chaos
@pytest.mark.timeout(400)
def test_counts_and_events_are_exact_after_kills_stalls_and_a_broker_restart(tmp_path: Path) -> None:
    """Five faults over some four thousand records: nothing lost, nothing twice, nothing changed."""
    result = run(SEED, tmp_path)
    assert result.differences == [], f"seed {result.seed}, faults {result.faults}"
    assert sum(result.faults.values()) == 5
