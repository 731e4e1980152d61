"""Where sentences begin and end.

Strategy. A text is first cut at line ends into blocks (paragraphs, headings, list items, table rows). In text that was
wrapped at a fixed width, as wires did in 1987, a line end is only a space unless an indent, a blank line, a bullet, a
table row or a line that is not full says otherwise; in text with one paragraph a line every line end counts. Then each
block is cut into sentences at its full stops, except those of abbreviations, initials and numbered items.

Rules that must stay true: spans never overlap, come in text order and neither begin nor end with a space; every pattern
is linear in the text (possessive quantifiers, no nesting), since a text may have a million characters.
"""

import re
from collections.abc import Iterator
from typing import Final

from streams.extract.text.words import word_set

# Wires wrapped at 62 to 80 columns. Text with a wider line than this has one paragraph a line; text without a line of
# the narrower width is a list or a table.
_WIDEST_WRAPPED: Final = 110
_NARROWEST_WRAPPED: Final = 40

# A wrapped line is full when its next word would not have fitted; widths vary, so a line this full counts as well.
_FULL: Final = 0.75

_INDENT: Final = "    "
_LONG_LINE: Final = 30

_TERMINAL: Final = tuple(".!?:;…。！？\"”'’)")

_LIST_ITEM: Final = re.compile(r"[ \t]*+(?:[-*•·▪●■►–—+][ \t]|[0-9]{1,2}[.)][ \t])")
# Two spaces or more separate columns; behind a full stop they are only a typist's habit.
_TABLE_ROW: Final = re.compile(r"[^\s.!?:,;\"')][ \t]{2,}+\S|\t")

# The pattern opens with a set of characters, which the engine scans for; the first look-behind keeps runs of marks
# linear.
_BREAK: Final = re.compile(
    r"""
    [.!?…。！？] (?<![.!?…。！？][.!?…。！？])
    (?: (?<=[.!?…]) (?P<more>[.!?…]*+) ["'”’»)\]]*+ (?>(?:\s?\[[A-Za-z0-9./]{1,16}\])*) (?P<space>\s++)
        (?= ["'“‘«(\[<$£€¥•*–—-]*+ (?:[^\W\d_a-zß-öø-ÿ]|\d|[a-z][A-Z]) | ["'“‘«(\[<$£€¥]++ \w | [^\x00-\x7f] )
    | (?<=[a-z]{3}\.) (?= (?!Com|Net|Org)[A-Z][a-z]{2} )
    | (?<=[。！？]) [。！？]*+ [」』）)]*+ (?![とやなをがはのに、。」』）])
    )
    """,
    re.VERBOSE,
)

# These never end a sentence, because a name or a number follows.
_TITLES: Final = word_set(
    """
    mr mrs ms dr prof gen sen sens rep reps gov govs lt col capt sgt adm hon rev pres messrs mme mlle vs v cf
    e.g i.e viz approx incl fig figs vol art sec mt ft dept supt insp det cmdr maj brig amb
    """
)
# These end a sentence only before a word that opens sentences; months and "No." never do before a number.
_OPEN: Final = word_set(
    """
    corp corps inc ltd co cos bros llc plc pty pte bhd gmbh jr sr etc st ave blvd rd univ assn assoc intl mfg
    hldgs grp jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun no
    adj nos est pct mln bln dlr dlrs cts shr shrs stg ex esq ph.d ala ariz calif colo conn del fla ill ind kan mass
    mich minn miss mont neb nev okla ore pa penn tenn tex va vt wash wis wyo d.c ont que alta
    """
)
# Behind a number these are units, which end a sentence before any word but a currency: "1.2 mln. Nike reported".
_UNITS: Final = word_set("pct mln bln trn mil bil dlr dlrs cts")
_COUNTED: Final = re.compile(r"\d(?:\s(?:mln|bln|mil|bil|trn))?\s*$")
# A number with the letters of its scale, which ends a sentence as any word does: "sales of $3.5B. Roku".
_SCALED: Final = re.compile(r"\d[\d.,]*(?:[KMBTkmbt]|[MBTmbt][NMnm])\Z")
_CURRENCY_BEHIND: Final = re.compile(
    r"\s++(?:[A-Z]\.[A-Z]\.|[A-Z][a-z]++(?: [A-Z][a-z]++)?) "
    r"(?:dlrs?|dollars?|cts|francs?|crowns?|marks?|pounds?|pesos?)\b"
)
_ZONES: Final = frozenset({"EST", "SAT", "SUN"})
_BEFORE_NUMBER: Final = word_set(
    """
    jan feb mar apr jun jul aug sep sept oct nov dec no nos
    """
)
_OPENERS: Final = word_set(
    """
    the a an it its it's in on at but and or he she they we i you his her their our this that these those there
    here as after before while when where if for by with from to under over about however meanwhile also
    although though since despite during until unless what why how who which both each some many most several
    all no not nor so yet still then thus today yesterday tomorrow earlier later last next now once only even
    among against between without within such because according other others one two three mr mrs ms dr overall
    additionally moreover furthermore separately elsewhere instead
    """
)
# These open a sentence behind "Corp.", but not behind "U.S.", where "Officials" may be capitalised by habit.
_OPENERS_BEHIND_FIRM: Final = _OPENERS | word_set(
    """
    analysts investors traders officials sources shares stocks markets
    """
)
_WORD: Final = re.compile(r"[A-Za-z']++")
_TOKEN_BEFORE: Final = 14
_SIGN_OFF: Final = re.compile(r"\s*+(?i:reuters?)\W*$")
# Before these words "!" does not end a sentence: "Yahoo! Inc".
_GOES_ON: Final = frozenset({"Inc", "Corp", "Ltd", "Japan", "Finance", "Holdings", "Group", "PLC", "plc"})


def blocks(text: str) -> list[tuple[int, int]]:
    """Spans of paragraphs, headings, list items and table rows in `text`, in order, without space at either end."""
    if "\n" not in text:
        return _trimmed(text, 0, len(text))
    lines = text.split("\n")
    widest = max(map(len, lines))
    full = widest * _FULL if _is_wrapped(lines, widest) else 0
    has_table = full > 0 and ("\t" in text or _has_columns(text))
    found: list[tuple[int, int]] = []
    start = offset = 0
    before = lines[0]
    for line in lines[1:]:
        offset += len(before) + 1
        # Most lines of wrapped text are full, and the next begins with a letter at the margin.
        plain = line[:1].isalpha() and len(before) >= full > 0 and not has_table
        if not plain and _breaks(before, line, full, first=start == 0 and offset == len(before) + 1):
            found += _trimmed(text, start, offset)
            start = offset
        before = line
    found += _trimmed(text, start, len(text))
    return found


def sentences(text: str, start: int, end: int, *, title: bool = False) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of one block, in order. In a title an abbreviation like "Corp." never ends a sentence."""
    begin = start
    for mark in _BREAK.finditer(text, start, end):
        stop = mark.start("space")
        if stop < 0:
            stop = mark.end()
        elif not _ends(text, begin, mark, title=title):
            continue
        if stop > begin:
            yield begin, stop
        begin = mark.end()
    if begin < end:
        yield begin, end


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    inner = text[start:end]
    kept = inner.strip()
    if not kept:
        return []
    start += len(inner) - len(inner.lstrip())
    return [(start, start + len(kept))]


def _is_wrapped(lines: list[str], widest: int) -> bool:
    """Whether the text was wrapped at a width: some line has no full stop and the next goes on in lower case.

    In text with indented paragraphs the next line may begin with a capital too.
    """
    if not _NARROWEST_WRAPPED <= widest <= _WIDEST_WRAPPED:
        return False
    indented = any(line.startswith(_INDENT) for line in lines)
    above = ""
    for line in lines:
        head = line[:1]
        if (
            above
            and above[-1] not in _TERMINAL
            and (head.islower() or (indented and len(above) >= _LONG_LINE and head.isalnum()))
        ):
            return True
        above = line.rstrip()
    return False


def _has_columns(text: str) -> bool:
    return "  " in text.replace("\n    ", "\n").lstrip() and _TABLE_ROW.search(text) is not None


def _breaks(before: str, line: str, full: float, *, first: bool) -> bool:
    """Whether the line end between two lines ends a block.

    `full` is the length of a full line in wrapped text and 0 in other text.
    """
    if line[:2] == "  " or line[:1] == "\t" or not line or line.isspace() or not before or before.isspace():
        return True
    ending = before.rstrip()[-1]
    if line[0].islower() and ending not in _TERMINAL:
        return False
    if not full or _LIST_ITEM.match(line) is not None or _SIGN_OFF.match(line) is not None:
        return True
    if _TABLE_ROW.search(before.strip()) is not None or _TABLE_ROW.search(line.strip()) is not None:
        return True
    # Many wire stories lost the dateline of their first line, so that its length says nothing.
    if first:
        return ending in ".!?"
    return len(before) + 1 + len(line.partition(" ")[0]) <= full


def _ends(text: str, begin: int, mark: re.Match[str], *, title: bool) -> bool:
    """Whether the mark ends a sentence that began at `begin`."""
    at = mark.start()
    if text[at] != "." or mark["more"]:
        return not (text[at] == "!" and _next_word(text, mark.end()) in _GOES_ON)
    before = text[max(begin, at - _TOKEN_BEFORE) : at]
    parts = before.split()
    if not parts or text[at - 1].isspace():
        return True
    token = parts[-1].lstrip("\"'“‘(<[$")
    if token.isdigit():
        # "1. Toyota" is a numbered item; a price at the end of a sentence has text before it.
        return len(token) > 2 or text[begin:at].strip() != token
    lower = token.lower()
    if lower in _TITLES:
        return False
    if token in _ZONES or _SCALED.search(token) is not None:
        return True
    if lower in _UNITS and not title and _COUNTED.search(before[: -len(token)]) is not None:
        return _CURRENCY_BEHIND.match(text, at + 1) is None
    if lower in _OPEN or len(token) == 1 or "." in token:
        if lower in _BEFORE_NUMBER:
            if text[mark.end() : mark.end() + 1].isdigit():
                return False
            if lower in {"no", "nos"}:
                return True
        if not token[-1].isalpha():
            return True
        openers = _OPENERS if "." in token else _OPENERS_BEHIND_FIRM
        return not title and _next_word(text, mark.end()).lower() in openers
    return True


def _next_word(text: str, at: int) -> str:
    found = _WORD.search(text, at, at + 24)
    return found[0] if found else ""
