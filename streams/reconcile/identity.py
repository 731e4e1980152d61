"""What makes an event the same event: in another version of its article, and in another article.

An event's identity leaves its numbers out, so that a corrected number corrects the event. Whether it changed is judged
by all it says, the time it was published at included, except where in the text it stands: the published event names the
version its offsets count in.

Ledger entries keep these hashes, and stories are named by them. An event that says nothing in the fields that came with
contract 1.3.0 therefore has the hashes that it had before: nothing is corrected, and no story begins anew, because
newstape was upgraded.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from schemas import Annotation, EntityRef, Event, Quantity, encode
from schemas.annotation import resolved_by_id
from schemas.taxonomy import EventStatus

NAME: Final = "name:"  # begins the key of a subject that the registry does not know

Said = dict[str, Event]
"""The events of one version by their ids, in text order."""


def subject_key(subject: EntityRef) -> str:
    """Key of an event's records: the subject's id, or its name where the registry does not know it."""
    return subject.id or f"{NAME}{' '.join(subject.name.casefold().split())}"


def subject_of(key: str, name: str) -> EntityRef:
    """The subject as the contract has it: without an id where the registry does not know it."""
    identity = None if key.startswith(NAME) else key
    return EntityRef(id=identity, name=name, resolved=resolved_by_id(identity))


def identified(annotation: Annotation) -> Said:
    """The annotation's events by their ids, in text order."""
    equals: dict[bytes, int] = {}
    identified = {}
    for event in annotation.events:
        roles = sorted((p.role, subject_key(p.entity)) for p in event.participants)
        identity = encode([annotation.article.uri, event.type, subject_key(event.subject), roles, event.basis])
        ordinal = equals.get(identity, 0)
        equals[identity] = ordinal + 1
        identified[blake2b(identity + b"%d" % ordinal, digest_size=16).hexdigest()] = event
    return identified


def content_hash(event: Event, published_at: datetime | None) -> str:
    """A hash of what an event says, where in the text it stands left out."""
    said = [
        published_at,
        {name: _said_of(quantity) for name, quantity in event.arguments.items()},
        event.fact_level,
        event.scheduled,
        event.effective_on,
        event.direction,
        event.record,
        event.sentiment.score,
        event.confidence,
        [span.text for span in event.evidence],
        *_called_off(event),
    ]
    return blake2b(encode(said), digest_size=8).hexdigest()


def _said_of(quantity: Quantity) -> Mapping[str, Any]:
    """What a number says, without the fields that came with contract 1.3.0 where they are null."""
    said: dict[str, Any] = {
        "value": quantity.value,
        "unit": quantity.unit,
        "currency": quantity.currency,
        "basis": quantity.basis,
        "approximate": quantity.approximate,
    }
    added = {
        "measure": quantity.measure,
        "adjusted": quantity.adjusted,
        "period": quantity.period,
        "expected": quantity.expected,
        "surprise": quantity.surprise,
        "low": quantity.low,
        "high": quantity.high,
    }
    return said | {name: value for name, value in added.items() if value is not None}


def _called_off(event: Event) -> tuple[EventStatus, ...]:
    return () if event.status is EventStatus.STANDING else (event.status,)


def similarity_key(event: Event, published_at: datetime | None) -> str:
    """What events of one story have in common, in any article: type, subject, participants, day, and status."""
    roles = sorted((p.role, subject_key(p.entity)) for p in event.participants)
    day = event.effective_on
    if day is None and published_at is not None and event.type.is_of_its_day:
        day = published_at.date()
    claim = [event.type, subject_key(event.subject), roles, day, *_called_off(event)]
    return blake2b(encode(claim), digest_size=16).hexdigest()
