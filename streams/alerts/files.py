"""A file of rules read and checked: a wrong one is refused with file, line and field."""

import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from yarl import URL

from schemas.taxonomy import EventType, Family, Kind
from streams.alerts.rules import REGIONS, Figure, Rule, RuleFile, Webhook, When, several
from streams.toml import reading as toml
from streams.toml.reading import TomlError, meant

LONGEST_TIMEOUT_S: Final = 600.0

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_PLACE: Final = re.compile(r"rule\[\d+\]\.?")
_COMPARISONS: Final = ("above", "at_least", "below", "at_most")

Problem = tuple[str, str]
"""A field, and what is wrong with it."""


class AlertRuleError(TomlError):
    """A file of rules that can't be used."""


def read_rules(path: Path, environment: Mapping[str, str] = os.environ) -> tuple[Rule, ...]:
    """The rules in a file. Raises AlertRuleError."""
    written = toml.read(path, RuleFile, fault=AlertRuleError, kinds=_kinds)
    rules = written.value.rule
    if not rules:
        raise written.error("rule", "expected a rule at least")
    names: set[str] = set()
    for number, rule in enumerate(rules):
        for field, reason in _rule_problems(rule, names, path.parent, environment):
            raise written.error(f"rule[{number}].{field}" if field else f"rule[{number}]", reason)
        names.add(rule.name)
    return rules


def _kinds(field: str) -> Sequence[type[msgspec.Struct]]:
    """What may stand at this place of a file."""
    place = _PLACE.sub("", field)
    if not place:
        return [Rule if field else RuleFile]
    return [Figure] if place.startswith("when.figures") else [When] if place.startswith("when") else [Webhook]


def _rule_problems(
    rule: Rule, names: Collection[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[Problem]:
    if _NAME.fullmatch(rule.name) is None:
        yield "name", f"expected small letters, digits and hyphens, got {rule.name!r}"
    if rule.name in names:
        yield "name", f"there is a rule {rule.name!r} already: what was sent is remembered by name"
    yield from _when_problems(rule.when)
    if (rule.webhook is None) == (not rule.command):
        yield "", "expected a webhook or a command"
    if rule.webhook is not None:
        yield from _webhook_problems(rule.webhook, folder, environment)
    elif rule.command and shutil.which(rule.command[0]) is None:
        yield "command", f"there is no program {rule.command[0]!r}"
    if not 0 < rule.command_timeout_s <= LONGEST_TIMEOUT_S:
        yield "command_timeout_s", f"expected more than 0, and {LONGEST_TIMEOUT_S:g} at most"


# ---- conditions


def _when_problems(when: When) -> Iterator[Problem]:
    for written in several(when.type):
        if written not in _types():
            yield "when.type", f"there is no event type {written!r}{meant(written, _types())}"
    for subject in several(when.subject):
        kind, colon, name = subject.partition(":")
        if not (colon and name and kind in set(Kind)):
            yield "when.subject", f"expected an id such as index:N225, got {subject!r}"
    for region in several(when.region):
        if region not in REGIONS:
            yield "when.region", f"there is no region {region!r}{meant(region, list(REGIONS))}"
    for country in several(when.country):
        if _COUNTRY.fullmatch(country) is None:
            yield "when.country", f"expected two capitals such as JP, got {country!r}"
    if any(not word.strip() for name in ("name", "family") for word in several(getattr(when, name))):
        yield "when.name", "expected words, got none"
    if not 0 <= when.min_confidence <= 1:
        yield "when.min_confidence", f"expected 0 to 1, got {when.min_confidence:g}"
    if when.max_rank is not None and when.max_rank < 1:
        yield "when.max_rank", f"expected 1 or more, got {when.max_rank}"
    for number, figure in enumerate(when.figures):
        yield from ((f"when.figures[{number}]{field}", reason) for field, reason in _figure_problems(figure))


def _types() -> list[str]:
    return [*EventType, *(f"{family}.*" for family in Family)]


def _figure_problems(figure: Figure) -> Iterator[Problem]:
    if figure.argument is None and figure.measure is None:
        yield "", "expected argument or measure: which number is meant"
    if all(getattr(figure, name) is None for name in _COMPARISONS):
        yield "", f"expected a comparison: {', '.join(_COMPARISONS)}"


# ---- actions


def _webhook_problems(hook: Webhook, folder: Path, environment: Mapping[str, str]) -> Iterator[Problem]:
    if (hook.url is None) == (hook.url_env is None):
        yield "webhook", "expected url or url_env"
    elif not _is_address(hook.url or environment.get(hook.url_env or "", "")):
        field = "url" if hook.url else "url_env"
        yield (
            f"webhook.{field}",
            "expected an address, http:// or https://"
            + (f", in the variable {hook.url_env}" if hook.url_env else f", got {hook.url!r}"),
        )
    if not 0 < hook.timeout_s <= LONGEST_TIMEOUT_S:
        yield "webhook.timeout_s", f"expected more than 0, and {LONGEST_TIMEOUT_S:g} at most"
    if hook.secret_env and hook.secret_file:
        yield "webhook", "expected secret_env or secret_file, and not both"
    elif hook.secret_env and not environment.get(hook.secret_env):
        yield "webhook.secret_env", f"the environment has no {hook.secret_env}"
    elif hook.secret_file:
        try:
            is_empty = not (folder / hook.secret_file).read_bytes().strip()
        except OSError as error:
            yield "webhook.secret_file", f"{hook.secret_file} can't be read: {error.strerror}"
        else:
            if is_empty:
                yield "webhook.secret_file", f"{hook.secret_file} is empty"


def _is_address(url: str) -> bool:
    try:
        address = URL(url)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.host)


def address_of(hook: Webhook, environment: Mapping[str, str] = os.environ) -> str:
    """Where a webhook's alerts are posted to."""
    return hook.url or environment[hook.url_env or ""]


def secret_of(hook: Webhook, folder: Path, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The secret that a webhook's alerts are signed with; null where there is none."""
    if hook.secret_env:
        return environment[hook.secret_env].strip().encode()
    return (folder / hook.secret_file).read_bytes().strip() if hook.secret_file else None
