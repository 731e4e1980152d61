"""The local Kafka is a real one: clients of two makes agree on it, and it goes as cleanly as it comes."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import MessageSizeTooLargeError
from confluent_kafka import Consumer, Producer

from streams.local.errors import BrokerFailedError, DataDirInUseError, PortInUseError
from streams.local.kafka import LocalKafka
from streams.local.progress import Progress, Step
from streams.processes.ports import free_port
from tests.integration.conftest import Broker

pytestmark = pytest.mark.integration

# Starts a local Kafka, says where, and waits to be killed. Children of background jobs may have SIGINT ignored.
_PROGRAM = """
import json, signal, time
from streams.local.kafka import LocalKafka
signal.signal(signal.SIGINT, signal.default_int_handler)
with LocalKafka() as kafka:
    print(json.dumps([int(kafka.listener.split(":")[1]), str(kafka.data_dir)]), flush=True)
    time.sleep(600)
"""


async def _make_topic(bootstrap: str, name: str, *, partitions: int = 1, **config: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        settings = {key.replace("_", "."): value for key, value in config.items()}
        await admin.create_topics(
            [NewTopic(name, num_partitions=partitions, replication_factor=1, topic_configs=settings)]
        )
    finally:
        await admin.close()


async def _produce(bootstrap: str, topic: str, *values: bytes, largest: int = 1_048_576) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=largest, acks="all")
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def _consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", max_partition_fetch_bytes=8 * 1024**2
    )
    await consumer.start()
    try:
        async with asyncio.timeout(30):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def test_aiokafka_reads_what_it_wrote(kafka: Broker, topic_prefix: str) -> None:
    """In the order written."""
    topic = f"{topic_prefix}aiokafka"
    await _make_topic(kafka.bootstrap, topic)
    await _produce(kafka.bootstrap, topic, b"one", b"two")
    assert await _consume(kafka.bootstrap, topic, 2) == [b"one", b"two"]


async def test_confluent_kafka_reads_what_it_wrote(kafka: Broker, topic_prefix: str) -> None:
    """As member of a group, so that the offsets topic works too; key, value and headers come through."""
    topic = f"{topic_prefix}confluent"
    await _make_topic(kafka.bootstrap, topic, partitions=2)
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(topic, key=b"key", value=b"value", headers=[("name", b"header")])
    assert producer.flush(30) == 0
    consumer = Consumer(
        {"bootstrap.servers": kafka.bootstrap, "group.id": f"{topic_prefix}group", "auto.offset.reset": "earliest"}
    )
    try:
        consumer.subscribe([topic])
        record = consumer.poll(30)
        assert record is not None
        assert record.error() is None
        assert (record.key(), record.value(), record.headers()) == (b"key", b"value", [("name", b"header")])
        (committed,) = consumer.commit(record, asynchronous=False) or []
        assert committed.error is None
    finally:
        consumer.close()


async def test_a_record_of_5_mib_goes_where_the_topic_allows_it(kafka: Broker, topic_prefix: str) -> None:
    """And is refused by a topic that takes 1 MiB."""
    record = bytes(5 * 1024**2)
    await _make_topic(kafka.bootstrap, f"{topic_prefix}wide", max_message_bytes=str(6 * 1024**2))
    await _produce(kafka.bootstrap, f"{topic_prefix}wide", record, largest=6 * 1024**2)
    assert await _consume(kafka.bootstrap, f"{topic_prefix}wide", 1) == [record]
    await _make_topic(kafka.bootstrap, f"{topic_prefix}narrow", max_message_bytes=str(1024**2))
    with pytest.raises(MessageSizeTooLargeError):
        await _produce(kafka.bootstrap, f"{topic_prefix}narrow", record, largest=6 * 1024**2)


async def test_data_outlive_a_restart_and_a_crash(topic_prefix: str) -> None:
    """A broker that was stopped, then one that was killed, has all that was acknowledged, on the same address."""
    topic = f"{topic_prefix}kept"
    async with LocalKafka() as kafka:
        bootstrap, first_pid = kafka.bootstrap, kafka.pid
        await _make_topic(bootstrap, topic)
        await _produce(bootstrap, topic, b"before")
        await kafka.restart_async()
        assert kafka.bootstrap == bootstrap
        assert kafka.pid != first_pid
        await _produce(bootstrap, topic, b"between")
        kafka.kill()
        assert not kafka.running
        await kafka.restart_async()
        assert await _consume(bootstrap, topic, 2) == [b"before", b"between"]


async def test_a_kept_directory_serves_the_next_broker(tmp_path: Path, topic_prefix: str) -> None:
    """It is not formatted again, may not be used by two at a time, and stays after the stop."""
    topic = f"{topic_prefix}kept"
    reports: list[Progress] = []
    async with LocalKafka(data_dir=tmp_path, on_progress=reports.append) as kafka:
        await _make_topic(kafka.bootstrap, topic)
        await _produce(kafka.bootstrap, topic, b"kept")
        with pytest.raises(DataDirInUseError):
            await LocalKafka(data_dir=tmp_path).start_async()
        assert kafka.running
    async with LocalKafka(data_dir=tmp_path, on_progress=reports.append) as kafka:
        assert await _consume(kafka.bootstrap, topic, 1) == [b"kept"]
    steps = [report.step for report in reports if report.step is not Step.FETCHING]
    assert steps == [Step.FORMATTING, Step.STARTING, Step.READY, Step.STARTING, Step.READY]
    assert (tmp_path / "server.log").exists()


async def test_several_brokers_run_side_by_side(kafka: Broker, topic_prefix: str) -> None:
    """Each has its own topics, be they of one name."""
    topic = f"{topic_prefix}both"
    async with LocalKafka() as other:
        assert other.bootstrap != kafka.bootstrap
        await _make_topic(kafka.bootstrap, topic)
        await _make_topic(other.bootstrap, topic)
        await _produce(kafka.bootstrap, topic, b"first")
        await _produce(other.bootstrap, topic, b"second")
        assert await _consume(other.bootstrap, topic, 1) == [b"second"]


def test_a_broker_comes_step_by_step_and_goes_without_a_trace() -> None:
    """Progress is reported in the thread of the start; after the stop, process, port and directory are free."""
    reports: list[tuple[Step, threading.Thread]] = []
    kafka = LocalKafka(on_progress=lambda progress: reports.append((progress.step, threading.current_thread())))
    kafka.start()
    steps = [step for step, _ in reports if step is not Step.FETCHING]
    assert steps == [Step.FORMATTING, Step.STARTING, Step.READY]
    assert {thread for _, thread in reports} == {threading.current_thread()}
    pid, place, port = kafka.pid, kafka.data_dir, int(kafka.listener.split(":")[1])
    assert place.exists()
    kafka.stop()
    assert not place.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    socket.create_server(("127.0.0.1", port)).close()


def test_a_port_taken_while_the_broker_was_down_is_named() -> None:
    """A restart goes to the same port or fails."""
    with LocalKafka() as kafka:
        kafka.kill()
        port = int(kafka.listener.split(":")[1])
        with socket.create_server(("127.0.0.1", port)), pytest.raises(PortInUseError) as caught:
            kafka.restart()
        assert caught.value.port == port


def test_a_setting_that_kafka_refuses_is_in_the_error() -> None:
    """With Kafka's own words, not after a time-out."""
    with pytest.raises(BrokerFailedError, match=r"log\.cleaner\.threads"):
        LocalKafka(config={"log.cleaner.threads": "many"}).start()


async def test_a_cancelled_start_leaves_nothing_behind(tmp_path: Path) -> None:
    """Cancelled as soon as the broker's own process is being started."""
    begun = asyncio.Event()
    kafka = LocalKafka(
        data_dir=tmp_path, on_progress=lambda progress: begun.set() if progress.step is Step.STARTING else None
    )
    starting = asyncio.create_task(kafka.start_async())
    await begun.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert not kafka.running
    await LocalKafka(data_dir=tmp_path).stop_async()  # the lock on the directory is free again


async def test_clients_go_through_a_proxy_that_is_advertised(topic_prefix: str) -> None:
    """All traffic of a client comes by the proxy, while the internal listener goes past it."""
    counted = 0

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal counted
        while chunk := await reader.read(65536):
            counted += len(chunk)
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, upstream_writer), pump(upstream_reader, writer), return_exceptions=True)

    port = free_port()
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as proxy:
        address = "{}:{}".format(*proxy.sockets[0].getsockname())
        async with LocalKafka(port=port, advertised=address) as kafka:
            assert kafka.bootstrap == address
            await _make_topic(kafka.listener, f"{topic_prefix}proxied")
            await _produce(kafka.listener, f"{topic_prefix}proxied", bytes(100_000))
            through = counted
            assert through > 100_000
            assert await _consume(kafka.internal, f"{topic_prefix}proxied", 1) == [bytes(100_000)]
            assert counted == through


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_program(how: signal.Signals) -> None:
    """Killed or interrupted, its broker hangs up and its directory goes."""
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        try:
            port, place = json.loads(program.stdout.readline())
            with socket.create_connection(("127.0.0.1", port), timeout=30) as held:
                program.send_signal(how)
                with contextlib.suppress(ConnectionResetError):  # the other way to hear that the broker is gone
                    assert held.recv(1) == b""
        finally:
            program.kill()
    deadline = time.monotonic() + 30
    while Path(place).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
