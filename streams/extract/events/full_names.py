"""A short name in a headline, and an abbreviation, mean the firm that the first sentence names in full.

"SWIRE EXPECTS GROWTH" above "Swire Pacific Ltd said it expects growth" is about Swire Pacific, whatever the word alone
would mean, and "Southern New England Telecommunications Corp, SNET, said ..." names one firm.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from schemas.taxonomy import Field
from streams.data import event_rules as tags
from streams.data.names import core_name
from streams.extract.events.tagged_text import Mark
from streams.extract.text.document import Document

__all__ = ["in_full", "names_owner"]

_WORD: Final = re.compile(r"[a-z0-9&]+")
_OWNED: Final = re.compile(
    r"(?: ?[<(][\w.]+[>)])?'?s? (?:[\w-]+ ){0,2}(?:units?|subsidiar(?:y|ies)|affiliates?|divisions?|arm)\b",
    re.IGNORECASE,
)
# The text between a firm and its owner, and between an owner and its firm.
_OF_OWNER: Final = re.compile(
    r"[>)]?,? ?(?:\(\w+\), )?(?:an?|the|which is)? ?[^.;]{0,80}\b(?:unit|subsidiary|division|affiliate|owned|arm|part)"
    r" (?:\S+ ){0,4}(?:of|by) (?:the )?<?",
    re.IGNORECASE,
)
_OWNERS: Final = re.compile(r"'s (?:\S+ ){0,3}(?:unit,? )?<?")
_SHORTEST_ABBREVIATION: Final = 3
# Letters that two spellings of a name share at least: "SOFTECH" and "SoftTech".
_ALIKE: Final = 4
# The id of a firm that the registry does not know.
_MADE: Final = ":~"


def in_full(document: Document, marks: Mapping[Field, Sequence[Mark]]) -> dict[Field, list[Mark]]:
    """The marks of both fields, with short names and abbreviations as names of the firms they mean."""
    first = next((sentence for sentence in document.sentences if sentence.field is Field.BODY), None)
    body = _known(document, marks)
    firms = [] if first is None else [m for m in body if m.tag == tags.COMPANY and m.end <= first.end]
    here = {mark.id for mark in firms}
    return {
        Field.HEADLINE: [_unit(document, _full(document, mark, firms, here), firms) for mark in marks[Field.HEADLINE]],
        Field.BODY: [_spelt_out(document.body, document, mark, firms) for mark in body],
    }


def _known(document: Document, marks: Mapping[Field, Sequence[Mark]]) -> Sequence[Mark]:
    """The names of the body, those of unknown firms as the known firm that the headline names by the same words."""
    known = [m for m in marks[Field.HEADLINE] if m.tag == tags.COMPANY and _MADE not in (m.id or _MADE)]
    if not known or not any(_MADE in (mark.id or "") for mark in marks[Field.BODY]):
        return marks[Field.BODY]
    by_words = {tuple(_words(document.headline, mark)): mark for mark in reversed(known)}
    return [
        _as_one(mark, [by_words[words]])
        if _MADE in (mark.id or "") and (words := tuple(_words(document.body, mark))) in by_words
        else mark
        for mark in marks[Field.BODY]
    ]


def names_owner(text: str, mark: Mark) -> re.Match[str] | None:
    """Where a text goes on from a name to a firm of that owner: "HONEYWELL UNIT"."""
    return _OWNED.match(text, mark.end)


def _unit(document: Document, mark: Mark, firms: Sequence[Mark]) -> Mark:
    """The owner that a headline names, or the firm of that owner where the first sentence names it."""
    if mark.tag != tags.COMPANY or names_owner(document.headline, mark) is None:
        return mark
    body = document.body
    for firm, owner in pairwise(firms):
        if owner.id == mark.id and firm.id != mark.id and _OF_OWNER.fullmatch(body, firm.end, owner.start) is not None:
            return mark._replace(id=firm.id, name=firm.name, country=firm.country)
        if firm.id == mark.id and owner.id != mark.id and _OWNERS.fullmatch(body, firm.end, owner.start) is not None:
            return mark._replace(id=owner.id, name=owner.name, country=owner.country)
    return mark


def _full(document: Document, mark: Mark, firms: Sequence[Mark], here: Collection[str | None]) -> Mark:
    """A name of the headline, as one of the firm of the first sentence whose name begins so or whose initials it is.

    A firm that the first sentence names too is meant itself.
    """
    if mark.tag != tags.COMPANY or mark.id in here or not firms:
        return mark
    words = _words(document.headline, mark)
    named = [(firm, _words(document.body, firm)) for firm in firms]
    if any(name == words for _, name in named):
        return mark
    meant = [firm for firm, name in named if _is_short_for(mark, words, firm, name)]
    return _spelt_out(document.headline, document, _as_one(mark, meant), firms)


def _spelt_out(text: str, document: Document, mark: Mark, firms: Sequence[Mark]) -> Mark:
    """An unknown name in capitals, as one of the firm of the first sentence whose initials it is."""
    short = text[mark.start : mark.end].partition(" <")[0]
    if _MADE not in (mark.id or "") or len(short) < _SHORTEST_ABBREVIATION or not (short.isupper() and short.isalpha()):
        return mark
    named = ((firm, _words(document.body, firm)) for firm in firms)
    return _as_one(mark, [firm for firm, name in named if "".join(word[0] for word in name) == short.lower()])


def _as_one(mark: Mark, meant: Sequence[Mark]) -> Mark:
    """The mark, as a name of the firm meant where that is one."""
    if len({firm.id for firm in meant}) != 1:
        return mark
    return mark._replace(id=meant[0].id, name=meant[0].name, country=meant[0].country)


def _is_short_for(mark: Mark, words: Sequence[str], full: Mark, name: Sequence[str]) -> bool:
    """Whether a name begins a longer one, or begins as it does where they open the headline and the body."""
    if 0 < len(words) < len(name) and list(name[: len(words)]) == list(words):
        return True
    opens = mark.start <= 1 and full.start <= 1 and _MADE in f"{mark.id}{full.id}"
    return opens and len(words[0]) >= _ALIKE and words[0][:_ALIKE] == name[0][:_ALIKE]


def _words(text: str, mark: Mark) -> list[str]:
    """The words of a name without symbol and legal form."""
    name = text[mark.start : mark.end].partition("<")[0]
    return _WORD.findall(core_name(name).lower())
