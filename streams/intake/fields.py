"""The fields of a JSON object, read one by one with strict types; an error names the path of the first wrong field.

A null is the same as a missing field. Nothing is trimmed or shortened. Several spellings are accepted only where feeds
use them for one meaning: times (`date_time`), languages (`language_tag`), the spelling of a status and versions in
quotes. There are limits because headline, source, url and subjects are repeated in every message about the article: one
article must not become a thousand huge messages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from schemas.taxonomy import RejectReason, Status
from schemas.wire import encode
from streams.intake import date_time, language_tag
from streams.intake.language_tag import MAX_LANGUAGE_CHARS
from streams.intake.record import IntakeError

MAX_URI_CHARS: Final = 2_048
MAX_URL_CHARS: Final = 4_096
MAX_HEADLINE_CHARS: Final = 4_096
MAX_SOURCE_CHARS: Final = 512
MAX_SUBJECT_CHARS: Final = 256
MAX_ITEMS: Final = 256

# Clocks of producers run ahead, and time zones get mixed up: up to a day is accepted, more can't be right.
FUTURE_TOLERANCE: Final = timedelta(hours=24)
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)

# Up to here a version stays exact in consumers that read JSON numbers as doubles.
MAX_VERSION: Final = 2**53 - 1

# This much of a value is enough to recognise it by; a detail travels as a header and must be short.
_SHOWN_CHARS: Final = 60

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# White space, control characters and marks without width (zero-width space, byte order mark ...) can't be seen.
_VISIBLE: Final = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")

_DIGITS: Final = re.compile(r"[0-9]+")

_STATUSES: Final[Mapping[str, Status]] = {**{status.value: status for status in Status}, "cancelled": Status.CANCELED}

_JSON_TYPES: Final[Mapping[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
}


def shown(value: object) -> str:
    """A JSON value as a detail shows it: short and on one line; of an object or array only the type."""
    if isinstance(value, str):
        return encode(value[:_SHOWN_CHARS]).decode() + ("..." if len(value) > _SHOWN_CHARS else "")
    if isinstance(value, dict | list):
        return _JSON_TYPES[type(value)]
    return encode(value).decode()


def unexpected(path: str, expected: str, got: str, reason: RejectReason = RejectReason.SCHEMA) -> IntakeError:
    """The error that says what was expected at `path` and what was there instead."""
    return IntakeError(reason, f"{path}: expected {expected}, got {got}")


def _date_time(written: object) -> str:
    """What was expected of a date-time, with a hint at what the `written` one lacks."""
    if isinstance(written, str):
        lacks = date_time.lacks(written)
        return f"RFC 3339 date-time{f' with {lacks}' if lacks else ''}, such as {date_time.EXAMPLE}"
    if type(written) in (int, float):
        return (
            f"RFC 3339 date-time, such as {date_time.EXAMPLE}, or an epoch of 10 digits (seconds) or 13 (milliseconds)"
        )
    return f"RFC 3339 date-time, such as {date_time.EXAMPLE}"


def uri_of(text: str, path: str) -> str:
    """`text`, if it can name an article: one line of 1 to 2,048 characters, not all blank. Raises IntakeError."""
    if len(text) > MAX_URI_CHARS:
        raise unexpected(path, f"at most {MAX_URI_CHARS:,} characters", f"{len(text):,}")
    if _CONTROL.search(text) is not None:
        raise unexpected(path, "a uri without control characters", shown(text))
    if not is_visible(text):
        raise unexpected(path, "a uri that is not empty", shown(text))
    return text


def is_visible(text: str) -> bool:
    """Whether `text` has a character that a reader can see."""
    return _VISIBLE.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A JSON object and its path. The methods raise IntakeError with the path of the field that they read."""

    values: Mapping[str, Any]
    """The object as read."""
    path: str = "$"
    """Its JSON path in the record."""

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(name) is not None

    def first_of(self, *names: str) -> str:
        """Of several spellings of a field's name, the first that is there; if none is, the first of all."""
        return next((name for name in names if self.has(name)), names[0])

    def unexpected(self, name: str, expected: str, reason: RejectReason = RejectReason.SCHEMA) -> IntakeError:
        """The error that says what was expected of a field and what it holds."""
        got = shown(self.values[name]) if name in self.values else "nothing"
        return unexpected(f"{self.path}.{name}", expected, got, reason)

    def typed(self, name: str, kind: type) -> Any:
        """The field's value, exactly of type `kind` (so a boolean is no integer), or None."""
        value = self.values.get(name)
        if value is None or type(value) is kind:
            return value
        raise self.unexpected(name, _JSON_TYPES[kind])

    def text(self, name: str, max_chars: int | None = None) -> str | None:
        """A string as it stands, or None."""
        text: str | None = self.typed(name, str)
        if text is not None and max_chars is not None and len(text) > max_chars:
            raise unexpected(f"{self.path}.{name}", f"at most {max_chars:,} characters", f"{len(text):,}")
        return text

    def uri(self, name: str = "uri") -> str:
        """The required field of that name, which identifies the article."""
        text = self.text(name)
        if text is None:
            raise self.unexpected(name, "string")
        return uri_of(text, f"{self.path}.{name}")

    def moment(self, name: str) -> datetime | None:
        """A date-time in UTC, from 1900 on, in one of the forms of `date_time`, or None."""
        written = self.values.get(name)
        if written is None:
            return None
        time = None
        if isinstance(written, str):
            time = date_time.parse(written)
        elif type(written) in (int, float):
            time = date_time.epoch(written)
        if time is None:
            raise self.unexpected(name, _date_time(written))
        if time < EARLIEST:
            raise self.unexpected(name, f"a time from {EARLIEST.year} on")
        return time

    def time(self, name: str, now: datetime) -> datetime | None:
        """As `moment`, but at most 24 hours after `now`."""
        time = self.moment(name)
        if time is not None and time - now > FUTURE_TOLERANCE:
            expected = f"at most 24 hours after the record's {now.isoformat()}"
            raise self.unexpected(name, expected, RejectReason.FUTURE_TIMESTAMP)
        return time

    def required_time(self, name: str, now: datetime) -> datetime:
        """As `time`, but the field must be there."""
        time = self.time(name, now)
        if time is None:
            raise self.unexpected(name, _date_time(None))
        return time

    def status(self, name: str) -> Status:
        """`usable` (also where the field is missing), `withheld` or `canceled`; any case, and `cancelled`, will do."""
        text: str | None = self.typed(name, str)
        if text is None:
            return Status.USABLE
        status = _STATUSES.get(text.lower())
        if status is None:
            raise self.unexpected(name, " | ".join(Status))
        return status

    def version(self) -> int | None:
        """`version`: a whole number from 1 to 2**53 - 1, in quotes too, or None."""
        written = self.values.get("version")
        number = self.digits("version") if isinstance(written, str) else written
        if number is None and written is None:
            return None
        if type(number) is int and 1 <= number <= MAX_VERSION:
            return number
        raise self.unexpected("version", "a whole number from 1 to 2**53 - 1")

    def digits(self, name: str) -> int | None:
        """The number that a string of digits writes, 2**53 for any above 2**53 - 1; None for another string."""
        text: str = self.values[name]
        if _DIGITS.fullmatch(text) is None:
            return None
        significant = text.lstrip("0") or "0"
        return int(significant) if len(significant) <= len(str(MAX_VERSION)) else MAX_VERSION + 1

    def language(self) -> str | None:
        """`language`: a BCP 47 tag in its usual case, or None where the field is missing or names no language."""
        text: str | None = self.typed("language", str)
        if text is None or language_tag.says_nothing(text):
            return None
        tag = language_tag.normalise(text) if len(text) <= MAX_LANGUAGE_CHARS else None
        if tag is None:
            raise self.unexpected("language", "a language tag such as en or ja-JP, or a language's name")
        return tag

    def items(self, name: str, kind: type) -> list[Any]:
        """An array of at most 256 items, all of type `kind`; empty where the field is left out."""
        values: list[Any] = self.typed(name, list) or []
        if len(values) > MAX_ITEMS:
            raise unexpected(f"{self.path}.{name}", f"at most {MAX_ITEMS} items", f"{len(values):,}")
        for at, value in enumerate(values):
            if type(value) is not kind:
                raise unexpected(f"{self.path}.{name}[{at}]", _JSON_TYPES[kind], shown(value))
        return values

    def objects(self, name: str) -> list["Fields"]:
        """An array of at most 256 objects; empty where the field is left out."""
        values = self.items(name, dict)
        return [Fields(values=value, path=f"{self.path}.{name}[{at}]") for at, value in enumerate(values)]

    def subject_codes(self, name: str, codes: list[str]) -> tuple[str, ...]:
        """The subject codes found in field `name`. Raises IntakeError if one is too long."""
        longest = max(map(len, codes), default=0)
        if longest > MAX_SUBJECT_CHARS:
            expected = f"subjects of at most {MAX_SUBJECT_CHARS} characters"
            raise unexpected(f"{self.path}.{name}", expected, f"{longest:,}")
        return tuple(codes)

    def require_text(self, name: str, article_texts: tuple[str, str], status: Status) -> None:
        """Refuses a usable article with nothing to read in headline and body; `name` is the body's field."""
        if status is Status.USABLE and not any(map(is_visible, article_texts)):
            detail = f"{self.path}.{name}: expected text in headline or body, got none"
            raise IntakeError(RejectReason.EMPTY, detail)
