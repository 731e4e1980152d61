"""How much a sentence tells of each type of event, by weights learned from labelled passages.

Strategy. The rules know constructions; the scorer knows words. It is linear over what stands in a tagged sentence, and
scores all types at once (`streams.data.event_weights`). A sentence that clearly speaks of a type tells of an event even
where no rule fits, but not where a rule of that type was tried and something spoke against it
(`streams.extract.events.find`).

The features of a sentence, each counted once:

- its words, names as the tags of their kinds, numbers as `#`, years as `#year`;
- two of these side by side;
- the word classes of its words, which are the entries of `[words]` in `events/words.toml`: `@rose`;
- the signs `%`, `$` and `?`, and quotation marks;
- its place: `^headline`, `^lead` or `^later`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final, Self

from schemas.taxonomy import EventType, Field
from streams.data import event_rules as tags
from streams.data.event_rules import WordTable
from streams.data.event_weights import ONE, EventWeights, Feature, reaching, score_of
from streams.extract.events.tagged_text import TaggedSentence

__all__ = ["FEATURES", "Scorer", "WordClasses", "features"]

FEATURES: Final = 1
"""Version of the features; weights made for another version are refused."""

TAGS: Final[Mapping[str, str]] = {
    tags.COMPANY: "<company>",
    tags.NAME: "<name>",
    tags.GOVERNMENT: "<government>",
    tags.CENTRAL_BANK: "<bank>",
    tags.PERSON: "<person>",
    tags.INDEX: "<index>",
    tags.BODY: "<body>",
    tags.NATIONALITY: "<nationality>",
    tags.OFFICIAL: "<official>",
    tags.SOMEBODY: "<somebody>",
}
"""What stands in a feature for the name of each kind."""

_SIGNS: Final = ("%", "$", "?", '"', "“")
_YEAR_LENGTH: Final = 4
# Words whose classes are remembered: more are in no language, and hostile texts must not fill the memory.
_MOST_WORDS: Final = 100_000


class WordClasses(dict[str, tuple[str, ...]]):
    """The classes of each word, as features; they are looked for when the word first occurs."""

    def __init__(self, table: WordTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = tuple(f"@{name}" for name in self._table.of(word))
        if len(self) < _MOST_WORDS:
            self[word] = found
        return found


class _Kinds(dict[str, str]):
    """What stands in features for each word: names and numbers stand by their kinds."""

    def __missing__(self, word: str) -> str:
        found = _kind(word)
        if len(self) < _MOST_WORDS:
            self[word] = found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Weights and word classes, ready to score sentences."""

    weights: EventWeights
    """The weights."""
    known: frozenset[Feature]
    """The features that have a weight."""
    classes: WordClasses
    """The classes of words."""

    @classmethod
    def of(cls, weights: EventWeights, classes: WordTable) -> Self:
        """The scorer with these weights. Raises ValueError where they were made for another version of the features."""
        if weights.header.features != FEATURES:
            raise ValueError(f"the weights of events are for features {weights.header.features}, not {FEATURES}")
        return cls(weights=weights, known=frozenset(weights.weights), classes=WordClasses(classes))

    def score(self, tagged: TaggedSentence) -> int:
        """The packed scores of a sentence."""
        # A set keeps the hashes of its members, so that what has a weight is found without hashing pairs again.
        said = self.known & features(tagged, self.classes)
        return sum(map(self.weights.weights.__getitem__, said), self.weights.start)

    def told(self, packed: int) -> list[EventType]:
        """The types that a sentence with these scores tells of, rules or not."""
        return reaching(packed, self.weights.header.adds)

    def score_of(self, packed: int, kind: EventType) -> int | None:
        """The score of one type; null where it came after the weights."""
        return score_of(packed, kind) if kind.value in self.weights.header.start else None

    def trust(self, said: Iterable[str]) -> int:
        """The logit, in units of the weights, that a find with these features is right."""
        return sum(filter(None, map(self.weights.trust.get, said)), self.weights.header.trust)

    def weighed(self, said: Iterable[str]) -> list[tuple[str, int]]:
        """The features of a find with what they add to `trust`, the heaviest first."""
        known = [(feature, self.weights.trust[feature]) for feature in said if feature in self.weights.trust]
        return sorted(known, key=lambda pair: (-abs(pair[1]), pair[0]))

    def confidence(self, trust: int) -> float:
        """The probability that goes with this logit."""
        place = bisect_right(self.weights.header.confidence, (trust, ONE))
        return self.weights.header.confidence[max(0, place - 1)][1] / ONE

    @property
    def further(self) -> float:
        """The least confidence of a second event of a type."""
        return self.weights.header.further / ONE

    def strongest(self, tagged: TaggedSentence, kind: EventType) -> list[tuple[Feature, int]]:
        """The features of a sentence with what they add to the score of a type, the heaviest first."""
        table = self.weights.weights
        found = features(tagged, self.classes)
        said = [(feature, score_of(table[feature], kind)) for feature in found if feature in table]
        return sorted(((f, w) for f, w in said if w), key=lambda pair: (-abs(pair[1]), str(pair[0])))

    def trigger(self, tagged: TaggedSentence, kind: EventType) -> int:
        """The offset of the word that speaks most for the type, by itself and with the words beside it."""
        table, classes = self.weights.weights, self.classes
        words = _plain(tagged)
        scores = [0] * len(words)
        for place, word in enumerate(words):
            if word.isalpha():
                alone = (word, *classes[word])
                beside = (*pairwise(words[max(0, place - 1) : place + 2]),)
                scores[place] = sum(2 * score_of(table.get(one, 0), kind) for one in alone)
                scores[place] += sum(score_of(table.get(pair, 0), kind) for pair in beside)
        best = max(range(len(words)), key=lambda place: (scores[place], -place))
        return tagged.words[best][1]


def features(tagged: TaggedSentence, classes: WordClasses) -> set[Feature]:
    """The features of a sentence."""
    words = _plain(tagged)
    known = set(words)
    found: set[Feature] = {*known}
    found.update(chain.from_iterable(map(classes.__getitem__, known)))
    found.update(pairwise(words))
    text = tagged.text
    found.update(sign for sign in _SIGNS if sign in text)
    found.add(_place(tagged))
    return found


def _plain(tagged: TaggedSentence) -> list[str]:
    """The words of a sentence, with names and numbers by kind."""
    kinds = _KINDS
    return [kinds[word] for word, _ in tagged.words]


def _kind(word: str) -> str:
    if word in TAGS:
        return TAGS[word]
    if not word[0].isdigit():
        return word
    return "#year" if len(word) == _YEAR_LENGTH and word[:2] in ("19", "20") and word.isdigit() else "#"


_KINDS: Final = _Kinds()


def _place(tagged: TaggedSentence) -> str:
    if tagged.sentence.field is Field.HEADLINE:
        return "^headline"
    return "^later" if tagged.sentence.start else "^lead"
