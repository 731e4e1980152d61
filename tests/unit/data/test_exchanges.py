"""Symbols that follow from a listing."""

import pytest

from streams.data.exchanges import EXCHANGES, MICS_BY_PREFIX, listing_symbols


@pytest.mark.parametrize(
    ("listing", "symbols"),
    [
        ("XTKS:6758", {("mic-ticker", "XTKS:6758"), ("yahoo", "6758.T"), ("cashtag", "6758.T"), ("ric", "6758.T")}),
        ("XHKG:0700", {("mic-ticker", "XHKG:0700"), ("yahoo", "0700.HK"), ("cashtag", "0700.HK"), ("ric", "0700.HK")}),
        ("XNSE:TCS", {("mic-ticker", "XNSE:TCS"), ("yahoo", "TCS.NS"), ("cashtag", "TCS.NS")}),
    ],
)
def test_symbols_of_a_listing(listing: str, symbols: set[tuple[str, str]]) -> None:
    """Tokyo's RIC follows from the ticker, Mumbai's doesn't and isn't guessed."""
    assert set(listing_symbols(listing)) == symbols


def test_share_classes_are_written_as_each_scheme_does() -> None:
    """BRK-B at Yahoo is BRK.B as a cashtag and BRKb at Reuters."""
    symbols = set(listing_symbols("XNYS:BRK-B"))

    assert {("yahoo", "BRK-B"), ("cashtag", "BRK.B"), ("ric", "BRKb.N")} <= symbols


def test_an_unknown_market_is_an_error() -> None:
    """A typing error in a market code must not give a symbol."""
    with pytest.raises(KeyError):
        list(listing_symbols("XXXX:A"))


def test_every_prefix_leads_to_known_markets() -> None:
    """What newspapers write before the colon names markets of the table."""
    assert {mic for mics in MICS_BY_PREFIX.values() for mic in mics} <= set(EXCHANGES)
    assert MICS_BY_PREFIX["TYO"] == ("XTKS",)
    assert MICS_BY_PREFIX["NASDAQ"][0] == "XNAS"
