"""The references in the guides, made from the code: `python -m tests.golden.reference` writes them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from prometheus_client import ProcessCollector
from pydantic import SecretStr

from streams.agents.metrics import Metrics
from streams.archive.tables import TABLES, Kind
from streams.kafka.topics import DAY_MS, MIB, catalogue
from streams.settings import PREFIX, Settings
from streams.web.metrics import StreamMetrics
from tests.golden import contract_reference
from tests.golden.tables import table

ROOT: Final = Path(__file__).parents[2]


def settings() -> str:
    """Every variable with its default and meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        secret = SecretStr in {field.annotation, *get_args(field.annotation)}
        default = "" if field.default in (None, "", ()) or secret else f"`{_plain(field.default)}`"
        choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        meaning = field.description or ""
        meaning += f" One of {', '.join(choices)}." if choices else ""
        rows.append((f"`{PREFIX}{name.upper()}`", default, meaning))
    return table(("variable", "default", "meaning"), rows)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(getattr(value, "value", value))


def metrics() -> str:
    """Every metric with its type, labels and meaning."""
    rows = []
    registry = Metrics().registry
    StreamMetrics(registry)
    for collector in dict.fromkeys(registry._collector_to_names):
        if isinstance(collector, ProcessCollector):
            continue  # those of every client library of Prometheus, and only where there is /proc
        (family,) = collector.describe() if hasattr(collector, "describe") else collector.collect()
        labels = ", ".join(getattr(collector, "_labelnames", ()))
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        rows.append((f"`{family.name}{suffix}`", family.type, labels, family.documentation))
    return table(("metric", "type", "labels", "meaning"), rows)


def topics() -> str:
    """Every topic of the catalogue as it is created."""
    rows = []
    for topic in catalogue(Settings(_env_file=None)).all():
        kept = "the newest of a key" if topic.compacted else f"{topic.retention_ms // DAY_MS} days"
        largest = f"{topic.max_bytes / MIB:g} MiB"
        rows.append((f"`{topic.name}`", topic.key.value, kept, largest, topic.description))
    return table(("topic", "keyed by", "kept", "largest", "holds"), rows)


def columns() -> str:
    """Every column of an archive; of a list what it has in each."""
    rows = []
    for kept in TABLES:
        folders = ("day", *(["type"] if kept.type else []))
        for column in kept.columns:
            inner = "" if isinstance(column.kind, Kind) else ", ".join(f"`{field.name}`" for field in column.kind)
            rows.append((kept.name, f"`{column.name}`", f"list of {inner}" if inner else column.kind, column.meaning))
        rows += [(kept.name, f"`{name}`", "folder", "What the row is partitioned by.") for name in folders]
    return table(("table", "column", "holds", "meaning"), rows)


Blocks = dict[str, Callable[[], str]]
GUIDES: Final[dict[Path, Blocks]] = {
    ROOT / "deploy" / "README.md": {"settings": settings, "metrics": metrics, "topics": topics, "columns": columns},
    ROOT / "schemas" / "README.md": {
        "topics": contract_reference.topics,
        "headers": contract_reference.headers,
        "messages": contract_reference.messages,
        "vocabularies": contract_reference.vocabularies,
        "trna": contract_reference.trna,
        "ravenpack": contract_reference.ravenpack,
        "gkg": contract_reference.gkg,
    },
}
_MARKED: Final = re.compile(
    r"(<!-- (\w+): written by python -m tests\.golden\.reference -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL
)


def shown(guide: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every block in a guide."""
    for match in _MARKED.finditer(guide.read_text(encoding="utf-8")):
        yield match[2], match[3]


def written(guide: Path, blocks: Blocks) -> str:
    """The guide with its blocks as the code makes them now."""
    return _MARKED.sub(lambda m: m[1] + blocks[m[2]]() + m[4], guide.read_text(encoding="utf-8"))


def main() -> None:
    """Write the blocks into their guides."""
    for guide, blocks in GUIDES.items():
        guide.write_text(written(guide, blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
