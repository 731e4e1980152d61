"""From gazetteers to the file of companies."""

import gzip
import json
from pathlib import Path

import pytest

from streams.data.build import LICENCE, SOURCE, BuildError, build
from streams.data.registry import SHIPPED, RegistryError, load_registry, read_manifest

LISTINGS = Path(__file__).parents[4] / "shared" / "data" / "gazetteers" / "equities.csv.gz"
HEADER = "symbol,name,exchange,mic,country,currency,sector,industry,market_cap,isin,figi,composite_figi"
ROWS = (
    "6758.T,Sony Group Corporation,JPX,XJPX,Japan,JPY,Information Technology,,Large Cap,,,",
    "SONY,Sony Group Corporation American Depositary Shares,NYSE,XNYS,Japan,USD,Technology,,141311364836.00,,,",
    "A,Agilent Technologies Inc.,NYSE,XNYS,United States,USD,Health Care,,40000000000.00,US00846U1016,,BBG000C2V3D6",
    "TGT,Target Corporation Common Stock,NYSE,XNYS,United States,USD,Consumer Discretionary,,Large Cap,,,",
    "RUPA.NS,Rupa & Company Limited,NSE,XNSE,India,INR,Consumer Discretionary,,Small Cap,,,",
    "BAC^L,Bank of America Corporation Preferred Stock,NYSE,XNYS,United States,USD,Financials,,,,,",
)


def gazetteers(directory: Path, *rows: str) -> Path:
    """A directory with the three lists, as they are published."""
    directory.mkdir(exist_ok=True)
    (directory / "equities.csv.gz").write_bytes(gzip.compress("\n".join((HEADER, *rows)).encode(), mtime=0))
    japanese = "EDINET CODE,証券コード,会社名\nE01777,67580,ソニーグループ株式会社\n"
    (directory / "edi_security_list.csv").write_text(japanese, encoding="utf-8")
    indian = ',Symbol,Entity\n0,RUPA,"Rupa Company Ltd., Rupa Co., RUPA"\n'
    (directory / "entity_list_comprehensive.csv").write_text(indian, encoding="utf-8")
    return directory


def built(tmp_path: Path, *rows: str) -> dict[str, dict[str, object]]:
    """The entries that these rows give, by id."""
    build(gazetteers(tmp_path / "from", *rows), tmp_path / "to")
    lines = (tmp_path / "to" / "companies.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry for entry in map(json.loads, lines)}


def test_listings_become_companies(tmp_path: Path) -> None:
    """Cross-listings joined under the home id, no preferred share, all in order of id."""
    entries = built(tmp_path, *ROWS)

    assert list(entries) == ["company:6758.T", "company:A", "company:RUPA.NS", "company:TGT"]
    assert entries["company:6758.T"]["listings"] == ["XTKS:6758", "XNYS:SONY"]


def test_names_are_classed(tmp_path: Path) -> None:
    """A rare word of a large firm is strong, an ordinary one weak; Japanese and Indian names come from their lists."""
    entries = built(tmp_path, *ROWS)

    assert entries["company:A"]["aliases"] == ["Agilent Technologies", "Agilent"]
    assert entries["company:TGT"]["weak_aliases"] == ["Target"]
    assert "ソニーグループ" in entries["company:6758.T"]["aliases"]  # type: ignore[operator]  # a list of names
    assert "Rupa Company Ltd." in entries["company:RUPA.NS"]["aliases"]  # type: ignore[operator]  # a list of names


def test_identifiers_are_kept(tmp_path: Path) -> None:
    """ISIN and FIGI where the source has them."""
    assert built(tmp_path, *ROWS)["company:A"]["symbols"] == [
        {"scheme": "isin", "value": "US00846U1016"},
        {"scheme": "figi", "value": "BBG000C2V3D6"},
    ]


def test_an_identifier_of_two_firms_is_kept_by_none(tmp_path: Path) -> None:
    """It is wrong for one of them, and nobody knows for which."""
    entries = built(
        tmp_path,
        "AA,Alpha Works Inc.,NYSE,XNYS,United States,USD,Materials,,,,BBG1,BBG1",
        "BB,Beta Works Inc.,NYSE,XNYS,United States,USD,Materials,,,,BBG1,BBG1",
    )

    assert len(entries) == 2
    assert all("symbols" not in entry for entry in entries.values())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the order of the rows."""
    build(gazetteers(tmp_path / "one", *ROWS), tmp_path / "a")
    build(gazetteers(tmp_path / "two", *reversed(ROWS)), tmp_path / "b")

    assert (tmp_path / "a" / "companies.jsonl").read_bytes() == (tmp_path / "b" / "companies.jsonl").read_bytes()


def test_what_is_built_can_be_loaded(tmp_path: Path) -> None:
    """The builder writes what the loader takes."""
    built(tmp_path, *ROWS)

    registry = load_registry([tmp_path / "to" / "companies.jsonl"], shipped=None)

    assert registry.find_symbol("cashtag", "SONY") == "company:6758.T"


def test_the_manifest_is_told_the_new_count(tmp_path: Path) -> None:
    """So that manifest and file agree after a rebuild."""
    (tmp_path / "to").mkdir()
    manifest = {"version": "1", "files": [{"path": "companies.jsonl", "entries": 0}, {"path": "b.jsonl", "entries": 7}]}
    (tmp_path / "to" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    built(tmp_path, *ROWS)

    files = json.loads((tmp_path / "to" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert [file["entries"] for file in files] == [4, 7]


def test_missing_listings_are_an_error(tmp_path: Path) -> None:
    """Named, so that the user knows which file to fetch."""
    with pytest.raises(BuildError, match=r"equities\.csv\.gz"):
        build(tmp_path, tmp_path)


def test_listings_of_another_form_are_an_error(tmp_path: Path) -> None:
    """A changed source must not give an empty registry."""
    (tmp_path / "equities.csv.gz").write_bytes(gzip.compress(b"symbol,name\nA,Agilent\n"))

    with pytest.raises(BuildError, match="columns missing"):
        build(tmp_path, tmp_path)


def test_a_new_directory_gets_a_manifest_with_source_and_licence(tmp_path: Path) -> None:
    """What is built says where it is from."""
    built(tmp_path, *ROWS)

    (file,) = read_manifest(tmp_path / "to").files
    assert (file.path, file.entries, file.licence) == ("companies.jsonl", 4, "MIT")
    assert "FinanceDatabase" in file.source


def test_the_manifest_that_ships_names_the_same_source() -> None:
    """A rebuild must not change what it says."""
    file = next(file for file in read_manifest(SHIPPED).files if file.path == "companies.jsonl")
    assert (file.source, file.licence, file.curated) == (SOURCE, LICENCE, False)


def test_a_broken_build_leaves_the_registry_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that does not load is told, and the older file stays."""
    built(tmp_path, *ROWS)
    before = (tmp_path / "to" / "companies.jsonl").read_bytes()
    monkeypatch.setattr("streams.data.build.company_entities", lambda *_, **__: [{"id": "company:A B", "name": "A"}])

    with pytest.raises(RegistryError, match="expected kind:code"):
        build(tmp_path / "from", tmp_path / "to")

    assert (tmp_path / "to" / "companies.jsonl").read_bytes() == before
    assert [path.name for path in (tmp_path / "to").iterdir() if path.suffix == ".new"] == []


@pytest.mark.skipif(not LISTINGS.exists(), reason="texts of others are not beside the project")
def test_the_shipped_companies_are_what_the_listings_give(tmp_path: Path) -> None:
    """The file that ships can be built again, byte for byte."""
    build(LISTINGS.parent, tmp_path)

    assert (tmp_path / "companies.jsonl").read_bytes() == (SHIPPED / "companies.jsonl").read_bytes()
