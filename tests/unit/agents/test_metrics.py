"""What Prometheus sees of an annotation."""

from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter

from schemas import Annotation, ArticleRef, Entity
from schemas.taxonomy import EntitySource, Kind, Status
from streams.agents.metrics import Metrics, by_label
from tests.builders import ENGINE, NOON, index_entity, sentiment


def annotation(source: str | None) -> Annotation:
    """Of an article that says nothing."""
    article = ArticleRef(uri="urn:x", published_at=NOON, source=source)
    return Annotation(article=article, position=None, digest="0", engine=ENGINE)


def samples(registry: CollectorRegistry, name: str) -> dict[tuple[str, ...], float]:
    """Values of a metric by its labels' values."""
    return {
        tuple(sample.labels.values()): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    }


def test_sources_are_counted_by_name_only_where_the_settings_name_them() -> None:
    """A label for whatever an article claims would grow without end."""
    metrics = Metrics(("Wire A", "Wire B"))
    for source in ("Wire A", "Wire A", "someone", None):
        metrics.annotated(annotation(source))

    counted = samples(metrics.registry, "newstape_source_articles_total")
    assert counted == {("Wire A",): 2, ("Wire B",): 0, ("other",): 2}


def test_annotations_are_counted_by_what_they_found() -> None:
    """A withdrawn article says nothing and would look like an extraction that finds nothing."""
    metrics = Metrics()
    silent = annotation(None)
    metrics.annotated(silent)
    metrics.annotated(replace(silent, entities=(index_entity("N225"),), sentiment=sentiment(0.5)))
    metrics.annotated(replace(silent, article=replace(silent.article, status=Status.CANCELED)))

    counted = samples(metrics.registry, "newstape_annotations_total")
    assert counted == {("none", "null"): 1, ("named", "known"): 1}


def test_a_counter_is_told_by_its_label() -> None:
    """Labels that never counted are left out."""
    counter = Counter("letters", "Letters.", ["reason"], registry=CollectorRegistry())
    counter.labels(reason="schema").inc(2)
    counter.labels(reason="empty")
    assert by_label(counter) == {"schema": 2}


def test_provider_and_text_are_counted_by_who_names_an_entity() -> None:
    """Companies and indices alone, and symbols that the registry does not have."""
    metrics = Metrics()
    entities = tuple(
        Entity(
            id=key, kind=Kind(key.partition(":")[0]), name=key, relevance=0.5, mention_count=1, mentions=(), source=of
        )
        for key, of in (
            ("company:AAPL", EntitySource.BOTH),
            ("company:MSFT", EntitySource.PROVIDER),
            ("index:DAX", EntitySource.TEXT),
            ("country:DE", EntitySource.TEXT),
        )
    )

    metrics.compared(replace(annotation(None), entities=entities), unknown=2)

    assert by_label(metrics.provided) == {"both": 1, "provider": 1, "text": 1, "unknown": 2}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a process tells of itself by /proc")
def test_a_worker_tells_its_memory_and_its_cpu_time() -> None:
    """By the names that every Prometheus client has for them."""
    read = Metrics().registry.get_sample_value
    assert (read("process_resident_memory_bytes") or 0) > 1_000_000
    assert (read("process_cpu_seconds_total") or 0) > 0
    assert (read("process_open_fds") or 0) > 0
