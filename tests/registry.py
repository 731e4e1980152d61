"""A schema registry on this machine: the answers that Confluent documents for its API, over real HTTP."""

import asyncio
import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import fastavro
from aiohttp import web

ARTICLE: Final[Mapping[str, Any]] = {
    "type": "record",
    "name": "Article",
    "namespace": "com.example.wire",
    "fields": [
        {"name": "uri", "type": "string"},
        {"name": "published_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "headline", "type": ["null", "string"], "default": None},
        {"name": "body", "type": "string"},
        {"name": "language", "type": {"type": "enum", "name": "Language", "symbols": ["en", "ja"]}},
        {"name": "version", "type": ["null", "int"], "default": None},
        {"name": "subjects", "type": {"type": "array", "items": "string"}, "default": []},
        {"name": "checksum", "type": "bytes", "default": ""},
    ],
}


def framed(number: int, fields: Mapping[str, Any], schema: Mapping[str, Any] = ARTICLE) -> bytes:
    """A record as Confluent's serialisers write it: a zero byte, the schema's number, Avro."""
    content = BytesIO()
    fastavro.schemaless_writer(content, fastavro.parse_schema(dict(schema)), dict(fields))
    return b"\0" + number.to_bytes(4, "big") + content.getvalue()


@dataclass(slots=True)
class Answers:
    """What the registry answers, and what it was asked."""

    url: str = ""
    """Where it listens."""
    by_number: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """Answers by schema number; the others are not found."""
    failing: int = 0
    """So many requests are answered by an error of the server first."""
    auth: str | None = None
    """`user:password` that it asks for."""
    asked: list[int] = field(default_factory=list)
    """Numbers asked for, in order."""
    subjects: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Numbers of what is registered, by subject, schema and kind."""
    locked: bool = False
    """Nobody may register a schema."""

    def add(self, number: int, schema: Mapping[str, Any], **more: Any) -> None:
        """Know a schema."""
        self.by_number[number] = {"schema": json.dumps(schema), **more}

    def register_schema(self, subject: str, schema: str, kind: str) -> int:
        """Register a schema under a subject; the same schema has the same number everywhere."""
        numbers = [number for (_, text, of), number in self.subjects.items() if (text, of) == (schema, kind)]
        number = numbers[0] if numbers else 1 + max(self.by_number, default=0)
        self.by_number[number] = {"schema": schema, **({} if kind == "AVRO" else {"schemaType": kind})}
        self.subjects[subject, schema, kind] = number
        return number

    async def look_up(self, request: web.Request) -> web.Response:
        """`POST /subjects/{subject}`: whether a schema is registered there."""
        content = await request.json()
        found = self.subjects.get((request.match_info["subject"], content["schema"], content["schemaType"]))
        if found is None:
            return web.json_response({"error_code": 40403, "message": "Schema not found"}, status=404)
        return web.json_response({"subject": request.match_info["subject"], "id": found, "version": 1})

    async def register(self, request: web.Request) -> web.Response:
        """`POST /subjects/{subject}/versions`."""
        if self.locked:
            return web.json_response({"error_code": 403, "message": "read only"}, status=403)
        content = await request.json()
        number = self.register_schema(request.match_info["subject"], content["schema"], content["schemaType"])
        return web.json_response({"id": number})

    async def answer(self, request: web.Request) -> web.Response:
        """`GET /schemas/ids/{number}`."""
        number = int(request.match_info["number"])
        self.asked.append(number)
        if self.auth is not None and request.headers.get("Authorization") != _basic(self.auth):
            return web.json_response({"error_code": 401, "message": "Unauthorized"}, status=401)
        if self.failing:
            self.failing -= 1
            return web.json_response({"error_code": 50001, "message": "Error in the backend"}, status=500)
        found = self.by_number.get(number)
        if found is None:
            return web.json_response({"error_code": 40403, "message": f"Schema {number} not found"}, status=404)
        return web.json_response(found, content_type="application/vnd.schemaregistry.v1+json")


def _basic(auth: str) -> str:
    return f"Basic {b64encode(auth.encode()).decode()}"


@contextmanager
def registry() -> Iterator[Answers]:
    """A registry that listens, in a thread of its own, while the block runs."""
    answers, started, loop = Answers(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/schemas/ids/{number}", answers.answer)
        app.router.add_post("/subjects/{subject}", answers.look_up)
        app.router.add_post("/subjects/{subject}/versions", answers.register)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        answers.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(serve())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, name="registry")
    thread.start()
    try:
        if not started.wait(20):
            raise TimeoutError("the registry does not listen")
        yield answers
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
