"""Training of the confidence of events: what makes a find right in type, party and figures.

A logistic regression over the features of `streams.extract.events.trust`. It learns from finds by weights of the scorer
that had not seen their passages, and its sums are calibrated (a slope and an offset) on events whose passages neither
had seen. A find counts as right where the passage has a label of its type and party that holds all its figures.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from schemas import Entity, Event
from schemas.taxonomy import EventStatus
from streams.data.event_weights import ONE, Feature
from streams.extract.events.find import Decided
from streams.train import agreement

SCALE: Final = 64
"""A logit of 1 in the units of the weights; half a unit is the error of a weight."""

# Cross-validation chose this.
_STRENGTH: Final = 0.05
_SEEN: Final = 3
# Confidences change in steps of an eighth of a logit, up to these.
_STEP: Final = SCALE // 8
_FARTHEST: Final = 6 * SCALE
# Of events with at least this confidence at least this share is right.
_HIGH: Final = 0.9
_SURE: Final = 0.965
_MOST_LOWERED: Final = 20  # tenths of a logit

Label = dict[str, Any]
Table = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A find with its features."""

    features: frozenset[str]
    """Its features."""
    right: bool
    """Whether type, party and figures are right."""
    fold: int
    """The fold of its passage."""
    counts: float
    """How much it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Weights of features of finds."""

    start: int
    """The logit without any feature."""
    weights: dict[str, int]
    """What each feature adds."""


def is_judged(event: Event, label: Label) -> bool:
    """Whether the labels of a passage tell if an event is right; some have a type alone."""
    kind = event.type.value
    told = all("subject" in one for one in label["events"] if one["type"] == kind)
    return told and event.status is EventStatus.STANDING and kind not in label["tolerated"]


def is_right(event: Event, label: Label, entities: Iterable[Entity]) -> bool:
    """Whether an event is that of a label in type, party and figures."""
    of_type = [one for one in label["events"] if one["type"] == event.type.value]
    pairs = (pair for one in of_type for pair in agreement.pairs([one], [event], entities))
    return any(agreement.same_figures(one, found) is not False for one, found in pairs)


def lessons(decided: Decided, label: Label, entities: Sequence[Entity], fold: int, counts: float) -> Iterator[Lesson]:
    """What a passage teaches."""
    for find in decided.considered.finds:
        if is_judged(find.event, label):
            right = is_right(find.event, label, entities)
            yield Lesson(features=frozenset(find.said), right=right, fold=fold, counts=counts)


def fit(taught: Sequence[Lesson]) -> Learned:
    """The weights that these finds teach."""
    counted = Counter(feature for lesson in taught for feature in lesson.features)
    known = sorted(feature for feature, count in counted.items() if count >= _SEEN)
    columns = {feature: n for n, feature in enumerate(known)}
    rows = matrix((sorted(lesson.features) for lesson in taught), columns)
    if len({lesson.right for lesson in taught}) == 1:
        raise ValueError("there are too few labels: all finds are right, or all are wrong")
    model = LogisticRegression(C=_STRENGTH, solver="liblinear")
    model.fit(rows, [lesson.right for lesson in taught], sample_weight=[lesson.counts for lesson in taught])
    weights = {f: round(float(model.coef_[0][n]) * SCALE) for f, n in columns.items()}
    return Learned(
        start=round(float(model.intercept_[0]) * SCALE), weights={f: weight for f, weight in weights.items() if weight}
    )


def matrix(rows: Iterable[Sequence[Feature]], columns: Mapping[Any, int]) -> Any:
    """The rows of features as a sparse matrix, without the features that have no column."""
    ends, places = [0], []
    for row in rows:
        places += [columns[f] for f in row if f in columns]
        ends.append(len(places))
    return csr_matrix((np.ones(len(places)), places, ends), shape=(len(ends) - 1, len(columns)))


def table(slope: float = 1.0, offset: float = 0.0) -> Table:
    """The confidences of rising logits, under a calibration."""
    steps = range(-_FARTHEST, _FARTHEST + 1, _STEP)
    return tuple((step, round(ONE / (1 + math.exp(-(slope * step / SCALE + offset))))) for step in steps)


def calibrated(confidences: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """The slope and the offset that fit confidences of `table()` to what was right.

    The offset is lowered until of events with high confidence the share `_SURE` is right: the rules were written with
    the labelled passages in view, so on others fewer of their finds are right than here.
    """
    logits = np.array([[math.log(c / (1 - c))] for c in confidences])
    model = LogisticRegression(C=1e6).fit(logits, list(right))
    slope, offset = round(float(model.coef_[0][0]), 3), round(float(model.intercept_[0]), 3)
    least = math.log(_HIGH / (1 - _HIGH))
    for lower in range(_MOST_LOWERED):
        discounted = round(offset - lower / 10, 3)
        sure = [one for (logit,), one in zip(logits, right, strict=True) if slope * logit + discounted >= least]
        if sum(sure) >= _SURE * len(sure):
            break
    return slope, discounted
