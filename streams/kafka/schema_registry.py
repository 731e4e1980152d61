"""Schemas of a registry that speaks Confluent's API: records of Avro read as JSON, and schemas of outputs registered.

Such a record begins with a zero byte and four of its schema's number. A schema never changes, so each is asked for
once. Where the registry can't be reached it is asked again for two minutes, in which the record's partition waits, and
then the worker stops, as it does where Kafka is away: a record is no dead letter because a service was down.

Needs the extra `avro`. `fastavro` reads the schemas and the records.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from schemas.wire import encode
from streams.settings import Settings, SettingsError

FRAME_BYTES: Final = 5
PATIENCE_S: Final = 120.0
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0
_ANSWER_S: Final = 10.0
_ACCEPT: Final = "application/vnd.schemaregistry.v1+json, application/json"
_OK: Final = 200
_NOT_FOUND: Final = 404
_CLIENT_FAULTS: Final = range(400, 500)
_SCHEMA_JSON: Final = "application/vnd.schemaregistry.v1+json"
_ANSWER_CHARS: Final = 500
_WHITE: Final = b" \t\r\n"

# JSON has them; everything else that Avro has is told in words.
_OF_JSON: Final = (str, int, float, bool, type(None), datetime, date)


class SchemaError(ValueError):
    """A record that can't be read with its schema; the message says what was expected and what was there."""


class SchemaRegistryError(OSError):
    """The registry gives no answer, or none that is one."""


def schema_of(value: bytes | None) -> int | None:
    """The number of the schema that a record's value is framed with, null where it is not framed, or is JSON anyway."""
    if value is None or value[:1] != b"\0" or len(value) <= FRAME_BYTES:
        return None
    if value[FRAME_BYTES:].lstrip(_WHITE).startswith(b"{"):
        return None
    return int.from_bytes(value[1:FRAME_BYTES], "big")


def frame(number: int) -> bytes:
    """The five bytes before a value of this schema."""
    return b"\0" + number.to_bytes(FRAME_BYTES - 1, "big")


class SchemaRegistry:
    """Schemas by their numbers, as a registry has them."""

    def __init__(self, url: str, auth: str | None = None, patience_s: float = PATIENCE_S) -> None:
        """`auth` is `user:password`."""
        self._url, self._patience_s = url.rstrip("/"), patience_s
        self._headers = {"Accept": _ACCEPT}
        if auth:
            self._headers["Authorization"] = f"Basic {b64encode(auth.encode()).decode()}"
        self._schemas: dict[int, Any] = {}

    async def json_of(self, value: bytes, number: int) -> bytes:
        """The record as JSON. Raises SchemaError, SchemaRegistryError."""
        if number not in self._schemas:
            self._schemas[number] = _parsed(number, await self._answer(number))
        return self.known_json_of(value, number) or b""

    def known_json_of(self, value: bytes, number: int) -> bytes | None:
        """The same where the schema has been asked for before, else null. Raises SchemaError."""
        schema = self._schemas.get(number)
        return None if schema is None else _decoded(value, number, schema)

    async def number_of(self, subject: str, schema: str, kind: str) -> int:
        """The number of a schema (`AVRO` or `JSON`) under a subject, where it is registered if it is not yet.

        Raises SchemaRegistryError where the registry takes no such schema under that subject.
        """
        asked = {"schema": schema, "schemaType": kind}
        # Asked first: who may not register schemas, as in most companies, is given what somebody registered.
        for path in (f"/subjects/{quote(subject, safe='')}", f"/subjects/{quote(subject, safe='')}/versions"):
            status, answer = await self._patiently(f"subject {subject}", "POST", path, asked)
            number = answer.get("id") if isinstance(answer, dict) else None
            if status == _OK and isinstance(number, int):
                return number
            if status != _NOT_FOUND:
                break
        told = str(answer.get("message") if isinstance(answer, dict) else answer)[:_ANSWER_CHARS]
        raise SchemaRegistryError(f"the schema registry refuses a schema of subject {subject}: HTTP {status}, {told}")

    async def _answer(self, number: int) -> Mapping[str, Any]:
        status, answer = await self._patiently(f"schema {number}", "GET", f"/schemas/ids/{number}")
        if status == _NOT_FOUND:
            raise SchemaError(f"$: expected a schema that the registry knows, got number {number}")
        if status in _CLIENT_FAULTS:
            raise SchemaRegistryError(f"the schema registry refuses schema {number}: HTTP {status}")
        if not isinstance(answer, dict) or not isinstance(answer.get("schema"), str):
            raise SchemaRegistryError(f"the schema registry has no schema in its answer on {number}")
        return answer

    async def _patiently(self, what: str, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer; asked again while there is none, or a fault of the server."""
        import aiohttp  # noqa: PLC0415  takes a tenth of a second, which who reads no Avro need not wait

        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self._patience_s, _FIRST_PAUSE_S
        while True:
            try:
                return await self._ask(method, path, content)
            except (aiohttp.ClientError, TimeoutError, json.JSONDecodeError) as error:
                if loop.time() + pause > deadline:
                    raise SchemaRegistryError(f"the schema registry gives no answer on {what}: {error}") from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _ask(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        import aiohttp  # noqa: PLC0415

        body = None if content is None else encode(content)
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session,
            session.request(
                method, f"{self._url}{path}", data=body, headers={"Content-Type": _SCHEMA_JSON} if body else None
            ) as response,
        ):
            raw = await response.read()
            if response.status in _CLIENT_FAULTS:
                try:
                    return response.status, json.loads(raw)
                except ValueError:  # a gateway's page
                    return response.status, None
            response.raise_for_status()
            return response.status, json.loads(raw)


def schema_registry(settings: Settings) -> SchemaRegistry | None:
    """The registry of the settings, if there is one. Raises SettingsError where the extra is missing."""
    if settings.schema_registry is None:
        return None
    try:
        import fastavro as _  # noqa: F401, PLC0415  an extra
    except ImportError as error:
        raise SettingsError("NEWSTAPE_SCHEMA_REGISTRY: expected the extra: pip install 'newstape[avro]'") from error
    auth = settings.schema_registry_auth
    return SchemaRegistry(settings.schema_registry, None if auth is None else auth.get_secret_value())


def _parsed(number: int, answer: Mapping[str, Any]) -> Any:
    import fastavro  # noqa: PLC0415  an extra

    kind = answer.get("schemaType") or "AVRO"
    if kind != "AVRO":
        raise SchemaError(f"$: expected Avro or JSON, got {str(kind)[:20]} by schema {number}")
    if answer.get("references"):
        raise SchemaError(f"$: expected a schema without references, got number {number}")
    try:
        return fastavro.parse_schema(json.loads(answer["schema"]))
    except Exception as error:  # whatever a broken schema raises, it is the schema's fault
        raise SchemaError(f"$: expected a schema of Avro, got number {number}: {str(error)[:200]}") from error


def _decoded(value: bytes, number: int, schema: Any) -> bytes:
    import fastavro  # noqa: PLC0415  an extra

    content = BytesIO(value)
    content.seek(FRAME_BYTES)
    try:
        found = fastavro.schemaless_reader(content, schema, None)
        left = len(value) - content.tell()
        plain = encode(_plain(found))
    except Exception as error:  # the reader raises what Python does: IndexError, EOFError, UnicodeDecodeError ...
        what = str(error)[:200] or type(error).__name__
        raise SchemaError(f"$: expected Avro by schema {number}, got {what}") from error
    if left:
        raise SchemaError(f"$: expected Avro by schema {number}, got {left:,} bytes more")
    return plain


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value if isinstance(value, _OF_JSON) else str(value)
