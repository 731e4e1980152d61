"""Packages from npm, unpacked beside the virtual environment: for what only the other ecosystem has."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "newstape" / "npm"


def package(name: str, version: str) -> Path:
    """The directory of a package that needs no others; skips the test, saying why, where it can't be had."""
    unpacked = CACHE / f"{name.replace('/', '-').lstrip('@')}-{version}" / "node_modules" / name
    if (unpacked / "package.json").exists():
        return unpacked
    if not shutil.which("npm"):
        pytest.skip(f"{name} comes from npm, which is not installed")
    target = unpacked.parents[name.count("/") + 1]
    target.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(target)]
    try:
        done = subprocess.run([*command, f"{name}@{version}"], capture_output=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{name} could not be fetched from npm within two minutes")
    if done.returncode or not (unpacked / "package.json").exists():
        pytest.skip(f"{name} could not be fetched from npm: {done.stderr.decode(errors='replace').strip()[-200:]}")
    return unpacked
