"""A small grammar of clauses: it reads from the tokens of one sentence what the sentence says of each index.

Strategy. Mentions that share a predicate are one group ("the Dow and the S&P 500 rose"). Each group is read by what
stands to its left: nothing, or a conjunction, makes it a subject; a verb of causing makes it an object ("sent the Dow
down 1%"); a preposition makes it part of something else, which mostly counts only behind a noun of movement ("a 1% drop
in the Dow"). The words to the right of a group are walked once (`walk`), up to the next group.

Rules that keep it precise:

- A noun right behind the name makes the name a modifier: S&P 500 companies, Dow futures. Such a name gives nothing.
- What follows "as", "amid", "helped by" belongs to something else, and so does what follows a comma, unless the next
  words can only go on with the index: a figure, a particle, a participle of movement, "its highest".
- Denied and habitual clauses give nothing; with a modal, "expected", "if" or a target before them they are forecasts.
- A figure without any direction, level word or verb of its own takes the verb of the clause before: "the Dow rose 1%
  and the Nasdaq 2%".
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final, NamedTuple, cast

from schemas.taxonomy import Basis, FactLevel
from streams.extract.indices.tokens import IndexSpan, Token
from streams.extract.indices.walk import FINITE, LONGEST_GAP, Draft, Walk
from streams.extract.indices.words import CAUSES, MOVE_NOUNS, TRANSITIVE, Part
from streams.extract.text.word_list import words


class Statement(NamedTuple):
    """What is said of one group of indices."""

    mentions: tuple[IndexSpan, ...]
    """The first mention of each index of the group, in text order."""
    drafts: tuple[Draft, ...]
    """What is said of them, one draft for each reading."""


class _Group(NamedTuple):
    """Mentions that share a predicate."""

    first: int
    """Token of the first mention."""
    last: int
    """Token of the last one."""
    spans: tuple[IndexSpan, ...]
    """The mentions; one in brackets that only repeats the name is left out."""


class _Role(Enum):
    """What a group is to the words before it."""

    SUBJECT = auto()
    OBJECT = auto()
    PART = auto()


class _Governor(NamedTuple):
    """The token that governs a group (-1 at the start of the sentence), and what the group is to it."""

    position: int
    role: _Role


_OPENS_PREDICATE: Final = FINITE | {
    Part.PARTICLE, Part.FLAT, Part.FIGURE, Part.AUX, Part.MODAL, Part.WISH, Part.AHEAD, Part.NOT, Part.RECORD,
    Part.UNDO,
}  # fmt: skip
_BEHIND_NAME: Final = frozenset(
    (
        Part.INDEX_NOUN,
        Part.ADVERB,
        Part.DETERMINER,
        Part.BASIS,
        Part.DAY,
        Part.DATE,
        Part.PAST,
        Part.SHUT,
        Part.STREAK,
        Part.ITS,
    )
)
_ENDS_PHRASE: Final = FINITE | {
    Part.AUX, Part.PARTICLE, Part.COMMA, Part.MODAL, Part.OPEN, Part.FIGURE, Part.STOP, Part.INDEX,
}  # fmt: skip
_BETWEEN_LINKED: Final = frozenset(
    (Part.COMMA, Part.CONJUNCTION, Part.DETERMINER, Part.ADVERB, Part.OTHER, Part.STOP, Part.BASIS, Part.DAY,
     Part.BOUNDARY)
)  # fmt: skip
_BEFORE_SYMBOL: Final = frozenset(
    (Part.OTHER, Part.NOT_INDEX, Part.DETERMINER, Part.INDEX_NOUN, Part.FIGURE, Part.SHUT, Part.OPEN)
)
_NOUNS: Final = frozenset((Part.OTHER, Part.NOT_INDEX))

# How many tokens are searched for the end of an apposition, for the end of a phrase, and to the left of a group.
_LONGEST_APPOSITION: Final = 26
_LONGEST_PHRASE: Final = 9
_LEFT_REACH: Final = 9
_MOST_OTHERS: Final = 3

_GENITIVES: Final = ("'s", "s'")
_LEVEL_WORDS: Final = words("at to above below over under past near around through beyond by")
_STOCK: Final = words("stock share equity market")
_PARTITIVES: Final = words("in for of on by")
_TARGETS: Final = words(
    "target targets objective objectives forecast forecasts projection projections estimate estimates"
)
_COMPARED: Final = words("compared versus against")
_HYPOTHESIS: Final = {Part.IF: FactLevel.FORECAST, Part.OPINION: FactLevel.OPINION}
_UNCERTAIN: Final = frozenset((Part.MODAL, Part.WISH, Part.AHEAD))


def find_clauses(tokens: Sequence[Token]) -> list[Statement]:
    """The clauses about indices in one sentence, in text order."""
    groups = _groups(tokens)
    clauses: list[Statement] = []
    previous: Walk | None = None
    for number, group in enumerate(groups):
        limit = groups[number + 1].first if number + 1 < len(groups) else len(tokens)
        governor = _governor(tokens, group)
        if governor.role is _Role.OBJECT and _has_own_subject(tokens, group, limit):
            # "boosts Sensex, Nifty reclaims 8,750": the verb behind belongs to the last index alone.
            group = _Group(group.last, group.last, group.spans[-1:])  # noqa: PLW2901  # the narrower group is read instead
            governor = _governor(tokens, group)
        previous = _read(tokens, group, governor, limit, previous)
        drafts = [] if previous is None else [d for d in previous.drafts if _is_worth_keeping(d, previous.drafts)]
        if drafts:
            clauses.append(Statement(_first_of_each(group.spans), tuple(drafts)))
    return clauses


def _first_of_each(spans: Sequence[IndexSpan]) -> tuple[IndexSpan, ...]:
    first: dict[str, IndexSpan] = {}
    for span in spans:
        first.setdefault(span.id, span)
    return tuple(first.values())


def _is_worth_keeping(draft: Draft, others: Sequence[Draft]) -> bool:
    if draft.is_empty or draft.dropped or (draft.passing and not draft.has_figures):
        return False
    says_only_direction = not draft.has_figures and draft.record is None and draft.basis is None
    return not (
        says_only_direction
        and any(other.has_figures and other.sign == draft.sign and not other.dropped for other in others)
    )


# ---- groups


def _groups(tokens: Sequence[Token]) -> list[_Group]:
    groups: list[_Group] = []
    position = 0
    while position < len(tokens):
        if tokens[position].part is not Part.INDEX:
            position += 1
            continue
        first = last = position
        spans = [tokens[position].mention]
        while (following := _next_member(tokens, last, spans[-1])) is not None:
            if not any(token.part is Part.OPEN for token in tokens[last + 1 : following]):
                spans.append(tokens[following].mention)
            last = following
        groups.append(_Group(first, last, tuple(spans)))
        position = last + 1
    return groups


def _next_member(tokens: Sequence[Token], last: int, span: IndexSpan) -> int | None:
    """The position of the next mention with the same predicate: "the Dow and the S&P 500", "Nikkei <.N225>"."""
    linked = bracketed = False
    others = 0
    for position in range(last + 1, min(last + _LONGEST_PHRASE, len(tokens))):
        token = tokens[position]
        match token.part:
            case Part.INDEX:
                repeats = token.mention.id == span.id or (bracketed and not linked)
                adjacent = others == 0 and not linked
                return position if adjacent or (linked and not repeats) else None
            case Part.COMMA | Part.CONJUNCTION:
                if token.text not in (",", "and", "&", "/", "or") or (linked and token.text not in (",", "and")):
                    return None
                linked = True
            case Part.OPEN:
                bracketed = True
            case Part.ADVERB | Part.DETERMINER | Part.INDEX_NOUN | Part.SHUT:
                pass
            case _ if others < _MOST_OTHERS and token.part in _NOUNS and _leads_to_member(tokens, position):
                others += 1
            case _:
                return None
    return None


def _leads_to_member(tokens: Sequence[Token], position: int) -> bool:
    """Whether the words lead to a mention: "Germany's DAX", or a symbol in brackets as in "Indonesia <.JKSE>"."""
    if tokens[position].text.endswith(_GENITIVES):
        return True
    for token in tokens[position + 1 : position + 4]:
        if token.text == "<":
            return True
        if token.part not in _NOUNS:
            return False
    return False


# ---- what stands to the left of a group


def _governor(tokens: Sequence[Token], group: _Group) -> _Governor:
    position = group.first - 1
    if position >= 0 and tokens[position].text in ("<", "$", "^", "("):
        # "Hong Kong shares <.HSI>": the words that the symbol stands for are the subject.
        position -= 1
        while position >= 0 and tokens[position].part in _BEFORE_SYMBOL:
            position -= 1
        return _Governor(position, _Role.SUBJECT)
    while position >= 0 and _qualifies(tokens[position]):
        position -= 1
    if position < 0:
        return _Governor(-1, _Role.SUBJECT)
    token = tokens[position]
    is_passive = position > 0 and tokens[position - 1].part is Part.BE and not token.text.endswith("ing")
    if token.text in CAUSES and not is_passive:
        return _Governor(position, _Role.OBJECT)
    if token.part is Part.PREPOSITION or token.text in TRANSITIVE:
        return _Governor(position, _Role.PART)
    return _Governor(position, _Role.SUBJECT)


def _qualifies(token: Token) -> bool:
    """Whether the word belongs to the name behind it: the, benchmark, Tokyo's, tech-heavy."""
    if token.text in CAUSES:
        return False
    if token.part in (Part.DETERMINER, Part.INDEX_NOUN, Part.POSSESSIVE):
        return True
    is_loose = token.part in _NOUNS or token.part is Part.ADVERB
    return is_loose and (token.text.endswith(_GENITIVES) or "-" in token.text or token.text in ("<", '"', "“"))


def _has_own_subject(tokens: Sequence[Token], group: _Group, limit: int) -> bool:
    if len(group.spans) == 1 or group.last + 1 >= limit:
        return False
    verb = tokens[group.last + 1]
    return verb.part in FINITE and verb.text.endswith(("s", "ed"))


def _level_before(tokens: Sequence[Token], group: _Group, governor: _Governor) -> FactLevel | None:
    """The fact level that the words left of a group give its clause; None where the clause states nothing."""
    here = governor.position
    if here >= 0 and tokens[here].text in ("when", "whenever") and _is_habit(tokens, group):
        return None
    if here > 0 and tokens[here].text == "which" and tokens[here - 1].part in (Part.PREPOSITION, Part.BOUNDARY):
        # "on days during which the Nikkei rose" tells of no day.
        return None
    level, aims, denied = FactLevel.FACT, False, False
    for token in tokens[max(0, here - _LEFT_REACH) : here + 1]:
        is_nth_time = token.text.startswith("the ") and token.text.endswith(" time")
        is_caused = governor.role is _Role.OBJECT
        if is_nth_time or (token.part is Part.GENERIC and not is_caused):
            return None
        if token.part in (Part.COMMA, Part.STOP, Part.DASH) or (aims and token.part is Part.BOUNDARY):
            # "raised its forecast as the DAX hit a record": the forecast is not of the DAX, and the record happened.
            level, aims, denied = FactLevel.FACT, False, False
        elif is_caused and token.part in (Part.NOT, Part.GENERIC):
            denied = True
        elif token.part is Part.INDEX:
            # "hopes that the Nikkei would rise grew when the Topix gained 1%": the hopes end at the boundary "when".
            aims = True
        elif token.part in _HYPOTHESIS:
            level, aims = _HYPOTHESIS[token.part], False
        elif token.text in _TARGETS:
            level, aims = FactLevel.FORECAST, aims or level is FactLevel.FACT
        elif governor.role is not _Role.SUBJECT and (token.part in _UNCERTAIN or token.text == "futures"):
            # Also "futures pointed to a 0.3% fall for the S&P 500".
            level = FactLevel.FORECAST
    return None if denied else level


def _is_habit(tokens: Sequence[Token], group: _Group) -> bool:
    """Whether the clause tells what happens regularly ("when the Topix falls") and not what happened ("fell")."""
    verb = next((t for t in tokens[group.last + 1 : group.last + 4] if t.part in FINITE), None)
    return verb is not None and verb.part is not Part.BE and verb.text.endswith("s")


# ---- reading a group


def _read(
    tokens: Sequence[Token], group: _Group, governor: _Governor, limit: int, previous: Walk | None
) -> Walk | None:
    """The walk over what is said of a group, or None where nothing can be read."""
    level = _level_before(tokens, group, governor)
    if level is None:
        return None
    count = len({span.id for span in group.spans})
    walk = Walk(tokens, (group.first, group.last), limit=limit, count=count, level=level)
    walk.leading(governor.position)
    if governor.role is _Role.PART:
        return _read_part(walk, governor.position, previous)
    if governor.role is _Role.OBJECT:
        _seed_from_cause(walk, governor.position)
    start = _predicate(walk)
    if start is None:
        return None
    if governor.role is _Role.SUBJECT and previous is not None and _is_linked(previous, walk):
        walk.inherit(previous, has_verb=tokens[start].part in FINITE or tokens[start].part is Part.AUX)
    elif governor.position > 0 and tokens[governor.position].text == ":":
        walk.inherited = _direction_before(tokens, governor.position)
    elif previous is None and governor.position > 0 and tokens[governor.position].text in (",", "and"):
        # "Tokyo fell 3% and the Topix 1.9%".
        before = tokens[max(0, governor.position - LONGEST_GAP) : governor.position]
        walk.inherited = _direction_before(tokens, governor.position) if before and before[-1].is_change else None
    walk.tense = _tense(tokens, start, limit)
    walk.run(start)
    walk.apply_cause()
    if previous is not None and walk.tense is previous.tense is not None and _is_linked(previous, walk):
        walk.go_on_with_period(previous)
    return walk


class _Tense(Enum):
    """How a predicate speaks of a move; a period named with one verb goes on with the next of the same tense."""

    STATE = auto()
    """is down, has fallen"""
    PAST = auto()
    """fell, was down"""
    PRESENT = auto()
    """falls, as headlines write"""


def _tense(tokens: Sequence[Token], start: int, limit: int) -> "_Tense | None":
    verb = next((t for t in tokens[start:limit] if t.part in FINITE or t.part in (Part.AUX, Part.STOP)), None)
    if verb is None or verb.part is Part.STOP or verb.text.endswith("ing"):
        return None
    if verb.text in ("is", "are", "has", "have"):
        return _Tense.STATE
    return _Tense.PRESENT if verb.text.endswith("s") and verb.text not in ("was", "loss") else _Tense.PAST


def _read_part(walk: Walk, preposition: int, previous: Walk | None) -> Walk | None:
    """Read a group that is part of something else: "a 1% drop in the Dow", "supported the FTSE 100, which closed"."""
    tokens, behind = walk.tokens, walk.last + 1
    if _seed_from_noun(walk, preposition, previous):
        if any(
            token.part in (Part.MODAL, Part.WISH, Part.NOT) for token in tokens[behind : min(walk.limit, behind + 3)]
        ):
            # "a 10% decline in the index cannot be ruled out" did not happen.
            walk.draft.fact_level = FactLevel.FORECAST
        walk.run(behind)
        return walk
    if behind < walk.limit and tokens[behind].is_change and tokens[behind].figure.sign:
        # "Woke up to Nikkei -3%": the printed sign says enough.
        walk.run(behind)
        return walk
    start = _relative(tokens, behind)
    if start is None and behind < walk.limit and tokens[behind].part is Part.POSSESSIVE:
        start = _possessed(walk, behind + 1)
    if start is None:
        return None
    walk.run(start)
    return walk


def _direction_before(tokens: Sequence[Token], colon: int) -> int | None:
    """The direction that "The main indexes ended higher:" gives the list behind the colon."""
    before = reversed(tokens[max(0, colon - LONGEST_GAP - 1) : colon])
    return next((token.sign for token in before if token.part in (Part.MOVE, Part.PARTICLE)), None)


def _relative(tokens: Sequence[Token], position: int) -> int | None:
    """Where the relative clause behind a name that is no subject itself begins, behind its "which"."""
    while position < len(tokens) and tokens[position].part in (Part.ADVERB, Part.INDEX_NOUN, Part.COMMA):
        position += 1
    return position + 1 if position < len(tokens) and tokens[position].text == "which" else None


def _is_linked(previous: Walk, walk: Walk) -> bool:
    between = walk.tokens[previous.stopped : walk.first]
    return len(between) <= LONGEST_GAP and all(token.part in _BETWEEN_LINKED for token in between)


# ---- from the name to its verb


def _predicate(walk: Walk) -> int | None:
    """Where the predicate of the group begins, or None; what may stand between a name and its verb is skipped."""
    tokens, limit = walk.tokens, walk.limit
    position: int = walk.last + 1
    while position < limit:
        token = tokens[position]
        if token.text in _STOCK and not _is_index_noun(tokens, position + 1, limit):
            # "the average S&P 500 stock" is no index; "the FT-SE 100 share index" is one.
            return None
        if token.part in _BEHIND_NAME or token.part is Part.WHICH:
            position += 1
        elif token.part is Part.PASSING:
            walk.draft.intraday = walk.draft.overtaken = True
            position += 1
        elif token.part in _OPENS_PREDICATE:
            return position
        elif token.part is Part.PREPOSITION or token.text == "as":
            start = _at_preposition(walk, position)
            if start is not None:
                return start
            position = _behind_phrase(tokens, position + 1, limit)
        elif token.text == "and":
            position = _behind_phrase(tokens, position + 1, limit)
        elif token.part is Part.OPEN:
            position = _behind_brackets(tokens, position, limit)
        else:
            return _at_punctuation_or_unknown(walk, position)
    return None


def _is_index_noun(tokens: Sequence[Token], position: int, limit: int) -> bool:
    return position < limit and (tokens[position].part is Part.INDEX_NOUN or tokens[position].text in _STOCK)


def _at_punctuation_or_unknown(walk: Walk, position: int) -> int | None:
    tokens = walk.tokens
    match tokens[position].part:
        case Part.POSSESSIVE:
            return _possessed(walk, position + 1)
        case Part.COMMA:
            return _behind_comma(walk, position)
        case Part.DASH:
            behind = position + 1
            return behind if behind < walk.limit and tokens[behind].part in _OPENS_PREDICATE else None
        case Part.OTHER:
            # This is an unknown verb, or a noun that makes the name a modifier: the walk waits for a verb it knows.
            walk.cautious = True
            return position
    return None


def _at_preposition(walk: Walk, position: int) -> int | None:
    """The predicate that a preposition opens: "at 38,000", "at a record", "to open higher" (a forecast)."""
    tokens, limit = walk.tokens, walk.limit
    word = tokens[position].text
    if position + 1 < limit and tokens[position + 1].part is Part.FIGURE and word in _LEVEL_WORDS:
        return position
    ahead = (t for t in tokens[position + 1 : limit] if t.part not in (Part.DETERMINER, Part.ADVERB))
    following = next(ahead, None)
    if following is not None and following.part is Part.RECORD:
        return position
    if word == "to" and following is not None and following.part not in (Part.FIGURE, Part.BASIS, Part.DAY):
        walk.mode(FactLevel.FORECAST)
        return position + 1
    return None


def _behind_brackets(tokens: Sequence[Token], position: int, limit: int) -> int:
    """The position behind the brackets, or that of the figure in them."""
    inner = position + 1
    while inner < limit and tokens[inner].part not in (Part.SHUT, Part.FIGURE):
        inner += 1
    return inner if inner < limit and tokens[inner].part is Part.FIGURE else inner + 1


def _behind_phrase(tokens: Sequence[Token], position: int, limit: int) -> int:
    """The token behind a prepositional phrase or a further subject; `limit` if the phrase is too long."""
    end = min(limit, position + _LONGEST_PHRASE)
    return next((here for here in range(position, end) if tokens[here].part in _ENDS_PHRASE), limit)


def _behind_comma(walk: Walk, comma: int) -> int | None:
    """The predicate behind a comma, or behind the apposition or relative clause that the comma opens."""
    tokens, limit = walk.tokens, walk.limit
    position = _behind_adverbs(tokens, comma + 1, limit)
    if position < limit and tokens[position].part is Part.PASSING:
        # "the Topix, at one stage up 0.9%, ended 0.4% lower".
        walk.draft.intraday = walk.draft.overtaken = True
        position = _behind_adverbs(tokens, position + 1, limit)
    if position >= limit or tokens[position].part is Part.CONJUNCTION:
        return None
    is_level = tokens[position].text == "at" and position + 1 < limit and tokens[position + 1].part is Part.FIGURE
    if is_level or tokens[position].part in _OPENS_PREDICATE:
        walk.apposition = is_level or tokens[position].part in (Part.PARTICLE, Part.FIGURE, Part.MOVE)
        return position
    is_relative = tokens[position].part is Part.WHICH
    for closing in range(position, min(limit, position + _LONGEST_APPOSITION)):
        if tokens[closing].part not in (Part.COMMA, Part.DASH):
            continue
        behind = _behind_adverbs(tokens, closing + 1, limit)
        if behind < limit and tokens[behind].part in _OPENS_PREDICATE:
            if is_relative:
                walk.run(position + 1, until=closing)
                walk.next_draft()
                walk.tail = False
            return behind
    return position + 1 if is_relative else None


def _behind_adverbs(tokens: Sequence[Token], position: int, limit: int) -> int:
    while position < limit and tokens[position].part is Part.ADVERB:
        position += 1
    return position


def _possessed(walk: Walk, position: int) -> int | None:
    """Where the phrase of movement begins in "the Nasdaq's 2% drop" or "the Dow's worst day since March", else None."""
    tokens = walk.tokens
    for here in range(position, min(walk.limit, position + LONGEST_GAP)):
        token, behind = tokens[here], tokens[here + 1 : here + 4]
        if token.part is Part.RECORD:
            return here
        if token.part is Part.FIGURE:
            return here if any(t.text in MOVE_NOUNS for t in behind) else None
        if token.text in MOVE_NOUNS:
            return here if any(t.part is Part.FIGURE for t in behind) else None
        if token.part in (Part.NOT_INDEX, Part.COMMA, Part.STOP):
            return None
    return None


# ---- what a noun of movement or a verb of causing gives a group before its own words


def _seed_from_noun(walk: Walk, preposition: int, previous: Walk | None) -> bool:
    """Take the movement before "in the index": "a 2.4% drop in", "gains of 0.3% for", "0.7% for". False without one."""
    tokens = walk.tokens
    if tokens[preposition].text not in _PARTITIVES:
        return False
    position = preposition - 1
    while position >= 0 and tokens[position].part in (Part.DAY, Part.DATE, Part.BASIS, Part.ADVERB):
        position -= 1
    if position < 0:
        return False
    token = tokens[position]
    if token.text in MOVE_NOUNS:
        return _seed_from_figure_before(walk, position, previous)
    if token.is_change:
        return _seed_from_figure(walk, position, preposition, previous)
    if token.part is Part.RECORD and token.value is not None:
        walk.set_record(token)
        walk.draft.start = token.start
        return True
    return False


def _seed_from_figure(walk: Walk, position: int, preposition: int, previous: Walk | None) -> bool:
    """Take the figure of "gains of 0.3% for the Dow", or the next of such a list: ", 0.7% for the S&P 500"."""
    tokens = walk.tokens
    noun = tokens[position - 2] if position > 1 and tokens[position - 1].text == "of" else None
    if noun is not None and tokens[position - 3].part is Part.BASIS:
        # "week-to-date gains of 1.8% for".
        walk.basis = walk.draft.basis = cast("Basis", tokens[position - 3].value)
    sign = MOVE_NOUNS.get(noun.text) if noun is not None else None
    word = tokens[preposition].text
    if sign is None and previous is not None and position > previous.last and previous.nominal == word:
        sign = previous.draft.sign
        walk.basis = walk.draft.basis = previous.basis
    if sign is None and position == 1 and tokens[0].part is Part.PARTICLE:
        # "Down 3.4% on the Nasdaq 100 today": the direction opens the sentence.
        sign = tokens[0].sign
    if sign is None:
        return False
    walk.nominal = word
    walk.add_change(tokens[position].figure, sign)
    walk.draft.start = (noun or tokens[position]).start
    return True


def _seed_from_figure_before(walk: Walk, noun: int, previous: Walk | None) -> bool:
    """Take the figure before a noun of movement: "a 2.4% drop in", "compared with a 14% rise for"."""
    tokens = walk.tokens
    for position in range(noun - 1, max(-1, noun - 4), -1):
        token = tokens[position]
        if token.part in (Part.COMMA, Part.STOP, Part.CONJUNCTION, Part.PREPOSITION):
            return False
        if token.part is not Part.FIGURE:
            continue
        if not token.is_change:
            return False
        before = tokens[max(0, position - 4) : position]
        if before and before[-1].part is Part.BASIS:
            walk.draft.basis = cast("Basis", before[-1].value)
        elif previous is not None and any(t.text in _COMPARED for t in before):
            walk.draft.basis = previous.draft.basis
        # "a record 508-point fall" is the biggest one.
        walk.draft.biggest = bool(before) and before[-1].part is Part.RECORD
        walk.nominal = "for"
        walk.draft.start = token.start
        walk.add_change(token.figure, MOVE_NOUNS[tokens[noun].text])
        return True
    return False


def _seed_from_cause(walk: Walk, cause: int) -> None:
    tokens = walk.tokens
    walk.cause = CAUSES[tokens[cause].text]
    if tokens[cause].text in ("sees", "see"):
        walk.mode(FactLevel.FORECAST)
    article, change, noun = cause - 3, cause - 2, cause - 1
    if article < 0 or tokens[noun].text not in MOVE_NOUNS or not tokens[change].is_change:
        return
    # In "A 2.17% gain took the Nikkei to" the figure is the index's; in "Reliance's 4.3% surge helped the Sensex" it is
    # another's.
    if tokens[article].text in ("a", "an", "the"):
        walk.draft.start = tokens[change].start
        walk.add_change(tokens[change].figure, MOVE_NOUNS[tokens[noun].text])
