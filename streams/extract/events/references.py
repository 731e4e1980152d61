"""References back: "the company", "the iPhone maker", "it" and "its" are read as names of the firm that they mean.

A reference counts only where it can be who acts: at the head of a sentence or clause, or behind "shares of". It means
the firm that the sentence has named before it as a subject, or else the subject of one of the few sentences before, or
else the firm that the article is about. Where none is certain, it is left alone: a wrong party is worse than none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.taxonomy import Field
from streams.data import event_rules as tags
from streams.extract.events.tagged_text import LONGEST_SENTENCE, Mark, is_object, is_rating, marks_in
from streams.extract.text.document import Document
from streams.extract.text.words import MOVES, TRADES, word_set

__all__ = ["References"]

# Any firm may be called so; the other descriptions are of a certain kind of firm.
_ANY_FIRM: Final = word_set("company firm group business")
_KINDS: Final = TRADES | word_set(
    """
    company firm group bank maker giant carrier retailer producer manufacturer operator developer supplier utility chain
    publisher miner refiner grocer supermarket explorer builder contractor broker restaurant
    """
)
_REFERENCE: Final = re.compile(
    r"(?:^[\"'“‘(]{0,2}|[;:,\"“”(] |\b(?:that|said|says|as|after|because|when|and|but|while|before|since|although"
    r"|though|(?:shares?|stock) (?:of|in)) )"
    rf"(?P<words>(?P<the>the (?:[\w.'-]+ ){{0,3}}?(?:[\w-]*maker|{'|'.join(sorted(_KINDS))}))(?! of\b)|its?)"
    r"(?=(?:'s?)?[ ,;.]|$)"
)
# A sentence whose own subject refers back names no subject for those behind it.
_HANDS_ON: Final = re.compile(
    rf"(?:the (?:{'|'.join(sorted(_ANY_FIRM))})|it) (?:also |further |earlier )?(?:said|says|added)\b"
)
# Sentences that only tell what a firm is: "The company had sales of $2 billion last year."
_BACKGROUND: Final = re.compile(
    r"\b(?:totall?ed|generated|had|reported|employs|operates)\b.{0,80}"
    r"\b(?:last year|in (?:19|20)\d\d|earlier this year)\b"
    r"|\bannual (?:sales|revenues?) (?:are|of|is|exceed)\b"
)
_COMPARED: Final = re.compile(r"\b(?:up|down|from|compared|against|versus|vs|rose|fell|grew|higher|lower|more|less)\b")
_LETTERS: Final = re.compile(r"[a-z-]+")
# Two marks of quotation and "it".
_OPENS: Final = 4
_NEXT_WORD: Final = re.compile(r" ([a-z]+)")
# Sentences before that are looked at for the firm.
_REACH: Final = 3
# Names that may stand within a description: "the German carmaker", "the Company".
_ASIDE: Final = (tags.NATIONALITY, tags.NAME)
_ACTORS: Final = frozenset((tags.GOVERNMENT, tags.CENTRAL_BANK, tags.BODY, tags.INDEX, tags.OFFICIAL, tags.NATIONALITY))


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What an article has named, for what refers back to it."""

    document: Document
    """The article."""
    folded: Mapping[Field, str]
    """The folded text of each field."""
    marks: Mapping[Field, Sequence[Mark]]
    """The mentions of entities by field, in text order."""
    about: Mark | None
    """The firm that the article is about."""

    def within(self, number: int, folded: str, named: Sequence[Mark]) -> list[Mark]:
        """The references in a sentence as marks of the firms they mean. `named` are the names that stand in it."""
        found: list[Mark] = []
        if not _may_refer(folded):
            return found
        for reference in _REFERENCE.finditer(folded, 0, min(len(folded), LONGEST_SENTENCE)):
            start, end = reference.span("words")
            inside = [mark for mark in named if mark.start < end and start < mark.end]
            if any(mark.tag not in _ASIDE for mark in inside) or any(mark.start == end + 1 for mark in named):
                # "The Google parent" is not Google, and "the carmaker Ford" is named.
                continue
            if not reference["the"] and _is_no_firm(folded, end, named):
                continue
            firm = self._meant(number, folded, [m for m in named if m.end <= start], reference["the"])
            if firm is not None and not is_rating(folded, firm._replace(start=start, end=end)):
                found.append(Mark(start, end, tags.COMPANY, firm.id, firm.name, firm.country, refers=True))
        return [] if found and _is_background(folded) else found

    def _meant(self, number: int, text: str, before: Sequence[Mark], described: str | None) -> Mark | None:
        """The firm that a reference behind these names of its sentence means."""
        sentence = self.document.sentences[number]
        is_any = described is None or described.rsplit(" ", 1)[-1] in _ANY_FIRM
        if described is None and any(mark.tag in _ACTORS and not is_object(text, mark.start) for mark in before):
            # "China said it would ..."
            return None
        if described is not None and described.endswith(" bank") and self._names_central_bank(sentence.field):
            return None
        firms = [mark for mark in before if mark.tag == tags.COMPANY]
        if firms and all(is_object(text, mark.start) for mark in firms):
            # "Waymo, a unit of Alphabet, said it ...": the firm that acts need not be known.
            firms = [m for m in before if m.tag == tags.NAME and not is_object(text, m.start)][:1] or firms
        for place in range(number, max(-1, number - _REACH - 1), -1):
            earlier = self.document.sentences[place]
            if earlier.field is not sentence.field:
                break
            if place < number:
                text = self.folded[earlier.field]
                named = list(marks_in(earlier, self.marks[earlier.field]))
                if _HANDS_ON.match(text, earlier.start, earlier.end) is not None:
                    # "It said it sold the fleet to X. The company also ...": both mean a firm named before.
                    continue
                firms = [mark for mark in named if mark.tag == tags.COMPANY]
                first = next((mark for mark in named if not is_object(text, mark.start)), None)
                if described is None and first is not None and first.tag in _ACTORS:
                    return None
            subject = _subject(firms, text, self.about)
            if subject is not None or any(not is_object(text, mark.start) for mark in firms):
                return subject if is_any or len({mark.id for mark in firms}) == 1 else None
        return self.about

    def _names_central_bank(self, field: Field) -> bool:
        return any(mark.tag == tags.CENTRAL_BANK for mark in self.marks[field])


def _may_refer(folded: str) -> bool:
    """Whether the text has "it", "its" or a word that a firm may be called by; to look for these is fast."""
    if " it" in folded or "it" in folded[:_OPENS] or "maker" in folded:
        return True
    return "the " in folded and not _KINDS.isdisjoint(_LETTERS.findall(folded))


def _is_background(folded: str) -> bool:
    return _BACKGROUND.search(folded) is not None and _COMPARED.search(folded) is None


def _is_no_firm(folded: str, end: int, named: Sequence[Mark]) -> bool:
    """Whether "it" is hardly a firm: it moves ("It rose by 3% to $80 million"), or says something of another firm."""
    behind = _NEXT_WORD.match(folded, end)
    if behind is None:
        return False
    if behind[1] in {"said", "says"}:
        return any(mark.start > end and mark.tag in (tags.COMPANY, tags.NAME) for mark in named)
    return behind[1] in MOVES


def _subject(firms: Sequence[Mark], text: str, about: Mark | None) -> Mark | None:
    """The firm that acts among those that a sentence names: the only one, also the only one without a preposition.

    Of several it is the one that the article is about, as it is where all have prepositions.
    """
    own = [mark for mark in firms if not is_rating(text, mark)]
    acting = [mark for mark in own if not is_object(text, mark.start)]
    if not acting and (about is None or any(mark.id == about.id for mark in own)):
        acting = own
    if len({mark.id or mark.name for mark in acting}) > 1:
        acting = [mark for mark in acting if about is not None and mark.id == about.id and mark.name == about.name]
    return acting[0] if acting else None
