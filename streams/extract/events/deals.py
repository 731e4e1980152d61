"""Who buys, who is bought, who sells and who merge: the roles of the firms around the word that tells of a deal.

A pattern of a rule finds the word ("acquire", "takeover", "sale", "merger"); where the firms stand around it decides
their roles, whatever the pattern. The tables below say it for each kind of word: the subject of a buying verb buys, the
one behind "from" sells, a bid comes from the one behind "from" or "by" and is made for the one behind "for" or "of",
and two firms joined by "and" before "their merger" are partners of one another. A firm in no such place has no role.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from streams.data import event_rules as tags
from streams.extract.events.clauses import MatchClause
from streams.extract.events.tagged_text import Mark, is_object, is_rating

__all__ = ["Deal", "DealRole", "deal_of"]

DealRole = Literal["acquirer", "target", "seller", "partner"]
Deal = Mapping[DealRole, tuple[Mark, ...]]
"""The firms in each role, in text order; only partners are several."""

_Word = Literal["buys", "is bought", "sells", "is sold", "sale", "bid", "purchase", "merger", "merges"]

_FIRMS: Final = (tags.COMPANY, tags.NAME, tags.SOMEBODY)

# The kinds of word by which a deal is told; the first that the act holds decides.
_WORDS: Final[tuple[tuple[_Word, re.Pattern[str]], ...]] = (
    ("merges", re.compile(r"\b(?:merg(?:e[sd]?|ing)|combin(?:e[sd]?|ing)|join(?:s|ed|ing)? forces)\b")),
    ("sale", re.compile(r"\bsale\b")),
    ("sells", re.compile(r"\b(?:sell(?:s|ing)?|sold|divest\w*|dispos\w+|offload\w*)\b")),
    ("merger", re.compile(r"\b(?:mega-?merger|merger|tie-up|combination|partnership)\b")),
    ("bid", re.compile(r"\b(?:bids?|offers?|approach(?:es)?|proposals?|take-?over|buy-?out)\b")),
    ("purchase", re.compile(r"\b(?:acquisition|purchase)\b(?! price)")),
    (
        "buys",
        re.compile(r"\b(?:acquir\w+|buy(?:s|ing)?|bought|purchas(?:es|ed|ing)|t[ao]k(?:es?|ing|en) over|took over)\b"),
    ),
)
_PASSIVE: Final = re.compile(r"\b(?:be|been|being|was|were|is|are|get|gets|got)(?: \w+ly)? $")
_IS_PASSIVE: Final = re.compile(r"(?:be|been|being|was|were|is|are) ")
_PARTICIPLE: Final = re.compile(r"(?:acquired|bought|purchased|sold|taken|divested|absorbed|offloaded|snapped)\b")

# The preposition that governs a name: it may have an article, a place and a few words of description before the name.
_GOVERNS: Final = re.compile(
    r"(?:^| )(?P<word>by|of|from|to|with|for|in|into|between|on|against|at|over|than|including)"
    r"(?: (?!by |of |from |to |with |for |in |into |between |on |against |at |over |and )[^ ,;:]+){0,4} (?:\W)?$"
)
_AND: Final = re.compile(r"(?:,? inc\.?|,? corp\.?|,? co\.?)?,? ?(?:and|&|/) ?(?:the |rival |its |smaller |larger )*")
_AIMED_AT: Final = re.compile(
    r"\b(?:receiv\w+|reject\w*|accept\w*|spurn\w*|rebuff\w*|welcom\w+|got|gets|fielded|weigh\w*|fend\w*|dismiss\w*"
    r"|subject (?:of|to)|target (?:of|for)|open to|recommend\w*|resist\w*|fight\w*|oppos\w+|respon\w+"
    r"|turn(?:s|ed|ing)? down|consider(?:s|ed|ing)?|approached|in talks (?:about|over) (?:a|its)"
    r"|agree[sd]? to (?:a|an|the|its)\b|approv\w+ (?:a|an|the|its)\b|board\b"
    r"|(?:shares?|stock) .{0,30}\b(?:on|after|amid|following))"
)
# What is a firm's without being the firm.
_PART: Final = re.compile(
    r"'s? (?:[\w&./-]+ ){0,4}?(?:units?|business(?:es)?|divisions?|subsidiar(?:y|ies)|arm|operations?|assets|brands?"
    r"|stores|plants?)\b"
)
# Whoever speaks of a deal does not make it.
_SPEAKS: Final = re.compile(r"\b(?:said|says|told|added|declined|would not|believes?|noted)\b|[\"“]")
_HAS: Final = re.compile(r"'s? ")
# Behind a preposition too, a firm acts: "an agreement for A to buy B", "the terms of A's offer to buy B".
_PLAYS: Final = re.compile(
    r"(?:'s? (?:\w+ ){0,2}(?:offer|bid|plan|proposal|attempt|move|intention|effort|deal|agreement|decision)s?)?"
    r" to (?:\w+ )?"
)
# How far before the act its parties are looked for, in characters.
_REACH: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a firm stands."""

    mark: Mark
    before: bool
    """Whether it stands before the act."""
    word: str
    """The preposition that governs it, or nothing; before the act "of" stands for all."""


def deal_of(clause: MatchClause) -> Deal:
    """The roles of the firms of a clause; a role is missing where no firm stands in its place."""
    kind = _kind(clause)
    places = [] if kind is None else _places(clause)
    if kind is None or not places:
        return {}
    if kind in ("merger", "merges"):
        pair = _partners(clause, places)
        return {"partner": pair} if pair else {}
    if kind in ("buys", "is bought"):
        found = _bought(clause, places, passive=kind == "is bought")
    elif kind in ("sells", "is sold", "sale"):
        found = _sold(clause, places, kind)
    else:
        found = _bid(clause, places, kind)
    return {
        role: (mark,)
        for role, mark in found.items()
        if mark is not None and (role == "acquirer" or mark.tag != tags.SOMEBODY)
    }


def _kind(clause: MatchClause) -> _Word | None:
    act = clause.text[clause.act : clause.act_end]
    kind = next((name for name, word in _WORDS if word.search(act)), None)
    passive = _IS_PASSIVE.match(act) or _PASSIVE.search(clause.text, max(0, clause.act - 20), clause.act)
    if passive and kind == "buys":
        return "is bought" if _PARTICIPLE.search(act) else kind
    if passive and kind == "sells":
        return "is sold" if _PARTICIPLE.search(act) else kind
    return kind


def _places(clause: MatchClause) -> list[_Place]:
    text, found = clause.text, []
    for mark in clause.tagged.marks:
        if mark.tag not in _FIRMS or mark.end <= clause.start or mark.start >= clause.end or is_rating(text, mark):
            continue
        if mark.tag == tags.SOMEBODY and _SPEAKS.search(text, mark.end, clause.act_end) is not None:
            continue
        if mark.start >= clause.act_end:
            behind = _GOVERNS.search(text, clause.act_end, mark.start)
            found.append(_Place(mark=mark, before=False, word=behind["word"] if behind else ""))
        elif mark.end <= clause.act and clause.act - mark.end <= _REACH:
            plays = _PLAYS.fullmatch(text, mark.end, clause.act) is not None
            found.append(_Place(mark=mark, before=True, word="of" if is_object(text, mark.start) and not plays else ""))
    return found


def _actor(places: Sequence[_Place]) -> Mark | None:
    """The nearest firm before the act without a preposition; a person only where no firm is named there."""
    acting = [place.mark for place in places if place.before and not place.word]
    firms = [mark for mark in acting if mark.tag != tags.SOMEBODY]
    return next(reversed(firms or acting), None)


def _behind(places: Sequence[_Place], *words: str) -> Mark | None:
    """The first firm behind the act that one of these prepositions governs; "" is none."""
    return next((place.mark for place in places if not place.before and place.word in words), None)


def _bought(clause: MatchClause, places: Sequence[_Place], *, passive: bool) -> dict[DealRole, Mark | None]:
    if passive:
        return {"acquirer": _behind(places, "by"), "target": _actor(places), "seller": _behind(places, "from")}
    target, seller = _thing(clause, places)
    return {"acquirer": _actor(places), "target": target, "seller": seller or _behind(places, "from")}


def _thing(clause: MatchClause, places: Sequence[_Place]) -> tuple[Mark | None, Mark | None]:
    """The firm that is bought or sold, and the firm whose it is: "Pfizer's Hospira unit" is Hospira, of Pfizer."""
    things = [place.mark for place in places if not place.before and place.word in ("", "of", "in")]
    if not things:
        return None, None
    first = things[0]
    if len(things) > 1 and _HAS.fullmatch(clause.text, first.end, things[1].start):
        return things[1], first
    return (None, first) if _PART.match(clause.text, first.end) else (first, None)


def _sold(clause: MatchClause, places: Sequence[_Place], kind: _Word) -> dict[DealRole, Mark | None]:
    acquirer = _behind(places, "to")
    if kind == "is sold":
        return {"acquirer": acquirer, "target": _actor(places), "seller": _behind(places, "by", "from")}
    if kind == "sale":
        seller = _behind(places, "by") or _actor(places)
        return {"acquirer": acquirer, "target": _behind(places, "of"), "seller": seller}
    target, owner = _thing(clause, places)
    return {"acquirer": acquirer, "target": target, "seller": _actor(places) or owner}


def _bid(clause: MatchClause, places: Sequence[_Place], kind: _Word) -> dict[DealRole, Mark | None]:
    text = clause.text
    made_by = _behind(places, "by") if kind == "purchase" else _behind(places, "by", "from")
    target = _behind(places, "of", "for", "to")
    if target is None and places[-1].before and text[places[-1].mark.end : clause.act] == " ":
        # "Greif announces Lee Container acquisition".
        return {"acquirer": made_by or _actor(places[:-1]), "target": places[-1].mark}
    actor = _actor(places)
    if target is not None or actor is None:
        return {"acquirer": made_by or actor, "target": target}
    aimed = made_by is not None or _AIMED_AT.search(text, actor.end, clause.act) is not None
    return {"acquirer": made_by, "target": actor} if aimed else {"acquirer": actor, "target": None}


def _partners(clause: MatchClause, places: Sequence[_Place]) -> tuple[Mark, ...]:
    """Two firms joined by "and": before the act without a preposition, or behind "of" or "between"."""
    text = clause.text
    for one, two in pairwise(places):
        is_pair = one.before == two.before and _AND.fullmatch(text, one.mark.end, two.mark.start) is not None
        if is_pair and one.word == "" and one.before:
            return one.mark, two.mark
        if is_pair and not one.before and one.word in ("of", "between"):
            return one.mark, two.mark
    return ()
