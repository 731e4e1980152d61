"""Dead letters: an agent keeps the records that it could not use, whole, in the dead-letter topic."""

from dataclasses import dataclass
from typing import Final

import structlog

from schemas.taxonomy import RejectReason
from streams.agents.metrics import Metrics
from streams.kafka.headers import CUT_FROM, DETAIL, REASON, SOURCE, from_source
from streams.kafka.records import Record
from streams.kafka.topics import MIB
from streams.state.checkpoint import Checkpoint

log = structlog.get_logger(__name__)

MAX_RECORD_BYTES: Final = 4 * MIB  # what `news.articles` takes uncompressed; kept whole
CUT_BYTES: Final = MIB  # of key and of value, where a dead letter can't hold the record
SAID_ANEW: Final = SOURCE | {REASON, DETAIL, CUT_FROM}  # headers of a dead letter that are not its record's
CUT_HEADERS: Final = 100  # of a record that is cut, the first headers ...
CUT_HEADER_BYTES: Final = 8_192  # ... of those that are no larger than this


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetters:
    """Where an agent keeps the records it could not use."""

    checkpoint: Checkpoint
    """The agent's checkpoint."""
    topic: str
    """The dead-letter topic."""
    metrics: Metrics
    """Counted by reason."""

    async def keep(self, record: Record, reason: RejectReason, detail: str) -> None:
        """Keep a record whole, with where it came from and why.

        One that was redriven or replayed names the place where it first stood, so that it is still the same letter.
        """
        self.metrics.dead_letters.labels(reason=reason.value).inc()
        log.warning("kept as a dead letter", reason=reason.value, detail=detail, **record.where)
        # aiokafka: a record with neither key nor value can't be sent; the empty key stands for the null one.
        nothing = record.key is None and record.value is None
        kept = [(name, value) for name, value in record.headers if name not in SAID_ANEW]
        key, value, kept = _cut(record.key, record.value, kept)
        await self.checkpoint.send(
            self.topic,
            key=b"" if nothing else key,
            value=value,
            headers=[
                *from_source(kept, record.topic, record.source),
                (REASON, reason.value.encode()),
                (DETAIL, detail.encode("utf-8", "replace")),
            ],
            timestamp_ms=record.output_ms,
        )


def _cut(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]:
    """Key, value and headers as a dead letter can hold them: whole, or cut, with the header that says so.

    `news.articles` measures what producers compress, so what they send may be larger than any topic takes whole.
    """
    size = len(key or b"") + len(value or b"") + sum(len(name.encode()) + len(of) + 8 for name, of in headers)
    if size <= MAX_RECORD_BYTES:
        return key, value, headers
    few = [(name, of) for name, of in headers if len(name) + len(of) <= CUT_HEADER_BYTES][:CUT_HEADERS]
    return (
        None if key is None else key[:CUT_BYTES],
        None if value is None else value[:CUT_BYTES],
        [*few, (CUT_FROM, str(size).encode())],
    )


def fault(error: Exception, record: Record) -> str:
    """Log what a stage raised; gives what its dead letter says of it."""
    log.exception("a stage raised; the record is kept as a dead letter", **record.where)
    return f"$: {type(error).__name__}: {error}"[:1_000]
