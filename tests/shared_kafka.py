"""One broker for all processes of a run of the tests (`pytest -n`): starting one takes as long as a dozen tests.

The process that deals out the tests starts it when the first test that may need it begins, in a thread, so that nobody
waits who needs none, and ends it with the run. The others find in a file where it is.
"""

import contextlib
import shutil
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any, Final

from streams.local.errors import LocalKafkaError
from streams.local.kafka import LocalKafka

__all__ = ["FILE", "SharedKafka", "bootstrap_in"]

FILE: Final = "newstape_kafka"
"""What the other processes are told of the file by."""
_ROOMS: Final = ("tests/integration/", "tests/browser/")
_NONE: Final = "none"
_LONGEST_START_S: Final = 120.0


class SharedKafka:
    """A plugin of the process that deals out the tests."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="newstape-tests-"))
        self._kafka = LocalKafka()
        self._start: Thread | None = None

    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process where to look."""
        node.workerinput[FILE] = str(self._directory / "bootstrap")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins in one of the processes."""
        if self._start is None and nodeid.startswith(_ROOMS):
            self._start = Thread(target=self._begin)
            self._start.start()

    def pytest_unconfigure(self) -> None:
        """The run is over."""
        if self._start is not None:
            self._start.join()
            self._kafka.stop()
        shutil.rmtree(self._directory)

    def _begin(self) -> None:
        said = _NONE
        try:
            # Where there can be none, whoever needs one tries again, and tells why.
            with contextlib.suppress(LocalKafkaError):
                self._kafka.start()
                said = self._kafka.bootstrap
        finally:
            new = self._directory / "new"
            new.write_text(said, encoding="utf-8")
            new.rename(self._directory / "bootstrap")


def bootstrap_in(file: Path) -> str | None:
    """Where the shared broker is, awaited; null where there is none."""
    deadline = time.monotonic() + _LONGEST_START_S
    while not file.exists():
        if time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    said = file.read_text(encoding="utf-8")
    return None if said == _NONE else said
