"""Two thousand damaged records among good ones: the stream goes on, and every record comes out as something."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import Deployment, deployed
from tests.outsiders import CODECS, push_compressed, push_with_odd_header

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SEED = 20261123


def good(number: int) -> dict[str, Any]:
    """A valid article."""
    return {
        "uri": f"urn:m:{number}",
        "published_at": "2026-11-20T12:00:00Z",
        "headline": "DAX ends higher",
        "body": "The DAX rose 1.5% to 24,000.10 on Friday.",
        "language": "en",
        "version": 1,
        "subjects": ["markets"],
    }


def damaged(draw: random.Random, number: int) -> tuple[bytes | None, bytes | None]:
    """A record with one kind of damage: bytes flipped or cut, fields of another type, hostile JSON, nothing at all."""
    article = good(number)
    raw = json.dumps(article).encode()
    field = draw.choice(sorted(article))
    kind = draw.randrange(8)
    if kind == 0:
        at = draw.randrange(len(raw))
        raw = raw[:at] + bytes([raw[at] ^ (1 << draw.randrange(8))]) + raw[at + 1 :]
    elif kind == 1:
        raw = raw[: draw.randrange(len(raw))]
    elif kind == 2:
        wrong = draw.choice([None, 7, -1, 1e400, True, [], {}, "", "x" * 5_000, [[[[]]]], "\x00", "9999-99-99"])
        raw = json.dumps(article | {field: wrong}).encode()
    elif kind == 3:
        raw = json.dumps({name: value for name, value in article.items() if name != field}).encode()
    elif kind == 4:
        raw = draw.choice([b"[" * 5_000, b'{"a":' * 2_000, b"null", b"[]", b'"text"', b"{}", b"\xef\xbb\xbf{}", b"NaN"])
    elif kind == 5:
        raw = draw.randbytes(draw.randrange(200))
    elif kind == 6:
        return draw.choice([(None, None), (b"", None), (b"\xff", None), (b"urn:m:0", None)])
    else:
        raw = raw.replace(b"DAX", draw.choice([b"\\ud800", b"\\u0000", "𝔇𝔄𝔛".encode(), b"\xff", b"\xc3\x28", b"\\x"]))
    return draw.choice([None, b"k", article["uri"].encode()]), raw


def test_every_record_is_an_annotation_or_a_dead_letter(kafka: Any, topic_prefix: str, tmp_path: Path) -> None:
    """Nothing stops the worker and nothing is lost; what is kept is kept to the byte."""
    draw = random.Random(SEED)
    records = [damaged(draw, number) for number in range(2_000)]
    with deployed(kafka.bootstrap, topic_prefix, tmp_path) as deployment:
        worker = deployment.start().await_ready()
        deployment.push([*records, good(-1)])
        more = push_what_others_send(deployment)
        deployment.await_settled(180)
        assert worker.process.poll() is None
        outcomes = deployment.outcomes()
        assert len(outcomes) == len(records) + 1 + more
        assert {len(outcome) for outcome in outcomes.values()} == {1}
        reasons = set().union(*outcomes.values())
        assert "internal-error" not in reasons
        assert reasons >= {"annotation", "empty", "not-utf8", "not-json", "schema"}
        uris = {value["article"]["uri"] for value in deployment.values(deployment.topics.annotations.name)}
        assert uris >= {"urn:m:-1", "urn:m:odd", "urn:m:trace", *(f"urn:m:{codec}" for codec in CODECS)}
        letters = deployment.read(deployment.topics.dead_letters.name)
        cut = [letter for letter in letters if "cut-from" in dict(letter.headers())]
        assert [(letter.key(), letter.value()) for letter in cut] == [(b"urn:m:giant", b" " * 1_048_576)]
        assert {letter.value() for letter in letters if letter not in cut} <= {value for _, value in records}


def push_what_others_send(deployment: Deployment) -> int:
    """Records that stopped the worker for good, as often as it was started: how many there are."""
    for codec in CODECS:
        push_compressed(deployment, codec, b"k", json.dumps(good(0) | {"uri": f"urn:m:{codec}"}).encode())
    push_compressed(deployment, "gzip", b"urn:m:giant", b" " * 12_000_000)
    push_with_odd_header(deployment, "urn:m:odd", json.dumps(good(0) | {"uri": "urn:m:odd"}))
    traced = json.dumps(good(0) | {"uri": "urn:m:trace"}).encode()
    push_compressed(deployment, "none", b"k", traced, [("traceparent", b"x" * 1_500_000), ("none", None)])
    return len(CODECS) + 3
