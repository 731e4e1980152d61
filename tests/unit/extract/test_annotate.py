"""All stages of extraction together, as a worker runs them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import Annotation, Article, TextLanguage
from schemas.taxonomy import EventType, LanguageSource, NoSentiment, Polarity
from streams.data.languages import language_of
from streams.engine import load_extractor
from streams.extract.annotate import Extractor, annotate
from tests import shipped


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped registry and weights."""
    return shipped.undetecting()


def annotation(extractor: Extractor, headline: str, body: str, language: str | None) -> Annotation:
    """What is read in an article."""
    article = Article(
        uri="urn:test:1",
        published_at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        headline=headline,
        body=body,
        language=language,
    )
    return annotate(article, None, extractor)


def test_a_japanese_article_has_facts_and_says_why_it_has_no_sentiment(extractor: Extractor) -> None:
    """Index, firm and reading are found; every sentiment is null with the reason."""
    found = annotation(
        extractor,
        "日経平均が大幅高",
        "日経平均株価は前日比1.2%高の5万367円で取引を終えた。東京エレクトロンが上昇した。",
        "ja",
    )
    sentiments = [found.sentiment, *(e.sentiment for e in found.entities)]
    sentiments += [m.sentiment for e in found.entities for m in e.mentions] + [e.sentiment for e in found.events]

    assert {"index:N225", "company:8035.T"} <= {entity.id for entity in found.entities}
    assert [(fact.index, fact.change_pct) for fact in found.index_facts] == [("N225", 1.2)]
    assert {s.reason for s in sentiments} == {NoSentiment.UNSUPPORTED_LANGUAGE}
    assert {(s.label, s.score, s.positive) for s in sentiments} == {(None, None, None)}


def test_the_same_in_english_has_a_sentiment(extractor: Extractor) -> None:
    """The reason is the language alone."""
    found = annotation(extractor, "Nikkei soars", "The Nikkei average ended 1.2% higher. Tokyo Electron rose.", "en")

    assert found.sentiment.label is Polarity.POSITIVE
    assert found.sentiment.reason is None


GERMAN = "Der deutsche Leitindex gewann am Freitag 1,2 Prozent. Gefragt waren vor allem Werte der Technologie."
BUYBACK = "Toyota Motor said on Friday that it would buy back up to 1 trillion yen of its own shares."


@pytest.mark.parametrize(
    ("body", "stated", "language"),
    [
        (BUYBACK, "en-US", TextLanguage(tag="en-US", source=LanguageSource.STATED)),
        (GERMAN, "en", TextLanguage(tag="en", source=LanguageSource.STATED)),
        (GERMAN, None, TextLanguage(tag="de", source=LanguageSource.DETECTED)),
        (BUYBACK, None, TextLanguage(tag="en", source=LanguageSource.DETECTED)),
        ("Dax +1.2%", None, TextLanguage(tag="en", source=LanguageSource.ASSUMED)),
    ],
)
def test_annotation_says_who_says_in_which_language_the_article_is(
    extractor: Extractor, body: str, stated: str | None, language: TextLanguage
) -> None:
    """The producer is believed; else the text tells; else it is English. The article itself is left as it came."""
    found = annotation(replace(extractor, detect_language=language_of), "", body, stated)

    assert found.language == language
    assert found.article.language == stated


def test_article_without_a_language_has_the_events_of_its_text(extractor: Extractor) -> None:
    """English ones are found as if it had been stated; where the setting says Japanese, it is read as that."""
    detecting = replace(extractor, detect_language=language_of)
    japanese = replace(extractor, assumed_language="ja")

    assert [e.type for e in annotation(detecting, "", BUYBACK, None).events] == [EventType.COMPANY_BUYBACK]
    assert annotation(extractor, "", BUYBACK, None).events == annotation(extractor, "", BUYBACK, "en").events
    assert annotation(japanese, "", BUYBACK, None).sentiment.reason is NoSentiment.UNSUPPORTED_LANGUAGE


def test_parties_of_events_say_whether_the_registry_has_them(extractor: Extractor) -> None:
    """One firm is there, the other is made from the text."""
    body = "Toyota Motor agreed to buy Brimholt Gearworks Inc. for $2.1 billion. Brimholt Gearworks Inc. makes gears."
    (deal,) = annotation(extractor, "", body, "en").events
    parties = {p.role: p.entity for p in deal.participants} | {"subject": deal.subject}

    assert {e.id: e.resolved for e in parties.values()} == {
        "company:7203.T": True,
        "company:~brimholt-gearworks": False,
    }


def test_digest_is_of_the_article_as_it_came(extractor: Extractor) -> None:
    """Another setting, or a better model, makes no other version of an article."""
    detecting = replace(extractor, detect_language=language_of)

    assert annotation(detecting, "", GERMAN, None).digest == annotation(extractor, "", GERMAN, None).digest


def test_one_line_of_a_users_registry_finds_an_index_and_reads_it(tmp_path: Path) -> None:
    """Its number, its members, its home and longer names that begin with its maker's: no code knows them."""
    line = {
        "id": "index:ZTX",
        "name": "Zetland 70",
        "country": "JP",
        "constituents": [70],
        "home": ["Japan", "Port Zet"],
        "providers": ["Zetland 70"],
    }
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    body = (
        "The Zetland 70 rose 1.2% to 3,051.10. The 70-share index is up 9% this year. "
        "Port Zet's benchmark index had lost 2% in the week."
    )
    extractor = load_extractor((path,))
    found = annotate(
        Article(uri="a", published_at=datetime(2026, 1, 5, tzinfo=UTC), headline="", body=body), None, extractor
    )

    said = [(f.index.removeprefix("other:"), f.change_pct, f.level, f.basis.value) for f in found.index_facts]
    assert said == [("ZTX", 1.2, 3051.1, "session"), ("ZTX", 9.0, None, "ytd"), ("ZTX", -2.0, None, "week")]


RATED = "Italy was rated BBB by Vordel on Friday."
BESIDE_ANOTHER_INDEX = "Vordel, Quombex wrap up a strange week"
INDICES_OF_A_USER = (
    {"id": "index:VRD", "name": "Vordel 90", "weak_aliases": ["Vordel"]},
    {"id": "company:unlisted-vordel", "name": "Vordel Holdings", "weak_aliases": ["Vordel"], "listed": False}
    | {"category": "rater"},
    {"id": "index:QMB", "name": "Quombex Composite", "aliases": ["Quombex"], "nicknames": ["Quombex"]},
)


@pytest.mark.parametrize(
    ("body", "meant"),
    [(RATED, "company:unlisted-vordel"), (BESIDE_ANOTHER_INDEX, "index:VRD")],
)
def test_index_that_shares_its_name_with_a_rater_is_told_by_the_registry_alone(
    tmp_path: Path, body: str, meant: str
) -> None:
    """That a firm rates, and by which short name reports call another index, stands in their lines."""
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(map(json.dumps, INDICES_OF_A_USER)), encoding="utf-8")

    found = annotation(load_extractor((path,)), "", body, "en")

    assert {entity.id for entity in found.entities} & {"index:VRD", "company:unlisted-vordel"} == {meant}
