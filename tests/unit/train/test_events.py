"""Training the scorer of events: what a passage teaches, and that the same input gives the same bytes."""

import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the extra `train` is not installed")

from streams.data.event_weights import load_event_weights
from streams.extract.annotate import Extractor
from streams.train.documents import is_frozen
from streams.train.events import read_passages, train, unscored

WRITTEN = Path(__file__).parents[2] / "accuracy" / "events" / "develop.jsonl"
FROZEN, SEEN = "wire:1:lead", "wire:0:lead"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The rules alone."""
    return unscored()


def test_the_same_passages_give_the_same_bytes(tmp_path: Path, extractor: Extractor) -> None:
    """And the figures of the cross-validation are told: rules alone, then with the scorer."""
    labels, one, other = (tmp_path / name for name in ("labels.jsonl", "one.tsv", "other.tsv"))
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    real = ({**row, "uri": f"wire:{number}:lead"} for number, row in enumerate(rows))
    labels.write_text("".join(f"{json.dumps(row)}\n" for row in real), encoding="utf-8")
    told = list(train([labels], [WRITTEN], extractor, one))
    assert [line.partition(":")[0].partition(",")[0] for line in told[1:3]] == ["rules alone", "with the scorer"]
    assert list(train([labels], [WRITTEN], extractor, other)) == told
    assert one.read_bytes() == other.read_bytes()
    assert load_event_weights(one).header.sources[0].endswith("passages of real news")


def test_frozen_documents_are_not_read(tmp_path: Path, extractor: Extractor) -> None:
    """What weights have learned from, they cannot be measured on."""
    assert (is_frozen(FROZEN), is_frozen(SEEN)) == (True, False)
    labels = tmp_path / "labels.jsonl"
    label = json.loads(WRITTEN.read_text(encoding="utf-8").splitlines()[0])
    labels.write_text("".join(json.dumps({**label, "uri": uri}) + "\n" for uri in (FROZEN, SEEN)), encoding="utf-8")
    assert [passage.label["uri"] for passage in read_passages([labels], extractor)] == [SEEN]
