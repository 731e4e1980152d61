"""Who may look, and what a browser may do with what it is shown.

With `NEWSTAPE_WEB_TOKEN` set, every view but health asks for it: as `Authorization: Bearer`, or as the session that a
browser gets for it by `POST /login`. A session is its end and a signature made with the token: no worker has to
remember it, all of them accept it, and another token ends it. It is a cookie that scripts can't read (`HttpOnly`) and
that other sites can't send (`SameSite=Strict`); an EventSource sends it, which could not send a header.

The page's own files hold nothing but newstape's code, and are given to everybody: the form asks for the token.
"""

import hmac
import re
from hashlib import sha256
from typing import Final

from aiohttp import web
from pydantic import SecretStr

SESSION_S: Final = 12 * 3_600
COOKIE: Final = "newstape-session"
LOGIN: Final = "/login"
PAGE_FILES: Final = "/page/"
OPEN_PATHS: Final = frozenset(("/healthz", "/readyz", LOGIN))

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
}


class Access:
    """Whether a request may be answered."""

    def __init__(self, token: SecretStr | None) -> None:
        self._token = None if token is None else token.get_secret_value().encode()

    def admits(self, request: web.BaseRequest, now_s: float) -> bool:
        """Whether the request may see what it asks for."""
        if self._token is None or request.path in OPEN_PATHS or request.path.startswith(PAGE_FILES):
            return True
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(credentials.strip()):
            return True
        return self.is_session(request.cookies.get(COOKIE, ""), now_s)

    def is_token(self, given: str) -> bool:
        """Whether this is the token; takes as long whatever is wrong with it."""
        return self._token is not None and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token)

    def session(self, now_s: float) -> str:
        """A session that begins now."""
        end = int(now_s) + SESSION_S
        return f"{end}.{self._signature(end)}"

    def is_session(self, given: str, now_s: float) -> bool:
        """Whether this is a session that has not ended."""
        match = re.fullmatch(r"([0-9]{1,15})\.([0-9a-f]{64})", given, re.ASCII)
        if match is None:
            return False
        end = int(match[1])
        return hmac.compare_digest(match[2], self._signature(end)) and now_s < end

    def _signature(self, end: int) -> str:
        return hmac.new(self._token or b"", f"newstape session until {end}".encode(), sha256).hexdigest()
