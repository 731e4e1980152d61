"""Sentences and boilerplate: where text is cut and what is no part of the story."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Article
from schemas.taxonomy import Field
from streams.extract.text.document import primary_language, read

NOON = datetime(2025, 10, 27, 12, tzinfo=UTC)


def sentences(body: str, headline: str = "") -> list[str]:
    """Texts of all sentences with their line ends made plain."""
    article = Article(uri="urn:test:1", published_at=NOON, headline=headline, body=body)
    return [" ".join(sentence.text.split()) for sentence in read(article).sentences]


def story(body: str) -> list[str]:
    """Texts of the sentences that are part of the story."""
    article = Article(uri="urn:test:1", published_at=NOON, body=body)
    return [" ".join(sentence.text.split()) for sentence in read(article).sentences if not sentence.boilerplate]


@pytest.mark.parametrize(
    "text",
    [
        "Hitachi Ltd. and Sony Group Corp. rose after Inc. Magazine named them.",
        "The U.S. Treasury and the U.K. Treasury spoke to J. P. Morgan at St. Louis.",
        "Mr. Smith vs. Dr. Jones was heard on Jan. 5 at 10:01 a.m. ET.",
        "The index was up 2.17% at 50,367.38 in No. 2 trading.",
        "The Dow <.DJI> rose 1.2% and the S&P 500 <.SPX> 0.3% [.N] in New York.",
        "Yahoo! Inc and Yahoo Japan agreed.",
        "Sen. Bob Dole (R-Kan.) said Gen. Motors would sell.",
        "He wrote a 3.5 in. column for Amazon.com and Booking.com.",
    ],
)
def test_full_stops_that_end_no_sentence(text: str) -> None:
    """Abbreviations, initials, decimals, times and RICs leave a sentence whole."""
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Nikkei rose. Topix fell.", ["The Nikkei rose.", "Topix fell."]),
        ("It closed at 37,531.53. The Topix fell.", ["It closed at 37,531.53.", "The Topix fell."]),
        ("He joined Apple Inc. The shares rose.", ["He joined Apple Inc.", "The shares rose."]),
        ("He lives in the U.S. He said so.", ["He lives in the U.S.", "He said so."]),
        ("It opened at 9 a.m. The mood was calm.", ["It opened at 9 a.m.", "The mood was calm."]),
        ("“We are here.” He left. (It rained.) Then", ["“We are here.”", "He left.", "(It rained.)", "Then"]),
        ("It fell. [.N] The Dow rose.", ["It fell. [.N]", "The Dow rose."]),
        ("Why? Because! $10 is enough... And so on.", ["Why?", "Because!", "$10 is enough...", "And so on."]),
        ("Stocks fell on Monday.The Nikkei lost 1%.", ["Stocks fell on Monday.", "The Nikkei lost 1%."]),
        ("Profit was $1.2 mln. Nike gained.", ["Profit was $1.2 mln.", "Nike gained."]),
        ("Puma sees adj. EPS of $2.", ["Puma sees adj. EPS of $2."]),
        ("Sales hit €7.1bn. Puma fell.", ["Sales hit €7.1bn.", "Puma fell."]),
        ("Orders were worth $2.4B. Bombardier rose.", ["Orders were worth $2.4B.", "Bombardier rose."]),
        (
            "It paid 34 cts. Boeing paid 1.2 bln. Airbus 5 pct.",
            ["It paid 34 cts.", "Boeing paid 1.2 bln.", "Airbus 5 pct."],
        ),
        ("It earned 5.2 mln dlrs. Fourth", ["It earned 5.2 mln dlrs.", "Fourth"]),
        ("It owes 5 mln. Canadian dlrs to it.", ["It owes 5 mln. Canadian dlrs to it."]),
        ("Is it No. 1? No. It is second.", ["Is it No. 1?", "No.", "It is second."]),
        ("1. Toyota rose. 2. Sony fell.", ["1. Toyota rose.", "2. Sony fell."]),
        ("iPhone sales fell. eBay rose.", ["iPhone sales fell.", "eBay rose."]),
        ("日経平均は上昇した。TOPIXも続伸した。", ["日経平均は上昇した。", "TOPIXも続伸した。"]),
        ("社長は「増益だ。」と述べた。株価は上昇。", ["社長は「増益だ。」と述べた。", "株価は上昇。"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    """Full stops, question marks and their Japanese kin end sentences, closing quotes and news codes included."""
    assert sentences(text) == expected


def test_line_ends_of_wrapped_wire_text_are_space() -> None:
    """A story wrapped by width with indented paragraphs is cut at full stops and indents, not at line ends."""
    body = (
        "Nippon Steel Corp of\nJapan said it would buy U.S. Steel Corp for cash, subject to the\n"
        "approval of shareholders. Trading in the stock was halted in New\nYork until noon.\n"
        "    Analysts said the price was high, but added that the deal was\nlikely to close by the end of the year.\n"
        " Reuter"
    )
    assert sentences(body) == [
        (
            "Nippon Steel Corp of Japan said it would buy U.S. Steel Corp for cash, subject to the approval of "
            "shareholders."
        ),
        "Trading in the stock was halted in New York until noon.",
        "Analysts said the price was high, but added that the deal was likely to close by the end of the year.",
        "Reuter",
    ]


def test_rows_of_a_table_are_lines_of_their_own() -> None:
    """Indented result lines of 1987 and columns set apart by spaces are one item a line."""
    assert sentences("Shr 37 cts vs 13 cts\n    Net 4.5 mln vs 1.5 mln\n    Revs 63.3 mln vs 53.8 mln\n Reuter")[
        :3
    ] == [
        "Shr 37 cts vs 13 cts",
        "Net 4.5 mln vs 1.5 mln",
        "Revs 63.3 mln vs 53.8 mln",
    ]
    prices = (
        "Closing prices of the day in Tokyo, in yen, with the change from\nthe day before:\n"
        "Sony   3,012   +40\nToyota   2,610   -12"
    )
    assert sentences(prices)[-2:] == ["Sony 3,012 +40", "Toyota 2,610 -12"]


def test_every_line_of_unwrapped_text_is_a_block() -> None:
    """Headings and list items without a full stop stand alone where paragraphs are one line each."""
    body = (
        "Key Catalysts\nExporter Resurgence. Leading firms capitalised on positive headlines and on renewed demand "
        "from abroad, as they did last year.\n- Sony up\n- Hitachi up\n\nOutlook"
    )
    assert sentences(body) == [
        "Key Catalysts",
        "Exporter Resurgence.",
        "Leading firms capitalised on positive headlines and on renewed demand from abroad, as they did last year.",
        "- Sony up",
        "- Hitachi up",
        "Outlook",
    ]


def test_headline_comes_first_and_keeps_its_abbreviations() -> None:
    """A headline is read before the body and is not cut behind "Inc."."""
    article = Article(
        uri="urn:test:1", published_at=NOON, headline="Apple Inc. In Talks With Tesla Inc.", body="It said so."
    )
    found = read(article).sentences
    assert [(s.field, s.text) for s in found] == [
        (Field.HEADLINE, "Apple Inc. In Talks With Tesla Inc."),
        (Field.BODY, "It said so."),
    ]


@pytest.mark.parametrize(
    "notice",
    [
        "The post Nikkei breaks 50,000 appeared first on Invezz",
        "(Reporting by Jane Doe in Tokyo; Editing by John Smith)",
        "Additional reporting by Jane Doe",
        "By Kenji Sato and Jane Doe, Reuters",
        "Share this article on Facebook, X and LinkedIn",
        "Facebook Twitter LinkedIn WhatsApp Email",
        "Follow us on Google News",
        "Subscribe to our newsletter",
        "Disclosure: I hold shares of Apple. I wrote this article myself.",
        "Disclaimer: This is not investment advice.",
        "The Motley Fool has positions in and recommends Apple and Microsoft.",
        "The author has no position in any of the stocks mentioned.",
        "At the time of publication, the writer owned shares of Tesla.",
        "Nothing here shall constitute investment advice and it should not be taken as advice.",
        "© 2025 Reuters. All rights reserved.",
        "Copyright 2025 Dow Jones & Company, Inc.",
        "S&P 500 is a registered trademark of Standard & Poor's Financial Services LLC.",
        "Our Standards: The Thomson Reuters Trust Principles.",
        "Read more: Toyota cuts its outlook",
        "ALSO READ: Infosys Q2 results today",
        "Related: Sony shares slump",
        "Home | Markets | Stocks | Toyota",
        "Tickers: AAPL, MSFT, TSLA",
        "Tags: Apple, Nikkei 225",
        "$AAPL $MSFT $TSLA",
        "NASDAQ: AAPL, NYSE: F",
        "Photo: Getty Images",
        "Jane Doe is a senior reporter at Bloomberg in Tokyo.",
        "To contact the reporter on this story: Jane Doe in Tokyo",
        "Reuter",
    ],
)
def test_notices_are_boilerplate(notice: str) -> None:
    """Each kind of notice below a story is flagged, and the story above it is not."""
    text = "Toyota rose 2% in Tokyo on Monday, its third gain in as many days."
    assert story(f"{text}\n\n{notice}") == [text]


@pytest.mark.parametrize(
    "sentence",
    [
        "The company shares its profits with Toyota.",
        "Related-party loans at Evergrande rose.",
        "By Monday the Nikkei had lost 3%.",
        "Apple was sued over trademarks in China.",
        "Watch makers such as Swatch fell.",
        "The fund has positions in Apple, it said.",
        "More than half of the stocks rose.",
        "Read through the numbers and Toyota looks cheap.",
        "Share prices of Nissan fell.",
        "He gave advice to Sony.",
        "Following the deal, Facebook rose.",
        "The report was published by Nikkei on Monday.",
        "Important information on Toyota came late.",
        "The reporter asked Powell about rates.",
        "Tag Heuer sales rose.",
        "S&P 500 futures rose | Dow futures fell",
    ],
)
def test_prose_is_no_boilerplate(sentence: str) -> None:
    """Sentences that share words with notices stay part of the story."""
    assert story(f"Markets were calm.\n\n{sentence}\n\nTrading ended.") == [
        "Markets were calm.",
        sentence,
        "Trading ended.",
    ]


def test_short_lines_below_a_heading_of_related_links_belong_to_it() -> None:
    """A section of links ends where prose begins again."""
    body = "Toyota rose.\n\nMost read\nSony slumps\nHonda recalls cars\nNissan gained 2% on the day, traders said."
    assert story(body) == ["Toyota rose.", "Nissan gained 2% on the day, traders said."]


def test_a_disclosure_flags_the_rest_of_its_paragraph_only() -> None:
    """What follows "Disclosure:" in its block is flagged, the next block is not."""
    assert story("Toyota rose.\n\nDisclosure: None. Apple is a client.\n\nHonda fell.") == [
        "Toyota rose.",
        "Honda fell.",
    ]


@pytest.mark.parametrize(
    ("tag", "language"), [(None, "en"), ("", "en"), ("ja-JP", "ja"), ("EN_us", "en"), ("zh-Hant-TW", "zh")]
)
def test_primary_language(tag: str | None, language: str) -> None:
    """Only the primary subtag counts; none is English."""
    assert primary_language(tag) == language


@given(
    headline=st.text(max_size=80), body=st.text(alphabet=st.sampled_from('aA.!? \n\t"“。」<>[]|$-1İé:'), max_size=300)
)
def test_sentences_are_where_they_say_and_lose_no_text(headline: str, body: str) -> None:
    """Offsets hold the text, spans come in order without overlap, and only space lies between them."""
    document = read(Article(uri="urn:test:1", published_at=NOON, headline=headline, body=body))
    for field in Field:
        text, at = document.text(field), 0
        for sentence in (s for s in document.sentences if s.field is field):
            assert text[sentence.start : sentence.end] == sentence.text
            assert sentence.text.strip()
            assert not text[at : sentence.start].strip()
            assert sentence.start >= at
            at = sentence.end
        assert not text[at:].strip()
