"""Records as producers in other languages send them: compressed, and with header names that are no UTF-8."""

import os
import subprocess
import sys
from typing import Any, Final

from confluent_kafka import Producer

from tests.deployment import Deployment

CODECS: Final = ("gzip", "snappy", "lz4", "zstd")


def push_compressed(
    deployment: Deployment, codec: str, key: bytes, value: bytes, headers: list[Any] | None = None
) -> None:
    """Produce a record of any size, which the broker measures as compressed."""
    errors: list[Any] = []
    producer = Producer(
        {
            "bootstrap.servers": deployment.bootstrap,
            "compression.type": codec,
            "message.max.bytes": 1_000_000_000,
            "log_level": 2,
        }
    )
    topic = deployment.topics.articles.name
    producer.produce(
        topic,
        key=key,
        value=value,
        headers=headers,
        on_delivery=lambda error, _: errors.append(error) if error else None,
    )
    assert producer.flush(60) == 0
    assert not errors


# aiokafka's compiled builder asks no object for its bytes; the one in Python, chosen when it is imported, does.
_ODD_NAME: Final = """
import asyncio, sys
from aiokafka import AIOKafkaProducer

class Name(str):
    def encode(self, *_):
        return b"caf\\xe9"

async def main():
    async with AIOKafkaProducer(bootstrap_servers=sys.argv[1], acks="all") as producer:
        key, value = (text.encode() for text in sys.argv[3:])
        await producer.send_and_wait(sys.argv[2], value, key=key, headers=[(Name(), b"1")])

asyncio.run(main())
"""


def push_with_odd_header(deployment: Deployment, key: str, value: str) -> None:
    """Produce a record with a header whose name is no UTF-8."""
    command = [sys.executable, "-c", _ODD_NAME, deployment.bootstrap, deployment.topics.articles.name, key, value]
    subprocess.run(command, env={**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}, check=True, timeout=60)
