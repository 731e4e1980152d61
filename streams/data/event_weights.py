"""The weights by which each sentence is scored for each type of event, read and checked from `events/weights.tsv`.

The first line is JSON (`Header`); each line behind it is a feature, a tab, and what the feature adds to the score of
each type, such as `acquire merger:121 contract:-9`. A feature of two words is two words that stand side by side;
`streams.extract.events.scorer` tells what features there are. Lines that begin with `trust` and a tab hold a feature of
`streams.extract.events.trust` and what it adds to the logit that a find is right. Scores are integers in units of
1/`scale` of a logit, so that a sum does not depend on its order.

The scores of all types are packed into one integer, a lane of `LANE` bits for each: a sum of packed weights is the
packed sums, and one addition scores every type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec

from schemas.taxonomy import EventType, Family

SHIPPED: Final = Path(__file__).parent / "events" / "weights.tsv"
"""The weights that newstape ships with."""

FORMAT: Final = 1
"""Format of the file that this loader reads."""

TYPES: Final = tuple(kind for kind in EventType if kind.family is not Family.INDEX)
"""The types that are scored, in the order of their lanes; events of indices follow from index facts."""

LANE: Final = 24
"""Bits of a lane."""
_HALF: Final = 1 << (LANE - 1)
_LOW: Final = (1 << LANE) - 1
# More than any feature can weigh: as many features as a sentence can have stay within a lane.
_HEAVIEST: Final = 1 << 12
# The score of a type of which the weights know nothing: no sentence is proposed for it.
_UNKNOWN: Final = -_HEAVIEST

ONE: Final = 10_000
"""The confidence of 1: confidences are counted in ten-thousandths."""

TRUST: Final = "trust"
"""The word that begins a line about finds."""

Feature = str | tuple[str, str]
"""A word, class of words, sign or place; or two words side by side."""


class EventWeightsError(ValueError):
    """A weights file that can't be used: file, line (from 1) and reason."""

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = str(path)
        self.line = line
        self.reason = reason


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line of the weights file."""

    format: int
    """Version of this file format."""
    version: str
    """Version of the weights."""
    features: int
    """Version of the feature code that the weights were made for."""
    weights: str
    """SHA-256 of the lines behind this one."""
    licence: str
    """Licence of the weights."""
    sources: tuple[str, ...]
    """What they were learned from."""
    scale: int
    """How many units of the weights make a logit of 1."""
    start: Mapping[str, int]
    """The score of each type without any feature. A type that is not among them came after the weights: rules alone
    find it, with their own confidence.
    """
    adds: int
    """A sentence with this score of a type tells of an event of that type, even where no rule found it."""
    trust: int
    """The logit that a find is right, without any feature."""
    confidence: tuple[tuple[int, int], ...]
    """Rising logits, each with the confidence, in ten-thousandths, from it up to the next."""
    further: int
    """An article has a second event of a type, about another party, where its confidence (in ten-thousandths) is at
    least this.
    """
    cross_validation: Mapping[str, Any]
    """The figures of the cross-validation, for reports."""


class EventWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Everything loaded."""

    version: str
    """Version of the weights with a digest of the file: `1.0.0+3f9ac01b77de`."""
    header: Header
    """What the file says about itself."""
    weights: Mapping[Feature, int]
    """Packed weights by feature."""
    trust: Mapping[str, int]
    """What the features of a find add to the logit that it is right."""
    start: int
    """The packed scores that a sum starts with."""


def pack(scores: Sequence[int]) -> int:
    """Scores of all types, in the order of `TYPES`, as one integer."""
    return sum(score << (LANE * place) for place, score in enumerate(scores))


_HALVES: Final = pack([_HALF] * len(TYPES))
_LANES: Final = {kind: LANE * place for place, kind in enumerate(TYPES)}
_SHIFTS: Final = {kind.name_in_family: shift for kind, shift in _LANES.items()}


def score_of(packed: int, kind: EventType) -> int:
    """The score of one type."""
    # A half added to every lane leaves no lane below zero, which would borrow from the next one.
    return ((packed + _HALVES) >> _LANES[kind] & _LOW) - _HALF


def reaching(packed: int, least: int) -> list[EventType]:
    """The types with at least this score."""
    # The highest bit of a lane says so, for all types at once.
    high = (packed + _HALVES - pack_all(least)) & _HALVES
    return [kind for kind, lane in _LANES.items() if high >> lane & _HALF] if high else []


@lru_cache(maxsize=8)
def pack_all(score: int) -> int:
    """The same score for every type."""
    return pack([score] * len(TYPES))


def load_event_weights(path: Path = SHIPPED) -> EventWeights:
    """The weights in this file. Raises EventWeightsError where something in it is wrong."""
    head, _, rest = path.read_bytes().partition(b"\n")
    try:
        header = msgspec.json.decode(head, type=Header)
    except msgspec.MsgspecError as error:
        raise EventWeightsError(path, 1, str(error)) from None
    if header.format != FORMAT:
        raise EventWeightsError(path, 1, f"expected format {FORMAT}, got {header.format}")
    if header.weights != hashlib.sha256(rest).hexdigest():
        raise EventWeightsError(path, 1, "the weights are not those the header was written for (SHA-256 differs)")
    weights, trust = _weights(path, rest.decode())
    return EventWeights(
        version=f"{header.version}+{hashlib.sha256(head + rest).hexdigest()[:12]}",
        header=header,
        weights=weights,
        trust=trust,
        start=pack([header.start.get(kind.value, _UNKNOWN) for kind in TYPES]),
    )


def as_text(feature: Feature) -> str:
    """The feature as it stands in the file."""
    return feature if isinstance(feature, str) else " ".join(feature)


def _weights(path: Path, text: str) -> tuple[dict[Feature, int], dict[str, int]]:
    """The packed weights of the scorer, and the weights of trust."""
    table: dict[Feature, int] = {}
    trust: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=2):
        feature, _, said = line.partition("\t")
        try:
            if feature == TRUST and "\t" in said:
                name, _, weight = said.partition("\t")
                _add(trust, name, _weight(weight))
            else:
                first, space, second = feature.partition(" ")
                _add(table, (first, second) if space else feature, _packed(said))
        except (ValueError, KeyError) as error:
            raise EventWeightsError(path, number, f"expected a new feature and its weights, got {line!r}") from error
    return table, trust


def _packed(said: str) -> int:
    packed = 0
    for item in said.split():
        kind, _, weight = item.partition(":")
        packed += _weight(weight) << _SHIFTS[kind]
    return packed


def _weight(text: str) -> int:
    weight = int(text)
    if abs(weight) > _HEAVIEST:
        raise ValueError(text)
    return weight


def _add(table: dict[Any, int], feature: Feature, weight: int) -> None:
    if feature in table or not weight:
        raise ValueError(feature)
    table[feature] = weight
