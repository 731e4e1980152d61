"""The registry: every entity that newstape can name, the words that name it, and the symbols it trades under.

Strategy. The registry is data: JSON Lines under `registry/`, one entity a line, listed with version, source and licence
in `registry/manifest.json`. `load_registry` reads them, then the user's files in the same form, validates every line, and
returns one frozen `Registry`. A bad line is a `RegistryError` that names file, line, field and reason; nothing is skipped.

An entry (all but `id` and `name` may be left out; unknown fields are refused)::

    {"id": "index:N225", "kind": "index", "name": "Nikkei 225", "aliases": ["Nikkei average", "日経平均"],
     "symbols": [{"scheme": "ric", "value": ".N225"}], "country": "JP", "currency": "JPY", "time_zone": "Asia/Tokyo",
     "family": "nikkei", "administrator": "Nikkei Inc."}
    {"id": "company:6758.T", "name": "Sony Group Corporation", "aliases": ["Sony"], "listings": ["XTKS:6758", "XNYS:SONY"]}
    {"id": "person:sanae-takaichi", "name": "Sanae Takaichi", "surname": "Takaichi",
     "roles": [{"title": "Prime Minister", "country": "JP", "since": "2025-10-21"}]}

An entry whose id is known already (from an earlier file) amends it: single fields given replace, lists are added to;
`drop_aliases` takes names away, `"replace": true` starts the entity anew and `"remove": true` deletes it.
Companies have their home listing as Yahoo writes it for an id (`company:6501.T`, `company:BRK-B`); a firm that is not
listed has `company:unlisted-<slug>` and `"listed": false`.

How the words are to be matched. Names are looked up *folded* (see `fold`: same length as the text, so offsets stay valid);
`patterns` are the folded words for an automaton, and `readings[i]` says what `patterns[i]` may mean, best reading first.
A hit counts only as a whole word (no letter or digit on either side; not asked of CJK) and when `Reading.fits(surface)`:

- an `exact` reading (capitals and digits only, up to five characters: BP, IBM, 3M) wants the surface letter by letter;
- else each word that begins with a capital in the name must begin with one in the text; a word that is lower-case in
  the name may be either ("Hang Seng index" finds "Hang Seng Index", but "First Solar" does not find "First solar").

and then by its class:

- `strong`: names the entity wherever it stands;
- `weak`: an ordinary word, surname, place or name shared by several (Target, Visa, Gap, Next, Apple, Shell): names the
  entity only when the article confirms it: a strong reading or a symbol of the same entity elsewhere, or company-like
  surroundings (legal suffix behind, "shares of", "Inc's");
- `adjective`: "Japanese" for country:JP: the country as a modifier, never a mention of its own right;
- `metonym`: "Tokyo", "Beijing", "the White House" for a government: only where the words around say that it acts.

Names shared by several companies are settled here, so that a matcher need not: the user's word beats the curated word
beats the generated one, then the company at least two size classes above all others keeps the name `strong`; failing
that, the name is `weak` for all of them. Readings of different kinds (Nasdaq: index, company, organization) stay side by side;
telling those apart is the matcher's work.

Symbols. `symbols[scheme][value]` gives the entity's id, for ric, figi, isin, mic-ticker (`XTKS:6501`), yahoo, cashtag (without
the `$`) and so on; listings are written as mic-ticker in the files and the rest is derived from them (`exchanges.py`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from streams.data.exchanges import EXCHANGES, MICS_BY_PREFIX, listing_symbols

SHIPPED: Final = Path(__file__).parent / "registry"
"""Where the registry that newstape ships with lies."""

# Names longer than this are prose, not names; the longest legal name in the shipped data has 96 characters.
LONGEST_NAME: Final = 160

# Up to this length a name in capitals and digits is read as an abbreviation, and "Bp" or "all" is not that name.
LONGEST_EXACT: Final = 5

# How many size classes a company must stand above all others to keep a shared name for itself.
OUTRANKS: Final = 2

Kind = Literal["index", "company", "country", "organization", "person", "commodity"]
Size = Literal["mega", "large", "mid", "small", "micro", "nano"]
Scheme = Literal["ric", "figi", "isin", "lei", "mic-ticker", "yahoo", "cashtag", "bloomberg", "iso-3166", "iso-4217"]

KINDS: Final[tuple[Kind, ...]] = ("index", "company", "country", "organization", "person", "commodity")
SIZES: Final[tuple[Size, ...]] = ("nano", "micro", "small", "mid", "large", "mega")

_ID: Final = re.compile(r"(index|company|country|organization|person|commodity):[A-Za-z0-9][A-Za-z0-9.&_-]*\Z")
_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_DAY: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z")
_PATH_IN_MESSAGE: Final = re.compile(r" - at `\$\.?([^`]*)`\Z")


class RegistryError(ValueError):
    """A registry file that can't be used: which file, line (from 1; 0 for the file as a whole), field, and why."""

    def __init__(self, path: Path | str, line: int, field: str, reason: str) -> None:
        super().__init__(f"{path}:{line}: {field}: {reason}" if field else f"{path}:{line}: {reason}")
        self.path = str(path)
        self.line = line
        self.field = field
        self.reason = reason


class AliasClass(StrEnum):
    """What a name needs before it names its entity; the module's docstring has the rules."""

    STRONG = "strong"
    WEAK = "weak"
    ADJECTIVE = "adjective"
    METONYM = "metonym"


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
    """One entity of the registry, as in its file."""

    id: str
    """`index:N225`, `company:6501.T`, `country:JP`, `organization:boj`, `person:donald-trump`, `commodity:brent`."""
    kind: Kind | None = None
    """The id's first part; never null in a loaded registry."""
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
    """Indices: benchmark, sector, style, size, volatility, currency …; organizations: central-bank, ministry, exchange …"""
    surname: str | None = None
    """Persons: the word that later mentions use."""
    roles: tuple[Role, ...] = ()
    """Persons: offices, latest first."""

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All symbols, home listing first, those of the file behind those that follow from the listings."""
        derived = [Symbol(s, v) for listing in self.listings for s, v in listing_symbols(listing)]  # type: ignore[arg-type]  # listing_symbols yields Scheme literals
        return tuple(dict.fromkeys((*derived, *self.own_symbols)))


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a name may mean: one entity, and under which conditions."""

    entity: str
    """Id of the entity."""
    kind: Kind
    """Its kind."""
    text: str
    """The name as the registry writes it."""
    alias_class: AliasClass
    """What it needs to count."""
    exact: bool
    """True if the surface must be equal letter by letter."""
    rank: int
    """Higher is more likely: source of the name first, then size of the company."""

    def fits(self, surface: str) -> bool:
        """Whether `surface` (of which the folded form is equal) has the capitals that this name asks for."""
        return surface == self.text if self.exact else _capitals_agree(self.text, surface)


class Registry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything loaded, with the tables a matcher needs. Build the automaton from `patterns`; see the module's docstring."""

    version: str
    """Version of the shipped data and a digest of all files read: `1.0.0+3f9ac01b77de`."""
    entities: Mapping[str, RegistryEntity]
    """By id."""
    patterns: tuple[str, ...]
    """Folded names, each once, sorted."""
    readings: tuple[tuple[Reading, ...], ...]
    """At the place of each pattern what it may mean, best first; never empty."""
    symbols: Mapping[str, Mapping[str, str]]
    """Scheme to value to entity id."""
    surnames: Mapping[str, tuple[str, ...]]
    """Folded surname to ids of persons."""

    def find(self, name: str) -> tuple[Reading, ...]:
        """Readings of a whole name in any spelling that folds alike; empty if unknown. Not for the hot path."""
        folded = fold(name)
        return next((r for p, r in zip(self.patterns, self.readings, strict=True) if p == folded), ())

    def find_symbol(self, scheme: Scheme, value: str) -> str | None:
        """The entity that `value` identifies in `scheme`, or None."""
        return self.symbols.get(scheme, {}).get(value)

    def find_ticker(self, prefix: str, ticker: str) -> str | None:
        """The company listed as `ticker` on the exchange that newspapers write as `prefix`: ("NASDAQ", "AAPL"), ("TYO", "7203")."""
        wanted = ticker.strip().upper().replace(".", "-")
        table = self.symbols.get("mic-ticker", {})
        for mic in MICS_BY_PREFIX.get(prefix.strip().upper(), ()):
            plain = f"{mic}:{wanted}"
            found = table.get(plain) or table.get(f"{mic}:{wanted.zfill(EXCHANGES[mic].digits)}")
            if found:
                return found
        return None


# Characters that newspapers use for one and the same mark, and letters whose accent is often left out. One to one, so
# that an offset in the folded text is an offset in the text.
_MARKS: Final = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "＆": "&", "．": "."}
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_LETTERS: Final = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i", "ß": "ß"}


def fold(text: str) -> str:
    """`text` in lower case, typographic marks and accents made plain; exactly as many characters as before.

    Full-width letters and digits become plain ones, every kind of space becomes a space; letters of other scripts stay.
    """
    lowered = text.translate(_ASCII_LOWER) if not text.isascii() else text.lower()
    return _NOT_ASCII.sub(lambda run: "".join(map(_fold_one, run.group())), lowered) if not text.isascii() else lowered


_ASCII_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)} | {ord("\t"): " ", ord("\n"): " ", ord("\r"): " "}
