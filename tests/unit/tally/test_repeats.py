"""Texts compared by their signatures."""

from base64 import urlsafe_b64encode
from random import Random

from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.tally.repeats import MOST_IN_BAND, Repeats, likeness, unpacked

BASE = bytes(Random(1).randbytes(64))


def packed(values: bytes = BASE, windows: int = 300) -> str:
    """A signature."""
    return urlsafe_b64encode(windows.to_bytes(2, "big") + values).decode()


def changed(share: float, seed: int = 2) -> bytes:
    """Values of which so many are others, chosen anywhere."""
    chance, values = Random(seed), bytearray(BASE)
    for place in chance.sample(range(64), round(64 * share)):
        values[place] ^= 0xFF
    return bytes(values)


def test_a_nearly_identical_text_is_found_and_another_is_not() -> None:
    """Down to half of all windows in common."""
    repeats = Repeats()
    repeats.add("a", 0, packed(), None)

    assert repeats.find("b", 5, packed(changed(0.2))) == "a"
    assert repeats.find("b", 5, packed(changed(0.6))) is None
    assert repeats.find("b", 5, packed(Random(3).randbytes(64))) is None


def test_the_smaller_text_must_be_nearly_all_in_the_larger() -> None:
    """A paragraph cut leaves the rest in; other figures in the same form do not."""
    shared = changed(0.4)
    whole, same_size, half = (unpacked(packed(v, n)) for v, n in ((BASE, 300), (shared, 300), (shared, 200)))

    assert likeness(whole, same_size) == 0
    assert likeness(whole, half) > 0.5


def test_only_the_longest_window_is_looked_at() -> None:
    """Seven days, edge not included, in either direction.

    minute   0                            10,080
    article  a                            c
             [---------------------------)
    """
    repeats = Repeats()
    repeats.add("a", 0, packed(), None)

    assert repeats.find("b", LONGEST_WINDOW_MINUTES - 1, packed()) == "a"
    assert repeats.find("c", LONGEST_WINDOW_MINUTES, packed()) is None
    assert repeats.find("d", -LONGEST_WINDOW_MINUTES, packed()) is None


def test_a_repeat_of_a_repeat_names_the_first() -> None:
    """Also when that one is no longer kept: consumers group by it."""
    repeats = Repeats()
    repeats.add("a", 0, packed(), None)
    repeats.add("b", 5, packed(), "a")
    repeats.discard("a")

    assert repeats.find("c", 9, packed()) == "a"
    assert repeats.find("a", 9, packed()) is None


def test_a_discarded_text_is_forgotten_whole() -> None:
    """Nothing is left of it."""
    repeats = Repeats()
    repeats.add("a", 0, packed(), None)
    repeats.discard("a")
    repeats.discard("a")

    assert len(repeats) == 0
    assert repeats.find("b", 0, packed()) is None


def test_thousands_of_one_form_cost_a_bounded_number_of_comparisons() -> None:
    """A hundred thousand flashes in a minute must not be compared each with each."""
    repeats = Repeats()
    for number in range(3 * MOST_IN_BAND):
        repeats.add(f"u{number}", 0, packed(), None)

    assert len(list(repeats._candidates(unpacked(packed()), "x"))) == MOST_IN_BAND
    for number in range(3 * MOST_IN_BAND):
        repeats.discard(f"u{number}")
    assert len(repeats) == 0


def test_what_is_no_signature_is_left_out() -> None:
    """A newer release may write another form."""
    repeats = Repeats()
    for other in ("", "x", "é", packed()[:-4]):
        repeats.add("a", 0, other, None)
        assert repeats.find("b", 0, other) is None
    assert len(repeats) == 0
