"""How an entry of a table is laid out in bytes. No other module knows.

* A key is a JSON array that ends in the partition and the offset of the source position. Without these two it names a
  group: all versions of one article in the ledger (`[uri`), or in an entity (`[entity,uri`).
* A value is a JSON array without names of fields, which would be half of what is written. It begins with the format's
  number and the minute that expiry counts from: `[format,observed_at,...]`. What the key says is not said again (uri,
  source position), nor is an event's subject for every event. Hashes are base64, a quarter shorter than hex.

A change of what stands here is another `TABLE_FORMAT`: state of the release before must go on being read, or be refused
by name.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from schemas import Contribution, LastFact, Order, Position, WireError, encode
from schemas.taxonomy import Basis, Direction, EventType, Record
from schemas.wire import loads
from streams.reconcile import Change, LedgerEntry, Outcome
from streams.tally import ContributionEntry, ContributionKey, marks
from streams.tally.stories import StoryPlace

TABLE_FORMAT: Final = 3
"""Of both tables; an entry of another format is refused by name."""

INDEX_PREFIX: Final = b'["index:'
"""The keys of contributions to indices begin like this."""


# -- every table ------------------------------------------------------------------------------------------------------


def group_of(key: bytes) -> bytes:
    """The group of a key: what it is about, without the source position."""
    return key.rsplit(b",", 2)[0]


def group_prefix(group: bytes) -> bytes:
    """What the keys of a group begin with, and no other."""
    return group + b","


def position_of(key: bytes) -> Position:
    """The source position that an entry came from."""
    *_, partition, offset = loads(key)
    return Position(partition=partition, offset=offset)


def minute_of(value: bytes) -> int:
    """The minute that an entry's expiry counts from."""
    return int(value.split(b",", 2)[1])


def has_format(value: bytes, form: int) -> bool:
    """Whether a value is of this format."""
    return value.startswith(b"[%d," % form)


def format_of(value: bytes) -> object:
    """The format of a value, null where it has none."""
    try:
        stored = loads(value)
    except WireError:
        return None
    return stored[0] if isinstance(stored, list) and stored else None


# -- the ledger -------------------------------------------------------------------------------------------------------


def ledger_key(uri: str, position: Position) -> bytes:
    """The key of a ledger entry."""
    return encode([uri, position.partition, position.offset])


def ledger_group(uri: str) -> bytes:
    """What the keys of an article's ledger entries begin with."""
    return encode([uri])[:-1]


def pack_ledger_entry(entry: LedgerEntry) -> bytes:
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


def unpack_ledger_entry(key: bytes, value: bytes) -> LedgerEntry:
    """The ledger entry under this key."""
    _, observed_at, version, updated_at, digest, revision, minute, indices, dropped, subjects, events = loads(value)
    return LedgerEntry(
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


# -- the contributions ------------------------------------------------------------------------------------------------


def contribution_key(key: ContributionKey) -> bytes:
    """The key of a contribution."""
    return encode(list(key))


def contribution_group(entity: str, uri: str) -> bytes:
    """What the keys of an article's contributions to an entity begin with."""
    return encode([entity, uri])[:-1]


@lru_cache(maxsize=4_096)  # asked for when an entry is sent and twice when it is confirmed
def contribution_marks(key: bytes, value: bytes) -> tuple[tuple[bytes, int], ...]:
    """The marks that a contribution is found by."""
    return tuple(marks(contribution_key_of(key), unpack_contribution(key, value)))


@lru_cache(maxsize=4_096)  # a near copy is found by several marks
def contribution_key_of(key: bytes) -> ContributionKey:
    """The contribution that a key names."""
    return ContributionKey(*loads(key))


def pack_contribution(entry: ContributionEntry) -> bytes:
    """The value of a contribution."""
    return encode(
        [
            TABLE_FORMAT,
            entry.observed_at,
            entry.order.version,
            entry.order.updated_at,
            _contribution(entry.contribution),
            [[_short(p.story), p.number, p.rank, p.minute, p.counts, p.numbers] for p in entry.places],
            entry.signature,
            entry.repeat_of,
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


def unpack_contribution(key: bytes, value: bytes) -> ContributionEntry:
    """The contribution under this key."""
    _, observed_at, version, updated_at, counted, places, signature, repeat_of = loads(value)
    return ContributionEntry(
        order=_order(key, version, updated_at),
        observed_at=observed_at,
        contribution=None if counted is None else _counted(contribution_key_of(key).uri, *counted),
        places=tuple(
            StoryPlace(
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


def unpack_counted(uri: str, value: bytes) -> Contribution | None:
    """What an article adds to the counts: all that a start needs, read in a third of the time."""
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
