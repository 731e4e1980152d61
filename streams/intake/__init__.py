"""Intake: the bytes of a record become an article, a withdrawal or a rejection with its reason. Pure.

    match read(RawRecord(key=key, value=value, headers=headers, timestamp=timestamp)):
        case Article() as article: ...
        case Withdrawal(uri=uri): ...
        case Rejection(reason=reason, detail=detail): ...

What is read, in this order:

1. A null value withdraws the article that the key names (UTF-8, not empty, fit to be a uri). The key of a record with
   a value is ignored.
2. The value has at most 1 MiB, packed and unpacked. What producers wrap it in is removed (`wrapping`): compression
   named by `content-encoding`, the five bytes of a schema registry, a byte order mark.
3. What is left must be UTF-8 and JSON by RFC 8259: no NaN or Infinity, no comments, no escaped lone surrogates, numbers
   that a double can hold, at most 1,024 levels and 50,000 arrays and objects. Of equal keys the last counts. Kafka
   Connect's envelope is removed.
4. A CloudEvents 1.0 envelope is removed (`cloudevents`).
5. The object is a ninjs item if it has one of ninjs' own names and no `published_at` (`ninjs`), else an article in
   newstape's own form (`native`).

With `holds_embargoes` a usable article whose embargo lasts beyond the record's timestamp is rejected as `embargoed`.
`newstape dead-letters release` sends the record again later; its new timestamp lets it be read like any other. Such an
article counts as published when its embargo ended, if that is later than the time it states: nobody could have acted on
it before.

`read` never raises and never loses a record, whatever the bytes. It is a function of the record alone ("now" is the
record's timestamp), so that a replay of a topic gives the same decisions. No input takes longer than 50 ms: all
patterns are linear, and the two things that cost time out of proportion, JSON containers and HTML tags, are capped.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from schemas.article import Article
from schemas.taxonomy import RejectReason, Status
from schemas.wire import WireError, loads
from streams.intake import native, ninjs
from streams.intake.cloudevents import unwrap
from streams.intake.fields import unexpected, uri_of
from streams.intake.record import IntakeError, RawRecord, Rejection, Withdrawal
from streams.intake.wrapping import payload_of, unframed, unpacked

__all__ = [
    "MAX_ARTICLE_BYTES", "MAX_CONTAINERS", "ArticleReader", "RawRecord", "Rejection", "Withdrawal", "after_embargo",
    "read", "read_json",
]  # fmt: skip

MAX_ARTICLE_BYTES: Final = 1_048_576

# A megabyte of nothing but brackets takes 80 ms to build; an article has a few dozen.
MAX_CONTAINERS: Final = 50_000

ArticleReader = Callable[[bytes, datetime], Article]
"""Reads the article in a value, the second argument being the record's timestamp. Raises IntakeError."""


def read(
    record: RawRecord,
    *,
    max_bytes: int = MAX_ARTICLE_BYTES,
    holds_embargoes: bool = False,
    article_of: ArticleReader | None = None,
) -> Article | Withdrawal | Rejection:
    """What the record says. Articles over `max_bytes` bytes are rejected unread. Never raises.

    `article_of`, where given, reads the article in the value instead of the forms that are known here.
    """
    try:
        if record.value is None:
            return _withdrawal(record.key)
        _require_size(record.value, max_bytes)
        value = unframed(unpacked(record.headers, record.value, max_bytes))
        if article_of is not None:
            article = article_of(value, record.timestamp)
        else:
            fields = unwrap(record.headers, value, read_json)
            form = ninjs if ninjs.describes(fields) else native
            article = form.article(fields, record.timestamp)
        return _released(article, record.timestamp) if holds_embargoes else article
    except IntakeError as error:
        return Rejection(reason=error.reason, detail=error.detail)


def _released(article: Article, now: datetime) -> Article:
    """The article as it is once its embargo is over. Raises IntakeError where the embargo lasts beyond `now`.

    A withdrawn article has no embargo to keep: it says nothing that could come out too early.
    """
    until = article.embargoed_until
    if until is None or article.status is not Status.USABLE:
        return article
    if until > now:
        expected = f"an embargo that is over by the record's {now.isoformat()}"
        raise unexpected("$", expected, f"one until {until.isoformat()}", RejectReason.EMBARGOED)
    return after_embargo(article)


def after_embargo(article: Article) -> Article:
    """The article with the end of its embargo as its time of publication, if that is later than the stated one."""
    until = article.embargoed_until
    return article if until is None else replace(article, published_at=max(article.published_at, until))


def _withdrawal(key: bytes | None) -> Withdrawal:
    if not key:
        raise unexpected("key", "the uri of an article to withdraw", "nothing", RejectReason.EMPTY)
    return Withdrawal(uri=uri_of(_key_text(_decoded(key, "key")), "key"))


def _key_text(key: str) -> str:
    """The key, without Kafka Connect's envelope if it has one."""
    if not key.startswith("{"):
        return key
    try:
        payload, _ = payload_of(loads(key.encode()), "key")
    except WireError:
        return key
    return payload if isinstance(payload, str) else key


def _require_size(value: bytes, max_bytes: int) -> None:
    if not value:
        raise unexpected("$", "an article", "no bytes", RejectReason.EMPTY)
    if len(value) > max_bytes:
        raise unexpected("$", f"at most {max_bytes:,} bytes", f"{len(value):,}", RejectReason.TOO_LARGE)


def read_json(raw: bytes, path: str, max_containers: int = MAX_CONTAINERS) -> Any:
    """The value that the bytes are in JSON; `path` is where they stand in the record. Raises IntakeError."""
    containers = raw.count(b"{") + raw.count(b"[") if len(raw) > max_containers else 0
    if containers > max_containers:
        expected = f"JSON of at most {max_containers:,} arrays and objects"
        raise unexpected(path, expected, f"{containers:,}", RejectReason.NOT_JSON)
    try:
        return loads(raw)
    except WireError as error:
        _decoded(raw, path)  # bytes that are not UTF-8 are rejected for that reason
        raise unexpected(path, "JSON", str(error), RejectReason.NOT_JSON) from error


def _decoded(raw: bytes, path: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        got = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise unexpected(path, "UTF-8", got, RejectReason.NOT_UTF8) from error
