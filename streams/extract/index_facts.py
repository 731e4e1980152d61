"""Index facts: that an index moved, stood at a value or set a mark, as typed numbers with the characters that say so.

Strategy. Only sentences that name an index, or refer back to one ("the benchmark index", "it"), are looked at; each is
read by a small grammar of clauses (`_index_clauses`). What the clauses say of an index is then merged over the
document: one fact for each movement or reading, with all fields that headline and body state of it.

Rules:

- A back reference is followed only to the last sentence that names an index, and only if that names exactly one;
  failing that, if the whole article names only one.
- Readings merge when index, period and fact level are equal and no field says otherwise: 2.2% in the headline is 2.17%
  in the body, Thursday's fall is not Friday's. Highs and lows of the day stay facts of their own.
- Futures, funds and constituents give no fact; hopes, targets and conditions give a forecast; a level without a move
  has no direction.
- `consistency` is arithmetic on what is printed: the previous close is level minus points, and points over it must be
  the percentage, within half a unit of the last printed digits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas import Entity, IndexFact, Span
from schemas.taxonomy import Basis, Consistency, Direction, FactLevel, Field, Kind, Record
from streams.extract._index_clauses import Clause, find_clauses
from streams.extract._index_japanese import is_japanese, japanese_drafts
from streams.extract._index_tokens import IndexSpan, tokenize
from streams.extract._index_walk import Draft
from streams.extract.document import Document, Sentence
from streams.extract.quantities import Figure, writes_decimal_comma

# Words that may refer back to an index; looked for only in articles that name one.
_BACK_REFERENCE: Final = re.compile(
    r"\b(?:(?:[Tt]he|THE)|[A-Z]\w+['’]s(?=\s(?:benchmark|main|leading|key|top|blue|premier"
    r"|headline)))\s(?:(?:benchmark|blue[- ]chip|bluechip|broad|broader|broadest|main|key|headline|leading"
    r"|bellwether|barometer"
    r"|tech-heavy|technology-heavy|wider|widely watched|closely watched|highly volatile|volatile|stock|share|equity"
    r"|market|30-share|50-share|225-issue"
    r"|30-stock|50-stock|100-share|300-share|local|national|domestic|export-heavy|small-cap|large-cap|fear"
    r"|volatility|top|top-flight|premier|BSE|NSE|broad-market|bourse|closely followed|two-year-old)\s)*"
    r"(?:index|average|gauge|barometer|benchmark(?!\s[A-Z0-9])|INDEX|AVERAGE)(?![\w-])(?!\s(?:of|for|in|that"
    r"|tracking|futures|fund|compiler|provider|maker|yield|rate|oil|crude|10-year"
    r"|price|spot|prices|brent|bond|gilt|lending|interest|contract|level of|daily|monthly|cost|age|wage|salary"
    r"|annual)\b)"
)
_IT: Final = re.compile(
    r"(?:\A\W{0,3}|\A[A-Z][a-z]+(?: [^\s.,;]{1,12}){0,5},\s|\A(?:On|By|At) (?:\w+ ){0,2}?\w+ )([Ii]t)\s(?=(?:is|was"
    r"|has|had|also|later|then|earlier|now|still|again|remains|stood|opened|traded"
    r"|closed|ended|finished|settled|hit|touched|reached|rose|gained|added|climbed|jumped|surged|soared|rallied"
    r"|rebounded|recovered|advanced|swung|fell|lost"
    r"|dropped|slid|slipped|slumped|plunged|tumbled|dived|dipped|eased|shed|declined|retreated|sank)\b)"
)
# Sentences that a back reference may reach over.
_REACH: Final = 3
# No market report has more sentences about indices, nor longer ones; what lies behind is not read, so that no article
# takes long.
_MOST_SENTENCES: Final = 200
_NUMBERS_LOOKED_AT: Final = 40_000
_LONGEST_SENTENCE: Final = 3_000
# A gap between name and back reference that is still good to read as evidence.
_LONGEST_EVIDENCE: Final = 400

# "Nikkei falls 1,000 points" for 1,033.34: how far a headline's round number may lie from the exact one.
_ROUNDED_AWAY: Final = 0.05
# "over 1,000 points" for 1,017.85.
_HEDGED_AWAY: Final = 0.1

_DIRECTIONS: Final = {1: Direction.UP, -1: Direction.DOWN, 0: Direction.FLAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One clause's say on one index; offsets into the field."""

    index: str
    direction: Direction | None
    percent: Figure | None
    points: Figure | None
    level: Figure | None
    basis: Basis
    record: Record | None
    threshold: float | None
    fact_level: FactLevel
    intraday: bool
    day: str | None
    field: Field
    start: int
    end: int
    named: bool

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The numbers bound."""
        return tuple(f for f in (self.percent, self.points, self.level) if f is not None)


def find_index_facts(document: Document, entities: Sequence[Entity]) -> tuple[IndexFact, ...]:
    """The facts about indices, in text order of their evidence, headline first. Empty where no index is named."""
    mentions = _mentions(entities)
    if not any(mentions.values()):
        return ()
    readings = list(_readings(document, mentions))
    return tuple(_fact(document, reading) for reading in _merge(readings))


# ---- sentences


def _mentions(entities: Sequence[Entity]) -> dict[Field, list[IndexSpan]]:
    found: dict[Field, list[IndexSpan]] = {Field.HEADLINE: [], Field.BODY: []}
    for entity in entities:
        if entity.kind is Kind.INDEX:
            for mention in entity.mentions:
                found[mention.field].append(IndexSpan(mention.start, mention.end, entity.id.partition(":")[2]))
    for spans in found.values():
        spans.sort()
    return found


def _readings(document: Document, mentions: dict[Field, list[IndexSpan]]) -> Iterator[_Reading]:
    decimal_comma = writes_decimal_comma(document.body[:_NUMBERS_LOOKED_AT])
    only = {span.id for spans in mentions.values() for span in spans}
    sole = next(iter(only)) if len(only) == 1 else None
    last: tuple[frozenset[str], int, IndexSpan, Field] | None = None
    cursor = {Field.HEADLINE: 0, Field.BODY: 0}
    read = 0
    heading: Basis | None = None
    for number, sentence in enumerate(document.sentences):
        spans, cursor[sentence.field] = _within(mentions[sentence.field], cursor[sentence.field], sentence)
        if sentence.boilerplate or read >= _MOST_SENTENCES:
            continue
        referent = sole
        if last is not None and number - last[1] <= _REACH and len(last[0]) == 1:
            referent = next(iter(last[0]))
        elif last is not None and len(last[0]) > 1:
            referent = None
        heading = _heading(sentence, heading)
        text = sentence.text[:_LONGEST_SENTENCE]
        found = _with_references(text, [span for span in spans if span.end <= len(text)], referent)
        if found:
            read += 1
            for clause in _clauses(text, found, decimal_comma=decimal_comma):
                yield from _expand(clause, sentence, last, heading)
        if spans:
            named = spans[-1]
            whole = named._replace(start=named.start + sentence.start, end=named.end + sentence.start)
            last = (frozenset(span.id for span in spans), number, whole, sentence.field)


def _clauses(text: str, mentions: Sequence[IndexSpan], *, decimal_comma: bool) -> list[Clause]:
    if is_japanese(text):
        return [Clause((m.id,), m.named, m.start, m.end, (draft,)) for m, draft in japanese_drafts(text, mentions)]
    return find_clauses(tokenize(text, mentions, decimal_comma=decimal_comma))


# "For the week:" over a list of indices.
_HEADING: Final = re.compile(
    r"(?:For|Over|This|Year|Week|Month|So far|On|In)\b[^.\d]{0,30}\b(week|month|quarter|year|day|\w+day)(?: to "
    r"date)?:?\Z",
    re.IGNORECASE,
)
_HEADING_BASES: Final = {"week": Basis.WEEK, "month": Basis.MONTH, "quarter": Basis.QUARTER, "year": Basis.YTD}
_LONGEST_HEADING: Final = 40
_LONGEST_LISTED: Final = 110


def _heading(sentence: Sentence, current: Basis | None) -> Basis | None:
    """The period that a line of its own sets for the lines below; any longer prose ends it."""
    if len(sentence.text) > _LONGEST_LISTED:
        return None
    if len(sentence.text) <= _LONGEST_HEADING and (heading := _HEADING.match(sentence.text)) is not None:
        return _HEADING_BASES.get(heading[1].lower())
    return current


def _within(spans: Sequence[IndexSpan], cursor: int, sentence: Sentence) -> tuple[list[IndexSpan], int]:
    """The mentions inside a sentence without nested ones, offsets into it; and where the next sentence goes on."""
    inside: list[IndexSpan] = []
    while cursor < len(spans) and spans[cursor].start < sentence.end:
        span = spans[cursor]
        cursor += 1
        if span.start >= sentence.start and (not inside or span.start - sentence.start >= inside[-1].end):
            inside.append(span._replace(start=span.start - sentence.start, end=span.end - sentence.start))
    return inside, cursor


def _with_references(text: str, spans: list[IndexSpan], referent: str | None) -> list[IndexSpan]:
    """`spans` and the back references of the sentence, each to the index named last before it."""
    if not spans and referent is None:
        return []
    found = list(spans)
    for reference in _BACK_REFERENCE.finditer(text):
        start, end = reference.span()
        if any(s.start < end and start < s.end for s in spans):
            continue
        before = {s.id for s in spans if s.end <= start}
        nearest = [s for s in spans if s.end <= start]
        index = nearest[-1].id if len(before) == 1 else None if before else referent
        # "London's blue-chip index, the FTSE 100": the name follows, nothing to refer to.
        if index is not None and not (not before and spans and spans[0].start - end < 12):  # ", the "
            found.append(IndexSpan(start, end, index, named=False))
    pronoun = _IT.match(text)
    if pronoun is not None and referent is not None:
        found.append(IndexSpan(*pronoun.span(1), referent, named=False))
    found.sort()
    return found


def _expand(
    clause: Clause,
    sentence: Sentence,
    last: tuple[frozenset[str], int, IndexSpan, Field] | None,
    heading: Basis | None,
) -> Iterator[_Reading]:
    """The readings of each index of a clause: figures given one for each are dealt out in order."""
    for draft in clause.drafts:
        for position, index in enumerate(clause.indices):
            reading = _reading(clause, draft, position, index, sentence)
            if reading is None:
                continue
            if heading is not None and draft.basis is None:
                reading = replace(reading, basis=heading)
            if not clause.named and last is not None and last[3] is sentence.field and last[2].id == index:
                reading = replace(reading, start=_evidence_start(reading, last[2]))
            yield reading


def _evidence_start(reading: _Reading, named: IndexSpan) -> int:
    return named.start if reading.end - named.start <= _LONGEST_EVIDENCE else reading.start


def _reading(clause: Clause, draft: Draft, position: int, index: str, sentence: Sentence) -> _Reading | None:
    percent, points, level = (
        _dealt(figures, position, len(clause.indices)) for figures in (draft.percents, draft.points, draft.levels)
    )
    if len(clause.indices) > 1 and any(
        len(f) > 1 and len(f) != len(clause.indices) for f in (draft.percents, draft.points, draft.levels)
    ):
        return None
    record = draft.record
    if draft.biggest and record is None and draft.sign:
        record = Record.BIGGEST_GAIN if draft.sign > 0 else Record.BIGGEST_LOSS
    sign = draft.sign
    if sign is None and record is not None and level is None:
        sign = 1 if record in _HIGHS else -1
    if sign is None and (percent is not None or points is not None):
        return None
    if sign is None and level is None and record is None:
        return None
    return _Reading(
        index=index,
        direction=None if sign is None else _DIRECTIONS[sign],
        percent=percent,
        points=points,
        level=level,
        basis=draft.basis or Basis.SESSION,
        record=record,
        threshold=draft.threshold.value if draft.threshold is not None else None,
        fact_level=draft.fact_level,
        intraday=draft.intraday,
        day=draft.day,
        field=sentence.field,
        start=sentence.start + min(draft.start, clause.start),
        end=sentence.start + max(draft.end, clause.end),
        named=clause.named,
    )


_HIGHS: Final = frozenset((Record.ALL_TIME_HIGH, Record.PERIOD_HIGH, Record.BIGGEST_GAIN, Record.THRESHOLD_ABOVE))


def _dealt(figures: Sequence[Figure], position: int, count: int) -> Figure | None:
    if not figures:
        return None
    return figures[position] if len(figures) == count else figures[0]


# ---- merging


def _merge(readings: Sequence[_Reading]) -> list[_Reading]:
    """One reading for each movement: restatements put together, in text order of what they began with."""
    merged: list[_Reading] = []
    for reading in sorted(readings, key=_richness):
        at = next((i for i, other in enumerate(merged) if _restates(other, reading)), None)
        if at is None:
            merged.append(reading)
        else:
            merged[at] = _union(merged[at], reading)
    return sorted(merged, key=lambda r: (r.field is Field.BODY, r.start, r.end, r.index, r.basis))


def _richness(reading: _Reading) -> tuple[int, bool, int]:
    return (-len(reading.figures), reading.field is Field.HEADLINE, reading.start)


def _restates(rich: _Reading, poor: _Reading) -> bool:
    """Whether `poor` says again what `rich` says, with no field against it."""
    if (rich.index, rich.basis, rich.fact_level) != (poor.index, poor.basis, poor.fact_level):
        return False
    if rich.fact_level is not FactLevel.FACT and not _share_a_figure(rich, poor):
        return False
    if rich.intraday != poor.intraday:
        return False
    if rich.day and poor.day and rich.day != poor.day:
        return False
    if rich.direction is not None and poor.direction is not None and rich.direction is not poor.direction:
        return False
    if _contradicts(rich, poor) or _contradicts(poor, rich):
        return False
    if (
        rich.record is not None
        and poor.record is not None
        and rich.record is not poor.record
        and not poor.figures
        and _sides(rich, poor)
    ):
        return False
    return all(
        _agree(a, b) for a, b in ((rich.percent, poor.percent), (rich.points, poor.points), (rich.level, poor.level))
    )


def _share_a_figure(rich: _Reading, poor: _Reading) -> bool:
    """Two forecasts are one only where a number says so; two banks seldom expect the same."""
    pairs = ((rich.percent, poor.percent), (rich.points, poor.points), (rich.level, poor.level))
    return any(a is not None and b is not None and a.value == b.value for a, b in pairs) or not poor.figures


def _contradicts(mark: _Reading, move: _Reading) -> bool:
    """Whether a high was set in passing by an index that ended down, or a low by one that ended up."""
    if mark.record is None or mark.direction is not None or move.direction in (None, Direction.FLAT):
        return False
    return (mark.record in _HIGHS) != (move.direction is Direction.UP)


def _sides(rich: _Reading, poor: _Reading) -> bool:
    return (rich.record in _HIGHS) != (poor.record in _HIGHS)


def _agree(rich: Figure | None, poor: Figure | None) -> bool:
    """Equal, or the one rounded (2.2% for 2.17%) or hedged ("over 2%")."""
    if rich is None or poor is None:
        return True
    a, b = rich.magnitude, poor.magnitude
    if a == b:
        return True
    unit = max(rich.resolution, poor.resolution)
    if rich.approximate or poor.approximate:
        return abs(a - b) < max(unit, _HEDGED_AWAY * max(a, b))
    if rich.resolution != poor.resolution and abs(a - b) <= 0.5 * unit * 1.000001:
        return True
    return _is_rounded(b) and abs(a - b) <= _ROUNDED_AWAY * a


def _is_rounded(value: float) -> bool:
    """A headline's number: "sinks 900 points" for 901.11."""
    return value >= 100 and value % 100 == 0


def _union(rich: _Reading, poor: _Reading) -> _Reading:
    """All fields of both; where both state one, the more exact."""
    threshold = rich.threshold if rich.threshold is not None else poor.threshold
    record = rich.record or poor.record
    if poor.threshold is not None and rich.threshold is None:
        record = poor.record
    spans = rich
    return replace(
        spans,
        direction=rich.direction or poor.direction,
        percent=_finer(rich.percent, poor.percent),
        points=_finer(rich.points, poor.points),
        level=_finer(rich.level, poor.level),
        record=record,
        threshold=threshold,
        day=rich.day or poor.day,
    )


def _finer(a: Figure | None, b: Figure | None) -> Figure | None:
    if a is None or b is None:
        return a if b is None else b
    if a.approximate != b.approximate:
        return b if a.approximate else a
    return b if b.resolution < a.resolution else a


# ---- facts


def _fact(document: Document, reading: _Reading) -> IndexFact:
    sign = -1 if reading.direction is Direction.DOWN else 1
    return IndexFact(
        index=reading.index,
        direction=reading.direction,
        change_pct=_signed(reading.percent, sign),
        change_points=_signed(reading.points, sign),
        level=reading.level.magnitude if reading.level is not None else None,
        basis=reading.basis,
        record=reading.record,
        threshold=reading.threshold,
        approximate=any(figure.approximate for figure in reading.figures),
        fact_level=reading.fact_level,
        consistency=_consistency(reading),
        evidence=_evidence(document, reading),
    )


def _signed(figure: Figure | None, sign: int) -> float | None:
    return None if figure is None else sign * figure.magnitude


def _evidence(document: Document, reading: _Reading) -> Span:
    return document.span(reading.field, reading.start, reading.end)


def _consistency(reading: _Reading) -> Consistency:
    """Whether level, points and percentage agree; see the module's docstring."""
    percent, points, level = reading.percent, reading.points, reading.level
    if len(reading.figures) < 2:  # nothing to compare
        return Consistency.UNCHECKED
    sign = -1 if reading.direction is Direction.DOWN else 1
    if points is not None and level is not None:
        previous = level.magnitude - sign * points.magnitude
        if previous <= 0:
            return Consistency.INCONSISTENT
        if percent is not None:
            computed = 100 * points.magnitude / previous
            slack = _slack(percent) + 100 * _slack(points) / previous + computed * _slack(level) / previous
            return _verdict(abs(computed - percent.magnitude) <= slack)
    if percent is not None and points is not None:
        return _verdict(
            (percent.magnitude > 0) == (points.magnitude > 0) or min(percent.resolution, points.resolution) >= 0.01
        )
    return _verdict(percent is None or sign * percent.magnitude > -100)  # all of it


def _verdict(agree: bool) -> Consistency:
    return Consistency.CONSISTENT if agree else Consistency.INCONSISTENT


def _slack(figure: Figure) -> float:
    """How far the true value may lie from the printed one: half the last digit, all of it and a tenth where hedged."""
    if figure.approximate:
        return figure.resolution + 0.1 * figure.magnitude
    return 0.5 * figure.resolution * 1.000001
