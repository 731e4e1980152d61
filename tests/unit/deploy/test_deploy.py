"""The files a person deploys with: as far as they can be checked without an engine."""

import json
import re
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

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
    """Names of newstape's metrics that a text mentions."""
    return set(re.findall(r"\bnewstape_[a-z_0-9]+", text))


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


def test_the_dashboard_has_no_overlapping_panels() -> None:
    """Every panel has its own place."""
    panels = json.loads((ROOT / "deploy/grafana/dashboards/newstape.json").read_text())["panels"]
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels]
    assert len(set(places)) == len(panels)
    assert len({p["id"] for p in panels}) == len(panels)
