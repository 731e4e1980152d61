"""Recognition of the blocks and sentences of a body that are not part of the story.

Boilerplate is share buttons, bylines, disclosures, related links, navigation, lists of tickers and tags, copyright and
trademark notices. Strategy: a notice is recognised by how it opens (its first word is looked up, then one pattern is
tried at that place) or by a phrase within it (one automaton pass over the body finds the phrases, then the phrase's own
pattern is tried on its sentence). A pattern flags the sentence or the rest of its block, or it opens a section:
the short lines below belong to it.
"""

import re
from bisect import bisect_right
from functools import cache
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.extract.text.words import word_set

_FLAGS: Final = re.IGNORECASE | re.VERBOSE

# Patterns are tried on at most this many characters of a sentence, so that time stays bounded.
_TRIED: Final = 600
_REACH: Final = 200  # no pattern of a phrase reaches farther behind the phrase than this many characters

# A section of related links has no longer line than this; a longer line is prose again.
_LONGEST_LINE: Final = 160
_LONGEST_HEADING: Final = 60
_LONGEST_BYLINE: Final = 120


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _FLAGS)


# A sentence that opens so is flagged. Brackets and dashes before the first word are skipped.
_OPENING: Final = _compiled(
    r"""
    (?:additional\ |further\ )?(?:reporting|writing|editing|compiled|edited|written|reported|produced|translated
        |graphics?)
        (?:\ (?:and|&)\ (?:additional\ )?(?:reporting|writing|editing|translated|edited))?\ by\b
    | this\ (?:article|story|post|piece|report|content)\ (?:was\ |has\ been\ |is\ )?(?:originally\
        |first\ )*(?:appeared|published|republished)\b
    | to\ contact\ the\ (?:reporter|editor|author|writer)s?\b | contact\ the\ (?:reporter|editor|author
        |writer)s?\b | write\ to\ .{1,60}(?:@|\bat\b)
    | (?:share|tweet|email|print|save)\ (?:this|on|via|to|the\ (?:article|story))\b | click\ (?:to|here|on)\b
    | (?:follow|like|find|join)\ (?:us|me|our|@?\w++\ on)\b.{0,80}(?:twitter|facebook|linkedin|telegram|whatsapp
        |instagram|news|youtube|\bx\b|channel)
    | follow\ \S{1,40}(?:\ \S{1,40}){0,3}\ on\ (?:twitter|facebook|linkedin|x|instagram)\b
    | (?:subscribe|sign\ up|sign\ in|log\ in|register)\b.{0,40}\b(?:to|for|now|here|free|today|newsletters?|read
        |continue)\b
    | download\ (?:the|our)\b.{0,40}\bapp\b | (?:get|receive)\ .{0,60}\b(?:newsletter|inbox|alerts?)\b
    | past\ performance\b | © | copyright\b | c\)\ (?:copyright|(?:19|20)\d\d)
    | (?:photo(?:graph)?(?:\ credit)?|image(?:\ credit|\ source)?|picture|credit|featured\ image)\s?(?::|by\b
        |courtesy) | reuters/\w | ap\ photo\b
    | (?:also\ read|read\ also|read\ more|read\ next|see\ also|see\ more|related\ (?:articles?|story|stories
        |news|links?|reading|coverage|posts?)\s?[:»|]|further\ reading)\b
    | (?:related|read|more|watch|listen|don['’]t\ miss|must\ read|recommended|up\ next|trending|next\ read
        |more\ (?:from|on|in)\ [^:.]{1,40}|you\ (?:may|might)\ also\ like)\s?[:»|]
    | skip\ to\b | advertisement\b | sponsored\b | back\ to\ top\b | home\s?[|>»/] | our\ standards:
    | (?:i/?we|i|we|the\ (?:author|writer|analyst)s?|at\ the\ time\ of\ (?:writing|publication)
        |as\ of\ (?:this\ writing|publication)).{0,90}
        \b(?:positions?\ in|(?:owns?|owned|holds?|held)\ (?:no\ )?(?:shares|stock|positions|a\ position)|(?:long
            |short)\ positions?)\b
    """
)
_OPENING_WORDS: Final = word_set(
    """
    additional further reporting writing editing compiled edited written reported produced translated graphic
    graphics this to contact write share tweet email print save click follow like find join subscribe sign log
    register download get receive past © copyright c photo photograph image picture credit featured reuters ap
    also read see related more watch listen don't don’t must recommended up trending next you skip advertisement
    sponsored back home our i we i/we the at as
    """
)

# A sentence that opens so is flagged with the rest of its block.
_REST_OF_BLOCK: Final = _compiled(
    r"""
    (?:(?:full\ |author['’]?s?\ |analyst\ )?disclosures?(?:\ statement)?|disclaimers?|important\ (?:information
        |notice|disclosures?)
        |risk\ warning|legal\ notice|safe\ harbou?r\b[^.]{0,60})\s?[:.—–-]
    | (?:tags?|topics?|filed\ under|keywords?|categories|tickers?|symbols?|stocks?\ mentioned|companies\ mentioned
        |(?:stocks?|companies|tickers?|symbols?|quotes?)\ in\ this\ (?:article|story)
            |mentioned\ in\ this\ (?:article|story))\s?[:—–-]
    | (?:media|press|investors?)(?:\ relations)?\ (?:contacts?|enquiries|inquiries)\b | contacts?\s?:
    """
)
_REST_WORDS: Final = word_set(
    """
    full author author's authors analyst disclosure disclosures disclaimer disclaimers important risk legal safe
    tag tags topic topics filed keyword keywords categories ticker tickers symbol symbols stock stocks companies
    quote quotes mentioned media press investor investors contact contacts
    """
)

# Such a line of its own opens a section.
_SECTION: Final = _compiled(
    r"""
    (?:related(?:\ (?:articles?|stories|news|links?|reading|coverage|content|posts?|topics?|videos?))?
        |read\ (?:more|next|also)|see\ also
    |more\ (?:from|on|in)\ [^.!?]{1,40}|more\ (?:news|stories|headlines)|recommended(?:\ (?:reading|for\ you
        |stories|articles))?|further\ reading
    |up\ next|trending(?:\ (?:now|stories|news|articles))?|most\ (?:read|popular|viewed|watched)(?:\ .{1,30})?
        |top\ (?:stories|news|headlines)
    |you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested\ in)|editor['’]?s?['’]?\ picks?
        |in\ case\ you\ missed\ it|what\ to\ read\ next
    |latest\ (?:news|stories|headlines|articles)|also\ read|in\ this\ (?:article|story)
    |(?:stocks?|companies|tickers?|symbols?|quotes?)(?:\ (?:mentioned|in\ this\ (?:article|story)))|tickers?
        |tags?|topics?|symbols?
    |share(?:\ this(?:\ (?:article|story|post|page))?)?|follow\ us|disclosures?|disclaimers?|comments?
        |advertisement|menu)\s*[:»>]?$
    """
)
_SECTION_WORDS: Final = word_set(
    """
    related read see more recommended further up trending most top you editor editor's editors editors' editor’s
    in what latest also stock stocks companies ticker tickers symbol symbols quote quotes tag tags topic topics
    share follow disclosure disclosures disclaimer disclaimers comment comments advertisement menu
    """
)
_FIRST_WORDS: Final = _OPENING_WORDS | _REST_WORDS | _SECTION_WORDS

# Each phrase, with the pattern that must match in its sentence.
_SUBJECTS: Final = (
    r"^(?:i\b|i/we\b|we\b|the\ (?:author|writer|analyst)|the\ motley|motley|neither|he\b|she\b"
    r"|[a-z]+\ [a-z]+\ (?:has|owns|holds|is))"
)
_PHRASES: Final = {
    phrase: _compiled(pattern)
    for phrase, pattern in {
        "appeared first on": r"\bappeared\ first\ on\b",
        " assistance from ": r"^\W*with\ (?:additional\ )?assistance\ from",
        " assistance by ": r"^\W*with\ (?:additional\ )?assistance\ by",
        "editing by ": r"[;(,.]\ ?editing\ by\b",
        "reporting by ": r"[;(,.]\ ?(?:additional\ )?reporting\ (?:and\ \w+\ )?by\b",
        "writing by ": r"[;(,.]\ ?writing\ by\b",
        " reporter ": r"\bis\ an?\ (?:\w+\ ){0,3}reporter\ (?:at|for|with|who|based|covering)\b",
        " correspondent ": r"\bis\ an?\ (?:\w+\ ){0,3}correspondent\ (?:at|for|with|who|based|covering)\b",
        " contributor ": r"\bis\ an?\ (?:\w+\ ){0,3}contributor\ (?:at|for|with|who|to)\b",
        " staff writer": r"\bis\ an?\ (?:\w+\ ){0,3}staff\ writer\b",
        "(opens in": r"\(opens\ in\ (?:a\ )?new\ window",
        " no position": r"\b(?:ha(?:s|ve)|holds?)\ no\ positions?\ in\b",
        " positions in ": rf"{_SUBJECTS}.{{0,120}}\b(?:has|have|holds?|owns?)\b.{{0,60}}\bpositions\ in\b",
        "motley fool": r"\bmotley\ fool\ (?:uk\ |canada\ |australia\ )?(?:has|have|owns|recommends|holds)\b",
        "benzinga": r"\bbenzinga\ does\ not\b",
        "zacks": r"\bzacks\b.{0,60}\b(?:free|today|download|report)\b",
        "wrote this article": r"",
        " advice": r"\bnot\b.{0,60}\badvice\b|\bno\b.{0,20}\b(?:investment|financial)\ advice\b",
        "solicitation": r"\bnot\b.{0,60}\bsolicitation\b",
        "information purposes": r"",
        "informational ": r"\binformational\ (?:and\ \w+\ )?purposes\b",
        "past performance": r"\bpast\ performance\ (?:is|does)\ (?:no|not)\b",
        "forward-looking statement": r"",
        "expressed ": r"\b(?:views|opinions)\ expressed\b.{0,80}\b(?:author|writer|own)\b",
        "copyright": r"\bcopyright\b.{0,20}(?:©|\b(?:19|20)\d\d)|\bcopyrights?\ of\b",
        "©": r"",
        "rights reserved": r"",
        "trademark": r"\b(?:is|are)\ (?:an?\ |the\ )?(?:registered\ )?trademarks?\b|\bregistered\ trademarks?\b"
        r"|\btrademarks?\ (?:of|owned\ by|licensed)\b",
        "trade mark": r"\b(?:is|are)\ (?:an?\ |the\ )?(?:registered\ )?trade\ marks?\b|\bregistered\ trade\ marks?\b",
        "service mark": r"",
        "trust principles": r"",
        "privacy policy": r"",
        "terms of use": r"",
        "terms of service": r"",
        "may not be ": r"\bmay\ not\ be\ (?:published|reproduced|redistributed|copied|broadcast)\b",
        "getty images": r"",
        "shutterstock": r"(?:via|/|photo|image|credit|©).{0,30}shutterstock",
    }.items()
}  # fmt: skip
_PHRASE_PATTERNS: Final = tuple(_PHRASES.values())


@cache  # built when the first text is read
def _phrases_in_text() -> AhoCorasick:
    return AhoCorasick(
        tuple(_PHRASES), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA, store_patterns=False
    )


# A block of these words alone is a row of buttons.
_BUTTONS: Final = word_set(
    """
    share tweet print email e-mail mail save copy link facebook twitter x linkedin whatsapp reddit telegram
    pinterest flipboard messenger instagram youtube tumblr line sms bookmark comment comments on via this
    article story post and or pocket google news rss bluesky threads
    """
)
_PRESSED_ALONE: Final = frozenset({"share", "tweet", "print", "email", "e-mail", "bookmark", "comments"})
_BUTTON_WORD: Final = re.compile(r"[^\W\d_][\w-]*+|\d++")

# "By Kenji Sato", "By KENJI SATO and Jane Doe, Reuters": a line whose words are capitalised, except "and" and the like.
_BYLINE: Final = re.compile(r"(?:By|BY)\s(?:(?:[A-Z][\w.'’-]*+(?:,|\s\|)?|and|&|of|for|in|\||at)(?:\s|$)){1,14}$")
# The line has only cashtags, hashtags, EXCHANGE:TICKER and symbols like 7203.T.
_SYMBOLS_ONLY: Final = re.compile(
    r"(?>(?:[(\[]?(?:[$#]\^?[\w.^-]{1,20}|[A-Z]{2,8}:\s?[A-Z0-9.-]{1,10}|[A-Z0-9]{1,6}\.[A-Z]{1,3})[)\]]?(?:[\s,;|/•·]++|$))+)$"
)
_MENU: Final = re.compile(r"[^|>»•·]{1,32}(?:[|>»•·][^|>»•·]{1,32}){2,}$")
_SEPARATORS: Final = ("|", "•", "·", "»", " > ")
_HAS_DIGIT: Final = re.compile(r"\d")
_SIGN_OFF: Final = re.compile(r"(?:reuters?|ends?|###|--?30--?)\W*$", re.IGNORECASE)
_BRACKETS: Final = "([<*–—-»>•· "
_PROSE_END: Final = tuple(".。!！")


def flags(text: str, blocks: list[tuple[int, int]], sentences: list[tuple[int, int, int]]) -> set[int]:
    """Positions of the boilerplate in `sentences`, each of which is (start, end, position of its block in `blocks`)."""
    # Only the letter İ has a lower case of two characters, which would shift the offsets.
    lowered = text.replace("İ", "I").lower()
    found = _by_phrase(text, lowered, sentences)
    has_menu = any(map(text.__contains__, _SEPARATORS))
    in_section = whole = rest = False
    current = -1
    last = len(sentences) - 1
    for position, (begin, stop, block) in enumerate(sentences):
        word = _first_word(lowered, begin, stop)
        if block != current:
            current = block
            rest = False
            start, end = blocks[block]
            in_section, whole = _block(
                text, start, end, word, first=block == 0, in_section=in_section, has_menu=has_menu
            )
        if whole or rest:
            found.add(position)
        elif word in _FIRST_WORDS:
            sentence = text[begin : min(stop, begin + _TRIED)].lstrip(_BRACKETS)
            rest = word in _REST_WORDS and _REST_OF_BLOCK.match(sentence) is not None
            if rest or (word in _OPENING_WORDS and _OPENING.match(sentence) is not None):
                found.add(position)
        if position == last and stop - begin < 12 and _SIGN_OFF.match(text[begin:stop].lstrip(_BRACKETS)) is not None:
            found.add(position)
    return found


def _by_phrase(text: str, lowered: str, sentences: list[tuple[int, int, int]]) -> set[int]:
    hits = _phrases_in_text().find_matches_as_indexes(lowered)
    if not hits:
        return set()
    found: set[int] = set()
    starts = [begin for begin, _, _ in sentences]
    tried: dict[tuple[int, int], int] = {}
    for phrase, at, _ in hits:
        # A phrase may open with the space before its sentence.
        position = max(bisect_right(starts, at + 1) - 1, 0)
        if position not in found and at >= tried.get((phrase, position), 0):
            begin, stop, _ = sentences[position]
            # The pattern is searched near the phrase only, so that a body of one long line stays cheap.
            near = text[max(begin, at - _TRIED // 2) : min(stop, at + _TRIED // 2)]
            if _PHRASE_PATTERNS[phrase].search(near) is not None:
                found.add(position)
            # If the phrase stands again close behind, what was just searched holds all that its pattern can reach.
            tried[phrase, position] = at + _TRIED // 2 - _REACH
    return found


def _first_word(lowered: str, begin: int, stop: int) -> str:
    head = lowered[begin : min(stop, begin + 24)].lstrip(_BRACKETS).split(None, 1)
    return head[0].rstrip(":;|»>,.)") if head else ""


def _block(
    text: str, start: int, end: int, word: str, *, first: bool, in_section: bool, has_menu: bool
) -> tuple[bool, bool]:
    """Whether a section is open from this block on, and whether all of the block is boilerplate."""
    size = end - start
    if size > _LONGEST_LINE:
        return False, False
    ending = text[end - 1]
    if in_section and ending not in _PROSE_END:
        return True, True
    line = text[start:end]
    if size <= _LONGEST_HEADING and word in _SECTION_WORDS and _SECTION.match(line.lstrip(_BRACKETS)) is not None:
        return True, True
    if size <= _LONGEST_BYLINE:
        if word == "by" and _BYLINE.match(line.lstrip(_BRACKETS)) is not None:
            return False, True
        if word in _BUTTONS and _is_buttons(line):
            return False, True
        if has_menu and ending not in ".!?" and _HAS_DIGIT.search(line) is None and _MENU.match(line) is not None:
            return False, True
    return False, not first and ending not in ".!?" and _is_symbols(line)


def _is_symbols(line: str) -> bool:
    head = line[:2]
    return (head[0] in "$#([" or head.isupper() or head.isdigit()) and _SYMBOLS_ONLY.match(line) is not None


def _is_buttons(line: str) -> bool:
    words = [word.lower() for word in _BUTTON_WORD.findall(line)]
    if len(words) == 1:
        return words[0] in _PRESSED_ALONE
    return len(words) > 1 and all(word in _BUTTONS or word.isdigit() for word in words)
