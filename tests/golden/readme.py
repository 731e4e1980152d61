"""The samples in README.md are real outputs: `python -m tests.golden.readme` writes them, a test holds them equal."""

import json
import re
from pathlib import Path

from schemas import Article, Position, encode
from streams.extract.annotate import annotate
from streams.intake import RawRecord, Rejection, read
from streams.reconcile import reconcile
from streams.tally import Tally, minute_of
from tests import shipped
from tests.builders import NOON

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- samples: written by python -m tests.golden.readme -->", "<!-- end of samples -->"


def article() -> bytes:
    """The article that README shows going in."""
    (found,) = re.findall(r'^\{"uri": .*\}$', README.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found).encode()


def samples() -> str:
    """One message of every topic, as Markdown."""
    accepted = read(RawRecord(key=None, value=article(), timestamp=NOON))
    assert isinstance(accepted, Article)
    annotation = annotate(accepted, Position(partition=3, offset=17), shipped.extractor())
    (claim,) = reconcile(annotation, accepted.published_at, {}).claims
    tally = Tally()
    (event,) = tally.apply(claim).events
    activity = tally.counts["index:N225"].activity(minute_of(accepted.published_at) + 1)
    refused = read(RawRecord(key=None, value=article().replace(b"2026-11-20T06:30:00Z", b"yesterday"), timestamp=NOON))
    assert isinstance(refused, Rejection)
    letter = "\n".join(
        [
            f"reason: {refused.reason}",
            f"detail: {refused.detail}",
            "source-topic: news.articles",
            "source-partition: 3",
            "source-offset: 18",
        ]
    )
    blocks = [
        _block("market.events.index, key index:N225", "json", _pretty(encode(event))),
        _block("market.index-activity, key N225", "json", _pretty(encode(activity))),
        _block("news.annotations, key urn:example:1", "json", _pretty(encode(annotation))),
        _block('news.dead-letters: the headers of one whose published_at was "yesterday"', "text", letter),
    ]
    return "\n\n".join(blocks)


def _pretty(raw: bytes) -> str:
    """JSON with two levels of lines and the rest in line: long enough to read, short enough to show."""
    value = json.loads(raw)
    lines = []
    for name, part in value.items():
        text = json.dumps(part, ensure_ascii=False)
        if isinstance(part, list) and part and isinstance(part[0], dict):
            text = "[\n    " + ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in part) + "\n  ]"
        elif isinstance(part, dict) and len(text) > 100:
            inner = [f"    {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in part.items()]
            text = "{\n" + ",\n".join(inner) + "\n  }"
        lines.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}"


def _block(title: str, language: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n```{language}\n{text}\n```\n\n</details>"


def main() -> None:
    """Write the samples into README.md."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    README.write_text(f"{before}{BEGIN}\n\n{samples()}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
