"""Which worker holds what, and how to ask it.

A worker knows from the last rebalance which worker owns which partitions of the topics, by the address each names.
Keys are hashed as the producer hashes them (murmur2, as Kafka's Java client does), so a key's owner is known at once.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

import aiohttp
from aiokafka.partitioner import murmur2
from yarl import URL

from schemas import WireError, decode
from streams.settings import Settings
from streams.web.faults import MovingError
from streams.web.worker import Worker

T = TypeVar("T")

TIMEOUT_S: Final = 3.0


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class Peers:
    """The workers of the group."""

    def __init__(self, worker: Worker, settings: Settings) -> None:
        self._worker, self._settings = worker, settings
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client session."""
        token = self._settings.web_token
        headers = {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), headers=headers)

    async def stop(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    def owners(self, topic: str) -> dict[int, str]:
        """Address of the owner of every partition of a topic. Raises MovingError where one has none."""
        owners = {
            partition: url
            for url, topics in self._worker.distribution().items()
            for name, partitions in topics.items()
            if name == topic
            for partition in partitions
        }
        missing = set(range(self._settings.partitions)) - owners.keys()
        if missing:
            raise MovingError(
                f"partitions {sorted(missing)} of {topic} are moving between workers; if it stays so, two workers name "
                "the same address: give each its own NEWSTAPE_WEB_URL"
            )
        return owners

    def workers(self) -> list[str]:
        """Addresses of all workers that the last rebalance knew, this one's first."""
        others = set(self._worker.distribution()) - {self._settings.views_url}
        return [self._settings.views_url, *sorted(url for url in others if not self.is_self(url))]

    def is_self(self, url: str) -> bool:
        """Whether this is our own address."""
        return URL(url) == URL(self._settings.views_url)

    async def ask(self, kind: type[T], url: str, path: str, query: Mapping[str, str]) -> T:
        """What another worker answers. Raises MovingError where it does not, or not with that."""
        if self._session is None:
            raise MovingError("this worker is starting")
        try:
            async with self._session.get(URL(url).with_path(path), params=query) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MovingError(f"worker {url} does not answer: {type(error).__name__}") from error
        if response.status != 200:
            raise MovingError(f"worker {url} answers {response.status}: {body[:200].decode('utf-8', 'replace')}")
        try:
            return decode(kind, body)
        except WireError as error:
            raise MovingError(f"worker {url} answers what no worker of this version does: {error}") from error
