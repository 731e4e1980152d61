"""The reference in deploy/README.md says what the code says."""

from tests.golden.reference import BLOCKS, shown


def test_the_reference_is_made_from_the_code() -> None:
    """Run `python -m tests.golden.reference` after a change to settings, metrics or topics."""
    found = dict(shown())
    assert found == {name: block() for name, block in BLOCKS.items()}
