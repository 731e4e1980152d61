"""What README shows is what newstape does."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas import Article
from streams.intake import RawRecord, read
from streams.kafka.schema_registry import SchemaRegistry
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
    told_to_an_alert_s_command = "NEWSTAPE_ALERT_KEY"
    known = {told_to_an_alert_s_command, *(f"NEWSTAPE_{name.upper()}" for name in Settings.model_fields)}
    for path in (README, README.parent / "CONTRIBUTING.md", README.parent / "deploy" / "README.md", CONTRACT):
        assert set(re.findall(r"NEWSTAPE_[A-Z_]*[A-Z]", Path(path).read_text(encoding="utf-8"))) <= known


def test_the_articles_shown_are_read_as_one_and_the_same_news() -> None:
    """Every form that goes in is shown by a record that goes in, published at the same time."""
    going_in = README.read_text(encoding="utf-8").split("## What goes in", 1)[1].split("## What comes out", 1)[0]
    lines = [line for block in re.findall(r"```json\n(.*?)```", going_in, re.DOTALL) for line in block.splitlines()]

    found = [read(RawRecord(key=None, value=x.encode(), timestamp=datetime(2026, 11, 21, tzinfo=UTC))) for x in lines]

    assert len(found) >= 4
    assert {(a.headline, a.published_at) for a in found if isinstance(a, Article)} == {
        ("Nikkei climbs", datetime(2026, 11, 20, 6, 30, tzinfo=UTC))
    }
    assert all(isinstance(article, Article) for article in found)


def test_the_records_shown_are_read_as_the_same_news() -> None:
    """Those that headers or bytes tell of; Avro with the schema that is shown as registered."""
    going_in = README.read_text(encoding="utf-8").split("## What goes in", 1)[1].split("## What comes out", 1)[0]
    (code,) = re.findall(r"```python\n(.*?)```", going_in, re.DOTALL)
    shown: dict[str, Any] = {}
    exec(code, shown)
    known = SchemaRegistry("http://registry.example")
    known._schemas[8] = shown["schema"]

    assert len(shown["records"]) == 4
    for form, (value, headers) in shown["records"].items():
        content = known.known_json_of(value, 8) if "Avro" in form else value
        raw = RawRecord(key=None, value=content, headers=tuple(headers), timestamp=datetime(2026, 11, 21, tzinfo=UTC))
        article = read(raw)
        assert isinstance(article, Article), form
        assert (article.uri, article.headline) == ("urn:example:1", "Nikkei climbs"), form
