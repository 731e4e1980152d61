"""Settings from command-line flags, `NEWSTAPE_*` environment variables and a `.env` file; the first named wins."""

import re
import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "NEWSTAPE_"


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names its variable and what was expected."""


class Clock(StrEnum):
    """Which time decides what the current minute is."""

    WALL = "wall"
    EVENT = "event"


class Evidence(StrEnum):
    """Whether outputs quote the text or only point at it."""

    TEXT = "text"
    OFFSETS = "offsets"


class Embargo(StrEnum):
    """What becomes of an article that must not be published yet."""

    HOLD = "hold"
    PASS = "pass"  # noqa: S105  no password


class OutputForm(StrEnum):
    """How market events and index counts are written."""

    JSON = "json"
    JSON_SCHEMA = "json-schema"
    AVRO = "avro"


class Store(StrEnum):
    """Where a worker keeps the entries of its tables."""

    MEMORY = "memory"
    ROCKSDB = "rocksdb"


Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class Settings(BaseSettings):
    """Everything that can be set. The environment variables are the field names in capitals after `NEWSTAPE_`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    kafka: str = Field(default="127.0.0.1:9092", description="Kafka bootstrap servers, host:port, comma-separated.")
    security_protocol: Protocol = Field(default="PLAINTEXT", description="How to talk to Kafka.")
    sasl_mechanism: Mechanism = Field(default="PLAIN", description="SASL mechanism.")
    sasl_username: str | None = Field(default=None, description="SASL user.")
    sasl_password: SecretStr | None = Field(default=None, description="SASL password; never logged.")
    ssl_cafile: Path | None = Field(default=None, description="CA certificates (PEM) that sign the brokers'.")
    ssl_certfile: Path | None = Field(default=None, description="Client certificate (PEM), for mutual TLS.")
    ssl_keyfile: Path | None = Field(default=None, description="Key of the client certificate (PEM).")
    ssl_check_hostname: bool = Field(default=True, description="Whether a broker's certificate must name its host.")

    app_id: str = Field(
        default="newstape", pattern=r"^[A-Za-z0-9._-]{1,100}$", description="Consumer group; names the changelogs."
    )
    topic_prefix: str = Field(
        default="", pattern=r"^[A-Za-z0-9._-]{0,100}$", description="Put before every topic name, dot included."
    )
    partitions: int = Field(default=4, ge=1, le=1_000, description="Partitions of the topics, when they are created.")
    replication: int = Field(default=1, ge=1, le=10, description="Replicas of the topics, when they are created.")

    clock: Clock = Field(default=Clock.WALL, description="`wall`: windows end now. `event`: at the newest article.")
    evidence: Evidence = Field(default=Evidence.TEXT, description="`offsets` leaves quoted text out of all outputs.")
    embargo: Embargo = Field(
        default=Embargo.HOLD,
        description="`hold` keeps embargoed articles back as dead letters until released; `pass` lets them through.",
    )
    language: str = Field(
        default="detect",
        pattern=r"^(detect|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$",
        description="Language of articles that name none: `detect` tells it from the text, `en` and other tags set it.",
    )
    min_confidence: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Events below this confidence are not published; the README says which one gives which precision.",
    )
    registry: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Your own registry files (JSON Lines), comma-separated."
    )
    rules: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Your own rules of events (TOML), files or folders, comma-separated."
    )
    feed: str = Field(
        default="native",
        description="Feed whose form records of news.articles have if no header names one; `newstape feed list`.",
    )
    mappings: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(), description="Your own mappings of feeds (TOML), files or folders, comma-separated."
    )
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Sources that metrics count by name, comma-separated; the others count as `other`."
    )
    ledger_days: int = Field(default=30, ge=9, le=3_650, description="Days that the ledger remembers an article.")

    schema_registry: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s@]+$",
        description="Schema registry with Confluent's API: records of Avro are read by it, and outputs written; needs "
        "the extra `avro`.",
    )
    schema_registry_auth: SecretStr | None = Field(
        default=None, description="`user:password` for the schema registry (HTTP Basic); never logged."
    )

    output_form: OutputForm = Field(
        default=OutputForm.JSON,
        description="How market events and index counts are written: `json`, or by the schema registry `json-schema` "
        "or `avro`.",
    )

    store: Store = Field(
        default=Store.MEMORY, description="`rocksdb`: state on disk, larger than memory; needs the extra of that name."
    )
    data_dir: Path = Field(default=Path(".newstape"), description="Where a worker keeps its files.")
    web_host: str = Field(default="127.0.0.1", description="Address that the views listen on.")
    web_port: int = Field(default=6066, ge=1, le=65_535, description="Port that the views listen on.")
    web_url: str | None = Field(
        default=None, description="Address by which other workers, and commands, reach the views."
    )
    web_token: SecretStr | None = Field(
        default=None, description="Token that the views ask for (all but health); the same for all workers."
    )

    batch_records: int = Field(default=200, ge=1, le=10_000, description="Records in a micro-batch, at most.")
    batch_ms: int = Field(default=100, ge=1, le=10_000, description="Milliseconds a micro-batch stays open, at most.")
    session_timeout_s: float = Field(
        default=10.0, ge=1, le=60, description="Seconds after which a silent worker's partitions go to another."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="`auto`: console on a terminal, JSON elsewhere."
    )

    @field_validator("kafka")
    @classmethod
    def _bootstrap(cls, value: str) -> str:
        for server in value.split(","):
            host, colon, port = server.strip().rpartition(":")
            if not (colon and host and port.isdigit() and 0 < int(port) < 65_536):
                raise ValueError(f"expected host:port, comma-separated, got {server.strip()!r}")
        return ",".join(server.strip() for server in value.split(","))

    @field_validator("web_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        host = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
        if value is not None and not re.fullmatch(rf"https?://{host}(:[0-9]{{1,5}})?(/[!-~]*)?", value):
            raise ValueError(f"expected http://host:port or https://host:port, got {value!r}")
        return value

    @field_validator("web_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        # What RFC 6750 lets a bearer token hold; the length keeps it from being guessed.
        if value is not None and not re.fullmatch(r"[A-Za-z0-9._~+/-]{16,}=*", value.get_secret_value()):
            raise ValueError("expected 16 or more letters, digits and ._~+/- as `openssl rand -hex 32` prints them")
        return value

    @field_validator("registry", "rules", "mappings", mode="before")
    @classmethod
    def _paths(cls, value: Any) -> Any:
        return (
            tuple(Path(path.strip()) for path in value.split(",") if path.strip()) if isinstance(value, str) else value
        )

    @field_validator("sources", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value

    @field_validator("ssl_cafile", "ssl_certfile", "ssl_keyfile")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"expected a file, found none at {value}")
        return value

    @model_validator(mode="after")
    def _what_goes_together(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError(
                f"{PREFIX}SASL_USERNAME, {PREFIX}SASL_PASSWORD: expected both with protocol {self.security_protocol}"
            )
        if (self.ssl_certfile is None) != (self.ssl_keyfile is None):
            raise ValueError(f"{PREFIX}SSL_CERTFILE and {PREFIX}SSL_KEYFILE go together: set both or neither")
        if self.output_form is not OutputForm.JSON and self.schema_registry is None:
            raise ValueError(f"{PREFIX}OUTPUT_FORM: expected {PREFIX}SCHEMA_REGISTRY with {self.output_form.value}")
        return self

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS context for Kafka, null where the protocol has no TLS."""
        if "SSL" not in self.security_protocol:
            return None
        context = ssl.create_default_context(cafile=None if self.ssl_cafile is None else str(self.ssl_cafile))
        context.check_hostname = self.ssl_check_hostname
        if self.ssl_certfile is not None:
            context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile)
        return context

    def client(self) -> dict[str, Any]:
        """Arguments with which an aiokafka client reaches the cluster."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.kafka.split(","),
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context(),
        }
        if self.security_protocol.startswith("SASL"):
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.sasl_username
            arguments["sasl_plain_password"] = self.sasl_password.get_secret_value() if self.sasl_password else None
        return arguments

    @property
    def views_url(self) -> str:
        """Where this worker's views are reached."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return self.web_url or f"http://{host}:{self.web_port}"


SECRETS: Final = frozenset(
    name for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation)
)
"""Settings that are never logged and never shown."""

NOT_FLAGS: Final = SECRETS | {"sasl_username", "ssl_keyfile"}
"""Settings that no flag gives: whoever lists processes would read them, and what goes with them comes the same way."""


def load(**flags: Any) -> Settings:
    """The settings in force; flags that are null are left to the environment. Raises SettingsError."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(_fault(fault) for fault in error.errors())) from error


def _fault(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:
        return message
    name = str(fault["loc"][0])
    got = "" if name in SECRETS or "got" in message else f", got {fault.get('input')!r}"
    return f"{PREFIX}{name.upper()}: {message}{got}"
