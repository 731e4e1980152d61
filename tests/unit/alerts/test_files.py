"""Files of rules are read, or refused with file, line and field."""

from pathlib import Path
from typing import Final

import pytest

from schemas.taxonomy import Direction
from streams.alerts.files import AlertRuleError, address_of, read_rules, secret_of
from streams.alerts.rules import REGIONS

GOOD: Final = """\
[[rule]]
name = "nikkei-falls"
when.type = "index.move"
when.subject = "index:N225"
when.direction = "down"
when.figures = [{ argument = "percent", at_most = -2.0 }]
webhook = { url = "https://desk.example/alerts", secret_env = "DESK_SECRET" }

[[rule]]
name = "mergers"
command = ["cat"]
[rule.when]
type = ["company.merger", "company.earnings"]
region = "Europe"
max_rank = 1
"""
ENVIRONMENT: Final = {"DESK_SECRET": "s3cret", "DESK_URL": "http://127.0.0.1:1/x", "NOT_URL": "desk"}
PAGE: Final = Path(__file__).parents[3] / "streams/web/page/heat.js"


def written(folder: Path, text: str) -> Path:
    """A file of rules."""
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_rules_are_read(tmp_path: Path) -> None:
    """Conditions under `when`, as dotted keys or as a table."""
    falls, mergers = read_rules(written(tmp_path, GOOD), ENVIRONMENT)

    assert falls.when.direction is Direction.DOWN
    assert falls.when.figures[0].at_most == -2.0
    assert falls.webhook is not None
    assert secret_of(falls.webhook, tmp_path, ENVIRONMENT) == b"s3cret"
    assert mergers.when.type == ("company.merger", "company.earnings")


def test_secret_and_address_may_stand_elsewhere(tmp_path: Path) -> None:
    """A file beside the rules, and the environment."""
    (tmp_path / "secret").write_text("of a file\n", encoding="utf-8")
    hook = 'webhook = { url_env = "DESK_URL", secret_file = "secret" }'
    text = GOOD.replace('webhook = { url = "https://desk.example/alerts", secret_env = "DESK_SECRET" }', hook)

    rule, _ = read_rules(written(tmp_path, text), ENVIRONMENT)

    assert rule.webhook is not None
    assert address_of(rule.webhook, ENVIRONMENT) == "http://127.0.0.1:1/x"
    assert secret_of(rule.webhook, tmp_path, ENVIRONMENT) == b"of a file"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("[[rule]]", "[[rule", 1, "expected TOML"),
        ('"nikkei-falls"', '"Nikkei falls"', 2, "rule[0].name: expected small letters, digits and hyphens"),
        ('"mergers"', '"nikkei-falls"', 10, "rule[1].name: there is a rule 'nikkei-falls' already"),
        ('"index.move"', '"index.moves"', 3, "rule[0].when.type: there is no event type 'index.moves', did you mean"),
        ('"index:N225"', '"N225"', 4, "rule[0].when.subject: expected an id such as index:N225, got 'N225'"),
        ('"down"', '"downwards"', 5, "rule[0].when.direction: invalid enum value 'downwards'"),
        ("when.direction", "when.way", 5, "rule[0].when.way: there is no such field; there are type, subject"),
        ("at_most = -2.0", "unit = 'percent'", 6, "rule[0].when.figures[0]: expected a comparison: above, at_least"),
        ('argument = "percent", ', "", 6, "rule[0].when.figures[0]: expected argument or measure"),
        ('argument = "percent"', 'measure = "percents"', 6, "rule[0].when.figures[0].measure: invalid enum value"),
        ("https://desk", "desk", 7, "rule[0].webhook.url: expected an address, http:// or https://, got 'desk.example"),
        ('url = "https://desk.example/alerts"', 'url_env = "NOT_URL"', 7, "rule[0].webhook.url_env: expected an addr"),
        ('"DESK_SECRET"', '"OTHER"', 7, "rule[0].webhook.secret_env: the environment has no OTHER"),
        ("secret_env", "secret_file", 7, "rule[0].webhook.secret_file: DESK_SECRET can't be read: No such file"),
        ("secret_env", "timeout_s = 0, secret_env", 7, "rule[0].webhook.timeout_s: expected more than 0"),
        ('["cat"]', '["no-such-program"]', 11, "rule[1].command: there is no program 'no-such-program'"),
        ('command = ["cat"]', "", 9, "rule[1]: expected a webhook or a command"),
        ('"Europe"', '"Europa"', 14, "rule[1].when.region: there is no region 'Europa', did you mean `Europe`?"),
        ("max_rank = 1", "max_rank = 0", 15, "rule[1].when.max_rank: expected 1 or more, got 0"),
        ("max_rank = 1", "min_confidence = 60", 15, "rule[1].when.min_confidence: expected 0 to 1, got 60"),
        (GOOD, "rule = []", 1, "rule: expected a rule at least"),
        (GOOD, "", 0, "object missing required field `rule`"),
    ],
)
def test_a_wrong_file_is_refused_with_file_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    """And with what would be right."""
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))

    with pytest.raises(AlertRuleError) as refused:
        read_rules(path, ENVIRONMENT)

    assert str(refused.value).startswith(f"{path}:{line}: {told}" if line else f"{path}: {told}")


def test_regions_are_those_of_the_page() -> None:
    """The dashboard's maps and the rules name the same countries."""
    page = PAGE.read_text(encoding="utf-8")

    assert REGIONS
    for region, countries in REGIONS.items():
        (line,) = (line for line in page.splitlines() if line.strip().strip('"').startswith(region))
        assert set(line.split(": ")[1].strip('",').split()) == countries
