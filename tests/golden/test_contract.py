"""The contract's examples are real outputs."""

from streams.contract import files
from streams.contract.examples import run
from streams.engine import load_extractor


def test_the_examples_are_what_the_stages_say() -> None:
    """Run `newstape contract --update` after a change that means to change them."""
    assert files.stored_examples(files.directory()) == run(load_extractor())
