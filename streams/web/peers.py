"""Which worker holds what, and how to ask it.

A worker knows from Faust's assignor which worker owns which partitions of the topics, by the address each names.
Keys are hashed as the producer hashes them (murmur2, as Kafka's Java client does), so a key's owner is known at once.
"""

from typing import Any, Final

import aiohttp
import orjson
from aiokafka.partitioner import murmur2
from yarl import URL

from streams.operate.rest import bearer
from streams.settings import Settings

TIMEOUT_S: Final = 3.0


class MovingError(RuntimeError):
    """No worker owns the state right now, or its owner does not answer; asking again in a moment helps."""


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class Peers:
    """The workers of the group."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client session."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), headers=bearer(self._settings.web_token)
        )

    async def stop(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    def owners(self, topic: str) -> dict[int, str]:
        """Address of the owner of every partition of a topic. Raises MovingError where one has none."""
        # Faust: the assignor's map of the last rebalance.
        distribution = self._app.assignor.external_topic_distribution
        owners = {
            partition: url
            for url, topics in distribution.items()
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
        others = set(self._app.assignor.external_topic_distribution) - {self._settings.views_url}
        return [self._settings.views_url, *sorted(url for url in others if not self.is_self(url))]

    def is_self(self, url: str) -> bool:
        """Whether this is our own address."""
        return URL(url) == URL(self._settings.views_url)

    async def ask(self, url: str, path: str, query: dict[str, str]) -> Any:
        """The JSON that another worker answers. Raises MovingError where it does not."""
        if self._session is None:
            raise MovingError("this worker is starting")
        try:
            async with self._session.get(URL(url).with_path(path), params=query) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MovingError(f"worker {url} does not answer: {type(error).__name__}") from error
        if response.status != 200:
            raise MovingError(f"worker {url} answers {response.status}: {body[:200].decode('utf-8', 'replace')}")
        return orjson.loads(body)
