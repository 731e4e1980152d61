"""Firms that the registry does not know, found by the way texts write of firms.

A run of capitalised words is a firm's name when it ends in a legal form ("Gulfex Inc"), stands in angle brackets as
wires write unlisted firms (`<Gulfex Inc>`), has a ticker behind it, ends in a word that firms' names end in ("Axis
Securities"), or stands where only a firm does ("shares of X", "X analysts", "a strategist at X", "according to X").
Such a firm has the id `company:~<slug of its name without legal form>`; no id of the registry has a `~`.
"""

import re
from bisect import bisect_left
from functools import lru_cache
from typing import Final

from schemas.taxonomy import Kind
from streams.data.names import LEGAL_FORMS, is_common
from streams.data.registry import fold
from streams.extract._finds import Find, Finds
from streams.extract._people import slug
from streams.extract._reading_text import TAKEN, ReadingText, Style
from streams.extract._runs import Run, Word
from streams.extract._surroundings import APPOSITIONS, LEGAL_BEHIND, before, firm_evidence, is_traded_firm
from streams.extract._words import (
    COURTESY,
    FIRM_ENDINGS,
    FIRM_ENDINGS_IN_CONTEXT,
    FIRM_OPENINGS,
    GENERIC_FIRST,
    MONTHS_AND_DAYS,
    NOT_FIRM,
    NOT_NAMES,
    OPENERS,
    PLACES,
    ROLES,
    SECTORS,
    TRADES,
    is_role,
    word_set,
)

# Legal forms that are nothing else when capitalised; "As", "Se", "Co", "Ab", "Sa" and their like need more care.
_SURE_FORMS: Final = word_set(
    """
    inc incorporated corp corporation ltd limited plc llc llp gmbh spa ag nv oyj asa kgaa bhd berhad tbk pty pte
    co cos company kk ltda lp bancorp holdings holding group
    """
)
# Words of law and of plain English: "the Holding Company", "the Contact Group".
_LOOSE_FORMS: Final = word_set("group holding holdings company limited co cos")
_INSTITUTIONS: Final = NOT_FIRM - word_set(
    """
    international national federal central european asian american african global gulf world state city
    """
)
# In text in capitals only these are told from words.
_FORM_IN_CAPITALS: Final = re.compile(r"\b(?:INC|CORP|LTD|PLC|LLC|CORPORATION|CO)\b")
# Any legal form with a capital or in small letters; begins with a set of letters, which the engine scans for.
_FORM: Final = re.compile(
    r"[ICLPAGSNOKBTH](?<![\w][A-Z])(?:nc|NC|orp|ORP|o(?:s|mpany|mpanies|rporation)?|O(?:S|MPANY|RPORATION)?"
    r"|ncorporated|td|TD|tda|imited|IMITED|lc|LC|LP|P|lp|LLC|G|A|V|B|E|F|pA|PA|SA|yj|YJ|K|KK|hd|HD|bk|erhad"
    r"|ty|TY|te|TE|roup|ROUP|oldings?|OLDINGS?|ancorp|ANCORP|ancshares|mbH|GaA|rands)\b"
)
_ANGLE_NAME: Final = re.compile(r"<([A-Z][^<>\n]{2,70}(?:\n[^<>\n]{1,60})?)>")
_FUND: Final = word_set("fund funds etf etfs trust bond bonds futures notes index")

_BEHIND: Final = re.compile(
    r"(?:'s?)?\s(?:analysts?|economists?|strategists?|traders?\sat|shares|stock(?=\s(?:rose|fell|jumped|gained"
    r"|dropped|slid|surged|closed|was|is|has|price))|ceo|cfo|coo|cto"
    r"|chief\s(?:executive|financial|operating|economist|investment|market|strategist|technology)"
    r"|managing\sdirector|chairman|co-founder|founder|spokes(?:man|woman|person)"
    r"|executives|shareholders|subsidiary)(?!\w)"
)
_OF_FIRM: Final = word_set(
    """
    shares stake shareholders subsidiary division parent owner maker operator ceo chairman founder co-founder
    acquisition takeover unit brokerage brokers analysts analyst economists strategists
    """
)
_SOURCE: Final = re.compile(
    r"(?:according\sto|data\sfrom|data\sby|figures\sfrom|compiled\sby|provider|consultancy|brokerage|broker|firm"
    r"|tracker)\s$"
)
_DATA_BEHIND: Final = re.compile(r"\s(?:data|figures)\s(?:show|shows|showed|on|from)(?!\w)")
# "a strategist at X", "managing director of research with X"
_ROLE_WORDS: Final = "|".join(
    sorted(ROLES - word_set("member leader president chief lady lord"), key=len, reverse=True)
)
_ROLE_AT: Final = re.compile(
    rf"(?<!\w)(?:{_ROLE_WORDS}|manager|head\sof|director|vice\spresident)s?"
    r"(?:\s(?!and\s|but\s|said\s)[\w&,'-]{1,20}){0,6}?,?\s(?:at|with)\s"
    r"(?:brokerage\s|broker\s|fund\smanager\s|the\s)?$"
)
_ANALYST_BEHIND: Final = re.compile(r"(?:['’]s)?\s(?:analysts?|strategist|economist|trader|chief\s\w+|CEO|CFO)\s[A-Z]")
# What follows the name of a listed firm and hardly anything else: "TBZ Q3 net dips", "Mastek stock".
_CORPORATE: Final = re.compile(
    r"(?:'s?)?\s(?:q[1-4](?!\w)|fy\d\d|net\s(?:profit|loss|income|up|down|rises|falls|dips|jumps)|ipo|fpo|qip"
    r"|stock(?!\s(?:market|exchange|index))(?!\w)|scrip|shares|ceo|md|cfo|board|pat)(?!\w)"
)
_KINDS_OF_FIRM: Final = TRADES | (
    APPOSITIONS - word_set("major majors heavyweight giant titan stalwart parent unit bank banks group")
)
# Headline words behind a firm's name that have a capital of their own: "Infotech Enterprises PAT rises".
_TRAILING: Final = word_set("pat ebitda ipo fpo qip net q1 q2 q3 q4 h1 h2 ceo cfo md eps")
_NO_FIRM_ALONE: Final = NOT_FIRM | NOT_NAMES | ROLES | COURTESY | GENERIC_FIRST | FIRM_ENDINGS | PLACES | SECTORS
_SHORTEST_SYMBOL: Final = 3
_ECONOMIC: Final = word_set(
    """
    gdp cpi ppi pmi wpi iip fdi fii fiis dii diis npa npas forex usd inr eur gbp jpy opec imf isin otc nri hni
    ltcg gst vat ceo ipo ipos qe fomc atm upi sip ulip etf adr gdr penny
    """
)
# "Boston-based X", "closely held X", "bought by X"
_COMPOUNDS: Final = ("-based", "-listed", "-owned", "-backed", "-headquartered", "-traded", "-controlled")
_HELD: Final = word_set("held unlisted")
_DONE_BY: Final = word_set(
    """
    bought acquired owned made manufactured backed operated underwritten managed purchased developed led advised
    published supplied produced controlled
    """
)
_DIVISION: Final = re.compile(r"\s(?:group|division|unit|segment|business|arm|department|sector|industry)(?!\w)")
_WINDOW: Final = 90
# Evidence that an ordinary word needs to be a firm's name (see `_surroundings.firm_evidence`).
_ENOUGH: Final = 3
_LONGEST_NAME: Final = 7

_SHORTEST_SHORT: Final = 4
# Surfaces whose short forms are kept: the firms of a day's news.
_REMEMBERED: Final = 8_192
# A firm unknown to the registry and named by one word has at least this many letters: "IT shares" are no firm's.
_SHORTEST_ALONE: Final = 4


def find_firms(text: ReadingText, runs: list[Run], finds: Finds) -> None:
    """Firms known by a legal form or by angle brackets: the surest ones, looked for before people."""
    full = text.full
    if "<" in full:
        _in_brackets(text, finds)
    forms = [mark.start() for mark in _FORM.finditer(full)]
    if not forms:
        return
    for run in runs:
        if run.many and bisect_left(forms, run.end) > bisect_left(forms, run.start):
            found = run.words(text)
            for at in range(1, len(found)):
                if found[at].low in LEGAL_FORMS or found[at].low in _SURE_FORMS:
                    _by_form(text, run, found, at, finds)
    _in_capitals(text, finds)


def find_firms_by_context(text: ReadingText, runs: list[Run], adjectives: frozenset[str], finds: Finds) -> None:
    """Firms known by their last word or by the words around, looked for when people are known. `adjectives`: "
    ""Japanese"."""
    firsts = {
        text.folded[s:e].split()[0].rstrip(".,"): find
        for find in finds.of_kind(Kind.COMPANY)
        for s, e in find.spans
        if s < e
    }
    people = {end for find in finds.of_kind(Kind.PERSON) for _, end in find.spans}
    for run in runs:
        if run.style is not Style.PROSE or not text.has_free(run.start, run.end):
            continue
        if not run.many and _is_plain(text.folded[run.start : run.end].removesuffix("'s"), opens=run.opens):
            continue
        for name in _segments(text, run, run.words(text)):
            if not _may_be_firm(name, adjectives):
                continue
            if (_ends_like_firm(name) and not _is_division(text, name)) or _stands_like_firm(text, run, name, people):
                known = firsts.get(name[0].low) if len(name) == 1 else None
                if known is not None:
                    # "Shares of Arena" behind "Arena Biosciences".
                    finds.add(known.entity, known.kind, known.name, name[0].start, name[0].end)
                else:
                    added = add_firm(text, name[0].start, name[-1].end, finds)
                    if added is not None:
                        firsts.setdefault(name[0].low, added)


def add_firm(text: ReadingText, start: int, end: int, finds: Finds) -> Find | None:
    """Add the firm of these characters, joined with one of the same name found before. None where no name is "
    "left of it."""
    surface = " ".join(text.full[start:end].split())
    entity = f"company:~{slug(fold(core_of(surface)))}"
    if entity == "company:~":
        return None
    return finds.add(entity, Kind.COMPANY, surface, start, end)


def _in_brackets(text: ReadingText, finds: Finds) -> None:
    for mark in _ANGLE_NAME.finditer(text.full):
        name = mark[1]
        last = name.rstrip(".").rsplit(None, 1)[-1].lower()
        if " " not in name.strip() and "\n" not in name:
            continue
        if last in _FUND:
            text.take(mark.start(1), mark.end(1))
            continue
        if not text.is_story(mark.start(), mark.end()) or not text.is_free(mark.start(1), mark.end(1)):
            continue
        add_firm(text, mark.start(1), mark.end(1), finds)


def _by_form(text: ReadingText, run: Run, found: list[Word], at: int, finds: Finds) -> None:
    """The name that ends in the legal form at this word, if it is one and nothing else has it."""
    form = found[at]
    if form.link or text.taken[form.start] == TAKEN or (form.low not in _SURE_FORMS and at + 1 < len(found)):
        return
    first = at - 1
    if found[first].low in {"and", "&"} and form.low in {"co", "company"}:
        first -= 1
    while first >= 0 and at - first <= _LONGEST_NAME and not _stops(text, run, found, first):
        first -= 1
    first += 1
    while first < at and (found[first].link or found[first].low in COURTESY):
        first += 1
    name = found[first:at]
    if (
        first > 0
        and text.taken[found[first - 1].start] == TAKEN
        and not found[first - 1].owns
        and not found[first - 1].link
    ):
        # "General Motors Acceptance Corp": a unit that has its parent's name.
        return
    if not name or ((len(name) == 1 or form.low in _LOOSE_FORMS) and _is_generic(name)):
        return
    if form.low in _LOOSE_FORMS and any(word.low in _INSTITUTIONS for word in name):
        return
    end = form.end
    if text.full.startswith(".", end):
        end += 1
    more = LEGAL_BEHIND.match(text.full, end)
    if more is not None:
        end = more.end()
    if not text.has_free(name[0].start, name[-1].end):
        # "India Inc" is the firms of India, no firm.
        return
    if not text.is_free(name[0].start, name[-1].end):
        finds.drop_within(name[0].start, name[-1].end)
    add_firm(text, name[0].start, min(end, text.ends[text.sentence(form.start)]), finds)


def _is_generic(name: list[Word]) -> bool:
    return all(word.link or word.low in GENERIC_FIRST or word.low in FIRM_ENDINGS for word in name)


def _stops(text: ReadingText, run: Run, found: list[Word], at: int) -> bool:
    """Whether the name begins behind this word."""
    word = found[at]
    if text.taken[word.start] == TAKEN or word.owns or (word.low == "of" and at > 0 and is_role(found[at - 1].low)):
        return True
    if word.low == "and":
        # "Mississippi Power and Light Co" is one firm, "Sony and Gulfex Inc" are two.
        return at + 1 >= len(found) or not (found[at + 1].low in GENERIC_FIRST or found[at + 1].low in FIRM_ENDINGS)
    if run.opens and at == 0 and word.low in OPENERS:
        return True
    if word.low in MONTHS_AND_DAYS or (at == 0 and is_role(word.low)):
        return True
    return run.style is Style.TITLE and (word.low in OPENERS or word.link)


def _in_capitals(text: ReadingText, finds: Finds) -> None:
    """ "COFAB INC BUYS GULFEX": in a headline in capitals a firm is what stands before its legal form at the start."""
    full = text.full
    for number, start in enumerate(text.starts):
        if text.boilerplate[number] or text.style(start) is not Style.CAPITALS:
            continue
        form = _FORM_IN_CAPITALS.search(full, start, text.ends[number])
        if form is None or form.start() == start or not text.is_free(start, form.end()):
            continue
        name = full[start : form.start()].split()
        if 0 < len(name) <= 4 and all(word[0].isalpha() and word.lower() not in OPENERS for word in name):
            add_firm(text, start, form.end(), finds)


def _is_plain(low: str, *, opens: bool) -> bool:
    """Whether a single capitalised word can't be a firm's name."""
    return low in _NO_FIRM_ALONE or (opens and low in OPENERS)


def _segments(text: ReadingText, run: Run, found: list[Word]) -> list[list[Word]]:
    """The free parts of a run, cut at "and", "of" and possessives, without words that only open the sentence."""
    parts: list[list[Word]] = [[]]
    for position, word in enumerate(found):
        if (
            text.taken[word.start]
            or (word.link and word.low != "&")
            or (run.opens and position == 0 and word.low in OPENERS)
        ):
            parts.append([])
            continue
        parts[-1].append(word)
        if word.owns:
            parts.append([])
    kept = []
    for part in parts:
        while part and (part[0].link or is_role(part[0].low)):
            part = part[1:]
        while part and (part[-1].link or part[-1].low in _TRAILING or part[-1].low[:2] == "fy"):
            part = part[:-1]
        if part and len(part) <= _LONGEST_NAME:
            kept.append(part)
    return kept


def _may_be_firm(name: list[Word], adjectives: frozenset[str]) -> bool:
    if name[-1].low in SECTORS and name[-1].low not in FIRM_ENDINGS and name[-1].low not in FIRM_ENDINGS_IN_CONTEXT:
        return False
    telling = False
    for word in name:
        low = word.low
        if low in NOT_FIRM or low in NOT_NAMES or low in ROLES or low in COURTESY:
            return False
        if not (
            word.link
            or low in GENERIC_FIRST
            or low in FIRM_ENDINGS
            or low in PLACES
            or low in SECTORS
            or low in adjectives
            or low.isdigit()
        ):
            telling = True
    return telling


def _ends_like_firm(name: list[Word]) -> bool:
    return len(name) > 1 and ((name[-1].low in FIRM_ENDINGS and not name[-2].link) or name[0].low in FIRM_OPENINGS)


def _is_division(text: ReadingText, name: list[Word]) -> bool:
    """ "its Newspaper Publishing group": a part of a firm, named for what it does."""
    near, _ = before(text.folded, name[0].start)
    return near in {"its", "their", "our"} or _DIVISION.match(text.folded, name[-1].end) is not None


def _stands_like_firm(text: ReadingText, run: Run, name: list[Word], people: set[int]) -> bool:
    folded = text.folded
    start, end = name[0].start, name[-1].end
    if folded.endswith((" of ", " at ", " with "), 0, start) and folded.rfind(" ", 0, start - 1) in people:
        return end - start > 1
    opens = run.opens and name[0].start == run.start
    behind = _BEHIND.match(folded, end)
    if behind is not None and not (opens and len(name) == 1) and len(name[-1].low) >= _SHORTEST_ALONE:
        return True
    if (
        folded.endswith(", ", 0, start)
        and start - 2 in people
        and end == text.ends[text.sentence(start)]
        and ": " in folded[text.starts[text.sentence(start)] : start]
    ):
        # "...: Ambareesh Baliga, Karvy": whom a headline quotes, and for whom that person speaks.
        return True
    if len(name) == 1 and _CORPORATE.match(folded, end) is not None:
        return (
            len(name[0].low) >= _SHORTEST_SYMBOL
            and name[0].low not in _ECONOMIC
            and (text.full[start:end].isupper() or not is_common([name[0].low]))
        )
    if opens and len(name) == 1:
        # "Bernstein analyst Stephen Reitman": a person follows, whom the firm employs.
        return _ANALYST_BEHIND.match(text.full, end) is not None
    near, second = ("", "") if opens else before(folded, start)
    if near == "group" and len(name) > 1:
        return True
    if near.endswith(_COMPOUNDS) or near in _HELD or (near == "by" and second in _DONE_BY):
        return True
    if len(name) > 1 and name[-1].low in FIRM_ENDINGS_IN_CONTEXT and firm_evidence(folded, start, end) > 0:
        return True
    if len(name) > 1 and is_traded_firm(folded, end):
        return True
    if any(word.low == "&" for word in name) and (not opens or firm_evidence(folded, start, end) >= _ENOUGH):
        return not is_common([word.low for word in name if word.low != "&"])
    if (
        near in _KINDS_OF_FIRM
        or (near == "of" and second in _OF_FIRM)
        or (near == "in" and second in {"stake", "stakes"})
    ):
        return True
    if opens:
        return False
    head = folded[max(0, start - _WINDOW) : start]
    if near in {"at", "with", "broker", "brokerage", "manager", "the"} and _ROLE_AT.search(head) is not None:
        return True
    if len(name) == 1 and _DATA_BEHIND.match(folded, end) is not None:
        return True
    return (
        near in {"to", "from", "by"}
        and len(name) <= 2
        and second in {"according", "data", "figures", "compiled"}
        and len(name) == 1
    )


@lru_cache(maxsize=_REMEMBERED)
def short_forms(surface: str) -> tuple[str, ...]:
    """Folded names by which an article may go on about a firm: its name without legal form, then the first word "
    "if it is telling."""
    core = fold(core_of(surface))
    forms = [core] if core and len(core) < len(surface) else []
    first = core.split(" ", 1)[0].rstrip(".,")
    if first != core and len(first) >= _SHORTEST_SHORT and first not in GENERIC_FIRST and first not in PLACES:
        forms.append(first)
    return tuple(forms)


@lru_cache(maxsize=_REMEMBERED)
def core_of(surface: str) -> str:
    """A firm's name in the text without the legal forms at its end: "Halden Corp" is "Halden"."""
    words = surface.split()
    while len(words) > 1 and _is_form(words[-1]):
        words.pop()
        if len(words) > 1 and words[-1].lower() in {"&", "and"}:
            words.pop()
    return " ".join(words).rstrip(",.")


def _is_form(word: str) -> bool:
    return word.lower().replace(".", "").strip(",()") in LEGAL_FORMS
