"""A re-publication through all stages: from two articles to the event that names the first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schemas import Article, MarketEvent, Position
from streams.extract.annotate import annotate
from streams.reconcile import reconcile
from streams.tally import Tally
from tests import shipped

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REPORT = Article(
    uri="urn:a",
    published_at=NOON,
    headline="Nikkei ends at record",
    body=(
        "Tokyo stocks rose on Friday, with the Nikkei 225 closing 1,071.47 points, or 2.17 percent, higher at "
        "50,367.38 as exporters gained on a weak yen. Some 1,204 issues advanced and 361 declined in all.\n\n"
        "Turnover came to 5.213 trillion yen, the most in seven weeks, brokers said. The dollar stood at 151.62 yen, "
        "compared with 150.88 yen late on the day before in New York. Chip makers led the way after strong results "
        "abroad, and banks rose on hopes for higher interest rates."
    ),
)


def told(*articles: Article) -> list[MarketEvent]:
    """The first event of each article, one after the other through all stages."""
    extractor, tally, events = shipped.extractor(), Tally(), []
    for offset, article in enumerate(articles):
        annotation = annotate(article, Position(partition=0, offset=offset), extractor)
        for claim in reconcile(annotation, article.published_at, {}).claims:
            events += tally.apply(claim).events[:1]
    return events


def test_an_edited_copy_names_the_article_that_it_repeats() -> None:
    """Another uri, headline, byline and one word."""
    copy = replace(
        REPORT,
        uri="urn:b",
        published_at=NOON + timedelta(minutes=20),
        headline="Tokyo shares close higher",
        body="By Kenji Mori\n\n" + REPORT.body.replace("brokers said", "dealers said"),
    )
    first, second = told(REPORT, copy)

    assert (first.novelty.rank, first.novelty.repeat_of) == (1, None)
    assert (second.novelty.rank, second.novelty.linked, second.novelty.repeat_of) == (2, ("urn:a",), "urn:a")


def test_the_next_days_report_on_the_same_form_repeats_nothing() -> None:
    """Its figures are others, and its claim is of another day."""
    body = REPORT.body
    for old, new in (
        ("Friday", "Monday"), ("1,071.47", "312.06"), ("2.17", "0.62"), ("50,367.38", "50,679.44"), ("1,204", "882"),
        ("361", "640"), ("5.213", "4.718"), ("151.62", "152.09"), ("150.88", "151.70"),
    ):  # fmt: skip
        body = body.replace(old, new)
    first, second = told(REPORT, replace(REPORT, uri="urn:c", published_at=NOON + timedelta(days=3), body=body))

    assert first.similarity_key != second.similarity_key
    assert (second.novelty.rank, second.novelty.repeat_of) == (1, None)
