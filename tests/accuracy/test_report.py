"""`REPORT.md` and the summary in the README say what the code of today does."""

import pytest

from tests.accuracy import report

STALE = "the report is of other code, rules, registry or weights: run `make accuracy` and commit what it wrote"


def test_own_written_sets_are_as_reported() -> None:
    """Run again, every figure and every error."""
    assert report.section(report.REPORT.read_text(encoding="utf-8"), "own") == report.own(), STALE


def test_texts_of_others_are_as_reported() -> None:
    """Run again where they lie beside the project; elsewhere the fingerprint must be the one reported."""
    text = report.REPORT.read_text(encoding="utf-8")
    if not report.index_facts.SHARED.is_dir():
        assert report.fingerprint() in report.section(text, "engine"), STALE
        return
    pytest.importorskip("sklearn", reason="the extra `train` is not installed")
    assert report.section(text, "elsewhere") == report.elsewhere(report.index_facts.SHARED), STALE


def test_the_readme_has_the_summary() -> None:
    """The same figures."""
    assert report.section(report.README.read_text(encoding="utf-8"), "accuracy") == report.summary(), STALE


def test_the_report_holds_no_text_of_others() -> None:
    """Licences: figures only."""
    elsewhere = report.section(report.REPORT.read_text(encoding="utf-8"), "elsewhere")
    assert all(line.startswith(("|", "#")) or len(line) < 140 for line in elsewhere.splitlines())


def test_the_fingerprint_leaves_out_comments_and_docstrings_only() -> None:
    """Prose about code changes no figure; code may."""
    bare = [
        report.ast.dump(report._bare(report.ast.parse(text)))
        for text in (
            'def f():\n    """A."""\n    return 1  # one\n',
            "def f():\n    return 1\n",
            "def f():\n    return 2\n",
        )
    ]
    assert bare[0] == bare[1] != bare[2]
