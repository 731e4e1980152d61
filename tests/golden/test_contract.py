"""The contract's examples are real outputs, and what its guide shows runs."""

import re
from pathlib import Path
from types import SimpleNamespace

from streams.contract import files
from streams.contract.examples import run
from streams.engine import load_extractor

GUIDE = Path(__file__).parents[2] / "schemas" / "README.md"


def test_the_examples_are_what_the_stages_say() -> None:
    """Run `newstape contract --update` after a change that means to change them."""
    assert files.stored_examples(files.directory()) == run(load_extractor())


def test_the_lines_of_the_guide_run() -> None:
    """On a real record; the last line's values are those of the example."""
    (code,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    *lines, last = code.strip().splitlines()
    value = files.text(files.stored_examples(files.directory())["market-event"][0].value).encode()
    names = {"record": SimpleNamespace(value=value)}
    exec("\n".join(lines), names)
    assert eval(last, names) == ("Nikkei 225", 1.2)
