"""What each figure of a sentence belongs to: a measure, how it stands to it, and a statement.

Strategy. The words of the sentence are read once from left to right with its figures between them. What a word does is
data (`streams.data.lexicon.measures`); it changes a small state: the measure that is spoken of, how the next figure
stands to it ("from" one of before, "by" a change, "estimates of" what was expected), and which statement it is. A
figure takes the state that it stands in, unless a noun right behind it claims it ("a 26-cent dividend", "$5 billion in
revenue").

Rules:

- A statement ends at a semicolon, at words such as "after" and "despite", and where a comma or "and" is followed by a
  new act or a new name. "Apple falls 3%, Target cuts outlook, Gap slides": the 3% is of the first statement alone.
- A name with a verb of motion and no measure between them speaks of the share price. A name with a figure right behind
  it goes on with the measure before: "Ambev fell 2% and Petrobras 1.8%".
- A word of loss makes the figures of its measure negative.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final, NamedTuple

from schemas.taxonomy import Measure
from streams.data import event_rules as tags
from streams.data.lexicon.measures import OTHER, PHRASES, Sense
from streams.extract.events.tagged_text import TaggedSentence
from streams.extract.figures.quantities import SUMS, Figure, Unit

__all__ = ["EARNINGS", "WITHOUT_FIGURES", "Attributed", "Role", "Statements", "read_statements"]


class Role(Enum):
    """How a figure stands to its measure."""

    VALUE = auto()
    CHANGE = auto()
    BEFORE = auto()
    """The one of the year before, or the one it was."""
    EXPECTED = auto()
    SURPRISE = auto()
    PART = auto()
    """A share of it: "20% of sales"."""


class Attributed(NamedTuple):
    """A figure with what it belongs to."""

    figure: Figure
    measure: str | None
    """A `Measure`, `OTHER` for what no event tells, or None where no word says."""
    role: Role
    statement: int
    """Its place among the statements of the sentence."""
    adjusted: bool | None = None
    """Whether the text calls the measure adjusted."""
    planned: bool = False
    """Whether it is said of what is to come: guidance and what it covers."""
    turn: int = 0
    """1 or -1 where the word of motion before it says up or down."""
    beside: bool = False
    """Whether it stands right behind the word of its measure, as in a table: "Net 1,234,000"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The statements of a sentence and its figures."""

    starts: Sequence[int]
    """Where each statement begins, in text order; the first begins at 0."""
    renamed: Sequence[int]
    """The statements that begin with a name of their own, in text order; the first of the sentence is one."""
    passed_on: Sequence[int]
    """The statements in which a name goes on with the verb before it: "and Petrobras 1.8%"."""
    figures: Sequence[Attributed]
    """In text order."""

    def at(self, offset: int) -> int:
        """The place of the statement that holds an offset."""
        return bisect_right(self.starts, offset) - 1

    def of_one_name(self, statement: int) -> range:
        """The statements around one that are said of the same name."""
        place = bisect_right(self.renamed, statement)
        return range(self.renamed[place - 1], self.renamed[place] if place < len(self.renamed) else len(self.starts))


WITHOUT_FIGURES: Final = Statements(starts=(0,), renamed=(0,), passed_on=(), figures=())
"""What is read in a sentence without figures: nobody asks where its statements begin."""

_FIRMS: Final = frozenset((tags.COMPANY, tags.NAME, tags.SOMEBODY))
_TAGS: Final = tags.TAG_CHARACTERS
# Words between a figure and the noun that claims it: "$15 billion in data center sales".
_CLAIM_REACH: Final = 5
_END_OF_STATEMENT: Final = re.compile(r";| [-–—]{1,2} |: |—")
_PAUSE: Final = re.compile(r",|\n")
_STOP: Final = re.compile(r"[,;:()\n\u2014\d]|\. | - ")
_YEAR_BEFORE: Final = re.compile(
    r" (?:in the )?(?:a |the )?(?:year[- ](?:ago|earlier|before)|previous(?:ly)?(?! (?:quarter|month|day|session))"
    r"|prior\b|same period)"
)
_WAS_EXPECTED: Final = re.compile(
    r" ?(?:that |which )?(?:[^\s,;.]+ ){0,3}?"
    r"(?:expected|expectations?|forecasts?|estimates?|estimated|consensus|predicted|seen)\b"
)
_PREPOSITIONS: Final = frozenset(("on", "of", "in", "for", "per"))
_REACH_OF_PREPOSITION: Final = 4
_REACH_OF_OTHER: Final = 5
# Words between a name and its verb.
_AUXILIARIES: Final = frozenset("has have had also then later still s inc corp co ltd plc group ag sa nv".split())
_LOSE: Final = frozenset(("lose", "loses", "lost", "losing"))
_PER_SHARE_OF: Final = frozenset((None, Measure.NET_INCOME, Measure.SHARE_PRICE, Measure.REVENUE))
_PERCENTS: Final = frozenset((Unit.PERCENT, Unit.PERCENTAGE_POINTS, Unit.BASIS_POINTS))
_RATIOS: Final = frozenset((Measure.GROSS_MARGIN, Measure.OPERATING_MARGIN, Measure.STAKE, OTHER))
# Characters between two words of a phrase, as in "year-ago" and across a line end.
_NEXT: Final = 2
_TURNS: Final = {"up": 1, "down": -1}
_NO_SENSE: Final = ("", "")
# How a figure stands to the noun that claims it, by what the word behind the noun does: "1% sales decline".
_CLAIMED_ROLES: Final = {"move": Role.CHANGE, "expect": Role.EXPECTED}
EARNINGS: Final = frozenset((Measure.NET_INCOME, Measure.OPERATING_INCOME, Measure.PRETAX_INCOME, Measure.EPS))
"""Measures that one word may speak of: "pre-tax profit of $3 mln vs profit of $2 mln". A share's part of them is its
earnings."""


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    sense: Sense | None


@dataclass(slots=True)
class _State:
    """Where the reading stands."""

    statement: int = 0
    measure: str | None = None
    role: Role = Role.VALUE
    is_loss: bool = False
    adjusted: bool | None = None
    """Whether the text calls the measure adjusted."""
    called: bool | None = None
    """The same for the measure that comes next."""
    last: str | None = None
    """The measure of the last value."""
    planned: bool = False
    turn: int = 0
    """1 or -1 behind a word of motion in the statement."""
    beaten: int = 0
    """1 behind "beats", -1 behind "misses"."""
    acted: bool = False
    """Whether the statement has its verb."""
    named: bool = False
    """Whether a firm's name or "it" was the last word of weight."""
    kind: str | None = None
    """The kind of profit that a word just before tells."""
    reach: int = 0
    """How many more words `OTHER` reaches."""
    linked: int = 0
    """How many more words a preposition such as "of" reaches."""
    read: bool = False
    """Whether a figure of the statement was read."""
    compared: bool = False
    """Whether the last figure that was read is one of before."""
    claimed: int = 0
    """The end of the last noun that claimed a figure before it."""
    starts: list[int] = field(default_factory=lambda: [0])
    renamed: list[int] = field(default_factory=lambda: [0])
    passed_on: list[int] = field(default_factory=list)

    def begin(self, offset: int, *, keeps: bool = False) -> None:
        """A new statement; `keeps` says that it goes on with the measure of the last one."""
        self.starts.append(offset)
        self.statement += 1
        self.acted, self.beaten, self.planned, self.kind, self.read = keeps, 0, False, None, False
        if not keeps:
            self.measure, self.role, self.is_loss, self.adjusted, self.turn = None, Role.VALUE, False, None, 0


def read_statements(tagged: TaggedSentence, figures: Sequence[Figure]) -> Statements:
    """The statements of a sentence, and what each of its figures belongs to. `figures` are those of the sentence."""
    words = _words_of(tagged, figures)
    state, found, at = _State(), [], 0
    previous: _Word | None = None
    for figure in (*figures, None):
        while at < len(words) and (figure is None or words[at].start < figure.start):
            _read_word(state, tagged.text, words, at, previous)
            previous = words[at]
            at += 1
        if figure is not None:
            found.append(_attributed(state, tagged.text, words, at, figure, previous))
            state.named, state.read = False, True
    return Statements(starts=state.starts, renamed=state.renamed, passed_on=state.passed_on, figures=found)


def _words_of(tagged: TaggedSentence, figures: Sequence[Figure]) -> list[_Word]:
    """The words outside figures, phrases of several words as one, each with what it does."""
    inside = iter(figures)
    figure = next(inside, None)
    plain: list[tuple[str, int]] = []
    for word, start in tagged.words:
        while figure is not None and figure.end <= start:
            figure = next(inside, None)
        if figure is None or start < figure.start:
            plain.append((word, start))
    found: list[_Word] = []
    at = 0
    while at < len(plain):
        word, start = plain[at]
        length, sense = 1, None
        for rest, does in PHRASES.get(word, ()):
            if _follow(plain, at, rest):
                length, sense = len(rest) + 1, does
                break
        last, last_start = plain[at + length - 1]
        found.append(_Word(start, last_start + len(last), word, sense))
        at += length
    return found


def _follow(plain: Sequence[tuple[str, int]], at: int, rest: Sequence[str]) -> bool:
    """Whether these words stand right behind a word, with no figure between them."""
    for word in rest:
        before, start = plain[at]
        at += 1
        if at >= len(plain) or plain[at][0] != word or plain[at][1] > start + len(before) + _NEXT:
            return False
    return True


# ---- words


def _read_word(state: _State, text: str, words: Sequence[_Word], at: int, previous: _Word | None) -> None:
    word = words[at]
    state.linked -= 1
    paused = previous is not None and _read_gap(state, text[previous.end : word.start], word)
    joined = paused or (previous is not None and previous.sense == ("link", "and"))
    if state.measure == OTHER:
        # "A week into her job, she unveiled a package of ...": it is spoken of in its own few words.
        state.reach -= 1
        state.measure = None if paused or state.reach < 0 else OTHER
    if word.text in _TAGS:
        _read_name(state, text, words, at, joined=joined)
        return
    if word.sense is None:
        state.named = word.text == "it" or (state.named and (word.text in _AUXILIARIES or word.text.endswith("ly")))
        return
    does, about = word.sense
    reader = _READERS[does]
    reader(state, word, about, joined, words[at + 1].text if at + 1 < len(words) else "")
    if does not in ("link", "move", "kind", "adjusted"):
        state.named = False


def _read_gap(state: _State, gap: str, word: _Word) -> bool:
    """Begins a statement with the word where the marks before it end one; whether they make a pause."""
    if gap == " ":
        return False
    if _END_OF_STATEMENT.search(gap) is not None:
        state.begin(word.start)
    return _PAUSE.search(gap) is not None


def _read_name(state: _State, text: str, words: Sequence[_Word], at: int, *, joined: bool) -> None:
    word = words[at]
    behind = words[at + 1] if at + 1 < len(words) else None
    is_firm = word.text in _FIRMS
    if is_firm and joined and state.acted:
        goes_on = _is_figure_next(text, word, behind)
        if goes_on or _acts(behind):
            state.begin(word.start, keeps=goes_on)
            state.renamed.append(state.statement)
            if goes_on:
                state.passed_on.append(state.statement)
    elif is_firm and state.read and behind is not None and behind.sense in _OF_TABLES:
        # Tables of several firms: "Biomet Inc shr 49 cts vs 36 Federal Co shr 3.55 dlrs".
        state.begin(word.start)
        state.renamed.append(state.statement)
    elif state.starts[-1] != state.starts[0] and at > 1 and words[at - _NEXT].start <= state.starts[-1]:
        # "..., with Governor Miran voting", "as Morgan Stanley slashes".
        state.renamed.append(state.statement)
    state.named = is_firm


_ACTS: Final = frozenset(("move", "act", "measure", "plan"))


def _acts(word: _Word | None) -> bool:
    """Whether a word may be what a name before it does."""
    return word is not None and (word.sense or _NO_SENSE)[0] in _ACTS


_OF_TABLES: Final = (("measure", Measure.EPS), ("adjusted", "yes"))


_NUMBER_NEXT: Final = re.compile(rf"[{tags.REST}\s]*+(?:\([^)]*\))?\s*+(?:by |about |nearly )?[$€£¥]?\d")


def _is_figure_next(text: str, word: _Word, behind: _Word | None) -> bool:
    """Whether a number stands right behind a name and its bracket: "Petrobras (PETR4.SA) 1.8%"."""
    between = text[word.end : behind.start if behind is not None else len(text)]
    return _NUMBER_NEXT.match(between) is not None


def _measure(state: _State, word: _Word, about: str, joined: bool, _behind: str) -> None:
    if about == OTHER and word.start < state.claimed:
        return
    if about == Measure.SHARE_PRICE and state.measure is not None and state.linked > 0:
        # "Its dividend on its common stock".
        return
    if joined or state.role in (Role.CHANGE, Role.SURPRISE) or _is_next_of_table(state, word):
        state.role = Role.CHANGE if state.role is Role.CHANGE and joined else Role.VALUE
    state.measure, state.is_loss, state.kind, state.reach = about, False, None, _REACH_OF_OTHER
    state.adjusted, state.called = state.called, None
    state.beaten = 0


def _profit(state: _State, word: _Word, about: str, joined: bool, _behind: str) -> None:
    if state.role is Role.BEFORE and state.measure in EARNINGS and not joined and not _is_next_of_table(state, word):
        return
    if about == "loss" and state.measure == Measure.SHARE_PRICE:
        # "The shares pared losses" on the day.
        return
    if not _is_compound(state, word):
        _measure(state, word, state.kind or Measure.NET_INCOME.value, joined, "")
    state.is_loss = about == "loss"


def _is_next_of_table(state: _State, word: _Word) -> bool:
    """Whether a comparison has its figure, so that a measure begins anew: "Shr 39 cts vs 50 cts Net 1,545,160"."""
    return state.role is Role.BEFORE and state.compared and word.start >= state.claimed


def _is_compound(state: _State, word: _Word) -> bool:
    """Whether the word goes on with the measure before it: "shr loss 13 cts", "eps loss"."""
    return state.measure == Measure.EPS and word.text != "net" and state.role is Role.VALUE


def _kind(state: _State, _word: _Word, about: str, _joined: bool, _behind: str) -> None:
    if state.measure == Measure.NET_INCOME and about == Measure.PRETAX_INCOME:
        state.measure = about
    state.kind = about


def _adjusted(state: _State, _word: _Word, about: str, _joined: bool, _behind: str) -> None:
    state.called = about == "yes"


def _plan(state: _State, word: _Word, about: str, joined: bool, _behind: str) -> None:
    if about == "verb" and joined and state.acted:
        state.begin(word.start)
    if about == "noun" and state.measure in (Measure.SHARE_PRICE, OTHER):
        state.measure = None
    if state.role is Role.EXPECTED:
        return
    if about == "noun" and state.role is Role.BEFORE and not state.planned:
        state.role = Role.EXPECTED
        return
    state.planned = True
    if about == "verb":
        state.acted = True


def _expect(state: _State, _word: _Word, _about: str, _joined: bool, _behind: str) -> None:
    state.role = Role.EXPECTED


def _beat(state: _State, _word: _Word, about: str, _joined: bool, _behind: str) -> None:
    state.beaten, state.acted = 1 if about == "above" else -1, True
    if state.measure in EARNINGS or state.measure == Measure.REVENUE:
        state.role = Role.EXPECTED


def _link(state: _State, word: _Word, about: str, _joined: bool, _behind: str) -> None:
    if word.text in _PREPOSITIONS:
        state.linked = _REACH_OF_PREPOSITION
    match about:
        case "before":
            state.role = Role.BEFORE
        case "change":
            state.role = Role.SURPRISE if state.beaten else Role.CHANGE
        case "for":
            state.role = Role.VALUE if state.role is Role.BEFORE else state.role
        case "value":
            state.role, state.beaten = Role.VALUE, 0
        case _:
            pass


def _break(state: _State, word: _Word, about: str, joined: bool, _behind: str) -> None:
    if joined or about != "pause":
        state.begin(word.start)


def _act(state: _State, word: _Word, _about: str, joined: bool, _behind: str) -> None:
    if joined and (state.acted or state.measure is not None):
        state.begin(word.start)
    state.acted = True


def _move(state: _State, word: _Word, about: str, joined: bool, _behind: str) -> None:
    state.turn = _TURNS[about]
    if joined and state.acted and state.measure is None:
        state.begin(word.start)
    if state.named and not state.acted:
        state.measure = Measure.SHARE_PRICE.value
    state.acted = state.acted or state.measure is not None
    if state.role in (Role.EXPECTED, Role.BEFORE, Role.SURPRISE) and not state.beaten:
        state.role = Role.VALUE


_READERS: Final = {
    "measure": _measure,
    "profit": _profit,
    "kind": _kind,
    "adjusted": _adjusted,
    "plan": _plan,
    "expect": _expect,
    "beat": _beat,
    "link": _link,
    "break": _break,
    "act": _act,
    "move": _move,
}


# ---- figures


def _attributed(
    state: _State, text: str, words: Sequence[_Word], at: int, figure: Figure, previous: _Word | None
) -> Attributed:
    """A figure with the state it stands in, or with the noun behind it that claims it."""
    _end_statement_before(state, text, figure, previous)
    claim = _claimed(text, words, at, figure)
    if claim is not None:
        state.claimed = claim.end
        measure, role, is_loss, turn = claim.measure, claim.role, claim.is_loss, claim.turn
    else:
        measure, role, is_loss, turn = state.measure, _role_of(state, text, figure), state.is_loss, state.turn
        if figure.unit in SUMS and previous is not None and previous.text in _LOSE:
            measure, is_loss = Measure.NET_INCOME.value, True
    if role is Role.VALUE and figure.unit in _PERCENTS and measure is not None and measure not in _RATIOS:
        role = Role.CHANGE
    if measure in EARNINGS and (figure.unit is Unit.PER_SHARE or _goes_with_share(state, role)):
        measure = Measure.EPS.value
    found = Attributed(
        figure=_signed(figure, _sign_of(state, role, is_loss=is_loss)), measure=measure, role=role,
        statement=state.statement, adjusted=state.adjusted, planned=state.planned, turn=turn,
        beside=_stands_beside(text, figure, previous),
    )  # fmt: skip
    _move_on(state, role, measure)
    return found


def _goes_with_share(state: _State, role: Role) -> bool:
    """Whether a figure that is no value goes with earnings per share: "a loss of $10.44 a share, vs $10.34"."""
    return role is not Role.VALUE and state.last == Measure.EPS


def _move_on(state: _State, role: Role, measure: str | None) -> None:
    """What a figure that was read leaves for the next one."""
    state.compared = role is Role.BEFORE
    if role is Role.VALUE:
        state.last = measure
    if role is Role.SURPRISE or (role is Role.EXPECTED and state.role is Role.EXPECTED):
        state.role, state.beaten = Role.VALUE, 0
    elif state.role is Role.CHANGE:
        state.role = Role.VALUE


def _stands_beside(text: str, figure: Figure, previous: _Word | None) -> bool:
    if previous is None or previous.sense is None or previous.sense[0] not in ("measure", "profit"):
        return False
    return not text[previous.end : figure.start].strip(" :\n")


def _end_statement_before(state: _State, text: str, figure: Figure, previous: _Word | None) -> None:
    gap = text[previous.end if previous is not None else 0 : figure.start]
    if previous is not None and _END_OF_STATEMENT.search(gap) is not None and ":" not in gap:
        state.begin(figure.start)


def _role_of(state: _State, text: str, figure: Figure) -> Role:
    if state.role in (Role.VALUE, Role.CHANGE) and _YEAR_BEFORE.match(text, figure.end):
        return Role.BEFORE
    if state.role is Role.BEFORE and _WAS_EXPECTED.match(text, figure.end):
        return Role.EXPECTED
    return state.role


# The figures of a loss that are negative; a change and a surprise have a sign of their own.
_OF_A_LOSS: Final = frozenset((Role.VALUE, Role.EXPECTED))


def _sign_of(state: _State, role: Role, *, is_loss: bool) -> int:
    if role is Role.SURPRISE:
        return state.beaten
    return -1 if is_loss and role in _OF_A_LOSS else 1


def _signed(figure: Figure, sign: int) -> Figure:
    """The figure, negative where its sign is and the text prints none."""
    if sign >= 0 or figure.value <= 0:
        return figure
    return replace(figure, value=-figure.value, upper=None if figure.upper is None else -figure.upper)


# ---- nouns that claim the figure before them

_DETERMINERS: Final = frozenset(("a", "an", "the", "its", "their", "his", "some"))
_OF: Final = frozenset(("in", "of"))
_MOVES_OF: Final = frozenset(("move", word) for word in _OF)
# The noun has a figure of its own behind it: "vs 50 cts Net 1,545,160 vs 2,188,933".
_LEADS: Final = re.compile(r"(?: [^ \d,;]+){0,2} \d[\d.,]*p?(?: [a-z]+){0,2} vs\b")


@dataclass(slots=True)
class _Claim:
    """What the words behind a figure say of it, as far as they are read."""

    measure: str | None = None
    role: Role = Role.VALUE
    is_loss: bool = False
    turn: int = 0
    kind: str | None = None
    end: int = 0
    """Where the last word that was read ends."""

    def takes(self, word: _Word, behind: str, *, first: bool, is_share: bool) -> bool:
        """Reads the next word; False where the noun group before it has ended. `behind` is the word after it."""
        self.end = word.end
        does, about = word.sense or _NO_SENSE
        if does in ("measure", "profit"):
            self.measure = about if does == "measure" else self.kind or Measure.NET_INCOME.value
            self.is_loss = (does, about) == ("profit", "loss")
            return True
        if self.measure is not None:
            self.role = _CLAIMED_ROLES.get(does, self.role)
            self.turn = _TURNS.get(about, 0) if does == "move" else self.turn
            return False
        if does == "kind":
            self.kind = about
            return True
        if first and (does, behind) in _MOVES_OF:
            self.role, self.turn = Role.CHANGE, _TURNS[about]
            return True
        return self._links(word, first=first, is_share=is_share) or does in ("", "adjusted")

    def _links(self, word: _Word, *, first: bool, is_share: bool) -> bool:
        """Whether the word links the figure with a noun behind it: "in", "of", and a determiner behind these."""
        if word.text in _OF and (first or self.role is Role.CHANGE):
            if word.text == "of" and first and is_share:
                self.role = Role.PART
            return True
        return not first and word.text in _DETERMINERS


def _claimed(text: str, words: Sequence[_Word], at: int, figure: Figure) -> _Claim | None:
    """What the noun behind a figure says of it, where it belongs to one: "$5 billion in revenue"."""
    claim = _Claim(end=figure.end)
    for place in range(at, min(at + _CLAIM_REACH + 1, len(words))):
        word = words[place]
        if _STOP.search(text, claim.end, word.start) is not None:
            break
        behind = words[place + 1].text if place + 1 < len(words) else ""
        if not claim.takes(word, behind, first=place == at, is_share=figure.unit in _PERCENTS):
            break
    if claim.measure == Measure.SHARE_PRICE and claim.role is Role.PART:
        claim.measure, claim.role = Measure.STAKE.value, Role.VALUE
    if claim.measure is None or (claim.end > figure.end and _LEADS.match(text, claim.end) is not None):
        return None
    return claim
