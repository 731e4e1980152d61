"""Records on their way into an archive: read as what their topic holds, and dealt out to tables and folders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas import Message, WireError
from streams.archive.parquet import NO_ROW, Arrow, arrow
from streams.archive.tables import OF_MESSAGE, UNREAD, Place, Row, Table, Unread
from streams.kafka.records import Record


class Batch:
    """The rows of one commit, and the offsets that it reaches."""

    def __init__(self, kinds: Mapping[str, type[Message]]) -> None:
        """`kinds` says what each topic holds."""
        self._kinds = kinds
        self._rows: dict[str, tuple[Table[Any], list[Any]]] = {}
        self.offsets: dict[tuple[str, int], int] = {}
        """By topic and partition, one past the last record."""
        self.records = 0
        """How many records there are."""
        self.value_bytes = 0
        """How many bytes their values have."""

    def __bool__(self) -> bool:
        return bool(self.records)

    def add(self, record: Record, now: datetime) -> None:
        """Take a record; `now` is when it was read."""
        self.records += 1
        self.value_bytes += len(record.value or b"")
        self.offsets[record.topic, record.partition] = record.offset + 1
        place = Place(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            observed_at=record.observed_at,
            archived_at=now,
        )
        row = _read(self._kinds[record.topic], record, place)
        if isinstance(row, Unread):
            self._put(UNREAD, row)
        else:
            self._put(OF_MESSAGE[self._kinds[record.topic]], row)

    def _put(self, table: Table[Any], row: Any) -> None:
        self._rows.setdefault(table.folder(row), (table, []))[1].append(row)

    def tables(self) -> dict[str, Arrow]:
        """All rows by folder."""
        made = {
            folder: self._fitting(table, rows) for folder, (table, rows) in list(self._rows.items()) if table != UNREAD
        }
        made |= {folder: arrow(table, rows) for folder, (table, rows) in self._rows.items() if table == UNREAD}
        return {folder: rows for folder, rows in made.items() if rows.num_rows}

    def _fitting(self, table: Table[Any], rows: list[Row[Any]]) -> Arrow:
        """Rows that have a place in the columns; the others are kept as records that could not be read."""
        try:
            return arrow(table, rows)
        except NO_ROW:
            return arrow(table, [row for row in rows if self._fits(table, row)])

    def _fits(self, table: Table[Any], row: Row[Any]) -> bool:
        try:
            arrow(table, [row])
        except NO_ROW as error:
            if row.place is None:
                raise
            why = f"no row can hold it: {error}"
            self._put(UNREAD, Unread(place=row.place, key=None, value=row.json, why=why))
            return False
        return True


def _read(kind: type[Message], record: Record, place: Place) -> Row[Any] | Unread:
    try:
        if record.value is None:
            raise WireError("a null value")  # noqa: TRY301  told as what else is no message
        record.value.decode()  # what is in unknown fields was not looked at
        return Row(message=kind.from_bytes(record.value), json=record.value, place=place)
    except (WireError, UnicodeDecodeError) as error:
        return Unread(place=place, key=record.key, value=record.value, why=str(error))
