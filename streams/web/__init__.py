"""The views of a worker: REST over aiohttp, the same from every worker wherever the state lives."""

from streams.web.server import Views

__all__ = ["Views"]
