"""What of a firm's name is law, and what is name."""

import pytest

from streams.data.names import core_name, is_common, short_name


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Hitachi, Ltd.", "Hitachi"),
        ("Ford Motor Company", "Ford Motor"),
        ("Siemens Aktiengesellschaft", "Siemens"),
        ("BP p.l.c.", "BP"),
        ("Eli Lilly and Company", "Eli Lilly"),
        ("JP Morgan Chase & Co.", "JP Morgan Chase"),
        ("Grupo Bimbo, S.A.B. de C.V.", "Grupo Bimbo"),
        ("PT Bank Central Asia Tbk", "Bank Central Asia"),
        ("Volvo AB (publ)", "Volvo"),
        ("Novo Nordisk A/S", "Novo Nordisk"),
        ("Stanpacks (India) Limited", "Stanpacks (India)"),
        ("The Boeing Company", "Boeing"),
        ("Co", "Co"),
    ],
)
def test_legal_forms_are_taken_off(name: str, core: str) -> None:
    """In front and behind, abbreviated or spelt out, until only the name is left."""
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("core", "short"),
    [("Sony Group", "Sony"), ("CK Hutchison Holdings", "CK Hutchison"), ("Group", "Group"), ("Tokyo Gas", "Tokyo Gas")],
)
def test_group_and_holdings_are_taken_off(core: str, short: str) -> None:
    """But never the whole name."""
    assert short_name(core) == short


@pytest.mark.parametrize(
    ("words", "common"),
    [
        (["Target"], True),
        (["First", "Solar"], True),
        (["Agilent"], False),
        (["Global", "Agilent"], False),
        (["7"], True),
    ],
)
def test_common_words_are_known(words: list[str], common: bool) -> None:
    """A name is common if every word of it is."""
    assert is_common(words) is common
