"""Compiled extraction against its source: two processes that take turns over the same articles.

An article's time is the least CPU time of all turns, since what else the machine does only adds to it.
"""

import gc
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from schemas import Article, decode, encode
from streams.engine import is_compiled, load_extractor
from streams.extract.annotate import annotate
from streams.intake import RawRecord, read
from tests.bench.articles import generated, reuters

ROOT = Path(__file__).parents[2]
TURNS = 12
# Every so many of the Reuters articles: all of them in so many turns take minutes.
STEP = 20


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One form over one corpus."""

    compiled: bool
    corpus: str
    articles: int
    mean_us: float
    digest: str
    """Hash of all annotations."""


def compare(wheel: Path, directory: Path, turns: int = TURNS) -> list[list[Timed]]:
    """Of the source, then of what this wheel holds, each corpus. Unpacks the wheel into `directory`."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory)
    corpora = directory / "corpora.json"
    corpora.write_bytes(encode({"generated, 3.2 KB": list(generated(50)), "Reuters-21578": reuters()[::STEP]}))
    with ExitStack() as stack:
        forms = [stack.enter_context(_process(form, corpora)) for form in (ROOT, directory)]
        for _ in range(turns):
            timed = [next(form) for form in forms]
    return timed


@contextmanager
def _process(form: Path, corpora: Path) -> Iterator[Iterator[list[Timed]]]:
    # newstape comes from `form`, the tests from here.
    code = f"import sys; sys.path.append({str(ROOT)!r}); from tests.bench.forms import take_turns; take_turns()"
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, corpora],
        env={**os.environ, "PYTHONPATH": str(form)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield iter(lambda: _turn(process), None)


def _turn(process: subprocess.Popen[bytes]) -> list[Timed]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    return decode(list[Timed], process.stdout.readline())


def take_turns() -> None:
    """One turn over the corpora of a file for every line of standard input; prints what was measured until then."""
    extractor = load_extractor()
    now = datetime.now(UTC)
    articles, digests = {}, {}
    for corpus, written in json.loads(Path(sys.argv[1]).read_bytes()).items():
        records = [RawRecord(key=None, value=encode(article), timestamp=now) for article in written]
        articles[corpus] = [article for article in map(read, records) if isinstance(article, Article)]
        annotations = b"".join(encode(annotate(article, None, extractor)) for article in articles[corpus])
        digests[corpus] = blake2b(annotations, digest_size=8).hexdigest()
    least = {corpus: [float("inf")] * len(read) for corpus, read in articles.items()}
    gc.collect()
    gc.freeze()  # as a worker does
    for _ in sys.stdin:
        for corpus, times in least.items():
            for number, article in enumerate(articles[corpus]):
                before = time.thread_time_ns()
                annotate(article, None, extractor)
                times[number] = min(times[number], (time.thread_time_ns() - before) / 1_000)
        timed = [
            Timed(
                compiled=is_compiled(),
                corpus=corpus,
                articles=len(times),
                mean_us=sum(times) / len(times),
                digest=digests[corpus],
            )
            for corpus, times in least.items()
            if times
        ]
        print(encode(timed).decode(), flush=True)
