"""`REPORT.md` and the summary in the README say what the code of today does."""

from dataclasses import replace

import pytest

from schemas import Article
from tests.accuracy import report

STALE = "the report is of another extraction or other data: run `make accuracy` and commit what it wrote"


def test_own_written_sets_are_as_reported() -> None:
    """Run again, every figure and every error."""
    assert report.section(report.REPORT.read_text(encoding="utf-8"), "own") == report.own(), STALE


def test_the_report_names_what_extraction_says() -> None:
    """Where texts of others are not beside the project, this alone tells that their figures are of this extraction."""
    assert report.fingerprint() in report.section(report.REPORT.read_text(encoding="utf-8"), "engine"), STALE


@pytest.mark.skipif(not report.index_facts.SHARED.is_dir(), reason="texts of others are not beside the project")
def test_texts_of_others_are_as_reported() -> None:
    """Run again, every figure."""
    pytest.importorskip("sklearn", reason="the extra `train` is not installed")
    text = report.REPORT.read_text(encoding="utf-8")
    assert report.section(text, "elsewhere") == report.elsewhere(report.index_facts.SHARED), STALE


@pytest.mark.skipif(not report.index_facts.SHARED.is_dir(), reason="texts of others are not beside the project")
def test_real_news_is_as_reported() -> None:
    """Run again, every figure."""
    text = report.REPORT.read_text(encoding="utf-8")
    assert report.section(text, "real") == report.real(report.index_facts.SHARED), STALE


def test_the_readme_leads_with_real_news() -> None:
    """The same figures, above those of own-written sets."""
    readme = report.README.read_text(encoding="utf-8")
    part = report.section(report.REPORT.read_text(encoding="utf-8"), "real")
    assert report.section(readme, "real news") == report.real_summary(part), STALE
    assert readme.index("<!-- real news -->") < readme.index("<!-- accuracy -->")


def test_the_readme_has_the_summary() -> None:
    """The same figures."""
    assert report.section(report.README.read_text(encoding="utf-8"), "accuracy") == report.summary(), STALE


def test_the_report_holds_no_text_of_others() -> None:
    """Licences: figures only."""
    elsewhere = report.section(report.REPORT.read_text(encoding="utf-8"), "elsewhere")
    assert all(line.startswith(("|", "#")) or len(line) < 140 for line in elsewhere.splitlines())


def test_the_fingerprint_tells_what_is_said_and_not_by_which_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage with another figure in it has another one; a refactoring that changes no annotation keeps it."""
    passages = list(report.passages())[:20]

    def of(articles: list[Article]) -> str:
        monkeypatch.setattr(report, "passages", lambda: iter(articles))
        return report.fingerprint.__wrapped__()

    assert of(passages) == of(passages)
    assert of(passages) != of([*passages[1:], replace(passages[0], body="The DAX rose 1.2% on Monday.")])
