"""Rows of public lists: what is a share of a firm, and what the firm is called."""

import pytest

from streams.data.gazetteer import indian_names, is_isin, japanese_names, read_listings, share_words_off

COUNTRIES = {"japan": "JP", "united states": "US", "china": "CN"}


def row(symbol: str, name: str, mic: str, **fields: str) -> dict[str, str]:
    """A row of the list of shares, as complete as most are."""
    blank = dict.fromkeys(("country", "sector", "market_cap", "isin", "figi", "composite_figi"), "")
    return blank | {"symbol": symbol, "name": name, "mic": mic, "country": "Japan", "sector": "Industrials"} | fields


def test_a_share_becomes_a_listing() -> None:
    """The market's newer code, the ticker without suffix, the country's code, the size in one word."""
    (listing,) = read_listings([row("6501.T", "Hitachi, Ltd.", "XJPX", market_cap="Large Cap")], COUNTRIES)

    assert (listing.code, listing.name, listing.country, listing.size) == ("XTKS:6501", "Hitachi, Ltd.", "JP", "large")


@pytest.mark.parametrize(
    "bad",
    [
        row("BAC^L", "Bank of America Corporation Preferred Stock", "XNYS"),
        row("AACIW", "Armada Acquisition Corp. III Warrant", "XNAS"),
        row("ABCD", "Some Municipal Income Fund", "XNYS"),
        row("2891C.TW", "CTBC Financial Holding Co., Ltd.", "XTAI"),
        row("S24531.MI", "SGE CW CALL UNICREDIT 9,6 A 161", "XMIL"),
        row("RYM010.NZ", "RYM 18/12/2026 2.55% Ryman Heal", "XNZE"),
        row("1306.T", "NEXT FUNDS TOPIX ETF", "XJPX"),
        row("6501.T", "", "XJPX"),
        row("6501.T", "Hitachi, Ltd.", "XXXX"),
        row("6501.T", "Hitachi, Ltd.", "XJPX", country="Atlantis"),
        row("6501.T", "Hitachi, Ltd.", "XJPX", country="", sector=""),
    ],
    ids=lambda bad: bad["symbol"] + " " + bad["name"][:12],
)
def test_what_is_no_share_of_a_firm_is_dropped(bad: dict[str, str]) -> None:
    """Preferred shares, warrants, funds, certificates, bonds, rows without name, market or country."""
    assert list(read_listings([bad], COUNTRIES)) == []


@pytest.mark.parametrize(
    ("name", "firm"),
    [
        ("Sony Group Corporation American Depositary Shares ", "Sony Group Corporation"),
        ("Alphabet Inc. Class C Capital Stock", "Alphabet Inc."),
        ("SAP SE ADS", "SAP SE"),
        ("Gap Inc. (The) Common Stock", "Gap Inc."),
        ("UBS Group AG Registered", "UBS Group AG"),
        ("Bayerische Motoren Werke AG Pref", "Bayerische Motoren Werke AG"),
        ("Common Ground Corp.", "Common Ground Corp."),
    ],
)
def test_words_about_the_share_are_taken_off(name: str, firm: str) -> None:
    """What is left is what the firm is called."""
    assert share_words_off(name) == firm


@pytest.mark.parametrize(
    ("given", "size"),
    [("Mega Cap", "mega"), ("4514709583000.00", "mega"), ("66410099.00", "micro"), ("0.00", None), ("", None)],
)
def test_size_from_class_or_figure(given: str, size: str | None) -> None:
    """A figure in dollars falls into the class that the source would give; nought is unknown, not nano."""
    (listing,) = read_listings([row("6501.T", "Hitachi, Ltd.", "XJPX", market_cap=given)], COUNTRIES)

    assert listing.size == size


def test_names_in_capitals_are_written_as_names() -> None:
    """Short words and abbreviations are left alone."""
    (listing,) = read_listings([row("6501.T", "TATA CONSUMER PRODUCTS OF J&K LTD", "XJPX")], COUNTRIES)

    assert listing.name == "Tata Consumer Products of J&K Ltd"


@pytest.mark.parametrize(
    ("code", "valid"),
    [("US0378331005", True), ("US0378331006", False), ("JP3788600009", True), ("", False), ("US03", False)],
)
def test_isin_check_digit(code: str, valid: bool) -> None:
    """A mistyped ISIN is no ISIN."""
    assert is_isin(code) is valid


def test_japanese_names_lose_their_legal_form() -> None:
    """Keyed by the four signs of the Tokyo ticker; only ordinary shares, of which the fifth sign is a nought."""
    rows = [
        {"証券コード": "67580", "会社名": "ソニー株式会社"},
        {"証券コード": "25935", "会社名": "株式会社伊藤園"},
        {"証券コード": "", "会社名": "無上場株式会社"},
    ]

    assert japanese_names(rows) == {"6758": "ソニー"}


def test_indian_names_leave_the_symbol_out() -> None:
    """The symbol itself is matched as a symbol."""
    rows = [{"Symbol": "RUPA", "Entity": "Rupa Company Ltd., Rupa Company, RUPA"}]

    assert indian_names(rows) == {"RUPA": ("Rupa Company Ltd.", "Rupa Company")}
