"""The values that a registry is made of, as they stand in its files."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec

from schemas.taxonomy import Kind
from streams.data.exchanges import listing_symbols

Size = Literal["mega", "large", "mid", "small", "micro", "nano"]
Scheme = Literal["ric", "figi", "isin", "lei", "mic-ticker", "yahoo", "cashtag", "bloomberg", "iso-3166", "iso-4217"]

SIZES: Final[tuple[Size, ...]] = ("nano", "micro", "small", "mid", "large", "mega")

_KIND: Final = {kind.value: kind for kind in Kind}


class RegistryError(ValueError):
    """A registry file that can't be used: file, line (from 1; 0 for the file as a whole), field and reason."""

    def __init__(self, path: Path | str, line: int, field: str, reason: str) -> None:
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {field}: {reason}" if field else f"{place}: {reason}")
        self.path = str(path)
        self.line = line
        self.field = field
        self.reason = reason


class Symbol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One identifier of an entity."""

    scheme: Scheme
    """Whose identifier it is."""
    value: str
    """As that scheme writes it: `.N225`, `XTKS:6501`, `JP3788600009`."""


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An office that a person holds or held."""

    title: str
    """As newspapers write it: "Prime Minister", "Treasury Secretary"."""
    country: str | None = None
    """ISO 3166 alpha-2 (or EU) of the government; null for an international body."""
    organization: str | None = None
    """Id of the organization: `organization:boj`."""
    since: str | None = None
    """First day, `2025-10-21`, or year or month where the day isn't known; null if unknown."""
    until: str | None = None
    """Last day in the same form; null while in office."""


class RegistryEntity(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """One entity of the registry, as its file states it."""

    id: str
    """`index:N225`, `company:6501.T`, `country:JP`, `organization:boj`, `person:donald-trump`, `commodity:brent`."""
    given_kind: Kind | None = msgspec.field(default=None, name="kind")
    """The kind as written in the file, which must be the id's first part; use `kind`."""
    name: str = ""
    """The name to show; also a name to match, strong unless among `weak_aliases`."""
    aliases: tuple[str, ...] = ()
    """Further names, strong."""
    weak_aliases: tuple[str, ...] = ()
    """Names that need confirmation."""
    adjectives: tuple[str, ...] = ()
    """Countries: "Japanese"."""
    metonyms: tuple[str, ...] = ()
    """Countries and organizations: "Tokyo", "the White House"."""
    listings: tuple[str, ...] = ()
    """`MIC:TICKER`, home listing first; the ticker as Yahoo writes it, without suffix."""
    own_symbols: tuple[Symbol, ...] = msgspec.field(default=(), name="symbols")
    """Identifiers beyond those that follow from the listings."""
    listed: bool = True
    """Companies: false if no shares are traded."""
    size: Size | None = None
    """Companies: class by market value when the data was built; null if unknown."""
    sector: str | None = None
    """Companies: broad sector."""
    country: str | None = None
    """ISO 3166 alpha-2, or EU."""
    currency: str | None = None
    """ISO 4217: of the index's quotation, or the country's money."""
    currency_names: tuple[str, ...] = ()
    """Countries: "yen"; an attribute, not matched."""
    time_zone: str | None = None
    """IANA name: where the session of the index takes place, or the country's main zone."""
    family: str | None = None
    """Indices: nikkei, sp, dow-jones, nasdaq, ftse, stoxx, msci, …"""
    administrator: str | None = None
    """Indices: who calculates it."""
    category: str | None = None
    """Indices: benchmark, sector, style, size, volatility, currency …; organizations: central-bank, ministry, exchange
    …; companies: rater, of one that rates and shares its name with an index."""
    constituents: tuple[int, ...] = ()
    """Indices: how many members it has, and former numbers by which it may still be called: the "30-share index"."""
    home: tuple[str, ...] = ()
    """Indices: the places of which it is the main index, as news writes them: "Japan", "Tokyo". If its country is among
    them, the country's adjectives count too: "the Japanese index"."""
    nicknames: tuple[str, ...] = ()
    """Indices: those of its names that reports use as its short name. Beside one, a name that an index shares with
    others is read as the index: "the Dow and the S&P". Behind the nickname of an index whose name has
    no number, a number with a unit is a move: "the Nasdaq 100 points lower"."""
    descriptions: tuple[str, ...] = ()
    """Indices: words by which reports tell it from its kin, in lower case: "tech-heavy" of "the tech-heavy index"."""
    providers: tuple[str, ...] = ()
    """Indices: names of its makers that longer names of indices begin with: "MSCI's gauge of Asian stocks"."""
    surname: str | None = None
    """Persons: the word that later mentions use."""
    roles: tuple[Role, ...] = ()
    """Persons: offices, latest first."""

    @property
    def kind(self) -> Kind:
        """What the entity is: the first part of its id."""
        return _KIND[self.id.partition(":")[0]]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All symbols: first those that follow from the listings, home listing first, then those of the file."""
        derived = [Symbol(scheme, value) for listing in self.listings for scheme, value in listing_symbols(listing)]
        return tuple(dict.fromkeys((*derived, *self.own_symbols)))
