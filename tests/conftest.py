"""A real Kafka for the tests: one for the whole session, and names that no other test uses. What was skipped, by cause.

`NEWSTAPE_TEST_KAFKA=host:port` takes a broker that runs already, not a local one; it must let the tests make topics.
"""

import os
import signal
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from streams.local.kafka import LocalKafka

ACCURACY: Final = "tests/accuracy/"
LONGEST_FIRST: Final = (
    "tests/compiled/",
    "tests/integration/test_delivery.py",
    "tests/integration/",
    "tests/chaos/",
    ACCURACY,
)
"""Rooms and files whose tests take longest, as `pytest --durations` tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """The broker of this test session."""

    bootstrap: str
    """`host:port` for clients."""
    local: LocalKafka | None
    """The local broker; null if the tests run against another. Tests that stop or kill one start their own."""


@pytest.fixture(scope="session")
def kafka() -> Iterator[Broker]:
    """A broker shared by all tests of the session."""
    given = os.environ.get("NEWSTAPE_TEST_KAFKA")
    if given:
        yield Broker(bootstrap=given, local=None)
        return
    with LocalKafka() as local:
        yield Broker(bootstrap=local.bootstrap, local=local)


@pytest.fixture
def topic_prefix() -> str:
    """Begins the names of this test's topics and groups; no other test has it, in this session or another."""
    return f"test-{uuid.uuid4().hex[:12]}-"


def pytest_configure() -> None:
    """Take Ctrl-C also where the tests run in the background of a shell, which lets programs there ignore it.

    Programs that tests start would inherit that and could not be stopped by it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests are dealt out to several processes, rooms of long tests come first: the short ones fill the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _rank(item.nodeid))


def _rank(test: str) -> int:
    return next((rank for rank, room in enumerate(LONGEST_FIRST) if test.startswith(room)), len(LONGEST_FIRST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal out the tests file by file, and those of accuracy together: each set is measured once for all of them."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return ACCURACY if nodeid.startswith(ACCURACY) else str(super()._split_scope(nodeid))

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was skipped at the end of a run: each cause once, with the files whose tests it kept from running."""
    causes: dict[str, Counter[str]] = defaultdict(Counter)
    for report in terminalreporter.stats.get("skipped", ()):
        cause = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
        causes[cause.removeprefix("Skipped: ")][report.nodeid.partition("::")[0]] += 1
    if not causes:
        return
    terminalreporter.section("skipped, by cause")
    for cause, files in sorted(causes.items()):
        terminalreporter.write_line(f"{cause}:")
        for file, count in sorted(files.items()):
            terminalreporter.write_line(f"    {count} in {file}")
