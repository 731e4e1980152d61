"""XML as a tree of elements, read without what makes XML dangerous.

No entity of a document's own is expanded and nothing outside it is fetched (`defusedxml`); how deep elements stand in
each other and how many there are is limited. Names are without their namespaces, since feeds use one vocabulary each
and writers choose prefixes as they like. The named characters of HTML (`&eacute;`) are read where a document type is
declared, as NITF's is: its own list of them stands in a file that is not fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from typing import Any, Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from schemas.taxonomy import RejectReason
from streams.intake.fields import unexpected
from streams.intake.record import IntakeError

MAX_DEPTH: Final = 100

_CHARACTERS: Final = {name.removesuffix(";"): character for name, character in html5.items() if name.endswith(";")}


@dataclass(slots=True)
class Element:
    """An element with its attributes and its content in order."""

    name: str
    attributes: dict[str, str]
    content: list["str | Element"] = field(default_factory=list)

    def named(self, name: str) -> list["Element"]:
        """The child elements of this name."""
        return [each for each in self.content if isinstance(each, Element) and each.name == name]

    @property
    def text(self) -> str:
        """All characters in it, without tags."""
        return "".join(self._characters())

    @property
    def markup(self) -> str:
        """What stands in it as XML, its own tag aside."""
        return "".join(escape(each, quote=False) if isinstance(each, str) else each.xml for each in self.content)

    @property
    def xml(self) -> str:
        """The element as XML."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.name}{attributes}>{self.markup}</{self.name}>"

    def _characters(self) -> Iterator[str]:
        for each in self.content:
            if isinstance(each, str):
                yield each
            else:
                yield from each._characters()


def read_xml(raw: bytes, max_elements: int) -> Element:
    """The root element. Raises IntakeError."""
    builder = _Builder(max_elements)
    try:
        parser = DefusedXMLParser(target=builder, forbid_dtd=False)
        parser.entity.update(_CHARACTERS)
        parser.feed(raw)
        parser.close()
    except IntakeError:
        raise
    except DefusedXmlException as error:
        raise unexpected("$", "XML without entities of its own", _first_line(error), RejectReason.NOT_XML) from error
    except (ParseError, ValueError, LookupError) as error:  # the latter: no encoding that is known
        raise unexpected("$", "XML", _first_line(error), RejectReason.NOT_XML) from error
    if builder.root is None:
        raise unexpected("$", "XML", "no element", RejectReason.NOT_XML)
    return builder.root


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


class _Builder:
    """What the parser tells of the document, as a tree."""

    def __init__(self, max_elements: int) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._left = self._max = max_elements

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._left -= 1
        if self._left < 0:
            raise unexpected("$", f"XML of at most {self._max:,} elements", "more", RejectReason.NOT_XML)
        if len(self._open) >= MAX_DEPTH:
            raise unexpected("$", f"XML of at most {MAX_DEPTH} levels", "more", RejectReason.NOT_XML)
        element = Element(_local(tag), {_local(name): value for name, value in attributes.items()})
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].content.append(text)

    def close(self) -> Any:
        return self.root


def _local(name: str) -> str:
    return name.rpartition("}")[2]
