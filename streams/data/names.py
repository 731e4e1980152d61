"""Names of firms: which words are a legal form and not the name, and which are too ordinary to name a firm alone.

The builder uses it when it writes aliases, and so do matchers, which may take a legal form behind a weak alias as the
sign that a firm is meant ("Target Corp"). No particular firm is named here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

COMMON_WORDS_FILE: Final = Path(__file__).parent / "common_words.txt"
"""Words of company names that are also ordinary words or proper names; one a line, `#` starts a comment."""


def word_set(text: str) -> frozenset[str]:
    """The words of `text`: a long list of words is easier to read as text."""
    return frozenset(text.split())


LEGAL_FORMS: Final = word_set(
    """
    ab abp ad ag ao as asa berhad bhd bv co companies company corp corporation cos cv dd fpc gmbh inc incorporated
    jsc kgaa kk limited llc llp lp ltd ltda nv nyrt oao ojsc oy oyj pao pcl pjsc plc private pte pty publ pvt qpsc
    qsc rt sa saa sab sae saog sarl sas sca se sicav spa srl tbk zrt
    """
)
"""Legal forms without their dots, in lower case. They may stand behind a firm's name and aren't part of it."""

GROUP_WORDS: Final = frozenset({"group", "holding", "holdings", "groupe", "gruppe", "gruppen", "grupo", "gruppo"})
"""Words that newspapers leave out at the end of a firm's name, beside the legal form."""

# Legal forms of several words; they are removed from the end of a name before those of one word.
_LONG_FORMS: Final = (
    "public company limited",
    "public limited company",
    "sociedad anonima bursatil de capital variable",
    "s a b de c v",
    "s a de c v",
    "sab de cv",
    "sa de cv",
    "de c v",
    "de cv",
    "societe anonyme",
    "societe europeenne",
    "societa per azioni",
    "sociedad anonima",
    "sociedade anonima",
    "kommanditgesellschaft auf aktien",
    "aktiengesellschaft",
    "aktiebolag",
    "aktieselskab",
    "anonim sirketi",
    "anonim sti",
    "naamloze vennootschap",
    "kabushiki kaisha",
    "public joint stock company",
    "joint stock company",
    "s p a",
    "p l c",
    "n v",
    "s a",
    "s e",
    "a s",
    "a g",
    "a b",
    "k k",
    "l p",
    "l l c",
    "o y j",
    "p j s c",
    "q p s c",
    "d d",
    "a d",
    "b v",
)

# Legal forms that stand in front of the name.
_LEADING_FORMS: Final = ("pt ", "pjsc ", "ojsc ", "oao ", "pao ", "jsc ", "public joint stock company ", "the ")

_WORD: Final = re.compile(r"[\w]+(?:['’][\w]+)*", re.UNICODE)
_MARKS: Final = " ,.;:-–&/("


def core_name(name: str) -> str:
    """`name` without legal forms: "Hitachi, Ltd." gives "Hitachi", "Ford Motor Company" gives "Ford Motor".

    A name that consists of a legal form only is returned as it is.
    """
    core = _without_leading(" ".join(name.split()))
    while True:
        shorter = _without_last_form(core)
        if shorter == core or not shorter:
            return core
        core = shorter


def short_name(core: str) -> str:
    """A core name without "Group" or "Holdings" at its end; the core name itself where nothing would be left."""
    words = core.split()
    while len(words) > 1 and _plain(words[-1]) in GROUP_WORDS:
        words = words[:-1]
    return " ".join(words).rstrip(_MARKS) or core


def _without_leading(name: str) -> str:
    lowered = name.lower()
    for form in _LEADING_FORMS:
        if lowered.startswith(form) and len(name) > len(form) + 1:
            return name[len(form) :].lstrip(_MARKS)
    return name


def _without_last_form(name: str) -> str:
    words = list(_WORD.finditer(name))
    plain = [_plain(word.group()) for word in words]
    for form in _LONG_FORMS:
        wanted = form.split()
        if len(plain) > len(wanted) and plain[-len(wanted) :] == wanted:
            return name[: words[-len(wanted)].start()].rstrip(_MARKS)
    if len(plain) > 1 and plain[-1] in LEGAL_FORMS:
        # "Eli Lilly and Company", "Deere & Company": the "and" belongs to the legal form.
        last = -2 if len(plain) > 2 and plain[-2] in {"and", "und", "et"} else -1
        return name[: words[last].start()].rstrip(_MARKS)
    return name


def _plain(word: str) -> str:
    return word.lower().replace(".", "").strip("'’,()").translate(_UNACCENTED)


_UNACCENTED: Final = str.maketrans("áàâäãåçéèêëíìîïñóòôöõøúùûüýşšžğı", "aaaaaaceeeeiiiinoooooouuuuysszgi")


@cache
def common_words() -> frozenset[str]:
    """Lower-case words of company names that a dictionary has, as ordinary words or as names of people and places."""
    lines = COMMON_WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_common(words: Sequence[str]) -> bool:
    """Whether every one of `words` is ordinary: a dictionary word, a number or a single letter."""
    known = common_words()
    return all(len(word) == 1 or word.isdigit() or word.lower() in known for word in words)


def name_words(name: str) -> list[str]:
    """The words of a name, without marks."""
    return _WORD.findall(name)
