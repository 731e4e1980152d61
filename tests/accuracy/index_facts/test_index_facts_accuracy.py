"""Index facts are at least as good as published; `measure.py` prints the figures."""

import pytest

from schemas.taxonomy import CORE_INDICES
from tests.accuracy.index_facts import measure
from tests.accuracy.index_facts.measure import GROUPS, SHARED, agreement, own

# What a trading desk was promised; precision first, since a wrong number is worse than none.
F1 = 0.90
PRECISION = 0.93


def test_the_test_passages_are_not_among_those_looked_at() -> None:
    """And there are enough labels in both groups for the figures to mean something."""
    develop, test = own("develop"), own("test")

    assert not {p.body for p in develop} & {p.body for p in test}
    assert len(develop) + len(test) >= 150
    assert sum(len(p.facts) for p in test) >= 60


def test_evidence_of_the_labels_stands_in_the_text() -> None:
    """A label whose offsets don't hold would be scored against nothing."""
    for passage in (*own("develop"), *own("test")):
        for label in passage.facts:
            field, start, end = label["evidence"]
            text = passage.title if field == "title" else passage.body
            assert 0 <= start < end <= len(text)
            assert label["index"] in CORE_INDICES or label["index"].startswith("other:")


@pytest.mark.parametrize("group", ["develop", "test"])
def test_two_readers_agree(group: str) -> None:
    """Where they do not, the label counts for nothing; where they seldom do, the guide would be at fault."""
    both, first, second = agreement(group)

    assert first >= 55
    assert 2 * both / (first + second) >= 0.95


@pytest.mark.parametrize("group", GROUPS)
def test_own_passages_are_read_as_people_read_them(group: str) -> None:
    """Index, direction, percent, points and level must all be right for a fact to count."""
    scores = measure.scores(group)

    assert scores.f1 >= F1, scores.errors
    assert scores.precision >= PRECISION, scores.errors
    assert scores.basis_right / scores.right >= F1
    assert scores.record_right / scores.right >= F1


@pytest.mark.skipif(not SHARED.is_dir(), reason="texts of others are not beside the project")
def test_texts_of_others_are_read_as_people_read_them() -> None:
    """FinEntity passages and Reuters articles of 1987, labelled by the same guide."""
    for scores in measure.scores_elsewhere(SHARED).values():
        assert scores.f1 >= F1, scores.errors
        assert scores.precision >= PRECISION, scores.errors
