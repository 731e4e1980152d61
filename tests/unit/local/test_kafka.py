"""What can be said of the local Kafka without starting one."""

import socket
import struct
import threading
from pathlib import Path

import pytest

from streams.local.errors import NotRunningError, PortInUseError
from streams.local.kafka import LocalKafka, live_brokers
from streams.processes.log_tail import log_tail
from streams.processes.ports import free_port, is_free


def test_a_port_with_a_listener_is_not_free() -> None:
    """Whether it listens on this address or on all."""
    for address in ("127.0.0.1", "0.0.0.0"):
        with socket.create_server((address, 0)) as server:
            assert not is_free(server.getsockname()[1])


def test_a_free_port_lies_outside_the_range_of_outgoing_connections() -> None:
    """So no client is given the broker's port to call from."""
    port = free_port()
    assert is_free(port)
    assert 20_000 <= port < 32_000


def _answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        (length,) = struct.unpack(">i", connection.recv(4, socket.MSG_WAITALL))
        connection.recv(length, socket.MSG_WAITALL)
        connection.sendall(answer)


@pytest.mark.parametrize(
    ("answer", "brokers"),
    [
        (struct.pack(">iii", 20, 1, 1) + bytes(12), 1),  # a metadata response that lists one broker
        (struct.pack(">iii", 20, 1, 0) + bytes(12), 0),  # one that lists none: the broker is still fenced
        (b"HTTP/1.1", 0),  # no Kafka at all, and it hangs up
    ],
)
def test_readiness_is_what_the_broker_answers(answer: bytes, brokers: int) -> None:
    """The number of live brokers in its metadata, 0 for any other answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_once, args=(server, answer))
        thread.start()
        assert live_brokers(server.getsockname()[1]) == brokers
        thread.join()


def test_no_listener_is_no_broker() -> None:
    """The connection is refused."""
    assert live_brokers(free_port()) == 0


def test_the_tail_of_a_log_has_what_went_wrong_without_the_stack() -> None:
    """Stack frames and blank lines are left out."""
    log = "INFO one\n\nERROR Exiting Kafka\nConfigException: Invalid value\n\tat org.apache.kafka.A.b(A.java:1)\n"
    assert log_tail(log) == "INFO one\nERROR Exiting Kafka\nConfigException: Invalid value"


def test_the_tail_of_a_log_is_short() -> None:
    """Twelve lines are enough for a message."""
    assert log_tail("\n".join(f"line {n}" for n in range(50))).splitlines()[0] == "line 38"


def test_a_port_in_use_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    """With the port in the error, and no directory made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} .*another port") as caught:
            LocalKafka(port=port, data_dir=tmp_path / "data").start()
    assert caught.value.port == port
    assert not (tmp_path / "data").exists()


def test_what_is_known_only_after_the_start_says_so() -> None:
    """Instead of an address that nobody listens on."""
    kafka = LocalKafka()
    for ask in (lambda: kafka.bootstrap, lambda: kafka.internal, lambda: kafka.data_dir, lambda: kafka.pid):
        with pytest.raises(NotRunningError):
            ask()
    with pytest.raises(NotRunningError):
        kafka.restart()
    assert not kafka.running


def test_stopping_what_was_never_started_does_nothing() -> None:
    """Twice, too."""
    kafka = LocalKafka()
    kafka.stop()
    kafka.kill()
    kafka.stop()
    assert not kafka.running
