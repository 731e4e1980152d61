"""Asking a running worker: its REST views as plain JSON."""

from typing import Any, Final
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr

_TIMEOUT_S: Final = 10


class RestError(RuntimeError):
    """A worker did not answer, or not with what was asked; the message says what to do."""


class Rest:
    """The views at one address; an async context manager."""

    def __init__(self, url: str, token: SecretStr | None = None) -> None:
        self.url, self._token = url.rstrip("/"), token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Rest":
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S), headers=bearer(self._token)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, *path: str) -> Any:
        """What the view at this path answers. Raises RestError."""
        if self._session is None:
            raise RuntimeError("the views are not open")
        url = "/".join([self.url, *(quote(part, safe="") for part in path)])
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                answer = await response.json(content_type=None)
                if response.status >= 300:  # no worker redirects, and the token goes nowhere else
                    raise RestError(f"{url} answers {response.status}: {_reason(answer)}")
                return answer
        except aiohttp.ClientConnectionError as error:
            raise RestError(
                f"no worker answers at {self.url} ({error}); start one with `newstape worker`, or name yours with "
                "--web-port, --web-url or NEWSTAPE_WEB_URL"
            ) from error
        except TimeoutError as error:
            raise RestError(f"{url} did not answer within {_TIMEOUT_S} s") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise RestError(f"{url} does not answer like a newstape worker ({error}); is the port right?") from error


def bearer(token: SecretStr | None) -> dict[str, str]:
    """The headers that carry the token of the views, none where there is no token."""
    return {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}


def _reason(answer: Any) -> str:
    if isinstance(answer, dict):
        for name in ("detail", "reason", "error", "message"):
            if isinstance(answer.get(name), str):
                return str(answer[name])
    return str(answer)[:300]
