"""Who acts in policy: governments, their officials and central banks, by every name the registry has for them.

Entities are what an article is about; actors include more. "Chinese imports", "Ottawa said" and "the Commerce
Department" tell which government acts or is affected, so they count here even where the article has no such entity.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from schemas.taxonomy import Kind
from streams.data import event_rules as tags
from streams.data.names import is_common
from streams.data.registry import AliasClass, Meaning, Registry, RegistryEntity, Role, fold, names_of
from streams.extract.text.words import MONTHS_AND_DAYS, OPENERS

__all__ = ["Actor", "ActorSpan", "Actors"]

_OF_STATES: Final = frozenset(("international", "government"))
_GOVERNING: Final = frozenset(("ministry", "government", "legislature"))
# Words in the titles of public offices; the registry also has roles in companies and parties.
_OFFICES: Final = (
    "president", "minister", "premier", "chancellor", "secretary", "treasurer", "governor", "chair", "representative",
    "commissioner", "envoy", "leader", "negotiator", "king", "prince", "emir", "speaker", "policymaker", "board member",
    "director", "adviser", "taoiseach", "emperor", "senator",
)  # fmt: skip


_LEADING: Final = frozenset(("president", "prime minister", "premier", "chancellor"))
# A surname after another capitalised word, unless that is a title, is part of another person's name.
_WITHIN_NAME: Final = re.compile(
    r"(?!(?:President|Premier|Chancellor|Minister|Secretary|Governor|Chairman|Chair|Leader|Treasurer|And|With|Meet)\b)"
    r"\b[A-Z][a-z]+ [A-Z][\w-]+\Z"
)


class Actor(NamedTuple):
    """A government, official, central bank or other organization, as events name it."""

    tag: str
    """The tag of `streams.data.event_rules` that stands for it."""
    id: str | None
    """`country:JP`, `organization:boj`."""
    name: str
    """Its usual name."""
    country: str | None
    """ISO code of the country it acts for."""


class ActorSpan(NamedTuple):
    """Where an actor is named, in offsets of the text searched."""

    start: int
    end: int
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Actors:
    """The actors of a registry, ready to be found in text."""

    automaton: AhoCorasick
    """It searches for the folded names of actors and for surnames, which come last."""
    meanings: tuple[tuple[tuple[Meaning, Actor], ...], ...]
    """For each name of the automaton, the readings that name an actor; surnames have none."""
    offices: Mapping[str, RegistryEntity]
    """Persons who hold or have held public office, by id."""
    surnames: Mapping[str, str]
    """Folded surnames by which only one person of `offices` can be meant, to the id of that person (see `_bearer`)."""
    countries: Mapping[str, Actor]
    """By ISO code."""
    banks: Mapping[str, Actor]
    """The national central bank by ISO code of its country."""
    organizations: Mapping[str, Actor]
    """All organizations by id, central banks included."""
    groups: frozenset[str]
    """Ids of organizations of states (NATO, ASEAN, G7) and of government bodies."""
    persons: frozenset[str]
    """Ids of all persons that the registry knows."""

    def find(self, text: str, folded: str, on: date) -> list[ActorSpan]:
        """All names of actors in a text on a day, the longest where they overlap. `folded` is the same text folded."""
        found = []
        stop = -1
        for number, start, end in self.automaton.find_matches_as_indexes(folded):
            if start < stop or (start and folded[start - 1].isalnum()) or (end < len(folded) and folded[end].isalnum()):
                continue
            surface = text[start:end]
            if number >= len(self.meanings):
                alone = surface[0].isupper() and not _WITHIN_NAME.search(text, max(0, start - 24), end)
                official = self.official(self.surnames[folded[start:end]], on) if alone else None
                if official is not None:
                    found.append(ActorSpan(start, end, official))
                    stop = end
                continue
            for reading, actor in self.meanings[number]:
                if reading.fits(surface):
                    found.append(ActorSpan(start, end, actor))
                    stop = end
                    break
        return found

    def official(self, person: str, on: date) -> Actor | None:
        """The person as an official of the country served on that day, or else in the latest office."""
        known = self.offices.get(person)
        if known is None:
            return None
        role = _role_on(known, on.isoformat())
        country = role.country or known.country or self._country_of(role.organization)
        return Actor(tags.OFFICIAL, known.id, known.name, country) if country else None

    def _country_of(self, organization: str | None) -> str | None:
        actor = self.organizations.get(organization or "")
        return actor.country if actor else None


def actors_of(registry: Registry) -> Actors:
    """The actors of a registry."""
    bodies, states = tuple(registry.of_kind(Kind.ORGANIZATION)), tuple(registry.of_kind(Kind.COUNTRY))
    organizations = {e.id: _organization(e) for e in bodies}
    countries = {
        e.country or e.id.partition(":")[2]: Actor(tags.GOVERNMENT, e.id, e.name, e.id.partition(":")[2])
        for e in states
    }
    patterns: list[str] = []
    meanings: list[tuple[tuple[Meaning, Actor], ...]] = []
    for pattern in sorted({fold(name) for entity in (*bodies, *states) for name, _ in names_of(entity)}):
        found = tuple(_meanings(registry.find(pattern), organizations, countries))
        if found and len(pattern) > 1:
            patterns.append(pattern)
            meanings.append(found)
            people = tuple((r, a) for r, a in found if a.tag == tags.NATIONALITY)
            if people and pattern.endswith("an"):
                # "Australians vote": the people of a country act as it does.
                patterns.append(f"{pattern}s")
                meanings.append(tuple((_plural(r), a) for r, a in people))
    persons = tuple(registry.of_kind(Kind.PERSON))
    offices = {e.id: e for e in persons if _holds_office(e)}
    known = frozenset(patterns)
    surnames = {
        name: person
        for name, bearers in registry.surnames.items()
        if name.isascii() and name not in known
        for person in _bearer(name, bearers, offices)
    }
    return Actors(
        automaton=AhoCorasick([*patterns, *surnames], matchkind=MatchKind.LeftmostLongest),
        meanings=tuple(meanings),
        offices=offices,
        surnames=surnames,
        countries=countries,
        banks=_banks(organizations),
        organizations=organizations,
        groups=frozenset(e.id for e in bodies if e.category in _OF_STATES),
        persons=frozenset(e.id for e in persons),
    )


def _bearer(name: str, persons: tuple[str, ...], offices: Mapping[str, RegistryEntity]) -> list[str]:
    """The person meant by a surname alone: the only official of that name, or else the only leader now in office.

    A surname that is also a common word means such a leader only.
    """
    if name in MONTHS_AND_DAYS or name in OPENERS or len(name) < 2:
        return []
    leading = [p for p in persons if p in offices and any(_leads(role) for role in offices[p].roles)]
    if is_common([name]):
        return leading if len(leading) == 1 else []
    serving = [p for p in persons if p in offices]
    return serving if len(serving) == 1 else leading if len(leading) == 1 else []


def _leads(role: Role) -> bool:
    return role.until is None and role.country is not None and role.title.lower() in _LEADING


def _meanings(
    readings: tuple[Meaning, ...], organizations: Mapping[str, Actor], countries: Mapping[str, Actor]
) -> Iterator[tuple[Meaning, Actor]]:
    for reading in readings:
        if reading.kind == "country":
            country = countries.get(reading.entity.partition(":")[2])
            if country is not None:
                adjective = reading.alias_class is AliasClass.ADJECTIVE
                yield reading, country._replace(tag=tags.NATIONALITY) if adjective else country
        elif reading.kind == "organization":
            actor = organizations[reading.entity]
            if actor.tag != tags.BODY and reading.alias_class is not AliasClass.WEAK:
                yield reading, actor


def _plural(reading: Meaning) -> Meaning:
    return Meaning(
        entity=reading.entity,
        kind=reading.kind,
        text=f"{reading.text}s",
        alias_class=reading.alias_class,
        exact=False,
        rank=reading.rank,
    )


def _organization(entity: RegistryEntity) -> Actor:
    if entity.category == "central-bank":
        return Actor(tags.CENTRAL_BANK, entity.id, entity.name, entity.country)
    governs = entity.category in _GOVERNING and entity.country is not None
    return Actor(tags.GOVERNMENT if governs else tags.BODY, entity.id, entity.name, entity.country)


def _banks(organizations: Mapping[str, Actor]) -> dict[str, Actor]:
    """The first central bank of each country: the registry lists the national bank before its districts."""
    found: dict[str, Actor] = {}
    for actor in organizations.values():
        if actor.tag == tags.CENTRAL_BANK and actor.country:
            found.setdefault(actor.country, actor)
    return found


def _holds_office(entity: RegistryEntity) -> bool:
    return any(_is_office(role) for role in entity.roles)


def _is_office(role: Role) -> bool:
    title = role.title.lower()
    public = role.country is not None or (role.organization or "").startswith("organization:")
    return public and any(office in title for office in _OFFICES)


def _role_on(entity: RegistryEntity, day: str) -> Role:
    """The office held on a day, or else the latest one: the registry lists roles latest first."""
    offices = [role for role in entity.roles if _is_office(role)]
    held = (r for r in offices if (r.since or "") <= day and (r.until is None or day <= r.until))
    return next(held, offices[0])
