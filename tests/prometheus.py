"""Debian's Prometheus without root."""

from tests.debian import program


def tool(name: str) -> str:
    """Path of `promtool` or `prometheus`; skips the test, saying why, where it can't be had."""
    return program(name, name, "prometheus")  # promtool is a package of its own since Debian 13
