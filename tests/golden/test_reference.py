"""The references in the guides say what the code says."""

from pathlib import Path

import pytest

from tests.golden.reference import GUIDES, shown


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.parent.name)
def test_the_reference_is_made_from_the_code(guide: Path) -> None:
    """Run `python -m tests.golden.reference` after a change to settings, metrics, topics, schemas or rows."""
    found = dict(shown(guide))
    assert found == {name: block() for name, block in GUIDES[guide].items()}
