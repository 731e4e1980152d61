"""The contract of newstape: what goes over the wire, one module a message.

from schemas import MarketEvent
event = MarketEvent.from_bytes(record.value)
"""

from schemas.activity import IndexActivity, WindowCounts
from schemas.annotation import (
    Annotation,
    Engine,
    Entity,
    EntityRef,
    Event,
    IndexFact,
    Mention,
    Participant,
    Quantity,
    Sentiment,
    Span,
    TextLanguage,
)
from schemas.article import Article, ArticleRef, Order, Position, Symbol
from schemas.claim import Claim, Contribution, LastFact
from schemas.dead_letter import DeadLetter
from schemas.event import MarketEvent, Novelty
from schemas.wire import Message, WireError, decode, encode

__all__ = [
    "Annotation",
    "Article",
    "ArticleRef",
    "Claim",
    "Contribution",
    "DeadLetter",
    "Engine",
    "Entity",
    "EntityRef",
    "Event",
    "IndexActivity",
    "IndexFact",
    "LastFact",
    "MarketEvent",
    "Mention",
    "Message",
    "Novelty",
    "Order",
    "Participant",
    "Position",
    "Quantity",
    "Sentiment",
    "Span",
    "Symbol",
    "TextLanguage",
    "WindowCounts",
    "WireError",
    "decode",
    "encode",
]
