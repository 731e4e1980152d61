"""newstape's own form: a JSON object with the fields of `schemas.Article`.

`uri` and `published_at` are required; of a usable article `headline` or `body` must have visible text. Fields that
newstape does not know are ignored. `embargoed`, the name in ninjs, is accepted for `embargoed_until`. Text is kept
character by character, control characters and NUL included, since offsets count in it.
"""

from datetime import datetime
from itertools import islice
from typing import Final

from schemas.article import Article, Symbol
from streams.intake.fields import MAX_HEADLINE_CHARS, MAX_ITEMS, MAX_SOURCE_CHARS, MAX_URL_CHARS, Fields

SCHEMES: Final = ("ticker", "ric", "figi", "isin", "mic-ticker", "yahoo", "cashtag")
"""The schemes that symbols of an article may have."""

MAX_SYMBOL_CHARS: Final = 64


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
        symbols=_symbols(fields.values.get("symbols")),
    )


def _symbols(written: object) -> tuple[Symbol, ...]:
    """The symbols that are understood, 256 at most. They are hints: an unknown one rejects no article."""
    symbols = (_symbol(each) for each in written) if isinstance(written, list) else ()
    return tuple(islice((symbol for symbol in symbols if symbol is not None), MAX_ITEMS))


def _symbol(written: object) -> Symbol | None:
    """A symbol with its scheme, or a string, which is a ticker."""
    match written:
        case str() as value:
            symbol = Symbol(scheme="ticker", value=value)
        case {"scheme": str() as scheme, "value": str() as value} if scheme in SCHEMES:
            symbol = Symbol(scheme=scheme, value=value)
        case _:
            return None
    return symbol if 0 < len(symbol.value) <= MAX_SYMBOL_CHARS else None
