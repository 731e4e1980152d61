"""Logs: one line an event, for people on a terminal and as JSON elsewhere, always on stderr so that stdout is for data.

- Everything goes through structlog, what libraries log with the standard library included.
- Faust, mode, aiokafka and their like speak from WARNING up at any level: formatting a line per record that nobody
  reads costs an eighth of a worker's time.
- Secrets are masked wherever they appear in a finished line, tracebacks included; values of local variables are never
  printed.
"""

import logging
import sys
from collections.abc import Sequence
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import Processor

LIBRARIES: Final = ("faust", "mode", "aiokafka", "kafka", "asyncio", "aiohttp", "rocksdict")
"""Loggers of libraries, which speak from WARNING up."""

MASK: Final = "********"

Format = Literal["auto", "console", "json"]


class _MaskingFormatter(structlog.stdlib.ProcessorFormatter):
    """Finishes a line and takes the secrets out of it."""

    def __init__(self, *arguments: Any, secrets: Sequence[str], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line


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
    """Not the coming and going of mode's services, which our own report under our own names."""
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
