"""Times as whole numbers, which entries are made of."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(time: datetime) -> int:
    """Whole minutes since 1970-01-01 UTC."""
    return (time - _EPOCH) // timedelta(minutes=1)


def microseconds_of(time: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (time - _EPOCH) // timedelta(microseconds=1)
