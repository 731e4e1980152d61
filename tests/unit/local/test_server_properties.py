"""The broker's settings: listeners, overrides, and the format of the file."""

from pathlib import Path

import pytest

from streams.local.server_properties import Ports, properties_text, server_properties

PORTS = Ports(client=20001, internal=20002, controller=20003)


def _settings(**changes: object) -> dict[str, str]:
    given = {"advertised": "127.0.0.1:20001", "security_protocol": "PLAINTEXT", "overrides": {}} | changes
    return server_properties(ports=PORTS, log_dir=Path("/data/topics"), **given)  # type: ignore[arg-type]  # given by name


def test_a_proxy_is_advertised_to_clients_only() -> None:
    """The broker's own traffic goes by the internal listener."""
    settings = _settings(advertised="127.0.0.1:29999")
    assert settings["advertised.listeners"] == "CLIENT://127.0.0.1:29999,INTERNAL://127.0.0.1:20002"
    assert settings["listeners"].startswith("CLIENT://127.0.0.1:20001,")
    assert settings["inter.broker.listener.name"] == "INTERNAL"


def test_security_is_for_the_client_listener_only() -> None:
    """The question whether the broker is ready stays in plain text."""
    protocols = _settings(security_protocol="SASL_SSL")["listener.security.protocol.map"]
    assert protocols == "CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT"


def test_overrides_win() -> None:
    """A setting of the caller replaces ours, new ones are added."""
    settings = _settings(overrides={"auto.create.topics.enable": "true", "log.cleaner.threads": "2"})
    assert settings["auto.create.topics.enable"] == "true"
    assert settings["log.cleaner.threads"] == "2"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("127.0.0.1:9092", "key=127.0.0.1:9092\n"),
        (r"C:\data", "key=C:\\\\data\n"),
        (" leading", "key=\\ leading\n"),
        ("two\nlines\tand a tab", "key=two\\nlines\\tand a tab\n"),
        ("/home/zoë/日", "key=/home/zo\\u00eb/\\u65e5\n"),
        ("🎉", "key=\\ud83c\\udf89\n"),
        ('Module required user="a" password="b=c:d#e!f";', 'key=Module required user="a" password="b=c:d#e!f";\n'),
    ],
)
def test_values_are_escaped_for_java(value: str, line: str) -> None:
    """What java.util.Properties would read differently is escaped, the rest is left as it is."""
    assert properties_text({"key": value}) == line
