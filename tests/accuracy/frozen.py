"""The quarter of the real news that no rule and no weight has seen.

The given sets of real news are split by document: a document whose digest falls into the first quarter is frozen. Rules
are written, and weights are trained, on the other three quarters; the frozen quarter is run by `make accuracy
ARGS="--frozen"` alone, which writes the figures of the run below those of the runs before. It is to be run seldom:
every look at its figures spends a little of it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

RUNS: Final = Path(__file__).with_name("frozen_runs.jsonl")
"""The figures of every run, the oldest first; a line each."""
_SHARE: Final = 64  # of the 256 values that the first byte of a digest takes


def document(uri: str) -> str:
    """The document of a passage: its uri up to the last colon, or the whole uri where that is all there is."""
    head, _, _ = uri.rpartition(":")
    return head if ":" in head else uri


def is_frozen(uri: str) -> bool:
    """Whether the passage of this uri belongs to the frozen quarter."""
    return hashlib.sha256(f"unseen/{document(uri)}".encode()).digest()[0] < _SHARE


def runs() -> list[dict[str, Any]]:
    """What `RUNS` holds."""
    return [json.loads(line) for line in RUNS.read_text(encoding="utf-8").splitlines()]


def add_run(run: dict[str, Any]) -> None:
    """Append the figures of a run."""
    with RUNS.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(run) + "\n")
