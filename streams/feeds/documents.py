"""From the bytes of a feed to its items: the envelope opened, one item an article, still in the vendor's form."""

import io
from dataclasses import dataclass
from typing import Any, Final

from schemas.taxonomy import RejectReason
from schemas.wire import encode
from streams.feeds.elements import Element, read_xml
from streams.feeds.mapping import Format, Mapping
from streams.feeds.paths import Path, paths_of
from streams.intake import MAX_CONTAINERS, read_json
from streams.intake.cloudevents import open_if_envelope
from streams.intake.fields import Fields, shown, unexpected
from streams.intake.wrapping import payload_of
from streams.markup.html import text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a document may hold, so that no record takes long."""

    containers: int = MAX_CONTAINERS
    """Arrays and objects of JSON."""
    elements: int = 10_000
    """Elements of XML."""
    marks: int = 4_000
    """Signs that markup begins with, in RSS and Atom: feedparser takes 10 us for one."""


OF_A_RECORD: Final = Limits()
OF_A_FILE: Final = Limits(containers=5_000_000, elements=5_000_000, marks=10_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article in the vendor's form."""

    path: str
    """Where it stands in its record or file: `$.articles[2]`."""
    value: Any
    """The article as a tree: objects of JSON, or elements."""

    @property
    def raw(self) -> bytes:
        """The article as a record of its own."""
        return self.value.xml.encode() if isinstance(self.value, Element) else encode(self.value)


def items_of(raw: bytes, mapping: Mapping, limits: Limits = OF_A_RECORD) -> list[Item]:
    """The items in the bytes of a feed. Raises IntakeError."""
    match mapping.format:
        case Format.JSON:
            return _in_json(_json(raw, limits), mapping)
        case Format.XML:
            return _in_xml(read_xml(raw, limits.elements), mapping)
        case Format.RSS:
            return _in_rss(raw, limits)


# ---- JSON


def _json(raw: bytes, limits: Limits) -> Any:
    """The value, taken out of Kafka Connect's and CloudEvents' envelopes."""

    def read(data: bytes, path: str) -> Any:
        return read_json(data, path, limits.containers)

    found, path = payload_of(read(raw, "$"), "$")
    if isinstance(found, str) and path != "$":
        found = read(found.encode(), path)
    return open_if_envelope(Fields(values=found), read).values if isinstance(found, dict) else found


def _in_json(document: Any, mapping: Mapping) -> list[Item]:
    if isinstance(document, list):
        return _objects(document, "$")
    for path in paths_of(mapping.items):
        holders = path.find(document)
        if holders or _is_there(document, path):
            return _objects(holders, f"$.{path.place}")
    return _objects([document], None)


def _is_there(document: Any, path: Path) -> bool:
    """Whether an array stands there that has nothing in it."""
    for step in path.steps:
        if not isinstance(document, dict) or step.name not in document:
            return False
        document = document[step.name]
    return isinstance(document, list)


def _objects(values: list[Any], path: str | None) -> list[Item]:
    for at, value in enumerate(values):
        if not isinstance(value, dict):
            raise unexpected("$" if path is None else f"{path}[{at}]", "object", shown(value))
    return [Item(path="$" if path is None else f"{path}[{at}]", value=value) for at, value in enumerate(values)]


# ---- XML


def _in_xml(root: Element, mapping: Mapping) -> list[Item]:
    document = Element("", {}, [root])
    for path in paths_of(mapping.items):
        found = path.find(document)
        if found:
            return [Item(path=f"$.{path.place}[{at}]", value=value) for at, value in enumerate(found)]
    expected = " or ".join(path.text for path in paths_of(mapping.items))
    raise unexpected("$", f"XML with {expected}", f"<{root.name[:60]}>")


# ---- RSS and Atom


def _in_rss(raw: bytes, limits: Limits) -> list[Item]:
    if raw.lstrip()[:1] == b"{":  # an entry as `Item.raw` writes it
        return _objects([read_json(raw, "$", limits.containers)], None)
    marks = raw.count(b"<") + raw.count(b"&")
    if marks > limits.marks:
        raise unexpected("$", f"at most {limits.marks:,} tags and references", f"{marks:,}", RejectReason.NOT_XML)
    import feedparser  # noqa: PLC0415  it and what it needs take a tenth of a second, and most workers read no RSS

    # Bytes that are not wrapped are taken for the name of a file. What is HTML becomes text here, by its own reader.
    document = feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    if not document.version and not document.entries:
        raise unexpected("$", "RSS or Atom", "something else", RejectReason.NOT_XML)
    about = _entry(document.feed)
    return [
        Item(path=f"$.entries[{at}]", value={**_entry(entry), "feed": about})
        for at, entry in enumerate(document.entries)
    ]


_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


def _entry(entry: Any) -> dict[str, Any]:
    """What feedparser has found as plain JSON, its texts without markup."""
    fields = {name: _plain(value) for name, value in dict.items(entry) if not name.endswith(("_parsed", "_detail"))}
    for name, value in fields.items():
        kind = dict.get(entry, f"{name}_detail")
        if isinstance(value, str) and kind is not None and kind.get("type") in _HTML:
            fields[name] = text_of(value)
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        plain = {name: _plain(each) for name, each in dict.items(value)}
        if isinstance(plain.get("value"), str) and plain.get("type") in _HTML:
            plain["value"] = text_of(plain["value"])
        return plain
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # half of a pair, as `&#xD800;` makes one, is no character
    return value if isinstance(value, int | float | bool | None) else str(value)
