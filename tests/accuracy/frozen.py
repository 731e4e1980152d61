"""The quarter of the real news that no rule and no weight has seen.

The given sets of real news are split by document: a document whose digest falls into the first quarter is frozen. Rules
are written, and weights are trained, on the other three quarters; the frozen quarter is run by `make accuracy
ARGS="--frozen"` alone, which writes the figures of the run below those of the runs before. It is to be run seldom:
every look at its figures spends a little of it.
"""

import json
from pathlib import Path
from typing import Any, Final

from streams.train.documents import document, is_frozen

__all__ = ["RUNS", "add_run", "document", "is_frozen", "runs"]

RUNS: Final = Path(__file__).with_name("frozen_runs.jsonl")
"""The figures of every run, the oldest first; a line each."""


def runs() -> list[dict[str, Any]]:
    """What `RUNS` holds."""
    return [json.loads(line) for line in RUNS.read_text(encoding="utf-8").splitlines()]


def add_run(run: dict[str, Any]) -> None:
    """Append the figures of a run."""
    with RUNS.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(run) + "\n")
