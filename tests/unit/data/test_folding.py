"""Folding keeps offsets, and capitals decide whether a surface is the name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.data.folding import capitals_agree, fold, is_exact


@settings(deadline=None)
@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    """As many characters come out as went in, whatever they are."""
    assert len(fold(text)) == len(text)


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text folds to itself, so patterns and texts meet."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nestlé", "nestle"),
        ("L’Oréal", "l'oreal"),
        ("Hang\nSeng", "hang seng"),
        ("S&P\u00a0500", "s&p 500"),
        ("Moller–Maersk", "moller-maersk"),
        ("Ørsted", "orsted"),
        ("ＴＯＰＩＸ", "topix"),
        ("İstanbul", "istanbul"),
        ("ガス", "ガス"),
        ("日経平均", "日経平均"),
    ],
)
def test_folding_of_what_newspapers_vary(text: str, folded: str) -> None:
    """Accents, typographic marks, spaces and full-width letters are made plain; other scripts stay."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "surface", "agree"),
    [
        ("Hang Seng index", "Hang Seng Index", True),
        ("Hang Seng index", "HANG SENG INDEX", True),
        ("First Solar", "First Solar", True),
        ("First Solar", "First solar", False),
        ("First Solar", "first solar", False),
        ("Moody's", "MOODY'S", True),
        ("eBay", "Ebay", True),
        ("日経平均", "日経平均", True),
    ],
)
def test_a_word_with_a_capital_wants_a_capital(name: str, surface: str, agree: bool) -> None:
    """Only what begins with a capital in the name has to begin with one in the text."""
    assert capitals_agree(name, surface) is agree


@pytest.mark.parametrize(
    ("name", "exact"),
    [("BP", True), ("3M", True), ("AT&T", True), ("BoE", True), ("TOPIX", True), ("NVIDIA", False), ("Dax", False)],
)
def test_abbreviations_are_matched_letter_by_letter(name: str, exact: bool) -> None:
    """Up to five signs in capitals are an abbreviation; a longer one or an ordinary word is not."""
    assert is_exact(name) is exact
