"""Accuracy of entities on own-written passages.

    python -m tests.accuracy.entities.measure [--show]

`develop.jsonl` was looked at while rules were written, `test.jsonl` was not until it was counted. The first 77 and 33
passages: the test half, written afterwards, counted once blind (F1 0.970, with the right id 0.953) and only then looked
at. The second 42 and 42 (`second:`, written before anything was run on them): at the first go develop P 0.982 R 0.953
F1 0.967, test P 0.987 R 0.968 F1 0.977, alarms 6 of 36 and 6 of 46; indices without a fault. The rules were then mended
with only the develop half in sight (test F1 0.977 again), and after that with both. One line a passage: uri, group
(style of the prose), published_at, language, headline, body, `entities` (kind, name, id or null where unlisted,
`also_ids`, `also` other kinds as good, `mentions`: each surface once, `optional`: found or not, it counts neither
way), `absent` (surface that is no such entity, why, `in`: a context that occurs once, `kinds`) and `complete` (the
kinds labelled throughout: index, company, person).

A labelled entity and a found one of a fitting kind match when an id is equal, else when their mentions overlap, one
to one; "linked" asks for the id too where the label has one. An alarm is a find on an absent surface.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import Article, Entity
from streams.extract.names.entities import find_entities
from streams.extract.names.registry_names import RegistryNames
from streams.extract.text.document import read
from tests import shipped

HERE: Final = Path(__file__).parent
SETS: Final = ("develop", "test")

FIRST_GO: Final = {"second": (0.987, 0.968)}
"""Precision and recall over all kinds at the first go, by set of passages: the second test half."""

_EDGE: Final = r"[0-9A-Za-z\u00c0-\u024f]"

Span = tuple[str, int, int]
Row = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Count:
    """Counts over passages."""

    labelled: int = 0
    """Entities that should be found."""
    found: int = 0
    """Entities found, optional ones left out."""
    right: int = 0
    """Found ones that match a label."""
    linked: int = 0
    """Of these, with the right id where the label has one."""
    absent: int = 0
    """Surfaces that name nothing of the kind."""
    alarms: int = 0
    """Of these, found."""

    def f1(self, *, linked: bool = False) -> float:
        """Harmonic mean of precision and recall."""
        both = self.labelled + self.found
        return 2 * (self.linked if linked else self.right) / both if both else 0.0


def passages(name: str) -> Iterator[Row]:
    """The labelled passages of a set."""
    with (HERE / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@cache
def measured(name: str) -> tuple[dict[str, Count], tuple[str, ...]]:
    """Counts of one of `SETS` by kind and over all ("all"), and a line for each error; counted once."""
    counts = {kind: Count() for kind in ("index", "company", "person", "all")}
    errors: list[str] = []
    for row in passages(name):
        _count(row, _found(row, shipped.extractor().names), counts, errors)
    return counts, tuple(errors)


def article(row: Row) -> Article:
    """A passage as it would come in."""
    return Article(
        uri=row["uri"],
        published_at=datetime.fromisoformat(row["published_at"]),
        headline=row["headline"],
        body=row["body"],
        language=row["language"],
    )


def _found(row: Row, names: RegistryNames) -> list[Entity]:
    return list(find_entities(read(article(row)), names))


def _count(row: Row, found: list[Entity], counts: dict[str, Count], log: list[str]) -> None:
    pairs = _pairs(row, found)
    for position, label in enumerate(row["entities"]):
        if label["kind"] not in row["complete"] or label.get("optional"):
            continue
        match = pairs.get(position)
        is_linked = match is not None and (label["id"] is None or bool(_ids(label) & {match.id, *_symbols(match)}))
        for count in (counts[label["kind"]], counts["all"]):
            count.labelled += 1
            count.found += match is not None
            count.right += match is not None
            count.linked += is_linked
        if not is_linked:
            log.append(f"{row['uri']} {'missed' if match is None else 'other id'} {label['kind']} {label['name']}")
    taken = {entity.id for entity in pairs.values()}
    for entity in found:
        if entity.id not in taken and entity.kind in row["complete"]:
            counts[entity.kind].found += 1
            counts["all"].found += 1
            log.append(f"{row['uri']} false {entity.kind} {entity.id}")
    for item in row["absent"]:
        kinds = item.get("kinds", row["complete"])
        rang = any(_spans(entity) & _denied(row, item) for entity in found if entity.kind in kinds)
        counts["all"].absent += 1
        counts["all"].alarms += rang
        if rang:
            log.append(f"{row['uri']} alarm on {item['surface']}: {item['why']}")


def _pairs(row: Row, found: list[Entity]) -> dict[int, Entity]:
    """Labels to finds, one to one: by id first, then by most overlapping mentions."""
    scored = []
    for position, label in enumerate(row["entities"]):
        wanted = {span for surface in label["mentions"] for span in _occurrences(row, surface)}
        for number, entity in enumerate(found):
            if entity.kind not in (label["kind"], *label.get("also", ())):
                continue
            same = bool(_ids(label) & {entity.id, *_symbols(entity)}) and entity.kind == label["kind"]
            shared = sum(any(_overlap(a, b) for b in _spans(entity)) for a in wanted)
            if same or shared:
                scored.append((not same, bool(label.get("optional")), -shared, position, number))
    pairs: dict[int, Entity] = {}
    gone: set[int] = set()
    for *_, position, number in sorted(scored):
        if position not in pairs and number not in gone:
            pairs[position] = found[number]
            gone.add(number)
    return pairs


def _ids(label: dict[str, Any]) -> set[str]:
    return {one for one in (label["id"], *label.get("also_ids", ())) if one}


def _symbols(entity: Entity) -> set[str]:
    return {f"{entity.kind}:{symbol.value}" for symbol in entity.symbols if symbol.scheme == "yahoo"}


def _spans(entity: Entity) -> set[Span]:
    return {(str(mention.field), mention.start, mention.end) for mention in entity.mentions}


def _occurrences(row: Row, surface: str) -> set[Span]:
    """Where a surface stands as whole words; scripts without spaces have no word edges."""
    before = f"(?<!{_EDGE})" if re.match(_EDGE, surface[0]) else ""
    after = f"(?!{_EDGE})" if re.match(_EDGE, surface[-1]) else ""
    pattern = re.compile(before + re.escape(surface) + after)
    return {(field, *mark.span()) for field in ("headline", "body") for mark in pattern.finditer(row[field])}


def _denied(row: Row, item: dict[str, Any]) -> set[Span]:
    everywhere = _occurrences(row, item["surface"])
    if "in" not in item:
        return everywhere
    starts = {field: row[field].find(item["in"]) for field in ("headline", "body")}
    return {
        (field, start, end)
        for field, start, end in everywhere
        if starts[field] >= 0 and starts[field] <= start and end <= starts[field] + len(item["in"])
    }


def _overlap(one: Span, other: Span) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def main() -> None:
    """Print the figures of both sets."""
    parser = argparse.ArgumentParser(description="Accuracy of entities on own-written passages.")
    parser.add_argument("--show", action="store_true", help="print every error")
    args = parser.parse_args()
    for name in SETS:
        counts, errors = measured(name)
        for kind, count in counts.items():
            print(  # noqa: T201 - a command that prints its result
                f"{name:8} {kind:8} F1 {count.f1():.3f}  linked {count.f1(linked=True):.3f}  "
                f"labelled {count.labelled}  found {count.found}"
            )
        print(f"{name:8} alarms {counts['all'].alarms} of {counts['all'].absent}")  # noqa: T201 - as above
        if args.show:
            print("\n".join(errors))  # noqa: T201 - as above


if __name__ == "__main__":
    main()
