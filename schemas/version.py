"""The version of the contract: raised by hand; `newstape contract --check` fails if it does not fit what changed."""

from typing import Final

CONTRACT_VERSION: Final = "1.3.0"
"""Semantic: major where a change breaks a reader, minor where something is added. schemas/README.md has the rules."""
