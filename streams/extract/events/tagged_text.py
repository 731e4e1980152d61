"""A sentence in the form that event rules read: in lower case, with every name replaced by a tag of the same length.

Tags keep the offsets, so a match gives the offsets of its evidence. Names come from three sources: the article's
entities, the actors of policy, and capitalised words that are neither ("Velmora"). The last are not looked for in a
headline whose words are capitalised.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from schemas import Entity
from schemas.taxonomy import Field, Kind
from streams.data import event_rules as tags
from streams.data.event_rules import Cue, Lead
from streams.extract.events.actors import Actor, Actors
from streams.extract.text.document import Sentence
from streams.extract.text.words import FIRM_ENDINGS, MONTHS_AND_DAYS, NO_NOUNS, OPENERS, PLACES, ROLES, word_set

__all__ = [
    "LONGEST_SENTENCE",
    "Mark",
    "Names",
    "TaggedSentence",
    "all_names",
    "headline_name",
    "is_object",
    "is_rating",
    "is_source",
    "longest",
    "marks_in",
    "names_of",
    "tag",
]

LONGEST_SENTENCE: Final = 700
"""Characters of a sentence that are read: events are reported earlier in it, and a longer text costs more time."""

_KINDS: Final = {
    Kind.COMPANY: tags.COMPANY,
    Kind.PERSON: tags.PERSON,
    Kind.INDEX: tags.INDEX,
    Kind.ORGANIZATION: tags.BODY,
    Kind.COUNTRY: tags.GOVERNMENT,
}
_FIRMS: Final = (tags.COMPANY, tags.NAME)
# A symbol after a name; the registry need not know it.
_SYMBOL_BEHIND: Final = re.compile(r"[\s.,]{0,3}[<(][A-Z0-9.=^]{1,10}[>)]")
# The text between two mentions of one entity that make one name: "Texaco Inc <TX>", "Hitachi Ltd. $6501.T".
_BETWEEN: Final = re.compile(r"[\s.,]{0,2}[<($]?\^?\Z")
_CLOSING: Final = ">)"
# No name begins inside a word: "iPhone" names no Phone. The set of capitals is first because `re` scans for it fast.
_CAPITALISED: Final = re.compile(
    r"[A-Z](?<![\w/@][A-Z])[\w&'’-]*(?:\.[A-Z]\.?)*(?: (?:(?:of|and|&|de|du|von|van) )?[A-Z][\w&'’-]*)*"
)
# A name of one word behind an article is no firm's, unless it qualifies a noun: "the Rhine fell", "the Pirelli group".
_THE: Final = re.compile(r"(?:^|[ \n(])[Tt]he[ \n]\Z")
_NO_NOUN: Final = re.compile(rf"(?:['’]s)?(?: (?:{'|'.join(sorted(NO_NOUNS))})(?!\w)| ?[.,;:!?)]|\Z)")
_POSSESSIVE: Final = re.compile(r"['’]s?\Z")
# Vendors put the symbols that a headline concerns before it: "$DVA $OM - Outset Medical adds 39%".
_SYMBOLS_FIRST: Final = re.compile(r"(?:\$[A-Z][\w.:-]*,? +)+[-–—:|]+ |[A-Z]{2,5} - ")
# Capitalised words that begin no firm's name in prose.
_NOT_NAMES: Final = (
    OPENERS
    | MONTHS_AND_DAYS
    | ROLES
    | word_set("""
asian european african latin western eastern northern southern global nordic gulf mideast asia europe africa america
pacific atlantic christmas internet wall street main dow labor labour republican democrat democrats republicans congress
parliament house senate bank reserve rate selic ocr opr
rs inr usd eur gbp jpy cny dlr dlrs mln bln shr shrs net revs qtr yr div avg oper note year pt eps adj adjusted gaap
non-gaap covid covid-19 gmt utc est edt buy sell hold neutral outperform underperform overweight underweight fiscal
board directors management committee shareholders loi mou coc vaccines fda usfda epa sebi hk tax qtly qtrly
savings outsourcing sales turnover pretax profit loss earnings revenue revenues dividend
brent wti nymex comex crude gold silver copper bitcoin btc ether ethereum
eps ebitda ebit ffo nii capex gaap pt
q1 q2 q3 q4 fy h1 h2 ceo ceos cfo ai ipo etf gdp cpi pmi fta mr mrs ms dr sir i ii tv pc pcs ev evs
""")
)
# The expression begins with a plain set of characters, the only form that `re` scans for fast.
_WORD_OR_TAG: Final = re.compile(rf"[\w{''.join(sorted(tags.TAG_CHARACTERS))}](?:(?<=\w)\w*)?")
# "FY2022", "FQ2" and "Q3FY23" are periods, "BBB-plus", "Baa2" and "A-1" ratings, "Montreal-based" is a description.
_PERIOD: Final = re.compile(
    r"[\w.-]+-based\Z|(?:f[yq]|[qh]\d|cy)[\d/-]+|(?:a{1,3}|b{1,3}|c{1,3}|[bc]aa?)(?:-?\d|-plus|-minus|[+-])\Z"
)
_LETTERS: Final = re.compile(r"[A-Za-z]{4,}")
# A headline with at least this share of capitalised words is set in capitals, so capitals show no names.
_TITLE_SHARE: Final = 0.7


class Mark(NamedTuple):
    """A name in a sentence, by offsets into it."""

    start: int
    end: int
    tag: str
    """One of the tags of `streams.data.event_rules`."""
    id: str | None
    """The entity's id; null for a capitalised name that is no entity's."""
    name: str
    """The entity's name, or else the name as written in the text."""
    country: str | None
    """ISO code of the country it acts for."""
    refers: bool = False
    """Whether it is no name, but refers back to one: "the company"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedSentence:
    """A sentence ready for rules."""

    sentence: Sentence
    """The sentence as it stands in the article."""
    text: str
    """The part of the sentence that is read, in lower case, with its names as tags of the same length."""
    marks: tuple[Mark, ...]
    """Its names in text order, not overlapping."""
    words: list[tuple[str, int]]
    """Its words and tags, each with the offset where it begins."""
    known: frozenset[str]
    """Its words and tags, each once."""

    def finds(self, cue: Cue, start: int, end: int) -> int:
        """The offset of the first cue of this kind between two offsets; -1 if there is none."""
        openings = cue.openings
        if openings.isdisjoint(self.known):
            return -1
        for word, at in self.words:
            if word in openings and at >= start:
                if at >= end:
                    break
                if cue.regex.compiled.match(self.text, at, end) is not None:
                    return at
        return -1

    def mark_at(self, start: int) -> Mark | None:
        """The name that begins at an offset."""
        return next((mark for mark in self.marks if mark.start == start), None)

    def lead(self, lead: Lead, at: int) -> Mark | None:
        """The name that a pattern begins with, looked up backwards from where the rest of the pattern matches.

        It is the nearest name without a preposition ("the maker of chips for X said" is not about X), or else the
        nearest name. A firm whose analysts are quoted is never a subject.
        """
        nearest = None
        for mark in reversed(self.marks):
            if mark.end > at or mark.tag not in lead.tags:
                continue
            if at - mark.end > lead.reach or ";" in self.text[mark.end : at]:
                break
            if lead.role == "subject" and mark.tag in _FIRMS and is_rating(self.text, mark):
                continue
            aside = _aside(self.text, mark.start)
            if aside < 0 and not is_object(self.text, mark.start):
                return mark
            nearest = nearest or mark
            at = aside if aside >= 0 else at
        return nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of an article."""

    marks: Mapping[Field, Sequence[Mark]]
    """The mentions of entities by field, in text order."""
    actors: Actors
    """The actors of policy, which are looked for only in the sentences that are read."""
    on: date
    """The day of publication, which decides who holds office."""

    def within(self, sentence: Sentence, folded: str) -> list[Mark]:
        """The names of a sentence, by offsets into it, the longest where they overlap; `folded` is its text folded."""
        marks = self.marks[sentence.field]
        found = [
            Mark(start, end, *actor)
            for start, end, actor in self.actors.find(
                sentence.text[:LONGEST_SENTENCE], folded[:LONGEST_SENTENCE], self.on
            )
        ]
        begin = sentence.start
        found += (mark._replace(start=mark.start - begin, end=mark.end - begin) for mark in marks_in(sentence, marks))
        return longest(found)


def marks_in(sentence: Sentence, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Those of the marks of its field, which are in text order, that stand in a sentence."""
    for place in range(bisect_left(marks, (sentence.start,)), len(marks)):
        if marks[place].end > sentence.end:
            break
        yield marks[place]


_PREPOSITION: Final = re.compile(
    r"(?:^| )(?:on|against|from|to|with|of|for|into|in|at|by|over|between|than|including|like|towards?)(?: the| a)? $"
)

# The analysts of a firm speak of other firms; its "analyst day" is its own.
_SOURCE: Final = re.compile(
    r"(?:'s?|’s?)? (?:(?:equity|market|senior|chief|stock|rates|currency|credit|research|oil|commodit(?:y|ies)|tech"
    r"|quant|auto|chip|energy|retail|bank|sell-side|global|european|us|u\.s\.|asia) )?"
    r"(?:analysts?|economists?|strategists?|researchers?)\b"
    r"(?! (?:day|meeting|call|event|conference)s?\b)"
)


# A firm that does this has an opinion of another firm.
_RATES: Final = re.compile(
    r"(?:'s)? (?:(?:up|down)grad(?:es?\b|ing\b|ed\b(?! (?:to|at|by|from|on|after|as|amid|over|following)\b| ?[,;.]|\Z))"
    r"(?! (?:its|their|full-year|fy|guidance|outlook|forecast))"
    r"|(?:initiates|reiterates|resumes|starts) (?:coverage|(?:at |with )?\W?(?:a )?(?:buy|sell|hold|neutral|overweight"
    r"|underweight|outperform)\b)"
    r"|(?:cuts|raises|lowers|lifts|slashes) to \W?(?:buy|sell|hold|neutral|overweight|underweight)\b"
    r"|(?:cuts?|raises?d?|lower(?:s|ed)|lift(?:s|ed)|trim(?:s|med)|slash(?:es|ed)) (?:its |the )?"
    r"(?:rating|pt\b|price target|target price))"
)
_RATED_BY: Final = re.compile(
    r"\b(?:(?:up|down)graded|initiated|reiterated|rated|(?:cut|raised|lifted|lowered|upped|started|kept|maintained)"
    r"(?= (?:to|at|as|by|pt|price target)\b))(?: (?!on|after|as)[^ ;,]+){0,4} (?:at|by) (?:the )?$"
)


# What is told of a firm between its name and its verb: "Hertz, a unit of Ford Motor, said", "Naarden, acquired by
# Unilever last year, said". The firms in it do not act.
_ASIDE: Final = re.compile(
    r", (?=(?:an?|the|its|one of|part of|formerly|(?:\S+ )?(?:owned|controlled|held|acquired|backed|led)|based|percent"
    r"|\d\S* ?(?:pct|%))\b)(?:(?!\. |, (?:and|or|but) )[^;\n]){3,160}?, ?(?=(?:it |today |also )?"
    r"(?:said|says|told|reported|posted|announced|agreed|plans|expects|received|won|wins|has|had|is|was|will|completed"
    r"|signed|declared|sold|bought|acquired|filed)\b)"
)


@lru_cache(maxsize=4)  # the marks of a sentence are asked about in a row
def _asides(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _ASIDE.finditer(text)]


def is_object(text: str, start: int) -> bool:
    """Whether the name that begins at `start` of a tagged text has a preposition, or is told of another in passing."""
    return _PREPOSITION.search(text, max(0, start - 14), start) is not None or _aside(text, start) >= 0


def _aside(text: str, start: int) -> int:
    """Where what is told in passing begins, if a name stands in such words; -1 if it does not."""
    return next((first for first, last in _asides(text) if first < start < last), -1)


def is_source(text: str, end: int) -> bool:
    """Whether the firm whose name ends at `end` rates others, or its analysts are quoted. The text is in lower case."""
    return _SOURCE.match(text, end) is not None or _RATES.match(text, end) is not None


def is_rating(text: str, mark: Mark) -> bool:
    """Whether a firm is the one that rates, or whose analysts are quoted: "cut to Neutral at Citi"."""
    return is_source(text, mark.end) or _RATED_BY.search(text, max(0, mark.start - 60), mark.start) is not None


def names_of(entities: Iterable[Entity], actors: Actors, on: date, headline: str) -> Names:
    """The mentions of entities as marks; `Names.within` adds the actors of policy for each sentence.

    Symbols before the headline say whom it concerns and not whom it is about; they count where there is but one and the
    headline names no firm.
    """
    marks: dict[Field, list[Mark]] = {Field.HEADLINE: [], Field.BODY: []}
    for entity in entities:
        actor = _actor(entity, actors, on)
        if actor is not None:
            for mention in entity.mentions:
                mark = Mark(mention.start, mention.end, actor.tag, actor.id, actor.name, actor.country)
                marks[mention.field].append(mark)
    for found in marks.values():
        found.sort(key=lambda mark: mark.start)
    marks[Field.HEADLINE] = _without_symbols_first(headline, marks[Field.HEADLINE])
    return Names(marks=marks, actors=actors, on=on)


def _without_symbols_first(headline: str, marks: list[Mark]) -> list[Mark]:
    before = _SYMBOLS_FIRST.match(headline)
    if before is None:
        return marks
    rest = [mark for mark in marks if mark.start >= before.end()]
    is_named = len(marks) - len(rest) != 1 or any(mark.tag == tags.COMPANY for mark in rest)
    return rest if is_named else marks


def _actor(entity: Entity, actors: Actors, on: date) -> Actor | None:
    if entity.kind is Kind.PERSON:
        known = entity.id in actors.persons
        return actors.official(entity.id, on) or Actor(
            tags.PERSON if known else tags.SOMEBODY, entity.id, entity.name, None
        )
    if entity.kind is Kind.ORGANIZATION and entity.id in actors.organizations:
        return actors.organizations[entity.id]
    if entity.kind is Kind.COUNTRY:
        return actors.countries.get(entity.id.partition(":")[2])
    tag = _KINDS.get(entity.kind)
    return None if tag is None else Actor(tag, entity.id, entity.name, None)


def longest(marks: list[Mark]) -> list[Mark]:
    """The longest marks where they overlap. Of two readings of the same words, a nationality is kept: it says more."""
    if len(marks) < 2:
        return marks
    marks.sort(key=lambda m: (m.start, -m.end, m.tag != tags.NATIONALITY))
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
        elif mark.end > kept[-1].end and mark.end - mark.start > kept[-1].end - kept[-1].start:
            kept[-1] = mark
    return kept


def all_names(sentence: Sentence, names: Sequence[Mark]) -> list[Mark]:
    """These names of a sentence, joined with the symbols beside them, and names that capitals show, in text order."""
    original = sentence.text[:LONGEST_SENTENCE]
    marks = [mark for mark in _joined(original, names) if mark.end <= len(original)] if names else []
    if not is_title(original) if sentence.field is Field.HEADLINE else not original.isupper():
        # Capitals show names, unless the whole is in capitals, or a headline's words are capitalised.
        bare = _bare_names(original, _masked(original, marks))
        first = _SYMBOLS_FIRST.match(original) if sentence.field is Field.HEADLINE else None
        if first is not None:
            bare = [mark for mark in bare if mark.start >= first.end()]
        if bare:
            marks = sorted((*marks, *bare))
    return marks


def tag(sentence: Sentence, folded: str, marks: Sequence[Mark]) -> TaggedSentence:
    """The tagged form of a sentence. `marks` are its names, as from `all_names`; `folded` is its folded text."""
    tagged = _masked(folded[:LONGEST_SENTENCE], marks)
    words = [(match[0], match.start()) for match in _WORD_OR_TAG.finditer(tagged)]
    return TaggedSentence(
        sentence=sentence,
        text=tagged,
        marks=tuple(marks),
        words=words,
        known=frozenset([word for word, _ in words]),
    )


def _masked(text: str, marks: Sequence[Mark]) -> str:
    """The text with its names replaced by their tags."""
    if not marks:
        return text
    pieces: list[str] = []
    at = 0
    for mark in marks:
        pieces += (text[at : mark.start], mark.tag, tags.REST * (mark.end - mark.start - 1))
        at = mark.end
    pieces.append(text[at:])
    return "".join(pieces)


def is_title(text: str) -> bool:
    """Whether most words begin with a capital, so that capitals show no names."""
    words = _LETTERS.findall(text)
    return len(words) > 1 and sum(word[0].isupper() for word in words) >= _TITLE_SHARE * len(words)


# A headline in capitals names its firm with the words up to a legal form, or up to the symbol after them.
_HEADLINE_NAME: Final = re.compile(
    r"<?(?P<name>[A-Z][A-Z0-9&.,'’ -]{1,50}?(?: (?:INC|CORP|CO|LTD|PLC|GROUP|TRUST|FUND|NV|AG|SA)\b|(?= ?<)))"
)


def headline_name(headline: str) -> Mark | None:
    """The firm that a headline in capitals begins with; it serves an article that names no known firm."""
    found = _HEADLINE_NAME.match(headline)
    if found is None or not headline.isupper():
        return None
    return Mark(found.start("name"), found.end("name"), tags.NAME, None, found["name"], None)


def _joined(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """A name and the symbol beside it become one mark."""
    joined: list[Mark] = []
    has_symbols = "<" in text or "(" in text
    for mark in marks:
        last = joined[-1] if joined else None
        banks = last is not None and last.tag == mark.tag == tags.CENTRAL_BANK and mark.start == last.end + 1
        if last is not None and banks:
            # "RBI MPC": a committee beside its bank.
            joined[-1] = last._replace(end=mark.end)
        elif last is not None and last.id == mark.id and _BETWEEN.match(text, last.end, mark.start):
            end = mark.end + (text[mark.end : mark.end + 1] in _CLOSING and text[mark.end : mark.end + 1] != "")
            joined[-1] = last._replace(end=end)
        else:
            joined.append(mark)
        if has_symbols and mark.tag in (tags.COMPANY, tags.SOMEBODY):
            behind = _SYMBOL_BEHIND.match(text, joined[-1].end)
            if behind is not None:
                joined[-1] = joined[-1]._replace(end=behind.end())
    return [m for n, m in enumerate(joined) if not n or m.start >= joined[n - 1].end]


def _bare_names(text: str, masked: str) -> list[Mark]:
    """Capitalised words that no mark covers; `masked` is the text with its marks as tags."""
    found: list[Mark] = []
    for match in _CAPITALISED.finditer(masked):
        start, end = match.span()
        # A word that touches a name belongs to it: a legal form, the name of a unit, a symbol.
        before, behind = masked[max(0, start - 2) : start], masked[end : end + 2]
        touches = before[-1:] == tags.REST or (before[:1] == tags.REST and before[1:] == " ") or behind[:1] in _TAGGED
        touches = touches or (behind[:1] == " " and behind[1:] in _TAGGED)
        if not touches and not _SYMBOL.match(text, max(0, start - 1)):
            found += _bare_name(text, start, end)
    return found


_TAGGED: Final = frozenset(tags.TAG_CHARACTERS)
_WORD: Final = re.compile(r"[^\s]+")
# "in Houston" names a place, not an actor.
_AT_PLACE: Final = re.compile(r"(?:^|[ \n])(?:in|near)[ \n]\Z")
# A ticker or RIC in brackets.
_SYMBOL: Final = re.compile(r"[<(][A-Z0-9.=^]{1,10}[>)]")


def _bare_name(text: str, start: int, end: int) -> list[Mark]:
    words = [(m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    while words and not _may_begin(text, words):
        words.pop(0)
    while words and not text[words[-1][0]].isupper():
        words.pop()
    if not words:
        return []
    start, end = words[0][0], words[-1][1]
    possessive = _POSSESSIVE.search(text, start, end)
    end = possessive.start() if possessive else end
    name = text[start:end]
    if end - start < 2 or name.lower() in PLACES or _AT_PLACE.search(text, max(0, start - 6), start):
        return []
    if len(words) == 1 and _THE.search(text, max(0, start - 5), start) and _NO_NOUN.match(text, end):
        return []
    return [Mark(start, end, tags.NAME, None, name, None)]


_SPEAKS: Final = re.compile(
    r" (?:said|says|forecast|posted|reported|agreed|plans|raised|cut|lowered|expects|sees|won|wins|acquired|announced|"
    r"launched|named|"
    r"declared|halved|slashed|signed|warned|unveiled|proposed|maintained|confirmed|reaffirmed|swung|earned|beat|missed|bought|sold)\b"
    # "Waymo, a wholly owned unit of Alphabet, ..."
    r"|, (?:an?|the) (?:[\w-]+ ){0,3}(?:unit|subsidiary|division|affiliate|arm) of\b"
)


def _may_begin(text: str, words: list[tuple[int, int]]) -> bool:
    """Whether the first of `words` begins a name, and is not only capitalised because it opens the sentence."""
    start, end = words[0]
    word = _POSSESSIVE.sub("", text[start:end])
    plain = word.lower().strip(".,")
    if not word or not word[0].isupper() or plain in _NOT_NAMES or plain in FIRM_ENDINGS or _PERIOD.match(plain):
        return False
    opens = text[:start].strip(" \"'“‘(") == ""
    if not opens or len(words) > 1 or not word[1:].islower():
        return len(word) > 1
    # The first word of a sentence always has a capital; a verb of firms after it shows that it is a name.
    return len(plain) > 2 and not plain.endswith("s") and _SPEAKS.match(text, end) is not None
