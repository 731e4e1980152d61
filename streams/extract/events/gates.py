"""The words of a sentence tell which patterns may match it, before any pattern is tried.

Every pattern has sets of words and needs at least one word of each set (`streams.data._required_words`). Each set has
one bit. The words of a sentence give it the bits of their sets, and a pattern passes where the sentence has all its
bits. Each pattern is filed under the words of its rarest set, so that only a few patterns are checked.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.taxonomy import Field
from streams.data.event_rules import TAG_CHARACTERS, EventPattern, EventRule
from streams.data.late_regex import LateRegex
from streams.extract.events.tagged_text import LONGEST_SENTENCE, TaggedSentence
from streams.extract.text.document import Document

__all__ = ["Gate", "Gates", "Wanted", "gates_of", "matches", "tag_bits"]

# At most this many sentences that some pattern may match are read in an article, so that no article takes long.
_MOST_SENTENCES: Final = 120

# Signs that a rule may need in the same way as words.
_SIGNS: Final = "%$€£¥"
# Punctuation becomes spaces, so that splitting leaves runs of letters and digits.
_APART: Final = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~£€¥₹“”„«»…·•", " "))

_TAG_BITS: Final = {tag: 1 << place for place, tag in enumerate(sorted(TAG_CHARACTERS))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A pattern with the words and tags that it needs to match."""

    place: int
    """Place of its rule among the rules."""
    rule: EventRule
    """Its rule."""
    pattern: EventPattern
    """The pattern."""
    words: int
    """The bits of its sets of words; it needs a word of each set."""
    tags: tuple[int, ...]
    """For each set of tags, their bits; it needs a tag of each set."""
    mixed: tuple[tuple[int, int], ...]
    """For each set that holds both words and tags, their bits; it needs a word or a tag of each set."""

    def has_names(self, tags: int, words: int) -> bool:
        """Whether a sentence with these tags and words has the names that the pattern needs."""
        for needed in self.tags:
            if not tags & needed:
                return False
        return not self.mixed or all(tags & needed or words & set_of_words for set_of_words, needed in self.mixed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sentence that some patterns may match."""

    number: int
    """Place among the sentences of the document."""
    gates: Sequence[Gate]
    """The patterns, in the order of the rules."""
    words: int
    """The bits of the sets of which the sentence has a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """All patterns, filed by word."""

    bits: Mapping[str, int]
    """For each word, the bits of the sets that hold it."""
    known: frozenset[str]
    """All words of `bits`."""
    gates: tuple[Gate, ...]
    """The patterns, in the order of the rules."""
    needs: Mapping[Field, Sequence[int]]
    """For each field, the words that each of the patterns needs there; one that does not read it needs what is never
    held."""
    filed: Mapping[str, frozenset[int]]
    """For each word of `bits`, the places in `gates` of the patterns filed under it."""
    exclusions: tuple[tuple[tuple[int, LateRegex], ...], ...]
    """For each rule, the patterns that speak against it, each with the bits of the words it needs."""

    def wanted(self, document: Document, folded: Mapping[Field, str]) -> list[Wanted]:
        """The sentences, in text order, that have the words some pattern needs.

        `folded` is the folded text of each field.
        """
        apart = {field: text.translate(_APART) for field, text in folded.items()}
        signs = {field: [sign for sign in _SIGNS if sign in text] for field, text in folded.items()}
        found: list[Wanted] = []
        for number, sentence in enumerate(document.sentences):
            if sentence.boilerplate:
                continue
            field, start = sentence.field, sentence.start
            end = min(sentence.end, start + LONGEST_SENTENCE)
            words = self.known.intersection(apart[field][start:end].split())
            if signs[field]:
                words |= self.known.intersection(s for s in signs[field] if folded[field].find(s, start, end) >= 0)
            held, places = self._passing(field, words)
            if places:
                found.append(Wanted(number=number, gates=[self.gates[place] for place in places], words=held))
                if len(found) >= _MOST_SENTENCES:
                    break
        return found

    def _passing(self, field: Field, words: Collection[str]) -> tuple[int, list[int]]:
        """The bits of the sets that hold these words, and the places of the patterns that have all their words."""
        places: set[int] = set().union(*map(self.filed.__getitem__, words))
        if not places:
            return 0, []
        held = 0
        for bits in map(self.bits.__getitem__, words):
            held |= bits
        needs = self.needs[field]
        return held, sorted([place for place in places if needs[place] & held == needs[place]])

    def excludes(self, place: int, rule: EventRule, text: str, words: int) -> bool:
        """Whether the sentence matches an exception of the rule or lacks what the rule requires."""
        for needed, regex in self.exclusions[place]:
            if words & needed == needed and regex.compiled.search(text) is not None:
                return True
        return not all(required.compiled.search(text) for required in rule.requires)


def tag_bits(found: Iterable[str]) -> int:
    """The bits of these tags, which must be distinct."""
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
    never = 1 << len(sets)
    return Gates(
        bits=bits,
        known=frozenset(bits),
        gates=tuple(gates),
        needs={
            Field.HEADLINE: [gate.words for gate in gates],
            Field.BODY: [never if gate.rule.headline_only else gate.words for gate in gates],
        },
        filed={word: frozenset(filed.get(word, ())) for word in bits},
        exclusions=tuple(exclusions),
    )


def matches(pattern: EventPattern, tagged: TaggedSentence) -> Iterator[re.Match[str]]:
    """The matches of a pattern, which is tried only at words and names that it can begin with.

    Of successive matches with the same end only the shortest is given.
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
