"""`make release`: source distribution, wheels and a bill of materials in `dist`, tried in a clean environment.

The wheels are built from the source distribution, so that it is known to be whole. Each is installed into an
environment of its own with the pinned packages, and must annotate the samples as the checkout does, the first time
without preparing anything. Nothing is published: what there is to publish is told at the end.

Ends with 1 where CHANGELOG.md has no section for the version, where the checkout has changes that are not committed, or
where a wheel does not do what the source does.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from runpy import run_path
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "streams" / "demo" / "articles" / "sample.jsonl"
PINNED = ROOT / "requirements.txt"


class ReleaseError(Exception):
    """What is not as it must be for a release."""


def main() -> int:
    """Build, check and tell."""
    options = argparse.ArgumentParser(prog="make release", description=__doc__)
    options.add_argument("--draft", action="store_true", help="without a section in CHANGELOG.md, with changes")
    options.add_argument("--dist", type=Path, default=ROOT / "dist", help="where it goes")
    given = options.parse_args()
    version = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    try:
        if not given.draft:
            _require_ready(version)
        given.dist.mkdir(parents=True, exist_ok=True)
        source, wheels = build(given.dist)
        for wheel in wheels:
            _say(f"trying {wheel.name} in a clean environment")
            check(wheel)
    except ReleaseError as error:
        _say(f"error: {error}")
        return 1
    bill = given.dist / f"newstape-{version}.cdx.json"
    bill.write_text(json.dumps(bill_of_materials(version, PINNED.read_text(encoding="utf-8")), indent=1) + "\n")
    files = [source, *wheels, bill]
    (given.dist / "SHA256SUMS").write_text("".join(f"{_sha256(path)}  {path.name}\n" for path in files))
    _say(to_publish(version, files))
    return 0


def _require_ready(version: str) -> None:
    if not re.search(rf"^## \[?{re.escape(version)}\]? - \d", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE):
        raise ReleaseError(
            f"CHANGELOG.md has no section for {version}: put `## {version} - {datetime.now(UTC):%Y-%m-%d}` below "
            "`## Unreleased`, or raise the version in pyproject.toml; --draft builds without"
        )
    changed = _run(["git", "status", "--porcelain"], cwd=ROOT, env=dict(os.environ))
    if changed:
        raise ReleaseError(f"not committed:\n{changed}--draft builds all the same")


# -- what is built ----------------------------------------------------------------------------------------------------


def build(dist: Path) -> tuple[Path, list[Path]]:
    """The source distribution, and the wheels that come of it: in pure Python, and compiled where there is a compiler.

    Raises ReleaseError where a build fails.
    """
    for earlier in (*dist.glob("newstape-*"), *dist.glob("SHA256SUMS")):
        earlier.unlink()
    _hatch(ROOT, "sdist", dist)
    (source,) = dist.glob("*.tar.gz")
    with tempfile.TemporaryDirectory(prefix="newstape-release-") as unpacked:
        with tarfile.open(source) as archive:
            archive.extractall(unpacked, filter="data")
        (root,) = Path(unpacked).iterdir()
        _hatch(root, "wheel", dist, NEWSTAPE_PREPARE="1")
        lacking = run_path(str(ROOT / "deploy" / "compiled.py"))["lacking"]()
        if lacking:
            _say(f"no compiled wheel: {lacking}")
        else:
            _hatch(root, "wheel", dist, NEWSTAPE_PREPARE="1", NEWSTAPE_COMPILE="1")
    return source, sorted(dist.glob("*.whl"))


def _hatch(root: Path, target: str, dist: Path, **variables: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(dist)]
    _run(command, cwd=root, env={**os.environ, **variables})


def check(wheel: Path) -> None:
    """Install a wheel with the pinned packages, and nothing else, and try it.

    Raises ReleaseError where it does not say what the checkout says, or prepares its data first.
    """
    with tempfile.TemporaryDirectory(prefix="newstape-clean-") as directory:
        clean = Path(directory)
        venv.create(clean / "venv", with_pip=True)
        python = str(clean / "venv" / "bin" / "python")
        for what in (["--require-hashes", "-r", str(PINNED)], [str(wheel)]):
            _run([python, "-m", "pip", "install", "--quiet", "--no-deps", *what], cwd=clean, env=dict(os.environ))
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(clean), "XDG_CACHE_HOME": str(clean / "cache")}
        annotated = _run([python, "-m", "streams", "annotate", str(SAMPLE)], cwd=clean, env=environment)
        if (clean / "cache").exists():
            raise ReleaseError(f"{wheel.name}: its first start prepared registry and rules, which it should bring")
    ours = _run([sys.executable, "-m", "streams", "annotate", str(SAMPLE)], cwd=ROOT, env=dict(os.environ))
    if annotated != ours:
        raise ReleaseError(f"{wheel.name} annotates the samples otherwise than the checkout")


def _run(command: list[str], *, cwd: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ReleaseError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


# -- what is in it ----------------------------------------------------------------------------------------------------


def bill_of_materials(version: str, pinned: str) -> dict[str, Any]:
    """A CycloneDX 1.6 document of newstape and the packages it is tested with; the same from the same pins."""
    main = {
        "type": "application",
        "bom-ref": "newstape",
        "name": "newstape",
        "version": version,
        "purl": f"pkg:pypi/newstape@{version}",
        "licenses": [{"expression": "Apache-2.0"}],
    }
    components = list(_components(pinned))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": main},
        "components": components,
        "dependencies": [{"ref": "newstape", "dependsOn": [component["bom-ref"] for component in components]}],
    }


def _components(pinned: str) -> Iterator[dict[str, Any]]:
    for requirement in re.split(r"\n(?=[a-z0-9])", pinned.strip(), flags=re.IGNORECASE):
        named = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", requirement)
        if named is None:
            continue
        name, version = named[1].lower(), named[2]
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", requirement)
        reference = f"pkg:pypi/{name}@{version}"
        licence = _licence(name)
        yield {
            "type": "library",
            "bom-ref": reference,
            "name": name,
            "version": version,
            "purl": reference,
            **({"licenses": [licence]} if licence else {}),
            # One hash for each file of the package's release; which of them is installed depends on the platform.
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"https://pypi.org/project/{name}/{version}/",
                    "hashes": [{"alg": "SHA-256", "content": content} for content in hashes],
                }
            ],
        }


def _licence(name: str) -> dict[str, Any] | None:
    """The licence that the installed package names; null where it is not installed here or names none."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if expression := said.get("License-Expression"):
        return {"expression": expression}
    classifiers = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if "License ::" in line]
    text = (said.get("License") or "").strip().splitlines()
    named = classifiers[0] if classifiers else text[0] if text else ""
    return {"license": {"name": named}} if named else None


def to_publish(version: str, files: list[Path]) -> str:
    """What there is to publish, and how."""
    for_index = [path for path in files if path.suffix == ".gz" or path.name.endswith("-none-any.whl")]
    lines = [f"newstape {version} is built and was tried. To publish:"]
    lines += [f"  git tag -a v{version} -m 'newstape {version}' && git push origin v{version}"]
    lines += [f"  python -m twine upload {' '.join(_shown(path) for path in for_index)}"]
    lines += ["  beside the tag, or on an index of your own (a compiled wheel is of this machine's platform):"]
    lines += [f"    {_shown(path)}" for path in (*(path for path in files if path not in for_index), _sums(files))]
    return "\n".join(lines)


def _sums(files: list[Path]) -> Path:
    return files[0].parent / "SHA256SUMS"


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
