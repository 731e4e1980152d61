"""Whatever a record holds, and whatever feed it is said to be of: an answer, the same again, and nothing lost."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Article, encode
from streams.feeds import FEED_HEADER, NATIVE, Feeds, article_in, read, split
from streams.feeds.documents import OF_A_FILE
from streams.feeds.files import load_mappings
from streams.intake import RawRecord, Rejection

NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
FEEDS: Final = Feeds(mappings={name: found.mapping for name, found in load_mappings().items()})
SAMPLES: Final = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "unit/feeds/samples").iterdir()}
JSON_SAMPLES: Final = {name: raw for name, raw in SAMPLES.items() if name.endswith(".json")}

SCALARS: Final = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES: Final = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
names = st.sampled_from(sorted(FEEDS.mappings))


def record(value: bytes, feed: str) -> RawRecord:
    """A record that says it is of this feed."""
    return RawRecord(key=None, value=value, headers=((FEED_HEADER, feed.encode()),), timestamp=NOW)


@given(value=st.binary(max_size=200), feed=names | st.text(max_size=8).filter(lambda name: name.isascii()))
def test_any_bytes_have_an_answer(value: bytes, feed: str) -> None:
    """And it is the same answer again."""
    answer = read(record(value, feed), FEEDS)

    assert isinstance(answer, Article | Rejection)
    assert read(record(value, feed), FEEDS) == answer


def mutated(value: Any, draw: Any) -> Any:
    """The value with some of its parts replaced by anything."""
    if draw(st.integers(0, 9)) == 0:
        return draw(VALUES)
    if isinstance(value, dict):
        return {name: mutated(each, draw) for name, each in value.items() if draw(st.integers(0, 19)) != 0}
    return [mutated(each, draw) for each in value] if isinstance(value, list) else value


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(JSON_SAMPLES)))
def test_damaged_json_of_a_vendor_has_an_answer(data: st.DataObject, name: str) -> None:
    """Wrong types where a mapping looks are rejections with a path."""
    feed = name.partition(".")[0].removesuffix("-stream")
    value = json.dumps(mutated(json.loads(JSON_SAMPLES[name]), data.draw)).encode()

    answer = read(record(value, feed), FEEDS)

    assert isinstance(answer, Article | Rejection)
    check_push(value, feed, answer)


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
def test_damaged_bytes_of_a_vendor_have_an_answer(data: st.DataObject, name: str) -> None:
    """Cut, doubled and overwritten."""
    feed, raw = name.partition(".")[0].removesuffix("-stream"), SAMPLES[name]
    start, end = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, len(raw)))
    value = raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:]

    answer = read(record(value, feed), FEEDS)

    assert isinstance(answer, Article | Rejection)
    check_push(value, feed, answer)


def check_push(value: bytes, feed: str, answer: object) -> None:
    """Push takes a file of these bytes apart, and none of its items is lost: the worker says the same of each."""
    items = split(value, FEEDS.mappings[feed], OF_A_FILE)
    if isinstance(items, Rejection):
        assert isinstance(answer, Rejection)
        return
    for item in items:
        article = article_in(item, FEEDS.mappings[feed], NOW)
        if isinstance(article, Rejection):
            refused = read(record(item.raw, feed), FEEDS)
            assert isinstance(refused, Rejection)
            assert refused.reason is article.reason
        else:
            assert read(record(encode(article), NATIVE), FEEDS) == article
            assert read(record(item.raw, feed), FEEDS) == article
    if len(items) == 1 and isinstance(answer, Article):
        assert article_in(items[0], FEEDS.mappings[feed], NOW) == answer
