"""Workers as the manifests start them: the arguments and variables of the pod, on a real broker."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from streams.processes.ports import free_port
from tests.cluster import Cluster
from tests.deployment import await_until
from tests.kustomized import copied, rendered

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TOKEN = "0123456789abcdef0123456789abcdef"
CREDENTIALS = f"NEWSTAPE_SASL_USERNAME=someone\nNEWSTAPE_SASL_PASSWORD=word\nNEWSTAPE_WEB_TOKEN={TOKEN}\n"


class PodOfWorker:
    """A worker's container as kubelet starts it, but for the addresses and the volume, which are this machine's."""

    def __init__(self, cluster: Cluster, name: str, folder: Path, here: dict[str, str]) -> None:
        (self.container,) = cluster.pods()["worker"]["spec"]["containers"]
        self.port = free_port()
        self.log = folder / f"{name}.log"
        given = cluster.environment(self.container, {"metadata.name": name, "metadata.namespace": "newstape"})
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSTAPE_")}
        environment |= given | here | {"PYTHONPATH": str(ROOT), "NEWSTAPE_WEB_PORT": str(self.port)}
        environment |= {"NEWSTAPE_DATA_DIR": str(folder / name), "NEWSTAPE_WEB_URL": f"http://127.0.0.1:{self.port}"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streams", *self.container["args"]],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
            )

    def status(self, path: str, **headers: str) -> int:
        """What a request that names the pod's own address gets; 0 for no answer."""
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, headers={"Host": f"10.244.1.7:{self.port}"} | headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def is_ready(self) -> bool:
        """What kubelet makes of the readiness probe."""
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        return self.status(self.container["readinessProbe"]["httpGet"]["path"]) == 200


@contextmanager
def started(cluster: Cluster, names: tuple[str, ...], folder: Path, **here: str) -> Iterator[list[PodOfWorker]]:
    """Pods that are started at once, and ended."""
    pods = [PodOfWorker(cluster, name, folder, here) for name in names]
    try:
        yield pods
        for pod in pods:
            pod.process.send_signal(signal.SIGTERM)
        assert [pod.process.wait(15) for pod in pods] == [0] * len(pods)
    finally:
        for pod in pods:
            pod.process.kill()


def test_workers_that_start_at_once_make_the_topics_and_are_answered_for(
    kafka: Any, topic_prefix: str, tmp_path: Path
) -> None:
    """As production starts them: no job comes before, and both are probed and scraped by the pod's address."""
    folder = copied(tmp_path, CREDENTIALS, "")
    cluster = Cluster(rendered(folder / "overlays" / "production"))
    (endpoint,) = cluster.only("ServiceMonitor")["spec"]["endpoints"]
    here = {
        "NEWSTAPE_KAFKA": kafka.bootstrap,
        "NEWSTAPE_SECURITY_PROTOCOL": "PLAINTEXT",
        "NEWSTAPE_SSL_CAFILE": str(tmp_path / "kubernetes/overlays/production/ca.pem"),
        "NEWSTAPE_REPLICATION": "1",
        "NEWSTAPE_PARTITIONS": "4",
        "NEWSTAPE_TOPIC_PREFIX": topic_prefix,
        "NEWSTAPE_APP_ID": f"{topic_prefix}app",
    }
    with started(cluster, ("newstape-worker-0", "newstape-worker-1"), tmp_path, **here) as pods:
        await_until(lambda: all(pod.is_ready() for pod in pods), "both ready", 90)
        for pod in pods:
            assert pod.status(pod.container["livenessProbe"]["httpGet"]["path"]) == 200
            assert pod.status(endpoint["path"]) == 401
            assert pod.status(endpoint["path"], Authorization=f"Bearer {TOKEN}") == 200
            assert (tmp_path / pod.log.stem / "state").stat().st_mode & 0o777 == 0o700
