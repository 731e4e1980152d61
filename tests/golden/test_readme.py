"""What README shows is what newstape does."""

import re
from pathlib import Path

from streams.settings import Settings
from tests.golden.readme import BEGIN, END, README, samples

CONTRACT = README.parent / "schemas" / "README.md"


def test_the_samples_are_real_outputs() -> None:
    """Run `python -m tests.golden.readme` after a change that means to change them."""
    shown = README.read_text(encoding="utf-8").split(BEGIN, 1)[1].split(END, 1)[0]
    assert shown.strip() == samples()


def test_the_commands_named_exist() -> None:
    """Every `newstape` command and every make target in the documents is there."""
    root = README.parent
    guides = ("README.md", "CONTRIBUTING.md", "deploy/README.md", "schemas/README.md")
    text = "".join((root / name).read_text(encoding="utf-8") for name in guides)
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)\b(?= |`|$)", text, re.MULTILINE)) <= targets
    commands = {path.stem.replace("_", "-") for path in (root / "streams/cli").glob("*.py")}
    assert set(re.findall(r"(?:^\$ |`)newstape ([a-z][a-z-]*)", text, re.MULTILINE)) <= commands


def test_the_variables_named_exist() -> None:
    """No document names a setting that is not there."""
    known = {f"NEWSTAPE_{name.upper()}" for name in Settings.model_fields}
    for path in (README, README.parent / "CONTRIBUTING.md", README.parent / "deploy" / "README.md", CONTRACT):
        assert set(re.findall(r"NEWSTAPE_[A-Z_]*[A-Z]", Path(path).read_text(encoding="utf-8"))) <= known
