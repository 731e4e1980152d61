"""One record of every form that articles come in, and what becomes of it: push, worker and fuzzer share the table."""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import cramjam

from schemas.taxonomy import RejectReason

TEXT: Final = "The Nikkei 225 rose 1.2% to close at 50,367.38 on Friday."
TIME: Final = "2026-11-20T06:30:00Z"

NATIVE: Final[Mapping[str, Any]] = {"published_at": TIME, "headline": "Nikkei climbs", "body": TEXT, "language": "en"}
SUPERDESK: Final[Mapping[str, Any]] = {
    "type": "text",
    "version": "3",
    "versioncreated": "2026-11-20T06:30:00+0000",
    "firstcreated": "2026-11-20T06:30:00+0000",
    "pubstatus": "usable",
    "headline": "Nikkei climbs",
    "body_html": f"<p>{TEXT}</p>",
    "language": "en",
    "subject": [{"code": "04000000", "name": "economy"}],
}
NINJS_1_6: Final[Mapping[str, Any]] = {
    "type": "text",
    "versioncreated": TIME,
    "headline_main": "Nikkei climbs",
    "body_main": TEXT,
}
NINJS_3: Final[Mapping[str, Any]] = {
    "type": "composite",
    "versionCreated": TIME,
    "pubStatus": "usable",
    "headlines": [{"role": "main", "value": "Nikkei climbs"}],
    "bodies": [{"role": "main", "contentType": "text/html", "value": f"<p>{TEXT}</p>"}],
    "associations": [{"uri": "urn:photo", "type": "picture"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A record of one form."""

    name: str
    """Its name, the last part of its article's uri."""
    value: bytes
    """The record's value."""
    headers: tuple[tuple[str, bytes], ...] = ()
    """The record's headers; a line of a file has none."""
    reason: RejectReason | None = None
    """Why it is a dead letter; null where it is an article."""

    @property
    def uri(self) -> str:
        """Its article's uri."""
        return f"urn:form:{self.name}"


def _form(name: str, fields: Mapping[str, Any], *, named: str = "uri", reason: RejectReason | None = None) -> Form:
    return Form(name=name, value=_json({named: f"urn:form:{name}", **fields}), reason=reason)


def _json(fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def _event(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {"specversion": "1.0", "type": "wire.article", "source": "/wire", "id": name}
    return {**attributes, "subject": f"urn:form:{name}", **data}


def _native(name: str) -> bytes:
    return _json({"uri": f"urn:form:{name}", **NATIVE})


# What a file can hold as well as a topic: all that is told by the value.
BY_VALUE: Final = (
    _form("native", NATIVE),
    _form("no-colon", {**NATIVE, "published_at": "2026-11-20T06:30:00+0000"}),
    _form("space", {**NATIVE, "published_at": "2026-11-20 06:30 UTC"}),
    _form("mail", {**NATIVE, "published_at": "Fri, 20 Nov 2026 06:30:00 GMT"}),
    _form("seconds", {**NATIVE, "published_at": 1795156200}),
    _form("milliseconds", {**NATIVE, "published_at": 1795156200000}),
    _form("quoted-version", {**NATIVE, "version": "2"}),
    _form("english", {**NATIVE, "language": "English"}),
    _form("und", {**NATIVE, "language": "und"}),
    _form("cancelled", {**NATIVE, "status": "Cancelled"}),
    _form("superdesk", SUPERDESK, named="guid"),
    _form("ninjs-1.6", NINJS_1_6),
    _form("ninjs-3-composite", NINJS_3),
    Form(name="structured", value=_json(_event("structured", {"data": NATIVE}))),
    Form(name="encoded", value=_json(_event("encoded", {"data_base64": b64encode(_json({**NATIVE})).decode()}))),
    Form(name="connect", value=_json({"schema": {"type": "struct"}, "payload": json.loads(_native("connect"))})),
    Form(
        name="connect-string",
        value=_json({"schema": {"type": "string"}, "payload": _native("connect-string").decode()}),
    ),
    Form(name="framed", value=b"\0\0\0\0\x2a" + _native("framed")),
    Form(name="marked", value=b"\xef\xbb\xbf" + _native("marked")),
    _form("no-zone", {**NATIVE, "published_at": "2026-11-20T06:30:00"}, reason=RejectReason.SCHEMA),
    _form("day-only", {**NATIVE, "published_at": "2026-11-20"}, reason=RejectReason.SCHEMA),
    _form("no-language", {**NATIVE, "language": "xx"}, reason=RejectReason.SCHEMA),
    _form("picture", {**NINJS_1_6, "type": "picture"}, reason=RejectReason.SCHEMA),
    _form("embargoed", {**NATIVE, "embargoed": "2126-11-20T06:30:00+0000"}, reason=RejectReason.EMBARGOED),
    _form("blank", {**NATIVE, "headline": " ", "body": ""}, reason=RejectReason.EMPTY),
    Form(name="avro", value=b"\0\0\0\0\x2a\x1eurn:form:avro", reason=RejectReason.NOT_JSON),
    Form(name="broken", value=b'{"uri": "urn:form:broken"', reason=RejectReason.NOT_JSON),
)

# What is told by the record's headers.
BY_HEADER: Final = (
    Form(
        name="binary",
        value=_json(NATIVE),
        headers=(("ce_specversion", b"1.0"), ("ce_subject", b"urn:form:binary"), ("content-type", b"application/json")),
    ),
    Form(name="gzip", value=gzip.compress(_native("gzip"), mtime=0), headers=(("content-encoding", b"gzip"),)),
    Form(name="zstd", value=bytes(cramjam.zstd.compress(_native("zstd"))), headers=(("content-encoding", b"zstd"),)),
    Form(
        name="packed-event",
        value=gzip.compress(_json(NATIVE), mtime=0),
        headers=(
            ("content-encoding", b"gzip"),
            ("ce_specversion", b"1.0"),
            ("ce_subject", b"urn:form:packed-event"),
        ),
    ),
    Form(
        name="bomb",
        value=gzip.compress(bytes(1_048_576), mtime=0) * 200,
        headers=(("content-encoding", b"gzip"),),
        reason=RejectReason.TOO_LARGE,
    ),
)
