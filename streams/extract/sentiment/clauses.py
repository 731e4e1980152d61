"""A sentence as tokens with lexicon classes, cut into clauses, each with the entities that it is about.

Strategy. There is no parser: sentiment towards a target mostly depends on its clause and on whether it stands before or
behind the word that moves something. So the sentence is cut at punctuation, at markers of contrast (but, while), at
relative pronouns (which, whose), and at a comma, "and", "as" or "after" behind which a new entity has its own verb
("the Dow rose, the Nasdaq fell"). Entities of one list ("Shell, BP and Total") form a group and share a part.

Rules that must stay true: one pass of one pattern, linear in the text; every token keeps the offsets it has in the
sentence; training and inference read sentences through this module and nothing else.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, compress, repeat
from operator import itemgetter
from typing import Final, NamedTuple

from streams.data.sentiment import BITS, Lexicon

_SUFFIX, _CONTRAST = BITS["suffix"], BITS["contrast"]
# A clause with one of these has said something of its subject.
_VERBISH: Final = sum(
    BITS[name]
    for name in (
        *("up", "down", "raise", "lower", "help", "hurt", "beat", "trail", "take"),
        *("good", "bad", "revert", "fail", "say", "be", "have"),
    )
)

ENTITY: Final = "ENT"
"""The word of a token that names an entity."""
NAME: Final = "Xx"
"""The word of a capitalised token that neither the registry nor the lexicon knows."""

# Tickers and notes of wires are no words: <.N225>, [.N], (7203.T), (NASDAQ: AAPL), $AAPL.
_TOKEN: Final = re.compile(
    r"[^\W\d_]+(?:[.&-][^\W_]+|['’](?!s\b)[^\W_]+)*|[$€£¥]?\d[\d,.]*(?:%|(?:-[^\W_]+)+)?|['’]s\b"
    r"|<[^<>\s]{1,24}>|\[[^\[\]\s]{1,24}\]|\((?:[A-Z]{2,8}: ?)?[0-9A-Z.]{1,10}\)|\$\^?[A-Z0-9]*[A-Z][A-Z0-9.]*|\S"
)

_SPACED_TICKER: Final = re.compile(r"\([A-Z]{2,8}: [0-9A-Z.]{1,10}\)")

LONGEST: Final = 2_000
"""At most this many characters of a sentence are read: longer sentences are tables or damaged text."""
# No word of a lexicon is longer, so longer words are cut; longer pieces are not kept, so that the table stays small.
_LONGEST_WORD: Final = 40
_PIECES_KEPT: Final = 1 << 16
# Pieces are kept for this many lexicons; a worker has one.
_LEXICONS_KEPT: Final = 4

REACHES: Final = frozenset(
    {"hit", "hits", "hitting", "touch", "touched", "touches", "touching", "reach", "reached", "reaches"}
)
"""Verbs of reaching a level, as in "hit a high"."""
_STOPS: Final = frozenset(";:().?!–—") | {"-", "--"}
_RELATIVE: Final = frozenset({"which", "who", "whose", "whom", "where"})
_LINKS: Final = frozenset({",", "and", "as", "after"})
# Words that mean something to clauses or cues although the lexicon has no class for them.
_MARKS: Final = _STOPS | _RELATIVE | _LINKS | REACHES | {"firms"}
_NOT_LINK_BEFORE: Final = frozenset(
    {"such", "well", "much", "so", "far", "low", "high", "early", "soon", "little", "many", "long"}
)
_NOT_LINK_BEHIND: Final = frozenset({"well", "much", "of"})
# A clause that begins with these is about them and not about the entity of the clause before.
_OTHER_SUBJECTS: Final = frozenset(
    {
        "investors",
        "traders",
        "participants",
        "analysts",
        "economists",
        "officials",
        "regulators",
        "lawmakers",
        "dealers",
    }
    | {"prosecutors", "consumers", "households", "people", "politicians", "markets", "rates", "yields", "inflation"}
)
_PRONOUNS: Final = frozenset({"it", "they", "he", "she"})
_BEFORE_ENTITY: Final = frozenset(
    {"the", "a", "its", "their", "rival", "peer", "rivals", "peers", "shares", "stock", "stocks", "in", "of", "and"}
    | {"index", "'s", NAME}
)
_IN_LIST: Final = frozenset(
    {",", "and", "or", "the", "&", NAME, "'s", "of", "both", "/", "its", "rival", "peer", "fellow", "plus"}
)
# A link opens a clause only if its entity stands within this many words, and the verb within this many behind that.
_ENTITY_WITHIN: Final = 5
_VERB_WITHIN: Final = 9

# A sentence with a greater share of capitalised words is a title, in which capitals do not mark names.
_TITLE_CASE: Final = 0.5
_FEW_CAPITALS: Final = 3
_ENDS: Final = frozenset({".", "!", "?"})
_OPENERS: Final = frozenset({'"', "“", "‘", "."})
# Behind these a new sentence may begin, or a name stand.
_RESTARTS: Final = frozenset({":", "-", "–", "—", "?", "!", "("})


class EntityPlace(NamedTuple):
    """An entity in a sentence."""

    start: int
    """First code point in the sentence."""
    end: int
    """One past the last."""
    key: int
    """The number of the entity; equal keys are the same entity."""
    is_name: bool = False
    """Whether it is read as a plain name, which no clause is about: persons and countries ("sales in China fell")."""


@dataclass(slots=True, kw_only=True)
class Clauses:
    """The tokens of a sentence in parallel lists, without tickers and without legal forms behind entities."""

    words: list[str]
    """Lower-case words; numbers as 0, 0% or $0, entities as ENTITY, unknown names as NAME."""
    classes: list[int]
    """Lexicon classes as bits; 0 for entities."""
    starts: list[int]
    """Offsets in the sentence."""
    sizes: list[int]
    """Number of characters of each token."""
    keys: list[int]
    """Key of the entity or name, -1 for other tokens."""
    groups: list[int]
    """Number of the group of each entity: entities of one list share it; -1 for names and other tokens."""
    entities: list[int]
    """Tokens of entities that are more than names."""
    marked: list[int]
    """Tokens that have classes or separate clauses; cues are among them."""
    clause: list[int]
    """Number of the clause that each token stands in, from 0."""
    heads: list[int]
    """The group that each clause is about: its own first group, else that of a clause before; -1 if unknown."""
    bounds: list[tuple[int, int]]
    """The first token of each clause and one past its last."""


_Token = tuple[str, int, int, int, int]
"""What is known of a token wherever it stands, made once for each spelling. The fields are: its word as in
`Clauses.words`, empty for tickers and notes; its classes; its traits (the bits below, 0 for most words); its number of
characters; and that number plus the space behind it if it is the last of its piece of text. A plain tuple is read in
half the time of a named one.
"""

_REACH: Final = itemgetter(4)
_CAPITAL, _MARKS_OR_CLASSES, _HEADS_PHRASE = 1, 2, 4


class _Rows(NamedTuple):
    """What is known of each token, in lists of one length."""

    words: list[str]
    classes: list[int]
    starts: list[int]
    sizes: list[int]
    keys: list[int]
    traits: list[int]


def read_clauses(text: str, places: Sequence[EntityPlace], lexicon: Lexicon) -> Clauses:
    """Cut `text` (a sentence) into clauses. `places` are its entities in text order, without overlaps."""
    rows = _rows(text, places, lexicon)
    words, classes, starts, sizes, keys, traits = rows
    telling = [at for at, trait in enumerate(traits) if trait]
    _join_phrases(words, classes, [at for at in telling if traits[at] & _HEADS_PHRASE], lexicon)
    _mask_names(words, classes, [at for at in telling if traits[at] & _CAPITAL])
    marked = [at for at in telling if classes[at] or words[at] in _MARKS]
    bounds, relative = _cut(words, classes, marked)
    groups, entities = _grouped(words) if places else ([-1] * len(words), [])
    return Clauses(
        words=words,
        classes=classes,
        starts=starts,
        sizes=sizes,
        keys=keys,
        groups=groups,
        entities=entities,
        marked=marked,
        clause=list(chain.from_iterable(repeat(number, end - begin) for number, (begin, end) in enumerate(bounds))),
        heads=_heads(rows, groups, bounds, relative) if entities else [-1] * len(bounds),
        bounds=bounds,
    )


class _Pieces(dict[str, tuple[_Token, ...]]):
    """The tokens of each piece of text between spaces, added when the piece first occurs.

    Nine in ten pieces are one token, so a look-up costs half of a search for tokens.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, piece: str) -> tuple[_Token, ...]:
        *others, last = _TOKEN.findall(piece)
        found = (*[self._token(other, 0) for other in others], self._token(last, 1))
        if len(piece) <= _LONGEST_WORD:
            if len(self) >= _PIECES_KEPT:
                self.clear()
            self[piece] = found
        return found

    def _token(self, token: str, gap: int) -> _Token:
        word = _word(token[:_LONGEST_WORD])
        classes = self._lexicon.words.get(word, 0)
        traits = _CAPITAL if token[0].isupper() else 0
        traits |= _MARKS_OR_CLASSES if classes or word in _MARKS else 0
        traits |= _HEADS_PHRASE if word in self._lexicon.phrases else 0
        return word, classes, traits, len(token), len(token) + gap


@lru_cache(maxsize=_LEXICONS_KEPT)
def _pieces_of(lexicon: Lexicon) -> _Pieces:
    return _Pieces(lexicon)


def _rows(text: str, places: Sequence[EntityPlace], lexicon: Lexicon) -> _Rows:
    text = text[:LONGEST]
    pieces = _pieces_of(lexicon)
    tokens = list(chain.from_iterable(map(pieces.__getitem__, text.split())))
    starts = list(accumulate(map(_REACH, tokens), initial=0))
    if starts[-1] != len(text) + 1 or ("(" in text and _SPACED_TICKER.search(text)):
        # Pieces are not always one space apart, or a token holds a space: an exchange and a ticker in brackets.
        spelled = _TOKEN.findall(text)
        tokens = [pieces[token][0] for token in spelled]
        at = 0
        starts = [(at := text.find(token, at) + len(token)) - len(token) for token in spelled]
    while tokens and tokens[-1][0] in _ENDS:
        tokens.pop()
    del starts[len(tokens) :]
    keys = [-1] * len(tokens)
    for place in reversed(places):
        _put(place, tokens, starts, keys)
    words = [token[0] for token in tokens]
    if "" in words:
        tokens, starts, keys = list(compress(tokens, words)), list(compress(starts, words)), list(compress(keys, words))
        words = [token[0] for token in tokens]
    return _Rows(
        words,
        [token[1] for token in tokens],
        starts,
        [token[3] for token in tokens],
        keys,
        [token[2] for token in tokens],
    )


def _put(place: EntityPlace, tokens: list[_Token], starts: list[int], keys: list[int]) -> None:
    """Make the tokens at `place`, its legal form and its tickers one entity."""
    at, behind = bisect_right(starts, place.start) - 1, bisect_left(starts, place.end)
    if at < 0 or starts[at] + tokens[at][3] <= place.start:
        at += 1
    if at >= behind:
        return
    end = starts[behind - 1] + tokens[behind - 1][3]
    count = len(tokens)
    while behind < count and keys[behind] < 0:
        word, classes, *_ = tokens[behind]
        if not (classes & _SUFFIX or word in ("", ".")):
            break
        behind += 1
    if behind < count and keys[behind] == place.key:
        end = starts[behind] + tokens[behind][3]
        behind += 1
    tokens[at:behind] = [(NAME if place.is_name else ENTITY, 0, 0, end - starts[at], 0)]
    keys[at:behind] = [place.key]
    del starts[at + 1 : behind]


def _word(token: str) -> str:
    """The token's word; empty for tickers and notes."""
    first = token[0]
    if first.isalpha():
        return token.lower().replace("’", "'")
    if first.isdigit():
        return _number(token)
    if len(token) == 1:
        return "" if first in "<>" else token
    if first in "'’":
        return "'s"
    # Of what is left $3.2 is money and the rest are tickers and notes.
    return "$" + _number(token[1:]) if token[1].isdigit() and first not in "<[(" else ""


def _number(token: str) -> str:
    """The word of a number: 0, 0% or, for "52-week", 0-week."""
    if token[-1] == "%":
        return "0%"
    return "0" + token[token.find("-") :].lower() if "-" in token else "0"


def _join_phrases(words: list[str], classes: list[int], heads: list[int], lexicon: Lexicon) -> None:
    for at in heads:
        bits = lexicon.phrases[words[at]].get(words[at + 1]) if at + 1 < len(words) else None
        if bits is not None:
            classes[at], classes[at + 1] = bits, 0


def _mask_names(words: list[str], classes: list[int], large: list[int]) -> None:
    """Put NAME for capitalised words ("Trump", "Target"), except in titles and where a sentence or quotation begins."""
    if len(large) > _FEW_CAPITALS and len(large) > _TITLE_CASE * sum(
        word[0].isalpha() for word in words if word != ENTITY
    ):
        return
    for at in large:
        before = words[at - 1] if at else "."
        if before in _OPENERS or words[at] == "i" or (before in _RESTARTS and classes[at] & ~_SUFFIX):
            continue
        words[at], classes[at] = NAME, 0


def _cut(words: list[str], classes: list[int], marked: list[int]) -> tuple[list[tuple[int, int]], list[bool]]:
    """The first token of each clause and one past its last; and whether each clause is a relative one."""
    begins = [0]
    relative = [False]
    verb = False
    for at in marked:
        word, bits = words[at], classes[at]
        if bits & _VERBISH:
            verb = True
            continue
        if not (
            word in _STOPS
            or bits & _CONTRAST
            or word in _RELATIVE
            or (word in _LINKS and (verb or _is_aside(at, words)) and _links_clause(at, words, classes))
        ):
            continue
        begins.append(at)
        relative.append(word in _RELATIVE and not bits & _CONTRAST)
        verb = False
    return list(zip(begins, (*begins[1:], len(words)), strict=True)), relative


def _is_aside(at: int, words: list[str]) -> bool:
    """Whether this is "as" or "after" behind a comma, which needs no verb before it (", as investors took profits")."""
    return at > 0 and words[at] in ("as", "after") and words[at - 1] == ","


def _links_clause(at: int, words: list[str], classes: list[int]) -> bool:
    """Whether the comma, "and", "as" or "after" at `at` opens a clause of its own."""
    word = words[at]
    behind = words[at + 1] if at + 1 < len(words) else ""
    if word == "as" and (words[at - 1] in _NOT_LINK_BEFORE or behind in _NOT_LINK_BEHIND):
        return False
    if word == "and" and words[at - 1] == ENTITY and _names_entity(words, at + 1):
        return False
    if (word == "," and behind in _PRONOUNS) or (word == "and" and _does_something_else(at + 1, words)):
        return True
    after = at + 1
    while after < min(len(words), at + _ENTITY_WITHIN) and words[after] in _BEFORE_ENTITY:
        after += 1
    if after < len(words) and words[after] == ENTITY:
        for later in range(after + 1, min(len(words), after + _VERB_WITHIN)):
            if classes[later] & _VERBISH:
                return True
            if words[later] in _STOPS:
                return False
        return False
    return word in ("as", "after")


def _does_something_else(at: int, words: list[str]) -> bool:
    """Whether a participle with an entity as its object stands at `at`: "raising tariffs and backing the Acme deal"."""
    if at < len(words) and words[at].endswith("ly"):
        at += 1
    if at >= len(words) or not words[at].endswith("ing"):
        return False
    return _names_entity(words, at + 1)


def _names_entity(words: list[str], at: int) -> bool:
    """Whether an entity stands at `at` or behind "the" or "and" there."""
    if at < len(words) and words[at] in ("the", "and"):
        at += 1
    return at < len(words) and words[at] == ENTITY


def _grouped(words: list[str]) -> tuple[list[int], list[int]]:
    """The number of each token's list of entities, -1 if it is no entity; and the tokens of entities."""
    groups = [-1] * len(words)
    entities = [at for at, word in enumerate(words) if word == ENTITY]
    number = last = -1
    for at in entities:
        if last < 0 or not _IN_LIST.issuperset(words[last + 1 : at]):
            number += 1
        groups[at] = number
        last = at
    return groups, entities


def _heads(rows: _Rows, groups: list[int], bounds: list[tuple[int, int]], relative: list[bool]) -> list[int]:
    """The group that each clause is about.

    A relative clause is about the group before it. Another clause is about the first group that it names before its
    verb, else about the last subject; a clause about investors and the like has none.
    """
    heads: list[int] = []
    main = -1
    for number, (begin, end) in enumerate(bounds):
        if relative[number]:
            heads.append(next((groups[at] for at in range(begin - 1, -1, -1) if groups[at] >= 0), -1))
            continue
        head = main
        for at in range(begin, end):
            if groups[at] >= 0:
                head = main = groups[at]
                break
            if rows.words[at] in _OTHER_SUBJECTS:
                head = -1
                break
            if rows.classes[at] & _VERBISH and main >= 0:
                break
        heads.append(head)
    return heads
