"""The views as values: what each is called, takes and answers. Server and `/openapi.json` are both made from them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

View = Callable[[Any, web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a view."""

    name: str
    """Its name."""
    description: str
    """What it means."""
    schema: dict[str, Any]
    """JSON Schema of its value."""
    place: str = "query"
    """query, path or header."""
    example: Any = None
    """A value that works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One view."""

    path: str
    """Path as OpenAPI writes it: `/indices/{id}`."""
    view: View
    """Method of `Views`."""
    summary: str
    """What it answers, in a few words."""
    answer: type | str
    """Class of its JSON answer, or the media type where it is not JSON."""
    parameters: tuple[Parameter, ...] = ()
    """What it takes."""
    faults: tuple[int, ...] = ()
    """Statuses of its faults, beside 401, which all but health may answer."""
    description: str = ""
    """More about it."""
    is_open: bool = False
    """Whether it asks for no token."""
    tail: frozenset[str] = field(default_factory=frozenset)
    """Path parameters that may hold slashes."""

    @property
    def pattern(self) -> str:
        """The path as aiohttp writes it."""
        path = self.path
        for name in self.tail:
            path = path.replace(f"{{{name}}}", f"{{{name}:.+}}")
        return path
