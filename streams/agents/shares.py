"""The shares of the tally's table."""

from collections.abc import Iterator, Sequence
from typing import Final

from streams.state.entries import (
    pack_share,
    share_group,
    share_key,
    share_key_of,
    unpack_contribution,
    unpack_share,
)
from streams.state.table import StateTable
from streams.tally import Share, ShareKey, Tally

INDEX_SHARES: Final = b'["index:'  # what the keys of shares begin with that count something


class TableShares:
    """The shares that the tally looks up, read from the table of the partition in hand."""

    def __init__(self, table: StateTable, partition: int = 0) -> None:
        self._table = table
        self.partition = partition

    def here(self) -> "TableShares":
        """The shares of the partition in hand, also when another is."""
        return TableShares(self._table, self.partition)

    def of(self, entity: str, uri: str) -> dict[ShareKey, Share]:
        """Kept shares of one article in one entity."""
        kept = self._table.group(self.partition, share_group(entity, uri))
        return {share_key_of(key): unpack_share(key, value) for key, value in kept.items()}

    def share(self, key: ShareKey) -> Share | None:
        """One share, if it is kept."""
        raw = share_key(key)
        value = self._table.get(self.partition, raw)
        return None if value is None else unpack_share(raw, value)

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, ShareKey]]:
        """Each mark with keys of shares that bear it: at most so many, of the latest. To be read to its end."""
        return ((mark, share_key_of(key)) for mark, key in self._table.marked(self.partition, marks, most))

    def count(self, tally: Tally) -> Iterator[None]:
        """Count all stored shares of indices in a tally, one at each step."""
        for partition, group in self._table.groups(INDEX_SHARES):
            self.partition = partition
            key, value = group[0] if len(group) == 1 else max(group, key=lambda entry: unpack_share(*entry).order)
            entity, uri, *_ = share_key_of(key)
            tally.count(entity, unpack_contribution(uri, value))
            yield

    def put(self, key: ShareKey, share: Share) -> None:
        """Give it out from now on; the agent writes it once its events are sent."""
        self._table.hold(self.partition, share_key(key), pack_share(share))

    def drop(self, key: ShareKey) -> None:
        """Nothing: the agent deletes it."""
