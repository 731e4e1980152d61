"""What of Faust's own is not left as it is."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streams.app import build_app
from streams.settings import Settings
from tests.builders import ENGINE


async def test_no_partition_is_looked_at_by_acknowledgements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust's look at what stalls crashed a worker, status 1, while the position of a partition was asked for."""
    extractor: Any = SimpleNamespace(engine=ENGINE, registry=None)
    app = build_app(Settings(data_dir=tmp_path), extractor)
    monkeypatch.setattr(type(app.consumer), "assignment", lambda _: {TP("news.articles", 0)})
    await app.consumer.verify_all_partitions_active()  # of a consumer that has not even begun
