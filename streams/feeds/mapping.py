"""A mapping: where the parts of an article stand in what a vendor sends.

Ten lines are enough, in a TOML file whose name is the feed's::

    description = "Example Wire, its JSON over HTTP"
    items = "stories"

    [article]
    uri = { path = "id", prefix = "example:" }
    published_at = "released"
    headline = "title"
    body = { path = ["text", "summary"], html = true }
    source = { constant = "Example Wire" }
    symbols = { path = "tickers", scheme = "ticker" }

The file itself has

- `description`: one line for `newstape feed list`; `documentation`: where the vendor describes the form, if anywhere;
- `format`: `json` (where it is left out), `xml`, or `rss` for RSS and Atom by feedparser's names of their fields;
- `items`: the path, or several, to the articles in an envelope. Where none is found in JSON the record is an article
  itself, or an array of them; XML and its root must be named.

Each field of `[article]` (those of newstape's own form; `uri`, `published_at` and one of `headline` and `body` must be
there) is a path, several, or a table of

- `path`: a path (`paths` has the form), or several of which the first that finds something counts;
- `constant`: the value where there is no path, or where none finds anything;
- `prefix`: put before what is found, so that ids of two vendors are not one uri;
- `html`: true where it is HTML, which is read as text;
- `join`: put between all that the path finds, of which otherwise the first counts;
- `values`: what the vendor's words are in newstape's: `{ deleted = "canceled" }`; others stay as they are;
- `zone`: the zone of times that name none (`UTC`, `-05:00`);
- `time`: how times are written, in the signs of strptime. It is needed where newstape does not read the form by itself.

`subjects` takes all that its paths find. `symbols` is one table or several, of `path`, `scheme` (`ticker` for tickers
as people write them, `AAPL` or `NASDAQ:AAPL`; else as in the contract), `split` (the sign between them where one string
has several) and `suffixes` (the vendor's suffixes of exchanges and what the scheme has for them).
"""

from enum import StrEnum
from typing import Literal

import msgspec

Paths = str | tuple[str, ...]
"""A path, or several of which the first that finds something counts."""


class Format(StrEnum):
    """What the bytes of a feed are."""

    JSON = "json"
    XML = "xml"
    RSS = "rss"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule for one text."""

    path: Paths = ()
    """Paths, of which the first that finds something counts."""
    constant: str | None = None
    """The value where nothing is found."""
    prefix: str = ""
    """Put before what is found."""
    html: bool = False
    """Whether it is HTML."""
    join: str | None = None
    """Put between all that a path finds."""
    values: dict[str, str] = {}
    """The vendor's words, and newstape's for them."""


class Time(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule for a time."""

    path: Paths
    """Paths, of which the first that finds something counts."""
    time: str | None = None
    """How it is written, in the signs of strptime."""
    zone: str | None = None
    """The zone of times that say none."""


class Symbols(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule for the vendor's symbols."""

    path: Paths
    """Paths, of which all count."""
    scheme: Literal["ticker", "ric", "figi", "isin", "mic-ticker", "yahoo", "cashtag"]
    """What they are."""
    split: str | None = None
    """The sign between several in one string."""
    suffixes: dict[str, str] = {}
    """The vendor's suffixes, and the scheme's for them."""


class ArticleRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rules for the fields of an article."""

    uri: Paths | Text
    published_at: Paths | Time
    headline: Paths | Text | None = None
    body: Paths | Text | None = None
    source: Paths | Text | None = None
    language: Paths | Text | None = None
    version: Paths | Text | None = None
    updated_at: Paths | Time | None = None
    embargoed_until: Paths | Time | None = None
    status: Paths | Text | None = None
    url: Paths | Text | None = None
    subjects: Paths | Text | None = None
    symbols: Symbols | tuple[Symbols, ...] = ()


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mapping as its file has it, found to be right (`files`)."""

    description: str
    documentation: str | None = None
    format: Format = Format.JSON
    items: Paths = ()
    article: ArticleRules
