"""A short name in a headline, and an abbreviation, mean the firm that the first sentence names in full.

"SWIRE EXPECTS GROWTH" above "Swire Pacific Ltd said it expects growth" is about Swire Pacific, whatever the word alone
would mean, and "Southern New England Telecommunications Corp, SNET, said ..." names one firm.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.taxonomy import Field
from streams.data import event_rules as tags
from streams.data.names import core_name
from streams.extract.events.tagged_text import Mark
from streams.extract.text.document import Document

__all__ = ["in_full"]

_WORD: Final = re.compile(r"[a-z0-9&]+")
_SHORTEST_ABBREVIATION: Final = 3
# Letters that two spellings of a name share at least: "SOFTECH" and "SoftTech".
_ALIKE: Final = 4
# The id of a firm that the registry does not know.
_MADE: Final = ":~"


def in_full(document: Document, marks: Mapping[Field, Sequence[Mark]]) -> dict[Field, list[Mark]]:
    """The marks of both fields, with short names and abbreviations as names of the firms they mean."""
    first = next((sentence for sentence in document.sentences if sentence.field is Field.BODY), None)
    firms = [] if first is None else [m for m in marks[Field.BODY] if m.tag == tags.COMPANY and m.end <= first.end]
    if not firms:
        return {field: list(found) for field, found in marks.items()}
    named = [(mark, _words(document.body, mark)) for mark in firms]
    return {
        Field.HEADLINE: [_full(document.headline, m, named, may_begin=True) for m in marks[Field.HEADLINE]],
        Field.BODY: [_full(document.body, m, named, may_begin=False) for m in marks[Field.BODY]],
    }


def _full(text: str, mark: Mark, named: Sequence[tuple[Mark, list[str]]], *, may_begin: bool) -> Mark:
    """The mark, as a name of the one firm of the first sentence whose name begins with it or whose initials it is."""
    if mark.tag != tags.COMPANY:
        return mark
    words = _words(text, mark)
    may_begin = may_begin and not any(full.id == mark.id or name == words for full, name in named)
    meant = {
        full.id: full
        for full, name in named
        if (may_begin and _is_short_for(mark, words, full, name)) or _abbreviates(text, mark, words, name)
    }
    full = next(iter(meant.values())) if len(meant) == 1 else mark
    return mark._replace(id=full.id, name=full.name, country=full.country)


def _is_short_for(mark: Mark, words: Sequence[str], full: Mark, name: Sequence[str]) -> bool:
    """Whether a name begins a longer one, or begins as it does where they open the headline and the body."""
    if 0 < len(words) < len(name) and list(name[: len(words)]) == list(words):
        return True
    opens = mark.start <= 1 and full.start <= 1 and _MADE in f"{mark.id}{full.id}"
    return opens and len(words[0]) >= _ALIKE and words[0][:_ALIKE] == name[0][:_ALIKE]


def _abbreviates(text: str, mark: Mark, words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether an unknown name in capitals is made of the initials of another."""
    if _MADE not in (mark.id or "") or len(words) != 1 or len(words[0]) < _SHORTEST_ABBREVIATION:
        return False
    initials = "".join(word[0] for word in name)
    return initials == words[0] and text[mark.start : mark.end].isupper()


def _words(text: str, mark: Mark) -> list[str]:
    """The words of a name without symbol and legal form."""
    name = text[mark.start : mark.end].partition("<")[0]
    return _WORD.findall(core_name(name).lower())
