"""Story chains, which are built from the entries of a partition when they are needed."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from streams.tally.contributions import Contributions, story_mark
from streams.tally.stories import StoryChain, StoryPlace

MOST_BYTES: Final = 96 << 20
"""Limit on the memory of the chains kept: about 50,000 stories of one article each, or one story of millions."""


class ChainMemory:
    """The chains used last, in memory by the names of their stories; all partitions of a worker share it."""

    def __init__(self) -> None:
        self.chains: OrderedDict[str, StoryChain] = OrderedDict()
        self.bytes = 0
        """About how many bytes they take."""

    def trim(self) -> None:
        """Drop the chains that were used longest ago while they take too much; all places must be in entries by now."""
        while len(self.chains) > 1 and self.bytes > MOST_BYTES:
            _, chain = self.chains.popitem(last=False)
            self.bytes -= chain.bytes


class StoryChains:
    """The chains of one partition."""

    def __init__(self, contributions: Contributions, memory: ChainMemory) -> None:
        self._contributions, self._memory = contributions, memory

    def __getitem__(self, story: str) -> StoryChain:
        """The chain of this story, as the entries tell it; change it by `add` and `discard` only."""
        chains = self._memory.chains
        chain = chains.get(story)
        if chain is None:
            chain = chains[story] = StoryChain(self._read(story))
            self._memory.bytes += chain.bytes
        else:
            chains.move_to_end(story)
        return chain

    def add(self, place: StoryPlace, uri: str) -> None:
        """Add the place of an article."""
        chain = self[place.story]
        self._memory.bytes -= chain.bytes
        chain.add(place, uri)
        self._memory.bytes += chain.bytes

    def discard(self, place: StoryPlace) -> None:
        """Drop a place whose entry is about to be dropped.

        What a crowded chain remembers depends on all its tellings, so it is dropped and rebuilt when it is needed.
        """
        chain = self._memory.chains.get(place.story)
        if chain is None:
            return
        self._memory.bytes -= chain.bytes
        if chain.crowded:
            del self._memory.chains[place.story]
        else:
            chain.discard(place)
            self._memory.bytes += chain.bytes

    def _read(self, story: str) -> Iterator[tuple[StoryPlace, str]]:
        for _, key in self._contributions.marked([story_mark(story)], None):
            entry = self._contributions.entry(key)
            for place in () if entry is None else entry.places:
                if place.story == story:
                    yield place, key.uri
