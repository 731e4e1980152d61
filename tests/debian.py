"""Programs of Debian's without root: downloaded with apt-get and unpacked beside the virtual environment."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "newstape" / "debian"


def program(name: str, *packages: str) -> str:
    """Path of a program that these packages bring; skips the test, saying why, where it can't be had."""
    installed = shutil.which(name)
    if installed:
        return installed
    unpacked = CACHE / "usr" / "bin" / name
    if unpacked.exists():
        return str(unpacked)
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip(f"{name} is not installed, and this is no Debian to fetch it with apt-get")
    CACHE.mkdir(parents=True, exist_ok=True)
    download = ["apt-get", "download", "-qq", *packages]
    for attempt in (download, ["apt-get", "update", "-qq"], download):
        done = subprocess.run(attempt, cwd=CACHE, capture_output=True, timeout=120, check=False)
        found = [sorted(CACHE.glob(f"{package}_*.deb"))[-1:] for package in packages]
        if all(found):
            # The program's own package last: it is what shows that all are there.
            for (package,) in reversed(found):
                subprocess.run(["dpkg", "-x", package, CACHE], check=True, timeout=60)
            return str(unpacked)
    pytest.skip(f"{name} could not be fetched: {done.stderr.decode(errors='replace').strip()[-200:]}")


def libraries() -> dict[str, str]:
    """The environment in which an unpacked program finds the libraries unpacked beside it."""
    folders = [str(path) for path in (CACHE / "usr" / "lib").glob("*-linux-gnu*")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join([*folders, os.environ.get("LD_LIBRARY_PATH", "")])}
