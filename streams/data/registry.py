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
`drop_aliases` takes names away, `absorbs` takes over the listings and symbols of other ids and deletes those (two entities
that are one; ids that don't exist are passed over), `"replace": true` starts the entity anew, `"remove": true` deletes it.
Companies have their home listing as Yahoo writes it for an id (`company:6501.T`, `company:BRK-B`); a firm that is not
listed has `company:unlisted-<slug>` and `"listed": false`.

How the words are to be matched. Names are looked up *folded* (see `fold`: same length as the text, so offsets stay valid);
`patterns` are the folded words for an automaton, and `readings[i]` says what `patterns[i]` may mean, best reading first.
A hit counts only as a whole word (no letter or digit on either side; not asked of CJK) and when `Reading.fits(surface)`:

- an `exact` reading (an abbreviation of up to five signs: BP, IBM, 3M, BoE) wants the surface letter by letter;
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
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from schemas.taxonomy import Kind
from streams.data.exchanges import AMERICAN_RIC_SUFFIXES, EXCHANGES, MICS_BY_PREFIX, listing_symbols

SHIPPED: Final = Path(__file__).parent / "registry"
"""Where the registry that newstape ships with lies."""

# Names longer than this are prose, not names; the longest legal name in the shipped data has 96 characters.
LONGEST_NAME: Final = 160

# Up to this length a name in capitals and digits is read as an abbreviation, and "Bp" or "all" is not that name.
LONGEST_EXACT: Final = 5

# How many size classes a company must stand above all others to keep a shared name for itself.
OUTRANKS: Final = 2

Size = Literal["mega", "large", "mid", "small", "micro", "nano"]
Scheme = Literal["ric", "figi", "isin", "lei", "mic-ticker", "yahoo", "cashtag", "bloomberg", "iso-3166", "iso-4217"]

SIZES: Final[tuple[Size, ...]] = ("nano", "micro", "small", "mid", "large", "mega")

_KIND: Final = {kind.value: kind for kind in Kind}
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
        derived = [Symbol(scheme, value) for listing in self.listings for scheme, value in listing_symbols(listing)]
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
    """Everything loaded, with the tables a matcher needs: `patterns` for its automaton, `readings` for its hits."""

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
        """The entity that `value` identifies in `scheme`, or None.

        A RIC may have the suffix of another American market than the one where the share is listed: firms move.
        """
        found = self.symbols.get(scheme, {}).get(value)
        if found is None and scheme == "ric":
            ticker, dot, suffix = value.rpartition(".")
            if dot and suffix in AMERICAN_RIC_SUFFIXES:
                own = (f"{ticker}.{other}" for other in sorted(AMERICAN_RIC_SUFFIXES))
                return next((self.symbols["ric"][ric] for ric in own if ric in self.symbols["ric"]), None)
        return found

    def find_ticker(self, prefix: str, ticker: str) -> str | None:
        """The company listed as `ticker` on the exchange written as `prefix`: ("NASDAQ", "AAPL"), ("TYO", "7203")."""
        wanted = ticker.strip().upper().replace(".", "-")
        table = self.symbols.get("mic-ticker", {})
        for mic in MICS_BY_PREFIX.get(prefix.strip().upper(), ()):
            plain = f"{mic}:{wanted}"
            found = table.get(plain) or table.get(f"{mic}:{wanted.zfill(EXCHANGES[mic].digits)}")
            if found:
                return found
        return None


# Characters that newspapers use for one and the same mark, and letters without a decomposition whose stroke is often left
# out. One to one, so that an offset in the folded text is an offset in the text.
_SAME_CHARACTER: Final[Mapping[str, str]] = (
    dict.fromkeys("’‘ʼ´＇", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
    | {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "\u3000": " "}
)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """`text` in lower case, typographic marks and accents made plain; exactly as many characters as before.

    Full-width letters and digits become plain ones and every kind of space (line ends too) a space; letters of other
    scripts stay. A soft hyphen or zero-width character stays as well: cleaning text is intake's work, not the registry's.
    """
    # İ is the one letter whose lower case has two characters.
    lowered = text.replace("İ", "I").lower().replace("\n", " ").replace("\t", " ").replace("\r", " ")
    return lowered if lowered.isascii() else _NOT_ASCII.sub(_fold_run, lowered)


def _fold_run(run: re.Match[str]) -> str:
    return "".join(map(_fold_character, run.group()))


@cache
def _fold_character(character: str) -> str:
    same = _SAME_CHARACTER.get(character)
    if same is not None:
        return same
    if character.isspace():
        return " "
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) == 1 and compatible.isascii():
        return compatible
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if parts[0].isascii() and all(map(unicodedata.combining, parts[1:])) else character


def _capitals_agree(name: str, surface: str) -> bool:
    at_word_start = True
    for wanted, found in zip(name, surface, strict=True):
        if at_word_start and wanted.isupper() and not found.isupper():
            return False
        at_word_start = not wanted.isalnum() and wanted != "'"
    return True


def is_exact(name: str) -> bool:
    """Whether `name` is an abbreviation to be matched letter by letter: one word of at most five signs, in capitals (IBM,
    AT&T, 3M) or with two or more of them (BoE).
    """
    if len(name) > LONGEST_EXACT or not name.isascii() or " " in name:
        return False
    capitals = sum(map(str.isupper, name))
    return capitals > 1 or (capitals == 1 and name == name.upper())


# ---- reading files


class _Line(RegistryEntity, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A line of a file: an entity, or an amendment of one."""

    drop_aliases: tuple[str, ...] = ()
    absorbs: tuple[str, ...] = ()
    replace: bool = False
    remove: bool = False


class _ManifestFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    source: str
    licence: str
    curated: bool
    entries: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the shipped registry consists of, in the order it is read."""

    version: str
    files: tuple[_ManifestFile, ...]


class _Origin(StrEnum):
    """Who gave a name; decides who keeps it when it is shared."""

    GENERATED = "generated"
    CURATED = "curated"
    USER = "user"


_ORIGIN_RANK: Final = {_Origin.GENERATED: 0, _Origin.CURATED: 10, _Origin.USER: 20}

# Fields of an amendment that replace, and those that are added to. Anything else of an entry only steers the amendment.
_SINGLE: Final = (
    "name",
    "size",
    "sector",
    "country",
    "currency",
    "time_zone",
    "family",
    "administrator",
    "category",
    "surname",
)
_LISTS: Final = (
    "aliases", "weak_aliases", "adjectives", "metonyms", "listings", "own_symbols", "currency_names", "roles",
)  # fmt: skip

_DECODER: Final = msgspec.json.Decoder(_Line)


def load_registry(paths: Sequence[Path] = (), *, shipped: Path | None = SHIPPED) -> Registry:
    """The shipped registry, amended by the user's files in the order given.

    `shipped=None` reads the user's files alone (a registry of one's own making). A directory among `paths` stands for its
    `*.jsonl` files in order of name. Raises RegistryError for the first entry that can't be used, OSError for an
    unreadable file.
    """
    digest = hashlib.sha256()
    loading = _Loading()
    version = "0"
    if shipped is not None:
        manifest = read_manifest(shipped)
        version = manifest.version
        for file in manifest.files:
            _read_file(shipped / file.path, _Origin.CURATED if file.curated else _Origin.GENERATED, loading, digest)
    for path in _files(paths):
        _read_file(path, _Origin.USER, loading, digest)
    patterns, readings = _name_table(loading)
    return Registry(
        version=f"{version}+{digest.hexdigest()[:12]}",
        entities=MappingProxyType(loading.entities),
        patterns=patterns,
        readings=readings,
        symbols=_symbol_tables(loading),
        surnames=_surnames(loading.entities.values()),
    )


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a registry directory. Raises RegistryError if it is not one."""
    path = directory / "manifest.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise RegistryError(path, 0, *_field_and_reason(error)) from error


class _Loading:
    """The registry while it is being read: entities so far, and who gave which name."""

    __slots__ = ("curated_names", "entities", "lines")

    def __init__(self) -> None:
        self.entities: dict[str, RegistryEntity] = {}
        self.curated_names: dict[tuple[str, str], _Origin] = {}
        self.lines: dict[str, tuple[Path, int]] = {}


def _files(paths: Sequence[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl"))
        else:
            yield path


def _read_file(path: Path, origin: _Origin, loading: _Loading, digest: hashlib._Hash) -> None:
    content = path.read_bytes()
    digest.update(content)
    seen: dict[str, int] = {}
    for number, raw in enumerate(content.split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            line = _DECODER.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise RegistryError(path, number, *_field_and_reason(error)) from error
        problem = _problem(line, loading.entities.get(line.id))
        if problem is None and line.id in seen:
            problem = "id", f"{line.id} stands in this file already, on line {seen[line.id]}"
        if problem is not None:
            raise RegistryError(path, number, *problem)
        seen[line.id] = number
        _apply(line, origin, loading)
        loading.lines[line.id] = (path, number)


def _field_and_reason(error: Exception) -> tuple[str, str]:
    message = str(error)
    found = _PATH_IN_MESSAGE.search(message)
    return (found[1], message[: found.start()]) if found else ("", message)


def _problem(line: _Line, known: RegistryEntity | None) -> tuple[str, str] | None:
    """The first thing wrong with a line, as (field, reason); None if it is good."""
    if not _ID.match(line.id):
        return "id", f"expected kind:code with a kind of {', '.join(Kind)}, got {line.id!r}"
    if line.kind is not None and line.kind != line.id.partition(":")[0]:
        return "kind", f"{line.kind!r} does not go with id {line.id!r}"
    if line.remove:
        return None if known is not None else ("remove", f"{line.id} is not in the registry")
    if not line.name and (known is None or line.replace):
        return "name", "required for a new entity"
    return _problem_in_names(line) or _problem_in_codes(line) or _problem_in_roles(line)


def _problem_in_names(line: _Line) -> tuple[str, str] | None:
    bad = f"is empty, begins or ends with a space or has more than {LONGEST_NAME} characters"
    if line.name and (line.name != line.name.strip() or len(line.name) > LONGEST_NAME):
        return "name", f"{line.name!r} {bad}"
    for field in ("aliases", "weak_aliases", "adjectives", "metonyms", "drop_aliases"):
        names: tuple[str, ...] = getattr(line, field)
        for position, name in enumerate(names):
            if not name or name != name.strip() or len(name) > LONGEST_NAME:
                return f"{field}[{position}]", f"{name!r} {bad}"
        if len(set(names)) < len(names):
            return field, f"{next(n for n in names if names.count(n) > 1)!r} stands there twice"
    for name in line.aliases:
        if len(name) < 2 and name.isascii():
            return "aliases", f"{name!r}: one letter can't be a strong name; put it in weak_aliases"
        if name in line.weak_aliases:
            return "weak_aliases", f"{name!r} is among aliases too"
    return None


def _problem_in_codes(line: _Line) -> tuple[str, str] | None:
    if line.country is not None and not _COUNTRY.match(line.country):
        return "country", f"expected ISO 3166 alpha-2, got {line.country!r}"
    if line.currency is not None and not _CURRENCY.match(line.currency):
        return "currency", f"expected ISO 4217, got {line.currency!r}"
    if line.time_zone is not None and not _is_time_zone(line.time_zone):
        return "time_zone", f"expected an IANA time zone, got {line.time_zone!r}"
    for position, listing in enumerate(line.listings):
        mic, colon, ticker = listing.partition(":")
        if mic not in EXCHANGES or not colon or not ticker or ticker != ticker.strip():
            return f"listings[{position}]", f"expected MIC:TICKER with a known market code, got {listing!r}"
    for position, symbol in enumerate(line.own_symbols):
        if not symbol.value or symbol.value != symbol.value.strip():
            return f"symbols[{position}].value", f"empty, or begins or ends with a space: {symbol.value!r}"
    return None


def _problem_in_roles(line: _Line) -> tuple[str, str] | None:
    for position, role in enumerate(line.roles):
        if role.country is not None and not _COUNTRY.match(role.country):
            return f"roles[{position}].country", f"expected ISO 3166 alpha-2, got {role.country!r}"
        for field in ("since", "until"):
            day = getattr(role, field)
            if day is not None and not _DAY.match(day):
                return f"roles[{position}].{field}", f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {day!r}"
    return None


@cache
def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _apply(line: _Line, origin: _Origin, loading: _Loading) -> None:
    known = None if line.replace else loading.entities.get(line.id)
    if line.remove:
        del loading.entities[line.id]
        return
    if origin is not _Origin.GENERATED:
        for name in (line.name, *line.aliases, *line.weak_aliases, *line.adjectives, *line.metonyms):
            loading.curated_names[line.id, name] = origin
    entity = _entity(line) if known is None else _amended(known, line)
    loading.entities[line.id] = _absorbed(entity, line.absorbs, loading.entities)


def _absorbed(
    entity: RegistryEntity, others: Sequence[str], entities: dict[str, RegistryEntity]
) -> RegistryEntity:
    gone = [other for other in (entities.pop(other_id, None) for other_id in others) if other is not None]
    if not gone:
        return entity
    listings = dict.fromkeys((*entity.listings, *(listing for other in gone for listing in other.listings)))
    symbols = dict.fromkeys((*entity.own_symbols, *(symbol for other in gone for symbol in other.own_symbols)))
    return msgspec.structs.replace(entity, listings=tuple(listings), own_symbols=tuple(symbols))


def _entity(line: _Line) -> RegistryEntity:
    fields: dict[str, Any] = {name: getattr(line, name) for name in (*_SINGLE, *_LISTS)}
    return RegistryEntity(id=line.id, kind=_kind(line.id), listed=line.listed, **fields)


def _kind(entity_id: str) -> Kind:
    return _KIND[entity_id.partition(":")[0]]


def _amended(known: RegistryEntity, line: _Line) -> RegistryEntity:
    singles = {field: getattr(line, field) or getattr(known, field) for field in _SINGLE}
    lists = {field: tuple(dict.fromkeys((*getattr(line, field), *getattr(known, field)))) for field in _LISTS}
    if line.listings:
        # The home listing stays in front unless the amendment gives it again.
        home = line.listings if set(known.listings) <= set(line.listings) else (*known.listings, *line.listings)
        lists["listings"] = tuple(dict.fromkeys(home))
    gone = set(line.drop_aliases)
    # The amendment's word on a name stands: weak there makes it weak, strong there makes it strong.
    strong, weak = set(line.aliases), set(line.weak_aliases)
    lists["aliases"] = tuple(name for name in lists["aliases"] if name not in gone and name not in weak - strong)
    lists["weak_aliases"] = tuple(name for name in lists["weak_aliases"] if name not in gone and name not in strong)
    return RegistryEntity(id=known.id, kind=known.kind, listed=known.listed and line.listed, **singles, **lists)


# ---- tables


def _name_table(loading: _Loading) -> tuple[tuple[str, ...], tuple[tuple[Reading, ...], ...]]:
    table: dict[str, list[Reading]] = {}
    origins = loading.curated_names
    for entity in loading.entities.values():
        rank = _size_rank(entity)
        for name, alias_class in _names(entity):
            origin = origins.get((entity.id, name), _Origin.GENERATED)
            reading = Reading(
                entity.id, _kind(entity.id), name, alias_class, is_exact(name), _ORIGIN_RANK[origin] + rank
            )
            table.setdefault(fold(name), []).append(reading)
    patterns = tuple(sorted(table))
    return patterns, tuple(_settled(table[pattern]) for pattern in patterns)


def _names(entity: RegistryEntity) -> Iterable[tuple[str, AliasClass]]:
    if entity.name not in entity.weak_aliases and entity.name not in entity.aliases:
        yield entity.name, AliasClass.STRONG
    for names, alias_class in (
        (entity.aliases, AliasClass.STRONG),
        (entity.weak_aliases, AliasClass.WEAK),
        (entity.adjectives, AliasClass.ADJECTIVE),
        (entity.metonyms, AliasClass.METONYM),
    ):
        for name in names:
            yield name, alias_class


def _size_rank(entity: RegistryEntity) -> int:
    """0 for unknown or nano to 5 for mega; entities that are no companies stand in the middle."""
    if entity.kind != "company":
        return 3
    return SIZES.index(entity.size) if entity.size is not None else 0


def _settled(readings: list[Reading]) -> tuple[Reading, ...]:
    """The readings of one pattern, best first; names shared by companies made weak as the module's docstring says."""
    if len(readings) == 1:
        return tuple(readings)
    ordered = _without_repeats(sorted(readings, key=_preference))
    strong = [r for r in ordered if r.kind == "company" and r.alias_class is AliasClass.STRONG]
    holders = {r.entity for r in strong}
    if len(holders) > 1:
        first = strong[0]
        rivals = max(r.rank for r in strong if r.entity != first.entity)
        keeps = first.entity if first.rank - rivals >= OUTRANKS else None
        ordered = [
            msgspec.structs.replace(r, alias_class=AliasClass.WEAK) if r in strong and r.entity != keeps else r
            for r in ordered
        ]
        ordered.sort(key=_preference)
    return tuple(ordered)


def _without_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """Spellings of one entity's name that another one lets through as well ("DAX" beside "Dax") left out."""
    kept: list[Reading] = []
    for reading in readings:
        if not any(other.entity == reading.entity and other.fits(reading.text) for other in kept):
            looser = [r for r in kept if r.entity == reading.entity and r.alias_class == reading.alias_class]
            kept = [r for r in kept if not (r in looser and reading.fits(r.text))]
            kept.append(reading)
    return kept


def _preference(reading: Reading) -> tuple[bool, int, str, str]:
    return reading.alias_class is not AliasClass.STRONG, -reading.rank, reading.entity, reading.text


def _symbol_tables(loading: _Loading) -> Mapping[str, Mapping[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for entity in loading.entities.values():
        for symbol in entity.own_symbols:
            tables.setdefault(symbol.scheme, {})[symbol.value] = entity.id
    # A symbol that a file gives beats one that is derived from a listing; home listings beat others.
    for home in (True, False):
        for entity in loading.entities.values():
            for listing in entity.listings[:1] if home else entity.listings[1:]:
                for scheme, value in listing_symbols(listing):
                    tables.setdefault(scheme, {}).setdefault(value, entity.id)
    return MappingProxyType({scheme: MappingProxyType(table) for scheme, table in sorted(tables.items())})


def _surnames(entities: Iterable[RegistryEntity]) -> Mapping[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for entity in entities:
        if entity.surname is not None:
            table.setdefault(fold(entity.surname), []).append(entity.id)
    return MappingProxyType({surname: tuple(ids) for surname, ids in table.items()})
