"""Story chains: the stories of the articles kept, put together from their shares when they are asked for."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from streams.tally.shares import Shares, story_mark
from streams.tally.stories import Place, Story

MOST_BYTES: Final = 96 << 20
"""Memory of the stories kept put together: 50,000 told once, or one told by millions."""


class Chains:
    """Stories by name; those told last stay put together."""

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._stories: OrderedDict[str, Story] = OrderedDict()
        self._bytes = 0

    def __getitem__(self, name: str) -> Story:
        """The story of this name, as the shares kept tell it; change it by `add` and `discard` only."""
        story = self._stories.get(name)
        if story is None:
            story = self._stories[name] = Story(self._read(name))
            self._bytes += story.bytes
        else:
            self._stories.move_to_end(name)
        return story

    def add(self, place: Place, uri: str) -> None:
        """Take up a place whose share is about to be put."""
        story = self[place.story]
        self._bytes -= story.bytes
        story.add(place, uri)
        self._bytes += story.bytes

    def discard(self, place: Place) -> None:
        """Drop a place whose share is about to be dropped.

        What a crowded story remembers depends on all that it was told, so it is put together anew when asked for.
        """
        story = self._stories.get(place.story)
        if story is None:
            return
        self._bytes -= story.bytes
        if story.crowded:
            del self._stories[place.story]
        else:
            story.discard(place)
            self._bytes += story.bytes

    def trim(self) -> None:
        """Let go of the stories told longest ago, where there are too many; every place must be in a share by now."""
        while len(self._stories) > 1 and self._bytes > MOST_BYTES:
            _, story = self._stories.popitem(last=False)
            self._bytes -= story.bytes

    def _read(self, name: str) -> Iterator[tuple[Place, str]]:
        for _, key in self._shares.marked([story_mark(name)], None):
            share = self._shares.share(key)
            for place in () if share is None else share.places:
                if place.story == name:
                    yield place, key.uri
