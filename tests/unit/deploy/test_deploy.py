"""The files a person deploys with: as far as they can be checked without an engine."""

import json
import re
import runpy
import shutil
import subprocess
import threading
import tomllib
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from streams.agents.metrics import Metrics
from streams.kafka.topics import catalogue
from streams.settings import Settings
from streams.web.metrics import StreamMetrics
from tests.prometheus import tool

ROOT = Path(__file__).parents[3]


def exposed() -> set[str]:
    """Every sample name that the page of metrics can have."""
    names = set()
    registry = Metrics().registry
    StreamMetrics(registry)
    for family in registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
        names |= {family.name + suffix for suffix in suffixes.get(family.type, ("",))}
    return names


def metrics_in(text: str) -> set[str]:
    """Names of a worker's metrics that a text mentions."""
    return set(re.findall(r"\b(?:newstape|process)_[a-z_0-9]+", text))


@pytest.mark.parametrize("path", ["deploy/prometheus/rules.yml", "deploy/grafana/dashboards/newstape.json"])
def test_rules_and_dashboards_ask_for_metrics_that_exist(path: str) -> None:
    """A renamed metric breaks the files that read it."""
    asked = metrics_in((ROOT / path).read_text())
    assert asked
    assert asked <= exposed()


def test_prometheus_accepts_the_rules() -> None:
    """By its own checker."""
    done = subprocess.run(
        [tool("promtool"), "check", "rules", ROOT / "deploy/prometheus/rules.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_when_it_should_and_not_otherwise() -> None:
    """By Prometheus' own unit tests; each alert has one in which it fires."""
    paths = sorted((ROOT / "deploy/prometheus").glob("*.test.yml"))
    done = subprocess.run([tool("promtool"), "test", "rules", *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    fired = {name for path in paths for name in re.findall(r"alertname: (\w+)\n\s+exp_alerts:\n", path.read_text())}
    assert fired == set(re.findall(r"- alert: (\w+)", (ROOT / "deploy/prometheus/rules.yml").read_text()))


def test_the_lag_of_every_topic_that_is_read_alerts() -> None:
    """The rules take the greatest over all partitions that there are; their tests let each topic wait, by its name."""
    rules = (ROOT / "deploy/prometheus/rules.yml").read_text()
    uses = re.findall(r"\S*newstape_lag_seconds\S*", rules)
    assert set(uses) == {"max(newstape_lag_seconds)"}, "no rule picks a topic"
    topics = catalogue(Settings(_env_file=None))
    tested = re.findall(r'newstape_lag_seconds\{topic="(.+?)"', (ROOT / "deploy/prometheus/rules.test.yml").read_text())
    assert set(tested) == {topics.articles.name, topics.annotations.name, topics.claims.name}


def test_every_alert_has_a_runbook_section() -> None:
    """The link of an alert leads somewhere."""
    headings = {
        heading.lower() for heading in re.findall(r"^### (\w+)$", (ROOT / "deploy/README.md").read_text(), re.MULTILINE)
    }
    runbooks = re.findall(r"runbook: deploy/README\.md#(\w+)", (ROOT / "deploy/prometheus/rules.yml").read_text())
    alerts = re.findall(r"- alert: (\w+)", (ROOT / "deploy/prometheus/rules.yml").read_text())
    assert len(runbooks) == len(alerts) > 0
    assert set(runbooks) <= headings


def test_compose_sets_only_variables_that_exist() -> None:
    """A misspelt variable would be ignored in silence."""
    known = {f"NEWSTAPE_{name.upper()}" for name in Settings.model_fields}
    known |= {"NEWSTAPE_COMPILE", "NEWSTAPE_PREPARE"}  # of the build hook
    for path in ("docker-compose.yml", "deploy/Dockerfile", "deploy/README.md"):
        assert set(re.findall(r"NEWSTAPE_[A-Z_]*[A-Z]", (ROOT / path).read_text())) <= known, path


def test_compose_pins_its_images() -> None:
    """No image floats."""
    images = re.findall(r"image: (\S+)", (ROOT / "docker-compose.yml").read_text())
    assert len(images) >= 4
    assert all(re.search(r":v?\d+\.\d+\.\d+$", image) for image in images)


def test_the_image_copies_files_that_exist() -> None:
    """Among them the hook that the build of the wheel is told to run."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    copied = {path for line in lines for path in line.split()}
    assert all((ROOT / path).exists() for path in copied)
    hook = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]
    assert hook["custom"]["path"] in copied


def services() -> dict[str, dict[str, Any]]:
    """The services of compose, by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return found


def test_every_service_of_compose_has_a_limit_of_memory() -> None:
    """One that grows is ended by itself, and not the laptop."""
    assert [name for name, service in services().items() if "mem_limit" not in service] == []


def test_workers_of_compose_keep_their_state_on_disk() -> None:
    """In the volume that each has: a start reads it back in seconds, and memory does not grow with the articles."""
    workers = {name: service for name, service in services().items() if service.get("command") == ["worker"]}
    assert len(workers) == 2
    for name, service in workers.items():
        assert service["environment"]["NEWSTAPE_STORE"] == "rocksdb"
        assert service["volumes"] == [f"{name}:/var/lib/newstape"]


def test_prometheus_keeps_as_much_as_its_longest_panel_looks_at() -> None:
    """The error budget looks at thirty days."""
    (kept,) = [flag for flag in services()["prometheus"]["command"] if "retention.time" in flag]
    panels = (ROOT / "deploy/grafana/dashboards/newstape.json").read_text()
    assert int(kept.partition("=")[2].removesuffix("d")) >= max(map(int, re.findall(r"\[(\d+)d\]", panels)))


def test_alerts_ring_where_compose_says() -> None:
    """Prometheus sends them to Alertmanager, and that to a service which is there."""
    prometheus = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    (manager,) = prometheus["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    routes = yaml.safe_load((ROOT / "deploy/prometheus/alertmanager.yml").read_text())
    (receiver,) = routes["receivers"]
    (hook,) = receiver["webhook_configs"]

    assert manager.partition(":")[0] in services()
    assert routes["route"]["receiver"] == receiver["name"]
    assert urlsplit(hook["url"]).hostname in services()
    assert hook["send_resolved"]


def test_the_bell_says_an_alert_and_survives_what_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """As Alertmanager's webhook sends it."""
    bell = runpy.run_path(str(ROOT / "deploy/prometheus/bell.py"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), bell["Bell"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    alert = {"status": "firing", "labels": {"alertname": "NewstapeLag"}, "annotations": {"summary": "old records"}}
    try:
        told = [posted(server.server_port, body) for body in (b"[]", b"{", json.dumps({"alerts": [alert]}).encode())]
    finally:
        server.shutdown()
        server.server_close()

    assert told == [400, 400, 204]
    assert capsys.readouterr().out == "firing: NewstapeLag: old records\n"


def posted(port: int, body: bytes) -> int:
    """The status of the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", body)
    status = connection.getresponse().status
    connection.close()
    return status


def test_compose_is_valid() -> None:
    """By docker-compose itself, which needs no engine for it."""
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not installed")
    done = subprocess.run(
        [command, "-f", ROOT / "docker-compose.yml", "config", "-q"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_dashboard_is_what_its_code_says() -> None:
    """Run `python deploy/grafana/dashboard.py` after a change."""
    code = runpy.run_path(str(ROOT / "deploy/grafana/dashboard.py"))
    assert (ROOT / "deploy/grafana/dashboards/newstape.json").read_text() == code["text"]()


def test_every_query_of_the_dashboard_is_of_the_workers_chosen() -> None:
    """One that left the choice out would show all of them beside those that were asked for."""
    board = json.loads((ROOT / "deploy/grafana/dashboards/newstape.json").read_text())
    assert [variable["name"] for variable in board["templating"]["list"]] == ["datasource", "instance", "index"]
    targets = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    recorded = {name for expression in targets for name in re.findall(r"newstape:[a-z_0-9:]+", expression)}
    free = [e for e in targets if "$instance" not in e and not any(name in e for name in recorded)]
    assert free == []
    assert any('index=~"$index"' in expression for expression in targets)
    assert {panel["datasource"]["uid"] for panel in board["panels"] if "targets" in panel} == {"$datasource"}


def test_the_dashboard_has_no_overlapping_panels() -> None:
    """Every panel has its own place."""
    panels = json.loads((ROOT / "deploy/grafana/dashboards/newstape.json").read_text())["panels"]
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len(panels)
    assert len({p["id"] for p in panels}) == len(panels)
