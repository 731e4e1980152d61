"""What `read` makes of a record's bytes before it knows what form the article has."""

from datetime import UTC, datetime
from typing import Final

import pytest

from schemas import Article, encode
from schemas.taxonomy import RejectReason
from streams.intake import MAX_ARTICLE_BYTES, RawRecord, Rejection, Withdrawal, read

NOW: Final = datetime(2025, 10, 27, 12, tzinfo=UTC)
ARTICLE: Final = b'{"uri":"urn:a","published_at":"2025-10-27T06:30:00Z","headline":"Nikkei up"}'


def record(value: bytes | None, key: bytes | None = b"urn:a") -> RawRecord:
    """A record without headers."""
    return RawRecord(key=key, value=value, timestamp=NOW)


@pytest.mark.parametrize("key", [None, b"", b"urn:a", b"another", b"\xff"])
def test_key_of_a_record_with_a_value_is_not_looked_at(key: bytes | None) -> None:
    """Producers may key by what they like, or not at all."""
    read_article = read(record(ARTICLE, key))

    assert read_article == Article(uri="urn:a", published_at=NOW.replace(hour=6, minute=30), headline="Nikkei up")


@pytest.mark.parametrize("uri", ["urn:a", "日経", "a b", "a" * 2_048])
def test_null_value_withdraws_the_article_of_the_key(uri: str) -> None:
    """The key's text is the uri."""
    assert read(record(None, uri.encode())) == Withdrawal(uri=uri)


@pytest.mark.parametrize(
    ("key", "reason", "detail"),
    [
        (None, RejectReason.EMPTY, "key: expected the uri of an article to withdraw, got nothing"),
        (b"", RejectReason.EMPTY, "key: expected the uri of an article to withdraw, got nothing"),
        (b"ab\xff", RejectReason.NOT_UTF8, "key: expected UTF-8, got byte 0xff at offset 2"),
        (b"a" * 2_049, RejectReason.SCHEMA, "key: expected at most 2,048 characters, got 2,049"),
        (b"a\nb", RejectReason.SCHEMA, 'key: expected a uri without control characters, got "a\\nb"'),
        (b" ", RejectReason.SCHEMA, 'key: expected a uri that is not empty, got " "'),
    ],
)
def test_null_value_without_a_usable_key_is_rejected(key: bytes | None, reason: RejectReason, detail: str) -> None:
    """Nothing can be withdrawn by a key that no article could have as its uri."""
    assert read(record(None, key)) == Rejection(reason=reason, detail=detail)


@pytest.mark.parametrize(
    ("value", "reason", "detail"),
    [
        (b"", RejectReason.EMPTY, "$: expected an article, got no bytes"),
        (b"a" * 1_048_577, RejectReason.TOO_LARGE, "$: expected at most 1,048,576 bytes, got 1,048,577"),
        (b"\xff{}", RejectReason.NOT_UTF8, "$: expected UTF-8, got byte 0xff at offset 0"),
        (b'{"uri":"a\xed\xa0\x80"}', RejectReason.NOT_UTF8, "$: expected UTF-8, got byte 0xed at offset 9"),
        (b'{"uri":"\xe3\x81', RejectReason.NOT_UTF8, "$: expected UTF-8, got byte 0xe3 at offset 8"),
        (b"\xc0\x80", RejectReason.NOT_UTF8, "$: expected UTF-8, got byte 0xc0 at offset 0"),
        (b"[1,2]", RejectReason.SCHEMA, "$: expected object, got array"),
        (b'"text"', RejectReason.SCHEMA, '$: expected object, got "text"'),
        (b"null", RejectReason.SCHEMA, "$: expected object, got null"),
        (b"true", RejectReason.SCHEMA, "$: expected object, got true"),
        (b"1e5", RejectReason.SCHEMA, "$: expected object, got 100000.0"),
        (b"{}", RejectReason.SCHEMA, "$.uri: expected string, got nothing"),
        (b"[" * 1024 + b"]" * 1024, RejectReason.SCHEMA, "$: expected object, got array"),
        (
            b"[" + b"{}," * 60_000 + b"{}]",
            RejectReason.NOT_JSON,
            "$: expected JSON of at most 50,000 arrays and objects, got 60,002",
        ),
    ],
)
def test_value_that_can_be_no_article_is_rejected(value: bytes, reason: RejectReason, detail: str) -> None:
    """The reason names the class of fault, the detail what was expected and what was there."""
    assert read(record(value)) == Rejection(reason=reason, detail=detail)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (b" \n", "char 0"),
        (b"{", "char 1"),
        (ARTICLE[:-1], "char 75"),
        (ARTICLE + b"}", "char 76"),
        (ARTICLE * 2, "char 76"),
        (b"not json", "char"),
        (b"\x00" + ARTICLE, "zero byte"),
        (b'{"uri":"a\x00b"}', "control character"),
        (b'{"uri":"\\ud800"}', "surrogate"),
        (b'{"headline":"\\udc00\\ud800"}', "surrogate"),
        (b'{"uri":NaN}', "char 7"),
        (b'{"version":Infinity}', "char 11"),
        (b'{"version":1e999}', "infinity"),
        (b'{"version":' + b"9" * 1_000_000 + b"}", "infinity"),
        (b'{"version":01}', "leading zero"),
        (b"{'uri':'a'}", "char 1"),
        (b'{"uri":"a",}', "char 10"),
        (b'{"uri":"a"/**/}', "char 10"),
        (b'{"uri":"\\x41"}', "escape"),
        (b"\x1f\x8b\x08\x00", "UTF-8"),
        (b'{"x":' * 40_000, "depth limit"),
        (b'{"x":' * 200_000, "200,000"),
        (b"[" * 1025 + b"]" * 1025, "depth limit"),
        (b'"' + b"\\" * 1_000_000, ""),
    ],
)
def test_what_is_not_json_is_rejected_with_its_place(value: bytes, place: str) -> None:
    """Truncated, doubled, compressed or bombed: a short detail, whatever the size of the value."""
    rejection = read(record(value))

    assert isinstance(rejection, Rejection)
    assert rejection.reason is (RejectReason.NOT_UTF8 if place == "UTF-8" else RejectReason.NOT_JSON)
    assert rejection.detail.startswith(f"$: expected {'UTF-8' if place == 'UTF-8' else 'JSON'}")
    assert place in rejection.detail
    assert len(rejection.detail) < 200


def test_article_of_exactly_the_limit_is_read() -> None:
    """1 MiB is within the limit, one byte more is not, and the limit is an argument."""
    full = ARTICLE[:-1] + b" " * (MAX_ARTICLE_BYTES - len(ARTICLE)) + b"}"

    assert isinstance(read(record(full)), Article)
    assert isinstance(read(record(full + b" ")), Rejection)
    assert isinstance(read(record(full + b" "), max_bytes=MAX_ARTICLE_BYTES + 1), Article)
    assert read(record(ARTICLE), max_bytes=10) == Rejection(
        reason=RejectReason.TOO_LARGE, detail=f"$: expected at most 10 bytes, got {len(ARTICLE)}"
    )


def test_many_small_brackets_in_text_do_not_count_against_a_short_article() -> None:
    """The cap on containers looks at bytes, and no record below 50,000 bytes can pass it."""
    body = "[{" * 10_000
    value = encode({"uri": "urn:a", "published_at": NOW, "body": body})

    read_article = read(record(value))

    assert isinstance(read_article, Article)
    assert read_article.body == body


def test_last_of_equal_keys_counts() -> None:
    """As every JSON reader of producers' languages has it."""
    read_article = read(record(ARTICLE[:-1] + b',"uri":"urn:b"}'))

    assert isinstance(read_article, Article)
    assert read_article.uri == "urn:b"


def test_reading_again_gives_the_same() -> None:
    """A replay decides the same: nothing but the record counts."""
    values = [ARTICLE, b"{", b"\xff", None, b""]

    assert [read(record(value)) for value in values] == [read(record(value)) for value in values]
