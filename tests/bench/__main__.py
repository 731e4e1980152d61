"""`make bench`: prints small tables, in five minutes at most; `--quick` is shorter, `--only` names one part.

`--wheel dist/newstape-*.whl`, built by `make wheel`, measures only what compiling extraction gives.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from streams.engine import load_extractor
from streams.local.kafka import LocalKafka
from tests.bench import extraction, forms, pipeline


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer articles, a shorter stream")
    parser.add_argument("--only", choices=("extraction", "pipeline"), help="one part")
    parser.add_argument("--wheel", type=Path, help="a compiled wheel, to compare with the source")
    options = parser.parse_args()
    console = Console()
    console.print(f"{os.cpu_count()} cores, Python {platform.python_version()}; the machine may have noisy neighbours")
    if options.wheel is not None:
        with tempfile.TemporaryDirectory() as directory:
            _forms(console, options.wheel, Path(directory))
        return
    if options.only != "pipeline":
        _extraction(console, 1_000 if options.quick else 8_000)
    if options.only != "extraction":
        with tempfile.TemporaryDirectory() as directory, LocalKafka() as kafka:
            _pipeline(console, kafka.bootstrap, Path(directory), quick=options.quick)


def _extraction(console: Console, limit: int) -> None:
    loaded, results = extraction.measure(limit)
    table = Table("extraction", "articles", "characters", "mean CPU µs", "median", "p99", "articles/s")
    for result in results:
        table.add_row(
            result.corpus,
            f"{result.articles:,}",
            f"{result.bytes_mean:,.0f}",
            f"{result.mean_us:,.0f}",
            f"{result.median_us:,.0f}",
            f"{result.p99_us:,.0f}",
            f"{1e6 / result.mean_us:,.0f}",
        )
    console.print(table)
    console.print(f"registry, rules and weights loaded in {loaded:.2f} s of CPU time")


def _forms(console: Console, wheel: Path, directory: Path) -> None:
    source, compiled = forms.compare(wheel, directory)
    if [t.compiled for t in (source[0], compiled[0])] != [False, True]:
        sys.exit(f"{wheel} is not compiled: build one with `make wheel`")
    table = Table("extraction", "articles", "source, CPU µs", "compiled", "ratio", "annotations")
    for slow, fast in zip(source, compiled, strict=True):
        same = "the same bytes" if slow.digest == fast.digest else "NOT the same bytes"
        ratio = f"{fast.mean_us / slow.mean_us:.2f}"
        table.add_row(slow.corpus, f"{slow.articles:,}", f"{slow.mean_us:,.0f}", f"{fast.mean_us:,.0f}", ratio, same)
    console.print(table)


def _pipeline(console: Console, bootstrap: str, directory: Path, *, quick: bool) -> None:
    """The pipeline beside the bare loop, the parts of an article's way, and latency at a tenth of what was measured."""
    seconds = 10.0 if quick else 20.0
    extractor = load_extractor()
    articles = pipeline.backlog(seconds)
    bare = pipeline.bare_loop(bootstrap, directory, articles, extractor, seconds)
    table = Table(
        f"{seconds:.0f} s of a backlog", "articles/s", "of the bare loop", "CPU ms an article", "most waiting"
    )
    table.add_row("bare aiokafka loop, same intake and extraction", f"{bare.per_second:,.0f}", "1.00", _ms(bare.cpu_ms))
    through = [pipeline.throughput(bootstrap, directory, workers, articles, seconds) for workers in (1, 2)]
    for workers, result in enumerate(through, start=1):
        table.add_row(
            f"whole pipeline, {workers} worker(s)",
            f"{result.per_second:,.0f}",
            f"{result.per_second / bare.per_second:.2f}",
            _ms(result.cpu_ms),
            f"{result.deepest:,}",
        )
    console.print(table)
    _parts(console, pipeline.stages(articles[:1_000], extractor), bare, through[0])
    table = Table("produce to market event", "events", "median ms", "p99 ms")
    for rate in (max(1.0, through[0].per_second / 10), max(2.0, through[0].per_second / 5)):
        took = pipeline.latency(bootstrap, directory, rate, seconds)
        table.add_row(f"{rate:.0f} articles/s", f"{took.events:,}", f"{took.median_ms:.1f}", f"{took.p99_ms:.1f}")
    console.print(table)


def _parts(console: Console, stages: list[pipeline.Part], bare: pipeline.Throughput, one: pipeline.Throughput) -> None:
    """CPU time of an article by part; what is neither a stage nor Kafka's client is Faust, agents and checkpoints."""
    table = Table("part", "CPU ms an article")
    for part in stages:
        table.add_row(part.name, f"{part.cpu_ms:.2f}")
    if bare.cpu_ms is not None and one.cpu_ms is not None:
        alone = sum(part.cpu_ms for part in stages if part.name in {"intake", "extraction", "encoding"})
        table.add_row(
            "Kafka client, one record in and one out (bare loop less its stages)", f"{bare.cpu_ms - alone:.2f}"
        )
        rest = one.cpu_ms - sum(part.cpu_ms for part in stages)
        table.add_row("Faust, checkpoints and Kafka client of the pipeline (worker less all stages)", f"{rest:.2f}")
    console.print(table)


def _ms(value: float | None) -> str:
    return "not known here" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
