"""The rules that find company and policy events, as data that an analyst can read and change.

`events/words.toml` holds the words (`[words]`), the cues that change what a match means (`[cues]`) and what holds for a
whole type (`[type."company.merger"]`); every other `*.toml` beside it holds rules. A wrong file raises an
`EventRuleError` that names file, rule, field and reason; nothing is skipped.

A rule says that a sentence which matches `pattern` reports an event of `type`::

    [[rule]]
    name = "tariff-imposed"
    type = "policy.tariff"
    pattern = "{impose} ... {duty}"
    unless = ["{telephone} {duty}"]         # patterns of the sentence that speak against it
    needs = ["%", "pct"]                    # one of these words (or signs: % $ € £ ¥) must stand in the sentence
    direction = "up"
    confidence = 0.9

Patterns are regular expressions over the *tagged* sentence, which is in lower case without accents and has every name
replaced by a tag of the same length. In addition:

- `{word}` stands for an entry of `[words]`; `{word:role}` also gives what it matches a role in the event; `{rise}` and
  `{fall}` stand for the verbs of `streams.data.lexicon.motion`;
- `{company}`, `{name}` (a name the registry does not know), `{firm}` (either), `{state}` (a country, government,
  official or nationality), `{government}` (a state without nationalities), `{country}` (a state without officials),
  `{bank}` (a central bank), `{person}`, `{official}` (a person in public office), `{index}`, `{body}` (any other
  organization), `{party}` (a firm, state, bank or body) and `{any}` (any name) stand for tags;
- ` .. ` is up to 30, ` ... ` up to 60 and ` .... ` up to 110 characters between two words of one clause;
- a space is one or more spaces, parentheses group, and a pattern begins and ends at the edge of a word.

A user's own files (`NEWSTAPE_RULES`) are such files of rules, for the types that there are; a `[words]` in one of them
adds words, which all of them may use and no shipped rule does.

The group `act` marks the acting word; cues are looked for around it. The role `subject` names the party that the
event is about; `object`, `other` and `official` name other parties.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec

from schemas.taxonomy import Direction, EventType, FactLevel, Family, Measure
from streams.data._repeats import settled
from streams.data._required_words import PatternReader, rarity
from streams.data.late_regex import LateRegex
from streams.data.lexicon.motion import FALL, RISE
from streams.toml.reading import line_of, syntax

SHIPPED: Final = Path(__file__).parent / "events"
"""The directory of the rules that newstape ships with."""

WORDS_FILE: Final = "words.toml"

COMPANY: Final = "\ue001"
NAME: Final = "\ue002"
GOVERNMENT: Final = "\ue003"
CENTRAL_BANK: Final = "\ue004"
PERSON: Final = "\ue005"
INDEX: Final = "\ue006"
BODY: Final = "\ue007"
NATIONALITY: Final = "\ue008"
OFFICIAL: Final = "\ue009"
SOMEBODY: Final = "\ue00a"
REST: Final = "\ue000"
"""The last of the tags. The first character of a masked name tells what it names; `REST` replaces all others."""

_SUFFIX: Final = r"(?:,? (?:inc|corp|co|ltd|plc|group|holdings?|ag|sa|nv|se|spa|llc|lp)\b\.?)*"


def _tag(*tags: str, behind: str = "") -> str:
    return f"[{''.join(tags)}]{REST}*+{behind}"


# The expression that each named tag stands for in a pattern.
_TAGS: Final[Mapping[str, str]] = {
    "company": _tag(COMPANY, behind=_SUFFIX),
    "name": _tag(NAME, SOMEBODY, behind=_SUFFIX),
    "firm": _tag(COMPANY, NAME, SOMEBODY, behind=_SUFFIX),
    "state": _tag(GOVERNMENT, NATIONALITY, OFFICIAL),
    "government": _tag(GOVERNMENT, OFFICIAL),
    "country": _tag(GOVERNMENT, NATIONALITY),
    "bank": _tag(CENTRAL_BANK),
    "person": _tag(PERSON, OFFICIAL, NAME, SOMEBODY),
    "official": _tag(OFFICIAL),
    "index": _tag(INDEX),
    "body": _tag(BODY),
    "party": _tag(COMPANY, NAME, GOVERNMENT, CENTRAL_BANK, BODY, NATIONALITY, OFFICIAL, SOMEBODY),
    "any": _tag(COMPANY, NAME, GOVERNMENT, CENTRAL_BANK, PERSON, INDEX, BODY, NATIONALITY, OFFICIAL, SOMEBODY),
}

# The most characters that a run of dots matches; it never crosses a semicolon.
_GAPS: Final[Mapping[str, int]] = {"..": 30, "...": 60, "....": 110}

TAG_CHARACTERS: Final = frozenset(
    (COMPANY, NAME, GOVERNMENT, CENTRAL_BANK, PERSON, INDEX, BODY, NATIONALITY, OFFICIAL, SOMEBODY)
)

Subject = Literal["index", "firm", "firms", "state", "office", "bank", "pair"]
Unnamed = Literal["acting", "acted_on", "spoken_of"]
Turn = Literal["none", "act", "match"]
Wanted = Literal["all", "every"]
Role = Literal["subject", "object", "other", "official"]
Scheduling = Literal["never", "dated"]
Results = Literal["none", "reported", "planned"]
OfAShare = Literal["never", "cents", "small"]
Argument = Literal["amount", "percent", "rate", "change_bp", "price"]
CUES: Final = (
    *("negation", "denied", "called_off", "ended", "conditional", "question", "history", "background"),
    *("forecast", "opinion", "up", "down"),
)
"""The kinds of cue that `[cues]` must define."""

Guard = Literal["negation", "denied", "conditional", "question", "history", "background"]
GUARDS: Final[tuple[Guard, ...]] = ("negation", "denied", "conditional", "question", "history", "background")
"""Cues that rule an event out, unless its rule or type accepts them."""
Accepted = Literal[Guard, "called_off"]


class EventRuleError(ValueError):
    """A rule file cannot be used. `rule` is empty where the error is in the file as a whole, `line` 0 likewise."""

    def __init__(self, path: Path | str, rule: str, field: str, reason: str, line: int = 0) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(": ".join(part for part in (place, rule, field, reason) if part))
        self.path = str(path)
        self.line = line
        self.rule = rule
        self.field = field
        self.reason = reason


class RuleSource(NamedTuple):
    """A file of rules, read."""

    path: Path
    content: bytes


class TypeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every event of a type. Code reads these fields and names no type."""

    subject: Subject
    """The kind of party that the event is about. `index`: an index; the event follows from an index fact and no rule
    finds it. `firm`: a firm. `firms`: one of two firms, each of which has a role. `state`: an acting state. `office`:
    the state whose office is filled. `bank`: a central bank. `pair`: one of several states."""
    unnamed: Unnamed = "acting"
    """Firms: the one meant where the pattern names no subject. `acting`: the firm that acts, or else the one the
    article speaks of. `acted_on`: the firm acted on, never the one that acts. `spoken_of`: the firm that the article
    speaks of."""
    inflicted: bool = False
    """States: whether a clause may name only the state acted on; the acting state was then named before, or there is no
    event."""
    fewest_states: int = 0
    """Pairs: where the text names fewer states than this, and no group of states, there is no event."""
    shared: bool = False
    """Whether any party may be named first: two events of an article with a party in common are then one."""
    several: bool = False
    """Firms and banks: whether a sentence may report such events of several: "A and B fell 2%, C rose 1%"."""
    told_apart_by: Argument | None = None
    """States: reports that differ both in this argument and in the object are different events: 10% on Canada, 100% on
    China."""
    one_clause: bool = False
    """Whether the act and its object must stand in one clause, because its verbs are also used of markets: "oil eased
    as the EU imposed sanctions" eases no sanctions."""
    direction: Turn = "none"
    """The words that tell the direction. `none`: there is no direction. `act`: the words of the act. `match`: the words
    from the act to the end of the match, for an act that is a noun ("profit") with its verb after it."""
    signed: bool = False
    """Whether a percentage is a change, negative where the direction is down; otherwise it is a share or a rate."""
    good_when_up: bool = False
    """Whether up is good for the subject and down is bad; sentiment uses this."""
    scheduled: Scheduling = "dated"
    """`never`: the event is the announcement itself. `dated`: a future day in the clause schedules the event."""
    arguments: tuple[Argument, ...] = ()
    """Numbers to look for in the clause."""
    wanted: Wanted = "all"
    """How long numbers are looked for in an article. `all`: until all arguments are known. `every`: at every mention,
    because an article names the rates of several duties. Those of results are looked for everywhere."""
    measured: Mapping[Argument, Measure] = msgspec.field(default_factory=dict)
    """What the arguments measure. A figure that the words give to a measure of another type is none of this type."""
    measures: tuple[Measure, ...] = ()
    """Further measures of which the figures are the event's."""
    results: Results = "none"
    """Whether the figures are those of a firm's results, of which every measure is told: `reported` ones, or `planned`
    ones as guidance tells them."""
    of_a_share: OfAShare = "never"
    """Whether the amount may be one per share, where no sum is named, and which amounts are per share even where the
    text does not say so: `cents`, those in cents or with cents; `small`, all below 10,000."""
    accepts: tuple[Accepted, ...] = ()
    """Guards that do not apply: for earnings, "since 2008" does not mean that they are history. `called_off`: words of
    calling off speak of something else."""
    news_of_last_year: bool = False
    """Whether what happened in the year before is no history yet: results of a year come out in the next."""
    facts_only: bool = False
    """Whether what is only expected is no event: results that are previewed."""
    roles: Mapping[Role, str] = msgspec.field(default_factory=dict)
    """The name of the role in which a party (`subject`, `object`, `other`, `official`) is listed as a participant."""


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """The name that a pattern begins with. It is looked up among the names of the sentence, not searched for."""

    role: str
    """Its role."""
    tags: frozenset[str]
    """Its tags."""
    reach: int
    """The most characters that may stand between it and the rest of the match."""


class EventPattern(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern of a rule, with the words and names that a sentence must hold for it to match."""

    regex: LateRegex
    """The expression for the tagged sentence, without the lead."""
    lead: Lead | None
    """The name that must stand before what `regex` matches."""
    openings: frozenset[str] | None
    """Words and tags that `regex` can begin with; null where they are not known."""
    words: tuple[frozenset[str], ...]
    """One word of each set must stand in the sentence; the set that fewest sentences satisfy comes first."""
    tags: tuple[frozenset[str], ...]
    """A name with one tag of each set must stand in the sentence, or a word of the set where it holds words too."""


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    """Words that change what a match means."""

    regex: LateRegex
    """Over the tagged sentence."""
    openings: frozenset[str]
    """Words that it can begin with."""


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern that speaks against a rule where the sentence matches it."""

    regex: LateRegex
    """Over the tagged sentence."""
    words: tuple[frozenset[str], ...]
    """One word of each set must stand in the sentence for it to match."""


class EventRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, ready to be used."""

    name: str
    """Unique over all files."""
    type: EventType
    """What it finds."""
    patterns: tuple[EventPattern, ...]
    """Its patterns, which are tried in this order."""
    unless: tuple[Exclusion, ...]
    """If one of these is found in the sentence, there is no event."""
    requires: tuple[LateRegex, ...]
    """All of these must be found in the sentence."""
    headline_only: bool
    """Whether the rule reads headlines only."""
    accepts: frozenset[str]
    """Guards that do not apply, and `called_off` where words of calling off do not matter."""
    called_off: bool
    """Whether it finds events that are called off, whatever the cues say."""
    fact_level: FactLevel | None
    """Fixed by the rule; null leaves it to the cues."""
    direction: Direction | None
    """Fixed by the rule; null leaves it to the cues, as the type says."""
    scheduled: Scheduling
    """Set by the rule, or else as in TypeRules."""
    one_clause: bool
    """As in TypeRules."""
    news_of_last_year: bool
    """As in TypeRules."""
    confidence: float
    """Share of its finds that were right on the develop half of the labelled passages (see tests/accuracy/events)."""


class WordTable(msgspec.Struct, frozen=True, kw_only=True):
    """The classes of single words."""

    listed: Mapping[str, tuple[str, ...]]
    """For each word the classes that list it."""
    patterned: Mapping[str, LateRegex]
    """For each class that has words which can't be listed (`aa-?\\d`) the expression that they match."""

    def of(self, word: str) -> list[str]:
        """The classes of a word."""
        also = (name for name, regex in self.patterned.items() if regex.compiled.fullmatch(word) is not None)
        return [*self.listed.get(word, ()), *also]


class EventRules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules, with the cues and what holds for the types."""

    version: str
    """Version of the shipped rules and a digest of the files."""
    rules: tuple[EventRule, ...]
    """In the order of the files."""
    cues: Mapping[str, Cue]
    """By kind of cue."""
    types: Mapping[EventType, TypeRules]
    """What holds for each type; every type is there."""
    classes: WordTable
    """The entries of `[words]` as classes of single words; entries that name tags or others are none."""
    own: frozenset[str] = frozenset()
    """The names of the user's own rules: the confidence of what they find is what they say."""


class _RuleLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    type: EventType
    pattern: str | tuple[str, ...]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    headline_only: bool = False
    accepts: tuple[Accepted, ...] = ()
    called_off: bool = False
    fact_level: FactLevel | None = None
    direction: Direction | None = None
    scheduled: Scheduling | None = None
    confidence: float = 0.5


class _RuleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[_RuleLine, ...]


class _OwnFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: tuple[_RuleLine, ...] = ()
    words: dict[str, tuple[str, ...]] = {}


class _WordFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    words: dict[str, tuple[str, ...]]
    cues: dict[str, tuple[str, ...]]
    type: dict[EventType, TypeRules]


def load_event_rules(directory: Path = SHIPPED, own: Sequence[RuleSource] = ()) -> EventRules:
    """The rules of a directory and of the user's own files. Raises EventRuleError for the first thing that is wrong,
    OSError if the directory is unreadable.
    """
    digest = hashlib.sha256()
    words_path = directory / WORDS_FILE
    words = _decode(_source(words_path), _WordFile, digest)
    language = _language(words_path, words.words)
    missing = [cue for cue in CUES if cue not in words.cues]
    if missing:
        raise EventRuleError(words_path, "", f"cues.{missing[0]}", "required")
    _check_types(words_path, words.type)
    cues = {
        name: _cue("|".join(f"(?:{p})" for p in patterns), language, words_path, f"cues.{name}")
        for name, patterns in words.cues.items()
    }
    rules: dict[str, EventRule] = {}
    for path in sorted(directory.glob("*.toml")):
        if path.name != WORDS_FILE:
            source = _source(path)
            _add_rules(rules, source, _decode(source, _RuleFile, digest).rule, language, words.type)
    shipped, classes = frozenset(rules), _classes({"rise": RISE, "fall": FALL, **words.words}, language.reader)
    files = [(source, _decode(source, _OwnFile, digest)) for source in own]
    language = _with_own_words(language, files)
    for source, file in files:
        _add_rules(rules, source, file.rule, language, words.type)
    return EventRules(
        version=f"{words.version}+{digest.hexdigest()[:12]}",
        rules=tuple(rules.values()),
        cues=MappingProxyType(cues),
        types=MappingProxyType(words.type),
        classes=classes,
        own=frozenset(rules) - shipped,
    )


def own_rule_sources(paths: Sequence[Path]) -> tuple[RuleSource, ...]:
    """The user's own files of rules, read; a folder stands for its `*.toml`. Raises EventRuleError."""
    files = [file for path in paths for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    try:
        return tuple(_source(path) for path in files)
    except OSError as error:
        raise EventRuleError(str(error.filename), "", "", f"can't be read: {error.strerror}") from error


def rule_without_pattern(kind: EventType, given: TypeRules) -> EventRule:
    """The rule under which events of a type are proposed that no pattern found; it says what the type says."""
    return EventRule(
        name=f"scored:{kind.value}",
        type=kind,
        patterns=(),
        unless=(),
        requires=(),
        headline_only=False,
        accepts=frozenset(given.accepts),
        fact_level=None,
        direction=None,
        scheduled=given.scheduled,
        one_clause=given.one_clause,
        news_of_last_year=given.news_of_last_year,
        called_off=False,
        confidence=0.5,
    )


def rule_places(directory: Path = SHIPPED, own: Sequence[RuleSource] = ()) -> Mapping[str, str]:
    """The file and line of each rule, by its name: `company.toml:31`; the path of a user's own file is as given."""
    shipped = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(directory.glob("*.toml"))]
    places = {}
    for name, text in (*shipped, *((str(source.path), source.content.decode()) for source in own)):
        for number, line in enumerate(text.splitlines(), start=1):
            found = _RULE_NAME.match(line)
            if found is not None:
                places[found[1]] = f"{name}:{number}"
    return places


# ---- reading files

_RULE_NAME: Final = re.compile(r'name = "([^"]+)"')

_T = TypeVar("_T")

_PATH_IN_MESSAGE: Final = re.compile(r" - at `\$\.?([^`]*)`\Z")
_UNKNOWN_FIELD: Final = re.compile(r"unknown field `([^`]+)`")
_PLACE_IN_PATH: Final = re.compile(r"\Arule\[(\d+)\]\.?(.*)\Z")


def _source(path: Path) -> RuleSource:
    return RuleSource(path, path.read_bytes())


def _decode(source: RuleSource, kind: type[_T], digest: hashlib._Hash) -> _T:
    digest.update(source.content)
    try:
        text = source.content.decode()
        plain = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise EventRuleError(source.path, "", "", f"expected UTF-8: {error.reason} at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        line, _, reason = syntax(error)
        raise EventRuleError(source.path, "", "", reason, line) from error
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        found = _PATH_IN_MESSAGE.search(message)
        field, reason = (found[1], message[: found.start()]) if found else ("", message)
        unknown = _UNKNOWN_FIELD.search(reason)
        line = line_of(f"{field}.{unknown[1]}".strip(".") if unknown else field, text)
        raise EventRuleError(source.path, *_named_rule(plain, field), reason, line) from error


def _add_rules(
    rules: dict[str, EventRule],
    source: RuleSource,
    lines: Sequence[_RuleLine],
    language: _Language,
    types: Mapping[EventType, TypeRules],
) -> None:
    """Add the rules of a file. Raises EventRuleError."""
    for number, line in enumerate(lines):
        try:
            if line.name in rules:
                raise EventRuleError(source.path, line.name, "name", "there is a rule of this name already")  # noqa: TRY301  it gets its line below
            rules[line.name] = _rule(source.path, line, language, types)
        except EventRuleError as error:
            place = line_of(f"rule[{number}].{error.field}", source.content.decode())
            raise EventRuleError(error.path, error.rule, error.field, error.reason, place) from error


def _with_own_words(language: _Language, files: Sequence[tuple[RuleSource, _OwnFile]]) -> _Language:
    """The language with the words of the user's own files. Raises EventRuleError."""
    macros = dict(language.macros)
    for source, file in files:
        for name, alternatives in file.words.items():
            problem = "is the name of a tag or of other words" if name in macros else "" if alternatives else "is empty"
            if problem:
                field = f"words.{name}"
                raise EventRuleError(source.path, "", field, problem, line_of(field, source.content.decode()))
            macros[name] = _either(alternatives)
    return language if len(macros) == len(language.macros) else _Language(macros, PatternReader(macros))


def _named_rule(plain: Mapping[str, Any], field: str) -> tuple[str, str]:
    """The rule's name, or else its number, and the field inside it."""
    place = _PLACE_IN_PATH.match(field)
    if place is None:
        return "", field
    line = plain["rule"][int(place[1])]
    name = line.get("name") if isinstance(line, dict) else None
    return name if isinstance(name, str) else f"rule {int(place[1]) + 1}", place[2]


def _rule(path: Path, line: _RuleLine, language: _Language, types: Mapping[EventType, TypeRules]) -> EventRule:
    if not line.name:
        raise EventRuleError(path, line.name, "name", "is empty")
    if types[line.type].subject == "index":
        raise EventRuleError(path, line.name, "type", f"{line.type} follows from index facts, not from rules")
    if not 0 < line.confidence <= 1:
        raise EventRuleError(path, line.name, "confidence", f"expected a share in (0, 1], got {line.confidence}")
    patterns = (line.pattern,) if isinstance(line.pattern, str) else line.pattern
    if not patterns:
        raise EventRuleError(path, line.name, "pattern", "at least one is needed")
    return EventRule(
        name=line.name,
        type=line.type,
        patterns=tuple(_pattern(p, line.needs, language, path, line.name) for p in patterns),
        unless=tuple(_exclusion(p, language, path, line.name) for p in line.unless),
        requires=tuple(_compiled(p, language, path, line.name, "requires") for p in line.requires),
        headline_only=line.headline_only,
        accepts=frozenset((*line.accepts, *types[line.type].accepts)),
        called_off=line.called_off,
        fact_level=line.fact_level,
        direction=line.direction,
        scheduled=line.scheduled or types[line.type].scheduled,
        one_clause=types[line.type].one_clause,
        news_of_last_year=types[line.type].news_of_last_year,
        confidence=line.confidence,
    )


# ---- types

# The families whose events may be about each kind of subject.
_FAMILIES: Final[Mapping[Subject, Family]] = {
    "index": Family.INDEX,
    "firm": Family.COMPANY,
    "firms": Family.COMPANY,
    "state": Family.POLICY,
    "office": Family.POLICY,
    "bank": Family.POLICY,
    "pair": Family.POLICY,
}
# The roles that types with such a subject may name, and those that they must name.
_ROLES: Final[Mapping[Subject, tuple[frozenset[Role], frozenset[Role]]]] = {
    "index": (frozenset(), frozenset()),
    "firm": (frozenset({"other"}), frozenset()),
    "firms": (frozenset({"subject", "object"}), frozenset({"subject", "object"})),
    "state": (frozenset({"subject", "object"}), frozenset()),
    "office": (frozenset({"official"}), frozenset({"official"})),
    "bank": (frozenset(), frozenset()),
    "pair": (frozenset({"other"}), frozenset({"other"})),
}
# Fields that only types with such a subject may set.
_ONLY: Final[Mapping[str, tuple[Subject, ...]]] = {
    "unnamed": ("firm",),
    "inflicted": ("state",),
    "fewest_states": ("pair",),
    "several": ("firm", "bank"),
    "told_apart_by": ("state",),
}
# The only fields that a type whose events follow from index facts may set.
_OF_INDICES: Final = frozenset({"subject", "good_when_up"})


def _check_types(path: Path, types: Mapping[EventType, TypeRules]) -> None:
    """Raises EventRuleError for the first type that is missing or contradicts itself."""
    for kind in EventType:
        field = f'type."{kind.value}"'
        if kind not in types:
            raise EventRuleError(path, "", field, "required: every event type says what holds for it")
        problem = _problem_of(kind, types[kind])
        if problem is not None:
            name, reason = problem
            raise EventRuleError(path, "", f"{field}.{name}", reason)


def _problem_of(kind: EventType, given: TypeRules) -> tuple[str, str] | None:
    """The first error in the rules of a type, as field and reason."""
    if _FAMILIES[given.subject] is not kind.family:
        return "subject", f"{given.subject!r} is no subject of the {kind.family.value} family"
    return _problem_of_fields(given) or _problem_of_roles(given) or _problem_of_missing_partners(given)


def _problem_of_fields(given: TypeRules) -> tuple[str, str] | None:
    """The first field that does not go with the subject."""
    subject = given.subject
    said = {field.name for field in msgspec.structs.fields(given) if getattr(given, field.name) != _default(field)}
    if subject == "index" and not said <= _OF_INDICES:
        return min(said - _OF_INDICES), "its events follow from index facts, which say all but good_when_up"
    for name, subjects in _ONLY.items():
        if name in said and subject not in subjects:
            return name, f"is said of the subject {' or '.join(subjects)}, not of {subject}"
    return None


def _problem_of_roles(given: TypeRules) -> tuple[str, str] | None:
    """The first role that the subject does not allow, or that it requires and that is missing."""
    may, must = _ROLES[given.subject]
    wrong = sorted({*(given.roles.keys() - may), *(must - given.roles.keys())})
    if not wrong:
        return None
    what = "required" if wrong[0] in must else "no role"
    return "roles", f"{wrong[0]!r} is {what} where the subject is {given.subject}"


def _problem_of_missing_partners(given: TypeRules) -> tuple[str, str] | None:
    """The first field that needs another field which is missing."""
    if given.signed and given.direction == "none":
        return "signed", "needs a direction"
    if given.told_apart_by is not None and (given.told_apart_by not in given.arguments or "object" not in given.roles):
        return "told_apart_by", "needs the argument among arguments and a role for the object"
    if given.results != "none" and not given.measures:
        return "results", "needs measures"
    if not given.measured.keys() <= set(given.arguments):
        return "measured", "names what is none of the arguments"
    return None


def _default(field: msgspec.structs.FieldInfo) -> object:
    return {} if field.default_factory is not msgspec.NODEFAULT else field.default


# ---- the language of patterns

_MACRO: Final = re.compile(r"\{([a-z][a-z_0-9]*)(?::([a-z]\w*))?\}")
_GROUP: Final = re.compile(r"(?<!\\)\((?!\?)")
_LOOSE_DOTS: Final = re.compile(r"(?<![\\. ])\.\.|(?<![\\.])\.\.+(?![. ])|\.\. *\Z")
_SPACE: Final = re.compile(r"\[(?:\\.|[^\]\\])*\]| \??")
_GAP: Final = re.compile(r" (\.{2,4}) ")
# A quantified group that ends in a quantifier can make the time of a search grow exponentially.
_NESTED: Final = re.compile(r"(?<!\\)[*+]\)(?:[*+]|\{\d+,\})")
_LEAD: Final = re.compile(
    r"(?:\{(?P<tag>firm|company|name|state|government|country|bank|party):(?P<role>\w+)\})"
    r"(?:\{s\})?\?? (?P<gap>\.{2,4}) "
)
_DEEPEST: Final = 4
# An entry that matches one of these is none of words: it is a number, a name's ending or any word.
_NO_CLASS: Final = ("", "7", "$7", "7%", "zzzz")


class _Language(NamedTuple):
    """The words and tags that patterns may name."""

    macros: Mapping[str, str]
    """The text that each of them stands for."""
    reader: PatternReader
    """The reader that derives from patterns the words they need."""


def _language(path: Path, words: Mapping[str, Sequence[str]]) -> _Language:
    macros = {**_TAGS, "rise": "|".join(RISE), "fall": "|".join(FALL)}
    for name, alternatives in words.items():
        if name in macros:
            raise EventRuleError(path, "", f"words.{name}", "is the name of a tag or of shared words")
        if not alternatives:
            raise EventRuleError(path, "", f"words.{name}", "is empty")
        macros[name] = _either(alternatives)
    return _Language(macros, PatternReader(macros))


def _either(alternatives: Sequence[str]) -> str:
    """One of these; the longest first, since the first alternative that fits is taken."""
    return "|".join(sorted(alternatives, key=lambda a: (-len(a), a)))


def _classes(words: Mapping[str, Sequence[str]], reader: PatternReader) -> WordTable:
    """The classes of single words: each entry's alternatives that name no tag and no other entry."""
    listed: dict[str, dict[str, None]] = {}
    patterned: dict[str, LateRegex] = {}
    for name, alternatives in words.items():
        plain = [a for a in alternatives if "{" not in a]
        if any(re.fullmatch(a, word) for a in plain for word in _NO_CLASS):
            continue
        spelled = {a: reader.single_words(a) for a in plain}
        for word in (word for found in spelled.values() for word in sorted(found or ())):
            listed.setdefault(word, {})[name] = None
        open_ended = "|".join(f"(?:{a})" for a, found in spelled.items() if found is None)
        if open_ended:
            patterned[name] = LateRegex(open_ended)
    return WordTable(listed={word: tuple(names) for word, names in listed.items()}, patterned=patterned)


def _pattern(pattern: str, needs: Sequence[str], language: _Language, path: Path, rule: str) -> EventPattern:
    _expanded(pattern, language, path, rule, "pattern")  # first, so that errors in the lead are reported too
    clauses = language.reader.required(pattern)
    if needs:
        clauses = (*clauses, frozenset(needs))
    tagged = [clause for clause in clauses if not clause.isdisjoint(TAG_CHARACTERS)]
    words = tuple(sorted((clause for clause in clauses if clause not in tagged), key=rarity))
    if not words:
        raise EventRuleError(path, rule, "pattern", "needs a word that it cannot match without")
    # A search that begins with a name tries every name of the sentence with every gap; it is much faster to search for
    # the rest of the pattern and look the name up from there.
    found = _LEAD.match(pattern)
    lead = None
    if found is not None:
        reach = _GAPS[found["gap"]]
        lead = Lead(role=found["role"], tags=frozenset(_TAGS[found["tag"]]) & TAG_CHARACTERS, reach=reach)
        pattern = pattern[found.end() :]
    return EventPattern(
        regex=_compiled(pattern, language, path, rule, "pattern"),
        lead=lead,
        openings=language.reader.openings(pattern),
        words=words,
        tags=tuple(tagged),
    )


def _cue(pattern: str, language: _Language, path: Path, field: str) -> Cue:
    regex = _compiled(pattern, language, path, "", field)
    begins = language.reader.openings(pattern)
    if begins is None:
        raise EventRuleError(path, "", field, "begins with something else than words")
    return Cue(regex=regex, openings=begins)


def _exclusion(pattern: str, language: _Language, path: Path, rule: str) -> Exclusion:
    regex = _compiled(pattern, language, path, rule, "unless")
    clauses = language.reader.required(pattern)
    return Exclusion(regex=regex, words=tuple(c for c in clauses if c.isdisjoint(TAG_CHARACTERS)))


def _compiled(pattern: str, language: _Language, path: Path, rule: str, field: str) -> LateRegex:
    expanded = _expanded(pattern, language, path, rule, field)
    expanded = settled(_SPACE.sub(_spaces, _GAP.sub(_gap, expanded)))
    regex = LateRegex(rf"(?<!\w)(?:{expanded})(?!\w)")
    try:
        matches_nothing = regex.compiled.match("") is not None
    except re.error as error:
        raise EventRuleError(path, rule, field, f"is no regular expression: {error}") from error
    if matches_nothing:
        raise EventRuleError(path, rule, field, "matches the empty text")
    return regex


def _expanded(pattern: str, language: _Language, path: Path, rule: str, field: str) -> str:
    """The pattern with its words and tags put in and its plain groups made non-capturing."""
    expanded, macros = pattern, language.macros
    for _ in range(_DEEPEST):
        for match in _MACRO.finditer(expanded):
            if match[1] not in macros:
                raise EventRuleError(path, rule, field, f"unknown word {match.group()}")
        expanded = _MACRO.sub(lambda m: f"(?P<{m[2]}>{macros[m[1]]})" if m[2] else f"(?:{macros[m[1]]})", expanded)
    if _MACRO.search(expanded):
        raise EventRuleError(path, rule, field, f"has words within words more than {_DEEPEST} deep")
    expanded = _GROUP.sub("(?:", expanded)
    if _LOOSE_DOTS.search(pattern):
        raise EventRuleError(path, rule, field, "dots for a gap need a space on both sides and words behind")
    if _NESTED.search(expanded):
        raise EventRuleError(
            path, rule, field, "repeats a group that ends in a repeat: such a search may take for ever"
        )
    return expanded


def _spaces(match: re.Match[str]) -> str:
    """A space matches one or more spaces, an optional one any number; a set of characters is left as it is."""
    found = match.group()
    return found if found.startswith("[") else " *" if found == " ?" else " +"


def _gap(match: re.Match[str]) -> str:
    edge = r"[^;\w]"
    return f"(?:{edge}|{edge}[^;]{{0,{_GAPS[match[1]]}}}?{edge})"
