"""What must come out, counted by brute force from the records of `news.articles` alone. Knows nothing of the pipeline.

An article's standing version is the highest by (version, place in the topic); what says the same as the one before it
changes nothing. A null value withdraws the version that stands. The indices of a version are read off its sentences,
which the generator writes all alike.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.chaos.articles import INDICES

WINDOWS = {"1m": 1, "5m": 5, "1h": 60, "12h": 720, "24h": 1440, "3d": 4320, "5d": 7200, "7d": 10080}
SENTENCE = re.compile(r"The (.+?) rose ([0-9.]+)%.")


@dataclass(frozen=True)
class Version:
    """One version of an article, as its record says."""

    order: tuple[int, int, int]
    minute: int
    moves: dict[str, str]
    """Index -> percent; empty while withdrawn."""
    said: tuple[Any, ...]
    """Two versions that say the same are duplicates."""
    revision: int = 0
    """The version, or one more than the revision before where that is not lower: withdrawals by null have none."""


Event = tuple[str, str, int, str]
"""Uri, index, revision, lifecycle."""


@dataclass
class Recount:
    """Standing versions, and every event on the way there."""

    standing: dict[str, Version] = field(default_factory=dict)
    events: set[Event] = field(default_factory=set)
    bad: Counter[bytes] = field(default_factory=Counter)

    def counts(self, as_of: datetime) -> dict[str, dict[str, int]]:
        """Index -> window -> articles of which the minute lies in [as_of - window, as_of)."""
        end = int(as_of.timestamp()) // 60
        found: dict[str, dict[str, int]] = {}
        for version in self.standing.values():
            for index in version.moves:
                windows = found.setdefault(index, dict.fromkeys(WINDOWS, 0))
                for name, minutes in WINDOWS.items():
                    windows[name] += end - minutes <= version.minute < end
        return found

    def last(self) -> set[tuple[str, str]]:
        """Uri and index of the events that stand in the end."""
        return {(uri, index) for uri, version in self.standing.items() for index in version.moves}


def recount(records: Iterable[Any]) -> Recount:
    """Take the records of the topic, partition by partition."""
    result = Recount()
    for record in records:
        for uri, version in _read(record, result):
            before = result.standing.get(uri)
            if before is not None and (version.order < before.order or version.said == before.said):
                continue
            revision = max(version.order[0], before.revision + 1 if before else 1)
            result.standing[uri] = after = replace(version, revision=revision)
            result.events.update(_changes(uri, before, after))
    return result


def _read(record: Any, result: Recount) -> Iterator[tuple[str, Version]]:
    place = (record.partition(), record.offset())
    if record.value() is None:
        uri = record.key().decode()
        number = result.standing[uri].order[0]
        yield uri, Version((number, *place), 0, {}, (number, "withdrawn"))
        return
    try:
        said = json.loads(record.value())
        minute = int(datetime.fromisoformat(said["published_at"]).timestamp()) // 60
    except (ValueError, KeyError):
        result.bad[record.value()] += 1
        return
    usable = said.get("status", "usable") == "usable"
    moves = {INDICES[name]: percent for name, percent in SENTENCE.findall(said["body"])} if usable else {}
    number = said["version"]
    yield said["uri"], Version((number, *place), minute, moves, (number, minute, said["body"], usable))


def _changes(uri: str, before: Version | None, after: Version) -> Iterator[Event]:
    old = before.moves if before else {}
    for index in old.keys() - after.moves.keys():
        yield uri, index, after.revision, "retracted"
    for index, percent in after.moves.items():
        if index not in old:
            yield uri, index, after.revision, "created"
        elif before and (old[index], before.minute) != (percent, after.minute):
            yield uri, index, after.revision, "corrected"
