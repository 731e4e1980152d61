"""What the words around a match say of it: whether it is denied or long past, how sure it is, and whether it lies
ahead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.taxonomy import FactLevel
from streams.data.events import GUARDS, EventRule, Lead
from streams.extract._tagged_text import Mark, TaggedSentence
from streams.extract.dates import Period, find_periods

__all__ = ["Clause", "clause_of", "fact_level", "guarded", "schedule"]

# Where one statement ends and the next begins.
_BREAK: Final = re.compile(
    r";|: |, (?:but|and|while|though|although|as|after|when|which|who|with|because|since|where|whose) "
    r"| (?:but|while|although|though|whereas|because) | - "
)
_LINK: Final = re.compile(r" (?:and|but|though) |, ")
# Words behind a match that still speak of it: "a package expected to top".
_EXPECTED: Final = re.compile(
    r"\b(?:(?<!than )(?<!as )expected|planned|proposed|likely|is due|are due|under discussion)\b"
)
_FORECASTERS: Final = re.compile(
    r"\b(?:economists|analysts|strategists|traders|poll|survey)(?: say| said| expect| shows?|'s)?\Z"
)
# How far before the act a cue may stand, and how far behind the match a word such as "expected".
_REACH_BACK: Final = 80
_REACH_ON: Final = 24
_REACH_OFF: Final = 70

_YEAR: Final = re.compile(
    r"\b(in|since|until|from|of|by|during|around|late|early|mid-|through)[ -]"
    r"(?:the |jan\w* |feb\w* |mar\w* |apr\w* |may |june? |july? |aug\w* |sep\w* |oct\w* |nov\w* |dec\w* )?"
    r"((?:19|20)\d\d)s?\b(?! ?%)"
)
_MARK_SINCE: Final = re.compile(
    r"(?:est|first|most|time|least|high|low|record|best|worst|rise|fall|gain|drop|level) (?:[\w-]+ ){0,5}\Z"
)
_RELATIVE: Final = re.compile(r"(?:, |\b)(?:which|who|that) (?:had |was |were )?\w+\b")
_FUTURE_WORDS: Final = re.compile(
    r"\b(?:will|would|to|due|set|scheduled|planned|plans?|expected|expects?|ahead|upcoming|effective|from|starting|beginning|"
    r"takes? effect|next|tomorrow|before|later|forthcoming|coming|until|by|are|is|vote|votes|meet|meets|report|reports|"
    r"election|hopes?|"
    r"chance|sees?|june|at the end|in force|looms|looming|prepar\w+|would-be|visits|could|may)\b"
)
_PAST: Final = re.compile(
    r"\b(?:met|held|said|was|were|signed|reached|imposed|raised|cut|kept|lowered|resumed|began|opened|gathered|won)\b"
)
_RELATIVE_AHEAD: Final = re.compile(
    r"\b(?:next|tomorrow|coming|later this|within|in (?:\d+|a|two|three|four|six) (?:days|weeks|months))\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The clause of a match, in offsets of the tagged sentence."""

    text: str
    """The tagged sentence."""
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
    """By role of the pattern who stands there; null where no name was found at the place."""


def clause_of(tagged: TaggedSentence, match: re.Match[str], wanted: Lead | None, lead: Mark | None) -> Clause:
    """The clause around a match; `lead` is the name that the pattern begins with, where it has one."""
    text = tagged.text
    first = match.start() if lead is None else lead.start
    start, end = 0, len(text)
    for found in _BREAK.finditer(text):
        if found.end() <= first:
            start = found.end()
        elif found.start() >= match.end():
            end = found.start()
            break
    groups = {name: match.start(name) for name in match.re.groupindex if match[name] is not None}
    act = groups.pop("act", match.start())
    roles = {role: tagged.mark_at(at) for role, at in groups.items()}
    if wanted is not None:
        roles[wanted.role] = lead
    return Clause(
        text=text,
        start=start,
        end=end,
        match_start=first,
        match_end=match.end(),
        act=act,
        act_end=match.end("act") if "act" in match.re.groupindex and match["act"] is not None else match.end(),
        roles=roles,
    )


def guarded(clause: Clause, rule: EventRule, cues: Mapping[str, re.Pattern[str]], today: date) -> bool:
    """Whether the words around say that it does not happen or is not news: negated, called off, conditional or
    history.
    """
    return any(guard not in rule.accepts and _GUARDS[guard](clause, cues, today) for guard in GUARDS)


def _negated(clause: Clause, cues: Mapping[str, re.Pattern[str]], _today: date) -> bool:
    start = max(clause.start, min(clause.act, clause.match_end) - _REACH_BACK)
    return cues["negation"].search(clause.text, start, clause.match_end) is not None


def _called_off(clause: Clause, cues: Mapping[str, re.Pattern[str]], _today: date) -> bool:
    end = min(clause.end, clause.match_end + _REACH_OFF)
    return cues["called_off"].search(clause.text, clause.match_start, end) is not None


def _conditional(clause: Clause, cues: Mapping[str, re.Pattern[str]], _today: date) -> bool:
    text = clause.text
    if cues["conditional"].search(text, 0, clause.match_end) is not None:
        return True
    # "It bought 9 pct and may buy more if ..." sets no condition for the first.
    link = _LINK.search(text, clause.match_end, clause.end)
    return cues["conditional"].search(text, clause.match_end, link.start() if link else clause.end) is not None


def _historic(clause: Clause, cues: Mapping[str, re.Pattern[str]], today: date) -> bool:
    text = clause.text
    comma = text.find(",", clause.match_end, clause.end)
    if cues["history"].search(text, clause.start, clause.end if comma < 0 else comma) is not None:
        return True
    relative = _RELATIVE.match(text, max(0, clause.start - 6)) is not None
    for year in _YEAR.finditer(text, clause.start, clause.end):
        if int(year[2]) > today.year or (int(year[2]) == today.year and not relative):
            continue
        if year[1] == "since" and _MARK_SINCE.search(text, max(0, year.start() - 40), year.start()):
            continue
        return True
    return False


_GUARDS: Final = {
    "negation": _negated,
    "called_off": _called_off,
    "conditional": _conditional,
    "history": _historic,
}


def fact_level(clause: Clause, rule: EventRule, cues: Mapping[str, re.Pattern[str]]) -> FactLevel:
    """How sure it is: the rule's word for it, else what the cues before the act and right behind the match say."""
    if rule.fact_level is not None:
        return rule.fact_level
    start = max(clause.start, clause.act - _REACH_BACK)
    # "Plans to conclude talks ahead of the June summit": the plan is not the summit's.
    start = max(start, clause.text.rfind(" ahead of ", start, clause.act) + 1)
    end = min(clause.end, clause.match_end + _REACH_ON)
    if cues["opinion"].search(clause.text, start, clause.match_end) is not None:
        return FactLevel.OPINION
    if cues["forecast"].search(clause.text, start, clause.match_end) is not None:
        return FactLevel.FORECAST
    if _EXPECTED.search(clause.text, clause.match_end, end) or _FORECASTERS.search(clause.text, clause.match_end):
        return FactLevel.FORECAST
    return FactLevel.FACT


def schedule(clause: Clause, original: str, rule: EventRule, level: FactLevel, today: date) -> tuple[bool, date | None]:
    """Whether it lies ahead at a stated time, and the day. `original` is the sentence as written."""
    if rule.scheduled == "never":
        return False, None
    ahead = level is not FactLevel.FACT or _looks_ahead(clause)
    periods = find_periods(original[: len(clause.text)], today, ahead=ahead)
    period = _nearest(periods, clause, today, ahead=ahead)
    if period is None:
        return False, None
    scheduled = period.last > today and (ahead or period.first > today)
    return scheduled, period.day


def _looks_ahead(clause: Clause) -> bool:
    text = clause.text
    if _RELATIVE_AHEAD.search(text, clause.start, clause.end):
        return True
    before = text[max(clause.start, clause.act - 30) : clause.match_end]
    return (
        _FUTURE_WORDS.search(before) is not None
        or re.search(r"\b(?:effective|from|starting|until|take effect)\b", text[clause.match_end : clause.end])
        is not None
    )


def _nearest(periods: tuple[Period, ...], clause: Clause, today: date, *, ahead: bool) -> Period | None:
    """The first day behind the act in the clause, else the last one before it; days on the other side of today don't
    fit.
    """
    inside = [p for p in periods if clause.start <= p.start and p.end <= clause.end]
    fitting = [p for p in inside if (p.last >= today if ahead else p.first <= today)]
    behind = next((p for p in fitting if p.start >= clause.act), None)
    return behind or (fitting[-1] if fitting else None)
