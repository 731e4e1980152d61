"""The Kubernetes manifests as they are applied: every selector, port, name and secret leads to what it means."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import kubernetes_validate
import pytest
import trustme
import yaml

from streams.agents.metrics import Metrics
from streams.settings import Settings, Store, load
from tests.cluster import Cluster, Peer, found_in, selects
from tests.kustomized import MANIFESTS, OVERLAYS, by_kustomize, copied, rendered, without_hashes
from tests.viewed import ViewedWorker, free_port, viewed

ROOT = MANIFESTS.parents[1]
VERSIONS = ("1.31.0", "1.34.0")
CUSTOM = {"keda.sh/v1alpha1", "monitoring.coreos.com/v1"}

TOKEN = "0123456789abcdef0123456789abcdef"
CREDENTIALS = f"NEWSTAPE_SASL_USERNAME=someone\nNEWSTAPE_SASL_PASSWORD=a=b\nNEWSTAPE_WEB_TOKEN={TOKEN}\n"
AUTHORITY = trustme.CA().cert_pem.bytes().decode()
NAMESPACE = "newstape"
POD = {"metadata.name": "newstape-worker-1", "metadata.namespace": NAMESPACE}

DNS = Peer(labels={"k8s-app": "kube-dns"}, namespace="kube-system", namespace_labels={"a": "b"})
OUTSIDE = Peer(labels=None)
PROMETHEUS = Peer(labels={"a": "b"}, namespace="monitoring", namespace_labels={"newstape-scrapes": "true"})
STRANGER = Peer(labels={"a": "b"}, namespace="others", namespace_labels={"a": "b"})


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifests, with an operator's files beside them."""
    return copied(tmp_path_factory.mktemp("manifests"), CREDENTIALS, AUTHORITY)


@pytest.fixture(scope="module", params=OVERLAYS)
def cluster(request: pytest.FixtureRequest, manifests: Path) -> Cluster:
    """What each overlay applies."""
    return Cluster(rendered(manifests / "overlays" / request.param))


@pytest.fixture(scope="module")
def production(manifests: Path) -> Cluster:
    """What the overlay for production applies."""
    return Cluster(rendered(manifests / "overlays" / "production"))


def settings_of(cluster: Cluster, component: str, folder: Path, **instead: Any) -> Settings:
    """The settings with which a pod's container starts, its files from secrets put into a folder."""
    pod = cluster.pods()[component]
    (container,) = pod["spec"]["containers"]
    variables = cluster.environment(container, POD)
    for path, text in cluster.files(pod, container).items():
        here = folder / Path(path).name
        here.write_text(text)
        variables = {name: value.replace(path, str(here)) for name, value in variables.items()}
    prefix = "NEWSTAPE_"
    given = {name.removeprefix(prefix).lower(): v for name, v in variables.items() if name.startswith(prefix)}
    assert set(given) <= set(Settings.model_fields), "a misspelt variable would be ignored in silence"
    return load(**given | instead)


# -- what is applied --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_is_looked_at_here_is_what_kustomize_makes(manifests: Path, overlay: str) -> None:
    """Our rendering against kustomize's own, where it is installed; the other tests need none."""
    theirs = by_kustomize(manifests / "overlays" / overlay)
    if theirs is None:
        pytest.skip("neither kustomize nor kubectl is installed")
    assert without_hashes(rendered(manifests / "overlays" / overlay)) == without_hashes(theirs)


@pytest.mark.parametrize("version", VERSIONS)
def test_core_objects_are_valid(cluster: Cluster, version: str) -> None:
    """By the schemas of Kubernetes itself, with no property that it would ignore."""
    for one in cluster.objects:
        if one["apiVersion"] not in CUSTOM:
            kubernetes_validate.validate(one, version, strict=True)


@pytest.mark.parametrize("folder", ["base", *(f"overlays/{overlay}" for overlay in OVERLAYS)])
def test_every_manifest_is_listed(folder: str) -> None:
    """A file that no kustomization names would never be applied."""
    asked = yaml.safe_load((MANIFESTS / folder / "kustomization.yaml").read_text())
    listed = {name for name in (*asked["resources"], *asked.get("configurations", ())) if not name.startswith("..")}
    assert listed == {path.name for path in (MANIFESTS / folder).glob("*.yaml")} - {"kustomization.yaml"}


def test_no_secret_is_in_the_manifests() -> None:
    """What an overlay reads secrets from is not in git."""
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    for name in ("credentials.env", "ca.pem"):
        assert f"deploy/kubernetes/**/{name}" in ignored


def test_the_namespace_is_made(production: Cluster) -> None:
    """Whatever is applied is in it, and it is applied too."""
    made = {one["metadata"]["name"] for one in production.of("Namespace")}
    others = [one for one in production.objects if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in others} == made == {NAMESPACE}


def test_another_apply_changes_nothing_that_may_not_change(manifests: Path, tmp_path: Path) -> None:
    """Other settings, credentials, image and number of partitions: Kubernetes refuses to change selectors and claims.

    It refuses every change of a job's pod, so there is no job: each worker makes the topics that are missing.
    """
    other = copied(tmp_path, CREDENTIALS.replace("someone", "somebody"), AUTHORITY)
    for path in (*other.glob("overlays/*/kustomization.yaml"), other / "base" / "kustomization.yaml"):
        path.write_text(path.read_text().replace("PARTITIONS=24", "PARTITIONS=48").replace("0.1.0", "0.2.0"))
    for overlay in OVERLAYS:
        before = Cluster(rendered(manifests / "overlays" / overlay))
        after = Cluster(rendered(other / "overlays" / overlay))
        assert before.pods() != after.pods()
        assert fixed(before) == fixed(after)
        assert not before.of("Job")
        (container,) = before.pods()["worker"]["spec"]["containers"]
        assert container["args"][:2] == ["worker", "--create-topics"]


def fixed(cluster: Cluster) -> list[Any]:
    """What Kubernetes lets nobody change once it is applied."""
    free = {"replicas", "template", "updateStrategy", "ordinals", "minReadySeconds"}
    return [
        {name: value for name, value in workload["spec"].items() if name not in free}
        for workload in (*cluster.of("StatefulSet"), *cluster.of("Deployment"))
    ]


# -- pods -------------------------------------------------------------------------------------------------------------


def test_pods_may_do_nothing_that_they_need_not(cluster: Cluster) -> None:
    """Not root, a root file system that is only read, no capabilities, no token of the cluster."""
    assert set(cluster.pods()) == {"worker", "release"}
    for pod in (template["spec"] for template in cluster.pods().values()):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]


def test_images_are_pinned(cluster: Cluster) -> None:
    """The version of every image is that of the project."""
    project = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert project is not None
    assert set(found_in(list(cluster.pods().values()), "image")) == {f"newstape:{project[1]}"}


def test_every_pod_starts_with_its_settings(cluster: Cluster, tmp_path: Path) -> None:
    """Settings are valid as each container finds them, files mounted; none comes from a service of the same name."""
    for component, pod in cluster.pods().items():
        assert settings_of(cluster, component, tmp_path).log_format == "json"
        assert pod["spec"]["enableServiceLinks"] is False


def test_production_is_encrypted_and_asks_for_a_token(production: Cluster, tmp_path: Path) -> None:
    """Kafka by TLS with a password, state on the volume, views behind the token of the secret."""
    settings = settings_of(production, "worker", tmp_path)
    assert settings.security_protocol == "SASL_SSL"
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == "a=b"
    assert settings.ssl_context() is not None
    assert settings.store is Store.ROCKSDB
    assert settings.web_token is not None
    assert settings.web_token.get_secret_value() == TOKEN
    mounts = [pod["volumeMounts"] for pod in production.pods()["worker"]["spec"]["containers"]]
    (claim,) = production.only("StatefulSet")["spec"]["volumeClaimTemplates"]
    assert {"name": claim["metadata"]["name"], "mountPath": str(settings.data_dir)} in mounts[0]


def test_no_pod_of_production_starts_without_a_token(tmp_path: Path) -> None:
    """The key of the secret is named and not optional: without it Kubernetes starts no container."""
    folder = copied(tmp_path, CREDENTIALS.replace("NEWSTAPE_WEB_TOKEN", "# NEWSTAPE_WEB_TOKEN"), AUTHORITY)
    cluster = Cluster(rendered(folder / "overlays" / "production"))
    with pytest.raises(KeyError, match="NEWSTAPE_WEB_TOKEN"):
        settings_of(cluster, "worker", tmp_path)
    assert not [*found_in(cluster.objects, "optional")]


def test_a_worker_is_reached_by_the_address_it_names(cluster: Cluster, tmp_path: Path) -> None:
    """Pod, headless service and port are those of NEWSTAPE_WEB_URL."""
    workers, settings = cluster.only("StatefulSet"), settings_of(cluster, "worker", tmp_path)
    service = cluster.only("Service", workers["spec"]["serviceName"])
    headless = service["metadata"]["name"]
    assert settings.web_url == f"http://newstape-worker-1.{headless}.{NAMESPACE}.svc:{settings.web_port}"
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["publishNotReadyAddresses"] is True
    (container,) = cluster.pods()["worker"]["spec"]["containers"]
    assert container["ports"] == [{"name": "views", "containerPort": settings.web_port}]


async def test_kubelet_and_prometheus_are_answered(production: Cluster, tmp_path: Path) -> None:
    """By views with the pod's settings: kubelet asks by the pod's address, Prometheus with the monitor's secret."""
    settings = settings_of(production, "worker", tmp_path, web_port=free_port())
    (container,) = production.pods()["worker"]["spec"]["containers"]
    probes = [container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert {probe["port"] for probe in probes} == {port["name"] for port in container["ports"]}
    (endpoint,) = production.only("ServiceMonitor")["spec"]["endpoints"]
    secret = endpoint["authorization"]["credentials"]
    token = production.keys("Secret", secret["name"])[secret["key"]]
    authorization = {"Authorization": f"{endpoint['authorization']['type']} {token}"}
    pod = {"Host": "10.244.1.7:6066"}
    async with viewed(ViewedWorker(settings)) as url, aiohttp.ClientSession() as session:
        for probe in probes:
            async with session.get(url + probe["path"], headers=pod) as response:
                assert response.status == 200
        async with session.get(url + endpoint["path"], headers=pod) as response:
            assert response.status == 401
        async with session.get(url + endpoint["path"], headers=pod | authorization) as response:
            assert response.status == 200


# -- selectors, ports and names ---------------------------------------------------------------------------------------


def test_what_selects_workers_selects_them_alone(cluster: Cluster) -> None:
    """Set, services, budget and the rule that spreads pods over nodes; the release's deployment selects its own."""
    selectors = [service["spec"]["selector"] for service in cluster.of("Service")]
    selectors += [one["spec"]["selector"]["matchLabels"] for one in cluster.of("StatefulSet")]
    selectors += [one["spec"]["selector"]["matchLabels"] for one in cluster.of("PodDisruptionBudget")]
    spread = cluster.pods()["worker"]["spec"]["topologySpreadConstraints"]
    selectors += [constraint["labelSelector"]["matchLabels"] for constraint in spread]
    assert [cluster.selected(selector) for selector in selectors] == [{"worker"}] * len(selectors)
    release = cluster.only("Deployment")["spec"]["selector"]["matchLabels"]
    assert cluster.selected(release) == {"release"}
    for selector in (*selectors, release):
        assert selector["app.kubernetes.io/name"] == "newstape", "others in the namespace have workers, too"


def test_services_and_probes_name_ports_of_the_pods(cluster: Cluster) -> None:
    """By the port's name."""
    (container,) = cluster.pods()["worker"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for service in cluster.of("Service"):
        assert [(port["targetPort"], port["port"]) for port in service["spec"]["ports"]] == [*ports.items()]


def test_the_network_policy_lets_workers_do_their_work(cluster: Cluster, tmp_path: Path) -> None:
    """They find Kafka by name and reach it at the ports of their settings, and reach each other; and are reached."""
    settings = settings_of(cluster, "worker", tmp_path)
    policy = cluster.only("NetworkPolicy")
    home = policy["metadata"].get("namespace", "")
    assert cluster.selected(policy["spec"]["podSelector"]["matchLabels"]) == set(cluster.pods())
    worker = Peer(labels=cluster.pods()["worker"]["metadata"]["labels"], namespace=home)
    neighbour = Peer(labels={"a": "b"}, namespace=home)
    assert cluster.lets_out(DNS, 53, "UDP")
    assert cluster.lets_out(DNS, 53, "TCP")
    assert cluster.lets_out(worker, settings.web_port)
    for server in settings.kafka.split(","):
        assert cluster.lets_out(OUTSIDE, int(server.rpartition(":")[2])), server
    for peer in (worker, neighbour, PROMETHEUS):
        assert cluster.lets_in(peer, settings.web_port)


def test_the_network_policy_lets_nothing_else_through(cluster: Cluster) -> None:
    """Not the cloud's metadata address, no other pod of the namespace, and no view to other namespaces."""
    home = cluster.only("NetworkPolicy")["metadata"].get("namespace", "")
    assert cluster.only("NetworkPolicy")["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not cluster.lets_out(OUTSIDE, 80)
    assert not cluster.lets_out(OUTSIDE, 53, "UDP")
    assert not cluster.lets_out(Peer(labels={"a": "b"}, namespace=home), 6066)
    assert not cluster.lets_in(STRANGER, 6066)
    assert not cluster.lets_in(PROMETHEUS, 6067)


def test_the_ports_of_a_managed_kafka_are_set_in_one_place(tmp_path: Path) -> None:
    """9096 in the settings and in the list of ports beside them, and in nothing else."""
    folder = copied(tmp_path, CREDENTIALS, AUTHORITY)
    path = folder / "overlays" / "production" / "kustomization.yaml"
    path.write_text(path.read_text().replace("com:9093", "com:9096").replace("port: 9093", "port: 9096"))
    cluster = Cluster(rendered(path.parent))
    test_the_network_policy_lets_workers_do_their_work(cluster, tmp_path)
    assert not cluster.lets_out(OUTSIDE, 9093)


def test_the_monitor_finds_the_workers_under_the_name_that_the_rules_know(production: Cluster) -> None:
    """Service by its labels, port by its name, job by the label of the service that names it."""
    monitor = production.only("ServiceMonitor")["spec"]
    (scraped,) = (
        s for s in production.of("Service") if selects(monitor["selector"]["matchLabels"], s["metadata"]["labels"])
    )
    assert production.selected(scraped["spec"]["selector"]) == {"worker"}
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] in {port["name"] for port in scraped["spec"]["ports"]}
    job = scraped["metadata"]["labels"][monitor["jobLabel"]]
    assert set(re.findall(r'job="(.+?)"', (ROOT / "deploy/prometheus/rules.yml").read_text())) == {job}


# -- the autoscaler ---------------------------------------------------------------------------------------------------


def test_the_autoscaler_goes_by_the_age_of_what_waits_in_any_topic(production: Cluster) -> None:
    """The gauge of all three topics, in this namespace; the threshold is the objective that the alerts hold."""
    (trigger,) = (t for t in production.only("ScaledObject")["spec"]["triggers"] if t["type"] == "prometheus")
    gauge = next(family.name for family in Metrics().registry.collect() if family.name.endswith("_lag_seconds"))
    rules = (ROOT / "deploy/prometheus/rules.yml").read_text()
    assert trigger["metadata"]["query"] == f'max({gauge}{{namespace="{NAMESPACE}"}})'
    assert re.findall(rf"max\({gauge}\) > bool (\S+)", rules) == [trigger["metadata"]["threshold"]]
    assert trigger["metricType"] == "Value", "an age is not shared out among the workers"
    assert trigger["metadata"]["ignoreNullValues"] == "false", "no age known is not an age of nothing"


def test_the_autoscaler_goes_by_how_busy_workers_are(production: Cluster) -> None:
    """A share of what the pod requests, which is the one core that a worker can use."""
    (trigger,) = (t for t in production.only("ScaledObject")["spec"]["triggers"] if t["type"] == "cpu")
    (container,) = production.pods()["worker"]["spec"]["containers"]
    assert trigger["metricType"] == "Utilization"
    assert container["resources"]["requests"]["cpu"] == "1"


def test_the_autoscaler_has_the_workers_to_itself(production: Cluster, tmp_path: Path) -> None:
    """It scales the set, which says no number of its own, and never beyond one worker a partition."""
    scaler = production.only("ScaledObject")["spec"]
    workers = production.only("StatefulSet")
    assert scaler["scaleTargetRef"] == {"kind": "StatefulSet", "name": workers["metadata"]["name"]}
    assert "replicas" not in workers["spec"]
    assert scaler["maxReplicaCount"] == settings_of(production, "worker", tmp_path).partitions
