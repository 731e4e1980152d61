"""What a reader sees of an article: headline and body without markup, and the way back to the text as received.

Texts come with tags, character references, soft hyphens, zero-width and full-width characters. All readers of
extraction read the view, in which these are gone; `received` leads a span of it back to the characters that stand in
the article, and evidence is quoted from there.

A `<` is often no tag: "Hong Kong shares <.HSI>", "ORANGE <OJAY>", "x < y". What counts as a tag has a name of HTML in
small letters, attributes, a slash, or somewhere in the text a closing tag of its name. A reference to no character
("AT&T;") stays. Time is linear in the text: no pattern reaches beyond the next `<`, and what an element that is not
read closes with is searched once for each name.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from schemas import Article
from schemas.taxonomy import Field
from streams.extract.text.places import Place
from streams.extract.text.words import word_set
from streams.markup.html import BREAKS, NOT_READ, REFERENCE, character

# Inline elements of HTML; those that break lines are in `BREAKS`.
_INLINE: Final = word_set(
    """
    a abbr acronym audio b bdi bdo big button cite code data del dfn em font g i iframe img input ins kbd label link
    mark meta nobr noscript object picture q s samp script small source span strike strong style sub sup svg tbody
    tfoot thead time title tt u var video wbr
    """
)

_ELEMENTS: Final = _INLINE | {name.removeprefix("/") for name in BREAKS} | set(NOT_READ)

# Soft hyphen, zero-width and direction marks, byte order mark, variation selectors.
_INVISIBLE: Final = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"

# The characters with which something hidden begins stand first as a set, which the engine scans for.
_HIDDEN: Final = re.compile(
    rf"""
    (?=[&<!\[\]▲△▼▽↑↓{_INVISIBLE}]) (?:
    &(?:amp;)*{REFERENCE}                                                       # 1-3: &amp; and &amp;amp; are "&"
    | <(?:(?P<comment>!--) | [!?][^<>]*+>
        | (?P<slash>/?)(?P<name>[a-zA-Z][\w:.-]*+)
          (?P<attributes>(?>(?:[^<>"'=]++|=\s*+(?:"[^"<]*+"|'[^'<]*+')?|["'])*))>)
    | [{_INVISIBLE}]++
    | (?P<arrow>[▲△▼▽↑↓]) (?: (?=[0-9]) | \s(?=[0-9][0-9.,]{{0,12}}\s?%) )
    | !?\[(?=[^\[\]\n]{{1,200}}\]\((?:https?://|/)[^\s()<>]{{1,500}}\)) | \]\((?:https?://|/)[^\s()<>]{{1,500}}\)
    )
    """,
    re.VERBOSE,
)
_IS_INVISIBLE: Final = re.compile(f"[{_INVISIBLE}]")
_AND: Final = "&amp;"
_CLOSING: Final = re.compile(r"</([a-zA-Z][\w:.-]*+)")
_COMMENT_END: Final = re.compile("-->")
_END_OF: Final = {name: re.compile(rf"</{name}\b[^<>]*+>", re.IGNORECASE) for name in NOT_READ}

# A line end that is only a space in HTML; a blank line separates paragraphs in what is half HTML, half text.
_LINE_END: Final = re.compile(r"(?<!\n)\n(?![ \t\r]*+\n)")

# Full-width forms of what stands in names and figures. Marks that end Japanese sentences stay.
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0) not in "!?()~\\"}
_IS_FULL_WIDTH: Final = re.compile("[\uff01-\uff5e]")

_KANA: Final = re.compile("[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of the view that stand in the received text at one place."""

    start: int
    """Where the piece begins in the view."""
    received: int
    """Where its characters begin in the received text."""
    ends: int | None
    """Where they end there if the piece stands for them as a whole; null where each character stands for itself."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One field: as received and as read."""

    received: str
    read: str
    pieces: tuple[_Piece, ...]
    starts: tuple[int, ...]

    def at(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the received text of what `read[start:end]` shows."""
        if not self.pieces:
            return start, end
        first = self.pieces[max(bisect_right(self.starts, start) - 1, 0)]
        begin = first.received + (start - first.start if first.ends is None else 0)
        if end <= start:
            return begin, begin
        last = self.pieces[max(bisect_right(self.starts, end - 1) - 1, 0)]
        return begin, last.received + (end - last.start) if last.ends is None else last.ends


@dataclass(frozen=True, slots=True)
class View:
    """An article as it is read, and where its characters stand in the article as received."""

    article: Article
    """The article with headline and body as they are read."""
    texts: dict[Field, _Text] | None
    """The fields as received; null where they are read as received."""

    def received(self, place: Place) -> Place:
        """A place of the view as a place of the received text, with its characters."""
        if self.texts is None:
            return place
        text = self.texts[place.field]
        start, end = text.at(place.start, place.end)
        return replace(place, start=start, end=end, text=text.received[start:end])


def view_of(article: Article) -> View:
    """The article as it is read. Where nothing is hidden, that is the article itself."""
    headline, body = _read(article.headline), _read(article.body)
    if headline.read == article.headline and body.read == article.body:
        return View(article, None)
    read = replace(article, headline=headline.read, body=body.read)
    return View(read, {Field.HEADLINE: headline, Field.BODY: body})


def _read(received: str) -> _Text:
    is_ascii = received.isascii()
    read = received
    pieces: tuple[_Piece, ...] = ()
    if not is_ascii or "&" in received or "<" in received or "](" in received:
        read, pieces = _without_hidden(received)
        if not is_ascii and _IS_FULL_WIDTH.search(read):
            read = read.translate(_FULL_WIDTH)
    return _Text(received, read, pieces, tuple(piece.start for piece in pieces))


def _without_hidden(received: str) -> tuple[str, tuple[_Piece, ...]]:
    """The text without what a reader does not see, and the pieces it consists of; none where nothing is hidden."""
    markup = _Markup(received)
    parts: list[str] = []
    pieces: list[_Piece] = []
    length = at = searched = 0
    while found := _HIDDEN.search(received, searched):
        start = found.start()
        shown = markup.shown(found)
        if shown is None:
            searched = start + 1
            continue
        text, end = shown
        for part, place, ends in ((received[at:start], at, None), (text, start, end)):
            if part:
                parts.append(part)
                pieces.append(_Piece(length, place, ends))
                length += len(part)
        at = searched = end
    if not at:
        return received, ()
    parts.append(received[at:])
    pieces.append(_Piece(length, at, None))
    if markup.has_blocks:
        parts = [
            _LINE_END.sub(" ", part) if piece.ends is None else part for part, piece in zip(parts, pieces, strict=True)
        ]
    return "".join(parts), tuple(pieces)


class _Markup:
    """What of a text is markup. It is asked for the finds of `_HIDDEN` in text order."""

    def __init__(self, received: str) -> None:
        self.has_blocks = False
        self._received = received
        self._closed = {name.lower() for name in _CLOSING.findall(received)}
        self._is_html = bool(self._closed)
        self._without_end: set[str] = set()
        self._is_japanese: bool | None = None

    def shown(self, found: re.Match[str]) -> tuple[str, int] | None:
        """What a reader sees in place of the find, and where that ends in the text; null where the find is text."""
        if found["name"]:
            return self._tag(found)
        if found["comment"]:
            end = self._end_of("comment", _COMMENT_END, found.end())
            return None if end is None else ("", end)
        if found["arrow"]:
            return self._sign(found["arrow"]), found.end()
        if any(found.group(1, 2, 3)):
            read = character(*found.group(1, 2, 3))
            if read is not None:
                return _IS_INVISIBLE.sub("", read), found.end()
            return ("&", found.start() + len(_AND)) if found[0].startswith(_AND) else None
        return "", found.end()

    def _tag(self, tag: re.Match[str]) -> tuple[str, int] | None:
        name = tag["name"].lower()
        if not self._is_tag(tag, name):
            return None
        self._is_html = True
        self.has_blocks |= name in BREAKS and name != "br"
        end = tag.end()
        if name in _END_OF and not tag["slash"]:
            end = self._end_of(name, _END_OF[name], end) or end
        return BREAKS.get(tag["slash"] + name, ""), end

    def _is_tag(self, tag: re.Match[str], name: str) -> bool:
        """Whether it is a tag and not, say, a symbol: `<OJAY>`, `<.HSI>`."""
        attributes = tag["attributes"]
        if tag["slash"] or "=" in attributes or attributes.endswith("/"):
            return True
        if attributes.strip():
            return self._is_html and name in _ELEMENTS
        return name in self._closed or (name in _ELEMENTS and (self._is_html or tag["name"].islower()))

    def _end_of(self, name: str, pattern: re.Pattern[str], at: int) -> int | None:
        """Where the element ends that begins before `at`; null where nothing closes it."""
        if name in self._without_end:
            return None
        closing = pattern.search(self._received, at)
        if closing is None:
            self._without_end.add(name)
            return None
        return closing.end()

    def _sign(self, arrow: str) -> str:
        """In Japan every triangle before a figure is a minus; elsewhere what points down is."""
        if self._is_japanese is None:
            self._is_japanese = _KANA.search(self._received) is not None
        return "+" if arrow == "↑" or (arrow in "▲△" and not self._is_japanese) else "-"
