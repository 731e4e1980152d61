"""Articles with a life: corrections, duplicates, stale versions, withdrawals, returns, and bad records between them.

A tenth of the articles comes under keys that are not their uri, so that their versions meet on different partitions.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

INDICES = {
    "Nikkei 225": "N225",
    "DAX": "DAX",
    "FTSE 100": "FTSE",
    "S&P 500": "SPX",
    "Hang Seng": "HSI",
    "CAC 40": "CAC",
}
UNKEYED = "urn:chaos:unkeyed:"

Record = tuple[bytes | None, bytes | None]


def records(seed: int, articles: int) -> list[Record]:
    """Key and value of every record of so many articles; the lives of articles that are near each other mingle."""
    draw = random.Random(seed)
    now = datetime.now(UTC)
    lives = [list(_life(draw, number, now)) for number in range(articles)]
    mingled: list[Record] = []
    open_lives: list[list[Record]] = []
    while lives or open_lives:
        while lives and len(open_lives) < 40:
            open_lives.append(lives.pop(0))
        life = draw.choice(open_lives)
        mingled.append(life.pop(0))
        if not life:
            open_lives.remove(life)
    return mingled


def _life(draw: random.Random, number: int, now: datetime) -> Iterator[Record]:
    if draw.random() < 0.02:
        yield f"bad:{number}".encode(), draw.choice([b"{not json", b"\xff\xfe", b'{"uri": "urn:bad"}', b""])
        return
    keyed = draw.random() < 0.9
    uri = f"urn:chaos:{number}" if keyed else f"{UNKEYED}{number}"

    def record(article: dict[str, Any]) -> Record:
        key = uri.encode() if keyed else draw.choice([None, b"a", b"b", b"c", b"d", b"e"])
        return key, json.dumps(article).encode()

    versions: list[dict[str, Any]] = []
    for version in range(1, draw.choice([1, 1, 2, 2, 3, 4]) + 1):
        names = draw.sample(sorted(INDICES), draw.randint(0, 3))
        body = " ".join(f"The {name} rose {draw.randint(1, 4)}.5%." for name in names)
        moved = not versions or draw.random() < 0.2
        stamp = now - timedelta(minutes=draw.randint(1, 4000)) if moved else None
        article = {
            "uri": uri,
            "published_at": stamp.isoformat() if stamp else versions[-1]["published_at"],
            "body": body or "Trading was calm.",
            "version": version,
        }
        if version > 1 and draw.random() < 0.2:
            article["status"] = draw.choice(["canceled", "withheld"])
        versions.append(article)
        yield record(article)
        if draw.random() < 0.2:  # a stale version or a duplicate
            yield record(draw.choice(versions))
    if keyed and draw.random() < 0.05:
        yield uri.encode(), None
        if draw.random() < 0.5:  # comes back
            yield record({**versions[-1], "status": "usable", "version": versions[-1]["version"] + 1})
