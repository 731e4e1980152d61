"""A verb of motion stands in one table, and a share and an index move by each of them."""

import pytest

from schemas.taxonomy import Direction, EventType
from streams.data.lexicon.motion import FALL, RISE
from streams.data.sentiment import load_model
from streams.extract.sentiment.clauses import EntityPlace
from streams.extract.sentiment.features import read_sentence
from streams.extract.text.words import MOVES
from tests.unit.extract.test_events import events

# Plain forms and participles need another word before them.
PAST = [
    word for word in (*RISE, *FALL) if word.endswith("ed") or word in ("rose", "fell", "sank", "slid", "lost", "shed")
]


@pytest.mark.parametrize("verb", PAST)
def test_a_share_and_an_index_move_by_the_same_verbs(verb: str) -> None:
    """`sagged` moved indices only, as each reader had its own list."""
    moved = Direction.UP if verb in RISE else Direction.DOWN

    found = [(e.type, e.direction) for e in events(f"Apple shares {verb} 2% on Monday. The DAX {verb} 1.1%.")]

    assert found == [(EventType.COMPANY_PRICE_MOVE, moved), (EventType.INDEX_MOVE, moved)]


@pytest.mark.parametrize("verb", PAST)
def test_it_is_good_or_bad_for_what_moves(verb: str) -> None:
    """Sentiment reads the same table, whatever the weights know of the word."""
    reading = read_sentence(f"Acme shares {verb} .", (EntityPlace(0, 4, 0),), load_model().lexicon)

    assert [cue.before > 0 for cue in reading.cues] == [verb in RISE]


@pytest.mark.parametrize("verb", PAST)
def test_it_tells_that_an_ordinary_word_is_a_firm(verb: str) -> None:
    """Names read the same table: "Target sagged 2%" is of the retailer."""
    assert verb in MOVES


@pytest.mark.parametrize(
    ("headline", "moved"),
    [
        ("Nvidia ticks higher amid talk of a new order", Direction.UP),
        ("Pfizer dips after pricing a bond", Direction.DOWN),
        ("Boeing stock runs lower on delays", Direction.DOWN),
        ("Tesla pauses output in Berlin; shares down 7%", Direction.DOWN),
        ("Intel is dragged down by weak demand", Direction.DOWN),
        ("Cisco hits six-month high after results", None),
    ],
)
def test_short_headlines_tell_of_moves(headline: str, moved: Direction | None) -> None:
    """Headlines of terminals leave the size out, or the name of the firm that the first half named."""
    (event,) = (e for e in events(headline=headline) if e.type is EventType.COMPANY_PRICE_MOVE)

    assert event.direction is moved


def test_shares_moved_in_a_clause_of_their_own() -> None:
    """The firm stands before an aside, or in the sentence before."""
    aside = events("Shares in Siemens, Germany's largest industrial group, slumped by almost 9% in early trading.")
    alone = events("Unilever reported lower sales. Shares fell 1% to 510.75 pence in London.")

    for found in (aside, alone):
        (event,) = (e for e in found if e.type is EventType.COMPANY_PRICE_MOVE)
        assert event.direction is Direction.DOWN


@pytest.mark.parametrize("text", ["Brent rose 2.1% to $93.56.", "European shares fell 1% in early trading."])
def test_oil_and_markets_are_no_firms(text: str) -> None:
    """A capitalised word before a move need not be a firm."""
    assert EventType.COMPANY_PRICE_MOVE not in {e.type for e in events(text)}
