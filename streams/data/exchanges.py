"""Stock exchanges: how their tickers are written by Yahoo, by Reuters and in brackets in the press.

A listing is `MIC:TICKER` with the operating or segment code that data vendors use most (XTKS for Tokyo, XNAS for all of
Nasdaq) and the ticker as Yahoo writes it, without suffix: `XTKS:6758`, `XNYS:BRK-B`, `XHKG:0700`. Symbols of other
schemes are derived from it by rule. A Reuters code (RIC) is derived only for exchanges where it usually agrees with the
ticker; for others (Frankfurt, Paris, Mumbai …) RICs stand in the registry's files, since a guessed one may be another
firm's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

DerivedScheme = Literal["mic-ticker", "yahoo", "cashtag", "ric"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How one market writes its tickers."""

    mic: str
    """ISO 10383 code."""
    yahoo: str
    """Suffix that Yahoo puts behind the ticker; empty for American markets."""
    ric: str | None
    """Suffix of the RIC where it follows from the ticker, else None."""
    country: str
    """ISO 3166 alpha-2."""
    currency: str
    """ISO 4217 of most shares there."""
    prefixes: tuple[str, ...] = ()
    """What stands before the colon in brackets: (NASDAQ: AAPL), TYO: 7203."""
    digits: int = 0
    """Numeric tickers are filled with zeros to this length."""


_TABLE: Final[tuple[tuple[str, str, str | None, str, str, str, int], ...]] = (
    # mic, yahoo, ric, country, currency, prefixes, digits
    ("XNYS", "", ".N", "US", "USD", "NYSE", 0),
    ("XNAS", "", ".O", "US", "USD", "NASDAQ NASDAQGS NASDAQGM NASDAQCM NASDAQ-GS NASDAQ-GM NASDAQ-CM NAS", 0),
    ("XASE", "", ".A", "US", "USD", "AMEX NYSEAMERICAN NYSEMKT NYSE-AMERICAN", 0),
    ("ARCX", "", ".P", "US", "USD", "NYSEARCA ARCA", 0),
    ("BATS", "", ".Z", "US", "USD", "BATS CBOE", 0),
    ("OTCM", "", ".PK", "US", "USD", "OTC OTCQX OTCQB OTCMKTS OTCPK OTCBB", 0),
    ("XTSE", ".TO", ".TO", "CA", "CAD", "TSX TSE-CA", 0),
    ("XTSX", ".V", ".V", "CA", "CAD", "TSXV CVE TSX-V", 0),
    ("XCNQ", ".CN", ".CD", "CA", "CAD", "CSE CNSX", 0),
    ("NEOE", ".NE", None, "CA", "CAD", "NEO", 0),
    ("XMEX", ".MX", ".MX", "MX", "MXN", "BMV", 0),
    ("BVMF", ".SA", ".SA", "BR", "BRL", "BVMF B3 BOVESPA BMFBOVESPA", 0),
    ("XBUE", ".BA", ".BA", "AR", "ARS", "BCBA BYMA", 0),
    ("XSGO", ".SN", None, "CL", "CLP", "SNSE", 0),
    ("XBOG", ".CL", None, "CO", "COP", "BVC", 0),
    ("XLIM", ".LM", None, "PE", "PEN", "BVL", 0),
    ("BVCA", ".CR", None, "VE", "VES", "", 0),
    ("XLON", ".L", ".L", "GB", "GBP", "LSE LON LSE-AIM AIM", 0),
    ("AQXE", ".AQ", None, "GB", "GBP", "AQSE", 0),
    ("XDUB", ".IR", ".I", "IE", "EUR", "ISE-DUB DUB", 0),
    ("XPAR", ".PA", None, "FR", "EUR", "EPA PAR EURONEXT-PARIS", 0),
    ("XAMS", ".AS", None, "NL", "EUR", "AMS ENXTAM", 0),
    ("XBRU", ".BR", None, "BE", "EUR", "EBR BRU", 0),
    ("XLIS", ".LS", ".LS", "PT", "EUR", "ELI LIS", 0),
    ("XETR", ".DE", None, "DE", "EUR", "ETR XETRA XTRA FWB FRA GER", 0),
    ("XFRA", ".F", None, "DE", "EUR", "", 0),
    ("XSWX", ".SW", ".S", "CH", "CHF", "SWX SIX VTX", 0),
    ("XWBO", ".VI", ".VI", "AT", "EUR", "VIE WBAG", 0),
    ("XMIL", ".MI", None, "IT", "EUR", "BIT MIL", 0),
    ("XMAD", ".MC", ".MC", "ES", "EUR", "BME MCE", 0),
    ("ASEX", ".AT", None, "GR", "EUR", "ATHEX", 0),
    ("XSTO", ".ST", ".ST", "SE", "SEK", "STO OMXSTO", 0),
    ("XHEL", ".HE", ".HE", "FI", "EUR", "HEL OMXHEL", 0),
    ("XCSE", ".CO", ".CO", "DK", "DKK", "CPH OMXCOP", 0),
    ("XOSL", ".OL", ".OL", "NO", "NOK", "OSL OSE OB", 0),
    ("XICE", ".IC", ".IC", "IS", "ISK", "ICE-IS", 0),
    ("XTAL", ".TL", ".TL", "EE", "EUR", "TAL", 0),
    ("XRIS", ".RG", ".RI", "LV", "EUR", "RSE", 0),
    ("XLIT", ".VS", ".VL", "LT", "EUR", "VSE", 0),
    ("XWAR", ".WA", None, "PL", "PLN", "WSE", 0),
    ("XPRA", ".PR", None, "CZ", "CZK", "PSE-CZ", 0),
    ("XBUD", ".BD", ".BU", "HU", "HUF", "BUD", 0),
    ("XBSE", ".RO", None, "RO", "RON", "BVB", 0),
    ("XIST", ".IS", ".IS", "TR", "TRY", "IST BIST", 0),
    ("MISX", ".ME", ".MM", "RU", "RUB", "MCX MOEX", 0),
    ("XTAE", ".TA", ".TA", "IL", "ILS", "TLV TASE", 0),
    ("XSAU", ".SR", ".SE", "SA", "SAR", "TADAWUL SASE", 4),
    ("DSMD", ".QA", ".QA", "QA", "QAR", "QSE", 0),
    ("XADS", ".AD", ".AD", "AE", "AED", "ADX", 0),
    ("XDFM", ".AE", ".DU", "AE", "AED", "DFM", 0),
    ("XKUW", ".KW", ".KW", "KW", "KWF", "KSE-KW", 0),
    ("XCAI", ".CA", ".CA", "EG", "EGP", "EGX", 0),
    ("XJSE", ".JO", None, "ZA", "ZAR", "JSE", 0),
    ("XNAI", ".NR", ".NR", "KE", "KES", "", 0),
    ("XNSA", ".LG", ".LG", "NG", "NGN", "NGX", 0),
    ("XTKS", ".T", ".T", "JP", "JPY", "TYO TSE JPX TOKYO", 4),
    ("XNGO", ".N", None, "JP", "JPY", "", 4),
    ("XSAP", ".S", None, "JP", "JPY", "", 4),
    ("XFKA", ".F", None, "JP", "JPY", "", 4),
    ("XHKG", ".HK", ".HK", "HK", "HKD", "HKG HKEX SEHK HKSE HK", 4),
    ("XSHG", ".SS", ".SS", "CN", "CNY", "SHA SSE SHSE", 6),
    ("XSHE", ".SZ", ".SZ", "CN", "CNY", "SHE SZSE", 6),
    ("XTAI", ".TW", ".TW", "TW", "TWD", "TPE TWSE TAIEX", 4),
    ("ROCO", ".TWO", ".TWO", "TW", "TWD", "TPEX", 4),
    ("XKRX", ".KS", ".KS", "KR", "KRW", "KRX KOSPI", 6),
    ("XKOS", ".KQ", ".KQ", "KR", "KRW", "KOSDAQ", 6),
    ("XNSE", ".NS", None, "IN", "INR", "NSE NSEI", 0),
    ("XBOM", ".BO", None, "IN", "INR", "BSE BOM", 0),
    ("XCOL", ".CM", None, "LK", "LKR", "", 0),
    ("XKAR", ".KA", None, "PK", "PKR", "PSX", 0),
    ("XDHA", ".BD-DHA", None, "BD", "BDT", "", 0),
    ("XBKK", ".BK", ".BK", "TH", "THB", "SET BKK", 0),
    ("XKLS", ".KL", None, "MY", "MYR", "KLSE KLS BURSA", 4),
    ("XSES", ".SI", None, "SG", "SGD", "SGX SES", 0),
    ("XIDX", ".JK", ".JK", "ID", "IDR", "IDX JKT", 0),
    ("XPHS", ".PS", ".PS", "PH", "PHP", "PSE", 0),
    ("XSTC", ".VN", ".HM", "VN", "VND", "HOSE", 0),
    ("XASX", ".AX", ".AX", "AU", "AUD", "ASX", 0),
    ("XNZE", ".NZ", ".NZ", "NZ", "NZD", "NZX NZE NZSE", 0),
)

EXCHANGES: Final[Mapping[str, Exchange]] = {
    mic: Exchange(
        mic=mic,
        yahoo=yahoo,
        ric=ric,
        country=country,
        currency=currency,
        prefixes=tuple(prefixes.split()),
        digits=digits,
    )
    for mic, yahoo, ric, country, currency, prefixes, digits in _TABLE
}
"""By market code."""

AMERICAN: Final = frozenset({"XNYS", "XNAS", "XASE", "ARCX", "BATS", "OTCM"})
"""Markets of one national ticker space: a cashtag without suffix and `NYSE:`/`NASDAQ:` name the same share."""

# Reuters writes several suffixes for one American market: .O and .OQ for Nasdaq, .N and .K for New York.
_AMERICAN_RIC: Final[Mapping[str, tuple[str, ...]]] = {
    "XNYS": (".N", ".K"),
    "XNAS": (".O", ".OQ"),
    "XASE": (".A", ".K"),
    "OTCM": (".PK", ".OTC"),
}
AMERICAN_RIC_SUFFIXES: Final = frozenset({"N", "O", "OQ", "K", "A"})
"""What may stand behind the dot of the RIC of a share that is listed in America."""


def _mics_by_prefix() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for exchange in EXCHANGES.values():
        for prefix in (exchange.mic, *exchange.prefixes):
            table[prefix] = (*table.get(prefix, ()), exchange.mic)
            if exchange.mic in AMERICAN:
                # A share that has moved between American exchanges is often written with the old one.
                table[prefix] = tuple(dict.fromkeys((*table[prefix], "XNYS", "XNAS", "XASE", "OTCM")))
    return table


MICS_BY_PREFIX: Final[Mapping[str, tuple[str, ...]]] = _mics_by_prefix()
"""By what stands before the colon, in capitals: the market codes that it may mean, most likely first."""


def listing_symbols(listing: str) -> Iterator[tuple[DerivedScheme, str]]:
    """(scheme, value) of every symbol that follows from a listing such as `XTKS:6758`.

    Raises KeyError for an unknown market.
    """
    mic, _, ticker = listing.partition(":")
    exchange = EXCHANGES[mic]
    yahoo = ticker + exchange.yahoo
    yield "mic-ticker", listing
    yield "yahoo", yahoo
    yield "cashtag", yahoo
    if exchange.ric is not None:
        for suffix in _AMERICAN_RIC.get(mic, (exchange.ric,)):
            yield "ric", _reuters_ticker(ticker) + suffix
    if "-" in ticker and mic in AMERICAN:
        yield "cashtag", ticker.replace("-", ".")


def _reuters_ticker(ticker: str) -> str:
    """The share class as Reuters writes it: BRK-B is BRKb, VOLV-B is VOLVb."""
    stem, dash, share_class = ticker.rpartition("-")
    return stem + share_class.lower() if dash else ticker
