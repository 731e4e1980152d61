"""The view of an article: what a reader sees, and the way back to the characters as received."""

from datetime import UTC, datetime
from time import process_time

import pytest

from schemas import Article, Span
from schemas.taxonomy import Field
from streams.extract.annotate import Extractor, annotate
from streams.extract.explain import explain
from streams.extract.text.view import view_of
from tests import shipped


def article(body: str, headline: str = "") -> Article:
    """An article with this text."""
    when = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return Article(uri="urn:test:1", published_at=when, headline=headline, body=body, language="en")


@pytest.mark.parametrize(
    ("received", "read"),
    [
        ("The S&amp;P 500 and AT&amp;amp;T", "The S&P 500 and AT&T"),
        ("Dow&nbsp;Jones &#8212; McDonald&#146;s &eacute;", "Dow\xa0Jones — McDonald’s é"),
        ("Micro\u00adsoft, Nik&shy;kei\u200b 225, \ufeffDax", "Microsoft, Nikkei 225, Dax"),
        ('Shares of <a class="ticker" href="/q?s=AAPL">AAPL</a> <B>fell</B>', "Shares of AAPL fell"),
        ("Shares of <ticker>AAPL</ticker> fell", "Shares of AAPL fell"),
        ("<p>One.</p><p>Two</p><ul><li>Three</li></ul>", "\n\nOne.\n\n\n\nTwo\n\n\n\n\n\nThree\n\n\n\n"),
        ("<p>Wrapped\nline.\n\nNext.</p>", "\n\nWrapped line.\n\nNext.\n\n"),
        ("One<br>two<br/>three<wbr>four", "One\ntwo\nthreefour"),
        ("a<script>if (x<y) rise(5)</script>b<style>p {}</style>c<!-- Dax rose 1% -->d", "abcd"),
        ("<!DOCTYPE html><?xml version='1.0'?>text", "text"),
        ("[Apple](https://example.com/apple) and ![chart](/c.png) rose", "Apple and chart rose"),
        ("Ｓ＆Ｐ ５００ ＋１．２％", "S&P 500 +1.2%"),
        ("Dax ▲2.17%, Cac ▼ 1.3%", "Dax +2.17%, Cac -1.3%"),
        ("日経平均は▲150円", "日経平均は-150円"),
        ("Aex ↑ 0.4%, Bel ↓0.2%", "Aex +0.4%, Bel -0.2%"),
        ("日経平均は↑1.2%", "日経平均は+1.2%"),
    ],
)
def test_what_a_reader_does_not_see_is_hidden(received: str, read: str) -> None:
    """Tags, references, invisible characters and links are gone; full width is folded; triangles are signs."""
    assert view_of(article(received)).article.body == read


@pytest.mark.parametrize(
    "text",
    [
        "ORANGE <OJAY> SETS OFFER, <TD> AND <B> RISE",
        "Hong Kong shares <.HSI> and <0700.HK>",
        "x < y, y > z, <3, a <b and c> d, <- and <>",
        "Write to John <john@example.com>",
        "AT&T, R&D, P&L; &bogus; &#xD800; &",
        "unclosed <!-- comment and <script without an end",
        "[sic] and (see table) and [1](note)",
        "▲ 5 stocks to watch; profit after-tax\u00a0— 日本語。「終値」",
        "Line one\nline two",
    ],
)
def test_what_is_no_markup_stays(text: str) -> None:
    """Symbols in angle brackets, comparisons, ampersands: the article itself is read, and nothing is computed."""
    plain = article(text, headline=text)

    assert view_of(plain).article is plain
    assert view_of(plain).texts is None


def test_a_name_in_capitals_is_a_tag_where_others_are() -> None:
    """`<P>` is a symbol in a wire's story and a paragraph in a page."""
    assert view_of(article("PHILLIPS <P> FELL")).article.body == "PHILLIPS <P> FELL"
    assert view_of(article("<A HREF=x>Phillips</A><P>fell")).article.body == "Phillips\n\nfell"


@pytest.mark.parametrize(
    ("received", "read", "quoted"),
    [
        ("The S&amp;P 500 rose", "S&P 500", "S&amp;P 500"),
        ("The <b>Dow</b> rose", "Dow", "Dow"),
        ("The <b>Dow</b> Jones rose", "Dow Jones", "Dow</b> Jones"),
        ("Micro\u00adsoft fell", "Microsoft", "Micro\u00adsoft"),
        ("&nbsp;Dax ▲ 2%", "+2%", "▲ 2%"),
        ("Ｄａｘ rose", "Dax", "Ｄａｘ"),
    ],
)
def test_a_place_of_the_view_is_quoted_from_the_text_as_received(received: str, read: str, quoted: str) -> None:
    """Hidden characters inside belong to it, those around do not."""
    view = view_of(article(received))
    start = view.article.body.index(read)

    span = view.received(Span(field=Field.BODY, start=start, end=start + len(read), text=read))

    assert span.text == quoted
    assert received[span.start : span.end] == quoted


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped registry and weights."""
    return shipped.undetecting()


def test_an_article_in_html_is_annotated_as_its_text(extractor: Extractor) -> None:
    """Facts and events of names that are written with references, tags and soft hyphens."""
    body = "<p>The S&amp;P 500 rose 0.5% to 6,800.12.</p><p><a href='/t'>Micro&shy;soft</a> shares fell 2%.</p>"

    found = annotate(article(body, headline="S&amp;P 500 climbs"), None, extractor)

    assert [(fact.index, fact.change_pct, fact.level) for fact in found.index_facts] == [("SPX", 0.5, 6800.12)]
    assert {event.subject.id for event in found.events} == {"index:SPX", "company:MSFT"}
    places = [m for e in found.entities for m in e.mentions if m.field is Field.BODY]
    assert [body[place.start : place.end] for place in places] == [place.text for place in places]
    assert {place.text for place in places} == {"S&amp;P 500", "Micro&shy;soft"}


def test_an_explanation_quotes_the_text_as_received(extractor: Extractor) -> None:
    """What it shows stands at its offsets in the article, and in the sentences that it gives."""
    body = "<p>Old news.</p><p>The <b>S&amp;P 500</b> rose 0.5%.</p><p>Apple raised its&nbsp;dividend by 5%.</p>"

    found = explain(article(body), extractor)

    spans = [word.span for words in found.facts for word in words]
    spans += [find.evidence for finds in found.events for find in finds]
    assert spans
    assert all(body[span.start : span.end] == span.text for span in spans)
    assert [s.text for s in found.document.sentences][1:] == [
        "The <b>S&amp;P 500</b> rose 0.5%.",
        "Apple raised its&nbsp;dividend by 5%.",
    ]
    assert found.document.body == body


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<a ",
            "<a '\"",
            "<a b=",
            "<a b=\"'\"='",
            '="',
            "<!--",
            "<!",
            "<?",
            "</",
            "<p",
            "<p>",
            "<script>",
            "<x y=''>",
        ),
        *("<script></style>", "</script", "&", "&#", "&amp;", "&amp;b;", "[", "[a](", "](/", "![", "\u200b", "▲", "Ａ"),
    ],
)
def test_the_view_of_a_mebibyte_of_any_markup_is_linear(unit: str) -> None:
    """A text of twice the length takes some twice the time; quadratic work would take minutes."""
    text = (unit * (1_048_576 // len(unit)))[:1_048_576]
    began = process_time()

    view_of(article(text))

    assert process_time() - began < 15
