"""The words around a match tell whether it is denied, called off or long past, how certain it is and when it is."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Final

from schemas.taxonomy import EventStatus, FactLevel
from streams.data.event_rules import COMPANY, GUARDS, REST, Cue, EventRule, Lead
from streams.data.lexicon.calendar import DAYS, MONTHS, SHORT_DAYS, SHORT_MONTHS
from streams.extract.events.tagged_text import Mark, TaggedSentence
from streams.extract.figures.dates import Period, find_periods
from streams.extract.text.words import word_set

__all__ = ["MatchClause", "clause_of", "fact_level", "guard_against", "schedule", "status_of"]

Cues = Mapping[str, Cue]

# Where one statement ends and the next begins.
_BREAK: Final = re.compile(
    r";(?![^()]{0,40}\))|: |, (?:but|and|while|though|although|as|after|when|which|who|with|because|since|where|whose) "
    r"| (?:but|while|although|though|whereas|because) | - "
)
_LINK: Final = re.compile(r" (?:and|but|though) |, ")

# What follows is the occasion of the plan before it. "As it" may have become a name, where it is known whom it means.
_OCCASION: Final = re.compile(rf" (?:ahead of|after|as (?:it|they|he|she|the company|{COMPANY}{REST}*)) ")

# Behind these words stands no time of the act before them.
_OTHER_PART: Final = re.compile(r",| (?:which|that|who|whose|after|with|for|from|had|has|to|than|as|over) ")

# Two acts of one party: "ended talks and agreed to buy".
_AND_ALSO: Final = re.compile(r" (?:and|but|before|to pursue|in favou?r of) ")

# What is only considered has not ended.
_MAY: Final = re.compile(
    r"\b(?:may|might|could|would|should|(?:threat\w*|wants?|whether) to|consider\w*|weigh\w*|mull\w*|urg\w+ .*"
    r"|calls? (?:on|for) .*|asked? .*)(?: be| have| it)? $"
)

# Here another statement begins after the act: "oil eased as the EU imposed sanctions".
_TURN: Final = re.compile(
    r" (?:(?:after|while|amid|because|when)\b|as (?!(?:expected|planned|promised|threatened|part|well|much|high|of|soon"
    r"|early|an?|many|low|it|they|he|she)\b|[\d$€£]))"
)

# In characters: a cue may stand this far before the act, a word such as "expected" this far after the match, and
# "off the table" this far after the match.
_REACH_BACK: Final = 80
_REACH_ON: Final = 24
_REACH_OFF: Final = 70

# Words after a match that still qualify it: "a package expected to top", "..., economists say".
_EXPECTED: Final = re.compile(
    r"\b(?:(?<!than[ -])(?<!as[ -])expected|planned|proposed|likely|is due|are due|under discussion)\b"
)
_FORECASTERS: Final = re.compile(
    r"\b(?:economists|analysts|strategists|traders|poll|survey)(?: say| said| expect| shows?|'s)?\Z"
)

# A year with the preposition before it: "in 2008", "since March 2020".
_YEAR: Final = re.compile(
    r"\b(in|since|until|from|of|by|during|around|late|early|mid-|through)[ -]"
    rf"(?:the |(?:{'|'.join((*SHORT_MONTHS, 'may'))})[a-z]* )?((?:19|20)\d\d)s?\b(?! ?%)"
)
# "The highest since 2008" is today's news.
_MARK_SINCE: Final = re.compile(
    r"(?:est|first|most|time|least|high|low|record|best|worst|rise|fall|gain|drop|level) (?:[\w-]+ ){0,5}\Z"
)
# "From 24.1 billion in 1985": the year of a comparison.
_COMPARED: Final = re.compile(r"\b(?:from|against|with|vs|versus|than|over|to) (?:an? |[^,;]{0,30}\d[^,;]{0,20})$")
_RELATIVE: Final = re.compile(r"(?:, |\b)(?:which|who|that) (?:had |was |were )?\w+\b")

# A clause without any of these words, and without a year, names no day.
_TIME_WORDS: Final = word_set("""
tues today tonight tomorrow yesterday weekend week weeks month months quarter year years day days end
""").union(MONTHS, SHORT_MONTHS, DAYS, SHORT_DAYS)
_YEAR_LENGTH: Final = 4

_AHEAD_BEFORE: Final = re.compile(
    r"\b(?:will|would|to|due|set|scheduled|planned|plans?|expected|expects?|ahead|upcoming|effective|from|starting|"
    r"beginning|takes? effect|next|tomorrow|before|later|forthcoming|coming|until|by|are|is|votes?|meets?|reports?|"
    r"elections?|hopes?|chance|sees?|at the end|in force|looms|looming|prepar\w+|would-be|visits|could|may)\b"
)
_AHEAD_BEHIND: Final = re.compile(r"\b(?:effective|from|starting|until|take effect)\b")
_AHEAD_ANYWHERE: Final = re.compile(
    r"\b(?:next|tomorrow|coming|later this|within|in (?:\d+|a|two|three|four|six) (?:days|weeks|months))\b"
)
_BEFORE_ACT: Final = 30
_SAID: Final = re.compile(
    r"\b(?:said|says|told (?:\w+ )?\w+|warned|threatened|vowed|proposed|signall?ed|suggested)"
    r"(?: late| early)?(?: on)? $"
)
_REACH_OF_SAID: Final = 40


_OFFSET: Final = itemgetter(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchClause:
    """The clause of a match, in offsets of the tagged sentence."""

    tagged: TaggedSentence
    """The sentence."""
    start: int
    """Where the clause begins."""
    end: int
    """One past its end."""
    match_start: int
    """First character that the rule matched."""
    match_end: int
    """One past the last one."""
    act: int
    """Where the acting word begins."""
    act_end: int
    """One past its end."""
    roles: Mapping[str, Mark | None]
    """The name in each role of the pattern; null where no name stands at that place."""

    @property
    def text(self) -> str:
        """The text of the tagged sentence; the offsets count its characters."""
        return self.tagged.text

    @property
    def words(self) -> list[str]:
        """The words of the clause, with names as the tags of their kinds."""
        words = self.tagged.words
        first, last = bisect_left(words, self.start, key=_OFFSET), bisect_left(words, self.end, key=_OFFSET)
        return [word for word, _ in words[first:last]]


def clause_of(tagged: TaggedSentence, match: re.Match[str], wanted: Lead | None, lead: Mark | None) -> MatchClause:
    """The clause around a match; `lead` is the name that the pattern begins with, where it has one."""
    first = match.start() if lead is None else lead.start
    start, end = 0, len(tagged.text)
    for break_start, break_end in _breaks(tagged.text):
        if break_end <= first:
            start = break_end
        elif break_start >= match.end():
            end = break_start
            break
    groups = {name: match.start(name) for name in match.re.groupindex if match[name] is not None}
    acts = "act" in groups
    act = groups.pop("act", match.start())
    roles = {role: tagged.mark_at(at) for role, at in groups.items()}
    if wanted is not None:
        roles[wanted.role] = lead
    return MatchClause(
        tagged=tagged,
        start=start,
        end=end,
        match_start=first,
        match_end=match.end(),
        act=act,
        act_end=match.end("act") if acts else match.end(),
        roles=roles,
    )


@lru_cache(maxsize=1)  # the patterns of a sentence are tried in a row
def _breaks(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _BREAK.finditer(text)]


# ---- guards


def guard_against(clause: MatchClause, rule: EventRule, cues: Cues, today: date) -> str | None:
    """The first guard that speaks against the clause, such as "negation"; None where there is none.

    It is "another clause" where the act stands in one clause and its object in the next.
    """
    for guard in GUARDS:
        if guard not in rule.accepts and _GUARDS[guard](clause, rule, cues, today):
            return guard
    if rule.one_clause and _TURN.search(clause.text, clause.act_end, clause.match_end) is not None:
        return "another clause"
    return None


def status_of(clause: MatchClause, rule: EventRule, cues: Cues) -> EventStatus | None:
    """Whether what the clause tells of was ended, withdrawn or given up: "Kroger ended its merger with Albertsons".

    None where it only may be: "Kroger may end its merger".
    """
    if rule.called_off or "called_off" in rule.accepts:
        return EventStatus.CALLED_OFF if rule.called_off else EventStatus.STANDING
    at = clause.tagged.finds(cues["ended"], clause.match_start, _reach_off(clause))
    if at < 0:
        at = clause.tagged.finds(cues["called_off"], _reach_back(clause), clause.match_end)
        # "Ended talks with Novartis and agreed to buy Roche": the end is not that of the purchase.
        if at < 0 or _AND_ALSO.search(clause.text, at, max(at, clause.act)) is not None:
            return EventStatus.STANDING
    return None if _MAY.search(clause.text, max(clause.start, at - _REACH_OF_SAID), at) else EventStatus.CALLED_OFF


def _negated(clause: MatchClause, _rule: EventRule, cues: Cues, _today: date) -> bool:
    return clause.tagged.finds(cues["negation"], _reach_back(clause), clause.match_end) >= 0


def _denied(clause: MatchClause, _rule: EventRule, cues: Cues, _today: date) -> bool:
    return clause.tagged.finds(cues["denied"], clause.match_start, _reach_off(clause)) >= 0


def _reach_back(clause: MatchClause) -> int:
    return max(clause.start, min(clause.act, clause.match_end) - _REACH_BACK)


def _reach_off(clause: MatchClause) -> int:
    return min(clause.end, clause.match_end + _REACH_OFF)


def _asked(clause: MatchClause, _rule: EventRule, cues: Cues, _today: date) -> bool:
    """Whether the clause asks: "Can Nvidia beat estimates?". "Why did Nvidia fall?" tells that it fell."""
    if "?" not in clause.text or not clause.text.rstrip(" \"'”’)").endswith("?"):
        return False
    first = next((at for _, at in clause.tagged.words if at >= clause.start), clause.end)
    return clause.tagged.finds(cues["question"], first, clause.end) == first


def _conditional(clause: MatchClause, _rule: EventRule, cues: Cues, _today: date) -> bool:
    at = clause.tagged.finds(cues["conditional"], 0, clause.end)
    if at < clause.match_end:
        return at >= 0
    # "It bought 9 pct and may buy more if ...": the condition does not apply to the first purchase.
    return _LINK.search(clause.text, clause.match_end, at) is None


def _historic(clause: MatchClause, rule: EventRule, cues: Cues, today: date) -> bool:
    text = clause.text
    comma = text.find(",", clause.match_end, clause.end)
    at = clause.tagged.finds(cues["history"], clause.start, clause.end if comma < 0 else comma)
    if at >= 0 and _COMPARED.search(text, clause.start, at) is None:
        return True
    if not ("19" in text or "20" in text) or not any(map(_is_year, clause.words)):
        return False
    first = next(word for word in clause.words if _is_year(word))
    if rule.news_of_last_year and first in (str(today.year), str(today.year - 1)):
        # "1986 net income of 111 mln dlrs, or 2.57 a share, versus 125 mln dlrs, or 2.89, in 1985".
        return False
    relative = _RELATIVE.match(text, max(0, clause.start - 6)) is not None
    for year in _YEAR.finditer(text, clause.start, clause.end):
        if int(year[2]) > today.year or (int(year[2]) == today.year and not relative):
            continue
        if rule.news_of_last_year and int(year[2]) == today.year - 1:
            continue
        if _COMPARED.search(text, clause.start, year.start()) is not None:
            continue
        if year[1] == "since" and _MARK_SINCE.search(text, max(0, year.start() - 40), year.start()):
            continue
        return True
    return False


def _told_before(clause: MatchClause, _rule: EventRule, cues: Cues, _today: date) -> bool:
    # "Bolt, acquired by Acme last year, ...": the time stands right behind the match.
    end = min(clause.end, clause.match_end + _REACH_OFF)
    other = _OTHER_PART.search(clause.text, clause.match_end, end)
    return clause.tagged.finds(cues["background"], clause.start, end if other is None else other.start()) >= 0


def _is_year(word: str) -> bool:
    # "1990s" is one word, so a longer word may be a year too.
    return word[:2] in ("19", "20") and len(word) >= _YEAR_LENGTH


_GUARDS: Final[Mapping[str, Callable[[MatchClause, EventRule, Cues, date], bool]]] = {
    "negation": _negated,
    "denied": _denied,
    "conditional": _conditional,
    "question": _asked,
    "history": _historic,
    "background": _told_before,
}


# ---- certainty and time


def fact_level(clause: MatchClause, rule: EventRule, cues: Cues) -> FactLevel:
    """How certain the event is: the rule says so, or else the cues before the act and just after the match."""
    if rule.fact_level is not None:
        return rule.fact_level
    text, tagged = clause.text, clause.tagged
    start = max(clause.start, clause.act - _REACH_BACK)
    # "Plans to conclude talks ahead of the June summit", "may seek a buyer as it reported a loss": the plan is for the
    # talks, not for the summit, and the loss is certain.
    start = max((found.end() for found in _OCCASION.finditer(text, start, clause.act)), default=start)
    if tagged.finds(cues["opinion"], start, clause.match_end) >= 0:
        return FactLevel.OPINION
    if tagged.finds(cues["forecast"], start, clause.match_end) >= 0:
        return FactLevel.FORECAST
    end = min(clause.end, clause.match_end + _REACH_ON)
    if _EXPECTED.search(text, clause.match_end, end) or _FORECASTERS.search(text, clause.match_end):
        return FactLevel.FORECAST
    return FactLevel.FACT


def schedule(
    clause: MatchClause, original: str, rule: EventRule, level: FactLevel, today: date
) -> tuple[bool, date | None]:
    """Whether the event is set for a stated future time, and its day. `original` is the sentence as written."""
    if rule.scheduled == "never":
        return False, None
    words = clause.words
    if _TIME_WORDS.isdisjoint(words) and not any(map(_is_year, words)):
        return False, None
    ahead = level is not FactLevel.FACT or _looks_ahead(clause)
    periods = [
        period
        for period in find_periods(original[clause.start : clause.end], today, ahead=ahead)
        if not _is_when_said(clause, clause.start + period.start)
    ]
    period = _nearest(periods, clause.act - clause.start, today, ahead=ahead)
    if period is None:
        return False, None
    return period.last > today and (ahead or period.first > today), period.day


def _is_when_said(clause: MatchClause, start: int) -> bool:
    """Whether the day at `start` is the day of speaking: "said on Saturday he was increasing tariffs"."""
    return _SAID.search(clause.text, max(clause.start, start - _REACH_OF_SAID), start) is not None


def _looks_ahead(clause: MatchClause) -> bool:
    text = clause.text
    before = text[max(clause.start, clause.act - _BEFORE_ACT) : clause.match_end]
    return (
        _AHEAD_BEFORE.search(before) is not None
        or _AHEAD_BEHIND.search(text, clause.match_end, clause.end) is not None
        or _AHEAD_ANYWHERE.search(text, clause.start, clause.end) is not None
    )


def _nearest(periods: Sequence[Period], act: int, today: date, *, ahead: bool) -> Period | None:
    """The first period after the act, or else the last one before it.

    Past periods are left out where the event lies ahead, and future ones where it does not.
    """
    fitting = [p for p in periods if (p.last >= today if ahead else p.first <= today)]
    behind = next((p for p in fitting if p.start >= act), None)
    return behind or (fitting[-1] if fitting else None)
