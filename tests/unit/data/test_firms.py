"""Listings joined into firms, each with its home."""

from streams.data.firms import grouped, home_first, resettled, without_guests
from streams.data.gazetteer import Listing


def listing(code: str, name: str, country: str, size: str | None = "large", *, receipt: bool = False) -> Listing:
    """A listing with nothing but what joins and places it."""
    mic, _, ticker = code.partition(":")
    return Listing(
        mic=mic, ticker=ticker, name=name, country=country, size=size, sector=None, isin="", figi="", receipt=receipt
    )


def codes(firms: list[tuple[Listing, ...]]) -> list[list[str]]:
    """The listings of each firm as market and ticker."""
    return [[share.code for share in firm] for firm in firms]


def test_cross_listings_are_one_firm_at_home_in_its_country() -> None:
    """SONY in New York and 6758 in Tokyo."""
    shares = [
        listing("XNYS:SONY", "Sony Group Corporation", "JP", receipt=True),
        listing("XTKS:6758", "Sony Group Corporation", "JP"),
    ]

    (firm,) = grouped(shares)

    assert [share.code for share in home_first(firm)] == ["XTKS:6758", "XNYS:SONY"]


def test_namesakes_in_two_countries_stay_apart() -> None:
    """Merck of Rahway and Merck of Darmstadt."""
    shares = [listing("XNYS:MRK", "Merck & Company Inc.", "US"), listing("XETR:MRK", "Merck KGaA", "DE")]

    assert codes(grouped(shares)) == [["XNYS:MRK"], ["XETR:MRK"]]


def test_namesakes_on_one_market_stay_apart() -> None:
    """A firm has one ordinary share in Tokyo; two tickers are two firms."""
    shares = [listing("XTKS:6136", "OSG Corporation", "JP"), listing("XTKS:6757", "OSG Corporation", "JP")]

    assert codes(grouped(shares)) == [["XTKS:6136"], ["XTKS:6757"]]


def test_parent_and_daughter_on_one_market_stay_apart() -> None:
    """SoftBank Group Corp. and SoftBank Corp., though only "Group" parts them."""
    shares = [listing("XTKS:9984", "SoftBank Group Corp.", "JP"), listing("XTKS:9434", "SoftBank Corp.", "JP")]

    assert codes(grouped(shares)) == [["XTKS:9984"], ["XTKS:9434"]]


def test_group_in_the_name_does_not_part_a_firm_from_its_receipt() -> None:
    """No market lists both, so "Sony Corporation" abroad is Sony Group at home."""
    shares = [listing("XTKS:6758", "Sony Group Corporation", "JP"), listing("XNYS:SONY", "Sony Corporation", "JP")]

    assert codes(grouped(shares)) == [["XTKS:6758", "XNYS:SONY"]]


def test_one_ticker_on_both_indian_exchanges_is_one_firm() -> None:
    """Mumbai's two exchanges use the same letters; the National exchange is home."""
    shares = [
        listing("XBOM:TATACONSUM", "Tata Consumer Products Limited", "IN"),
        listing("XNSE:TATACONSUM", "Tata Consumer", "IN"),
    ]

    (firm,) = grouped(shares)

    assert home_first(firm)[0].code == "XNSE:TATACONSUM"


def test_one_ticker_with_two_names_is_two_firms() -> None:
    """Equal letters alone don't make a firm."""
    shares = [listing("XBOM:ABC", "Abacus Limited", "IN"), listing("XNSE:ABC", "Zenith Limited", "IN")]

    assert len(grouped(shares)) == 2


def test_a_firm_without_a_home_market_has_its_home_in_new_york() -> None:
    """Baidu is Chinese and listed abroad only."""
    firm = (listing("XETR:B1C", "Baidu, Inc.", "CN"), listing("XNAS:BIDU", "Baidu, Inc.", "CN"))

    assert home_first(firm)[0].code == "XNAS:BIDU"


def test_a_firm_seen_through_second_listings_only_is_left_out() -> None:
    """Berkshire in Frankfurt would get an id that nobody uses."""
    assert home_first((listing("XETR:BRYN", "Berkshire Hathaway Inc.", "US"),)) == ()


def test_a_brazilian_receipt_is_no_home() -> None:
    """Certificates of American shares end in 34."""
    assert home_first((listing("BVMF:COTY34", "Coty Inc.", "US", receipt=True),)) == ()


def test_a_firm_wrongly_taken_for_american_is_put_where_it_is_listed() -> None:
    """The source fills gaps with the United States; a German legal form on a German market is German."""
    (share,) = resettled((listing("XETR:RHM", "Rheinmetall AG", "US"),))

    assert (share.country, share.size) == ("DE", None)


def test_an_american_legal_form_stays_american() -> None:
    """Otherwise every second listing of a delisted American firm would become a German firm."""
    (share,) = resettled((listing("XETR:TWR", "Twitter, Inc.", "US"),))

    assert share.country == "US"


def test_a_guest_is_joined_to_the_firm_it_is() -> None:
    """Intel's share in Santiago is given as a Chilean firm of unknown size."""
    firms = [
        (listing("XNAS:INTC", "Intel Corporation", "US", "mega"),),
        (listing("XSGO:INTCCL", "Intel Corp", "CL", None),),
    ]

    assert codes(without_guests(firms)) == [["XNAS:INTC", "XSGO:INTCCL"]]


def test_a_firm_of_its_own_size_is_no_guest() -> None:
    """A small firm that is called like a large one stays a firm."""
    firms = [(listing("XNYS:TTC", "Toro Company", "US", "mid"),), (listing("XMEX:TORO", "Toro", "MX", "micro"),)]

    assert len(without_guests(firms)) == 2
