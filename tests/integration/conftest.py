"""The broker of `tests/conftest.py`, by the name that these tests know it by, and topics of market events on it."""

from pathlib import Path

import pytest

from streams.settings import Settings
from tests.conftest import Broker
from tests.event_topics import Topics

__all__ = ["Broker"]


@pytest.fixture
def topics(kafka: Broker, topic_prefix: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Topics:
    """Topics that are there and empty."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSTAPE_{name.upper()}", raising=False)
    found = Topics(kafka.bootstrap, topic_prefix.replace("-", ".", 1))
    found.create()
    return found
