"""`newstape feed`, and the flags that name feeds."""

import json
from pathlib import Path
from typing import Final

import pytest

from streams.cli import main

SAMPLES: Final = Path(__file__).parents[1] / "feeds" / "samples"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from a .env file, and lines as long as they come."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> int:
    """The exit status of a command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_feeds_are_listed_with_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By name, with what they are and where a mapping of one's own lies."""
    assert run("feed", "show", "tiingo") == 0
    (tmp_path / "my-wire.toml").write_text(capsys.readouterr().out)

    assert run("feed", "list", "--mappings", "my-wire.toml") == 0
    shown = capsys.readouterr().out
    assert "native" in shown
    assert "NewsML-G2" in shown
    assert "my-wire.toml" in shown


def test_check_shows_what_push_would_send(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, one a line."""
    assert run("feed", "check", "polygon", str(SAMPLES / "polygon.json"), "--json") == 0

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["symbols"] == [{"scheme": "ticker", "value": "F"}]


def test_check_tells_file_line_and_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of what is no article, and of a mapping that is wrong."""
    (tmp_path / "news.jsonl").write_text('{"id": 1}\n')
    assert run("feed", "check", "finnhub", "news.jsonl") == 1
    assert "news.jsonl: line 1: schema: $.datetime: expected RFC 3339" in capsys.readouterr().err

    (tmp_path / "wrong.toml").write_text('description = "x"\n[article]\nuri = "id"\npublished_at = 7\n')
    assert run("feed", "check", "wrong.toml") == 1
    assert "wrong.toml:4: article.published_at: expected a path" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("push", "--as", "benzing", "news.json"), ("feed", "check", "benzing"), ("feed", "show", "benzing")],
)
def test_unknown_feed_is_told_with_those_that_there_are(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing error is found at once."""
    assert run(*arguments) == 2
    told = capsys.readouterr().err
    assert "there is no" in told
    assert "benzinga, eodhd, finnhub" in told


def test_setting_that_names_no_feed_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a worker or push does anything."""
    monkeypatch.setenv("NEWSTAPE_FEED", "benzing")

    assert run("push", "news.json") == 2
    assert "NEWSTAPE_FEED: there is no feed 'benzing', did you mean benzinga?" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["file:///etc/passwd", "wire.example/feed", "ftp://wire.example/feed", "http://"])
def test_poll_takes_addresses_of_http_alone(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is opened that is no feed on a server."""
    assert run("poll", "rss", url, "--once") == 2
    assert "expected the address of a feed" in capsys.readouterr().err


def test_poll_tells_a_feed_that_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A server that is not there is a fault, told by its address."""
    assert run("poll", "rss", "http://127.0.0.1:1/feed", "--once", "--print", "--state", "state.json") == 1

    assert "http://127.0.0.1:1/feed: " in capsys.readouterr().err
    assert json.loads((tmp_path / "state.json").read_text())["http://127.0.0.1:1/feed"]["failures"] == 1
