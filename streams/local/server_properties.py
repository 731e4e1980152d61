"""The settings of the local broker, as a pure function of its ports, directories and what the caller overrides.

Three listeners, all on 127.0.0.1: CLIENT is the one users connect to, and may advertise another address (a proxy in
front of it) or speak another protocol; INTERNAL is always plain text and advertises itself, for the broker's own
traffic and for the question whether it is ready, so neither goes through a proxy; CONTROLLER is KRaft's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# What the catalogue's widest topic takes, and room for the batch around a record of that size.
_LARGEST_RECORD: Final = 6 * 1024 * 1024
_BATCH_ROOM: Final = 64 * 1024

_DEFAULTS: Final[Mapping[str, str]] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "INTERNAL",
    # One node, so one replica of everything. Few partitions: each costs files, and the first consumer waits for all.
    "num.partitions": "1",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    # After a crash KRaft takes the old broker for alive this long (default 9 s) and keeps its successor waiting.
    "broker.session.timeout.ms": "5000",
    "broker.heartbeat.interval.ms": "500",
    # A topic that nobody declared is a bug, and should show as one.
    "auto.create.topics.enable": "false",
    # The wait is there to gather the members of big groups; here it only delays the first record.
    "group.initial.rebalance.delay.ms": "0",
    # Shorter session timeouts than the default floor of 6 s let tests of failover finish.
    "group.min.session.timeout.ms": "1000",
    "message.max.bytes": str(_LARGEST_RECORD + _BATCH_ROOM),
    # Nothing is deleted by age: back-fills carry old timestamps. A forgotten broker stays below 1 GiB a partition.
    "log.retention.ms": "-1",
    "log.retention.bytes": str(1024**3),
    "log.segment.bytes": str(128 * 1024**2),
    # The default of 128 MiB is allocated at the start, a quarter of the heap; 8 MiB do for 300,000 keys at a time.
    "log.cleaner.dedupe.buffer.size": str(8 * 1024**2),
    # Sized for the 2 cores of a laptop: each thread has its buffers.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "4",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Ports of 127.0.0.1 that one broker listens on."""

    client: int
    """For its users."""
    internal: int
    """For itself: plain text, advertises itself."""
    controller: int
    """For KRaft."""


def server_properties(
    *, ports: Ports, log_dir: Path, advertised: str, security_protocol: str, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Kafka's settings, by name; `overrides` win. `advertised` is the `host:port` that clients are told."""
    return {
        **_DEFAULTS,
        "listeners": f"CLIENT://127.0.0.1:{ports.client},INTERNAL://127.0.0.1:{ports.internal},"
        f"CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": f"CLIENT://{advertised},INTERNAL://127.0.0.1:{ports.internal}",
        "listener.security.protocol.map": f"CLIENT:{security_protocol},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.voters": f"1@127.0.0.1:{ports.controller}",
        "log.dirs": str(log_dir),
        **overrides,
    }


def properties_text(settings: Mapping[str, str]) -> str:
    """Settings in the format of java.util.Properties, escaped as its documentation says."""
    return "".join(f"{key}={_escaped(value)}\n" for key, value in settings.items())


def _escaped(value: str) -> str:
    text = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    if text.startswith(" "):
        text = "\\" + text
    return "".join(c if c.isascii() else "".join(f"\\u{unit:04x}" for unit in _utf16(c)) for c in text)


def _utf16(character: str) -> list[int]:
    raw = character.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
