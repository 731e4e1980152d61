"""Sentiment: what a text says of whom, for which words, and when it says nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Article, Entity, EntityRef, Event, Mention, Sentiment
from schemas.taxonomy import Direction, EventType, FactLevel, Field, Kind, NoSentiment, Polarity
from streams.data.event_rules import load_event_rules
from streams.data.sentiment import Probe, load_model, unpack
from streams.extract.sentiment.clauses import EntityPlace
from streams.extract.sentiment.features import features, name_features, read_sentence
from streams.extract.sentiment.score import probe_logits, score_article, score_entities, score_events
from streams.extract.text.document import Document, read

MODEL = load_model()
TYPES = load_event_rules().types
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SEEDS = Path(__file__).parents[4] / "shared" / "data" / "seeds" / "articles.jsonl"

POSITIVE, NEUTRAL, NEGATIVE = Polarity.POSITIVE, Polarity.NEUTRAL, Polarity.NEGATIVE


def document(body: str = "", headline: str = "", language: str | None = None) -> Document:
    """An article's text, read."""
    return read(Article(uri="urn:test:1", published_at=NOON, headline=headline, body=body, language=language))


def entity(text: Document, name: str, *, kind: Kind = Kind.COMPANY, relevance: float = 0.5) -> Entity:
    """An entity named by every occurrence of `name`."""
    mentions = tuple(
        Mention(field=field, start=start, end=start + len(name), text=name)
        for field in Field
        for start in range(len(text.text(field)))
        if text.text(field).startswith(name, start)
    )
    slug = f"{kind}:{name.replace(' ', '-')}"
    return Entity(id=slug, kind=kind, name=name, relevance=relevance, mention_count=len(mentions), mentions=mentions)


def sentiments(body: str, *names: str, kind: Kind = Kind.COMPANY) -> list[Sentiment]:
    """The sentiment of each of these entities in a body."""
    text = document(body)
    return [
        scored.sentiment for scored in score_entities(text, tuple(entity(text, n, kind=kind) for n in names), MODEL)
    ]


def labels(body: str, *names: str, kind: Kind = Kind.COMPANY) -> list[Polarity | None]:
    """The labels of these entities in a body."""
    return [sentiment.label for sentiment in sentiments(body, *names, kind=kind)]


def whole(headline: str, body: str, *names: str) -> Sentiment:
    """The sentiment of the article."""
    text = document(body, headline)
    return score_article(text, score_entities(text, tuple(entity(text, name) for name in names), MODEL), MODEL)


def every(scored: Iterable[Entity]) -> list[Sentiment]:
    """All sentiments in these entities."""
    return [s for known in scored for s in (known.sentiment, *(mention.sentiment for mention in known.mentions))]


# ---- polarity


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("Acme shares surged to a record high after profit doubled.", "Acme", POSITIVE),
        ("Acme shares plunged after it filed for bankruptcy.", "Acme", NEGATIVE),
        ("Acme is based in Chicago and employs 300 people.", "Acme", NEUTRAL),
        ("Acme raised its full-year forecast.", "Acme", POSITIVE),
        ("Acme cut its full-year forecast.", "Acme", NEGATIVE),
        ("The Nikkei rose 1.2% on Monday.", "Nikkei", POSITIVE),
        ("The Nikkei fell 1.2% on Monday.", "Nikkei", NEGATIVE),
    ],
)
def test_labels_are_not_swapped(body: str, name: str, expected: Polarity) -> None:
    """What any reader calls good is positive and what any reader calls bad is negative."""
    (sentiment,) = sentiments(body, name)

    assert sentiment.label is expected
    assert sentiment.score is not None
    assert (sentiment.score > 0.2, sentiment.score < -0.2) == (expected is POSITIVE, expected is NEGATIVE)


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("Acme's rebound is not sustainable.", "Acme", NEGATIVE),
        ("Acme's growth plans are not going well.", "Acme", NEGATIVE),
        ("Acme's gains aren't justified by profit.", "Acme", NEGATIVE),
        ("The recovery at Acme won't last.", "Acme", NEGATIVE),
        ("Acme's slump is not over.", "Acme", NEGATIVE),
        ("Acme shares slip on a larger than expected loss.", "Acme", NEGATIVE),
        ("Acme posts a smaller than expected loss.", "Acme", POSITIVE),
        ("Acme earnings top estimates even as selling prices drop.", "Acme", POSITIVE),
        ("Acme's guidance raises investor suspicion.", "Acme", NEGATIVE),
        ("Acme's accounts raise questions.", "Acme", NEGATIVE),
        ("Acme's accounts raise fresh questions.", "Acme", NEGATIVE),
        ("Acme's rebound cannot last.", "Acme", NEGATIVE),
        ("Acme's climb is difficult to justify.", "Acme", NEGATIVE),
        ("The rally in Acme looks unsustainable.", "Acme", NEGATIVE),
    ],
)
def test_what_is_said_not_to_be_turns_the_words_before(body: str, name: str, expected: Polarity) -> None:
    """A negated verb denies its subject, a comparison counts once, and doubts that are raised are no raise."""
    assert labels(body, name) == [expected]


def test_one_sentence_has_opposite_signs_for_two_targets() -> None:
    """The sign is that of the clause the target stands in."""
    up, down = sentiments("Nippon Steel jumps as US Steel sinks.", "Nippon Steel", "US Steel")

    assert (up.label, down.label) == (POSITIVE, NEGATIVE)


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        ("Costs at Acme rose sharply.", "Acme", NEGATIVE),
        ("Costs at Acme fell sharply.", "Acme", POSITIVE),
        ("Acme's net loss widened to $40 million.", "Acme", NEGATIVE),
        ("Acme's net loss narrowed to $40 million.", "Acme", POSITIVE),
        ("Acme pared its losses to end 0.1% higher.", "Acme", POSITIVE),
        ("Acme pared its gains to end 0.1% lower.", "Acme", NEGATIVE),
        ("Acme failed to win approval for its drug.", "Acme", NEGATIVE),
        ("Acme sales fell less than feared.", "Acme", POSITIVE),
        ("Acme was hit by a strike at its main plant.", "Acme", NEGATIVE),
        ("The Topix was the worst performer in the world.", "Topix", NEGATIVE),
        ("Regulators fined Acme 30 million euros.", "Acme", NEGATIVE),
        ("Analysts at Brix upgraded Acme to buy.", "Acme", POSITIVE),
        ("Acme snapped a five-day losing streak.", "Acme", POSITIVE),
    ],
)
def test_words_are_composed(body: str, name: str, expected: Polarity) -> None:
    """Quantities, reversals, negation, comparison and passive turn the polarity of a word."""
    assert labels(body, name) == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Acme won the order, beating Brix to the deal.", {"Acme": POSITIVE, "Brix": NEGATIVE}),
        ("Acme gained 3%, while Brix lost 2%.", {"Acme": POSITIVE, "Brix": NEGATIVE}),
        ("Acme, Brix and Corex all rose more than 2%.", {"Acme": POSITIVE, "Brix": POSITIVE, "Corex": POSITIVE}),
        ("Analysts at Brix said Acme shares would plunge.", {"Brix": NEUTRAL, "Acme": NEGATIVE}),
        ("Brix, a broker, upgraded Acme.", {"Brix": NEUTRAL, "Acme": POSITIVE}),
    ],
)
def test_each_target_gets_what_is_said_of_it(body: str, expected: dict[str, Polarity]) -> None:
    """Winners and losers, lists, sources and subjects of one sentence are told apart."""
    assert dict(zip(expected, labels(body, *expected), strict=True)) == expected


def test_what_someone_does_beside_is_not_said_of_the_target() -> None:
    """The firms of a deal that a government backs came out negative for the tariffs that it also raised."""
    body = (
        "The president's decisions, extending elevated tariffs on foreign goods and publicly backing the Acme and Brix "
        "deal, sparked renewed optimism that tensions could ease."
    )
    assert labels(body, "Acme", "Brix") == [POSITIVE, POSITIVE]


def test_volatility_index_has_the_polarity_of_its_own_value() -> None:
    """VIX up is positive for VIX, whatever it means for stocks."""
    vix, stocks = sentiments("The VIX jumped 12% while the Dow slumped.", "VIX", "Dow", kind=Kind.INDEX)

    assert (vix.label, stocks.label) == (POSITIVE, NEGATIVE)


def test_country_is_a_place_unless_it_is_the_target() -> None:
    """A country between subject and verb does not take the verb from the subject."""
    text = document("Sales of Acme in China fell 20%.")
    acme, _ = score_entities(text, (entity(text, "Acme"), entity(text, "China", kind=Kind.COUNTRY)), MODEL)

    assert acme.sentiment.label is NEGATIVE


def test_capitalised_name_is_no_cue() -> None:
    """A surname that is also a verb of winning says nothing."""
    text = document("Officials of Acme will meet Donald Trump in Tokyo on Tuesday.")
    (acme,) = score_entities(text, (entity(text, "Acme"),), MODEL)

    assert acme.sentiment.label is NEUTRAL


# ---- the value


def assert_whole(sentiment: Sentiment) -> None:
    """Either all numbers stand and agree, or the reason does."""
    numbers = (sentiment.positive, sentiment.neutral, sentiment.negative)
    if sentiment.reason is not None:
        assert numbers == (None, None, None)
        assert (sentiment.score, sentiment.label, sentiment.cues) == (None, None, ())
        return
    positive, neutral, negative = (Decimal(str(number)) for number in numbers)
    assert positive + neutral + negative == 1
    assert min(positive, neutral, negative) >= 0
    assert Decimal(str(sentiment.score)) == positive - negative
    by_label = {POSITIVE: positive, NEUTRAL: neutral, NEGATIVE: negative}
    assert sentiment.label is not None
    assert by_label[sentiment.label] == max(by_label.values())


WORDS = st.sampled_from(
    (
        *("Acme", "Brix", "Acme's", "rose", "fell", "not", "less", "than", "feared", "but", ",", ";", "(", ".", "as"),
        *("loss", "which", "profit", "costs", "hit", "by", "was", "3%", "$4.2", "<.N225>", "$X", "52-week", "high"),
        *("and", "\n", "日本", "!", "'s", "…", "İ", "ﬁ", "\x00", "Inc.", "Corp", '"', "“", "–", "said", "it", "firms"),
        *("set", "up", "net"),
    )
)


@given(st.lists(WORDS, max_size=60).map(" ".join), st.booleans())
def test_any_text_gives_whole_sentiments(text: str, headline: bool) -> None:
    """Probabilities have four decimals and add up to exactly one, whatever the words."""
    read_text = document(*((" ", text) if headline else (text, "")))
    found = (entity(read_text, "Acme"), entity(read_text, "Brix", kind=Kind.PERSON), entity(read_text, "Acme's"))
    scored = score_entities(read_text, found, MODEL)

    for sentiment in (*every(scored), score_article(read_text, scored, MODEL)):
        assert_whole(sentiment)
        for cue in sentiment.cues:
            assert read_text.text(cue.field)[cue.start : cue.end] == cue.text


@given(st.text(max_size=120), st.integers(0, 120), st.integers(1, 12))
def test_any_span_of_any_text_gives_whole_sentiments(text: str, start: int, length: int) -> None:
    """A mention may begin and end anywhere, even within a word."""
    read_text = document(text)
    place = Mention(field=Field.BODY, start=start, end=start + length, text=None)
    found = Entity(id="company:x", kind=Kind.COMPANY, name="x", relevance=1.0, mention_count=1, mentions=(place,))

    for sentiment in every(score_entities(read_text, (found,), MODEL)):
        assert_whole(sentiment)


def test_cues_are_the_words_that_say_so() -> None:
    """A cue and the quantity it was composed with are one span of the article."""
    text = document("", "Acme rallies as profit beats forecasts, while Brix sinks")
    acme, brix = score_entities(text, (entity(text, "Acme"), entity(text, "Brix")), MODEL)

    assert "rallies" in [cue.text for cue in acme.sentiment.cues]
    assert [cue.text for cue in brix.sentiment.cues] == ["sinks"]
    assert all(cue.field is Field.HEADLINE for cue in (*acme.sentiment.cues, *brix.sentiment.cues))


def test_neutral_mention_has_no_cues() -> None:
    """Nothing carried a label that says nothing."""
    (sentiment,) = sentiments("Acme is based in Chicago.", "Acme")

    assert (sentiment.label, sentiment.cues) == (NEUTRAL, ())


def test_same_text_gives_the_same_value_whatever_the_order_of_entities() -> None:
    """Scores hang on the text, not on the order in which entities were found."""
    text = document("Acme rose, Brix fell and Corex, which had warned of losses, was flat.")
    found = tuple(entity(text, name) for name in ("Acme", "Brix", "Corex"))

    forward = score_entities(text, found, MODEL)
    backward = score_entities(text, found[::-1], MODEL)

    assert forward == backward[::-1]
    assert forward == score_entities(text, found, MODEL)


def test_overlapping_mentions_are_read_as_the_longer_one() -> None:
    """A name within a name gets the score of the place it stands in."""
    text = document("Acme Steel shares plunged 12%.")
    long, short = score_entities(text, (entity(text, "Acme Steel"), entity(text, "Acme")), MODEL)

    assert (long.sentiment.label, short.sentiment.label) == (NEGATIVE, NEGATIVE)


# ---- nothing to say


def test_other_languages_are_null_with_the_reason() -> None:
    """The weights know English only."""
    text = document("日経平均は大幅に上昇した。", language="ja")
    scored = score_entities(text, (entity(text, "日経平均", kind=Kind.INDEX),), MODEL)

    assert {sentiment.reason for sentiment in every(scored)} == {NoSentiment.UNSUPPORTED_LANGUAGE}
    assert score_article(text, scored, MODEL).reason is NoSentiment.UNSUPPORTED_LANGUAGE


def test_article_without_text_is_null_with_the_reason() -> None:
    """No text comes before any other reason."""
    assert score_article(document(" ", "\n", language="ja"), (), MODEL).reason is NoSentiment.NO_TEXT


@pytest.mark.parametrize("body", ["Acme", "Acme, Brix", "Acme 3.2 4.1 -0.8"])
def test_mention_with_no_words_around_it_is_null(body: str) -> None:
    """A list or a table row says nothing of whom it names."""
    (sentiment,) = sentiments(body, "Acme")

    assert sentiment.reason is NoSentiment.NO_CUE


def test_mention_in_boilerplate_is_null() -> None:
    """An entity of relevance 0 stands in boilerplate only."""
    text = document("Acme shares plunged 12%.")
    (scored,) = score_entities(text, (entity(text, "Acme", relevance=0.0),), MODEL)

    assert {sentiment.reason for sentiment in every((scored,))} == {NoSentiment.NO_CUE}


def test_mention_behind_what_is_read_of_a_sentence_is_null() -> None:
    """Of a sentence of more than 2,000 characters the rest is not read."""
    (sentiment,) = sentiments("word " * 500 + "Acme shares plunged", "Acme")

    assert sentiment.reason is NoSentiment.NO_CUE


# ---- means


def test_mentions_with_cues_outweigh_those_without() -> None:
    """An entity that is praised once and otherwise just named is positive."""
    body = "Acme shares surged 9% after a strong forecast. Acme is based in Ohio. Acme has 40 shops."
    (scored,) = score_entities(document(body), (entity(document(body), "Acme"),), MODEL)

    assert [mention.sentiment.label for mention in scored.mentions] == [POSITIVE, NEUTRAL, NEUTRAL]
    assert scored.sentiment.label is POSITIVE


def test_headline_outweighs_a_body_sentence() -> None:
    """Of two mentions that contradict each other the headline's has the last word."""
    text = document("Acme shares surged 9% on Monday.", "Acme shares plunged 9% on Monday")
    (scored,) = score_entities(text, (entity(text, "Acme"),), MODEL)

    assert scored.sentiment.label is NEGATIVE


@pytest.mark.parametrize(
    ("headline", "body", "names", "expected"),
    [
        ("Acme soars on record profit", "Acme shares jumped 9%. Brix fell 1%.", ("Acme", "Brix"), POSITIVE),
        ("Acme sinks on record loss", "Acme shares slumped 9%. Brix rose 1%.", ("Acme", "Brix"), NEGATIVE),
        ("Stocks rally to a record high", "Shares climbed as fears of a recession eased.", (), POSITIVE),
        ("Stocks slump on recession fears", "Shares plunged.", (), NEGATIVE),
    ],
)
def test_article_has_the_tone_of_headline_and_lead(
    headline: str, body: str, names: tuple[str, ...], expected: Polarity
) -> None:
    """Early mentions count more, and text that names nobody speaks by its cues."""
    assert whole(headline, body, *names).label is expected


def test_article_that_names_nobody_and_says_nothing_is_null() -> None:
    """No cue, no number."""
    assert whole("Agenda", "The meeting begins at noon.").reason is NoSentiment.NO_CUE


@pytest.mark.skipif(not SEEDS.exists(), reason="the seed articles are not beside the project")
def test_seed_articles_are_positive_for_both_indices() -> None:
    """Both report a rising Tokyo market."""
    for line in SEEDS.read_text(encoding="utf-8").splitlines():
        seed = msgspec.json.decode(line)
        text = document(seed["body"], seed.get("headline") or "")
        spellings = ("Nikkei 225", "TOPIX" if "TOPIX" in seed["body"] else "Topix")
        found = tuple(entity(text, name, kind=Kind.INDEX) for name in spellings)
        scored = score_entities(text, found, MODEL)

        assert [known.sentiment.label for known in scored] == [POSITIVE, POSITIVE]
        assert score_article(text, scored, MODEL).label is POSITIVE


# ---- events


def event(text: Document, type_: EventType, subject: str, **fields: object) -> Event:
    """An event whose evidence is the whole body."""
    return Event(
        type=type_,
        subject=EntityRef(id=f"company:{subject}", name=subject),
        evidence=(text.span(Field.BODY, 0, len(text.body)),),
        confidence=1.0,
        **fields,  # type: ignore[arg-type]  # the tests name fields of Event
    )


@pytest.mark.parametrize(
    ("body", "direction", "expected"),
    [
        ("Acme rose 3%.", Direction.UP, POSITIVE),
        ("Acme fell 3%.", Direction.DOWN, NEGATIVE),
        ("The shares were up 3%.", Direction.UP, POSITIVE),
        ("The shares were down 3%.", Direction.DOWN, NEGATIVE),
    ],
)
def test_event_takes_the_side_of_its_direction(body: str, direction: Direction, expected: Polarity) -> None:
    """Whether or not the evidence names the subject."""
    text = document(body)
    (scored,) = score_events(
        text, (event(text, EventType.COMPANY_PRICE_MOVE, "Acme", direction=direction),), MODEL, TYPES
    )

    assert_whole(scored.sentiment)
    assert scored.sentiment.label is expected


def test_forecast_moves_an_event_less_than_a_fact() -> None:
    """What is only expected weighs half."""
    text = document("A statement was made.")
    fact, forecast = (
        event(text, EventType.COMPANY_GUIDANCE, "Acme", direction=Direction.UP, fact_level=level)
        for level in (FactLevel.FACT, FactLevel.FORECAST)
    )
    first, second = score_events(text, (fact, forecast), MODEL, TYPES)

    assert first.sentiment.score is not None
    assert second.sentiment.score is not None
    assert first.sentiment.score > second.sentiment.score > 0


def test_event_without_direction_takes_what_the_text_says_of_its_subject() -> None:
    """A lawsuit is bad for whom it is brought against, found by mention or by name."""
    text = document("Prosecutors sued Acme Corporation over fraud.")
    lawsuit = event(text, EventType.COMPANY_LEGAL, "Acme Corporation")
    (by_name,) = score_events(text, (lawsuit,), MODEL, TYPES)
    named = entity(text, "Acme")
    (by_mention,) = score_events(text, (lawsuit,), MODEL, TYPES, (replace(named, id=lawsuit.subject.id or ""),))

    assert by_name.sentiment.label is NEGATIVE
    assert by_mention.sentiment.label is NEGATIVE


def test_event_with_neither_direction_nor_subject_in_its_evidence_is_null() -> None:
    """There is nobody to be good or bad for."""
    text = document("A contract was signed.")
    (scored,) = score_events(text, (event(text, EventType.COMPANY_CONTRACT, "Acme"),), MODEL, TYPES)

    assert scored.sentiment.reason is NoSentiment.NO_CUE


def test_event_in_another_language_is_null() -> None:
    """As for entities."""
    text = document("上昇した。", language="ja")
    (scored,) = score_events(text, (event(text, EventType.COMPANY_PRICE_MOVE, "Acme"),), MODEL, TYPES)

    assert scored.sentiment.reason is NoSentiment.UNSUPPORTED_LANGUAGE


@pytest.mark.parametrize("gap", ["  ", "\u00a0"])
def test_spaces_between_words_change_no_sentiment_and_cues_keep_their_places(gap: str) -> None:
    """Text is cut at spaces, however many stand between two words, and a ticker may have one within its brackets."""
    words = ["Gulfex", "(NASDAQ: GLFX)", "shares", "plunged", "after", "a", "loss", "-", "its", "worst", "ever."]
    one = document(" ".join(words))
    other = document(gap.join(words))

    (scored,) = score_entities(other, (entity(other, "Gulfex"),), MODEL)
    (plain,) = score_entities(one, (entity(one, "Gulfex"),), MODEL)

    assert (scored.sentiment.positive, scored.sentiment.negative) == (
        plain.sentiment.positive,
        plain.sentiment.negative,
    )
    assert scored.sentiment.label is NEGATIVE
    shown = [other.body[cue.start : cue.end].split() for cue in scored.sentiment.cues]
    assert shown == [(cue.text or "").split() for cue in plain.sentiment.cues]


# ---- model and code


@pytest.mark.parametrize("number", range(len(MODEL.header.probes)))
def test_features_still_fit_the_weights(number: int) -> None:
    """Sentences scored when the weights were made have the same logits now: else features changed without training."""
    probe = MODEL.header.probes[number]

    assert probe_logits(probe.text, probe.target, probe.others, MODEL) == (probe.positive, probe.negative)


@pytest.mark.parametrize("probe", MODEL.header.probes)
def test_logits_are_the_sum_of_the_weights_of_all_features(probe: Probe) -> None:
    """Inference makes no feature that has no weight, and leaves none out that has one: training makes them all."""
    places = sorted(
        EntityPlace(probe.text.index(name), probe.text.index(name) + len(name), key)
        for key, name in enumerate((probe.target, *probe.others))
    )
    reading = read_sentence(probe.text, places, MODEL.lexicon)
    slots = features(reading, reading.clauses.keys.index(0), name_features(probe.target, MODEL.lexicon))
    weights = [MODEL.weights[slot].get(feature, 0) for slot, found in slots for feature in found]

    assert unpack(MODEL.start + sum(weights)) == (probe.positive, probe.negative)


def test_there_are_probes() -> None:
    """The test above has something to compare."""
    assert len(MODEL.header.probes) >= 7


def test_weights_for_other_features_are_refused() -> None:
    """Whoever changes features raises their version, and old weights are no longer taken."""
    header = msgspec.structs.replace(MODEL.header, features=MODEL.header.features + 1)
    model = msgspec.structs.replace(MODEL, header=header)

    with pytest.raises(ValueError, match="are for features"):
        score_entities(document("Acme rose."), (), model)


def test_only_the_first_mentions_of_an_endless_article_are_scored() -> None:
    """Work is bounded: beyond 250 mentions, in text order, the rest are null."""
    text = document("Acme rose but Acme fell. " * 500)
    found = entity(text, "Acme")
    (scored,) = score_entities(text, (found,), MODEL)
    reasons = [mention.sentiment.reason for mention in scored.mentions]

    assert reasons == [None] * 250 + [NoSentiment.NO_CUE] * 750
    assert scored.sentiment.reason is None


def test_mentions_of_all_entities_count_in_text_order() -> None:
    """An entity that stands early is scored though another one was found before it."""
    text = document("Brix surged. " + "Acme rose but Acme fell. " * 500)
    _, brix = score_entities(text, (entity(text, "Acme"), entity(text, "Brix")), MODEL)

    assert brix.sentiment.label is POSITIVE
