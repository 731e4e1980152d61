"""Topics of market events for a test of its own, filled with the contract's examples by another client."""

import json
import time
from typing import Final

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from streams.contract import files
from streams.contract.messages import MARKET_EVENT, Example
from streams.settings import Settings

EXAMPLES: Final[list[Example]] = files.stored_examples(files.directory())[MARKET_EVENT.name]
FAMILIES: Final = ("index", "company", "policy")


class Topics:
    """The topics of market events under a prefix of one test's own."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.settings = Settings(kafka=bootstrap, topic_prefix=prefix)
        self._bootstrap, self._prefix = bootstrap, prefix
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._producer = Producer({"bootstrap.servers": bootstrap})

    def create(self, partitions: int = 2) -> None:
        """Make them, and wait until they have leaders."""
        made = self._admin.create_topics([NewTopic(self.name(family), partitions, 1) for family in FAMILIES])
        for future in made.values():
            future.result(30)
        deadline = time.monotonic() + 60
        while any(
            len(topic.partitions) < partitions or any(p.leader < 0 for p in topic.partitions.values())
            for topic in (self._admin.list_topics(self.name(f), timeout=30).topics[self.name(f)] for f in FAMILIES)
        ):
            assert time.monotonic() < deadline, "the topics have no leaders within a minute"
            time.sleep(0.05)

    def name(self, family: str) -> str:
        """Full name of a topic."""
        return f"{self._prefix}market.events.{family}"

    def put(self, *examples: Example) -> None:
        """Produce real events with their keys and headers, by another client."""
        for example in examples:
            family = example.value["type"].partition(".")[0]
            self.put_raw(family, json.dumps(example.value).encode(), example.key or "", example.headers)

    def put_raw(self, family: str, value: bytes, key: str = "k", headers: dict[str, str] | None = None) -> None:
        """Produce bytes."""
        pairs = [(name, text.encode()) for name, text in (headers or {}).items()]
        self._producer.produce(self.name(family), value=value, key=key.encode(), headers=pairs)
        assert self._producer.flush(30) == 0

    def cut(self, family: str, partition: int, offset: int) -> None:
        """Delete the records before an offset, as retention does."""
        from confluent_kafka import TopicPartition

        (done,) = self._admin.delete_records([TopicPartition(self.name(family), partition, offset)]).values()
        done.result(30)
