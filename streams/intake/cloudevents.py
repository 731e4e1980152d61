"""CloudEvents 1.0 around an article, by its Kafka protocol binding (https://github.com/cloudevents/spec).

Which mode a record is in:

- structured: header `content-type` starts with `application/cloudevents`, or the value is an object with `specversion`
  and `type`. The article is in `data`, or Base64-encoded in `data_base64`. Only the JSON format is read.
- batch (`application/cloudevents-batch`): refused, since the Kafka binding has no batches; a record is one article.
- binary: header `ce_specversion`. The value is the article; `content-type`, where given, must be JSON.
- none of these: the value is the article, whatever other headers there are.

Only one envelope is opened; an envelope inside another is refused, since it is no article. Two of the envelope's
attributes matter: `specversion` must be "1.0", and `subject` is the article's `uri` where the article has none of its
own. `id` does not serve as one: it names the event, so every version of an article would become another article.
"""

import binascii
from collections.abc import Callable
from typing import Any, Final

from schemas.taxonomy import RejectReason
from streams.intake.fields import Fields, shown, unexpected
from streams.intake.record import IntakeError
from streams.intake.wrapping import payload_of

_SPEC_VERSION: Final = "1.0"
_MEDIA_TYPE: Final = "application/cloudevents"
_BATCH: Final = "application/cloudevents-batch"
_JSON_FORMAT: Final = "application/cloudevents+json"

JsonReader = Callable[[bytes, str], Any]
"""Reads bytes as JSON; the second argument is their path in the record. Raises IntakeError."""


def unwrap(headers: tuple[tuple[str, bytes], ...], value: bytes, read_json: JsonReader) -> Fields:
    """The object that should be the article, without its envelope if it has one. Raises IntakeError."""
    if not headers:
        return open_if_envelope(_payload(value, read_json), read_json)
    texts = {name.lower(): raw for name, raw in headers if name.lower().startswith(("ce_", "content-type"))}
    content_type = _header(texts, "content-type")
    media_type = _media_type(content_type)
    if media_type.startswith(_MEDIA_TYPE):
        _require_json_format(media_type)
        return _open(_payload(value, read_json), read_json)
    if "ce_specversion" not in texts:
        return open_if_envelope(_payload(value, read_json), read_json)
    _require_version(texts)
    if media_type and not _is_json(media_type):
        raise unexpected("content-type", "JSON", shown(content_type))
    fields = open_if_envelope(_payload(value, read_json), read_json)
    return _named(fields, _header(texts, "ce_subject"))


def _header(headers: dict[str, bytes], name: str) -> str | None:
    raw = headers.get(name)
    if raw is None:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        got = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise unexpected(name, "UTF-8", got, RejectReason.NOT_UTF8) from error


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    return media_type.endswith(("/json", "+json"))


def _require_json_format(media_type: str) -> None:
    if media_type.startswith(_BATCH):
        raise unexpected("content-type", "one CloudEvent a record", f"a batch, {shown(media_type)}")
    if media_type != _JSON_FORMAT:
        raise unexpected("content-type", _JSON_FORMAT, shown(media_type))


def _require_version(headers: dict[str, bytes]) -> None:
    version = _header(headers, "ce_specversion")
    if version != _SPEC_VERSION:
        raise unexpected("ce_specversion", f'"{_SPEC_VERSION}"', shown(version))


def _payload(value: bytes, read_json: JsonReader) -> Fields:
    """The object in the record's value. Kafka Connect's envelope may hold it as an object or as a string of JSON."""
    payload, path = payload_of(read_json(value, "$"), "$")
    if isinstance(payload, str) and path != "$":
        payload = read_json(payload.encode(), path)
    return _object(payload, path)


def _object(value: object, path: str) -> Fields:
    if not isinstance(value, dict):
        raise unexpected(path, "object", shown(value))
    return Fields(values=value, path=path)


def open_if_envelope(fields: Fields, read_json: JsonReader) -> Fields:
    """The object inside, if this one is a structured envelope, else this one. Raises IntakeError."""
    is_envelope = "specversion" in fields.values and "type" in fields.values
    return _open(fields, read_json) if is_envelope else fields


def _open(envelope: Fields, read_json: JsonReader) -> Fields:
    if envelope.values.get("specversion") != _SPEC_VERSION:
        raise envelope.unexpected("specversion", f'"{_SPEC_VERSION}"')
    data_type = envelope.text("datacontenttype")
    if data_type is not None and not _is_json(_media_type(data_type)):
        raise envelope.unexpected("datacontenttype", "JSON")
    return _named(_data(envelope, read_json), envelope.text("subject"))


def _data(envelope: Fields, read_json: JsonReader) -> Fields:
    encoded = envelope.text("data_base64")
    if encoded is None:
        if not envelope.has("data"):
            raise envelope.unexpected("data", "an article")
        return _object(envelope.values["data"], "$.data")
    if envelope.has("data"):
        raise envelope.unexpected("data_base64", "nothing beside data")
    try:
        raw = binascii.a2b_base64(encoded, strict_mode=True)
    except (ValueError, binascii.Error):
        raise envelope.unexpected("data_base64", "Base64") from None
    if not raw:
        raise IntakeError(RejectReason.EMPTY, "$.data_base64: expected an article, got no bytes")
    return _object(read_json(raw, "$.data_base64"), "$.data_base64")


def _named(fields: Fields, subject: str | None) -> Fields:
    """The article with the envelope's subject as its uri, if it has no uri of its own."""
    is_named = fields.has("uri") or (fields.has("guid") and not fields.has("published_at"))
    if subject is None or is_named:
        return fields
    return Fields(values={**fields.values, "uri": subject}, path=fields.path)
