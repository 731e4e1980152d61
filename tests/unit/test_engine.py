"""How extraction is loaded: with and without a prepared file the same, and no fault of that file is one of loading."""

from pathlib import Path

import pytest

from schemas import Article
from streams import engine
from streams.data.registry import RegistryError
from streams.extract.annotate import annotate
from tests.builders import NOON

OWN = '{"id": "company:unlisted-zorb", "name": "Zorbex", "listed": false}\n'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache directory of the user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "newstape"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A registry file of the user."""
    path = tmp_path / "own.jsonl"
    path.write_text(OWN, encoding="utf-8")
    return path


def prepared_files(cache: Path) -> list[Path]:
    """What lies in the cache directory."""
    return sorted(cache.iterdir()) if cache.is_dir() else []


def test_the_second_start_reads_what_the_first_prepared(
    cache: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It builds nothing anew, and a name of the user's file means the same."""
    first = engine.load_registry([own])
    assert len(prepared_files(cache)) == 1
    monkeypatch.delattr(engine, "build_registry")

    again = engine.load_registry([own])

    assert again.version == first.version
    assert [found.entity for found in again.find("Zorbex")] == ["company:unlisted-zorb"]


def test_a_file_beside_the_package_is_read_first(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a container, whose cache directory is empty at every start, starts as quickly."""
    engine.load_registry()
    monkeypatch.setattr(engine, "_BESIDE", cache.rename(tmp_path / "beside"))
    monkeypatch.delattr(engine, "build_registry")

    assert engine.load_registry().find("Nikkei 225")
    assert prepared_files(cache) == []


def test_a_changed_registry_is_read_anew(cache: Path, own: Path) -> None:
    """The file of the old one stays beside it."""
    assert not engine.load_registry([own]).find("Zorbonia")
    own.write_text(OWN.replace("Zorbex", "Zorbonia"), encoding="utf-8")

    assert engine.load_registry([own]).find("Zorbonia")
    assert len(prepared_files(cache)) == 2


def test_a_damaged_file_is_prepared_anew(cache: Path) -> None:
    """Without a word: nothing is lost."""
    version = engine.load_registry().version
    (path,) = prepared_files(cache)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + b"\xc1" * 9)

    assert engine.load_registry().version == version
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_the_registry_is_read_from_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose file system is read-only."""
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert engine.load_registry().find("Nikkei 225")


def test_a_user_without_a_home_needs_no_file(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The id of a container's user is often in no list of users."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(engine.prepared_file, "cache_directory", lambda: None)

    assert engine.load_registry([own]).find("Zorbex")


def test_faults_of_a_users_file_are_told_at_every_start(cache: Path, own: Path) -> None:
    """A file that is wrong is never kept."""
    own.write_text(OWN + "{\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RegistryError, match=r"own\.jsonl:2"):
            engine.load_registry([own])
    assert prepared_files(cache) == []

    own.unlink()
    with pytest.raises(RegistryError, match="can't be read"):
        engine.load_registry([own])


def test_the_key_holds_the_code_that_reads_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A changed rule of the registry is a new start, even where no version was raised."""
    sources = engine.registry_sources()
    before = engine._key(sources, ())
    for path in engine._CODE.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(engine, "_CODE", tmp_path)
    assert engine._key(sources, ()) == before

    with (tmp_path / "registry.py").open("a") as code:
        code.write("# a change\n")
    assert engine._key(sources, ()) != before


RULES = """
[words]
recall = ["recall(s|ed|ing)?"]

[[rule]]
name = "own-recall"
type = "company.legal"
pattern = "{firm:subject} ... (?P<act>{recall}) .. vehicles?"
confidence = 0.9
"""


def test_own_rules_find_events(cache: Path, tmp_path: Path) -> None:
    """Of the confidence that they give, changed with their file, and part of the engine's version."""
    path = tmp_path / "recalls.toml"
    path.write_text(RULES, encoding="utf-8")
    article = Article(uri="urn:a", published_at=NOON, body="Toyota Motor recalled 1.2 million vehicles on Tuesday.")
    shipped, own = engine.load_extractor(), engine.load_extractor(rule_files=[path])

    assert annotate(article, None, shipped).events == ()
    (found,) = annotate(article, None, own).events
    assert (found.type, found.subject.id, found.confidence) == ("company.legal", "company:7203.T", 0.9)
    assert own.engine.lexicon != shipped.engine.lexicon
    assert own.engine.registry == shipped.engine.registry

    path.write_text(RULES.replace("0.9", "0.7"), encoding="utf-8")
    (changed,) = annotate(article, None, engine.load_extractor(rule_files=[path])).events
    assert changed.confidence == 0.7
