"""Recognition of people who are named in full, by office and surname, or later by surname alone.

Capitalised words are a person's name if they begin with a given name ("Maryann Keller"), if a role stands before them
("analyst Gaku Ito", "Prime Minister Sanae Takaichi") or behind ("Frank Cappelleri, desk strategist at ..."), or if
"said" stands before them and the clause ends behind. Officials of the registry are recognised by name or by office and
surname; where the text gives a role, a misspelt given name passes if role or country agree, and a misspelt surname if
the role agrees.
"""

import re
from datetime import date
from typing import Final, NamedTuple

from schemas.taxonomy import Kind
from streams.data.names import is_common
from streams.data.registry import Registry, RegistryEntity, Role, fold
from streams.extract.names.finds import Find, Finds
from streams.extract.names.given_names import FAMILY_NAMES, FAMILY_NAMES_FIRST, GIVEN_NAMES
from streams.extract.names.reading_text import ReadingText, Style
from streams.extract.names.reasons import Because
from streams.extract.names.runs import PARTICLES, Run, Word
from streams.extract.names.surroundings import APPOSITIONS, before
from streams.extract.text.words import (
    COURTESY,
    FIRM_ENDINGS,
    FIRM_ENDINGS_IN_CONTEXT,
    GENERIC_FIRST,
    MONTHS_AND_DAYS,
    NOT_FIRM,
    NOT_NAMES,
    NOT_SURNAMES,
    OFFICES,
    OPENERS,
    PLACES,
    ROLES,
    SECTORS,
    is_role,
    word_set,
)

_ROLE: Final = "|".join(sorted(ROLES, key=len, reverse=True))
_VERB: Final = (
    "which|whose|where|named|names|appointed|hired|elected|picked|promoted|and|or|said|says|but|while|with|as|will|would|has|had|have|is|are|was|were|to|who|by|after|before"
    "|told|also|for|that|it|he|she|they"
)
# "Frank Cappelleri, desk strategist at", "Keith Lerner, 45, co-chief investment officer".
_ROLE_BEHIND: Final = re.compile(rf",\s(?:\d\d,\s)?(?:(?!(?:{_VERB})\s)[\w&'./-]{{1,24}}\s){{0,6}}?(?:{_ROLE})s?(?!\w)")
_WHO_BEHIND: Final = re.compile(r",\s(?:who\s|(?:aged\s)?[2-9]\d,\s)")
_CLAUSE_ENDS: Final = re.compile(r"[,.;]|$|\s(?:of|at|from|who|told|in\san?|on|with)\s")
_SAYS_BEFORE: Final = word_set("said says added told adds wrote asked explained noted warned argued replied")
_SAYS_BEHIND: Final = re.compile(
    r"\s(?:said|says|told|added|wrote|noted|warned|argued|tweeted|testified|explained)(?!\w)"
)
_SPEAKS_OR_OWNS: Final = re.compile(
    r"'s?\s|\sto\s(?:meet|visit|hold|speak|travel|sign|testify|address|resign|run|seek)(?!\w)|\s(?:said|says|told"
    r"|added|will|has|had|is|was|warned|signaled|signalled|hinted|reiterated|expects|and)(?!\w)"
)

# These given names are months or ordinary words too: they do not suffice in a title, nor where one opens a sentence
# and an ordinary word follows.
_DOUBTFUL: Final = MONTHS_AND_DAYS | word_set(
    """
    art may mark will grant rich guy dean joy angel max drew rob sue pat dawn gene hope ray bill miles
    christian islam said
    """
)
# These words are roles and also surnames.
_ROLE_SURNAMES: Final = word_set("king prince judge major general banker head lord chair deputy")
_NOT_SLUG: Final = re.compile(r"[^\w]+")
_LONGEST_NAME: Final = 4
_KNIGHTS: Final = word_set("sir dame lady lord")
# Behind one of these a firm is named, whatever its first word: "oil marketing firm Bharat Lubes".
_FIRM_BEFORE: Final = APPOSITIONS - word_set("rival rivals peer peers major majors heavyweight giant titan stalwart")
_LED: Final = word_set("led headed chaired founded run co-founded helmed")
_SUFFIXES: Final = word_set("jr sr ii iii iv")
# A given name with this many wrong, missing or extra letters is still recognised ("Resei" for Ryosei) if it is long
# enough.
_REASONABLE_TYPOS: Final = 2
_SHORTEST_MISSPELT: Final = 4
_SHORTEST_SURNAME: Final = 2
_LONGEST_UNKNOWN: Final = 3
_MOST_INITIALS: Final = 2
# The rules look at this many words behind a name.
_LOOK_AHEAD: Final = 8
# Later mentions are looked for of this many people: a story with more is a list, and each costs a pass over the text.
_MOST_SEARCHED: Final = 200
# Somebody in the news this long before an official's first office is hardly that official.
_YEARS_BEFORE_OFFICE: Final = 25
# A surname behind an office needs this score to be an official's. The office and the right years count this much each,
# a country and an organization that the article names count 1 each.
_FITTING: Final = 2

_NO_SURNAME: Final = NOT_NAMES | PLACES | NOT_SURNAMES | FIRM_ENDINGS | ROLES | OPENERS | NOT_FIRM
# "General Accounting Office" is no general.
_NO_LAST: Final = NOT_NAMES | FIRM_ENDINGS_IN_CONTEXT | word_set("office bureau agency department commission board")
_NO_LATER: Final = PLACES | FIRM_ENDINGS | SECTORS
# Cities that are surnames as well: "Eric Jackson".
_PLACE_SURNAMES: Final = word_set(
    "jackson washington houston dallas austin london paris wellington berlin florence lima england ireland wales york "
    "cleveland boston denver vienna diego louis lincoln"
)
_FIRM_WORDS: Final = FIRM_ENDINGS | NOT_FIRM | GENERIC_FIRST
_LEGAL: Final = word_set("inc corp ltd plc llc co ag")


class Candidate(NamedTuple):
    """Capitalised words that may be a person's name, and where they stand."""

    words: list[Word]
    """The words of the name, particles ("von") included."""
    name: list[Word]
    """Those words that have a capital."""
    behind: list[Word]
    """The words of the run behind the name."""
    role: str
    """The role that stands before the name ("minister"), else empty."""
    starts_run: bool
    """Whether no word of the run stands before it."""
    run: Run
    """The run it is part of."""

    @property
    def first(self) -> str:
        """Folded first word."""
        return self.name[0].low

    @property
    def last(self) -> str:
        """Folded last word."""
        return self.name[-1].low

    @property
    def start(self) -> int:
        """First character."""
        return self.name[0].start

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.name[-1].end


def find_people(text: ReadingText, runs: list[Run], registry: Registry, finds: Finds, today: date) -> None:
    """Add the people whom the runs name in full or by office and surname, then later mentions by surname."""
    _People(text, registry, finds, today).find(runs)


class _People:
    """The people of one article while they are being found."""

    __slots__ = ("_by_first_and_last", "_by_last_name", "_finds", "_registry", "_surnames", "_text", "_today")

    def __init__(self, text: ReadingText, registry: Registry, finds: Finds, today: date) -> None:
        self._text = text
        self._registry = registry
        self._finds = finds
        self._today = today
        self._surnames: list[tuple[str, Word]] = []
        self._by_last_name: dict[str, list[Find]] = {}
        self._by_first_and_last: dict[tuple[str, str], Find] = {}
        """People by last and first name, and by last name and initial."""
        for find in finds.of_kind(Kind.PERSON):
            self._know(find)

    def find(self, runs: list[Run]) -> None:
        text = self._text
        singles: list[Run] = []
        for run in runs:
            if run.many:
                if text.has_free(run.start, run.end):
                    self._in_run(run)
            elif text.taken[run.start] == 0:
                singles.append(run)
        self._finds.because = Because.OFFICE
        for role, word in self._surnames:
            if text.taken[word.start] == 0:
                self._by_office(role, word)
        self._finds.because = Because.OFFICIAL_ALONE
        self._officials_alone(singles)
        self._finds.because = Because.SURNAME
        self._later_mentions()

    # ---- names in full

    def _in_run(self, run: Run) -> None:
        text, found = self._text, run.words(self._text)
        count = len(found)
        role = "" if run.opens else _role_before(text, run.start)
        at = 0
        while at < count:
            word = found[at]
            if word.link or text.taken[word.start]:
                role = ""
            elif word.low in ROLES or word.low in COURTESY:
                role = word.low
            elif not (run.opens and at == 0 and word.low in OPENERS):
                at = self._at_word(run, found, at, role) - 1
                role = ""
            at += 1

    def _at_word(self, run: Run, found: list[Word], at: int, role: str) -> int:
        """Add the person whose name begins at this word, if one does, and return where to continue."""
        stop = _name_end(self._text, found, at)
        name = [word for word in found[at:stop] if not word.link]
        if len(name) > 1:
            candidate = Candidate(found[at:stop], name, found[stop : stop + _LOOK_AHEAD], role, at == 0, run)
            why = why_person(self._text, candidate)
            if why is not None:
                self._finds.because = why
                self._add(candidate)
                return stop
        elif stop == at + 1 == len(found) and (role in OFFICES or role in COURTESY) and _may_be_surname(found[at].low):
            self._surnames.append((role, found[at]))
        return at + 1

    def _add(self, candidate: Candidate) -> None:
        text, finds = self._text, self._finds
        start, end = candidate.start, candidate.end
        shown = " ".join(text.full[start:end].split())
        known = None if candidate.last in _SUFFIXES else self._official(candidate)
        if known is not None:
            self._add_person(known.id, known.name, start, end)
            return
        # "J. Powell" behind "Jerome Powell", "Mary C. Daly" behind "Mary Daly".
        find = self._by_first_and_last.get((candidate.last, candidate.first))
        if find is not None:
            finds.add_to(find, start, end)
            return
        self._add_person(f"person:{slug(text.folded[start:end])}", shown, start, end)

    def _add_person(self, entity: str, name: str, start: int, end: int) -> None:
        is_new = entity not in self._finds.by_id
        find = self._finds.add(entity, Kind.PERSON, name, start, end)
        if is_new:
            self._know(find)

    def _know(self, find: Find) -> None:
        last = fold(_surname(find.name))
        self._by_last_name.setdefault(last, []).append(find)
        for first in fold(find.name).split()[:1]:
            self._by_first_and_last.setdefault((last, first), find)
            self._by_first_and_last.setdefault((last, first[0]), find)

    # ---- officials of the registry

    def _official(self, candidate: Candidate) -> RegistryEntity | None:
        """The official who is meant; a misspelt given name needs a role, and role or country must agree."""
        given = candidate.first
        role = candidate.role or _role_behind(self._text.folded, candidate.end)
        bearers = self._of_surname(candidate.last)
        for entity in bearers:
            if fold(entity.name).split()[0] == given:
                return None if self._is_of_another_time(entity) else entity
        for entity in bearers:
            theirs = fold(entity.name).split()[0]
            if (
                role
                and theirs[0] == given[0]
                and min(len(theirs), len(given)) >= _SHORTEST_MISSPELT
                and edit_distance(theirs, given, _REASONABLE_TYPOS) <= _REASONABLE_TYPOS
                and self._agrees(entity, role)
            ):
                return entity
        return None if bearers or not role else self._of_misspelt_surname(given, candidate.last, role)

    def _is_of_another_time(self, entity: RegistryEntity) -> bool:
        """Whether all offices began long after the article: Ferdinand Marcos in 1987 is not the president of 2022."""
        years = [int(held.since[:4]) for held in entity.roles if held.since is not None]
        return len(years) == len(entity.roles) > 0 and min(years) > self._today.year + _YEARS_BEFORE_OFFICE

    def _of_misspelt_surname(self, given: str, surname: str, role: str) -> RegistryEntity | None:
        """The official of this given name and office whose surname differs by one letter."""
        for entity_id in self._registry.given_names.get(given, ()):
            entity = self._registry.entities[entity_id]
            theirs = fold(entity.surname or "")
            if (
                theirs[:1] == surname[0]
                and min(len(theirs), len(surname)) >= _SHORTEST_MISSPELT
                and edit_distance(theirs, surname, 1) == 1
                and any(role in _office(held.title) for held in entity.roles)
            ):
                return entity
        return None

    def _of_surname(self, surname: str) -> list[RegistryEntity]:
        return [self._registry.entities[candidate] for candidate in self._registry.surnames.get(surname, ())]

    def _agrees(self, entity: RegistryEntity, role: str) -> bool:
        if any(role in _office(held.title) for held in entity.roles):
            return True
        return entity.country is not None and f"country:{entity.country}" in self._finds.by_id

    def _by_office(self, role: str, word: Word) -> None:
        """Add whom a surname behind an office or "Mr" names: somebody named in full, else an official, else a person
        of whom no more is known.
        """
        known = next(iter(self._by_last_name.get(word.low, ())), None)
        if known is None and role in _KNIGHTS:
            # "Sir Keir" is Keir Starmer where he is named in full.
            people = self._finds.of_kind(Kind.PERSON)[:_MOST_SEARCHED]
            known = next((find for find in people if fold(find.name).split()[0] == word.low), None)
            if known is None:
                return
        if known is not None:
            self._finds.add_to(known, word.start, word.end)
            return
        official = self._office_holder(word.low, role)
        if official is not None:
            self._add_person(official.id, official.name, word.start, word.end)
        elif word.low not in GIVEN_NAMES or word.low in FAMILY_NAMES:
            surname = self._text.full[word.start : word.end]
            self._add_person(f"person:{slug(word.low)}", surname, word.start, word.end)

    def _office_holder(self, surname: str, role: str) -> RegistryEntity | None:
        best: tuple[int, RegistryEntity] | None = None
        for entity in self._of_surname(surname):
            score = max((self._fitness(held, role) for held in entity.roles), default=0)
            if score >= _FITTING and (best is None or score > best[0]):
                best = score, entity
        return best[1] if best is not None else None

    def _fitness(self, held: Role, role: str) -> int:
        found = self._finds.by_id
        score = _FITTING * (role in _office(held.title)) + _FITTING * self._holds(held)
        return score + (f"country:{held.country}" in found) + (held.organization in found)

    def _holds(self, held: Role) -> bool:
        day = self._today.isoformat()
        return (held.since is None or held.since <= day) and (held.until is None or day <= held.until)

    def _officials_alone(self, singles: list[Run]) -> None:
        """Add officials named by surname alone: "Powell said" where the article names the Fed, "Rubio to meet" where
        the registry has only one Rubio.
        """
        text, finds = self._text, self._finds
        surnames = self._registry.surnames
        for run in singles:
            low = text.folded[run.start : run.end].removesuffix("'s")
            if low not in surnames or run.style is not Style.PROSE or text.taken[run.start]:
                continue
            end = run.start + len(low)
            if _SPEAKS_OR_OWNS.match(text.folded, end) is None:
                continue
            candidates = self._of_surname(low)
            telling = len(candidates) == 1 and not is_common([low])
            for entity in candidates:
                if any(self._holds(held) and (telling or held.organization in finds.by_id) for held in entity.roles):
                    self._add_person(entity.id, entity.name, run.start, end)
                    break

    # ---- later mentions

    def _later_mentions(self) -> None:
        text, finds = self._text, self._finds
        for surname, people in list(self._by_last_name.items())[:_MOST_SEARCHED]:
            if len(people) > 1 or len(surname) < _SHORTEST_SURNAME:
                continue
            doubtful = surname in _DOUBTFUL or surname in OPENERS or surname in NOT_NAMES
            for start, end in occurrences(text, surname):
                if not doubtful or _SPEAKS_OR_OWNS.match(text.folded, end) is not None:
                    finds.add_to(people[0], start, end)


def _office(title: str) -> list[str]:
    """The words of an office, with "premier" for a prime minister as newspapers write."""
    words = title.lower().split()
    return [*words, "premier"] if words[0] == "prime" else words


def _role_before(text: ReadingText, start: int) -> str:
    near, second = before(text.folded, start)
    near = near.rstrip(",.:")
    if near == "by" and second in _LED:
        return "leader"
    return near if near in ROLES or near in COURTESY else ""


def _role_behind(folded: str, end: int) -> str:
    found = _ROLE_BEHIND.match(folded, end)
    return found[0].rsplit(None, 1)[-1] if found is not None else ""


def _name_end(text: ReadingText, found: list[Word], at: int) -> int:
    """One past the last word of the name that may begin here."""
    stop = at
    capitals = 0
    while stop < len(found) and capitals < _LONGEST_NAME:
        word = found[stop]
        if word.link:
            if word.low not in PARTICLES or stop + 1 >= len(found) or found[stop + 1].link:
                break
        elif text.taken[word.start] or (stop > at and _ends_name(word.low, is_last=stop == len(found) - 1)):
            break
        else:
            capitals += 1
        stop += 1
        if word.owns:
            break
    while stop > at and found[stop - 1].link:
        stop -= 1
    return stop


def _ends_name(low: str, *, is_last: bool) -> bool:
    return low in NOT_SURNAMES or (low in ROLES and not (is_last and low in _ROLE_SURNAMES))


def _may_be_surname(low: str) -> bool:
    return len(low) >= _SHORTEST_SURNAME and low not in _NO_SURNAME


# ---- what makes words a person's name


def why_person(text: ReadingText, candidate: Candidate) -> Because | None:
    """The rule by which the words name a person. The first rule with a verdict decides; without one it is None."""
    for why, rule in _RULES:
        verdict = rule(text, candidate)
        if verdict is not None:
            return why if verdict else None
    return None


def _by_words(_text: ReadingText, candidate: Candidate) -> bool | None:
    """Reject names of places, firms and the like, whatever stands around them."""
    if candidate.last in _NO_LAST or len(candidate.last) < _SHORTEST_SURNAME or _goes_on_as_firm(candidate):
        return False
    if any(word.low in _NO_LATER for word in candidate.name[1:-1]):
        return False
    if candidate.last in _NO_LATER and not (candidate.last in _PLACE_SURNAMES and candidate.first in GIVEN_NAMES):
        return False
    if candidate.first in NOT_NAMES:
        telling = candidate.first in GIVEN_NAMES and (candidate.role or candidate.last in FAMILY_NAMES)
        return None if telling else False
    return None


def _by_role(text: ReadingText, candidate: Candidate) -> bool | None:
    if candidate.role:
        return candidate.first not in PLACES
    if candidate.starts_run and not candidate.run.opens and before(text.folded, candidate.start)[0] in _FIRM_BEFORE:
        return False
    return None


def _by_given_name(text: ReadingText, candidate: Candidate) -> bool | None:
    first = candidate.first
    if first in GIVEN_NAMES or ("-" in first and first.split("-")[0] in GIVEN_NAMES):
        if text.full[candidate.start : candidate.name[0].end].isupper() and len(first) > 1:
            return False
        run = candidate.run
        doubtful = first in _DOUBTFUL and (run.style is Style.TITLE or (run.opens and candidate.starts_run))
        if doubtful and run.style is Style.PROSE and not is_common([candidate.last]):
            doubtful = False
        if not doubtful and (run.style is Style.PROSE or len(candidate.name) == 2):
            return True
    return True if first in FAMILY_NAMES_FIRST and "-" in candidate.last else None


def _by_style(_text: ReadingText, candidate: Candidate) -> bool | None:
    """Reject what the rules below are not for: they read prose, and short names that may be on no list."""
    first = candidate.first
    if candidate.run.style is not Style.PROSE or len(candidate.name) > _LONGEST_UNKNOWN:
        return False
    return False if first in PLACES or first in OPENERS else None


def _by_words_behind(text: ReadingText, candidate: Candidate) -> bool | None:
    if candidate.behind:
        # "said Jun Bei Liu of Ten Cap", "Rupak De of LKP Securities"
        if candidate.behind[0].low != "of" or candidate.words[-1].owns:
            return False
        return _is_said(text, candidate) or _is_firm_named(candidate.behind[1:])
    return True if _WHO_BEHIND.match(text.folded, candidate.end) is not None else None


def _by_family_name(_text: ReadingText, candidate: Candidate) -> bool | None:
    first = candidate.first
    if candidate.last in FAMILY_NAMES and len(candidate.name) == 2 and first not in _FIRM_WORDS:
        return not is_role(first)
    return None


def _by_role_behind(text: ReadingText, candidate: Candidate) -> bool | None:
    return True if _ROLE_BEHIND.match(text.folded, candidate.end) is not None else None


def _by_colon(text: ReadingText, candidate: Candidate) -> bool | None:
    """Accept whom a headline quotes: "Nifty to consolidate: Mitesh Thacker", "...: Girish Pai, Centrum Broking"."""
    end = candidate.end
    if not text.full.endswith(": ", 0, candidate.start):
        return None
    if end != text.ends[text.sentence(end - 1)] and not text.full.startswith(", ", end):
        return None
    return not any(word.low in _FIRM_WORDS for word in candidate.name)


def _by_speech(text: ReadingText, candidate: Candidate) -> bool | None:
    """Accept whom the text quotes: "said Gaku Ito.", "RJ Scaringe says"."""
    if _is_said(text, candidate):
        return _CLAUSE_ENDS.match(text.folded, candidate.end) is not None
    initials = text.full[candidate.start : candidate.name[0].end].replace(".", "")
    given = candidate.first in GIVEN_NAMES or (initials.isupper() and len(initials) <= _MOST_INITIALS)
    return given and _SAYS_BEHIND.match(text.folded, candidate.end) is not None


_RULES: Final = (
    (Because.PERSON_BY_WORDS, _by_words),
    (Because.PERSON_BY_ROLE, _by_role),
    (Because.PERSON_BY_GIVEN_NAME, _by_given_name),
    (Because.PERSON_BY_STYLE, _by_style),
    (Because.PERSON_BY_WORDS_BEHIND, _by_words_behind),
    (Because.PERSON_BY_FAMILY_NAME, _by_family_name),
    (Because.PERSON_BY_ROLE_BEHIND, _by_role_behind),
    (Because.PERSON_BY_COLON, _by_colon),
    (Because.PERSON_BY_SPEECH, _by_speech),
)


def _is_said(text: ReadingText, candidate: Candidate) -> bool:
    is_first = candidate.starts_run and not candidate.run.opens
    return is_first and before(text.folded, candidate.start)[0] in _SAYS_BEFORE


def _is_firm_named(behind: list[Word]) -> bool:
    """Whether the words behind "of" name a firm."""
    name = []
    for word in behind:
        if word.link and word.low != "&":
            break
        name.append(word)
    return len(name) > 1 and name[-1].low in FIRM_ENDINGS


def _goes_on_as_firm(candidate: Candidate) -> bool:
    """Whether the words go on as a firm's name does: "Charles Stanley Securities", "Jones & Co"."""
    if not candidate.behind or candidate.words[-1].owns:
        return False
    low = candidate.behind[0].low
    if low == "and":
        return len(candidate.behind) > 1 and candidate.behind[1].low in {"co", "sons", "company"}
    return low == "&" or low in FIRM_ENDINGS or low in NOT_FIRM or low in _LEGAL


# ---- shared


def slug(folded: str) -> str:
    """Folded words as the last part of an id: "maryann keller" is `maryann-keller`."""
    return _NOT_SLUG.sub("-", folded).strip("-")


def edit_distance(one: str, other: str, limit: int) -> int:
    """Levenshtein distance of two short words, or `limit` + 1 where it is greater."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return min(row[-1], limit + 1)


def _surname(name: str) -> str:
    words = name.split()
    if len(words) > 2 and words[-1].rstrip(".").lower() in _SUFFIXES:
        words = words[:-1]
    return words[-1]


def occurrences(text: ReadingText, word: str) -> list[tuple[int, int]]:
    """Free places in the story where the folded `word` stands as a whole word with a capital."""
    folded, full = text.folded, text.full
    found = []
    at = folded.find(word)
    size = len(word)
    while at >= 0:
        end = at + size
        if (
            full[at].isupper()
            and not folded[at - 1 : at].isalnum()
            and not folded[end : end + 1].isalnum()
            and text.is_free(at, end)
            and text.is_story(at, end)
        ):
            found.append((at, end))
        at = folded.find(word, end)
    return found
