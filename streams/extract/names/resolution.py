"""Disambiguation: what the registry's names and symbols mean where they stand.

A symbol beside a name settles it. Names that an index shares with an exchange, a publisher or a rater are told
apart by the words around. A firm's name that is an ordinary word waits until the rest of the article is known: it is
confirmed by a sure mention elsewhere or by enough words that only stand around firms.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from schemas.taxonomy import Kind
from streams.data.name_keys import plain
from streams.data.names import LEGAL_FORMS, is_common
from streams.data.registry import SIZES, AliasClass, Meaning, Registry, fold
from streams.extract.names.finds import Finds
from streams.extract.names.firms import add_firm, is_capital_name
from streams.extract.names.given_names import GIVEN_NAMES
from streams.extract.names.index_surroundings import IndexSurroundings
from streams.extract.names.people import occurrences, slug
from streams.extract.names.reading_text import TAKEN, ReadingText, Style
from streams.extract.names.reasons import Because
from streams.extract.names.registry_names import Hit
from streams.extract.names.surroundings import (
    BEFORE_NAME,
    LEGAL_BEHIND,
    LIST_GAP,
    NEXT_CAPITALISED,
    WIDEST_GAP,
    before,
    capital_neighbours,
    firm_evidence,
    has_capital_before,
    is_idle,
    is_medium,
    is_of_something,
    is_otherwise,
    is_rater,
    is_traded_firm,
    is_venue,
    opens_for_noun,
    speaks,
    speaks_against_firm,
    trades_on_own_news,
)
from streams.extract.names.symbols import SymbolHit, Written, is_share, plain_tickers
from streams.extract.text.words import (
    FIRM_ENDINGS,
    GENERIC_FIRST,
    MONTHS_AND_DAYS,
    MOVES,
    NOT_FIRM,
    NOT_NAMES,
    OPENERS,
    word_set,
)

# An ordinary word needs this much evidence to be a firm's name (see `surroundings.firm_evidence`).
_ENOUGH: Final = 3
# From this size class a firm is so often in the news that its name alone is evidence (`Meaning.rank`).
_MIDDLE: Final = 3
_TELLS_NOTHING: Final = GENERIC_FIRST | FIRM_ENDINGS | NOT_FIRM
# In a headline in capitals these abbreviations of firms may be ordinary words.
_VERBS_IN_CAPITALS: Final = word_set(
    "ups ice cat met sap all key has low now net so well post snap cost fast big pay run see two"
)
# In prose a word in capitals of at least this length is an abbreviation.
_TELLING_CAPITALS: Final = 4
_THREE_CAPITALS: Final = 3

# A name that stands this often without evidence of a firm is not looked at again; this bounds the work.
_MOST_IN_VAIN: Final = 256

# A mention that only modifies ("Japanese") or stands for a government ("Tokyo") has less weight.
_MODIFIER: Final = 0.25
_METONYM: Final = 0.5

# So many letters of a ticker are those of the name that it is taken from.
_ALIKE: Final = 3
# What is said of a ticker and hardly of another abbreviation.
_TRADED: Final = re.compile(
    rf"(?:'s?)?\s(?:shares?|stock|price\starget|{'|'.join(sorted(MOVES))}|(?:is\s|was\s)?(?:up|down)(?=\s\d))(?!\w)"
)
# Marks that may stand between a name and its symbol.
_BESIDE: Final = re.compile(r"[\s(,<\[:]{0,3}")
_WIDEST_BESIDE: Final = 3
_NEAR: Final = 8
_LONGEST_NAME: Final = 60
_INDEX_TAIL: Final = re.compile(
    r"(?:'s?)?(?P<between>(?:\s(?!(?:said|says|and|or|but|rose|fell|the|a|an|which|that|as|to|is|was|by|were|has"
    r"|had|on|at|in)\s)[\w&/.+-]{1,20}){0,6}?)"
    r"\s(?:sub-?)?(?:index(?:es)?|indices|gauge|benchmark|average)(?!\w)"
)
_NEUTRAL: Final = word_set(
    """
    stock share shares stocks benchmark market composite main blue-chip bluechip broad broader tech-heavy price
    equity cash industrial large-cap small-cap mid-cap key barometer closely-watched local of leading
    """
)
# An index may be described by its number of members: "the Nikkei 225-issue average".
_OF_MEMBERS: Final = re.compile(r"\d{2,4}-(?:share|stock|issue)")
_PHRASE: Final = re.compile(r"[a-z][\w&'-]*(?:\s[\w&'-]+){0,2}\s?$", re.IGNORECASE)
_NO_PHRASE: Final = word_set(
    """
    the a an and or but while with by of in led among both were was is are as at on from for to that which than
    its their this these those since after before including between over under against all up down rose fell
    gained lost index's such like when where though although because
    """
)
_GOVERNMENT_ACTS: Final = re.compile(
    r"'s?\s(?:\w+\s)?(?:demands?|promises?|pledges?|threats?|tariffs?|policy|policies|policymakers|decision"
    r"|sanctions|plans?|response|retaliation|retaliatory|proposals?|stance|offers?|efforts?"
    r"|government|administration|move|push|support|allies|priorities|interests|position|trade|export|stimulus"
    r"|crackdown|curbs|ban|approval)"
    r"|\s(?:said|says|agreed|agrees|imposed|imposes|will|would|has|had|is\s(?:expected|seeking|considering"
    r"|pushing|planning|ready|willing|preparing)|wants|wanted|remains|plans|announced|warned|accused|vowed|signed"
    r"|hit\sback|retaliated|threatened|threatens|pledged|banned|urged|and\s(?:beijing|washington|tokyo|brussels"
    r"|london|moscow|seoul|delhi|new\sdelhi|ottawa|berlin|paris|kyiv))(?!\w)"
)
_GOVERNMENT_PARTNER: Final = re.compile(
    r"(?:between|talks\swith|deal\swith|agreement\swith|tensions?\swith|signals?\sfrom|boost\sfrom|pressure\sfrom"
    r"|support\sfrom|between\s\w+\sand|\s(?:washington|beijing|tokyo|brussels|moscow|seoul)\sand|war\swith"
    r"|truce\swith|negotiat\w+\swith)\s$"
)
_WINDOW: Final = 48
_LONGEST_PHRASE: Final = 4

# These words behind an index's name go on to speak of the index, even with a capital.
_BEHIND_INDEX: Final = word_set(
    """
    index indexes indices futures future average composite industrial industrials transports transportation utilities
    stock stocks share shares companies etf etfs fund funds options constituents points mini jones i and or bulls bears
    """
)
_FUNDS: Final = word_set("fund funds etf etfs futures trust spdr ishares notes bond bonds")
_FIRM_UNITS: Final = word_set(
    """
    asia inc corning agrosciences chemical chemicals newswires private clearing ventures verafin newspaper daily
    """
)
_NOT_BEHIND_PERSON: Final = word_set(
    """
    media organization organisation tower towers university institute foundation center centre plaza hotel steaks
    jr
    """
)
_BY_POINTS: Final = re.compile(r"[^.;]{0,40}?\d\s?-?(?:points?|pts)\b|\s\w+\s(?:to|at)\s\d")
_GIVEN_IN_FRONT: Final = re.compile(r"(?<!\w)([A-Z][\w-]+)(?:\s[A-Z]\.?){0,2}\s$")
_ON: Final = re.compile(r"\s(?:on|at)\s(?:the\s)?$")
_JUNIOR: Final = re.compile(r",?\s(?:Jr|Sr|II|III)\b")
# An abbreviation in brackets behind the words that it stands for.
_DEFINED: Final = re.compile(r"\((?<=\s\()([A-Z][A-Z&.]{1,6})\)")
_WORD_BEFORE: Final = re.compile(r"[^\W\d_][\w&'’.]*")
_LONGEST_LINK: Final = 3
_PHRASE_WORD: Final = re.compile(r"[A-Za-z][\w&'-]*")
_NAME_BEFORE: Final = re.compile(
    r"((?<![\w.])[A-Z][\w&'.-]*(?:[ \n](?:(?:&|of|and|de|du|des|der|van|von|la|le|do|da)[ \n])?[A-Z][\w&'.-]*){0,5})"
    r"[\s(,]{1,2}$"
)


class Resolution:
    """Turns names and symbols of one article into finds; a doubtful name waits until the rest is known."""

    __slots__ = ("_around_indices", "_finds", "_in_vain", "_indices", "_registry", "_text", "_waiting")

    def __init__(self, text: ReadingText, registry: Registry, finds: Finds, around_indices: IndexSurroundings) -> None:
        self._around_indices = around_indices
        self._text = text
        self._registry = registry
        self._indices = registry.index_names
        self._finds = finds
        self._waiting: list[tuple[Hit, int]] = []
        """Hits that may be firms, each with its end, which includes a legal form behind it."""
        self._in_vain: Counter[str] = Counter()
        """How often each name was looked at without evidence that it is a firm's."""

    def resolve(self, hits: list[Hit], found_symbols: list[SymbolHit]) -> None:
        """Settle every name and symbol that needs no confirmation."""
        hits = self._without_redefined(hits)
        if found_symbols:
            hits = self._named_by_symbols(hits, found_symbols)
        beside = _symbols_beside(self._text, hits, found_symbols)
        within = _within_symbols(hits, found_symbols)
        for position, hit in enumerate(hits):
            if position not in within and self._text.is_free(hit.start, hit.end):
                self._settle(hit, beside.get(position))
        self._symbols_alone(found_symbols)

    def _named_by_symbols(self, hits: list[Hit], found: list[SymbolHit]) -> list[Hit]:
        """The hits that are left once symbols have decided.

        Of two firms of one name the one whose symbol stands in the article is meant. A symbol behind a longer name
        takes the shorter one in it: "Tencent Music (NYSE: TME)".
        """
        meant = {symbol.entity for symbol in found}
        for hit in hits:
            first = hit.readings[0]
            if len(hit.readings) > 1 and first.kind is Kind.COMPANY and first.entity not in meant:
                equals = [r for r in hit.readings if r.alias_class is first.alias_class and r.entity in meant]
                if equals:
                    hit.readings = (*equals, *(r for r in hit.readings if r not in equals))
        claimed: list[tuple[int, int]] = []
        for symbol in found:
            name = self._longer_name(hits, symbol)
            if name is not None and symbol.entity is not None:
                self._finds.because = Because.SYMBOL_BESIDE
                for start, end in occurrences(self._text, self._text.folded[name[0] : name[1]]):
                    self._add_id(symbol.entity, start, end)
                    claimed.append((start, end))
        return [hit for hit in hits if not any(start < hit.end and hit.start < end for start, end in claimed)]

    def _longer_name(self, hits: list[Hit], symbol: SymbolHit) -> tuple[int, int] | None:
        """The name before a symbol, all of whose words are of the symbol's firm, where a hit names only part of it."""
        if symbol.entity is None or not symbol.entity.startswith("company:") or symbol.written is Written.BARE:
            return None
        name = self._name_before(symbol)
        if name is None:
            return None
        end = name[0] + len(self._text.full[slice(*name)].rstrip("."))
        words = self._words_of(symbol.entity)
        marks = [m for m in _PHRASE_WORD.finditer(self._text.folded, *name) if not LEGAL_FORMS.intersection((m[0],))]
        start = next((m.start() for m in marks if m[0] in words), end)
        if not all(m[0] in OPENERS or self._text.full[m.start()].islower() for m in marks if m.start() < start):
            return None
        within = [hit for hit in hits if start < hit.end and hit.start < end]
        if not within or not all(m[0] in words for m in marks if m.start() >= start):
            return None
        covers = any(hit.start <= start and _with_legal_form(self._text, hit) >= end for hit in within)
        return None if covers else (start, end)

    def plain_tickers(self) -> None:
        """Add tickers that stand as words: those of firms that are named too, and of large firms where the words
        behind speak of a firm ("NVDA shares", "MSFT falls 1%").
        """
        text, finds = self._text, self._finds
        finds.because = Because.SYMBOL
        for symbol in plain_tickers(text, self._registry):
            low = symbol.value.lower()
            if (
                symbol.entity is None
                or low in NOT_NAMES
                or is_common([low])
                or text.style(symbol.start) is Style.CAPITALS
            ):
                continue
            known = self._registry.entities[symbol.entity]
            is_large = known.country == "US" and SIZES.index(known.size or SIZES[0]) > _MIDDLE
            if symbol.entity in finds.by_id or (is_large and _TRADED.match(text.folded, symbol.end)):
                self._add_id(symbol.entity, symbol.start, symbol.end)
                finds.by_id[symbol.entity].symbols.append(symbol.value)

    def _without_redefined(self, hits: list[Hit]) -> list[Hit]:
        """The hits except abbreviations to which the article itself gives another meaning.

        After "The Corporate Affairs Commission (CAC) said" no "CAC" of the article is the index.
        """
        full = self._text.full
        own: set[str] = set()
        meant: dict[str, set[str]] = {}
        for mark in _DEFINED.finditer(full) if "(" in full else ():
            start = _expansion(full, mark)
            if start < 0 or mark[1] in own:
                continue
            if not meant:
                meant = self._meant(hits)
            if not self._means_the_same(hits, meant.get(mark[1], ()), start, mark.start()):
                own.add(mark[1])
        return [hit for hit in hits if full[hit.start : hit.end] not in own] if own else hits

    def _meant(self, hits: list[Hit]) -> dict[str, set[str]]:
        """What each name may mean, by how it is written."""
        meant: dict[str, set[str]] = {}
        for hit in hits:
            meant.setdefault(self._text.full[hit.start : hit.end], set()).update(r.entity for r in hit.readings)
        return meant

    def _means_the_same(self, hits: list[Hit], meant: Iterable[str], start: int, end: int) -> bool:
        """Whether the words before a bracket are a name of what the abbreviation in it means."""
        spelt: set[str] = set()
        for hit in islice(hits, bisect_left(hits, start, key=_start), None):
            if hit.start >= end:
                break
            spelt.update(reading.entity for reading in hit.readings)
        return any(entity in spelt or self._share_a_word((start, end), entity) for entity in meant)

    def attach(self, found: list[SymbolHit]) -> None:
        """Count symbols right behind a firm that was found by other means as mentions of it."""
        self._finds.because = Because.SYMBOL
        for symbol in found:
            if not self._text.is_free(symbol.start, symbol.end):
                continue
            for gap in range(1, _WIDEST_BESIDE + 1):
                firm = self._finds.firm_ends.get(symbol.start - gap)
                if firm is not None:
                    if _BESIDE.fullmatch(self._text.full, symbol.start - gap, symbol.start) is not None:
                        self._finds.add_to(firm, symbol.start, symbol.end)
                        firm.symbols.append(symbol.value)
                    break

    def confirm(self) -> None:
        """Settle the names that waited, by a sure mention elsewhere in the article or by the evidence around."""
        again: list[tuple[Hit, int]] = []
        confirmed = False
        for hit, end in self._waiting:
            if self._text.is_free(hit.start, hit.end):
                if self._confirmed(hit, end):
                    confirmed = True
                else:
                    again.append((hit, end))
        # A list of firms confirms its members: "Apple, Amazon and Meta".
        for hit, end in again if confirmed else ():
            if self._text.is_free(hit.start, hit.end):
                self._confirmed(hit, end)

    # ---- one name

    def _settle(self, hit: Hit, beside: list[SymbolHit] | None) -> None:
        text = self._text
        first = hit.readings[0]
        self._finds.because = Because.NAME
        if len(hit.readings) == 1 and not beside and first.kind not in (Kind.INDEX, Kind.COMPANY):
            self._single(hit, first)
            return
        kinds = {reading.kind for reading in hit.readings}
        if beside and self._by_symbol(hit, kinds, beside):
            return
        if Kind.INDEX in kinds or text.folded[hit.start : hit.end] in self._indices.providers:
            tail = _INDEX_TAIL.match(text.folded, hit.end)
            # In "The S&P 500 slipped. Both indexes fell" the name ends with its sentence.
            is_whole = tail is not None and tail.end() <= text.ends[text.sentence(hit.start)]
            if tail is not None and is_whole and self._longer_index(hit, tail):
                return
        if Kind.INDEX in kinds:
            self._index_or_other(hit, kinds)
        elif first.kind is Kind.COMPANY:
            self._company(hit, beside)
        elif first.kind is Kind.ORGANIZATION and Kind.COMPANY in kinds:
            self._organization_or_firm(hit)
        else:
            self._single(hit, first)

    def _single(self, hit: Hit, reading: Meaning) -> None:
        if reading.kind is Kind.PERSON:
            self._person(hit, reading)
        elif reading.kind is Kind.COUNTRY:
            self._country(hit, reading)
        else:
            self._add(reading, hit.start, hit.end)

    def _add(self, reading: Meaning, start: int, end: int, weight: float = 1.0) -> None:
        entity = self._registry.entities[reading.entity]
        self._finds.add(reading.entity, reading.kind, entity.name, start, end, weight=weight)

    def _add_id(self, entity: str, start: int, end: int) -> None:
        known = self._registry.entities[entity]
        self._finds.add(entity, Kind(entity.partition(":")[0]), known.name, start, end)

    def _by_symbol(self, hit: Hit, kinds: set[Kind], beside: list[SymbolHit]) -> bool:
        """Whether a symbol beside the name settled it."""
        symbol = beside[0]
        if symbol.entity is None:
            return False
        self._finds.because = Because.SYMBOL_BESIDE
        end = _with_legal_form(self._text, hit)
        for reading in hit.readings:
            if reading.entity == symbol.entity:
                self._add(reading, hit.start, end)
                self._attach(symbol.entity, beside)
                return True
        theirs = symbol.entity.partition(":")[0]
        if theirs == Kind.INDEX and Kind.INDEX in kinds:
            self._add_id(symbol.entity, hit.start, hit.end)
            self._attach(symbol.entity, beside)
            return True
        # "listed on the Nasdaq (NASDAQ: AAPL)" does not call Apple "Nasdaq".
        is_market = Kind.INDEX in kinds or any(self._is_exchange(reading) for reading in hit.readings)
        if theirs == Kind.COMPANY and Kind.COMPANY in kinds and not is_market and symbol.written is not Written.BARE:
            strong = any(r.alias_class is AliasClass.STRONG and r.kind is Kind.COMPANY for r in hit.readings)
            if symbol.written is Written.LISTING or (
                not strong and (symbol.written is not Written.TICKER or self._alike(hit, symbol.entity))
            ):
                self._add_id(symbol.entity, hit.start, end)
                self._attach(symbol.entity, beside)
                return True
        self._finds.because = Because.NAME
        return False

    def _alike(self, hit: Hit, entity: str) -> bool:
        known = self._registry.entities[entity]
        first = self._text.folded[hit.start : hit.end].split()[0]
        return any(
            name.lower().split()[0] == first for name in (known.name, *known.aliases, *known.weak_aliases) if name
        )

    def _attach(self, entity: str, beside: list[SymbolHit]) -> None:
        """Count symbols beside a name as mentions of it."""
        known = self._finds.by_id[entity]
        self._finds.because = Because.SYMBOL
        for symbol in beside:
            if self._text.is_free(symbol.start, symbol.end):
                self._finds.add(entity, known.kind, known.name, symbol.start, symbol.end)
                known.symbols.append(symbol.value)

    # ---- indices and what shares their names

    def _longer_index(self, hit: Hit, tail: re.Match[str]) -> bool:
        """Add the index that a longer name names: "MSCI's gauge ...", "S&P 500 communication services index"."""
        text = self._text
        first = hit.readings[0]
        if text.style(hit.start) is Style.CAPITALS and tail["between"]:
            return False
        between = tail["between"].split()
        self._finds.because = Because.LONGER_INDEX
        if all(word in _NEUTRAL or _OF_MEMBERS.fullmatch(word) is not None for word in between):
            strong = next((r for r in hit.readings if r.kind is Kind.INDEX), None)
            if strong is not None:
                self._add(strong, hit.start, tail.end())
                return True
        elif first.kind is Kind.INDEX and len(between) > 3:
            self._finds.because = Because.NAME
            return False
        inner = self._registered_at_end(hit, tail.end())
        if inner is not None:
            reading, start = inner
            self._finds.because = Because.NAME
            # An index named behind the whole of this name is a name of its own: "fear gauge Cboe Volatility Index".
            if start < hit.end:
                self._add(reading, start, tail.end())
            return start < hit.end
        surface = " ".join(text.full[hit.start : tail.end()].split())
        self._finds.add(f"index:~{slug(surface.lower())}", Kind.INDEX, surface, hit.start, tail.end())
        return True

    def _registered_at_end(self, hit: Hit, end: int) -> tuple[Meaning, int] | None:
        """The registry's index that a longer name ends with, and where it begins: "Tokyo Nikkei 225 index"."""
        text = self._text
        for word in islice(_PHRASE_WORD.finditer(text.full, hit.start, end), 1, None):
            named = self._registry.find(" ".join(text.folded[word.start() : end].split()))
            reading = next((r for r in named if r.kind is Kind.INDEX), None)
            if reading is not None and reading.alias_class is AliasClass.STRONG:
                return reading, word.start()
        return None

    def _index_or_other(self, hit: Hit, kinds: set[Kind]) -> None:
        text = self._text
        folded, start, end = text.folded, hit.start, hit.end
        index = next(r for r in hit.readings if r.kind is Kind.INDEX)
        weak = index.alias_class is AliasClass.WEAK
        # Of the organizations of one category (exchange, media) with this name the first counts.
        named = {
            self._registry.entities[r.entity].category: r for r in reversed(hit.readings) if r.kind is Kind.ORGANIZATION
        }
        if speaks(folded, end) and "media" not in named:
            # "Dow said", "Hang Seng to announce": no index does.
            self._firm_that_speaks(hit)
            return
        if self._is_word_in_capitals(hit) or self._goes_on_as_brand(hit):
            return
        if len(kinds) == 1 and not weak:
            if not self._goes_on_as_firm(hit):
                self._add(index, start, end)
            return
        if LEGAL_BEHIND.match(text.full, end) is not None or self._goes_on_as_firm(hit):
            self._firm_of(hit)
        elif not self._venue_or_medium(hit, named):
            self._index_or_firm(hit, kinds, index, named)

    def _venue_or_medium(self, hit: Hit, named: Mapping[str | None, Meaning]) -> bool:
        """Add the exchange or publisher of an index's name if the words around mean it, else return False."""
        text = self._text
        venue, medium = named.get("exchange"), named.get("media")
        if venue is not None and is_venue(text.folded, hit.start, hit.end):
            self._finds.because = Because.VENUE
            self._add(venue, hit.start, hit.end)
            return True
        if medium is not None and (
            is_medium(text.folded, hit.start, hit.end) or self._is_the_medium_of_the_article(hit, medium)
        ):
            self._finds.because = Because.MEDIUM
            self._add(medium, hit.start, hit.end)
            return True
        return False

    def _index_or_firm(self, hit: Hit, kinds: set[Kind], index: Meaning, named: Mapping[str | None, Meaning]) -> None:
        """Add the index of a name, or the firm, rater or organization that shares it."""
        folded, start, end = self._text.folded, hit.start, hit.end
        weak = index.alias_class is AliasClass.WEAK
        rater = next((r for r in hit.readings if self._is_of(r, "rater")), None)
        if rater is not None and is_rater(folded, start, end):
            self._rater(hit, rater)
            return
        moves = self._around_indices.report_a_move(folded, end)
        own_news = moves and (
            ("exchange" in named and self._trades_on_own_news(hit, weak=weak))
            or (Kind.COMPANY in kinds and self._is_the_firm_of_the_article(hit))
        )
        moves = moves and not (weak and "exchange" in named and is_idle(folded, end))
        is_led_in = self._around_indices.lead_in(folded, start)
        if Kind.COMPANY in kinds and (
            own_news or (not moves and not is_led_in and firm_evidence(folded, start, end) >= _ENOUGH)
        ):
            self._firm_of(hit)
            return
        self._finds.because = Because.INDEX_WORDS
        if not weak or moves or (is_led_in and (rater is not None or named.keys() <= {"media"})):
            self._add(index, start, end)
        elif rater is not None:
            self._rater(hit, rater)
        elif named:
            self._finds.because = Because.NAME
            self._add(next(r for r in hit.readings if r.kind is Kind.ORGANIZATION), start, end)
        elif Kind.COMPANY in kinds:
            self._waiting.append((hit, end))

    def _is_word_in_capitals(self, hit: Hit) -> bool:
        """Whether a weak name is an ordinary word in a line of capitals: "BANKS SET 2.1 BILLION DLR OFFER"."""
        weak = all(reading.alias_class is AliasClass.WEAK for reading in hit.readings)
        return (
            weak
            and self._text.style(hit.start) is Style.CAPITALS
            and is_common([self._text.folded[hit.start : hit.end]])
        )

    def _goes_on_as_brand(self, hit: Hit) -> bool:
        """Whether an ordinary word begins another name: "Nifty Gateway", not "Nifty Futures" nor "the Nifty Monday"."""
        text = self._text
        if text.style(hit.start) is not Style.PROSE or not is_common(text.folded[hit.start : hit.end].split()):
            return False
        behind = NEXT_CAPITALISED.match(text.full, hit.end)
        if behind is None or text.taken[behind.start(1)] or not text.full[behind.end(1) - 1].islower():
            return False
        low = behind[1].lower().removesuffix("'s").removesuffix("’s")
        return low not in _BEHIND_INDEX and low not in MONTHS_AND_DAYS and low not in NOT_FIRM

    def _is_the_medium_of_the_article(self, hit: Hit, medium: Meaning) -> bool:
        """Whether the article quotes the publisher elsewhere and gives no number here: "... in May, Nikkei added"."""
        text = self._text
        last = min(text.ends[text.sentence(hit.start)], hit.end + _WINDOW)
        return medium.entity in self._finds.by_id and not any(map(str.isdigit, text.full[hit.end : last]))

    def _is_the_firm_of_the_article(self, hit: Hit) -> bool:
        """Whether a firm named before is meant and not the index, which takes "the" and moves by points.

        An example is "Dow halved its dividend. Dow fell 2.3%."
        """
        text = self._text
        firm = next(r for r in hit.readings if r.kind is Kind.COMPANY)
        return (
            firm.entity in self._finds.by_id
            and text.style(hit.start) is Style.PROSE
            and text.opens_sentence(hit.start)
            and _BY_POINTS.match(text.folded, hit.end) is None
        )

    def _trades_on_own_news(self, hit: Hit, *, weak: bool) -> bool:
        text = self._text
        return trades_on_own_news(text.folded, hit.end, text.ends[text.sentence(hit.start)], weak=weak)

    def _goes_on_as_firm(self, hit: Hit) -> bool:
        """Whether the index's name is the first word of another name: "Nikkei Asia", "Dow Corning Corp"."""
        text = self._text
        if text.style(hit.start) is not Style.PROSE:
            return False
        behind = NEXT_CAPITALISED.match(text.full, hit.end)
        if behind is None:
            return False
        low = behind[1].lower().removesuffix("'s").removesuffix("’s")
        return low in FIRM_ENDINGS or low in _FIRM_UNITS

    def _firm_of(self, hit: Hit) -> None:
        firm = next((r for r in hit.readings if r.kind is Kind.COMPANY), None)
        self._finds.because = Because.FIRM_NOT_INDEX
        if firm is not None:
            self._add(firm, hit.start, _with_legal_form(self._text, hit))

    def _firm_that_speaks(self, hit: Hit) -> None:
        """Add the firm or institution that shares an index's name, else a firm found before whose name begins so."""
        self._finds.because = Because.FIRM_NOT_INDEX
        for kind in (Kind.COMPANY, Kind.ORGANIZATION):
            reading = next((r for r in hit.readings if r.kind is kind), None)
            if reading is not None:
                self._add(reading, hit.start, hit.end)
                return
        folded = self._text.folded
        name = f"{folded[hit.start : hit.end]} "
        for find in self._finds.of_kind(Kind.COMPANY):
            if any(folded.startswith(name, start) for start, _ in find.spans):
                self._finds.add_to(find, hit.start, hit.end)
                return

    def _rater(self, hit: Hit, rater: Meaning) -> None:
        """Add the rater that shares an index's name."""
        self._finds.because = Because.RATER
        self._add(rater, hit.start, hit.end)

    def _organization_or_firm(self, hit: Hit) -> None:
        text = self._text
        first = hit.readings[0]
        firm = next(r for r in hit.readings if r.kind is Kind.COMPANY)
        if LEGAL_BEHIND.match(text.full, hit.end) is not None:
            self._finds.because = Because.LEGAL_FORM
            self._add(firm, hit.start, _with_legal_form(text, hit))
        elif is_traded_firm(text.folded, hit.end) and not is_venue(text.folded, hit.start, hit.end):
            self._finds.because = Because.FIRM_WORDS
            self._add(firm, hit.start, hit.end)
        elif first.alias_class is AliasClass.STRONG or text.style(hit.start) is Style.PROSE:
            self._add(first, hit.start, hit.end)

    # ---- companies

    def _company(self, hit: Hit, beside: list[SymbolHit] | None) -> None:
        text = self._text
        first = hit.readings[0]
        venue = next((r for r in hit.readings if self._is_exchange(r)), None)
        if venue is not None and _is_place_of_trading(text, hit):
            self._finds.because = Because.VENUE
            self._add(venue, hit.start, hit.end)
            return
        end = _with_legal_form(text, hit)
        shares = [s for s in beside or () if s.written is not Written.BARE and is_share(s.value)]
        if (
            self._is_sure(hit)
            or (_are_unknown(shares) and self._is_like(first, shares[0]))
            or (end > hit.end and not capital_neighbours(text, hit.start, end))
        ):
            if shares:
                self._finds.because = Because.SYMBOL_BESIDE
            elif end > hit.end and first.alias_class is not AliasClass.STRONG:
                self._finds.because = Because.LEGAL_FORM
            self._add(first, hit.start, end)
            if shares:
                self._attach(first.entity, beside or [])
        elif not _are_unknown(shares):
            self._waiting.append((hit, end))

    def _is_like(self, reading: Meaning, symbol: SymbolHit) -> bool:
        """Whether a ticker that the registry does not know may be this firm's: "BAYER <BAYRY>", not "ORANGE <OJAY>"."""
        if reading.alias_class is AliasClass.STRONG:
            return True
        return reading.rank % 10 >= _MIDDLE and fold(reading.text)[:_ALIKE] == symbol.value.lower()[:_ALIKE]

    def _is_sure(self, hit: Hit) -> bool:
        """Whether the best reading needs no confirmation here. In a headline in capitals "UPS" may be a verb."""
        text, first = self._text, hit.readings[0]
        if (
            first.alias_class is not AliasClass.STRONG
            or self._is_part_of_name(hit)
            or is_otherwise(text.folded, hit.start, hit.end)
        ):
            return False
        surface = text.folded[hit.start : hit.end]
        if first.exact and text.style(hit.start) is Style.CAPITALS:
            return not self._is_verb_in_capitals(hit) and not is_common([surface])
        if not all(word in _TELLS_NOTHING for word in surface.split()):
            return True
        # "The Central Bank" is hardly the small firm of that name, nor "First Federal Bank" the large "Federal Bank".
        is_whole = not has_capital_before(text, hit.start) and not is_of_something(text, hit.end)
        return first.rank % 10 >= _MIDDLE and is_whole

    def _is_verb_in_capitals(self, hit: Hit) -> bool:
        text = self._text
        return text.folded[hit.start : hit.end] in _VERBS_IN_CAPITALS and text.style(hit.start) is Style.CAPITALS

    def _is_exchange(self, reading: Meaning) -> bool:
        return reading.kind is Kind.ORGANIZATION and self._is_of(reading, "exchange")

    def _is_of(self, reading: Meaning, category: str) -> bool:
        return self._registry.entities[reading.entity].category == category

    def _is_part_of_name(self, hit: Hit) -> bool:
        """Whether a one-word name is part of a longer one: "Oracle of Omaha", "Harrison Ford"."""
        text = self._text
        if " " in text.folded[hit.start : hit.end] or text.style(hit.start) is not Style.PROSE:
            return False
        if is_of_something(text, hit.end) and is_common([text.folded[hit.start : hit.end]]):
            return True
        near, _ = before(text.folded, hit.start)
        at = hit.start - 1 - len(near)
        return bool(
            near in GIVEN_NAMES
            and at >= 0
            and text.full[at : at + 1].isupper()
            and text.full[hit.start - 1] in " \n"
            and not text.taken[at]
        )

    def _confirmed(self, hit: Hit, end: int) -> bool:
        """Whether the name is a firm's here; if so it is added."""
        finds = self._finds
        companies = [r for r in hit.readings if r.kind is Kind.COMPANY]
        if not companies:
            return False
        reading = next((r for r in companies if r.entity in finds.by_id), companies[0])
        named = reading.entity in finds.by_id
        name = self._text.folded[hit.start : hit.end]
        if not named and self._in_vain[name] >= _MOST_IN_VAIN:
            return False
        if is_otherwise(self._text.folded, hit.start, hit.end):
            return False
        if not named and (self._is_verb_in_capitals(hit) or self._text.folded[hit.start : end] in NOT_FIRM):
            return False
        # After a sure mention elsewhere the word must only not be part of another name.
        if end > hit.end or self._firm_score(hit, reading) >= (1 if named else _ENOUGH):
            elsewhere = Because.FIRM_ELSEWHERE if named else Because.FIRM_WORDS
            finds.because = Because.LEGAL_FORM if end > hit.end else elsewhere
            self._add(reading, hit.start, end)
            return True
        self._in_vain[name] += 1
        return False

    def _firm_score(self, hit: Hit, reading: Meaning) -> int:
        text = self._text
        full, folded, start, end = text.full, text.folded, hit.start, hit.end
        surface = full[start:end]
        style = text.style(start)
        ordinary = is_common(folded[start:end].split())
        opens = text.opens_sentence(start) or full[start - 2 : start] in {"; ", ": "}
        score = firm_evidence(folded, start, end)
        score += (reading.rank % 10 >= _MIDDLE) - (reading.rank % 10 <= 1)
        score += surface.isupper() and len(surface) >= _TELLING_CAPITALS and style is Style.PROSE
        score += 0 if ordinary else 1
        if " " in surface:
            score += -2 if all(word in _TELLS_NOTHING for word in folded[start:end].split()) else 1
        neighbours = capital_neighbours(text, start, end)
        if ordinary:
            joined = start - 1 in self._finds.firm_ends or end + 1 in self._finds.firm_starts
            is_small = reading.rank % 10 <= _MIDDLE
            neighbours += speaks_against_firm(text, start, end, is_small=is_small, is_joined_firm=joined)
            neighbours += opens_for_noun(text, start, end)
        if neighbours:
            # "Kansas City Southern": an ordinary word behind a free capitalised one is the end of a longer name.
            is_tail = ordinary and has_capital_before(text, start)
            return 0 if is_tail else score - 2 * neighbours
        # A sentence's start explains one capital, not three.
        if style is Style.PROSE and (not opens or (surface.isupper() and len(surface) >= _THREE_CAPITALS)):
            score += 2
        elif ordinary and style is not Style.PROSE and not opens:
            near, _ = before(folded, start)
            if near not in OPENERS and near[-1:] not in ",;:-":
                score -= 2
        if self._in_list_of_firms(start, end):
            # In "Shell, BP and Eni rose" the sentence opens with a list.
            score += 2 if opens and folded[start:end] not in OPENERS else 1
        return score

    def _in_list_of_firms(self, start: int, end: int) -> bool:
        """Whether a firm stands right before or behind, with a comma or "and" between."""
        folded, finds = self._text.folded, self._finds
        behind = LIST_GAP.match(folded, end)
        if behind is not None and behind.end() in finds.firm_starts:
            return True
        for gap in range(1, WIDEST_GAP + 1):
            if start - gap in finds.firm_ends and LIST_GAP.fullmatch(folded, start - gap, start) is not None:
                return True
        return False

    # ---- people and countries

    def _person(self, hit: Hit, reading: Meaning) -> None:
        text = self._text
        start, end = hit.start, hit.end
        if _JUNIOR.match(text.full, end) is not None:
            return
        if " " in text.folded[start:end] or not text.full[start].isascii():
            self._add(reading, start, end)
            return
        if text.style(start) is Style.PROSE:
            behind = NEXT_CAPITALISED.match(text.full, end)
            if behind is not None and (behind[1].lower() in FIRM_ENDINGS or behind[1].lower() in _NOT_BEHIND_PERSON):
                return
            front = _GIVEN_IN_FRONT.search(text.full, max(0, start - 32), start)
            if front is not None and front[1].lower() in GIVEN_NAMES and front[1].lower() not in BEFORE_NAME:
                theirs = self._registry.entities[reading.entity].name.split()[0]
                if front[1] != theirs:
                    return
                start = front.start(1)
        self._add(reading, start, end)

    def _country(self, hit: Hit, reading: Meaning) -> None:
        text = self._text
        if reading.alias_class is AliasClass.STRONG:
            self._add(reading, hit.start, hit.end)
        elif reading.alias_class is AliasClass.ADJECTIVE:
            self._finds.because = Because.ADJECTIVE
            self._add(reading, hit.start, hit.end, _MODIFIER)
        elif reading.alias_class is AliasClass.METONYM and (
            _GOVERNMENT_ACTS.match(text.folded, hit.end) is not None
            or _GOVERNMENT_PARTNER.search(text.folded[max(0, hit.start - _WINDOW) : hit.start]) is not None
        ):
            self._finds.because = Because.GOVERNMENT_ACTS
            self._add(reading, hit.start, hit.end, _METONYM)

    # ---- symbols

    def _symbols_alone(self, found: list[SymbolHit]) -> None:
        self._finds.because = Because.SYMBOL
        for symbol in found:
            if not self._text.is_free(symbol.start, symbol.end):
                continue
            if symbol.value.startswith(".") or (symbol.entity or "").startswith("index:"):
                self._index_symbol(symbol)
            elif is_share(symbol.value):
                self._share_symbol(symbol)

    def _index_symbol(self, symbol: SymbolHit) -> None:
        """Add the index of a symbol; the words before it name the index: "Hong Kong shares <.HSI>"."""
        text = self._text
        start = self._phrase_start(symbol)
        surface = " ".join(text.full[start : symbol.start].split()) or symbol.value
        entity = symbol.entity or f"index:~{symbol.value.lstrip('.^')}"
        known = self._registry.entities.get(entity)
        find = self._finds.add(
            entity, Kind.INDEX, known.name if known is not None else surface, symbol.start, symbol.end
        )
        if start < symbol.start:
            end = start + len(text.full[start : symbol.start].rstrip())
            find.spans.append((start, end))
            find.reasons.append(Because.SYMBOL_BESIDE)
            text.take(start, end)
        find.symbols.append(symbol.value)

    def _phrase_start(self, symbol: SymbolHit) -> int:
        text = self._text
        sentence = text.starts[text.sentence(symbol.start)]
        start = symbol.start
        words = list(_PHRASE_WORD.finditer(text.full, max(sentence, symbol.start - _WINDOW), symbol.start))
        for mark in reversed(words[-_LONGEST_PHRASE:]):
            gap = text.full[mark.end() : start]
            if text.taken[mark.start()] == TAKEN or text.taken[mark.end() - 1] == TAKEN:
                break
            if gap.strip() or not gap or mark[0].lower() in _NO_PHRASE or mark[0][0].isdigit():
                break
            start = mark.start()
        return start

    def _share_symbol(self, symbol: SymbolHit) -> None:
        """Add the firm of a ticker; the capitalised words right before the ticker are its name."""
        text = self._text
        name = None if symbol.written is Written.BARE else self._name_before(symbol)
        if self._in_capitals(symbol):
            return
        is_known = symbol.entity is not None and symbol.written not in (Written.TICKER, Written.BARE)
        if is_known and symbol.entity is not None and (name is None or self._share_a_word(name, symbol.entity)):
            if name is not None:
                self._finds.because = Because.SYMBOL_BESIDE
                self._add_id(symbol.entity, *name)
            self._finds.because = Because.SYMBOL
            self._add_id(symbol.entity, symbol.start, symbol.end)
            self._finds.by_id[symbol.entity].symbols.append(symbol.value)
        elif name is not None and text.full[name[0] : name[1]].rstrip(".").rsplit(None, 1)[-1].lower() not in _FUNDS:
            self._finds.because = Because.SYMBOL_BESIDE
            add_firm(text, *name, self._finds)
            self._finds.because = Because.SYMBOL

    def _in_capitals(self, symbol: SymbolHit) -> bool:
        """Whether a headline in capitals opens with a name and this ticker: "JEWELMASTERS <JEM> SEES NET"."""
        text = self._text
        if symbol.written not in (Written.TICKER, Written.RIC) or text.style(symbol.start) is not Style.CAPITALS:
            return False
        start = text.starts[text.sentence(symbol.start)]
        end = start + len(text.full[start : symbol.start].rstrip())
        if not text.is_free(start, end) or not is_capital_name(text.full[start:end]):
            return False
        self._finds.because = Because.TICKER_IN_CAPITALS
        if symbol.entity is not None and self._share_a_word((start, end), symbol.entity):
            self._add_id(symbol.entity, start, end)
        else:
            add_firm(text, start, end, self._finds)
        self._finds.because = Because.SYMBOL
        return True

    def _share_a_word(self, name: tuple[int, int], entity: str) -> bool:
        """Whether a name shares a word with the registry's names of the firm: tickers change owners."""
        words = self._words_of(entity)
        ours = plain(self._text.folded[name[0] : name[1]]).split()
        return any(word in words for word in ours if len(word) > 1 and word not in LEGAL_FORMS)

    def _words_of(self, entity: str) -> set[str]:
        """The words of all names that the registry has for an entity."""
        known = self._registry.entities[entity]
        names = (known.name, *known.aliases, *known.weak_aliases)
        return {word for name in names for word in plain(fold(name)).split()}

    def _name_before(self, symbol: SymbolHit) -> tuple[int, int] | None:
        text = self._text
        name = _NAME_BEFORE.search(text.full, max(0, symbol.start - _LONGEST_NAME), symbol.start)
        if name is None or text.style(name.start(1)) is not Style.PROSE or not text.is_free(*name.span(1)):
            return None
        start, end = name.span(1)
        if name[1].endswith(("'s", "’s")):
            end -= 2
        return None if name[1].split()[0].lower() in OPENERS else (start, end)


def _start(hit: Hit) -> int:
    return hit.start


def _expansion(full: str, mark: re.Match[str]) -> int:
    """Where the words begin whose initials are the letters in the bracket behind them; -1 if there are none."""
    letters = mark[1].replace("&", "").replace(".", "")
    end = mark.start()
    for word in reversed(list(_WORD_BEFORE.finditer(full, max(0, end - _LONGEST_NAME), end))):
        if not word[0][0].isupper():
            if len(word[0]) > _LONGEST_LINK:
                return -1
            continue
        if not letters.endswith(word[0][0]):
            return -1
        letters = letters[:-1]
        if not letters:
            return word.start()
    return -1


def _are_unknown(shares: list[SymbolHit]) -> bool:
    """Whether there are tickers beside a name and the registry knows none of them."""
    return bool(shares) and all(symbol.entity is None for symbol in shares)


def _is_place_of_trading(text: ReadingText, hit: Hit) -> bool:
    folded, start = text.folded, hit.start
    return is_venue(folded, start, hit.end) or _ON.search(folded, max(0, start - _NEAR), start) is not None


def _with_legal_form(text: ReadingText, hit: Hit) -> int:
    """The end of a name with the legal form behind it ("Corp.", "Holdings Ltd")."""
    form = LEGAL_BEHIND.match(text.full, hit.end)
    return hit.end if form is None else min(form.end(), text.ends[text.sentence(hit.start)])


def _within_symbols(hits: list[Hit], found: list[SymbolHit]) -> set[int]:
    """Positions of names that are part of a symbol: NYSE in "NYSE: ALL"."""
    within: set[int] = set()
    position = 0
    for symbol in found:
        if symbol.written is Written.BARE:
            continue
        while position < len(hits) and hits[position].start < symbol.start:
            position += 1
        while position < len(hits) and hits[position].end <= symbol.end:
            within.add(position)
            position += 1
    return within


def _symbols_beside(text: ReadingText, hits: list[Hit], found: list[SymbolHit]) -> dict[int, list[SymbolHit]]:
    """The symbols right behind each name, and those right behind these symbols, by position in `hits`."""
    if not found:
        return {}
    ends = {_with_legal_form(text, hit): position for position, hit in enumerate(hits)}
    beside: dict[int, list[SymbolHit]] = {}
    last, last_end = -1, -1
    for symbol in found:
        position = _name_right_before(text, symbol.start, ends)
        if position < 0 and last >= 0 and symbol.start - last_end <= 2 and not symbol.value.startswith("."):
            position = last
        if position >= 0:
            beside.setdefault(position, []).append(symbol)
            last, last_end = position, symbol.end
    return beside


def _name_right_before(text: ReadingText, start: int, ends: dict[int, int]) -> int:
    """Position of the name that ends at most three marks before this place; -1 if none does."""
    for gap in range(_WIDEST_BESIDE + 1):
        position = ends.get(start - gap, -1)
        if position >= 0:
            return position if _BESIDE.fullmatch(text.full, start - gap, start) is not None else -1
    return -1
