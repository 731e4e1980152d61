"""The reference in deploy/README.md, made from the code: `python -m tests.golden.reference` writes it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import SecretStr

from streams.metrics import Metrics
from streams.settings import PREFIX, Settings
from streams.topics import DAY_MS, MIB, catalogue

GUIDE: Final = Path(__file__).parents[2] / "deploy" / "README.md"


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
    return _table(("variable", "default", "meaning"), rows)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(getattr(value, "value", value))


def metrics() -> str:
    """Every metric with its type, labels and meaning."""
    rows = []
    for collector in dict.fromkeys(Metrics().registry._collector_to_names):
        (family,) = collector.describe() if hasattr(collector, "describe") else collector.collect()
        labels = ", ".join(getattr(collector, "_labelnames", ()))
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        rows.append((f"`{family.name}{suffix}`", family.type, labels, family.documentation))
    return _table(("metric", "type", "labels", "meaning"), rows)


def topics() -> str:
    """Every topic of the catalogue as it is created."""
    rows = []
    for topic in catalogue(Settings(_env_file=None)).all():
        kept = "the newest of a key" if topic.compacted else f"{topic.retention_ms // DAY_MS} days"
        largest = f"{topic.max_bytes / MIB:g} MiB"
        rows.append((f"`{topic.name}`", topic.key.value, kept, largest, topic.description))
    return _table(("topic", "keyed by", "kept", "largest", "holds"), rows)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


BLOCKS: Final[dict[str, Callable[[], str]]] = {"settings": settings, "metrics": metrics, "topics": topics}
_MARKED: Final = re.compile(
    r"(<!-- (\w+): written by python -m tests\.golden\.reference -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL
)


def shown() -> Iterator[tuple[str, str]]:
    """Name and text of every block in the guide."""
    for match in _MARKED.finditer(GUIDE.read_text(encoding="utf-8")):
        yield match[2], match[3]


def main() -> None:
    """Write the blocks into deploy/README.md."""
    text = GUIDE.read_text(encoding="utf-8")
    GUIDE.write_text(_MARKED.sub(lambda m: m[1] + BLOCKS[m[2]]() + m[4], text), encoding="utf-8")


if __name__ == "__main__":
    main()
