"""Accuracy of events on own-written passages, and the confidence of the rules.

    python -m tests.accuracy.events.measure [--show] [--confidence]

377 passages (headline, body or both; one to three sentences, in the manner of US, British, Indian and Japanese wires,
of the wire of 1987, of headlines and of blogs), written and labelled before any rule was. They are split by a hash of
their uri: odd first byte of SHA-256 is `test`. The develop half was looked at while the rules were written; of the test
half only the figures were. `later` has 60 more, written when the rules stood (labels: type and fact level), run once,
and then looked at. `FIRST_GO` has what the rules made of the two the first time that they ran.

A label has `type`, `subject` (an id without its kind for indices and companies, or a name), `subject_also`,
participants, arguments, `fact_level`, `scheduled` and `evidence`; a passage has `absent` (types that a matcher of
words would find and that are wrong) and `tolerated` (types that may be found or not). The unit is (passage, type):
several subjects of a type count once. The aim is macro F1 of 0.80 over the 23 types.

`--confidence` writes into the rules the share of each rule's finds on the develop half whose type is labelled there,
counted with one right and one wrong find added (so a rule that found nothing has 0.5).
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import Article, Entity, Event
from schemas.taxonomy import EventStatus, EventType
from streams.data.event_rules import SHIPPED
from streams.extract.annotate import Extractor
from streams.extract.events.find import consider, find_events
from streams.extract.indices.facts import find_index_facts
from streams.extract.names.entities import find_entities
from streams.extract.text.document import read
from streams.train import agreement
from tests import shipped
from tests.accuracy import frozen

HERE: Final = Path(__file__).parent
FIRST_GO: Final = {"test": (0.909, 0.003), "later": (0.869, 0.091)}
"""Macro F1 and rate of false alarms the first time that the rules ran on a set."""
GROUPS: Final = ("develop", "test", "later")
"""The own-written sets."""

Label = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Counts over a set of passages; a find is a (passage, type)."""

    right: Counter[EventType]
    """Types found that are labelled."""
    found: Counter[EventType]
    """Types found, tolerated ones left out."""
    labelled: Counter[EventType]
    """Types labelled."""
    alarms: int
    """Types found that the passage lists as absent."""
    traps: int
    """Types listed as absent."""
    levels_right: int
    """Right finds of which some event has the fact level and schedule of some label."""
    subjects_right: int
    """Events, one to one with labels of their type, that have the label's subject."""
    subjects_found: int
    """Events found, several subjects of a type counted each, tolerated types left out."""
    subjects_labelled: int
    """Events labelled, likewise."""
    figures_right: int
    """Of `figures`, those all of whose figures stand in the label."""
    figures: int
    """Events with the right subject that bear a figure and whose label has one."""
    errors: tuple[str, ...]
    """What was missed or found and should not have been, a line each."""

    def f1(self, kind: EventType) -> float:
        """F1 of one type."""
        total = self.found[kind] + self.labelled[kind]
        return 2 * self.right[kind] / total if total else 0.0

    @property
    def macro_f1(self) -> float:
        """Mean F1 over all types."""
        return sum(map(self.f1, EventType)) / len(EventType)

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right.total() / max(1, self.found.total())

    @property
    def recall(self) -> float:
        """Share of what is labelled that was found."""
        return self.right.total() / max(1, self.labelled.total())

    @property
    def micro_f1(self) -> float:
        """F1 over all finds."""
        return 2 * self.right.total() / max(1, self.found.total() + self.labelled.total())

    @property
    def subject_f1(self) -> float:
        """F1 over events, each subject of a type counted."""
        return 2 * self.subjects_right / max(1, self.subjects_found + self.subjects_labelled)

    @property
    def alarm_rate(self) -> float:
        """Share of the traps that were stepped into."""
        return self.alarms / max(1, self.traps)


def passages(half: str) -> list[Label]:
    """The labelled passages of one of `GROUPS`."""
    return [json.loads(line) for line in (HERE / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def article(passage: Label) -> Article:
    """A passage as it would come in."""
    return Article(
        uri=passage["uri"],
        published_at=datetime.fromisoformat(passage["published_at"]),
        headline=passage["headline"],
        body=passage["body"],
        language=passage["language"],
    )


def find(passage: Label, extractor: Extractor) -> tuple[tuple[Entity, ...], tuple[Event, ...]]:
    """The entities and the events of a passage, from its text alone."""
    document = read(article(passage))
    entities = find_entities(document, extractor.names)
    facts = find_index_facts(document, entities, extractor.registry.index_names)
    events = find_events(document, entities, facts, extractor.rule_book)
    # What is called off has no label: it is no event in the labels of the sets.
    return entities, tuple(event for event in events if event.status is EventStatus.STANDING)


def score(labelled: Iterable[Label], extractor: Extractor) -> Scores:
    """Events found in the passages, beside their labels."""
    right: Counter[EventType] = Counter()
    found: Counter[EventType] = Counter()
    wanted: Counter[EventType] = Counter()
    alarms = traps = levels = 0
    subjects: Counter[str] = Counter()
    errors = []
    for passage in labelled:
        entities, every = find(passage, extractor)
        events = [event for event in every if event.type not in passage["tolerated"]]
        got = {event.type for event in events}
        want = {EventType(label["type"]) for label in passage["events"]}
        right.update(got & want)
        found.update(got)
        wanted.update(want)
        absent = {EventType(kind) for kind in passage["absent"]}
        traps, alarms = traps + len(absent), alarms + len(got & absent)
        levels += sum(any(_agrees(label, event) for label in passage["events"] for event in events if
                          label["type"] == event.type == kind) for kind in got & want)  # fmt: skip
        subjects.update(_subjects(passage["events"], events, entities))
        errors += [f"{passage['uri']} missed {kind}" for kind in sorted(want - got)]
        errors += [f"{passage['uri']} found {kind}" for kind in sorted(got - want)]
    return Scores(
        right=right,
        found=found,
        labelled=wanted,
        alarms=alarms,
        traps=traps,
        levels_right=levels,
        subjects_right=subjects["right"],
        subjects_found=subjects["found"],
        subjects_labelled=subjects["labelled"],
        figures_right=subjects["figures right"],
        figures=subjects["figures"],
        errors=tuple(errors),
    )


def _subjects(labels: list[Label], events: list[Event], entities: tuple[Entity, ...]) -> Counter[str]:
    counted = Counter({"found": len(events), "labelled": len(labels)})
    for kind in {event.type for event in events}:
        of_kind = [label for label in labels if label["type"] == kind and "subject" in label]
        for label, event in agreement.pairs(of_kind, [event for event in events if event.type == kind], entities):
            figures = agreement.same_figures(label, event)
            counted.update({"right": 1, "figures": figures is not None, "figures right": figures is True})
    return counted


@cache
def scores(group: str) -> Scores:
    """Events found in one of `GROUPS`, beside their labels; counted once."""
    return score(passages(group), shipped.extractor())


@cache
def scores_on_real_prose(folder: Path, *, is_frozen: bool = False) -> dict[str, Scores]:
    """Events found in real news labelled by reading, beside their labels, by source and over all; counted once.

    Of the passages the frozen quarter alone, or all but that.
    """
    text = (folder / "real_prose" / "events.jsonl").read_text(encoding="utf-8")
    rows = [row for row in map(json.loads, text.splitlines()) if frozen.is_frozen(row["uri"]) == is_frozen]
    sources = sorted({row["source"] for row in rows})
    by_source = {name: [row for row in rows if row["source"] == name] for name in sources}
    return {name: score(of, shipped.extractor()) for name, of in {"all": rows, **by_source}.items()}


def _agrees(label: Label, event: Event) -> bool:
    is_scheduled = label.get("scheduled", event.scheduled)
    return bool(label["fact_level"] == event.fact_level and is_scheduled == event.scheduled)


def confidences(extractor: Extractor) -> dict[str, float]:
    """By rule the share of its finds on the develop half that are right, one right and one wrong added."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for passage in passages("develop"):
        document = read(article(passage))
        kinds = {label["type"] for label in passage["events"]}
        for trace in consider(document, find_entities(document, extractor.names), extractor.rule_book).finds:
            if trace.event.status is EventStatus.STANDING and trace.event.type not in passage["tolerated"]:
                found[trace.rule] += 1
                right[trace.rule] += trace.event.type in kinds
    return {rule: round((right[rule] + 1) / (found[rule] + 2), 2) for rule in found}


_RULE: Final = re.compile(r'(?ms)^(name = "(?P<name>[^"]+)"\n.*?^confidence = )(?P<value>[\d.]+)$')


def with_confidences(text: str, measured: dict[str, float]) -> str:
    """The text of a rule file with these confidences in it; a rule that found nothing has 0.5."""
    return _RULE.sub(lambda m: f"{m[1]}{measured.get(m['name'], 0.5)}", text)


def _report(name: str, scores: Scores) -> Iterator[str]:
    yield (
        f"{name}: macro F1 {scores.macro_f1:.3f}, precision {scores.precision:.3f}, recall "
        f"{scores.right.total() / scores.labelled.total():.3f}, false alarms {scores.alarms}/{scores.traps}, "
        f"level and schedule {scores.levels_right}/{scores.right.total()}"
    )
    for kind in EventType:
        counts = f"{scores.right[kind]} right, {scores.found[kind]} found, {scores.labelled[kind]} labelled"
        yield f"  {kind:26} F1 {scores.f1(kind):.3f}  ({counts})"


def main() -> None:
    """Print the figures, or write the confidences."""
    parser = argparse.ArgumentParser(description="Accuracy of events.")
    parser.add_argument("--show", action="store_true", help="list the errors on the develop half")
    parser.add_argument("--confidence", action="store_true", help="measure the rules and write it into their files")
    chosen = parser.parse_args()
    if chosen.confidence:
        measured = confidences(shipped.extractor())
        for path in (SHIPPED / "company.toml", SHIPPED / "policy.toml"):
            path.write_text(with_confidences(path.read_text(encoding="utf-8"), measured), encoding="utf-8")
        return
    for half in GROUPS:
        counted = scores(half)
        errors = counted.errors if chosen.show and half == "develop" else ()
        print("\n".join((*_report(half, counted), *errors)))  # noqa: T201  # a command's output


if __name__ == "__main__":
    main()
