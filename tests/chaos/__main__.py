"""`make chaos`: many schedules, a table of what they did, and the report of it: `python -m tests.chaos --seeds 50`."""

import argparse
import platform
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from streams.local.jars import kafka_version, locked_jars
from tests.chaos.schedule import Result, cause, faults_of, run

REPORT = Path(__file__).parent / "REPORT.md"
COLUMNS = (
    "seed",
    "store",
    "records",
    "kills",
    "other faults",
    "rebalances",
    "gave up",
    "repeated",
    "differences",
    "seconds",
)

ABOUT = """\
# Schedules of faults

`make chaos` wrote this. Every line is a run of `tests/chaos/schedule.py` on a broker of its own: {articles:,} articles
with corrections, duplicates, stale versions, withdrawals and returns, a tenth of them not keyed by uri, come in at a
pace of {seconds:g} s for all, while {faults} faults befall workers, network and broker: most when all workers are ready
and have just begun with a further portion, one in four in haste, on what the fault before has left. A line again:

    make chaos SEEDS=1 ARGS="--first SEED --articles {articles} --faults {faults} --seconds {seconds:g}"

- kills: SIGKILL of a worker, the same with a byte turned over in each of its files of one kind (with RocksDB), SIGSTOP
  past the session timeout with SIGCONT, and SIGKILL of the broker, which comes back at once, in every tenth seed after
  a minute
- other faults: SIGTERM, a worker joins or leaves, the network stalls past the session timeout or loses all connections,
  offsets set back by 300
- rebalances: how often a worker was given partitions and had rebuilt their state
- gave up: workers that ended because they could not deliver or read their files (status 3), or no Kafka answered when
  they began (status 1), and were started again; why is below the table
- repeated: deliveries of an event beyond the first, with the same bytes
- differences: between running workers, a fresh worker with an empty disk, topics, changelogs, the pure stages and a
  recount by brute force (`recount.py`)

"""


def main() -> int:
    """Run the schedules; 1 where one differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=50, help="how many schedules")
    options.add_argument("--first", type=int, default=1, help="the first seed")
    options.add_argument("--articles", type=int, default=600)
    options.add_argument("--faults", type=int, default=10)
    options.add_argument("--seconds", type=float, default=12.0, help="the pace of all articles, waits apart")
    options.add_argument("--report", type=Path, default=REPORT)
    options.add_argument("--add", action="store_true", help="keep the lines of other seeds that the report has")
    options.add_argument("--jobs", type=int, default=2, help="schedules at a time")
    given = options.parse_args()
    before = given.report.read_text(encoding="utf-8") if given.add and given.report.exists() else ""
    rows, causes = _rows(before), _causes(before)
    wrong = 0
    about = ABOUT.format(articles=given.articles, seconds=given.seconds, faults=given.faults)
    with ThreadPoolExecutor(given.jobs) as pool:
        schedules = [pool.submit(_schedule, seed, given) for seed in range(given.first, given.first + given.seeds)]
        for schedule in as_completed(schedules):
            result, seconds = schedule.result()
            rows[result.seed] = _row(result, seconds)
            causes[result.seed] = [f"{said.split(':', 1)[0]}: {cause(said)}" for said in result.gave_up]
            wrong += bool(result.differences)
            for said in result.gave_up:
                _say(f"seed {result.seed}, gave up: {said}")
            for difference in result.differences:
                _say(f"seed {result.seed} differs: {difference}")
            _say("  ".join(f"{name} {cell}" for name, cell in zip(COLUMNS, rows[result.seed], strict=True)))
            table = "\n".join(_table([rows[seed] for seed in sorted(rows)]))
            why = "\n".join(f"- seed {seed}, {said}" for seed in sorted(causes) for said in causes[seed])
            given.report.write_text(f"{about}{table}\n\n{why or 'None gave up.'}\n\n{_versions()}\n", encoding="utf-8")
    return int(bool(wrong))


def _schedule(seed: int, given: argparse.Namespace) -> tuple[Result, float]:
    began = time.monotonic()
    faults = faults_of(seed, given.faults)
    _say(f"seed {seed}: {', '.join(faults)}")
    with tempfile.TemporaryDirectory(prefix=f"chaos-{seed}-") as directory:
        try:
            result = run(seed, Path(directory), articles=given.articles, faults=faults, seconds=given.seconds)
        except Exception as error:  # noqa: BLE001 - a schedule that can't be ended is a row of the table too
            _say(f"seed {seed}: {traceback.format_exc()}")
            result = Result(
                seed=seed,
                store="",
                records=0,
                faults=dict(Counter(faults)),
                rebalances=0,
                gave_up=[],
                repeated=0,
                differences=[f"{type(error).__name__}: {error}"],
            )
    return result, time.monotonic() - began


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(result: Result, seconds: float) -> tuple[str, ...]:
    kills = {name: result.faults.get(name, 0) for name in ("kill", "damage", "stop", "restart_broker")}
    others = sum(result.faults.values()) - sum(kills.values())
    cells = (result.seed, result.store, result.records, sum(kills.values()), others, result.rebalances)
    after = (len(result.gave_up), result.repeated, len(result.differences))
    return (*map(str, cells), *map(str, after), f"{seconds:.0f}")


def _rows(report: str) -> dict[int, tuple[str, ...]]:
    """Lines of a report, by seed."""
    lines = (tuple(line.strip("| ").split(" | ")) for line in report.splitlines() if re.match(r"\| [0-9]", line))
    return {int(cells[0]): cells for cells in lines}


def _causes(report: str) -> dict[int, list[str]]:
    """Why workers gave up, as a report says it, by seed."""
    found: dict[int, list[str]] = {}
    for seed, said in re.findall(r"^- seed ([0-9]+), (.*)$", report, re.MULTILINE):
        found.setdefault(int(seed), []).append(said)
    return found


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _versions() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("faust-streaming", "aiokafka", "rocksdict"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; newstape {version('newstape')}, {libraries}, "
        f"Kafka {kafka_version(locked_jars())}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    sys.exit(main())
