"""What a demo is to do: which Kafka, which topics, which articles, which clock."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas import Article
from schemas.taxonomy import LONGEST_WINDOW_MINUTES
from streams.demo.articles import broken_articles, sample_articles
from streams.intake import RawRecord, read
from streams.operate.jsonl import Line
from streams.processes.ports import free_port
from streams.settings import Clock, Settings, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a demo is to do."""

    settings: Settings
    """Settings of the worker."""
    lines: Sequence[Line]
    """The articles."""
    own_kafka: bool
    """Whether a local broker is started."""
    own_topics: bool
    """Whether the topics are the demo's alone and go when it ends."""
    why_clock: str
    """Why the clock is what it is."""
    rate: float | None = None
    """Articles a second, null for as fast as it goes."""


def planned(settings: Settings, lines: Sequence[Line] | None, *, now: datetime, rate: float | None = None) -> Plan:
    """What to do with these articles, the sample ones where null, under settings of which some were given by hand."""
    given = settings.model_fields_set
    own_kafka = "kafka" not in given
    flags: dict[str, Any] = {name: getattr(settings, name) for name in given}
    if own_kafka:
        flags |= {"kafka": f"127.0.0.1:{free_port()}", "security_protocol": "PLAINTEXT"}
    own_topics = own_kafka or "topic_prefix" not in given
    if own_topics and not own_kafka:
        name = f"newstape-demo-{secrets.token_hex(3)}"
        flags |= {"topic_prefix": f"{name}.", "app_id": name}
    if lines is None:
        samples = [*sample_articles(now=now), *broken_articles()]
        lines = [Line(number=n, value=value, size=len(value)) for n, value in enumerate(samples, start=1)]
    clock, why = (settings.clock, "as set") if "clock" in given else clock_for(lines, now)
    port = settings.web_port if "web_port" in given else free_port()
    flags |= {"clock": clock, "web_host": "127.0.0.1", "web_port": port, "web_url": f"http://127.0.0.1:{port}"}
    if not own_kafka:
        flags["partitions"] = settings.partitions
    return Plan(
        settings=load(**flags), lines=lines, own_kafka=own_kafka, own_topics=own_topics, why_clock=why, rate=rate
    )


def clock_for(lines: Sequence[Line], now: datetime) -> tuple[Clock, str]:
    """The clock under which the counts of these articles are not all empty, and why."""
    found = (read(RawRecord(key=None, value=line.value, timestamp=now)) for line in lines if not line.is_cut_off)
    newest = max((article.published_at for article in found if isinstance(article, Article)), default=None)
    if newest is None:
        return Clock.WALL, "no article has a time"
    if newest < now - timedelta(minutes=LONGEST_WINDOW_MINUTES):
        return Clock.EVENT, f"the newest article is of {newest:%Y-%m-%d}, older than every window: they end there"
    return Clock.WALL, "there are articles of the last seven days"
