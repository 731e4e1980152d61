"""Texts that once took extraction more time than their size explains, or that a new pattern would trip over first.

A file of `corpus/` holds why it is there and a unit that is repeated, with words before it or not. Twice the text must
take about twice the time: the measure is the ratio of a long text to one an eighth as long, in processor time and in
the same run, so that the speed of the machine is no part of it. A text whose time grows with the square of its size has
a ratio of 64. And no text may be dearer than so many times an equal length of the sample articles.
"""

import gc
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas import Article
from streams.extract.annotate import Extractor
from streams.extract.names.entities import find_entities
from streams.extract.names.given_names import GIVEN_NAMES
from streams.extract.sentiment.score import score_article, score_entities
from streams.extract.text.document import read
from tests import shipped
from tests.builders import NOON
from tests.fuzz.passage import DEAREST, take, timed
from tests.fuzz.records import prose_record, repeated_record

CORPUS: Final = sorted((Path(__file__).parent / "corpus").glob("*.json"))
SHORT: Final = 8_192
TIMES: Final = 8
MOST: Final = 20.0
"""Times as long that the long text may take: 8 and room for caches; 64 would be quadratic."""


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    """Loaded once, and left out of garbage collection as in a worker: visiting it takes longer than a short text."""
    loaded = shipped.extractor()
    gc.collect()
    gc.freeze()
    yield loaded
    gc.unfreeze()


@pytest.fixture(scope="module")
def prose_ms(extractor: Extractor) -> float:
    """Processor time of the sample articles, one after the other, up to the short size."""
    return timed(prose_record(SHORT), extractor)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_time_grows_with_the_text_and_not_with_its_square(path: Path, extractor: Extractor, prose_ms: float) -> None:
    """Every finding stays fixed, and what comes out keeps what annotations promise."""
    entry = json.loads(path.read_text(encoding="utf-8"))
    before, unit, language = entry.get("before", ""), entry["unit"], entry["language"]
    short, long = (repeated_record(unit, language, size, before) for size in (SHORT, SHORT * TIMES))

    assert take(short, extractor).answer == "annotation"
    ratio = short_ms = 0.0
    for _ in range(3):  # another process may take the caches for a moment, but not three times
        short_ms = timed(short, extractor)
        ratio = take(long, extractor).ms / max(short_ms, 0.5)
        if ratio <= MOST:
            break

    assert ratio <= MOST, f"{TIMES} times the text takes {ratio:.0f} times as long"
    assert short_ms <= DEAREST * prose_ms, f"takes {short_ms / prose_ms:.0f} times as long as news of its size"


def test_a_surname_that_hundreds_have_does_not_go_through_all_of_them_for_each(extractor: Extractor) -> None:
    """2,000 people called Smith took 550 ms more than 2,000 people of names of their own."""

    def ms(people: int) -> float:
        names = sorted(GIVEN_NAMES)[:people]
        text = "".join(f"{name.capitalize()} Smith said. " for name in names)
        return timed(repeated_record(text, "en", len(text)), extractor)

    few, many = ms(150), ms(150 * TIMES)

    assert many <= MOST * few


def test_corpus_is_found() -> None:
    """The tests above can't pass by there being none."""
    assert len(CORPUS) >= 20


def test_a_headline_of_many_lines_does_not_look_through_all_mentions_for_each(extractor: Extractor) -> None:
    """700 lines with a symbol each took 52 ms, most of it to ask of each mention whether it stands in each line."""

    def ms(lines: int) -> float:
        document = read(Article(uri="urn:a", published_at=NOON, headline="$AAPL\n" * lines, body=""))
        entities = score_entities(document, find_entities(document, extractor.names), extractor.model)
        times = []
        for _ in range(5):
            begun = time.thread_time()
            score_article(document, entities, extractor.model)
            times.append((time.thread_time() - begun) * 1_000)
        return min(times)

    few, many = ms(85), ms(680)

    assert many <= MOST * max(few, 0.2)
