"""A small grammar of clauses about indices: from the words, mentions and figures of one sentence to readings.

Strategy. The sentence becomes a row of tokens (`tokenize`): mentions of indices, figures, and words or phrases with their
part in market reports. Mentions that share a predicate are one group ("the Dow and the S&P 500 rose"). Each group is read
by what stands to its left: nothing, or a conjunction, makes it a subject; a verb of causing makes it an object ("sent the
Dow down 1%"); a preposition makes it part of something else, which counts only behind a noun of movement ("a 1% drop in
the Dow"). From a subject or object the words to the right are walked once (`_walk`), and figures go to percent, points,
level or threshold by their unit and the words before them, until the text turns to something else.

Rules that keep it precise:

- A noun right behind the name makes the name a modifier: S&P 500 companies, Dow futures. Nothing is read from it.
- What follows "as", "amid", "helped by" belongs to something else, and so does what follows a comma, unless the next words
  can only go on with the index: a figure, a particle, a participle of movement, "its highest".
- Denied, hoped-for and conditional clauses give no fact; with a modal or "expected" they give a forecast.
- A figure without any direction, level word or verb of its own takes the verb of the clause before: "the Dow rose 1% and
  the Nasdaq 2%".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from schemas.taxonomy import Basis, FactLevel, Record
from streams.extract._index_lexicon import CAUSES, MOVE_NOUNS, Part
from streams.extract._index_tokens import IndexSpan, Token
from streams.extract.quantities import Figure, Hedge, Unit


@dataclass(slots=True, kw_only=True)
class Draft:
    """What a clause says of a group of indices, still growing while the clause is walked; offsets into the sentence."""

    start: int
    """First character of the evidence."""
    end: int
    """One past its last character."""
    sign: int | None = None
    """1, -1, 0 for flat, None for no movement."""
    percents: list[Figure] = field(default_factory=list)
    """One for all, or one for each index of the group."""
    points: list[Figure] = field(default_factory=list)
    levels: list[Figure] = field(default_factory=list)
    basis: Basis | None = None
    record: Record | None = None
    biggest: bool = False
    """A biggest move whose direction the text leaves to the verb."""
    threshold: Figure | None = None
    fact_level: FactLevel = FactLevel.FACT
    intraday: bool = False
    """A high or low of the day, or where it opened: not where it ended."""
    day: str | None = None
    passing: bool = False
    """What came before ("after touching a record high"): worth a fact only with numbers."""
    dropped: bool = False
    """Denied, or true of no one period."""

    @property
    def has_figures(self) -> bool:
        """Whether any number is bound."""
        return bool(self.percents or self.points or self.levels)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing yet."""
        return not self.has_figures and self.sign is None and self.record is None and self.threshold is None


class Clause(NamedTuple):
    """The drafts of one group of indices."""

    indices: tuple[str, ...]
    named: bool
    start: int
    """First character of the group's first mention."""
    end: int
    """One past its last mention."""
    drafts: tuple[Draft, ...]


class _Group(NamedTuple):
    """Mentions that share a predicate."""

    first: int
    """Token of the first mention."""
    last: int
    """Token of the last one."""
    spans: tuple[IndexSpan, ...]


_FINITE: Final = frozenset((Part.MOVE, Part.CLOSE, Part.CROSS, Part.HIT, Part.BE))
_OPENS_PREDICATE: Final = _FINITE | {
    Part.PARTICLE,
    Part.FLAT,
    Part.FIGURE,
    Part.AUX,
    Part.MODAL,
    Part.WISH,
    Part.AHEAD,
    Part.NOT,
    Part.RECORD,
    Part.UNDO,
}
_SKIPPED_BEHIND_NAME: Final = frozenset(
    (Part.INDEX_NOUN, Part.ADVERB, Part.DETERMINER, Part.BASIS, Part.DAY, Part.SHUT, Part.STREAK, Part.ITS)
)
_LONGEST_APPOSITION: Final = 26
_LONGEST_PHRASE: Final = 9
_LONGEST_GAP: Final = 5
_RANGES_ROUND_TO: Final = ((1_000, 100), (100, 50), (0, 5))
# A level below this must be printed as one ("at 20.5") to be told from a count.
_PLAIN_LEVEL: Final = 1_000


def find_clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The clauses about indices in one sentence, in text order."""
    groups = _groups(tokens)
    clauses: list[Clause] = []
    previous: _Walk | None = None
    for number, group in enumerate(groups):
        limit = groups[number + 1].first if number + 1 < len(groups) else len(tokens)
        walk = _read_group(tokens, group, limit, previous)
        previous = walk
        if walk is None:
            continue
        drafts = tuple(draft for draft in walk.drafts if _is_worth_keeping(draft, walk.drafts))
        if drafts:
            spans = walk.group.spans
            ids = tuple(dict.fromkeys(span.index for span in spans))
            clauses.append(Clause(ids, spans[0].named, spans[0].start, spans[-1].end, drafts))
    return clauses


def _is_worth_keeping(draft: Draft, others: Sequence[Draft]) -> bool:
    if draft.is_empty or draft.dropped or (draft.passing and not draft.has_figures):
        return False
    says_only_direction = not draft.has_figures and draft.record is None and draft.basis is None
    return not (says_only_direction and any(other.has_figures and other.sign == draft.sign for other in others))


# ---- groups


def _groups(tokens: Sequence[Token]) -> list[_Group]:
    groups: list[_Group] = []
    position = 0
    while position < len(tokens):
        if tokens[position].part is not Part.INDEX:
            position += 1
            continue
        first, last = position, position
        spans = [cast("IndexSpan", tokens[position].value)]
        while (following := _next_member(tokens, last, spans[-1])) is not None:
            alias = any(t.part is Part.OPEN for t in tokens[last + 1 : following])
            last = following
            if not alias:
                spans.append(cast("IndexSpan", tokens[last].value))
        groups.append(_Group(first, last, tuple(spans)))
        position = last + 1
    return groups


def _next_member(tokens: Sequence[Token], last: int, span: IndexSpan) -> int | None:
    """The token of the next mention with the same predicate: "the Dow and the S&P 500", "Sensex, Nifty", "Nikkei <.N225>"."""
    linked = bracketed = False
    others = 0
    for position in range(last + 1, min(last + _LONGEST_PHRASE, len(tokens))):
        token = tokens[position]
        match token.part:
            case Part.INDEX:
                other = cast("IndexSpan", token.value)
                adjacent = others == 0 and not linked
                if other.index == span.index or (bracketed and not linked):
                    return position if adjacent else None
                return position if linked or adjacent else None
            case Part.CONJUNCTION if token.text in ("and", "&", "/", "or") and not linked:
                linked = True
            case Part.CONJUNCTION if token.text == "and":
                pass
            case Part.COMMA:
                linked = True
            case Part.OPEN:
                bracketed = True
            case Part.ADVERB | Part.DETERMINER | Part.INDEX_NOUN | Part.SHUT:
                pass
            case Part.OTHER | Part.NOT_INDEX if others < 3 and (
                _is_symbol(tokens, position + 1) or token.text.endswith(("'s", "’s", "s'"))
            ):  # noqa: PLR2004
                others += 1
            case _:
                return None
    return None


def _is_symbol(tokens: Sequence[Token], position: int) -> bool:
    """Whether a symbol in brackets begins within the next words: "and Indonesia <.JKSE>"."""
    for token in tokens[position : position + 3]:
        if token.text == "<":
            return True
        if token.part not in (Part.OTHER, Part.NOT_INDEX):
            return False
    return False


# ---- what stands to the left of a group


# Verbs whose object an index may be without moving: a fund tracks it, a stock beats it.
_TRANSITIVE: Final = frozenset(
    "track tracks tracked tracking follow follows followed mirror mirrors mirrored mirroring mimic mimics mimicking beat beats beating replicate replicates "
    "replicating outpace outpaced outpaces outperform outperformed outperforming outperforms underperform underperformed underperforming lag lags lagged "
    "lagging trail trails trailed trailing match matches matched join joins joined joining shadow shadows benchmarked weighted underpin underpinned support "
    "supported supports supporting bought buy buying sold sell selling own owned hold weighing rejoin added-to enter entered left quit lead".split()
) - {"left", "lead"}


class _Governor(NamedTuple):
    """What stands before a group: the token that governs it (-1 at the start of the sentence)."""

    position: int
    role: str
    """subject | object | part."""


def _governor(tokens: Sequence[Token], group: _Group) -> _Governor:
    position = group.first - 1
    if position >= 0 and tokens[position].text in ("<", "$", "^", "("):
        return _Governor(_before_symbol(tokens, position), "subject")
    while position >= 0 and _qualifies(tokens[position]):
        position -= 1
    if position < 0:
        return _Governor(-1, "subject")
    token = tokens[position]
    if token.text in CAUSES and (
        position == 0 or tokens[position - 1].part is not Part.BE or token.text.endswith("ing")
    ):
        return _Governor(position, "object")
    if token.part is Part.PREPOSITION or token.text in _TRANSITIVE:
        return _Governor(position, "part")
    return _Governor(position, "subject")


def _qualifies(token: Token) -> bool:
    if token.text in CAUSES:
        return False
    return token.part in (Part.DETERMINER, Part.INDEX_NOUN, Part.POSSESSIVE) or (
        token.part in (Part.OTHER, Part.ADVERB, Part.NOT_INDEX)
        and (token.text.endswith(("'s", "’s", "s'", "s’")) or "-" in token.text or token.text in ("<", '"', "“"))
    )


def _before_symbol(tokens: Sequence[Token], position: int) -> int:
    """Where the words end that a symbol in brackets stands for: "Hong Kong shares <.HSI>"."""
    position -= 1
    while position >= 0 and tokens[position].part in (
        Part.OTHER,
        Part.NOT_INDEX,
        Part.DETERMINER,
        Part.INDEX_NOUN,
        Part.FIGURE,
        Part.SHUT,
        Part.OPEN,
    ):
        position -= 1
    return position


_HYPOTHESIS: Final = {Part.IF: FactLevel.FORECAST, Part.OPINION: FactLevel.OPINION}


_TARGETS: Final = frozenset(
    ("target", "targets", "forecast", "forecasts", "projection", "projections", "estimate", "estimates")
)


def _is_habit(tokens: Sequence[Token], group: _Group) -> bool:
    """ "when the Topix falls more than 2%" happens again and again; "when the Topix fell" happened."""
    verb = next((t for t in tokens[group.last + 1 : group.last + 4] if t.part in _FINITE), None)
    return verb is not None and verb.part is not Part.BE and verb.text.endswith("s")


def _modality_before(tokens: Sequence[Token], group: _Group, governor: _Governor) -> FactLevel | None:
    """What the words left of a group make of its clause: None where the clause is no statement at all."""
    level: FactLevel | None = FactLevel.FACT
    if governor.position >= 0 and tokens[governor.position].text in ("when", "whenever") and _is_habit(tokens, group):
        return None
    for token in tokens[max(0, governor.position - 9) : governor.position + 1]:
        if token.part is Part.GENERIC or (token.text.startswith("the ") and token.text.endswith(" time")):
            return None
        if token.part in (Part.COMMA, Part.STOP, Part.DASH):
            level = FactLevel.FACT
        elif token.part in _HYPOTHESIS:
            level = _HYPOTHESIS[token.part]
        elif token.text in _TARGETS or (
            governor.role != "subject" and token.part in (Part.MODAL, Part.WISH, Part.AHEAD)
        ):
            level = FactLevel.FORECAST
        elif governor.role == "object" and token.part is Part.NOT:
            return None
    return level


# ---- reading a group


def _read_group(tokens: Sequence[Token], group: _Group, limit: int, previous: "_Walk | None") -> "_Walk | None":
    governor = _governor(tokens, group)
    fact_level = _modality_before(tokens, group, governor)
    if fact_level is None:
        return None
    count = len({span.index for span in group.spans})
    walk = _Walk(tokens, group, limit, count, fact_level)
    walk.leading(governor.position)
    if governor.role == "part":
        if _seed_from_noun(walk, governor.position, previous):
            if any(
                t.part in (Part.MODAL, Part.WISH, Part.NOT) for t in tokens[group.last + 1 : min(limit, group.last + 4)]
            ):
                # "a 10% decline in the index cannot be ruled out"
                walk.draft.fact_level = FactLevel.FORECAST
            walk.run(group.last + 1)
            return walk
        start = _relative(tokens, group.last + 1)
        if start is None and group.last + 1 < limit and tokens[group.last + 1].part is Part.POSSESSIVE:
            start = _possessed(walk, group.last + 2)
        if start is None:
            return None
        walk.run(start)
        return walk
    if governor.role == "object":
        _seed_from_cause(walk, governor.position)
    start = _predicate(walk, group.last + 1)
    if start is None:
        return None
    if governor.role == "object" and len(group.spans) > 1 and _is_verb_of_subject(tokens[start]):
        # "boosts Sensex, Nifty reclaims 8,750": the verb is the last one's alone.
        return _read_group(tokens, _Group(group.last, group.last, group.spans[-1:]), limit, previous)
    if governor.role == "subject" and previous is not None and _is_linked(tokens, previous, group):
        walk.inherit(previous)
    elif governor.position > 0 and tokens[governor.position].text == ":":
        walk.inherited = _direction_before(tokens, governor.position)
    walk.run(start)
    if governor.role == "object":
        walk.apply_cause()
    return walk


def _is_verb_of_subject(token: Token) -> bool:
    return token.part in (Part.CLOSE, Part.CROSS, Part.HIT, Part.BE, Part.MOVE) and token.text.endswith(("s", "ed"))


def _direction_before(tokens: Sequence[Token], colon: int) -> int | None:
    """The direction of "The main indexes ended higher:" for the list behind the colon."""
    for token in reversed(tokens[max(0, colon - 6) : colon]):
        if token.part in (Part.MOVE, Part.PARTICLE):
            return cast("int", token.value)
    return None


def _relative(tokens: Sequence[Token], position: int) -> int | None:
    """The verb of a relative clause behind a name that is no subject itself: "supported the FTSE 100, which closed"."""
    while position < len(tokens) and tokens[position].part in (Part.ADVERB, Part.INDEX_NOUN, Part.COMMA):
        position += 1
    return position + 1 if position < len(tokens) and tokens[position].text == "which" else None


def _is_linked(tokens: Sequence[Token], previous: "_Walk", group: _Group) -> bool:
    return previous.stopped >= group.first - _LONGEST_GAP and all(
        token.part
        in (
            Part.COMMA,
            Part.CONJUNCTION,
            Part.DETERMINER,
            Part.ADVERB,
            Part.OTHER,
            Part.STOP,
            Part.BASIS,
            Part.DAY,
            Part.BOUNDARY,
        )
        for token in tokens[previous.stopped : group.first]
    )


def _predicate(walk: "_Walk", position: int) -> int | None:
    """Where the predicate of the group begins, or None: skips what may stand between a name and its verb."""
    tokens = walk.tokens
    while position < walk.limit:
        token = tokens[position]
        if token.part in _SKIPPED_BEHIND_NAME:
            position += 1
        elif token.part in _OPENS_PREDICATE:
            return position
        elif token.part is Part.POSSESSIVE:
            return _possessed(walk, position + 1)
        elif token.part is Part.OPEN:
            position = _behind_brackets(tokens, position, walk.limit)
        elif token.part is Part.COMMA:
            return _behind_comma(walk, position)
        elif token.part is Part.DASH:
            return position + 1 if position + 1 < walk.limit and tokens[position + 1].part in _OPENS_PREDICATE else None
        elif token.part is Part.WHICH:
            position += 1
        elif token.part is Part.PREPOSITION or token.text == "as":
            if position + 1 < walk.limit and tokens[position + 1].part is Part.FIGURE and token.text in _LEVEL_WORDS:
                return position
            following = next(
                (t for t in tokens[position + 1 : walk.limit] if t.part not in (Part.DETERMINER, Part.ADVERB)), None
            )
            if following is not None and following.part is Part.RECORD:
                return position
            if (
                token.text == "to"
                and following is not None
                and following.part not in (Part.FIGURE, Part.BASIS, Part.DAY)
            ):
                walk.mode(FactLevel.FORECAST)
                return position + 1
            position = _behind_phrase(tokens, position + 1, walk.limit)
        elif token.part is Part.CONJUNCTION and token.text == "and":
            position = _behind_phrase(tokens, position + 1, walk.limit)
        elif token.part is Part.OTHER and position > walk.group.last:
            walk.cautious = True
            return position
        else:
            return None
    return None


_LEVEL_WORDS: Final = frozenset(
    ("at", "to", "above", "below", "over", "under", "past", "near", "around", "through", "beyond", "by")
)


def _behind_brackets(tokens: Sequence[Token], position: int, limit: int) -> int:
    inner = position + 1
    while inner < limit and tokens[inner].part is not Part.SHUT:
        if tokens[inner].part is Part.FIGURE:
            return inner
        inner += 1
    return inner + 1


def _behind_phrase(tokens: Sequence[Token], position: int, limit: int) -> int:
    """The token behind a prepositional phrase: the next that can open a predicate."""
    end = min(limit, position + _LONGEST_PHRASE)
    while position < end:
        token = tokens[position]
        if token.part in (
            Part.BE,
            Part.AUX,
            Part.CLOSE,
            Part.CROSS,
            Part.HIT,
            Part.PARTICLE,
            Part.COMMA,
            Part.MODAL,
            Part.OPEN,
            Part.FIGURE,
            Part.STOP,
            Part.INDEX,
        ):
            return position
        if token.part is Part.MOVE:
            return position
        position += 1
    return limit


def _behind_comma(walk: "_Walk", comma: int) -> int | None:
    """The predicate behind a comma, or behind the apposition or relative clause that the comma opens."""
    tokens, limit = walk.tokens, walk.limit
    position = comma + 1
    while position < limit and tokens[position].part is Part.ADVERB:
        position += 1
    if position >= limit:
        return None
    if tokens[position].text == "at" and position + 1 < limit and tokens[position + 1].part is Part.FIGURE:
        walk.apposition = True
        return position
    if tokens[position].part in _OPENS_PREDICATE:
        walk.apposition = tokens[position].part in (Part.PARTICLE, Part.FIGURE, Part.MOVE)
        return position
    if tokens[position].part is Part.CONJUNCTION:
        return None
    end = min(limit, position + _LONGEST_APPOSITION)
    for closing in range(position, end):
        if tokens[closing].part not in (Part.COMMA, Part.DASH):
            continue
        behind = closing + 1
        while behind < limit and tokens[behind].part is Part.ADVERB:
            behind += 1
        if behind < limit and tokens[behind].part in _OPENS_PREDICATE:
            if tokens[position].part is Part.WHICH:
                walk.run(position + 1, until=closing)
                walk.next_draft()
                walk.tail = False
            return behind
    if tokens[position].part is Part.WHICH:
        return position + 1
    return None


def _possessed(walk: "_Walk", position: int) -> int | None:
    """ "the Nasdaq's 2% drop", "the Dow's worst day since March": where the noun of movement's phrase begins, else None."""
    tokens = walk.tokens
    for here in range(position, min(walk.limit, position + _LONGEST_GAP)):
        token = tokens[here]
        if token.part in (Part.RECORD, Part.FIGURE) or token.text in MOVE_NOUNS:
            behind = tokens[here + 1 : here + 4]
            if token.part is Part.FIGURE and not any(t.text in MOVE_NOUNS for t in behind):
                return None
            if token.text in MOVE_NOUNS and not any(t.part is Part.FIGURE for t in behind):
                return None
            return here
        if token.part in (Part.NOT_INDEX, Part.COMMA, Part.STOP):
            return None
    return None


def _seed_from_noun(walk: "_Walk", preposition: int, previous: "_Walk | None") -> bool:
    """A noun of movement before "in the index": "a 2.4% drop in", "gains of 0.3% for", "0.7% for"."""
    tokens = walk.tokens
    if tokens[preposition].text not in ("in", "for", "of", "on", "by"):
        return False
    position = preposition - 1
    while position >= 0 and tokens[position].part in (Part.DAY, Part.BASIS, Part.ADVERB):
        position -= 1
    if position < 0:
        return False
    token = tokens[position]
    draft = walk.draft
    if token.text in MOVE_NOUNS:
        return _seed_figure_before(walk, position, MOVE_NOUNS[token.text], previous)
    if token.part is Part.FIGURE:
        figure = cast("Figure", token.value)
        noun = tokens[position - 2] if position > 1 and tokens[position - 1].text == "of" else None
        sign = MOVE_NOUNS.get(noun.text) if noun is not None else None
        if (
            sign is None
            and previous is not None
            and previous.nominal
            and position > previous.group.last
            and tokens[preposition].text == previous.nominal
        ):
            sign = previous.drafts[-1].sign
        if sign is None or figure.unit not in (Unit.PERCENT, Unit.POINTS):
            return False
        walk.nominal = tokens[preposition].text
        walk.add_figure(figure, sign)
        draft.start = min(draft.start, (noun or token).start)
        return True
    if token.part is Part.RECORD and token.value is not None:
        walk.set_record(token)
        draft.start = token.start
        return True
    return False


def _seed_figure_before(walk: "_Walk", noun: int, sign: int, previous: "_Walk | None") -> bool:
    for position in range(noun - 1, max(-1, noun - 4), -1):
        token = walk.tokens[position]
        if token.part is Part.FIGURE:
            figure = cast("Figure", token.value)
            if figure.unit not in (Unit.PERCENT, Unit.POINTS):
                return False
            walk.nominal = "for"
            if position and walk.tokens[position - 1].part is Part.BASIS:
                walk.draft.basis = cast("Basis", walk.tokens[position - 1].value)
            if previous is not None and any(
                t.text in ("compared", "versus", "against") for t in walk.tokens[max(0, position - 4) : position]
            ):
                walk.draft.basis = previous.drafts[-1].basis
            walk.draft.start = token.start
            walk.add_figure(figure, sign)
            return True
        if token.part in (Part.COMMA, Part.STOP, Part.CONJUNCTION, Part.PREPOSITION):
            return False
    return False


def _seed_from_cause(walk: "_Walk", cause: int) -> None:
    tokens = walk.tokens
    walk.cause = CAUSES[tokens[cause].text]
    if tokens[cause].text in ("sees", "see"):
        walk.mode(FactLevel.FORECAST)
    noun = cause - 1
    if noun < 1 or tokens[noun].text not in MOVE_NOUNS or tokens[noun - 1].part is not Part.FIGURE:
        return
    # "A 2.17% gain took the Nikkei to ..."; in "Reliance's 4.3% surge helped the Sensex" the figure is another's.
    figure = cast("Figure", tokens[noun - 1].value)
    if figure.unit in (Unit.PERCENT, Unit.POINTS) and noun > 1 and tokens[noun - 2].text in ("a", "an", "the"):
        walk.draft.start = tokens[noun - 1].start
        walk.add_figure(figure, MOVE_NOUNS[tokens[noun].text])


# ---- walking a predicate


class _Walk:
    """One walk over the tokens behind a group; each part of speech has its own small rule (`_on_...`)."""

    def __init__(self, tokens: Sequence[Token], group: _Group, limit: int, count: int, fact_level: FactLevel) -> None:
        self.tokens = tokens
        self.group = group
        self.limit = limit
        self.count = count
        self.fact_level = fact_level
        self.basis: Basis | None = None
        self.day: str | None = None
        self.drafts: list[Draft] = []
        self.preposition: str | None = None
        self.gap = 0
        self.cautious = False
        self.tail = False
        self.negated = False
        self.undone = False
        self.short = 0
        self.crossing: int | None = None
        self.hitting = False
        self.opening = False
        self.holding = False
        self.apposition = False
        self.verbless = True
        self.fresh = False
        self.verb_since = False
        self.after = False
        self.its = False
        self.extreme = False
        self.cause: int | None = None
        self.nominal = ""
        self.inherited: int | None = None
        self.stopped = group.last + 1
        self.position = group.last + 1
        self.next_draft()

    # -- drafts

    @property
    def draft(self) -> Draft:
        return self.drafts[-1]

    def next_draft(self) -> None:
        """Begin another reading, unless the current one is still empty."""
        start, end = self.group.spans[0].start, self.group.spans[-1].end
        if not self.drafts or not self.draft.is_empty:
            self.drafts.append(Draft(start=start, end=end, fact_level=self.fact_level, basis=self.basis, day=self.day))
        self.draft.fact_level = self.fact_level
        self.draft.dropped = self.negated

    def mode(self, level: FactLevel) -> None:
        """From here on what is read is of this level."""
        self.fact_level = level
        self.next_draft()

    def leading(self, governor: int) -> None:
        """Take the period or day that stands before the subject: "For the week, the Dow gained"."""
        basis: Basis | None = None
        day: str | None = None
        for position in range(governor, max(-1, governor - 14), -1):
            token = self.tokens[position]
            if token.part in _ENDS_LEADING:
                break
            if token.part in _NOT_LEADING:
                # The period is said of what stands before: "the Dow rose 2% this week, the Nasdaq fell".
                return
            if token.part is Part.BASIS and token.value is not Basis.SESSION:
                basis = cast("Basis", token.value)
            elif token.part is Part.DAY:
                day = cast("str", token.value)
            elif token.part is Part.PASSING:
                self.draft.intraday = True
        self.basis, self.day = basis, day
        self.draft.basis, self.draft.day = self.basis, self.day

    def inherit(self, previous: "_Walk") -> None:
        """A clause without a verb takes the direction of the one before: "the Dow rose 1% and the Nasdaq 2%"."""
        if previous.drafts and not previous.draft.dropped:
            last = next((d for d in reversed(previous.drafts) if not d.is_empty), previous.draft)
            self.inherited = last.sign
            self.fact_level = last.fact_level
            self.draft.fact_level = self.fact_level
            self.basis = self.basis or previous.basis
            self.draft.basis = self.basis

    def grow(self, token: Token) -> None:
        """The evidence reaches to the end of this token."""
        self.draft.end = max(self.draft.end, token.end)

    def direction(self, sign: int, token: Token) -> None:
        """A word of movement."""
        draft = self.draft
        if draft.sign is None or (draft.sign == 0 and not draft.has_figures) or self._sign_follows_figure(draft):
            draft.sign = sign
        elif draft.sign != sign and sign != 0:
            self.next_draft()
            self.draft.sign = sign
        elif draft.sign != sign and self.fresh:
            self.next_draft()
            self.draft.sign = sign
        elif draft.sign == sign and self.fresh and draft.percents and draft.basis is not None:
            self.next_draft()
            self.draft.sign = sign
        self.fresh = False
        self.grow(token)

    def _sign_follows_figure(self, draft: Draft) -> bool:
        return draft.sign is not None and self.inherited is not None and self.verbless and draft.has_figures

    def apply_cause(self) -> None:
        """An object without figure or particle says nothing ("lifted the Nasdaq"); else it may take the cause's direction."""
        for draft in self.drafts:
            if draft.sign is None and draft.has_figures and self.cause:
                draft.sign = self.cause
            if draft.points and not draft.percents and not draft.levels and self.cause and draft.sign == self.cause:
                draft.dropped = True

    # -- the walk

    def run(self, start: int, until: int | None = None) -> None:
        """Walk from `start` to the next group, or to `until`, or to where the text turns to something else."""
        limit = self.limit if until is None else until
        self.position = start
        while self.position < limit:
            token = self.tokens[self.position]
            if not self._step(token, limit):
                break
            self.position += 1
        self.stopped = self.position

    def _step(self, token: Token, limit: int) -> bool:
        """Take in one token; False where the clause ends."""
        if self.short:
            self.short -= 1
        rule = _RULES.get(token.part)
        if rule is None:
            self.gap += 1
            if self.gap > _LONGEST_GAP:
                self.tail = True
            return True
        if self.tail and token.part not in _IN_TAIL:
            if token.part in (Part.NOT_INDEX, Part.MOVE, Part.BE) and token.text not in MOVE_NOUNS:
                self.its = False
            return True
        return rule(self, token, limit)

    def _next(self, limit: int, offset: int = 1) -> Token | None:
        """The next token that is no adverb or determiner."""
        position = self.position + offset
        while position < limit and self.tokens[position].part in (Part.ADVERB, Part.DETERMINER, Part.STREAK):
            position += 1
        return self.tokens[position] if position < limit else None

    def _previous(self) -> Token | None:
        return self.tokens[self.position - 1] if self.position else None

    # -- rules

    def _on_move(self, token: Token, limit: int) -> bool:
        if self.cautious and not self.fresh:
            return True
        sign = cast("int", token.value)
        if self.tail:
            return self._on_move_in_tail(token, limit)
        if self.preposition in ("from", "of") and token.text in MOVE_NOUNS:
            # "recovered from losses", "two days of gains".
            self.preposition = None
            return True
        if self.undone or (self.crossing is not None and token.text in MOVE_NOUNS):
            self.undone, self.crossing = False, None
            following = self._next(limit)
            if following is None or following.text not in ("to", "at"):
                return True
        if self.after and self.draft.is_empty:
            following = self._next(limit)
            if following is None or following.part not in (Part.FIGURE, Part.PREPOSITION, Part.BASIS):
                return True
        self.cautious, self.verbless, self.gap = False, False, 0
        self.direction(sign, token)
        self.preposition = None
        return True

    def _on_move_in_tail(self, token: Token, limit: int) -> bool:
        """ "its gains this year", "year-to-date gains reaching 25.80%": a noun of movement of the index itself."""
        if token.text not in MOVE_NOUNS or not (self.its or self._near_basis(limit)):
            return True
        for position in range(self.position + 1, min(limit, self.position + 9)):
            candidate = self.tokens[position]
            if candidate.part is Part.FIGURE:
                figure = cast("Figure", candidate.value)
                if figure.unit is Unit.PERCENT:
                    basis = next(
                        (
                            t.value
                            for t in self.tokens[max(0, self.position - 3) : position + 3]
                            if t.part is Part.BASIS
                        ),
                        self.draft.basis if self.draft.is_empty else None,
                    )
                    self.basis = None
                    self.next_draft()
                    self.draft.basis = cast("Basis | None", basis)
                    self.add_figure(figure, MOVE_NOUNS[token.text])
                    self.grow(candidate)
                    self.position = position
                return True
            if candidate.part in (Part.INDEX, Part.STOP, Part.NOT_INDEX):
                return True
        return True

    def _near_basis(self, limit: int) -> bool:
        near = self.tokens[max(0, self.position - 2) : min(limit, self.position + 5)]
        return any(t.part is Part.BASIS and t.value is not Basis.SESSION for t in near)

    def _on_close(self, token: Token, limit: int) -> bool:
        if token.text == "close" and self._is_earlier_close(limit):
            return True
        if token.text == "set" and self._is_set_to(limit):
            self.mode(FactLevel.FORECAST)
            return True
        if self.tail:
            previous = self._previous()
            following = self._next(limit)
            if previous is None or previous.text not in ("to", "before") or following is None:
                return True
            self.tail = False
        if self.cautious and not self.fresh:
            return True
        if self.nominal and not self.fresh:
            self.tail = True
            return True
        opening = token.text.startswith(("open", "start", "began", "begin"))
        previous = self._previous()
        if token.text in ("open", "start", "begin") and previous is not None and previous.text == "to":
            self.mode(FactLevel.FORECAST)
        if self.opening and not opening:
            self.next_draft()
        self.undone = token.text.startswith(("end", "halt")) and self._ends_a_run(limit)
        if opening:
            self.draft.intraday = True
        elif not self.draft.is_empty and self.draft.intraday:
            self.next_draft()
        self.opening = opening
        self.holding = token.text.startswith(("hold", "held"))
        self.verb_since = True
        self.cautious, self.verbless, self.gap, self.preposition = False, False, 0, None
        self.crossing, self.hitting = None, False
        self.grow_if_content(token)
        return True

    def _is_earlier_close(self, limit: int) -> bool:
        """ "Monday's close of 8,102.44": a level of its own, a fact also where the rest is a forecast."""
        behind = self.tokens[self.position + 1 : min(limit, self.position + 3)]
        previous = self._previous()
        if (
            len(behind) < 2
            or behind[0].text not in ("of", "at")
            or behind[1].part is not Part.FIGURE
            or previous is None
        ):  # noqa: PLR2004
            return False
        figure = cast("Figure", behind[1].value)
        if figure.unit not in (Unit.COUNT, Unit.POINTS) or previous.part is not Part.DAY:
            return False
        self._intraday(figure, behind[1])
        closing = next(d for d in self.drafts if d.levels == [figure])
        closing.intraday, closing.fact_level, closing.day = False, FactLevel.FACT, cast("str", previous.value)
        self.position += 2
        return True

    def _ends_a_run(self, limit: int) -> bool:
        """ "ended a three-day slide"; not "ended with a loss"."""
        behind = self.tokens[self.position + 1 : min(limit, self.position + 4)]
        return (
            bool(behind)
            and behind[0].text in ("a", "an", "its", "their")
            and any(t.part is Part.BASIS for t in behind[:2])
        )

    def _is_set_to(self, limit: int) -> bool:
        """ "was set to open higher"; not "set a record"."""
        following = self._next(limit)
        return following is not None and following.text in ("to", "for")

    def grow_if_content(self, token: Token) -> None:
        """Verbs alone add nothing to the evidence."""

    def _on_be(self, token: Token, limit: int) -> bool:
        if self.tail or (self.cautious and not self.fresh):
            return True
        self.verbless, self.gap, self.cautious = False, 0, False
        self.verb_since = True
        return True

    def _on_cross(self, token: Token, limit: int) -> bool:
        if self.tail or (self.cautious and not self.fresh):
            return True
        self.verbless, self.gap = False, 0
        self.crossing = cast("int", token.value)
        self.cautious = False
        return True

    def _on_hit(self, token: Token, limit: int) -> bool:
        if self.cautious and not self.fresh:
            return True
        self.verbless, self.gap, self.cautious = False, 0, False
        if self.fresh and self.draft.has_figures:
            # "has climbed 17% this year and touched a record": a reading of its own.
            self.basis = None
            self.next_draft()
            self.draft.basis = None
        self.hitting = True
        return True

    def _on_particle(self, token: Token, limit: int) -> bool:
        if self.cautious and not self.fresh:
            return True
        following = self._next(limit)
        if token.text == "off" and following is not None and following.part is not Part.FIGURE:
            self.preposition = "from"
            return True
        self.gap = 0
        self.cautious = False
        if self.crossing is not None and following is not None and following.part is Part.FIGURE:
            self.crossing = None
        self.direction(cast("int", token.value), token)
        return True

    def _on_flat(self, token: Token, limit: int) -> bool:
        if self.cautious and not self.fresh:
            return True
        self.gap = 0
        if self.draft.sign is not None and self.draft.has_figures and not self.fresh:
            return True
        self.direction(0, token)
        return True

    def _on_mode(self, token: Token, limit: int) -> bool:
        level = FactLevel.OPINION if token.part is Part.WISH else FactLevel.FORECAST
        if token.part is Part.AHEAD and not token.value:
            previous = self._previous()
            if previous is None or previous.part not in (
                Part.BE,
                Part.ADVERB,
                Part.INDEX,
                Part.INDEX_NOUN,
                Part.CLOSE,
                Part.AUX,
                Part.SHUT,
                Part.PREPOSITION,
            ):
                return True
        if self.negated:
            return True
        before = self._previous()
        if before is not None and before.text in MOVE_NOUNS and not self.draft.has_figures:
            # "the Nifty's decline may continue"
            self.draft.fact_level = level
        self.mode(level)
        self.draft.fact_level = level
        return True

    def _on_not(self, token: Token, limit: int) -> bool:
        self.negated = True
        self.next_draft()
        self.draft.dropped = True
        return True

    def _on_undo(self, token: Token, limit: int) -> bool:
        if self.cautious and not self.fresh:
            return True
        following = self._next(limit)
        if self.draft.has_figures:
            # "Friday's 1.9% tumble wiped out its gain for the month"
            self.tail = True
            return True
        gives = (
            token.text in ("gave", "give", "gives", "giving", "given", "surrendered", "surrender")
            and following is not None
        )
        self.gap, self.verbless = 0, False
        if gives and self.tokens[min(self.position + 1, limit - 1)].text == "up":
            behind = self._next(limit, 2)
            if behind is not None and behind.part is Part.FIGURE:
                self.position += 1
                self.direction(-1, token)
                return True
            self.position += 1
        self.undone = True
        return True

    def _on_preposition(self, token: Token, limit: int) -> bool:
        if self.preposition is not None and token.text in ("around", "near", "over", "under"):
            # "to around 38,000", "by over 1%": a hedge.
            return True
        self.preposition = cast("str", token.value)
        if self.preposition in ("above", "past", "through", "beyond", "over") and self.crossing is None:
            self._cross_by_preposition(1, limit)
        elif self.preposition in ("below", "under", "beneath"):
            self._cross_by_preposition(-1, limit)
        return True

    def _cross_by_preposition(self, sign: int, limit: int) -> None:
        following = self._next(limit)
        if self.verbless and self.cause is None and not self._first_time():
            # "Nifty above 22,100" may have been there for long.
            return
        if (
            following is not None
            and following.part is Part.FIGURE
            and cast("Figure", following.value).unit not in (Unit.COUNT, Unit.POINTS)
        ):
            return
        if (
            following is not None
            and following.part is Part.FIGURE
            and self.preposition in ("over", "under")
            and cast("Figure", following.value).magnitude < _PLAIN_LEVEL
        ):
            return
        if following is not None and following.part in (Part.FIGURE, Part.OTHER):
            previous = self._previous()
            self.crossing = sign if previous is None or previous.text not in _STAYING else None
            if self.preposition == "through" and self.draft.sign is not None and self.draft.sign < 0:
                self.crossing = -1

    def _on_extreme(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is None or following.text not in ("of", "at", "near", "around", "close"):
            return True
        target = self._next(limit, 2)
        if target is None or target.part is not Part.FIGURE:
            return True
        figure = cast("Figure", target.value)
        if self.crossing is not None:
            # "passing the June peak of 33,706.08": an old mark.
            self.crossing = None
            self.position = self.tokens.index(target, self.position)
            return True
        if self.preposition == "at" and not self.verbless and not self.tail and not self.draft.levels:
            # "closed at the day's high of 17,213.08"
            self._level(figure, target)
            self.position = self.tokens.index(target, self.position)
        elif figure.unit in (Unit.COUNT, Unit.POINTS) and self._plausible(figure):
            self._intraday(figure, target)
            self.position = self.tokens.index(target, self.position)
        return True

    def _plausible(self, figure: Figure) -> bool:
        """A level like the others of this clause: the high of another thing is not the index's."""
        levels = [f.magnitude for d in self.drafts for f in d.levels]
        if not levels:
            return self.after or not self.tail
        return all(0.5 * level < figure.magnitude < 2 * level for level in levels)  # noqa: PLR2004  # no index halves in a clause

    def _intraday(self, figure: Figure, token: Token) -> None:
        current = self.draft
        extra = Draft(
            start=current.start,
            end=token.end,
            levels=[figure],
            intraday=True,
            fact_level=self.fact_level,
            dropped=self.negated,
        )
        self.drafts.insert(len(self.drafts) - 1 if current.is_empty else len(self.drafts), extra)
        if not current.is_empty:
            self.drafts.append(
                Draft(start=current.start, end=current.end, fact_level=self.fact_level, basis=self.basis, day=self.day)
            )

    def _on_basis(self, token: Token, limit: int) -> bool:
        basis = cast("Basis", token.value)
        previous = self._previous()
        if self.tail or (previous is not None and previous.part is Part.RECORD):
            # "its steepest fall in five months": the period of the record.
            return True
        is_place = token.text.startswith(("from", "off", "below", "above", "under"))
        if is_place and not self._measures(previous):
            return self._on_extreme(token, limit)
        self.gap = 0
        draft = self.draft
        if draft.is_empty:
            if basis is not Basis.SESSION:
                draft.basis = basis
        elif draft.basis is None or draft.basis is self.basis:
            if token.text.startswith("since") and draft.record is not None:
                return True
            if draft.sign is None and not draft.percents and not draft.points:
                # A bare level or record "in December" is one of a session.
                return True
            if basis is Basis.SESSION and draft.basis is not None:
                return True
            if is_place and draft.sign is None:
                draft.sign = 1 if token.text.startswith("above") else -1
            draft.basis = basis
            self.grow_basis(token)
        return True

    @staticmethod
    def _measures(token: Token | None) -> bool:
        """Whether it is a change in percent or points, as before "from its peak"."""
        return (
            token is not None
            and token.part is Part.FIGURE
            and cast("Figure", token.value).unit in (Unit.PERCENT, Unit.POINTS)
        )

    def grow_basis(self, token: Token) -> None:
        """Periods lie outside the shortest evidence."""

    def _on_day(self, token: Token, limit: int) -> bool:
        if not self.tail and self.draft.day is None:
            self.draft.day = cast("str", token.value)
        return True

    def _on_record(self, token: Token, limit: int) -> bool:
        if self.tail and not self.its:
            return True
        if self.cautious and not self.fresh:
            return True
        if self.short or self.preposition in (
            "from",
            "since",
            "below",
            "near",
            "under",
            "toward",
            "towards",
            "against",
        ):
            self.preposition = None
            return True
        if self.after and self.draft.is_empty and not self.hitting:
            return True
        before = self.tokens[max(0, self.position - 2) : self.position]
        if (
            any(t.part is Part.FIGURE and cast("Figure", t.value).unit is Unit.COUNT for t in before)
            and before[-1].part is not Part.COMMA
        ):
            # "18 new 52-week highs" counts shares.
            return True
        self.set_record(token)
        return True

    def set_record(self, token: Token) -> None:
        """A mark: of all time, of a period, the biggest move."""
        draft = self.draft
        record = cast("Record | None", token.value)
        if record in (None, Record.BIGGEST_GAIN, Record.BIGGEST_LOSS):
            period = next((b for word, b in _PERIOD_WORDS.items() if word in token.text), None)
            if (
                period is not None
                and draft.basis not in (period, None)
                or (period is not None and draft.basis is None and draft.has_figures)
            ):
                self.next_draft()
                draft = self.draft
            if period is not None:
                draft.basis = period
            if record is None:
                draft.biggest = True
            elif draft.sign is None:
                draft.sign = 1 if record is Record.BIGGEST_GAIN else -1
        if record is not None:
            draft.record = draft.record or record
        self.verbless, self.gap = False, 0
        self.grow(token)

    def _on_figure(self, token: Token, limit: int) -> bool:
        figure = cast("Figure", token.value)
        preposition, self.preposition = self.preposition, None
        if figure.hedge is not None and (
            preposition == "than" or (preposition in ("over", "under") and figure.magnitude < _PLAIN_LEVEL)
        ):
            preposition = None
        if (
            figure.hedge is Hedge.UP_TO
            and figure.unit in (Unit.COUNT, Unit.POINTS)
            and figure.sign == 0
            and self._plausible(figure)
        ):
            self._intraday(figure, token)
            return True
        if self.cautious and not self.fresh and self._is_noun_of_movement(limit, preposition):
            # "eked out a 0.1% gain", whatever the verb.
            self.cautious = False
        if self.tail or (self.cautious and not self.fresh):
            return True
        self.gap = 0
        if self.undone:
            self.undone = False
            following = self._next(limit)
            if following is None or following.text in MOVE_NOUNS:
                self.position += 1
                return True
        if self.short or preposition in (
            "from",
            "against",
            "versus",
            "vs",
            "than",
            "compared",
            "until",
            "within",
            "between",
        ):
            following = self._next(limit)
            if following is not None and following.text in MOVE_NOUNS:
                self.position = self.tokens.index(following, self.position)
            behind = self.tokens[self.position + 1 : min(limit, self.position + 3)]
            if (
                preposition == "between"
                and len(behind) == 2
                and behind[0].text == "and"
                and behind[1].part is Part.FIGURE
            ):  # noqa: PLR2004
                self.position += 2
            return True
        match figure.unit:
            case Unit.PERCENT:
                self._percent(figure, token, preposition)
            case Unit.POINTS:
                self._points(figure, token, preposition, limit)
            case Unit.COUNT | Unit.CURRENCY if figure.unit is Unit.COUNT or figure.currency == "JPY":
                self._count(figure, token, preposition, limit)
            case Unit.BASIS_POINTS:
                return True
            case _:
                self.tail = True
        return True

    def _is_noun_of_movement(self, limit: int, preposition: str | None) -> bool:
        previous, following = self._previous(), self._next(limit)
        return (
            preposition is None
            and previous is not None
            and previous.text in ("a", "an")
            and following is not None
            and following.text in MOVE_NOUNS
        )

    def _percent(self, figure: Figure, token: Token, preposition: str | None) -> None:
        following = self._next(self.limit)
        if following is not None and following.text in ("of", "stake") and not self.draft.is_empty:
            self.tail = True
            return
        against = following.text if following is not None and following.part is Part.PREPOSITION else ""
        if against in ("above", "below"):
            # "nearly 20 pct above its level at the end of 1986": measured from something else than the last close.
            self.basis = None
            self.next_draft()
            self.draft.basis = Basis.OTHER
            self.add_figure(figure, 1 if against == "above" else -1)
            self.grow(token)
            self.tail = True
            return
        if len(self.draft.percents) >= self.count:
            self._another_reading()
        if self.draft.sign is None and figure.sign == 0 and self.inherited is not None and self.verbless:
            self.draft.sign = self.inherited
        self.add_figure(figure, None)
        if figure.hedge is Hedge.UP_TO:
            self.draft.intraday = True
        self.grow(token)

    def _another_reading(self) -> None:
        sign = None if self.verb_since else self.draft.sign
        self.basis = None
        self.next_draft()
        self.draft.sign = sign
        self.draft.day = None

    def _points(self, figure: Figure, token: Token, preposition: str | None, limit: int) -> None:
        if self._cross(figure, token, preposition):
            return
        if preposition == "of" and self.draft.record is not None and not self.draft.levels and figure.sign == 0:
            self._level(figure, token)
            return
        if preposition in ("to", "at", "around", "near") and figure.sign == 0:
            self._level(figure, token)
            return
        if (
            preposition is None
            and figure.magnitude >= _PLAIN_LEVEL
            and self.draft.sign is None
            and figure.sign == 0
            and not self._is_directed(limit)
        ):
            self._level(figure, token)
            return
        self._add_points(figure, token)

    def _add_points(self, figure: Figure, token: Token) -> None:
        if len(self.draft.points) >= self.count:
            self._another_reading()
        if self.draft.sign is None and figure.sign == 0 and self.inherited is not None and self.verbless:
            self.draft.sign = self.inherited
        self.add_figure(figure, None)
        self.grow(token)

    def _is_directed(self, limit: int) -> bool:
        following = self._next(limit)
        return following is not None and following.part in (Part.PARTICLE, Part.MOVE)

    def _count(self, figure: Figure, token: Token, preposition: str | None, limit: int) -> None:
        if figure.in_words or figure.power > 3:  # noqa: PLR2004  # "two sessions", "5 million"
            return
        if self._cross(figure, token, preposition):
            return
        following = self.tokens[self.position + 1] if self.position + 1 < limit else None
        signed = (
            figure.sign != 0
            or self._is_directed(limit)
            or (self.draft.sign not in (None, 0) and preposition in (None, "by") and not self.draft.levels)
        )
        if preposition == "of" and self.draft.levels:
            return
        if (
            preposition in ("to", "at", "of", "around", "near", "with")
            and figure.sign == 0
            and not (preposition == "of" and self.draft.sign)
        ):
            if (
                following is not None
                and following.part in (Part.OTHER, Part.NOT_INDEX)
                and not figure.decimals
                and figure.magnitude < _PLAIN_LEVEL
            ):
                return
            self._level(figure, token)
        elif signed:
            if (
                following is not None
                and following.part in _COUNTED
                and not figure.decimals
                and figure.unit is Unit.COUNT
            ):
                # "adds 9 Indian firms"
                return
            if (
                figure.sign == 0
                and not self._is_directed(limit)
                and preposition is None
                and figure.magnitude >= _PLAIN_LEVEL
                and not self.draft.points
                and figure.decimals == 2
                and self.draft.percents
            ):  # noqa: PLR2004
                self._level(figure, token)
                return
            self._add_points(figure, token)
        elif self.holding:
            return
        elif (figure.magnitude >= _PLAIN_LEVEL or figure.decimals) and (
            following is None or following.part not in (Part.OTHER, Part.NOT_INDEX)
        ):
            self._level(figure, token)

    def _level(self, figure: Figure, token: Token) -> None:
        if len(self.draft.levels) >= self.count:
            self.next_draft()
        self.draft.levels.append(figure)
        if self.hitting and self.draft.sign is None and self.draft.record is None:
            self.draft.intraday = True
        self.grow(token)

    def _cross(self, figure: Figure, token: Token, preposition: str | None) -> bool:
        """A round number crossed."""
        sign = self.crossing
        if sign is None and not (self.hitting and self._first_time()):
            return (
                preposition in ("above", "below", "over", "under", "beneath", "beyond", "past", "through")
                and figure.sign == 0
            )
        sign = 1 if sign is None else sign
        if figure.sign != 0 or figure.decimals or not _is_round(figure.magnitude):
            self.crossing = None
            return preposition in ("above", "below", "under", "past")
        self.crossing, self.hitting = None, False
        if self.draft.sign is None:
            self.draft.sign = sign
        elif self.draft.sign not in (0, sign):
            self.next_draft()
            self.draft.sign = sign
        self.draft.threshold = figure
        self.draft.record = Record.THRESHOLD_ABOVE if sign > 0 else Record.THRESHOLD_BELOW
        self.grow(token)
        return True

    def _first_time(self) -> bool:
        return any("first time" in t.text or t.text == "first" for t in self.tokens[self.position : self.position + 8])

    def add_figure(self, figure: Figure, sign: int | None) -> None:
        """Bind a percentage or a number of points; a printed sign decides the direction, else `sign`, else the verb."""
        draft = self.draft
        (draft.percents if figure.unit is Unit.PERCENT else draft.points).append(figure)
        self.verb_since = False
        if figure.sign:
            draft.sign = figure.sign if draft.sign in (None, 0) else draft.sign
        elif sign is not None:
            draft.sign = sign

    def _on_comma(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is None:
            return True
        if self._begins_next_in_list(following, limit):
            return False
        if self.apposition and following.part in _FINITE | {Part.AUX} and not following.text.endswith("ing"):
            self.apposition, self.tail, self.fresh, self.preposition = False, False, True, None
            self.next_draft()
            return True
        if self.tail:
            if following.part in (Part.ITS, Part.RECORD) or self._is_its(limit):
                self.its = True
            return True
        if following.text in _BRINGING:
            self.tail = self.its = True
            return True
        if following.part in _AFTER_COMMA or following.text in ("or", "to", "at", "by", "with"):
            self.fresh = following.part in (Part.CLOSE, Part.AUX, Part.BE, Part.HIT, Part.CROSS)
            if (
                following.part in (Part.CLOSE, Part.MOVE, Part.CROSS, Part.HIT)
                and not _is_participle(following.text)
                and not self._opens_apposition()
            ):
                # ", closed at" behind an apposition goes on with the index; ", stocks fell" does not get here.
                self.fresh = True
            return True
        if self._is_its(limit):
            self.its = True
            return True
        self.tail = True
        return True

    def _opens_apposition(self) -> bool:
        return False

    def _begins_next_in_list(self, following: Token, limit: int) -> bool:
        """Behind "gains of 0.3% for the Dow": ", 0.7% for the S&P 500" is the next index's."""
        if not self.nominal or following.part is not Part.FIGURE:
            return False
        behind = self.tokens[self.tokens.index(following, self.position) + 1 :][:1]
        return bool(behind) and behind[0].text == self.nominal

    def _is_its(self, limit: int) -> bool:
        return self.position + 1 < limit and self.tokens[self.position + 1].text in ("its", "their")

    def _on_conjunction(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is None:
            return True
        if self._begins_next_in_list(following, limit):
            return False
        if following.part in _AFTER_CONJUNCTION or following.text in ("it", "to", "at", "by"):
            if self.tail and following.part not in (Part.CLOSE,):
                return True
            self.fresh, self.tail = True, False
            if following.part not in (Part.FIGURE, Part.PARTICLE, Part.MODAL, Part.RECORD) or token.text in (
                "but",
                "then",
            ):
                if self.negated:
                    self.negated = False
                    self.next_draft()
                    self.draft.dropped = False
                if following.part not in (Part.PREPOSITION, Part.FIGURE):
                    self.undone = self.hitting = False
                    self.crossing = None
                    if (
                        token.text != "or"
                        and not self.draft.is_empty
                        and self.draft.fact_level is not FactLevel.FACT
                        and following.part in _FINITE
                    ):
                        self.fact_level = FactLevel.FACT
                        self.next_draft()
            return True
        self.tail = True
        self.its = False
        return True

    def _on_boundary(self, token: Token, limit: int) -> bool:
        figure = next((t for t in self.tokens[self.position + 1 : self.position + 4] if t.part is Part.FIGURE), None)
        if token.text == "as" and figure is not None and cast("Figure", figure.value).hedge is Hedge.UP_TO:
            return True
        following = self._next(limit)
        if (
            token.text in ("although", "though", "but")
            and following is not None
            and (following.part is Part.ITS or following.part in _FINITE)
        ):
            self.fresh = True
            return True
        self.tail = True
        self.its = following is not None and following.part is Part.ITS
        return True

    def _on_with(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        previous = self._previous()
        self.tail = True
        if previous is not None and previous.text == "compared":
            return True
        self.its = following is not None and (
            following.part is Part.ITS or following.text in MOVE_NOUNS or self._is_its(limit)
        )
        if (
            following is not None
            and following.part is Part.FIGURE
            and cast("Figure", following.value).unit in (Unit.PERCENT, Unit.POINTS)
        ):
            self.tail = False
        return True

    def _on_after(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is not None and (
            following.part in (Part.HIT, Part.MOVE, Part.AUX) or following.text.endswith("ing")
        ):
            self.tail = False
            self.next_draft()
            self.after, self.fresh = True, True
            self.draft.passing = True
            self.draft.basis = None
            self.draft.day = None
            self.hitting = False
        else:
            self.tail = True
        return True

    def _on_before(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is not None and following.part in (Part.CLOSE, Part.MOVE, Part.BE, Part.UNDO):
            self.tail, self.fresh, self.cautious = False, True, False
            if not self.draft.is_empty:
                if not self.draft.has_figures and self.draft.record is None and self.draft.threshold is None:
                    # "rose before closing lower": the passing state has no number worth keeping.
                    self.draft.intraday = True
                self.next_draft()
            self.opening = False
        else:
            self.tail = True
        return True

    def _on_aux(self, token: Token, limit: int) -> bool:
        if token.text == "having" and not self.draft.is_empty:
            self.tail, self.fresh = False, True
            self.next_draft()
            self.draft.basis = None
        return True

    def _on_its(self, token: Token, limit: int) -> bool:
        self.its = True
        return True

    def _on_stop(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if token.text == ";" and following is not None and following.part is Part.ITS:
            self.fresh, self.tail, self.negated = True, False, False
            self.next_draft()
            self.draft.dropped = False
            return True
        if token.text == ";" and following is not None and following.part in _FINITE and following.part is not Part.BE:
            # Headlines: "Sensex retreats; ends 190 points lower".
            self.fresh, self.tail, self.negated, self.preposition = True, False, False, None
            return True
        if token.text == "?":
            for draft in self.drafts:
                draft.dropped = True
        return False

    def _on_dash(self, token: Token, limit: int) -> bool:
        following = self._next(limit)
        if following is None or following.part in (Part.FIGURE, Part.PARTICLE, Part.RECORD):
            return True
        self.tail = True
        return True

    def _on_short(self, token: Token, limit: int) -> bool:
        self.short = 5
        return True

    def _on_turn(self, token: Token, limit: int) -> bool:
        self.tail = True
        self.its = False
        return True

    def _on_passing(self, token: Token, limit: int) -> bool:
        if not self.tail:
            self.draft.intraday = True
        return True

    def _on_generic(self, token: Token, limit: int) -> bool:
        self.draft.dropped = self.negated = True
        return True

    def _pass(self, token: Token, limit: int) -> bool:
        return True


# "taking its gains this year to 25%": what follows is said of a longer period.
_BRINGING: Final = frozenset(
    (
        "taking",
        "bringing",
        "extending",
        "putting",
        "pushing",
        "widening",
        "swelling",
        "leaving",
        "trimming",
        "stretching",
    )
)
_ENDS_LEADING: Final = frozenset((Part.STOP, Part.BOUNDARY, Part.CONJUNCTION, Part.DASH))
_NOT_LEADING: Final = frozenset((Part.INDEX, Part.MOVE, Part.CLOSE, Part.CROSS, Part.HIT, Part.PARTICLE))
_COUNTED: Final = frozenset((Part.OTHER, Part.NOT_INDEX, Part.DETERMINER))
_STAYING: Final = frozenset(
    (
        "held",
        "hold",
        "holding",
        "holds",
        "remained",
        "remains",
        "stayed",
        "stays",
        "trading",
        "traded",
        "hovered",
        "hovering",
        "well",
        "still",
        "stands",
        "stood",
        "comfortably",
        "remain",
    )
)
_PERIOD_WORDS: Final = {
    "week": Basis.WEEK,
    "month": Basis.MONTH,
    "quarter": Basis.QUARTER,
    "annual": Basis.YEAR,
    "year": Basis.YEAR,
}
_AFTER_COMMA: Final = frozenset(
    (
        Part.FIGURE,
        Part.PARTICLE,
        Part.MOVE,
        Part.CLOSE,
        Part.RECORD,
        Part.BASIS,
        Part.AUX,
        Part.BE,
        Part.HIT,
        Part.CROSS,
        Part.CONJUNCTION,
        Part.FLAT,
        Part.BEFORE,
        Part.AFTER,
        Part.DAY,
        Part.BOUNDARY,
        Part.UNDO,
        Part.SHORT_OF,
        Part.GENERIC,
    )
)
_AFTER_CONJUNCTION: Final = frozenset(
    (
        Part.FIGURE,
        Part.PARTICLE,
        Part.MOVE,
        Part.CLOSE,
        Part.RECORD,
        Part.AUX,
        Part.BE,
        Part.HIT,
        Part.CROSS,
        Part.FLAT,
        Part.MODAL,
        Part.NOT,
        Part.ITS,
        Part.UNDO,
        Part.BASIS,
    )
)
_IN_TAIL: Final = frozenset(
    (
        Part.MOVE,
        Part.CLOSE,
        Part.FIGURE,
        Part.EXTREME,
        Part.COMMA,
        Part.CONJUNCTION,
        Part.ITS,
        Part.RECORD,
        Part.AFTER,
        Part.BEFORE,
        Part.AUX,
        Part.STOP,
        Part.WITH,
        Part.HIT,
    )
)
_RULES: Final = {
    Part.MOVE: _Walk._on_move, Part.CLOSE: _Walk._on_close, Part.BE: _Walk._on_be, Part.CROSS: _Walk._on_cross, Part.HIT: _Walk._on_hit,
    Part.PARTICLE: _Walk._on_particle, Part.FLAT: _Walk._on_flat, Part.MODAL: _Walk._on_mode, Part.WISH: _Walk._on_mode,
    Part.AHEAD: _Walk._on_mode, Part.NOT: _Walk._on_not, Part.UNDO: _Walk._on_undo, Part.PREPOSITION: _Walk._on_preposition,
    Part.EXTREME: _Walk._on_extreme, Part.BASIS: _Walk._on_basis, Part.DAY: _Walk._on_day, Part.RECORD: _Walk._on_record,
    Part.FIGURE: _Walk._on_figure, Part.COMMA: _Walk._on_comma, Part.CONJUNCTION: _Walk._on_conjunction, Part.BOUNDARY: _Walk._on_boundary,
    Part.WITH: _Walk._on_with, Part.AFTER: _Walk._on_after, Part.BEFORE: _Walk._on_before, Part.AUX: _Walk._on_aux, Part.ITS: _Walk._on_its,
    Part.STOP: _Walk._on_stop, Part.DASH: _Walk._on_dash, Part.SHORT_OF: _Walk._on_short, Part.NOT_INDEX: _Walk._on_turn,
    Part.WHICH: _Walk._on_turn, Part.IF: _Walk._on_turn, Part.OPINION: _Walk._on_turn, Part.GENERIC: _Walk._on_generic, Part.PASSING: _Walk._on_passing,
    Part.ADVERB: _Walk._pass, Part.DETERMINER: _Walk._pass, Part.INDEX_NOUN: _Walk._pass, Part.OPEN: _Walk._pass, Part.SHUT: _Walk._pass,
    Part.MARK: _Walk._pass, Part.STREAK: _Walk._pass, Part.RESPECTIVELY: _Walk._pass, Part.POSSESSIVE: _Walk._pass,
}  # fmt: skip


def _is_participle(word: str) -> bool:
    return word.endswith("ing")


def _is_round(value: float) -> bool:
    """Whether it is a number that reports call a mark: 50,000, 4,500, 20."""
    return any(value >= floor and value % step == 0 for floor, step in _RANGES_ROUND_TO[:2]) or (
        value < 100 and value == int(value)
    )  # noqa: PLR2004
