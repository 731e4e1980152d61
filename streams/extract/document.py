"""The text of an article, cut into sentences once and shared by every extractor.

Offsets are Unicode code points into `headline` and `body` exactly as received; nothing is normalised, so that
`article[field][start:end]` is the evidence. Python strings count code points, so string indices are offsets.
"""

from dataclasses import dataclass
from datetime import datetime

from schemas import Span
from schemas.taxonomy import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, or one line of a headline, list or table."""

    field: Field
    """Which text it stands in."""
    start: int
    """First code point in the field."""
    end: int
    """One past the last code point, without trailing space."""
    text: str
    """`article[field][start:end]`."""
    boilerplate: bool = False
    """Share buttons, disclosures, related links, bylines, trademark notices: nothing in it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article's text with its sentences in reading order, headline first."""

    headline: str
    """Headline as received, may be empty."""
    body: str
    """Body as received, may be empty."""
    language: str
    """Primary language subtag in lower case (`en`, `ja`); `en` where the article names none."""
    published_at: datetime
    """When it was published (UTC): what "Tuesday" and "next month" are resolved against."""
    sentences: tuple[Sentence, ...]
    """All sentences, headline first."""

    def text(self, field: Field) -> str:
        """The whole text of a field."""
        return self.headline if field is Field.HEADLINE else self.body

    def span(self, field: Field, start: int, end: int) -> Span:
        """The evidence at these offsets, with its characters."""
        return Span(field=field, start=start, end=end, text=self.text(field)[start:end])
