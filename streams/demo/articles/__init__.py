"""The sample articles: 44 records of market news, written for newstape and invented throughout.

Companies, indices and some officials are real, so that the registry knows them; what is said of them is not, nor are
the news sources. `sample.jsonl` holds one record a line in order of arrival, over the week that ends on 2026-11-20: 40
articles, two corrections, one withdrawal and one repeat. Three articles are ninjs (1.x, 2.x, 3.x), one is in a
structured CloudEvents envelope, two are Japanese. `broken.jsonl` holds two lines that intake must reject.
"""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from schemas.wire import encode, loads

# Time fields of native articles, of ninjs 1 and 2 (lower case) and 3 (camel case), and of the CloudEvents envelope.
_TIMES: Final = frozenset(
    {
        "published_at",
        "updated_at",
        "firstcreated",
        "versioncreated",
        "contentcreated",
        "firstCreated",
        "versionCreated",
        "contentCreated",
        "time",
    }
)

# How long before `now` the newest shifted time is: inside the shortest window, and not in the future by any clock.
_NEWEST_AGE: Final = timedelta(minutes=1)


def sample_articles(*, now: datetime | None = None) -> list[bytes]:
    """The sample records as raw JSON bytes, in order of arrival.

    With `now` (aware) all their times are moved by the same amount, so that the newest is a minute before it; what the
    texts say of weekdays stays. Raises ValueError if `now` is naive.
    """
    lines = _lines("sample.jsonl")
    if now is None:
        return lines
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    records = [loads(line) for line in lines]
    newest = max(time for record in records for time in _times(record))
    by = now.astimezone(UTC).replace(microsecond=0) - _NEWEST_AGE - newest
    return [encode(_shifted(record, by)) for record in records]


def broken_articles() -> list[bytes]:
    """Two records that are no articles: one is cut off, one has no time that can be read."""
    return _lines("broken.jsonl")


def _lines(name: str) -> list[bytes]:
    return files(__name__).joinpath(name).read_bytes().splitlines()


def _times(record: dict[str, Any]) -> list[datetime]:
    """All times of a record, envelope included."""
    own = [datetime.fromisoformat(record[field]) for field in _TIMES & record.keys()]
    data = record.get("data")
    return own + _times(data) if isinstance(data, dict) else own


def _shifted(record: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The record with all its times moved, each in the zone it was written in."""
    moved = {field: _moved(value, by) if field in _TIMES else value for field, value in record.items()}
    data = record.get("data")
    return moved | {"data": _shifted(data, by)} if isinstance(data, dict) else moved


def _moved(time: str, by: timedelta) -> str:
    return (datetime.fromisoformat(time) + by).isoformat().replace("+00:00", "Z")
