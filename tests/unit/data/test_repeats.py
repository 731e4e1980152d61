"""Repeated groups keep each match as it was, so that no sentence has more ways to be read than words."""

import re
import time

import pytest

from streams.data._repeats import settled


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?:a |b )*c", r"(?>a |b )*c"),
        (r"(?:a |(?:b |c )+)*?d", r"(?>a |(?>b |c )+)*?d"),
        (r"(?:a ){0,4}b", r"(?>a ){0,4}b"),
        (r"(?:a|b)?c", r"(?:a|b)?c"),
        (r"(?P<act>(?:a )+)", r"(?P<act>(?>a )+)"),
        (r"[)*(?:]+(?:a)\)*", r"[)*(?:]+(?:a)\)*"),
        (r"\((?:a )*\)", r"\((?>a )*\)"),
        (r"(?<!\w)(?:a)(?!\w)", r"(?<!\w)(?:a)(?!\w)"),
        (r"(?:a", r"(?:a"),
        (r"a)*", r"a)*"),
    ],
)
def test_only_groups_that_repeat_become_atomic(pattern: str, expected: str) -> None:
    """Sets and escaped parentheses are no groups."""
    assert settled(pattern) == expected


def test_thirty_words_that_fit_two_ways_are_read_at_once() -> None:
    """Without it this search takes minutes."""
    begun = time.thread_time()
    assert re.search(settled(r"(?:a |\w+ )*profit"), "a " * 500 + "loss") is None
    assert re.search(settled(r"(?:a |\w+ )*profit"), "a " * 500 + "profit") is not None
    assert time.thread_time() - begun < 5
