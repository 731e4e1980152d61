"""The forms in which vendors send news, as data: a mapping says where each part of an article stands in a record. Pure.

    match read(record, feeds):
        case Article() as article: ...
        case Withdrawal(uri=uri): ...
        case Rejection(reason=reason, detail=detail): ...

A feed is what a vendor sends; its mapping is a TOML file (`mappings/`, or a user's own; `mapping` has the form), read
by `files`. The one engine here turns a record into an article for the worker, for `newstape push` and for
`newstape poll`, so that they can't disagree:

1. A record's header `newstape-feed` names its feed; without that header the setting does (`Feeds.default`). `native`
   stands for newstape's own form, ninjs and CloudEvents, which `streams.intake` reads by itself.
2. The bytes become a tree: JSON, XML or, by feedparser, an entry of RSS or Atom (`documents`).
3. An envelope is opened (`{"articles": [...]}`, an array, a NewsML-G2 message). A record holds one article, a file
   many.
4. Each rule of the mapping finds its value in the tree (`paths`), and the values are the fields of an article in
   newstape's own form (`rules`), which intake reads and judges as any other.

`read` never raises, whatever the bytes and the mapping.
"""

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.article import Article
from schemas.taxonomy import RejectReason
from streams import intake
from streams.feeds.documents import Item, Limits, items_of
from streams.feeds.mapping import Mapping
from streams.feeds.rules import article_of
from streams.intake.fields import shown, unexpected
from streams.intake.record import IntakeError, RawRecord, Rejection, Withdrawal

__all__ = ["FEED_HEADER", "NATIVE", "ONLY_NATIVE", "Feeds", "Item", "Limits", "article_in", "read", "split"]

FEED_HEADER: Final = "newstape-feed"
"""The header that names the feed which a record is of."""

NATIVE: Final = "native"
"""The name of the forms that need no mapping: newstape's own, ninjs, and CloudEvents around either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """The feeds that are known, and the one that records without a header are of."""

    mappings: AbstractMapping[str, Mapping] = field(default_factory=dict)
    """By name."""
    default: str = NATIVE
    """The feed of a record that names none."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that a record may give."""
        return (NATIVE, *sorted(self.mappings))

    def name_for(self, headers: Sequence[tuple[str, bytes]]) -> str:
        """The feed of a record with these headers, known or not."""
        named = [value for name, value in headers if name.lower() == FEED_HEADER]
        return named[-1].decode("utf-8", "replace") if named else self.default

    def require(self, name: str) -> Mapping:
        """The mapping of this name. Raises IntakeError with the names that there are."""
        mapping = self.mappings.get(name)
        if mapping is None:
            raise unexpected(FEED_HEADER, " | ".join(self.names), shown(name))
        return mapping


ONLY_NATIVE: Final = Feeds()


def read(
    record: RawRecord, feeds: Feeds = ONLY_NATIVE, *, holds_embargoes: bool = False
) -> Article | Withdrawal | Rejection:
    """What the record says, by the mapping of its feed. Never raises."""
    name = feeds.name_for(record.headers)
    if name == NATIVE:
        return intake.read(record, holds_embargoes=holds_embargoes)

    def mapped(value: bytes, now: datetime) -> Article:
        mapping = feeds.require(name)
        found = items_of(value, mapping)
        if len(found) != 1:
            reason = RejectReason.SCHEMA if found else RejectReason.EMPTY
            raise unexpected("$", "one article a record", f"{len(found):,}", reason)
        return article_of(found[0], mapping, now)

    return intake.read(record, holds_embargoes=holds_embargoes, article_of=mapped)


def split(value: bytes, mapping: Mapping, limits: Limits) -> list[Item] | Rejection:
    """The articles that a line or a file of a feed holds, still in the vendor's form."""
    try:
        return items_of(value, mapping, limits)
    except IntakeError as error:
        return Rejection(reason=error.reason, detail=error.detail)


def article_in(item: Item, mapping: Mapping, now: datetime) -> Article | Rejection:
    """The article that an item of a feed is, `now` being when it is read."""
    try:
        return article_of(item, mapping, now)
    except IntakeError as error:
        return Rejection(reason=error.reason, detail=error.detail)
