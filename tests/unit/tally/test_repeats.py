"""Texts compared by their signatures."""

from base64 import urlsafe_b64encode
from random import Random

import pytest

from schemas import Order
from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.tally.contributions import ContributionEntry, ContributionKey, ContributionsInMemory
from streams.tally.repeats import MOST_COMPARED, MOST_IN_BAND, Repeats, TextMemory
from streams.tally.signatures import likeness, unpacked
from streams.tally.stories import StoryPlace

ABOUT = "company:X"
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


class Told:
    """Contributions to one entity, and what is found in them."""

    def __init__(self) -> None:
        self.contributions = ContributionsInMemory()
        self.repeats = Repeats(self.contributions, TextMemory())

    def add(
        self, uri: str, minute: int, signature: str, repeat_of: str | None = None, offset: int = 0
    ) -> ContributionKey:
        """An article's entry with a place in a story told at this minute."""
        key = ContributionKey(ABOUT, uri, 0, offset)
        entry = ContributionEntry(
            order=Order(version=0, updated_at=0, partition=0, offset=offset),
            observed_at=minute,
            contribution=None,
            places=(StoryPlace(story="s", number=1, rank=1, minute=minute, counts=()),),
            signature=signature,
            repeat_of=repeat_of,
        )
        self.contributions.put(key, entry)
        self.repeats.put(ABOUT, uri, entry)
        return key

    def drop(self, key: ContributionKey) -> None:
        """The entry is kept no longer."""
        self.contributions.drop(key)
        self.repeats.put(ABOUT, key.uri, None)

    def find(self, uri: str, minute: int, signature: str) -> str | None:
        """What this text repeats."""
        return self.repeats.find(ABOUT, uri, minute, signature)


@pytest.fixture
def told() -> Told:
    """Nothing yet."""
    return Told()


def test_a_nearly_identical_text_is_found_and_another_is_not(told: Told) -> None:
    """Down to half of all windows in common."""
    told.add("a", 0, packed())

    assert told.find("b", 5, packed(changed(0.2))) == "a"
    assert told.find("b", 5, packed(changed(0.6))) is None
    assert told.find("b", 5, packed(Random(3).randbytes(64))) is None


def test_the_smaller_text_must_be_nearly_all_in_the_larger() -> None:
    """A paragraph cut leaves the rest in; other figures in the same form do not."""
    shared = changed(0.4)
    whole, same_size, half = (unpacked(packed(v, n)) for v, n in ((BASE, 300), (shared, 300), (shared, 200)))

    assert likeness(whole, same_size) == 0
    assert likeness(whole, half) > 0.5


def test_only_the_longest_window_is_looked_at(told: Told) -> None:
    """Seven days, edge not included, in either direction.

    minute   0                            10,080
    article  a                            c
             [---------------------------)
    """
    told.add("a", 0, packed())

    assert told.find("b", LONGEST_WINDOW_MINUTES - 1, packed()) == "a"
    assert told.find("c", LONGEST_WINDOW_MINUTES, packed()) is None
    assert told.find("d", -LONGEST_WINDOW_MINUTES, packed()) is None


def test_a_repeat_of_a_repeat_names_the_first(told: Told) -> None:
    """Also when that one is no longer kept: consumers group by it."""
    first = told.add("a", 0, packed())
    told.add("b", 5, packed(), "a")
    told.drop(first)

    assert told.find("c", 9, packed()) == "a"
    assert told.find("a", 9, packed()) is None


def test_an_article_has_the_text_of_its_current_version(told: Told) -> None:
    """The entry of the version before is still kept for a moment."""
    told.add("a", 0, packed())
    assert told.find("b", 5, packed()) == "a"
    told.add("a", 0, packed(changed(1.0)), offset=1)

    assert told.find("b", 5, packed()) is None
    assert told.find("b", 5, packed(changed(1.0))) == "a"


def test_a_version_that_waits_for_its_deletion_adds_nothing(told: Told) -> None:
    """An article has as many bands in common as its versions together have, each once: two entries add none."""
    for number in range(MOST_COMPARED):
        told.add(f"b{number:02}", 0, packed(BASE[:4] + Random(number).randbytes(60)))
        told.add(f"b{number:02}", 0, packed(BASE[:4] + Random(number).randbytes(60)), offset=1)
    told.add("copy", 0, packed(BASE[:6] + changed(0.2)[6:]))
    assert told.find("x", 0, packed()) == "copy"


def test_a_dropped_text_is_repeated_by_nobody(told: Told) -> None:
    """Also where it was compared before."""
    key = told.add("a", 0, packed())
    assert told.find("b", 0, packed()) == "a"
    told.drop(key)
    assert told.find("b", 0, packed()) is None


def test_thousands_of_one_form_cost_a_bounded_number_of_comparisons(told: Told) -> None:
    """A hundred thousand flashes in a minute must not be compared each with each; a copy is among the compared."""
    for number in range(3 * MOST_IN_BAND):
        told.add(f"u{number}", 0, packed(BASE[:8] + Random(number).randbytes(56)))
    told.add("copy", 0, packed(changed(0.2)))
    for number in range(MOST_IN_BAND // 2):
        told.add(f"v{number}", 0, packed(BASE[:8] + Random(f"v{number}").randbytes(56)))

    fresh = Repeats(told.contributions, TextMemory())
    assert fresh.find(ABOUT, "x", 0, packed()) == "copy"
    assert len(fresh._texts) == MOST_COMPARED


def test_what_is_no_signature_is_left_out(told: Told) -> None:
    """A newer release may write another form."""
    for other in ("", "x", "é", packed()[:-4]):
        told.add("a", 0, other)
        assert told.find("b", 0, other) is None
