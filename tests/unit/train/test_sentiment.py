"""Training of sentiment: what is learned from, what is kept apart, and that labels mean what they say."""

import csv
import shutil
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the extra `train` is not installed")

from schemas.taxonomy import Field, Polarity
from streams.data.sentiment import LEXICON_FILE, SHIPPED, load_model
from streams.train.sentiment import (
    PROSE_FILE,
    TEST_FOLD,
    Passage,
    Target,
    examples,
    fold,
    joined,
    read_prose,
    read_sentfin,
    train,
)
from tests.accuracy.sentiment.measure import Labelled, score


def sentfin_file(tmp_path: Path, rows: list[tuple[int, str, str]]) -> Path:
    """A file in the form of SEntFiN."""
    path = tmp_path / "sentfin.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["S No.", "Title", "Decisions", "Words"])
        table.writerows([number, title, decisions, 0] for number, title, decisions in rows)
    return path


def labels(passage: Passage) -> list[tuple[str, str]]:
    """Words and label of each target."""
    return [(passage.text[target.start : target.end], target.label) for target in passage.targets]


@pytest.mark.parametrize(("number", "expected"), [(1, 4), (2, 7), (16, 0), (10_753, 4)])
def test_fold_of_a_headline_never_changes(number: int, expected: int) -> None:
    """The split hangs on the headline's number alone, so that published figures stay comparable."""
    assert fold(number) == expected


def test_test_set_is_about_a_tenth() -> None:
    """Fold 0 of 10 over the numbers of SEntFiN."""
    share = sum(fold(number) == TEST_FOLD for number in range(1, 10_754)) / 10_753

    assert share == pytest.approx(0.1, abs=0.01)


def test_sentfin_entities_are_found_in_their_headline(tmp_path: Path) -> None:
    """Quotes within names and words that the file replaced by labels (Hold, sell) are put right."""
    path = sentfin_file(
        tmp_path,
        [
            (1, "Sebi asks Osian's Art Fund to pay", "{'Sebi': 'neutral', 'Osian's Art Fund': 'negative'}"),
            (2, "Rane Holdings Q3 net up", "{'Rane neutralings': 'positive'}"),
            (3, "Frank Russell to launch index", '{"Frank Rusnegative": "neutral"}'),
            (4, "Nothing of the kind", "{'Acme': 'positive'}"),
        ],
    )

    assert [labels(passage) for passage in read_sentfin(path)] == [
        [("Sebi", "neutral"), ("Osian's Art Fund", "negative")],
        [("Rane Holdings", "positive")],
        [("Frank Russell", "neutral")],
        [],
    ]


def test_prose_line_has_two_readings_with_opposite_labels(tmp_path: Path) -> None:
    """`*` is positive in the first reading and negative in the second, `!` the other way round; the rest stays."""
    path = tmp_path / "prose.txt"
    path.write_text("# note\n\n{Shell|*} (rose~fell) as {BP|!} (fell~rose), {RBC|0} said. {Eni|-} lost.\n")

    first, second = read_prose(path)

    assert first.text == "Shell rose as BP fell, RBC said. Eni lost."
    assert second.text == "Shell fell as BP rose, RBC said. Eni lost."
    assert [label for _, label in labels(first)] == ["positive", "negative", "neutral", "negative"]
    assert [label for _, label in labels(second)] == ["negative", "positive", "neutral", "negative"]
    assert first.number == second.number


def test_shipped_prose_is_well_formed() -> None:
    """No mark is left over in any text, and all three labels are there in number."""
    passages = read_prose(SHIPPED / PROSE_FILE)
    counts = dict.fromkeys(("positive", "neutral", "negative"), 0)
    for passage in passages:
        for _, label in labels(passage):
            counts[label] += 1

    assert not [passage.text for passage in passages if set("{}|~\\") & set(passage.text)]
    assert min(counts.values()) > 300


def test_joined_headlines_keep_their_labels_and_come_out_the_same() -> None:
    """Offsets move with the text, and chance has a fixed seed."""
    headlines = [
        Passage(number=1, text="Acme rises.", targets=(Target(start=0, end=4, label="positive"),)),
        Passage(number=2, text="Weak day for Brix", targets=(Target(start=13, end=17, label="negative"),)),
    ]

    pairs = list(joined(headlines, 20))

    assert pairs == list(joined(headlines, 20))
    assert {label for pair in pairs for label in labels(pair)} == {("Acme", "positive"), ("Brix", "negative")}


def test_both_readings_of_a_line_are_in_one_fold() -> None:
    """Calibration never predicts a reading whose twin was learned."""
    lexicon = load_model().lexicon
    twin = Passage(number=7, text="Acme rose", targets=(Target(start=0, end=4, label="positive"),))

    assert {example.fold for example in examples([twin, twin], lexicon, Field.BODY)} == {fold(7)}


def test_training_learns_the_labels_it_was_given(tmp_path: Path) -> None:
    """Weights of a small training call a rise positive and a fall negative: a swap of labels anywhere shows here."""
    rows = []
    for number in range(1, 400):
        verb, label = [("jumps", "positive"), ("slumps", "negative"), ("files annual papers", "neutral")][number % 3]
        rows.append((number, f"Acme{number % 5} {verb} on day {number}", f"{{'Acme{number % 5}': '{label}'}}"))
    path = sentfin_file(tmp_path, rows)
    shutil.copy(SHIPPED / LEXICON_FILE, tmp_path / LEXICON_FILE)
    (tmp_path / PROSE_FILE).write_text("{Shell|*} (rose~fell) 2%.\n{BP|0} is based in London.\n")

    said = train(path, tmp_path)

    model = load_model(tmp_path)
    texts = [
        ("Brix jumps on day 9", "positive"),
        ("Brix slumps on day 9", "negative"),
        ("Brix files papers", "neutral"),
    ]
    outcomes = score([Labelled(text=t, start=0, end=4, label=label, group="") for t, label in texts], model)
    assert "prose" in said
    assert [o.sentiment.label for o in outcomes] == [Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.NEUTRAL]
    assert {probe.target for probe in model.header.probes} >= {"Nippon Steel", "US Steel"}


def test_nothing_is_learned_from_test_headlines(tmp_path: Path) -> None:
    """A word that only headlines of the test fold hold has no weight, not even through another headline like them."""
    tested = [number for number in range(1, 2_000) if fold(number) == TEST_FOLD][:30]
    learned = [number for number in range(1, 2_000) if fold(number) != TEST_FOLD][:300]
    rows = [(number, "Acme zigzags", "{'Acme': 'positive'}") for number in (*tested, learned[0])]
    for number in learned[1:]:
        verb, label = [("jumps", "positive"), ("slumps", "negative"), ("files", "neutral")][number % 3]
        rows.append((number, f"Acme {verb} {number}", f"{{'Acme': '{label}'}}"))
    shutil.copy(SHIPPED / LEXICON_FILE, tmp_path / LEXICON_FILE)
    (tmp_path / PROSE_FILE).write_text("{Shell|*} (rose~fell) 2%.\n{BP|0} is based in London.\n")

    train(sentfin_file(tmp_path, rows), tmp_path)

    weights = load_model(tmp_path).weights
    assert any("jumps" in feature for table in weights.values() for feature in table)
    assert not [feature for table in weights.values() for feature in table if "zigzags" in feature]
