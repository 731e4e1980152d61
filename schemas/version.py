"""The version of the contract: raised by hand, held to what has changed by `newstape contract --check`."""

from typing import Final

CONTRACT_VERSION: Final = "1.2.0"
"""Semantic: major where a change breaks a reader, minor where something is added. schemas/README.md has the rules."""
