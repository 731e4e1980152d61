"""The sentiment model's files: what is read, and what is refused with file, line and reason."""

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.data.sentiment import (
    BITS,
    LEXICON_FILE,
    SHIPPED,
    SLOTS,
    WEIGHTS_FILE,
    Header,
    SentimentDataError,
    load_model,
    pack,
    read_lexicon,
    sha256,
    unpack,
)

LARGEST_FILE = 3_000_000


def folder_with(tmp_path: Path, body: str, **changes: object) -> Path:
    """A folder with the shipped lexicon, these weights and a header that fits them but for `changes`."""
    shutil.copy(SHIPPED / LEXICON_FILE, tmp_path / LEXICON_FILE)
    fields = {"weights": sha256(body.encode()), **changes}
    header = msgspec.structs.replace(load_model().header, **fields)
    (tmp_path / WEIGHTS_FILE).write_bytes(msgspec.json.encode(header) + b"\n" + body.encode())
    return tmp_path


@pytest.mark.parametrize(
    ("line", "forms"),
    [
        ("up\tverb\trise/rose/risen", {"rise", "rises", "rising", "rose", "risen"}),
        ("down\tverb\tfall/fell/fallen", {"fall", "falls", "falling", "fell", "fallen"}),
        ("up\tverb\trally/rallied", {"rally", "rallies", "rallied", "rallying"}),
        ("down\tverb\tcrash", {"crash", "crashes", "crashed", "crashing"}),
        ("up\tverb\tdestroy", {"destroy", "destroys", "destroyed", "destroying"}),
        ("qgood\tword\tprofit profits", {"profit", "profits"}),
    ],
)
def test_lexicon_takes_all_forms_of_a_verb_and_words_as_they_stand(line: str, forms: set[str]) -> None:
    """A verb is inflected, its irregular forms are added, and a plain word is left alone."""
    lexicon = read_lexicon(line)

    assert forms <= set(lexicon.words)
    assert set(lexicon.words.values()) == {BITS[line.split("\t", maxsplit=1)[0]]}


def test_word_of_two_classes_has_both() -> None:
    """A word may be a move and a quantity at once ("gains")."""
    lexicon = read_lexicon("up\tword\tgains\nqgood\tword\tgains\n")

    assert lexicon.words["gains"] == BITS["up"] | BITS["qgood"]


def test_phrase_is_inflected_in_its_first_word_and_none_empties_one() -> None:
    """`pick_up` finds "picked up"; `set_up` of class none says nothing."""
    lexicon = read_lexicon("# comment\n\nup\tverb\tpick_up shoot_up/shot_up\nnone\tword\tset_up\n")

    assert lexicon.words == {}
    assert lexicon.phrases["picked"] == {"up": BITS["up"]}
    assert lexicon.phrases["shot"] == {"up": BITS["up"]}
    assert lexicon.phrases["set"] == {"up": 0}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("up verb rise", "expected class, form"),
        ("up\tnoun\trise", "expected class, form"),
        ("sideways\tword\tflat", "no such class: 'sideways'"),
        ("up\tword\tRise", "expected a lower-case word"),
        ("up\tword\tas_good_as", "expected a lower-case word"),
        ("up\tword\tpick_", "expected a lower-case word"),
        ("up\tword\t_up", "expected a lower-case word"),
        ("none\tword\tup", "class none is for phrases"),
    ],
)
def test_wrong_lexicon_line_is_refused_with_its_number(line: str, reason: str) -> None:
    """The error names file, line and reason."""
    with pytest.raises(SentimentDataError, match=reason) as caught:
        read_lexicon(f"up\tword\thigher\n{line}\n", "house.tsv")

    assert (caught.value.path, caught.value.line) == ("house.tsv", 2)


@given(st.lists(st.tuples(st.integers(-(1 << 20), 1 << 20), st.integers(-(1 << 20), 1 << 20)), max_size=200))
def test_sum_of_packed_weights_holds_both_sums(pairs: list[tuple[int, int]]) -> None:
    """One addition adds both weights, whatever their signs."""
    packed = sum(pack(positive, negative) for positive, negative in pairs)

    assert unpack(packed) == (sum(p for p, _ in pairs), sum(n for _, n in pairs))


def test_shipped_model_says_where_it_comes_from() -> None:
    """Version, digest, licence and sources with licences are in the file."""
    model = load_model()

    assert model.version.startswith(f"{model.header.version}+")
    assert model.header.licence
    assert all(source.name and source.licence and source.mentions for source in model.header.sources)
    assert set(model.weights) == set(SLOTS)


def test_shipped_weights_are_small_and_hold_no_sentence() -> None:
    """No feature has more than two words of the text, so headlines can't be read back; the file stays under 3 MB."""
    model = load_model()

    assert (SHIPPED / WEIGHTS_FILE).stat().st_size < LARGEST_FILE
    assert max(feature.count(" ") for table in model.weights.values() for feature in table) == 1


def test_model_of_written_weights_is_read(tmp_path: Path) -> None:
    """Each line becomes a packed pair under its slot; the start of sums comes from the header."""
    model = load_model(folder_with(tmp_path, "l\trose\t5\t-7\nx\tS+\t-1\t2\n", positive=3, negative=-4))

    assert unpack(model.weights["l"]["rose"]) == (5, -7)
    assert unpack(model.weights["x"]["S+"]) == (-1, 2)
    assert unpack(model.start) == (3, -4)


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("l\trose\t5\n", 2, "expected slot, feature and two integers"),
        ("l\trose\t5\t1.5\n", 2, "expected slot, feature and two integers"),
        ("l\trose\t5\t1\nq\tfell\t1\t1\n", 3, "expected slot, feature and two integers"),
        ("l\trose\t5\t1\nl\trose\t5\t1\n", 3, "'rose' stands there twice"),
        ("l\trose\t99999999\t1\n", 2, "a weight beyond"),
    ],
)
def test_wrong_weights_line_is_refused_with_its_number(tmp_path: Path, body: str, line: int, reason: str) -> None:
    """The error names the line of the weights file, its header being line 1."""
    with pytest.raises(SentimentDataError, match=reason) as caught:
        load_model(folder_with(tmp_path, body))

    assert caught.value.line == line


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"weights": "0" * 64}, "the weights are not those"),
        ({"lexicon": "0" * 64}, "trained with another lexicon.tsv"),
        ({"format": 2}, "expected format 1, got 2"),
        ({"scale": 0}, "expected a positive scale"),
    ],
)
def test_header_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    """Weights are used only with the lexicon they were trained with, whole and in a known format."""
    with pytest.raises(SentimentDataError, match=reason):
        load_model(folder_with(tmp_path, "l\trose\t5\t1\n", **changes))


def test_header_that_is_no_header_is_refused(tmp_path: Path) -> None:
    """The reason of the decoder is passed on."""
    folder_with(tmp_path, "")
    (tmp_path / WEIGHTS_FILE).write_text('{"format": "one"}\n')

    with pytest.raises(SentimentDataError, match="format"):
        load_model(tmp_path)


def test_header_survives_a_round_trip() -> None:
    """The header is written as it was read."""
    header = load_model().header

    assert msgspec.json.decode(msgspec.json.encode(header), type=Header) == header
