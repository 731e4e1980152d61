"""Logs are JSON for programs and lines for people, and never tell a secret."""

import io
import json
import logging
import re
import warnings
from collections.abc import Iterator

import pytest
import structlog

from streams.cli import logs


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave logging as the other tests expect it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.LIBRARIES}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, own in levels.items():
        logging.getLogger(name).setLevel(own)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_elsewhere_than_on_a_terminal_a_line_is_json() -> None:
    """With level, logger, time in UTC and the event's own fields."""
    stream = io.StringIO()
    logs.configure(stream=stream)
    structlog.get_logger("streams.x").info("taken", partition=3)
    entry = json.loads(stream.getvalue())
    assert entry["message"] == "taken"
    assert (entry["level"], entry["logger"], entry["partition"]) == ("info", "streams.x", 3)
    assert entry["timestamp"].endswith("Z")


def test_on_a_terminal_a_line_is_for_people() -> None:
    """Unless JSON is asked for."""
    stream = Terminal()
    logs.configure(stream=stream)
    structlog.get_logger("streams.x").info("taken", partition=3)
    assert "taken" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    logs.configure(stream=(asked := Terminal()), style="json")
    structlog.get_logger("streams.x").info("taken")
    assert json.loads(asked.getvalue())["message"] == "taken"


def test_the_standard_library_and_warnings_come_the_same_way() -> None:
    """One format for all."""
    stream = io.StringIO()
    logs.configure(stream=stream)
    logging.getLogger("other").warning("number %d", 7)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first["message"] == "number 7"
    assert "old" in second["message"]


@pytest.mark.parametrize("name", logs.LIBRARIES)
def test_libraries_are_quiet_at_any_level(name: str) -> None:
    """Faust formats a line a record at DEBUG and INFO."""
    logs.configure(stream=io.StringIO(), level="DEBUG")
    assert not logging.getLogger(f"{name}.deep.inside").isEnabledFor(logging.INFO)
    assert logging.getLogger(f"{name}.deep.inside").isEnabledFor(logging.WARNING)
    logs.configure(stream=io.StringIO(), level="ERROR")
    assert not logging.getLogger(name).isEnabledFor(logging.WARNING)


@pytest.mark.parametrize("style", ["json", "console"])
def test_secrets_are_masked_tracebacks_and_libraries_included(style: logs.Format) -> None:
    """Whoever writes a secret into a line, it does not come out."""
    stream = io.StringIO()
    logs.configure(stream=stream, style=style, secrets=["s3cr3t-9", ""])
    log = structlog.get_logger("streams.x")
    log.info("login s3cr3t-9", password="s3cr3t-9")
    logging.getLogger("aiokafka").error("SASL failed for s3cr3t-9")
    try:
        int("s3cr3t-9")
    except ValueError:
        log.exception("stopped")
    assert "s3cr3t-9" not in stream.getvalue()
    assert stream.getvalue().count(logs.MASK) >= 4


def test_local_values_are_not_in_tracebacks() -> None:
    """Pretty tracebacks print them; a secret would be among them."""
    stream = Terminal()
    logs.configure(stream=stream)
    local_value = "only-in-a-local-variable"[::-1]
    try:
        int("plain")
    except ValueError:
        structlog.get_logger("streams.x").exception("stopped")
    assert local_value not in stream.getvalue()
    assert "ValueError: invalid literal" in stream.getvalue()


def test_services_come_and_go_without_a_word() -> None:
    """Mode logs them under the module of the subclass, which is ours; its faults are told."""
    stream = io.StringIO()
    logs.configure(stream=stream)
    logging.getLogger("streams.app").info("[^-Newstape]: Starting...")
    assert stream.getvalue() == ""
    logging.getLogger("streams.app").error("[^-Newstape]: Crashed")
    assert "Crashed" in stream.getvalue()


def test_configuring_twice_gives_every_line_once() -> None:
    """The last call counts."""
    logs.configure(stream=(first := io.StringIO()))
    logs.configure(stream=(second := io.StringIO()))
    logging.getLogger("other").warning("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


@pytest.mark.parametrize("style", ["json", "console"])
@pytest.mark.parametrize(
    "secret", ['quo"te-9', "back\\slash-9", "sn\u00f6w-\u2603-9", "it's-9", "per cent%-9", "a\nline-9"]
)
def test_secrets_are_masked_however_a_line_escapes_them(style: logs.Format, secret: str) -> None:
    """One with a quotation mark or a backslash came out of JSON, where it is written otherwise."""
    stream = io.StringIO()
    logs.configure(stream=stream, style=style, secrets=[secret])
    log = structlog.get_logger("streams.x")
    log.warning(f"login {secret}", password=secret, inside={"password": [secret]}, told=repr(secret))
    logging.getLogger("aiokafka").error("SASL failed for %r", {"password": secret})
    try:
        int(secret)
    except ValueError:
        log.exception("stopped")
    assert stream.getvalue().count(logs.MASK) >= 5
    for line in stream.getvalue().splitlines():
        assert "-9" not in re.sub(r"[0-9]{4}-[0-9-]{5}", "", line)


def alike(count: int, stream: io.StringIO, **fields: object) -> list[dict[str, object]]:
    """The lines of so many warnings of one kind."""
    begin = len(stream.getvalue())
    for number in range(count):
        structlog.get_logger("streams.x").warning("kept as a dead letter", offset=number, **fields)
    return [json.loads(line) for line in stream.getvalue()[begin:].splitlines()]


def test_warnings_that_are_alike_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """421 records that were no JSON wrote 421 lines; how many were left out is told when the next one is written."""
    now = [100.0]
    monkeypatch.setattr(logs.FewAlike.__init__, "__defaults__", (lambda: now[0],))
    stream = io.StringIO()
    logs.configure(stream=stream)
    lines = alike(421, stream, reason="not-json")
    assert [line["offset"] for line in lines] == list(range(logs.MOST_ALIKE))
    assert lines[-1]["further"] == "left out for 60 s"
    assert len(alike(3, stream, reason="schema")) == 3  # another reason
    now[0] += logs.ALIKE_S
    (line,) = alike(1, stream, reason="not-json")
    assert line["left_out"] == 421 - logs.MOST_ALIKE


def test_what_libraries_repeat_is_left_out_too_and_what_is_no_warning_is_not() -> None:
    """A library's message may hold anything, so kinds are bounded."""
    stream = io.StringIO()
    logs.configure(stream=stream)
    for number in range(50):
        logging.getLogger("asyncio").error(f"socket.accept() out of system resource {number}\nsocket: {number}")
        structlog.get_logger("streams.x").info("said", number=number)
        structlog.get_logger("streams.x").critical("said", number=number)
    assert stream.getvalue().count("out of system resource") == logs.MOST_ALIKE
    assert stream.getvalue().count('"said"') == 100
    few = logs.FewAlike()
    for number in range(5_000):
        few.filter(logging.LogRecord("x", logging.ERROR, "", 0, f"{chr(number + 1_000)}", None, None))
    assert len(few._kinds) <= logs._MOST_KINDS
