"""The registry: every entity that newstape can name, the words that name it, and the symbols it trades under.

Strategy. The registry is data: JSON Lines under `registry/`, one entity a line, listed with version, source and licence
in `registry/manifest.json`. `load_registry` reads them, then the user's files in the same form, validates every line,
and returns one frozen `Registry`. A bad line is a `RegistryError` that names file, line, field and reason; nothing is
skipped, unless the caller collects the faults of the user's files.

An entry (all but `id` and `name` may be left out; unknown fields are refused)::

    {"id": "index:N225", "kind": "index", "name": "Nikkei 225", "aliases": ["Nikkei average", "日経平均"],
     "symbols": [{"scheme": "ric", "value": ".N225"}], "country": "JP", "currency": "JPY", "time_zone": "Asia/Tokyo",
     "family": "nikkei", "administrator": "Nikkei Inc.", "constituents": [225], "home": ["Japan", "Tokyo"],
     "nicknames": ["Nikkei"], "providers": ["Nikkei"]}
    {"id": "company:6758.T", "name": "Sony Group Corporation", "aliases": ["Sony"],
     "listings": ["XTKS:6758", "XNYS:SONY"]}
    {"id": "person:sanae-takaichi", "name": "Sanae Takaichi", "surname": "Takaichi",
     "roles": [{"title": "Prime Minister", "country": "JP", "since": "2025-10-21"}]}

An entry whose id is known already (from an earlier file) amends that entity: its single fields replace the known ones,
and its lists are added to them. `drop_aliases` removes names. `absorbs` takes over the listings and symbols of other
ids and deletes those, where two entities are one; unknown ids are ignored. `"replace": true` starts the entity anew,
and `"remove": true` deletes it. The id of a company is its home listing as Yahoo writes it (`company:6501.T`,
`company:BRK-B`); a firm that is not listed has `company:unlisted-<slug>` and `"listed": false`.

How the words are to be matched. Names are looked up *folded* (see `fold`: same length as the text, so offsets stay
valid); `patterns` are the folded words for an automaton, and `readings[i]` says what `patterns[i]` may mean, best
reading first. A hit counts only as a whole word (no letter or digit on either side; CJK is exempt) and when
`Meaning.fits(surface)`:

- an `exact` reading (an abbreviation of up to five characters: BP, IBM, 3M, BoE) needs the surface letter by letter;
- else each word that begins with a capital in the name must begin with one in the text; a word that is lower-case in
  the name may be either ("Hang Seng index" finds "Hang Seng Index", but "First Solar" does not find "First solar").

and then by its class:

- `strong`: names the entity wherever it stands;
- `weak`: an ordinary word, surname, place or name shared by several (Target, Visa, Gap, Next, Apple, Shell); it names
  the entity only when the article confirms it by a strong reading or a symbol of the same entity elsewhere, or by words
  around it that suggest a company (a legal form behind it, "shares of", "Inc's");
- `adjective`: "Japanese" for country:JP, the country as a modifier; it is never a mention by itself;
- `metonym`: "Tokyo", "Beijing", "the White House" for a government; it counts only where the words around say that the
  government acts.

Which company keeps a name that several share is decided here, so that a matcher need not. A user's file outranks a
curated one, which outranks the generated one; among equals a company that is at least two size classes above all others
keeps the name `strong`, and otherwise the name is `weak` for all of them. Readings of different kinds (Nasdaq: index,
company, organization) stay side by side; the matcher tells them apart.

Symbols. `symbols[scheme][value]` gives the entity's id, for ric, figi, isin, mic-ticker (`XTKS:6501`), yahoo, cashtag
(without the `$`) and so on; listings are written as mic-ticker in the files and the rest is derived from them
(`exchanges.py`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from schemas.taxonomy import Kind
from streams.data.entities import SIZES, RegistryEntity, RegistryError, Role, Scheme, Size, Symbol
from streams.data.entries import Loading, Origin, field_and_reason, read_entries
from streams.data.exchanges import AMERICAN_RIC_SUFFIXES, EXCHANGES, MICS_BY_PREFIX, listing_symbols
from streams.data.folding import fold, is_exact
from streams.data.index_names import IndexNames, index_names
from streams.data.meanings import AliasClass, Meaning
from streams.data.name_keys import NameKeys, name_keys

__all__ = [
    "MANIFEST_FILE", "SHIPPED", "SIZES", "AliasClass", "Manifest", "Meaning", "Registry", "RegistryEntity",
    "RegistryError", "RegistrySources", "Role", "Scheme", "Size", "Symbol", "build_registry", "fold", "is_exact",
    "load_registry", "names_of", "preference", "read_manifest", "registry_files", "registry_sources",
]  # fmt: skip

SHIPPED: Final = Path(__file__).parent / "registry"
"""The directory of the registry that newstape ships with."""

MANIFEST_FILE: Final = "manifest.json"
"""The file that lists the files of a registry directory."""

# A company keeps a shared name if it is at least this many size classes above all others.
OUTRANKS: Final = 2

# The origin of a name counts more than the size of a company, which is 0 to 5.
_ORIGIN_RANK: Final = {Origin.GENERATED: 0, Origin.CURATED: 10, Origin.USER: 20}


class Registry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything loaded: the entities, and the tables by which names and symbols are found in text."""

    version: str
    """Version of the shipped data and a digest of all files read: `1.0.0+3f9ac01b77de`."""
    entities: Mapping[str, RegistryEntity]
    """By id."""
    patterns: tuple[str, ...]
    """Folded names, each once, sorted."""
    readings: Sequence[tuple[Meaning, ...]]
    """At the place of each pattern: what it may mean, best first; never empty."""
    keys: NameKeys
    """The patterns in the form in which an automaton finds them in text."""
    adjectives: frozenset[str]
    """The names of the class `adjective`, in lower case."""
    symbols: Mapping[str, Mapping[str, str]]
    """Scheme to value to entity id."""
    surnames: Mapping[str, tuple[str, ...]]
    """Folded surname to ids of persons."""
    given_names: Mapping[str, tuple[str, ...]]
    """Folded given name (the first word of the name) to ids of persons who have a surname as well."""
    index_names: IndexNames
    """How texts write of the indices."""

    def find(self, name: str) -> tuple[Meaning, ...]:
        """Readings of a whole name in any spelling that folds alike; empty if unknown."""
        folded = fold(name)
        at = bisect_left(self.patterns, folded)
        return self.readings[at] if at < len(self.patterns) and self.patterns[at] == folded else ()

    def of_kind(self, kind: Kind) -> Iterator[RegistryEntity]:
        """The entities of a kind, in the order of the files."""
        prefix = f"{kind.value}:"
        return (self.entities[entity] for entity in self.entities if entity.startswith(prefix))

    def find_symbol(self, scheme: Scheme, value: str) -> str | None:
        """The id of the entity that `value` identifies in `scheme`, or None.

        The suffix of a RIC may be that of another American market than the one that lists the share: firms move.
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


class ManifestFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the shipped registry."""

    path: str
    """Relative to the manifest."""
    source: str
    """Where its facts are from."""
    licence: str
    """Under which licence the source is."""
    curated: bool
    """True if written by hand: a name from such a file outranks a generated one."""
    entries: int
    """Number of lines."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the shipped registry consists of, in the order it is read."""

    version: str
    files: tuple[ManifestFile, ...]


def load_registry(
    paths: Sequence[Path] = (), *, shipped: Path | None = SHIPPED, faults: list[RegistryError] | None = None
) -> Registry:
    """The shipped registry, amended by the user's files in the order given.

    With `shipped=None` the user's files alone make the registry. A directory among `paths` stands for its `*.jsonl`
    files in order of name. Raises RegistryError for the first entry that can't be used, or an unreadable file. With
    `faults`, entries of the user's files that can't be used are added to it and skipped.
    """
    return build_registry(registry_sources(paths, shipped=shipped), faults)


class RegistryFile(msgspec.Struct, frozen=True):
    """One file of a registry."""

    path: Path
    """Where it lies."""
    origin: Origin
    """Who wrote it."""
    content: bytes
    """Its bytes."""


class RegistrySources(msgspec.Struct, frozen=True):
    """The files that a registry is built from, in the order they apply."""

    version: str
    """Version of the shipped data and a digest of all files."""
    files: tuple[RegistryFile, ...]
    """The files."""


def registry_sources(paths: Sequence[Path] = (), *, shipped: Path | None = SHIPPED) -> RegistrySources:
    """Read the files that `load_registry` builds from. Raises RegistryError for one that can't be read."""
    version = "0"
    files = []
    if shipped is not None:
        manifest = read_manifest(shipped)
        version = manifest.version
        files += [_read(shipped / f.path, Origin.CURATED if f.curated else Origin.GENERATED) for f in manifest.files]
    files += [_read(path, Origin.USER) for path in registry_files(paths)]
    digest = hashlib.sha256()
    for each in files:
        digest.update(each.content)
    return RegistrySources(f"{version}+{digest.hexdigest()[:12]}", tuple(files))


def build_registry(sources: RegistrySources, faults: list[RegistryError] | None = None) -> Registry:
    """The registry of these files. Raises RegistryError for the first entry that can't be used; with `faults`, such
    entries of the user's files are added to it and skipped.
    """
    loading = Loading()
    for file in sources.files:
        read_entries(file.path, file.content, file.origin, loading, faults if file.origin is Origin.USER else None)
    patterns, readings = _name_table(loading)
    return Registry(
        version=sources.version,
        entities=MappingProxyType(loading.entities),
        patterns=patterns,
        readings=readings,
        keys=name_keys(patterns, readings),
        adjectives=frozenset(
            meaning.text.lower()
            for meanings in readings
            for meaning in meanings
            if meaning.alias_class is AliasClass.ADJECTIVE
        ),
        symbols=_symbol_tables(loading),
        surnames=_by_name(loading.entities.values(), lambda person: person.surname),
        given_names=_by_name(
            loading.entities.values(), lambda person: person.name.split()[0] if person.surname else None
        ),
        index_names=index_names(e for e in loading.entities.values() if e.kind in (Kind.INDEX, Kind.COUNTRY)),
    )


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a registry directory. Raises RegistryError if it is not one."""
    path = directory / MANIFEST_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.MsgspecError as error:
        raise RegistryError(path, 0, *field_and_reason(error)) from error


def registry_files(paths: Sequence[Path]) -> Iterable[Path]:
    """The files that `paths` stand for: a directory for its `*.jsonl` files in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.jsonl"))
        else:
            yield path


def _read(path: Path, origin: Origin) -> RegistryFile:
    try:
        return RegistryFile(path, origin, path.read_bytes())
    except OSError as error:
        raise RegistryError(path, 0, "", f"can't be read: {error.strerror}") from error


def _name_table(loading: Loading) -> tuple[tuple[str, ...], tuple[tuple[Meaning, ...], ...]]:
    table: dict[str, list[Meaning]] = {}
    origins = loading.origins
    amended = {entity for entity, _ in origins}
    for entity in loading.entities.values():
        identity, kind, rank = entity.id, entity.kind, _size_rank(entity)
        written = identity in amended
        for name, alias_class in names_of(entity):
            origin = origins.get((identity, name), Origin.GENERATED) if written else Origin.GENERATED
            meaning = Meaning(identity, kind, name, alias_class, is_exact(name), _ORIGIN_RANK[origin] + rank)
            folded = fold(name)
            known = table.get(folded)
            if known is None:
                table[folded] = [meaning]
            else:
                known.append(meaning)
    patterns = tuple(sorted(table))
    return patterns, tuple([_settled(table[pattern]) for pattern in patterns])


def names_of(entity: RegistryEntity) -> Iterator[tuple[str, AliasClass]]:
    """All names of an entity, each with its class."""
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
    """The size class as a number, from 0 for unknown or nano to 5 for mega; entities that are no companies get 3."""
    if entity.kind is not Kind.COMPANY:
        return 3
    return SIZES.index(entity.size) if entity.size is not None else 0


def _settled(readings: list[Meaning]) -> tuple[Meaning, ...]:
    """The readings of one pattern, best first. Names shared by companies become weak as the module's docstring says."""
    if len(readings) == 1:
        return (readings[0],)
    ordered = _without_repeats(sorted(readings, key=preference))
    strong = [r for r in ordered if r.kind is Kind.COMPANY and r.alias_class is AliasClass.STRONG]
    holders = {r.entity for r in strong}
    if len(holders) > 1:
        first = strong[0]
        rivals = max(r.rank for r in strong if r.entity != first.entity)
        keeps = first.entity if first.rank - rivals >= OUTRANKS else None
        ordered = [
            msgspec.structs.replace(r, alias_class=AliasClass.WEAK) if r in strong and r.entity != keeps else r
            for r in ordered
        ]
        ordered.sort(key=preference)
    return tuple(ordered)


def _without_repeats(readings: Sequence[Meaning]) -> list[Meaning]:
    """The readings without spellings that another spelling of the same entity's name covers ("DAX" beside "Dax")."""
    kept: list[Meaning] = []
    for reading in readings:
        if not any(other.entity == reading.entity and other.fits(reading.text) for other in kept):
            looser = [r for r in kept if r.entity == reading.entity and r.alias_class == reading.alias_class]
            kept = [r for r in kept if not (r in looser and reading.fits(r.text))]
            kept.append(reading)
    return kept


def preference(reading: Meaning) -> tuple[bool, int, str, str]:
    """The key that sorts the readings of a name, best first."""
    return reading.alias_class is not AliasClass.STRONG, -reading.rank, reading.entity, reading.text


def _symbol_tables(loading: Loading) -> Mapping[str, Mapping[str, str]]:
    tables: dict[str, dict[str, str]] = {}
    for entity in loading.entities.values():
        for symbol in entity.own_symbols:
            tables.setdefault(symbol.scheme, {})[symbol.value] = entity.id
    # A symbol from a file outranks one that is derived from a listing; home listings outrank others.
    for home in (True, False):
        for entity in loading.entities.values():
            for listing in entity.listings[:1] if home else entity.listings[1:]:
                for scheme, value in listing_symbols(listing):
                    tables.setdefault(scheme, {}).setdefault(value, entity.id)
    return MappingProxyType({scheme: MappingProxyType(table) for scheme, table in sorted(tables.items())})


def _by_name(
    entities: Iterable[RegistryEntity], name_of: Callable[[RegistryEntity], str | None]
) -> Mapping[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for entity in entities:
        name = name_of(entity)
        if name is not None:
            table.setdefault(fold(name), []).append(entity.id)
    return MappingProxyType({name: tuple(ids) for name, ids in table.items()})
