"""The article as it comes in, and what later messages keep of it."""

from dataclasses import dataclass
from datetime import datetime

from schemas.limits import Count, Positive
from schemas.taxonomy import Status
from schemas.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One identifier of an entity in a scheme of the market."""

    scheme: str
    """ric | figi | isin | mic-ticker | yahoo | cashtag; in articles also ticker: AAPL, NASDAQ:AAPL."""
    value: str
    """The identifier as that scheme writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Message):
    """One version of one news article, accepted by intake. While usable, headline or body has text."""

    uri: str
    """Identity of the article; all its versions share it. Producers key records by it."""
    published_at: datetime
    """When the article was first published (aware, UTC): event time."""
    headline: str = ""
    """Headline as received; offsets of field `headline` count Unicode code points in it."""
    body: str = ""
    """Body as received; offsets of field `body` count Unicode code points in it."""
    source: str | None = None
    """Who published it."""
    language: str | None = None
    """BCP 47 tag; null where the producer names no language, and then it is told from the text."""
    version: Positive | None = None
    """Version number, 1 or more; a higher one replaces a lower. Null counts as 0. A string of digits is taken
    for the number."""
    updated_at: datetime | None = None
    """When this version was made (aware, UTC); decides between equal versions."""
    status: Status = Status.USABLE
    """`withheld` and `canceled` withdraw the article."""
    url: str | None = None
    """Where to read it."""
    subjects: tuple[str, ...] = ()
    """The producer's own subject codes, passed on as they are."""
    embargoed_until: datetime | None = None
    """Until when it must not be published (aware, UTC); `NEWSTAPE_EMBARGO` says what is done until then."""
    symbols: tuple[Symbol, ...] = ()
    """The provider's own symbols of what the article is about: hints, which change nothing that the text says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the record of an article version stands in `news.articles`; kept through every hop and by a redrive."""

    partition: Count
    """Partition of `news.articles`."""
    offset: Count
    """Offset in that partition."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Order:
    """The order of an article's versions: compared field by field, the greater is the newer."""

    version: Count
    """The article's version, 0 if it names none."""
    updated_at: int
    """`updated_at` in microseconds since 1970-01-01 UTC, -1 if it names none."""
    partition: Count
    """Partition of the source position."""
    offset: Count
    """Offset of the source position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """What messages say of the article they come from."""

    uri: str
    """The article's identity."""
    published_at: datetime | None
    """Event time (UTC); null only where a null value withdrew the article and its time was never known."""
    source: str | None = None
    """Who published it."""
    headline: str | None = None
    """The headline; null under `NEWSTAPE_EVIDENCE=offsets`."""
    language: str | None = None
    """BCP 47 tag, null as in the article."""
    version: Positive | None = None
    """The article's version, null if it names none."""
    updated_at: datetime | None = None
    """When this version was made (UTC)."""
    status: Status = Status.USABLE
    """Whether the article may be used."""
    url: str | None = None
    """Where to read it."""
    subjects: tuple[str, ...] = ()
    """The producer's own subject codes."""
    embargoed_until: datetime | None = None
    """Until when it must not be published (UTC), as the producer says; null where there is no embargo."""
