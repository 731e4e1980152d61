"""Who may look, and what a browser may do with what it is shown.

With `NEWSTAPE_WEB_TOKEN` set, every view but health asks for it: as `Authorization: Bearer`, or as the session that a
browser gets for it by `POST /login`. A session is its end, a random number and a signature made with the token: no
worker has to remember it, all of them accept it, and another token ends it. It is a cookie that scripts can't read
(`HttpOnly`) and that other sites can't send (`SameSite=Strict`); an EventSource sends it, which could not send a
header. A log-out ends it on every worker.

Workers ask each other with a token made of the users' token and the address of the worker that is asked: whoever joins
the Kafka group under an address of their own is sent neither the users' token nor one that another worker takes.

A worker on loopback answers to loopback names and to the host of its own address only: a page of the internet whose
name was made to resolve to 127.0.0.1 (DNS rebinding) is refused. `/internal/*` refuses whatever a browser sends.

The page's own files hold nothing but newstape's code, and are given to everybody: the form asks for the token.
"""

import hmac
import re
import secrets
from collections import OrderedDict, deque
from hashlib import sha256
from ipaddress import ip_address
from typing import Final

from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from streams.web.faults import ViewError

SESSION_S: Final = 12 * 3_600
COOKIE: Final = "newstape-session"
LOGIN: Final = "/login"
PAGE_FILES: Final = "/page/"
INTERNAL: Final = "/internal/"
OPEN_PATHS: Final = frozenset(("/healthz", "/readyz", LOGIN))

FAILURES: Final = 10  # sign-ins that may fail from one address
FAILURES_S: Final = 60.0  # within this time
_ADDRESSES: Final = 1_000  # that failures are remembered of

# Everything from here, nothing inline, nothing from elsewhere; strings never become markup (Trusted Types).
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Server": "newstape",
}


class Access:
    """Whether a request may be answered."""

    def __init__(self, token: SecretStr | None, listens_on: str = "127.0.0.1", url: str = "http://127.0.0.1") -> None:
        self._token = None if token is None else token.get_secret_value().encode()
        self._own_host = URL(url).host if is_loopback(listens_on) else None
        self._workers_token = self.workers_token(url)
        self._ended: dict[str, int] = {}

    # -- the name that is asked for ---------------------------------------------------------------------------------

    def require_host(self, request: web.BaseRequest) -> None:
        """Raise ViewError where a worker on loopback is asked by a name that is not its own."""
        if self._own_host is None:
            return
        for given in request.headers.getall("Host", ()):
            host = _host_of(given)
            if host is None or not (host == self._own_host or _is_loopback_name(host)):
                reason = "this worker listens on loopback and answers to its own address only (NEWSTAPE_WEB_URL)"
                raise ViewError(421, "wrong-host", reason)

    # -- users ------------------------------------------------------------------------------------------------------

    def admits(self, request: web.BaseRequest, now_s: float) -> bool:
        """Whether a user may see what the request asks for."""
        if self._token is None or request.path in OPEN_PATHS or request.path.startswith(PAGE_FILES):
            return True
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(credentials.strip()):
            return True
        return self.is_session(request.cookies.get(COOKIE, ""), now_s)

    def is_token(self, given: str) -> bool:
        """Whether this is the token; takes as long whatever is wrong with it."""
        return self._token is not None and _equal(given, self._token)

    def session(self, now_s: float) -> str:
        """A session that begins now."""
        end, number = int(now_s) + SESSION_S, secrets.token_hex(8)
        return f"{end}.{number}.{self._signature(end, number)}"

    def is_session(self, given: str, now_s: float) -> bool:
        """Whether this is a session that has not ended."""
        match = re.fullmatch(r"([0-9]{1,15})\.([0-9a-f]{16})\.([0-9a-f]{64})", given, re.ASCII)
        if match is None:
            return False
        end = int(match[1])
        return (
            hmac.compare_digest(match[3], self._signature(end, match[2])) and now_s < end and given not in self._ended
        )

    def end(self, session: str, now_s: float) -> bool:
        """End a session before its time; returns whether it was one."""
        if not self.is_session(session, now_s):
            return False
        self._ended = {ended: until for ended, until in self._ended.items() if now_s < until}
        self._ended[session] = int(session.partition(".")[0])
        return True

    def _signature(self, end: int, number: str) -> str:
        return self._signed(f"newstape session {number} until {end}")

    # -- workers ----------------------------------------------------------------------------------------------------

    def workers_token(self, url: str) -> str:
        """The token with which a worker at this address is asked; empty where there is no token."""
        return self._signed(f"newstape worker {URL(url).origin()}") if self._token is not None else ""

    def require_worker(self, request: web.BaseRequest) -> None:
        """Raise ViewError where a request for `/internal/*` is not another worker's."""
        if "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
            raise ViewError(403, "workers-only", "only other workers may ask for this, and no browser")
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._token is not None and not _equal(given, self._workers_token.encode()):
            raise ViewError(401, "no-token", "only other workers may ask for this")

    def _signed(self, text: str) -> str:
        return hmac.new(self._token or b"", text.encode(), sha256).hexdigest()


class Attempts:
    """Sign-ins that failed, by the address they came from."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def failed(self, address: str, now_s: float) -> None:
        """Remember a failure."""
        times = self._failed.setdefault(address, deque(maxlen=FAILURES))
        times.append(now_s)
        self._failed.move_to_end(address)
        if len(self._failed) > _ADDRESSES:
            self._failed.popitem(last=False)

    def must_wait_s(self, address: str, now_s: float) -> float:
        """Seconds until this address may try again; 0 where it may now."""
        times = self._failed.get(address)
        return 0.0 if times is None or len(times) < FAILURES else max(0.0, times[0] + FAILURES_S - now_s)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    return _is_loopback_name(host.strip("[]"))


def _is_loopback_name(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(header: str) -> str | None:
    """The host in a Host header, without its port; null where it is none."""
    try:
        host = URL(f"http://{header}").host
    except ValueError:
        return None
    return None if host is None else host.rstrip(".")


def _equal(given: str, wanted: bytes) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted)
