"""Accuracy of sentiment: own-written prose, and texts of others where they are at hand.

    python -m tests.accuracy.sentiment.measure [--data FOLDER] [--show]

Own prose (`prose.jsonl`): 214 mentions of 88 passages, written and labelled before any feature was tuned; every other
passage is for looking at (develop), the rest were only ever counted (test). Each passage goes through the whole of
reading and scoring as the body of an article, with its labelled entities as the entities found. `unseen.jsonl` has 53
more of 31 passages, written when features and weights stood; `FIRST_GO` has what was made of them the first time.

SEntFiN: the headlines of fold 0 (`streams.train.sentiment.fold`), from which no weight was learned.

Elsewhere (`elsewhere.jsonl`): 225 mentions in passages of FinEntity and Reuters-21578, labelled by us, committed as id,
offsets and digest. They were looked at while features and training prose were written, so they are no test; their worth
is that others wrote the text.

Calibration is the expected calibration error over ten bins of the probability of the label that was given.
"""

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from schemas import Article, Entity, Mention, Sentiment
from schemas.taxonomy import Field, Kind
from streams.data.sentiment import SentimentModel
from streams.extract.sentiment.score import score_entities
from streams.extract.text.document import read
from tests import shipped

LABELS: Final = ("positive", "neutral", "negative")
PROSE: Final = Path(__file__).parent / "prose.jsonl"
UNSEEN: Final = Path(__file__).parent / "unseen.jsonl"
FIRST_GO: Final = {"unseen": (0.849, 0.846)}
"""Accuracy and macro F1 the first time that the model ran on a set."""
GROUPS: Final = ("develop", "test", "unseen")
"""The own-written sets."""
ELSEWHERE: Final = Path(__file__).parent / "elsewhere.jsonl"

SHARED: Final = Path(__file__).parents[4] / "shared" / "data"
"""Where texts of others lie beside the project; nothing of them is part of it."""
BINS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A mention and what a reader says of it."""

    text: str
    """The passage or headline."""
    start: int
    """First character of the target."""
    end: int
    """One past the last."""
    label: str
    """positive, neutral or negative."""
    group: str
    """develop, test or unseen."""
    field: Field = Field.BODY
    """Whether the text is a headline or a body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the model says beside the label."""

    mention: Labelled
    """The mention."""
    sentiment: Sentiment
    """What the model gave; null counts as neutral of probability 1."""

    @property
    def given(self) -> str:
        """The label that the model gave."""
        return str(self.sentiment.label or "neutral")

    @property
    def probability(self) -> float:
        """The probability of that label."""
        found = {"positive": self.sentiment.positive, "negative": self.sentiment.negative}
        return found.get(self.given, self.sentiment.neutral) or (1.0 if self.sentiment.label is None else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Figures over a set of outcomes."""

    count: int
    """Mentions."""
    accuracy: float
    """Share of right labels."""
    macro_f1: float
    """Mean F1 of the three labels."""
    f1: dict[str, float]
    """F1 of each label."""
    calibration_error: float
    """Expected calibration error."""
    bins: tuple[tuple[float, float, int], ...]
    """Mean probability, share right and count of each bin that holds any."""


def own_prose(group: str | None = None) -> list[Labelled]:
    """The own-written mentions, all or of one of `GROUPS`."""
    lines = [line for path in (PROSE, UNSEEN) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    return [
        Labelled(text=r["text"], start=r["start"], end=r["end"], label=r["label"], group=r["split"])
        for r in rows
        if group in (None, r["split"])
    ]


def score(mentions: Iterable[Labelled], model: SentimentModel) -> list[Outcome]:
    """The mentions as the model sees them; those of one text are read together."""
    texts: dict[str, list[Labelled]] = {}
    for mention in mentions:
        texts.setdefault(mention.text, []).append(mention)
    found = []
    for text, inside in texts.items():
        headline, body = (text, "") if inside[0].field is Field.HEADLINE else ("", text)
        entities = tuple(_entity(number, mention) for number, mention in enumerate(inside))
        scored = score_entities(read(article(headline, body)), entities, model)
        found += [Outcome(mention=m, sentiment=e.sentiment) for m, e in zip(inside, scored, strict=True)]
    return found


def article(headline: str, body: str) -> Article:
    """A text as it would come in."""
    return Article(uri="accuracy", published_at=datetime(2026, 1, 1, tzinfo=UTC), headline=headline, body=body)


@cache
def outcomes(group: str) -> list[Outcome]:
    """The mentions of one of `GROUPS` as the model sees them; scored once."""
    return score(own_prose(group), shipped.extractor().model)


@cache
def scores_elsewhere(folder: Path) -> dict[str, Scores]:
    """Figures over texts of others; scored once. Needs the extra `train`."""
    return {
        "SEntFiN, 10 % test split": summarise(
            score(sentfin_test(folder / "sentfin" / "SEntFiN.csv"), shipped.extractor().model)
        ),
        "FinEntity and Reuters (looked at)": summarise(score(elsewhere(folder), shipped.extractor().model)),
    }


def _entity(number: int, mention: Labelled) -> Entity:
    name = mention.text[mention.start : mention.end]
    place = Mention(field=mention.field, start=mention.start, end=mention.end, text=name)
    return Entity(
        id=f"company:{number}", kind=Kind.COMPANY, name=name, relevance=1.0, mention_count=1, mentions=(place,)
    )


def summarise(found: Sequence[Outcome]) -> Scores:
    """Accuracy, F1 and calibration."""
    f1 = {label: _f1(found, label) for label in LABELS}
    bins = []
    for number in range(BINS):
        inside = [o for o in found if min(int(o.probability * BINS), BINS - 1) == number]
        if inside:
            right = sum(o.given == o.mention.label for o in inside) / len(inside)
            bins.append((sum(o.probability for o in inside) / len(inside), right, len(inside)))
    return Scores(
        count=len(found),
        accuracy=sum(o.given == o.mention.label for o in found) / len(found),
        macro_f1=sum(f1.values()) / len(f1),
        f1=f1,
        calibration_error=sum(abs(said - right) * count for said, right, count in bins) / len(found),
        bins=tuple(bins),
    )


def _f1(found: Sequence[Outcome], label: str) -> float:
    given = sum(o.given == label for o in found)
    true = sum(o.mention.label == label for o in found)
    both = sum(o.given == label == o.mention.label for o in found)
    return 2 * both / (given + true) if given + true else 0.0


def sentfin_test(path: Path) -> list[Labelled]:
    """The test headlines of SEntFiN."""
    # Needs the extra `train`, which measuring own prose does not.
    from streams.train.sentiment import TEST_FOLD, fold, read_sentfin

    return [
        Labelled(text=p.text, start=t.start, end=t.end, label=t.label, group="test", field=Field.HEADLINE)
        for p in read_sentfin(path)
        if fold(p.number) == TEST_FOLD
        for t in p.targets
    ]


def elsewhere(folder: Path) -> list[Labelled]:
    """The mentions in texts of others; raises ValueError if a text is not the one that was labelled."""
    texts = {
        "reuters21578": _bodies(gzip.decompress((folder / "reuters21578" / "articles.jsonl.gz").read_bytes())),
        "index_facts_dev": _bodies((folder / "index_facts_dev" / "passages.jsonl").read_bytes()),
    }
    found = []
    for line in ELSEWHERE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = texts[row["source"]][row["id"]]
        if hashlib.sha256(text.encode()).hexdigest()[: len(row["digest"])] != row["digest"]:
            raise ValueError(f"{row['source']} {row['id']}: not the text that was labelled")
        found.append(Labelled(text=text, start=row["start"], end=row["end"], label=row["label"], group="develop"))
    return found


def _bodies(lines: bytes) -> dict[str, str]:
    return {row["id"]: row["body"] for row in map(json.loads, lines.splitlines())}


def report(name: str, scores: Scores) -> str:
    """The figures of one set as lines of text."""
    each = ", ".join(f"{label} {scores.f1[label]:.3f}" for label in LABELS)
    table = "\n".join(f"    said {said:.2f}  right {right:.2f}  n {count}" for said, right, count in scores.bins)
    return (
        f"{name}: {scores.count} mentions, accuracy {scores.accuracy:.4f}, macro-F1 {scores.macro_f1:.4f} ({each}), "
        f"calibration error {scores.calibration_error:.4f}\n{table}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Accuracy of sentiment.")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder with sentfin, reuters21578, index_facts_dev")
    parser.add_argument("--show", action="store_true", help="list the develop mentions that were missed")
    chosen = parser.parse_args()
    for group in GROUPS:
        scored = outcomes(group)
        print(report(f"own prose, {group}", summarise(scored)))  # noqa: T201  # a command's output
        for o in scored if chosen.show and group == "develop" else ():
            if o.given != o.mention.label:
                m = o.mention
                marked = f"{m.text[: m.start]}[{m.text[m.start : m.end]}]{m.text[m.end :]}"
                print(f"  {m.label} taken for {o.given}: {marked}")  # noqa: T201  # a command's output
    if chosen.data.is_dir():
        for name, scores in scores_elsewhere(chosen.data).items():
            print(report(name, scores))  # noqa: T201  # as above


if __name__ == "__main__":
    main()
