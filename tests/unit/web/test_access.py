"""The token and the session it gives."""

import pytest
from aiohttp.test_utils import make_mocked_request
from pydantic import SecretStr

from streams.web.access import COOKIE, FAILURES, FAILURES_S, SESSION_S, Access, Attempts

TOKEN = "correct-horse-battery"
NOW = 1_800_000_000.0


def admits(access: Access, path: str = "/indices", now: float = NOW, **headers: str) -> bool:
    """Whether a request is let in."""
    return access.admits(make_mocked_request("GET", path, headers=headers), now)


def test_without_a_token_everybody_may_look() -> None:
    """The default, for a worker that listens on loopback."""
    assert admits(Access(None))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", "/page/style.css"])
def test_health_and_the_form_that_asks_for_the_token_are_open(path: str) -> None:
    """Nothing of the news is in them."""
    assert admits(Access(SecretStr(TOKEN)), path)


@pytest.mark.parametrize(
    "path", ["/", "/indices", "/events", "/metrics", "/openapi.json", "/internal/indices", "/page"]
)
def test_everything_else_asks_for_the_token(path: str) -> None:
    """As a bearer token, the scheme in any case."""
    access = Access(SecretStr(TOKEN))
    assert not admits(access, path)
    assert admits(access, path, Authorization=f"Bearer {TOKEN}")
    assert admits(access, path, Authorization=f"bearer {TOKEN}")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}"])
def test_another_token_is_refused(given: str) -> None:
    """Whatever is wrong with it."""
    assert not admits(Access(SecretStr(TOKEN)), Authorization=given)


def test_a_token_in_odd_signs_is_refused_and_no_error() -> None:
    """Headers may hold any byte."""
    assert not Access(SecretStr(TOKEN)).is_token("\udcff" * 21)
    assert not Access(SecretStr(TOKEN)).is_session("é.\udcff", NOW)


def test_a_session_ends() -> None:
    """After twelve hours, to the second."""
    access = Access(SecretStr(TOKEN))
    cookie = f"{COOKIE}={access.session(NOW)}"
    assert admits(access, Cookie=cookie, now=NOW + SESSION_S - 1)
    assert not admits(access, Cookie=cookie, now=NOW + SESSION_S)


def test_a_session_can_not_be_made_or_stretched_without_the_token() -> None:
    """It is signed, end included; another token ends it, and without a token there is none."""
    access = Access(SecretStr(TOKEN))
    end, _, signature = access.session(NOW).partition(".")
    for forged in (f"{int(end) + 1}.{signature}", f"{end}.{'0' * 64}", f"{end}.", end, Access(None).session(NOW)):
        assert not access.is_session(forged, NOW)
    assert not Access(SecretStr("another-token-of-16")).is_session(f"{end}.{signature}", NOW)


def test_no_token_is_right_where_none_is_set() -> None:
    """An empty form is no login."""
    assert not Access(None).is_token("")


def test_a_session_can_be_ended_and_others_go_on() -> None:
    """By whoever shows it, once; what is none can't be ended."""
    access = Access(SecretStr(TOKEN))
    one, other = access.session(NOW), access.session(NOW)
    assert not access.end(f"{one[:-1]}x", NOW)
    assert access.end(one, NOW)
    assert not access.is_session(one, NOW)
    assert not access.end(one, NOW)
    assert access.is_session(other, NOW)


def test_failures_are_remembered_for_a_minute_and_of_few_addresses() -> None:
    """
    Failures of a  1 ... 10          11
    second         0 ... 9       60  61
    a may try      y ... n .... y    y
    """
    attempts = Attempts()
    for second in range(FAILURES):
        assert attempts.must_wait_s("a", NOW + second) == 0
        attempts.failed("a", NOW + second)
    assert attempts.must_wait_s("a", NOW + FAILURES) == FAILURES_S - FAILURES
    assert attempts.must_wait_s("b", NOW + FAILURES) == 0
    assert attempts.must_wait_s("a", NOW + FAILURES_S) == 0
    for number in range(5_000):
        attempts.failed(f"10.0.0.{number}", NOW)
    assert len(attempts._failed) == 1_000


def test_a_workers_token_is_good_for_one_address() -> None:
    """However the address is written; another users' token makes another."""
    access = Access(SecretStr(TOKEN), url="http://127.0.0.1:6066")
    token = access.workers_token("http://127.0.0.1:6066/")
    assert token == access.workers_token("HTTP://127.0.0.1:6066")
    assert token != access.workers_token("http://127.0.0.1:6067")
    assert token != Access(SecretStr(f"{TOKEN}x")).workers_token("http://127.0.0.1:6066")
    assert Access(None).workers_token("http://127.0.0.1:6066") == ""
