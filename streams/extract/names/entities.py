"""The entities that an article names: indices, companies, people, countries, organizations and commodities.

Strategy. One automaton pass finds the names of the registry; one pattern for each opening mark finds symbols. A
symbol beside a name settles what the name means. Where a name may mean several things (Nasdaq is an index, an
exchange and a firm), the words around it decide; an ordinary word that is also a firm (Target) counts only where the
text speaks of a firm. Then come firms that the registry does not know, people, and later mentions by short names.

Rules. An entity is one find, however often and by whichever names it is mentioned; mentions don't overlap; nothing
in boilerplate is found. Firms and indices that the registry does not know have a `~` in their ids (`company:~gulfex`,
`index:~SPLRCU`); such people have the id `person:<slug of the name>`. The same document and registry give the same
entities in the same order.
"""

import re
from dataclasses import dataclass
from typing import Final

from schemas import Entity, Mention, Span, Symbol
from schemas.taxonomy import Field, Kind
from streams.data.names import is_common
from streams.data.registry import AliasClass, fold
from streams.extract.names.finds import Find, Finds
from streams.extract.names.firms import core_of, find_firms, find_firms_by_context, short_forms
from streams.extract.names.people import find_people, occurrences
from streams.extract.names.reading_text import ReadingText, Style
from streams.extract.names.reasons import Because
from streams.extract.names.registry_names import RegistryNames
from streams.extract.names.resolution import Resolution
from streams.extract.names.runs import runs
from streams.extract.names.surroundings import capital_neighbours, firm_evidence, words_that_tell
from streams.extract.names.symbols import symbols
from streams.extract.text.document import Document
from streams.extract.text.words import GENERIC_FIRST, NOT_FIRM, OPENERS, PLACES

__all__ = ["MOST_MENTIONS", "MentionTrace", "find_entities", "trace_entities"]

MOST_MENTIONS: Final = 1_000
"""An entity lists at most this many mentions in one article; `mention_count` has the true number."""

# A mention weighs by its place: headline, first sentence of the body, the body's first fifth; elsewhere it weighs 1.
_IN_HEADLINE: Final = 3.0
_IN_OPENING: Final = 2.0
_EARLY: Final = 1.5
_EARLY_SHARE: Final = 0.2
# A sum of weights equal to this gives relevance 0.5.
_HALF: Final = 4.0
# Countries and institutions frame most market news without being its subject.
_FRAME: Final = {Kind.COUNTRY: 0.5, Kind.ORGANIZATION: 0.75}

# Texts use tickers of at least this length as names: "International Lease Finance Corp <ILFC>".
_SHORTEST_TICKER: Final = 4
# Later mentions are looked for of this many firms: a story with more is a list, and each costs a pass over the text.
_MOST_SEARCHED: Final = 200
_ENOUGH: Final = 3
_BETWEEN_WORDS: Final = re.compile(r"[\s-]+")
_ABBREVIATION: Final = re.compile(r"\.?\s?\((?:the\s)?[\"'“‘]?([A-Z][A-Za-z&]{1,7})[\"'”’]?\)")


def find_entities(document: Document, names: RegistryNames) -> tuple[Entity, ...]:
    """Find all entities of the document's story, most relevant first. The work is linear in the text.

    `relevance` is 0..1 and says where the entity is named (headline, opening, later) and how often; modifiers count
    less. Sentiment is not set here.
    """
    text, finds = _found(document, names)
    opening = next((end for start, end in zip(text.starts, text.ends, strict=True) if start >= text.body_at), 0)
    return _by_relevance([_entity(find, text, names, opening) for find in finds.named()])


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionTrace:
    """Why a mention counts."""

    field: Field
    """The field in which the mention stands."""
    start: int
    """First code point in the field."""
    end: int
    """One past the last code point."""
    because: Because
    """The rule by which it counts."""
    alias: str | None
    """The registry's name that the words are, as the registry writes it; null where they are none of its names."""
    alias_class: AliasClass | None
    """The class of that name: it says what the name needs to count."""
    words: tuple[Span, ...]
    """The words around the mention that decided, where there are such."""


def trace_entities(document: Document, names: RegistryNames) -> dict[str, tuple[MentionTrace, ...]]:
    """Explain, for each entity that `find_entities` gives, why its mentions count: by entity id, in text order."""
    text, finds = _found(document, names)
    return {
        find.entity: tuple(
            _trace(find, start, end, because, text, names, document)
            for (start, end), because in sorted(zip(find.spans, find.reasons, strict=True))
        )
        for find in finds.named()
    }


def _trace(
    find: Find, start: int, end: int, because: Because, text: ReadingText, names: RegistryNames, document: Document
) -> MentionTrace:
    surface = "" if because is Because.SYMBOL else " ".join(text.full[start:end].split())
    named = (*names.readings(fold(surface)), *names.readings(fold(core_of(surface))))
    if not named and not surface.isascii():
        named = names.registry.find(surface)  # scripts without spaces have an automaton of their own
    reading = next((reading for reading in named if reading.entity == find.entity), None)
    field, at, stop = text.place(start, end)
    words = []
    for first, last in words_that_tell(text.folded, start, end, because, names.around_indices):
        if text.sentence(first) == text.sentence(start):
            words.append(document.span(*text.place(first, last)))
    return MentionTrace(
        field=field,
        start=at,
        end=stop,
        because=because,
        alias=None if reading is None else reading.text,
        alias_class=None if reading is None else reading.alias_class,
        words=tuple(words),
    )


def _found(document: Document, names: RegistryNames) -> tuple[ReadingText, Finds]:
    text = ReadingText(document)
    finds = Finds(text)
    registry = names.registry
    resolution = Resolution(text, registry, finds, names.around_indices)
    found_symbols = symbols(text, registry)
    resolution.resolve(names.hits(text), found_symbols)
    capitals = runs(text)
    find_firms(text, capitals, finds)
    resolution.attach(found_symbols)
    _full_names(text, finds)
    find_people(text, capitals, registry, finds, document.published_at.date())
    names.markets.find(text, registry, finds)
    resolution.confirm()
    resolution.plain_tickers()
    _short_mentions(text, names, finds)
    known = len(finds.by_id)
    find_firms_by_context(text, capitals, names.adjectives, finds)
    if len(finds.by_id) > known:
        _short_mentions(text, names, finds)
    resolution.attach(found_symbols)
    return text, finds


# ---- later mentions by short names


def _full_names(text: ReadingText, finds: Finds) -> None:
    """Add mentions of firms by the whole name without its legal form, so that the name is not taken for a person's."""
    finds.because = Because.WHOLE_NAME
    for find in finds.of_kind(Kind.COMPANY)[:_MOST_SEARCHED]:
        if find.entity.startswith("company:~"):
            start, end = find.spans[0]
            for form in short_forms(" ".join(text.full[start:end].split()))[:1]:
                if " " in form:
                    for at, stop in occurrences(text, form):
                        finds.add_to(find, at, stop)


def _short_mentions(text: ReadingText, names: RegistryNames, finds: Finds) -> None:
    """Add later mentions of firms by the name without legal form, by its first word, ticker or abbreviation."""
    owners: dict[str, set[str]] = {}
    tickers: set[str] = set()
    for find in finds.of_kind(Kind.COMPANY)[:_MOST_SEARCHED]:
        for surface in dict.fromkeys(text.full[start:end] for start, end in find.spans[:_MOST_SEARCHED]):
            for form in short_forms(" ".join(surface.split())):
                owners.setdefault(form, set()).add(find.entity)
        if find.symbols and find.entity in names.registry.entities:
            # A symbol confirms the registry's name of its firm: "$KPTI - Karyopharm surges".
            for form in short_forms(names.registry.entities[find.entity].name):
                owners.setdefault(form, set()).add(find.entity)
        for symbol in find.symbols:
            if len(symbol) >= _SHORTEST_TICKER and symbol.isalpha():
                owners.setdefault(symbol.lower(), set()).add(find.entity)
                tickers.add(symbol.lower())
    _abbreviations(text, finds, owners)
    finds.because = Because.SHORT_NAME
    for form, entities in list(owners.items())[:_MOST_SEARCHED]:
        if len(entities) > 1:
            continue
        find = finds.by_id[next(iter(entities))]
        if not _may_stand_for(form, find, names):
            continue
        for start, end in occurrences(text, form):
            # "COST" is the ticker, "Cost" a word.
            if (form not in tickers or text.full[start:end].isupper()) and _is_named_here(text, form, start, end):
                finds.add_to(find, start, end)


def _abbreviations(text: ReadingText, finds: Finds, owners: dict[str, set[str]]) -> None:
    """Note abbreviations in brackets, made of initials of the name before: "Inter-American Development Bank (IADB)"."""
    if "(" not in text.full:
        return
    for find in (*finds.of_kind(Kind.COMPANY), *finds.of_kind(Kind.ORGANIZATION)):
        for start, end in find.spans:
            mark = _ABBREVIATION.match(text.full, end)
            if mark is not None and _abbreviates(mark[1], text.full[start:end]):
                owners.setdefault(mark[1].lower(), set()).add(find.entity)


def _abbreviates(short: str, name: str) -> bool:
    initials = "".join(word[0] for word in _BETWEEN_WORDS.split(name) if word and word[0].isupper()).lower()
    letters = short.lower().replace("&", "")
    if len(letters) < 2 or len(initials) < 2:
        return False
    return initials.startswith(letters) or letters.startswith(initials[:3])


def _may_stand_for(form: str, find: Find, names: RegistryNames) -> bool:
    if form in GENERIC_FIRST or form in PLACES or form in names.adjectives or form in OPENERS or form in NOT_FIRM:
        return False
    known = names.readings(form)
    return not known or any(reading.entity == find.entity for reading in known)


def _is_named_here(text: ReadingText, form: str, start: int, end: int) -> bool:
    """Whether a short form stands for its firm here and is not part of another name."""
    full = text.full
    if " " in form or (full[start:end].isupper() and text.style(start) is Style.PROSE):
        return True
    style = text.style(start)
    if style is Style.PROSE:
        if capital_neighbours(text, start, end):
            return False
        if not is_common([form]) or not text.opens_sentence(start):
            return True
    elif not is_common([form]):
        return True
    return firm_evidence(text.folded, start, end) >= _ENOUGH


# ---- entities


def _entity(find: Find, text: ReadingText, names: RegistryNames, opening: int) -> Entity:
    spans = sorted(find.spans)
    full = text.full
    mentions = []
    for start, end in spans[:MOST_MENTIONS]:
        field, at, stop = text.place(start, end)
        mentions.append(Mention(field=field, start=at, end=stop, text=full[start:end]))
    return Entity(
        id=find.entity,
        kind=find.kind,
        name=find.name,
        symbols=_symbols(find, names),
        relevance=_relevance(find, spans, text, opening),
        mention_count=len(spans),
        mentions=tuple(mentions),
    )


def _relevance(find: Find, spans: list[tuple[int, int]], text: ReadingText, opening: int) -> float:
    early = text.body_at + (len(text.full) - text.body_at) * _EARLY_SHARE
    total = 0.0
    for start, _ in spans:
        if start < text.body_at:
            total += _IN_HEADLINE
        elif start < opening:
            total += _IN_OPENING
        else:
            total += _EARLY if start < early else 1.0
    total *= _FRAME.get(find.kind, 1.0) * min(1.0, find.weight / len(spans))
    return round(total / (total + _HALF), 4)


def _symbols(find: Find, names: RegistryNames) -> tuple[Symbol, ...]:
    known = names.symbols(find.entity)
    if known is not None:
        return known
    return tuple(
        Symbol(scheme="ric" if "." in value else "ticker", value=value) for value in dict.fromkeys(find.symbols)
    )


def _by_relevance(found: list[Entity]) -> tuple[Entity, ...]:
    found.sort(key=_order)
    return tuple(found)


def _order(entity: Entity) -> tuple[float, bool, int, str]:
    first = entity.mentions[0]
    return -entity.relevance, first.field != "headline", first.start, entity.id
