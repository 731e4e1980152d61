"""Records that once broke intake, or a draft of it, or a library it thought of using: each keeps its answer.

A file of `corpus/` holds why it is there, the record (the value in parts, `[text, times]` for a repeated one) and the
answer: reason and start of the detail of a rejection, or the fields of the article that matter.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import Article
from schemas.taxonomy import RejectReason
from streams.intake import RawRecord, Rejection, read

CORPUS: Final = sorted((Path(__file__).parent / "corpus").glob("*.json"))
NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)


def record_of(entry: dict[str, Any]) -> RawRecord:
    """The record that the file describes."""
    parts = (part if isinstance(part, str) else part[0] * part[1] for part in entry["value"])
    headers = tuple((name, value.encode()) for name, value in entry["headers"].items())
    return RawRecord(key=entry["key"], value="".join(parts).encode(), headers=headers, timestamp=NOW)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_record_of_the_corpus_has_its_answer(path: Path) -> None:
    """Every finding stays fixed."""
    entry = json.loads(path.read_text(encoding="utf-8"))
    expected = entry["answer"]

    answer = read(record_of(entry))

    if "article" in expected:
        assert isinstance(answer, Article)
        assert {name: getattr(answer, name) for name in expected["article"]} == expected["article"]
    else:
        assert isinstance(answer, Rejection)
        assert answer.reason is RejectReason(expected["reason"])
        assert answer.detail.startswith(expected["detail"])


def test_corpus_is_found() -> None:
    """The tests above can't pass by there being none."""
    assert len(CORPUS) >= 16
