"""Recognition of firms that the registry does not know, by the way texts write of firms.

A run of capitalised words is a firm's name when it ends in a legal form ("Gulfex Inc"), stands in angle brackets as
wires write unlisted firms (`<Gulfex Inc>`), has a ticker behind it, ends in a word that firms' names end in ("Axis
Securities"), or stands where only a firm does ("shares of X", "X analysts", "a strategist at X", "according to X").
Such a firm has the id `company:~<slug of its name without legal form>`; no id of the registry has a `~`.
"""

import re
from bisect import bisect_left
from functools import lru_cache
from typing import Final, NamedTuple

from schemas.taxonomy import Kind
from streams.data.names import LEGAL_FORMS, is_common
from streams.data.registry import fold
from streams.extract.names.finds import Find, Finds
from streams.extract.names.people import slug
from streams.extract.names.reading_text import TAKEN, ReadingText, Style
from streams.extract.names.reasons import Because
from streams.extract.names.runs import Run, Word
from streams.extract.names.surroundings import (
    APPOSITIONS,
    LEGAL_BEHIND,
    LIST_GAP,
    WIDEST_GAP,
    before,
    firm_evidence,
    is_deal_for_money,
    is_traded_firm,
)
from streams.extract.text.words import (
    COURTESY,
    FIRM_ENDINGS,
    FIRM_ENDINGS_IN_CONTEXT,
    FIRM_OPENINGS,
    GENERIC_FIRST,
    MONTHS_AND_DAYS,
    MOVES,
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

# A capitalised word of these is a legal form anywhere in a run; others ("As", "Se", "Ab", "Sa") only at its end.
_SURE_FORMS: Final = word_set(
    """
    inc incorporated corp corporation ltd limited plc llc llp gmbh spa ag nv oyj asa kgaa bhd berhad tbk pty pte
    co cos company kk ltda lp bancorp holdings holding group
    """
)
# These are legal forms and ordinary words too: "the Holding Company", "the Contact Group".
_LOOSE_FORMS: Final = word_set("group holding holdings company limited co cos")
_INSTITUTIONS: Final = NOT_FIRM - word_set(
    """
    international national federal central european asian american african global gulf world state city
    """
)
# In text in capitals only these can be told from ordinary words.
_FORM_IN_CAPITALS: Final = re.compile(r"\b(?:INC|CORP|LTD|PLC|LLC|CORPORATION|CO)\b")
# Any capitalised legal form. The pattern begins with a set of letters because the engine scans for it quickly.
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
# These words follow the name of a listed firm and hardly any other name: "TBZ Q3 net dips", "Mastek stock".
_CORPORATE: Final = re.compile(
    r"(?:'s?)?\s(?:q[1-4](?!\w)|fy\d\d|net\s(?:profit|loss|income|up|down|rises|falls|dips|jumps)|ipo|fpo|qip"
    r"|stock(?!\s(?:market|exchange|index))(?!\w)|scrip|shares|ceo|md|cfo|board|pat)(?!\w)"
)
_KINDS_OF_FIRM: Final = TRADES | (
    APPOSITIONS - word_set("major majors heavyweight giant titan stalwart parent unit bank banks group")
)
# Headlines capitalise these words behind a firm's name: "Infotech Enterprises PAT rises".
_TRAILING: Final = word_set("pat ebitda ipo fpo qip net q1 q2 q3 q4 h1 h2 ceo cfo md eps")
_NO_FIRM_ALONE: Final = NOT_FIRM | NOT_NAMES | ROLES | COURTESY | GENERIC_FIRST | FIRM_ENDINGS | PLACES | SECTORS
_RELATIONS: Final = word_set("parent owner maker operator unit subsidiary rival partner supplier")
_NEVER_IN_FIRM: Final = NOT_FIRM | NOT_NAMES | ROLES | COURTESY
_TELLS_NOTHING: Final = GENERIC_FIRST | FIRM_ENDINGS | PLACES | SECTORS
_SOURCES: Final = word_set("according data figures compiled")
_IN_FIRM: Final = word_set("stake stakes")
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
_OF_HEADS: Final = word_set(
    "bank trust association company corporation house institute federation society first savings board pride sons"
)
_DIVISION: Final = re.compile(r"\s(?:group|division|unit|segment|business|arm|department|sector|industry)(?!\w)")
_WINDOW: Final = 90
# An ordinary word needs this much evidence to be a firm's name (see `surroundings.firm_evidence`).
_ENOUGH: Final = 3
_LONGEST_NAME: Final = 7

_LONGEST_IN_CAPITALS: Final = 4
_HEADLINE_VERBS: Final = MOVES | word_set(
    """
    raises sees sets buys sells cuts to says files gets names makes takes ups declares strikes boosts ends acquires
    holders holder group unit offers agrees plans seeks wins reports posts hits bid stake may will starts
    """
)
_SHORTEST_SHORT: Final = 4
# The caches keep this many names: about the firms of a day's news.
_REMEMBERED: Final = 8_192
# A firm unknown to the registry and named by one word has at least this many letters: "IT shares" are no firm's.
_SHORTEST_ALONE: Final = 4


def find_firms(text: ReadingText, runs: list[Run], finds: Finds) -> None:
    """Add firms with a legal form or in angle brackets. They are the surest, so they are looked for before people."""
    full = text.full
    if "<" in full:
        finds.because = Because.ANGLE_BRACKETS
        _in_brackets(text, finds)
    finds.because = Because.LEGAL_FORM
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
    """Add firms recognised by their last word or by the words around them, once people are known.

    `adjectives` are those of countries ("japanese"), which are no evidence of a firm.
    """
    firsts: dict[str, Find] = {}
    for find in finds.of_kind(Kind.COMPANY):
        start, end = find.spans[0]
        firsts.setdefault(text.folded[start:end].split(None, 1)[0].rstrip(".,"), find)
    people = [span for find in finds.of_kind(Kind.PERSON) for span in find.spans]
    around = _Around({start for start, _ in people}, {end for _, end in people}, finds)
    for run in runs:
        if run.style is not Style.PROSE or not text.has_free(run.start, run.end):
            continue
        if not run.many and _is_plain(text.folded[run.start : run.end].removesuffix("'s"), opens=run.opens):
            continue
        for name in _segments(text, run):
            why = _why_firm(text, _in_text(text, run, name, around)) if _may_be_firm(name, adjectives) else None
            if why is None:
                continue
            finds.because = why
            known = firsts.get(name[0].low) if len(name) == 1 else None
            if known is not None:
                # "Shares of Arena" behind "Arena Biosciences".
                finds.add_to(known, name[0].start, name[0].end)
            else:
                added = add_firm(text, name[0].start, name[-1].end, finds)
                if added is not None:
                    firsts.setdefault(name[0].low, added)


def add_firm(text: ReadingText, start: int, end: int, finds: Finds) -> Find | None:
    """Add the firm that these characters name, as one firm with an earlier find of the same name.

    The result is None where the name is nothing but a legal form.
    """
    surface = " ".join(text.full[start:end].split())
    core = slug(fold(core_of(surface)))
    return finds.add(f"company:~{core}", Kind.COMPANY, surface, start, end) if core else None


def _in_brackets(text: ReadingText, finds: Finds) -> None:
    for mark in _ANGLE_NAME.finditer(text.full):
        name = mark[1]
        end = mark.end(1) - (len("'s") if name.endswith("'s") else 0)
        last = name.rstrip(".").rsplit(None, 1)[-1].lower()
        if " " not in name.strip() and "\n" not in name:
            continue
        if last in _FUND:
            text.take(mark.start(1), mark.end(1))
            continue
        if not text.is_story(mark.start(), mark.end()) or not text.is_free(mark.start(1), mark.end(1)):
            continue
        add_firm(text, mark.start(1), end, finds)


def _by_form(text: ReadingText, run: Run, found: list[Word], at: int, finds: Finds) -> None:
    """Add the firm whose name ends in the legal form at this word, if there is one that is not found yet."""
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
    if first > 0 and found[first - 1].low in {"and", "&"} and len(name) == 1 and is_common([name[0].low]):
        # "Goodyear Tire and Rubber Co": the tail of a longer name.
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
    if text.has_free(name[0].start, name[-1].end):
        # "India Inc" has no free word and is no firm: it means the firms of India.
        add_firm(text, name[0].start, min(end, text.ends[text.sentence(form.start)]), finds)


def _is_generic(name: list[Word]) -> bool:
    return all(word.link or word.low in GENERIC_FIRST or word.low in FIRM_ENDINGS for word in name)


def _stops(text: ReadingText, run: Run, found: list[Word], at: int) -> bool:
    """Whether the name begins behind this word."""
    word = found[at]
    if text.taken[word.start] == TAKEN or word.owns:
        return True
    if word.low == "of":
        # "Bank of Gulfport Corp" is one name, "Douglas Pruitt of Sheldrake Securities Inc" two.
        return at == 0 or found[at - 1].low not in _OF_HEADS
    if word.low == "and":
        # "Mississippi Power and Light Co" is one firm, "Sony and Gulfex Inc" are two.
        return at + 1 >= len(found) or not (found[at + 1].low in GENERIC_FIRST or found[at + 1].low in FIRM_ENDINGS)
    if run.opens and at == 0 and word.low in OPENERS:
        return True
    if word.low in MONTHS_AND_DAYS or (at == 0 and is_role(word.low)):
        return True
    return run.style is Style.TITLE and (word.low in OPENERS or word.link)


def _in_capitals(text: ReadingText, finds: Finds) -> None:
    """Add firms that open a headline in capitals with a name and a legal form: "COFAB INC BUYS GULFEX"."""
    full = text.full
    finds.because = Because.NAME_IN_CAPITALS
    for number, start in enumerate(text.starts):
        if text.boilerplate[number] or text.style(start) is not Style.CAPITALS:
            continue
        form = _FORM_IN_CAPITALS.search(full, start, text.ends[number])
        if form is None or form.start() == start or not text.is_free(start, form.end()):
            continue
        if is_capital_name(full[start : form.start()]):
            add_firm(text, start, form.end(), finds)


def is_capital_name(words: str) -> bool:
    """Whether words in capitals at the start of a headline, before a legal form or ticker, are a firm's name."""
    name = words.lower().split()
    if not 0 < len(name) <= _LONGEST_IN_CAPITALS or name[-1] in _FUND:
        return False
    return all(word[0].isalpha() and word not in OPENERS and word not in _HEADLINE_VERBS for word in name)


def _is_plain(low: str, *, opens: bool) -> bool:
    """Whether a single capitalised word can't be a firm's name."""
    return low in _NO_FIRM_ALONE or (opens and low in OPENERS)


def _segments(text: ReadingText, run: Run) -> list[list[Word]]:
    """The free parts of a run, cut at "and", "of" and possessives, without words that only open the sentence."""
    parts: list[list[Word]] = [[]]
    for position, word in enumerate(run.words(text)):
        is_cut = text.taken[word.start] or (word.link and word.low != "&")
        if is_cut or (run.opens and position == 0 and word.low in OPENERS):
            parts.append([])
            continue
        parts[-1].append(word)
        if word.owns:
            parts.append([])
    trimmed = (_trimmed(part) for part in parts if part)
    return [part for part in trimmed if 0 < len(part) <= _LONGEST_NAME]


def _trimmed(part: list[Word]) -> list[Word]:
    first, last = 0, len(part)
    while first < last and (part[first].link or is_role(part[first].low)):
        first += 1
    while first < last and (part[last - 1].link or part[last - 1].low in _TRAILING or part[last - 1].low[:2] == "fy"):
        last -= 1
    return part[first:last]


def _may_be_firm(name: list[Word], adjectives: frozenset[str]) -> bool:
    """Whether no word rules out a firm and one word is distinctive: "European Bank" and "IT Services" name no firm."""
    last = name[-1].low
    if last in SECTORS and last not in FIRM_ENDINGS and last not in FIRM_ENDINGS_IN_CONTEXT:
        return False
    if any(word.low in _NEVER_IN_FIRM for word in name):
        return False
    return any(
        not (word.link or word.low in _TELLS_NOTHING or word.low in adjectives or word.low.isdigit()) for word in name
    )


# ---- what makes words a firm's name


class _Around(NamedTuple):
    """Where people's names begin and end, and all finds so far."""

    people_begin: set[int]
    people_end: set[int]
    finds: Finds


class _Place(NamedTuple):
    """Words that may be a firm's name, and where they stand."""

    name: list[Word]
    """The words."""
    start: int
    """First character."""
    end: int
    """One past the last."""
    opens: bool
    """Whether they open the sentence."""
    near: str
    """The word before; empty where they open the sentence."""
    second: str
    """The word before that."""
    around: _Around
    """Where other names stand."""


def _in_text(text: ReadingText, run: Run, name: list[Word], around: _Around) -> _Place:
    start = name[0].start
    opens = run.opens and start == run.start
    near, second = ("", "") if opens else before(text.folded, start)
    return _Place(name, start, name[-1].end, opens, near, second, around)


def _why_firm(text: ReadingText, place: _Place) -> Because | None:
    """The first rule by which the words name a firm; None where none does."""
    name = place.name
    if len(name) == 2 and place.near in {"and", "&"} and name[1].low in _SURE_FORMS and is_common([name[0].low]):
        # The tail of a longer name, as in `_by_form`.
        return None
    for why, rule in _RULES:
        if rule(text, place):
            return why
    return None


def _by_last_word(text: ReadingText, place: _Place) -> bool:
    """Accept "Axis Securities" and "Grupo Vasco", but not "its Newspaper Publishing group", a part of a firm."""
    name = place.name
    if len(name) < 2 or not (name[0].low in FIRM_OPENINGS or (name[-1].low in FIRM_ENDINGS and not name[-2].link)):
        return False
    return place.near not in {"its", "their", "our"} and _DIVISION.match(text.folded, place.end) is None


def _by_person(text: ReadingText, place: _Place) -> bool:
    """Accept a person's firm: "Jun Bei Liu of Ten Cap", or "...: Ambareesh Baliga, Karvy" at a headline's end."""
    folded, start = text.folded, place.start
    if folded.endswith((" of ", " at ", " with "), 0, start):
        return folded.rfind(" ", 0, start - 1) in place.around.people_end and place.end - start > 1
    if not folded.endswith(", ", 0, start) or start - 2 not in place.around.people_end:
        return False
    sentence = text.sentence(start)
    return place.end == text.ends[sentence] and ": " in folded[text.starts[sentence] : start]


def _by_words_behind(text: ReadingText, place: _Place) -> bool:
    """Accept "X analysts", "X shares", "TBZ Q3 net dips"; a single word that opens a sentence needs more."""
    folded, end, name = text.folded, place.end, place.name
    if len(name) == 1:
        low = name[0].low
        if _CORPORATE.match(folded, end) is not None:
            is_symbol = text.full[place.start : end].isupper()
            return len(low) >= _SHORTEST_SYMBOL and low not in _ECONOMIC and (is_symbol or not is_common([low]))
        if place.opens:
            # "Bernstein analyst Stephen Reitman": a person follows, whom the firm employs.
            return _ANALYST_BEHIND.match(text.full, end) is not None
        if _DATA_BEHIND.match(folded, end) is not None:
            return True
    elif is_traded_firm(folded, end):
        return True
    return _BEHIND.match(folded, end) is not None and len(name[-1].low) >= _SHORTEST_ALONE


def _by_words_before(text: ReadingText, place: _Place) -> bool:
    """Accept "Boston-based X", "bought by X", "buys X for $3 billion", "shares of X", "according to X"."""
    near, second, is_single = place.near, place.second, len(place.name) == 1
    if near.endswith(_COMPOUNDS) or near in _HELD or near in _KINDS_OF_FIRM:
        return True
    if is_deal_for_money(text.folded, near, place.end):
        return True
    if near == "by":
        return second in _DONE_BY or (is_single and second in _SOURCES)
    if near in {"of", "in"}:
        return second in (_OF_FIRM if near == "of" else _IN_FIRM)
    if near == "group":
        return not is_single
    return is_single and near in {"to", "from"} and second in _SOURCES


def _by_neighbours(text: ReadingText, place: _Place) -> bool:
    """Accept firms among firms ("Eternal, Swiggy and Nykaa"), "Peel Hunt's Charles Hall", "Google parent Alphabet"."""
    if place.near in _RELATIONS and place.start - len(place.near) - 2 in place.around.finds.firm_ends:
        return True
    if place.name[-1].owns:
        return place.end + len("'s ") in place.around.people_begin
    behind = LIST_GAP.match(text.folded, place.end)
    if behind is None or behind.end() not in place.around.finds.firm_starts:
        return False
    return any(
        place.start - gap in place.around.finds.firm_ends
        and LIST_GAP.fullmatch(text.folded, place.start - gap, place.start) is not None
        for gap in range(1, WIDEST_GAP + 1)
    )


def _by_role_at(text: ReadingText, place: _Place) -> bool:
    """Accept "a strategist at X", "head of research with X"."""
    if place.near not in {"at", "with", "broker", "brokerage", "manager", "the"}:
        return False
    return _ROLE_AT.search(text.folded[max(0, place.start - _WINDOW) : place.start]) is not None


def _by_shape(text: ReadingText, place: _Place) -> bool:
    """Accept "Wizmere Security said", "Monnet Ispat & Energy": a firm's shape, if the words around agree."""
    name = place.name
    evidence = firm_evidence(text.folded, place.start, place.end) if len(name) > 1 else 0
    if evidence > 0 and name[-1].low in FIRM_ENDINGS_IN_CONTEXT:
        return True
    joined = any(word.low == "&" for word in name)
    if not joined or (place.opens and evidence < _ENOUGH):
        return False
    return not is_common([word.low for word in name if word.low != "&"])


_RULES: Final = (
    (Because.FIRM_BY_LAST_WORD, _by_last_word),
    (Because.FIRM_BY_PERSON, _by_person),
    (Because.FIRM_BY_WORDS_BEHIND, _by_words_behind),
    (Because.FIRM_BY_WORDS_BEFORE, _by_words_before),
    (Because.FIRM_BY_NEIGHBOURS, _by_neighbours),
    (Because.FIRM_BY_ROLE_AT, _by_role_at),
    (Because.FIRM_BY_SHAPE, _by_shape),
)


# ---- short names


@lru_cache(maxsize=_REMEMBERED)
def short_forms(surface: str) -> tuple[str, ...]:
    """Folded names by which an article may name a firm again: without legal form, and a distinctive first word."""
    core = fold(core_of(surface))
    forms = [core] if core and len(core) < len(surface) else []
    first = core.split(" ", 1)[0].rstrip(".,")
    if first != core and len(first) >= _SHORTEST_SHORT and first not in _TELLS_NOTHING:
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
