"""Build `companies.jsonl` from public listings: one firm an entity, its listings joined, its names classed by how safe
they are.

Rows become listings (`gazetteer.py`), listings become firms with a home (`firms.py`), names of firms are classed
(`naming.py`), and here the three meet in entries of the registry. Same input, same bytes out. What the source has wrong
about a single firm is put right in `registry/companies_notable.jsonl`, which is written by hand and read after the
generated file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from streams.data.entities import SIZES
from streams.data.exchanges import EXCHANGES
from streams.data.firms import firm_size, grouped, home_first, resettled, size_rank, without_guests
from streams.data.folding import fold
from streams.data.gazetteer import Listing, indian_names, japanese_names, read_listings
from streams.data.names import core_name, short_name
from streams.data.naming import is_safe_in_press, is_safe_japanese, is_worth_confirming, names_of, trunk_name
from streams.data.registry import MANIFEST_FILE, SHIPPED, load_registry

LISTINGS_FILE: Final = "equities.csv.gz"
JAPANESE_NAMES_FILE: Final = "edi_security_list.csv"
INDIAN_NAMES_FILE: Final = "entity_list_comprehensive.csv"
OUTPUT_FILE: Final = "companies.jsonl"
SOURCE: Final = (
    "FinanceDatabase; Japanese names: security list of chABSA-dataset (EDINET); "
    "Indian names: entity list of SEntFiN 1.0"
)
LICENCE: Final = "MIT"

Progress = Callable[[str, int], None]
"""Told the name of a step and how many items it left."""


class BuildError(ValueError):
    """The source files can't be used, or what they give is no registry: `path` and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def company_entities(
    listings: Iterable[Listing], *, japanese: Mapping[str, str], indian: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Entries of the registry for all firms among `listings`, in order of id."""
    firms = without_guests([firm for firm in map(home_first, map(resettled, grouped(listings))) if firm])
    firms = _without_foreign_homes(firms)
    codes = _unique_codes(firms)
    trunks = _trunk_holders(firms)
    entries: dict[str, dict[str, Any]] = {}
    for firm in sorted(firms, key=lambda firm: (-size_rank(firm_size(firm)), firm[0].code)):
        entry = _entry(firm, codes, japanese, indian, trunks)
        entries.setdefault(entry["id"], entry)
    return [entries[entity_id] for entity_id in sorted(entries)]


def _trunk_holders(firms: Iterable[Sequence[Listing]]) -> Mapping[str, int]:
    """How many firms from small size up have a name that begins with the word, by folded word."""
    holders: dict[str, int] = defaultdict(int)
    for firm in firms:
        if size_rank(firm_size(firm)) >= SIZES.index("small"):
            holders[fold(firm[0].name.split()[0]).strip(".,")] += 1
    return holders


def _without_foreign_homes(firms: Sequence[tuple[Listing, ...]]) -> list[tuple[Listing, ...]]:
    """Firms without further listings that are another firm's home: the source has some rows twice, once misnamed."""
    homes = {firm[0].code for firm in firms}
    return [(firm[0], *(listing for listing in firm[1:] if listing.code not in homes)) for firm in firms]


def _unique_codes(firms: Iterable[Sequence[Listing]]) -> frozenset[str]:
    """ISINs and FIGIs that stand for one firm only; one that the source gives to several is wrong for all but one."""
    holders: dict[str, set[str]] = defaultdict(set)
    for firm in firms:
        for listing in firm:
            holders[listing.isin].add(firm[0].code)
            holders[listing.figi].add(firm[0].code)
    return frozenset(code for code, firm_codes in holders.items() if code and len(firm_codes) == 1)


def _entry(
    firm: Sequence[Listing],
    codes: frozenset[str],
    japanese: Mapping[str, str],
    indian: Mapping[str, Sequence[str]],
    trunks: Mapping[str, int],
) -> dict[str, Any]:
    home = firm[0]
    size = firm_size(firm)
    names = names_of(_best_name(firm), size, home.country)
    strong, weak = list(names.strong), list(names.weak)
    trunk = trunk_name(short_name(core_name(names.name)))
    if trunk in weak and size_rank(size) >= SIZES.index("large") and trunks.get(fold(trunk), 0) == 1:
        weak.remove(trunk)
        strong.append(trunk)
    if home.mic == "XTKS" and home.ticker in japanese:
        own = japanese[home.ticker]
        if fold(own) not in map(fold, (*strong, *weak)):
            (strong if is_safe_japanese(own) else weak).append(own)
    for alias in (alias for listing in firm if listing.mic == "XNSE" for alias in indian.get(listing.ticker, ())):
        if core_name(alias) != alias or is_safe_in_press(alias):
            weak = [name for name in weak if fold(name) != fold(alias)]
            strong.append(alias)
        elif fold(alias) not in map(fold, strong) and is_worth_confirming(alias, size):
            weak.append(alias)
    strong = list({fold(name): name for name in reversed(strong)}.values())[::-1]
    entry: dict[str, Any] = {"id": f"company:{home.ticker}{EXCHANGES[home.mic].yahoo}", "name": names.name}
    aliases = [name for name in dict.fromkeys(strong) if name != names.name]
    if aliases:
        entry["aliases"] = aliases
    if weak:
        entry["weak_aliases"] = list(dict.fromkeys(weak))
    entry["listings"] = list(dict.fromkeys(listing.code for listing in firm))
    symbols = [{"scheme": "isin", "value": isin} for isin in dict.fromkeys(x.isin for x in firm) if isin in codes]
    if home.figi in codes:
        symbols.append({"scheme": "figi", "value": home.figi})
    if symbols:
        entry["symbols"] = symbols
    if size:
        entry["size"] = size
    if home.sector:
        entry["sector"] = _SECTORS.get(home.sector, home.sector)
    entry["country"] = home.country
    return entry


# The source mixes two classifications; one word each is enough here.
_SECTORS: Final[Mapping[str, str]] = {
    "Finance": "Financials",
    "Technology": "Information Technology",
    "Basic Materials": "Materials",
    "Telecommunications": "Communication Services",
}


def _best_name(firm: Sequence[Listing]) -> str:
    """The home listing's name, unless it is in capitals or cut short and another listing spells it out."""
    name = firm[0].name
    others = [listing.name for listing in firm if fold(core_name(listing.name)) == fold(core_name(name))]
    mixed = [other for other in others if not other.isupper()]
    return mixed[0] if name.isupper() and mixed else name


def build(
    gazetteers_dir: Path, out_dir: Path, *, indian_names_dir: Path | None = None, progress: Progress | None = None
) -> int:
    """Write `companies.jsonl` to `out_dir` from the listings in `gazetteers_dir`; the number of companies.

    `gazetteers_dir` holds `equities.csv.gz` and, if there, `edi_security_list.csv`; `entity_list_comprehensive.csv` is
    taken from `indian_names_dir`, the same directory or its sibling `sentfin`. The file replaces an older one only when
    every entry of it loads; the manifest beside it names source, licence and number of entries. Raises BuildError for a
    missing or unreadable listings file, RegistryError for an entry that does not load.
    """
    tell = progress or (lambda step, count: None)
    rows = _rows(gazetteers_dir / LISTINGS_FILE)
    tell("rows of listings", len(rows))
    countries = _country_codes()
    listings = list(read_listings(rows, countries))
    tell("shares of firms", len(listings))
    japanese = japanese_names(_optional_rows(gazetteers_dir / JAPANESE_NAMES_FILE))
    tell("Japanese names", len(japanese))
    indian = indian_names(_optional_rows(_indian_file(gazetteers_dir, indian_names_dir)))
    tell("Indian names", len(indian))
    entries = company_entities(listings, japanese=japanese, indian=indian)
    out_dir.mkdir(parents=True, exist_ok=True)
    content = "".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in entries)
    unproved = out_dir / f"{OUTPUT_FILE}.new"
    try:
        unproved.write_text(content, encoding="utf-8")
        load_registry([unproved], shipped=None)
        unproved.replace(out_dir / OUTPUT_FILE)
    finally:
        unproved.unlink(missing_ok=True)
    _count_in_manifest(out_dir, len(entries))
    tell("companies", len(entries))
    return len(entries)


def _count_in_manifest(directory: Path, entries: int) -> None:
    """Note the number of lines in the directory's manifest; a directory without one gets it."""
    path = directory / MANIFEST_FILE
    own: dict[str, Any] = {
        "path": OUTPUT_FILE,
        "source": SOURCE,
        "licence": LICENCE,
        "curated": False,
        "entries": entries,
    }
    manifest: dict[str, Any] = {"version": "1.0.0", "files": [own]}
    if path.exists():
        manifest |= json.loads(path.read_text(encoding="utf-8"))
    for file in manifest["files"]:
        if file["path"] == OUTPUT_FILE:
            file.update(own)
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BuildError(path, str(error)) from error
    if path.name == LISTINGS_FILE:
        missing = {"symbol", "name", "mic", "country", "sector", "market_cap", "isin", "figi", "composite_figi"} - set(
            rows[0] if rows else ()
        )
        if missing:
            raise BuildError(path, f"columns missing: {', '.join(sorted(missing))}")
    return rows


def _optional_rows(path: Path | None) -> list[dict[str, str]]:
    return _rows(path) if path is not None and path.exists() else []


def _indian_file(gazetteers_dir: Path, given: Path | None) -> Path | None:
    places = [given] if given is not None else [gazetteers_dir, gazetteers_dir.parent / "sentfin"]
    return next((place / INDIAN_NAMES_FILE for place in places if (place / INDIAN_NAMES_FILE).exists()), None)


def _country_codes() -> dict[str, str]:
    registry = load_registry([SHIPPED / "countries.jsonl"], shipped=None)
    codes = {}
    for entity in registry.entities.values():
        if entity.country is not None:
            for name in (entity.name, *entity.aliases, *entity.weak_aliases):
                codes[fold(name)] = entity.country
    return codes
