"""One line a record: what an event says, over what, how new and how sure, and nothing that commands a terminal."""

from dataclasses import replace
from typing import Any, Final

import pytest
from rich.text import Text

from schemas import (
    Annotation,
    ArticleRef,
    EntityRef,
    IndexActivity,
    LastFact,
    MarketEvent,
    Novelty,
    Position,
    Quantity,
    Span,
    WindowCounts,
    encode,
)
from schemas.taxonomy import Basis, Direction, EventStatus, EventType, FactLevel, Field, Lifecycle, Measure, Record
from streams.cli.figures import figures, novelty, ordinal, ticker
from streams.cli.lines import event_line, record_line
from streams.kafka.records import Record as KafkaRecord
from tests.builders import ENGINE, NOON, sentiment

MOVE: Final = MarketEvent(
    event_id="0" * 32,
    revision=1,
    lifecycle=Lifecycle.CREATED,
    type=EventType.INDEX_MOVE,
    subject=EntityRef(id="index:N225", name="Nikkei 225", resolved=True),
    article=ArticleRef(uri="urn:a", published_at=NOON),
    published_at=NOON,
    direction=Direction.UP,
    basis=Basis.WEEK,
    arguments={
        "percent": Quantity(value=2.9, unit="percent", basis="week"),
        "level": Quantity(value=50367.38, unit="points", basis="week"),
    },
    evidence=(Span(field=Field.BODY, start=0, end=9, text="rose\n2.9\x1b%"),),
    novelty=Novelty(rank=3, counts={}, linked=()),
    confidence=0.9512,
)
LOSS: Final = Quantity(value=-0.13, unit="per_share", currency="USD", measure=Measure.EPS)


def told(event: MarketEvent) -> list[str]:
    """The numbers of an event as they are shown."""
    return [number.plain for number in figures(event)]


def reds(text: Text) -> list[str]:
    """What of a text is red."""
    return [text.plain[span.start : span.end] for span in text.spans if span.style == "red"]


def record(value: bytes | None, headers: tuple[tuple[str, bytes], ...] = (), key: bytes | None = b"k") -> KafkaRecord:
    """A record of a topic."""
    return KafkaRecord(
        topic="t",
        partition=1,
        offset=2,
        key=key,
        value=value,
        headers=headers,
        headers_as_sent=headers,
        stamp_ms=int(NOON.timestamp() * 1_000),
        output_ms=int(NOON.timestamp() * 1_000),
        source=Position(partition=1, offset=2),
    )


def test_an_event_is_one_line_with_its_basis_novelty_and_confidence() -> None:
    """The words that say so come last, without what commands a terminal, and are cut first where there is no room."""
    line = event_line(MOVE).plain

    assert line == (
        "11-20 12:00 index.move               N225 Nikkei 225 ▲ +2.90 % week, at 50,367.38 "
        "3rd to say so · confidence 0.95 “rose 2.9\\x1b%”"
    )
    assert line.isprintable()
    assert event_line(MOVE, width=40).cell_len == 40


def test_a_retraction_says_whom_it_is_of() -> None:
    """Nothing else is in it."""
    gone = MarketEvent(
        event_id="0" * 32,
        revision=2,
        lifecycle=Lifecycle.RETRACTED,
        type=EventType.INDEX_MOVE,
        subject=MOVE.subject,
        article=MOVE.article,
        published_at=None,
        status=None,
    )
    assert event_line(gone).plain.split() == ["index.move", "N225", "Nikkei", "225", "retracted"]


def test_what_was_called_off_is_never_told_by_its_type_alone() -> None:
    """In capitals, before any number."""
    off = replace(MOVE, type=EventType.POLICY_TARIFF, status=EventStatus.CALLED_OFF)
    assert "CALLED OFF ▲ 2.9 %" in event_line(off).plain


@pytest.mark.parametrize(
    ("identity", "resolved", "short"),
    [
        ("index:N225", True, "N225"),
        ("company:7203.T", True, "7203.T"),
        ("company:7203.T", None, "7203.T"),
        ("company:unlisted-harbor-point", True, None),
        ("company:~gulfex-inc", False, None),
        ("company:~gulfex-inc", None, None),
        ("index:~zed-9", None, None),
        ("country:JP", True, None),
        (None, None, None),
    ],
)
def test_an_id_made_from_text_is_never_shown_for_a_ticker(
    identity: str | None, resolved: bool | None, short: str | None
) -> None:
    """The market knows registered indices and listed firms by them, and nobody else."""
    assert ticker(EntityRef(id=identity, name="x", resolved=resolved)) == short


@pytest.mark.parametrize("resolved", [None, False])
def test_a_subject_made_from_text_is_named_as_such(resolved: bool | None) -> None:
    """By its name, also in records that do not say `resolved` yet."""
    made = replace(MOVE, subject=EntityRef(id="company:~gulfex-inc", name="Gulfex Inc", resolved=resolved))
    assert " Gulfex Inc (not in the registry) " in event_line(made).plain
    assert "~" not in event_line(made).plain


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({"amount": LOSS}, ["EPS -0.13 USD a share"]),
        (
            {"amount": replace(LOSS, adjusted=True, period="2026-Q3", expected=-0.2, surprise=0.07)},
            ["adjusted EPS -0.13 USD a share 2026-Q3, expected -0.2 USD a share, 0.07 USD a share above expectations"],
        ),
        (
            {"amount": Quantity(value=-241e6, unit="currency", currency="USD", measure=Measure.NET_INCOME)},
            ["net income -241m USD"],
        ),
        (
            {
                "amount": Quantity(
                    value=2e9, unit="currency", currency="EUR", measure=Measure.REVENUE, low=2e9, high=2.4e9
                )
            },
            ["revenue 2bn EUR (2bn EUR to 2.4bn EUR)"],
        ),
        ({"rate": Quantity(value=0.75, unit="percent")}, ["rate 0.75 %"]),
        ({"amount": Quantity(value=13.9e12, unit="currency", currency="JPY", approximate=True)}, ["~13.9T JPY"]),
        ({"change_bp": Quantity(value=-25, unit="basis_points")}, ["-25 bp"]),
    ],
)
def test_a_number_says_what_it_measures(arguments: dict[str, Quantity], shown: list[str]) -> None:
    """With period, what was expected and range where they are known; a loss is below zero."""
    assert told(replace(MOVE, type=EventType.COMPANY_EARNINGS, arguments=arguments)) == shown


def test_what_is_below_zero_is_red() -> None:
    """A loss although it shrinks, a fall of an index, and not a gain."""
    assert reds(event_line(replace(MOVE, type=EventType.COMPANY_EARNINGS, arguments={"amount": LOSS}))) == [
        "EPS -0.13 USD a share"
    ]
    fall = replace(MOVE, direction=Direction.DOWN, arguments={"points": Quantity(value=-9.3, unit="points")})
    assert reds(event_line(fall)) == ["▼", "-9.30 points"]
    assert reds(event_line(MOVE)) == []


def test_a_move_in_percent_says_its_basis_once_and_leaves_its_points_out() -> None:
    """The basis of the event where the number has none of its own; a record is named behind."""
    both = {"percent": Quantity(value=-1.5, unit="percent"), "points": Quantity(value=-200.0, unit="points")}
    move = replace(MOVE, arguments=both, record=Record.ALL_TIME_LOW, basis=Basis.YTD)
    assert told(move) == ["-1.50 % year to date", "all time low"]


def test_how_sure_the_text_is_is_told_where_it_is_not_a_fact() -> None:
    """A forecast is not taken for what happened."""
    assert "(forecast)" in event_line(replace(MOVE, fact_level=FactLevel.FORECAST)).plain


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, ""),
        (Novelty(rank=1, counts={}, linked=()), "first to say so"),
        (Novelty(rank=2, counts={}, linked=(), repeat_of="urn:b"), "2nd to say so, repeat of urn:b"),
    ],
)
def test_novelty_in_words(said: Novelty | None, words: str) -> None:
    """Nothing where it is not known."""
    assert novelty(said) == words


def test_ordinals() -> None:
    """11th to 13th are not 11st to 13rd, nor is 112th."""
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 112)] == (
        "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 112th".split()
    )


@pytest.mark.parametrize(
    ("value", "kind", "rest"),
    [
        (b'{"a": [1, 2]}', None, '{"a":[1,2]}'),
        (b"{", None, "{"),
        (b"\xff\x1b", None, "\\xff\\x1b"),
        (None, None, "null: deleted, or withdrawn"),
        (b'{"no": "event"}', MarketEvent, '{"no":"event"}'),
        (b"x" * 5_000, None, "x" * 400 + "…"),
    ],
)
def test_a_record_that_is_nothing_known_is_shown_by_its_beginning(value: bytes | None, kind: Any, rest: str) -> None:
    """Whatever its topic should hold."""
    assert record_line(record(value), kind).plain == f"11-20 12:00 {'k':24} {rest}"


def test_messages_of_every_topic_have_a_line() -> None:
    """An annotation by its headline and how much is in it, counts by a few windows and the last fact."""
    annotation = Annotation(
        article=ArticleRef(uri="u", published_at=NOON, headline="Nikkei\nclimbs"),
        position=None,
        digest="d",
        sentiment=sentiment(-0.5),
        engine=ENGINE,
    )
    one = WindowCounts(articles=2, mentions=3, sentiment=None)
    fact = LastFact(uri="u", published_at=NOON, change_pct=-0.61, level=52726.09)
    counts = IndexActivity(index="N225", as_of=NOON, windows={"1h": one, "24h": one, "7d": one}, last_fact=fact)

    assert record_line(record(encode(annotation)), Annotation).plain.endswith(
        "Nikkei climbs · 0 entities, 0 index facts, 0 events · tone -0.50"
    )
    assert record_line(record(encode(counts)), IndexActivity).plain.endswith(
        "articles 1h 2, 24h 2, 7d 2 · 52,726.09 -0.61 % session"
    )
    assert record_line(record(encode(MOVE)), MarketEvent).plain == event_line(MOVE).plain


def test_a_dead_letter_is_told_by_its_reason() -> None:
    """Where the record came from stands behind, then its beginning."""
    headers = {
        "reason": b"schema",
        "detail": b"$.uri: expected a string",
        "source-topic": b"news.articles",
        "source-partition": b"2",
        "source-offset": b"7",
    }
    line = record_line(record(b"{}", tuple(headers.items())), None).plain
    assert line == f"11-20 12:00 {'schema':24} $.uri: expected a string · from news.articles 2 7 · {{}}"
