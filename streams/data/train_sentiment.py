"""Training of the sentiment weights: `newstape train sentiment --sentfin SEntFiN.csv` (extra `train`).

Strategy. One linear model (multinomial logistic regression) over the features of `streams.extract._sentiment_features`, so that
a weight can be read and a sum can be exact. It learns from three sets: the headlines of SEntFiN 1.0; those headlines again in
pairs joined by "while", "but", a comma and so on, which teaches it to keep clauses apart; and prose written for newstape
(`sentiment/prose.txt`), which teaches it what headlines lack: sources, bystanders, lists, verbs with objects.

Rules that must stay true:
- Headlines are split by their number: `fold` hashes "sentfin:<number>" and fold 0 of 10 is the test set, which nothing here
  learns from, nor from another headline of the same words.
- Calibration (one temperature) uses predictions on headlines and prose that the predicting weights had not seen.
- The weights are made neutral-based, quantised and written with digests of lexicon and weights and with probes; the texts
  learned from are not written.
"""

import argparse
import csv
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from streams.data.sentiment import (
    BITS,
    FORMAT,
    LEXICON_FILE,
    SHIPPED,
    SLOTS,
    WEIGHTS_FILE,
    Header,
    Lexicon,
    Probe,
    Source,
    load_model,
    read_lexicon,
    sha256,
    unpack,
)
from streams.extract._sentiment_clauses import ENTITY, NAME, Place
from streams.extract._sentiment_features import FEATURES, features, name_features, read_sentence

VERSION: Final = "1.0.0"
"""Version of the weights; raised with every training that is shipped."""

PROSE_FILE: Final = "prose.txt"
LABELS: Final = ("positive", "neutral", "negative")

FOLDS: Final = 10
TEST_FOLD: Final = 0

SPLIT: Final = 'headline number n is test when int(sha256(f"sentfin:{n}").hexdigest()[:8], 16) % 10 == 0'

# Chosen by cross-validation over folds 1 to 5: strength of the ridge, and how much a prose mention and one of a pair of
# headlines count beside a headline's.
_STRENGTH: Final = 0.1
_PROSE_COUNTS: Final = 3.0
_PAIR_COUNTS: Final = 0.3
_PAIRS: Final = 4_000
_SEED: Final = 1
_ITERATIONS: Final = 300

# A feature seen once is a name or a typing error.
_SEEN: Final = 2
# A target's last word counts only if several entities share it ("Bank", "stocks"): an entity's own name is no evidence.
_SHARED_BY: Final = 3

# A logit of 1 in the units of the weights; half a unit is the error of a weight.
_SCALE: Final = 1024

_JOINTS: Final = (", while ", "; ", " but ", " as ", ", and ", ", with ", " - ", ", after ")

# n-grams of these alone say how somebody writes, not what of whom.
_EMPTY_WORDS: Final = frozenset(
    "the a an of to in on at for and or is are was were be been by with from as it its that this has have had will would 's , "
    "\" ' ( ) : . ; - & i he she they his her we our you your than so after before over under into which also all about per "
    "0 0% $0".split()
) - {"than"} | {ENTITY, NAME}

# The file quotes entities by hand, and some words in them were replaced by labels: Hold by neutral, sell by negative.
_DECISION: Final = re.compile(r"""['"](.+?)['"]\s*:\s*['"](positive|neutral|negative)['"]\s*[,}]""")
_REPLACED: Final = (("neutral", "Hold"), ("negative", "sell"))

_MARK: Final = re.compile(r"\{([^{}|]+)\|([-+0*!])\}")
_EITHER: Final = re.compile(r"\(([^()~]*)~([^()~]*)\)")
_SIGNS: Final = (
    {"+": "positive", "-": "negative", "0": "neutral", "*": "positive", "!": "negative"},
    {"+": "positive", "-": "negative", "0": "neutral", "*": "negative", "!": "positive"},
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"”]?\s+(?=[\"“A-Z])")
_ABBREVIATION: Final = re.compile(r"\b(?:Inc|Corp|Co|St|Mr|U\.S|vs|[A-Z])\.$")

# Written for this purpose; any change of tokens, clauses, cues or features shows in one of them.
_PROBES: Final = (
    ("Nippon Steel jumps as US Steel sinks", "Nippon Steel", ("US Steel",)),
    ("Nippon Steel jumps as US Steel sinks", "US Steel", ("Nippon Steel",)),
    ("The Nikkei pared its losses, but SoftBank (9984.T) fell less than feared.", "SoftBank", ("Nikkei",)),
    ("Analysts at Jefferies said Tesco, which had raised its outlook, was not hit by rising costs.", "Tesco", ("Jefferies",)),
    ("Analysts at Jefferies said Tesco, which had raised its outlook, was not hit by rising costs.", "Jefferies", ("Tesco",)),
    ("Shares in Shell, BP and Total <TTEF.PA> hit a 52-week low.", "BP", ("Shell", "Total")),
    ("Kering failed to win back shoppers; its net loss widened to $1.2 billion.", "Kering", ()),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An entity in a text and what the text says of it."""

    start: int
    """First character."""
    end: int
    """One past the last."""
    label: str
    """positive, neutral or negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text with labelled targets, in text order and not overlapping."""

    number: int
    """Of the headline in SEntFiN, or of the line in the prose."""
    text: str
    """The text."""
    targets: tuple[Target, ...]
    """Its targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mention as the model sees it."""

    features: tuple[str, ...]
    """Slot and feature, parted by a tab."""
    label: str
    """What it should be."""
    fold: int
    """Fold of its headline, or of its line in the prose."""


def fold(number: int) -> int:
    """The fold (0 to 9) of a SEntFiN headline by its number; 0 is the test set."""
    return int(sha256(f"sentfin:{number}".encode())[:8], 16) % FOLDS


def read_sentfin(path: Path) -> list[Passage]:
    """The headlines of SEntFiN 1.0 (a CSV with the columns "S No.", "Title", "Decisions")."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Passage(number=int(row["S No."]), text=row["Title"], targets=_decisions(row["Title"], row["Decisions"]))
            for row in csv.DictReader(file)
        ]


def _decisions(title: str, decisions: str) -> tuple[Target, ...]:
    found = []
    for name, label in _DECISION.findall(decisions):
        spelt = name
        for wrong, right in _REPLACED:
            if spelt not in title:
                spelt = name.replace(wrong, right)
        start = title.find(spelt)
        if start < 0:
            start = title.lower().find(spelt.lower())
        if start >= 0:
            found.append(Target(start=start, end=start + len(spelt), label=label))
    return _apart(sorted(found, key=lambda target: (target.start, -target.end)))


def _apart(targets: Iterable[Target]) -> tuple[Target, ...]:
    kept: list[Target] = []
    for target in targets:
        if not kept or target.start >= kept[-1].end:
            kept.append(target)
    return tuple(kept)


def read_prose(path: Path) -> list[Passage]:
    """The passages of a file in the form that `sentiment/prose.txt` explains; both readings of a line have its number."""
    passages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        for side in (0, 1) if _EITHER.search(line) else (0,):
            passages.append(_marked(number, _EITHER.sub(lambda either: either[1 + side], line), _SIGNS[side]))  # noqa: B023  # the lambda is used up within the turn
    return passages


def _marked(number: int, line: str, signs: dict[str, str]) -> Passage:
    text, done = "", 0
    targets = []
    for mark in _MARK.finditer(line):
        text += line[done : mark.start()]
        targets.append(Target(start=len(text), end=len(text) + len(mark[1]), label=signs[mark[2]]))
        text += mark[1]
        done = mark.end()
    return Passage(number=number, text=text + line[done:], targets=tuple(targets))


def joined(headlines: Sequence[Passage], count: int) -> Iterator[Passage]:
    """Pairs of headlines as one text, always the same ones; every target keeps its label."""
    dice = random.Random(_SEED)  # noqa: S311  # picks training texts, no secret
    for _ in range(count):
        first, second, joint = dice.choice(headlines), dice.choice(headlines), dice.choice(_JOINTS)
        begin = first.text.rstrip(". ") + joint
        targets = [t for t in first.targets if t.end <= len(begin) - len(joint)]
        targets += [Target(start=t.start + len(begin), end=t.end + len(begin), label=t.label) for t in second.targets]
        yield Passage(number=first.number, text=begin + second.text, targets=tuple(targets))


def examples(passages: Iterable[Passage], lexicon: Lexicon) -> Iterator[Example]:
    """The mentions of these passages as the model sees them."""
    for passage in passages:
        for start, end in _sentences(passage.text):
            inside = [t for t in passage.targets if start <= t.start and t.end <= end]
            if not inside:
                continue
            places = [Place(t.start - start, t.end - start, key) for key, t in enumerate(inside)]
            reading = read_sentence(passage.text[start:end], places, lexicon)
            for key, target in enumerate(inside):
                if key not in reading.clauses.keys:
                    continue
                name = name_features(passage.text[target.start : target.end], lexicon)
                slots = features(reading, reading.clauses.keys.index(key), name)
                yield Example(
                    features=tuple(f"{slot}\t{feature}" for slot, found in slots for feature in sorted(found)),
                    label=target.label,
                    fold=fold(passage.number),
                )


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text, max(0, gap.start() - 8), gap.start()):
            yield start, gap.start()
            start = gap.end()
    yield start, len(text)


def _shared_names(passages: Iterable[Passage], lexicon: Lexicon) -> set[str]:
    """Features of last words that several entities share."""
    entities: defaultdict[str, set[str]] = defaultdict(set)
    for passage in passages:
        for target in passage.targets:
            name = passage.text[target.start : target.end].lower()
            for feature in name_features(name, lexicon)[:1]:
                entities[feature].add(name)
    return {f"x\t{feature}" for feature, names in entities.items() if len(names) >= _SHARED_BY} | {"x\ttBODY"}


def _says_something(feature: str, names: set[str]) -> bool:
    slot, _, word = feature.partition("\t")
    if slot == "x":
        return not word.startswith("t") or feature in names
    return not all(part in _EMPTY_WORDS for part in word.split(" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """Examples as a matrix, in which the feature that is seen more often counts less."""

    vectorizer: Any
    worth: dict[str, float]

    def matrix(self, rows: Iterable[Example]) -> Any:
        worth = self.worth
        return self.vectorizer.transform({f: worth[f] for f in row.features if f in worth} for row in rows)


def _design(rows: Sequence[Example], names: set[str]) -> _Design:
    counts = Counter(feature for row in rows for feature in row.features)
    # As inverse document frequency; the divisor only sets what _STRENGTH means.
    worth = {
        feature: math.log(len(counts) / (count + 1)) / 4
        for feature, count in sorted(counts.items())
        if count >= _SEEN and _says_something(feature, names)
    }
    vectorizer = DictVectorizer(sparse=True).fit([worth])
    return _Design(vectorizer=vectorizer, worth=worth)


def _fit(design: _Design, rows: Sequence[Example], counts: Sequence[float]) -> Any:
    model = LogisticRegression(C=_STRENGTH, max_iter=_ITERATIONS)
    return model.fit(design.matrix(rows), [row.label for row in rows], sample_weight=np.asarray(counts))


def _temperature(logits: Any, labels: Sequence[str], classes: Sequence[str]) -> float:
    """The divisor of the logits that makes the labels most likely, to 0.01."""
    places = np.array([list(classes).index(label) for label in labels])

    def surprise(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(places)), places]))

    return min((step / 100 for step in range(50, 200)), key=surprise)


def train(sentfin: Path, folder: Path = SHIPPED) -> str:
    """Train on SEntFiN and the prose in `folder`, write the weights there, and return a report on the test set."""
    lexicon_bytes = (folder / LEXICON_FILE).read_bytes()
    lexicon = read_lexicon(lexicon_bytes.decode())
    headlines = read_sentfin(sentfin)
    tested = {p.text for p in headlines if fold(p.number) == TEST_FOLD}
    learned = [p for p in headlines if p.text not in tested]
    prose = read_prose(folder / PROSE_FILE)
    single = list(examples(learned, lexicon))
    # Pairs come from the folds that calibration does not predict.
    paired = list(examples(joined([p for p in learned if fold(p.number) > _CALIBRATED], _PAIRS), lexicon))
    written = list(examples(prose, lexicon))
    design = _design([*single, *written], _shared_names(learned, lexicon))

    def fitted(*left_out: int) -> Any:
        rows = [row for row in (*single, *written) if row.fold not in left_out]
        known = sum(row.fold not in left_out for row in single)
        counts = [1.0] * known + [_PROSE_COUNTS] * (len(rows) - known) + [_PAIR_COUNTS] * len(paired)
        return _fit(design, [*rows, *paired], counts)

    unseen, logits = [], []
    for number in range(1, _CALIBRATED + 1):
        rows = [row for row in (*single, *written) if row.fold == number]
        unseen += rows
        logits.append(fitted(number).decision_function(design.matrix(rows)))
    model = fitted()
    temperature = _temperature(np.concatenate(logits), [row.label for row in unseen], list(model.classes_))
    sources = (
        Source(
            name="SEntFiN 1.0 (Sinha, Kedas, Kumar, Malo 2022), headlines but those of the test set",
            licence="MIT",
            url="https://github.com/pyRis/SEntFiN",
            mentions=len(single),
        ),
        Source(name="prose written for newstape (prose.txt)", licence="Apache-2.0", mentions=len(written)),
    )
    _write(folder, lexicon_bytes, _weights(design, model, temperature), sources)
    return f"temperature {temperature}, {len(single)} headline and {len(written)} prose mentions"


# Folds 1 to this are predicted by weights trained without them, to calibrate.
_CALIBRATED: Final = 5


def _weights(design: _Design, model: Any, temperature: float) -> dict[str, tuple[int, int]]:
    """Feature to the integer weights of positive and negative over neutral; the empty feature is where the sum starts."""
    classes = list(model.classes_)
    positive, neutral, negative = (classes.index(label) for label in LABELS)
    unit = _SCALE / temperature

    def pair(column: Any) -> tuple[int, int]:
        return round(unit * (column[positive] - column[neutral])), round(unit * (column[negative] - column[neutral]))

    weights = {"": pair(model.intercept_)}
    for feature, place in sorted(design.vectorizer.vocabulary_.items()):
        found = pair(model.coef_[:, place] * design.worth[feature])
        if found != (0, 0):
            weights[feature] = found
    return weights


def _write(folder: Path, lexicon: bytes, weights: dict[str, tuple[int, int]], sources: tuple[Source, ...]) -> None:
    start = weights.pop("")
    order = {slot: place for place, slot in enumerate(SLOTS)}
    lines = sorted(weights, key=lambda feature: (order[feature.partition("\t")[0]], feature))
    body = "".join(f"{feature}\t{weights[feature][0]}\t{weights[feature][1]}\n" for feature in lines).encode()
    header = Header(
        format=FORMAT,
        version=VERSION,
        features=FEATURES,
        lexicon=sha256(lexicon),
        weights=sha256(body),
        licence="Apache-2.0",
        sources=sources,
        split=SPLIT,
        scale=_SCALE,
        positive=start[0],
        negative=start[1],
        probes=(),
    )
    path = folder / WEIGHTS_FILE
    path.write_bytes(msgspec.json.encode(header) + b"\n" + body)
    model = load_model(folder)
    probes = []
    for text, target, others in _PROBES:
        places = sorted(
            Place(text.index(name), text.index(name) + len(name), key) for key, name in enumerate((target, *others))
        )
        reading = read_sentence(text, places, model.lexicon)
        total = model.start
        for slot, found in features(reading, reading.clauses.keys.index(0), name_features(target, model.lexicon)):
            total += sum(model.weights[slot].get(feature, 0) for feature in found)
        positive, negative = unpack(total)
        probes.append(Probe(text=text, target=target, others=others, positive=positive, negative=negative))
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(header, probes=tuple(probes))) + b"\n" + body)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="newstape train sentiment", description="Train the sentiment weights.")
    parser.add_argument("--sentfin", type=Path, required=True, help="SEntFiN.csv of SEntFiN 1.0")
    parser.add_argument(
        "--folder", type=Path, default=SHIPPED, help="where lexicon.tsv and prose.txt lie and weights.tsv goes"
    )
    chosen = parser.parse_args(arguments)
    print(train(chosen.sentfin, chosen.folder))  # noqa: T201  # a command's output


if __name__ == "__main__":
    main()
