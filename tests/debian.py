"""Programs of Debian's without root: downloaded with apt-get and unpacked beside the virtual environment."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "newstape" / "debian"

_INSTALLS = re.compile(r"^Inst (\S+) .*\[(\w+)\]\)", re.MULTILINE)


def program(name: str, *packages: str) -> str:
    """Path of a program, as `find` knows it; skips the test, saying why, where it can't be had."""
    found = find(name, *packages)
    if found is None:
        pytest.skip(f"{name} is not installed, and there is no apt-get that could fetch it")
    return found


def find(name: str, *packages: str) -> str | None:
    """Path of a program that is installed, or that one of these packages brings; null where it can't be had.

    Which package has it may hang on the release of Debian.
    """
    installed = shutil.which(name)
    if installed or not shutil.which("apt-get") or not shutil.which("dpkg"):
        return installed
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests that run beside this one may want it too
        return _fetched(name, packages)


def _fetched(name: str, packages: tuple[str, ...]) -> str | None:
    starter = CACHE / "bin" / name
    if starter.exists():
        return str(starter)
    for turn in range(2):
        if turn:
            _run("apt-get", "update", "-qq")
        for package in packages:
            if _unpack(package) and (CACHE / "usr" / "bin" / name).exists():
                _write(starter)
                return str(starter)
    return None


def _unpack(package: str) -> bool:
    """Download a package with those that it needs and that are not installed, and unpack them."""
    # Packages for all architectures are documents and scripts, not the libraries that a program is linked with.
    needed = [
        other
        for other, architecture in _INSTALLS.findall(
            _run("apt-get", "install", "--simulate", "-qq", "--no-install-recommends", package)
        )
        if architecture != "all" or other == package
    ]
    with tempfile.TemporaryDirectory() as folder:
        if needed:
            _run("apt-get", "download", "-qq", *needed, folder=folder)
        files = sorted(Path(folder).glob("*.deb"))
        for file in files:
            subprocess.run(["dpkg", "-x", file, CACHE], check=True, timeout=60)
        return 0 < len(files) == len(needed)


def _run(*command: str, folder: str | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def _write(path: Path) -> None:
    """Write a script that starts the unpacked program with the libraries unpacked beside it."""
    folders = os.pathsep.join(str(folder) for folder in (CACHE / "usr" / "lib").glob("*-linux-gnu*"))
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f'#!/bin/sh\nLD_LIBRARY_PATH="{folders}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}" '
        f'exec "{CACHE / "usr" / "bin" / path.name}" "$@"\n'
    )
    path.chmod(0o755)
