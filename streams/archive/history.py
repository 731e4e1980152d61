"""An archive read back: as it was published, as it stands, or as it was known at a time.

    from streams.archive.history import history
    history("history", "events", view="as-it-stands", known_at=when, since=date(2026, 3, 1), before=date(2026, 4, 1))

A view is computed over the whole table, since a correction may move an event to another day, and what was said in March
may have been withdrawn in April.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from schemas import Annotation, Position
from schemas.taxonomy import Lifecycle, Status
from streams.archive.directory import ArchiveError, files_of
from streams.archive.parquet import Arrow, schema_of
from streams.archive.tables import ACTIVITY, ANNOTATIONS, EVENTS, Table, table_named
from streams.reconcile import LedgerEntry, reconcile


class View(StrEnum):
    """What of an archive is read."""

    AS_PUBLISHED = "as-published"
    """Every record, corrections and retractions among them."""
    AS_IT_STANDS = "as-it-stands"
    """Of every event, article or minute of an index the newest record, and none of what was retracted or withdrawn."""


# By what rows are the same thing, and which of them is the newest: the greatest in this column, of equals the first.
_SAME: Final = {EVENTS.name: ("event_id",), ACTIVITY.name: ("index", "as_of")}
_NEWEST: Final = {EVENTS.name: "revision", ACTIVITY.name: "offset"}
_UNASKED: Final = "json"


def history(
    directory: Path | str,
    table: str = EVENTS.name,
    *,
    view: View | str = View.AS_PUBLISHED,
    known_at: datetime | None = None,
    since: date | None = None,
    before: date | None = None,
    types: Collection[str] = (),
    columns: Collection[str] | None = None,
) -> Arrow:
    """Rows of a table, as an Arrow table: `.to_pandas()` makes a data frame of it, and DuckDB queries it by its name.

    `known_at` leaves out what was observed later; `since` (included) and `before` (not included) are days of event
    time, `types` those of events. Without `columns` there are all but `json`. Raises ArchiveError where there is no
    archive or a file of it is damaged, and ValueError for a table, column or view that there is none of.
    """
    found = table_named(table)
    wanted = View(view)
    if known_at is not None and known_at.tzinfo is None:
        raise ValueError("known_at has no time zone: write it as in datetime(2026, 3, 2, 7, tzinfo=UTC)")
    if wanted is View.AS_IT_STANDS and table not in _STANDING:
        raise ValueError(f"{table} has no view {wanted}: its records are no messages")
    schema = _schema(found)
    names = [name for name in schema.names if name != _UNASKED] if columns is None else list(columns)
    if unknown := set(names) - set(schema.names):
        raise ValueError(
            f"{table} has no column {', '.join(sorted(unknown))}; these there are: {', '.join(schema.names)}"
        )
    rows = _rows(Path(directory), found, schema, {*names, *_needed(table, wanted)}, known_at)
    if wanted is View.AS_IT_STANDS:
        rows = _STANDING[table](rows)
    return rows.filter(_chosen(schema, since, before, types)).select(names)


def _schema(table: Table[Any]) -> pa.Schema:
    """The columns of a table, those that its folders name among them."""
    schema = schema_of(table).append(pa.field("day", pa.date32()))
    return schema if table.type is None else schema.append(pa.field("type", pa.string()))


def _needed(table: str, view: View) -> set[str]:
    """Columns that are looked at, whether they are wanted or not."""
    always = {"observed_at", "day", "partition", "offset"} | ({"type"} if table == EVENTS.name else set())
    if view is View.AS_PUBLISHED:
        return always
    if table == ANNOTATIONS.name:
        return always | {"uri", "article_status", "json"}
    return always | {*_SAME[table], _NEWEST[table]} | ({"lifecycle"} if table == EVENTS.name else set())


def _rows(path: Path, table: Table[Any], schema: pa.Schema, names: set[str], known_at: datetime | None) -> Arrow:
    time = schema.field("observed_at").type
    known = None if known_at is None else pc.field("observed_at") <= pa.scalar(known_at, time)
    columns = [name for name in schema.names if name in names]
    try:
        try:
            return _dataset(files_of(path, table.name), schema).to_table(columns=columns, filter=known)
        except FileNotFoundError:  # a file that waited aside has taken its place meanwhile
            return _dataset(files_of(path, table.name), schema).to_table(columns=columns, filter=known)
    except (OSError, pa.ArrowException) as error:
        raise ArchiveError(f"the archive in {path} can't be read: {error}; take the file from a backup") from error


def _dataset(files: Sequence[Path], schema: pa.Schema) -> Any:
    folders = [schema.field(name) for name in ("day", "type") if name in schema.names]
    return ds.dataset(
        [str(file) for file in files],
        schema=schema,
        format="parquet",
        partitioning=ds.partitioning(pa.schema(folders), flavor="hive"),
    )


def _newest(table: str, rows: Arrow) -> Arrow:
    """Of rows that are of the same thing the newest."""
    same, newest_first = _SAME[table], _NEWEST[table]
    order = [
        *((name, "ascending") for name in same),
        (newest_first, "descending"),
        *((name, "ascending") for name in ("partition", "offset") if name != newest_first),
    ]
    ordered = rows.take(pc.sort_indices(rows, sort_keys=order))
    return ordered.filter(_is_first(ordered, same))


def _standing_events(rows: Arrow) -> Arrow:
    newest = _newest(EVENTS.name, rows)
    return newest.filter(pc.not_equal(newest["lifecycle"], Lifecycle.RETRACTED.value))


def _standing_activity(rows: Arrow) -> Arrow:
    return _newest(ACTIVITY.name, rows)


def _standing_annotations(rows: Arrow) -> Arrow:
    """The version of each article that stands, by the pipeline's own rule, and no article that was withdrawn."""
    ordered = rows.take(pc.sort_indices(rows, sort_keys=[("partition", "ascending"), ("offset", "ascending")]))
    versions: dict[str, list[int]] = {}
    for number, uri in enumerate(ordered["uri"].to_pylist()):
        versions.setdefault(uri, []).append(number)
    alone = [numbers[0] for numbers in versions.values() if len(numbers) == 1]
    decided = [_of_versions(ordered, numbers) for numbers in versions.values() if len(numbers) > 1]
    kept = ordered.take(pa.array(sorted(alone + decided), pa.int64()))
    return kept.filter(pc.equal(kept["article_status"], Status.USABLE.value))


def _of_versions(rows: Arrow, numbers: list[int]) -> int:
    """Of the rows of one article, in the order in which they were published, the one that stands at the end."""
    standing: dict[Position, LedgerEntry] = {}
    at: dict[Position, int] = {}
    for number in numbers:
        annotation = Annotation.from_bytes(rows["json"][number].as_py().encode())
        if annotation.position is None:
            raise ArchiveError(f"the annotation of {annotation.article.uri} has no position: it came by another way")
        at.setdefault(annotation.position, number)
        found = reconcile(annotation, rows["observed_at"][number].as_py(), standing)
        if found.entry is not None:
            standing = {annotation.position: found.entry}
    (position,) = standing
    return at[position]


_STANDING: Final[dict[str, Callable[[Arrow], Arrow]]] = {
    EVENTS.name: _standing_events,
    ACTIVITY.name: _standing_activity,
    ANNOTATIONS.name: _standing_annotations,
}


def _is_first(ordered: Arrow, same: tuple[str, ...]) -> Any:
    """Of rows in the order of these columns, which differ in one of them from the row before."""
    count = ordered.num_rows
    differs = pa.array([True] * min(count, 1) + [False] * max(0, count - 1))
    for name in same:
        column = ordered[name]
        other = pc.fill_null(pc.not_equal(column.slice(1), column.slice(0, max(0, count - 1))), False)
        shifted = pa.chunked_array([pa.array([True] * min(count, 1), pa.bool_()), *other.chunks], pa.bool_())
        differs = pc.or_(differs, shifted)
    return differs


def _chosen(schema: pa.Schema, since: date | None, before: date | None, types: Collection[str]) -> Any:
    chosen = pc.scalar(True)
    if since is not None:
        chosen &= pc.field("day") >= pa.scalar(since)
    if before is not None:
        chosen &= pc.field("day") < pa.scalar(before)
    if types:
        if "type" not in schema.names:
            raise ValueError("only events have types")
        chosen &= pc.field("type").isin(list(types))
    return chosen
