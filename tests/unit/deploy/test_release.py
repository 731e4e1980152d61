"""What a release says of itself; `make release` builds and tries it."""

import re
import tomllib
from importlib import metadata
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PINNED = (ROOT / "requirements.txt").read_text(encoding="utf-8")
HASH = "0" * 64


@pytest.fixture(scope="module")
def release() -> dict[str, Any]:
    """The names of the script."""
    return run_path(str(ROOT / "deploy" / "release.py"))


def test_the_bill_of_materials_names_every_pinned_package(release: dict[str, Any]) -> None:
    """With the version that is installed by the pins, its hashes and, where it is known, its licence."""
    bill = release["bill_of_materials"]("0.1.0", PINNED)
    found = {component["name"]: component for component in bill["components"]}

    pins = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", PINNED, re.MULTILINE))
    assert {name: component["version"] for name, component in found.items()} == pins
    aiokafka = found["aiokafka"]
    assert aiokafka["version"] == metadata.version("aiokafka")
    assert aiokafka["purl"] == f"pkg:pypi/aiokafka@{aiokafka['version']}"
    assert all(len(content["content"]) == 64 for content in aiokafka["externalReferences"][0]["hashes"])
    without = sorted(name for name, component in found.items() if "licenses" not in component)
    assert without == [name for name in without if not _is_installed(name)]
    assert bill["dependencies"][0]["dependsOn"] == [component["bom-ref"] for component in bill["components"]]


def _is_installed(name: str) -> bool:
    try:
        metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_a_marker_and_an_extra_are_no_part_of_a_version(release: dict[str, Any]) -> None:
    """As pip writes them."""
    pinned = f'one[extra]==1.2.3 ; python_version < "3.12" \\\n    --hash=sha256:{HASH}\n    # via two\n'
    (component,) = release["bill_of_materials"]("0.1.0", pinned)["components"]

    assert (component["name"], component["version"]) == ("one", "1.2.3")
    assert [content["content"] for content in component["externalReferences"][0]["hashes"]] == [HASH]


def test_a_version_without_its_section_in_the_changelog_is_no_release(release: dict[str, Any]) -> None:
    """The message says how to write one."""
    with pytest.raises(release["ReleaseError"], match=r"no section for 9\.9\.9: put `## 9\.9\.9 - "):
        release["_require_ready"]("9.9.9")


def test_what_goes_to_an_index_and_what_stays_beside_the_tag_is_told_apart(release: dict[str, Any]) -> None:
    """An index takes no wheel of one machine's platform."""
    names = ("newstape-1.0.0.tar.gz", "newstape-1.0.0-py3-none-any.whl", "newstape-1.0.0-cp311-cp311-linux_x86_64.whl")
    told = release["to_publish"]("1.0.0", [Path("/dist") / name for name in names])
    (upload,) = (line for line in told.splitlines() if "twine upload" in line)

    assert upload.split()[-2:] == [f"/dist/{names[0]}", f"/dist/{names[1]}"]
    assert f"/dist/{names[2]}" in told
    assert "/dist/SHA256SUMS" in told


def test_the_source_distribution_holds_what_its_wheel_is_built_with() -> None:
    """The hook, and all that the project names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    needed = {project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["path"]}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    needed |= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert needed <= set(included)
