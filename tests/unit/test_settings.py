"""Settings: where they come from, what is refused and how that is said."""

from pathlib import Path
from typing import Any

import pytest

from streams.settings import Clock, SettingsError, load


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of the machine reaches these tests."""
    import os

    for name in list(os.environ):
        if name.startswith("NEWSTAPE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_flags_come_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first named wins; a flag that is null is left to the others."""
    (tmp_path / ".env").write_text("NEWSTAPE_PARTITIONS=5\nNEWSTAPE_CLOCK=event\nNEWSTAPE_WEB_PORT=7001\n")
    monkeypatch.setenv("NEWSTAPE_PARTITIONS", "6")
    settings = load(web_port=7002, partitions=None)
    assert (settings.web_port, settings.partitions, settings.clock) == (7002, 6, Clock.EVENT)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("KAFKA", "broker", "NEWSTAPE_KAFKA: expected host:port"),
        ("KAFKA", "broker:99999", "NEWSTAPE_KAFKA: expected host:port"),
        ("PARTITIONS", "0", "NEWSTAPE_PARTITIONS: "),
        ("CLOCK", "sundial", "NEWSTAPE_CLOCK: "),
        ("SSL_CAFILE", "/nosuch.pem", "NEWSTAPE_SSL_CAFILE: expected a file"),
        ("SECURITY_PROTOCOL", "SASL_SSL", "NEWSTAPE_SASL_USERNAME, NEWSTAPE_SASL_PASSWORD: expected both"),
        ("APP_ID", "a b", "NEWSTAPE_APP_ID: "),
    ],
)
def test_a_wrong_setting_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    """The message says which variable, what was expected and what was there."""
    monkeypatch.setenv(f"NEWSTAPE_{name}", value)
    with pytest.raises(SettingsError) as error:
        load()
    assert str(error.value).startswith(expected)


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the settings' text nor in an error about other settings."""
    monkeypatch.setenv("NEWSTAPE_SASL_PASSWORD", "hunter2")
    monkeypatch.setenv("NEWSTAPE_SASL_USERNAME", "u")
    settings = load(security_protocol="SASL_PLAINTEXT")
    assert "hunter2" not in repr(settings)
    assert settings.client()["sasl_plain_password"] == "hunter2"
    monkeypatch.setenv("NEWSTAPE_PARTITIONS", "many")
    with pytest.raises(SettingsError) as error:
        load()
    assert "hunter2" not in str(error.value)


def test_registry_files_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comma-separated paths."""
    monkeypatch.setenv("NEWSTAPE_REGISTRY", "a.jsonl, b.jsonl")
    assert load().registry == (Path("a.jsonl"), Path("b.jsonl"))


@pytest.mark.parametrize("token", ["", "short", "fifteen-letters", "a token with blanks", "ключ-ключ-ключ-ключ"])
def test_a_weak_token_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """The message says how to make one."""
    monkeypatch.setenv("NEWSTAPE_WEB_TOKEN", token)
    with pytest.raises(SettingsError) as error:
        load()
    assert str(error.value).startswith("NEWSTAPE_WEB_TOKEN: expected 16 or more")
    assert "openssl rand -hex 32" in str(error.value)
    assert not token or token not in str(error.value)


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it a flag of any command."""
    monkeypatch.setenv("NEWSTAPE_WEB_TOKEN", "0123456789abcdef")
    settings = load()
    assert "0123456789abcdef" not in repr(settings)
    assert settings.web_token is not None
    assert settings.web_token.get_secret_value() == "0123456789abcdef"


@pytest.mark.parametrize(
    "url", ["worker:6066", "ftp://worker", "http://", "http://user:word@worker", "http://a b", "http://[x]"]
)
def test_an_address_of_views_that_is_none_is_refused(url: str) -> None:
    """It was found out when other workers could not reach it."""
    with pytest.raises(SettingsError, match=r"NEWSTAPE_WEB_URL: expected http://host:port"):
        load(web_url=url)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"web_host": "::1", "web_port": 7}, "http://[::1]:7"),
        ({"web_url": "https://news.example"}, "https://news.example"),
        ({"web_url": "http://[::1]:80/"}, "http://[::1]:80/"),
        ({"web_url": "http://worker-0.newstape.default.svc:6066"}, "http://worker-0.newstape.default.svc:6066"),
    ],
)
def test_the_address_of_views_is_a_url(given: dict[str, Any], url: str) -> None:
    """Of IPv6 addresses, too."""
    assert load(**given).views_url == url
