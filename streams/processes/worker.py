"""A worker as a child process that ends with this program, however that ends."""

import signal
import sys
from pathlib import Path
from typing import Final

from streams.processes.leash import LeashedProcess
from streams.processes.log_tail import log_tail
from streams.settings import NOT_FLAGS, Settings

# Fetching Kafka's jars is the slow part of a first start; the worker waits for the topics as long as that may take.
_PATIENCE_S: Final = 900

# A worker has ten seconds to await the delivery of what it has sent.
_STOP_TIMEOUT_S: Final = 10.0

# These are given to the worker apart; secrets and what goes with them reach it by its environment.
_GIVEN_APART: Final = frozenset({"data_dir", "log_format"})


class WorkerEndedError(RuntimeError):
    """The worker has ended by itself; the message has its last lines."""


class LocalWorker:
    """One `newstape worker` under these settings, its files in `place`, which goes with it if this program dies."""

    def __init__(self, settings: Settings, place: Path) -> None:
        """Start it; it waits for Kafka and the topics. Raises OSError where Python can't be run."""
        self._log = place / "worker.log"
        command = [sys.executable, "-m", "streams", "worker", *flags(settings)]
        command += ["--data-dir", str(place / "worker"), "--wait", str(_PATIENCE_S), "--log-format", "console"]
        self._process = LeashedProcess(command, output=self._log, remove=place)

    def require_alive(self) -> None:
        """Raise WorkerEndedError if it has ended."""
        status = self._process.poll()
        if status is not None:
            raise WorkerEndedError(f"the worker has ended with status {status}; its last lines:\n{self.last_lines()}")

    def last_lines(self) -> str:
        """The end of its log."""
        return log_tail(self._log.read_text(encoding="utf-8", errors="replace")) if self._log.exists() else ""

    def stop(self) -> None:
        """End it in good order, in ten seconds at most. Stopping twice does nothing."""
        self._process.end(signal.SIGTERM, _STOP_TIMEOUT_S)


def flags(settings: Settings) -> list[str]:
    """The settings that were given, as flags of `newstape worker`."""
    given = []
    for name in sorted(settings.model_fields_set - NOT_FLAGS - _GIVEN_APART):
        value = getattr(settings, name)
        if value is not None:
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            given += [f"--{name.replace('_', '-')}", text]
    return given
