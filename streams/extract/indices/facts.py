"""Index facts: an index moved, stood at a value or set a mark, in typed numbers with the characters that say so.

Strategy. Only sentences that name an index, or refer back to one ("the benchmark index", "it"), are looked at; each is
read by a small grammar of clauses (`clauses`). What the clauses say of an index is then merged over the
document: one fact for each movement or reading, with all fields that headline and body state of it.

Rules:

- A back reference is followed only to the last sentence that names an index, and only if that names exactly one;
  failing that, if the whole article names only one.
- Readings merge when index, period and fact level are equal and no field contradicts: 2.2% in the headline is 2.17% in
  the body, Thursday's fall is not Friday's. Highs and lows of the day stay facts of their own.
- Futures, funds and constituents give no fact; hopes, targets and conditions give a forecast; a level without a move
  has no direction.
- `consistency` is arithmetic on what is printed: the previous close is level minus points, and points over it must be
  the percentage, within half a unit of the last printed digits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from schemas import Entity, IndexFact, Span
from schemas.taxonomy import Basis, Consistency, Direction, Field, Kind, Moment, Record
from streams.data.index_names import IndexNames
from streams.extract.figures.dates import find_periods
from streams.extract.figures.quantities import Figure, writes_decimal_comma
from streams.extract.indices.clauses import Statement, find_clauses
from streams.extract.indices.japanese import is_japanese, japanese_drafts
from streams.extract.indices.readings import HIGHS, IndexReading, merge
from streams.extract.indices.references import (
    LastNamed,
    all_of_them,
    both_of_them,
    has_a_price,
    it,
    names_what_has_a_price,
    referent,
    with_references,
)
from streams.extract.indices.tokens import IndexSpan, tokenize
from streams.extract.indices.walk import Draft
from streams.extract.indices.words import Part
from streams.extract.text.document import Document, Sentence

# No market report has more sentences about indices, nor longer ones. What goes beyond these limits is not read, so that
# no article takes long.
_MOST_SENTENCES: Final = 200
_NUMBERS_LOOKED_AT: Final = 40_000
_LONGEST_SENTENCE: Final = 3_000
# The most characters of evidence that reach back from a reference to the name of the index.
_LONGEST_EVIDENCE: Final = 400

# An index cannot lose all of its value.
_ALL_OF_IT: Final = -100.0
_AT_LEAST_TWO: Final = 2
# Half a unit of the last digit, and a little more because decimal fractions are inexact in binary.
_HALF_A_DIGIT: Final = 0.500001
# "more than 2%" may be 2.9%.
_HEDGED_BY: Final = 0.1

_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LONG_AGO: Final = timedelta(days=31)
_YEARS_AGO: Final = timedelta(days=366)

_DIRECTIONS: Final = {1: Direction.UP, -1: Direction.DOWN, 0: Direction.FLAT}


def find_index_facts(document: Document, entities: Sequence[Entity], names: IndexNames) -> tuple[IndexFact, ...]:
    """The facts about indices, in text order of their evidence, headline first. Empty where no index is named."""
    mentions = _mentions(entities)
    if not any(mentions.values()):
        return ()
    readings = list(_readings(document, mentions, entities, names))
    return tuple(_fact(document, reading) for reading in merge(readings))


_TELLING: Final = frozenset(
    (
        *(Part.INDEX, Part.FIGURE, Part.MOVE, Part.CLOSE, Part.CROSS, Part.HIT, Part.PARTICLE, Part.FLAT),
        *(Part.MODAL, Part.WISH, Part.AHEAD, Part.NOT, Part.UNDO, Part.PREPOSITION, Part.EXTREME, Part.BASIS, Part.DAY),
        *(Part.RECORD, Part.MARK, Part.STREAK, Part.PASSING, Part.RESPECTIVELY, Part.IF, Part.OPINION, Part.SHORT_OF),
    )
)


def trace_fact(
    document: Document, fact: IndexFact, entities: Sequence[Entity], names: IndexNames
) -> tuple[tuple[str, Span], ...]:
    """How each word of a fact's evidence was read ("move", "figure", "record"), in text order, to explain the fact.

    The result is empty for Japanese, which is read by patterns and not word by word.
    """
    evidence, found = fact.evidence, []
    decimal_comma = writes_decimal_comma(document.body[:_NUMBERS_LOOKED_AT])
    mentions = _mentions(entities)[evidence.field]
    for sentence in document.sentences:
        if sentence.field is evidence.field and sentence.start < evidence.end and evidence.start < sentence.end:
            text = sentence.text[:_LONGEST_SENTENCE]
            if is_japanese(text):
                return ()
            inside, _ = _within([span for span in mentions if span.start >= sentence.start], 0, sentence)
            for token in tokenize(
                text, [span for span in inside if span.end <= len(text)], names, decimal_comma=decimal_comma
            ):
                start, end = token.start + sentence.start, token.end + sentence.start
                if token.part in _TELLING and evidence.start <= start and end <= evidence.end:
                    found.append((token.part.name.lower().replace("_", " "), document.span(sentence.field, start, end)))
    return tuple(found)


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


def _readings(
    document: Document, mentions: dict[Field, list[IndexSpan]], entities: Sequence[Entity], names: IndexNames
) -> Iterator[IndexReading]:
    decimal_comma = writes_decimal_comma(document.body[:_NUMBERS_LOOKED_AT])
    ids = frozenset(span.id for spans in mentions.values() for span in spans)
    sole = next(iter(ids)) if len(ids) == 1 else None
    last: LastNamed | None = None
    cursor = {Field.HEADLINE: 0, Field.BODY: 0}
    read = 0
    heading: Basis | None = None
    for number, sentence in enumerate(document.sentences):
        spans, cursor[sentence.field] = _within(mentions[sentence.field], cursor[sentence.field], sentence)
        if sentence.boilerplate or read >= _MOST_SENTENCES:
            continue
        heading = _heading(sentence, heading)
        text = sentence.text[:_LONGEST_SENTENCE]
        inside = [span for span in spans if span.end <= len(text)]
        meant = referent(last, number, sole)
        found = with_references(text, inside, meant, last, names, ids)
        pronoun = it(text, meant)
        if pronoun is not None and not _is_of_another(document, text, last, entities):
            found.insert(0, pronoun)
        if not spans and last is not None:
            found = found or all_of_them(text, last, number)
        if not any(span.named is False and span.start == 0 for span in found):
            found = sorted((*found, *both_of_them(text, found, last)))
        if found:
            read += 1
            for clause in _clauses(text, found, names, decimal_comma=decimal_comma):
                yield from _expand(clause, sentence, last, heading, document.published_at.date())
        if spans:
            named = frozenset(span.id for span in spans)
            last = LastNamed(
                named,
                number,
                tuple(IndexSpan(s.start + sentence.start, s.end + sentence.start, s.id) for s in spans),
                sentence.start,
                sentence.end,
                sentence.field,
                last.ids - named if last is not None and last.field is sentence.field else frozenset(),
            )


def _is_of_another(document: Document, text: str, last: LastNamed | None, entities: Sequence[Entity]) -> bool:
    """Whether "It last traded at 2,050 yen" is said of a firm, currency or commodity named behind the index."""
    if last is None or not has_a_price(text):
        return False
    named = last.mentions[-1].end
    return names_what_has_a_price(document.text(last.field)[named : last.end]) or any(
        mention.field is last.field and named <= mention.start < last.end
        for entity in entities
        if entity.kind in (Kind.COMPANY, Kind.COMMODITY)
        for mention in entity.mentions
    )


def _clauses(text: str, mentions: Sequence[IndexSpan], names: IndexNames, *, decimal_comma: bool) -> list[Statement]:
    if is_japanese(text):
        return [Statement((mention,), (draft,)) for mention, draft in japanese_drafts(text, mentions, names)]
    return find_clauses(tokenize(text, mentions, names, decimal_comma=decimal_comma))


# "For the week:" stands over a list of indices, or before the first of them: "For the week: The S&P 500 is up 1.5%."
_HEADING: Final = re.compile(
    r"(?:For|Over|This|Year|Week|Month|So far|On|In)\b[^.\d]{0,30}\b(week|month|quarter|year|day|\w+day)(?: to "
    r"date)?(?::?\Z|:\s)",
    re.IGNORECASE,
)
_HEADING_BASES: Final = {"week": Basis.WEEK, "month": Basis.MONTH, "quarter": Basis.QUARTER, "year": Basis.YTD}
_LONGEST_LISTED: Final = 130


def _heading(sentence: Sentence, current: Basis | None) -> Basis | None:
    """The period that a heading ("For the week:") sets for the lines below it; a long line of prose ends it."""
    if len(sentence.text) > _LONGEST_LISTED:
        return None
    if (heading := _HEADING.match(sentence.text)) is not None:
        return _HEADING_BASES.get(heading[1].lower())
    return current


def _within(spans: Sequence[IndexSpan], cursor: int, sentence: Sentence) -> tuple[list[IndexSpan], int]:
    """The mentions inside a sentence, not nested, with offsets into it; and the cursor for the next sentence."""
    inside: list[IndexSpan] = []
    while cursor < len(spans) and spans[cursor].start < sentence.end:
        span = spans[cursor]
        cursor += 1
        if span.start >= sentence.start and (not inside or span.start - sentence.start >= inside[-1].end):
            inside.append(span._replace(start=span.start - sentence.start, end=span.end - sentence.start))
    return inside, cursor


def _expand(
    clause: Statement,
    sentence: Sentence,
    last: LastNamed | None,
    heading: Basis | None,
    today: date,
) -> Iterator[IndexReading]:
    """The readings of each index of a clause; where there is one figure for each index they are assigned in order."""
    for draft in clause.drafts:
        for position, mention in enumerate(clause.mentions):
            reading = _reading(clause, draft, position, sentence, today)
            if reading is None:
                continue
            if heading is not None and draft.basis is None:
                reading = replace(reading, basis=heading)
            if not mention.named and last is not None and last.field is sentence.field:
                named = next((m for m in reversed(last.mentions) if m.id == mention.id), None)
                if named is not None:
                    reading = replace(reading, start=_evidence_start(reading, named))
            yield reading


def _evidence_start(reading: IndexReading, named: IndexSpan) -> int:
    return named.start if reading.end - named.start <= _LONGEST_EVIDENCE else reading.start


def _reading(clause: Statement, draft: Draft, position: int, sentence: Sentence, today: date) -> IndexReading | None:
    count, mention = len(clause.mentions), clause.mentions[position]
    bound = (draft.percents, draft.points, draft.levels)
    if any(len(figures) not in (0, 1, count) for figures in bound):
        # "the Dow, the S&P 500 and the Nasdaq rose 1% and 2%": nobody can say which.
        return None
    percent, points, level = (_dealt(figures, position, count) for figures in bound)
    record = draft.record
    if draft.biggest and record is None and draft.sign:
        record = Record.BIGGEST_GAIN if draft.sign > 0 else Record.BIGGEST_LOSS
    sign = draft.sign
    if sign is None and record is not None and level is None:
        sign = 1 if record in HIGHS else -1
    if sign is None and (percent is not None or points is not None):
        return None
    if sign is None and level is None and record is None:
        return None
    written = None if draft.date is None else sentence.text[slice(*draft.date)]
    past = draft.past or (written is not None and _is_past(written, today, draft.basis))
    basis = draft.basis or Basis.SESSION
    return IndexReading(
        index=mention.id,
        direction=None if sign is None else _DIRECTIONS[sign],
        percent=percent,
        points=points,
        level=level,
        basis=Basis.OTHER if past and basis is Basis.SESSION else basis,
        record=record,
        threshold=draft.threshold.value if draft.threshold is not None else None,
        fact_level=draft.fact_level,
        intraday=draft.intraday,
        day=draft.day,
        date=written,
        moment=Moment.PAST if past else Moment.INTRADAY if draft.overtaken else Moment.CURRENT,
        field=sentence.field,
        start=sentence.start + (draft.start if draft.start < clause.mentions[0].start else mention.start),
        end=sentence.start + max(draft.end, mention.end),
    )


def _is_past(written: str, today: date, basis: Basis | None) -> bool:
    """Whether a date with a year lies more than a month back, a whole year's move more than a year.

    A date without a year may be of any, and the last one is meant.
    """
    if _YEAR.search(written) is None:
        return False
    limit = _YEARS_AGO if basis is Basis.YEAR else _LONG_AGO
    return any(today - period.last > limit for period in find_periods(written, today, ahead=False))


def _dealt(figures: Sequence[Figure], position: int, count: int) -> Figure | None:
    if not figures:
        return None
    return figures[position] if len(figures) == count else figures[0]


# ---- facts


def _fact(document: Document, reading: IndexReading) -> IndexFact:
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
        moment=reading.moment,
        consistency=_consistency(reading),
        evidence=document.span(reading.field, reading.start, reading.end),
    )


def _signed(figure: Figure | None, sign: int) -> float | None:
    return None if figure is None else sign * figure.magnitude


def _consistency(reading: IndexReading) -> Consistency:
    """Whether level, points and percentage agree; see the module's docstring."""
    percent, points, level = reading.percent, reading.points, reading.level
    if len(reading.figures) < _AT_LEAST_TWO:
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
        # Any two changes fit some level, unless the points are zero and the percentage is not.
        return _verdict(points.magnitude > 0 or percent.magnitude <= _slack(percent))
    return _verdict(percent is None or sign * percent.magnitude > _ALL_OF_IT)


def _verdict(agree: bool) -> Consistency:
    return Consistency.CONSISTENT if agree else Consistency.INCONSISTENT


def _slack(figure: Figure) -> float:
    """How far the true value may lie from the printed one.

    This is half a unit of the last digit; for a hedged figure, a whole unit and a tenth of the value.
    """
    if figure.approximate:
        return figure.resolution + _HEDGED_BY * figure.magnitude
    return _HALF_A_DIGIT * figure.resolution
