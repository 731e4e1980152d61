"""People in a text: who is named in full, by office and surname, or later by surname alone.

What makes capitalised words a person's name: a given name in front ("Maryann Keller"), a role before ("analyst Gaku Ito",
"Prime Minister Sanae Takaichi") or behind ("Frank Cappelleri, desk strategist at ..."), or "said" in front and the end of the
clause behind. Officials of the registry are recognised by name, by office and surname, and where the given name is misspelt
but the surname is theirs and role or country agree.
"""

import re
from datetime import date
from typing import Final

from schemas.taxonomy import Kind
from streams.data.names import is_common
from streams.data.registry import Registry, RegistryEntity
from streams.extract._finds import Finds
from streams.extract._given_names import FAMILY_NAMES, FAMILY_NAMES_FIRST, GIVEN_NAMES
from streams.extract._reading_text import ReadingText, Style
from streams.extract._runs import PARTICLES, Run, Word
from streams.extract._surroundings import APPOSITIONS, before
from streams.extract._words import (
    COURTESY,
    FIRM_ENDINGS,
    FIRM_ENDINGS_IN_CONTEXT,
    GENERIC_FIRST,
    MONTHS_AND_DAYS,
    NOT_FIRM,
    NOT_NAMES,
    NOT_SURNAMES,
    is_role,
    OFFICES,
    OPENERS,
    PLACES,
    ROLES,
    SECTORS,
    word_set,
)

_ROLE: Final = "|".join(sorted(ROLES, key=len, reverse=True))
_VERB: Final = "which|whose|where|and|or|said|says|but|while|with|as|will|would|has|had|have|is|are|was|were|to|who|by|after|before|told|also|for|that|it|he|she|they"
# "Frank Cappelleri, desk strategist at", "Keith Lerner, 45, co-chief investment officer".
_ROLE_BEHIND: Final = re.compile(rf",\s(?:\d\d,\s)?(?:(?!(?:{_VERB})\s)[\w&'./-]{{1,24}}\s){{0,6}}?(?:{_ROLE})s?(?!\w)")
_WHO_BEHIND: Final = re.compile(r",\s(?:who\s|(?:aged\s)?[2-9]\d,\s)")
_CLAUSE_ENDS: Final = re.compile(r"[,.;]|$|\s(?:of|at|from|who|told|in\san?|on|with)\s")
_SAYS_BEFORE: Final = word_set("said says added told adds wrote asked explained noted warned argued replied")
_SAYS_BEHIND: Final = re.compile(
    r"\s(?:said|says|told|added|wrote|noted|warned|argued|tweeted|testified|explained)(?!\w)"
)
_SPEAKS_OR_OWNS: Final = re.compile(
    r"'s?\s|\sto\s(?:meet|visit|hold|speak|travel|sign|testify|address|resign|run|seek)(?!\w)|\s(?:said|says|told|added|will|has|had|is|was|warned|signaled|signalled|hinted|reiterated|expects|and)(?!\w)"
)

# Given names that are surnames, months or ordinary words too: in front of a sentence they need a role or "said".
_DOUBTFUL: Final = MONTHS_AND_DAYS | word_set(
    "art may mark will grant rich guy dean joy angel max drew rob sue pat dawn gene hope ray frank bill jack miles christian islam said"
)
# Words that are roles and surnames.
_ROLE_SURNAMES: Final = word_set("king prince judge major general banker head lord chair deputy")
_NOT_SLUG: Final = re.compile(r"[^\w]+")
_LONGEST_NAME: Final = 4
_KNIGHTS: Final = word_set("sir dame lady lord")
# "oil marketing firm Bharat Lubes": no person, whatever its first word.
_FIRM_BEFORE: Final = APPOSITIONS - word_set("rival rivals peer peers major majors heavyweight giant titan stalwart")
_LED: Final = word_set("led headed chaired founded run co-founded helmed")
_SUFFIXES: Final = word_set("jr sr ii iii iv")
_REASONABLE_TYPOS: Final = 2


def find_people(text: ReadingText, runs: list[Run], registry: Registry, finds: Finds, today: date) -> None:
    """Add the people whom the runs name in full or by office and surname, then later mentions by surname."""
    singles: list[Run] = []
    surnames: list[tuple[str, Word]] = []
    for run in runs:
        if not text.has_free(run.start, run.end):
            continue
        if run.many:
            _in_run(text, run, run.words(text), registry, finds, surnames, today)
        elif text.taken[run.start] == 0:
            singles.append(run)
    for role, word in surnames:
        _by_office(text, role, word, registry, finds, today)
    _officials_alone(text, singles, registry, finds, today)
    _later_mentions(text, registry, finds)


def _in_run(
    text: ReadingText,
    run: Run,
    found: list[Word],
    registry: Registry,
    finds: Finds,
    surnames: list[tuple[str, Word]],
    today: date,
) -> None:
    at = 0
    count = len(found)
    role = "" if run.opens else _role_before(text, run.start)
    while at < count:
        word = found[at]
        if word.link or text.taken[word.start]:
            role = ""
            at += 1
            continue
        if word.low in ROLES or word.low in COURTESY:
            role = word.low
            at += 1
            continue
        if run.opens and at == 0 and word.low in OPENERS:
            at += 1
            continue
        stop = _name_end(text, found, at)
        if _is_person(text, run, found, at, stop, role):
            _add(text, found[at:stop], role, registry, finds, today)
        elif stop == at + 1 and stop == count and (role in OFFICES or role in COURTESY) and _may_be_surname(word):
            surnames.append((role, word))
        else:
            stop = at + 1
        role = ""
        at = stop


def _role_before(text: ReadingText, start: int) -> str:
    near, second = before(text.folded, start)
    near = near.rstrip(",.:")
    if near == "by" and second in _LED:
        return "leader"
    return near if near in ROLES or near in COURTESY else ""


def _name_end(text: ReadingText, found: list[Word], at: int) -> int:
    """One past the last word of the name that may begin here."""
    stop = at
    taken_words = 0
    while stop < len(found) and taken_words < _LONGEST_NAME:
        word = found[stop]
        if word.link:
            if word.low not in PARTICLES or stop + 1 >= len(found) or found[stop + 1].link:
                break
        elif text.taken[word.start] or (stop > at and _ends_name(word, found, stop)):
            break
        else:
            taken_words += 1
        stop += 1
        if word.owns:
            break
    while stop > at and found[stop - 1].link:
        stop -= 1
    return stop


def _ends_name(word: Word, found: list[Word], stop: int) -> bool:
    if word.low in NOT_SURNAMES:
        return True
    return word.low in ROLES and not (word.low in _ROLE_SURNAMES and stop == len(found) - 1)


def _is_person(text: ReadingText, run: Run, found: list[Word], at: int, stop: int, role: str) -> bool:
    name = [word for word in found[at:stop] if not word.link]
    if len(name) < 2 or len(name[-1].low) < 2 or _is_firm(text, found, at, stop):
        return False
    first, last = name[0].low, name[-1].low
    if any(word.low in PLACES for word in name[1:]) or last in NOT_NAMES or last in FIRM_ENDINGS_IN_CONTEXT:
        return False
    if any(word.low in FIRM_ENDINGS or word.low in SECTORS for word in name[1:]):
        return False
    if first in NOT_NAMES and not (first in GIVEN_NAMES and (role or last in FAMILY_NAMES)):
        return False
    if role:
        return first not in PLACES and last not in FIRM_ENDINGS
    if at == 0 and not run.opens and before(text.folded, run.start)[0] in _FIRM_BEFORE:
        return False
    if first in GIVEN_NAMES or "-" in first and first.split("-")[0] in GIVEN_NAMES:
        if text.full[name[0].start : name[0].end].isupper() and len(first) > 1:
            return False
        doubtful = first in _DOUBTFUL and (run.style is Style.TITLE or (run.opens and at == 0))
        if not doubtful and (run.style is Style.PROSE or len(name) == 2):
            return True
    if first in FAMILY_NAMES_FIRST and "-" in last:
        return True
    end = found[stop - 1].end
    if first in PLACES or first in OPENERS or last in FIRM_ENDINGS or run.style is not Style.PROSE or len(name) > 3:
        return False
    said = at == 0 and not run.opens and before(text.folded, run.start)[0] in _SAYS_BEFORE
    if stop < len(found):
        goes_on = found[stop].low == "of" and not found[stop - 1].owns
        return goes_on and (said or _is_firm_named(text, found[stop + 1 :]))
    if _WHO_BEHIND.match(text.folded, end) is not None:
        return True
    if (
        last in FAMILY_NAMES
        and len(name) == 2
        and not (first in FIRM_ENDINGS or first in NOT_FIRM or first in GENERIC_FIRST)
    ):
        return not is_role(first)
    if _ROLE_BEHIND.match(text.folded, end) is not None:
        return not any(word.low in FIRM_ENDINGS for word in name)
    if text.full.endswith(": ", 0, name[0].start) and (
        end == text.ends[text.sentence(end - 1)] or text.full.startswith(", ", end)
    ):
        # "Nifty to consolidate: Mitesh Thacker", "...: Girish Pai, Centrum Broking": whom a headline quotes.
        return not any(w.low in FIRM_ENDINGS or w.low in NOT_FIRM or w.low in GENERIC_FIRST for w in name)
    if said:
        return _CLAUSE_ENDS.match(text.folded, end) is not None and not any(w.low in FIRM_ENDINGS for w in name)
    return first in GIVEN_NAMES and _SAYS_BEHIND.match(text.folded, end) is not None


def _is_firm_named(text: ReadingText, behind: list[Word]) -> bool:
    """Whether the words behind "of" name a firm: "Rupak De of LKP Securities"."""
    name = []
    for word in behind:
        if word.link and word.low != "&":
            break
        name.append(word)
    return len(name) > 1 and name[-1].low in FIRM_ENDINGS


def _is_firm(text: ReadingText, found: list[Word], at: int, stop: int) -> bool:
    """Whether the words go on as a firm's name does: "Charles Stanley Securities", "Jones & Co"."""
    if stop >= len(found) or found[stop - 1].owns:
        return False
    behind = found[stop].low
    if behind in FIRM_ENDINGS or behind == "&":
        return True
    if behind == "and" and stop + 1 < len(found):
        return found[stop + 1].low in {"co", "sons", "company"}
    return behind in NOT_FIRM or behind in {"inc", "corp", "ltd", "plc", "llc", "co", "ag"}


def _may_be_surname(word: Word) -> bool:
    low = word.low
    return len(low) > 1 and not (
        low in NOT_NAMES
        or low in PLACES
        or low in NOT_SURNAMES
        or low in FIRM_ENDINGS
        or low in ROLES
        or low in OPENERS
        or low in NOT_FIRM
    )


def _add(text: ReadingText, name: list[Word], role: str, registry: Registry, finds: Finds, today: date) -> None:
    last = name[-1]
    start, end = name[0].start, last.end
    given = name[0].low
    if last.low in _SUFFIXES and len(name) > 2:
        shown = " ".join(text.full[start:end].split())
        finds.add(f"person:{slug(text.folded[start:end])}", Kind.PERSON, shown, start, end)
        return
    known = _official(text, given, last.low, role or _role_behind(text.folded, end), start, registry, finds)
    if known is not None:
        finds.add(known.id, Kind.PERSON, known.name, start, end)
        return
    shown = " ".join(text.full[start:end].split())
    for find in finds.of_kind(Kind.PERSON):
        # "J. Powell" behind "Jerome Powell", "Mary C. Daly" behind "Mary Daly".
        theirs = find.name.lower().split()
        if theirs[-1] == last.low and (theirs[0] == given or (len(given) == 1 and theirs[0][0] == given)):
            finds.add(find.entity, Kind.PERSON, find.name, start, end)
            return
    finds.add(f"person:{slug(text.folded[start:end])}", Kind.PERSON, shown, start, end)


def slug(folded: str) -> str:
    """Folded words as the last part of an id: "maryann keller" is `maryann-keller`."""
    return _NOT_SLUG.sub("-", folded).strip("-")


def _role_behind(folded: str, end: int) -> str:
    found = _ROLE_BEHIND.match(folded, end)
    return found[0].rsplit(None, 1)[-1] if found is not None else ""


# ---- officials of the registry


def _official(
    text: ReadingText, given: str, surname: str, role: str, start: int, registry: Registry, finds: Finds
) -> RegistryEntity | None:
    """The registry's person of this surname whose given name is meant, misspelt ones only where role or country agree."""
    for candidate in registry.surnames.get(surname, ()):
        entity = registry.entities[candidate]
        theirs = entity.name.lower().split()[0]
        if theirs == given:
            return entity
        if not role or theirs[0] != given[0] or min(len(theirs), len(given)) < 4:
            continue
        if edit_distance(theirs, given, _REASONABLE_TYPOS) <= _REASONABLE_TYPOS and _agrees(
            entity, role, text, start, finds
        ):
            return entity
    return None


def _agrees(entity: RegistryEntity, role: str, text: ReadingText, start: int, finds: Finds) -> bool:
    titles = {word for held in entity.roles for word in held.title.lower().split()}
    return role in titles or (entity.country is not None and f"country:{entity.country}" in finds.by_id)


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


def _by_office(text: ReadingText, role: str, word: Word, registry: Registry, finds: Finds, today: date) -> None:
    """A surname behind an office or "Mr": someone named before, else an official, else a person of whom no more is known."""
    if text.taken[word.start]:
        return
    for find in finds.of_kind(Kind.PERSON):
        if find.name.lower().split()[-1] == word.low:
            finds.add(find.entity, Kind.PERSON, find.name, word.start, word.end)
            return
    if role in _KNIGHTS:
        # "Sir Keir" is Keir Starmer where he is named in full; else no more than a given name is known.
        known = next((f for f in finds.of_kind(Kind.PERSON) if f.name.lower().split()[0] == word.low), None)
        if known is not None:
            finds.add(known.entity, Kind.PERSON, known.name, word.start, word.end)
        return
    best = _office_holder(word.low, role, registry, finds, today)
    if best is not None:
        finds.add(best.id, Kind.PERSON, best.name, word.start, word.end)
    else:
        finds.add(f"person:{slug(word.low)}", Kind.PERSON, text.full[word.start : word.end], word.start, word.end)


def _office_holder(surname: str, role: str, registry: Registry, finds: Finds, today: date) -> RegistryEntity | None:
    best: tuple[int, RegistryEntity] | None = None
    for candidate in registry.surnames.get(surname, ()):
        entity = registry.entities[candidate]
        score = 0
        for held in entity.roles:
            points = 2 * (role in held.title.lower().split()) + 2 * _holds(held.since, held.until, today)
            points += (held.country is not None and f"country:{held.country}" in finds.by_id) + (
                held.organization is not None and held.organization in finds.by_id
            )
            score = max(score, points)
        if score >= 2 and (best is None or score > best[0]):
            best = score, entity
    return best[1] if best is not None else None


def _holds(since: str | None, until: str | None, today: date) -> bool:
    day = today.isoformat()
    return (since is None or since <= day) and (until is None or day <= until)


def _officials_alone(text: ReadingText, singles: list[Run], registry: Registry, finds: Finds, today: date) -> None:
    """ "Powell said": a surname alone, where the article names the institution that the official is known for."""
    for run in singles:
        low = text.folded[run.start : run.end].removesuffix("'s")
        candidates = registry.surnames.get(low)
        if candidates is None or run.style is not Style.PROSE or text.taken[run.start]:
            continue
        end = run.start + len(low)
        if _SPEAKS_OR_OWNS.match(text.folded, end) is None:
            continue
        telling = len(candidates) == 1 and not is_common([low])
        for candidate in candidates:
            entity = registry.entities[candidate]
            if any(
                _holds(held.since, held.until, today) and (telling or held.organization in finds.by_id)
                for held in entity.roles
            ):
                finds.add(entity.id, Kind.PERSON, entity.name, run.start, end)
                break


# ---- later mentions


def _later_mentions(text: ReadingText, registry: Registry, finds: Finds) -> None:
    by_surname: dict[str, list[str]] = {}
    for find in finds.of_kind(Kind.PERSON):
        entity = registry.entities.get(find.entity)
        surname = entity.surname if entity is not None and entity.surname else _surname(find.name)
        by_surname.setdefault(surname.lower(), []).append(find.entity)
    for surname, people in by_surname.items():
        if len(people) > 1 or len(surname) < 2:
            continue
        find = finds.by_id[people[0]]
        doubtful = surname in _DOUBTFUL or surname in OPENERS or surname in NOT_NAMES
        for start, end in occurrences(text, surname):
            if doubtful and _SPEAKS_OR_OWNS.match(text.folded, end) is None:
                continue
            finds.add(find.entity, Kind.PERSON, find.name, start, end)


def _surname(name: str) -> str:
    words = name.split()
    if len(words) > 2 and words[-1].rstrip(".").lower() in _SUFFIXES:
        words = words[:-1]
    return words[-1]


def occurrences(text: ReadingText, word: str) -> list[tuple[int, int]]:
    """Free places where the folded `word` stands as a whole, capitalised, in the story."""
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
