"""Alternatives joined by letter: faster to try, the same in what matches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.data._alternatives import factored
from streams.data.event_rules import load_event_rules

# Words over few letters share beginnings often; some pieces begin with no letter and must keep their place.
WORDS = st.text("abr ", min_size=1, max_size=4)
PIECES = st.one_of(WORDS, st.sampled_from(["a?b", "(?:a|ab)r", "[ab]r", r"\w", "a(b)?", "b+", "(?P<act>ra|rab)", "^a"]))


@given(st.lists(PIECES, min_size=1, max_size=8), st.text("abr ", max_size=12), st.booleans())
def test_the_same_text_is_matched_at_the_same_place(pieces: list[str], text: str, in_group: bool) -> None:
    """The first alternative that fits still decides, with the same groups."""
    if sum("act" in piece for piece in pieces) > 1:
        return
    joined = "|".join(pieces)
    pattern = f"(?<!r)(?:{joined})(?!b)" if in_group else joined
    before, after = re.search(pattern, text), re.search(factored(pattern), text)
    assert (before and (before.span(), before.groups())) == (after and (after.span(), after.groups()))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("rose|rises?|rallied", "r(?:ose|ises?|allied)"),
        ("rose|x(up|un)|rises", "r(?:ose|ises)|x(u(?:p|n))"),
        ("a|ab", "a(?:|b)"),
        ("a?b|ac", "a?b|ac"),
        ("up|[a|b]|un", "up|[a|b]|un"),
        (r"\(|\|x|\|y", r"\(|\|x|\|y"),
    ],
)
def test_alternatives_are_joined_letter_by_letter(pattern: str, expected: str) -> None:
    """Sets, escapes and optional letters are left as they are, and part the runs that are joined."""
    assert factored(pattern) == expected


@pytest.mark.parametrize("pattern", ["(a|b", "a)b"])
def test_a_pattern_with_unmatched_parentheses_is_left_to_re(pattern: str) -> None:
    """So that the author of a rule reads what `re` says of the pattern as written."""
    assert factored(pattern) == pattern


def test_the_shipped_rules_are_joined() -> None:
    """No pattern of a rule tries three words in a row that begin with the same letter."""
    patterns = [pattern.regex.source for rule in load_event_rules().rules for pattern in rule.patterns]
    assert not [pattern for pattern in patterns if re.search(r"\((?:\?:)?(?:([a-z])[a-z]+\|(?=\1)){2}", pattern)]
