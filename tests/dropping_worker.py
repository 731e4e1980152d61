"""A worker whose consumer loses records, as Faust does at a rebalance under load: `python -m tests.dropping_worker`.

Faust's consumer runs in a thread with two workers of its own, so a fetch that began before a rebalance may end after
the partitions were sought to another offset. What it brings is thrown away while the flow is stopped
(`Consumer.getmany`), and only partitions with a committed offset are sought back. Here the first records fetched of
every partition are thrown away, each time, for certain; and a seek from outside that thread, which could meet a fetch
that takes the same records, fails each time.
"""

import asyncio
from typing import Any

from aiokafka.consumer.fetcher import Fetcher
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from streams.__main__ import main

_fetch, _seek_to = AIOKafkaConsumerThread.getmany, Fetcher.seek_to
_lost: set[Any] = set()


async def _getmany(self: Any, active_partitions: Any, timeout: float) -> Any:
    records = await _fetch(self, active_partitions, timeout)
    for tp in [tp for tp, fetched in records.items() if fetched and tp not in _lost]:
        _lost.add(tp)
        del records[tp]
    return records


def _sought(self: Any, tp: Any, offset: int) -> None:
    if asyncio.get_running_loop() is not self._loop:
        raise RuntimeError("a seek from another thread")
    _seek_to(self, tp, offset)


if __name__ == "__main__":
    AIOKafkaConsumerThread.getmany, Fetcher.seek_to = _getmany, _sought
    main()
