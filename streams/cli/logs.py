"""Logs: one line an event, for people on a terminal and as JSON elsewhere, always on stderr so that stdout is for data.

- Everything goes through structlog, what libraries log with the standard library included.
- Faust, mode, aiokafka and their like speak from WARNING up at any level: formatting a line per record that nobody
  reads costs an eighth of a worker's time.
- Secrets are masked wherever they appear in a finished line, tracebacks included and however the line escapes them;
  values of local variables are never printed.
- Of warnings that are alike, a few a minute are written and the others counted: whoever can cause one must not be able
  to fill a disk. Metrics count what they stand for in full.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import Processor

LIBRARIES: Final = ("faust", "mode", "aiokafka", "kafka", "asyncio", "aiohttp", "rocksdict")
"""Loggers of libraries, which speak from WARNING up."""

MASK: Final = "********"

MOST_ALIKE: Final = 10
"""Warnings of one logger, message and reason that are written within ALIKE_S."""
ALIKE_S: Final = 60.0
_MOST_KINDS: Final = 1_000
_NUMBER: Final = re.compile(r"0x[0-9a-f]+|[0-9]+")
_WORD: Final = re.compile(r"[a-z-]+")

Format = Literal["auto", "console", "json"]


class _MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Finishes a line and takes the secrets out of it."""

    def __init__(self, *arguments: Any, secrets: Sequence[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._secrets = _spellings(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """The forms in which a line may have a secret: as it is, as a URL, `repr` or JSON writes it, and those quoted."""
    spelt = {secret for secret in secrets if secret}
    spelt |= {quote(secret, safe="") for secret in spelt}
    for _ in range(2):
        spelt |= {escaped for spelling in spelt for escaped in _escaped(spelling)}
    return tuple(sorted(spelt, key=len, reverse=True))


def _escaped(text: str) -> Iterable[str]:
    yield repr(text)[1:-1]
    yield text.replace("\\", "\\\\").replace("'", "\\'")
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]


@dataclass(slots=True)
class _Kind:
    """Warnings that are alike, since `begun_s`."""

    begun_s: float
    written: int = 0
    left_out: int = 0


class FewAlike(logging.Filter):
    """Lets pass the first MOST_ALIKE of warnings that are alike, and says on the next one how many it left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: dict[tuple[str, ...], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be written."""
        if not logging.WARNING <= record.levelno < logging.CRITICAL:
            return True
        kind, now = _kind_of(record), self._clock()
        seen = self._kinds.get(kind)
        if seen is None or now - seen.begun_s >= ALIKE_S:
            self._forget(now)
            if seen is not None and seen.left_out:
                _add(record, left_out=seen.left_out)
            seen = self._kinds[kind] = _Kind(now)
        if seen.written >= MOST_ALIKE:
            seen.left_out += 1
            return False
        seen.written += 1
        if seen.written == MOST_ALIKE:
            _add(record, further=f"left out for {ALIKE_S - (now - seen.begun_s):.0f} s")
        return True

    def _forget(self, now: float) -> None:
        """Keep the number of kinds within bounds: messages of libraries may hold anything."""
        if len(self._kinds) < _MOST_KINDS:
            return
        self._kinds = {kind: seen for kind, seen in self._kinds.items() if now - seen.begun_s < ALIKE_S}
        if len(self._kinds) >= _MOST_KINDS:
            self._kinds.clear()


def _kind_of(record: logging.LogRecord) -> tuple[str, ...]:
    """Logger and message, with its reason where that is a word; numbers and addresses make no other kind."""
    if not isinstance(record.msg, dict):
        return record.name, _NUMBER.sub("0", str(record.msg).partition("\n")[0][:200])
    reason = str(record.msg.get("reason"))
    return record.name, str(record.msg.get("event")), reason if _WORD.fullmatch(reason) else ""


def _add(record: logging.LogRecord, **fields: object) -> None:
    """Put fields into the line, whether structlog or a library writes it."""
    if isinstance(record.msg, dict):
        record.msg = {**record.msg, **fields}
    else:
        record.__dict__.update(fields)


def configure(
    *,
    level: str = "INFO",
    style: Format = "auto",
    stream: TextIO | None = None,
    secrets: Sequence[str] = (),
    libraries: str = "WARNING",
) -> None:
    """Send all logs of `level` and above to `stream` (stderr if null); `libraries` is the least level of LIBRARIES.

    May be called again; the last call counts.
    """
    stream = sys.stderr if stream is None else stream
    of_both: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *of_both,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(_says_something)
    handler.addFilter(FewAlike())
    handler.setFormatter(
        _MaskingFormatter(
            foreign_pre_chain=of_both,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(style, stream)],
            secrets=secrets,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.getLevelName(libraries), root.level))
    logging.captureWarnings(True)


def _says_something(record: logging.LogRecord) -> bool:
    """False for the starts and stops of mode's services; newstape logs those of its own under their names."""
    return record.levelno >= logging.WARNING or not str(record.msg).startswith("[^")


def _renderers(style: Format, stream: TextIO) -> list[Processor]:
    """How an event becomes a line. The plain formatters of exceptions are named since the others print local values."""
    terminal = stream.isatty()
    if style == "console" or (style == "auto" and terminal):
        return [
            structlog.dev.ConsoleRenderer(colors=terminal, exception_formatter=structlog.dev.plain_traceback),
        ]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
