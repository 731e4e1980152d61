"""The scorer: what it adds to the rules, and that it tells why."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from schemas import Article, EntityRef, Event
from schemas.taxonomy import EventType, FactLevel
from streams.data.event_weights import SHIPPED, EventWeights, Feature, load_event_weights, pack
from streams.extract.annotate import Extractor, annotate
from streams.extract.events.find import Considered, RuleBook, consider, find_events, unlikely_of
from streams.extract.events.scorer import Scorer, WordClasses, features
from streams.extract.explain import explain
from streams.extract.names.entities import find_entities
from streams.extract.text.document import Document, read
from tests import shipped

BUYBACK = EventType.COMPANY_BUYBACK


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """What newstape ships."""
    return shipped.extractor()


def document(body: str) -> Document:
    """A body as an article."""
    return read(Article(uri="u", published_at=datetime(2026, 5, 4, tzinfo=UTC), body=body, language="en"))


def book_with(extractor: Extractor, weights: dict[Feature, int], *, start: int = -64) -> RuleBook:
    """The shipped rules with a scorer that knows only these weights, all of buybacks."""
    trained = load_event_weights()
    packed = {feature: pack([weight * (kind is BUYBACK) for kind in _types()]) for feature, weight in weights.items()}
    header = msgspec.structs.replace(trained.header, adds=0)
    of_test = EventWeights(version="t", header=header, weights=packed, trust={}, start=pack([start for _ in _types()]))
    book = extractor.rule_book
    return RuleBook.of(book.rules, extractor.registry, of_test)


def _types() -> list[EventType]:
    return [kind for kind in EventType if not kind.value.startswith("index.")]


def considered(extractor: Extractor, body: str, book: RuleBook) -> Considered:
    """All that is considered in a body."""
    text = document(body)
    return consider(text, find_entities(text, extractor.names), book)


def test_words_that_no_rule_knows_can_tell_of_an_event(extractor: Extractor) -> None:
    """The party is found as for a rule."""
    body = "Shell said it would mop up some of its own stock to the tune of $2 billion."
    book = book_with(extractor, {("mop", "up"): 40, "mop": 60})
    text = document(body)
    (event,) = find_events(text, find_entities(text, extractor.names), (), book)
    assert (event.type, event.subject.id) == (BUYBACK, "company:SHEL.L")
    assert event.arguments["amount"].value == 2e9


def test_nothing_is_proposed_where_a_rule_was_tried_and_something_spoke_against_it(extractor: Extractor) -> None:
    """The rules know what is denied; words alone do not."""
    body = "Shell denied it would launch a share buyback."
    assert _kinds(extractor, body, book_with(extractor, {"buyback": 500})) == []


def test_what_rules_found_anywhere_is_not_proposed_again(extractor: Extractor) -> None:
    """The rule knows the party better."""
    body = "Shell launched a $2 billion share buyback. BP may mop up some stock."
    finds = considered(extractor, body, book_with(extractor, {"mop": 500})).finds
    assert [find.rule.startswith("scored:") for find in finds] == [False]


def test_the_heaviest_features_come_first(extractor: Extractor) -> None:
    """As `explain` shows them."""
    book = book_with(extractor, {"mop": 60, ("mop", "up"): -70, "<company>": 1})
    assert book.scorer is not None
    (find,) = considered(extractor, "Shell launched a share buyback to mop up stock.", book).finds
    strongest = book.scorer.strongest(find.clause.tagged, BUYBACK)
    assert strongest == [(("mop", "up"), -70), ("mop", 60), ("<company>", 1)]
    assert find.score == -64 - 70 + 60 + 1


def test_features_are_words_pairs_classes_signs_and_place(extractor: Extractor) -> None:
    """Names stand there as their kinds and numbers as numbers, so that what is learned holds for others."""
    (find,) = considered(extractor, "Shell raised its dividend by 4% in 2026.", extractor.rule_book).finds
    found = features(find.clause.tagged, WordClasses(extractor.rule_book.rules.classes))
    assert {"<company>", "raised", ("<company>", "raised"), "@raise_guidance", "@dividend", "#", "#year"} <= found
    assert {"%", "^lead"} <= found
    assert not {"shell", "4", "2026"} & found


def test_weights_for_other_features_are_refused(extractor: Extractor) -> None:
    """They would score something else than they were made for."""
    weights = load_event_weights()
    other = msgspec.structs.replace(weights, header=msgspec.structs.replace(weights.header, features=99))
    with pytest.raises(ValueError, match="are for features 99"):
        Scorer.of(other, extractor.rule_book.rules.classes)


def _kinds(extractor: Extractor, body: str, book: RuleBook) -> list[EventType]:
    text = document(body)
    return [event.type for event in find_events(text, find_entities(text, extractor.names), (), book)]


def test_confidence_is_that_of_what_a_find_says(extractor: Extractor) -> None:
    """The weights of its features add up to a logit, and the table has the probability."""
    book = book_with(extractor, {})
    assert book.scorer is not None
    header = msgspec.structs.replace(
        book.scorer.weights.header, trust=-10, confidence=((-99, 1000), (0, 7000), (50, 9000))
    )
    weights = msgspec.structs.replace(book.scorer.weights, header=header, trust={"buyback": 20, "party known": 30})
    sure = RuleBook.of(book.rules, extractor.registry, weights)
    (find,) = considered(extractor, "Shell launched a $2 billion share buyback.", sure).finds
    assert {"buyback", "party known"} <= set(find.said)
    assert find.event.confidence == 0.7


def test_of_two_events_of_a_type_the_less_likely_one_goes_if_it_is_too_unlikely() -> None:
    """An article rarely tells of two; the only one stays, however unlikely."""
    shell, bp = (_event(party, confidence) for party, confidence in (("Shell", 0.8), ("BP", 0.3)))
    assert unlikely_of([shell, bp], 0.4) == [bp]
    assert unlikely_of([shell, bp], 0.3) == []
    assert unlikely_of([bp], 0.4) == []


def _event(party: str, confidence: float) -> Event:
    return Event(
        type=BUYBACK,
        subject=EntityRef(id=None, name=party),
        fact_level=FactLevel.FACT,
        evidence=(),
        confidence=confidence,
    )


def test_events_below_the_least_confidence_are_left_out(extractor: Extractor) -> None:
    """And `explain` says so."""
    article = Article(
        uri="u", published_at=datetime(2026, 5, 4, tzinfo=UTC), body="Shell launched a share buyback.", language="en"
    )
    assert len(annotate(article, None, extractor).events) == 1
    strict = replace(extractor, min_confidence=1.0)
    assert annotate(article, None, strict).events == ()
    assert ("company.buyback", "confidence") in [
        (one.type.value, one.against) for one in explain(article, strict).passed_over
    ]


def test_a_type_that_came_after_the_weights_is_found_by_its_rules_alone(extractor: Extractor, tmp_path: Path) -> None:
    """Its events have the confidence of their rules; who adds a type has not the texts to train the scorer with."""
    head, _, body = SHIPPED.read_bytes().partition(b"\n")
    told = json.loads(head)
    del told["start"][BUYBACK.value]
    lines = [re.sub(rb"(?<=[\t ])buyback:-?\d+ ?", b"", line).rstrip(b" ") for line in body.splitlines()]
    kept = b"".join(line + b"\n" for line in lines if not line.endswith(b"\t"))
    told["weights"] = hashlib.sha256(kept).hexdigest()
    path = tmp_path / "weights.tsv"
    path.write_bytes(json.dumps(told).encode() + b"\n" + kept)
    book = RuleBook.of(extractor.rule_book.rules, extractor.registry, load_event_weights(path))

    (find,) = considered(extractor, "Shell launched a $2 billion share buyback.", book).finds
    (rule,) = (rule for rule in book.rules.rules if rule.name == find.rule)
    assert (find.event.type, find.event.confidence) == (BUYBACK, rule.confidence)
