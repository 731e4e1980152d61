"""The weights of events: packing, and a file that can't be used is refused with its line."""

import hashlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.taxonomy import EventType
from streams.data.event_weights import (
    SHIPPED,
    TYPES,
    EventWeightsError,
    load_event_weights,
    pack,
    reaching,
    score_of,
)

SCORES = st.lists(st.integers(-(1 << 20), 1 << 20), min_size=len(TYPES), max_size=len(TYPES))


@given(one=SCORES, other=SCORES)
def test_a_sum_of_packed_scores_is_the_packed_sums(one: list[int], other: list[int]) -> None:
    """No lane borrows from the next, whatever the signs."""
    total = pack(one) + pack(other)
    assert [score_of(total, kind) for kind in TYPES] == [a + b for a, b in zip(one, other, strict=True)]


@given(scores=SCORES, least=st.integers(-1000, 1000))
def test_the_types_that_reach_a_score_are_those_with_at_least_it(scores: list[int], least: int) -> None:
    """As comparing them one by one tells."""
    told = [kind for kind, score in zip(TYPES, scores, strict=True) if score >= least]
    assert reaching(pack(scores), least) == told


def test_the_shipped_weights_know_their_words() -> None:
    """What a tariff is, they have learned."""
    weights = load_event_weights()
    assert score_of(weights.weights["tariffs"], EventType.POLICY_TARIFF) > 0
    assert weights.version.startswith(weights.header.version + "+")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("buy\tmerger:x\n", "expected a new feature"),
        ("buy\tmarriage:3\n", "expected a new feature"),
        ("trust\trole\tmuch\n", "expected a new feature"),
        ("buy\tmerger:99999\n", "expected a new feature"),
        ("buy\t\n", "expected a new feature"),
        ("buy\tmerger:3\nbuy\tmerger:4\n", "expected a new feature"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(tmp_path: Path, line: str, reason: str) -> None:
    """Even where the digest is that of the lines."""
    path = _file(tmp_path, line.encode())
    with pytest.raises(EventWeightsError, match=reason) as refused:
        load_event_weights(path)
    assert refused.value.line == 1 + line.count("\n")


def test_weights_that_are_not_those_of_the_header_are_refused(tmp_path: Path) -> None:
    """Such as half of a file that was copied."""
    path = tmp_path / "weights.tsv"
    path.write_bytes(SHIPPED.read_bytes()[:-200])
    with pytest.raises(EventWeightsError, match="SHA-256 differs"):
        load_event_weights(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A newer file is for a newer newstape."""
    with pytest.raises(EventWeightsError, match="expected format 1, got 2"):
        load_event_weights(_file(tmp_path, b"", format=2))


def _file(folder: Path, body: bytes, **changes: int) -> Path:
    header = msgspec.structs.replace(load_event_weights().header, weights=hashlib.sha256(body).hexdigest(), **changes)
    path = folder / "weights.tsv"
    path.write_bytes(msgspec.json.encode(header) + b"\n" + body)
    return path
