"""What Prometheus sees. Labels come only from closed sets: the contract's vocabularies, topics, agents,
indices, and the sources that the settings name.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector

from schemas import Annotation
from schemas.taxonomy import Kind, Status

# From a tenth of a millisecond (one stage on one article) to ten seconds (a broker that is away).
BUCKETS_S: Final = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
# From produce to market event: milliseconds when all is well, minutes when a backlog is worked off.
LATENCY_BUCKETS_S: Final = (0.002, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300)


REJECTED: Final = "rejected"
"""The outcome of a record that is no article, among the outcomes of articles."""
OTHER_SOURCE: Final = "other"
UNKNOWN_SYMBOL: Final = "unknown"


class Metrics:
    """All metrics of one worker, on a registry of their own so that tests and several apps do not collide.

    `sources` are those that `newstape_source_articles_total` counts by name; all others are counted as `other`.
    """

    def __init__(self, sources: Iterable[str] = ()) -> None:
        self.registry = CollectorRegistry()
        # process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds and the like; none without /proc.
        ProcessCollector(registry=self.registry)
        self.articles = Counter(
            "newstape_articles",
            "Articles by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self._by_source = Counter(
            "newstape_source_articles",
            "Articles by source: those of NEWSTAPE_SOURCES by name, all others together.",
            ["source"],
            registry=self.registry,
        )
        # From the start, so that a source that never speaks is a line at 0 and not missing.
        self._sources = {source: self._by_source.labels(source=source) for source in (*sources, OTHER_SOURCE)}
        self.annotations = Counter(
            "newstape_annotations",
            "Annotations published, by whether an index is named and whether the article's sentiment is known.",
            ["index", "sentiment"],
            registry=self.registry,
        )
        self.provided = Counter(
            "newstape_provided_entities",
            "Companies and indices of articles that came with symbols, by who names them: the text, the provider or "
            "both; `unknown` are symbols that the registry does not have.",
            ["source"],
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "newstape_dead_letters",
            "Records set aside, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.events = Counter(
            "newstape_events",
            "Market events published, by type and lifecycle.",
            ["type", "lifecycle"],
            registry=self.registry,
        )
        self.late = Counter(
            "newstape_late_articles",
            "Articles older than the longest window when they first came: events are published, no window counts them.",
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            "newstape_stage_seconds",
            "Time one record takes in a stage.",
            ["stage"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.event_latency_seconds = Histogram(
            "newstape_event_latency_seconds",
            "From the time of the article's record to the delivery of its market events.",
            buckets=LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.lag_seconds = Gauge(
            "newstape_lag_seconds",
            "Age of the oldest record not yet processed, by topic and partition; 0 when all are.",
            ["topic", "partition"],
            registry=self.registry,
        )
        self.index_mentions = Gauge(
            "newstape_index_mentions",
            "Mentions of an index in a window.",
            ["index", "window"],
            registry=self.registry,
        )
        self.index_articles = Gauge(
            "newstape_index_articles",
            "Articles that name an index in a window.",
            ["index", "window"],
            registry=self.registry,
        )
        self.table_entries = Gauge(
            "newstape_table_entries",
            "Entries that a table keeps on this worker.",
            ["table"],
            registry=self.registry,
        )
        self.redelivered = Counter(
            "newstape_redelivered_records",
            "Records that Faust handed over again, out of turn or for a partition not owned, and that were dropped.",
            ["agent", "reason"],
            registry=self.registry,
        )
        self.build = Info("newstape_build", "Versions of what runs.", registry=self.registry)

    def annotated(self, annotation: Annotation) -> None:
        """Count an annotation by its source and by what it found."""
        self._sources.get(annotation.article.source or "", self._sources[OTHER_SOURCE]).inc()
        if annotation.article.status is Status.USABLE:
            named = any(entity.kind is Kind.INDEX and entity.is_in_text for entity in annotation.entities)
            known = annotation.sentiment.score is not None
            self.annotations.labels(index="named" if named else "none", sentiment="known" if known else "null").inc()

    def compared(self, annotation: Annotation, unknown: int) -> None:
        """Count who names the entities of an article that came with symbols, `unknown` of which the registry lacks."""
        self.provided.labels(source=UNKNOWN_SYMBOL).inc(unknown)
        for entity in annotation.entities:
            if entity.kind in (Kind.COMPANY, Kind.INDEX):
                self.provided.labels(source=entity.source.value).inc()


def by_label(metric: Counter) -> dict[str, int]:
    """Values of a counter by its one or first label, without those that are 0."""
    counts: dict[str, int] = {}
    for family in metric.collect():
        for sample in family.samples:
            if sample.name.endswith("_total"):
                label = next(iter(sample.labels.values()), "")
                counts[label] = counts.get(label, 0) + int(sample.value)
    return {label: count for label, count in sorted(counts.items()) if count}
