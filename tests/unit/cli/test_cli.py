"""The command line as its user meets it: exit status, what is printed where, and no tracebacks."""

import asyncio
import gzip
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from rich.console import Console

from schemas import Position
from streams.cli import main
from streams.cli.options import with_settings
from streams.cli.tail import _as_json, _shown, _topic
from streams.cli.terminal import CommandError, counts_table, fail, last_fact, printable
from streams.kafka.records import Record
from streams.operate import jsonl
from streams.operate.rest import Rest, RestError
from streams.settings import Settings, load

COMMANDS = (
    "demo",
    "kafka",
    "topics",
    "doctor",
    "worker",
    "replay",
    "push",
    "annotate",
    "explain",
    "tail",
    "counts",
    "contract",
)
GROUPED = (
    ("dead-letters", "list"),
    ("dead-letters", "show"),
    ("dead-letters", "redrive"),
    ("dead-letters", "release"),
    ("poll", "rss"),
    ("feed", "list"),
    ("feed", "show"),
    ("feed", "check"),
    ("registry", "build"),
    ("registry", "check"),
    ("train", "sentiment"),
)
ROOT = Path(__file__).parents[2]
NO_KAFKA = "127.0.0.1:1"  # nobody listens on port 1


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the environment or a .env file, and lines as long as they come."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NEWSTAPE_{name.upper()}", raising=False)


def run(*arguments: str) -> int:
    """Exit status of a command."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


# -- help and settings ------------------------------------------------------------------------------------------------


def test_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """For scripts."""
    assert run("--version") == 0
    assert re.fullmatch(r"newstape \S.*\n", capsys.readouterr().out)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """And how to begin."""
    assert run("--help") == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in COMMANDS)
    assert "newstape demo" in shown


@pytest.mark.parametrize("command", [*((command,) for command in COMMANDS), *GROUPED], ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody new gets a line to copy."""
    assert run(*command, "--help") == 0
    assert f"newstape {' '.join(command)}" in capsys.readouterr().out.split("Examples")[1]


def test_a_wrong_setting_names_its_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same message for a flag and for the environment, exit status 2."""
    assert run("topics", "--kafka", "nowhere") == 2
    by_flag = capsys.readouterr().err
    monkeypatch.setenv("NEWSTAPE_KAFKA", "nowhere")
    assert run("topics") == 2
    assert capsys.readouterr().err == by_flag
    assert "NEWSTAPE_KAFKA" in by_flag
    assert "nowhere" in by_flag


def test_flags_win_over_environment_over_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first named wins."""
    seen: list[Settings] = []

    @with_settings("app_id", "topic_prefix", "web_port")
    def command(settings: Settings) -> None:
        seen.append(settings)

    (tmp_path / ".env").write_text("NEWSTAPE_APP_ID=file\nNEWSTAPE_TOPIC_PREFIX=file.\nNEWSTAPE_WEB_PORT=1111\n")
    monkeypatch.setenv("NEWSTAPE_APP_ID", "environment")
    monkeypatch.setenv("NEWSTAPE_TOPIC_PREFIX", "environment.")
    command(app_id="flag", topic_prefix=None, web_port=None)
    assert (seen[0].app_id, seen[0].topic_prefix, seen[0].web_port) == ("flag", "environment.", 1111)


def test_no_secret_has_a_flag(capsys: pytest.CaptureFixture[str]) -> None:
    """The arguments of a process are for all to see."""
    assert run("worker", "--help") == 0
    assert "password" not in capsys.readouterr().out
    with pytest.raises(ValueError, match="secret"):
        with_settings("sasl_password")(lambda _: None)
    assert SecretStr in Settings.model_fields["sasl_password"].annotation.__args__  # type: ignore[union-attr] # a union


def test_a_wrong_password_is_not_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is missing beside it."""
    monkeypatch.setenv("NEWSTAPE_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("NEWSTAPE_SASL_PASSWORD", "s3cr3t-9")
    assert run("topics") == 2
    told = capsys.readouterr()
    assert "NEWSTAPE_SASL_USERNAME" in told.err
    assert "s3cr3t-9" not in told.err + told.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("topics",),
        ("tail", "news.articles"),
        ("worker", "--web-port", "6099"),
        ("push", "articles.jsonl"),
    ],
)
def test_without_kafka_the_message_says_how_to_mend_it(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No traceback, no library's complaints before it."""
    (tmp_path / "articles.jsonl").write_text("{}\n")
    status = run(*arguments, "--kafka", NO_KAFKA)
    told = capsys.readouterr().err
    assert status == 1
    assert told.startswith("error: ")
    assert "Traceback" not in told
    assert "NEWSTAPE_" in told
    assert len(told.splitlines()) <= 2


def test_a_worker_says_that_it_loads_before_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    """A second or more is long where nothing is seen; then it waits for Kafka."""
    status = run("worker", "--wait", "0.1", "--web-port", "6099", "--log-format", "json", "--kafka", NO_KAFKA)
    first, *_, last = capsys.readouterr().err.splitlines()

    assert status == 1
    assert json.loads(first)["message"] == "loading"
    assert "NEWSTAPE_KAFKA" in last


# -- annotate ---------------------------------------------------------------------------------------------------------

ARTICLE: dict[str, Any] = {
    "uri": "urn:a",
    "published_at": "2026-01-05T08:00:00Z",
    "headline": "Nikkei 225 rises 1.2% to 50,367.38",
    "body": "Japan's Nikkei 225 rose 1.2% to 50,367.38 on Monday.",
}


def test_annotate_gives_an_annotation_a_line(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """In the order of the articles, and nothing else on standard output or error."""
    articles = [ARTICLE, ARTICLE | {"uri": "urn:b"}]
    (tmp_path / "articles.jsonl").write_text("\n\n".join(map(json.dumps, articles)))
    assert run("annotate", "articles.jsonl") == 0
    told = capfdbinary.readouterr()
    found = [json.loads(line) for line in told.out.splitlines()]
    assert [annotation["article"]["uri"] for annotation in found] == ["urn:a", "urn:b"]
    assert "index:N225" in {entity["id"] for entity in found[0]["entities"]}
    assert found[0]["position"] is None
    assert told.err == b""


def test_annotate_says_what_it_could_not_read(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """A JSON object on standard error for each, exit status 1, and the others come out all the same."""
    lines = [b"{", json.dumps(ARTICLE).encode(), b"\xff", b"", json.dumps(ARTICLE | {"published_at": "soon"}).encode()]
    (tmp_path / "articles.jsonl").write_bytes(b"\n".join(lines))
    assert run("annotate", "articles.jsonl") == 1
    told = capfdbinary.readouterr()
    assert len(told.out.splitlines()) == 1
    letters = [json.loads(line) for line in told.err.splitlines()]
    assert [(letter["line"], letter["reason"]) for letter in letters] == [
        (1, "not-json"),
        (3, "not-utf8"),
        (5, "schema"),
    ]
    assert letters[2]["detail"].startswith("$.published_at: expected")


def test_annotate_refuses_a_line_that_does_not_fit_into_memory(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its true size is told although only its beginning was read."""
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1_100_000)
    (tmp_path / "articles.jsonl").write_bytes(b'"' + b"x" * 3_000_000)
    assert run("annotate", "articles.jsonl") == 1
    letter = json.loads(capfdbinary.readouterr().err)
    assert (letter["reason"], letter["line"]) == ("too-large", 1)
    assert "3,000,001" in letter["detail"]


def test_annotate_without_quotes(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    """Licences may forbid passing text on."""
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE))
    assert run("annotate", "articles.jsonl", "--evidence", "offsets") == 0
    out = capfdbinary.readouterr().out
    assert b'"start":' in out
    assert b"50,367.38" not in out


def test_annotate_reads_what_is_piped_in_as_it_comes(tmp_path: Path) -> None:
    """A line gives its annotation while the pipe is still open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", "annotate"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(ARTICLE).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["article"]["uri"] == "urn:a"
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (rest, process.returncode) == (b"", 0)


def test_a_registry_file_that_is_wrong_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With its name, and without a traceback."""
    (tmp_path / "mine.jsonl").write_text("{]")
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE))
    assert run("annotate", "articles.jsonl", "--registry", "mine.jsonl") == 1
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "mine.jsonl" in told


# -- explain ----------------------------------------------------------------------------------------------------------


def test_explain_shows_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The evidence in its sentence, the registry's name, the rule and the reading; no colours in a pipe."""
    (tmp_path / "articles.jsonl").write_text(f"{json.dumps(ARTICLE | {'uri': 'urn:other'})}\n{json.dumps(ARTICLE)}\n")
    assert run("explain", "articles.jsonl", "--line", "2") == 0
    told = capsys.readouterr().out
    assert told.startswith("urn:a  2026-01-05 08:00 UTC")
    assert "headline  ‹Nikkei 225› rises 1.2% to 50,367.38" in told
    assert "registry: 'Nikkei 225' (strong); name" in told
    assert "move “rose” · figure “1.2%”" in told
    assert "carried by the index fact above" in told
    assert "\x1b" not in told


def test_explain_underlines_on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Evidence and cues, and what an article holds can't command the terminal."""
    screen = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=120, highlight=False)
    monkeypatch.setattr(sys.modules["streams.cli.explain"], "out", screen)
    body = "Sony rose 3%.\x1b]0;owned\x07"
    (tmp_path / "a.json").write_text(json.dumps(ARTICLE | {"headline": "", "body": body}, indent=1))
    assert run("explain", "a.json") == 0
    shown = screen.file.getvalue()  # type: ignore[attr-defined] # a StringIO
    assert "\x1b[1;4mSony\x1b[0m" in shown
    assert "\x1b[3;4mrose" in shown
    assert "\x1b]" not in shown


def test_explain_takes_plain_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its first line is the headline where it is one; the day it was written can be given."""
    (tmp_path / "story.txt").write_text(
        "Sony to buy Gulfex Inc\n\nSony agreed to buy Gulfex Inc for $3 billion on Tuesday.\n"
    )
    assert run("explain", "story.txt", "--published-at", "2026-01-07T09:00:00Z", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["article"]["headline"] == "Sony to buy Gulfex Inc"
    (event,) = [event for event in found["events"] if event["type"] == "company.merger"]
    assert event["why"][0]["rule"] == "merger-buys-firm"
    assert event["why"][0]["place"].startswith("streams/data/events/company.toml:")
    whys = {mention["why"]["rule"] for entity in found["entities"] for mention in entity["mentions"]}
    assert whys == {"name", "legal-form"}


@pytest.mark.parametrize(
    ("content", "arguments", "status", "told"),
    [
        ("", (), 1, "is empty"),
        ('{"uri": "urn:a"}', (), 1, "line 1, is no article: $.published_at"),
        (json.dumps(ARTICLE), ("--line", "7"), 2, "has no article on line 7"),
        (json.dumps({"uri": "urn:a"} | {"published_at": None}), (), 1, "is no article"),
        ("Words.", ("--published-at", "soon"), 2, "--published-at: expected RFC 3339"),
    ],
)
def test_explain_says_what_is_no_article(
    content: str,
    arguments: tuple[str, ...],
    status: int,
    told: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """In one line."""
    (tmp_path / "a").write_text(content)
    assert run("explain", "a", *arguments) == status
    assert told in capsys.readouterr().err


# -- registry, train --------------------------------------------------------------------------------------------------

HOUSE = """\
{"id": "company:unlisted-zorb", "name": "Zorbex Partners", "aliases": ["Harbor"], "listed": false}
{"id": "company:IBM", "aliases": ["Big Blue", "Ford Motor"]}

{"id": "company:X Y", "name": "Bad"}
{"id": "index:OURS", "name": "House Watch Index", "country": "Japan"}
"""


def test_checking_registry_files_tells_every_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With file, line, field and reason; the good entries are shown, and names that will surprise pointed out."""
    (tmp_path / "house.jsonl").write_text(HOUSE)
    assert run("registry", "check", "house.jsonl") == 1
    told = capsys.readouterr()
    first, second = told.err.splitlines()
    assert first.startswith("error: house.jsonl:4: id: expected kind:code")
    assert second == "error: house.jsonl:5: country: expected ISO 3166 alpha-2, got 'Japan'"
    assert "company:unlisted-zorb" in told.out
    assert "'Harbor' is an ordinary word" in told.out
    assert "company:IBM: 'Ford Motor' also names company:F; yours comes first" in told.out


def test_good_registry_files_of_the_settings_pass(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder stands for its files; exit status 0."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.jsonl").write_text(HOUSE.splitlines()[0])
    monkeypatch.setenv("NEWSTAPE_REGISTRY", "own")
    assert run("registry", "check") == 0
    assert "1 entities" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("check",), 2, "NEWSTAPE_REGISTRY"),
        (("check", "none.jsonl"), 1, "none.jsonl: can't be read"),
        (("build", "--from", "."), 1, "--from names the folder"),
    ],
)
def test_registry_files_that_are_not_there_are_told(
    arguments: tuple[str, ...], status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line that says what to do."""
    assert run("registry", *arguments) == status
    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) == 1


def test_own_entities_are_found(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A private company, a house alias of a listed one, and an alias taken away again."""
    house = [*HOUSE.splitlines()[:2], '{"id": "company:NVDA", "drop_aliases": ["Nvidia", "NVIDIA"]}']
    (tmp_path / "house.jsonl").write_text("\n".join(house))
    article = ARTICLE | {"headline": "", "body": "Zorbex Partners sold Big Blue on Monday. Nvidia is no name here."}
    (tmp_path / "articles.jsonl").write_text(json.dumps(article))
    monkeypatch.setenv("NEWSTAPE_REGISTRY", "house.jsonl")
    assert run("annotate", "articles.jsonl") == 0
    found = json.loads(capfdbinary.readouterr().out)["entities"]
    assert {entity["id"] for entity in found} == {"company:unlisted-zorb", "company:IBM"}


def test_companies_are_built_from_listings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A line a step, and what was written where."""
    header = "symbol,name,exchange,mic,country,currency,sector,industry,market_cap,isin,figi,composite_figi"
    rows = f"{header}\nSONY,Sony Group Corporation,NYSE,XNYS,Japan,USD,Technology,,1e11,,,\n"
    (tmp_path / "equities.csv.gz").write_bytes(gzip.compress(rows.encode()))
    assert run("registry", "build", "--from", ".", "--to", "out") == 0
    told = capsys.readouterr()
    assert "1 companies in out" in told.out
    assert "rows of listings" in told.err
    assert json.loads((tmp_path / "out" / "companies.jsonl").read_text())["id"] == "company:SONY"


def test_training_without_its_files_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything heavy is loaded."""
    assert run("train", "sentiment", "--sentfin", "none.csv") == 1
    assert "--sentfin" in capsys.readouterr().err


# -- push, tail, counts -----------------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Before Kafka is asked."""
    assert run("push", "nothing.jsonl") == 1
    assert "nothing.jsonl can't be read" in capsys.readouterr().err


def test_an_unknown_topic_gets_the_list_of_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """With the prefix, as they can be typed."""
    assert run("tail", "nope", "--topic-prefix", "x.", "--kafka", NO_KAFKA) == 2
    told = capsys.readouterr().err
    assert "x.market.events.policy" in told
    assert "x.news.dead-letters" in told


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("x.news.articles", "x.news.articles"),
        ("news.articles", "x.news.articles"),
        ("articles", "x.news.articles"),
        ("dead-letters", "x.news.dead-letters"),
        ("index", "x.market.events.index"),
        ("index-activity", "x.market.index-activity"),
    ],
)
def test_topics_may_be_named_without_prefix(name: str, topic: str) -> None:
    """Or by their last part where that is one topic's only."""
    assert _topic(load(topic_prefix="x."), name).name == topic


@pytest.mark.parametrize("name", ["", "s", "changelog", "events", "market"])
def test_half_a_name_is_no_topic(name: str) -> None:
    """Rather than one of several."""
    with pytest.raises(CommandError, match="no topic"):
        _topic(load(topic_prefix="x."), name)


def record(value: bytes | None, key: bytes | None = b"k") -> Record:
    """A record of a topic."""
    return Record(
        topic="t",
        partition=1,
        offset=2,
        key=key,
        value=value,
        headers=(("h", b"\xff"),),
        headers_as_sent=(("h", b"\xff"),),
        stamp_ms=1_700_000_000_123,
        output_ms=1_700_000_000_123,
        source=Position(partition=1, offset=2),
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b'{"a":1}', {"value": {"a": 1}}),
        (b"{", {"text": "{"}),
        (b"\xff\x00", {"base64": "/wA="}),
        (None, {"value": None}),
    ],
)
def test_a_message_of_any_bytes_is_one_json_object(value: bytes | None, told: dict[str, Any]) -> None:
    """Nothing is lost and nothing raises."""
    found = json.loads(json.dumps(_as_json(record(value))))
    assert {name: found[name] for name in told} == told
    assert (found["key"], found["partition"], found["offset"]) == ("k", 1, 2)
    assert found["timestamp"] == "2023-11-14T22:13:20.123Z"
    assert _as_json(record(value, key=None))["key"] is None


def test_an_identity_keeps_its_colons(capsys: pytest.CaptureFixture[str]) -> None:
    """`urn:book:7` was shown with an emoji in its middle."""
    with pytest.raises(typer.Exit):
        fail("no article urn:book:7")
    assert "urn:book:7" in capsys.readouterr().err


def test_a_message_can_not_command_the_terminal() -> None:
    """Escape sequences in articles are shown, not obeyed."""
    assert "\x1b" not in _shown(b"\x1b]0;owned\x07").plain
    assert "\x9b" not in _shown('{"a":"\x9b31m"}'.encode()).plain
    assert printable("[bold]a\x1b[2J") == r"\[bold]a\x1b[2J"
    assert printable("日経\u3000平均\xa01\u202e") == "日経\u3000平均\xa01\\u202e"


def test_without_a_worker_counts_say_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 1, one line."""
    assert run("counts", "--web-port", "1") == 1
    told = capsys.readouterr().err
    assert "newstape worker" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("waiting", "left", "told"),
    [
        (0, None, "no index has been named in the last seven days of news"),
        (7_200, 3_725.2, "no index has been counted yet; 7,200 articles wait, about 1:02:05 at the rate"),
        (7_200, None, "no index has been counted yet; 7,200 articles wait"),
    ],
)
async def test_counts_with_nothing_yet_are_no_error(
    capsys: pytest.CaptureFixture[str], waiting: int, left: float | None, told: str
) -> None:
    """Status 0; while articles wait it is said how many, and not that there is nothing."""

    async def indices(_: web.Request) -> web.Response:
        return web.json_response({"as_of": "1970-01-01T00:00:00Z", "clock": "event", "indices": []})

    async def pipeline(_: web.Request) -> web.Response:
        return web.json_response({"waiting": waiting, "seconds_left": left})

    application = web.Application()
    application.add_routes([web.get("/indices", indices), web.get("/pipeline", pipeline)])
    async with TestServer(application) as server:
        assert await asyncio.to_thread(run, "counts", "--web-url", str(server.make_url("/"))) == 0
    shown = capsys.readouterr().err
    assert told in shown
    assert "1970" not in shown


async def test_errors_of_the_views_are_passed_on_with_their_reason() -> None:
    """And something that is no worker is told from one."""

    async def unknown(_: web.Request) -> web.Response:
        return web.json_response({"error": "unknown-index", "reason": "no index 'X/Y'"}, status=404)

    async def other(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    application = web.Application()
    application.add_routes([web.get("/indices/X%2FY", unknown), web.get("/indices", other)])
    async with TestServer(application) as server, Rest(str(server.make_url("/"))) as worker:
        with pytest.raises(RestError, match="404: no index 'X/Y'"):
            await worker.get("indices", "X/Y")
        with pytest.raises(RestError, match="does not answer like a newstape worker"):
            await worker.get("indices")


async def test_a_command_takes_the_token_to_no_other_address() -> None:
    """No worker redirects; who does is none."""
    asked = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound("/elsewhere" if request.path == "/indices" else "/")

    application = web.Application()
    application.router.add_route("GET", "/{path:.*}", elsewhere)
    async with TestServer(application) as server, Rest(str(server.make_url("/"))) as worker:
        with pytest.raises(RestError):
            await worker.get("indices")
    assert asked == ["/indices"]


# -- tables -----------------------------------------------------------------------------------------------------------


def shown(renderable: Any, width: int = 120) -> str:
    """What a terminal shows."""
    console = Console(file=io.StringIO(), width=width)
    console.print(renderable)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return] # a StringIO


ACTIVITY: dict[str, Any] = {
    "index": "N225",
    "windows": {
        "1m": {"articles": 0, "mentions": 0, "sentiment": None},
        "1h": {"articles": 12, "mentions": 34, "sentiment": -0.25},
        "7d": {"articles": 13, "mentions": 35, "sentiment": None},
    },
    "last_fact": {"level": 50367.38, "change_pct": 2.17, "basis": "week", "record": "threshold_above"},
}


def test_the_table_of_counts_shows_articles_mentions_and_sentiment() -> None:
    """An empty window is a dot; no sentiment is not 0."""
    table = shown(counts_table([ACTIVITY]))
    assert "12/34" in table
    assert "-0.25" in table
    assert "no cue" in table
    assert "0/0" not in table
    assert "50,367.38, +2.17 % week, threshold above" in table


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (None, ""),
        ({"direction": "up"}, "up session"),
        ({"change_points": -1200.5, "basis": "session"}, "-1,200.50 points session"),
        ({"level": 0.5, "change_pct": 0.0, "basis": "week"}, "0.50, +0.00 % week"),
        ({"change_pct": 1.3, "basis": "ytd", "approximate": True}, "~+1.30 % year to date"),
        ({"level": 0.5}, "0.50"),
    ],
)
def test_the_last_fact_in_few_characters(fact: Any, told: str) -> None:
    """Only what the text gave."""
    assert last_fact({"last_fact": fact}).plain == told


# -- python -m streams ------------------------------------------------------------------------------------------------


def test_importing_the_command_line_does_not_load_the_heavy_parts() -> None:
    """Help must be quick: Faust and the registry come with the commands that need them."""
    code = (
        "import streams.cli, sys; print([m for m in sys.modules if m in ('faust', 'streams.data.registry', 'numpy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
