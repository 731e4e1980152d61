"""Accuracy of index facts: own-written passages, and texts of others where they are at hand.

    python -m tests.accuracy.index_facts.measure [--data FOLDER] [--show]

Own passages, labelled by the guide before any was run: `develop` (201 passages, 341 facts) was looked at while the
grammar was written; `test` (45 passages, 65 facts) was written when the grammar stood. After it came `later1` to
`later5` (62, 31, 41, 39 and 30 passages in the manner of several sources: wires of five countries, Indian, German,
French and Japanese papers, blogs, tickers, the wire of 1987). Each was run when its labels stood and then looked at;
what was general in its errors was mended before the next was written. `FIRST_GO` has what the grammar made of each
batch the first time it was run on it: that, not today's, is the figure for prose that nobody tuned to.

The test half and every fourth passage of develop were read a second time by another reader who did not see the first
labels (`*.second.jsonl`); what the two disagree on counts for neither. `agreement` has how far they agree.

Elsewhere: 40 passages of FinEntity (labels in the data folder), and 34 articles of Reuters-21578 (`elsewhere.jsonl`:
labelled by us, committed as id, offsets and digest, without the text), of which 23 are traps: futures, firms named
Dow, the bank named Hang Seng.

A found fact is right when index, direction, percent, points and level equal the label's. Forecasts and opinions are not
scored, nor are indices outside the core list, nor those about which careful readers could differ.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas import Article, IndexFact
from schemas.taxonomy import CORE_INDICES, FactLevel
from streams.extract.indices.facts import find_index_facts
from streams.extract.names.entities import find_entities
from streams.extract.names.registry_names import RegistryNames
from streams.extract.text.document import read
from tests import shipped
from tests.accuracy import frozen

HERE: Final = Path(__file__).parent
SHARED: Final = HERE.parents[3] / "shared" / "data"
"""Where texts of others lie beside the project; nothing of them is part of it."""

FIRST_GO: Final = {
    "develop, first batch": (0.843, 0.881),
    "develop, second batch": (0.912, 0.861),
    "test": (0.944, 0.895),
    "later1": (0.916, 0.817),
    "later2": (0.809, 0.745),
    "later3": (0.962, 0.962),
    "later4": (0.929, 0.929),
    "later5": (0.967, 0.853),
}
"""Precision and recall of the grammar the first time it was run on each batch of passages that it was not tuned to."""
GROUPS: Final = ("develop", "test", "later1", "later2", "later3", "later4", "later5")
"""The own-written sets."""

Label = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text and what a reader finds in it."""

    id: str
    """Its id in its source."""
    title: str
    """Headline, may be empty."""
    body: str
    """Body."""
    facts: tuple[Label, ...]
    """The labels, as in the guide; `sure` is false where careful readers could differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Counts over a set of passages."""

    right: int
    """Facts found that are labelled."""
    found: int
    """Facts found."""
    labelled: int
    """Facts labelled."""
    basis_right: int
    """Right facts whose period is right."""
    record_right: int
    """Right facts whose mark is right."""
    errors: tuple[str, ...]
    """What was found and should not have been, or missed, a line each."""

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of what is labelled that was found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.found + self.labelled
        return 2 * self.right / total if total else 0.0


def _rows(path: Path) -> Iterator[Label]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def passages(folder: Path, stem: str = "") -> list[Passage]:
    """The passages of `passages.jsonl` and `gold.jsonl` in a folder, each file name begun with `stem`."""
    gold = {row["id"]: row["facts"] for row in _rows(folder / f"{stem}gold.jsonl")}
    return [
        Passage(id=row["id"], title=row.get("title") or "", body=row["body"], facts=tuple(gold[row["id"]]))
        for row in _rows(folder / f"{stem}passages.jsonl")
    ]


def real_prose(folder: Path) -> list[Passage]:
    """The passages of others in `real_prose`: real news, labelled by reading."""
    gold = {row["id"]: row["facts"] for row in _rows(folder / "real_prose" / "index_facts.gold.jsonl")}
    rows = _rows(folder / "real_prose" / "index_facts.passages.jsonl")
    return [
        Passage(id=row["uri"], title=row["headline"] or "", body=row["body"], facts=tuple(gold[row["uri"]]))
        for row in rows
    ]


@cache
def scores_on_real_prose(folder: Path, *, is_frozen: bool = False) -> Scores:
    """Facts found in real news, beside their labels; counted once. The frozen quarter alone, or all but that."""
    chosen = [passage for passage in real_prose(folder) if frozen.is_frozen(passage.id) == is_frozen]
    return score(chosen, shipped.extractor().names)


def own(group: str) -> list[Passage]:
    """The own-written passages of one of `GROUPS`."""
    return passages(HERE, f"{group}.")


def agreement(group: str) -> tuple[int, int, int]:
    """Facts that both readers found, that the first found and that the second found, of the passages both have read.

    Indices of which one of them was unsure are left out.
    """
    both = first = second = 0
    again = {row["id"]: row["facts"] for row in _rows(HERE / f"{group}.second.jsonl")}
    for passage in (passage for passage in own(group) if passage.id in again):
        core = [label for label in passage.facts if label["index"] in CORE_INDICES]
        unsure = {label["index"] for label in core if not (label["sure"] or label.get("disputed"))}
        unsure |= {label["index"] for label in again[passage.id] if not label["sure"] and not _disputed(core, label)}
        one = [_key(label) for label in core if label["index"] not in unsure and not _only_second(label)]
        other = [_key(label) for label in again[passage.id] if label["index"] not in unsure and label["sure"]]
        first, second = first + len(one), second + len(other)
        for key in one:
            if key in other:
                other.remove(key)
                both += 1
    return both, first, second


def _only_second(label: Label) -> bool:
    """Whether the label was added for the second reader."""
    return label.get("disputed") == "second"


def _disputed(labels: Iterable[Label], other: Label) -> bool:
    return any(label.get("disputed") and label["index"] == other["index"] for label in labels)


def reuters(folder: Path) -> list[Passage]:
    """The labelled articles of Reuters-21578; raises ValueError if a text is not the one that was labelled."""
    packed = (folder / "reuters21578" / "articles.jsonl.gz").read_bytes()
    articles = {row["id"]: row for row in map(json.loads, gzip.decompress(packed).splitlines())}
    found = []
    for row in _rows(HERE / "elsewhere.jsonl"):
        title, body = articles[row["id"]]["title"], articles[row["id"]]["body"]
        if hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[: len(row["digest"])] != row["digest"]:
            raise ValueError(f"Reuters {row['id']}: not the text that was labelled")
        found.append(Passage(id=row["id"], title=title, body=body, facts=tuple(row["facts"])))
    return found


def article(passage: Passage) -> Article:
    """A passage as it would come in."""
    return Article(
        uri=passage.id, published_at=datetime(2026, 1, 2, tzinfo=UTC), headline=passage.title, body=passage.body
    )


def find(passage: Passage, names: RegistryNames) -> tuple[IndexFact, ...]:
    """The facts of a passage, from its text alone."""
    document = read(article(passage))
    return find_index_facts(document, find_entities(document, names), names.registry.index_names)


def score(labelled: Iterable[Passage], names: RegistryNames) -> Scores:
    """Facts found in the passages, beside their labels."""
    right = found = wanted = basis = record = 0
    errors: list[str] = []
    for passage in labelled:
        core = [label for label in passage.facts if label["index"] in CORE_INDICES]
        unsure = {label["index"] for label in core if not label["sure"]}
        left = [label for label in core if label["index"] not in unsure]
        facts = [
            fact
            for fact in find(passage, names)
            if fact.fact_level is FactLevel.FACT and fact.index in CORE_INDICES - unsure
        ]
        found, wanted = found + len(facts), wanted + len(left)
        for fact in facts:
            hit = next((label for label in left if _key(label) == _key_of(fact)), None)
            if hit is None:
                errors.append(f"{passage.id} found {_key_of(fact)}")
                continue
            left.remove(hit)
            right += 1
            basis += fact.basis == hit["basis"]
            record += fact.record == hit["record"]
        errors += [f"{passage.id} missed {_key(label)}" for label in left]
    return Scores(
        right=right, found=found, labelled=wanted, basis_right=basis, record_right=record, errors=tuple(errors)
    )


@cache
def scores(group: str) -> Scores:
    """Facts found in one of `GROUPS`, beside their labels; counted once."""
    return score(own(group), shipped.extractor().names)


@cache
def scores_elsewhere(folder: Path) -> dict[str, Scores]:
    """Facts found in texts of others, beside their labels; counted once."""
    return {
        "FinEntity (looked at)": score(passages(folder / "index_facts_dev"), shipped.extractor().names),
        "Reuters-21578 (looked at)": score(reuters(folder), shipped.extractor().names),
    }


def _key(label: Label) -> tuple[Any, ...]:
    numbers = (label["change_pct"], label["change_points"], label["level"])
    return (label["index"], label["direction"], *(None if n is None else round(float(n), 6) for n in numbers))


def _key_of(fact: IndexFact) -> tuple[Any, ...]:
    numbers = (fact.change_pct, fact.change_points, fact.level)
    direction = None if fact.direction is None else fact.direction.value
    return (fact.index, direction, *(None if n is None else round(n, 6) for n in numbers))


def report(name: str, scores: Scores) -> str:
    """The figures of one set in a line."""
    return (
        f"{name}: precision {scores.precision:.3f}, recall {scores.recall:.3f}, F1 {scores.f1:.3f} "
        f"({scores.right} right, {scores.found} found, {scores.labelled} labelled); "
        f"basis {scores.basis_right}/{scores.right}, record {scores.record_right}/{scores.right}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Accuracy of index facts.")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder with index_facts_dev and reuters21578")
    parser.add_argument("--show", action="store_true", help="list the errors of all sets but the test set")
    chosen = parser.parse_args()
    sets = {f"own, {group}": scores(group) for group in GROUPS}
    if chosen.data.is_dir():
        sets |= scores_elsewhere(chosen.data)
    for name, counted in sets.items():
        print(report(name, counted))  # noqa: T201  # a command's output
        for error in counted.errors if chosen.show and "test" not in name else ():
            print(f"  {error}")  # noqa: T201  # as above


if __name__ == "__main__":
    main()
