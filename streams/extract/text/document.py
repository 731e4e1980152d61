"""The text of an article, cut into sentences once and shared by every extractor.

Offsets are Unicode code points into `headline` and `body` as they are read (`view`); the view leads places found here
back to the text as received, which evidence is quoted from. Python strings count code points, so string indices are
offsets.
"""

from dataclasses import dataclass
from datetime import datetime

from schemas import Article, Span
from schemas.taxonomy import Field
from streams.extract.text import boilerplate as _boilerplate
from streams.extract.text import sentences as _sentences


@dataclass(slots=True)  # fields of a named tuple take five times as long to read
class Sentence:
    """One sentence, or one line of a headline, list or table."""

    field: Field
    """The field in which it stands."""
    start: int
    """First code point in the field."""
    end: int
    """One past the last code point, without trailing space."""
    text: str
    """`article[field][start:end]`."""
    boilerplate: bool = False
    """Whether it is a share button, disclosure, related link, byline or notice, so that nothing in it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article's text with its sentences in reading order, headline first."""

    headline: str
    """The headline as it is read; it may be empty."""
    body: str
    """The body as it is read; it may be empty."""
    language: str
    """Primary language subtag in lower case (`en`, `ja`); `en` where the article names none."""
    published_at: datetime
    """When the article was published (UTC); "Tuesday" and "next month" are resolved against it."""
    sentences: tuple[Sentence, ...]
    """All sentences, headline first."""

    def text(self, field: Field) -> str:
        """The whole text of a field."""
        return self.headline if field is Field.HEADLINE else self.body

    def span(self, field: Field, start: int, end: int) -> Span:
        """The evidence at these offsets, with its characters."""
        return Span(field=field, start=start, end=end, text=self.text(field)[start:end])


def read(article: Article) -> Document:
    """Cut the article's headline and body into sentences and flag those that are not part of the story.

    The work is linear in the text.
    """
    headline, body = article.headline, article.body
    found = [
        Sentence(field=Field.HEADLINE, start=start, end=end, text=headline[start:end])
        for block in _sentences.blocks(headline)
        for start, end in _sentences.sentences(headline, *block, title=True)
    ]
    blocks = _sentences.blocks(body)
    spans = [
        (start, end, number) for number, block in enumerate(blocks) for start, end in _sentences.sentences(body, *block)
    ]
    flagged = _boilerplate.flags(body, blocks, spans)
    found += [
        Sentence(field=Field.BODY, start=start, end=end, text=body[start:end], boilerplate=position in flagged)
        for position, (start, end, _) in enumerate(spans)
    ]
    return Document(
        headline=headline,
        body=body,
        language=primary_language(article.language),
        published_at=article.published_at,
        sentences=tuple(found),
    )


def primary_language(tag: str | None) -> str:
    """The primary subtag of a BCP 47 tag in lower case: `ja` for `ja-JP`, `en` for None or an empty tag."""
    primary = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return primary or "en"
