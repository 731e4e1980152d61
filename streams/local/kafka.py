"""A real single-node Kafka (KRaft) on this machine, for the demo and the tests; no Docker, no prior install.

    with LocalKafka() as kafka:  # or: async with LocalKafka() as kafka
        AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)

- Several run side by side: each has its own ports, directory and processes.
- Ready means that the broker has answered a metadata request and counts itself among the live brokers.
- Nothing outlives the program that started it, even one that is killed (`leash`).
- Without `data_dir` everything lives in a temporary directory that `stop` removes. With one, format, data and log stay
  there for the next start.
"""

import asyncio
import base64
import contextlib
import dataclasses
import fcntl
import secrets
import shutil
import signal
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeVar

from streams.local.errors import BrokerFailedError, DataDirInUseError, LocalKafkaError, NotRunningError, PortInUseError
from streams.local.jars import cache_dir, fetch_jars, kafka_version, locked_jars
from streams.local.java import find_java
from streams.local.progress import OnProgress, Progress, Step
from streams.local.server_properties import Ports, properties_text, server_properties
from streams.processes.leash import LeashedProcess
from streams.processes.log_tail import log_tail
from streams.processes.ports import free_port, is_free

T = TypeVar("T")

# Another process may take a port between our check and the broker's start; then others are tried.
_PORT_ATTEMPTS: Final = 3

_POLL_S: Final = 0.03

# A broker with a few open segments stops within a second; one that hangs is killed.
_STOP_TIMEOUT_S: Final = 10.0

_LOG4J2: Final = """\
status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${sys:newstape.log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %-5p %c{1}: %m%n
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
"""

# No performance-data file in /tmp that a killed Java leaves behind; end rather than limp on without memory; Kafka's
# native compression libraries are known and wanted.
_JAVA_OPTIONS: Final = (
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
)

# The format tool lives for a second: a smaller compiler and collector take half the time.
_TOOL_OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

# Kafka protocol: request header v1 (API key 3 = metadata, version 1, correlation id, client id), no topics; the
# response is correlation id, number of live brokers, and more that isn't needed here.
_METADATA_REQUEST: Final = struct.pack(">hhih8si", 3, 1, 1, 8, b"newstape", 0)


def live_brokers(port: int) -> int:
    """How many brokers the one on this plain-text port of 127.0.0.1 counts as live; 0 if it doesn't answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(struct.pack(">i", len(_METADATA_REQUEST)) + _METADATA_REQUEST)
            with connection.makefile("rb") as answer:
                _, _, brokers = struct.unpack(">iii", answer.read(12))
    except (OSError, struct.error):
        return 0
    return int(brokers)


def _refuse_taken(ports: Ports) -> None:
    for port in dataclasses.astuple(ports):
        if not is_free(port):
            raise PortInUseError(port)


def _say_nothing(_: Progress) -> None:
    """The default for `on_progress`."""


def _started(value: T | None) -> T:
    if value is None:
        raise NotRunningError("the local Kafka was not started yet, or was stopped")
    return value


class _CalledOffError(LocalKafkaError):
    """The start was called off by the one who asked for it."""


class LocalKafka:
    """One local broker: started, stopped, perhaps killed and restarted; a context manager of both kinds.

    The `_async` ways do the same without blocking the event loop. All errors are subclasses of LocalKafkaError.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        data_dir: Path | None = None,
        advertised: str | None = None,
        security_protocol: str = "PLAINTEXT",
        config: Mapping[str, str] | None = None,
        heap_mib: int = 512,
        java_options: Sequence[str] = (),
        timeout_s: float = 90.0,
        on_progress: OnProgress = _say_nothing,
    ) -> None:
        """Keeps what is asked for; nothing runs before `start`.

        `port` is that of the client listener, any free one if null. `advertised` is the `host:port` that clients are
        told, if a proxy stands in front. `security_protocol` is that of the client listener. `config` holds broker
        settings that win over ours, `java_options` go to Java after ours. `timeout_s` is for formatting and for getting
        ready, each; fetching jars has all the time it takes.
        """
        self._wanted_port = port
        self._wanted_dir = data_dir
        self._advertised = advertised
        self._security_protocol = security_protocol
        self._config = dict(config or {})
        self._heap_mib = heap_mib
        self._java_options = tuple(java_options)
        self._timeout_s = timeout_s
        self._on_progress = on_progress
        self._called_off = threading.Event()
        self._ports: Ports | None = None
        self._dir: Path | None = None
        self._dir_lock: IO[str] | None = None
        self._java: list[str] = []
        self._process: LeashedProcess | None = None

    # What it is

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients: the advertised address. Raises NotRunningError before the start."""
        return self._advertised or self.listener

    @property
    def listener(self) -> str:
        """`host:port` where the broker listens for clients, `bootstrap` but for a proxy. Raises NotRunningError."""
        return f"127.0.0.1:{_started(self._ports).client}"

    @property
    def internal(self) -> str:
        """`host:port` that goes past any proxy and security: plain text, this machine only. Raises NotRunningError."""
        return f"127.0.0.1:{_started(self._ports).internal}"

    @property
    def data_dir(self) -> Path:
        """Where data, settings and log are. Raises NotRunningError."""
        return _started(self._dir)

    @property
    def log(self) -> Path:
        """The broker's log. Raises NotRunningError."""
        return self.data_dir / "server.log"

    @property
    def pid(self) -> int:
        """Process id of the broker. Raises NotRunningError."""
        if self._process is None or not self.running:
            raise NotRunningError("the local Kafka is not running")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the broker's process is alive."""
        return self._process is not None and self._process.poll() is None

    # What it does

    def start(self) -> Self:
        """Fetch what is missing, format, start; return when the broker is ready. Does nothing while it runs."""
        self._start(self._on_progress)
        return self

    def stop(self) -> None:
        """Stop the broker in good order; remove its directory if it is a temporary one. Stopping twice does nothing."""
        self._end_process(signal.SIGTERM)
        if self._dir is not None and self._wanted_dir is None:
            shutil.rmtree(self._dir, ignore_errors=True)
        if self._dir_lock is not None:
            self._dir_lock.close()
        self._dir, self._dir_lock, self._ports = None, None, None

    def kill(self) -> None:
        """End the broker with SIGKILL, as a crash would; data stay for `restart`. Killing a dead one does nothing."""
        self._end_process(signal.SIGKILL)

    def restart(self) -> None:
        """Stop the broker if it runs, and start it on the same ports and data.

        After a kill it takes some seconds more: KRaft takes the old broker for alive until its session has timed out.
        Raises NotRunningError before `start` and after `stop`.
        """
        _started(self._dir)
        self._end_process(signal.SIGTERM)
        self._called_off.clear()
        self._boot(self._on_progress, attempts=1)

    async def start_async(self) -> Self:
        """As `start`; progress is reported in the event loop; a cancelled start leaves nothing behind."""
        loop = asyncio.get_running_loop()

        def report(progress: Progress) -> None:
            loop.call_soon_threadsafe(self._on_progress, progress)

        starting = asyncio.ensure_future(asyncio.to_thread(self._start, report))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._called_off.set()
            with contextlib.suppress(LocalKafkaError):
                await starting
            await self.stop_async()
            raise
        return self

    async def stop_async(self) -> None:
        """As `stop`."""
        await asyncio.to_thread(self.stop)

    async def restart_async(self) -> None:
        """As `restart`; progress is not reported."""
        await asyncio.to_thread(self.restart)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await self.start_async()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_async()

    # How it does it

    def _check(self) -> None:
        if self._called_off.is_set():
            raise _CalledOffError("the start of the local Kafka was called off")

    def _start(self, report: OnProgress) -> None:
        if self.running:
            return
        self._called_off.clear()
        try:
            if self._dir is None:
                self._prepare(report)
            self._boot(report, attempts=_PORT_ATTEMPTS)
        except BaseException:
            self.stop()
            raise

    def _prepare(self, report: OnProgress) -> None:
        """What is done once for all boots: jars, Java, directory."""
        if self._wanted_port is not None and not is_free(self._wanted_port):
            raise PortInUseError(self._wanted_port)
        jars = fetch_jars(locked_jars(), cache=cache_dir(), on_progress=report, check=self._check)
        java = find_java()
        self._dir = self._open_dir()
        (self._dir / "tmp").mkdir(exist_ok=True)
        (self._dir / "log4j2.properties").write_text(_LOG4J2, encoding="ascii")
        self._java = [
            str(java),
            f"-Xmx{self._heap_mib}m",
            *_JAVA_OPTIONS,
            *self._java_options,
            f"-Djava.io.tmpdir={self._dir / 'tmp'}",
            f"-Dnewstape.log={self.log}",
            f"-Dlog4j2.configurationFile={self._dir / 'log4j2.properties'}",
            "-cp",
            f"{jars}/*",
        ]

    def _open_dir(self) -> Path:
        if self._wanted_dir is None:
            return Path(tempfile.mkdtemp(prefix="newstape-kafka-"))
        place = self._wanted_dir.expanduser().resolve()
        place.mkdir(parents=True, exist_ok=True)
        lock = (place / "newstape.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise DataDirInUseError(place) from None
        self._dir_lock = lock
        return place

    def _boot(self, report: OnProgress, *, attempts: int) -> None:
        """Start the broker on the ports it had, or else on free ones, and wait until it is ready."""
        for left in reversed(range(attempts)):
            ports = self._ports or Ports(
                client=self._wanted_port or free_port(), internal=free_port(), controller=free_port()
            )
            self._ports = ports
            try:
                _refuse_taken(ports)
                self._boot_on(ports, report)
            except (BrokerFailedError, PortInUseError):
                self._end_process(signal.SIGKILL)
                if not left:
                    _refuse_taken(ports)
                if self._wanted_port is not None and not is_free(self._wanted_port):
                    raise PortInUseError(self._wanted_port) from None
                if not left or all(is_free(port) for port in dataclasses.astuple(ports)):
                    raise
                self._ports = None
            else:
                return

    def _boot_on(self, ports: Ports, report: OnProgress) -> None:
        settings = server_properties(
            ports=ports,
            log_dir=self.data_dir / "topics",
            advertised=self.bootstrap,
            security_protocol=self._security_protocol,
            overrides=self._config,
        )
        properties = self.data_dir / "server.properties"
        properties.write_text(properties_text(settings), encoding="ascii")
        if not (self.data_dir / "topics" / "meta.properties").exists():
            report(Progress(step=Step.FORMATTING, message=f"Formatting {self.data_dir}"))
            self._format(properties)
        report(Progress(step=Step.STARTING, message=f"Starting Kafka on {self.listener}"))
        self._run(["kafka.Kafka", str(properties)])
        self._await_ready(ports)
        version = kafka_version(locked_jars())
        report(Progress(step=Step.READY, message=f"Kafka {version} is ready on {self.bootstrap}"))

    def _format(self, properties: Path) -> None:
        """Format the data directory with Kafka's own tool, so that its features are those of a production cluster."""
        cluster_id = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        what = ["kafka.tools.StorageTool", "format", f"--config={properties}", f"--cluster-id={cluster_id}"]
        tool = self._run(what, _TOOL_OPTIONS)
        self._await(lambda: tool.poll() is not None, "formatting its data directory")
        status = tool.poll()
        self._end_process(signal.SIGKILL)
        if status != 0:
            raise self._failure(f"Kafka could not format its data directory (exit status {status})")

    def _await_ready(self, ports: Ports) -> None:
        def is_ready() -> bool:
            if not self.running:
                raise self._failure("Kafka ended while it was starting")
            return live_brokers(ports.internal) > 0 and not is_free(ports.client)

        self._await(is_ready, "starting")

    def _await(self, is_done: Callable[[], bool], doing: str) -> None:
        deadline = time.monotonic() + self._timeout_s
        while not is_done():
            self._check()
            if time.monotonic() > deadline:
                raise self._failure(f"Kafka was still {doing} after {self._timeout_s:g} s")
            time.sleep(_POLL_S)

    def _failure(self, what: str) -> BrokerFailedError:
        logs = [path for path in (self._output, self.log) if path.exists()]
        text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in logs)
        return BrokerFailedError(what, tail=log_tail(text), log=self.log if self._wanted_dir else None)

    @property
    def _output(self) -> Path:
        return self.data_dir / "java.out"

    def _run(self, main: Sequence[str], options: Sequence[str] = ()) -> LeashedProcess:
        discarded = None if self._wanted_dir else self.data_dir
        java, *settings = self._java
        self._process = LeashedProcess([java, *options, *settings, *main], output=self._output, remove=discarded)
        return self._process

    def _end_process(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.end(how, _STOP_TIMEOUT_S)
            self._process = None
