"""Which patterns may hold in a sentence, told by its words before any pattern is tried.

Every pattern knows sets of words of which it needs one each (`streams.data._required_words`). A set is a bit; the
words of a sentence give the bits it has, and a pattern whose bits are all there passes. So that not every pattern is
asked, each is filed under the words of its rarest set.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.taxonomy import Field
from streams.data.event_rules import TAG_CHARACTERS, EventPattern, EventRule
from streams.data.late_regex import LateRegex
from streams.extract.events.tagged_text import LONGEST_SENTENCE, TaggedSentence
from streams.extract.text.document import Document

__all__ = ["Gate", "Gates", "Wanted", "gates_of", "matches", "tag_bits"]

# No article reports on more sentences than this; what lies behind is not read, so that no article takes long.
_MOST_SENTENCES: Final = 120

# Marks that a rule may need as it needs words.
_SIGNS: Final = "%$€£¥"
# Marks of text that part words, as spaces; what is left are runs of letters and digits.
_APART: Final = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~£€¥₹“”„«»…·•", " "))

_TAG_BITS: Final = {tag: 1 << place for place, tag in enumerate(sorted(TAG_CHARACTERS))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A pattern with what it cannot match without."""

    place: int
    """Place of its rule among the rules."""
    rule: EventRule
    """Its rule."""
    pattern: EventPattern
    """The pattern."""
    words: int
    """Bits of the sets of words of which it needs one each."""
    tags: tuple[int, ...]
    """Bits of tags of which it needs one each."""
    mixed: tuple[tuple[int, int], ...]
    """Bits of words and bits of tags: it needs one of either."""

    def has_names(self, tags: int, words: int) -> bool:
        """Whether a sentence with these tags and words has the names that the pattern needs."""
        for needed in self.tags:
            if not tags & needed:
                return False
        return not self.mixed or all(tags & needed or words & set_of_words for set_of_words, needed in self.mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sentence that some patterns may hold in."""

    number: int
    """Place among the sentences of the document."""
    gates: Sequence[Gate]
    """The patterns, in the order of the rules."""
    words: int
    """Bits of the sets of which it has a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """All patterns, filed by word."""

    bits: Mapping[str, int]
    """By word the sets it belongs to."""
    known: frozenset[str]
    """All those words."""
    gates: tuple[Gate, ...]
    """The patterns, in the order of the rules."""
    filed: Mapping[str, frozenset[int]]
    """By word the places in `gates` of the patterns filed under a set with it."""
    exclusions: tuple[tuple[tuple[int, LateRegex], ...], ...]
    """By rule what speaks against it, with the bits of the words that it needs."""

    def wanted(self, document: Document, folded: Mapping[Field, str]) -> list[Wanted]:
        """The sentences, in text order, that have all words of some pattern; `folded` is the text of each field
        folded.
        """
        apart = {field: text.translate(_APART) for field, text in folded.items()}
        signs = {field: [sign for sign in _SIGNS if sign in text] for field, text in folded.items()}
        known, filed, bits = self.known, self.filed, self.bits
        found = []
        for number, sentence in enumerate(document.sentences):
            if sentence.boilerplate:
                continue
            field, start = sentence.field, sentence.start
            end = min(sentence.end, start + LONGEST_SENTENCE)
            words = known.intersection(apart[field][start:end].split())
            if signs[field]:
                words |= known.intersection(s for s in signs[field] if folded[field].find(s, start, end) >= 0)
            places: set[int] = set()
            for word in words:
                if word in filed:
                    places |= filed[word]
            if not places:
                continue
            held = 0
            for word in words:
                held |= bits[word]
            gates = [gate for place in sorted(places) if (gate := self.gates[place]).words & held == gate.words]
            if field is not Field.HEADLINE:
                gates = [gate for gate in gates if not gate.rule.headline_only]
            if gates:
                found.append(Wanted(number=number, gates=gates, words=held))
                if len(found) >= _MOST_SENTENCES:
                    break
        return found

    def excludes(self, place: int, rule: EventRule, text: str, words: int) -> bool:
        """Whether a sentence as a whole speaks against a rule, or lacks what the rule requires."""
        for needed, regex in self.exclusions[place]:
            if words & needed == needed and regex.compiled.search(text) is not None:
                return True
        return not all(required.compiled.search(text) for required in rule.requires)


def tag_bits(found: Iterable[str]) -> int:
    """The bits of these tags, each once."""
    return sum(_TAG_BITS[tag] for tag in found)


def gates_of(rules: Sequence[EventRule]) -> Gates:
    """File the patterns of the rules by the words they need."""
    sets: dict[frozenset[str], int] = {}

    def bit(clause: frozenset[str]) -> int:
        return 1 << sets.setdefault(clause, len(sets))

    gates: list[Gate] = []
    filed: dict[str, set[int]] = {}
    exclusions = []
    for place, rule in enumerate(rules):
        for pattern in rule.patterns:
            gate = Gate(
                place=place,
                rule=rule,
                pattern=pattern,
                words=sum(map(bit, dict.fromkeys(pattern.words))),
                tags=tuple(tag_bits(c) for c in pattern.tags if c <= TAG_CHARACTERS),
                mixed=tuple(
                    (bit(c - TAG_CHARACTERS), tag_bits(c & TAG_CHARACTERS))
                    for c in pattern.tags
                    if not c <= TAG_CHARACTERS
                ),
            )
            for word in pattern.words[0]:
                filed.setdefault(word, set()).add(len(gates))
            gates.append(gate)
        exclusions.append(tuple((sum(map(bit, dict.fromkeys(e.words))), e.regex) for e in rule.unless))
    bits: dict[str, int] = {}
    for clause, number in sets.items():
        for word in clause:
            bits[word] = bits.get(word, 0) | 1 << number
    return Gates(
        bits=bits,
        known=frozenset(bits),
        gates=tuple(gates),
        filed={word: frozenset(places) for word, places in filed.items()},
        exclusions=tuple(exclusions),
    )


def matches(pattern: EventPattern, tagged: TaggedSentence) -> Iterator[re.Match[str]]:
    """The matches of a pattern, tried only where a word or name stands that it can begin with.

    Of matches that end alike the shortest says it: "agreed to raise", not "agreed".
    """
    if pattern.openings is None:
        yield from pattern.regex.compiled.finditer(tagged.text)
        return
    last = None
    openings = pattern.openings
    if openings.isdisjoint(tagged.known):
        return
    regex = pattern.regex.compiled
    for word, start in tagged.words:
        if word in openings:
            match = regex.match(tagged.text, start)
            if match is not None:
                if last is not None and match.end() != last.end():
                    yield last
                last = match
    if last is not None:
        yield last
