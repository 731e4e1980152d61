"""The frozen quarter of the real news stays one, and its runs stay told."""

import pytest

from tests.accuracy import frozen


@pytest.mark.parametrize(
    ("uri", "document"),
    [("bbc:politics:76:lead", "bbc:politics:76"), ("web:12", "web:12"), ("headline", "headline")],
)
def test_a_document_is_what_stands_before_the_last_colon(uri: str, document: str) -> None:
    """But a uri of two parts has no passages."""
    assert frozen.document(uri) == document


def test_passages_of_a_document_are_frozen_together() -> None:
    """Or rules could be tuned on one half of an article and measured on the other."""
    documents = [f"wire:{number}" for number in range(200)]
    halves = [{frozen.is_frozen(f"{document}:{part}") for part in ("lead", "2", "17")} for document in documents]
    assert all(len(half) == 1 for half in halves)
    share = sum(half.pop() for half in halves) / len(halves)
    assert 0.15 < share < 0.35


def test_every_run_has_its_figures() -> None:
    """A run without its counts could not be compared."""
    for run in frozen.runs():
        assert {"measured_on", "facts", "events", "by_subject", "figures", "alarms"} <= run.keys()
        assert run["events"]["right"] <= min(run["events"]["found"], run["events"]["labelled"])
