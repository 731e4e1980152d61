"""Annotations of an archive of articles in one Parquet file, with the columns of the table `annotations`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas import Annotation
from streams.archive.parquet import arrow, schema_of, writer
from streams.archive.tables import ANNOTATIONS, Row

_IN_A_GROUP: Final = 2_000


@contextmanager
def annotation_file(path: Path) -> Iterator[Callable[[Sequence[bytes]], None]]:
    """A file for annotations as JSON; it has its name only once it is whole. Raises ParquetError."""
    aside = path.with_name(f"{path.name}.next")
    waiting: list[Row[Annotation]] = []
    try:
        with writer(aside, schema_of(ANNOTATIONS)) as file:

            def keep(annotations: Sequence[bytes]) -> None:
                waiting.extend(Row(message=Annotation.from_bytes(raw), json=raw, place=None) for raw in annotations)
                if len(waiting) >= _IN_A_GROUP:
                    file.write_table(arrow(ANNOTATIONS, waiting))
                    waiting.clear()

            yield keep
            file.write_table(arrow(ANNOTATIONS, waiting))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
