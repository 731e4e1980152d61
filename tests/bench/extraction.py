"""Time of the extraction alone, on one core: CPU time, which does not grow where a busy machine makes it wait."""

import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas import Article, encode
from streams.engine import load_extractor
from streams.extract.annotate import annotate
from streams.intake import RawRecord, read
from tests.bench.articles import generated, reuters


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """One corpus measured."""

    corpus: str
    articles: int
    bytes_mean: float
    mean_us: float
    median_us: float
    p99_us: float


def measure(limit: int = 8_000) -> tuple[float, list[Extraction]]:
    """CPU seconds to load all data, and the CPU time per article over each corpus."""
    begun = time.thread_time()
    extractor = load_extractor()
    loaded = time.thread_time() - begun
    now = datetime.now(UTC)
    results = []
    for corpus, articles in (("generated, 3.2 KB", list(generated(500))), ("Reuters-21578", reuters()[:limit])):
        records = [RawRecord(key=None, value=encode(article), timestamp=now) for article in articles]
        accepted = [article for article in map(read, records) if isinstance(article, Article)]
        for article in accepted[:50]:
            annotate(article, None, extractor)
        times = []
        for article in accepted:
            before = time.thread_time_ns()
            annotate(article, None, extractor)
            times.append((time.thread_time_ns() - before) / 1_000)
        if times:
            results.append(
                Extraction(
                    corpus=corpus,
                    articles=len(times),
                    bytes_mean=statistics.mean(len(a.headline) + len(a.body) for a in accepted),
                    mean_us=statistics.mean(times),
                    median_us=statistics.median(times),
                    p99_us=statistics.quantiles(times, n=100)[98],
                )
            )
    return loaded, results
