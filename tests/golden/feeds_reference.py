"""The shipped feeds as their guide shows them: a table, and a sample of each with the article that it is."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from schemas import Article, encode
from streams.feeds import article_in, split
from streams.feeds.documents import OF_A_FILE
from streams.feeds.files import load_mappings
from tests.golden.tables import table

SAMPLES: Final = Path(__file__).parents[1] / "unit" / "feeds" / "samples"
NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)


def feeds() -> str:
    """Every shipped feed with its form and where the vendor describes it."""
    rows = [
        (f"`{name}`", found.mapping.format.value, f"[{found.mapping.description}]({found.mapping.documentation})")
        for name, found in load_mappings().items()
    ]
    return table(("feed", "form", "what it is"), rows)


def samples() -> str:
    """Every sample, and the article that it is, fields that it does not have left out."""
    return "\n\n".join(_sample(path) for path in sorted(SAMPLES.iterdir()))


def _sample(path: Path) -> str:
    name = path.stem.removesuffix("-stream")
    mapping, raw = load_mappings()[name].mapping, path.read_bytes()
    items = split(raw, mapping, OF_A_FILE)
    assert isinstance(items, list)
    article = article_in(items[0], mapping, NOW)
    assert isinstance(article, Article)
    fields = {field: value for field, value in json.loads(encode(article)).items() if value not in (None, "", [])}
    kind = path.suffix.removeprefix(".")
    return (
        f"<details><summary>{path.name}</summary>\n\n```{kind}\n{raw.decode().strip()}\n```\n\n"
        f"```json\n{json.dumps(fields, ensure_ascii=False, indent=2)}\n```\n\n</details>"
    )
