"""The signature of a text."""

from datetime import UTC, datetime

from schemas import Article
from streams.extract.signature import LONGEST, text_signature
from streams.extract.text.document import read

STORY = (
    "Tokyo stocks rose on Tuesday, with the Nikkei 225 closing 1,071.47 points, or 2.17 percent, higher at 50,367.38 "
    "as exporters gained on a weaker yen. The broader Topix rose 1.4 percent to 3,412.05, its highest close on record."
    "\n\nTurnover on the main board came to 5.213 trillion yen. Toyota gained 3.1 percent, Sony Group 2.6 percent."
)


def signature(body: str, headline: str = "") -> str | None:
    """Of an article."""
    return text_signature(
        read(Article(uri="u", published_at=datetime(2026, 1, 1, tzinfo=UTC), headline=headline, body=body))
    )


def test_a_signature_has_exactly_these_characters() -> None:
    """The same in every process and release: stored ones are compared with new ones. If a library changes it, the
    version of the extraction must be raised.
    """
    assert (
        signature(STORY) == "AJP8w5oH5Q_hedDUFjTZt9ixkp-I002rJc38rSsvdSDQg2LH-mPz8pehE00pLcw6cga2-k7rwfpWZDDGKqV5L71d"
    )


def test_line_breaks_case_and_quotation_marks_do_not_change_it() -> None:
    """What typesetting changes is no other text."""
    assert signature(STORY.replace(" ", "\n").upper()) == signature(STORY)
    assert signature(STORY.replace("2.17 percent", "“2.17…—percent”")) == signature(STORY)


def test_the_headline_does_not_count_where_there_is_a_body() -> None:
    """Every outlet writes its own; a text that is all headline is compared by it."""
    assert signature(STORY, "Nikkei at record") == signature(STORY)
    assert signature("", STORY) == signature(STORY)


def test_a_short_text_has_none() -> None:
    """Different news of one line look alike."""
    assert signature("The Nikkei rose 2.17 percent to 50,367.38.") is None
    assert signature("") is None


def test_japanese_text_has_one() -> None:
    """Windows are bytes, not words."""
    body = "東京株式市場で日経平均株価は続伸し、終値は前日比１０７１円高の５万０３６７円だった。" * 3
    assert signature(body) is not None
    assert signature(body) != signature(body.replace("続伸", "反落"))


def test_a_long_text_is_known_by_its_beginning() -> None:
    """So that no article costs more than its first 64 KiB."""
    long = STORY * (LONGEST // len(STORY) + 2)
    assert signature(long) == signature(long + "The end was another.")
