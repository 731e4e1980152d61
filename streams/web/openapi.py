"""The OpenAPI 3.1 document, made from the routes and the classes of their answers."""

from collections.abc import Iterable
from typing import Any, Final

from streams.contract.json_schema import components
from streams.web.access import COOKIE
from streams.web.answers import Fault
from streams.web.routes import Parameter, Route

_FAULTS: Final = {
    400: "A parameter is wrong; the reason names it and what was expected.",
    401: "The token is missing or wrong.",
    404: "There is no such thing.",
    503: "Partitions move between workers, Kafka does not answer or there are too many clients; ask again in a moment.",
}
_REFERENCE: Final = "#/components/schemas/{name}"


def document(routes: Iterable[Route], version: str, *, asks_for_token: bool) -> dict[str, Any]:
    """The document of these routes, at this version of newstape."""
    routes = list(routes)
    kinds = [route.answer for route in routes if isinstance(route.answer, type)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newstape",
            "version": version,
            "summary": "Rolling index counts and market events from news, as JSON and Server-Sent Events.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {route.path: {"get": _operation(route, asks_for_token=asks_for_token)} for route in routes},
        "components": {
            "schemas": components([*kinds, Fault], _REFERENCE),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "NEWSTAPE_WEB_TOKEN, where it is set."},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by POST /login."},
            },
        },
    }


def _operation(route: Route, *, asks_for_token: bool) -> dict[str, Any]:
    asks = asks_for_token and not route.is_open
    statuses = sorted({*route.faults, *([401] if asks else [])})
    operation: dict[str, Any] = {
        "operationId": route.view,
        "summary": route.summary,
        "parameters": [_parameter(parameter) for parameter in route.parameters],
        "responses": {
            "200": {"description": route.summary, "content": _content(route.answer)},
            **{str(status): {"description": _FAULTS[status], "content": _content(Fault)} for status in statuses},
        },
        "security": [{"token": []}, {"session": []}] if asks else [],
    }
    if route.description:
        operation["description"] = route.description
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required or parameter.place == "path",
        "schema": parameter.schema,
    }
    if parameter.schema.get("type") == "array":
        described |= {"style": "form", "explode": True}
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _content(answer: type | str) -> dict[str, Any]:
    if isinstance(answer, str):
        return {answer: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(name=answer.__name__)}}}
