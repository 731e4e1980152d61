"""Kafka built anew, empty and on the same port, under a worker that runs: it is not ready with nothing to do."""

from pathlib import Path

import pytest

from streams.local.kafka import LocalKafka
from streams.processes.ports import free_port
from streams.state.checkpoint import EXIT_UNDELIVERED
from tests.deployment import await_until, deployed
from tests.forked import Forked
from tests.integration.test_state import Newsroom

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

READY, NOT_READY = 200, {503, 0}


@pytest.mark.parametrize("has_topics", [False, True])
def test_a_worker_whose_kafka_is_built_anew_stops(has_topics: bool, tmp_path: Path) -> None:
    """Status 3, be it that the topics are gone, or made again and empty: it was read further than they go.

    It was ready with no partitions and no lag for five minutes, or with the counts of a Kafka that is no more.
    """
    port = free_port()
    with LocalKafka(port=port) as broker, deployed(broker.bootstrap, "anew-", tmp_path) as deployment:
        deployment.launch = Forked
        worker = deployment.start().await_ready()
        Newsroom(deployment).write(range(100), "DAX")
        deployment.await_settled()
        assert worker.get("/readyz")[0] == READY
        broker.stop()
        with LocalKafka(port=port):
            if has_topics:
                deployment.create_topics()
            await_until(lambda: worker.process.poll() is not None, "stopped", 150)
            assert worker.process.poll() == EXIT_UNDELIVERED
            last = worker.log.read_text().splitlines()[-1]
            assert ("was read to" if has_topics else "Kafka has no topic anew-") in last
