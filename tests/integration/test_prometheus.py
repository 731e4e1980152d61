"""What Prometheus makes of a worker's metrics."""

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import Deployment, WorkerProcess, await_until, deployed, free_port
from tests.prometheus import tool

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def running(kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, WorkerProcess]]:
    """One worker that has taken an article and a bad record."""
    with deployed(
        kafka.bootstrap, f"prometheus-{time.time_ns()}-", tmp_path_factory.mktemp("prometheus")
    ) as deployment:
        worker = deployment.start().await_ready()
        now = datetime.now(UTC).isoformat()  # a date written down would leave the windows one day
        said = {"uri": "urn:p", "published_at": now, "body": "The DAX rose 1.5% to 24,000.10."}
        deployment.push([said, (b"k", b"not json")])
        deployment.await_settled()
        yield deployment, worker


def test_the_page_passes_promtool(running: tuple[Deployment, WorkerProcess]) -> None:
    """Names, units and help are as Prometheus's own linter wants them."""
    _, worker = running
    done = subprocess.run(
        [tool("promtool"), "check", "metrics"],
        input=worker.text("/metrics"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_real_prometheus_scrapes_it(running: tuple[Deployment, WorkerProcess], tmp_path: Path) -> None:
    """The series arrive with their labels and the shipped rules are loaded."""
    _, worker = running
    rules = Path(__file__).parents[2] / "deploy/prometheus/rules.yml"
    config = tmp_path / "prometheus.yml"
    config.write_text(
        f"global: {{scrape_interval: 1s}}\nrule_files: ['{rules}']\nscrape_configs:\n"
        f"  - job_name: newstape\n    static_configs: [{{targets: ['127.0.0.1:{worker.port}']}}]\n"
    )
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        prometheus = subprocess.Popen(
            [
                tool("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
    try:

        def value(query: str) -> float | None:
            address = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(query)}"
            try:
                with urllib.request.urlopen(address, timeout=5) as response:
                    result = json.loads(response.read())["data"]["result"]
            except OSError:
                return None
            return float(result[0]["value"][1]) if result else None

        await_until(lambda: value('up{job="newstape"}') == 1, "scraped", 30)
        assert value('newstape_dead_letters_total{reason="not-json"}') == 1
        assert value('newstape_articles_total{outcome="new"}') == 1
        # Counts are published once a second, so the first scrape may come before them.
        await_until(lambda: value('newstape_index_mentions{index="DAX",window="7d"}') == 1, "mentions scraped", 30)
        await_until(lambda: value("max(newstape_lag_seconds)") == 0, "no lag scraped", 30)
    finally:
        prometheus.terminate()
        prometheus.wait(10)
