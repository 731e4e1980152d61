"""What makes an event the same event: in another version of its article, and in another article.

An event's identity leaves its numbers out, so that a corrected number corrects the event. Whether it changed is judged
by all it says, the time it was published at included, except where in the text it stands: the published event names the
version its offsets count in.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Final

from schemas import Annotation, EntityRef, Event, encode

NAME: Final = "name:"  # begins the key of a subject that the registry does not know

Said = dict[str, Event]
"""The events of one version by their ids, in text order."""


def subject_key(subject: EntityRef) -> str:
    """Key of an event's records: the subject's id, or its name where the registry does not know it."""
    return subject.id or f"{NAME}{' '.join(subject.name.casefold().split())}"


def subject_of(key: str, name: str) -> EntityRef:
    """The subject as the contract has it: without an id where the registry does not know it."""
    return EntityRef(id=None if key.startswith(NAME) else key, name=name)


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
        event.arguments,
        event.fact_level,
        event.scheduled,
        event.effective_on,
        event.direction,
        event.record,
        event.sentiment.score,
        event.confidence,
        [span.text for span in event.evidence],
    ]
    return blake2b(encode(said), digest_size=8).hexdigest()


def similarity_key(event: Event, published_at: datetime | None) -> str:
    """What events of one story have in common, in any article: type, subject, participants and day."""
    roles = sorted((p.role, subject_key(p.entity)) for p in event.participants)
    day = event.effective_on
    if day is None and published_at is not None and event.type.is_of_its_day:
        day = published_at.date()
    claim = [event.type, subject_key(event.subject), roles, day]
    return blake2b(encode(claim), digest_size=16).hexdigest()
