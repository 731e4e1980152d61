"""How likely a find is right in type, party and figures: what its confidence is calculated from.

Each find has features that say how it came about: its rule, the score of its sentence, where its party stands and what
that is, which figures it has. Their weights are learned from labelled passages, as those of the scorer are; the sum
gives the confidence by a table that was calibrated on passages the weights had not seen (`streams.train.events`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from schemas import EntityRef, Event
from schemas.taxonomy import Field
from streams.extract.events.clauses import MatchClause
from streams.extract.events.tagged_text import Mark

__all__ = ["Setting", "find_features"]

# The score of a sentence is told by the steps that it reaches.
_STEPS: Final = tuple(range(-256, 513, 32))
_SCORES: Final = tuple(f"score {step}" for step in _STEPS)
_OFFSET: Final = itemgetter(1)
_MOST_COUNTED: Final = 4
_LONG: Final = (12, 25, 45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the article is about, as far as it helps to tell who is meant."""

    first: frozenset[str]
    """Ids, or else names, of the firm, the state and the central bank that it names first."""
    mentions: Mapping[str, int]
    """How often it names each entity, by id."""


def find_features(event: Event, clause: MatchClause, rule: str, score: int | None, setting: Setting) -> Iterator[str]:
    """The features of a find of a rule or of the scorer."""
    kind = event.type.name_in_family
    yield kind
    yield f"rule {rule}"
    yield from _SCORES[: bisect_right(_STEPS, score or 0)]
    yield from _figures(kind, event)
    words = clause.words
    digits = sum(word[0].isdigit() for word in words)
    yield f"digits {min(digits, _MOST_COUNTED)} {'figures' if event.arguments else 'none'}"
    yield f"length {sum(len(words) > least for least in _LONG)}"
    yield from _place(kind, event)
    if "?" in clause.tagged.text:
        yield "question"
    for feature in _party(event.subject, clause, setting):
        yield f"party {feature}"
        yield f"{kind} party {feature}"


def _figures(kind: str, event: Event) -> Iterator[str]:
    said = "+".join(sorted(event.arguments)) or "none"
    yield f"figures {said}"
    yield f"{kind} figures {said}"


def _place(kind: str, event: Event) -> Iterator[str]:
    first = event.evidence[0]
    place = "headline" if first.field is Field.HEADLINE else "later" if first.start else "lead"
    yield f"place {place}"
    yield f"{kind} place {place}"
    yield f"level {event.fact_level}"
    yield f"{kind} level {event.fact_level}"


def _party(subject: EntityRef, clause: MatchClause, setting: Setting) -> Iterator[str]:
    """What the subject is and where it stands."""
    key = subject.id or subject.name
    yield "made" if subject.id and ":~" in subject.id else "known" if subject.id else "unknown"
    yield "first" if key in setting.first else "not first"
    yield f"mentions {min(setting.mentions.get(key, 0), _MOST_COUNTED)}"
    mark = _mark_of(subject, clause)
    if mark is None:
        yield "elsewhere"
        return
    if clause.roles.get("subject") == mark:
        yield "role"
    before = mark.end <= clause.act + 1
    side = "before" if before else "behind"
    low, high = (mark.end, clause.act) if before else (clause.act, mark.start)
    others = sum(1 for one in clause.tagged.marks if one != mark and low <= one.start < high)
    yield f"{side} {min(others, _MOST_COUNTED)}"
    yield "outside" if not clause.start <= mark.start < clause.end else "inside"
    words = clause.tagged.words
    at = bisect_left(words, mark.start, key=_OFFSET)
    if at < len(words) and words[at][1] == mark.start:
        yield f"{side} after {words[at - 1][0] if at else '^'}"
        yield f"{side} next {words[at + 1][0] if at + 1 < len(words) else '$'}"


def _mark_of(subject: EntityRef, clause: MatchClause) -> Mark | None:
    """The nearest name of the subject in the sentence, before the act where there is one."""
    own = [m for m in clause.tagged.marks if (m.id == subject.id if subject.id else m.name == subject.name)]
    return min(own, key=lambda m: (m.start > clause.act, abs(m.start - clause.act)), default=None)
