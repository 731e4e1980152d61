"""Files of a feed come apart into records, whatever lies around their articles."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from streams.feeds import FEED_HEADER, NATIVE, Feeds, read
from streams.feeds.files import load_mappings
from streams.intake import RawRecord, Rejection
from streams.operate import feed_files
from streams.operate.feed_files import MAX_FILE_BYTES, Outgoing, documents, outgoing
from streams.operate.jsonl import JsonLines, LinesError

NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
MAPPINGS: Final = {name: found.mapping for name, found in load_mappings().items()}
SAMPLES: Final = Path(__file__).parents[1] / "feeds" / "samples"


def article(number: int, **others: Any) -> dict[str, Any]:
    """One of Alpaca's."""
    return {"id": number, "headline": "h", "content": "b", "created_at": "2026-11-20T10:00:00Z"} | others


def records(path: Path, feed: str = "alpaca") -> list[Outgoing]:
    """All records of a file, in order."""
    mapping = MAPPINGS[feed]
    with JsonLines(str(path), max_line_bytes=MAX_FILE_BYTES) as lines:
        return [
            record
            for batch in documents(lines, mapping)
            for line in batch
            for record in outgoing(line, feed, mapping, NOW)
        ]


def written(tmp_path: Path, content: bytes) -> Path:
    """A file."""
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


ONE, TWO = json.dumps(article(1)), json.dumps(article(2))


@pytest.mark.parametrize(
    "content",
    [
        f"{ONE}\n{TWO}\n",
        f"[{ONE}, {TWO}]",
        f"[\n{ONE},\n{TWO}\n]\n",
        f'{{"news": [{ONE}, {TWO}], "next_page_token": null}}',
        f'{{"news": [{ONE}]}}\n[{TWO}]\n',
        json.dumps({"news": [article(1), article(2)]}, indent=2),
        f"\n\n{ONE}\n\n{TWO}",
        f"\ufeff[{ONE},{TWO}]",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_lines_arrays_and_envelopes_hold_the_same_articles(tmp_path: Path, content: str, packed: bool) -> None:
    """On one line or many, packed or not."""
    raw = content.encode()
    found = records(written(tmp_path, gzip.compress(raw) if packed else raw))

    assert [record.key for record in found] == [b"alpaca:1", b"alpaca:2"]
    assert {record.headers for record in found} == {((FEED_HEADER, NATIVE.encode()),)}


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "newsml-g2.xml", "nitf.xml"])
def test_xml_is_one_document(name: str) -> None:
    """Over as many lines as it likes."""
    (record,) = records(SAMPLES / name, name.partition(".")[0])

    assert record.fault is None
    assert record.number == 0


def test_faults_name_line_and_path(tmp_path: Path) -> None:
    """And what is around them comes through."""
    bad = json.dumps({"news": [article(3), article(4, created_at="today"), article(5)]})

    found = records(written(tmp_path, f"{ONE}\n{bad}\n{{\n{TWO}".encode()))

    assert [record.key for record in found] == [b"alpaca:1", b"alpaca:3", None, b"alpaca:5", None, b"alpaca:2"]
    faults = [record.fault or "" for record in found if record.fault]
    assert faults[0].startswith("line 2: schema: $.news[1].created_at: expected RFC 3339")
    assert faults[1].startswith("line 3: not-json: $: expected JSON")


def test_document_that_is_no_json_is_read_line_by_line(tmp_path: Path) -> None:
    """A damaged first line does not cost the others."""
    found = records(written(tmp_path, f"{{\n{ONE}\n{TWO}\n".encode()))

    assert [record.key for record in found] == [None, b"alpaca:1", b"alpaca:2"]


def test_fault_in_a_document_has_no_line(tmp_path: Path) -> None:
    """Its path says where it is."""
    (record,) = records(written(tmp_path, json.dumps([article(1, created_at=None)], indent=1).encode()))

    assert record.fault is not None
    assert record.fault.startswith("schema: $[0].created_at: expected RFC 3339")


def test_what_is_no_article_goes_out_as_it_is_and_the_worker_says_the_same(tmp_path: Path) -> None:
    """So that it becomes a dead letter with this reason, and a redrive reads it by a better mapping."""
    (record,) = records(written(tmp_path, json.dumps(article(1, created_at="today")).encode()))

    raw = RawRecord(key=record.key, value=record.value, headers=tuple(record.headers), timestamp=NOW)
    answer = read(raw, Feeds(mappings=MAPPINGS))

    assert isinstance(answer, Rejection)
    assert answer == record.rejection


def test_document_too_large_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays bounded."""
    monkeypatch.setattr(feed_files, "MAX_FILE_BYTES", 1_000)

    with pytest.raises(LinesError, match=r"file is one document of more than 1,000 bytes"):
        records(written(tmp_path, b"[" + b"\n1," * 2_000 + b"1]"))
