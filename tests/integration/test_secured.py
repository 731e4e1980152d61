"""Against a Kafka that asks who one is: SASL_SSL with certificates of a private authority, and access by ACL."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from streams.local.kafka import LocalKafka
from tests.deployment import deployed, free_port
from tests.integration.conftest import Broker

pytestmark = pytest.mark.integration

PASSWORD = "s3cr3t-42"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A broker with two users: `newstape` has what a worker needs, `reader` may only describe."""

    kafka: LocalKafka
    environment: dict[str, str]


def pem_store(directory: Path) -> tuple[Path, Path]:
    """A broker's key with its certificate, and the authority that signed it, as PEM files."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    # Kafka reads keys in PKCS 8 only.
    key = load_pem_private_key(issued.private_key_pem.bytes(), password=None)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    store, ca = directory / "broker.pem", directory / "ca.pem"
    store.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    ca.write_bytes(authority.cert_pem.bytes())
    return store, ca


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The broker; whoever comes by its plain listener may do everything."""
    store, ca = pem_store(tmp_path_factory.mktemp("certificates"))
    users = " ".join(f'user_{name}="{PASSWORD}"' for name in ("newstape", "reader"))
    login = f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};"
    config = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "listener.name.client.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.client.plain.sasl.jaas.config": login,
        "listener.name.client.ssl.keystore.type": "PEM",
        "listener.name.client.ssl.keystore.location": str(store),
    }
    with LocalKafka(security_protocol="SASL_SSL", config=config) as kafka:
        allow(kafka, "newstape", (AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE))
        allow(kafka, "newstape", (AclOperation.DESCRIBE_CONFIGS, AclOperation.DELETE))
        allow(kafka, "reader", (AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS))
        environment = {
            "NEWSTAPE_SECURITY_PROTOCOL": "SASL_SSL",
            "NEWSTAPE_SASL_PASSWORD": PASSWORD,
            "NEWSTAPE_SSL_CAFILE": str(ca),
        }
        yield Secured(kafka=kafka, environment=environment)


def allow(kafka: LocalKafka, user: str, operations: tuple[AclOperation, ...]) -> None:
    """Let a user do this with every topic and group whose name begins with `secured-`."""
    admin = AdminClient({"bootstrap.servers": kafka.internal})
    bindings = [
        AclBinding(
            kind, "secured-", ResourcePatternType.PREFIXED, f"User:{user}", "*", operation, AclPermissionType.ALLOW
        )
        for kind in (ResourceType.TOPIC, ResourceType.GROUP)
        for operation in operations
        if kind is ResourceType.TOPIC or operation in (AclOperation.READ, AclOperation.DESCRIBE)
    ]
    for done in admin.create_acls(bindings).values():
        done.result(30)


def newstape(secured: Secured, user: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of newstape as this user."""
    environment = {
        **os.environ,
        **secured.environment,
        "NEWSTAPE_KAFKA": secured.kafka.bootstrap,
        "NEWSTAPE_SASL_USERNAME": user,
        "NEWSTAPE_TOPIC_PREFIX": "secured-",
        "NEWSTAPE_APP_ID": "secured-app",
        "COLUMNS": "200",
    }
    command = [sys.executable, "-m", "streams", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    """What `doctor --json` found, by name."""
    return {check["name"]: check for check in json.loads(done.stdout)}


def test_a_worker_and_the_commands_run_over_sasl_ssl(secured: Secured, tmp_path: Path) -> None:
    """Topics are made, an article is pushed, annotated and counted, and the doctor finds no fault."""
    made = newstape(secured, "newstape", "topics", "--create")
    assert made.returncode == 0, made.stderr
    article = {
        "uri": "urn:secured:1",
        "published_at": datetime.now(UTC).isoformat(),
        "body": "The DAX rose 0.8% to 24,010.50.",
    }
    line = tmp_path / "articles.jsonl"
    line.write_text(json.dumps(article) + "\n")
    pushed = newstape(secured, "newstape", "push", str(line))
    assert pushed.returncode == 0, pushed.stderr

    with deployed(secured.kafka.internal, "secured-", tmp_path) as deployment:
        worker = deployment.start(
            "w",
            **secured.environment,
            NEWSTAPE_KAFKA=secured.kafka.bootstrap,
            NEWSTAPE_SASL_USERNAME="newstape",
        ).await_ready()
        deployment.await_settled()
        assert worker.get("/indices/DAX")[1]["windows"]["1h"]["articles"] == 1
        told = newstape(secured, "newstape", "doctor", "--json", "--web-port", str(worker.port))
        assert told.returncode == 0, told.stdout + told.stderr
        found = findings(told)
        assert {name: check["state"] for name, check in found.items()} == dict.fromkeys(found, "ok"), told.stdout
        assert PASSWORD not in worker.log.read_text() + told.stdout + told.stderr


def test_the_doctor_names_the_permissions_that_are_missing(secured: Secured) -> None:
    """Each with topic or group, and what to do; what it may not look at is unknown and no fault."""
    newstape(secured, "newstape", "topics", "--create")
    told = newstape(secured, "reader", "doctor", "--json")

    found = findings(told)
    assert told.returncode == 1
    assert found["permissions"]["state"] == "fault"
    for lacking in ("READ on topic secured-news.articles", "WRITE on topic secured-market.events.index"):
        assert lacking in found["permissions"]["found"]
    assert "READ on group secured-app" in found["permissions"]["found"]
    assert found["clock"]["state"] == "unknown"


def test_a_wrong_password_is_told_without_the_password(secured: Secured) -> None:
    """Who is refused learns what to look at."""
    told = newstape(secured, "nobody", "topics")

    assert told.returncode == 1
    assert "SASL_SSL" in told.stderr
    assert PASSWORD not in told.stdout + told.stderr


def test_the_doctor_says_how_to_mend_what_is_not_there(kafka: Broker, topic_prefix: str, tmp_path: Path) -> None:
    """A registry entry that is wrong, topics that are missing, no worker: each with its remedy."""
    entries = tmp_path / "mine.jsonl"
    entries.write_text('{"id": 7}\n')
    command = [
        sys.executable,
        "-m",
        "streams",
        "doctor",
        "--json",
        "--kafka",
        kafka.bootstrap,
        "--registry",
        str(entries),
    ]
    command += ["--topic-prefix", topic_prefix, "--app-id", f"{topic_prefix}app", "--web-port", str(free_port())]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert told.returncode == 1, told.stderr
    found = findings(told)
    assert "mine.jsonl" in found["registry"]["found"]
    assert "newstape topics --create" in found[f"topic {topic_prefix}news.articles"]["remedy"]
    assert "newstape worker" in found["workers"]["remedy"]
    assert found["clock"]["state"] == "ok"
    assert found["views"]["state"] == "warning"
