"""Workers as forks of one process that has loaded code and registry: what takes a worker seconds is done once.

The worker itself is the one that `newstape worker` runs, with settings, log and process of its own.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

# The process that is forked imports this module and the others named here, and runs `load` by doing so.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.loaded", "tests.chaos.schedule"])


def as_it_is() -> None:
    """Nothing to prepare."""


class Forked:
    """A running worker, by the names that `subprocess.Popen` has for what can be done with it."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, directory: Path, prepare: Callable[[], None] = as_it_is
    ) -> None:
        """Start it; `prepare`, a function of a module, runs in its process before it begins."""
        log.touch()  # it is there also where the process is killed before it can say anything
        what = (dict(environment), log, directory, prepare)
        self._process: ForkServerProcess = _FORKS.Process(target=_run, args=what)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal; null while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """As `returncode`."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Exit status, awaited. Raises TimeoutExpired."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("newstape worker", timeout or 0)
        return status

    def send_signal(self, which: signal.Signals) -> None:
        """Send a signal; one that has ended gets none."""
        if self._process.pid is not None and self.poll() is None:
            os.kill(self._process.pid, which)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _run(environment: dict[str, str], log: Path, directory: Path, prepare: Callable[[], None]) -> None:
    from streams.cli import main

    with log.open("wb") as out:
        for stream in (1, 2):
            os.dup2(out.fileno(), stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    sys.argv = ["newstape", "worker"]
    prepare()
    main()
