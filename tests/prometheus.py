"""Debian's Prometheus without root: downloaded with apt-get and unpacked beside the virtual environment."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "newstape" / "debian"


def tool(name: str) -> str:
    """Path of `promtool` or `prometheus`; skips the test, saying why, where it can't be had."""
    installed = shutil.which(name)
    if installed:
        return installed
    unpacked = CACHE / "usr" / "bin" / name
    if unpacked.exists():
        return str(unpacked)
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip(f"{name} is not installed, and this is no Debian to fetch it with apt-get")
    CACHE.mkdir(parents=True, exist_ok=True)
    for attempt in (
        ["apt-get", "download", "-qq", "prometheus"],
        ["apt-get", "update", "-qq"],
        ["apt-get", "download", "-qq", "prometheus"],
    ):
        done = subprocess.run(attempt, cwd=CACHE, capture_output=True, timeout=120, check=False)
        packages = sorted(CACHE.glob("prometheus_*.deb"))
        if packages:
            subprocess.run(["dpkg", "-x", packages[-1], CACHE], check=True, timeout=60)
            return str(unpacked)
    pytest.skip(f"{name} could not be fetched: {done.stderr.decode(errors='replace').strip()[-200:]}")
