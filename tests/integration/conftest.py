"""The broker of `tests/conftest.py`, by the name that these tests know it by."""

from tests.conftest import Broker

__all__ = ["Broker"]
