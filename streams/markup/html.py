"""The text of an HTML or XHTML body, with its paragraphs, lines and table cells kept apart.

Strategy. One regular expression finds the markup as the HTML standard's tokenizer does: a `<` with a letter behind it
opens a tag, which ends at the first `>` outside quoted attribute values; comments, declarations, scripts and styles are
left out. Markup that is still open at the end of the input extends to the end, so every attempt to match succeeds, no
character is looked at twice and the time is linear. (`html.parser` of the standard library is not an option: in Python
3.11.7 it takes 79 seconds for 80 KB of `<a <a <a`.)

Blocks become paragraphs with a blank line between them, `<br>` and table rows become lines, and tabs separate table
cells. Other white space collapses as on a web page; in `<pre>` line ends stay. Character references need their
semicolon. For bodies that came as HTML, offsets count in the result.
"""

import re
from html.entities import html5
from typing import Final

_PARAGRAPH: Final = "\n\n"
_LINE: Final = "\n"
_CELL: Final = "\t"

# Elements that start on a new line in HTML, and such elements of the news format NITF.
_BLOCKS: Final = (
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
    ),
    *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"),
    *("li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "ul"),
    *("block", "body.content", "body.end", "body.head", "hl1", "hl2"),
)

BREAKS: Final = (
    dict.fromkeys(_BLOCKS, _PARAGRAPH)
    | {f"/{name}": _PARAGRAPH for name in _BLOCKS}
    | dict.fromkeys(("br", "tr"), _LINE)
    | dict.fromkeys(("td", "th"), _CELL)
)
"""What replaces a tag in the text, by its name (with `/` before it for a closing tag). Other tags leave nothing."""

NOT_READ: Final = ("script", "style", "title", "template", "textarea")
"""Elements whose content is not for readers."""

# Attributes up to the tag's end: quotes count behind a `=` only, as the standard has it.
_TAG_END: Final = r"""(?:[^>=]++|=[=\s]*+(?:"[^"]*+"|'[^']*+')?)*+>?+"""
_MARKUP: Final = re.compile(
    r"<(?:"
    r"!--(?:-?>|(?s:.*?)(?:-->|\Z))"  # a comment
    rf"|((?i:{'|'.join(NOT_READ)}))\b{_TAG_END}(?s:.*?)(?=</(?i:\1)\b|\Z)"
    rf"|(/?[a-zA-Z][^\s/>]*+){_TAG_END}"  # a tag
    r"|[!?/][^>]*+>?+"  # a declaration, an instruction, a broken comment
    r")"
)

_PREFORMATTED: Final = re.compile(r"(<(?i:pre)\b[^>]*+>?+)((?s:.*?)(?=</(?i:pre)\b|\Z))")

# Stands for a line end of `<pre>` while other white space collapses: a control character that HTML does not allow.
_KEPT_LINE: Final = "\v"

REFERENCE: Final = r"(?:\#([0-9]{1,7})|\#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));"
"""A character reference behind its `&`; `character` takes the three groups."""
_CHARACTER_REFERENCE: Final = re.compile(f"&{REFERENCE}")

# Bytes of Windows' code page that old editors wrote as code points for quotes and dashes; the standard has it so.
_WINDOWS: Final = {code: read for code in range(0x80, 0xA0) if (read := bytes((code,)).decode("cp1252", "ignore"))}

# Two or more spaces, two or more tabs, three or more line ends. They are written out, since a search for literal
# characters is ten times faster.
_SPACES: Final = re.compile("   *")
_EMPTY_CELLS: Final = re.compile("\t\t\t*")
_BLANK_LINES: Final = re.compile("\n\n\n\n*")


def text_of(html: str) -> str:
    """The text that a reader of `html` sees. Takes any string, in time linear in its length."""
    marked = _MARKUP.sub(_break, _collapse(_PREFORMATTED.sub(_keep_lines, html)))
    return _CHARACTER_REFERENCE.sub(_character, _tidy(marked.replace(_KEPT_LINE, _LINE)))


def _keep_lines(preformatted: re.Match[str]) -> str:
    return preformatted[1] + preformatted[2].replace("\r\n", "\n").replace("\n", _KEPT_LINE)


def _collapse(html: str) -> str:
    """Each run of white space as one space; no-break and ideographic spaces are no white space in HTML."""
    for white in "\t\r\n\f":
        html = html.replace(white, " ")
    return _SPACES.sub(" ", html)


def _tidy(text: str) -> str:
    """The text without white space at the ends of lines and cells and without empty cells; one blank line at most."""
    text = _SPACES.sub(" ", text).replace(" \t", "\t").replace("\t ", "\t")
    text = _EMPTY_CELLS.sub(_CELL, text)
    for white in " \t":
        text = text.replace(f"{white}\n", "\n").replace(f"\n{white}", "\n")
    return _BLANK_LINES.sub(_PARAGRAPH, text).strip(" \t\n")


def _break(markup: re.Match[str]) -> str:
    return BREAKS.get((markup[2] or "").lower(), "")


def _character(reference: re.Match[str]) -> str:
    return character(*reference.groups()) or reference[0]


def character(decimal: str | None, hexadecimal: str | None, name: str | None) -> str | None:
    """The character that a reference means; null where it means none (a surrogate, an unknown name)."""
    if name is not None:
        return html5.get(f"{name};")
    code = int(decimal) if decimal is not None else int(hexadecimal or "0", 16)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return _WINDOWS.get(code, chr(code)) if is_character else None
