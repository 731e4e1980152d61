"""The words that a pattern cannot match without."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.data._required_words import PatternReader, rarity


@pytest.mark.parametrize(
    ("pattern", "clauses"),
    [
        ("tariffs?", [{"tariff", "tariffs"}]),
        ("acquir(es?|ed|ing) .. unit", [{"acquire", "acquires", "acquired", "acquiring"}, {"unit"}]),
        ("(unit|business arm)", [{"unit", "business"}]),
        ("(net )?profit", [{"profit"}]),
        ("(net |gross )*profits", [{"profits"}]),
        ("buy-?back", [{"buy", "buyback"}]),
        ("q[1-3] net", [{"q1", "q2", "q3"}, {"net"}]),
        ("rate[ -]cut", [{"rate"}, {"cut"}]),
        ("(?P<act>fined) (?!again)x", [{"fined"}, {"x"}]),
        ("[\ue001\ue002]\ue000* fined", [{"\ue001", "\ue002"}, {"fined"}]),
        ("\\w+ly fell", [{"fell"}]),
        ("(non-?)?profit", []),
        ("(a|\\d+)", []),
    ],
)
def test_clauses_of_patterns(pattern: str, clauses: list[set[str]]) -> None:
    """One word of each set must stand in the text; what can't be told is not asked for."""
    assert sorted(map(sorted, PatternReader({}).required(pattern))) == sorted(map(sorted, clauses))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("imposed? .. duty", {"impose", "imposed"}),
        ("(new )?duty", {"new", "duty"}),
        ("(new |old )*dut(y|ies) on", {"new", "old", "duty", "duties"}),
        ("(net profit|loss) of", {"net", "loss"}),
        ("[\ue001]\ue000* said", {"\ue001"}),
        ("\\d+ pct", None),
    ],
)
def test_openings_of_patterns(pattern: str, words: set[str] | None) -> None:
    """The words that a match can begin with, or None."""
    assert PatternReader({}).openings(pattern) == words


def test_a_word_of_the_table_is_read_as_a_group_of_what_it_stands_for() -> None:
    """With or without a role, and words within words."""
    reader = PatternReader({"cut": "cuts?|{trim}", "trim": "trim(s|med)"})
    spelled = PatternReader({})

    for pattern, expanded in (
        ("{cut} .. rates", "(cuts?|(trim(s|med))) .. rates"),
        ("re{trim:act}? on", "re(trim(s|med))? on"),
        ("x{1,2} {cut}", "x{1,2} (cuts?|(trim(s|med)))"),
    ):
        assert reader.required(pattern) == spelled.required(expanded)
        assert reader.openings(pattern) == spelled.openings(expanded)


def test_a_set_of_everyday_words_tells_little() -> None:
    """A sentence is looked for by the set that asks most."""
    assert min([frozenset(("to", "be")), frozenset(("tariff", "duty", "levy"))], key=rarity) == {
        "tariff",
        "duty",
        "levy",
    }


WORD = st.sampled_from(
    ["cut", "rate", "rates?", "(net |gross )?", "hik(e|es|ed)", "(a|b c)", "-", "(x-?)?", "\\d+", "[ab]"]
)


@given(st.lists(WORD, min_size=1, max_size=5), st.text(alphabet="cutraehiknosgb x-0 ", max_size=40))
def test_a_text_that_matches_has_every_required_word(pieces: list[str], text: str) -> None:
    """The condition is necessary: no match is ever lost by it."""
    pattern = " ".join(pieces)
    match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)
    words = set(re.findall(r"\w+", text))

    assert match is None or all(words & clause for clause in PatternReader({}).required(pattern))


@given(st.lists(WORD, min_size=1, max_size=4), st.text(alphabet="cutraehiknosgb x-0 ", max_size=30))
def test_a_match_begins_with_one_of_the_openings(pieces: list[str], text: str) -> None:
    """So it is enough to try where such a word begins."""
    pattern = " ".join(pieces)
    begins = PatternReader({}).openings(pattern)
    match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)
    first = re.match(r"\w+", text[match.start() :]) if match else None

    assert begins is None or match is None or (first is not None and first.group() in begins)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("impos(es?|ed)", {"impose", "imposes", "imposed"}),
        ("(new )?duty", {"duty"}),
        ("(share |stock )*buy-?backs?", {"buyback", "buybacks"}),
        ("cease and desist|q[12]", {"q1", "q2"}),
        ("\\w+ly fell", set()),
        ("\\w+ly", None),
        ("cuts(?= to)", None),
    ],
)
def test_the_single_words_of_a_pattern(pattern: str, words: set[str] | None) -> None:
    """A text of several words is none; what can't be listed is known to be so."""
    assert PatternReader({}).single_words(pattern) == words


@given(st.lists(WORD, min_size=1, max_size=4), st.text(alphabet="cutraehiknosgbx0", min_size=1, max_size=6))
def test_a_word_is_listed_where_the_pattern_matches_it(pieces: list[str], word: str) -> None:
    """So a look-up stands for a search."""
    pattern = "|".join(pieces)
    listed = PatternReader({}).single_words(pattern)

    assert listed is None or (word in listed) == (re.fullmatch(pattern, word) is not None)
    assert all(re.fullmatch(pattern, one) for one in listed or ())
