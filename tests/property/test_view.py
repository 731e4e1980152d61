"""Markup and invisible characters inserted anywhere change nothing that is read, only where it stands."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Annotation, Article
from streams.extract.annotate import Extractor, annotate
from streams.extract.text.places import Place, with_places
from tests import shipped

TEXTS: Final = (
    "The S&P 500 rose 0.5% to 6,800.12 while AT&T fell 2%. Microsoft raised its dividend by 5% to 91 cents a share.",
    "Shares of Nvidia jumped 3% on Friday after profit doubled to $31.9 billion. The Dow Jones shed 210.5 points.",
    "ORANGE <OJAY> SETS TENDER OFFER. Pfizer said it agreed to buy Metsera for $4.9 bln in cash.",
    "Hong Kong shares <.HSI> closed down 1.3 percent at 25,800.3. The Federal Reserve cut rates by 25 basis points.",
)
HIDDEN: Final = st.sampled_from(
    ("\u00ad", "\u200b", "\ufeff", "&shy;", "<b>", "</b>", "<span class='t'>", '<a href="/x?a=1&b=2">', "<!-- 5% -->")
)
ENCODED: Final = "encoded"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The shipped registry and weights."""
    return shipped.undetecting()


def annotation(body: str, extractor: Extractor) -> Annotation:
    """What is read in an article of this body."""
    article = Article(uri="urn:test:1", published_at=datetime(2026, 11, 20, tzinfo=UTC), body=body, language="en")
    return replace(annotate(article, None, extractor), digest="")


@settings(deadline=None, max_examples=60)
@given(text=st.sampled_from(TEXTS), noise=st.dictionaries(st.integers(0, 120), HIDDEN | st.just(ENCODED), max_size=12))
def test_what_is_hidden_moves_places_and_changes_nothing_else(
    text: str, noise: dict[int, str], extractor: Extractor
) -> None:
    """With each place led back to the plain text, the annotation is that of the plain text; each quotes its place."""
    body, origin = "", []
    for at, character in enumerate(text):
        inserted = noise.get(at, "")
        shown = f"&#{ord(character)};" if inserted == ENCODED else character
        hidden = "" if inserted == ENCODED else inserted
        body += hidden + shown
        origin += [at] * len(hidden + shown)

    def plain(place: Place) -> Place:
        assert body[place.start : place.end] == place.text
        start, end = origin[place.start], origin[place.end - 1] + 1
        return replace(place, start=start, end=end, text=text[start:end])

    assert with_places(annotation(body, extractor), plain) == annotation(text, extractor)
