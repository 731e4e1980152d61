"""Words that refer back to an index: "the benchmark index", "London's top-flight index", "It", "all three".

A back reference counts as a mention of the index named last, and only where no other may be meant: "the" is not enough
to choose between two. "Both" and "all three" refer to the indices of the last naming sentence, if it names that many.
"""

import re
from collections.abc import Sequence, Set
from itertools import pairwise
from typing import Final, NamedTuple

from schemas.taxonomy import Field
from streams.data.index_names import IndexNames
from streams.extract.indices.tokens import IndexSpan


class LastNamed(NamedTuple):
    """The latest sentence that names an index."""

    ids: frozenset[str]
    """All indices it names."""
    sentence: int
    """Its place among the sentences."""
    mentions: tuple[IndexSpan, ...]
    """Its mentions, with offsets into the field."""
    start: int
    """Where it begins in the field."""
    end: int
    """One past its end."""
    field: Field
    """The field it stands in."""
    others: frozenset[str]
    """Indices that the naming sentence before it in the same field names, and it does not."""


# A back reference may refer to a name this many sentences before it.
_REACH: Final = 3
# "London's blue-chip index, the FTSE 100": where a name follows within this many characters, the words mean that index.
_APPOSITION: Final = 12

# Words that may refer back to an index. They are looked for only in articles that name one.
_BACK_REFERENCE: Final = re.compile(
    r"\b(?:(?:[Tt]he|THE)|(?P<place>[A-Z]\w+(?: [A-Z]\w+)?)['’]s"
    r"(?=\s(?:benchmark|main|leading|key|headline|top|top-flight|premier|blue[- ]chip)\s))\s"
    r"(?:(?:benchmark|blue[- ]chip|bluechip|broad|broader|broadest|main|key|headline|leading|bellwether|barometer"
    r"|tech(?:nology)?-(?:heavy|laden|rich|focused|dominated)|wider|widely watched|closely watched"
    r"|closely followed|highly volatile|volatile|stock"
    r"|share|equity|market|bourse|local|national|domestic|(?:export|resource|commodity|mining)-heavy|broad-market"
    r"|(?:small|mid|large)[- ]?cap|transport(?:ation)?|start-?up|pan-\w+|fear|volatility"
    r"|top|top-flight|premier|BSE|NSE|(?P<number>\d{2,4})-(?:share|stock|scrip|issue))\s)*"
    r"(?:(?P<people>[A-Z][a-z]+(?:n|sh|se|ch|ss))\s(?=index|benchmark|share|stock))?"
    r"(?:(?:stock|share)\s)?(?:index|average|gauge|barometer|benchmark(?!\s[A-Z0-9])|INDEX|AVERAGE)(?![\w-])"
    r"(?!\s(?:of|for|in(?!\s(?:the\s)?(?:negative|positive|red|green|black)\b)|that|tracking|futures|fund|compiler|provider|maker|yield|rate|oil|crude|price|prices|spot|brent"
    r"|bond|gilt|lending|interest|contract|daily|monthly|annual|cost|age|wage|salary)\b)"
)
_VERBS_OF_INDEX: Final = (
    "is|was|has|had|also|last|later|then|earlier|now|still|again|remains|stands|trades|stood|opened|traded|closed"
    "|ended|finished|settled"
    "|hit|touched|reached|rose|gained|added|climbed|jumped|surged|soared|rallied|rebounded|recovered|advanced"
    "|swung|fell"
    "|lost|dropped|slid|slipped|slumped|plunged|tumbled|dived|dipped|eased|shed|declined|retreated|sank|extended"
    "|pared|snapped"
)
# "It" at the start of a sentence, or behind a first phrase: "During the day, it slumped", "On Monday it closed".
_IT: Final = re.compile(
    r"\A(?:\W{0,3}|[A-Z][a-z]+(?: [^\s.,;]{1,12}){0,5},\s|(?:On|By|At) (?:\w+ ){0,2}?\w+ )"
    rf"([Ii]t)\s(?=(?:{_VERBS_OF_INDEX})\b)"
)
# The same for several indices: "All three ended higher", "Both indexes fell", "For the week, all three gained".
_ALL: Final = re.compile(
    r"\A(?:\W{0,3}|(?:For|Over|In|By|On|At) [^\s.,;]{1,12}(?: [^\s.,;]{1,12}){0,4},\s)"
    r"((?:[Aa]ll\s(?P<all>two|three|four|five)|(?P<both>[Bb]oth)|[Tt]he\s(?P<the>two|three|four|five))(?:\sof\sthem)?"
    r"(?:\s(?:main|major|U\.S\.|US|key|benchmark|broad|blue-chip|stock|share|Wall\sStreet|European|Asian|Indian)){0,4}"
    r"(?P<noun>\s(?:indexes|indices|benchmarks|averages|gauges))?)"
    rf"\s(?=(?:were|are|have|all|each|both|{_VERBS_OF_INDEX})\b)"
)
_BOTH: Final = re.compile(
    r"\b(?:[Bb]oth|(?:[Aa]ll|[Tt]he)\s(?P<number>two|three|four|five))(?:\sof\sthe)?"
    r"(?:\s(?:main|major|U\.S\.|US|key|benchmark|broad|blue-chip|stock|share|Wall\sStreet|European|Asian|Indian)){0,4}"
    r"\s(?:indexes|indices|benchmarks|averages|gauges)\b"
)
_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
# A sentence is about a list of indices that begins within this many characters of its start.
_OPENING: Final = 24
# Things other than an index that "it" may mean, if the sentence before names them behind the index; and the units and
# signs of a price, which no index has.
_OTHERS: Final = re.compile(
    r"\b(?:yen|dollar|euro|pound|sterling|yuan|rupee|won|franc|real|peso|yields?|bitcoin|gold|silver|copper|oil"
    r"|crude|brent)\b"
)
_PRICED: Final = re.compile(
    r"[$€£¥₹]|\b(?:yen|dollars?|cents|euros?|rupees|pence|won|yuan|per|barrel|ounce|share|basis)\b"
)


# "In Oslo the main index fell" speaks of another index, unless the one named before is at home there.
_IN_A_PLACE: Final = re.compile(r"\b[Ii]n ([A-Z]\w+(?: [A-Z]\w+)?),? ?\Z")
_LONGEST_PLACE: Final = 32


def referent(last: LastNamed | None, sentence: int, sole: str | None) -> str | None:
    """The index that "the index" means in this sentence, where that is clear.

    `sole` is the index of an article that names only one.
    """
    if last is None:
        return sole
    if len(last.ids) > 1 or (last.others and sentence - last.sentence > 1):
        # After two indices, "the benchmark" may be either.
        return None
    return next(iter(last.ids)) if sentence - last.sentence <= _REACH else sole


def with_references(
    text: str,
    spans: Sequence[IndexSpan],
    index: str | None,
    last: LastNamed | None,
    names: IndexNames,
    article: frozenset[str],
) -> list[IndexSpan]:
    """`spans` and the back references of a sentence, in text order.

    `index` is the index named before it, where that is clear, `last` is the latest sentence that names any, and
    `article` has all that the article names. `names` tells how many members an index has, where it is at home and which
    words describe it.
    """
    found = list(spans)
    for reference in _BACK_REFERENCE.finditer(text):
        start, end = reference.span()
        if any(span.start < end and start < span.end for span in spans):
            continue
        elsewhere = _IN_A_PLACE.search(text, max(0, start - _LONGEST_PLACE), start)
        meant = _meant(start, end, spans, index)
        described = [names.descriptions[w] for w in _described(reference[0]) if w in names.descriptions]
        if reference["number"] is not None:
            fitting = names.members.get(reference["number"], frozenset())
            meant = _with_members(fitting, meant, spans, last)
        elif described and meant not in (fitting := frozenset.intersection(*described)):
            meant = _of_its_kin(fitting & article, {s.id for s in spans if s.end <= start}, last, names)
        if meant is None:
            continue
        homes = names.homes.get(meant, frozenset())
        place = reference["people"] or reference["place"]
        if (elsewhere is None or elsewhere[1] in homes) and (place is None or place in homes):
            found.append(IndexSpan(start, end, meant, named=False))
    found.sort()
    return found


def _described(reference: str) -> list[str]:
    """The words of a reference, and each two of them: "the blue chip index" has "blue chip"."""
    single = reference.lower().split()
    return [*single, *(f"{one} {two}" for one, two in pairwise(single))]


def _of_its_kin(fitting: frozenset[str], before: Set[str], last: LastNamed | None, names: IndexNames) -> str | None:
    """The one index among those of the article that a description fits, of the country of what was named last."""
    near = {names.countries.get(index) for index in before or (last.ids if last is not None else fitting)}
    own = [index for index in fitting if names.countries.get(index) in {*near, None}]
    return own[0] if len(own) == 1 else None


def it(text: str, index: str | None) -> IndexSpan | None:
    """The "it" that a sentence begins with, as a mention of the index named before."""
    pronoun = _IT.match(text) if index is not None else None
    return IndexSpan(*pronoun.span(1), index, named=False) if pronoun is not None and index is not None else None


def _with_members(
    fitting: frozenset[str], meant: str | None, spans: Sequence[IndexSpan], last: LastNamed | None
) -> str | None:
    """The one index among those just named that has this many members: "the 30-share index" is not the Nifty 50."""
    named = {span.id for span in spans} | (last.ids if last is not None else frozenset()) | {meant}
    found = fitting & named
    return next(iter(found)) if len(found) == 1 else None


def both_of_them(text: str, spans: Sequence[IndexSpan], last: LastNamed | None) -> list[IndexSpan]:
    """The indices that "both indexes" or "the three benchmarks" within a sentence mean: those named before it."""
    found: list[IndexSpan] = []
    for reference in _BOTH.finditer(text):
        start, end = reference.span()
        before = dict.fromkeys(span.id for span in spans if span.end <= start)
        if not before and last is not None:
            before = dict.fromkeys(mention.id for mention in last.mentions)
        if len(before) == (2 if reference["number"] is None else _NUMBERS[reference["number"].lower()]):
            found += [IndexSpan(start, end, index, named=False) for index in before]
    return found


def all_of_them(text: str, last: LastNamed, sentence: int) -> list[IndexSpan]:
    """The indices of the last naming sentence, where this one begins with their number: "All three ended higher".

    Without a noun ("all three indexes") they must open the sentence right before, since "all three" may mean firms.
    """
    found = _ALL.match(text) if len(last.ids) > 1 else None
    if found is None:
        return []
    number = 2 if found["both"] else _NUMBERS[found["all"] or found["the"]]
    is_far = sentence - last.sentence > (_REACH if found["noun"] else 1)
    opens = last.mentions[0].start - last.start <= _OPENING
    if number != len(last.ids) or is_far or not (found["noun"] or (opens and not found["the"])):
        return []
    order = dict.fromkeys(mention.id for mention in last.mentions)
    return [IndexSpan(*found.span(1), index, named=False) for index in order]


def has_a_price(text: str) -> bool:
    """Whether a sentence states a price, which no index has: "It last traded at 2,050 yen"."""
    return _PRICED.search(text) is not None


def names_what_has_a_price(text: str) -> bool:
    """Whether a currency, a commodity or a yield is named, which the "it" of the next sentence may be."""
    return _OTHERS.search(text) is not None


def _meant(start: int, end: int, spans: Sequence[IndexSpan], index: str | None) -> str | None:
    before = [span.id for span in spans if span.end <= start]
    if before:
        return before[-1] if len(set(before)) == 1 else None
    return None if spans and spans[0].start - end < _APPOSITION else index
