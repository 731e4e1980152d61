"""Which names of a firm can stand alone."""

import pytest

from streams.data.naming import is_safe, is_safe_japanese, is_worth_confirming, names_of, trunk_name


@pytest.mark.parametrize(
    ("alias", "size", "country", "safe"),
    [
        ("Agilent", "large", "US", True),
        ("Agilent", "micro", "US", False),
        ("Target", "mega", "US", False),
        ("Vaxart", "small", "US", True),
        ("Vaxart", "small", "JP", False),
        ("DNB", "large", "NO", True),
        ("DNB", "small", "NO", False),
        ("CPI", "large", "ZA", False),
        ("First Solar", "large", "US", True),
        ("First Solar", "micro", "US", False),
        ("Bancorp", "mega", "US", False),
        ("Capital Bank", "large", "US", False),
        ("Rheon Automatic Machinery", None, "JP", True),
    ],
)
def test_a_name_is_safe_by_words_and_size(alias: str, size: str | None, country: str, safe: bool) -> None:
    """Ordinary words, abbreviations and likely family names stand alone for well-known firms at most."""
    assert is_safe(alias, size, country) is safe


def test_the_legal_name_is_strong_where_the_short_one_is_weak() -> None:
    """Nobody writes "Target Corporation" of anything else; "Target" can be anything."""
    names = names_of("Target Corporation", "large", "US")

    assert names.strong == ("Target Corporation",)
    assert names.weak == ("Target",)


def test_an_ordinary_word_of_an_unknown_firm_is_no_name_at_all() -> None:
    """Nobody means a nano cap by "Global"."""
    names = names_of("Global Corp.", "nano", "US")

    assert names.strong == ("Global Corp.",)
    assert names.weak == ()
    assert not is_worth_confirming("Global", "nano")


@pytest.mark.parametrize(
    ("short", "trunk"),
    [
        ("Agilent Technologies", "Agilent"),
        ("First Solar", None),
        ("Tokyo Electron", None),
        ("Agilent", None),
        ("AGC Semiconductor", None),
    ],
)
def test_the_telling_word_of_a_name(short: str, trunk: str | None) -> None:
    """Only where all other words say what the firm does, and the word is in no dictionary."""
    assert trunk_name(short) == trunk


@pytest.mark.parametrize(
    ("name", "safe"), [("東京エレクトロン", True), ("花王", False), ("ホンダ", True), ("大和", False)]
)
def test_short_japanese_names_need_confirmation(name: str, safe: bool) -> None:
    """Two signs are a family name or a place more often than a firm."""
    assert is_safe_japanese(name) is safe
