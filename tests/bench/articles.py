"""Articles to measure with: Reuters-21578 where `../shared` has it, else generated ones of 3.2 KB."""

import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

REUTERS = Path(__file__).parents[3] / "shared" / "data" / "reuters21578" / "articles.jsonl.gz"
SIZE = 3_200

_SENTENCES = (
    "The Nikkei 225 rose {a}% to close at {l:,.2f}, its highest since {m}.",
    "Germany's DAX slipped {a}% while the FTSE 100 was little changed at {l:,.2f}.",
    "The S&P 500 gained {p:.2f} points, or {a}%, to {l:,.2f} and the Nasdaq Composite added {b}%.",
    "Toyota Motor said operating profit fell {b} percent to {c} billion yen in the quarter.",
    "Analysts had expected revenue of ${c} million, and the company kept its outlook for the year.",
    "The central bank left its policy rate unchanged at {a} percent, as economists had forecast.",
    "Traders said volume was thin ahead of the holiday and that most investors stayed on the sidelines.",
    "Shares of Siemens climbed {b}% after it agreed to buy a maker of sensors for {c} million euros.",
    "Officials from both governments will meet next month to discuss duties on steel and aluminium.",
    "A spokesman declined to comment on the report, which was published late on Tuesday.",
    "Oil prices eased as supply worries faded and the dollar held steady against a basket of currencies.",
    "Some fund managers said valuations looked stretched, but few were ready to sell into the rally.",
)


def generated(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Native articles of about 3.2 KB, each with a few indices, companies and events."""
    draw = random.Random(seed)
    now = datetime.now(UTC)
    for number in range(count):
        body = ""
        while len(body) < SIZE:
            body += draw.choice(_SENTENCES).format(
                a=draw.randint(1, 30) / 10,
                b=draw.randint(1, 60) / 10,
                c=draw.randint(20, 900),
                l=draw.randint(900_000, 5_000_000) / 100,
                m=draw.choice(["January", "March", "2021"]),
                p=draw.randint(100, 9000) / 100,
            ) + (" " if draw.random() < 0.7 else "\n\n")
        yield {
            "uri": f"urn:bench:{seed}:{number}",
            "published_at": (now - timedelta(minutes=draw.randint(0, 5_000))).isoformat(),
            "headline": "Stocks mixed as traders weigh results",
            "body": body,
            "language": "en",
        }


def reuters() -> list[dict[str, Any]]:
    """The Reuters-21578 sample as native articles; empty where it is not there."""
    if not REUTERS.exists():
        return []
    with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
        return [
            {
                "uri": f"urn:reuters21578:{article['id']}",
                "published_at": _time(article["date"]),
                "headline": article["title"],
                "body": article["body"],
                "language": "en",
            }
            for article in map(json.loads, lines)
        ]


def _time(date: str) -> str:
    """`20-MAR-1987 18:01:49.51` as RFC 3339; the corpus has no zone, so UTC stands in."""
    stamp = re.match(r"\s*(\d+-[A-Z]{3}-\d{4} \d\d:\d\d:\d\d)", date)
    if stamp is None:
        return "1987-03-01T00:00:00+00:00"
    return datetime.strptime(stamp[1], "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC).isoformat()
