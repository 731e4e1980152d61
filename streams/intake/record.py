"""The values that go into and come out of intake: a Kafka record, and the two results other than an article."""

from dataclasses import dataclass
from datetime import datetime

from schemas.taxonomy import RejectReason


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record of `news.articles` as it stands in the topic; nothing of it has been checked."""

    key: bytes | None
    """The key's bytes; only a withdrawal reads them."""
    value: bytes | None
    """The value's bytes; null withdraws the article named by the key."""
    headers: tuple[tuple[str, bytes], ...] = ()
    """Headers in their order; of several with the same name the last counts."""
    timestamp: datetime
    """The record's Kafka timestamp (aware, UTC): "now" for intake, so that a replay decides the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The producer took an article back with a null value."""

    uri: str
    """The uri of the article, from the record's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A record that can't be read as an article and becomes a dead letter."""

    reason: RejectReason
    """The class of fault."""
    detail: str
    """Where, what was expected and what was there: `$.published_at: expected RFC 3339 date-time, got "yesterday"`."""


class IntakeError(ValueError):
    """A record can't be read as an article. Raised inside intake only; `read` returns it as a Rejection."""

    def __init__(self, reason: RejectReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
