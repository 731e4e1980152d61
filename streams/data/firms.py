"""Listings joined into firms, each with its home listing first.

A firm's id is its home listing, so a wrong home makes a wrong id. Rows of one firm are joined by core name and country,
by equal ticker on the two Indian exchanges, and by name where a guest market repeats a firm that is better known
elsewhere. The home is in the firm's own country, else on the most important of the world's markets that list it. A firm
that has only second listings is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from streams.data.entities import SIZES
from streams.data.exchanges import EXCHANGES
from streams.data.folding import fold
from streams.data.gazetteer import Listing
from streams.data.names import core_name, name_words, short_name

# Markets that firms of any country choose as their only one, most important first.
_WORLD_MARKETS: Final = (
    "XNYS", "XNAS", "XLON", "XHKG", "XTSE", "XASX", "XSES", "XOSL", "XSTO", "XASE", "XCSE", "XHEL", "XTSX", "XCNQ",
    "AQXE", "XTAE",
)  # fmt: skip

# Markets of continental Europe hold thousands of foreign shares as second listings; they are a home only for firms
# domiciled where hardly anybody is listed.
_EUROPEAN_MARKETS: Final = ("XAMS", "XPAR", "XETR", "XMIL", "XSWX", "XBRU", "XWBO", "XMAD", "ASEX", "XDUB")
_EUROPEAN_DOMICILES: Final = frozenset({"LU", "NL", "CH", "AT", "BE", "CY", "LI", "IE", "GG", "JE", "MC", "MT", "GB"})

# Main markets of a country in order of importance; a firm listed on two has its home on the first.
_MAIN_MARKETS: Final[Mapping[str, tuple[str, ...]]] = {
    "US": ("XNYS", "XNAS", "XASE", "BATS", "ARCX", "OTCM"),
    "CA": ("XTSE", "XTSX", "XCNQ", "NEOE"),
    "IN": ("XNSE", "XBOM"),
    "CN": ("XSHG", "XSHE", "XHKG"),
    "HK": ("XHKG",),
    "MO": ("XHKG",),
    "GB": ("XLON", "AQXE"),
    "DE": ("XETR", "XFRA"),
    "JP": ("XTKS", "XNGO", "XSAP", "XFKA"),
    "KR": ("XKRX", "XKOS"),
    "TW": ("XTAI", "ROCO"),
    "AE": ("XADS", "XDFM"),
    "VN": ("XSTC",),
}


def grouped(listings: Iterable[Listing]) -> list[tuple[Listing, ...]]:
    """The listings joined into firms, in the order of each firm's first listing."""
    ordered = list(listings)
    parent = list(range(len(ordered)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(items: Sequence[int]) -> None:
        for item in items[1:]:
            first, second = sorted((root(items[0]), root(item)))
            parent[second] = first

    for same in _joins(ordered):
        join(same)
    for same in _short_joins(ordered, root):
        join(same)
    groups: dict[int, list[Listing]] = defaultdict(list)
    for position, listing in enumerate(ordered):
        groups[root(position)].append(listing)
    return [tuple(group) for group in groups.values()]


def _joins(listings: Sequence[Listing]) -> Iterator[Sequence[int]]:
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_ticker: dict[str, list[int]] = defaultdict(list)
    for position, listing in enumerate(listings):
        by_name[_plain(core_name(listing.name)), _domicile(listing)].append(position)
        if listing.mic in {"XNSE", "XBOM"}:
            by_ticker[listing.ticker].append(position)
    yield from (same for (name, _), same in by_name.items() if name and not _are_namesakes(same, listings))
    for same in by_ticker.values():
        # One ticker on both exchanges of Mumbai is one firm, if the names begin alike.
        first_words = {join_key(listings[position].name).split(" ")[0][:4] for position in same}
        if len(first_words) == 1:
            yield same


# Markets where a firm has one ordinary share: two tickers under one name are two firms that happen to be called alike.
_ONE_SHARE_MARKETS: Final = frozenset({"XTKS", "XKRX", "XKOS", "XTAI", "ROCO", "XHKG", "XASX", "XNSE"})


def _are_namesakes(same: Sequence[int], listings: Sequence[Listing]) -> bool:
    codes = {listings[position].code for position in same if listings[position].mic in _ONE_SHARE_MARKETS}
    return len({code.partition(":")[0] for code in codes}) < len(codes)


def _short_joins(listings: Sequence[Listing], root: Callable[[int], int]) -> Iterator[Sequence[int]]:
    """Groups whose names differ in "Group" or "Holdings" only, unless one market lists both: those may be a parent and
    its subsidiary.
    """
    by_name: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for position, listing in enumerate(listings):
        by_name[join_key(listing.name), _domicile(listing)][root(position)].add(listing.mic)
    for (name, _), markets_by_group in by_name.items():
        markets = [market for group in markets_by_group.values() for market in group]
        if name and len(markets_by_group) > 1 and len(set(markets)) == len(markets):
            yield tuple(markets_by_group)


def _plain(name: str) -> str:
    return " ".join(name_words(fold(name).replace(".", "").replace("'", "")))


def join_key(name: str) -> str:
    """What the spellings of one firm's name have in common: the folded core name without marks, "Group" and
    "Holdings".
    """
    return _plain(short_name(core_name(name)))


def _domicile(listing: Listing) -> str:
    # The source gives firms of Greater China sometimes one country and sometimes another.
    return "CN" if listing.country in {"CN", "HK", "KY"} else listing.country


_AMERICAN_FORMS: Final = re.compile(r"\b(?:inc|incorporated|corp|corporation|company|llc|lp|l\.p)\.?\Z", re.IGNORECASE)


def resettled(group: Sequence[Listing]) -> tuple[Listing, ...]:
    """The group with its country corrected where the source calls a firm American that is listed in one other country
    only.

    The source fills gaps with "United States". A firm whose name has a legal form used in America stays American. The
    size was filled in the same way, so it is removed too.
    """
    homes = {EXCHANGES[listing.mic].country for listing in group if not _is_order_book(listing)}
    if {listing.country for listing in group} != {"US"} or len(homes) != 1 or "US" in homes:
        return tuple(group)
    if any(_AMERICAN_FORMS.search(listing.name) for listing in group):
        return tuple(group)
    return tuple(replace(listing, country=min(homes), size=None) for listing in group)


def home_first(group: Sequence[Listing]) -> tuple[Listing, ...]:
    """The listings of one firm, home first; empty if none of them can be its home."""
    countries = [listing.country for listing in group]
    country = max(sorted(set(countries)), key=countries.count)
    main = _MAIN_MARKETS.get(country) or tuple(
        mic for mic, exchange in EXCHANGES.items() if exchange.country == country
    )

    def place(listing: Listing) -> tuple[int, int, int, str]:
        at_home = listing.mic in main
        if at_home and not (listing.receipt and listing.mic == "BVMF"):
            return 0, main.index(listing.mic), len(listing.ticker), listing.ticker
        if listing.mic in _WORLD_MARKETS and not _is_order_book(listing):
            return 1, _WORLD_MARKETS.index(listing.mic), len(listing.ticker), listing.ticker
        if listing.mic in _EUROPEAN_MARKETS and country in _EUROPEAN_DOMICILES and not _is_order_book(listing):
            return 2, _EUROPEAN_MARKETS.index(listing.mic), len(listing.ticker), listing.ticker
        return 3, 0, len(listing.ticker), listing.code

    ordered = sorted(group, key=place)
    return tuple(ordered) if place(ordered[0])[0] < 3 else ()


def _is_order_book(listing: Listing) -> bool:
    return listing.receipt and listing.mic in {"XLON", "XMIL", "BVMF"}


# Markets that quote many foreign shares under the name of the firm; the source gives those the market's own country.
_GUEST_MARKETS: Final = frozenset({"XBUE", "XSGO", "XMEX", "XBUD", "XSES", "XETR", "XSWX", "XMIL"})


def without_guests(firms: Sequence[tuple[Listing, ...]]) -> list[tuple[Listing, ...]]:
    """The firms, those on guest markets joined to the better-known firm of the same name."""
    by_name: dict[str, list[tuple[Listing, ...]]] = defaultdict(list)
    for firm in firms:
        by_name[join_key(firm[0].name)].append(firm)
    joined: list[tuple[Listing, ...]] = []
    for same in by_name.values():
        host = max(same, key=lambda firm: (firm[0].mic not in _GUEST_MARKETS, size_rank(firm_size(firm))))
        guests = [firm for firm in same if firm is not host and _is_guest(firm, host)]
        joined.append((*host, *(listing for guest in guests for listing in guest)))
        joined.extend(firm for firm in same if firm is not host and firm not in guests)
    return joined


def _is_guest(firm: Sequence[Listing], host: Sequence[Listing]) -> bool:
    sizes = (firm_size(firm), firm_size(host))
    known = size_rank(sizes[1]) >= SIZES.index("mid")
    return known and firm[0].mic in _GUEST_MARKETS and (sizes[0] is None or sizes[0] == sizes[1])


def size_rank(size: str | None) -> int:
    """The size class as a number: 0 for unknown or nano to 5 for mega."""
    return max(0, _SIZE_NAMES.index(size)) if size in _SIZE_NAMES else 0


_SIZE_NAMES: Final[tuple[str, ...]] = tuple(SIZES)


def firm_size(firm: Sequence[Listing]) -> str | None:
    """The size class of the home listing; where it has none, the smallest among the others, to be careful."""
    if firm[0].size is not None:
        return firm[0].size
    return min((listing.size for listing in firm if listing.size), key=size_rank, default=None)
