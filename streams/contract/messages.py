"""The catalogue of messages: what each topic's records are, and from which class their schema is made."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from schemas import Annotation, Article, Claim, DeadLetter, IndexActivity, MarketEvent


class Direction(StrEnum):
    """Who writes a message, which decides what change of it breaks whom."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message."""

    name: str
    """As in the headers `ce_type` and `ce_dataschema`, and in the name of the schema's file."""
    type: type
    """The class that its schema is made from."""
    direction: Direction
    """Who writes it."""
    title: str
    """What people call it."""
    identity: str = ""
    """What the header `ce_id` is made of; empty where records have no CloudEvents headers."""
    subject: str = ""
    """What the header `ce_subject` names."""
    time: str = ""
    """What the header `ce_time` is."""

    @property
    def component(self) -> str:
        """Its name among the messages of the AsyncAPI document."""
        first, *rest = self.name.split("-")
        return first + "".join(word.capitalize() for word in rest)


ARTICLE: Final = Kind(name="article", type=Article, direction=Direction.IN, title="Article")
ANNOTATION: Final = Kind(
    name="annotation",
    type=Annotation,
    direction=Direction.OUT,
    title="Annotation",
    identity="partition and offset of the article's record, `3-17`",
    subject="the article's uri",
    time="when the article was published; absent where a null value withdrew an article of unknown time",
)
CLAIM: Final = Kind(
    name="claim",
    type=Claim,
    direction=Direction.INTERNAL,
    title="Claim",
    identity="partition and offset of the article's record, `3-17`",
    subject="the article's uri",
    time="when the article was published; absent where a null value withdrew an article of unknown time",
)
MARKET_EVENT: Final = Kind(
    name="market-event",
    type=MarketEvent,
    direction=Direction.OUT,
    title="Market event",
    identity="`event_id` and `revision` with a colon between: equal for every delivery of one revision",
    subject="the article's uri",
    time="when the article was published; absent where a null value withdrew an article of unknown time",
)
INDEX_ACTIVITY: Final = Kind(
    name="index-activity",
    type=IndexActivity,
    direction=Direction.OUT,
    title="Index activity",
    identity="`index` and `as_of` in seconds since 1970, with a colon between",
    subject="the index's id without `index:`",
    time="`as_of`",
)
DEAD_LETTER: Final = Kind(name="dead-letter", type=DeadLetter, direction=Direction.OUT, title="Dead letter")

KINDS: Final = (ARTICLE, ANNOTATION, CLAIM, MARKET_EVENT, INDEX_ACTIVITY, DEAD_LETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One record."""

    name: str
    """What it shows."""
    key: str | None
    """Its key."""
    value: Any
    """Its value as plain JSON."""
    headers: dict[str, str] = field(default_factory=dict)
    """Its headers."""


Examples = dict[str, list[Example]]
"""Examples by the name of the kind of message."""
