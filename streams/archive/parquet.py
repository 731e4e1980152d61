"""Rows as Parquet: the schema of a table, rows as Arrow, and files written through to the disk."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from streams.archive.tables import Column, Kind, Table

Arrow: TypeAlias = pa.Table
"""Rows with typed columns."""

# Text that no two rows share: a dictionary of it would only be in the way.
_UNSHARED: Final = frozenset(("json", "event_id", "digest", "value"))

# By these a reader passes over files. Of all columns statistics would be half of a small file.
_LOOKED_UP: Final = ("published_at", "as_of", "observed_at", "subject_id", "index", "uri")

_TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.FLAG: pa.bool_(),
    Kind.TIME: pa.timestamp("us", tz="UTC"),
    Kind.DAY: pa.date32(),
    Kind.BYTES: pa.binary(),
}

NO_ROW: Final = (pa.ArrowException, OverflowError, UnicodeError)
"""What is raised where a value has no place in its column: a number of more than 64 bits, say."""


class ParquetError(OSError):
    """A file can't be read or written; the message names it."""


def schema_of(table: Table[Any]) -> pa.Schema:
    """The columns of a table's files."""
    return pa.schema([pa.field(column.name, _type(column)) for column in table.columns])


def _type(column: Column[Any]) -> pa.DataType:
    if isinstance(column.kind, Kind):
        return _TYPES[column.kind]
    return pa.list_(pa.struct([pa.field(inner.name, _type(inner)) for inner in column.kind]))


def arrow(table: Table[Any], rows: Sequence[Any]) -> Arrow:
    """Rows as Arrow. Raises one of NO_ROW."""
    schema = schema_of(table)
    columns = [
        pa.array([_value(column, row) for row in rows], field.type)
        for column, field in zip(table.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _value(column: Column[Any], row: Any) -> Any:
    value = column.value(row)
    if value is None or isinstance(column.kind, Kind):
        return value
    return [{inner.name: _value(inner, item) for inner in column.kind} for item in value]


def concatenated(first: Arrow, then: Arrow) -> Arrow:
    """The rows of two tables with the same columns."""
    return pa.concat_tables([first, then])


def read(path: Path) -> Arrow:
    """All rows of a file. Raises ParquetError."""
    try:
        # Without `partitioning` the names of folders would become columns.
        return pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise ParquetError(f"{path} can't be read: {error}") from error


def write(path: Path, rows: Arrow) -> None:
    """A file that is on the disk when this returns. Raises ParquetError."""
    with writer(path, rows.schema) as file:
        file.write_table(rows)


@contextmanager
def writer(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A file to be filled, on the disk when this ends. Raises ParquetError."""
    fields = {field.name: field.type for field in schema}
    shared = [name for name, kind in fields.items() if name not in _UNSHARED and not pa.types.is_floating(kind)]
    form = {
        "compression": "zstd",
        "use_dictionary": shared,
        "write_statistics": [name for name in _LOOKED_UP if name in fields],
        "store_schema": False,  # Parquet's own says all of it, and Arrow's copy would be a third of a small file
    }
    try:
        with path.open("wb") as file:
            with pq.ParquetWriter(file, schema, **form) as parquet:
                yield parquet
            file.flush()
            os.fsync(file.fileno())
    except (OSError, pa.ArrowException) as error:
        raise ParquetError(f"{path} can't be written: {error}") from error
