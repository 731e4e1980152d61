"""The tally's contributions, looked up in one partition of their table."""

from collections.abc import Iterator, Sequence

from schemas import Contribution
from streams.state.layout import (
    INDEX_PREFIX,
    contribution_group,
    contribution_key,
    contribution_key_of,
    pack_contribution,
    unpack_contribution,
    unpack_counted,
)
from streams.state.table import StateTable
from streams.tally import ContributionEntry, ContributionKey


class TableContributions:
    """The entries of one partition of the table."""

    def __init__(self, table: StateTable, partition: int) -> None:
        self._table, self._partition = table, partition

    def of(self, entity: str, uri: str) -> dict[ContributionKey, ContributionEntry]:
        """All entries of one article in one entity."""
        kept = self._table.group(self._partition, contribution_group(entity, uri))
        return {contribution_key_of(key): unpack_contribution(key, value) for key, value in kept.items()}

    def entry(self, key: ContributionKey) -> ContributionEntry | None:
        """The entry of this key, null where there is none."""
        raw = contribution_key(key)
        value = self._table.get(self._partition, raw)
        return None if value is None else unpack_contribution(raw, value)

    def marked(self, marks: Sequence[bytes], most: int | None) -> Iterator[tuple[bytes, ContributionKey]]:
        """Each mark with the keys of entries that bear it, the latest `most`. The caller must read it to its end."""
        return ((mark, contribution_key_of(key)) for mark, key in self._table.marked(self._partition, marks, most))

    def counted(self) -> Iterator[tuple[str, Contribution | None]]:
        """Index and contribution of the current entry of every article that names one, as they are stored."""
        for group in self._table.groups(self._partition, INDEX_PREFIX):
            key, value = group[0] if len(group) == 1 else max(group, key=lambda kv: unpack_contribution(*kv).order)
            entity, uri, *_ = contribution_key_of(key)
            yield entity, unpack_counted(uri, value)

    def put(self, key: ContributionKey, entry: ContributionEntry) -> None:
        """Have the entry read from now on; the agent writes it once its events are sent."""
        self._table.hold(self._partition, contribution_key(key), pack_contribution(entry))

    def drop(self, key: ContributionKey) -> None:
        """Do nothing: the agent deletes it."""
