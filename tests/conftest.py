"""A real Kafka for the tests: one for the whole session, and names that no other test uses. What was skipped, by cause.

`NEWSTAPE_TEST_KAFKA=host:port` takes a broker that runs already, not a local one; it must let the tests make topics.
"""

import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from streams.local.kafka import LocalKafka


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
