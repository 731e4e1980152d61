"""newstape's own form: a JSON object with the fields of `schemas.Article`.

`uri` and `published_at` are required; `headline` or `body` must have something to read while the article is usable.
Fields that newstape does not know are ignored. `embargoed`, as ninjs has it, is taken for `embargoed_until`. Text is
kept character by character, control characters and NUL included, since offsets count in it.
"""

from datetime import datetime

from schemas.article import Article
from streams.intake.fields import MAX_HEADLINE_CHARS, MAX_SOURCE_CHARS, MAX_URL_CHARS, Fields


def article(fields: Fields, now: datetime) -> Article:
    """The article in `fields`, `now` being the record's timestamp. Raises IntakeError."""
    uri = fields.uri()
    published_at = fields.required_time("published_at", now)
    status = fields.status("status")
    headline = fields.text("headline", MAX_HEADLINE_CHARS) or ""
    body = fields.text("body") or ""
    fields.require_text("body", (headline, body), status)
    return Article(
        uri=uri,
        published_at=published_at,
        headline=headline,
        body=body,
        source=fields.text("source", MAX_SOURCE_CHARS),
        language=fields.language(),
        version=fields.version(),
        updated_at=fields.time("updated_at", now),
        status=status,
        url=fields.text("url", MAX_URL_CHARS),
        subjects=fields.subject_codes("subjects", fields.items("subjects", str)),
        embargoed_until=fields.moment(fields.first_of("embargoed_until", "embargoed")),
    )
