"""Where a field stands in a file of TOML."""

import pytest

from streams.toml.reading import line_of

TEXT = """\
title = "x"

[[rule]]          # the first
name = "a"
when.type = "index.move"

[rule.webhook]
url = "http://a"

[[rule]]
name = "b"
[[rule.when.figures]]
above = 1
[[rule.when.figures]]
"at_most" = 2

[type."company.merger"]
subject = "firm"
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("title", 1),
        ("rule", 0),
        ("rule[0]", 3),
        ("rule[0].when.type", 5),
        ("rule[0].webhook.url", 8),
        ("rule[0].command", 3),
        ("rule[1].name", 11),
        ("rule[1].when.figures[0].above", 13),
        ("rule[1].when.figures[1].at_most", 15),
        ("rule[1].when.figures[1].below", 14),
        ("type", 0),
    ],
)
def test_the_line_of_a_field_is_found(field: str, line: int) -> None:
    """A field that is not there has the line of its table, and of an array each table counts."""
    assert line_of(field, TEXT) == line
