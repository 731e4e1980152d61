"""One attempt to hand an alert over: to a webhook by POST, or to a command on its standard input.

A webhook's headers are those of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`), for which
receivers have libraries, and `Idempotency-Key`. The signature is `v1,` and the base64 of HMAC-SHA256 over
`<webhook-id>.<webhook-timestamp>.<body>`, by the secret as it is, or by what follows `whsec_` in base64.

What becomes of an attempt: it was taken (2xx; exit status 0), it may be taken later (5xx, 408, 429, no connection, no
answer in time; exit status 75 as sysexits.h has it, no end in time), or it is refused (all else).
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import aiohttp

TRY_LATER: Final = 75  # EX_TEMPFAIL

_BUSY: Final = frozenset((408, 429))
_SECRET_PREFIX: Final = b"whsec_"
_SHOWN: Final = 300


class Outcome(StrEnum):
    """What became of an attempt."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of an attempt, and why."""

    outcome: Outcome
    why: str = ""
    wait_s: float = 0.0
    """Seconds that the receiver asks to wait for."""


class Target(Protocol):
    """Where a rule's alerts go."""

    async def send(self, key: str, body: bytes, now: float) -> Attempt:
        """Try once; `now` is seconds since 1970."""
        ...


def signature(secret: bytes, key: str, stamp: int, body: bytes) -> str:
    """The signature of an attempt."""
    signed = f"{key}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: bytes) -> bytes:
    if not secret.startswith(_SECRET_PREFIX):
        return secret
    try:
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """An address that alerts are posted to."""

    session: aiohttp.ClientSession
    url: str
    secret: bytes | None
    timeout_s: float

    async def send(self, key: str, body: bytes, now: float) -> Attempt:
        """Post it once."""
        stamp = int(now)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "webhook-id": key,
            "webhook-timestamp": str(stamp),
        }
        if self.secret is not None:
            headers["webhook-signature"] = signature(self.secret, key, stamp, body)
        timeout = aiohttp.ClientTimeout(total=self.timeout_s)
        try:
            async with self.session.post(
                self.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return _judged(response.status, response.headers.get("Retry-After", ""))
        except TimeoutError:
            return Attempt(outcome=Outcome.LATER, why=f"no answer within {self.timeout_s:g} s")
        except aiohttp.ClientError as error:
            return Attempt(outcome=Outcome.LATER, why=f"no connection: {type(error).__name__}: {error}"[:_SHOWN])


def _judged(status: int, retry_after: str) -> Attempt:
    if 200 <= status < 300:
        return Attempt(outcome=Outcome.TAKEN)
    if status >= 500 or status in _BUSY:
        wait_s = float(retry_after) if retry_after.isdecimal() and len(retry_after) < 7 else 0.0
        return Attempt(outcome=Outcome.LATER, why=f"answered {status}", wait_s=wait_s)
    return Attempt(outcome=Outcome.REFUSED, why=f"answered {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that has an alert on its standard input, as a line of JSON."""

    arguments: tuple[str, ...]
    timeout_s: float

    async def send(self, key: str, body: bytes, now: float) -> Attempt:
        """Run it once, in a session of its own, so that all it started ends with it when its time is over."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self.arguments,
                stdin=asyncio.subprocess.PIPE,
                env={**os.environ, "NEWSTAPE_ALERT_KEY": key},
                start_new_session=True,
            )
        except OSError as error:
            return Attempt(outcome=Outcome.LATER, why=f"can't be started: {error.strerror}")
        try:
            async with asyncio.timeout(self.timeout_s):
                await process.communicate(body + b"\n")
        except TimeoutError:
            return Attempt(outcome=Outcome.LATER, why=f"had not ended within {self.timeout_s:g} s")
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        status = process.returncode
        if status == 0:
            return Attempt(outcome=Outcome.TAKEN)
        return Attempt(outcome=Outcome.LATER if status == TRY_LATER else Outcome.REFUSED, why=f"ended with {status}")
