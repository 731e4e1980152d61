"""One walk over the words behind the name of an index: figures go to percent, points, level or threshold.

Each part of speech has a rule of its own (`_on_...`, listed in `_RULES`). A rule changes what the walk knows (the last
preposition, whether a verb was seen, whether the text still speaks of the index) or fills the current draft; a figure
or direction that the current draft cannot take begins the next one.

Two states keep a walk from reading too much. It is *waiting* behind an unknown verb, until a conjunction or comma
brings a verb it knows. It is in the *tail* when the text has turned to something else ("as the yen fell"): there it
reads only what can be said of the index alone ("its highest since", "taking its gains this year to 25%", "after
touching a high of 66,104").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from schemas.taxonomy import Basis, FactLevel, Record
from streams.data.lexicon.calendar import MONTHS
from streams.extract.figures.quantities import Figure, Hedge, Unit
from streams.extract.indices.tokens import Token
from streams.extract.indices.words import MOVE_NOUNS, Part
from streams.extract.text.word_list import words


@dataclass(slots=True, kw_only=True)
class Draft:
    """What a clause says of a group of indices, filled while the clause is walked; offsets into the sentence."""

    start: int
    """First character of the evidence."""
    end: int
    """One past its last character."""
    sign: int | None = None
    """1, -1, 0 for flat, None for no movement."""
    percents: list[Figure] = field(default_factory=list)
    """One for all, or one for each index of the group."""
    points: list[Figure] = field(default_factory=list)
    """As many as `percents` may have."""
    levels: list[Figure] = field(default_factory=list)
    """As many as `percents` may have."""
    basis: Basis | None = None
    """What the text says the move is measured over."""
    record: Record | None = None
    """The mark set."""
    biggest: bool = False
    """Whether it is a biggest move whose direction the verb tells."""
    threshold: Figure | None = None
    """The round number crossed."""
    fact_level: FactLevel = FactLevel.FACT
    """Whether it happened or is expected."""
    intraday: bool = False
    """Whether it is a high or low of the day, or where the index opened, and not where it ended."""
    overtaken: bool = False
    """Whether the text says that it did not stay so: "at one point", "earlier", "before closing lower"."""
    day: str | None = None
    """The weekday named with it."""
    date: tuple[int, int] | None = None
    """Where the date named with it stands in the sentence."""
    past: bool = False
    """Whether it tells of an earlier time: "a year ago", "in the dot-com bust"."""
    passing: bool = False
    """Whether it came before the move ("after touching a record high"); it makes a fact only with numbers."""
    dropped: bool = False
    """Whether it makes no fact: it is denied, asked, true of no one period, or made of the points that a stock adds."""

    @property
    def has_figures(self) -> bool:
        """Whether it has a percentage, points or a level."""
        return bool(self.percents or self.points or self.levels)

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing yet."""
        return not self.has_figures and self.sign is None and self.record is None and self.threshold is None


FINITE: Final = frozenset((Part.MOVE, Part.CLOSE, Part.CROSS, Part.HIT, Part.BE))
"""The parts of the verbs whose subject an index is."""

# With more unknown words than this behind what was last read, the text counts as having turned to something else.
LONGEST_GAP: Final = 5
# A bare number from here on is a level; a smaller one needs a preposition or decimals ("at 20.5"), else it is a count.
_PLAIN_LEVEL: Final = 1_000
# A bare number below this takes the unit of the clause before.
_MOST_SHARED: Final = 10
# Round numbers that reports call a mark: multiples of 50 from 100 up (Nifty 7,450), any whole number below (VIX 20).
_ROUND: Final = ((100, 50), (0, 1))
# For how many tokens "shy of" denies what follows.
_SHORT_REACH: Final = 5
_NOUN_REACH: Final = 9

_LEVEL_PREPOSITIONS: Final = words("to at of around near with")
_ABOVE: Final = words("above past through beyond over")
_BELOW: Final = words("below under beneath")
# A figure behind one of these is what the move is measured against.
_MEASURED_AGAINST: Final = words("from against versus vs than until within between")
_NOT_REACHED: Final = words("from since below near under toward towards against")
_STAYING: Final = words(
    "held hold holding holds remained remains remain stayed stays trading traded hovered hovering well still stands "
    "stood comfortably"
)
_GIVING_UP: Final = words("gave give gives giving given surrendered surrender")
_LOSING: Final = words("lost lose loses losing shed sheds shedding")
# "taking its gains this year to 25%": what follows these words is said of a longer period.
_BRINGING: Final = words("taking bringing extending putting pushing widening swelling leaving trimming stretching")
_PERIOD_WORDS: Final = {
    "week": Basis.WEEK, "month": Basis.MONTH, "quarter": Basis.QUARTER, "annual": Basis.YEAR, "year": Basis.YEAR,
}  # fmt: skip
_SEVERAL_DAYS: Final = words("two three four five 2 3 4 5")
_MONTHS: Final = frozenset(MONTHS)
_YEAR_LENGTH: Final = 4
_BEFORE_A_MONTH: Final = ("since", "in", "last", "early", "late", "of", "until")
_PLUS_OF: Final = ("plus of", "minus of")
# "a low reached in March", "the record set on Monday": behind these the day or period is that of an old mark.
_SET: Final = words("set reached hit touched struck")
# Behind these words the mark is an old one: "topped its record"; "scaled a record" sets one.
_OLD: Final = words("the its their previous prior old earlier last")
_FORMER: Final = words("previous prior old")
_OLD_MARK_REACH: Final = 7
_ALWAYS: Final = words("during when whenever if unless")
_POSTING: Final = (
    "post", "log", "notch", "record", "mark", "suffer", "book", "clinch", "register", "scor", "clock",
)  # fmt: skip
_RUNS: Final = {
    "gain": 1, "rise": 1, "advance": 1, "increase": 1, "climb": 1, "winning": 1, "positive": 1, "loss": -1,
    "losing": -1, "fall": -1, "drop": -1, "decline": -1, "retreat": -1, "negative": -1,
}  # fmt: skip
_IRREAL: Final = words("would could might should")
_LEFT_OUT: Final = words("without excluding")
_THEN: Final = words("then before")
_OWN: Final = ("its", "their")
_EARLIER: Final = words("earlier initially briefly")
_PLACES: Final = ("from", "off", "below", "above", "under")

_ENDS_LEADING: Final = frozenset((Part.STOP, Part.BOUNDARY, Part.CONJUNCTION, Part.DASH))
_NOT_LEADING: Final = frozenset((Part.INDEX, Part.MOVE, Part.CLOSE, Part.CROSS, Part.HIT, Part.PARTICLE))
_LEADING_REACH: Final = 14
_NOUNS: Final = frozenset((Part.OTHER, Part.NOT_INDEX))
_COUNTED: Final = _NOUNS | {Part.DETERMINER}
_SKIPPED: Final = frozenset((Part.ADVERB, Part.DETERMINER, Part.STREAK))
_AFTER_COMMA: Final = FINITE | {
    Part.FIGURE, Part.PARTICLE, Part.RECORD, Part.BASIS, Part.AUX, Part.CONJUNCTION, Part.FLAT, Part.BEFORE, Part.AFTER,
    Part.DAY, Part.BOUNDARY, Part.UNDO, Part.SHORT_OF, Part.GENERIC,
}  # fmt: skip
_AFTER_CONJUNCTION: Final = FINITE | {
    Part.FIGURE, Part.PARTICLE, Part.RECORD, Part.AUX, Part.FLAT, Part.MODAL, Part.NOT, Part.ITS, Part.UNDO, Part.BASIS,
}  # fmt: skip
_IN_TAIL: Final = frozenset(
    (Part.MOVE, Part.CLOSE, Part.FIGURE, Part.EXTREME, Part.COMMA, Part.CONJUNCTION, Part.ITS, Part.RECORD, Part.AFTER,
     Part.BEFORE, Part.AUX, Part.STOP, Part.WITH, Part.HIT)
)  # fmt: skip
_BEFORE_HAVING: Final = frozenset((Part.COMMA, Part.CONJUNCTION, Part.DASH, Part.AFTER, Part.ADVERB))
_BEFORE_EXPECTED: Final = frozenset(
    (Part.BE, Part.ADVERB, Part.INDEX, Part.INDEX_NOUN, Part.CLOSE, Part.AUX, Part.SHUT, Part.PREPOSITION)
)


class Walk:
    """The state of one walk, and the drafts it has filled."""

    def __init__(
        self, tokens: Sequence[Token], group: tuple[int, int], *, limit: int, count: int, level: FactLevel
    ) -> None:
        """Begin behind `group`, the first and last token of `count` indices; `limit` is where the next group begins."""
        self.tokens = tokens
        self.first, self.last = group
        self.limit = limit
        self.count = count
        self.fact_level = level
        self.basis: Basis | None = None
        """The period named before the subject, for all drafts."""
        self.day: str | None = None
        self.date: tuple[int, int] | None = None
        """The date named before the subject, for all drafts, as the day is."""
        self.past = False
        """Whether the words before the subject tell of an earlier time."""
        self.drafts: list[Draft] = []
        self.cause: int | None = None
        """The direction that the verb gives a group that is its object, 0 for none; None for other groups."""
        self.tense: object = None
        """How its predicate speaks of the move; None where that is not told."""
        self.nominal = ""
        """The preposition before the next index in a list such as "gains of 0.3% for the Dow, 0.7% for"; else empty."""
        self.inherited: int | None = None
        """The direction of the clause or heading before, for figures without a verb of their own."""
        self.apposition = False
        """Whether the walk is inside an apposition such as ", up 1.1% in the morning,", before the verb."""
        self.cautious = False
        self.tail = False
        self.position = self.stopped = self.last + 1
        self._end = limit
        self._done = False
        self._preposition: str | None = None
        self._gap = 0
        self._short = 0
        self._negated = self._undone = self._hitting = self._opening = self._holding = False
        self._in_percent = False
        """Whether the clause before gave a percentage: "the Dow rose 0.6 percent, the S&P 500 0.9"."""
        self._came_from: float | None = None
        """The number behind "from", in "went from 16 to 24"."""
        self._crossing: int | None = None
        self._verbless = True
        self._last_verb: str | None = None
        """The last verb of ending or posting."""
        self._fresh = False
        """Whether a conjunction or comma has just begun another verb of the same subject."""
        self._verb_since_figure = False
        self._after = self._its = False
        self.next_draft()

    # ---- drafts

    @property
    def draft(self) -> Draft:
        """The draft that is being filled."""
        return self.drafts[-1]

    def next_draft(self) -> None:
        """Begin another reading, unless the current one is still empty."""
        if not self.drafts or not self.draft.is_empty:
            start, end = self.tokens[self.first].start, self.tokens[self.last].end
            self.drafts.append(
                Draft(start=start, end=end, basis=self.basis, day=self.day, date=self.date, past=self.past)
            )
        self.draft.fact_level = self.fact_level
        self.draft.dropped = self._negated

    def mode(self, level: FactLevel) -> None:
        """Give what is read from here on this level."""
        self.fact_level = level
        self.next_draft()

    def leading(self, governor: int) -> None:
        """Take the period or day that stands before the subject: "For the week, the Dow gained"."""
        basis: Basis | None = None
        first = max(0, governor - _LEADING_REACH + 1)
        for position in range(governor, first - 1, -1):
            token = self.tokens[position]
            if token.part in _ENDS_LEADING:
                break
            if token.part in _NOT_LEADING:
                # The period is said of what stands before: "the Dow rose 2% this week, the Nasdaq fell".
                self.day, self.date, self.past = None, None, False
                return
            if token.part is Part.BASIS and token.value is not Basis.SESSION:
                basis = cast("Basis", token.value)
                if basis is Basis.YEAR and token.text[-1].isdigit():
                    self.date = (token.start, token.end)
            elif token.part is Part.DAY:
                self.day = token.text
            elif token.part is Part.DATE:
                self.date = (token.start, token.end)
            elif token.part is Part.PAST and not self._compares(position):
                self.past = True
            elif token.part is Part.PASSING:
                self.draft.intraday = self.draft.overtaken = True
        self.basis = self.draft.basis = basis
        self.draft.day, self.draft.date, self.draft.past = self.day, self.date, self.past

    def inherit(self, previous: "Walk", *, has_verb: bool) -> None:
        """Take the leading period of the clause before; without a verb also its direction and fact level.

        In "For the week, the Dow rose 1% and the Nasdaq 2%" the Nasdaq rose in the same week.
        """
        if previous.draft.dropped:
            return
        self.basis = self.draft.basis = self.basis or previous.basis
        if self.day is None and self.date is None:
            self.day, self.date, self.past = previous.day, previous.date, previous.past
            self.draft.day, self.draft.date, self.draft.past = self.day, self.date, self.past
        if not has_verb:
            last = next((draft for draft in reversed(previous.drafts) if not draft.is_empty), previous.draft)
            self.inherited = last.sign
            self._in_percent = bool(last.percents) and not last.points
            self.fact_level = self.draft.fact_level = last.fact_level

    def go_on_with_period(self, previous: "Walk") -> None:
        """Give readings that name neither period nor day the period of the clause before.

        In "is down 7% this year, while the Nasdaq has slipped 8%" the Nasdaq has slipped this year.
        """
        last = next((draft for draft in reversed(previous.drafts) if not draft.is_empty), None)
        if last is not None and (last.past or last.date is not None):
            for draft in self.drafts:
                if draft.basis is None and draft.day is None and draft.date is None:
                    draft.past, draft.date = last.past, last.date
        if last is None or last.basis in (None, Basis.SESSION, Basis.OTHER) or last.record is not None:
            return
        for draft in self.drafts:
            if draft.basis is None and draft.day is None and draft.date is None and not draft.levels:
                draft.basis = last.basis

    def apply_cause(self) -> None:
        """Give the direction of a verb such as "lifted" to figures without one.

        Points alone in that direction are dropped: they are what one stock adds to the index, and no move of the index.
        """
        for draft in self.drafts:
            if draft.sign is None and draft.has_figures and self.cause:
                draft.sign = self.cause
                draft.dropped = draft.dropped or not (draft.percents or draft.levels)

    def add_change(self, figure: Figure, sign: int | None) -> None:
        """Add a percentage or points to the draft.

        The sign of the figure gives the draft its direction where that is not up or down yet. For a figure without a
        sign, `sign` does; where it is None the verb decides.
        """
        draft = self.draft
        (draft.percents if figure.unit is Unit.PERCENT else draft.points).append(figure)
        self._verb_since_figure = False
        if figure.sign:
            draft.sign = figure.sign if draft.sign in (None, 0) else draft.sign
        elif sign is not None:
            draft.sign = sign

    def set_record(self, token: Token) -> None:
        """Take a mark: of all time, of a period, or the biggest move."""
        record = cast("Record | None", token.value)
        if record in (None, Record.BIGGEST_GAIN, Record.BIGGEST_LOSS):
            self._set_biggest(token, record)
        if record is not None:
            self.draft.record = self.draft.record or record
        self._verbless, self._gap = False, 0
        self._grow(token)

    def _set_biggest(self, token: Token, record: Record | None) -> None:
        # "the worst week in three months" is measured over a week.
        kind = token.text.partition(" in ")[0]
        period = next((basis for word, basis in _PERIOD_WORDS.items() if word in kind), None)
        if not _SEVERAL_DAYS.isdisjoint(kind.replace("-", " ").split()):
            # "its biggest two-day drop" is of another period.
            period = Basis.OTHER
        if period is not None:
            # In "fell 3% on Friday, sealing its worst week" the week is another reading.
            if self.draft.basis not in (period, None) or (self.draft.basis is None and self.draft.has_figures):
                self.next_draft()
            self.draft.basis = period
        if record is None:
            self.draft.biggest = True
        elif self.draft.sign is None:
            self.draft.sign = 1 if record is Record.BIGGEST_GAIN else -1

    def _grow(self, token: Token) -> None:
        """Extend the evidence to the end of this token."""
        self.draft.end = max(self.draft.end, token.end)

    def _direct(self, sign: int, token: Token) -> None:
        """Give the word's direction to the current draft, or to the next where the current one has another."""
        draft = self.draft
        if draft.sign is not None and not self._may_overrule(draft):
            again = self._fresh and bool(draft.percents) and draft.basis is not None
            if (draft.sign != sign and (sign != 0 or self._fresh)) or (draft.sign == sign and again):
                self.next_draft()
                self.draft.sign = sign
        else:
            draft.sign = sign
        self._fresh = False
        self._grow(token)

    def _may_overrule(self, draft: Draft) -> bool:
        """Whether a new direction replaces the draft's: "little changed, up 0.02%", or one that was only inherited."""
        if draft.sign == 0:
            return not draft.has_figures
        return self.inherited is not None and self._verbless and draft.has_figures

    # ---- the walk

    def run(self, start: int, until: int | None = None) -> None:
        """Walk from `start` to the next group, or to `until`, or to where the clause ends."""
        self._end = self.limit if until is None else until
        self._done = False
        self.position = start
        while self.position < self._end and not self._done:
            self._step(self.tokens[self.position])
            self.position += 1
        self.stopped = self.position - 1 if self._done else self.position

    def _step(self, token: Token) -> None:
        if self._short:
            self._short -= 1
        rule = _RULES.get(token.part)
        if rule is None:
            if token.part is Part.OTHER:
                self._gap += 1
                self.tail = self.tail or self._gap > LONGEST_GAP
        elif not self.tail or token.part in _IN_TAIL:
            rule(self, token)
        elif token.part in (Part.NOT_INDEX, Part.BE):
            self._its = False

    @property
    def _waits(self) -> bool:
        """Whether the walk is behind an unknown verb and no known one has begun."""
        return self.cautious and not self._fresh

    def _next(self, offset: int = 1) -> Token | None:
        """The next token that is no adverb or determiner."""
        position = self._position_of_next(offset)
        return self.tokens[position] if position < self._end else None

    def _position_of_next(self, offset: int = 1) -> int:
        position: int = self.position + offset
        while position < self._end and self.tokens[position].part in _SKIPPED:
            position += 1
        return position

    def _next_text(self) -> str:
        following = self._next()
        return following.text if following is not None else ""

    @property
    def _previous(self) -> Token | None:
        return self.tokens[self.position - 1] if self.position else None

    @property
    def _behind(self) -> Token | None:
        """The very next token."""
        return self.tokens[self.position + 1] if self.position + 1 < self._end else None

    def _is_habit(self, verb: Token) -> bool:
        """Whether the verb tells what happens again and again: "falls during risk-off episodes"."""
        behind = self._behind
        return verb.text.endswith("s") and behind is not None and behind.text in _ALWAYS

    def _saw_verb(self) -> None:
        self._verbless, self.cautious, self._gap = False, False, 0

    # ---- verbs

    def _on_move(self, token: Token) -> None:
        if self._waits:
            return
        if self.tail:
            self._on_noun_in_tail(token)
        elif self._preposition in ("from", "of") and token.text in MOVE_NOUNS:
            # "recovered from losses" and "two days of gains" do not tell the move.
            self._preposition = None
        elif token.text in _LOSING and self._next_text() == "gains":
            # "lost early gains to trade 0.3% higher": the gains did not last.
            self._undone = True
        elif self._is_habit(token):
            self._on_generic(token)
        elif not self._is_undone(token) and not self._is_passing_state():
            self._saw_verb()
            self._direct(token.sign, token)
            self._preposition = None

    def _is_undone(self, token: Token) -> bool:
        """Whether the move did not last: "pared losses", "broke a slump"; "pared its loss to 0.5%" tells the end."""
        if not self._undone and (self._crossing is None or token.text not in MOVE_NOUNS):
            return False
        self._undone, self._crossing = False, None
        if self._next_text() not in ("to", "at"):
            return True
        behind = self._next(self._position_of_next() - self.position + 1)
        return behind is None or behind.part is not Part.FIGURE

    def _is_passing_state(self) -> bool:
        """Whether it is a movement behind "after" without size or period, which does not count."""
        if not self._after or not self.draft.is_empty:
            return False
        following = self._next()
        return following is None or following.part not in (Part.FIGURE, Part.PREPOSITION, Part.BASIS)

    def _on_noun_in_tail(self, token: Token) -> None:
        """Read the move of a longer period: "its gains this year to 25%", "year-to-date gains reaching 25.80%"."""
        if token.text not in MOVE_NOUNS:
            self._its = False
            return
        if not (self._its or self._near_period()):
            return
        for position in range(self.position + 1, min(self._end, self.position + _NOUN_REACH)):
            candidate = self.tokens[position]
            if candidate.part is Part.FIGURE:
                if candidate.figure.unit is Unit.PERCENT:
                    self._add_longer_move(token, position)
                return
            if candidate.part in (Part.INDEX, Part.STOP, Part.NOT_INDEX):
                return

    def _near_period(self) -> bool:
        near = self.tokens[max(0, self.position - 2) : min(self._end, self.position + LONGEST_GAP)]
        return any(token.part is Part.BASIS and token.value is not Basis.SESSION for token in near)

    def _add_longer_move(self, noun: Token, position: int) -> None:
        around = self.tokens[max(0, self.position - 3) : position + 3]
        pending = self.draft.basis if self.draft.is_empty else None
        named = next(
            (_basis_of_noun(token.text) for token in self.tokens[max(0, self.position - 1) : self.position]), None
        )
        basis = next((cast("Basis", token.value) for token in around if token.part is Part.BASIS), named or pending)
        self.basis = None
        self.next_draft()
        self.draft.basis = basis
        self.add_change(self.tokens[position].figure, MOVE_NOUNS[noun.text])
        self._grow(self.tokens[position])
        self.position = position

    def _on_close(self, token: Token) -> None:
        previous = self._previous
        if (token.text == "close" and self._is_earlier_close()) or self._waits_or_left(previous):
            return
        if token.text == "set" and self._next_text() in ("to", "for"):
            self.mode(FactLevel.FORECAST)
            return
        if self.nominal and not self._fresh:
            self.tail = True
            return
        self.tail = False
        opening = token.text.startswith(("open", "start", "beg"))
        is_bare = token.text in ("open", "start", "begin") and previous is not None and previous.text == "to"
        if is_bare and self.draft.is_empty:
            # "indicated to open higher" is a forecast; "gained 0.9% to open at 2,712.3" happened.
            self.mode(FactLevel.FORECAST)
        if self._opening and not opening:
            self.next_draft()
        if opening:
            self.draft.intraday = True
        elif not self.draft.is_empty and self.draft.intraday:
            self.next_draft()
        self._opening = opening
        self._holding = token.text.startswith(("hold", "held"))
        self._undone = token.text.startswith(("end", "halt")) and self._ends_a_run()
        self._verb_since_figure = True
        self._preposition, self._crossing, self._hitting = None, None, False
        self._last_verb = token.text
        self._saw_verb()

    def _waits_or_left(self, previous: Token | None) -> bool:
        """Whether to skip a closing verb: in the tail only "to close at" and "before closing" return to the index."""
        if self._waits:
            return True
        return self.tail and (previous is None or previous.text not in ("to", "before") or self._next() is None)

    def _is_earlier_close(self) -> bool:
        """Take "Monday's close of 8,102.44" as a level of its own, which is a fact even in a forecast; else False."""
        previous = self._previous
        behind = self.tokens[self.position + 1 : min(self._end, self.position + 3)]
        if (
            previous is None
            or previous.part is not Part.DAY
            or [t.part for t in behind] != [Part.PREPOSITION, Part.FIGURE]
        ):
            return False
        if behind[0].text not in ("of", "at") or behind[1].figure.unit not in (Unit.COUNT, Unit.POINTS):
            return False
        closing = self._aside(behind[1])
        closing.intraday, closing.fact_level, closing.day = False, FactLevel.FACT, previous.text
        self.position += 2
        return True

    def _ends_a_run(self) -> bool:
        """Whether the verb ends a run of moves: "ended a three-day slide", not "ended with a loss"."""
        behind = self.tokens[self.position + 1 : min(self._end, self.position + 3)]
        return (
            bool(behind) and behind[0].text in ("a", "an", "its", "their") and any(t.part is Part.BASIS for t in behind)
        )

    def _on_be(self, _: Token) -> None:
        if not self._waits:
            self._saw_verb()
            self._verb_since_figure = True

    def _on_cross(self, token: Token) -> None:
        if not self._waits:
            self._saw_verb()
            self._crossing, self._preposition = token.sign, None

    def _on_hit(self, _: Token) -> None:
        if self._waits:
            return
        if self._next_text() == "by":
            # "eased 0.4%, hit by a 1.1% fall in a bank": the second figure is of the bank.
            self.tail, self._its = True, False
            return
        self._saw_verb()
        if self._fresh and self.draft.has_figures:
            # "has climbed 17% this year and touched a record": the record is a reading of its own.
            self.basis = None
            self.next_draft()
            self.draft.basis = None
        self._hitting = True

    def _on_undo(self, token: Token) -> None:
        if self._waits:
            return
        if self.draft.has_figures:
            # "Friday's 1.9% tumble wiped out its gain for the month": the gain is an earlier one.
            self.tail = True
            return
        self._gap, self._verbless = 0, False
        behind = self._behind
        goes_up = behind is not None and behind.text == "up"
        if token.text in _GIVING_UP and (goes_up or token.text.startswith("surrender")):
            self.position += goes_up
            figure = self._position_of_next()
            is_figure = figure < self._end and self.tokens[figure].part is Part.FIGURE
            is_gain = figure + 1 < self._end and self.tokens[figure + 1].text in MOVE_NOUNS
            if is_figure and not is_gain:
                # "gave up 0.6%" and "surrendered 0.98%" are falls; in "gave up a 700-point gain" the gain was undone.
                self._direct(-1, token)
                return
        self._undone = True

    def _on_aux(self, token: Token) -> None:
        previous = self._previous
        if (
            token.text == "having"
            and not self.draft.is_empty
            and previous is not None
            and previous.part in _BEFORE_HAVING
        ):
            # "with Toyota having gained 1%" does not come here. What the index has done is no forecast.
            self.tail, self._fresh, self.fact_level = False, True, FactLevel.FACT
            self.next_draft()
            self.draft.basis = None

    def _on_mode(self, token: Token) -> None:
        previous = self._previous
        if token.part is Part.AHEAD and not token.value and (previous is None or previous.part not in _BEFORE_EXPECTED):
            return
        is_month = token.text == "may" and previous is not None and previous.text.endswith(_BEFORE_A_MONTH)
        if self._negated or is_month:
            return
        following = self._next()
        if token.text in _IRREAL and following is not None and (following.text == "have" or self._leaves_out()):
            # "would have fallen 3%" did not happen, nor is it expected; "without Nvidia, it would be up 4%" is no move.
            self._negated = True
            self.next_draft()
            return
        behind = [t.text for t in self.tokens[self.position + 1 : self.position + 3]]
        if token.part is Part.AHEAD and behind == ["to", "have"]:
            # "was seen to have fallen 7%" tells what happened.
            return
        level = FactLevel.OPINION if token.part is Part.WISH else FactLevel.FORECAST
        if previous is not None and previous.text in MOVE_NOUNS and not self.draft.has_figures:
            # "the Nifty's decline may continue": the decline, too, is a forecast.
            self.draft.fact_level = level
        self.mode(level)

    def _leaves_out(self) -> bool:
        """Whether the sentence counts without a part of the index: "excluding banks, the index would be down"."""
        return any(token.text in _LEFT_OUT for token in self.tokens)

    def _on_not(self, _: Token) -> None:
        self._negated = True
        self.next_draft()
        self.draft.dropped = True

    def _on_generic(self, _: Token) -> None:
        self.draft.dropped = self._negated = True

    def _on_streak(self, token: Token) -> None:
        """Read the move that ends a run of them: "posted its ninth straight month of gains"; not "snapped a streak"."""
        previous = self._last_verb
        if self._waits or self._undone or previous is None or not previous.startswith(_POSTING):
            return
        period = next((basis for word, basis in _PERIOD_WORDS.items() if word in token.text), None)
        sign = next((sign for word, sign in _RUNS.items() if word in token.text), None)
        if sign is None or (self.draft.sign is not None and self.draft.has_figures):
            return
        self._direct(sign, token)
        self.draft.basis = self.draft.basis or period

    # ---- directions, periods, marks

    def _on_particle(self, token: Token) -> None:
        following, previous = self._next(), self._previous
        opens = previous is not None and previous.part is Part.OPEN and following is not None and following.is_change
        if self._waits and not opens:
            return
        is_before_figure = following is not None and following.part is Part.FIGURE
        is_behind_figure = previous is not None and previous.part is Part.FIGURE
        is_place = token.text == "off" and following is not None and following.text != "by"
        if is_place and not is_before_figure and not is_behind_figure:
            self._preposition = "from"
            return
        self.cautious, self._gap = False, 0
        if is_before_figure:
            self._crossing = None
        self._direct(token.sign, token)

    def _on_flat(self, token: Token) -> None:
        if self._waits:
            return
        self._gap = 0
        if self.draft.sign is None or not self.draft.has_figures or self._fresh:
            self._direct(0, token)

    def _on_preposition(self, token: Token) -> None:
        if self._preposition is not None and token.text in ("around", "near", "over", "under"):
            # In "to around 38,000" and "by over 1%" the second word is a hedge.
            return
        self._preposition = token.text if token.text != "@" else "at"
        if token.text in _ABOVE and self._crossing is None:
            self._cross_by_preposition(1)
        elif token.text in _BELOW:
            self._cross_by_preposition(-1)

    def _cross_by_preposition(self, sign: int) -> None:
        """Expect a round number that was crossed: "closed above 43,000", "surged past the significant 50,000 level"."""
        if self._verbless and self.cause is None and not self._first_time():
            # "Nifty above 22,100" may have been there for long.
            return
        following, previous = self._next(), self._previous
        if following is None or following.part not in (Part.FIGURE, Part.OTHER):
            return
        if following.part is Part.FIGURE:
            figure = following.figure
            is_amount = figure.unit not in (Unit.COUNT, Unit.POINTS)
            if is_amount or (self._preposition in ("over", "under") and figure.magnitude < _PLAIN_LEVEL):
                return
        self._crossing = sign if previous is None or previous.text not in _STAYING else None
        if self._preposition == "through" and self.draft.sign is not None and self.draft.sign < 0:
            self._crossing = -1

    def _first_time(self) -> bool:
        ahead = self.tokens[self.position : self.position + _NOUN_REACH - 1]
        return any("first time" in token.text or token.text == "first" for token in ahead)

    def _on_extreme(self, token: Token) -> None:
        """Read a high or low: "a high of 66,104" is in passing, "closed at the day's high of 17,213.08" is the end."""
        if self._next_text() not in ("of", "at", "near", "around"):
            return
        position = self._position_of_next(2)
        if position >= self._end or self.tokens[position].part is not Part.FIGURE:
            return
        target = self.tokens[position]
        if self._tops_old_mark():
            # "passing the June peak of 33,706.08" is no record; past "its previous peak" the index sets a new one.
            if token.text == "peak" and self._previous is not None and self._previous.text in _FORMER:
                self.draft.record = self.draft.record or Record.ALL_TIME_HIGH
                self._grow(token)
            self._pass_over_old_mark()
        elif self._preposition == "at" and not self._verbless and not self.tail and not self.draft.levels:
            self._level(target)
            self.position = position
        elif target.figure.unit in (Unit.COUNT, Unit.POINTS) and self._is_plausible(target.figure):
            self._aside(target)
            self.position = position

    def _tops_old_mark(self) -> bool:
        """Whether a verb like "topped" has an old mark as its object: the words behind it tell of a past day."""
        if self._crossing is None or self._preposition is not None:
            return False
        for token in reversed(self.tokens[max(0, self.position - _OLD_MARK_REACH) : self.position]):
            if token.part is Part.CROSS:
                return False
            if token.text in _OLD or token.text.endswith("'s"):
                return True
        return False

    def _pass_over_old_mark(self) -> None:
        """Skip the level and the time of a mark that was topped: "of 38,915, set in December 1989"."""
        self._crossing = None
        while self.position + 1 < self._end:
            token, before = self.tokens[self.position + 1], self.tokens[self.position]
            behind = self.tokens[self.position + 2] if self.position + 2 < self._end else None
            is_link = behind is not None and (
                (token.part is Part.COMMA and behind.text in _SET)
                or (token.part is Part.PREPOSITION and behind.part in (Part.FIGURE, Part.DAY))
            )
            if not (
                (is_link and token.text != "to")
                or token.text in _SET
                or token.part in (Part.BASIS, Part.DAY, Part.DATE, Part.PAST, Part.ADVERB)
                or (token.part is Part.FIGURE and before.part is Part.PREPOSITION)
            ):
                return
            self.position += 1

    def _is_plausible(self, figure: Figure) -> bool:
        """Whether a level is near the others of this clause; if it is not, it is that of something else."""
        levels = [f.magnitude for draft in self.drafts for f in draft.levels]
        if not levels:
            return self._after or not self.tail
        # No index halves or doubles within a clause.
        return all(level < 2 * figure.magnitude < 4 * level for level in levels)

    def _aside(self, token: Token) -> Draft:
        """Give a level in passing a draft of its own, and go on with the current one."""
        current = self.draft
        aside = Draft(
            start=current.start, end=token.end, levels=[token.figure], intraday=True, fact_level=self.fact_level
        )
        aside.dropped = self._negated
        if current.is_empty:
            self.drafts.insert(-1, aside)
        else:
            self.drafts.append(aside)
            self.next_draft()
        return aside

    def _on_basis(self, token: Token) -> None:
        previous = self._previous
        if previous is not None and (previous.part is Part.RECORD or self._is_of_a_mark(previous)):
            # "its steepest fall in five months", "a low reached in March": the period belongs to the mark.
            return
        is_place = token.text.startswith(_PLACES)
        if is_place and not (previous is not None and previous.is_change):
            self._on_extreme(token)
            return
        self._gap = 0
        draft, basis = self.draft, cast("Basis", token.value)
        is_of_a_year = basis is Basis.YEAR and token.text[-1].isdigit()
        if draft.is_empty:
            draft.basis = draft.basis if basis is Basis.SESSION else basis
            if is_of_a_year:
                draft.date = draft.date or (token.start, token.end)
        elif draft.has_figures and basis is not Basis.SESSION and self._next_text() in MOVE_NOUNS:
            # "up 0.02% at 605.13, a weekly gain of 0.14%": the week's is another reading.
            self.basis = None
            self.next_draft()
            self.draft.basis = basis
        elif self._verb_since_figure and draft.has_figures and draft.basis not in (None, basis, Basis.SESSION):
            # "has gained 16% this year, but ended November up 0.1%" gives two readings.
            self.basis = None
            self.next_draft()
            self.draft.basis = None if basis is Basis.SESSION else basis
        elif self._takes_basis(draft, token):
            if is_of_a_year:
                draft.date = draft.date or (token.start, token.end)
            if is_place and draft.sign is None:
                draft.sign = 1 if token.text.startswith("above") else -1
            draft.basis = basis
        elif is_of_a_year and draft.levels:
            # "ended at 6,930 in 1999"
            draft.date = draft.date or (token.start, token.end)
        if is_place:
            self._pass_over_mark()

    def _pass_over_mark(self) -> None:
        """Skip the level of "2% below its record close of 6,890.89": the move is measured from there."""
        position = self._position_of_next(2)
        if self._next_text() in ("of", "at") and position < self._end and self.tokens[position].part is Part.FIGURE:
            self.position = position

    def _takes_basis(self, draft: Draft, token: Token) -> bool:
        if draft.basis is not None and (draft.basis is not self.basis or token.value is Basis.SESSION):
            return False
        if draft.record is not None and token.text.startswith("since"):
            return False
        # A level or record "in December" without a move is one of a session.
        return draft.sign is not None or bool(draft.percents or draft.points)

    def _on_day(self, token: Token) -> None:
        before = self.tokens[self.position - 2] if self.position > 1 else None
        if self._crossing is None and not (before is not None and self._is_of_a_mark(before)):
            self.draft.day = self.draft.day or token.text

    def _on_date(self, token: Token) -> None:
        if not self._is_when_a_mark_was_set():
            self.draft.date = self.draft.date or (token.start, token.end)

    def _on_past(self, _: Token) -> None:
        if not self._is_when_a_mark_was_set() and not self._compares(self.position):
            self.draft.past = True

    def _compares(self, position: int) -> bool:
        """Whether only the figure before "a year ago" is of that time: "up from 38,000 a year ago"."""
        before = self.tokens[max(0, position - 2) : position]
        return (
            len(before) > 1
            and before[1].part is Part.FIGURE
            and (before[0].text in _MEASURED_AGAINST or before[0].part is Part.WITH)
        )

    def _is_when_a_mark_was_set(self) -> bool:
        """Whether a date is that of an old mark: "its best day since March 2020", "topped the peak set in July"."""
        before = self._previous
        return self._crossing is not None or (
            before is not None and (before.part in (Part.RECORD, Part.STREAK) or self._is_of_a_mark(before))
        )

    def _is_of_a_mark(self, participle: Token) -> bool:
        """Whether what follows tells when an old mark was set: "the peak of 25,800 set in July"."""
        return participle.text in _SET and participle.start > self.tokens[self.last].end + 1

    def _on_record(self, token: Token) -> None:
        if (self.tail and not self._its) or self._waits:
            return
        if self._short or self._preposition in _NOT_REACHED:
            self._preposition = None
            self._old_mark(token)
            return
        if self._after and self.draft.is_empty and not self._hitting:
            return
        before = self.tokens[max(0, self.position - 2) : self.position]
        counts = any(t.part is Part.FIGURE and t.figure.unit is Unit.COUNT and not t.figure.decimals for t in before)
        if not counts or before[-1].part is Part.COMMA:
            # The excluded case, "18 new 52-week highs", counts shares.
            is_topped, self._crossing = self._tops_old_mark(), None
            self.set_record(token)
            if is_topped:
                self._pass_over_old_mark()

    def _old_mark(self, token: Token) -> None:
        """Take the level of a mark that was not reached: "closing in on its all-time high of 35,629.89"."""
        position = self._position_of_next(2)
        if (
            self._next_text() not in ("of", "at")
            or position >= self._end
            or self.tokens[position].part is not Part.FIGURE
        ):
            return
        figure = self.tokens[position].figure
        if token.value is not None and figure.unit in (Unit.COUNT, Unit.POINTS) and self._is_plausible(figure):
            mark = self._aside(self.tokens[position])
            mark.record, mark.basis, mark.past = cast("Record", token.value), Basis.OTHER, True
            self.position = position

    def _on_short(self, _: Token) -> None:
        self._short = _SHORT_REACH

    def _on_passing(self, _: Token) -> None:
        behind = self._behind
        if behind is not None and behind.part is Part.SHUT and self.draft.percents and self.draft.points:
            # In "climbed 0.5% (up 410 points intraday) to 52,485" only the points were in passing.
            self.draft.points.clear()
            return
        self.draft.intraday = self.draft.overtaken = True

    def _on_its(self, _: Token) -> None:
        self._its = True

    # ---- figures

    def _on_figure(self, token: Token) -> None:
        figure = token.figure
        preposition, self._preposition = self._preposition, None
        if figure.hedge is not None and (
            preposition == "than" or (preposition in ("over", "under") and figure.magnitude < _PLAIN_LEVEL)
        ):
            preposition = None
        moves = figure.unit is Unit.POINTS and self.draft.sign in (1, -1) and preposition not in ("to", "at")
        is_level = figure.unit in (Unit.COUNT, Unit.POINTS) and figure.sign == 0 and not moves
        if figure.hedge is Hedge.UP_TO and is_level and self._is_plausible(figure):
            self._aside(token)
            return
        if self._waits and preposition is None and self._is_noun_phrase():
            self.cautious = False
        if self.tail or self._waits:
            return
        self._gap = 0
        if preposition == "from" and self.cause is None and figure.unit in (Unit.COUNT, Unit.POINTS):
            self._came_from = figure.magnitude
        if not self._is_left_out(preposition):
            self._bind(token, preposition)

    def _is_noun_phrase(self) -> bool:
        """Whether the figure stands in a phrase such as "a 0.1% gain", which tells the move behind any verb."""
        previous = self._previous
        return previous is not None and previous.text in ("a", "an") and self._next_text() in MOVE_NOUNS

    def _is_left_out(self, preposition: str | None) -> bool:
        """Whether to skip a figure that was undone, or that a move is measured against; its noun is skipped with it."""
        noun = self._position_of_next()
        has_noun = noun < self._end and self.tokens[noun].text in MOVE_NOUNS
        if self._undone:
            self._undone = False
            if has_noun or noun >= self._end:
                self.position += 1
                return True
        if not self._short and preposition not in _MEASURED_AGAINST:
            return False
        if preposition == "within":
            # "within 1% of its record": the record was not reached.
            self._short = _SHORT_REACH
        behind = self.tokens[self.position + 1 : min(self._end, self.position + 3)]
        if has_noun:
            self.position = noun
        elif preposition == "between" and [t.part for t in behind] == [Part.CONJUNCTION, Part.FIGURE]:
            self.position += 2
        return True

    def _bind(self, token: Token, preposition: str | None) -> None:
        figure = token.figure
        if figure.unit is Unit.PERCENT:
            self._percent(token)
        elif figure.unit is Unit.POINTS:
            self._points(token, preposition)
        elif figure.unit is Unit.COUNT or (figure.unit is Unit.CURRENCY and figure.currency == "JPY"):
            self._count(token, preposition)
        elif figure.unit is not Unit.BASIS_POINTS:
            self.tail = True

    def _percent(self, token: Token) -> None:
        following = self._next()
        against = following.text if following is not None else ""
        if against in ("of", "stake") and not self.draft.is_empty:
            self.tail = True
        elif against in ("above", "below"):
            # "nearly 20 pct above its level at the end of 1986" is not measured from the last close.
            # Of "10.2% and 17.6% below their records" each is one index's.
            dealt = (
                self.draft.percents if len(self.draft.percents) == self.count - 1 and self.draft.sign is None else []
            )
            self.basis = None
            if dealt:
                self.drafts.pop()
            self.next_draft()
            self.draft.basis = Basis.OTHER
            for figure in (*dealt, token.figure):
                self.add_change(figure, 1 if against == "above" else -1)
            self._grow(token)
            self.tail = True
        else:
            self._change(token, self.draft.percents)
            self.draft.intraday = self.draft.intraday or token.figure.hedge is Hedge.UP_TO

    def _change(self, token: Token, bound: Sequence[Figure]) -> None:
        """Add a percentage or points to the current draft, or to the next where the current one has its own."""
        noun = MOVE_NOUNS.get(self._next_text())
        if noun is not None and self.draft.sign == -noun and not self.draft.has_figures:
            # In "recovering to a 6.2% loss" the noun tells the direction.
            self.draft.sign = noun
        if len(bound) >= self.count:
            sign = None if self._verb_since_figure else self.draft.sign
            self.basis = None
            self.next_draft()
            self.draft.sign, self.draft.day = sign, None
        elif self._verb_since_figure and self.draft.basis is None and self.draft.has_figures and self._is_of_period():
            # "ended 136 points lower at 8,416 and was down 2.5% for the week" gives two readings.
            self.next_draft()
        if self.draft.sign is None and token.figure.sign == 0 and self._verbless and not self._is_directed():
            self.draft.sign = self.inherited
        self.add_change(token.figure, None)
        self._grow(token)

    def _is_of_period(self) -> bool:
        """Whether a period other than the session follows this change."""
        behind = self.tokens[self.position + 1 : min(self._end, self.position + 3)]
        return any(token.part is Part.BASIS and token.value is not Basis.SESSION for token in behind)

    def _points(self, token: Token, preposition: str | None) -> None:
        figure = token.figure
        if self._cross(token, preposition):
            return
        is_level = preposition in ("to", "at", "around", "near") or (
            preposition == "of" and self.draft.record is not None and not self.draft.levels
        )
        is_bare = preposition is None and figure.magnitude >= _PLAIN_LEVEL and self.draft.sign is None
        if figure.sign == 0 and (is_level or (is_bare and not self._is_directed())):
            self._level(token)
        else:
            self._change(token, self.draft.points)
            self.draft.intraday = self.draft.intraday or figure.hedge is Hedge.UP_TO

    def _is_directed(self) -> bool:
        """Whether a direction follows: "12.3 lower", "a 300-point drop"; in "DOW 46,245 UP 493" it is that of 493."""
        following, behind = self._next(), self._position_of_next() + 1
        if following is None or following.part not in (Part.PARTICLE, Part.MOVE):
            return False
        return following.part is Part.MOVE or behind >= self._end or self.tokens[behind].part is not Part.FIGURE

    def _count(self, token: Token, preposition: str | None) -> None:
        """Take a number without unit as points behind a sign or verb of movement, as a level behind "to" or "at"."""
        figure, behind = token.figure, self._behind
        # "5 million" is no level of an index.
        if figure.in_words or figure.power > 3 or self._cross(token, preposition):
            return
        is_change = preposition is None and figure.sign == 0 and figure.decimals > 0 and figure.magnitude < _MOST_SHARED
        if self._in_percent and self._verbless and is_change:
            self._change(token._replace(value=replace(figure, unit=Unit.PERCENT)), self.draft.percents)
            return
        if self._holding and preposition is None and behind is not None and behind.part is Part.MARK:
            # In "held the 16,000 level" the number is a mark that was not crossed.
            return
        is_whole = figure.decimals == 0 and figure.unit is Unit.COUNT
        counts_noun = behind is not None and behind.part in _COUNTED and is_whole
        is_before_noun = behind is not None and behind.part in _NOUNS
        directed = figure.sign != 0 or self._is_directed()
        if preposition == "of" and self.draft.levels:
            return
        if preposition in _LEVEL_PREPOSITIONS and figure.sign == 0 and not (preposition == "of" and self.draft.sign):
            if (
                figure.magnitude >= _PLAIN_LEVEL
                or not counts_noun
                or (behind is not None and behind.part not in _NOUNS)
            ):
                self._level(token)
        elif directed or (self.draft.sign not in (None, 0) and preposition in (None, "by") and not self.draft.levels):
            if not counts_noun:
                # The excluded case, "adds 9 Indian firms", counts firms.
                self._signed_count(token, preposition, directed=directed)
        elif self._may_stand_alone(figure, behind) and not is_before_noun:
            self._level(token)

    def _may_stand_alone(self, figure: Figure, behind: Token | None) -> bool:
        """Whether a number without a preposition may be a level: large or with decimals, and no mark by its name."""
        is_plain = figure.magnitude >= _PLAIN_LEVEL or figure.decimals != 0 or self._hitting
        return is_plain and not self._holding and not self._is_a_mark_by_name(figure, behind)

    def _is_a_mark_by_name(self, figure: Figure, behind: Token | None) -> bool:
        """Whether a number without a verb is the name of a mark ("Dow 20,000 is here") or a column of a table."""
        if not self._verbless or figure.decimals:
            return False
        if any(
            t is not None and t.part is Part.FIGURE and t.figure.unit is Unit.COUNT for t in (self._previous, behind)
        ):
            return True
        is_round = self.position == self.last + 1 and figure.magnitude % _PLAIN_LEVEL == 0
        return is_round and behind is not None and behind.part is Part.BE

    def _signed_count(self, token: Token, preposition: str | None, *, directed: bool) -> None:
        figure = token.figure
        # In "rose 1.2% 4,510.20", a line of a terse table, the last number is the level.
        is_level = figure.magnitude >= _PLAIN_LEVEL and bool(self.draft.percents) and not self.draft.points
        if is_level and not directed and preposition is None and figure.decimals:
            self._level(token)
        else:
            self._change(token, self.draft.points)

    def _level(self, token: Token) -> None:
        if len(self.draft.levels) >= self.count:
            self.next_draft()
        self.draft.levels.append(token.figure)
        if self._came_from is not None and self.draft.sign is None and token.figure.magnitude != self._came_from:
            self.draft.sign = 1 if token.figure.magnitude > self._came_from else -1
        self._came_from = None
        if self._hitting and self.draft.sign is None and self.draft.record is None:
            self.draft.intraday = True
        self._grow(token)

    def _cross(self, token: Token, preposition: str | None) -> bool:
        """Take a round number that was crossed; True also where the number is only a bound ("held above 22,000")."""
        figure, sign = token.figure, self._crossing
        if sign is None and not (self._hitting and self._first_time()):
            return figure.sign == 0 and (preposition in _ABOVE or preposition in _BELOW)
        if figure.sign != 0 or figure.decimals or not _is_round(figure.magnitude):
            # In "eclipsing the 38,915.87 reached in 1989" the number is that of the old mark.
            is_old = preposition is None and bool(self.draft.levels) and sign is not None
            self._crossing = None
            return is_old or preposition in ("above", "below", "under", "past")
        sign = 1 if sign is None else sign
        self._crossing, self._hitting = None, False
        if self.draft.sign not in (None, 0, sign):
            self.next_draft()
        self.draft.sign = self.draft.sign if self.draft.sign == 0 else sign
        self.draft.threshold = figure
        self.draft.record = Record.THRESHOLD_ABOVE if sign > 0 else Record.THRESHOLD_BELOW
        self._grow(token)
        return True

    # ---- links

    def _on_comma(self, _: Token) -> None:
        following = self._next()
        if following is None or following.part is Part.COMMA or self._ends_before_next_in_list(following):
            # Between the commas of ", however," stands nothing that is read.
            return
        behind = self._behind
        is_its = behind is not None and behind.text in _OWN
        is_participle = following.text.endswith("ing")
        if self.apposition and (following.part in FINITE or following.part is Part.AUX) and not is_participle:
            self.apposition, self.tail, self._fresh, self._preposition = False, False, True, None
            self.next_draft()
        elif self.tail and behind is not None and behind.text in _THEN and following.part in FINITE:
            # "rose 3.8% on hopes of a deal, then fell 4.6%" goes on with the index.
            self._begin_anew()
        elif self.tail:
            self._its = self._its or is_its or following.part in (Part.ITS, Part.RECORD)
        elif following.text in _BRINGING:
            self.tail = self._its = True
        elif following.part is Part.MOVE and is_participle:
            # "snapped a four-day losing streak, gaining 2.65%", "bucked the trend, adding 1.1%": the move counts.
            self._undone = False
            size = self._position_of_next() + 1
            if self.cautious and size < self._end and self.tokens[size].is_change:
                self._fresh = True
        elif following.part in _AFTER_COMMA or following.text in ("or", "to", "at", "by", "with"):
            begins = following.part in (Part.CLOSE, Part.AUX, Part.BE, Part.HIT, Part.CROSS)
            self._fresh = begins or following.part is Part.MOVE
        elif is_its:
            self._its = True
        else:
            self.tail = True

    def _begin_anew(self) -> None:
        """Come back to the index from what the text had turned to, for another reading."""
        self.tail, self._its, self._fresh, self._preposition = False, False, True, None
        self.basis = None
        self.next_draft()
        self.draft.basis = self.draft.day = self.draft.date = None

    def _ends_before_next_in_list(self, following: Token) -> bool:
        """Whether the next index of a list begins: ", 0.7% for the S&P 500" behind "gains of 0.3% for the Dow"."""
        position = self._position_of_next() + 1
        if self.nominal and following.part is Part.FIGURE and position < len(self.tokens):
            self._done = self.tokens[position].text == self.nominal
        return self._done

    def _on_conjunction(self, token: Token) -> None:
        following = self._next()
        if following is None or self._ends_before_next_in_list(following):
            return
        if following.part not in _AFTER_CONJUNCTION and following.text not in ("it", "to", "at", "by"):
            self.tail, self._its = True, False
            return
        if self._begins_another_subject(following):
            self.tail, self._its = True, False
            return
        if self.tail and following.part is not Part.CLOSE:
            return
        self._fresh, self.tail = True, False
        goes_on = following.part in (Part.FIGURE, Part.PARTICLE, Part.MODAL, Part.RECORD)
        if not goes_on or token.text in ("but", "then"):
            self._begin_verb(token, following)

    def _begins_another_subject(self, verb: Token) -> bool:
        """Whether the conjunction leads to another subject: "and the broader market fell", not "and a rise of 2%"."""
        behind = self._behind
        return (
            behind is not None
            and behind.part is Part.DETERMINER
            and behind.text in ("the", "its", "nse", "bse", "market", "european", "asian")
            and verb.part in FINITE
            and verb.text not in MOVE_NOUNS
        )

    def _begin_verb(self, conjunction: Token, following: Token) -> None:
        """End a denial or forecast where another verb begins: "failed to hold 22,000 and closed at 21,950"."""
        if self._negated:
            self._negated = False
            self.next_draft()
        if following.part in (Part.PREPOSITION, Part.FIGURE):
            return
        self._undone, self._hitting, self._crossing = False, False, None
        if following.part is Part.CLOSE and self.draft.levels and self.draft.fact_level is FactLevel.FACT:
            # "fell to 22,943, its lowest since May, and closed 1.7 per cent weaker at 23,180": 22,943 was in passing.
            self.draft.intraday = self.draft.overtaken = True
            self.next_draft()
        was_ahead = not self.draft.is_empty and self.draft.fact_level is not FactLevel.FACT
        verb = self._verb_behind(following)
        if was_ahead and verb is not None and verb.part in FINITE and conjunction.text != "or":
            self.mode(FactLevel.FACT)

    def _verb_behind(self, following: Token) -> Token | None:
        """The verb behind a pronoun ("but it ended flat"), else the following word itself."""
        return following if following.part is not Part.ITS else self._next(self._position_of_next() - self.position + 1)

    def _on_boundary(self, token: Token) -> None:
        following = self._next()
        ahead = self.tokens[self.position + 1 : self.position + 4]
        figure = next((t.figure for t in ahead if t.part is Part.FIGURE), None)
        if token.text == "as" and figure is not None and figure.hedge is Hedge.UP_TO:
            return
        is_its = following is not None and following.part is Part.ITS
        goes_on = following is not None and following.part in FINITE and following.text not in MOVE_NOUNS
        if token.text in ("although", "though") and (is_its or goes_on):
            self._fresh = True
            return
        self.tail, self._its = True, is_its

    def _on_with(self, _: Token) -> None:
        following, previous, behind = self._next(), self._previous, self._behind
        self.tail = True
        if following is None or (previous is not None and previous.text == "compared"):
            return
        is_its = behind is not None and behind.text in _OWN
        self._its = is_its or following.part is Part.ITS or following.text in MOVE_NOUNS
        # "settled at 26,068.15 with a loss of 124 points" gives the move of this reading, where it has none yet.
        is_its_move = (
            (following.text in MOVE_NOUNS or following.text in _PLUS_OF) and not is_its and self.draft.sign is None
        )
        self.tail = not (following.is_change or is_its_move)

    def _on_after(self, _: Token) -> None:
        following = self._next()
        if following is None or not (
            following.part in (Part.HIT, Part.MOVE, Part.AUX)
            or following.text.endswith("ing")
            or self._next_is_noun_phrase()
        ):
            self.tail = True
            return
        self.tail = False
        self.next_draft()
        self._after, self._fresh, self._hitting = True, True, False
        self.draft.passing = True
        self.draft.intraday = self.draft.overtaken = following.text in _EARLIER or self._next_is_earlier()
        # In "would rise after gaining 1%" the gain is not expected, nor is it certain that it happened.
        self.draft.dropped = self.draft.dropped or self.fact_level is not FactLevel.FACT
        self.draft.basis = self.draft.day = self.draft.date = None

    def _next_is_noun_phrase(self) -> bool:
        """Whether a move in figures follows: "after a 0.4% loss the day before"."""
        figure, noun = self._next(), self._next(self._position_of_next() - self.position + 1)
        return figure is not None and figure.is_change and noun is not None and noun.text in MOVE_NOUNS

    def _next_is_earlier(self) -> bool:
        """Whether "earlier" stands around the verb: "after earlier advancing 1.5%", "after rising 1% earlier"."""
        return any(t.text in _EARLIER for t in self.tokens[self.position + 1 : min(self._end, self.position + 5)])

    def _on_before(self, _: Token) -> None:
        following = self._next()
        if following is None or following.part not in (Part.CLOSE, Part.MOVE, Part.BE, Part.UNDO):
            self.tail = True
            return
        self.tail, self._fresh, self.cautious, self._opening = False, True, False, False
        draft = self.draft
        if not draft.is_empty:
            # "rose before closing lower", "hit a record of 23,912 before paring gains": the first part was in passing.
            is_mark = draft.has_figures or draft.record or draft.threshold
            draft.intraday = draft.intraday or not is_mark or (self._hitting and bool(draft.levels))
            draft.overtaken = draft.overtaken or (draft.record is None and draft.threshold is None)
            self.next_draft()
            self.draft.date = draft.date
        if self.draft.is_empty:
            # "before recovering" alone says nothing of where it ended.
            self.draft.passing = following.part is Part.MOVE and following.text.endswith("ing")

    def _on_stop(self, token: Token) -> None:
        following = self._next()
        if token.text == ";" and following is not None and following.part is Part.ITS:
            self._fresh, self.tail, self._negated = True, False, False
            self.fact_level = FactLevel.FACT
            self.next_draft()
        elif token.text == ";" and following is not None and following.part in FINITE - {Part.BE}:
            # Headlines write "Sensex retreats; ends 190 points lower".
            self._fresh, self.tail, self._negated, self._preposition = True, False, False, None
        else:
            self._done = True
            if token.text == "?":
                for draft in self.drafts:
                    draft.dropped = True

    def _on_dash(self, _: Token) -> None:
        following, behind = self._next(), self._behind
        if behind is not None and behind.part is Part.DASH:
            return
        self._its = behind is not None and behind.text in _OWN
        if following is not None and following.part not in (Part.FIGURE, Part.PARTICLE, Part.RECORD, Part.MARK):
            # The excluded parts go on, as in "the 26,000-mark".
            self.tail = True

    def _on_turn(self, _: Token) -> None:
        self.tail, self._its = True, False


# Parts without a rule are skipped; a word of `Part.OTHER` counts towards `LONGEST_GAP`.
_RULES: Final[dict[Part, Callable[[Walk, Token], None]]] = {
    Part.MOVE: Walk._on_move, Part.CLOSE: Walk._on_close, Part.BE: Walk._on_be, Part.CROSS: Walk._on_cross,
    Part.HIT: Walk._on_hit, Part.UNDO: Walk._on_undo, Part.AUX: Walk._on_aux, Part.MODAL: Walk._on_mode,
    Part.WISH: Walk._on_mode, Part.AHEAD: Walk._on_mode, Part.NOT: Walk._on_not, Part.GENERIC: Walk._on_generic,
    Part.PARTICLE: Walk._on_particle, Part.FLAT: Walk._on_flat, Part.PREPOSITION: Walk._on_preposition,
    Part.EXTREME: Walk._on_extreme, Part.BASIS: Walk._on_basis, Part.DAY: Walk._on_day, Part.DATE: Walk._on_date,
    Part.PAST: Walk._on_past, Part.RECORD: Walk._on_record,
    Part.SHORT_OF: Walk._on_short, Part.PASSING: Walk._on_passing, Part.ITS: Walk._on_its, Part.FIGURE: Walk._on_figure,
    Part.COMMA: Walk._on_comma, Part.CONJUNCTION: Walk._on_conjunction, Part.BOUNDARY: Walk._on_boundary,
    Part.WITH: Walk._on_with, Part.AFTER: Walk._on_after, Part.BEFORE: Walk._on_before, Part.STOP: Walk._on_stop,
    Part.DASH: Walk._on_dash, Part.STREAK: Walk._on_streak, Part.NOT_INDEX: Walk._on_turn, Part.WHICH: Walk._on_turn,
    Part.IF: Walk._on_turn,
    Part.OPINION: Walk._on_turn,
}  # fmt: skip


def _basis_of_noun(word: str) -> Basis | None:
    """The period that stands before a noun of movement: "its November loss", "its 2025 gain"."""
    if word in _MONTHS:
        return Basis.MONTH
    return Basis.YEAR if word.isdigit() and word.startswith(("19", "20")) and len(word) == _YEAR_LENGTH else None


def _is_round(value: float) -> bool:
    """Whether reports call such a number a mark: 50,000, 4,500, 20."""
    step = next(step for floor, step in _ROUND if value >= floor)
    return value % step == 0
