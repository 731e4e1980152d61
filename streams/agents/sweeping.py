"""Entries that nobody needs any more are deleted in portions, so that records come between."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from streams.reconcile import LedgerEntry
from streams.state.checkpoint import Checkpoint
from streams.state.table import StateTable
from streams.tally import ContributionEntry

Group = Sequence[tuple[bytes, bytes]]

EXPIRED_AT_ONCE: Final = 2_000  # entries that fall due are deleted in portions, so that records come between


def portion(crowded: Iterator[tuple[int, Group]]) -> list[tuple[int, Group]]:
    """The groups up to the next pause.

    They are read before the agent waits for Kafka. An open iterator keeps the files of a partition open, and they could
    not be opened again if the partition was revoked and came back meanwhile.
    """
    return list(takewhile(lambda of: of[1], crowded))


async def sweep(
    table: StateTable,
    checkpoint: Checkpoint,
    crowded: Iterable[tuple[int, Group]],
    unpack: Callable[[bytes, bytes], LedgerEntry | ContributionEntry],
) -> None:
    """Delete all entries of these groups but the newest of each."""
    generation = checkpoint.generation
    for partition, group in crowded:
        *older, _ = sorted(group, key=lambda entry: unpack(*entry).order)
        for key, _ in older:
            await table.delete(checkpoint, partition, key)
        if checkpoint.generation != generation:
            return  # partitions moved while this waited: the groups that follow may be another worker's
    checkpoint.confirm_soon()
