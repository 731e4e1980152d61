"""Build `companies.jsonl` from public listings: each firm becomes one entity with all its listings, and its names are
classed by how safe they are.

Rows become listings (`gazetteer.py`), listings become firms with a home (`firms.py`), names of firms are classed
(`naming.py`), and this module makes entries of the registry from them. The same input gives the same bytes. Errors of
the source about a single firm are corrected in `registry/companies_notable.jsonl`, which is written by hand and read
after the generated file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from streams.data.entities import SIZES
from streams.data.exchanges import EXCHANGES
from streams.data.firms import firm_size, grouped, home_first, resettled, size_rank, without_guests
from streams.data.folding import fold
from streams.data.gazetteer import Listing, indian_names, japanese_names, read_listings
from streams.data.names import core_name, short_name
from streams.data.naming import Names, is_safe_in_press, is_safe_japanese, is_worth_confirming, names_of, trunk_name
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
"""Is called with the name of a finished step and the number of items that it left."""


class BuildError(ValueError):
    """A source file can't be used: `path` is the file and `reason` says why."""

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
    """By folded word, how many firms of at least small size have a name that begins with it."""
    holders: dict[str, int] = defaultdict(int)
    for firm in firms:
        if size_rank(firm_size(firm)) >= SIZES.index("small"):
            holders[fold(firm[0].name.split()[0]).strip(".,")] += 1
    return holders


def _without_foreign_homes(firms: Sequence[tuple[Listing, ...]]) -> list[tuple[Listing, ...]]:
    """The firms without those further listings that are another firm's home: the source has some rows twice, once
    under a wrong name.
    """
    homes = {firm[0].code for firm in firms}
    return [(firm[0], *(listing for listing in firm[1:] if listing.code not in homes)) for firm in firms]


def _unique_codes(firms: Iterable[Sequence[Listing]]) -> frozenset[str]:
    """ISINs and FIGIs that stand for one firm only. One that the source gives to several is wrong for all but one."""
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
    """The fields of a firm's entry in the order in which they are written; a field without a value is left out."""
    home = firm[0]
    names = names_of(_best_name(firm), firm_size(firm), home.country)
    names = _with_strong_trunk(names, firm, trunks)
    names = _with_japanese_name(names, firm, japanese)
    names = _with_indian_names(names, firm, indian)
    fields: dict[str, Any] = {
        "id": f"company:{home.ticker}{EXCHANGES[home.mic].yahoo}",
        "name": names.name,
        "aliases": [name for name in _one_spelling_each(names.strong) if name != names.name],
        "weak_aliases": list(dict.fromkeys(names.weak)),
        "listings": list(dict.fromkeys(listing.code for listing in firm)),
        "symbols": _symbols(firm, codes),
        "size": firm_size(firm),
        "sector": _SECTORS.get(home.sector, home.sector) if home.sector else None,
        "country": home.country,
    }
    return {field: value for field, value in fields.items() if value}


def _with_strong_trunk(names: Names, firm: Sequence[Listing], trunks: Mapping[str, int]) -> Names:
    """The names with the trunk made strong where the firm is large and no other firm's name begins with the word."""
    trunk = trunk_name(short_name(core_name(names.name)))
    if trunk is None or trunk not in names.weak:
        return names
    if size_rank(firm_size(firm)) < SIZES.index("large") or trunks.get(fold(trunk), 0) != 1:
        return names
    weak = tuple(name for name in names.weak if name != trunk)
    return replace(names, strong=(*names.strong, trunk), weak=weak)


def _with_japanese_name(names: Names, firm: Sequence[Listing], japanese: Mapping[str, str]) -> Names:
    """The names with the Japanese one added where Tokyo is the firm's home; `japanese` has it by ticker."""
    home = firm[0]
    own = japanese.get(home.ticker) if home.mic == "XTKS" else None
    if own is None or fold(own) in map(fold, (*names.strong, *names.weak)):
        return names
    if is_safe_japanese(own):
        return replace(names, strong=(*names.strong, own))
    return replace(names, weak=(*names.weak, own))


def _with_indian_names(names: Names, firm: Sequence[Listing], indian: Mapping[str, Sequence[str]]) -> Names:
    """The names with those added that newspapers use for a firm listed on the National Stock Exchange of India.

    `indian` has them by ticker.
    """
    tickers = [listing.ticker for listing in firm if listing.mic == "XNSE"]
    for alias in chain.from_iterable(indian.get(ticker, ()) for ticker in tickers):
        if core_name(alias) != alias or is_safe_in_press(alias):
            weak = tuple(name for name in names.weak if fold(name) != fold(alias))
            names = replace(names, strong=(*names.strong, alias), weak=weak)
        elif fold(alias) not in map(fold, names.strong) and is_worth_confirming(alias, firm_size(firm)):
            names = replace(names, weak=(*names.weak, alias))
    return names


def _one_spelling_each(names: Sequence[str]) -> list[str]:
    """One spelling per name: the first of those that differ in case or accents only, at the place of the last."""
    return list({fold(name): name for name in reversed(names)}.values())[::-1]


def _symbols(firm: Sequence[Listing], codes: frozenset[str]) -> list[dict[str, str]]:
    """The ISINs of a firm's listings and the FIGI of its home, where they stand for no other firm."""
    isins = dict.fromkeys(listing.isin for listing in firm if listing.isin in codes)
    symbols = [{"scheme": "isin", "value": isin} for isin in isins]
    if firm[0].figi in codes:
        symbols.append({"scheme": "figi", "value": firm[0].figi})
    return symbols


# The source mixes two classifications; here each sector has one name.
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
    """Write `companies.jsonl` to `out_dir` from the listings in `gazetteers_dir`, and return the number of companies.

    `gazetteers_dir` holds `equities.csv.gz` and, optionally, `edi_security_list.csv`. `entity_list_comprehensive.csv`
    is read from `indian_names_dir` if that is given, else from `gazetteers_dir` or its sibling `sentfin`. The file
    replaces an older one only when all its entries load; the manifest beside it names source, licence and number of
    entries. Raises BuildError for a missing or unreadable listings file, RegistryError for an entry that does not load.
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
    """Write the number of lines into the directory's manifest, which is created if there is none."""
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
