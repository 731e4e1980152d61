"""The Kubernetes manifests: core objects by their published schemas, the rest by what they must agree with."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from streams.kafka.topics import catalogue
from streams.settings import Settings

KUBERNETES = Path(__file__).parents[3] / "deploy" / "kubernetes"
VERSIONS = ("1.31.0", "1.34.0")
CUSTOM = {"keda.sh/v1alpha1", "monitoring.coreos.com/v1"}
MANIFESTS = sorted(path for path in KUBERNETES.rglob("*.yaml") if path.name != "kustomization.yaml")
OVERLAYS = sorted(path.parent for path in KUBERNETES.glob("overlays/*/kustomization.yaml"))


def documents(*paths: Path) -> Iterator[dict[str, Any]]:
    """Every object in these files."""
    for path in paths:
        yield from yaml.safe_load_all(path.read_text())


def only(kind: str) -> dict[str, Any]:
    """The one object of this kind."""
    (found,) = (d for d in documents(*MANIFESTS) if d["kind"] == kind)
    return found


def kustomization(directory: Path) -> dict[str, Any]:
    """A folder's kustomization."""
    return yaml.safe_load((directory / "kustomization.yaml").read_text())


def settings_of(directory: Path) -> dict[str, str]:
    """The settings that a kustomization makes a config map of."""
    maps = kustomization(directory).get("configMapGenerator", [])
    return dict(literal.split("=", 1) for one in maps for literal in one["literals"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(KUBERNETES)))
def test_core_objects_are_valid(path: Path, version: str) -> None:
    """By the schemas of Kubernetes itself, with no property that it would ignore."""
    for document in documents(path):
        if document["apiVersion"] not in CUSTOM:
            kubernetes_validate.validate(document, version, strict=True)


@pytest.mark.parametrize("directory", [KUBERNETES / "base", *OVERLAYS], ids=lambda path: path.name)
def test_every_manifest_is_listed(directory: Path) -> None:
    """A file that no kustomization names would never be applied."""
    listed = {name for name in kustomization(directory)["resources"] if not name.startswith("..")}
    assert listed == {path.name for path in directory.glob("*.yaml")} - {"kustomization.yaml"}


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: path.name)
def test_overlays_build(overlay: Path, tmp_path: Path) -> None:
    """By kustomize itself: every patch finds its target, and what comes out is valid."""
    kustomize = shutil.which("kustomize") or shutil.which("kustomize", path=Path.home() / "go" / "bin")
    if kustomize is None:
        pytest.skip("kustomize is not installed (go install sigs.k8s.io/kustomize/kustomize/v5)")
    here = tmp_path / "kubernetes"
    shutil.copytree(KUBERNETES, here)
    for generator in kustomization(overlay).get("secretGenerator", []):
        for name in (*generator.get("envs", ()), *generator.get("files", ())):
            (here / overlay.relative_to(KUBERNETES) / name).write_text("NEWSTAPE_SASL_USERNAME=someone\n")
    built = subprocess.run(
        [kustomize, "build", here / overlay.relative_to(KUBERNETES)], capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    for document in yaml.safe_load_all(built.stdout):
        if document["apiVersion"] not in CUSTOM:
            kubernetes_validate.validate(document, VERSIONS[-1], strict=True)


def test_pods_may_do_nothing_that_they_need_not() -> None:
    """Not root, a root file system that is only read, no capabilities, no token of the cluster."""
    pods = [d["spec"]["template"]["spec"] for d in documents(*MANIFESTS) if d["kind"] in {"StatefulSet", "Job"}]
    assert len(pods) == 2
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]


def test_images_are_pinned() -> None:
    """The version of the image is that of the project."""
    project = re.search(r'^version = "(.+)"$', (KUBERNETES.parents[1] / "pyproject.toml").read_text(), re.MULTILINE)
    assert project is not None
    assert kustomization(KUBERNETES / "base")["images"] == [{"name": "newstape", "newTag": project[1]}]


def test_settings_exist_and_are_valid() -> None:
    """A misspelt variable would be ignored in silence."""
    known = {f"NEWSTAPE_{name.upper()}" for name in Settings.model_fields}
    for path in KUBERNETES.rglob("*.yaml"):
        assert set(re.findall(r"NEWSTAPE_[A-Z_]*[A-Z]", path.read_text())) <= known, path


def test_a_worker_is_reached_by_the_address_it_names() -> None:
    """Pod, headless service and port are those of NEWSTAPE_WEB_URL."""
    workers = only("StatefulSet")
    (container,) = workers["spec"]["template"]["spec"]["containers"]
    environment = {variable["name"]: variable.get("value") for variable in container["env"]}
    service = workers["spec"]["serviceName"]
    assert environment["NEWSTAPE_WEB_URL"] == f"http://$(POD_NAME).{service}.$(POD_NAMESPACE).svc:6066"
    (headless,) = (d for d in documents(*MANIFESTS) if d["kind"] == "Service" and d["metadata"]["name"] == service)
    assert headless["spec"]["clusterIP"] == "None"
    assert headless["spec"]["publishNotReadyAddresses"] is True
    assert container["ports"] == [{"name": "views", "containerPort": Settings.model_fields["web_port"].default}]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts["data"] == environment["NEWSTAPE_DATA_DIR"]


def test_what_selects_workers_selects_them() -> None:
    """Budget, network policy, services and monitor name the labels that the pods have."""
    labels = only("StatefulSet")["spec"]["template"]["metadata"]["labels"]
    assert only("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert only("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    services = [d for d in documents(*MANIFESTS) if d["kind"] == "Service"]
    assert all(service["spec"]["selector"] == labels for service in services)
    monitor = only("ServiceMonitor")["spec"]
    (scraped,) = (s for s in services if s["metadata"]["labels"] == monitor["selector"]["matchLabels"])
    ports = {port["name"] for port in scraped["spec"]["ports"]}
    assert {endpoint["port"] for endpoint in monitor["endpoints"]} <= ports


def test_the_autoscaler_knows_the_pipeline() -> None:
    """Group, topic, brokers and the most workers are those of the settings."""
    production = KUBERNETES / "overlays" / "production"
    variables = settings_of(production)
    scaler = only("ScaledObject")["spec"]
    (trigger,) = scaler["triggers"]
    defaults = Settings(_env_file=None)
    assert scaler["scaleTargetRef"] == {"kind": "StatefulSet", "name": only("StatefulSet")["metadata"]["name"]}
    assert scaler["maxReplicaCount"] == int(variables["NEWSTAPE_PARTITIONS"])
    assert trigger["metadata"]["consumerGroup"] == defaults.app_id
    assert trigger["metadata"]["topic"] == catalogue(defaults).articles.name
    assert trigger["metadata"]["bootstrapServers"] == variables["NEWSTAPE_KAFKA"]
    assert trigger["authenticationRef"]["name"] == only("TriggerAuthentication")["metadata"]["name"]
    secrets = {one["name"] for one in kustomization(production)["secretGenerator"]}
    references = only("TriggerAuthentication")["spec"]["secretTargetRef"]
    assert {reference["name"] for reference in references} <= secrets


def test_no_secret_is_in_the_manifests() -> None:
    """What an overlay reads secrets from is not in git."""
    ignored = (KUBERNETES.parents[1] / ".gitignore").read_text().splitlines()
    for name in ("credentials.env", "ca.pem"):
        assert f"deploy/kubernetes/**/{name}" in ignored
