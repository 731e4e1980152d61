"""`make fuzz N=100000 SEED=1`: so many records through intake and extraction, and what was found.

Ends with status 1 where a stage raised, a promise was broken, a record was lost, or a text took more processor time in
the best of three goes than the limit: 50 ms up to 10 KB, and as much again for each 10 KB more. A record that was found
is named by seed and number: `python -m tests.fuzz --only NUMBER` runs it again and prints it. With `--kafka` they go
through a worker on a real broker, and each must be an annotation or a dead letter there.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from heapq import heappush, heappushpop
from pathlib import Path
from typing import Final

from rich.progress import track

from schemas.taxonomy import RejectReason
from streams.engine import load_extractor
from streams.local.kafka import LocalKafka
from tests.deployment import deployed
from tests.fuzz.passage import take, timed
from tests.fuzz.records import NORMAL_BYTES, record

PORTION: Final = 10_000  # records under one deployment, whose topics are read whole
FRAME: Final = 4_096  # bytes of a produced record beside its value, and more
SETTLED_S: Final = 600.0


def main() -> int:
    """Run; the exit status."""
    options = _options()
    if options.kafka:
        return _through_kafka(options)
    extractor = load_extractor()
    gc.collect()
    gc.freeze()
    if options.only is not None:
        shown = record(options.seed, options.only, large=options.large)
        print(json.dumps((shown.value or b"").decode("utf-8", "backslashreplace")), shown.headers)
        print(take(shown, extractor), f"best of three {timed(shown, extractor):.1f} ms")
        return 0
    answers: Counter[str] = Counter()
    faults: list[int] = []
    slow: list[tuple[float, int, int]] = []
    bytes_read, ms_total, begun = 0, 0.0, time.monotonic()
    numbers = range(options.first, options.first + options.count)
    for number in track(numbers, description="fuzzing", disable=not sys.stderr.isatty()):
        try:
            outcome = take(record(options.seed, number, large=options.large), extractor)
        except Exception:  # noqa: BLE001 - the rest is wanted too; it is told and counted
            faults.append(number)
            print(
                f"--- record {number} of seed {options.seed}", traceback.format_exc(limit=-4), sep="\n", file=sys.stderr
            )
            continue
        answers[outcome.answer] += 1
        bytes_read, ms_total = bytes_read + outcome.text_bytes, ms_total + outcome.ms
        push = heappush if len(slow) < options.slowest else heappushpop
        push(slow, (outcome.ms, number, outcome.text_bytes))
    over = []
    for ms, number, size in sorted(slow, reverse=True):
        best = timed(record(options.seed, number, large=options.large), extractor) if ms > options.limit_ms else ms
        if best > options.limit_ms * max(1.0, size / NORMAL_BYTES):
            over.append(number)
        print(f"{best:8.1f} ms  {size:9,} bytes  record {number}")
    sent = options.count
    print(f"{sent:,} sent, {sum(answers.values()):,} came out, {len(faults)} raised, {len(over)} over the limit")
    print(", ".join(f"{count:,} {answer}" for answer, count in answers.most_common()))
    seconds = time.monotonic() - begun
    print(f"{ms_total / sent:.2f} ms and {bytes_read / sent / 1_024:.1f} KB of text a record, {seconds:.0f} s")
    return 1 if faults or over or sum(answers.values()) != sent else 0


def _through_kafka(options: argparse.Namespace) -> int:
    """Send them through a worker, a portion at a time; the exit status."""
    became: Counter[str] = Counter()
    numbers = range(options.first, options.first + options.count)
    with LocalKafka() as kafka, tempfile.TemporaryDirectory() as directory:
        portions = range(0, options.count, PORTION)
        for first in track(portions, description="fuzzing", disable=not sys.stderr.isatty()):
            with deployed(kafka.bootstrap, f"fuzz{first}-", Path(directory)) as deployment:
                worker = deployment.start().await_ready()
                most = deployment.topics.articles.max_bytes - FRAME
                records = [record(options.seed, number, large=options.large) for number in numbers[first:][:PORTION]]
                sent = deployment.push((r.key, r.value, list(r.headers)) for r in records if len(r.value or b"") < most)
                became["larger than the topic takes"] += len(records) - sent
                deployment.await_settled(SETTLED_S)
                outcomes = deployment.outcomes()
                became.update("/".join(sorted(set(outcome))) or "lost" for outcome in outcomes.values())
                became["lost"] += sent - len(outcomes)
                became["crashed worker"] += worker.process.poll() is not None
    print(f"{options.count:,} sent", *(f"{count:,} {what}" for what, count in became.most_common() if count), sep=", ")
    return int(any(became[wrong] for wrong in ("lost", "crashed worker", RejectReason.INTERNAL_ERROR)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="records")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first record")
    parser.add_argument("--only", type=int, help="one record, printed")
    parser.add_argument("--large", action="store_true", help="texts of up to a mebibyte")
    parser.add_argument("--kafka", action="store_true", help="through a worker on a real broker")
    parser.add_argument("--limit-ms", type=float, default=50.0)
    parser.add_argument("--slowest", type=int, default=20, help="how many of the slowest are timed again and shown")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
