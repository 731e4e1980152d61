"""Old news behind live news: a back-fill goes into the topic only as fast as the workers take it.

What stands in a partition is read in turn, so that a live article behind a million old ones would wait for all of them.
Whoever pushes old ones with a pace keeps but few of them waiting: a live article is then never behind more than those.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Final

from aiokafka.errors import KafkaError

from streams.kafka.reading import administration, reader
from streams.settings import Settings

MOST_WAITING: Final = 200
"""Articles of a back-fill that may wait at a time: about a second's work of one worker."""

_LOOK_S: Final = 0.1
_SILENT_S: Final = 30.0


class Pace:
    """Holds back whoever pushes while articles enough wait for the workers."""

    def __init__(self, settings: Settings, topic: str, *, warn: Callable[[str], None]) -> None:
        """`warn` is told, once, where nobody takes what waits."""
        self._settings, self._topic, self._warn = settings, topic, warn
        self._stack = AsyncExitStack()
        self._unseen = 0

    async def start(self) -> None:
        """Connect. Raises TopicError."""
        self._reader = await self._stack.enter_async_context(reader(self._settings, [self._topic]))
        self._admin = await self._stack.enter_async_context(administration(self._settings))

    async def stop(self) -> None:
        """Disconnect."""
        await self._stack.aclose()

    async def room(self, flush: Callable[[], Awaitable[None]]) -> None:
        """Return when there is room for one more; `flush` brings into the topic what was sent so far.

        Kafka is asked once in a quarter of what may wait.
        """
        self._unseen += 1
        if self._unseen <= MOST_WAITING // 4:
            return
        self._unseen = 1
        await flush()
        least, since, is_warned = None, time.monotonic(), False
        while (waiting := await self.waiting()) > MOST_WAITING * 3 // 4:
            if least is None or waiting < least:
                least, since = waiting, time.monotonic()
            elif time.monotonic() - since > _SILENT_S and not is_warned:
                is_warned = True
                self._warn(
                    f"{waiting:,} articles wait and none was taken for {_SILENT_S:.0f} s: is a worker of the group "
                    f"{self._settings.app_id} running?"
                )
            await asyncio.sleep(_LOOK_S)

    async def waiting(self) -> int:
        """Articles in the topic that the workers have not committed yet."""
        partitions = self._reader.assignment()
        ends = await self._reader.end_offsets(partitions)
        firsts = await self._reader.beginning_offsets(partitions)
        committed = {}
        with suppress(KafkaError):  # there is no such group yet, or its coordinator is moving: nothing is taken
            committed = await self._admin.list_consumer_group_offsets(self._settings.app_id)
        return sum(end - max(firsts[tp], committed[tp].offset if tp in committed else 0) for tp, end in ends.items())
