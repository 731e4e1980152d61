"""More workers than partitions: the spare one stands by, ready, and takes over."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import WorkerProcess, await_until, deployed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


def owned(worker: WorkerProcess) -> list[int] | None:
    """Partitions of a worker that is ready."""
    status, said = worker.get("/readyz")
    return said["partitions"] if status == 200 else None


def counted(worker: WorkerProcess) -> int:
    """Articles that name the DAX, from a worker's view; -1 while it does not answer."""
    status, activity = worker.get("/indices/DAX")
    return activity["windows"]["7d"]["articles"] if status == 200 else -1


def test_a_worker_without_partitions_is_ready_and_takes_over(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """It was never ready once: a reader of no partitions called off the rebuild, and it waited for good."""
    article = {"uri": "urn:spare:1", "published_at": datetime.now(UTC).isoformat(), "body": "The DAX rose 1.5%."}
    environment = {"NEWSTAPE_PARTITIONS": "1", "NEWSTAPE_SESSION_TIMEOUT_S": "2"}
    with deployed(kafka.bootstrap, topic_prefix, tmp_path, **environment) as deployment:
        workers = [deployment.start(name) for name in "ab"]
        await_until(lambda: [owned(w) for w in workers] in ([[0], []], [[], [0]]), "one ready with it, one without")
        owner, spare = sorted(workers, key=owned, reverse=True)
        deployment.push([article])
        deployment.await_settled()
        assert counted(spare) == 1
        owner.kill()
        await_until(lambda: owned(spare) == [0], "the spare one has taken over")
        await_until(lambda: counted(spare) == 1, "counts")
        deployment.push([article | {"uri": "urn:spare:2"}])
        deployment.await_settled()
        await_until(lambda: counted(spare) == 2, "counts")
