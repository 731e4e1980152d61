"""Entries of the tables as bytes: positional JSON, since names of fields would be half of what is written.

`[format, observed_at, ...]`: stores read the minute off the front. What the key says is not said again (uri, source
position), nor is an event's subject for every event. Hashes are base64, a quarter shorter than hex.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from schemas import Contribution, LastFact, Order, Position, encode
from schemas.taxonomy import Basis, Direction, EventType, Record
from schemas.wire import loads
from streams.kafka.topics import TABLE_FORMAT
from streams.reconcile import Change, Entry, Outcome
from streams.tally import Share, ShareKey, marks
from streams.tally.stories import Place


def ledger_key(uri: str, position: Position) -> bytes:
    """The key of a ledger entry."""
    return encode([uri, position.partition, position.offset])


def ledger_group(uri: str) -> bytes:
    """What the keys of an article's ledger entries begin with."""
    return encode([uri])[:-1]


def position_of(key: bytes) -> Position:
    """The source position that an entry of either table came from."""
    *_, partition, offset = loads(key)
    return Position(partition=partition, offset=offset)


def share_key(key: ShareKey) -> bytes:
    """The key of a share's entry."""
    return encode(list(key))


def share_group(entity: str, uri: str) -> bytes:
    """What the keys of an article's shares in an entity begin with."""
    return encode([entity, uri])[:-1]


@lru_cache(maxsize=4_096)  # asked for when an entry is sent and twice when it is confirmed
def share_marks(key: bytes, value: bytes) -> tuple[tuple[bytes, int], ...]:
    """What a share's entry is found by."""
    return tuple(marks(share_key_of(key), unpack_share(key, value)))


@lru_cache(maxsize=4_096)  # a near copy is found by several marks
def share_key_of(key: bytes) -> ShareKey:
    """The share that an entry's key names."""
    return ShareKey(*loads(key))


def pack_entry(entry: Entry) -> bytes:
    """The value of a ledger entry."""
    subjects = list(dict.fromkeys((outcome.key, outcome.name) for outcome in entry.events))
    places = {subject: place for place, subject in enumerate(subjects)}
    return encode(
        [
            TABLE_FORMAT,
            entry.observed_at,
            entry.order.version,
            entry.order.updated_at,
            _short(entry.digest),
            entry.revision,
            entry.minute,
            entry.indices,
            entry.dropped,
            [part for subject in subjects for part in subject],
            [[_short(o.id), o.revision, _short(o.hash), o.change, o.type, places[o.key, o.name]] for o in entry.events],
        ]
    )


def unpack_entry(key: bytes, value: bytes) -> Entry:
    """The ledger entry under this key."""
    _, observed_at, version, updated_at, digest, revision, minute, indices, dropped, subjects, events = loads(value)
    return Entry(
        order=_order(key, version, updated_at),
        digest=_hex(digest),
        revision=revision,
        observed_at=observed_at,
        minute=minute,
        indices=tuple(indices),
        dropped=tuple(dropped),
        events=tuple(_outcome(event, subjects) for event in events),
    )


def _outcome(event: Sequence[Any], subjects: Sequence[str]) -> Outcome:
    identity, revision, said, change, kind, place = event
    return Outcome(
        id=_hex(identity),
        revision=revision,
        hash=_hex(said),
        change=Change(change),
        type=EventType(kind),
        key=subjects[2 * place],
        name=subjects[2 * place + 1],
    )


def pack_share(share: Share) -> bytes:
    """The value of a share's entry."""
    return encode(
        [
            TABLE_FORMAT,
            share.observed_at,
            share.order.version,
            share.order.updated_at,
            _contribution(share.contribution),
            [[_short(p.story), p.number, p.rank, p.minute, p.counts, p.numbers] for p in share.places],
            share.signature,
            share.repeat_of,
        ]
    )


def _contribution(contribution: Contribution | None) -> list[Any] | None:
    if contribution is None:
        return None
    fact = contribution.last_fact
    last = None
    if fact is not None:
        last = [
            fact.published_at,
            fact.direction,
            fact.change_pct,
            fact.change_points,
            fact.level,
            fact.basis,
            fact.record,
            fact.approximate,
        ]
    return [contribution.minute, contribution.mentions, contribution.sentiment, last]


def unpack_share(key: bytes, value: bytes) -> Share:
    """The share under this key."""
    _, observed_at, version, updated_at, counted, places, signature, repeat_of = loads(value)
    return Share(
        order=_order(key, version, updated_at),
        observed_at=observed_at,
        contribution=None if counted is None else _counted(share_key_of(key).uri, *counted),
        places=tuple(
            Place(
                story=_hex(story),
                number=number,
                rank=rank,
                minute=minute,
                counts=tuple(counts),
                numbers={name: tuple(values) for name, values in numbers.items()},
            )
            for story, number, rank, minute, counts, numbers in places
        ),
        signature=signature,
        repeat_of=repeat_of,
    )


def unpack_contribution(uri: str, value: bytes) -> Contribution | None:
    """What an article's share counts: all that a start asks of it, a third of the time that the whole takes."""
    counted = loads(value)[4]
    return None if counted is None else _counted(uri, *counted)


def _counted(uri: str, minute: int, mentions: int, sentiment: int | None, last: Any) -> Contribution:
    fact = None
    if last is not None:
        published_at, direction, change_pct, change_points, level, basis, record, approximate = last
        fact = LastFact(
            uri=uri,
            published_at=datetime.fromisoformat(published_at),
            direction=None if direction is None else Direction(direction),
            change_pct=change_pct,
            change_points=change_points,
            level=level,
            basis=Basis(basis),
            record=None if record is None else Record(record),
            approximate=approximate,
        )
    return Contribution(minute=minute, mentions=mentions, sentiment=sentiment, last_fact=fact)


def _order(key: bytes, version: int, updated_at: int) -> Order:
    position = position_of(key)
    return Order(version=version, updated_at=updated_at, partition=position.partition, offset=position.offset)


def _short(hexadecimal: str) -> str:
    return b2a_base64(bytes.fromhex(hexadecimal), newline=False).rstrip(b"=").decode()


def _hex(short: str) -> str:
    return a2b_base64(short + "=" * (-len(short) % 4)).hex()
