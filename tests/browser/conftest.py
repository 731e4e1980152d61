"""A headless Chromium of this machine, and a worker that it looks at.

`NEWSTAPE_TEST_CHROMIUM` names another; without any these tests are skipped. `make test-browser` installs one where it
may. The browser lives for one module: as long as it does, Playwright keeps an event loop running in this thread.
"""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Broker
from tests.deployment import Deployment, WorkerProcess, deployed, free_port

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What a browser says by itself of a worker that stops, is not there, or takes over its partitions, of an article that
# was withdrawn between its event and the question for its text, and of the filter that a test has refused.
AWAY = ("ERR_CONNECTION", "ERR_INCOMPLETE", "503 (Service Unavailable)", "/readings", "subject=index%3ANOPE")
TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the browser is."""
    path = os.environ.get("NEWSTAPE_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium on this machine: `make test-browser` installs one, NEWSTAPE_TEST_CHROMIUM names one")
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path: str, dashboard: "Dashboard") -> Iterator[Browser]:
    """The browser, begun when the worker runs: what needs a loop of its own must be done by then."""
    with sync_playwright() as playwright:
        # Chromium's sandbox needs rights that containers and root do not have; it is shown nothing but our own page.
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Dashboard:
    """A deployment, its worker, and how to reach and feed it."""

    deployment: Deployment
    worker: WorkerProcess
    number: int = 0

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.worker.port}/"

    def push(self, body: str, **fields: Any) -> str:
        """Push an article of now; its uri."""
        self.number += 1
        uri = fields.pop("uri", f"urn:t:{self.number}")
        article = {
            "uri": uri,
            "published_at": (datetime.now(UTC) - timedelta(seconds=30)).isoformat(),
            "headline": "",
            "body": body,
            **fields,
        }
        self.deployment.push([article])
        return str(uri)

    def withdraw(self, uri: str) -> None:
        """Withdraw an article."""
        self.deployment.push([(uri.encode(), None)])

    def restart(self, **environment: str) -> None:
        """Stop the worker and start another at the same address."""
        port = self.worker.port
        assert self.worker.stop(60) == 0
        self.worker = self.deployment.start("again", data="a", NEWSTAPE_WEB_PORT=str(port), **environment)
        self.worker.port = port
        self.worker.await_ready(150)


@pytest.fixture(scope="module")
def dashboard(chromium_path: str, kafka: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """A worker behind a token; where there is no browser, none is started."""
    with deployed(
        kafka.bootstrap, f"browser-{time.time_ns()}-", tmp_path_factory.mktemp("browser"), NEWSTAPE_WEB_TOKEN=TOKEN
    ) as deployment:
        port = free_port()
        worker = deployment.start("a", NEWSTAPE_WEB_PORT=str(port))
        worker.port = port
        yield Dashboard(deployment, worker.await_ready(150))


@dataclass
class Watched:
    """What a page did that it should not have done, and what it asked for."""

    errors: list[str] = field(default_factory=list)
    """Errors of scripts and of the console, violations of the security policy included."""
    hosts: set[str] = field(default_factory=set)
    """Whom it asked."""
    dialogs: list[str] = field(default_factory=list)
    """Dialogs that scripts opened."""


def watched(page: Page) -> Watched:
    """Watch a page."""
    found = Watched()

    def closed(dialog: Any) -> None:
        found.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on(
        "console", lambda said: found.errors.append(f"{said.text} {said.location}") if said.type == "error" else None
    )
    page.on("request", lambda request: found.hosts.add(request.url.split("/")[2]))
    page.on("dialog", closed)
    return found


@pytest.fixture(scope="module")
def session(chromium: Browser, dashboard: Dashboard) -> dict[str, Any]:
    """The state of a browser that has signed in."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(dashboard.url)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Indices").wait_for()
    state: Any = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def page(chromium: Browser, dashboard: Dashboard, session: dict[str, Any]) -> Iterator[Page]:
    """A page that is live; what it must never do is looked at when the test ends."""
    context = chromium.new_context(storage_state=session, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(90_000)
    found = watched(opened)
    opened.goto(dashboard.url)
    opened.get_by_role("status").get_by_text("live").wait_for()
    yield opened
    context.close()
    assert found.dialogs == []
    assert found.hosts <= {f"127.0.0.1:{dashboard.worker.port}"}
    assert [error for error in found.errors if not any(word in error for word in AWAY)] == []
