"""Which worker holds what, and how to ask it.

A worker knows from the last rebalance which worker owns which partitions of the topics, by the address each names.
Keys are hashed as the producer hashes them (murmur2, as Kafka's Java client does), so a key's owner is known at once.

Whoever may join the Kafka group may name any address, so an address is not trusted: it is sent no token that another
worker takes (`access.py`), its redirects are not followed, at most `MAX_ANSWER_BYTES` of its answer are read, nothing
of what it says is shown but what decodes as the answer that was asked for.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import aiohttp
from aiokafka.partitioner import murmur2
from yarl import URL

from schemas import WireError, decode, encode
from streams.settings import Settings
from streams.web.faults import MovingError
from streams.web.worker import Worker

T = TypeVar("T")

TIMEOUT_S: Final = 3.0
MAX_ANSWER_BYTES: Final = 16 * 1_048_576
"""A worker that counts ten thousand indices answers less."""
_CHUNK_BYTES: Final = 65_536


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key."""
    return int((murmur2(key.encode("utf-8", "surrogatepass")) & 0x7FFFFFFF) % partitions)


class Peers:
    """The workers of the group; `token_for` gives the token with which a worker at an address is asked."""

    def __init__(self, worker: Worker, settings: Settings, token_for: Callable[[str], str]) -> None:
        self._worker, self._settings, self._token_for = worker, settings, token_for
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client session."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            headers={"Accept-Encoding": "identity", "User-Agent": "newstape"},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

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

    def others(self) -> list[str]:
        """Addresses of all other workers that the last rebalance knew."""
        return sorted(url for url in self._worker.distribution() if not self.is_self(url))

    def is_self(self, url: str) -> bool:
        """Whether this is our own address."""
        try:
            return URL(url) == URL(self._settings.views_url)
        except ValueError:
            return False

    async def ask(self, kind: type[T], url: str, path: str, query: Mapping[str, str]) -> T:
        """What another worker answers. Raises MovingError where it does not, or not with that."""
        if self._session is None:
            raise MovingError("this worker is starting")
        try:
            token = self._token_for(url)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            asked = self._session.get(URL(url).with_path(path), params=query, headers=headers, allow_redirects=False)
            async with asyncio.timeout(TIMEOUT_S), asked as response:
                body = await _read(response) if response.status == 200 else b""
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise MovingError(f"worker {url} does not answer: {type(error).__name__}") from error
        if response.status != 200:
            raise MovingError(f"worker {url} answers {response.status}")
        try:
            answer = decode(kind, body)
            encode(answer)  # a number may be larger than what can be passed on
        except (WireError, TypeError) as error:
            raise MovingError(f"worker {url} answers what no worker of this version does") from error
        return answer


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body of an answer. Raises ValueError where it is too large."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise ValueError("too large")
    return bytes(body)
