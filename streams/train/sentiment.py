"""Training of the sentiment weights: `newstape train sentiment --sentfin SEntFiN.csv` (extra `train`).

Strategy. The model is linear (multinomial logistic regression) over the features of
`streams.extract.sentiment.features`, so that a weight can be read and a sum can be exact. It learns from three sets:
the headlines of SEntFiN 1.0; pairs of those headlines joined by "while", "but", a comma and so on, which teach it to
keep clauses apart; and prose written for newstape (`sentiment/prose.txt`), which teaches it what headlines lack:
sources, bystanders, lists.

Rules that must stay true:
- Headlines are split by their number: `fold` hashes "sentfin:<number>", and fold 0 of 10 is the test set. Nothing here
  learns from it, nor from another headline of the same words.
- Calibration (one temperature) uses predictions by weights that had not seen the headlines and prose in question.
- The weights are made relative to neutral, quantised, and written with digests of lexicon and weights and with probes.
  The headlines themselves are not written.
"""

import csv
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from schemas import Article
from schemas.taxonomy import Field
from streams.data.sentiment import (
    FORMAT,
    LEXICON_FILE,
    SHIPPED,
    SLOTS,
    WEIGHTS_FILE,
    Header,
    Lexicon,
    Probe,
    SentimentModel,
    Source,
    load_model,
    read_lexicon,
    sha256,
    with_motion,
)
from streams.extract.sentiment.clauses import ENTITY, NAME, EntityPlace
from streams.extract.sentiment.features import FEATURES, features, name_features, read_sentence
from streams.extract.sentiment.score import probe_logits
from streams.extract.text.document import Sentence, read

VERSION: Final = "1.0.0"
"""Version of the weights; raised with every training that is shipped."""

PROSE_FILE: Final = "prose.txt"
LABELS: Final = ("positive", "neutral", "negative")

FOLDS: Final = 10
TEST_FOLD: Final = 0

SPLIT: Final = 'headline number n is test when int(sha256(f"sentfin:{n}").hexdigest()[:8], 16) % 10 == 0'

# Cross-validation over folds 1 to 5 chose these: the strength of the ridge, and how much a mention in prose and one in
# a pair of headlines count relative to one in a headline.
_STRENGTH: Final = 0.1
_PROSE_COUNTS: Final = 3.0
_PAIR_COUNTS: Final = 0.3
_PAIRS: Final = 4_000
_SEED: Final = 1
_ITERATIONS: Final = 300

# A feature seen only once is a name or a typing error.
_SEEN: Final = 2
# A target's last word counts only if several entities share it ("Bank", "stocks"): an entity's own name is no evidence.
_SHARED_BY: Final = 3

# For calibration, weights trained without a fold predict it, for folds 1 to this; pairs are made of the folds above.
_CALIBRATED: Final = 5

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)

# A logit of 1 in the units of the weights; half a unit is the error of a weight.
_SCALE: Final = 1024

_JOINTS: Final = (", while ", "; ", " but ", " as ", ", and ", ", with ", " - ", ", after ")

# n-grams of these words alone tell the style of a text and not its sentiment.
_EMPTY_WORDS: Final = frozenset(
    (
        *("the", "a", "an", "of", "to", "in", "on", "at", "for", "and", "or", "with", "from", "as", "by", "per"),
        *("is", "are", "was", "were", "be", "been", "has", "have", "had", "will", "would", "it", "its", "that", "this"),
        *("i", "he", "she", "they", "his", "her", "their", "we", "our", "you", "your", "which", "also", "all", "about"),
        *("so", "after", "before", "over", "under", "into", "'s", ",", '"', "'", "(", ")", ":", ".", ";", "-", "&"),
        *("0", "0%", "$0", ENTITY, NAME),
    )
)

# The file quotes entities irregularly, and in some of them labels replaced words: neutral stands for Hold, negative for
# sell.
_DECISION: Final = re.compile(r"""['"](.+?)['"]\s*:\s*['"](positive|neutral|negative)['"]\s*[,}]""")
_REPLACED: Final = (("neutral", "Hold"), ("negative", "sell"))

_MARK: Final = re.compile(r"\{([^{}|]+)\|([-+0*!])\}")
_EITHER: Final = re.compile(r"\(([^()~]*)~([^()~]*)\)")
_SIGNS: Final = (
    {"+": "positive", "-": "negative", "0": "neutral", "*": "positive", "!": "negative"},
    {"+": "positive", "-": "negative", "0": "neutral", "*": "negative", "!": "positive"},
)

# These were written so that any change of tokens, clauses, cues or features shows in one of them.
_PROBES: Final = (
    ("Nippon Steel jumps as US Steel sinks", "Nippon Steel", ("US Steel",)),
    ("Nippon Steel jumps as US Steel sinks", "US Steel", ("Nippon Steel",)),
    ("The Nikkei pared its losses, but SoftBank (9984.T) fell less than feared.", "SoftBank", ("Nikkei",)),
    (
        "Analysts at Jefferies said Tesco, which raised its outlook, was not hit by rising costs.",
        "Tesco",
        ("Jefferies",),
    ),
    (
        "Analysts at Jefferies said Tesco, which raised its outlook, was not hit by rising costs.",
        "Jefferies",
        ("Tesco",),
    ),
    ("Shares in Shell, BP and Total <TTEF.PA> hit a 52-week low.", "BP", ("Shell", "Total")),
    ("Kering failed to win back shoppers; its net loss widened to $1.2 billion.", "Kering", ()),
)


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
    """Number of the headline in SEntFiN, or of the line in the prose."""
    text: str
    """The text."""
    targets: tuple[Target, ...]
    """Its targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One mention as the model sees it."""

    features: tuple[str, ...]
    """Each feature as its slot, a tab and the feature."""
    label: str
    """The label that the model should give."""
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
    """The passages of a file whose form `sentiment/prose.txt` explains; both variants of a line have its number."""
    passages = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        sides = (0, 1) if _EITHER.search(line) else (0,)
        passages += [_marked(number, _EITHER.sub(rf"\g<{side + 1}>", line), _SIGNS[side]) for side in sides]
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
    """Pairs of headlines as one text, the same pairs in every run; every target keeps its label."""
    dice = random.Random(_SEED)  # noqa: S311  # picks training texts, no secret
    for _ in range(count):
        first, second, joint = dice.choice(headlines), dice.choice(headlines), dice.choice(_JOINTS)
        begin = first.text.rstrip(". ") + joint
        targets = [t for t in first.targets if t.end <= len(begin) - len(joint)]
        targets += [Target(start=t.start + len(begin), end=t.end + len(begin), label=t.label) for t in second.targets]
        yield Passage(number=first.number, text=begin + second.text, targets=tuple(targets))


def examples(passages: Iterable[Passage], lexicon: Lexicon, field: Field) -> Iterator[Example]:
    """The mentions of these passages as the model sees them in the headline or the body of an article."""
    for passage in passages:
        headline, body = (passage.text, "") if field is Field.HEADLINE else ("", passage.text)
        document = read(Article(uri="training", published_at=_LONG_AGO, headline=headline, body=body))
        for sentence in document.sentences:
            inside = [t for t in passage.targets if sentence.start <= t.start and t.end <= sentence.end]
            if inside:
                yield from _examples(sentence, inside, fold(passage.number), lexicon)


def _examples(sentence: Sentence, targets: Sequence[Target], fold_number: int, lexicon: Lexicon) -> Iterator[Example]:
    offset = sentence.start
    places = [EntityPlace(target.start - offset, target.end - offset, key) for key, target in enumerate(targets)]
    reading = read_sentence(sentence.text, places, lexicon)
    for place, target in zip(places, targets, strict=True):
        if place.key in reading.clauses.keys:
            name = name_features(sentence.text[place.start : place.end], lexicon)
            slots = features(reading, reading.clauses.keys.index(place.key), name)
            yield Example(
                features=tuple(f"{slot}\t{feature}" for slot, found in slots for feature in sorted(found)),
                label=target.label,
                fold=fold_number,
            )


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
    """Turns examples into a matrix, in which a feature counts less the more often it is seen."""

    vectorizer: Any
    worth: dict[str, float]

    def matrix(self, rows: Iterable[Example]) -> Any:
        worth = self.worth
        return self.vectorizer.transform({f: worth[f] for f in row.features if f in worth} for row in rows)


def _design(rows: Sequence[Example], names: set[str]) -> _Design:
    counts = Counter(feature for row in rows for feature in row.features)
    # This is like inverse document frequency; the divisor only sets the unit of _STRENGTH.
    worth = {
        feature: math.log(len(counts) / (count + 1)) / 4
        for feature, count in sorted(counts.items())
        if count >= _SEEN and _says_something(feature, names)
    }
    vectorizer = DictVectorizer(sparse=True).fit([worth])
    return _Design(vectorizer=vectorizer, worth=worth)


def _temperature(logits: Any, labels: Sequence[str], classes: Sequence[str]) -> float:
    """The divisor of the logits that makes the labels most likely, to 0.01."""
    places = np.array([list(classes).index(label) for label in labels])

    def surprise(temperature: float) -> float:
        scaled = logits / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(places)), places]))

    return min((step / 100 for step in range(50, 200)), key=surprise)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lessons:
    """The examples from which the model learns."""

    single: list[Example]
    paired: list[Example]
    written: list[Example]
    design: _Design

    def fit(self, without: int | None = None) -> Any:
        """Train on all lessons, or on those outside a fold; pairs hold no headline of a calibrated fold."""
        counted = ((self.single, 1.0), (self.written, _PROSE_COUNTS), (self.paired, _PAIR_COUNTS))
        known = [(row, count) for rows, count in counted for row in rows if row.fold != without]
        model = LogisticRegression(C=_STRENGTH, max_iter=_ITERATIONS)
        matrix = self.design.matrix(row for row, _ in known)
        return model.fit(
            matrix, [row.label for row, _ in known], sample_weight=np.asarray([count for _, count in known])
        )


def train(sentfin: Path, folder: Path = SHIPPED) -> str:
    """Train on SEntFiN and the prose in `folder`, write the weights there, and return a line of figures about it."""
    lexicon_bytes = (folder / LEXICON_FILE).read_bytes()
    lexicon = with_motion(read_lexicon(lexicon_bytes.decode()))
    lessons = _lessons(read_sentfin(sentfin), read_prose(folder / PROSE_FILE), lexicon)
    model = lessons.fit()
    temperature = _calibrated(lessons)
    sources = (
        Source(
            name="SEntFiN 1.0 (Sinha, Kedas, Kumar, Malo 2022), headlines but those of the test set",
            licence="MIT",
            url="https://github.com/pyRis/SEntFiN",
            mentions=len(lessons.single),
        ),
        Source(name="prose written for newstape (prose.txt)", licence="Apache-2.0", mentions=len(lessons.written)),
    )
    weights = _weights(lessons.design, model, temperature)
    _write(folder, lexicon_bytes, weights, sources)
    learned = f"{len(lessons.single)} mentions in headlines and {len(lessons.written)} in prose"
    return f"{len(weights)} weights from {learned}, temperature {temperature}"


def _lessons(headlines: Sequence[Passage], prose: Sequence[Passage], lexicon: Lexicon) -> _Lessons:
    tested = {passage.text for passage in headlines if fold(passage.number) == TEST_FOLD}
    learned = [passage for passage in headlines if passage.text not in tested]
    pairs = joined([passage for passage in learned if fold(passage.number) > _CALIBRATED], _PAIRS)
    single = list(examples(learned, lexicon, Field.HEADLINE))
    written = list(examples(prose, lexicon, Field.BODY))
    return _Lessons(
        single=single,
        paired=list(examples(pairs, lexicon, Field.HEADLINE)),
        written=written,
        design=_design([*single, *written], _shared_names(learned, lexicon)),
    )


def _calibrated(lessons: _Lessons) -> float:
    """The temperature that fits the calibrated folds, each predicted by a model trained without it."""
    labels: list[str] = []
    logits = []
    for number in range(1, _CALIBRATED + 1):
        rows = [row for row in (*lessons.single, *lessons.written) if row.fold == number]
        model = lessons.fit(without=number)
        labels += [row.label for row in rows]
        logits.append(model.decision_function(lessons.design.matrix(rows)))
    return _temperature(np.concatenate(logits), labels, list(model.classes_))


def _weights(design: _Design, model: Any, temperature: float) -> dict[str, tuple[int, int]]:
    """The integer weights of positive and negative over neutral, by feature; the empty feature is where sums start."""
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
    probes = tuple(_probe(*probe, model=model) for probe in _PROBES)
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(header, probes=probes)) + b"\n" + body)


def _probe(text: str, target: str, others: tuple[str, ...], *, model: SentimentModel) -> Probe:
    positive, negative = probe_logits(text, target, others, model)
    return Probe(text=text, target=target, others=others, positive=positive, negative=negative)
