"""The wire: exact bytes of every message, round trips of any value, and errors that name the path."""

from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import (
    Annotation,
    Article,
    ArticleRef,
    Claim,
    Contribution,
    DeadLetter,
    Engine,
    Entity,
    EntityRef,
    Event,
    IndexActivity,
    IndexFact,
    LastFact,
    MarketEvent,
    Mention,
    Message,
    Novelty,
    Order,
    Participant,
    Position,
    Quantity,
    Sentiment,
    Span,
    Symbol,
    WindowCounts,
    WireError,
    decode,
    encode,
)
from schemas.annotation import resolved_by_id
from schemas.event import Quality
from schemas.taxonomy import (
    Basis,
    Direction,
    EventStatus,
    EventType,
    FactLevel,
    Field,
    Kind,
    Lifecycle,
    Measure,
    NoSentiment,
    Polarity,
    Record,
    RejectReason,
    Status,
)
from schemas.wire import loads

PUBLISHED: Final = datetime(2025, 10, 27, 6, 30, tzinfo=UTC)

SPAN: Final = Span(field=Field.BODY, start=3, end=13, text="Nikkei 225")
SPAN_JSON: Final = '{"field":"body","start":3,"end":13,"text":"Nikkei 225"}'

UNKNOWN: Final = Sentiment(reason=NoSentiment.NO_CUE)
UNKNOWN_JSON: Final = (
    '{"positive":null,"neutral":null,"negative":null,"score":null,"label":null,"cues":[],"reason":"no-cue"}'
)

GOOD: Final = Sentiment(positive=0.9, neutral=0.1, negative=0.0, score=0.9, label=Polarity.POSITIVE, cues=(SPAN,))
GOOD_JSON: Final = (
    f'{{"positive":0.9,"neutral":0.1,"negative":0.0,"score":0.9,"label":"positive","cues":[{SPAN_JSON}],"reason":null}}'
)

REFERENCE: Final = ArticleRef(uri="urn:a", published_at=PUBLISHED, source="Invezz", version=2, subjects=("M1", "M2"))
REFERENCE_JSON: Final = (
    '{"uri":"urn:a","published_at":"2025-10-27T06:30:00Z","source":"Invezz","headline":null,"language":null,"version":2,'
    '"updated_at":null,"status":"usable","url":null,"subjects":["M1","M2"],"embargoed_until":null}'
)

SUBJECT: Final = EntityRef(id="index:N225", name="Nikkei 225", resolved=True)
SUBJECT_JSON: Final = '{"id":"index:N225","name":"Nikkei 225","resolved":true}'

EVENT: Final = Event(
    type=EventType.INDEX_MOVE,
    subject=SUBJECT,
    participants=(Participant(role="official", entity=EntityRef(id=None, name="A. Nobody")),),
    arguments={
        "percent": Quantity(value=2.17, unit="percent", approximate=True),
        "amount": Quantity(
            value=-1.5,
            unit="per_share",
            currency="USD",
            measure=Measure.EPS,
            adjusted=False,
            period="FY2026-Q3",
            expected=-1.75,
            surprise=0.25,
            low=-1.6,
            high=-1.4,
        ),
    },
    effective_on=date(2025, 11, 1),
    direction=Direction.UP,
    basis=Basis.YTD,
    record=Record.ALL_TIME_HIGH,
    sentiment=GOOD,
    evidence=(SPAN,),
    confidence=0.8125,
    status=EventStatus.CALLED_OFF,
)
EVENT_JSON: Final = (
    f'{{"type":"index.move","subject":{SUBJECT_JSON},'
    '"participants":[{"role":"official","entity":{"id":null,"name":"A. Nobody","resolved":null}}],'
    '"arguments":{"percent":{"value":2.17,"unit":"percent","currency":null,"basis":null,"approximate":true,'
    '"measure":null,"adjusted":null,"period":null,"expected":null,"surprise":null,"low":null,"high":null},'
    '"amount":{"value":-1.5,"unit":"per_share","currency":"USD","basis":null,"approximate":false,"measure":"eps",'
    '"adjusted":false,"period":"FY2026-Q3","expected":-1.75,"surprise":0.25,"low":-1.6,"high":-1.4}},'
    '"fact_level":"fact","scheduled":false,"effective_on":"2025-11-01","direction":"up","basis":"ytd",'
    f'"record":"all_time_high","sentiment":{GOOD_JSON},"evidence":[{SPAN_JSON}],"confidence":0.8125,"status":"called_off"}}'
)

RETRACTION: Final = MarketEvent(
    event_id="0123456789abcdef0123456789abcdef",
    revision=3,
    lifecycle=Lifecycle.RETRACTED,
    type=EventType.INDEX_MOVE,
    subject=SUBJECT,
    article=REFERENCE,
    published_at=PUBLISHED,
    status=None,
)
RETRACTION_JSON: Final = (
    '{"event_id":"0123456789abcdef0123456789abcdef","revision":3,"lifecycle":"retracted","type":"index.move",'
    f'"subject":{SUBJECT_JSON},"article":{REFERENCE_JSON},"published_at":"2025-10-27T06:30:00Z","similarity_key":null,'
    '"novelty":null,"participants":null,"arguments":null,"fact_level":null,"scheduled":null,"effective_on":null,'
    '"direction":null,"basis":null,"record":null,"sentiment":null,"evidence":null,"confidence":null,"status":null}'
)

LAST_FACT: Final = LastFact(uri="urn:a", published_at=PUBLISHED, level=50367.38, approximate=True)
LAST_FACT_JSON: Final = (
    '{"uri":"urn:a","published_at":"2025-10-27T06:30:00Z","direction":null,"change_pct":null,"change_points":null,'
    '"level":50367.38,"basis":"session","record":null,"approximate":true}'
)

MESSAGES: Final[list[tuple[Any, str]]] = [
    (
        Article(
            uri="urn:a",
            published_at=PUBLISHED,
            headline="日経平均 ‘up’",
            body='NUL \0, quote " and \U0001f600',
            updated_at=PUBLISHED.replace(microsecond=120_000),
            status=Status.WITHHELD,
        ),
        (
            '{"uri":"urn:a","published_at":"2025-10-27T06:30:00Z","headline":"日経平均 ‘up’",'
            '"body":"NUL \\u0000, quote \\" and \U0001f600","source":null,"language":null,"version":null,'
            '"updated_at":"2025-10-27T06:30:00.120000Z","status":"withheld","url":null,"subjects":[],"embargoed_until":null,"symbols":[]}'
        ),
    ),
    (
        Annotation(
            article=REFERENCE,
            position=Position(partition=1, offset=42),
            digest="d",
            signature="MA-_",
            entities=(
                Entity(
                    id="index:N225",
                    kind=Kind.INDEX,
                    name="Nikkei 225",
                    symbols=(Symbol(scheme="ric", value=".N225"),),
                    relevance=0.5,
                    mention_count=1,
                    mentions=(Mention(field=Field.HEADLINE, start=0, end=6, text=None),),
                    sentiment=GOOD,
                ),
            ),
            index_facts=(IndexFact(index="N225", level=50367.38, threshold=50000.0, evidence=SPAN),),
            events=(EVENT,),
            engine=Engine(version="1", registry="2", lexicon="3"),
        ),
        (
            f'{{"article":{REFERENCE_JSON},"position":{{"partition":1,"offset":42}},"digest":"d","signature":"MA-_","entities":[{{"id":"index:N225",'
            '"kind":"index","name":"Nikkei 225","symbols":[{"scheme":"ric","value":".N225"}],"relevance":0.5,'
            '"mention_count":1,'
            f'"mentions":[{{"field":"headline","start":0,"end":6,"text":null,"sentiment":{UNKNOWN_JSON}}}],'
            f'"sentiment":{GOOD_JSON},"source":"text"}}],"index_facts":[{{"index":"N225","direction":null,"change_pct":null,'
            '"change_points":null,"level":50367.38,"basis":"session","record":null,"threshold":50000.0,"approximate":false,'
            f'"fact_level":"fact","moment":"current","consistency":"unchecked","evidence":{SPAN_JSON}}}],"events":[{EVENT_JSON}],'
            f'"sentiment":{UNKNOWN_JSON},"language":null,"engine":{{"version":"1","registry":"2","lexicon":"3"}}}}'
        ),
    ),
    (
        Claim(
            entity="index:N225",
            uri="urn:a",
            order=Order(version=2, updated_at=-1, partition=1, offset=42),
            observed_at=29_359_110,
            signature="MA-_",
            contribution=Contribution(minute=29_359_110, mentions=4, sentiment=-9_000, last_fact=LAST_FACT),
            events=(RETRACTION,),
        ),
        (
            '{"entity":"index:N225","uri":"urn:a","order":{"version":2,"updated_at":-1,"partition":1,"offset":42},'
            '"observed_at":29359110,"signature":"MA-_","contribution":{"minute":29359110,"mentions":4,"sentiment":-9000,'
            f'"last_fact":{LAST_FACT_JSON}}},"events":[{RETRACTION_JSON}]}}'
        ),
    ),
    (
        MarketEvent(
            event_id="e",
            revision=1,
            lifecycle=Lifecycle.CREATED,
            type=EventType.POLICY_TARIFF,
            subject=SUBJECT,
            article=REFERENCE,
            published_at=None,
            similarity_key="s",
            novelty=Novelty(rank=2, counts={"1h": 0, "7d": 1}, linked=("urn:b",), repeat_of="urn:b"),
            participants=(),
            arguments={},
            fact_level=FactLevel.OPINION,
            scheduled=True,
            sentiment=UNKNOWN,
            evidence=(SPAN,),
            confidence=1.0,
        ),
        (
            '{"event_id":"e","revision":1,"lifecycle":"created","type":"policy.tariff",'
            f'"subject":{SUBJECT_JSON},"article":{REFERENCE_JSON},"published_at":null,"similarity_key":"s",'
            '"novelty":{"rank":2,"counts":{"1h":0,"7d":1},"linked":["urn:b"],"repeat_of":"urn:b"},"participants":[],'
            '"arguments":{},"fact_level":"opinion","scheduled":true,"effective_on":null,"direction":null,"basis":null,'
            f'"record":null,"sentiment":{UNKNOWN_JSON},"evidence":[{SPAN_JSON}],"confidence":1.0,"status":"standing"}}'
        ),
    ),
    (
        IndexActivity(
            index="N225",
            as_of=PUBLISHED,
            windows={
                "1m": WindowCounts(articles=0, mentions=0, sentiment=None),
                "7d": WindowCounts(articles=2, mentions=9, sentiment=0.1234),
            },
            last_fact=LAST_FACT,
        ),
        (
            '{"index":"N225","as_of":"2025-10-27T06:30:00Z","windows":{"1m":{"articles":0,"mentions":0,"sentiment":null},'
            f'"7d":{{"articles":2,"mentions":9,"sentiment":0.1234}}}},"last_fact":{LAST_FACT_JSON}}}'
        ),
    ),
    (
        DeadLetter(
            reason=RejectReason.NOT_UTF8,
            detail='$: expected "UTF-8"',
            source_topic="news.articles",
            source_partition=0,
            source_offset=2**40,
        ),
        (
            '{"reason":"not-utf8","detail":"$: expected \\"UTF-8\\"","source_topic":"news.articles",'
            '"source_partition":0,"source_offset":1099511627776}'
        ),
    ),
]

SCALARS: Final[dict[object, st.SearchStrategy[Any]]] = {
    bool: st.booleans(),
    int: st.integers(min_value=-(2**53), max_value=2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    NoneType: st.none(),
}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Every value that a field so annotated may hold."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    if is_dataclass(annotation):
        hints = get_type_hints(annotation)
        return st.builds(annotation, **{name: values_of(hint) for name, hint in hints.items()})
    inner = get_args(annotation)
    if get_origin(annotation) is tuple:
        return st.lists(values_of(inner[0]), max_size=2).map(tuple)
    if get_origin(annotation) is dict:
        return st.dictionaries(values_of(inner[0]), values_of(inner[1]), max_size=2)
    return st.one_of(map(values_of, inner)) if inner else st.sampled_from(annotation)


@pytest.mark.parametrize(("value", "text"), MESSAGES, ids=lambda part: type(part).__name__)
def test_message_has_exactly_these_bytes(value: Any, text: str) -> None:
    """The contract down to the byte: order of fields, names, nulls, times with Z, text unescaped where JSON allows."""
    assert encode(value).decode() == text


@pytest.mark.parametrize(("value", "text"), MESSAGES, ids=lambda part: type(part).__name__)
def test_message_is_read_back_from_its_bytes(value: Any, text: str) -> None:
    """Decoding the bytes gives an equal value of the same class."""
    assert decode(type(value), text.encode()) == value


@pytest.mark.parametrize("kind", [Article, Annotation, Claim, MarketEvent, IndexActivity, DeadLetter])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_value_survives_the_round_trip(kind: type, data: st.DataObject) -> None:
    """Whatever a message holds, decoding gives it back and encoding again gives the same bytes."""
    value = data.draw(values_of(kind))

    raw = encode(value)

    assert decode(kind, raw) == value
    assert encode(decode(kind, raw)) == raw


def test_unknown_fields_are_ignored() -> None:
    """An older consumer reads a newer producer."""
    raw = b'{"partition":1,"offset":2,"leader_epoch":{"since":[7]}}'

    assert decode(Position, raw) == Position(partition=1, offset=2)


def test_event_written_under_contract_1_2_is_read() -> None:
    """Topics hold them for thirty days: what they tell of stood, and nobody had asked what was measured."""
    quantity = b'{"value":2.17,"unit":"percent","currency":null,"basis":null,"approximate":false}'
    raw = (
        b'{"event_id":"0123456789abcdef0123456789abcdef","revision":1,"lifecycle":"created","type":"index.move",'
        b'"subject":{"id":"index:N225","name":"Nikkei 225"},"article":{"uri":"urn:a","published_at":null},'
        b'"published_at":null,"similarity_key":null,"novelty":null,"participants":[],"arguments":{"percent":'
        + quantity
        + b'},"fact_level":"fact","scheduled":false,"effective_on":null,"direction":"up","basis":null,"record":null,'
        b'"sentiment":null,"evidence":[],"confidence":0.5}'
    )

    event = MarketEvent.from_bytes(raw)

    assert event.status is EventStatus.STANDING
    assert event.subject.resolved is None
    assert event.arguments == {"percent": Quantity(value=2.17, unit="percent")}


@pytest.mark.parametrize(
    ("identity", "resolved"),
    [
        ("index:N225", True),
        ("index:~s-p-100-equal-weight", False),
        ("company:~gulfex-inc", False),
        ("company:7203.T", True),
        ("country:JP", True),
        ("person:sanae-takaichi", None),
        (None, False),
    ],
)
def test_an_id_tells_whether_the_registry_has_it(identity: str | None, resolved: bool | None) -> None:
    """Persons have one form of id, whoever names them."""
    assert resolved_by_id(identity) is resolved


@pytest.mark.parametrize(
    ("lifecycle", "confidence", "admitted"),
    [
        (Lifecycle.CREATED, 0.9, True),
        (Lifecycle.CREATED, 0.89, False),
        (Lifecycle.CREATED, None, False),
        (Lifecycle.CORRECTED, 0.2, True),
        (Lifecycle.RETRACTED, None, True),
    ],
)
def test_what_puts_right_an_event_passes_whatever_its_confidence(
    lifecycle: Lifecycle, confidence: float | None, admitted: bool
) -> None:
    """Whoever was given the event at .95 would else keep a number corrected at .2, or one that is retracted."""
    quality = Quality(min_confidence=0.9)
    assert (
        quality.admits(subject=None, resolved=None, lifecycle=lifecycle, confidence=confidence, status="standing")
        is admitted
    )


@pytest.mark.parametrize(
    ("lifecycle", "status", "admitted"),
    [
        (Lifecycle.CREATED, "standing", True),
        (Lifecycle.CREATED, "called_off", False),
        (Lifecycle.CORRECTED, "called_off", True),
        (Lifecycle.RETRACTED, None, True),
    ],
)
def test_what_puts_right_an_event_passes_whatever_its_status(
    lifecycle: Lifecycle, status: str | None, admitted: bool
) -> None:
    """Whoever was given a merger that stood must learn that it is called off."""
    quality = Quality(status=EventStatus.STANDING)
    assert quality.admits(subject=None, resolved=None, lifecycle=lifecycle, confidence=0.9, status=status) is admitted


@pytest.mark.parametrize(
    ("subject", "resolved", "registered", "made"),
    [
        ("index:N225", True, True, False),
        ("index:N225", None, True, False),
        ("company:~gulfex-inc", None, False, True),
        (None, None, False, True),
        ("person:x", None, True, True),
        ("person:x", False, False, True),
    ],
)
def test_subjects_are_chosen_by_who_knows_them(
    subject: str | None, resolved: bool | None, registered: bool, made: bool
) -> None:
    """By the id where a record does not say it; persons in a retraction pass either way."""
    for asked, admitted in ((True, registered), (False, made), (None, True)):
        quality = Quality(resolved=asked)
        assert (
            quality.admits(subject=subject, resolved=resolved, lifecycle="retracted", confidence=None, status=None)
            is admitted
        )


def test_fields_with_defaults_may_be_left_out() -> None:
    """A newer consumer reads an older producer."""
    raw = b'{"uri":"urn:a","published_at":"2025-10-27T15:30:00+09:00"}'

    assert decode(Article, raw) == Article(uri="urn:a", published_at=PUBLISHED)


@pytest.mark.parametrize(
    ("kind", "raw", "fault"),
    [
        (Position, b'{"partition":1}', "required field `offset`"),
        (Position, b'{"partition":1,"offset":"2"}', "$.offset"),
        (Position, b'{"partition":true,"offset":2}', "$.partition"),
        (Position, b'{"partition":1.5,"offset":2}', "$.partition"),
        (Position, b"[1,2]", "Expected `object`"),
        (Position, b"", "truncated"),
        (Position, b'{"partition":1,', "truncated"),
        (Position, b'{"partition":NaN,"offset":2}', "malformed"),
        (ArticleRef, b'{"uri":"\xff"}', "utf-8"),
        (Position, b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "recursion"),
        (ArticleRef, b'{"uri":"a","published_at":"yesterday"}', "$.published_at"),
        (ArticleRef, b'{"uri":"a","published_at":null,"status":"cancelled"}', "$.status"),
        (ArticleRef, b'{"uri":"a","published_at":null,"subjects":["x",1]}', "$.subjects[1]"),
        (ArticleRef, b'{"uri":"a\\ud800","published_at":null}', "surrogate"),
        (
            IndexActivity,
            b'{"index":"a","as_of":"2025-10-27T06:30:00Z","windows":{"1m":{"articles":1}}}',
            "$.windows[...]",
        ),
    ],
)
def test_bad_bytes_are_an_error_that_names_the_path(kind: type, raw: bytes, fault: str) -> None:
    """Whatever is wrong, the caller gets a WireError and learns where."""
    with pytest.raises(WireError) as caught:
        decode(kind, raw)

    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a":1,"b":[true,null,"x"]}', {"a": 1, "b": [True, None, "x"]}),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\ud83d\\ude00\\u0000"', "\U0001f600\0"),
        (b"18446744073709551615", 2**64 - 1),
        (b"18446744073709551616", 2.0**64),
    ],
)
def test_plain_json_is_read(raw: bytes, value: object) -> None:
    """`loads` takes all of RFC 8259; of equal names the last counts; integers over 64 bits become floats."""
    assert loads(raw) == value


def test_json_is_read_to_1024_levels() -> None:
    """The deepest JSON that `loads` takes; the next level is an error (below)."""
    array, levels = loads(b"[" * 1024 + b"]" * 1024), 1

    while array:
        (array,), levels = array, levels + 1

    assert levels == 1024


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "empty"),
        (b"{", "char 1"),
        (b'{"a":1,}', "char 6"),
        (b"{'a':1}", "char 1"),
        (b"{} {}", "char 3"),
        (b"NaN", "char 0"),
        (b"-Infinity", "char 1"),
        (b"1e999", "infinity"),
        (b'"\\ud800"', "surrogate"),
        (b'"\n"', "control character"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'"\xff"', "UTF-8"),
        (b'"\xed\xa0\x80"', "UTF-8"),
        (b"[" * 1025 + b"]" * 1025, "depth limit"),
        (b"[" * 1_000_000, "depth limit"),
    ],
)
def test_what_is_not_json_is_an_error_with_its_place(raw: bytes, fault: str) -> None:
    """`loads` raises WireError and never overflows the stack."""
    with pytest.raises(WireError, match=fault):
        loads(raw)


@pytest.mark.parametrize(("value", "raw"), [pair for pair in MESSAGES if isinstance(pair[0], Message)])
def test_messages_read_and_write_themselves(value: Message, raw: str) -> None:
    """`from_bytes` and `to_bytes` are the wire, typed."""
    assert value.to_bytes() == raw.encode()
    read = type(value).from_bytes(raw.encode())
    assert read == value
    assert not hasattr(read, "__dict__")


def test_from_bytes_names_the_bad_field() -> None:
    """As `decode` does."""
    with pytest.raises(WireError, match=r"\$\.revision"):
        MarketEvent.from_bytes(RETRACTION_JSON.replace('"revision":3', '"revision":"3"').encode())


DEAD: Final = [
    ("reason", b"schema"),
    ("detail", "$.published_at: expected RFC 3339, got \u201cx\u201d".encode()),
    ("source-topic", b"news.articles"),
    ("source-partition", b"3"),
    ("source-offset", b"17"),
    ("ce_specversion", b"1.0"),
]


def test_a_dead_letter_is_read_from_its_headers() -> None:
    """Whatever other headers the original had."""
    assert DeadLetter.from_headers(DEAD) == DeadLetter(
        reason=RejectReason.SCHEMA,
        detail="$.published_at: expected RFC 3339, got \u201cx\u201d",
        source_topic="news.articles",
        source_partition=3,
        source_offset=17,
    )


@pytest.mark.parametrize(("name", "value"), [("source-offset", None), ("source-offset", b"x"), ("reason", b"bored")])
def test_headers_that_are_no_dead_letters_are_faults(name: str, value: bytes | None) -> None:
    """The message says which header or value."""
    headers = [(n, v) for n, v in DEAD if n != name] + ([] if value is None else [(name, value)])
    with pytest.raises(WireError, match=name if value is None else value.decode()):
        DeadLetter.from_headers(headers)
