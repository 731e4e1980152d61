"""How much processor time a start takes: `newstape --help`, `annotate` of one article, and a worker up to loaded.

    python -m tests.bench.start [--rounds 7] [--against CHECKOUT]

Each is measured three ways in turn, round by round, so that a machine that slows down slows all alike: with a prepared
file, without one (the first start after an install), and with the code of another checkout. Printed are medians of user
and system time and of the peak of memory. Exit status 0.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]

# As `newstape worker` does before it talks to Kafka.
_WORKER: Final = """
import streams.cli
from streams.cli.worker import _runner
from streams.settings import Settings
_runner(Settings())
"""


class Cost(NamedTuple):
    """What one process took."""

    cpu_s: float
    """User and system time."""
    peak_mb: float
    """Most memory held."""


def cost(arguments: list[str], checkout: Path, cache: Path) -> Cost:
    """Run Python on the code of a checkout. Raises SystemExit where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "XDG_CACHE_HOME": str(cache)}
    # In the checkout, since Python looks for modules in the current directory first.
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode} in {checkout}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Processor time of a start.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--against", type=Path, help="another checkout, measured beside this one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.jsonl"
        samples = ROOT / "streams" / "demo" / "articles" / "sample.jsonl"
        article.write_text(samples.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        starts = {
            "help": ["-m", "streams", "--help"],
            "annotate": ["-m", "streams", "annotate", str(article)],
            "worker, loaded": ["-c", _WORKER],
        }
        ways = {"prepared": ROOT, "first": ROOT, **({"other": chosen.against} if chosen.against else {})}
        found: defaultdict[tuple[str, str], list[Cost]] = defaultdict(list)
        for number in range(chosen.rounds + 1):
            for start, arguments in starts.items():
                for way, checkout in ways.items():
                    cache = Path(folder) / (f"{start}{number}" if way == "first" else "cache")
                    measured = cost(arguments, checkout, cache)
                    if number:  # the first round writes compiled modules and the prepared file
                        found[start, way].append(measured)
        for (start, way), costs in found.items():
            cpu, peak = median(c.cpu_s for c in costs), median(c.peak_mb for c in costs)
            print(f"{start:15} {way:9} {cpu:6.3f} s {peak:5.0f} MB")


if __name__ == "__main__":
    main()
