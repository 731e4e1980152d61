"""Re-publications with small edits are flagged, news of one form with other figures are not."""

import pytest

from tests.accuracy.repeats.measure import EDITS, SHARED, dailies, edited_samples, reuters


def test_small_edits_of_the_sample_articles_are_flagged() -> None:
    """A word, the headline, byline and credits, line breaks: nearly always; a paragraph of a short text: mostly."""
    figures = edited_samples()

    assert sum(figures.pairs.values()) > 150
    assert figures.recall >= 0.95, figures
    assert all(figures.flagged[name] >= 0.8 * figures.pairs[name] for name in EDITS), figures


def test_a_daily_report_does_not_repeat_yesterdays() -> None:
    """Every phrase is the same, the figures are not."""
    figures = dailies()

    assert sum(figures.pairs.values()) >= 150
    assert figures.alarm_rate <= 0.01, figures


@pytest.mark.skipif(not SHARED.is_dir(), reason="texts of others are not beside the project")
def test_articles_of_reuters_are_told_apart() -> None:
    """Edits of 650 articles, and the pairs that came nearest to one another among 6,600 articles."""
    figures = reuters(SHARED)

    assert figures.recall >= 0.97, figures
    assert figures.precision >= 0.99, figures
    assert figures.flagged["repeat"] >= 0.9 * figures.pairs["repeat"], figures
    # Two lines on central-bank operations with the same amount two weeks apart: there is nothing to tell them by.
    assert figures.flagged["different"] <= 0.15 * figures.pairs["different"], figures
