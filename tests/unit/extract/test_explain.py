"""Explanations: the same annotation as the pipeline gives, and for each find a rule that was really applied."""

from datetime import UTC, datetime

import pytest

from schemas import Article
from streams.data.event_rules import load_event_rules, rule_places
from streams.data.registry import AliasClass
from streams.extract.annotate import Extractor, annotate
from streams.extract.explain import Explanation, explain
from streams.extract.names.reasons import MEANINGS, Because
from tests import shipped

TEXT = (
    "The Dow fell 1.2% to 41,880 as Dow Inc warned of weak demand. Target jumped 4%, and Target rose on. "
    "Sony agreed to buy Gulfex Inc for $3 billion. Gulfex said so. Toyota denied it would cut its dividend. "
    "Prime Minister Sanae Takaichi spoke; Takaichi left. Beijing said it would respond to Japanese exporters. "
    "S&P cut its rating. The firm is listed on the Nasdaq (NASDAQ: AAPL)."
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped data, read once for all tests here."""
    return shipped.extractor()


def article(body: str = TEXT, headline: str = "", language: str | None = None) -> Article:
    """An article of this text."""
    at = datetime(2026, 1, 5, 8, tzinfo=UTC)
    return Article(uri="urn:test:1", published_at=at, headline=headline, body=body, language=language)


@pytest.fixture(scope="module")
def found(extractor: Extractor) -> Explanation:
    """The explanation of TEXT."""
    return explain(article(), extractor)


def test_what_is_explained_is_what_the_pipeline_gives(extractor: Extractor, found: Explanation) -> None:
    """To the byte: an explanation of something else explains nothing."""
    assert found.annotation == annotate(article(), None, extractor)


def test_every_mention_has_its_reason(found: Explanation) -> None:
    """At the same place, in the same order."""
    assert {entity.id for entity in found.annotation.entities} == set(found.mentions)
    for entity in found.annotation.entities:
        places = [(mention.field, mention.start, mention.end) for mention in entity.mentions]
        assert places == [(trace.field, trace.start, trace.end) for trace in found.mentions[entity.id]]


@pytest.mark.parametrize(
    ("entity", "because"),
    [
        ("index:DJI", [Because.INDEX_WORDS]),
        ("company:DOW", [Because.NAME]),
        ("company:TGT", [Because.FIRM_WORDS, Because.FIRM_ELSEWHERE]),
        ("company:~gulfex", [Because.LEGAL_FORM, Because.SHORT_NAME]),
        ("company:SPGI", [Because.RATER]),
        ("person:sanae-takaichi", [Because.NAME, Because.SURNAME]),
        ("country:CN", [Because.GOVERNMENT_ACTS]),
        ("country:JP", [Because.ADJECTIVE]),
        ("organization:nasdaq-exchange", [Because.VENUE]),
        ("company:AAPL", [Because.SYMBOL]),
    ],
)
def test_the_rule_that_told_is_named(found: Explanation, entity: str, because: list[Because]) -> None:
    """By the rule that was applied at each mention."""
    assert [trace.because for trace in found.mentions[entity]] == because


def test_the_name_of_the_registry_and_the_words_around_are_shown(found: Explanation) -> None:
    """With what the name needs to count."""
    dow, target = found.mentions["index:DJI"][0], found.mentions["company:TGT"][0]
    assert (dow.alias, dow.alias_class) == ("Dow", AliasClass.STRONG)
    assert [word.text for word in dow.words] == ["The", "fell"]
    assert (target.alias, target.alias_class) == ("Target", AliasClass.WEAK)
    assert [word.text for word in target.words] == ["jumped"]
    assert all(TEXT[word.start : word.end] == word.text for word in (*dow.words, *target.words))


def test_a_fact_shows_what_its_words_were_read_as(found: Explanation) -> None:
    """The index, the move and both numbers."""
    read = [(word.part, word.span.text) for word in found.facts[0]]
    assert read == [
        ("index", "Dow"),
        ("move", "fell"),
        ("figure", "1.2%"),
        ("preposition", "to"),
        ("figure", "41,880"),
    ]


def test_an_event_shows_its_rule_and_the_guards_that_let_it_pass(found: Explanation) -> None:
    """By the name that the rule has in its file; an event of an index has the fact instead."""
    by_type = {event.type.value: finds for event, finds in zip(found.annotation.events, found.events, strict=True)}
    assert [find.rule for find in by_type["company.merger"]] == ["merger-buys-firm"]
    assert "negation" in by_type["company.merger"][0].guards
    assert by_type["index.move"] == ()


def test_what_a_guard_spoke_against_is_told(found: Explanation) -> None:
    """A cut that is denied is no event, and this says why."""
    told = {(one.type.value, one.against, one.evidence.text) for one in found.passed_over}
    assert ("company.dividend", "negation", "Toyota denied it would cut its dividend.") in told


def test_every_rule_has_a_place_and_every_reason_a_meaning() -> None:
    """So that an analyst can look it up."""
    assert {rule.name for rule in load_event_rules().rules} == set(rule_places())
    assert set(MEANINGS) == set(Because)


def test_other_languages_are_explained_as_well(extractor: Extractor) -> None:
    """Japanese facts by their evidence alone; no event rules."""
    japanese = explain(article("日経平均は続伸し、終値は300円高の5万1000円だった。", language="ja"), extractor)
    assert [trace.alias for trace in japanese.mentions["index:N225"]] == ["日経平均"]
    assert (japanese.facts, japanese.passed_over) == (((),), ())
