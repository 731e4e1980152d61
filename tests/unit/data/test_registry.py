"""The loader: good entries in, tables out; a bad entry is refused by file, line, field and reason."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.data.registry import SHIPPED, AliasClass, Meaning, Registry, RegistryError, load_registry

ACME = {"id": "company:ACME", "name": "Acme Corp", "aliases": ["Acme"], "listings": ["XNYS:ACME"]}


def written(path: Path, *lines: dict[str, Any] | str) -> Path:
    """A registry file with these lines."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def loaded(tmp_path: Path, *lines: dict[str, Any]) -> Registry:
    """A registry of these entries alone."""
    return load_registry([written(tmp_path / "own.jsonl", *lines)], shipped=None)


def classes(readings: tuple[Meaning, ...]) -> dict[str, str]:
    """Entity to class of its reading."""
    return {reading.entity: reading.alias_class.value for reading in readings}


class Unscanned(tuple[str, ...]):
    """Patterns that refuse to be read from end to end."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("all names were scanned for one")


def test_a_name_is_looked_up_without_reading_all_names(tmp_path: Path) -> None:
    """A scan of the shipped names took 7 ms for each "S&P" of an article, a second for an article full of them."""
    registry = loaded(tmp_path, ACME)
    registry = msgspec.structs.replace(registry, patterns=Unscanned(registry.patterns))

    assert classes(registry.find("ACME")) == {"company:ACME": "strong"}
    assert registry.find("Zenith") == registry.find("Aardvark") == registry.find("") == ()


def test_an_entry_can_be_found_by_name_and_symbol(tmp_path: Path) -> None:
    """By its name, its aliases, and every symbol that follows from its listing."""
    registry = loaded(tmp_path, ACME)

    assert classes(registry.find("ACME")) == {"company:ACME": "strong"}
    assert classes(registry.find("Acme Corp")) == {"company:ACME": "strong"}
    assert registry.find_symbol("cashtag", "ACME") == "company:ACME"
    assert registry.find_symbol("ric", "ACME.N") == "company:ACME"
    assert registry.find_ticker("NYSE", "acme") == "company:ACME"
    assert registry.entities["company:ACME"].kind == "company"


def test_patterns_and_readings_go_together(tmp_path: Path) -> None:
    """Folded names sorted, and at the same place what each may mean."""
    registry = loaded(tmp_path, ACME)

    assert registry.patterns == ("acme", "acme corp")
    assert [readings[0].text for readings in registry.readings] == ["Acme", "Acme Corp"]


def test_a_moved_share_is_found_by_its_old_reuters_code(tmp_path: Path) -> None:
    """Articles keep writing .O for a share that went to New York."""
    registry = loaded(tmp_path, ACME)

    assert registry.find_symbol("ric", "ACME.O") == "company:ACME"
    assert registry.find_symbol("ric", "ACME.L") is None


def test_numeric_tickers_are_filled_with_noughts(tmp_path: Path) -> None:
    """(HKG: 700) is 0700."""
    registry = loaded(tmp_path, {"id": "company:0700.HK", "name": "Tencent", "listings": ["XHKG:0700"]})

    assert registry.find_ticker("HKG", "700") == "company:0700.HK"
    assert registry.find_ticker("NYSE", "700") is None


BAD: list[tuple[dict[str, Any] | str, str, str]] = [
    ("{", "", "truncated"),
    ({"id": "company:A", "name": 7}, "name", "Expected `str`"),
    ({"id": "company:A", "name": "A Co", "alias": ["A"]}, "", "unknown field `alias`, did you mean `aliases`?"),
    ({"id": "company:A", "name": "A Co", "wkn": "1"}, "", "unknown field `wkn`; there are id, kind, name, aliases"),
    ({"id": "company:A", "name": "A Co", "symbols": [{"shceme": "ric"}]}, "symbols[0]", "did you mean `scheme`?"),
    ({"id": "person:a", "name": "A B", "roles": [{"tittle": "x"}]}, "roles[0]", "did you mean `title`?"),
    ({"name": "A Co"}, "", "missing required field `id`"),
    ({"id": "firm:A", "name": "A Co"}, "id", "expected kind:code"),
    ({"id": "company:", "name": "A Co"}, "id", "expected kind:code"),
    ({"id": "company:A", "kind": "index", "name": "A Co"}, "kind", "does not go with id"),
    ({"id": "company:A"}, "name", "required for a new entity"),
    ({"id": "company:A", "name": " A Co"}, "name", "begins or ends with a space"),
    ({"id": "company:A", "name": "A Co", "aliases": ["A Corp", ""]}, "aliases[1]", "is empty"),
    ({"id": "company:A", "name": "A Co", "aliases": ["Ay", "Ay"]}, "aliases", "stands there twice"),
    ({"id": "company:A", "name": "A Co", "aliases": ["A"]}, "aliases", "one letter"),
    ({"id": "company:A", "name": "A Co", "aliases": ["Ay"], "weak_aliases": ["Ay"]}, "weak_aliases", "among aliases"),
    ({"id": "company:A", "name": "A Co", "country": "USA"}, "country", "alpha-2"),
    ({"id": "index:A", "name": "A index", "currency": "yen"}, "currency", "ISO 4217"),
    ({"id": "index:A", "name": "A index", "time_zone": "Tokyo"}, "time_zone", "IANA"),
    ({"id": "company:A", "name": "A Co", "listings": ["NYSE:A"]}, "listings[0]", "known market code"),
    ({"id": "company:A", "name": "A Co", "size": "huge"}, "size", "Invalid enum value"),
    ({"id": "company:A", "name": "A Co", "symbols": [{"scheme": "wkn", "value": "1"}]}, "symbols[0].scheme", "enum"),
    ({"id": "company:A", "name": "A Co", "symbols": [{"scheme": "ric", "value": " "}]}, "symbols[0].value", "empty"),
    ({"id": "person:a", "name": "A B", "roles": [{"title": "x", "since": "May"}]}, "roles[0].since", "YYYY"),
    ({"id": "person:a", "name": "A B", "roles": [{"title": "x", "country": "Japan"}]}, "roles[0].country", "alpha-2"),
    ({"id": "company:A", "remove": True}, "remove", "not in the registry"),
]


@pytest.mark.parametrize(("bad", "field", "reason"), BAD, ids=[f"{field}-{reason}"[:40] for _, field, reason in BAD])
def test_a_bad_entry_is_refused_by_file_line_field_and_reason(
    tmp_path: Path, bad: dict[str, Any] | str, field: str, reason: str
) -> None:
    """The good entry before it and the blank line between don't hide where it is."""
    path = written(tmp_path / "bad.jsonl", ACME, "", bad)

    with pytest.raises(RegistryError) as caught:
        load_registry([path], shipped=None)

    assert (caught.value.path, caught.value.line, caught.value.field) == (str(path), 3, field)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{path}:3: ")


def test_bytes_that_are_no_utf8_are_refused_by_line(tmp_path: Path) -> None:
    """A file saved in another encoding is told from a wrong entry by its line."""
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "company:A", "name": "Caf\xe9"}\n')

    with pytest.raises(RegistryError) as caught:
        load_registry([path], shipped=None)

    assert caught.value.line == 1


def test_one_id_twice_in_one_file_is_refused(tmp_path: Path) -> None:
    """The second line would silently amend the first."""
    with pytest.raises(RegistryError, match="on line 1") as caught:
        loaded(tmp_path, ACME, ACME)

    assert (caught.value.line, caught.value.field) == (2, "id")


def test_a_later_file_amends_an_earlier_one(tmp_path: Path) -> None:
    """Single fields are replaced, lists are added to, the home listing stays in front."""
    first = written(tmp_path / "a.jsonl", ACME)
    second = written(
        tmp_path / "b.jsonl",
        {"id": "company:ACME", "name": "Acme Group", "aliases": ["Acme Rockets"], "listings": ["XLON:ACM"]},
    )

    entity = load_registry([first, second], shipped=None).entities["company:ACME"]

    assert entity.name == "Acme Group"
    assert entity.aliases == ("Acme Rockets", "Acme")
    assert entity.listings == ("XNYS:ACME", "XLON:ACM")


def test_an_amendment_decides_whether_a_name_is_weak(tmp_path: Path) -> None:
    """Both ways, and it can take a name away."""
    first = written(tmp_path / "a.jsonl", {**ACME, "aliases": ["Acme", "ACM"], "weak_aliases": ["Acmes"]})
    second = written(
        tmp_path / "b.jsonl",
        {"id": "company:ACME", "aliases": ["Acmes"], "weak_aliases": ["Acme"], "drop_aliases": ["ACM"]},
    )

    registry = load_registry([first, second], shipped=None)

    assert classes(registry.find("Acme")) == {"company:ACME": "weak"}
    assert classes(registry.find("Acmes")) == {"company:ACME": "strong"}
    assert registry.find("ACM") == ()


def test_an_alias_to_be_taken_away_must_be_there(tmp_path: Path) -> None:
    """A misspelt one would silently stay in use."""
    with pytest.raises(RegistryError, match="'Acmee' is no alias of company:ACME, which has: ") as caught:
        load_registry(
            [
                written(tmp_path / "a.jsonl", ACME),
                written(tmp_path / "b.jsonl", {"id": ACME["id"], "drop_aliases": ["Acmee"]}),
            ],
            shipped=None,
        )

    assert (caught.value.line, caught.value.field) == (1, "drop_aliases[0]")


def test_an_entity_can_be_replaced_and_removed(tmp_path: Path) -> None:
    """`replace` forgets what was known, `remove` forgets the entity."""
    first = written(tmp_path / "a.jsonl", ACME, {"id": "company:B", "name": "Bee Corp"})
    second = written(
        tmp_path / "b.jsonl",
        {"id": "company:ACME", "name": "Acme Inc", "replace": True},
        {"id": "company:B", "remove": True},
    )

    registry = load_registry([first, second], shipped=None)

    assert list(registry.entities) == ["company:ACME"]
    assert registry.entities["company:ACME"].listings == ()
    assert registry.find("Bee Corp") == ()


def test_an_entity_absorbs_another(tmp_path: Path) -> None:
    """Listings and symbols move over, the other id goes; an id that doesn't exist is passed over."""
    other = {"id": "company:ACM.L", "name": "Acme Plc", "listings": ["XLON:ACM"]}
    first = written(tmp_path / "a.jsonl", ACME, other)
    second = written(tmp_path / "b.jsonl", {"id": "company:ACME", "absorbs": ["company:ACM.L", "company:GONE"]})

    registry = load_registry([first, second], shipped=None)

    assert list(registry.entities) == ["company:ACME"]
    assert registry.find_symbol("yahoo", "ACM.L") == "company:ACME"


def test_a_shared_name_goes_to_the_company_that_is_far_larger(tmp_path: Path) -> None:
    """Two classes of size apart, the large one keeps it; the small one needs confirmation."""
    registry = loaded(
        tmp_path,
        {"id": "company:BIG", "name": "Acme Corp", "aliases": ["Acme"], "size": "mega"},
        {"id": "company:SML", "name": "Acme Ltd", "aliases": ["Acme"], "size": "mid"},
    )

    assert [reading.entity for reading in registry.find("Acme")] == ["company:BIG", "company:SML"]
    assert classes(registry.find("Acme")) == {"company:BIG": "strong", "company:SML": "weak"}


def test_a_name_shared_by_equals_is_weak_for_both(tmp_path: Path) -> None:
    """One class apart is too close to tell."""
    registry = loaded(
        tmp_path,
        {"id": "company:BIG", "name": "Acme Corp", "aliases": ["Acme"], "size": "mega"},
        {"id": "company:SML", "name": "Acme Ltd", "aliases": ["Acme"], "size": "large"},
    )

    assert classes(registry.find("Acme")) == {"company:BIG": "weak", "company:SML": "weak"}


def test_names_shared_by_different_kinds_stay_side_by_side(tmp_path: Path) -> None:
    """An index and a company of one name are told apart by the text, not here."""
    registry = loaded(
        tmp_path,
        {"id": "index:ACM", "name": "Acme index", "aliases": ["Acme"]},
        {"id": "company:ACM", "name": "Acme Corp", "aliases": ["Acme"], "size": "mega"},
    )

    assert classes(registry.find("Acme")) == {"index:ACM": "strong", "company:ACM": "strong"}


def test_a_spelling_that_another_lets_through_is_left_out(tmp_path: Path) -> None:
    """The name "Dax" finds DAX too, so DAX needs no reading of its own."""
    registry = loaded(tmp_path, {"id": "index:DAX", "name": "DAX", "aliases": ["Dax"]})

    assert [reading.text for reading in registry.find("DAX")] == ["Dax"]
    assert registry.find("DAX")[0].fits("DAX")
    assert not registry.find("DAX")[0].fits("dax")


def test_an_abbreviation_fits_only_as_written(tmp_path: Path) -> None:
    """BP is the firm, "Bp" and "bp" are something else."""
    (reading,) = loaded(tmp_path, {"id": "company:BP.L", "name": "BP"}).find("BP")

    assert reading.fits("BP")
    assert not reading.fits("Bp")


def test_adjectives_and_metonyms_keep_their_class(tmp_path: Path) -> None:
    """The word "Japanese" is no mention of its own right, "Tokyo" only where it acts."""
    registry = loaded(
        tmp_path, {"id": "country:JP", "name": "Japan", "adjectives": ["Japanese"], "metonyms": ["Tokyo"]}
    )

    assert registry.find("Japanese")[0].alias_class is AliasClass.ADJECTIVE
    assert registry.find("Tokyo")[0].alias_class is AliasClass.METONYM


def test_surnames_lead_to_persons(tmp_path: Path) -> None:
    """Folded, so that an accent left out doesn't matter."""
    registry = loaded(tmp_path, {"id": "person:viktor-orban", "name": "Viktor Orbán", "surname": "Orbán"})

    assert registry.surnames["orban"] == ("person:viktor-orban",)


def test_the_users_word_beats_the_shipped_one(tmp_path: Path) -> None:
    """A house alias on the watch-list is the watch-list's company, whatever else is called so."""
    path = written(tmp_path / "watch.jsonl", {"id": "company:unlisted-apple-farm", "name": "Apple", "listed": False})

    readings = load_registry([path]).find("Apple")

    assert (readings[0].entity, readings[0].alias_class) == ("company:unlisted-apple-farm", AliasClass.STRONG)


def test_a_directory_stands_for_its_files_in_order(tmp_path: Path) -> None:
    """Other files beside them are not read."""
    written(tmp_path / "b.jsonl", {"id": "company:ACME", "name": "Acme Group"})
    written(tmp_path / "a.jsonl", ACME)
    (tmp_path / "notes.txt").write_text("no registry", encoding="utf-8")

    assert load_registry([tmp_path], shipped=None).entities["company:ACME"].name == "Acme Group"


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    """Two registries of one version are the same registry."""
    one, same = loaded(tmp_path, ACME), loaded(tmp_path, ACME)
    other = loaded(tmp_path, {**ACME, "name": "Acme Inc"})

    assert one.version == same.version
    assert one.version != other.version


def test_a_broken_manifest_is_refused(tmp_path: Path) -> None:
    """A registry directory must say what it consists of."""
    (tmp_path / "manifest.json").write_text('{"version": 1}', encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry(shipped=tmp_path)

    assert (caught.value.line, caught.value.field) == (0, "version")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A watch-list that isn't there is not an empty one."""
    with pytest.raises(RegistryError, match=r"none\.jsonl: can't be read"):
        load_registry([tmp_path / "none.jsonl"], shipped=None)


def test_all_bad_entries_of_a_file_can_be_listed(tmp_path: Path) -> None:
    """Who mends a file wants every fault at once; the good lines are loaded all the same."""
    path = written(tmp_path / "bad.jsonl", {"id": "x"}, ACME, {"id": "company:B"})
    faults: list[RegistryError] = []

    registry = load_registry([path], shipped=None, faults=faults)

    assert [(fault.line, fault.field) for fault in faults] == [(1, "id"), (3, "name")]
    assert list(registry.entities) == [ACME["id"]]


def test_the_shipped_registry_is_where_it_should_be() -> None:
    """The package carries its data."""
    assert (SHIPPED / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"id": "company:A", "name": "A Co", "home": ["Japan"]}, "home", "is said of indices"),
        ({"id": "index:A", "name": "A 50", "constituents": [50, 1]}, "constituents[1]", "from 2 to"),
        ({"id": "index:A", "name": "A 50", "home": [" Japan"]}, "home[0]", "begins or ends with a space"),
        ({"id": "index:A", "name": "A 50", "providers": [""]}, "providers[0]", "is empty"),
        ({"id": "index:A", "name": "A 50", "nicknames": ["Aleph"]}, "nicknames[0]", "is none of its names"),
    ],
)
def test_what_a_line_says_of_an_index_is_checked(
    tmp_path: Path, fields: dict[str, object], field: str, reason: str
) -> None:
    """Whoever adds an index learns at the start which field of it can't be used."""
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(fields), encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry([path], shipped=None)

    assert caught.value.field == field
    assert reason in caught.value.reason
