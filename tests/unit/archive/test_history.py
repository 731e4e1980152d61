"""An archive read back: views against a recount by the pipeline's own stage, and the queries of the guide."""

import random
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from schemas import Annotation, EntityRef, Event, IndexActivity, MarketEvent, WindowCounts
from schemas.taxonomy import EventType, Record, Status, Window
from streams.archive.directory import ArchiveError
from streams.archive.history import View, history
from streams.archive.tables import EVENTS, Column, Kind
from tests.archived import Published, archive
from tests.builders import annotation, index_move, sentiment, span

ROOT: Final = Path(__file__).parents[3]
GUIDE: Final = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
SEED: Final = 7


def march(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A time of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


# -- what stands ------------------------------------------------------------------------------------------------------


def lives(draw: random.Random, steps: int) -> list[tuple[datetime, Annotation]]:
    """Versions of a few articles as they come: corrected, moved to other days, withdrawn, brought back, stale."""
    found = []
    for offset in range(steps):
        uri, version = f"u{draw.randrange(6)}", draw.choice([None, None, draw.randint(1, 9)])
        said = tuple(index_move(index, float(draw.randint(1, 3))) for index in ("N225", "DAX") if draw.random() < 0.6)
        made = annotation(
            uri,
            offset=offset,
            version=version,
            published_at=march(draw.randint(1, 5)),
            status=draw.choice([Status.USABLE] * 4 + [Status.CANCELED]),
            events=said,
        )
        found.append((march(6) + timedelta(minutes=offset), made))
    return found


def standing_events(published: Published, known_at: datetime) -> set[tuple[str, int]]:
    """Counted by hand: of every event the greatest revision so far, if it was not retracted."""
    newest: dict[str, MarketEvent] = {}
    for record in published.records:
        if record.topic == "market.events.index" and record.observed_at <= known_at:
            event = MarketEvent.from_bytes(record.value or b"")
            if event.event_id not in newest or event.revision > newest[event.event_id].revision:
                newest[event.event_id] = event
    return {(e.event_id, e.revision) for e in newest.values() if e.lifecycle != "retracted"}


def test_views_at_any_time_are_what_stood_then(tmp_path: Path) -> None:
    """Events by a recount by hand; articles are those whose events stand, by the pipeline's own stage."""
    draw = random.Random(SEED)
    versions, published = lives(draw, 120), Published()
    for observed_at, version in versions:
        published.publish(version, observed_at)
    archive(tmp_path / "a", published.records)

    for step in range(0, 120, 7):
        when = march(6) + timedelta(minutes=step)
        rows = history(tmp_path / "a", view=View.AS_IT_STANDS, known_at=when).to_pylist()
        assert {(row["event_id"], row["revision"]) for row in rows} == standing_events(published, when)
        articles = history(tmp_path / "a", "annotations", view="as-it-stands", known_at=when).to_pylist()
        said = {(row["uri"], event["subject_id"], event["percent"]) for row in articles for event in row["events"]}
        assert said == {(row["uri"], row["subject_id"], row["percent"]) for row in rows}, step


def test_an_event_that_was_moved_out_of_a_month_does_not_stand_in_it(tmp_path: Path) -> None:
    """A view is computed over all days, then cut."""
    published = Published()
    published.publish(annotation(published_at=march(31), version=1, events=(index_move("DAX", 1.0),)), march(31))
    moved = march(31) + timedelta(days=2)
    published.publish(
        annotation(published_at=moved, offset=1, version=2, events=(index_move("DAX", 1.0),)), march(31, 13)
    )
    archive(tmp_path / "a", published.records)
    of_march: dict[str, Any] = {"since": date(2026, 3, 1), "before": date(2026, 4, 1)}

    assert history(tmp_path / "a", **of_march).num_rows == 1
    assert history(tmp_path / "a", view="as-it-stands", **of_march).num_rows == 0
    assert history(tmp_path / "a", view="as-it-stands", known_at=march(31), **of_march).num_rows == 1
    assert history(tmp_path / "a", view="as-it-stands").num_rows == 1


def test_counts_sent_again_for_a_minute_stand_once(tmp_path: Path) -> None:
    """The newest of them."""
    published = Published()
    for articles in (1, 2, 3):
        windows = {
            window.value: WindowCounts(articles=articles, mentions=articles, sentiment=None) for window in Window
        }
        published.count(IndexActivity(index="DAX", as_of=march(2), windows=windows), march(2, 12, articles))
    archive(tmp_path / "a", published.records)

    assert history(tmp_path / "a", "activity").num_rows == 3
    (row,) = history(tmp_path / "a", "activity", view="as-it-stands").to_pylist()
    assert (row["articles_24h"], row["sentiment_24h"], row["as_of"]) == (3, None, march(2))


def test_what_there_is_none_of_is_told_with_what_there_is(tmp_path: Path) -> None:
    """Tables, columns, views and times."""
    archive(tmp_path / "a", [])
    for wrong, told in (
        ({"table": "news"}, "events, activity, annotations, unread"),
        ({"columns": ["price"]}, "has no column price; these there are: event_id"),
        ({"view": "as-is"}, "as-is"),
        ({"known_at": datetime(2026, 3, 1)}, "has no time zone"),  # noqa: DTZ001
        ({"table": "unread", "view": "as-it-stands"}, "unread has no view"),
        ({"table": "activity", "types": ["index.move"]}, "only events have types"),
    ):
        with pytest.raises(ValueError, match=told):
            history(tmp_path / "a", **wrong)
    assert history(tmp_path / "a").num_rows == 0
    with pytest.raises(ArchiveError, match="there is no archive"):
        history(tmp_path)


def test_every_field_of_a_figure_has_a_column() -> None:
    """What the contract adds to a quantity is not forgotten here."""
    (figures,) = (column for column in EVENTS.columns if column.name == "figures")
    assert not isinstance(figures.kind, Kind)
    fields = {"value", "unit", "currency", "basis", "approximate", "measure", "adjusted", "period"}
    fields |= {"expected", "surprise", "low", "high"}
    assert {inner.name for inner in figures.kind} == {"name", *fields}
    assert fields == set(_fields_of_quantity())


def _fields_of_quantity() -> list[str]:
    from dataclasses import fields

    from schemas import Quantity

    return [field.name for field in fields(Quantity)]


# -- the guide --------------------------------------------------------------------------------------------------------


def shown(name: str) -> str:
    """A file that the guide tells its reader to write."""
    (text,) = re.findall(rf"<!-- file: {re.escape(name)} -->\n\n```\w+\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    return str(text)


def index_record(index: str, level: float) -> Event:
    """A record of an index."""
    return Event(
        type=EventType.INDEX_RECORD,
        subject=EntityRef(id=f"index:{index}", name=index, resolved=True),
        record=Record.ALL_TIME_HIGH,
        evidence=(span(f"{index} at a record {level}"),),
        confidence=0.9,
    )


def toned(index: str, score: float) -> Event:
    """A move of an index, told in this tone."""
    move = index_move(index, 1.0 if score > 0 else -1.0)
    return Event(**{name: getattr(move, name) for name in move.__dataclass_fields__} | {"sentiment": sentiment(score)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an archive and the files of the guide."""
    published = Published()

    def publish(number: int, published_at: datetime, *events: Event, **fields: Any) -> None:
        made = annotation(
            f"urn:{number}", offset=len(published.records), published_at=published_at, events=events, **fields
        )
        published.publish(made, published_at + timedelta(seconds=1))

    publish(1, march(2), index_record("N225", 50_000))
    publish(2, march(3), index_record("DAX", 25_000), version=1)
    publish(2, march(3, 13), status=Status.CANCELED, version=2)
    publish(3, march(31, 23, 59), index_record("SPX", 7_000))
    publish(4, march(31) + timedelta(days=1), index_record("FTSE", 10_000))
    # Before the close of the 9th, between it and that of the 10th, and so on: a day's return follows its tone.
    publish(5, march(9, 6), toned("N225", 0.8))
    publish(6, march(9, 7), toned("N225", -0.9))
    publish(7, march(10, 6), toned("N225", -0.5))
    publish(8, march(10, 7), toned("N225", 0.4))
    publish(9, march(10, 7), toned("DAX", -1.0))
    archive(tmp_path / "history", published.records)
    for name in ("records_of_march.py", "n225.csv", "tone.py"):
        (tmp_path / name).write_text(shown(name), encoding="utf-8")
    return tmp_path


def run(folder: Path, name: str) -> str:
    """What a program of the guide prints."""
    done = subprocess.run(
        [sys.executable, name],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "COLUMNS": "200", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_records_of_march_are_those_that_stand(folder: Path) -> None:
    """Neither the one that was withdrawn nor that of April."""
    printed = run(folder, "records_of_march.py")

    found = re.findall(r"│ (2026-03-\d\d) │ (\w+) +│ (\w+)", printed)
    assert found == [("2026-03-02", "N225", "all_time_high"), ("2026-03-31", "SPX", "all_time_high")]


def test_the_tone_of_the_nikkei_is_set_against_the_return_that_follows(folder: Path) -> None:
    """By the closes that the guide shows: +1 % after a good day, -2 % after a bad one, +1 % after a good one."""
    printed = run(folder, "tone.py")

    days = re.findall(r"^2026-03-(\d\d) 06:30:00\+00:00 +(-?[\d.]+) +(\d+) +(-?[\d.]+)$", printed, re.MULTILINE)
    assert [(day, round(float(tone), 2), int(events), round(float(back), 2)) for day, tone, events, back in days] == [
        ("09", 0.8, 1, 0.01),
        ("10", -0.7, 2, -0.02),
        ("11", 0.4, 1, 0.01),
    ]
    (correlation,) = re.findall(r"^correlation (\S+)$", printed, re.MULTILINE)
    assert float(correlation) > 0.9


def test_the_reader_of_the_guide_reads(folder: Path) -> None:
    """As its lines stand there."""
    (code,) = re.findall(r"```python\n(from datetime import UTC, date.*?)```", GUIDE, re.DOTALL)
    (folder / "read.py").write_text(f"{code}\nprint(march.num_rows, len(records), known.num_rows)\n", encoding="utf-8")

    assert run(folder, "read.py").split() == ["9", "3", "3"]


def test_the_unnested_figures_of_the_guide_are_found(folder: Path) -> None:
    """By the line of SQL that it shows."""
    import duckdb

    (query,) = re.findall(r"`(select subject_name, f\.name.*?)`", GUIDE, re.DOTALL)
    events = f"read_parquet('{folder}/history/events/**/*.parquet', hive_partitioning = true)"
    rows = duckdb.sql(query.replace("from events", f"from {events}")).fetchall()

    assert ("N225", "percent", 1.0, "percent", None, None) in rows
    assert len(rows) == 5


def test_columns_are_named_once() -> None:
    """In every table, and none as a folder."""

    def names(columns: tuple[Column[Any], ...]) -> list[str]:
        return [column.name for column in columns]

    from streams.archive.tables import TABLES

    for table in TABLES:
        found = [*names(table.columns), "day", "type"]
        assert len(found) == len(set(found)), table.name
