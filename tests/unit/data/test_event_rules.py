"""The rules of events: what a file may say, how a bad one is refused, and what patterns mean."""

import re
from pathlib import Path

import pytest

import streams
from schemas.taxonomy import EventType, FactLevel, Family
from streams.data import event_rules as tags
from streams.data.event_rules import CUES, EventRuleError, EventRules, load_event_rules

WORDS = """
version = "9"
[words]
impose = ["impos(es?|ed|ing)", "slap(s|ped)?"]
duty = ["tariffs?", "dut(y|ies)"]
[cues]
negation = ["not"]
denied = ["ruled out"]
question = ["will"]
called_off = ["shelved"]
ended = ["collapsed"]
conditional = ["if"]
history = ["years ago"]
background = ["previously"]
forecast = ["expected"]
opinion = ["should"]
up = ["rose"]
down = ["fell"]
[type."policy.tariff"]
subject = "state"
arguments = ["percent"]
"""
SUBJECTS = {Family.INDEX: "index", Family.COMPANY: "firm", Family.POLICY: "state"}
OTHER_TYPES = "".join(
    f'[type."{kind}"]\nsubject = "{SUBJECTS[kind.family]}"\n'
    for kind in EventType
    if kind is not EventType.POLICY_TARIFF
)
RULE = """
[[rule]]
name = "tariff-set"
type = "policy.tariff"
pattern = "{state:subject} ... {impose:act} .. {duty}"
confidence = 0.8
"""
STREAMS = Path(streams.__file__).parent
US = f"{tags.GOVERNMENT}{tags.REST}"


def rules(folder: Path, *, words: str = WORDS, rule: str = RULE) -> EventRules:
    """The rules of two files with this text; types that it does not name have a subject and nothing else."""
    missing = "" if 'type."policy.sanction"' in words else OTHER_TYPES
    (folder / "words.toml").write_text(words + missing, encoding="utf-8")
    (folder / "policy.toml").write_text(rule, encoding="utf-8")
    return load_event_rules(folder)


def with_pattern(pattern: str) -> str:
    """A rule file with this pattern."""
    return RULE.replace("{state:subject} ... {impose:act} .. {duty}", pattern)


def test_a_pattern_is_words_tags_and_gaps(tmp_path: Path) -> None:
    """Words are alternatives, a tag is a name, dots leave room within a clause."""
    (rule,) = rules(tmp_path).rules
    (pattern,) = rule.patterns

    assert pattern.lead is not None
    assert pattern.lead.role == "subject"
    match = pattern.regex.compiled.search(f"{US} has now slapped hefty tariffs on steel")
    assert match is not None
    assert match["act"] == "slapped"
    assert pattern.regex.compiled.search("overslapped tariffs") is None
    assert pattern.regex.compiled.search("slapped; tariffs") is None


def test_a_pattern_knows_the_words_it_cannot_do_without(tmp_path: Path) -> None:
    """They are what the prefilter looks for."""
    (pattern,) = rules(tmp_path).rules[0].patterns

    assert set(pattern.words) == {
        frozenset(("tariff", "tariffs", "duty", "duties")),
        frozenset(("impose", "imposes", "imposed", "imposing", "slap", "slaps", "slapped")),
    }
    assert pattern.openings == frozenset(("impose", "imposes", "imposed", "imposing", "slap", "slaps", "slapped"))
    assert pattern.tags == (frozenset((tags.GOVERNMENT, tags.NATIONALITY, tags.OFFICIAL)),)


def test_what_a_type_says_holds_for_its_rules(tmp_path: Path) -> None:
    """Unless the rule says otherwise."""
    later = RULE + 'accepts = ["negation"]\nscheduled = "never"\nfact_level = "opinion"\n'

    (rule,) = rules(tmp_path, rule=later).rules

    assert (rule.scheduled, rule.fact_level, rule.accepts) == ("never", FactLevel.OPINION, {"negation"})


def test_the_version_changes_with_the_files(tmp_path: Path) -> None:
    """It is part of what an annotation says of its maker."""
    before = rules(tmp_path).version

    after = rules(tmp_path, rule=RULE + "direction = 'up'\n").version

    assert before.startswith("9+")
    assert after.startswith("9+")
    assert before != after


@pytest.mark.parametrize(
    ("rule", "name", "field", "reason"),
    [
        (RULE.replace("policy.tariff", "policy.weather"), "tariff-set", "type", "Invalid enum value"),
        (RULE.replace("0.8", "1.8"), "tariff-set", "confidence", "expected a share"),
        (RULE.replace("confidence", "certainty"), "tariff-set", "", "unknown field `certainty`"),
        (RULE.replace('name = "tariff-set"', ""), "rule 1", "", "missing required field `name`"),
        (RULE + RULE, "tariff-set", "name", "already"),
        (RULE.replace("policy.tariff", "index.move"), "tariff-set", "type", "follows from index facts"),
        (RULE.replace('"{state', "3 #"), "tariff-set", "pattern", "Expected `str | array`"),
        (with_pattern("{impose} .. {levy}"), "tariff-set", "pattern", "unknown word {levy}"),
        (with_pattern("{impose} .. ({duty}"), "tariff-set", "pattern", "is no regular expression"),
        (with_pattern("{impose}.. {duty}"), "tariff-set", "pattern", "need a space"),
        (with_pattern("{impose} (x+)* {duty}"), "tariff-set", "pattern", "may take for ever"),
        (with_pattern("{state:subject} .... {country}"), "tariff-set", "pattern", "cannot match without"),
        (RULE + 'unless = ["(a"]\n', "tariff-set", "unless", "is no regular expression"),
        (RULE + 'accepts = ["luck"]\n', "tariff-set", "accepts[0]", "Invalid enum value"),
    ],
)
def test_a_bad_rule_is_refused_with_file_rule_field_and_reason(
    tmp_path: Path, rule: str, name: str, field: str, reason: str
) -> None:
    """So that whoever wrote it finds it."""
    with pytest.raises(EventRuleError) as caught:
        rules(tmp_path, rule=rule)

    assert caught.value.path == str(tmp_path / "policy.toml")
    assert (caught.value.rule, caught.value.field) == (name, field)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(str(tmp_path / "policy.toml"))


@pytest.mark.parametrize(
    ("words", "field", "reason"),
    [
        (WORDS.replace('down = ["fell"]', ""), "cues.down", "required"),
        (WORDS.replace("duty =", "firm ="), "words.firm", "is the name of a tag"),
        (WORDS.replace('["tariffs?", "dut(y|ies)"]', "[]"), "words.duty", "is empty"),
        (WORDS.replace('"not"', '"no("'), "cues.negation", "is no regular expression"),
        (WORDS.replace('version = "9"', ""), "", "missing required field `version`"),
        (WORDS.replace('"state"', '"planet"'), "type[...].subject", "Invalid enum value"),
        ("version = ", "", "invalid value"),
    ],
)
def test_a_bad_word_file_is_refused_with_field_and_reason(tmp_path: Path, words: str, field: str, reason: str) -> None:
    """Words, cues and types are checked as rules are."""
    with pytest.raises(EventRuleError) as caught:
        rules(tmp_path, words=words)

    assert caught.value.path == str(tmp_path / "words.toml")
    assert (caught.value.rule, caught.value.field) == ("", field)
    assert reason in caught.value.reason


TARIFF = WORDS + OTHER_TYPES


def with_type(kind: str, fields: str) -> str:
    """A word file in which this is all that is said of a type."""
    own = TARIFF.index(f'[type."{kind}"]')
    end = TARIFF.find("[type", own + 1)
    return TARIFF[:own] + f'[type."{kind}"]\n{fields}\n' + (TARIFF[end:] if end >= 0 else "")


@pytest.mark.parametrize(
    ("kind", "fields", "field", "reason"),
    [
        ("policy.tariff", 'subject = "firm"', "subject", "no subject of the policy family"),
        ("company.legal", 'subject = "index"', "subject", "no subject of the company family"),
        ("index.move", 'subject = "index"\nsigned = true', "signed", "follow from index facts"),
        ("company.legal", 'subject = "firm"\nfewest_states = 2', "fewest_states", "said of the subject pair"),
        ("policy.sanction", 'subject = "state"\nseveral = true', "several", "said of the subject firm"),
        ("policy.meeting", 'subject = "pair"', "roles", "'other' is required where the subject is pair"),
        ("company.merger", 'subject = "firms"\nroles = { subject = "buyer" }', "roles", "'object' is required"),
        ("company.legal", 'subject = "firm"\nroles = { official = "judge" }', "roles", "'official' is no role"),
        ("company.legal", 'subject = "firm"\nsigned = true', "signed", "needs a direction"),
        ("policy.tariff", 'subject = "state"\ntold_apart_by = "percent"', "told_apart_by", "among arguments"),
        ("company.legal", 'subject = "firm"\nresults = "reported"', "results", "needs measures"),
        ("company.legal", 'subject = "firm"\nmeasured = { amount = "fine" }', "measured", "none of the arguments"),
    ],
)
def test_a_type_that_contradicts_itself_is_refused_with_field_and_reason(
    tmp_path: Path, kind: str, fields: str, field: str, reason: str
) -> None:
    """Code asks these fields and nothing else, so what makes no sense together must not load."""
    with pytest.raises(EventRuleError) as caught:
        rules(tmp_path, words=with_type(kind, fields))

    assert caught.value.field == f'type."{kind}".{field}'
    assert reason in caught.value.reason


def test_a_type_of_which_nothing_is_said_is_refused(tmp_path: Path) -> None:
    """A new member of EventType needs its fields before anything starts."""
    words = TARIFF.replace('[type."company.legal"]\nsubject = "firm"\n', "")

    with pytest.raises(EventRuleError) as caught:
        rules(tmp_path, words=words)

    assert caught.value.field == 'type."company.legal"'
    assert "required" in caught.value.reason


def test_extraction_names_no_event_type_but_those_of_index_facts() -> None:
    """What belongs to a type stands with the type: code that lists types would have to be known by who adds one."""
    named = {
        f"{path.relative_to(STREAMS)}: {found}"
        for path in STREAMS.rglob("*.py")
        for found in re.findall(r"EventType\.[A-Z]\w+", path.read_text(encoding="utf-8"))
    }

    assert named == {
        f"extract/events/find.py: EventType.INDEX_{mark}" for mark in ("LEVEL", "MOVE", "RECORD", "THRESHOLD")
    }


def test_shipped_rules_cover_every_type_of_companies_and_policy() -> None:
    """Events of indices follow from facts; all others have rules, and every rule a reason to be believed."""
    shipped = load_event_rules()

    wanted = {kind for kind in EventType if kind.family is not Family.INDEX}
    assert {rule.type for rule in shipped.rules} == wanted
    assert set(shipped.types) == set(EventType)
    assert set(CUES) <= set(shipped.cues)
    assert all(0 < rule.confidence <= 1 for rule in shipped.rules)


OWN = """
[words]
brand = ["brand(s|ed|ing)?"]

[[rule]]
name = "own-brand"
type = "policy.tariff"
pattern = "{state:subject} ... (?P<act>{impose}) .. {brand} {duty}"
confidence = 0.9
"""


def with_own(folder: Path, own: str) -> EventRules:
    """The rules above and those of a user's own file."""
    rules(folder)
    path = folder / "own" / "own.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(own, encoding="utf-8")
    return load_event_rules(folder, tags.own_rule_sources([path.parent]))


def test_own_rules_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    """With words of their own, which are no classes of the scorer's, and a version of their own."""
    found = with_own(tmp_path, OWN)

    assert [rule.name for rule in found.rules] == ["tariff-set", "own-brand"]
    assert found.own == {"own-brand"}
    assert "brands" not in found.classes.listed
    assert found.version != rules(tmp_path).version
    assert rules(tmp_path).own == frozenset()
    (pattern,) = found.rules[1].patterns
    assert pattern.regex.compiled.search("has slapped branded tariffs on") is not None
    places = tags.rule_places(tmp_path, tags.own_rule_sources([tmp_path / "own"]))
    assert places["own-brand"] == f"{tmp_path / 'own' / 'own.toml'}:6"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("[words]", "[words", 2, "expected TOML: "),
        ("{brand}", "{brnad}", 8, "own-brand: pattern: unknown word {brnad}"),
        ("own-brand", "tariff-set", 6, "tariff-set: name: there is a rule of this name already"),
        ("policy.tariff", "policy.tarif", 7, "own-brand: type: Invalid enum value 'policy.tarif'"),
        ("confidence = 0.9", "confidence = 9", 9, "own-brand: confidence: expected a share in (0, 1], got 9"),
        ("confidence", "certainty", 9, "own-brand: "),
        ("brand = [", "impose = [", 3, "words.impose: is the name of a tag or of other words"),
        ('"brand(s|ed|ing)?"', "", 3, "words.brand: is empty"),
        ("[words]", "[cues]", 2, "Object contains unknown field `cues`"),
    ],
)
def test_a_wrong_own_file_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """A user reads it at the start of a worker."""
    assert old in OWN
    with pytest.raises(EventRuleError) as refused:
        with_own(tmp_path, OWN.replace(old, new, 1))

    path = tmp_path / "own" / "own.toml"
    assert str(refused.value).startswith(f"{path}:{line}: {told}" if line else f"{path}: {told}")
    assert refused.value.line == line


def test_an_own_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(EventRuleError, match=r"none\.toml: can't be read: No such file"):
        tags.own_rule_sources([tmp_path / "none.toml"])
