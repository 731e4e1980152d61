"""Sentiment of a text towards each entity that it names, towards its events, and as a whole.

Strategy. A linear model whose weights are integers (`streams.data.sentiment`) scores a mention in its sentence, over
features of clauses, parts and composed cues (`features`). An entity's sentiment is the mean over its mentions, in which
mentions with cues and those in the headline count more. The article's is the mean over its mentions, in which earlier
ones count more; a headline or lead without a scored mention counts by its cues alone.

Rules that must stay true:
- Polarity is that of the entity's own value. Up is positive for an index, a share, a currency, a commodity, and for a
  volatility index too: VIX up is positive for VIX, whatever it means for stocks.
- Sums are of integers, and the three probabilities are ten-thousandths that add up to one, so the bytes are the same
  on every machine. The label is the greatest of them; where they tie neutral comes first, then positive.
- A null sentiment gives a reason: `unsupported-language` for text that is not English, `no-cue` where a mention stands
  in boilerplate, has no words around it or lies beyond what is read, `no-text` for an article without text.
- Work is bounded for any text: 2,000 characters of a sentence, the cues near a target, 250 mentions of an article to
  the end of the sentence.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas import Entity, Event, Mention, Sentiment, Span
from schemas.taxonomy import Direction, EventType, FactLevel, Field, Kind, NoSentiment, Polarity
from streams.data.event_rules import TypeRules
from streams.data.sentiment import SentimentModel, unpack
from streams.extract.sentiment.clauses import ENTITY, NAME, EntityPlace
from streams.extract.sentiment.cues import Cue
from streams.extract.sentiment.features import (
    FEATURES,
    NearCue,
    ReadSentence,
    name_features,
    near_cues,
    read_sentence,
    weigh,
)
from streams.extract.text.document import Document, Sentence

__all__ = ["probe_logits", "score_article", "score_entities", "score_events"]

SUPPORTED: Final = frozenset({"en"})
"""Languages that the weights were trained on."""

# Probabilities are counted in ten-thousandths.
_ONE: Final = 10_000
# Masses are whole numbers in this unit, so that rounding gives the same on every machine.
_FINE: Final = 1 << 40

# No clause is about these: "sales in China fell" is not about China.
_READ_AS_NAMES: Final = frozenset({Kind.PERSON, Kind.COUNTRY})

# This many mentions of an article are scored, and the rest of the last sentence; the mean over newswire is 8.
_MOST_SCORED: Final = 250

_CUES_SHOWN: Final = 3
# A cue and the word with which it was composed ("profit fell") are one span if it has at most this many characters.
_ONE_SPAN: Final = 30
# In these parts a cue speaks of the target itself.
_OWN_PARTS: Final = frozenset({"S", "I", "N", "O"})

# A mention with these properties counts this many times in the mean of its entity.
_IN_HEADLINE: Final = 2
_WITH_CUE: Final = 4

# A mention counts in the article by its place: headline, first sentences of the body; elsewhere it counts 1.
_HEADLINE_COUNTS: Final = 6
_LEAD_COUNTS: Final = 3
_LEAD_SENTENCES: Final = 2
_SPEAK_FOR_ARTICLE: Final = frozenset({Kind.INDEX, Kind.COMPANY, Kind.COMMODITY})

# One cue adds this to the logit of a text without target, and at most this many count.
_CUE_SAYS: Final = 1.0
_CUES_COUNTED: Final = 2

# The direction of an event adds this to its logits, and half of it where the event is not stated as a fact.
_DIRECTION_SAYS: Final = 2.5

_NO_CUE: Final = Sentiment(reason=NoSentiment.NO_CUE)
_UNSUPPORTED: Final = Sentiment(reason=NoSentiment.UNSUPPORTED_LANGUAGE)
_NO_TEXT: Final = Sentiment(reason=NoSentiment.NO_TEXT)

Masses = tuple[int, int, int]
"""Positive, neutral and negative as parts of any total."""


def score_entities(document: Document, entities: tuple[Entity, ...], model: SentimentModel) -> tuple[Entity, ...]:
    """The entities with the sentiment of every mention, and of each entity over its mentions.

    Mentions may overlap. Raises ValueError if the model's weights were trained for another version of the features.
    """
    _check(model)
    if document.language not in SUPPORTED:
        return tuple(_with(entity, [_UNSUPPORTED] * len(entity.mentions)) for entity in entities)
    scored = [[_NO_CUE] * len(entity.mentions) for entity in entities]
    left = _MOST_SCORED
    for sentence, named in _by_sentence(document, entities):
        if left <= 0:
            break
        left -= len(named)
        for known, sentiment in _score_sentence(sentence, named, model):
            scored[known.entity][known.place] = sentiment
    return tuple(_with(entity, sentiments) for entity, sentiments in zip(entities, scored, strict=True))


def score_article(document: Document, entities: tuple[Entity, ...], model: SentimentModel) -> Sentiment:
    """The sentiment of the whole article, from its entities as `score_entities` returned them.

    Indices, companies and commodities count; where none of them has a sentiment, all entities do.
    """
    _check(model)
    if not (document.headline.strip() or document.body.strip()):
        return _NO_TEXT
    if document.language not in SUPPORTED:
        return _UNSUPPORTED
    lead = [sentence for sentence in document.sentences if not sentence.boilerplate]
    headlines = [sentence for sentence in lead if sentence.field is Field.HEADLINE]
    opening = [sentence for sentence in lead if sentence.field is Field.BODY][:_LEAD_SENTENCES]
    speakers = [entity for entity in entities if entity.kind in _SPEAK_FOR_ARTICLE and entity.sentiment.reason is None]
    weighed = list(_weighed_mentions(speakers or entities, opening[-1].end if opening else 0))
    scored = _scored_places(entities)
    for sentence in (*headlines, *opening):
        if not _holds_one(scored[sentence.field], sentence):
            count = _HEADLINE_COUNTS if sentence.field is Field.HEADLINE else _LEAD_COUNTS
            weighed += [(tone, count) for tone in _tone(sentence, model)]
    return _mean(weighed) or _NO_CUE


def score_events(
    document: Document,
    events: tuple[Event, ...],
    model: SentimentModel,
    types: Mapping[EventType, TypeRules],
    entities: Sequence[Entity] = (),
) -> tuple[Event, ...]:
    """The events with their sentiment towards their subject, from the first evidence and from the direction.

    `types` say for which events up is good. `entities` say where the evidence names the subject; without them the
    subject's name is searched for.
    """
    _check(model)
    if document.language not in SUPPORTED:
        return tuple(replace(event, sentiment=_UNSUPPORTED) for event in events)
    mentions = {entity.id: entity.mentions for entity in entities}
    return tuple(
        replace(
            event,
            sentiment=_score_event(
                document,
                event,
                mentions.get(event.subject.id or "", ()),
                model,
                _direction(event) if types[event.type].good_when_up else 0.0,
            ),
        )
        for event in events
    )


def probe_logits(text: str, target: str, others: Sequence[str], model: SentimentModel) -> tuple[int, int]:
    """Logits of positive and negative over neutral, in units of 1/scale, of `target` in one sentence.

    The sentence also names `others`; each occurs once. Weights files hold such figures as a check that features and
    weights fit.
    """
    places = sorted(
        EntityPlace(text.index(name), text.index(name) + len(name), key) for key, name in enumerate((target, *others))
    )
    reading = read_sentence(text, places, model.lexicon)
    at = reading.clauses.keys.index(0)
    return unpack(weigh(reading, at, name_features(target, model.lexicon), near_cues(reading, at), model))


def _check(model: SentimentModel) -> None:
    if model.header.features != FEATURES:
        raise ValueError(f"weights {model.version} are for features {model.header.features}, this code has {FEATURES}")


# ---- mentions


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class _Named:
    """A mention of an entity."""

    start: int
    """First code point in its sentence."""
    end: int
    """One past the last."""
    kind: Kind
    """Kind of its entity."""
    entity: int
    """Position of the entity among the document's entities."""
    place: int
    """Position of the mention among the entity's mentions."""


def _by_sentence(document: Document, entities: Sequence[Entity]) -> Iterator[tuple[Sentence, list[_Named]]]:
    """The sentences that name entities, without boilerplate, each with its mentions in text order."""
    sentences = document.sentences
    headlines = sum(sentence.field is Field.HEADLINE for sentence in sentences)
    before = {Field.HEADLINE: 0, Field.BODY: headlines}
    starts = {
        Field.HEADLINE: [sentence.start for sentence in sentences[:headlines]],
        Field.BODY: [sentence.start for sentence in sentences[headlines:]],
    }
    found: dict[int, list[_Named]] = {}
    for number, entity in enumerate(entities):
        if entity.relevance == 0:
            continue
        for place, mention in enumerate(entity.mentions):
            at = bisect_right(starts[mention.field], mention.start) - 1
            if at < 0:
                continue
            at += before[mention.field]
            sentence = sentences[at]
            if mention.end <= sentence.end and not sentence.boilerplate:
                begin = sentence.start
                named = _Named(mention.start - begin, mention.end - begin, entity.kind, number, place)
                found.setdefault(at, []).append(named)
    for at in sorted(found):
        mentions = found[at]
        mentions.sort(key=lambda named: (named.start, -named.end))
        yield sentences[at], mentions


def _score_sentence(
    sentence: Sentence, named: list[_Named], model: SentimentModel
) -> Iterator[tuple[_Named, Sentiment]]:
    """The sentiment of each mention in the sentence; nothing where the sentence has no other words."""
    reading = read_sentence(sentence.text, _places(named), model.lexicon)
    if not any(map(_is_word, reading.clauses.words)):
        return
    for target in named:
        at = _token(reading, target.start)
        if at >= 0:
            yield target, _score(sentence, reading, at, sentence.text[target.start : target.end], model)


def _score(
    sentence: Sentence, reading: ReadSentence, at: int, name: str, model: SentimentModel, shift: int = 0
) -> Sentiment:
    """The sentiment of the target `name` at token `at`; `shift` is added to positive and taken from negative."""
    near = near_cues(reading, at)
    positive, negative = unpack(weigh(reading, at, name_features(name, model.lexicon), near, model))
    parts = _ten_thousandths(_masses(positive + shift, negative - shift, model.header.scale))
    label = _label(parts)
    return _sentiment(parts, label, _cues(sentence, reading, at, label, near))


def _places(named: Iterable[_Named]) -> list[EntityPlace]:
    """Where the entities stand; of mentions that overlap only the first and longest is kept."""
    places: list[EntityPlace] = []
    for known in named:
        if not places or known.start >= places[-1].end:
            places.append(EntityPlace(known.start, known.end, known.entity, known.kind in _READ_AS_NAMES))
    return places


def _token(reading: ReadSentence, start: int) -> int:
    """The token of the entity at this offset of the sentence; -1 if it was not read."""
    clauses = reading.clauses
    at = bisect_right(clauses.starts, start) - 1
    return at if at >= 0 and clauses.keys[at] >= 0 and start < clauses.starts[at] + clauses.sizes[at] else -1


def _is_word(word: str) -> bool:
    return word[0].isalpha() and word not in (ENTITY, NAME)


def _masses(positive: int, negative: int, scale: int) -> Masses:
    """The softmax of the logits, which are in units of 1/scale; neutral has the logit 0."""
    greatest = max(positive, 0, negative)
    return (
        round(math.exp((positive - greatest) / scale) * _FINE),
        round(math.exp(-greatest / scale) * _FINE),
        round(math.exp((negative - greatest) / scale) * _FINE),
    )


def _ten_thousandths(masses: Masses) -> Masses:
    """The masses as parts of 10,000: each is rounded down, and the greatest remainders get what is missing."""
    total = sum(masses)
    positive, a = divmod(masses[0] * _ONE, total)
    neutral, b = divmod(masses[1] * _ONE, total)
    negative, c = divmod(masses[2] * _ONE, total)
    missing = _ONE - positive - neutral - negative
    # What is missing is 0, 1 or 2; of equal remainders the first comes first.
    if missing == 1:
        if a >= b and a >= c:
            positive += 1
        elif b >= c:
            neutral += 1
        else:
            negative += 1
    elif missing:
        positive += a >= b or a >= c
        neutral += b > a or b >= c
        negative += c > a or c > b
    return positive, neutral, negative


def _label(parts: Masses) -> Polarity:
    positive, neutral, negative = parts
    if max(positive, negative) <= neutral:
        return Polarity.NEUTRAL
    return Polarity.POSITIVE if positive >= negative else Polarity.NEGATIVE


def _sentiment(parts: Masses, label: Polarity, cues: tuple[Span, ...]) -> Sentiment:
    positive, neutral, negative = parts
    return Sentiment(
        positive=positive / _ONE,
        neutral=neutral / _ONE,
        negative=negative / _ONE,
        score=(positive - negative) / _ONE,
        label=label,
        cues=cues,
    )


def _cues(
    sentence: Sentence, reading: ReadSentence, at: int, label: Polarity, near: Sequence[NearCue]
) -> tuple[Span, ...]:
    """The cues that speak for the label: the nearest that speak of the target itself, else the nearest other cue."""
    if label is Polarity.NEUTRAL or not near:
        return ()
    wanted = 1 if label is Polarity.POSITIVE else -1
    own: list[Cue] = []
    other: list[Cue] = []
    for part, cue in near:
        if wanted == (cue.behind if part in ("O", "o") else cue.before):
            (own if part in _OWN_PARTS else other).append(cue)
    ranked = sorted(own or other, key=lambda cue: abs(cue.at - at))
    chosen = sorted(ranked[: _CUES_SHOWN if own else 1], key=lambda cue: cue.at)
    return tuple(_span(sentence, reading, cue) for cue in chosen)


def _span(sentence: Sentence, reading: ReadSentence, cue: Cue) -> Span:
    starts, sizes = reading.clauses.starts, reading.clauses.sizes
    start = starts[cue.at]
    end = start + sizes[cue.at]
    if cue.also >= 0:
        also = starts[cue.also]
        first, last = min(start, also), max(end, also + sizes[cue.also])
        if last - first <= _ONE_SPAN:
            start, end = first, last
    offset = sentence.start
    return Span(field=sentence.field, start=offset + start, end=offset + end, text=sentence.text[start:end])


# ---- means


def _with(entity: Entity, sentiments: Sequence[Sentiment]) -> Entity:
    """The entity with these sentiments of its mentions and their mean, or the first one where there is no mean."""
    mentions = tuple(
        Mention(field=known.field, start=known.start, end=known.end, text=known.text, sentiment=sentiment)
        for known, sentiment in zip(entity.mentions, sentiments, strict=True)
    )
    mean = _mean([(known.sentiment, _weight(known)) for known in mentions]) if len(mentions) > 1 else None
    return Entity(
        id=entity.id,
        kind=entity.kind,
        name=entity.name,
        symbols=entity.symbols,
        relevance=entity.relevance,
        mention_count=entity.mention_count,
        mentions=mentions,
        sentiment=mean or (sentiments[0] if sentiments else _NO_CUE),
    )


def _weight(mention: Mention) -> int:
    weight = _WITH_CUE if mention.sentiment.cues else 1
    return weight * _IN_HEADLINE if mention.field is Field.HEADLINE else weight


def _weighed_mentions(entities: Iterable[Entity], lead_end: int) -> Iterator[tuple[Sentiment, int]]:
    """The sentiments of mentions with their weights in the article: by place, by cue, by the entity's relevance."""
    for entity in entities:
        relevance = round(entity.relevance * _ONE)
        for mention in entity.mentions:
            if mention.field is Field.HEADLINE:
                place = _HEADLINE_COUNTS
            else:
                place = _LEAD_COUNTS if mention.start < lead_end else 1
            yield mention.sentiment, place * relevance * (_WITH_CUE if mention.sentiment.cues else 1)


def _mean(weighed: Sequence[tuple[Sentiment, int]]) -> Sentiment | None:
    """The weighted mean of the sentiments that are not null, with the first cues for its label; None without any."""
    positive = negative = total = 0
    for sentiment, weight in weighed:
        if sentiment.positive is not None and sentiment.negative is not None:
            positive += weight * round(sentiment.positive * _ONE)
            negative += weight * round(sentiment.negative * _ONE)
            total += weight * _ONE  # the three parts add up to it
    if not total:
        return None
    parts = _ten_thousandths((positive, total - positive - negative, negative))
    label = _label(parts)
    cues = dict.fromkeys(cue for sentiment, _ in weighed if sentiment.label is label for cue in sentiment.cues)
    return _sentiment(parts, label, tuple(cues)[:_CUES_SHOWN])


# ---- text without a target


def _scored_places(entities: Sequence[Entity]) -> dict[Field, list[int]]:
    """Where the mentions that have a sentiment begin, in order."""
    places: dict[Field, list[int]] = {Field.HEADLINE: [], Field.BODY: []}
    for entity in entities:
        for mention in entity.mentions:
            if mention.sentiment.reason is None:
                places[mention.field].append(mention.start)
    for starts in places.values():
        starts.sort()
    return places


def _holds_one(starts: Sequence[int], sentence: Sentence) -> bool:
    """Whether one of these places, in order, lies in the sentence."""
    at = bisect_left(starts, sentence.start)
    return at < len(starts) and starts[at] < sentence.end


def _tone(sentence: Sentence, model: SentimentModel) -> Iterator[Sentiment]:
    """The sentiment of a sentence without target, by its cues; nothing where their sum is 0."""
    reading = read_sentence(sentence.text, (), model.lexicon)
    total = sum(cue.before or cue.behind for cue in reading.cues)
    if total:
        shift = round(_CUE_SAYS * min(abs(total), _CUES_COUNTED) * model.header.scale)
        positive, negative = (shift, -shift) if total > 0 else (-shift, shift)
        spans = [_span(sentence, reading, cue) for cue in reading.cues if (cue.before or cue.behind) * total > 0]
        parts = _ten_thousandths(_masses(positive, negative, model.header.scale))
        yield _sentiment(parts, _label(parts), tuple(spans[:_CUES_SHOWN]))


# ---- events


def _score_event(
    document: Document, event: Event, mentions: Sequence[Mention], model: SentimentModel, direction: float
) -> Sentiment:
    """The sentiment of the first evidence towards the subject, shifted by the direction.

    Where the evidence does not name the subject, the direction alone counts.
    """
    if not event.evidence:
        return _NO_CUE
    evidence = event.evidence[0]
    text = document.text(evidence.field)[evidence.start : evidence.end]
    clause = Sentence(field=evidence.field, start=evidence.start, end=evidence.end, text=text)
    scale = model.header.scale
    shift = round(direction * scale)
    place = _subject_place(event, clause, mentions)
    if place is not None:
        reading = read_sentence(text, (place,), model.lexicon)
        at = _token(reading, place.start)
        if at >= 0:
            return _score(clause, reading, at, text[place.start : place.end], model, shift)
    if not shift:
        return _NO_CUE
    parts = _ten_thousandths(_masses(shift, -shift, scale))
    return _sentiment(parts, _label(parts), ())


def _direction(event: Event) -> float:
    """What a direction adds to the logit of positive and takes from that of negative, where up is good."""
    if event.direction not in (Direction.UP, Direction.DOWN):
        return 0.0
    size = _DIRECTION_SAYS if event.fact_level is FactLevel.FACT else _DIRECTION_SAYS / 2
    return size if event.direction is Direction.UP else -size


def _subject_place(event: Event, clause: Sentence, mentions: Sequence[Mention]) -> EntityPlace | None:
    """Where the evidence names the subject: a known mention, else the subject's name or its first word."""
    for mention in mentions:
        if mention.field is clause.field and clause.start <= mention.start and mention.end <= clause.end:
            return EntityPlace(mention.start - clause.start, mention.end - clause.start, 0)
    name = event.subject.name
    for known in (name, name.partition(" ")[0]):
        start = clause.text.find(known) if len(known) > 1 else -1
        if start >= 0:
            return EntityPlace(start, start + len(known), 0)
    return None
